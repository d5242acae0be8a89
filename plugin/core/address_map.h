/* address_map.h - the mapping itself: pure functions of key, mode, keep= networks and address.
 *
 * address.c puts caches and counts in front of it. Each function works in place; with `inverse` it
 * gives the original back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ADDRESS_MAP_H
#define SIANTO_ADDRESS_MAP_H

#include "address.h"
#include "address_class.h"

struct address_map;

/* keep: struct network. The key is used during the call only. */
struct address_map *address_map_new(const struct key *key, enum address_mode mode, const GArray *keep,
                                    GError **error);
void address_map_free(struct address_map *m);

void address_map_v4(const struct address_map *m, guint8 addr[4], gboolean inverse);
void address_map_v6(const struct address_map *m, guint8 addr[16], gboolean inverse);
void address_map_mac(const struct address_map *m, guint8 mac[6], gboolean inverse);

/* The class by IANA's table and keep= networks, in each mode (the plain function too, whose own table
 * is shorter). SPACE_V4: the first 4 bytes count. */
const struct address_class *address_map_class(const struct address_map *m, enum class_space space,
                                              const guint8 *addr);

#endif

/* address.h - IPv4, IPv6 and MAC mapping, both ways (DESIGN section 4).
 *
 * Every mapping is a permutation of its address space and, but for speed and counting, a function of
 * key, mode, keep= networks and address alone. How it is done: address_map.c; the table of classes:
 * address_class.c. In every mode 0.0.0.0, ::, 255.255.255.255 and all that lies in keep= networks (special
 * blocks inside them, too) stay; IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo, ISATAP) is mapped as
 * IPv4, an EUI-64 interface id is that of the mapped MAC. A MAC keeps group and local bit; all zeros,
 * broadcast, 01:80:c2 and the MACs of well-known groups stay.
 *
 * Bounds: caches of 3.4 MiB in all, whatever the capture holds; 20 bytes and a hash row for each
 * different address, for addresses_count.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ADDRESS_H
#define SIANTO_ADDRESS_H

#include "key.h"

enum address_mode {
    ADDRESSES_CLASS,     /* the kind of address survives: cycle-walked Crypto-PAn within its class */
    ADDRESSES_CRYPTOPAN, /* the plain function as published, but for what is said above */
    ADDRESSES_RANDOM,    /* one-to-one within the class, no prefixes kept */
};

struct addresses;

#define SIANTO_ADDRESS_ERROR sianto_address_error_quark()
GQuark sianto_address_error_quark(void);
enum sianto_address_error {
    ADDRESS_ERROR_NETWORK, /* a keep= network that cannot be parsed, or too many of them */
    ADDRESS_ERROR_ROOM,    /* keep= networks leave less than 1 address in 4096 of a class */
};

/* keep_networks: "CIDR" strings, each a class of its own whose addresses stay as they are; may be
 * NULL. The key is used during the call only. Fails for a network that cannot be parsed. */
struct addresses *addresses_new(const struct key *key, enum address_mode mode,
                                const char *const *keep_networks, GError **error);
void addresses_free(struct addresses *a);
/* From now on addresses_map... takes images and gives originals. Before anything was mapped. */
void addresses_reverse(struct addresses *a);

/* in and out may be the same array. Results are cached: a bounded table. */
void addresses_map4(struct addresses *a, const guint8 in[4], guint8 out[4]);
void addresses_unmap4(struct addresses *a, const guint8 in[4], guint8 out[4]);
void addresses_map6(struct addresses *a, const guint8 in[16], guint8 out[16]);
void addresses_unmap6(struct addresses *a, const guint8 in[16], guint8 out[16]);
void addresses_map_mac(struct addresses *a, const guint8 in[6], guint8 out[6]);
void addresses_unmap_mac(struct addresses *a, const guint8 in[6], guint8 out[6]);

/* Name of the class that an address is in, for example "ordinary", "private-use-10"; static. */
const char *addresses_class4(const struct addresses *a, const guint8 in[4]);
const char *addresses_class6(const struct addresses *a, const guint8 in[16]);

/* How many different addresses (v4 and v6) were mapped, kept ones too; a.b.c.d and ::ffff:a.b.c.d are
 * one. Bounded by what the capture holds. */
guint addresses_count(const struct addresses *a);

/* Text forms. Parsing is strict: four decimal octets without leading zeros; RFC 4291 for IPv6,
 * without brackets or zone. Formatting is canonical (RFC 5952). */
gboolean address4_parse(struct bytes text, guint8 out[4]);
gboolean address6_parse(struct bytes text, guint8 out[16]);
gsize address4_format(const guint8 in[4], char out[16]); /* length without NUL */
gsize address6_format(const guint8 in[16], char out[46]);

#endif

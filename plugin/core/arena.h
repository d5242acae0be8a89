/* arena.h - memory for one message: many small allocations, one reset, nothing to free one by one.
 *
 * What an arena hands out is valid until arena_reset or arena_free. Blocks are kept over a reset
 * up to ARENA_KEEP_BYTES, so a run of ordinary messages allocates nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ARENA_H
#define SIANTO_ARENA_H

#include "bytes.h"

#define ARENA_KEEP_BYTES (256u * 1024u)

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, gsize n); /* uninitialised, aligned for any type; never NULL */
struct bytes arena_dup(struct arena *a, struct bytes b);
struct bytes arena_join(struct arena *a, struct bytes x, struct bytes y);
/* In decimal, with zeros in front to `width` digits, of 20 at most. */
struct bytes arena_number(struct arena *a, guint64 v, guint width);
struct bytes arena_printf(struct arena *a, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif

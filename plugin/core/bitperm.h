/* bitperm.h - a keyed permutation of a run of bits inside an address, no prefix kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_BITPERM_H
#define SIANTO_BITPERM_H

#include "key.h"

struct bitperm;

/* `purpose` names the subkey (key.h). */
struct bitperm *bitperm_new(const struct key *key, const char *purpose, GError **error);
void bitperm_free(struct bitperm *p);

/* Which permutation: each of these values gives one of its own. */
struct bitperm_tweak {
    guint8 domain; /* which kind of address */
    guint64 extra; /* whatever else it shall depend on */
};

/* Bits [from, to) of `addr` (bit 0: highest of addr[0]; from <= 104, to <= 128) are permuted as one
 * number, by a permutation that depends on the tweak, on from and to and on the bits before `from`. */
void bitperm_apply(const struct bitperm *p, struct bitperm_tweak tweak, guint8 *addr, guint from, guint to,
                   gboolean inverse);

/* A pseudorandom number drawn from all 16 bytes. */
guint64 bitperm_number(const struct bitperm *p, const guint8 in[16]);

#endif

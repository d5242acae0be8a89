/* feistel.h - a keyed permutation of strings of n digits of a radix, after NIST SP 800-38G.
 *
 * Every string of n digits, each below the radix, goes to another such string, one-to-one, and back
 * by the key alone. Each (tweak, radix, n) is a permutation of its own. No state but the key; the
 * same on every machine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FEISTEL_H
#define SIANTO_FEISTEL_H

#include "aes.h"

#define FEISTEL_DIGITS_MAX 255
#define FEISTEL_RADIX_MAX 72

struct feistel;

/* libgcrypt copies `key`, into secure memory where the host has some, and wipes it; the caller wipes its
 * own. */
struct feistel *feistel_new(const guint8 key[AES_BLOCK]);
void feistel_free(struct feistel *f);

/* What is known of a radix beforehand. */
struct feistel_radix {
    guint radix;
    guint word[2];                  /* how many digits fit into 56 and into 64 bits */
    guint64 square, fourth, eighth; /* powers of the radix */
};

/* The row of 10, 16, 62, 64 or 72: the sizes of the token alphabets; NULL for another radix. */
const struct feistel_radix *feistel_radix(guint radix);

/* One permutation: caller's storage, nothing to release; borrows `f`. Members are private. */
struct feistel_domain {
    struct feistel *f;
    const struct feistel_radix *radix;
    guint n;
    guint16 tweak;
    guint8 start[AES_BLOCK]; /* AES of the header block: where each CBC-MAC goes on */
    guint8 forward[FEISTEL_RADIX_MAX], backward[FEISTEL_RADIX_MAX]; /* n == 1: the whole permutation */
};

/* `radix` as above, `n` 1 to FEISTEL_DIGITS_MAX: both are the program's own, never a capture's. */
void feistel_domain_init(struct feistel_domain *d, struct feistel *f, guint16 tweak, guint radix, guint n);

/* Was it made so? FALSE for one of zeros. */
gboolean feistel_domain_is(const struct feistel_domain *d, guint16 tweak, guint radix, guint n);

/* digits[0 .. n) in place. */
void feistel_forward(const struct feistel_domain *d, guint8 *digits);
void feistel_backward(const struct feistel_domain *d, guint8 *digits);

#endif

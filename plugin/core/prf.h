/* prf.h - HMAC-SHA-256 under a subkey of the run's key: what keyed labels and tokens are drawn from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PRF_H
#define SIANTO_PRF_H

#include "hash.h"
#include "key.h"

#define PRF_BYTES 32

struct prf;

/* `purpose` names the subkey (key.h). libgcrypt keeps the key, in secure memory where the
 * host has some, and wipes it. */
struct prf *prf_new(const struct key *key, const char *purpose);
void prf_free(struct prf *p);

/* HMAC of one tag byte, which tells the uses of a subkey apart, and `value`. */
void prf_digest(struct prf *p, guint8 tag, struct bytes value, guint8 out[PRF_BYTES]);

/* A key for hash tables (hash.h); tag and value as above. */
struct hash_key prf_hash_key(struct prf *p, guint8 tag);

#endif

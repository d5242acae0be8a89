/* hash.h - SipHash-1-3: a keyed hash for tables whose keys come from a capture.
 *
 * Whoever writes a capture may choose the names in it. With an open hash they can be chosen to fall
 * into one chain, and each look-up becomes a walk over all of them; with a key that they do not know
 * they cannot. The value never reaches the output, so its order of bytes is the machine's own.
 * Source: Aumasson, Bernstein, "SipHash: a fast short-input PRF" (2012).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_HASH_H
#define SIANTO_HASH_H

#include "bytes.h"

struct hash_key {
    guint64 k0, k1;
};

static inline guint64 hash_rotate(guint64 x, guint by)
{
    return x << by | x >> (64 - by);
}

static inline void hash_round(guint64 v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = hash_rotate(v[1], 13) ^ v[0];
    v[3] = hash_rotate(v[3], 16) ^ v[2];
    v[0] = hash_rotate(v[0], 32) + v[3];
    v[2] += v[1];
    v[1] = hash_rotate(v[1], 17) ^ v[2];
    v[3] = hash_rotate(v[3], 21) ^ v[0];
    v[2] = hash_rotate(v[2], 32);
}

static inline void hash_word(guint64 v[4], guint64 word)
{
    v[3] ^= word;
    hash_round(v);
    v[0] ^= word;
}

static inline guint64 hash_bytes(const struct hash_key *key, struct bytes b)
{
    guint64 v[4] = {
        key->k0 ^ G_GUINT64_CONSTANT(0x736f6d6570736575), key->k1 ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
        key->k0 ^ G_GUINT64_CONSTANT(0x6c7967656e657261), key->k1 ^ G_GUINT64_CONSTANT(0x7465646279746573)};
    guint64 word;
    gsize at = 0;
    for (; b.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, b.p + at, sizeof word);
        hash_word(v, GUINT64_FROM_LE(word));
    }
    word = 0;
    if (b.n > at)
        memcpy(&word, b.p + at, b.n - at);
    hash_word(v, GUINT64_FROM_LE(word) | (guint64)b.n << 56);
    v[2] ^= 0xff;
    for (guint i = 0; i < 3; i++)
        hash_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif

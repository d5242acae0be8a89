/* A Feistel network over n bits, n from 1 to 128, in the shape of NIST SP 800-38G's FF1: two halves
 * of n/2 and n - n/2 bits that change places in each of ten rounds.
 *
 * What differs from FF1, and why: the numbers are binary, so a round adds by exclusive or; the round
 * function is one AES block, not a CBC-MAC, because half and round fit into one; and the tweak (the
 * class's prefix, where the bits stand) goes in as a secret mask, AES(tweak), so that each class has
 * a permutation of its own at one more block an address. FF1's own minimum of a million values is
 * not kept: a class of 256 addresses is permuted like any other, and nobody may expect more of it
 * than that an address is one of 256.
 *
 * feistel.c permutes strings of digits for tokens; its tweak of 16 bits cannot hold a prefix.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bitperm.h"

#include "aes.h"

#define ROUNDS 10 /* even: the halves end where they began */
#define PREFIX_MAX 104
#define BITS_MAX 128

struct bitperm {
    gcry_cipher_hd_t aes;
};

struct halves {
    guint64 a, b;
    guint na, nb; /* bits of each before the first round */
};

struct bitperm *bitperm_new(const struct key *key, const char *purpose, GError **error)
{
    guint8 subkey[KEY_BYTES];
    key_subkey(key, purpose, subkey);
    gcry_cipher_hd_t aes = aes_new(subkey, error);
    key_wipe(subkey, sizeof subkey);
    if (!aes)
        return NULL;
    struct bitperm *p = g_new0(struct bitperm, 1);
    p->aes = aes;
    return p;
}

void bitperm_free(struct bitperm *p)
{
    if (!p)
        return;
    aes_free(p->aes);
    g_free(p);
}

static guint64 bits_get(const guint8 *addr, guint from, guint n)
{
    guint64 v = 0;
    for (guint i = from; i < from + n; i++)
        v = v << 1 | (addr[i / 8] >> (7 - i % 8) & 1);
    return v;
}

static void bits_put(guint8 *addr, guint from, guint n, guint64 v)
{
    for (guint i = from + n; i > from; v >>= 1) {
        i--;
        guint8 bit = (guint8)(0x80 >> (i % 8));
        addr[i / 8] = (guint8)(v & 1 ? addr[i / 8] | bit : addr[i / 8] & ~bit);
    }
}

static guint64 low_bits(guint n)
{
    return n >= 64 ? G_MAXUINT64 : ((guint64)1 << n) - 1;
}

static void xor_number(guint8 block[AES_BLOCK], guint64 v)
{
    for (guint i = 0; i < 8; i++)
        block[i] ^= (guint8)(v >> (56 - 8 * i));
}

static guint64 number_of(const guint8 block[AES_BLOCK])
{
    guint64 v = 0;
    for (guint i = 0; i < 8; i++)
        v = v << 8 | block[i];
    return v;
}

/* Prefix in the first 13 bytes, then what tells equal prefixes apart; `extra` in a block of its own. */
static void make_mask(const struct bitperm *p, struct bitperm_tweak tweak, const guint8 *addr, guint from,
                      guint to, guint8 mask[AES_BLOCK])
{
    memset(mask, 0, AES_BLOCK);
    memcpy(mask, addr, (from + 7) / 8);
    if (from % 8)
        mask[from / 8] &= (guint8) ~(0xff >> (from % 8));
    mask[13] = tweak.domain;
    mask[14] = (guint8)from;
    mask[15] = (guint8)to;
    aes_encrypt(p->aes, mask, AES_BLOCK);
    xor_number(mask, tweak.extra);
    aes_encrypt(p->aes, mask, AES_BLOCK);
}

static guint64 round_value(const struct bitperm *p, const guint8 mask[AES_BLOCK], guint round, guint64 half)
{
    guint8 block[AES_BLOCK];
    memcpy(block, mask, AES_BLOCK);
    xor_number(block, half);
    block[AES_BLOCK - 1] ^= (guint8)round;
    aes_encrypt(p->aes, block, AES_BLOCK);
    return number_of(block);
}

static void forward(const struct bitperm *p, const guint8 mask[AES_BLOCK], struct halves *h)
{
    for (guint round = 0; round < ROUNDS; round++) {
        guint n = round % 2 ? h->nb : h->na;
        guint64 c = (h->a ^ round_value(p, mask, round, h->b)) & low_bits(n);
        h->a = h->b;
        h->b = c;
    }
}

static void backward(const struct bitperm *p, const guint8 mask[AES_BLOCK], struct halves *h)
{
    for (guint round = ROUNDS; round-- > 0;) {
        guint n = round % 2 ? h->nb : h->na;
        guint64 c = h->b;
        h->b = h->a;
        h->a = (c ^ round_value(p, mask, round, h->b)) & low_bits(n);
    }
}

void bitperm_apply(const struct bitperm *p, struct bitperm_tweak tweak, guint8 *addr, guint from, guint to,
                   gboolean inverse)
{
    guint8 mask[AES_BLOCK];
    g_assert(from <= PREFIX_MAX && to <= BITS_MAX);
    if (from >= to)
        return;
    guint n = to - from;
    struct halves h = {.na = n / 2, .nb = n - n / 2};
    h.a = bits_get(addr, from, h.na);
    h.b = bits_get(addr, from + h.na, h.nb);
    make_mask(p, tweak, addr, from, to, mask);
    if (inverse)
        backward(p, mask, &h);
    else
        forward(p, mask, &h);
    bits_put(addr, from, h.na, h.a);
    bits_put(addr, from + h.na, h.nb, h.b);
}

guint64 bitperm_number(const struct bitperm *p, const guint8 in[16])
{
    guint8 block[AES_BLOCK];
    memcpy(block, in, AES_BLOCK);
    aes_encrypt(p->aes, block, AES_BLOCK);
    return number_of(block);
}

/* Crypto-PAn.
 *
 * Bit i of the image is bit i of the original, flipped or not as a pseudorandom function of the i
 * bits before it says. So whoever shares a prefix shares its flips, and the tree of all prefixes is
 * turned over at its nodes but never torn: that is all there is to it.
 *
 * The function: take the 16 bytes of the pad, put the first i bits of the original over the pad's
 * first i bits, encrypt by AES, take the highest bit.
 *
 *          pad       p0 p1 p2 p3 p4 p5 ...
 *          i = 0     p0 p1 p2 p3 p4 p5 ...   -> AES -> flip of bit 0
 *          i = 1     a0 p1 p2 p3 p4 p5 ...   -> AES -> flip of bit 1
 *          i = 2     a0 a1 p2 p3 p4 p5 ...   -> AES -> flip of bit 2
 *
 * Forwards all blocks are known at once: one call to AES for the whole address (the authors' program
 * makes 32). Backwards bit i is needed before block i + 1 can be written: one call for each bit.
 * For IPv6, on which the authors' program is silent, the blocks go on to i = 127, as all other
 * implementations do it.
 *
 * A weakness of the published function, which we reproduce: where bit i of the address is the pad's, blocks i and i + 1
 * are one, and so are the flips. Two neighbouring bits are flipped alike in 3 of 4 cases (THREATS.md says what that tells).
 *
 * By hand, with the sample key: 24.0.250.221 -> 100.15.198.226 and 24.13.62.231 -> 100.2.192.247
 * share 12 bits before (0x180, 0x180) and 12 bits after (0x640, 0x640).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cryptopan.h"

#include "aes.h"

#define BITS_MAX 128

struct cryptopan {
    gcry_cipher_hd_t aes;
    guint8 pad[AES_BLOCK];
};

struct cryptopan *cryptopan_new(const struct key *key, GError **error)
{
    gcry_cipher_hd_t aes = aes_new(key_raw(key), error);
    if (!aes)
        return NULL;
    struct cryptopan *p = g_new0(struct cryptopan, 1);
    p->aes = aes;
    memcpy(p->pad, key_raw(key) + AES_BLOCK, AES_BLOCK);
    aes_encrypt(aes, p->pad, AES_BLOCK);
    return p;
}

void cryptopan_free(struct cryptopan *p)
{
    if (!p)
        return;
    aes_free(p->aes);
    key_wipe(p, sizeof *p);
    g_free(p);
}

/* The pad with the first i bits of `addr`; reads no byte of `addr` that holds none of them. */
static void put_block(const struct cryptopan *p, const guint8 *addr, guint i, guint8 block[AES_BLOCK])
{
    guint whole = i / 8, rest = i % 8;
    memcpy(block, p->pad, AES_BLOCK);
    memcpy(block, addr, whole);
    if (rest) {
        guint8 low = (guint8)(0xff >> rest);
        block[whole] = (guint8)((addr[whole] & ~low) | (p->pad[whole] & low));
    }
}

static void flip(guint8 *addr, guint i, guint8 cipher)
{
    addr[i / 8] ^= (guint8)((cipher & 0x80) >> (i % 8));
}

static void forward(const struct cryptopan *p, guint8 *addr, guint from, guint to)
{
    guint8 blocks[BITS_MAX * AES_BLOCK];
    for (guint i = from; i < to; i++)
        put_block(p, addr, i, blocks + (i - from) * AES_BLOCK);
    aes_encrypt(p->aes, blocks, (gsize)(to - from) * AES_BLOCK);
    for (guint i = from; i < to; i++)
        flip(addr, i, blocks[(i - from) * AES_BLOCK]);
}

static void backward(const struct cryptopan *p, guint8 *addr, guint from, guint to)
{
    guint8 block[AES_BLOCK];
    for (guint i = from; i < to; i++) {
        put_block(p, addr, i, block);
        aes_encrypt(p->aes, block, AES_BLOCK);
        flip(addr, i, block[0]);
    }
}

void cryptopan_apply(const struct cryptopan *p, guint8 *addr, guint from, guint to, gboolean inverse)
{
    g_assert(to <= BITS_MAX);
    if (from >= to)
        return;
    if (inverse)
        backward(p, addr, from, to);
    else
        forward(p, addr, from, to);
}

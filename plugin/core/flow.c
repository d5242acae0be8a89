/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow.h"

#include "aes.h"
#include "bitperm.h"

struct flows {
    gcry_cipher_hd_t constants;
    struct bitperm *numbers;
    gboolean reversed;
};

/* The key was accepted before, so what fails here is memory: as fatal as in g_malloc. */
static void must(const void *made, const GError *error)
{
    if (!made)
        g_error("%s", error->message);
}

struct flows *flows_new(const struct key *key)
{
    struct flows *f = g_new0(struct flows, 1);
    guint8 subkey[KEY_BYTES];
    GError *error = NULL;
    key_subkey(key, "flow/constant", subkey);
    f->constants = aes_new(subkey, &error);
    key_wipe(subkey, sizeof subkey);
    must(f->constants, error);
    f->numbers = bitperm_new(key, "flow/number", &error);
    must(f->numbers, error);
    return f;
}

void flows_free(struct flows *f)
{
    if (!f)
        return;
    aes_free(f->constants);
    bitperm_free(f->numbers);
    g_free(f);
}

static void absorb(const struct flows *f, guint8 block[AES_BLOCK], const guint8 *addr)
{
    for (guint i = 0; i < AES_BLOCK; i++)
        block[i] ^= addr[i];
    aes_encrypt(f->constants, block, AES_BLOCK);
}

void flows_reverse(struct flows *f)
{
    f->reversed = TRUE;
}

/* CBC-MAC over use, family, ports and addresses. The family stands in the first block and fixes the
 * length, so that plain CBC-MAC is enough. Two blocks for IPv4, three for IPv6; 14 ns each, which no
 * table beats. */
guint64 flow_constant(const struct flows *f, enum flow_use use, const struct endpoint *src,
                      const struct endpoint *dst)
{
    guint8 block[AES_BLOCK] = {src->family, (guint8)use};
    put_u16be(block + 4, src->port);
    put_u16be(block + 6, dst->port);
    aes_encrypt(f->constants, block, AES_BLOCK);
    if (src->family == 6) {
        absorb(f, block, src->addr);
        absorb(f, block, dst->addr);
    } else {
        guint8 both[AES_BLOCK] = {0};
        memcpy(both, src->addr, 4);
        memcpy(both + 4, dst->addr, 4);
        absorb(f, block, both);
    }
    guint64 constant;
    memcpy(&constant, block, sizeof constant);
    return GUINT64_FROM_LE(constant);
}

guint32 flow_shift(guint32 v, guint64 by, guint32 max)
{
    return v == 0 ? 0 : (guint32)((v - 1 + by % max) % max) + 1;
}

static gboolean all_zero(const guint8 *p, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (p[i])
            return FALSE;
    return TRUE;
}

/* A permutation that keeps 0: what would land on 0 takes the place that 0 would take. The way back does the same. */
static void permute(const struct flows *f, guint8 domain, guint8 *p, guint bits)
{
    const struct bitperm_tweak tweak = {domain, bits};
    if (all_zero(p, (bits + 7) / 8))
        return;
    bitperm_apply(f->numbers, tweak, p, 0, bits, f->reversed);
    if (all_zero(p, (bits + 7) / 8))
        bitperm_apply(f->numbers, tweak, p, 0, bits, f->reversed);
}

guint32 flow_permute(const struct flows *f, enum flow_use use, guint32 v, guint bits)
{
    guint8 block[16] = {0};
    put_u32be(block, v << (32 - bits));
    permute(f, (guint8)use, block, bits);
    struct reader r = reader_of((struct bytes){block, 4});
    return rd_u32be(&r) >> (32 - bits);
}

#define DOMAIN_ID 0xff /* no flow_use */

void flow_permute_id(const struct flows *f, guint8 *id, gsize n)
{
    guint8 block[16] = {0};
    g_return_if_fail(n >= 4 && n <= 16);
    memcpy(block, id, n);
    permute(f, DOMAIN_ID, block, (guint)n * 8);
    memcpy(id, block, n);
}

gboolean endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
    gsize n = a->family == 4 ? 4 : 16;
    return a->family == b->family && a->port == b->port && memcmp(a->addr, b->addr, n) == 0;
}

guint endpoint_hash(const struct endpoint *e)
{
    guint h = bytes_hash((struct bytes){e->addr, e->family == 4 ? 4 : 16});
    return (h ^ e->port) * 0x9e3779b1u;
}

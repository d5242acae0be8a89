/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec_value.h"

#define BLOCK 16
#define ID_MIN 4

void codec_put(struct codec *c, gsize from, gsize to, struct bytes after)
{
    rw_put(c->rw, from, to, arena_dup(c->rw->arena, after), KIND_KEPT);
}

void codec_put_u8(struct codec *c, gsize at, guint8 v)
{
    codec_put(c, at, at + 1, (struct bytes){&v, 1});
}

void codec_put_u16(struct codec *c, gsize at, guint16 v)
{
    guint8 p[2];
    put_u16be(p, v);
    codec_put(c, at, at + 2, (struct bytes){p, 2});
}

void codec_put_u32(struct codec *c, gsize at, guint32 v)
{
    guint8 p[4];
    put_u32be(p, v);
    codec_put(c, at, at + 4, (struct bytes){p, 4});
}

static struct reader reader_at(const struct codec *c, gsize at)
{
    return reader_of(bytes_from(c->rw->text, at));
}

guint8 codec_u8(const struct codec *c, gsize at)
{
    struct reader r = reader_at(c, at);
    return rd_u8(&r);
}

guint16 codec_u16(const struct codec *c, gsize at)
{
    struct reader r = reader_at(c, at);
    return rd_u16be(&r);
}

guint32 codec_u32(const struct codec *c, gsize at)
{
    struct reader r = reader_at(c, at);
    return rd_u32be(&r);
}

void codec_address(struct codec *c, gsize from, gsize to)
{
    struct bytes in = rw_bytes(c->rw, from, to);
    guint8 *image = arena_alloc(c->rw->arena, BLOCK);
    if (in.n == 4)
        addresses_map4(c->rw->tables->addresses, in.p, image);
    else if (in.n == 16)
        addresses_map6(c->rw->tables->addresses, in.p, image);
    else
        rw_scrub_binary(c->rw, from, to);
    if (in.n == 4 || in.n == 16)
        rw_replace(c->rw, from, to, (struct bytes){image, in.n}, KIND_ADDRESS);
}

void codec_mac(struct codec *c, gsize from, gsize to)
{
    struct bytes in = rw_bytes(c->rw, from, to);
    guint8 *image = arena_alloc(c->rw->arena, 6);
    if (in.n != 6) {
        rw_scrub_binary(c->rw, from, to);
        return;
    }
    addresses_map_mac(c->rw->tables->addresses, in.p, image);
    rw_replace(c->rw, from, to, (struct bytes){image, 6}, KIND_MAC);
}

void codec_permute(const struct flows *flows, guint8 *p, gsize n)
{
    if (n < ID_MIN) {
        if (n)
            memset(p, 0, n);
        return;
    }
    while (n) {
        gsize block = MIN(n, BLOCK);
        if (n > BLOCK && n - BLOCK < ID_MIN)
            block = BLOCK - ID_MIN;
        flow_permute_id(flows, p, block);
        p += block;
        n -= block;
    }
}

void codec_id(struct codec *c, gsize from, gsize to)
{
    struct bytes in = rw_bytes(c->rw, from, to);
    if (in.n == 0)
        return;
    guint8 *image = arena_alloc(c->rw->arena, in.n);
    memcpy(image, in.p, in.n);
    codec_permute(c->flows, image, in.n);
    rw_replace(c->rw, from, to, (struct bytes){image, in.n}, KIND_TOKEN);
}

struct bytes codec_text(struct codec *c, gsize from, gsize to, rw_judge judge, gconstpointer arg)
{
    while (to > from && bytes_at(c->rw->text, to - 1) == 0)
        to--;
    if (from == to)
        return BYTES_NONE;
    if (to - from > CODEC_TEXT_MAX)
        return scrub_text(c->rw->arena, to - from);
    return rw_child(c->rw, from, to, rw_bytes(c->rw, from, to), judge, arg);
}

gboolean codec_sip(struct codec *c, gsize from, gsize to, gsize missing, enum sip_transport transport,
                   const struct endpoint *src, const struct endpoint *dst, gsize max, struct bytes *written)
{
    struct bytes text = rw_bytes(c->rw, from, to);
    if (!c->sip || sip_recognise(text) != PARSE_OK)
        return FALSE;
    return c->sip(c, text, missing, transport, src, dst, written) && written->n <= max;
}

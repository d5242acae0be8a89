/* frame_fixture.h - a writer with a fixed key, and what a schoolbook says of a frame's checksums.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_FRAME_FIXTURE_H
#define SIANTO_TESTS_FRAME_FIXTURE_H

#include "frames.h"

/* The payload of all frames here. */
static const char frame_text[] = "REGISTER sip:d1.invalid SIP/2.0\r\nCall-ID: 1\r\n\r\n";
#define TEXT BYTES_LIT(frame_text)

struct fixture {
    struct key *key;
    struct addresses *addresses;
    struct frame_writer *writer;
    GByteArray *out;
    guint32 wire_len;
};

static inline void set_up(struct fixture *x)
{
    guint8 raw[KEY_BYTES];
    for (guint8 i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 29 + 3);
    g_assert_true(key_init_library(NULL));
    x->key = key_new(raw, NULL);
    x->addresses = addresses_new(x->key, ADDRESSES_CLASS, NULL, NULL);
    x->writer = frame_writer_new(x->key, x->addresses);
    x->out = g_byte_array_new();
}

static inline void tear_down(struct fixture *x)
{
    g_byte_array_free(x->out, TRUE);
    frame_writer_free(x->writer);
    addresses_free(x->addresses);
    key_free(x->key);
}

/* Writes `b` with `payload` and walks the result. */
static inline struct frame rewrite(struct fixture *x, const GByteArray *b, guint32 wire_len, guint linktype,
                            struct bytes payload)
{
    struct frame f, g;
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), wire_len, linktype), ==, DROP_NONE);
    g_assert_cmpint(frame_write(x->writer, &f, payload, x->out, &x->wire_len), ==, DROP_NONE);
    g_assert_cmpint(frame_walk(&g, bytes_of_array(x->out), x->wire_len, linktype), ==, DROP_NONE);
    g_assert_true(bytes_eq(bytes_span(g.captured, g.payload), payload));
    g_assert_cmpuint(g.n_layers, ==, f.n_layers);
    g_assert_cmpint(g.cut, ==, f.cut);
    return g;
}

static inline const struct layer *layer_of(const struct frame *f, enum layer_kind kind)
{
    for (guint i = 0; i < f->n_layers; i++)
        if (f->layer[i].kind == kind)
            return &f->layer[i];
    g_error("no layer %d", kind);
}

static inline const guint8 *at(const struct frame *f, enum layer_kind kind, gsize off)
{
    return bytes_from(f->captured, layer_of(f, kind)->off + off).p;
}

static inline guint16 u16_at(const struct frame *f, enum layer_kind kind, gsize off)
{
    const guint8 *p = at(f, kind, off);
    return (guint16)(p[0] << 8 | p[1]);
}

/* What the schoolbook says of the checksums: the right one of UDP, the pseudo-header's part. */
static inline guint16 udp_partial(const struct frame *f)
{
    gsize n = f->src.family == 4 ? 4 : 16;
    return (guint16)frames_pseudo(f->src.addr, f->dst.addr, n, f->payload_wire_len + 8);
}

static inline guint16 udp_right(const struct frame *f)
{
    g_autofree guint8 *copy = g_memdup2(at(f, LAYER_UDP, 0), f->payload.len + 8);
    put_u16be(copy + 6, 0);
    guint16 right = (guint16)~frames_sum(udp_partial(f), copy, f->payload.len + 8);
    return right ? right : 0xffff;
}

static inline guint16 ipv4_right(const struct frame *f)
{
    gsize n = layer_of(f, LAYER_IPV4)->len;
    g_autofree guint8 *copy = g_memdup2(at(f, LAYER_IPV4, 0), n);
    put_u16be(copy + 10, 0);
    return (guint16)~frames_sum(0, copy, n);
}

static inline void assert_checksums_right(const struct frame *f)
{
    g_assert_cmphex(u16_at(f, LAYER_UDP, 6), ==, udp_right(f));
    if (f->src.family == 4)
        g_assert_cmphex(u16_at(f, LAYER_IPV4, 10), ==, ipv4_right(f));
}

#endif

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
    struct flows *flows;
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
    x->flows = flows_new(x->key);
    x->writer = frame_writer_new(x->key, x->addresses, x->flows);
    x->out = g_byte_array_new();
}

static inline void tear_down(struct fixture *x)
{
    g_byte_array_free(x->out, TRUE);
    frame_writer_free(x->writer);
    flows_free(x->flows);
    addresses_free(x->addresses);
    key_free(x->key);
}

/* The same numbers as captured, and another payload. */
static inline struct frame_change change_of(const struct frame *f, struct bytes payload)
{
    struct frame_change c = {
        .payload = payload, .seq = f->tcp.seq, .ack = f->tcp.ack, .fragment_off = f->fragment.off};
    memcpy(c.sack, f->tcp.sack, sizeof c.sack);
    return c;
}

static inline enum drop_reason write_payload(struct fixture *x, const struct frame *f, struct bytes payload)
{
    struct frame_change c = change_of(f, payload);
    return frame_write(x->writer, f, &c, x->out, &x->wire_len);
}

/* Bytes of the payload that the writer computes: an ICMP message's checksum. */
static inline gboolean same_payload(const struct frame *f, struct bytes a, struct bytes b)
{
    if (f->carrier != CARRIER_ICMP && f->carrier != CARRIER_ICMP6)
        return bytes_eq(a, b);
    return bytes_eq(bytes_sub(a, 0, 2), bytes_sub(b, 0, 2)) && bytes_eq(bytes_from(a, 4), bytes_from(b, 4));
}

/* Writes `b` with `payload` and walks the result. */
static inline struct frame rewrite(struct fixture *x, const GByteArray *b, guint32 wire_len, guint linktype,
                            struct bytes payload)
{
    struct frame f, g;
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), wire_len, linktype), ==, DROP_NONE);
    g_assert_cmpint(write_payload(x, &f, payload), ==, DROP_NONE);
    g_assert_cmpint(frame_walk(&g, bytes_of_array(x->out), x->wire_len, linktype), ==, DROP_NONE);
    g_assert_true(same_payload(&f, bytes_span(g.captured, g.payload), payload));
    g_assert_cmpuint(g.n_layers, ==, f.n_layers);
    g_assert_cmpint(g.carrier, ==, f.carrier);
    g_assert_cmpint(g.protocol, ==, f.protocol);
    g_assert_cmpint(g.cut, ==, f.cut);
    g_assert_cmpint(g.tso, ==, f.tso);
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

/* What the schoolbook says of the checksums: the right one, the pseudo-header's part. */
static inline guint16 sum_partial(const struct frame *f, guint8 protocol, gsize wire_len)
{
    gsize n = f->src.family == 4 ? 4 : 16;
    return (guint16)frames_pseudo(f->src.addr, f->dst.addr, n, protocol, wire_len);
}

/* Of bytes whose checksum stands at `at`, behind a sum that is begun. */
static inline guint16 sum_right(guint32 sum, struct bytes b, gsize at)
{
    g_autofree guint8 *copy = g_memdup2(b.p, b.n);
    put_u16be(copy + at, 0);
    return (guint16)~frames_sum(sum, copy, b.n);
}

static inline guint16 udp_partial(const struct frame *f)
{
    return sum_partial(f, 17, f->payload_wire_len + 8);
}

static inline guint16 udp_right(const struct frame *f)
{
    struct bytes datagram = bytes_sub(f->captured, layer_of(f, LAYER_UDP)->off, f->payload.len + 8);
    guint16 right = sum_right(udp_partial(f), datagram, 6);
    return right ? right : 0xffff;
}

static inline guint16 ipv4_right(const struct frame *f)
{
    return sum_right(0, bytes_sub(f->captured, layer_of(f, LAYER_IPV4)->off, layer_of(f, LAYER_IPV4)->len), 10);
}

/* Where the checksum of each kind of transport stands, and over what. */
struct transport_sum {
    struct bytes covered;
    gsize field;
    gboolean pseudo;
};

static inline struct transport_sum transport_sum(const struct frame *f)
{
    gboolean whole = f->carrier == CARRIER_ICMP || f->carrier == CARRIER_ICMP6;
    const struct layer *last = &f->layer[f->n_layers - 1];
    guint32 from = whole ? f->payload.off : last->off;
    struct transport_sum t = {bytes_sub(f->captured, from, f->payload.off + f->payload.len - from), 0, TRUE};
    switch (f->carrier) {
    case CARRIER_UDP:
        t.field = 6;
        break;
    case CARRIER_TCP:
        t.field = 16;
        break;
    case CARRIER_ICMP:
        t.pseudo = FALSE;
        t.field = 2;
        break;
    case CARRIER_ICMP6:
        t.field = 2;
        break;
    case CARRIER_SCTP:
    case CARRIER_FRAGMENT:
    case CARRIER_OTHER:
    case CARRIER_ARP:
    case CARRIER_PDU:
        t.covered = BYTES_NONE;
    }
    return t;
}

static inline guint16 transport_partial(const struct frame *f)
{
    struct transport_sum t = transport_sum(f);
    return t.pseudo ? sum_partial(f, f->protocol, t.covered.n) : 0;
}

static inline guint16 transport_right(const struct frame *f)
{
    struct transport_sum t = transport_sum(f);
    guint16 right = sum_right(transport_partial(f), t.covered, t.field);
    return right || f->carrier != CARRIER_UDP ? right : 0xffff;
}

static inline guint16 transport_found(const struct frame *f)
{
    struct transport_sum t = transport_sum(f);
    struct reader r = {t.covered, t.field, FALSE};
    return rd_u16be(&r);
}

static inline void assert_checksums_right(const struct frame *f)
{
    if (transport_sum(f).covered.n)
        g_assert_cmphex(transport_found(f), ==, transport_right(f));
    if (f->carrier == CARRIER_SCTP) {
        const guint8 *p = at(f, LAYER_SCTP, 0);
        struct reader r = {{p, 12 + f->payload.len}, 8, FALSE};
        g_assert_cmphex(rd_u32be(&r), ==, frames_crc(p, 12 + f->payload.len));
    }
    for (guint i = 0; i < f->n_layers; i++)
        if (f->layer[i].kind == LAYER_IPV4)
            g_assert_cmphex(frames_sum(0, f->captured.p + f->layer[i].off, f->layer[i].len), ==, 0xffff);
}

#endif

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
    sum = frames_sum(sum, b.p, at); /* which is even */
    return (guint16)~frames_sum(sum, b.p + at + 2, b.n - at - 2);
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
    return sum_right(0, bytes_sub(f->captured, layer_of(f, LAYER_IPV4)->off, layer_of(f, LAYER_IPV4)->len),
                     10);
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

/* --- all checksums of a frame, whatever the layers ------------------------------------------------------ */

/* Where layer i's checksum stands and over what; layer n_layers stands for an ICMP message. FALSE: none. */
struct layer_sum {
    struct bytes covered;
    guint32 at;      /* in the frame */
    gsize field;     /* in what is covered */
    guint8 protocol; /* of the pseudo-header; 0: none */
};

static inline gboolean layer_sum_of(const struct frame *f, guint i, struct layer_sum *s)
{
    static const struct {
        enum layer_kind kind;
        gsize field;
        guint8 protocol;
    } rows[] = {{LAYER_IPV4, 10, 0}, {LAYER_UDP, 6, 17}, {LAYER_TCP, 16, 6}, {LAYER_GRE, 4, 0}};
    if (i == f->n_layers) {
        guint32 off = f->payload.off;
        gboolean six = f->carrier == CARRIER_ICMP6;
        *s = (struct layer_sum){bytes_span(f->captured, f->payload), off + 2, 2, six ? 58 : 0};
        return six || f->carrier == CARRIER_ICMP;
    }
    const struct layer *l = &f->layer[i];
    for (guint k = 0; k < G_N_ELEMENTS(rows); k++) {
        if (rows[k].kind != l->kind)
            continue;
        gsize end = l->kind == LAYER_IPV4 ? l->off + l->len : l->wire_end;
        *s = (struct layer_sum){bytes_sub(f->captured, l->off, end - l->off), l->off + (guint32)rows[k].field,
                                rows[k].field, rows[k].protocol};
        return l->kind != LAYER_GRE || f->captured.p[l->off] & 0x80;
    }
    return FALSE;
}

/* The addresses around layer i; the innermost ones are those that a source route names. */
static inline guint32 pseudo_of(const struct frame *f, guint i, guint8 protocol, gsize n)
{
    guint ip = i, innermost = f->n_layers;
    while (f->layer[--innermost].kind != LAYER_IPV4 && f->layer[innermost].kind != LAYER_IPV6)
        ;
    while (f->layer[--ip].kind != LAYER_IPV4 && f->layer[ip].kind != LAYER_IPV6)
        ;
    const guint8 *header = f->captured.p + f->layer[ip].off;
    if (ip == innermost && f->src.family)
        return frames_pseudo(f->src.addr, f->dst.addr, f->src.family == 4 ? 4 : 16, protocol, n);
    return f->layer[ip].kind == LAYER_IPV4 ? frames_pseudo(header + 12, header + 16, 4, protocol, n)
                                           : frames_pseudo(header + 8, header + 24, 16, protocol, n);
}

static inline gboolean layer_sum_right(const struct frame *f, guint i, const struct layer_sum *s)
{
    struct reader r = {s->covered, s->field, FALSE};
    guint16 found = rd_u16be(&r);
    guint32 pseudo = s->protocol ? pseudo_of(f, i, s->protocol, s->covered.n) : 0;
    guint16 right = sum_right(pseudo, s->covered, s->field);
    if (s->protocol == 17 && right == 0)
        right = 0xffff;
    return found == right || (s->protocol == 17 && found == 0);
}

static inline gboolean sctp_right(const struct frame *f)
{
    struct bytes packet = bytes_sub(f->captured, f->payload.off - 12, 12 + f->payload.len);
    struct reader r = {packet, 8, FALSE};
    return rd_u32be(&r) == frames_crc(packet.p, packet.n);
}

/* A bit for each layer whose checksum is wrong. */
static inline guint32 wrong_sums(const struct frame *f)
{
    guint32 wrong = f->carrier == CARRIER_SCTP && !sctp_right(f) ? 1u << 31 : 0;
    struct layer_sum s;
    for (guint i = 0; i <= f->n_layers; i++)
        if (layer_sum_of(f, i, &s) && !layer_sum_right(f, i, &s))
            wrong |= 1u << i;
    return wrong;
}

static inline void assert_checksums_right(const struct frame *f)
{
    g_assert_cmphex(wrong_sums(f), ==, 0);
}

#endif

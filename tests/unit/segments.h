/* segments.h - TCP segments for tests, as bare IPv4 packets, and what a receiver makes of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_SEGMENTS_H
#define SIANTO_TESTS_SEGMENTS_H

#include "frame.h"

/* Two ends: 0 is the client. */
struct segment {
    guint from; /* 0, 1 */
    guint32 seq, ack;
    guint8 flags;
    struct bytes data;
};

#define SEGMENT_HEADER 40
static const guint16 segment_ports[2] = {40123, 5060};

static inline GByteArray *segment_packet(const struct segment *s, guint16 server_port)
{
    guint8 h[SEGMENT_HEADER] = {0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 10, 1, 2, 3, 10, 1, 2, 4};
    put_u16be(h + 2, (guint16)(SEGMENT_HEADER + s->data.n));
    if (s->from)
        h[15] = 4, h[19] = 3;
    put_u16be(h + 20, s->from ? server_port : segment_ports[0]);
    put_u16be(h + 22, s->from ? segment_ports[0] : server_port);
    put_u32be(h + 24, s->seq);
    put_u32be(h + 28, s->ack);
    h[32] = 0x50, h[33] = s->flags, h[34] = 0xff;
    GByteArray *packet = g_byte_array_new();
    g_byte_array_append(packet, h, sizeof h);
    if (s->data.n)
        g_byte_array_append(packet, s->data.p, (guint)s->data.n);
    return packet;
}

/* Reads a packet of that form; the data borrow it. */
static inline struct segment segment_read(struct bytes packet, guint16 client_port)
{
    struct reader r = {packet, 20, FALSE};
    struct segment s = {.from = rd_u16be(&r) != client_port};
    rd_skip(&r, 2);
    s.seq = rd_u32be(&r);
    s.ack = rd_u32be(&r);
    rd_skip(&r, 1);
    s.flags = rd_u8(&r);
    s.data = bytes_from(packet, SEGMENT_HEADER);
    return s;
}

/* What one direction carried: the first copy of each byte counts, gaps are '?'. */
struct received {
    GByteArray *bytes;
    GByteArray *known;
    gboolean begun;
    guint32 first;
};

static inline void received_init(struct received *r)
{
    *r = (struct received){.bytes = g_byte_array_new(), .known = g_byte_array_new()};
}

static inline void received_clear(struct received *r)
{
    g_byte_array_unref(r->bytes);
    g_byte_array_unref(r->known);
}

static inline void received_add(struct received *r, guint32 first, const struct segment *s)
{
    gsize at = s->seq + !!(s->flags & TCP_SYN) - first, end = at + s->data.n;
    g_assert_cmpuint(end, <, 1 << 20);
    for (gsize was = r->bytes->len; was < end; was = r->bytes->len) {
        g_byte_array_append(r->bytes, (const guint8 *)"?", 1);
        g_byte_array_append(r->known, (const guint8 *)"", 1);
    }
    for (gsize i = 0; i < s->data.n; i++) {
        if (r->known->data[at + i])
            g_assert_cmpint(r->bytes->data[at + i], ==, s->data.p[i]);
        r->bytes->data[at + i] = s->data.p[i];
        r->known->data[at + i] = 1;
    }
}

#endif

/* frames_tunnel.h - the headers of tunnels and rarer links, for frames.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_FRAMES_TUNNEL_H
#define SIANTO_TESTS_FRAMES_TUNNEL_H

#include "frames.h"

#define FRAMES_HEADER(s, ...)                                                                                \
    frames_push(s, (const guint8[]){__VA_ARGS__}, sizeof((const guint8[]){__VA_ARGS__}))

/* Links of other kinds. */
static inline void frames_8023(struct frames_state *s)
{
    guint8 h[14] = {FRAMES_MAC_A, FRAMES_MAC_B};
    put_u16be(h + 12, (guint16)s->b->len);
    frames_push(s, h, sizeof h);
}

static inline void frames_typed(struct frames_state *s, const guint8 *head, gsize n)
{
    guint8 type[2];
    put_u16be(type, s->ethertype);
    frames_push(s, type, 2);
    frames_push(s, head, n);
    s->ethertype = 4; /* in Linux's cooked header */
}

static inline void frames_wlan(struct frames_state *s, guint8 type, guint8 flags, gboolean pad)
{
    guint8 h[40] = {type, flags, 0x30, 0, FRAMES_MAC_A, FRAMES_MAC_B, FRAMES_MAC_A, 0xd0, 0xc4};
    gsize n = 24;
    if ((flags & 3) == 3)
        memcpy(h + n, frames_mac_b, 6), n += 6;
    if (type & 0x80)
        h[n] = 5, h[n + 1] = 0xc4, n += 2;
    if (type & 0x80 && flags & 0x80)
        put_u32be(h + n, 0xc45d92e8), n += 4;
    if (pad)
        n += (4 - n % 4) % 4;
    frames_push(s, h, n);
}

static inline void frames_trailer(struct frames_state *s)
{
    g_byte_array_append(s->b, (const guint8[]){0xc4, 0x5d, 0x92, 0xe8}, 4);
}

static inline void frames_device(struct frames_state *s, guint32 code, guint32 len, gsize n)
{
    guint8 h[144];
    memset(h, 0xc4, sizeof h);
    for (gsize i = 1; i < n; i += 2)
        h[i] = 0x5d;
    put_u32be(h, code);
    put_u32be(h + 4, len);
    frames_push(s, h, n);
}

/* With a prefix, a user and a mark around the packet header. */
static inline void frames_nflog(struct frames_state *s, gboolean big)
{
    guint8 tlvs[] = {8, 0, 1, 0, 0xc4, 0x5d, 1,  0, 9,    0,    10,   0,    0xc4, 0x5d, 0xc4, 0x5d,
                     0, 0, 0, 0, 8,    0,    11, 0, 0xc4, 0x5d, 0x92, 0xe8, 0,    0,    9,    0};
    gsize n = sizeof tlvs;
    put_u16le(tlvs + n - 4, (guint16)(s->b->len + 4));
    for (gsize i = 0; big && i < n; i += i == 8 ? 12 : i == 0 || i == 20 ? 8 : 4)
        for (gsize k = 0; k < 4; k += 2) {
            guint8 low = tlvs[i + k];
            tlvs[i + k] = tlvs[i + k + 1];
            tlvs[i + k + 1] = low;
        }
    frames_push(s, tlvs, n);
    FRAMES_HEADER(s, s->family == 2 ? 2 : 10, 0, 0xc4, 0x5d);
}

static inline void frames_pktap(struct frames_state *s, guint8 linktype)
{
    guint8 h[112];
    memset(h, 0xc4, sizeof h);
    for (gsize i = 1; i < sizeof h; i += 2)
        h[i] = 0x5d;
    put_u32le(h, sizeof h);
    put_u32le(h + 4, 1);
    put_u32le(h + 8, linktype);
    put_u32le(h + 36, 0xc45d0002);
    put_u32le(h + 40, 2);
    put_u32le(h + 44, 14);
    frames_push(s, h, sizeof h);
}

/* Tunnels. The numbers begin with c4 5d, which is nowhere else. */
static inline void frames_gre(struct frames_state *s, guint16 flags)
{
    guint8 h[16] = {0};
    gsize n = 4;
    put_u16be(h, flags);
    put_u16be(h + 2, s->ethertype);
    if (flags & 0x8000)
        n += 4;
    if (flags & 0x2000)
        put_u32be(h + n, 0xc45d92e8), n += 4;
    if (flags & 0x1000)
        put_u32be(h + n, 0xc45d0177), n += 4;
    frames_push(s, h, n);
    if (flags & 0x8000)
        put_u16be(s->b->data + 4, (guint16)~frames_sum(0, s->b->data, s->b->len));
    s->proto = 47;
}

static inline void frames_pptp(struct frames_state *s, gboolean ack)
{
    guint8 h[16] = {0x30, ack ? 0x81 : 1, 0x88, 0x0b, 0, 0, 0xc4, 0x5d, 0xc4, 0x5d, 1, 2, 0xc4, 0x5d, 2, 1};
    put_u16be(h + 4, (guint16)s->b->len);
    frames_push(s, h, ack ? 16 : 12);
    s->proto = 47;
}

static inline void frames_ah(struct frames_state *s)
{
    guint8 h[24] = {s->proto, 4, 0, 0,    0xc4, 0x5d, 0x92, 0xe8, 0xc4,
                    0x5d,     0, 7, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d};
    frames_push(s, h, sizeof h);
    s->proto = 51;
}

static inline void frames_mpls(struct frames_state *s, guint32 label, gboolean bottom)
{
    guint8 h[4];
    put_u32be(h, label << 12 | (bottom ? 0x540 : 0x440));
    frames_push(s, h, sizeof h);
    s->ethertype = 0x8847, s->proto = 137;
}

static inline void frames_in_udp(struct frames_state *s, guint16 port, const guint8 *header, gsize n)
{
    frames_push(s, header, n);
    frames_udp(s, 49321, port);
}

static inline void frames_gpe(struct frames_state *s)
{
    guint8 next = s->ethertype == 0x0800 ? 1 : s->ethertype == 0x86dd ? 2 : 3;
    frames_in_udp(s, 4790, (guint8[]){0x0c, 0, 0, next, 0xc4, 0x5d, 0x92, 0}, 8);
}

/* The flags say which optional fields follow; the last 8 bytes are an extension header. */
static inline void frames_gtp(struct frames_state *s, guint8 flags)
{
    guint8 h[20] = {flags, 255, 0, 0,    0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d,
                    0x92,  0,   2, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0};
    gsize n = flags & 4 ? 20 : flags & 3 ? 12 : 8;
    h[11] = flags & 4 ? 0x85 : 0;
    put_u16be(h + 2, (guint16)(s->b->len + n - 8));
    frames_in_udp(s, 2152, h, n);
}

static inline void frames_geneve(struct frames_state *s)
{
    guint8 h[20] = {3,    0x40, 0, 0,    0xc4, 0x5d, 0x92, 0,    0xc4,
                    0x5d, 0x92, 2, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d};
    put_u16be(h + 2, s->ethertype);
    frames_in_udp(s, 6081, h, sizeof h);
}

static inline void frames_l2tp(struct frames_state *s, gboolean all)
{
    guint8 least[6] = {0, 2, 0xc4, 0x5d, 0xc4, 0x92};
    guint8 h[16] = {0x4a, 2, 0, 0, 0xc4, 0x5d, 0xc4, 0x92, 0xc4, 0x5d, 0xc4, 0x93, 0, 2, 0xc4, 0x5d};
    put_u16be(h + 2, (guint16)(s->b->len + sizeof h));
    frames_in_udp(s, 1701, all ? h : least, all ? sizeof h : sizeof least);
}

#endif

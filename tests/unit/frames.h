/* frames.h - frames for tests, built from a line of text: "eth/vlan/ipv4/udp".
 *
 * The words of a line are the headers from the outside inwards; parts[] lists them all. Each header
 * names the one inside it and has right lengths and checksums, made by plain code that shares nothing
 * with the core. Addresses are of private ranges, so that a mapped one differs almost surely.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_FRAMES_H
#define SIANTO_TESTS_FRAMES_H

#include "frame.h"

#define FRAMES_SRC4 0x0a, 0x47, 0x13, 0x9d
#define FRAMES_DST4 0x0a, 0xc5, 0x62, 0x2b
#define FRAMES_HOP4 0x0a, 0x8e, 0xd1, 0x77
#define FRAMES_SRC6                                                                                          \
    0xfd, 0x5a, 0x91, 0xc3, 0x07, 0xe4, 0x42, 0xb8, 0x3c, 0x6d, 0xf2, 0x15, 0xa9, 0x7e, 0x28, 0xd4
#define FRAMES_DST6                                                                                          \
    0xfd, 0x5a, 0x91, 0xc3, 0x66, 0x19, 0x8d, 0x30, 0x4b, 0xc7, 0x0e, 0x95, 0xe1, 0x52, 0x7f, 0xa6
#define FRAMES_HOP6                                                                                          \
    0xfd, 0x5a, 0x91, 0xc3, 0xb2, 0x74, 0x5f, 0x0c, 0x98, 0x23, 0xde, 0x61, 0x1a, 0xf5, 0x84, 0x39
#define FRAMES_MAC_A 0x02, 0x8b, 0x4e, 0x71, 0xc9, 0x36
#define FRAMES_MAC_B 0x02, 0xd6, 0x1f, 0xa3, 0x58, 0xe2
#define FRAMES_ID 0x6b, 0x91          /* IPv4 identification */
#define FRAMES_LABEL 0x0c, 0x5e, 0xb7 /* flow label, with the traffic class's lower half in front */
#define FRAMES_SESSION 0x2d, 0x83     /* PPPoE */

static const guint8 frames_src4[4] = {FRAMES_SRC4}, frames_src6[16] = {FRAMES_SRC6};
static const guint8 frames_dst4[4] = {FRAMES_DST4}, frames_dst6[16] = {FRAMES_DST6};
static const guint8 frames_hop4[4] = {FRAMES_HOP4}, frames_hop6[16] = {FRAMES_HOP6};
static const guint8 frames_mac_a[6] = {FRAMES_MAC_A}, frames_mac_b[6] = {FRAMES_MAC_B};

#define FRAMES_SEQ 0x7c, 0x3e, 0x91, 0x05 /* TCP */
#define FRAMES_ACK 0xa3, 0x58, 0xc6, 0x1b
#define FRAMES_TAG 0x94, 0xe0, 0x2d, 0x6f /* SCTP */

/* What is built so far, from the inside outwards. */
struct frames_state {
    GByteArray *b; /* at first the payload */
    gsize sum_at;  /* where a checksum with pseudo-header stands in what it covers */
    gsize covered; /* the last bytes of b; 0: there is none to be computed */
    guint8 sum_protocol;
    const guint8 *src, *dst;        /* of the pseudo-header, where not those of the IP header */
    guint16 ethertype, ppp, family; /* what stands at the front of b, as others call it */
    guint8 proto;
};

static inline void frames_push(struct frames_state *s, const guint8 *header, gsize n)
{
    g_byte_array_prepend(s->b, header, (guint)n);
}

/* RFC 1071 as a schoolbook has it. */
static inline guint32 frames_sum(guint32 sum, const guint8 *p, gsize n)
{
    for (gsize i = 0; i < n; i++)
        sum += i % 2 ? p[i] : (guint32)p[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static inline guint32 frames_pseudo(const guint8 *src, const guint8 *dst, gsize address, guint8 protocol,
                                    gsize len)
{
    guint8 rest[6] = {0, protocol, (guint8)(len >> 24), (guint8)(len >> 16), (guint8)(len >> 8), (guint8)len};
    return frames_sum(frames_sum(frames_sum(0, src, address), dst, address), rest, 6);
}

/* CRC32c bit by bit, as it stands in the packet. */
static inline guint32 frames_crc(const guint8 *p, gsize n)
{
    guint32 crc = G_MAXUINT32;
    for (gsize i = 0; i < n; i++) {
        crc ^= i >= 8 && i < 12 ? 0 : p[i];
        for (guint bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
    return GUINT32_SWAP_LE_BE(~crc);
}

/* The next IP header outwards gives the pseudo-header. */
static inline void frames_sum_later(struct frames_state *s, gsize at, guint8 protocol)
{
    s->sum_at = at;
    s->covered = s->b->len;
    s->sum_protocol = protocol;
}

static inline void frames_sum_now(struct frames_state *s, const guint8 *src, const guint8 *dst, gsize address)
{
    if (s->covered == 0)
        return;
    guint8 *from = s->b->data + s->b->len - s->covered;
    guint32 sum =
        frames_pseudo(s->src ? s->src : src, s->dst ? s->dst : dst, address, s->sum_protocol, s->covered);
    guint16 right = (guint16)~frames_sum(sum, from, s->covered);
    put_u16be(from + s->sum_at, right || s->sum_protocol != 17 ? right : 0xffff);
    s->covered = 0;
    s->src = s->dst = NULL;
}

static inline void frames_udp(struct frames_state *s, guint16 from, guint16 to)
{
    guint8 h[8] = {0};
    put_u16be(h, from);
    put_u16be(h + 2, to);
    put_u16be(h + 4, (guint16)(s->b->len + 8));
    frames_push(s, h, sizeof h);
    frames_sum_later(s, 6, 17);
    s->proto = 17;
}

static inline void frames_tcp(struct frames_state *s, guint8 flags, struct bytes options)
{
    guint8 h[60] = {0x13, 0xc4, 0x13, 0xd8, FRAMES_SEQ, FRAMES_ACK, 0x50, 0, 0x20, 0x07, 0, 0, 0xc4, 0x5d};
    gsize n = 20 + options.n;
    h[12] = (guint8)(n / 4 << 4);
    h[13] = flags;
    if (flags & TCP_URG)
        put_u16be(h + 18, 9); /* else it means nothing, and is not to be seen again */
    if (options.n)
        memcpy(h + 20, options.p, options.n);
    frames_push(s, h, n);
    frames_sum_later(s, 16, 6);
    s->proto = 6;
}

static inline void frames_sctp(struct frames_state *s)
{
    guint8 h[12] = {0x13, 0xc4, 0x13, 0xd8, FRAMES_TAG};
    frames_push(s, h, sizeof h);
    put_u32be(s->b->data + 8, frames_crc(s->b->data, s->b->len));
    s->proto = 132;
}

/* The payload is the message, whose checksum is put right. */
static inline void frames_icmp(struct frames_state *s)
{
    put_u16be(s->b->data + 2, 0);
    put_u16be(s->b->data + 2, (guint16)~frames_sum(0, s->b->data, s->b->len));
    s->proto = 1;
}

static inline void frames_icmp6(struct frames_state *s)
{
    put_u16be(s->b->data + 2, 0);
    frames_sum_later(s, 2, 58);
    s->proto = 58;
}

/* `flags` and offset as they stand in the header: what is inside is a fragment's data. */
static inline void frames_ipv4_flags(struct frames_state *s, struct bytes options, guint16 flags)
{
    guint8 h[60] = {0x45, 0xb8, 0, 0, FRAMES_ID, 0, 0, 61, s->proto, 0, 0, FRAMES_SRC4, FRAMES_DST4};
    gsize n = 20 + options.n;
    h[0] = (guint8)(0x40 | n / 4);
    put_u16be(h + 6, flags);
    if (options.n)
        memcpy(h + 20, options.p, options.n);
    put_u16be(h + 2, (guint16)(n + s->b->len));
    put_u16be(h + 10, (guint16)~frames_sum(0, h, n));
    frames_sum_now(s, frames_src4, frames_dst4, 4);
    frames_push(s, h, n);
    s->ethertype = 0x0800, s->ppp = 0x0021, s->family = 2, s->proto = 4;
}

static inline void frames_ipv4(struct frames_state *s, struct bytes options)
{
    frames_ipv4_flags(s, options, 0x4000);
}

static inline void frames_ipv6(struct frames_state *s)
{
    guint8 h[40] = {0x62, FRAMES_LABEL, 0, 0, s->proto, 63, FRAMES_SRC6, FRAMES_DST6};
    put_u16be(h + 4, (guint16)s->b->len);
    frames_sum_now(s, frames_src6, frames_dst6, 16);
    frames_push(s, h, sizeof h);
    s->ethertype = 0x86dd, s->ppp = 0x0057, s->family = 30, s->proto = 41;
}

static inline void frames_extension(struct frames_state *s, guint8 proto, const guint8 *whole, gsize n)
{
    frames_push(s, whole, n);
    s->b->data[0] = s->proto;
    s->proto = proto;
}

static inline void frames_ethernet(struct frames_state *s)
{
    guint8 h[14] = {FRAMES_MAC_A, FRAMES_MAC_B};
    put_u16be(h + 12, s->ethertype);
    frames_push(s, h, sizeof h);
    s->ethertype = 0x6558, s->proto = 143;
}

static inline void frames_vlan(struct frames_state *s, guint16 tag, guint16 outer_type)
{
    guint8 h[4];
    put_u16be(h, tag);
    put_u16be(h + 2, s->ethertype);
    frames_push(s, h, sizeof h);
    s->ethertype = outer_type;
}

static inline void frames_ppp(struct frames_state *s, gboolean address, gboolean short_protocol)
{
    guint8 number[2] = {(guint8)(s->ppp >> 8), (guint8)s->ppp};
    frames_push(s, number + short_protocol, short_protocol ? 1 : 2);
    if (address)
        frames_push(s, (const guint8[]){0xff, 0x03}, 2);
}

static inline void frames_pppoe(struct frames_state *s)
{
    guint8 h[6] = {0x11, 0, FRAMES_SESSION};
    put_u16be(h + 4, (guint16)s->b->len);
    frames_push(s, h, sizeof h);
    s->ethertype = 0x8864;
}

static inline void frames_null(struct frames_state *s, gboolean little, guint8 family)
{
    guint8 h[4] = {0};
    h[little ? 0 : 3] = family ? family : (guint8)s->family;
    frames_push(s, h, sizeof h);
}

static inline void frames_sll(struct frames_state *s, guint8 address_len)
{
    guint8 h[16] = {0, 4, 0, 1, 0, address_len, FRAMES_MAC_A, 0xe7, 0x99};
    put_u16be(h + 14, s->ethertype);
    frames_push(s, h, sizeof h);
}

static inline void frames_sll2(struct frames_state *s, guint32 interface)
{
    guint8 h[20] = {0, 0, 0xbe, 0xef, 0, 0, 0, 0, 0, 1, 4, 6, FRAMES_MAC_A, 0xe7, 0x99};
    put_u16be(h, s->ethertype);
    put_u32be(h + 4, interface);
    frames_push(s, h, sizeof h);
}

#include "frames_tunnel.h"

#define FRAMES_TCP(s, flags, ...)                                                                            \
    frames_tcp(s, flags, (struct bytes){(const guint8[]){__VA_ARGS__}, sizeof((const guint8[]){__VA_ARGS__})})
#define FRAMES_OPTIONS(s, ...)                                                                               \
    frames_ipv4(s, (struct bytes){(const guint8[]){__VA_ARGS__}, sizeof((const guint8[]){__VA_ARGS__})})
#define FRAMES_EXTENSION(s, proto, ...)                                                                      \
    frames_extension(s, proto, (const guint8[]){__VA_ARGS__}, sizeof((const guint8[]){__VA_ARGS__}))

/* A row is a word and the statements that put its header in front of what is there. */
static inline gboolean frames_part(struct frames_state *s, const char *word)
{
#define PART(name, code)                                                                                     \
    if (g_str_equal(word, name)) {                                                                           \
        code;                                                                                                \
        return TRUE;                                                                                         \
    }
    PART("udp", frames_udp(s, 5060, 5080))
    PART("tcp", frames_tcp(s, TCP_ACK | TCP_PSH, BYTES_NONE))
    PART("tcp-syn",
         FRAMES_TCP(s, TCP_SYN, 2, 4, 5, 0xb4, 4, 2, 8, 10, 0x5e, 0x71, 0x0a, 0xc9, 0, 0, 0, 0, 1, 3, 3, 7))
    PART("tcp-time", FRAMES_TCP(s, TCP_ACK, 1, 1, 8, 10, 0x5e, 0x71, 0x0a, 0xc9, 0x3b, 0x84, 0xd2, 0x17))
    PART("tcp-sack", FRAMES_TCP(s, TCP_ACK, 1, 1, 5, 18, 0xa3, 0x58, 0xd0, 0, 0xa3, 0x58, 0xe0, 0, 0xa3, 0x59,
                                0, 0, 0xa3, 0x59, 8, 0))
    PART("tcp-urgent", frames_tcp(s, TCP_ACK | TCP_URG, BYTES_NONE))
    PART("tcp-rst", frames_tcp(s, TCP_RST, BYTES_NONE))
    PART("tcp-unknown", FRAMES_TCP(s, TCP_SYN, 34, 10, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0x92, 0xe8, 30, 4,
                                   0xc4, 0x5d, 19, 6, 0xc4, 0x5d, 0x92, 0xe8, 0, 0xc4, 0x5d, 0x92))
    PART("tcp-broken", FRAMES_TCP(s, TCP_ACK, 1, 1, 8, 40, 0xc4, 0x5d, 0x92, 0xe8))
    PART("tcp-md5", FRAMES_TCP(s, TCP_ACK, 2, 4, 5, 0xb4, 1, 1, 19, 18, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d,
                               0x92, 0xe8, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0x92, 0xe8, 1, 1, 8, 10, 0x5e,
                               0x71, 0x0a, 0xc9, 0x3b, 0x84, 0xd2, 0x17))
    PART("tcp-odd", FRAMES_TCP(s, TCP_ACK, 1, 3, 3, 200, 2, 3, 0xc4, 4, 3, 0x5d, 0, 0xc4))
    PART("tcp-nops", FRAMES_TCP(s, TCP_ACK, 1, 1, 1, 1))
    PART("arp", s->ethertype = 0x0806)
    PART("sctp", frames_sctp(s))
    PART("icmp", frames_icmp(s))
    PART("icmp6", frames_icmp6(s))
    PART("other", s->proto = 88)
    PART("ipv4-frag", frames_ipv4_flags(s, BYTES_NONE, 0x00b9))
    PART("ipv4-more", frames_ipv4_flags(s, BYTES_NONE, 0x20b9))
    PART("frag", FRAMES_EXTENSION(s, 44, 0, 0, 0x05, 0xc8, 0xc4, 0x5d, 0x92, 0xe8))
    PART("more", FRAMES_EXTENSION(s, 44, 0, 0, 0x05, 0xc9, 0xc4, 0x5d, 0x92, 0xe8))
    PART("frag-dst", FRAMES_EXTENSION(s, 60, 0, 0, 1, 4, 0, 0, 0, 0))
    PART("ipv4", frames_ipv4(s, BYTES_NONE))
    PART("ipv4-rr", FRAMES_OPTIONS(s, 1, 7, 11, 8, FRAMES_HOP4, 0, 0, 0, 0))
    PART("ipv4-lsrr", s->dst = frames_hop4; FRAMES_OPTIONS(s, 131, 7, 4, FRAMES_HOP4, 0))
    PART("ipv4-lsrr-done", FRAMES_OPTIONS(s, 131, 7, 8, FRAMES_HOP4, 1))
    PART("ipv4-ts", FRAMES_OPTIONS(s, 68, 12, 13, 0x31, FRAMES_HOP4, 0x03, 0xa7, 0x5c, 0x1e))
    PART("ipv4-ts-alone", FRAMES_OPTIONS(s, 68, 8, 9, 0x20, 0x03, 0xa7, 0x5c, 0x1e))
    PART("ipv4-alert", FRAMES_OPTIONS(s, 148, 4, 0, 1))
    PART("ipv4-unknown", FRAMES_OPTIONS(s, 0x86, 6, 0xc4, 0x5d, 0x92, 0xe8, 0, 0x77))
    PART("ipv4-between", FRAMES_OPTIONS(s, 1, 0x86, 6, 0xc4, 0x5d, 0x92, 0xe8, 1, 148, 4, 0, 1, 0x88, 4, 0xc4,
                                        0x5d, 1, 0, 0, 0))
    PART("ipv4-nops", FRAMES_OPTIONS(s, 1, 1, 1, 0))
    PART("ipv4-broken", FRAMES_OPTIONS(s, 1, 7, 40, 4, FRAMES_HOP4))
    PART("ipv6", frames_ipv6(s))
    PART("hbh", FRAMES_EXTENSION(s, 0, 0, 0, 5, 2, 0, 0, 1, 0))
    PART("jumbo", FRAMES_EXTENSION(s, 0, 0, 0, 0xc2, 4, 0, 0, 0, 0); put_u32be(s->b->data + 4, s->b->len))
    PART("dst",
         FRAMES_EXTENSION(s, 60, 0, 1, 0, 0x1e, 9, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0x92, 0xe8, 7, 0, 0))
    PART("home", s->src = frames_hop6; FRAMES_EXTENSION(s, 60, 0, 2, 1, 2, 0, 0, 201, 16, FRAMES_HOP6))
    PART("rt0", s->dst = frames_hop6; FRAMES_EXTENSION(s, 43, 0, 2, 0, 1, 0, 0, 0, 0, FRAMES_HOP6))
    PART("rt0-two", s->dst = frames_hop6;
         FRAMES_EXTENSION(s, 43, 0, 4, 0, 2, 0, 0, 0, 0, FRAMES_SRC6, FRAMES_HOP6))
    PART("rt0-done", FRAMES_EXTENSION(s, 43, 0, 2, 0, 0, 0, 0, 0, 0, FRAMES_HOP6))
    PART("rt2", s->dst = frames_hop6; FRAMES_EXTENSION(s, 43, 0, 2, 2, 1, 0, 0, 0, 0, FRAMES_HOP6))
    PART("srh", s->dst = frames_hop6; FRAMES_EXTENSION(s, 43, 0, 5, 4, 1, 1, 0, 0xc4, 0x5d, FRAMES_HOP6,
                                                       FRAMES_DST6, 4, 6, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d))
    PART("rt9-done", FRAMES_EXTENSION(s, 43, 0, 0, 9, 0, 0xc4, 0x5d, 0x92, 0xe8))
    PART("rt9", FRAMES_EXTENSION(s, 43, 0, 0, 9, 1, 0xc4, 0x5d, 0x92, 0xe8))
    PART("atomic", FRAMES_EXTENSION(s, 44, 0, 0, 0, 0, 0xc4, 0x5d, 0x92, 0xe8))
    PART("eth", frames_ethernet(s))
    PART("gre", frames_gre(s, 0))
    PART("gre-key", frames_gre(s, 0x2000))
    PART("gre-seq", frames_gre(s, 0x1000))
    PART("gre-all", frames_gre(s, 0xb000))
    PART("gre-pptp", frames_pptp(s, FALSE))
    PART("gre-pptp-ack", frames_pptp(s, TRUE))
    PART("erspan1", s->ethertype = 0x88be)
    PART("erspan2", FRAMES_HEADER(s, 0x10, 0x64, 0xa2, 0x9d, 0, 0x0c, 0x45, 0xd9); s->ethertype = 0x88be)
    PART("erspan3", FRAMES_HEADER(s, 0x20, 0x64, 0xa2, 0x9d, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0x80, 0x08);
         s->ethertype = 0x22eb)
    PART("erspan3-sub", FRAMES_HEADER(s, 0x20, 0x64, 0xa2, 0x9d, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0x80,
                                      0x09, 0xc4, 0x5d, 0x92, 0xe8, 0xc4, 0x5d, 0x92, 0xe8);
         s->ethertype = 0x22eb)
    PART("ah", frames_ah(s))
    PART("etherip", FRAMES_HEADER(s, 0x30, 0); s->proto = 97)
    PART("mpls", frames_mpls(s, 0xc45d9, TRUE))
    PART("mpls-top", frames_mpls(s, 0xc45da, FALSE))
    PART("mpls-null", frames_mpls(s, 2, TRUE))
    PART("cw", FRAMES_HEADER(s, 0, 0, 0xc4, 0x5d))
    PART("cw-len", FRAMES_HEADER(s, 0, 50, 0xc4, 0x5d))
    PART("pbb", FRAMES_HEADER(s, 0x30, 0xc4, 0x5d, 0x92); s->ethertype = 0x88e7)
    PART("udp-vxlan", frames_in_udp(s, 4789, (guint8[]){8, 0, 0, 0, 0xc4, 0x5d, 0x92, 0}, 8))
    PART("udp-vxlan-linux", frames_in_udp(s, 8472, (guint8[]){8, 0, 0, 0, 0xc4, 0x5d, 0x92, 0}, 8))
    PART("udp-vxlan-gbp", frames_in_udp(s, 4789, (guint8[]){0x88, 8, 0xc4, 0x5d, 0xc4, 0x5d, 0x92, 0}, 8))
    PART("udp-gpe", frames_gpe(s))
    PART("udp-geneve", frames_geneve(s))
    PART("udp-gtp", frames_gtp(s, 0x30))
    PART("udp-gtp-seq", frames_gtp(s, 0x32))
    PART("udp-gtp-npdu", frames_gtp(s, 0x31))
    PART("udp-gtp-ext", frames_gtp(s, 0x36))
    PART("udp-l2tp", frames_l2tp(s, FALSE))
    PART("udp-l2tp-all", frames_l2tp(s, TRUE))
    PART("udp-mpls", frames_udp(s, 49321, 6635))
    PART("udp-teredo", frames_udp(s, 3544, 49321))
    PART("8023", frames_8023(s))
    PART("llc", frames_typed(s, (const guint8[]){0xaa, 0xaa, 3, 0, 0, 0}, 6))
    PART("llc-tunnel", frames_typed(s, (const guint8[]){0xaa, 0xaa, 3, 0, 0, 0xf8}, 6))
    PART("llc-other", frames_typed(s, (const guint8[]){0xaa, 0xaa, 3, 0, 0, 0x0c}, 6))
    PART("llc-ip", FRAMES_HEADER(s, 6, 6, 3))
    PART("chdlc", frames_typed(s, (const guint8[]){0x0f, 0}, 2))
    PART("fr-ip", FRAMES_HEADER(s, 0x18, 0x41, 3, s->family == 2 ? 0xcc : 0x8e))
    PART("fr-snap", frames_typed(s, (const guint8[]){0x18, 0x41, 3, 0, 0x80, 0, 0, 0}, 8))
    PART("fr-eth", FRAMES_HEADER(s, 0x18, 0x41, 3, 0, 0x80, 0, 0x80, 0xc2, 0, 7))
    PART("fr-cisco", frames_typed(s, (const guint8[]){0x18, 0x41}, 2))
    PART("wlan", frames_wlan(s, 0x08, 1, FALSE))
    PART("wlan-qos", frames_wlan(s, 0x88, 2, FALSE))
    PART("wlan-qos-pad", frames_wlan(s, 0x88, 2, TRUE))
    PART("wlan-ht", frames_wlan(s, 0x88, 0x83, FALSE))
    PART("wlan-null", frames_wlan(s, 0x48, 1, FALSE))
    PART("wlan-beacon", frames_wlan(s, 0x80, 0, FALSE))
    PART("wlan-secret", frames_wlan(s, 0x08, 0x41, FALSE))
    PART("wlan-more", frames_wlan(s, 0x08, 0x05, FALSE))
    PART("radiotap", FRAMES_HEADER(s, 0, 0, 13, 0, 0x2a, 0, 0, 0, 0, 0xc4, 0x5d, 0x92, 0xe8))
    PART("radiotap-pad", FRAMES_HEADER(s, 0, 0, 9, 0, 2, 0, 0, 0, 0x20))
    PART("radiotap-fcs", frames_trailer(s);
         FRAMES_HEADER(s, 0, 0, 32, 0, 3, 0, 0, 0xa0, 0, 0, 0, 0xa0, 0, 0, 0, 0, 0xc4, 0x5d, 0x92, 0xe8, 0xc4,
                       0x5d, 0, 0, 0x10, 0xc4, 0x5d, 0, 0, 0, 0, 0))
    PART("ppi", FRAMES_HEADER(s, 0, 0, 16, 0, 105, 0, 0, 0, 0xc4, 0x5d, 4, 0, 0xc4, 0x5d, 0x92, 0xe8))
    PART("ppi-eth", FRAMES_HEADER(s, 0, 0, 8, 0, 1, 0, 0, 0))
    PART("avs", frames_device(s, 0x80211001, 64, 64))
    PART("prism", frames_device(s, 0x44, 144, 144))
    PART("prism-little", frames_device(s, 0x44000000, 0x90000000, 144))
    PART("nflog", frames_nflog(s, FALSE))
    PART("nflog-big", frames_nflog(s, TRUE))
    PART("nflog-pad", frames_nflog(s, FALSE); frames_trailer(s))
    PART("pktap", frames_pktap(s, LINK_ETHERNET))
    PART("pktap-raw", frames_pktap(s, 12))
    PART("pdu4",
         FRAMES_HEADER(s, 0, 12, 0, 4, 's', 'i', 'p', 0, 0, 20, 0, 4, FRAMES_SRC4, 0, 21, 0, 4, FRAMES_DST4,
                       0, 24, 0, 4, 0, 0, 0, 3, 0, 25, 0, 4, 0, 0, 0x13, 0xc4, 0, 26, 0, 4, 0, 0, 0x13, 0xd8,
                       0, 30, 0, 4, 0xc4, 0x5d, 0x92, 0xe8, 0, 33, 0, 4, 0xc4, 0x5d, 0x92, 0xe8, 0, 0, 0, 0))
    PART("pdu6",
         FRAMES_HEADER(s, 0, 13, 0, 8, 's', 'i', 'p', '_', 't', 'c', 'p', 0, 0, 22, 0, 16, FRAMES_SRC6, 0, 23,
                       0, 16, FRAMES_DST6, 0, 34, 0, 4, 0xc4, 0x5d, 0x92, 0xe8, 0, 0, 0, 0))
    PART("pdu-bare", FRAMES_HEADER(s, 0, 12, 0, 3, 's', 'i', 'p', 0, 0, 0, 0))
    PART("pdu-http", FRAMES_HEADER(s, 0, 12, 0, 4, 'h', 't', 't', 'p', 0, 0, 0, 0))
    PART("pdu-none", FRAMES_HEADER(s, 0, 20, 0, 4, FRAMES_SRC4, 0, 0, 0, 0))
    PART("vlan", frames_vlan(s, 0xb064, 0x8100))
    PART("qinq", frames_vlan(s, 0x0012, 0x9100))
    PART("ad", frames_vlan(s, 0x3012, 0x88a8))
    PART("pppoe", frames_pppoe(s))
    PART("ppp", frames_ppp(s, FALSE, FALSE))
    PART("ppp-short", frames_ppp(s, FALSE, TRUE))
    PART("ppp-hdlc", frames_ppp(s, TRUE, FALSE))
    PART("ppp-hdlc-short", frames_ppp(s, TRUE, TRUE))
    PART("null", frames_null(s, TRUE, 0))
    PART("loop", frames_null(s, FALSE, 0))
    PART("null-10", frames_null(s, TRUE, 10))
    PART("null-24", frames_null(s, TRUE, 24))
    PART("loop-28", frames_null(s, FALSE, 28))
    PART("sll", frames_sll(s, 6))
    PART("sll-4", frames_sll(s, 4))
    PART("sll2", frames_sll2(s, 3))
    PART("sll2-large", frames_sll2(s, 0xc45d92e8))
    /* What only looks like a header: for what is refused. */
    PART("lldp", s->ethertype = 0x88cc)
    PART("lcp", s->ppp = 0xc021)
    PART("esp", s->proto = 50)
    PART("none", s->proto = 59)
#undef PART
    return FALSE;
}

/* The frame that `line` says, with `payload` inside its last header. The caller frees it. */
static inline GByteArray *frames_build(const char *line, struct bytes payload)
{
    struct frames_state s = {.b = g_byte_array_new()};
    if (payload.n)
        g_byte_array_append(s.b, payload.p, (guint)payload.n);
    g_auto(GStrv) words = g_strsplit(line, "/", -1);
    for (guint i = g_strv_length(words); i > 0; i--)
        if (!frames_part(&s, words[i - 1]))
            g_error("no header \"%s\" in frames.h", words[i - 1]);
    return s.b;
}

#endif

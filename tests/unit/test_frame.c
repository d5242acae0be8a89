/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "frame_fixture.h"
#include "frame_lines.h"

static gboolean holds(const GByteArray *b, const guint8 *p, gsize n)
{
    return bytes_find(bytes_of_array(b), (struct bytes){p, n}) != NOT_FOUND;
}

/* Of the IPv6 addresses the interface part: what is before it may stay by class. */
static void assert_nothing_old(const char *line, const GByteArray *out)
{
    static const guint8 planted[] = {0xc4, 0x5d}, stamp[] = {0x03, 0xa7, 0x5c, 0x1e}, tail[] = {0xe7, 0x99};
    static const guint8 id[] = {FRAMES_ID, 0x40, 0}, label[] = {FRAMES_LABEL};
    static const guint8 session[] = {0x11, 0, FRAMES_SESSION}, tag[] = {FRAMES_TAG};
    static const guint8 seq[] = {FRAMES_SEQ}, ack[] = {FRAMES_ACK}, edge[] = {0xa3, 0x58};
    static const guint8 time[] = {0x5e, 0x71, 0x0a, 0xc9}, echo[] = {0x3b, 0x84, 0xd2, 0x17};
    static const struct bytes old[] = {
        {frames_src4, 4},
        {frames_dst4, 4},
        {frames_hop4, 4},
        {frames_src6 + 8, 8},
        {frames_dst6 + 8, 8},
        {frames_hop6 + 8, 8},
        {frames_mac_a, 6},
        {frames_mac_b, 6},
        {planted, 2},
        {stamp, 4},
        {tail, 2},
        {id, 4},
        {label, 3},
        {session, 4},
        {tag, 4},
        {seq, 4},
        {ack, 4},
        {edge, 2},
        {time, 4},
        {echo, 4},
    };
    for (guint i = 0; i < G_N_ELEMENTS(old); i++)
        for (gsize n = MIN(old[i].n, 4), k = 0; k + n <= old[i].n; k++)
            if (holds(out, old[i].p + k, n))
                g_error("%s: original value %u is in the output", line, i);
}

static void assert_endpoint(struct fixture *x, const struct endpoint *old, const struct endpoint *new)
{
    guint8 image[16] = {0};
    if (old->family == 4)
        addresses_map4(x->addresses, old->addr, image);
    else
        addresses_map6(x->addresses, old->addr, image);
    g_assert_cmpint(new->family, ==, old->family);
    g_assert_cmpint(new->port, ==, old->port);
    g_assert_cmpmem(new->addr, 16, image, 16);
}

static void assert_layers(const struct frame *f, guint expected, gsize end)
{
    g_assert_cmpuint(f->n_layers, ==, expected);
    guint32 off = 0;
    for (guint i = 0; i < f->n_layers; i++) {
        g_assert_cmpuint(f->layer[i].off, ==, off);
        g_assert_cmpuint(f->layer[i].wire_end, ==, end);
        off += f->layer[i].len;
    }
    g_assert_cmpuint(f->payload.off, ==, off);
}

/* Bytes of transport headers that the lines above have in front of their fragment's data. */
static gsize inner_header(const struct frame *f)
{
    return f->payload_wire_len - TEXT.n;
}

static void keep_one(struct fixture *x, guint row, struct bytes payload)
{
    g_autoptr(GByteArray) b = frames_build(kept[row].line, TEXT);
    struct frame f;
    enum drop_reason drop = frame_walk(&f, bytes_of_array(b), b->len, kept[row].linktype);
    if (drop || f.carrier != kept[row].carrier || f.n_layers != kept[row].layers)
        g_error("%s: %s, carrier %u, %u layers", kept[row].line, drop_reason_name(drop), f.carrier,
                f.n_layers);
    if (payload.n < 4 && (f.carrier == CARRIER_ICMP || f.carrier == CARRIER_ICMP6))
        return;
    if (!strstr(kept[row].line, "icmp")) /* the builder, too, puts a checksum into those */
        g_assert_true(bytes_eq(bytes_from(bytes_span(f.captured, f.payload), inner_header(&f)), TEXT));
    g_assert_false(f.cut);
    assert_layers(&f, kept[row].layers, f.payload.off + f.payload_wire_len);
    assert_checksums_right(&f);

    struct frame g = rewrite(x, b, b->len, kept[row].linktype, payload);
    g_assert_cmpuint(x->out->len, ==, g.payload.off + payload.n);
    g_assert_cmpuint(x->wire_len, ==, x->out->len);
    assert_layers(&g, kept[row].layers, x->out->len);
    assert_endpoint(x, &f.src, &g.src);
    assert_endpoint(x, &f.dst, &g.dst);
    assert_checksums_right(&g);
    assert_nothing_old(kept[row].line, x->out);
}

static void test_kept(void)
{
    struct fixture x;
    set_up(&x);
    g_autofree gchar *longer = g_strnfill(1401, 'x');
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        keep_one(&x, i, TEXT);
        keep_one(&x, i, BYTES_LIT("OPTIONS"));
        keep_one(&x, i, BYTES_NONE);
        keep_one(&x, i, bytes_of(longer));
    }
    tear_down(&x);
}

/* One checksum spoiled, in every layer that has one: what was right stays right, what was wrong stays wrong
 * (an outer one covers the inner one, too). */
static void test_wrong_stays_wrong(void)
{
    struct fixture x;
    set_up(&x);
    for (guint row = 0; row < G_N_ELEMENTS(kept); row++) {
        g_autoptr(GByteArray) b = frames_build(kept[row].line, TEXT);
        struct frame f, g;
        struct layer_sum s;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, kept[row].linktype), ==, DROP_NONE);
        for (guint i = 0; i <= f.n_layers; i++) {
            if (!layer_sum_of(&f, i, &s))
                continue;
            b->data[s.at] ^= 0x41;
            g = rewrite(&x, b, b->len, kept[row].linktype, BYTES_LIT("OPTIONS"));
            g_assert_cmphex(wrong_sums(&f), !=, 0);
            if (wrong_sums(&f) != wrong_sums(&g))
                g_error("%s, layer %u: %x, %x", kept[row].line, i, wrong_sums(&f), wrong_sums(&g));
            b->data[s.at] ^= 0x41;
        }
    }
    tear_down(&x);
}

/* Every place from which the core took the checksum's far end is in the table above; this says which
 * end that is, so that both cannot be wrong alike. */
static void test_far_end(void)
{
    static const struct {
        const char *line;
        const guint8 *src, *dst;
    } rows[] = {
        {"eth/ipv4/udp", frames_src4, frames_dst4},
        {"eth/ipv4-lsrr/udp", frames_src4, frames_hop4},
        {"eth/ipv4-lsrr-done/udp", frames_src4, frames_dst4},
        {"eth/ipv6/udp", frames_src6, frames_dst6},
        {"eth/ipv6/rt0/udp", frames_src6, frames_hop6},
        {"eth/ipv6/rt0-done/udp", frames_src6, frames_dst6},
        {"eth/ipv6/rt0-two/udp", frames_src6, frames_hop6},
        {"eth/ipv6/srh/udp", frames_src6, frames_hop6},
        {"eth/ipv6/home/udp", frames_hop6, frames_dst6},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_NONE);
        gsize n = f.src.family == 4 ? 4 : 16;
        g_assert_cmpmem(f.src.addr, n, rows[i].src, n);
        g_assert_cmpmem(f.dst.addr, n, rows[i].dst, n);
        g_assert_cmpuint(f.src.port, ==, 5060);
        g_assert_cmpuint(f.dst.port, ==, 5080);
    }
}

/* SIP on a tunnel's port is SIP, and so is all that does not begin as the tunnel does. */
static void test_ports(void)
{
    static const guint16 ports[] = {4789, 8472, 4790, 6081, 2152, 1701, 6635, 3544};
    static const guint8 rtp[] = {0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0x45, 0, 0, 0, 0, 0};
    const struct bytes payloads[] = {TEXT,
                                     BYTES_LIT("\r\n\r\n"),
                                     {rtp, sizeof rtp},
                                     BYTES_NONE,
                                     BYTES_LIT("\r\nOPTIONS sip:d1.invalid SIP/2.0\r\n\r\n")};
    for (guint i = 0; i < G_N_ELEMENTS(ports); i++)
        for (guint k = 0; k < G_N_ELEMENTS(payloads); k++) {
            g_autoptr(GByteArray) b = frames_build("ipv4/udp", payloads[k]);
            put_u16be(b->data + 22, ports[i]);
            struct frame f;
            g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_RAW), ==, DROP_NONE);
            g_assert_cmpint(f.carrier, ==, CARRIER_UDP);
            g_assert_true(bytes_eq(bytes_span(f.captured, f.payload), payloads[k]));
        }
}

static void test_dropped(void)
{
    static const struct {
        const char *line;
        guint linktype;
        enum drop_reason expected;
    } rows[] = {
        {"eth/ipv4/udp", 2, DROP_LINK_TYPE},
        {"pktap-raw/pktap-raw/ipv4/udp", LINK_PKTAP, DROP_NETWORK},
        {"8023/llc-other/ipv4/udp", LINK_ETHERNET, DROP_NETWORK},
        {"wlan-null", LINK_WLAN, DROP_NETWORK},
        {"wlan-beacon/llc/ipv4/udp", LINK_WLAN, DROP_NETWORK},
        {"wlan-secret/llc/ipv4/udp", LINK_WLAN, DROP_TUNNEL},
        {"wlan-more/llc/ipv4/udp", LINK_WLAN, DROP_FRAGMENT},
        {"radiotap/eth/ipv4/udp", LINK_WLAN_RADIOTAP, DROP_NETWORK},
        {"eth/ipv4/udp", LINK_WLAN_PRISM, DROP_LINK_TYPE},
        {"nflog/eth/ipv4/udp", LINK_NFLOG, DROP_MALFORMED},
        {"pdu-http", LINK_PDU, DROP_TUNNEL},
        {"pdu-none", LINK_PDU, DROP_TUNNEL},
        {"fr-ip/ipv4/udp", LINK_CISCO_HDLC, DROP_NETWORK},
        {"eth/ipv4/udp", G_MAXUINT, DROP_LINK_TYPE},
        {"eth/lldp/ipv4/udp", LINK_ETHERNET, DROP_NETWORK},
        {"sll/lldp/ipv4/udp", LINK_LINUX_SLL, DROP_NETWORK},
        {"ppp/lcp/ipv4/udp", LINK_PPP, DROP_NETWORK},
        {"eth/ipv4/esp/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv6/esp/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv4/gre/lldp/eth/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/mpls/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/mpls/cw/eth/lldp/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv4/udp-vxlan/eth/lldp/udp", LINK_ETHERNET, DROP_NETWORK},
        {"eth/ipv4/udp-gtp/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv6/rt9/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"ipv6/udp", LINK_IPV4, DROP_MALFORMED},
        {"ipv4/udp", LINK_IPV6, DROP_MALFORMED},
        {"vlan/ipv4/udp", LINK_RAW, DROP_NETWORK},
        {"eth/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/ipv4/udp", LINK_ETHERNET,
         DROP_NONE},
        {"eth/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/ipv4/udp", LINK_ETHERNET,
         DROP_TUNNEL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct frame f;
        enum drop_reason drop = frame_walk(&f, bytes_of_array(b), b->len, rows[i].linktype);
        if (drop != rows[i].expected)
            g_error("%s: %s, not %s", rows[i].line, drop_reason_name(drop),
                    drop_reason_name(rows[i].expected));
    }
}

/* Two bytes of a good frame replaced. UDP: 34 behind IPv4, 54 behind IPv6. */
static void test_spoiled(void)
{
    static const struct {
        const char *line;
        gsize off;
        guint16 value;
        enum drop_reason expected;
    } rows[] = {
        {"eth/ipv4/udp", 12, 0x0026, DROP_NETWORK},   /* IEEE 802.3 */
        {"eth/ipv4/udp", 14, 0x4400, DROP_MALFORMED}, /* header of 16 bytes */
        {"eth/ipv4/udp", 14, 0x4f00, DROP_MALFORMED}, /* the text as options: UDP would be what follows */
        {"eth/ipv4/udp", 14, 0x5500, DROP_MALFORMED}, /* version 5 */
        {"eth/ipv4/udp", 16, 0, DROP_MALFORMED},      /* total length */
        {"eth/ipv4/udp", 16, 19, DROP_MALFORMED},
        {"eth/ipv4/udp", 16, 27, DROP_MALFORMED},
        {"eth/ipv4/udp", 16, 0x1000, DROP_MALFORMED},
        {"eth/ipv4/udp", 20, 0x2000, DROP_NONE}, /* fragments */
        {"eth/ipv4/udp", 20, 0x1ff0, DROP_NONE},
        {"eth/ipv4/udp", 20, 0x1fff, DROP_MALFORMED}, /* beyond 65535 */
        {"eth/ipv4/udp", 20, 0x8000, DROP_NONE},
        {"eth/ipv4/udp", 38, 7, DROP_MALFORMED}, /* UDP length */
        {"eth/ipv4/udp", 38, 0, DROP_MALFORMED},
        {"eth/ipv4/udp", 38, 0x1000, DROP_MALFORMED},
        {"eth/ipv4/udp", 38, 8, DROP_NONE},
        {"eth/ipv6/udp", 14, 0x4200, DROP_MALFORMED},
        {"eth/ipv6/udp", 18, 0, DROP_MALFORMED}, /* payload length */
        {"eth/ipv6/udp", 18, 7, DROP_MALFORMED},
        {"eth/ipv6/udp", 18, 0x1000, DROP_MALFORMED},
        {"eth/ipv6/hbh/udp", 54, 0x11ff, DROP_MALFORMED}, /* extension header beyond the end */
        {"eth/ipv6/rt0/udp", 56, 0x0002, DROP_MALFORMED}, /* more segments left than there are */
        {"eth/ipv6/rt2/udp", 56, 0x0202, DROP_MALFORMED},
        {"eth/ipv6/srh/udp", 58, 0x0200, DROP_MALFORMED}, /* more segments than fit */
        {"eth/ipv6/frag/udp", 56, 0xffd0, DROP_MALFORMED},
        {"eth/ipv4/tcp", 46, 0x4010, DROP_MALFORMED}, /* header of 16 bytes */
        {"eth/ipv4/tcp", 46, 0xf010, DROP_NONE},      /* the text as options */
        {"eth/ipv4/tcp", 16, 36, DROP_MALFORMED},     /* IP ends inside the header */
        {"eth/ipv4/tcp", 16, 0, DROP_NONE},           /* left to the card */
        {"eth/ipv6/tcp", 18, 0, DROP_NONE},
        {"eth/ipv6/hbh/tcp", 18, 0, DROP_NONE},
        {"eth/ipv6/hbh/udp", 18, 0, DROP_MALFORMED},
        {"eth/ipv6/dst/tcp", 18, 0, DROP_MALFORMED},
        {"eth/ipv4/sctp", 16, 28, DROP_MALFORMED},
        {"eth/ipv4/icmp", 16, 23, DROP_MALFORMED},
        {"eth/pppoe/ppp/ipv4/udp", 14, 0x2100, DROP_MALFORMED},
        {"eth/pppoe/ppp/ipv4/udp", 14, 0x1109, DROP_NETWORK}, /* discovery */
        {"eth/pppoe/ppp/ipv4/udp", 18, 0x1000, DROP_MALFORMED},
        {"eth/pppoe/ppp/ipv4/udp", 18, 20, DROP_MALFORMED}, /* shorter than the IP packet in it */
        {"sll/ipv4/udp", 0, 8, DROP_MALFORMED},
        {"sll/ipv4/udp", 2, 824, DROP_NETWORK},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        put_u16be(b->data + rows[i].off, rows[i].value);
        guint linktype = g_str_has_prefix(rows[i].line, "sll") ? LINK_LINUX_SLL : LINK_ETHERNET;
        struct frame f;
        enum drop_reason drop = frame_walk(&f, bytes_of_array(b), b->len, linktype);
        if (drop != rows[i].expected)
            g_error("row %u, %s: %s", i, rows[i].line, drop_reason_name(drop));
    }
}

struct prefix {
    struct fixture *x;
    guint linktype;
    guint32 wire_len;
    gsize headers, least; /* the payload's place; what must be there of the frame */
    gsize end;            /* of the payload: there may be a trailer */
    gsize shrink;         /* bytes of headers that the written frame has not */
    gboolean short_wire;  /* the wire, too, ends where the prefix ends */
};

/* A prefix is a frame cut by the snapshot length, or a frame that lies about its lengths. */
static void walk_prefix(struct bytes b, void *arg)
{
    struct prefix *p = arg;
    struct frame f;
    enum drop_reason drop = frame_walk(&f, b, p->short_wire ? 0 : p->wire_len, p->linktype);
    gboolean proven = b.n >= p->least && (!p->short_wire || b.n == p->wire_len);
    if (!drop && f.payload.off < p->headers) { /* a tunnel that is not proven is a datagram */
        g_assert_cmpint(f.carrier, ==, CARRIER_UDP);
        g_assert_true(f.cut);
        return;
    }
    g_assert_cmpint(drop == DROP_NONE, ==, proven);
    if (drop)
        return;
    gsize n = MIN(b.n, p->end);
    g_assert_cmpuint(f.payload.len, ==, n - p->headers);
    g_assert_cmpint(f.cut, ==, n < p->end);
    struct bytes payload = bytes_span(f.captured, f.payload);
    g_assert_cmpint(write_payload(p->x, &f, payload), ==, DROP_NONE);
    g_assert_cmpuint(p->x->out->len, ==, n - p->shrink);
    g_assert_cmpuint(p->x->wire_len, ==, p->end - p->shrink);
}

static void test_prefixes(void)
{
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autoptr(GByteArray) b = frames_build(kept[i].line, TEXT);
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, kept[i].linktype), ==, DROP_NONE);
        gboolean icmp = f.carrier == CARRIER_ICMP || f.carrier == CARRIER_ICMP6;
        gsize least = f.payload.off + (icmp ? 4 : 0); /* the checksum */
        struct prefix p = {
            &x, kept[i].linktype, b->len, f.payload.off, least, f.payload.off + f.payload_wire_len, 0, FALSE};
        g_assert_cmpint(write_payload(&x, &f, bytes_span(f.captured, f.payload)), ==, DROP_NONE);
        p.shrink = p.end - x.out->len;
        check_prefixes(bytes_of_array(b), walk_prefix, &p);
        p.short_wire = TRUE;
        if (p.end == b->len && f.carrier != CARRIER_PDU) /* what has no length has every length */
            check_prefixes(bytes_of_array(b), walk_prefix, &p);
    }
    tear_down(&x);
}

static void test_reasons(void)
{
    for (guint i = 0; i < DROP_COUNT; i++) {
        g_assert_nonnull(drop_reason_name((enum drop_reason)i));
        g_assert_nonnull(drop_reason_text((enum drop_reason)i));
        for (guint k = 0; k < i; k++)
            g_assert_cmpstr(drop_reason_name((enum drop_reason)i), !=, drop_reason_name((enum drop_reason)k));
    }
    g_assert_cmpstr(drop_reason_name(DROP_LINK_TYPE), ==, "link-type");
}

/* sianto's aim: a frame of an ordinary size in much less than a microsecond (shown, not judged). */
static void test_speed(void)
{
    if (!g_test_perf())
        return;
    struct fixture x;
    set_up(&x);
    g_autofree gchar *fill = g_strnfill(600, 'x');
    static const char *const lines[] = {"eth/ipv4/udp", "eth/ipv6/udp", "eth/ipv4/tcp-time",
                                        "eth/ipv4/udp-gtp/ipv4/udp"};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GByteArray) b = frames_build(lines[i], bytes_of(fill));
        const guint rounds = 1000000;
        g_test_timer_start();
        for (guint k = 0; k < rounds; k++) {
            struct frame f;
            frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET);
            write_payload(&x, &f, bytes_of(fill));
        }
        g_test_message("%s: %.0f ns per frame of 600 bytes", lines[i], g_test_timer_elapsed() * 1e9 / rounds);
    }
    tear_down(&x);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/kept", test_kept);
    g_test_add_func("/frame/wrong-stays-wrong", test_wrong_stays_wrong);
    g_test_add_func("/frame/far-end", test_far_end);
    g_test_add_func("/frame/ports", test_ports);
    g_test_add_func("/frame/dropped", test_dropped);
    g_test_add_func("/frame/spoiled", test_spoiled);
    g_test_add_func("/frame/prefixes", test_prefixes);
    g_test_add_func("/frame/reasons", test_reasons);
    g_test_add_func("/frame/speed", test_speed);
    return g_test_run();
}

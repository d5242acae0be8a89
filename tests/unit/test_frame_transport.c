/* What the writer does to TCP, SCTP, ICMP and fragments, field by field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "frame_fixture.h"

/* --- TCP --------------------------------------------------------------------------------------------- */

static guint32 u32_at(const struct frame *f, enum layer_kind kind, gsize off)
{
    return (guint32)u16_at(f, kind, off) << 16 | u16_at(f, kind, off + 2);
}

/* Options by line; ## is a byte that is moved, and so another one. */
static void test_options(void)
{
    static const struct {
        const char *line, *expected;
    } rows[] = {
        {"ipv4/tcp-syn", "02 04 05 b4 04 02 08 0a ## ## ## ## 00 00 00 00 01 03 03 07"},
        {"ipv4/tcp-time", "01 01 08 0a ## ## ## ## ## ## ## ##"},
        {"ipv4/tcp-sack", "01 01 05 12 ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## ##"},
        {"ipv4/tcp-unknown", "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
        {"ipv4/tcp-broken", "01 01 00 00 00 00 00 00"},
        {"ipv4/tcp-md5",
         "02 04 05 b4 01 01 08 0a ## ## ## ## ## ## ## ## 00 00 00 00 00 00 00 00 00 00 00 00 00 "
         "00 00 00 00 00 00 00"},
        {"ipv4/tcp-odd", "01 03 03 0e 00 00 00 00 00 00 00 00"},
        {"ipv4/tcp-nops", "01 01 01 01"},
    };
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct frame g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
        const struct layer *l = layer_of(&g, LAYER_TCP);
        g_autoptr(GString) hex = g_string_new(NULL);
        for (gsize k = 20; k < l->len; k++)
            g_string_append_printf(hex, k == 20 ? "%02x" : " %02x", g.captured.p[l->off + k]);
        for (gsize k = 0; k < hex->len && rows[i].expected[k]; k++)
            if (rows[i].expected[k] == '#')
                hex->str[k] = '#';
        g_assert_cmpstr(hex->str, ==, rows[i].expected);
    }
    tear_down(&x);
}

/* The frame's two directions: addresses and ports change places. */
static GByteArray *reversed(const char *line)
{
    GByteArray *b = frames_build(line, TEXT);
    guint8 *p = b->data, ports[2];
    memcpy(p + 12, frames_dst4, 4);
    memcpy(p + 16, frames_src4, 4);
    memcpy(ports, p + 20, 2);
    memcpy(p + 20, p + 22, 2);
    memcpy(p + 22, ports, 2);
    return b;
}

/* One side's numbers move by what the other side's acknowledgements, SACK blocks and echoes move by. */
static void test_directions(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) there = frames_build("ipv4/tcp-time", TEXT), back = reversed("ipv4/tcp-time");
    g_autoptr(GByteArray) sack = reversed("ipv4/tcp-sack");
    put_u32be(back->data + 28, 0xfffffff0);     /* ack, near the wrap */
    put_u32be(back->data + 48, 0x5e710ac9 - 7); /* echo of the other's time 7 ticks before */
    struct frame g = rewrite(&x, there, there->len, LINK_RAW, TEXT);
    guint32 seq = u32_at(&g, LAYER_TCP, 4), time = u32_at(&g, LAYER_TCP, 24);
    g = rewrite(&x, back, back->len, LINK_RAW, TEXT);
    g_assert_cmphex(u32_at(&g, LAYER_TCP, 8) - seq, ==, 0xfffffff0u - 0x7c3e9105u);
    g_assert_cmphex(time - u32_at(&g, LAYER_TCP, 28), ==, 7);
    g = rewrite(&x, sack, sack->len, LINK_RAW, TEXT);
    g_assert_cmphex(u32_at(&g, LAYER_TCP, 24) - seq, ==, 0xa358d000u - 0x7c3e9105u);
    g_assert_cmphex(u32_at(&g, LAYER_TCP, 36) - seq, ==, 0xa3590800u - 0x7c3e9105u);
    tear_down(&x);
}

/* The caller's moves come before the constant. */
static void test_moves(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("ipv4/tcp-sack", TEXT);
    struct frame f, g, h;
    g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
    g_autoptr(GByteArray) first = g_byte_array_new();
    g_byte_array_append(first, x.out->data, x.out->len);
    g_assert_cmpint(frame_walk(&g, bytes_of_array(first), first->len, LINK_RAW), ==, DROP_NONE);
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_RAW), ==, DROP_NONE);
    g_assert_cmpuint(f.tcp.n_sack, ==, 2);
    g_assert_cmphex(f.tcp.sack[1][0], ==, 0xa3590000);
    g_assert_cmphex(f.tcp.seq, ==, 0x7c3e9105);
    g_assert_cmpint(f.tcp.flags, ==, TCP_ACK);
    g_assert_cmpuint(f.tcp.window, ==, 0x2007);
    struct frame_change c = change_of(&f, TEXT);
    c.seq += 100, c.ack -= 20, c.sack[1][1] += 3;
    g_assert_cmpint(frame_write(x.writer, &f, &c, x.out, &x.wire_len), ==, DROP_NONE);
    g_assert_cmpint(frame_walk(&h, bytes_of_array(x.out), x.wire_len, LINK_RAW), ==, DROP_NONE);
    g_assert_cmphex(h.tcp.seq - g.tcp.seq, ==, 100);
    g_assert_cmphex(g.tcp.ack - h.tcp.ack, ==, 20);
    g_assert_cmphex(h.tcp.sack[1][1] - g.tcp.sack[1][1], ==, 3);
    g_assert_cmphex(h.tcp.sack[0][0], ==, g.tcp.sack[0][0]);
    g_assert_cmpint(h.tcp.flags, ==, f.tcp.flags);
    g_assert_cmpuint(h.tcp.window, ==, f.tcp.window);
    assert_checksums_right(&h);
    tear_down(&x);
}

/* A reset that refuses a SYN has no number of its own. */
static void test_reset(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("ipv4/tcp-rst", BYTES_NONE);
    struct frame g = rewrite(&x, b, b->len, LINK_RAW, BYTES_NONE);
    g_assert_cmphex(u32_at(&g, LAYER_TCP, 4), !=, 0);
    put_u32be(b->data + 24, 0);
    g = rewrite(&x, b, b->len, LINK_RAW, BYTES_NONE);
    g_assert_cmphex(u32_at(&g, LAYER_TCP, 4), ==, 0);
    tear_down(&x);
}

/* A segment that the card was to cut: beyond what a length field holds. */
static void test_tso(void)
{
    static const char *const lines[] = {"eth/ipv4/tcp-time", "eth/ipv6/tcp", "eth/ipv6/hbh/tcp",
                                        "eth/ipv6/jumbo/tcp"};
    struct fixture x;
    set_up(&x);
    g_autofree gchar *fill = g_strnfill(200000, 'x');
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GByteArray) b = frames_build(lines[i], TEXT);
        put_u16be(b->data + (i ? 18 : 16), 0);
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_NONE);
        g_assert_true(f.tso);
        struct frame g = rewrite(&x, b, b->len, LINK_ETHERNET, bytes_of(fill));
        g_assert_true(g.tso);
        g_assert_cmpuint(g.payload.len, ==, 200000);
        g_assert_cmpuint(u16_at(&g, i ? LAYER_IPV6 : LAYER_IPV4, i ? 4 : 2), ==, 0);
        g_assert_cmphex(transport_found(&g), ==, transport_right(&g));
        g_autofree gchar *more = g_strnfill(FRAME_BYTES_MAX, 'x');
        g_assert_cmpint(write_payload(&x, &f, bytes_of(more)), ==, DROP_TOO_LONG);
    }
    /* The option of a jumbogram tells the length. */
    g_autoptr(GByteArray) jumbo = frames_build("ipv6/jumbo/tcp", TEXT);
    put_u16be(jumbo->data + 4, 0);
    g_byte_array_append(jumbo, (const guint8 *)"trailer", 7);
    struct frame g = rewrite(&x, jumbo, jumbo->len, LINK_RAW, BYTES_LIT("short"));
    g_assert_cmphex(u32_at(&g, LAYER_IPV6, 40 + 4), ==, 8 + 20 + 5);
    g_assert_cmphex(u16_at(&g, LAYER_IPV6, 40 + 2), ==, 0xc204);
    /* 60 bytes on Ethernet may be padded: there is no telling. */
    g_autoptr(GByteArray) b = frames_build("eth/ipv4/tcp", BYTES_LIT("abcdef"));
    struct frame f;
    put_u16be(b->data + 16, 0);
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_MALFORMED);
    tear_down(&x);
}

/* --- checksums of all transports, in all states -------------------------------------------------------- */

static guint16 expected_sum(const struct frame *g, const char *how)
{
    guint16 right = transport_right(g);
    if (g_str_equal(how, "wrong"))
        return right == 0xffff ? 1 : (guint16)(right + 1);
    return g_str_equal(how, "offloaded") ? transport_partial(g) : right;
}

static void test_states(void)
{
    static const char *const lines[] = {"ipv4/tcp", "ipv6/tcp-sack", "ipv4/icmp", "ipv6/icmp6",
                                        "ipv6/rt0/tcp"};
    static const char *const hows[] = {"right", "wrong", "offloaded"};
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        for (guint k = 0; k < G_N_ELEMENTS(hows); k++)
            for (gsize n = 4; n <= TEXT.n; n++) {
                g_autoptr(GByteArray) b = frames_build(lines[i], TEXT);
                struct frame f;
                g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_RAW), ==, DROP_NONE);
                struct transport_sum t = transport_sum(&f);
                guint8 *field = b->data + (t.covered.p - b->data) + t.field;
                if (k == 1)
                    put_u16be(field, (guint16)(transport_right(&f) ^ 0x4321));
                else if (k == 2)
                    put_u16be(field, transport_partial(&f));
                struct frame g = rewrite(&x, b, b->len, LINK_RAW, bytes_sub(TEXT, 0, n));
                g_assert_cmphex(transport_found(&g), ==, expected_sum(&g, hows[k]));
            }
    tear_down(&x);
}

static guint32 sctp_sum(const struct frame *g)
{
    return u32_at(g, LAYER_SCTP, 8);
}

static void test_sctp(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("ipv4/sctp", TEXT);
    /* RFC 3720 B.4 by way of RFC 9260 appendix A: 32 bytes of zeros have the CRC aa 36 91 8a, so do these,
     * whose checksum field counts as zeros. */
    static const guint8 zeros[32] = {[8] = 0xaa, 0x36, 0x91, 0x8a};
    g_assert_cmphex(frames_crc(zeros, sizeof zeros), ==, 0xaa36918a);

    struct frame g = rewrite(&x, b, b->len, LINK_RAW, BYTES_LIT("other"));
    guint32 right = frames_crc(at(&g, LAYER_SCTP, 0), 12 + 5), tag = u32_at(&g, LAYER_SCTP, 4);
    g_assert_cmphex(sctp_sum(&g), ==, right);
    b->data[28] ^= 1;
    g = rewrite(&x, b, b->len, LINK_RAW, BYTES_LIT("other"));
    g_assert_cmphex(sctp_sum(&g), ==, right == G_MAXUINT32 ? 1 : right + 1);
    put_u32be(b->data + 28, 0);
    g = rewrite(&x, b, b->len, LINK_RAW, BYTES_LIT("other"));
    g_assert_cmphex(sctp_sum(&g), ==, 0);

    /* The peer uses the same tags. */
    g_autoptr(GByteArray) back = reversed("ipv4/sctp");
    g = rewrite(&x, back, back->len, LINK_RAW, TEXT);
    g_assert_cmphex(u32_at(&g, LAYER_SCTP, 4), ==, tag);
    tear_down(&x);
}

/* Cut frames: keyed values, which depend on the new bytes and on nothing old. */
static void test_cut(void)
{
    static const char *const lines[] = {"ipv4/tcp",
                                        "ipv6/tcp",
                                        "ipv4/icmp",
                                        "ipv6/icmp6",
                                        "ipv4/sctp",
                                        "ipv4/udp-vxlan/eth/ipv4/tcp",
                                        "ipv4/gre-all/ipv6/udp"};
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GByteArray) b = frames_build(lines[i], TEXT);
        guint32 wire_len = b->len;
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_RAW), ==, DROP_NONE);
        g_byte_array_set_size(b, wire_len - 7);
        struct bytes payload = bytes_sub(TEXT, 0, TEXT.n - 9);
        struct layer_sum s = {.at = f.payload.off - 4}; /* SCTP's; sums of others follow */
        for (guint k = 0; k <= f.n_layers; k++)
            if (layer_sum_of(&f, k, &s) && s.protocol)
                break;
        rewrite(&x, b, wire_len, LINK_RAW, payload);
        g_autoptr(GByteArray) first = g_byte_array_new();
        g_byte_array_append(first, x.out->data, x.out->len);
        b->data[s.at] ^= 0x55;
        rewrite(&x, b, wire_len, LINK_RAW, payload);
        g_assert_true(bytes_eq(bytes_of_array(first), bytes_of_array(x.out)));
        rewrite(&x, b, wire_len, LINK_RAW, bytes_sub(TEXT, 1, payload.n));
        g_assert_false(bytes_eq(bytes_sub(bytes_of_array(first), 0, f.payload.off),
                                bytes_sub(bytes_of_array(x.out), 0, f.payload.off)) &&
                       f.carrier != CARRIER_ICMP && f.carrier != CARRIER_ICMP6);
    }
    tear_down(&x);
}

/* --- fragments --------------------------------------------------------------------------------------- */

static void test_fragments(void)
{
    static const struct {
        const char *line;
        gboolean more;
        gsize longest; /* behind an offset of 2000 */
    } rows[] = {
        {"ipv4-frag/udp", FALSE, 65535 - 2000 - 20}, {"ipv4-more/udp", TRUE, 65535 - 2000 - 20},
        {"ipv6/frag/udp", FALSE, 65535 - 2000},      {"ipv6/more/udp", TRUE, 65535 - 2000},
        {"ipv6/rt0/more/udp", TRUE, 65535 - 2000},
    };
    struct fixture x;
    set_up(&x);
    g_autofree gchar *fill = g_strnfill(G_MAXUINT16, 'x');
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct frame f, g;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_RAW), ==, DROP_NONE);
        g_assert_cmpuint(f.fragment.off, ==, 1480);
        g_assert_cmpint(f.fragment.more, ==, rows[i].more);
        g_assert_cmpuint(f.fragment.id, ==, f.src.family == 4 ? 0x6b91 : 0xc45d92e8);
        g_assert_cmpuint(f.protocol, ==, 17);
        struct frame_change c = {.payload = bytes_sub(bytes_of(fill), 0, rows[i].longest),
                                 .fragment_off = 2000};
        g_assert_cmpint(frame_write(x.writer, &f, &c, x.out, &x.wire_len), ==, DROP_NONE);
        g_assert_cmpint(frame_walk(&g, bytes_of_array(x.out), x.wire_len, LINK_RAW), ==, DROP_NONE);
        g_assert_cmpint(g.carrier, ==, CARRIER_FRAGMENT);
        g_assert_cmpuint(g.fragment.off, ==, 2000);
        g_assert_cmpint(g.fragment.more, ==, rows[i].more);
        g_assert_cmpuint(g.fragment.id, !=, f.fragment.id);
        assert_checksums_right(&g);
        c.payload.n++;
        g_assert_cmpint(frame_write(x.writer, &f, &c, x.out, &x.wire_len), ==, DROP_TOO_LONG);
    }
    tear_down(&x);
}

/* All fragments of a train, and a whole packet with that number, move alike. */
static void test_train(void)
{
    static const char *const lines[][3] = {{"ipv4-more/udp", "ipv4-frag/udp", "ipv4-frag/tcp"},
                                           {"ipv6/more/udp", "ipv6/frag/udp", "ipv6/hbh/more/tcp"}};
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        guint32 id[3];
        for (guint k = 0; k < 3; k++) {
            g_autoptr(GByteArray) b = frames_build(lines[i][k], TEXT);
            id[k] = rewrite(&x, b, b->len, LINK_RAW, TEXT).fragment.id;
        }
        g_assert_cmphex(id[0], ==, id[1]);
        g_assert_cmphex(id[0], ==, id[2]);
    }
    tear_down(&x);
}

/* --- ARP --------------------------------------------------------------------------------------------- */

static void test_arp(void)
{
    static const guint8 request[] = {0,           1, 8, 0, 6, 4, 0, 1,          FRAMES_MAC_B,
                                     FRAMES_SRC4, 0, 0, 0, 0, 0, 0, FRAMES_DST4};
    struct bytes packet = {request, sizeof request};
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("eth/vlan/arp", packet);
    g_byte_array_set_size(b, 60); /* what padding holds is seen no more */
    memset(b->data + 46, 'P', 14);
    struct frame g = rewrite(&x, b, 60, LINK_ETHERNET, packet);
    g_assert_cmpint(g.carrier, ==, CARRIER_ARP);
    g_assert_cmpuint(g.payload.len, ==, sizeof request);
    g_assert_cmpuint(g.src.family, ==, 0);
    g_assert_cmpuint(x.out->len, ==, 60);
    g_assert_cmpuint(x.out->data[59], ==, 0);

    struct frame f;
    b->data[22] = 20; /* hardware addresses that do not fit */
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), 60, LINK_ETHERNET), ==, DROP_MALFORMED);
    tear_down(&x);
}

/* --- contexts ---------------------------------------------------------------------------------------- */

static guint64 context(const char *line)
{
    g_autoptr(GByteArray) b = frames_build(line, TEXT);
    struct frame f;
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_NONE);
    return frame_context(&f);
}

static void test_context(void)
{
    static const char *const distinct[] = {
        "eth/vlan/ipv4/udp",
        "eth/ad/vlan/ipv4/udp",
        "eth/pppoe/ppp/ipv4/udp",
        "eth/ipv4/gre-key/ipv4/udp",
        "eth/ipv4/udp-vxlan/eth/ipv4/udp",
        "eth/ipv4/udp-geneve/eth/ipv4/udp",
        "eth/pbb/eth/ipv4/udp",
        "eth/ipv4/gre-key/eth/ipv4/udp",
        "eth/vlan/ipv4/udp-vxlan/eth/ipv4/udp",
    };
    static const char *const none[] = {"eth/ipv4/udp", "eth/ipv4/udp-gtp-seq/ipv4/udp",
                                       "eth/ipv4/gre/ipv4/udp", "eth/mpls/ipv4/udp",
                                       "eth/ipv4/gre-pptp/ppp/ipv4/udp"};
    for (guint i = 0; i < G_N_ELEMENTS(distinct); i++) {
        g_assert_cmphex(context(distinct[i]), !=, 0);
        for (guint k = 0; k < i; k++)
            g_assert_cmphex(context(distinct[i]), !=, context(distinct[k]));
    }
    for (guint i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_cmphex(context(none[i]), ==, 0);
    /* Inner and outer addresses and ports have no part in it, neither has the VLAN's priority. */
    g_assert_cmphex(context("eth/vlan/ipv4/udp"), ==, context("eth/vlan/ipv6/tcp"));
    g_assert_cmphex(context("eth/ipv4/udp-vxlan/eth/ipv4/udp"), ==,
                    context("eth/ipv6/udp-vxlan-linux/eth/ipv6/tcp"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/tcp/options", test_options);
    g_test_add_func("/frame/tcp/directions", test_directions);
    g_test_add_func("/frame/tcp/moves", test_moves);
    g_test_add_func("/frame/tcp/reset", test_reset);
    g_test_add_func("/frame/tcp/tso", test_tso);
    g_test_add_func("/frame/checksum/states", test_states);
    g_test_add_func("/frame/checksum/sctp", test_sctp);
    g_test_add_func("/frame/checksum/cut", test_cut);
    g_test_add_func("/frame/fragment/fields", test_fragments);
    g_test_add_func("/frame/fragment/train", test_train);
    g_test_add_func("/frame/arp", test_arp);
    g_test_add_func("/frame/context", test_context);
    return g_test_run();
}

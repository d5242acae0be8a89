/* What the writer does to the headers of tunnels and of links that tell of the machine, field by field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "frame_fixture.h"

/* Headers as they are written; ## stands for what is mapped, moved or computed (test_frame.c looks whether
 * the old value is gone, and whether checksums are right). */
static const struct {
    const char *line;
    guint linktype;
    enum layer_kind kind;
    const char *expected;
} headers[] = {
    {"ipv4/gre/ipv4/udp", LINK_RAW, LAYER_GRE, "00 00 08 00"},
    {"ipv4/gre-all/ipv6/udp", LINK_RAW, LAYER_GRE, "b0 00 86 dd ## ## 00 00 ## ## ## ## ## ## ## ##"},
    {"ipv4/gre-key/eth/ipv4/udp", LINK_RAW, LAYER_GRE, "20 00 65 58 ## ## ## ##"},
    {"ipv4/gre-pptp-ack/ppp/ipv4/udp", LINK_RAW, LAYER_GRE,
     "30 81 88 0b 00 4d ## ## ## ## ## ## ## ## ## ##"},
    {"ipv4/gre-seq/erspan2/eth/ipv4/udp", LINK_RAW, LAYER_ERSPAN, "10 64 ## ## 00 00 00 00"},
    {"ipv4/gre-seq/erspan3-sub/eth/ipv4/udp", LINK_RAW, LAYER_ERSPAN, "20 64 ## ## 00 00 00 00 00 00 80 08"},
    {"ipv4/ah/udp", LINK_RAW, LAYER_AH,
     "11 04 00 00 ## ## ## ## ## ## ## ## 00 00 00 00 00 00 00 00 00 00 00 00"},
    {"ipv4/etherip/eth/ipv4/udp", LINK_RAW, LAYER_ETHERIP, "30 00"},
    {"eth/mpls-top/mpls-null/ipv4/udp", LINK_ETHERNET, LAYER_MPLS, "## ## #4 40 00 00 25 40"},
    {"eth/mpls/cw/eth/ipv4/udp", LINK_ETHERNET, LAYER_PSEUDOWIRE, "00 00 ## ##"},
    {"eth/pbb/eth/ipv4/udp", LINK_ETHERNET, LAYER_PBB, "30 ## ## ##"},
    {"ipv4/udp-vxlan/eth/ipv4/udp", LINK_RAW, LAYER_VXLAN, "08 00 00 00 ## ## ## 00"},
    {"ipv4/udp-vxlan-gbp/eth/ipv4/udp", LINK_RAW, LAYER_VXLAN, "08 00 00 00 ## ## ## 00"},
    {"ipv4/udp-gpe/ipv6/udp", LINK_RAW, LAYER_VXLAN, "0c 00 00 02 ## ## ## 00"},
    {"ipv4/udp-geneve/eth/ipv4/udp", LINK_RAW, LAYER_GENEVE, "00 00 65 58 ## ## ## 00"},
    {"ipv4/udp-gtp/ipv4/udp", LINK_RAW, LAYER_GTP, "30 ff 00 4b ## ## ## ##"},
    {"ipv4/udp-gtp-npdu/ipv4/udp", LINK_RAW, LAYER_GTP, "30 ff 00 4b ## ## ## ##"},
    {"ipv4/udp-gtp-ext/ipv4/udp", LINK_RAW, LAYER_GTP, "32 ff 00 4f ## ## ## ## ## ## 00 00"},
    {"ipv4/udp-l2tp-all/ppp/ipv4/udp", LINK_RAW, LAYER_L2TP, "48 02 00 59 ## ## ## ## ## ## ## ##"},
    {"ipv4/udp-l2tp/ppp/ipv4/udp", LINK_RAW, LAYER_L2TP, "00 02 ## ## ## ##"},
    {"8023/llc/ipv4/udp", LINK_ETHERNET, LAYER_8023, "## ## ## ## ## ## ## ## ## ## ## ## 00 53"},
    {"8023/llc-tunnel/ipv4/udp", LINK_ETHERNET, LAYER_LLC, "aa aa 03 00 00 f8 08 00"},
    {"chdlc/ipv4/udp", LINK_CISCO_HDLC, LAYER_CISCO_HDLC, "0f 00 08 00"},
    {"fr-eth/eth/ipv4/udp", LINK_FRAME_RELAY, LAYER_FRAME_RELAY, "18 41 03 00 80 00 80 c2 00 07"},
    {"radiotap-fcs/wlan/llc/ipv4/udp", LINK_WLAN_RADIOTAP, LAYER_RADIOTAP, "00 00 08 00 00 00 00 00"},
    {"radiotap/wlan-ht/llc/ipv4/udp", LINK_WLAN_RADIOTAP, LAYER_WLAN,
     "88 83 30 00 ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## ## #0 ## ## ## ## ## ## ## 05 00 00 00 "
     "00 00"},
    {"ppi/wlan/llc/ipv4/udp", LINK_PPI, LAYER_PPI, "00 00 08 00 69 00 00 00"},
    {"nflog/ipv4/udp", LINK_NFLOG, LAYER_NFLOG, "02 00 00 00 08 00 01 00 08 00 01 00 4f 00 09 00"},
    {"nflog-big/ipv6/udp", LINK_NFLOG, LAYER_NFLOG, "0a 00 00 00 00 08 00 01 86 dd 01 00 00 63 00 09"},
    {"pdu-bare", LINK_PDU, LAYER_PDU, "00 0c 00 04 73 69 70 00 00 00 00 00"},
    {"pdu4", LINK_PDU, LAYER_PDU,
     "00 0c 00 04 73 69 70 00 00 14 00 04 ## ## ## ## 00 15 00 04 ## ## ## ## 00 18 00 04 00 00 00 03 00 19 "
     "00 04 "
     "00 00 13 c4 00 1a 00 04 00 00 13 d8 00 00 00 00"},
};

static void test_headers(void)
{
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autoptr(GByteArray) b = frames_build(headers[i].line, TEXT);
        struct frame g = rewrite(&x, b, b->len, headers[i].linktype, TEXT);
        const struct layer *l = layer_of(&g, headers[i].kind);
        g_autoptr(GString) hex = g_string_new(NULL);
        for (gsize k = 0; k < l->len; k++)
            g_string_append_printf(hex, k ? " %02x" : "%02x", g.captured.p[l->off + k]);
        for (gsize k = 0; k < hex->len && headers[i].expected[k]; k++)
            if (headers[i].expected[k] == '#')
                hex->str[k] = '#';
        g_test_message("%s", headers[i].line);
        g_assert_cmpstr(hex->str, ==, headers[i].expected);
    }
    tear_down(&x);
}

/* PKTAP and the headers of wireless drivers: all zeros but for what a reader needs. */
static void test_zeros(void)
{
    static const struct {
        const char *line;
        guint linktype;
        gsize len;
        const char *kept; /* offsets and bytes */
    } rows[] = {
        {"pktap/eth/ipv4/udp", LINK_PKTAP, 108, "0=6c 4=01 8=01 36=02 40=02 44=0e"},
        {"pktap-raw/ipv4/udp", LINK_USER2, 108, "0=6c 4=01 8=0c 36=02 40=02 44=0e"},
        {"avs/wlan/llc/ipv4/udp", LINK_WLAN_AVS, 64, "0=80 1=21 2=10 3=01 7=40"},
        {"prism/wlan/llc/ipv4/udp", LINK_WLAN_PRISM, 144, "3=44 7=90"},
        {"prism-little/wlan/llc/ipv4/udp", LINK_WLAN_PRISM, 144, "0=44 4=90"},
    };
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct frame g = rewrite(&x, b, b->len, rows[i].linktype, TEXT);
        g_autoptr(GString) kept = g_string_new(NULL);
        g_assert_cmpuint(g.layer[0].len, ==, rows[i].len);
        for (gsize k = 0; k < rows[i].len; k++)
            if (g.captured.p[k])
                g_string_append_printf(kept, "%s%u=%02x", kept->len ? " " : "", (guint)k, g.captured.p[k]);
        g_assert_cmpstr(kept->str, ==, rows[i].kept);
    }
    tear_down(&x);
}

/* Numbers by which tunnels are told apart: at `off` of a layer, of `n` bytes. One-to-one, 0 stays 0, others
 * become others. */
static const struct {
    const char *line;
    enum layer_kind kind;
    gsize off, n;
} ids[] = {
    {"eth/ipv4/gre-key/ipv4/udp", LAYER_GRE, 4, 4},
    {"eth/ipv4/gre-pptp/ppp/ipv4/udp", LAYER_GRE, 6, 2},
    {"eth/ipv4/gre-key/eth/ipv4/udp", LAYER_GRE, 4, 3},
    {"eth/ipv4/udp-vxlan/eth/ipv4/udp", LAYER_VXLAN, 4, 3},
    {"eth/ipv4/udp-geneve/eth/ipv4/udp", LAYER_GENEVE, 4, 3},
    {"eth/ipv4/udp-gtp/ipv4/udp", LAYER_GTP, 4, 4},
    {"eth/ipv4/udp-l2tp/ppp/ipv4/udp", LAYER_L2TP, 2, 2},
    {"eth/ipv4/udp-l2tp/ppp/ipv4/udp", LAYER_L2TP, 4, 2},
    {"eth/pbb/eth/ipv4/udp", LAYER_PBB, 1, 3},
    {"eth/ipv4/ah/udp", LAYER_AH, 4, 4},
};

static guint32 read_id(const guint8 *p, gsize n)
{
    guint32 v = 0;
    for (gsize i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static guint32 new_id(struct fixture *x, guint row, guint32 id)
{
    g_autoptr(GByteArray) b = frames_build(ids[row].line, TEXT);
    struct frame f;
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_NONE);
    guint8 *p = b->data + layer_of(&f, ids[row].kind)->off + ids[row].off;
    for (gsize i = ids[row].n; i > 0; id >>= 8)
        p[--i] = (guint8)id;
    struct frame g = rewrite(x, b, b->len, LINK_ETHERNET, TEXT);
    return read_id(at(&g, ids[row].kind, ids[row].off), ids[row].n);
}

static void test_ids(void)
{
    struct fixture x;
    set_up(&x);
    for (guint row = 0; row < G_N_ELEMENTS(ids); row++) {
        g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
        guint same = 0;
        for (guint32 id = 0; id < 300; id++) {
            guint32 image = new_id(&x, row, id);
            same += image == id;
            g_assert_true((id == 0) == (image == 0));
            g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(image)));
        }
        g_assert_cmpuint(same, <, 3);
    }
    tear_down(&x);
}

/* All labels: one-to-one; the reserved ones stay, and no other becomes one of them. */
static void test_labels(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("eth/mpls/ipv4/udp", BYTES_NONE);
    g_autofree guint8 *seen = g_new0(guint8, 1 << 20);
    for (guint32 label = 0; label < 1 << 20; label += label < 4096 ? 1 : 61) {
        put_u32be(b->data + 14, label << 12 | 0x5fe);
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_NONE);
        g_assert_cmpint(write_payload(&x, &f, BYTES_NONE), ==, DROP_NONE);
        struct reader r = {bytes_of_array(x.out), 14, FALSE};
        guint32 entry = rd_u32be(&r), image = entry >> 12;
        g_assert_cmphex(entry & 0xfff, ==, 0x5fe);
        g_assert_cmpuint(seen[image]++, ==, 0);
        g_assert_true(label < 16 ? image == label : image >= 16);
    }
    tear_down(&x);
}

/* Ports that are drawn from what is carried are mapped; those of real ends stay. */
static void test_source_ports(void)
{
    static const struct {
        const char *line;
        guint16 kept; /* 0: mapped */
    } rows[] = {
        {"ipv4/udp-vxlan/eth/ipv4/udp", 0},
        {"ipv4/udp-geneve/ipv4/udp", 0},
        {"ipv4/udp-mpls/mpls/ipv4/udp", 0},
        {"ipv4/udp-gtp/ipv4/udp", 0},
        {"ipv4/udp-l2tp/ppp/ipv4/udp", 49321},
        {"ipv4/udp-teredo/ipv6/udp", 3544},
        {"ipv4/udp", 5060},
    };
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct frame g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
        guint16 src = u16_at(&g, LAYER_UDP, 0);
        if (rows[i].kept)
            g_assert_cmpuint(src, ==, rows[i].kept);
        else
            g_assert_true(src != 49321 && src >> 14 == 49321 >> 14);
    }
    tear_down(&x);
}

/* Sequence numbers keep their differences; those of the other direction move by its constant. */
static void test_sequences(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("ipv4/gre-pptp-ack/ppp/ipv4/udp", TEXT);
    struct frame g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
    guint16 sequence = u16_at(&g, LAYER_GRE, 10), ack = u16_at(&g, LAYER_GRE, 14);
    b->data[20 + 11] += 9;
    b->data[20 + 15] += 4;
    g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
    g_assert_cmpuint((guint16)(u16_at(&g, LAYER_GRE, 10) - sequence), ==, 9);
    g_assert_cmpuint((guint16)(u16_at(&g, LAYER_GRE, 14) - ack), ==, 4);
    /* What this direction acknowledges is what the other one sends. */
    g_autoptr(GByteArray) back = frames_build("ipv4/gre-pptp-ack/ppp/ipv4/udp", TEXT);
    memcpy(back->data + 12, frames_dst4, 4);
    memcpy(back->data + 16, frames_src4, 4);
    memcpy(back->data + 20 + 8, b->data + 20 + 12, 4);
    guint8 acknowledged[4];
    memcpy(acknowledged, at(&g, LAYER_GRE, 12), 4);
    g = rewrite(&x, back, back->len, LINK_RAW, TEXT);
    g_assert_cmpmem(at(&g, LAYER_GRE, 8), 4, acknowledged, 4);
    tear_down(&x);
}

/* The length of a pseudo-wire below 64 bytes. */
static void test_pseudowire(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("eth/mpls/cw-len/eth/ipv4/udp", BYTES_LIT("ping"));
    struct frame g = rewrite(&x, b, b->len, LINK_ETHERNET, BYTES_LIT("pong!"));
    g_assert_cmpuint(at(&g, LAYER_PSEUDOWIRE, 1)[0], ==, 4 + 14 + 28 + 5);
    g = rewrite(&x, b, b->len, LINK_ETHERNET, TEXT);
    g_assert_cmpuint(at(&g, LAYER_PSEUDOWIRE, 1)[0], ==, 0);
    tear_down(&x);
}

/* An Ethernet address that begins as an IP header does, where nothing says which of them comes. */
static void test_address_like_ip(void)
{
    static const guint8 four[6] = {0x45, 0, 0, 20, 1, 2}, six[6] = {0x60, 1, 2, 3, 0, 4};
    static const char *const lines[] = {"ipv4/mpls/eth/ipv4/udp", "ipv4/udp-mpls/mpls/eth/ipv6/udp",
                                        "ipv4/udp-gtp/eth/vlan/ipv4/udp", "ipv4/udp-gtp-seq/eth/ipv6/udp"};
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < 2 * G_N_ELEMENTS(lines); i++) {
        g_autoptr(GByteArray) b = frames_build(lines[i / 2], TEXT);
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_RAW), ==, DROP_NONE);
        memcpy(b->data + layer_of(&f, LAYER_ETHERNET)->off, i % 2 ? six : four, 6);
        struct frame g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
        g_assert_cmpuint(g.n_layers, ==, f.n_layers);
        layer_of(&g, LAYER_ETHERNET);
    }
    tear_down(&x);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tunnel/headers", test_headers);
    g_test_add_func("/tunnel/zeros", test_zeros);
    g_test_add_func("/tunnel/ids", test_ids);
    g_test_add_func("/tunnel/labels", test_labels);
    g_test_add_func("/tunnel/source-ports", test_source_ports);
    g_test_add_func("/tunnel/sequences", test_sequences);
    g_test_add_func("/tunnel/pseudowire", test_pseudowire);
    g_test_add_func("/tunnel/address-like-ip", test_address_like_ip);
    return g_test_run();
}

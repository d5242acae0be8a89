/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "frame_fixture.h"

/* The bytes behind the fixed IP header, as a template: hex, or the mapped H4, H6, D6. */
static const struct {
    const char *line, *expected;
} options[] = {
    {"ipv4-rr/udp", "01 07 0b 08 H4 00 00 00 00"},
    {"ipv4-lsrr/udp", "83 07 04 H4 00"},
    {"ipv4-lsrr-done/udp", "83 07 08 H4 01"},
    {"ipv4-ts/udp", "44 0c 0d 31 H4 00 00 00 00"},
    {"ipv4-ts-alone/udp", "44 08 09 20 00 00 00 00"},
    {"ipv4-alert/udp", "94 04 00 01"},
    {"ipv4-unknown/udp", "00 00 00 00 00 00 00 00"},
    {"ipv4-between/udp", "01 94 04 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
    {"ipv4-nops/udp", "01 01 01 00"},
    {"ipv4-broken/udp", "01 00 00 00 00 00 00 00"},
    {"ipv6/hbh/udp", "11 00 05 02 00 00 01 00"},
    {"ipv6/dst/udp", "11 01 00 01 09 00 00 00 00 00 00 00 00 00 00 00"},
    {"ipv6/home/udp", "11 02 01 02 00 00 c9 10 H6"},
    {"ipv6/rt0/udp", "11 02 00 01 00 00 00 00 H6"},
    {"ipv6/rt2/udp", "11 02 02 01 00 00 00 00 H6"},
    {"ipv6/srh/udp", "11 05 04 01 01 00 00 00 H6 D6 00 00 00 00 00 00 00 00"},
    {"ipv6/rt9-done/udp", "11 00 09 00 00 00 00 00"},
};

static void expand(struct fixture *x, const char *template, GByteArray *out)
{
    g_auto(GStrv) words = g_strsplit(template, " ", -1);
    for (guint i = 0; words[i]; i++) {
        guint8 image[16] = {0};
        gsize n = 1;
        if (g_str_equal(words[i], "H4"))
            addresses_map4(x->addresses, frames_hop4, image), n = 4;
        else if (g_str_equal(words[i], "H6") || g_str_equal(words[i], "D6"))
            addresses_map6(x->addresses, words[i][0] == 'H' ? frames_hop6 : frames_dst6, image), n = 16;
        else
            image[0] = (guint8)g_ascii_strtoull(words[i], NULL, 16);
        g_byte_array_append(out, image, (guint)n);
    }
}

static void test_options(void)
{
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autoptr(GByteArray) b = frames_build(options[i].line, TEXT);
        g_autoptr(GByteArray) expected = g_byte_array_new();
        struct frame g = rewrite(&x, b, b->len, LINK_RAW, TEXT);
        gsize fixed = g.src.family == 4 ? 20 : 40;
        expand(&x, options[i].expected, expected);
        g_test_message("%s", options[i].line);
        g_assert_cmpmem(g.captured.p + fixed, g.layer[0].len - fixed, expected->data, expected->len);
    }
    tear_down(&x);
}

/* Fields that stay, byte by byte, and fields that become constants. */
static void test_fields(void)
{
    static const struct {
        const char *line;
        guint linktype;
        gsize off;
        const char *expected; /* hex */
    } rows[] = {
        {"eth/ipv4/udp", LINK_ETHERNET, 14, "45b8"},       /* DSCP */
        {"eth/ipv4/udp", LINK_ETHERNET, 20, "40003d11"},   /* flags, TTL, protocol */
        {"eth/ipv4/udp", LINK_ETHERNET, 34, "13c413d8"},   /* ports */
        {"eth/ipv6/udp", LINK_ETHERNET, 14, "620"},        /* version, traffic class */
        {"eth/ipv6/udp", LINK_ETHERNET, 20, "113f"},
        {"eth/ad/vlan/ipv4/udp", LINK_ETHERNET, 12, "88a830128100b0640800"},
        {"eth/pppoe/ppp/ipv4/udp", LINK_ETHERNET, 12, "88641100"},
        {"ppp-hdlc-short/ipv4/udp", LINK_PPP, 0, "ff0321"},
        {"null-24/ipv6/udp", LINK_NULL, 0, "18000000"},
        {"sll/ipv4/udp", LINK_LINUX_SLL, 0, "000400010006"},
        {"sll/ipv4/udp", LINK_LINUX_SLL, 12, "00000800"},
        {"sll-4/ipv4/udp", LINK_LINUX_SLL, 4, "000400000000000000000800"},
        {"sll2/ipv4/udp", LINK_LINUX_SLL2, 0, "080000000000000300010406"},
        {"sll2-large/ipv6/udp", LINK_LINUX_SLL2, 0, "86dd00000000000000010406"},
    };
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        rewrite(&x, b, b->len, rows[i].linktype, TEXT);
        g_autoptr(GString) hex = g_string_new(NULL);
        for (gsize k = rows[i].off; k < rows[i].off + 16; k++)
            g_string_append_printf(hex, "%02x", x.out->data[k]);
        g_string_truncate(hex, strlen(rows[i].expected));
        g_assert_cmpstr(hex->str, ==, rows[i].expected);
    }
    tear_down(&x);
}

/* One place per layer that holds a MAC address: it has the image. */
static void test_macs(void)
{
    static const struct {
        const char *line;
        guint linktype;
        gsize off;
        const guint8 *old;
    } rows[] = {
        {"eth/ipv4/udp", LINK_ETHERNET, 0, frames_mac_a},
        {"eth/ipv4/udp", LINK_ETHERNET, 6, frames_mac_b},
        {"sll/ipv4/udp", LINK_LINUX_SLL, 6, frames_mac_a},
        {"sll2/ipv4/udp", LINK_LINUX_SLL2, 12, frames_mac_a},
    };
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        guint8 image[6];
        rewrite(&x, b, b->len, rows[i].linktype, TEXT);
        addresses_map_mac(x.addresses, rows[i].old, image);
        g_assert_cmpmem(x.out->data + rows[i].off, 6, image, 6);
    }
    tear_down(&x);
}

/* Makes the UDP checksum of a frame what `how` says. */
static void spoil_udp(GByteArray *b, const char *how)
{
    struct frame f;
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET), ==, DROP_NONE);
    guint8 *field = b->data + f.payload.off - 2;
    if (g_str_equal(how, "wrong"))
        put_u16be(field, (guint16)(udp_right(&f) ^ 0x4321));
    else if (g_str_equal(how, "zero"))
        put_u16be(field, 0);
    else if (g_str_equal(how, "offloaded"))
        put_u16be(field, udp_partial(&f));
}

static guint16 expected_udp(const struct frame *g, const char *how)
{
    guint16 right = udp_right(g);
    if (g_str_equal(how, "wrong"))
        return right == 0xffff ? 1 : (guint16)(right + 1);
    if (g_str_equal(how, "zero"))
        return 0;
    return g_str_equal(how, "offloaded") ? udp_partial(g) : right;
}

static void test_udp_checksums(void)
{
    static const char *const lines[] = {"eth/ipv4/udp", "eth/ipv6/udp", "eth/ipv4-lsrr/udp",
                                        "eth/ipv6/srh/udp"};
    static const char *const hows[] = {"right", "wrong", "zero", "offloaded"};
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        for (guint k = 0; k < G_N_ELEMENTS(hows); k++)
            for (gsize n = 0; n <= TEXT.n; n++) {
                g_autoptr(GByteArray) b = frames_build(lines[i], TEXT);
                spoil_udp(b, hows[k]);
                struct frame g = rewrite(&x, b, b->len, LINK_ETHERNET, bytes_sub(TEXT, 0, n));
                g_assert_cmphex(u16_at(&g, LAYER_UDP, 6), ==, expected_udp(&g, hows[k]));
            }
    tear_down(&x);
}

static void test_ipv4_checksums(void)
{
    struct fixture x;
    set_up(&x);
    for (guint field = 0; field <= 0xffff; field += 0x1111) {
        g_autoptr(GByteArray) b = frames_build("eth/ipv4/udp", TEXT);
        put_u16be(b->data + 24, (guint16)field);
        struct frame g = rewrite(&x, b, b->len, LINK_ETHERNET, TEXT);
        guint16 right = ipv4_right(&g), wrong = right == 0xffff ? 1 : (guint16)(right + 1);
        g_assert_cmphex(u16_at(&g, LAYER_IPV4, 10), ==, field == 0 ? 0 : wrong);
    }
    tear_down(&x);
}

/* What stands behind the UDP datagram: `before` and `after` are bytes on the wire. */
static void test_padding(void)
{
    static const struct {
        gsize payload, trailer, new_payload;
        guint32 after;
    } rows[] = {
        {4, 14, 4, 60},  {4, 14, 0, 60},  {4, 14, 18, 60}, {4, 14, 19, 61}, /* padded to 60 */
        {4, 18, 4, 60},  {4, 18, 30, 72},                                   /* and a check sequence */
        {4, 0, 4, 46},   {4, 0, 0, 42},   {4, 0, 30, 72},                   /* never padded */
        {4, 4, 4, 46},                                                      /* a trailer, no padding */
        {18, 0, 4, 46},  {18, 4, 18, 60}, {18, 4, 4, 46},                   /* long enough of itself */
        {40, 4, 40, 82}, {40, 4, 4, 46},
    };
    struct fixture x;
    set_up(&x);
    g_autofree gchar *fill = g_strnfill(100, 'Z');
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bytes all = bytes_of(fill);
        g_autoptr(GByteArray) b = frames_build("eth/ipv4/udp", bytes_sub(TEXT, 0, rows[i].payload));
        g_byte_array_append(b, all.p, (guint)rows[i].trailer);
        rewrite(&x, b, b->len, LINK_ETHERNET, bytes_sub(TEXT, 0, rows[i].new_payload));
        g_assert_cmpuint(x.wire_len, ==, rows[i].after);
        g_assert_cmpuint(x.out->len, ==, rows[i].after);
        for (gsize k = 42 + rows[i].new_payload; k < x.out->len; k++)
            g_assert_cmpint(x.out->data[k], ==, 0);
    }
    tear_down(&x);
}

static gboolean holds(const GByteArray *b, const guint8 *p, gsize n)
{
    return bytes_find(bytes_of_array(b), (struct bytes){p, n}) != NOT_FOUND;
}

/* Bytes that IP counts and UDP does not (RFC 9868 has a use for them), that PPPoE counts and IP does not. */
static void test_surplus(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("ipv4/udp", TEXT);
    g_byte_array_append(b, (const guint8 *)"SURPLUS!", 8);
    put_u16be(b->data + 2, (guint16)b->len);
    rewrite(&x, b, b->len, LINK_RAW, TEXT);
    g_assert_cmpuint(x.out->len, ==, b->len - 8);
    g_assert_cmpuint(x.wire_len, ==, b->len - 8);
    g_assert_false(holds(x.out, (const guint8 *)"SURP", 4));

    g_autoptr(GByteArray) p = frames_build("pppoe/ppp/ipv4/udp", TEXT);
    g_byte_array_append(p, (const guint8 *)"SURPLUS!", 8);
    put_u16be(p->data + 4, (guint16)(p->len - 6));
    struct frame g = rewrite(&x, p, p->len, LINK_PPP_ETHER, TEXT);
    g_assert_cmpuint(u16_at(&g, LAYER_PPPOE, 4), ==, p->len - 6 - 8);
    tear_down(&x);
}

/* Snapshot length inside the payload: what is missing stays missing. */
static void cut_one(struct fixture *x, const char *line, gsize missing, gsize new_payload)
{
    g_autoptr(GByteArray) b = frames_build(line, TEXT);
    guint32 wire_len = b->len;
    spoil_udp(b, "wrong"); /* so that the field is no pseudo-header's sum by chance */
    struct frame before;
    g_assert_cmpint(frame_walk(&before, bytes_of_array(b), wire_len, LINK_ETHERNET), ==, DROP_NONE);
    guint16 old = u16_at(&before, LAYER_UDP, 6);
    g_byte_array_set_size(b, (guint)(wire_len - missing));

    struct frame g = rewrite(x, b, wire_len, LINK_ETHERNET, bytes_sub(TEXT, 0, new_payload));
    gsize grown = new_payload + missing;
    g_assert_cmpuint(x->wire_len, ==, wire_len - TEXT.n + grown);
    g_assert_cmpuint(x->out->len, ==, x->wire_len - missing);
    g_assert_cmpuint(g.payload_wire_len, ==, grown);
    guint16 first = u16_at(&g, LAYER_UDP, 6);
    g_assert_cmphex(first, !=, 0);
    g_assert_cmphex(first, !=, old);

    /* The old value has no part in the new one. */
    put_u16be(b->data + before.payload.off - 2, (guint16)(old ^ 0x1111));
    g = rewrite(x, b, wire_len, LINK_ETHERNET, bytes_sub(TEXT, 0, new_payload));
    g_assert_cmphex(u16_at(&g, LAYER_UDP, 6), ==, first);
    /* But the new bytes have. */
    g = rewrite(x, b, wire_len, LINK_ETHERNET, bytes_sub(TEXT, 1, new_payload));
    g_assert_cmphex(u16_at(&g, LAYER_UDP, 6), !=, first);
    /* So have the addresses: the last byte of the destination. */
    gsize ip = before.layer[before.n_layers - 2].off;
    guint8 *destination = b->data + ip + (before.dst.family == 4 ? 19 : 39);
    *destination ^= 1;
    g = rewrite(x, b, wire_len, LINK_ETHERNET, bytes_sub(TEXT, 0, new_payload));
    g_assert_cmphex(u16_at(&g, LAYER_UDP, 6), !=, first);
    *destination ^= 1;
    /* What needs no payload to be known is known. */
    put_u16be(b->data + before.payload.off - 2, 0);
    g = rewrite(x, b, wire_len, LINK_ETHERNET, bytes_sub(TEXT, 0, new_payload));
    g_assert_cmphex(u16_at(&g, LAYER_UDP, 6), ==, 0);
    put_u16be(b->data + before.payload.off - 2, udp_partial(&before));
    g = rewrite(x, b, wire_len, LINK_ETHERNET, bytes_sub(TEXT, 0, new_payload));
    g_assert_cmphex(u16_at(&g, LAYER_UDP, 6), ==, udp_partial(&g));
}

static void test_cut(void)
{
    struct fixture x;
    set_up(&x);
    cut_one(&x, "eth/ipv4/udp", 1, TEXT.n - 1);
    cut_one(&x, "eth/ipv4/udp", TEXT.n, 5);
    cut_one(&x, "eth/ipv6/udp", 11, 20);
    cut_one(&x, "eth/pppoe/ppp/ipv6/dst/udp", 40, 9);
    tear_down(&x);
}

/* A snapshot length that takes padding alone cuts nothing. */
static void test_cut_padding(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("eth/ipv4/udp", BYTES_LIT("\r\n\r\n"));
    g_byte_array_append(b, (const guint8 *)"ZZZ", 3);
    struct frame g = rewrite(&x, b, 60, LINK_ETHERNET, BYTES_LIT("\r\n\r\n"));
    g_assert_false(g.cut);
    g_assert_cmpuint(x.out->len, ==, 60);
    assert_checksums_right(&g);
    tear_down(&x);
}

static void test_too_long(void)
{
    static const struct {
        const char *line;
        guint linktype;
        gsize longest;
    } rows[] = {
        {"ipv4/udp", LINK_RAW, 65535 - 28},          {"eth/ipv4-rr/udp", LINK_ETHERNET, 65535 - 40},
        {"ipv6/udp", LINK_RAW, 65535 - 8},           {"ipv6/hbh/udp", LINK_RAW, 65535 - 16},
        {"pppoe/ppp/ipv4/udp", LINK_PPP_ETHER, 65535 - 30},
        {"pppoe/ppp/ipv6/udp", LINK_PPP_ETHER, 65535 - 50},
    };
    struct fixture x;
    set_up(&x);
    g_autofree gchar *fill = g_strnfill(G_MAXUINT16, 'x');
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = frames_build(rows[i].line, TEXT);
        struct bytes longest = bytes_sub(bytes_of(fill), 0, rows[i].longest);
        struct frame g = rewrite(&x, b, b->len, rows[i].linktype, longest);
        assert_checksums_right(&g);

        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, rows[i].linktype), ==, DROP_NONE);
        struct bytes more = bytes_sub(bytes_of(fill), 0, rows[i].longest + 1);
        g_assert_cmpint(write_payload(&x, &f, more), ==, DROP_TOO_LONG);
        g_assert_cmpuint(x.out->len, ==, 0);
    }
    tear_down(&x);
}

/* What is missing from a cut frame counts too. */
static void test_too_long_cut(void)
{
    struct fixture x;
    set_up(&x);
    g_autofree gchar *fill = g_strnfill(60000, 'x');
    g_autoptr(GByteArray) b = frames_build("ipv4/udp", bytes_of(fill));
    struct frame f;
    g_assert_cmpint(frame_walk(&f, bytes_sub(bytes_of_array(b), 0, 100), b->len, LINK_RAW), ==, DROP_NONE);
    struct bytes fits = bytes_sub(bytes_of(fill), 0, 72 + 5507);
    struct bytes more = bytes_sub(bytes_of(fill), 0, 72 + 5508);
    g_assert_cmpint(write_payload(&x, &f, more), ==, DROP_TOO_LONG);
    g_assert_cmpint(write_payload(&x, &f, fits), ==, DROP_NONE);
    g_assert_cmpuint(x.wire_len, ==, 65535);
    tear_down(&x);
}

static guint16 new_id(struct fixture *x, guint16 id, guint8 last_octet)
{
    g_autoptr(GByteArray) b = frames_build("ipv4/udp", TEXT);
    put_u16be(b->data + 4, id);
    b->data[19] = last_octet;
    struct frame g = rewrite(x, b, b->len, LINK_RAW, TEXT);
    return u16_at(&g, LAYER_IPV4, 4);
}

/* Identification: 0 stays, differences modulo 65535 stay within a flow, flows have constants of their
 * own. */
static void test_identification(void)
{
    static const guint16 ids[] = {1, 2, 3, 1000, 32768, 65533, 65534, 65535};
    struct fixture x;
    set_up(&x);
    g_assert_cmpuint(new_id(&x, 0, 1), ==, 0);
    guint first = new_id(&x, ids[0], 1);
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        guint image = new_id(&x, ids[i], 1);
        g_assert_cmpuint(image, !=, 0);
        g_assert_cmpuint((image + 65535 - first) % 65535, ==, ids[i] - ids[0]);
    }
    guint same = 0;
    for (guint8 octet = 2; octet < 34; octet++)
        same += new_id(&x, ids[0], octet) == first;
    g_assert_cmpuint(same, <, 2);
    tear_down(&x);
}

static guint32 new_label(struct fixture *x, guint32 label)
{
    g_autoptr(GByteArray) b = frames_build("ipv6/udp", TEXT);
    put_u32be(b->data, 0x62000000 | label);
    struct frame g = rewrite(x, b, b->len, LINK_RAW, TEXT);
    struct reader r = reader_of(g.captured);
    guint32 head = rd_u32be(&r);
    g_assert_cmphex(head >> 20, ==, 0x620);
    return head & 0xfffff;
}

static void test_flow_label(void)
{
    struct fixture x;
    set_up(&x);
    g_assert_cmpuint(new_label(&x, 0), ==, 0);
    g_assert_cmpuint(new_label(&x, 1), !=, 0);
    g_assert_cmpuint(new_label(&x, 77), ==, new_label(&x, 77));
    g_assert_cmpuint((new_label(&x, 0xfffff) + 0xfffff - new_label(&x, 1)) % 0xfffff, ==, 0xffffe);
    tear_down(&x);
}

/* All session numbers: one-to-one, 0 stays. */
static void test_pppoe_session(void)
{
    struct fixture x;
    set_up(&x);
    g_autoptr(GByteArray) b = frames_build("pppoe/ppp/ipv4/udp", BYTES_NONE);
    g_autofree guint8 *seen = g_new0(guint8, 65536);
    guint fixed = 0;
    for (guint id = 0; id <= 0xffff; id++) {
        put_u16be(b->data + 2, (guint16)id);
        struct frame f;
        g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, LINK_PPP_ETHER), ==, DROP_NONE);
        g_assert_cmpint(write_payload(&x, &f, BYTES_NONE), ==, DROP_NONE);
        guint image = (guint)(x.out->data[2] << 8 | x.out->data[3]);
        g_assert_cmpuint(seen[image]++, ==, 0);
        g_assert_true((id == 0) == (image == 0));
        fixed += image == id;
    }
    g_assert_cmpuint(fixed, <, 20);
    tear_down(&x);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/options", test_options);
    g_test_add_func("/frame/fields", test_fields);
    g_test_add_func("/frame/macs", test_macs);
    g_test_add_func("/frame/checksum/udp", test_udp_checksums);
    g_test_add_func("/frame/checksum/ipv4", test_ipv4_checksums);
    g_test_add_func("/frame/padding", test_padding);
    g_test_add_func("/frame/surplus", test_surplus);
    g_test_add_func("/frame/cut", test_cut);
    g_test_add_func("/frame/cut-padding", test_cut_padding);
    g_test_add_func("/frame/too-long", test_too_long);
    g_test_add_func("/frame/too-long-cut", test_too_long_cut);
    g_test_add_func("/frame/identification", test_identification);
    g_test_add_func("/frame/flow-label", test_flow_label);
    g_test_add_func("/frame/pppoe-session", test_pppoe_session);
    return g_test_run();
}

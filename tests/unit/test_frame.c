/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "frame_fixture.h"

/* Every frame that is kept, by line and link type. */
static const struct {
    const char *line;
    guint linktype;
    guint layers;
} kept[] = {
    {"eth/ipv4/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/udp", LINK_ETHERNET, 3},
    {"eth/vlan/ipv4/udp", LINK_ETHERNET, 4},
    {"eth/ad/vlan/ipv4/udp", LINK_ETHERNET, 5},
    {"eth/qinq/qinq/vlan/ipv6/udp", LINK_ETHERNET, 6},
    {"eth/pppoe/ppp/ipv4/udp", LINK_ETHERNET, 5},
    {"eth/vlan/pppoe/ppp/ipv6/udp", LINK_ETHERNET, 6},
    {"pppoe/ppp-short/ipv4/udp", LINK_PPP_ETHER, 4},
    {"ppp/ipv4/udp", LINK_PPP, 3},
    {"ppp-short/ipv6/udp", LINK_PPP, 3},
    {"ppp-hdlc/ipv4/udp", LINK_PPP, 3},
    {"ppp-hdlc/ipv6/udp", LINK_PPP_HDLC, 3},
    {"ppp-hdlc-short/ipv4/udp", LINK_PPP_HDLC, 3},
    {"null/ipv4/udp", LINK_NULL, 3},
    {"loop/ipv4/udp", LINK_NULL, 3},
    {"loop/ipv6/udp", LINK_LOOP, 3},
    {"null-10/ipv6/udp", LINK_NULL, 3},
    {"null-24/ipv6/udp", LINK_NULL, 3},
    {"loop-28/ipv6/udp", LINK_LOOP, 3},
    {"sll/ipv4/udp", LINK_LINUX_SLL, 3},
    {"sll-4/ipv4/udp", LINK_LINUX_SLL, 3},
    {"sll/vlan/ipv6/udp", LINK_LINUX_SLL, 4},
    {"sll2/ipv4/udp", LINK_LINUX_SLL2, 3},
    {"sll2-large/ipv6/udp", LINK_LINUX_SLL2, 3},
    {"ipv4/udp", LINK_RAW, 2},
    {"ipv6/udp", LINK_RAW, 2},
    {"ipv4/udp", LINK_IPV4, 2},
    {"ipv6/udp", LINK_IPV6, 2},
    {"eth/ipv4-rr/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-lsrr/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-lsrr-done/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-ts/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-ts-alone/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-alert/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-unknown/udp", LINK_ETHERNET, 3},
    {"eth/ipv4-broken/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/hbh/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/dst/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/home/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/rt0/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/rt0-two/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/rt0-done/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/rt2/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/srh/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/rt9-done/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/atomic/udp", LINK_ETHERNET, 3},
    {"eth/ipv6/hbh/dst/rt0/atomic/dst/udp", LINK_ETHERNET, 3},
};

static gboolean holds(const GByteArray *b, const guint8 *p, gsize n)
{
    return bytes_find(bytes_of_array(b), (struct bytes){p, n}) != NOT_FOUND;
}

/* Of the IPv6 addresses the interface part: what is before it may stay by class. */
static void assert_nothing_old(const char *line, const GByteArray *out)
{
    static const guint8 planted[] = {0xc4, 0x5d}, stamp[] = {0x03, 0xa7, 0x5c, 0x1e}, tail[] = {0xe7, 0x99};
    static const guint8 id[] = {FRAMES_ID, 0x40, 0}, label[] = {FRAMES_LABEL};
    static const guint8 session[] = {0x11, 0, FRAMES_SESSION};
    static const struct bytes old[] = {
        {frames_src4, 4}, {frames_dst4, 4}, {frames_hop4, 4}, {frames_src6 + 8, 8}, {frames_dst6 + 8, 8},
        {frames_hop6 + 8, 8}, {frames_mac_a, 6}, {frames_mac_b, 6}, {planted, 2}, {stamp, 4}, {tail, 2},
        {id, 4}, {label, 3}, {session, 4},
    };
    for (guint i = 0; i < G_N_ELEMENTS(old); i++)
        if (holds(out, old[i].p, old[i].n))
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

static void keep_one(struct fixture *x, guint row, struct bytes payload)
{
    g_autoptr(GByteArray) b = frames_build(kept[row].line, TEXT);
    struct frame f;
    g_assert_cmpint(frame_walk(&f, bytes_of_array(b), b->len, kept[row].linktype), ==, DROP_NONE);
    g_assert_true(bytes_eq(bytes_span(f.captured, f.payload), TEXT));
    g_assert_false(f.cut);
    assert_layers(&f, kept[row].layers, b->len);
    assert_checksums_right(&f);

    struct frame g = rewrite(x, b, b->len, kept[row].linktype, payload);
    g_assert_cmpuint(x->out->len, ==, b->len - TEXT.n + payload.n);
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
    g_autofree gchar *longer = g_strnfill(1501, 'x');
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        keep_one(&x, i, TEXT);
        keep_one(&x, i, BYTES_LIT("OPTIONS"));
        keep_one(&x, i, BYTES_NONE);
        keep_one(&x, i, bytes_of(longer));
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
        {"eth/ipv4/udp", frames_src4, frames_dst4},          {"eth/ipv4-lsrr/udp", frames_src4, frames_hop4},
        {"eth/ipv4-lsrr-done/udp", frames_src4, frames_dst4}, {"eth/ipv6/udp", frames_src6, frames_dst6},
        {"eth/ipv6/rt0/udp", frames_src6, frames_hop6},
        {"eth/ipv6/rt0-done/udp", frames_src6, frames_dst6},
        {"eth/ipv6/rt0-two/udp", frames_src6, frames_hop6},
        {"eth/ipv6/srh/udp", frames_src6, frames_hop6},       {"eth/ipv6/home/udp", frames_hop6, frames_dst6},
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

static void test_dropped(void)
{
    static const struct {
        const char *line;
        guint linktype;
        enum drop_reason expected;
    } rows[] = {
        {"eth/ipv4/udp", 127, DROP_LINK_TYPE},
        {"eth/ipv4/udp", G_MAXUINT, DROP_LINK_TYPE},
        {"eth/arp/ipv4/udp", LINK_ETHERNET, DROP_NETWORK},
        {"sll/arp/ipv4/udp", LINK_LINUX_SLL, DROP_NETWORK},
        {"ppp/lcp/ipv4/udp", LINK_PPP, DROP_NETWORK},
        {"eth/mpls/ipv4/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv4/tcp/udp", LINK_ETHERNET, DROP_TCP},
        {"eth/ipv6/tcp/udp", LINK_ETHERNET, DROP_TCP},
        {"eth/ipv6/hbh/tcp/udp", LINK_ETHERNET, DROP_TCP},
        {"eth/ipv4/esp/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv6/esp/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv4/gre/udp", LINK_ETHERNET, DROP_TUNNEL},
        {"eth/ipv4/sctp/udp", LINK_ETHERNET, DROP_TRANSPORT},
        {"eth/ipv6/none/udp", LINK_ETHERNET, DROP_TRANSPORT},
        {"eth/ipv6/fragment/udp", LINK_ETHERNET, DROP_FRAGMENT},
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
        {"eth/ipv4/udp", 12, 0x0026, DROP_NETWORK},    /* IEEE 802.3 */
        {"eth/ipv4/udp", 14, 0x4400, DROP_MALFORMED},  /* header of 16 bytes */
        {"eth/ipv4/udp", 14, 0x4f00, DROP_MALFORMED},  /* the text as options: UDP would be what follows */
        {"eth/ipv4/udp", 14, 0x5500, DROP_MALFORMED},  /* version 5 */
        {"eth/ipv4/udp", 16, 0, DROP_MALFORMED},       /* total length */
        {"eth/ipv4/udp", 16, 19, DROP_MALFORMED},
        {"eth/ipv4/udp", 16, 27, DROP_MALFORMED},
        {"eth/ipv4/udp", 16, 0x1000, DROP_MALFORMED},
        {"eth/ipv4/udp", 20, 0x2000, DROP_FRAGMENT},
        {"eth/ipv4/udp", 20, 0x0001, DROP_FRAGMENT},
        {"eth/ipv4/udp", 20, 0x8000, DROP_NONE},
        {"eth/ipv4/udp", 38, 7, DROP_MALFORMED},       /* UDP length */
        {"eth/ipv4/udp", 38, 0, DROP_MALFORMED},
        {"eth/ipv4/udp", 38, 0x1000, DROP_MALFORMED},
        {"eth/ipv4/udp", 38, 8, DROP_NONE},
        {"eth/ipv6/udp", 14, 0x4200, DROP_MALFORMED},
        {"eth/ipv6/udp", 18, 0, DROP_MALFORMED},       /* payload length */
        {"eth/ipv6/udp", 18, 7, DROP_MALFORMED},
        {"eth/ipv6/udp", 18, 0x1000, DROP_MALFORMED},
        {"eth/ipv6/hbh/udp", 54, 0x11ff, DROP_MALFORMED}, /* extension header beyond the end */
        {"eth/ipv6/rt0/udp", 56, 0x0002, DROP_MALFORMED}, /* more segments left than there are */
        {"eth/ipv6/rt2/udp", 56, 0x0202, DROP_MALFORMED},
        {"eth/ipv6/srh/udp", 58, 0x0200, DROP_MALFORMED}, /* more segments than fit */
        {"eth/pppoe/ppp/ipv4/udp", 14, 0x2100, DROP_MALFORMED},
        {"eth/pppoe/ppp/ipv4/udp", 14, 0x1109, DROP_NETWORK}, /* discovery */
        {"eth/pppoe/ppp/ipv4/udp", 18, 0x1000, DROP_MALFORMED},
        {"eth/pppoe/ppp/ipv4/udp", 18, 20, DROP_MALFORMED},   /* shorter than the IP packet in it */
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
    gsize headers;
    gboolean short_wire; /* the wire, too, ends where the prefix ends */
};

/* A prefix is a frame cut by the snapshot length, or a frame that lies about its lengths. */
static void walk_prefix(struct bytes b, void *arg)
{
    struct prefix *p = arg;
    struct frame f;
    enum drop_reason drop = frame_walk(&f, b, p->short_wire ? 0 : p->wire_len, p->linktype);
    gboolean proven = b.n >= p->headers && (!p->short_wire || b.n == p->wire_len);
    g_assert_cmpint(drop == DROP_NONE, ==, proven);
    if (drop)
        return;
    g_assert_cmpuint(f.payload.len, ==, b.n - p->headers);
    g_assert_cmpint(f.cut, ==, b.n < p->wire_len);
    struct bytes payload = bytes_span(f.captured, f.payload);
    g_assert_cmpint(frame_write(p->x->writer, &f, payload, p->x->out, &p->x->wire_len), ==, DROP_NONE);
    g_assert_cmpuint(p->x->out->len, ==, b.n);
    g_assert_cmpuint(p->x->wire_len, ==, p->wire_len);
}

static void test_prefixes(void)
{
    struct fixture x;
    set_up(&x);
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autoptr(GByteArray) b = frames_build(kept[i].line, TEXT);
        struct prefix p = {&x, kept[i].linktype, b->len, b->len - TEXT.n, FALSE};
        check_prefixes(bytes_of_array(b), walk_prefix, &p);
        p.short_wire = TRUE;
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
    static const char *const lines[] = {"eth/ipv4/udp", "eth/ipv6/udp"};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GByteArray) b = frames_build(lines[i], bytes_of(fill));
        const guint rounds = 1000000;
        g_test_timer_start();
        for (guint k = 0; k < rounds; k++) {
            struct frame f;
            frame_walk(&f, bytes_of_array(b), b->len, LINK_ETHERNET);
            frame_write(x.writer, &f, bytes_of(fill), x.out, &x.wire_len);
        }
        g_test_message("%s: %.0f ns per frame of 600 bytes", lines[i], g_test_timer_elapsed() * 1e9 / rounds);
    }
    tear_down(&x);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/kept", test_kept);
    g_test_add_func("/frame/far-end", test_far_end);
    g_test_add_func("/frame/dropped", test_dropped);
    g_test_add_func("/frame/spoiled", test_spoiled);
    g_test_add_func("/frame/prefixes", test_prefixes);
    g_test_add_func("/frame/reasons", test_reasons);
    g_test_add_func("/frame/speed", test_speed);
    return g_test_run();
}

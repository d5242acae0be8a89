/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"
#include "ip_options.h"

enum step {
    STEP_ETHERNET,
    STEP_VLAN,
    STEP_PPPOE,
    STEP_PPP,
    STEP_NULL,
    STEP_SLL,
    STEP_SLL2,
    STEP_RAW,
    STEP_IPV4,
    STEP_IPV6,
    STEP_UDP,
    STEP_DONE,
    STEP_DROP,
};

/* A walk is a run of steps. Each takes one header from the reader, narrows `end` where the header has
 * a length field, records its layer, and names the next step by a table of protocol numbers. */
struct walk {
    struct frame *f;
    struct reader r; /* the captured bytes up to `end` */
    guint32 end;     /* on the wire: where the layers so far say that their data ends */
    enum step next;
};

/* One row of a table of protocol numbers. */
struct route {
    guint32 number;
    enum step step;
    enum drop_reason drop; /* STEP_DROP */
};

static const struct route linktypes[] = {
    {LINK_ETHERNET, STEP_ETHERNET, DROP_NONE}, {LINK_LINUX_SLL, STEP_SLL, DROP_NONE},
    {LINK_LINUX_SLL2, STEP_SLL2, DROP_NONE},   {LINK_RAW, STEP_RAW, DROP_NONE},
    {LINK_IPV4, STEP_IPV4, DROP_NONE},         {LINK_IPV6, STEP_IPV6, DROP_NONE},
    {LINK_NULL, STEP_NULL, DROP_NONE},         {LINK_LOOP, STEP_NULL, DROP_NONE},
    {LINK_PPP, STEP_PPP, DROP_NONE},           {LINK_PPP_HDLC, STEP_PPP, DROP_NONE},
    {LINK_PPP_ETHER, STEP_PPPOE, DROP_NONE},
};

static const struct route ethertypes[] = {
    {0x0800, STEP_IPV4, DROP_NONE},   {0x86dd, STEP_IPV6, DROP_NONE},   {0x8100, STEP_VLAN, DROP_NONE},
    {0x88a8, STEP_VLAN, DROP_NONE},   {0x9100, STEP_VLAN, DROP_NONE},   {0x8864, STEP_PPPOE, DROP_NONE},
    {0x8847, STEP_DROP, DROP_TUNNEL}, {0x8848, STEP_DROP, DROP_TUNNEL}, /* MPLS */
    {0x88e5, STEP_DROP, DROP_TUNNEL},                                   /* MACsec */
    {0x88e7, STEP_DROP, DROP_TUNNEL},                                   /* provider backbone bridging */
    {0x6558, STEP_DROP, DROP_TUNNEL},                                   /* Ethernet in GRE, in SLL */
};

static const struct route ppp_protocols[] = {
    {0x0021, STEP_IPV4, DROP_NONE},
    {0x0057, STEP_IPV6, DROP_NONE},
    {0x0053, STEP_DROP, DROP_TUNNEL}, /* encrypted */
    {0x00fd, STEP_DROP, DROP_TUNNEL}, /* compressed */
    {0x003d, STEP_DROP, DROP_FRAGMENT}, /* multilink */
};

/* AF_INET, and AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, Darwin. */
static const struct route families[] = {
    {2, STEP_IPV4, DROP_NONE},  {10, STEP_IPV6, DROP_NONE}, {24, STEP_IPV6, DROP_NONE},
    {28, STEP_IPV6, DROP_NONE}, {30, STEP_IPV6, DROP_NONE},
};

static const struct route ip_protocols[] = {
    {17, STEP_UDP, DROP_NONE},
    {6, STEP_DROP, DROP_TCP},
    {4, STEP_DROP, DROP_TUNNEL},   /* IPv4 */
    {41, STEP_DROP, DROP_TUNNEL},  /* IPv6 */
    {47, STEP_DROP, DROP_TUNNEL},  /* GRE */
    {50, STEP_DROP, DROP_TUNNEL},  /* ESP */
    {51, STEP_DROP, DROP_TUNNEL},  /* AH */
    {55, STEP_DROP, DROP_TUNNEL},  /* minimal encapsulation */
    {94, STEP_DROP, DROP_TUNNEL},  /* IPIP */
    {97, STEP_DROP, DROP_TUNNEL},  /* EtherIP */
    {98, STEP_DROP, DROP_TUNNEL},  /* ENCAP */
    {108, STEP_DROP, DROP_TUNNEL}, /* IPComp */
    {115, STEP_DROP, DROP_TUNNEL}, /* L2TPv3 */
    {137, STEP_DROP, DROP_TUNNEL}, /* MPLS in IP */
    {143, STEP_DROP, DROP_TUNNEL}, /* Ethernet (SRv6) */
};

static enum drop_reason follow_rows(struct walk *w, const struct route *rows, guint n, guint32 number,
                                    enum drop_reason otherwise)
{
    for (guint i = 0; i < n; i++)
        if (rows[i].number == number) {
            w->next = rows[i].step;
            return rows[i].drop;
        }
    return otherwise;
}

#define follow(w, rows, number, otherwise) follow_rows(w, rows, G_N_ELEMENTS(rows), number, otherwise)

/* The data of the layers so far ends at `end`. */
static void narrow(struct walk *w, guint32 end)
{
    w->end = end;
    w->r.b = bytes_sub(w->r.b, 0, end);
}

/* The header that was read from `from` on is proven. */
static enum drop_reason push(struct walk *w, enum layer_kind kind, gsize from)
{
    if (w->r.bad)
        return DROP_MALFORMED;
    if (w->f->n_layers == FRAME_LAYERS_MAX)
        return DROP_TUNNEL;
    w->f->layer[w->f->n_layers++] =
        (struct layer){kind, (guint32)from, (guint32)(w->r.at - from), w->end};
    return DROP_NONE;
}

static enum drop_reason walk_ethernet(struct walk *w)
{
    gsize from = w->r.at;
    rd_skip(&w->r, 12);
    guint16 type = rd_u16be(&w->r);
    enum drop_reason drop = push(w, LAYER_ETHERNET, from);
    return drop ? drop : follow(w, ethertypes, type, DROP_NETWORK);
}

static enum drop_reason walk_vlan(struct walk *w)
{
    gsize from = w->r.at;
    rd_skip(&w->r, 2);
    guint16 type = rd_u16be(&w->r);
    enum drop_reason drop = push(w, LAYER_VLAN, from);
    return drop ? drop : follow(w, ethertypes, type, DROP_NETWORK);
}

static enum drop_reason walk_pppoe(struct walk *w)
{
    gsize from = w->r.at;
    guint8 version = rd_u8(&w->r), code = rd_u8(&w->r);
    rd_skip(&w->r, 2);
    guint16 len = rd_u16be(&w->r);
    if (w->r.bad || version != 0x11 || len > w->end - w->r.at)
        return DROP_MALFORMED;
    if (code != 0)
        return DROP_NETWORK;
    narrow(w, (guint32)w->r.at + len);
    w->next = STEP_PPP;
    return push(w, LAYER_PPPOE, from);
}

/* RFC 1661 and 1662: address and control (ff 03) may be left out, and of a protocol number below 256
 * the first byte; the last byte of a number is odd, the first even. */
static enum drop_reason walk_ppp(struct walk *w)
{
    gsize from = w->r.at;
    if (bytes_at(w->r.b, from) == 0xff && bytes_at(w->r.b, from + 1) == 0x03)
        rd_skip(&w->r, 2);
    guint16 protocol = rd_u8(&w->r);
    if (protocol % 2 == 0)
        protocol = (guint16)(protocol << 8 | rd_u8(&w->r));
    enum drop_reason drop = push(w, LAYER_PPP, from);
    return drop ? drop : follow(w, ppp_protocols, protocol, DROP_NETWORK);
}

/* The family is in the byte order of the machine that captured; LINK_LOOP says network order, but
 * files disagree. No family is above 255, so the order is seen. */
static enum drop_reason walk_null(struct walk *w)
{
    gsize from = w->r.at;
    guint32 family = rd_u32be(&w->r);
    enum drop_reason drop = push(w, LAYER_NULL, from);
    if (family > 0xffff)
        family = GUINT32_SWAP_LE_BE(family);
    return drop ? drop : follow(w, families, family, DROP_NETWORK);
}

/* ARPHRD_ types whose SLL protocol field is no ethertype: 802.11 (801-803), netlink. */
static gboolean no_ethertype(guint16 device)
{
    return (device >= 801 && device <= 803) || device == 824;
}

/* Packet types 0 to 7 exist (if_packet.h). */
#define PACKET_TYPE_MAX 7

static enum drop_reason walk_sll(struct walk *w)
{
    gsize from = w->r.at;
    guint16 packet = rd_u16be(&w->r), device = rd_u16be(&w->r);
    rd_skip(&w->r, 10);
    guint16 type = rd_u16be(&w->r);
    enum drop_reason drop = push(w, LAYER_SLL, from);
    if (drop || packet > PACKET_TYPE_MAX)
        return DROP_MALFORMED;
    return no_ethertype(device) ? DROP_NETWORK : follow(w, ethertypes, type, DROP_NETWORK);
}

static enum drop_reason walk_sll2(struct walk *w)
{
    gsize from = w->r.at;
    guint16 type = rd_u16be(&w->r);
    rd_skip(&w->r, 6);
    guint16 device = rd_u16be(&w->r);
    guint8 packet = rd_u8(&w->r);
    rd_skip(&w->r, 9);
    enum drop_reason drop = push(w, LAYER_SLL2, from);
    if (drop || packet > PACKET_TYPE_MAX)
        return DROP_MALFORMED;
    return no_ethertype(device) ? DROP_NETWORK : follow(w, ethertypes, type, DROP_NETWORK);
}

static enum drop_reason walk_raw(struct walk *w)
{
    gint first = bytes_at(w->r.b, w->r.at);
    if (first < 0)
        return DROP_MALFORMED;
    w->next = first >> 4 == 4 ? STEP_IPV4 : STEP_IPV6;
    return first >> 4 == 4 || first >> 4 == 6 ? DROP_NONE : DROP_NETWORK;
}

static void set_endpoint(struct endpoint *e, guint8 family, const guint8 *addr)
{
    e->family = family;
    memcpy(e->addr, addr, family == 4 ? 4 : 16);
}

/* A total length of 0 (segmentation left to the card) is for TCP: it contradicts here like any that
 * is shorter than the header. */
static enum drop_reason walk_ipv4(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 version_words = rd_u8(r);
    gsize header = (version_words & 0x0fu) * 4u;
    rd_skip(r, 1);
    guint16 total = rd_u16be(r);
    rd_skip(r, 2);
    guint16 fragment = rd_u16be(r);
    rd_skip(r, 1);
    guint8 protocol = rd_u8(r);
    rd_skip(r, 2);
    const guint8 *src = rd_take(r, 4), *dst = rd_take(r, 4);
    if (r->bad || version_words >> 4 != 4 || header < 20 || total < header || total > w->end - from)
        return DROP_MALFORMED;
    struct bytes options = rd_bytes(r, header - 20);
    narrow(w, (guint32)from + total);
    enum drop_reason drop = push(w, LAYER_IPV4, from);
    if (drop)
        return drop;
    set_endpoint(&w->f->src, 4, src);
    set_endpoint(&w->f->dst, 4, dst);
    if (options.n)
        ipv4_route_end(options, w->f->dst.addr);
    return fragment & 0x3fff ? DROP_FRAGMENT : follow(w, ip_protocols, protocol, DROP_TRANSPORT);
}

static enum drop_reason walk_extensions(struct walk *w, guint8 *protocol)
{
    struct ipv6_extension e;
    while (ipv6_extension_take(&w->r, *protocol, &e)) {
        enum drop_reason drop = ipv6_extension_judge(&e, w->f->src.addr, w->f->dst.addr);
        if (drop)
            return drop;
        *protocol = e.next;
    }
    return w->r.bad ? DROP_MALFORMED : DROP_NONE;
}

/* A jumbogram (RFC 2675) has a payload length of 0 and is refused with all that do not hold UDP. */
static enum drop_reason walk_ipv6(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 version = rd_u8(r) >> 4;
    rd_skip(r, 3);
    guint16 len = rd_u16be(r);
    guint8 protocol = rd_u8(r);
    rd_skip(r, 1);
    const guint8 *src = rd_take(r, 16), *dst = rd_take(r, 16);
    if (r->bad || version != 6 || len > w->end - r->at)
        return DROP_MALFORMED;
    narrow(w, (guint32)r->at + len);
    set_endpoint(&w->f->src, 6, src);
    set_endpoint(&w->f->dst, 6, dst);
    enum drop_reason drop = walk_extensions(w, &protocol);
    if (!drop)
        drop = push(w, LAYER_IPV6, from);
    return drop ? drop : follow(w, ip_protocols, protocol, DROP_TRANSPORT);
}

static enum drop_reason walk_udp(struct walk *w)
{
    struct frame *f = w->f;
    gsize from = w->r.at;
    f->src.port = rd_u16be(&w->r);
    f->dst.port = rd_u16be(&w->r);
    guint16 len = rd_u16be(&w->r);
    rd_skip(&w->r, 2);
    if (w->r.bad || len < 8 || len > w->end - from)
        return DROP_MALFORMED;
    narrow(w, (guint32)from + len);
    f->payload = (struct span){(guint32)w->r.at, (guint32)rd_left(&w->r)};
    f->payload_wire_len = len - 8u;
    f->cut = f->payload.len < f->payload_wire_len;
    w->next = STEP_DONE;
    return push(w, LAYER_UDP, from);
}

static enum drop_reason (*const steps[])(struct walk *w) = {
    [STEP_ETHERNET] = walk_ethernet, [STEP_VLAN] = walk_vlan, [STEP_PPPOE] = walk_pppoe,
    [STEP_PPP] = walk_ppp,           [STEP_NULL] = walk_null, [STEP_SLL] = walk_sll,
    [STEP_SLL2] = walk_sll2,         [STEP_RAW] = walk_raw,   [STEP_IPV4] = walk_ipv4,
    [STEP_IPV6] = walk_ipv6,         [STEP_UDP] = walk_udp,
};

enum drop_reason frame_walk(struct frame *f, struct bytes captured, guint32 wire_len, guint linktype)
{
    memset(f, 0, sizeof *f);
    captured = bytes_sub(captured, 0, G_MAXUINT32);
    f->captured = captured;
    f->wire_len = MAX(wire_len, (guint32)captured.n);
    struct walk w = {.f = f, .r = reader_of(captured), .end = f->wire_len};
    enum drop_reason drop = follow(&w, linktypes, linktype, DROP_LINK_TYPE);
    while (!drop && w.next != STEP_DONE)
        drop = steps[w.next](&w);
    return drop;
}

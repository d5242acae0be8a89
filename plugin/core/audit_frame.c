/* Frames: addresses in the layers of the captured one beside those of the written one.
 *
 * The reader follows the usual layers from the outside inwards and lists the addresses in its way. It reads
 * both frames alike, so what it takes for a tunnel by mistake is the same on both sides only where the bytes
 * are; and then they are no addresses but text that was kept, which must not be: a hit is right. Where a
 * payload was emptied, the written list is shorter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define DEPTH_MAX 24

static void read_ip(struct audit_layers *l, struct bytes b);
static void read_ethernet(struct audit_layers *l, struct bytes b);

static guint u16(struct bytes b, gsize at)
{
    struct reader r = reader_of(bytes_from(b, at));
    return rd_u16be(&r);
}

static guint32 u32(struct bytes b, gsize at)
{
    struct reader r = reader_of(bytes_from(b, at));
    return rd_u32be(&r);
}

static const gsize sizes[] = {[AUDIT_MAC] = 6, [AUDIT_IP4] = 4, [AUDIT_IP6] = 16};

static void add(struct audit_layers *l, enum audit_layer layer, struct bytes b, gsize at)
{
    if (at + sizes[layer] <= b.n && l->n < AUDIT_ADDRS_MAX)
        l->addr[l->n++] = (struct audit_addr){layer, b.p + at};
}

/* --- flows, to join pieces ------------------------------------------------------------------------------ */

static guint64 mix(guint64 h, struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        h = (h ^ b.p[i]) * G_GUINT64_CONSTANT(0x100000001b3);
    return h;
}

static void set_piece(struct audit_layers *l, guint64 flow, guint32 at)
{
    l->piece = TRUE;
    l->flow = flow ^ flow >> 32;
    l->at = at;
}

/* --- what nothing names ------------------------------------------------------------------------------------ */

static gboolean is_tag(guint type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

/* How many bytes IP says that it has, where it begins here; else 0. */
static gsize ip_length(struct bytes b)
{
    gint first = bytes_at(b, 0);
    gsize header = (gsize)(first & 15) * 4, total = u16(b, 2);
    if (first >> 4 == 6)
        return 40 + (gsize)u16(b, 4);
    return first >> 4 == 4 && header >= 20 && total >= header ? total : 0;
}

/* The same of Ethernet that carries IP or ARP. */
static gsize ethernet_length(struct bytes b)
{
    gsize at = 12;
    while (is_tag(u16(b, at)))
        at += 4;
    guint type = u16(b, at);
    struct bytes inner = bytes_from(b, at + 2);
    if (type == 0x0806)
        return u16(inner, 0) == 1 && u16(inner, 2) == 0x0800 ? at + 2 + 28 : 0;
    gsize ip = bytes_at(inner, 0) >> 4 == (type == 0x0800 ? 4 : 6) ? ip_length(inner) : 0;
    return ip && (type == 0x0800 || type == 0x86dd) ? at + 2 + ip : 0;
}

/* Of a stack of labels, to its bottom (RFC 3032). */
static gsize labels_length(struct bytes b)
{
    gsize at = 0;
    while (at + 4 <= b.n && !(b.p[at + 2] & 1))
        at += 4;
    return at + 4;
}

/* What MPLS and GTP-U carry is what fits into `room` bytes. Any address may begin as IP does, or as a control word
 * does (RFC 4385), and those are others when it is written: so Ethernet, of which more must be right, is asked
 * first. FALSE: nothing fits. */
static gboolean read_unnamed(struct audit_layers *l, struct bytes b, gsize room)
{
    struct bytes behind = bytes_at(b, 0) >> 4 == 0 ? bytes_from(b, 4) : BYTES_NONE;
    gsize ethernet = ethernet_length(b), ip = ip_length(b), controlled = ethernet_length(behind);
    if (ethernet && ethernet <= room)
        read_ethernet(l, b);
    else if (ip && ip <= room)
        read_ip(l, b);
    else if (controlled && controlled + 4 <= room)
        read_ethernet(l, behind);
    else
        return FALSE;
    return TRUE;
}

/* --- transport -------------------------------------------------------------------------------------------
 */

static gboolean has_type(struct bytes ethernet)
{
    guint type = u16(ethernet, 12);
    return ethernet.n >= 14 && (type == 0x0800 || type == 0x86dd || type == 0x8100 || type == 0x0806);
}

/* 3GPP TS 29.281: T-PDU, with its optional fields and extension headers. */
static gboolean read_gtp(struct audit_layers *l, struct bytes b, gsize told)
{
    gsize at = 8;
    guint flags = (guint)MAX(bytes_at(b, 0), 0);
    if (flags >> 4 != 3 || bytes_at(b, 1) != 255)
        return FALSE;
    if (flags & 7) {
        guint next = (guint)MAX(bytes_at(b, 11), 0);
        for (at = 12; (flags & 4) && next && bytes_at(b, at) > 0; at += 4 * (gsize)bytes_at(b, at))
            next = (guint)MAX(bytes_at(b, at + 4 * (gsize)bytes_at(b, at) - 1), 0);
    }
    return read_unnamed(l, bytes_from(b, at), told - MIN(at, told));
}

/* RFC 7348, and draft-smith-vxlan-group-policy, whose flags and group are left out when it is written. */
static gboolean is_vxlan(struct bytes b)
{
    guint32 flags = u32(b, 0), known = flags & 0x80000000 ? 0x8848ffff : 0x08000000;
    return b.n >= 8 && (flags & ~known) == 0 && (flags & 0x08000000) && b.p[7] == 0;
}

static gboolean read_vxlan(struct audit_layers *l, struct bytes b, gsize told)
{
    (void)told;
    if (!is_vxlan(b) || !has_type(bytes_from(b, 8)))
        return FALSE;
    read_ethernet(l, bytes_from(b, 8));
    return TRUE;
}

/* RFC 7510. */
static gboolean read_mpls_datagram(struct audit_layers *l, struct bytes b, gsize told)
{
    gsize at = labels_length(b);
    return read_unnamed(l, bytes_from(b, at), told - MIN(at, told));
}

/* RFC 4380. */
static gboolean read_teredo(struct audit_layers *l, struct bytes b, gsize told)
{
    if (bytes_at(b, 0) >> 4 != 6 || ip_length(b) > told)
        return FALSE;
    read_ip(l, b);
    return TRUE;
}

/* SIP may be at any port, and its letters may be taken for a header of some length. Only its first line is sure to
 * have no other bytes. */
static gboolean is_text(struct bytes b)
{
    gsize at = 0;
    if (!audit_is_sip(b))
        return FALSE;
    while (b.p[at] == '\r' || b.p[at] == '\n')
        at++;
    while (at < b.n && b.p[at] != '\n' && (b.p[at] >= ' ' || audit_is_space(b.p[at])))
        at++;
    return at == b.n || b.p[at] == '\n';
}

/* `told`: how many bytes of data UDP says that there are; not all need be captured. FALSE: it is none. */
static const struct {
    guint16 port;
    gboolean either; /* the source's port will do */
    gboolean (*read)(struct audit_layers *l, struct bytes b, gsize told);
} tunnels[] = {
    {4789, FALSE, read_vxlan},
    {2152, TRUE, read_gtp},
    {6635, FALSE, read_mpls_datagram},
    {3544, TRUE, read_teredo},
};

static void read_udp(struct audit_layers *l, struct bytes b)
{
    guint from = u16(b, 0), to = u16(b, 2), length = u16(b, 4);
    struct bytes data = bytes_from(bytes_sub(b, 0, length >= 8 ? length : b.n), 8);
    gsize told = length >= 8 ? length - 8u : data.n;
    l->payload = data;
    l->udp = b.n >= 8;
    for (guint i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        gboolean here = to == tunnels[i].port || (tunnels[i].either && from == tunnels[i].port);
        if (here && !is_text(data) && tunnels[i].read(l, data, told))
            return;
    }
}

static void read_tcp(struct audit_layers *l, struct bytes b, guint64 flow)
{
    gsize header = (gsize)(MAX(bytes_at(b, 12), 0) >> 4) * 4;
    if (b.n < 20 || header < 20)
        return;
    l->payload = bytes_from(b, header);
    l->tcp = TRUE;
    set_piece(l, mix(flow, bytes_sub(b, 0, 4)), u32(b, 4));
}

/* RFC 2784, 2890. */
static void read_gre(struct audit_layers *l, struct bytes b)
{
    guint flags = u16(b, 0), type = u16(b, 2);
    gsize at = 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
    if ((flags & 7) == 0 && (type == 0x0800 || type == 0x86dd))
        read_ip(l, bytes_from(b, at));
    else if ((flags & 7) == 0 && type == 0x6558)
        read_ethernet(l, bytes_from(b, at));
    else if ((flags & 7) == 0 && type == 0x88be && has_type(bytes_from(b, at + (flags & 0x1000 ? 8 : 0))))
        read_ethernet(l, bytes_from(b, at + (flags & 0x1000 ? 8 : 0))); /* ERSPAN II, or I without header */
}

/* The front of a packet, which ends anywhere: no whole datagram. */
static void read_quote(struct audit_layers *l, struct bytes b)
{
    read_ip(l, b);
    l->udp = FALSE;
}

/* Errors quote the packet that they tell of. */
static void read_icmp(struct audit_layers *l, struct bytes b)
{
    gint type = bytes_at(b, 0);
    if (type == 5)
        add(l, AUDIT_IP4, b, 4);
    if (type == 3 || type == 4 || type == 5 || type == 11 || type == 12)
        read_quote(l, bytes_from(b, 8));
}

/* RFC 4443; neighbour discovery, RFC 4861. */
static void read_icmp6(struct audit_layers *l, struct bytes b)
{
    gint type = bytes_at(b, 0);
    gsize at = type == 133 ? 8 : type == 134 ? 16 : type == 137 ? 40 : 24;
    if (type >= 1 && type <= 4)
        read_quote(l, bytes_from(b, 8));
    if (type < 133 || type > 137)
        return;
    if (type >= 135)
        add(l, AUDIT_IP6, b, 8);
    if (type == 137)
        add(l, AUDIT_IP6, b, 24);
    for (; bytes_at(b, at + 1) > 0; at += 8 * (gsize)bytes_at(b, at + 1)) {
        gboolean address = b.p[at] == 1 || b.p[at] == 2, ethernet = b.p[at + 1] == 1;
        if (address && ethernet)
            add(l, AUDIT_MAC, b, at + 2);
        l->other_link |= address && !ethernet;
    }
}

static void read_protocol(struct audit_layers *l, guint protocol, struct bytes b, guint64 flow)
{
    l->payload = b;
    switch (protocol) {
    case 1:
        read_icmp(l, b);
        break;
    case 4:
    case 41:
        read_ip(l, b);
        break;
    case 6:
        read_tcp(l, b, flow);
        break;
    case 17:
        read_udp(l, b);
        break;
    case 47:
        read_gre(l, b);
        break;
    case 58:
        read_icmp6(l, b);
        break;
    }
}

/* --- IP ----------------------------------------------------------------------------------------------------
 */

static void read_ip4(struct audit_layers *l, struct bytes b)
{
    gsize header = (gsize)(b.p[0] & 15) * 4, total = u16(b, 2);
    guint fragment = u16(b, 6);
    if (b.n < 20 || header < 20)
        return;
    add(l, AUDIT_IP4, b, 12);
    add(l, AUDIT_IP4, b, 16);
    guint64 flow = mix(bytes_at(b, 9), bytes_sub(b, 12, 8));
    struct bytes data = bytes_from(bytes_sub(b, 0, total >= header ? total : b.n), header);
    l->payload = data;
    if (fragment & 0x3fff)
        set_piece(l, mix(flow, bytes_sub(b, 4, 2)), (fragment & 0x1fff) * 8);
    else
        read_protocol(l, b.p[9], data, flow);
}

/* Segments and home addresses: type 0 of RFC 2460, 2 of RFC 6275, 4 of RFC 8754. */
static void read_routing(struct audit_layers *l, struct bytes b, gsize len)
{
    gint type = bytes_at(b, 2);
    if (type == 0 || type == 2 || type == 4)
        for (gsize at = 8; at + 16 <= len; at += 16)
            add(l, AUDIT_IP6, b, at);
}

static void read_ip6(struct audit_layers *l, struct bytes b)
{
    if (b.n < 40)
        return;
    add(l, AUDIT_IP6, b, 8);
    add(l, AUDIT_IP6, b, 24);
    guint next = b.p[6];
    guint64 flow = mix(6, bytes_sub(b, 8, 32));
    gsize length = u16(b, 4);
    struct bytes data = bytes_from(bytes_sub(b, 0, length ? length + 40 : b.n), 40);
    for (guint i = 0; i < 16 && (next == 0 || next == 43 || next == 44 || next == 51 || next == 60); i++) {
        if (data.n < 8)
            return;
        gsize len = next == 44 ? 8 : next == 51 ? ((gsize)data.p[1] + 2) * 4 : ((gsize)data.p[1] + 1) * 8;
        if (next == 43)
            read_routing(l, data, MIN(len, data.n));
        gboolean fragment = next == 44 && (u16(data, 2) & 0xfff9);
        if (fragment) {
            set_piece(l, mix(flow, bytes_sub(data, 4, 4)), u16(data, 2) & 0xfff8);
            l->payload = bytes_from(data, len);
            return;
        }
        next = data.p[0];
        data = bytes_from(data, len);
    }
    read_protocol(l, next, data, flow);
}

static void read_ip(struct audit_layers *l, struct bytes b)
{
    gint version = bytes_at(b, 0) >> 4;
    if (++l->depth > DEPTH_MAX)
        return;
    l->udp = l->tcp = l->piece = FALSE;
    l->payload = b;
    if (version == 4)
        read_ip4(l, b);
    else if (version == 6)
        read_ip6(l, b);
}

/* --- links
 * -------------------------------------------------------------------------------------------------- */

/* RFC 826. */
static void read_arp(struct audit_layers *l, struct bytes b)
{
    if (u16(b, 0) != 1 || u16(b, 2) != 0x0800 || u16(b, 4) != 0x0604)
        return;
    add(l, AUDIT_MAC, b, 8);
    add(l, AUDIT_IP4, b, 14);
    add(l, AUDIT_MAC, b, 18);
    add(l, AUDIT_IP4, b, 24);
}

static void read_ppp(struct audit_layers *l, struct bytes b)
{
    guint first = (guint)MAX(bytes_at(b, 0), 0), protocol = first & 1 ? first : u16(b, 0);
    if (protocol == 0x21 || protocol == 0x57)
        read_ip(l, bytes_from(b, first & 1 ? 1 : 2));
}

static void read_mpls(struct audit_layers *l, struct bytes b)
{
    b = bytes_from(b, labels_length(b));
    if (!read_unnamed(l, b, b.n))
        read_unnamed(l, b, G_MAXSIZE); /* cut, and nothing tells how long it was */
}

static void read_ethertype(struct audit_layers *l, guint type, struct bytes b)
{
    while (is_tag(type)) {
        if (b.n < 4)
            return;
        type = u16(b, 2);
        b = bytes_from(b, 4);
    }
    l->payload = b;
    if (type == 0x0800 || type == 0x86dd)
        read_ip(l, b);
    else if (type == 0x0806)
        read_arp(l, b);
    else if (type == 0x8847 || type == 0x8848)
        read_mpls(l, b);
    else if (type == 0x8864)
        read_ppp(l, bytes_from(b, 6));
}

static void read_ethernet(struct audit_layers *l, struct bytes b)
{
    if (++l->depth > DEPTH_MAX)
        return;
    add(l, AUDIT_MAC, b, 0);
    add(l, AUDIT_MAC, b, 6);
    read_ethertype(l, u16(b, 12), bytes_from(b, 14));
}

/* An address of 6 bytes, of an Ethernet-like device. */
static void read_sll(struct audit_layers *l, struct bytes b)
{
    if (u16(b, 4) == 6)
        add(l, AUDIT_MAC, b, 6);
    read_ethertype(l, u16(b, 14), bytes_from(b, 16));
}

static void read_sll2(struct audit_layers *l, struct bytes b)
{
    if (bytes_at(b, 11) == 6)
        add(l, AUDIT_MAC, b, 12);
    read_ethertype(l, u16(b, 0), bytes_from(b, 20));
}

static void read_null(struct audit_layers *l, struct bytes b)
{
    read_ip(l, bytes_from(b, 4));
}

static void read_hdlc(struct audit_layers *l, struct bytes b)
{
    read_ppp(l, bytes_from(b, bytes_at(b, 0) == 0xff && bytes_at(b, 1) == 3 ? 2 : 0));
}

static void read_pppoe(struct audit_layers *l, struct bytes b)
{
    read_ppp(l, bytes_from(b, 6));
}

/* LINKTYPE_ values of tcpdump.org. */
static const struct {
    guint linktype;
    void (*read)(struct audit_layers *l, struct bytes b);
} links[] = {
    {0, read_null},  {1, read_ethernet}, {9, read_hdlc},   {12, read_ip},    {14, read_ip},
    {50, read_hdlc}, {51, read_pppoe},   {101, read_ip},   {108, read_null}, {113, read_sll},
    {228, read_ip},  {229, read_ip},     {276, read_sll2},
};

void audit_read_layers(struct audit_layers *l, guint linktype, struct bytes frame)
{
    l->n = l->depth = 0;
    l->known = l->udp = l->tcp = l->piece = l->other_link = FALSE;
    l->payload = frame;
    for (guint i = 0; i < G_N_ELEMENTS(links) && !l->known; i++) {
        if (links[i].linktype == linktype) {
            l->known = TRUE;
            links[i].read(l, frame);
        }
    }
}

gboolean audit_is_zero(const struct audit_addr *addr)
{
    for (gsize i = 0; i < sizes[addr->layer]; i++)
        if (addr->p[i])
            return FALSE;
    return TRUE;
}

/* --- step 1
 * --------------------------------------------------------------------------------------------------- */

static gboolean is_right(struct audit *a, const struct audit_addr *was, const struct audit_addr *is)
{
    a->result.slots++;
    if (was->layer != is->layer)
        return FALSE;
    switch (is->layer) {
    case AUDIT_MAC:
        return audit_mac(a, was->p, is->p);
    case AUDIT_IP4:
        return audit_ip4(a, was->p, is->p);
    default:
        return audit_ip6(a, was->p, is->p);
    }
}

void audit_frame(struct audit *a, guint64 number, guint linktype, struct bytes captured, struct bytes written)
{
    static const char *const names[] = {[AUDIT_MAC] = "mac", [AUDIT_IP4] = "ipv4", [AUDIT_IP6] = "ipv6"};
    struct audit_layers was, is;
    a->number = number;
    a->result.frames++;
    audit_read_layers(&was, linktype, captured);
    audit_read_layers(&is, linktype, written);
    if (is.other_link) {
        audit_at(a, names[AUDIT_MAC], BYTES_NONE);
        audit_fail(a, AUDIT_NOT_IMAGE, KIND_MAC);
    }
    for (guint i = 0; i < is.n; i++) {
        if (audit_is_zero(&is.addr[i]) || (i < was.n && is_right(a, &was.addr[i], &is.addr[i])))
            continue;
        audit_at(a, names[is.addr[i].layer], BYTES_NONE);
        audit_fail(a, AUDIT_NOT_IMAGE, is.addr[i].layer == AUDIT_MAC ? KIND_MAC : KIND_ADDRESS);
        return;
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_private.h"

static const struct route ethertypes[] = {
    {0x0800, STEP_IPV4, DROP_NONE},   {0x86dd, STEP_IPV6, DROP_NONE},   {0x8100, STEP_VLAN, DROP_NONE},
    {0x88a8, STEP_VLAN, DROP_NONE},   {0x9100, STEP_VLAN, DROP_NONE},   {0x8864, STEP_PPPOE, DROP_NONE},
    {0x0806, STEP_ARP, DROP_NONE},
    {0x8847, STEP_MPLS, DROP_NONE},   {0x8848, STEP_MPLS, DROP_NONE},   {0x88e7, STEP_PBB, DROP_NONE},
    {0x6558, STEP_ETHERNET, DROP_NONE}, /* GRE's, in Linux's cooked header of a GRE interface */
    {0x88e5, STEP_DROP, DROP_TUNNEL},   /* MACsec */
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

/* --- Ethernet and what follows it -------------------------------------------------------------------- */

enum drop_reason walk_ethertype(struct walk *w, guint16 type)
{
    return follow(w, ethertypes, type, DROP_NETWORK);
}

/* IEEE 802.3: in place of a type, the length of what follows, which begins with LLC. */
static enum drop_reason walk_8023(struct walk *w, gsize from, guint16 len)
{
    if (w->r.bad || len > w->end - w->r.at)
        return DROP_MALFORMED;
    walk_narrow(w, (guint32)w->r.at + len);
    w->next = STEP_LLC;
    return walk_push(w, LAYER_8023, from);
}

enum drop_reason walk_ethernet(struct walk *w)
{
    gsize from = w->r.at;
    rd_skip(&w->r, 12);
    guint16 type = rd_u16be(&w->r);
    if (type <= ETHERNET_MAX_LENGTH)
        return walk_8023(w, from, type);
    enum drop_reason drop = walk_push(w, LAYER_ETHERNET, from);
    return drop ? drop : walk_ethertype(w, type);
}

static void put_macs(struct job *j, guint8 *to, struct reader *r)
{
    job_map_mac(j, r, to);
    job_map_mac(j, r, to + 6);
}

void put_ethernet(struct job *j, guint i, struct reader *r)
{
    put_macs(j, job_to(j, i), r);
    put_u16be(job_to(j, i) + 12, rd_u16be(r));
}

void put_8023(struct job *j, guint i, struct reader *r)
{
    put_macs(j, job_to(j, i), r);
    put_u16be(job_to(j, i) + 12, (guint16)job_length(j, i, 14));
}

enum drop_reason walk_vlan(struct walk *w)
{
    gsize from = w->r.at;
    rd_skip(&w->r, 2);
    guint16 type = rd_u16be(&w->r);
    enum drop_reason drop = walk_push(w, LAYER_VLAN, from);
    return drop ? drop : walk_ethertype(w, type);
}

/* Priority, drop eligibility and VLAN number are 16 bits in all; the type is of the walker's list. */
void put_vlan(struct job *j, guint i, struct reader *r)
{
    put_u32be(job_to(j, i), rd_u32be(r));
}

/* RFC 826: two types, two lengths, the operation; then two pairs of addresses of these lengths. What
 * follows is padding. */
enum drop_reason walk_arp(struct walk *w)
{
    struct reader r = w->r;
    rd_skip(&r, 4);
    guint8 hardware = rd_u8(&r), protocol = rd_u8(&r);
    rd_skip(&r, 2);
    guint32 len = 8u + 2u * hardware + 2u * protocol;
    if (r.bad || len > w->end - w->r.at)
        return DROP_MALFORMED;
    walk_narrow(w, (guint32)w->r.at + len);
    memset(&w->f->src, 0, sizeof w->f->src);
    memset(&w->f->dst, 0, sizeof w->f->dst);
    w->f->protocol = 0;
    return walk_done(w, CARRIER_ARP);
}

/* --- PPP --------------------------------------------------------------------------------------------- */

enum drop_reason walk_pppoe(struct walk *w)
{
    gsize from = w->r.at;
    guint8 version = rd_u8(&w->r), code = rd_u8(&w->r);
    rd_skip(&w->r, 2);
    guint16 len = rd_u16be(&w->r);
    if (w->r.bad || version != 0x11 || len > w->end - w->r.at)
        return DROP_MALFORMED;
    if (code != 0)
        return DROP_NETWORK;
    walk_narrow(w, (guint32)w->r.at + len);
    w->next = STEP_PPP;
    return walk_push(w, LAYER_PPPOE, from);
}

void put_pppoe(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    to[0] = rd_u8(r);
    to[1] = rd_u8(r);
    put_u16be(to + 2, (guint16)flow_permute(j->w->flows, FLOW_TUNNEL, rd_u16be(r), 16));
    put_u16be(to + 4, (guint16)job_length(j, i, 6));
}

/* RFC 1661 and 1662: address and control (ff 03) may be left out, and of a protocol number below 256
 * the first byte; the last byte of a number is odd, the first even. */
enum drop_reason walk_ppp(struct walk *w)
{
    gsize from = w->r.at;
    if (bytes_at(w->r.b, from) == 0xff && bytes_at(w->r.b, from + 1) == 0x03)
        rd_skip(&w->r, 2);
    guint16 protocol = rd_u8(&w->r);
    if (protocol % 2 == 0)
        protocol = (guint16)(protocol << 8 | rd_u8(&w->r));
    enum drop_reason drop = walk_push(w, LAYER_PPP, from);
    return drop ? drop : follow(w, ppp_protocols, protocol, DROP_NETWORK);
}

/* --- links without addresses, Linux's cooked ones ------------------------------------------------------ */

/* The family is in the byte order of the machine that captured; LINK_LOOP says network order, but
 * files disagree. No family is above 255, so the order is seen. */
enum drop_reason walk_null(struct walk *w)
{
    gsize from = w->r.at;
    guint32 family = rd_u32be(&w->r);
    enum drop_reason drop = walk_push(w, LAYER_NULL, from);
    if (family > 0xffff)
        family = GUINT32_SWAP_LE_BE(family);
    return drop ? drop : follow(w, families, family, DROP_NETWORK);
}

/* ARPHRD_ types whose SLL protocol field is no ethertype: 802.11 (801-803), netlink. */
static gboolean no_ethertype(guint16 device)
{
    return (device >= 801 && device <= 803) || device == 824;
}

#define SLL_LLC 0x0004

static enum drop_reason follow_sll(struct walk *w, guint16 device, guint16 type)
{
    w->next = STEP_LLC;
    if (no_ethertype(device))
        return DROP_NETWORK;
    return type == SLL_LLC ? DROP_NONE : walk_ethertype(w, type);
}

/* Packet types 0 to 7 exist (if_packet.h). */
#define PACKET_TYPE_MAX 7

enum drop_reason walk_sll(struct walk *w)
{
    gsize from = w->r.at;
    guint16 packet = rd_u16be(&w->r), device = rd_u16be(&w->r);
    rd_skip(&w->r, 10);
    guint16 type = rd_u16be(&w->r);
    enum drop_reason drop = walk_push(w, LAYER_SLL, from);
    if (drop || packet > PACKET_TYPE_MAX)
        return DROP_MALFORMED;
    return follow_sll(w, device, type);
}

enum drop_reason walk_sll2(struct walk *w)
{
    gsize from = w->r.at;
    guint16 type = rd_u16be(&w->r);
    rd_skip(&w->r, 6);
    guint16 device = rd_u16be(&w->r);
    guint8 packet = rd_u8(&w->r);
    rd_skip(&w->r, 9);
    enum drop_reason drop = walk_push(w, LAYER_SLL2, from);
    if (drop || packet > PACKET_TYPE_MAX)
        return DROP_MALFORMED;
    return follow_sll(w, device, type);
}

/* ARPHRD_ types as captures have them; the rest become "none". */
static guint16 device_type(guint16 device)
{
    static const guint16 known[] = {1, 512, 519, 768, 769, 772, 776, 778, 823, 65534};
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i] == device)
            return device;
    return 65534;
}

static void put_sll_address(const struct job *j, guint16 len, struct reader *r, guint8 *to)
{
    if (len == 6)
        job_map_mac(j, r, to);
}

static guint16 sll_length(guint16 len)
{
    return len <= 32 ? len : 0; /* no link address is longer: MAX_ADDR_LEN of Linux */
}

void put_sll(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    put_u16be(to, rd_u16be(r));
    put_u16be(to + 2, device_type(rd_u16be(r)));
    guint16 len = rd_u16be(r);
    put_u16be(to + 4, sll_length(len));
    put_sll_address(j, len, r, to + 6);
    struct reader type = {r->b, 14, FALSE};
    put_u16be(to + 14, rd_u16be(&type));
}

/* Interface indexes join captures of one machine only when they are large (containers count on). */
void put_sll2(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    put_u16be(to, rd_u16be(r));
    rd_skip(r, 2);
    guint32 interface = rd_u32be(r);
    put_u32be(to + 4, interface < 256 ? interface : 0);
    put_u16be(to + 8, device_type(rd_u16be(r)));
    to[10] = rd_u8(r);
    guint8 len = rd_u8(r);
    to[11] = (guint8)sll_length(len);
    put_sll_address(j, len, r, to + 12);
}

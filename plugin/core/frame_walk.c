/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_private.h"

static const struct route linktypes[] = {
    {LINK_ETHERNET, STEP_ETHERNET, DROP_NONE}, {LINK_LINUX_SLL, STEP_SLL, DROP_NONE},
    {LINK_LINUX_SLL2, STEP_SLL2, DROP_NONE},   {LINK_RAW, STEP_RAW, DROP_NONE},
    {LINK_IPV4, STEP_IPV4, DROP_NONE},         {LINK_IPV6, STEP_IPV6, DROP_NONE},
    {LINK_NULL, STEP_NULL, DROP_NONE},         {LINK_LOOP, STEP_NULL, DROP_NONE},
    {LINK_PPP, STEP_HDLC, DROP_NONE},          {LINK_PPP_HDLC, STEP_HDLC, DROP_NONE},
    {LINK_PPP_ETHER, STEP_PPPOE, DROP_NONE},   {LINK_CISCO_HDLC, STEP_CISCO_HDLC, DROP_NONE},
    {LINK_WLAN, STEP_WLAN, DROP_NONE},         {LINK_FRAME_RELAY, STEP_FRAME_RELAY, DROP_NONE},
    {LINK_WLAN_PRISM, STEP_DEVICE, DROP_NONE}, {LINK_WLAN_RADIOTAP, STEP_RADIOTAP, DROP_NONE},
    {LINK_WLAN_AVS, STEP_DEVICE, DROP_NONE},   {LINK_PPI, STEP_PPI, DROP_NONE},
    {LINK_NFLOG, STEP_NFLOG, DROP_NONE},       {LINK_PDU, STEP_PDU, DROP_NONE},
    {LINK_PKTAP, STEP_PKTAP, DROP_NONE},       {LINK_USER2, STEP_PKTAP, DROP_NONE},
    {12, STEP_RAW, DROP_NONE}, /* DLT_RAW, inside of PKTAP and PPI */
};

enum drop_reason walk_follow(struct walk *w, const struct route *rows, guint n, guint32 number,
                             enum drop_reason otherwise)
{
    for (guint i = 0; i < n; i++)
        if (rows[i].number == number) {
            w->next = rows[i].step;
            return rows[i].drop;
        }
    return otherwise;
}

enum drop_reason walk_linktype(struct walk *w, guint32 linktype)
{
    return follow(w, linktypes, linktype, DROP_LINK_TYPE);
}

void walk_narrow(struct walk *w, guint32 end)
{
    w->end = end;
    w->r.b = bytes_sub(w->r.b, 0, end);
}

enum drop_reason walk_push(struct walk *w, enum layer_kind kind, gsize from)
{
    if (w->r.bad)
        return DROP_MALFORMED;
    if (w->f->n_layers == FRAME_LAYERS_MAX)
        return DROP_TUNNEL;
    w->f->layer[w->f->n_layers++] =
        (struct layer){kind, (guint32)from, (guint32)(w->r.at - from), w->end};
    return DROP_NONE;
}

enum drop_reason walk_done(struct walk *w, enum carrier carrier)
{
    struct frame *f = w->f;
    f->carrier = carrier;
    f->payload = (struct span){(guint32)w->r.at, (guint32)rd_left(&w->r)};
    f->payload_wire_len = w->end - f->payload.off;
    f->cut = f->payload.len < f->payload_wire_len;
    w->next = STEP_DONE;
    return DROP_NONE;
}

static enum drop_reason (*const steps[])(struct walk *w) = {
    [STEP_HDLC] = walk_hdlc,         [STEP_LLC] = walk_llc,   [STEP_CISCO_HDLC] = walk_cisco_hdlc,
    [STEP_RADIOTAP] = walk_radiotap, [STEP_PPI] = walk_ppi,   [STEP_FRAME_RELAY] = walk_frame_relay,
    [STEP_DEVICE] = walk_device,     [STEP_WLAN] = walk_wlan, [STEP_NFLOG] = walk_nflog,
    [STEP_PKTAP] = walk_pktap,       [STEP_PDU] = walk_pdu,
    [STEP_ETHERNET] = walk_ethernet, [STEP_VLAN] = walk_vlan, [STEP_PPPOE] = walk_pppoe,
    [STEP_PPP] = walk_ppp,           [STEP_NULL] = walk_null, [STEP_SLL] = walk_sll,
    [STEP_SLL2] = walk_sll2,         [STEP_RAW] = walk_raw,   [STEP_ARP] = walk_arp,
    [STEP_IPV4] = walk_ipv4,         [STEP_IPV6] = walk_ipv6, [STEP_UDP] = walk_udp,
    [STEP_TCP] = walk_tcp,           [STEP_SCTP] = walk_sctp, [STEP_ICMP] = walk_icmp,
    [STEP_ICMP6] = walk_icmp6,       [STEP_OTHER] = walk_other,
    [STEP_GRE] = walk_gre,           [STEP_AH] = walk_ah,     [STEP_ETHERIP] = walk_etherip,
    [STEP_ERSPAN2] = walk_erspan2,   [STEP_MPLS] = walk_mpls, [STEP_PSEUDOWIRE] = walk_pseudowire,
    [STEP_ERSPAN3] = walk_erspan3,   [STEP_PBB] = walk_pbb,   [STEP_GENEVE] = walk_geneve,
    [STEP_VXLAN] = walk_vxlan,       [STEP_GTP] = walk_gtp,   [STEP_L2TP] = walk_l2tp,
};

enum drop_reason frame_walk(struct frame *f, struct bytes captured, guint32 wire_len, guint linktype)
{
    memset(f, 0, sizeof *f);
    captured = bytes_sub(captured, 0, G_MAXUINT32);
    f->captured = captured;
    f->wire_len = MAX(wire_len, (guint32)captured.n);
    struct walk w = {.f = f, .r = reader_of(captured), .end = f->wire_len};
    enum drop_reason drop = walk_linktype(&w, linktype);
    while (!drop && w.next != STEP_DONE)
        drop = steps[w.next](&w);
    return drop;
}

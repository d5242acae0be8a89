/* MPLS (RFC 3032) and pseudo-wires (RFC 4385, 4448); provider backbone bridges (IEEE 802.1ah).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame_private.h"

enum { LABEL_RESERVED = 16, BOTTOM = 0x100, CONTROL_WORD = 4 };

/* --- what stands below a label stack ------------------------------------------------------------------- */

static struct reader reader_at(const struct walk *w, gsize at)
{
    return (struct reader){bytes_from(w->r.b, at), 0, FALSE};
}

static gboolean is_vlan(guint16 type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* An Ethernet frame with an IP packet or ARP in it. */
static gboolean is_ethernet(const struct walk *w, gsize at)
{
    struct reader r = reader_at(w, at + 12);
    guint16 type = rd_u16be(&r);
    while (!r.bad && is_vlan(type)) {
        rd_skip(&r, 2);
        type = rd_u16be(&r);
    }
    gsize inner = at + 12 + r.at;
    if (r.bad)
        return FALSE;
    if (type == 0x0806)
        return rd_u16be(&r) == 1 && rd_u16be(&r) == 0x0800;
    return (type == 0x0800 && walk_is_ip(w, inner) == 4) || (type == 0x86dd && walk_is_ip(w, inner) == 6);
}

/* Nothing names what a stack carries, so it is what its lengths and types prove; the strongest proof first.
 * An Ethernet address may begin as an IP header does, or as a control word does (in front of a VLAN tag all
 * the rest would fit, too). */
static enum drop_reason follow_bottom(struct walk *w)
{
    gsize at = w->r.at;
    gint first = bytes_at(w->r.b, at);
    if (is_ethernet(w, at))
        w->next = STEP_ETHERNET;
    else if (walk_is_ip(w, at))
        w->next = STEP_RAW;
    else if (first >= 0 && first >> 4 == 0 && is_ethernet(w, at + CONTROL_WORD))
        w->next = STEP_PSEUDOWIRE;
    else
        return DROP_TUNNEL;
    return DROP_NONE;
}

gboolean walk_is_ethernet(const struct walk *w)
{
    return is_ethernet(w, w->r.at);
}

/* --- labels ------------------------------------------------------------------------------------------ */

/* The whole stack is one layer. */
enum drop_reason walk_mpls(struct walk *w)
{
    gsize from = w->r.at;
    while (!w->r.bad && !(rd_u32be(&w->r) & BOTTOM))
        ;
    enum drop_reason drop = walk_push(w, LAYER_MPLS, from);
    return drop ? drop : follow_bottom(w);
}

/* Labels 0 to 15 have meanings of their own. */
static guint32 map_label(const struct job *j, guint32 label)
{
    if (label < LABEL_RESERVED)
        return label;
    do
        label = flow_permute(j->w->flows, FLOW_TUNNEL, label, 20);
    while (label < LABEL_RESERVED);
    return label;
}

/* Traffic class, bottom of stack and time to live stay. */
void put_mpls(struct job *j, guint i, struct reader *r)
{
    for (guint8 *to = job_to(j, i); rd_left(r) >= 4; to += 4) {
        guint32 entry = rd_u32be(r);
        put_u32be(to, map_label(j, entry >> 12) << 12 | (entry & 0xfff));
    }
}

/* The control word: flags, fragmentation, length, sequence number. */
enum drop_reason walk_pseudowire(struct walk *w)
{
    gsize from = w->r.at;
    guint32 word = rd_u32be(&w->r);
    if (word & 0x00c00000)
        return DROP_FRAGMENT;
    w->next = STEP_ETHERNET;
    return walk_push(w, LAYER_PSEUDOWIRE, from);
}

/* The length, control word included, is given where it is below 64 and 0 elsewhere. */
void put_pseudowire(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    guint32 word = rd_u32be(r), len = job_length(j, i, 0);
    to[0] = (guint8)(word >> 24);
    to[1] = (word >> 16 & 0x3f) && len < 64 ? (guint8)len : 0;
    put_u16be(to + 2, (guint16)job_shift_tunnel(j, i, word & 0xffff, 0xffff, FALSE));
}

/* --- 802.1ah ----------------------------------------------------------------------------------------- */

enum drop_reason walk_pbb(struct walk *w)
{
    gsize from = w->r.at;
    rd_skip(&w->r, 4);
    w->next = STEP_ETHERNET;
    return walk_push(w, LAYER_PBB, from);
}

/* Priority, drop eligibility and the customer addresses' flag stay; the service's number is mapped. */
void put_pbb(struct job *j, guint i, struct reader *r)
{
    guint32 tag = rd_u32be(r);
    put_u32be(job_to(j, i), (tag & 0xf8000000) | flow_permute(j->w->flows, FLOW_TUNNEL, tag & 0xffffff, 24));
}

/* LLC (IEEE 802.2) with SNAP, Cisco's HDLC, Frame Relay (RFC 2427).
 *
 * All their bytes are of closed lists or bounded, so they are written as they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame_private.h"

/* --- LLC ----------------------------------------------------------------------------------------------- */

enum { LLC_SNAP = 0xaaaa, LLC_IP = 0x0606, LLC_UI = 0x03 };

/* SNAP's organization code: 0 says that an ethertype follows; so does that of bridge tunnels (802.1H). */
static gboolean is_ethertype(guint32 organization)
{
    return organization == 0 || organization == 0x0000f8;
}

enum drop_reason walk_llc(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint16 access = rd_u16be(r);
    guint8 control = rd_u8(r);
    if (!r->bad && (control != LLC_UI || (access != LLC_SNAP && access != LLC_IP)))
        return DROP_NETWORK;
    if (access == LLC_IP) {
        w->next = STEP_IPV4;
        return walk_push(w, LAYER_LLC, from);
    }
    guint32 organization = (guint32)rd_u8(r) << 16;
    organization |= rd_u16be(r);
    guint16 type = rd_u16be(r);
    if (!r->bad && !is_ethertype(organization))
        return DROP_NETWORK;
    enum drop_reason drop = walk_push(w, LAYER_LLC, from);
    return drop ? drop : walk_ethertype(w, type);
}

/* --- Cisco HDLC ---------------------------------------------------------------------------------------- */

static gboolean is_cisco(gint address)
{
    return address == 0x0f || address == 0x8f; /* unicast, multicast */
}

/* What comes as PPP in HDLC's framing may be Cisco's. */
enum drop_reason walk_hdlc(struct walk *w)
{
    w->next = is_cisco(bytes_at(w->r.b, w->r.at)) ? STEP_CISCO_HDLC : STEP_PPP;
    return DROP_NONE;
}

enum drop_reason walk_cisco_hdlc(struct walk *w)
{
    gsize from = w->r.at;
    guint8 address = rd_u8(&w->r), control = rd_u8(&w->r);
    guint16 type = rd_u16be(&w->r);
    if (!w->r.bad && (!is_cisco(address) || control != 0))
        return DROP_NETWORK;
    enum drop_reason drop = walk_push(w, LAYER_CISCO_HDLC, from);
    return drop ? drop : walk_ethertype(w, type);
}

/* --- Frame Relay --------------------------------------------------------------------------------------- */

enum { NLPID_SNAP = 0x80, NLPID_IPV6 = 0x8e, NLPID_IPV4 = 0xcc, BRIDGED_ETHERNET = 0x0007 };

/* Behind the control byte. */
static enum drop_reason follow_nlpid(struct walk *w)
{
    struct reader *r = &w->r;
    guint8 nlpid = rd_u8(r);
    if (nlpid == 0) /* aligns what follows */
        nlpid = rd_u8(r);
    w->next = nlpid == NLPID_IPV6 ? STEP_IPV6 : STEP_IPV4;
    if (nlpid != NLPID_SNAP)
        return nlpid == NLPID_IPV4 || nlpid == NLPID_IPV6 || r->bad ? DROP_NONE : DROP_NETWORK;
    guint32 organization = (guint32)rd_u8(r) << 16;
    organization |= rd_u16be(r);
    guint16 type = rd_u16be(r);
    w->next = STEP_ETHERNET;
    if (r->bad || (organization == 0x0080c2 && type == BRIDGED_ETHERNET))
        return DROP_NONE;
    return organization == 0 ? walk_ethertype(w, type) : DROP_NETWORK;
}

/* Addresses of two bytes: circuit, congestion, discard eligibility. Behind them the control byte of RFC 2427
 * or, as Cisco has it, an ethertype. */
enum drop_reason walk_frame_relay(struct walk *w)
{
    gsize from = w->r.at;
    guint16 address = rd_u16be(&w->r);
    if (!w->r.bad && (address & 0x0101) != 0x0001)
        return DROP_NETWORK;
    enum drop_reason next;
    if (bytes_at(w->r.b, w->r.at) == LLC_UI) {
        rd_skip(&w->r, 1);
        next = follow_nlpid(w);
    } else {
        next = walk_ethertype(w, rd_u16be(&w->r));
    }
    enum drop_reason drop = next && !w->r.bad ? next : walk_push(w, LAYER_FRAME_RELAY, from);
    return drop ? drop : next;
}

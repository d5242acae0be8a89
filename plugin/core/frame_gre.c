/* GRE (RFC 2784, 2890; version 1: RFC 2637) with what only it carries, and the tunnels that stand directly
 * behind IP: AH (RFC 4302), EtherIP (RFC 3378).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame_private.h"

enum {
    GRE_CHECKSUM = 0x8000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACK = 0x0080, /* version 1 */
    GRE_VERSION = 0x0007,
    GRE_PPP = 0x880b, /* the only protocol of version 1 */
    GRE_ETHERNET = 0x6558,
    GRE_ERSPAN = 0x88be,
};

static const struct route gre_protocols[] = {
    {0x0800, STEP_IPV4, DROP_NONE}, {0x86dd, STEP_IPV6, DROP_NONE}, {GRE_ETHERNET, STEP_ETHERNET, DROP_NONE},
    {0x8847, STEP_MPLS, DROP_NONE}, {0x8848, STEP_MPLS, DROP_NONE}, {0x22eb, STEP_ERSPAN3, DROP_NONE},
};

/* Key, sequence number and acknowledgement, as far as the flags say that they are there. */
struct gre {
    guint16 flags, protocol, checksum;
    guint32 key, sequence, ack;
};

static struct gre read_gre(struct reader *r)
{
    struct gre g = {.flags = rd_u16be(r), .protocol = rd_u16be(r)};
    if (g.flags & GRE_CHECKSUM) {
        g.checksum = rd_u16be(r);
        rd_skip(r, 2);
    }
    if (g.flags & GRE_KEY)
        g.key = rd_u32be(r);
    if (g.flags & GRE_SEQUENCE)
        g.sequence = rd_u32be(r);
    if (g.flags & GRE_ACK)
        g.ack = rd_u32be(r);
    return g;
}

/* ERSPAN I has no header of its own and no sequence number, II has both. */
static enum drop_reason follow_gre(struct walk *w, const struct gre *g)
{
    if (g->protocol == GRE_ERSPAN) {
        w->next = g->flags & GRE_SEQUENCE ? STEP_ERSPAN2 : STEP_ETHERNET;
        return DROP_NONE;
    }
    return follow(w, gre_protocols, g->protocol, DROP_TUNNEL);
}

/* The upper half of the key is the length, the lower one the call. Where there is no sequence number there
 * is no data. */
static enum drop_reason walk_pptp(struct walk *w, gsize from, const struct gre *g)
{
    guint32 len = g->key >> 16;
    gboolean known = (g->flags & ~(GRE_SEQUENCE | GRE_ACK)) == (GRE_KEY | 1);
    if (!known || g->protocol != GRE_PPP)
        return DROP_TUNNEL;
    if (w->r.bad || len > w->end - w->r.at)
        return DROP_MALFORMED;
    if (!(g->flags & GRE_SEQUENCE))
        return DROP_NETWORK;
    walk_narrow(w, (guint32)w->r.at + len);
    w->next = STEP_PPP;
    return walk_push(w, LAYER_GRE, from);
}

enum drop_reason walk_gre(struct walk *w)
{
    gsize from = w->r.at;
    struct gre g = read_gre(&w->r);
    if ((g.flags & GRE_VERSION) == 1)
        return walk_pptp(w, from, &g);
    if (g.flags & ~(GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE))
        return DROP_TUNNEL;
    enum drop_reason drop = walk_push(w, LAYER_GRE, from);
    return drop ? drop : follow_gre(w, &g);
}

/* Of bridged Ethernet the key may be NVGRE's (RFC 7637): a virtual subnet, and 8 bits that differ from flow
 * to flow. Each part goes by itself, so that equal subnets stay equal. */
static guint32 map_key(const struct job *j, const struct gre *g)
{
    const struct flows *flows = j->w->flows;
    if (g->protocol != GRE_ETHERNET)
        return flow_permute(flows, FLOW_TUNNEL, g->key, 32);
    return flow_permute(flows, FLOW_TUNNEL, g->key >> 8, 24) << 8 |
           flow_permute(flows, FLOW_TUNNEL, g->key & 0xff, 8);
}

static guint32 pptp_key(const struct job *j, guint i, const struct gre *g)
{
    guint32 call = flow_permute(j->w->flows, FLOW_TUNNEL, g->key & 0xffff, 16);
    return job_length(j, i, j->at[i].len) << 16 | call;
}

static void put_u32_next(guint8 **to, guint32 v)
{
    put_u32be(*to, v);
    *to += 4;
}

void put_gre(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i), *next = to + 4;
    struct gre g = read_gre(r);
    put_u16be(to, g.flags);
    put_u16be(to + 2, g.protocol);
    if (g.flags & GRE_CHECKSUM)
        next += 4;
    if (g.flags & GRE_KEY)
        put_u32_next(&next, g.flags & GRE_VERSION ? pptp_key(j, i, &g) : map_key(j, &g));
    if (g.flags & GRE_SEQUENCE)
        put_u32_next(&next, job_shift_tunnel(j, i, g.sequence, G_MAXUINT32, FALSE));
    if (g.flags & GRE_ACK)
        put_u32_next(&next, job_shift_tunnel(j, i, g.ack, G_MAXUINT32, TRUE));
    if (g.flags & GRE_CHECKSUM) {
        struct covered c = job_covered(j, i);
        job_checksum(j, &c, 4, -1, 0);
    }
}

guint32 gre_context(struct bytes header)
{
    struct reader r = reader_of(header);
    struct gre g = read_gre(&r);
    if (g.flags & GRE_VERSION)
        return 0;
    return g.protocol == GRE_ETHERNET ? g.key >> 8 : g.key;
}

/* --- ERSPAN (draft-foschiano-erspan) ------------------------------------------------------------------- */

enum { ERSPAN2_LEN = 8, ERSPAN3_LEN = 12, ERSPAN3_SUBHEADER = 8 };

enum drop_reason walk_erspan2(struct walk *w)
{
    gsize from = w->r.at;
    guint16 version_vlan = rd_u16be(&w->r);
    rd_skip(&w->r, 6);
    if (!w->r.bad && version_vlan >> 12 != 1)
        return DROP_TUNNEL;
    w->next = STEP_ETHERNET;
    return walk_push(w, LAYER_ERSPAN, from);
}

/* The last 16 bits: an Ethernet frame (or its payload), frame type, hardware, direction, granularity of the
 * timestamp, whether a sub-header follows. */
enum drop_reason walk_erspan3(struct walk *w)
{
    gsize from = w->r.at;
    guint16 version_vlan = rd_u16be(&w->r);
    rd_skip(&w->r, 8);
    guint16 kind = rd_u16be(&w->r);
    if (!w->r.bad && (version_vlan >> 12 != 2 || (kind & 0x7c00) != 0))
        return DROP_TUNNEL;
    if (kind & 1)
        rd_skip(&w->r, ERSPAN3_SUBHEADER);
    w->next = STEP_ETHERNET;
    return walk_push(w, LAYER_ERSPAN, from);
}

guint32 erspan_len(const struct frame *f, guint i)
{
    return bytes_at(f->captured, f->layer[i].off) >> 4 == 1 ? ERSPAN2_LEN : ERSPAN3_LEN;
}

/* VLAN, class of service and what the mirror did to the frame stay, as does the direction; the session is
 * mapped; index, timestamp, group tag and hardware stay 0. */
void put_erspan(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    guint16 version_vlan = rd_u16be(r), session = rd_u16be(r);
    put_u16be(to, version_vlan);
    put_u16be(to + 2,
              (guint16)((session & 0xfc00) | flow_permute(j->w->flows, FLOW_TUNNEL, session & 0x3ff, 10)));
    if (version_vlan >> 12 == 1)
        return;
    rd_skip(r, 6);
    put_u16be(to + 10, rd_u16be(r) & 0x8008);
}

/* --- behind IP ----------------------------------------------------------------------------------------- */

/* The integrity value cannot be checked without its key, and becomes 0. */
enum drop_reason walk_ah(struct walk *w)
{
    gsize from = w->r.at;
    guint8 protocol = rd_u8(&w->r);
    gsize len = (rd_u8(&w->r) + 2u) * 4u;
    if (len < 12)
        return DROP_MALFORMED;
    rd_skip(&w->r, len - 2);
    enum drop_reason drop = walk_push(w, LAYER_AH, from);
    return drop ? drop : walk_protocol(w, protocol);
}

void put_ah(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    put_u16be(to, rd_u16be(r)); /* protocol, length */
    rd_skip(r, 2);
    put_u32be(to + 4, flow_permute(j->w->flows, FLOW_TUNNEL, rd_u32be(r), 32));
    put_u32be(to + 8, job_shift_tunnel(j, i, rd_u32be(r), G_MAXUINT32, FALSE));
}

enum drop_reason walk_etherip(struct walk *w)
{
    gsize from = w->r.at;
    guint16 version = rd_u16be(&w->r);
    if (!w->r.bad && version != 0x3000)
        return DROP_TUNNEL;
    w->next = STEP_ETHERNET;
    return walk_push(w, LAYER_ETHERIP, from);
}

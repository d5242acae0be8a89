/* UDP, and the tunnels in it: VXLAN (RFC 7348) and its extensions (GBP, GPE), Geneve (RFC 8926), GTP-U
 * (3GPP TS 29.281), L2TP (RFC 2661), MPLS (RFC 7510), Teredo (RFC 4380).
 *
 * A port proves nothing: media may come from any. A tunnel is what also begins as one, in bits that nothing
 * else there would have; what begins as SIP is none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame_private.h"
#include "sip.h"

#define PROTOCOL_UDP 17

/* --- proofs: each looks at the head of the datagram's data; on success w->next is set ------------------- */

static gboolean proves_vxlan(struct walk *w)
{
    struct reader r = w->r;
    guint32 flags = rd_u32be(&r), vni = rd_u32be(&r);
    guint32 known = flags & 0x80000000 ? 0x8848ffff : 0x08000000; /* with a group policy, or plain */
    w->next = STEP_VXLAN;
    return !r.bad && (flags & ~known) == 0 && (flags & 0x08000000) && (vni & 0xff) == 0;
}

static gboolean proves_vxlan_gpe(struct walk *w)
{
    struct reader r = w->r;
    guint32 flags = rd_u32be(&r), vni = rd_u32be(&r);
    w->next = STEP_VXLAN;
    return !r.bad && (flags & 0xffffff00) == 0x0c000000 && (vni & 0xff) == 0;
}

static gboolean proves_geneve(struct walk *w)
{
    struct reader r = w->r;
    guint8 version_len = rd_u8(&r), flags = rd_u8(&r);
    guint16 type = rd_u16be(&r);
    guint32 vni = rd_u32be(&r);
    w->next = STEP_GENEVE;
    return !r.bad && version_len < 0x40 && (flags & ~0x40) == 0 && (vni & 0xff) == 0 &&
           (type == 0x6558 || type == 0x0800 || type == 0x86dd);
}

static gboolean proves_gtp(struct walk *w)
{
    struct reader r = w->r;
    guint8 flags = rd_u8(&r), type = rd_u8(&r);
    guint16 len = rd_u16be(&r);
    w->next = STEP_GTP;
    return !r.bad && (flags & 0xf8) == 0x30 && type == 255 && len + 8u == w->end - w->r.at;
}

/* Does PPP begin here with a protocol that we read? */
static gboolean is_ppp(struct reader r)
{
    guint16 protocol = rd_u16be(&r);
    if (protocol == 0xff03)
        protocol = rd_u16be(&r);
    if (protocol >> 8 == 0x21 || protocol >> 8 == 0x57)
        return TRUE;
    return !r.bad && (protocol == 0x0021 || protocol == 0x0057);
}

enum { L2TP_CONTROL = 0x8000, L2TP_LENGTH = 0x4000, L2TP_SEQUENCE = 0x0800, L2TP_OFFSET = 0x0200 };

struct l2tp {
    guint16 flags, len, tunnel, session, sent, received;
};

/* The reader ends up behind the header. */
static struct l2tp read_l2tp(struct reader *r)
{
    struct l2tp h = {.flags = rd_u16be(r)};
    if (h.flags & L2TP_LENGTH)
        h.len = rd_u16be(r);
    h.tunnel = rd_u16be(r);
    h.session = rd_u16be(r);
    if (h.flags & L2TP_SEQUENCE) {
        h.sent = rd_u16be(r);
        h.received = rd_u16be(r);
    }
    if (h.flags & L2TP_OFFSET)
        rd_skip(r, rd_u16be(r));
    return h;
}

static gboolean proves_l2tp(struct walk *w)
{
    struct reader r = w->r;
    struct l2tp h = read_l2tp(&r);
    w->next = STEP_L2TP;
    if (r.bad || (h.flags & ~(L2TP_LENGTH | L2TP_SEQUENCE | L2TP_OFFSET | 0x0100)) != 2)
        return FALSE;
    return is_ppp(r) && (!(h.flags & L2TP_LENGTH) || h.len == w->end - w->r.at);
}

static gboolean proves_mpls(struct walk *w)
{
    struct walk inner = *w;
    struct frame scratch = *w->f;
    inner.f = &scratch;
    w->next = STEP_MPLS;
    return walk_mpls(&inner) == DROP_NONE;
}

static gboolean proves_teredo(struct walk *w)
{
    w->next = STEP_IPV6;
    return walk_is_ip(w, w->r.at) == 6;
}

static const struct {
    guint16 port;
    gboolean either; /* the source's port will do: replies go to any */
    gboolean (*proves)(struct walk *w);
} tunnels[] = {
    {4789, FALSE, proves_vxlan},  {8472, FALSE, proves_vxlan}, {4790, FALSE, proves_vxlan_gpe},
    {6081, FALSE, proves_geneve}, {2152, FALSE, proves_gtp},   {1701, TRUE, proves_l2tp},
    {6635, FALSE, proves_mpls},   {3544, TRUE, proves_teredo},
};

#define TEXT_BYTES 8 /* among as many, each tunnel has one that is no text */

/* The grammar of SIP is lenient: bytes of an IPv6 header may pass for a method. */
static gboolean is_sip(struct bytes b)
{
    for (gsize i = 0; i < MIN(b.n, TEXT_BYTES); i++)
        if (!g_ascii_isprint((gchar)b.p[i]) && !g_ascii_isspace((gchar)b.p[i]))
            return FALSE;
    return sip_recognise(b) == PARSE_OK;
}

static gboolean is_tunnel(struct walk *w)
{
    for (guint i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        guint16 port = tunnels[i].port;
        gboolean here = w->f->dst.port == port || (tunnels[i].either && w->f->src.port == port);
        if (here && !is_sip(bytes_from(w->r.b, w->r.at)) && tunnels[i].proves(w))
            return TRUE;
    }
    return FALSE;
}

/* --- UDP --------------------------------------------------------------------------------------------- */

enum drop_reason walk_udp(struct walk *w)
{
    gsize from = w->r.at;
    w->f->src.port = rd_u16be(&w->r);
    w->f->dst.port = rd_u16be(&w->r);
    guint16 len = rd_u16be(&w->r);
    rd_skip(&w->r, 2);
    if (w->r.bad || len < 8 || len > w->end - from)
        return DROP_MALFORMED;
    walk_narrow(w, (guint32)from + len);
    enum drop_reason drop = walk_push(w, LAYER_UDP, from);
    if (drop || is_tunnel(w))
        return drop;
    return walk_done(w, CARRIER_UDP);
}

/* The port that a tunnel draws from the addresses that it carries, so that routers spread its flows. Whoever
 * knows how it is drawn could test guesses against it. */
static guint16 map_source(const struct job *j, guint i, guint16 src, guint16 dst)
{
    static const enum layer_kind drawing[] = {LAYER_VXLAN, LAYER_GENEVE, LAYER_GTP, LAYER_MPLS};
    if (i + 1 == j->f->n_layers || src == dst)
        return src;
    for (guint k = 0; k < G_N_ELEMENTS(drawing); k++)
        if (j->f->layer[i + 1].kind == drawing[k])
            return (guint16)((src & 0xc000) | flow_permute(j->w->flows, FLOW_TUNNEL, src & 0x3fff, 14));
    return src;
}

void put_udp(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    guint16 src = rd_u16be(r), dst = rd_u16be(r);
    put_u16be(to, map_source(j, i, src, dst));
    put_u16be(to + 2, dst);
    put_u16be(to + 4, (guint16)job_length(j, i, 0));
    rd_skip(r, 2);
    struct covered c = job_covered(j, i);
    if (rd_u16be(r))
        job_checksum(j, &c, 6, frame_ip_before(j->f, i), PROTOCOL_UDP);
}

/* --- VXLAN, Geneve ------------------------------------------------------------------------------------- */

static const struct route gpe_protocols[] = {
    {0, STEP_ETHERNET, DROP_NONE}, /* plain VXLAN */
    {1, STEP_IPV4, DROP_NONE},
    {2, STEP_IPV6, DROP_NONE},
    {3, STEP_ETHERNET, DROP_NONE},
};

/* The low byte of the flags names a protocol where their P bit is set. */
static guint32 gpe_protocol(guint32 flags)
{
    return flags & 0x04000000 ? flags & 0xff : 0;
}

enum drop_reason walk_vxlan(struct walk *w)
{
    gsize from = w->r.at;
    guint32 flags = rd_u32be(&w->r);
    rd_skip(&w->r, 4);
    enum drop_reason drop = walk_push(w, LAYER_VXLAN, from);
    return drop ? drop : follow(w, gpe_protocols, gpe_protocol(flags), DROP_TUNNEL);
}

/* A group policy is left out. */
void put_vxlan(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    guint32 flags = rd_u32be(r), vni = rd_u32be(r) >> 8;
    put_u32be(to, (flags & 0x0c000000) | gpe_protocol(flags));
    put_u32be(to + 4, flow_permute(j->w->flows, FLOW_TUNNEL, vni, 24) << 8);
}

static const struct route geneve_protocols[] = {
    {0x6558, STEP_ETHERNET, DROP_NONE}, {0x0800, STEP_IPV4, DROP_NONE}, {0x86dd, STEP_IPV6, DROP_NONE}};

enum drop_reason walk_geneve(struct walk *w)
{
    gsize from = w->r.at;
    guint8 words = rd_u8(&w->r) & 0x3f;
    rd_skip(&w->r, 1);
    guint16 type = rd_u16be(&w->r);
    rd_skip(&w->r, 4u + 4u * words);
    enum drop_reason drop = walk_push(w, LAYER_GENEVE, from);
    return drop ? drop : follow(w, geneve_protocols, type, DROP_TUNNEL);
}

guint32 geneve_len(const struct frame *f, guint i)
{
    (void)f, (void)i;
    return 8; /* options are left out */
}

void put_geneve(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    rd_skip(r, 2);
    put_u16be(to + 2, rd_u16be(r));
    put_u32be(to + 4, flow_permute(j->w->flows, FLOW_TUNNEL, rd_u32be(r) >> 8, 24) << 8);
}

/* --- GTP-U ------------------------------------------------------------------------------------------- */

enum { GTP_EXTENSION = 0x04, GTP_SEQUENCE = 0x02, GTP_OPTIONAL = 0x07 };

/* Extension headers: a length in words, what it counts, the next one's type. */
static void skip_extensions(struct reader *r)
{
    guint8 next = rd_u8(r);
    while (next && !r->bad) {
        guint8 words = rd_u8(r);
        rd_skip(r, words ? 4u * words - 2u : G_MAXSIZE);
        next = rd_u8(r);
    }
}

enum drop_reason walk_gtp(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 flags = rd_u8(r);
    rd_skip(r, 7);
    if (flags & GTP_OPTIONAL)
        rd_skip(r, 3);
    if (flags & GTP_EXTENSION)
        skip_extensions(r);
    else if (flags & GTP_OPTIONAL)
        rd_skip(r, 1);
    enum drop_reason drop = walk_push(w, LAYER_GTP, from);
    if (drop)
        return drop;
    w->next = walk_is_ethernet(w) ? STEP_ETHERNET : STEP_RAW; /* the strongest proof first */
    return w->next == STEP_ETHERNET || walk_is_ip(w, r->at) ? DROP_NONE : DROP_TUNNEL;
}

guint32 gtp_len(const struct frame *f, guint i)
{
    return bytes_at(f->captured, f->layer[i].off) & GTP_SEQUENCE ? 12 : 8;
}

/* Extension headers and N-PDU numbers are left out. */
void put_gtp(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    guint8 flags = rd_u8(r);
    to[0] = flags & (0xf0 | GTP_SEQUENCE);
    to[1] = rd_u8(r);
    put_u16be(to + 2, (guint16)job_length(j, i, 8));
    rd_skip(r, 2);
    put_u32be(to + 4, flow_permute(j->w->flows, FLOW_TUNNEL, rd_u32be(r), 32));
    if (flags & GTP_SEQUENCE)
        put_u16be(to + 8, (guint16)job_shift_tunnel(j, i, rd_u16be(r), 0xffff, FALSE));
}

/* --- L2TP -------------------------------------------------------------------------------------------- */

enum drop_reason walk_l2tp(struct walk *w)
{
    gsize from = w->r.at;
    read_l2tp(&w->r);
    w->next = STEP_PPP;
    return walk_push(w, LAYER_L2TP, from);
}

guint32 l2tp_len(const struct frame *f, guint i)
{
    struct reader r = reader_of(bytes_from(f->captured, f->layer[i].off));
    guint16 flags = rd_u16be(&r);
    return 6u + (flags & L2TP_LENGTH ? 2 : 0) + (flags & L2TP_SEQUENCE ? 4 : 0);
}

/* The offset's padding is left out. */
void put_l2tp(struct job *j, guint i, struct reader *r)
{
    const struct flows *flows = j->w->flows;
    struct l2tp h = read_l2tp(r);
    guint8 *to = job_to(j, i);
    put_u16be(to, h.flags & (guint16)~L2TP_OFFSET);
    if (h.flags & L2TP_LENGTH)
        put_u16be(to += 2, (guint16)job_length(j, i, 0));
    put_u16be(to + 2, (guint16)flow_permute(flows, FLOW_TUNNEL, h.tunnel, 16));
    put_u16be(to + 4, (guint16)flow_permute(flows, FLOW_TUNNEL, h.session, 16));
    if (!(h.flags & L2TP_SEQUENCE))
        return;
    put_u16be(to + 6, (guint16)job_shift_tunnel(j, i, h.sent, 0xffff, FALSE));
    put_u16be(to + 8, (guint16)job_shift_tunnel(j, i, h.received, 0xffff, TRUE));
}

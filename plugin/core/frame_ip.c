/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_private.h"
#include "ip_options.h"

#define DATAGRAM_MAX 65535
#define PROTOCOL_TCP 6

static const struct route ip_protocols[] = {
    {17, STEP_UDP, DROP_NONE},
    {6, STEP_TCP, DROP_NONE},
    {132, STEP_SCTP, DROP_NONE},
    {4, STEP_IPV4, DROP_NONE},
    {41, STEP_IPV6, DROP_NONE},
    {47, STEP_GRE, DROP_NONE},
    {50, STEP_DROP, DROP_TUNNEL},  /* ESP */
    {51, STEP_AH, DROP_NONE},
    {55, STEP_DROP, DROP_TUNNEL},  /* minimal encapsulation */
    {94, STEP_DROP, DROP_TUNNEL},  /* IPIP */
    {97, STEP_ETHERIP, DROP_NONE},
    {98, STEP_DROP, DROP_TUNNEL},  /* ENCAP */
    {108, STEP_DROP, DROP_TUNNEL}, /* IPComp */
    {115, STEP_DROP, DROP_TUNNEL}, /* L2TPv3 */
    {137, STEP_MPLS, DROP_NONE},
    {143, STEP_ETHERNET, DROP_NONE}, /* of SRv6 */
};

/* Each version's own control messages; the other version's are of no protocol that we read. */
static const struct route ipv4_protocols[] = {{1, STEP_ICMP, DROP_NONE}};
static const struct route ipv6_protocols[] = {{58, STEP_ICMP6, DROP_NONE}};

enum drop_reason walk_protocol(struct walk *w, guint8 protocol)
{
    w->f->protocol = protocol;
    w->next = STEP_OTHER;
    if (w->f->src.family == 4)
        follow(w, ipv4_protocols, protocol, DROP_NONE);
    else
        follow(w, ipv6_protocols, protocol, DROP_NONE);
    return follow(w, ip_protocols, protocol, DROP_NONE);
}

enum drop_reason walk_raw(struct walk *w)
{
    gint first = bytes_at(w->r.b, w->r.at);
    if (first < 0)
        return DROP_MALFORMED;
    w->next = first >> 4 == 4 ? STEP_IPV4 : STEP_IPV6;
    return first >> 4 == 4 || first >> 4 == 6 ? DROP_NONE : DROP_NETWORK;
}

guint8 walk_is_ip(const struct walk *w, gsize at)
{
    struct reader r = {bytes_from(w->r.b, at), 0, FALSE};
    guint8 first = rd_u8(&r);
    rd_skip(&r, 1);
    guint32 total = rd_u16be(&r), header = (first & 0x0fu) * 4u;
    if (first >> 4 == 6) {
        total = 40u + rd_u16be(&r);
        header = 40;
    }
    gboolean fits = !r.bad && at <= w->end && total <= w->end - at && header >= 20 && header <= total;
    return fits && (first >> 4 == 4 || first >> 4 == 6) ? first >> 4 : 0;
}

enum drop_reason walk_other(struct walk *w)
{
    return walk_done(w, CARRIER_OTHER);
}

/* --- ends -------------------------------------------------------------------------------------------- */

static void set_endpoint(struct endpoint *e, guint8 family, struct bytes addr)
{
    memset(e, 0, sizeof *e);
    e->family = family;
    memcpy(e->addr, addr.p, addr.n);
}

static void ipv4_ends(struct bytes header, struct endpoint *src, struct endpoint *dst)
{
    set_endpoint(src, 4, bytes_sub(header, 12, 4));
    set_endpoint(dst, 4, bytes_sub(header, 16, 4));
    if (header.n > 20)
        ipv4_route_end(bytes_from(header, 20), dst->addr);
}

void frame_ip_ends(const struct frame *f, guint i, struct endpoint *src, struct endpoint *dst)
{
    struct bytes header = bytes_sub(f->captured, f->layer[i].off, f->layer[i].len);
    if (f->layer[i].kind == LAYER_IPV4) {
        ipv4_ends(header, src, dst);
        return;
    }
    struct reader r = {header, 40, FALSE};
    struct ipv6_extension e;
    set_endpoint(src, 6, bytes_sub(header, 8, 16));
    set_endpoint(dst, 6, bytes_sub(header, 24, 16));
    for (guint8 next = header.p[6]; ipv6_extension_take(&r, next, &e); next = e.next)
        ipv6_extension_judge(&e, src->addr, dst->addr);
}

gint frame_ip_before(const struct frame *f, guint i)
{
    while (i-- > 0)
        if (f->layer[i].kind == LAYER_IPV4 || f->layer[i].kind == LAYER_IPV6)
            return (gint)i;
    return -1;
}

/* --- fragments --------------------------------------------------------------------------------------- */

/* Is IP layer i the one whose fragment the frame carries? */
static gboolean is_fragment(const struct frame *f, guint i)
{
    return f->carrier == CARRIER_FRAGMENT && i == f->n_layers - 1;
}

/* The IPv4 header counts in the datagram's length; of IPv6 only what is fragmented does. */
static guint32 unfragmented(const struct frame *f)
{
    const struct layer *ip = &f->layer[f->n_layers - 1];
    return ip->kind == LAYER_IPV4 ? ip->len : 0;
}

static enum drop_reason walk_fragment(struct walk *w, guint32 id, guint16 units, gboolean more)
{
    w->f->fragment.id = id;
    w->f->fragment.off = 8u * units;
    w->f->fragment.more = more;
    if (unfragmented(w->f) + w->f->fragment.off + (guint64)(w->end - w->r.at) > DATAGRAM_MAX)
        return DROP_MALFORMED;
    return walk_done(w, CARRIER_FRAGMENT);
}

gboolean frame_fragment_fits(const struct job *j)
{
    if (j->f->carrier != CARRIER_FRAGMENT)
        return TRUE;
    return unfragmented(j->f) + (guint64)j->change->fragment_off + (j->end - j->payload_at) <= DATAGRAM_MAX;
}

/* --- IPv4 -------------------------------------------------------------------------------------------- */

/* A total length of 0 was left to the card, which was to cut a TCP segment. The data then ends where the
 * layers outwards end. On Ethernet that may be padding: where there can be some, in a frame of 60 bytes or
 * less, nobody can tell it from data, and no frame so short was left to be cut. */
static gboolean maybe_padded(const struct frame *f, guint64 len)
{
    return f->n_layers > 0 && frame_is_padded(f) && len <= ETHERNET_MIN_BYTES;
}

static enum drop_reason walk_uncut(struct walk *w, guint8 protocol, gsize header_end)
{
    if (protocol != PROTOCOL_TCP || maybe_padded(w->f, w->f->wire_len) || header_end > w->end)
        return DROP_MALFORMED;
    w->f->tso = TRUE;
    return DROP_NONE;
}

enum drop_reason walk_ipv4(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 version_words = rd_u8(r);
    gsize header = (version_words & 0x0fu) * 4u;
    rd_skip(r, 1);
    guint16 total = rd_u16be(r), id = rd_u16be(r), fragment = rd_u16be(r);
    rd_skip(r, 1);
    guint8 protocol = rd_u8(r);
    rd_skip(r, 10);
    if (r->bad || version_words >> 4 != 4 || header < 20 || total > w->end - from)
        return DROP_MALFORMED;
    struct bytes whole = bytes_sub(r->b, from, header);
    rd_skip(r, header - 20);
    enum drop_reason drop = DROP_NONE;
    if (total == 0 && (fragment & 0x3fff) == 0)
        drop = walk_uncut(w, protocol, from + header);
    else if (total < header)
        return DROP_MALFORMED;
    else
        walk_narrow(w, (guint32)from + total);
    if (!drop)
        drop = walk_push(w, LAYER_IPV4, from);
    if (drop)
        return drop;
    ipv4_ends(whole, &w->f->src, &w->f->dst);
    w->f->protocol = protocol;
    if (fragment & 0x3fff)
        return walk_fragment(w, id, fragment & 0x1fff, (fragment & 0x2000) != 0);
    return walk_protocol(w, protocol);
}

static void put_ipv4_checksum(struct job *j, guint i, guint16 found)
{
    const struct layer *l = &j->f->layer[i];
    guint8 *to = job_to(j, i);
    guint64 old_sum = checksum_add(0, bytes_sub(j->f->captured, l->off, l->len));
    guint64 new_sum = checksum_add(0, (struct bytes){to, l->len});
    enum checksum_state state = checksum_judge(found, FALSE, TRUE, old_sum, 0);
    put_u16be(to + 10, checksum_make(state, FALSE, new_sum, 0, 0));
}

/* An identification or flow label, moved by the constant of the two ends of IP layer i. */
static guint32 shift_by_ends(const struct job *j, guint i, enum flow_use use, guint32 v, guint32 max)
{
    struct endpoint src, dst;
    if (v == 0)
        return 0;
    frame_ip_ends(j->f, i, &src, &dst);
    return flow_shift(v, flow_constant(j->w->flows, use, &src, &dst), max);
}

gint frame_open_ip(const struct job *j)
{
    return j->f->tso && !maybe_padded(j->f, j->end) ? frame_ip_before(j->f, j->f->n_layers) : -1;
}

static guint16 ip_length(const struct job *j, guint i, guint32 behind)
{
    return frame_open_ip(j) == (gint)i ? 0 : (guint16)job_length(j, i, behind);
}

void put_ipv4(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    to[0] = rd_u8(r); /* version and header length */
    to[1] = rd_u8(r);
    rd_skip(r, 2);
    put_u16be(to + 2, ip_length(j, i, 0));
    put_u16be(to + 4, (guint16)shift_by_ends(j, i, FLOW_IP_ID, rd_u16be(r), 0xffff));
    guint16 flags = rd_u16be(r) & 0xe000;
    put_u16be(to + 6, (guint16)(flags | (is_fragment(j->f, i) ? j->change->fragment_off / 8 : 0)));
    to[8] = rd_u8(r);
    to[9] = rd_u8(r);
    guint16 found = rd_u16be(r);
    addresses_map4(j->w->addresses, rd_take(r, 4), to + 12);
    addresses_map4(j->w->addresses, rd_take(r, 4), to + 16);
    ipv4_options_write(j->w->addresses, bytes_from(r->b, r->at), to + 20);
    put_ipv4_checksum(j, i, found);
}

/* --- IPv6 -------------------------------------------------------------------------------------------- */

/* DROP_FRAGMENT: `e` is the header of a fragment; what follows it is the fragment's data. */
static enum drop_reason walk_extensions(struct walk *w, guint8 *protocol, struct ipv6_extension *e)
{
    while (ipv6_extension_take(&w->r, *protocol, e)) {
        enum drop_reason drop = ipv6_extension_judge(e, w->f->src.addr, w->f->dst.addr);
        *protocol = e->next;
        if (drop)
            return drop;
    }
    return w->r.bad ? DROP_MALFORMED : DROP_NONE;
}

static enum drop_reason walk_fragment6(struct walk *w, gsize from, const struct ipv6_extension *e)
{
    struct reader r = {e->whole, 2, FALSE};
    guint16 off_more = rd_u16be(&r);
    guint32 id = rd_u32be(&r);
    enum drop_reason drop = walk_push(w, LAYER_IPV6, from);
    w->f->protocol = e->next;
    return drop ? drop : walk_fragment(w, id, off_more >> 3, off_more & 1);
}

/* The number of a jumbo payload option in the first extension header, where one is. */
static guint32 jumbo_len(struct reader r, guint8 protocol)
{
    struct ipv6_extension e;
    if (protocol != 0 || !ipv6_extension_take(&r, protocol, &e) || !ipv6_jumbo(&e))
        return 0;
    struct reader number = {e.whole, ipv6_jumbo(&e), FALSE};
    return rd_u32be(&number);
}

/* A payload length of 0 is that of a segment left to the card, maybe with a jumbo option (RFC 2675) in front
 * of it, as Linux makes it. Other jumbograms are refused: nothing that we read comes in them. */
static gboolean open_ipv6(struct walk *w, guint8 protocol)
{
    guint32 len = jumbo_len(w->r, protocol);
    if (len && len <= w->end - w->r.at)
        walk_narrow(w, (guint32)w->r.at + len);
    return protocol == PROTOCOL_TCP || protocol == 0;
}

enum drop_reason walk_ipv6(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 version = rd_u8(r) >> 4;
    rd_skip(r, 3);
    guint16 len = rd_u16be(r);
    guint8 protocol = rd_u8(r);
    rd_skip(r, 1);
    struct bytes src = rd_bytes(r, 16), dst = rd_bytes(r, 16);
    if (r->bad || version != 6 || len > w->end - r->at)
        return DROP_MALFORMED;
    gboolean open = len == 0 && open_ipv6(w, protocol);
    if (!open)
        walk_narrow(w, (guint32)r->at + len);
    set_endpoint(&w->f->src, 6, src);
    set_endpoint(&w->f->dst, 6, dst);
    struct ipv6_extension e;
    enum drop_reason drop = walk_extensions(w, &protocol, &e);
    if (drop == DROP_FRAGMENT && !open)
        return walk_fragment6(w, from, &e);
    if (!drop && open)
        drop = walk_uncut(w, protocol, r->at);
    if (!drop)
        drop = walk_push(w, LAYER_IPV6, from);
    return drop ? drop : walk_protocol(w, protocol);
}

/* The identification of a fragment counts like IPv4's; an atomic one's, too. */
static void put_fragment_header(struct job *j, guint i, const struct ipv6_extension *e, guint8 *to)
{
    struct reader r = {e->whole, 2, FALSE};
    guint16 off_more = rd_u16be(&r);
    guint32 id = rd_u32be(&r);
    if (is_fragment(j->f, i) && (off_more & 0xfff9))
        put_u16be(to + 2, (guint16)((j->change->fragment_off & 0xfff8) | (off_more & 1)));
    put_u32be(to + 4, shift_by_ends(j, i, FLOW_IP_ID, id, G_MAXUINT32));
}

/* Type and length stand in front of the number. */
static void put_jumbo(struct job *j, guint i, const struct ipv6_extension *e, guint8 *to)
{
    gsize at = ipv6_jumbo(e);
    if (!at || frame_open_ip(j) != (gint)i)
        return;
    memcpy(to + at - 2, bytes_from(e->whole, at - 2).p, 2);
    put_u32be(to + at, job_length(j, i, 40));
}

static void put_extension(struct job *j, guint i, const struct ipv6_extension *e, guint8 *to)
{
    ipv6_extension_write(j->w->addresses, e, to);
    if (e->kind == EXTENSION_FRAGMENT)
        put_fragment_header(j, i, e, to);
    else
        put_jumbo(j, i, e, to);
}

void put_ipv6(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    guint32 head = rd_u32be(r);
    put_u32be(to, (head & 0xfff00000) | shift_by_ends(j, i, FLOW_LABEL, head & 0xfffff, 0xfffff));
    rd_skip(r, 2);
    put_u16be(to + 4, ip_length(j, i, 40));
    guint8 next = to[6] = rd_u8(r);
    to[7] = rd_u8(r);
    addresses_map6(j->w->addresses, rd_take(r, 16), to + 8);
    addresses_map6(j->w->addresses, rd_take(r, 16), to + 24);
    struct ipv6_extension e;
    for (gsize at = r->at; ipv6_extension_take(r, next, &e); at = r->at) {
        put_extension(j, i, &e, to + at);
        next = e.next;
    }
}

/* Links that are not: what Linux's packet filter (NFLOG), Apple's (PKTAP) and Wireshark's Exported PDUs put
 * around packets. They name processes, users, interfaces, rules; only what is needed to read on is written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame_private.h"

/* --- NFLOG (linktype 239) ------------------------------------------------------------------------------ */

enum {
    NFLOG_PACKET_HEADER = 1,
    NFLOG_PAYLOAD = 9,
    NFLOG_HOOK_MAX = 4,
    NFLOG_LEN = 4 + 8 + 4, /* as written: header, packet header, head of the payload */
};

static const struct route nflog_families[] = {{2, STEP_IPV4, DROP_NONE}, {10, STEP_IPV6, DROP_NONE}};

/* TLVs in the byte order of the machine: length (its own 4 bytes included), type; padded to 4. */
struct nflog {
    gboolean big;
    guint8 hook;
    guint16 payload_len;
};

static guint16 rd_u16(struct reader *r, gboolean big)
{
    return big ? rd_u16be(r) : rd_u16le(r);
}

/* The reader is behind the header; on TRUE, at the payload. */
static gboolean read_tlvs(struct reader *r, struct nflog *n)
{
    while (!r->bad) {
        guint16 len = rd_u16(r, n->big), type = rd_u16(r, n->big);
        if (r->bad || len < 4)
            return FALSE;
        if (type == NFLOG_PAYLOAD) {
            n->payload_len = len - 4;
            return TRUE;
        }
        struct reader value = reader_of(rd_bytes(r, len - 4u));
        rd_skip(r, (4 - len % 4) % 4);
        rd_skip(&value, 2);
        if (type == NFLOG_PACKET_HEADER)
            n->hook = rd_u8(&value);
    }
    return FALSE;
}

static gboolean read_nflog(struct reader *r, struct nflog *n)
{
    struct reader again = *r;
    *n = (struct nflog){.big = FALSE};
    if (read_tlvs(r, n))
        return TRUE;
    *r = again;
    *n = (struct nflog){.big = TRUE};
    return read_tlvs(r, n);
}

enum drop_reason walk_nflog(struct walk *w)
{
    gsize from = w->r.at;
    struct nflog n;
    guint8 family = rd_u8(&w->r), version = rd_u8(&w->r);
    rd_skip(&w->r, 2);
    if (w->r.bad || version != 0 || !read_nflog(&w->r, &n) || n.payload_len > w->end - w->r.at)
        return DROP_MALFORMED;
    walk_narrow(w, (guint32)w->r.at + n.payload_len);
    enum drop_reason drop = walk_push(w, LAYER_NFLOG, from);
    return drop ? drop : follow(w, nflog_families, family, DROP_NETWORK);
}

guint32 nflog_len(const struct frame *f, guint i)
{
    (void)f, (void)i;
    return NFLOG_LEN;
}

static guint8 *put_tlv(guint8 *to, gboolean big, guint16 len, guint16 type)
{
    void (*put)(guint8 * p, guint16 v) = big ? put_u16be : put_u16le;
    put(to, len);
    put(to + 2, type);
    return to + 4;
}

/* The family; the protocol that it means and the hook; the packet. */
void put_nflog(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    struct nflog n;
    to[0] = rd_u8(r);
    rd_skip(r, 3);
    read_nflog(r, &n);
    guint8 *value = put_tlv(to + 4, n.big, 8, NFLOG_PACKET_HEADER);
    put_u16be(value, to[0] == 2 ? 0x0800 : 0x86dd);
    value[2] = n.hook <= NFLOG_HOOK_MAX ? n.hook : 0;
    put_tlv(to + 12, n.big, (guint16)job_length(j, i, 12), NFLOG_PAYLOAD);
}

/* --- PKTAP (linktype 258; before it was registered, 149) -------------------------------------------------
 */

/* Length, record type, link type; then names and numbers of interfaces and processes, among them flags (36),
 * the protocol family (40) and the length of the link's header (44). All are of 4 bytes, little endian. */
enum { PKTAP_LEN = 108, PKTAP_PACKET = 1, PKTAP_DIRECTION = 3, PKTAP_LINK_MAX = 64 };

enum drop_reason walk_pktap(struct walk *w)
{
    gsize from = w->r.at;
    guint32 len = rd_u32le(&w->r), record = rd_u32le(&w->r), linktype = rd_u32le(&w->r);
    if (!w->r.bad && record != PKTAP_PACKET)
        return DROP_LINK_TYPE;
    if (w->r.bad || len < PKTAP_LEN)
        return DROP_MALFORMED;
    rd_skip(&w->r, len - 12u);
    enum drop_reason drop = walk_push(w, LAYER_PKTAP, from);
    return drop ? drop : walk_linktype(w, linktype);
}

guint32 pktap_len(const struct frame *f, guint i)
{
    (void)f, (void)i;
    return PKTAP_LEN;
}

void put_pktap(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    put_u32le(to, PKTAP_LEN);
    put_u32le(to + 4, PKTAP_PACKET);
    rd_skip(r, 8);
    put_u32le(to + 8, rd_u32le(r));
    rd_skip(r, 24);
    put_u32le(to + 36, rd_u32le(r) & PKTAP_DIRECTION);
    guint32 family = rd_u32le(r), link_len = rd_u32le(r);
    put_u32le(to + 40, family == 2 || family == 30 ? family : 0);
    put_u32le(to + 44, link_len <= PKTAP_LINK_MAX ? link_len : 0);
}

/* --- Exported PDU (linktype 252; epan/exported_pdu.h) ----------------------------------------------------
 */

enum {
    TAG_END = 0,
    TAG_DISSECTOR = 12,
    TAG_HEURISTIC = 13,
    TAG_SRC4 = 20,
    TAG_DST4 = 21,
    TAG_SRC6 = 22,
    TAG_DST6 = 23,
    TAG_PORT_TYPE = 24,
    TAG_SRC_PORT = 25,
    TAG_DST_PORT = 26,
};

/* What says that SIP follows. */
static const struct {
    guint16 tag;
    const char *name;
} pdu_names[] = {
    {TAG_DISSECTOR, "sip"},     {TAG_DISSECTOR, "sip.tcp"},  {TAG_HEURISTIC, "sip_udp"},
    {TAG_HEURISTIC, "sip_tcp"}, {TAG_HEURISTIC, "sip_sctp"},
};

/* Port types, and the IP protocols that they mean. */
static const guint8 port_types[] = {0, 132, 6, 17};

struct pdu {
    gint name; /* row of pdu_names, or -1 */
    guint32 port_type;
    gboolean has_src, has_dst, has_type, has_src_port, has_dst_port;
    struct endpoint src, dst;
};

/* FALSE: a length that is no address's. */
static gboolean pdu_address(struct endpoint *e, struct bytes value, guint8 family)
{
    gboolean sound = value.n == (family == 4 ? 4 : 16);
    e->family = sound ? family : 0;
    memset(e->addr, 0, sizeof e->addr);
    if (sound)
        memcpy(e->addr, value.p, value.n);
    return sound;
}

/* Names may be padded with zeros. */
static gint pdu_name(guint16 tag, struct bytes value)
{
    while (value.n && value.p[value.n - 1] == 0)
        value.n--;
    for (guint i = 0; i < G_N_ELEMENTS(pdu_names); i++)
        if (pdu_names[i].tag == tag && bytes_eq(value, bytes_of(pdu_names[i].name)))
            return (gint)i;
    return -1;
}

/* FALSE, and 0: what is no number of 4 bytes, or above `max`. */
static gboolean pdu_number(struct bytes value, guint32 max, guint32 *number)
{
    struct reader r = reader_of(value);
    *number = rd_u32be(&r);
    gboolean sound = value.n == 4 && *number <= max;
    if (!sound)
        *number = 0;
    return sound;
}

static gboolean pdu_port(struct bytes value, guint16 *port)
{
    guint32 number;
    gboolean sound = pdu_number(value, G_MAXUINT16, &number);
    *port = (guint16)number;
    return sound;
}

/* What has no row is left out: the frame's number, texts for columns, TCP's state ... */
static void read_tag(struct pdu *p, guint16 tag, struct bytes value)
{
    switch (tag) {
    case TAG_DISSECTOR:
    case TAG_HEURISTIC:
        p->name = pdu_name(tag, value);
        break;
    case TAG_SRC4:
    case TAG_SRC6:
        p->has_src = pdu_address(&p->src, value, tag == TAG_SRC4 ? 4 : 6);
        break;
    case TAG_DST4:
    case TAG_DST6:
        p->has_dst = pdu_address(&p->dst, value, tag == TAG_DST4 ? 4 : 6);
        break;
    case TAG_PORT_TYPE:
        p->has_type = pdu_number(value, G_N_ELEMENTS(port_types) - 1, &p->port_type);
        break;
    case TAG_SRC_PORT:
        p->has_src_port = pdu_port(value, &p->src.port);
        break;
    case TAG_DST_PORT:
        p->has_dst_port = pdu_port(value, &p->dst.port);
        break;
    default:
        break;
    }
}

/* The reader ends up behind the last tag. */
static struct pdu read_pdu(struct reader *r)
{
    struct pdu p = {.name = -1};
    guint16 tag;
    do {
        tag = rd_u16be(r);
        read_tag(&p, tag, rd_bytes(r, rd_u16be(r)));
    } while (tag != TAG_END && !r->bad);
    return p;
}

enum drop_reason walk_pdu(struct walk *w)
{
    gsize from = w->r.at;
    struct pdu p = read_pdu(&w->r);
    enum drop_reason drop = walk_push(w, LAYER_PDU, from);
    if (drop || p.name < 0)
        return drop ? drop : DROP_TUNNEL;
    w->f->src = p.src;
    w->f->dst = p.dst;
    w->f->protocol = p.has_type ? port_types[p.port_type] : 0;
    return walk_done(w, CARRIER_PDU);
}

static guint32 padded(gsize n)
{
    return (guint32)(n + 3) / 4 * 4;
}

guint32 pdu_len(const struct frame *f, guint i)
{
    struct reader r = reader_of(bytes_sub(f->captured, f->layer[i].off, f->layer[i].len));
    struct pdu p = read_pdu(&r);
    guint32 n = 4 + padded(strlen(pdu_names[p.name].name)) + 4;
    if (p.has_src)
        n += p.src.family == 4 ? 8 : 20;
    if (p.has_dst)
        n += p.dst.family == 4 ? 8 : 20;
    return n + 8 * (guint32)(p.has_type + p.has_src_port + p.has_dst_port);
}

static guint8 *put_tag(guint8 *to, guint16 tag, guint32 len)
{
    put_u16be(to, tag);
    put_u16be(to + 2, (guint16)len);
    return to + 4;
}

static guint8 *put_pdu_address(const struct job *j, guint8 *to, const struct endpoint *e, guint16 tag4)
{
    guint32 n = e->family == 4 ? 4 : 16;
    to = put_tag(to, e->family == 4 ? tag4 : tag4 + 2, n);
    if (e->family == 4)
        addresses_map4(j->w->addresses, e->addr, to);
    else
        addresses_map6(j->w->addresses, e->addr, to);
    return to + n;
}

static guint8 *put_number(guint8 *to, guint16 tag, guint32 v)
{
    to = put_tag(to, tag, 4);
    put_u32be(to, v);
    return to + 4;
}

void put_pdu(struct job *j, guint i, struct reader *r)
{
    struct pdu p = read_pdu(r);
    guint8 *to = job_to(j, i);
    struct bytes name = bytes_of(pdu_names[p.name].name);
    to = put_tag(to, pdu_names[p.name].tag, padded(name.n));
    memcpy(to, name.p, name.n);
    to += padded(name.n);
    if (p.has_src)
        to = put_pdu_address(j, to, &p.src, TAG_SRC4);
    if (p.has_dst)
        to = put_pdu_address(j, to, &p.dst, TAG_DST4);
    if (p.has_type)
        to = put_number(to, TAG_PORT_TYPE, p.port_type);
    if (p.has_src_port)
        to = put_number(to, TAG_SRC_PORT, p.src.port);
    if (p.has_dst_port)
        put_number(to, TAG_DST_PORT, p.dst.port);
}

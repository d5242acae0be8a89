/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_private.h"
#include "tcp_options.h"

enum { PROTOCOL_TCP = 6, PROTOCOL_ICMP6 = 58 };

static void read_ports(struct walk *w)
{
    w->f->src.port = rd_u16be(&w->r);
    w->f->dst.port = rd_u16be(&w->r);
}

/* --- TCP --------------------------------------------------------------------------------------------- */

enum drop_reason walk_tcp(struct walk *w)
{
    struct frame *f = w->f;
    struct reader *r = &w->r;
    gsize from = r->at;
    read_ports(w);
    f->tcp.seq = rd_u32be(r);
    f->tcp.ack = rd_u32be(r);
    gsize header = (rd_u8(r) >> 4) * 4u;
    f->tcp.flags = rd_u8(r);
    f->tcp.window = rd_u16be(r);
    rd_skip(r, 4);
    if (r->bad || header < 20 || header > w->end - from)
        return DROP_MALFORMED;
    f->tcp.n_sack = tcp_options_sack(rd_bytes(r, header - 20), f->tcp.sack);
    enum drop_reason drop = walk_push(w, LAYER_TCP, from);
    return drop ? drop : walk_done(w, CARRIER_TCP);
}

/* Sequence numbers move on the full circle: none of its values means nothing. But a reset that refuses a SYN
 * has none, and says 0 (RFC 9293 section 3.5.2). */
static void put_numbers(const struct job *j, guint32 own, guint32 far, guint8 *to)
{
    const struct frame *f = j->f;
    if (!(f->tcp.flags & TCP_RST) || f->tcp.seq != 0)
        put_u32be(to + 4, j->change->seq + own);
    if (f->tcp.flags & TCP_ACK)
        put_u32be(to + 8, j->change->ack + far);
}

static void put_tcp_options(const struct job *j, guint32 far, struct bytes options, guint8 *to)
{
    const struct frame *f = j->f;
    guint32 sack[TCP_SACK_MAX][2];
    struct tcp_moves m = {.sack = (const guint32(*)[2])sack, .n_sack = f->tcp.n_sack,
                          .no_times = timeline_is_coarse(j->w->time)};
    for (guint i = 0; i < 2 * m.n_sack; i++)
        sack[i / 2][i % 2] = j->change->sack[i / 2][i % 2] + far;
    if (tcp_options_have_time(options)) {
        m.own_time = flow_constant(j->w->flows, FLOW_TCP_TIME, &f->src, &f->dst);
        m.far_time = flow_constant(j->w->flows, FLOW_TCP_TIME, &f->dst, &f->src);
    }
    tcp_options_write(options, &m, to);
}

/* Of the flags' first byte the header's length and AE (RFC 9768) stay, the reserved bits do not. */
void put_tcp(struct job *j, guint i, struct reader *r)
{
    const struct frame *f = j->f;
    guint8 *to = job_to(j, i);
    guint32 own = (guint32)flow_constant(j->w->flows, FLOW_TCP_SEQ, &f->src, &f->dst);
    guint32 far = (guint32)flow_constant(j->w->flows, FLOW_TCP_SEQ, &f->dst, &f->src);
    put_u32be(to, rd_u32be(r)); /* ports */
    put_numbers(j, own, far, to);
    rd_skip(r, 8);
    to[12] = rd_u8(r) & 0xf1;
    to[13] = rd_u8(r);
    put_u16be(to + 14, rd_u16be(r));
    rd_skip(r, 2);
    guint16 urgent = rd_u16be(r);
    put_u16be(to + 18, f->tcp.flags & TCP_URG ? urgent : 0);
    put_tcp_options(j, far, bytes_from(r->b, r->at), to + 20);
    struct covered c = job_covered(j, i);
    job_checksum(j, &c, 16, frame_ip_before(f, i), PROTOCOL_TCP);
}

/* --- SCTP -------------------------------------------------------------------------------------------- */

enum drop_reason walk_sctp(struct walk *w)
{
    gsize from = w->r.at;
    read_ports(w);
    rd_skip(&w->r, 8);
    enum drop_reason drop = walk_push(w, LAYER_SCTP, from);
    return drop ? drop : walk_done(w, CARRIER_SCTP);
}

/* RFC 9260 section 6.8: the CRC of the packet with 0 in its place. An Adler-32 sum (RFC 2960) is a wrong
 * one; 0 was left to the card. */
static void put_crc(struct job *j, const struct covered *c, guint32 found)
{
    guint8 *field = j->to + (c->new.p - j->to) + 8;
    if (found == 0)
        return;
    guint32 old = checksum_sctp(c->old), new = checksum_sctp(c->new);
    if (c->old.n < c->old_wire)
        new = job_keyed(j, c->new);
    else if (old != found)
        new = new == G_MAXUINT32 ? 1 : new + 1;
    put_u32be(field, new);
}

/* Both directions carry each other's tags, so a tag has one image wherever it stands. */
void put_sctp(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    put_u32be(to, rd_u32be(r)); /* ports */
    put_u32be(to + 4, flow_permute(j->w->flows, FLOW_SCTP_TAG, rd_u32be(r), 32));
    struct covered c = job_covered(j, i);
    put_crc(j, &c, rd_u32be(r));
}

/* --- ICMP -------------------------------------------------------------------------------------------- */

#define ICMP_HEAD 4 /* type, code, checksum */

static enum drop_reason walk_message(struct walk *w, enum carrier carrier)
{
    return rd_left(&w->r) < ICMP_HEAD ? DROP_MALFORMED : walk_done(w, carrier);
}

enum drop_reason walk_icmp(struct walk *w)
{
    return walk_message(w, CARRIER_ICMP);
}

enum drop_reason walk_icmp6(struct walk *w)
{
    return walk_message(w, CARRIER_ICMP6);
}

void put_icmp_checksum(struct job *j)
{
    struct covered c = job_covered_payload(j);
    gboolean six = j->f->carrier == CARRIER_ICMP6;
    if (c.new.n < ICMP_HEAD)
        return;
    put_u16be(j->to + j->payload_at + 2, 0);
    job_checksum(j, &c, 2, six ? frame_ip_before(j->f, j->f->n_layers) : -1, PROTOCOL_ICMP6);
}

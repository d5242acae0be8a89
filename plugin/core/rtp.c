/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rtp.h"

#include "codec_value.h"

#define RTP_HEADER 12
#define RTCP_HEADER 4
#define PADDING 0x20
#define EXTENSION 0x10

static gint version_of(struct bytes b, gsize at)
{
    gint first = bytes_at(b, at);
    return first < 0 ? -1 : first >> 6;
}

/* --- numbers ---------------------------------------------------------------------------------------- */

static guint64 constant_of(const struct codec *c, enum flow_use use, guint32 ssrc)
{
    struct endpoint stream = {.family = 4};
    put_u32be(stream.addr, ssrc);
    return flow_constant(c->flows, use, &stream, &stream);
}

static void put_number(struct codec *c, gsize at, guint32 v)
{
    guint8 *p = arena_alloc(c->rw->arena, 4);
    put_u32be(p, v);
    rw_replace(c->rw, at, at + 4, (struct bytes){p, 4}, KIND_TOKEN);
}

static void put_ssrc(struct codec *c, gsize at)
{
    put_number(c, at, flow_permute(c->flows, FLOW_RTP_SEQ, codec_u32(c, at), 32));
}

/* A clock of a sample's fineness: under time=coarse there is none. */
static void put_timestamp(struct codec *c, gsize at, guint32 ssrc)
{
    if (timeline_is_coarse(c->rw->tables->time)) {
        rw_scrub_binary(c->rw, at, at + 4);
        return;
    }
    put_number(c, at, codec_u32(c, at) + (guint32)constant_of(c, FLOW_RTP_TIME, ssrc));
}

/* --- RTP -------------------------------------------------------------------------------------------- */

/* Where the payload begins; 0: the header does not fit. */
static gsize payload_at(struct bytes b)
{
    gint first = bytes_at(b, 0);
    struct reader r = reader_of(b);
    rd_skip(&r, RTP_HEADER + (first & 15) * 4u);
    if (first & EXTENSION) {
        rd_skip(&r, 2);
        rd_skip(&r, rd_u16be(&r) * 4u);
    }
    return r.bad ? 0 : r.at;
}

/* What the last byte says; 0 where the padding bit is not set, or the count does not fit. */
static gsize padding_of(struct bytes b, gsize payload)
{
    gsize count = (gsize)bytes_at(b, b.n - 1);
    return bytes_at(b, 0) & PADDING && count <= b.n - payload ? count : 0;
}

gboolean rtp_recognise(struct bytes b)
{
    gint type = bytes_at(b, 1) & 0x7f;
    gsize payload = version_of(b, 0) == 2 ? payload_at(b) : 0;
    if (payload == 0 || (type >= 64 && type <= 95))
        return FALSE;
    return !(b.p[0] & PADDING) || (b.n > payload && padding_of(b, payload) > 0);
}

static void put_sequence(struct codec *c, gsize at, guint32 ssrc)
{
    guint8 *p = arena_alloc(c->rw->arena, 2);
    put_u16be(p, (guint16)(codec_u16(c, at) + constant_of(c, FLOW_RTP_SEQ, ssrc)));
    rw_replace(c->rw, at, at + 2, (struct bytes){p, 2}, KIND_TOKEN);
}

/* Zeros; the last byte tells how many of them are padding. */
static void put_payload(struct codec *c, gsize from, gsize to, gsize padding)
{
    rw_scrub_binary(c->rw, from, to - (padding ? 1 : 0));
    if (padding)
        rw_keep(c->rw, to - 1, to);
}

void rtp_rewrite(struct codec *c)
{
    struct bytes text = c->rw->text;
    if (!rtp_recognise(text)) {
        rw_scrub_binary(c->rw, 0, text.n);
        return;
    }
    guint32 ssrc = codec_u32(c, 8);
    gsize sources = RTP_HEADER + (text.p[0] & 15) * 4u, payload = payload_at(text);
    rw_keep(c->rw, 0, 2);
    put_sequence(c, 2, ssrc);
    put_timestamp(c, 4, ssrc);
    for (gsize at = 8; at < sources; at += 4)
        put_ssrc(c, at);
    if (payload > sources) { /* an extension: its profile, its length, its words */
        rw_scrub_binary(c->rw, sources, sources + 2);
        rw_keep(c->rw, sources + 2, sources + 4);
        rw_scrub_binary(c->rw, sources + 4, payload);
    }
    put_payload(c, payload, text.n, payload < text.n ? padding_of(text, payload) : 0);
}

/* --- RTCP ------------------------------------------------------------------------------------------- */

/* One packet: [at, end) is what is left to judge of its body, padding not among it. */
struct packet {
    struct codec *c;
    gsize at, end;
    guint8 count; /* RC, SC, FMT ... */
};

static gboolean has(const struct packet *p, gsize n)
{
    return p->end - p->at >= n;
}

static void keep(struct packet *p, gsize n)
{
    n = MIN(n, p->end - p->at);
    rw_keep(p->c->rw, p->at, p->at + n);
    p->at += n;
}

static void zeros(struct packet *p, gsize n)
{
    n = MIN(n, p->end - p->at);
    rw_scrub_binary(p->c->rw, p->at, p->at + n);
    p->at += n;
}

static void text(struct packet *p, gsize n)
{
    n = MIN(n, p->end - p->at);
    rw_scrub(p->c->rw, p->at, p->at + n);
    p->at += n;
}

static guint32 ssrc(struct packet *p)
{
    guint32 v = codec_u32(p->c, p->at);
    if (!has(p, 4)) {
        zeros(p, 4);
        return 0;
    }
    put_ssrc(p->c, p->at);
    p->at += 4;
    return v;
}

/* Extended: cycles, then the sequence number. It moves as one, so that it wraps where the written stream
 * does; 0 is what those report who received nothing. */
static void highest_sequence(struct packet *p, guint32 stream)
{
    guint32 v = codec_u32(p->c, p->at);
    put_number(p->c, p->at, v ? v + (guint16)constant_of(p->c, FLOW_RTP_SEQ, stream) : 0);
    p->at += 4;
}

static void report_blocks(struct packet *p)
{
    for (guint i = 0; i < p->count && has(p, 24); i++) {
        guint32 stream = ssrc(p);
        keep(p, 4); /* fraction and number of packets lost */
        highest_sequence(p, stream);
        keep(p, 4);  /* jitter */
        zeros(p, 8); /* LSR, DLSR */
    }
}

static void sender_report(struct packet *p)
{
    guint32 stream = ssrc(p);
    zeros(p, 8); /* NTP */
    if (has(p, 4)) {
        put_timestamp(p->c, p->at, stream);
        p->at += 4;
    }
    keep(p, 8); /* packets, bytes */
    report_blocks(p);
}

static void receiver_report(struct packet *p)
{
    ssrc(p);
    report_blocks(p);
}

#define SDES_PRIVATE 8
#define SDES_MAX 15 /* the last that IANA has */

/* Type, length, text; of a private item the text begins with the length of its name. FALSE: the end. */
static gboolean sdes_item(struct packet *p)
{
    guint8 type = codec_u8(p->c, p->at), len = codec_u8(p->c, p->at + 1);
    if (!has(p, 2) || type == 0 || type > SDES_MAX || !has(p, 2 + (gsize)len))
        return FALSE;
    keep(p, 2);
    if (type == SDES_PRIVATE && len) {
        zeros(p, 1);
        len--;
    }
    text(p, len);
    return TRUE;
}

static void source_description(struct packet *p)
{
    gsize begin = p->at;
    for (guint i = 0; i < p->count && has(p, 4); i++) {
        ssrc(p);
        while (sdes_item(p))
            ;
        if (!has(p, 1) || codec_u8(p->c, p->at) != 0)
            return;
        zeros(p, 4 - (p->at - begin) % 4);
    }
}

static void goodbye(struct packet *p)
{
    for (guint i = 0; i < p->count && has(p, 4); i++)
        ssrc(p);
    guint8 len = codec_u8(p->c, p->at);
    if (has(p, 1) && has(p, 1 + (gsize)len)) {
        keep(p, 1);
        text(p, len);
    }
}

static void application(struct packet *p)
{
    ssrc(p);
    text(p, 4);
}

static void feedback(struct packet *p)
{
    ssrc(p);
    ssrc(p);
}

#define FMT_TRANSPORT_CC 15
#define FMT_APPLICATION 15
#define RUN_MAX 0x1fff

/* Transport-wide congestion control: base, count, time, a run of `count` packets with small deltas, the
 * deltas. Zeros would have no run for the bytes that follow: as many packets as make it fit, all at once. */
static void transport_feedback(struct packet *p)
{
    feedback(p);
    gsize left = p->end - p->at, run = left - 10;
    if (p->count != FMT_TRANSPORT_CC || left < 12 || run > RUN_MAX)
        return;
    guint8 *fci = arena_alloc(p->c->rw->arena, left);
    memset(fci, 0, left);
    put_u16be(fci + 2, (guint16)run);
    put_u16be(fci + 8, (guint16)(0x2000 | run));
    rw_replace(p->c->rw, p->at, p->end, (struct bytes){fci, left}, KIND_SCRUBBED);
    p->at = p->end;
}

/* REMB: its name, number of SSRCs, bit rate, SSRCs. */
static void payload_feedback(struct packet *p)
{
    feedback(p);
    gsize left = p->end - p->at;
    if (p->count != FMT_APPLICATION || left < 8 || codec_u32(p->c, p->at) != 0x52454d42 ||
        codec_u8(p->c, p->at + 4) != left / 4 - 2)
        return;
    keep(p, 5);
    zeros(p, 3);
    while (has(p, 4))
        ssrc(p);
}

#define XR_DLRR 5

/* Block types that begin with the SSRC that they report on. */
static gboolean xr_has_ssrc(guint8 type)
{
    return (type >= 1 && type <= 3) || type == 6 || type == 7;
}

/* Type, a byte of flags, length in words, contents. FALSE: no block fits. */
static gboolean xr_block(struct packet *p)
{
    guint8 type = codec_u8(p->c, p->at);
    gsize len = codec_u16(p->c, p->at + 2) * 4u;
    if (!has(p, 4) || !has(p, 4 + len) || type == 0 || type > 34)
        return FALSE;
    keep(p, 1);
    zeros(p, 1);
    keep(p, 2);
    struct packet block = {p->c, p->at, p->at + len, 0};
    if (xr_has_ssrc(type))
        ssrc(&block);
    while (type == XR_DLRR && has(&block, 12)) {
        ssrc(&block);
        zeros(&block, 8);
    }
    zeros(&block, len);
    p->at = block.end;
    return TRUE;
}

static void extended_report(struct packet *p)
{
    ssrc(p);
    while (xr_block(p))
        ;
}

static void unknown(struct packet *p)
{
    ssrc(p);
}

/* What a row leaves unjudged is zeros. */
static const struct {
    guint8 type;
    void (*judge)(struct packet *p);
} rows[] = {
    {200, sender_report}, {201, receiver_report},    {202, source_description}, {203, goodbye},
    {204, application},   {205, transport_feedback}, {206, payload_feedback},   {207, extended_report},
};

static void judge_body(struct packet *p, guint8 type)
{
    void (*judge)(struct packet * p) = unknown;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].type == type)
            judge = rows[i].judge;
    judge(p);
    zeros(p, p->end - p->at);
}

/* End of the packet at `at`, whose type is of those that RFC 5761 sets apart; 0: none. */
static gsize packet_end(struct bytes b, gsize at)
{
    gint type = bytes_at(b, at + 1);
    struct reader r = reader_of(bytes_from(b, at));
    rd_skip(&r, 2);
    rd_skip(&r, rd_u16be(&r) * 4u);
    return !r.bad && version_of(b, at) == 2 && type >= 192 && type <= 223 ? at + r.at : 0;
}

gboolean rtcp_recognise(struct bytes b)
{
    gint type = bytes_at(b, 1);
    return type >= 200 && type <= 207 && packet_end(b, 0) > 0;
}

static gboolean fills(struct bytes b)
{
    gsize at = 0, end;
    while (at < b.n && (end = packet_end(b, at)) > 0)
        at = end;
    return at == b.n;
}

static void judge_packet(struct codec *c, gsize at, gsize end)
{
    guint8 first = codec_u8(c, at), type = codec_u8(c, at + 1);
    gsize padding = first & PADDING ? codec_u8(c, end - 1) : 0;
    if (padding % 4 != 0 || padding > end - at - RTCP_HEADER)
        padding = 0;
    struct packet p = {c, at + RTCP_HEADER, end - padding, first & 0x1f};
    rw_keep(c->rw, at, at + RTCP_HEADER);
    judge_body(&p, type);
    put_payload(c, end - padding, end, padding);
}

/* SRTCP: header and SSRC are in clear. */
static void judge_first(struct codec *c, gsize end)
{
    struct packet p = {c, RTCP_HEADER, end, 0};
    rw_keep(c->rw, 0, RTCP_HEADER);
    ssrc(&p);
    rw_scrub_binary(c->rw, p.at, c->rw->text.n);
}

void rtcp_rewrite(struct codec *c)
{
    struct bytes b = c->rw->text;
    if (!rtcp_recognise(b))
        rw_scrub_binary(c->rw, 0, b.n);
    else if (!fills(b))
        judge_first(c, packet_end(b, 0));
    else
        for (gsize at = 0, end; at < b.n; at = end) {
            end = packet_end(b, at);
            judge_packet(c, at, end);
        }
}

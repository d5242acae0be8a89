/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "datagram.h"

#include "endpoints.h"
#include "hep.h"
#include "sip_stream.h"
#include "stun.h"
#include "tls.h"

struct datagram {
    struct carry *c;
    const struct frame *f;
    struct bytes text;
};

static gboolean by_sip(const struct datagram *d, enum endpoint_role also)
{
    return endpoints_are(d->c->endpoints, &d->f->src, &d->f->dst, ENDPOINT_SIP) ||
           (also && endpoints_are(d->c->endpoints, &d->f->src, &d->f->dst, also));
}

/* --- rows: each judges the whole text, or says that it is something else ------------------------------- */

static gboolean judge_sip(struct datagram *d)
{
    enum sip_transport transport = d->f->carrier == CARRIER_PDU ? SIP_TLS : SIP_UDP;
    d->c->rw.whole = !d->c->sink->message && d->c->off != NOT_FOUND; /* a train is cut where single edits say */
    return carry_message(d->c, d->text.n, d->f->payload_wire_len - d->f->payload.len, transport);
}

static gboolean judge_hep(struct datagram *d)
{
    if (!hep_recognise(d->text) || !hep_has_sip(d->text))
        return FALSE;
    hep_rewrite(&d->c->codec);
    return TRUE;
}

static gboolean is_filler(guint8 byte)
{
    return byte == '\r' || byte == '\n' || byte == '\0' || byte == ' ';
}

/* RFC 5626 section 3.5.1, and what phones send in its place. */
static gboolean judge_keepalive(struct datagram *d)
{
    if (d->f->payload_wire_len > KEEPALIVE_BYTES_MAX || !by_sip(d, 0))
        return FALSE;
    for (gsize i = 0; i < d->text.n; i++)
        if (is_filler(d->text.p[i]))
            rw_keep(&d->c->rw, i, i + 1);
        else
            rw_scrub_binary(&d->c->rw, i, i + 1);
    return TRUE;
}

/* STUN and TURN on SIP flows, and between the ends that session descriptions name. */
static gboolean judge_stun(struct datagram *d)
{
    if (d->f->cut || !stun_recognise(d->text) || !by_sip(d, ENDPOINT_MEDIA))
        return FALSE;
    stun_rewrite(&d->c->codec);
    return TRUE;
}

static gboolean judge_channel_data(struct datagram *d)
{
    if (d->f->cut || !channel_data_recognise(d->text) || !by_sip(d, ENDPOINT_MEDIA))
        return FALSE;
    channel_data_rewrite(&d->c->codec);
    return TRUE;
}

static gboolean judge_dtls(struct datagram *d)
{
    if (d->f->cut || !dtls_recognise(d->text) || !by_sip(d, 0))
        return FALSE;
    dtls_rewrite(&d->c->codec);
    return TRUE;
}

/* What we wrote for a message that had outgrown its datagram: nothing but x's. */
static gboolean judge_scrubbed(struct datagram *d)
{
    for (gsize i = 0; i < d->text.n; i++)
        if (d->text.p[i] != 'x')
            return FALSE;
    if (d->text.n < SIP_SCRUBBED_MIN)
        return FALSE;
    rw_keep(&d->c->rw, 0, d->text.n);
    return TRUE;
}

static gboolean (*const rows[])(struct datagram *d) = {
    judge_sip, judge_hep, judge_stun, judge_dtls, judge_channel_data, judge_keepalive, judge_scrubbed,
};

enum drop_reason datagram_judge(struct carry *c, const struct frame *f, gsize off)
{
    struct datagram d = {c, f, bytes_span(f->captured, f->payload)};
    carry_begin(c, d.text, off, f->cut, &f->src, &f->dst);
    c->codec.missing = f->payload_wire_len - f->payload.len;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i](&d))
            return DROP_NONE;
    return DROP_NOT_SIP;
}

void datagram_learn(struct carry *c, const struct frame *f)
{
    if (!c->letters->len)
        return;
    endpoints_add(c->endpoints, &f->src, ENDPOINT_SIP);
    endpoints_add(c->endpoints, &f->dst, ENDPOINT_SIP);
}

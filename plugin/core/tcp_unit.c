/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_private.h"

#include "endpoints.h"

/* Without a position to begin at, so many bytes without a start line are not SIP. */
#define SEARCH_BYTES_MAX 65536u

/* --- scrubbing -------------------------------------------------------------------------------------- */

static void moved(struct direction *d)
{
    d->scan = (struct sip_scan){0, 0};
}

void tcp_scrub(struct carry *c, struct direction *d, guint64 n)
{
    c->counts.undecided_bytes += MIN(n, stream_front(d->stream).n);
    stream_fill(d->stream, n, 'x');
    d->astray = TRUE;
    moved(d);
}

/* --- growth ------------------------------------------------------------------------------------------- */

/* Where a position goes if the unit at hand, [decided, decided + n), is decided as judged. */
static guint64 planned(const struct carry *c, const struct direction *d, gsize n, guint64 position)
{
    guint64 begin = stream_decided(d->stream);
    if (position <= begin)
        return stream_position(d->stream, position);
    guint64 out = stream_position(d->stream, begin);
    if (position - begin <= n)
        return out + edits_position(c->edits, position - begin);
    return out + edits_position(c->edits, n) + (position - begin - n);
}

/* Does each frame that holds a part of the unit still hold it? */
static gboolean fits(const struct carry *c, const struct direction *d, gsize n)
{
    guint64 begin = stream_decided(d->stream);
    for (GList *l = d->waiting.tail; l; l = l->prev) {
        const struct waiting *w = l->data;
        if (w->outside || w->to <= begin || w->from >= begin + n)
            continue;
        guint64 length = planned(c, d, n, w->to) - planned(c, d, n, w->from);
        if (w->f.payload.off + length > (w->f.tso ? FRAME_BYTES_MAX : G_MAXUINT16))
            return FALSE;
    }
    return TRUE;
}

/* --- decisions -------------------------------------------------------------------------------------- */

/* The frame that the unit's last byte came with. */
static struct waiting *last_frame(const struct direction *d, guint64 end)
{
    for (GList *l = d->waiting.head; l; l = l->next) {
        struct waiting *w = l->data;
        if (!w->outside && w->from < end && end <= w->to)
            return w;
    }
    return NULL;
}

static void decide(struct carry *c, struct connection *k, guint direction, gsize n, struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    guint64 end = stream_decided(d->stream) + n;
    if (!c->as_is && edits_position(c->edits, n) > n && !fits(c, d, n)) {
        carry_scrub(c, n, 'x');
        c->counts.too_long++;
    }
    carry_apply(c, n);
    if (c->as_is) {
        edits_clear(c->edits);
        edits_keep(c->edits, 0, n);
    }
    w = w && !w->outside && w->direction == direction && w->connection == k ? w : last_frame(d, end);
    if (w && c->letters->len) {
        waiting_take_letters(w, c);
        w->sip = TRUE;
        endpoints_add(c->endpoints, &k->key.ends[0], ENDPOINT_SIP);
        endpoints_add(c->endpoints, &k->key.ends[1], ENDPOINT_SIP);
    }
    stream_decide(d->stream, c->edits, n);
    d->astray = FALSE;
    moved(d);
}

/* Where the front lies in the frame that came last, for who is told of messages. */
static gsize place(const struct direction *d, const struct waiting *w)
{
    guint64 begin = stream_decided(d->stream);
    if (!w || w->outside || begin < w->from || begin >= w->to)
        return NOT_FOUND;
    return w->f.payload.off + (gsize)(begin - w->from);
}

static void begin(struct carry *c, const struct connection *k, guint direction, const struct waiting *w)
{
    const struct direction *d = &k->dir[direction];
    gsize off = w && w->connection == k && w->direction == direction ? place(d, w) : NOT_FOUND;
    carry_begin(c, stream_front(d->stream), off, FALSE, &k->key.ends[direction], &k->key.ends[!direction]);
}

/* --- SIP ---------------------------------------------------------------------------------------------- */

static gboolean skip(struct carry *c, struct direction *d, gboolean bad)
{
    gsize n = sip_stream_skip(stream_front(d->stream), bad);
    if (n)
        tcp_scrub(c, d, n);
    return n > 0;
}

/* One unit at the front. FALSE: more bytes are needed. */
static gboolean take_sip(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    enum sip_unit unit;
    gsize n;
    enum parse_result result = sip_stream_take(stream_front(d->stream), UNIT_BYTES_MAX, &d->scan, &c->message, &unit, &n);
    if (result == PARSE_MORE)
        return FALSE;
    if (result == PARSE_BAD)
        return skip(c, d, TRUE);
    begin(c, k, direction, w);
    if (unit == SIP_UNIT_KEEPALIVE)
        rw_keep(&c->rw, 0, n);
    else
        carry_message(c, n, 0, SIP_TCP);
    decide(c, k, direction, n, w);
    return TRUE;
}

/* --- what it is ----------------------------------------------------------------------------------------- */

void tcp_rule(struct carry *c, struct connection *k)
{
    gboolean kept = endpoints_are(c->endpoints, &k->key.ends[0], &k->key.ends[1], ENDPOINT_SIP);
    k->verdict = kept ? VERDICT_KEPT : VERDICT_DROPPED;
}

static gboolean only_filler(struct bytes front)
{
    for (gsize i = 0; i < front.n; i++)
        if (front.p[i] != '\r' && front.p[i] != '\n' && front.p[i] != '\0')
            return FALSE;
    return TRUE;
}

/* Anything that begins a line as SIP does. */
static gboolean holds_start_line(struct bytes front)
{
    gsize n = sip_stream_skip(front, FALSE);
    return sip_recognise(bytes_from(front, n)) == PARSE_OK;
}

static void classify(struct carry *c, struct connection *k, guint direction)
{
    struct direction *d = &k->dir[direction];
    struct bytes front = stream_front(d->stream);
    if (k->verdict != VERDICT_NONE || !front.n || only_filler(front))
        return;
    enum parse_result sip = sip_recognise(front);
    if (sip == PARSE_OK || (d->astray && holds_start_line(front)))
        k->verdict = VERDICT_KEPT;
    else if (endpoints_are(c->endpoints, &k->key.ends[0], &k->key.ends[1], ENDPOINT_SIP))
        k->verdict = VERDICT_KEPT;
    else if (sip == PARSE_MORE && front.n < SIP_LINE_MAX)
        return;
    else if (!d->astray || front.n >= SEARCH_BYTES_MAX)
        k->verdict = VERDICT_DROPPED;
}

static gboolean take(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    return take_sip(c, k, direction, w);
}

/* Bytes that are lost take the message around them with them. */
static void pass_lost(struct carry *c, struct direction *d)
{
    struct bytes front = stream_front(d->stream);
    if (front.n)
        tcp_scrub(c, d, front.n);
    stream_fill(d->stream, stream_gap(d->stream, 0), 0);
    d->astray = TRUE;
    moved(d);
}

void tcp_drain(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    if (!d->stream || !d->anchored)
        return;
    for (;;) {
        classify(c, k, direction);
        if (k->verdict != VERDICT_KEPT)
            return;
        while (stream_front(d->stream).n && take(c, k, direction, w))
            ;
        if (!stream_lost(d->stream))
            return;
        pass_lost(c, d);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_private.h"

#include "endpoints.h"
#include "hep.h"
#include "stun.h"

/* Without a position to begin at, so many bytes without a start line are not SIP. */
#define SEARCH_BYTES_MAX 65536u

/* --- frames that are not decided -------------------------------------------------------------------- */

void tcp_close(struct waiting *w)
{
    if (w->open)
        g_sequence_remove(w->open);
    w->open = NULL;
}

void tcp_settle(struct direction *d)
{
    while (d->open && !g_sequence_is_empty(d->open)) {
        struct waiting *w = g_sequence_get(g_sequence_get_begin_iter(d->open));
        if (w->to > stream_decided(d->stream))
            return;
        tcp_close(w);
    }
}

/* --- scrubbing -------------------------------------------------------------------------------------- */

static void moved(struct direction *d, guint64 n)
{
    tcp_settle(d);
    d->looked = 0;
    sip_scan_moved(&d->scan, (gsize)n);
}

/* The frames with bytes in the next n of the direction; others are not open, or begin behind. */
static void mark(const struct direction *d, guint64 n)
{
    guint64 begin = stream_decided(d->stream);
    GSequenceIter *i = d->open ? g_sequence_get_begin_iter(d->open) : NULL;
    for (; i && !g_sequence_iter_is_end(i); i = g_sequence_iter_next(i)) {
        struct waiting *w = g_sequence_get(i);
        if (w->from >= begin + n)
            return;
        w->undecided = w->undecided || w->to > begin;
    }
}

/* Once for what lies between two units. */
static void count_cut(struct carry *c, const struct connection *k, struct direction *d)
{
    if (d->cut || !stream_front(d->stream).n || !carry_is_cut(c, k->first_us, d->headless))
        return;
    d->cut = TRUE;
    c->counts.cut_by_shard++;
}

void tcp_scrub(struct carry *c, struct connection *k, guint direction, guint64 n)
{
    struct direction *d = &k->dir[direction];
    mark(d, n);
    count_cut(c, k, d);
    c->counts.undecided_bytes += MIN(n, stream_front(d->stream).n);
    stream_fill(d->stream, n, k->dialect == DIALECT_SIP ? 'x' : 0);
    d->astray = TRUE;
    moved(d, n);
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

/* Does it still hold its part of the unit? Most have room for all of it, so that positions inside need not be looked
 * for. */
static gboolean holds(const struct carry *c, const struct direction *d, gsize n, const struct waiting *w)
{
    guint64 begin = stream_decided(d->stream), most = w->f.tso ? FRAME_BYTES_MAX : G_MAXUINT16;
    guint64 before = w->from < begin ? stream_position(d->stream, begin) - stream_position(d->stream, w->from) : 0;
    guint64 behind = w->to > begin + n ? w->to - begin - n : 0;
    return w->f.payload.off + before + edits_position(c->edits, n) + behind <= most ||
           w->f.payload.off + planned(c, d, n, w->to) - planned(c, d, n, w->from) <= most;
}

static gboolean only_filler(struct bytes front)
{
    for (gsize i = 0; i < front.n; i++)
        if (front.p[i] != '\r' && front.p[i] != '\n' && front.p[i] != '\0')
            return FALSE;
    return TRUE;
}

/* --- decisions -------------------------------------------------------------------------------------- */

/* Is it a frame with bytes of this direction? */
static gboolean is_of(const struct connection *k, guint direction, const struct waiting *w)
{
    return w && w->connection == k && w->direction == direction && !w->outside;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const struct waiting *x = *(const struct waiting *const *)a, *y = *(const struct waiting *const *)b;
    return x->in.number < y->in.number ? -1 : x->in.number > y->in.number;
}

/* The frames that hold a part of the unit, in the order they came. `w`: the one at hand, which is the last, or NULL. */
static void find_parts(GPtrArray *parts, const struct direction *d, gsize n, struct waiting *w)
{
    guint64 begin = stream_decided(d->stream), end = begin + n;
    g_ptr_array_set_size(parts, 0);
    GSequenceIter *iter = d->open ? g_sequence_get_begin_iter(d->open) : NULL;
    for (; iter && !g_sequence_iter_is_end(iter); iter = g_sequence_iter_next(iter)) {
        struct waiting *other = g_sequence_get(iter);
        if (other->from >= end)
            break;
        if (other->to > begin)
            g_ptr_array_add(parts, other);
    }
    g_ptr_array_sort(parts, by_number);
    if (w && !w->outside && w->from < end && w->to > begin)
        g_ptr_array_add(parts, w);
}

/* The frame with which the written unit is whole: the last one that brings a byte of it that none before it has. */
static struct waiting *completes(const GPtrArray *parts, const struct direction *d, guint64 begin, guint64 end)
{
    guint64 from = stream_position(d->stream, begin), to = stream_position(d->stream, end);
    struct waiting *last = parts->len ? parts->pdata[parts->len - 1] : NULL;
    if (parts->len <= 1 || to <= from)
        return last;
    g_autofree guint8 *known = g_malloc0(to - from);
    for (guint i = 0; i < parts->len; i++) {
        struct waiting *w = parts->pdata[i];
        guint64 first = MAX(stream_position(d->stream, w->from), from) - from;
        if (waiting_brings(known, to - from, first, stream_position(d->stream, w->to) - from))
            last = w;
    }
    return last;
}

static gboolean fits(const struct carry *c, const struct direction *d, gsize n)
{
    for (guint i = 0; i < c->parts->len; i++)
        if (!holds(c, d, n, c->parts->pdata[i]))
            return FALSE;
    return TRUE;
}

static void deliver_letters(struct carry *c, struct connection *k, struct waiting *w)
{
    if (!w || !c->letters->len)
        return;
    waiting_take_letters(w, c);
    w->sip = TRUE;
    endpoints_add(c->endpoints, &k->key.ends[0], ENDPOINT_SIP);
    endpoints_add(c->endpoints, &k->key.ends[1], ENDPOINT_SIP);
    k->verdict = VERDICT_KEPT;
}

static void decide(struct carry *c, struct connection *k, guint direction, gsize n, struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    guint64 begin = stream_decided(d->stream);
    gboolean filler = only_filler(bytes_sub(stream_front(d->stream), 0, n)); /* also between two lines of a message */
    find_parts(c->parts, d, n, w && w->direction == direction && w->connection == k ? w : NULL);
    if (!c->as_is && edits_position(c->edits, n) > n && !fits(c, d, n)) {
        carry_scrub(c, n, 'x');
        c->counts.too_long++;
    }
    carry_apply(c, n);
    if (c->as_is) {
        edits_clear(c->edits);
        edits_keep(c->edits, 0, n);
    }
    stream_decide(d->stream, c->edits, n);
    deliver_letters(c, k, completes(c->parts, d, begin, begin + n));
    d->astray = FALSE;
    d->cut = d->cut && filler;
    d->headless = d->headless && filler;
    moved(d, n);
}

/* Where the front lies in a frame, for who is told of messages. */
static gsize place(const struct direction *d, const struct waiting *w)
{
    guint64 begin = stream_decided(d->stream);
    if (!w || begin < w->from || begin >= w->to)
        return NOT_FOUND;
    return w->f.payload.off + (gsize)(begin - w->from);
}

/* A unit begins at the front; n: its length, 0 where that is not known yet. What is told of it is told of the frame
 * that it ended in. */
static void begin(struct carry *c, const struct connection *k, guint direction, const struct waiting *w, gsize n)
{
    const struct direction *d = &k->dir[direction];
    if (!is_of(k, direction, w)) {
        find_parts(c->parts, d, n, NULL);
        w = c->parts->len ? c->parts->pdata[c->parts->len - 1] : NULL;
    }
    if (w)
        c->number = w->in.number;
    carry_begin(c, stream_front(d->stream), place(d, w), FALSE, &k->key.ends[direction], &k->key.ends[!direction]);
}

/* --- SIP ---------------------------------------------------------------------------------------------- */

static gboolean skip(struct carry *c, struct connection *k, guint direction)
{
    gsize n = sip_stream_skip(stream_front(k->dir[direction].stream), TRUE);
    if (n)
        tcp_scrub(c, k, direction, n);
    return n > 0;
}

/* What is no SIP may be STUN beside it (RFC 5626 section 3.5.2). */
static gboolean take_stun(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    gsize n = 0;
    begin(c, k, direction, w, 0);
    enum parse_result result = stun_take(&c->codec, &n);
    if (result == PARSE_OK)
        decide(c, k, direction, n, w);
    return result == PARSE_BAD ? skip(c, k, direction) : result == PARSE_OK;
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
    if (result == PARSE_BAD && n) {
        tcp_scrub(c, k, direction, n);
        return TRUE;
    }
    if (result == PARSE_BAD)
        return take_stun(c, k, direction, w);
    begin(c, k, direction, w, n);
    if (unit == SIP_UNIT_KEEPALIVE)
        rw_keep(&c->rw, 0, n);
    else
        carry_message(c, n, 0, SIP_TCP);
    decide(c, k, direction, n, w);
    return TRUE;
}

/* --- WebSocket ---------------------------------------------------------------------------------------- */

/* No frame of a message begins here, as far as can be seen: up to the next one. */
static gboolean skip_to_frame(struct carry *c, struct connection *k, guint direction)
{
    struct bytes front = stream_front(k->dir[direction].stream);
    gsize n = websocket_resync(bytes_from(front, 1));
    if (n == NOT_FOUND && front.n <= SIP_LINE_MAX)
        return FALSE;
    tcp_scrub(c, k, direction, n == NOT_FOUND ? front.n - SIP_LINE_MAX : n + 1);
    return TRUE;
}

static gboolean take_websocket(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    gsize n = 0;
    begin(c, k, direction, w, 0);
    enum parse_result result = websocket_take(&c->codec, k->websocket, direction, &n);
    if (result == PARSE_MORE && c->rw.text.n <= UNIT_BYTES_MAX)
        return FALSE;
    if (result != PARSE_OK)
        return skip_to_frame(c, k, direction);
    decide(c, k, direction, n, w);
    return TRUE;
}

/* --- TLS -------------------------------------------------------------------------------------------------- */

/* Out of step, or what is no record: zeros, until a record seems to begin at a segment's edge. */
static gboolean take_tls(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    gsize n = 0;
    begin(c, k, direction, w, 0);
    d->tls.unsure |= d->astray;
    enum parse_result result = tls_take(&c->codec, &d->tls, &n);
    if (result == PARSE_BAD)
        tcp_scrub(c, k, direction, c->rw.text.n);
    else if (result == PARSE_OK)
        decide(c, k, direction, n, w);
    return result != PARSE_MORE;
}

/* --- HEP ------------------------------------------------------------------------------------------------ */

static gboolean take_hep(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    gsize n = 0;
    begin(c, k, direction, w, 0);
    enum parse_result result = hep_take(&c->codec, &n);
    if (result == PARSE_BAD)
        tcp_scrub(c, k, direction, c->rw.text.n);
    else if (result == PARSE_OK)
        decide(c, k, direction, n, w);
    return result != PARSE_MORE;
}

/* --- what it is ----------------------------------------------------------------------------------------- */

static gboolean by_ends(const struct carry *c, const struct connection *k)
{
    return endpoints_are(c->endpoints, &k->key.ends[0], &k->key.ends[1], ENDPOINT_SIP);
}

void tcp_rule(struct carry *c, struct connection *k)
{
    k->verdict = by_ends(c, k) ? VERDICT_KEPT : VERDICT_DROPPED;
}

/* What a row says of the bytes at a direction's front: PARSE_OK: they are of this dialect. `sip`: and this alone
 * shows that the connection is SIP's. */
static enum parse_result is_sip(struct bytes front, gboolean *sip)
{
    *sip = TRUE;
    return sip_stream_recognise(front);
}

static enum parse_result is_websocket(struct bytes front, gboolean *sip)
{
    enum parse_result result = websocket_recognise(front);
    *sip = result == PARSE_OK && websocket_head_names_sip(front);
    return result;
}

/* Records of a connection whose handshake was not captured look like this, too. */
#define TLS_APPLICATION_DATA "\x17\x03"

static enum parse_result is_tls(struct bytes front, gboolean *sip)
{
    *sip = FALSE;
    if (bytes_starts(front, BYTES_LIT(TLS_APPLICATION_DATA)) && front.n >= 3 && front.p[2] <= 4)
        return PARSE_OK;
    if (front.n < 3 && bytes_starts(BYTES_LIT(TLS_APPLICATION_DATA), bytes_sub(front, 0, 2)))
        return PARSE_MORE;
    return tls_recognise(front);
}

/* The first packet may be a report: then those behind it tell. */
static enum parse_result is_hep(struct bytes front, gboolean *sip)
{
    *sip = FALSE;
    if (bytes_starts(front, BYTES_LIT("HEP3")))
        return PARSE_OK;
    return bytes_starts(BYTES_LIT("HEP3"), front) ? PARSE_MORE : PARSE_BAD;
}

static gboolean (*const takes[])(struct carry *c, struct connection *k, guint direction, struct waiting *w) = {
    [DIALECT_SIP] = take_sip,
    [DIALECT_WEBSOCKET] = take_websocket,
    [DIALECT_TLS] = take_tls,
    [DIALECT_HEP] = take_hep,
};

static const struct {
    enum dialect dialect;
    enum parse_result (*recognise)(struct bytes front, gboolean *sip);
} dialects[] = {
    {DIALECT_SIP, is_sip},
    {DIALECT_WEBSOCKET, is_websocket},
    {DIALECT_TLS, is_tls},
    {DIALECT_HEP, is_hep},
};

static void speak(struct carry *c, struct connection *k, enum dialect dialect, gboolean sip)
{
    k->dialect = dialect;
    k->spoken = TRUE;
    if (dialect == DIALECT_WEBSOCKET)
        k->websocket = websocket_new();
    if (sip || by_ends(c, k))
        k->verdict = VERDICT_KEPT;
    else if (dialect == DIALECT_TLS)
        k->verdict = VERDICT_DROPPED;
}

/* TRUE: it may yet become one of the dialects. */
static gboolean find_dialect(struct carry *c, struct connection *k, struct bytes front)
{
    gboolean maybe = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(dialects) && !k->spoken; i++) {
        gboolean sip = FALSE;
        enum parse_result result = dialects[i].recognise(front, &sip);
        if (result == PARSE_OK)
            speak(c, k, dialects[i].dialect, sip);
        maybe |= result == PARSE_MORE;
    }
    return !k->spoken && maybe && front.n < SEARCH_BYTES_MAX;
}

/* A start line somewhere behind the middle of a message; looks from where it looked before. */
static gboolean holds_start_line(struct direction *d, struct bytes front)
{
    d->looked += sip_stream_skip(bytes_from(front, d->looked), FALSE);
    return sip_recognise(bytes_from(front, d->looked)) == PARSE_OK;
}

/* FALSE: the bytes at the front may yet become anything. */
static gboolean classify(struct carry *c, struct connection *k, guint direction)
{
    struct direction *d = &k->dir[direction];
    struct bytes front = stream_front(d->stream);
    if (k->spoken || k->verdict == VERDICT_DROPPED || !front.n)
        return TRUE;
    if (only_filler(front))
        return k->verdict == VERDICT_KEPT;
    if (find_dialect(c, k, front))
        return FALSE;
    if (k->spoken)
        return TRUE;
    if (by_ends(c, k) || (d->astray && holds_start_line(d, front)))
        k->verdict = VERDICT_KEPT;
    else if (!d->astray || front.n >= SEARCH_BYTES_MAX)
        k->verdict = VERDICT_DROPPED;
    k->spoken = k->verdict == VERDICT_KEPT && (!d->astray || holds_start_line(d, front));
    return TRUE;
}

/* Bytes that are lost take the message around them with them. */
static void pass_lost(struct carry *c, struct connection *k, guint direction)
{
    struct direction *d = &k->dir[direction];
    struct bytes front = stream_front(d->stream);
    if (front.n)
        tcp_scrub(c, k, direction, front.n);
    guint64 gap = stream_gap(d->stream, 0);
    stream_fill(d->stream, gap, 0);
    d->astray = TRUE;
    moved(d, gap);
}

/* Is the connection SIP's, now that its bytes were looked at? */
static void conclude(struct connection *k)
{
    if (k->verdict != VERDICT_NONE || k->dialect != DIALECT_WEBSOCKET)
        return;
    enum parse_result sip = websocket_serves_sip(k->websocket);
    if (sip != PARSE_MORE)
        k->verdict = sip == PARSE_OK ? VERDICT_KEPT : VERDICT_DROPPED;
}

void tcp_drain(struct carry *c, struct connection *k, guint direction, struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    if (!d->stream || !d->anchored)
        return;
    for (;;) {
        gboolean known = classify(c, k, direction);
        if (k->verdict == VERDICT_DROPPED || (k->verdict == VERDICT_NONE && !k->spoken))
            return;
        while (known && stream_front(d->stream).n && takes[k->dialect](c, k, direction, w))
            conclude(k);
        if (!stream_lost(d->stream))
            return;
        pass_lost(c, k, direction);
    }
}

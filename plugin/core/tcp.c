/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp.h"

#include "endpoints.h"
#include "tcp_private.h"

/* Positions begin here, so that they never go below 0 and their lower half is the number on the wire. */
#define ORIGIN (G_GUINT64_CONSTANT(1) << 40)
/* Numbers that lie farther from all that was seen are outside: of another connection, or garbage. */
#define OUTSIDE_BYTES (1u << 26)
/* Room for segments that come before the first one is known. */
#define BEFORE_BYTES (1u << 24)
#define LOG_KEPT_BYTES (1u << 20)
/* Where nobody acknowledges (the other direction was not captured), so much is enough. */
#define LOG_UNACKED_BYTES (4u << 20)
#define WEAK_TIME_US (64 * G_USEC_PER_SEC)

struct tcp {
    struct carry *carry;
    GHashTable *connections; /* struct pair * -> struct connection *, which holds the key */
    GQueue weak, strong;     /* struct connection, by their last frame */
    gsize log_bytes;
    gsize log_limit; /* when logs are trimmed next */
};

/* --- the table ---------------------------------------------------------------------------------------- */

struct tcp *tcp_new(struct carry *carry)
{
    struct tcp *t = g_new0(struct tcp, 1);
    t->carry = carry;
    t->log_limit = TCP_LOG_MAX;
    t->connections = g_hash_table_new(pair_hash, pair_equal);
    return t;
}

static void free_connection(struct tcp *t, struct connection *k)
{
    for (guint i = 0; i < 2; i++) {
        t->log_bytes -= k->dir[i].stream ? stream_log(k->dir[i].stream) : 0;
        stream_free(k->dir[i].stream);
        g_clear_pointer(&k->dir[i].open, g_sequence_free);
        g_queue_clear(&k->dir[i].waiting);
    }
    websocket_free(k->websocket);
    g_free(k);
}

/* Frames that wait keep it: it goes with the last of them. */
static void forget(struct tcp *t, struct connection *k)
{
    g_queue_unlink(k->queue, &k->link);
    g_hash_table_remove(t->connections, &k->key);
    k->forgotten = TRUE;
    if (!k->frames)
        free_connection(t, k);
}

void tcp_free(struct tcp *t)
{
    if (!t)
        return;
    while (t->weak.head)
        forget(t, t->weak.head->data);
    while (t->strong.head)
        forget(t, t->strong.head->data);
    g_hash_table_unref(t->connections);
    g_free(t);
}

static gboolean is_weak(const struct connection *k)
{
    return k->closed || !k->used || k->verdict != VERDICT_KEPT;
}

/* To the end of the queue that it belongs to now. */
static void touch(struct tcp *t, struct connection *k, gint64 now)
{
    GQueue *queue = is_weak(k) ? &t->weak : &t->strong;
    k->last_us = MAX(k->last_us, now);
    if (k->queue)
        g_queue_unlink(k->queue, &k->link);
    g_queue_push_tail_link(queue, &k->link);
    k->queue = queue;
}

static void expire(struct tcp *t, gint64 now)
{
    const struct connection *oldest;
    while ((oldest = g_queue_peek_head(&t->weak)) != NULL &&
           (t->weak.length > TCP_WEAK_MAX || now - oldest->last_us > WEAK_TIME_US))
        forget(t, t->weak.head->data);
    while (t->strong.length > TCP_MAX)
        forget(t, t->strong.head->data);
}

static struct connection *new_connection(struct tcp *t, const struct pair *key, gint64 now)
{
    struct connection *k = g_new0(struct connection, 1);
    k->key = *key;
    k->first_us = now;
    k->link.data = k;
    g_hash_table_insert(t->connections, &k->key, k);
    return k;
}

/* --- positions ---------------------------------------------------------------------------------------- */

/* The position nearest to what was seen that has this number. */
static guint64 unwrap(const struct direction *d, guint32 number)
{
    if (!d->stream)
        return ORIGIN | number;
    return d->reference + (guint64)(gint64)(gint32)(number - (guint32)d->reference);
}

static gboolean is_outside(const struct direction *d, guint64 position)
{
    if (!d->stream)
        return FALSE;
    return position > d->reference + OUTSIDE_BYTES || position + OUTSIDE_BYTES < d->reference;
}

static void begin_at(struct direction *d, guint64 first)
{
    if (!d->stream) {
        d->stream = stream_new(first);
        d->reference = first;
    } else if (!d->anchored) {
        stream_start(d->stream, first);
    }
    d->anchored = TRUE;
}

/* No position is known to be the first: room before this one, for what comes later. */
static void begin_before(struct direction *d, guint64 position)
{
    d->stream = stream_new(position - BEFORE_BYTES);
    d->reference = position;
    d->astray = d->headless = TRUE;
}

static void anchor_lowest(struct direction *d)
{
    if (!d->stream || d->anchored)
        return;
    stream_start(d->stream, stream_lowest(d->stream));
    d->anchored = TRUE;
}

/* A SYN for a connection that has been used, with other numbers: its ports are used again. */
static gboolean is_reuse(const struct connection *k, guint direction, const struct frame *f)
{
    const struct direction *d = &k->dir[direction];
    if (!(f->tcp.flags & TCP_SYN) || !d->stream)
        return FALSE;
    if (!d->anchored) { /* bytes that came before this beginning are another one's */
        guint64 first = unwrap(d, f->tcp.seq) + 1;
        return is_outside(d, first) || (stream_held(d->stream) && first > stream_lowest(d->stream));
    }
    return (guint32)stream_first(d->stream) != f->tcp.seq + 1 && (d->arrived || k->closed);
}

/* The same where that SYN was not captured: numbers of another connection after an end, or a long silence. */
static gboolean is_other(const struct connection *k, guint direction, const struct frame *f, gint64 now)
{
    const struct direction *d = &k->dir[direction];
    return (k->closed || now - k->last_us > WEAK_TIME_US) && is_outside(d, unwrap(d, f->tcp.seq));
}

static struct connection *connection_of(struct tcp *t, const struct frame *f, gint64 now, guint *direction)
{
    struct pair key = pair_of(f, direction);
    struct connection *k = g_hash_table_lookup(t->connections, &key);
    if (k && (is_reuse(k, *direction, f) || is_other(k, *direction, f, now))) {
        forget(t, k);
        k = NULL;
    }
    return k ? k : new_connection(t, &key, now);
}

/* --- arrival ------------------------------------------------------------------------------------------- */

static void place_sender(struct direction *d, const struct frame *f, struct waiting *w)
{
    gboolean syn = (f->tcp.flags & TCP_SYN) != 0;
    w->seq = unwrap(d, f->tcp.seq);
    w->from = w->seq + syn;
    w->to = w->from + f->payload_wire_len;
    w->outside = !syn && is_outside(d, w->to);
    if (w->outside)
        return;
    d->headless = d->headless && !syn;
    if (syn)
        begin_at(d, w->from);
    else if (!d->stream)
        begin_before(d, w->from);
    if (f->tcp.flags & TCP_FIN && !d->fin) {
        d->fin = TRUE;
        d->fin_at = w->to;
    }
    d->reference = MAX(d->reference, w->to);
    d->arrived = TRUE;
}

/* The peer has acknowledged what is before this position: it begins there at the latest. */
static void acknowledge(struct direction *d, const struct frame *f, struct waiting *w)
{
    if (!d->stream) {
        begin_at(d, w->ack);
        d->astray = d->headless = !(f->tcp.flags & TCP_SYN);
    } else if (!d->anchored && w->ack >= stream_lowest(d->stream)) {
        anchor_lowest(d);
    }
    d->acked = MAX(d->acked, w->ack);
    w->told = w->ack;
}

static void place_receiver(struct direction *d, const struct frame *f, struct waiting *w)
{
    if (!(f->tcp.flags & TCP_ACK))
        return;
    w->ack = unwrap(d, f->tcp.ack);
    if (!is_outside(d, w->ack))
        acknowledge(d, f, w);
    for (guint i = 0; i < f->tcp.n_sack; i++) {
        w->sack[i][0] = unwrap(d, f->tcp.sack[i][0]);
        w->sack[i][1] = unwrap(d, f->tcp.sack[i][1]);
        if (w->told && !is_outside(d, w->sack[i][1]))
            w->told = MAX(w->told, w->sack[i][1]);
    }
}

static void add_bytes(struct direction *d, const struct waiting *w)
{
    struct bytes data = bytes_span(w->f.captured, w->f.payload);
    if (w->outside)
        return;
    stream_add(d->stream, w->from, data);
    stream_lose(d->stream, w->from + data.n, w->to);
}

static gint by_from(gconstpointer a, gconstpointer b, gpointer unused)
{
    const struct waiting *x = a, *y = b;
    (void)unused;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* After its bytes were looked at: it waits for more of them. */
static void open_frame(struct direction *d, struct waiting *w)
{
    if (w->outside || w->to == w->from || w->to <= stream_decided(d->stream))
        return;
    if (!d->open)
        d->open = g_sequence_new(NULL);
    w->open = g_sequence_insert_sorted(d->open, w, by_from, NULL);
}

/* A connection that was not kept shows SIP after all: it begins here. */
static void look_again(struct connection *k, guint direction, const struct waiting *w)
{
    struct direction *d = &k->dir[direction];
    if (k->verdict != VERDICT_DROPPED || w->outside ||
        sip_recognise(bytes_span(w->f.captured, w->f.payload)) != PARSE_OK)
        return;
    k->verdict = VERDICT_KEPT;
    if (d->anchored && w->from > stream_decided(d->stream))
        stream_fill(d->stream, w->from - stream_decided(d->stream), 0);
}

/* Up to where no frame that waits needs the log. */
static guint64 not_waited_for(struct direction *d, guint64 position)
{
    const struct waiting *first = g_queue_peek_head(&d->waiting);
    return first && !first->outside ? MIN(position, first->from) : position;
}

/* What nobody needs any more: acknowledged, and too far behind for a retransmission. */
static void trim_log(struct direction *d, gsize keep)
{
    if (!d->stream)
        return;
    guint64 decided = stream_decided(d->stream);
    guint64 until = not_waited_for(d, MAX(MIN(d->acked, decided), decided - LOG_UNACKED_BYTES));
    if (until > stream_first(d->stream) + keep)
        stream_forget(d->stream, until - keep);
}

static gsize log_of(const struct connection *k)
{
    gsize n = 0;
    for (guint i = 0; i < 2; i++)
        n += k->dir[i].stream ? stream_log(k->dir[i].stream) : 0;
    return n;
}

static void forget_log(struct tcp *t, struct connection *k)
{
    t->log_bytes -= log_of(k);
    for (guint i = 0; i < 2; i++)
        if (k->dir[i].stream)
            stream_forget(k->dir[i].stream, not_waited_for(&k->dir[i], stream_decided(k->dir[i].stream)));
    t->log_bytes += log_of(k);
}

/* Those that are idle longest lose theirs, until half of what may be is left: so the walk is rare. */
static void trim_idle(struct tcp *t)
{
    GQueue *const queues[] = {&t->weak, &t->strong};
    for (guint i = 0; i < G_N_ELEMENTS(queues); i++)
        for (GList *l = queues[i]->head; l && t->log_bytes > TCP_LOG_MAX / 2; l = l->next)
            forget_log(t, l->data);
    t->log_limit = MAX(TCP_LOG_MAX, t->log_bytes + TCP_LOG_MAX / 4);
}

/* Bytes of a connection that is not kept are no business of ours: its stream goes on in step. */
static void pass_over(struct connection *k)
{
    for (guint i = 0; i < 2; i++) {
        struct direction *d = &k->dir[i];
        anchor_lowest(d);
        if (d->stream && stream_seen(d->stream) > stream_decided(d->stream))
            stream_fill(d->stream, stream_seen(d->stream) - stream_decided(d->stream), 0);
        if (d->stream)
            stream_forget(d->stream, stream_decided(d->stream));
    }
}

/* Without data no number has moved: it may be forgotten without harm. */
static void watch_state(struct connection *k, const struct frame *f)
{
    if (f->payload_wire_len)
        k->used = TRUE;
    if (f->tcp.flags & TCP_RST || (k->dir[0].fin && k->dir[1].fin))
        k->closed = TRUE;
}

static void judge(struct tcp *t, struct connection *k, struct waiting *w)
{
    for (guint i = 0; i < 2; i++)
        tcp_drain(t->carry, k, i, w);
    if (k->verdict == VERDICT_NONE && endpoints_are(t->carry->endpoints, &k->key.ends[0], &k->key.ends[1], ENDPOINT_SIP))
        k->verdict = VERDICT_KEPT;
    if (k->verdict == VERDICT_DROPPED)
        pass_over(k);
}

void tcp_arrive(struct tcp *t, struct waiting *w)
{
    guint direction;
    struct connection *k = connection_of(t, &w->f, w->in.time_us, &direction);
    struct direction *d = &k->dir[direction], *peer = &k->dir[!direction];
    t->log_bytes -= log_of(k);
    w->wait = WAIT_TCP;
    w->connection = k;
    w->direction = direction;
    place_sender(d, &w->f, w);
    place_receiver(peer, &w->f, w);
    look_again(k, direction, w);
    add_bytes(d, w);
    g_queue_push_tail(&d->waiting, w);
    k->frames++;
    watch_state(k, &w->f);
    judge(t, k, w);
    open_frame(d, w);
    tcp_settle(d);
    tcp_settle(peer);
    trim_log(d, LOG_KEPT_BYTES);
    trim_log(peer, MAX(LOG_KEPT_BYTES, (gsize)w->f.tcp.window));
    t->log_bytes += log_of(k);
    touch(t, k, w->in.time_us);
    if (t->log_bytes > t->log_limit)
        trim_idle(t);
    expire(t, w->in.time_us);
}

/* --- leaving -------------------------------------------------------------------------------------------- */

/* The position up to which its direction has to be decided before a number may be written. FIN and what lies
 * behind it is in step. */
static guint64 needed(const struct direction *d, guint64 position)
{
    if (d->fin && position > d->fin_at && position <= d->fin_at + 1)
        return d->fin_at;
    return position;
}

static gboolean is_decided(const struct direction *d, guint64 position)
{
    return !d->stream || needed(d, position) <= stream_decided(d->stream);
}

gboolean tcp_ready(struct tcp *t, const struct waiting *w)
{
    const struct connection *k = w->connection;
    const struct direction *d = &k->dir[w->direction], *peer = &k->dir[!w->direction];
    (void)t;
    if (k->verdict != VERDICT_KEPT)
        return k->verdict == VERDICT_DROPPED;
    if (!w->outside && (!d->anchored || !is_decided(d, w->to)))
        return FALSE;
    if (!w->told || !peer->arrived)
        return TRUE;
    return peer->anchored && is_decided(peer, w->told);
}

/* Decides all up to a position: what is whole as it is, the rest scrubbed. */
static void force(struct tcp *t, struct connection *k, guint direction, guint64 position)
{
    struct direction *d = &k->dir[direction];
    if (!d->stream)
        return;
    anchor_lowest(d);
    for (;;) {
        tcp_drain(t->carry, k, direction, NULL);
        guint64 decided = stream_decided(d->stream), until = needed(d, position);
        if (until <= decided)
            return;
        gsize front = stream_front(d->stream).n;
        guint64 gap = stream_gap(d->stream, until);
        tcp_scrub(t->carry, k, direction, front ? MIN(front, until - decided) : gap);
    }
}

/* Nobody acknowledged it, and nothing leads up to it: the receiver cannot have accepted it, so its bytes wait for
 * nothing. */
static void put_aside(struct direction *d, struct waiting *w)
{
    if (w->outside || w->to <= d->acked ||
        w->from <= MAX(stream_decided(d->stream), d->acked) + LOG_KEPT_BYTES)
        return;
    w->outside = TRUE;
    tcp_close(w);
    stream_drop(d->stream, w->from, w->to);
}

void tcp_force(struct tcp *t, struct waiting *w)
{
    struct connection *k = w->connection;
    t->log_bytes -= log_of(k);
    anchor_lowest(&k->dir[0]);
    anchor_lowest(&k->dir[1]);
    for (guint i = 0; i < 2; i++)
        tcp_drain(t->carry, k, i, NULL);
    if (k->verdict == VERDICT_NONE)
        tcp_rule(t->carry, k);
    if (k->verdict == VERDICT_DROPPED) {
        pass_over(k);
    } else {
        put_aside(&k->dir[w->direction], w);
        if (!w->outside)
            force(t, k, w->direction, w->to);
        force(t, k, !w->direction, w->told);
    }
    tcp_settle(&k->dir[0]);
    tcp_settle(&k->dir[1]);
    t->log_bytes += log_of(k);
}

static guint32 written(const struct direction *d, guint64 position, guint32 number)
{
    return d->stream ? number + (guint32)(stream_position(d->stream, position) - position) : number;
}

/* What the snapshot length cut off a copy may be there in another one: then it is as long as that is written. */
static gint64 growth(const struct direction *d, guint64 from, guint64 to)
{
    guint64 was = to - from, is = stream_position(d->stream, to) - stream_position(d->stream, from);
    return (gint64)is - (gint64)was;
}

/* One frame's acknowledgement goes ahead of a direction of which nothing was captured: it is written in step,
 * so the direction is decided up to there. What is not there needs no log. */
static void pass_unseen(struct tcp *t, struct connection *k, struct direction *peer, const struct waiting *w)
{
    if (!peer->stream || peer->arrived || w->told <= stream_decided(peer->stream))
        return;
    t->log_bytes -= log_of(k);
    stream_fill(peer->stream, w->told - stream_decided(peer->stream), 0);
    stream_forget(peer->stream, stream_decided(peer->stream));
    t->log_bytes += log_of(k);
}

static void change_payload(struct tcp *t, struct waiting *w, struct frame_change *change, GByteArray *payload)
{
    struct connection *k = w->connection;
    const struct direction *d = &k->dir[w->direction];
    guint64 captured = w->from + w->f.payload.len;
    if (w->from == w->to)
        return; /* an acknowledgement */
    if (w->outside || !d->stream) {
        bytes_fill(payload, w->f.payload.len, 'x');
        return;
    }
    guint was = payload->len;
    stream_written(d->stream, stream_position(d->stream, w->from), stream_position(d->stream, captured), payload);
    change->behind_grew = growth(d, captured, w->to);
    if (payload->len == was && w->f.payload.len && !k->resized) {
        k->resized = TRUE;
        t->carry->counts.resized++;
    }
}

enum drop_reason tcp_change(struct tcp *t, struct waiting *w, struct frame_change *change, GByteArray *payload)
{
    struct connection *k = w->connection;
    const struct frame *f = &w->f;
    struct direction *d = &k->dir[w->direction], *peer = &k->dir[!w->direction];
    if (k->verdict != VERDICT_KEPT)
        return DROP_NOT_SIP;
    pass_unseen(t, k, peer, w);
    change->seq = written(d, w->seq, f->tcp.seq);
    change->ack = f->tcp.flags & TCP_ACK ? written(peer, w->ack, f->tcp.ack) : 0;
    for (guint i = 0; i < f->tcp.n_sack; i++) {
        change->sack[i][0] = written(peer, w->sack[i][0], f->tcp.sack[i][0]);
        change->sack[i][1] = written(peer, w->sack[i][1], f->tcp.sack[i][1]);
    }
    change_payload(t, w, change, payload);
    change->payload = bytes_of_array(payload);
    return DROP_NONE;
}

gboolean tcp_quote(struct tcp *t, const struct frame *f, struct frame_change *change, GByteArray *payload)
{
    guint direction;
    struct pair key = pair_of(f, &direction);
    const struct connection *k = g_hash_table_lookup(t->connections, &key);
    if (!k || k->verdict != VERDICT_KEPT)
        return FALSE;
    const struct direction *d = &k->dir[direction], *peer = &k->dir[!direction];
    guint64 from = unwrap(d, f->tcp.seq), to = from + f->payload.len;
    change->seq = written(d, from, f->tcp.seq);
    change->ack = f->tcp.flags & TCP_ACK ? written(peer, unwrap(peer, f->tcp.ack), f->tcp.ack) : 0;
    if (d->stream) {
        stream_written(d->stream, stream_position(d->stream, from), stream_position(d->stream, to), payload);
        change->behind_grew = growth(d, to, from + f->payload_wire_len);
    }
    change->payload = bytes_of_array(payload);
    return TRUE;
}

void tcp_leave(struct tcp *t, struct waiting *w)
{
    struct connection *k = w->connection;
    tcp_close(w);
    if (!g_queue_is_empty(&k->dir[w->direction].waiting) && g_queue_peek_head(&k->dir[w->direction].waiting) == w)
        g_queue_pop_head(&k->dir[w->direction].waiting);
    else
        g_queue_remove(&k->dir[w->direction].waiting, w);
    k->frames--;
    if (k->forgotten && !k->frames)
        free_connection(t, k);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream.h"

/* What came behind the front; data is NULL where it is lost. Never overlap. */
struct chunk {
    guint64 from, to;
    guint8 *data;
};

/* Where a run of decided positions begins, and where that went; it ends where the next one begins, the last one with
 * what is decided. Exact: one to one. Else all of it became all up to the next one's. */
struct piece {
    guint64 orig;
    guint64 out : 63, exact : 1;
};
#define OUT_MAX (G_MAXUINT64 >> 1)

/* Written positions of which no byte is kept: a gap too long to be written out. */
struct hole {
    guint64 from, to;
};

/* A queue of bytes: taken off at its front without moving the rest each time. */
struct queue {
    GByteArray *bytes;
    gsize taken;
};

struct stream {
    guint64 first, decided, seen;
    guint64 out_decided; /* where `decided` went */
    guint64 shift_orig, shift_out; /* positions before the log stay in step with this pair */
    struct queue front;   /* from `decided` on */
    GSequence *later;     /* struct chunk, by position */
    gsize later_bytes;
    GArray *pieces;       /* struct piece, by position */
    guint pieces_taken;
    struct queue written; /* from out_known to out_decided, without the holes */
    guint64 out_known;
    GQueue holes;         /* struct hole *, by position */
};

/* --- queues of bytes --------------------------------------------------------------------------------- */

/* An idle stream holds no memory for bytes: there may be many of them. */
static void queue_clear(struct queue *q)
{
    g_clear_pointer(&q->bytes, g_byte_array_unref);
    q->taken = 0;
}

static struct bytes queue_bytes(const struct queue *q)
{
    return q->bytes ? bytes_from(bytes_of_array(q->bytes), q->taken) : BYTES_NONE;
}

static void queue_append(struct queue *q, struct bytes b)
{
    if (!b.n)
        return;
    if (!q->bytes)
        q->bytes = g_byte_array_new();
    g_byte_array_append(q->bytes, b.p, (guint)b.n);
}

static void queue_fill(struct queue *q, gsize n, guint8 fill)
{
    if (!n)
        return;
    if (!q->bytes)
        q->bytes = g_byte_array_new();
    bytes_fill(q->bytes, n, fill);
}

static void queue_take(struct queue *q, gsize n)
{
    if (!q->bytes)
        return;
    q->taken = MIN(q->taken + n, q->bytes->len);
    if (q->taken == q->bytes->len) {
        queue_clear(q);
    } else if (q->taken > 65536 && q->taken > q->bytes->len / 2) {
        g_byte_array_remove_range(q->bytes, 0, (guint)q->taken);
        q->taken = 0;
    }
}

/* --- life ------------------------------------------------------------------------------------------- */

static void free_chunk(gpointer data)
{
    struct chunk *chunk = data;
    g_free(chunk->data);
    g_free(chunk);
}

struct stream *stream_new(guint64 first)
{
    struct stream *s = g_new0(struct stream, 1);
    s->first = s->decided = s->seen = first;
    s->out_decided = s->out_known = s->shift_orig = s->shift_out = first;
    return s;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    queue_clear(&s->front);
    queue_clear(&s->written);
    g_queue_clear_full(&s->holes, g_free);
    g_clear_pointer(&s->later, g_sequence_free);
    if (s->pieces)
        g_array_free(s->pieces, TRUE);
    g_free(s);
}

/* --- arrival ---------------------------------------------------------------------------------------- */

static guint64 front_end(const struct stream *s)
{
    return s->decided + queue_bytes(&s->front).n;
}

static gint by_position(gconstpointer a, gconstpointer b, gpointer unused)
{
    const struct chunk *x = a, *y = b;
    (void)unused;
    return x->from < y->from ? -1 : x->from > y->from;
}

static struct chunk *first_chunk(const struct stream *s)
{
    if (!s->later || g_sequence_is_empty(s->later))
        return NULL;
    return g_sequence_get(g_sequence_get_begin_iter(s->later));
}

/* Chunks that have come to touch the front join it; a lost one waits to be filled. */
static void join_front(struct stream *s)
{
    struct chunk *chunk;
    while ((chunk = first_chunk(s)) != NULL && chunk->from == front_end(s) && chunk->data) {
        queue_append(&s->front, (struct bytes){chunk->data, chunk->to - chunk->from});
        s->later_bytes -= chunk->to - chunk->from;
        g_sequence_remove(g_sequence_get_begin_iter(s->later));
    }
}

static void insert_chunk(struct stream *s, guint64 from, guint64 to, const guint8 *data)
{
    struct chunk *chunk = g_new(struct chunk, 1);
    *chunk = (struct chunk){from, to, data ? g_memdup2(data, to - from) : NULL};
    if (!s->later)
        s->later = g_sequence_new(free_chunk);
    g_sequence_insert_sorted(s->later, chunk, by_position, NULL);
    s->later_bytes += data ? to - from : 0;
}

/* The parts of [from, to) that nothing came for, each as a chunk of its own. */
static void add_later(struct stream *s, guint64 from, guint64 to, const guint8 *data)
{
    struct chunk key = {from, from, NULL};
    GSequenceIter *iter = s->later ? g_sequence_search(s->later, &key, by_position, NULL) : NULL;
    if (iter && !g_sequence_iter_is_begin(iter)) {
        const struct chunk *before = g_sequence_get(g_sequence_iter_prev(iter));
        guint64 skip = before->to > from ? MIN(before->to, to) - from : 0;
        from += skip;
        data = data ? data + skip : NULL;
    }
    while (from < to) {
        const struct chunk *next = iter && !g_sequence_iter_is_end(iter) ? g_sequence_get(iter) : NULL;
        guint64 end = next ? MIN(MAX(next->from, from), to) : to;
        if (end > from)
            insert_chunk(s, from, end, data);
        guint64 past = next ? MIN(MAX(next->to, end), to) : to;
        data = data ? data + (past - from) : NULL;
        from = past;
        iter = next ? g_sequence_iter_next(iter) : iter;
    }
}

/* In order and not seen before, as most bytes come: straight to the front. */
static gboolean add_front(struct stream *s, guint64 from, guint64 to, const guint8 *data)
{
    const struct chunk *next = first_chunk(s);
    if (!data || from != front_end(s) || (next && next->from < to))
        return FALSE;
    queue_append(&s->front, (struct bytes){data, to - from});
    return TRUE;
}

static void arrive(struct stream *s, guint64 from, guint64 to, const guint8 *data)
{
    guint64 begin = MAX(from, front_end(s));
    s->seen = MAX(s->seen, to);
    if (begin >= to)
        return;
    data = data ? data + (begin - from) : NULL;
    if (!add_front(s, begin, to, data))
        add_later(s, begin, to, data);
    join_front(s);
}

void stream_add(struct stream *s, guint64 from, struct bytes data)
{
    if (data.n)
        arrive(s, from, from + data.n, data.p);
}

void stream_lose(struct stream *s, guint64 from, guint64 to)
{
    if (to > from)
        arrive(s, from, to, NULL);
}

void stream_drop(struct stream *s, guint64 from, guint64 to)
{
    struct chunk key = {from, from, NULL};
    GSequenceIter *iter = s->later ? g_sequence_search(s->later, &key, by_position, NULL) : NULL;
    /* One that begins there sorts before what is searched for. */
    if (iter && !g_sequence_iter_is_begin(iter) &&
        ((struct chunk *)g_sequence_get(g_sequence_iter_prev(iter)))->from == from)
        iter = g_sequence_iter_prev(iter);
    while (iter && !g_sequence_iter_is_end(iter)) {
        const struct chunk *chunk = g_sequence_get(iter);
        GSequenceIter *next = g_sequence_iter_next(iter);
        if (chunk->to > to)
            return;
        s->later_bytes -= chunk->data ? chunk->to - chunk->from : 0;
        g_sequence_remove(iter);
        iter = next;
    }
}

/* --- what there is ------------------------------------------------------------------------------------ */

guint64 stream_lowest(const struct stream *s)
{
    const struct chunk *next = first_chunk(s);
    return queue_bytes(&s->front).n ? s->decided : next ? next->from : s->seen;
}

guint64 stream_first(const struct stream *s)
{
    return s->first;
}

guint64 stream_decided(const struct stream *s)
{
    return s->decided;
}

guint64 stream_seen(const struct stream *s)
{
    return s->seen;
}

struct bytes stream_front(const struct stream *s)
{
    return queue_bytes(&s->front);
}

gboolean stream_lost(const struct stream *s)
{
    const struct chunk *next = first_chunk(s);
    return next && !next->data && next->from <= front_end(s);
}

guint64 stream_gap(const struct stream *s, guint64 limit)
{
    const struct chunk *next = first_chunk(s);
    if (queue_bytes(&s->front).n)
        return 0;
    if (stream_lost(s))
        return next->to - s->decided;
    guint64 end = next ? MIN(next->from, limit) : limit;
    return end > s->decided ? end - s->decided : 0;
}

/* --- decisions ---------------------------------------------------------------------------------------- */

static struct piece *last_piece(struct stream *s)
{
    return s->pieces && s->pieces->len > s->pieces_taken
               ? &g_array_index(s->pieces, struct piece, s->pieces->len - 1)
               : NULL;
}

static void append_piece(struct stream *s, guint64 orig, guint64 out, gboolean exact)
{
    struct piece piece = {.orig = orig, .out = out & OUT_MAX, .exact = exact != FALSE};
    if (!s->pieces)
        s->pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
    g_array_append_val(s->pieces, piece);
}

/* Bytes that come out where none went in have no position of their own: they go with the byte before, or, where the
 * log begins with them, with the one behind. */
static void begin_inserted(struct stream *s)
{
    struct piece *last = last_piece(s);
    if (!last)
        append_piece(s, s->decided, s->out_decided, FALSE);
    else if (last->exact && last->orig + 1 < s->decided)
        append_piece(s, s->decided - 1, s->out_decided - 1, FALSE);
    else
        last->exact = FALSE;
}

static void log_piece(struct stream *s, guint64 orig_n, guint64 out_n, gboolean exact)
{
    const struct piece *last = last_piece(s);
    if (orig_n == 0 && out_n) {
        begin_inserted(s);
    } else if (last && last->orig == s->decided) { /* inserted, and no byte so far */
        if (exact && orig_n > 1)
            append_piece(s, s->decided + 1, s->out_decided + 1, TRUE);
    } else if (orig_n && !(exact && last && last->exact)) {
        append_piece(s, s->decided, s->out_decided, exact);
    }
    s->decided += orig_n;
    s->out_decided += out_n;
}

static void decide_edit(struct stream *s, const struct edit *edit, struct bytes front)
{
    gboolean kept = edit->kind == KIND_KEPT;
    struct bytes after = kept ? bytes_span(front, edit->orig) : edit->after;
    queue_append(&s->written, after);
    log_piece(s, edit->orig.len, after.n, kept);
}

static void scrub(struct stream *s, gsize n)
{
    queue_fill(&s->written, n, 'x');
    log_piece(s, n, n, TRUE);
}

void stream_decide(struct stream *s, const struct edits *edits, gsize n)
{
    struct bytes front = bytes_sub(queue_bytes(&s->front), 0, n);
    guint64 begin = s->decided;
    for (guint i = 0; i < edits_count(edits); i++) {
        const struct edit *edit = edits_at(edits, i);
        gsize at = s->decided - begin;
        if (edit->note || (gsize)edit->orig.off + edit->orig.len > front.n)
            continue;
        if (edit->orig.off > at)
            scrub(s, edit->orig.off - at);
        decide_edit(s, edit, front);
    }
    if (begin + front.n > s->decided)
        scrub(s, begin + front.n - s->decided);
    queue_take(&s->front, front.n);
    join_front(s);
}

/* Chunks that `decided` has passed; one across it loses its head. */
static void drop_passed(struct stream *s)
{
    struct chunk *chunk;
    while ((chunk = first_chunk(s)) != NULL && chunk->from < s->decided) {
        guint64 passed = MIN(chunk->to, s->decided) - chunk->from;
        s->later_bytes -= chunk->data ? passed : 0;
        if (chunk->to <= s->decided) {
            g_sequence_remove(g_sequence_get_begin_iter(s->later));
            continue;
        }
        if (chunk->data)
            memmove(chunk->data, chunk->data + passed, chunk->to - s->decided);
        chunk->from = s->decided;
    }
}

void stream_start(struct stream *s, guint64 first)
{
    struct bytes front = queue_bytes(&s->front);
    g_return_if_fail(s->decided == s->first);
    if (front.n)
        insert_chunk(s, s->decided, s->decided + front.n, front.p);
    queue_clear(&s->front);
    s->first = s->decided = first;
    s->out_decided = s->out_known = s->shift_orig = s->shift_out = first;
    s->seen = MAX(s->seen, first);
    drop_passed(s);
    join_front(s);
}

/* A gap of more than this is no bytes of ours to write: only positions go on. What was written before it stays: frames
 * that came behind may wait to leave with it. */
#define FILL_MAX (1u << 16)

static void leave_hole(struct stream *s, guint64 n)
{
    struct hole *hole = g_new(struct hole, 1);
    *hole = (struct hole){s->out_decided, s->out_decided + n};
    g_queue_push_tail(&s->holes, hole);
}

void stream_fill(struct stream *s, guint64 n, guint8 fill)
{
    if (n > FILL_MAX)
        leave_hole(s, n);
    else
        queue_fill(&s->written, n, fill);
    log_piece(s, n, n, TRUE);
    queue_take(&s->front, n);
    s->seen = MAX(s->seen, s->decided);
    drop_passed(s);
    join_front(s);
}

/* --- what became of it ---------------------------------------------------------------------------------- */

/* The last piece that begins at or before the position, or NULL. */
static const struct piece *piece_at(const struct stream *s, guint64 original)
{
    guint low = s->pieces_taken, high = s->pieces ? s->pieces->len : 0;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(s->pieces, struct piece, middle).orig <= original)
            low = middle + 1;
        else
            high = middle;
    }
    return low > s->pieces_taken ? &g_array_index(s->pieces, struct piece, low - 1) : NULL;
}

/* Where the next piece begins, and where that went. */
static struct piece end_of(const struct stream *s, const struct piece *piece)
{
    const struct piece *last = &g_array_index(s->pieces, struct piece, s->pieces->len - 1);
    return piece < last ? piece[1] : (struct piece){.orig = s->decided, .out = s->out_decided & OUT_MAX};
}

guint64 stream_position(const struct stream *s, guint64 original)
{
    if (original >= s->decided)
        return s->out_decided + (original - s->decided);
    const struct piece *piece = piece_at(s, original);
    if (!piece)
        return s->shift_out - (s->shift_orig - original);
    guint64 into = original - piece->orig;
    if (piece->exact)
        return piece->out + into;
    const struct piece end = end_of(s, piece);
    guint64 orig_n = end.orig - piece->orig, out_n = end.out - piece->out;
    /* The last byte goes to the last one, so that a keep-alive probe stays one. */
    if (into && into == orig_n - 1 && out_n)
        return piece->out + out_n - 1;
    return piece->out + into * out_n / orig_n;
}

/* Of a run that was written at `begin`: what lies in [from, to), to where that has its place. */
static void copy_run(struct bytes run, guint64 begin, guint64 from, guint64 to, guint8 *place)
{
    guint64 low = MAX(from, begin), high = MIN(to, begin + run.n);
    if (low < high)
        memcpy(place + (low - from), run.p + (low - begin), high - low);
}

void stream_written(const struct stream *s, guint64 from, guint64 to, GByteArray *out)
{
    struct bytes rest = queue_bytes(&s->written);
    guint64 at = s->out_known;
    guint was = out->len;
    if (to <= from)
        return;
    bytes_fill(out, to - from, 0);
    for (const GList *l = s->holes.head; l && at < to; l = l->next) {
        const struct hole *hole = l->data;
        copy_run(bytes_sub(rest, 0, hole->from - at), at, from, to, out->data + was);
        rest = bytes_from(rest, hole->from - at);
        at = hole->to;
    }
    copy_run(rest, at, from, to, out->data + was);
}

static void forget_written(struct stream *s, guint64 out)
{
    while (s->out_known < out) {
        struct hole *hole = g_queue_peek_head(&s->holes);
        guint64 end = hole ? MIN(hole->from, out) : out;
        queue_take(&s->written, end - s->out_known);
        s->out_known = end;
        if (hole && hole->from == end) {
            s->out_known = hole->to;
            g_free(g_queue_pop_head(&s->holes));
        }
    }
}

void stream_forget(struct stream *s, guint64 original)
{
    forget_written(s, stream_position(s, MIN(original, s->decided)));
    while (s->pieces && s->pieces_taken < s->pieces->len) {
        const struct piece end = end_of(s, &g_array_index(s->pieces, struct piece, s->pieces_taken));
        if (end.orig > original)
            break;
        s->shift_orig = end.orig;
        s->shift_out = end.out;
        s->pieces_taken++;
    }
    if (s->pieces && s->pieces_taken > 64 && s->pieces_taken > s->pieces->len / 2) {
        g_array_remove_range(s->pieces, 0, s->pieces_taken);
        s->pieces_taken = 0;
    }
    if (s->pieces && s->pieces->len == s->pieces_taken) {
        g_array_free(s->pieces, TRUE);
        s->pieces = NULL;
        s->pieces_taken = 0;
    }
}

/* A chunk in GLib's sequence costs some 96 bytes beside its own. */
#define CHUNK_COST 160

gsize stream_held(const struct stream *s)
{
    gsize chunks = s->later ? (gsize)g_sequence_get_length(s->later) : 0;
    return queue_bytes(&s->front).n + s->later_bytes + chunks * CHUNK_COST;
}

/* With its link. */
#define HOLE_COST 64

gsize stream_log(const struct stream *s)
{
    gsize pieces = s->pieces ? s->pieces->len - s->pieces_taken : 0;
    return queue_bytes(&s->written).n + pieces * sizeof(struct piece) + s->holes.length * HOLE_COST;
}

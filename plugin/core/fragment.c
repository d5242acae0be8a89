/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fragment.h"

#include "datagram.h"
#include "endpoints.h"
#include "stream.h"

#define UDP_HEADER 8
#define DATAGRAM_MAX 65535u

struct train_key {
    guint64 context;
    struct endpoint src, dst; /* without ports */
    guint32 id;
    guint8 protocol;
};

/* How positions of the original datagram move. */
enum cut { CUT_LOGGED, CUT_PROPORTIONAL, CUT_IN_STEP };

struct train {
    struct train_key key;
    struct stream *data;      /* of the datagram, from its UDP header on */
    GByteArray *original;     /* what is known from its beginning on, once it is decided: tells duplicates */
    GByteArray *written;      /* the same of the new one */
    guint64 total, new_total; /* bytes; total: 0 while the last fragment has not come */
    enum cut cut;
    enum drop_reason drop;
    gboolean torn; /* its rest is in another file: nothing of it is told */
    gboolean decided, forgotten;
    GQueue waiting;           /* struct waiting * */
    gint64 last_us;
    GList link;
};

struct fragments {
    struct carry *carry;
    struct frame_writer *writer;
    GHashTable *trains; /* struct train_key * -> struct train *, which holds the key */
    GQueue order;       /* struct train, by their first frame */
    struct edits *header; /* keeps a UDP header */
    GByteArray *packet, *out;
};

/* --- the table ---------------------------------------------------------------------------------------- */

static guint hash_key(gconstpointer key)
{
    const struct train_key *k = key;
    return endpoint_hash(&k->src) ^ endpoint_hash(&k->dst) * 31 ^ k->id * 0x9e3779b1u ^ k->protocol;
}

static gboolean equal_key(gconstpointer a, gconstpointer b)
{
    const struct train_key *x = a, *y = b;
    return x->context == y->context && x->id == y->id && x->protocol == y->protocol &&
           endpoint_equal(&x->src, &y->src) && endpoint_equal(&x->dst, &y->dst);
}

struct fragments *fragments_new(struct carry *carry, struct frame_writer *writer)
{
    struct fragments *x = g_new0(struct fragments, 1);
    x->carry = carry;
    x->writer = writer;
    x->trains = g_hash_table_new(hash_key, equal_key);
    x->header = edits_new();
    x->packet = g_byte_array_new();
    x->out = g_byte_array_new();
    edits_keep(x->header, 0, UDP_HEADER);
    return x;
}

static void free_train(struct train *t)
{
    stream_free(t->data);
    g_queue_clear(&t->waiting);
    if (t->original)
        g_byte_array_unref(t->original);
    if (t->written)
        g_byte_array_unref(t->written);
    g_free(t);
}

/* Frames that wait keep it: it goes with the last of them. */
static void forget(struct fragments *x, struct train *t)
{
    g_queue_unlink(&x->order, &t->link);
    g_hash_table_remove(x->trains, &t->key);
    t->forgotten = TRUE;
    if (g_queue_is_empty(&t->waiting))
        free_train(t);
}

void fragments_free(struct fragments *x)
{
    if (!x)
        return;
    while (x->order.head)
        forget(x, x->order.head->data);
    g_hash_table_unref(x->trains);
    edits_free(x->header);
    g_byte_array_unref(x->packet);
    g_byte_array_unref(x->out);
    g_free(x);
}

static void expire(struct fragments *x, gint64 now)
{
    const struct train *oldest;
    while ((oldest = g_queue_peek_head(&x->order)) != NULL &&
           (x->order.length > TRAINS_MAX || now - oldest->last_us > HOLD_TIME_US))
        forget(x, x->order.head->data);
}

static struct train *new_train(struct fragments *x, const struct train_key *key)
{
    struct train *t = g_new0(struct train, 1);
    t->key = *key;
    t->data = stream_new(0);
    t->link.data = t;
    g_hash_table_insert(x->trains, &t->key, t);
    g_queue_push_tail_link(&x->order, &t->link);
    return t;
}

/* Identifications come round: a fragment with other bytes than those of a train that is decided belongs to the
 * next one. */
static gboolean is_duplicate(const struct train *t, const struct waiting *w)
{
    struct bytes data = bytes_span(w->f.captured, w->f.payload);
    struct bytes known = t->original ? bytes_sub(bytes_of_array(t->original), w->f.fragment.off, data.n) : BYTES_NONE;
    return bytes_eq(known, bytes_sub(data, 0, known.n)) && (known.n > 0 || w->f.fragment.off > 0);
}

static struct train *train_of(struct fragments *x, const struct waiting *w)
{
    struct train_key key = {
        .context = frame_context(&w->f), .src = w->f.src, .dst = w->f.dst, .id = w->f.fragment.id, .protocol = w->f.protocol};
    key.src.port = key.dst.port = 0;
    struct train *t = g_hash_table_lookup(x->trains, &key);
    if (t && t->decided && !is_duplicate(t, w)) {
        forget(x, t);
        t = NULL;
    }
    return t ? t : new_train(x, &key);
}

/* --- positions ---------------------------------------------------------------------------------------- */

/* What is known, in proportion; behind it in step, so that what is not whole ends where its text does. */
static guint64 proportional(const struct train *t, guint64 original)
{
    guint64 known = t->original->len, out = t->written->len;
    return original < known ? original * out / known : out + (original - known);
}

static guint64 position(const struct train *t, guint64 original)
{
    if (t->cut == CUT_IN_STEP)
        return original;
    if (original >= t->total)
        return t->new_total + (original - t->total);
    guint64 moved = t->cut == CUT_LOGGED ? stream_position(t->data, original) : proportional(t, original);
    return MIN(moved, t->new_total) & ~G_GUINT64_CONSTANT(7);
}

static guint64 end_of(const struct waiting *w)
{
    return (guint64)w->f.fragment.off + w->f.payload_wire_len;
}

/* Does the cut leave something of each fragment, and nothing that no offset can say? */
static gboolean holds(const struct train *t)
{
    for (GList *l = t->waiting.head; l; l = l->next) {
        const struct waiting *w = l->data;
        guint64 from = position(t, w->f.fragment.off), to = position(t, end_of(w));
        if (w->f.payload_wire_len && (from >= to || to > DATAGRAM_MAX))
            return FALSE;
    }
    return TRUE;
}

/* --- the datagram ------------------------------------------------------------------------------------- */

static const struct waiting *first_of(const struct train *t)
{
    for (GList *l = t->waiting.head; l; l = l->next) {
        const struct waiting *w = l->data;
        if (w->f.fragment.off == 0)
            return w;
    }
    return NULL;
}

/* The first fragment's IP header, with `n` bytes of data on the wire behind it and no fragmentation. */
static gboolean put_header(GByteArray *packet, const struct frame *f, guint64 n)
{
    const struct layer *ip = &f->layer[f->n_layers - 1];
    struct bytes header = bytes_sub(f->captured, ip->off, ip->len);
    g_byte_array_set_size(packet, 0);
    g_byte_array_append(packet, header.p, (guint)header.n);
    if (ip->kind == LAYER_IPV4) {
        if (header.n + n > G_MAXUINT16)
            return FALSE;
        put_u16be(packet->data + 2, (guint16)(header.n + n));
        put_u16be(packet->data + 6, (guint16)((packet->data[6] << 8) & 0x4000));
    } else {
        if (header.n - 40 + n > G_MAXUINT16 || header.n < 48)
            return FALSE;
        put_u16be(packet->data + 4, (guint16)(header.n - 40 + n));
        put_u16be(packet->data + header.n - 6, 0); /* offset and flag of the fragment header, which is the last */
    }
    return TRUE;
}

/* How long the datagram is on the wire: by its last fragment, else by UDP's own length. */
static guint64 wire_length(const struct train *t, struct bytes front)
{
    struct reader r = {front, 4, FALSE};
    guint16 udp = rd_u16be(&r);
    return t->total ? t->total : MAX(udp, front.n);
}

/* Of a datagram that is not whole, the new part moves what lies behind by a multiple of 8. */
static struct bytes trim(struct bytes text, gsize original, gboolean cut)
{
    gsize excess = cut ? (text.n - original) & 7 : 0;
    return bytes_sub(text, 0, excess <= text.n ? text.n - excess : text.n);
}

static enum drop_reason write_datagram(struct fragments *x, struct train *t, const struct frame *f, struct bytes text)
{
    struct frame_change change = {.payload = trim(text, f->payload.len, f->cut)};
    guint32 wire_len;
    enum drop_reason drop = frame_write(x->writer, f, &change, x->out, &wire_len);
    if (drop)
        return drop;
    gsize header = f->layer[0].len;
    g_byte_array_set_size(t->written, 0);
    g_byte_array_append(t->written, x->out->data + header, x->out->len - (guint)header);
    t->new_total = wire_len - header;
    return DROP_NONE;
}

/* Tries a cut; the log is filled first. */
static gboolean try_cuts(struct train *t)
{
    for (t->cut = CUT_LOGGED; t->cut < CUT_IN_STEP; t->cut++)
        if (holds(t))
            return TRUE;
    return FALSE;
}

static void log_datagram(struct fragments *x, struct train *t, const struct frame *f)
{
    stream_decide(t->data, x->header, UDP_HEADER);
    stream_decide(t->data, x->carry->edits, f->payload.len);
}

static void scrub_datagram(struct fragments *x, struct train *t, const struct frame *f)
{
    struct carry *c = x->carry;
    carry_scrub(c, f->payload.len, 'x');
    t->drop = write_datagram(x, t, f, carry_apply(c, f->payload.len));
    t->cut = CUT_IN_STEP;
}

/* The one with which all that is written of a whole datagram has come. */
static struct waiting *completes(const struct train *t, struct waiting *last)
{
    g_autofree guint8 *known = g_malloc0(t->new_total + 1);
    for (GList *l = t->waiting.head; l; l = l->next) {
        struct waiting *w = l->data;
        if (waiting_brings(known, t->new_total, position(t, w->f.fragment.off), position(t, end_of(w))))
            last = w;
    }
    return last;
}

/* The messages as they are written: between the datagram's ends, which no fragment but the first one names, and without
 * what was trimmed. */
static void take_letters(struct carry *c, const struct frame *f, gsize written, struct waiting *last)
{
    for (guint i = 0; i < c->letters->len; i++) {
        struct letter *letter = &g_array_index(c->letters, struct letter, i);
        if (letter->inside)
            continue;
        letter->inside = TRUE;
        letter->src = carry_endpoint(c, &f->src);
        letter->dst = carry_endpoint(c, &f->dst);
        letter->text = bytes_sub(letter->text, 0, written);
    }
    waiting_take_letters(last, c);
    last->sip = TRUE;
}

static void judge_datagram(struct fragments *x, struct train *t, const struct frame *f, struct waiting *last)
{
    struct carry *c = x->carry;
    t->drop = datagram_judge(c, f, NOT_FOUND);
    if (t->drop)
        return;
    if (t->torn) {
        scrub_datagram(x, t, f);
        return;
    }
    struct bytes text = carry_apply(c, f->payload.len);
    enum drop_reason drop = write_datagram(x, t, f, text);
    log_datagram(x, t, f);
    if (drop || !try_cuts(t)) {
        c->counts.too_long++;
        scrub_datagram(x, t, f);
        return;
    }
    datagram_learn(c, f);
    if (c->letters->len)
        take_letters(c, f, trim(text, f->payload.len, f->cut).n, f->cut ? last : completes(t, last));
}

/* All that is there from the beginning on, as a packet of its own. */
static void decide_from_first(struct fragments *x, struct train *t, const struct waiting *first, struct waiting *last)
{
    struct bytes front = stream_front(t->data);
    struct frame f;
    guint64 n = wire_length(t, front);
    t->drop = DROP_FRAGMENT;
    if (!put_header(x->packet, &first->f, n))
        return;
    guint32 wire_len = (guint32)(x->packet->len + n);
    g_byte_array_append(x->packet, front.p, (guint)front.n);
    if (frame_walk(&f, bytes_of_array(x->packet), wire_len, LINK_RAW) != DROP_NONE || f.carrier != CARRIER_UDP ||
        f.n_layers != 2)
        return;
    t->total = n;
    judge_datagram(x, t, &f, last);
}

static void decide(struct fragments *x, struct train *t, struct waiting *last)
{
    const struct waiting *first = first_of(t);
    struct bytes front = stream_front(t->data);
    t->decided = TRUE;
    t->written = g_byte_array_new();
    t->original = g_byte_array_new();
    g_byte_array_append(t->original, front.p, (guint)front.n);
    t->cut = CUT_IN_STEP;
    if (first && front.n >= UDP_HEADER)
        decide_from_first(x, t, first, last);
    else if (t->key.protocol != 17 ||
             (!endpoints_address(x->carry->endpoints, &t->key.src) && !endpoints_address(x->carry->endpoints, &t->key.dst)))
        t->drop = DROP_FRAGMENT;
}

/* --- frames ------------------------------------------------------------------------------------------- */

void fragments_arrive(struct fragments *x, struct waiting *w)
{
    struct train *t = train_of(x, w);
    struct bytes data = bytes_span(w->f.captured, w->f.payload);
    w->wait = WAIT_TRAIN;
    w->train = t;
    t->last_us = MAX(t->last_us, w->in.time_us);
    g_queue_push_tail(&t->waiting, w);
    if (!t->decided) {
        stream_add(t->data, w->f.fragment.off, data);
        if (!w->f.fragment.more)
            t->total = MAX(t->total, end_of(w));
        if (t->total && stream_front(t->data).n >= t->total)
            decide(x, t, w);
    }
    expire(x, w->in.time_us);
}

gboolean fragments_ready(const struct waiting *w)
{
    return w->train->decided;
}

void fragments_force(struct fragments *x, struct waiting *w)
{
    struct train *t = w->train;
    if (t->decided)
        return;
    t->torn = carry_is_cut(x->carry, w->in.time_us, !first_of(t));
    x->carry->counts.cut_by_shard += t->torn ? 1 : 0;
    decide(x, t, t->waiting.tail->data);
}

enum drop_reason fragments_change(struct waiting *w, struct frame_change *change, GByteArray *payload)
{
    const struct train *t = w->train;
    guint64 from = position(t, w->f.fragment.off), to = position(t, end_of(w));
    guint32 missing = w->f.payload_wire_len - w->f.payload.len;
    if (t->drop)
        return t->drop;
    if (from >= to && w->f.payload_wire_len) { /* a late one, cut unlike those before: 8 bytes that are in another, too */
        from = MAX(to, 8) - 8;
        to = from + 8;
    }
    if (to < from + missing || to > DATAGRAM_MAX)
        return DROP_TOO_LONG;
    struct bytes part = bytes_sub(bytes_of_array(t->written), from, to - from - missing);
    guint was = payload->len, n = (guint)(to - from - missing);
    bytes_fill(payload, n, 0);
    if (part.n)
        memcpy(payload->data + was, part.p, part.n);
    change->payload = bytes_of_array(payload);
    change->fragment_off = (guint32)from;
    return DROP_NONE;
}

void fragments_leave(struct fragments *x, struct waiting *w)
{
    struct train *t = w->train;
    (void)x;
    g_queue_remove(&t->waiting, w);
    if (t->forgotten && g_queue_is_empty(&t->waiting))
        free_train(t);
}

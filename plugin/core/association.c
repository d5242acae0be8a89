/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "association.h"

#include "endpoints.h"
#include "sctp.h"

/* Chunks with data in one packet that are looked at. */
#define FRAGMENTS_MAX 64

struct association {
    guint64 context;
    struct endpoint ends[2]; /* the lesser one first */
    struct sctp_assembly *sent[2]; /* by ends[i]; NULL: no fragments so far */
    gboolean sip;
    GList link;
};

struct associations {
    struct carry *carry;
    GHashTable *table; /* struct association * -> itself */
    GQueue order;
};

static guint hash(gconstpointer key)
{
    const struct association *a = key;
    gsize n = a->ends[0].family == 4 ? 4 : 16;
    return (guint)a->context ^ bytes_hash((struct bytes){a->ends[0].addr, n}) ^
           bytes_hash((struct bytes){a->ends[1].addr, n}) * 31 ^ ((guint)a->ends[0].port << 16 | a->ends[1].port);
}

static gboolean equal(gconstpointer x, gconstpointer y)
{
    const struct association *a = x, *b = y;
    return a->context == b->context && endpoint_equal(&a->ends[0], &b->ends[0]) &&
           endpoint_equal(&a->ends[1], &b->ends[1]);
}

struct associations *associations_new(struct carry *carry)
{
    struct associations *x = g_new0(struct associations, 1);
    x->carry = carry;
    x->table = g_hash_table_new(hash, equal);
    return x;
}

static void forget(struct associations *x, struct association *a)
{
    g_hash_table_remove(x->table, a);
    g_queue_unlink(&x->order, &a->link);
    for (guint i = 0; i < 2; i++)
        if (a->sent[i])
            sctp_assembly_free(a->sent[i]);
    g_free(a);
}

void associations_free(struct associations *x)
{
    if (!x)
        return;
    while (x->order.head)
        forget(x, x->order.head->data);
    g_hash_table_unref(x->table);
    g_free(x);
}

static struct association key_of(const struct frame *f, guint *direction)
{
    struct association key = {.context = frame_context(f), .ends = {f->src, f->dst}};
    gint order = memcmp(f->src.addr, f->dst.addr, f->src.family == 4 ? 4 : 16);
    *direction = order > 0 || (order == 0 && f->src.port > f->dst.port);
    if (*direction) {
        key.ends[0] = f->dst;
        key.ends[1] = f->src;
    }
    return key;
}

static struct association *find(const struct associations *x, const struct frame *f, guint *direction)
{
    struct association key = key_of(f, direction);
    return g_hash_table_lookup(x->table, &key);
}

static struct association *find_or_make(struct associations *x, const struct frame *f, guint *direction)
{
    struct association *a = find(x, f, direction);
    if (a)
        return a;
    a = g_new0(struct association, 1);
    *a = key_of(f, direction);
    a->link.data = a;
    g_hash_table_add(x->table, a);
    g_queue_push_tail_link(&x->order, &a->link);
    if (x->order.length > ASSOCIATIONS_MAX)
        forget(x, x->order.head->data);
    return a;
}

/* --- fragments ------------------------------------------------------------------------------------------ */

static gboolean is_fragment(const struct sctp_fragment *f)
{
    return !f->begin || !f->end;
}

static void judge_message(struct associations *x, struct association *a, guint direction, guint32 tsn, struct waiting *w)
{
    struct carry *c = x->carry;
    struct arena *arena = arena_new(); /* outlives the unit's own */
    struct bytes text = sctp_assembly_text(a->sent[direction], tsn, arena);
    carry_begin(c, text, NOT_FOUND, FALSE, &w->f.src, &w->f.dst);
    if (carry_message(c, text.n, 0, SIP_SCTP))
        a->sip = TRUE;
    else
        carry_scrub(c, text.n, 0);
    if (!sctp_assembly_write(a->sent[direction], tsn, carry_apply(c, text.n))) {
        carry_scrub(c, text.n, 0);
        sctp_assembly_write(a->sent[direction], tsn, carry_apply(c, text.n));
    }
    waiting_take_letters(w, c);
    arena_free(arena);
}

static void take_fragments(struct associations *x, struct association *a, guint direction, struct waiting *w)
{
    struct sctp_fragment fragments[FRAGMENTS_MAX];
    struct bytes chunks = bytes_span(w->f.captured, w->f.payload);
    guint n = sctp_scan(chunks, fragments, FRAGMENTS_MAX);
    for (guint i = 0; i < n; i++) {
        if (!is_fragment(&fragments[i]))
            continue;
        if (!a->sent[direction])
            a->sent[direction] = sctp_assembly_new(ASSOCIATION_BYTES_MAX);
        if (sctp_assembly_add(a->sent[direction], &fragments[i], bytes_span(chunks, fragments[i].data)))
            judge_message(x, a, direction, fragments[i].tsn, w);
    }
}

/* --- packets -------------------------------------------------------------------------------------------- */

void associations_arrive(struct associations *x, struct waiting *w)
{
    guint direction;
    struct association *a = find_or_make(x, &w->f, &direction);
    w->wait = WAIT_SCTP;
    a->sip |= sctp_has_sip(bytes_span(w->f.captured, w->f.payload));
    take_fragments(x, a, direction, w);
}

gboolean associations_ready(const struct associations *x, const struct waiting *w)
{
    guint direction;
    struct association *a = find(x, &w->f, &direction);
    struct sctp_fragment fragments[FRAGMENTS_MAX];
    struct bytes chunks = bytes_span(w->f.captured, w->f.payload), written;
    guint n = a && a->sent[direction] ? sctp_scan(chunks, fragments, FRAGMENTS_MAX) : 0;
    for (guint i = 0; i < n; i++)
        if (is_fragment(&fragments[i]) &&
            !sctp_assembly_fragment(a->sent[direction], fragments[i].tsn, bytes_span(chunks, fragments[i].data), &written))
            return FALSE;
    return TRUE;
}

enum drop_reason associations_change(struct associations *x, struct waiting *w, struct frame_change *change)
{
    guint direction;
    struct carry *c = x->carry;
    const struct association *a = find(x, &w->f, &direction);
    gboolean by_ends = endpoints_are(c->endpoints, &w->f.src, &w->f.dst, ENDPOINT_SIP);
    if (!by_ends && !(a && a->sip))
        return DROP_NOT_SIP;
    struct sctp_state state = {sctp_assembly_fragment, a ? a->sent[direction] : NULL};
    carry_begin(c, bytes_span(w->f.captured, w->f.payload), w->f.payload.off, w->f.cut, &w->f.src, &w->f.dst);
    sctp_rewrite(&c->codec, state.arg ? &state : NULL);
    waiting_take_letters(w, c);
    w->sip = w->letters && w->letters->len;
    if (w->sip) {
        endpoints_add(c->endpoints, &w->f.src, ENDPOINT_SIP);
        endpoints_add(c->endpoints, &w->f.dst, ENDPOINT_SIP);
    }
    change->payload = carry_apply(c, w->f.payload.len);
    return DROP_NONE;
}

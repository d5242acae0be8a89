/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "association.h"

#include "endpoints.h"
#include "pair.h"
#include "sctp.h"

/* Chunks with data in one packet that are looked at. */
#define FRAGMENTS_MAX 64

struct association {
    struct pair key;
    struct sctp_assembly *sent[2]; /* by key.ends[i]; NULL: no fragments so far */
    gboolean sip;
    gboolean decided; /* not SIP so far, and nothing of it waits any more for being so */
    GList link;
};

struct associations {
    struct carry *carry;
    GHashTable *table; /* struct association *, which begins with its key, -> itself */
    GQueue order;
    gsize bytes; /* of all fragments */
};

struct associations *associations_new(struct carry *carry)
{
    struct associations *x = g_new0(struct associations, 1);
    x->carry = carry;
    x->table = g_hash_table_new(pair_hash, pair_equal);
    return x;
}

static void forget_fragments(struct associations *x, struct association *a)
{
    for (guint i = 0; i < 2; i++) {
        x->bytes -= a->sent[i] ? sctp_assembly_bytes(a->sent[i]) : 0;
        g_clear_pointer(&a->sent[i], sctp_assembly_free);
    }
}

static void forget(struct associations *x, struct association *a)
{
    g_hash_table_remove(x->table, a);
    g_queue_unlink(&x->order, &a->link);
    forget_fragments(x, a);
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

static struct association *find(const struct associations *x, const struct frame *f, guint *direction)
{
    struct pair key = pair_of(f, direction);
    return g_hash_table_lookup(x->table, &key);
}

static struct association *find_or_make(struct associations *x, const struct frame *f, guint *direction)
{
    struct association *a = find(x, f, direction);
    if (a)
        return a;
    a = g_new0(struct association, 1);
    a->key = pair_of(f, direction);
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
    a->decided = TRUE;
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

static void take_fragment(struct associations *x, struct association *a, guint direction, const struct sctp_fragment *f,
                          struct waiting *w)
{
    struct bytes chunks = bytes_span(w->f.captured, w->f.payload);
    if (!a->sent[direction])
        a->sent[direction] = sctp_assembly_new(ASSOCIATION_BYTES_MAX);
    x->bytes -= sctp_assembly_bytes(a->sent[direction]);
    if (sctp_assembly_add(a->sent[direction], f, bytes_span(chunks, f->data)))
        judge_message(x, a, direction, f->tsn, w);
    x->bytes += sctp_assembly_bytes(a->sent[direction]);
}

/* Half of what may be is left, so that the walk is rare. */
static void make_room(struct associations *x, const struct association *but)
{
    if (x->bytes > ASSOCIATIONS_BYTES_MAX)
        for (GList *l = x->order.head; l && x->bytes > ASSOCIATIONS_BYTES_MAX / 2; l = l->next)
            if (l->data != but)
                forget_fragments(x, l->data);
}

static void take_fragments(struct associations *x, struct association *a, guint direction, struct waiting *w)
{
    struct sctp_fragment fragments[FRAGMENTS_MAX];
    guint n = sctp_scan(bytes_span(w->f.captured, w->f.payload), fragments, FRAGMENTS_MAX);
    for (guint i = 0; i < n; i++) {
        if (is_fragment(&fragments[i]))
            take_fragment(x, a, direction, &fragments[i], w);
        else
            a->decided = TRUE;
    }
    make_room(x, a);
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

/* Is it known whether it is one of SIP's? */
static gboolean is_decided(const struct associations *x, const struct association *a, const struct waiting *w)
{
    return !a || a->decided || a->sip ||
           endpoints_are(x->carry->endpoints, &w->f.src, &w->f.dst, ENDPOINT_SIP);
}

gboolean associations_ready(const struct associations *x, const struct waiting *w)
{
    guint direction;
    struct association *a = find(x, &w->f, &direction);
    if (!is_decided(x, a, w))
        return FALSE;
    struct sctp_fragment fragments[FRAGMENTS_MAX];
    struct bytes chunks = bytes_span(w->f.captured, w->f.payload), written;
    guint n = a && a->sent[direction] ? sctp_scan(chunks, fragments, FRAGMENTS_MAX) : 0;
    for (guint i = 0; i < n; i++)
        if (is_fragment(&fragments[i]) &&
            !sctp_assembly_fragment(a->sent[direction], fragments[i].tsn, bytes_span(chunks, fragments[i].data), &written))
            return FALSE;
    return TRUE;
}

void associations_force(struct associations *x, const struct waiting *w)
{
    guint direction;
    struct association *a = find(x, &w->f, &direction);
    if (a)
        a->decided = TRUE;
    struct sctp_fragment fragments[FRAGMENTS_MAX];
    struct bytes chunks = bytes_span(w->f.captured, w->f.payload), written;
    guint n = a && a->sent[direction] ? sctp_scan(chunks, fragments, FRAGMENTS_MAX) : 0;
    for (guint i = 0; i < n; i++) {
        struct bytes data = bytes_span(chunks, fragments[i].data);
        if (!is_fragment(&fragments[i]) ||
            sctp_assembly_fragment(a->sent[direction], fragments[i].tsn, data, &written))
            continue;
        x->bytes -= sctp_assembly_bytes(a->sent[direction]);
        if (sctp_assembly_drop(a->sent[direction], fragments[i].tsn) &&
            carry_is_cut(x->carry, w->in.time_us, !fragments[i].begin))
            x->carry->counts.cut_by_shard++;
        x->bytes += sctp_assembly_bytes(a->sent[direction]);
    }
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

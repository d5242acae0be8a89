/* User messages of several DATA chunks (RFC 9260 section 6.9): fragments have consecutive TSNs, the first one
 * the B bit, the last one the E bit.
 *
 * Fragments that belong together form runs. Only the two ends of a run know each other:
 *
 *     TSN      7     8     9                12            fragment 10 (E) comes: run 7 .. 10
 *     run     [B  <------>  .]             [B]            begins with B, ends with E: whole
 *     far      9            7               12
 *
 * so that adding one costs a look to each side, whatever the order and however long the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sctp.h"

struct piece {
    guint32 tsn, far; /* far: the other end of the run; only in its ends */
    guint16 stream;
    gboolean begin, end, unordered;
    struct bytes data, written; /* owned; written.p NULL: not known */
    GList link;                 /* in `order`; its data is this piece */
};

struct sctp_assembly {
    GHashTable *pieces; /* of struct piece, by TSN */
    GQueue order;       /* from the oldest on */
    gsize bytes, bytes_max;
};

/* What a piece costs besides its bytes: itself, its places in the table, what malloc adds. */
#define PIECE_BYTES (sizeof(struct piece) + 96)

static gpointer key_of(guint32 tsn)
{
    return GUINT_TO_POINTER(tsn);
}

static struct piece *find(const struct sctp_assembly *a, guint32 tsn)
{
    return g_hash_table_lookup(a->pieces, key_of(tsn));
}

static void free_bytes(struct bytes b)
{
    g_free((gpointer)b.p);
}

static struct bytes copy_bytes(struct bytes b)
{
    guint8 *p = g_malloc(b.n);
    memcpy(p, b.p, b.n);
    return (struct bytes){p, b.n};
}

static void piece_free(gpointer data)
{
    struct piece *p = data;
    free_bytes(p->data);
    free_bytes(p->written);
    g_free(p);
}

struct sctp_assembly *sctp_assembly_new(gsize bytes_max)
{
    struct sctp_assembly *a = g_new0(struct sctp_assembly, 1);
    a->pieces = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, piece_free);
    a->bytes_max = bytes_max;
    return a;
}

void sctp_assembly_free(struct sctp_assembly *a)
{
    if (!a)
        return;
    g_hash_table_unref(a->pieces);
    g_free(a);
}

/* --- runs ------------------------------------------------------------------------------------------ */

static gboolean follows(const struct piece *first, const struct piece *next)
{
    return first && next && !first->end && !next->begin && first->stream == next->stream &&
           first->unordered == next->unordered;
}

/* The piece before or behind `p` in its run, or NULL. */
static struct piece *neighbour(const struct sctp_assembly *a, const struct piece *p, gint step)
{
    struct piece *other = find(a, p->tsn + (guint32)step);
    return (step > 0 ? follows(p, other) : follows(other, p)) ? other : NULL;
}

static void take_out(struct sctp_assembly *a, struct piece *p)
{
    a->bytes -= PIECE_BYTES + p->data.n + p->written.n;
    g_queue_unlink(&a->order, &p->link);
    g_hash_table_remove(a->pieces, key_of(p->tsn));
}

/* The whole run: what is left of a message would never be whole again. */
static void take_out_run(struct sctp_assembly *a, struct piece *p)
{
    struct piece *before, *next;
    while ((before = neighbour(a, p, -1)))
        p = before;
    for (; p; p = next) {
        next = neighbour(a, p, 1);
        take_out(a, p);
    }
}

/* TRUE: the message is whole. */
static gboolean join_run(struct sctp_assembly *a, struct piece *p)
{
    const struct piece *before = neighbour(a, p, -1), *behind = neighbour(a, p, 1);
    struct piece *first = before ? find(a, before->far) : p, *last = behind ? find(a, behind->far) : p;
    first->far = last->tsn;
    last->far = first->tsn;
    return first->begin && last->end;
}

/* The first piece of the whole message that `tsn` is in, or NULL. `tsn` may be any of it. */
static struct piece *whole_run(const struct sctp_assembly *a, guint32 tsn)
{
    struct piece *p = find(a, tsn), *before;
    while (p && (before = neighbour(a, p, -1)))
        p = before;
    return p && p->begin && find(a, p->far)->end ? p : NULL;
}

/* --- fragments in ------------------------------------------------------------------------------------ */

static gboolean same(const struct piece *p, const struct sctp_fragment *f, struct bytes data)
{
    return p->begin == f->begin && p->end == f->end && p->stream == f->stream &&
           p->unordered == f->unordered && bytes_eq(p->data, data);
}

static struct piece *put_in(struct sctp_assembly *a, const struct sctp_fragment *f, struct bytes data)
{
    struct piece *p = g_new0(struct piece, 1);
    p->tsn = p->far = f->tsn;
    p->stream = f->stream;
    p->begin = f->begin;
    p->end = f->end;
    p->unordered = f->unordered;
    p->data = copy_bytes(data);
    p->link.data = p;
    g_hash_table_insert(a->pieces, key_of(p->tsn), p);
    g_queue_push_tail_link(&a->order, &p->link);
    a->bytes += PIECE_BYTES + data.n;
    return p;
}

static void make_room(struct sctp_assembly *a, gsize bytes)
{
    while (a->order.head && a->bytes + bytes > a->bytes_max)
        take_out_run(a, a->order.head->data);
}

gboolean sctp_assembly_add(struct sctp_assembly *a, const struct sctp_fragment *f, struct bytes data)
{
    struct piece *old = find(a, f->tsn);
    if (data.n == 0 || PIECE_BYTES + data.n > a->bytes_max || (old && same(old, f, data)))
        return FALSE;
    if (old)
        take_out_run(a, old);
    make_room(a, PIECE_BYTES + data.n);
    return join_run(a, put_in(a, f, data));
}

gboolean sctp_assembly_drop(struct sctp_assembly *a, guint32 tsn)
{
    struct piece *p = find(a, tsn);
    if (p)
        take_out_run(a, p);
    return p != NULL;
}

gsize sctp_assembly_bytes(const struct sctp_assembly *a)
{
    return a->bytes;
}

/* --- messages out ------------------------------------------------------------------------------------ */

struct bytes sctp_assembly_text(const struct sctp_assembly *a, guint32 tsn, struct arena *arena)
{
    const struct piece *first = whole_run(a, tsn), *p;
    gsize n = 0, at = 0;
    for (p = first; p; p = neighbour(a, p, 1))
        n += p->data.n;
    guint8 *text = arena_alloc(arena, n);
    for (p = first; p; p = neighbour(a, p, 1)) {
        memcpy(text + at, p->data.p, p->data.n);
        at += p->data.n;
    }
    return (struct bytes){text, n};
}

static void set_written(struct sctp_assembly *a, struct piece *p, struct bytes written)
{
    a->bytes += written.n - p->written.n;
    free_bytes(p->written);
    p->written = copy_bytes(written);
}

gboolean sctp_assembly_write(struct sctp_assembly *a, guint32 tsn, struct bytes written)
{
    struct piece *first = whole_run(a, tsn), *p;
    gsize n = 0, left = 0, was = 0, from = 0; /* left: pieces behind this one */
    for (p = first; p; p = neighbour(a, p, 1)) {
        n += p->data.n;
        left++;
    }
    if (!first || written.n < left)
        return FALSE;
    for (p = first; p; p = neighbour(a, p, 1)) {
        left--;
        was += p->data.n;
        gsize end = CLAMP((gsize)((guint64)was * written.n / n), from + 1, written.n - left);
        set_written(a, p, bytes_sub(written, from, end - from));
        from = end;
    }
    return TRUE;
}

gboolean sctp_assembly_fragment(void *assembly, guint32 tsn, struct bytes captured, struct bytes *written)
{
    const struct piece *p = find(assembly, tsn);
    if (!p || !p->written.p || !bytes_eq(p->data, captured))
        return FALSE;
    *written = p->written;
    return TRUE;
}

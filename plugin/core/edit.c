/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "edit.h"

#define EDITS_FIRST 128u

/* Segments and notes, in order of segments. No GArray: a message is hundreds of appends, and each would be two
 * calls. */
struct edits {
    struct edit *list;
    guint n, room;
    gsize end, written;
};

struct edits *edits_new(void)
{
    struct edits *e = g_new0(struct edits, 1);
    e->room = EDITS_FIRST;
    e->list = g_new(struct edit, e->room);
    return e;
}

void edits_free(struct edits *e)
{
    if (!e)
        return;
    g_free(e->list);
    g_free(e);
}

void edits_clear(struct edits *e)
{
    e->n = 0;
    e->end = e->written = 0;
}

/* The new last one, to be filled in place. */
static struct edit *append(struct edits *e, gsize from, gsize to)
{
    if (e->n == e->room) {
        e->room *= 2;
        e->list = g_renew(struct edit, e->list, e->room);
    }
    struct edit *edit = &e->list[e->n++];
    edit->orig = span_of(from, to);
    return edit;
}

static void fill(struct edit *edit, struct bytes before, struct bytes after, enum kind kind, gboolean note)
{
    edit->before = before;
    edit->after = after;
    edit->kind = kind;
    edit->note = note;
    edit->parts = NULL;
    edit->n_parts = 0;
}

static gboolean in_order(const struct edits *e, gsize from, gsize to)
{
    return from >= e->end && to >= from && to <= G_MAXUINT32;
}

void edits_keep(struct edits *e, gsize from, gsize to)
{
    if (to == from)
        return;
    if (!in_order(e, from, to)) {
        g_warn_if_reached();
        return;
    }
    struct edit *last = e->n ? &e->list[e->n - 1] : NULL;
    if (last && !last->note && last->kind == KIND_KEPT && last->orig.off + last->orig.len == from) {
        last->orig.len += (guint32)(to - from);
    } else {
        fill(append(e, from, to), BYTES_NONE, BYTES_NONE, KIND_KEPT, FALSE);
    }
    e->written += to - e->end;
    e->end = to;
}

guint edits_replace(struct edits *e, gsize from, gsize to, struct bytes after, enum kind kind)
{
    if (!in_order(e, from, to)) {
        g_warn_if_reached();
        return G_MAXUINT;
    }
    fill(append(e, from, to), BYTES_NONE, after, kind, FALSE);
    e->written += from - e->end + after.n;
    e->end = to;
    return e->n - 1;
}

void edits_whole(struct edits *e, gsize from, gsize to, struct bytes after, const struct edit_part *parts, guint n)
{
    guint index = edits_replace(e, from, to, after, KIND_LENGTH);
    if (index == G_MAXUINT)
        return;
    e->list[index].parts = parts;
    e->list[index].n_parts = n;
}

void edits_note(struct edits *e, gsize from, gsize to, struct bytes before, struct bytes after, enum kind kind)
{
    g_return_if_fail(to >= from && to <= G_MAXUINT32);
    fill(append(e, from, to), before, after, kind, TRUE);
}

void edits_set(struct edits *e, guint index, struct bytes after)
{
    g_return_if_fail(index < e->n);
    e->written += after.n - e->list[index].after.n;
    e->list[index].after = after;
}

gsize edits_end(const struct edits *e)
{
    return e->end;
}

gsize edits_written(const struct edits *e)
{
    return e->written;
}

void edits_truncate(struct edits *e, gsize from)
{
    while (e->n) {
        struct edit *last = &e->list[e->n - 1];
        gsize end = (gsize)last->orig.off + last->orig.len;
        if (end <= from && (last->orig.len || last->orig.off < from))
            break;
        if (last->kind == KIND_KEPT && last->orig.off < from) {
            last->orig.len = (guint32)(from - last->orig.off);
            break;
        }
        e->n--;
    }
    e->end = e->written = 0;
    for (guint i = 0; i < e->n; i++) {
        const struct edit *edit = edits_at(e, i);
        if (edit->note)
            continue;
        e->written += edit->orig.off - e->end + (edit->kind == KIND_KEPT ? edit->orig.len : edit->after.n);
        e->end = (gsize)edit->orig.off + edit->orig.len;
    }
}

guint edits_count(const struct edits *e)
{
    return e->n;
}

const struct edit *edits_at(const struct edits *e, guint index)
{
    return &e->list[index];
}

void edits_count_kinds(const struct edits *e, guint64 counts[KIND_COUNT])
{
    for (guint i = 0; i < e->n; i++) {
        const struct edit *edit = edits_at(e, i);
        for (guint p = 0; p < edit->n_parts; p++)
            counts[edit->parts[p].kind] += edit->parts[p].kind != KIND_KEPT;
        if (!edit->parts && edit->kind != KIND_KEPT)
            counts[edit->kind]++;
    }
}

static guint8 *put_scrubbed(guint8 *to, gsize n)
{
    memset(to, 'x', n);
    return to + n;
}

void edits_apply(const struct edits *e, struct bytes original, GByteArray *out)
{
    guint was = out->len;
    gsize at = 0, behind = original.n > e->end ? original.n - e->end : 0, n = e->written + behind;
    if (n == 0) /* an array that never held a byte has no memory */
        return;
    g_byte_array_set_size(out, was + (guint)n);
    guint8 *to = out->data + was;
    for (guint i = 0; i < e->n; i++) {
        const struct edit *edit = edits_at(e, i);
        if (edit->note)
            continue;
        to = put_scrubbed(to, edit->orig.off - at);
        to = bytes_put(to, edit->kind == KIND_KEPT ? bytes_span(original, edit->orig) : edit->after);
        at = (gsize)edit->orig.off + edit->orig.len;
    }
    to = put_scrubbed(to, behind);
    g_byte_array_set_size(out, (guint)(to - out->data)); /* a kept span may pass the end of a text that is not its own */
}

gsize edits_gap_bytes(const struct edits *e, gsize original_len)
{
    gsize at = 0, gaps = 0;
    for (guint i = 0; i < e->n; i++) {
        const struct edit *edit = edits_at(e, i);
        if (edit->note)
            continue;
        gaps += edit->orig.off - at;
        at = (gsize)edit->orig.off + edit->orig.len;
    }
    return gaps + (original_len > at ? original_len - at : 0);
}

gsize edits_position(const struct edits *e, gsize original_pos)
{
    gsize at = 0, out = 0;
    for (guint i = 0; i < e->n; i++) {
        const struct edit *edit = edits_at(e, i);
        if (edit->note)
            continue;
        if (original_pos <= edit->orig.off)
            break;
        out += edit->orig.off - at;
        gsize len = edit->kind == KIND_KEPT ? edit->orig.len : edit->after.n;
        at = (gsize)edit->orig.off + edit->orig.len;
        if (original_pos < at)
            return out + (original_pos - edit->orig.off) * len / edit->orig.len;
        out += len;
    }
    return out + (original_pos - at);
}

struct bytes scrub_text(struct arena *a, gsize n)
{
    guint8 *p = arena_alloc(a, n);
    memset(p, 'x', n);
    return (struct bytes){p, n};
}

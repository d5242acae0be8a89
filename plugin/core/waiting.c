/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "waiting.h"

struct waiting *waiting_new(const struct waiting *w)
{
    struct waiting *copy = g_memdup2(w, sizeof *w);
    struct bytes captured = w->in.captured;
    copy->in.captured.p = captured.n ? g_memdup2(captured.p, captured.n) : NULL;
    copy->f.captured.p = copy->in.captured.p;
    copy->held = TRUE;
    return copy;
}

void waiting_free(struct waiting *w)
{
    if (!w)
        return;
    g_free((guint8 *)GSIZE_TO_POINTER(GPOINTER_TO_SIZE(w->in.captured.p)));
    if (w->bytes)
        g_byte_array_unref(w->bytes);
    if (w->letters)
        g_ptr_array_unref(w->letters);
    g_free(w);
}

/* One block: the letter, and its text behind it. */
static struct letter *copy_letter(const struct letter *letter)
{
    struct letter *copy = g_malloc(sizeof *copy + letter->text.n);
    guint8 *text = (guint8 *)(copy + 1);
    *copy = *letter;
    if (letter->text.n)
        memcpy(text, letter->text.p, letter->text.n);
    copy->text.p = text;
    return copy;
}

void waiting_take_letters(struct waiting *w, const struct carry *c)
{
    if (c->letters->len && !w->letters)
        w->letters = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < c->letters->len; i++)
        g_ptr_array_add(w->letters, copy_letter(&g_array_index(c->letters, struct letter, i)));
}

gboolean waiting_brings(guint8 *known, guint64 n, guint64 from, guint64 to)
{
    guint64 past = MIN(to, n);
    if (from >= past || !memchr(known + from, 0, past - from))
        return FALSE;
    memset(known + from, 1, past - from);
    return TRUE;
}

/* The copy in a stream's front counts as well. */
gsize waiting_bytes(const struct waiting *w)
{
    return sizeof *w + 2 * w->in.captured.n + (w->bytes ? w->bytes->len : 0);
}

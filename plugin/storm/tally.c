/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

struct tally_entry {
    guint32 second, n;
    guint16 kind; /* a method, or METHOD_COUNT + a status' place */
};

void tally_clear(struct tally *t)
{
    g_clear_pointer(&t->entries, g_array_unref);
}

static guint16 kind_of(const struct seen *seen)
{
    guint status = seen->event->status;
    if (seen->event->request)
        return (guint16)seen->method;
    gboolean usual = status >= STATUS_MIN && status <= STATUS_MAX;
    return (guint16)(METHOD_COUNT + (usual ? status - STATUS_MIN : STATUS_OTHER));
}

static void flush(struct tally *t)
{
    if (!t->entries)
        t->entries = g_array_new(FALSE, FALSE, sizeof(struct tally_entry));
    for (guint i = 0; i < t->n_touched; i++) {
        guint16 kind = t->touched[i];
        struct tally_entry entry = {t->second, t->now[kind], kind};
        if (t->entries->len < TALLY_MAX)
            g_array_append_val(t->entries, entry);
        t->now[kind] = 0;
    }
    t->n_touched = 0;
}

void tally_count(struct tally *t, const struct seen *seen)
{
    guint32 second = (guint32)MIN(seen->second, G_MAXUINT32);
    guint16 kind = kind_of(seen);
    if (second != t->second && t->n_touched)
        flush(t);
    t->second = second;
    if (t->now[kind]++ == 0)
        t->touched[t->n_touched++] = kind;
}

void tally_sum(struct tally *t, guint from, guint to, struct storm_messages *out)
{
    flush(t);
    for (guint i = 0; i < t->entries->len; i++) {
        const struct tally_entry *e = &g_array_index(t->entries, struct tally_entry, i);
        if (e->second < from || e->second >= to)
            continue;
        if (e->kind < METHOD_COUNT)
            out->requests[e->kind] += e->n;
        else
            out->responses[e->kind - METHOD_COUNT] += e->n;
    }
}

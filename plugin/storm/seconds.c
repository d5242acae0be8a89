/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

gpointer seconds_make(struct seconds *t, guint64 second)
{
    if (second >= STORM_SERIES_MAX_S)
        return NULL;
    guint block = (guint)second / STORM_BLOCK_S;
    if (block >= t->n) {
        t->blocks = g_renew(guint8 *, t->blocks, block + 1);
        memset(t->blocks + t->n, 0, (block + 1 - t->n) * sizeof *t->blocks);
        t->n = block + 1;
    }
    if (!t->blocks[block])
        t->blocks[block] = g_malloc0_n(STORM_BLOCK_S, t->item);
    return t->blocks[block] + (gsize)(second % STORM_BLOCK_S) * t->item;
}

gconstpointer seconds_at(const struct seconds *t, guint64 second)
{
    guint64 block = second / STORM_BLOCK_S;
    if (block >= t->n || !t->blocks[block])
        return NULL;
    return t->blocks[block] + (gsize)(second % STORM_BLOCK_S) * t->item;
}

void seconds_clear(struct seconds *t)
{
    for (guint i = 0; i < t->n; i++)
        g_free(t->blocks[i]);
    g_clear_pointer(&t->blocks, g_free);
    t->n = 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

/* Open addressing with linear probing, at most half full: one cache line in most look-ups, where
 * GHashTable needs three and a string of its own. Nothing is ever taken out. */
#define FIRST_SLOTS 64u

struct ids_slot {
    guint64 key;
    guint32 number; /* + 1; 0: free */
};

void ids_init(struct ids *t, guint32 max)
{
    *t = (struct ids){g_new0(struct ids_slot, FIRST_SLOTS), FIRST_SLOTS - 1, 0, max};
}

void ids_clear(struct ids *t)
{
    g_clear_pointer(&t->slots, g_free);
}

static struct ids_slot *find(const struct ids *t, guint64 key)
{
    guint32 i = (guint32)key & t->mask;
    while (t->slots[i].number && t->slots[i].key != key)
        i = (i + 1) & t->mask;
    return &t->slots[i];
}

static void grow(struct ids *t)
{
    struct ids_slot *old = t->slots;
    guint32 size = t->mask + 1;
    t->mask = 2 * size - 1;
    t->slots = g_new0(struct ids_slot, 2 * (gsize)size);
    for (guint32 i = 0; i < size; i++)
        if (old[i].number)
            *find(t, old[i].key) = old[i];
    g_free(old);
}

guint32 ids_add(struct ids *t, guint64 key, gboolean *fresh)
{
    struct ids_slot *slot = find(t, key);
    if (fresh)
        *fresh = FALSE;
    if (slot->number)
        return slot->number - 1;
    if (t->n == t->max)
        return IDS_NONE;
    if (fresh)
        *fresh = TRUE;
    *slot = (struct ids_slot){key, ++t->n};
    if (t->n > t->mask / 2)
        grow(t);
    return t->n - 1;
}

gboolean ids_fresh(struct ids *t, guint64 key)
{
    gboolean fresh;
    ids_add(t, key, &fresh);
    return fresh;
}

guint32 ids_find(const struct ids *t, guint64 key)
{
    return find(t, key)->number - 1; /* free: 0 - 1 is IDS_NONE */
}

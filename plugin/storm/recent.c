/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

#define FIRST_ENTRIES 256u
#define NO_ENTRY G_MAXUINT32

/* A ring holds the entries in order of arrival, so the old ones leave at its front; buckets with chains
 * through the ring find them. */
struct recent_entry {
    guint64 key, value;
    gint64 time_us;
    guint32 next; /* of the same bucket, older */
};

static guint32 bucket_of(const struct recent *r, guint64 key)
{
    return (guint32)key & (2 * r->size - 1);
}

static void allocate(struct recent *r, guint32 size)
{
    r->ring = g_new(struct recent_entry, size);
    r->table = g_new(guint32, 2 * (gsize)size);
    r->size = size;
    r->first = r->n = 0;
    memset(r->table, 0xff, 2 * (gsize)size * sizeof *r->table);
}

void recent_init(struct recent *r, gint64 window_us, guint32 max)
{
    *r = (struct recent){.window_us = window_us, .max = max};
    allocate(r, FIRST_ENTRIES);
}

void recent_clear(struct recent *r)
{
    g_clear_pointer(&r->ring, g_free);
    g_clear_pointer(&r->table, g_free);
}

static void append(struct recent *r, const struct recent_entry *e)
{
    guint32 at = (r->first + r->n) & (r->size - 1), *head = &r->table[bucket_of(r, e->key)];
    r->ring[at] = *e;
    r->ring[at].next = *head;
    *head = at;
    r->n++;
}

/* The oldest of all is the last of its chain. */
static void drop_first(struct recent *r, gboolean old)
{
    guint64 value = r->ring[r->first].value;
    guint32 *link = &r->table[bucket_of(r, r->ring[r->first].key)];
    while (*link != r->first)
        link = &r->ring[*link].next;
    *link = NO_ENTRY;
    r->first = (r->first + 1) & (r->size - 1);
    r->n--;
    if (r->leave)
        r->leave(r->arg, value, old);
}

static void grow(struct recent *r)
{
    struct recent old = *r;
    allocate(r, 2 * old.size);
    for (guint32 i = 0; i < old.n; i++)
        append(r, &old.ring[(old.first + i) & (old.size - 1)]);
    recent_clear(&old);
}

/* Times of a capture are any 64-bit numbers: no difference of them is taken signed. */
static guint64 distance(gint64 a, gint64 b)
{
    return a > b ? (guint64)a - (guint64)b : (guint64)b - (guint64)a;
}

void recent_expire(struct recent *r, gint64 now_us)
{
    while (r->n && distance(r->ring[r->first].time_us, now_us) > (guint64)r->window_us)
        drop_first(r, r->ring[r->first].time_us < now_us);
}

guint64 *recent_find(struct recent *r, guint64 key, gint64 time_us)
{
    recent_expire(r, time_us);
    for (guint32 at = r->table[bucket_of(r, key)]; at != NO_ENTRY; at = r->ring[at].next)
        if (r->ring[at].key == key && distance(r->ring[at].time_us, time_us) <= (guint64)r->window_us)
            return &r->ring[at].value;
    return NULL;
}

void recent_add(struct recent *r, guint64 key, gint64 time_us, guint64 value)
{
    if (r->n == r->size && r->size < r->max)
        grow(r);
    if (r->n == r->size)
        drop_first(r, FALSE);
    append(r, &(struct recent_entry){.key = key, .value = value, .time_us = time_us});
}

gboolean recent_seen(struct recent *r, guint64 key, gint64 time_us, guint64 *value)
{
    const guint64 *known = recent_find(r, key, time_us);
    if (known)
        *value = *known;
    else
        recent_add(r, key, time_us, *value);
    return known != NULL;
}

guint64 recent_value(const struct recent *r, guint32 i)
{
    return r->ring[(r->first + i) & (r->size - 1)].value;
}

/* A Bloom filter in blocks: all bits of an item are in one line of the cache. It begins small enough for the
 * cache; when it holds an item for each ITEM_BITS, a further one of twice the size takes what comes, up to
 * FILTERS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define FIRST_LOG2 14 /* blocks of 64 bytes: 1 MiB */
#define FILTERS 5     /* 1 + 2 + 4 + 8 + 16 MiB */
#define WORDS 8
#define PROBES 5
#define ITEM_BITS 32
#define WAITING 16

struct bloom {
    guint64 *block[FILTERS];
    guint n;                  /* filters in use; the last one grows */
    gsize items;              /* in the last one */
    guint64 waiting[WAITING]; /* not added yet: their blocks are on the way into the cache */
    guint n_waiting;
};

static void add_filter(struct bloom *b)
{
    b->block[b->n] = g_new0(guint64, (gsize)WORDS << (FIRST_LOG2 + b->n));
    b->n++;
    b->items = 0;
}

struct bloom *bloom_new(void)
{
    struct bloom *b = g_new0(struct bloom, 1);
    add_filter(b);
    return b;
}

void bloom_free(struct bloom *b)
{
    if (!b)
        return;
    for (guint i = 0; i < b->n; i++)
        g_free(b->block[i]);
    g_free(b);
}

/* The hash: its first bits for the block, 5 times 9 of the others for bits in it. */
static guint64 *block_of(const struct bloom *b, guint which, guint64 hash)
{
    return b->block[which] + (hash >> (64 - FIRST_LOG2 - which)) * WORDS;
}

static void add_now(struct bloom *b, guint64 hash)
{
    guint64 *block = block_of(b, b->n - 1, hash);
    for (guint i = 0; i < PROBES; i++, hash >>= 9)
        block[hash >> 6 & 7] |= (guint64)1 << (hash & 63);
}

void bloom_settle(struct bloom *b)
{
    if (b->n_waiting == 0)
        return;
    for (guint i = 0; i < b->n_waiting; i++)
        add_now(b, b->waiting[i]);
    b->items += b->n_waiting;
    b->n_waiting = 0;
    if (b->n < FILTERS && b->items >= ((gsize)WORDS * 64 << (FIRST_LOG2 + b->n - 1)) / ITEM_BITS)
        add_filter(b);
}

void bloom_add(struct bloom *b, guint64 hash)
{
    if (b->n_waiting == WAITING)
        bloom_settle(b);
    __builtin_prefetch(block_of(b, b->n - 1, hash), 1);
    b->waiting[b->n_waiting++] = hash;
}

static gboolean is_in(const guint64 *block, guint64 hash)
{
    for (guint i = 0; i < PROBES; i++, hash >>= 9)
        if (!(block[hash >> 6 & 7] >> (hash & 63) & 1))
            return FALSE;
    return TRUE;
}

gboolean bloom_has(struct bloom *b, guint64 hash)
{
    bloom_settle(b);
    for (guint i = b->n; i > 0; i--)
        if (is_in(block_of(b, i - 1, hash), hash))
            return TRUE;
    return FALSE;
}

/* A Bloom filter in blocks: all bits of an item are in one line of the cache.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define BLOCKS_LOG2 18 /* of 64 bytes: 16 MiB, taken from the system as it fills */
#define WORDS 8
#define PROBES 5
#define WAITING 16

struct bloom {
    guint64 *block;
    guint64 waiting[WAITING]; /* not added yet: their blocks are on the way into the cache */
    guint n_waiting;
};

struct bloom *bloom_new(void)
{
    struct bloom *b = g_new0(struct bloom, 1);
    b->block = g_new0(guint64, (gsize)WORDS << BLOCKS_LOG2);
    return b;
}

void bloom_free(struct bloom *b)
{
    if (!b)
        return;
    g_free(b->block);
    g_free(b);
}

/* The hash: 18 bits for the block, 5 times 9 for bits in it. */
static guint64 *block_of(const struct bloom *b, guint64 hash)
{
    return b->block + (hash >> (64 - BLOCKS_LOG2)) * WORDS;
}

static void add_now(struct bloom *b, guint64 hash)
{
    guint64 *block = block_of(b, hash);
    for (guint i = 0; i < PROBES; i++, hash >>= 9)
        block[hash >> 6 & 7] |= (guint64)1 << (hash & 63);
}

static void add_waiting(struct bloom *b)
{
    for (guint i = 0; i < b->n_waiting; i++)
        add_now(b, b->waiting[i]);
    b->n_waiting = 0;
}

void bloom_add(struct bloom *b, guint64 hash)
{
    if (b->n_waiting == WAITING)
        add_waiting(b);
    __builtin_prefetch(block_of(b, hash), 1);
    b->waiting[b->n_waiting++] = hash;
}

gboolean bloom_has(struct bloom *b, guint64 hash)
{
    const guint64 *block = block_of(b, hash);
    add_waiting(b);
    for (guint i = 0; i < PROBES; i++, hash >>= 9)
        if (!(block[hash >> 6 & 7] >> (hash & 63) & 1))
            return FALSE;
    return TRUE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

#define BLOCK 1024u
#define FINE_MS 65536u /* by millisecond below, by second from there on */
#define COARSE_S (7u * 86400u)
#define COUNTERS (FINE_MS + COARSE_S)
#define BLOCKS (COUNTERS / BLOCK + 1)

/* Half up, as reports print it. */
static guint32 counter_of(guint64 us)
{
    guint64 ms = us / 1000 + (us % 1000 >= 500);
    if (ms < FINE_MS)
        return (guint32)ms;
    return FINE_MS + (guint32)MIN(ms / 1000, COARSE_S - 1);
}

static guint64 us_of(guint32 counter)
{
    return counter < FINE_MS ? (guint64)counter * 1000 : (guint64)(counter - FINE_MS) * 1000000;
}

void delays_add(struct delays *d, guint64 us)
{
    guint32 counter = counter_of(us);
    if (!d->blocks)
        d->blocks = g_new0(guint32 *, BLOCKS);
    guint32 **block = &d->blocks[counter / BLOCK];
    if (!*block)
        *block = g_new0(guint32, BLOCK);
    (*block)[counter % BLOCK]++;
    d->n++;
}

void delays_clear(struct delays *d)
{
    for (guint i = 0; d->blocks && i < BLOCKS; i++)
        g_free(d->blocks[i]);
    g_clear_pointer(&d->blocks, g_free);
    d->n = 0;
}

guint64 delays_at(const struct delays *d, guint64 rank)
{
    guint64 below = 0;
    if (rank == 0 || rank > d->n)
        return STORM_TIME_NONE;
    for (guint i = 0; i < BLOCKS; i++)
        for (guint j = 0; d->blocks[i] && j < BLOCK; j++)
            if ((below += d->blocks[i][j]) >= rank)
                return us_of(i * BLOCK + j);
    return STORM_TIME_NONE;
}

struct storm_delays quantiles_of(guint64 n, guint64 (*at)(gconstpointer of, guint64 rank), gconstpointer of)
{
    return (struct storm_delays){
        .count = n,
        .p50_us = at(of, rank_of(n, 50)),
        .p90_us = at(of, rank_of(n, 90)),
        .p99_us = at(of, rank_of(n, 99)),
        .max_us = at(of, n),
    };
}

static guint64 at_rank(gconstpointer d, guint64 rank)
{
    return delays_at(d, rank);
}

struct storm_delays delays_result(const struct delays *d)
{
    return quantiles_of(d->n, at_rank, d);
}

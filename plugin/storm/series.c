/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

/* Seconds come in blocks, so that a candidate that speaks once an hour costs little, and a time that
 * jumps by days makes a pointer, not a million bins. */
void series_init(struct series *s)
{
    *s = (struct series){.n = 0};
}

static void release(struct series *s, struct candidate *c)
{
    for (guint i = 0; i < c->n_blocks; i++) {
        s->blocks -= c->blocks[i] != NULL;
        g_free(c->blocks[i]);
    }
    g_free(c->blocks);
    tally_clear(&c->tally);
    registrar_free(c->registrar);
    *c = (struct candidate){.host = HOST_NONE};
}

void series_clear(struct series *s)
{
    for (guint i = 0; i < s->n; i++)
        release(s, &s->slot[i]);
    s->n = 0;
}

/* Is (rank, messages) so much more of a server that it takes a place? Among equals twice the messages
 * and more, so that two of them do not push each other out all the time. */
static gboolean outranks(const struct host *host, enum host_rank rank, guint64 messages)
{
    return host->rank > rank || (host->rank == rank && host->messages / 2 > messages);
}

static guint weakest(struct series *s, const struct hosts *hosts)
{
    guint worst = 0;
    for (guint i = 1; i < s->n; i++) {
        const struct host *a = hosts_at(hosts, s->slot[i].host), *b = hosts_at(hosts, s->slot[worst].host);
        if (a->rank < b->rank || (a->rank == b->rank && a->messages < b->messages))
            worst = i;
    }
    const struct host *host = hosts_at(hosts, s->slot[worst].host);
    s->floor_rank = host->rank;
    s->floor_messages = host->messages;
    return worst;
}

void series_admit(struct series *s, const struct hosts *hosts, guint32 id)
{
    struct host *host = hosts_at(hosts, id);
    guint at = s->n;
    if (!host || host->slot >= 0)
        return;
    gboolean full = s->n == STORM_CANDIDATES_MAX;
    if (!full) {
        s->n++;
    } else {
        /* Ranks and counts only grow: below the old floor nobody needs to look again. */
        if (!outranks(host, s->floor_rank, s->floor_messages))
            return;
        at = weakest(s, hosts);
        if (!outranks(host, s->floor_rank, s->floor_messages))
            return;
        hosts_at(hosts, s->slot[at].host)->slot = -1;
        release(s, &s->slot[at]);
    }
    s->slot[at] = (struct candidate){.host = id, .late = full};
    host->slot = (gint32)at;
}

static void extend(struct candidate *c, guint n_blocks)
{
    c->blocks = g_renew(struct storm_bin *, c->blocks, n_blocks);
    memset(c->blocks + c->n_blocks, 0, (n_blocks - c->n_blocks) * sizeof *c->blocks);
    c->n_blocks = n_blocks;
}

struct storm_bin *series_bin(struct series *s, const struct host *host, guint64 second)
{
    guint at = (guint)MIN(second, STORM_SERIES_MAX_S);
    if (!host || host->slot < 0 || at == STORM_SERIES_MAX_S)
        return NULL;
    struct candidate *c = &s->slot[host->slot];
    guint block = at / STORM_BLOCK_S;
    if (block >= c->n_blocks)
        extend(c, MAX(block + 1, MIN(2 * c->n_blocks, STORM_SERIES_MAX_S / STORM_BLOCK_S + 1)));
    if (!c->blocks[block]) {
        if (s->blocks == STORM_BLOCKS_MAX)
            return NULL;
        c->blocks[block] = g_new0(struct storm_bin, STORM_BLOCK_S);
        s->blocks++;
    }
    return &c->blocks[block][at % STORM_BLOCK_S];
}

struct candidate *series_candidate(struct series *s, const struct host *host)
{
    return host && host->slot >= 0 ? &s->slot[host->slot] : NULL;
}

struct storm_series series_view(const struct candidate *c, guint n_bins)
{
    struct storm_series view = {.n_bins = n_bins};
    if (c) {
        view.blocks = c->blocks;
        view.n_blocks = c->n_blocks;
    }
    return view;
}

struct storm_bin storm_series_at(const struct storm_series *series, guint second)
{
    guint block = second / STORM_BLOCK_S;
    if (block >= series->n_blocks || !series->blocks[block])
        return (struct storm_bin){.total = 0};
    return series->blocks[block][second % STORM_BLOCK_S];
}

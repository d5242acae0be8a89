/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hold.h"

struct hold {
    GQueue line; /* struct waiting * */
    guint64 bytes, bytes_max;
    gint64 now_us;
    gboolean timed; /* now_us is set */
};

struct hold *hold_new(guint64 bytes)
{
    struct hold *h = g_new0(struct hold, 1);
    h->bytes_max = bytes;
    return h;
}

void hold_free(struct hold *h)
{
    g_free(h);
}

void hold_push(struct hold *h, struct waiting *w)
{
    w->since_us = h->now_us;
    g_queue_push_tail(&h->line, w);
    h->bytes += waiting_bytes(w);
}

struct waiting *hold_head(const struct hold *h)
{
    return h->line.head ? h->line.head->data : NULL;
}

void hold_pop(struct hold *h)
{
    const struct waiting *w = g_queue_pop_head(&h->line);
    h->bytes -= waiting_bytes(w);
}

void hold_time(struct hold *h, gint64 now_us)
{
    h->now_us = h->timed ? MAX(h->now_us, now_us) : now_us;
    h->timed = TRUE;
}

gboolean hold_overdue(const struct hold *h)
{
    const struct waiting *w = hold_head(h);
    return w && (h->bytes > h->bytes_max || h->now_us - w->since_us > HOLD_TIME_US);
}

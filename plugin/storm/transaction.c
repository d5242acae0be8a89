/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

static void leave(void *arg, guint64 value, gboolean old)
{
    struct storm *s = arg;
    struct transactions *t = &s->transactions;
    guint32 place = (guint32)value;
    const struct transaction *transaction = &g_array_index(t->slab, struct transaction, place);
    if (old && !transaction->answered)
        attempts_timeout(s, transaction);
    g_array_append_val(t->free, place);
}

void transactions_init(struct storm *s)
{
    struct transactions *t = &s->transactions;
    recent_init(&t->recent, (gint64)TRANSACTION_US, TRANSACTIONS_MAX);
    t->recent.leave = leave;
    t->recent.arg = s;
    t->slab = g_array_new(FALSE, FALSE, sizeof(struct transaction));
    t->free = g_array_new(FALSE, FALSE, sizeof(guint32));
}

void transactions_clear(struct transactions *t)
{
    recent_clear(&t->recent);
    g_clear_pointer(&t->slab, g_array_unref);
    g_clear_pointer(&t->free, g_array_unref);
}

static guint32 take_place(struct transactions *t)
{
    if (t->free->len) {
        guint32 place = g_array_index(t->free, guint32, t->free->len - 1);
        g_array_set_size(t->free, t->free->len - 1);
        return place;
    }
    g_array_set_size(t->slab, t->slab->len + 1);
    return t->slab->len - 1;
}

/* Source of the request, destination, method, topmost branch, Call-ID, CSeq: clients exist that repeat a branch. */
static guint64 key_of(const struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    guint32 client = e->request ? seen->src : seen->dst, server = e->request ? seen->dst : seen->src;
    guint64 key = fold(fold(seen->call, seen->branch), e->cseq);
    guint64 method = seen->method == METHOD_OTHER ? hash_bytes(&s->key, e->method) : seen->method;
    return fold(fold(key, method), (guint64)client << 32 | server);
}

static struct transaction *find(struct transactions *t, guint64 key, guint64 us)
{
    const guint64 *place = recent_find(&t->recent, key, (gint64)us);
    return place ? &g_array_index(t->slab, struct transaction, *place) : NULL;
}

void transactions_event(struct storm *s, struct seen *seen)
{
    struct transactions *t = &s->transactions;
    if (seen->method == METHOD_ACK)
        return;
    guint64 key = key_of(s, seen);
    seen->transaction = find(t, key, seen->us);
    if (seen->transaction || !seen->event->request)
        return;
    guint32 place = take_place(t);
    recent_add(&t->recent, key, (gint64)seen->us, place);
    seen->transaction = &g_array_index(t->slab, struct transaction, place);
    seen->opens = TRUE;
    *seen->transaction = (struct transaction){.start_us = seen->us,
                                              .attempt_us = seen->us,
                                              .server = seen->dst,
                                              .binding = IDS_NONE,
                                              .method = seen->method,
                                              .mechanism = -1};
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "teller.h"

#include "worker.h"

struct item {
    gboolean is_signal;
    union {
        struct teller_message message;
        struct sip_signal signal;
    };
};

struct teller {
    const struct sianto_sink *sink;
    struct sip_message parsed;
    struct worker *worker;
};

static void tell_event(struct teller *t, const struct teller_message *m, struct bytes text)
{
    struct sip_event event = {.time_us = m->time_us, .frame = m->frame, .frame_bytes = m->frame_bytes, .src = m->src,
                              .dst = m->dst, .transport = m->transport, .packet_hash = m->packet_hash};
    if (sip_message_parse(&t->parsed, text) != PARSE_OK)
        return;
    event_from_message(&event, &t->parsed);
    t->sink->event(t->sink->arg, &event);
}

static void take(void *arg, gconstpointer item, struct bytes text, struct bytes unused)
{
    struct teller *t = arg;
    const struct item *i = item;
    (void)unused;
    if (i->is_signal)
        t->sink->signal(t->sink->arg, &i->signal);
    else
        tell_event(t, &i->message, text);
}

struct teller *teller_new(const struct sianto_sink *sink, gboolean thread)
{
    struct teller *t = g_new0(struct teller, 1);
    t->sink = sink;
    sip_message_init(&t->parsed);
    t->worker = worker_new("sianto-events", sizeof(struct item), take, t, thread ? WORKER_BEHIND : WORKER_NO_THREAD);
    return t;
}

void teller_free(struct teller *t)
{
    if (!t)
        return;
    worker_free(t->worker);
    sip_message_clear(&t->parsed);
    g_free(t);
}

void teller_stop(struct teller *t)
{
    worker_stop(t->worker);
}

void teller_message(struct teller *t, const struct teller_message *message, struct bytes text)
{
    const struct item item = {.message = *message};
    if (t->sink->event)
        worker_give(t->worker, &item, text, BYTES_NONE);
}

void teller_signal(struct teller *t, const struct sip_signal *signal)
{
    const struct item item = {.is_signal = TRUE, .signal = *signal};
    if (t->sink->signal)
        worker_give(t->worker, &item, BYTES_NONE, BYTES_NONE);
}

void teller_finish(struct teller *t)
{
    worker_finish(t->worker);
}

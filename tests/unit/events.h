/* events.h - SIP events from short texts, for tests of the statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_EVENTS_H
#define SIANTO_EVENTS_H

#include "check.h"
#include "storm.h"

#include <stdlib.h>

/* 2026-01-01T00:00:00Z */
#define EVENTS_START_US (G_GINT64_CONSTANT(1767225600) * 1000000)

/* "192.0.2.1:5060" or "[2001:db8::1]:5060"; no port: 5060. */
static inline struct endpoint end_of(const char *text)
{
    GArray *list = storm_servers_parse(text, NULL);
    g_assert_nonnull(list);
    struct endpoint e = g_array_index(list, struct endpoint, 0);
    g_array_unref(list);
    e.port = e.port ? e.port : 5060;
    return e;
}

/* An event and the words that it borrows from. */
struct told {
    struct sip_event e;
    gchar **words;
};

/* `what`: "REGISTER u1@d.invalid ID" or "401 REGISTER u1@d.invalid ID". ID (may be left out: "1") is
 * Call-ID and branch; the address-of-record is From and To. */
static inline void told_init(struct told *t, gint64 ms, const char *src, const char *dst, const char *what)
{
    memset(t, 0, sizeof *t);
    t->words = g_strsplit(what, " ", -1);
    struct sip_event *e = &t->e;
    gchar **w = t->words;
    e->status = (guint)strtoul(w[0], NULL, 10);
    e->request = e->status == 0;
    w += !e->request;
    g_assert_true(w[0] && w[1]);
    e->method = e->cseq_method = bytes_of(w[0]);
    e->from_aor = e->to_aor = bytes_of(w[1]);
    e->call_id = e->branch = bytes_of(w[2] ? w[2] : "1");
    e->cseq = 1;
    e->time_us = EVENTS_START_US + ms * 1000;
    e->src = end_of(src);
    e->dst = end_of(dst);
    e->expires_s = e->retry_after_s = -1;
}

static inline void told_clear(struct told *t)
{
    g_strfreev(t->words);
}

static inline void tell(struct storm *s, gint64 ms, const char *src, const char *dst, const char *what)
{
    struct told t;
    told_init(&t, ms, src, dst, what);
    storm_event(s, &t.e);
    told_clear(&t);
}

/* Lines of a conversation; the last one has no source. */
struct line {
    gint64 ms;
    const char *src, *dst, *what;
};

static inline struct storm *storm_of(const struct line *lines, const struct storm_settings *settings)
{
    struct storm *s = storm_new(settings);
    for (; lines->src; lines++)
        tell(s, lines->ms, lines->src, lines->dst, lines->what);
    storm_finish(s);
    return s;
}

#endif

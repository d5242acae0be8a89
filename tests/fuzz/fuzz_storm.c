/* Payloads, one behind the other, to events and statistics: whatever they hold, each message is counted
 * once and goes in one direction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void ignore(void *arg, const char *line)
{
    (void)arg;
    g_assert(strlen(line) < 80);
}

static void ignore_word(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}

static void ignore_bracket(void *arg)
{
    (void)arg;
}

static const struct storm_json nowhere = {ignore_bracket, ignore_bracket, ignore_bracket, ignore_bracket,
                                          ignore_word,    ignore_word,    ignore_word,    NULL};

/* What is said of bindings cannot contradict itself. */
static void check_analysis(const struct storm_result *r, const struct storm_analysis *a)
{
    guint64 at = 0, clients = 0;
    for (guint i = 0; i < a->n_phases; i++) {
        g_assert(a->phases[i].start_us == at);
        at = a->phases[i].end_us == STORM_TIME_NONE ? r->duration_us : a->phases[i].end_us;
    }
    g_assert(at == r->duration_us || r->counted == 0);
    for (guint i = 0; i < a->n_outages; i++)
        g_assert(a->outages[i].start_us < a->outages[i].end_us && a->outages[i].end_us <= r->duration_us);
    for (guint i = 0; i < a->n_storms; i++)
        g_assert(a->storms[i].returned <= a->storms[i].bindings &&
                 a->storms[i].reregistered <= a->storms[i].returned);
    for (guint i = 0; i < a->n_patterns; i++)
        clients += a->patterns[i].clients;
    g_assert(clients == a->retry_clients);
    g_assert(a->ineffective.part <= a->ineffective.all);
}

static void send_signal(struct storm *s, const struct sip_event *e, guint8 draw)
{
    struct sip_signal signal = {.kind = (enum sip_signal_kind)(draw % (SIGNAL_ICMP + 1)),
                                .time_us = e->time_us,
                                .frame = e->frame,
                                .frame_bytes = draw,
                                .packet_hash = draw & 8 ? draw : 0,
                                .src = e->src,
                                .dst = e->dst,
                                .quoting = e->src,
                                .quoted = e->dst};
    storm_signal(s, &signal);
}

/* Messages are separated by a NUL; of each the first byte draws ends, time and hash, or that it is none. */
static guint64 feed(struct storm *s, struct sip_message *m, struct bytes rest)
{
    guint64 n = 0;
    for (guint i = 0; rest.n > 1; i++) {
        gsize end = MIN(bytes_chr_from(rest, 0, 1), rest.n);
        guint8 draw = rest.p[0];
        struct sip_event e = {.time_us = (gint64)((guint64)(draw >> 4) << (draw & 63)), .frame = i, .packet_hash = draw};
        e.src = (struct endpoint){.family = 4, .addr = {10, 0, 0, draw & 3}, .port = draw};
        e.dst = (struct endpoint){.family = draw & 4 ? 4 : 6, .addr = {10, 0, 0, draw >> 6}, .port = 5060};
        if (sip_message_parse(m, bytes_sub(rest, 1, end - 1)) == PARSE_OK) {
            event_from_message(&e, m);
            storm_event(s, &e);
            n++;
        } else {
            send_signal(s, &e, draw);
        }
        rest = bytes_from(rest, end);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct storm *s = storm_new(NULL);
    struct sip_message m;
    sip_message_init(&m);
    guint64 n = feed(s, &m, (struct bytes){data, size});
    storm_finish(s);
    const struct storm_result *r = storm_result(s);
    const struct storm_direction *d = &r->direction;
    g_assert(r->counted + r->duplicates == n);
    g_assert(d->to_server + d->from_server + d->internal + d->other == r->counted);
    g_assert(r->n_servers <= STORM_SERVERS_MAX);
    for (guint i = 0; i < r->n_servers; i++)
        check_analysis(r, &r->analyses[i]);
    storm_report_text(r, ignore, NULL);
    storm_report_storm(r, ignore, NULL);
    storm_report_json(r, NULL, &nowhere);
    sip_message_clear(&m);
    storm_free(s);
    return 0;
}

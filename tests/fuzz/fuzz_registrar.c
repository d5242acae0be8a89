/* REGISTER, its answers and signals, drawn byte by byte: whatever a server and its clients do, the analysis does not
 * contradict itself, and the same events give the same report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const guint statuses[] = {0, 0, 0, 100, 200, 200, 200, 302, 401, 401, 404, 408, 423, 500, 503, 503};
static const gint64 lifetimes[] = {-1, 0, 1, 30, 60, 180, 3600, G_MAXUINT32};
static const char *const methods[] = {"REGISTER", "REGISTER", "REGISTER", "REGISTER", "OPTIONS", "INVITE", "BYE", "NOTIFY"};

/* Milliseconds to the next event; clocks are set back, too. */
static gint64 step_of(guint8 draw)
{
    return draw == 0xff ? -100000 : (gint64)(draw & 31) << (draw >> 5) * 2;
}

struct scene {
    struct storm *s;
    gint64 time_us;
    guint64 frame;
};

static struct endpoint end_of(guint8 a, guint8 b, guint16 port)
{
    return (struct endpoint){.family = 4, .addr = {10, 0, a, b}, .port = port};
}

static void feed_message(struct scene *x, const guint8 d[8])
{
    gchar aor[24], tag[8];
    guint status = statuses[d[1] & 15];
    g_snprintf(aor, sizeof aor, "u%u@d", d[2] & 31);
    g_snprintf(tag, sizeof tag, "%u", d[3] & 3);
    struct sip_event e = {.time_us = x->time_us, .frame = x->frame, .frame_bytes = d[7], .request = status == 0,
                          .status = status, .cseq = d[4], .expires_s = lifetimes[d[5] & 7],
                          .retry_after_s = d[5] & 64 ? d[5] >> 3 & 7 : -1, .credentials = d[6] & 1};
    struct endpoint client = end_of(0, d[2] & 31, 5060), server = end_of(1, d[1] >> 7, 5060);
    e.src = e.request ? client : server;
    e.dst = e.request ? server : client;
    e.method = e.cseq_method = bytes_of(methods[d[1] >> 4 & 7]);
    e.from_aor = e.to_aor = e.call_id = bytes_of(aor);
    e.branch = e.from_tag = bytes_of(tag);
    e.to_tag = d[6] & 2 ? bytes_of("t") : BYTES_NONE;
    e.event_package = d[6] & 4 ? bytes_of("keep-alive") : BYTES_NONE;
    e.user_agent = d[6] & 8 ? bytes_of("Linphone/3.1") : BYTES_NONE;
    e.packet_hash = d[6] & 16 ? d[7] : 0;
    e.n_contacts = d[6] >> 6;
    for (guint i = 0; i < e.n_contacts; i++)
        e.contacts[i] = (struct event_contact){.uri = bytes_of(i ? tag : aor), .expires_s = lifetimes[d[7] & 7],
                                               .star = (d[7] & 0xf8) == 0x88};
    storm_event(x->s, &e);
}

static void feed_signal(struct scene *x, const guint8 d[8])
{
    struct sip_signal signal = {.kind = (enum sip_signal_kind)(d[1] % (SIGNAL_ICMP + 1)), .time_us = x->time_us,
                                .frame = x->frame, .frame_bytes = d[7]};
    signal.src = signal.quoting = end_of(0, d[2] & 31, d[3]);
    signal.dst = signal.quoted = end_of(1, d[4] & 1, 5060);
    if (d[5] & 1) {
        signal.src = signal.quoted;
        signal.dst = signal.quoting;
    }
    storm_signal(x->s, &signal);
}

static struct storm *storm_of(const guint8 *data, gsize size)
{
    struct scene x = {storm_new(NULL), 1000000, 0};
    for (gsize at = 0; at + 8 <= size; at += 8) {
        x.time_us += step_of(data[at]) * 1000;
        x.frame++;
        if ((data[at + 6] & 32) == 0)
            feed_message(&x, data + at);
        else
            feed_signal(&x, data + at);
    }
    storm_finish(x.s);
    return x.s;
}

/* --- what it says ----------------------------------------------------------------------------------------------- */

static void add_line(void *arg, const char *line)
{
    g_assert(strlen(line) < 80);
    g_string_append_printf(arg, "%s\n", line);
}

static void check_phases(const struct storm_result *r, const struct storm_analysis *a)
{
    guint64 at = 0, messages = 0;
    for (guint i = 0; i < a->n_phases; i++) {
        const struct storm_phase *p = &a->phases[i];
        g_assert(p->start_us == at);
        at = p->end_us == STORM_TIME_NONE ? r->duration_us : p->end_us;
        g_assert(at >= p->start_us && at <= r->duration_us);
        messages += p->total;
    }
    g_assert(at == r->duration_us);
    g_assert(messages <= r->counted);
}

static void check_storms(const struct storm_result *r, const struct storm_analysis *a)
{
    guint64 before = 0;
    for (guint i = 0; i < a->n_outages; i++) {
        const struct storm_outage *o = &a->outages[i];
        g_assert(o->start_us >= before && o->start_us < o->end_us && o->end_us <= r->duration_us);
        guint64 part = o->start_us;
        for (guint j = 0; j < o->n_parts; j++) {
            g_assert(o->parts[j].start_us == part && o->parts[j].end_us > part);
            part = o->parts[j].end_us;
        }
        g_assert(part == o->end_us);
        before = o->end_us;
    }
    for (guint i = 0; i < a->n_storms; i++) {
        const struct storm_storm *s = &a->storms[i];
        g_assert(s->returned <= s->bindings && s->reregistered <= s->returned);
        g_assert(s->end_us == STORM_TIME_NONE || s->end_us >= s->start_us);
        g_assert(s->status_5xx.part <= s->status_5xx.all);
    }
}

static void check_clients(const struct storm_result *r, const struct storm_analysis *a)
{
    guint64 clients = 0;
    for (guint i = 0; i < a->n_patterns; i++)
        clients += a->patterns[i].clients;
    g_assert(clients == a->retry_clients);
    g_assert(a->ineffective.part <= a->ineffective.all);
    for (guint i = 0; i < KEEP_COUNT; i++)
        g_assert(a->keepalive[i].frames <= a->keepalive[i].messages && a->keepalive[i].frames <= a->frames);
    for (guint i = 0; i < a->n_what_if; i++)
        g_assert(a->what_if[i].lost <= a->what_if[i].clients);
    for (guint i = 0; r->series[0].registered && i < r->series[0].n_bins; i++)
        g_assert(r->series[0].registered[i] <= 32 * 8);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GString) one = g_string_new(NULL), two = g_string_new(NULL);
    struct storm *s = storm_of(data, size), *again = storm_of(data, size);
    const struct storm_result *r = storm_result(s);
    for (guint i = 0; i < r->n_servers && r->counted; i++) {
        check_phases(r, &r->analyses[i]);
        check_storms(r, &r->analyses[i]);
        check_clients(r, &r->analyses[i]);
    }
    storm_report_storm(r, add_line, one);
    storm_report_storm(storm_result(again), add_line, two);
    g_assert_cmpstr(one->str, ==, two->str);
    storm_free(s);
    storm_free(again);
    return 0;
}

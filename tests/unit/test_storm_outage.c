/* Outages, their parts, storms and phases, what if (DEFINITIONS.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "registers.h"

#define CLIENTS 20u

/* Calm until 100 s: each client registers once in 20 s. */
static gint64 calm(struct storm *s, guint clients, gint64 from_ms, gint64 to_ms, guint *cseq)
{
    gint64 ms = from_ms;
    for (; ms < to_ms; ms += 20000 / clients)
        registers(s, ms, (guint)(ms / (20000 / clients)) % clients, ++*cseq, 60);
    return ms;
}

/* `clients` try in turn, each once in `each_ms`, and are answered so (0: not at all). */
static void tries(struct storm *s, guint clients, gint64 from_ms, gint64 to_ms, gint64 each_ms, guint status, guint *cseq)
{
    for (gint64 ms = from_ms; ms < to_ms; ms += each_ms / clients) {
        guint client = (guint)((ms - from_ms) / (each_ms / clients)) % clients;
        say_at(s, ms, client, SAY(.cseq = ++*cseq, .expires = 60));
        if (status)
            say_at(s, ms + 1, client, SAY(.cseq = *cseq, .status = status));
    }
}

static const struct storm_analysis *finish(struct storm *s)
{
    storm_finish(s);
    g_assert_cmpuint(storm_result(s)->n_servers, ==, 1);
    return &storm_result(s)->analyses[0];
}

/* --- is it one? ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    guint clients;   /* that try in it */
    gint64 length_ms, each_ms;
    guint status;
    guint outages;
    enum storm_outage_kind kind;
} outages[] = {
    {"silence", CLIENTS, 30000, 2000, 0, 1, OUTAGE_SILENT},
    {"errors", CLIENTS, 30000, 2000, 503, 1, OUTAGE_ERRORS},
    {"timeouts of somebody behind", CLIENTS, 30000, 2000, 408, 1, OUTAGE_ERRORS},
    {"challenges that lead nowhere for a minute", CLIENTS, 100000, 2000, 401, 1, OUTAGE_FAILING},
    {"too brief", CLIENTS, 9000, 2000, 0, 0, OUTAGE_SILENT},
    {"too few, with the one that ends it", 3, 30000, 2000, 0, 0, OUTAGE_SILENT},
    {"enough", 4, 30000, 2000, 0, 1, OUTAGE_SILENT},
    {"a server that says no works", CLIENTS, 30000, 2000, 403, 0, OUTAGE_SILENT},
};

static void test_outages(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(outages); i++) {
        struct storm *s = storm_new(NULL);
        guint cseq = 0;
        calm(s, CLIENTS, 0, 100000, &cseq);
        gint64 end = 100000 + outages[i].length_ms;
        tries(s, outages[i].clients, 100000, end, outages[i].each_ms, outages[i].status, &cseq);
        calm(s, CLIENTS, end, end + 100000, &cseq);
        const struct storm_analysis *a = finish(s);
        if (a->n_outages != outages[i].outages)
            g_error("%s: %u outages", outages[i].name, a->n_outages);
        if (a->n_outages) {
            const struct storm_outage *o = &a->outages[0];
            g_assert_true(o->recovered);
            g_assert_cmpuint(o->start_us, ==, 99001000); /* the last 200 */
            if (outages[i].kind == OUTAGE_FAILING) /* the first challenge that a 2xx follows within 60 s */
                g_assert_cmpuint(o->end_us, ==, (guint64)(end - 59999) * 1000);
            else
                g_assert_cmpuint(o->end_us, ==, (guint64)(end + 1) * 1000);
            g_assert_cmpuint(o->n_parts, ==, 1);
            g_assert_cmpint(o->parts[0].kind, ==, outages[i].kind);
        }
        storm_free(s);
    }
}

/* Phones that all come at once, once a minute, make no outage of the minute. */
static void test_in_step(void)
{
    struct storm *s = storm_new(NULL);
    for (guint minute = 0; minute < 10; minute++) {
        for (guint client = 0; client < CLIENTS; client++)
            say_at(s, minute * 60000 + client, client, SAY(.cseq = minute + 1, .expires = 120));
        for (guint client = 0; client < CLIENTS; client++)
            say_at(s, minute * 60000 + 100 + client, client,
                   SAY(.cseq = minute + 1, .status = 200, .contact_expires = 120));
    }
    g_assert_cmpuint(finish(s)->n_outages, ==, 0);
    storm_free(s);
}

/* A challenge ends it if a 2xx follows. A refusal between two silences does not part them. */
static void test_ends(void)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    calm(s, CLIENTS, 0, 100000, &cseq);
    tries(s, CLIENTS, 100000, 120000, 2000, 0, &cseq);
    say_at(s, 120000, 1, SAY(.cseq = ++cseq, .expires = 60));
    say_at(s, 120500, 1, SAY(.cseq = cseq, .status = 404));
    tries(s, CLIENTS, 121000, 140000, 2000, 0, &cseq);
    say_at(s, 140000, 2, SAY(.cseq = ++cseq, .expires = 60));
    say_at(s, 140200, 2, SAY(.cseq = cseq, .status = 401));
    say_at(s, 150000, 2, SAY(.cseq = ++cseq, .expires = 60, .credentials = TRUE));
    say_at(s, 150100, 2, SAY(.cseq = cseq, .status = 200, .contact_expires = 60));
    calm(s, CLIENTS, 151000, 300000, &cseq);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_outages, ==, 1);
    g_assert_cmpuint(a->outages[0].start_us, ==, 99001000);
    g_assert_cmpuint(a->outages[0].end_us, ==, 140200000);
    storm_free(s);
}

static void test_parts(void)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    calm(s, CLIENTS, 0, 100000, &cseq);
    tries(s, CLIENTS, 100000, 130000, 2000, 0, &cseq);
    tries(s, CLIENTS, 130000, 160000, 2000, 500, &cseq);
    tries(s, CLIENTS, 160000, 165000, 2000, 401, &cseq); /* too short for a part of its own */
    tries(s, CLIENTS, 165000, 200000, 2000, 500, &cseq);
    tries(s, CLIENTS, 200000, 230000, 2000, 0, &cseq);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_outages, ==, 1);
    g_assert_false(a->outages[0].recovered);
    g_assert_cmpuint(a->n_storms, ==, 0);
    g_assert_cmpuint(a->outages[0].n_parts, ==, 3);
    static const enum storm_outage_kind kinds[] = {OUTAGE_SILENT, OUTAGE_ERRORS, OUTAGE_SILENT};
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(a->outages[0].parts[i].kind, ==, kinds[i]);
    g_assert_cmpuint(a->outages[0].parts[1].start_us, ==, 130001000);
    g_assert_cmpuint(a->outages[0].parts[1].end_us, >, 199000000);
    storm_free(s);
}

/* Connections that cannot be had: SYN and reset. */
static void signal_at(struct storm *s, gint64 ms, enum sip_signal_kind kind, guint client, guint16 port, guint32 syn_seq)
{
    gchar address[32];
    g_snprintf(address, sizeof address, "10.0.0.%u:%u", client, port);
    struct sip_signal signal = {.kind = kind, .time_us = EVENTS_START_US + ms * 1000, .frame = (guint64)ms, .frame_bytes = 60,
                                .syn_seq = syn_seq};
    gboolean out = kind == SIGNAL_SYN || kind == SIGNAL_CRLF;
    signal.src = end_of(out ? address : SERVER);
    signal.dst = end_of(out ? SERVER : address);
    storm_signal(s, &signal);
}

static void test_connections(void)
{
    for (guint answered = 0; answered < 2; answered++) {
        struct storm *s = storm_new(NULL);
        guint cseq = 0;
        calm(s, CLIENTS, 0, 100000, &cseq);
        for (guint i = 0; i < 100; i++) {
            signal_at(s, 100000 + i * 300, SIGNAL_SYN, i % CLIENTS, (guint16)(20000 + i), i);
            signal_at(s, 100000 + i * 300 + 1, answered ? SIGNAL_SYN_ACK : SIGNAL_RST, i % CLIENTS,
                      (guint16)(20000 + i), i);
        }
        calm(s, CLIENTS, 140000, 240000, &cseq);
        const struct storm_analysis *a = finish(s);
        g_assert_cmpuint(a->n_outages, ==, answered ? 0 : 1);
        if (!answered) {
            g_assert_cmpint(a->outages[0].parts[0].kind, ==, OUTAGE_REFUSED);
            g_assert_cmpuint(a->retry_clients, ==, CLIENTS);
        }
        storm_free(s);
    }
}

/* Each client calls every 3 s from the same port, and repeats its SYN once: by its number it is the same attempt. */
static void test_fixed_port(void)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    calm(s, CLIENTS, 0, 100000, &cseq);
    for (guint32 i = 0; i < 12; i++)
        for (guint repeat = 0; repeat < 2; repeat++)
            for (guint client = 0; client < CLIENTS; client++)
                signal_at(s, 100000 + i * 3000 + repeat * 1000 + client, SIGNAL_SYN, client, 5060, i);
    calm(s, CLIENTS, 140000, 240000, &cseq);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_outages, ==, 1);
    g_assert_cmpuint(a->n_patterns, ==, 1);
    g_assert_cmpint(a->patterns[0].kind, ==, PATTERN_FIXED);
    g_assert_cmpuint(a->patterns[0].clients, ==, CLIENTS);
    g_assert_cmpuint(a->patterns[0].interval_us.median, ==, 3000000);
    storm_free(s);
}

/* --- storms and phases ------------------------------------------------------------------------------------------ */

/* All are back in the first second of the storm: a REGISTER and its answer each, so everything is known. */
static struct storm *simple_storm(guint clients)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    calm(s, clients, 0, 100000, &cseq);
    tries(s, clients, 100000, 200000, 5000, 0, &cseq);
    for (guint i = 0; i < clients; i++) {
        gint64 ms = 200000 + i * 900 / clients;
        say_at(s, ms, i, SAY(.cseq = ++cseq, .expires = 60));
        say_at(s, ms, i, SAY(.cseq = cseq, .status = 401));
        say_at(s, ms + 20, i, SAY(.cseq = ++cseq, .expires = 60, .credentials = TRUE));
        say_at(s, ms + 30, i, SAY(.cseq = cseq, .status = 200, .contact_expires = 60));
    }
    calm(s, clients, 220000, 300000, &cseq);
    return s;
}

static void test_storm(void)
{
    struct storm *s = simple_storm(100);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_outages, ==, 1);
    g_assert_cmpuint(a->n_storms, ==, 1);
    const struct storm_storm *storm = &a->storms[0];
    g_assert_cmpuint(storm->start_us, ==, 200000000); /* the first challenge that led to a 2xx */
    g_assert_cmpuint(storm->level_mpps, ==, 5000);
    g_assert_cmpuint(storm->peak_s, ==, 200);
    g_assert_cmpuint(storm->peak_pps, ==, 200);
    g_assert_cmpuint(storm->bindings, ==, 100);
    g_assert_cmpuint(storm->reregistered, ==, 100);
    g_assert_true(storm->recovered);
    g_assert_cmpint(storm->clients_before, ==, 100);
    g_assert_cmpuint(storm->reregistration.max_us, ==, 921000);
    g_assert_cmpuint(storm->reregistration.p50_us, ==, 471000);
    /* 200 in a window of 10 s until 210; from 211 on there is nothing but silence */
    g_assert_cmpuint(storm->end_us, ==, 211000000);
    static const enum storm_phase_kind kinds[] = {PHASE_NORMAL, PHASE_OUTAGE, PHASE_STORM, PHASE_NORMAL};
    g_assert_cmpuint(a->n_phases, ==, G_N_ELEMENTS(kinds));
    guint64 messages = 0, at = 0;
    for (guint i = 0; i < a->n_phases; i++) {
        g_assert_cmpint(a->phases[i].kind, ==, kinds[i]);
        g_assert_cmpuint(a->phases[i].start_us, ==, at);
        at = a->phases[i].end_us;
        messages += a->phases[i].to + a->phases[i].from;
        g_assert_cmpuint(a->phases[i].messages.requests[METHOD_REGISTER], ==, a->phases[i].to);
    }
    g_assert_cmpuint(at, ==, storm_result(s)->duration_us);
    g_assert_cmpuint(messages, ==, storm_result(s)->counted);
    g_assert_cmpint(a->phases[1].registered_end, ==, 0);
    storm_free(s);
}

/* A queue that serves c a second, to whom all come at once with two requests each: served after 2·n/c; the first
 * n of them are challenges. */
/* They come back one by one, each 8 s: what was asked before the storm, in its first second, is no part of it, and who
 * comes back shortly behind a second is not back at its beginning. */
static void test_slow_return(void)
{
    enum { SLOW = 10 };
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    calm(s, SLOW, 0, 100000, &cseq);
    tries(s, SLOW, 100000, 200000, 5000, 0, &cseq);
    for (guint i = 0; i < 40; i++)
        say_at(s, 200000 + i * 10, i % SLOW, SAY(.cseq = ++cseq, .expires = 60));
    for (guint i = 0; i < SLOW; i++)
        registers(s, 200500 + i * 8000 + (i + 1 == SLOW ? 727 : 0), i, ++cseq, 600);
    calm(s, SLOW, 290000, 400000, &cseq);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_storms, ==, 1);
    const struct storm_storm *storm = &a->storms[0];
    guint64 first = storm->start_us;
    g_assert_cmpuint(first / 1000000, ==, 200);
    g_assert_cmpuint(storm->end_us, ==, 201000000);
    g_assert_cmpuint(storm->reregistered, ==, 1);
    g_assert_true(storm->recovered);
    g_assert_cmpuint(storm->recovery_end_us, ==, first + 72727000);
    g_assert_cmpuint(storm->reregistration.p50_us, ==, 32000000);
    g_assert_cmpuint(storm->reregistration.max_us, ==, 72727000);
    storm_free(s);
}

static void test_what_if(void)
{
    struct storm *s = simple_storm(100);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_what_if, ==, 9);
    for (guint i = 0; i < a->n_what_if; i++) {
        const struct storm_what_if *w = &a->what_if[i];
        g_assert_cmpuint(w->clients, ==, 100);
        g_assert_cmpuint(w->lost, ==, 0);
        g_assert_cmpuint(w->registered[w->n_seconds - 1], ==, 100);
        if (w->model != MODEL_CAPACITY)
            continue;
        guint64 served_s = (2 * 100 + w->rate_pps - 1) / w->rate_pps; /* they arrive within 0.9 s */
        g_assert_cmpuint(w->n_seconds, >=, served_s);
        g_assert_cmpuint(w->n_seconds, <=, served_s + 1);
        g_assert_cmpuint(w->to_95_us, <=, (served_s + 1) * 1000000);
        for (guint t = 1; t < w->n_seconds; t++) {
            g_assert_cmpuint(w->registered[t], >=, w->registered[t - 1]);
            g_assert_cmpuint(w->registered[t], <=, w->rate_pps * (t + 1));
        }
    }
    storm_free(s);
}

static void test_one_sided(void)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    tries(s, CLIENTS, 0, 100000, 2000, 0, &cseq);
    const struct storm_analysis *a = finish(s);
    g_assert_true(storm_result(s)->one_sided);
    g_assert_cmpuint(a->n_outages, ==, 0);
    g_assert_cmpuint(a->n_phases, ==, 1);
    g_assert_cmpint(a->phases[0].registered_end, ==, -1);
    storm_free(s);
}

/* It begins in the middle: the outage starts with the capture. */
static void test_begins_in_outage(void)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    tries(s, CLIENTS, 0, 60000, 2000, 0, &cseq);
    calm(s, CLIENTS, 60000, 200000, &cseq);
    const struct storm_analysis *a = finish(s);
    g_assert_cmpuint(a->n_outages, ==, 1);
    g_assert_cmpuint(a->outages[0].start_us, ==, 0);
    g_assert_cmpuint(a->outages[0].end_us, ==, 60001000);
    g_assert_cmpint(a->storms[0].clients_before, ==, -1);
    g_assert_cmpint(a->phases[0].kind, ==, PHASE_OUTAGE);
    storm_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-outage/outages", test_outages);
    g_test_add_func("/storm-outage/in-step", test_in_step);
    g_test_add_func("/storm-outage/ends", test_ends);
    g_test_add_func("/storm-outage/parts", test_parts);
    g_test_add_func("/storm-outage/connections", test_connections);
    g_test_add_func("/storm-outage/fixed-port", test_fixed_port);
    g_test_add_func("/storm-outage/storm", test_storm);
    g_test_add_func("/storm-outage/slow-return", test_slow_return);
    g_test_add_func("/storm-outage/what-if", test_what_if);
    g_test_add_func("/storm-outage/one-sided", test_one_sided);
    g_test_add_func("/storm-outage/begins-in-outage", test_begins_in_outage);
    return g_test_run();
}

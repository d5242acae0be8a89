/* What traffic is for: keep-alive by mechanism, sessions by RFC 6076; quantiles and tallies (DEFINITIONS.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "registers.h"
#include "storm_private.h"

/* --- quantiles -------------------------------------------------------------------------------------------------- */

static void test_delays(void)
{
    struct delays d = {NULL, 0};
    g_assert_cmpuint(delays_at(&d, 1), ==, STORM_TIME_NONE);
    for (guint i = 100; i > 0; i--)
        delays_add(&d, i * 1000);
    struct storm_delays r = delays_result(&d);
    g_assert_cmpuint(r.count, ==, 100);
    g_assert_cmpuint(r.p50_us, ==, 50000);
    g_assert_cmpuint(r.p90_us, ==, 90000);
    g_assert_cmpuint(r.p99_us, ==, 99000);
    g_assert_cmpuint(r.max_us, ==, 100000);
    delays_add(&d, 499);      /* 0.000 */
    delays_add(&d, 65535499); /* 65.535: by milliseconds */
    delays_add(&d, 65536000); /* by seconds from here on */
    delays_add(&d, G_MAXUINT64 - 1);
    g_assert_cmpuint(delays_at(&d, 1), ==, 0);
    g_assert_cmpuint(delays_at(&d, 102), ==, 65535000);
    g_assert_cmpuint(delays_at(&d, 103), ==, 65000000);
    g_assert_cmpuint(delays_at(&d, 104), ==, (7 * 86400 - 1) * G_GUINT64_CONSTANT(1000000));
    delays_clear(&d);
}

/* Nearest rank of few values: the paper and pencil way. */
static void test_ranks(void)
{
    g_assert_cmpuint(rank_of(0, 50), ==, 0);
    g_assert_cmpuint(rank_of(1, 99), ==, 1);
    g_assert_cmpuint(rank_of(4, 50), ==, 2);
    g_assert_cmpuint(rank_of(5, 50), ==, 3);
    g_assert_cmpuint(rank_of(20, 95), ==, 19);
    g_assert_cmpuint(rank_of(21, 95), ==, 20);
}

static void test_tally(void)
{
    struct tally t = {.entries = NULL};
    struct sip_event request = {.request = TRUE}, response = {.status = 503};
    struct seen seen = {.event = &request, .method = METHOD_REGISTER};
    static const guint seconds[] = {0, 0, 1, 5, 5, 3, 5}; /* 3: out of order */
    for (guint i = 0; i < G_N_ELEMENTS(seconds); i++) {
        seen.second = seconds[i];
        tally_count(&t, &seen);
    }
    seen.event = &response;
    tally_count(&t, &seen);
    struct storm_messages m = {.requests = {0}}, rest = {.requests = {0}};
    tally_sum(&t, 0, 5, &m);
    tally_sum(&t, 5, 100, &rest);
    g_assert_cmpuint(m.requests[METHOD_REGISTER], ==, 4);
    g_assert_cmpuint(rest.requests[METHOD_REGISTER], ==, 3);
    g_assert_cmpuint(rest.responses[503 - STATUS_MIN], ==, 1);
    tally_clear(&t);
}

/* --- keep-alive --------------------------------------------------------------------------------------------------- */

static void signal_at(struct storm *s, gint64 ms, enum sip_signal_kind kind, guint64 hash)
{
    static guint64 frame = 1000000;
    struct sip_signal signal = {.kind = kind,
                                .time_us = EVENTS_START_US + ms * 1000,
                                .frame = ++frame,
                                .frame_bytes = 60,
                                .packet_hash = hash,
                                .src = end_of("10.0.0.1:5060"),
                                .dst = end_of(SERVER)};
    storm_signal(s, &signal);
}

static void test_keepalive(void)
{
    struct storm *s = storm_new(NULL);
    signal_at(s, -5, SIGNAL_CRLF, 0); /* before the first message */
    registers(s, 0, 1, 1, 180);
    registers(s, 100000, 1, 2, 180); /* a refresh */
    registers(s, 110000, 2, 1, 180);
    registers(s, 200000, 2, 2, 3600); /* too long to keep a way open */
    for (guint i = 0; i < 3; i++) {
        say_at(s, 1000 + i * 1000, 1, SAY(.method = "OPTIONS", .cseq = i + 1));
        say_at(s, 1001 + i * 1000, 1, SAY(.method = "OPTIONS", .cseq = i + 1, .status = 200));
    }
    say_at(s, 5000, 1, SAY(.method = "OPTIONS", .cseq = 9, .to_tag = "t")); /* of a dialog */
    say_at(s, 6000, 1, SAY(.method = "NOTIFY", .event = "Keep-Alive"));
    say_at(s, 6001, 1, SAY(.method = "NOTIFY", .status = 489));
    say_at(s, 7000, 1, SAY(.method = "NOTIFY", .event = "presence", .cseq = 2));
    signal_at(s, 8000, SIGNAL_CRLF, 77);
    signal_at(s, 8010, SIGNAL_CRLF, 77); /* captured twice */
    signal_at(s, 9000, SIGNAL_STUN, 0);
    storm_finish(s);
    const struct storm_analysis *a = &storm_result(s)->analyses[0];
    static const guint64 messages[KEEP_COUNT] = {
        [KEEP_CRLF] = 1, [KEEP_EVENT] = 2, [KEEP_OPTIONS] = 4, [KEEP_REGISTER] = 2, [KEEP_STUN] = 1};
    for (guint i = 0; i < KEEP_COUNT; i++)
        if (a->keepalive[i].messages != messages[i] || a->keepalive[i].frames != messages[i])
            g_error("%s: %" G_GUINT64_FORMAT, storm_keepalive_name((enum storm_keepalive)i), a->keepalive[i].messages);
    g_assert_cmpuint(a->frames, ==, storm_result(s)->counted + 2);
    g_assert_cmpuint(a->bytes, ==, storm_result(s)->counted * 500 + 120);
    g_assert_cmpuint(a->keepalive[KEEP_CRLF].bytes, ==, 60);
    storm_free(s);
}

/* Two messages of one frame are one frame. */
static void test_one_frame(void)
{
    struct storm *s = storm_new(NULL);
    registers(s, 0, 1, 1, 60);
    for (guint i = 0; i < 4; i++)
        say_at(s, 1000, 1, SAY(.method = "OPTIONS", .cseq = i + 1, .frame = 5000));
    storm_finish(s);
    const struct storm_analysis *a = &storm_result(s)->analyses[0];
    g_assert_cmpuint(a->frames, ==, 3);
    g_assert_cmpuint(a->keepalive[KEEP_OPTIONS].messages, ==, 3);
    g_assert_cmpuint(a->keepalive[KEEP_OPTIONS].frames, ==, 1);
    storm_free(s);
}

/* --- sessions ------------------------------------------------------------------------------------------------------ */

struct step {
    gint64 ms;
    const char *method;
    guint cseq, status;
};

static const struct {
    const char *name;
    struct step steps[10];
    guint established, all_established, effective, ineffective, completed;
    gint64 request_ms, failed_ms, disconnect_ms, duration_ms; /* -1: none */
} calls[] = {
    {"a call", {{0, "INVITE", 1, 0}, {10, "INVITE", 1, 100}, {500, "INVITE", 1, 180}, {900, "INVITE", 1, 180},
                {4000, "INVITE", 1, 200}, {4010, "ACK", 1, 0}, {64000, "BYE", 2, 0}, {64020, "BYE", 2, 200}},
     1, 1, 1, 0, 1, 500, -1, 20, 60000},
    {"challenged", {{0, "INVITE", 1, 0}, {10, "INVITE", 1, 407}, {50, "INVITE", 2, 0}, {350, "INVITE", 2, 200}},
     1, 1, 1, 0, 0, 350, -1, -1, -1},
    {"challenged and left", {{0, "INVITE", 1, 0}, {10, "INVITE", 1, 407}}, 0, 0, 0, 0, 0, -1, -1, -1, -1},
    {"busy", {{0, "INVITE", 1, 0}, {200, "INVITE", 1, 486}}, 0, 1, 1, 0, 0, -1, 200, -1, -1},
    {"rang, then busy", {{0, "INVITE", 1, 0}, {200, "INVITE", 1, 180}, {900, "INVITE", 1, 486}},
     0, 1, 1, 0, 0, 200, -1, -1, -1},
    {"unavailable", {{0, "INVITE", 1, 0}, {200, "INVITE", 1, 503}}, 0, 1, 0, 1, 0, -1, 200, -1, -1},
    {"nobody answers", {{0, "INVITE", 1, 0}, {500, "INVITE", 1, 0}}, 0, 1, 0, 1, 0, -1, -1, -1, -1},
    {"elsewhere", {{0, "INVITE", 1, 0}, {200, "INVITE", 1, 302}}, 0, 0, 0, 0, 0, -1, -1, -1, -1},
};

static void check_delay(const char *name, const struct storm_delays *d, gint64 ms)
{
    if (d->count != (ms >= 0) || (ms >= 0 && d->max_us != (guint64)ms * 1000))
        g_error("%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " us", name, d->count, d->max_us);
}

static void test_sessions(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        struct storm *s = storm_new(NULL);
        for (guint j = 0; j < 10 && calls[i].steps[j].method; j++) {
            const struct step *step = &calls[i].steps[j];
            gboolean dialog = g_str_equal(step->method, "BYE");
            say_at(s, step->ms, 1, SAY(.method = step->method, .cseq = step->cseq, .status = step->status,
                                       .to_tag = dialog || step->status ? "t" : NULL));
        }
        say_at(s, 100000, 2, SAY(.method = "OPTIONS"));
        storm_finish(s);
        const struct storm_sessions *r = &storm_result(s)->sessions;
        const char *name = calls[i].name;
        if (r->established.part != calls[i].established || r->established.all != calls[i].all_established ||
            r->effective.part != calls[i].effective || r->ineffective.part != calls[i].ineffective ||
            r->ineffective.all != 1 || r->completed.part != calls[i].completed || r->completed.all != 1)
            g_error("%s", name);
        check_delay(name, &r->request_delay, calls[i].request_ms);
        check_delay(name, &r->failed_request_delay, calls[i].failed_ms);
        check_delay(name, &r->disconnect_delay, calls[i].disconnect_ms);
        check_delay(name, &r->duration, calls[i].duration_ms);
        storm_free(s);
    }
}

/* A proxy sends it on: one session, measured where it was seen first. Who was called hangs up. */
static void test_hops(void)
{
    static const struct line lines[] = {
        {0, "10.0.0.1", "10.0.0.9", "INVITE a@b 1"},
        {5, "10.0.0.9", "10.0.0.2", "INVITE a@b 2"},
        {100, "10.0.0.2", "10.0.0.9", "180 INVITE a@b 2"},
        {110, "10.0.0.9", "10.0.0.1", "180 INVITE a@b 1"},
        {200, "10.0.0.2", "10.0.0.9", "200 INVITE a@b 2"},
        {210, "10.0.0.9", "10.0.0.1", "200 INVITE a@b 1"},
        {1000, "10.0.0.2", "10.0.0.9", "BYE a@b 3"},
        {1002, "10.0.0.9", "10.0.0.1", "BYE a@b 4"},
        {1030, "10.0.0.1", "10.0.0.9", "200 BYE a@b 4"},
        {1040, "10.0.0.9", "10.0.0.2", "200 BYE a@b 3"},
        {0, NULL, NULL, NULL},
    };
    struct storm *s = storm_new(NULL);
    for (const struct line *line = lines; line->src; line++) {
        struct told t;
        told_init(&t, line->ms, line->src, line->dst, line->what);
        gboolean back = strstr(line->what, "BYE") != NULL, offered = t.e.request && !back;
        t.e.call_id = BYTES_LIT("one");
        t.e.from_tag = back ? BYTES_LIT("callee") : BYTES_LIT("caller");
        t.e.to_tag = offered ? BYTES_NONE : back ? BYTES_LIT("caller") : BYTES_LIT("callee");
        storm_event(s, &t.e);
        told_clear(&t);
    }
    storm_finish(s);
    const struct storm_sessions *r = &storm_result(s)->sessions;
    g_assert_cmpuint(r->completed.all, ==, 1);
    g_assert_cmpuint(r->completed.part, ==, 1);
    g_assert_cmpuint(r->request_delay.max_us, ==, 110000);
    g_assert_cmpuint(r->duration.max_us, ==, 790000);
    g_assert_cmpuint(r->disconnect_delay.max_us, ==, 40000);
    storm_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-use/delays", test_delays);
    g_test_add_func("/storm-use/ranks", test_ranks);
    g_test_add_func("/storm-use/tally", test_tally);
    g_test_add_func("/storm-use/keepalive", test_keepalive);
    g_test_add_func("/storm-use/one-frame", test_one_frame);
    g_test_add_func("/storm-use/sessions", test_sessions);
    g_test_add_func("/storm-use/hops", test_hops);
    return g_test_run();
}

/* Patterns of retries, by their gaps; Retry-After; peaks and their causes (DEFINITIONS.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "registers.h"
#include "storm_private.h"

/* Gaps in seconds, from the outage's start on; the capture ends as long after the last try. */
static const struct {
    const char *name;
    guint gaps[24];
    guint end;
    enum storm_pattern_kind kind;
    guint interval, tries, wait;
} patterns[] = {
    {"fixed", {10, 10, 10, 10, 10}, 20, PATTERN_FIXED, 10, 0, 0},
    {"fixed, with jitter", {10, 12, 9, 11, 10, 12, 9}, 20, PATTERN_FIXED, 10, 0, 0},
    {"bursts", {2, 2, 2, 60, 2, 2, 2, 60, 2, 2, 2}, 20, PATTERN_BURST, 2, 4, 60},
    {"long bursts look fixed by their quantiles", {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 90, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 20,
     PATTERN_BURST, 2, 12, 90},
    {"back-off", {60, 120, 240}, 20, PATTERN_BACKOFF, 120, 0, 240},
    {"back-off with a plateau", {4, 8, 16, 32, 32, 32}, 20, PATTERN_BACKOFF, 16, 0, 32},
    {"back-off with RFC 5626's jitter at its cap", {30, 50, 100, 200, 110, 190, 120}, 20, PATTERN_BACKOFF, 110, 0, 200},
    {"none of them", {10, 20, 5, 25, 8, 14}, 20, PATTERN_UNDETERMINED, 10, 0, 0},
    {"too few", {10, 10}, 20, PATTERN_UNDETERMINED, 10, 0, 0},
    {"gave up", {10, 10, 10, 10}, 400, PATTERN_GAVE_UP, 10, 0, 0},
    {"may still come", {120, 120, 120, 120}, 350, PATTERN_FIXED, 120, 0, 0},
};

static struct binding binding_of(const guint *gaps)
{
    struct binding b = {.retry = NULL};
    guint64 us = 1000000;
    retry_attempt(&b, us);
    for (guint i = 0; gaps[i]; i++)
        retry_attempt(&b, us += gaps[i] * G_GUINT64_CONSTANT(1000000));
    g_assert_true(retry_outage(&b, 500000, us + 1));
    return b;
}

static void check_time(const char *name, guint64 us, guint s)
{
    if (us != (s ? s * G_GUINT64_CONSTANT(1000000) : STORM_TIME_NONE))
        g_error("%s: %" G_GUINT64_FORMAT " instead of %u s", name, us, s);
}

static void test_patterns(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
        struct binding b = binding_of(patterns[i].gaps);
        struct pattern p = retry_pattern(&b, b.last_us + patterns[i].end * G_GUINT64_CONSTANT(1000000));
        if (p.kind != patterns[i].kind)
            g_error("%s: %s", patterns[i].name, storm_pattern_name(p.kind));
        check_time(patterns[i].name, p.interval_us, patterns[i].interval);
        check_time(patterns[i].name, p.wait_us, patterns[i].wait);
        g_assert_cmpuint(p.tries, ==, patterns[i].tries ? patterns[i].tries : STORM_TIME_NONE);
        retry_free(&b);
    }
}

/* Of thousands of tries only the first ones are kept, and what follows. */
static void test_bounds(void)
{
    struct binding b = {.retry = NULL};
    for (guint i = 0; i < 20; i++) {
        retry_attempt(&b, i * G_GUINT64_CONSTANT(100000000));
        retry_trim(&b);
    }
    g_assert_cmpuint(b.log.n, ==, RETRY_BEFORE);
    for (guint i = 0; i < 5000; i++)
        retry_attempt(&b, (2000 + i) * G_GUINT64_CONSTANT(1000000));
    g_assert_cmpuint(b.log.n, ==, LOG_MAX);
    g_assert_true(retry_outage(&b, G_GUINT64_CONSTANT(1999000000), G_GUINT64_CONSTANT(7000000000)));
    g_assert_cmpuint(b.retry->n, ==, RETRY_IN);
    g_assert_cmpuint(b.retry->from, ==, RETRY_BEFORE);
    retry_trim(&b);
    for (guint i = 0; i < 100; i++)
        retry_attempt(&b, (8000 + i) * G_GUINT64_CONSTANT(1000000));
    g_assert_cmpuint(b.retry->log.n, ==, RETRY_BEFORE + RETRY_IN + RETRY_AFTER);
    g_assert_cmpint(retry_pattern(&b, G_GUINT64_CONSTANT(9000000000)).kind, ==, PATTERN_FIXED);
    retry_free(&b);
}

/* --- Retry-After ------------------------------------------------------------------------------------------------- */

static void test_retry_after(void)
{
    static const struct {
        const char *name;
        gint64 back_ms, end_ms; /* after the response; -1: never */
        struct storm_retry_after expected;
    } rows[] = {
        {"to the second", 60000, 200000, {1, 0, 0, 0}},
        {"a little early", 54000, 200000, {1, 0, 0, 0}},
        {"too early", 53000, 200000, {0, 1, 0, 0}},
        {"within the grace", 90000, 200000, {1, 0, 0, 0}},
        {"late", 91000, 200000, {0, 0, 1, 0}},
        {"never", -1, 200000, {0, 0, 0, 1}},
        {"the capture ends too early to tell", -1, 80000, {0, 0, 0, 0}},
        {"also where it was honoured already", 60000, 80000, {0, 0, 0, 0}},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct storm *s = storm_new(NULL);
        registers(s, 0, 2, 1, 600);
        say_at(s, 9990, 1, SAY(.cseq = 1, .expires = 60));
        say_at(s, 10000, 1, SAY(.cseq = 1, .status = 503, .retry_after = 60));
        say_at(s, 10010, 1, SAY(.cseq = 1, .status = 503, .retry_after = 60)); /* once more: the same */
        if (rows[i].back_ms >= 0)
            registers(s, 10000 + rows[i].back_ms, 1, 2, 600);
        say_at(s, 10000 + rows[i].end_ms, 2, SAY(.method = "OPTIONS"));
        storm_finish(s);
        const struct storm_retry_after *r = &storm_result(s)->analyses[0].retry_after;
        if (memcmp(r, &rows[i].expected, sizeof *r) != 0)
            g_error("%s", rows[i].name);
        storm_free(s);
    }
}

/* --- a spike and its cause -------------------------------------------------------------------------------------- */

/* Half of the clients are told 500 in the first second, and wait for 30 s. */
static void test_spike(void)
{
    struct storm *s = storm_new(NULL);
    guint cseq = 0;
    for (gint64 ms = 0; ms < 100000; ms += 200)
        registers(s, ms, (guint)(ms / 200) % 100, ++cseq, 300);
    for (gint64 ms = 100000; ms < 160000; ms += 100)
        say_at(s, ms, (guint)(ms / 100) % 100, SAY(.cseq = ++cseq, .expires = 300));
    for (guint i = 0; i < 100; i++) {
        gint64 ms = 160000 + i * 9;
        if (i % 2 == 0) {
            registers(s, ms, i, ++cseq, 300);
            continue;
        }
        say_at(s, ms, i, SAY(.cseq = ++cseq, .expires = 300));
        say_at(s, ms + 1, i, SAY(.cseq = cseq, .status = 500));
        say_at(s, ms + 2, i, SAY(.cseq = cseq, .status = 500));
    }
    for (guint i = 1; i < 100; i += 2)
        registers(s, 190000 + i * 9, i, ++cseq, 300);
    for (gint64 ms = 200000; ms < 260000; ms += 200)
        registers(s, ms, (guint)(ms / 200) % 100, ++cseq, 300);
    storm_finish(s);
    const struct storm_storm *storm = &storm_result(s)->analyses[0].storms[0];
    g_assert_cmpuint(storm->n_spikes, ==, 1);
    g_assert_cmpuint(storm->spikes[0].second, ==, 190);
    g_assert_cmpuint(storm->spikes[0].pps, ==, 50);
    g_assert_cmpint(storm->spikes[0].cause, ==, CAUSE_ERROR);
    g_assert_cmpuint(storm->spikes[0].share.part, ==, 50);
    g_assert_cmpuint(storm->status_5xx.part, ==, 100);
    storm_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-retry/patterns", test_patterns);
    g_test_add_func("/storm-retry/bounds", test_bounds);
    g_test_add_func("/storm-retry/retry-after", test_retry_after);
    g_test_add_func("/storm-retry/spike", test_spike);
    return g_test_run();
}

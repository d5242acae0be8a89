/* Bindings: who is registered when; attempts, delays, what is ineffective (DEFINITIONS.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "registers.h"

#include <stdio.h>

static const struct storm_analysis *finish(struct storm *s)
{
    storm_finish(s);
    g_assert_cmpuint(storm_result(s)->n_servers, ==, 1);
    return &storm_result(s)->analyses[0];
}

/* "0-2:0 3-62:1": seconds and how many are registered at their end. */
static void check_curve(struct storm *s, const char *expected)
{
    const struct storm_series *series = &storm_result(s)->series[0];
    g_auto(GStrv) ranges = g_strsplit(expected, " ", -1);
    for (gchar **range = ranges; *range; range++) {
        guint from, to, n;
        g_assert_cmpint(sscanf(*range, "%u-%u:%u", &from, &to, &n), ==, 3);
        for (guint i = from; i <= to; i++)
            if (i >= series->n_bins || series->registered[i] != n)
                g_error("%s: second %u of %u has %u", expected, i, series->n_bins,
                        i < series->n_bins ? series->registered[i] : 0);
    }
}

static struct storm *begin(void)
{
    struct storm *s = storm_new(NULL);
    say_at(s, 0, 99, SAY(.method = "OPTIONS"));
    return s;
}

static void end_at(struct storm *s, gint64 ms)
{
    say_at(s, ms, 99, SAY(.method = "OPTIONS", .cseq = 2));
    finish(s);
}

/* --- lifetimes ----------------------------------------------------------------------------------------------- */

/* Where the lifetime stands: the contact of the response, its Expires, the request's contact, its Expires. */
static const struct {
    const char *name;
    gint64 asked_contact, asked, granted_contact, granted;
    const char *contact; /* of the response */
    const char *curve;
} lifetimes[] = {
    {"the contact of the response", 0, 600, 60, 0, NULL, "0-2:0 3-62:1 63-70:0"},
    {"before its Expires", 0, 600, 60, 600, NULL, "3-62:1 63-70:0"},
    {"its Expires", 0, 600, 0, 60, NULL, "3-62:1 63-70:0"},
    {"the contact of the request", 60, 600, 0, 0, NULL, "3-62:1 63-70:0"},
    {"the request's Expires", 0, 60, 0, 0, NULL, "3-62:1 63-70:0"},
    {"an hour without any", 0, 0, 0, 0, NULL, "3-1000:1"},
    {"a response that lists nobody", 0, 60, 0, 0, "", "3-62:1 63-70:0"},
    {"one that says for how long", 0, 600, 0, 60, "", "3-62:1 63-70:0"},
    {"gone at once", 0, ZERO, 0, 0, "", "0-70:0"},
    {"somebody else is listed", 0, 600, 60, 0, "u1010.9.9.9:5060", "3-62:1 63-70:0"},
};

static void test_lifetimes(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(lifetimes); i++) {
        struct storm *s = begin();
        say_at(s, 3200, 1, SAY(.contact_expires = lifetimes[i].asked_contact, .expires = lifetimes[i].asked));
        say_at(s, 3250, 1, SAY(.status = 200, .contact_expires = lifetimes[i].granted_contact,
                               .expires = lifetimes[i].granted, .contact = lifetimes[i].contact));
        end_at(s, 1000000);
        g_test_message("%s", lifetimes[i].name);
        check_curve(s, lifetimes[i].curve);
        storm_free(s);
    }
}

static void test_refresh(void)
{
    struct storm *s = begin();
    registers(s, 3000, 1, 1, 60);
    registers(s, 50000, 1, 2, 60);  /* in time */
    registers(s, 150000, 1, 3, 60); /* late */
    say_at(s, 160000, 1, SAY(.cseq = 4, .expires = ZERO));
    say_at(s, 160001, 1, SAY(.cseq = 4, .status = 200, .contact = ""));
    end_at(s, 200000);
    check_curve(s, "0-2:0 3-109:1 110-149:0 150-159:1 160-199:0");
    storm_free(s);
}

/* Two instances of one user; the star takes both. A new port of one Contact is the same binding. */
static void test_bindings(void)
{
    struct storm *s = begin();
    const char *const instances[] = {"<urn:uuid:1>", "<urn:uuid:2>"};
    for (guint i = 0; i < 2; i++) {
        say_at(s, 1000 + i * 1000, 1, SAY(.call_id = instances[i], .instance = instances[i], .expires = 600));
        say_at(s, 1001 + i * 1000, 1, SAY(.call_id = instances[i], .status = 200, .instance = instances[i],
                                          .contact_expires = 600));
    }
    registers(s, 3000, 2, 1, 600);
    say_at(s, 4000, 2, SAY(.cseq = 2, .contact = "u2@10.0.0.2:49152", .expires = 600));
    say_at(s, 4001, 2, SAY(.cseq = 2, .status = 200, .contact = "u2@10.0.0.2:49152", .contact_expires = 600));
    say_at(s, 10000, 1, SAY(.cseq = 3, .contact = "*", .expires = ZERO));
    say_at(s, 10001, 1, SAY(.cseq = 3, .status = 200, .contact = ""));
    end_at(s, 20000);
    check_curve(s, "0-0:0 1-1:1 2-2:2 3-9:3 10-19:1");
    g_assert_cmpuint(storm_result(s)->servers[0].clients, ==, 2);
    storm_free(s);
}

/* Who refreshes at first sight was there before. */
static void test_estimated(void)
{
    struct storm *s = begin();
    registers(s, 30000, 1, 7, 60);
    registers(s, 30000, 2, 1, 60);
    say_at(s, 40000, 3, SAY(.cseq = 1, .credentials = TRUE, .expires = 60)); /* refused, then served */
    say_at(s, 40001, 3, SAY(.cseq = 1, .status = 403));
    registers(s, 41000, 3, 2, 60);
    end_at(s, 50000);
    check_curve(s, "0-29:1 30-40:2 41-49:3");
    g_assert_cmpuint(storm_result(s)->analyses[0].estimated, ==, 1);
    g_assert_cmpuint(storm_result(s)->analyses[0].warmup_us, ==, 60000000);
    storm_free(s);
}

/* --- attempts ------------------------------------------------------------------------------------------------ */

/* A challenge and what answers it are one attempt; late ones are not. */
static void test_attempts(void)
{
    static const struct {
        const char *name;
        struct {
            gint64 ms;
            guint cseq, status;
        } steps[6];
        guint64 attempts, ineffective, delays;
    } rows[] = {
        {"at once", {{0, 1, 0}, {10, 1, 200}}, 1, 0, 1},
        {"challenged", {{0, 1, 0}, {10, 1, 401}, {20, 2, 0}, {30, 2, 200}}, 1, 0, 1},
        {"challenged and left", {{0, 1, 0}, {10, 1, 401}}, 0, 0, 0},
        {"refused", {{0, 1, 0}, {10, 1, 401}, {20, 2, 0}, {30, 2, 403}}, 1, 1, 0},
        {"too much", {{0, 1, 0}, {10, 1, 503}, {5000, 2, 0}, {5010, 2, 200}}, 2, 1, 1},
        {"moved", {{0, 1, 0}, {10, 1, 302}}, 0, 0, 0},
        {"no answer", {{0, 1, 0}, {500, 1, 0}, {1500, 1, 0}}, 1, 1, 0},
        {"an answer to each repetition", {{0, 1, 0}, {500, 1, 0}, {510, 1, 200}, {520, 1, 200}}, 1, 0, 1},
        {"the answer comes late", {{0, 1, 0}, {33000, 1, 200}}, 1, 1, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct storm *s = begin();
        registers(s, 100, 2, 1, 600);
        for (guint j = 0; j < 6 && rows[i].steps[j].cseq; j++)
            say_at(s, 1000 + rows[i].steps[j].ms, 1,
                   SAY(.cseq = rows[i].steps[j].cseq, .status = rows[i].steps[j].status, .expires = 600));
        end_at(s, 60000);
        const struct storm_analysis *a = &storm_result(s)->analyses[0];
        if (a->ineffective.all != rows[i].attempts + 1 || a->ineffective.part != rows[i].ineffective ||
            a->request_delay.count != rows[i].delays + 1)
            g_error("%s: %" G_GUINT64_FORMAT " attempts, %" G_GUINT64_FORMAT " ineffective, %" G_GUINT64_FORMAT
                    " delays",
                    rows[i].name, a->ineffective.all, a->ineffective.part, a->request_delay.count);
        storm_free(s);
    }
}

/* What is open at the end is no failure yet. */
static void test_open(void)
{
    struct storm *s = begin();
    registers(s, 100, 2, 1, 600);
    say_at(s, 50000, 1, SAY(.cseq = 1));
    end_at(s, 60000);
    g_assert_cmpuint(storm_result(s)->analyses[0].ineffective.all, ==, 1);
    storm_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-registered/lifetimes", test_lifetimes);
    g_test_add_func("/storm-registered/refresh", test_refresh);
    g_test_add_func("/storm-registered/bindings", test_bindings);
    g_test_add_func("/storm-registered/estimated", test_estimated);
    g_test_add_func("/storm-registered/attempts", test_attempts);
    g_test_add_func("/storm-registered/open", test_open);
    return g_test_run();
}

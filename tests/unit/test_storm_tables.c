/* The tables under the statistics, against plain models of them; decimals.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "storm_private.h"

static void test_ids(void)
{
    struct ids ids;
    GHashTable *model = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    ids_init(&ids, 5000);
    for (guint i = 0; i < 50000; i++) {
        /* Low bits alike: long probes. */
        guint64 key = (guint64)g_test_rand_int_range(0, 8000) << 6, number;
        gpointer known = g_hash_table_lookup(model, &key);
        gboolean fresh;
        number = ids_add(&ids, key, &fresh);
        if (known) {
            g_assert_false(fresh);
            g_assert_cmpuint(number + 1, ==, GPOINTER_TO_UINT(known));
        } else if (g_hash_table_size(model) < 5000) {
            guint64 *copy = g_new(guint64, 1);
            *copy = key;
            g_assert_true(fresh);
            g_assert_cmpuint(number, ==, g_hash_table_size(model));
            g_hash_table_insert(model, copy, GUINT_TO_POINTER((guint)number + 1));
        } else {
            g_assert_false(fresh);
            g_assert_cmpuint(number, ==, IDS_NONE);
        }
    }
    g_assert_cmpuint(ids.n, ==, 5000);
    g_hash_table_unref(model);
    ids_clear(&ids);
}

#define EVENTS 4000

/* Everything that is in the window must be found; nothing that is not. Time runs forwards here, so the
 * model needs no bound. */
static void test_recent(void)
{
    struct recent recent;
    struct {
        guint64 key, value;
        gint64 time;
    } kept[EVENTS];
    guint n = 0;
    gint64 now = -500000;
    recent_init(&recent, 1000, 4096);
    for (guint i = 0; i < EVENTS; i++) {
        guint64 key = (guint64)g_test_rand_int_range(0, 300), value = i, expected = i;
        gboolean seen = FALSE;
        now += g_test_rand_int_range(0, 8);
        for (guint j = n; j > 0 && !seen && now - kept[j - 1].time <= 1000; j--)
            if (kept[j - 1].key == key) {
                seen = TRUE;
                expected = kept[j - 1].value;
            }
        g_assert_cmpint(recent_seen(&recent, key, now, &value), ==, seen);
        g_assert_cmpuint(value, ==, expected);
        if (!seen) {
            kept[n].key = key;
            kept[n].value = i;
            kept[n++].time = now;
        }
    }
    recent_clear(&recent);
}

/* At the bound the oldest leave, and memory stays. */
static void test_recent_bound(void)
{
    struct recent recent;
    guint64 value = 0;
    recent_init(&recent, 1000, 1024);
    for (guint64 key = 0; key < 5000; key++)
        g_assert_false(recent_seen(&recent, key, 0, &value));
    g_assert_cmpuint(recent.size, ==, 1024);
    g_assert_cmpuint(recent.n, ==, 1024);
    g_assert_true(recent_seen(&recent, 4000, 0, &value));
    g_assert_false(recent_seen(&recent, 3000, 0, &value));
    recent_clear(&recent);
}

static void test_ports(void)
{
    static const guint16 first[] = {5061, 5060, 5062, 5060, 65535, 0};
    struct host_ports *ports = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
        host_ports_add(&ports, first[i]);
    g_assert_cmpuint(ports->n, ==, 5);
    for (guint16 port = 100; port < 200; port++)
        host_ports_add(&ports, port);
    g_assert_cmpuint(ports->n, ==, STORM_PORTS_MAX);
    g_assert_cmpuint(ports->port[0], ==, 0);
    for (guint i = 1; i < STORM_PORTS_MAX; i++)
        g_assert_cmpuint(ports->port[i], ==, 99 + i);
    g_free(ports);
}

static const struct {
    guint64 us;
    const char *text;
} seconds[] = {
    {0, "0.000"},
    {499, "0.000"},
    {500, "0.001"},
    {999499, "0.999"},
    {999500, "1.000"},
    {1263004000, "1263.004"},
    {G_MAXUINT64, "18446744073709.552"},
};

static const struct {
    guint64 num, den;
    const char *text;
} ratios[] = {
    {0, 0, "0.0000"},
    {5, 0, "0.0000"},
    {1, 3, "0.3333"},
    {2, 3, "0.6667"},
    {1, 1, "1.0000"},
    {7, 2, "3.5000"},
    {99999, 100000, "1.0000"},
    {1, 20000, "0.0001"},
    {1, 20001, "0.0000"},
    {G_MAXUINT64, G_MAXUINT64, "1.0000"},
    {G_MAXUINT64, 1, "18446744073709551615.0000"},
    {G_MAXUINT64 / 2, G_MAXUINT64, "0.5000"},
};

static const struct {
    gint64 us;
    const char *text;
} times[] = {
    {0, "1970-01-01T00:00:00.000000Z"},
    {-1, "1969-12-31T23:59:59.999999Z"},
    {G_GINT64_CONSTANT(1767225600123456), "2026-01-01T00:00:00.123456Z"},
    {G_MAXINT64, NULL},
    {G_MININT64, NULL},
};

static void test_numbers(void)
{
    char out[NUMBER_MAX];
    for (guint i = 0; i < G_N_ELEMENTS(seconds); i++)
        g_assert_cmpstr(number_seconds(seconds[i].us, out), ==, seconds[i].text);
    for (guint i = 0; i < G_N_ELEMENTS(ratios); i++)
        g_assert_cmpstr(number_ratio(ratios[i].num, ratios[i].den, out), ==, ratios[i].text);
    for (guint i = 0; i < G_N_ELEMENTS(times); i++)
        g_assert_cmpstr(number_utc(times[i].us, out), ==, times[i].text);
    g_assert_cmpstr(number_count(G_MAXUINT64, out), ==, "18446744073709551615");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-tables/ids", test_ids);
    g_test_add_func("/storm-tables/recent", test_recent);
    g_test_add_func("/storm-tables/recent-bound", test_recent_bound);
    g_test_add_func("/storm-tables/ports", test_ports);
    g_test_add_func("/storm-tables/numbers", test_numbers);
    return g_test_run();
}

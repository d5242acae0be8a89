/* Statistics: counts, directions, who is the server, series.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "events.h"

static void check_direction(const struct storm_result *r, guint64 to, guint64 from, guint64 internal,
                            guint64 other)
{
    g_assert_cmpuint(r->direction.to_server, ==, to);
    g_assert_cmpuint(r->direction.from_server, ==, from);
    g_assert_cmpuint(r->direction.internal, ==, internal);
    g_assert_cmpuint(r->direction.other, ==, other);
}

/* "192.0.2.1 10.0.0.1": labels in order. */
static void check_servers(const struct storm_result *r, const char *expected)
{
    g_autoptr(GString) labels = g_string_new(NULL);
    for (guint i = 0; i < r->n_servers; i++)
        g_string_append_printf(labels, "%s%s", i ? " " : "", r->servers[i].label);
    g_assert_cmpstr(labels->str, ==, expected);
}

/* --- messages ------------------------------------------------------------------------------------------ */

static void test_messages(void)
{
    static const struct line lines[] = {
        {0, "10.0.0.1", "10.0.0.2", "INVITE a@b"},
        {1, "10.0.0.2", "10.0.0.1", "100 INVITE a@b"},
        {2, "10.0.0.2", "10.0.0.1", "200 INVITE a@b"},
        {3, "10.0.0.1", "10.0.0.2", "ACK a@b"},
        {4, "10.0.0.1", "10.0.0.2", "invite a@b"},
        {5, "10.0.0.1", "10.0.0.2", "PING a@b"},
        {6, "10.0.0.2", "10.0.0.1", "699 PING a@b"},
        {7, "10.0.0.2", "10.0.0.1", "700 PING a@b"},
        {8, "10.0.0.2", "10.0.0.1", "99 PING a@b"},
        {9, "10.0.0.1", "10.0.0.2", "other a@b"},
        {0, NULL, NULL, NULL},
    };
    struct storm *s = storm_of(lines, NULL);
    const struct storm_messages *m = &storm_result(s)->messages;
    g_assert_cmpuint(m->requests[METHOD_INVITE], ==, 1);
    g_assert_cmpuint(m->requests[METHOD_ACK], ==, 1);
    g_assert_cmpuint(m->requests[METHOD_OTHER], ==, 3);
    g_assert_cmpuint(m->responses[100 - STATUS_MIN], ==, 1);
    g_assert_cmpuint(m->responses[200 - STATUS_MIN], ==, 1);
    g_assert_cmpuint(m->responses[699 - STATUS_MIN], ==, 1);
    g_assert_cmpuint(m->responses[STATUS_OTHER], ==, 2);
    g_assert_cmpuint(storm_result(s)->counted, ==, 10);
    g_assert_cmpuint(storm_result(s)->duration_us, ==, 9000);
    storm_free(s);
}

static void test_nothing(void)
{
    struct storm *s = storm_new(NULL);
    g_assert_null(storm_result(s));
    storm_finish(s);
    tell(s, 0, "10.0.0.1", "10.0.0.2", "INVITE a@b"); /* too late */
    storm_finish(s);
    g_assert_cmpuint(storm_result(s)->counted, ==, 0);
    g_assert_cmpuint(storm_result(s)->n_servers, ==, 0);
    storm_free(s);
}

/* --- duplicates ---------------------------------------------------------------------------------------- */

static const struct {
    const char *what;
    struct {
        gint64 us;
        guint64 frame, hash;
    } seen[6];
    guint64 counted, duplicates;
} copies[] = {
    {"another packet", {{0, 1, 7}, {10, 2, 8}}, 2, 0},
    {"a copy", {{0, 1, 7}, {10, 2, 7}}, 1, 1},
    {"two copies, one before the other packet", {{0, 1, 7}, {10, 2, 7}, {11, 3, 8}, {12, 4, 7}}, 2, 2},
    {"at the window's end", {{0, 1, 7}, {20000, 2, 7}}, 1, 1},
    {"behind the window", {{0, 1, 7}, {20001, 2, 7}}, 2, 0},
    {"the window is the first one's", {{0, 1, 7}, {15000, 2, 7}, {30000, 3, 7}}, 2, 1},
    {"a copy that was stamped earlier", {{20000, 1, 7}, {1, 2, 7}}, 1, 1},
    {"two messages of one frame", {{0, 1, 7}, {0, 1, 7}}, 2, 0},
    {"two messages of a frame, and its copy", {{0, 1, 7}, {0, 1, 7}, {5, 2, 7}, {5, 2, 7}}, 2, 2},
    {"no hash", {{0, 1, 0}, {0, 2, 0}}, 2, 0},
    {"time runs backwards for good", {{50000, 1, 7}, {0, 2, 7}}, 2, 0},
};

static void test_duplicates(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(copies); i++) {
        struct storm *s = storm_new(NULL);
        for (guint j = 0; j < 6 && copies[i].seen[j].frame; j++) {
            struct told t;
            told_init(&t, 0, "10.0.0.1", "10.0.0.2", "OPTIONS a@b");
            t.e.time_us += copies[i].seen[j].us;
            t.e.frame = copies[i].seen[j].frame;
            t.e.packet_hash = copies[i].seen[j].hash;
            storm_event(s, &t.e);
            told_clear(&t);
        }
        storm_finish(s);
        const struct storm_result *r = storm_result(s);
        if (r->counted != copies[i].counted || r->duplicates != copies[i].duplicates)
            g_error("%s: counted %" G_GUINT64_FORMAT ", duplicates %" G_GUINT64_FORMAT, copies[i].what,
                    r->counted, r->duplicates);
        storm_free(s);
    }
}

/* --- servers ------------------------------------------------------------------------------------------- */

/* The picture in storm.h. */
static const struct line behind_sbc[] = {
    {0, "198.51.100.1", "192.0.2.1", "REGISTER u1@d"},
    {1, "192.0.2.1", "10.0.0.1:5070", "REGISTER u1@d"},
    {2, "10.0.0.1:5070", "192.0.2.1", "401 REGISTER u1@d"},
    {3, "192.0.2.1", "198.51.100.1", "401 REGISTER u1@d"},
    {4, "198.51.100.2", "192.0.2.1", "REGISTER u2@d"},
    {5, "192.0.2.1", "10.0.0.1:5070", "REGISTER u2@d"},
    {6, "10.0.0.1:5070", "192.0.2.1", "200 REGISTER u2@d"},
    {7, "192.0.2.1", "198.51.100.2", "200 REGISTER u2@d"},
    {8, "198.51.100.3", "192.0.2.1:5080", "REGISTER u3@d"},
    {9, "192.0.2.1", "10.0.0.1:5070", "REGISTER u3@d"},
    {10, "10.0.0.1:5070", "192.0.2.1", "423 REGISTER u3@d"},
    {11, "192.0.2.1:5080", "198.51.100.3", "423 REGISTER u3@d"},
    {12, "198.51.100.1", "198.51.100.2", "MESSAGE u1@d"},
    {0, NULL, NULL, NULL},
};

static void test_sbc(void)
{
    struct storm *s = storm_of(behind_sbc, NULL);
    const struct storm_result *r = storm_result(s);
    check_servers(r, "192.0.2.1 10.0.0.1");
    check_direction(r, 3, 3, 6, 1);
    g_assert_cmpuint(r->servers[0].sources, ==, 4);
    g_assert_cmpuint(r->servers[0].clients, ==, 3);
    g_assert_cmpuint(r->servers[0].n_ports, ==, 2);
    g_assert_cmpuint(r->servers[0].ports[0], ==, 5060);
    g_assert_cmpuint(r->servers[0].ports[1], ==, 5080);
    g_assert_cmpuint(r->servers[1].sources, ==, 1);
    g_assert_cmpuint(r->servers[1].clients, ==, 3);
    g_assert_cmpuint(r->servers[1].ports[0], ==, 5070);
    g_assert_false(r->one_sided);
    storm_free(s);
}

/* Who is listed, and what the direction of the messages is. */
static const struct {
    const char *what, *servers;
    guint64 to, from, internal, other;
    gboolean one_sided;
    struct line lines[8];
} cases[] = {
    {"404 and 503 prove nothing, then all who are asked count",
     "192.0.2.9 192.0.2.1",
     3,
     2,
     0,
     0,
     FALSE,
     {{0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"},
      {1, "192.0.2.1", "10.0.0.1", "404 REGISTER u1@d"},
      {2, "10.0.0.1", "192.0.2.9", "REGISTER u1@d"},
      {3, "10.0.0.1", "192.0.2.9", "REGISTER u2@d"},
      {4, "192.0.2.9", "10.0.0.1", "503 REGISTER u2@d"}}},
    {"who answers counts, not who is asked more",
     "192.0.2.1",
     1,
     1,
     0,
     2,
     FALSE,
     {{0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"},
      {1, "192.0.2.1", "10.0.0.1", "407 REGISTER u1@d"},
      {2, "10.0.0.1", "192.0.2.9", "REGISTER u1@d"},
      {3, "10.0.0.1", "192.0.2.9", "REGISTER u2@d"}}},
    {"a server that is down",
     "192.0.2.1",
     2,
     0,
     0,
     0,
     TRUE,
     {{0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"}, {1, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"}}},
    {"only the answers were captured",
     "192.0.2.1",
     0,
     1,
     0,
     0,
     FALSE,
     {{0, "192.0.2.1", "10.0.0.1", "200 REGISTER u1@d"}}},
    {"no REGISTER: most transactions, not most messages",
     "192.0.2.1",
     2,
     1,
     0,
     3,
     FALSE,
     {{0, "10.0.0.1", "192.0.2.1", "INVITE a@b 1"},
      {1, "192.0.2.1", "10.0.0.2", "INVITE a@b 2"},
      {2, "10.0.0.2", "10.0.0.3", "INVITE a@b 3"},
      {3, "10.0.0.3", "10.0.0.2", "100 INVITE a@b 3"},
      {4, "10.0.0.3", "10.0.0.2", "200 INVITE a@b 3"},
      {5, "10.0.0.4", "192.0.2.1", "INVITE a@b 4"}}},
    {"a tie: more messages",
     "10.0.0.2",
     3,
     0,
     0,
     1,
     TRUE,
     {{0, "10.0.0.1", "10.0.0.2", "INVITE a@b 1"},
      {1, "10.0.0.1", "10.0.0.2", "INVITE a@b 1"},
      {2, "10.0.0.3", "10.0.0.4", "INVITE a@b 2"},
      {3, "10.0.0.5", "10.0.0.2", "ACK a@b 5"}}},
    {"a tie: the lower address, IPv4 first",
     "10.0.0.2",
     0,
     1,
     0,
     1,
     FALSE,
     {{0, "[2001:db8::1]", "[2001:db8::2]", "INVITE a@b 1"}, {1, "10.0.0.2", "10.0.0.11", "INVITE a@b 2"}}},
    {"IPv6",
     "2001:db8::1",
     1,
     1,
     0,
     0,
     FALSE,
     {{0, "[2001:db8::2]", "[2001:db8::1]", "REGISTER u1@d"},
      {1, "[2001:db8::1]", "[2001:db8::2]", "200 REGISTER u1@d"}}},
    {"loopback: the port tells",
     "127.0.0.1",
     2,
     1,
     0,
     1,
     FALSE,
     {{0, "127.0.0.1:5070", "127.0.0.1:5060", "OPTIONS u1@d"},
      {1, "127.0.0.1:5070", "127.0.0.1:5060", "REGISTER u1@d"},
      {2, "127.0.0.1:5060", "127.0.0.1:5070", "200 REGISTER u1@d"},
      {3, "127.0.0.1:5070", "127.0.0.1:5080", "BYE u1@d"}}},
};

static void test_cases(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].what);
        struct storm *s = storm_of(cases[i].lines, NULL);
        const struct storm_result *r = storm_result(s);
        check_servers(r, cases[i].servers);
        check_direction(r, cases[i].to, cases[i].from, cases[i].internal, cases[i].other);
        g_assert_cmpint(r->one_sided, ==, cases[i].one_sided);
        storm_free(s);
    }
}

/* `n` users register at `server`, each from an address of its own. */
static void register_users(struct storm *s, const char *server, guint n, guint from)
{
    for (guint i = 0; i < n; i++) {
        g_autofree gchar *phone = g_strdup_printf("10.%u.%u.%u", from, i / 250, i % 250 + 1);
        g_autofree gchar *request = g_strdup_printf("REGISTER u%u@d %u", i, i);
        g_autofree gchar *response = g_strdup_printf("200 %s", request);
        tell(s, i, phone, server, request);
        tell(s, i, server, phone, response);
    }
}

static void test_tenth(void)
{
    struct storm *s = storm_new(NULL);
    register_users(s, "192.0.2.1", 100, 1);
    register_users(s, "192.0.2.2", 10, 2);
    register_users(s, "192.0.2.3", 9, 3);
    storm_finish(s);
    check_servers(storm_result(s), "192.0.2.1 192.0.2.2");
    g_assert_cmpuint(storm_result(s)->servers[0].clients, ==, 100);
    g_assert_cmpuint(storm_result(s)->servers[0].sources, ==, 100);
    g_assert_cmpuint(storm_result(s)->servers[1].clients, ==, 10);
    check_direction(storm_result(s), 110, 110, 0, 18);
    storm_free(s);
}

static void test_configured(void)
{
    GArray *list = storm_servers_parse("198.51.100.1, 192.0.2.1:5080,203.0.113.1", NULL);
    struct storm_settings settings = {(const struct endpoint *)(void *)list->data, list->len, FALSE};
    struct storm *s = storm_of(behind_sbc, &settings);
    const struct storm_result *r = storm_result(s);
    g_array_unref(list);
    check_servers(r, "198.51.100.1 192.0.2.1 203.0.113.1");
    check_direction(r, 2, 3, 0, 8);
    g_assert_cmpuint(r->servers[1].n_ports, ==, 1);
    g_assert_cmpuint(r->servers[1].ports[0], ==, 5080);
    g_assert_cmpuint(r->servers[1].clients, ==, 1);
    g_assert_cmpuint(r->servers[2].sources, ==, 0);
    /* The address is one address, whatever ports server= tells apart. */
    g_assert_cmpuint(r->identities.addresses, ==, 5);
    storm_free(s);
}

static const struct {
    const char *text;
    guint n;
    const char *message; /* NULL: right */
} server_options[] = {
    {"192.0.2.1", 1, NULL},
    {"192.0.2.1:5060,2001:db8::1,[2001:db8::1],[2001:db8::1]:65535", 4, NULL},
    {"", 0, "server 1 is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT"},
    {"192.0.2.1,", 0, "server 2 is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT"},
    {"sip.example.com", 0, "server 1 is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT"},
    {"192.0.2.1:0", 0, "server 1 is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT"},
    {"192.0.2.1:65536", 0, "server 1 is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT"},
    {"[2001:db8::1", 0, "server 1 is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT"},
};

static void test_server_options(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(server_options); i++) {
        g_autoptr(GError) error = NULL;
        GArray *list = storm_servers_parse(server_options[i].text, &error);
        g_assert_cmpstr(error ? error->message : NULL, ==, server_options[i].message);
        if (list) {
            g_assert_cmpuint(list->len, ==, server_options[i].n);
            g_array_unref(list);
        }
    }
    g_autoptr(GString) many = g_string_new("192.0.2.1");
    for (guint i = 0; i < STORM_SERVERS_MAX; i++)
        g_string_append(many, ",192.0.2.1");
    g_assert_null(storm_servers_parse(many->str, NULL));
}

/* --- series -------------------------------------------------------------------------------------------- */

static void check_bin(const struct storm_series *series, guint second, struct storm_bin expected)
{
    struct storm_bin bin = storm_series_at(series, second);
    bin.answers = expected.answers; /* of use only in test_storm_outage.c */
    g_assert_cmpmem(&bin, sizeof bin, &expected, sizeof expected);
}

static void test_series(void)
{
    static const struct line lines[] = {
        {0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"},
        {999, "192.0.2.1", "10.0.0.1", "200 REGISTER u1@d"},
        {1000, "192.0.2.1", "10.0.0.1", "OPTIONS u1@d"},
        {-5000, "10.0.0.1", "192.0.2.1", "200 OPTIONS u1@d"},
        {600000, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"},
        {600001, "192.0.2.1", "10.0.0.1", "503 REGISTER u1@d"},
        {600002, "10.0.0.1", "10.0.0.9", "REGISTER u1@d"},
        {0, NULL, NULL, NULL},
    };
    struct storm *s = storm_of(lines, NULL);
    const struct storm_series *series = &storm_result(s)->series[0];
    check_servers(storm_result(s), "192.0.2.1");
    g_assert_cmpuint(series->n_bins, ==, 601);
    check_bin(series, 0, (struct storm_bin){.total = 3, .reg = 1, .to = 2, .from = 1, .status_5xx = 0});
    check_bin(series, 1, (struct storm_bin){.total = 1, .reg = 0, .to = 0, .from = 1, .status_5xx = 0});
    check_bin(series, 2, (struct storm_bin){.total = 0, .reg = 0, .to = 0, .from = 0, .status_5xx = 0});
    check_bin(series, 600, (struct storm_bin){.total = 2, .reg = 1, .to = 1, .from = 1, .status_5xx = 1});
    storm_free(s);
}

/* A server that is seen behind hundreds of other addresses gets its series all the same. */
static void test_late_server(void)
{
    struct storm *s = storm_new(NULL);
    for (guint i = 0; i < 200; i++) {
        g_autofree gchar *phone = g_strdup_printf("10.0.0.%u", i + 1);
        for (guint j = 0; j < 5; j++)
            tell(s, j, phone, "10.0.1.1", "OPTIONS a@b");
    }
    tell(s, 2000, "10.0.0.1", "192.0.2.1", "REGISTER u1@d");
    tell(s, 2001, "192.0.2.1", "10.0.0.1", "200 REGISTER u1@d");
    storm_finish(s);
    const struct storm_result *r = storm_result(s);
    check_servers(r, "192.0.2.1");
    check_bin(&r->series[0], 2, (struct storm_bin){.total = 2, .reg = 1, .to = 1, .from = 1, .status_5xx = 0});
    storm_free(s);
}

/* Without REGISTER the busiest address finds its way into the candidates, too. */
static void test_busy_server(void)
{
    struct storm *s = storm_new(NULL);
    for (guint i = 0; i < 100; i++) {
        g_autofree gchar *phone = g_strdup_printf("10.0.0.%u", i + 1);
        tell(s, 0, phone, phone, "OPTIONS a@b");
    }
    for (guint i = 0; i < 50; i++) {
        g_autofree gchar *call = g_strdup_printf("INVITE a@b %u", i);
        tell(s, 1000 + i, "192.0.2.1", "192.0.2.2", call);
    }
    storm_finish(s);
    check_servers(storm_result(s), "192.0.2.1");
    g_assert_cmpuint(storm_series_at(&storm_result(s)->series[0], 1).total, >, 40);
    storm_free(s);
}

/* Times from anywhere: no overflow, no memory for seconds that nobody lived through. */
static void test_times(void)
{
    static const gint64 times[] = {0, G_MAXINT64, G_MININT64, -1, G_GINT64_CONSTANT(86400) * 1000000 * 8, 5};
    struct storm *s = storm_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        struct told t;
        told_init(&t, 0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d");
        t.e.time_us = times[i];
        t.e.packet_hash = 1;
        t.e.frame = i;
        storm_event(s, &t.e);
        told_clear(&t);
    }
    storm_finish(s);
    const struct storm_result *r = storm_result(s);
    g_assert_cmpuint(r->counted + r->duplicates, ==, G_N_ELEMENTS(times));
    g_assert_cmpuint(r->duration_us, ==, G_MAXINT64);
    g_assert_cmpuint(r->series[0].n_bins, ==, STORM_SERIES_MAX_S);
    check_bin(&r->series[0], STORM_SERIES_MAX_S - 1, (struct storm_bin){.total = 0, .reg = 0, .to = 0, .from = 0, .status_5xx = 0});
    storm_free(s);
}

/* --- identities ---------------------------------------------------------------------------------------- */

static void test_identities(void)
{
    static const struct {
        const char *from, *to, *request_uri, *contact, *agent;
    } rows[] = {
        {"u1@d1.invalid", "u1@d1.invalid", "sip:d1.invalid", "u1@192.0.2.7:5060", "ua1"},
        {"u1@D1.Invalid", "u2@d2.invalid.", "sips:u3@d2.invalid;transport=tcp", "u1@[2001:db8::1]", "ua2"},
        {"+999000000001", "999000000001@d1.invalid", "tel:+999000000001;phone-context=x", "d3.invalid",
         "ua1"},
        {"u1;phone-context=d9.invalid@d1.invalid", "192.0.2.1", "urn:service:sos", "", ""},
    };
    struct storm *s = storm_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct told t;
        told_init(&t, i, "10.0.0.1", i ? "10.0.0.2" : "[2001:db8::1]", "OPTIONS a@b");
        t.e.from_aor = bytes_of(rows[i].from);
        t.e.to_aor = bytes_of(rows[i].to);
        t.e.request_uri = bytes_of(rows[i].request_uri);
        t.e.contacts[0].uri = bytes_of(rows[i].contact);
        t.e.n_contacts = 1;
        t.e.user_agent = bytes_of(rows[i].agent);
        storm_event(s, &t.e);
        told_clear(&t);
    }
    storm_finish(s);
    const struct storm_identities *n = &storm_result(s)->identities;
    g_assert_cmpuint(n->users, ==, 4);   /* u1 u2 u3 999000000001 */
    g_assert_cmpuint(n->domains, ==, 3); /* d1 d2 d3 */
    g_assert_cmpuint(n->addresses, ==, 3);
    g_assert_cmpuint(n->user_agents, ==, 2);
    storm_free(s);
}

static void test_families(void)
{
    static const struct {
        const char *what, *agent;
    } rows[] = {
        {"REGISTER u1@d", "ua7"},           {"REGISTER u1@d", "ua8"},
        {"REGISTER u2@d", "ua7"},           {"INVITE u3@d", "ua7"},
        {"200 REGISTER u1@d", "ua9"},       {"REGISTER u1@d", "Asterisk/1.8"},
        {"REGISTER u1@d", "Asterisk/11.2"},
    };
    struct storm *s = storm_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct told t;
        told_init(&t, i, "10.0.0.1", "10.0.0.2", rows[i].what);
        t.e.user_agent = bytes_of(rows[i].agent);
        storm_event(s, &t.e);
        told_clear(&t);
    }
    storm_finish(s);
    const struct storm_result *r = storm_result(s);
    g_assert_cmpuint(r->n_families, ==, 2);
    g_assert_cmpstr(r->families[1].name, ==, "other");
    g_assert_cmpuint(r->families[1].clients, ==, 2);
    g_assert_cmpuint(r->families[1].messages, ==, 4);
    g_assert_cmpuint(r->families[0].clients, ==, 1);
    g_assert_cmpuint(r->families[0].messages, ==, 2);
    g_assert_cmpuint(r->identities.user_agents, ==, 5);
    storm_free(s);
}

static void test_ignored(void)
{
    struct storm *s = storm_new(NULL);
    struct told t;
    told_init(&t, 0, "10.0.0.1", "10.0.0.2", "REGISTER a@b@c");
    t.e.ignored_fault = TRUE;
    storm_event(s, &t.e);
    t.e.request = FALSE;
    t.e.status = 400;
    storm_event(s, &t.e);
    storm_finish(s);
    g_assert_cmpuint(storm_result(s)->ignored_requests, ==, 1);
    told_clear(&t);
    storm_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm/messages", test_messages);
    g_test_add_func("/storm/nothing", test_nothing);
    g_test_add_func("/storm/duplicates", test_duplicates);
    g_test_add_func("/storm/servers/sbc", test_sbc);
    g_test_add_func("/storm/servers/cases", test_cases);
    g_test_add_func("/storm/servers/tenth", test_tenth);
    g_test_add_func("/storm/servers/configured", test_configured);
    g_test_add_func("/storm/servers/options", test_server_options);
    g_test_add_func("/storm/series", test_series);
    g_test_add_func("/storm/series/late-server", test_late_server);
    g_test_add_func("/storm/series/busy-server", test_busy_server);
    g_test_add_func("/storm/series/times", test_times);
    g_test_add_func("/storm/identities", test_identities);
    g_test_add_func("/storm/families", test_families);
    g_test_add_func("/storm/ignored", test_ignored);
    return g_test_run();
}

/* The HTML report and its sentences, from results made by hand.
 *
 *     test_storm_html --write FOLDER      writes each of them to FOLDER/NAME.html, for looking at
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <string.h>

#include "prose.h"
#include "storm_fixture.h"

static const struct {
    const char *name;
    struct storm_fixture *(*make)(void);
} reports[] = {
    {"tr01", fixture_tr01},
    {"long", fixture_long},
    {"two", fixture_two_servers},
    {"quiet", fixture_quiet},
    {"unrecovered", fixture_unrecovered},
    {"one-sided", fixture_one_sided},
    {"empty", fixture_empty},
    {"hostile", fixture_hostile},
};

/* g_free */
static char *html_of(struct storm_fixture *f)
{
    GString *out = g_string_new(NULL);
    g_autofree char *json = fixture_json(&f->result);
    storm_report_html(&f->result, json, out);
    return g_string_free(out, FALSE);
}

static char *summary_of(struct storm_fixture *f)
{
    GString *all = g_string_new(NULL);
    GPtrArray *sentences = storm_summary(&f->result);
    for (guint i = 0; i < sentences->len; i++) {
        g_assert_null(strchr(sentences->pdata[i], '\n'));
        g_assert_true(g_str_has_suffix(sentences->pdata[i], ".") ||
                      g_str_has_suffix(sentences->pdata[i], ":"));
        g_string_append_printf(all, "%s\n", (const char *)sentences->pdata[i]);
    }
    g_ptr_array_unref(sentences);
    return g_string_free(all, FALSE);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        g_error("\"%s\" is not in\n%.20000s", part, text);
}

static void assert_hasnt(const char *text, const char *part)
{
    if (strstr(text, part))
        g_error("\"%s\" is in\n%.20000s", part, strstr(text, part));
}

static guint occurrences(const char *text, const char *part)
{
    guint n = 0;
    while ((text = strstr(text, part))) {
        n++;
        text += strlen(part);
    }
    return n;
}

/* --- sentences -------------------------------------------------------------------------------------------
 */

static void check_parts(struct storm_fixture *f, const char *const *parts, const char *const *absent)
{
    g_autofree char *text = summary_of(f);
    for (; *parts; parts++)
        assert_has(text, *parts);
    for (; *absent; absent++)
        assert_hasnt(text, *absent);
    fixture_free(f);
}

static void test_summary_tr01(void)
{
    static const char *const parts[] = {
        "begins at 2026-08-19 12:00:00 UTC and lasts 44 min:",
        "At the server 192.0.2.1, 3,152 clients register, from 2,904 addresses.",
        "Before the outage, ",
        "55 % of them to it",
        "3,152 clients were registered",
        "INVITE, which begins a call, makes 0.",
        "The server was silent from 12:12:00 UTC for 21 min 3 s.",
        "Registered clients fell from 3,152 to 0",
        "100 % of them to the server",
        "Other requests went on as well (OPTIONS ",
        "3,152 clients tried to register while",
        "1,424 (45 %) tried at a fixed interval: in the median every 12 s (from 1 s to 17 s).",
        "921 (29 %) tried in bursts, in the median of 12 tries (from 8 to 20), 3 s (from 1 s to 5 s) apart, "
        "and paused between "
        "them for 3 min (from 30 s to 20 min).",
        "402 (13 %) waited longer from try to try: up to 16 min in the median, and 20 min at most.",
        "97 (3.1 %) gave up",
        "308 (9.8 %) tried too seldom",
        "At 12:33:03 UTC the server was back and a registration storm began: up to 1,204 REGISTER requests a "
        "second, in second 1 "
        "of it (otherwise 72); it was over after 40 s.",
        "1,988 of 3,152 clients were back within 40 s.",
        "Half of all that came back needed no more than 6.4 s",
        "5xx, four fifths of them in its seconds 2 to ",
        "A spike of 342 REGISTER a second came in second 34 after the server was back: 91 % of those who "
        "made it had got an error",
        "Later came 1,023, and 141 not at all while it can be seen.",
        "921 clients between bursts, 402 with growing waits",
        "95 % of the clients that had been registered before were not back when the capture",
        "Echoes of the storm follow, the first after 2 min 44 s",
        "Of 446 answers with Retry-After, 27 % were honoured; after 70 % the client came earlier, after 2.7 % the client came later",
        "Keep-alive takes 56 % of the frames and 53 % of the bytes",
        "A registration took 42 ms in the median, and 3.4 s or less for 99 %",
        "Simulated: with a server that serves 1,204 requests a second, 95 % of 3,152 clients would have been "
        "back after ",
        "Simulated: with a limit of ",
        "(Retry-After)",
        "Measured: 90 % of those that came back were back after 6 min 52 s, 99 % after ",
        "No setting of the server calls those back sooner who wait by a timer of their own (1,023 came after "
        "the storm)",
        "A registration lasts 3 min: in the first 3 min",
        "3,020 clients are taken as registered from the beginning",
        "1,203 requests have two \"@\" in a URI",
        NULL};
    static const char *const absent[] = {"There are ", "No outage", "cannot be told", "%!", NULL};
    check_parts(fixture_tr01(), parts, absent);
}

static void test_summary_others(void)
{
    static const struct {
        struct storm_fixture *(*make)(void);
        const char *parts[6], *absent[4];
    } rows[] = {
        {fixture_empty, {"There is no SIP message in this capture.\n", NULL}, {"server", NULL}},
        {fixture_quiet,
         {"No outage was found", "In the mean, ", NULL},
         {"storm began", "Retry-After, when", NULL}},
        {fixture_one_sided,
         {"No message comes from the server", NULL},
         {"No outage was found", "got no answer", NULL}},
        {fixture_two_servers, {"There are 2 servers; this one is the outermost", NULL}, {NULL}},
        {fixture_unrecovered,
         {"The server was silent from 12:00:00 UTC for",
          "The server registered nobody from 12:35:00 UTC for 9 min: it was out of reach (connections and "
          "packets were refused) for "
          "1 min 40 s, then answering with errors only (5xx, 408) for 5 min, then answering, but registering "
          "nobody for 2 min 20 s, "
          "and nobody was registered again before the capture ends.",
          "it was not over when the capture", "The capture begins within the first outage",
          "The capture ends within an outage", NULL},
         {"Before the outage", "A registration lasts", NULL}},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        check_parts(rows[i].make(), rows[i].parts, rows[i].absent);
}

/* --- numbers ------------------------------------------------------------------------------------------- */

static void test_prose(void)
{
    static const struct {
        guint64 n;
        const char *count, *duration;
    } rows[] = {
        {0, "0", "0 ms"},
        {1, "1", "under 1 ms"},
        {999499, "999,499", "999 ms"},
        {999500, "999,500", "1 s"},
        {4249999, "4,249,999", "4.2 s"},
        {59400000, "59,400,000", "59 s"},
        {59500000, "59,500,000", "1 min"},
        {1263000000, "1,263,000,000", "21 min 3 s"},
        {G_GUINT64_CONSTANT(7500000000), "7,500,000,000", "2 h 5 min"},
        {G_GUINT64_CONSTANT(273600000000), "273,600,000,000", "3 d 4 h"},
        {STORM_TIME_NONE, "18,446,744,073,709,551,615", "-"},
    };
    static const struct {
        guint64 part, all;
        const char *share, *rate;
    } shares[] = {
        {0, 0, "-", "0"},
        {0, 7, "0 %", "0"},
        {1, 1000000, "under 0.01 %", "0"},
        {203, 90673, "0.22 %", "0"},
        {3, 100, "3.0 %", "0"},
        {42, 10, "420 %", "4.2"},
        {9949, 100000, "9.9 %", "0.1"},
        {G_MAXUINT64, G_MAXUINT64, "100 %", "1.0"},
        {3230, 10, "32300 %", "323"},
    };
    char text[PROSE_MAX];
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpstr(prose_count(rows[i].n, text), ==, rows[i].count);
        g_assert_cmpstr(prose_duration(rows[i].n, text), ==, rows[i].duration);
    }
    for (guint i = 0; i < G_N_ELEMENTS(shares); i++) {
        g_assert_cmpstr(prose_share(shares[i].part, shares[i].all, text), ==, shares[i].share);
        g_assert_cmpstr(prose_rate(shares[i].part, shares[i].all, text), ==, shares[i].rate);
    }
    struct storm_result r = {.start_us = G_MAXINT64, .duration_us = 1};
    g_assert_cmpstr(prose_clock(&r, 721000000, text), ==, "721 s");
    r = (struct storm_result){.start_us = 0, .duration_us = G_GUINT64_CONSTANT(86400000000)};
    g_assert_cmpstr(prose_clock(&r, 721000000, text), ==, "1970-01-01 00:12:01 UTC");
}

/* --- the page ----------------------------------------------------------------------------------------------
 */

/* The elements that are open at each end tag are those that the tag closes: no table is cut, no text opens
 * one. */
static void check_nesting(const char *name, const char *html)
{
    static const char *const alone[] = {"meta", "rect", "!DOCTYPE", "!--", "br"};
    GPtrArray *open = g_ptr_array_new_with_free_func(g_free);
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        gboolean closes = at[1] == '/', single = FALSE;
        gsize n = strspn(at + 1 + closes, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456!-");
        g_autofree char *tag = g_strndup(at + 1 + closes, n);
        for (guint i = 0; i < G_N_ELEMENTS(alone); i++)
            single = single || strcmp(tag, alone[i]) == 0;
        if (closes) {
            const char *last = open->len ? open->pdata[open->len - 1] : "nothing";
            if (strcmp(last, tag) != 0)
                g_error("%s: </%s> closes %s: %.80s", name, tag, last, at);
            g_ptr_array_set_size(open, (gint)open->len - 1);
        } else if (!single) {
            g_ptr_array_add(open, g_strdup(tag));
        }
        if (!closes && (strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0))
            at = strstr(at, closes ? ">" : (strcmp(tag, "script") == 0 ? "</script>" : "</style>")) - 1;
    }
    g_assert_cmpuint(open->len, ==, 0);
    g_ptr_array_unref(open);
}

static void test_pages(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(reports); i++) {
        struct storm_fixture *f = reports[i].make();
        g_autofree char *html = html_of(f);
        assert_hasnt(html, "{{p");
        assert_has(html, "<!DOCTYPE html>\n");
        assert_has(html, "Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-");
        g_assert_true(g_utf8_validate(html, -1, NULL));
        g_assert_cmpuint(occurrences(html, "<script"), ==, 3);
        g_assert_cmpuint(occurrences(html, "</script"), ==, 3);
        check_nesting(reports[i].name, html);
        fixture_free(f);
    }
}

static void test_sections(void)
{
    static const char *const parts[] = {
        "data-chart=\"traffic\"",
        "data-chart=\"attempts\"",
        "data-chart=\"storm\"",
        "data-chart=\"registered\"",
        "data-chart=\"whatif\"",
        "Requests: share in each phase",
        "Answers: share in each phase",
        "<bdi>u203@d1.invalid</bdi>",
        "data-kind1=\"bursts, then a pause\"",
        ("<th scope=\"row\">1</th><td class=\"n\">34 s</td><td class=\"n\">342</td><td>91 % of them had got "
         "an error"),
        "<th scope=\"row\">E1</th>",
        "The registration storm at 12:33:03 UTC",
        "<b>1,988</b><span>of 3,152 clients were back when the storm was over, after 40 s</span>",
        "assumes:",
        "Keep-alive by mechanism",
        "Delays (RFC 6076)",
        "Answers with Retry-After",
        "FRITZ!OS",
        "Servers, the outermost first",
        "<th scope=\"row\">outage</th><td class=\"t\">12:12:00 UTC</td><td class=\"n\">21 min 3 s</td>",
        "serves 1,204 requests a second",
        "told to come back within 2 min",
        "Permission is hereby granted",
    };
    struct storm_fixture *f = fixture_tr01();
    g_autofree char *html = html_of(f);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        assert_has(html, parts[i]);
    g_assert_cmpuint(occurrences(html, "class=\"plot"), ==, 7);
    g_assert_cmpuint(occurrences(html, "role=\"img\" aria-label=\""), ==, 7);
    assert_hasnt(html, "sourceMappingURL");
    *strstr(html, "<script type") = '\0';
    assert_hasnt(html, " style="); /* the page's policy would refuse it */
    fixture_free(f);
}

static void test_absent(void)
{
    struct storm_fixture *quiet = fixture_quiet(), *empty = fixture_empty(), *two = fixture_two_servers();
    g_autofree char *calm = html_of(quiet), *nothing = html_of(empty), *both = html_of(two);
    assert_hasnt(calm, "data-chart=\"storm\" ");
    assert_hasnt(calm, "data-chart=\"attempts\" ");
    assert_has(calm, "No outage was found");
    g_assert_cmpuint(occurrences(nothing, "class=\"plot"), ==, 0);
    assert_has(both, "The same for the server <bdi>192.0.2.2</bdi>");
    g_assert_cmpuint(occurrences(both, "data-chart=\"traffic\" data-server=\"1\""), ==, 1);
    fixture_free(quiet);
    fixture_free(empty);
    fixture_free(two);
}

/* Names that would be markup stand as text, and never end the JSON. */
static void test_hostile(void)
{
    static const char *const absent[] = {"<script>alert", "<img", "\"onmouseover=\"", "</script><", "'><img"};
    static const char *const parts[] = {
        "<bdi>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi>",
        "<bdi>&quot;onmouseover=&quot;alert(1)</bdi>",
        "<bdi>javascript:alert(1)</bdi>",
        "\\u003C/script\\u003E\\u003Cscript\\u003Ealert(2)\\u003C/script\\u003E",
        "<p class=\"warning\">Private:",
    };
    struct storm_fixture *f = fixture_hostile();
    g_autofree char *html = html_of(f);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        assert_has(html, parts[i]);
    char *json = strstr(html, "id=\"data\">");
    g_assert_nonnull(json);
    char *end = strstr(json, "</script>");
    for (const char *at = json + strlen("id=\"data\">"); at < end; at++)
        g_assert_false(*at == '<' || *at == '>' || *at == '&' || g_str_has_prefix(at, "\xe2\x80\xa8"));
    memset(end, ' ', strlen("</script>\n<script>")); /* ours */
    for (guint i = 0; i < G_N_ELEMENTS(absent); i++)
        assert_hasnt(html, absent[i]);
    fixture_free(f);
}

static void test_json(void)
{
    struct storm_fixture *f = fixture_empty();
    g_autoptr(GString) out = g_string_new(NULL);
    storm_report_html(&f->result, "{\"a\":\"<!--<script>&\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa6\xff\"}", out);
    assert_has(out->str, "id=\"data\">{\"a\":\"\\u003C!--"
                         "\\u003Cscript\\u003E\\u0026\\u2028\\u2029\xe2\x80\xa6\xef\xbf\xbd\"}</script>");
    fixture_free(f);
}

/* --- words of ours
 * -------------------------------------------------------------------------------------------- */

static void collect(void *arg, const char *text, gsize n)
{
    g_autofree char *lower = g_ascii_strdown(text, (gssize)n);
    g_string_append(arg, lower);
}

/* Names of products are known to the audit from the agents' table. */
static gboolean is_theirs(const struct storm_result *r, const char *word)
{
    for (guint i = 0; i < r->n_families; i++)
        if (g_ascii_strcasecmp(r->families[i].name, word) == 0)
            return TRUE;
    return strpbrk(word, "@0123456789") != NULL;
}

/* What an audit would take for an original (8 characters and more) but we wrote, it must be told. */
static void test_own_words(void)
{
    g_autoptr(GString) own = g_string_new(NULL);
    storm_report_html_own(collect, own);
    for (guint i = 0; i < G_N_ELEMENTS(reports) - 1; i++) {
        struct storm_fixture *f = reports[i].make();
        g_autofree char *html = html_of(f);
        *strstr(html, "<script type") = '\0';
        g_autofree char *lower = g_ascii_strdown(strstr(html, "<body>"), -1);
        g_auto(GStrv) words = g_strsplit_set(lower, " \n\"&(),;<=>?[]{|}", -1);
        for (guint k = 0; words[k]; k++)
            if (strlen(words[k]) >= 8 && !is_theirs(&f->result, words[k]) && !strstr(own->str, words[k]))
                g_error("%s: \"%s\" is in no text of ours", reports[i].name, words[k]);
        fixture_free(f);
    }
}

/* --- by hand
 * ---------------------------------------------------------------------------------------------------- */

static int write_all(const char *folder)
{
    for (guint i = 0; i < G_N_ELEMENTS(reports); i++) {
        struct storm_fixture *f = reports[i].make();
        g_autofree char *html = html_of(f), *path = g_strdup_printf("%s/%s.html", folder, reports[i].name);
        g_autoptr(GError) error = NULL;
        gboolean ok = g_file_set_contents(path, html, -1, &error);
        fixture_free(f);
        if (!ok) {
            g_printerr("%s\n", error->message);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_all(argv[2]);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-html/summary-tr01", test_summary_tr01);
    g_test_add_func("/storm-html/summary-others", test_summary_others);
    g_test_add_func("/storm-html/prose", test_prose);
    g_test_add_func("/storm-html/pages", test_pages);
    g_test_add_func("/storm-html/sections", test_sections);
    g_test_add_func("/storm-html/absent", test_absent);
    g_test_add_func("/storm-html/hostile", test_hostile);
    g_test_add_func("/storm-html/json", test_json);
    g_test_add_func("/storm-html/own-words", test_own_words);
    return g_test_run();
}

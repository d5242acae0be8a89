/* The report: one HTML file that tells a storm to people, and loads nothing.
 *
 * The templates of report/ hold what is always the same, with {{names}} where something of the result
 * belongs; for each name there is a function below. Tables and sentences are written here, so that the page
 * is whole without a script; report.js draws the charts from the JSON at the end of the page.
 *
 * Nothing of a capture can run. Names get into the page as text (html_text), and into the JSON, whose < > &
 * are written as \u00XX, so that no tag can end it. Should that fail one day: the page's policy allows just
 * the two scripts and the style whose hashes it names, no event handlers, no other source.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "html.h"

#include <gio/gio.h>

#include "report_resource.h"
#include "storm_private.h"

#define US_PER_S G_GUINT64_CONSTANT(1000000)
#define SERVERS_SHOWN 8
#define RESOURCES "/sianto/report/"

/* --- templates
 * ---------------------------------------------------------------------------------------------- */

/* What was built in; unref. */
static GBytes *resource(const char *name)
{
    g_autofree char *path = g_strconcat(RESOURCES, name, NULL);
    GBytes *bytes =
        g_resource_lookup_data(sianto_report_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_assert(bytes);
    return bytes;
}

/* The library's last line leads a debugger to a file that is not there. */
static gsize script_length(const char *text, gsize n)
{
    const char *map = g_strrstr_len(text, (gssize)n, "\n//# sourceMappingURL=");
    return map ? (gsize)(map - text) : n;
}

static void put_resource(struct page *p, const char *name)
{
    GBytes *bytes = resource(name);
    gsize n;
    const char *text = g_bytes_get_data(bytes, &n);
    g_string_append_len(p->out, text, (gssize)script_length(text, n));
    g_bytes_unref(bytes);
}

struct place {
    const char *name;
    void (*put)(struct page *p);
};
static void page_place(struct page *p, const char *name, gsize n);

void page_template(struct page *p, const char *name)
{
    GBytes *bytes = resource(name);
    gsize n;
    const char *text = g_bytes_get_data(bytes, &n), *end = text + n;
    while (text < end) {
        const char *open = g_strstr_len(text, end - text, "{{");
        const char *close = open ? g_strstr_len(open, end - open, "}}") : NULL;
        g_string_append_len(p->out, text, (close ? open : end) - text);
        if (!close)
            break;
        page_place(p, open + 2, (gsize)(close - open - 2));
        text = close + 2;
    }
    g_bytes_unref(bytes);
}

/* --- the page's head
 * ---------------------------------------------------------------------------------------- */

static void put_hash(struct page *p, const char *name)
{
    GBytes *bytes = resource(name);
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize n, n_digest = sizeof digest;
    const char *text = g_bytes_get_data(bytes, &n);
    g_checksum_update(sum, (const guchar *)text, (gssize)script_length(text, n));
    g_checksum_get_digest(sum, digest, &n_digest);
    g_autofree char *base64 = g_base64_encode(digest, n_digest);
    html_put(p, " 'sha256-%s'", base64);
    g_checksum_free(sum);
    g_bytes_unref(bytes);
}

static void page_policy(struct page *p)
{
    html_put(p, "default-src 'none'; script-src");
    put_hash(p, "dygraph.min.js");
    put_hash(p, "report.js");
    html_put(p, "; style-src");
    put_hash(p, "report.css");
    html_put(p, "; img-src data:; base-uri 'none'; form-action 'none'");
}

static void page_css(struct page *p)
{
    put_resource(p, "report.css");
}

static void page_dygraph(struct page *p)
{
    put_resource(p, "dygraph.min.js");
}

static void page_script(struct page *p)
{
    put_resource(p, "report.js");
}

static void page_licence(struct page *p)
{
    GBytes *bytes = resource("dygraphs-licence.txt");
    html_text(p, g_bytes_get_data(bytes, NULL));
    g_bytes_unref(bytes);
}

static void page_version(struct page *p)
{
    html_put(p, "%s", SIANTO_VERSION);
}

static void page_title(struct page *p)
{
    char start[PROSE_MAX], length[PROSE_MAX];
    if (!p->r->counted)
        html_put(p, "no SIP message");
    else
        html_put(p, "%s, %s", prose_start(p->r, start), prose_duration(p->r->duration_us, length));
}

static void page_private(struct page *p)
{
    if (p->r->private_names)
        html_put(
            p, "<p class=\"warning\">Private: the names in this file are those of the capture as found.</p>");
}

/* U+2028 or U+2029, in UTF-8. Not by g_str_has_prefix: newer GLibs measure the whole rest of the text. */
static gboolean is_separator(const char *at)
{
    return at[0] == '\xe2' && at[1] == '\x80' && (at[2] == '\xa8' || at[2] == '\xa9');
}

/* JSON within a script element: no "<" may stand there, and no line separator of JavaScript's. */
static void page_json(struct page *p)
{
    g_autofree char *valid = g_utf8_make_valid(p->json, -1);
    const char *from = valid, *at = valid;
    for (; *at; at++) {
        gboolean separator = is_separator(at);
        if (*at != '<' && *at != '>' && *at != '&' && !separator)
            continue;
        g_string_append_len(p->out, from, at - from);
        html_put(p, "\\u%04X", separator ? 0x2028u + (at[2] == '\xa9') : (guint)*at);
        at += separator ? 2 : 0;
        from = at + 1;
    }
    g_string_append_len(p->out, from, at - from);
}

/* --- summary
 * ------------------------------------------------------------------------------------------------ */

static void put_sentences(struct page *p, const GPtrArray *sentences, guint first, guint end)
{
    for (guint i = first; i < end; i++) {
        html_put(p, "<p>");
        html_text(p, sentences->pdata[i]);
        html_put(p, "</p>");
    }
}

static void put_topics(struct page *p, const GPtrArray *sentences, const GArray *topics)
{
    for (guint i = 0; i < topics->len; i++) {
        const struct summary_topic *t = &g_array_index(topics, struct summary_topic, i);
        guint end = i + 1 < topics->len ? t[1].first : sentences->len;
        if (t->first == end)
            continue;
        html_put(p, "<div class=\"topic\"><h3>%s</h3><div>", t->title);
        put_sentences(p, sentences, t->first, end);
        html_put(p, "</div></div>\n");
    }
}

static void page_summary(struct page *p)
{
    GArray *topics = g_array_new(FALSE, FALSE, sizeof(struct summary_topic));
    GPtrArray *sentences = summary_of_capture(p->r, topics);
    put_topics(p, sentences, topics);
    g_ptr_array_unref(sentences);
    g_array_unref(topics);
}

static void put_tile(struct page *p, const char *number, const char *what)
{
    html_put(p, "<li><b>%s</b><span>%s</span></li>\n", number, what);
}

static void put_storm_tiles(struct page *p, const struct storm_storm *s)
{
    char text[PROSE_MAX], all[PROSE_MAX], length[PROSE_MAX];
    put_tile(p, prose_count(s->peak_pps, text), "REGISTER a second at the storm's peak");
    if (s->end_us != STORM_TIME_NONE) {
        g_autofree char *back =
            g_strdup_printf("of %s clients were back when the storm was over, after %s",
                            prose_count(s->bindings, all), prose_duration(s->end_us - s->start_us, length));
        put_tile(p, prose_count(s->reregistered, text), back);
    }
    if (s->reregistration.count)
        put_tile(p, prose_duration(s->reregistration.p50_us, text),
                 "until half of those that came back were back");
    put_tile(p, prose_share(s->status_5xx.part, s->status_5xx.all, text),
             "of the answers in the storm were 5xx");
}

static guint64 keepalive_frames(const struct storm_analysis *a)
{
    guint64 n = 0;
    for (guint i = 0; i < KEEP_COUNT; i++)
        n += a->keepalive[i].frames;
    return MIN(n, a->frames);
}

static void page_tiles(struct page *p)
{
    char text[PROSE_MAX];
    if (!p->r->n_servers)
        return;
    html_put(p, "<ul class=\"tiles\">\n");
    put_tile(p, prose_count(p->r->servers[0].clients, text), "clients register here");
    if (p->a->n_outages)
        put_tile(p, prose_duration(p->a->outages[0].end_us - p->a->outages[0].start_us, text),
                 p->a->outages[0].recovered ? "without registration" : "without registration, until the end");
    else
        put_tile(p, prose_rate(p->r->counted, p->r->duration_us / US_PER_S + 1, text), "messages a second");
    if (p->a->n_storms)
        put_storm_tiles(p, &p->a->storms[0]);
    else if (p->a->request_delay.count)
        put_tile(p, prose_duration(p->a->request_delay.p50_us, text), "for a registration, in the median");
    if (p->a->frames)
        put_tile(p, prose_share(keepalive_frames(p->a), p->a->frames, text),
                 "of the frames only keep clients reachable");
    html_put(p, "</ul>\n");
}

/* --- servers
 * ------------------------------------------------------------------------------------------------ */

static void turn_to(struct page *p, guint server)
{
    static const struct storm_series none = {0};
    p->server = server;
    p->a = summary_analysis(p->r, server);
    p->series = p->r->series && server < p->r->n_servers ? &p->r->series[server] : &none;
}

static void page_server(struct page *p)
{
    if (p->r->n_servers)
        page_template(p, "server.html");
}

static void put_other_server(struct page *p, guint server)
{
    GArray *topics = g_array_new(FALSE, FALSE, sizeof(struct summary_topic));
    GPtrArray *sentences = summary_of_server(p->r, server, topics);
    turn_to(p, server);
    html_put(p, "<details class=\"server\"><summary>The same for the server ");
    html_name(p, p->r->servers[server].label);
    html_put(p, "</summary>\n");
    put_topics(p, sentences, topics);
    page_server(p);
    html_put(p, "</details>\n");
    g_ptr_array_unref(sentences);
    g_array_unref(topics);
}

static void page_other_servers(struct page *p)
{
    for (guint i = 1; i < MIN(p->r->n_servers, SERVERS_SHOWN); i++)
        put_other_server(p, i);
    if (p->r->n_servers > SERVERS_SHOWN)
        html_put(p, "<p>What %u more servers did is in the JSON only (stats=FILE.json).</p>\n",
                 p->r->n_servers - SERVERS_SHOWN);
    turn_to(p, 0);
}

/* --- all of it
 * ---------------------------------------------------------------------------------------------- */

static const struct place places[] = {
    {"policy", page_policy},
    {"title", page_title},
    {"css", page_css},
    {"private", page_private},
    {"tiles", page_tiles},
    {"summary", page_summary},
    {"server", page_server},
    {"traffic_chart", page_traffic_chart},
    {"phases", page_phases},
    {"outages", page_outages},
    {"requests", page_requests},
    {"responses", page_responses},
    {"retry", page_retry},
    {"attempts_chart", page_attempts_chart},
    {"patterns", page_patterns},
    {"attempts_table", page_attempts_table},
    {"families", page_families},
    {"storms", page_storms},
    {"storm_title", page_storm_title},
    {"storm_chart", page_storm_chart},
    {"storm_numbers", page_storm_numbers},
    {"spikes", page_spikes},
    {"storm_seconds", page_storm_seconds},
    {"registered_chart", page_registered_chart},
    {"registered_table", page_registered_table},
    {"what_ifs", page_what_ifs},
    {"whatif_title", page_whatif_title},
    {"whatif_charts", page_whatif_charts},
    {"whatif_table", page_whatif_table},
    {"keepalive", page_keepalive},
    {"delays", page_delays},
    {"attempts", page_attempts},
    {"retry_after", page_retry_after},
    {"servers", page_servers},
    {"identities", page_identities},
    {"other_servers", page_other_servers},
    {"version", page_version},
    {"licence", page_licence},
    {"json", page_json},
    {"dygraph", page_dygraph},
    {"script", page_script},
};

static void page_place(struct page *p, const char *name, gsize n)
{
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        if (strlen(places[i].name) == n && strncmp(places[i].name, name, n) == 0) {
            places[i].put(p);
            return;
        }
    }
    g_assert_not_reached();
}

void storm_report_html(const struct storm_result *r, const char *json, GString *out)
{
    struct page p = {.out = out, .r = r, .json = json};
    turn_to(&p, 0);
    page_template(&p, "report.html");
}

/* Templates, scripts, and the sources that hold the words of tables and sentences. */
void storm_report_html_own(void (*text)(void *arg, const char *text, gsize n), void *arg)
{
    g_auto(GStrv) names = g_resource_enumerate_children(sianto_report_get_resource(), RESOURCES, 0, NULL);
    for (guint i = 0; names && names[i]; i++) {
        GBytes *bytes = resource(names[i]);
        gsize n;
        const char *data = g_bytes_get_data(bytes, &n);
        text(arg, data, n);
        g_bytes_unref(bytes);
    }
}

/* The report's sections about a server: phases, requests, retries, registered clients.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "html.h"

#include "storm_private.h"

#define US_PER_S G_GUINT64_CONSTANT(1000000)

/* --- charts
 * ------------------------------------------------------------------------------------------------- */

guint32 html_registered(const struct storm_series *series, guint64 second)
{
    return series->registered && series->n_bins ? series->registered[MIN(second, series->n_bins - 1)] : 0;
}

void page_traffic_chart(struct page *p)
{
    char rate[PROSE_MAX], clock[PROSE_MAX], peak[PROSE_MAX];
    g_autoptr(GString) alt = g_string_new("Messages and REGISTER requests a second over the capture.");
    for (guint i = 0; i < p->a->n_phases; i++) {
        const struct storm_phase *phase = &p->a->phases[i];
        g_string_append_printf(alt, " From %s, %s: %s messages a second, up to %s REGISTER.",
                               prose_clock(p->r, phase->start_us, clock), storm_phase_kind_name(phase->kind),
                               prose_rate(phase->total, phase->seconds, rate),
                               prose_count(phase->register_pps_peak, peak));
    }
    html_chart(p, "traffic", 0, "Traffic in each second", "", alt->str);
}

void page_attempts_chart(struct page *p)
{
    g_autoptr(GString) kinds = g_string_new(NULL);
    for (guint i = 0; i < p->a->n_patterns; i++)
        g_string_append_printf(kinds, " data-kind%u=\"%s\"", i, words_pattern(p->a->patterns[i].kind));
    html_chart(
        p, "attempts", 0, "Attempts of typical clients", kinds->str,
        "When one typical client of each pattern tried to register. The times are in the table below.");
}

void page_registered_chart(struct page *p)
{
    char n[PROSE_MAX], clock[PROSE_MAX];
    g_autoptr(GString) alt = g_string_new("Registered clients in each second.");
    if (!p->series->registered) {
        html_put(p, "<p>Nothing is known of registrations in this capture.</p>\n");
        return;
    }
    for (guint i = 0; i < p->a->n_phases; i++) {
        const struct storm_phase *phase = &p->a->phases[i];
        g_string_append_printf(alt, " %s when the %s phase begins at %s.",
                               prose_count(html_registered(p->series, phase->first_s), n),
                               storm_phase_kind_name(phase->kind), prose_clock(p->r, phase->start_us, clock));
    }
    if (p->series->n_bins)
        g_string_append_printf(alt, " %s at the end.",
                               prose_count(html_registered(p->series, p->series->n_bins - 1), n));
    html_chart(p, "registered", 0, "Registered clients", "", alt->str);
}

/* --- phases
 * ------------------------------------------------------------------------------------------------- */

static guint64 phase_end(const struct page *p, const struct storm_phase *phase)
{
    return phase->end_us == STORM_TIME_NONE ? p->r->duration_us : phase->end_us;
}

static void put_phase(struct page *p, const struct storm_phase *phase)
{
    char text[PROSE_MAX], from[PROSE_MAX], ratio[2 * PROSE_MAX];
    guint64 end = phase_end(p, phase);
    html_row(p, storm_phase_kind_name(phase->kind));
    html_cell(p, prose_clock(p->r, phase->start_us, text));
    html_duration(p, end - MIN(phase->start_us, end));
    html_number(p, prose_rate(phase->total, phase->seconds, text));
    g_snprintf(ratio, sizeof ratio, "%s : %s", prose_share(phase->to, phase->to + phase->from, text),
               prose_share(phase->from, phase->to + phase->from, from));
    html_number(p, ratio);
    html_level(p, phase->registered_start);
    html_level(p, phase->registered_end);
    html_count(p, phase->register_pps_peak);
    html_row_end(p);
}

void page_phases(struct page *p)
{
    html_table(p, "Phases",
               "Phase|From|#Length|#Messages a second|#To : from the server|#Registered at its start|#At "
               "its end|#REGISTER a second, at most");
    for (guint i = 0; i < p->a->n_phases; i++)
        put_phase(p, &p->a->phases[i]);
    html_table_end(p);
}

void page_outages(struct page *p)
{
    char text[PROSE_MAX];
    if (!p->a->n_outages)
        return;
    html_table(p, "Outages", "From|Until|#Length|The server was");
    for (guint i = 0; i < p->a->n_outages; i++) {
        const struct storm_outage *o = &p->a->outages[i];
        html_row(p, prose_clock(p->r, o->start_us, text));
        html_cell(p, o->recovered ? prose_clock(p->r, o->end_us, text) : "the capture's end");
        html_duration(p, o->end_us - o->start_us);
        html_put(p, "<td>");
        for (guint k = 0; k < o->n_parts; k++)
            html_put(p, "%s%s for %s", k ? ", then " : "", words_outage(o->parts[k].kind),
                     prose_duration(o->parts[k].end_us - o->parts[k].start_us, text));
        html_put(p, "</td>");
        html_row_end(p);
    }
    html_table_end(p);
}

/* --- messages by kind of phase
 * ------------------------------------------------------------------------------ */

/* Phases of one kind together, as the figures show them. */
struct kinds {
    struct storm_messages messages[PHASE_KIND_COUNT];
    gboolean there[PHASE_KIND_COUNT];
};

static struct kinds *kinds_of(const struct storm_analysis *a)
{
    struct kinds *k = g_new0(struct kinds, 1);
    for (guint i = 0; i < a->n_phases; i++) {
        const struct storm_phase *phase = &a->phases[i];
        struct storm_messages *m = &k->messages[phase->kind];
        k->there[phase->kind] = TRUE;
        for (guint n = 0; n < METHOD_COUNT; n++)
            m->requests[n] += phase->messages.requests[n];
        for (guint n = 0; n < STATUS_COUNT; n++)
            m->responses[n] += phase->messages.responses[n];
    }
    return k;
}

static void begin_kinds_table(struct page *p, const struct kinds *k, const char *caption, const char *first)
{
    g_autoptr(GString) headings = g_string_new(first);
    for (guint i = 0; i < PHASE_KIND_COUNT; i++)
        if (k->there[i])
            g_string_append_printf(headings, "|%s", storm_phase_kind_name((enum storm_phase_kind)i));
    html_table(p, caption, headings->str);
}

static guint64 requests_of(const struct storm_messages *m, guint i)
{
    return m->requests[i];
}

static guint64 responses_of(const struct storm_messages *m, guint i)
{
    return m->responses[i];
}

/* A row of a method or status, if any phase has it. */
static void put_kinds_row(struct page *p, const struct kinds *k, const char *name, guint i,
                          guint64 (*of)(const struct storm_messages *m, guint i),
                          guint64 (*all)(const struct storm_messages *m), gboolean first)
{
    gboolean any = FALSE;
    for (guint kind = 0; kind < PHASE_KIND_COUNT; kind++)
        any = any || of(&k->messages[kind], i);
    if (!any)
        return;
    html_row(p, name);
    for (guint kind = 0; kind < PHASE_KIND_COUNT; kind++)
        if (k->there[kind])
            html_bar(p, of(&k->messages[kind], i), all(&k->messages[kind]), first);
    html_row_end(p);
}

static void put_kinds_sum(struct page *p, const struct kinds *k,
                          guint64 (*all)(const struct storm_messages *m))
{
    char text[PROSE_MAX];
    html_row(p, "all, in number");
    for (guint kind = 0; kind < PHASE_KIND_COUNT; kind++)
        if (k->there[kind])
            html_cell(p, prose_count(all(&k->messages[kind]), text));
    html_row_end(p);
}

static gint compare_requests(gconstpointer a, gconstpointer b, gpointer kinds)
{
    const struct kinds *k = kinds;
    guint64 x = 0, y = 0;
    for (guint i = 0; i < PHASE_KIND_COUNT; i++) {
        x += k->messages[i].requests[*(const guint *)a];
        y += k->messages[i].requests[*(const guint *)b];
    }
    return x == y ? 0 : x < y ? 1 : -1;
}

/* The commonest first. */
void page_requests(struct page *p)
{
    guint order[METHOD_COUNT];
    g_autofree struct kinds *k = kinds_of(p->a);
    for (guint i = 0; i < METHOD_COUNT; i++)
        order[i] = i;
    g_qsort_with_data(order, METHOD_COUNT, sizeof *order, compare_requests, k);
    begin_kinds_table(p, k, "Requests: share in each phase", "Request");
    for (guint i = 0; i < METHOD_COUNT; i++)
        put_kinds_row(p, k, storm_method_name((enum storm_method)order[i]), order[i], requests_of,
                      summary_requests, order[i] == METHOD_REGISTER);
    put_kinds_sum(p, k, summary_requests);
    html_table_end(p);
}

void page_responses(struct page *p)
{
    char name[NUMBER_MAX];
    g_autofree struct kinds *k = kinds_of(p->a);
    begin_kinds_table(p, k, "Answers: share in each phase", "Status");
    for (guint i = 0; i < STATUS_COUNT; i++)
        put_kinds_row(p, k, i == STATUS_OTHER ? "other" : number_count(STATUS_MIN + i, name), i, responses_of,
                      summary_responses, i >= 500 - STATUS_MIN && i < 600 - STATUS_MIN);
    put_kinds_sum(p, k, summary_responses);
    html_table_end(p);
}

/* --- retries
 * ------------------------------------------------------------------------------------------------ */

static void put_spread(struct page *p, const struct storm_spread *s, gboolean times)
{
    char median[PROSE_MAX], min[PROSE_MAX], max[PROSE_MAX];
    const char *(*words)(guint64 n, char out[PROSE_MAX]) = times ? prose_duration : prose_count;
    if (s->median == STORM_TIME_NONE)
        html_number(p, "-");
    else if (s->min == s->max)
        html_number(p, words(s->median, median));
    else
        html_put(p, "<td class=\"n\">%s (%s to %s)</td>", words(s->median, median), words(s->min, min),
                 words(s->max, max));
}

void page_patterns(struct page *p)
{
    char name[64];
    html_table(p, "How they retried: median (least to most)",
               "Pattern|#Clients|#Share|#Between tries|#Tries in a burst|#Pause, or longest wait");
    for (guint i = 0; i < p->a->n_patterns; i++) {
        const struct storm_pattern *pattern = &p->a->patterns[i];
        g_snprintf(name, sizeof name, "%c: %s", 'A' + (int)i, words_pattern(pattern->kind));
        html_row(p, name);
        html_count(p, pattern->clients);
        html_share(p, pattern->clients, p->a->retry_clients);
        put_spread(p, &pattern->interval_us, TRUE);
        put_spread(p, &pattern->tries, FALSE);
        put_spread(p, &pattern->wait_us, TRUE);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_attempts_table(struct page *p)
{
    char text[PROSE_MAX];
    html_details(p, "All attempts of the typical clients");
    html_table(p, "Seconds since the capture's beginning", "Pattern|Client|Attempts");
    for (guint i = 0; i < p->a->n_patterns; i++) {
        const struct storm_pattern *pattern = &p->a->patterns[i];
        html_row(p, words_pattern(pattern->kind));
        html_put(p, "<td>");
        html_name(p, pattern->typical ? pattern->typical : "-");
        html_put(p, "</td><td>");
        for (guint k = 0; k < pattern->n_attempts; k++)
            html_put(p, "%s%s", k ? ", " : "", prose_count(pattern->attempts_us[k] / US_PER_S, text));
        html_put(p, "</td>");
        html_row_end(p);
    }
    html_table_end(p);
    html_details_end(p);
}

/* Only the outermost server's are known by family. */
void page_families(struct page *p)
{
    g_autoptr(GString) headings = g_string_new("User-Agent|#Clients|#Requests");
    if (p->server || !p->r->n_families)
        return;
    for (guint k = 0; k < PATTERN_COUNT; k++)
        g_string_append_printf(headings, "|#%s", words_pattern((enum storm_pattern_kind)k));
    html_table(p, "Products, and how their clients retried", headings->str);
    for (guint i = 0; i < p->r->n_families; i++) {
        const struct storm_family *f = &p->r->families[i];
        html_row(p, f->name);
        html_count(p, f->clients);
        html_count(p, f->messages);
        for (guint k = 0; k < PATTERN_COUNT; k++)
            html_count(p, f->patterns[k]);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_retry(struct page *p)
{
    if (p->a->n_patterns)
        page_template(p, "retry.html");
    else
        page_families(p);
}

/* --- registered clients
 * ------------------------------------------------------------------------------------- */

void html_second(struct page *p, guint second, const char *name)
{
    struct storm_bin b = storm_series_at(p->series, second);
    html_row(p, name);
    html_count(p, b.total);
    html_count(p, b.reg);
    html_count(p, b.status_5xx);
    if (p->series->registered)
        html_count(p, html_registered(p->series, second));
    else
        html_number(p, "-");
    html_row_end(p);
}

void page_registered_table(struct page *p)
{
    char clock[PROSE_MAX];
    guint n = p->series->n_bins, step = MAX(60, (n / HTML_ROWS_MAX + 59) / 60 * 60);
    if (!p->series->registered)
        return;
    html_details(p, "Traffic and registered clients as a table");
    html_table(p, "At single seconds", "Time|#Messages|#REGISTER|#5xx|#Registered clients");
    for (guint second = 0; second < n; second += step)
        html_second(p, second, prose_clock(p->r, second * US_PER_S, clock));
    html_table_end(p);
    html_details_end(p);
}

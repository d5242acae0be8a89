/* The report's sections about a storm, and about what-ifs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "html.h"

#include "storm_private.h"

#define US_PER_S G_GUINT64_CONSTANT(1000000)
#define STORMS_SHOWN 8
#define COUNT_FORMAT "%" G_GUINT64_FORMAT

/* --- a storm
 * ------------------------------------------------------------------------------------------------ */

static const struct storm_storm *storm_at_hand(const struct page *p)
{
    return &p->a->storms[p->storm];
}

static guint64 since_storm(const struct storm_storm *s, guint64 second)
{
    guint64 start = s->start_us / US_PER_S;
    return second - MIN(start, second);
}

void page_storm_title(struct page *p)
{
    char clock[PROSE_MAX];
    html_put(p, "The registration storm at %s", prose_clock(p->r, storm_at_hand(p)->start_us, clock));
}

void page_storm_chart(struct page *p)
{
    char peak[PROSE_MAX], share[PROSE_MAX];
    const struct storm_storm *s = storm_at_hand(p);
    g_autofree char *alt = g_strdup_printf(
        "Messages, REGISTER requests and 5xx answers in each second around the storm. REGISTER rises to %s "
        "a second in second " COUNT_FORMAT "; %s of the answers are 5xx; %u later spikes and %u echoes are marked.",
        prose_count(s->peak_pps, peak), since_storm(s, s->peak_s),
        prose_share(s->status_5xx.part, s->status_5xx.all, share), s->n_spikes, s->n_echoes);
    html_chart(p, "storm", p->storm, "The storm, second by second", "", alt);
}

static void put_fact(struct page *p, const char *what, const char *value)
{
    html_row(p, what);
    html_number(p, value);
    html_row_end(p);
}

void page_storm_numbers(struct page *p)
{
    char text[PROSE_MAX];
    const struct storm_storm *s = storm_at_hand(p);
    guint64 length = s->end_us == STORM_TIME_NONE ? STORM_TIME_NONE : s->end_us - s->start_us;
    html_table(p, "The storm in numbers", "What|#Value");
    put_fact(p, "Length", s->end_us == STORM_TIME_NONE ? "not over" : prose_duration(length, text));
    put_fact(p, "REGISTER a second, at most", prose_count(s->peak_pps, text));
    put_fact(p, "REGISTER a second, usually", prose_rate(s->level_mpps, 1000, text));
    put_fact(p, "Clients registered before the outage",
             s->clients_before < 0 ? "-" : prose_count((guint64)s->clients_before, text));
    put_fact(p, "Clients that had to come back", prose_count(s->bindings, text));
    put_fact(p, "Back when the storm was over", prose_count(s->reregistered, text));
    put_fact(p, "Back in the end", prose_count(s->returned, text));
    put_fact(p, "Time to come back: half of them", prose_duration(s->reregistration.p50_us, text));
    put_fact(p, "90 %", prose_duration(s->reregistration.p90_us, text));
    put_fact(p, "99 %", prose_duration(s->reregistration.p99_us, text));
    put_fact(p, "the last one", prose_duration(s->reregistration.max_us, text));
    put_fact(p, "5xx answers", prose_count(s->status_5xx.part, text));
    put_fact(p, "their share of all answers in the storm",
             prose_share(s->status_5xx.part, s->status_5xx.all, text));
    put_fact(p, "95 % back",
             s->recovered ? prose_clock(p->r, s->recovery_end_us, text) : "not in this capture");
    html_table_end(p);
}

static void put_peaks(struct page *p, const struct storm_peak *peaks, guint n, const char *prefix)
{
    char name[16], text[PROSE_MAX];
    const struct storm_storm *s = storm_at_hand(p);
    for (guint i = 0; i < MIN(n, STORM_PEAKS_MAX); i++) {
        g_snprintf(name, sizeof name, "%s%u", prefix, i + 1);
        html_row(p, name);
        html_duration(p, since_storm(s, peaks[i].second) * US_PER_S);
        html_count(p, peaks[i].pps);
        html_put(p, "<td>%s of them %s</td>",
                 peaks[i].cause == CAUSE_UNKNOWN ? "most"
                                                 : prose_share(peaks[i].share.part, peaks[i].share.all, text),
                 words_cause(peaks[i].cause));
        html_row_end(p);
    }
}

void page_spikes(struct page *p)
{
    const struct storm_storm *s = storm_at_hand(p);
    if (!s->n_spikes && !s->n_echoes) {
        html_put(p, "<p>No later spike stood out.</p>\n");
        return;
    }
    html_table(p, "Later spikes, and echoes (E)",
               "Mark|#After the server was back|#REGISTER a second|Who made it");
    put_peaks(p, s->spikes, s->n_spikes, "");
    put_peaks(p, s->echoes, s->n_echoes, "E");
    html_table_end(p);
}

void page_storm_seconds(struct page *p)
{
    char name[NUMBER_MAX];
    const struct storm_storm *s = storm_at_hand(p);
    guint64 start = s->start_us / US_PER_S;
    guint64 n = s->end_us == STORM_TIME_NONE ? HTML_ROWS_MAX : s->end_us / US_PER_S - start + 20;
    html_details(p, "The storm second by second, as a table");
    html_table(p, "From the second in which the server was back",
               "Second|#Messages|#REGISTER|#5xx|#Registered clients");
    for (guint64 i = 0; i < MIN(n, HTML_ROWS_MAX) && start + i < p->series->n_bins; i++)
        html_second(p, (guint)(start + i), number_count(i, name));
    html_table_end(p);
    html_details_end(p);
}

void page_storms(struct page *p)
{
    for (p->storm = 0; p->storm < MIN(p->a->n_storms, STORMS_SHOWN); p->storm++)
        page_template(p, "storm.html");
    if (p->a->n_storms > STORMS_SHOWN)
        html_put(p, "<p>%u more storms are in the JSON only (stats=FILE.json).</p>\n",
                 p->a->n_storms - STORMS_SHOWN);
}

/* --- what if
 * ------------------------------------------------------------------------------------------------ */

void page_whatif_title(struct page *p)
{
    char clock[PROSE_MAX];
    html_put(p, "What if the server had been another one at %s?",
             prose_clock(p->r, p->a->what_if[p->first].start_us, clock));
}

/* The storm that a simulation is of. */
static const struct storm_storm *storm_of(const struct storm_analysis *a, const struct storm_what_if *w)
{
    const struct storm_storm *found = NULL;
    for (guint i = 0; i < a->n_storms; i++)
        if (a->storms[i].start_us <= w->start_us + US_PER_S)
            found = &a->storms[i];
    return found;
}

static char *case_text(const struct storm_what_if *w)
{
    char rate[PROSE_MAX], spread[PROSE_MAX];
    prose_count(w->rate_pps, rate);
    if (w->model == MODEL_RETRY_AFTER)
        return g_strdup_printf("told to come back within %s", prose_duration(w->spread_s * US_PER_S, spread));
    return g_strdup_printf(
        w->model == MODEL_CAPACITY ? "serves %s requests a second" : "lets %s requests a second pass", rate);
}

/* How many were back when, by the quantiles: for the script, where the curve cannot tell. */
static char *back_points(const struct storm_storm *s)
{
    char t[4][NUMBER_MAX];
    if (!s || !s->reregistration.count)
        return g_strdup("[[0,0]]");
    const struct storm_delays *d = &s->reregistration;
    return g_strdup_printf(
        "[[0,0],[%s," COUNT_FORMAT "],[%s," COUNT_FORMAT "],[%s," COUNT_FORMAT "],[%s," COUNT_FORMAT "]]",
        number_seconds(d->p50_us, t[0]), d->count / 2, number_seconds(d->p90_us, t[1]), d->count * 9 / 10,
        number_seconds(d->p99_us, t[2]), d->count * 99 / 100, number_seconds(d->max_us, t[3]), d->count);
}

static void put_whatif_chart(struct page *p, enum storm_model model, guint first, guint n)
{
    static const char *const captions[] = {"A rate limit before the server", "A server of another capacity",
                                           "A rate limit with Retry-After"};
    char time[PROSE_MAX];
    const struct storm_what_if *w = &p->a->what_if[first];
    g_autofree char *back = back_points(storm_of(p->a, w));
    g_autoptr(GString) data = g_string_new(NULL);
    g_autoptr(GString) alt = g_string_new("Clients that are back in each second, and what happened.");
    g_string_append_printf(data, " data-first=\"%u\" data-count=\"%u\" data-back=\"%s\"", first, n, back);
    for (guint i = 0; i < n; i++) {
        g_autofree char *text = case_text(&w[i]);
        g_string_append_printf(data, " data-case%u=\"%s\"", i, text);
        g_string_append_printf(alt, " %s: 95 %% after %s.", text,
                               w[i].to_95_us == STORM_TIME_NONE ? "more than an hour"
                                                                : prose_duration(w[i].to_95_us, time));
    }
    html_chart(p, "whatif", 0, captions[model], data->str, alt->str);
}

/* One chart for each run of equal models. */
void page_whatif_charts(struct page *p)
{
    const struct storm_what_if *w = p->a->what_if;
    for (guint i = p->first, n; i < p->first + p->count; i += n) {
        for (n = 1; n < 3 && i + n < p->first + p->count && w[i + n].model == w[i].model; n++)
            ;
        put_whatif_chart(p, w[i].model, i, n);
    }
}

void page_whatif_table(struct page *p)
{
    char clients[PROSE_MAX];
    html_table(p, "All simulated cases",
               "Case|#95 % back after|#Not back|#Requests a second that arrive, at most");
    for (guint i = p->first; i < p->first + p->count; i++) {
        const struct storm_what_if *w = &p->a->what_if[i];
        g_autofree char *text = words_model(w);
        html_row(p, text);
        if (w->to_95_us == STORM_TIME_NONE)
            html_number(p, "never");
        else
            html_duration(p, w->to_95_us);
        html_count(p, w->lost);
        html_count(p, w->peak_pps);
        html_row_end(p);
    }
    html_table_end(p);
    html_put(p,
             "<p>Each case has the same %s clients; chance is drawn from seed " COUNT_FORMAT
             ", so that the same capture gives the same curves.</p>\n",
             prose_count(p->a->what_if[p->first].clients, clients), p->a->what_if[p->first].seed);
}

/* A section for the what-ifs of each storm; the JSON has those of the outermost server only. */
void page_what_ifs(struct page *p)
{
    const struct storm_what_if *w = p->a->what_if;
    for (p->first = 0; !p->server && p->first < p->a->n_what_if; p->first += p->count) {
        for (p->count = 1; p->first + p->count < p->a->n_what_if &&
                           w[p->first + p->count].start_us == w[p->first].start_us;)
            p->count++;
        page_template(p, "whatif.html");
    }
}

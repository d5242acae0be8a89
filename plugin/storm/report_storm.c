/* The storm analysis as tables for a terminal: -z sianto,storm.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report.h"
#include "report_page.h"

/* --- cells: numbers as text, "-" where there is none ---------------------------------------------------------- */

struct cell {
    char text[NUMBER_MAX];
};

static struct cell none(void)
{
    return (struct cell){"-"};
}

static struct cell count(gint64 n)
{
    struct cell c = none();
    if (n >= 0)
        number_count((guint64)n, c.text);
    return c;
}

static struct cell seconds(guint64 us)
{
    struct cell c = none();
    if (us != STORM_TIME_NONE)
        number_seconds(us, c.text);
    return c;
}

static struct cell share(guint64 part, guint64 all)
{
    struct cell c = none();
    if (all)
        number_ratio(part, all, c.text);
    return c;
}

/* With one decimal. */
static struct cell rate(guint64 n, guint64 per)
{
    struct cell c = none();
    guint64 tenths = per ? (n * 10 + per / 2) / per : 0;
    if (per)
        g_snprintf(c.text, sizeof c.text, "%" G_GUINT64_FORMAT ".%u", tenths / 10, (guint)(tenths % 10));
    return c;
}

static guint64 requests_of(const struct storm_phase *p)
{
    return summary_requests(&p->messages);
}

/* --- one server --------------------------------------------------------------------------------------------------- */

static void print_phases(const struct page *page, const struct storm_analysis *a)
{
    page_section(page, "Phase        start s      end s   msg/s  to srv REGISTER/s   peak registered");
    for (guint i = 0; i < a->n_phases; i++) {
        const struct storm_phase *p = &a->phases[i];
        page_line(page, "  %-9s %10s %10s %7s %7s %10s %6u %5s>%s", storm_phase_kind_name(p->kind),
                  seconds(p->start_us).text, seconds(p->end_us).text, rate(p->total, p->seconds).text,
                  share(p->to, p->to + p->from).text,
                  rate(p->messages.requests[METHOD_REGISTER], p->seconds).text, p->register_pps_peak,
                  count(p->registered_start).text, count(p->registered_end).text);
    }
}

/* Methods with at least a hundredth of the requests in some phase: a row each, a column a phase. */
static gboolean is_common(const struct storm_analysis *a, guint method)
{
    for (guint i = 0; i < a->n_phases; i++)
        if (a->phases[i].messages.requests[method] * 100 >= MAX(requests_of(&a->phases[i]), 1))
            return TRUE;
    return FALSE;
}

#define COLUMNS_MAX 6u

static void print_methods(const struct page *page, const struct storm_analysis *a)
{
    guint n = MIN(a->n_phases, COLUMNS_MAX);
    g_autoptr(GString) head = g_string_new("Share of requests");
    for (guint i = 0; i < n; i++)
        g_string_append_printf(head, " %9s", storm_phase_kind_name(a->phases[i].kind));
    page_section(page, "%s", head->str);
    for (guint m = 0; m < METHOD_COUNT; m++) {
        g_autoptr(GString) line = g_string_new(NULL);
        if (!is_common(a, m))
            continue;
        g_string_append_printf(line, "  %-15s", storm_method_name((enum storm_method)m));
        for (guint i = 0; i < n; i++)
            g_string_append_printf(
                line, " %9s",
                share(a->phases[i].messages.requests[m], requests_of(&a->phases[i])).text);
        page_line(page, "%s", line->str);
    }
}

static void print_outages(const struct page *page, const struct storm_analysis *a)
{
    if (a->n_outages == 0)
        return;
    page_section(page, "Outage         start s      end s  recovered   part");
    for (guint i = 0; i < a->n_outages; i++) {
        const struct storm_outage *o = &a->outages[i];
        page_line(page, "  %-9u %10s %10s  %s", i + 1, seconds(o->start_us).text, seconds(o->end_us).text,
                  o->recovered ? "yes" : "no");
        for (guint j = 0; j < o->n_parts; j++)
            page_line(page, "            %10s %10s             %s", seconds(o->parts[j].start_us).text,
                      seconds(o->parts[j].end_us).text, storm_outage_kind_name(o->parts[j].kind));
    }
}

static void print_peaks(const struct page *page, const char *what, const struct storm_peak *peaks, guint n)
{
    for (guint i = 0; i < n; i++)
        page_line(page, "  %-18s %10u s, %u REGISTER/s: %s (%s)", what, peaks[i].second, peaks[i].pps,
                  storm_cause_name(peaks[i].cause), share(peaks[i].share.part, peaks[i].share.all).text);
}

static void print_storm(const struct page *page, const struct storm_storm *s, guint number)
{
    page_section(page, "Storm %u", number);
    page_line(page, "  %-18s %10s to %s s", "time", seconds(s->start_us).text, seconds(s->end_us).text);
    page_line(page, "  %-18s %10u REGISTER/s at %u s; otherwise %s", "peak", s->peak_pps, s->peak_s,
              rate(s->level_mpps, 1000).text);
    page_line(page, "  %-18s %10s before, %" G_GUINT64_FORMAT " tried or ran out", "clients",
              count(s->clients_before).text, s->bindings);
    page_line(page, "  %-18s %10" G_GUINT64_FORMAT " at the storm's end, %" G_GUINT64_FORMAT " in all", "back",
              s->reregistered, s->returned);
    page_line(page, "  %-18s %10s p90 %s, p99 %s, max %s", "back after s",
              seconds(s->reregistration.p50_us).text, seconds(s->reregistration.p90_us).text,
              seconds(s->reregistration.p99_us).text, seconds(s->reregistration.max_us).text);
    page_line(page, "  %-18s %10" G_GUINT64_FORMAT " of its responses: %s", "5xx", s->status_5xx.part,
              share(s->status_5xx.part, s->status_5xx.all).text);
    page_line(page, "  %-18s %10s %s", "recovery until s", seconds(s->recovery_end_us).text,
              s->recovered ? "95 % are back" : "");
    print_peaks(page, "spike", s->spikes, s->n_spikes);
    print_peaks(page, "echo", s->echoes, s->n_echoes);
}

static void print_retry(const struct page *page, const struct storm_analysis *a)
{
    if (a->n_patterns == 0)
        return;
    page_section(page, "Retries in an outage  clients   share  every s   tries    wait s");
    for (guint i = 0; i < a->n_patterns; i++) {
        const struct storm_pattern *p = &a->patterns[i];
        gboolean tries = p->tries.median != STORM_TIME_NONE;
        page_line(page, "  %-18s %9" G_GUINT64_FORMAT " %7s %8s %7s %9s", storm_pattern_name(p->kind), p->clients,
                  share(p->clients, a->retry_clients).text, seconds(p->interval_us.median).text,
                  count(tries ? (gint64)p->tries.median : -1).text, seconds(p->wait_us.median).text);
    }
}

static void print_what_if(const struct page *page, const struct storm_analysis *a)
{
    if (a->n_what_if == 0)
        return;
    page_section(page, "What if        per second  spread s   95 %% after s       lost   peak/s");
    for (guint i = 0; i < a->n_what_if; i++) {
        const struct storm_what_if *w = &a->what_if[i];
        page_line(page, "  %-12s %10u %9s %14s %10" G_GUINT64_FORMAT " %8u", storm_model_name(w->model),
                  w->rate_pps, count(w->spread_s ? (gint64)w->spread_s : -1).text, seconds(w->to_95_us).text,
                  w->lost, w->peak_pps);
    }
}

static void print_server(const struct page *page, const struct storm_result *r, guint server)
{
    const struct storm_analysis *a = &r->analyses[server];
    if (r->n_servers > 1) {
        page_section(page, "Server %s", r->servers[server].label);
        page_rule(page, '-');
    }
    print_phases(page, a);
    print_methods(page, a);
    print_outages(page, a);
    for (guint i = 0; i < a->n_storms; i++)
        print_storm(page, &a->storms[i], i + 1);
    print_retry(page, a);
    print_what_if(page, a);
}

/* --- of the outermost server, and of all sessions ---------------------------------------------------------------- */

static void print_keepalive(const struct page *page, const struct storm_analysis *a)
{
    page_section(page, "Keep-alive       messages  of frames   of bytes");
    for (guint i = 0; i < KEEP_COUNT; i++)
        page_line(page, "  %-13s %9" G_GUINT64_FORMAT " %10s %10s", storm_keepalive_name((enum storm_keepalive)i),
                  a->keepalive[i].messages, share(a->keepalive[i].frames, a->frames).text,
                  share(a->keepalive[i].bytes, a->bytes).text);
}

static void print_delays(const struct page *page, const char *name, const struct storm_delays *d)
{
    page_line(page, "  %-28s %8" G_GUINT64_FORMAT " %9s %9s %9s %9s", name, d->count, seconds(d->p50_us).text,
              seconds(d->p90_us).text, seconds(d->p99_us).text, seconds(d->max_us).text);
}

static void print_share(const struct page *page, const char *name, struct storm_part_of of)
{
    page_line(page, "  %-28s %8" G_GUINT64_FORMAT " of %-9" G_GUINT64_FORMAT " %s", name, of.part, of.all,
              share(of.part, of.all).text);
}

static void print_rfc6076(const struct page *page, const struct storm_analysis *a, const struct storm_sessions *s)
{
    page_section(page, "RFC 6076, seconds                 count       p50       p90       p99       max");
    print_delays(page, "registration request delay", &a->request_delay);
    print_delays(page, "session request delay", &s->request_delay);
    print_delays(page, "failed session request delay", &s->failed_request_delay);
    print_delays(page, "session disconnect delay", &s->disconnect_delay);
    print_delays(page, "session duration", &s->duration);
    print_share(page, "ineffective registrations", a->ineffective);
    print_share(page, "sessions established", s->established);
    print_share(page, "establishment effectiveness", s->effective);
    print_share(page, "ineffective sessions", s->ineffective);
    print_share(page, "sessions completed", s->completed);
}

static void print_retry_after(const struct page *page, const struct storm_retry_after *t)
{
    guint64 all = t->honoured + t->ignored + t->late + t->none;
    if (all == 0)
        return;
    page_section(page, "Retry-After            count    share");
    page_line(page, "  %-15s %10" G_GUINT64_FORMAT "   %s", "honoured", t->honoured, share(t->honoured, all).text);
    page_line(page, "  %-15s %10" G_GUINT64_FORMAT "   %s", "ignored", t->ignored, share(t->ignored, all).text);
    page_line(page, "  %-15s %10" G_GUINT64_FORMAT "   %s", "late", t->late, share(t->late, all).text);
    page_line(page, "  %-15s %10" G_GUINT64_FORMAT "   %s", "never came", t->none, share(t->none, all).text);
}

static void print_families(const struct page *page, const struct storm_result *r)
{
    gboolean head = FALSE;
    for (guint i = 0; i < r->n_families; i++) {
        const struct storm_family *f = &r->families[i];
        guint64 all = 0;
        for (guint kind = 0; kind < PATTERN_COUNT; kind++)
            all += f->patterns[kind];
        if (all == 0)
            continue;
        if (!head)
            page_section(page, "User-Agents in an outage    backoff    burst    fixed  gave up   unclear");
        head = TRUE;
        page_line(page, "  %-22.22s %10" G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT
                        " %8" G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT,
                  f->name, f->patterns[PATTERN_BACKOFF], f->patterns[PATTERN_BURST], f->patterns[PATTERN_FIXED],
                  f->patterns[PATTERN_GAVE_UP], f->patterns[PATTERN_UNDETERMINED]);
    }
}

void storm_report_storm(const struct storm_result *r, void (*print_line)(void *arg, const char *line), void *arg)
{
    struct page page = {print_line, arg};
    g_autoptr(GPtrArray) sentences = storm_summary(r);
    page_rule(&page, '=');
    page_line(&page, "Registration storm (SiAnTo)");
    page_line(&page, "%s", "");
    for (guint i = 0; i < sentences->len; i++)
        page_text(&page, g_ptr_array_index(sentences, i));
    for (guint i = 0; i < r->n_servers; i++)
        print_server(&page, r, i);
    if (r->n_servers) {
        print_families(&page, r);
        print_retry_after(&page, &r->analyses[0].retry_after);
        print_keepalive(&page, &r->analyses[0]);
        print_rfc6076(&page, &r->analyses[0], &r->sessions);
    }
    page_rule(&page, '=');
}

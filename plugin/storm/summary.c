/* What happened, in plain sentences.
 *
 * Each topic is a function that says nothing where there is nothing to say. Numbers come first, reasons
 * only where the analysis knows them; what the capture cannot tell is said last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "prose.h"
#include "report.h"

#include "storm_private.h"

#define US_PER_S G_GUINT64_CONSTANT(1000000)
#define PARTS_TOLD 4
#define PEAKS_TOLD 3
#define METHODS_TOLD 4

struct teller {
    GPtrArray *list;
    GArray *topics; /* struct summary_topic, or NULL */
    const struct storm_result *r;
    const struct storm_analysis *a;
    const struct storm_server *server;
    const struct storm_series *series;
};

static void say(const struct teller *t, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(const struct teller *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(t->list, g_strdup_vprintf(format, args));
    va_end(args);
}

/* What is said from here on is about `title`. A topic without a sentence is none. */
static void begin_topic(const struct teller *t, const char *title)
{
    struct summary_topic topic = {title, t->list->len};
    if (!t->topics)
        return;
    if (t->topics->len &&
        g_array_index(t->topics, struct summary_topic, t->topics->len - 1).first == topic.first)
        g_array_set_size(t->topics, t->topics->len - 1);
    g_array_append_val(t->topics, topic);
}

/* --- looking things up ---------------------------------------------------------------------------------- */

const struct storm_analysis *summary_analysis(const struct storm_result *r, guint server)
{
    static const struct storm_analysis none = {.warmup_us = STORM_TIME_NONE};
    return r->analyses && server < r->n_servers ? &r->analyses[server] : &none;
}

const struct storm_outage *summary_outage_of(const struct storm_analysis *a, guint storm)
{
    for (guint i = 0; i < a->n_outages; i++)
        if (a->outages[i].recovered && storm-- == 0)
            return &a->outages[i];
    return NULL;
}

const struct storm_phase *summary_phase(const struct storm_analysis *a, enum storm_phase_kind kind,
                                        guint64 start_us)
{
    for (guint i = 0; i < a->n_phases; i++)
        if (a->phases[i].kind == kind && a->phases[i].start_us >= start_us)
            return &a->phases[i];
    return NULL;
}

guint64 summary_requests(const struct storm_messages *m)
{
    guint64 n = 0;
    for (guint i = 0; i < METHOD_COUNT; i++)
        n += m->requests[i];
    return n;
}

guint64 summary_responses(const struct storm_messages *m)
{
    guint64 n = 0;
    for (guint i = 0; i < STATUS_COUNT; i++)
        n += m->responses[i];
    return n;
}

gboolean summary_5xx_window(const struct storm_series *series, const struct storm_storm *storm, guint *first,
                            guint *last)
{
    guint start = (guint)(storm->start_us / US_PER_S), best = G_MAXUINT;
    guint64 end = storm->end_us == STORM_TIME_NONE ? series->n_bins : storm->end_us / US_PER_S + 1;
    guint64 all = 0, held = 0;
    guint stop = (guint)MIN(end, series->n_bins), from = start;
    for (guint s = start; s < stop; s++)
        all += storm_series_at(series, s).status_5xx;
    for (guint s = start; s < stop && all; s++) {
        held += storm_series_at(series, s).status_5xx;
        for (guint32 n; (n = storm_series_at(series, from).status_5xx, (held - n) * 5 >= all * 4); from++)
            held -= n;
        if (held * 5 >= all * 4 && s - from < best) {
            best = s - from;
            *first = from - start;
            *last = s - start;
        }
    }
    return all != 0;
}

/* --- the capture ---------------------------------------------------------------------------------------- */

static void tell_capture(const struct teller *t)
{
    char start[PROSE_MAX], length[PROSE_MAX], messages[PROSE_MAX], twice[PROSE_MAX];
    const struct storm_result *r = t->r;
    g_autofree char *duplicates = r->duplicates ? g_strdup_printf(", and %s captured twice that are left out",
                                                                  prose_count(r->duplicates, twice))
                                                : g_strdup("");
    say(t, "The capture begins at %s and lasts %s: %s SIP messages%s.", prose_start(r, start),
        prose_duration(r->duration_us, length), prose_count(r->counted, messages), duplicates);
}

static void tell_server(const struct teller *t)
{
    char clients[PROSE_MAX], sources[PROSE_MAX];
    const struct storm_server *s = t->server;
    prose_count(s->clients, clients);
    prose_count(s->sources, sources);
    if (s->clients)
        say(t, "At the server %s, %s clients register, from %s addresses.", s->label, clients, sources);
    else
        say(t, "The server is %s: %s addresses send to it, and nobody registers.", s->label, sources);
    if (t->r->n_servers > 1 && s == &t->r->servers[0])
        say(t,
            "There are %u servers; this one is the outermost, and the sentences here are about it. The "
            "others "
            "have their own.",
            t->r->n_servers);
}

/* --- a phase ----------------------------------------------------------------------------------------------
 */

static gint compare_methods(gconstpointer a, gconstpointer b, gpointer messages)
{
    const struct storm_messages *m = messages;
    guint64 x = m->requests[*(const guint *)a], y = m->requests[*(const guint *)b];
    return x == y ? 0 : x < y ? 1 : -1;
}

/* "REGISTER 41 %, OPTIONS 28 %": the largest of at least a hundredth, but the first `skip`; NULL: none. */
static char *methods_text(const struct storm_messages *m, guint skip)
{
    char share[PROSE_MAX];
    guint order[METHOD_COUNT];
    guint64 all = summary_requests(m);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < METHOD_COUNT; i++)
        order[i] = i;
    g_qsort_with_data(order, METHOD_COUNT, sizeof *order, compare_methods, (gpointer)m);
    for (guint i = skip; i < METHODS_TOLD + skip && m->requests[order[i]] * 100 >= MAX(all, 1); i++)
        g_string_append_printf(text, "%s%s %s", text->len ? ", " : "",
                               storm_method_name((enum storm_method)order[i]),
                               prose_share(m->requests[order[i]], all, share));
    return g_string_free(text, text->len == 0);
}

static void tell_requests(const struct teller *t, const struct storm_phase *p)
{
    char share[PROSE_MAX], calls[PROSE_MAX], all[PROSE_MAX];
    guint64 requests = summary_requests(&p->messages), invites = p->messages.requests[METHOD_INVITE];
    g_autofree char *methods = methods_text(&p->messages, 0);
    if (methods && invites * 20 < requests)
        say(t,
            "Requests then: %s. INVITE, which begins a call, makes %s (%s of %s): nearly all messages only "
            "keep "
            "clients registered and reachable.",
            methods, prose_share(invites, requests, share), prose_count(invites, calls),
            prose_count(requests, all));
    else if (methods)
        say(t, "Requests then: %s.", methods);
}

/* The time before the first outage, or all of it. */
static void tell_normal(const struct teller *t)
{
    char rate[PROSE_MAX], share[PROSE_MAX], clients[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_NORMAL, 0);
    if (!p || !p->seconds)
        return;
    prose_rate(p->total, p->seconds, rate);
    prose_share(p->to, p->to + p->from, share);
    const char *when = t->a->n_outages == 0                      ? "In the mean"
                       : p->start_us < t->a->outages[0].start_us ? "Before the outage"
                                                                 : "In normal times";
    gint64 registered = t->a->n_storms && p->start_us < t->a->storms[0].start_us
                            ? t->a->storms[0].clients_before
                            : p->registered_end;
    if (registered > 0)
        say(t,
            "%s, %s messages a second went to and from the server, %s of them to it; %s clients were "
            "registered%s.",
            when, rate, share, prose_count((guint64)registered, clients),
            t->a->n_outages ? "" : " at the end");
    else
        say(t, "%s, %s messages a second went to and from the server, %s of them to it.", when, rate, share);
    tell_requests(t, p);
}

/* --- outages ----------------------------------------------------------------------------------------------
 */

/* "silent for 5 min, then answering with errors only (5xx, 408) for 2 min" */
static char *parts_text(const struct storm_outage *o)
{
    char length[PROSE_MAX];
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(o->n_parts, PARTS_TOLD); i++)
        g_string_append_printf(text, "%s%s for %s", i ? ", then " : "", words_outage(o->parts[i].kind),
                               prose_duration(o->parts[i].end_us - o->parts[i].start_us, length));
    if (o->n_parts > PARTS_TOLD)
        g_string_append_printf(text, ", and so on in %u parts", o->n_parts);
    return g_string_free(text, FALSE);
}

static void tell_begin_of_outage(const struct teller *t, const struct storm_outage *o)
{
    char start[PROSE_MAX], length[PROSE_MAX];
    g_autofree char *parts = parts_text(o);
    prose_clock(t->r, o->start_us, start);
    prose_duration(o->end_us - o->start_us, length);
    const char *rest = o->recovered ? "" : ", and nobody was registered again before the capture ends";
    if (o->n_parts == 1)
        say(t, "The server was %s from %s for %s%s.", words_outage(o->parts[0].kind), start, length, rest);
    else
        say(t, "The server registered nobody from %s for %s%s%s%s.", start, length,
            o->n_parts ? ": it was " : "", parts, rest);
}

/* Before and in the outage, side by side. */
static void tell_traffic_in_outage(const struct teller *t, const struct storm_outage *o)
{
    char rate[PROSE_MAX], before[PROSE_MAX], share[PROSE_MAX], reg[PROSE_MAX], usual[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_OUTAGE, o->start_us);
    const struct storm_phase *normal = summary_phase(t->a, PHASE_NORMAL, 0);
    if (!p || !p->seconds)
        return;
    guint64 requests = summary_requests(&p->messages);
    prose_rate(p->total, p->seconds, rate);
    prose_share(p->to, p->to + p->from, share);
    prose_share(p->messages.requests[METHOD_REGISTER], requests, reg);
    if (normal && normal->seconds)
        say(t,
            "In the outage there were %s messages a second (before: %s), %s of them to the server; REGISTER "
            "made "
            "%s of the requests (before: %s).",
            rate, prose_rate(normal->total, normal->seconds, before), share, reg,
            prose_share(normal->messages.requests[METHOD_REGISTER], summary_requests(&normal->messages),
                        usual));
    else
        say(t,
            "In the outage there were %s messages a second, %s of them to the server; REGISTER made %s of "
            "the "
            "requests.",
            rate, share, reg);
    g_autofree char *others = methods_text(&p->messages, 1);
    if (others && p->messages.requests[METHOD_REGISTER] * 2 > requests)
        say(t,
            "Other requests went on as well (%s), keep-alive for the most part, although those who sent them "
            "were "
            "no longer registered, or soon would not be.",
            others);
}

static void tell_registered_in_outage(const struct teller *t, const struct storm_outage *o)
{
    char from[PROSE_MAX], to[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_OUTAGE, o->start_us);
    if (!p || p->registered_start <= 0 || p->registered_end < 0)
        return;
    prose_count((guint64)p->registered_start, from);
    prose_count((guint64)p->registered_end, to);
    if (p->registered_end < p->registered_start)
        say(t,
            "Registered clients fell from %s to %s, as their lifetimes ran out and nobody could renew them.",
            from, to);
    else
        say(t, "All %s clients that were registered stayed so: the outage was shorter than their lifetimes.",
            from);
}

/* --- how clients tried ------------------------------------------------------------------------------------
 */

/* "every 12 s (from 1 s to 17 s)", "12 s" where there is one value only */
static char *spread_text(const struct storm_spread *s)
{
    char median[PROSE_MAX], min[PROSE_MAX], max[PROSE_MAX];
    prose_duration(s->median, median);
    prose_duration(s->min, min);
    prose_duration(s->max, max);
    return strcmp(min, max) == 0 ? g_strdup(median) : g_strdup_printf("%s (from %s to %s)", median, min, max);
}

static char *tries_text(const struct storm_spread *s)
{
    char min[PROSE_MAX], max[PROSE_MAX], median[PROSE_MAX];
    if (s->min == STORM_TIME_NONE)
        return g_strdup("several tries");
    prose_count(s->median, median);
    if (s->min == s->max)
        return g_strdup_printf("%s tries", median);
    return g_strdup_printf("%s tries (from %s to %s)", median, prose_count(s->min, min),
                           prose_count(s->max, max));
}

static void tell_pattern(const struct teller *t, const struct storm_pattern *p)
{
    char clients[PROSE_MAX], share[PROSE_MAX], longest[PROSE_MAX], median[PROSE_MAX];
    g_autofree char *interval = spread_text(&p->interval_us), *wait = spread_text(&p->wait_us);
    g_autofree char *tries = tries_text(&p->tries);
    prose_count(p->clients, clients);
    prose_share(p->clients, t->a->retry_clients, share);
    prose_duration(p->wait_us.max, longest);
    prose_duration(p->wait_us.median, median);
    switch (p->kind) {
    case PATTERN_FIXED:
        say(t, "%s (%s) tried at a fixed interval: in the median every %s.", clients, share, interval);
        break;
    case PATTERN_BURST:
        say(t, "%s (%s) tried in bursts, in the median of %s, %s apart, and paused between them for %s.",
            clients, share, tries, interval, wait);
        break;
    case PATTERN_BACKOFF:
        say(t, "%s (%s) waited longer from try to try: up to %s in the median, and %s at most.", clients,
            share, median, longest);
        break;
    case PATTERN_GAVE_UP:
        say(t,
            "%s (%s) gave up: after their last try in the outage nothing came from them until the capture's "
            "end.",
            clients, share);
        break;
    default:
        say(t, "%s (%s) tried too seldom, or too irregularly, for a pattern to be told.", clients, share);
    }
}

static gint compare_patterns(gconstpointer a, gconstpointer b)
{
    const struct storm_pattern *x = *(const struct storm_pattern *const *)a,
                               *y = *(const struct storm_pattern *const *)b;
    return x->clients == y->clients ? (gint)x->kind - (gint)y->kind : x->clients < y->clients ? 1 : -1;
}

/* The commonest pattern first. */
static void tell_retries(const struct teller *t)
{
    const struct storm_pattern *order[PATTERN_COUNT];
    char clients[PROSE_MAX];
    if (!t->a->retry_clients)
        return;
    begin_topic(t, "How clients tried");
    say(t, "%s clients tried to register while the server did not register them:",
        prose_count(t->a->retry_clients, clients));
    guint n = MIN(t->a->n_patterns, PATTERN_COUNT);
    for (guint i = 0; i < n; i++)
        order[i] = &t->a->patterns[i];
    qsort(order, n, sizeof *order, compare_patterns);
    for (guint i = 0; i < n; i++)
        tell_pattern(t, order[i]);
}

/* --- the storm --------------------------------------------------------------------------------------------
 */

static void tell_peak(const struct teller *t, const struct storm_storm *s)
{
    char start[PROSE_MAX], peak[PROSE_MAX], level[PROSE_MAX], length[PROSE_MAX];
    guint since = s->peak_s - (guint)MIN(s->start_us / US_PER_S, s->peak_s);
    g_autofree char *over =
        s->end_us == STORM_TIME_NONE
            ? g_strdup("it was not over when the capture, or the time until the next outage, ended")
            : g_strdup_printf("it was over after %s", prose_duration(s->end_us - s->start_us, length));
    say(t,
        "At %s the server was back and a registration storm began: up to %s REGISTER requests a second, in "
        "second %u "
        "of it (otherwise %s); %s.",
        prose_clock(t->r, s->start_us, start), prose_count(s->peak_pps, peak), since,
        prose_rate(s->level_mpps, 1000, level), over);
}

static void tell_return(const struct teller *t, const struct storm_storm *s)
{
    char back[PROSE_MAX], all[PROSE_MAX], length[PROSE_MAX], p50[PROSE_MAX], p90[PROSE_MAX], max[PROSE_MAX];
    prose_count(s->reregistered, back);
    prose_count(s->bindings, all);
    if (s->end_us == STORM_TIME_NONE)
        say(t, "%s of %s clients came back.", back, all);
    else
        say(t, "%s of %s clients were back within %s.", back, all,
            prose_duration(s->end_us - s->start_us, length));
    if (s->reregistration.count)
        say(t,
            "Half of all that came back needed no more than %s, nine tenths no more than %s, the last one "
            "%s.",
            prose_duration(s->reregistration.p50_us, p50), prose_duration(s->reregistration.p90_us, p90),
            prose_duration(s->reregistration.max_us, max));
}

static guint64 clients_of(const struct storm_analysis *a, enum storm_pattern_kind kind)
{
    guint64 n = 0;
    for (guint i = 0; i < a->n_patterns; i++)
        if (a->patterns[i].kind == kind)
            n += a->patterns[i].clients;
    return n;
}

static void tell_late(const struct teller *t, const struct storm_storm *s)
{
    char late[PROSE_MAX], never[PROSE_MAX], burst[PROSE_MAX], backoff[PROSE_MAX];
    guint64 waiting = clients_of(t->a, PATTERN_BURST) + clients_of(t->a, PATTERN_BACKOFF);
    if (s->end_us == STORM_TIME_NONE || s->bindings <= s->reregistered)
        return;
    prose_count(s->bindings - s->reregistered, late);
    prose_count(s->bindings - MIN(s->returned, s->bindings), never);
    say(t, "The other %s came later, and %s of them not at all while it can be seen.", late, never);
    if (waiting)
        say(t,
            "Slow are those who pause: %s clients between bursts, %s with growing waits. They spare the "
            "server in the "
            "storm, and nobody can call them until they are back.",
            prose_count(clients_of(t->a, PATTERN_BURST), burst),
            prose_count(clients_of(t->a, PATTERN_BACKOFF), backoff));
}

static void tell_recovery(const struct teller *t, const struct storm_storm *s)
{
    char end[PROSE_MAX], length[PROSE_MAX];
    if (s->recovery_end_us == STORM_TIME_NONE) {
        if (!s->recovered)
            say(t, "95 %% of the clients that had been registered before were not back when the capture, or "
                   "the time "
                   "until the next outage, ended.");
        return;
    }
    prose_clock(t->r, s->recovery_end_us, end);
    prose_duration(s->recovery_end_us - MIN(s->start_us, s->recovery_end_us), length);
    if (s->recovered)
        say(t, "95 %% of the clients that had been registered before were back by %s, %s after the server.",
            end, length);
    else
        say(t,
            "From %s on, %s after the server was back, the number of registered clients no longer grew, with "
            "less than "
            "95 %% back.",
            end, length);
}

static void tell_requests_in_storm(const struct teller *t, const struct storm_storm *s)
{
    char rate[PROSE_MAX], share[PROSE_MAX], each[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_STORM, s->start_us);
    if (!p || !p->seconds || !s->reregistered)
        return;
    say(t,
        "In the storm there were %s messages a second, %s of them to the server: %s requests for each client "
        "that "
        "came back, since a registration takes two (the first is challenged), and what follows it, others.",
        prose_rate(p->total, p->seconds, rate), prose_share(p->to, p->to + p->from, share),
        prose_rate(summary_requests(&p->messages), s->reregistered, each));
}

static void tell_5xx(const struct teller *t, const struct storm_storm *s)
{
    char share[PROSE_MAX], part[PROSE_MAX], all[PROSE_MAX];
    guint first = 0, last = 0;
    if (!s->status_5xx.all)
        return;
    if (!s->status_5xx.part) {
        say(t, "The server answered nothing in the storm with 5xx.");
        return;
    }
    prose_share(s->status_5xx.part, s->status_5xx.all, share);
    prose_count(s->status_5xx.part, part);
    prose_count(s->status_5xx.all, all);
    if (summary_5xx_window(t->series, s, &first, &last) && last > first)
        say(t,
            "%s of the server's answers in the storm (%s of %s) were 5xx, four fifths of them in its seconds "
            "%u to %u.",
            share, part, all, first, last);
    else
        say(t,
            "%s of the server's answers in the storm (%s of %s) were 5xx, four fifths of them in its second "
            "%u.",
            share, part, all, first);
}

static gint compare_peaks(gconstpointer a, gconstpointer b)
{
    const struct storm_peak *x = *(const struct storm_peak *const *)a,
                            *y = *(const struct storm_peak *const *)b;
    return x->pps == y->pps ? (gint)x->second - (gint)y->second : x->pps < y->pps ? 1 : -1;
}

static void tell_spike(const struct teller *t, const struct storm_storm *s, const struct storm_peak *p)
{
    char pps[PROSE_MAX], share[PROSE_MAX];
    guint since = p->second - (guint)MIN(s->start_us / US_PER_S, p->second);
    prose_count(p->pps, pps);
    if (p->cause == CAUSE_UNKNOWN)
        say(t,
            "A spike of %s REGISTER a second came in second %u after the server was back; those who made it "
            "%s.",
            pps, since, words_cause(p->cause));
    else
        say(t,
            "A spike of %s REGISTER a second came in second %u after the server was back: %s of those who "
            "made it %s.",
            pps, since, prose_share(p->share.part, p->share.all, share), words_cause(p->cause));
}

/* The highest ones; the others stand in tables. */
static void tell_spikes(const struct teller *t, const struct storm_storm *s)
{
    const struct storm_peak *order[STORM_PEAKS_MAX];
    guint n = MIN(s->n_spikes, STORM_PEAKS_MAX);
    for (guint i = 0; i < n; i++)
        order[i] = &s->spikes[i];
    qsort(order, n, sizeof *order, compare_peaks);
    for (guint i = 0; i < MIN(n, PEAKS_TOLD); i++)
        tell_spike(t, s, order[i]);
    if (n > PEAKS_TOLD)
        say(t, "%u smaller spikes followed the storm as well.", n - PEAKS_TOLD);
}

static void tell_echoes(const struct teller *t, const struct storm_storm *s)
{
    char length[PROSE_MAX];
    if (!s->n_echoes)
        return;
    guint64 start = s->start_us / US_PER_S, first = s->echoes[0].second;
    say(t, "%s of the storm %s, the first after %s: clients that had registered together refresh together.",
        s->n_echoes == 1 ? "An echo" : "Echoes", s->n_echoes == 1 ? "follows" : "follow",
        prose_duration((first - MIN(start, first)) * US_PER_S, length));
}

static void tell_storm(const struct teller *t, const struct storm_storm *s)
{
    begin_topic(t, "The storm");
    tell_peak(t, s);
    tell_return(t, s);
    tell_requests_in_storm(t, s);
    tell_5xx(t, s);
    tell_spikes(t, s);
    begin_topic(t, "After the storm");
    tell_late(t, s);
    tell_recovery(t, s);
    tell_echoes(t, s);
}

/* In order of time: each outage with what followed. */
static void tell_outages(const struct teller *t)
{
    guint storm = 0;
    for (guint i = 0; i < t->a->n_outages; i++) {
        const struct storm_outage *o = &t->a->outages[i];
        begin_topic(t, "The outage");
        tell_begin_of_outage(t, o);
        tell_registered_in_outage(t, o);
        tell_traffic_in_outage(t, o);
        if (i == 0)
            tell_retries(t);
        if (o->recovered && storm < t->a->n_storms)
            tell_storm(t, &t->a->storms[storm++]);
    }
    if (t->a->n_outages == 0 && t->a->n_phases && t->server->clients && !t->r->one_sided)
        say(t, "No outage was found: the server answered REGISTER all the time, so there is no storm.");
}

/* --- other findings ----------------------------------------------------------------------------------------
 */

static void tell_retry_after(const struct teller *t)
{
    char all[PROSE_MAX], honoured[PROSE_MAX], ignored[PROSE_MAX], late[PROSE_MAX], none[PROSE_MAX];
    const struct storm_retry_after *x = &t->a->retry_after;
    guint64 n = x->honoured + x->ignored + x->late + x->none;
    if (!n && !t->a->n_outages)
        return;
    if (!n) {
        say(t, "No answer told a client by Retry-After when to come back (or the capture ends before it "
               "could be seen "
               "whether it did).");
        return;
    }
    say(t,
        "Of %s answers with Retry-After, %s were honoured; after %s the client came earlier, after %s later, "
        "after %s "
        "not again.",
        prose_count(n, all), prose_share(x->honoured, n, honoured), prose_share(x->ignored, n, ignored),
        prose_share(x->late, n, late), prose_share(x->none, n, none));
}

static void tell_keepalive(const struct teller *t)
{
    char frames[PROSE_MAX], bytes[PROSE_MAX], share[PROSE_MAX];
    struct storm_keepalive_use all = {0};
    guint most = 0;
    for (guint i = 0; i < KEEP_COUNT; i++) {
        const struct storm_keepalive_use *k = &t->a->keepalive[i];
        all.messages += k->messages;
        all.frames += k->frames;
        all.bytes += k->bytes;
        most = k->frames > t->a->keepalive[most].frames ? i : most;
    }
    if (!all.frames)
        return;
    say(t,
        "Keep-alive takes %s of the frames and %s of the bytes to and from the server; the most by %s (%s of "
        "the "
        "frames).",
        prose_share(MIN(all.frames, t->a->frames), t->a->frames, frames),
        prose_share(MIN(all.bytes, t->a->bytes), t->a->bytes, bytes),
        words_keepalive((enum storm_keepalive)most),
        prose_share(t->a->keepalive[most].frames, t->a->frames, share));
}

static void tell_delays(const struct teller *t)
{
    char p50[PROSE_MAX], p99[PROSE_MAX], share[PROSE_MAX];
    const struct storm_delays *d = &t->a->request_delay;
    if (d->count)
        say(t, "A registration took %s in the median, and %s or less for 99 %% of them.",
            prose_duration(d->p50_us, p50), prose_duration(d->p99_us, p99));
    if (t->a->ineffective.part)
        say(t, "%s of the attempts to register failed or got no answer.",
            prose_share(t->a->ineffective.part, t->a->ineffective.all, share));
}

static void tell_ignored(const struct teller *t)
{
    char n[PROSE_MAX];
    if (t->r->ignored_requests)
        say(t, "%s requests have two \"@\" in a URI: servers ignore such, and their clients repeat them.",
            prose_count(t->r->ignored_requests, n));
}

/* --- what would have helped
 * --------------------------------------------------------------------------------- */

static gboolean is_better(const struct storm_what_if *a, const struct storm_what_if *b)
{
    if (a->to_95_us != b->to_95_us)
        return a->to_95_us < b->to_95_us; /* none is the largest */
    return a->lost != b->lost ? a->lost < b->lost : a->peak_pps < b->peak_pps;
}

static void tell_model(const struct teller *t, enum storm_model model)
{
    char clients[PROSE_MAX], time[PROSE_MAX], lost[PROSE_MAX], peak[PROSE_MAX];
    const struct storm_what_if *best = NULL;
    for (guint i = 0; i < t->a->n_what_if; i++)
        if (t->a->what_if[i].model == model && (!best || is_better(&t->a->what_if[i], best)))
            best = &t->a->what_if[i];
    if (!best)
        return;
    g_autofree char *text = words_model(best);
    prose_count(best->clients, clients);
    prose_count(best->lost, lost);
    prose_count(best->peak_pps, peak);
    if (best->to_95_us == STORM_TIME_NONE)
        say(t,
            "Simulated: with %s, 95 %% of %s clients would not have been back within the hour simulated, and "
            "%s not at "
            "all; the peak of what arrives: %s requests a second.",
            text, clients, lost, peak);
    else
        say(t,
            "Simulated: with %s, 95 %% of %s clients would have been back after %s, and %s not at all; the "
            "peak of what "
            "arrives: %s requests a second.",
            text, clients, prose_duration(best->to_95_us, time), lost, peak);
}

static void tell_what_if(const struct teller *t)
{
    char late[PROSE_MAX];
    tell_model(t, MODEL_CAPACITY);
    tell_model(t, MODEL_RATE_LIMIT);
    tell_model(t, MODEL_RETRY_AFTER);
    const struct storm_storm *s = t->a->n_storms ? &t->a->storms[0] : NULL;
    if (s && s->end_us != STORM_TIME_NONE && s->returned > s->reregistered &&
        (s->bindings - s->reregistered) * 20 > s->bindings)
        say(t,
            "No setting of the server calls those back sooner who wait by a timer of their own (%s came "
            "after the "
            "storm); a request from the server to their last known addresses could, once the storm is over.",
            prose_count(s->returned - s->reregistered, late));
}

/* --- what it cannot tell
 * ------------------------------------------------------------------------------------ */

static void tell_warmup(const struct teller *t)
{
    char warmup[PROSE_MAX], estimated[PROSE_MAX];
    const struct storm_analysis *a = t->a;
    if (a->warmup_us == STORM_TIME_NONE)
        return;
    prose_duration(a->warmup_us, warmup);
    if (a->n_outages && a->outages[0].start_us < a->warmup_us)
        say(t,
            "The first outage begins within %s of the capture's beginning, which is how long a registration "
            "lasts: how "
            "many clients were registered before it is not known in full.",
            warmup);
    else
        say(t,
            "A registration lasts %s: in the first %s, clients may be registered of whom nothing was seen "
            "yet.",
            warmup, warmup);
    if (a->estimated)
        say(t,
            "%s clients are taken as registered from the beginning, since the first that is seen of them is "
            "a refresh.",
            prose_count(a->estimated, estimated));
}

static void tell_limits(const struct teller *t)
{
    const struct storm_analysis *a = t->a;
    if (a->n_outages && a->outages[0].start_us == 0)
        say(t, "The capture begins within the first outage: when that began, and what was normal before, "
               "cannot be told.");
    else
        tell_warmup(t);
    for (guint i = 0; i < a->n_outages; i++)
        if (!a->outages[i].recovered)
            say(t,
                "The capture ends within an outage: how its clients came back, and whether, cannot be told.");
}

/* --- all of it
 * ---------------------------------------------------------------------------------------------- */

static void tell_one_sided(const struct teller *t)
{
    say(t, "No message comes from the server: one direction was captured, or it was down all the time. "
           "Outages, answers, "
           "delays and registered clients cannot be told.");
}

static void tell_findings(const struct teller *t)
{
    begin_topic(t, "Other findings");
    tell_retry_after(t);
    tell_keepalive(t);
    tell_delays(t);
}

/* The server's own sentences, behind those of the capture. */
static void tell_all_of_server(struct teller *t, guint server)
{
    static const struct storm_series no_series = {0};
    t->a = summary_analysis(t->r, server);
    t->server = &t->r->servers[server];
    t->series = t->r->series ? &t->r->series[server] : &no_series;
    tell_server(t);
    if (t->r->one_sided)
        tell_one_sided(t);
    begin_topic(t, t->a->n_outages ? "Normal traffic" : "The traffic");
    tell_normal(t);
    tell_outages(t);
    tell_findings(t);
    begin_topic(t, "What would have helped");
    tell_what_if(t);
    begin_topic(t, "What this capture cannot tell");
    tell_limits(t);
}

static struct teller teller_of(const struct storm_result *r, GArray *topics)
{
    return (struct teller){.list = g_ptr_array_new_with_free_func(g_free), .topics = topics, .r = r};
}

GPtrArray *summary_of_server(const struct storm_result *r, guint server, GArray *topics)
{
    struct teller t = teller_of(r, topics);
    begin_topic(&t, "The server");
    tell_all_of_server(&t, server);
    return t.list;
}

GPtrArray *summary_of_capture(const struct storm_result *r, GArray *topics)
{
    struct teller t = teller_of(r, topics);
    begin_topic(&t, "The capture");
    if (!r->counted) {
        say(&t, "There is no SIP message in this capture.");
        return t.list;
    }
    tell_capture(&t);
    tell_ignored(&t);
    if (r->n_servers)
        tell_all_of_server(&t, 0);
    else
        say(&t, "No server was found.");
    return t.list;
}

GPtrArray *storm_summary(const struct storm_result *r)
{
    return summary_of_capture(r, NULL);
}

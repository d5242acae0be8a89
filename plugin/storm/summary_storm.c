/* Sentences about a storm, and about what would have helped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "prose.h"
#include "report.h"
#include "teller.h"

#include "storm_private.h"

#define US_PER_S G_GUINT64_CONSTANT(1000000)
#define PEAKS_TOLD 3

/* --- the storm ---------------------------------------------------------------------------------------- */

static void tell_peak(const struct teller *t, const struct storm_storm *s)
{
    char start[PROSE_MAX], peak[PROSE_MAX], level[PROSE_MAX], length[PROSE_MAX];
    guint since = s->peak_s - (guint)MIN(s->start_us / US_PER_S, s->peak_s);
    g_autofree char *over =
        s->end_us == STORM_TIME_NONE
            ? g_strdup("it was not over when the capture, or the time until the next outage, ended")
            : g_strdup_printf("it was over after %s", prose_duration(s->end_us - s->start_us, length));
    teller_say(
        t,
        "At %s the server was back and a registration storm began: up to %s REGISTER requests a second, in "
        "second %u of it (otherwise %s); %s.",
        prose_clock(t->r, s->start_us, start), prose_count(s->peak_pps, peak), since,
        prose_rate(s->level_mpps, 1000, level), over);
}

static void tell_return(const struct teller *t, const struct storm_storm *s)
{
    char back[PROSE_MAX], all[PROSE_MAX], length[PROSE_MAX], p50[PROSE_MAX], p90[PROSE_MAX], max[PROSE_MAX];
    prose_count(s->reregistered, back);
    prose_count(s->bindings, all);
    if (s->end_us == STORM_TIME_NONE)
        teller_say(t, "%s of %s clients came back.", back, all);
    else
        teller_say(t, "%s of %s clients were back within %s.", back, all,
                   prose_duration(s->end_us - s->start_us, length));
    if (s->reregistration.count)
        teller_say(
            t,
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
    guint64 later = s->returned - MIN(s->reregistered, s->returned);
    guint64 missing = s->bindings - MIN(s->returned, s->bindings);
    if (later && missing)
        teller_say(t, "Later came %s, and %s not at all while it can be seen.", prose_count(later, late),
                   prose_count(missing, never));
    else if (later)
        teller_say(t, "Later came %s, and then all were back.", prose_count(later, late));
    else
        teller_say(t, "The other %s did not come back while it can be seen.", prose_count(missing, never));
    if (waiting)
        teller_say(
            t,
            "Slow are those who pause: %s clients between bursts, %s with growing waits. They spare the "
            "server in the storm, and nobody can call them until they are back.",
            prose_count(clients_of(t->a, PATTERN_BURST), burst),
            prose_count(clients_of(t->a, PATTERN_BACKOFF), backoff));
}

static void tell_recovery(const struct teller *t, const struct storm_storm *s)
{
    char end[PROSE_MAX], length[PROSE_MAX];
    if (s->recovery_end_us == STORM_TIME_NONE) {
        if (!s->recovered)
            teller_say(t, "95 %% of the clients that had been registered before were not back when the "
                          "capture, or the time until the next outage, ended.");
        return;
    }
    prose_clock(t->r, s->recovery_end_us, end);
    prose_duration(s->recovery_end_us - MIN(s->start_us, s->recovery_end_us), length);
    if (s->recovered)
        teller_say(t,
                   "95 %% of the clients that had been registered before were back by %s, %s after the "
                   "server.",
                   end, length);
    else
        teller_say(
            t,
            "From %s on, %s after the server was back, the number of registered clients no longer grew, "
            "with less than 95 %% back.",
            end, length);
}

static void tell_requests_in_storm(const struct teller *t, const struct storm_storm *s)
{
    char rate[PROSE_MAX], share[PROSE_MAX], each[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_STORM, s->start_us);
    if (!p || !p->seconds || !s->reregistered)
        return;
    teller_say(
        t,
        "In the storm there were %s messages a second, %s of them to the server: %s requests for each "
        "client that came back. A registration takes two (the first is challenged); others are repetitions, "
        "and what follows a registration.",
        prose_rate(p->total, p->seconds, rate), prose_share(p->to, p->to + p->from, share),
        prose_rate(summary_requests(&p->messages), s->reregistered, each));
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

static void tell_5xx(const struct teller *t, const struct storm_storm *s)
{
    char share[PROSE_MAX], part[PROSE_MAX], all[PROSE_MAX];
    guint first = 0, last = 0;
    if (!s->status_5xx.all)
        return;
    if (!s->status_5xx.part) {
        teller_say(t, "The server answered nothing in the storm with 5xx.");
        return;
    }
    prose_share(s->status_5xx.part, s->status_5xx.all, share);
    prose_count(s->status_5xx.part, part);
    prose_count(s->status_5xx.all, all);
    if (summary_5xx_window(t->series, s, &first, &last) && last > first)
        teller_say(t,
                   "%s of the server's answers in the storm (%s of %s) were 5xx, four fifths of them in its "
                   "seconds %u to %u.",
                   share, part, all, first, last);
    else
        teller_say(
            t,
            "%s of the server's answers in the storm (%s of %s) were 5xx, four fifths of them in its second"
            " %u.",
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
        teller_say(
            t,
            "A spike of %s REGISTER a second came in second %u after the server was back; those who made it"
            " %s.",
            pps, since, words_cause(p->cause));
    else
        teller_say(
            t,
            "A spike of %s REGISTER a second came in second %u after the server was back: %s of those who "
            "made it %s.",
            pps, since, prose_share(p->share.part, p->share.all, share), words_cause(p->cause));
}

static gint compare_seconds(gconstpointer a, gconstpointer b)
{
    const struct storm_peak *x = *(const struct storm_peak *const *)a,
                            *y = *(const struct storm_peak *const *)b;
    return (gint)x->second - (gint)y->second;
}

/* The highest ones, in order of time; the others stand in tables. */
static void tell_spikes(const struct teller *t, const struct storm_storm *s)
{
    const struct storm_peak *order[STORM_PEAKS_MAX];
    guint n = MIN(s->n_spikes, STORM_PEAKS_MAX), told = MIN(n, PEAKS_TOLD);
    for (guint i = 0; i < n; i++)
        order[i] = &s->spikes[i];
    qsort(order, n, sizeof *order, compare_peaks);
    qsort(order, told, sizeof *order, compare_seconds);
    for (guint i = 0; i < told; i++)
        tell_spike(t, s, order[i]);
    if (n > told)
        teller_say(t, "Smaller spikes: %u.", n - told);
}

static void tell_echoes(const struct teller *t, const struct storm_storm *s)
{
    char length[PROSE_MAX];
    if (!s->n_echoes)
        return;
    guint64 start = s->start_us / US_PER_S, first = s->echoes[0].second;
    teller_say(t,
               "%s of the storm %s, the first after %s: clients that had registered together refresh "
               "together.",
               s->n_echoes == 1 ? "An echo" : "Echoes", s->n_echoes == 1 ? "follows" : "follow",
               prose_duration((first - MIN(start, first)) * US_PER_S, length));
}

void tell_storm(const struct teller *t, const struct storm_storm *s)
{
    teller_topic(t, "The storm");
    tell_peak(t, s);
    tell_return(t, s);
    tell_requests_in_storm(t, s);
    tell_5xx(t, s);
    tell_spikes(t, s);
    teller_topic(t, "After the storm");
    tell_late(t, s);
    tell_recovery(t, s);
    tell_echoes(t, s);
}

/* --- what would have helped --------------------------------------------------------------------------- */

static gboolean is_better(const struct storm_what_if *a, const struct storm_what_if *b)
{
    if (a->to_95_us != b->to_95_us)
        return a->to_95_us < b->to_95_us; /* none is the largest */
    return a->lost != b->lost ? a->lost < b->lost : a->peak_pps < b->peak_pps;
}

static const struct storm_what_if *best_of(const struct storm_analysis *a, enum storm_model model)
{
    const struct storm_what_if *best = NULL;
    for (guint i = 0; i < a->n_what_if; i++)
        if (a->what_if[i].model == model && (!best || is_better(&a->what_if[i], best)))
            best = &a->what_if[i];
    return best;
}

static void tell_model(const struct teller *t, enum storm_model model)
{
    char clients[PROSE_MAX], time[PROSE_MAX], lost[PROSE_MAX], peak[PROSE_MAX];
    const struct storm_what_if *best = best_of(t->a, model);
    if (!best)
        return;
    g_autofree char *text = words_model(best);
    g_autofree char *when =
        best->to_95_us == STORM_TIME_NONE
            ? g_strdup("would not have been back within an hour")
            : g_strdup_printf("would have been back after %s", prose_duration(best->to_95_us, time));
    g_autofree char *without =
        best->lost ? g_strdup_printf(", %s never", prose_count(best->lost, lost)) : g_strdup("");
    teller_say(t, "Simulated: with %s, 95 %% of %s clients %s%s; at its peak, %s requests a second arrive.",
               text, prose_count(best->clients, clients), when, without, prose_count(best->peak_pps, peak));
}

/* What the simulations are to be compared with. */
static void tell_measured(const struct teller *t, const struct storm_storm *s)
{
    char p90[PROSE_MAX], p99[PROSE_MAX], peak[PROSE_MAX];
    if (t->a->n_what_if && s->reregistration.count)
        teller_say(
            t,
            "Measured: 90 %% of those that came back were back after %s, 99 %% after %s; at its peak, %s REGISTER "
            "requests a second arrived.",
            prose_duration(s->reregistration.p90_us, p90), prose_duration(s->reregistration.p99_us, p99),
            prose_count(s->peak_pps, peak));
}

void tell_what_if(const struct teller *t)
{
    char late[PROSE_MAX];
    if (t->a->n_storms)
        tell_measured(t, &t->a->storms[0]);
    tell_model(t, MODEL_CAPACITY);
    tell_model(t, MODEL_RATE_LIMIT);
    tell_model(t, MODEL_RETRY_AFTER);
    const struct storm_storm *s = t->a->n_storms ? &t->a->storms[0] : NULL;
    if (s && s->end_us != STORM_TIME_NONE && s->returned > s->reregistered &&
        (s->bindings - s->reregistered) * 20 > s->bindings)
        teller_say(
            t,
            "No setting of the server calls those back sooner who wait by a timer of their own (%s came "
            "after the storm); a request from the server to their last known addresses could, once the "
            "storm is over.",
            prose_count(s->returned - s->reregistered, late));
}

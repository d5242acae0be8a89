/* Storms and phases, at the end, from what was counted by second: DEFINITIONS.md.
 *
 *     REGISTER/s                        ┌─ peak
 *                                       █
 *                                      ███
 *            outage                    █████▖   r: mean of the last 10 s
 *     L ▄▄▄▄▄▄▄▄▄▄      ▂▂▃▃▃▃▃▃▃▃▃▃▃▃▃██████▄▂▄▄▄▄▄▄▄▄▄▄  ◄ 1.25·L + 3·√(L/10)
 *       normal    │                    │storm │ recovery      │ normal
 *                 last answer          first 2xx              95 % are back
 *
 * The slack above L: 1.25·L for what changes in an ordinary day, and three standard deviations of a Poisson
 * process' mean over 10 s, so that chance alone does not keep a storm going.
 *
 * All arithmetic is of integers: rates in millionths of a message a second.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define SECOND_US G_GUINT64_CONSTANT(1000000)
#define SMOOTH_S 10u      /* over which a rate is smoothed, and for which it has to stay low */
#define LEVEL_S 60u       /* known before an outage, for a mean; behind a storm's start, for a median */
#define PLATEAU_S 300u
#define BACK_PERCENT 95u
#define RATE_MAX (G_MAXUINT64 / (SMOOTH_S * SECOND_US))

static guint floor_s(guint64 us)
{
    return (guint)MIN(us / SECOND_US, STORM_SERIES_MAX_S);
}

static guint ceil_s(guint64 us)
{
    return floor_s(us + SECOND_US - 1);
}

/* Where the next outage starts, or the capture ends. */
static guint64 next_outage(const struct view *v, guint outage)
{
    return outage + 1 < v->a->n_outages ? v->a->outages[outage + 1].start_us : v->duration_us;
}

static guint64 count_register(const struct view *v, guint from, guint to)
{
    guint64 n = 0;
    for (guint s = from; s < to; s++)
        n += storm_series_at(&v->series, s).reg;
    return n;
}

/* --- L --------------------------------------------------------------------------------------------------------- */

static gint compare_counts(gconstpointer a, gconstpointer b)
{
    guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;
    return x < y ? -1 : x > y;
}

static guint32 median_count(guint32 *values, guint n)
{
    if (n == 0)
        return 0;
    qsort(values, n, sizeof *values, compare_counts);
    return values[rank_of(n, 50) - 1];
}

static guint32 median_register(const struct view *v, guint from, guint to)
{
    guint n = to > from ? to - from : 0;
    g_autofree guint32 *values = g_new(guint32, MAX(n, 1));
    for (guint i = 0; i < n; i++)
        values[i] = storm_series_at(&v->series, from + i).reg;
    return median_count(values, n);
}

static guint64 mean_register(const struct view *v, guint from, guint to)
{
    return count_register(v, from, to) * SECOND_US / (to - from);
}

/* In millionths of a REGISTER a second; the first that there is. */
static guint64 level_of(const struct view *v, guint outage, guint64 since_us)
{
    const struct storm_outage *o = &v->a->outages[outage];
    guint from = ceil_s(since_us), to = floor_s(o->start_us);
    guint begin = ceil_s(o->end_us), end = floor_s(next_outage(v, outage));
    if (to >= from + LEVEL_S)
        return mean_register(v, from, to);
    if (end > begin + LEVEL_S)
        return median_register(v, begin + LEVEL_S, end) * SECOND_US;
    if (to >= from + SMOOTH_S)
        return mean_register(v, from, to);
    return median_register(v, begin + SMOOTH_S, end) * SECOND_US;
}

static guint64 integer_root(guint64 n)
{
    guint64 root = 0;
    for (guint64 bit = G_GUINT64_CONSTANT(1) << 31; bit; bit >>= 1)
        if ((root | bit) * (root | bit) <= n)
            root |= bit;
    return root;
}

/* 1.25·L + 3·√(L/10), both in millionths: √(L/10) of millionths is √(L·10⁵) millionths. */
static guint64 storm_threshold(guint64 level)
{
    return level / 4 * 5 + level % 4 * 5 / 4 + 3 * integer_root(MIN(level, G_MAXUINT64 / 100000) * 100000);
}

/* --- the storm ---------------------------------------------------------------------------------------------------- */

/* Is the rate of the 10 s before `t`, as far as they are the storm's, low? */
static gboolean is_calm(const struct view *v, const struct found_outage *outage, guint t, guint64 threshold)
{
    guint64 to = t * SECOND_US, from = MAX(outage->end_us, to - MIN(to, SMOOTH_S * SECOND_US));
    guint64 n = count_register(v, floor_s(from), t);
    if (from == outage->end_us)
        n -= MIN(n, outage->end_registers);
    return n * SECOND_US <= MIN(threshold, RATE_MAX) * (to - from) / SECOND_US;
}

static guint64 find_end(const struct view *v, const struct found_outage *outage, guint64 limit_us, guint64 level)
{
    guint64 threshold = storm_threshold(level);
    guint limit = floor_s(limit_us), calm = 0;
    if (floor_s(outage->end_us) == STORM_SERIES_MAX_S) /* nothing was counted there */
        return STORM_TIME_NONE;
    for (guint t = ceil_s(outage->end_us); t <= limit; t++) {
        calm = is_calm(v, outage, t, threshold) ? calm + 1 : 0;
        if (calm == SMOOTH_S + 1)
            return (guint64)(t - SMOOTH_S) * SECOND_US;
    }
    return calm ? (guint64)(limit + 1 - calm) * SECOND_US : STORM_TIME_NONE;
}

static void find_peak(const struct view *v, struct storm_storm *storm, guint64 limit_us)
{
    guint64 end = storm->end_us == STORM_TIME_NONE ? limit_us : storm->end_us;
    storm->peak_s = floor_s(storm->start_us);
    for (guint s = storm->peak_s, last = MAX(floor_s(end), s + 1); s < last; s++) {
        guint32 n = storm_series_at(&v->series, s).reg;
        if (n > storm->peak_pps) {
            storm->peak_pps = n;
            storm->peak_s = s;
        }
    }
}

static gint64 clients_before(const struct view *v, const struct storm_outage *outage)
{
    guint to = floor_s(outage->start_us);
    guint32 values[LEVEL_S];
    if (!v->series.registered || to < LEVEL_S || to > v->series.n_bins)
        return -1;
    for (guint i = 0; i < LEVEL_S; i++)
        values[i] = v->series.registered[to - LEVEL_S + i];
    guint32 median = median_count(values, LEVEL_S);
    return median ? (gint64)median : -1;
}

/* --- who came back: times, in order -------------------------------------------------------------------------------- */

static gint compare_times(gconstpointer a, gconstpointer b)
{
    guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
    return x < y ? -1 : x > y;
}

static guint64 time_at(gconstpointer of, guint64 rank)
{
    const GArray *times = of;
    return rank == 0 || rank > times->len ? STORM_TIME_NONE : g_array_index(times, guint64, rank - 1);
}

static guint64 count_until(const GArray *times, guint64 us)
{
    guint64 n = 0;
    while (n < times->len && g_array_index(times, guint64, n) <= us)
        n++;
    return n;
}

/* When 95 % were back, or STORM_TIME_NONE. */
static guint64 find_return(const struct storm_state *state, guint64 start_us)
{
    gboolean valid = state->valid > 0;
    guint64 all = valid ? state->valid : state->bindings;
    guint64 delay = time_at(valid ? state->back_valid : state->back, rank_of(all, BACK_PERCENT));
    return delay == STORM_TIME_NONE ? STORM_TIME_NONE : start_us + delay;
}

/* When the curve stopped growing, or STORM_TIME_NONE. */
static guint64 find_plateau(const struct view *v, guint64 from_us, guint64 limit_us)
{
    const guint32 *level = v->series.registered;
    for (guint t = ceil_s(from_us) + PLATEAU_S; level && t < MIN(floor_s(limit_us), v->series.n_bins); t++)
        if ((guint64)level[t] * 100 < (guint64)level[t - PLATEAU_S] * 101)
            return (guint64)t * SECOND_US;
    return STORM_TIME_NONE;
}

static void find_recovery(const struct view *v, struct storm_storm *storm, const struct storm_state *state,
                          guint64 limit_us)
{
    guint64 back = find_return(state, storm->start_us);
    guint64 plateau = storm->end_us == STORM_TIME_NONE ? STORM_TIME_NONE
                                                       : find_plateau(v, storm->end_us, limit_us);
    storm->recovered = back != STORM_TIME_NONE;
    storm->recovery_end_us = MIN(back, plateau);
    if (storm->end_us != STORM_TIME_NONE && storm->recovery_end_us < storm->end_us)
        storm->recovery_end_us = storm->end_us;
}

static void count_5xx(const struct view *v, struct storm_storm *storm, guint64 limit_us)
{
    guint64 end = storm->end_us == STORM_TIME_NONE ? limit_us : storm->end_us;
    guint first = floor_s(storm->start_us), last = MAX(floor_s(end), first + 1);
    for (guint s = first; s < last; s++) {
        struct storm_bin bin = storm_series_at(&v->series, s);
        storm->status_5xx.all += bin.answers;
        storm->status_5xx.part += bin.status_5xx;
    }
}

static struct storm_storm storm_of(const struct view *v, const struct storm_state *state, guint64 since_us)
{
    const struct storm_outage *outage = &v->a->outages[state->outage];
    guint64 limit = next_outage(v, state->outage), level = level_of(v, state->outage, since_us);
    struct storm_storm storm = {.start_us = outage->end_us,
                                .bindings = state->bindings,
                                .returned = state->back->len,
                                .level_mpps = level / 1000};
    storm.end_us = find_end(v, &g_array_index(v->registrar->outages, struct found_outage, state->outage), limit, level);
    storm.clients_before = clients_before(v, outage);
    g_array_sort(state->back, compare_times);
    g_array_sort(state->back_valid, compare_times);
    storm.reregistered =
        storm.end_us == STORM_TIME_NONE ? storm.returned : count_until(state->back, storm.end_us - storm.start_us);
    storm.reregistration = quantiles_of(state->back->len, time_at, state->back);
    find_peak(v, &storm, limit);
    find_recovery(v, &storm, state, limit);
    count_5xx(v, &storm, limit);
    return storm;
}

void phase_storms(const struct view *v)
{
    struct storm_analysis *a = v->a;
    const GArray *states = v->registrar->storms;
    guint64 since_us = 0;
    a->storms = g_new0(struct storm_storm, states->len);
    for (guint i = 0; i < states->len; i++) {
        struct storm_storm *storm = &a->storms[a->n_storms++];
        *storm = storm_of(v, &g_array_index(states, struct storm_state, i), since_us);
        since_us = storm->end_us == STORM_TIME_NONE ? v->duration_us : storm->end_us;
    }
}

/* --- phases ----------------------------------------------------------------------------------------------------- */

static void fill_phase(const struct view *v, struct storm_phase *p, guint64 end_us, gboolean last)
{
    guint to = last ? v->series.n_bins : MIN(floor_s(end_us), v->series.n_bins);
    p->first_s = floor_s(p->start_us);
    p->seconds = to > p->first_s ? to - p->first_s : 0;
    for (guint s = p->first_s; s < p->first_s + p->seconds; s++) {
        struct storm_bin bin = storm_series_at(&v->series, s);
        p->total += bin.total;
        p->to += bin.to;
        p->from += bin.from;
        p->register_pps_peak = MAX(p->register_pps_peak, bin.reg);
    }
    if (v->candidate)
        tally_sum(&v->candidate->tally, p->first_s, p->first_s + p->seconds, &p->messages);
    p->registered_start = p->registered_end = -1;
    if (v->series.registered && p->seconds) {
        p->registered_start = v->series.registered[p->first_s];
        p->registered_end = v->series.registered[p->first_s + p->seconds - 1];
    }
}

/* [*at, end) is of that kind; *at moves on. */
static void add_phase(const struct view *v, enum storm_phase_kind kind, guint64 *at, guint64 end)
{
    gboolean last = end >= v->duration_us;
    if (end <= *at && !(last && v->a->n_phases == 0))
        return;
    struct storm_phase *p = &v->a->phases[v->a->n_phases++];
    *p = (struct storm_phase){.kind = kind, .start_us = *at, .end_us = end};
    fill_phase(v, p, end, last);
    *at = end;
}

static const struct storm_storm *storm_behind(const struct storm_analysis *a, guint outage)
{
    for (guint i = 0; i < a->n_storms; i++)
        if (a->storms[i].start_us == a->outages[outage].end_us)
            return &a->storms[i];
    return NULL;
}

void phase_result(const struct view *v, gboolean one_sided)
{
    struct storm_analysis *a = v->a;
    guint64 at = 0;
    a->phases = g_new0(struct storm_phase, 4 * a->n_outages + 1);
    for (guint i = 0; i < a->n_outages; i++) {
        const struct storm_storm *storm = storm_behind(a, i);
        guint64 limit = next_outage(v, i);
        add_phase(v, PHASE_NORMAL, &at, a->outages[i].start_us);
        add_phase(v, PHASE_OUTAGE, &at, a->outages[i].end_us);
        if (!storm)
            continue;
        add_phase(v, PHASE_STORM, &at, MIN(storm->end_us, limit));
        add_phase(v, PHASE_RECOVERY, &at, MIN(storm->recovery_end_us, limit));
        if (a->n_phases && a->phases[a->n_phases - 1].kind == PHASE_RECOVERY && limit == v->duration_us &&
            storm->recovery_end_us == STORM_TIME_NONE)
            a->phases[a->n_phases - 1].end_us = STORM_TIME_NONE;
    }
    add_phase(v, PHASE_NORMAL, &at, v->duration_us);
    if (one_sided && a->n_phases)
        a->phases[0].registered_start = a->phases[0].registered_end = -1;
}

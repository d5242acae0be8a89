/* Peaks behind a storm's highest, and why they came: DEFINITIONS.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define SECOND_US G_GUINT64_CONSTANT(1000000)
#define ALONE_S 5u    /* a peak is the highest within so many seconds */
#define SHARE 10u     /* of the highest: one tenth at least */
#define VALLEY_S 600u /* a larger one that far away is another's */

/* Where peaks are looked for. */
struct range {
    const struct view *v;
    guint from, to;
    guint8 *taken; /* by second from `from` on: a peak that was found */
};

static guint32 count_at(const struct range *r, guint s)
{
    return storm_series_at(&r->v->series, s).reg;
}

/* More than 2·L + 3·√L: (n − 2·L)² > 9·L, in thousandths. */
static gboolean stands_out(guint32 n, guint64 level_mpps)
{
    guint64 mine = (guint64)n * 1000;
    if (mine <= 2 * level_mpps)
        return FALSE;
    guint64 over = MIN(mine - 2 * level_mpps, G_MAXUINT32);
    return over * over > 9 * MIN(level_mpps, G_MAXUINT64 / 9000) * 1000;
}

static gboolean is_highest(const struct range *r, guint s)
{
    guint32 n = count_at(r, s);
    for (guint i = 1; i <= ALONE_S; i++)
        if ((s >= r->from + i && count_at(r, s - i) >= n) || (s + i < r->to && count_at(r, s + i) > n))
            return FALSE;
    return TRUE;
}

/* Between it and each larger peak lies a second with at most half as much. */
static gboolean is_apart(const struct range *r, guint s)
{
    guint32 half = count_at(r, s) / 2;
    for (guint i = 1; i <= VALLEY_S && s >= r->from + i && count_at(r, s - i) > half; i++)
        if (r->taken[s - i - r->from])
            return FALSE;
    for (guint i = 1; i <= VALLEY_S && s + i < r->to && count_at(r, s + i) > half; i++)
        if (r->taken[s + i - r->from])
            return FALSE;
    return TRUE;
}

struct place {
    guint second;
    guint32 n;
};

static gint compare_places(gconstpointer a, gconstpointer b)
{
    const struct place *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->second < y->second ? -1 : x->second > y->second;
}

/* --- causes ------------------------------------------------------------------------------------------------------ */

static void find_cause(const struct range *r, struct storm_peak *peak)
{
    guint64 count[CAUSE_COUNT] = {0}, all = 0;
    for (guint s = peak->second - MIN(peak->second, 1); s <= peak->second + 1; s++) {
        const guint32 *causes = seconds_at(&r->v->registrar->causes, s);
        for (guint c = 0; causes && c < CAUSE_COUNT; c++) {
            count[c] += causes[c];
            all += causes[c];
        }
    }
    guint best = CAUSE_UNKNOWN;
    for (guint c = 0; c < CAUSE_UNKNOWN; c++)
        if (all && count[c] * 2 >= all && (best == CAUSE_UNKNOWN || count[c] > count[best]))
            best = c;
    peak->cause = (enum storm_cause)best;
    peak->share = (struct storm_part_of){count[best], all};
}

static gint compare_peaks(gconstpointer a, gconstpointer b)
{
    const struct storm_peak *x = a, *y = b;
    return x->second < y->second ? -1 : x->second > y->second;
}

static void add_peak(struct storm_storm *storm, const struct storm_peak *peak)
{
    gboolean echo = peak->cause == CAUSE_ECHO;
    struct storm_peak *list = echo ? storm->echoes : storm->spikes;
    guint *n = echo ? &storm->n_echoes : &storm->n_spikes;
    if (*n < STORM_PEAKS_MAX)
        list[(*n)++] = *peak;
}

/* --- all of a storm's -------------------------------------------------------------------------------------------- */

static GArray *candidates(const struct range *r, const struct storm_storm *storm)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct place));
    for (guint s = r->from; s < r->to; s++) {
        struct place place = {s, count_at(r, s)};
        if (s != storm->peak_s && place.n * SHARE >= storm->peak_pps && stands_out(place.n, storm->level_mpps) && is_highest(r, s))
            g_array_append_val(list, place);
    }
    g_array_sort(list, compare_places);
    return list;
}

static void find_peaks(struct range *r, struct storm_storm *storm)
{
    g_autoptr(GArray) list = candidates(r, storm);
    if (storm->peak_s >= r->from && storm->peak_s < r->to)
        r->taken[storm->peak_s - r->from] = 1;
    for (guint i = 0; i < list->len; i++) {
        struct place place = g_array_index(list, struct place, i);
        struct storm_peak peak = {.second = place.second, .pps = place.n};
        if (!is_apart(r, place.second))
            continue;
        r->taken[place.second - r->from] = 1;
        find_cause(r, &peak);
        add_peak(storm, &peak);
    }
    if (storm->n_spikes)
        qsort(storm->spikes, storm->n_spikes, sizeof *storm->spikes, compare_peaks);
    if (storm->n_echoes)
        qsort(storm->echoes, storm->n_echoes, sizeof *storm->echoes, compare_peaks);
}

void peak_result(const struct view *v)
{
    for (guint i = 0; i < v->a->n_storms; i++) {
        struct storm_storm *storm = &v->a->storms[i];
        guint64 limit = v->duration_us;
        for (guint j = 0; j < v->a->n_outages; j++)
            if (v->a->outages[j].start_us > storm->start_us)
                limit = MIN(limit, v->a->outages[j].start_us);
        guint64 end = MIN(storm->recovery_end_us, limit);
        struct range r = {.v = v,
                          .from = (guint)MIN(storm->start_us / SECOND_US, v->series.n_bins),
                          .to = (guint)MIN(end / SECOND_US + 1, v->series.n_bins)};
        if (r.from >= r.to)
            continue;
        r.taken = g_new0(guint8, r.to - r.from);
        find_peaks(&r, storm);
        g_free(r.taken);
    }
}

/* How bindings retry: logs of their attempts, patterns, and what is typical. DEFINITIONS.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define SILENCE_US (300 * G_GUINT64_CONSTANT(1000000)) /* who is silent for so long may have given up */

/* --- logs -------------------------------------------------------------------------------------------------- */

static void append(struct attempt_log *log, guint32 max, guint32 ms)
{
    if (log->n == max)
        return;
    if (log->n == log->size) {
        log->size = log->size ? MIN(2 * log->size, max) : 4;
        log->ms = g_renew(guint32, log->ms, log->size);
    }
    log->ms[log->n++] = ms;
}

static guint32 ms_of(guint64 us)
{
    return (guint32)MIN(us / 1000 + (us % 1000 >= 500), G_MAXUINT32);
}

/* --- as records are judged ---------------------------------------------------------------------------------- */

void retry_attempt(struct binding *b, guint64 us)
{
    struct retry *retry = b->retry;
    guint32 ms = ms_of(us);
    b->last_us = us;
    append(&b->log, LOG_MAX, ms);
    if (retry && retry->over)
        append(&retry->log, retry->from + retry->n + RETRY_AFTER, ms);
}

void retry_trim(struct binding *b)
{
    if (b->log.n <= RETRY_BEFORE)
        return;
    memmove(b->log.ms, b->log.ms + b->log.n - RETRY_BEFORE, RETRY_BEFORE * sizeof *b->log.ms);
    b->log.n = RETRY_BEFORE;
    b->log.size = RETRY_BEFORE;
    b->log.ms = g_renew(guint32, b->log.ms, RETRY_BEFORE);
}

static guint64 largest_gap(const guint32 *ms, guint32 n)
{
    guint32 largest = 0;
    for (guint32 i = 1; i < n; i++)
        largest = MAX(largest, ms[i] - ms[i - 1]);
    return (guint64)largest * 1000;
}

static void remember(struct binding *b, guint32 from, guint32 n)
{
    guint32 first = from - MIN(from, RETRY_BEFORE), in = MIN(n, RETRY_IN);
    if (!b->retry)
        b->retry = g_new0(struct retry, 1);
    struct retry *retry = b->retry;
    retry->log.n = 0;
    retry->from = from - first;
    retry->n = in;
    retry->attempts = n;
    retry->over = TRUE;
    retry->largest_gap_us = largest_gap(b->log.ms + from, in);
    for (guint32 i = first; i < from + in; i++)
        append(&retry->log, G_MAXUINT32, b->log.ms[i]);
    for (guint32 i = from + n; i < b->log.n; i++) /* between the outage's end and now */
        append(&retry->log, retry->from + in + RETRY_AFTER, b->log.ms[i]);
}

gboolean retry_outage(struct binding *b, guint64 start_us, guint64 end_us)
{
    guint32 from = 0, to = b->log.n;
    while (from < to && (guint64)b->log.ms[from] * 1000 + 500 < start_us)
        from++;
    while (to > from && (guint64)b->log.ms[to - 1] * 1000 >= end_us + 500)
        to--;
    if (from < to && (!b->retry || to - from > b->retry->attempts))
        remember(b, from, to - from);
    return from < to;
}

void retry_free(struct binding *b)
{
    g_clear_pointer(&b->log.ms, g_free);
    if (b->retry)
        g_free(b->retry->log.ms);
    g_clear_pointer(&b->retry, g_free);
}

/* --- patterns ------------------------------------------------------------------------------------------------ */

static gint compare_numbers(gconstpointer a, gconstpointer b)
{
    guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
    return x < y ? -1 : x > y;
}

/* Sorts; nearest rank. STORM_TIME_NONE where there are none. */
static guint64 quantile(GArray *values, guint percent)
{
    if (values->len == 0)
        return STORM_TIME_NONE;
    g_array_sort(values, compare_numbers);
    guint64 rank = MAX(rank_of(values->len, percent), 1);
    return g_array_index(values, guint64, rank - 1);
}

static GArray *numbers(void)
{
    return g_array_new(FALSE, FALSE, sizeof(guint64));
}

static void add_number(GArray *to, guint64 n)
{
    g_array_append_val(to, n);
}

/* What a log falls into where gaps are long. */
struct groups {
    GArray *sizes, *inner, *waits; /* guint64; sizes without the last group */
    guint groups, large;           /* large: of at least two attempts */
};

static struct groups groups_of(const guint64 *gaps, guint n, guint64 longest)
{
    struct groups g = {numbers(), numbers(), numbers(), 1, 0};
    guint64 size = 1;
    for (guint i = 0; i < n; i++) {
        if (gaps[i] <= longest) {
            add_number(g.inner, gaps[i]);
            size++;
            continue;
        }
        add_number(g.sizes, size);
        add_number(g.waits, gaps[i]);
        g.large += size >= 2;
        g.groups++;
        size = 1;
    }
    g.large += size >= 2;
    return g;
}

static void groups_clear(struct groups *g)
{
    g_array_unref(g->sizes);
    g_array_unref(g->inner);
    g_array_unref(g->waits);
}

static gboolean is_burst(const guint64 *gaps, guint n, guint64 median, struct pattern *p)
{
    struct groups g = groups_of(gaps, n, 3 * median);
    gboolean burst = g.groups >= 2 && g.large >= 2;
    if (burst) {
        p->kind = PATTERN_BURST;
        p->interval_us = quantile(g.inner, 50);
        p->tries = quantile(g.sizes, 50);
        p->wait_us = quantile(g.waits, 50);
    }
    groups_clear(&g);
    return burst;
}

/* Waits grow, and stay near the largest when they have reached it. */
static gboolean is_backoff(const guint64 *gaps, guint n, struct pattern *p)
{
    guint64 largest = 0, running = 0;
    for (guint i = 0; i < n; i++)
        largest = MAX(largest, gaps[i]);
    gboolean reached = FALSE;
    for (guint i = 0; i < n; i++) {
        if (gaps[i] * 100 < running * (reached ? 45 : 75))
            return FALSE;
        running = MAX(running, gaps[i]);
        reached |= gaps[i] == largest;
    }
    if (gaps[n - 1] < 2 * gaps[0])
        return FALSE;
    p->kind = PATTERN_BACKOFF;
    p->first_gap_us = gaps[0];
    p->wait_us = largest;
    return TRUE;
}

static void find_kind(struct pattern *p, const guint64 *gaps, guint n)
{
    g_autoptr(GArray) sorted = numbers();
    if (n == 0)
        return;
    g_array_append_vals(sorted, gaps, n);
    p->interval_us = quantile(sorted, 50);
    if (n < 3 || is_burst(gaps, n, p->interval_us, p))
        return;
    if (quantile(sorted, 90) * 2 <= quantile(sorted, 10) * 3)
        p->kind = PATTERN_FIXED;
    else
        is_backoff(gaps, n, p);
}

/* Nothing came after the outage's last attempt, for long. */
static gboolean gave_up(const struct binding *b, guint64 duration_us)
{
    const struct retry *retry = b->retry;
    gboolean silent = retry->log.n == retry->from + retry->n;
    return silent && duration_us > b->last_us &&
           duration_us - b->last_us > MAX(3 * retry->largest_gap_us, SILENCE_US);
}

struct pattern retry_pattern(const struct binding *b, guint64 duration_us)
{
    const struct retry *retry = b->retry;
    struct pattern p = {PATTERN_UNDETERMINED, STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE,
                        STORM_TIME_NONE};
    guint64 gaps[RETRY_IN];
    const guint32 *ms = retry->log.ms + retry->from;
    for (guint32 i = 1; i < retry->n; i++)
        gaps[i - 1] = (guint64)(ms[i] - ms[i - 1]) * 1000;
    find_kind(&p, gaps, retry->n - 1);
    if (gave_up(b, duration_us))
        p = (struct pattern){PATTERN_GAVE_UP, p.interval_us, STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE};
    return p;
}

/* --- all of a server's ------------------------------------------------------------------------------------- */

struct collected {
    GArray *interval, *tries, *wait; /* guint64 */
    GArray *who;                     /* guint32: bindings */
};

static void collect(struct collected *c, guint32 id, const struct pattern *p)
{
    if (!c->who)
        *c = (struct collected){numbers(), numbers(), numbers(), g_array_new(FALSE, FALSE, sizeof id)};
    g_array_append_val(c->who, id);
    if (p->interval_us != STORM_TIME_NONE)
        add_number(c->interval, p->interval_us);
    if (p->tries != STORM_TIME_NONE)
        add_number(c->tries, p->tries);
    if (p->wait_us != STORM_TIME_NONE)
        add_number(c->wait, p->wait_us);
}

static struct storm_spread spread_of(GArray *values)
{
    struct storm_spread s = {STORM_TIME_NONE, quantile(values, 50), STORM_TIME_NONE};
    if (values->len) {
        s.min = g_array_index(values, guint64, 0);
        s.max = g_array_index(values, guint64, values->len - 1);
    }
    return s;
}

/* In thousandths of the median; nothing where either does not apply. */
static guint64 relative(guint64 value, guint64 median)
{
    if (value == STORM_TIME_NONE || median == STORM_TIME_NONE || median == 0)
        return 0;
    return (value > median ? value - median : median - value) * 1000 / median;
}

static guint32 most_typical(const struct registrar *r, const struct collected *c, const struct storm_pattern *s,
                            guint64 duration_us)
{
    guint32 best = g_array_index(c->who, guint32, 0);
    guint64 least = G_MAXUINT64;
    for (guint i = 0; i < c->who->len; i++) {
        guint32 id = g_array_index(c->who, guint32, i);
        struct pattern p = retry_pattern(binding_at(r, id), duration_us);
        guint64 away = relative(p.interval_us, s->interval_us.median) + relative(p.wait_us, s->wait_us.median) +
                       relative(p.tries, s->tries.median);
        if (away < least) {
            least = away;
            best = id;
        }
    }
    return best;
}

/* Owned by the result. */
static void tell_typical(const struct registrar *r, struct storm_pattern *s, guint32 id)
{
    const struct binding *b = binding_at(r, id);
    const struct attempt_log *log = &b->retry->log;
    guint64 *us = g_new(guint64, log->n);
    for (guint32 i = 0; i < log->n; i++)
        us[i] = (guint64)log->ms[i] * 1000;
    s->typical = client_at(r, b->client)->aor;
    s->attempts_us = us;
    s->n_attempts = log->n;
}

static struct storm_pattern pattern_of(const struct registrar *r, enum storm_pattern_kind kind,
                                       const struct collected *c, guint64 duration_us)
{
    struct storm_pattern s = {.kind = kind,
                              .clients = c->who->len,
                              .interval_us = spread_of(c->interval),
                              .tries = spread_of(c->tries),
                              .wait_us = spread_of(c->wait)};
    tell_typical(r, &s, most_typical(r, c, &s, duration_us));
    return s;
}

static void collected_clear(struct collected *c)
{
    if (!c->who)
        return;
    g_array_unref(c->interval);
    g_array_unref(c->tries);
    g_array_unref(c->wait);
    g_array_unref(c->who);
}

void retry_result(const struct registrar *r, guint64 duration_us, struct storm_analysis *a)
{
    struct collected all[PATTERN_COUNT] = {{NULL, NULL, NULL, NULL}};
    for (guint32 id = 0; id < r->bindings->len; id++) {
        if (!binding_at(r, id)->retry)
            continue;
        struct pattern p = retry_pattern(binding_at(r, id), duration_us);
        collect(&all[p.kind], id, &p);
        a->retry_clients++;
    }
    a->patterns = g_new0(struct storm_pattern, PATTERN_COUNT);
    for (guint kind = 0; kind < PATTERN_COUNT; kind++) {
        if (all[kind].who)
            a->patterns[a->n_patterns++] =
                pattern_of(r, (enum storm_pattern_kind)kind, &all[kind], duration_us);
        collected_clear(&all[kind]);
    }
}

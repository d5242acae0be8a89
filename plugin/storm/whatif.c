/* What if the server had been another? The clients of the last storm come as they came, and meet a server that
 * limits, queues or tells them when to come back. DEFINITIONS.md; the paper's section V.E asks for it.
 *
 * A simulation of events: the next request of each client in a heap, taken in order of time, equal times in
 * the order of the clients, so that it is the same on every machine. A client that the server refuses comes back by
 * the pattern that was measured of it.
 *
 * Bounds: of more than CLIENTS_MAX clients every k-th is taken, with a k-th of the rate, and what comes out is
 * multiplied; HORIZON_S seconds; nobody comes back sooner than after T1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define SECOND_US G_GUINT64_CONSTANT(1000000)
#define CLIENTS_MAX 4096u
#define HORIZON_S 3600u
#define ARRIVALS_MAX (1u << 21) /* who was not served until then counts as lost */
#define SOONEST_US 500000      /* RFC 3261: T1 */
#define ANSWER_US 50000        /* from a challenge to the request that answers it */
#define DEFAULT_GAP_US (30 * SECOND_US)
#define PATIENCE_US (32 * SECOND_US) /* Timer F */
#define SEED 1u

struct visitor {
    struct pattern pattern;
    guint64 arrival_us; /* since the storm's start */
    guint64 gap_us;     /* backoff: the next one */
    guint64 tries;      /* burst: so far */
    gboolean challenged;
};

struct arrival {
    guint64 us;
    guint32 visitor;
};

struct simulation {
    struct storm_what_if *w;
    struct visitor *visitors;
    guint n, scale;
    GArray *heap; /* struct arrival */
    guint64 rate; /* millionths of a request a second */
    guint64 tokens, filled_us, free_us; /* tokens: millionths */
    guint64 random;
    guint32 *served, *arrived; /* by second */
};

/* --- the heap --------------------------------------------------------------------------------------------------- */

static gboolean is_before(const struct arrival *a, const struct arrival *b)
{
    return a->us < b->us || (a->us == b->us && a->visitor < b->visitor);
}

static struct arrival *heap_at(const struct simulation *x, guint i)
{
    return &g_array_index(x->heap, struct arrival, i);
}

static void swap(struct arrival *a, struct arrival *b)
{
    struct arrival t = *a;
    *a = *b;
    *b = t;
}

static void come(struct simulation *x, guint32 visitor, guint64 us)
{
    struct arrival a = {us, visitor};
    if (us >= HORIZON_S * SECOND_US)
        return;
    g_array_append_val(x->heap, a);
    for (guint i = x->heap->len - 1; i > 0 && is_before(heap_at(x, i), heap_at(x, (i - 1) / 2)); i = (i - 1) / 2)
        swap(heap_at(x, i), heap_at(x, (i - 1) / 2));
}

static struct arrival take_first(struct simulation *x)
{
    struct arrival first = *heap_at(x, 0);
    *heap_at(x, 0) = *heap_at(x, x->heap->len - 1);
    g_array_set_size(x->heap, x->heap->len - 1);
    for (guint i = 0;;) {
        guint least = i;
        for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < x->heap->len; child++)
            if (is_before(heap_at(x, child), heap_at(x, least)))
                least = child;
        if (least == i)
            return first;
        swap(heap_at(x, i), heap_at(x, least));
        i = least;
    }
}

/* --- clients ----------------------------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static guint64 draw(struct simulation *x)
{
    guint64 z = x->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static guint64 given_or(guint64 us, guint64 otherwise)
{
    return MAX(us == STORM_TIME_NONE ? otherwise : us, SOONEST_US);
}

/* How long a client waits that got nothing; STORM_TIME_NONE: for ever. */
static guint64 own_wait(struct visitor *v)
{
    const struct pattern *p = &v->pattern;
    switch (p->kind) {
    case PATTERN_GAVE_UP:
        return STORM_TIME_NONE;
    case PATTERN_BURST:
        return ++v->tries % MAX(p->tries, 1) ? given_or(p->interval_us, DEFAULT_GAP_US)
                                            : given_or(p->wait_us, DEFAULT_GAP_US);
    case PATTERN_BACKOFF: {
        guint64 gap = given_or(v->gap_us, DEFAULT_GAP_US);
        v->gap_us = MIN(2 * gap, given_or(p->wait_us, gap));
        return gap;
    }
    default:
        return given_or(p->interval_us, DEFAULT_GAP_US);
    }
}

static void refuse(struct simulation *x, guint32 id, guint64 us)
{
    struct visitor *v = &x->visitors[id];
    gboolean told = x->w->model == MODEL_RETRY_AFTER;
    guint64 wait = told ? SOONEST_US + draw(x) % (x->w->spread_s * SECOND_US) : own_wait(v);
    v->challenged = FALSE;
    if (wait != STORM_TIME_NONE)
        come(x, id, us + wait);
}

/* Twice: the first request is challenged. */
static void serve(struct simulation *x, guint32 id, guint64 us)
{
    struct visitor *v = &x->visitors[id];
    if (!v->challenged)
        come(x, id, us + ANSWER_US);
    else if (us < HORIZON_S * SECOND_US)
        x->served[us / SECOND_US]++;
    v->challenged = TRUE;
}

/* --- servers ------------------------------------------------------------------------------------------------------ */

/* One second's depth. */
static gboolean take_token(struct simulation *x, guint64 us)
{
    guint64 depth = MAX(x->rate, SECOND_US), full_us = depth * SECOND_US / x->rate;
    guint64 more = MIN(us - x->filled_us, full_us) * x->rate / SECOND_US;
    x->tokens = MIN(x->tokens + more, depth);
    if (more) /* else it adds up */
        x->filled_us = us;
    if (x->tokens < SECOND_US)
        return FALSE;
    x->tokens -= SECOND_US;
    return TRUE;
}

static void meet_limit(struct simulation *x, guint32 id, guint64 us)
{
    if (take_token(x, us))
        serve(x, id, us);
    else
        refuse(x, id, us);
}

static void meet_queue(struct simulation *x, guint32 id, guint64 us)
{
    guint64 start = MAX(us, x->free_us);
    if (start - us > PATIENCE_US) {
        refuse(x, id, us);
        return;
    }
    x->free_us = start + SECOND_US * SECOND_US / x->rate;
    serve(x, id, x->free_us);
}

static void run(struct simulation *x)
{
    for (guint i = 0; i < x->n; i++)
        come(x, i, x->visitors[i].arrival_us);
    for (guint n = 0; x->heap->len && n < ARRIVALS_MAX; n++) {
        struct arrival a = take_first(x);
        x->arrived[a.us / SECOND_US]++;
        if (x->w->model == MODEL_CAPACITY)
            meet_queue(x, a.visitor, a.us);
        else
            meet_limit(x, a.visitor, a.us);
    }
}

/* --- results ----------------------------------------------------------------------------------------------------- */

static void tell(struct simulation *x)
{
    struct storm_what_if *w = x->w;
    guint64 back = 0, enough = rank_of(x->n, 95);
    guint32 *curve = g_new0(guint32, HORIZON_S);
    w->to_95_us = STORM_TIME_NONE;
    for (guint s = 0; s < HORIZON_S; s++) {
        w->peak_pps = MAX(w->peak_pps, x->arrived[s] * x->scale);
        if (x->served[s])
            w->n_seconds = s + 1;
        back += x->served[s];
        curve[s] = (guint32)back * x->scale;
        if (back >= enough && w->to_95_us == STORM_TIME_NONE && x->n)
            w->to_95_us = (s + 1) * SECOND_US;
    }
    w->clients = (guint64)x->n * x->scale;
    w->lost = (x->n - back) * x->scale;
    w->registered = curve;
}

static void simulate(const struct view *v, const struct visitor *visitors, guint n, guint scale,
                     struct storm_what_if *w)
{
    struct simulation x = {.w = w, .n = n, .scale = scale, .random = w->seed};
    x.rate = MAX(w->rate_pps * SECOND_US / scale, 1);
    x.tokens = MAX(x.rate, SECOND_US);
    x.visitors = g_memdup2(visitors, n * sizeof *visitors);
    x.heap = g_array_new(FALSE, FALSE, sizeof(struct arrival));
    x.served = g_new0(guint32, HORIZON_S);
    x.arrived = g_new0(guint32, HORIZON_S);
    w->start_us = v->a->storms[v->a->n_storms - 1].start_us;
    run(&x);
    tell(&x);
    g_array_unref(x.heap);
    g_free(x.visitors);
    g_free(x.served);
    g_free(x.arrived);
}

static struct visitor visitor_of(const struct view *v, const struct binding *b, guint64 start_us)
{
    struct visitor x = {.arrival_us = b->return_us - start_us};
    x.pattern = (struct pattern){PATTERN_UNDETERMINED, STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE,
                                 STORM_TIME_NONE};
    if (b->retry)
        x.pattern = retry_pattern(b, v->duration_us);
    x.gap_us = x.pattern.first_gap_us;
    return x;
}

/* Who made the storm: those of its bindings that came before it was over. Later ones follow timers of their own, which
 * no server changes. */
static gboolean came(const struct binding *b, const struct storm_storm *storm)
{
    return b->return_us != STORM_TIME_NONE && b->return_us >= storm->start_us && b->return_us <= storm->end_us;
}

/* Every `scale`-th of them. */
static GArray *visitors_of(const struct view *v, const struct storm_storm *storm, guint *scale)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct visitor));
    guint n = 0, at = 0;
    for (guint i = 0; i < v->registrar->bindings->len; i++)
        n += came(binding_at(v->registrar, i), storm);
    *scale = MAX((n + CLIENTS_MAX - 1) / CLIENTS_MAX, 1);
    for (guint i = 0; i < v->registrar->bindings->len; i++) {
        const struct binding *b = binding_at(v->registrar, i);
        if (!came(b, storm) || at++ % *scale)
            continue;
        struct visitor visitor = visitor_of(v, b, storm->start_us);
        g_array_append_val(list, visitor);
    }
    return list;
}

/* Parts of the measured peak, and seconds. */
static const struct {
    enum storm_model model;
    guint part, spread_s;
} rows[] = {
    {MODEL_RATE_LIMIT, 4, 0},     {MODEL_RATE_LIMIT, 2, 0},      {MODEL_RATE_LIMIT, 1, 0},
    {MODEL_CAPACITY, 4, 0},       {MODEL_CAPACITY, 2, 0},        {MODEL_CAPACITY, 1, 0},
    {MODEL_RETRY_AFTER, 4, 30},   {MODEL_RETRY_AFTER, 4, 120},   {MODEL_RETRY_AFTER, 4, 300},
};

void whatif_result(const struct view *v)
{
    struct storm_analysis *a = v->a;
    guint scale;
    if (a->n_storms == 0)
        return;
    const struct storm_storm *storm = &a->storms[a->n_storms - 1];
    g_autoptr(GArray) visitors = visitors_of(v, storm, &scale);
    if (visitors->len == 0)
        return;
    a->what_if = g_new0(struct storm_what_if, G_N_ELEMENTS(rows));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct storm_what_if *w = &a->what_if[a->n_what_if++];
        w->model = rows[i].model;
        w->rate_pps = MAX(storm->peak_pps / rows[i].part, 1);
        w->spread_s = rows[i].spread_s;
        w->seed = SEED;
        simulate(v, (const struct visitor *)(void *)visitors->data, visitors->len, scale, w);
    }
}

/* The analysis of servers as JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_json.h"

/* --- keep-alive, RFC 6076: of the outermost server, and of all sessions ---------------------------------------- */

static void put_keepalive(const struct storm_json *out, const struct storm_analysis *a)
{
    json_open_object(out, "keepalive");
    for (guint i = 0; i < KEEP_COUNT; i++) {
        const struct storm_keepalive_use *use = &a->keepalive[i];
        json_open_object(out, storm_keepalive_name((enum storm_keepalive)i));
        json_count(out, "messages", use->messages);
        json_ratio(out, "frames_share", use->frames, a->frames);
        json_ratio(out, "bytes_share", use->bytes, a->bytes);
        json_close_object(out);
    }
    json_close_object(out);
}

static void put_quantiles(const struct storm_json *out, const struct storm_delays *d)
{
    json_time(out, "p50", d->p50_us);
    json_time(out, "p90", d->p90_us);
    json_time(out, "p99", d->p99_us);
    json_time(out, "max", d->max_us);
}

static void put_delays(const struct storm_json *out, const char *name, const struct storm_delays *d)
{
    json_open_object(out, name);
    json_count(out, "count", d->count);
    put_quantiles(out, d);
    json_close_object(out);
}

static void put_attempts(const struct storm_json *out, const char *name, const char *part,
                         struct storm_part_of of)
{
    json_open_object(out, name);
    json_count(out, "attempts", of.all);
    json_count(out, part, of.part);
    json_share(out, "share", of);
    json_close_object(out);
}

static void put_rfc6076(const struct storm_json *out, const struct storm_analysis *a,
                        const struct storm_sessions *s)
{
    json_open_object(out, "rfc6076");
    put_delays(out, "registration_request_delay_s", &a->request_delay);
    put_attempts(out, "ineffective_registration_attempts", "ineffective", a->ineffective);
    put_delays(out, "session_request_delay_s", &s->request_delay);
    put_delays(out, "failed_session_request_delay_s", &s->failed_request_delay);
    put_delays(out, "session_disconnect_delay_s", &s->disconnect_delay);
    put_delays(out, "session_duration_s", &s->duration);
    put_attempts(out, "session_establishment", "established", s->established);
    put_attempts(out, "session_establishment_effectiveness", "effective", s->effective);
    put_attempts(out, "ineffective_session_attempts", "ineffective", s->ineffective);
    put_attempts(out, "session_completion", "completed", s->completed);
    json_close_object(out);
}

/* What there is where there is no server. */
static const struct storm_analysis nobody = {
    .warmup_us = STORM_TIME_NONE,
    .request_delay = {0, STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE},
};

static const struct storm_analysis *outermost(const struct storm_result *r)
{
    return r->n_servers ? &r->analyses[0] : &nobody;
}

void json_use(const struct storm_json *out, const struct storm_result *r)
{
    put_keepalive(out, outermost(r));
    put_rfc6076(out, outermost(r), &r->sessions);
}

/* --- phases, outages, storms -------------------------------------------------------------------------------------- */

static void put_phase(const struct storm_json *out, const char *label, const struct storm_phase *p)
{
    json_open_object(out, NULL);
    json_string(out, "server", label);
    json_string(out, "kind", storm_phase_kind_name(p->kind));
    json_time(out, "start_s", p->start_us);
    json_time(out, "end_s", p->end_us);
    json_ratio(out, "pps", p->total, p->seconds);
    json_ratio(out, "to_server_share", p->to, p->to + p->from);
    json_level(out, "registered_start", p->registered_start);
    json_level(out, "registered_end", p->registered_end);
    json_messages(out, &p->messages);
    json_ratio(out, "register_pps_peak", p->register_pps_peak, 1);
    json_close_object(out);
}

static void put_phases(const struct storm_json *out, const char *label, const struct storm_analysis *a)
{
    json_open_array(out, "phases");
    for (guint i = 0; i < a->n_phases; i++)
        put_phase(out, label, &a->phases[i]);
    json_close_array(out);
}

static void put_outage(const struct storm_json *out, const char *label, const struct storm_outage *o)
{
    json_open_object(out, NULL);
    json_string(out, "server", label);
    json_time(out, "start_s", o->start_us);
    json_time(out, "end_s", o->end_us);
    json_bool(out, "recovered", o->recovered);
    json_open_array(out, "parts");
    for (guint i = 0; i < o->n_parts; i++) {
        json_open_object(out, NULL);
        json_string(out, "kind", storm_outage_kind_name(o->parts[i].kind));
        json_time(out, "start_s", o->parts[i].start_us);
        json_time(out, "end_s", o->parts[i].end_us);
        json_close_object(out);
    }
    json_close_array(out);
    json_close_object(out);
}

/* By time, then by label. */
static gint compare_outages(gconstpointer a, gconstpointer b, gpointer result)
{
    const struct storm_outage *x = *(const struct storm_outage *const *)a;
    const struct storm_outage *y = *(const struct storm_outage *const *)b;
    const struct storm_result *r = result;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return strcmp(r->servers[x->server].label, r->servers[y->server].label);
}

static void put_outages(const struct storm_json *out, const struct storm_result *r)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = 0; i < r->n_servers; i++)
        for (guint j = 0; j < r->analyses[i].n_outages; j++)
            g_ptr_array_add(all, &r->analyses[i].outages[j]);
    g_ptr_array_sort_with_data(all, compare_outages, (gpointer)r);
    json_open_array(out, "outages");
    for (guint i = 0; i < all->len; i++) {
        const struct storm_outage *o = g_ptr_array_index(all, i);
        put_outage(out, r->servers[o->server].label, o);
    }
    json_close_array(out);
}

static void put_spikes(const struct storm_json *out, const struct storm_storm *s)
{
    json_open_array(out, "secondary_spikes");
    for (guint i = 0; i < s->n_spikes; i++) {
        json_open_object(out, NULL);
        json_time(out, "at_s", (guint64)s->spikes[i].second * 1000000);
        json_ratio(out, "pps", s->spikes[i].pps, 1);
        json_string(out, "cause", storm_cause_name(s->spikes[i].cause));
        json_ratio(out, "share", s->spikes[i].share.part, s->spikes[i].share.all);
        json_close_object(out);
    }
    json_close_array(out);
    json_open_array(out, "echoes");
    for (guint i = 0; i < s->n_echoes; i++) {
        json_open_object(out, NULL);
        json_time(out, "at_s", (guint64)s->echoes[i].second * 1000000);
        json_ratio(out, "pps", s->echoes[i].pps, 1);
        json_close_object(out);
    }
    json_close_array(out);
}

static void put_storm(const struct storm_json *out, const char *label, const struct storm_storm *s)
{
    json_open_object(out, NULL);
    json_string(out, "server", label);
    json_time(out, "start_s", s->start_us);
    json_time(out, "end_s", s->end_us);
    json_ratio(out, "peak_pps", s->peak_pps, 1);
    json_time(out, "peak_s", (guint64)s->peak_s * 1000000);
    json_level(out, "clients_before", s->clients_before);
    json_count(out, "clients_reregistered", s->reregistered);
    json_count(out, "status_5xx", s->status_5xx.part);
    json_ratio(out, "status_5xx_share", s->status_5xx.part, s->status_5xx.all);
    json_open_object(out, "reregistration_s");
    put_quantiles(out, &s->reregistration);
    json_close_object(out);
    put_spikes(out, s);
    json_bool(out, "recovered", s->recovered);
    json_close_object(out);
}

static void put_storms(const struct storm_json *out, const char *label, const struct storm_analysis *a)
{
    json_open_array(out, "storms");
    for (guint i = 0; i < a->n_storms; i++)
        put_storm(out, label, &a->storms[i]);
    json_close_array(out);
}

/* --- retries ------------------------------------------------------------------------------------------------------- */

static void put_times(const struct storm_json *out, const char *name, const struct storm_spread *s)
{
    json_open_object(out, name);
    json_time(out, "min", s->min);
    json_time(out, "median", s->median);
    json_time(out, "max", s->max);
    json_close_object(out);
}

static void put_numbers(const struct storm_json *out, const char *name, const struct storm_spread *s)
{
    gboolean none = s->min == STORM_TIME_NONE;
    json_open_object(out, name);
    json_level(out, "min", none ? -1 : (gint64)s->min);
    json_level(out, "median", none ? -1 : (gint64)s->median);
    json_level(out, "max", none ? -1 : (gint64)s->max);
    json_close_object(out);
}

/* An address-of-record that could not be read has no name. */
static void put_typical(const struct storm_json *out, const struct storm_pattern *p)
{
    g_autofree char *name = g_utf8_make_valid(p->typical && *p->typical ? p->typical : "unknown", -1);
    char text[NUMBER_MAX];
    json_open_object(out, "typical");
    json_string(out, "client", name);
    json_open_array(out, "attempts_s");
    for (guint i = 0; i < p->n_attempts; i++)
        json_raw(out, NULL, number_seconds(p->attempts_us[i], text));
    json_close_array(out);
    json_close_object(out);
}

static void put_retry(const struct storm_json *out, const char *label, const struct storm_analysis *a)
{
    json_open_object(out, "retry");
    json_string(out, "server", label);
    json_count(out, "clients", a->retry_clients);
    json_open_array(out, "patterns");
    for (guint i = 0; i < a->n_patterns; i++) {
        const struct storm_pattern *p = &a->patterns[i];
        json_open_object(out, NULL);
        json_string(out, "kind", storm_pattern_name(p->kind));
        json_count(out, "clients", p->clients);
        put_times(out, "interval_s", &p->interval_us);
        put_numbers(out, "tries_per_burst", &p->tries);
        put_times(out, "wait_s", &p->wait_us);
        put_typical(out, p);
        json_close_object(out);
    }
    json_close_array(out);
    json_close_object(out);
}

static void put_retry_after(const struct storm_json *out, const struct storm_retry_after *t)
{
    json_open_object(out, "retry_after");
    json_count(out, "responses", t->honoured + t->ignored + t->late + t->none);
    json_count(out, "honoured", t->honoured);
    json_count(out, "ignored", t->ignored);
    json_count(out, "late", t->late);
    json_count(out, "none", t->none);
    json_close_object(out);
}

/* --- what if ---------------------------------------------------------------------------------------------------------- */

static void put_column(const struct storm_json *out, const char *name, const guint32 *values, guint n)
{
    char text[NUMBER_MAX];
    json_open_array(out, name);
    for (guint i = 0; i < n; i++)
        json_raw(out, NULL, number_count(values[i], text));
    json_close_array(out);
}

static void put_what_if(const struct storm_json *out, const struct storm_analysis *a)
{
    json_open_array(out, "what_if");
    for (guint i = 0; i < a->n_what_if; i++) {
        const struct storm_what_if *w = &a->what_if[i];
        json_open_object(out, NULL);
        json_string(out, "model", storm_model_name(w->model));
        json_ratio(out, "rate_pps", w->rate_pps, 1);
        json_time(out, "spread_s", w->spread_s ? (guint64)w->spread_s * 1000000 : STORM_TIME_NONE);
        json_count(out, "seed", w->seed);
        json_count(out, "clients", w->clients);
        json_ratio(out, "peak_pps", w->peak_pps, 1);
        json_count(out, "lost", w->lost);
        json_time(out, "to_95_s", w->to_95_us);
        json_open_object(out, "curve");
        json_time(out, "start_s", w->start_us);
        json_count(out, "bin_s", 1);
        put_column(out, "registered", w->registered, w->n_seconds);
        json_close_object(out);
        json_close_object(out);
    }
    json_close_array(out);
}

/* --- series ------------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    gsize off;
} columns[] = {
    {"total", G_STRUCT_OFFSET(struct storm_bin, total)},
    {"register", G_STRUCT_OFFSET(struct storm_bin, reg)},
    {"to_server", G_STRUCT_OFFSET(struct storm_bin, to)},
    {"from_server", G_STRUCT_OFFSET(struct storm_bin, from)},
    {"registered", G_MAXSIZE}, /* of the bindings, not of the bins */
    {"status_5xx", G_STRUCT_OFFSET(struct storm_bin, status_5xx)},
};

static void put_bins(const struct storm_json *out, const char *name, const struct storm_series *series, gsize off)
{
    char text[NUMBER_MAX];
    json_open_array(out, name);
    for (guint i = 0; series && i < series->n_bins; i++) {
        struct storm_bin bin = storm_series_at(series, i);
        json_raw(out, NULL, number_count(*(const guint32 *)((const guint8 *)&bin + off), text));
    }
    json_close_array(out);
}

static void put_series(const struct storm_json *out, const char *label, const struct storm_series *series)
{
    json_open_object(out, "series");
    json_string(out, "server", label);
    json_count(out, "bin_s", 1);
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
        if (columns[i].off != G_MAXSIZE)
            put_bins(out, columns[i].name, series, columns[i].off);
        else
            put_column(out, columns[i].name, series ? series->registered : NULL,
                       series && series->registered ? series->n_bins : 0);
    json_close_object(out);
}

/* --- all ------------------------------------------------------------------------------------------------------------------ */

/* Series of all servers together; where there are more numbers, only the outermost's are told. */
#define SERIES_TOLD_MAX 4000000u

static gboolean is_short(const struct storm_result *r)
{
    return r->n_servers == 0 || r->series[0].n_bins <= SERIES_TOLD_MAX / r->n_servers;
}

static void put_by_server(const struct storm_json *out, const struct storm_result *r)
{
    json_open_array(out, "by_server");
    for (guint i = 1; i < r->n_servers; i++) {
        const char *label = r->servers[i].label;
        json_open_object(out, NULL);
        json_string(out, "server", label);
        put_phases(out, label, &r->analyses[i]);
        put_storms(out, label, &r->analyses[i]);
        put_retry(out, label, &r->analyses[i]);
        put_series(out, label, is_short(r) ? &r->series[i] : NULL);
        json_close_object(out);
    }
    json_close_array(out);
}

void json_analysis(const struct storm_json *out, const struct storm_result *r)
{
    const struct storm_analysis *a = outermost(r);
    const char *label = r->n_servers ? r->servers[0].label : NULL;
    put_phases(out, label, a);
    put_outages(out, r);
    put_storms(out, label, a);
    put_retry(out, label, a);
    put_retry_after(out, &a->retry_after);
    put_what_if(out, a);
    put_series(out, label, r->n_servers ? &r->series[0] : NULL);
    put_by_server(out, r);
}

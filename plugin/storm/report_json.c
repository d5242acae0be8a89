/* Results as JSON: sianto-stats.schema.json says what each key means; the order is DESIGN section 9's.
 *
 * Keys whose numbers are not computed stand with 0, [] or null, so that a reader never has to ask whether
 * a key is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

/* --- small words ------------------------------------------------------------------------------------ */

static void open_object(const struct storm_json *out, const char *name)
{
    if (name)
        out->name(out->arg, name);
    out->begin_object(out->arg);
}

static void close_object(const struct storm_json *out)
{
    out->end_object(out->arg);
}

static void open_array(const struct storm_json *out, const char *name)
{
    out->name(out->arg, name);
    out->begin_array(out->arg);
}

static void close_array(const struct storm_json *out)
{
    out->end_array(out->arg);
}

static void put_raw(const struct storm_json *out, const char *name, const char *text)
{
    out->name(out->arg, name);
    out->raw(out->arg, text);
}

static void put_count(const struct storm_json *out, const char *name, guint64 n)
{
    char text[NUMBER_MAX];
    put_raw(out, name, number_count(n, text));
}

static void put_null(const struct storm_json *out, const char *name)
{
    put_raw(out, name, "null");
}

static void put_bool(const struct storm_json *out, const char *name, gboolean value)
{
    put_raw(out, name, value ? "true" : "false");
}

/* `text` NULL: null. */
static void put_string(const struct storm_json *out, const char *name, const char *text)
{
    if (!text) {
        put_null(out, name);
        return;
    }
    out->name(out->arg, name);
    out->string(out->arg, text);
}

static void put_ratio(const struct storm_json *out, const char *name, guint64 num, guint64 den)
{
    char text[NUMBER_MAX];
    put_raw(out, name, number_ratio(num, den, text));
}

static void put_empty_array(const struct storm_json *out, const char *name)
{
    open_array(out, name);
    close_array(out);
}

static void put_nulls(const struct storm_json *out, const char *const *names, gsize n)
{
    for (gsize i = 0; i < n; i++)
        put_null(out, names[i]);
}

static void put_zeros(const struct storm_json *out, const char *const *names, gsize n)
{
    for (gsize i = 0; i < n; i++)
        put_count(out, names[i], 0);
}

/* --- what is counted -------------------------------------------------------------------------------- */

/* Status codes as found, in order; digits sort before "other". */
static void put_responses(const struct storm_json *out, const struct storm_messages *m)
{
    char name[NUMBER_MAX];
    open_object(out, "responses");
    for (guint i = 0; i < STATUS_OTHER; i++)
        if (m->responses[i])
            put_count(out, number_count(STATUS_MIN + i, name), m->responses[i]);
    put_count(out, "other", m->responses[STATUS_OTHER]);
    close_object(out);
}

static void put_messages(const struct storm_json *out, const struct storm_messages *m)
{
    open_object(out, "messages");
    open_object(out, "requests");
    for (guint i = 0; i < METHOD_COUNT; i++)
        put_count(out, storm_method_name((enum storm_method)i), m->requests[i]);
    close_object(out);
    put_responses(out, m);
    close_object(out);
}

static void put_direction(const struct storm_json *out, const struct storm_direction *d)
{
    open_object(out, "direction");
    put_count(out, "to_server", d->to_server);
    put_count(out, "from_server", d->from_server);
    put_count(out, "internal", d->internal);
    put_count(out, "other", d->other);
    close_object(out);
}

static void put_servers(const struct storm_json *out, const struct storm_result *r)
{
    char text[NUMBER_MAX];
    open_array(out, "servers");
    for (guint i = 0; i < r->n_servers; i++) {
        const struct storm_server *server = &r->servers[i];
        open_object(out, NULL);
        put_string(out, "label", server->label);
        open_array(out, "ports");
        for (guint j = 0; j < server->n_ports; j++)
            out->raw(out->arg, number_count(server->ports[j], text));
        close_array(out);
        put_count(out, "sources", server->sources);
        put_count(out, "clients", server->clients);
        close_object(out);
    }
    close_array(out);
}

static void put_identities(const struct storm_json *out, const struct storm_identities *t)
{
    open_object(out, "identities");
    put_count(out, "users", t->users);
    put_count(out, "domains", t->domains);
    put_count(out, "addresses", t->addresses);
    put_count(out, "user_agents", t->user_agents);
    close_object(out);
}

static const char *const patterns[] = {"backoff", "burst", "fixed", "gave-up", "undetermined"};

static void put_families(const struct storm_json *out, const struct storm_result *r)
{
    open_array(out, "families");
    for (guint i = 0; i < r->n_families; i++) {
        open_object(out, NULL);
        put_string(out, "family", r->families[i].name);
        put_count(out, "clients", r->families[i].clients);
        put_count(out, "messages", r->families[i].messages);
        open_object(out, "patterns");
        put_zeros(out, patterns, G_N_ELEMENTS(patterns));
        close_object(out);
        close_object(out);
    }
    close_array(out);
}

/* --- keep-alive, RFC 6076 ------------------------------------------------------------------------------ */

static void put_keepalive(const struct storm_json *out)
{
    static const char *const mechanisms[] = {"crlf", "event", "options", "register", "stun"};
    open_object(out, "keepalive");
    for (gsize i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
        open_object(out, mechanisms[i]);
        put_count(out, "messages", 0);
        put_ratio(out, "frames_share", 0, 0);
        put_ratio(out, "bytes_share", 0, 0);
        close_object(out);
    }
    close_object(out);
}

static void put_delays(const struct storm_json *out, const char *name)
{
    static const char *const quantiles[] = {"p50", "p90", "p99", "max"};
    open_object(out, name);
    put_count(out, "count", 0);
    put_nulls(out, quantiles, G_N_ELEMENTS(quantiles));
    close_object(out);
}

/* A share of attempts: nothing of none is no share. */
static void put_attempts(const struct storm_json *out, const char *name, const char *part)
{
    open_object(out, name);
    put_count(out, "attempts", 0);
    put_count(out, part, 0);
    put_null(out, "share");
    close_object(out);
}

static void put_rfc6076(const struct storm_json *out)
{
    open_object(out, "rfc6076");
    put_delays(out, "registration_request_delay_s");
    put_attempts(out, "ineffective_registration_attempts", "ineffective");
    put_delays(out, "session_request_delay_s");
    put_delays(out, "failed_session_request_delay_s");
    put_delays(out, "session_disconnect_delay_s");
    put_delays(out, "session_duration_s");
    put_attempts(out, "session_establishment", "established");
    put_attempts(out, "session_establishment_effectiveness", "effective");
    put_attempts(out, "ineffective_session_attempts", "ineffective");
    put_attempts(out, "session_completion", "completed");
    close_object(out);
}

/* --- one server's part --------------------------------------------------------------------------------- */

static void put_retry(const struct storm_json *out, const char *label)
{
    open_object(out, "retry");
    put_string(out, "server", label);
    put_count(out, "clients", 0);
    put_empty_array(out, "patterns");
    close_object(out);
}

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

static void put_column(const struct storm_json *out, const struct storm_series *series, gsize off)
{
    char text[NUMBER_MAX];
    for (guint i = 0; i < series->n_bins; i++) {
        struct storm_bin bin = storm_series_at(series, i);
        out->raw(out->arg, number_count(*(const guint32 *)((const guint8 *)&bin + off), text));
    }
}

static void put_series(const struct storm_json *out, const char *label, const struct storm_series *series)
{
    open_object(out, "series");
    put_string(out, "server", label);
    put_count(out, "bin_s", 1);
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        open_array(out, columns[i].name);
        if (series && columns[i].off != G_MAXSIZE)
            put_column(out, series, columns[i].off);
        close_array(out);
    }
    close_object(out);
}

static void put_by_server(const struct storm_json *out, const struct storm_result *r)
{
    open_array(out, "by_server");
    for (guint i = 1; i < r->n_servers; i++) {
        open_object(out, NULL);
        put_string(out, "server", r->servers[i].label);
        put_empty_array(out, "phases");
        put_empty_array(out, "storms");
        put_retry(out, r->servers[i].label);
        put_series(out, r->servers[i].label, &r->series[i]);
        close_object(out);
    }
    close_array(out);
}

static void put_analysis(const struct storm_json *out, const struct storm_result *r)
{
    static const char *const retry_after[] = {"responses", "honoured", "ignored", "late", "none"};
    const char *outermost = r->n_servers ? r->servers[0].label : NULL;
    put_empty_array(out, "phases");
    put_empty_array(out, "outages");
    put_empty_array(out, "storms");
    put_retry(out, outermost);
    open_object(out, "retry_after");
    put_zeros(out, retry_after, G_N_ELEMENTS(retry_after));
    close_object(out);
    put_empty_array(out, "what_if");
    put_series(out, outermost, outermost ? &r->series[0] : NULL);
    put_by_server(out, r);
}

/* --- the export ------------------------------------------------------------------------------------------
 */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(((const struct storm_named *)a)->name, ((const struct storm_named *)b)->name);
}

static void put_named(const struct storm_json *out, const char *name, const struct storm_named *list, guint n)
{
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof *list, n);
    if (n)
        g_array_append_vals(sorted, list, n);
    g_array_sort(sorted, compare_names);
    open_object(out, name);
    for (guint i = 0; i < n; i++) {
        const struct storm_named *item = &g_array_index(sorted, struct storm_named, i);
        put_count(out, item->name, item->count);
    }
    close_object(out);
    g_array_unref(sorted);
}

static void put_export(const struct storm_json *out, const struct storm_export *x)
{
    open_object(out, "export");
    put_count(out, "frames", x->frames);
    put_count(out, "written", x->written);
    put_named(out, "dropped", x->dropped, x->n_dropped);
    put_named(out, "replaced", x->replaced, x->n_replaced);
    open_object(out, "scrubbed");
    put_count(out, "broken", x->broken);
    put_count(out, "too-long", x->too_long);
    close_object(out);
    open_object(out, "streams");
    put_count(out, "undecided_bytes", x->undecided_bytes);
    put_count(out, "resized", x->resized);
    put_count(out, "forced", x->forced);
    close_object(out);
    close_object(out);
}

void storm_report_json(const struct storm_result *r, const struct storm_export *export,
                       const struct storm_json *out)
{
    char utc[NUMBER_MAX];
    open_object(out, NULL);
    put_string(out, "schema", STORM_SCHEMA);
    if (r->private_names)
        put_bool(out, "private", TRUE);
    put_string(out, "start_utc", r->counted ? number_utc(r->start_us, utc) : NULL);
    put_null(out, "warmup_s");
    put_bool(out, "one_sided", r->one_sided);
    put_count(out, "duplicates", r->duplicates);
    put_messages(out, &r->messages);
    put_direction(out, &r->direction);
    put_servers(out, r);
    put_identities(out, &r->identities);
    put_keepalive(out);
    put_rfc6076(out);
    put_families(out, r);
    put_count(out, "ignored_requests", r->ignored_requests);
    put_analysis(out, r);
    if (export)
        put_export(out, export);
    close_object(out);
}

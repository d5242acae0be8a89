/* Results as JSON: sianto-stats.schema.json says what each key means; the order is DESIGN section 9's. What does
 * not apply stands with 0, [] or null, so that a reader never has to ask whether a key is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_json.h"

/* --- what is counted -------------------------------------------------------------------------------- */

/* Status codes as found, in order; digits sort before "other". */
static void put_responses(const struct storm_json *out, const struct storm_messages *m)
{
    char name[NUMBER_MAX];
    json_open_object(out, "responses");
    for (guint i = 0; i < STATUS_OTHER; i++)
        if (m->responses[i])
            json_count(out, number_count(STATUS_MIN + i, name), m->responses[i]);
    json_count(out, "other", m->responses[STATUS_OTHER]);
    json_close_object(out);
}

void json_messages(const struct storm_json *out, const struct storm_messages *m)
{
    json_open_object(out, "requests");
    for (guint i = 0; i < METHOD_COUNT; i++)
        json_count(out, storm_method_name((enum storm_method)i), m->requests[i]);
    json_close_object(out);
    put_responses(out, m);
}

static void put_direction(const struct storm_json *out, const struct storm_direction *d)
{
    json_open_object(out, "direction");
    json_count(out, "to_server", d->to_server);
    json_count(out, "from_server", d->from_server);
    json_count(out, "internal", d->internal);
    json_count(out, "other", d->other);
    json_close_object(out);
}

static void put_servers(const struct storm_json *out, const struct storm_result *r)
{
    char text[NUMBER_MAX];
    json_open_array(out, "servers");
    for (guint i = 0; i < r->n_servers; i++) {
        const struct storm_server *server = &r->servers[i];
        json_open_object(out, NULL);
        json_string(out, "label", server->label);
        json_open_array(out, "ports");
        for (guint j = 0; j < server->n_ports; j++)
            out->raw(out->arg, number_count(server->ports[j], text));
        json_close_array(out);
        json_count(out, "sources", server->sources);
        json_count(out, "clients", server->clients);
        json_close_object(out);
    }
    json_close_array(out);
}

static void put_identities(const struct storm_json *out, const struct storm_identities *t)
{
    json_open_object(out, "identities");
    json_count(out, "users", t->users);
    json_count(out, "domains", t->domains);
    json_count(out, "addresses", t->addresses);
    json_count(out, "user_agents", t->user_agents);
    json_close_object(out);
}

static void put_families(const struct storm_json *out, const struct storm_result *r)
{
    json_open_array(out, "families");
    for (guint i = 0; i < r->n_families; i++) {
        json_open_object(out, NULL);
        json_string(out, "family", r->families[i].name);
        json_count(out, "clients", r->families[i].clients);
        json_count(out, "messages", r->families[i].messages);
        json_open_object(out, "patterns");
        for (guint kind = 0; kind < PATTERN_COUNT; kind++)
            json_count(out, storm_pattern_name((enum storm_pattern_kind)kind), r->families[i].patterns[kind]);
        json_close_object(out);
        json_close_object(out);
    }
    json_close_array(out);
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
    json_open_object(out, name);
    for (guint i = 0; i < n; i++) {
        const struct storm_named *item = &g_array_index(sorted, struct storm_named, i);
        json_count(out, item->name, item->count);
    }
    json_close_object(out);
    g_array_unref(sorted);
}

static void put_export(const struct storm_json *out, const struct storm_export *x)
{
    json_open_object(out, "export");
    json_count(out, "frames", x->frames);
    json_count(out, "written", x->written);
    put_named(out, "dropped", x->dropped, x->n_dropped);
    put_named(out, "replaced", x->replaced, x->n_replaced);
    json_open_object(out, "scrubbed");
    json_count(out, "broken", x->broken);
    json_count(out, "cut-by-shard", x->cut_by_shard);
    json_count(out, "too-long", x->too_long);
    json_close_object(out);
    json_open_object(out, "streams");
    json_count(out, "undecided_bytes", x->undecided_bytes);
    json_count(out, "resized", x->resized);
    json_count(out, "forced", x->forced);
    json_close_object(out);
    if (x->time)
        json_string(out, "time", x->time);
    json_close_object(out);
}

void storm_report_json(const struct storm_result *r, const struct storm_export *export,
                       const struct storm_json *out)
{
    char utc[NUMBER_MAX];
    json_open_object(out, NULL);
    json_string(out, "schema", STORM_SCHEMA);
    if (r->private_names)
        json_bool(out, "private", TRUE);
    json_string(out, "start_utc", r->counted ? number_utc(r->start_us, utc) : NULL);
    json_time(out, "warmup_s", r->n_servers ? r->analyses[0].warmup_us : STORM_TIME_NONE);
    json_bool(out, "one_sided", r->one_sided);
    json_count(out, "duplicates", r->duplicates);
    json_open_object(out, "messages");
    json_messages(out, &r->messages);
    json_close_object(out);
    put_direction(out, &r->direction);
    put_servers(out, r);
    put_identities(out, &r->identities);
    json_use(out, r);
    put_families(out, r);
    json_count(out, "ignored_requests", r->ignored_requests);
    json_analysis(out, r);
    if (export)
        put_export(out, export);
    json_close_object(out);
}

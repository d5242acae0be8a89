/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "stats.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <wsutil/json_dumper.h>

struct stats {
    struct storm *storm;
    const struct timeline *time; /* NULL: keep */
};

/* --- events ---------------------------------------------------------------------------------------- */

GArray *stats_map_servers(const char *servers, struct sianto *core, GError **error)
{
    GArray *ends = storm_servers_parse(servers, error);
    for (guint i = 0; ends && i < ends->len; i++)
        sianto_map_endpoint(core, &g_array_index(ends, struct endpoint, i));
    return ends;
}

struct stats *stats_new(const GArray *servers, gboolean private_names)
{
    struct storm_settings settings = {.private_names = private_names};
    if (servers) {
        settings.servers = (const struct endpoint *)(void *)servers->data;
        settings.n_servers = servers->len;
    }
    return stats_of(storm_new(&settings));
}

struct stats *stats_of(struct storm *storm)
{
    struct stats *stats = g_new0(struct stats, 1);
    stats->storm = storm;
    return stats;
}

void stats_free(struct stats *stats)
{
    if (!stats)
        return;
    storm_free(stats->storm);
    g_free(stats);
}

void stats_time(struct stats *stats, const struct timeline *time)
{
    stats->time = time;
}

void stats_event(struct stats *stats, const struct sip_event *event)
{
    storm_event(stats->storm, event);
}

void stats_signal(struct stats *stats, const struct sip_signal *signal)
{
    storm_signal(stats->storm, signal);
}

void stats_finish(struct stats *stats)
{
    storm_finish(stats->storm);
}

/* --- text ------------------------------------------------------------------------------------------ */

static void add_line(void *arg, const char *line)
{
    g_string_append_printf(arg, "%s\n", line);
}

char *stats_text(const struct stats *stats, enum stats_table table)
{
    const struct storm_result *r = storm_result(stats->storm);
    GString *text = g_string_new(NULL);
    if (table == STATS_COUNTS)
        storm_report_text(r, add_line, text);
    else
        storm_report_storm(r, add_line, text);
    return g_string_free(text, FALSE);
}

char *stats_servers(const struct stats *stats)
{
    const struct storm_result *r = storm_result(stats->storm);
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < r->n_servers; i++)
        g_string_append_printf(list, "%s%s", i ? ", " : "", r->servers[i].label);
    return g_string_free(list, list->len == 0);
}

char *stats_start_utc(const struct stats *stats)
{
    const struct storm_result *r = storm_result(stats->storm);
    char *text = g_malloc(STORM_UTC_MAX);
    const char *utc = r->counted ? storm_utc(r->start_us, text) : NULL;
    if (!utc)
        g_clear_pointer(&text, g_free);
    return text;
}

char *stats_duration_s(const struct stats *stats)
{
    guint64 ms = storm_result(stats->storm)->duration_us / 1000;
    return g_strdup_printf("%" G_GUINT64_FORMAT ".%03u", ms / 1000, (guint)(ms % 1000));
}

/* --- JSON ------------------------------------------------------------------------------------------ */

static void begin_object(void *arg)
{
    json_dumper_begin_object(arg);
}

static void end_object(void *arg)
{
    json_dumper_end_object(arg);
}

static void begin_array(void *arg)
{
    json_dumper_begin_array(arg);
}

static void end_array(void *arg)
{
    json_dumper_end_array(arg);
}

static void name(void *arg, const char *text)
{
    json_dumper_set_member_name(arg, text);
}

static void string(void *arg, const char *text)
{
    json_dumper_value_string(arg, text);
}

static void raw(void *arg, const char *text)
{
    json_dumper_value_anyf(arg, "%s", text);
}

/* NULL: they stand where they stood. */
static const char *time_name(const struct timeline *t)
{
    if (timeline_moves(t))
        return timeline_is_coarse(t) ? "shifted, coarse" : "shifted";
    return timeline_is_coarse(t) ? "coarse" : NULL;
}

/* Counts of the core under the names of their enums. */
static struct storm_export export_of(const struct sianto_counts *c, struct storm_named dropped[DROP_COUNT],
                                     struct storm_named replaced[KIND_COUNT])
{
    struct storm_export e = {.frames = c->frames,
                             .written = c->written,
                             .dropped = dropped,
                             .replaced = replaced,
                             .too_long = c->too_long,
                             .undecided_bytes = c->undecided_bytes,
                             .resized = c->resized,
                             .forced = c->forced,
                             .broken = c->broken,
                             .cut_by_shard = c->cut_by_shard};
    for (guint i = DROP_NONE + 1; i < DROP_COUNT; i++)
        dropped[e.n_dropped++] = (struct storm_named){drop_reason_name((enum drop_reason)i), c->dropped[i]};
    for (guint i = 0; i < KIND_COUNT; i++)
        if (i != KIND_KEPT && i != KIND_LENGTH)
            replaced[e.n_replaced++] = (struct storm_named){kind_name((enum kind)i), c->replaced[i]};
    return e;
}

static gboolean dump(const struct stats *stats, struct json_dumper *dumper, const struct sianto_counts *counts)
{
    struct storm_named dropped[DROP_COUNT], replaced[KIND_COUNT];
    struct storm_export export = {0};
    struct storm_json json = {begin_object, end_object, begin_array, end_array, name, string, raw, dumper};
    if (counts)
        export = export_of(counts, dropped, replaced);
    export.time = time_name(stats->time);
    storm_report_json(storm_result(stats->storm), counts ? &export : NULL, &json);
    return json_dumper_finish(dumper);
}

/* --- files ----------------------------------------------------------------------------------------- */

/* Closes `to` in any case. */
static gboolean flush_and_close(FILE *to)
{
    gboolean ok = fflush(to) == 0 && !ferror(to);
    int fault = errno;
    fclose(to);
    errno = fault;
    return ok;
}

static gboolean write_json(const struct stats *stats, FILE *to, const struct sianto_counts *counts)
{
    struct json_dumper dumper = {.output_file = to, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT};
    return dump(stats, &dumper, counts);
}

static gboolean write_html(const struct stats *stats, FILE *to, const struct sianto_counts *counts)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(GString) html = g_string_new(NULL);
    struct json_dumper dumper = {.output_string = json};
    if (!dump(stats, &dumper, counts))
        return FALSE;
    storm_report_html(storm_result(stats->storm), json->str, html);
    return fwrite(html->str, 1, html->len, to) == html->len;
}

static struct outfile *write_file(const struct stats *stats, const char *path, const struct sianto_counts *counts,
                                  gboolean (*write)(const struct stats *stats, FILE *to,
                                                    const struct sianto_counts *counts),
                                  GError **error)
{
    struct outfile *file = outfile_new(path, error);
    int fd = file ? outfile_open(file, error) : -1;
    FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (to) {
        gboolean whole = write(stats, to, counts);
        if (flush_and_close(to) && whole && outfile_sync(file, error))
            return file;
    }
    if (error && !*error)
        g_set_error(error, OUTFILE_ERROR, errno, "%s cannot be written: %s", path, g_strerror(errno));
    outfile_free(file);
    return NULL;
}

struct outfile *stats_write(const struct stats *stats, const char *path, const struct sianto_counts *counts,
                            GError **error)
{
    return write_file(stats, path, counts, write_json, error);
}

struct outfile *stats_write_report(const struct stats *stats, const char *path,
                                   const struct sianto_counts *counts, GError **error)
{
    return write_file(stats, path, counts, write_html, error);
}

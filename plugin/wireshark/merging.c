/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merging.h"

#include <stdio.h>
#include <string.h>

#include "host.h"
#include "merge.h"
#include "stats.h"

struct result {
    const struct options *options;
    struct stats *stats;
    const struct sianto_counts *counts; /* of the exports; NULL: not of all parts */
    gboolean secret;
    struct outfile *json, *report;
};

static gboolean write_files(struct result *r, GError **error)
{
    const struct options *o = r->options;
    if (o->stats && !(r->json = stats_write(r->stats, o->stats, r->counts, error)))
        return FALSE;
    return !o->report || (r->report = stats_write_report(r->stats, o->report, r->counts, error));
}

static gboolean publish(const struct result *r, GError **error)
{
    gboolean force = r->options->force;
    if ((!r->json || outfile_publish(r->json, force, r->secret, error)) &&
        (!r->report || outfile_publish(r->report, force, r->secret, error)))
        return TRUE;
    outfile_withdraw(r->json);
    outfile_withdraw(r->report);
    return FALSE;
}

static void print_tables(const struct stats *stats)
{
    for (guint i = 0; i < STATS_TABLE_COUNT; i++) {
        g_autofree char *text = stats_text(stats, (enum stats_table)i);
        fputs(text, stdout);
    }
}

static void say(const struct result *r, guint parts, guint64 events)
{
    const struct options *o = r->options;
    host_say("%u parts, %" G_GUINT64_FORMAT " SIP messages", parts, events);
    if (r->counts && r->counts->cut_by_shard)
        host_say("cut-by-shard: %" G_GUINT64_FORMAT
                 " pieces of messages that a boundary cut are in no statistics: overlap= keeps them",
                 r->counts->cut_by_shard);
    if (o->stats)
        host_say("statistics in %s", o->stats);
    if (o->report)
        host_say("report in %s: open it in a browser", o->report);
    if (!o->stats && !o->report)
        print_tables(r->stats);
}

/* In place; of a list written elsewhere lines may end in CR LF. */
static void drop_empty(char **names)
{
    guint n = 0;
    for (char **name = names; *name; name++) {
        if (g_str_has_suffix(*name, "\r"))
            (*name)[strlen(*name) - 1] = '\0';
        if (**name)
            names[n++] = *name;
        else
            g_free(*name);
    }
    names[n] = NULL;
}

/* A,B,... or @LIST: a file of names, one a line. */
static char **read_names(const char *text, GError **error)
{
    gboolean is_list = *text == '@';
    g_autofree char *list = NULL;
    g_autoptr(GError) why = NULL;
    if (is_list && !g_file_get_contents(text + 1, &list, NULL, &why)) {
        g_set_error(error, OPTIONS_ERROR, 0, "merge=%s: the list cannot be read (%s): name a file of parts, one a line", text,
                    why->message);
        return NULL;
    }
    char **names = g_strsplit(is_list ? list : text, is_list ? "\n" : ",", -1);
    drop_empty(names);
    if (*names)
        return names;
    g_strfreev(names);
    g_set_error(error, OPTIONS_ERROR, 0, "merge=%s names no part: name them, one a line in a list", text);
    return NULL;
}

gboolean merging_run(const struct options *o, GError **error)
{
    g_auto(GStrv) paths = read_names(o->merge, error);
    struct merged *m = paths ? merge_parts(paths, error) : NULL;
    if (!m)
        return FALSE;
    struct result r = {
        .options = o, .counts = m->exported ? &m->counts : NULL, .secret = storm_result(m->storm)->private_names};
    r.stats = stats_of(g_steal_pointer(&m->storm));
    gboolean ok = write_files(&r, error) && publish(&r, error);
    if (ok)
        say(&r, g_strv_length(paths), m->events);
    else
        host_fail();
    outfile_free(r.json);
    outfile_free(r.report);
    stats_free(r.stats);
    merge_free(m);
    return ok;
}

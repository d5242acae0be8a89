/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle_names.h"
#include "bundle_sum.h"

#define SCHEMA "sianto-stats/1"

static const char *const summed[BUNDLE_N_SUMMED] = BUNDLE_SUMMED;

static gboolean told(gboolean good, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What was checked, where it is right; what is wrong, where not. */
static gboolean told(gboolean good, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs(good ? "ok    " : "FAIL  ", stdout);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    return good;
}

/* --- files ------------------------------------------------------------------------------------------------- */

static gboolean is_part(const char *name)
{
    for (guint i = 0; i < BUNDLE_N_SUMMED; i++)
        if (g_str_equal(summed[i], name))
            return TRUE;
    return g_str_equal(name, BUNDLE_SUMS);
}

static gboolean is_file(const char *dir, const char *name)
{
    struct stat st;
    g_autofree char *path = g_build_filename(dir, name, NULL);
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static gboolean none_foreign(const char *dir)
{
    g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
    g_autofree char *within = g_build_filename(dir, ".", NULL);
    const char *name;
    gboolean good = TRUE;
    if (access(within, R_OK) < 0 || !folder) /* asked again: GLib loses errno */
        return told(FALSE, "files: %s is no folder that can be read: %s", dir, g_strerror(errno));
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *shown = g_strescape(name, NULL);
        if (!is_part(name))
            good = told(FALSE, "files: %s is no part of a bundle", shown);
    }
    return good;
}

static gboolean check_files(const char *dir)
{
    gboolean good = none_foreign(dir);
    for (guint i = 0; good && i < BUNDLE_N_SUMMED; i++)
        if (!is_file(dir, summed[i]))
            good = told(FALSE, "files: %s is missing", summed[i]);
    if (good && !is_file(dir, BUNDLE_SUMS))
        good = told(FALSE, "files: %s is missing", BUNDLE_SUMS);
    return good && told(TRUE, "files: all %d are there, and no other", BUNDLE_N_SUMMED + 1);
}

/* --- sums -------------------------------------------------------------------------------------------------- */

static gboolean check_sum(const char *dir, const char *name, const char *line)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *expected = bundle_line(path, name);
    g_autofree char *behind = g_strconcat("  ", name, NULL);
    if (!expected)
        return told(FALSE, "sums: %s cannot be read", name);
    if (g_strcmp0(expected, line) == 0)
        return TRUE;
    if (line && strlen(line) == strlen(expected) && g_str_has_suffix(line, behind))
        return told(FALSE, "sums: %s is not the file that was summed (or its line in " BUNDLE_SUMS " was changed)", name);
    return told(FALSE, "sums: " BUNDLE_SUMS " has no line for %s where it belongs", name);
}

/* To the letter: nothing stands in the file but what was written there. */
static gboolean check_sums(const char *dir)
{
    g_autofree char *path = g_build_filename(dir, BUNDLE_SUMS, NULL);
    g_autofree char *text = NULL;
    gsize n = 0;
    gboolean good = TRUE;
    if (!g_file_get_contents(path, &text, &n, NULL))
        return told(FALSE, "sums: " BUNDLE_SUMS " cannot be read");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);
    for (guint i = 0; i < BUNDLE_N_SUMMED; i++)
        good = check_sum(dir, summed[i], i < count ? lines[i] : NULL) && good;
    if (good && (strlen(text) != n || count != BUNDLE_N_SUMMED + 1 || *lines[BUNDLE_N_SUMMED]))
        good = told(FALSE, "sums: " BUNDLE_SUMS " holds more than one line for each of %d files", BUNDLE_N_SUMMED);
    return good && told(TRUE, "sums: each file is the one that was summed");
}

/* --- the capture, read again ------------------------------------------------------------------------------- */

/* A file in a folder of our own, beside nothing of the user's. */
struct scratch {
    char *folder, *stats;
};

static gboolean scratch_make(struct scratch *s)
{
    s->folder = g_dir_make_tmp("sianto-XXXXXX", NULL);
    s->stats = s->folder ? g_build_filename(s->folder, BUNDLE_STATS, NULL) : NULL;
    return s->folder || told(FALSE, "capture: there is no room for temporary files: %s", g_strerror(errno));
}

static void scratch_clear(struct scratch *s)
{
    if (s->stats)
        g_unlink(s->stats);
    if (s->folder)
        g_rmdir(s->folder);
    g_free(s->folder);
    g_free(s->stats);
}

static char *read_again(const struct tshark *t, const char *dir, const struct scratch *s)
{
    g_autofree char *capture = g_build_filename(dir, BUNDLE_CAPTURE, NULL);
    g_autofree char *stats = g_strconcat("stats=", s->stats, NULL);
    const char *const options[] = {"names=asis", stats, NULL};
    char *text = NULL;
    int status = tshark_run(t, capture, options);
    gboolean whole = status == STATUS_OK && g_file_get_contents(s->stats, &text, NULL, NULL);
    told(whole, whole ? "capture: it can be read to its end" : "capture: it cannot be read to its end (status %d)", status);
    return whole ? text : NULL;
}

/* --- statistics -------------------------------------------------------------------------------------------- */

/* Both were written by the plugin's writer, which puts a name of the outermost object behind two blanks. */
static gboolean has_name(const char *json, const char *name)
{
    g_autofree char *line = g_strconcat("\n  \"", name, "\":", NULL);
    return strstr(json, line) != NULL;
}

/* Statistics of names as found say so, unless the capture says that it is anonymized. */
static gboolean check_origin(const char *again)
{
    gboolean ours = !has_name(again, "private");
    return told(ours, ours ? "capture: it says that it is anonymized" : "capture: it does not say that it is anonymized");
}

/* Names of the outermost object in `json` that `other` has not. */
static char *missing_in(const char *json, const char *other)
{
    g_auto(GStrv) lines = g_strsplit(json, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        const char *end = strncmp(lines[i], "  \"", 3) == 0 ? strchr(lines[i] + 3, '"') : NULL;
        g_autofree char *name = end ? g_strndup(lines[i] + 3, (gsize)(end - lines[i] - 3)) : NULL;
        if (name && !has_name(other, name))
            return g_steal_pointer(&name);
    }
    return NULL;
}

/* Its version, every key that this version has, and that it was written beside an export. */
static gboolean check_schema(const char *json, const char *again)
{
    static const char begin[] = "{\n  \"schema\": \"" SCHEMA "\",";
    g_autofree char *missing = missing_in(again, json);
    if (!g_str_has_prefix(json, begin))
        return told(FALSE, "statistics: they are not of the schema " SCHEMA);
    if (missing)
        return told(FALSE, "statistics: \"%s\" of the schema " SCHEMA " is missing", missing);
    if (!has_name(json, "export"))
        return told(FALSE, "statistics: they do not say what the export left out (\"export\")");
    return told(TRUE, "statistics: complete, by the schema " SCHEMA);
}

/* Nothing but the end of the outermost object. */
static gboolean is_end(const char *rest)
{
    while (g_ascii_isspace(*rest))
        rest++;
    if (*rest++ != '}')
        return FALSE;
    while (g_ascii_isspace(*rest))
        rest++;
    return !*rest;
}

/* Byte for byte, but for what only the export could know: the last name of the object. */
static gboolean check_equal(const char *json, const char *again)
{
    const char *export = strstr(json, ",\n  \"export\": {");
    gsize n = export ? (gsize)(export - json) : 0;
    gboolean equal = export && strncmp(json, again, n) == 0 && is_end(again + n);
    return told(equal, equal ? "statistics: they are those of the capture, byte for byte"
                             : "statistics: they are not those of the capture, or of another version of sianto");
}

static gboolean check_capture(const struct tshark *t, const char *dir)
{
    g_autofree char *path = g_build_filename(dir, BUNDLE_STATS, NULL);
    g_autofree char *json = NULL;
    struct scratch s = {NULL, NULL};
    g_autofree char *again = scratch_make(&s) ? read_again(t, dir, &s) : NULL;
    scratch_clear(&s);
    if (!again)
        return FALSE;
    if (!g_file_get_contents(path, &json, NULL, NULL))
        return told(FALSE, "statistics: " BUNDLE_STATS " cannot be read");
    gboolean ours = check_origin(again);
    return check_schema(json, again) && check_equal(json, again) && ours;
}

int verify_bundle(const struct tshark *t, const char *dir)
{
    gboolean good = check_files(dir) && check_sums(dir) && check_capture(t, dir);
    return good ? STATUS_OK : STATUS_REFUSED;
}

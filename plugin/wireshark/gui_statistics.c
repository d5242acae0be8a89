/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_statistics.h"

#include <string.h>

#include "capture.h"
#include "gui_export.h"
#include "gui_window.h"
#include "run.h"
#include "session.h"
#include "tap.h"

/* What a window shows; it and the dialogs that it opens hold a reference each. */
struct shown {
    struct options *options; /* outlive the run */
    struct run *run;
    char *text;
    char *stem; /* of files that it may be saved in */
};

static void clear_shown(void *arg)
{
    struct shown *s = arg;
    run_free(s->run);
    options_free(s->options);
    g_free(s->text);
    g_free(s->stem);
}

static void unref_shown(void *arg)
{
    g_rc_box_release_full(arg, clear_shown);
}

/* --- buttons --------------------------------------------------------------------------------------- */

static void copy(void *arg)
{
    const struct shown *s = arg;
    gui_copy(s->text);
}

/* What is shown, as a file. */
static const struct format {
    const char *ending, *label, *title;
    enum run_file file;
} json = {".json", "Statistics, .json", "SiAnTo: Save Statistics", RUN_STATS},
  html = {".html", "Report, .html", "SiAnTo: Save Report", RUN_REPORT};

static gboolean write_file(const struct shown *s, const struct format *format, const char *path)
{
    GError *error = NULL;
    if (run_write(s->run, format->file, path, &error))
        return TRUE;
    gui_refuse_error(error);
    return FALSE;
}

/* A dialog for the name of a file. */
struct saving {
    struct shown *shown; /* a reference */
    const struct format *format;
};

static struct saving *saving_new(struct shown *s, const struct format *format)
{
    struct saving *saving = g_new(struct saving, 1);
    *saving = (struct saving){g_rc_box_acquire(s), format};
    return saving;
}

static void saving_free(void *arg)
{
    struct saving *saving = arg;
    unref_shown(saving->shown);
    g_free(saving);
}

static void on_confirmed(char **paths, void *arg)
{
    const struct saving *saving = arg;
    write_file(saving->shown, saving->format, paths[0]);
    g_strfreev(paths);
}

static void on_path(char **values, void *arg)
{
    const struct saving *saving = arg;
    const char *paths[] = {g_strstrip(values[0]), NULL};
    if (g_str_has_suffix(values[0], saving->format->ending)) {
        gui_confirm_overwrite(paths, on_confirmed, saving_new(saving->shown, saving->format), saving_free);
    } else {
        g_autofree char *text = g_strdup_printf("The name must end in %s: save again.", saving->format->ending);
        gui_refuse(text);
    }
    g_strfreev(values);
}

static void save(struct shown *s, const struct format *format)
{
    g_autofree char *path = g_strconcat(s->stem, format->ending, NULL);
    const char *labels[] = {format->label, NULL}, *values[] = {path, NULL};
    gui_dialog(format->title, labels, values, on_path, saving_new(s, format), saving_free);
}

static void save_json(void *arg)
{
    save(arg, &json);
}

static void save_report(void *arg)
{
    save(arg, &html);
}

/* In a folder of its own that only the user can enter; it goes when Wireshark ends. */
static void browse_report(void *arg)
{
    const struct shown *s = arg;
    g_autofree char *path = session_temporary("report.html");
    if (!path)
        gui_refuse("No folder for the report can be made: use Save report.");
    else if (write_file(s, &html, path))
        gui_browse(path);
}

/* --- windows --------------------------------------------------------------------------------------- */

static const struct view {
    const char *title;
    enum stats_table table;
    struct gui_button buttons[5];
} statistics = {"SiAnTo: Statistics", STATS_COUNTS, {{"Save as JSON", save_json}, {"Copy", copy}, {NULL, NULL}}},
  storm = {"SiAnTo: Registration Storm",
           STATS_STORM,
           {{"Report in the browser", browse_report},
            {"Save report", save_report},
            {"Save as JSON", save_json},
            {"Copy", copy},
            {NULL, NULL}}};

/* A run over what is loaded; NULL where that was refused, stopped or failed, and it was said. */
static struct shown *analyse(void)
{
    GError *error = NULL;
    struct shown *s = g_rc_box_new0(struct shown);
    s->options = gui_options();
    s->options->files_later = TRUE;
    s->run = run_new(s->options, &error);
    enum capture_end end = s->run ? tap_run(s->run, s->options, FALSE, &error) : CAPTURE_REFUSED;
    if (end == CAPTURE_WHOLE)
        run_finish(s->run);
    if (end == CAPTURE_WHOLE && !run_fault(s->run))
        return s;
    if (error)
        gui_refuse_error(error);
    else if (end == CAPTURE_WHOLE)
        gui_refuse_fault(run_fault(s->run));
    unref_shown(s);
    return NULL;
}

/* A sentence that was broken for a terminal goes on: a row of a table has gaps between its columns. */
static gboolean goes_on(const char *line, const char *before)
{
    return g_str_has_prefix(line, "  ") && line[2] && line[2] != ' ' && !strstr(line + 2, "  ") && *before &&
           *before != ' ' && !strstr(before, "  ");
}

/* Without the lines that set tables apart on a terminal; the window breaks sentences where it likes. */
static char *for_window(char *table)
{
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    GString *text = g_string_new(NULL);
    const char *sentence = ""; /* the line that it began with */
    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "===="))
            continue;
        gboolean more = goes_on(*line, sentence);
        g_string_append_printf(text, "%s%s", more ? " " : "\n", more ? *line + 2 : *line);
        sentence = more ? sentence : *line;
    }
    g_free(table);
    return g_strstrip(g_string_free(text, FALSE));
}

static void show(const struct view *view)
{
    const char *why = capture_refusal(FALSE);
    if (why) {
        gui_refuse(why);
        return;
    }
    struct capture c = capture_get();
    struct shown *s = analyse();
    if (s) {
        g_autofree char *table = for_window(stats_text(run_stats(s->run), view->table));
        s->text = c.running ? g_strdup_printf("The capture is running: these are its first %u packets.\n\n%s",
                                              c.count, table)
                            : g_strdup(table);
        s->stem = gui_output_stem(&c);
        gui_window(view->title, s->text, view->buttons, s, unref_shown);
    }
    capture_clear(&c);
}

void gui_statistics(void)
{
    show(&statistics);
}

void gui_storm(void)
{
    show(&storm);
}

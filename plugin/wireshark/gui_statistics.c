/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_statistics.h"

#include "capture.h"
#include "gui_export.h"
#include "gui_window.h"
#include "run.h"
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

static void write_json(char **paths, void *arg)
{
    const struct shown *s = arg;
    GError *error = NULL;
    struct outfile *file = stats_write(run_stats(s->run), paths[0], NULL, &error);
    if (file)
        outfile_publish(file, TRUE, FALSE, &error);
    outfile_free(file);
    if (error)
        gui_refuse_error(error);
    g_strfreev(paths);
}

static void on_json_path(char **values, void *arg)
{
    const char *paths[] = {g_strstrip(values[0]), NULL};
    if (g_str_has_suffix(values[0], ".json"))
        gui_confirm_overwrite(paths, write_json, g_rc_box_acquire(arg), unref_shown);
    else
        gui_refuse("The name must end in .json: choose Save as JSON again.");
    g_strfreev(values);
}

static void save_json(void *arg)
{
    static const char *const labels[] = {"Statistics, .json", NULL};
    const struct shown *s = arg;
    g_autofree char *path = g_strdup_printf("%s.json", s->stem);
    const char *values[] = {path, NULL};
    gui_dialog("SiAnTo: Save Statistics", labels, values, on_json_path, g_rc_box_acquire(arg), unref_shown);
}

/* --- windows --------------------------------------------------------------------------------------- */

static const struct view {
    const char *title;
    char *(*text)(const struct stats *stats);
    struct gui_button buttons[5];
} statistics = {"SiAnTo: Statistics", stats_text, {{"Save as JSON", save_json}, {"Copy", copy}, {NULL, NULL}}};

/* A run over what is loaded; NULL where that was refused, stopped or failed, and it was said. */
static struct shown *analyse(void)
{
    GError *error = NULL;
    struct shown *s = g_rc_box_new0(struct shown);
    s->options = gui_options();
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

/* Without the lines that set tables apart on a terminal. */
static char *for_window(char *table)
{
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    GString *text = g_string_new(NULL);
    for (char **line = lines; *line; line++)
        if (!g_str_has_prefix(*line, "===="))
            g_string_append_printf(text, "%s\n", *line);
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
        g_autofree char *table = for_window(view->text(run_stats(s->run)));
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

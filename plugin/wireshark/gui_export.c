/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_export.h"

#include <string.h>
#include <unistd.h>

#include <epan/funnel.h>

#include "capture.h"
#include "choices.h"
#include "gui_settings.h"
#include "gui_window.h"
#include "host.h"
#include "run.h"
#include "session.h"
#include "tap.h"

#define TITLE "SiAnTo: Export Anonymized Capture"

/* The dialog's fields, in order. */
enum field { FIELD_OUT, FIELD_PACKETS, FIELD_STATS, FIELD_REPORT, FIELD_KEY, FIELD_MAP, FIELD_COUNT };

static const char *const labels[FIELD_COUNT + 1] = {
    [FIELD_OUT] = "Anonymized capture",
    [FIELD_PACKETS] = "Packets: all or displayed",
    [FIELD_STATS] = "Statistics, .json (or empty)",
    [FIELD_REPORT] = "Report, .html (or empty)",
    [FIELD_KEY] = "Key file (empty: a new key)",
    [FIELD_MAP] = "Map that turns it back (or empty)",
};

/* What one dialog is about. */
struct form {
    char *capture; /* the path of the capture that it was filled in for */
    char **values; /* in the order of fields */
};

static void free_form(void *arg)
{
    struct form *form = arg;
    g_free(form->capture);
    g_strfreev(form->values);
    g_free(form);
}

/* --- what the fields propose ----------------------------------------------------------------------- */

/* The name without the endings that captures have. */
static char *stem_of(const char *path)
{
    static const char *const endings[] = {".gz", ".zst", ".lz4", ".pcapng", ".pcap", ".cap", ".dmp", ".snoop", ".ntar"};
    char *name = g_path_get_basename(path);
    for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(name, endings[i]) && strlen(name) > strlen(endings[i]))
            name[strlen(name) - strlen(endings[i])] = '\0';
    return name;
}

/* Beside the capture, where the user chose no other folder; at home, where the capture lies in none of the user's. */
static char *folder_for(const struct capture *c)
{
    const char *chosen = choices_get()->folder;
    char *beside = g_path_get_dirname(c->path);
    if (chosen && *chosen && g_file_test(chosen, G_FILE_TEST_IS_DIR)) {
        g_free(beside);
        return g_strdup(chosen);
    }
    if (!c->temporary && access(beside, W_OK | X_OK) == 0)
        return beside;
    g_free(beside);
    return g_strdup(g_get_home_dir());
}

char *gui_output_stem(const struct capture *c)
{
    g_autofree char *folder = folder_for(c), *stem = c->temporary ? g_strdup("capture") : stem_of(c->path);
    g_autofree char *name = g_strdup_printf("%s-anonymized", stem);
    return g_build_filename(folder, name, NULL);
}

static char **propose(const struct capture *c, const struct options *o)
{
    const struct choices *last = choices_get();
    g_autofree char *stem = gui_output_stem(c);
    char **values = g_new0(char *, FIELD_COUNT + 1);
    values[FIELD_OUT] = g_strconcat(stem, choices_ending(last->format), NULL);
    values[FIELD_PACKETS] = g_strdup(last->displayed ? "displayed" : "all");
    values[FIELD_STATS] = last->stats ? g_strconcat(stem, ".json", NULL) : g_strdup("");
    values[FIELD_REPORT] = last->report ? g_strconcat(stem, ".html", NULL) : g_strdup("");
    values[FIELD_KEY] = g_strdup(o->key ? o->key : "");
    values[FIELD_MAP] = g_strdup(""); /* as secret as the capture: asked for each time */
    return values;
}

/* --- settings -------------------------------------------------------------------------------------- */

struct options *gui_options(void)
{
    struct session *session = session_get();
    capture_use_key();
    struct options merged = options_merge(&session->options, &session->prefs);
    merged.out = merged.stats = merged.report = merged.map = merged.map_pass = NULL;
    merged.restore = merged.lookup = merged.make_key = merged.tables = merged.parent = NULL;
    merged.force = merged.dry_run = merged.crosscheck = 0;
    merged.names = NAMES_LABEL;
    return options_dup(&merged);
}

static void set_path(const char **to, const char *value)
{
    g_free((char *)(gsize)*to);
    *to = *value ? g_strdup(value) : NULL;
}

static gboolean wrong(GError **error, const char *text)
{
    g_set_error_literal(error, OPTIONS_ERROR, 0, text);
    return FALSE;
}

static gboolean read_fields(struct options *o, char **values, gboolean *displayed, GError **error)
{
    for (guint i = 0; i < FIELD_COUNT; i++)
        g_strstrip(values[i]);
    set_path(&o->out, values[FIELD_OUT]);
    set_path(&o->stats, values[FIELD_STATS]);
    set_path(&o->report, values[FIELD_REPORT]);
    set_path(&o->key, values[FIELD_KEY]);
    set_path(&o->map, values[FIELD_MAP]);
    if (o->key)
        set_path(&o->key_pass, "");
    *displayed = g_ascii_strcasecmp(values[FIELD_PACKETS], "displayed") == 0;
    if (!o->out)
        return wrong(error, "write where the anonymized capture shall go, for example a name in .pcapng");
    if (!*displayed && g_ascii_strcasecmp(values[FIELD_PACKETS], "all") != 0)
        return wrong(error, "packets: write all or displayed");
    o->force = TRUE; /* what exists is asked about afterwards */
    return options_read(o, error) && options_check(o, error);
}

/* The choices that the next dialog proposes. The folder only where it is not the capture's own. */
static void remember(const struct options *o, gboolean displayed, const char *capture)
{
    struct choices c = *choices_get();
    g_autofree char *folder = g_path_get_dirname(o->out), *beside = g_path_get_dirname(capture);
    c.displayed = displayed;
    c.format = choices_format_of(o->out);
    c.stats = o->stats != NULL;
    c.report = o->report != NULL;
    c.folder = g_str_equal(folder, beside) ? "" : folder;
    if (!session_key_given(&session_get()->options) && (o->key || !o->key_pass))
        gui_settings_key(o->key);
    choices_store(&c);
}

/* --- the result ------------------------------------------------------------------------------------ */

struct result {
    char *text, *out, *report;
};

static void free_result(void *arg)
{
    struct result *r = arg;
    g_free(r->text);
    g_free(r->out);
    g_free(r->report);
    g_free(r);
}

static void open_result(void *arg)
{
    const struct result *r = arg;
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    const char *why = capture_refusal(TRUE);
    struct capture c = capture_get();
    char *fault = NULL;
    /* A missing file would close the capture at hand first. */
    if (!g_file_test(r->out, G_FILE_TEST_IS_REGULAR))
        gui_refuse("The anonymized capture is no longer there.");
    else if (why && c.loaded)
        gui_refuse(why);
    else
        ops->open_file(ops->ops_id, r->out, "", &fault);
    capture_clear(&c);
}

static void copy_result(void *arg)
{
    const struct result *r = arg;
    gui_copy(r->text);
}

static void browse_report(void *arg)
{
    const struct result *r = arg;
    gui_browse(r->report);
}

static const struct gui_button buttons[] = {
    {"Open anonymized capture", open_result}, {"Copy", copy_result}, {NULL, NULL}};
static const struct gui_button buttons_with_report[] = {{"Open anonymized capture", open_result},
                                                        {"Report in the browser", browse_report},
                                                        {"Copy", copy_result},
                                                        {NULL, NULL}};

/* What stands behind "sianto:" on a terminal, as sentences. */
static void add_lines(GString *text, const char *said)
{
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    for (char **line = lines; *line && **line; line++) {
        (*line)[0] = g_ascii_toupper((*line)[0]);
        g_string_append_printf(text, "%s\n", *line);
    }
}

static void show_result(const struct options *o, gboolean displayed, const struct capture *c, const char *said)
{
    struct result *r = g_new0(struct result, 1);
    GString *text = g_string_new(NULL);
    if (displayed)
        g_string_append(text, "Only the displayed packets, and those that they are put together with. Labels count "
                              "anew in them; keyed ones are those of the packet details.\n\n");
    if (c->filtered)
        g_string_append(text, "The capture was opened with a read filter: this is not the whole file.\n\n");
    add_lines(text, said);
    r->text = g_string_free(text, FALSE);
    r->out = g_strdup(o->out);
    r->report = g_strdup(o->report);
    gui_window("SiAnTo: Result", r->text, o->report ? buttons_with_report : buttons, r, free_result);
}

/* --- the pass -------------------------------------------------------------------------------------- */

static void tell_end(enum capture_end end, const struct run *run, GError *error)
{
    if (run_fault(run)) {
        gui_refuse_fault(run_fault(run));
    } else if (end == CAPTURE_STOPPED) {
        gui_refuse("The export was stopped: no file was written.");
    } else if (error) {
        gui_refuse_error(g_error_copy(error));
    }
}

static gboolean export_now(const struct options *o, gboolean displayed)
{
    GError *error = NULL;
    g_autoptr(GString) said = g_string_new(NULL);
    struct run *run = run_new(o, &error);
    if (!run) {
        gui_refuse_error(error);
        return FALSE;
    }
    struct capture c = capture_get();
    host_say_to(said);
    enum capture_end end = tap_run(run, o, displayed, &error);
    if (end == CAPTURE_WHOLE)
        run_finish(run);
    else
        run_abandon(run);
    host_say_to(NULL);
    gboolean ok = end == CAPTURE_WHOLE && !run_fault(run);
    if (ok)
        show_result(o, displayed, &c, said->str);
    else
        tell_end(end, run, error);
    g_clear_error(&error);
    capture_clear(&c);
    run_free(run);
    return ok;
}

/* --- the dialog ------------------------------------------------------------------------------------ */

struct export {
    struct options *options;
    gboolean displayed;
    char *capture;
};

static void free_export(void *arg)
{
    struct export *e = arg;
    options_free(e->options);
    g_free(e->capture);
    g_free(e);
}

/* The capture may have been closed while a dialog was open. */
static gboolean is_loaded(const char *path)
{
    const char *why = capture_refusal(TRUE);
    struct capture c = capture_get();
    if (!why && g_strcmp0(c.path, path) != 0)
        why = "Another capture was opened meanwhile: choose the export again.";
    capture_clear(&c);
    if (why)
        gui_refuse(why);
    return why == NULL;
}

/* What is to be written, the capture first; how many. */
#define FILES 4
static guint files_of(struct options *o, const char **files[FILES])
{
    const char **all[FILES] = {&o->out, &o->stats, &o->report, &o->map};
    guint n = 0;
    for (guint i = 0; i < FILES; i++)
        if (*all[i])
            files[n++] = all[i];
    return n;
}

static void on_confirmed(char **paths, void *arg)
{
    struct export *e = arg;
    const char **files[FILES];
    GError *error = NULL;
    for (guint i = 0; i < files_of(e->options, files); i++)
        set_path(files[i], paths[i]);
    if (!options_check(e->options, &error)) {
        gui_refuse_error(error);
    } else if (is_loaded(e->capture) && export_now(e->options, e->displayed)) {
        remember(e->options, e->displayed, e->capture);
    }
    g_strfreev(paths);
}

static void open_dialog(struct form *form);

static void on_fields(char **values, void *arg)
{
    const struct form *form = arg;
    GError *error = NULL;
    struct export *e = g_new0(struct export, 1);
    e->options = gui_options();
    e->capture = g_strdup(form->capture);
    if (read_fields(e->options, values, &e->displayed, &error)) {
        const char **files[FILES], *paths[FILES + 1] = {NULL};
        for (guint i = 0; i < files_of(e->options, files); i++)
            paths[i] = *files[i];
        gui_confirm_overwrite(paths, on_confirmed, e, free_export);
        g_strfreev(values);
        return;
    }
    free_export(e);
    struct form *again = g_new(struct form, 1);
    *again = (struct form){g_strdup(form->capture), values};
    open_dialog(again);
    gui_refuse_error(error);
}

static void open_dialog(struct form *form)
{
    gui_dialog(TITLE, labels, (const char *const *)form->values, on_fields, form, free_form);
}

void gui_export(void)
{
    const char *why = capture_refusal(TRUE);
    if (why) {
        gui_refuse(why);
        return;
    }
    struct capture c = capture_get();
    struct options *o = gui_options();
    struct form *form = g_new(struct form, 1);
    *form = (struct form){g_strdup(c.path), propose(&c, o)};
    options_free(o);
    capture_clear(&c);
    open_dialog(form);
}

/* --- overwriting ----------------------------------------------------------------------------------- */

struct confirm {
    char **paths;
    guint *asked; /* index in `paths` by field */
    gui_paths_ok ok;
    void *data;
    GDestroyNotify free_data;
};

static void free_confirm(void *arg)
{
    struct confirm *c = arg;
    if (c->free_data)
        c->free_data(c->data);
    g_strfreev(c->paths);
    g_free(c->asked);
    g_free(c);
}

/* A name that was changed may exist as well. */
static void on_overwrite(char **values, void *arg)
{
    struct confirm *c = arg;
    gboolean changed = FALSE;
    for (guint i = 0; values[i]; i++) {
        char **path = &c->paths[c->asked[i]];
        changed = changed || !g_str_equal(*path, values[i]);
        g_free(*path);
        *path = g_strdup(values[i]);
    }
    g_strfreev(values);
    struct confirm next = *c;
    c->data = NULL;
    c->free_data = NULL;
    if (changed)
        gui_confirm_overwrite((const char *const *)c->paths, next.ok, next.data, next.free_data);
    else {
        next.ok(g_strdupv(c->paths), next.data);
        if (next.free_data)
            next.free_data(next.data);
    }
}

void gui_confirm_overwrite(const char *const *paths, gui_paths_ok ok, void *data, GDestroyNotify free_data)
{
    struct confirm *c = g_new(struct confirm, 1);
    guint n = g_strv_length((char **)(gsize)paths), asked = 0;
    g_autofree const char **fields = g_new0(const char *, n + 1), **values = g_new0(const char *, n + 1);
    *c = (struct confirm){g_strdupv((char **)(gsize)paths), g_new(guint, n), ok, data, free_data};
    for (guint i = 0; i < n; i++) {
        if (!g_file_test(paths[i], G_FILE_TEST_EXISTS))
            continue;
        fields[asked] = "Overwrite, or another name";
        values[asked] = paths[i];
        c->asked[asked++] = i;
    }
    if (asked) {
        gui_dialog("SiAnTo: File Exists", fields, values, on_overwrite, c, free_confirm);
        return;
    }
    ok(g_strdupv(c->paths), data);
    free_confirm(c);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_settings.h"

#include <epan/funnel.h>

#include "capture.h"
#include "gui_window.h"
#include "postdissector.h"
#include "run.h"
#include "session.h"

#define TITLE "SiAnTo: Settings"

/* They last, and the packet details follow them. */
static void apply(const struct options *o)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    char *path = NULL;
    options_store(o);
    write_prefs(&path);
    g_free(path);
    postdissector_forget();
    ops->redissect_packets(ops->ops_id);
}

/* A key that cannot be read, a policy with an error ...: what an export would say. */
static gboolean try_settings(const struct options *o, GError **error)
{
    struct run *run = run_new(o, error);
    run_free(run);
    return run != NULL;
}

static void open_dialog(char **values);

static void on_values(char **values, void *arg _U_)
{
    GError *error = NULL;
    struct options *o = options_dup(&session_get()->prefs);
    if (options_set_settings(o, values, &error) && try_settings(o, &error)) {
        apply(o);
    } else {
        open_dialog(values);
        gui_refuse_error(error);
    }
    g_strfreev(values);
    options_free(o);
}

static void open_dialog(char **values)
{
    g_auto(GStrv) labels = options_setting_labels();
    gui_dialog(TITLE, (const char *const *)labels, (const char *const *)values, on_values, NULL, NULL);
}

void gui_settings(void)
{
    struct capture c = capture_get();
    if (c.locked) {
        gui_refuse(capture_refusal(FALSE));
    } else {
        g_auto(GStrv) values = options_setting_values(&session_get()->prefs);
        open_dialog(values);
    }
    capture_clear(&c);
}

void gui_settings_key(const char *path)
{
    struct options *o = options_dup(&session_get()->prefs);
    if (g_strcmp0(o->key, path) != 0) {
        g_free((char *)(gsize)o->key);
        o->key = g_strdup(path);
        apply(o);
    }
    options_free(o);
}

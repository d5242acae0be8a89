/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_lookup.h"

#include <epan/plugin_if.h>

#include "capture.h"
#include "gui_export.h"
#include "gui_window.h"
#include "lookup.h"

struct found {
    char *text, *filter;
};

static void free_found(void *arg)
{
    struct found *f = arg;
    g_free(f->text);
    g_free(f->filter);
    g_free(f);
}

static void copy(void *arg)
{
    const struct found *f = arg;
    gui_copy(f->text);
}

static void filter(void *arg)
{
    const struct found *f = arg;
    plugin_if_apply_filter(f->filter, TRUE);
}

static const struct gui_button buttons[] = {{"Show these packets", filter}, {"Copy", copy}, {NULL, NULL}};

static void take(void *arg, packet_info *pinfo, epan_dissect_t *edt)
{
    lookup_frame(arg, pinfo, edt->tvb);
}

static void look_up(const char *text)
{
    GError *error = NULL;
    struct options *o = gui_options();
    struct lookup *l = lookup_new(text, o, &error);
    const struct capture_listener listener = {.frame = take, .arg = l};
    if (l && capture_pass(&listener, &error) == CAPTURE_WHOLE) {
        struct found *f = g_new(struct found, 1);
        lookup_finish(l);
        *f = (struct found){lookup_text(l), lookup_filter(l)};
        gui_window("SiAnTo: Look Up", f->text, buttons, f, free_found);
    } else if (error) {
        gui_refuse_error(error);
    }
    lookup_free(l);
    options_free(o);
}

static void on_text(char **values, void *arg _U_)
{
    const char *why = capture_refusal(FALSE);
    g_strstrip(values[0]);
    if (why)
        gui_refuse(why);
    else if (!*values[0])
        gui_refuse("Write a label, such as u12, or an original, or a part of one.");
    else
        look_up(values[0]);
    g_strfreev(values);
}

void gui_lookup(void)
{
    static const char *const labels[] = {"Label or original", NULL}, *const values[] = {"", NULL};
    const char *why = capture_refusal(FALSE);
    if (why)
        gui_refuse(why);
    else
        gui_dialog("SiAnTo: Look Up", labels, values, on_text, NULL, NULL);
}

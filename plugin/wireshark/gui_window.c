/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_window.h"

#include <string.h>

#include <epan/funnel.h>
#include <wsutil/report_message.h>

/* --- boxes and dialogs ----------------------------------------------------------------------------- */

void gui_refuse(const char *text)
{
    report_failure("%s", text);
}

/* "out=/a/b exists" is said of a command line: here the path says which one it is. */
void gui_refuse_fault(const char *fault)
{
    const char *equals = strchr(fault, '=');
    g_autofree char *text = g_strdup(equals && equals[1] == G_DIR_SEPARATOR ? equals + 1 : fault);
    text[0] = g_ascii_toupper(text[0]);
    gui_refuse(text);
}

void gui_refuse_error(GError *error)
{
    gui_refuse_fault(error->message);
    g_error_free(error);
}

struct dialog {
    gui_dialog_ok ok;
    void *data;
    GDestroyNotify free_data;
};

static void on_ok(char **values, void *arg)
{
    struct dialog *d = arg;
    d->ok(values, d->data);
}

/* Wireshark's string dialogs end with QObject::disconnect() (FunnelStringDialog::accept and reject), which also cuts the
 * connection by which Qt's cache of accessible objects learns that a widget is gone. From Qt 6.8 on a new window is looked
 * up there by its address: where it has the memory of an older dialog Wireshark crashes. So that memory is taken out of
 * use as soon as it is free, among a few blocks of its size (96 to 104 bytes) for whichever lies on top. */
enum { DIALOG_BYTES = 104, BLOCKS_PER_DIALOG = 32 };

static gboolean take_out_of_use(gpointer unused)
{
    static GPtrArray *taken; /* for the life of the process */
    (void)unused;
    if (!taken)
        taken = g_ptr_array_new();
    for (guint i = 0; i < BLOCKS_PER_DIALOG; i++)
        g_ptr_array_add(taken, g_malloc(DIALOG_BYTES));
    return G_SOURCE_REMOVE;
}

/* By the dialog's destructor: its memory is free when the main loop comes round. */
static void free_dialog(void *arg)
{
    struct dialog *d = arg;
    g_idle_add_full(G_PRIORITY_HIGH, take_out_of_use, NULL, NULL);
    if (d->free_data)
        d->free_data(d->data);
    g_free(d);
}

void gui_dialog(const char *title, const char *const *labels, const char *const *values, gui_dialog_ok ok,
                void *data, GDestroyNotify free_data)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    struct dialog *d = g_new(struct dialog, 1);
    *d = (struct dialog){ok, data, free_data};
    /* Wireshark copies the texts and takes them without const. */
    ops->new_dialog(ops->ops_id, title, (const gchar **)(gsize)labels, (const gchar **)(gsize)values, on_ok, d,
                    free_dialog);
}

/* --- windows --------------------------------------------------------------------------------------- */

struct window {
    void *data;
    GDestroyNotify free_data;
};

struct button {
    funnel_bt_t bt; /* first: Wireshark's pointer to it is ours */
    const struct gui_button *button;
    struct window *window;
};

static void free_window(void *arg)
{
    struct window *w = arg;
    if (w->free_data)
        w->free_data(w->data);
    g_free(w);
}

static ws_bool on_press(funnel_text_window_t *tw _U_, void *arg)
{
    struct button *b = arg;
    b->button->pressed(b->window->data);
    return TRUE;
}

static void keep(void *arg _U_)
{
}

void gui_window(const char *title, const char *text, const struct gui_button *buttons, void *data,
                GDestroyNotify free_data)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    funnel_text_window_t *tw = ops->new_text_window(ops->ops_id, title);
    struct window *w = g_new(struct window, 1);
    *w = (struct window){data, free_data};
    /* set_text would take what looks like HTML for it. The second call scrolls back to the first line. */
    ops->append_text(tw, text);
    ops->prepend_text(tw, "");
    ops->set_close_cb(tw, free_window, w);
    for (; buttons && buttons->label; buttons++) {
        struct button *b = g_new(struct button, 1);
        *b = (struct button){{tw, on_press, b, g_free, keep}, buttons, w};
        ops->add_button(tw, &b->bt, buttons->label);
    }
}

void gui_copy(const char *text)
{
    g_autoptr(GString) copy = g_string_new(text);
    funnel_get_funnel_ops()->copy_to_clipboard(copy);
}

void gui_browse(const char *path)
{
    g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);
    if (uri && funnel_get_funnel_ops()->browser_open_url(uri))
        return;
    g_autofree char *text = g_strdup_printf("No browser could be started. The file is\n\n%s\n", path);
    gui_window("SiAnTo: Report", text, NULL, NULL, NULL);
}

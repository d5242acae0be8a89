/* gui_window.h - Wireshark's own windows, as far as a plugin can have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_WINDOW_H
#define SIANTO_GUI_WINDOW_H

#include "compat.h"

/* Message boxes; they do not block. */
void gui_refuse(const char *text);
/* The same of what the rest of the plugin says, which speaks as one does on a terminal. */
void gui_refuse_fault(const char *fault);
void gui_refuse_error(GError *error); /* frees it */

/* A dialog of labelled fields, filled in; not modal. On OK `ok` gets what stands in them, in order, NULL-terminated
 * and its own (g_strfreev), and `data`. `data` is freed when the dialog goes; may be NULL. */
typedef void (*gui_dialog_ok)(char **values, void *data);
void gui_dialog(const char *title, const char *const *labels, const char *const *values, gui_dialog_ok ok,
                void *data, GDestroyNotify free_data);

/* A window of text with buttons, and Close. */
struct gui_button {
    const char *label; /* NULL ends the list */
    void (*pressed)(void *data);
};
/* `data` is the buttons' and freed when the window goes. `buttons` is borrowed for ever. */
void gui_window(const char *title, const char *text, const struct gui_button *buttons, void *data,
                GDestroyNotify free_data);

void gui_copy(const char *text);
/* Opens a file in the browser; where there is none, says where it is. */
void gui_browse(const char *path);

#endif

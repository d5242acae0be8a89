/* gui_export.h - Export anonymized capture: dialog, pass, result.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_EXPORT_H
#define SIANTO_GUI_EXPORT_H

#include "capture.h"
#include "options.h"

/* The menu entry. */
void gui_export(void);

/* The settings of session and preferences with no file to write: for a run that the GUI begins. Caller frees
 * (options_free). */
struct options *gui_options(void);

/* Where files made of a capture go, and their name without ending: "/home/me/trace-anonymized". Caller frees. */
char *gui_output_stem(const struct capture *c);

/* Asks for each of `paths` (NULL-terminated) that exists whether it may be overwritten; other names may be given
 * instead. `ok` gets the paths in their order (its own: g_strfreev); at once where none exists. */
typedef void (*gui_paths_ok)(char **paths, void *data);
void gui_confirm_overwrite(const char *const *paths, gui_paths_ok ok, void *data, GDestroyNotify free_data);

#endif

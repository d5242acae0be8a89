/* gui_settings.h - the preferences in a dialog of our own, since no plugin can open Wireshark's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_SETTINGS_H
#define SIANTO_GUI_SETTINGS_H

/* The menu entry. */
void gui_settings(void);
/* The key file that an export used is the one of the tree from then on. NULL: none. */
void gui_settings_key(const char *path);

#endif

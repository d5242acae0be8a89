/* gui_help.h - the documentation of the GUI (packaging/doc/gui.md), in a window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_HELP_H
#define SIANTO_GUI_HELP_H

/* The menu entry. */
void gui_help(void);

#endif

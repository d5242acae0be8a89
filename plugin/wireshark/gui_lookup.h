/* gui_lookup.h - Look up a label or an original: what belongs to it in the loaded capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_LOOKUP_H
#define SIANTO_GUI_LOOKUP_H

/* The menu entry. */
void gui_lookup(void);

#endif

/* gui_statistics.h - what happened in the loaded capture: statistics as text, saved as JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_STATISTICS_H
#define SIANTO_GUI_STATISTICS_H

/* The menu entry. While a capture is running: of what there is so far. */
void gui_statistics(void);

#endif

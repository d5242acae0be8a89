/* gui_statistics.h - what happened in the loaded capture: statistics and storms as text; as JSON; as the
 * report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_STATISTICS_H
#define SIANTO_GUI_STATISTICS_H

/* The menu entries. While a capture is running: of what there is so far. */
void gui_statistics(void);
/* How a registration storm built up and passed; the report in the browser. */
void gui_storm(void);

#endif

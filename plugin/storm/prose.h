/* prose.h - numbers as people write them, for sentences and tables of reports.
 *
 * Each function writes into `out`, which it returns. By integers only, as number.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PROSE_H
#define SIANTO_PROSE_H

#include "storm.h"

#define PROSE_MAX 48

/* "1,128,074" */
const char *prose_count(guint64 n, char out[PROSE_MAX]);
/* "under 1 ms", "350 ms", "4.2 s", "40 s", "21 min 3 s", "2 h 5 min", "3 d 4 h"; STORM_TIME_NONE: "-" */
const char *prose_duration(guint64 us, char out[PROSE_MAX]);
/* "12:04:10 UTC", with the date before where the capture lasts a day and more; where the capture has no
 * date: "721 s". STORM_TIME_NONE: "-". */
const char *prose_clock(const struct storm_result *r, guint64 us, char out[PROSE_MAX]);
/* "2026-08-19 12:04:10 UTC" of the capture's beginning; "an unknown time" */
const char *prose_start(const struct storm_result *r, char out[PROSE_MAX]);
/* "17 %", "2.2 %", "0.22 %", "under 0.01 %"; of 0: "-" */
const char *prose_share(guint64 part, guint64 all, char out[PROSE_MAX]);
/* n / seconds: "323", "4.2"; no seconds: "0" */
const char *prose_rate(guint64 n, guint64 seconds, char out[PROSE_MAX]);

#endif

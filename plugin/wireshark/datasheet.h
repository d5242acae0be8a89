/* datasheet.h - what a bundle says of itself, for people: Markdown that reads as plain text, too.
 *
 * It holds our own words, numbers, settings by name, and times as they stand in the capture; nothing else of it. So
 * the same words are ours in each data sheet, which the audit is told (datasheet_own).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_DATASHEET_H
#define SIANTO_DATASHEET_H

#include "stats.h"
#include "summary.h"

/* `settings`: of options_describe. The caller frees. */
char *datasheet_text(const struct summary *s, const struct options *o, const struct sianto_counts *c,
                     const struct stats *stats, const char *settings);
/* All that may stand in one but for numbers, settings and times. The caller frees. */
char *datasheet_own(void);

#endif

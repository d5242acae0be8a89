/* part.h - a run's part: the events and signals that the statistics are given, in a file that merges (record.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PART_H
#define SIANTO_PART_H

#include "options.h"
#include "outfile.h"

struct part;

/* `servers`: struct endpoint, as written; NULL: none. Everything is used during the call only, but for o->part. No file
 * is created before the first event. Errors are the user's to mend: keep= or policy= cannot be read. */
struct part *part_new(const struct options *o, const struct key *key, const GArray *servers, GError **error);
/* Removes what was not published. NULL is fine. */
void part_free(struct part *p);

/* Faults are kept for part_finish. */
void part_event(struct part *p, const struct sip_event *event);
void part_signal(struct part *p, const struct sip_signal *signal);
/* Complete and on the disk; then part_file may be published. `exported`: a capture is written beside it. */
gboolean part_finish(struct part *p, const struct sianto_counts *counts, gboolean exported, GError **error);
struct outfile *part_file(struct part *p);

#endif

/* stats.h - the statistics of a run: events in, tables and JSON out (plugin/storm does the work).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STATS_H
#define SIANTO_STATS_H

#include "outfile.h"
#include "sianto.h"
#include "storm.h"

struct stats;

/* server=ADDR[:PORT][,...] with addresses of the input: struct endpoint, as they are written. The caller unrefs. */
GArray *stats_map_servers(const char *servers, struct sianto *core, GError **error);
/* `servers`: of stats_map_servers, or NULL. `private_names`: what is written says that its names are private. */
struct stats *stats_new(const GArray *servers, gboolean private_names);
/* Takes over a storm that is finished. */
struct stats *stats_of(struct storm *storm);
void stats_free(struct stats *stats);

/* What time= made of the events' times, for the part "export"; borrowed. */
void stats_time(struct stats *stats, const struct timeline *time);

void stats_event(struct stats *stats, const struct sip_event *event);
void stats_signal(struct stats *stats, const struct sip_signal *signal);
void stats_finish(struct stats *stats);

/* After stats_finish. */
enum stats_table { STATS_COUNTS, STATS_STORM, STATS_TABLE_COUNT };
char *stats_text(const struct stats *stats, enum stats_table table); /* lines; caller frees */
/* When the first message came, as start_utc says it; NULL: there is none. From it to the last one. Caller frees. */
char *stats_start_utc(const struct stats *stats);
char *stats_duration_s(const struct stats *stats);
/* The servers' addresses in the statistics, outermost first; NULL where none was found; caller frees. */
char *stats_servers(const struct stats *stats);
/* The JSON file, and the HTML report; complete and on the disk, for the caller to publish. `counts`: of
 * the export beside it, or NULL. */
struct outfile *stats_write(const struct stats *stats, const char *path, const struct sianto_counts *counts,
                            GError **error);
struct outfile *stats_write_report(const struct stats *stats, const char *path,
                                   const struct sianto_counts *counts, GError **error);

#endif

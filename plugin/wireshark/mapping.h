/* mapping.h - a run's maps: the one it begins with (restore=, tables=), and those it leaves (map=, tables=).
 *
 * What is in them: map.h. A map under its name appears with the run's other files, before the capture. That of
 * tables= is a file in memory that the front end hands from run to run: it is read where it holds something, and
 * written when all files are published.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_MAPPING_H
#define SIANTO_MAPPING_H

#include "compat.h"

#include "options.h"
#include "outfile.h"

struct mapping;

/* Reads what there is to read. Settings and key are the run's, borrowed until mapping_free: after the core's end. */
struct mapping *mapping_new(const struct options *o, GError **error);
void mapping_free(struct mapping *m);
/* The run failed: the unfinished map goes. Settings and key stay valid. NULL is fine. */
void mapping_discard(struct mapping *m);
const struct sianto_settings *mapping_settings(const struct mapping *m);
const struct key *mapping_key(const struct mapping *m);
/* Of the run's settings; frames' times go through it, in their order. */
struct timeline *mapping_time(struct mapping *m);
/* What is restored was rounded by time=coarse. */
gboolean mapping_was_coarse(const struct mapping *m);
gboolean mapping_is_restore(const struct mapping *m);

/* A frame of the input, and one that was written for it. */
void mapping_read(struct mapping *m, struct bytes bytes, guint32 wire_len);
gboolean mapping_written(struct mapping *m, guint64 number, struct bytes bytes, guint32 wire_len, GError **error);

/* All frames were written: the map is complete and on the disk, or what was restored is the map's capture. */
gboolean mapping_finish(struct mapping *m, struct sianto *core, GError **error);
/* The map to publish, or NULL. */
struct outfile *mapping_file(struct mapping *m);
/* All is published: the tables are left for the next run. */
gboolean mapping_leave(struct mapping *m, struct sianto *core, GError **error);

#endif

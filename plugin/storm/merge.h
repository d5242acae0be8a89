/* merge.h - the statistics of a whole out of the parts of its shards (record.h).
 *
 * The events of all parts go to one storm, in the order of the parts, as if one run had read one capture: frames are
 * numbered on, so that no two are one; a repetition of a packet across a boundary is found. What a boundary did to the
 * capture itself (a message that was cut is in neither part) stands in the counts as cut-by-shard.
 *
 * Refused: parts of different keys or options, whose labels would not be the same; a part that begins before the one
 * in front of it, and one that is given twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_MERGE_H
#define SIANTO_MERGE_H

#include "record.h"
#include "storm.h"

struct merged {
    struct storm *storm; /* finished */
    guint64 events;
    gboolean exported;   /* a capture stands beside each part: `counts` are their sums */
    struct sianto_counts counts;
};

/* Files, NULL-terminated, at least one. Errors name the file; their domain is SIANTO_RECORD_ERROR. */
struct merged *merge_parts(char *const *paths, GError **error);
void merge_free(struct merged *m); /* NULL is fine */

#endif

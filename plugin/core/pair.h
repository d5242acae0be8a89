/* pair.h - the two ends of what flows both ways, as the key of a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PAIR_H
#define SIANTO_PAIR_H

#include "frame.h"

struct pair {
    guint64 context;         /* frame_context */
    struct endpoint ends[2]; /* as captured; the lesser one first */
};

/* Of the frame's innermost layers; *direction: which end sent it. */
struct pair pair_of(const struct frame *f, guint *direction);

/* Of struct pair, and of what begins with one: for GHashTable. */
guint pair_hash(gconstpointer pair);
gboolean pair_equal(gconstpointer a, gconstpointer b);

#endif

/* overlap.h - the files before and behind a shard's capture: what a boundary cuts is put together with their help.
 *
 * overlap=PREV,NEXT; either may be left out. Of PREV the frames of the last 32 s before the capture's first frame are
 * read, of NEXT those until 32 s behind its last one: no frame waits longer for the rest of a message (HOLD_TIME_US).
 * They go to the core as context: neither written nor counted. A message that becomes whole in the next file is that
 * file's.
 *
 * Memory: none; PREV is read from its beginning, frame by frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_OVERLAP_H
#define SIANTO_OVERLAP_H

#include "options.h"

struct overlap {
    char *before, *behind; /* owned; NULL: none */
};

/* FALSE: not PREV,NEXT, or a file that cannot be read, is no capture, or is the input. overlap= that was not given: none. */
gboolean overlap_init(struct overlap *v, const struct options *o, GError **error);
void overlap_clear(struct overlap *v);

/* Frames of the file before, for a capture that begins at that time; of the one behind, while the core waits for
 * more of them. `number`: of the capture's last frame; `last_us`: its time. An error of wiretap ends the file, and is
 * said. */
void overlap_give_before(const struct overlap *v, gint64 first_us, struct sianto *core);
void overlap_give_behind(const struct overlap *v, guint64 number, gint64 last_us, struct sianto *core);

#endif

/* preview.h - the core behind the tree: what an export would make of each frame.
 *
 * It is fed once with each frame, in order, and writes down what becomes of it (journal.h); whoever shows a frame,
 * now or later, reads there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PREVIEW_H
#define SIANTO_PREVIEW_H

#include "compat.h"

#include "journal.h"
#include "session.h"

struct preview;

/* NULL and an error where the settings are wrong: a preference names a key that cannot be read ... */
struct preview *preview_new(const struct session *session, GError **error);
void preview_free(struct preview *p);

/* A frame that was not fed yet, of a higher number than all before; others are ignored. */
void preview_feed(struct preview *p, const packet_info *pinfo, tvbuff_t *tvb);
/* Was a frame of this or a higher number fed already? */
gboolean preview_saw(const struct preview *p, guint32 number);
/* What was written down so far will not be asked for again. */
void preview_trim(struct preview *p);
/* No frame will follow: what waits for more is decided. */
void preview_finish(struct preview *p);

const struct journal *preview_journal(const struct preview *p);
/* The core that was fed, to ask it for the image of an address. */
struct sianto *preview_core(const struct preview *p);

#endif

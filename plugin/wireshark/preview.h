/* preview.h - the core behind the tree: what an export would make of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PREVIEW_H
#define SIANTO_PREVIEW_H

#include "compat.h"

#include "session.h"

struct preview;

/* What became of one frame; borrowed until the next call. */
struct preview_frame {
    const struct sianto_frame_out *out; /* NULL: the core holds the frame back */
    const char *event;                  /* "REGISTER", "401", or NULL; NUL-terminated */
};

/* NULL and an error where the settings are wrong: a preference names a key that cannot be read ... */
struct preview *preview_new(const struct session *session, GError **error);
void preview_free(struct preview *p);

/* `show` is called with the result while all that it points to is valid; NULL: only for the count. */
void preview_feed(struct preview *p, packet_info *pinfo, tvbuff_t *tvb,
                  void (*show)(void *arg, const struct preview_frame *frame), void *arg);
/* Was a frame of this or a higher number fed already? In tshark that is the second pass of -2. */
gboolean preview_saw(const struct preview *p, guint32 number);

#endif

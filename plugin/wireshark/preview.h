/* preview.h - the core behind the tree: what an export would make of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PREVIEW_H
#define SIANTO_PREVIEW_H

#include "compat.h"

#include "session.h"

struct preview;

/* Who is told what becomes of a frame. All is borrowed for the call. */
struct preview_show {
    /* A message that became complete in it: before frame(), if that comes. */
    void (*message)(void *arg, const struct sianto_message *message);
    /* `event`: "REGISTER", "401", or NULL. Not called where the core holds the frame back. */
    void (*frame)(void *arg, const struct sianto_frame_out *out, const char *event);
    void *arg;
};

/* NULL and an error where the settings are wrong: a preference names a key that cannot be read ... */
struct preview *preview_new(const struct session *session, GError **error);
void preview_free(struct preview *p);

/* `show` NULL: only for the count. */
void preview_feed(struct preview *p, packet_info *pinfo, tvbuff_t *tvb, const struct preview_show *show);
/* Was a frame of this or a higher number fed already? In tshark that is the second pass of -2. */
gboolean preview_saw(const struct preview *p, guint32 number);

#endif

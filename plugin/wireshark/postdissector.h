/* postdissector.h - feeds the preview with each frame and shows what it says; passes it on to the tables.
 *
 * The preview has the options and preferences of the session and is fed in the order of frames, so that its labels are
 * those of an export. In tshark it does nothing unless something asks for our fields (a visible tree, a filter, -e) or
 * tables (-z); in the GUI the first pass feeds it each frame, because labels count in order of first appearance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_POSTDISSECTOR_H
#define SIANTO_POSTDISSECTOR_H

#include "journal.h"
#include "session.h"

/* The tap on which frames come when it is known what becomes of them: its data. */
#define POSTDISSECTOR_TAP "sianto"
struct postdissector_frames {
    const struct journal *journal;
    guint64 from, to; /* numbers, both included */
};

/* No frame will follow: those that waited for more. FALSE: there are none. Only where all are read once, in order. */
gboolean postdissector_finish(struct postdissector_frames *frames);

/* At registration: protocol, fields, preferences, tap, post-dissector. */
void postdissector_register(struct session *session);
/* Settings are others: all that is shown is made anew, with the next dissection. */
void postdissector_forget(void);

#endif

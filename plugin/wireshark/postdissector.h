/* postdissector.h - the tree below "SiAnTo": each replaced piece with original, label and kind.
 *
 * It runs a core of its own with the options and preferences of the session, fed in the order of
 * frames, so that its labels are those of an export. In tshark it does nothing unless something asks
 * for our fields (a visible tree, a filter, -e); in the GUI the first pass feeds it each frame, because
 * labels count in order of first appearance.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_POSTDISSECTOR_H
#define SIANTO_POSTDISSECTOR_H

#include "session.h"

/* At registration: protocol, fields, preferences, post-dissector. */
void postdissector_register(struct session *session);

#endif

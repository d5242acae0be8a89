/* details.h - the tree "SiAnTo" in the packet details: what an export makes of the frame.
 *
 * Each replaced piece with original, label and kind, its bytes highlighted; the same below Wireshark's own SIP or SDP
 * field at these bytes; addresses; the message as an event; and why a frame, or a part of it, will not be there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_DETAILS_H
#define SIANTO_DETAILS_H

#include "compat.h"

#include "preview.h"

/* At registration: the fields of `proto`. */
void details_register(int proto);

/* Does anybody look at this tree, or ask for one of our fields (a filter, a column, -e)? */
gboolean details_wanted(proto_tree *tree);
/* What the journal has of the frame at hand; nothing where that is nothing. */
void details_show(const struct preview *p, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
/* In its place: what is wrong with the settings. */
void details_show_fault(const char *fault, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif

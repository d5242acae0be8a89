/* other.h - what is neither SIP nor serves it, under other=headers: headers, and nothing of what they carry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_OTHER_H
#define SIANTO_OTHER_H

#include "carry.h"

/* Judges the payload of a frame as a unit of `c`: RTP and RTCP, ARP, neighbour discovery, ICMP and SCTP keep their own
 * headers (rtp.h, neighbour.h, sctp.h); all else is zeros. FALSE: not even that can be kept (Exported PDU). */
gboolean other_judge(struct carry *c, const struct frame *f);

#endif

/* datagram.h - what a UDP payload is, and what becomes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_DATAGRAM_H
#define SIANTO_DATAGRAM_H

#include "carry.h"

/* Keep-alives without a grammar ("jaK", single bytes) are at most so long. */
#define KEEPALIVE_BYTES_MAX 8

/* Judges the payload of a CARRIER_UDP or CARRIER_PDU frame as a unit of `c`: SIP; what carries it (HEP); what serves it,
 * where one end is such that it may (endpoints.h): keep-alives, STUN and TURN. `off`: place of the payload in the
 * captured frame, or NOT_FOUND. DROP_NOT_SIP: nothing of this; nothing is judged. */
enum drop_reason datagram_judge(struct carry *c, const struct frame *f, gsize off);
/* The messages in the unit at hand will be written: their ends are known from then on. */
void datagram_learn(struct carry *c, const struct frame *f);

#endif

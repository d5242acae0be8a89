/* association.h - SIP on SCTP: which associations are kept, and messages in several DATA chunks.
 *
 * A packet is judged when its turn comes (sctp.h); before that it waits until the messages of which it holds a
 * fragment are whole, and until the first data of its association has told whether that is SIP. Kept are
 * associations with SIP in them, or with an end where SIP was seen or whose port is in sip-port=.
 *
 * Bounds: ASSOCIATIONS_MAX rows, the oldest go first; ASSOCIATION_BYTES_MAX of fragments for each direction, and
 * ASSOCIATIONS_BYTES_MAX for all: then the oldest associations lose theirs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ASSOCIATION_H
#define SIANTO_ASSOCIATION_H

#include "waiting.h"

#define ASSOCIATIONS_MAX 4096u
#define ASSOCIATION_BYTES_MAX (256u << 10)
#define ASSOCIATIONS_BYTES_MAX (32u << 20)

struct associations;

/* `carry` is borrowed for its life. */
struct associations *associations_new(struct carry *carry);
void associations_free(struct associations *x);

/* A CARRIER_SCTP arrived. `w` is WAIT_SCTP from then on. */
void associations_arrive(struct associations *x, struct waiting *w);
/* It has to leave: no message of which it holds a fragment will be whole, and its association is not waited for. */
void associations_force(struct associations *x, const struct waiting *w);
gboolean associations_ready(const struct associations *x, const struct waiting *w);
/* What becomes of it: the new chunks are those of the carry's unit. Fragments that are not whole are zeros. */
enum drop_reason associations_change(struct associations *x, struct waiting *w, struct frame_change *change);

#endif

/* fragment.h - IP fragments of UDP datagrams: put together, judged as one datagram, cut again.
 *
 * All fragments of a datagram are a train. When it is whole, or its first frame has to leave, the datagram is
 * judged like any other, and each fragment is written as the part of the new datagram that lies where its bytes
 * went (stream.h), rounded down to multiples of 8, as offsets are counted. So a train stays a train of
 * as many fragments, duplicates and overlaps among them. Where a fragment would become empty, the new datagram is
 * cut in proportion; where that does not do either, it is scrubbed at equal length and counted too-long.
 *
 * A train that never becomes whole: what is there from its beginning on is a message that was cut; fragments behind
 * the first missing byte are zeros. Without its first fragment nobody knows the ports: it is kept, all zeros, where
 * SIP was seen at one of both addresses, else dropped. Where the file is one of several and ends before the train does, all
 * of it is scrubbed: the file behind does the same.
 *
 * Of fragments that overlap, the first that came counts. Fragments of other protocols than UDP are dropped.
 *
 * Bounds: what waits is bounded by the hold queue; trains that are decided stay for 32 s, TRAINS_MAX of them at
 * most, so that late duplicates are cut alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FRAGMENT_H
#define SIANTO_FRAGMENT_H

#include "waiting.h"

#define TRAINS_MAX 1024u

struct fragments;

/* `carry` and `writer` are borrowed for its life. */
struct fragments *fragments_new(struct carry *carry, struct frame_writer *writer);
void fragments_free(struct fragments *x);

/* A CARRIER_FRAGMENT arrived. `w` is WAIT_TRAIN from then on and stays where it is until fragments_leave. */
void fragments_arrive(struct fragments *x, struct waiting *w);
gboolean fragments_ready(const struct waiting *w);
void fragments_force(struct fragments *x, struct waiting *w);
/* What becomes of it, now that it is ready; the payload of `change` is appended to `payload`. */
enum drop_reason fragments_change(struct waiting *w, struct frame_change *change, GByteArray *payload);
void fragments_leave(struct fragments *x, struct waiting *w);

#endif

/* tcp.h - SIP on TCP by our own assembler: connections, segments, and where their numbers go.
 *
 * Each direction is a stream (stream.h). A segment is added to it when it arrives; units that are then whole
 * are judged at once, so that labels are counted in the order in which messages became complete; the frame
 * leaves when its own bytes are decided and those that it acknowledges.
 *
 * Which connections are kept (DESIGN section 7): those whose bytes are SIP (or SIP over WebSocket, HEP with SIP),
 * and those with an end where SIP was seen before or whose port is in sip-port=. What the bytes at the beginning
 * show to be something else is decided at once; what shows nothing yet waits, then goes by that rule. A
 * connection that was not kept is looked at again: a segment that begins as SIP does makes it one.
 *
 * Where the first byte of a direction is known, it begins there: behind its SYN, or at the first
 * acknowledgement of the peer that was seen before it. Else at the lowest byte that came, when the peer
 * acknowledges it or the frame has to leave. Earlier bytes, which belong to a message whose head was not captured,
 * are scrubbed.
 *
 * What is scrubbed, at equal length: lost bytes and the message around them, bytes between messages that are
 * no keep-alive, units longer than UNIT_BYTES_MAX, units that do not fit their segments any more, what had
 * to leave undecided.
 *
 * Bounds: a connection costs some 500 bytes and its log (stream.h), of which at least 1 MiB, or the largest
 * window, behind the peer's acknowledgement stays; all logs together are held to TCP_LOG_MAX by forgetting
 * those that are idle longest. Connections without data, not kept or closed ("weak") are forgotten
 * after 64 s, and the oldest when there are more than TCP_WEAK_MAX; all others the oldest first when there are more than
 * TCP_MAX. What comes for a forgotten one is the middle of a new one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TCP_H
#define SIANTO_TCP_H

#include "waiting.h"

#define TCP_LOG_MAX (64u << 20)
#define TCP_WEAK_MAX 65536u
#define TCP_MAX (1u << 18)

struct tcp;

/* `carry` is borrowed for its life. */
struct tcp *tcp_new(struct carry *carry);
void tcp_free(struct tcp *t);

/* A segment arrived: finds its connection, adds its bytes, judges what became whole. `w` is WAIT_TCP from
 * then on and stays where it is until tcp_leave. */
void tcp_arrive(struct tcp *t, struct waiting *w);
/* May it leave? */
gboolean tcp_ready(struct tcp *t, const struct waiting *w);
/* It has to: everything that it needs is decided. */
void tcp_force(struct tcp *t, struct waiting *w);
/* What becomes of it, now that it is ready: DROP_NOT_SIP, or DROP_NONE with `change`, whose payload is
 * appended to `payload`. */
enum drop_reason tcp_change(struct tcp *t, struct waiting *w, struct frame_change *change, GByteArray *payload);
/* A segment that an ICMP error quotes: TRUE where its connection is kept; as tcp_change then. */
gboolean tcp_quote(struct tcp *t, const struct frame *f, struct frame_change *change, GByteArray *payload);
/* It has left, before waiting_free. */
void tcp_leave(struct tcp *t, struct waiting *w);

#endif

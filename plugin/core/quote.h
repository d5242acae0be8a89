/* quote.h - ICMP and ICMPv6 errors: the packet that they quote, as that packet was rewritten.
 *
 * The quote is walked, judged and written like a frame that was cut. A SIP datagram that was written lately is
 * remembered, so that its quote is a part of what was written, with the lengths and checksum of that; a TCP
 * segment's numbers and bytes come from its connection's log. Kept are quotes of what is kept: SIP, and packets
 * of a connection or an end where SIP was seen. An extension structure (RFC 4884) is left out.
 *
 * Bounds: RECENT_MAX datagrams of at most RECENT_BYTES_MAX each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_QUOTE_H
#define SIANTO_QUOTE_H

#include "tcp.h"

#define RECENT_MAX 512u
#define RECENT_BYTES_MAX 8192u

struct quotes;

/* All are borrowed for its life. */
struct quotes *quotes_new(struct carry *carry, struct tcp *tcp, struct frame_writer *writer);
void quotes_free(struct quotes *q);

/* A SIP datagram was written: both are walked down to UDP. */
void quotes_remember(struct quotes *q, const struct frame *captured, const struct frame *written);

/* CARRIER_ICMP and CARRIER_ICMP6: the new message (its checksum is the frame writer's) is appended to
 * `payload`. DROP_TRANSPORT: no error message. DROP_NOT_SIP: quotes something else. */
enum drop_reason quotes_change(struct quotes *q, const struct frame *f, GByteArray *payload);

/* Between whom the packet was that an ICMP error quotes, with their ports. FALSE: no error that says that a
 * destination cannot be reached, or a quote that does not tell. */
gboolean quote_ends(const struct frame *f, struct bytes message, struct endpoint *src, struct endpoint *dst);

#endif

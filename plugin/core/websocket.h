/* websocket.h - SIP over WebSocket (RFC 6455, RFC 7118) on a TCP stream.
 *
 * Units, from the front of a direction's stream: the HTTP head of the handshake (with the body of a failed
 * one), then one message with all its frames and the control frames between them, or one control frame.
 *
 *   head           request line with its path redacted, header fields by a closed table (websocket_head.c)
 *   text, binary   SIP goes through codec->sip; the CRLF keep-alives of RFC 5626 stay; other text becomes
 *                  x, other data zeros, both of equal length
 *   compressed     (RSV1 of permessage-deflate, RFC 7692) cannot be read: a block of equal length that
 *                  inflates to x
 *   ping, pong     zeros
 *   close          the status code where it is one of RFC 6455 section 7.4, the reason becomes x
 *
 * Frames are written anew: the length's form is the shortest one, or, where the captured one was not, at
 * least as wide; the masking key is XORed with a constant of the flow (no mask, and the key 0, stay). A
 * message in k frames is written in k frames whose bounds are in proportion.
 *
 * PARSE_BAD, where nothing is proven: reserved opcodes; RSV bits but RSV1 on a first frame of a direction
 * whose head named permessage-deflate; control frames that are fragmented or longer than 125 bytes;
 * continuations of nothing, messages inside a message; heads above WEBSOCKET_HEAD_MAX bytes or HEADERS_MAX
 * (anonymize.h) fields, units above UNIT_BYTES_MAX, messages of more than WEBSOCKET_FRAMES_MAX frames. So no
 * ASCII text is taken for a frame, but where compression was agreed upon.
 *
 * Whether a direction is parsed depends on its own bytes alone, never on when the other one was seen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_WEBSOCKET_H
#define SIANTO_WEBSOCKET_H

#include "codec.h"

#define WEBSOCKET_HEAD_MAX (64u * 1024u)
#define WEBSOCKET_FRAMES_MAX 1024

/* One per connection: what the handshake said. Bounded: a few flags. */
struct websocket;

struct websocket *websocket_new(void);
void websocket_free(struct websocket *w);

/* The beginning of a client's stream: a GET with "Upgrade: websocket"; or of a server's: "HTTP/1.1 101".
 * PARSE_MORE: not yet, but may become one. */
enum parse_result websocket_recognise(struct bytes stream);

/* Does a head (as recognised) name `sip` among its subprotocols? */
gboolean websocket_head_names_sip(struct bytes head);

/* Judges one unit of c->rw->text, [0, *n); see codec.h. `direction` is 0 or 1: each direction has its own
 * heads. The result does not depend on what lies behind the unit. */
enum parse_result websocket_take(struct codec *c, struct websocket *w, guint direction, gsize *n);

/* Is this connection SIP? PARSE_OK: the subprotocol that the server named, or else one that the client
 * offered, is `sip`, or the first message was SIP. PARSE_BAD: not by either. PARSE_MORE: no message yet. */
enum parse_result websocket_serves_sip(const struct websocket *w);

/* Behind PARSE_BAD or a loss: offset of the next whole text frame whose text begins as SIP and whose first
 * line lies in `stream` and is ASCII, or NOT_FOUND. (The rest of the frame may be still to come.) Time grows
 * with the length of `stream` only. */
gsize websocket_resync(struct bytes stream);

#endif

/* websocket_head.h - the HTTP/1.1 head of a WebSocket handshake; private to websocket*.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_WEBSOCKET_HEAD_H
#define SIANTO_WEBSOCKET_HEAD_H

#include "rewrite.h"

struct websocket_head {
    gboolean request;   /* GET; else a status line */
    gboolean upgrade;   /* Upgrade names websocket */
    gboolean protocols; /* there is a Sec-WebSocket-Protocol */
    gboolean sip;       /* it names sip */
    gboolean deflate;   /* Sec-WebSocket-Extensions names permessage-deflate */
    guint status;       /* of a status line */
    gsize len;          /* with the empty line */
    guint64 body;       /* what follows the head, by its Content-Length */
};

/* Reads the head at the front of `text`. PARSE_MORE: its end is not there, and may still come. */
enum parse_result websocket_head_parse(struct websocket_head *h, struct bytes text);

/* Judges [0, h->len) of rw->text, from which `h` was parsed. */
void websocket_head_rewrite(struct rewrite *rw, const struct websocket_head *h);

#endif

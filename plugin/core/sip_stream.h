/* sip_stream.h - finding SIP messages in a stream: RFC 3261 sections 18.3 and 20.14, RFC 5626 section 3.5.1.
 *
 * A message ends where its Content-Length says, and behind its header section where it has none. What is
 * found depends on the stream alone, not on how it was cut into segments.
 *
 * Where bytes were scrubbed, line breaks among them, a message may stand right behind the x's. It is found there when
 * what was written is read again, since x's at the beginning of a line are passed over, then and always: no method
 * begins with one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SIP_STREAM_H
#define SIANTO_SIP_STREAM_H

#include "sip.h"

/* A line without an end, where a start line is looked for, is cut after so many bytes. */
#define SIP_LINE_MAX 8192
/* A header section is no longer than a datagram could hold: longer ones are PARSE_BAD. */
#define SIP_HEAD_MAX 65536

/* What is known of the front while its unit is incomplete. */
struct sip_scan {
    gsize searched; /* no empty line ends before */
    gsize need;     /* bytes of the whole message; 0: not known yet */
};

/* The first n bytes of the front are gone. */
void sip_scan_moved(struct sip_scan *scan, gsize n);

enum sip_unit { SIP_UNIT_MESSAGE, SIP_UNIT_KEEPALIVE };

/* PARSE_OK: the first n bytes of `front` are a message, or line breaks or NULs between messages.
 * PARSE_BAD: no message begins here, or it would be longer than `max`: n > 0: then so many bytes are its header
 * section; 0: see sip_stream_skip. `m` is used for parsing; on PARSE_OK it holds nothing that counts. */
enum parse_result sip_stream_take(struct bytes front, gsize max, struct sip_scan *scan, struct sip_message *m,
                                  enum sip_unit *unit, gsize *n);

/* A stream that begins with so many x's is one that we wrote: of a message that was scrubbed nothing else is left. No
 * start line is shorter. */
#define SIP_SCRUBBED_MIN 8

/* PARSE_OK: that, or a start line behind fewer x's. PARSE_MORE: it may yet become one of both. */
enum parse_result sip_stream_recognise(struct bytes front);

/* How many bytes of `front`, from its first on, belong to no message: up to the next line that is a start
 * line, or may become one, or to filler. `bad`: the first line is none (sip_stream_take said so). 0: more bytes are
 * needed. */
gsize sip_stream_skip(struct bytes front, gboolean bad);

#endif

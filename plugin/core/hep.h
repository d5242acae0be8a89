/* hep.h - HEP, Homer's encapsulation, versions 1 to 3 (EEP): what a capture agent sends to its collector.
 *
 *   1, 2   version, length, family, protocol (u8 each), ports (u16), addresses; 2: time (2 x 4 bytes), agent
 * (u16) 3      "HEP3", total length (u16), chunks: vendor, type, length with this head (u16 each), value
 *
 * Kept: versions, families, protocols, ports, capture times, VLAN ids, timers, quality figures. Mapped: IP
 * and MAC addresses. Permuted: the agent's number. The correlation id goes as a Call-ID, which it is a copy
 * of, the node's name as a token; the key that agents authenticate with becomes `redacted`. Chunks of other
 * vendors and types, and such as are not as long as their type says, are left out; the order of the others
 * stays.
 *
 * The payload, where it is a SIP message, goes through c->sip with the addresses, ports and transport from
 * inside; anything else (RTCP reports, logs, JSON, compressed) becomes zeros of equal length.
 *
 * All lengths are computed; bytes behind the total length are left out. Where the capture was cut, the
 * lengths tell of what is missing, as before. Where the new text would not fit the length fields, the payload
 * is zeros.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_HEP_H
#define SIANTO_HEP_H

#include "codec.h"

/* The head of one of the versions, whole; payload or chunks may be cut. */
gboolean hep_recognise(struct bytes b);
/* Does its payload begin as SIP does? */
gboolean hep_has_sip(struct bytes b);
/* rw->text is what hep_recognise took; anything else becomes zeros. */
void hep_rewrite(struct codec *c);

/* HEP3 from a stream. */
enum parse_result hep_take(struct codec *c, gsize *n);

#endif

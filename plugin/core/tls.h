/* tls.h - TLS on the connections of SIP, DTLS beside it: records kept, all that is in them scrubbed.
 *
 * A connection's rhythm is worth keeping (handshakes, alerts, sizes); what is said in it is not readable
 * anyway, but for the handshake's names. So a record keeps its header, its length, and:
 *
 *   change cipher spec (20)   its one byte
 *   alert (21)                level and description where it is in clear (two bytes); else zeros
 *   handshake (22)            in clear: each message's type and length, and a skeleton (below); else
 *                             ff ff ff ff, which no message begins with, and zeros
 *   application data (23)     zeros
 *   heartbeat (24)            zeros
 *
 * The skeleton is what dissectors need lest they call zeros malformed, made from the message's type and
 * length: of a hello the protocol versions, the cipher suite that the server chose, and the one constant
 * random (HelloRetryRequest); lists of one empty element; a padding extension (RFC 7685) that fills up the
 * length. Names (SNI, ALPN), certificates, tickets, session ids, randoms, key shares, the lists by which
 * programs are told apart: none of their bytes is looked at further than to find the versions.
 *
 * SSLv2 hellos are PARSE_BAD.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TLS_H
#define SIANTO_TLS_H

#include "codec.h"

#define TLS_HEAD_MAX 64

/* Of one direction of a connection; zeros at its beginning. `unsure`: handshake records may be encrypted
 * (a change cipher spec was seen): then one is in clear only if known messages fill it exactly. The caller
 * sets it where the beginning of the stream, or a part of it, was not captured. */
struct tls_state {
    gboolean unsure;
    guint16 version;           /* of the ServerHello in this direction; 0: none yet */
    guint32 at, len;           /* in the handshake message that goes on in the next record; len 0: none */
    guint8 head[TLS_HEAD_MAX]; /* its first bytes as they are written; zeros follow */
};

/* Does a stream begin with a ClientHello or ServerHello record (3.0 to 3.4)? */
enum parse_result tls_recognise(struct bytes b);
/* One record. */
enum parse_result tls_take(struct codec *c, struct tls_state *state, gsize *n);

/* A datagram of DTLS 1.0 to 1.2 records (RFC 6347) that fill it exactly, of DTLS 1.3 those with the same
 * header (RFC 9147). Fragments of a message that begin inside its skeleton are zeros, and so are epochs, sequence and
 * message numbers to which nobody counts. */
gboolean dtls_recognise(struct bytes b);
void dtls_rewrite(struct codec *c);

#endif

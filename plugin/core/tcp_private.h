/* tcp_private.h - what tcp.c (connections, segments, positions) and tcp_unit.c (what their bytes are) share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TCP_PRIVATE_H
#define SIANTO_TCP_PRIVATE_H

#include "pair.h"
#include "sip_stream.h"
#include "stream.h"
#include "tcp.h"
#include "tls.h"
#include "websocket.h"

enum verdict { VERDICT_NONE, VERDICT_KEPT, VERDICT_DROPPED };

/* What its bytes are, where that is not SIP itself. */
enum dialect { DIALECT_SIP, DIALECT_TLS, DIALECT_WEBSOCKET, DIALECT_HEP };

struct direction {
    struct stream *stream; /* NULL until a position of it is known */
    gboolean anchored;     /* its first position is known */
    gboolean arrived;      /* a segment of it was seen */
    gboolean astray;       /* the front does not begin where a unit does */
    gboolean headless;     /* it began before what was seen of it, and no unit was found so far */
    gboolean cut;          /* what is scrubbed since the last unit is counted as cut by the file */
    gboolean fin;
    guint64 fin_at;        /* position of the FIN */
    guint64 reference;     /* the highest position seen: 32-bit numbers are read near it */
    guint64 acked;         /* by the peer */
    struct sip_scan scan;  /* of the front */
    gsize looked;          /* no start line is before, in the front of a connection that is not known to be SIP */
    struct tls_state tls;  /* DIALECT_TLS */
    GQueue waiting;        /* struct waiting *: its frames, in order */
    GSequence *open;       /* those with bytes that are not decided, by their first position; NULL: none so far */
};

struct connection {
    struct pair key;
    struct direction dir[2]; /* dir[i]: what ends[i] sends */
    enum verdict verdict;
    enum dialect dialect;
    struct websocket *websocket; /* DIALECT_WEBSOCKET */
    gboolean spoken;             /* its dialect is known */
    gboolean used;               /* data were seen */
    gboolean closed, resized;
    guint frames;            /* that wait */
    gboolean forgotten;      /* not in the table any more: goes with its last frame */
    gint64 first_us, last_us;
    GList link;              /* in its queue */
    GQueue *queue;
};

/* tcp_unit.c */

/* Judges all units that are whole at the front of a direction. `w`: the frame that made them whole, or NULL. */
void tcp_drain(struct carry *c, struct connection *k, guint direction, struct waiting *w);
/* By its ends alone: when nothing in its bytes will tell. */
void tcp_rule(struct carry *c, struct connection *k);
/* The next n bytes of a direction, there or not, are scrubbed. */
void tcp_scrub(struct carry *c, struct connection *k, guint direction, guint64 n);
/* The frames at the beginning of `open` that are decided now are no longer among them. */
void tcp_settle(struct direction *d);
/* Nor is this one. */
void tcp_close(struct waiting *w);

#endif

/* waiting.h - a frame on its way through the core: what arrived, what it waits for, what is to be written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_WAITING_H
#define SIANTO_WAITING_H

#include "carry.h"

/* What decides when the frame may leave. */
enum wait {
    WAIT_NOTHING, /* all is known: drop, or `bytes` */
    WAIT_TCP,
    WAIT_TRAIN, /* fragments */
    WAIT_SCTP,
    WAIT_TURN,  /* its turn: made of what became of earlier frames (ICMP) */
};

struct waiting {
    struct sianto_frame_in in; /* `captured` is a copy of its own */
    struct frame f;            /* over that copy */
    gint64 since_us;           /* it waits since (hold.h) */
    enum wait wait;
    gboolean held;             /* it has really waited: what follows is its own, not the pipeline's */

    /* WAIT_TCP: positions in the streams of its connection (tcp.h) */
    struct connection *connection;
    guint direction;          /* 0, 1: who sends */
    gboolean outside;         /* its numbers have nothing to do with what was seen so far */
    guint64 from, to;         /* its data, on the wire; a SYN's and FIN's own number are not among them */
    guint64 seq, ack;         /* positions that its header names */
    guint64 sack[4][2];
    GSequenceIter *open;      /* its place among those that are not decided; NULL: none */
    guint64 told;             /* the highest of the other direction's that has to be decided; 0: none */

    /* WAIT_TRAIN */
    struct train *train;

    /* the result */
    enum drop_reason drop;
    GByteArray *bytes;        /* the new frame; NULL: none yet */
    guint32 wire_len;
    gboolean sip, scrubbed;
    gboolean inspected;       /* with what it carries */
    gboolean undecided;       /* bytes of it were scrubbed since they belong to no message that is there as a whole */
    gboolean other;           /* kept under other=headers only: it serves no SIP */
    GPtrArray *letters;       /* struct letter *: messages that became complete in it; NULL: none */
};

/* A copy that may wait; the captured bytes are copied, the result of `w` moves to it. */
struct waiting *waiting_new(const struct waiting *w);
void waiting_free(struct waiting *w);
/* Remembers the carry's letters of the unit at hand. */
void waiting_take_letters(struct waiting *w, const struct carry *c);
/* `known` has a byte for each of n written positions: does [from, to) bring one that is 0? They are 1 then. So the
 * frame is found with which what is written is whole: when the output is read again, it is so with that one, even where
 * the original lacked bytes of which nothing was written. */
gboolean waiting_brings(guint8 *known, guint64 n, guint64 from, guint64 to);
/* What it costs to let it wait, in bytes. */
gsize waiting_bytes(const struct waiting *w);

#endif

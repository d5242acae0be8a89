/* flow.h - constants that move the numbers of a flow (DESIGN section 7, "Flow constants").
 *
 * Initial sequence numbers, IP identifications, timestamps and their like would join a file to any other
 * capture of the same flow. Each is moved by a constant that is a function of the key, of what the number
 * is, and of the two ends: differences and equality stay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FLOW_H
#define SIANTO_FLOW_H

#include "bytes.h"
#include "key.h"

struct endpoint {
    guint8 family; /* 4, 6, or 0 for none */
    guint8 addr[16];
    guint16 port;
};

enum flow_use {
    FLOW_IP_ID,    /* by addresses alone: give endpoints with port 0 */
    FLOW_LABEL,    /* as FLOW_IP_ID */
    FLOW_TCP_SEQ,  /* of the direction src -> dst */
    FLOW_TCP_TIME, /* TSval of the direction src -> dst */
    FLOW_SCTP_TAG,
    FLOW_SCTP_TSN,
    FLOW_TUNNEL,   /* GRE keys and sequence numbers, ERSPAN and the like */
    FLOW_RTP_SEQ,
    FLOW_RTP_TIME,
    FLOW_WS_MASK,
    FLOW_SDP_ID,
};

struct flows;

struct flows *flows_new(const struct key *key);
void flows_free(struct flows *f);
/* From now on the permutations give back what they moved. Constants are added as before: an offset of sequence
 * numbers or times is no identity, and stays (restore.h). */
void flows_reverse(struct flows *f);

/* The constant of the direction src -> dst, from family, addresses and ports as captured. */
guint64 flow_constant(const struct flows *f, enum flow_use use, const struct endpoint *src,
                      const struct endpoint *dst);

/* Moves v along the circle 1 .. max; 0 stays 0. */
guint32 flow_shift(guint32 v, guint64 by, guint32 max);

/* Keyed permutations of numbers that both directions share, where 0 stays 0: of 1 to 32 bits (tunnel and
 * session ids, RTP's SSRC, GRE's key), and of 4 to 16 bytes (STUN transaction ids, tie-breakers; in place). */
guint32 flow_permute(const struct flows *f, enum flow_use use, guint32 v, guint bits);
void flow_permute_id(const struct flows *f, guint8 *id, gsize n);

gboolean endpoint_equal(const struct endpoint *a, const struct endpoint *b);
guint endpoint_hash(const struct endpoint *e);

#endif

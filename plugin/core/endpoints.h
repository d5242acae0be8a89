/* endpoints.h - where SIP was seen, and where media were announced: what decides whether a connection
 * without SIP in sight, a keep-alive or a STUN message is kept (DESIGN section 7).
 *
 * Bounds: ENDPOINTS_MAX rows of some 90 bytes; further ones are not learned. It grows with hosts and ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ENDPOINTS_H
#define SIANTO_ENDPOINTS_H

#include "flow.h"

#define ENDPOINTS_MAX (1u << 20)

enum endpoint_role {
    ENDPOINT_SIP = 1,   /* sent or received a SIP message that is written */
    ENDPOINT_MEDIA = 2, /* stands in a session description, or an ICE candidate */
};

struct endpoints;

/* `ports`: those of sip-port=, ended by 0; borrowed. */
struct endpoints *endpoints_new(const guint16 *ports);
void endpoints_free(struct endpoints *e);

/* What is added from here on was learned with the frame of that number. */
void endpoints_now(struct endpoints *e, guint64 number);
/* What was learned behind that frame is not known, until endpoints_all: a frame that has its turn later than it came is
 * judged by what was known when it came, since it may have its turn earlier when the output is read again. */
void endpoints_as_of(struct endpoints *e, guint64 number);
void endpoints_all(struct endpoints *e);

void endpoints_add(struct endpoints *e, const struct endpoint *at, enum endpoint_role role);
/* Learns from a session description: c=, m=, a=rtcp and a=candidate lines of a SIP body or any text around
 * it; names of hosts are passed over. */
void endpoints_learn(struct endpoints *e, struct bytes text);

/* Is one of both ends such a one? SIP: also by its port. */
gboolean endpoints_are(const struct endpoints *e, const struct endpoint *src, const struct endpoint *dst,
                       enum endpoint_role role);
/* Was SIP seen at this address, at any port? */
gboolean endpoints_address(const struct endpoints *e, const struct endpoint *at);

#endif

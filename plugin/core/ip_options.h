/* ip_options.h - what stands between the fixed IP header and the transport: IPv4 options and IPv6
 * extension headers; read for the walker, written anew for the frame writer.
 *
 * Kept: padding (as zeros), router alert (RFC 2113, 2711). Addresses in them are mapped: record route,
 * source routes and timestamps (RFC 791), routing headers of type 0 (RFC 2460), 2 (RFC 6275) and 4
 * (RFC 8754), the home address (RFC 6275). Timestamps become 0. All else becomes padding of the same length in
 * IPv6; in IPv4 it is left out, as tcp_options.h does and for the same reason. So no length changes, and nothing
 * is copied that is not a bounded number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_IP_OPTIONS_H
#define SIANTO_IP_OPTIONS_H

#include "frame.h"

/* The last address of a source route that is not yet at its end: the destination that the sender used
 * for the UDP checksum. FALSE: there is none, the header's destination holds. */
gboolean ipv4_route_end(struct bytes options, guint8 out[4]);

/* Writes options.n bytes to `to`, which holds zeros. */
void ipv4_options_write(struct addresses *a, struct bytes options, guint8 *to);

enum extension_kind { EXTENSION_OPTIONS, EXTENSION_ROUTING, EXTENSION_FRAGMENT };

struct ipv6_extension {
    enum extension_kind kind;
    guint8 next;        /* the header that follows */
    struct bytes whole; /* at least 8 bytes */
};

/* Takes the extension header of protocol number `proto` from the reader. FALSE: `proto` is none that
 * we know (the reader has not moved), or it is cut (the reader is bad). */
gboolean ipv6_extension_take(struct reader *r, guint8 proto, struct ipv6_extension *e);

/* Where in a hop-by-hop header the number of a jumbo payload option stands (RFC 2675), or 0. */
gsize ipv6_jumbo(const struct ipv6_extension *e);

/* Judges one header: DROP_NONE, DROP_FRAGMENT (but not for an atomic fragment, RFC 6946), DROP_MALFORMED,
 * DROP_TUNNEL (a routing type that we do not know, with segments left: nobody can say for whom it is).
 * A home address replaces src, the end of a route that is left replaces dst. */
enum drop_reason ipv6_extension_judge(const struct ipv6_extension *e, guint8 src[16], guint8 dst[16]);

/* Writes e->whole.n bytes to `to`, which holds zeros. A fragment header's identification is left 0, a jumbo
 * payload option becomes padding. */
void ipv6_extension_write(struct addresses *a, const struct ipv6_extension *e, guint8 *to);

#endif

/* neighbour.h - ARP, neighbour discovery (RFC 826, 4861, 4191, 8106) and ICMP, for other=headers.
 *
 * rw->text is the ARP packet or the ICMP message to its end; for ICMP, c->src.family tells which. Checksums
 * are written as 0: they are the frame's. MAC and IP addresses are mapped, prefixes too (their bits behind
 * the prefix length are zeros); numbers that have bounds stay; names, quoted packets, echo data and all that
 * we cannot read become zeros of equal length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_NEIGHBOUR_H
#define SIANTO_NEIGHBOUR_H

#include "codec.h"

/* ARP for IPv4 on Ethernet, with or without padding. What is not recognised becomes zeros. */
gboolean arp_recognise(struct bytes b);
void arp_rewrite(struct codec *c);

/* ICMPv6 router and neighbour messages and redirects (types 133 to 137), whole. What is not recognised
 * becomes zeros but for type and code. */
gboolean neighbour_recognise(struct bytes b);
void neighbour_rewrite(struct codec *c);

/* Any other ICMP or ICMPv6 message: type and code, then zeros. In the place of the packet that an error
 * quotes stands an IP header without addresses and protocol, since one of zeros would be malformed. */
void icmp_rewrite_other(struct codec *c);

#endif

/* cryptopan.h - Crypto-PAn, the prefix-preserving permutation of addresses, over any run of bits.
 *
 * Source: Xu, Fan, Ammar, Moon, "Prefix-Preserving IP Address Anonymization" (ICNP 2002), and the
 * authors' program of 2002, whose sample trace the tests reproduce. Two addresses that share their
 * first k bits, and no more, have images that share their first k bits, and no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CRYPTOPAN_H
#define SIANTO_CRYPTOPAN_H

#include "key.h"

struct cryptopan;

/* The run's key as published: 16 bytes of AES-128 key, 16 bytes that encrypted give the pad. */
struct cryptopan *cryptopan_new(const struct key *key, GError **error);
void cryptopan_free(struct cryptopan *p);

/* Bits [from, to) of `addr` (bit 0: highest of addr[0]; to <= 128) get their images, or with `inverse`
 * their originals back; the others stay. Bits before `from` must be the original's in both directions:
 * the images depend on them. from 0 to 32 (128) is the published function for IPv4 (IPv6). */
void cryptopan_apply(const struct cryptopan *p, guint8 *addr, guint from, guint to, gboolean inverse);

#endif

/* checksum.h - the Internet checksum (RFC 1071): what an old one said, and how the new one says it.
 *
 * A checksum tells of the bytes that it was made from: an old value never reaches the output
 * (DESIGN section 7). What survives is its state:
 *
 *   RIGHT      computed anew
 *   WRONG      the right one + 1 in ones' complement: surely wrong, and nothing of the old value
 *   OFFLOADED  the sender left the sum to its network card; the field holds the pseudo-header's
 *              uncomplemented partial sum (0 where the pseudo-header is empty: the IPv4 header)
 *   NONE       0 where the protocol takes 0 for "no checksum" (UDP)
 *   UNKNOWN    not all of the bytes were captured: the caller's keyed value, made of the new bytes
 *
 * Sums are kept unfolded, in the machine's byte order, so that parts can be added in any order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CHECKSUM_H
#define SIANTO_CHECKSUM_H

#include "bytes.h"

enum checksum_state {
    CHECKSUM_RIGHT,
    CHECKSUM_WRONG,
    CHECKSUM_OFFLOADED,
    CHECKSUM_NONE,
    CHECKSUM_UNKNOWN,
};

/* `sum` and the 16-bit words of `b`. An odd last byte counts as the upper half of a word, so only the
 * last part of what is summed may be of odd length. Begin with 0; good for 8 GiB. */
guint64 checksum_add(guint64 sum, struct bytes b);

/* The sum in 16 bits, not complemented, as a number (network byte order read). 0 only where every
 * byte was 0. */
guint16 checksum_fold(guint64 sum);

/* What `found` says. `whole`: sum of the pseudo-header and all bytes, the checksum field among them;
 * `partial`: sum of the pseudo-header alone, 0 where there is none. `complete`: `whole` really has all
 * the bytes. */
enum checksum_state checksum_judge(guint16 found, gboolean zero_is_none, gboolean complete, guint64 whole,
                                   guint64 partial);

/* The new value that says the same. `whole`: as above over the new bytes, with 0 in the checksum field;
 * `keyed`: the value for CHECKSUM_UNKNOWN. Where zero_is_none, 0 comes out for CHECKSUM_NONE only. */
guint16 checksum_make(enum checksum_state state, gboolean zero_is_none, guint64 whole, guint64 partial,
                      guint16 keyed);

/* The number that belongs in bytes 8 to 11 of an SCTP packet: CRC32c over it with 0 there (RFC 9260
 * appendix A). Shorter packets have none: 0. */
guint32 checksum_sctp(struct bytes packet);

#endif

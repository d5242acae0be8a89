/* stun.h - STUN, TURN and ICE checks (RFC 8489, 8656, 8445; 3489, 5389, 5766; MS-TURN) as a codec.
 *
 *        0                   1                   2                   3
 *       |0 0| type: method and class    | length of the attributes      |  known methods, else 0; computed
 *       | magic cookie                                                  |  kept
 *       | transaction id, 12 bytes                                      |  permuted
 *       | attribute type                | length of the value           |  below; computed
 *       | value, then padding to a multiple of 4                        |  by a row of the table; zeros
 *
 * What becomes of the values, a row for each attribute that IANA, Microsoft or Google have named:
 *  - numbers are kept within a mask of the bits that they may have; reserved bits become 0;
 *  - addresses are mapped, ports kept; the XOR forms are taken apart with the captured transaction id and
 *    put together with the written one;
 *  - USERNAME of an ICE check (Binding, no REALM, "fragment:fragment" of ICE characters): each half has the
 *    image that it has in a=ice-ufrag. Any other: a user; of "1433895918:alice" (coturn's temporary
 *    accounts) the digits are a token and the rest is a user;
 *  - REALM as in Digest, host names as hosts, NONCE as a nonce (RFC 8489's cookie in front of it stays),
 *    SOFTWARE as a product, reason phrases by a closed list;
 *  - MESSAGE-INTEGRITY and its like: a keyed value made of the new bytes in front of it, of equal length:
 *    the same message has the same one. It is wrong, as nobody could make a right one;
 *  - FINGERPRINT: right if it was right, else the right one + 1;
 *  - DATA: SIP and STUN inside are rewritten, all else is zeros;
 *  - ids (tie-breakers, reservation tokens, hashes): permuted; secrets and what we cannot read: zeros.
 * An attribute that no row names: zeros of equal length, and the type 0x7fff (where a receiver must
 * understand it) or 0xffff (where it need not), which IANA has not assigned. An attribute that is longer
 * than the message stays too long, its bytes become zeros, and it is the last one.
 *
 * Judgements: one for the type and one for the length of each attribute, one or more for its value, one
 * for its padding; so the tree shows each identity at its place. Where the new text would not fit a
 * length field, texts are x and DATA is zeros, of equal length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STUN_H
#define SIANTO_STUN_H

#include "codec.h"

/* Exactly one message: two zero bits, a length that is a multiple of 4 and fits exactly, and the magic
 * cookie. Without the cookie (RFC 3489): only where the method is known and the attributes end exactly
 * where the message does. */
gboolean stun_recognise(struct bytes b);
/* rw->text is what stun_recognise took; anything else becomes zeros. */
void stun_rewrite(struct codec *c);

/* TURN ChannelData (RFC 8656 section 12.4): channel number 0x4000 to 0x7fff, a length that fits exactly,
 * with or without padding to a multiple of 4. The number is kept; the payload is zeros unless SIP or STUN
 * is inside. */
gboolean channel_data_recognise(struct bytes b);
void channel_data_rewrite(struct codec *c);

/* On a stream: one STUN message with the magic cookie. ChannelData has no mark of its own (its first byte
 * may be that of INVITE), so it is another function, for streams on which STUN was seen. */
enum parse_result stun_take(struct codec *c, gsize *n);
enum parse_result channel_data_take(struct codec *c, gsize *n);

#endif

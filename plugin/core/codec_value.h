/* codec_value.h - values that binary protocols share: what codecs do with a number, an address, an id, a
 * text, a SIP message inside.
 *
 * Each function judges exactly [from, to) of rw->text (codec.h), unless it says otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CODEC_VALUE_H
#define SIANTO_CODEC_VALUE_H

#include "codec.h"

/* Computed bytes of a place that holds no identity (a length, a bounded number): never counted. `after` is
 * copied. */
void codec_put(struct codec *c, gsize from, gsize to, struct bytes after);
void codec_put_u8(struct codec *c, gsize at, guint8 v);
void codec_put_u16(struct codec *c, gsize at, guint16 v);
void codec_put_u32(struct codec *c, gsize at, guint32 v);

/* The captured number at `at`; 0 behind the end. */
guint8 codec_u8(const struct codec *c, gsize at);
guint16 codec_u16(const struct codec *c, gsize at);
guint32 codec_u32(const struct codec *c, gsize at);

/* Images of equal length: IPv4 (4 bytes), IPv6 (16), MAC (6). Any other length: zeros. */
void codec_address(struct codec *c, gsize from, gsize to);
void codec_mac(struct codec *c, gsize from, gsize to);

/* An opaque id: permuted in blocks of 16 bytes, so one-to-one. Ids of less than 4 bytes: zeros; of the
 * last block of a longer one, what is less than 4 bytes is permuted together with the bytes before. */
void codec_id(struct codec *c, gsize from, gsize to);
/* The same in place, without a judgement. */
void codec_permute(const struct flows *flows, guint8 *p, gsize n);

/* The image of a text that stands alone in a value, with the judgements as notes at [from, to), which the
 * caller judges. Trailing NULs, in which some senders end a text, are no part of it and not of the image.
 * Texts longer than CODEC_TEXT_MAX, which no RFC allows, are x of equal length. */
#define CODEC_TEXT_MAX 763 /* RFC 8489: REALM, NONCE, SOFTWARE */
struct bytes codec_text(struct codec *c, gsize from, gsize to, rw_judge judge, gconstpointer arg);

/* A SIP message at [from, to), of which the capture lost `missing` bytes at its end, through c->sip.
 * FALSE: none, or its image is longer than `max`; nothing is judged either way. */
gboolean codec_sip(struct codec *c, gsize from, gsize to, gsize missing, enum sip_transport transport,
                   const struct endpoint *src, const struct endpoint *dst, gsize max, struct bytes *written);

#endif

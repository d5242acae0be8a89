/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checksum.h"

/* RFC 1071 section 2: the sum may be taken over wider words and in either byte order, since the carry
 * out of the top comes back at the bottom. Two 32-bit halves in a 64-bit sum need no carry at all, and
 * the two sums have no dependency between them. */
static guint64 add_words(guint64 sum, const guint8 *p, gsize n)
{
    guint64 other = 0;
    for (; n >= 16; n -= 16, p += 16) {
        guint64 v[2];
        memcpy(v, p, sizeof v);
        sum += (v[0] & G_MAXUINT32) + (v[0] >> 32);
        other += (v[1] & G_MAXUINT32) + (v[1] >> 32);
    }
    for (; n >= 2; n -= 2, p += 2) {
        guint16 v;
        memcpy(&v, p, sizeof v);
        sum += v;
    }
    return sum + other;
}

guint64 checksum_add(guint64 sum, struct bytes b)
{
    if (b.n == 0)
        return sum;
    sum = add_words(sum, b.p, b.n);
    if (b.n % 2 == 0)
        return sum;
    guint8 last[2] = {b.p[b.n - 1], 0};
    return add_words(sum, last, sizeof last);
}

guint16 checksum_fold(guint64 sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return GUINT16_FROM_BE((guint16)sum);
}

enum checksum_state checksum_judge(guint16 found, gboolean zero_is_none, gboolean complete, guint64 whole,
                                   guint64 partial)
{
    if (found == 0 && zero_is_none)
        return CHECKSUM_NONE;
    if (complete && checksum_fold(whole) == 0xffff)
        return CHECKSUM_RIGHT;
    if (found == checksum_fold(partial))
        return CHECKSUM_OFFLOADED;
    return complete ? CHECKSUM_WRONG : CHECKSUM_UNKNOWN;
}

/* In ones' complement 0xffff is a second zero, so it is followed by 1: the result is never 0, and
 * never another spelling of `v`. */
static guint16 plus_one(guint16 v)
{
    return v == 0xffff ? 1 : (guint16)(v + 1);
}

guint16 checksum_make(enum checksum_state state, gboolean zero_is_none, guint64 whole, guint64 partial,
                      guint16 keyed)
{
    guint16 right = (guint16)~checksum_fold(whole);
    guint16 value = 0;
    switch (state) {
    case CHECKSUM_RIGHT:
        value = right;
        break;
    case CHECKSUM_WRONG:
        value = plus_one(right);
        break;
    case CHECKSUM_OFFLOADED:
        value = checksum_fold(partial);
        break;
    case CHECKSUM_UNKNOWN:
        value = keyed;
        break;
    case CHECKSUM_NONE:
        return 0;
    }
    return value == 0 && zero_is_none ? 0xffff : value;
}

/* The polynomial of RFC 9260, reflected, by half bytes: SCTP is too rare for larger tables. */
static guint32 crc32c_add(guint32 crc, struct bytes b)
{
    static const guint32 table[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
        0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
        0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };
    for (gsize i = 0; i < b.n; i++) {
        crc ^= b.p[i];
        crc = crc >> 4 ^ table[crc & 0xf];
        crc = crc >> 4 ^ table[crc & 0xf];
    }
    return crc;
}

guint32 checksum_sctp(struct bytes packet)
{
    static const guint8 zeros[4];
    if (packet.n < 12)
        return 0;
    guint32 crc = crc32c_add(G_MAXUINT32, bytes_sub(packet, 0, 8));
    crc = crc32c_add(crc, (struct bytes){zeros, sizeof zeros});
    crc = ~crc32c_add(crc, bytes_from(packet, 12));
    return GUINT32_SWAP_LE_BE(crc);
}

/* sctp_chunk.h - where chunks and parameters lie; private to sctp*.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SCTP_CHUNK_H
#define SIANTO_SCTP_CHUNK_H

#include "bytes.h"

enum {
    SCTP_HEADER = 4, /* bytes: type, flags, length; also of parameters and causes */

    SCTP_DATA = 0,
    SCTP_I_DATA = 0x40,
    SCTP_PAD = 0x84,

    SCTP_END = 0x01, /* flags of DATA and I-DATA */
    SCTP_BEGIN = 0x02,
    SCTP_UNORDERED = 0x04,
    SCTP_IMMEDIATE = 0x08,

    SCTP_PARAM_IPV4 = 5,
    SCTP_PARAM_IPV6 = 6,
    SCTP_PARAM_HOST_NAME = 11,
    SCTP_PARAM_PADDING = 0x8005,

    SCTP_CAUSE_VIOLATION = 13,
};

struct sctp_chunk {
    guint8 type, flags;
    gsize at, len; /* len as it says, 4 at least */
    gsize data;    /* DATA, I-DATA: where user data begins, maybe behind `end`; else 0 */
    gsize end;     /* at + len, or where the capture was cut */
    gsize next;    /* behind the padding, as far as it is there */
};

/* FALSE: no chunk is left, or none that fits the text (which may end inside one where it is `cut`). */
gboolean sctp_chunk_take(struct sctp_chunk *k, struct bytes text, gsize at, gboolean cut);

struct sctp_tlv {
    guint16 type;
    gsize end, next; /* as above */
};

gboolean sctp_tlv_take(struct sctp_tlv *t, struct bytes text, gsize at);

#endif

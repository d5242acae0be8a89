/* stun_private.h - what stun.c (the message) and stun_attribute.c (its attributes) share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STUN_PRIVATE_H
#define SIANTO_STUN_PRIVATE_H

#include "codec_value.h"
#include "stun.h"

/* MESSAGE-INTEGRITY, its SHA-256 and Google's 32-bit form, FINGERPRINT: at most one of each is right */
#define STUN_LATE_MAX 4

/* A value that can be made only when all bytes before it are known. */
struct stun_late {
    gsize at;      /* in the new text */
    guint8 *place; /* in the arena, what the judgement refers to */
    gsize n;
    guint16 type;
    gboolean fingerprint, right; /* right: the captured one was */
};

struct stun_message {
    struct codec *c;
    struct rewrite *rw;
    GByteArray *out; /* the new text as far as it was judged: late values are made of it */
    guint8 id[16];   /* cookie and transaction id as captured: what addresses are XORed with */
    guint8 new_id[16];
    gboolean cookie;
    gboolean ice;   /* USERNAME is two ice-ufrags */
    gboolean level; /* equal length: the first attempt grew too long */
    guint8 *length; /* of the message, in the arena */
    struct stun_late late[STUN_LATE_MAX];
    guint n_late;
};

struct stun_attribute {
    gsize from, value, end, next; /* next: behind the padding */
    guint16 type, len;            /* as they stand there */
};

/* The new text grows by what is put in place of [from, to), judged in order. `after` is borrowed. */
void stun_put(struct stun_message *m, gsize from, gsize to, struct bytes after, enum kind kind);
/* n bytes in the arena that are filled in later: the judgement borrows them, the new text has zeros. */
guint8 *stun_put_place(struct stun_message *m, gsize from, gsize to, gsize n, enum kind kind);
void stun_put_zeros(struct stun_message *m, gsize from, gsize to, gsize n, enum kind kind);
/* The place of a value that is made of the bytes before it; NULL: there was one of that type, or its length
 * cannot be right; nothing is judged then. */
struct stun_late *stun_put_late(struct stun_message *m, const struct stun_attribute *a, gboolean fingerprint);

/* The right fingerprint over `before`. */
guint32 stun_fingerprint(struct bytes before);

/* The image of SIP or STUN at [from, to); FALSE: neither, or longer than `max`. */
gboolean stun_inside(struct codec *c, gsize from, gsize to, enum sip_transport transport, gsize max,
                     struct bytes *written);

/* stun_attribute.c: judges [a->value, a->end) by the attribute's row, without one: zeros. */
void stun_judge_value(struct stun_message *m, const struct stun_attribute *a);
/* The type as it is written: its own where a row names it. */
guint16 stun_new_type(guint16 type);

#endif

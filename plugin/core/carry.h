/* carry.h - one unit of what is carried: judged, applied, and the SIP messages in it remembered.
 *
 * A unit is what a grammar judges at a time: a datagram's payload, a message of a stream, a record. Whoever
 * carries it (datagram.c, tcp.c, ...) begins it, has it judged by a codec or as a SIP message, may give it up
 * where it has outgrown its place, and takes the new bytes. The messages in it become events when the frame
 * in which it ended is written, not before (DESIGN section 2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CARRY_H
#define SIANTO_CARRY_H

#include "codec.h"
#include "sianto.h"

/* A SIP message as it will be written. */
struct letter {
    struct bytes text;
    enum sip_transport transport;
    gboolean inside;          /* the unit says itself between whom (HEP) */
    struct endpoint src, dst; /* inside: as they will be written */
};

struct carry {
    struct tables tables;
    struct flows *flows;
    struct inspection *inspection; /* NULL: no audit */
    struct endpoints *endpoints; /* where SIP and media were seen */
    struct sianto_counts counts;
    GArray *resized;             /* struct endpoint, in pairs, as written: the first RESIZED_MAX streams of
                                  * counts.resized */
    gboolean as_is;              /* names=asis: everything is kept */
    guint64 number;              /* of the frame that is being handled: set by the pipeline */
    gboolean shard, at_end;      /* the capture is one file of several; all its frames are in: set by the pipeline */
    gint64 early_us;             /* what arrived until then may go on from the file before: set by the pipeline */

    /* of the unit: */
    struct arena *arena;
    struct edits *edits;
    struct rewrite rw;
    struct codec codec;
    GArray *letters;    /* struct letter; texts in the arena */
    GByteArray *text;   /* new bytes */
    gsize off;          /* where the unit begins in the captured frame, for the sink; NOT_FOUND: elsewhere */

    struct bytes filled, filled_as; /* a message that is all of a datagram, and as it will be: inspected with the frame that
                                     * it lies in, before the unit is scrubbed; else none */

    GPtrArray *parts; /* struct waiting *: frames of a stream that hold a part of the unit (tcp_unit.c) */

    /* private */
    gboolean applied; /* `text` is what the edits say */
    struct edits *inner;
    struct scope scope;
    struct sip_message message;
    const struct sianto_sink *sink;
};

/* NULL with an error as sianto_new. The sink is borrowed. */
struct carry *carry_new(const struct sianto_settings *settings, const struct key *key,
                        const struct sianto_sink *sink, GError **error);
void carry_free(struct carry *c);

/* A unit begins: `text` is what the codec may look at, `off` where it lies in the captured frame (or
 * NOT_FOUND), `cut` that it ends where the capture does. */
void carry_begin(struct carry *c, struct bytes text, gsize off, gboolean cut, const struct endpoint *src,
                 const struct endpoint *dst);
/* All of [0, n) of the text is one SIP message, of which the capture lost `missing` bytes at the end. FALSE:
 * it does not begin as SIP does; nothing is judged. */
gboolean carry_message(struct carry *c, gsize n, gsize missing, enum sip_transport transport);
/* All of [0, n) becomes `fill`, and no message in it counts. */
void carry_scrub(struct carry *c, gsize n, guint8 fill);
/* What was judged of [0, n) is counted; the new bytes, valid until the next unit. */
struct bytes carry_apply(struct carry *c, gsize n);

/* A segment of the stream between these ends had to become empty. */
void carry_resized(struct carry *c, const struct endpoint *src, const struct endpoint *dst);
/* What never became whole is scrubbed: is that since the file ends, or begins, in the middle of it? `since_us`: its first
 * frame came then; `headless`: its own beginning was not among what came. */
gboolean carry_is_cut(const struct carry *c, gint64 since_us, gboolean headless);
/* The image of an address and port, as written. */
struct endpoint carry_endpoint(struct carry *c, const struct endpoint *e);

#endif

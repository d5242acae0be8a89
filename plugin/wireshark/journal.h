/* journal.h - what became of each frame, kept for the packet details and the tables.
 *
 * A frame is shown long after it was read, in any order and as often as somebody looks at it, while the core takes
 * each frame once and in order: fed again, a segment of a stream would be a retransmission. So what the core said the
 * first time is written down here.
 *
 * Memory grows with the frames, as Wireshark's own does: 20 bytes a frame, and for each SIP message its replacements
 * as packed bytes (measured: 40 MB for 106,800 frames with 86,400 messages). Original bytes are kept only where they do
 * not lie in the frame as it is (put together, unmasked).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_JOURNAL_H
#define SIANTO_JOURNAL_H

#include "sianto.h"

struct journal;

struct journal *journal_new(void);
void journal_free(struct journal *j); /* NULL is fine */

/* From the core's sink, in its order. */
void journal_take_message(struct journal *j, const struct sianto_message *message);
void journal_take_event(struct journal *j, const struct sip_event *event);
void journal_take_frame(struct journal *j, const struct sianto_frame_out *out);

/* Forgets what is written of frames that left. */
void journal_trim(struct journal *j);

struct journal_frame {
    gboolean left;         /* else it waits, and only its messages are known */
    enum drop_reason drop;
    gboolean scrubbed, undecided;
    guint32 messages, events; /* for the functions below */
};

/* FALSE: nothing is known of it. */
gboolean journal_frame(const struct journal *j, guint64 number, struct journal_frame *frame);
/* The highest frame that left; 0: none. */
guint64 journal_last(const struct journal *j);

struct journal_message {
    gsize off;       /* where it lies in the captured frame, or NOT_FOUND */
    gsize n;         /* bytes of the original */
    gsize rest;      /* for journal_next_edit */
    const guint8 *packed;
    guint32 next;
};

/* The next of a frame's messages, in order; FALSE at the end. `*at` begins as frame.messages. */
gboolean journal_next_message(const struct journal *j, guint32 *at, struct journal_message *message);

struct journal_edit {
    struct span orig;     /* in the message */
    struct bytes before;  /* the original; empty where it is the message's text at `orig` */
    struct bytes after;
    enum kind kind;
    gboolean note;        /* inside a text that is replaced as a whole */
};

/* The next replacement of a message, which is used up by that; FALSE at the end. Borrowed for the journal's life. */
gboolean journal_next_edit(struct journal_message *message, struct journal_edit *edit);

/* A message as it is written: all texts are labels. */
struct journal_event {
    gboolean request;
    const char *name; /* "REGISTER", "401" */
    const char *cseq_method, *from, *to; /* addresses-of-record: "u1@d1.invalid"; may be empty */
    gint64 time_us;
};
/* As journal_next_message; `*at` begins as frame.events. */
gboolean journal_next_event(const struct journal *j, guint32 *at, struct journal_event *event);

#endif

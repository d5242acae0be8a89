/* teller.h - tells the sink of events and signals, in their order, where asked from a thread of its own.
 *
 * Both are functions of what is written, so nothing that is judged waits for what the statistics make of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TELLER_H
#define SIANTO_TELLER_H

#include "sianto.h"

struct teller;

/* When, where and between whom a message was written; the rest of an event is in its text. */
struct teller_message {
    gint64 time_us;
    guint64 frame;
    guint32 frame_bytes;
    struct endpoint src, dst;
    enum sip_transport transport;
    guint64 packet_hash; /* event.h */
};

/* `sink` is borrowed; `thread`: a wish, from where sink->event and sink->signal are then called. */
struct teller *teller_new(const struct sianto_sink *sink, gboolean thread);
void teller_free(struct teller *t); /* NULL is fine */

/* A text that does not begin as SIP does is no event. What the sink has no function for is not told. */
void teller_message(struct teller *t, const struct teller_message *message, struct bytes text);
void teller_signal(struct teller *t, const struct sip_signal *signal);
/* No thread calls the sink any more, and what it was not yet told is lost: for who gives up. */
void teller_stop(struct teller *t);
/* All is told. */
void teller_finish(struct teller *t);

#endif

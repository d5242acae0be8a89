/* sctp.h - SIP on SCTP (RFC 4168, RFC 9260): the chunks of one packet, behind the common header.
 *
 *   rw->text   chunk: type, flags, length | fixed fields | rest | padding to 4    chunk ...
 *
 * A row per chunk, parameter and cause says what each field is:
 *
 *   DATA, I-DATA      a whole message goes through codec->sip; a fragment (of DATA) becomes what the caller
 *                     knows of it (sctp_state); other data, and what outgrew its chunk, zeros. Protocol
 *                     identifiers stay where they are registered and their data is written; else 0
 *   TSNs              moved by FLOW_SCTP_TSN of the direction whose numbers they are (in SACK, SHUTDOWN ...:
 *                     the other one), modulo 2^32: a sequence number has no zero that means none. So are the
 *                     sequence numbers of ASCONF and RE-CONFIG, which begin with the initial TSN
 *   tags              flow_permute(FLOW_SCTP_TAG, 32 bits), as the common header's
 *   addresses         mapped; host names and texts become x; cookies, keys, digests, heartbeats zeros
 *   stream numbers, stream sequence numbers, gap blocks in order: kept; in lists of streams (FORWARD TSN,
 *                     RE-CONFIG) where the stream is below 4096, else zeros: no text is such a list
 *   windows           at most 512 MiB; message and fragment numbers of I-DATA: up to 2^24 - 1, else 0
 *   unknown chunks and parameters become padding ones (RFC 4820), unknown causes protocol violations
 *
 * All but DATA and I-DATA keep their lengths. Padding is zeros. A chunk that the capture cut keeps what
 * stands in its fixed fields, and a SIP message is one that is cut; all else of it is zeros. Where lengths
 * contradict each other, the rest of the packet is zeros.
 *
 * The constants are drawn from c->src and c->dst. An association of several addresses is one flow only where
 * the caller gives one pair of them for all of its packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SCTP_H
#define SIANTO_SCTP_H

#include "codec.h"

struct sctp_state {
    /* The new bytes of the fragment of a user message with this TSN, which outlive the rewriting. FALSE:
     * nothing is known of it (or its bytes are others). NULL: never anything. */
    gboolean (*fragment)(void *arg, guint32 tsn, struct bytes captured, struct bytes *written);
    void *arg;
};

/* Does a message begin as SIP in one of the DATA or I-DATA chunks? */
gboolean sctp_has_sip(struct bytes chunks);

/* Judges all of c->rw->text. `s` may be NULL. */
void sctp_rewrite(struct codec *c, const struct sctp_state *s);

/* A DATA chunk, or a fragment of one message in several. */
struct sctp_fragment {
    guint32 tsn;
    guint16 stream;
    gboolean begin, end; /* both: a whole message */
    gboolean unordered;
    struct span data;    /* in the chunks */
};

/* Lists the whole DATA chunks that hold data, at most `max`; their number. */
guint sctp_scan(struct bytes chunks, struct sctp_fragment *out, guint max);

/* Fragments of one direction, until their message is whole, and their new bytes, for retransmissions.
 *
 * Bounded memory: where a fragment does not fit into `bytes_max` (fragments, their new bytes, and what they
 * cost to hold) the oldest go, with all that was joined to them. */
struct sctp_assembly;

struct sctp_assembly *sctp_assembly_new(gsize bytes_max);
void sctp_assembly_free(struct sctp_assembly *a);

/* Copies `data`. TRUE: the message that this fragment belongs to is whole now; text and write may be called
 * for its TSN. A fragment that is there already changes nothing (FALSE); one with the TSN of another (a new
 * association) takes the other's place. */
gboolean sctp_assembly_add(struct sctp_assembly *a, const struct sctp_fragment *f, struct bytes data);
/* The message that this fragment belongs to leaves before it is whole: it never will be. FALSE: it is not
 * there. */
gboolean sctp_assembly_drop(struct sctp_assembly *a, guint32 tsn);
/* What it holds of its `bytes_max`. */
gsize sctp_assembly_bytes(const struct sctp_assembly *a);
/* The whole message, in the arena; empty where it is not whole. */
struct bytes sctp_assembly_text(const struct sctp_assembly *a, guint32 tsn, struct arena *arena);
/* Its new text: split over the fragments in proportion, none empty. FALSE: it has fewer bytes than fragments;
 * nothing is changed. */
gboolean sctp_assembly_write(struct sctp_assembly *a, guint32 tsn, struct bytes written);
/* For sctp_state: `assembly` is a struct sctp_assembly. The result is borrowed until the next add. */
gboolean sctp_assembly_fragment(void *assembly, guint32 tsn, struct bytes captured, struct bytes *written);

#endif

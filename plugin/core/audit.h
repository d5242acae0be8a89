/* audit.h - the leak audit: reads what was captured and what is written, and says where they agree too much.
 *
 * It shares no parsing code with the rewriter (DESIGN section 7, "Audit"): the splitters of frames, SIP,
 * URIs, SDP and capture files here are its own. It asks the tables (labels, addresses, tokens) what the image
 * of an original is, and never changes them: nothing is numbered, no address is counted.
 *
 * Step 1, before a frame goes to the writer: audit_frame and audit_message.
 *  - Each slot that the audit's own tables call an identity must hold the image of its original, or nothing,
 *    or a redacted ("redacted", 0) or scrubbed (x) form, or a kept value. Equality is right where the table
 * or the permutation says so.
 *  - Of all other text, no word may survive: a word of the written value that stood in the captured one must
 *    be a known word (audit_word), a number, a label of this run or an image.
 *  - A value that is not well-formed by the audit's own grammar is asked the second question only: where two
 *    parsers may cut differently, what counts is whether anything of it is left.
 *  - Originals are collected for step 2; written identities are remembered.
 * Step 2, over the finished files: audit_capture and audit_text.
 *  - Blocks and options that may hold names are a hit, whatever they say; comments are searched.
 *  - A SIP message in a datagram, or a line of one in a stream that holds identities, that did not pass step
 *    1, and an address in a layer that is no image of step 1, are hits.
 *  - Originals of 8 characters and more (digits only from 10 on) are searched in every byte of every packet,
 *    text and comment: without regard to case, percent-decoded, as base64 and base64url at each alignment,
 * and across the segments of a TCP stream and the fragments of a datagram. What lies in a word that is a
 * label, an image or a kept value is no hit. Not searched: what is part of a known word, and what repeats
 * less than three different characters. Addresses are judged by position only. Base64 is searched for all but
 * tokens (Call-IDs, tags, nonces ...): those are long and random, five in each message, and nobody encodes
 * them by themselves.
 *
 * Memory, whatever the capture holds: originals 64 MiB at most, twice that while they are sorted (16 bytes
 * for one, 80 with its encoded forms); when that is full, users and hosts are still added, tokens and texts
 * no more (search_limited). Images and messages: Bloom filters of 1 to 31 MiB; with n of them they take a
 * wrong word for one with a probability of 6e-5 at n = 250 thousand, 3e-4 at 8 million, 2e-2 at 20 million.
 * Ends of segments: 2 MiB for 1024 flows. Filters and index of the search: 24 MiB. Pairs that were found
 * right, and addresses: 1 MiB. Lines that hold nothing: 64 KiB for each thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AUDIT_H
#define SIANTO_AUDIT_H

#include "address.h"
#include "bytes.h"
#include "key.h"
#include "label.h"
#include "token.h"

struct audit;

struct audit_settings {
    const struct key *key;  /* for the hashes; used during audit_new only */
    gsize search_bytes_max; /* memory for originals; 0: 64 MiB */
    gboolean threads;       /* audit_capture looks at packets in two threads; what it finds is the same */
};

enum audit_fault {
    AUDIT_NOT_IMAGE, /* step 1: an identity slot holds something else than the image of its original */
    AUDIT_SURVIVED,  /* step 1: a word of the captured value stands in the written one */
    AUDIT_UNCHECKED, /* step 2: a message or an address that no step 1 has passed */
    AUDIT_FOUND,     /* step 2: an original */
    AUDIT_BLOCK,     /* step 2: a block, option or text that may not be in the file */
    AUDIT_MALFORMED, /* step 2: the file cannot be read to its end */
    AUDIT_FAULTS
};
const char *audit_fault_text(enum audit_fault fault);

#define AUDIT_PLACE_MAX 40
struct audit_hit {
    guint64 frame; /* step 1: the captured frame's number; step 2: the written one's, from 1; 0: none */
    enum audit_fault fault;
    enum kind kind;
    char place[AUDIT_PLACE_MAX]; /* "From", "ipv4", "a=candidate": a known name, never a value */
};

#define AUDIT_HITS_KEPT 20
struct audit_result {
    guint64 frames, messages, slots; /* step 1; slots: compared identity slots */
    guint64 originals;               /* different ones that are searched */
    guint64 search_limited; /* originals that were not added for want of memory, or of 8 characters that
                             * tell them from others */
    guint64 packets, bytes; /* step 2: read; searched */
    guint64 n_hits;
    struct audit_hit hits[AUDIT_HITS_KEPT]; /* the first ones */
};

/* The tables are borrowed. */
struct audit *audit_new(const struct audit_settings *settings, struct labels *labels,
                        struct addresses *addresses, struct tokens *tokens);
void audit_free(struct audit *a);

/* A word that may stand in any output: for policy_each_word. Before the first message. Longer texts are known
 * as a whole and word by word. */
void audit_word(void *audit, struct bytes word);
/* A text of ours (the report's template): what of the originals stands in it proves nothing, and is not
 * searched any more, from here on. After the last message, before the file that holds it. */
void audit_own_text(struct audit *a, struct bytes text);

/* From here on only labels count that had been given out at that moment; NULL: all of now. Copied. */
void audit_labels_as_of(struct audit *a, const struct label_marks *given);

/* Step 1. `number`: of the captured frame. */
void audit_frame(struct audit *a, guint64 number, guint linktype, struct bytes captured,
                 struct bytes written);
/* What fills a datagram: `written` is all of its data. */
void audit_message(struct audit *a, guint64 number, struct bytes captured, struct bytes written);
/* What flows, or is packed in something else: the file will hold it in pieces. */
void audit_stream_message(struct audit *a, guint64 number, struct bytes captured, struct bytes written);

/* Step 2. Reads at most n bytes; 0: the end; negative: an error. */
typedef gssize (*audit_read)(void *arg, guint8 *buffer, gsize n);
/* A pcapng or pcap file, uncompressed, of either byte order. FALSE: a hit (also one of before). */
gboolean audit_capture(struct audit *a, audit_read read, void *arg);
/* JSON, HTML. `name` is the place of a hit. */
gboolean audit_text(struct audit *a, const char *name, struct bytes text);

const struct audit_result *audit_result(const struct audit *a);

#endif

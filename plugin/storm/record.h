/* record.h - the partial state of a shard: the events and signals that a storm was given, in order, in a file.
 *
 * The statistics of a capture are a function of the sequence of its events and signals (storm.h). So what is kept of a
 * shard is that sequence, and to merge shards is to give the sequences, one behind the other, to one storm (merge.h):
 * the numbers are those of one run over the whole, exactly and by construction. (Rejected: bins, histograms and open
 * transactions as they stand at the shard's end. Smaller, but each table of each module would have to say how it goes
 * on, and how it is added to another, and each new number would have to prove it again.)
 *
 * No byte of a message is in it: of an event there are numbers, closed-list words, and the labels, images and
 * addresses as they are written in the anonymized capture. PARTS.md describes the file, byte by byte.
 *
 * Bounds: writer and reader hold the last RECORD_WORDS_MAX words, RECORD_WORDS_BYTES of them at most, and a buffer.
 * A file is hostile: the reader takes no length on trust, and the end of the file proves all that was before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_RECORD_H
#define SIANTO_RECORD_H

#include "sianto.h"

#define RECORD_WORDS_MAX 65536u
#define RECORD_WORDS_BYTES (16u << 20)
#define RECORD_WORD_MAX (1u << 20) /* bytes of one word: no message has more (codec.h) */
#define RECORD_SERVERS_MAX 64u
#define RECORD_DIGEST_BYTES 32

#define SIANTO_RECORD_ERROR sianto_record_error_quark()
GQuark sianto_record_error_quark(void);
enum sianto_record_error {
    RECORD_ERROR_FILE,    /* cannot be opened, read or written */
    RECORD_ERROR_FORMAT,  /* no part */
    RECORD_ERROR_VERSION, /* of another version */
    RECORD_ERROR_BROKEN,  /* cut short, or not as it was written */
    RECORD_ERROR_ORIGIN,  /* merge.h: of another key or other options than the part before */
    RECORD_ERROR_ORDER    /* merge.h: it begins before the part in front of it, or was given already */
};

/* What holds for all of it. */
struct record_head {
    guint8 origin[RECORD_DIGEST_BYTES]; /* of key and options: parts with one origin have the same labels */
    gboolean private_names;
    struct endpoint servers[RECORD_SERVERS_MAX]; /* server=, as written; none: they are found */
    guint n_servers;
};

/* What is known at the end. */
struct record_tail {
    guint64 events, signals;
    guint64 frames; /* of the shard's own capture: no event has a higher number */
    gboolean exported; /* a capture was written beside it: `counts` holds what its summary says */
    struct sianto_counts counts; /* but for users ... agents, which no sum can tell */
    guint8 digest[RECORD_DIGEST_BYTES]; /* of the file; known to the reader */
};

/* --- writing --- */

struct record_writer;

/* To `fd`, from its position on; it stays the caller's. Faults are kept for record_writer_finish. */
struct record_writer *record_writer_new(int fd, const struct record_head *head);
void record_writer_event(struct record_writer *w, const struct sip_event *event);
void record_writer_signal(struct record_writer *w, const struct sip_signal *signal);
/* `tail`: frames and counts are the caller's. FALSE: some of it could not be written. */
gboolean record_writer_finish(struct record_writer *w, const struct record_tail *tail, GError **error);
void record_writer_free(struct record_writer *w); /* NULL is fine */

/* --- reading --- */

struct record_reader;

/* From `fd`'s position on; it stays the caller's, and open until record_reader_free. `name`: for errors. */
struct record_reader *record_reader_new(int fd, const char *name, GError **error);
const struct record_head *record_reader_head(const struct record_reader *r);

/* The next of it; views are borrowed until the next call. RECORD_END: all was there, as it was written. */
enum record_kind { RECORD_END, RECORD_EVENT, RECORD_SIGNAL, RECORD_FAULT };
struct record {
    enum record_kind kind;
    struct sip_event event;
    struct sip_signal signal;
};
/* RECORD_FAULT comes with an error, and from then on always. */
enum record_kind record_reader_next(struct record_reader *r, struct record *record, GError **error);
/* After RECORD_END. */
const struct record_tail *record_reader_tail(const struct record_reader *r);
void record_reader_free(struct record_reader *r); /* NULL is fine */

#endif

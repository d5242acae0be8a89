/* stream.h - one direction of a byte stream: what arrived, what is decided, and what became of it.
 *
 * Bytes come in any order, twice, overlapping; the first that came for a position stays. What lies in a row
 * from the decided part on is the front. Its owner finds a unit there (a message, a keep-alive), judges it,
 * and decides it: from then on each position in the original has one in the output, and the written bytes are
 * known. Everything else is a function of this log, so that it does not matter how the stream was cut
 * (DESIGN section 7, "Streams"):
 *
 *   original   0        100            140    180
 *              |  kept  | "Alice Smith" | kept |        pieces: exact, or a replacement
 *   written    0        100   106      106    146       sequence number of 120: inside a replacement,
 *              |  kept  |  u1 |  kept  |                in proportion: 100 + 20 * 6 / 40 = 103
 *
 *   A segment [90, 120) of the original is written as [90, 103), [120, 180) as [103, 146): they still touch.
 *   Acknowledgements, SACK edges, retransmissions and overlaps move by the same function. (Rejected: moving
 *   each segment by the growth before it, and its edits with it; a retransmission that is cut elsewhere would
 *   then hold other bytes for the same sequence numbers.)
 *
 * Positions are 64-bit counts; whoever adds bytes chooses the origin, positions never go below 0. Before the
 * first position and behind the decided part the output runs in step with the original.
 *
 * Bounds: undecided bytes are the owner's to bound (stream_held). What is decided stays until stream_forget;
 * positions before that stay in step with the first one that is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STREAM_H
#define SIANTO_STREAM_H

#include "edit.h"

struct stream;

/* The first position: nothing before it is asked for, what comes for earlier ones is ignored. */
struct stream *stream_new(guint64 first);
void stream_free(struct stream *s);

/* Bytes [from, from + data.n) were captured. */
void stream_add(struct stream *s, guint64 from, struct bytes data);
/* [from, to) was on the wire and will never be seen (cut by the snapshot length); bytes that came for it
 * before or between stay. */
void stream_lose(struct stream *s, guint64 from, guint64 to);

/* What came for [from, to) behind the front is given up, as if it had not come. */
void stream_drop(struct stream *s, guint64 from, guint64 to);

/* Nothing is decided yet: it begins at `first` after all; what came for positions before is dropped. */
void stream_start(struct stream *s, guint64 first);
/* The lowest position that anything came for and is not decided; stream_seen where there is none. */
guint64 stream_lowest(const struct stream *s);
guint64 stream_first(const struct stream *s);
guint64 stream_decided(const struct stream *s); /* all before it is decided */
guint64 stream_seen(const struct stream *s);    /* behind the last position that was added or lost */
/* The bytes in a row from stream_decided on; valid until the next call that changes the stream. */
struct bytes stream_front(const struct stream *s);
/* Where the front is empty: how many bytes from stream_decided on are lost, or, up to `limit`, have not
 * come; 0 where there are bytes, or nothing at all before the limit. */
guint64 stream_gap(const struct stream *s, guint64 limit);
/* Are the bytes behind the front known to be lost? */
gboolean stream_lost(const struct stream *s);

/* The first n bytes of the front are judged by `edits` (their positions count from the front's first
 * byte; all within n). */
void stream_decide(struct stream *s, const struct edits *edits, gsize n);
/* The next n bytes, there or not, become `fill` at equal length; of more than 64 KiB zeros, which cost no memory. */
void stream_fill(struct stream *s, guint64 n, guint8 fill);

/* Where a position went. */
guint64 stream_position(const struct stream *s, guint64 original);
/* Appends the written bytes of the written positions [from, to); zeros where they are not known any more or
 * were never (outside of what is decided). */
void stream_written(const struct stream *s, guint64 from, guint64 to, GByteArray *out);
/* What was written before this original position will not be asked for again. Cheap. */
void stream_forget(struct stream *s, guint64 original);

/* Bytes of memory: undecided ones, and those of the log. */
gsize stream_held(const struct stream *s);
gsize stream_log(const struct stream *s);

#endif

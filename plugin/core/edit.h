/* edit.h - what becomes of each byte of a message: an ordered list of segments.
 *
 * A message is judged from its first byte to its last. Each judgement covers a span: kept
 * (KIND_KEPT: proven harmless) or replaced. Invariants:
 *  - spans are ordered, do not overlap, and are appended in order;
 *  - a byte that no judgement covers is scrubbed, by edits_apply, and counted by edits_gap_bytes:
 *    what nobody thought of never passes (DESIGN section 3.1);
 *  - neighbouring kept spans are one.
 * Notes are judgements about text inside a span that is replaced as a whole (an XML body, an escaped
 * header): they are shown and counted, never applied.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_EDIT_H
#define SIANTO_EDIT_H

#include "arena.h"
#include "kind.h"

/* One of several judgements that follow each other without a gap. */
struct edit_part {
    guint16 len;     /* bytes of the original */
    guint16 after_n; /* bytes of the new text; as many for KIND_KEPT */
    guint16 kind;
};

struct edit {
    struct span orig;     /* place in the original text */
    struct bytes before;  /* the original, where it is not the text of `orig` (notes); else empty */
    struct bytes after;   /* replacement; unused for KIND_KEPT; must outlive the list's use */
    enum kind kind;
    gboolean note;
    const struct edit_part *parts; /* edits_whole: what the replacement is made of; as long-lived. NULL: `kind` is all */
    guint n_parts;
};

struct edits;

struct edits *edits_new(void);
void edits_free(struct edits *e);
void edits_clear(struct edits *e);

/* [from, to) in the original; to >= from >= end of the last segment, else the call is dropped (and
 * the bytes scrubbed): g_warn_if_fail tells the developer. */
void edits_keep(struct edits *e, gsize from, gsize to);
/* Returns the index of the new segment, for edits_set. */
guint edits_replace(struct edits *e, gsize from, gsize to, struct bytes after, enum kind kind);
void edits_note(struct edits *e, gsize from, gsize to, struct bytes before, struct bytes after, enum kind kind);
/* Several judgements as one segment, for those who want the new text only: `after` is all of it, that of kept parts too.
 * n > 0, and one of them at least changes something: a span that stays is edits_keep's. */
void edits_whole(struct edits *e, gsize from, gsize to, struct bytes after, const struct edit_part *parts, guint n);
/* A replacement that becomes known late: Content-Length. */
void edits_set(struct edits *e, guint index, struct bytes after);

/* Where the judged part ends, and how many bytes of new text it is so far. */
gsize edits_end(const struct edits *e);
gsize edits_written(const struct edits *e);
/* Forget all that was judged at or behind `from` (a segment across it is cut or dropped whole). */
void edits_truncate(struct edits *e, gsize from);

guint edits_count(const struct edits *e);
const struct edit *edits_at(const struct edits *e, guint index);

/* Adds how often each kind was given; kept spans, which are as many as their neighbours happen to be, are no kind. */
void edits_count_kinds(const struct edits *e, guint64 counts[KIND_COUNT]);
/* Appends the new text to `out`. `original` is the whole text that the spans refer to. */
void edits_apply(const struct edits *e, struct bytes original, GByteArray *out);
/* Bytes of `original` that no segment covers; 0 for a message that was judged whole. */
gsize edits_gap_bytes(const struct edits *e, gsize original_len);
/* Position in the original -> position in the output; inside a replacement, in proportion. */
gsize edits_position(const struct edits *e, gsize original_pos);

/* Scrub: 'x' for each byte, line breaks included. */
struct bytes scrub_text(struct arena *a, gsize n);

#endif

/* record_private.h - what writer and reader of a part share: the form, and the words that were written lately.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_RECORD_PRIVATE_H
#define SIANTO_RECORD_PRIVATE_H

#include "hash.h"
#include "record.h"

#define RECORD_MAGIC "sianto-part "
#define RECORD_VERSION "1\n"

/* Bits of a head, and of an event. */
enum { HEAD_PRIVATE = 1, HEAD_ALL = 1 };
enum {
    EVENT_REQUEST = 1,
    EVENT_CREDENTIALS = 2,
    EVENT_FAULT = 4,
    EVENT_ALL = 7,
    CONTACT_STAR = 1,
};

/* --- record_words.c --- */

/* The words of an event, in the order in which they are written: offsets of a struct bytes. */
#define RECORD_EVENT_WORDS 11
extern const gsize record_event_words[RECORD_EVENT_WORDS];

/* The counts of an export, in their order: NULL behind the last one. */
guint64 *record_count(struct sianto_counts *counts, guint index);

/* Words that came lately, by how many came behind them. Writer and reader add the same ones, so both know the same. */
struct record_word {
    guint64 number, hash;
    guint8 *p;
    gsize n;
};

struct record_words {
    struct record_word *ring; /* RECORD_WORDS_MAX */
    guint64 first, next; /* number of the oldest, and of the next one that comes */
    gsize bytes;
    GHashTable *index; /* of the writer: struct record_word of the ring */
    struct hash_key key;
    GPtrArray *gone; /* bytes that left while somebody may look at them */
};

/* `index`: they will be looked for. */
void record_words_init(struct record_words *w, gboolean index);
void record_words_clear(struct record_words *w);
/* Takes over n bytes of g_malloc. */
void record_words_add(struct record_words *w, guint8 *p, gsize n);
/* 1: the last one that came; 0: it is not there. */
guint64 record_words_find(const struct record_words *w, struct bytes text);
/* The reverse. FALSE: there is none. */
gboolean record_words_at(const struct record_words *w, guint64 back, struct bytes *text);
/* Nobody looks any more at what has left. */
void record_words_settle(struct record_words *w);

#endif

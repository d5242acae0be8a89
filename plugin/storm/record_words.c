/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_private.h"

#include <stddef.h>

G_DEFINE_QUARK(sianto-record-error-quark, sianto_record_error)

#define WORD(member) offsetof(struct sip_event, member)
const gsize record_event_words[RECORD_EVENT_WORDS] = {
    WORD(method),   WORD(cseq_method), WORD(call_id),     WORD(branch),     WORD(from_tag),      WORD(to_tag),
    WORD(from_aor), WORD(to_aor),      WORD(request_uri), WORD(user_agent), WORD(event_package),
};

guint64 *record_count(struct sianto_counts *c, guint index)
{
    guint64 *const single[] = {
        &c->frames, &c->written, &c->sip_messages, &c->too_long, &c->undecided_bytes,
        &c->resized, &c->forced, &c->broken, &c->gap_bytes, &c->cut_by_shard,
    };
    if (index < G_N_ELEMENTS(single))
        return single[index];
    index -= (guint)G_N_ELEMENTS(single);
    if (index < DROP_COUNT)
        return &c->dropped[index];
    index -= DROP_COUNT;
    return index < KIND_COUNT ? &c->replaced[index] : NULL;
}

/* --- words ----------------------------------------------------------------------------------------------- */

static guint hash_of(gconstpointer word)
{
    return (guint)((const struct record_word *)word)->hash;
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    const struct record_word *x = a, *y = b;
    return x->hash == y->hash && x->n == y->n && memcmp(x->p, y->p, x->n) == 0;
}

void record_words_init(struct record_words *w, gboolean index)
{
    *w = (struct record_words){.ring = g_new0(struct record_word, RECORD_WORDS_MAX),
                               .gone = g_ptr_array_new_with_free_func(g_free)};
    if (!index)
        return;
    w->index = g_hash_table_new(hash_of, equal);
    w->key.k0 = (guint64)g_random_int() << 32 | g_random_int();
    w->key.k1 = (guint64)g_random_int() << 32 | g_random_int();
}

static struct record_word *at(const struct record_words *w, guint64 number)
{
    return &w->ring[number % RECORD_WORDS_MAX];
}

static void drop_oldest(struct record_words *w)
{
    struct record_word *oldest = at(w, w->first);
    if (w->index)
        g_hash_table_remove(w->index, oldest);
    g_ptr_array_add(w->gone, oldest->p);
    w->bytes -= oldest->n;
    w->first++;
}

void record_words_settle(struct record_words *w)
{
    g_ptr_array_set_size(w->gone, 0);
}

void record_words_clear(struct record_words *w)
{
    while (w->first < w->next)
        drop_oldest(w);
    g_clear_pointer(&w->index, g_hash_table_unref);
    g_clear_pointer(&w->gone, g_ptr_array_unref);
    g_clear_pointer(&w->ring, g_free);
}

void record_words_add(struct record_words *w, guint8 *p, gsize n)
{
    while (w->first < w->next && (w->next - w->first == RECORD_WORDS_MAX || w->bytes + n > RECORD_WORDS_BYTES))
        drop_oldest(w);
    struct record_word *word = at(w, w->next);
    *word = (struct record_word){.number = w->next++, .p = p, .n = n};
    w->bytes += n;
    if (!w->index)
        return;
    word->hash = hash_bytes(&w->key, (struct bytes){p, n});
    g_hash_table_add(w->index, word);
}

guint64 record_words_find(const struct record_words *w, struct bytes text)
{
    struct record_word wanted = {.hash = hash_bytes(&w->key, text), .p = (guint8 *)(gsize)text.p, .n = text.n};
    const struct record_word *word = g_hash_table_lookup(w->index, &wanted);
    return word ? w->next - word->number : 0;
}

gboolean record_words_at(const struct record_words *w, guint64 back, struct bytes *text)
{
    if (back == 0 || back > w->next - w->first)
        return FALSE;
    const struct record_word *word = at(w, w->next - back);
    *text = (struct bytes){word->p, word->n};
    return TRUE;
}

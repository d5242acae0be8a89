/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_private.h"

#include <errno.h>
#include <gcrypt.h>
#include <unistd.h>

#define BUFFER_BYTES (64u * 1024u)
#define NUMBER_BYTES 10 /* of 64 bits, 7 in each */

struct record_writer {
    int fd, fault; /* errno of the first that failed */
    guint8 *buffer;
    gsize n;
    gcry_md_hd_t md;
    struct record_words words;
    guint64 events, signals;
    guint64 time_us, frame; /* of the last record: the next one tells the difference */
};

/* --- bytes ----------------------------------------------------------------------------------------------- */

static void write_all(struct record_writer *w, const guint8 *p, gsize n)
{
    while (n && !w->fault) {
        gssize done = write(w->fd, p, n);
        if (done < 0 && errno != EINTR)
            w->fault = errno;
        p += MAX(done, 0);
        n -= (gsize)MAX(done, 0);
    }
}

static void flush(struct record_writer *w)
{
    gcry_md_write(w->md, w->buffer, w->n);
    write_all(w, w->buffer, w->n);
    w->n = 0;
}

static void put(struct record_writer *w, const void *bytes, gsize n)
{
    const guint8 *p = bytes;
    while (n) {
        gsize part = MIN(n, BUFFER_BYTES - w->n);
        memcpy(w->buffer + w->n, p, part);
        w->n += part;
        p += part;
        n -= part;
        if (w->n == BUFFER_BYTES)
            flush(w);
    }
}

/* Seven bits a byte, the lowest first; the highest bit of a byte: another one follows. */
static void put_number(struct record_writer *w, guint64 v)
{
    guint8 out[NUMBER_BYTES];
    gsize n = 0;
    for (; v > 0x7f; v >>= 7)
        out[n++] = (guint8)(v | 0x80);
    out[n++] = (guint8)v;
    put(w, out, n);
}

/* 0, -1, 1, -2 ... as 0, 1, 2, 3 ... */
static void put_signed(struct record_writer *w, gint64 v)
{
    guint64 bits = (guint64)v;
    put_number(w, bits << 1 ^ (v < 0 ? G_MAXUINT64 : 0));
}

static void put_hash(struct record_writer *w, guint64 hash)
{
    hash = GUINT64_TO_LE(hash);
    put(w, &hash, sizeof hash);
}

/* 0: empty. 1: a new one: its length, and the word between two zeros, so that a search of the file for words
 * (audit.h) sees where it begins and ends. Else: one that came before, by how many came behind it. */
static void put_word(struct record_writer *w, struct bytes text)
{
    guint64 back = text.n ? record_words_find(&w->words, text) : 0;
    text = bytes_sub(text, 0, RECORD_WORD_MAX);
    put_number(w, text.n ? back + 1 : 0);
    if (!text.n || back)
        return;
    put_number(w, text.n);
    put(w, "", 1);
    put(w, text.p, text.n);
    put(w, "", 1);
    record_words_add(&w->words, g_memdup2(text.p, text.n), text.n);
}

static gsize address_bytes(const struct endpoint *e)
{
    return e->family == 4 ? 4 : e->family == 6 ? 16 : 0;
}

/* Family, address, port: a word, since there are few. */
static void put_end(struct record_writer *w, const struct endpoint *e)
{
    guint8 text[3 + sizeof e->addr] = {0};
    gsize n = address_bytes(e);
    text[0] = n ? e->family : 0;
    memcpy(text + 1, e->addr, n);
    put_u16be(text + 1 + n, e->port);
    put_word(w, (struct bytes){text, n + 3});
}

/* --- records ------------------------------------------------------------------------------------------------ */

struct record_writer *record_writer_new(int fd, const struct record_head *head)
{
    struct record_writer *w = g_new0(struct record_writer, 1);
    gcry_error_t err = gcry_md_open(&w->md, GCRY_MD_SHA256, 0);
    if (err)
        g_error("SHA-256: %s", gcry_strerror(err));
    w->fd = fd;
    w->buffer = g_malloc(BUFFER_BYTES);
    record_words_init(&w->words, TRUE);
    put(w, RECORD_MAGIC RECORD_VERSION, strlen(RECORD_MAGIC RECORD_VERSION));
    put(w, head->origin, sizeof head->origin);
    put_number(w, head->private_names ? HEAD_PRIVATE : 0);
    put_number(w, head->n_servers);
    for (guint i = 0; i < head->n_servers; i++)
        put_end(w, &head->servers[i]);
    return w;
}

void record_writer_free(struct record_writer *w)
{
    if (!w)
        return;
    gcry_md_close(w->md);
    record_words_clear(&w->words);
    g_free(w->buffer);
    g_free(w);
}

static void begin(struct record_writer *w, enum record_kind kind, gint64 time_us, guint64 frame, guint32 frame_bytes)
{
    record_words_settle(&w->words);
    put_number(w, kind);
    put_signed(w, (gint64)((guint64)time_us - w->time_us));
    put_signed(w, (gint64)(frame - w->frame));
    put_number(w, frame_bytes);
    w->time_us = (guint64)time_us;
    w->frame = frame;
}

static void put_contact(struct record_writer *w, const struct event_contact *c)
{
    put_number(w, c->star ? CONTACT_STAR : 0);
    put_word(w, c->uri);
    put_word(w, c->instance);
    put_signed(w, c->expires_s);
}

void record_writer_event(struct record_writer *w, const struct sip_event *e)
{
    begin(w, RECORD_EVENT, e->time_us, e->frame, e->frame_bytes);
    put_number(w, (e->request ? EVENT_REQUEST : 0u) | (e->credentials ? EVENT_CREDENTIALS : 0u) |
                      (e->ignored_fault ? EVENT_FAULT : 0u));
    put_number(w, e->transport);
    put_end(w, &e->src);
    put_end(w, &e->dst);
    put_hash(w, e->packet_hash);
    put_number(w, e->status);
    put_number(w, e->cseq);
    put_signed(w, e->expires_s);
    put_signed(w, e->retry_after_s);
    for (guint i = 0; i < RECORD_EVENT_WORDS; i++)
        put_word(w, *(const struct bytes *)(const void *)((const char *)e + record_event_words[i]));
    put_number(w, e->n_contacts);
    for (guint i = 0; i < e->n_contacts; i++)
        put_contact(w, &e->contacts[i]);
    w->events++;
}

void record_writer_signal(struct record_writer *w, const struct sip_signal *s)
{
    begin(w, RECORD_SIGNAL, s->time_us, s->frame, s->frame_bytes);
    put_number(w, s->kind);
    put_end(w, &s->src);
    put_end(w, &s->dst);
    put_end(w, &s->quoting);
    put_end(w, &s->quoted);
    put_number(w, s->syn_seq);
    put_hash(w, s->packet_hash);
    w->signals++;
}

static void put_counts(struct record_writer *w, const struct record_tail *tail)
{
    struct sianto_counts counts = tail->counts;
    guint n = 0;
    while (record_count(&counts, n))
        n++;
    put_number(w, tail->exported ? n : 0);
    for (guint i = 0; tail->exported && i < n; i++)
        put_number(w, *record_count(&counts, i));
}

gboolean record_writer_finish(struct record_writer *w, const struct record_tail *tail, GError **error)
{
    put_number(w, RECORD_END);
    put_number(w, w->events);
    put_number(w, w->signals);
    put_number(w, tail->frames);
    put_counts(w, tail);
    flush(w);
    write_all(w, gcry_md_read(w->md, GCRY_MD_SHA256), RECORD_DIGEST_BYTES);
    if (!w->fault)
        return TRUE;
    g_set_error(error, SIANTO_RECORD_ERROR, RECORD_ERROR_FILE, "the part cannot be written: %s", g_strerror(w->fault));
    return FALSE;
}

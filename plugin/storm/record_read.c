/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_private.h"

#include <errno.h>
#include <gcrypt.h>
#include <unistd.h>

#define BUFFER_BYTES (64u * 1024u)

struct record_reader {
    int fd;
    char *name;
    guint8 *buffer;
    gsize at, n;   /* of the buffer: read up to `at`, filled up to `n` */
    gsize hashed;  /* of the buffer: in `md` already */
    gcry_md_hd_t md;
    gboolean digested; /* the digest was asked for: what follows is the digest itself */
    gboolean bad;  /* something is not as it was written; reads give 0 from then on */
    int fault;     /* errno of a read that failed */
    gboolean ended, failed;
    struct record_words words;
    struct record_head head;
    struct record_tail tail;
    guint64 events, signals, last_frame; /* seen so far */
    guint64 time_us, frame;              /* of the last record */
};

/* --- bytes ----------------------------------------------------------------------------------------------- */

static void hash_read(struct record_reader *r)
{
    if (!r->digested)
        gcry_md_write(r->md, r->buffer + r->hashed, r->at - r->hashed);
    r->hashed = r->at;
}

/* TRUE: there is at least one more byte. */
static gboolean fill(struct record_reader *r)
{
    gssize got;
    if (r->at < r->n)
        return TRUE;
    hash_read(r);
    r->at = r->n = r->hashed = 0;
    do
        got = read(r->fd, r->buffer, BUFFER_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        r->fault = errno;
    r->n = (gsize)MAX(got, 0);
    return got > 0;
}

static void get(struct record_reader *r, guint8 *to, gsize n)
{
    while (n && !r->bad) {
        if (!fill(r)) {
            r->bad = TRUE;
            return;
        }
        gsize part = MIN(n, r->n - r->at);
        memcpy(to, r->buffer + r->at, part);
        r->at += part;
        to += part;
        n -= part;
    }
}

static guint8 get_byte(struct record_reader *r)
{
    guint8 byte = 0;
    get(r, &byte, 1);
    return byte;
}

/* At most `max`, in as few bytes as can be: what is written has one form. */
static guint64 get_number(struct record_reader *r, guint64 max)
{
    guint64 v = 0;
    for (guint shift = 0; !r->bad; shift += 7) {
        guint8 byte = get_byte(r);
        if (shift == 63 && byte > 1)
            break;
        v |= (guint64)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (v <= max && (byte || !shift))
            return r->bad ? 0 : v;
        break;
    }
    r->bad = TRUE;
    return 0;
}

static gint64 get_signed(struct record_reader *r)
{
    guint64 v = get_number(r, G_MAXUINT64);
    return (gint64)(v >> 1 ^ (v & 1 ? G_MAXUINT64 : 0));
}

/* -1: not given (event.h). */
static gint64 get_seconds(struct record_reader *r)
{
    gint64 v = get_signed(r);
    r->bad = r->bad || v < -1 || v > G_MAXUINT32;
    return r->bad ? -1 : v;
}

static guint64 get_hash(struct record_reader *r)
{
    guint64 hash = 0;
    get(r, (guint8 *)&hash, sizeof hash);
    return r->bad ? 0 : GUINT64_FROM_LE(hash);
}

static void get_new_word(struct record_reader *r, struct bytes *text)
{
    gsize n = get_number(r, RECORD_WORD_MAX);
    r->bad = r->bad || n == 0 || get_byte(r) != 0;
    if (r->bad)
        return;
    guint8 *p = g_malloc(n);
    get(r, p, n);
    r->bad = r->bad || get_byte(r) != 0;
    if (r->bad) {
        g_free(p);
        return;
    }
    record_words_add(&r->words, p, n);
    *text = (struct bytes){p, n};
}

static struct bytes get_word(struct record_reader *r)
{
    struct bytes text = BYTES_NONE;
    guint64 what = get_number(r, RECORD_WORDS_MAX + 1);
    if (what == 1)
        get_new_word(r, &text);
    else if (what > 1 && !record_words_at(&r->words, what - 1, &text))
        r->bad = TRUE;
    return r->bad ? BYTES_NONE : text;
}

static struct endpoint get_end(struct record_reader *r)
{
    struct endpoint e = {0};
    struct reader text = reader_of(get_word(r));
    e.family = rd_u8(&text);
    gsize n = e.family == 4 ? 4 : e.family == 6 ? 16 : 0;
    struct bytes address = rd_bytes(&text, n);
    e.port = rd_u16be(&text);
    if (text.bad || rd_left(&text) || (e.family && !n)) {
        r->bad = TRUE;
        return (struct endpoint){0};
    }
    if (n)
        memcpy(e.addr, address.p, n);
    return e;
}

/* --- what is wrong ------------------------------------------------------------------------------------------ */

static gboolean refuse(struct record_reader *r, enum sianto_record_error code, const char *what, GError **error)
{
    r->failed = TRUE;
    if (r->fault)
        g_set_error(error, SIANTO_RECORD_ERROR, RECORD_ERROR_FILE, "%s cannot be read: %s", r->name,
                    g_strerror(r->fault));
    else
        g_set_error(error, SIANTO_RECORD_ERROR, (gint)code, "%s %s", r->name, what);
    return FALSE;
}

static gboolean refuse_broken(struct record_reader *r, GError **error)
{
    return refuse(r, RECORD_ERROR_BROKEN, "is cut short or damaged: run its shard again", error);
}

/* --- the head ------------------------------------------------------------------------------------------------ */

static gboolean read_magic(struct record_reader *r, GError **error)
{
    guint8 magic[sizeof RECORD_MAGIC - 1], version[sizeof RECORD_VERSION - 1];
    get(r, magic, sizeof magic);
    if (r->bad || memcmp(magic, RECORD_MAGIC, sizeof magic) != 0)
        return refuse(r, RECORD_ERROR_FORMAT, "is no part that part= wrote", error);
    get(r, version, sizeof version);
    if (!r->bad && memcmp(version, RECORD_VERSION, sizeof version) != 0)
        return refuse(r, RECORD_ERROR_VERSION, "is of another version of sianto: use one for all shards", error);
    return TRUE;
}

static gboolean read_head(struct record_reader *r, GError **error)
{
    if (!read_magic(r, error))
        return FALSE;
    get(r, r->head.origin, sizeof r->head.origin);
    r->head.private_names = get_number(r, HEAD_ALL) & HEAD_PRIVATE ? TRUE : FALSE;
    r->head.n_servers = (guint)get_number(r, RECORD_SERVERS_MAX);
    for (guint i = 0; i < r->head.n_servers && !r->bad; i++)
        r->head.servers[i] = get_end(r);
    return !r->bad || refuse_broken(r, error);
}

struct record_reader *record_reader_new(int fd, const char *name, GError **error)
{
    struct record_reader *r = g_new0(struct record_reader, 1);
    gcry_error_t err = gcry_md_open(&r->md, GCRY_MD_SHA256, 0);
    if (err)
        g_error("SHA-256: %s", gcry_strerror(err));
    r->fd = fd;
    r->name = g_strdup(name);
    r->buffer = g_malloc(BUFFER_BYTES);
    record_words_init(&r->words, FALSE);
    if (!read_head(r, error))
        g_clear_pointer(&r, record_reader_free);
    return r;
}

void record_reader_free(struct record_reader *r)
{
    if (!r)
        return;
    gcry_md_close(r->md);
    record_words_clear(&r->words);
    g_free(r->buffer);
    g_free(r->name);
    g_free(r);
}

const struct record_head *record_reader_head(const struct record_reader *r)
{
    return &r->head;
}

const struct record_tail *record_reader_tail(const struct record_reader *r)
{
    return &r->tail;
}

/* --- records ------------------------------------------------------------------------------------------------- */

/* Time and frame are told as differences; numbers of frames begin with 1. */
static void read_front(struct record_reader *r, gint64 *time_us, guint64 *frame, guint32 *frame_bytes)
{
    r->time_us += (guint64)get_signed(r);
    r->frame += (guint64)get_signed(r);
    *time_us = (gint64)r->time_us;
    *frame = r->frame;
    *frame_bytes = (guint32)get_number(r, G_MAXUINT32);
    r->last_frame = MAX(r->last_frame, r->frame);
    r->bad = r->bad || r->frame == 0 || r->frame > G_MAXINT64;
}

static struct event_contact get_contact(struct record_reader *r)
{
    struct event_contact c = {.star = get_number(r, CONTACT_STAR) & CONTACT_STAR ? TRUE : FALSE};
    c.uri = get_word(r);
    c.instance = get_word(r);
    c.expires_s = get_seconds(r);
    return c;
}

static void read_event(struct record_reader *r, struct sip_event *e)
{
    memset(e, 0, sizeof *e);
    read_front(r, &e->time_us, &e->frame, &e->frame_bytes);
    guint64 flags = get_number(r, EVENT_ALL);
    e->request = (flags & EVENT_REQUEST) != 0;
    e->credentials = (flags & EVENT_CREDENTIALS) != 0;
    e->ignored_fault = (flags & EVENT_FAULT) != 0;
    e->transport = (enum sip_transport)get_number(r, SIP_WS);
    e->src = get_end(r);
    e->dst = get_end(r);
    e->packet_hash = get_hash(r);
    e->status = (guint)get_number(r, G_MAXUINT);
    e->cseq = (guint32)get_number(r, G_MAXUINT32);
    e->expires_s = get_seconds(r);
    e->retry_after_s = get_seconds(r);
    for (guint i = 0; i < RECORD_EVENT_WORDS; i++)
        *(struct bytes *)(void *)((char *)e + record_event_words[i]) = get_word(r);
    e->n_contacts = (guint)get_number(r, EVENT_CONTACTS_MAX);
    for (guint i = 0; i < e->n_contacts && !r->bad; i++)
        e->contacts[i] = get_contact(r);
    r->events++;
}

static void read_signal(struct record_reader *r, struct sip_signal *s)
{
    memset(s, 0, sizeof *s);
    read_front(r, &s->time_us, &s->frame, &s->frame_bytes);
    s->kind = (enum sip_signal_kind)get_number(r, SIGNAL_ICMP);
    s->src = get_end(r);
    s->dst = get_end(r);
    s->quoting = get_end(r);
    s->quoted = get_end(r);
    s->syn_seq = (guint32)get_number(r, G_MAXUINT32);
    s->packet_hash = get_hash(r);
    r->signals++;
}

/* All counts of this version, or none. */
static void read_counts(struct record_reader *r)
{
    struct record_tail *t = &r->tail;
    guint64 all = 0;
    while (record_count(&t->counts, (guint)all))
        all++;
    guint64 n = get_number(r, all);
    t->exported = n > 0;
    r->bad = r->bad || (n && n != all);
    for (guint i = 0; i < n && !r->bad; i++)
        *record_count(&t->counts, i) = get_number(r, G_MAXINT64);
}

static void read_tail(struct record_reader *r)
{
    struct record_tail *t = &r->tail;
    guint8 digest[RECORD_DIGEST_BYTES];
    t->events = get_number(r, G_MAXUINT64);
    t->signals = get_number(r, G_MAXUINT64);
    t->frames = get_number(r, G_MAXINT64);
    read_counts(r);
    hash_read(r);
    memcpy(t->digest, gcry_md_read(r->md, GCRY_MD_SHA256), sizeof t->digest);
    r->digested = TRUE;
    get(r, digest, sizeof digest);
    r->bad = r->bad || memcmp(digest, t->digest, sizeof digest) != 0 || t->events != r->events ||
             t->signals != r->signals || t->frames < r->last_frame || fill(r);
}

enum record_kind record_reader_next(struct record_reader *r, struct record *record, GError **error)
{
    if (r->ended)
        return record->kind = RECORD_END;
    record_words_settle(&r->words);
    record->kind = (enum record_kind)get_number(r, RECORD_SIGNAL);
    if (r->bad)
        record->kind = RECORD_FAULT;
    else if (record->kind == RECORD_EVENT)
        read_event(r, &record->event);
    else if (record->kind == RECORD_SIGNAL)
        read_signal(r, &record->signal);
    else
        read_tail(r);
    if (r->bad || r->failed) {
        refuse_broken(r, error);
        return record->kind = RECORD_FAULT;
    }
    r->ended = record->kind == RECORD_END;
    return record->kind;
}

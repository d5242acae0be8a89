/* Parts: what was written is read; what was cut, changed or claims too much is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memfd_create */
#include "parts.h"

#include <fcntl.h>

static const struct record_head head = {
    .origin = {1, 2, 3, [31] = 32},
    .private_names = TRUE,
    .servers = {{.family = 4, .addr = {192, 0, 2, 1}, .port = 5060}, {.family = 6, .addr = {0x20, 1, 0xd, 0xb8}}},
    .n_servers = 2,
};

static struct record_tail tail_of(guint64 frames)
{
    struct record_tail t = {.frames = frames, .exported = TRUE};
    t.counts.frames = frames;
    t.counts.written = 7;
    t.counts.dropped[DROP_NOT_SIP] = 300;
    t.counts.replaced[KIND_USER] = G_MAXINT64;
    t.counts.broken = 1;
    return t;
}

/* --- round trip ------------------------------------------------------------------------------------------ */

static void same_end(const struct endpoint *a, const struct endpoint *b)
{
    g_assert_true(endpoint_equal(a, b));
}

static void same_bytes(struct bytes a, struct bytes b)
{
    g_assert_cmpmem(a.p, a.n, b.p, b.n);
}

static void same_event(const struct sip_event *a, const struct sip_event *b)
{
    g_assert_cmpint(a->time_us, ==, b->time_us);
    g_assert_cmpuint(a->frame, ==, b->frame);
    g_assert_cmpuint(a->frame_bytes, ==, b->frame_bytes);
    same_end(&a->src, &b->src);
    same_end(&a->dst, &b->dst);
    g_assert_cmpint(a->transport, ==, b->transport);
    g_assert_cmpuint(a->packet_hash, ==, b->packet_hash);
    g_assert_true(a->request == b->request && a->credentials == b->credentials);
    g_assert_true(a->ignored_fault == b->ignored_fault);
    g_assert_true(a->status == b->status && a->cseq == b->cseq);
    g_assert_true(a->expires_s == b->expires_s && a->retry_after_s == b->retry_after_s);
    same_bytes(a->method, b->method);
    same_bytes(a->cseq_method, b->cseq_method);
    same_bytes(a->call_id, b->call_id);
    same_bytes(a->branch, b->branch);
    same_bytes(a->from_tag, b->from_tag);
    same_bytes(a->to_tag, b->to_tag);
    same_bytes(a->request_uri, b->request_uri);
    same_bytes(a->from_aor, b->from_aor);
    same_bytes(a->to_aor, b->to_aor);
    same_bytes(a->user_agent, b->user_agent);
    same_bytes(a->event_package, b->event_package);
    g_assert_cmpuint(a->n_contacts, ==, b->n_contacts);
    for (guint i = 0; i < a->n_contacts; i++) {
        same_bytes(a->contacts[i].uri, b->contacts[i].uri);
        same_bytes(a->contacts[i].instance, b->contacts[i].instance);
        g_assert_cmpint(a->contacts[i].expires_s, ==, b->contacts[i].expires_s);
        g_assert_true(a->contacts[i].star == b->contacts[i].star);
    }
}

static void same_signal(const struct sip_signal *a, const struct sip_signal *b)
{
    g_assert_true(a->kind == b->kind && a->time_us == b->time_us && a->frame == b->frame);
    g_assert_true(a->frame_bytes == b->frame_bytes && a->syn_seq == b->syn_seq && a->packet_hash == b->packet_hash);
    same_end(&a->src, &b->src);
    same_end(&a->dst, &b->dst);
    same_end(&a->quoting, &b->quoting);
    same_end(&a->quoted, &b->quoted);
}

/* The same sequence each time it is asked for: an event, or a signal in each fifth place, at times of any order. */
struct drawn {
    struct parts_rng rng;
    gint64 time_us;
    guint64 frame;
    gboolean is_signal;
    struct sip_event event;
    struct sip_signal signal;
};

static void draw(struct drawn *d)
{
    d->time_us += g_rand_int_range(d->rng.rand, -2000, 900000);
    d->frame += (guint64)g_rand_int_range(d->rng.rand, 0, 3);
    d->is_signal = g_rand_int_range(d->rng.rand, 0, 5) == 0;
    if (d->is_signal)
        d->signal = parts_signal(&d->rng, d->time_us, d->frame);
    else
        d->event = parts_event(&d->rng, d->time_us, d->frame);
}

static struct drawn drawn_from(guint32 seed)
{
    return (struct drawn){.rng = {.rand = g_rand_new_with_seed(seed)}, .time_us = PARTS_START_US, .frame = 1};
}

static int write_drawn(guint32 seed, guint n)
{
    struct drawn d = drawn_from(seed);
    int fd = memfd_create("part", MFD_CLOEXEC);
    struct record_writer *w = record_writer_new(fd, &head);
    for (guint i = 0; i < n; i++) {
        draw(&d);
        if (d.is_signal)
            record_writer_signal(w, &d.signal);
        else
            record_writer_event(w, &d.event);
    }
    struct record_tail tail = tail_of(d.frame);
    g_assert_true(record_writer_finish(w, &tail, NULL));
    record_writer_free(w);
    g_rand_free(d.rng.rand);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void check_tail(const struct record_tail *t, guint64 n, guint64 frames)
{
    struct record_tail expected = tail_of(frames);
    g_assert_cmpuint(t->events + t->signals, ==, n);
    g_assert_cmpuint(t->frames, ==, frames);
    g_assert_true(t->exported);
    g_assert_cmpmem(&t->counts, sizeof t->counts, &expected.counts, sizeof expected.counts);
}

static void round_trip(guint32 seed, guint n)
{
    GError *error = NULL;
    int fd = write_drawn(seed, n);
    struct drawn d = drawn_from(seed);
    struct record_reader *r = record_reader_new(fd, "p.part", &error);
    g_assert_no_error(error);
    const struct record_head *h = record_reader_head(r);
    g_assert_cmpmem(h->origin, sizeof h->origin, head.origin, sizeof head.origin);
    g_assert_true(h->private_names && h->n_servers == 2);
    same_end(&h->servers[0], &head.servers[0]);
    same_end(&h->servers[1], &head.servers[1]);
    for (guint i = 0; i < n; i++) {
        struct record record;
        draw(&d);
        g_assert_cmpint(record_reader_next(r, &record, &error), ==, d.is_signal ? RECORD_SIGNAL : RECORD_EVENT);
        if (d.is_signal)
            same_signal(&d.signal, &record.signal);
        else
            same_event(&d.event, &record.event);
    }
    struct record record;
    g_assert_cmpint(record_reader_next(r, &record, &error), ==, RECORD_END);
    g_assert_no_error(error);
    g_assert_cmpint(record_reader_next(r, &record, &error), ==, RECORD_END);
    check_tail(record_reader_tail(r), n, d.frame);
    record_reader_free(r);
    g_rand_free(d.rng.rand);
    close(fd);
}

static void test_round_trip(void)
{
    for (guint32 seed = 0; seed < 20; seed++)
        round_trip(seed, seed * 40);
}

/* --- words ------------------------------------------------------------------------------------------------ */

/* An event of nothing but one word. */
static struct sip_event event_of(struct bytes word)
{
    return (struct sip_event){.frame = 1, .request = TRUE, .call_id = word, .expires_s = -1, .retry_after_s = -1};
}

typedef struct bytes (*make_word)(guint i, GByteArray *to);

static guint64 words_trip(guint n, make_word make)
{
    g_autoptr(GByteArray) text = g_byte_array_new();
    int fd = memfd_create("part", MFD_CLOEXEC);
    struct record_tail tail = {.frames = 1};
    struct record_writer *w = record_writer_new(fd, &head);
    for (guint i = 0; i < n; i++) {
        struct sip_event e = event_of(make(i, text));
        record_writer_event(w, &e);
    }
    g_assert_true(record_writer_finish(w, &tail, NULL));
    record_writer_free(w);
    guint64 size = (guint64)lseek(fd, 0, SEEK_CUR);
    lseek(fd, 0, SEEK_SET);
    struct record_reader *r = record_reader_new(fd, "p.part", NULL);
    struct record record;
    for (guint i = 0; i < n; i++) {
        g_assert_cmpint(record_reader_next(r, &record, NULL), ==, RECORD_EVENT);
        same_bytes(record.event.call_id, make(i, text));
    }
    g_assert_cmpint(record_reader_next(r, &record, NULL), ==, RECORD_END);
    g_assert_false(record_reader_tail(r)->exported);
    record_reader_free(r);
    close(fd);
    return size;
}

static struct bytes numbered(guint n, GByteArray *to)
{
    g_autofree char *text = g_strdup_printf("word-%u", n);
    g_byte_array_set_size(to, 0);
    g_byte_array_append(to, (const guint8 *)text, (guint)strlen(text));
    return bytes_of_array(to);
}

static struct bytes one_of_few(guint i, GByteArray *to)
{
    return numbered(i % 100, to);
}

/* More than are remembered, and those that are gone again. */
static struct bytes one_of_many(guint i, GByteArray *to)
{
    return numbered(i % 70000 == 5 ? 0 : i % 70000, to);
}

static struct bytes long_one(guint i, GByteArray *to)
{
    g_byte_array_set_size(to, 0);
    bytes_fill(to, RECORD_WORD_MAX - i % 3, (guint8)(i % 20));
    return bytes_of_array(to);
}

/* A word that came lately is written once; all that are remembered have a bound. */
static void test_words(void)
{
    guint64 few = words_trip(10000, one_of_few);
    g_assert_cmpuint(few, <, 10000 * 40);
    words_trip(150000, one_of_many);
    words_trip(60, long_one);
}

static void test_any_bytes(void)
{
    static const char text[] = "\0\n\xff\0x";
    struct sip_event e = event_of((struct bytes){(const guint8 *)text, sizeof text});
    int fd = memfd_create("part", MFD_CLOEXEC);
    struct record_tail tail = {.frames = 1};
    struct record_writer *w = record_writer_new(fd, &head);
    record_writer_event(w, &e);
    g_assert_true(record_writer_finish(w, &tail, NULL));
    record_writer_free(w);
    lseek(fd, 0, SEEK_SET);
    struct record_reader *r = record_reader_new(fd, "p.part", NULL);
    struct record record;
    g_assert_cmpint(record_reader_next(r, &record, NULL), ==, RECORD_EVENT);
    same_event(&e, &record.event);
    record_reader_free(r);
    close(fd);
}

/* --- what is refused ----------------------------------------------------------------------------------------- */

/* To the end, or the first fault. */
static gboolean read_all(struct bytes content, GError **error)
{
    int fd = parts_file(content);
    struct record_reader *r = record_reader_new(fd, "p.part", error);
    struct record record = {.kind = RECORD_FAULT};
    while (r && record_reader_next(r, &record, error) != RECORD_END && record.kind != RECORD_FAULT)
        continue;
    if (r && record.kind == RECORD_FAULT) { /* and it stays so */
        g_autoptr(GError) again = NULL;
        g_assert_cmpint(record_reader_next(r, &record, &again), ==, RECORD_FAULT);
        g_assert_nonnull(again);
    }
    record_reader_free(r);
    close(fd);
    return r && record.kind == RECORD_END;
}

static void refused(struct bytes content, gint code)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(read_all(content, &error));
    g_assert_nonnull(error);
    g_assert_true(g_str_has_prefix(error->message, "p.part "));
    g_assert_null(strchr(error->message, '\n'));
    if (code >= 0)
        g_assert_error(error, SIANTO_RECORD_ERROR, code);
}

static void test_cut(void)
{
    int fd = write_drawn(3, 30);
    g_autoptr(GByteArray) all = parts_content(fd);
    g_assert_true(read_all(bytes_of_array(all), NULL));
    for (gsize n = 0; n < all->len; n++)
        refused(bytes_sub(bytes_of_array(all), 0, n), n < 12 ? RECORD_ERROR_FORMAT : RECORD_ERROR_BROKEN);
    close(fd);
}

static void test_changed(void)
{
    int fd = write_drawn(4, 30);
    g_autoptr(GByteArray) all = parts_content(fd);
    for (gsize i = 0; i < all->len; i++) {
        for (guint bit = 0; bit < 8; bit += 3) {
            all->data[i] ^= (guint8)(1u << bit);
            refused(bytes_of_array(all),
                    i < 12 ? RECORD_ERROR_FORMAT : i < 14 ? RECORD_ERROR_VERSION : RECORD_ERROR_BROKEN);
            all->data[i] ^= (guint8)(1u << bit);
        }
    }
    g_byte_array_append(all, (const guint8 *)"", 1);
    refused(bytes_of_array(all), RECORD_ERROR_BROKEN);
    close(fd);
}

/* Behind a head of our own: what claims more than there is, or than there may be. */
static void test_hostile(void)
{
    static const struct bytes rows[] = {
        BYTES_LIT("\x03"),                                             /* no such record */
        BYTES_LIT("\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"),     /* a number of 65 bits */
        BYTES_LIT("\x01\x80\x00"),                                     /* longer than it need be */
        BYTES_LIT("\x01\x00\x02\x00\x08"),                             /* bits that mean nothing */
        BYTES_LIT("\x01\x00\x02\x00\x00\x05"),                         /* no such transport */
        BYTES_LIT("\x01\x00\x02\x00\x00\x00\x02"),                     /* the last word, and there is none */
        BYTES_LIT("\x01\x00\x02\x00\x00\x00\x01\xff\xff\xff\x7f\x00"), /* a word of 256 MiB */
        BYTES_LIT("\x01\x00\x02\x00\x00\x00\x01\x00\x00\x00"),         /* a new word that is empty */
        BYTES_LIT("\x01\x00\x02\x00\x00\x00\x01\x02\x00" "ab\x01"),    /* no zero behind it */
        BYTES_LIT("\x01\x00\x02\x00\x00\x00\x01\x03\x00\x05" "ab\x00"), /* no such family */
        BYTES_LIT("\x02\x00\x02\x00\x06"),                             /* no such signal */
        BYTES_LIT("\x01\x00\x00\x00\x00\x00\x00"),                     /* frame 0 */
    };
    g_autoptr(GByteArray) front = g_byte_array_new();
    g_byte_array_append(front, (const guint8 *)"sianto-part 1\n", 14);
    bytes_fill(front, RECORD_DIGEST_BYTES + 2, 0);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) all = g_byte_array_new();
        g_byte_array_append(all, front->data, front->len);
        g_byte_array_append(all, rows[i].p, (guint)rows[i].n);
        bytes_fill(all, 64, 0);
        refused(bytes_of_array(all), RECORD_ERROR_BROKEN);
    }
}

static void test_not_ours(void)
{
    refused(BYTES_NONE, RECORD_ERROR_FORMAT);
    refused(BYTES_LIT("\x0a\x0d\x0d\x0a no part at all, but a capture"), RECORD_ERROR_FORMAT);
    refused(BYTES_LIT("sianto-part 2\n and what will come"), RECORD_ERROR_VERSION);
}

static void test_full_disk(void)
{
    g_autoptr(GError) error = NULL;
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct record_tail tail = {.frames = 1};
    struct record_writer *w = record_writer_new(fd, &head);
    g_assert_false(record_writer_finish(w, &tail, &error));
    g_assert_error(error, SIANTO_RECORD_ERROR, RECORD_ERROR_FILE);
    record_writer_free(w);
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/round-trip", test_round_trip);
    g_test_add_func("/record/words", test_words);
    g_test_add_func("/record/any-bytes", test_any_bytes);
    g_test_add_func("/record/cut", test_cut);
    g_test_add_func("/record/changed", test_changed);
    g_test_add_func("/record/hostile", test_hostile);
    g_test_add_func("/record/not-ours", test_not_ours);
    g_test_add_func("/record/full-disk", test_full_disk);
    return g_test_run();
}

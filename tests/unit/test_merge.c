/* Shards merge into the whole: wherever the sequence of events is cut, the JSON is that of one storm.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memfd_create */
#include "merge.h"
#include "parts.h"
#include "storm_fixture.h"

#include <glib/gstdio.h>

#define EVENTS 600

/* --- a capture, and its shards ------------------------------------------------------------------------------ */

struct capture {
    struct parts_rng rng;
    GArray *times; /* gint64 of each record; a frame each */
    guint32 seed;
};

static gint64 time_at(const struct capture *c, guint i)
{
    return g_array_index(c->times, gint64, i);
}

static struct capture *capture_new(guint32 seed)
{
    struct capture *c = g_new0(struct capture, 1);
    g_autoptr(GRand) steps = g_rand_new_with_seed(seed);
    gint64 at = PARTS_START_US;
    c->seed = seed;
    c->times = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; i < EVENTS; i++) {
        at += g_rand_int_range(steps, 0, 10) ? g_rand_int_range(steps, 0, 300000) : 15000000;
        g_array_append_val(c->times, at);
    }
    return c;
}

static void capture_free(struct capture *c)
{
    g_array_unref(c->times);
    g_free(c);
}

typedef void (*take_record)(void *arg, const struct sip_event *e, const struct sip_signal *s);

/* Records [from, to), with frames numbered from 1 as one that reads only these numbers them. A stream's hash is of that
 * number, as in sianto.c. */
static void give(const struct capture *c, guint from, guint to, take_record fn, void *arg)
{
    struct parts_rng rng = {.rand = g_rand_new_with_seed(c->seed)};
    for (guint i = 0; i < to; i++) {
        guint64 frame = i >= from ? i - from + 1 : 1;
        if (g_rand_int_range(rng.rand, 0, 5) == 0) {
            struct sip_signal s = parts_signal(&rng, time_at(c, i), frame);
            if (i >= from)
                fn(arg, NULL, &s);
        } else {
            struct sip_event e = parts_event(&rng, time_at(c, i), frame);
            e.packet_hash = e.transport == SIP_UDP ? e.packet_hash : frame << 20;
            if (i >= from)
                fn(arg, &e, NULL);
        }
    }
    g_rand_free(rng.rand);
}

static void to_storm(void *arg, const struct sip_event *e, const struct sip_signal *s)
{
    if (e)
        storm_event(arg, e);
    else
        storm_signal(arg, s);
}

static void to_part(void *arg, const struct sip_event *e, const struct sip_signal *s)
{
    if (e)
        record_writer_event(arg, e);
    else
        record_writer_signal(arg, s);
}

static char *json_of(const struct storm *s)
{
    return fixture_json(storm_result(s));
}

static char *json_of_whole(const struct capture *c)
{
    struct storm *s = storm_new(NULL);
    give(c, 0, EVENTS, to_storm, s);
    storm_finish(s);
    char *json = json_of(s);
    storm_free(s);
    return json;
}

static const struct record_head plain = {.origin = {1}}, other = {.origin = {2}};

/* A path to a file in memory that lives as long as this process does. */
static char *write_part(const struct capture *c, guint from, guint to, const struct record_head *head)
{
    int fd = memfd_create("part", MFD_CLOEXEC);
    struct record_tail tail = {.frames = to - from, .exported = TRUE, .counts = {.frames = to - from, .written = 2}};
    struct record_writer *w = record_writer_new(fd, head);
    tail.counts.replaced[KIND_USER] = from;
    give(c, from, to, to_part, w);
    g_assert_true(record_writer_finish(w, &tail, NULL));
    record_writer_free(w);
    return g_strdup_printf("/proc/self/fd/%d", fd);
}

static void drop_parts(char **paths)
{
    for (char **p = paths; *p; p++)
        close((int)g_ascii_strtoull(strrchr(*p, '/') + 1, NULL, 10));
    g_strfreev(paths);
}

/* At the places [0, a), [a, b), [b, end). */
static char **cut(const struct capture *c, guint a, guint b)
{
    char **paths = g_new0(char *, 4);
    paths[0] = write_part(c, 0, a, &plain);
    paths[1] = write_part(c, a, b, &plain);
    paths[2] = write_part(c, b, EVENTS, &plain);
    return paths;
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void test_whole(void)
{
    for (guint32 seed = 1; seed <= 4; seed++) {
        struct capture *c = capture_new(seed);
        g_autofree char *whole = json_of_whole(c);
        for (guint a = 0; a < EVENTS; a += 97) {
            GError *error = NULL;
            char **paths = cut(c, a, MIN(a + 150, EVENTS));
            struct merged *m = merge_parts(paths, &error);
            g_assert_no_error(error);
            g_autofree char *merged = json_of(m->storm);
            g_assert_cmpstr(merged, ==, whole);
            g_assert_true(m->exported);
            g_assert_cmpuint(m->counts.frames, ==, EVENTS);
            g_assert_cmpuint(m->counts.written, ==, 6);
            g_assert_cmpuint(m->counts.replaced[KIND_USER], ==, a + MIN(a + 150, EVENTS));
            merge_free(m);
            drop_parts(paths);
        }
        capture_free(c);
    }
}

/* The same packet, captured twice a moment apart, on both sides of a boundary; and messages of streams that look alike
 * there, and are two. */
static guint64 duplicates_of(enum sip_transport transport)
{
    char *paths[3] = {NULL};
    for (guint i = 0; i < 2; i++) {
        int fd = memfd_create("part", MFD_CLOEXEC);
        struct sip_event e = {.time_us = PARTS_START_US + i * 5000, .frame = 1, .request = TRUE, .transport = transport};
        struct record_tail tail = {.frames = 1};
        struct record_writer *w = record_writer_new(fd, &plain);
        e.packet_hash = 77;
        e.method = e.cseq_method = BYTES_LIT("OPTIONS");
        e.src.family = e.dst.family = 4;
        record_writer_event(w, &e);
        g_assert_true(record_writer_finish(w, &tail, NULL));
        record_writer_free(w);
        paths[i] = g_strdup_printf("/proc/self/fd/%d", fd);
    }
    struct merged *m = merge_parts(paths, NULL);
    g_assert_nonnull(m);
    guint64 n = storm_result(m->storm)->duplicates;
    g_assert_false(m->exported);
    merge_free(m);
    for (guint i = 0; i < 2; i++) {
        close((int)g_ascii_strtoull(strrchr(paths[i], '/') + 1, NULL, 10));
        g_free(paths[i]);
    }
    return n;
}

static void test_border(void)
{
    g_assert_cmpuint(duplicates_of(SIP_UDP), ==, 1);
    g_assert_cmpuint(duplicates_of(SIP_TCP), ==, 0);
}

static void refused(char *const *paths, gint code, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(merge_parts(paths, &error));
    g_assert_error(error, SIANTO_RECORD_ERROR, code);
    g_assert_nonnull(strstr(error->message, name));
    g_assert_null(strchr(error->message, '\n'));
}

static void test_refused(void)
{
    struct capture *c = capture_new(5);
    char **p = cut(c, 200, 400);
    char *alien = write_part(c, 400, EVENTS, &other);
    refused((char *[]){p[1], p[0], NULL}, RECORD_ERROR_ORDER, p[0]);
    refused((char *[]){p[0], p[1], p[1], NULL}, RECORD_ERROR_ORDER, p[1]);
    refused((char *[]){p[0], p[1], alien, NULL}, RECORD_ERROR_ORIGIN, alien);
    refused((char *[]){p[0], (char *)(gsize)"/nonexistent/a.part", NULL}, RECORD_ERROR_FILE, "a.part");
    refused((char *[]){(char *)(gsize)"/dev/null", NULL}, RECORD_ERROR_FORMAT, "/dev/null");
    close((int)g_ascii_strtoull(strrchr(alien, '/') + 1, NULL, 10));
    g_free(alien);
    drop_parts(p);
    capture_free(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/merge/whole", test_whole);
    g_test_add_func("/merge/border", test_border);
    g_test_add_func("/merge/refused", test_refused);
    return g_test_run();
}

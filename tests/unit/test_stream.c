/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "stream.h"

#define ORIGIN (G_GUINT64_CONSTANT(1) << 40)

/* "abc{defg=XY}hi": the part in braces is replaced; the rest is kept. */
static void judge(struct edits *e, const char *rule, GString *original, GString *written)
{
    edits_clear(e);
    for (const char *p = rule; *p;) {
        gsize at = original->len;
        if (*p != '{') {
            gsize n = strcspn(p, "{");
            g_string_append_len(original, p, (gssize)n);
            g_string_append_len(written, p, (gssize)n);
            edits_keep(e, at, at + n);
            p += n;
            continue;
        }
        const char *equals = strchr(p, '='), *end = strchr(p, '}');
        g_string_append_len(original, p + 1, equals - p - 1);
        g_string_append_len(written, equals + 1, end - equals - 1);
        edits_replace(e, at, original->len, (struct bytes){(const guint8 *)equals + 1, (gsize)(end - equals - 1)},
                      KIND_USER);
        p = end + 1;
    }
}

static void check_written(const struct stream *s, guint64 from, guint64 to, const char *expected)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    stream_written(s, stream_position(s, ORIGIN + from), stream_position(s, ORIGIN + to), out);
    check_text(expected, bytes_of_array(out), expected);
}

static void decide(struct stream *s, const char *rule)
{
    g_autoptr(GString) original = g_string_new(NULL), written = g_string_new(NULL);
    struct edits *e = edits_new();
    judge(e, rule, original, written);
    g_assert_true(bytes_starts(stream_front(s), bytes_of(original->str)));
    stream_decide(s, e, original->len);
    edits_free(e);
}

static void positions_move(void)
{
    struct stream *s = stream_new(ORIGIN);
    stream_add(s, ORIGIN, BYTES_LIT("From: Alice Smith <sip:alice>\r\n"));
    decide(s, "From: {Alice Smith=} <sip:{alice=u12345678}>\r\n");
    check_written(s, 0, 31, "From:  <sip:u12345678>\r\n");
    check_written(s, 0, 8, "From: ");   /* inside what is deleted */
    check_written(s, 8, 15, "");
    check_written(s, 8, 23, " <sip:"); /* up to alice */
    check_written(s, 23, 25, "u12");   /* two fifths of nine: 3.6, downwards */
    check_written(s, 25, 31, "345678>\r\n");
    g_assert_cmpuint(stream_position(s, ORIGIN - 1), ==, ORIGIN - 1);
    g_assert_cmpuint(stream_position(s, ORIGIN + 31 + 5), ==, ORIGIN + 31 - 7 + 5);
    stream_free(s);
}

static void insertions_go_with_the_byte_before(void)
{
    struct stream *s = stream_new(ORIGIN);
    stream_add(s, ORIGIN, BYTES_LIT("abcdef"));
    decide(s, "abc{=XY}def{=Z}");
    check_written(s, 0, 6, "abcXYdefZ");
    check_written(s, 0, 3, "abcXY");
    check_written(s, 3, 6, "defZ");
    check_written(s, 0, 2, "ab");
    stream_free(s);
}

/* The log begins with an insertion: no position is before it. */
static void insertions_at_the_beginning(void)
{
    static const char *const rules[] = {"{=XY}abc", "{=XY}{abc=1234}", "{=XY}{=Z}{a=}bc"};
    static const char *const whole[] = {"XYabc", "XY1234", "XYZbc"};
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        struct stream *s = stream_new(ORIGIN);
        stream_add(s, ORIGIN, BYTES_LIT("abc"));
        decide(s, rules[i]);
        check_written(s, 0, 3, whole[i]);
        g_assert_cmpuint(stream_position(s, ORIGIN), ==, ORIGIN);
        stream_free(s);
    }
}

/* It begins elsewhere than was thought, while bytes are there. */
static void begins_elsewhere(void)
{
    struct stream *s = stream_new(ORIGIN);
    stream_add(s, ORIGIN, BYTES_LIT("abcdef"));
    stream_start(s, ORIGIN - 2);
    g_assert_cmpuint(stream_front(s).n, ==, 0);
    stream_add(s, ORIGIN - 2, BYTES_LIT("YZ"));
    check_text("earlier", stream_front(s), "YZabcdef");
    stream_start(s, ORIGIN + 4);
    check_text("later", stream_front(s), "ef");
    stream_free(s);
}

static void first_arrival_stays(void)
{
    struct stream *s = stream_new(ORIGIN);
    stream_add(s, ORIGIN + 4, BYTES_LIT("efgh"));
    g_assert_cmpuint(stream_front(s).n, ==, 0);
    g_assert_cmpuint(stream_gap(s, ORIGIN + 8), ==, 4);
    stream_add(s, ORIGIN + 2, BYTES_LIT("XXXXXXXXXX")); /* fills 2..4 and 8..12 */
    stream_add(s, ORIGIN - 2, BYTES_LIT("YYab"));
    check_text("front", stream_front(s), "abXXefghXXXX");
    stream_add(s, ORIGIN, BYTES_LIT("zzzzzzzzzzzzzzzz"));
    check_text("front", stream_front(s), "abXXefghXXXXzzzz");
    g_assert_cmpuint(stream_seen(s), ==, ORIGIN + 16);
    stream_free(s);
}

static void what_is_lost_waits_for_a_copy(void)
{
    struct stream *s = stream_new(ORIGIN);
    stream_add(s, ORIGIN, BYTES_LIT("ab"));
    stream_lose(s, ORIGIN + 2, ORIGIN + 6);
    stream_add(s, ORIGIN + 6, BYTES_LIT("gh"));
    check_text("front", stream_front(s), "ab");
    g_assert_true(stream_lost(s));
    g_assert_cmpuint(stream_gap(s, G_MAXUINT64), ==, 0);
    decide(s, "{ab=ABC}");
    g_assert_true(stream_lost(s));
    g_assert_cmpuint(stream_gap(s, G_MAXUINT64), ==, 4);
    stream_fill(s, 4, 0);
    check_text("front", stream_front(s), "gh");
    decide(s, "gh");
    check_written(s, 0, 2, "ABC");
    g_assert_cmpuint(stream_position(s, ORIGIN + 8), ==, ORIGIN + 9);
    stream_free(s);
}

static void gaps_are_filled_across_chunks(void)
{
    struct stream *s = stream_new(ORIGIN);
    stream_add(s, ORIGIN + 3, BYTES_LIT("defg"));
    stream_add(s, ORIGIN + 9, BYTES_LIT("jk"));
    stream_fill(s, 5, 'x');
    check_text("front", stream_front(s), "fg");
    stream_fill(s, 5, 'x');
    check_text("front", stream_front(s), "k");
    check_written(s, 0, 10, "xxxxxxxxxx");
    stream_fill(s, G_GUINT64_CONSTANT(5000000000), 0);
    g_assert_cmpuint(stream_position(s, ORIGIN + 5000000010), ==, ORIGIN + 5000000010);
    g_assert_cmpuint(stream_log(s), <, 1000);
    stream_free(s);
}

/* The three bytes that are written there, and two on either side. */
static void check_around(const struct stream *s, guint64 out, const char *expected)
{
    g_autoptr(GByteArray) got = g_byte_array_new();
    stream_written(s, out - 2, out + 5, got);
    g_assert_cmpmem(got->data, got->len, expected, 7);
}

/* What lies before a gap, however long, is asked for by who waited, and goes when it is forgotten. */
static void long_gaps_forget_nothing(void)
{
    struct stream *s = stream_new(ORIGIN);
    for (guint i = 0; i < 3; i++) {
        stream_add(s, ORIGIN + 1000005 * i, BYTES_LIT("alice"));
        decide(s, "{alice=u12}");
        stream_fill(s, 1000000, 0);
    }
    for (guint i = 0; i < 3; i++) {
        g_assert_cmpuint(stream_position(s, ORIGIN + 1000005 * i), ==, ORIGIN + 1000003 * i);
        check_around(s, ORIGIN + 1000003 * i, "\0\0u12\0\0");
    }
    g_assert_cmpuint(stream_log(s), <, 1000);
    stream_forget(s, ORIGIN + 1000005 + 2);
    check_around(s, ORIGIN, "\0\0\0\0\0\0\0");
    check_around(s, ORIGIN + 1000003, "\0\0\00012\0\0");
    check_around(s, ORIGIN + 1000003 * 2, "\0\0u12\0\0");
    stream_forget(s, ORIGIN + 3 * 1000005);
    g_assert_cmpuint(stream_log(s), ==, 0);
    g_assert_cmpuint(stream_position(s, ORIGIN + 3 * 1000005), ==, ORIGIN + 3 * 1000003);
    stream_free(s);
}

static void what_is_forgotten_keeps_its_place(void)
{
    struct stream *s = stream_new(ORIGIN);
    for (guint i = 0; i < 5000; i++) {
        stream_add(s, ORIGIN + 12 * i, BYTES_LIT("hello alice\n"));
        decide(s, "hello {alice=u1}\n");
        if (i >= 10)
            stream_forget(s, ORIGIN + 12 * (i - 10) + 3);
        g_assert_cmpuint(stream_log(s), <, 12 * 12 + 40 * 40);
    }
    check_written(s, 12 * 4995, 12 * 4996, "hello u1\n");
    g_assert_cmpuint(stream_position(s, ORIGIN + 12 * 4990), ==, ORIGIN + 9 * 4990);
    g_assert_cmpuint(stream_position(s, ORIGIN + 60000) - stream_position(s, ORIGIN + 59988), ==, 9);
    stream_free(s);
}

/* Any cut, order and repetition: the same written stream, and segments that touch still touch. */
static void any_split_gives_the_same(void)
{
    static const char *rules[] = {"ab{cdefgh=1}ij\n", "{key=longer value}: kept {gone=}\n", "x{y=z}\r\n\r\n"};
    struct edits *e = edits_new();
    for (guint round = 0; round < 500; round++) {
        g_autoptr(GString) original = g_string_new(NULL), written = g_string_new(NULL), got = g_string_new(NULL);
        gsize ends[40];
        const char *used[40];
        for (guint i = 0; i < 40; i++) {
            used[i] = rules[g_test_rand_int_range(0, 3)];
            judge(e, used[i], original, written);
            ends[i] = original->len;
        }
        struct stream *s = stream_new(ORIGIN);
        guint unit = 0;
        for (guint tries = 0; unit < 40; tries++) {
            gsize done = stream_decided(s) - ORIGIN;
            gsize from = (gsize)g_test_rand_int_range((gint)(done > 20 ? done - 20 : 0), (gint)original->len);
            gsize n = (gsize)g_test_rand_int_range(1, 60);
            stream_add(s, ORIGIN + from, bytes_sub((struct bytes){(const guint8 *)original->str, original->len}, from, n));
            while (unit < 40 && stream_decided(s) - ORIGIN + stream_front(s).n >= ends[unit])
                decide(s, used[unit++]);
            g_assert_cmpuint(tries, <, 100000);
        }
        for (gsize at = 0; at < original->len;) {
            gsize n = MIN((gsize)g_test_rand_int_range(1, 30), original->len - at);
            g_autoptr(GByteArray) out = g_byte_array_new();
            stream_written(s, stream_position(s, ORIGIN + at), stream_position(s, ORIGIN + at + n), out);
            g_string_append_len(got, (const gchar *)out->data, out->len);
            at += n;
        }
        g_assert_cmpstr(got->str, ==, written->str);
        stream_free(s);
    }
    edits_free(e);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/positions-move", positions_move);
    g_test_add_func("/stream/insertions", insertions_go_with_the_byte_before);
    g_test_add_func("/stream/insertions-first", insertions_at_the_beginning);
    g_test_add_func("/stream/begins-elsewhere", begins_elsewhere);
    g_test_add_func("/stream/first-arrival-stays", first_arrival_stays);
    g_test_add_func("/stream/lost", what_is_lost_waits_for_a_copy);
    g_test_add_func("/stream/gaps", gaps_are_filled_across_chunks);
    g_test_add_func("/stream/long-gaps", long_gaps_forget_nothing);
    g_test_add_func("/stream/forgotten", what_is_forgotten_keeps_its_place);
    g_test_add_func("/stream/any-split", any_split_gives_the_same);
    return g_test_run();
}

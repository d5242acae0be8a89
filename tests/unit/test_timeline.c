/* time=: what is read, where frames go, and that what stands in texts goes as far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "codec_rig.h"
#include "hep.h"
#include "tcp_options.h"
#include "body.h"

#define LAST G_GINT64_CONSTANT(253402300799)

static void test_parse(void)
{
    static const struct {
        const char *text;
        gboolean good, shifts, coarse;
        gint64 start_s;
    } rows[] = {
        {NULL, TRUE, FALSE, FALSE, 0},
        {"", TRUE, FALSE, FALSE, 0},
        {"keep", TRUE, FALSE, FALSE, 0},
        {"coarse", TRUE, FALSE, TRUE, 0},
        {"1970-01-01", TRUE, TRUE, FALSE, 0},
        {"2000-02-29", TRUE, TRUE, FALSE, 951782400},
        {"2020-01-01T12:00:01Z", TRUE, TRUE, FALSE, 1577880001},
        {"2020-01-01,coarse", TRUE, TRUE, TRUE, 1577836800},
        {"2020-01-01T12:00:01Z,coarse", TRUE, TRUE, TRUE, 1577880001},
        {"9999-12-31T23:59:59Z", TRUE, TRUE, FALSE, LAST},
        {"1969-12-31", FALSE, FALSE, FALSE, 0},
        {"2001-02-29", FALSE, FALSE, FALSE, 0},
        {"2020-01-01T12:00:01", FALSE, FALSE, FALSE, 0},
        {"2020-01-01T12:00:01.5Z", FALSE, FALSE, FALSE, 0},
        {"2020-01-01T12:00:01+01:00", FALSE, FALSE, FALSE, 0},
        {"2020-01-01T24:00:01Z", FALSE, FALSE, FALSE, 0},
        {"2020-1-1", FALSE, FALSE, FALSE, 0},
        {"2020-01-01 ", FALSE, FALSE, FALSE, 0},
        {"coarse,2020-01-01", FALSE, FALSE, FALSE, 0},
        {",coarse", FALSE, FALSE, FALSE, 0},
        {"keep,coarse", FALSE, FALSE, FALSE, 0},
        {"Coarse", FALSE, FALSE, FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct timeline t;
        g_test_message("%s", rows[i].text ? rows[i].text : "(none)");
        g_assert_cmpint(timeline_parse(&t, rows[i].text), ==, rows[i].good);
        g_assert_cmpint(t.shifts, ==, rows[i].shifts);
        g_assert_cmpint(t.coarse, ==, rows[i].coarse);
        g_assert_cmpint(t.start_s, ==, rows[i].start_s);
    }
}

static struct timeline timeline_of(const char *text)
{
    struct timeline t;
    g_assert_true(timeline_parse(&t, text));
    return t;
}

static enum timeline_fault move(struct timeline *t, gint64 s, gint32 ns, gint64 *to_s, gint32 *to_ns)
{
    *to_s = s;
    *to_ns = ns;
    return timeline_move(t, to_s, to_ns, LAST);
}

/* Frames in the order of the input, and where they stand. */
static void test_move(void)
{
    static const struct {
        const char *time;
        gint64 s;
        gint32 ns;
        enum timeline_fault fault;
        gint64 to_s;
        gint32 to_ns;
    } rows[] = {
        {"keep", 1700000000, 123456789, TIMELINE_OK, 1700000000, 123456789},
        {"keep", -5, 7, TIMELINE_OK, -5, 7},
        {"keep", G_MAXINT64, 7, TIMELINE_OK, G_MAXINT64, 7},
        {"coarse", 1700000000, 123456789, TIMELINE_OK, 1700000000, 0},
        {"coarse", 1700000000, 999999999, TIMELINE_OK, 1700000000, 0},
        {"1970-01-02", 1700000000, 123456789, TIMELINE_OK, 86400, 123456789},
        {"1970-01-02", 1700000001, 0, TIMELINE_OK, 86401, 0},
        {"1970-01-02", 1700000000 - 86400, 5, TIMELINE_OK, 0, 5},
        {"1970-01-02", 1700000000 - 86401, 999999999, TIMELINE_EARLY, 1700000000 - 86401, 999999999},
        {"1970-01-02", LAST + 1700000000 - 86400, 0, TIMELINE_OK, LAST, 0},
        {"1970-01-02", LAST + 1700000000 - 86399, 0, TIMELINE_LATE, LAST + 1700000000 - 86399, 0},
        {"1970-01-02", G_MININT64, 0, TIMELINE_EARLY, G_MININT64, 0},
        {"9999-12-31", G_MAXINT64, 0, TIMELINE_LATE, G_MAXINT64, 0},
        {"1970-01-02,coarse", 1700000000, 123456789, TIMELINE_OK, 86400, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct timeline t = timeline_of(rows[i].time);
        gint64 s;
        gint32 ns;
        g_assert_cmpint(move(&t, 1700000000, 500, &s, &ns), ==, TIMELINE_OK);
        g_assert_cmpint(move(&t, rows[i].s, rows[i].ns, &s, &ns), ==, rows[i].fault);
        g_assert_cmpint(s, ==, rows[i].to_s);
        g_assert_cmpint(ns, ==, rows[i].to_ns);
    }
}

/* A shift that 64 bits do not hold. */
static void test_hostile_first(void)
{
    struct timeline t = timeline_of("1970-01-02");
    gint64 s;
    gint32 ns;
    g_assert_cmpint(move(&t, G_MININT64, 0, &s, &ns), ==, TIMELINE_EARLY);
    g_assert_false(timeline_second(&t, &s, G_MININT64, G_MAXINT64));
}

static void test_back(void)
{
    struct timeline there = timeline_of("2020-01-01"), back;
    gint64 s;
    gint32 ns;
    move(&there, 1700000000, 123, &s, &ns);
    timeline_back(&back, there.shift_s);
    g_assert_cmpint(move(&back, s, ns, &s, &ns), ==, TIMELINE_OK);
    g_assert_cmpint(s, ==, 1700000000);
    g_assert_cmpint(ns, ==, 123);
    timeline_back(&back, 0);
    g_assert_false(timeline_moves(&back));
}

/* The next capture of a set. */
static void test_go_on(void)
{
    struct timeline t = timeline_of("2020-01-01");
    gint64 s;
    gint32 ns;
    timeline_go_on(&t, -1000);
    g_assert_cmpint(move(&t, 1700003600, 0, &s, &ns), ==, TIMELINE_OK);
    g_assert_cmpint(s, ==, 1700002600);
    g_assert_cmpint(t.first_s, ==, 1700003600);
}

static void test_nanoseconds(void)
{
    struct timeline t = timeline_of("1970-01-02,coarse");
    gint64 s, ns = G_GINT64_CONSTANT(1700000001999999999);
    gint32 rest;
    move(&t, 1700000000, 500, &s, &rest);
    g_assert_true(timeline_move_ns(&t, &ns, LAST));
    g_assert_cmpint(ns, ==, G_GINT64_CONSTANT(86401000000000));
    ns = 5;
    g_assert_false(timeline_move_ns(&t, &ns, LAST));
    t = timeline_of("keep");
    g_assert_true(timeline_move_ns(&t, &ns, LAST));
    g_assert_cmpint(ns, ==, 5);
}

/* --- texts ------------------------------------------------------------------------------------------------ */

/* The first frame at 2023-11-14T22:13:20Z. */
static struct timeline begun(const char *text)
{
    struct timeline t = timeline_of(text);
    gint64 s = 1700000000;
    gint32 ns = 0;
    g_assert_cmpint(timeline_move(&t, &s, &ns, LAST), ==, TIMELINE_OK);
    return t;
}

/* One day earlier. */
#define DAY "2023-11-13T22:13:20Z"

static void test_dates(void)
{
    static const struct {
        const char *time, *in, *out;
    } rows[] = {
        {"keep", "Sat, 13 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 GMT"},
        {"coarse", "Sat, 13 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 GMT"},
        {DAY, "Sat, 13 Nov 2010 23:29:00 GMT", "Fri, 12 Nov 2010 23:29:00 GMT"},
        {DAY, "Mon, 01 Mar 2004 00:00:59 GMT", "Sun, 29 Feb 2004 00:00:59 GMT"},
        {"2023-11-14T22:13:21Z", "Fri, 31 Dec 1999 23:59:59 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"},
        /* a day of the week that is wrong stays as wrong */
        {DAY, "Sun, 13 Nov 2010 23:29:00 GMT", "Sat, 12 Nov 2010 23:29:00 GMT"},
        /* a clock that was never set */
        {"2020-01-01", "Thu, 01 Jan 1970 00:00:12 GMT", "Thu, 17 Feb 1966 01:46:52 GMT"},
        {DAY, "Sat, 31 Nov 2010 23:29:00 GMT", "redacted"},
        {DAY, "Sat, 13 Nov 2010 24:29:00 GMT", "redacted"},
        {DAY, "Mon, 01 Jan 0001 12:00:00 GMT", "redacted"},
        {DAY, "Sat, 13 Nov 2010 23:29:00 EST", "redacted"},
        {DAY, "2010-11-13T23:29:00Z", "2010-11-12T23:29:00Z"},
        {DAY, "2010-11-13T23:29:00.25Z", "2010-11-12T23:29:00.250000Z"},
        {DAY, "2010-11-13T23:29:00+02:00", "2010-11-12T21:29:00Z"},
        {"coarse", "2010-11-13T23:29:00.999Z", "2010-11-13T23:29:00Z"},
        {DAY ",coarse", "2010-11-13T23:29:00.999Z", "2010-11-12T23:29:00Z"},
        {DAY, "2010-11-13", "redacted"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct timeline t = begun(rows[i].time);
        struct rig *rig = rig_new(LABELS_READABLE);
        rig->tables.time = &t;
        g_autofree gchar *got = rig_header(rig, "Date", rows[i].in);
        check_text(rows[i].in, bytes_of(got), rows[i].out);
        rig_free(rig);
    }
}

/* As long as nobody knows how far, no date passes. */
static void test_not_begun(void)
{
    struct timeline t = timeline_of(DAY);
    struct rig *rig = rig_new(LABELS_READABLE);
    rig->tables.time = &t;
    g_autofree gchar *got = rig_header(rig, "Date", "Sat, 13 Nov 2010 23:29:00 GMT");
    check_text("not begun", bytes_of(got), "redacted");
    rig_free(rig);
}

/* 3498681340 is 2010-11-13T23:29:00Z. */
static void test_sdp(void)
{
    static const struct {
        const char *time, *in, *out;
    } rows[] = {
        {"keep", "t=3498681340 3498684940\r\n", "t=3498681340 3498684940\r\n"},
        {"coarse", "t=3498681340 3498684940\r\n", "t=3498681340 3498684940\r\n"},
        {DAY, "t=3498681340 3498684940\r\n", "t=3498594940 3498598540\r\n"},
        {DAY, "t=0 0\r\n", "t=0 0\r\n"},
        {DAY, "t=3498681340 0\r\n", "t=3498594940 0\r\n"},
        {DAY, "t=1 86401\r\n", "t=0 1\r\n"},
        {"2023-11-14T22:13:21Z", "t=4294967294 4294967295\r\n", "t=4294967295 0\r\n"},
        {DAY, "t=-3498681340 3498681340s\r\n", "t=0 0\r\n"},
        {DAY, "r=604800 3600 0 90000\r\n", "r=604800 3600 0 90000\r\n"},
        {DAY, "r=7d 1h 0 25h\r\n", "r=7d 1h 0 25h\r\n"},
        {DAY, "z=3498681340 -1h 3498684940 0\r\n", "z=3498594940 -1h 3498598540 0\r\n"},
        {"keep", "z=3498681340 -1h 3498684940 0\r\n", "z=3498681340 -1h 3498684940 0\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct timeline t = begun(rows[i].time);
        struct rig *rig = rig_new(LABELS_READABLE);
        rig->tables.time = &t;
        struct rewrite rw = rig_start(rig, bytes_of(rows[i].in));
        sdp_rewrite(&rw, 0, rw.text.n);
        g_autofree gchar *got = rig_result(&rw);
        check_text(rows[i].in, bytes_of(got), rows[i].out);
        rig_free(rig);
    }
}

/* --- other clocks ------------------------------------------------------------------------------------------ */

/* 6553f100 is the first frame's second. */
static void test_hep(void)
{
    static const struct {
        const char *time, *in, *out;
    } rows[] = {
        {"keep", "0000 0009 000a 6553f100 0000 000a 000a 000f423f", "0000 0009 000a 6553f100 0000 000a 000a 000f423f"},
        {DAY, "0000 0009 000a 6553f101 0000 000a 000a 000f423f", "0000 0009 000a 65529f81 0000 000a 000a 000f423f"},
        {"coarse", "0000 0009 000a 6553f101 0000 000a 000a 000f423f", "0000 0009 000a 6553f101 0000 000a 000a 00000000"},
        {DAY, "0000 0009 000a 00000001", "0000 0009 000a 00000000"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct codec_rig r;
        struct timeline t = begun(rows[i].time);
        codec_rig_init(&r);
        r.rig->tables.time = &t;
        g_autoptr(GByteArray) in = hex("'HEP3' 0000");
        g_autoptr(GByteArray) chunks = hex(rows[i].in);
        g_byte_array_append(in, chunks->data, chunks->len);
        put_u16be(in->data + 4, (guint16)in->len);
        g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), hep_rewrite);
        check_hex(rows[i].in, bytes_from(bytes_of_array(out), 6), rows[i].out);
        codec_rig_clear(&r);
    }
}

/* Version 2 has the sender's byte order: that in which the capture's time is meant. */
static void test_old_hep(void)
{
    static const struct {
        const char *s, *us, *moved_s, *moved_us;
    } rows[] = {
        {"6553f101", "000f423f", "65529f81", "000f423f"},
        {"01f15365", "3f420f00", "819f5265", "3f420f00"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct codec_rig r;
        struct timeline t = begun(DAY);
        codec_rig_init(&r);
        r.rig->tables.time = &t;
        g_autofree gchar *in = g_strdup_printf("02 1c 02 11 13c4 13c4 0a010203 0a010204 %s %s 07d1 0000 'x'", rows[i].s,
                                               rows[i].us);
        g_autofree gchar *out = g_strdup_printf("02 1c 02 11 13c4 13c4 ........ ........ %s %s .... 0000 00", rows[i].moved_s,
                                                rows[i].moved_us);
        g_autoptr(GByteArray) bytes = hex(in);
        g_autoptr(GByteArray) got = codec_rig_rewrite(&r, bytes_of_array(bytes), hep_rewrite);
        check_hex(rows[i].s, bytes_of_array(got), out);
        codec_rig_clear(&r);
    }
}

static void test_tcp_times(void)
{
    g_autoptr(GByteArray) options = hex("02 04 05b4 04 02 08 0a 00000064 000000c8 01 03 03 07");
    struct tcp_moves m = {.own_time = 1, .far_time = 2};
    guint8 to[20] = {0};
    tcp_options_write(bytes_of_array(options), &m, to);
    check_hex("moved", (struct bytes){to, sizeof to}, "02 04 05b4 04 02 08 0a 00000065 000000ca 01 03 03 07");
    memset(to, 0, sizeof to);
    m.no_times = TRUE;
    tcp_options_write(bytes_of_array(options), &m, to);
    check_hex("left out", (struct bytes){to, sizeof to}, "02 04 05b4 04 02 01 03 03 07 00000000 00000000 0000");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(key_init_library(NULL));
    g_test_add_func("/timeline/parse", test_parse);
    g_test_add_func("/timeline/move", test_move);
    g_test_add_func("/timeline/hostile-first", test_hostile_first);
    g_test_add_func("/timeline/back", test_back);
    g_test_add_func("/timeline/go-on", test_go_on);
    g_test_add_func("/timeline/nanoseconds", test_nanoseconds);
    g_test_add_func("/timeline/dates", test_dates);
    g_test_add_func("/timeline/not-begun", test_not_begun);
    g_test_add_func("/timeline/sdp", test_sdp);
    g_test_add_func("/timeline/hep", test_hep);
    g_test_add_func("/timeline/old-hep", test_old_hep);
    g_test_add_func("/timeline/tcp-times", test_tcp_times);
    return g_test_run();
}

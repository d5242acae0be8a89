/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "sip_stream.h"

#define UNIT_MAX 4096
#define START "OPTIONS sip:a@b.example SIP/2.0\r\n"

static const struct {
    const char *what, *front;
    enum parse_result result;
    gsize n;
    enum sip_unit unit;
} rows[] = {
    {"nothing", "", PARSE_MORE, 0, 0},
    {"ping", "\r\n\r\n", PARSE_OK, 4, SIP_UNIT_KEEPALIVE},
    {"pong and a message", "\r\n" START, PARSE_OK, 2, SIP_UNIT_KEEPALIVE},
    {"half a start line", "OPTIONS sip:a@b", PARSE_MORE, 0, 0},
    {"no SIP", "GET / HTTP/1.1\r\n", PARSE_BAD, 0, 0},
    {"no token", "{\"a\": 1}", PARSE_BAD, 0, 0},
    {"header section unfinished", START "Call-ID: 1\r\n", PARSE_MORE, 0, 0},
    {"empty line unfinished", START "Call-ID: 1\r\n\r", PARSE_MORE, 0, 0},
    {"no Content-Length", START "Call-ID: 1\r\n\r\nrest", PARSE_OK, 47, SIP_UNIT_MESSAGE},
    {"LF only", "OPTIONS sip:a@b.example SIP/2.0\nl: 3\n\nabcd", PARSE_OK, 41, SIP_UNIT_MESSAGE},
    {"compact", START "l: 2\r\n\r\nab", PARSE_OK, 43, SIP_UNIT_MESSAGE},
    {"body unfinished", START "Content-Length: 5\r\n\r\nabcd", PARSE_MORE, 0, 0},
    {"body and more", START "content-length : 4\r\n\r\nabcdSIP/2.0 200 OK\r\n", PARSE_OK, 59, SIP_UNIT_MESSAGE},
    {"negative", START "Content-Length: -5\r\n\r\nabcd", PARSE_OK, 55, SIP_UNIT_MESSAGE},
    {"no number, then one", START "l: abc\r\nl: 2\r\n\r\nab", PARSE_OK, 49, SIP_UNIT_MESSAGE},
    {"behind scrubbed bytes", "xxx" START "\r\n", PARSE_BAD, 0, 0},
    {"gigabyte", START "Content-Length: 1073741824\r\n\r\nabcd", PARSE_BAD, 0, 0},
    {"beyond any number", START "Content-Length: 99999999999999999999999\r\n\r\n", PARSE_BAD, 0, 0},
};

static void units(void)
{
    struct sip_message m;
    sip_message_init(&m);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sip_scan scan = {0, 0};
        enum sip_unit unit = 0;
        gsize n = 0;
        g_test_message("%s", rows[i].what);
        g_assert_cmpint(sip_stream_take(bytes_of(rows[i].front), UNIT_MAX, &scan, &m, &unit, &n), ==, rows[i].result);
        if (rows[i].result == PARSE_OK) {
            g_assert_cmpuint(n, ==, rows[i].n);
            g_assert_cmpint(unit, ==, rows[i].unit);
        }
    }
    sip_message_clear(&m);
}

static void take_prefix(struct bytes b, void *arg)
{
    struct sip_scan scan = {0, 0};
    enum sip_unit unit;
    gsize n = 0;
    if (sip_stream_take(b, UNIT_MAX, &scan, arg, &unit, &n) == PARSE_OK)
        g_assert_cmpuint(n, <=, b.n);
    g_assert_cmpuint(sip_stream_skip(b, TRUE), <=, b.n);
}

/* However the bytes come, the same unit ends at the same place. */
static void grows_byte_by_byte(void)
{
    struct sip_message m;
    sip_message_init(&m);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bytes whole = bytes_of(rows[i].front);
        struct sip_scan scan = {0, 0};
        enum parse_result result = PARSE_MORE;
        enum sip_unit unit;
        gsize n = 0, have = 0;
        while (result == PARSE_MORE && have < whole.n)
            result = sip_stream_take(bytes_sub(whole, 0, ++have), UNIT_MAX, &scan, &m, &unit, &n);
        if (whole.n)
            g_assert_cmpint(result, ==, rows[i].result);
        if (result == PARSE_OK && unit == SIP_UNIT_MESSAGE)
            g_assert_cmpuint(n, ==, rows[i].n);
        check_prefixes(whole, take_prefix, &m);
    }
    sip_message_clear(&m);
}

static void skips_to_start_lines(void)
{
    g_autofree char *wide = g_strnfill(SIP_LINE_MAX + 100, 'a');
    g_autofree char *long_line = g_strconcat(wide, "\n" START, NULL);
    static const struct {
        const char *front;
        gboolean bad;
        gsize n;
    } skips[] = {
        {"", FALSE, 0},
        {"o=alice 1 1 IN\r\n" START, FALSE, 16},
        {START, FALSE, 0},
        {START, TRUE, sizeof START - 1},
        {"abc", FALSE, 0},
        {"abc", TRUE, 0},
        {"one\ntwo\nthree", TRUE, 8},
        {"y\nSIP/2.0 180 Ringing\r\n", TRUE, 2},
    };
    for (guint i = 0; i < G_N_ELEMENTS(skips); i++)
        g_assert_cmpuint(sip_stream_skip(bytes_of(skips[i].front), skips[i].bad), ==, skips[i].n);
    g_assert_cmpuint(sip_stream_skip(bytes_of(long_line), TRUE), ==, SIP_LINE_MAX + 101);
    g_assert_cmpuint(sip_stream_skip(bytes_of(wide), TRUE), ==, SIP_LINE_MAX);
}

/* From where a message may begin: see sip_stream.h. */
static void skipped(void)
{
    static const struct {
        const char *front;
        gboolean bad;
        gsize n;
    } skips[] = {
        {"abc\r\n" START, TRUE, 5},     {"abc\r\nxxx" START, TRUE, 8}, {"xxx" START, TRUE, 3},
        {"xxxx", TRUE, 4},             {"abc", TRUE, 0},              {START, TRUE, 33},
        {START, FALSE, 0},             {"xxxabc\nabcx\nx", FALSE, 13},    {"abc\nOPT", TRUE, 4},
        {"abc\n\nabc\n", TRUE, 4},   {"xx\nabc\n", TRUE, 2},
    };
    for (guint i = 0; i < G_N_ELEMENTS(skips); i++)
        g_assert_cmpuint(sip_stream_skip(bytes_of(skips[i].front), skips[i].bad), ==, skips[i].n);
    g_assert_cmpint(sip_stream_recognise(BYTES_LIT("xx" START)), ==, PARSE_OK);
    g_assert_cmpint(sip_stream_recognise(BYTES_LIT("xxxxxxx")), ==, PARSE_MORE);
    g_assert_cmpint(sip_stream_recognise(BYTES_LIT("xxxxxxx\n")), ==, PARSE_MORE);
    g_assert_cmpint(sip_stream_recognise(BYTES_LIT("xxxxxxxx")), ==, PARSE_OK);
    g_assert_cmpint(sip_stream_recognise(BYTES_LIT("xx\x01")), ==, PARSE_BAD);
    g_assert_cmpint(sip_stream_recognise(BYTES_LIT("xOPT")), ==, PARSE_MORE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip-stream/units", units);
    g_test_add_func("/sip-stream/byte-by-byte", grows_byte_by_byte);
    g_test_add_func("/sip-stream/skip", skips_to_start_lines);
    g_test_add_func("/sip-stream/skipped", skipped);
    return g_test_run();
}

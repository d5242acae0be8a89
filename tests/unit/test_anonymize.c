/* Whole messages: start lines, unknown names, faults, Content-Length, cut ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "rig.h"

#define START "OPTIONS sip:example.com SIP/2.0\r\n"
#define START_OUT "OPTIONS sip:d1.invalid SIP/2.0\r\n"

static const struct {
    const char *what, *in, *expected;
} rows[] = {
    {"request line", "INVITE sip:alice@example.com:5060;transport=udp SIP/2.0\r\n\r\n",
     "INVITE sip:u1@d1.invalid:5060;transport=udp SIP/2.0\r\n\r\n"},
    {"blanks in the request line", "INVITE sip:alice@example.com; lr SIP/2.0 \r\n\r\n",
     "INVITE sip:u1@d1.invalid; lr SIP/2.0 \r\n\r\n"},
    {"unknown method", "ALICE sip:example.com SIP/2.0\r\nCSeq: 1 ALICE\r\n\r\n",
     "UNKNOWN1 sip:d1.invalid SIP/2.0\r\nCSeq: 1 UNKNOWN1\r\n\r\n"},
    {"another version", "INVITE sip:example.com SIP/7.0\r\n\r\n", "INVITE sip:d1.invalid SIP/7.0\r\n\r\n"},
    {"URI of parameters only", "OPTIONS ;secretname SIP/2.0\r\n\r\n", "OPTIONS redacted SIP/2.0\r\n\r\n"},
    /* Readers know a request line by the colon of its URI. */
    {"URI whose scheme is none", "INVITE 9urn:service:alice SIP/2.0\r\n\r\n", "INVITE redacted:redacted SIP/2.0\r\n\r\n"},
    {"URI of colons", "INVITE alice@a:b:c;lr SIP/2.0\r\n\r\n", "INVITE redacted:redacted SIP/2.0\r\n\r\n"},
    {"URI in brackets that is no address", "INVITE [al:ice] SIP/2.0\r\n\r\n", "INVITE redacted:redacted SIP/2.0\r\n\r\n"},
    {"URI without scheme", "INVITE alice:secret@[::1%25lo]:5060 SIP/2.0\r\n\r\n", "INVITE u1:redacted@[::1]:5060 SIP/2.0\r\n\r\n"},
    {"address for a URI", "INVITE ::1 SIP/2.0\r\n\r\n", "INVITE ::1 SIP/2.0\r\n\r\n"},
    {"leading line breaks", "\r\n\r\n" START "\r\n", "\r\n\r\n" START_OUT "\r\n"},
    {"status line", "SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n"},
    {"reason phrase", "SIP/2.0 404 Alice is away\r\n\r\n", "SIP/2.0 404 Not Found\r\n\r\n"},
    {"reason phrase of a class", "SIP/2.0 499 Alice is away\r\n\r\n", "SIP/2.0 499 *\r\n\r\n"},
    {"empty reason phrase", "SIP/2.0 100 \r\n\r\n", "SIP/2.0 100 \r\n\r\n"},
    {"status too large", "SIP/2.0 4294967301 Alice\r\n\r\n", "SIP/2.0 0000 *\r\n\r\n"},
    {"unknown header", START "X-Alice: bob\r\nX-Carol: 1\r\nx-alice: 2\r\n\r\n",
     START_OUT "X-Redacted-1: redacted\r\nX-Redacted-2: 0\r\nX-Redacted-1: 0\r\n\r\n"},
    {"blanks around the colon", START "Subject  :  alice \r\n\r\n", START_OUT "Subject  :  redacted \r\n\r\n"},
    {"folding", START "Subject: alice\r\n\tand bob\r\n\r\n", START_OUT "Subject: redacted\r\n\r\n"},
    {"no colon", START "alice calls\r\nCSeq: 1 OPTIONS\r\n\r\n", START_OUT "xxxxxxxxxxx\r\nCSeq: 1 OPTIONS\r\n\r\n"},
    {"no name", START ": alice\r\n\r\n", START_OUT ": xxxxx\r\n\r\n"},
    {"line feeds only", "OPTIONS sip:example.com SIP/2.0\nSubject: alice\n\n",
     "OPTIONS sip:d1.invalid SIP/2.0\nSubject: redacted\n\n"},
    {"no empty line", START "Subject: alice", START_OUT "Subject: redacted"},
    {"length follows", START "Content-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello",
     START_OUT "Content-Length: 16\r\nContent-Type: text/plain\r\n\r\nxxxxxxxxxxxxxxxx"},
    {"length too large by 3", START "Content-Length: 8\r\nContent-Type: text/plain\r\n\r\nhello",
     START_OUT "Content-Length: 19\r\nContent-Type: text/plain\r\n\r\nxxxxxxxxxxxxxxxx"},
    {"length too small", START "Content-Type: text/plain\r\nl: 5\r\n\r\nhelloALICE",
     START_OUT "Content-Type: text/plain\r\nl: 16\r\n\r\nxxxxxxxxxxxxxxxxxxxxx"},
    {"length that carries a number", START "Content-Length: 4930123456\r\n\r\n", START_OUT "Content-Length: 65535\r\n\r\n"},
    {"length negative", START "Content-Length: -999\r\n\r\n", START_OUT "Content-Length: 0\r\n\r\n"},
    {"line break behind the body", START "Content-Length: 0\r\n\r\n\r\n", START_OUT "Content-Length: 0\r\n\r\n\r\n"},
    {"encoded body", START "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nv=0!",
     START_OUT "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nredacted"},
    {"two types", START "Content-Type: alice/bob\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
     START_OUT "Content-Type: application/redacted\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\nxxxxxxxxxxxxxxxx"},
    {"control bytes", START "Via: SIP/2.0/UDP a.example.com\r\nSubject: al\001ice\r\nCSeq: 1 OPTIONS\r\nContent-Length: 3\r\n\r\nabc",
     START_OUT "Via: SIP/2.0/UDP d2.invalid\r\nCSeq: 1 OPTIONS\r\nContent-Length: 3\r\n\r\nxxx"},
};

static void test_rows(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        g_autofree gchar *got = rig_message(rig, bytes_of(rows[i].in));
        rig_check(rows[i].what, got, rows[i].expected);
        rig_free(rig);
    }
}

static void anonymize_prefix(struct bytes b, void *arg)
{
    struct rig *rig = arg;
    struct sip_message m;
    sip_message_init(&m);
    if (sip_message_parse(&m, b) == PARSE_OK) {
        g_free(rig_message(rig, b));
        struct rewrite rw = rig_start(rig, b);
        rw.cut = TRUE;
        anonymize_message(&rw, &m, 10);
        g_autofree gchar *got = rig_result(&rw);
        g_assert_null(strstr(got, "alic"));
    }
    sip_message_clear(&m);
}

static const char invite[] =
    "INVITE sip:alice@example.com SIP/2.0\r\n"
    "Via: SIP/2.0/UDP pc33.alice.example.com:5066;branch=z9hG4bKalice776;received=192.0.2.4\r\n"
    "From: \"Alice\" <sip:alice@alice.example.com>;tag=alice1\r\n"
    "To: <sip:alice@example.com?Subject=alice>\r\n"
    "Call-ID: alice@alice.example.com\r\n"
    "CSeq: 1 INVITE\r\n"
    "X-Alice: alice\r\n"
    "Authorization: Digest username=\"alice\", realm=\"alice\"\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 97\r\n"
    "\r\n"
    "v=0\r\no=alice 1 1 IN IP4 alice.example.com\r\ns=alice\r\nc=IN IP4 alice.example.com\r\nt=0 0\r\na=alice:1\r\n";

/* A message cut anywhere, as the whole and as the part of one: judged whole, no name left. */
static void test_prefixes(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    check_prefixes(BYTES_LIT(invite), anonymize_prefix, rig);
    rig_free(rig);
}

/* A value that touches the end of the known bytes is scrubbed, never labelled. */
static void test_cut_is_not_labelled(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    const char *text = START "From: <sip:al";
    struct sip_message m;
    sip_message_init(&m);
    struct rewrite rw = rig_start(rig, bytes_of(text));
    rw.cut = TRUE;
    sip_message_parse(&m, rw.text);
    anonymize_message(&rw, &m, 100);
    g_autofree gchar *got = rig_result(&rw);
    g_assert_cmpstr(got, ==, START_OUT "From: xxxxxxx");
    g_assert_cmpuint(labels_count(rig->tables.labels, KIND_USER), ==, 0);
    sip_message_clear(&m);
    rig_free(rig);
}

/* Any byte, at any place of a word of eight or behind the last one: control bytes but blanks make a message broken,
 * of which Subject is left out. */
static void test_each_byte(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    for (guint at = 0; at < 17; at++) {
        for (guint c = 1; c < 256; c++) {
            g_autofree gchar *text = g_strdup_printf(START "Subject: %.*s%c\r\n\r\n", (int)at, "aaaaaaaaaaaaaaaaa", (int)c);
            g_autofree gchar *got = rig_message(rig, bytes_of(text));
            gboolean control = (c < ' ' && !g_ascii_isspace((gchar)c)) || c == 0x7f;
            g_assert_cmpint(strstr(got, "Subject") == NULL, ==, control);
        }
    }
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/rows", test_rows);
    g_test_add_func("/anonymize/each-byte", test_each_byte);
    g_test_add_func("/anonymize/prefixes", test_prefixes);
    g_test_add_func("/anonymize/cut", test_cut_is_not_labelled);
    return g_test_run();
}

/* TLS and DTLS records: nothing of their contents comes through, and what is written is a handshake again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "codec_rig.h"
#include "tls.h"

#define RANDOM "'RANDOMRANDOMRANDOMRANDOMRANDOM!!'"
#define NIL8 "0000000000000000"
#define NIL32 NIL8 NIL8 NIL8 NIL8

struct row {
    const char *what, *in, *out; /* records; out may be NULL: as in */
};

/* All units of a stream; asserts that they fill it. */
static GByteArray *take_all(struct codec_rig *r, struct tls_state *s, struct bytes in)
{
    GByteArray *all = g_byte_array_new();
    for (gsize at = 0, n; at < in.n; at += n) {
        g_assert_cmpint(tls_take(codec_rig_start(r, bytes_from(in, at)), s, &n), ==, PARSE_OK);
        g_autoptr(GByteArray) one = codec_rig_result(r, n);
        g_byte_array_append(all, one->data, one->len);
    }
    g_assert_cmpuint(all->len, ==, in.n);
    return all;
}

static void check_rows(const struct row *rows, gsize n, gboolean unsure)
{
    struct codec_rig r;
    codec_rig_init(&r);
    for (gsize i = 0; i < n; i++) {
        struct tls_state s = {.unsure = unsure};
        g_autoptr(GByteArray) in = hex(rows[i].in);
        g_autoptr(GByteArray) out = take_all(&r, &s, bytes_of_array(in));
        check_hex(rows[i].what, bytes_of_array(out), rows[i].out ? rows[i].out : rows[i].in);
    }
    codec_rig_clear(&r);
}

static void test_records(void)
{
    static const struct row rows[] = {
        {"change cipher spec", "14 0303 0001 01", NULL},
        {"change cipher spec, odd", "14 0303 0002 0102", "14 0303 0002 0000"},
        {"alert", "15 0303 0002 0100 15 0301 0002 0228", NULL},
        {"alert, no level", "15 0303 0002 7f28", "15 0303 0002 0000"},
        {"alert, encrypted", "15 0303 0006 'leaked'", "15 0303 0006 000000000000"},
        {"application data", "17 0304 0004 'leak' 17 0300 0000", "17 0304 0004 00000000 17 0300 0000"},
        {"heartbeat", "18 0303 0004 01'lea'", "18 0303 0004 00000000"},
        {"handshake, empty", "16 0303 0000", NULL},
        {"handshake, unknown type", "16 0303 0006 fe000002'le'", "16 0303 0006 ffffffff0000"},
        {"handshake, too long", "16 0303 0006 0bff0002'le'", "16 0303 0006 ffffffff0000"},
        {"handshake, header cut", "16 0303 0002 0100 16 0303 0004 'leak'",
         "16 0303 0002 ffff 16 0303 0004 ffffffff"},
        {"encrypted from here on", "14 0303 0001 01 16 0303 0006 0bff00'lea'",
         "14 0303 0001 01 16 0303 0006 ffffffff0000"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
}

static void test_messages(void)
{
    static const struct row rows[] = {
        {"server hello done", "16 0303 0004 0e000000", NULL},
        {"certificate", "16 0303 000a 0b000006 'secret'", "16 0303 000a 0b000006 000000000000"},
        {"two in a record", "16 0303 000c 0b000004 'leak' 0e000000",
         "16 0303 000c 0b000004 00000000 0e000000"},
        {"one in two records", "16 0303 0006 0b000004 'le' 16 0303 0006 'ak' 0e000000",
         "16 0303 0006 0b000004 0000 16 0303 0006 0000 0e000000"},
        {"certificate request", "16 0303 0010 0d00000c 'certificates'",
         "16 0303 0010 0d00000c 01 00 0006 000000000000 0000"},
        {"certificate request, odd", "16 0303 000d 0d000009 'authority'",
         "16 0303 000d 0d000009 02 0000 0002 0000 0000"},
        {"certificate request before 1.2", "16 0301 000c 0d000008 'authorit'",
         "16 0301 000c 0d000008 01 00 0000 00000000"},
        {"ticket", "16 0303 000e 04 00000a 'leakleakle'", "16 0303 000e 04 00000a 00000000000000000000"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
}

/* 1 session id byte, 2 suites, compression 0, SNI. */
#define CLIENT_HELLO                                                                                         \
    "16 0301 0046 01 000042 0303 " RANDOM                                                                    \
    " 01 'S' 0004 'SUSU' 01 00 0014 0000 0010 000e 00 000b 'a.secret.ex'"
#define CLIENT_HELLO_OUT                                                                                     \
    "16 0301 0046 01 000042 0303 " NIL32 " 00 0002 0000 01 00 0017 0015 0013 " NIL8 NIL8 "000000"
/* with supported_versions 1.3 and 1.2, and ALPN */
#define CLIENT_HELLO13                                                                                       \
    "16 0301 003f 01 00003b 0303 " RANDOM " 01 'S' 0002 1301 01 00 000f 002b 0005 04 0304 0303 0010 0002 "   \
    "'XY'"
#define CLIENT_HELLO13_OUT                                                                                   \
    "16 0301 003f 01 00003b 0303 " NIL32 " 00 0002 0000 01 00 0010 002b 0003 02 0304 0015 0005 0000000000"
#define SERVER_HELLO "16 0303 002f 02 00002b 0303 " RANDOM " 05 'SESSI' c02f 00"
#define SERVER_HELLO_OUT "16 0303 002f 02 00002b 0303 " NIL32 " 05 0000000000 c02f 00"
#define SERVER_HELLO13                                                                                       \
    "16 0303 003a 02 000036 0303 " RANDOM " 00 1302 00 000e 002b 0002 0304 0033 0004 'KEYS'"
#define SERVER_HELLO13_OUT                                                                                   \
    "16 0303 003a 02 000036 0303 " NIL32 " 00 1302 00 000e 002b 0002 0304 0015 0004 00000000"
#define RETRY "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"

static void test_hellos(void)
{
    static const struct row rows[] = {
        {"client", CLIENT_HELLO, CLIENT_HELLO_OUT},
        {"client 1.3", CLIENT_HELLO13, CLIENT_HELLO13_OUT},
        {"client, no extensions", "16 0301 002d 01 000029 0301 " RANDOM " 00 0002 002f 01 00",
         "16 0301 002d 01 000029 0301 " NIL32 " 00 0002 0000 01 00"},
        {"client, too short", "16 0301 0008 01 000004 'leak'", "16 0301 0008 01 000004 00000000"},
        {"client, version", "16 0301 002d 01 000029 7f7f " RANDOM " 00 0002 002f 01 00",
         "16 0301 002d 01 000029 0303 " NIL32 " 00 0002 0000 01 00"},
        {"server", SERVER_HELLO, SERVER_HELLO_OUT},
        {"server 1.3", SERVER_HELLO13, SERVER_HELLO13_OUT},
        {"server, unknown suite", "16 0303 002a 02 000026 0303 " RANDOM " 00 'SU' 00",
         "16 0303 002a 02 000026 0303 " NIL32 " 00 0000 00"},
        {"retry", "16 0303 0032 02 00002e 0303 " RETRY " 00 1301 00 0006 002b 0002 0304",
         "16 0303 0032 02 00002e 0303 " RETRY " 00 1301 00 0006 002b 0002 0304"},
        {"server, in two records", "16 0303 0028 02 000026 0303 " RANDOM " 00 c0 16 0303 0002 2f 00",
         "16 0303 0028 02 000026 0303 " NIL32 " 00 00 16 0303 0002 00 00"},
        {"retry, then hello", "14 0303 0001 01 " CLIENT_HELLO, "14 0303 0001 01 " CLIENT_HELLO_OUT},
    };
    check_rows(rows, G_N_ELEMENTS(rows), FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) /* they fill their records: in clear */
        if (!strstr(rows[i].what, "two records"))
            check_rows(&rows[i], 1, TRUE);
}

static void test_unsure(void)
{
    static const struct row rows[] = {
        {"does not fill", "16 0303 0008 0b000003 'leak'", "16 0303 0008 ffffffff 00000000"},
        {"fills", "16 0303 0008 0b000004 'leak'", "16 0303 0008 0b000004 00000000"},
    };
    check_rows(rows, G_N_ELEMENTS(rows), TRUE);
}

/* A hello in two records, cut at each place: the skeleton goes on where it was. */
static void test_fragments(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) whole = hex(CLIENT_HELLO), expected = hex(CLIENT_HELLO_OUT);
    for (guint cut = 4; cut < whole->len - 5; cut++) {
        struct tls_state s = {.len = 0};
        g_autoptr(GByteArray) in = g_byte_array_new(), again = g_byte_array_new();
        guint8 head[5] = {0x16, 3, 1, 0, (guint8)cut};
        g_byte_array_append(in, head, 5);
        g_byte_array_append(in, whole->data + 5, cut);
        head[4] = (guint8)(whole->len - 5 - cut);
        g_byte_array_append(in, head, 5);
        g_byte_array_append(in, whole->data + 5 + cut, whole->len - 5 - cut);
        g_autoptr(GByteArray) out = take_all(&r, &s, bytes_of_array(in));
        g_byte_array_append(again, out->data + 5, cut);
        g_byte_array_append(again, out->data + 10 + cut, whole->len - 5 - cut);
        g_assert_cmpmem(again->data, again->len, expected->data + 5, expected->len - 5);
    }
    codec_rig_clear(&r);
}

static void test_recognise(void)
{
    static const struct {
        const char *in;
        enum parse_result result;
    } rows[] = {
        {"", PARSE_MORE},
        {"16", PARSE_MORE},
        {"16 03", PARSE_MORE},
        {"16 0301 00", PARSE_MORE},
        {"16 0301 0030", PARSE_MORE},
        {"16 0301 0030 01", PARSE_MORE},
        {"16 0301 0030 01 00", PARSE_OK},
        {"16 0303 4000 02 00", PARSE_OK},
        {"16 0304 0030 03", PARSE_BAD},
        {"16 0301 0030 01 01", PARSE_BAD},
        {"16 0301 0003", PARSE_BAD},
        {"16 0301 4801", PARSE_BAD},
        {"16 0305", PARSE_BAD},
        {"16 02", PARSE_BAD},
        {"17 0301 0030 01 00", PARSE_BAD},
        {"802e 01 0002", PARSE_BAD}, /* SSLv2 */
        {"'OPTIONS'", PARSE_BAD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) in = hex(rows[i].in);
        if (tls_recognise(bytes_of_array(in)) != rows[i].result)
            g_error("%s: not so", rows[i].in);
    }
}

static void test_take(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = hex("17 0303 0004 'leak' 'more'");
    gsize n = 0;
    for (gsize cut = 0; cut <= in->len; cut++) {
        struct tls_state s = {.len = 0};
        struct codec *c = codec_rig_start(&r, bytes_sub(bytes_of_array(in), 0, cut));
        g_assert_cmpint(tls_take(c, &s, &n), ==, cut < 9 ? PARSE_MORE : PARSE_OK);
        g_assert_cmpuint(edits_end(r.rw.edits), ==, cut < 9 ? 0 : 9);
    }
    g_assert_cmpuint(n, ==, 9);
    struct tls_state s = {.len = 0};
    g_assert_cmpint(tls_take(codec_rig_start(&r, BYTES_LIT("\x80\x2e")), &s, &n), ==, PARSE_BAD);
    g_assert_cmpint(tls_take(codec_rig_start(&r, BYTES_LIT("\x17\3\3\x48\1")), &s, &n), ==, PARSE_BAD);
    codec_rig_clear(&r);
}

#define DTLS_HEAD "16 fefd 0000 000000000005 "

static void check_dtls(struct codec_rig *r, const char *what, const char *in, const char *out)
{
    g_autoptr(GByteArray) bytes = hex(in);
    g_assert_true(dtls_recognise(bytes_of_array(bytes)));
    g_autoptr(GByteArray) result = codec_rig_rewrite(r, bytes_of_array(bytes), dtls_rewrite);
    check_hex(what, bytes_of_array(result), out);
    g_assert_true(dtls_recognise(bytes_of_array(result)));
}

static void test_dtls(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    check_dtls(&r, "hello",
               DTLS_HEAD "0039 01 00002d 0000 000000 00002d fefd " RANDOM " 00 03 'COO' 0002 c02b 01 00",
               DTLS_HEAD "0039 01 00002d 0000 000000 00002d fefd " NIL32 " 03 000000 00 0002 0000 01 00");
    check_dtls(&r, "fragments and data",
               DTLS_HEAD "0010 0b 000010 0001 000004 000004 'leak' 17 fefd 0001 000000000001 0004 'leak'",
               DTLS_HEAD
               "0010 0b 000010 0001 000004 000004 00000000 17 fefd 0001 000000000001 0004 00000000");
    check_dtls(&r, "encrypted", DTLS_HEAD "0006 'secret'", DTLS_HEAD "0006 ffffffff0000");
    check_dtls(&r, "fragment beyond its message", DTLS_HEAD "0010 0b 000006 0001 000004 000004 'leak'",
               DTLS_HEAD "0010 ffffffff " NIL8 "00000000");
    check_dtls(&r, "alert", "15 feff 0000 000000000005 0002 0228", "15 feff 0000 000000000005 0002 0228");
    check_dtls(&r, "counters as they may be", "15 feff 00ff 000000ffffff 0002 0228", "15 feff 00ff 000000ffffff 0002 0228");
    check_dtls(&r, "counters that are none",
               "15 fefd 'epsequen' 0002 0228 15 fefd 0100 000000000001 0002 0228 15 fefd 0001 000001000000 0002 0228",
               "15 fefd " NIL8 " 0002 0228 15 fefd 0000 000000000001 0002 0228 15 fefd 0001 000000000000 0002 0228");
    check_dtls(&r, "message number", DTLS_HEAD "000c 0e 000000 'nu' 000000 000000 ", DTLS_HEAD "000c 0e 000000 0000 000000 000000 ");
    g_autoptr(GByteArray) no = hex("17 fefd 0001 000000000001 0005 'leak'");
    g_assert_false(dtls_recognise(bytes_of_array(no)));
    g_autoptr(GByteArray) zeros = codec_rig_rewrite(&r, bytes_of_array(no), dtls_rewrite);
    check_hex("no record", bytes_of_array(zeros), NIL8 NIL8 "00");
    codec_rig_clear(&r);
}

/* A random, a session id ... never comes through, wherever the record ends. */
static void any(struct bytes b, void *arg)
{
    struct codec_rig *r = arg;
    struct tls_state s = {.unsure = FALSE};
    gsize n;
    g_autofree guint8 *fitted = g_memdup2(b.p, b.n);
    tls_recognise(b);
    tls_take(codec_rig_start(r, b), &s, &n);
    g_autoptr(GByteArray) whole = codec_rig_rewrite(r, b, dtls_rewrite);
    g_assert_cmpuint(whole->len, ==, b.n);
    if (b.n < 5)
        return;
    put_u16be(fitted + 3, (guint16)(b.n - 5));
    g_assert_cmpint(tls_take(codec_rig_start(r, (struct bytes){fitted, b.n}), &s, &n), ==, PARSE_OK);
    g_autoptr(GByteArray) out = codec_rig_result(r, n);
    g_assert_true(bytes_find(bytes_of_array(out), BYTES_LIT("RA")) == NOT_FOUND);
    g_assert_true(bytes_find(bytes_of_array(out), BYTES_LIT("SU")) == NOT_FOUND);
    g_assert_true(bytes_find(bytes_of_array(out), BYTES_LIT("a.")) == NOT_FOUND);
}

static void test_prefixes(void)
{
    static const char *const vectors[] = {CLIENT_HELLO, CLIENT_HELLO13, SERVER_HELLO, SERVER_HELLO13};
    struct codec_rig r;
    codec_rig_init(&r);
    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        g_autoptr(GByteArray) in = hex(vectors[i]);
        check_prefixes(bytes_of_array(in), any, &r);
    }
    codec_rig_clear(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls/records", test_records);
    g_test_add_func("/tls/messages", test_messages);
    g_test_add_func("/tls/hellos", test_hellos);
    g_test_add_func("/tls/unsure", test_unsure);
    g_test_add_func("/tls/fragments", test_fragments);
    g_test_add_func("/tls/recognise", test_recognise);
    g_test_add_func("/tls/take", test_take);
    g_test_add_func("/tls/dtls", test_dtls);
    g_test_add_func("/tls/prefixes", test_prefixes);
    return g_test_run();
}

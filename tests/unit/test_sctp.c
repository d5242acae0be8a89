/* SIP on SCTP: chunks by table, messages whole and in fragments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "sctp.h"
#include "sip_codec.h"

#include <stdlib.h>

#define OPTIONS "OPTIONS sip:alice@a.example SIP/2.0\r\nTo: <sip:alice@a.example>\r\n\r\n"
#define OPTIONS_OUT "OPTIONS sip:u1@d1.invalid SIP/2.0\r\nTo: <sip:u1@d1.invalid>\r\n\r\n"

/* --- rows: captured and expected bytes in one line -----------------------------------------------------
 *
 * Words between blanks, each of which gives captured bytes and what becomes of them:
 *   0a1b       bytes that stay
 *   0a1b>0000  bytes that become others; either side may be empty
 *   z:0a1b     bytes that become zeros       x:alice  text that becomes x
 *   s:11223344 S: t:                         numbers of this direction, of the other one, a tag
 *   4:0a010203 6:...                         addresses
 */
static void add_hex(GByteArray *b, const gchar *hex, gsize n)
{
    for (gsize i = 0; i + 1 < n; i += 2)
        g_byte_array_append(b, &(guint8){(guint8)(g_ascii_xdigit_value(hex[i]) << 4 | g_ascii_xdigit_value(hex[i + 1]))}, 1);
}

static void add_number(GByteArray *b, guint32 v)
{
    guint8 p[4];
    put_u32be(p, v);
    g_byte_array_append(b, p, 4);
}

static void add_address(struct sip_codec *s, GByteArray *b, struct bytes address)
{
    guint8 is[16];
    if (address.n == 4)
        addresses_map4(s->rig->tables.addresses, address.p, is);
    else
        addresses_map6(s->rig->tables.addresses, address.p, is);
    g_byte_array_append(b, is, (guint)address.n);
}

static guint32 tsn_constant(const struct sip_codec *s, gboolean own)
{
    const struct endpoint *a = own ? &s->c.src : &s->c.dst, *b = own ? &s->c.dst : &s->c.src;
    return (guint32)flow_constant(s->c.flows, FLOW_SCTP_TSN, a, b);
}

static void add_word(struct sip_codec *s, const gchar *word, GByteArray *in, GByteArray *out)
{
    const gchar *arrow = strchr(word, '>');
    gchar kind = word[1] == ':' ? word[0] : 0;
    guint was = in->len;
    if (kind == 'x') {
        gsize n = strlen(word + 2);
        g_autofree gchar *x = g_strnfill(n, 'x');
        g_byte_array_append(in, (const guint8 *)word + 2, (guint)n);
        g_byte_array_append(out, (const guint8 *)x, (guint)n);
        return;
    }
    if (arrow) {
        add_hex(in, word, (gsize)(arrow - word));
        add_hex(out, arrow + 1, strlen(arrow + 1));
        return;
    }
    add_hex(in, kind ? word + 2 : word, strlen(kind ? word + 2 : word));
    struct bytes bytes = bytes_from(bytes_of_array(in), was);
    struct reader r = reader_of(bytes);
    switch (kind) {
    case 0:
        g_byte_array_append(out, bytes.p, (guint)bytes.n);
        break;
    case 'z':
        g_byte_array_set_size(out, out->len + (guint)bytes.n);
        memset(out->data + out->len - bytes.n, 0, bytes.n);
        break;
    case 't':
        add_number(out, flow_permute(s->c.flows, FLOW_SCTP_TAG, rd_u32be(&r), 32));
        break;
    case 's':
    case 'S':
        add_number(out, rd_u32be(&r) + tsn_constant(s, kind == 's'));
        break;
    default:
        add_address(s, out, bytes);
    }
}

static void build(struct sip_codec *s, const gchar *row, GByteArray *in, GByteArray *out)
{
    g_auto(GStrv) words = g_strsplit(row, " ", -1);
    for (gchar **w = words; *w; w++)
        if (**w)
            add_word(s, *w, in, out);
}

static void check_bytes(const char *what, struct bytes got, struct bytes expected)
{
    g_autoptr(GString) a = g_string_new(NULL), b = g_string_new(NULL);
    for (gsize i = 0; i < got.n; i++)
        g_string_append_printf(a, "%02x", got.p[i]);
    for (gsize i = 0; i < expected.n; i++)
        g_string_append_printf(b, "%02x", expected.p[i]);
    if (!bytes_eq(got, expected))
        g_error("%s:\n got      %s\n expected %s", what, a->str, b->str);
}

static GByteArray *rewrite(struct sip_codec *s, struct bytes in, gboolean cut, const struct sctp_state *state)
{
    GByteArray *out = g_byte_array_new();
    sip_codec_start(s, in);
    s->rw.cut = cut;
    sctp_rewrite(&s->c, state);
    sip_codec_append(s, in.n, out);
    return out;
}

struct row {
    const char *what, *bytes;
    gboolean cut;
};

static const struct row rows[] = {
    {"INIT",
     "01ff>0100 005c t:12345678 0001a000 000a ffff s:00000001 0005 0008 4:0a010203 "
     "0006 0014 6:fd000000000000000000000000000001 000c 000a 0005 0006 000b z:0000 8000 0004 c000 0004 "
     "8008 0006 c1 80 z:1234 c006 0008 z:00000001 0009 0008 z:00001000",
     FALSE},
    {"INIT ACK, cookie, quoted parameter",
     "0200 003c t:ffffffff 00000001 0001 0001 s:ffffffff 0007 0009 z:0102030405 z:aabbcc "
     "0008 000c 9999>8005 0008 z:deadbeef 8001 0008 00000001 8001 0008 00000100>00000000",
     FALSE},
    {"INIT, host name", "0100 0024 t:00000000 00000000 0000 0000 s:00000000 000b 000d x:alice.exa z:0000aa z:0000", FALSE},
    {"INIT, host name with NUL", "0100 0020 t:00000000 00000000 0000 0000 s:00000000 000b 000c x:alice z:006263", FALSE},
    {"INIT, unknown parameter, of unknown length", "0100 0020 t:00000001 00000000 0000 0000 s:00000000 4711>8005 0008 z:61626364 z:00050003", FALSE},
    {"INIT, authentication",
     "0100 0038 t:00000001 00000000 0000 0000 s:00000000 8002 0008 z:aabbccdd 8003 0007 c1 80 55>84 z:77 "
     "8004 000a 0001 0003 0002>0000 z:0000 8005 0006 z:abcd z:0000",
     FALSE},
    {"INIT, cut short", "0100 0010 t:00000001 00000000 0000 0000", FALSE},
    {"INIT, in a field", "0100 0012 t:00000001 00000000 0000 0000 z:1234 z:5678", FALSE},
    {"INIT, address of odd length", "0100 001a t:00000001 00000000 0000 0000 s:00000000 0005 0006 z:0a01 z:0203", FALSE},
    {"SACK", "03ff>0300 001c S:00000010 0001a000 0002 0001 0002 0003 0005 0006 S:0000000f", FALSE},
    {"SACK, blocks out of order", "0300 001c S:00000010 00000000 0003 0000 0002 0003 0003>0000 0006>0000 z:00070008", FALSE},
    {"SACK, counts that lie", "0300 0014 S:00000010 00000000 ffff ffff 0002 0003", FALSE},
    {"SACK, more than it says", "0300 0018 S:00000010 00000000 0000 0000 S:11111111 S:22222222", FALSE},
    {"SACK, text for a window", "0300 000c S:00000010 616c6963>1fffffff", FALSE},
    {"SACK, no lists", "0300 000c S:00000010 00000000", FALSE},
    {"NR-SACK", "1001 0020 S:00000010 00000000 0001 0001 0001 z:1234 0002 0003 0005 0006 S:00000009", FALSE},
    {"HEARTBEAT", "0400 0010 0001 000c z:deadbeefcafebabe 0500 0008 0001 0004", FALSE},
    {"HEARTBEAT of another kind", "0400 0010 0002>8005 000c z:deadbeefcafebabe", FALSE},
    {"ABORT", "0601 000f 000c 000b x:by-bob! z:00", FALSE},
    {"ABORT, unknown cause", "0603>0601 000c 4711>000d 0008 x:carl", FALSE},
    {"ERROR",
     "0900 004c 0001 0008 0007 z:1234 0002 000a 00000001 0007 z:0000 0003 0008 z:00000bad "
     "0005 000c 0005 0008 4:0a010203 0006 000c 61bb>8400 cccc>0008 z:deadbeef 0008 0008 4711>8005 0004 0009 0008 S:00000005 000a 0004",
     FALSE},
    {"SHUTDOWN", "0700 0008 S:00000005 0800 0004 0e01 0004", FALSE},
    {"COOKIE ECHO", "0a00 0009 z:6162636465 z:010203 0b00 0004", FALSE},
    {"ECNE, CWR", "0c00 0008 S:00000005 0d00 0008 s:00000005", FALSE},
    {"AUTH", "0f00 0014 0001 0001 z:000102030405060708090a0b", FALSE},
    {"AUTH, unknown", "0f00 0008 ffff 0099>0000", FALSE},
    {"ASCONF", "c100 0020 s:00000005 0005 0008 4:0a010203 c001 0010 t:00000001 0005 0008 4:0a010204", FALSE},
    {"ASCONF-ACK", "8000 0010 S:00000005 c005 0008 t:00000001", FALSE},
    {"ASCONF-ACK, refused", "8000 001c S:00000005 c003 0014 t:00000001 00a2 000c 0005 0008 4:0a010203", FALSE},
    {"RE-CONFIG", "8200 0018 000d 0014 s:00000001 S:00000002 s:00000003 0001 0002", FALSE},
    {"RE-CONFIG, text", "8200 0018 000d 0014 s:00000001 S:00000002 s:00000003 0001 z:616c", FALSE},
    {"RE-CONFIG, answer", "8200 0018 0010 0014 S:00000001 00000001 s:00000003 S:00000004", FALSE},
    {"FORWARD TSN", "c000 000c s:00000005 0001 0002 c200 0010 s:00000005 0001 0000 00000007", FALSE},
    {"FORWARD TSN, text", "c000 0014 s:00000005 0fff 616c z:616c6963 0002 0003", FALSE},
    {"FORWARD TSN, half an entry", "c000 000a s:00000005 z:0001 z:0000", FALSE},
    {"I-FORWARD-TSN, a text for a stream", "c200 0018 s:00000005 z:6161000000000001 0001 0001 00ffffff", FALSE},
    {"I-FORWARD-TSN, a text for a number", "c200 0018 s:00000005 0001 0000 z:616c6963 0002 0000 00000001", FALSE},
    {"I-FORWARD-TSN, a text for flags", "c200 0018 s:00000005 z:0001616200000001 z:0001000000000001", FALSE},
    {"PAD", "8400 0008 z:61626364", FALSE},
    {"unknown chunk", "4711>8400 0007 z:616263 z:ff", FALSE},
    {"DATA that is not SIP", "000f 0015 s:00000001 0001 0002 00000003>00000000 z:616c696365 z:abcdef", FALSE},
    {"DATA, unknown flags", "00ff>000f 0011 s:00000001 0001 0002 00000000 z:61 z:000000", FALSE},
    {"DATA, no data", "0003 0010 s:00000001 0001 0002 00000000", FALSE},
    {"DATA, too short", "0003 000e s:00000001 0001 0002 z:1234 z:5678", FALSE},
    {"DATA, no padding", "0003 0011 s:00000001 0001 0002 00000000 z:61", FALSE},
    {"DATA, some padding", "0003 0011 s:00000001 0001 0002 00000000 z:61 z:62", FALSE},
    {"fragment of nobody", "0002 0014 s:00000001 0001 0002 00000000 z:61626364", FALSE},
    {"I-DATA, first", "4002 0018 s:00000001 0001 z:1234 00000005 00000003>00000000 z:61626364", FALSE},
    {"I-DATA, texts for numbers", "4000 0018 s:00000002 0001 0000 z:616c6963 z:65626f62 z:61626364", FALSE},
    {"I-DATA, second", "4000 0018 s:00000002 0001 0000 00000005 00000001 z:61626364", FALSE},
    {"no chunk", "z:616263", FALSE},
    {"length 0", "z:00010000616c696365", FALSE},
    {"length 3", "z:00030003616c696365", FALSE},
    {"longer than the packet", "0b00 0004 z:0a000009616c6963", FALSE},
    {"cut, fixed fields stay", "0100 0100 t:00000001 00000005 0001 0001 s:00000001 z:000500080a0102", TRUE},
    {"cut in a field", "0300 0100 S:00000001 z:0000", TRUE},
    {"cut, blocks", "0300 0014 S:00000010 00000000 z:000100000002", TRUE},
    {"cut DATA", "0003 0100 s:00000001 0001 0002 00000000 z:616c696365", TRUE},
    {"cut in the header", "0b00 0004 z:0a0000", TRUE},
};

static void test_chunks(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sip_codec *s = sip_codec_new();
        g_autoptr(GByteArray) in = g_byte_array_new(), expected = g_byte_array_new();
        build(s, rows[i].bytes, in, expected);
        g_autoptr(GByteArray) got = rewrite(s, bytes_of_array(in), rows[i].cut, NULL);
        check_bytes(rows[i].what, bytes_of_array(got), bytes_of_array(expected));
        sip_codec_free(s);
    }
}

/* --- SIP ------------------------------------------------------------------------------------------------ */

static void add_data(GByteArray *b, guint8 type, guint8 flags, guint32 tsn, guint32 ppid, struct bytes data, gsize missing)
{
    guint8 head[20] = {type, flags, 0, 0, 0, 0, 0, 0, 0, 3, 0, 9};
    gsize n = type ? 20 : 16;
    put_u16be(head + 2, (guint16)(n + data.n + missing));
    put_u32be(head + 4, tsn);
    put_u32be(head + n - 4, ppid);
    g_byte_array_append(b, head, (guint)n);
    g_byte_array_append(b, data.p, (guint)data.n);
    while (b->len % 4 && !missing)
        g_byte_array_append(b, (const guint8 *)"", 1);
}

/* The same with the number moved, as written. */
static void add_written(const struct sip_codec *s, GByteArray *b, guint8 type, guint8 flags, guint32 tsn, guint32 ppid,
                        const char *data)
{
    guint was = b->len;
    add_data(b, type, flags, tsn + tsn_constant(s, TRUE), ppid, bytes_of(data), 0);
    if (type)
        put_u16be(b->data + was + 10, 0); /* reserved */
}

static void test_sip(void)
{
    static const struct {
        const char *what;
        guint8 type;
        guint32 ppid, ppid_out;
    } cases[] = {
        {"plain", 0, 0, 0},
        {"registered", 0, 46, 46},
        {"the highest one", 0, 73, 73},
        {"unknown", 0, 74, 0},
        {"wrong byte order", 0, 0x03000000, 0},
        {"I-DATA", 0x40, 3, 3},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sip_codec *s = sip_codec_new();
        g_autoptr(GByteArray) in = g_byte_array_new(), expected = g_byte_array_new();
        for (guint n = 0; n < 3; n++) {
            add_data(in, cases[i].type, 3, n - 1, cases[i].ppid, BYTES_LIT(OPTIONS), 0);
            add_written(s, expected, cases[i].type, 3, n - 1, cases[i].ppid_out, OPTIONS_OUT);
        }
        g_assert_true(sctp_has_sip(bytes_of_array(in)));
        g_autoptr(GByteArray) got = rewrite(s, bytes_of_array(in), FALSE, NULL);
        check_bytes(cases[i].what, bytes_of_array(got), bytes_of_array(expected));
        sip_codec_free(s);
    }
}

/* A message that the capture cut is one that is cut; its chunk says how long it would be. */
static void test_cut_sip(void)
{
    struct sip_codec *s = sip_codec_new();
    g_autoptr(GByteArray) in = g_byte_array_new();
    add_data(in, 0, 3, 7, 0, BYTES_LIT("OPTIONS sip:alice@a.example SIP/2.0\r\nTo: <sip:ali"), 100);
    g_autoptr(GByteArray) got = rewrite(s, bytes_of_array(in), TRUE, NULL);
    g_assert_true(sctp_has_sip(bytes_of_array(in)));
    check_text("cut", bytes_from(bytes_of_array(got), 16), "OPTIONS sip:u1@d1.invalid SIP/2.0\r\nTo: xxxxxxxx");
    struct reader r = reader_of(bytes_from(bytes_of_array(got), 2));
    g_assert_cmpuint(rd_u16be(&r), ==, got->len + 100);
    sip_codec_free(s);
}

/* What no chunk could hold is scrubbed at equal length. */
static void test_growth(void)
{
    struct sip_codec *s = sip_codec_new();
    g_autoptr(GString) text = g_string_new("OPTIONS sip:a@b SIP/2.0\r\nContact: <sip:a@b>");
    g_autoptr(GByteArray) in = g_byte_array_new();
    while (text->len < 65535 - 16 - 30)
        g_string_append(text, ", <sip:a@b>");
    g_string_append(text, "\r\n\r\n");
    add_data(in, 0, 3, 7, 0, bytes_of(text->str), 0);
    g_autoptr(GByteArray) got = rewrite(s, bytes_of_array(in), FALSE, NULL);
    g_assert_cmpuint(got->len, ==, in->len);
    for (guint i = 12; i < got->len; i++)
        g_assert_cmpuint(got->data[i], ==, 0);
    sip_codec_free(s);
}

static void test_has_sip(void)
{
    static const struct {
        const char *what, *data;
        guint8 flags;
        gboolean expected;
    } cases[] = {
        {"message", OPTIONS, 3, TRUE},     {"first fragment", OPTIONS, 2, TRUE},
        {"second fragment", OPTIONS, 0, FALSE}, {"last fragment", OPTIONS, 1, FALSE},
        {"not SIP", "alice", 3, FALSE},    {"not all of the line", "OPTIONS sip:a", 3, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) in = g_byte_array_new();
        g_byte_array_append(in, (const guint8 *)"\x0b\x00\x00\x04", 4);
        add_data(in, 0, cases[i].flags, 1, 0, bytes_of(cases[i].data), 0);
        if (sctp_has_sip(bytes_of_array(in)) != cases[i].expected)
            g_error("%s", cases[i].what);
    }
    g_assert_false(sctp_has_sip(BYTES_NONE));
}

/* --- fragments ------------------------------------------------------------------------------------------ */

static void test_scan(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    struct sctp_fragment f[4];
    add_data(b, 0, 2, 7, 0, BYTES_LIT("alice"), 0);
    add_data(b, 0x40, 3, 8, 0, BYTES_LIT("interleaved"), 0);
    g_byte_array_append(b, (const guint8 *)"\x0b\x00\x00\x04", 4);
    add_data(b, 0, 3, 9, 0, BYTES_NONE, 0);
    add_data(b, 0, 5, 10, 0, BYTES_LIT("bob"), 0);
    g_assert_cmpuint(sctp_scan(bytes_of_array(b), f, 4), ==, 2);
    g_assert_true(f[0].tsn == 7 && f[0].begin && !f[0].end && !f[0].unordered && f[0].stream == 3);
    g_assert_true(f[1].tsn == 10 && !f[1].begin && f[1].end && f[1].unordered);
    check_text("span", bytes_span(bytes_of_array(b), f[0].data), "alice");
    check_text("span", bytes_span(bytes_of_array(b), f[1].data), "bob");
    g_assert_cmpuint(sctp_scan(bytes_of_array(b), f, 1), ==, 1);
    add_data(b, 0, 5, 11, 0, BYTES_LIT("cut"), 10);
    g_assert_cmpuint(sctp_scan(bytes_of_array(b), f, 4), ==, 2);
}

/* "7B": TSN and flags; several letters of text for each. */
static struct sctp_fragment fragment_of(guint32 tsn, const char *flags)
{
    return (struct sctp_fragment){
        .tsn = tsn, .stream = 3, .begin = strchr(flags, 'B') != NULL, .end = strchr(flags, 'E') != NULL,
        .unordered = strchr(flags, 'U') != NULL};
}

static gboolean add(struct sctp_assembly *a, guint32 tsn, const char *flags, const char *data)
{
    struct sctp_fragment f = fragment_of(tsn, flags);
    return sctp_assembly_add(a, &f, bytes_of(data));
}

static void check_message(struct sctp_assembly *a, guint32 tsn, const char *expected)
{
    struct arena *arena = arena_new();
    check_text("message", sctp_assembly_text(a, tsn, arena), expected);
    arena_free(arena);
}

/* Every order of five fragments, across the end of the numbers. */
static void test_orders(void)
{
    static const char *const flags[5] = {"B", "", "", "", "E"}, *const text[5] = {"ab", "c", "def", "gh", "i"};
    for (guint code = 0; code < 120; code++) {
        struct sctp_assembly *a = sctp_assembly_new(4096);
        guint left[5] = {0, 1, 2, 3, 4}, rest = code;
        add(a, G_MAXUINT32 - 2, "E", "before"); /* neighbours of other messages */
        add(a, 4, "B", "behind");
        for (guint n = 5; n > 0; n--) {
            guint pick = rest % n, i = left[pick];
            rest /= n;
            left[pick] = left[n - 1];
            g_assert_true(add(a, G_MAXUINT32 - 1 + i, flags[i], text[i]) == (n == 1));
            g_assert_false(add(a, G_MAXUINT32 - 1 + i, flags[i], text[i])); /* again */
        }
        for (guint i = 0; i < 5; i++)
            check_message(a, G_MAXUINT32 - 1 + i, "abcdefghi");
        check_message(a, 4, "");
        sctp_assembly_free(a);
    }
}

static void test_strangers(void)
{
    struct sctp_assembly *a = sctp_assembly_new(4096);
    struct sctp_fragment f = fragment_of(8, "E");
    g_assert_false(add(a, 7, "B", "a"));
    f.stream = 4; /* another stream's */
    g_assert_false(sctp_assembly_add(a, &f, BYTES_LIT("b")));
    g_assert_false(add(a, 8, "EU", "b")); /* not ordered */
    g_assert_true(add(a, 8, "E", "b"));   /* takes its place */
    check_message(a, 7, "ab");
    g_assert_false(add(a, 9, "E", "c"));
    g_assert_true(add(a, 8, "BE", "whole")); /* 7 went with 8 */
    check_message(a, 7, "");
    check_message(a, 8, "whole");
    g_assert_false(add(a, 20, "B", ""));
    sctp_assembly_free(a);
}

static void check_fragment(struct sctp_assembly *a, guint32 tsn, const char *captured, const char *expected)
{
    struct bytes written;
    if (!sctp_assembly_fragment(a, tsn, bytes_of(captured), &written)) {
        g_assert_null(expected);
        return;
    }
    check_text("fragment", written, expected);
}

static void test_written(void)
{
    static const struct {
        const char *in[3], *written, *out[3];
    } cases[] = {
        {{"aaaa", "bb", "cc"}, "0123456789abcdef", {"01234567", "89ab", "cdef"}},
        {{"aaaa", "bb", "cc"}, "012", {"0", "1", "2"}},
        {{"a", "bbbbbbbb", "c"}, "01234", {"0", "123", "4"}},
        {{"a", "b", "cccccccccccccccccc"}, "0123", {"0", "1", "23"}},
        {{"aaaaaaaaaaaaaaaaaa", "b", "c"}, "0123", {"01", "2", "3"}},
        {{"aaaa", "bb", "cc"}, "01", {NULL, NULL, NULL}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sctp_assembly *a = sctp_assembly_new(4096);
        add(a, 1, "B", cases[i].in[0]);
        add(a, 2, "", cases[i].in[1]);
        g_assert_false(sctp_assembly_write(a, 2, BYTES_LIT("not whole")));
        check_fragment(a, 2, cases[i].in[1], NULL);
        g_assert_true(add(a, 3, "E", cases[i].in[2]));
        g_assert_true(sctp_assembly_write(a, 2, bytes_of(cases[i].written)) == (cases[i].out[0] != NULL));
        for (guint k = 0; k < 3; k++) {
            check_fragment(a, k + 1, cases[i].in[k], cases[i].out[k]);
            check_fragment(a, k + 1, "others", NULL);
        }
        check_fragment(a, 4, "", NULL);
        sctp_assembly_free(a);
    }
}

/* A message over three packets, of which the second is sent again. */
static void test_over_packets(void)
{
    static const struct {
        guint32 tsn;
        guint8 flags;
        gsize from, to;
    } packets[] = {{5, 2, 0, 20}, {6, 0, 20, 50}, {6, 0, 20, 50}, {7, 1, 50, sizeof OPTIONS - 1}};
    struct sip_codec *s = sip_codec_new();
    struct sctp_assembly *a = sctp_assembly_new(4096);
    struct sctp_state state = {sctp_assembly_fragment, a};
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint pass = 0; pass < 2; pass++)
        for (gsize i = 0; i < G_N_ELEMENTS(packets); i++) {
            g_autoptr(GByteArray) in = g_byte_array_new();
            struct sctp_fragment f;
            gsize from = packets[i].from;
            add_data(in, 0, packets[i].flags, packets[i].tsn, 0, bytes_sub(BYTES_LIT(OPTIONS), from, packets[i].to - from), 0);
            g_assert_cmpuint(sctp_scan(bytes_of_array(in), &f, 1), ==, 1);
            if (pass == 0 && sctp_assembly_add(a, &f, bytes_span(bytes_of_array(in), f.data))) {
                struct bytes written;
                g_assert_cmpuint(i, ==, 3);
                sip_codec_start(s, BYTES_NONE);
                struct bytes text = sctp_assembly_text(a, f.tsn, s->rw.arena);
                check_text("text", text, OPTIONS);
                g_assert_true(s->c.sip(&s->c, text, 0, SIP_SCTP, &s->c.src, &s->c.dst, &written));
                g_assert_true(sctp_assembly_write(a, f.tsn, written));
            }
            if (pass == 1 && i != 2) {
                g_autoptr(GByteArray) out = rewrite(s, bytes_of_array(in), FALSE, &state);
                g_assert_cmpuint(sctp_scan(bytes_of_array(out), &f, 1), ==, 1);
                g_assert_cmpuint(f.tsn, ==, packets[i].tsn + tsn_constant(s, TRUE));
                g_string_append_len(got, (gchar *)out->data + f.data.off, f.data.len);
            }
        }
    check_text("in all", bytes_of(got->str), OPTIONS_OUT);
    sctp_assembly_free(a);
    sip_codec_free(s);
}

/* The oldest go, with what they were joined to; what could never be held is not taken. */
static void test_bounds(void)
{
    struct sctp_assembly *a = sctp_assembly_new(64 * 1024);
    g_autofree gchar *long_text = g_strnfill(65536, 'a');
    g_assert_false(add(a, 1, "BE", long_text));
    add(a, 1, "B", "a");
    add(a, 3, "E", "c");
    for (guint i = 0; i < 100000; i++)
        add(a, 10 + i, "", "filler"); /* one endless run */
    g_assert_false(add(a, 2, "", "b"));
    check_message(a, 2, "");
    for (guint i = 0; i < 100000; i++)
        add(a, 10 + 2 * i, "B", "filler");
    g_assert_true(add(a, 500000, "BE", "whole"));
    check_message(a, 500000, "whole");
    sctp_assembly_free(a);
    sctp_assembly_free(NULL);
}

/* --- prefixes -------------------------------------------------------------------------------------------- */

static void check_prefix(struct bytes b, void *arg)
{
    struct sctp_fragment f[8];
    for (guint cut = 0; cut < 2; cut++) {
        g_autoptr(GByteArray) out = rewrite(arg, b, cut, NULL);
        g_assert_true(bytes_find(bytes_of_array(out), BYTES_LIT("alice")) == NOT_FOUND);
    }
    sctp_has_sip(b);
    sctp_scan(b, f, G_N_ELEMENTS(f));
}

static void test_prefixes(void)
{
    struct sip_codec *s = sip_codec_new();
    g_autoptr(GByteArray) in = g_byte_array_new(), out = g_byte_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_byte_array_set_size(in, 0);
        build(s, rows[i].bytes, in, out);
        check_prefixes(bytes_of_array(in), check_prefix, s);
    }
    g_byte_array_set_size(in, 0);
    add_data(in, 0, 3, 1, 0, BYTES_LIT(OPTIONS), 0);
    add_data(in, 0x40, 3, 1, 0, BYTES_LIT("alice" OPTIONS), 0);
    check_prefixes(bytes_of_array(in), check_prefix, s);
    sip_codec_free(s);
}

/* Parameters in parameters, 16 thousand deep. */
static void test_depth(void)
{
    struct sip_codec *s = sip_codec_new();
    g_autoptr(GByteArray) in = g_byte_array_new();
    g_byte_array_append(in, (const guint8 *)"\x09\x00\xff\xf8\x00\x08\xff\xf4", 8);
    for (guint n = 65520; n >= 4; n -= 4) {
        guint8 head[4] = {0, 8};
        put_u16be(head + 2, (guint16)n);
        g_byte_array_append(in, head, 4);
    }
    g_autoptr(GByteArray) out = rewrite(s, bytes_of_array(in), FALSE, NULL);
    g_assert_cmpuint(out->len, ==, in->len);
    g_assert_cmpuint(out->data[in->len - 1], ==, 0);
    sip_codec_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sctp/chunks", test_chunks);
    g_test_add_func("/sctp/sip", test_sip);
    g_test_add_func("/sctp/cut-sip", test_cut_sip);
    g_test_add_func("/sctp/growth", test_growth);
    g_test_add_func("/sctp/has-sip", test_has_sip);
    g_test_add_func("/sctp/scan", test_scan);
    g_test_add_func("/sctp/orders", test_orders);
    g_test_add_func("/sctp/strangers", test_strangers);
    g_test_add_func("/sctp/written", test_written);
    g_test_add_func("/sctp/over-packets", test_over_packets);
    g_test_add_func("/sctp/bounds", test_bounds);
    g_test_add_func("/sctp/prefixes", test_prefixes);
    g_test_add_func("/sctp/depth", test_depth);
    return g_test_run();
}

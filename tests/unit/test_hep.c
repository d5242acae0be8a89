/* HEP 1, 2 and 3: chunk by chunk, what is inside, lengths, cuts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "codec_rig.h"
#include "hep.h"

#define SIP "OPTIONS sip:alice@a.example SIP/2.0\r\nCSeq: 1 OPTIONS\r\nCall-ID: x@a.example\r\n\r\n"
#define SIP_OUT "OPTIONS sip:u1@d1.invalid SIP/2.0\r\nCSeq: 1 OPTIONS\r\nCall-ID: "

static gboolean holds(const GByteArray *a, const char *text)
{
    return bytes_find(bytes_of_array(a), bytes_of(text)) != NOT_FOUND;
}

static GByteArray *message(const char *chunks)
{
    GByteArray *m = hex("'HEP3' 0000");
    g_autoptr(GByteArray) c = hex(chunks);
    g_byte_array_append(m, c->data, c->len);
    put_u16be(m->data + 4, (guint16)m->len);
    return m;
}

static void test_chunks(void)
{
    static const struct {
        const char *what, *in, *out;
    } rows[] = {
        {"nothing", "", ""},
        {"family, protocol", "0000 0001 0007 02 0000 0002 0007 11", "0000 0001 0007 02 0000 0002 0007 11"},
        {"ports", "0000 0007 0008 13c4 0000 0008 0008 13c5", "0000 0007 0008 13c4 0000 0008 0008 13c5"},
        {"times", "0000 0009 000a 65536e00 0000 000a 000a 000f423f",
         "0000 0009 000a 65536e00 0000 000a 000a 000f423f"},
        {"no microseconds", "0000 000a 000a 'leak'", "0000 000a 000a 00000000"},
        {"unspecified address", "0000 0003 000a 00000000", "0000 0003 000a 00000000"},
        {"agent", "0000 000c 000a 000007d1", "0000 000c 000a ........"},
        {"key", "0000 000e 000e 'myHEPkey'", "0000 000e 000e 'redacted'"},
        {"correlation", "0000 0011 0010 'xyz@a.exam'", "0000 0011 0014 ......'@d1.invalid'"},
        {"VLAN", "0000 0012 0008 0064", "0000 0012 0008 0064"},
        {"node", "0000 0013 000c 'node-1'", "0000 0013 000c ............"},
        {"compressed", "0000 0010 000a 'leak'", "0000 0010 000a 00000000"},
        {"log line", "0000 000f 000a 'leak'", "0000 000f 000a 00000000"},
        {"wrong length", "0000 0003 0008 0a01 0000 0001 0007 02", "0000 0001 0007 02"},
        {"unknown", "0000 0025 000a 'leak' 0001 0001 0007 'x' 0000 0001 0007 02", "0000 0001 0007 02"},
        {"no chunk", "0000 0001 0007 02 0000 0001 0003 'leak'", "0000 0001 0007 02"},
        {"longer than the message", "0000 0001 0007 02 0000 000e 0020 'leak'", "0000 0001 0007 02"},
        {"head cut", "0000 0001 0007 02 0000 00", "0000 0001 0007 02"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct codec_rig r;
        codec_rig_init(&r);
        g_autoptr(GByteArray) in = message(rows[i].in);
        g_assert_true(hep_recognise(bytes_of_array(in)));
        g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), hep_rewrite);
        check_hex(rows[i].what, bytes_from(bytes_of_array(out), 6), rows[i].out);
        g_assert_cmpmem(out->data, 4, "HEP3", 4);
        g_assert_cmpuint(out->data[4] << 8 | out->data[5], ==, out->len);
        codec_rig_clear(&r);
    }
}

static GByteArray *sip_message(void)
{
    GByteArray *m =
        message("0000 0001 0007 02 0000 0002 0007 06 0000 0003 000a c0000205 0000 0004 000a c6336407"
                "0000 0007 0008 13c4 0000 0008 0008 13c6 0000 000f 0000 '" SIP "'"
                "0000 000e 000c 'secret'");
    put_u16be(m->data + m->len - 12 - (sizeof SIP - 1) - 2, sizeof SIP - 1 + 6);
    return m;
}

static void test_sip(void)
{
    struct codec_rig r;
    guint8 src[4] = {192, 0, 2, 5};
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = sip_message();
    g_assert_true(hep_has_sip(bytes_of_array(in)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), hep_rewrite);
    g_assert_cmpuint(r.sip_calls, ==, 1);
    g_assert_cmpint(r.sip_transport, ==, SIP_TCP);
    g_assert_cmpmem(r.sip_src.addr, 4, src, 4);
    g_assert_cmpuint(r.sip_src.port, ==, 5060);
    g_assert_cmpuint(r.sip_dst.port, ==, 5062);
    g_assert_cmpint(r.sip_dst.family, ==, 4);
    g_assert_true(holds(out, SIP_OUT));
    g_assert_true(holds(out, "redacted"));
    g_assert_true(hep_has_sip(bytes_of_array(out)));
    addresses_map4(r.rig->tables.addresses, src, src);
    g_assert_cmpmem(out->data + 26, 4, src, 4);
    codec_rig_clear(&r);
}

/* Cut inside the payload: the lengths tell of what is missing, SIP is told how much. */
static void test_cut(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = sip_message();
    r.c.missing = 22;
    struct codec *c = codec_rig_start(&r, bytes_sub(bytes_of_array(in), 0, in->len - 22));
    r.rw.cut = TRUE;
    hep_rewrite(c);
    g_autoptr(GByteArray) out = codec_rig_result(&r, in->len - 22);
    g_assert_cmpuint(r.sip_missing, ==, 10);
    g_assert_cmpuint(out->data[4] << 8 | out->data[5], ==, out->len + 22);
    guint8 length[2];
    gsize at = bytes_find(bytes_of_array(out), BYTES_LIT("OPTIONS")) - 2;
    put_u16be(length, (guint16)(out->len - at - 2 + 6 + 10));
    g_assert_cmpmem(out->data + at, 2, length, 2);
    codec_rig_clear(&r);
}

static void test_trailer(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = message("0000 0001 0007 02");
    g_byte_array_append(in, (const guint8 *)"leak", 4);
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), hep_rewrite);
    check_hex("bytes behind the message", bytes_of_array(out), "'HEP3' 000d 0000 0001 0007 02");
    codec_rig_clear(&r);
}

#define V1 "01 10 02 11 13c4 13c6 c0000205 c6336407"
#define V2 "02 1c 02 11 13c4 13c6 c0000205 c6336407 006e5365 3f420f00 d107 'xx'"
#define V1_6 "01 28 0a 11 13c4 13c6 20010db8000000000000000000000001 20010db8000000000000000000000002"

static void test_old(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) one = hex(V1 "'" SIP "'"), two = hex(V2 "'leaked'"), six = hex(V1_6 "'" SIP "'");
    g_assert_true(hep_has_sip(bytes_of_array(one)) && hep_has_sip(bytes_of_array(six)));
    g_assert_true(hep_recognise(bytes_of_array(two)) && !hep_has_sip(bytes_of_array(two)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(one), hep_rewrite);
    check_hex("version 1", bytes_sub(bytes_of_array(out), 0, 16), "01 10 02 11 13c4 13c6 ........ ........");
    g_assert_true(holds(out, SIP_OUT) && hep_has_sip(bytes_of_array(out)));
    g_assert_cmpuint(r.sip_src.port, ==, 5060);
    g_assert_cmpuint(r.sip_dst.addr[0], ==, 198);
    g_autoptr(GByteArray) out2 = codec_rig_rewrite(&r, bytes_of_array(two), hep_rewrite);
    check_hex("version 2", bytes_of_array(out2),
              "02 1c 02 11 13c4 13c6 ........ ........ 006e5365 3f420f00 .... 0000 000000000000");
    g_assert_cmpint(memcmp(out2->data + 24, two->data + 24, 2), !=, 0);
    g_assert_cmpint(memcmp(out2->data + 8, two->data + 8, 4), !=, 0);
    two->data[20] = two->data[23] = 0x7f; /* no microseconds in either order */
    g_autoptr(GByteArray) out3 = codec_rig_rewrite(&r, bytes_of_array(two), hep_rewrite);
    check_hex("version 2", bytes_sub(bytes_of_array(out3), 16, 8), "006e5365 00000000");
    g_autoptr(GByteArray) out6 = codec_rig_rewrite(&r, bytes_of_array(six), hep_rewrite);
    g_assert_cmpint(r.sip_src.family, ==, 6);
    g_assert_cmpint(memcmp(out6->data + 8, six->data + 8, 16), !=, 0);
    codec_rig_clear(&r);
}

static void test_recognise(void)
{
    static const char *const no[] = {"",
                                     "'HEP3'",
                                     "'HEP3' 0005",
                                     "'HEP4' 0010 0000",
                                     "01 10 02 11 13c4 13c6",
                                     "01 1c 02 11 13c4 13c6 c0000205 c6336407 00000000",
                                     "03 10 02 11 13c4 13c6 c0000205 c6336407",
                                     "01 10 07 11 13c4 13c6 c0000205 c6336407",
                                     "'OPTIONS sip:'"};
    struct codec_rig r;
    codec_rig_init(&r);
    for (gsize i = 0; i < G_N_ELEMENTS(no); i++) {
        g_autoptr(GByteArray) in = hex(no[i]);
        g_assert_false(hep_recognise(bytes_of_array(in)));
        g_assert_false(hep_has_sip(bytes_of_array(in)));
        g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), hep_rewrite);
        for (guint k = 0; k < out->len; k++)
            g_assert_cmpuint(out->data[k], ==, 0);
    }
    codec_rig_clear(&r);
}

static void test_take(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = message("0000 000e 000c 'secret'");
    gsize n = 0, len = in->len;
    g_byte_array_append(in, (const guint8 *)"HEP3", 4);
    for (gsize cut = 0; cut <= in->len; cut++) {
        struct codec *c = codec_rig_start(&r, bytes_sub(bytes_of_array(in), 0, cut));
        g_assert_cmpint(hep_take(c, &n), ==, cut < len ? PARSE_MORE : PARSE_OK);
        g_assert_cmpuint(edits_end(r.rw.edits), ==, cut < len ? 0 : len);
    }
    g_assert_cmpuint(n, ==, len);
    g_autoptr(GByteArray) out = codec_rig_result(&r, n);
    check_hex("stream", bytes_of_array(out), "'HEP3' 0014 0000 000e 000e 'redacted'");
    g_assert_cmpint(hep_take(codec_rig_start(&r, BYTES_LIT("HEX")), &n), ==, PARSE_BAD);
    g_assert_cmpint(hep_take(codec_rig_start(&r, BYTES_LIT("HEP3\0\5")), &n), ==, PARSE_BAD);
    codec_rig_clear(&r);
}

/* Thousands of keys that grow: what does not fit becomes zeros. */
static void test_growth(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = message("");
    for (guint i = 0; i < 9000; i++)
        g_byte_array_append(in, (const guint8 *)"\0\0\0\x0e\0\x07k", 7);
    put_u16be(in->data + 4, (guint16)in->len);
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), hep_rewrite);
    g_assert_cmpuint(out->len, ==, in->len);
    g_assert_cmpuint(out->data[0], ==, 0);
    codec_rig_clear(&r);
}

static void any(struct bytes b, void *arg)
{
    struct codec_rig *r = arg;
    gsize n;
    hep_has_sip(b);
    hep_take(codec_rig_start(r, b), &n);
    g_autoptr(GByteArray) out = codec_rig_rewrite(r, b, hep_rewrite);
    g_assert_false(holds(out, "alice") || holds(out, "secret"));
    g_autofree guint8 *fitted = g_memdup2(b.p, b.n);
    if (b.n < 6)
        return;
    put_u16be(fitted + 4, (guint16)b.n);
    g_autoptr(GByteArray) out2 = codec_rig_rewrite(r, (struct bytes){fitted, b.n}, hep_rewrite);
    g_assert_false(holds(out2, "alice") || holds(out2, "secret"));
}

static void test_prefixes(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) three = sip_message(), one = hex(V1 "'" SIP "'"), two = hex(V2 "'" SIP "'");
    check_prefixes(bytes_of_array(three), any, &r);
    check_prefixes(bytes_of_array(one), any, &r);
    check_prefixes(bytes_of_array(two), any, &r);
    codec_rig_clear(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hep/chunks", test_chunks);
    g_test_add_func("/hep/sip", test_sip);
    g_test_add_func("/hep/cut", test_cut);
    g_test_add_func("/hep/trailer", test_trailer);
    g_test_add_func("/hep/old", test_old);
    g_test_add_func("/hep/recognise", test_recognise);
    g_test_add_func("/hep/take", test_take);
    g_test_add_func("/hep/growth", test_growth);
    g_test_add_func("/hep/prefixes", test_prefixes);
    return g_test_run();
}

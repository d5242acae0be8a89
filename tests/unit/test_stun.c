/* STUN, TURN and ICE: each attribute, its faults, what is inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "check.h"
#include "codec_rig.h"
#include "stun.h"

#define ID "0102030405060708090a0b0c"

struct row {
    const char *what, *in, *out; /* attributes; header and lengths are put in front */
};

static void wrap(GByteArray *message, guint16 type, const char *cookie, const char *id,
                 const char *attributes)
{
    g_autoptr(GByteArray) c = hex(cookie), i = hex(id), a = hex(attributes);
    guint8 head[4];
    put_u16be(head, type);
    put_u16be(head + 2, (guint16)a->len);
    g_byte_array_append(message, head, 4);
    g_byte_array_append(message, c->data, c->len);
    g_byte_array_append(message, i->data, i->len);
    g_byte_array_append(message, a->data, a->len);
}

static GByteArray *message(guint16 type, const char *attributes)
{
    GByteArray *m = g_byte_array_new();
    wrap(m, type, "2112a442", ID, attributes);
    return m;
}

static void check_sound(const char *what, struct bytes out)
{
    if (!stun_recognise(out))
        g_error("%s: the result is not STUN", what);
}

static void check_rows(guint16 type, const struct row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        struct codec_rig r;
        codec_rig_init(&r);
        g_autoptr(GByteArray) in = message(type, rows[i].in);
        g_assert_true(stun_recognise(bytes_of_array(in)));
        g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
        check_sound(rows[i].what, bytes_of_array(out));
        g_assert_cmpmem(out->data, 2, in->data, 2);
        check_hex(rows[i].what, bytes_from(bytes_of_array(out), 20), rows[i].out);
        codec_rig_clear(&r);
    }
}

static void test_values(void)
{
    static const struct row rows[] = {
        {"nothing", "", ""},
        {"lifetime", "000d 0004 00000e10", "000d 0004 00000e10"},
        {"lifetime, no number of seconds", "000d 0004 0a0102ff", "000d 0004 000102ff"},
        {"channel number, reserved bits", "000c 0004 4001abcd", "000c 0004 40010000"},
        {"transport", "0019 0004 11'abc'", "0019 0004 11000000"},
        {"even port, one byte, padding", "0018 0001 ff'abc'", "0018 0001 80000000"},
        {"priority", "0024 0004 6e7f1eff", "0024 0004 6e7f1eff"},
        {"use candidate", "0025 0000", "0025 0000"},
        {"use candidate, not empty", "0025 0004 'leak'", "0025 0004 00000000"},
        {"too short for a number", "000d 0002 'abcd'", "000d 0002 00020000"},
        {"longer than a number", "000d 0008 00000258 'leak'", "000d 0008 00000258 00000000"},
        {"error", "0009 0010 00000401 'Unauthorized'", "0009 0010 00000401 'Unauthorized'"},
        {"error, phrase", "0009 000d ffff0426 'Ask Alice' 000000", "0009 000c 00000426 'redacted'"},
        {"error, no number", "0009 0004 0000ffff", "0009 0004 00000700"},
        {"error, cut", "0009 0002 'leak'", "0009 0002 00000000"},
        {"unknown attributes", "000a 0004 0006 7abc", "000a 0004 0006 7fff"},
        {"algorithms", "8002 0008 0002 0000 0001 00aa", "8002 0008 0002 0000 0001 0000"},
        {"network info", "c057 0004 0001 0032", "c057 0004 0001 0032"},
        {"secret", "8030 0006 'secret' 0000", "8030 0006 000000000000 0000"},
        {"password", "0007 0008 'hunter22'", "0007 0008 0000000000000000"},
        {"tie-breaker", "802a 0008 'abcdefgh'", "802a 0008 ........ ........"},
        {"id that is too short", "002a 0003 'abc' 00", "002a 0003 000000 00"},
        {"unknown, required", "7abc 0004 'leak'", "7fff 0004 00000000"},
        {"unknown, optional", "babc 0005 'leaks' ffffff", "ffff 0005 00000000 00 000000"},
        {"integrity", "0008 0014 'aaaaaaaaaaaaaaaaaaaa'",
         "0008 0014 ........ ........ ........ ........ ........"},
        {"integrity twice", "0008 0004 'aaaa' 0008 0004 'aaaa'", "0008 0004 ........ 0008 0004 00000000"},
        {"overlong", "000d 0004 00000e10 0006 0100 'alice@ab'",
         "000d 0004 00000e10 0006 000c 00000000 00000000"},
    };
    check_rows(0x0003, rows, G_N_ELEMENTS(rows));
}

static void test_texts(void)
{
    static const struct row rows[] = {
        {"user", "0006 0005 'alice' 202020", "0006 0002 'u1' 0000"},
        {"user and host", "0006 0010 'alice@a.example' 00", "0006 000e 'u1@d1.invalid' 00 0000"},
        {"user that expires", "0006 0010 '1433895918:alice'", "0006 000d .................... ':u1' 000000"},
        {"NULs within the length", "0006 0008 'alice' 000000", "0006 0005 'u1' 000000 000000"},
        {"realm", "0014 0009 'a.example' 000000", "0014 000a 'd1.invalid' 0000"},
        {"realm, of a list", "0014 0008 'asterisk'", "0014 0008 'asterisk'"},
        {"realm, quoted", "0014 000b '\"a.example\"' 00", "0014 000c '\"d1.invalid\"'"},
        {"nonce", "0015 0008 'adl7W7Pe'", "0015 0008 ................"},
        {"nonce with cookie", "0015 0014 'obMatJos2QAAAnoncey7'",
         "0015 0014 'obMatJos2QAA' ................"},
        {"nonce with odd cookie", "0015 0010 'obMatJos2zzzznon'",
         "0015 0010 ........ ........ ........ ........"},
        {"software", "8022 000d 'Asterisk 1.2.' 000000", "8022 0008 'Asterisk'"},
        {"software, unknown", "8022 000b 'Alices own!' 00", "8022 0003 'ua1' 00"},
        {"host", "8003 0009 'a.example' 000000", "8003 000a 'd1.invalid' 0000"},
        {"empty", "0006 0000 0014 0000 0015 0000 8022 0000", "0006 0000 0014 0000 0015 0000 8022 0000"},
    };
    check_rows(0x0003, rows, G_N_ELEMENTS(rows));
}

static void test_addresses(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    guint8 four[4] = {192, 168, 1, 5}, six[16] = {0x20, 1, 0xd, 0xb8, 9, 9};
    /* XOR-MAPPED-ADDRESS of both families, MAPPED-ADDRESS, and families that are none. */
    g_autoptr(GByteArray) in = message(0x0101, "0020 0008 0001 b3d1 e1baa547"
                                               "0001 0008 ff01 92c3 c0a80105"
                                               "0001 0014 0002 92c3 20010db809090000 0000000000000000"
                                               "0001 0008 0003 92c3 c0a80105"
                                               "0012 0004 0001 92c3");
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    struct bytes b = bytes_of_array(out);
    addresses_map4(r.rig->tables.addresses, four, four);
    addresses_map6(r.rig->tables.addresses, six, six);
    g_assert_cmpmem(bytes_from(b, 40).p, 4, four, 4);
    g_assert_cmpmem(bytes_from(b, 52).p, 16, six, 16);
    check_hex("ports and families", bytes_sub(b, 32, 8), "0001 0008 0001 92c3");
    check_hex("no addresses", bytes_from(b, 68), "0001 0008 00000000 00000000 0012 0004 00000000");
    check_hex("xor: port", bytes_sub(b, 20, 8), "0020 0008 0001 b3d1");
    for (guint i = 0; i < 4; i++)
        g_assert_cmpuint(b.p[28 + i] ^ b.p[4 + i], ==, four[i]);
    codec_rig_clear(&r);
}

/* An IPv6 address is XORed with the transaction id: the written one must fit the written address. */
static void test_xor6(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    guint8 six[16] = {0x20, 1, 0xd, 0xb8, 9, 9};
    g_autoptr(GByteArray) in = message(0x0101, "0020 0014 0002 b3d1 00000000 00000000 00000000 00000000");
    /* 2001:db8:909:: ^ 2112a442 0102...0c */
    static const guint8 xored[16] = {0x01, 0x13, 0xa9, 0xfa, 0x08, 0x0b, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    memcpy(in->data + 28, xored, 16);
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    addresses_map6(r.rig->tables.addresses, six, six);
    for (guint i = 0; i < 16; i++)
        g_assert_cmpuint(out->data[28 + i] ^ out->data[4 + i], ==, six[i]);
    g_assert_cmpint(memcmp(out->data + 8, in->data + 8, 12), !=, 0);
    codec_rig_clear(&r);
}

static gboolean holds(const GByteArray *a, const char *text)
{
    return bytes_find(bytes_of_array(a), bytes_of(text)) != NOT_FOUND;
}

/* The halves of an ICE user name are what they are in SDP, in both orders; with REALM it is an account. */
static void test_ice(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    struct rewrite rw = rig_start(r.rig, BYTES_LIT("a=ice-ufrag:9uB6\r\n"));
    sdp_rewrite(&rw, 0, rw.text.n);
    g_autofree gchar *first = rig_result(&rw);
    rw = rig_start(r.rig, BYTES_LIT("a=ice-ufrag:YH75Fviy6338Vbrhrlp8Yh\r\n"));
    sdp_rewrite(&rw, 0, rw.text.n);
    g_autofree gchar *second = rig_result(&rw);
    g_autofree gchar *pair = g_strdup_printf("%.4s:%.22s", first + 12, second + 12);
    g_autofree gchar *turned = g_strdup_printf("%.22s:%.4s", second + 12, first + 12);
    g_autoptr(GByteArray) in = message(0x0001, "0006 001b '9uB6:YH75Fviy6338Vbrhrlp8Yh' 20");
    g_autoptr(GByteArray) back = message(0x0001, "0006 001b 'YH75Fviy6338Vbrhrlp8Yh:9uB6' 20");
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    g_autoptr(GByteArray) out2 = codec_rig_rewrite(&r, bytes_of_array(back), stun_rewrite);
    g_assert_true(holds(out, pair) && holds(out2, turned));
    g_assert_false(holds(out, "9uB6"));
    g_autoptr(GByteArray) account = message(0x0001, "0006 0009 'alice:bob' 000000 0014 0001 'a' 000000");
    g_autoptr(GByteArray) out3 = codec_rig_rewrite(&r, bytes_of_array(account), stun_rewrite);
    check_hex("account", bytes_from(bytes_of_array(out3), 20),
              "0006 0002 'u1' 0000 0014 000a 'd1.invalid' 0000");
    codec_rig_clear(&r);
}

/* CRC-32 bit by bit, apart from the code under test; that of "123456789" is known. */
static guint32 crc(struct bytes b)
{
    guint32 c = G_MAXUINT32;
    for (gsize i = 0; i < 8 * b.n; i++)
        c = (c >> 1) ^ ((c ^ (guint32)(b.p[i / 8] >> i % 8)) & 1 ? 0xedb88320 : 0);
    return ~c;
}

static guint32 fingerprint_of(struct bytes b)
{
    return crc(bytes_sub(b, 0, b.n - 8)) ^ 0x5354554e;
}

static guint32 last_word(struct bytes b)
{
    struct reader r = reader_of(bytes_from(b, b.n - 4));
    return rd_u32be(&r);
}

static void test_fingerprint(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_assert_cmphex(crc(BYTES_LIT("123456789")), ==, 0xcbf43926);
    g_autoptr(GByteArray) in = message(0x0001, "0006 0005 'alice' 202020 0008 0014 'aaaaaaaaaaaaaaaaaaaa'"
                                               "8028 0004 00000000");
    put_u32be(in->data + in->len - 4, fingerprint_of(bytes_of_array(in)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    g_assert_cmphex(last_word(bytes_of_array(out)), ==, fingerprint_of(bytes_of_array(out)));
    g_autoptr(GByteArray) again = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    g_assert_cmpmem(out->data, out->len, again->data, again->len);
    in->data[in->len - 1] ^= 0x40;
    g_autoptr(GByteArray) wrong = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    g_assert_cmphex(last_word(bytes_of_array(wrong)), ==, fingerprint_of(bytes_of_array(wrong)) + 1);
    g_assert_cmpmem(out->data, out->len - 4, wrong->data, wrong->len - 4);
    codec_rig_clear(&r);
}

#define OPTIONS "OPTIONS sip:alice@a.example SIP/2.0\r\nCSeq: 1 OPTIONS\r\nCall-ID: x@a.example\r\n\r\n"

static void test_data(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) sip = message(0x0016, "0013 004f '" OPTIONS "' 00");
    put_u16be(sip->data + 22, sizeof OPTIONS - 1);
    g_byte_array_set_size(sip, 24 + (sizeof OPTIONS - 1 + 3) / 4 * 4);
    put_u16be(sip->data + 2, (guint16)(sip->len - 20));
    g_assert_true(stun_recognise(bytes_of_array(sip)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(sip), stun_rewrite);
    g_assert_cmpuint(r.sip_calls, ==, 1);
    g_assert_cmpint(r.sip_transport, ==, SIP_UDP);
    check_sound("sip inside", bytes_of_array(out));
    g_assert_true(holds(out, "OPTIONS sip:u1@d1.invalid SIP/2.0\r\n"));

    g_autoptr(GByteArray) inner = message(0x0001, "0006 0005 'alice' 202020");
    g_autoptr(GByteArray) outer = message(0x0016, "");
    guint8 head[4] = {0, 0x13, 0, (guint8)inner->len};
    g_byte_array_append(outer, head, 4);
    g_byte_array_append(outer, inner->data, inner->len);
    put_u16be(outer->data + 2, (guint16)(outer->len - 20));
    g_autoptr(GByteArray) both = codec_rig_rewrite(&r, bytes_of_array(outer), stun_rewrite);
    check_sound("stun inside", bytes_of_array(both));
    check_hex("stun inside", bytes_sub(bytes_of_array(both), 20, 12), "0013 001c 0001 0008 2112a442");
    g_assert_false(holds(both, "alice"));
    g_assert_true(holds(both, "u1"));

    g_autoptr(GByteArray) rtp = message(0x0016, "0013 0004 'leak' 0012 0008 00010001 00000000");
    g_autoptr(GByteArray) none = codec_rig_rewrite(&r, bytes_of_array(rtp), stun_rewrite);
    check_hex("nothing known inside", bytes_sub(bytes_of_array(none), 20, 8), "0013 0004 00000000");
    codec_rig_clear(&r);
}

/* RFC 3489: no cookie, 16 bytes of transaction id, texts filled up within their length. */
static void test_classic(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = g_byte_array_new();
    wrap(in, 0x0001, "01020304", ID, "0006 0008 'alice' 000000 0003 0004 00000006");
    g_assert_true(stun_recognise(bytes_of_array(in)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), stun_rewrite);
    check_hex("classic", bytes_from(bytes_of_array(out), 20), "0006 0004 'u1' 0000 0003 0004 00000006");
    g_assert_cmpint(memcmp(out->data + 4, in->data + 4, 4), !=, 0);
    struct bytes b = bytes_of_array(in);
    in->data[23] = 0x20; /* the chain does not end where the message does */
    g_assert_false(stun_recognise(b));
    in->data[23] = 8;
    in->data[1] = 0x0d; /* no method */
    g_assert_false(stun_recognise(b));
    codec_rig_clear(&r);
}

static void test_recognise(void)
{
    g_autoptr(GByteArray) m = message(0x0001, "0025 0000");
    struct bytes b = bytes_of_array(m);
    g_assert_true(stun_recognise(b));
    for (gsize n = 0; n < b.n; n++)
        g_assert_false(stun_recognise(bytes_sub(b, 0, n)));
    m->data[0] = 0x40;
    g_assert_false(stun_recognise(b));
    m->data[0] = 0x3f; /* no method that anybody knows: kept as STUN, its method is not */
    g_assert_true(stun_recognise(b));
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, b, stun_rewrite);
    check_hex("unknown method", bytes_sub(bytes_of_array(out), 0, 8), "0100 0004 2112a442");
    g_autoptr(GByteArray) none = codec_rig_rewrite(&r, BYTES_LIT("leaking!"), stun_rewrite);
    check_hex("no STUN", bytes_of_array(none), "00000000 00000000");
    codec_rig_clear(&r);
}

static void test_channel(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) media = hex("4001 0006 80005566'le' 0000");
    g_assert_true(channel_data_recognise(bytes_of_array(media)));
    g_assert_true(channel_data_recognise(bytes_sub(bytes_of_array(media), 0, 10)));
    g_assert_false(channel_data_recognise(bytes_sub(bytes_of_array(media), 0, 11)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(media), channel_data_rewrite);
    check_hex("media", bytes_of_array(out), "4001 0006 000000000000 0000");
    g_autoptr(GByteArray) bare =
        codec_rig_rewrite(&r, bytes_sub(bytes_of_array(media), 0, 10), channel_data_rewrite);
    check_hex("no padding", bytes_of_array(bare), "4001 0006 000000000000");
    g_autoptr(GByteArray) sip = hex("7ffe 0000 '" OPTIONS "'");
    put_u16be(sip->data + 2, sizeof OPTIONS - 1);
    g_autoptr(GByteArray) sip_out = codec_rig_rewrite(&r, bytes_of_array(sip), channel_data_rewrite);
    g_assert_true(channel_data_recognise(bytes_of_array(sip_out)));
    g_assert_true(holds(sip_out, "sip:u1@d1.invalid"));
    g_autoptr(GByteArray) none = codec_rig_rewrite(&r, BYTES_LIT("leaking!"), channel_data_rewrite);
    check_hex("no ChannelData", bytes_of_array(none), "00000000 00000000");
    codec_rig_clear(&r);
}

/* A unit at the front of a stream, at every cut. */
static void test_take(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) m = message(0x0003, "0006 0005 'alice' 202020");
    guint len = m->len;
    g_byte_array_append(m, (const guint8 *)"next", 4);
    for (gsize cut = 0; cut <= m->len; cut++) {
        gsize n = 0;
        struct codec *c = codec_rig_start(&r, bytes_sub(bytes_of_array(m), 0, cut));
        enum parse_result result = stun_take(c, &n);
        g_assert_cmpint(result, ==, cut < len ? PARSE_MORE : PARSE_OK);
        if (result != PARSE_OK)
            continue;
        g_assert_cmpuint(n, ==, len);
        g_autoptr(GByteArray) out = codec_rig_result(&r, n);
        check_hex("stream", bytes_from(bytes_of_array(out), 20), "0006 0002 'u1' 0000");
    }
    gsize n;
    g_assert_cmpint(stun_take(codec_rig_start(&r, BYTES_LIT("INVITE")), &n), ==, PARSE_BAD);
    g_assert_cmpint(stun_take(codec_rig_start(&r, BYTES_LIT("\0\1\0\1")), &n), ==, PARSE_BAD);
    g_assert_cmpint(stun_take(codec_rig_start(&r, BYTES_LIT("\0\1\0\0\x21\x13")), &n), ==, PARSE_BAD);
    g_assert_cmpint(channel_data_take(codec_rig_start(&r, BYTES_LIT("\x3f")), &n), ==, PARSE_BAD);
    static const struct bytes data = BYTES_LIT("\x40\1\0\5leaks\0\0\0next");
    for (gsize cut = 0; cut <= data.n; cut++) {
        struct codec *c = codec_rig_start(&r, bytes_sub(data, 0, cut));
        g_assert_cmpint(channel_data_take(c, &n), ==, cut < 12 ? PARSE_MORE : PARSE_OK);
        if (cut < 12)
            continue;
        g_autoptr(GByteArray) out = codec_rig_result(&r, n);
        check_hex("channel", bytes_of_array(out), "4001 0005 0000000000 000000");
    }
    codec_rig_clear(&r);
}

/* Texts that grow in an already long message: it comes out at equal length. */
static void test_growth(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) m = message(0x0003, "");
    for (guint i = 0; i < 8000; i++) {
        guint8 realm[8] = {0, 0x14, 0, 2, (guint8)('a' + i % 20), (guint8)('a' + i / 20 % 26), ' ', ' '};
        g_byte_array_append(m, realm, 8);
    }
    put_u16be(m->data + 2, (guint16)(m->len - 20));
    g_assert_true(stun_recognise(bytes_of_array(m)));
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(m), stun_rewrite);
    g_assert_cmpuint(out->len, ==, m->len);
    check_sound("growth", bytes_of_array(out));
    check_hex("growth", bytes_sub(bytes_of_array(out), 20, 8), "0014 0002 'xx' 0000");
    codec_rig_clear(&r);
}

static void any(struct bytes b, void *arg)
{
    struct codec_rig *r = arg;
    gsize n;
    g_autoptr(GByteArray) out = codec_rig_rewrite(r, b, stun_rewrite);
    g_autoptr(GByteArray) out2 = codec_rig_rewrite(r, b, channel_data_rewrite);
    stun_recognise(b);
    channel_data_recognise(b);
    stun_take(codec_rig_start(r, b), &n);
    channel_data_take(codec_rig_start(r, b), &n);
    g_assert_false(holds(out, "alice") || holds(out2, "alice"));
}

/* Every prefix, with the length field made to fit, so that each attribute is cut at each byte. */
static void any_fitted(struct bytes b, void *arg)
{
    g_autofree guint8 *copy = g_memdup2(b.p, b.n);
    if (b.n >= 20 && b.n % 4 == 0) {
        put_u16be(copy + 2, (guint16)(b.n - 20));
        check_guarded((struct bytes){copy, b.n}, any, arg);
    }
    any(b, arg);
}

static void test_prefixes(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) m = message(
        0x0003, "0006 0005 'alice' 202020 0009 000a 00000401 'alices' 2020 0020 0008 0001 b3d1 e1baa547"
                "0014 0003 'a.b' 20 0015 0005 'alice' 202020 8022 0005 'alice' 202020 0013 0004 'alic'"
                "0008 0014 'aaaaaaaaaaaaaaaaaaaa' 8028 0004 'aaaa'");
    check_prefixes(bytes_of_array(m), any_fitted, &r);
    codec_rig_clear(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stun/values", test_values);
    g_test_add_func("/stun/texts", test_texts);
    g_test_add_func("/stun/addresses", test_addresses);
    g_test_add_func("/stun/xor6", test_xor6);
    g_test_add_func("/stun/ice", test_ice);
    g_test_add_func("/stun/fingerprint", test_fingerprint);
    g_test_add_func("/stun/data", test_data);
    g_test_add_func("/stun/classic", test_classic);
    g_test_add_func("/stun/recognise", test_recognise);
    g_test_add_func("/stun/channel", test_channel);
    g_test_add_func("/stun/take", test_take);
    g_test_add_func("/stun/growth", test_growth);
    g_test_add_func("/stun/prefixes", test_prefixes);
    return g_test_run();
}

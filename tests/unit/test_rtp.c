/* RTP and RTCP with headers only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "codec_rig.h"
#include "rtp.h"

struct row {
    const char *what, *in, *out;
};

static void check_rows(const struct row *rows, gsize n, void (*fn)(struct codec *c))
{
    struct codec_rig r;
    codec_rig_init(&r);
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GByteArray) in = hex(rows[i].in);
        g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), fn);
        check_hex(rows[i].what, bytes_of_array(out), rows[i].out);
        g_assert_cmpuint(in->len, ==, out->len);
    }
    codec_rig_clear(&r);
}

static void test_rtp(void)
{
    static const struct row rows[] = {
        {"plain", "8088 1234 00000001 0a0b0c0d 'leak'", "8088 .... ........ ........ 00000000"},
        {"no payload", "8000 1234 00000001 0a0b0c0d", "8000 .... ........ ........"},
        {"sources", "8208 0001 00000001 0a0b0c0d 01020304 05060708 'x'",
         "8208 .... ........ ........ ........ ........ 00"},
        {"extension", "9000 0001 00000001 0a0b0c0d bede 0001 'leak' 'x'",
         "9000 .... ........ ........ 0000 0001 00000000 00"},
        {"padding", "a000 0001 00000001 0a0b0c0d 'leak' 'le' 03",
         "a000 .... ........ ........ 00000000 0000 03"},
        {"SSRC 0", "8000 1234 00000001 00000000", "8000 .... ........ 00000000"},
        {"RTCP's type", "80c8 1234 00000001 0a0b0c0d", "0000 0000 00000000 00000000"},
        {"version", "4000 1234 00000001 0a0b0c0d", "0000 0000 00000000 00000000"},
        {"too many sources", "8f00 1234 00000001 0a0b0c0d", "0000 0000 00000000 00000000"},
        {"extension too long", "9000 1234 00000001 0a0b0c0d bede 0001",
         "0000 0000 00000000 00000000 00000000"},
        {"padding too long", "a000 1234 00000001 0a0b0c0d 05000005", "0000 0000 00000000 00000000 00000000"},
        {"no padding", "a000 1234 00000001 0a0b0c0d 00000000", "0000 0000 00000000 00000000 00000000"},
        {"short", "8000 1234", "0000 0000"},
        {"nothing", "", ""},
    };
    check_rows(rows, G_N_ELEMENTS(rows), rtp_rewrite);
}

static guint u16(const GByteArray *a, gsize at)
{
    return (guint)a->data[at] << 8 | a->data[at + 1];
}

static guint32 u32(const GByteArray *a, gsize at)
{
    return (guint32)u16(a, at) << 16 | u16(a, at + 2);
}

static GByteArray *rewrite(struct codec_rig *r, const char *text, void (*fn)(struct codec *c))
{
    g_autoptr(GByteArray) in = hex(text);
    return codec_rig_rewrite(r, bytes_of_array(in), fn);
}

/* Differences stay, over the wrap too; another SSRC moves by something else. */
static void test_differences(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) a = rewrite(&r, "8000 ffff ffffff60 0a0b0c0d", rtp_rewrite);
    g_autoptr(GByteArray) b = rewrite(&r, "8000 0000 00000000 0a0b0c0d", rtp_rewrite);
    g_autoptr(GByteArray) c = rewrite(&r, "8000 0001 000000a0 0a0b0c0d", rtp_rewrite);
    g_autoptr(GByteArray) other = rewrite(&r, "8000 0001 000000a0 0a0b0c0e", rtp_rewrite);
    g_assert_cmpuint((guint16)(u16(b, 2) - u16(a, 2)), ==, 1);
    g_assert_cmpuint((guint16)(u16(c, 2) - u16(b, 2)), ==, 1);
    g_assert_cmpuint(u32(b, 4) - u32(a, 4), ==, 160);
    g_assert_cmpuint(u32(c, 4) - u32(b, 4), ==, 160);
    g_assert_cmpuint(u32(a, 8), ==, u32(c, 8));
    g_assert_cmpuint(u32(a, 8), !=, 0x0a0b0c0d);
    g_assert_cmpuint(u32(other, 8), !=, u32(c, 8));
    g_assert_cmpuint(u32(other, 4), !=, u32(c, 4));
    codec_rig_clear(&r);
}

/* What RTCP says of a stream is what the stream says of itself. */
static void test_rtcp_fits_rtp(void)
{
    struct codec_rig r;
    codec_rig_init(&r);
    g_autoptr(GByteArray) rtp = rewrite(&r, "8000 0123 00001000 0a0b0c0d", rtp_rewrite);
    g_autoptr(GByteArray) sr =
        rewrite(&r, "80c8 0006 0a0b0c0d 'NTPNTPNT' 00001000 00000007 00000460", rtcp_rewrite);
    g_autoptr(GByteArray) rr =
        rewrite(&r, "81c9 0007 01020304 0a0b0c0d 0f000002 00030123 00000011 'LSR!' 'DLSR'", rtcp_rewrite);
    check_hex("sender report", bytes_of_array(sr),
              "80c8 0006 ........ 00000000 00000000 ........ 00000007 00000460");
    check_hex("receiver report", bytes_of_array(rr),
              "81c9 0007 ........ ........ 0f000002 ........ 00000011 00000000 00000000");
    g_assert_cmpuint(u32(sr, 4), ==, u32(rtp, 8));
    g_assert_cmpuint(u32(sr, 16), ==, u32(rtp, 4));
    g_assert_cmpuint(u32(rr, 8), ==, u32(rtp, 8));
    g_assert_cmpuint(u32(rr, 16) & 0xffff, ==, u16(rtp, 2));
    codec_rig_clear(&r);
}

static void test_rtcp(void)
{
    static const struct row rows[] = {
        {"report, nothing received",
         "81c9 0007 01020304 0a0b0c0d 00000000 00000000 00000000 00000000 00000000",
         "81c9 0007 ........ ........ 00000000 00000000 00000000 00000000 00000000"},
        {"report with more", "80c9 0002 01020304 'leak'", "80c9 0002 ........ 00000000"},
        {"report, blocks missing", "82c9 0002 01020304 'leak'", "82c9 0002 ........ 00000000"},
        {"report, too short", "80c8 0001 01020304", "80c8 0001 ........"},
        {"description", "81ca 0004 01020304 01 05 'alice' 02 02 'AB' 00",
         "81ca 0004 ........ 01 05 'xxxxx' 02 02 'xx' 00"},
        {"description, private", "81ca 0003 01020304 08 05 03 'nick' 00",
         "81ca 0003 ........ 08 05 00 'xxxx' 00"},
        {"description, two", "82ca 0005 01020304 01 01 'a' 00 05060708 01 01 'b' 00 'leak'",
         "82ca 0005 ........ 01 01 'x' 00 ........ 01 01 'x' 00 00000000"},
        {"description, too long", "81ca 0003 01020304 01 09 'alices'",
         "81ca 0003 ........ 0000 000000000000"},
        {"description, unknown item", "81ca 0003 01020304 40 05 'alice' 00",
         "81ca 0003 ........ 0000 0000000000 00"},
        {"bye", "81cb 0003 01020304 05 'alice' 'le'", "81cb 0003 ........ 05 'xxxxx' 0000"},
        {"bye, too long", "81cb 0002 01020304 05 'ali'", "81cb 0002 ........ 00000000"},
        {"bye, no reason", "81cb 0001 01020304", "81cb 0001 ........"},
        {"application", "83cc 0003 01020304 'PoC1' 'leak'", "83cc 0003 ........ 'xxxx' 00000000"},
        {"nack", "81cd 0003 01020304 05060708 'leak'", "81cd 0003 ........ ........ 00000000"},
        {"transport-cc", "8fcd 0005 01020304 05060708 'leakleakleak'",
         "8fcd 0005 ........ ........ 0000 0002 00000000 2002 0000"},
        {"REMB", "8fce 0005 01020304 00000000 'REMB' 01'lea' 05060708",
         "8fce 0005 ........ 00000000 'REMB' 01000000 ........"},
        {"application feedback", "8fce 0004 01020304 00000000 'leakleak'",
         "8fce 0004 ........ 00000000 00000000 00000000"},
        {"extended", "80cf 0008 01020304 07 ff 0002 05060708 'leak' 05 00 0003 05060708 'leakleak'",
         "80cf 0008 ........ 07 00 0002 ........ 00000000 05 00 0003 ........ 00000000 00000000"},
        {"extended, NTP", "80cf 0004 01020304 04 00 0002 'leakleak'",
         "80cf 0004 ........ 04 00 0002 00000000 00000000"},
        {"extended, block too long", "80cf 0003 01020304 07 00 0002 'leak'",
         "80cf 0003 ........ 00000000 00000000"},
        {"padding", "a0c9 0002 01020304 'lea' 04", "a0c9 0002 ........ 000000 04"},
        {"padding, no count", "a0c9 0002 01020304 'leak'", "a0c9 0002 ........ 00000000"},
        {"compound", "80c9 0001 01020304 81cb 0001 05060708", "80c9 0001 ........ 81cb 0001 ........"},
        {"compound with an unknown one", "80c9 0001 01020304 80d0 0002 05060708 'leak'",
         "80c9 0001 ........ 80d0 0002 ........ 00000000"},
        {"SRTCP", "80c8 0006 01020304 'encryptedencryptedqq' 80000001 'tagtagtagt'",
         "80c8 0006 ........ 0000000000000000000000000000000000000000 00000000 00000000000000000000"},
        {"no RTCP", "8000 0001 'leak'", "0000 0000 00000000"},
        {"too long", "80c9 0002 'leak'", "0000 0000 00000000"},
        {"nothing", "", ""},
    };
    check_rows(rows, G_N_ELEMENTS(rows), rtcp_rewrite);
}

static void any(struct bytes b, void *arg)
{
    struct codec_rig *r = arg;
    static const guint8 planted[] = "leak";
    g_autofree guint8 *fitted = g_memdup2(b.p, b.n);
    for (guint i = 0; i < 2; i++) {
        struct bytes in = i ? (struct bytes){fitted, b.n} : b;
        if (i && b.n >= 4)
            put_u16be(fitted + 2, (guint16)(b.n / 4 - 1));
        g_autoptr(GByteArray) out = codec_rig_rewrite(r, in, rtcp_rewrite);
        g_autoptr(GByteArray) out2 = codec_rig_rewrite(r, in, rtp_rewrite);
        g_assert_true(bytes_find(bytes_of_array(out), (struct bytes){planted, 4}) == NOT_FOUND);
        g_assert_true(bytes_find(bytes_of_array(out2), (struct bytes){planted, 4}) == NOT_FOUND);
    }
}

static void test_prefixes(void)
{
    static const char *const vectors[] = {
        "9288 0001 00000001 0a0b0c0d 01020304 05060708 bede 0001 'leakleak'",
        "82c8 0012 01020304 'leakleak' 00001000 00000007 00000460 0a0b0c0d 0f000002 00030123 00000011 "
        "'leakleak'"
        "0a0b0c0d 0f000002 00030123 00000011 'leakleak'",
        "82ca 0006 01020304 01 04 'leak' 02 04 'leak' 05060708 08 05 03 'leak' 00",
        "81cb 0003 01020304 06 'leak' 'le' 00",
        "83cc 0003 01020304 'leak' 'leak'",
        "8fce 0005 01020304 00000000 'REMB' 01'lea' 05060708",
        "80cf 0008 01020304 07 ff 0002 05060708 'leak' 05 00 0003 05060708 'leakleak'",
    };
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
    g_test_add_func("/rtp/rtp", test_rtp);
    g_test_add_func("/rtp/differences", test_differences);
    g_test_add_func("/rtp/rtcp-fits-rtp", test_rtcp_fits_rtp);
    g_test_add_func("/rtp/rtcp", test_rtcp);
    g_test_add_func("/rtp/prefixes", test_prefixes);
    return g_test_run();
}

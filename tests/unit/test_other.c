/* other=headers through the whole core: frames that are not SIP keep their headers, with mapped addresses, and nothing
 * that was in them; without it they go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "codec_rig.h"
#include "core_run.h"
#include "frames.h"

#define SECRET "alice@example.com"

/* The ports of frames.h are SIP's, but not here. */
static const guint16 ports[] = {9, 0};

static const struct {
    const char *line, *before; /* of the payload, in hex: a header, of which a part may stay */
} rows[] = {
    {"ipv4/udp", ""},
    {"ipv6/udp", ""},
    {"ipv4/udp", "8008 1234 00000001 0a0b0c0d"},          /* RTP */
    {"ipv4/udp", "80c8 0006 0a0b0c0d 01020304 05060708 090a0b0c 00000001 00000100"}, /* RTCP */
    {"ipv4/tcp", ""},
    {"ipv6/tcp-time", ""},
    {"ipv4/other", ""},
    {"ipv4-frag/udp", ""},
    {"ipv6/frag/udp", ""},
    {"ipv4/sctp", ""},
};

static GByteArray *build(guint i)
{
    g_autoptr(GByteArray) payload = hex(rows[i].before);
    g_byte_array_append(payload, (const guint8 *)SECRET SECRET, 2 * strlen(SECRET));
    return frames_build(rows[i].line, bytes_of_array(payload));
}

/* A frame that is cut is not looked into, and goes on as it is told: with zeros. */
static void check_row(guint i, gsize cut)
{
    const struct sianto_settings settings = {.headers = TRUE, .sip_ports = ports, .audit = TRUE};
    struct core_run run;
    g_autoptr(GByteArray) packet = build(i);
    struct bytes captured = {packet->data, packet->len - cut};
    core_run_start(&run, &settings);
    core_run_feed(&run, captured, packet->len);
    g_assert_true(sianto_finish(run.core, NULL));
    if (core_run_at(&run, 0)->drop != DROP_NONE)
        g_error("%s, less %u bytes: dropped: %s", rows[i].line, (guint)cut, drop_reason_name(core_run_at(&run, 0)->drop));
    struct bytes out = core_run_bytes(&run, 0);
    g_assert_cmpuint(out.n, ==, captured.n);
    g_assert_cmpuint(core_run_at(&run, 0)->wire_len, ==, packet->len);
    g_assert_cmpuint(bytes_find(out, bytes_of("alice")), ==, NOT_FOUND);
    g_assert_cmpuint(bytes_find(out, (struct bytes){frames_src4, 4}), ==, NOT_FOUND);
    g_assert_cmpuint(bytes_find(out, (struct bytes){frames_src6, 16}), ==, NOT_FOUND);
    g_assert_cmpuint(run.events->len, ==, 0);
    core_run_free(&run);
}

static void test_headers(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        check_row(i, 0);
        check_row(i, strlen(SECRET) + 3);
    }
}

static void test_drop(void)
{
    const struct sianto_settings settings = {.sip_ports = ports};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct core_run run;
        g_autoptr(GByteArray) packet = build(i);
        core_run_start(&run, &settings);
        core_run_feed(&run, bytes_of_array(packet), packet->len);
        g_assert_true(sianto_finish(run.core, NULL));
        g_assert_cmpint(core_run_at(&run, 0)->drop, !=, DROP_NONE);
        core_run_free(&run);
    }
}

/* The first bytes of RTP are what the analysis of media needs; the rest is nobody's. */
static void test_rtp_stays_rtp(void)
{
    const struct sianto_settings settings = {.headers = TRUE, .sip_ports = ports};
    struct core_run run;
    g_autoptr(GByteArray) packet = build(2);
    core_run_start(&run, &settings);
    core_run_feed(&run, bytes_of_array(packet), packet->len);
    g_assert_true(sianto_finish(run.core, NULL));
    struct bytes rtp = bytes_from(core_run_bytes(&run, 0), 28);
    g_assert_cmpuint(rtp.p[0], ==, 0x80);
    g_assert_cmpuint(rtp.p[1], ==, 8);
    for (gsize k = 12; k < rtp.n; k++)
        g_assert_cmpuint(rtp.p[k], ==, 0);
    core_run_free(&run);
}

/* Its addresses are mapped, and what is behind it is the frame's padding. */
static void test_arp(void)
{
    const struct sianto_settings settings = {.headers = TRUE, .audit = TRUE};
    const guint8 sender[4] = {198, 51, 100, 23};
    struct core_run run;
    g_autoptr(GByteArray) arp = hex("0001 0800 06 04 0001 028b4e71c936 c6336417 000000000000 c6336401");
    g_byte_array_append(arp, (const guint8 *)SECRET SECRET, 2 * strlen(SECRET));
    g_autoptr(GByteArray) frame = frames_build("eth/arp", bytes_of_array(arp));
    core_run_start(&run, &settings);
    run.linktype = LINK_ETHERNET;
    core_run_feed(&run, bytes_of_array(frame), frame->len);
    g_assert_true(sianto_finish(run.core, NULL));
    struct bytes out = core_run_bytes(&run, 0);
    g_assert_cmpmem(out.p + 12, 10, frame->data + 12, 10); /* type, and ARP's own header */
    g_assert_cmpuint(bytes_find(out, bytes_of("alice")), ==, NOT_FOUND);
    g_assert_cmpuint(bytes_find(out, (struct bytes){sender, 4}), ==, NOT_FOUND);
    core_run_free(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/other/headers", test_headers);
    g_test_add_func("/other/drop", test_drop);
    g_test_add_func("/other/arp", test_arp);
    g_test_add_func("/other/rtp", test_rtp_stays_rtp);
    return g_test_run();
}

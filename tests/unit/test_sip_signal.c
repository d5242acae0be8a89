/* What frames without a message tell the statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "frames.h"
#include "segments.h"
#include "sip_signal.h"
#include "stun.h"

#define NOTHING (-1)

static int signal_of(struct bytes packet, guint32 wire_len, struct sip_signal *s)
{
    struct frame f;
    *s = (struct sip_signal){.kind = SIGNAL_ICMP};
    g_assert_cmpint(frame_walk(&f, packet, wire_len, LINK_RAW), ==, DROP_NONE);
    if (!signal_from_frame(s, &f))
        return NOTHING;
    g_assert_cmpuint(s->frame_bytes, ==, wire_len);
    return (int)s->kind;
}

static const guint8 binding_request[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void test_datagrams(void)
{
    static const struct {
        const char *what, *payload;
        gsize n;
        int kind;
    } rows[] = {
        {"double CRLF", "\r\n\r\n", 4, SIGNAL_CRLF},
        {"zeros", "\0\0\0\0", 4, SIGNAL_CRLF},
        {"blanks", "  ", 2, SIGNAL_CRLF},
        {"the longest", "\r\n\r\n\r\n\r\n", 8, SIGNAL_CRLF},
        {"too long for one", "\r\n\r\n\r\n\r\n\r", 9, NOTHING},
        {"a letter in it", "\r\nx", 3, NOTHING},
        {"nothing", "", 0, NOTHING},
        {"STUN", (const char *)binding_request, sizeof binding_request, SIGNAL_STUN},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sip_signal s;
        g_autoptr(GByteArray) packet =
            frames_build("ipv4/udp", (struct bytes){(const guint8 *)rows[i].payload, rows[i].n});
        int kind = signal_of(bytes_of_array(packet), packet->len, &s);
        if (kind != rows[i].kind)
            g_error("%s: %d, not %d", rows[i].what, kind, rows[i].kind);
        if (kind != NOTHING)
            g_assert_true(s.src.family == 4 && s.src.port == 5060 && s.dst.port == 5080);
    }
}

/* What is not there may have been a message. */
static void test_cut(void)
{
    struct sip_signal s;
    g_autoptr(GByteArray) packet = frames_build("ipv4/udp", bytes_of("\r\n\r\n"));
    g_assert_cmpint(signal_of((struct bytes){packet->data, packet->len - 2}, packet->len, &s), ==, NOTHING);
}

static void test_segments(void)
{
    static const struct {
        const char *what, *data;
        guint8 flags;
        int kind;
        guint32 syn_seq;
    } rows[] = {
        {"SYN", "", TCP_SYN, SIGNAL_SYN, 1000},
        {"its answer", "", TCP_SYN | TCP_ACK, SIGNAL_SYN_ACK, 1999},
        {"reset", "", TCP_RST, SIGNAL_RST, 0},
        {"reset with SYN", "", TCP_RST | TCP_SYN, SIGNAL_RST, 0},
        {"ping", "\r\n\r\n", TCP_ACK, SIGNAL_CRLF, 0},
        {"pong", "\r\n", TCP_ACK, SIGNAL_CRLF, 0},
        {"TCP's own keep-alive", "\r", TCP_ACK, NOTHING, 0},
        {"acknowledgement", "", TCP_ACK, NOTHING, 0},
        {"text", "REGI", TCP_ACK, NOTHING, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sip_signal s;
        const struct segment seg = {0, 1000, 2000, rows[i].flags, bytes_of(rows[i].data)};
        g_autoptr(GByteArray) packet = segment_packet(&seg, 5060);
        int kind = signal_of(bytes_of_array(packet), packet->len, &s);
        if (kind != rows[i].kind || s.syn_seq != rows[i].syn_seq)
            g_error("%s: %d, of %u", rows[i].what, kind, s.syn_seq);
    }
}

/* Port unreachable: from the host that was asked, and the ends of the packet that it quotes. */
static void test_error(void)
{
    static const guint8 unreachable[8] = {3, 3};
    struct sip_signal s;
    g_autoptr(GByteArray) quoted = frames_build("ipv4/udp", bytes_of("REGISTER sip:example.com SIP/2.0\r\n"));
    g_autoptr(GByteArray) message = g_byte_array_new();
    guint8 ip[20] = {0x45, 0, 0, 0, 0, 1, 0, 0, 64, 1, 0, 0, 203, 0, 113, 80, 198, 51, 100, 23};
    put_u16be(ip + 2, (guint16)(sizeof ip + sizeof unreachable + quoted->len));
    g_byte_array_append(message, ip, sizeof ip);
    g_byte_array_append(message, unreachable, sizeof unreachable);
    g_byte_array_append(message, quoted->data, quoted->len);
    g_assert_cmpint(signal_of(bytes_of_array(message), message->len, &s), ==, SIGNAL_ICMP);
    g_assert_cmpuint(s.src.addr[3], ==, 80);
    g_assert_cmpuint(s.quoting.port, ==, 5060);
    g_assert_cmpuint(s.quoted.port, ==, 5080);
}

static void test_others(void)
{
    struct sip_signal s;
    g_autoptr(GByteArray) packet = frames_build("ipv4/other", bytes_of("\r\n\r\n"));
    g_assert_cmpint(signal_of(bytes_of_array(packet), packet->len, &s), ==, NOTHING);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signal/datagrams", test_datagrams);
    g_test_add_func("/signal/cut", test_cut);
    g_test_add_func("/signal/segments", test_segments);
    g_test_add_func("/signal/error", test_error);
    g_test_add_func("/signal/others", test_others);
    return g_test_run();
}

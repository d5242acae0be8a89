/* What an adversary may make the core remember (each header states its bounds): bytes that are allocated, by the
 * allocator itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "sianto.h"
#include "frames.h"
#include "segments.h"

#include <malloc.h>

/* With ASan the C library knows of nothing. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static gsize allocated(void)
{
    if (__sanitizer_get_current_allocated_bytes)
        return __sanitizer_get_current_allocated_bytes();
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};

/* The core without what leaves it. */
struct run {
    struct sianto *core;
    struct sianto_frame_in in;
    gsize before, most;
};

static void start(struct run *run)
{
    struct sianto_sink none = {.arg = NULL};
    guint8 raw[KEY_BYTES] = {1, 2, 3};
    g_assert_true(key_init_library(NULL));
    struct key *key = key_new(raw, NULL);
    *run = (struct run){.in.linktype = LINK_RAW};
    run->core = sianto_new(&keyed, key, &none, NULL);
    run->before = allocated();
    key_free(key);
}

static void measure(struct run *run)
{
    gsize now = allocated();
    run->most = MAX(run->most, now > run->before ? now - run->before : 0);
}

static void feed(struct run *run, struct bytes packet)
{
    run->in.number++;
    run->in.captured = packet;
    run->in.wire_len = (guint32)packet.n;
    sianto_frame(run->core, &run->in);
    if (run->in.number % 1024 == 0)
        measure(run);
}

static void finish(struct run *run, const char *what, gsize most)
{
    measure(run);
    g_test_message("%s: %" G_GSIZE_FORMAT " KiB", what, run->most >> 10);
    g_assert_cmpuint(run->most, <, most);
    g_assert_true(sianto_finish(run->core, NULL));
    sianto_free(run->core);
}

/* As many clients as wanted. */
static GByteArray *client(const struct segment *s, guint32 number)
{
    GByteArray *packet = segment_packet(s, 5060);
    put_u32be(packet->data + (s->from ? 16 : 12), 0x0b000000u + number);
    return packet;
}

#define CLIENTS 100000u

static void half_open(void)
{
    struct run run;
    start(&run);
    for (guint32 i = 0; i < CLIENTS; i++) {
        struct segment syn = {0, i, 0, TCP_SYN, BYTES_NONE};
        g_autoptr(GByteArray) packet = client(&syn, i);
        run.in.time_us += 10;
        feed(&run, bytes_of_array(packet));
    }
    finish(&run, "half-open connections", 128u << 20);
}

/* Each sends once, nobody answers: each is held until its time is over, or the hold is full. */
static void one_segment_each(void)
{
    struct run run;
    start(&run);
    g_autofree char *text = g_strnfill(1200, 'a');
    memcpy(text, "OPTIONS sip:a SIP/2.0\r\n", 23);
    memcpy(text + 1196, "\r\n\r\n", 4);
    for (guint32 i = 0; i < CLIENTS; i++) {
        struct segment s = {0, i, 0, TCP_ACK, bytes_of(text)};
        g_autoptr(GByteArray) packet = client(&s, i);
        run.in.time_us += 1000;
        feed(&run, bytes_of_array(packet));
    }
    finish(&run, "connections of one segment", 384u << 20);
}

/* A connection of days: nobody acknowledges, or all is lost in between. */
static void one_direction(void)
{
    struct run run;
    struct segment s = {0, 1, 0, TCP_ACK, bytes_of("OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\nCall-ID: aaaaaaaaaaaa\r\n\r\n")};
    start(&run);
    for (guint32 i = 0; i < 150000; i++) {
        g_autoptr(GByteArray) packet = segment_packet(&s, 5060);
        s.seq += (guint32)s.data.n;
        run.in.time_us += 1000;
        feed(&run, bytes_of_array(packet));
    }
    finish(&run, "one direction", 64u << 20);
}

/* Segments that nothing leads up to. */
static void strays(void)
{
    struct run run;
    g_autofree char *text = g_strnfill(1400, 'a');
    struct segment first = {0, 1, 0, TCP_ACK, bytes_of("OPTIONS sip:a SIP/2.0\r\n")};
    struct segment s = {0, 1, 0, TCP_ACK, bytes_of(text)};
    start(&run);
    g_autoptr(GByteArray) begin = segment_packet(&first, 5060);
    feed(&run, bytes_of_array(begin));
    for (guint32 i = 0; i < 100000; i++) {
        s.seq += 3 << 20;
        g_autoptr(GByteArray) packet = segment_packet(&s, 5060);
        run.in.time_us += 10000;
        feed(&run, bytes_of_array(packet));
    }
    finish(&run, "strays", 48u << 20);
}

static void trains_without_end(void)
{
    struct run run;
    g_autofree char *text = g_strnfill(1400, 'a');
    g_autoptr(GByteArray) packet = frames_build("ipv4/udp", bytes_of(text));
    start(&run);
    for (guint32 i = 0; i < 200000; i++) {
        packet->data[6] = 0x20;
        put_u16be(packet->data + 4, (guint16)i);
        put_u16be(packet->data + 14, (guint16)(i >> 16));
        run.in.time_us += 100;
        feed(&run, bytes_of_array(packet));
    }
    finish(&run, "trains", 256u << 20);
}

/* First fragments of messages, of many associations. */
static void associations_without_end(void)
{
    struct run run;
    g_autofree char *text = g_strnfill(1400, 'a');
    guint8 chunk[16 + 1400] = {0, 2, (16 + 1400) >> 8, (16 + 1400) & 0xff};
    memcpy(chunk + 16, "OPTIONS sip:a SIP/2.0\r\n", 23);
    memcpy(chunk + 16 + 23, text, 1400 - 23);
    start(&run);
    for (guint32 i = 0; i < 200000; i++) {
        put_u32be(chunk + 4, 2 * i);
        g_autoptr(GByteArray) packet = frames_build("ipv4/sctp", (struct bytes){chunk, sizeof chunk});
        put_u16be(packet->data + 14, (guint16)(i % 2000));
        run.in.time_us += 10000;
        feed(&run, bytes_of_array(packet));
    }
    finish(&run, "associations", 192u << 20);
}

/* Each line may begin a message, none ends: looked at once, not once for each of them. `end`: behind the first
 * 1,000,000 bytes. */
static void start_lines(const char *end)
{
    struct run run;
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < 1000000)
        g_string_append(text, "A sip:b SIP/2.0\r\n");
    g_string_append(text, end);
    start(&run);
    for (gsize at = 0; at < text->len; at += 1400) {
        struct segment s = {0, 1 + (guint32)at, 0, TCP_ACK, bytes_sub(bytes_of(text->str), at, 1400)};
        g_autoptr(GByteArray) packet = segment_packet(&s, 5060);
        feed(&run, bytes_of_array(packet));
    }
    struct segment ack = {1, 0, 1 + (guint32)text->len, TCP_ACK, BYTES_NONE};
    g_autoptr(GByteArray) packet = segment_packet(&ack, 5060);
    g_test_timer_start();
    feed(&run, bytes_of_array(packet));
    finish(&run, "start lines", 96u << 20);
    g_assert_cmpfloat(g_test_timer_elapsed(), <, 10);
}

static void start_lines_only(void)
{
    g_autofree char *more = g_strnfill(100000, '\n');
    for (gsize i = 0; i < 99990; i += 17)
        memcpy(more + i, "A sip:b SIP/2.0\r\n", 17);
    start_lines(more);
}

static void start_lines_of_a_gigabyte(void)
{
    start_lines("Content-Length: 1000000000\r\n\r\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bounds/half-open", half_open);
    g_test_add_func("/bounds/one-segment-each", one_segment_each);
    g_test_add_func("/bounds/one-direction", one_direction);
    g_test_add_func("/bounds/strays", strays);
    g_test_add_func("/bounds/trains", trains_without_end);
    g_test_add_func("/bounds/associations", associations_without_end);
    g_test_add_func("/bounds/start-lines", start_lines_only);
    g_test_add_func("/bounds/start-lines-of-a-gigabyte", start_lines_of_a_gigabyte);
    return g_test_run();
}

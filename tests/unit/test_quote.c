/* ICMP errors that quote SIP, through the whole core.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "core_run.h"
#include "frames.h"
#include "segments.h"

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};
static const char text[] = "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 10.71.19.157:5060;branch=z9hG4bKxyz\r\n"
                           "From: \"Alice Liddell\" <sip:alice@example.com>;tag=abc\r\nTo: <sip:bob@example.com>\r\n"
                           "Call-ID: call-1@10.71.19.157\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n";

/* An ICMP error back to the sender of `packet`, which it quotes up to `quoted` bytes. */
static GByteArray *error_about(const GByteArray *packet, guint8 type, guint8 code, gsize quoted)
{
    gboolean four = packet->data[0] >> 4 == 4;
    gsize header = four ? 20 : 40, n = header + 8 + MIN(quoted, packet->len);
    GByteArray *icmp = g_byte_array_new();
    g_byte_array_set_size(icmp, (guint)n);
    memset(icmp->data, 0, n);
    memcpy(icmp->data, packet->data, header);
    if (four) {
        put_u16be(icmp->data + 2, (guint16)n);
        put_u16be(icmp->data + 6, 0);
        icmp->data[9] = 1;
        memcpy(icmp->data + 12, packet->data + 16, 4);
        memcpy(icmp->data + 16, packet->data + 12, 4);
        put_u16be(icmp->data + 10, 0);
        put_u16be(icmp->data + 10, (guint16)~frames_sum(0, icmp->data, 20));
    } else {
        put_u16be(icmp->data + 4, (guint16)(n - 40));
        icmp->data[6] = 58;
        memcpy(icmp->data + 8, packet->data + 24, 16);
        memcpy(icmp->data + 24, packet->data + 8, 16);
    }
    icmp->data[header] = type;
    icmp->data[header + 1] = code;
    memcpy(icmp->data + header + 8, packet->data, n - header - 8);
    icmp->data[header + 8 + (four ? 8 : 7)] -= 3; /* hops */
    return icmp;
}

static struct bytes quote_in(const struct core_run *run, guint i)
{
    struct bytes packet = core_run_bytes(run, i);
    return bytes_from(packet, (bytes_at(packet, 0) >> 4 == 4 ? 20u : 40u) + 8);
}

static void no_secret(struct bytes b)
{
    static const char *const secrets[] = {"alice", "Liddell", "example", "bob", "10.71"};
    for (guint i = 0; i < G_N_ELEMENTS(secrets); i++)
        g_assert_cmpint(bytes_find(b, bytes_of(secrets[i])), ==, NOT_FOUND);
}

/* A quote is what was written, but for the hops: whole, in part, and with its header only. */
static void as_it_was_written(gconstpointer family)
{
    g_autofree char *line = g_strdup_printf("%s/udp", (const char *)family);
    g_autoptr(GByteArray) packet = frames_build(line, bytes_of(text));
    gboolean four = packet->data[0] >> 4 == 4;
    gsize header = four ? 20 : 40, quotes[] = {header + 8, header + 8 + 100, packet->len};
    for (guint i = 0; i < G_N_ELEMENTS(quotes); i++) {
        struct core_run run;
        g_autoptr(GByteArray) icmp = error_about(packet, four ? 3 : 1, four ? 3 : 4, quotes[i]);
        core_run_start(&run, &keyed);
        core_run_feed(&run, bytes_of_array(packet), packet->len);
        core_run_feed(&run, bytes_of_array(icmp), icmp->len);
        struct bytes written = core_run_bytes(&run, 0), quote = quote_in(&run, 1);
        gsize n = quotes[i] == packet->len ? written.n : quotes[i];
        g_assert_cmpuint(quote.n, ==, n);
        gsize hops = four ? 8 : 7, skip = four ? 12 : 8;
        g_assert_cmpint(bytes_at(quote, hops), ==, bytes_at(written, hops) - 3);
        g_assert_true(bytes_eq(bytes_sub(quote, 0, hops), bytes_sub(written, 0, hops)));
        g_assert_true(bytes_eq(bytes_from(quote, skip), bytes_sub(bytes_from(written, skip), 0, n - skip)));
        no_secret(quote);
        g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
        core_run_clear(&run);
    }
}

/* The packet itself was not captured: its quote is a message that was cut. */
static void without_the_packet(gconstpointer family)
{
    g_autofree char *line = g_strdup_printf("%s/udp", (const char *)family);
    g_autoptr(GByteArray) packet = frames_build(line, bytes_of(text));
    gboolean four = packet->data[0] >> 4 == 4;
    g_autoptr(GByteArray) icmp = error_about(packet, four ? 11 : 3, 0, packet->len - 60);
    struct core_run run;
    core_run_start(&run, &keyed);
    core_run_feed(&run, bytes_of_array(icmp), icmp->len);
    struct bytes quote = quote_in(&run, 0);
    no_secret(quote);
    g_assert_cmpint(bytes_find(quote, BYTES_LIT("OPTIONS sip:u")), !=, NOT_FOUND);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 0);
    core_run_clear(&run);
}

/* The second word tells something of some errors only: of type 3, that a packet is too long for the path. */
static void second_word(void)
{
    static const struct {
        guint8 type, code;
        guint32 word, kept;
    } rows[] = {
        {3, 3, 0x0000706c, 0}, {3, 4, 0x000005dc, 0x05dc}, {3, 4, 0x700005dc, 0x05dc}, {3, 5, 0x0000706c, 0},
        {3, 13, 0x7000706c, 0}, {11, 0, 0x7000706c, 0}, {12, 0, 0x14006c6c, 0x14000000},
    };
    g_autoptr(GByteArray) packet = frames_build("ipv4/udp", bytes_of(text));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct core_run run;
        g_autoptr(GByteArray) icmp = error_about(packet, rows[i].type, rows[i].code, 60);
        put_u32be(icmp->data + 24, rows[i].word);
        core_run_start(&run, &keyed);
        core_run_feed(&run, bytes_of_array(icmp), icmp->len);
        struct reader r = {core_run_bytes(&run, 0), 24, FALSE};
        g_assert_cmphex(rd_u32be(&r), ==, rows[i].kept);
        core_run_clear(&run);
    }
}

static void what_is_not_sip_is_dropped(gconstpointer family)
{
    g_autofree char *line = g_strdup_printf("%s/udp", (const char *)family);
    g_autoptr(GByteArray) packet = frames_build(line, BYTES_LIT("alice asks for a name"));
    gboolean four = packet->data[0] >> 4 == 4;
    g_autoptr(GByteArray) icmp = error_about(packet, four ? 3 : 1, 1, 1000);
    g_autoptr(GByteArray) echo = error_about(packet, four ? 8 : 128, 0, 1000);
    struct sianto_settings other = keyed;
    static const guint16 none[] = {9, 0};
    struct core_run run;
    other.sip_ports = none;
    core_run_start(&run, &other);
    core_run_feed(&run, bytes_of_array(icmp), icmp->len);
    core_run_feed(&run, bytes_of_array(echo), echo->len);
    g_assert_cmpint(core_run_at(&run, 0)->drop, ==, DROP_NOT_SIP);
    g_assert_cmpint(core_run_at(&run, 1)->drop, ==, DROP_TRANSPORT);
    core_run_clear(&run);
}

/* Its turn comes late, behind frames that wait: SIP at its ends that was seen meanwhile, behind it, does not keep it. */
static void what_comes_later_keeps_nothing(gconstpointer family)
{
    g_autofree char *line = g_strdup_printf("%s/udp", (const char *)family);
    g_autoptr(GByteArray) packet = frames_build(line, BYTES_LIT("alice asks for a name"));
    g_autoptr(GByteArray) sip = frames_build(line, bytes_of(text));
    g_autoptr(GByteArray) icmp = error_about(packet, packet->data[0] >> 4 == 4 ? 3 : 1, 1, 1000);
    struct segment first = {0, 1000, 0, TCP_SYN, BYTES_NONE};
    g_autoptr(GByteArray) syn = segment_packet(&first, 7000);
    struct sianto_settings other = keyed;
    static const guint16 none[] = {9, 0};
    struct core_run run;
    other.sip_ports = none;
    core_run_start(&run, &other);
    const GByteArray *frames[] = {syn, icmp, sip, icmp};
    for (guint i = 0; i < G_N_ELEMENTS(frames); i++)
        core_run_feed(&run, (struct bytes){frames[i]->data, frames[i]->len}, frames[i]->len);
    g_assert_cmpuint(run.out->len, ==, 0);
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpint(core_run_at(&run, 1)->drop, ==, DROP_NOT_SIP);
    g_assert_cmpint(core_run_at(&run, 2)->drop, ==, DROP_NONE);
    g_assert_cmpint(core_run_at(&run, 3)->drop, ==, DROP_NONE);
    core_run_clear(&run);
}

/* TCP: numbers and bytes of its connection, also where only the first 8 bytes of the header are quoted. */
static void segments(void)
{
    struct segment syn = {0, 1000, 0, TCP_SYN, BYTES_NONE};
    struct segment data = {0, 1001, 77, TCP_ACK, bytes_of(text)};
    struct segment more = {0, 1001 + sizeof text - 1, 77, TCP_ACK, bytes_of(text)};
    g_autoptr(GByteArray) one = segment_packet(&syn, 5060), two = segment_packet(&data, 5060),
                          three = segment_packet(&more, 5060);
    gsize quotes[] = {28, 40, 40 + 100};
    for (guint i = 0; i < G_N_ELEMENTS(quotes); i++) {
        g_autoptr(GByteArray) icmp = error_about(three, 3, 1, quotes[i]);
        struct core_run run;
        core_run_start(&run, &keyed);
        core_run_feed(&run, bytes_of_array(one), one->len);
        core_run_feed(&run, bytes_of_array(two), two->len);
        core_run_feed(&run, bytes_of_array(three), three->len);
        core_run_feed(&run, bytes_of_array(icmp), icmp->len);
        struct bytes written = core_run_bytes(&run, 2), quote = quote_in(&run, 3);
        g_assert_cmpuint(quote.n, >=, 28);
        g_assert_true(bytes_eq(bytes_sub(quote, 12, 16), bytes_sub(written, 12, 16))); /* addresses, ports, number */
        g_assert_true(bytes_eq(bytes_sub(quote, 2, 2), bytes_sub(written, 2, 2)));    /* length */
        if (quotes[i] > 40)
            g_assert_true(bytes_eq(bytes_sub(quote, 40, 30), bytes_sub(written, 40, 30)));
        no_secret(quote);
        core_run_clear(&run);
    }
}

static void hostile(struct bytes b, void *arg)
{
    core_run_feed(arg, b, (guint32)b.n);
}

static void prefixes(gconstpointer family)
{
    g_autofree char *line = g_strdup_printf("%s/udp", (const char *)family);
    g_autoptr(GByteArray) packet = frames_build(line, bytes_of(text));
    gboolean four = packet->data[0] >> 4 == 4;
    g_autoptr(GByteArray) icmp = error_about(packet, four ? 12 : 4, 0, 200);
    struct core_run run;
    core_run_start(&run, &keyed);
    check_prefixes(bytes_of_array(icmp), hostile, &run);
    core_run_clear(&run);
}

static void add(const char *name, GTestDataFunc fn)
{
    for (guint i = 0; i < 2; i++) {
        g_autofree char *path = g_strdup_printf("/quote/%s/%s", name, i ? "ipv6" : "ipv4");
        g_test_add_data_func(path, i ? "ipv6" : "ipv4", fn);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("as-written", as_it_was_written);
    add("without-the-packet", without_the_packet);
    add("not-sip", what_is_not_sip_is_dropped);
    add("later", what_comes_later_keeps_nothing);
    add("prefixes", prefixes);
    g_test_add_func("/quote/second-word", second_word);
    g_test_add_func("/quote/segments", segments);
    return g_test_run();
}

/* SIP on SCTP through the whole core: messages of several DATA chunks and packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "core_run.h"
#include "frames.h"
#include "sctp.h"

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};

#define FLAG_END 1
#define FLAG_BEGIN 2

static const char invite[] =
    "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/SCTP 10.71.19.157;branch=z9hG4bKxyz\r\n"
    "From: \"Alice Liddell\" <sip:alice@example.com>;tag=abc\r\nTo: <sip:bob@example.com>\r\nCall-ID: call-1@10.71.19.157\r\n"
    "CSeq: 7 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: 79\r\n\r\n"
    "v=0\r\no=alice 1 1 IN IP4 10.71.19.157\r\ns=-\r\ni=alice\r\nc=IN IP4 10.71.19.157\r\nt=0 0\r\n";

/* A DATA chunk (RFC 9260 section 3.3.1). */
static void append_chunk(GByteArray *to, guint8 flags, guint32 tsn, struct bytes data)
{
    guint8 header[16] = {0, flags};
    put_u16be(header + 2, (guint16)(sizeof header + data.n));
    put_u32be(header + 4, tsn);
    g_byte_array_append(to, header, sizeof header);
    g_byte_array_append(to, data.p, (guint)data.n);
    bytes_fill(to, -data.n & 3, 0);
}

static void feed(struct core_run *run, const GByteArray *chunks)
{
    g_autoptr(GByteArray) packet = frames_build("ipv4/sctp", bytes_of_array(chunks));
    core_run_feed(run, bytes_of_array(packet), packet->len);
}

/* Fragment i of the message, cut into `of`. */
static void feed_fragment(struct core_run *run, guint i, guint of, guint32 tsn)
{
    struct bytes text = bytes_of(invite);
    gsize from = text.n * i / of, to = text.n * (i + 1) / of;
    g_autoptr(GByteArray) chunks = g_byte_array_new();
    guint8 flags = (guint8)((i == 0 ? FLAG_BEGIN : 0) | (i + 1 == of ? FLAG_END : 0));
    append_chunk(chunks, flags, tsn + i, bytes_sub(text, from, to - from));
    feed(run, chunks);
}

/* What a receiver has of the message. */
static GString *received(const struct core_run *run)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GHashTable) parts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    guint32 first = 0, n = 0;
    for (guint k = 0; k < run->out->len; k++) {
        struct frame f;
        struct sctp_fragment found[8];
        struct bytes packet = core_run_bytes(run, k);
        g_assert_cmpint(frame_walk(&f, packet, core_run_at(run, k)->wire_len, LINK_RAW), ==, DROP_NONE);
        struct bytes chunks = bytes_span(f.captured, f.payload);
        for (guint i = 0, of = sctp_scan(chunks, found, G_N_ELEMENTS(found)); i < of; i++) {
            struct bytes data = bytes_span(chunks, found[i].data);
            first = found[i].begin ? found[i].tsn : first;
            n += g_hash_table_insert(parts, GUINT_TO_POINTER(found[i].tsn), g_strndup((const gchar *)data.p, data.n));
        }
    }
    for (guint32 i = 0; i < n; i++) {
        const char *part = g_hash_table_lookup(parts, GUINT_TO_POINTER(first + i));
        g_assert_nonnull(part);
        g_string_append(text, part);
    }
    return text;
}

static void no_identity(const char *text)
{
    static const char *const names[] = {"alice", "Alice", "Liddell", "bob", "example", "10.71.19", "call-1"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (strstr(text, names[i]))
            g_error("\"%s\" is in the output:\n%s", names[i], text);
}

static GString *whole(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    feed_fragment(&run, 0, 1, 100);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
    GString *text = received(&run);
    core_run_clear(&run);
    no_identity(text->str);
    return text;
}

/* Any number of fragments, order and repetition. */
static void any_order(void)
{
    g_autoptr(GString) want = whole();
    for (guint round = 0; round < 100; round++) {
        struct core_run run;
        guint of = (guint)g_test_rand_int_range(2, 40), order[80], n = 0;
        for (guint i = 0; i < of; i++)
            for (gint copies = g_test_rand_int_range(0, 4) ? 1 : 2; copies; copies--)
                order[n++] = i;
        for (guint i = n; i > 1; i--) {
            guint k = (guint)g_test_rand_int_range(0, (gint)i), swap = order[i - 1];
            order[i - 1] = order[k];
            order[k] = swap;
        }
        core_run_start(&run, &keyed);
        for (guint i = 0; i < n; i++)
            feed_fragment(&run, order[i], of, 0xfffffff8u);
        g_assert_true(sianto_finish(run.core, NULL));
        g_autoptr(GString) got = received(&run);
        g_assert_cmpstr(got->str, ==, want->str);
        g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
        g_assert_cmpuint(sianto_counts(run.core).forced, ==, 0);
        core_run_clear(&run);
    }
}

/* What never becomes whole leaves as zeros; what comes when its first part has left is no message any more. */
static void never_whole(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    feed_fragment(&run, 0, 3, 1);
    feed_fragment(&run, 1, 3, 1);
    g_assert_cmpuint(run.out->len, ==, 0);
    run.time_us += HOLD_TIME_US + G_USEC_PER_SEC;
    feed_fragment(&run, 0, 1, 500);
    g_assert_cmpuint(run.out->len, ==, 3);
    g_assert_cmpuint(sianto_counts(run.core).forced, ==, 2);
    feed_fragment(&run, 2, 3, 1);
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
    for (guint i = 0; i < run.out->len; i++)
        if (core_run_at(&run, i)->bytes)
            g_assert_cmpuint(bytes_find(core_run_bytes(&run, i), BYTES_LIT("alice")), ==, NOT_FOUND);
    core_run_clear(&run);
}

/* Before any data: INIT ACK, COOKIE ECHO or what else; on ports that are nobody's. */
static void feed_elsewhere(struct core_run *run, const GByteArray *chunks)
{
    g_autoptr(GByteArray) packet = frames_build("ipv4/sctp", bytes_of_array(chunks));
    put_u16be(packet->data + 20, 40000);
    put_u16be(packet->data + 22, 36412);
    core_run_feed(run, bytes_of_array(packet), packet->len);
}

static void feed_cookie_ack(struct core_run *run)
{
    g_autoptr(GByteArray) chunks = g_byte_array_new();
    g_byte_array_append(chunks, (const guint8 *)"\x0b\0\0\4", 4);
    feed_elsewhere(run, chunks);
}

static void feed_data(struct core_run *run, struct bytes data)
{
    g_autoptr(GByteArray) chunks = g_byte_array_new();
    append_chunk(chunks, FLAG_BEGIN | FLAG_END, 1, data);
    feed_elsewhere(run, chunks);
}

static void check_left(const struct core_run *run, guint from, guint n, enum drop_reason drop)
{
    g_assert_cmpuint(run->out->len, ==, from + n);
    for (guint i = from; i < from + n; i++)
        g_assert_cmpint(core_run_at(run, i)->drop, ==, drop);
}

/* What comes before the first data waits for what that is. */
static void first_data(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    feed_cookie_ack(&run);
    g_assert_cmpuint(run.out->len, ==, 0);
    feed_data(&run, bytes_of(invite));
    check_left(&run, 0, 2, DROP_NONE);
    feed_cookie_ack(&run);
    check_left(&run, 2, 1, DROP_NONE);
    g_assert_true(sianto_finish(run.core, NULL));
    core_run_clear(&run);
}

static void other_data(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    feed_cookie_ack(&run);
    feed_data(&run, BYTES_LIT("alice"));
    feed_cookie_ack(&run);
    check_left(&run, 0, 3, DROP_NOT_SIP);
    g_assert_cmpuint(sianto_counts(run.core).forced, ==, 0);
    core_run_clear(&run);
}

static void no_data(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    feed_cookie_ack(&run);
    run.time_us += HOLD_TIME_US + G_USEC_PER_SEC;
    feed_cookie_ack(&run);
    check_left(&run, 0, 2, DROP_NOT_SIP);
    g_assert_cmpuint(sianto_counts(run.core).forced, ==, 1);
    feed_data(&run, bytes_of(invite));
    check_left(&run, 2, 1, DROP_NONE);
    core_run_clear(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/association/any-order", any_order);
    g_test_add_func("/association/never-whole", never_whole);
    g_test_add_func("/association/first-data", first_data);
    g_test_add_func("/association/other-data", other_data);
    g_test_add_func("/association/no-data", no_data);
    return g_test_run();
}

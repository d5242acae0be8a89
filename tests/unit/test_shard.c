/* A capture in two files: what the boundary cuts is scrubbed in both and counted; with the other file beside it, each
 * writes what one run over both writes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "core_run.h"
#include "fragments.h"
#include "segments.h"

static const struct sianto_settings whole_settings = {.labels = LABELS_KEYED};
static const struct sianto_settings shard_settings = {.labels = LABELS_KEYED, .shard = TRUE};

/* --- traffic --------------------------------------------------------------------------------------------- */

struct traffic {
    GPtrArray *packets; /* GByteArray * */
    GArray *inside;     /* gboolean of each: a message goes on behind it */
};

static struct traffic traffic_new(void)
{
    return (struct traffic){g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref),
                            g_array_new(FALSE, FALSE, sizeof(gboolean))};
}

static void traffic_clear(struct traffic *t)
{
    g_ptr_array_unref(t->packets);
    g_array_unref(t->inside);
}

static void add(struct traffic *t, GByteArray *packet, gboolean inside)
{
    g_ptr_array_add(t->packets, packet);
    g_array_append_val(t->inside, inside);
}

static gboolean is_inside(const struct traffic *t, guint at)
{
    return at > 0 && g_array_index(t->inside, gboolean, at - 1);
}

static GString *message(guint i)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text,
                           "REGISTER sip:example.com SIP/2.0\r\n"
                           "Via: SIP/2.0/TCP 10.1.2.3:40123;branch=z9hG4bKabcdefgh%u\r\n"
                           "From: \"Alice Liddell\" <sip:alice%u@example.com>;tag=abc%u\r\n"
                           "To: <sip:alice%u@example.com>\r\n"
                           "Call-ID: call-%u@wonderland.example.com\r\nCSeq: 1 REGISTER\r\n%sContent-Length: 0\r\n\r\n",
                           i, i, i, i, i, i % 3 ? "Subject: a text that goes\r\n" : "");
    return text;
}

/* Messages on a connection, in segments of `size` that the server acknowledges one by one. */
static struct traffic stream_traffic(guint messages, gsize size, gboolean syn)
{
    struct traffic t = traffic_new();
    g_autoptr(GByteArray) text = g_byte_array_new(), begins = g_byte_array_new();
    for (guint i = 0; i < messages; i++) {
        g_autoptr(GString) one = message(i);
        guint was = text->len;
        g_byte_array_append(text, (const guint8 *)one->str, (guint)one->len);
        bytes_fill(begins, one->len, 0);
        begins->data[was] = 1;
    }
    bytes_fill(begins, 1, 1);
    if (syn) {
        struct segment hands[] = {{0, 999, 0, TCP_SYN, BYTES_NONE}, {1, 4999, 1000, TCP_SYN | TCP_ACK, BYTES_NONE}};
        add(&t, segment_packet(&hands[0], 5060), FALSE);
        add(&t, segment_packet(&hands[1], 5060), FALSE);
    }
    for (gsize at = 0; at < text->len; at += size) {
        struct segment data = {0, 1000 + (guint32)at, 5000, TCP_ACK, bytes_sub(bytes_of_array(text), at, size)};
        guint32 end = 1000 + (guint32)(at + data.data.n);
        struct segment ack = {1, 5000, end, TCP_ACK, BYTES_NONE};
        gboolean inside = !begins->data[at + data.data.n];
        add(&t, segment_packet(&data, 5060), inside);
        add(&t, segment_packet(&ack, 5060), inside);
    }
    return t;
}

/* A datagram before, one in three fragments, one behind. */
static struct traffic fragment_traffic(void)
{
    static const struct piece pieces[] = {{0, 96, TRUE}, {96, 200, TRUE}, {200, 10000, FALSE}};
    struct traffic t = traffic_new();
    for (guint i = 0; i < 3; i++) {
        g_autoptr(GString) text = message(i);
        GByteArray *packet = frames_build("ipv4/udp", bytes_of(text->str));
        if (i != 1) {
            add(&t, packet, FALSE);
            continue;
        }
        for (guint k = 0; k < G_N_ELEMENTS(pieces); k++)
            add(&t, fragment(packet, &pieces[k]), pieces[k].more);
        g_byte_array_unref(packet);
    }
    return t;
}

/* A DATA chunk (RFC 9260 section 3.3.1) as a packet. */
static GByteArray *chunk(guint8 flags, guint32 tsn, struct bytes data)
{
    guint8 header[16] = {0, flags};
    g_autoptr(GByteArray) all = g_byte_array_new();
    put_u16be(header + 2, (guint16)(sizeof header + data.n));
    put_u32be(header + 4, tsn);
    g_byte_array_append(all, header, sizeof header);
    g_byte_array_append(all, data.p, (guint)data.n);
    bytes_fill(all, -data.n & 3, 0);
    return frames_build("ipv4/sctp", bytes_of_array(all));
}

/* Messages of three chunks each. */
static struct traffic chunk_traffic(void)
{
    struct traffic t = traffic_new();
    for (guint i = 0; i < 9; i++) {
        g_autoptr(GString) text = message(i / 3);
        gsize from = text->len * (i % 3) / 3, to = text->len * (i % 3 + 1) / 3;
        struct bytes part = bytes_sub(bytes_of(text->str), from, to - from);
        add(&t, chunk((guint8)((i % 3 == 0 ? 2 : 0) | (i % 3 == 2 ? 1 : 0)), 100 + i, part), i % 3 < 2);
    }
    return t;
}

/* --- runs ---------------------------------------------------------------------------------------------------- */

static void give_context(struct core_run *run, const struct traffic *t, guint i, guint64 number)
{
    struct bytes packet = bytes_of_array(g_ptr_array_index(t->packets, i));
    struct sianto_frame_in in = {.number = number, .time_us = (gint64)i * 1000, .linktype = LINK_RAW,
                                 .captured = packet, .wire_len = (guint32)packet.n, .context = TRUE};
    sianto_frame(run->core, &in);
}

/* Packets [from, to) are the file's own; with `overlap` all others are context. */
static struct core_run run_of(const struct traffic *t, guint from, guint to, gboolean overlap,
                              const struct sianto_settings *settings)
{
    struct core_run run;
    core_run_start(&run, settings);
    for (guint i = 0; overlap && i < from; i++)
        give_context(&run, t, i, 0);
    for (guint i = from; i < to; i++) {
        struct bytes packet = bytes_of_array(g_ptr_array_index(t->packets, i));
        core_run_at_time(&run, packet, (guint32)packet.n, (gint64)i * 1000);
    }
    for (guint i = to; overlap && i < t->packets->len && sianto_waits(run.core); i++)
        give_context(&run, t, i, run.number + 1 + (i - to));
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpuint(run.out->len, ==, to - from);
    return run;
}

static void same_output(const struct core_run *whole, guint from, const struct core_run *shard)
{
    for (guint i = 0; i < shard->out->len; i++) {
        const struct core_out *a = core_run_at(whole, from + i), *b = core_run_at(shard, i);
        g_assert_cmpint(a->drop, ==, b->drop);
        g_assert_true((a->bytes == NULL) == (b->bytes == NULL));
        if (a->bytes)
            g_assert_cmpmem(a->bytes->data, a->bytes->len, b->bytes->data, b->bytes->len);
    }
}

static void same_counts(struct sianto_counts whole, struct sianto_counts a, struct sianto_counts b)
{
    g_assert_cmpuint(whole.frames, ==, a.frames + b.frames);
    g_assert_cmpuint(whole.written, ==, a.written + b.written);
    g_assert_cmpuint(whole.sip_messages, ==, a.sip_messages + b.sip_messages);
    g_assert_cmpuint(whole.undecided_bytes, ==, a.undecided_bytes + b.undecided_bytes);
    g_assert_cmpuint(whole.forced, ==, a.forced + b.forced);
    for (guint i = 0; i < KIND_COUNT; i++)
        g_assert_cmpuint(whole.replaced[i], ==, a.replaced[i] + b.replaced[i]);
    for (guint i = 0; i < DROP_COUNT; i++)
        g_assert_cmpuint(whole.dropped[i], ==, a.dropped[i] + b.dropped[i]);
}

/* --- what is cut ------------------------------------------------------------------------------------------------ */

static void no_names(const struct core_run *run)
{
    for (guint i = 0; i < run->out->len; i++) {
        const struct core_out *out = core_run_at(run, i);
        if (out->bytes && (bytes_find(bytes_of_array(out->bytes), BYTES_LIT("lice")) != NOT_FOUND ||
                           bytes_find(bytes_of_array(out->bytes), BYTES_LIT("onder")) != NOT_FOUND))
            g_error("a name is left in frame %u", i + 1);
    }
}

static guint lines(const struct core_run *run)
{
    guint n = 0;
    for (const char *p = run->events->str; *p; p++)
        n += *p == '\n';
    return n;
}

/* Wherever it is cut: in a message, that is in neither file and counted in both; between two, nothing is lost. */
static void check_cuts(const struct traffic *t, guint messages)
{
    for (guint at = 0; at <= t->packets->len; at++) {
        gboolean inside = is_inside(t, at);
        struct core_run a = run_of(t, 0, at, FALSE, &shard_settings);
        struct core_run b = run_of(t, at, t->packets->len, FALSE, &shard_settings);
        no_names(&a);
        no_names(&b);
        g_assert_cmpuint(lines(&a) + lines(&b), ==, messages - (inside ? 1 : 0));
        g_assert_cmpuint(sianto_counts(a.core).cut_by_shard, ==, inside ? 1 : 0);
        g_assert_cmpuint(sianto_counts(b.core).cut_by_shard, ==, inside ? 1 : 0);
        core_run_free(&a);
        core_run_free(&b);
    }
}

/* With the other file beside it nothing is lost, and the bytes are those of one run. */
static void check_overlap(const struct traffic *t)
{
    struct core_run whole = run_of(t, 0, t->packets->len, FALSE, &whole_settings);
    for (guint at = 0; at <= t->packets->len; at++) {
        struct core_run a = run_of(t, 0, at, TRUE, &shard_settings);
        struct core_run b = run_of(t, at, t->packets->len, TRUE, &shard_settings);
        g_autofree char *events = g_strconcat(a.events->str, b.events->str, NULL);
        g_assert_cmpstr(events, ==, whole.events->str);
        same_output(&whole, 0, &a);
        same_output(&whole, at, &b);
        same_counts(sianto_counts(whole.core), sianto_counts(a.core), sianto_counts(b.core));
        g_assert_cmpuint(sianto_counts(a.core).cut_by_shard + sianto_counts(b.core).cut_by_shard, ==, 0);
        core_run_free(&a);
        core_run_free(&b);
    }
    core_run_free(&whole);
}

static void test_stream(void)
{
    static const gsize sizes[] = {97, 250, 800};
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        struct traffic t = stream_traffic(5, sizes[i], i != 1);
        check_cuts(&t, 5);
        check_overlap(&t);
        traffic_clear(&t);
    }
}

static void test_fragments(void)
{
    struct traffic t = fragment_traffic();
    check_cuts(&t, 3);
    check_overlap(&t);
    traffic_clear(&t);
}

static void test_chunks(void)
{
    struct traffic t = chunk_traffic();
    check_cuts(&t, 3);
    check_overlap(&t);
    traffic_clear(&t);
}

/* Who does not say that there are other files gets no such count. */
static void test_no_shard(void)
{
    struct traffic t = stream_traffic(3, 97, TRUE);
    struct core_run run = run_of(&t, 7, 12, FALSE, &whole_settings);
    g_assert_cmpuint(sianto_counts(run.core).undecided_bytes, >, 0);
    g_assert_cmpuint(sianto_counts(run.core).cut_by_shard, ==, 0);
    core_run_free(&run);
    traffic_clear(&t);
}

/* A connection that is first seen in the middle long after the beginning was not cut by that. */
static void test_late(void)
{
    struct traffic t = stream_traffic(3, 97, FALSE);
    g_autoptr(GString) text = message(9);
    g_autoptr(GByteArray) first = frames_build("ipv4/udp", bytes_of(text->str));
    struct core_run run;
    core_run_start(&run, &shard_settings);
    core_run_at_time(&run, bytes_of_array(first), first->len, 0);
    for (guint i = 2; i < t.packets->len; i++) {
        struct bytes packet = bytes_of_array(g_ptr_array_index(t.packets, i));
        core_run_at_time(&run, packet, (guint32)packet.n, 2 * HOLD_TIME_US + (gint64)i * 1000);
    }
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpuint(sianto_counts(run.core).undecided_bytes, >, 0);
    g_assert_cmpuint(sianto_counts(run.core).cut_by_shard, ==, 0);
    core_run_free(&run);
    traffic_clear(&t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shard/stream", test_stream);
    g_test_add_func("/shard/fragments", test_fragments);
    g_test_add_func("/shard/chunks", test_chunks);
    g_test_add_func("/shard/no-shard", test_no_shard);
    g_test_add_func("/shard/late", test_late);
    return g_test_run();
}

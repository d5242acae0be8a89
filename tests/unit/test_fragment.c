/* Fragments of SIP over UDP through the whole core.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "core_run.h"
#include "fragments.h"

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};

static const char *const secrets[] = {"alice", "Liddell", "example", "wonderland", "10.71.19"};

/* A message of some 1,700 bytes whose text changes length everywhere. */
static GString *message(void)
{
    GString *text = g_string_new("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 10.71.19.157:5060;branch=z9hG4bKxyz\r\n"
                                 "From: \"Alice Liddell\" <sip:alice@example.com>;tag=abc\r\nTo: <sip:bob@example.com>\r\n"
                                 "Call-ID: call-1@10.71.19.157\r\nCSeq: 7 INVITE\r\n");
    for (guint i = 0; i < 20; i++)
        g_string_append_printf(text, "Record-Route: <sip:alice%u@wonderland%u.example.com;lr>\r\n", i, i * 1000);
    g_string_append(text, "Content-Length: 0\r\n\r\n");
    return text;
}

struct train {
    GByteArray *packet;
    gsize n; /* of the datagram */
    const char *family;
};

static struct train make_train(const char *family)
{
    g_autoptr(GString) text = message();
    g_autofree char *line = g_strdup_printf("%s/udp", family);
    struct train t = {frames_build(line, bytes_of(text->str)), text->len + 8, family};
    return t;
}

static void feed(struct core_run *run, const struct train *t, const struct piece *p)
{
    g_autoptr(GByteArray) f = fragment(t->packet, p);
    core_run_feed(run, bytes_of_array(f), f->len);
}

static void no_secret(const GByteArray *data)
{
    for (guint i = 0; i < G_N_ELEMENTS(secrets); i++)
        if (bytes_find(bytes_of_array(data), bytes_of(secrets[i])) != NOT_FOUND)
            g_error("\"%s\" is in the output", secrets[i]);
}

/* The datagram as it is written when it comes in one piece. */
static GByteArray *written_whole(const struct train *t)
{
    struct core_run run;
    GByteArray *data = g_byte_array_new();
    core_run_start(&run, &keyed);
    core_run_feed(&run, bytes_of_array(t->packet), t->packet->len);
    struct bytes packet = core_run_bytes(&run, 0);
    gsize header = t->packet->data[0] >> 4 == 4 ? 20 : 40;
    g_byte_array_append(data, packet.p + header, (guint)(packet.n - header));
    core_run_clear(&run);
    return data;
}

/* Any cut, order, repetition and overlap gives the datagram that comes in one piece. */
static void any_train(gconstpointer family)
{
    struct train t = make_train(family);
    g_autoptr(GByteArray) want = written_whole(&t);
    for (guint round = 0; round < 200; round++) {
        struct core_run run;
        GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
        for (gsize at = 0; at < t.n;) {
            gsize n = 8 * (gsize)g_test_rand_int_range(4, 80), back = 8 * (gsize)g_test_rand_int_range(0, 3);
            struct piece p = {at > back ? at - back : 0, MIN(at + n, t.n), at + n < t.n};
            g_array_append_val(pieces, p);
            if (!g_test_rand_int_range(0, 4))
                g_array_append_val(pieces, p);
            at += n;
        }
        for (guint i = pieces->len; i > 1; i--) {
            guint k = (guint)g_test_rand_int_range(0, (gint)i);
            struct piece *a = &g_array_index(pieces, struct piece, i - 1), b = *a;
            *a = g_array_index(pieces, struct piece, k);
            g_array_index(pieces, struct piece, k) = b;
        }
        core_run_start(&run, &keyed);
        for (guint i = 0; i < pieces->len; i++)
            feed(&run, &t, &g_array_index(pieces, struct piece, i));
        g_assert_true(sianto_finish(run.core, NULL));
        g_assert_cmpuint(run.out->len, ==, pieces->len);
        g_autoptr(GByteArray) got = put_together(&run, TRUE);
        g_assert_cmpmem(got->data, got->len, want->data, want->len);
        g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
        g_assert_cmpuint(sianto_counts(run.core).forced, ==, 0);
        core_run_clear(&run);
        g_array_unref(pieces);
    }
    g_byte_array_unref(t.packet);
}

static struct frame fragment_out(const struct core_run *run, guint i)
{
    struct frame f;
    g_assert_cmpint(frame_walk(&f, core_run_bytes(run, i), core_run_at(run, i)->wire_len, LINK_RAW), ==, DROP_NONE);
    return f;
}

/* The same datagram in a second train is cut at the same bytes, though its header fields are recalled by then: else nobody
 * could tell that it is the same one. */
static void same_again(gconstpointer family)
{
    struct train t = make_train(family);
    for (gsize cut = 8; cut + 400 < t.n; cut += 8) {
        const struct piece pieces[] = {{0, cut, TRUE}, {cut, cut + 200, TRUE}, {cut + 200, t.n, FALSE}};
        const guint n = G_N_ELEMENTS(pieces);
        struct core_run run;
        core_run_start(&run, &keyed);
        for (guint i = 0; i < 2 * n; i++) {
            if (i == n && t.packet->data[0] >> 4 == 4)
                t.packet->data[5] ^= 1; /* another identification; in IPv6 it is the first train once more */
            feed(&run, &t, &pieces[i % n]);
        }
        g_assert_true(sianto_finish(run.core, NULL));
        for (guint i = 0; i < n; i++) {
            struct frame first = fragment_out(&run, i), again = fragment_out(&run, i + n);
            struct bytes a = bytes_span(first.captured, first.payload), b = bytes_span(again.captured, again.payload);
            g_assert_cmpuint(first.fragment.off, ==, again.fragment.off);
            g_assert_cmpmem(a.p, a.n, b.p, b.n);
        }
        core_run_clear(&run);
    }
    g_byte_array_unref(t.packet);
}

/* A first fragment alone is a message that was cut; what lies behind it in the train moves along. */
static void first_alone(gconstpointer family)
{
    struct train t = make_train(family);
    const struct piece first = {0, 400, TRUE}, third = {800, 1200, TRUE};
    struct core_run run;
    core_run_start(&run, &keyed);
    feed(&run, &t, &first);
    feed(&run, &t, &third);
    g_assert_cmpuint(run.out->len, ==, 0);
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpuint(run.out->len, ==, 2);
    g_autoptr(GByteArray) got = put_together(&run, FALSE);
    no_secret(got);
    g_assert_cmpuint(bytes_find(bytes_of_array(got), BYTES_LIT("INVITE sip:u")), ==, 8);
    struct frame a, b;
    frame_walk(&a, core_run_bytes(&run, 0), core_run_at(&run, 0)->wire_len, LINK_RAW);
    frame_walk(&b, core_run_bytes(&run, 1), core_run_at(&run, 1)->wire_len, LINK_RAW);
    g_assert_cmpuint(b.fragment.off - (a.fragment.off + a.payload_wire_len), ==, 400);
    g_assert_cmpuint(b.payload.len, ==, 400);
    for (gsize i = 0; i < b.payload.len; i++)
        g_assert_cmpint(b.captured.p[b.payload.off + i], ==, 0);
    core_run_clear(&run);
    g_byte_array_unref(t.packet);
}

/* Without its first fragment a train is kept, all zeros, where SIP was seen at one of its addresses. */
static void without_the_first(gconstpointer family)
{
    struct train t = make_train(family);
    const struct piece second = {400, 800, TRUE};
    struct core_run run;
    core_run_start(&run, &keyed);
    feed(&run, &t, &second);
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpint(core_run_at(&run, 0)->drop, ==, DROP_FRAGMENT);
    core_run_clear(&run);

    core_run_start(&run, &keyed);
    core_run_feed(&run, bytes_of_array(t.packet), t.packet->len);
    feed(&run, &t, &second);
    g_assert_true(sianto_finish(run.core, NULL));
    struct frame f;
    frame_walk(&f, core_run_bytes(&run, 1), core_run_at(&run, 1)->wire_len, LINK_RAW);
    g_assert_cmpuint(f.fragment.off, ==, 400);
    for (gsize i = 0; i < f.payload.len; i++)
        g_assert_cmpint(f.captured.p[f.payload.off + i], ==, 0);
    core_run_clear(&run);
    g_byte_array_unref(t.packet);
}

/* Frames behind a train wait for it, and leave behind it. */
static void others_wait(gconstpointer family)
{
    struct train t = make_train(family);
    const struct piece first = {0, 400, TRUE}, rest = {400, t.n, FALSE};
    struct core_run run;
    core_run_start(&run, &keyed);
    feed(&run, &t, &first);
    core_run_feed(&run, bytes_of_array(t.packet), t.packet->len);
    g_assert_cmpuint(run.out->len, ==, 0);
    feed(&run, &t, &rest);
    g_assert_cmpuint(run.out->len, ==, 3);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpuint(core_run_at(&run, i)->number, ==, i + 1);
    core_run_clear(&run);
    g_byte_array_unref(t.packet);
}

static void add(const char *name, GTestDataFunc fn)
{
    for (guint i = 0; i < 2; i++) {
        g_autofree char *path = g_strdup_printf("/fragment/%s/%s", name, i ? "ipv6" : "ipv4");
        g_test_add_data_func(path, i ? "ipv6" : "ipv4", fn);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("any-train", any_train);
    add("same-again", same_again);
    add("first-alone", first_alone);
    add("without-the-first", without_the_first);
    add("others-wait", others_wait);
    return g_test_run();
}

/* The core as its host sees it: frames in, frames and events out; keep=FILE; the same events from the
 * output as beside the export.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "frames.h"
#include "keep.h"
#include "sianto.h"

#include <glib/gstdio.h>

struct collected {
    GPtrArray *frames;      /* GByteArray *: written ones */
    GArray *drops;          /* enum drop_reason */
    GString *events;
};

static void on_frame(void *arg, const struct sianto_frame_out *out)
{
    struct collected *c = arg;
    g_array_append_val(c->drops, out->drop);
    if (out->drop != DROP_NONE)
        return;
    GByteArray *copy = g_byte_array_new();
    g_byte_array_append(copy, out->bytes.p, (guint)out->bytes.n);
    g_ptr_array_add(c->frames, copy);
}

static void append(GString *s, struct bytes b)
{
    g_string_append_len(s, (const gchar *)b.p, (gssize)b.n);
    g_string_append_c(s, '|');
}

static void on_event(void *arg, const struct sip_event *e)
{
    GString *s = ((struct collected *)arg)->events;
    g_string_append_printf(s, "%" G_GUINT64_FORMAT "|%u|%u|%u|%x|", e->frame, e->request, e->status, e->cseq,
                           (guint)e->packet_hash);
    append(s, e->method);
    append(s, e->call_id);
    append(s, e->from_aor);
    append(s, e->to_aor);
    append(s, e->user_agent);
    g_string_append_printf(s, "%02x%02x%02x%02x:%u\n", e->src.addr[0], e->src.addr[1], e->src.addr[2],
                           e->src.addr[3], e->src.port);
}

static struct collected collect_new(void)
{
    return (struct collected){g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref),
                              g_array_new(FALSE, FALSE, sizeof(enum drop_reason)), g_string_new(NULL)};
}

static void collect_free(struct collected *c)
{
    g_ptr_array_unref(c->frames);
    g_array_unref(c->drops);
    g_string_free(c->events, TRUE);
}

static struct key *test_key(void)
{
    guint8 raw[KEY_BYTES];
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 5 + 3);
    return key_new(raw, NULL);
}

static struct sianto *make(struct collected *c, const struct sianto_settings *settings)
{
    struct sianto_sink sink = {.frame = on_frame, .event = on_event, .arg = c};
    struct key *key = test_key();
    GError *error = NULL;
    struct sianto *s = sianto_new(settings, key, &sink, &error);
    g_assert_no_error(error);
    key_free(key);
    return s;
}

static void feed(struct sianto *s, guint64 number, struct bytes frame)
{
    struct sianto_frame_in in = {.number = number, .time_us = (gint64)number * 1000, .linktype = LINK_ETHERNET,
                                 .captured = frame, .wire_len = (guint32)frame.n};
    sianto_frame(s, &in);
}

static GByteArray *build(const char *layers, const char *payload)
{
    return frames_build(layers, bytes_of(payload));
}

static const char *const payloads[] = {
    "REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>;tag=abc\r\nTo: <sip:alice@example.com>\r\n"
    "Call-ID: call-1@10.71.19.157\r\nCSeq: 7 REGISTER\r\nUser-Agent: alice's phone\r\n\r\n",
    "SIP/2.0 401 Unauthorized\r\nFrom: <sip:alice@example.com>;tag=abc\r\nTo: <sip:alice@example.com>\r\n"
    "Call-ID: call-1@10.71.19.157\r\nCSeq: 7 REGISTER\r\n\r\n",
    "not SIP at all, alice",
    "MESSAGE sip:bob@example.com SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
};

static void feed_all(struct sianto *s)
{
    for (guint i = 0; i < G_N_ELEMENTS(payloads); i++) {
        g_autoptr(GByteArray) frame = build(i % 2 ? "eth/ipv6/udp" : "eth/vlan/ipv4/udp", payloads[i]);
        feed(s, i + 1, bytes_of_array(frame));
    }
}

/* Section 3.5: the events of the output, read as it is, are those that were told beside the export. */
static void test_same_on_both_sides(void)
{
    struct collected exported = collect_new(), read_again = collect_new();
    struct sianto_settings settings = {.labels = LABELS_READABLE}, as_is = {.as_is = TRUE};
    struct sianto *s = make(&exported, &settings);
    feed_all(s);
    g_assert_true(sianto_finish(s, NULL));
    g_assert_cmpuint(exported.frames->len, ==, 3);
    g_assert_cmpuint(sianto_counts(s).gap_bytes, ==, 0);
    g_assert_cmpuint(sianto_counts(s).dropped[DROP_NOT_SIP], ==, 1);
    g_assert_cmpuint(sianto_counts(s).users, ==, 2);
    struct sianto *again = make(&read_again, &as_is);
    for (guint i = 0, numbers[] = {1, 2, 4}; i < exported.frames->len; i++)
        feed(again, numbers[i], bytes_of_array(exported.frames->pdata[i]));
    g_assert_cmpstr(read_again.events->str, ==, exported.events->str);
    g_assert_null(strstr(exported.events->str, "alice"));
    g_assert_nonnull(strstr(exported.events->str, "u1@d1.invalid"));
    sianto_free(s);
    sianto_free(again);
    collect_free(&exported);
    collect_free(&read_again);
}

/* Same file, same key: same bytes. */
static void test_twice(void)
{
    struct collected a = collect_new(), b = collect_new();
    struct sianto_settings settings = {.labels = LABELS_KEYED, .addresses = ADDRESSES_RANDOM};
    struct sianto *s = make(&a, &settings), *t = make(&b, &settings);
    feed_all(s);
    feed_all(t);
    for (guint i = 0; i < a.frames->len; i++)
        g_assert_true(bytes_eq(bytes_of_array(a.frames->pdata[i]), bytes_of_array(b.frames->pdata[i])));
    sianto_free(s);
    sianto_free(t);
    collect_free(&a);
    collect_free(&b);
}

/* A message that outgrows its datagram is scrubbed at equal length, counted, and no event. */
static void test_too_long(void)
{
    struct collected c = collect_new();
    struct sianto_settings settings = {.labels = LABELS_READABLE};
    struct sianto *s = make(&c, &settings);
    GString *payload = g_string_new("OPTIONS sip:a SIP/2.0");
    for (guint i = 0; payload->len < 65000; i++)
        g_string_append_printf(payload, "%s<sip:%u@a>", i % 20 ? "," : "\r\nContact: ", i % 10);
    g_autoptr(GByteArray) frame = build("eth/ipv4/udp", payload->str);
    feed(s, 1, bytes_of_array(frame));
    g_assert_cmpuint(sianto_counts(s).too_long, ==, 1);
    g_assert_cmpuint(((GByteArray *)c.frames->pdata[0])->len, ==, frame->len);
    g_assert_cmpuint(c.events->len, ==, 0);
    g_string_free(payload, TRUE);
    sianto_free(s);
    collect_free(&c);
}

static void test_keep(void)
{
    static const struct {
        const char *content;
        gboolean good;
    } files[] = {
        {"# own\nuser support\nhost pbx.example.com\nnet 192.0.2.0/24\n\n", TRUE},
        {"  user\tsupport  \n", TRUE},
        {"", TRUE},
        {"users support\n", FALSE},
        {"user\n", FALSE},
        {"user a b\n", FALSE},
    };
    g_autofree gchar *dir = g_dir_make_tmp("sianto-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(dir, "keep", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        struct keep keep;
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_set_contents(path, files[i].content, -1, NULL));
        g_assert_cmpint(keep_load(&keep, path, &error), ==, files[i].good);
        if (!files[i].good)
            g_assert_nonnull(strstr(error->message, "line 1"));
        keep_clear(&keep);
    }
    g_unlink(path);
    g_rmdir(dir);
    struct keep keep;
    g_autoptr(GError) error = NULL;
    g_assert_false(keep_load(&keep, path, &error));
    g_assert_error(error, SIANTO_ERROR, SIANTO_ERROR_KEEP);
    keep_clear(&keep);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sianto/both-sides", test_same_on_both_sides);
    g_test_add_func("/sianto/twice", test_twice);
    g_test_add_func("/sianto/too-long", test_too_long);
    g_test_add_func("/sianto/keep", test_keep);
    return g_test_run();
}

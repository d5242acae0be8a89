/* There and back: what the core anonymized, it restores from the map, in canonical spelling; and what it goes on from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "core_run.h"
#include "frames.h"
#include "inquiry.h"
#include "map.h"

/* A message and what comes back of it where that is another spelling; %s: a token that no permutation takes. */
static const struct {
    const char *what, *text, *back;
} rows[] = {
    {"users, hosts, tokens",
     "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKabc123def\r\n"
     "From: <sip:alice@example.com>;tag=a1b2c3d4e5\r\nTo: <sip:+12015550123@example.com>\r\n"
     "Call-ID: 7b3f9c11@192.0.2.7\r\nCSeq: 7 REGISTER\r\nUser-Agent: alice's phone\r\n"
     "Contact: <sip:alice@192.0.2.7:5062;transport=udp>;+sip.instance=\"<urn:uuid:0123abcd-0123-4567-89ab-0123456789ab>\"\r\n"
     "Authorization: Digest username=\"alice\", realm=\"example.com\", nonce=\"c0ffee99c0ffee99\", "
     "uri=\"sip:example.com\", response=\"00112233445566778899aabbccddeeff\"\r\n\r\n",
     NULL},
    {"a port in a Call-ID", "OPTIONS sip:h.example SIP/2.0\r\nCall-ID: 7b3f9c11@192.0.2.7:5060\r\n\r\n", NULL},
    {"a host in a Call-ID that is none", "OPTIONS sip:h.example SIP/2.0\r\nCall-ID: 7b3f9c11@[2001:db8::7]-5\r\n"
     "X-Call-ID: abc@pbx:alice\r\n\r\n", NULL},
    {"spellings become canonical",
     "OPTIONS sip:%61lice@EXAMPLE.com SIP/2.0\r\nCall-ID: x\r\nTo: <tel:+1-201-555-0123>\r\nCSeq: 1 OPTIONS\r\n\r\n",
     "OPTIONS sip:alice@example.com SIP/2.0\r\nCall-ID: x\r\nTo: <tel:+12015550123>\r\nCSeq: 1 OPTIONS\r\n\r\n"},
    {"what was deleted stays deleted",
     "OPTIONS sip:bob@example.org SIP/2.0\r\nFrom: \"Bob\" <sip:bob@example.org>;tag=t1x\r\nSubject: secret\r\n\r\n",
     "OPTIONS sip:bob@example.org SIP/2.0\r\nFrom: <sip:bob@example.org>;tag=t1x\r\nSubject: redacted\r\n\r\n"},
    {"escapes", "OPTIONS sip:a%20b%40example.net@h.example SIP/2.0\r\nFrom: <sip:x%22y@h.example>\r\n\r\n", NULL},
    {"a domain and its user",
     "OPTIONS sip:h.example SIP/2.0\r\nAuthorization: Digest username=\"OFFICE\\\\carol\"\r\n\r\n",
     "OPTIONS sip:h.example SIP/2.0\r\nAuthorization: Digest username=\"office\\\\carol\"\r\n\r\n"},
    {"a prefix of a number", "OPTIONS tel:1234;phone-context=+49 SIP/2.0\r\nTo: <tel:55;phone-context=example.com>\r\n\r\n",
     NULL},
    {"dialogs in values",
     "INVITE sip:h.example SIP/2.0\r\nReplaces: 7b3f9c11@192.0.2.7;to-tag=a1b2c3d4e5;from-tag=xyz99\r\n\r\n", NULL},
    {"tokens that no permutation takes", "OPTIONS sip:h.example SIP/2.0\r\nCall-ID: %s\r\n\r\n", NULL},
    {"bodies",
     "INVITE sip:h.example SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: 99\r\n\r\n"
     "v=0\r\no=alice 2890844526 2890844527 IN IP4 192.0.2.7\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 9 RTP/AVP 0",
     NULL},
};

static char *long_token(void)
{
    GString *s = g_string_new("\xc3\xa4");
    for (guint i = 0; i < 300; i++)
        g_string_append_c(s, (gchar)('a' + i % 26));
    return g_string_free(s, FALSE);
}

static char *with_token(const char *text)
{
    g_autofree char *token = long_token();
    g_auto(GStrv) parts = g_strsplit(text, "%s", -1);
    return g_strjoinv(token, parts);
}

static void feed_all(struct core_run *run)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = with_token(rows[i].text);
        g_autoptr(GByteArray) frame = frames_build("ipv4/udp", bytes_of(text));
        core_run_feed(run, bytes_of_array(frame), frame->len);
    }
    g_assert_true(sianto_finish(run->core, NULL));
}

static void put_pair(void *arg, enum kind kind, struct bytes original, struct bytes label)
{
    map_writer_pair(arg, kind, original, label);
}

/* The map of a run, read again. */
static struct map *map_of(struct core_run *run, struct key *key)
{
    int fd = memfd_create("map", MFD_CLOEXEC);
    GError *error = NULL;
    struct map_writer *w = map_writer_new(fd, NULL, &run->settings, "labels=x", key, TRUE, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < run->out->len; i++)
        map_writer_frame(w, i + 1, core_run_bytes(run, i), core_run_at(run, i)->wire_len);
    sianto_each_pair(run->core, put_pair, w);
    g_assert_true(map_writer_finish(w, NULL));
    map_writer_free(w);
    struct map *m = map_read(fd, "m", NULL, &error);
    g_assert_no_error(error);
    close(fd);
    return m;
}

static struct key *run_key(void)
{
    guint8 raw[KEY_BYTES];
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 5 + 3); /* core_run.h's */
    return key_new(raw, NULL);
}

static struct bytes text_of(struct bytes frame)
{
    return bytes_from(frame, 28);
}

/* labels=paper: "+" is not written, and comes not back. */
static char *without_plus(struct bytes text)
{
    GString *s = g_string_new_len((const gchar *)text.p, (gssize)text.n);
    g_string_replace(s, "+1201", "1201", 0);
    return g_string_free(s, FALSE);
}

static void check_back(const struct sianto_settings *settings, gboolean paper)
{
    struct core_run there, back;
    struct sianto_settings way = *settings;
    struct key *key = run_key();
    way.pairs = TRUE;
    core_run_start(&there, &way);
    feed_all(&there);
    struct map *m = map_of(&there, key);
    way = (struct sianto_settings){.labels = settings->labels, .addresses = settings->addresses, .map = m, .restore = TRUE};
    core_run_start(&back, &way);
    for (guint i = 0; i < there.out->len; i++)
        core_run_feed(&back, core_run_bytes(&there, i), core_run_at(&there, i)->wire_len);
    g_assert_true(sianto_finish(back.core, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *expected = with_token(rows[i].back ? rows[i].back : rows[i].text);
        g_autoptr(GByteArray) frame = frames_build("ipv4/udp", bytes_of(rows[i].text));
        if (paper && strstr(rows[i].text, "phone-context"))
            continue;
        g_autofree char *plain = paper ? without_plus(bytes_of(expected)) : g_strdup(expected);
        check_text(rows[i].what, text_of(core_run_bytes(&back, i)), plain);
        g_assert_cmpmem(core_run_bytes(&back, i).p + 12, 8, frame->data + 12, 8); /* addresses */
        g_assert_cmpmem(core_run_bytes(&there, i).p + 20, 4, frame->data + 20, 4); /* ports */
    }
    core_run_free(&there);
    core_run_free(&back);
    map_free(m);
    key_free(key);
}

static void test_back(void)
{
    for (guint style = LABELS_READABLE; style <= LABELS_KEYED; style++)
        for (guint mode = ADDRESSES_CLASS; mode <= ADDRESSES_RANDOM; mode++) {
            struct sianto_settings settings = {.labels = (enum label_style)style, .addresses = (enum address_mode)mode};
            check_back(&settings, style == LABELS_PAPER);
        }
}

/* One run after the other gives the labels that one run gives. */
static void test_go_on(void)
{
    struct core_run whole, first, second;
    struct sianto_settings settings = {.labels = LABELS_READABLE, .pairs = TRUE}, on = settings;
    struct key *key = run_key();
    core_run_start(&whole, &settings);
    core_run_start(&first, &settings);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = with_token(rows[i].text);
        g_autoptr(GByteArray) frame = frames_build("ipv4/udp", bytes_of(text));
        core_run_feed(&whole, bytes_of_array(frame), frame->len);
        if (i < 3)
            core_run_feed(&first, bytes_of_array(frame), frame->len);
    }
    struct map *m = map_of(&first, key);
    on.map = m;
    core_run_start(&second, &on);
    for (guint i = 3; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = with_token(rows[i].text);
        g_autoptr(GByteArray) frame = frames_build("ipv4/udp", bytes_of(text));
        core_run_feed(&second, bytes_of_array(frame), frame->len);
        struct bytes a = core_run_bytes(&whole, i), b = core_run_bytes(&second, i - 3);
        g_assert_cmpmem(a.p, a.n, b.p, b.n);
    }
    g_assert_cmpuint(sianto_counts(second.core).users, ==, sianto_counts(whole.core).users);
    core_run_free(&whole);
    core_run_free(&first);
    core_run_free(&second);
    map_free(m);
    key_free(key);
}

/* --- look-up -------------------------------------------------------------------------------------------------- */

static void collect(void *arg, const char *kind, gboolean was, struct bytes text)
{
    g_string_append_printf(arg, "%s %s %.*s\n", kind, was ? "was" : "became", (int)text.n, (const char *)text.p);
}

static void test_lookup(void)
{
    static const struct {
        const char *value, *answer;
    } table[] = {
        {"u1", "user was alice\n"},
        {"alice", "user became u1\n"},
        {"user:alice", "user became u1\n"},
        {"domain:alice", ""},
        {"+999000000002", "phone was +12015550123\n"},
        {"12015550123", "phone became 999000000002\n"},
        {"EXAMPLE.COM", "domain became d1.invalid\n"},
        {"frame:3", "frame was 3\nframe became 3\n"},
        {"frame:1000", ""},
        {"frame:x", ""},
        {"user:nobody", ""},
        {"call-id:x@nowhere.example", NULL},
        {"", ""},
        {"user:", ""},
    };
    struct core_run run;
    struct sianto_settings settings = {.labels = LABELS_READABLE, .pairs = TRUE};
    struct key *key = run_key();
    core_run_start(&run, &settings);
    feed_all(&run);
    struct map *m = map_of(&run, key);
    settings.map = m;
    struct inquiry *l = inquiry_new(&settings, key, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        gboolean known = inquiry_ask(l, table[i].value, collect, got);
        g_assert_true(known == (got->len > 0));
        if (table[i].answer)
            g_assert_cmpstr(got->str, ==, table[i].answer);
        else
            g_assert_null(strstr(got->str, "became"));
    }
    inquiry_free(l);
    core_run_free(&run);
    map_free(m);
    key_free(key);
}

/* The key alone: what it says of a value, it says back. */
static void test_lookup_by_key(void)
{
    static const char *const values[] = {"192.0.2.7", "2001:db8::7", "00:11:22:33:44:55", "tag:a1b2c3d4e5",
                                         "call-id:7b3f9c11@192.0.2.7", "branch:z9hG4bKabc123def"};
    struct sianto_settings settings = {.labels = LABELS_READABLE};
    struct key *key = run_key();
    struct inquiry *l = inquiry_new(&settings, key, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(GString) there = g_string_new(NULL), back = g_string_new(NULL);
        g_assert_true(inquiry_ask(l, values[i], collect, there));
        g_auto(GStrv) words = g_strsplit_set(there->str, " \n", -1); /* KIND became IMAGE ... */
        g_autofree char *image = g_strconcat(words[0], ":", words[2], NULL);
        const char *value = strchr(values[i], ':') && g_ascii_isalpha(values[i][0]) ? strchr(values[i], ':') + 1 : values[i];
        g_autofree char *line = g_strdup_printf("%s was %s\n", words[0], value);
        g_assert_cmpstr(words[1], ==, "became");
        g_assert_true(inquiry_ask(l, image, collect, back));
        g_assert_nonnull(strstr(back->str, line));
    }
    g_autoptr(GString) none = g_string_new(NULL);
    g_assert_false(inquiry_ask(l, "user:u1", collect, none));
    inquiry_free(l);
    key_free(key);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/restore/back", test_back);
    g_test_add_func("/restore/go-on", test_go_on);
    g_test_add_func("/restore/lookup", test_lookup);
    g_test_add_func("/restore/lookup-by-key", test_lookup_by_key);
    return g_test_run();
}

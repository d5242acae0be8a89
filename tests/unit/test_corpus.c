/* The whole core over every capture of the corpus, where it is there, with the audit: under the sanitizers of the dev
 * preset. What is written gives the same events when it is read again, and all of it is kept (core_run.h). With other
 * settings by hand, a minute each: test_corpus -m thorough.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "audit.h"
#include "check.h"
#include "core_run.h"
#include "pcap_read.h"

#define CORPUS SHARED_DIR "/corpus"

static guint captures;
static guint64 frames, messages;

static void feed(void *arg, guint linktype, struct bytes frame, guint32 wire_len)
{
    struct core_run *run = arg;
    run->linktype = linktype;
    core_run_feed(run, frame, MAX(wire_len, (guint32)frame.n));
}

/* A file that is a SIP message: in a datagram, without checksum. */
static void feed_message(struct core_run *run, struct bytes text)
{
    guint16 udp = (guint16)(8 + text.n), ip = (guint16)(udp + 20);
    const guint8 head[28] = {0x45, 0, ip >> 8, ip & 0xff, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
                             0x13, 0xc4, 0x13, 0xc4, udp >> 8, udp & 0xff};
    g_autoptr(GByteArray) packet = g_byte_array_new();
    g_byte_array_append(packet, head, sizeof head);
    g_byte_array_append(packet, text.p, (guint)text.n);
    run->linktype = LINK_RAW;
    core_run_feed(run, bytes_of_array(packet), packet->len);
}

static void replay(const char *path, const struct sianto_settings *settings)
{
    g_autofree gchar *data = NULL;
    gsize size;
    struct core_run run;
    g_assert_true(g_file_get_contents(path, &data, &size, NULL));
    core_run_start(&run, settings);
    if (g_str_has_suffix(path, ".dat"))
        feed_message(&run, (struct bytes){(const guint8 *)data, size});
    else
        pcap_read((struct bytes){(const guint8 *)data, size}, feed, &run);
    g_assert_true(sianto_finish(run.core, NULL));
    if (settings->audit && audit_result(sianto_audit(run.core))->n_hits) {
        g_printerr("%s: %u hits\n", path, (guint)audit_result(sianto_audit(run.core))->n_hits);
        g_test_fail();
    }
    captures++;
    frames += run.number;
    messages += sianto_counts(run.core).sip_messages;
    core_run_clear(&run);
}

static void walk(const char *folder, const struct sianto_settings *settings)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            walk(path, settings);
        else
            replay(path, settings);
    }
}

static void test_settings(gconstpointer settings)
{
    if (!g_file_test(CORPUS, G_FILE_TEST_IS_DIR)) {
        g_test_skip("the corpus is not here");
        return;
    }
    captures = 0;
    frames = messages = 0;
    walk(CORPUS, settings);
    g_test_message("%u captures, %u frames, %u messages", captures, (guint)frames, (guint)messages);
    g_assert_cmpuint(messages, >, 1000);
}

int main(int argc, char **argv)
{
    static const struct sianto_settings rows[] = {
        {.labels = LABELS_READABLE, .addresses = ADDRESSES_CLASS, .audit = TRUE, .pairs = TRUE},
        {.labels = LABELS_KEYED, .addresses = ADDRESSES_RANDOM, .audit = TRUE, .headers = TRUE, .country = "49"},
        {.labels = LABELS_PAPER, .addresses = ADDRESSES_CRYPTOPAN, .hold_bytes = 4096},
        {.labels = LABELS_READABLE, .addresses = ADDRESSES_CLASS, .audit = TRUE, .threads = TRUE},
    };
    static const char *const names[] = {"/corpus/default", "/corpus/headers", "/corpus/little-memory", "/corpus/threads"};
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < (g_test_thorough() ? G_N_ELEMENTS(rows) : 1); i++)
        g_test_add_data_func(names[i], &rows[i], test_settings);
    return g_test_run();
}

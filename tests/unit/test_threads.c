/* A run with threads of its own is the run without: frames, events, and what the audit found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit.h"
#include "check.h"
#include "core_run.h"

#define MESSAGES 3000

/* Users that come again, new tokens in each message, names that nobody knows, and a word that looks like a label which
 * is given out later on. */
static GByteArray *message(guint i)
{
    const guint8 head[28] = {0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, (guint8)(i % 200), 192, 0, 2, 250,
                             0x13, 0xc4, 0x13, 0xc4};
    g_autofree char *text = g_strdup_printf(
        "%s\r\nVia: SIP/2.0/UDP 192.0.2.%u;branch=z9hG4bK%08x\r\nFrom: \"Alice %u\" <sip:alice%u@host%u.example.com>;tag=%x\r\n"
        "To: <sip:bob%u@example.com>\r\nCall-ID: call-%u-%08x@192.0.2.%u\r\nCSeq: %u REGISTER\r\nSubject: u%u\r\nX-Own-%u: x\r\n"
        "User-Agent: Phone %u\r\nContact: <sip:alice%u@192.0.2.%u:5060>\r\nContent-Length: 0\r\n\r\n",
        i % 2 ? "SIP/2.0 401 Unauthorized" : "REGISTER sip:example.com SIP/2.0", i % 200, i / 2 * 2654435761u, i % 97, i % 97,
        i % 7, i * 31, i % 89, i / 4, i / 4 * 40503u, i % 200, i, i % 500, i % 3, i % 1000, i % 97, i % 200);
    gsize n = strlen(text);
    GByteArray *packet = g_byte_array_new();
    g_byte_array_append(packet, head, sizeof head);
    g_byte_array_append(packet, (const guint8 *)text, (guint)n);
    put_u16be(packet->data + 2, (guint16)packet->len);
    put_u16be(packet->data + 24, (guint16)(n + 8));
    return packet;
}

static void feed(struct core_run *run, const struct sianto_settings *settings, gboolean threads)
{
    struct sianto_settings all = *settings;
    all.threads = threads;
    core_run_start(run, &all);
    for (guint i = 0; i < MESSAGES; i++) {
        g_autoptr(GByteArray) packet = message(i);
        core_run_feed(run, bytes_of_array(packet), packet->len);
    }
    g_assert_true(sianto_finish(run->core, NULL));
}

static void compare_audits(const struct audit_result *a, const struct audit_result *b)
{
    g_assert_cmpuint(a->messages, ==, MESSAGES);
    g_assert_cmpuint(a->frames, ==, b->frames);
    g_assert_cmpuint(a->messages, ==, b->messages);
    g_assert_cmpuint(a->slots, ==, b->slots);
    g_assert_cmpuint(a->originals, ==, b->originals);
    g_assert_cmpuint(a->n_hits, ==, 0);
    g_assert_cmpuint(b->n_hits, ==, 0);
}

static void test_alike(gconstpointer settings)
{
    struct core_run plain, threaded;
    feed(&plain, settings, FALSE);
    feed(&threaded, settings, TRUE);
    for (guint i = 0; i < MESSAGES; i++)
        g_assert_true(bytes_eq(core_run_bytes(&plain, i), core_run_bytes(&threaded, i)));
    g_assert_cmpstr(plain.events->str, ==, threaded.events->str);
    compare_audits(audit_result(sianto_audit(plain.core)), audit_result(sianto_audit(threaded.core)));
    core_run_free(&plain);
    core_run_free(&threaded);
}

/* Given up with everything on its way; afterwards the sink is called from here alone, if at all. */
static void test_given_up(void)
{
    static const struct sianto_settings settings = {.audit = TRUE, .threads = TRUE};
    struct core_run run;
    core_run_start(&run, &settings);
    for (guint i = 0; i < MESSAGES; i++) {
        g_autoptr(GByteArray) packet = message(i);
        core_run_feed(&run, bytes_of_array(packet), packet->len);
        if (i == MESSAGES / 2) {
            sianto_stop_telling(run.core);
            g_string_set_size(run.events, 0);
        }
    }
    g_assert_cmpuint(run.events->len, >, 0);
    core_run_free(&run);
}

int main(int argc, char **argv)
{
    static const struct sianto_settings rows[] = {
        {.audit = TRUE}, {.audit = TRUE, .labels = LABELS_KEYED, .addresses = ADDRESSES_RANDOM}, {.audit = TRUE, .labels = LABELS_PAPER}};
    static const char *const names[] = {"/threads/readable", "/threads/keyed", "/threads/paper"};
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_test_add_data_func(names[i], &rows[i], test_alike);
    g_test_add_func("/threads/given-up", test_given_up);
    return g_test_run();
}

/* What the audit costs: at most a quarter of the export's time (DESIGN section 7). Figures are shown; they
 * are judged only under -m perf, since a machine with sanitizers or other work says nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_rig.h"
#include "check.h"

#include <stdlib.h>

#define MESSAGES (g_getenv("AUDIT_N") ? (guint)atoi(g_getenv("AUDIT_N")) : 40000u)
#define CLIENTS 2000u

/* A registration storm: the same clients again and again, tokens always new. */
static gchar *make_message(guint i)
{
    guint client = i * 2654435761u % CLIENTS, a = i * 2246822519u, b = i * 3266489917u,
          c = (i + 77) * 668265263u;
    return g_strdup_printf(
        "REGISTER sip:registrar.provider.example SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 198.51.%u.%u:5060;branch=z9hG4bK-%08x%08x;rport\r\n"
        "Max-Forwards: 70\r\n"
        "From: \"Client %u\" <sip:+4930%07u@provider.example>;tag=%08x\r\n"
        "To: \"Client %u\" <sip:+4930%07u@provider.example>\r\n"
        "Call-ID: %08x%08x%08x@198.51.%u.%u\r\n"
        "CSeq: %u REGISTER\r\n"
        "Contact: <sip:+4930%07u@198.51.%u.%u:5060>;expires=3600\r\n"
        "Authorization: Digest username=\"+4930%07u\", realm=\"provider.example\", "
        "nonce=\"%08x%08x%08x%08x\", "
        "uri=\"sip:registrar.provider.example\", response=\"%08x%08x%08x%08x\", algorithm=MD5\r\n"
        "User-Agent: FRITZ!OS\r\n"
        "Allow: INVITE, ACK, OPTIONS, CANCEL, BYE, UPDATE, PRACK, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE\r\n"
        "Supported: 100rel, replaces, timer\r\n"
        "Expires: 3600\r\n"
        "Content-Length: 0\r\n\r\n",
        client / 250, client % 250, a, b, client, client, b, client, client, a, c, client, client / 250,
        client % 250, i % 100 + 1, client, client / 250, client % 250, client, c, a, b, i, b, c, a, ~i);
}

static gssize read_bytes(void *arg, guint8 *buffer, gsize n)
{
    struct bytes *b = arg;
    n = MIN(n, b->n);
    if (n)
        memcpy(buffer, b->p, n);
    *b = bytes_from(*b, n);
    return (gssize)n;
}

static void put_packet(GByteArray *file, struct bytes payload)
{
    guint8 head[44] = {0};
    guint32 n = GUINT32_TO_LE((guint32)payload.n + 28);
    memcpy(head + 8, &n, 4);
    memcpy(head + 12, &n, 4);
    head[16] = 0x45;
    put_u16be(head + 18, (guint16)(payload.n + 28));
    head[25] = 17;
    put_u16be(head + 40, (guint16)(payload.n + 8));
    g_byte_array_append(file, head, sizeof head);
    if (payload.n)
        g_byte_array_append(file, payload.p, (guint)payload.n);
}

static void test_speed(void)
{
    static const guint8 head[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, [18] = 4, [20] = 101};
    struct audit_rig r = audit_rig_new(LABELS_READABLE, 0);
    g_autoptr(GByteArray) file = g_byte_array_new();
    gdouble rewriting = 0, step1 = 0, step2;
    gsize bytes = 0;
    g_byte_array_append(file, head, sizeof head);
    /* 0.0.0.0 is the image of 0.0.0.0 */
    put_packet(file, BYTES_NONE);
    audit_frame(r.audit, 1, 101, bytes_from(bytes_of_array(file), 40), bytes_from(bytes_of_array(file), 40));
    for (guint i = 0; i < MESSAGES; i++) {
        g_autofree gchar *captured = make_message(i);
        g_test_timer_start();
        g_autofree gchar *written = rig_message(r.rig, bytes_of(captured));
        rewriting += g_test_timer_elapsed();
        g_test_timer_start();
        audit_message(r.audit, i + 1, bytes_of(captured), bytes_of(written));
        step1 += g_test_timer_elapsed();
        put_packet(file, bytes_of(written));
        bytes += strlen(written);
    }
    struct bytes rest = bytes_of_array(file);
    g_test_timer_start();
    audit_capture(r.audit, read_bytes, &rest);
    step2 = g_test_timer_elapsed();
    if (audit_result(r.audit)->n_hits)
        audit_rig_show(r.audit);
    g_assert_cmpuint(audit_result(r.audit)->n_hits, ==, 0);
    g_test_message(
        "%u messages of %u bytes: rewriting %.2f us, step 1 %.2f us, step 2 %.2f us (%.2f ns a byte), "
        "%u slots, %u originals",
        MESSAGES, (guint)(bytes / MESSAGES), rewriting / MESSAGES * 1e6, step1 / MESSAGES * 1e6,
        step2 / MESSAGES * 1e6, step2 / (gdouble)file->len * 1e9, (guint)audit_result(r.audit)->slots,
        (guint)audit_result(r.audit)->originals);
    if (g_test_perf())
        g_assert_cmpfloat(step1 + step2, <, MESSAGES * 3e-6);
    audit_rig_free(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit/speed", test_speed);
    return g_test_run();
}

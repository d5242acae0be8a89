/* The cache of header fields: where its judgement could differ from the one that it stands for. That each
 * kind of value comes out the same is asked in rig_header, of every row of test_header.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "field_cache.h"
#include "rig.h"

static gchar *judge(struct rig *rig, const char *line, gboolean cut, gboolean *recalled)
{
    struct bytes text = bytes_of(line);
    struct rewrite rw = rig_start(rig, text);
    rw.cut = cut;
    *recalled = rig_field(&rw, policy_header(rig->tables.policy, bytes_sub(text, 0, bytes_chr(text, ':'))));
    return rig_result(&rw);
}

/* In one run, one after the other: later ones meet what the earlier ones left. */
static const struct {
    const char *line;
    gboolean cut;
    const char *expected;
    gboolean recalled;
} rows[] = {
    {"To: <sip:alice@example.com>\r\n", FALSE, "To: <sip:u1@d1.invalid>\r\n", FALSE},
    {"To: <sip:alice@example.com>\r\n", FALSE, "To: <sip:u1@d1.invalid>\r\n", TRUE},
    /* the same value in another header field is another value, and so is another spelling of the name */
    {"Subject: INVITE\r\n", FALSE, "Subject: redacted\r\n", FALSE},
    {"Allow: INVITE\r\n", FALSE, "Allow: INVITE\r\n", FALSE},
    {"ALLOW: INVITE\r\n", FALSE, "ALLOW: INVITE\r\n", FALSE},
    {"Subject: INVITE\r\n", FALSE, "Subject: redacted\r\n", TRUE},
    {"Allow: INVITE\r\n", FALSE, "Allow: INVITE\r\n", TRUE},
    /* of a message that the capture cut nothing is remembered, nor recalled */
    {"User-Agent: Own-Phone\r\n", FALSE, "User-Agent: ua1\r\n", FALSE},
    {"User-Agent: Own-Phone\r\n", TRUE, "User-Agent: ua1\r\n", FALSE},
    {"User-Agent: Other-Phone\r\n", TRUE, "User-Agent: ua2\r\n", FALSE},
    {"User-Agent: Other-Phone\r\n", FALSE, "User-Agent: ua2\r\n", FALSE},
};

static void test_rows(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean recalled;
        g_autofree gchar *got = judge(rig, rows[i].line, rows[i].cut, &recalled);
        g_assert_cmpstr(got, ==, rows[i].expected);
        g_assert_cmpint(recalled, ==, rows[i].recalled);
    }
    rig_free(rig);
}

/* A field that begins with kept bytes grows the edit before it: only its own part is remembered. */
static void test_grown(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *first = rig_message(rig, BYTES_LIT("BYE sip:a@b.example.com SIP/2.0\r\nTo: <sip:c@d.example.com>\r\n\r\n"));
    g_autofree gchar *second = rig_message(rig, BYTES_LIT("SIP/2.0 200 OK\r\nTo: <sip:c@d.example.com>\r\n\r\n"));
    g_assert_cmpstr(first, ==, "BYE sip:u1@d1.invalid SIP/2.0\r\nTo: <sip:u2@d2.invalid>\r\n\r\n");
    g_assert_cmpstr(second, ==, "SIP/2.0 200 OK\r\nTo: <sip:u2@d2.invalid>\r\n\r\n");
    rig_free(rig);
}

/* Unknown names count in their message, so that what they are called hangs on what came before them there. */
static void test_numbered(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *first = rig_message(rig, BYTES_LIT("BYE sip:a@b.example.com SIP/2.0\r\nAllow: STRANGE\r\n\r\n"));
    g_autofree gchar *second =
        rig_message(rig, BYTES_LIT("BYE sip:a@b.example.com SIP/2.0\r\nAllow: ODD\r\nAllow: STRANGE\r\n\r\n"));
    g_assert_nonnull(strstr(first, "Allow: UNKNOWN1\r\n"));
    g_assert_nonnull(strstr(second, "Allow: UNKNOWN1\r\nAllow: UNKNOWN2\r\n"));
    rig_free(rig);
}

/* Each time that an unknown parameter stands there it is counted. */
static void test_counted(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    for (guint i = 0; i < 3; i++) {
        gboolean recalled;
        g_free(judge(rig, "To: <sip:alice@example.com>;odd=1\r\n", FALSE, &recalled));
        g_assert_false(recalled);
    }
    g_assert_cmpuint(GPOINTER_TO_UINT(g_hash_table_lookup(rig->tables.unknown, "parameter odd")), ==, 3);
    rig_free(rig);
}

/* More fields than there is room for, each longer than the one before: those that left are judged anew, those at and
 * over the length that is stored as any other. */
static void test_full(void)
{
    struct rig *rig = rig_new(LABELS_READABLE), *plain = rig_new(LABELS_READABLE);
    g_clear_pointer(&plain->tables.fields, field_cache_free);
    for (guint round = 0; round < 2; round++) {
        for (guint i = 0; i < 2 * FIELD_CACHE_ENTRIES; i++) {
            gboolean recalled;
            g_autofree gchar *line = g_strdup_printf("From: <sip:alice%u@example.com>;tag=%0*u\r\n", i % 50000,
                                                     1 + (gint)(i % (FIELD_CACHE_BYTES_MAX + 8)), i);
            g_autofree gchar *expected = judge(plain, line, FALSE, &recalled);
            g_assert_false(recalled);
            g_autofree gchar *got = judge(rig, line, FALSE, &recalled);
            g_assert_cmpstr(got, ==, expected);
        }
    }
    rig_free(plain);
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/field-cache/rows", test_rows);
    g_test_add_func("/field-cache/grown", test_grown);
    g_test_add_func("/field-cache/numbered", test_numbered);
    g_test_add_func("/field-cache/counted", test_counted);
    g_test_add_func("/field-cache/full", test_full);
    return g_test_run();
}

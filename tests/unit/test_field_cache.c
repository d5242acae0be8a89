/* The cache of header field values: where its judgement could differ from the one that it stands for. That each
 * kind of value comes out the same is asked in rig_header, of every row of test_header.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "field_cache.h"
#include "rig.h"

static gchar *judge(struct rig *rig, const char *name, const char *text, gsize from, gboolean cut)
{
    struct rewrite rw = rig_start(rig, bytes_of(text));
    rw.cut = cut;
    rw_keep(&rw, 0, from);
    field_cache_judge(rig->tables.fields, &rw, from, rw.text.n, policy_header(rig->tables.policy, bytes_of(name)));
    return rig_result(&rw);
}

/* In one run, one after the other: later ones meet what the earlier ones left. */
static const struct {
    const char *header, *text;
    gsize from; /* where the value begins */
    gboolean cut;
    const char *expected;
} rows[] = {
    {"To", "<sip:alice@example.com>", 0, FALSE, "<sip:u1@d1.invalid>"},
    /* a value that begins with kept bytes grows the edit before it */
    {"To", "To: <sip:alice@example.com>", 4, FALSE, "To: <sip:u1@d1.invalid>"},
    {"To", "x <sip:alice@example.com>", 2, FALSE, "x <sip:u1@d1.invalid>"},
    /* the same value in another header field is another value */
    {"Subject", "INVITE", 0, FALSE, "redacted"},
    {"Allow", "INVITE", 0, FALSE, "INVITE"},
    {"Subject", "INVITE", 0, FALSE, "redacted"},
    /* what ends where the capture was cut is scrubbed, though it was seen whole before, and is not remembered */
    {"User-Agent", "Own-Phone", 0, FALSE, "ua1"},
    {"User-Agent", "Own-Phone", 0, TRUE, "xxxxxxxxx"},
    {"User-Agent", "Other-Phone", 0, TRUE, "xxxxxxxxxxx"},
    {"User-Agent", "Other-Phone", 0, FALSE, "ua2"},
};

static void test_rows(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *got = judge(rig, rows[i].header, rows[i].text, rows[i].from, rows[i].cut);
        g_assert_cmpstr(got, ==, rows[i].expected);
    }
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
    for (guint i = 0; i < 3; i++)
        g_free(judge(rig, "To", "<sip:alice@example.com>;odd=1", 0, FALSE));
    g_assert_cmpuint(GPOINTER_TO_UINT(g_hash_table_lookup(rig->tables.unknown, "parameter odd")), ==, 3);
    rig_free(rig);
}

/* More values than there is room for, each longer than the one before: those that left are judged anew, those at and
 * over the length that is stored as any other. */
static void test_full(void)
{
    struct rig *rig = rig_new(LABELS_READABLE), *plain = rig_new(LABELS_READABLE);
    for (guint round = 0; round < 2; round++) {
        for (guint i = 0; i < 2 * FIELD_CACHE_ENTRIES; i++) {
            g_autofree gchar *value = g_strdup_printf("<sip:alice%u@example.com>;tag=%0*u", i % 50000,
                                                      1 + (gint)(i % (FIELD_CACHE_BYTES_MAX + 8)), i);
            struct rewrite rw = rig_start(plain, bytes_of(value));
            rw_header_value(&rw, 0, rw.text.n, policy_header(plain->tables.policy, BYTES_LIT("From")));
            g_autofree gchar *expected = rig_result(&rw);
            g_autofree gchar *got = judge(rig, "From", value, 0, FALSE);
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
    g_test_add_func("/field-cache/numbered", test_numbered);
    g_test_add_func("/field-cache/counted", test_counted);
    g_test_add_func("/field-cache/full", test_full);
    return g_test_run();
}

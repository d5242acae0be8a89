/* Originals in texts: spelled in any case, escaped, encoded; short ones and those that say nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"
#include "check.h"

static const struct hash_key key = {0x1234567890abcdef, 0xfedcba0987654321};

struct hits {
    guint n;
    gsize at, len;
    gboolean drop;
};

static gboolean on_hit(void *arg, struct bytes text, gsize at, gsize n, enum kind kind)
{
    struct hits *h = arg;
    g_assert_cmpuint(at + n, <=, text.n);
    g_assert_cmpint(kind, ==, KIND_DOMAIN);
    h->n++;
    h->at = at;
    h->len = n;
    return h->drop;
}

static guint count(struct search *s, struct bytes text)
{
    struct hits h = {0};
    search_text(s, text, on_hit, &h);
    return h.n;
}

static const struct {
    const char *what, *original, *text;
    gboolean found;
} rows[] = {
    {"as it stands", "alice.example", "x alice.example y", TRUE},
    {"all of the text", "alice.example", "alice.example", TRUE},
    {"in a longer word", "alice.example", "pc1.alice.examples", TRUE},
    {"in other letters", "Alice.Example", "ALICE.eXAMPLE", TRUE},
    {"behind a short word", "alice.example", "a b alice.example", TRUE},
    {"a part of it", "alice.example", "alice.exampl", FALSE},
    {"with blanks", "Alice Liddell", "from alice liddell, yes", TRUE},
    {"words of less than eight", "Al Bo Cy D", "x al bo cy d y", TRUE},
    {"another blank", "Alice Liddell", "alice  liddell", FALSE},
    {"escaped", "alice.example", "%61lice%2Eexample", TRUE},
    {"escaped blanks", "Alice Liddell", "alice%20liddell", TRUE},
    {"escaped twice", "alice.example", "%2561lice.example", FALSE},
    {"no escape", "alice.example", "100% alice.exampl%", FALSE},
    {"base64, first", "alice.example", "YWxpY2UuZXhhbXBsZQ==", TRUE},
    {"base64, second", "alice.example", "eGFsaWNlLmV4YW1wbGU=", TRUE},
    {"base64, third", "alice.example", "eHhhbGljZS5leGFtcGxl", TRUE},
    {"base64 in other letters", "alice.example", "ywxpy2uuzxhhbxbszq==", FALSE},
    {"base64 with plus", "alice>>example", "YWxpY2U+PmV4YW1wbGU=", TRUE},
    {"base64url", "alice>>example", "YWxpY2U-PmV4YW1wbGU", TRUE},
    {"seven characters", "alice.e", "alice.e alice.e", FALSE},
    {"eight", "alice.ex", "alice.ex", TRUE},
    {"nine digits", "123456789", "123456789", FALSE},
    {"ten digits", "1234567890", "1234567890", TRUE},
    {"a number of nine digits", "+1-23-456-789", "+1-23-456-789", FALSE},
    {"a number of ten", "+1-23-456-7890", "+1-23-456-7890", TRUE},
    {"one character", "xxxxxxxxxxxx", "xxxxxxxxxxxx", FALSE},
    {"two characters", "abababababab", "abababababab", FALSE},
    {"three", "abcabcabcabc", "abcabcabcabc", TRUE},
    {"bytes above 127", "J\xc3\xb6rg M\xc3\xbcller", "j\xc3\xb6rg m\xc3\xbcller", TRUE},
};

static void test_rows(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct search *s = search_new(key, 1 << 20);
        search_add(s, bytes_of(rows[i].original), KIND_DOMAIN, FALSE);
        if ((count(s, bytes_of(rows[i].text)) > 0) != rows[i].found)
            g_error("%s: should %sbe found", rows[i].what, rows[i].found ? "" : "not ");
        search_free(s);
    }
}

/* Each anchor that is left where many originals begin or end alike. */
static void test_alike(void)
{
    struct search *s = search_new(key, 1 << 20);
    for (guint i = 0; i < 500; i++) {
        g_autofree gchar *host = g_strdup_printf("h%03u.same-ending.example", i);
        g_autofree gchar *begin = g_strdup_printf("same-beginning-%03u", i);
        search_add(s, bytes_of(host), KIND_DOMAIN, FALSE);
        search_add(s, bytes_of(begin), KIND_DOMAIN, FALSE);
    }
    g_assert_cmpuint(search_count(s), ==, 1000);
    g_assert_cmpuint(search_limited(s), ==, 0);
    for (guint i = 0; i < 500; i++) {
        g_autofree gchar *host = g_strdup_printf("sip:h%03u.same-ending.example;x", i);
        g_autofree gchar *begin = g_strdup_printf("(same-beginning-%03u)", i);
        g_assert_cmpuint(count(s, bytes_of(host)), ==, 1);
        g_assert_cmpuint(count(s, bytes_of(begin)), ==, 1);
    }
    search_free(s);
}

/* A long original is found by its first 255 characters. */
static void test_long(void)
{
    struct search *s = search_new(key, 1 << 20);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 100; i++)
        g_string_append_printf(text, "word%u ", i);
    search_add(s, bytes_of(text->str), KIND_DOMAIN, FALSE);
    g_assert_cmpuint(count(s, bytes_of(text->str)), ==, 1);
    g_assert_cmpuint(count(s, (struct bytes){(const guint8 *)text->str, 255}), ==, 1);
    g_assert_cmpuint(count(s, (struct bytes){(const guint8 *)text->str, 254}), ==, 0);
    search_free(s);
}

static void test_twice_and_dropped(void)
{
    struct search *s = search_new(key, 1 << 20);
    struct hits h = {.drop = TRUE};
    search_add(s, BYTES_LIT("alice.example"), KIND_DOMAIN, FALSE);
    search_add(s, BYTES_LIT("ALICE.example"), KIND_DOMAIN, FALSE);
    g_assert_cmpuint(search_count(s), ==, 1);
    g_assert_cmpuint(count(s, BYTES_LIT("alice.example alice.example")), ==, 2);
    search_text(s, BYTES_LIT("the word alice.example is ours"), on_hit, &h);
    g_assert_cmpuint(h.n, ==, 1);
    g_assert_cmpuint(count(s, BYTES_LIT("alice.example")), ==, 0);
    search_add(s, BYTES_LIT("alice.example"), KIND_DOMAIN, FALSE);
    g_assert_cmpuint(count(s, BYTES_LIT("alice.example")), ==, 0);
    search_free(s);
}

/* Where the memory is full, tokens are not added any more, users and hosts are. */
static void test_bound(void)
{
    struct search *s = search_new(key, 128 * 1024);
    for (guint i = 1; i <= 20000; i++) {
        g_autofree gchar *token = g_strdup_printf("%08x%08x", i * 2654435761u, i);
        search_add(s, bytes_of(token), KIND_TAG, TRUE);
    }
    g_assert_cmpuint(search_count(s), <=, 128 * 1024 / 16);
    g_assert_cmpuint(search_count(s), >, 128 * 1024 / 16 / 3);
    g_assert_cmpuint(search_limited(s) + search_count(s), ==, 20000);
    guint64 before = search_count(s);
    for (guint i = 0; i < 20000; i++) {
        g_autofree gchar *host = g_strdup_printf("host-%u.example", i);
        search_add(s, bytes_of(host), KIND_DOMAIN, FALSE);
    }
    g_assert_cmpuint(search_count(s), ==, before + 20000);
    g_assert_cmpuint(count(s, BYTES_LIT("x host-19999.example")), ==, 1);
    search_free(s);
}

/* A million rows that begin and end alike: no search becomes slow. */
static void test_hostile(void)
{
    struct search *s = search_new(key, 1 << 22);
    for (guint i = 0; i < 100000; i++) {
        g_autofree gchar *token = g_strdup_printf("beginning%06uendend--", i);
        search_add(s, bytes_of(token), KIND_TAG, TRUE);
    }
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 10000; i++)
        g_string_append(text, "beginning-endend--");
    g_test_timer_start();
    g_assert_cmpuint(count(s, bytes_of(text->str)), ==, 0);
    g_assert_cmpfloat(g_test_timer_elapsed(), <, 2.0);
    search_free(s);
}

static void search_guarded(struct bytes b, void *arg)
{
    struct hits h = {0};
    search_text(arg, b, on_hit, &h);
}

static void test_guarded(void)
{
    struct search *s = search_new(key, 1 << 20);
    search_add(s, BYTES_LIT("alice.example"), KIND_DOMAIN, FALSE);
    search_add(s, BYTES_LIT("Al Bo Cy D"), KIND_DOMAIN, FALSE);
    check_prefixes(BYTES_LIT("al bo cy d %61lice.example alice.example%4"), search_guarded, s);
    search_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit/search/rows", test_rows);
    g_test_add_func("/audit/search/alike", test_alike);
    g_test_add_func("/audit/search/long", test_long);
    g_test_add_func("/audit/search/twice-and-dropped", test_twice_and_dropped);
    g_test_add_func("/audit/search/bound", test_bound);
    g_test_add_func("/audit/search/hostile", test_hostile);
    g_test_add_func("/audit/search/guarded", test_guarded);
    return g_test_run();
}

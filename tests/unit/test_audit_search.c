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
    search_text(s, NULL, text, on_hit, &h);
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
    search_text(s, NULL, BYTES_LIT("the word alice.example is ours"), on_hit, &h);
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
    search_text(arg, NULL, b, on_hit, &h);
}

static void test_guarded(void)
{
    struct search *s = search_new(key, 1 << 20);
    search_add(s, BYTES_LIT("alice.example"), KIND_DOMAIN, FALSE);
    search_add(s, BYTES_LIT("Al Bo Cy D"), KIND_DOMAIN, FALSE);
    check_prefixes(BYTES_LIT("al bo cy d %61lice.example alice.example%4"), search_guarded, s);
    search_free(s);
}

/* --- lines that come again ------------------------------------------------------------------------------------- */

/* Lines that hold an original, the beginning or the end of one, or nothing: in any order, with any break between them,
 * what is found is the same with a memo. */
static const char *const lines[] = {
    "From: <sip:alice.example>;tag=1",  "Subject: nothing to see here at all", "Subject: Al Bo Cy D", "x: y z Al Bo",
    "Cy D and so on and on: nothing",   " Cy D, folded, and nothing else",      "Bo\r",               "alice.exam",
    "Allow: INVITE, ACK, BYE, OPTIONS", "ends in a blank Al Bo ",               "short",              "",
    "%61lice.example, escaped, and so", "Accept: application/sdp, text/plain"};

static void note_hit(GString *out, gsize at, gsize n)
{
    g_string_append_printf(out, "%" G_GSIZE_FORMAT "+%" G_GSIZE_FORMAT " ", at, n);
}

static gboolean on_noted(void *arg, struct bytes text, gsize at, gsize n, enum kind kind)
{
    (void)text, (void)kind;
    note_hit(arg, at, n);
    return FALSE;
}

static struct search *search_of_names(void)
{
    struct search *s = search_new(key, 1 << 20);
    search_add(s, BYTES_LIT("alice.example"), KIND_DOMAIN, FALSE);
    search_add(s, BYTES_LIT("Al Bo Cy D"), KIND_DOMAIN, FALSE);
    search_add(s, BYTES_LIT("Al Bo\r\n Cy D"), KIND_DOMAIN, FALSE);
    search_add(s, BYTES_LIT("Al Bo\nCy D"), KIND_DOMAIN, FALSE);
    return s;
}

static void test_memo(void)
{
    struct search *s = search_of_names();
    struct search_memo *memo = search_memo_new();
    guint found = 0;
    for (guint i = 0; i < 20000; i++) {
        g_autoptr(GString) text = g_string_new(NULL), with = g_string_new(NULL), without = g_string_new(NULL);
        for (gint n = g_test_rand_int_range(1, 8); n > 0; n--) {
            g_string_append(text, lines[g_test_rand_int_range(0, G_N_ELEMENTS(lines))]);
            g_string_append(text, g_test_rand_int_range(0, 4) ? "\r\n" : "\n");
        }
        struct bytes b = {(const guint8 *)text->str, text->len - (gsize)g_test_rand_int_range(0, 3)};
        search_text(s, memo, b, on_noted, with);
        search_text(s, NULL, b, on_noted, without);
        g_assert_cmpstr(with->str, ==, without->str);
        found += with->len > 0;
    }
    g_assert_cmpuint(found, >, 1000);
    /* what is added later is found in lines that are remembered */
    g_autoptr(GString) late = g_string_new(NULL);
    search_add(s, BYTES_LIT("application/sdp"), KIND_DOMAIN, FALSE);
    search_text(s, memo, BYTES_LIT("Accept: application/sdp, text/plain"), on_noted, late);
    g_assert_cmpstr(late->str, ==, "8+15 ");
    g_free(memo);
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
    g_test_add_func("/audit/search/memo", test_memo);
    return g_test_run();
}

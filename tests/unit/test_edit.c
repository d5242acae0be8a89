/* The list of judgements: what is not judged is scrubbed; positions follow.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "edit.h"

static void check_applied(const struct edits *e, const char *original, const char *expected)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    edits_apply(e, bytes_of(original), out);
    g_assert_cmpuint(edits_written(e) + strlen(original) - edits_end(e), ==, out->len);
    check_text(original, bytes_of_array(out), expected);
}

static void test_gaps_are_scrubbed(void)
{
    struct edits *e = edits_new();
    edits_keep(e, 0, 2);
    edits_replace(e, 4, 6, BYTES_LIT("NEW"), KIND_USER);
    check_applied(e, "abCDefGH", "abxxNEWxx");
    g_assert_cmpuint(edits_gap_bytes(e, 8), ==, 4);
    edits_clear(e);
    check_applied(e, "secret", "xxxxxx");
    edits_clear(e);
    check_applied(e, "", "");
    edits_replace(e, 0, 3, BYTES_NONE, KIND_DELETED);
    check_applied(e, "all", "");
    edits_free(e);
}

static void test_kept_spans_merge(void)
{
    struct edits *e = edits_new();
    edits_keep(e, 0, 2);
    edits_keep(e, 2, 5);
    g_assert_cmpuint(edits_count(e), ==, 1);
    edits_replace(e, 5, 5, BYTES_LIT("+"), KIND_LENGTH);
    edits_keep(e, 5, 6);
    g_assert_cmpuint(edits_count(e), ==, 3);
    check_applied(e, "abcdef", "abcde+f");
    edits_free(e);
}

static void test_late_and_notes(void)
{
    struct edits *e = edits_new();
    guint late = edits_replace(e, 0, 1, BYTES_NONE, KIND_LENGTH);
    edits_note(e, 1, 3, BYTES_LIT("alice"), BYTES_LIT("u1"), KIND_USER);
    edits_keep(e, 1, 3);
    edits_set(e, late, BYTES_LIT("42"));
    check_applied(e, "9ab", "42ab");
    g_assert_cmpuint(edits_gap_bytes(e, 3), ==, 0);
    edits_free(e);
}

static void test_positions(void)
{
    struct edits *e = edits_new();
    edits_keep(e, 0, 4);
    edits_replace(e, 4, 8, BYTES_LIT("12345678"), KIND_USER);
    edits_replace(e, 8, 10, BYTES_NONE, KIND_DELETED);
    edits_keep(e, 10, 12);
    const gsize expected[] = {0, 1, 2, 3, 4, 6, 8, 10, 12, 12, 12, 13, 14};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpuint(edits_position(e, i), ==, expected[i]);
    edits_free(e);
}

static void test_truncate(void)
{
    struct edits *e = edits_new();
    edits_keep(e, 0, 4);
    edits_replace(e, 4, 8, BYTES_LIT("x"), KIND_USER);
    edits_truncate(e, 6);
    g_assert_cmpuint(edits_end(e), ==, 4);
    edits_truncate(e, 2);
    g_assert_cmpuint(edits_end(e), ==, 2);
    edits_keep(e, 2, 3);
    check_applied(e, "abc", "abc");
    /* what is put in at the end of what stays stays, too */
    edits_clear(e);
    edits_keep(e, 0, 5);
    edits_replace(e, 5, 5, BYTES_LIT("redacted"), KIND_REDACTED);
    edits_truncate(e, 9);
    check_applied(e, "abcdefgh", "abcderedactedxxx");
    edits_keep(e, 5, 8);
    edits_truncate(e, 7);
    check_applied(e, "abcdefgh", "abcderedactedfgx");
    edits_free(e);
}

/* Several judgements in one: one segment for the text, each by itself for the counts. */
static void test_whole(void)
{
    static const struct edit_part parts[] = {{3, 3, KIND_KEPT}, {5, 2, KIND_USER}, {1, 0, KIND_DELETED}, {1, 1, KIND_KEPT}};
    guint64 counts[KIND_COUNT] = {0};
    struct edits *e = edits_new();
    edits_keep(e, 0, 1);
    edits_whole(e, 1, 11, BYTES_LIT("To:u1>"), parts, G_N_ELEMENTS(parts));
    edits_replace(e, 11, 12, BYTES_LIT("u2"), KIND_USER);
    check_applied(e, "<To:alice;>b", "<To:u1>u2");
    g_assert_cmpuint(edits_count(e), ==, 3);
    g_assert_cmpuint(edits_gap_bytes(e, 12), ==, 0);
    edits_count_kinds(e, counts);
    for (guint i = 0; i < KIND_COUNT; i++)
        g_assert_cmpuint(counts[i], ==, i == KIND_USER ? 2 : i == KIND_DELETED ? 1 : 0);
    edits_free(e);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/edit/gaps", test_gaps_are_scrubbed);
    g_test_add_func("/edit/merge", test_kept_spans_merge);
    g_test_add_func("/edit/late", test_late_and_notes);
    g_test_add_func("/edit/positions", test_positions);
    g_test_add_func("/edit/truncate", test_truncate);
    g_test_add_func("/edit/whole", test_whole);
    return g_test_run();
}

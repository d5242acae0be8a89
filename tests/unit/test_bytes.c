/* What reads eight bytes at once, against what reads one; numbers as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "arena.h"
#include "address.h"
#include "bytes.h"

#include <stdio.h>

#define LONGEST 40

static gboolean same_one_by_one(const guint8 *a, const guint8 *b, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (g_ascii_tolower((gchar)a[i]) != g_ascii_tolower((gchar)b[i]))
            return FALSE;
    return TRUE;
}

/* Each pair of bytes at each place of each length. */
static void test_letters(void)
{
    guint8 a[LONGEST], b[LONGEST];
    for (gsize n = 1; n <= LONGEST; n++) {
        for (gsize at = 0; at < n; at += MAX(1, n / 5)) {
            for (guint pair = 0; pair < 65536; pair++) {
                memset(a, 'q', n);
                memset(b, 'Q', n);
                a[at] = (guint8)pair;
                b[at] = (guint8)(pair >> 8);
                gboolean expected = same_one_by_one(a, b, n);
                g_assert_cmpint(bytes_ieq((struct bytes){a, n}, (struct bytes){b, n}), ==, expected);
            }
        }
    }
    g_assert_true(bytes_ieq(BYTES_NONE, BYTES_NONE));
    g_assert_false(bytes_ieq(BYTES_LIT("Via"), BYTES_LIT("Vi")));
    /* a zero byte ends nothing */
    g_assert_false(bytes_ieq(BYTES_LIT("a\0b"), BYTES_LIT("a\0c")));
}

static void test_numbers(void)
{
    static const guint64 numbers[] = {0, 7, 10, 99, 100, 4294967295u, 1234567890123456789u, G_MAXUINT64};
    struct arena *arena = arena_new();
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        for (guint width = 1; width <= 20; width++) {
            g_autofree gchar *expected = g_strdup_printf("%0*" G_GUINT64_FORMAT, (int)width, numbers[i]);
            g_assert_true(bytes_eq(arena_number(arena, numbers[i], width), bytes_of(expected)));
        }
    }
    arena_free(arena);
}

static void test_octets(void)
{
    char got[16], expected[16];
    for (guint v = 0; v < 256; v++) {
        const guint8 address[4] = {(guint8)v, (guint8)(255 - v), (guint8)(v * 7), (guint8)(v ^ 99)};
        snprintf(expected, sizeof expected, "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
        g_assert_cmpuint(address4_format(address, got), ==, strlen(expected));
        g_assert_cmpstr(got, ==, expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bytes/letters", test_letters);
    g_test_add_func("/bytes/numbers", test_numbers);
    g_test_add_func("/bytes/octets", test_octets);
    return g_test_run();
}

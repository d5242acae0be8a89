/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

void check_guarded(struct bytes b, void (*fn)(struct bytes b, void *arg), void *arg)
{
    gsize page = (gsize)sysconf(_SC_PAGESIZE);
    gsize room = (b.n / page + 1) * page;
    guint8 *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(map != MAP_FAILED);
    g_assert_cmpint(mprotect(map + room, page, PROT_NONE), ==, 0);
    guint8 *copy = map + room - b.n;
    if (b.n)
        memcpy(copy, b.p, b.n);
    fn((struct bytes){copy, b.n}, arg);
    munmap(map, room + page);
}

void check_prefixes(struct bytes b, void (*fn)(struct bytes b, void *arg), void *arg)
{
    for (gsize n = 0; n <= b.n; n++)
        check_guarded(bytes_sub(b, 0, n), fn, arg);
}

void check_text(const char *what, struct bytes got, const char *expected)
{
    if (bytes_eq(got, bytes_of(expected)))
        return;
    g_autofree gchar *text = g_strndup((const gchar *)got.p, got.n);
    g_error("%s:\n got      \"%s\"\n expected \"%s\"", what, text, expected);
}

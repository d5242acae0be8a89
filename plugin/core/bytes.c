/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bytes.h"

static gboolean is_blank(guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes bytes_trim(struct bytes b)
{
    while (b.n && is_blank(b.p[0]))
        b = bytes_from(b, 1);
    while (b.n && is_blank(b.p[b.n - 1]))
        b.n--;
    return b;
}

#define EACH G_GUINT64_CONSTANT(0x0101010101010101)

/* Eight bytes, capital letters as small ones: whose low seven bits reach "A" and not "[", and whose top bit is clear. */
static guint64 lower_eight(guint64 x)
{
    guint64 low = x & EACH * 0x7f;
    guint64 reach_a = low + EACH * (0x80 - 'A'), pass_z = low + EACH * (0x7f - 'Z');
    return x | ((reach_a ^ pass_z) & ~x & EACH * 0x80) >> 2;
}

static inline gboolean same_eight(const guint8 *a, const guint8 *b, gsize n)
{
    guint64 x = 0, y = 0;
    memcpy(&x, a, n);
    memcpy(&y, b, n);
    return x == y || lower_eight(x) == lower_eight(y);
}

gboolean bytes_same_letters(const guint8 *a, const guint8 *b, gsize n)
{
    gsize at = 0;
    for (; n - at >= 8; at += 8)
        if (!same_eight(a + at, b + at, 8))
            return FALSE;
    if (n - at >= 4) {
        if (!same_eight(a + at, b + at, 4))
            return FALSE;
        at += 4;
    }
    for (; at < n; at++)
        if (a[at] != b[at] && g_ascii_tolower((gchar)a[at]) != g_ascii_tolower((gchar)b[at]))
            return FALSE;
    return TRUE;
}

gsize bytes_find(struct bytes b, struct bytes needle)
{
    if (needle.n == 0)
        return 0;
    for (gsize at = bytes_chr(b, needle.p[0]); at != NOT_FOUND; at = bytes_chr_from(b, needle.p[0], at + 1)) {
        if (b.n - at < needle.n)
            return NOT_FOUND;
        if (memcmp(b.p + at, needle.p, needle.n) == 0)
            return at;
    }
    return NOT_FOUND;
}

gboolean bytes_number(struct bytes b, guint64 max, guint64 *out)
{
    guint64 v = 0;
    if (b.n == 0 || b.n > 20)
        return FALSE;
    for (gsize i = 0; i < b.n; i++) {
        if (!g_ascii_isdigit(b.p[i]))
            return FALSE;
        guint64 d = (guint64)(b.p[i] - '0');
        if (v > (G_MAXUINT64 - d) / 10)
            return FALSE;
        v = v * 10 + d;
    }
    if (v > max)
        return FALSE;
    *out = v;
    return TRUE;
}

/* FNV-1a: short keys, no adversary: GHashTable grows, and every table's size is bounded elsewhere. */
guint bytes_hash(struct bytes b)
{
    guint32 h = 2166136261u;
    for (gsize i = 0; i < b.n; i++)
        h = (h ^ b.p[i]) * 16777619u;
    return h;
}

guint bytes_ihash(struct bytes b)
{
    guint32 h = 2166136261u;
    for (gsize i = 0; i < b.n; i++)
        h = (h ^ (guint8)g_ascii_tolower((gchar)b.p[i])) * 16777619u;
    return h;
}

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

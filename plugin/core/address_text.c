/* Addresses as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address.h"

#include <stdio.h>

#define GROUPS 8

/* Takes one decimal octet of at most three digits, no leading zero: 010 is eight to some readers. */
static gboolean take_octet(struct reader *r, guint8 *out)
{
    guint v = 0, digits = 0;
    for (gint c = bytes_at(r->b, r->at); g_ascii_isdigit((gchar)c) && digits < 4; c = bytes_at(r->b, r->at)) {
        if (digits == 1 && v == 0)
            return FALSE;
        v = v * 10 + (guint)(c - '0');
        digits++;
        rd_skip(r, 1);
    }
    *out = (guint8)v;
    return digits > 0 && v <= 255;
}

gboolean address4_parse(struct bytes text, guint8 out[4])
{
    struct reader r = reader_of(text);
    guint8 octet[4];
    for (guint i = 0; i < 4; i++)
        if ((i > 0 && rd_u8(&r) != '.') || !take_octet(&r, &octet[i]))
            return FALSE;
    if (rd_left(&r) > 0)
        return FALSE;
    memcpy(out, octet, 4);
    return TRUE;
}

/* One to four hex digits. */
static gboolean take_group(struct reader *r, guint16 *out)
{
    guint v = 0, digits = 0;
    for (; digits < 4; digits++) {
        gint c = bytes_at(r->b, r->at);
        if (c < 0 || !g_ascii_isxdigit((gchar)c))
            break;
        v = v << 4 | (guint)g_ascii_xdigit_value((gchar)c);
        rd_skip(r, 1);
    }
    *out = (guint16)v;
    return digits > 0;
}

/* What has been read of an IPv6 address: groups, and how many of them stand before the "::". */
struct groups {
    guint16 group[GROUPS];
    guint n;
    guint gap; /* GROUPS + 1: no "::" so far */
};

/* The rest of the text is a dotted quad: two groups. */
static gboolean take_quad(struct reader *r, struct groups *g)
{
    guint8 v4[4];
    if (g->n > GROUPS - 2 || !address4_parse(bytes_from(r->b, r->at), v4))
        return FALSE;
    g->group[g->n++] = (guint16)(v4[0] << 8 | v4[1]);
    g->group[g->n++] = (guint16)(v4[2] << 8 | v4[3]);
    rd_skip(r, rd_left(r));
    return TRUE;
}

/* A "::" at the cursor, if there is one; a second one is an error. */
static gboolean take_gap(struct reader *r, struct groups *g)
{
    if (bytes_at(r->b, r->at) != ':' || bytes_at(r->b, r->at + 1) != ':')
        return TRUE;
    if (g->gap <= GROUPS)
        return FALSE;
    g->gap = g->n;
    rd_skip(r, 2);
    return TRUE;
}

/* A dot before the next colon: an IPv4 address is what is left. */
static gboolean at_quad(const struct reader *r)
{
    struct bytes rest = bytes_from(r->b, r->at);
    return bytes_chr(rest, ':') == NOT_FOUND && bytes_chr(rest, '.') != NOT_FOUND;
}

static gboolean take_groups(struct reader *r, struct groups *g)
{
    if (!take_gap(r, g))
        return FALSE;
    while (rd_left(r) > 0) {
        if (at_quad(r))
            return take_quad(r, g);
        if (g->n == GROUPS || !take_group(r, &g->group[g->n]))
            return FALSE;
        g->n++;
        guint gap = g->gap;
        if (!take_gap(r, g))
            return FALSE;
        if (gap != g->gap || rd_left(r) == 0)
            continue;
        if (rd_u8(r) != ':' || rd_left(r) == 0)
            return FALSE;
    }
    return TRUE;
}

gboolean address6_parse(struct bytes text, guint8 out[16])
{
    struct reader r = reader_of(text);
    struct groups g = {.gap = GROUPS + 1};
    if (!take_groups(&r, &g))
        return FALSE;
    /* "::" stands for one group at least (RFC 4291 section 2.2). */
    if (g.gap > GROUPS ? g.n != GROUPS : g.n >= GROUPS)
        return FALSE;
    guint gap = MIN(g.gap, g.n);
    memset(out, 0, 16);
    for (guint i = 0; i < g.n; i++)
        put_u16be(out + 2 * (i < gap ? i : GROUPS - g.n + i), g.group[i]);
    return TRUE;
}

/* Without printf, which would be half of what an address costs. */
gsize address4_format(const guint8 in[4], char out[16])
{
    gsize n = 0;
    for (guint i = 0; i < 4; i++) {
        guint v = in[i];
        if (i > 0)
            out[n++] = '.';
        if (v >= 100)
            out[n++] = (char)('0' + v / 100);
        if (v >= 10)
            out[n++] = (char)('0' + v / 10 % 10);
        out[n++] = (char)('0' + v % 10);
    }
    out[n] = '\0';
    return n;
}

static guint group_at(const guint8 in[16], guint i)
{
    return (guint)in[2 * i] << 8 | in[2 * i + 1];
}

/* The longest run of at least two zero groups before `end`, the first of equals. */
static struct span longest_run(const guint8 in[16], guint end)
{
    struct span best = {GROUPS, 0};
    for (guint i = 0; i < end; i++) {
        guint n = 0;
        while (i + n < end && group_at(in, i + n) == 0)
            n++;
        if (n >= 2 && n > best.len)
            best = (struct span){i, n};
        i += n;
    }
    return best;
}

static gboolean is_mapped(const guint8 in[16])
{
    static const guint8 prefix[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(in, prefix, sizeof prefix) == 0;
}

/* Dotted where RFC 5952 section 5 knows it by the prefix alone and everybody writes it so. */
gsize address6_format(const guint8 in[16], char out[46])
{
    guint end = is_mapped(in) ? GROUPS - 2 : GROUPS;
    struct span run = longest_run(in, end);
    gsize n = 0;
    for (guint i = 0; i < end; i++) {
        if (i == run.off) {
            n += (gsize)g_snprintf(out + n, 46 - n, "::");
            i += run.len - 1;
            continue;
        }
        gboolean colon = i > 0 && i != run.off + run.len;
        n += (gsize)g_snprintf(out + n, 46 - n, "%s%x", colon ? ":" : "", group_at(in, i));
    }
    if (end < GROUPS) {
        out[n++] = ':';
        n += address4_format(in + 12, out + n);
    }
    return n;
}

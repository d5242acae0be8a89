/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agent.h"

#include "label.h"

#define PART_MAX 3      /* digits of major and minor */
#define SEARCH_MAX 256u /* bytes behind the product: a version stands near */

/* --- which product ------------------------------------------------------------------------------- */

static guint8 lower_at(struct bytes b, gsize at)
{
    return at < b.n ? (guint8)g_ascii_tolower((gchar)b.p[at]) : 0;
}

/* First row whose spelling begins with `first` or a later letter. */
static guint lower_bound(guint8 first)
{
    guint low = 0, high = agent_row_count;
    while (low < high) {
        guint middle = (low + high) / 2;
        if ((guint8)g_ascii_tolower(agent_rows[middle].spelling[0]) < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static gboolean begins_with(struct bytes value, struct bytes spelling)
{
    return bytes_istarts(value, spelling) && (value.n == spelling.n || !g_ascii_isalpha(value.p[spelling.n]));
}

const struct agent_row *agent_find(struct bytes value, struct bytes *rest)
{
    const struct agent_row *found = NULL;
    value = bytes_trim(value);
    guint8 first = lower_at(value, 0), second = lower_at(value, 1);
    for (guint i = first ? lower_bound(first) : agent_row_count; i < agent_row_count; i++) {
        const char *spelling = agent_rows[i].spelling; /* two characters at least */
        if (g_ascii_tolower(spelling[0]) != first)
            break;
        if (g_ascii_tolower(spelling[1]) == second && begins_with(value, bytes_of(spelling)))
            found = &agent_rows[i]; /* sorted: a longer spelling comes after a shorter one */
    }
    if (rest)
        *rest = bytes_from(value, found ? strlen(found->spelling) : 0);
    return found;
}

const char *agent_family(struct bytes product)
{
    const struct agent_row *row = agent_find(product, NULL);
    return row ? row->family : NULL;
}

/* --- which version ------------------------------------------------------------------------------- */

/* Digits and dots, as they stand; four parts at most are looked at. */
struct dotted {
    guint parts;
    struct bytes part[4];
    gsize end; /* behind the whole run */
};

static struct dotted read_dotted(struct bytes b, gsize at)
{
    struct dotted d = {.end = at};
    while (g_ascii_isdigit(bytes_at(b, d.end))) {
        gsize from = d.end;
        while (g_ascii_isdigit(bytes_at(b, d.end)))
            d.end++;
        if (d.parts < G_N_ELEMENTS(d.part))
            d.part[d.parts] = bytes_sub(b, from, d.end - from);
        d.parts++;
        if (bytes_at(b, d.end) != '.' || !g_ascii_isdigit(bytes_at(b, d.end + 1)))
            break;
        d.end++;
    }
    return d;
}

static guint64 part_value(const struct dotted *d, guint i)
{
    guint64 value = 0;
    return bytes_number(d->part[i], G_MAXUINT64, &value) ? value : G_MAXUINT64;
}

/* 24.12.2024: the year in front is too long by itself. */
static gboolean looks_like_date(const struct dotted *d)
{
    return d->parts == 3 && d->part[2].n == 4 && part_value(d, 2) >= 1900 && part_value(d, 2) < 2100 &&
           part_value(d, 0) <= 31 && part_value(d, 1) <= 31;
}

/* Versions of four parts exist (28.81.0.25, 1.0.4.152), and addresses look the same: those that begin as private
 * networks do, or with 100 and more, which few versions do, or that stand in a comment of their own, are
 * taken for addresses, and so are those with a large part somewhere, but for 1.0 and its like in front. */
static gboolean looks_like_address(struct bytes b, gsize at, const struct dotted *d)
{
    guint64 largest = 0;
    if (d->parts != 4)
        return FALSE;
    for (guint i = 0; i < 4; i++)
        largest = MAX(largest, part_value(d, i));
    guint64 first = part_value(d, 0);
    return first >= 100 || first == 10 || bytes_at(b, at - 1) == '(' ||
           (largest >= 100 && largest <= 255 && (first > 9 || part_value(d, 1) > 9));
}

/* What stands before a number: nothing that makes it part of a word, an address or a parameter.
 * *marked: "/" or "v", which make a version of a number without a dot. */
static gboolean version_may_begin(struct bytes b, gsize at, gboolean *marked)
{
    gboolean letter = at > 0 && (b.p[at - 1] | 0x20) == 'v';
    gint before = bytes_at(b, at - (letter ? 2 : 1));
    *marked = letter || before == '/';
    return before < 0 || before == '/' || before == ' ' || before == '-' || before == '_' || before == '(' ||
           before == ',' || before == ';';
}

/* What stands behind it: not the rest of a word, a MAC or an address. */
static gboolean version_may_end(struct bytes b, const struct dotted *d)
{
    gint after = bytes_at(b, d->end);
    if (d->parts > 2) /* the word ends in a part that is left out */
        return after != ':' && after != '@';
    return after < 0 ||
           !(g_ascii_isalnum(after) || after == ':' || after == '@' || after == '.' || after == '=');
}

static gboolean is_version(struct bytes b, gsize at, const struct dotted *d)
{
    gboolean marked;
    if (!version_may_begin(b, at, &marked) || !version_may_end(b, d) || looks_like_date(d) ||
        looks_like_address(b, at, d))
        return FALSE;
    if (d->parts == 1)
        return marked && d->part[0].n <= PART_MAX;
    return d->part[0].n <= PART_MAX && d->part[1].n <= PART_MAX;
}

static gboolean find_version(struct bytes b, struct dotted *found)
{
    b = bytes_sub(b, 0, SEARCH_MAX);
    for (gsize at = 0; at < b.n; at = g_ascii_isdigit(b.p[at]) ? found->end : at + 1) {
        *found = read_dotted(b, at);
        if (found->parts && is_version(b, at, found))
            return TRUE;
    }
    return FALSE;
}

static gsize put(char *out, gsize at, struct bytes b)
{
    memcpy(out + at, b.p, b.n);
    return at + b.n;
}

gsize agent_label(struct bytes value, char out[AGENT_LABEL_MAX])
{
    struct bytes rest;
    struct dotted version;
    const struct agent_row *row = agent_find(value, &rest);
    if (!row)
        return 0;
    gsize n = put(out, 0, bytes_of(row->product));
    if (!find_version(rest, &version))
        return n;
    n = put(out, put(out, n, BYTES_LIT("/")), version.part[0]);
    return version.parts > 1 ? put(out, put(out, n, BYTES_LIT(".")), version.part[1]) : n;
}

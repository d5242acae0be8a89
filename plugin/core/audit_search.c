/* Originals, and where they stand.
 *
 * Each original has an anchor: a window of eight of its bytes, in lower case. A text is searched window by window:
 *
 *      text      ... "bob.builder@example.com" ...
 *      windows       bob.buil ob.build b.builde ...          h = (window ^ k1) * k0
 *      filter        bit number h >> n set?  no: next one    2 to 16 bits of it for each original
 *      table         rows whose anchor has the same h: does SipHash of the bytes around it agree?
 *
 * The filter answers nearly always, from the cache. A row holds hashes only (16 bytes): what the capture says is
 * not kept. Two texts agree in 64 bits of a keyed hash by chance never.
 *
 * Where the anchor lies: inside a run of bytes that are no break (blanks, quotes, brackets, comma, semicolon,
 * "="), since of the searched text only runs of eight and more are then looked at, a fifth of a SIP message. Ends
 * are preferred, since users and Call-IDs of one system often begin alike. Of an original without such a run ("Al
 * Bo Cy") the window crosses breaks; these have a filter of their own, which is asked for each byte of a text.
 * Rejected: Aho-Corasick (a state for each byte of each original: gigabytes), suffix structures over the output
 * (it would have to be in memory).
 *
 * Encoded forms. Three bytes are four characters of base64, so a text has three encodings by where it begins in its
 * triple; the characters that depend on it alone are a pattern, searched as it is spelled:
 *      "example.com"     ZXhhbXBsZS5jb2    V4YW1wbGUuY29t    leGFtcGxlLmNvb
 * base64url is the same but for "+" and "/": a further pattern where one of them is in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define WINDOW 8
#define FIRST_LOG2 12
#define SAME_WINDOW_MAX 32 /* rows with one anchor: more would make a search slow */
#define FILTER_MIN_LOG2 18
#define FILTER_MAX_LOG2 26
#define LETTERS_MIN 3 /* different characters: less (000000000000, xxxxxxxx) says nothing */

enum {
    ROW_USED = 1,
    ROW_EXACT = 2,  /* compared as spelled */
    ROW_SPACED = 4, /* the anchor crosses breaks */
    ROW_DROPPED = 8,
};

struct row {
    guint64 full;   /* of all its bytes */
    guint32 window; /* of the anchor; its first bits are its place in the table */
    guint8 n, at;   /* length; where the anchor begins */
    guint8 kind, flags;
};

struct search {
    struct hash_key key;
    guint64 factor;
    struct row *rows;
    guint log2;
    gsize used, bytes_max;
    guint64 originals, limited;
    guint64 *filter[2]; /* of anchors in a run, and of those that cross breaks; NULL: none */
    guint filter_log2[2];
    gboolean fresh;     /* the filters are older than the rows */
    GByteArray *lower, *decoded;
};

struct search *search_new(struct hash_key key, gsize bytes_max)
{
    struct search *s = g_new0(struct search, 1);
    s->key = key;
    s->factor = key.k0 | 1;
    s->log2 = FIRST_LOG2;
    s->rows = g_new0(struct row, (gsize)1 << s->log2);
    s->bytes_max = bytes_max;
    s->fresh = TRUE;
    s->lower = g_byte_array_new();
    s->decoded = g_byte_array_new();
    return s;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    g_free(s->rows);
    g_free(s->filter[0]);
    g_free(s->filter[1]);
    g_byte_array_unref(s->lower);
    g_byte_array_unref(s->decoded);
    g_free(s);
}

guint64 search_count(const struct search *s)
{
    return s->originals;
}

guint64 search_limited(const struct search *s)
{
    return s->limited;
}

/* --- bytes ------------------------------------------------------------------------------------------- */

static guint8 lower(guint8 c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static const guint8 breaks[256] = {
    [0 ... ' '] = 1, ['"'] = 1, ['('] = 1, [')'] = 1, [','] = 1, [';'] = 1, ['<'] = 1, ['='] = 1,
    ['>'] = 1,       ['?'] = 1, ['['] = 1, [']'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1, [0x7f] = 1,
};

static guint32 window_of(const struct search *s, const guint8 *low)
{
    guint64 w;
    memcpy(&w, low, sizeof w);
    return (guint32)((w ^ s->key.k1) * s->factor >> 32);
}

/* --- the table --------------------------------------------------------------------------------------- */

static struct row *free_row(struct search *s, guint32 window)
{
    gsize mask = ((gsize)1 << s->log2) - 1;
    gsize i = window >> (32 - s->log2);
    while (s->rows[i].flags)
        i = (i + 1) & mask;
    return &s->rows[i];
}

static void grow(struct search *s)
{
    struct row *old = s->rows;
    gsize n = (gsize)1 << s->log2;
    s->log2++;
    s->rows = g_new0(struct row, n * 2);
    for (gsize i = 0; i < n; i++)
        if (old[i].flags)
            *free_row(s, old[i].window) = old[i];
    g_free(old);
}

/* Room for one more? Users and hosts are bounded by the label tables, and always have it. */
static gboolean has_room(struct search *s, gboolean always)
{
    gsize size = (gsize)1 << s->log2;
    if (s->used * 5 < size * 3)
        return TRUE;
    if (s->log2 < 31 && (always || size * 2 * sizeof(struct row) <= s->bytes_max)) {
        grow(s);
        return TRUE;
    }
    return always && s->used + 1 < size;
}

/* Rows with that anchor; *there: the same original is one of them. */
static guint same_window(const struct search *s, const struct row *row, gboolean *there)
{
    gsize mask = ((gsize)1 << s->log2) - 1;
    guint n = 0;
    for (gsize i = row->window >> (32 - s->log2); s->rows[i].flags; i = (i + 1) & mask) {
        const struct row *r = &s->rows[i];
        if (r->window != row->window)
            continue;
        if (r->full == row->full && r->n == row->n && r->at == row->at)
            *there = TRUE;
        n++;
    }
    return n;
}

/* --- anchors ----------------------------------------------------------------------------------------- */

#define ANCHORS_MAX 4

/* Places for an anchor in the order of preference; *spaced: no run is long enough. */
static guint find_anchors(struct bytes low, guint8 at[ANCHORS_MAX], gboolean *spaced)
{
    gsize first = NOT_FOUND, last_from = 0, last_to = 0, from = 0;
    for (gsize i = 0; i <= low.n; i++) {
        if (i < low.n && !breaks[low.p[i]])
            continue;
        if (i - from >= WINDOW) {
            first = MIN(first, from);
            last_from = from;
            last_to = i;
        }
        from = i + 1;
    }
    *spaced = first == NOT_FOUND;
    if (*spaced) {
        at[0] = (guint8)(low.n - WINDOW);
        at[1] = 0;
        return 2;
    }
    at[0] = (guint8)(last_to - WINDOW);
    at[1] = (guint8)first;
    at[2] = (guint8)last_from;
    at[3] = (guint8)(last_from + (last_to - WINDOW - last_from) / 2);
    return 4;
}

enum added { ADDED, THERE, NO_ROOM };

static enum added add_pattern(struct search *s, struct bytes spelled, enum kind kind, gboolean exact, gboolean always)
{
    guint8 low[ORIGINAL_MAX], at[ANCHORS_MAX];
    gboolean spaced, there = FALSE;
    struct bytes b = bytes_sub(spelled, 0, ORIGINAL_MAX), folded = {low, b.n};
    struct row row = {.n = (guint8)b.n, .kind = (guint8)kind};
    for (gsize i = 0; i < b.n; i++)
        low[i] = lower(b.p[i]);
    row.full = hash_bytes(&s->key, exact ? b : folded);
    guint n = find_anchors(folded, at, &spaced), best = G_MAXUINT;
    row.flags = (guint8)(ROW_USED | (exact ? ROW_EXACT : 0) | (spaced ? ROW_SPACED : 0));
    for (guint i = 0; i < n && best >= SAME_WINDOW_MAX; i++) {
        row.at = at[i];
        row.window = window_of(s, low + at[i]);
        best = same_window(s, &row, &there);
        if (there)
            return THERE;
    }
    if ((best >= SAME_WINDOW_MAX && !always) || !has_room(s, always))
        return NO_ROOM;
    *free_row(s, row.window) = row;
    s->used++;
    s->fresh = TRUE;
    return ADDED;
}

/* --- encoded forms ------------------------------------------------------------------------------------- */

static guint sextet(struct bytes b, gsize bit)
{
    guint two = (guint)b.p[bit / 8] << 8 | (bit / 8 + 1 < b.n ? b.p[bit / 8 + 1] : 0u);
    return two >> (10 - bit % 8) & 63;
}

/* The characters of base64 that depend on `b` alone, where it begins with byte `phase` of a triple. */
static gsize encode(struct bytes b, guint phase, const char *alphabet, guint8 out[ORIGINAL_MAX])
{
    gsize n = 0;
    for (gsize bit = (6 - phase * 8 % 6) % 6; bit + 6 <= b.n * 8 && n < ORIGINAL_MAX; bit += 6)
        out[n++] = (guint8)alphabet[sextet(b, bit)];
    return n;
}

#define BASE62 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static void add_encoded(struct search *s, struct bytes b, enum kind kind, gboolean always)
{
    guint8 plain[ORIGINAL_MAX], url[ORIGINAL_MAX];
    for (guint phase = 0; phase < 3; phase++) {
        gsize n = encode(b, phase, BASE62 "+/", plain);
        encode(b, phase, BASE62 "-_", url);
        if (n < WINDOW)
            continue;
        add_pattern(s, (struct bytes){plain, n}, kind, TRUE, always);
        if (memcmp(plain, url, n) != 0)
            add_pattern(s, (struct bytes){url, n}, kind, TRUE, always);
    }
}

/* --- which originals ------------------------------------------------------------------------------------ */

static gboolean is_visual(guint8 c)
{
    return c == '+' || c == '-' || c == '.' || c == '(' || c == ')' || c == ' ';
}

static gboolean says_enough(struct bytes b)
{
    guint64 seen[4] = {0};
    guint letters = 0;
    gsize digits = 0, visual = 0;
    if (b.n < ORIGINAL_MIN)
        return FALSE;
    for (gsize i = 0; i < b.n; i++) {
        guint8 c = b.p[i];
        letters += !(seen[c >> 6] >> (c & 63) & 1);
        seen[c >> 6] |= (guint64)1 << (c & 63);
        digits += c >= '0' && c <= '9';
        visual += is_visual(c);
    }
    return letters >= LETTERS_MIN && (digits + visual < b.n || digits >= ORIGINAL_MIN_DIGITS);
}

void search_add(struct search *s, struct bytes original, enum kind kind, gboolean token)
{
    gboolean always = kind == KIND_USER || kind == KIND_PHONE || kind == KIND_DOMAIN;
    if (!says_enough(original))
        return;
    enum added added = add_pattern(s, original, kind, FALSE, always);
    s->originals += added == ADDED;
    s->limited += added == NO_ROOM;
    if (added == ADDED && !token)
        add_encoded(s, bytes_sub(original, 0, ORIGINAL_MAX), kind, always);
}

/* --- searching ------------------------------------------------------------------------------------------- */

static void build_filter(struct search *s, guint which)
{
    gsize size = (gsize)1 << s->log2, n = 0;
    guint log2 = FILTER_MIN_LOG2;
    guint8 flag = which ? ROW_SPACED : 0;
    g_clear_pointer(&s->filter[which], g_free);
    for (gsize i = 0; i < size; i++)
        n += s->rows[i].flags && (s->rows[i].flags & ROW_SPACED) == flag;
    if (n == 0)
        return;
    while (log2 < FILTER_MAX_LOG2 && (gsize)1 << log2 < n * 16)
        log2++;
    s->filter_log2[which] = log2;
    s->filter[which] = g_new0(guint64, (gsize)1 << (log2 - 6));
    for (gsize i = 0; i < size; i++) {
        guint32 bit = s->rows[i].window >> (32 - log2);
        if (s->rows[i].flags && (s->rows[i].flags & ROW_SPACED) == flag)
            s->filter[which][bit / 64] |= (guint64)1 << bit % 64;
    }
}

struct run {
    struct search *s;
    struct bytes text; /* as spelled; of the same length as `low` */
    struct bytes low;
    search_hit hit;
    void *arg;
};

static void try_row(const struct run *run, struct row *row, gsize at)
{
    if (row->flags & ROW_DROPPED || at < row->at || at - row->at + row->n > run->text.n)
        return;
    gsize from = at - row->at;
    struct bytes found = bytes_sub(row->flags & ROW_EXACT ? run->text : run->low, from, row->n);
    if (hash_bytes(&run->s->key, found) == row->full &&
        run->hit(run->arg, run->text, from, row->n, (enum kind)row->kind))
        row->flags |= ROW_DROPPED;
}

static void try_window(const struct run *run, guint32 window, gsize at)
{
    struct search *s = run->s;
    gsize mask = ((gsize)1 << s->log2) - 1;
    for (gsize i = window >> (32 - s->log2); s->rows[i].flags; i = (i + 1) & mask)
        if (s->rows[i].window == window)
            try_row(run, &s->rows[i], at);
}

/* [from, to) are starts of windows. */
static void try_windows(const struct run *run, guint which, gsize from, gsize to)
{
    const struct search *s = run->s;
    const guint64 *filter = s->filter[which];
    guint shift = 32 - s->filter_log2[which];
    for (gsize at = from; at < to; at++) {
        guint32 window = window_of(s, run->low.p + at), bit = window >> shift;
        if (filter[bit / 64] >> bit % 64 & 1)
            try_window(run, window, at);
    }
}

/* From a byte that may begin a run of eight, looks at the eighth first: most words are shorter. */
static void search_runs(const struct run *run)
{
    struct bytes low = run->low;
    for (gsize at = 0; at + WINDOW <= low.n;) {
        gsize back = WINDOW;
        while (back > 0 && !breaks[low.p[at + back - 1]])
            back--;
        if (back > 0) {
            at += back;
            continue;
        }
        gsize end = at + WINDOW;
        while (end < low.n && !breaks[low.p[end]])
            end++;
        try_windows(run, 0, at, end - WINDOW + 1);
        at = end + 1;
    }
}

static void search_plain(struct search *s, struct bytes text, search_hit hit, void *arg)
{
    g_byte_array_set_size(s->lower, (guint)text.n);
    guint8 *low = s->lower->data;
    for (gsize i = 0; i < text.n; i++)
        low[i] = lower(text.p[i]);
    struct run run = {s, text, {low, text.n}, hit, arg};
    if (s->filter[0])
        search_runs(&run);
    if (s->filter[1])
        try_windows(&run, 1, 0, text.n - WINDOW + 1);
}

/* The text with %XX undone; FALSE: there is none. */
static gboolean decode(struct search *s, struct bytes text)
{
    gsize at = 0;
    gboolean any = FALSE;
    g_byte_array_set_size(s->decoded, 0);
    for (gsize next = bytes_chr(text, '%'); next != NOT_FOUND; next = bytes_chr_from(text, '%', next + 1)) {
        gint high = next + 2 < text.n ? g_ascii_xdigit_value((gchar)text.p[next + 1]) : -1;
        gint low = next + 2 < text.n ? g_ascii_xdigit_value((gchar)text.p[next + 2]) : -1;
        if (high < 0 || low < 0)
            continue;
        guint8 c = (guint8)(high << 4 | low);
        g_byte_array_append(s->decoded, text.p + at, (guint)(next - at));
        g_byte_array_append(s->decoded, &c, 1);
        at = next + 3;
        next += 2;
        any = TRUE;
    }
    g_byte_array_append(s->decoded, text.p + at, (guint)(text.n - at));
    return any;
}

void search_text(struct search *s, struct bytes text, search_hit hit, void *arg)
{
    if (s->fresh) {
        build_filter(s, 0);
        build_filter(s, 1);
        s->fresh = FALSE;
    }
    if (text.n < WINDOW || text.n > G_MAXINT32)
        return;
    search_plain(s, text, hit, arg);
    if (bytes_chr(text, '%') != NOT_FOUND && decode(s, text) && s->decoded->len >= WINDOW)
        search_plain(s, bytes_of_array(s->decoded), hit, arg);
}

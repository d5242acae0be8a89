/* Originals, and where they stand.
 *
 * Each original has an anchor: a window of eight of its bytes. A text is searched window by window, without
 * regard to case (bit 5 of each byte set: what else that joins is never a word):
 *
 *      text      ... "bob.builder@example.com" ...
 *      windows       bob.buil ob.build b.builde ...          h = window * key
 *      filter        two bits of one word of it set?  no: next one
 *      rows          those whose anchor has the same h: does the hash of all the bytes around it agree?
 *
 * The filter answers nearly always, from the cache. A row holds hashes only (16 bytes): what the capture says
 * is not kept. Two texts agree in 64 bits of a keyed hash by chance never.
 *
 * While messages come, rows are appended, which costs nothing; a small table of the latest ones knows those
 * that come again. Before the first search they are sorted by their anchors, and equal ones become one. (A
 * hash table costs a cache miss or two for each original: as much as the rest of a message's audit.)
 *
 * Where the anchor lies: inside a run of bytes that are no break (blanks, quotes, brackets, comma, semicolon,
 * "="), since of the searched text only runs of eight and more are then looked at, a third of a SIP message.
 * Of the end of the last run, the beginning of the first and their like, the one is taken that was taken
 * least so far, since users and Call-IDs of one system often begin or end alike. Of an original without such
 * a run ("Al Bo Cy") the window crosses breaks; these are looked for at each break between two bytes that
 * stand around a break of one. Rejected: Aho-Corasick (a state for each byte of each original: gigabytes),
 * suffix structures over the output (it would have to be in memory).
 *
 * Encoded forms. Three bytes are four characters of base64, so a text has three encodings by where it begins
 * in its triple; the characters that depend on it alone are a pattern, searched as it is spelled:
 *      "example.com"     ZXhhbXBsZS5jb2    V4YW1wbGUuY29t    leGFtcGxlLmNvb
 * base64url is the same but for "+" and "/": a further pattern where one of them is in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define WINDOW 8
#define RECENT_LOG2 13
#define TAKEN_LOG2 16
#define SAME_WINDOW_MAX 64      /* rows with one anchor: more would make a search slow */
#define SAME_WINDOW_ALWAYS 1024 /* with users and hosts */
#define FILTER_MIN_LOG2 12      /* words of 64 bits */
#define FILTER_MAX_LOG2 20
#define INDEX_MAX_LOG2 22
#define LETTERS_MIN 3 /* different characters: less (000000000000, xxxxxxxx) says nothing */

enum {
    ROW_EXACT = 1,  /* compared as spelled */
    ROW_SPACED = 2, /* the anchor crosses breaks */
    ROW_DROPPED = 4,
    ROW_ALWAYS = 8, /* a user or host */
    ROW_FIRST = 16, /* of an original: its encoded forms are further rows */
};

struct row {
    guint64 full;   /* of all its bytes */
    guint32 window; /* of the anchor */
    guint8 n, at;   /* length; where the anchor begins */
    guint8 kind, flags;
};

struct search {
    struct hash_key key;
    guint64 factor;
    struct row *rows;
    gsize n_rows, room, rows_max;
    guint64 originals, limited;
    gboolean sorted, full;
    guint generation; /* of index and filters, from 1 */
    guint64 *recent[2]; /* hashes of what was added a moment ago, tokens and others: direct-mapped */
    guint16 *taken;     /* how often an anchor was taken, by the first bits of its window */
    guint32 *index;     /* first row by the first bits of its window */
    guint index_log2;
    guint64 *filter[2]; /* of anchors in a run, and of those that cross breaks; NULL: none */
    guint filter_log2[2];
    guint8 *around; /* a bit for each pair of bytes that stand around a break of such an anchor */
};

struct search *search_new(struct hash_key key, gsize bytes_max)
{
    struct search *s = g_new0(struct search, 1);
    s->key = key;
    s->factor = key.k0 | 1;
    s->rows_max = bytes_max / sizeof(struct row);
    s->recent[0] = g_new0(guint64, 1u << RECENT_LOG2);
    s->recent[1] = g_new0(guint64, 1u << RECENT_LOG2);
    s->taken = g_new0(guint16, 1u << TAKEN_LOG2);
    s->around = g_new0(guint8, 65536 / 8);
    return s;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    g_free(s->rows);
    g_free(s->recent[0]);
    g_free(s->recent[1]);
    g_free(s->taken);
    g_free(s->index);
    g_free(s->filter[0]);
    g_free(s->filter[1]);
    g_free(s->around);
    g_free(s);
}

/* --- bytes ------------------------------------------------------------------------------------------- */

static const guint8 breaks[256] = {
    [0 ... ' '] = 1, ['"'] = 1, ['('] = 1, [')'] = 1, [','] = 1, [';'] = 1, ['<'] = 1, ['='] = 1,
    ['>'] = 1,       ['?'] = 1, ['['] = 1, [']'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1, [0x7f] = 1,
};

static inline guint32 window_of(const struct search *s, const guint8 *p)
{
    guint64 w;
    memcpy(&w, p, sizeof w);
    return (guint32)((w | HASH_CASE) * s->factor >> 32);
}

static guint64 full_hash(const struct search *s, struct bytes b, gboolean exact)
{
    return exact ? hash_fast(&s->key, b, 0) : hash_fast(&s->key, b, HASH_CASE);
}

/* --- rows -------------------------------------------------------------------------------------------- */

static gint compare_rows(gconstpointer x, gconstpointer y)
{
    const struct row *a = x, *b = y;
    if (a->window != b->window)
        return a->window < b->window ? -1 : 1;
    if (a->full != b->full)
        return a->full < b->full ? -1 : 1;
    return (a->flags & ROW_DROPPED) == (b->flags & ROW_DROPPED) ? 0 : a->flags & ROW_DROPPED ? -1 : 1;
}

/* By the first 16 bits of the window; then each part, which is short, by comparing. */
static void sort_rows(struct search *s)
{
    guint32 *count = g_new0(guint32, 65537);
    struct row *out = g_new(struct row, MAX(s->n_rows, 1));
    for (gsize i = 0; i < s->n_rows; i++)
        count[(s->rows[i].window >> 16) + 1]++;
    for (guint i = 0; i < 65536; i++)
        count[i + 1] += count[i];
    for (gsize i = 0; i < s->n_rows; i++)
        out[count[s->rows[i].window >> 16]++] = s->rows[i];
    for (gsize from = 0, to; from < s->n_rows; from = to) {
        for (to = from + 1; to < s->n_rows && out[to].window >> 16 == out[from].window >> 16;)
            to++;
        if (to - from > 1)
            qsort(out + from, to - from, sizeof *out, compare_rows);
    }
    g_free(count);
    g_free(s->rows);
    s->rows = out;
    s->room = MAX(s->n_rows, 1);
}

/* Sorted: equal rows become one, and of too many with one anchor the last ones go. */
static void unite_rows(struct search *s)
{
    gsize n = 0, group = 0;
    s->originals = 0;
    for (gsize i = 0; i < s->n_rows; i++) {
        const struct row *r = &s->rows[i], *last = n ? &s->rows[n - 1] : NULL;
        if (!last || last->window != r->window)
            group = 0;
        else if (last->full == r->full && last->n == r->n)
            continue;
        if (group >= (r->flags & ROW_ALWAYS ? SAME_WINDOW_ALWAYS : SAME_WINDOW_MAX)) {
            s->limited += (r->flags & ROW_FIRST) != 0;
            continue;
        }
        group++;
        s->originals += (r->flags & ROW_FIRST) != 0;
        s->rows[n++] = *r;
    }
    s->n_rows = n;
}

static void sort(struct search *s)
{
    if (s->sorted)
        return;
    sort_rows(s);
    unite_rows(s);
    s->sorted = TRUE;
}

/* Room for one more? Users and hosts are bounded by the label tables, and always have it. */
static gboolean has_room(struct search *s, gboolean always)
{
    if (s->n_rows >= s->rows_max && !always) {
        if (!s->full)
            sort(s);
        s->full = s->n_rows + s->rows_max / 8 >= s->rows_max;
        if (s->full)
            return FALSE;
    }
    if (s->n_rows == s->room) {
        s->room = MAX(4096, s->room * 2);
        if (s->n_rows < s->rows_max)
            s->room = MIN(s->room, s->rows_max);
        s->rows = g_renew(struct row, s->rows, s->room);
    }
    return TRUE;
}

guint64 search_count(const struct search *s)
{
    return s->originals;
}

guint64 search_limited(const struct search *s)
{
    return s->limited;
}

/* --- anchors ----------------------------------------------------------------------------------------- */

#define ANCHORS_MAX 3

static gboolean has_break(struct bytes b, gsize from)
{
    guint any = 0;
    for (gsize i = from; i < from + WINDOW; i++)
        any |= breaks[b.p[i]];
    return any != 0;
}

/* The one of the places that was taken least so far; `at` has ANCHORS_MAX. */
static guint least_taken(const struct search *s, struct bytes b, const gsize at[ANCHORS_MAX])
{
    guint best = 0, least = G_MAXUINT;
    for (guint i = 0; i < ANCHORS_MAX; i++) {
        guint taken = s->taken[window_of(s, b.p + at[i]) >> (32 - TAKEN_LOG2)];
        if (taken < least) {
            least = taken;
            best = i;
        }
    }
    return best;
}

/* A place inside a run, where the usual ones cross a break: the last; else NOT_FOUND. */
static gsize find_run(struct bytes b)
{
    for (gsize i = b.n - WINDOW + 1; i > 0; i--)
        if (!has_break(b, i - 1))
            return i - 1;
    return NOT_FOUND;
}

static guint pair_of(guint before, guint behind)
{
    return (before | 0x20u) << 8 | behind | 0x20u;
}

/* Notes the last break in the window at `at`. What stands beside the original is not known: any byte. */
static void note_break(struct search *s, struct bytes b, gsize at)
{
    gsize i = at + WINDOW - 1;
    while (i > at && !breaks[b.p[i]])
        i--;
    gboolean inside = i > 0 && i + 1 < b.n;
    for (guint any = inside ? 255 : 0; any < 256; any++) {
        guint pair = pair_of(i > 0 ? b.p[i - 1] : any, i + 1 < b.n ? b.p[i + 1] : any);
        s->around[pair / 8] |= (guint8)(1u << pair % 8);
    }
}

static void choose_anchor(struct search *s, struct bytes b, struct row *row)
{
    const gsize at[ANCHORS_MAX] = {b.n - WINDOW, 0, (b.n - WINDOW) / 2};
    gsize best = at[least_taken(s, b, at)];
    if (has_break(b, best)) {
        gsize run = find_run(b);
        if (run == NOT_FOUND)
            note_break(s, b, best);
        row->flags |= run == NOT_FOUND ? ROW_SPACED : 0;
        best = run == NOT_FOUND ? best : run;
    }
    row->at = (guint8)best;
    row->window = window_of(s, b.p + best);
    guint16 *taken = &s->taken[row->window >> (32 - TAKEN_LOG2)];
    *taken = (guint16)(*taken + (*taken < G_MAXUINT16));
}

static gboolean append(struct search *s, struct bytes spelled, enum kind kind, guint64 full, guint flags)
{
    struct row row = {.full = full, .n = (guint8)spelled.n, .kind = (guint8)kind, .flags = (guint8)flags};
    if (!has_room(s, (flags & ROW_ALWAYS) != 0)) {
        s->limited += (flags & ROW_FIRST) != 0;
        return FALSE;
    }
    choose_anchor(s, spelled, &row);
    s->rows[s->n_rows++] = row;
    s->originals += (flags & ROW_FIRST) != 0;
    s->sorted = FALSE;
    return TRUE;
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

static void add_exact(struct search *s, struct bytes b, enum kind kind, guint flags)
{
    append(s, b, kind, full_hash(s, b, TRUE), flags | ROW_EXACT);
}

static void add_encoded(struct search *s, struct bytes b, enum kind kind, guint flags)
{
    guint8 plain[ORIGINAL_MAX], url[ORIGINAL_MAX];
    for (guint phase = 0; phase < 3; phase++) {
        gsize n = encode(b, phase, BASE62 "+/", plain);
        encode(b, phase, BASE62 "-_", url);
        if (n < WINDOW)
            continue;
        add_exact(s, (struct bytes){plain, n}, kind, flags);
        if (memcmp(plain, url, n) != 0)
            add_exact(s, (struct bytes){url, n}, kind, flags);
    }
}

/* --- which originals ------------------------------------------------------------------------------------ */

static gboolean is_visual(guint8 c)
{
    return c == '+' || c == '-' || c == '.' || c == '(' || c == ')' || c == ' ';
}

static gboolean has_letters(struct bytes b)
{
    guint8 first = b.p[0], second = first;
    for (gsize i = 1; i < b.n; i++) {
        if (b.p[i] == first || b.p[i] == second)
            continue;
        if (second != first)
            return TRUE;
        second = b.p[i];
    }
    return FALSE;
}

static gboolean says_enough(struct bytes b)
{
    gsize digits = 0;
    if (b.n < ORIGINAL_MIN || !has_letters(b))
        return FALSE;
    for (gsize i = 0; i < b.n && digits < ORIGINAL_MIN_DIGITS; i++) {
        if (b.p[i] >= '0' && b.p[i] <= '9')
            digits++;
        else if (!is_visual(b.p[i]))
            return TRUE;
    }
    return digits >= ORIGINAL_MIN_DIGITS;
}

void search_add(struct search *s, struct bytes original, enum kind kind, gboolean token)
{
    gboolean always = kind == KIND_USER || kind == KIND_PHONE || kind == KIND_DOMAIN;
    struct bytes b = bytes_sub(original, 0, ORIGINAL_MAX);
    guint64 full = full_hash(s, b, FALSE), *recent = &s->recent[token][full >> (64 - RECENT_LOG2)];
    if (*recent == full || !says_enough(b))
        return;
    *recent = full;
    if (append(s, b, kind, full, ROW_FIRST | (always ? ROW_ALWAYS : 0)) && !token)
        add_encoded(s, b, kind, always ? ROW_ALWAYS : 0);
}

/* --- searching -------------------------------------------------------------------------------------------
 */

static guint log2_of(gsize n, guint least, guint most)
{
    guint log2 = least;
    while (log2 < most && (gsize)1 << log2 < n)
        log2++;
    return log2;
}

/* Two bits of one word for each anchor. */
static guint64 filter_bits(guint32 window)
{
    return (guint64)1 << (window & 63) | (guint64)1 << (window >> 6 & 63);
}

static void build_filter(struct search *s, guint which)
{
    gsize n = 0;
    guint8 flag = which ? ROW_SPACED : 0;
    g_clear_pointer(&s->filter[which], g_free);
    for (gsize i = 0; i < s->n_rows; i++)
        n += (s->rows[i].flags & ROW_SPACED) == flag;
    if (n == 0)
        return;
    guint log2 = s->filter_log2[which] = log2_of(n / 4, FILTER_MIN_LOG2, FILTER_MAX_LOG2);
    s->filter[which] = g_new0(guint64, (gsize)1 << log2);
    for (gsize i = 0; i < s->n_rows; i++)
        if ((s->rows[i].flags & ROW_SPACED) == flag)
            s->filter[which][s->rows[i].window >> (32 - log2)] |= filter_bits(s->rows[i].window);
}

static void build_index(struct search *s)
{
    gsize at = 0, size;
    s->index_log2 = log2_of(s->n_rows, 8, INDEX_MAX_LOG2);
    size = (gsize)1 << s->index_log2;
    g_free(s->index);
    s->index = g_new(guint32, size + 1);
    for (gsize i = 0; i <= size; i++) {
        while (at < s->n_rows && s->rows[at].window >> (32 - s->index_log2) < i)
            at++;
        s->index[i] = (guint32)at;
    }
}

void search_prepare(struct search *s)
{
    if (s->sorted && s->index)
        return;
    sort(s);
    build_index(s);
    build_filter(s, 0);
    build_filter(s, 1);
    s->generation++;
}

/* --- lines that came before ----------------------------------------------------------------------------- */

/* Of a line of a moment ago nothing is tried again where no run passed the filter and no break could be an original's:
 * most lines of SIP come again. Windows that cross its ends hold the line feed, or the line's first or last byte where
 * it is a break: these are tried each time, since what stands behind them is another line. */
#define MEMO_LOG2 13
#define MEMO_LINE_MIN 12 /* shorter ones are tried as fast */
#define MEMO_LINE_MAX 512

struct search_memo {
    guint generation;
    guint64 line[1u << MEMO_LOG2]; /* hashes: direct-mapped; 0: none */
};

struct search_memo *search_memo_new(void)
{
    return g_new0(struct search_memo, 1);
}

/* Where the line is noted; NULL: it is not to be. */
static guint64 *memo_place(const struct search *s, struct search_memo *memo, struct bytes line, guint64 *hash)
{
    if (!memo || line.n < MEMO_LINE_MIN || line.n > MEMO_LINE_MAX)
        return NULL;
    if (memo->generation != s->generation) {
        memset(memo->line, 0, sizeof memo->line);
        memo->generation = s->generation;
    }
    *hash = hash_fast(&s->key, line, 0) | 1;
    return &memo->line[*hash >> (64 - MEMO_LOG2)];
}

/* --- windows -------------------------------------------------------------------------------------------- */

struct run {
    struct search *s;
    struct bytes text;
    search_hit hit;
    void *arg;
};

static void try_row(const struct run *run, struct row *row, gsize at)
{
    if (row->flags & ROW_DROPPED || at < row->at || at - row->at + row->n > run->text.n)
        return;
    gsize from = at - row->at;
    struct bytes found = bytes_sub(run->text, from, row->n);
    if (full_hash(run->s, found, row->flags & ROW_EXACT) == row->full &&
        run->hit(run->arg, run->text, from, row->n, (enum kind)row->kind))
        row->flags |= ROW_DROPPED;
}

static void try_window(const struct run *run, guint32 window, gsize at)
{
    struct search *s = run->s;
    guint32 bucket = window >> (32 - s->index_log2);
    for (guint32 i = s->index[bucket]; i < s->index[bucket + 1]; i++)
        if (s->rows[i].window == window)
            try_row(run, &s->rows[i], at);
}

/* [from, to) are starts of windows. Has one passed the filter? */
static gboolean try_windows(const struct run *run, guint which, gsize from, gsize to)
{
    const guint64 *filter = run->s->filter[which];
    const guint64 factor = run->s->factor;
    const guint8 *p = run->text.p + from, *end = run->text.p + to;
    const guint shift = 32 - run->s->filter_log2[which];
    gboolean passed = FALSE;
    for (; p < end; p++) { /* the hottest code of step 2: window_of by hand */
        guint64 w;
        memcpy(&w, p, sizeof w);
        guint32 window = (guint32)((w | HASH_CASE) * factor >> 32);
        guint64 word = filter[window >> shift];
        if (G_UNLIKELY(word >> (window & 63) & 1) && word >> (window >> 6 & 63) & 1) {
            try_window(run, window, (gsize)(p - run->text.p));
            passed = TRUE;
        }
    }
    return passed;
}

/* Windows that hold the break at `at`, where the bytes around it may be those of an original. FALSE: they are not. */
static gboolean try_break(const struct run *run, gsize at)
{
    struct bytes b = run->text;
    if (!run->s->filter[1])
        return FALSE;
    guint pair = pair_of(at ? b.p[at - 1] : 0, at + 1 < b.n ? b.p[at + 1] : 0);
    if (!(run->s->around[pair / 8] >> pair % 8 & 1))
        return FALSE;
    try_windows(run, 1, at < WINDOW ? 0 : at - WINDOW + 1, MIN(at, b.n - WINDOW) + 1);
    return TRUE;
}

/* Run by run, and the breaks between them. FALSE: nothing in it passes a filter, whatever stands around it. */
static gboolean try_span(const struct run *run, gsize from, gsize to)
{
    gboolean passed = FALSE;
    const guint8 *text = run->text.p, *p = text + from, *end = text + to;
    for (; p < end; p++) {
        const guint8 *begin = p;
        while (p < end && !breaks[*p])
            p++;
        if (p - begin >= WINDOW && run->s->filter[0])
            passed |= try_windows(run, 0, (gsize)(begin - text), (gsize)(p - text) - WINDOW + 1);
        if (p < end)
            passed |= try_break(run, (gsize)(p - text));
    }
    return passed;
}

static void try_ends(const struct run *run, gsize from, gsize to)
{
    if (breaks[run->text.p[from]])
        try_break(run, from);
    if (breaks[run->text.p[to - 1]])
        try_break(run, to - 1);
}

static void search_plain(struct search *s, struct search_memo *memo, struct bytes text, search_hit hit, void *arg)
{
    struct run run = {s, text, hit, arg};
    for (gsize at = 0, end; at < text.n; at = end + 1) {
        gsize lf = bytes_chr_from(text, '\n', at);
        guint64 hash = 0;
        end = lf == NOT_FOUND ? text.n : lf;
        guint64 *place = memo_place(s, memo, bytes_sub(text, at, end - at), &hash);
        if (place && *place == hash)
            try_ends(&run, at, end);
        else if (!try_span(&run, at, end) && place)
            *place = hash;
        if (end < text.n)
            try_break(&run, end);
    }
}

/* The text with %XX undone; NULL: there is none. */
static GByteArray *decode(struct bytes text)
{
    gsize at = 0;
    GByteArray *decoded = NULL;
    for (gsize next = bytes_chr(text, '%'); next != NOT_FOUND; next = bytes_chr_from(text, '%', next + 1)) {
        gint high = next + 2 < text.n ? g_ascii_xdigit_value((gchar)text.p[next + 1]) : -1;
        gint low = next + 2 < text.n ? g_ascii_xdigit_value((gchar)text.p[next + 2]) : -1;
        if (high < 0 || low < 0)
            continue;
        guint8 c = (guint8)(high << 4 | low);
        if (!decoded)
            decoded = g_byte_array_sized_new((guint)text.n);
        g_byte_array_append(decoded, text.p + at, (guint)(next - at));
        g_byte_array_append(decoded, &c, 1);
        at = next + 3;
        next += 2;
    }
    if (decoded)
        g_byte_array_append(decoded, text.p + at, (guint)(text.n - at));
    return decoded;
}

void search_text(struct search *s, struct search_memo *memo, struct bytes text, search_hit hit, void *arg)
{
    search_prepare(s);
    if (text.n < WINDOW || text.n > G_MAXINT32)
        return;
    search_plain(s, memo, text, hit, arg);
    GByteArray *decoded = decode(text);
    if (!decoded)
        return;
    if (decoded->len >= WINDOW)
        search_plain(s, memo, bytes_of_array(decoded), hit, arg);
    g_byte_array_unref(decoded);
}

/* The audit's run, and its judgements of single values.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#include "agent.h"
#include "prf.h"

#define SEARCH_BYTES ((gsize)64 << 20)
#define TAG_HASH 'h'
#define WORD_MIN 3       /* shorter words are no identity by themselves */
#define NUMBER_DIGITS 10 /* as many as the policy lets pass */
#define NIL_ZEROS 32     /* the null UUID */

/* --- life -------------------------------------------------------------------------------------------- */

static void add_own_words(struct audit *a)
{
    for (guint i = 0; audit_own_words[i]; i++) {
        g_auto(GStrv) list = g_strsplit(audit_own_words[i], " ", -1);
        for (guint j = 0; list[j]; j++)
            words_add(a->words, bytes_of(list[j]), 1);
    }
    for (guint i = 0; i < agent_row_count; i++) { /* labels of products */
        audit_word(a, bytes_of(agent_rows[i].product));
        audit_word(a, bytes_of(agent_rows[i].family));
    }
}

struct audit *audit_new(const struct audit_settings *settings, struct labels *labels,
                        struct addresses *addresses, struct tokens *tokens)
{
    struct audit *a = g_new0(struct audit, 1);
    struct prf *prf = prf_new(settings->key, "audit");
    a->key = prf_hash_key(prf, TAG_HASH);
    prf_free(prf);
    a->labels = labels;
    a->addresses = addresses;
    a->tokens = tokens;
    a->arena = arena_new();
    a->words = words_new(a->key);
    a->bloom = bloom_new();
    a->search = search_new(a->key, settings->search_bytes_max ? settings->search_bytes_max : SEARCH_BYTES);
    a->pairs = g_new0(struct audit_pair, 1u << PAIRS_LOG2);
    a->token_pairs = g_new0(guint64, 1u << TOKEN_PAIRS_LOG2);
    a->v4 = g_new0(struct audit_pair4, 1u << ADDRESSES_LOG2);
    a->v16 = g_new0(struct audit_pair16, 1u << ADDRESSES_LOG2);
    a->place = "";
    a->threads = settings->threads;
    add_own_words(a);
    audit_add_forms(a->words);
    return a;
}

void audit_free(struct audit *a)
{
    if (!a)
        return;
    arena_free(a->arena);
    words_free(a->words);
    bloom_free(a->bloom);
    search_free(a->search);
    g_free(a->memo);
    g_free(a->pairs);
    g_free(a->token_pairs);
    g_free(a->v4);
    g_free(a->v16);
    audit_ends_free(a->ends);
    g_free(a);
}

static gboolean is_blank(guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void audit_word(void *audit, struct bytes word)
{
    struct audit *a = audit;
    words_add(a->words, word, 1);
    for (gsize at = 0, end; at < word.n; at = end + 1) {
        for (end = at; end < word.n && !is_blank(word.p[end]);)
            end++;
        if (end - at < word.n)
            words_add(a->words, bytes_sub(word, at, end - at), 1);
    }
}

const struct audit_result *audit_result(const struct audit *a)
{
    struct audit_result *r = &((struct audit *)a)->result;
    r->originals = search_count(a->search);
    r->search_limited = search_limited(a->search);
    return r;
}

const char *audit_fault_text(enum audit_fault fault)
{
    static const char *const texts[AUDIT_FAULTS] = {
        [AUDIT_NOT_IMAGE] = "is not the image of its original",
        [AUDIT_SURVIVED] = "holds a word of the original",
        [AUDIT_UNCHECKED] = "was not checked frame by frame",
        [AUDIT_FOUND] = "holds an original",
        [AUDIT_BLOCK] = "may not be in the file",
        [AUDIT_MALFORMED] = "cannot be read",
    };
    return fault < AUDIT_FAULTS ? texts[fault] : "?";
}

/* --- hits ---------------------------------------------------------------------------------------------- */

/* A name that is no known word is somebody's, and is not said. */
static void write_place(const struct audit *a, char out[AUDIT_PLACE_MAX])
{
    gboolean fits = a->place_name.n + strlen(a->place) < AUDIT_PLACE_MAX;
    gboolean known = fits && words_find(a->words, a->place_name);
    g_snprintf(out, AUDIT_PLACE_MAX, "%s%.*s", a->place, known ? (int)a->place_name.n : 0,
               known ? (const char *)a->place_name.p : "");
    if (a->place_name.n && !known)
        g_strlcat(out, "(unknown name)", AUDIT_PLACE_MAX);
}

void audit_fail(struct audit *a, enum audit_fault fault, enum kind kind)
{
    struct audit_result *r = &a->result;
    if (r->n_hits < AUDIT_HITS_KEPT) {
        struct audit_hit *hit = &r->hits[r->n_hits];
        *hit = (struct audit_hit){.frame = a->number, .fault = fault, .kind = kind};
        write_place(a, hit->place);
    }
    r->n_hits++;
}

void audit_at(struct audit *a, const char *before, struct bytes name)
{
    a->place = before;
    a->place_name = name;
}

/* --- what was found right, what was written ---------------------------------------------------------------
 */

guint64 audit_hash(const struct audit *a, guint8 what, struct bytes value)
{
    struct hash_key key = {a->key.k0 ^ what, a->key.k1};
    return hash_fast(&key, value, 0);
}

static guint64 pair_hash(const struct audit *a, guint8 form, struct bytes captured, struct bytes written)
{
    struct hash_key first = {a->key.k0 + form, a->key.k1};
    struct hash_key second = {a->key.k1, hash_fast(&first, captured, 0)};
    return (bytes_eq(captured, written) ? second.k1 * 31 : hash_fast(&second, written, 0)) | 1;
}

gboolean audit_pair_known(struct audit *a, guint8 form, struct bytes captured, struct bytes written,
                          guint64 *hash)
{
    *hash = pair_hash(a, form, captured, written);
    struct audit_pair *pair = &a->pairs[*hash >> (64 - PAIRS_LOG2)];
    if (pair->latest == *hash) {
        pair->latest = pair->again;
        pair->again = *hash;
    }
    return pair->again == *hash;
}

void audit_pair_right(struct audit *a, guint64 hash)
{
    a->pairs[hash >> (64 - PAIRS_LOG2)].latest = hash;
}

/* Bytes at which a word ends, where a hit of the search asks for the word that it lies in. */
static const guint8 word_ends[256] = {
    [0 ... ' '] = 1, ['"'] = 1, ['('] = 1, [')'] = 1, [','] = 1, [';'] = 1, ['<'] = 1, ['='] = 1,
    ['>'] = 1,       ['?'] = 1, ['['] = 1, [']'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1, [0x7f] = 1,
};

/* The words of an image that are long enough to hold an original. */
static void remember(struct audit *a, struct bytes image)
{
    for (gsize at = 0, end; at < image.n; at = end + 1) {
        for (end = at; end < image.n && !word_ends[image.p[end]];)
            end++;
        if (end - at >= ORIGINAL_MIN)
            bloom_add(a->bloom, audit_hash(a, HASH_IMAGE, bytes_sub(image, at, end - at)));
    }
}

/* --- text -------------------------------------------------------------------------------------------------
 */

static gint hex_value(gint c)
{
    return c < 0 ? -1 : g_ascii_xdigit_value((gchar)c);
}

struct bytes audit_percent_decode(struct arena *arena, struct bytes b)
{
    if (bytes_chr(b, '%') == NOT_FOUND)
        return b;
    guint8 *out = arena_alloc(arena, b.n);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        gint high = hex_value(bytes_at(b, i + 1)), low = hex_value(bytes_at(b, i + 2));
        if (b.p[i] == '%' && high >= 0 && low >= 0) {
            out[n++] = (guint8)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = b.p[i];
        }
    }
    return (struct bytes){out, n};
}

static gboolean all_are(struct bytes b, guint8 c)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] != c)
            return FALSE;
    return TRUE;
}

gboolean audit_blanked_by(struct bytes written, gint first)
{
    if (first == '0')
        return written.n == 1;
    return first == 'x' ? all_are(written, 'x') : bytes_eq(written, BYTES_LIT("redacted"));
}

/* Digits, and what stands between them in dates, versions, ratios and indexes. Not a telephone number:
 * neither "+" and digits, nor a long one with a leading zero, which no number is written with. */
static gboolean is_number(struct bytes w)
{
    gsize run = 0;
    if (bytes_at(w, 0) == '+' || w.n == 0)
        return FALSE;
    for (gsize i = 0; i <= w.n; i++) {
        gint c = bytes_at(w, i);
        if (c >= '0' && c <= '9') {
            run++;
            continue;
        }
        struct bytes digits = bytes_sub(w, i - run, run);
        if (run > NUMBER_DIGITS && !all_are(digits, '0'))
            return FALSE;
        if (run == NUMBER_DIGITS && digits.p[0] == '0')
            return FALSE;
        run = 0;
        if (c >= 0 && !strchr(".:/-+*^|TZ", c) &&
            (i + 1 < w.n || !strchr("dhms", c))) /* also 7d, 25h: RFC 8866 */
            return FALSE;
    }
    return TRUE;
}

/* Six pairs of hex digits. */
static gboolean is_mac(struct bytes w)
{
    for (gsize i = 0; i < w.n; i++)
        if (i % 3 == 2 ? w.p[i] != w.p[2] : !g_ascii_isxdigit((gchar)w.p[i]))
            return FALSE;
    return w.n == 17 && (w.p[2] == ':' || w.p[2] == '-');
}

/* An address, or one and a port. */
static gboolean is_ip4(struct bytes w)
{
    guint8 addr[16];
    gsize end = 0;
    while (end < w.n && w.p[end] != ':' && w.p[end] != '/')
        end++;
    return address4_parse(bytes_sub(w, 0, end), addr);
}

static gboolean is_counted(struct bytes w, struct bytes front)
{
    guint64 n;
    return bytes_starts(w, front) && bytes_number(bytes_from(w, front.n), G_MAXUINT32, &n);
}

gboolean audit_harmless(const struct audit *a, struct bytes w)
{
    if (words_find(a->words, w))
        return TRUE;
    if (is_number(w))
        return !is_ip4(w) && !is_mac(w);
    return audit_blanked(w) || is_counted(w, BYTES_LIT("X-Redacted-")) ||
           is_counted(w, BYTES_LIT("UNKNOWN")) || is_counted(w, BYTES_LIT("ns"));
}

/* --- addresses
 * ----------------------------------------------------------------------------------------------- */

static guint row_of(guint64 v)
{
    return (guint)(v * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> (64 - ADDRESSES_LOG2));
}

/* By the inverse: mapping an address that the rewriter never saw would count it. */
gboolean audit_ip4(struct audit *a, const guint8 captured[4], const guint8 written[4])
{
    guint32 in, out;
    guint8 original[4];
    memcpy(&in, captured, 4);
    memcpy(&out, written, 4);
    struct audit_pair4 *pair = &a->v4[row_of((guint64)in << 32 | out)];
    if (pair->used && pair->in == in && pair->out == out)
        return TRUE;
    addresses_unmap4(a->addresses, written, original);
    if (memcmp(original, captured, 4) != 0)
        return FALSE;
    *pair = (struct audit_pair4){in, out, TRUE};
    bloom_add(a->bloom, audit_hash(a, HASH_V4, (struct bytes){written, 4}));
    return TRUE;
}

static struct audit_pair16 *pair_of(struct audit *a, const guint8 *in, const guint8 *out, guint8 n)
{
    guint64 x = n, y = 0;
    memcpy(&x, in + n - MIN(n, 8), MIN(n, 8));
    memcpy(&y, out + n - MIN(n, 8), MIN(n, 8));
    return &a->v16[row_of(x ^ hash_rotate(y, 23))];
}

static gboolean check16(struct audit *a, const guint8 *in, const guint8 *out, guint8 n, guint8 what,
                        void (*unmap)(struct addresses *, const guint8 *, guint8 *))
{
    struct audit_pair16 *pair = pair_of(a, in, out, n);
    guint8 original[16];
    if (pair->n == n && memcmp(pair->in, in, n) == 0 && memcmp(pair->out, out, n) == 0)
        return TRUE;
    unmap(a->addresses, out, original);
    if (memcmp(original, in, n) != 0)
        return FALSE;
    memcpy(pair->in, in, n);
    memcpy(pair->out, out, n);
    pair->n = n;
    bloom_add(a->bloom, audit_hash(a, what, (struct bytes){out, n}));
    return TRUE;
}

gboolean audit_ip6(struct audit *a, const guint8 captured[16], const guint8 written[16])
{
    return check16(a, captured, written, 16, HASH_V6, addresses_unmap6);
}

gboolean audit_mac(struct audit *a, const guint8 captured[6], const guint8 written[6])
{
    return check16(a, captured, written, 6, HASH_MAC, addresses_unmap_mac);
}

/* --- users and hosts
 * --------------------------------------------------------------------------------------------- */

static gboolean has_scheme(struct bytes b)
{
    if (bytes_chr(b, ':') == NOT_FOUND)
        return FALSE;
    return bytes_istarts(b, BYTES_LIT("sip:")) || bytes_istarts(b, BYTES_LIT("sips:")) ||
           bytes_istarts(b, BYTES_LIT("tel:"));
}

/* One label and its original; telephone numbers and users alike. */
static enum kind check_label(struct audit *a, struct bytes captured, struct bytes written,
                             labels_finder find, enum kind otherwise)
{
    struct bytes label;
    enum kind kind;
    a->result.slots++;
    if (!find(a->labels, audit_then(a), captured, &label, &kind))
        return otherwise;
    if (kind == KIND_PHONE) /* as it is spelled; users and hosts are in the tables that step 2 reads */
        audit_original(a, captured, written, kind);
    return bytes_eq(label, written) ? KIND_KEPT : kind == KIND_KEPT ? otherwise : kind;
}

static struct bytes before(struct bytes b, gsize at)
{
    return bytes_sub(b, 0, at);
}

/* DOMAIN\user, or user@host inside a userinfo. */
static enum kind check_two(struct audit *a, struct bytes plain, gsize cut, struct bytes written,
                           gboolean host_first)
{
    struct bytes now = audit_percent_decode(a->arena, written);
    gsize now_cut = host_first ? bytes_chr(now, '\\') : bytes_rchr(now, '@');
    if (now_cut == NOT_FOUND)
        return KIND_USER;
    struct bytes user = host_first ? bytes_from(plain, cut + 1) : before(plain, cut);
    struct bytes host = host_first ? before(plain, cut) : bytes_from(plain, cut + 1);
    struct bytes now_user = host_first ? bytes_from(now, now_cut + 1) : before(now, now_cut);
    struct bytes now_host = host_first ? before(now, now_cut) : bytes_from(now, now_cut + 1);
    enum kind kind = check_label(a, user, now_user, labels_find_user, KIND_USER);
    return kind == KIND_KEPT ? audit_host(a, host, now_host) : kind;
}

static enum kind check_user(struct audit *a, struct bytes captured, struct bytes written)
{
    struct bytes plain = audit_percent_decode(a->arena, captured);
    if (audit_blanked(written)) {
        audit_original(a, captured, written, KIND_USER);
        return KIND_KEPT;
    }
    gsize at = bytes_rchr(plain, '@'), slash = bytes_chr(plain, '\\');
    if (has_scheme(plain))
        return audit_uri(a, plain, audit_percent_decode(a->arena, written));
    if (at != NOT_FOUND)
        return check_two(a, plain, at, written, FALSE);
    if (slash != NOT_FOUND)
        return check_two(a, plain, slash, written, TRUE);
    enum kind kind = check_label(a, plain, written, labels_find_user, KIND_USER);
    return kind != KIND_KEPT && plain.n < captured.n
               ? check_label(a, plain, audit_percent_decode(a->arena, written), labels_find_user, KIND_USER)
               : kind;
}

enum kind audit_user(struct audit *a, struct bytes captured, struct bytes written)
{
    guint64 hash;
    if (audit_pair_known(a, PAIR_USER, captured, written, &hash)) {
        a->result.slots++;
        return KIND_KEPT;
    }
    enum kind kind = check_user(a, captured, written);
    if (kind == KIND_KEPT)
        audit_pair_right(a, hash);
    return kind;
}

static struct bytes without_brackets(struct bytes b)
{
    if (bytes_at(b, 0) != '[')
        return b;
    return bytes_sub(b, 1, b.n - (bytes_at(b, b.n - 1) == ']' ? 2 : 1));
}

static enum kind check_host(struct audit *a, struct bytes captured, struct bytes written)
{
    guint8 was[16], is[16];
    struct bytes plain = audit_percent_decode(a->arena, audit_trim(captured)), now = audit_trim(written);
    if (audit_blanked(now)) {
        audit_original(a, plain, now, KIND_DOMAIN);
        return KIND_KEPT;
    }
    struct bytes literal = without_brackets(plain);
    literal = before(literal, MIN(bytes_chr(literal, '%'), literal.n));
    a->result.slots++;
    if (address4_parse(literal, was))
        return address4_parse(without_brackets(now), is) && audit_ip4(a, was, is) ? KIND_KEPT : KIND_ADDRESS;
    if (address6_parse(literal, was))
        return address6_parse(without_brackets(now), is) && audit_ip6(a, was, is) ? KIND_KEPT : KIND_ADDRESS;
    a->result.slots--;
    return check_label(a, plain, now, labels_find_domain, KIND_DOMAIN);
}

enum kind audit_host(struct audit *a, struct bytes captured, struct bytes written)
{
    guint64 hash;
    if (audit_pair_known(a, PAIR_HOST, captured, written, &hash)) {
        a->result.slots++;
        return KIND_KEPT;
    }
    enum kind kind = check_host(a, captured, written);
    if (kind == KIND_KEPT)
        audit_pair_right(a, hash);
    return kind;
}

/* Where the port's colon is: not inside brackets, and not one of several. */
static gsize port_at(struct bytes b)
{
    gsize colon = bytes_rchr(b, ':'), bracket = bytes_rchr(b, ']');
    if (colon == NOT_FOUND || (bracket != NOT_FOUND && colon < bracket))
        return b.n;
    return bracket == NOT_FOUND && bytes_chr(b, ':') != colon ? b.n : colon;
}

gboolean audit_port(struct bytes captured, struct bytes written)
{
    guint64 old, new;
    struct bytes was = audit_trim(captured), is = audit_trim(written);
    if (audit_blanked(is) || bytes_eq(is, BYTES_LIT("99999")))
        return TRUE;
    return bytes_number(was, 65535, &old) && bytes_number(is, 65535, &new) && old == new;
}

enum kind audit_hostport(struct audit *a, struct bytes captured, struct bytes written)
{
    gsize was = port_at(captured), is = port_at(written);
    enum kind kind = audit_host(a, before(captured, was), before(written, is));
    if (kind != KIND_KEPT || is == written.n)
        return kind;
    return audit_port(bytes_from(captured, was + 1), bytes_from(written, is + 1)) ? KIND_KEPT : KIND_REDACTED;
}

/* --- tokens
 * ----------------------------------------------------------------------------------------------------- */

static gboolean is_image(struct audit *a, struct bytes captured, struct bytes written, enum kind kind)
{
    struct bytes image = tokens_map(a->tokens, kind, captured, a->arena);
    if (!bytes_eq(image, written))
        return FALSE;
    remember(a, written);
    return TRUE;
}

gboolean audit_any_image(struct audit *a, struct bytes captured, struct bytes written)
{
    static const enum kind kinds[] = {KIND_TOKEN, KIND_NONCE, KIND_TAG, KIND_CALL_ID, KIND_BRANCH};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (is_image(a, captured, written, kinds[i]))
            return TRUE;
    return FALSE;
}

/* Without the bytes at which `shape`, of the same length, has a hyphen; *there: they are hyphens. */
static struct bytes without_hyphens(struct audit *a, struct bytes b, struct bytes shape, gboolean *there)
{
    guint8 *out = arena_alloc(a->arena, b.n);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        if (shape.p[i] != '-')
            out[n++] = b.p[i];
        else
            *there &= b.p[i] == '-';
    }
    return (struct bytes){out, n};
}

gboolean audit_shaped_image(struct audit *a, struct bytes captured, struct bytes written)
{
    gboolean there = TRUE;
    struct bytes was = without_hyphens(a, captured, captured, &there), is = written;
    if (captured.n == written.n)
        is = without_hyphens(a, written, captured, &there);
    if (!there || !is_image(a, was, is, KIND_TOKEN))
        return FALSE;
    remember(a, written);
    return TRUE;
}

/* Equality of the null UUID is right; and a form that tells nothing always. */
static gboolean token_may_be(struct bytes captured, struct bytes written)
{
    return audit_blanked(written) ||
           (captured.n >= NIL_ZEROS && all_are(captured, '0') && bytes_eq(captured, written));
}

static enum kind check_token(struct audit *a, struct bytes captured, struct bytes written, enum kind kind)
{
    static const struct bytes cookie = BYTES_LIT("z9hG4bK");
    struct bytes was = captured, is = written;
    if (kind == KIND_BRANCH && bytes_starts(was, cookie) && bytes_starts(is, cookie)) {
        was = bytes_from(was, cookie.n);
        is = bytes_from(is, cookie.n);
    }
    if (!token_may_be(was, is) && !bytes_eq(tokens_map(a->tokens, kind, was, a->arena), is))
        return kind;
    remember(a, written); /* with its cookie: the word that a hit would lie in */
    audit_original(a, was, is, kind);
    return KIND_KEPT;
}

enum kind audit_token(struct audit *a, struct bytes captured, struct bytes written, enum kind kind)
{
    guint64 hash;
    a->result.slots++;
    if (bytes_at(captured, 3) == ':' && bytes_istarts(captured, BYTES_LIT("urn:")))
        return audit_uri(a, captured, written);
    hash = pair_hash(a, (guint8)(PAIR_TOKEN + kind), captured, written);
    guint64 *known = &a->token_pairs[hash >> (64 - TOKEN_PAIRS_LOG2)];
    if (*known == hash)
        return KIND_KEPT;
    enum kind found = check_token(a, captured, written, kind);
    if (found == KIND_KEPT)
        *known = hash;
    return found;
}

static gboolean in_brackets(struct bytes b)
{
    return b.n >= 2 && b.p[0] == '<' && b.p[b.n - 1] == '>';
}

enum kind audit_call_id(struct audit *a, struct bytes captured, struct bytes written)
{
    if (in_brackets(captured) && in_brackets(written)) { /* Content-ID */
        captured = bytes_sub(captured, 1, captured.n - 2);
        written = bytes_sub(written, 1, written.n - 2);
    }
    gsize was = bytes_rchr(captured, '@'), is = bytes_rchr(written, '@');
    if (was == NOT_FOUND || was + 1 == captured.n || is == NOT_FOUND)
        return audit_token(a, captured, written, KIND_CALL_ID);
    enum kind kind = audit_token(a, before(captured, was), before(written, is), KIND_CALL_ID);
    if (kind != KIND_KEPT)
        return kind;
    /* Where several "@" stand in a host, each part is one; here only the last can be. A port may stand behind it. */
    struct bytes host = bytes_from(captured, was + 1), image = bytes_from(written, is + 1);
    return port_at(image) < image.n ? audit_hostport(a, host, image) : audit_host(a, host, image);
}

enum kind audit_agent(struct audit *a, struct bytes captured, struct bytes written)
{
    if (audit_blanked(written)) {
        audit_original(a, captured, written, KIND_AGENT);
        return KIND_KEPT;
    }
    return check_label(a, captured, written, labels_find_agent, KIND_AGENT);
}

/* --- survival
 * ---------------------------------------------------------------------------------------------------- */

/* A word ends at these, and a fine one at those as well. */
static const guint8 coarse_ends[256] = {
    [0 ... ' '] = 1, ['"'] = 1, ['\''] = 1, ['<'] = 1, ['>'] = 1, ['('] = 1, [')'] = 1, [','] = 1,
    [';'] = 1,       ['='] = 1, ['&'] = 1,  ['?'] = 1, ['['] = 1, [']'] = 1, ['{'] = 1, ['}'] = 1};
static const guint8 fine_ends[256] = {
    [':'] = 1, ['@'] = 1, ['/'] = 1, ['|'] = 1, ['~'] = 1, ['#'] = 1, ['\\'] = 1, ['*'] = 1};

static gboolean is_end(gint c)
{
    return c < 0 || coarse_ends[c] || fine_ends[c];
}

/* Does `w` stand in `captured` too, as a word? */
static gboolean stood(struct bytes captured, struct bytes w)
{
    for (gsize i = 0; i + w.n <= captured.n; i++)
        if (bytes_ieq(bytes_sub(captured, i, w.n), w) && is_end(i ? captured.p[i - 1] : -1) &&
            is_end(bytes_at(captured, i + w.n)))
            return TRUE;
    return FALSE;
}

/* An address as word: the image of one that stood there. */
static gboolean address_stood(struct audit *a, struct bytes captured, struct bytes w, gboolean *is_address)
{
    guint8 is[16], was[16];
    char text[46];
    gsize n;
    if (address4_parse(w, is)) {
        addresses_unmap4(a->addresses, is, was);
        n = address4_format(was, text);
        bloom_add(a->bloom, audit_hash(a, HASH_V4, (struct bytes){is, 4}));
    } else if (address6_parse(w, is)) {
        addresses_unmap6(a->addresses, is, was);
        n = address6_format(was, text);
        /* The original may be spelled in many ways: what counts is that this one did not stand there. */
        *is_address = TRUE;
        return bytes_find(captured, w) == NOT_FOUND || bytes_eq(w, (struct bytes){(const guint8 *)text, n});
    } else {
        return FALSE;
    }
    *is_address = TRUE;
    return bytes_find(captured, (struct bytes){(const guint8 *)text, n}) != NOT_FOUND;
}

void audit_labels_as_of(struct audit *a, const struct label_marks *given)
{
    a->as_of = given != NULL;
    if (given)
        a->given = *given;
}

gboolean audit_is_label(const struct audit *a, struct bytes word)
{
    return labels_issued(a->labels, audit_then(a), word);
}

gboolean audit_is_kept(const struct audit *a, struct bytes word)
{
    struct bytes label;
    enum kind kind;
    return (labels_find_domain(a->labels, audit_then(a), word, &label, &kind) && kind == KIND_KEPT) ||
           (labels_find_user(a->labels, audit_then(a), word, &label, &kind) && kind == KIND_KEPT);
}

static gboolean accounted(struct audit *a, struct bytes w)
{
    if (audit_harmless(a, w) || audit_is_label(a, w))
        return TRUE;
    if (w.n >= ORIGINAL_MIN && bloom_has(a->bloom, audit_hash(a, HASH_IMAGE, w)))
        return TRUE;
    return audit_is_kept(a, w);
}

/* No identity by itself. Of a branch, what is behind the cookie: a part of a token may be its own image. */
static gboolean is_short(struct bytes w)
{
    static const struct bytes cookie = BYTES_LIT("z9hG4bK");
    return w.n < WORD_MIN + (bytes_istarts(w, cookie) ? cookie.n : 0);
}

/* Addresses are judged by position, never searched. */
static gboolean tells_nobody(const struct audit *a, struct bytes word)
{
    guint8 addr[16];
    return audit_harmless(a, word) || address4_parse(word, addr) || address6_parse(word, addr);
}

static gboolean fine_words_tell_nobody(const struct audit *a, struct bytes w)
{
    for (gsize at = 0, end; at < w.n; at = end + 1) {
        for (end = at; end < w.n && !fine_ends[w.p[end]];)
            end++;
        if (end > at && !tells_nobody(a, bytes_sub(w, at, end - at)))
            return FALSE;
    }
    return TRUE;
}

/* All words of a text are known, as in "INVITE, ACK, BYE". */
static gboolean says_nothing(const struct audit *a, struct bytes b)
{
    for (gsize at = 0, end; at < b.n; at = end + 1) {
        for (end = at; end < b.n && !coarse_ends[b.p[end]];)
            end++;
        struct bytes w = bytes_sub(b, at, end - at);
        if (w.n && !tells_nobody(a, w) && !fine_words_tell_nobody(a, w))
            return FALSE;
    }
    return TRUE;
}

/* Labels of another run are no originals. */
static gboolean is_label_form(struct bytes b)
{
    guint64 n;
    if (bytes_iends(b, BYTES_LIT(".invalid")) && bytes_at(b, 0) == 'd')
        return bytes_number(bytes_sub(b, 1, b.n - 9), G_MAXUINT32, &n);
    b = bytes_from(b, bytes_at(b, 0) == '+');
    return bytes_starts(b, BYTES_LIT("999")) && b.n >= 12 && bytes_number(b, G_MAXUINT64, &n);
}

static gboolean is_token_kind(enum kind kind)
{
    return kind == KIND_CALL_ID || kind == KIND_TAG || kind == KIND_BRANCH || kind == KIND_NONCE ||
           kind == KIND_TOKEN;
}

void audit_original(struct audit *a, struct bytes captured, struct bytes written, enum kind kind)
{
    guint8 addr[16];
    gboolean text = kind == KIND_REDACTED || kind == KIND_DELETED;
    while (captured.n && captured.p[0] <= ' ')
        captured = bytes_from(captured, 1);
    while (captured.n && captured.p[captured.n - 1] <= ' ')
        captured.n--;
    if (captured.n < ORIGINAL_MIN || bytes_eq(captured, written) || is_label_form(captured) ||
        (text && says_nothing(a, captured)))
        return;
    if (kind == KIND_DOMAIN && (address4_parse(captured, addr) || address6_parse(captured, addr)))
        return; /* a blank or control byte beside it made it a name */
    search_add(a->search, captured, kind, is_token_kind(kind));
}

/* The end of a fine word at `at`: colons in an IPv6 address without brackets end none. */
static gsize fine_end(struct bytes written, gsize at, gsize to)
{
    guint8 addr[16];
    gsize end = at, hex = at;
    while (hex < to &&
           (g_ascii_isxdigit((gchar)written.p[hex]) || written.p[hex] == ':' || written.p[hex] == '.'))
        hex++;
    if (hex - at > 1 && hex - at < 46 && address6_parse(bytes_sub(written, at, hex - at), addr))
        return hex;
    while (end < to && !fine_ends[written.p[end]])
        end++;
    return end;
}

static enum kind fine_survival(struct audit *a, struct bytes captured, struct bytes written, gsize from,
                               gsize to)
{
    for (gsize at = from, end; at < to; at = end + 1) {
        end = fine_end(written, at, to);
        struct bytes w = bytes_sub(written, at, end - at);
        gboolean is_address = FALSE;
        if (at > from && accounted(a, bytes_sub(written, at, to - at)))
            break; /* "Content-Type:text/plain": all that is left is one word */
        if (is_short(w) || accounted(a, w))
            continue;
        if (address_stood(a, captured, w, &is_address))
            continue;
        if (is_address)
            return KIND_ADDRESS;
        if (stood(captured, w))
            return KIND_REDACTED;
    }
    return KIND_KEPT;
}

static enum kind coarse_survival(struct audit *a, struct bytes captured, struct bytes written, gsize from,
                                 gsize to)
{
    struct bytes w = bytes_sub(written, from, to - from);
    gboolean is_address = FALSE;
    if (is_short(w) || accounted(a, w) || address_stood(a, captured, w, &is_address))
        return KIND_KEPT;
    if (is_mac(w) && stood(captured, w))
        return KIND_MAC;
    return is_address ? KIND_ADDRESS : fine_survival(a, captured, written, from, to);
}

static enum kind survival(struct audit *a, struct bytes captured, struct bytes written)
{
    for (gsize at = 0, end; at < written.n; at = end + 1) {
        for (end = at; end < written.n && !coarse_ends[written.p[end]];)
            end++;
        enum kind kind = coarse_survival(a, captured, written, at, end);
        if (kind != KIND_KEPT)
            return kind;
    }
    return KIND_KEPT;
}

enum kind audit_survival(struct audit *a, struct bytes captured, struct bytes written)
{
    guint64 hash;
    if (audit_blanked(written)) {
        audit_original(a, captured, written, KIND_REDACTED);
        return KIND_KEPT;
    }
    if (audit_pair_known(a, PAIR_WORDS, captured, written, &hash) || words_find(a->words, written))
        return KIND_KEPT;
    enum kind kind =
        survival(a, audit_percent_decode(a->arena, captured), audit_percent_decode(a->arena, written));
    if (kind == KIND_KEPT)
        audit_pair_right(a, hash);
    return kind;
}

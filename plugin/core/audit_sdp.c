/* Session descriptions: the captured lines beside the written ones.
 *
 * As with header fields, the written lines are some of the captured ones in their order: i= u= e= p= k= are
 * gone, an unknown attribute is a=x-redacted, an unknown line x=redacted. What a line holds at a known place
 * is compared; of the rest no word may survive.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define WORDS_MAX 32
#define MOVED_DIGITS 5 /* a shorter number may be its own image, and says nothing */

struct line {
    guint8 letter;            /* 0: no letter and "=" */
    struct bytes name, value; /* a=NAME:VALUE; else the name is empty */
    struct bytes all;
};

static struct line split_line(struct bytes text)
{
    struct line l = {.value = text, .all = text};
    if (text.n < 2 || text.p[1] != '=')
        return l;
    l.letter = text.p[0];
    l.value = bytes_from(text, 2);
    if (l.letter != 'a')
        return l;
    gsize colon = bytes_chr(l.value, ':');
    l.name = audit_trim(bytes_sub(l.value, 0, colon));
    l.value = colon == NOT_FOUND ? BYTES_NONE : bytes_from(l.value, colon + 1);
    return l;
}

static guint split_words(struct bytes b, struct bytes words[WORDS_MAX])
{
    guint n = 0;
    for (gsize at = 0, end; at < b.n && n < WORDS_MAX; at = end) {
        while (at < b.n && b.p[at] <= ' ')
            at++;
        for (end = at; end < b.n && b.p[end] > ' ';)
            end++;
        if (end > at) {
            words[n] = n + 1 == WORDS_MAX ? bytes_from(b, at) : bytes_sub(b, at, end - at);
            n++;
        }
    }
    return n;
}

/* --- words -------------------------------------------------------------------------------------------- */

static gboolean is_digits(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isdigit((gchar)b.p[i]))
            return FALSE;
    return b.n > 0;
}

static gboolean is_hex(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isxdigit((gchar)b.p[i]))
            return FALSE;
    return b.n > 0;
}

/* A number that was moved or permuted: another one, or a token's image. */
static enum kind moved(struct audit *a, struct bytes was, struct bytes is)
{
    a->result.slots++;
    if (audit_blanked(is))
        return KIND_KEPT;
    if (!is_digits(is))
        return audit_token(a, was, is, KIND_TOKEN);
    if (is.n >= ORIGINAL_MIN)
        bloom_add(a->bloom, audit_hash(a, HASH_IMAGE, is));
    return bytes_eq(was, is) && is.n >= MOVED_DIGITS ? KIND_TOKEN : KIND_KEPT;
}

static enum kind with_slash(struct audit *a, struct bytes was, struct bytes is)
{
    gsize old = bytes_chr(was, '/'), new = bytes_chr(is, '/');
    return audit_host(a, bytes_sub(was, 0, old), bytes_sub(is, 0, new));
}

static enum kind token(struct audit *a, struct bytes was, struct bytes is)
{
    return audit_token(a, was, is, KIND_TOKEN);
}

static enum kind nonce(struct audit *a, struct bytes was, struct bytes is)
{
    return audit_token(a, was, is, KIND_NONCE);
}

static enum kind user(struct audit *a, struct bytes was, struct bytes is)
{
    return bytes_eq(was, is) && audit_harmless(a, is) ? KIND_KEPT : audit_user(a, was, is);
}

static enum kind host(struct audit *a, struct bytes was, struct bytes is)
{
    return bytes_eq(was, is) && bytes_eq(is, BYTES_LIT("*")) ? KIND_KEPT : audit_host(a, was, is);
}

/* inline:KEY|lifetime|MKI: the key is written as A... and padding. */
static enum kind one_key(struct audit *a, struct bytes was, struct bytes is)
{
    gsize colon = bytes_chr(is, ':'), bar = bytes_chr(is, '|');
    if (audit_blanked(is))
        return KIND_KEPT;
    struct bytes key =
        colon == NOT_FOUND ? is : bytes_sub(is, colon + 1, MIN(bar, is.n) - MIN(colon + 1, is.n));
    for (gsize i = 0; i < key.n; i++)
        if (key.p[i] != 'A' && key.p[i] != '=')
            return KIND_REDACTED;
    gsize from = bytes_chr(was, ':');
    if (from != NOT_FOUND)
        audit_original(a, bytes_sub(was, from + 1, MIN(bytes_chr(was, '|'), was.n) - from - 1), BYTES_NONE,
                       KIND_REDACTED);
    return KIND_KEPT;
}

static enum kind keys(struct audit *a, struct bytes was, struct bytes is)
{
    gsize old = 0;
    for (gsize at = 0, end, old_end; at < is.n; at = end + 1, old = old_end + 1) {
        end = audit_scan(is, at, ';', FALSE);
        old_end = audit_scan(was, old, ';', FALSE);
        enum kind kind =
            one_key(a, bytes_sub(was, old, old_end - MIN(old, old_end)), bytes_sub(is, at, end - at));
        if (kind != KIND_KEPT)
            return kind;
    }
    return KIND_KEPT;
}

typedef enum kind (*check_word)(struct audit *a, struct bytes was, struct bytes is);

struct shape {
    const char *name;
    check_word words[7]; /* NULL: by survival */
    gboolean pairs;      /* behind them: raddr HOST, ufrag TOKEN, pwd NONCE ... */
};

static const struct shape shapes[] = {
    {"candidate", {token, NULL, NULL, NULL, host}, TRUE},
    {"remote-candidates", {NULL, host}, FALSE},
    {"ice-ufrag", {token}, FALSE},
    {"ice-pwd", {nonce}, FALSE},
    {"rtcp", {NULL, NULL, NULL, with_slash}, FALSE},
    {"crypto", {NULL, NULL, keys}, FALSE},
    {"fingerprint", {NULL, token}, FALSE},
    {"ssrc", {moved}, FALSE},
    {"tls-id", {token}, FALSE},
    {"alt", {NULL, NULL, NULL, token, nonce, host}, FALSE},
    {"x-alt", {NULL, NULL, NULL, token, nonce, host}, FALSE},
    {"source-filter", {NULL, NULL, NULL, host, host}, FALSE},
    {"altc", {NULL, NULL, host}, FALSE},
    {"path", {audit_uri, audit_uri, audit_uri}, FALSE},
    {"control", {audit_uri}, FALSE},
};

static const struct {
    const char *name;
    check_word check;
} pairs[] = {{"raddr", host}, {"ufrag", token}, {"pwd", nonce}, {"username", token}, {"password", nonce}};

static check_word pair_check(struct bytes name)
{
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (bytes_ieq(name, bytes_of(pairs[i].name)))
            return pairs[i].check;
    return NULL;
}

static enum kind check_shape(struct audit *a, const struct shape *shape, struct bytes was, struct bytes is)
{
    struct bytes old[WORDS_MAX], new[WORDS_MAX];
    guint n = split_words(was, old), m = split_words(is, new);
    if (m > n)
        return audit_survival(a, was, is);
    for (guint i = 0; i < m; i++) {
        check_word check = i < G_N_ELEMENTS(shape->words) ? shape->words[i] : NULL;
        if (!check && shape->pairs && i > 6)
            check = pair_check(old[i - 1]);
        enum kind kind = check ? check(a, old[i], new[i]) : audit_survival(a, old[i], new[i]);
        if (kind != KIND_KEPT)
            return kind;
    }
    return KIND_KEPT;
}

/* Parameters of a codec. A profile is six hex digits, which look like a word. */
static enum kind check_fmtp(struct audit *a, struct bytes was, struct bytes is)
{
    static const struct bytes profile = BYTES_LIT("profile-level-id=");
    for (gsize at = 0, end; at < is.n; at = end + 1) {
        end = audit_scan(is, at, ';', FALSE);
        struct bytes one = audit_trim(bytes_sub(is, at, end - at));
        gsize space = bytes_rchr(one, ' ');
        struct bytes param = bytes_from(one, space == NOT_FOUND ? 0 : space + 1);
        if (bytes_istarts(param, profile) && param.n == profile.n + 6 && is_hex(bytes_from(param, profile.n)))
            one = bytes_sub(one, 0, one.n - param.n);
        enum kind kind = audit_survival(a, was, one);
        if (kind != KIND_KEPT)
            return kind;
    }
    return KIND_KEPT;
}

/* --- is a captured line well-formed? (audit_strict.c) -----------------------------------------------------
 */

static gboolean is_strict_word(const struct audit *a, check_word check, struct bytes w)
{
    if (check == host || check == with_slash)
        return audit_strict_host(bytes_sub(w, 0, bytes_chr(w, '/')));
    if (check == audit_uri)
        return audit_strict_uri(a, w);
    if (check == keys)
        return TRUE;
    return check == NULL || audit_strict_word(w);
}

static gboolean is_strict_shape(const struct audit *a, const struct shape *shape, struct bytes value)
{
    struct bytes words[WORDS_MAX];
    guint n = split_words(value, words);
    for (guint i = 0; i < n; i++) {
        check_word check = i < G_N_ELEMENTS(shape->words) ? shape->words[i] : NULL;
        if (!check && shape->pairs && i > 6)
            check = pair_check(words[i - 1]);
        if (!is_strict_word(a, check, words[i]) ||
            (check == with_slash && !bytes_eq(words[1], BYTES_LIT("IN"))) ||
            (!check && shape->words[0] == audit_uri))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_text(struct bytes line)
{
    for (gsize i = 0; i < line.n; i++)
        if (line.p[i] < ' ' || line.p[i] >= 0x7f || line.p[i] == '"' || line.p[i] == '%')
            return FALSE;
    return TRUE;
}

/* Where not, the rewriter may have cut the line in other places than we do. */
static gboolean is_strict(const struct audit *a, const struct line *was)
{
    struct bytes words[WORDS_MAX];
    guint n = split_words(was->value, words);
    if (!is_text(was->all))
        return FALSE;
    if (was->letter == 'o' || was->letter == 'c') {
        if (n != (was->letter == 'o' ? 6 : 3) || !bytes_eq(words[n - 3], BYTES_LIT("IN")))
            return FALSE;
        return audit_strict_host(bytes_sub(words[n - 1], 0, bytes_chr(words[n - 1], '/')));
    }
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
        if (bytes_ieq(was->name, bytes_of(shapes[i].name)))
            return is_strict_shape(a, &shapes[i], was->value);
    return TRUE;
}

/* --- lines ------------------------------------------------------------------------------------------------
 */

static enum kind check_attribute(struct audit *a, const struct line *was, const struct line *is)
{
    if (bytes_ieq(is->name, BYTES_LIT("fmtp")))
        return check_fmtp(a, was->value, is->value);
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
        if (bytes_ieq(is->name, bytes_of(shapes[i].name)))
            return check_shape(a, &shapes[i], was->value, is->value);
    return audit_survival(a, was->value, is->value);
}

/* username sess-id sess-version nettype addrtype address */
static enum kind check_origin(struct audit *a, struct bytes was, struct bytes is)
{
    static const check_word checks[] = {user, moved, NULL, NULL, NULL, host};
    struct bytes old[WORDS_MAX], new[WORDS_MAX];
    guint n = split_words(was, old), m = split_words(is, new);
    if (n != G_N_ELEMENTS(checks) || m != n)
        return audit_survival(a, was, is);
    for (guint i = 0; i < n; i++) {
        enum kind kind = checks[i] ? checks[i](a, old[i], new[i]) : audit_survival(a, old[i], new[i]);
        if (kind != KIND_KEPT)
            return kind;
    }
    /* A version that is no small counter was moved; that steps are kept is not the audit's business. */
    return is_digits(old[2]) && old[2].n >= MOVED_DIGITS ? moved(a, old[2], new[2]) : KIND_KEPT;
}

static enum kind check_connection(struct audit *a, struct bytes was, struct bytes is)
{
    struct bytes old[WORDS_MAX], new[WORDS_MAX];
    guint n = split_words(was, old), m = split_words(is, new);
    if (n != 3 || m != 3)
        return audit_survival(a, was, is);
    enum kind kind = audit_survival(a, old[0], new[0]);
    if (kind == KIND_KEPT)
        kind = audit_survival(a, old[1], new[1]);
    if (kind != KIND_KEPT || bytes_eq(new[2], BYTES_LIT("-")))
        return kind;
    return bytes_ieq(old[1], BYTES_LIT("E164")) ? audit_user(a, old[2], new[2])
                                                : with_slash(a, old[2], new[2]);
}

static enum kind check_line(struct audit *a, const struct line *was, const struct line *is)
{
    switch (is->letter) {
    case 'o':
        return check_origin(a, was->value, is->value);
    case 'c':
        return check_connection(a, was->value, is->value);
    case 'a':
        return check_attribute(a, was, is);
    case 'i':
    case 'u':
    case 'e':
    case 'p':
    case 'k':
        return audit_blanked(is->value) ? KIND_KEPT : KIND_DELETED;
    default:
        return audit_survival(a, was->value, is->value);
    }
}

static gboolean is_any(const struct line *is)
{
    return is->letter == 'x' && audit_blanked(is->value);
}

/* The captured line that the written one was. */
static gboolean find_line(struct audit *a, struct bytes *captured, const struct line *is, struct line *was)
{
    struct bytes text;
    gboolean unknown = is->letter == 'a' && bytes_eq(is->name, BYTES_LIT("x-redacted"));
    while (audit_next_line(captured, &text)) {
        *was = split_line(text);
        if (unknown ? was->letter == 'a'
                    : is_any(is) || (was->letter == is->letter && bytes_eq(was->name, is->name)))
            return TRUE;
        audit_original(a, audit_trim(was->value), BYTES_NONE, KIND_DELETED);
    }
    return FALSE;
}

static void compare_line(struct audit *a, struct bytes *captured, struct bytes text)
{
    static const char *const letters[26] = {
        "a=", "b=", "c=", "d=", "e=", "f=", "g=", "h=", "i=", "j=", "k=", "l=", "m=",
        "n=", "o=", "p=", "q=", "r=", "s=", "t=", "u=", "v=", "w=", "x=", "y=", "z="};
    struct line is = split_line(text), was;
    guint64 hash;
    audit_at(a, is.letter >= 'a' && is.letter <= 'z' ? letters[is.letter - 'a'] : "sdp", is.name);
    if (!is.letter) {
        if (!audit_blanked(audit_trim(text)))
            audit_fail(a, AUDIT_SURVIVED, KIND_SCRUBBED);
        return;
    }
    if (!find_line(a, captured, &is, &was) || (is.name.n && !audit_harmless(a, is.name))) {
        audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
        return;
    }
    if (is.letter == 'a' && bytes_eq(is.name, BYTES_LIT("x-redacted")))
        audit_original(a, was.name, BYTES_NONE, KIND_REDACTED);
    if (audit_blanked(audit_trim(is.value))) {
        audit_original(a, audit_trim(was.value), BYTES_NONE, KIND_REDACTED);
        return;
    }
    audit_pair_known(a, PAIR_SDP, was.all, text, &hash);
    enum kind kind = check_line(a, &was, &is);
    if (kind != KIND_KEPT && kind != KIND_DELETED && !is_strict(a, &was))
        kind = audit_survival(a, was.value, is.value);
    if (kind == KIND_KEPT)
        audit_pair_right(a, hash);
    else if (!audit_any_image(a, audit_trim(was.value), audit_trim(is.value)))
        audit_fail(a, AUDIT_NOT_IMAGE, kind);
}

/* A lone CR ends a line too, as in some senders' texts. */
static struct bytes with_line_feeds(struct audit *a, struct bytes b)
{
    for (gsize at = bytes_chr(b, '\r'); at != NOT_FOUND; at = bytes_chr_from(b, '\r', at + 1)) {
        if (bytes_at(b, at + 1) == '\n')
            continue;
        struct bytes copy = arena_dup(a->arena, b);
        for (guint8 *p = (guint8 *)copy.p; p < copy.p + copy.n; p++)
            *p = *p == '\r' ? '\n' : *p;
        return copy;
    }
    return b;
}

void audit_sdp(struct audit *a, struct bytes captured, struct bytes written)
{
    struct bytes text;
    guint64 hash;
    captured = with_line_feeds(a, captured);
    written = with_line_feeds(a, written);
    for (;;) {
        if (audit_same_lines(a, PAIR_SDP, &captured, &written, &hash))
            continue;
        if (!audit_next_line(&written, &text))
            break;
        if (text.n)
            compare_line(a, &captured, text);
    }
    while (audit_next_line(&captured, &text)) {
        struct line was = split_line(text);
        audit_original(a, audit_trim(was.value), BYTES_NONE, KIND_DELETED);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sdp_rule.h"

#define KEY_MAX_CHARS 128u /* base64; the longest key and salt of RFC 7714 take 60 */

static gboolean is_blank(gint c)
{
    return c == ' ' || c == '\t';
}

gboolean sdp_word_listed(const char *words, struct bytes word)
{
    struct bytes list = bytes_of(words);
    if (word.n == 0 || bytes_chr(word, ' ') != NOT_FOUND)
        return FALSE;
    for (gsize at = 1; at < list.n;) {
        gsize end = bytes_chr_from(list, ' ', at);
        if (end == NOT_FOUND)
            end = list.n;
        if (end - at == word.n && bytes_ieq(bytes_sub(list, at, word.n), word))
            return TRUE;
        at = end + 1;
    }
    return FALSE;
}

const struct sdp_rule *sdp_rule_named(const struct sdp_named *named, guint n, struct bytes name)
{
    gchar first = g_ascii_tolower((gchar)MAX(bytes_at(name, 0), 0));
    for (guint i = 0; i < n; i++)
        if (named[i].name[0] == first && bytes_ieq(bytes_of(named[i].name), name))
            return &named[i].rule;
    return NULL;
}

gboolean sdp_next_word(struct rewrite *rw, gsize *at, gsize to, gsize *from, gsize *end)
{
    gsize start = *at;
    while (*at < to && is_blank(bytes_at(rw->text, *at)))
        (*at)++;
    rw_keep(rw, start, *at);
    *from = *at;
    while (*at < to && !is_blank(bytes_at(rw->text, *at)))
        (*at)++;
    *end = *at;
    return *end > *from;
}

void sdp_trim(struct rewrite *rw, gsize *from, gsize to, gsize *end)
{
    gsize start = *from;
    while (*from < to && is_blank(bytes_at(rw->text, *from)))
        (*from)++;
    rw_keep(rw, start, *from);
    *end = to;
    while (*end > *from && is_blank(bytes_at(rw->text, *end - 1)))
        (*end)--;
}

/* ---- closed forms ---- */

static gboolean is_canonical(struct bytes w, guint64 max)
{
    guint64 v;
    return bytes_number(w, max, &v) && (w.n == 1 || w.p[0] != '0');
}

/* Takes a canonical decimal of at most `max` from the front of *w. */
static gboolean take_decimal(struct bytes *w, guint64 max)
{
    gsize n = 0;
    while (g_ascii_isdigit(bytes_at(*w, n)))
        n++;
    if (!is_canonical(bytes_sub(*w, 0, n), max))
        return FALSE;
    *w = bytes_from(*w, n);
    return TRUE;
}

/* 0-15,66: lists of numbers, or of pairs of them. */
static gboolean is_ranges(struct bytes w, guint64 max)
{
    gboolean second = FALSE;
    while (take_decimal(&w, max)) {
        gint c = bytes_at(w, 0);
        if (w.n == 0)
            return TRUE;
        if (c != ',' && ((c != '-' && c != '/') || second))
            return FALSE;
        second = c != ',';
        w = bytes_from(w, 1);
    }
    return FALSE;
}

/* Two numbers with one dot each at most: an address has three dots and cannot pass. */
static gboolean is_decimals(struct bytes w)
{
    for (guint i = 0; i < 2; i++) {
        if (!take_decimal(&w, 999))
            return FALSE;
        if (bytes_at(w, 0) == '.') {
            gsize n = 1;
            while (g_ascii_isdigit(bytes_at(w, n)))
                n++;
            if (n < 2 || n > 4)
                return FALSE;
            w = bytes_from(w, n);
        }
        if (w.n == 0)
            return TRUE;
        if (w.p[0] != '-' && w.p[0] != ',')
            return FALSE;
        w = bytes_from(w, 1);
    }
    return FALSE;
}

static gboolean is_hex(struct bytes w, guint64 max)
{
    for (gsize i = 0; i < w.n; i++)
        if (!g_ascii_isxdigit(w.p[i]))
            return FALSE;
    return w.n > 0 && w.n <= max;
}

static gboolean is_word(const struct sdp_rule *rule, struct bytes w)
{
    return (rule->words && sdp_word_listed(rule->words, w)) || (rule->max && is_canonical(w, rule->max));
}

static gboolean is_harmless(const struct sdp_rule *rule, struct bytes w)
{
    switch (rule->as) {
    case AS_NUMBER:
        return is_canonical(w, rule->max);
    case AS_WORDS:
        return is_word(rule, w);
    case AS_RANGES:
        return w.n <= 128 && is_ranges(w, rule->max);
    case AS_DECIMALS:
        return is_decimals(w);
    case AS_HEX:
        return is_hex(w, rule->max);
    default:
        return FALSE;
    }
}

/* ---- identities ---- */

static guint digit_class(struct bytes digits, guint64 max)
{
    guint64 v;
    if (bytes_number(digits, max, &v)) {
        if (v == 0)
            return 0;
        if (digits.p[0] != '0')
            return 1;
    }
    return 2;
}

struct bytes sdp_move_number(struct rewrite *rw, struct bytes digits, guint64 max)
{
    guint64 v;
    if (digits.n == 0 || digits.n > 20 || !bytes_number(bytes_sub(digits, 0, 19), G_MAXUINT64, &v) ||
        (digits.n == 20 && !g_ascii_isdigit(digits.p[19])))
        return BYTES_NONE;
    guint class = digit_class(digits, max);
    struct bytes image = digits;
    if (class == 0)
        return image;
    /* A permutation comes back to its start, so the walk ends; the smallest class (SSRC: a third of
     * all ten-digit numbers) makes it three steps long on average. */
    do
        image = tokens_map(rw->tables->tokens, KIND_TOKEN, image, rw->arena);
    while (digit_class(image, max) != class);
    return image;
}

static void judge_moved(struct rewrite *rw, gsize from, gsize to, guint64 max)
{
    struct bytes image = sdp_move_number(rw, rw_bytes(rw, from, to), max);
    if (image.n)
        rw_replace(rw, from, to, image, KIND_TOKEN);
    else
        rw_token(rw, from, to, KIND_TOKEN);
}

/* "2^20", "1:4": lifetime and MKI with its length. */
static gboolean is_key_limit(struct bytes w)
{
    gsize split = bytes_chr(w, bytes_starts(w, BYTES_LIT("2^")) ? '^' : ':');
    if (split == NOT_FOUND)
        return is_canonical(w, G_MAXUINT32);
    return is_canonical(bytes_sub(w, 0, split), G_MAXUINT32) && is_canonical(bytes_from(w, split + 1), 128);
}

/* A key of zeros, as long as the suite wants it, since readers (Wireshark's too) refuse all other
 * lengths. More than any suite wants is a message, not a key. */
static struct bytes blank_key(struct rewrite *rw, struct bytes key)
{
    gsize n = MIN(key.n, KEY_MAX_CHARS), pad = 0;
    while (pad < 2 && pad < key.n && key.p[key.n - 1 - pad] == '=')
        pad++;
    guint8 *out = arena_alloc(rw->arena, n);
    memset(out, 'A', n);
    memset(out + n - MIN(pad, n), '=', MIN(pad, n));
    return (struct bytes){out, n};
}

/* key-method ":" key-info [ "|" lifetime ] [ "|" MKI ":" length ] */
static void judge_key(struct rewrite *rw, gsize from, gsize to)
{
    struct bytes text = rw_bytes(rw, from, to);
    gsize bar = bytes_chr(text, '|'), at = from + (bar == NOT_FOUND ? text.n : bar);
    if (!bytes_istarts(text, BYTES_LIT("inline:"))) {
        rw_redact(rw, from, to);
        return;
    }
    rw_keep(rw, from, from + 7);
    rw_put(rw, from + 7, at, blank_key(rw, rw_bytes(rw, from + 7, at)), KIND_REDACTED);
    while (at < to) {
        gsize next = bytes_chr_from(text, '|', at + 1 - from);
        gsize end = next == NOT_FOUND ? to : from + next;
        rw_keep(rw, at, at + 1);
        if (end > at + 1 && is_key_limit(rw_bytes(rw, at + 1, end)))
            rw_keep(rw, at + 1, end);
        else
            rw_redact(rw, at + 1, end);
        at = end;
    }
}

static void judge_keys(struct rewrite *rw, gsize from, gsize to)
{
    while (from < to) {
        gsize semi = bytes_chr(rw_bytes(rw, from, to), ';');
        gsize end = semi == NOT_FOUND ? to : from + semi;
        judge_key(rw, from, end);
        rw_keep(rw, end, MIN(end + 1, to));
        from = MIN(end + 1, to);
    }
}

static gboolean is_joint(guint8 c)
{
    return c && strchr(",:|+;[]()/=", c);
}

static void judge_listed(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rule)
{
    while (from < to) {
        gsize end = from;
        while (end < to && !is_joint(rw->text.p[end]))
            end++;
        if (end == from || is_word(rule, rw_bytes(rw, from, end)))
            rw_keep(rw, from, end);
        else
            rw_redact(rw, from, end);
        rw_keep(rw, end, MIN(end + 1, to));
        from = MIN(end + 1, to);
    }
}

static void judge_host(struct rewrite *rw, gsize from, gsize to)
{
    if (bytes_eq(rw_bytes(rw, from, to), BYTES_LIT("*")))
        rw_keep(rw, from, to);
    else
        rw_host(rw, from, to);
}

static void judge_name(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rule)
{
    struct bytes w = rw_bytes(rw, from, to);
    if (sdp_word_listed(rule->words, w) || is_canonical(w, 99))
        rw_keep(rw, from, to);
    else
        rw_token(rw, from, to, KIND_TOKEN);
}

static void judge_cname(struct rewrite *rw, gsize from, gsize to)
{
    if (bytes_chr(rw_bytes(rw, from, to), '@') != NOT_FOUND)
        rw_user(rw, from, to);
    else
        rw_token(rw, from, to, KIND_TOKEN);
}

static void judge_identity(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rule)
{
    switch (rule->as) {
    case AS_LISTED:
        judge_listed(rw, from, to, rule);
        break;
    case AS_NAME:
        judge_name(rw, from, to, rule);
        break;
    case AS_TOKEN:
        rw_token(rw, from, to, KIND_TOKEN);
        break;
    case AS_NONCE:
        rw_token(rw, from, to, KIND_NONCE);
        break;
    case AS_MOVED:
        judge_moved(rw, from, to, rule->max);
        break;
    case AS_CNAME:
        judge_cname(rw, from, to);
        break;
    case AS_HOST:
        judge_host(rw, from, to);
        break;
    case AS_URI:
        rw_uri(rw, from, to);
        break;
    case AS_KEYS:
        judge_keys(rw, from, to);
        break;
    default:
        rw_redact(rw, from, to);
    }
}

static void judge_plain(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rule)
{
    if (from == to || is_harmless(rule, rw_bytes(rw, from, to)))
        rw_keep(rw, from, to);
    else if (rule->as == AS_NUMBER)
        rw_number(rw, from, to, 0, rule->max);
    else
        judge_identity(rw, from, to, rule);
}

void sdp_judge(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rule)
{
    gboolean quoted = to - from >= 2 && rw->text.p[from] == '"' && rw->text.p[to - 1] == '"';
    gsize inner = quoted ? 1 : 0;
    rw_keep(rw, from, from + inner);
    judge_plain(rw, from + inner, to - inner, rule);
    rw_keep(rw, to - inner, to);
}

void sdp_judge_number(struct rewrite *rw, gsize from, gsize to, guint64 max)
{
    sdp_judge(rw, from, to, &(struct sdp_rule){AS_NUMBER, max, NULL});
}

/* ---- sequences ---- */

void sdp_judge_words(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rules, guint n,
                     guint cycle)
{
    static const struct sdp_rule redact = {AS_REDACT, 0, NULL};
    gsize at = from, word, end;
    for (guint i = 0; sdp_next_word(rw, &at, to, &word, &end); i++) {
        const struct sdp_rule *rule = &redact;
        if (i < n)
            rule = &rules[i];
        else if (cycle)
            rule = &rules[n - cycle + (i - n) % cycle];
        sdp_judge(rw, word, end, rule);
    }
}

void sdp_judge_pairs(struct rewrite *rw, gsize from, gsize to, const struct sdp_named *named, guint n)
{
    static const struct sdp_rule redact = {AS_REDACT, 0, NULL};
    gsize at = from, word, end;
    while (sdp_next_word(rw, &at, to, &word, &end)) {
        const struct sdp_rule *rule = sdp_rule_named(named, n, rw_bytes(rw, word, end));
        if (rule)
            rw_keep(rw, word, end);
        else
            rw_redact(rw, word, end);
        if (sdp_next_word(rw, &at, to, &word, &end))
            sdp_judge(rw, word, end, rule ? rule : &redact);
    }
}

/* End of the parameter that begins at `from`: the next separator outside quotes. */
static gsize param_end(const struct rewrite *rw, gsize from, gsize to, const char *separators)
{
    gboolean quoted = FALSE;
    for (gsize i = from; i < to; i++) {
        guint8 c = rw->text.p[i];
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && c && strchr(separators, c))
            return i;
    }
    return to;
}

/* One name[=value]. Returns where the next parameter begins: `to`, or, since RFC 2429 implementations
 * write CIF=1/QCIF=2, behind the slash that follows a number. */
static gsize judge_param(struct rewrite *rw, gsize from, gsize to, const struct sdp_params *params)
{
    static const struct sdp_rule redact = {AS_REDACT, 0, NULL};
    struct bytes text = rw_bytes(rw, from, to);
    gsize assign = bytes_chr(text, params->assign);
    const struct sdp_rule *rule = sdp_rule_named(params->named, params->n_named, bytes_sub(text, 0, assign));
    if (!rule) {
        sdp_judge(rw, from, to, assign == NOT_FOUND ? &params->bare : &redact);
        return to;
    }
    if (assign == NOT_FOUND) {
        rw_keep(rw, from, to);
        return to;
    }
    rw_keep(rw, from, from + assign + 1);
    gsize slash = rule->as == AS_NUMBER ? bytes_chr_from(text, '/', assign + 1) : NOT_FOUND;
    gsize end = slash == NOT_FOUND ? to : from + slash;
    sdp_judge(rw, from + assign + 1, end, rule);
    rw_keep(rw, end, MIN(end + 1, to));
    return MIN(end + 1, to);
}

void sdp_judge_params(struct rewrite *rw, gsize from, gsize to, const struct sdp_params *params)
{
    while (from < to) {
        gsize end = param_end(rw, from, to, params->separators);
        while (from < end)
            from = judge_param(rw, from, end, params);
        rw_keep(rw, end, MIN(end + 1, to));
        from = MIN(end + 1, to);
    }
}

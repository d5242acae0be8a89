/* Is a captured value what the grammar of its place says, to the letter?
 *
 * Where it is, the audit's splitters and the rewriter's must cut it alike, and each slot must hold the image
 * of its original. Where it is not (a quote inside quotes, two "@", a parameter where a host stands ...) both
 * may rightly cut in other places, and what counts is whether a word of the original is left. So the grammar
 * here is narrower than that of RFC 3261: whoever doubts says no. It is asked only about values that do not
 * compare.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define PORT_DIGITS 5

/* --- characters ----------------------------------------------------------------------------------------- */

static gboolean in_set(struct bytes b, const char *others)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isalnum((gchar)b.p[i]) && (b.p[i] == 0 || !strchr(others, b.p[i])))
            return FALSE;
    return b.n > 0;
}

static gboolean is_token(struct bytes b)
{
    return in_set(b, "-.!*_+`'~");
}

/* Of Call-IDs, branches, nonces: what stands alone or in quotes. */
gboolean audit_strict_word(struct bytes b)
{
    return in_set(b, "-.!*_+`'~/=$:#^");
}

static gboolean is_user(struct bytes b)
{
    return in_set(b, "-.!*_+'~=$&/()");
}

/* An escape stands for what a user may have, or a blank. */
static gboolean is_escaped_user(struct bytes b)
{
    for (gsize at = bytes_chr(b, '%'); at != NOT_FOUND; at = bytes_chr(b, '%')) {
        gint high = g_ascii_xdigit_value((gchar)MAX(bytes_at(b, at + 1), 0));
        gint low = g_ascii_xdigit_value((gchar)MAX(bytes_at(b, at + 2), 0));
        guint8 c = (guint8)(MAX(high, 0) << 4 | MAX(low, 0));
        if (high < 0 || low < 0 || (c != ' ' && !is_user((struct bytes){&c, 1})) ||
            (at > 0 && !is_user(bytes_sub(b, 0, at))))
            return FALSE;
        b = bytes_from(b, at + 3);
        if (b.n == 0)
            return TRUE;
    }
    return is_user(b);
}

static gboolean is_text(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] < ' ' || b.p[i] > '~' || strchr("\"\\<>", b.p[i]))
            return FALSE;
    return TRUE;
}

static struct bytes part(struct bytes b, gsize from, gsize to)
{
    return to > from ? bytes_sub(b, from, to - from) : BYTES_NONE;
}

static struct bytes before(struct bytes b, gsize at)
{
    return bytes_sub(b, 0, MIN(at, b.n));
}

static gsize find_any(struct bytes b, const char *set)
{
    gsize at = 0;
    while (at < b.n && (b.p[at] == 0 || !strchr(set, b.p[at])))
        at++;
    return at;
}

/* --- hosts ------------------------------------------------------------------------------------------------
 */

/* Labels of letters, digits, "-" and "_"; the last one begins with a letter. */
static gboolean is_name(struct bytes b)
{
    gsize dot = bytes_rchr(b, '.'), last = dot == NOT_FOUND ? 0 : dot + 1;
    return in_set(b, "-._") && b.p[0] != '.' && bytes_find(b, BYTES_LIT("..")) == NOT_FOUND &&
           g_ascii_isalpha((gchar)MAX(bytes_at(b, last), 0));
}

gboolean audit_strict_host(struct bytes b)
{
    guint8 addr[16];
    if (bytes_at(b, 0) == '[' && bytes_at(b, b.n - 1) == ']')
        return address6_parse(bytes_sub(b, 1, b.n - 2), addr);
    return address4_parse(b, addr) || address6_parse(b, addr) || is_name(b);
}

gboolean audit_strict_hostport(struct bytes b)
{
    gsize colon = bytes_rchr(b, ':'), bracket = bytes_rchr(b, ']');
    guint64 port;
    if (colon == NOT_FOUND || (bracket != NOT_FOUND && colon < bracket))
        return (bytes_at(b, 0) == '[' || bytes_chr(b, ':') == NOT_FOUND) && audit_strict_host(b);
    struct bytes host = before(b, colon), digits = bytes_from(b, colon + 1);
    return (bytes_at(b, 0) == '[' || bytes_chr(b, ':') == colon) && audit_strict_host(host) &&
           digits.n <= PORT_DIGITS && bytes_number(digits, G_MAXUINT16, &port);
}

/* --- parameters
 * --------------------------------------------------------------------------------------------- */

static struct bytes unquote(struct bytes b)
{
    gboolean quoted = b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"';
    return quoted ? bytes_sub(b, 1, b.n - 2) : b;
}

static gboolean is_value(const struct audit *a, guint form, struct bytes value)
{
    struct bytes plain = unquote(value);
    switch (form) {
    case PARAM_HOST:
        return audit_strict_hostport(plain) || audit_strict_host(plain);
    case PARAM_USER:
        return is_user(plain);
    case PARAM_URI:
    case PARAM_TOKEN:
        if (bytes_at(plain, 0) == '<' && bytes_at(plain, plain.n - 1) == '>')
            plain = bytes_sub(plain, 1, plain.n - 2);
        return audit_strict_word(plain) || audit_strict_uri(a, plain);
    case PARAM_TAG:
    case PARAM_BRANCH:
    case PARAM_HEX:
        return audit_strict_word(value);
    case PARAM_NONCE:
    case PARAM_OPAQUE:
        return audit_strict_word(plain);
    case PARAM_CALL_ID:
        return audit_strict_call_id(plain);
    case PARAM_REALM:
        return in_set(plain, "-._ ");
    default:
        return plain.n < value.n ? is_text(plain) : audit_strict_word(plain) || audit_strict_hostport(plain);
    }
}

/* name [= value], separated; in front of the first stands a separator too, or nothing. */
static gboolean are_params(const struct audit *a, struct bytes b, guint8 separator)
{
    if (bytes_at(b, 0) == separator)
        b = bytes_from(b, 1);
    for (gsize at = 0, end; at < b.n; at = end + 1) {
        end = audit_scan(b, at, separator, TRUE);
        struct bytes one = audit_trim(part(b, at, end));
        gsize equals = bytes_chr(one, '=');
        struct bytes name = audit_trim(before(one, equals == NOT_FOUND ? one.n : equals));
        if (!is_token(name) || end + 1 == b.n ||
            (equals != NOT_FOUND &&
             !is_value(a, words_find(a->words, name) >> 4, audit_trim(bytes_from(one, equals + 1)))))
            return FALSE;
    }
    return TRUE;
}

/* --- URIs
 * --------------------------------------------------------------------------------------------------- */

/* user *(;param) [:password] */
static gboolean is_userinfo(struct bytes b)
{
    gsize end = find_any(b, ";:");
    struct bytes rest = bytes_from(b, end + 1);
    return is_escaped_user(before(b, end)) && (end == b.n || in_set(rest, "-._+=;:!*~'&$"));
}

static gboolean is_sip_uri(const struct audit *a, struct bytes b)
{
    gsize at = bytes_chr(b, '@');
    if (at != NOT_FOUND && !is_userinfo(before(b, at)))
        return FALSE;
    struct bytes rest = at == NOT_FOUND ? b : bytes_from(b, at + 1);
    gsize end = find_any(rest, ";?"), question = find_any(rest, "?");
    return audit_strict_hostport(before(rest, end)) && are_params(a, part(rest, end, question), ';') &&
           (question == rest.n || in_set(bytes_from(rest, question + 1), "-._+=&!*~'$"));
}

static gboolean is_tel_uri(const struct audit *a, struct bytes b)
{
    gsize end = find_any(b, ";");
    struct bytes number = before(b, end);
    for (gsize i = 0; i < number.n; i++)
        if (!g_ascii_isdigit((gchar)number.p[i]) && !strchr("+-.()", number.p[i]))
            return FALSE;
    return number.n > 0 && are_params(a, bytes_from(b, end), ';');
}

/* What follows a scheme that is not SIP's: //[user@]host[:port]... */
static gboolean is_other_uri(struct bytes b)
{
    gsize at = bytes_chr(b, '@');
    if (!in_set(b, "-._~:/?#[]@!$&'()*+,;=") || at != bytes_rchr(b, '@'))
        return FALSE;
    if (!bytes_starts(b, BYTES_LIT("//")))
        return TRUE;
    struct bytes authority = bytes_from(b, at == NOT_FOUND ? 2 : at + 1);
    return audit_strict_hostport(before(authority, find_any(authority, "/?#;")));
}

gboolean audit_strict_uri(const struct audit *a, struct bytes b)
{
    gsize colon = bytes_chr(b, ':');
    struct bytes scheme = before(b, MIN(colon, b.n)), rest = bytes_from(b, MIN(colon, b.n) + 1);
    if (colon == NOT_FOUND || !is_token(scheme))
        return FALSE;
    if (bytes_ieq(scheme, BYTES_LIT("sip")) || bytes_ieq(scheme, BYTES_LIT("sips")))
        return is_sip_uri(a, rest);
    if (bytes_ieq(scheme, BYTES_LIT("tel")))
        return is_tel_uri(a, rest);
    return is_other_uri(rest);
}

/* --- values by their form
 * ------------------------------------------------------------------------------------ */

gboolean audit_strict_call_id(struct bytes b)
{
    if (bytes_at(b, 0) == '<' && bytes_at(b, b.n - 1) == '>')
        b = bytes_sub(b, 1, b.n - 2);
    gsize at = bytes_chr(b, '@');
    return audit_strict_word(before(b, MIN(at, b.n))) &&
           (at == NOT_FOUND || audit_strict_hostport(bytes_from(b, at + 1)) ||
            audit_strict_host(bytes_from(b, at + 1)));
}

/* [display] <uri>, or a URI alone. */
static gboolean is_name_addr(const struct audit *a, struct bytes b)
{
    gsize angle = audit_scan(b, 0, '<', FALSE);
    if (angle == b.n)
        return audit_strict_uri(a, b) || bytes_eq(b, BYTES_LIT("*"));
    struct bytes display = audit_trim(before(b, angle));
    return is_text(unquote(display)) && bytes_at(b, b.n - 1) == '>' &&
           audit_strict_uri(a, part(b, angle + 1, b.n - 1));
}

static gboolean is_bracketed(const struct audit *a, struct bytes b)
{
    return bytes_at(b, 0) == '<' && is_name_addr(a, b);
}

/* SIP/2.0/UDP host:port */
static gboolean is_via(struct bytes b)
{
    gsize blank = bytes_chr(b, ' ');
    return bytes_istarts(b, BYTES_LIT("SIP/2.0/")) && blank != NOT_FOUND && is_token(part(b, 8, blank)) &&
           audit_strict_hostport(audit_trim(bytes_from(b, blank)));
}

static gboolean is_item(const struct audit *a, guint form, struct bytes b)
{
    switch (form) {
    case HEADER_ADDR:
    case HEADER_ONE_ADDR:
        return is_name_addr(a, b);
    case HEADER_URI:
        return is_bracketed(a, b);
    case HEADER_VIA:
        return is_via(b);
    default:
        return audit_strict_call_id(b);
    }
}

static gboolean are_items(const struct audit *a, guint form, struct bytes b)
{
    for (gsize at = 0, end; at < b.n; at = end + 1) {
        end = audit_scan(b, at, ',', TRUE);
        struct bytes one = audit_trim(part(b, at, end));
        gsize params = audit_scan(one, 0, ';', TRUE);
        if (!is_item(a, form, audit_trim(before(one, params))) ||
            !are_params(a, bytes_from(one, params), ';'))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_auth(const struct audit *a, struct bytes b)
{
    gsize blank = bytes_chr(b, ' ');
    return blank != NOT_FOUND && is_token(before(b, blank)) && are_params(a, bytes_from(b, blank), ',');
}

gboolean audit_strict(const struct audit *a, guint form, struct bytes value)
{
    value = audit_trim(value);
    switch (form) {
    case HEADER_ADDR:
    case HEADER_ONE_ADDR:
    case HEADER_URI:
    case HEADER_VIA:
        return are_items(a, form, value);
    case HEADER_DIALOG: /* Replaces has one, In-Reply-To several without parameters */
        return (bytes_chr(value, ',') == NOT_FOUND || find_any(value, ";=<") == value.n) &&
               are_items(a, form, value);
    case HEADER_AUTH:
        return is_auth(a, value);
    case HEADER_COMMAS:
        return are_params(a, value, ',');
    case HEADER_CALL_ID:
        return audit_strict_call_id(value);
    case HEADER_TOKEN:
        return audit_strict_word(value);
    case HEADER_USER:
        return is_user(value);
    case HEADER_HOST:
        return audit_strict_hostport(value);
    default:
        return is_text(value);
    }
}

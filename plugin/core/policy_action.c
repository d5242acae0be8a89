/* Actions: their spelling, what is harmless under them, and which may stand in for which.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "policy_private.h"

#define INDEX_NUMBERS_MAX 8
#define INDEX_NUMBERS_LARGE 3
#define COUNT_DIGITS 5
#define NUMBERS_BYTES_MAX 40
#define FILE_NUMBER_MAX 4294967295u
#define FILE_DECIMAL_MAX 20u

enum argument { ARG_NONE, ARG_LIST, ARG_RANGE, ARG_LENGTH, ARG_KIND };

static const struct word {
    const char *name;
    enum action act;
    enum argument argument;
    const char *list; /* the list that the action itself means, or NULL */
} words[] = {
    {"redact", ACT_REDACT, ARG_NONE, NULL},
    {"delete", ACT_DELETE, ARG_NONE, NULL},
    {"list", ACT_LIST, ARG_LIST, NULL},
    {"number", ACT_NUMBER, ARG_RANGE, NULL},
    {"decimal", ACT_DECIMAL, ARG_LENGTH, NULL},
    {"hex", ACT_HEX, ARG_LENGTH, NULL},
    {"index", ACT_INDEX, ARG_NONE, NULL},
    {"counts", ACT_COUNTS, ARG_NONE, NULL},
    {"method", ACT_METHOD, ARG_NONE, "methods"},
    {"flag", ACT_FLAG, ARG_NONE, NULL},
    {"user", ACT_USER, ARG_NONE, NULL},
    {"domain", ACT_DOMAIN, ARG_NONE, NULL},
    {"hostport", ACT_HOSTPORT, ARG_NONE, NULL},
    {"context", ACT_CONTEXT, ARG_NONE, NULL},
    {"address", ACT_ADDRESS, ARG_NONE, NULL},
    {"uri", ACT_URI, ARG_NONE, NULL},
    {"name-addr", ACT_NAME_ADDR, ARG_NONE, NULL},
    {"via", ACT_VIA, ARG_NONE, NULL},
    {"auth", ACT_AUTH, ARG_NONE, NULL},
    {"callid", ACT_CALL_ID, ARG_NONE, NULL},
    {"dialog-ref", ACT_DIALOG_REF, ARG_NONE, NULL},
    {"token", ACT_TOKEN, ARG_KIND, NULL},
    {"product", ACT_PRODUCT, ARG_NONE, NULL},
    {"date", ACT_DATE, ARG_NONE, NULL},
    {"event", ACT_EVENT, ARG_NONE, "event-packages"},
    {"media-type", ACT_MEDIA_TYPE, ARG_NONE, "media-types"},
    {"access-network", ACT_ACCESS_NETWORK, ARG_NONE, "access-types"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(words) == ACT_COUNT);

const char policy_action_names[] =
    "redact delete list:NAME number:MIN-MAX decimal:LENGTH hex:LENGTH index counts method flag user domain "
    "hostport context address uri name-addr via auth callid dialog-ref token product date event media-type "
    "access-network";

/* token without argument is KIND_TOKEN. */
static const struct {
    const char *name;
    enum kind kind;
} token_kinds[] = {
    {"call-id", KIND_CALL_ID},
    {"tag", KIND_TAG},
    {"branch", KIND_BRANCH},
    {"nonce", KIND_NONCE},
};

static const char *const formats[] = {
    [BODY_REDACT] = "redact",   [BODY_DELETE] = "delete", [BODY_TEXT] = "text",
    [BODY_SDP] = "sdp",         [BODY_XML] = "xml",       [BODY_MULTIPART] = "multipart",
    [BODY_SIPFRAG] = "sipfrag", [BODY_CPIM] = "cpim",     [BODY_FIELDS] = "fields",
};

/* --- spelling ------------------------------------------------------------------------------------ */

static gboolean parse_list(struct policy *p, const char *text, struct policy_action *out)
{
    const char *slash = strchr(text, '/');
    g_autofree gchar *name = slash ? g_strndup(text, (gsize)(slash - text)) : g_strdup(text);
    out->list = policy_list(name);
    if (!out->list)
        return FALSE;
    if (!slash)
        return TRUE;
    struct policy_action *otherwise = g_new0(struct policy_action, 1);
    g_ptr_array_add(p->owned, otherwise);
    out->otherwise = otherwise;
    return policy_action_parse(p, slash + 1, otherwise);
}

static gboolean parse_range(const char *text, struct policy_action *out)
{
    struct bytes b = bytes_of(text);
    gsize dash = bytes_chr(b, '-');
    return dash != NOT_FOUND && bytes_number(bytes_sub(b, 0, dash), G_MAXUINT64, &out->min) &&
           bytes_number(bytes_from(b, dash + 1), G_MAXUINT64, &out->max) && out->min <= out->max;
}

static gboolean parse_kind(const char *text, struct policy_action *out)
{
    for (guint i = 0; i < G_N_ELEMENTS(token_kinds); i++)
        if (g_strcmp0(token_kinds[i].name, text) == 0) {
            out->kind = token_kinds[i].kind;
            return TRUE;
        }
    return FALSE;
}

static gboolean parse_argument(struct policy *p, enum argument argument, const char *text,
                               struct policy_action *out)
{
    switch (argument) {
    case ARG_LIST:
        return text && parse_list(p, text, out);
    case ARG_RANGE:
        return text && parse_range(text, out);
    case ARG_LENGTH:
        return text && bytes_number(bytes_of(text), 255, &out->max) && out->max > 0;
    case ARG_KIND:
        out->kind = KIND_TOKEN;
        return !text || parse_kind(text, out);
    case ARG_NONE:
        break;
    }
    return text == NULL;
}

gboolean policy_action_parse(struct policy *p, const char *text, struct policy_action *out)
{
    const char *colon = strchr(text, ':');
    gsize n = colon ? (gsize)(colon - text) : strlen(text);
    *out = (struct policy_action){0};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i].name) == n && strncmp(words[i].name, text, n) == 0) {
            out->act = words[i].act;
            out->list = words[i].list ? policy_list(words[i].list) : NULL;
            return parse_argument(p, words[i].argument, colon ? colon + 1 : NULL, out);
        }
    return FALSE;
}

gboolean policy_words_parse(struct policy *p, const char *text, struct policy_words *out)
{
    g_auto(GStrv) parts = g_strsplit_set(text, " \t", -1);
    out->n = 0;
    for (guint i = 0; parts[i]; i++) {
        if (!*parts[i])
            continue;
        if (out->n == POLICY_WORDS_MAX || !policy_action_parse(p, parts[i], &out->action[out->n]))
            return FALSE;
        out->n++;
    }
    return out->n > 0;
}

static const char *action_name(enum action act)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (words[i].act == act)
            return words[i].name;
    return "?";
}

gchar *policy_action_text(const struct policy_action *a)
{
    const char *name = action_name(a->act);
    switch (a->act) {
    case ACT_LIST: {
        g_autofree gchar *otherwise = a->otherwise ? policy_action_text(a->otherwise) : NULL;
        return g_strdup_printf("%s:%s%s%s", name, a->list->name, otherwise ? "/" : "",
                               otherwise ? otherwise : "");
    }
    case ACT_NUMBER:
        return g_strdup_printf("%s:%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, name, a->min, a->max);
    case ACT_DECIMAL:
    case ACT_HEX:
        return g_strdup_printf("%s:%" G_GUINT64_FORMAT, name, a->max);
    default:
        break;
    }
    for (guint i = 0; a->act == ACT_TOKEN && i < G_N_ELEMENTS(token_kinds); i++)
        if (token_kinds[i].kind == a->kind)
            return g_strdup_printf("%s:%s", name, token_kinds[i].name);
    return g_strdup(name);
}

gboolean policy_format_parse(const char *text, enum body_format *out)
{
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
        if (g_strcmp0(formats[i], text) == 0) {
            *out = (enum body_format)i;
            return TRUE;
        }
    return FALSE;
}

/* --- what is harmless ---------------------------------------------------------------------------- */

static gboolean is_canonical(struct bytes b, guint64 min, guint64 max)
{
    guint64 v;
    return bytes_number(b, max, &v) && v >= min && (b.n == 1 || b.p[0] != '0');
}

/* An address in dotted form has three dots, a telephone number none of them in the right place: one
 * dot and a bounded length keep both out. */
static gboolean is_decimal(struct bytes b, guint64 max)
{
    guint dots = 0;
    for (gsize i = 0; i < b.n; i++) {
        dots += b.p[i] == '.';
        if (!g_ascii_isdigit(b.p[i]) && b.p[i] != '.')
            return FALSE;
    }
    return b.n > dots && b.n <= max && dots <= 1;
}

static gboolean is_hex(struct bytes b, guint64 max)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isxdigit(b.p[i]))
            return FALSE;
    return b.n > 0 && b.n <= max;
}

static gboolean is_numbers(struct bytes b, const char *separators, guint at_most, guint64 max)
{
    guint n = 0;
    if (b.n > NUMBERS_BYTES_MAX)
        return FALSE;
    for (gsize at = 0; at < b.n;) {
        gsize end = at;
        while (end < b.n && g_ascii_isdigit(b.p[end]))
            end++;
        if (end > at && (!is_canonical(bytes_sub(b, at, end - at), 0, max) || ++n > at_most))
            return FALSE;
        while (end < b.n && b.p[end] && strchr(separators, b.p[end]))
            end++;
        if (end < b.n && !g_ascii_isdigit(b.p[end]))
            return FALSE;
        at = end;
    }
    return n > 0;
}

/* Four numbers of two digits could be an address. */
static gboolean is_index(struct bytes b)
{
    return is_numbers(b, ".", INDEX_NUMBERS_LARGE, 99) || is_numbers(b, ".", INDEX_NUMBERS_MAX, 9);
}

/* Takes "2/8" from the front of *b. */
static gboolean take_counts(struct bytes *b)
{
    for (guint i = 0; i < 2; i++) {
        gsize digits = 0;
        while (g_ascii_isdigit((gchar)MAX(bytes_at(*b, digits), 0)))
            digits++;
        if (digits == 0 || digits > COUNT_DIGITS || (i == 0 && bytes_at(*b, digits) != '/'))
            return FALSE;
        *b = bytes_from(*b, digits + (i == 0));
    }
    *b = bytes_trim(*b);
    return TRUE;
}

/* new/old, and the urgent ones in parentheses (RFC 3842 section 5.2). */
static gboolean is_counts(struct bytes b)
{
    if (!take_counts(&b) || b.n == 0)
        return b.n == 0;
    if (b.p[0] != '(' || b.p[b.n - 1] != ')')
        return FALSE;
    b = bytes_sub(b, 1, b.n - 2);
    return take_counts(&b) && b.n == 0;
}

static gboolean is_element_break(guint8 c)
{
    return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean list_allows(const struct policy_list *list, struct bytes b)
{
    if (policy_list_has(list, b))
        return TRUE;
    gboolean some = FALSE;
    for (gsize at = 0, end; at < b.n; at = end + 1) {
        for (end = at; end < b.n && !is_element_break(b.p[end]); end++)
            ;
        if (end == at)
            continue;
        if (!policy_list_has(list, bytes_sub(b, at, end - at)))
            return FALSE;
        some = TRUE;
    }
    return some;
}

gboolean policy_allows(const struct policy_action *a, struct bytes value)
{
    switch (a->act) {
    case ACT_LIST:
        return list_allows(a->list, value);
    case ACT_NUMBER:
        return is_canonical(value, a->min, a->max);
    case ACT_DECIMAL:
        return is_decimal(value, a->max);
    case ACT_HEX:
        return is_hex(value, a->max);
    case ACT_INDEX:
        return is_index(value);
    case ACT_COUNTS:
        return is_counts(value);
    default:
        return FALSE;
    }
}

/* --- what a user's file may choose --------------------------------------------------------------- */

static gboolean is_identity(enum action act)
{
    return act >= ACT_USER && act < ACT_COUNT;
}

static gboolean is_same(const struct policy_action *a, const struct policy_action *b)
{
    return a->act == b->act && a->kind == b->kind;
}

gboolean policy_action_weaker(const struct policy_action *from, const struct policy_action *to)
{
    if (to->act == ACT_REDACT || to->act == ACT_DELETE)
        return FALSE;
    if (from->act == ACT_DELETE)
        return TRUE;
    if (from->act == ACT_LIST && from->otherwise && is_identity(from->otherwise->act)) {
        if (to->act == ACT_LIST && to->list == from->list)
            return to->otherwise && policy_action_weaker(from->otherwise, to->otherwise);
        return policy_action_weaker(from->otherwise, to);
    }
    if (!is_identity(from->act))
        return FALSE;
    return to->act != ACT_TOKEN && !is_same(from, to);
}

gboolean policy_action_bounded(const struct policy_action *a)
{
    if (a->act == ACT_LIST && a->otherwise)
        return policy_action_bounded(a->otherwise);
    if (a->act == ACT_NUMBER)
        return a->max <= FILE_NUMBER_MAX;
    return (a->act != ACT_DECIMAL && a->act != ACT_HEX) || a->max <= FILE_DECIMAL_MAX;
}

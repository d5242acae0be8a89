/* One value by one action: the dispatch, and the values that are proven harmless.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"
#include "sip.h"

typedef void (*judge)(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action);

static void keep_or_redact(struct rewrite *rw, gsize from, gsize to, gboolean keep)
{
    if (keep)
        rw_keep(rw, from, to);
    else
        rw_redact(rw, from, to);
}

/* Leading zeros carry nothing that the value does not: it is written in canonical form. */
void rw_number(struct rewrite *rw, gsize from, gsize to, guint64 min, guint64 max)
{
    guint64 v;
    struct bytes text = rw_bytes(rw, from, to);
    if (text.n == 0)
        return;
    if (rw->cut && to == rw->text.n)
        rw_scrub(rw, from, to);
    else if (bytes_number(text, max, &v) && v >= min && (text.n == 1 || text.p[0] != '0'))
        rw_keep(rw, from, to);
    else if (bytes_number(text, max, &v) && v >= min)
        rw_put(rw, from, to, arena_number(rw->arena, v, 1), KIND_KEPT);
    else
        rw_put(rw, from, to, BYTES_LIT("0"), KIND_REDACTED);
}

static void judge_number(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    rw_number(rw, from, to, action->min, action->max);
}

/* Decimals, hex digits, indexes, counts: what the policy allows stays. */
static void judge_allowed(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    if (policy_allows(action, rw_bytes(rw, from, to)))
        rw_keep(rw, from, to);
    else
        rw_put(rw, from, to, BYTES_LIT("0"), KIND_REDACTED);
}

static void judge_method(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    (void)action;
    struct bytes name = rw_bytes(rw, from, to);
    if (policy_list_has(rw->tables->names.methods, name)) {
        rw_keep(rw, from, to);
        return;
    }
    rw_unknown(rw, "method", name);
    guint n = scope_number(rw, rw->scope->unknown_methods, name);
    rw_replace(rw, from, to, arena_printf(rw->arena, "UNKNOWN%u", n), KIND_REDACTED);
}

static gboolean is_separator(guint8 c)
{
    return c == ',' || g_ascii_isspace((gchar)c);
}

static void judge_element(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    if (policy_list_has(action->list, rw_bytes(rw, from, to)))
        rw_keep(rw, from, to);
    else if (action->otherwise)
        rw_value(rw, from, to, action->otherwise);
    else
        rw_redact(rw, from, to);
}

static gsize element_end(const struct rewrite *rw, gsize at, gsize to)
{
    gsize end = at;
    while (end < to && is_separator(rw->text.p[end]) == is_separator(rw->text.p[at]))
        end++;
    return end;
}

/* With commas: a list of values of which one at least is known. With blanks only: all are known, else
 * it is a text, and is judged as a whole. */
static gboolean is_enumeration(const struct rewrite *rw, gsize from, gsize to, const struct policy_list *list)
{
    gboolean commas = find_byte(rw, from, to, ',') < to;
    guint known = 0, unknown = 0;
    gsize end;
    for (gsize at = from; at < to; at = end) {
        end = element_end(rw, at, to);
        if (is_separator(rw->text.p[at]))
            continue;
        if (policy_list_has(list, rw_bytes(rw, at, end)))
            known++;
        else
            unknown++;
    }
    return known > 0 && (commas || unknown == 0);
}

/* The whole value, or each element between commas and blanks. */
static void judge_list(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    gsize end;
    if (action->otherwise || policy_list_has(action->list, rw_bytes(rw, from, to)) ||
        !is_enumeration(rw, from, to, action->list)) {
        judge_element(rw, from, to, action);
        return;
    }
    for (gsize at = from; at < to; at = end) {
        end = element_end(rw, at, to);
        if (is_separator(rw->text.p[at]))
            rw_keep(rw, at, end);
        else
            judge_element(rw, at, end, action);
    }
}

/* "SIP / 2.0" style blanks around the slash are dropped with it: the value is written canonically. */
static void judge_media_type(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    (void)action;
    struct bytes text = rw_bytes(rw, from, to);
    guint8 *plain = arena_alloc(rw->arena, text.n);
    gsize n = 0;
    for (gsize i = 0; i < text.n; i++)
        if (!g_ascii_isspace((gchar)text.p[i]))
            plain[n++] = text.p[i];
    struct bytes type = {plain, n};
    if (policy_list_has(rw->tables->names.media_types, type)) {
        rw_put(rw, from, to, type, KIND_KEPT);
        return;
    }
    rw_unknown(rw, "media type", type);
    rw_put(rw, from, to, BYTES_LIT("application/redacted"), KIND_REDACTED);
}

/* --- identities ------------------------------------------------------------------------------------ */

static void judge_product(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    enum kind kind;
    (void)action;
    struct bytes label = labels_agent(rw->tables->labels, rw_bytes(rw, from, to), &kind);
    rw_put(rw, from, to, label, kind);
}

static void judge_event_package(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    (void)action;
    gboolean known = policy_list_has(rw->tables->names.event_packages, rw_bytes(rw, from, to));
    if (!known)
        rw_unknown(rw, "event package", rw_bytes(rw, from, to));
    keep_or_redact(rw, from, to, known);
}

static void judge_access_type(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    (void)action;
    keep_or_redact(rw, from, to, policy_list_has(rw->tables->names.access_types, rw_bytes(rw, from, to)));
}

/* phone-context: a domain, or the beginning of a number (RFC 3966). */
static void judge_context(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    struct bytes text = rw_bytes(rw, from, to);
    guint8 addr[4];
    gint first = bytes_at(text, 0);
    (void)action;
    if ((first == '+' || g_ascii_isdigit((gchar)first)) && !address4_parse(text, addr))
        rw_user(rw, from, to);
    else
        rw_host(rw, from, to);
}

/* call-id *(";" tag parameter), RFC 3891: the value of Replaces, also where it stands elsewhere. */
static void judge_dialog_ref(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    gsize params = find_byte(rw, from, to, ';'), end = trim_space(rw, from, params);
    (void)action;
    rw_call_id(rw, from, end);
    rw_keep(rw, end, params);
    rw_params(rw, params, to, rw->tables->names.replaces);
}

/* One URI, or several separated by blanks (domain= of a challenge). */
static void judge_uris(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    (void)action;
    for (gsize at = from; at < to;) {
        gsize end = at;
        while (end < to && !g_ascii_isspace((gchar)rw->text.p[end]))
            end++;
        gsize next = skip_space(rw, end, to);
        gboolean scheme_follows = find_byte(rw, next, to, ':') < to || bytes_at(rw->text, next) == '/';
        if (next < to && !scheme_follows)
            end = next = to;
        rw_uri(rw, at, end);
        rw_keep(rw, end, next);
        at = next;
    }
}

#define JUDGE(name, call)                                                                                    \
    static void name(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)            \
    {                                                                                                        \
        (void)action;                                                                                        \
        call;                                                                                                \
    }

JUDGE(judge_redact, rw_redact(rw, from, to))
JUDGE(judge_delete, rw_delete(rw, from, to))
JUDGE(judge_user, rw_user(rw, from, to))
JUDGE(judge_host, rw_host(rw, from, to))
JUDGE(judge_hostport, rw_hostport(rw, from, to))
JUDGE(judge_name_addr, rw_name_addr(rw, from, to))
JUDGE(judge_date, rw_date(rw, from, to))
JUDGE(judge_call_id, rw_call_id(rw, from, to))

static void judge_token(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    rw_token(rw, from, to, action->kind);
}

/* ACT_VIA, ACT_AUTH: only header.c knows their grammar; as a lone value they are redacted. */
static const judge judges[ACT_COUNT] = {
    [ACT_REDACT] = judge_redact,
    [ACT_DELETE] = judge_delete,
    [ACT_LIST] = judge_list,
    [ACT_NUMBER] = judge_number,
    [ACT_DECIMAL] = judge_allowed,
    [ACT_HEX] = judge_allowed,
    [ACT_INDEX] = judge_allowed,
    [ACT_COUNTS] = judge_allowed,
    [ACT_METHOD] = judge_method,
    [ACT_FLAG] = judge_redact,
    [ACT_USER] = judge_user,
    [ACT_DOMAIN] = judge_host,
    [ACT_HOSTPORT] = judge_hostport,
    [ACT_CONTEXT] = judge_context,
    [ACT_ADDRESS] = judge_host,
    [ACT_URI] = judge_uris,
    [ACT_NAME_ADDR] = judge_name_addr,
    [ACT_VIA] = judge_redact,
    [ACT_AUTH] = judge_redact,
    [ACT_CALL_ID] = judge_call_id,
    [ACT_DIALOG_REF] = judge_dialog_ref,
    [ACT_TOKEN] = judge_token,
    [ACT_PRODUCT] = judge_product,
    [ACT_DATE] = judge_date,
    [ACT_EVENT] = judge_event_package,
    [ACT_MEDIA_TYPE] = judge_media_type,
    [ACT_ACCESS_NETWORK] = judge_access_type,
};

/* --- quoted strings ---------------------------------------------------------------------------------- */

static struct bytes escape(struct arena *a, struct bytes b, gboolean backslashes)
{
    guint8 *out = arena_alloc(a, b.n * 2);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        if (b.p[i] == '"' || (b.p[i] == '\\' && backslashes))
            out[n++] = '\\';
        out[n++] = b.p[i];
    }
    return (struct bytes){out, n};
}

static void judge_inner(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action);

static void judge_quoted(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    struct bytes raw = rw_bytes(rw, from + 1, to - 1);
    rw_keep(rw, from, from + 1);
    if (bytes_chr(raw, '\\') == NOT_FOUND) {
        judge_inner(rw, from + 1, to - 1, action);
    } else {
        struct bytes plain = sip_unescape(rw->arena, raw);
        struct bytes image = rw_child_value(rw, from + 1, to - 1, plain, action);
        gboolean doubled = bytes_find(raw, BYTES_LIT("\\\\")) != NOT_FOUND;
        enum kind kind = bytes_eq(image, plain) ? KIND_KEPT : KIND_TOKEN;
        rw_put(rw, from + 1, to - 1, kind == KIND_KEPT ? raw : escape(rw->arena, image, doubled), kind);
    }
    rw_keep(rw, to - 1, to);
}

static gboolean is_angled(const struct rewrite *rw, gsize from, gsize to)
{
    return to - from >= 2 && rw->text.p[from] == '<' && rw->text.p[to - 1] == '>';
}

static void judge_inner(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    gboolean uri = action->act == ACT_URI || action->act == ACT_NAME_ADDR;
    if (from == to)
        return;
    if (!uri && is_angled(rw, from, to)) {
        rw_keep(rw, from, from + 1);
        if (to - from > 2)
            judges[action->act](rw, from + 1, to - 1, action);
        rw_keep(rw, to - 1, to);
    } else {
        judges[action->act](rw, from, to, action);
    }
}

void rw_value(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    gsize begin = skip_space(rw, from, to), end = trim_space(rw, begin, to);
    rw_keep(rw, from, begin);
    if (begin < end && rw->cut && end == rw->text.n)
        rw_scrub(rw, begin, end);
    else if (begin < end && sip_is_quoted(rw_bytes(rw, begin, end)))
        judge_quoted(rw, begin, end, action);
    else if (begin < end)
        judge_inner(rw, begin, end, action);
    rw_keep(rw, end, to);
}

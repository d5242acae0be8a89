/* Header field values by their grammar (RFC 3261 section 25.1): lists, items, words, parameters, Via
 * and credentials.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"
#include "sip.h"

static gsize scan(const struct rewrite *rw, gsize from, gsize to, const char *stops)
{
    return from + sip_scan(rw_bytes(rw, from, to), 0, stops, TRUE);
}

/* --- parameters ---------------------------------------------------------------------------------- */

static const struct policy_action *find_param(struct rewrite *rw, gsize from, gsize to,
                                              const struct policy_header *header)
{
    struct bytes name = bytes_trim(rw_bytes(rw, from, find_byte(rw, from, to, '=')));
    const struct policy_action *action = policy_header_param(rw->tables->policy, header, name);
    if (!action)
        rw_unknown(rw, "parameter", name);
    return action;
}

/* Parameters between separators. A dropped one takes the separator before it with it, or, where none
 * stands before it, the one behind it. */
static void judge_segments(struct rewrite *rw, gsize from, gsize to, const char *separator, gboolean leading,
                           const struct policy_header *header)
{
    gboolean first = !leading;
    for (gsize at = from; at < to;) {
        gsize end = scan(rw, first ? at : at + 1, to, separator);
        gsize begin = skip_space(rw, first ? at : at + 1, end), stop = trim_space(rw, begin, end);
        const struct policy_action *action = begin < stop ? find_param(rw, begin, stop, header) : NULL;
        if (begin == stop) {
            rw_keep(rw, at, end);
            first = FALSE;
        } else if (action && action->act != ACT_DELETE) {
            rw_keep(rw, at, begin);
            judge_param(rw, begin, stop, action, FALSE);
            rw_keep(rw, stop, end);
            first = FALSE;
        } else {
            if (first)
                end = skip_space(rw, MIN(end + 1, to), to);
            rw_replace(rw, at, end, BYTES_NONE, KIND_REDACTED);
        }
        at = end;
    }
}

void rw_params(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    gsize begin = skip_space(rw, from, to);
    rw_keep(rw, from, begin);
    judge_segments(rw, begin, to, ";", bytes_at(rw_bytes(rw, begin, to), 0) == ';', header);
}

/* --- words ---------------------------------------------------------------------------------------- */

static gsize comment_end(const struct rewrite *rw, gsize from, gsize to)
{
    guint depth = 0;
    for (gsize at = from; at < to; at++) {
        guint8 c = rw->text.p[at];
        if (c == '\\')
            at++;
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0)
            return at + 1;
    }
    return to;
}

static gsize word_end(const struct rewrite *rw, gsize from, gsize to)
{
    gsize at = scan(rw, from, to, " \t\r\n(");
    return MAX(at, MIN(from + 1, to));
}

static void judge_words(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    guint n = 0;
    for (gsize at = from; at < to;) {
        gsize begin = skip_space(rw, at, to), end;
        rw_keep(rw, at, begin);
        if (begin == to)
            break;
        if (rw->text.p[begin] == '(') {
            end = comment_end(rw, begin, to);
            rw_delete(rw, begin, end);
        } else {
            end = word_end(rw, begin, to);
            rw_value(rw, begin, end, &header->words[MIN(n, header->n_words - 1)]);
            n++;
        }
        at = end;
    }
}

/* --- Via ------------------------------------------------------------------------------------------ */

static void judge_listed(struct rewrite *rw, gsize from, gsize to, const struct policy_list *list)
{
    struct policy_action action = {.act = ACT_LIST, .list = list};
    rw_value(rw, from, to, &action);
}

/* sent-protocol LWS sent-by: name "/" version "/" transport, with blanks around the slashes. */
static void judge_via(struct rewrite *rw, gsize from, gsize to)
{
    static const struct policy_action version = {.act = ACT_DECIMAL, .max = 5};
    gsize slash = find_byte(rw, from, to, '/'), second = find_byte(rw, MIN(slash + 1, to), to, '/');
    if (second == to) {
        rw_hostport(rw, from, to);
        return;
    }
    gsize transport = skip_space(rw, second + 1, to), by = transport;
    while (by < to && !g_ascii_isspace((gchar)rw->text.p[by]))
        by++;
    if (bytes_ieq(bytes_trim(rw_bytes(rw, from, slash)), BYTES_LIT("SIP")))
        rw_keep(rw, from, slash);
    else
        rw_redact(rw, from, slash);
    rw_keep(rw, slash, slash + 1);
    rw_value(rw, slash + 1, second, &version);
    rw_keep(rw, second, transport);
    judge_listed(rw, transport, by, rw->tables->names.transports);
    rw_hostport(rw, by, to);
}

/* --- credentials and challenges -------------------------------------------------------------------- */

/* Schemes whose rest is name=value, separated by commas; of all others the rest is a secret. */
static gboolean scheme_has_params(struct bytes scheme)
{
    static const char *const names[] = {"Digest", "NTLM", "Kerberos", "TLS-DSK"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (bytes_ieq(scheme, bytes_of(names[i])))
            return TRUE;
    return FALSE;
}

static void judge_auth(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    gsize end = from, rest;
    while (end < to && !g_ascii_isspace((gchar)rw->text.p[end]))
        end++;
    rest = skip_space(rw, end, to);
    judge_listed(rw, from, end, rw->tables->names.auth_schemes);
    rw_keep(rw, end, rest);
    if (scheme_has_params(rw_bytes(rw, from, end)))
        judge_segments(rw, rest, to, ",", FALSE, header);
    else
        rw_redact(rw, rest, to);
}

/* --- items ---------------------------------------------------------------------------------------- */

static gboolean allows_comment(enum action act)
{
    return act == ACT_LIST || act == ACT_NUMBER || act == ACT_DECIMAL || act == ACT_DATE;
}

static void judge_item(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    gsize comment = allows_comment(header->action.act) ? scan(rw, from, to, "(") : to;
    if (header->action.act == ACT_VIA) {
        judge_via(rw, from, to);
        return;
    }
    rw_value(rw, from, comment, &header->action);
    rw_delete(rw, comment, to);
}

static void judge_item_params(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    gsize begin = skip_space(rw, from, to), params = scan(rw, begin, to, ";");
    gsize end = trim_space(rw, begin, params);
    rw_keep(rw, from, begin);
    judge_item(rw, begin, end, header);
    rw_keep(rw, end, params);
    rw_params(rw, params, to, header);
}

static void judge_bare_params(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    judge_segments(rw, from, to, ";", FALSE, header);
}

typedef void (*judge_part)(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header);

static void judge_separated(struct rewrite *rw, gsize from, gsize to, const char *separator, judge_part judge,
                            const struct policy_header *header)
{
    for (gsize at = from; at < to;) {
        gsize begin = skip_space(rw, at, to), end = scan(rw, begin, to, separator);
        gsize stop = trim_space(rw, begin, end);
        rw_keep(rw, at, begin);
        if (stop > begin)
            judge(rw, begin, stop, header);
        rw_keep(rw, stop, MIN(end + 1, to));
        at = end + 1;
    }
}

static void judge_by_grammar(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    switch (header->grammar) {
    case GRAMMAR_TEXT:
        rw_value(rw, from, to, &header->action);
        break;
    case GRAMMAR_ITEM:
        judge_item_params(rw, from, to, header);
        break;
    case GRAMMAR_LIST:
        judge_separated(rw, from, to, ",", judge_item_params, header);
        break;
    case GRAMMAR_SEMI:
        judge_separated(rw, from, to, ";", judge_item, header);
        break;
    case GRAMMAR_WORDS:
        judge_words(rw, from, to, header);
        break;
    case GRAMMAR_LIST_WORDS:
        judge_separated(rw, from, to, ",", judge_words, header);
        break;
    case GRAMMAR_PARAMS:
        judge_separated(rw, from, to, ",", judge_bare_params, header);
        break;
    case GRAMMAR_COMMAS:
        judge_segments(rw, from, to, ",", FALSE, header);
        break;
    }
}

void rw_header_value(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header)
{
    if (!header)
        rw_redact(rw, from, to);
    else if (header->action.act == ACT_AUTH)
        judge_auth(rw, from, to, header);
    else
        judge_by_grammar(rw, from, to, header);
}

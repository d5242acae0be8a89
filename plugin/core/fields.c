/* Bodies of lines "Name: value" or "Name=value": simple-message-summary (RFC 3842), dtmf-relay,
 * vq-rtcpxr (RFC 6035), call-completion (RFC 6910).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "identity.h"
#include "sip.h"

static const struct policy_action *field_action(const struct rewrite *rw, const struct policy_body *body,
                                                gsize from, gsize to)
{
    return policy_field(rw->tables->policy, body, rw_bytes(rw, from, to));
}

/* NAME=value, or a word without name, which is redacted. */
static void judge_word(struct rewrite *rw, gsize from, gsize to, const struct policy_body *body)
{
    gsize assign = find_byte(rw, from, to, '=');
    const struct policy_action *action = assign < to ? field_action(rw, body, from, assign) : NULL;
    if (!action) {
        rw_redact(rw, from, to);
        return;
    }
    rw_keep(rw, from, assign + 1);
    rw_value(rw, assign + 1, to, action);
}

/* NAME=value NAME=value ...: blanks separate, but not inside quotes. */
static void judge_words(struct rewrite *rw, gsize from, gsize to, const struct policy_body *body)
{
    for (gsize at = from; at < to;) {
        gsize begin = skip_space(rw, at, to);
        gsize end = begin + sip_scan(rw_bytes(rw, begin, to), 0, " \t", FALSE);
        rw_keep(rw, at, begin);
        if (end > begin)
            judge_word(rw, begin, end, body);
        at = end;
    }
}

/* Does the value begin with a NAME= that the policy knows? */
static gboolean holds_names(const struct rewrite *rw, gsize from, gsize to, const struct policy_body *body)
{
    gsize assign = find_byte(rw, from, to, '=');
    return assign < to && field_action(rw, body, from, assign) != NULL;
}

static gboolean is_digit_field(const struct rewrite *rw, gsize from, gsize to, const struct policy_body *body)
{
    return bytes_istarts(bytes_of(body->type), BYTES_LIT("application/dtmf")) &&
           bytes_ieq(rw_bytes(rw, from, to), BYTES_LIT("Signal"));
}

static void judge_field(struct rewrite *rw, gsize name, gsize name_end, gsize value, gsize end,
                        const struct policy_body *body)
{
    const struct policy_action *action = field_action(rw, body, name, name_end);
    gsize begin = skip_space(rw, value, end), stop = trim_space(rw, begin, end);
    if (!action) {
        rw_unknown(rw, "body line", rw_bytes(rw, name, name_end));
        rw_redact(rw, name, name_end);
    } else {
        rw_keep(rw, name, name_end);
    }
    rw_keep(rw, name_end, begin);
    if (!action)
        rw_redact(rw, begin, stop);
    else if (begin < stop && is_digit_field(rw, name, name_end, body))
        rw_put(rw, begin, stop, BYTES_LIT("0"), KIND_REDACTED); /* "*" and "A" are digits too */
    else if (action->act == ACT_REDACT && holds_names(rw, begin, stop, body))
        judge_words(rw, begin, stop, body);
    else
        rw_value(rw, begin, stop, action);
    rw_keep(rw, stop, end);
}

static void judge_line(struct rewrite *rw, gsize from, gsize end, const struct policy_body *body)
{
    gsize begin = skip_space(rw, from, end), separator = begin;
    while (separator < end && rw->text.p[separator] != ':' && rw->text.p[separator] != '=')
        separator++;
    gsize name_end = trim_space(rw, begin, separator);
    rw_keep(rw, from, begin);
    if (separator == end || name_end == begin || (rw->cut && end == rw->text.n)) {
        gsize stop = trim_space(rw, begin, end);
        rw_scrub(rw, begin, stop);
        rw_keep(rw, stop, end);
        return;
    }
    judge_field(rw, begin, name_end, separator + 1, end, body);
}

void fields_rewrite(struct rewrite *rw, gsize from, gsize to, const struct policy_body *body)
{
    while (from < to) {
        gsize end = MIN(find_byte(rw, from, to, '\n') + 1, to);
        judge_line(rw, from, end, body);
        from = end;
    }
}

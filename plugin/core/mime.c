/* Multipart bodies (RFC 2046 section 5.1) and message/cpim (RFC 3862).
 *
 * A part is header fields, an empty line and a body: a sipfrag without start line, and is judged as
 * one, its Content-Type, Content-Length and nesting included.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "identity.h"

#define BOUNDARY_MAX 255 /* RFC 2046: 70; a token longer than TOKEN_MAX_BYTES would change its shape */

static gboolean is_blank(gint c)
{
    return c == ' ' || c == '\t';
}

/* Behind the line that begins at `at`, its break included: CRLF or LF. */
static gsize next_line(const struct rewrite *rw, gsize at, gsize to)
{
    gsize lf = find_byte(rw, at, to, '\n');
    return MIN(lf + 1, to);
}

/* ---- multipart ---- */

/* "--" boundary ["--"] *LWS (break or end). */
struct delimiter {
    gsize break_from; /* the line break before it belongs to it, not to the part */
    gsize line, boundary, end, next;
    gboolean closing, found;
};

static gsize break_before(const struct rewrite *rw, gsize from, gsize line)
{
    if (line > from && rw->text.p[line - 1] == '\n')
        line--;
    if (line > from && rw->text.p[line - 1] == '\r')
        line--;
    return line;
}

static gboolean match_delimiter(const struct rewrite *rw, gsize line, gsize to, struct bytes boundary,
                                struct delimiter *d)
{
    struct bytes text = rw_bytes(rw, line, to);
    if (bytes_at(text, 0) != '-' || bytes_at(text, 1) != '-' ||
        !bytes_starts(bytes_from(text, 2), boundary))
        return FALSE;
    gsize at = 2 + boundary.n;
    *d = (struct delimiter){.line = line, .boundary = line + 2, .end = line + at, .found = TRUE};
    if (bytes_at(text, at) == '-' && bytes_at(text, at + 1) == '-') {
        d->closing = TRUE;
        at += 2;
    }
    while (is_blank(bytes_at(text, at)))
        at++;
    if (bytes_at(text, at) == '\r')
        at++;
    if (at < text.n && text.p[at] != '\n')
        return FALSE;
    d->next = MIN(line + at + 1, to);
    return TRUE;
}

static struct delimiter find_delimiter(const struct rewrite *rw, gsize from, gsize to, struct bytes boundary)
{
    struct delimiter d;
    for (gsize line = from; line < to; line = next_line(rw, line, to)) {
        if (match_delimiter(rw, line, to, boundary, &d)) {
            d.break_from = break_before(rw, from, line);
            return d;
        }
    }
    return (struct delimiter){.break_from = to, .line = to, .next = to};
}

/* Before the first delimiter and behind the last: nothing is meant to be there (RFC 2046 section
 * 5.1.1), so all but blank space is scrubbed. */
static void judge_outside(struct rewrite *rw, gsize from, gsize to)
{
    gsize begin = skip_space(rw, from, to);
    rw_keep(rw, from, begin);
    rw_scrub(rw, begin, to);
}

static void judge_delimiter(struct rewrite *rw, const struct delimiter *d)
{
    rw_keep(rw, d->break_from, d->boundary);
    rw_token(rw, d->boundary, d->end, KIND_TOKEN);
    rw_keep(rw, d->end, d->next);
}

void multipart_rewrite(struct rewrite *rw, gsize from, gsize to, struct bytes boundary)
{
    if (boundary.n == 0 || boundary.n > BOUNDARY_MAX) {
        rw_scrub(rw, from, to);
        return;
    }
    struct delimiter d = find_delimiter(rw, from, to, boundary);
    judge_outside(rw, from, d.break_from);
    while (d.found) {
        judge_delimiter(rw, &d);
        if (d.closing) {
            judge_outside(rw, d.next, to);
            return;
        }
        gsize part = d.next;
        d = find_delimiter(rw, part, to, boundary);
        if (d.break_from > part)
            sipfrag_rewrite(rw, part, d.break_from);
    }
}

/* ---- message/cpim ---- */

static const struct policy_action name_addr = {.act = ACT_NAME_ADDR};
static const struct policy_action date = {.act = ACT_DATE};
static const struct policy_action token = {.act = ACT_TOKEN, .kind = KIND_TOKEN};
static const struct policy_action redact = {.act = ACT_REDACT};

/* Without a prefix, of the namespace that RFC 3862 defines; imdn (RFC 5438), and the identifiers of
 * GSMA RCC.07. */
static const struct {
    const char *name;
    const struct policy_action *action;
} cpim_headers[] = {
    {"From", &name_addr},
    {"To", &name_addr},
    {"cc", &name_addr},
    {"DateTime", &date},
    {"Subject", &redact},
    {"NS", NULL},
    {"Require", &redact},
    {"imdn.Message-ID", &token},
    {"imdn.Original-To", &name_addr},
    {"imdn.IMDN-Route", &name_addr},
    {"imdn.IMDN-Record-Route", &name_addr},
    {"imdn.Disposition-Notification", NULL},
    {"imdn.Original-Message-ID", &token},
    {"conversation.Conversation-ID", &token},
    {"contribution.Contribution-ID", &token},
};

/* Words of NS and imdn.Disposition-Notification, with the brackets and commas around them. */
static gboolean is_cpim_word(struct bytes word)
{
    static const char *const known[] = {
        "imdn", "<urn:ietf:params:imdn>", "<urn:ietf:params:cpim-headers:>", "<urn:ietf:params:cpim-headers>",
        "positive-delivery", "negative-delivery", "display", "processing", "none", "interworking",
    };
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (bytes_ieq(word, bytes_of(known[i])))
            return TRUE;
    return FALSE;
}

static void judge_cpim_words(struct rewrite *rw, gsize from, gsize to)
{
    for (gsize at = from; at < to;) {
        gsize begin = at, end;
        while (begin < to && (g_ascii_isspace((gchar)rw->text.p[begin]) || rw->text.p[begin] == ','))
            begin++;
        for (end = begin; end < to && !g_ascii_isspace((gchar)rw->text.p[end]) && rw->text.p[end] != ',';)
            end++;
        rw_keep(rw, at, begin);
        if (end > begin && is_cpim_word(rw_bytes(rw, begin, end)))
            rw_keep(rw, begin, end);
        else
            rw_redact(rw, begin, end);
        at = end;
    }
}

static gint cpim_header(struct bytes name)
{
    for (guint i = 0; i < G_N_ELEMENTS(cpim_headers); i++)
        if (bytes_ieq(name, bytes_of(cpim_headers[i].name)))
            return (gint)i;
    return -1;
}

/* "Subject:;lang=fr Objet": parameters stand before the value (RFC 3862 section 3.1); they are part of
 * what is judged, so a date or name with them is redacted. */
static void judge_cpim_value(struct rewrite *rw, gsize from, gsize to, gint row)
{
    gsize begin = skip_space(rw, from, to), end = trim_space(rw, begin, to);
    rw_keep(rw, from, begin);
    if (row < 0 || bytes_at(rw_bytes(rw, begin, end), 0) == ';')
        rw_redact(rw, begin, end);
    else if (cpim_headers[row].action)
        rw_value(rw, begin, end, cpim_headers[row].action);
    else
        judge_cpim_words(rw, begin, end);
    rw_keep(rw, end, to);
}

static void judge_cpim_line(struct rewrite *rw, gsize from, gsize end)
{
    gsize colon = find_byte(rw, from, end, ':'), name = trim_space(rw, from, colon);
    if (colon == end || name == from || (rw->cut && end == rw->text.n)) {
        gsize text_end = trim_space(rw, from, end);
        rw_scrub(rw, from, text_end);
        rw_keep(rw, text_end, end);
        return;
    }
    gint row = cpim_header(rw_bytes(rw, from, name));
    if (row < 0)
        redact_name(rw, from, name, "header", rw_bytes(rw, from, name));
    else
        rw_keep(rw, from, name);
    rw_keep(rw, name, colon + 1);
    judge_cpim_value(rw, colon + 1, end, row);
}

/* Message headers, an empty line, then what is a part like any other. */
void cpim_rewrite(struct rewrite *rw, gsize from, gsize to)
{
    for (gsize at = from; at < to;) {
        gsize next = next_line(rw, at, to);
        if (skip_space(rw, at, next) == next) {
            rw_keep(rw, at, next);
            if (next < to)
                sipfrag_rewrite(rw, next, to);
            return;
        }
        judge_cpim_line(rw, at, next);
        at = next;
    }
}

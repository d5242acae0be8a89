/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize.h"

#include "body.h"
#include "field_cache.h"
#include "identity.h"

/* A Content-Length that differs from the body's length by more is not that fault any more, and could
 * carry a number. */
#define LENGTH_ERROR_MAX 65535
#define LENGTHS_MAX 4

struct body_info {
    struct bytes type;
    gboolean encoded;
    guint length_edit[LENGTHS_MAX]; /* edits to be set when the body is known */
    guint64 length[LENGTHS_MAX];
    guint n_lengths;
};

/* --- start line ------------------------------------------------------------------------------------ */

static void judge_reason_phrase(struct rewrite *rw, struct span phrase, struct bytes status)
{
    gsize from = phrase.off, to = from + phrase.len;
    guint64 code = 0;
    if (phrase.len == 0)
        return;
    bytes_number(status, 699, &code);
    if (policy_list_has(rw->tables->names.reason_phrases, rw_bytes(rw, from, to)))
        rw_keep(rw, from, to);
    else
        rw_put(rw, from, to, bytes_of(policy_reason_phrase((guint)code)), KIND_REDACTED);
}

/* A status that is none stays none, and stays readable as a status line. */
static void judge_status(struct rewrite *rw, gsize from, gsize to)
{
    guint64 code;
    if (to - from == 3 && bytes_number(rw_bytes(rw, from, to), 699, &code) && code >= 100)
        rw_keep(rw, from, to);
    else
        rw_put(rw, from, to, to - from == 3 ? BYTES_LIT("000") : BYTES_LIT("0000"), KIND_REDACTED);
}

static void judge_status_line(struct rewrite *rw, const struct sip_message *m)
{
    gsize status = m->status.off, end = status + m->status.len;
    rw_keep(rw, m->start_line.off, status);
    judge_status(rw, status, end);
    rw_keep(rw, end, m->phrase.off);
    judge_reason_phrase(rw, m->phrase, bytes_span(rw->text, m->status));
    rw_keep(rw, m->phrase.off + m->phrase.len, m->start_line.off + m->start_line.len);
}

static void judge_request_line(struct rewrite *rw, const struct sip_message *m)
{
    static const struct policy_action method = {.act = ACT_METHOD};
    gsize uri = m->uri.off, end = uri + m->uri.len;
    rw_keep(rw, m->start_line.off, m->method.off);
    rw_value(rw, m->method.off, m->method.off + m->method.len, &method);
    rw_keep(rw, m->method.off + m->method.len, uri);
    gsize before = edits_written(rw->edits);
    rw_uri(rw, uri, end);
    /* Of a URI of unknown parameters only nothing is left, and a request line has three words. */
    if (edits_written(rw->edits) == before)
        rw_replace(rw, end, end, BYTES_LIT("redacted"), KIND_REDACTED);
    rw_keep(rw, end, m->start_line.off + m->start_line.len);
}

static void judge_start_line(struct rewrite *rw, const struct sip_message *m)
{
    rw_keep(rw, 0, m->leading.len);
    if (m->request)
        judge_request_line(rw, m);
    else
        judge_status_line(rw, m);
}

/* --- header fields --------------------------------------------------------------------------------- */

static struct bytes header_value(const struct rewrite *rw, const struct sip_header *h)
{
    return bytes_span(rw->text, h->value);
}

static void judge_content_length(struct rewrite *rw, const struct sip_header *h, struct body_info *body)
{
    gsize from = h->value.off, to = from + h->value.len;
    guint64 value;
    if (body->n_lengths == LENGTHS_MAX || !bytes_number(header_value(rw, h), G_MAXINT64, &value)) {
        rw_number(rw, from, to, 0, 0);
        return;
    }
    body->length[body->n_lengths] = value;
    body->length_edit[body->n_lengths++] =
        edits_replace(rw->edits, rw->base + from, rw->base + to, BYTES_NONE, KIND_LENGTH);
}

static gboolean is_encoding(struct bytes value)
{
    static const char *const plain[] = {"identity", "7bit", "8bit", "binary"};
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
        if (bytes_ieq(value, bytes_of(plain[i])))
            return FALSE;
    return value.n > 0;
}

/* Where several types are given, the last one that we can read counts, as it does for Wireshark. */
static gboolean is_readable(const struct rewrite *rw, struct bytes type)
{
    gsize end = bytes_chr(type, ';');
    struct bytes name = bytes_trim(end == NOT_FOUND ? type : bytes_sub(type, 0, end));
    return policy_body(rw->tables->policy, name)->format != BODY_REDACT;
}

static void note_body_header(const struct rewrite *rw, const struct policy_header *row,
                             const struct sip_header *h, struct body_info *body)
{
    const struct names *names = &rw->tables->names;
    if (row == names->content_type && (body->type.n == 0 || is_readable(rw, header_value(rw, h))))
        body->type = header_value(rw, h);
    else if (row == names->content_encoding || row == names->transfer_encoding)
        body->encoded |= is_encoding(header_value(rw, h));
}

/* A value that hangs on more than itself: where the capture was cut, or on the body. */
static void judge_apart(struct rewrite *rw, const struct sip_header *h, gboolean cut, struct body_info *body)
{
    gsize value = h->value.off, end = value + h->value.len;
    rw_keep(rw, h->line.off, value);
    if (cut)
        rw_scrub(rw, value, end);
    else
        judge_content_length(rw, h, body);
    rw_keep(rw, end, h->line.off + h->line.len);
}

/* `row`: NULL: nobody knows it. `hash`: of field_cache_recall. */
static void judge_anew(struct rewrite *rw, const struct sip_header *h, const struct policy_header *row, gboolean cut,
                       guint64 hash, struct body_info *body)
{
    gsize line_end = h->line.off + h->line.len;
    if (!row) {
        redact_field(rw, h, "header");
        rw_keep(rw, h->value.off + h->value.len, line_end);
    } else if (row->action.act == ACT_DELETE) {
        rw_delete(rw, h->line.off, line_end);
    } else if (cut || row == rw->tables->names.content_length) {
        judge_apart(rw, h, cut, body);
    } else {
        field_cache_judge(rw->tables->fields, rw, h, row, hash);
    }
}

static void judge_field(struct rewrite *rw, const struct sip_header *h, gboolean cut, struct body_info *body)
{
    guint64 hash;
    const struct policy_header *row = field_cache_recall(cut ? NULL : rw->tables->fields, rw, h->line, &hash);
    if (!row) {
        row = policy_header(rw->tables->policy, bytes_span(rw->text, h->name));
        judge_anew(rw, h, row, cut, hash, body);
    }
    if (row && row->action.act != ACT_DELETE)
        note_body_header(rw, row, h, body);
}

/* --- body ------------------------------------------------------------------------------------------ */

/* The body's end by the first Content-Length; what follows it in the datagram is no part of it. */
static gsize body_end(const struct rewrite *rw, const struct sip_message *m, const struct body_info *body)
{
    gsize there = rw->text.n - m->body;
    return body->n_lengths && body->length[0] < there ? m->body + (gsize)body->length[0] : rw->text.n;
}

/* Content-Length was wrong by n: it is wrong by n afterwards. */
static void set_lengths(struct rewrite *rw, const struct body_info *body, gsize was, gsize is)
{
    for (guint i = 0; i < body->n_lengths; i++) {
        gint64 error = (gint64)MIN(body->length[i], G_MAXINT32) - (gint64)was;
        gint64 length = (gint64)is + CLAMP(error, -LENGTH_ERROR_MAX, LENGTH_ERROR_MAX);
        edits_set(rw->edits, body->length_edit[i],
                  arena_number(rw->arena, (guint64)MAX(length, 0), 1));
    }
}

/* Line breaks behind the body are harmless; anything else there is scrubbed. */
static void judge_trailing(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = from;
    while (at < to && (rw->text.p[at] == '\r' || rw->text.p[at] == '\n'))
        at++;
    rw_keep(rw, from, at);
    rw_scrub(rw, at, to);
}

static void judge_body(struct rewrite *rw, const struct sip_message *m, const struct body_info *body,
                       gsize missing)
{
    gsize end = body_end(rw, m, body), before = edits_written(rw->edits);
    struct rewrite part = *rw;
    part.cut = rw->cut && end == rw->text.n;
    if (end > m->body)
        body_rewrite(&part, m->body, end, body->type, body->encoded);
    judge_trailing(rw, end, rw->text.n);
    /* The error of a Content-Length is its difference to all that follows the header section. */
    set_lengths(rw, body, rw->text.n - m->body + missing, edits_written(rw->edits) - before + missing);
}

/* --- messages --------------------------------------------------------------------------------------- */

/* But blanks and line breaks. Without a branch: the compiler looks at 16 bytes at once. */
static guint8 is_control(guint8 c)
{
    return (guint8)((c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') || c == 0x7f);
}

#define AT_ONCE 16

static gboolean has_control_bytes(struct bytes b)
{
    gsize at = 0;
    guint8 found = 0;
    for (; b.n - at >= AT_ONCE && !found; at += AT_ONCE)
        for (guint i = 0; i < AT_ONCE; i++)
            found |= is_control(b.p[at + i]);
    for (; at < b.n; at++)
        found |= is_control(b.p[at]);
    return found;
}

static void keep_empty_line(struct rewrite *rw, const struct sip_message *m)
{
    gsize end = m->start_line.off + m->start_line.len;
    if (m->headers->len) {
        const struct sip_header *last = &g_array_index(m->headers, struct sip_header, m->headers->len - 1);
        end = last->line.off + last->line.len;
    }
    rw_keep(rw, end, m->body);
}

static void judge_broken(struct rewrite *rw, const struct sip_message *m, gsize missing)
{
    const struct names *names = &rw->tables->names;
    struct body_info body = {.n_lengths = 0};
    judge_start_line(rw, m);
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *h = &g_array_index(m->headers, struct sip_header, i);
        const struct policy_header *row = policy_header(rw->tables->policy, bytes_span(rw->text, h->name));
        if (row && (row == names->via || row == names->cseq || row == names->content_length))
            judge_field(rw, h, rw->cut && i + 1 == m->headers->len && !m->complete, &body);
        else
            rw_delete(rw, h->line.off, h->line.off + h->line.len);
    }
    keep_empty_line(rw, m);
    rw_scrub(rw, m->body, rw->text.n);
    set_lengths(rw, &body, rw->text.n - m->body, rw->text.n - m->body + missing);
}

static void judge_fields(struct rewrite *rw, const struct sip_message *m, struct body_info *body)
{
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *h = &g_array_index(m->headers, struct sip_header, i);
        gboolean last = i + 1 == m->headers->len;
        judge_field(rw, h, last && rw->cut && !m->complete, body);
    }
    keep_empty_line(rw, m);
}

enum anonymize_result anonymize_message(struct rewrite *rw, const struct sip_message *m, gsize missing)
{
    struct body_info body = {.n_lengths = 0};
    if (m->headers->len > HEADERS_MAX || has_control_bytes(bytes_sub(rw->text, 0, m->body))) {
        judge_broken(rw, m, missing);
        return ANONYMIZE_BROKEN;
    }
    judge_start_line(rw, m);
    judge_fields(rw, m, &body);
    judge_body(rw, m, &body, missing);
    return ANONYMIZE_OK;
}

/* --- sipfrag (RFC 3420): a message or any part of one ------------------------------------------------ */

static void judge_sipfrag(struct rewrite *rw, gconstpointer arg)
{
    struct sip_message m;
    (void)arg;
    sip_message_init(&m);
    if (sip_message_parse(&m, rw->text) == PARSE_OK) {
        anonymize_message(rw, &m, 0);
    } else {
        struct body_info body = {.n_lengths = 0};
        sip_headers_parse(&m, rw->text);
        judge_fields(rw, &m, &body);
        judge_body(rw, &m, &body, 0);
    }
    sip_message_clear(&m);
}

void sipfrag_rewrite(struct rewrite *rw, gsize from, gsize to)
{
    rw_within(rw, from, to, judge_sipfrag, NULL);
}

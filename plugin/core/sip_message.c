/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sip.h"

#define FIELDS_FIRST 32u

static gboolean is_blank(gint c)
{
    return c == ' ' || c == '\t';
}

static gboolean is_break(gint c)
{
    return c == '\r' || c == '\n';
}

/* RFC 3261 section 25.1, token. */
static gboolean is_token(gint c)
{
    return g_ascii_isalnum((gchar)c) || (c > 0 && strchr("-.!%*_+`'~", c) != NULL);
}

static gsize skip_blanks(struct bytes t, gsize at)
{
    while (is_blank(bytes_at(t, at)))
        at++;
    return at;
}

static gsize skip_breaks(struct bytes t, gsize at)
{
    while (is_break(bytes_at(t, at)))
        at++;
    return at;
}

/* Behind the line break at `lf`, or the end of the text where there is none. */
static gsize behind(struct bytes t, gsize lf)
{
    return lf == NOT_FOUND ? t.n : lf + 1;
}

/* A line without its break; *next is behind the break. */
static struct span take_line(struct bytes t, gsize at, gsize *next)
{
    gsize lf = bytes_chr_from(t, '\n', at);
    gsize end = lf == NOT_FOUND ? t.n : lf;
    *next = behind(t, lf);
    if (end > at && lf != NOT_FOUND && t.p[end - 1] == '\r')
        end--;
    return span_of(at, end);
}

/* "SIP/" digits "." digits, at most two digits each, at the start of `t`; its length or 0. */
static gsize version_length(struct bytes t)
{
    gsize at = 4, digits = 0;
    if (!bytes_istarts(t, BYTES_LIT("SIP/")))
        return 0;
    for (; g_ascii_isdigit((gchar)MAX(bytes_at(t, at), 0)); at++)
        digits++;
    if (digits < 1 || digits > 2 || bytes_at(t, at) != '.')
        return 0;
    for (digits = 0, at++; g_ascii_isdigit((gchar)MAX(bytes_at(t, at), 0)); at++)
        digits++;
    return digits >= 1 && digits <= 2 ? at : 0;
}

/* Status-Line = SIP-Version SP Status-Code SP Reason-Phrase. More than three digits are read too
 * (RFC 4475 bigcode): it is a response all the same, with a fault. */
static gboolean parse_status_line(struct sip_message *m, struct span line)
{
    struct bytes t = bytes_span(m->text, line);
    gsize version = version_length(t), at = skip_blanks(t, version), digits = at;
    if (!version || at == version)
        return FALSE;
    while (g_ascii_isdigit((gchar)MAX(bytes_at(t, digits), 0)))
        digits++;
    if (digits - at < 3 || digits - at > 10 || (digits < t.n && !is_blank(t.p[digits])))
        return FALSE;
    gsize phrase = skip_blanks(t, digits), end = t.n;
    while (end > phrase && is_blank(t.p[end - 1]))
        end--;
    m->request = FALSE;
    m->version = span_of(line.off, line.off + version);
    m->status = span_of(line.off + at, line.off + digits);
    m->phrase = span_of(line.off + phrase, line.off + end);
    return TRUE;
}

/* Request-Line = Method SP Request-URI SP SIP-Version, with any number of blanks, also inside the
 * URI (a fault that real clients make). */
static gboolean parse_request_line(struct sip_message *m, struct span line)
{
    struct bytes t = bytes_span(m->text, line);
    gsize method = 0, end = t.n;
    while (is_token(bytes_at(t, method)))
        method++;
    while (end > 0 && is_blank(t.p[end - 1]))
        end--;
    gsize version = end;
    while (version > 0 && !is_blank(t.p[version - 1]))
        version--;
    gsize uri = skip_blanks(t, method), uri_end = version;
    while (uri_end > uri && is_blank(t.p[uri_end - 1]))
        uri_end--;
    if (method == 0 || method > 64 || uri == method || uri_end <= uri)
        return FALSE;
    if (version_length(bytes_sub(t, version, end - version)) != end - version)
        return FALSE;
    m->request = TRUE;
    m->method = span_of(line.off, line.off + method);
    m->uri = span_of(line.off + uri, line.off + uri_end);
    m->version = span_of(line.off + version, line.off + end);
    for (gsize i = uri; i < uri_end; i++)
        if (is_blank(t.p[i]))
            m->faults |= SIP_FAULT_SPACE_IN_URI;
    return TRUE;
}

static gboolean parse_start_line(struct sip_message *m, gsize *next)
{
    gsize at = skip_breaks(m->text, 0);
    m->leading = span_of(0, at);
    if (at)
        m->faults |= SIP_FAULT_LEADING_CRLF;
    struct span line = take_line(m->text, at, next);
    m->start_line = span_of(at, *next);
    return line.len && (parse_status_line(m, line) || parse_request_line(m, line));
}

enum parse_result sip_recognise(struct bytes payload)
{
    struct sip_message m = {.text = payload};
    gsize next;
    if (payload.n > G_MAXUINT32)
        return PARSE_BAD;
    if (parse_start_line(&m, &next))
        return PARSE_OK;
    struct bytes line = bytes_from(payload, m.leading.len);
    if (bytes_chr(line, '\n') != NOT_FOUND)
        return PARSE_BAD;
    return line.n == 0 || is_token(line.p[0]) ? PARSE_MORE : PARSE_BAD;
}

void sip_message_init(struct sip_message *m)
{
    *m = (struct sip_message){.headers = g_array_sized_new(FALSE, FALSE, sizeof(struct sip_header), FIELDS_FIRST)};
}

void sip_message_clear(struct sip_message *m)
{
    if (m->headers)
        g_array_free(m->headers, TRUE);
    m->headers = NULL;
}

static void reset(struct sip_message *m, struct bytes text)
{
    GArray *headers = m->headers;
    g_array_set_size(headers, 0);
    *m = (struct sip_message){.text = text, .headers = headers, .body = text.n};
}

/* End of the header field whose first line ends at `lf`, with folded lines (RFC 3261 section 7.3.1). */
static gsize field_end(struct bytes t, gsize lf)
{
    gsize next = behind(t, lf);
    while (is_blank(bytes_at(t, next)))
        next = behind(t, bytes_chr_from(t, '\n', next));
    return next;
}

/* The header field [at, end), whose first line ends at `lf`. */
static void parse_field(struct sip_message *m, gsize at, gsize lf, gsize end, struct sip_header *h)
{
    struct bytes t = m->text;
    gsize colon = bytes_chr_from(bytes_sub(t, 0, MIN(lf, end)), ':', at), name = at, value = at, stop = end;
    if (colon != NOT_FOUND) {
        for (name = colon; name > at && is_blank(t.p[name - 1]);)
            name--;
        value = colon + 1;
    } else {
        m->faults |= SIP_FAULT_NO_COLON;
    }
    while (stop > value && (is_break(t.p[stop - 1]) || is_blank(t.p[stop - 1])))
        stop--;
    while (value < stop && (is_break(t.p[value]) || is_blank(t.p[value])))
        value++;
    *h = (struct sip_header){.name = span_of(at, name), .value = span_of(value, stop), .line = span_of(at, end)};
    if (lf != NOT_FOUND && (lf == at || t.p[lf - 1] != '\r'))
        m->faults |= SIP_FAULT_LF_ONLY;
}

/* Of an array that has room: a call for each header field would cost as much as reading it. */
static struct sip_header *field_at(struct sip_message *m, guint n)
{
    if (n == m->headers->len)
        g_array_set_size(m->headers, MAX(FIELDS_FIRST, 2 * n));
    return &g_array_index(m->headers, struct sip_header, n);
}

static gboolean is_empty_line(struct bytes t, gsize at, gsize lf)
{
    return lf == at || (lf == at + 1 && t.p[at] == '\r');
}

static void parse_fields(struct sip_message *m, gsize at)
{
    guint n = 0;
    while (at < m->text.n && !m->complete) {
        gsize lf = bytes_chr_from(m->text, '\n', at), next = behind(m->text, lf);
        if (is_empty_line(m->text, at, lf)) {
            m->complete = TRUE;
        } else {
            next = field_end(m->text, lf);
            parse_field(m, at, lf, next, field_at(m, n++));
        }
        at = next;
    }
    g_array_set_size(m->headers, n);
    m->body = at;
    if (!m->complete)
        m->faults |= SIP_FAULT_NO_END;
}

enum parse_result sip_message_parse(struct sip_message *m, struct bytes text)
{
    gsize next;
    reset(m, text);
    if (text.n > G_MAXUINT32 || !parse_start_line(m, &next))
        return PARSE_BAD;
    parse_fields(m, next);
    return PARSE_OK;
}

void sip_headers_parse(struct sip_message *m, struct bytes text)
{
    reset(m, bytes_sub(text, 0, G_MAXUINT32));
    parse_fields(m, 0);
}

/* Behind the closing `close` of what opens at `at`, or `at` + 1 where nothing closes it: an unbalanced
 * quote is an ordinary character. */
static gsize skip_enclosed(struct bytes t, gsize at, guint8 close)
{
    for (gsize i = at + 1; i < t.n; i++) {
        if (t.p[i] == '\\' && close == '"')
            i++;
        else if (t.p[i] == close)
            return i + 1;
    }
    return at + 1;
}

/* No stop, quote or bracket is a letter, a digit or above ASCII: most bytes are passed at once. */
static gboolean is_plain(guint8 c)
{
    return g_ascii_isalnum((gchar)c) || c >= 0x80;
}

/* Most often one stop is looked for, and nothing encloses what lies before it. */
static gsize first_enclosure(struct bytes text, gsize from, gboolean skip_angle)
{
    gsize quote = bytes_chr_from(text, '"', from);
    gsize angle = skip_angle ? bytes_chr_from(bytes_sub(text, 0, quote), '<', from) : NOT_FOUND;
    return MIN(quote, angle);
}

gsize sip_scan(struct bytes text, gsize from, const char *stops, gboolean skip_angle)
{
    gsize at = from;
    if (stops[0] && !stops[1]) {
        struct bytes before = bytes_sub(text, 0, bytes_chr_from(text, (guint8)stops[0], from));
        at = first_enclosure(before, from, skip_angle);
        if (at == NOT_FOUND)
            return before.n;
    }
    while (at < text.n) {
        guint8 c = text.p[at];
        if (is_plain(c))
            at++;
        else if (c && strchr(stops, c))
            return at;
        else if (c == '"')
            at = skip_enclosed(text, at, '"');
        else if (c == '<' && skip_angle)
            at = skip_enclosed(text, at, '>');
        else
            at++;
    }
    return text.n;
}

gboolean sip_is_quoted(struct bytes b)
{
    return b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"';
}

struct bytes sip_unescape(struct arena *arena, struct bytes b)
{
    guint8 *out = arena_alloc(arena, b.n);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        if (b.p[i] == '\\' && i + 1 < b.n && (b.p[i + 1] == '"' || b.p[i + 1] == '\\'))
            i++;
        out[n++] = b.p[i];
    }
    return (struct bytes){out, n};
}

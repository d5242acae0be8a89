/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sip_stream.h"

static gboolean is_filler(guint8 c)
{
    return c == '\r' || c == '\n' || c == '\0';
}

static gsize scrubbed_bytes(struct bytes b)
{
    gsize n = 0;
    while (n < b.n && b.p[n] == 'x')
        n++;
    return n;
}

enum parse_result sip_stream_recognise(struct bytes front)
{
    gsize n = scrubbed_bytes(front);
    return n >= SIP_SCRUBBED_MIN ? PARSE_OK : sip_recognise(bytes_sub(bytes_from(front, n), 0, SIP_LINE_MAX));
}

/* Behind the empty line that ends the header section, or 0; looks from *searched on. */
static gsize find_head(struct bytes front, gsize *searched)
{
    gsize at = *searched;
    while ((at = bytes_chr_from(front, '\n', at)) != NOT_FOUND) {
        gsize next = at + 1;
        if (bytes_at(front, next) == '\r')
            next++;
        if (bytes_at(front, next) == '\n')
            return next + 1;
        if (next >= front.n) /* the line may be empty or not */
            break;
        at++;
    }
    *searched = at == NOT_FOUND ? front.n : at;
    return 0;
}

/* What is true of the front is true of what is left of it. */
void sip_scan_moved(struct sip_scan *scan, gsize n)
{
    scan->need = 0;
    scan->searched = scan->searched > n ? scan->searched - n : 0;
}

static gboolean is_content_length(struct bytes name)
{
    return bytes_ieq(name, BYTES_LIT("content-length")) || bytes_ieq(name, BYTES_LIT("l"));
}

/* What the first Content-Length says. What is no number is written as 0, and is 0. One that is too large for a number
 * is too large. */
static guint64 content_length(struct sip_message *m, struct bytes head)
{
    guint64 length;
    if (sip_message_parse(m, head) != PARSE_OK)
        return 0;
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *h = &g_array_index(m->headers, struct sip_header, i);
        struct bytes value = bytes_span(head, h->value);
        if (!is_content_length(bytes_span(head, h->name)))
            continue;
        if (bytes_number(value, G_MAXUINT32, &length))
            return length;
        return value.n > 9 && g_ascii_isdigit((gchar)value.p[0]) ? G_MAXUINT32 : 0;
    }
    return 0;
}

enum parse_result sip_stream_take(struct bytes front, gsize max, struct sip_scan *scan, struct sip_message *m,
                                  enum sip_unit *unit, gsize *n)
{
    gsize filler = 0;
    *n = 0;
    while (filler < front.n && is_filler(front.p[filler]))
        filler++;
    if (filler || !front.n) {
        *unit = SIP_UNIT_KEEPALIVE;
        *n = filler;
        return filler ? PARSE_OK : PARSE_MORE;
    }
    if (!scan->need) {
        if (front.p[0] == 'x')
            return PARSE_BAD;
        enum parse_result start = sip_recognise(bytes_sub(front, 0, SIP_LINE_MAX));
        if (start != PARSE_OK)
            return start == PARSE_MORE && front.n < SIP_LINE_MAX ? PARSE_MORE : PARSE_BAD;
        gsize head = find_head(bytes_sub(front, 0, SIP_HEAD_MAX), &scan->searched);
        if (!head)
            return front.n < SIP_HEAD_MAX ? PARSE_MORE : PARSE_BAD;
        scan->need = head + (gsize)content_length(m, bytes_sub(front, 0, head));
        if (scan->need > max) {
            *n = head;
            return PARSE_BAD;
        }
    }
    *unit = SIP_UNIT_MESSAGE;
    *n = scan->need;
    return front.n >= scan->need ? PARSE_OK : PARSE_MORE;
}

/* The end of the line at `at`: behind its break, after SIP_LINE_MAX bytes, or 0 where it is not all there. */
static gsize line_end(struct bytes front, gsize at)
{
    gsize lf = bytes_chr_from(bytes_sub(front, 0, at + SIP_LINE_MAX), '\n', at);
    if (lf != NOT_FOUND)
        return lf + 1;
    return front.n >= at + SIP_LINE_MAX ? at + SIP_LINE_MAX : 0;
}

gsize sip_stream_skip(struct bytes front, gboolean bad)
{
    gsize at = 0;
    for (;;) {
        at += scrubbed_bytes(bytes_from(front, at));
        gsize end = line_end(front, at);
        if (!end || (at && is_filler(front.p[at])) || (!(bad && at == 0) && sip_recognise(bytes_sub(front, at, end - at)) == PARSE_OK))
            return at;
        at = end;
    }
}

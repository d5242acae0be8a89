/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sip.h"

static gsize host_end(struct bytes t, gsize from)
{
    gsize at = from;
    if (bytes_at(t, at) == '[') {
        gsize close = bytes_chr_from(t, ']', at);
        at = close == NOT_FOUND ? t.n : close + 1;
    }
    struct bytes before = bytes_sub(t, 0, bytes_chr_from(t, ';', at));
    return MIN(bytes_chr_from(before, '?', at), before.n);
}

/* Splits [from, to) at the last colon outside brackets where only a port can follow it. */
static void split_port(struct sip_uri *u, struct bytes t, gsize from, gsize to)
{
    struct bytes part = bytes_sub(t, from, to - from);
    gsize first = bytes_chr(part, ':');
    u->host = span_of(from, to);
    if (first == NOT_FOUND)
        return;
    gsize bracket = bytes_rchr(part, ']'), colon = bytes_rchr(part, ':');
    if (bracket == NOT_FOUND ? first != colon : colon < bracket)
        return; /* those of an IPv6 address, with or without brackets */
    u->host = span_of(from, from + colon);
    u->port = span_of(from + colon + 1, to);
    u->has_port = TRUE;
}

void sip_uri_parse(struct sip_uri *u, struct bytes text)
{
    struct bytes t = bytes_sub(text, 0, G_MAXUINT32);
    gsize at = bytes_chr(t, '@'), host = 0; /* "?" and "=" may stand in a user, "@" nowhere else (section 25.1) */
    *u = (struct sip_uri){.has_user = FALSE};
    if (at != NOT_FOUND) {
        gsize colon = bytes_chr(bytes_sub(t, 0, at), ':');
        u->has_user = TRUE;
        u->has_password = colon != NOT_FOUND;
        u->user = span_of(0, u->has_password ? colon : at);
        if (u->has_password)
            u->password = span_of(colon + 1, at);
        host = at + 1;
    }
    gsize end = host_end(t, host), question = MIN(bytes_chr_from(t, '?', end), t.n);
    split_port(u, t, host, end);
    u->params = span_of(end, question);
    u->headers = span_of(question, t.n);
}

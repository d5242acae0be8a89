/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sip.h"

static gsize host_end(struct bytes t, gsize from)
{
    gsize at = from;
    if (bytes_at(t, at) == '[') {
        gsize close = bytes_chr_from(t, ']', at);
        at = close == NOT_FOUND ? t.n : close + 1;
    }
    while (at < t.n && t.p[at] != ';' && t.p[at] != '?')
        at++;
    return at;
}

/* Splits [from, to) at the last colon outside brackets where only a port can follow it. */
static void split_port(struct sip_uri *u, struct bytes t, gsize from, gsize to)
{
    struct bytes part = bytes_sub(t, from, to - from);
    gsize bracket = bytes_rchr(part, ']'), colon = bytes_rchr(part, ':');
    u->host = span_of(from, to);
    if (colon == NOT_FOUND || (bracket != NOT_FOUND && colon < bracket))
        return;
    if (bracket == NOT_FOUND && bytes_chr(part, ':') != colon)
        return; /* an IPv6 address without brackets */
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
    gsize end = host_end(t, host), question = end;
    split_port(u, t, host, end);
    while (question < t.n && t.p[question] != '?')
        question++;
    u->params = span_of(end, question);
    u->headers = span_of(question, t.n);
}

/* sip.h - the SIP grammar: RFC 3261 section 25 and 3966, read leniently, never beyond the text.
 *
 * The tokenizer names spans; it changes nothing and judges nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SIP_H
#define SIANTO_SIP_H

#include "arena.h"
#include "bytes.h"

/* Faults that the tokenizer can name; they are reproduced on the new text (DESIGN section 3.4). */
enum sip_fault {
    SIP_FAULT_LF_ONLY = 1 << 0,       /* a line ends in LF without CR */
    SIP_FAULT_LEADING_CRLF = 1 << 1,  /* line breaks before the start line */
    SIP_FAULT_NO_COLON = 1 << 2,      /* a header line without colon */
    SIP_FAULT_NO_END = 1 << 3,        /* no empty line behind the header fields */
    SIP_FAULT_SPACE_IN_URI = 1 << 4,  /* more than three words in the request line */
};

struct sip_header {
    struct span name;  /* without blanks; empty for a line without colon */
    struct span value; /* trimmed; may hold folded line breaks */
    struct span line;  /* the whole header field with its line break and folded lines */
};

struct sip_message {
    struct bytes text;
    gboolean request;
    struct span leading;  /* line breaks before the start line */
    struct span method;   /* request */
    struct span uri;      /* request: from the end of the method's blank to the blank before the version */
    struct span version;  /* "SIP/2.0" */
    struct span status;   /* response: three digits */
    struct span phrase;   /* response: may be empty */
    struct span start_line; /* with its line break */
    GArray *headers;      /* struct sip_header */
    gsize body;           /* offset; text.n where there is none */
    gboolean complete;    /* the empty line was there */
    guint faults;
};

/* Does this payload begin as SIP does: a request line or status line, after optional line breaks?
 * PARSE_MORE: it might, but the first line is not all there. Decides alone what is SIP. */
enum parse_result sip_recognise(struct bytes payload);

/* The caller owns m->headers' life: sip_message_init once, sip_message_parse many times. */
void sip_message_init(struct sip_message *m);
void sip_message_clear(struct sip_message *m);
/* PARSE_BAD: no start line. Header fields may be absent. */
enum parse_result sip_message_parse(struct sip_message *m, struct bytes text);
/* Header fields only (part of a multipart body, a sipfrag without start line). */
void sip_headers_parse(struct sip_message *m, struct bytes text);

/* Scanning inside header values: index of the first byte in `stops` at or after `from` that is
 * outside quoted strings (and, where asked, angle brackets), or text.n. */
gsize sip_scan(struct bytes text, gsize from, const char *stops, gboolean skip_angle);

/* Quoted strings: is it one; and what stands between its quotes, \" and \\ undone, no other escapes: DOMAIN\alice
 * is written with a single backslash by real clients. The result is in the arena. */
gboolean sip_is_quoted(struct bytes b);
struct bytes sip_unescape(struct arena *arena, struct bytes b);

/* sip_uri.c */
struct sip_uri {
    struct span scheme;  /* without colon; empty: none */
    struct span user;    /* with its parameters, without password; empty where there is no "@" */
    struct span password;
    struct span host;    /* with brackets for IPv6; where several "@" stand, all but the first part */
    struct span port;
    struct span params;  /* from the first ";" behind the host */
    struct span headers; /* from "?" */
    gboolean has_user, has_password, has_port;
};

/* sip:, sips: and every URI of that form; `text` begins behind scheme and colon; spans are offsets
 * into `text`. Never fails: what is no user, port ... lands in host. */
void sip_uri_parse(struct sip_uri *u, struct bytes text);

#endif

/* policy.h - what is done with each header field, parameter, SDP line, body type and XML name.
 *
 * One table in one file (policy_table.c) names everything that we know and its action; what is not
 * in it is redacted, its name too (DESIGN section 6). There is no bare "keep": an action is a closed
 * list, a bounded number, or an identity action. Adding a header field is one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_POLICY_H
#define SIANTO_POLICY_H

#include "bytes.h"
#include "kind.h"

enum action {
    ACT_REDACT, /* "redacted", or 0 where a number stands */
    ACT_DELETE, /* the value, and for a header field or parameter its name, is taken out */
    /* values proven harmless */
    ACT_LIST,    /* one of a closed list, ASCII case-insensitively, else `otherwise`. Where the whole
                    value (without quotes) is no member but holds commas or blanks, each element
                    between them is judged (methods="INVITE,BYE") */
    ACT_NUMBER,  /* canonical decimal within [min, max], else redacted (as 0) */
    ACT_DECIMAL, /* digits with at most one dot (qvalue, version, seconds), at most `max` characters */
    ACT_HEX,     /* 1 to `max` hex digits (nc of digest), else redacted (as 0) */
    ACT_INDEX,   /* 1.2.1: canonical numbers separated by dots: up to 3 of two digits, or up to 8 of one */
    ACT_COUNTS,  /* n/m, or n/m (n/m), of RFC 3842: numbers of at most five digits */
    ACT_METHOD,  /* a SIP method; an unknown one becomes UNKNOWN1, 2 ... of the message */
    ACT_FLAG,    /* a parameter without value; a value is dropped */
    /* identities */
    ACT_USER,
    ACT_DOMAIN,
    ACT_HOSTPORT,
    ACT_CONTEXT, /* phone-context: a domain, or (from + or a digit on) a telephone number's beginning */
    ACT_ADDRESS,
    ACT_URI,
    ACT_NAME_ADDR,
    ACT_VIA,
    ACT_AUTH,
    ACT_CALL_ID,
    ACT_DIALOG_REF,
    ACT_TOKEN, /* of `kind` */
    ACT_PRODUCT,
    ACT_DATE,
    ACT_EVENT,          /* of list:event-packages, else redacted */
    ACT_MEDIA_TYPE,     /* of list:media-types, else redacted */
    ACT_ACCESS_NETWORK, /* of list:access-types, else redacted; the cell is in parameters, with rows */
    ACT_COUNT
};

struct policy_list;

/* An action with its argument. Spelled as text in the table and in policy files:
 *   redact  delete  list:NAME  list:NAME/ACTION  number:MIN-MAX  decimal:MAXLEN  hex:MAXLEN
 *   index  counts  method  flag
 *   user domain hostport context address uri name-addr via auth callid dialog-ref
 *   token  token:call-id  token:tag  token:branch  token:nonce
 *   product date event media-type access-network */
struct policy_action {
    enum action act;
    const struct policy_list *list;         /* ACT_LIST; in rows also ACT_METHOD, EVENT, MEDIA_TYPE and
                                               ACCESS_NETWORK: saves their policy_list(name) */
    const struct policy_action *otherwise;  /* ACT_LIST: NULL means redact */
    guint64 min, max;                       /* ACT_NUMBER; ACT_DECIMAL: max */
    enum kind kind;                         /* ACT_TOKEN */
};

/* A parameter without "=value" is its name alone and stays, whatever its action says of a value.
 *
 * How a header field's value is put together. Items may be followed by ;parameters except where it
 * says otherwise; parameters have their own rows. Blanks, commas and comments separate; a comment is
 * deleted. */
enum grammar {
    GRAMMAR_TEXT,    /* the whole value is one thing (Subject, Call-ID, Date) */
    GRAMMAR_ITEM,    /* one item *(;parameter) */
    GRAMMAR_LIST,    /* item *(;parameter), separated by commas */
    GRAMMAR_SEMI,    /* items separated by semicolons, no parameters (Privacy) */
    GRAMMAR_WORDS,   /* words separated by blanks, each with its action (CSeq, RAck, Timestamp); words
                        behind the last one have the last one's action */
    GRAMMAR_LIST_WORDS, /* comma-separated lists of such words (Warning) */
    GRAMMAR_PARAMS,  /* name=value separated by semicolons, no item before them (P-Charging-Vector);
                        commas separate further such lists */
    GRAMMAR_COMMAS,  /* name=value separated by commas (Authentication-Info, P-RTP-Stat) */
};

#define POLICY_WORDS_MAX 8

struct policy_header {
    const char *name;    /* canonical spelling */
    const char *compact; /* one letter, or NULL */
    enum grammar grammar;
    struct policy_action action;                  /* of an item; of the first word */
    struct policy_action words[POLICY_WORDS_MAX]; /* GRAMMAR_WORDS, GRAMMAR_LIST_WORDS: each word's */
    guint n_words;
};

/* How a body is read. Everything that is not one of these is scrubbed or deleted. */
enum body_format {
    BODY_REDACT, /* binary or unknown: zeros in binary, scrubbed text, at equal length */
    BODY_DELETE, /* keys, certificates: replaced by nothing */
    BODY_TEXT,   /* free text: x, of a length rounded up to 16 */
    BODY_SDP,
    BODY_XML,
    BODY_MULTIPART,
    BODY_SIPFRAG,
    BODY_CPIM,
    BODY_FIELDS, /* lines "Name: value" or "Name=value", each with its action (message-summary ...) */
};

struct policy_body {
    const char *type; /* lower case, may end in "*" */
    enum body_format format;
};

struct policy;

#define SIANTO_POLICY_ERROR sianto_policy_error_quark()
GQuark sianto_policy_error_quark(void);
enum sianto_policy_error { POLICY_ERROR_FILE, POLICY_ERROR_ROW, POLICY_ERROR_WEAKER };

/* The built-in table; `path` (or NULL) names a GKeyFile with groups [header] [uri-param]
 * [header-param] [sdp-line] [sdp-attribute] [body] [xml] and rows name=action. (header-param names
 * may be HEADER.PARAM, or PARAM for every header; xml names ELEMENT, ELEMENT@ATTRIBUTE or @ATTRIBUTE;
 * body rows name a format: redact delete text sdp xml multipart sipfrag cpim. Several actions
 * separated by blanks: one for each word.) A row may choose another action for a known name or name
 * a new one; an identity action can only become the same, token, redact or delete, and what is
 * deleted can only be deleted or redacted. A name that ends in "*" can only be deleted: what names it
 * matches is not known. Numbers end at 4294967295, decimals at 20 characters. A new header is read
 * as items with parameters where its action is a URI, name-addr, hostport, list, via, event or media
 * type, else as text. */
struct policy *policy_new(const char *path, GError **error);
/* The same rows from a text; `name` for errors. What it changed stays, also where it fails. */
gboolean policy_text_read(struct policy *p, const char *text, const char *name, GError **error);
void policy_free(struct policy *p);

/* NULL: not in the table. Names compare ASCII case-insensitively; `name` may be the compact form. */
const struct policy_header *policy_header(const struct policy *p, struct bytes name);
const struct policy_action *policy_uri_param(const struct policy *p, struct bytes name);
/* The row of that header, else the row for any header. `header` may be NULL. Rows may end in "*". */
const struct policy_action *policy_header_param(const struct policy *p, const struct policy_header *header,
                                                struct bytes name);
/* Actions for the words of an SDP line of that letter (o= has six), n in *count; NULL: unknown. */
const struct policy_action *policy_sdp_line(const struct policy *p, guint8 letter, guint *count);
const struct policy_header *policy_sdp_attribute(const struct policy *p, struct bytes name);
/* Never NULL: the default is BODY_REDACT. `type` without parameters, for example "application/sdp". */
const struct policy_body *policy_body(const struct policy *p, struct bytes type);
/* Lines of BODY_FIELDS bodies; `body` as policy_body gave it. Where a value is itself a row of
 * NAME=value words (application/vq-rtcpxr: "LocalAddr: IP=... PORT=... SSRC=..."), each NAME has its
 * row; the line's own row then only says that its name is known. */
const struct policy_action *policy_field(const struct policy *p, const struct policy_body *body,
                                         struct bytes name);
/* XML: local names, without namespace prefix, compared exactly. attribute NULL: the element's text.
 * NULL: not known.
 * An element row may exist only to say that the name is known (its text, if any, is redacted). */
const struct policy_action *policy_xml(const struct policy *p, const char *element, const char *attribute);
gboolean policy_xml_name(const struct policy *p, const char *name); /* element or attribute name known */
gboolean policy_xml_namespace(const struct policy *p, struct bytes uri);

/* A closed list by name ("methods", "option-tags", "media-types", "uri-schemes", "transports",
 * "charsets", "reason-phrases" ...); NULL: no such list. */
const struct policy_list *policy_list(const char *name);
gboolean policy_list_has(const struct policy_list *list, struct bytes value);
/* Is `value` (trimmed, without quotes) harmless as it stands under a list, number, decimal, hex, index
 * or counts action? FALSE for every other action. A list's `otherwise` is not asked. */
gboolean policy_allows(const struct policy_action *action, struct bytes value);
/* IANA's reason phrase of a status code, else that of its class (x00), else "Unknown". */
const char *policy_reason_phrase(guint status);

/* Calls `fn` for every word that may stand in the output because the policy has it: names of header fields,
 * parameters, attributes, body types and XML, and the entries of all closed lists. What a user's file names is
 * among them. The same word may come twice. For the audit, which has no table of its own. */
void policy_each_word(const struct policy *p, void (*fn)(void *arg, struct bytes word), void *arg);

/* Number of rows per group, for tests and documentation. */
struct policy_counts {
    guint headers, uri_params, header_params, sdp_lines, sdp_attributes, bodies, xml, lists;
};
struct policy_counts policy_counts(const struct policy *p);

#endif

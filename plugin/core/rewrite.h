/* rewrite.h - judging a text: the context that all grammars share, and the actions on values.
 *
 * A grammar module (sip, sdp, xml ...) walks its text from front to back and calls one rw_ function
 * for each span, so that every byte is judged exactly once. Identities go through the value
 * functions below, which ask the tables (label.h, address.h, token.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_REWRITE_H
#define SIANTO_REWRITE_H

#include "address.h"
#include "arena.h"
#include "edit.h"
#include "label.h"
#include "policy.h"
#include "timeline.h"
#include "token.h"

/* Nesting of multipart in multipart, sipfrag in multipart, headers in URIs ...: deeper is scrubbed. */
#define RW_DEPTH_MAX 8

/* Rows and lists that the grammars ask for by name, looked up once. A row is NULL where the policy has
 * none, a list always exists. */
struct names {
    const struct policy_list *methods, *transports, *auth_schemes, *reason_phrases, *urns, *media_types,
        *event_packages, *access_types;
    const struct policy_header *via, *cseq, *content_length, *content_type, *content_encoding,
        *transfer_encoding, *replaces;
};

/* What all messages of a run share. */
struct tables {
    struct labels *labels;
    struct addresses *addresses;
    struct tokens *tokens;
    struct policy *policy;
    struct names names; /* by tables_find_names */
    const struct timeline *time; /* what dates follow; NULL: they stay. Borrowed */
    gboolean restoring; /* they run backwards (restore.h): what they give are originals, in any bytes */
    struct field_cache *fields; /* or NULL (field_cache.h) */
    GHashTable *unknown;              /* gchar * ("header X-Foo") -> count; for the terminal only */
    guint64 unknown_asked;            /* calls of rw_unknown */
    struct edits *child[RW_DEPTH_MAX]; /* lists of rw_child, by depth; made on first use */
};

/* When `policy` is there. */
void tables_find_names(struct tables *tables);

/* Different names that `unknown` holds at most; further ones are counted under "further names". */
#define UNKNOWN_NAMES_MAX 1000

/* What one message counts for itself: numbers of X-Redacted-N and UNKNOWNn. */
struct scope {
    GPtrArray *unknown_headers; /* struct bytes *: lower-cased names in order of appearance */
    GPtrArray *unknown_methods;
    guint64 asked; /* calls of scope_number (identity.h) */
};

struct rewrite {
    struct tables *tables;
    struct arena *arena;
    struct edits *edits;
    struct scope *scope;
    struct bytes text; /* positions refer to it */
    gsize base;        /* where `text` begins in the text of `edits` */
    guint depth;
    gboolean cut;      /* the text ends where the capture was cut, not where the message ends */
    gboolean word;     /* in a Call-ID: of what comes back into it less is escaped than in a URI (restore.h) */
    gboolean whole;    /* nobody asks where in the text an edit lies: a header field's may be one (edits_whole) */
};

/* Judgements, in order; positions in rw->text. */
void rw_keep(struct rewrite *rw, gsize from, gsize to);
void rw_replace(struct rewrite *rw, gsize from, gsize to, struct bytes after, enum kind kind);
void rw_delete(struct rewrite *rw, gsize from, gsize to);
void rw_redact(struct rewrite *rw, gsize from, gsize to); /* "redacted"; 0 for a run of digits */
void rw_scrub(struct rewrite *rw, gsize from, gsize to);  /* x, equal length */
void rw_scrub_binary(struct rewrite *rw, gsize from, gsize to); /* zeros, equal length */

/* Judges all of [from, to) by an action: a value as it stands in a header field, parameter, SDP line
 * or XML text. Quotes and angle brackets around it stay, backslash escapes are undone. An empty value
 * stays empty. */
void rw_value(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action);

/* The actions by name, for callers that know what stands there. All judge exactly [from, to). */
void rw_uri(struct rewrite *rw, gsize from, gsize to);      /* any scheme, or user@host, or host */
void rw_name_addr(struct rewrite *rw, gsize from, gsize to); /* [display] <uri>, or addr-spec; no params */
void rw_hostport(struct rewrite *rw, gsize from, gsize to); /* host [":" port] */
void rw_host(struct rewrite *rw, gsize from, gsize to);     /* host name, IPv4, IPv6, [IPv6] */
void rw_user(struct rewrite *rw, gsize from, gsize to);     /* user, user@host, DOMAIN\user */
void rw_call_id(struct rewrite *rw, gsize from, gsize to);
void rw_token(struct rewrite *rw, gsize from, gsize to, enum kind kind);
void rw_number(struct rewrite *rw, gsize from, gsize to, guint64 min, guint64 max);
void rw_date(struct rewrite *rw, gsize from, gsize to); /* SIP-date or RFC 3339, which is written in UTC */
void rw_ntp(struct rewrite *rw, gsize from, gsize to);  /* SDP's t= and z=: seconds since 1900; 0 is none */
/* *(";" name ["=" value]) of a header field: [from, to) begins at the first ";" or blank. */
void rw_params(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header);
/* A header field's value by its row; NULL: redacted. */
void rw_header_value(struct rewrite *rw, gsize from, gsize to, const struct policy_header *header);

/* A text that is not part of rw->text (unescaped, decoded, an attribute's value): judged by `judge`
 * as a whole message of its own; the result is in the arena. What was replaced becomes notes of rw
 * at [from, to). Too deep: "redacted". */
typedef void (*rw_judge)(struct rewrite *child, gconstpointer arg);
struct bytes rw_child(struct rewrite *rw, gsize from, gsize to, struct bytes text, rw_judge judge,
                      gconstpointer arg);
/* The part [from, to) as a text of its own whose judgements go to the same list: for a grammar inside
 * another one (a body part, a sipfrag). Depth grows by one; too deep: `judge` is not called and the
 * part is scrubbed. */
void rw_within(struct rewrite *rw, gsize from, gsize to, rw_judge judge, gconstpointer arg);
/* rw_child with rw_value. */
struct bytes rw_child_value(struct rewrite *rw, gsize from, gsize to, struct bytes text,
                            const struct policy_action *action);

/* A name that the policy does not know: `what` is "header", "parameter" .... */
void rw_unknown(struct rewrite *rw, const char *what, struct bytes name);
/* What a text is after rw_value and its like: kept where equal to what stands there, else replaced. */
void rw_put(struct rewrite *rw, gsize from, gsize to, struct bytes after, enum kind kind);

struct bytes rw_bytes(const struct rewrite *rw, gsize from, gsize to);

/* Percent escapes. */
struct bytes percent_decode(struct arena *a, struct bytes b);
/* Escapes all bytes but letters, digits and those in `safe`. */
struct bytes percent_encode(struct arena *a, struct bytes b, const char *safe);

#endif

/* sdp_rule.h - private to sdp*.c: how one word of an SDP value is judged, as data.
 *
 * An attribute whose value has a shape of its own (candidate, fmtp, crypto ...) is a row of rules.
 * The harmless ones keep a word only where it is on a closed list or a bounded number; everything
 * else goes to the identity functions of rewrite.h or is redacted. A user's policy cannot reach
 * these inner rules; it can redact or delete the whole attribute.
 *
 * Word lists are one string, each word between blanks: " udp tcp "; they compare ASCII
 * case-insensitively.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SDP_RULE_H
#define SIANTO_SDP_RULE_H

#include "rewrite.h"

enum sdp_as {
    AS_REDACT,
    AS_NUMBER,   /* canonical decimal up to max */
    AS_WORDS,    /* one of `words`, or, where max is not 0, a canonical decimal up to max */
    AS_RANGES,   /* decimals up to max, joined by "," "-" and "/": "0-15,66", "111/111" */
    AS_DECIMALS, /* at most two decimals of three digits before and behind the dot: "5.9-24.4" */
    AS_HEX,      /* at most max hexadecimal digits */
    AS_LISTED,   /* `words` and decimals up to max, joined by any of , : | + ; [ ] ( ) / = */
    AS_NAME,     /* one of `words` or a decimal below 100, else a token: mids, rids, labels */
    AS_TOKEN,
    AS_NONCE,
    AS_MOVED,    /* a number that would join captures: see sdp_move_number; else a token */
    AS_CNAME,    /* user@host or token */
    AS_HOST,     /* and "*" */
    AS_URI,
    AS_KEYS,     /* RFC 4568 key parameters: "inline:" keys become zeros, lifetime and MKI stay */
};

struct sdp_rule {
    enum sdp_as as;
    guint64 max;
    const char *words;
};

struct sdp_named {
    const char *name; /* lower case */
    struct sdp_rule rule;
};

/* name=value;name=value ... Separators and quotes stay; a separator inside quotes is none. */
struct sdp_params {
    guint8 assign;          /* '=' or ':' */
    const char *separators; /* bytes that separate parameters */
    const struct sdp_named *named; /* the name of a parameter that is not here is redacted with it */
    guint n_named;
    struct sdp_rule bare; /* a parameter without value whose name is not known */
};

/* Each function judges exactly [from, to). */
void sdp_judge(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rule);
void sdp_judge_number(struct rewrite *rw, gsize from, gsize to, guint64 max);
/* Words separated by blanks: the i-th by rules[i]; behind the n-th, the last `cycle` rules again and
 * again, or, where cycle is 0, redacted. */
void sdp_judge_words(struct rewrite *rw, gsize from, gsize to, const struct sdp_rule *rules, guint n,
                     guint cycle);
/* name value name value ...: by name; both are redacted where the name is not known. */
void sdp_judge_pairs(struct rewrite *rw, gsize from, gsize to, const struct sdp_named *named, guint n);
void sdp_judge_params(struct rewrite *rw, gsize from, gsize to, const struct sdp_params *params);

gboolean sdp_word_listed(const char *words, struct bytes word);
const struct sdp_rule *sdp_rule_named(const struct sdp_named *named, guint n, struct bytes name);

/* Keeps the blanks at *at; then [*from, *end) is the next word and *at its end. FALSE: no more. */
gboolean sdp_next_word(struct rewrite *rw, gsize *at, gsize to, gsize *from, gsize *end);
/* The part of [from, to) without blanks at its ends; the blanks in front are kept by the call, those
 * behind must be kept by the caller ([*end, to)). */
void sdp_trim(struct rewrite *rw, gsize *from, gsize to, gsize *end);

/* Image of a decimal number that is unique to a session (sess-id, SSRC): the keyed permutation of
 * digit strings of that length, walked until the image is in the original's class, where the classes
 * are: zero (stays), no leading zero and at most `max`, the rest. BYTES_NONE: not a number of at most
 * 20 digits. */
struct bytes sdp_move_number(struct rewrite *rw, struct bytes digits, guint64 max);

/* sdp.c, for attributes that hold a line of their own. */
void sdp_judge_bandwidth(struct rewrite *rw, gsize from, gsize to);
void sdp_judge_proto(struct rewrite *rw, gsize from, gsize to);
/* media [port] proto fmt ...: m=, and without port a=cap and a=cdsc (RFC 3407). */
void sdp_judge_media(struct rewrite *rw, gsize from, gsize to, gboolean with_port);

/* sdp_attribute.c: "a=" name[":" value]. FALSE, and nothing judged: the line is to be deleted. */
gboolean sdp_judge_attribute(struct rewrite *rw, gsize from, gsize to);

#endif

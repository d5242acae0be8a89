/* identity.h - what identity.c, uri.c and value.c share below rewrite.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_IDENTITY_H
#define SIANTO_IDENTITY_H

#include "rewrite.h"
#include "sip.h"

/* Value functions without a place: a text in, its image out (in the arena or a table). *kind is
 * KIND_KEPT where the image is the text itself. */
struct bytes map_host(struct rewrite *rw, struct bytes host, enum kind *kind);
/* Are there colons in it, and no IPv6 address? */
gboolean is_host_of_colons(struct rewrite *rw, struct bytes host);
struct bytes map_user(struct rewrite *rw, struct bytes user, enum kind *kind);
/* A token whose hyphens are punctuation (UUID, IMEI): they stay, the rest is permuted as one. */
struct bytes map_shaped_token(struct rewrite *rw, struct bytes token);

/* Judge [from, to): a port (without its colon), a telephone-subscriber or user part with parameters. */
void judge_port(struct rewrite *rw, gsize from, gsize to);
void judge_userinfo(struct rewrite *rw, gsize from, gsize to);

/* Where the host behind the "@" of a Call-ID ends: at a colon and a port, which many write there, or at the end. */
gsize call_id_port(struct bytes host);

/* *(";" name ["=" value]) of a URI. */
void judge_uri_params(struct rewrite *rw, gsize from, gsize to);
/* One parameter [from, to), without its semicolon; FALSE: unknown or to be deleted, nothing judged. */
gboolean judge_param(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action,
                     gboolean escaped);

/* Number of `name` among the names of its sort in this message, from 1. */
guint scope_number(struct rewrite *rw, GPtrArray *names, struct bytes name);
/* The name [from, to) of a header field that nobody knows, `name` when it is spelled out, becomes X-Redacted-N;
 * `what` as in rw_unknown. */
void redact_name(struct rewrite *rw, gsize from, gsize to, const char *what, struct bytes name);
/* A line of a header section that nobody knows: its name as above, its value redacted; without a name scrubbed. The
 * line break is left to the caller. */
void redact_field(struct rewrite *rw, const struct sip_header *h, const char *what);

/* Scanning by one class of bytes; `to` where none is left. */
gsize skip_space(const struct rewrite *rw, gsize from, gsize to);      /* blanks and line breaks */
gsize trim_space(const struct rewrite *rw, gsize from, gsize to);      /* new `to` */
gsize find_byte(const struct rewrite *rw, gsize from, gsize to, guint8 c);

#endif

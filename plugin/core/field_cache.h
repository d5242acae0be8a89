/* field_cache.h - what a header field was judged to be a moment ago.
 *
 * Most header fields repeat: Allow and Supported in every message of a phone, From, Call-ID and Contact in all messages
 * of a transaction. A judgement depends on the policy and on the field's own bytes, and on nothing else, but for fields
 * that number unknown names within their message or that are noted for dry-run; those are never stored, and neither are
 * the end of a cut message and Content-Length, which hangs on the body. So a stored judgement gives the same edits as
 * judging again; where only the new text is wanted (rewrite.h), as one.
 *
 * A fixed table of FIELD_CACHE_ENTRIES in sets of four; a full set forgets its oldest entry, which costs a
 * judgement and nothing else. 8 MiB, taken as it fills.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FIELD_CACHE_H
#define SIANTO_FIELD_CACHE_H

#include "key.h"
#include "policy.h"
#include "sip.h"

#define FIELD_CACHE_ENTRIES 16384u
#define FIELD_CACHE_EDITS_MAX 24u  /* more judgements of one field are never stored */
#define FIELD_CACHE_BYTES_MAX 496u /* nor is what needs more: its bytes, the new ones, and 6 for each judgement */

struct field_cache;
struct rewrite;

/* The key is for hashing only: what is found does not hang on it. */
struct field_cache *field_cache_new(const struct key *key);
void field_cache_free(struct field_cache *c);

/* Judges the header field `line`, with its line break, where it is stored: its row. Else NULL, and nothing is judged;
 * *hash is for field_cache_judge then. c: NULL for none. */
const struct policy_header *field_cache_recall(struct field_cache *c, struct rewrite *rw, struct span line, guint64 *hash);
/* Judges the header field by its row: its name stays, its value is rw_header_value's (rewrite.h). Stored where it can
 * be. */
void field_cache_judge(struct field_cache *c, struct rewrite *rw, const struct sip_header *h, const struct policy_header *row,
                       guint64 hash);

#endif

/* field_cache.h - what a header field's value was judged to be a moment ago.
 *
 * Most values repeat: Allow and Supported in every message of a phone, From, Call-ID and Contact in all
 * messages of a transaction. A judgement depends on the row of the policy and on the value, and on nothing
 * else, but for values that number unknown names within their message or that are noted for dry-run;
 * those are never stored, and neither is the end of a cut message. So a stored judgement gives the same
 * edits as judging again.
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

#define FIELD_CACHE_ENTRIES 16384u
#define FIELD_CACHE_EDITS_MAX 24u  /* more judgements of one value are never stored */
#define FIELD_CACHE_BYTES_MAX 496u /* nor is what needs more: value, replacements, and 8 bytes for each judgement */

struct field_cache;
struct rewrite;

/* The key is for hashing only: what is found does not hang on it. */
struct field_cache *field_cache_new(const struct key *key);
void field_cache_free(struct field_cache *c);

/* rw_header_value (rewrite.h), by what is stored where it can be; `row` is not NULL. c: NULL for none. */
void field_cache_judge(struct field_cache *c, struct rewrite *rw, gsize from, gsize to,
                       const struct policy_header *row);

#endif

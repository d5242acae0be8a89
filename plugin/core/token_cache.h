/* token_cache.h - what a token was mapped to a moment ago.
 *
 * A Call-ID, tag or branch stands in two to ten messages that follow close on each other; the cache
 * answers for the later ones. A fixed table of TOKEN_CACHE_ENTRIES in sets of four; a set that is full
 * forgets its oldest entry, which costs a computation and nothing else. About 7 MiB, taken
 * from the system as it fills.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TOKEN_CACHE_H
#define SIANTO_TOKEN_CACHE_H

#include "hash.h"

#define TOKEN_CACHE_ENTRIES 32768u
#define TOKEN_CACHE_VALUE_MAX 96u /* bytes; longer values are never stored */

struct token_cache;

struct token_cache *token_cache_new(struct hash_key key);
void token_cache_free(struct token_cache *c);

/* The image of `value` (as long as the value), valid until the next token_cache_put; NULL: not there.
 * `tag` tells the kinds apart. *hash is for token_cache_put. */
const guint8 *token_cache_find(const struct token_cache *c, guint8 tag, struct bytes value, guint64 *hash);
/* For a value that was not there: `hash` as found for it. */
void token_cache_put(struct token_cache *c, guint8 tag, struct bytes value, guint64 hash,
                     const guint8 *image);

#endif

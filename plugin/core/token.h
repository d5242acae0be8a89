/* token.h - tokens: a format-preserving permutation (DESIGN section 5, "Token").
 *
 * Call-IDs, tags, branches, nonces and the like are long, many and short-lived: too many for a table,
 * so each is replaced by its image under a keyed permutation, which the key alone inverts.
 * Invariants, for ASCII values of at most TOKEN_MAX_BYTES:
 *  - the image is as long as the value, of the same class (token_class.h), and has the value's
 *    splitting characters in the same places; the empty value stays empty, and so does a value of
 *    splitting characters only;
 *  - for each kind it is one-to-one, and tokens_unmap is its inverse;
 *  - where very few values have that class and length, a value may be its own image.
 *
 * Memory: the cache (token_cache.h, a fixed size) and the table of keyed hex tokens
 * (TOKEN_KEYED_MAX entries of 32 bytes); nothing grows with the packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TOKEN_H
#define SIANTO_TOKEN_H

#include "arena.h"
#include "key.h"
#include "kind.h"

struct tokens;

struct tokens *tokens_new(const struct key *key);
void tokens_free(struct tokens *t);

/* The image of `value` under the permutation of its class and length, tweaked by `kind` (KIND_CALL_ID,
 * KIND_TAG, KIND_BRANCH, KIND_NONCE; all others as KIND_TOKEN). The image is in `arena`, and valid
 * until that is reset.
 *
 * A value that is not ASCII or longer than TOKEN_MAX_BYTES gives a keyed hex token instead: the first
 * TOKEN_KEYED_CHARS characters of an HMAC, whatever its length. Only the map can invert those. Two of
 * them agree, or one agrees with the image of a 32-character token, with a probability of 2^-128 for
 * each pair. The former is watched for the first TOKEN_KEYED_MAX of them, see tokens_error. */
#define TOKEN_MAX_BYTES 255
#define TOKEN_KEYED_CHARS 32
#define TOKEN_KEYED_MAX 65536u
struct bytes tokens_map(struct tokens *t, enum kind kind, struct bytes value, struct arena *arena);

/* The inverse, from the key alone; the value is in `arena`. FALSE for what only a table can invert:
 * an image that no permutation has, or one that is known in this run to be a keyed hex token. (Where more
 * than TOKEN_KEYED_MAX were given out, and in another run, nobody can tell such a one from the image of a
 * hex token: ask the map first.) */
gboolean tokens_unmap(struct tokens *t, enum kind kind, struct bytes image, struct arena *arena,
                      struct bytes *value);

/* For a map: from now on the values of keyed hex tokens are remembered, TOKENS_KEPT_BYTES of them and no more than
 * TOKEN_KEYED_MAX; tokens_each tells them, in no certain order. */
#define TOKENS_KEPT_BYTES (64u << 20)
void tokens_keep(struct tokens *t);
typedef void (*tokens_visit)(void *arg, enum kind kind, struct bytes value, struct bytes token);
void tokens_each(const struct tokens *t, tokens_visit fn, void *arg);
/* How many did not fit. */
guint64 tokens_not_kept(const struct tokens *t);
/* One of them from an earlier run. FALSE: it is none. */
gboolean tokens_load(struct tokens *t, enum kind kind, struct bytes value, struct bytes token);
/* From now on tokens_map takes images and gives values; what cannot be inverted stays. */
void tokens_reverse(struct tokens *t);

/* Sticky: two values have the same keyed hex token. NULL where all is well. Owned by `t`. */
#define SIANTO_TOKEN_ERROR sianto_token_error_quark()
GQuark sianto_token_error_quark(void);
enum sianto_token_error { TOKEN_ERROR_COLLISION };
const GError *tokens_error(const struct tokens *t);

#endif

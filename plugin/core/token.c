/* Tokens: class, permutation, walk.
 *
 * A value "3f-9C/x==" is taken apart by its class (token_class.h) into digits and what stays in place;
 * the digits are permuted as one string (feistel.h), under a tweak of kind and class; and put back.
 * The result may be of a smaller class: the permutation of 4-digit hex strings may give "1234", which
 * is of digits. Then nobody could tell from the image which permutation to invert. So it is permuted
 * again until its class is the value's ("cycle walking", Black and Rogaway 2002):
 *
 *      "a07c"  ->  "1234"  ->  "9981"  ->  "4e20"        the image
 *
 * The walk follows a cycle of a permutation of all strings, on which the value itself lies, so it ends,
 * and what it induces on the strings of the class is a permutation again; walking back inverts it.
 * It takes as many steps, on average, as there are strings for each one of the class: for hex 2.7 at one
 * character and 1.6 at two; for alphanumeric 1.6 at one; for token characters 7.2 at one, 3.9 at two,
 * 1.3 at ten; for base64 without padding, which must show a "/", about 32 at one or two, 64/n at a few
 * and 2.5 at 32 characters. At the lengths that Call-IDs and tags have, it is one but for base64.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "token.h"

#include "feistel.h"
#include "prf.h"
#include "token_cache.h"
#include "token_class.h"
#include "token_private.h"

#define KEYED_BYTES (TOKEN_KEYED_CHARS / 2)
#define TAG_CACHE 'h'
#define DOMAINS 64u /* remembered; a capture has a handful of lengths for each kind */

struct tokens {
    struct feistel *feistel;
    struct prf *prf;
    struct token_cache *cache;
    struct feistel_domain domain[DOMAINS];
    GHashTable *keyed; /* struct keyed: the tokens that were given out */
    struct arena *kept; /* tokens_keep: values of these; NULL: not wanted */
    gsize kept_bytes;
    guint64 not_kept;
    gboolean reversed;
    guint keyed_bits;
    GError *error;
};

/* What an HMAC says of a value: its token, and enough of the rest to know the value again. */
struct keyed {
    guint8 token[KEYED_BYTES], rest[PRF_BYTES - KEYED_BYTES];
    guint8 letter;
    struct bytes value; /* where it is kept, else none */
};

G_DEFINE_QUARK(sianto-token-error-quark, sianto_token_error)

/* The numbers of enum kind may change; these letters never, or old maps could not be undone. */
static guint8 letter_of(enum kind kind)
{
    switch (kind) {
    case KIND_CALL_ID:
        return 'c';
    case KIND_TAG:
        return 't';
    case KIND_BRANCH:
        return 'b';
    case KIND_NONCE:
        return 'n';
    default:
        return 'k';
    }
}

static enum kind kind_of(guint8 letter)
{
    static const enum kind kinds[] = {KIND_CALL_ID, KIND_TAG, KIND_BRANCH, KIND_NONCE};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (letter_of(kinds[i]) == letter)
            return kinds[i];
    return KIND_TOKEN;
}

static guint keyed_hash(gconstpointer key)
{
    guint h;
    memcpy(&h, ((const struct keyed *)key)->token, sizeof h);
    return h;
}

static gboolean keyed_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(((const struct keyed *)a)->token, ((const struct keyed *)b)->token, KEYED_BYTES) == 0;
}

struct tokens *tokens_new(const struct key *key)
{
    struct tokens *t = g_new0(struct tokens, 1);
    guint8 subkey[KEY_BYTES];
    key_subkey(key, "token", subkey);
    t->feistel = feistel_new(subkey);
    key_wipe(subkey, sizeof subkey);
    t->prf = prf_new(key, "token/keyed");
    t->cache = token_cache_new(prf_hash_key(t->prf, TAG_CACHE));
    t->keyed = g_hash_table_new_full(keyed_hash, keyed_equal, g_free, NULL);
    t->keyed_bits = KEYED_BYTES * 8;
    return t;
}

void tokens_free(struct tokens *t)
{
    if (!t)
        return;
    feistel_free(t->feistel);
    prf_free(t->prf);
    token_cache_free(t->cache);
    g_hash_table_destroy(t->keyed);
    arena_free(t->kept);
    g_clear_error(&t->error);
    g_free(t);
}

/* --- keyed hex tokens ---------------------------------------------------------------------------- */

static struct bytes keep_value(struct tokens *t, struct bytes value)
{
    if (!t->kept)
        return BYTES_NONE;
    if (value.n > TOKENS_KEPT_BYTES - t->kept_bytes) {
        t->not_kept++;
        return BYTES_NONE;
    }
    t->kept_bytes += value.n;
    return arena_dup(t->kept, value);
}

static void remember(struct tokens *t, const struct keyed *k, struct bytes value)
{
    const struct keyed *known = g_hash_table_lookup(t->keyed, k);
    if (known && memcmp(known->rest, k->rest, sizeof k->rest) != 0 && !t->error)
        g_set_error(&t->error, SIANTO_TOKEN_ERROR, TOKEN_ERROR_COLLISION,
                    "two tokens have the same keyed replacement; use another key");
    if (!known && g_hash_table_size(t->keyed) < TOKEN_KEYED_MAX) {
        struct keyed *copy = g_new(struct keyed, 1);
        *copy = *k;
        copy->value = keep_value(t, value);
        g_hash_table_add(t->keyed, copy);
    } else if (!known && t->kept) {
        t->not_kept++;
    }
}

static void token_hex(const guint8 token[KEYED_BYTES], guint8 text[TOKEN_KEYED_CHARS])
{
    static const char hex[] = "0123456789abcdef";
    for (guint i = 0; i < TOKEN_KEYED_CHARS; i++)
        text[i] = (guint8)hex[token[i / 2] >> (i % 2 ? 0 : 4) & 15];
}

static void digest_value(struct tokens *t, guint8 letter, struct bytes value, struct keyed *k)
{
    guint8 digest[PRF_BYTES];
    prf_digest(t->prf, letter, value, digest);
    memcpy(k->token, digest, sizeof k->token);
    memcpy(k->rest, digest + sizeof k->token, sizeof k->rest);
    k->letter = letter;
    k->value = BYTES_NONE;
    for (guint bit = t->keyed_bits; bit < KEYED_BYTES * 8; bit++)
        k->token[bit / 8] &= (guint8) ~(0x80 >> bit % 8);
}

static struct bytes map_keyed(struct tokens *t, guint8 letter, struct bytes value, struct arena *arena)
{
    guint8 *text = arena_alloc(arena, TOKEN_KEYED_CHARS);
    struct keyed k;
    digest_value(t, letter, value, &k);
    remember(t, &k, value);
    token_hex(k.token, text);
    return (struct bytes){text, TOKEN_KEYED_CHARS};
}

static int hex_digit(struct bytes b, gsize at)
{
    int c = bytes_at(b, at);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= '0' && c <= '9' ? c - '0' : -1;
}

static const struct keyed *find_keyed(const struct tokens *t, struct bytes image)
{
    struct keyed k = {.letter = 0};
    if (image.n != TOKEN_KEYED_CHARS)
        return NULL;
    for (gsize i = 0; i < image.n; i++) {
        int digit = hex_digit(image, i);
        if (digit < 0)
            return NULL;
        k.token[i / 2] = (guint8)(k.token[i / 2] << 4 | digit);
    }
    return g_hash_table_lookup(t->keyed, &k);
}

void tokens_keep(struct tokens *t)
{
    if (!t->kept)
        t->kept = arena_new();
}

void tokens_each(const struct tokens *t, tokens_visit fn, void *arg)
{
    GHashTableIter iter;
    gpointer row;
    g_hash_table_iter_init(&iter, t->keyed);
    while (g_hash_table_iter_next(&iter, &row, NULL)) {
        const struct keyed *k = row;
        guint8 text[TOKEN_KEYED_CHARS];
        token_hex(k->token, text);
        if (k->value.n)
            fn(arg, kind_of(k->letter), k->value, (struct bytes){text, sizeof text});
    }
}

guint64 tokens_not_kept(const struct tokens *t)
{
    return t->not_kept;
}

static gboolean permutable(struct bytes value);

gboolean tokens_load(struct tokens *t, enum kind kind, struct bytes value, struct bytes token)
{
    struct keyed k;
    guint8 text[TOKEN_KEYED_CHARS];
    if (value.n == 0 || permutable(value))
        return FALSE;
    digest_value(t, letter_of(kind), value, &k);
    token_hex(k.token, text);
    if (!bytes_eq(token, (struct bytes){text, sizeof text}))
        return FALSE;
    tokens_keep(t);
    remember(t, &k, value);
    return TRUE;
}

void tokens_reverse(struct tokens *t)
{
    t->reversed = TRUE;
}

const GError *tokens_error(const struct tokens *t)
{
    return t->error;
}

void tokens_shorten_keyed(struct tokens *t, guint bits)
{
    t->keyed_bits = MIN(bits, KEYED_BYTES * 8);
}

/* --- the permutation ----------------------------------------------------------------------------- */

static gboolean permutable(struct bytes value)
{
    guint8 all = 0;
    if (value.n > TOKEN_MAX_BYTES)
        return FALSE;
    for (gsize i = 0; i < value.n; i++)
        all |= value.p[i];
    return all < 0x80;
}

static const struct feistel_domain *domain_of(struct tokens *t, guint16 tweak, guint radix, guint n)
{
    struct feistel_domain *d = &t->domain[(tweak * 31u + radix * 7u + n) % DOMAINS];
    if (!feistel_domain_is(d, tweak, radix, n))
        feistel_domain_init(d, t->feistel, tweak, radix, n);
    return d;
}

/* `out` has room for value.n bytes. */
static void permute(struct tokens *t, guint8 letter, struct bytes value, guint8 *out,
                    void (*step)(const struct feistel_domain *d, guint8 *digits))
{
    enum token_class class = token_classify(value);
    guint8 digits[TOKEN_MAX_BYTES];
    guint n = token_digits(class, value, digits);
    const struct feistel_domain *domain =
        n ? domain_of(t, (guint16)(letter << 8 | class), token_radix(class), n) : NULL;
    do {
        if (n)
            step(domain, digits);
        token_text(class, value, digits, out);
    } while (token_classify((struct bytes){out, value.n}) != class);
}

/* tokens_map, the other way round. */
static struct bytes value_of(struct tokens *t, enum kind kind, struct bytes image, struct arena *arena)
{
    const struct keyed *k = find_keyed(t, image);
    struct bytes value = image;
    if (k)
        return k->value.n ? k->value : image;
    tokens_unmap(t, kind, image, arena, &value);
    return value;
}

struct bytes tokens_map(struct tokens *t, enum kind kind, struct bytes value, struct arena *arena)
{
    guint8 letter = letter_of(kind);
    guint64 hash;
    if (t->reversed)
        return value_of(t, kind, value, arena);
    const guint8 *cached = token_cache_find(t->cache, letter, value, &hash);
    if (cached)
        return arena_dup(arena, (struct bytes){cached, value.n});
    if (!permutable(value))
        return map_keyed(t, letter, value, arena);
    guint8 *out = arena_alloc(arena, value.n);
    permute(t, letter, value, out, feistel_forward);
    token_cache_put(t->cache, letter, value, hash, out);
    return (struct bytes){out, value.n};
}

gboolean tokens_unmap(struct tokens *t, enum kind kind, struct bytes image, struct arena *arena,
                      struct bytes *value)
{
    if (!permutable(image) || find_keyed(t, image))
        return FALSE;
    guint8 *out = arena_alloc(arena, image.n);
    permute(t, letter_of(kind), image, out, feistel_backward);
    *value = (struct bytes){out, image.n};
    return TRUE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "token_cache.h"

#define WAYS 4u
#define SETS (TOKEN_CACHE_ENTRIES / WAYS)

/* The value, and its image behind it: few lines of memory for a short one. */
struct entry {
    guint8 bytes[2 * TOKEN_CACHE_VALUE_MAX];
};

/* The hashes stand together: a miss reads one line of memory. 0 is an empty entry. */
struct set {
    guint64 hash[WAYS];
    guint8 n[WAYS], tag[WAYS];
    guint oldest;
};

struct token_cache {
    struct hash_key key;
    struct set *sets;
    struct entry *entries;
};

struct token_cache *token_cache_new(struct hash_key key)
{
    struct token_cache *c = g_new0(struct token_cache, 1);
    c->key = key;
    c->sets = g_new0(struct set, SETS);
    c->entries = g_new0(struct entry, TOKEN_CACHE_ENTRIES);
    return c;
}

void token_cache_free(struct token_cache *c)
{
    if (!c)
        return;
    g_free(c->sets);
    g_free(c->entries);
    g_free(c);
}

static gboolean storable(struct bytes value)
{
    return value.n > 0 && value.n <= TOKEN_CACHE_VALUE_MAX;
}

static guint64 hash_of(const struct token_cache *c, guint8 tag, struct bytes value)
{
    struct hash_key key = {c->key.k0 ^ tag, c->key.k1};
    guint64 hash = hash_fast(&key, value, 0);
    return hash ? hash : 1;
}

const guint8 *token_cache_find(const struct token_cache *c, guint8 tag, struct bytes value, guint64 *hash)
{
    *hash = 0;
    if (!storable(value))
        return NULL;
    *hash = hash_of(c, tag, value);
    const struct set *set = &c->sets[*hash % SETS];
    for (guint i = 0; i < WAYS; i++) {
        if (set->hash[i] != *hash || set->n[i] != value.n || set->tag[i] != tag)
            continue;
        const struct entry *e = &c->entries[*hash % SETS * WAYS + i];
        if (memcmp(e->bytes, value.p, value.n) == 0)
            return e->bytes + value.n;
    }
    return NULL;
}

void token_cache_put(struct token_cache *c, guint8 tag, struct bytes value, guint64 hash, const guint8 *image)
{
    if (!storable(value))
        return;
    struct set *set = &c->sets[hash % SETS];
    guint i = set->oldest;
    struct entry *e = &c->entries[hash % SETS * WAYS + i];
    memcpy(e->bytes, value.p, value.n);
    memcpy(e->bytes + value.n, image, value.n);
    set->hash[i] = hash;
    set->n[i] = (guint8)value.n;
    set->tag[i] = tag;
    set->oldest = (i + 1) % WAYS;
}

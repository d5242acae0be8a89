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

#define LOCKS 64u /* each for every 64th set: threads rarely meet */

struct token_cache {
    struct hash_key key;
    GMutex lock[LOCKS];
    struct set *sets;
    struct entry *entries;
};

struct token_cache *token_cache_new(struct hash_key key)
{
    struct token_cache *c = g_new0(struct token_cache, 1);
    c->key = key;
    for (guint i = 0; i < LOCKS; i++)
        g_mutex_init(&c->lock[i]);
    c->sets = g_new0(struct set, SETS);
    c->entries = g_new0(struct entry, TOKEN_CACHE_ENTRIES);
    return c;
}

void token_cache_free(struct token_cache *c)
{
    if (!c)
        return;
    for (guint i = 0; i < LOCKS; i++)
        g_mutex_clear(&c->lock[i]);
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

static const struct entry *find(const struct token_cache *c, guint8 tag, struct bytes value, guint64 hash)
{
    const struct set *set = &c->sets[hash % SETS];
    for (guint i = 0; i < WAYS; i++) {
        if (set->hash[i] != hash || set->n[i] != value.n || set->tag[i] != tag)
            continue;
        const struct entry *e = &c->entries[hash % SETS * WAYS + i];
        if (memcmp(e->bytes, value.p, value.n) == 0)
            return e;
    }
    return NULL;
}

static void store(struct token_cache *c, guint8 tag, struct bytes value, guint64 hash, const guint8 *image)
{
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

gboolean token_cache_find(struct token_cache *c, guint8 tag, struct bytes value, guint64 *hash, guint8 *image)
{
    *hash = 0;
    if (!storable(value))
        return FALSE;
    *hash = hash_of(c, tag, value);
    GMutex *lock = &c->lock[*hash % SETS % LOCKS];
    g_mutex_lock(lock);
    const struct entry *e = find(c, tag, value, *hash);
    if (e)
        memcpy(image, e->bytes + value.n, value.n);
    g_mutex_unlock(lock);
    return e != NULL;
}

void token_cache_put(struct token_cache *c, guint8 tag, struct bytes value, guint64 hash, const guint8 *image)
{
    if (!storable(value))
        return;
    GMutex *lock = &c->lock[hash % SETS % LOCKS];
    g_mutex_lock(lock);
    store(c, tag, value, hash, image);
    g_mutex_unlock(lock);
}

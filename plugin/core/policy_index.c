/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy_index.h"

/* Open addressing with a load of at most a half. A GHashTable of names does the same in some
 * 70 ns a header field name, most of it calls of g_ascii_tolower for each byte; a message asks forty
 * times. Here a name is hashed eight bytes at a time, and the usual spelling is compared by memcmp. */
struct slot {
    guint64 hash;
    gconstpointer scope, value; /* value NULL: free */
    struct bytes name;
};

struct index {
    struct slot *slots;
    guint size, used; /* size: a power of two */
    gboolean exact;
    GArray *prefixes; /* struct slot; name without the "*" */
};

#define FIRST_SIZE 64u
#define CASE_BITS G_GUINT64_CONSTANT(0x2020202020202020)
#define MULTIPLIER G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)

/* Setting bit 5 makes both cases of a letter one; that it also joins some pairs of other characters
 * ("@" and "`") costs a comparison, no more. */
static guint64 name_hash(gconstpointer scope, struct bytes name)
{
    guint64 h = (guint64)(guintptr)scope + name.n, word;
    gsize at = 0;
    for (; name.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, name.p + at, sizeof word);
        h = (h ^ (word | CASE_BITS)) * MULTIPLIER;
        h ^= h >> 32;
    }
    for (word = 0; at < name.n; at++)
        word = word << 8 | (name.p[at] | 0x20u);
    h = (h ^ word) * MULTIPLIER;
    return h ^ h >> 32;
}

struct index *index_new(gboolean exact)
{
    struct index *ix = g_new0(struct index, 1);
    ix->size = FIRST_SIZE;
    ix->exact = exact;
    ix->slots = g_new0(struct slot, ix->size);
    ix->prefixes = g_array_new(FALSE, FALSE, sizeof(struct slot));
    return ix;
}

void index_free(struct index *ix)
{
    if (!ix)
        return;
    g_free(ix->slots);
    g_array_unref(ix->prefixes);
    g_free(ix);
}

static gboolean same_name(const struct index *ix, struct bytes a, struct bytes b)
{
    return bytes_eq(a, b) || (!ix->exact && bytes_ieq(a, b));
}

/* The slot of that row, or the free one where it would stand. */
static struct slot *find_slot(const struct index *ix, guint64 hash, gconstpointer scope, struct bytes name)
{
    for (guint i = (guint)hash & (ix->size - 1);; i = (i + 1) & (ix->size - 1)) {
        struct slot *s = &ix->slots[i];
        if (!s->value)
            return s;
        if (s->hash == hash && s->scope == scope && same_name(ix, s->name, name))
            return s;
    }
}

static void grow(struct index *ix)
{
    struct slot *old = ix->slots;
    guint n = ix->size;
    ix->size *= 2;
    ix->slots = g_new0(struct slot, ix->size);
    for (guint i = 0; i < n; i++)
        if (old[i].value)
            *find_slot(ix, old[i].hash, old[i].scope, old[i].name) = old[i];
    g_free(old);
}

static void put_prefix(struct index *ix, struct slot row)
{
    for (guint i = 0; i < ix->prefixes->len; i++) {
        struct slot *s = &g_array_index(ix->prefixes, struct slot, i);
        if (s->scope == row.scope && bytes_ieq(s->name, row.name)) {
            *s = row;
            return;
        }
    }
    g_array_append_val(ix->prefixes, row);
}

void index_put(struct index *ix, gconstpointer scope, struct bytes name, gconstpointer value)
{
    g_return_if_fail(value != NULL);
    struct slot row = {0, scope, value, name};
    if (bytes_at(name, name.n - 1) == '*') {
        row.name.n--;
        put_prefix(ix, row);
        return;
    }
    row.hash = name_hash(scope, name);
    struct slot *s = find_slot(ix, row.hash, scope, name);
    ix->used += s->value == NULL;
    *s = row;
    if (ix->used * 2 > ix->size)
        grow(ix);
}

static gconstpointer find_prefix(const struct index *ix, gconstpointer scope, struct bytes name)
{
    const struct slot *best = NULL;
    for (guint i = 0; i < ix->prefixes->len; i++) {
        const struct slot *s = &g_array_index(ix->prefixes, struct slot, i);
        if (s->scope == scope && bytes_istarts(name, s->name) && (!best || s->name.n > best->name.n))
            best = s;
    }
    return best ? best->value : NULL;
}

gconstpointer index_find(const struct index *ix, gconstpointer scope, struct bytes name)
{
    const struct slot *s = find_slot(ix, name_hash(scope, name), scope, name);
    if (s->value || ix->prefixes->len == 0)
        return s->value;
    return find_prefix(ix, scope, name);
}

guint index_size(const struct index *ix)
{
    return ix->used + ix->prefixes->len;
}

void index_each(const struct index *ix, void (*fn)(void *arg, struct bytes name), void *arg)
{
    for (guint i = 0; i < ix->size; i++)
        if (ix->slots[i].value)
            fn(arg, ix->slots[i].name);
    for (guint i = 0; i < ix->prefixes->len; i++)
        fn(arg, g_array_index(ix->prefixes, struct slot, i).name);
}

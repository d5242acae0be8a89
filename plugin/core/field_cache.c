/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "field_cache.h"

#include "prf.h"
#include "rewrite.h"

#define WAYS 4u
#define SETS (FIELD_CACHE_ENTRIES / WAYS)

/* An edit, in positions of the value; what replaces it follows that of the edit before. */
struct part {
    guint16 off, len, after_n;
    guint8 kind;
};

/* In `bytes` the value, the parts, and what replaces them: together, so that few lines of memory are read. */
struct entry {
    const struct policy_header *row;
    guint16 value_n, n_parts, after_n;
    guint8 bytes[FIELD_CACHE_BYTES_MAX];
};

struct set {
    guint64 hash[WAYS]; /* 0: empty */
    guint oldest;
};

struct field_cache {
    struct hash_key key;
    struct set *sets;
    struct entry *entries;
};

/* Judged for the first time, on its way into the cache. */
struct judged {
    struct part parts[FIELD_CACHE_EDITS_MAX];
    guint8 after[FIELD_CACHE_BYTES_MAX];
    guint n_parts;
    gsize after_n;
};

struct field_cache *field_cache_new(const struct key *key)
{
    struct field_cache *c = g_new0(struct field_cache, 1);
    struct prf *prf = prf_new(key, "field-cache");
    c->key = prf_hash_key(prf, 'h');
    prf_free(prf);
    c->sets = g_new0(struct set, SETS);
    c->entries = g_new0(struct entry, FIELD_CACHE_ENTRIES);
    return c;
}

void field_cache_free(struct field_cache *c)
{
    if (!c)
        return;
    g_free(c->sets);
    g_free(c->entries);
    g_free(c);
}

/* --- again ------------------------------------------------------------------------------------------------- */

static const struct entry *find(const struct field_cache *c, guint64 hash, struct bytes value,
                                const struct policy_header *row)
{
    const struct set *set = &c->sets[hash % SETS];
    for (guint i = 0; i < WAYS; i++) {
        const struct entry *e = &c->entries[hash % SETS * WAYS + i];
        if (set->hash[i] == hash && e->row == row && bytes_eq((struct bytes){e->bytes, e->value_n}, value))
            return e;
    }
    return NULL;
}

/* The replacements are copied: an entry may go before the edits do. */
static void replay(struct rewrite *rw, gsize from, const struct entry *e)
{
    const guint8 *parts = e->bytes + e->value_n;
    gsize parts_n = e->n_parts * sizeof(struct part);
    struct bytes after = arena_dup(rw->arena, (struct bytes){parts + parts_n, e->after_n});
    for (gsize at = 0; at < parts_n; at += sizeof(struct part)) {
        struct part part;
        memcpy(&part, parts + at, sizeof part);
        gsize begin = from + part.off, end = begin + part.len;
        if (part.kind == KIND_KEPT)
            rw_keep(rw, begin, end);
        else
            rw_replace(rw, begin, end, bytes_sub(after, 0, part.after_n), part.kind);
        after = bytes_from(after, part.after_n);
    }
}

/* --- the first time ------------------------------------------------------------------------------------------ */

/* What judging asked that is not in the value; differs where the judgement may not be stored. */
static guint64 asked(const struct rewrite *rw)
{
    return rw->tables->unknown_asked + rw->scope->asked;
}

/* The first edit behind the n that were there before; of those the last may have grown into the value. */
static guint first_edit(const struct edits *edits, guint n, gsize from)
{
    const struct edit *last = n ? edits_at(edits, n - 1) : NULL;
    return last && last->kind == KIND_KEPT && (gsize)last->orig.off + last->orig.len > from ? n - 1 : n;
}

/* The edits of [from, to). FALSE: they cannot be stored. */
static gboolean collect(const struct rewrite *rw, guint n_before, gsize from, gsize to, struct judged *j)
{
    gsize base = rw->base + from, at = base;
    for (guint i = first_edit(rw->edits, n_before, at); i < edits_count(rw->edits); i++) {
        const struct edit *e = edits_at(rw->edits, i);
        gsize begin = MAX((gsize)e->orig.off, base), end = (gsize)e->orig.off + e->orig.len;
        gsize n = e->kind == KIND_KEPT ? 0 : e->after.n;
        if (e->note || begin != at || j->n_parts == FIELD_CACHE_EDITS_MAX || n > sizeof j->after - j->after_n)
            return FALSE;
        j->parts[j->n_parts++] = (struct part){.off = (guint16)(begin - base), .len = (guint16)(end - begin),
                                               .after_n = (guint16)n, .kind = (guint8)e->kind};
        if (n)
            memcpy(j->after + j->after_n, e->after.p, n);
        j->after_n += n;
        at = end;
    }
    return at == rw->base + to;
}

static struct entry *make_room(struct field_cache *c, guint64 hash)
{
    struct set *set = &c->sets[hash % SETS];
    guint i = set->oldest;
    set->hash[i] = hash;
    set->oldest = (i + 1) % WAYS;
    return &c->entries[hash % SETS * WAYS + i];
}

static void remember(struct field_cache *c, guint64 hash, const struct rewrite *rw, guint n_before, gsize from, gsize to,
                     const struct policy_header *row)
{
    struct judged j;
    struct bytes value = rw_bytes(rw, from, to);
    j.n_parts = 0;
    j.after_n = 0;
    if (!collect(rw, n_before, from, to, &j))
        return;
    gsize parts_n = j.n_parts * sizeof(struct part);
    if (value.n + parts_n + j.after_n > FIELD_CACHE_BYTES_MAX)
        return;
    struct entry *e = make_room(c, hash);
    e->row = row;
    e->value_n = (guint16)value.n;
    e->n_parts = (guint16)j.n_parts;
    e->after_n = (guint16)j.after_n;
    memcpy(e->bytes, value.p, value.n);
    memcpy(e->bytes + value.n, j.parts, parts_n);
    memcpy(e->bytes + value.n + parts_n, j.after, j.after_n);
}

void field_cache_judge(struct field_cache *c, struct rewrite *rw, gsize from, gsize to, const struct policy_header *row)
{
    struct bytes value = rw_bytes(rw, from, to);
    if (!c || rw->depth || rw->cut || value.n == 0 || value.n > FIELD_CACHE_BYTES_MAX) {
        rw_header_value(rw, from, to, row);
        return;
    }
    struct hash_key key = {c->key.k0 ^ (guint64)GPOINTER_TO_SIZE(row), c->key.k1};
    guint64 hash = hash_fast(&key, value, 0);
    hash += hash == 0; /* of an empty entry */
    const struct entry *e = find(c, hash, value, row);
    if (e) {
        replay(rw, from, e);
        return;
    }
    guint64 before = asked(rw);
    guint n = edits_count(rw->edits);
    rw_header_value(rw, from, to, row);
    if (asked(rw) == before)
        remember(c, hash, rw, n, from, to, row);
}

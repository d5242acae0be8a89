/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "field_cache.h"

#include "prf.h"
#include "rewrite.h"

#define WAYS 4u
#define SETS (FIELD_CACHE_ENTRIES / WAYS)

/* An edit, in positions of the value; `after` lies in record.bytes. */
struct part {
    guint16 off, len, after_n;
    guint8 kind;
};

struct record {
    const struct policy_header *row;
    guint16 value_n, n_parts;
    struct part parts[FIELD_CACHE_EDITS_MAX]; /* as many as there are */
    /* the value, then what replaces its parts: record_bytes */
};

struct set {
    guint64 hash[WAYS]; /* 0: empty */
    struct record *record[WAYS];
    guint oldest;
};

struct field_cache {
    struct hash_key key;
    struct set *sets;
};

struct field_cache *field_cache_new(const struct key *key)
{
    struct field_cache *c = g_new0(struct field_cache, 1);
    struct prf *prf = prf_new(key, "field-cache");
    c->key = prf_hash_key(prf, 'h');
    prf_free(prf);
    c->sets = g_new0(struct set, SETS);
    return c;
}

void field_cache_free(struct field_cache *c)
{
    if (!c)
        return;
    for (guint i = 0; i < SETS; i++)
        for (guint j = 0; j < WAYS; j++)
            g_free(c->sets[i].record[j]);
    g_free(c->sets);
    g_free(c);
}

static gsize head_size(guint parts)
{
    return G_STRUCT_OFFSET(struct record, parts) + parts * sizeof(struct part);
}

static const guint8 *record_bytes(const struct record *r)
{
    return (const guint8 *)r + head_size(r->n_parts);
}

/* --- again ------------------------------------------------------------------------------------------------- */

static const struct record *find(const struct field_cache *c, guint64 hash, struct bytes value,
                                 const struct policy_header *row)
{
    const struct set *set = &c->sets[hash % SETS];
    for (guint i = 0; i < WAYS; i++) {
        const struct record *r = set->record[i];
        if (set->hash[i] == hash && r->row == row && r->value_n == value.n &&
            memcmp(record_bytes(r), value.p, value.n) == 0)
            return r;
    }
    return NULL;
}

/* The replacements are copied: a record may go before the edits do. */
static void replay(struct rewrite *rw, gsize from, const struct record *r)
{
    const guint8 *after = record_bytes(r) + r->value_n;
    for (guint i = 0; i < r->n_parts; i++) {
        const struct part *part = &r->parts[i];
        gsize begin = from + part->off, end = begin + part->len;
        if (part->kind == KIND_KEPT)
            rw_keep(rw, begin, end);
        else
            rw_replace(rw, begin, end, arena_dup(rw->arena, (struct bytes){after, part->after_n}), part->kind);
        after += part->after_n;
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
static gboolean collect(const struct rewrite *rw, guint n_before, gsize from, gsize to, struct record *r, guint8 *after,
                        gsize *after_n)
{
    gsize at = rw->base + from;
    for (guint i = first_edit(rw->edits, n_before, at); i < edits_count(rw->edits); i++) {
        const struct edit *e = edits_at(rw->edits, i);
        gsize begin = MAX((gsize)e->orig.off, rw->base + from), end = (gsize)e->orig.off + e->orig.len;
        gsize n = e->kind == KIND_KEPT ? 0 : e->after.n;
        if (e->note || begin != at || r->n_parts == FIELD_CACHE_EDITS_MAX || n > FIELD_CACHE_AFTER_MAX - *after_n)
            return FALSE;
        r->parts[r->n_parts++] = (struct part){.off = (guint16)(begin - rw->base - from), .len = (guint16)(end - begin),
                                               .after_n = (guint16)n, .kind = (guint8)e->kind};
        if (n)
            memcpy(after + *after_n, e->after.p, n);
        *after_n += n;
        at = end;
    }
    return at == rw->base + to;
}

static void store(struct field_cache *c, guint64 hash, struct record *r)
{
    struct set *set = &c->sets[hash % SETS];
    guint i = set->oldest;
    g_free(set->record[i]);
    set->record[i] = r;
    set->hash[i] = hash;
    set->oldest = (i + 1) % WAYS;
}

static void remember(struct field_cache *c, guint64 hash, const struct rewrite *rw, guint n_before, gsize from, gsize to,
                     const struct policy_header *row)
{
    guint8 after[FIELD_CACHE_AFTER_MAX];
    gsize after_n = 0, head;
    struct bytes value = rw_bytes(rw, from, to);
    struct record all = {.row = row, .value_n = (guint16)value.n};
    if (!collect(rw, n_before, from, to, &all, after, &after_n))
        return;
    head = head_size(all.n_parts);
    struct record *r = g_malloc(head + value.n + after_n);
    memcpy(r, &all, head);
    memcpy((guint8 *)r + head, value.p, value.n);
    memcpy((guint8 *)r + head + value.n, after, after_n);
    store(c, hash, r);
}

void field_cache_judge(struct field_cache *c, struct rewrite *rw, gsize from, gsize to, const struct policy_header *row)
{
    struct bytes value = rw_bytes(rw, from, to);
    if (!c || rw->depth || rw->cut || value.n == 0 || value.n > FIELD_CACHE_VALUE_MAX) {
        rw_header_value(rw, from, to, row);
        return;
    }
    struct hash_key key = {c->key.k0 ^ (guint64)GPOINTER_TO_SIZE(row), c->key.k1};
    guint64 hash = MAX(hash_bytes(&key, value), 1);
    const struct record *r = find(c, hash, value, row);
    if (r) {
        replay(rw, from, r);
        return;
    }
    guint64 before = asked(rw);
    guint n = edits_count(rw->edits);
    rw_header_value(rw, from, to, row);
    if (asked(rw) == before)
        remember(c, hash, rw, n, from, to, row);
}

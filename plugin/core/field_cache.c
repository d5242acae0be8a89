/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "field_cache.h"

#include "prf.h"
#include "rewrite.h"

#define WAYS 4u
#define SETS (FIELD_CACHE_ENTRIES / WAYS)

/* In `bytes` the parts, the new text, and the field itself: together, so that few lines of memory are read. */
struct entry {
    const struct policy_header *row;
    guint16 n_parts, after_n, line_n;
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
    struct edit_part parts[FIELD_CACHE_EDITS_MAX];
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

static gsize parts_bytes(const struct entry *e)
{
    return e->n_parts * sizeof(struct edit_part);
}

static struct bytes line_of(const struct entry *e)
{
    return (struct bytes){e->bytes + parts_bytes(e) + e->after_n, e->line_n};
}

static const struct entry *find(const struct field_cache *c, guint64 hash, struct bytes line)
{
    const struct set *set = &c->sets[hash % SETS];
    for (guint i = 0; i < WAYS; i++) {
        const struct entry *e = &c->entries[hash % SETS * WAYS + i];
        if (set->hash[i] == hash && bytes_eq(line_of(e), line))
            return e;
    }
    return NULL;
}

static gboolean is_kept(const struct edit_part *part)
{
    return part->kind == KIND_KEPT;
}

static void replay(struct rewrite *rw, gsize from, const struct edit_part *parts, guint n, struct bytes after)
{
    for (guint i = 0; i < n; i++) {
        gsize to = from + parts[i].len;
        if (is_kept(&parts[i]))
            rw_keep(rw, from, to);
        else
            rw_replace(rw, from, to, bytes_sub(after, 0, parts[i].after_n), parts[i].kind);
        after = bytes_from(after, parts[i].after_n);
        from = to;
    }
}

/* Parts and new text are copied: an entry may go before the edits do. */
static void judge_again(struct rewrite *rw, struct span line, const struct entry *e)
{
    gsize from = line.off, to = from + line.len, parts_n = parts_bytes(e);
    if (e->n_parts == 1 && is_kept((const struct edit_part *)e->bytes)) {
        rw_keep(rw, from, to);
        return;
    }
    struct bytes copy = arena_dup(rw->arena, (struct bytes){e->bytes, parts_n + e->after_n});
    const struct edit_part *parts = (const struct edit_part *)copy.p;
    if (rw->whole)
        edits_whole(rw->edits, rw->base + from, rw->base + to, bytes_from(copy, parts_n), parts, e->n_parts);
    else
        replay(rw, from, parts, e->n_parts, bytes_from(copy, parts_n));
}

const struct policy_header *field_cache_recall(struct field_cache *c, struct rewrite *rw, struct span line, guint64 *hash)
{
    *hash = 0;
    if (!c || rw->depth || rw->cut || line.len == 0 || line.len > FIELD_CACHE_BYTES_MAX)
        return NULL;
    struct bytes text = bytes_span(rw->text, line);
    *hash = hash_fast(&c->key, text, 0);
    *hash += *hash == 0; /* of an empty entry */
    const struct entry *e = find(c, *hash, text);
    if (!e)
        return NULL;
    judge_again(rw, line, e);
    return e->row;
}

/* --- the first time ------------------------------------------------------------------------------------------ */

/* What judging asked that is not in the field; differs where the judgement may not be stored. */
static guint64 asked(const struct rewrite *rw)
{
    return rw->tables->unknown_asked + rw->scope->asked;
}

/* The first edit behind the n that were there before; of those the last may have grown into the field. */
static guint first_edit(const struct edits *edits, guint n, gsize from)
{
    const struct edit *last = n ? edits_at(edits, n - 1) : NULL;
    return last && last->kind == KIND_KEPT && (gsize)last->orig.off + last->orig.len > from ? n - 1 : n;
}

static gboolean collect_one(struct judged *j, gsize len, struct bytes after, enum kind kind)
{
    if (j->n_parts == FIELD_CACHE_EDITS_MAX || after.n > sizeof j->after - j->after_n)
        return FALSE;
    j->parts[j->n_parts++] =
        (struct edit_part){.len = (guint16)len, .after_n = (guint16)after.n, .kind = (guint16)kind};
    if (after.n)
        memcpy(j->after + j->after_n, after.p, after.n);
    j->after_n += after.n;
    return TRUE;
}

/* The edits of the field. FALSE: they cannot be stored. */
static gboolean collect(const struct rewrite *rw, guint n_before, struct span line, struct judged *j)
{
    gsize base = rw->base + line.off, at = base;
    for (guint i = first_edit(rw->edits, n_before, at); i < edits_count(rw->edits); i++) {
        const struct edit *e = edits_at(rw->edits, i);
        gsize begin = MAX((gsize)e->orig.off, base), end = (gsize)e->orig.off + e->orig.len;
        struct bytes after = e->kind == KIND_KEPT ? rw_bytes(rw, begin - rw->base, end - rw->base) : e->after;
        if (e->note || e->parts || begin != at || !collect_one(j, end - begin, after, e->kind))
            return FALSE;
        at = end;
    }
    return at == base + line.len;
}

static struct entry *make_room(struct field_cache *c, guint64 hash)
{
    struct set *set = &c->sets[hash % SETS];
    guint i = set->oldest;
    set->hash[i] = hash;
    set->oldest = (i + 1) % WAYS;
    return &c->entries[hash % SETS * WAYS + i];
}

static void remember(struct field_cache *c, guint64 hash, const struct rewrite *rw, guint n_before, struct span line,
                     const struct policy_header *row)
{
    struct judged j;
    struct bytes text = bytes_span(rw->text, line);
    j.n_parts = 0;
    j.after_n = 0;
    if (!collect(rw, n_before, line, &j))
        return;
    gsize parts_n = j.n_parts * sizeof(struct edit_part);
    if (parts_n + j.after_n + text.n > FIELD_CACHE_BYTES_MAX)
        return;
    struct entry *e = make_room(c, hash);
    e->row = row;
    e->n_parts = (guint16)j.n_parts;
    e->after_n = (guint16)j.after_n;
    e->line_n = (guint16)text.n;
    memcpy(e->bytes, j.parts, parts_n);
    memcpy(e->bytes + parts_n, j.after, j.after_n);
    memcpy(e->bytes + parts_n + j.after_n, text.p, text.n);
}

void field_cache_judge(struct field_cache *c, struct rewrite *rw, const struct sip_header *h, const struct policy_header *row,
                       guint64 hash)
{
    gsize value = h->value.off, end = value + h->value.len;
    guint64 before = asked(rw);
    guint n = edits_count(rw->edits);
    rw_keep(rw, h->line.off, value);
    rw_header_value(rw, value, end, row);
    rw_keep(rw, end, h->line.off + h->line.len);
    if (hash && asked(rw) == before)
        remember(c, hash, rw, n, h->line, row);
}

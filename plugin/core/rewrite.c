/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rewrite.h"

void tables_find_names(struct tables *tables)
{
    const struct policy *p = tables->policy;
    tables->names = (struct names){
        .methods = policy_list("methods"),
        .transports = policy_list("transports"),
        .auth_schemes = policy_list("auth-schemes"),
        .reason_phrases = policy_list("reason-phrases"),
        .urns = policy_list("urns"),
        .media_types = policy_list("media-types"),
        .event_packages = policy_list("event-packages"),
        .access_types = policy_list("access-types"),
        .via = policy_header(p, BYTES_LIT("Via")),
        .cseq = policy_header(p, BYTES_LIT("CSeq")),
        .content_length = policy_header(p, BYTES_LIT("Content-Length")),
        .content_type = policy_header(p, BYTES_LIT("Content-Type")),
        .content_encoding = policy_header(p, BYTES_LIT("Content-Encoding")),
        .transfer_encoding = policy_header(p, BYTES_LIT("Content-Transfer-Encoding")),
        .replaces = policy_header(p, BYTES_LIT("Replaces")),
    };
}

struct bytes rw_bytes(const struct rewrite *rw, gsize from, gsize to)
{
    return to > from ? bytes_sub(rw->text, from, to - from) : bytes_sub(rw->text, from, 0);
}

void rw_keep(struct rewrite *rw, gsize from, gsize to)
{
    edits_keep(rw->edits, rw->base + from, rw->base + to);
}

void rw_replace(struct rewrite *rw, gsize from, gsize to, struct bytes after, enum kind kind)
{
    edits_replace(rw->edits, rw->base + from, rw->base + to, after, kind);
}

void rw_delete(struct rewrite *rw, gsize from, gsize to)
{
    if (to > from)
        rw_replace(rw, from, to, BYTES_NONE, KIND_DELETED);
}

static gboolean all_digits(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isdigit(b.p[i]))
            return FALSE;
    return b.n > 0;
}

void rw_redact(struct rewrite *rw, gsize from, gsize to)
{
    if (to > from)
        rw_put(rw, from, to, all_digits(rw_bytes(rw, from, to)) ? BYTES_LIT("0") : BYTES_LIT("redacted"),
               KIND_REDACTED);
}

void rw_scrub(struct rewrite *rw, gsize from, gsize to)
{
    if (to > from)
        rw_replace(rw, from, to, scrub_text(rw->arena, to - from), KIND_SCRUBBED);
}

void rw_scrub_binary(struct rewrite *rw, gsize from, gsize to)
{
    if (to <= from)
        return;
    guint8 *zeros = arena_alloc(rw->arena, to - from);
    memset(zeros, 0, to - from);
    rw_replace(rw, from, to, (struct bytes){zeros, to - from}, KIND_SCRUBBED);
}

void rw_put(struct rewrite *rw, gsize from, gsize to, struct bytes after, enum kind kind)
{
    gboolean same = bytes_eq(rw_bytes(rw, from, to), after);
    if (kind == KIND_KEPT && !same)
        kind = KIND_LENGTH; /* the same harmless value in its canonical spelling */
    if (same && (kind == KIND_KEPT || kind == KIND_LENGTH || kind == KIND_REDACTED))
        rw_keep(rw, from, to);
    else
        rw_replace(rw, from, to, after, kind);
}

static void note_child(struct rewrite *rw, gsize from, gsize to, const struct edits *child, struct bytes text)
{
    for (guint i = 0; i < edits_count(child); i++) {
        const struct edit *e = edits_at(child, i);
        if (e->kind == KIND_KEPT || e->kind == KIND_LENGTH)
            continue;
        struct bytes before = e->note ? e->before : bytes_span(text, e->orig);
        edits_note(rw->edits, rw->base + from, rw->base + to, before, e->after, e->kind);
    }
}

struct bytes rw_child(struct rewrite *rw, gsize from, gsize to, struct bytes text, rw_judge judge,
                      gconstpointer arg)
{
    if (rw->depth + 1 >= RW_DEPTH_MAX) {
        edits_note(rw->edits, rw->base + from, rw->base + to, text, BYTES_LIT("redacted"), KIND_REDACTED);
        return BYTES_LIT("redacted");
    }
    struct edits **list = &rw->tables->child[rw->depth];
    if (!*list)
        *list = edits_new();
    edits_clear(*list);
    struct rewrite child = *rw;
    child.edits = *list;
    child.text = text;
    child.base = 0;
    child.depth = rw->depth + 1;
    child.cut = FALSE;
    judge(&child, arg);
    note_child(rw, from, to, *list, text);
    g_autoptr(GByteArray) out = g_byte_array_new();
    edits_apply(*list, text, out);
    return arena_dup(rw->arena, bytes_of_array(out));
}

void rw_within(struct rewrite *rw, gsize from, gsize to, rw_judge judge, gconstpointer arg)
{
    if (rw->depth + 1 >= RW_DEPTH_MAX) {
        rw_scrub(rw, from, to);
        return;
    }
    struct rewrite part = *rw;
    part.text = rw_bytes(rw, from, to);
    part.base = rw->base + from;
    part.depth = rw->depth + 1;
    part.cut = rw->cut && to == rw->text.n;
    judge(&part, arg);
}

static void judge_value(struct rewrite *child, gconstpointer arg)
{
    rw_value(child, 0, child->text.n, arg);
}

struct bytes rw_child_value(struct rewrite *rw, gsize from, gsize to, struct bytes text,
                            const struct policy_action *action)
{
    return rw_child(rw, from, to, text, judge_value, action);
}

void rw_unknown(struct rewrite *rw, const char *what, struct bytes name)
{
    GHashTable *table = rw->tables->unknown;
    rw->tables->unknown_asked++;
    if (!table)
        return;
    g_autofree gchar *raw = g_strndup((const gchar *)name.p, MIN(name.n, 64));
    g_autofree gchar *text = g_strescape(raw, NULL);
    gchar *key = g_strdup_printf("%s %s", what, text);
    if (g_hash_table_size(table) >= UNKNOWN_NAMES_MAX && !g_hash_table_contains(table, key)) {
        g_free(key);
        key = g_strdup("further names");
    }
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
    g_hash_table_replace(table, key, GUINT_TO_POINTER(n + 1));
}

struct bytes percent_decode(struct arena *a, struct bytes b)
{
    if (bytes_chr(b, '%') == NOT_FOUND)
        return b;
    guint8 *out = arena_alloc(a, b.n);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        gint high = -1, low = -1;
        if (b.p[i] == '%' && i + 2 < b.n) {
            high = g_ascii_xdigit_value((gchar)b.p[i + 1]);
            low = g_ascii_xdigit_value((gchar)b.p[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            out[n++] = (guint8)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = b.p[i];
        }
    }
    return (struct bytes){out, n};
}

struct bytes percent_encode(struct arena *a, struct bytes b, const char *safe)
{
    static const char hex[] = "0123456789ABCDEF";
    guint8 *out = arena_alloc(a, b.n * 3);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        guint8 c = b.p[i];
        if (g_ascii_isalnum((gchar)c) || (c && strchr(safe, c))) {
            out[n++] = c;
        } else {
            out[n++] = '%';
            out[n++] = (guint8)hex[c >> 4];
            out[n++] = (guint8)hex[c & 15];
        }
    }
    return (struct bytes){out, n};
}

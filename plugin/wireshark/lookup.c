/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lookup.h"

#include <stdlib.h>
#include <string.h>

#include "exporter.h"
#include "session.h"
#include "sianto.h"

struct row {
    enum kind kind;
    char *original, *replacement;
    guint64 times, first; /* frame */
    gboolean exact; /* one of both is what was asked for */
};

struct lookup {
    char *text; /* lower case */
    struct sianto *core;
    GHashTable *rows; /* struct row, by kind and both texts */
    guint64 left_out;
};

/* --- rows ------------------------------------------------------------------------------------------ */

static guint row_hash(gconstpointer row)
{
    const struct row *r = row;
    return g_str_hash(r->original) * 31 + g_str_hash(r->replacement) + r->kind;
}

static gboolean row_equal(gconstpointer a, gconstpointer b)
{
    const struct row *x = a, *y = b;
    return x->kind == y->kind && strcmp(x->original, y->original) == 0 && strcmp(x->replacement, y->replacement) == 0;
}

static void row_free(void *row)
{
    struct row *r = row;
    g_free(r->original);
    g_free(r->replacement);
    g_free(r);
}

static gboolean holds(const struct lookup *l, const char *text, gboolean *exact)
{
    g_autofree char *lower = g_utf8_strdown(text, -1);
    *exact = *exact || strcmp(lower, l->text) == 0;
    return strstr(lower, l->text) != NULL;
}

static void add(struct lookup *l, enum kind kind, const char *original, const char *replacement, guint64 frame)
{
    gboolean exact = FALSE;
    gboolean found = holds(l, original, &exact);
    if (!holds(l, replacement, &exact) && !found)
        return;
    struct row key = {.kind = kind, .original = (char *)(gsize)original, .replacement = (char *)(gsize)replacement};
    struct row *row = g_hash_table_lookup(l->rows, &key);
    if (!row && g_hash_table_size(l->rows) >= LOOKUP_ROWS_MAX) {
        l->left_out++;
        return;
    }
    if (!row) {
        row = g_new(struct row, 1);
        *row = (struct row){kind, g_strdup(original), g_strdup(replacement), 0, frame, exact};
        g_hash_table_add(l->rows, row);
    }
    row->times++;
}

/* --- out of the core ------------------------------------------------------------------------------- */

/* Line breaks and the like as a blank: a row is a line. */
static char *text_of(struct bytes b)
{
    char *text = b.n ? g_utf8_make_valid((const char *)b.p, (gssize)b.n) : g_strdup("");
    for (char *p = text; *p; p++)
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    return g_strstrip(text);
}

static void take_message(void *arg, const struct sianto_message *message)
{
    struct lookup *l = arg;
    for (guint i = 0; i < edits_count(message->edits); i++) {
        const struct edit *edit = edits_at(message->edits, i);
        if (edit->kind == KIND_KEPT || edit->kind == KIND_LENGTH)
            continue;
        struct bytes before = edit->before.n ? edit->before : bytes_span(message->original, edit->orig);
        g_autofree char *original = text_of(before), *replacement = text_of(edit->after);
        add(l, edit->kind, original, replacement, message->number);
    }
}

static void take_frame(void *arg, const struct sianto_frame_out *out)
{
    (void)arg;
    (void)out;
}

/* --- into it --------------------------------------------------------------------------------------- */

struct lookup *lookup_new(const char *text, const struct options *options, GError **error)
{
    struct lookup *l = g_new0(struct lookup, 1);
    struct sianto_sink sink = {.frame = take_frame, .message = take_message, .arg = l};
    struct sianto_settings settings = options_settings(options);
    const struct key *key = session_key(options, error);
    l->text = g_utf8_strdown(text, -1);
    l->rows = g_hash_table_new_full(row_hash, row_equal, row_free, NULL);
    l->core = key ? sianto_new(&settings, key, &sink, error) : NULL;
    if (!l->core)
        g_clear_pointer(&l, lookup_free);
    return l;
}

void lookup_free(struct lookup *l)
{
    if (!l)
        return;
    sianto_free(l->core);
    g_hash_table_unref(l->rows);
    g_free(l->text);
    g_free(l);
}

static void add_address(struct lookup *l, const struct endpoint *e, guint64 frame)
{
    char original[46], replacement[46];
    struct endpoint image = *e;
    if (!e->family)
        return;
    sianto_map_endpoint(l->core, &image);
    gsize n = e->family == 4 ? address4_format(e->addr, original) : address6_format(e->addr, original);
    original[n] = '\0';
    n = e->family == 4 ? address4_format(image.addr, replacement) : address6_format(image.addr, replacement);
    replacement[n] = '\0';
    add(l, KIND_ADDRESS, original, replacement, frame);
}

void lookup_frame(struct lookup *l, const packet_info *pinfo, tvbuff_t *tvb)
{
    gsize n = tvb_captured_length(tvb);
    struct frame f;
    struct record r;
    if (pinfo->rec->rec_type != REC_TYPE_PACKET)
        return;
    record_from(&r, pinfo);
    struct sianto_frame_in in = {
        .number = pinfo->num,
        .time_us = record_time_us(&r),
        .linktype = record_linktype(&r),
        .captured = {n ? tvb_get_ptr(tvb, 0, (gint)n) : NULL, n},
        .wire_len = MAX(pinfo->rec->rec_header.packet_header.len, (guint32)n),
    };
    sianto_frame(l->core, &in);
    if (frame_walk(&f, in.captured, in.wire_len, in.linktype) != DROP_NONE)
        return;
    add_address(l, &f.src, pinfo->num);
    add_address(l, &f.dst, pinfo->num);
}

void lookup_finish(struct lookup *l)
{
    sianto_finish(l->core, NULL);
}

/* --- what was found -------------------------------------------------------------------------------- */

/* What was asked for before what only holds it, then by first appearance. */
static gint by_place(gconstpointer a, gconstpointer b)
{
    const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
    if (x->exact != y->exact)
        return x->exact ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return strcmp(x->original, y->original);
}

static void add_row(GString *to, const struct row *r)
{
    g_string_append_printf(to, "%8" G_GUINT64_FORMAT "  %8" G_GUINT64_FORMAT "  %-8s  %s → %s\n", r->times, r->first,
                           kind_name(r->kind), r->original, *r->replacement ? r->replacement : "(nothing)");
}

char *lookup_text(const struct lookup *l)
{
    guint n = 0;
    gpointer *keys = g_hash_table_get_keys_as_array(l->rows, &n);
    GPtrArray *rows = g_ptr_array_new();
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(rows, keys[i]);
    g_free(keys);
    g_ptr_array_sort(rows, by_place);
    GString *text = g_string_new(NULL);
    if (!n)
        g_string_append(text, "Nothing was found: no original or replacement in this capture holds it.\n");
    else
        g_string_append(text, "   Times  First in  Kind      Original → Replacement\n");
    for (guint i = 0; i < n; i++)
        add_row(text, g_ptr_array_index(rows, i));
    if (l->left_out)
        g_string_append_printf(text, "... and %" G_GUINT64_FORMAT " more: ask for a longer part\n", l->left_out);
    g_ptr_array_free(rows, TRUE);
    return g_string_free(text, FALSE);
}

char *lookup_filter(const struct lookup *l)
{
    g_autoptr(GString) quoted = g_string_new(NULL);
    for (const char *p = l->text; *p; p++)
        g_string_append_printf(quoted, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    return g_strdup_printf("lower(sianto.original) contains \"%s\" or lower(sianto.replacement) contains \"%s\"",
                           quoted->str, quoted->str);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rig.h"

#include "field_cache.h"

struct rig *rig_new(enum label_style style)
{
    struct rig *rig = g_new0(struct rig, 1);
    guint8 raw[KEY_BYTES];
    GError *error = NULL;
    struct label_settings settings = {.style = style};
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 7 + 1);
    rig->key = key_new(raw, &error);
    g_assert_no_error(error);
    rig->tables.policy = policy_new(NULL, &error);
    g_assert_no_error(error);
    tables_find_names(&rig->tables);
    rig->tables.addresses = addresses_new(rig->key, ADDRESSES_CLASS, NULL, &error);
    g_assert_no_error(error);
    rig->tables.labels = labels_new(rig->key, &settings, &error);
    g_assert_no_error(error);
    rig->tables.tokens = tokens_new(rig->key);
    rig->tables.fields = field_cache_new(rig->key);
    rig->tables.unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    rig->arena = arena_new();
    rig->edits = edits_new();
    rig->scope.unknown_headers = g_ptr_array_new();
    rig->scope.unknown_methods = g_ptr_array_new();
    return rig;
}

void rig_free(struct rig *rig)
{
    for (guint i = 0; i < RW_DEPTH_MAX; i++)
        edits_free(rig->tables.child[i]);
    field_cache_free(rig->tables.fields);
    tokens_free(rig->tables.tokens);
    labels_free(rig->tables.labels);
    addresses_free(rig->tables.addresses);
    policy_free(rig->tables.policy);
    g_hash_table_unref(rig->tables.unknown);
    g_ptr_array_unref(rig->scope.unknown_headers);
    g_ptr_array_unref(rig->scope.unknown_methods);
    arena_free(rig->arena);
    edits_free(rig->edits);
    key_free(rig->key);
    g_free(rig);
}

struct rewrite rig_start(struct rig *rig, struct bytes text)
{
    arena_reset(rig->arena);
    edits_clear(rig->edits);
    g_ptr_array_set_size(rig->scope.unknown_headers, 0);
    g_ptr_array_set_size(rig->scope.unknown_methods, 0);
    return (struct rewrite){.tables = &rig->tables,
                            .arena = rig->arena,
                            .edits = rig->edits,
                            .scope = &rig->scope,
                            .text = text};
}

gchar *rig_result(struct rewrite *rw)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_assert_cmpuint(edits_gap_bytes(rw->edits, rw->text.n), ==, 0);
    edits_apply(rw->edits, rw->text, out);
    return g_strndup((const gchar *)out->data, out->len);
}

/* With what was done to each byte, as one text: a judgement that is remembered has to be the same one. */
static gchar *judgement(const struct rewrite *rw)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < edits_count(rw->edits); i++) {
        const struct edit *e = edits_at(rw->edits, i);
        g_string_append_printf(text, "%u+%u %s %d [%.*s]\n", e->orig.off, e->orig.len, kind_name(e->kind), e->note,
                               (int)e->after.n, (const char *)e->after.p);
    }
    return g_string_free(text, FALSE);
}

gboolean rig_field(struct rewrite *rw, const struct policy_header *row)
{
    struct bytes text = rw->text;
    gsize colon = bytes_chr(text, ':');
    struct sip_header h = {.name = span_of(0, colon), .value = span_of(colon + 2, text.n - 2), .line = span_of(0, text.n)};
    guint64 hash;
    const struct policy_header *known = field_cache_recall(rw->tables->fields, rw, h.line, &hash);
    if (known)
        g_assert_true(known == row);
    else
        field_cache_judge(rw->tables->fields, rw, &h, row, hash);
    return known != NULL;
}

/* Of a header field what its value has become. */
static gchar *value_of(struct rewrite *rw, const char *name)
{
    g_autofree gchar *line = rig_result(rw);
    gsize head = strlen(name) + 2, n = strlen(line);
    g_assert_true(g_str_has_suffix(line, "\r\n") && n >= head + 2);
    return g_strndup(line + head, n - head - 2);
}

static void assert_same_kinds(const struct rewrite *rw, const guint64 expected[KIND_COUNT])
{
    guint64 got[KIND_COUNT] = {0};
    edits_count_kinds(rw->edits, got);
    for (guint i = 0; i < KIND_COUNT; i++)
        g_assert_cmpuint(got[i], ==, expected[i]);
}

gchar *rig_header(struct rig *rig, const char *name, const char *value)
{
    const struct policy_header *row = policy_header(rig->tables.policy, bytes_of(name));
    g_autofree gchar *line = g_strdup_printf("%s: %s\r\n", name, value);
    struct rewrite rw = rig_start(rig, bytes_of(row ? line : value));
    guint64 kinds[KIND_COUNT] = {0};
    if (!row) {
        rw_header_value(&rw, 0, rw.text.n, NULL);
        return rig_result(&rw);
    }
    gsize from = strlen(name) + 2, to = from + strlen(value);
    rw_keep(&rw, 0, from);
    rw_header_value(&rw, from, to, row);
    rw_keep(&rw, to, to + 2);
    edits_count_kinds(rw.edits, kinds);
    g_autofree gchar *expected = judgement(&rw), *text = rig_result(&rw);
    for (guint i = 0; i < 2; i++) {
        rw = rig_start(rig, bytes_of(line));
        rig_field(&rw, row);
        g_autofree gchar *got = judgement(&rw);
        g_assert_cmpstr(got, ==, expected);
    }
    rw = rig_start(rig, bytes_of(line));
    rw.whole = TRUE;
    rig_field(&rw, row);
    g_autofree gchar *whole = rig_result(&rw);
    g_assert_cmpstr(whole, ==, text);
    assert_same_kinds(&rw, kinds);
    return value_of(&rw, name);
}

gchar *rig_message(struct rig *rig, struct bytes message)
{
    struct sip_message m;
    struct rewrite rw = rig_start(rig, message);
    sip_message_init(&m);
    g_assert_cmpint(sip_message_parse(&m, message), ==, PARSE_OK);
    anonymize_message(&rw, &m, 0);
    sip_message_clear(&m);
    return rig_result(&rw);
}

void rig_check(const char *what, const char *got, const char *expected)
{
    g_autofree gchar *pattern = g_strdelimit(g_strdup(expected), "^", '?');
    if (!g_pattern_match_simple(pattern, got))
        g_error("%s:\n got      \"%s\"\n expected \"%s\"", what, got, expected);
}

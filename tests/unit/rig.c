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

gchar *rig_header(struct rig *rig, const char *name, const char *value)
{
    g_autofree gchar *expected = NULL;
    const struct policy_header *row = policy_header(rig->tables.policy, bytes_of(name));
    struct rewrite rw = rig_start(rig, bytes_of(value));
    rw_header_value(&rw, 0, rw.text.n, row);
    expected = judgement(&rw);
    for (guint i = 0; i < 2 && row; i++) {
        rw = rig_start(rig, bytes_of(value));
        field_cache_judge(rig->tables.fields, &rw, 0, rw.text.n, row);
        g_autofree gchar *got = judgement(&rw);
        g_assert_cmpstr(got, ==, expected);
    }
    return rig_result(&rw);
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec_rig.h"

static gboolean rewrite_sip(struct codec *c, struct bytes text, gsize missing, enum sip_transport transport,
                            const struct endpoint *src, const struct endpoint *dst, struct bytes *written)
{
    struct codec_rig *r = c->arg;
    struct sip_message m;
    r->sip_calls++;
    r->sip_missing = missing;
    r->sip_transport = transport;
    r->sip_src = *src;
    r->sip_dst = *dst;
    struct rewrite rw = *c->rw;
    g_autoptr(GByteArray) out = g_byte_array_new();
    rw.edits = edits_new();
    rw.text = text;
    rw.base = 0;
    rw.cut = missing > 0;
    sip_message_init(&m);
    gboolean ok = sip_message_parse(&m, text) == PARSE_OK;
    if (ok) {
        anonymize_message(&rw, &m, missing);
        edits_apply(rw.edits, text, out);
        *written = arena_dup(rw.arena, bytes_of_array(out));
    }
    sip_message_clear(&m);
    edits_free(rw.edits);
    return ok;
}

void codec_rig_init(struct codec_rig *r)
{
    *r = (struct codec_rig){.rig = rig_new(LABELS_READABLE)};
    r->flows = flows_new(r->rig->key);
    r->c = (struct codec){.rw = &r->rw, .flows = r->flows, .sip = rewrite_sip, .arg = r};
    r->c.src = (struct endpoint){4, {10, 1, 2, 3}, 5060};
    r->c.dst = (struct endpoint){4, {192, 0, 2, 9}, 3478};
}

void codec_rig_clear(struct codec_rig *r)
{
    flows_free(r->flows);
    rig_free(r->rig);
}

struct codec *codec_rig_start(struct codec_rig *r, struct bytes text)
{
    r->rw = rig_start(r->rig, text);
    return &r->c;
}

GByteArray *codec_rig_result(struct codec_rig *r, gsize n)
{
    GByteArray *out = g_byte_array_new();
    g_assert_cmpuint(edits_end(r->rw.edits), ==, n);
    g_assert_cmpuint(edits_gap_bytes(r->rw.edits, n), ==, 0);
    edits_apply(r->rw.edits, bytes_sub(r->rw.text, 0, n), out);
    return out;
}

GByteArray *codec_rig_rewrite(struct codec_rig *r, struct bytes text, void (*fn)(struct codec *c))
{
    fn(codec_rig_start(r, text));
    return codec_rig_result(r, text.n);
}

GByteArray *hex(const char *text)
{
    GByteArray *out = g_byte_array_new();
    gboolean quoted = FALSE;
    for (const char *p = text; *p; p++) {
        guint8 byte = (guint8)*p;
        if (*p == '\'') {
            quoted = !quoted;
            continue;
        }
        if (!quoted && *p == ' ')
            continue;
        if (!quoted) {
            g_assert_true(g_ascii_isxdigit(p[0]) && g_ascii_isxdigit(p[1]));
            byte = (guint8)(g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1]));
            p++;
        }
        g_byte_array_append(out, &byte, 1);
    }
    return out;
}

static gchar *dump(struct bytes b)
{
    GString *s = g_string_new(NULL);
    for (gsize i = 0; i < b.n; i++)
        g_string_append_printf(s, "%s%02x", i && i % 4 == 0 ? " " : "", b.p[i]);
    return g_string_free(s, FALSE);
}

void check_hex(const char *what, struct bytes got, const char *expected)
{
    gsize at = 0;
    gboolean quoted = FALSE, same = TRUE;
    for (const char *p = expected; *p; p++) {
        if (*p == '\'') {
            quoted = !quoted;
            continue;
        }
        if (!quoted && *p == ' ')
            continue;
        gint want = quoted ? (guint8)*p : -1;
        if (!quoted) {
            if (*p != '.')
                want = g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1]);
            p++;
        }
        gint is = bytes_at(got, at++);
        same = same && is >= 0 && (want < 0 || want == is);
    }
    g_autofree gchar *text = dump(got);
    if (!same || at != got.n)
        g_error("%s:\n got      %s\n expected %s", what, text, expected);
}

/* sip_codec.h - a codec over a rig, whose sip() rewrites messages as a run does: for tests of what carries
 * SIP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_SIP_CODEC_H
#define SIANTO_TESTS_SIP_CODEC_H

#include "codec.h"
#include "rig.h"

struct sip_codec {
    struct rig *rig;
    struct rewrite rw;
    struct codec c;
    struct edits *inner; /* of the message inside */
    struct sip_message m;
    guint calls;         /* texts that sip() was given */
};

static inline gboolean sip_codec_sip(struct codec *c, struct bytes text, gsize missing,
                                     enum sip_transport transport, const struct endpoint *src,
                                     const struct endpoint *dst, struct bytes *written)
{
    struct sip_codec *s = c->arg;
    struct scope scope;
    struct rewrite rw = *c->rw;
    g_assert_true(src && dst && (transport == SIP_WS || transport == SIP_SCTP));
    s->calls++;
    if (sip_message_parse(&s->m, text) != PARSE_OK)
        return FALSE;
    scope = (struct scope){g_ptr_array_new(), g_ptr_array_new(), 0};
    edits_clear(s->inner);
    rw.edits = s->inner;
    rw.scope = &scope;
    rw.text = text;
    rw.base = 0;
    rw.cut = missing > 0;
    anonymize_message(&rw, &s->m, missing);
    g_autoptr(GByteArray) out = g_byte_array_new();
    edits_apply(s->inner, text, out);
    *written = arena_dup(rw.arena, bytes_of_array(out));
    g_ptr_array_unref(scope.unknown_headers);
    g_ptr_array_unref(scope.unknown_methods);
    return TRUE;
}

static inline struct sip_codec *sip_codec_new(void)
{
    struct sip_codec *s = g_new0(struct sip_codec, 1);
    s->rig = rig_new(LABELS_READABLE);
    s->inner = edits_new();
    sip_message_init(&s->m);
    s->c = (struct codec){
        .rw = &s->rw,
        .flows = flows_new(s->rig->key),
        .src = {4, {10, 71, 19, 157}, 40123},
        .dst = {4, {10, 197, 98, 43}, 5060},
        .sip = sip_codec_sip,
        .arg = s,
    };
    return s;
}

static inline void sip_codec_free(struct sip_codec *s)
{
    sip_message_clear(&s->m);
    edits_free(s->inner);
    flows_free(s->c.flows);
    rig_free(s->rig);
    g_free(s);
}

/* Before each unit: nothing judged, `text` in front. */
static inline void sip_codec_start(struct sip_codec *s, struct bytes text)
{
    s->rw = rig_start(s->rig, text);
}

/* Appends what became of [0, n) of the text; asserts that all of it, and nothing behind it, was judged. */
static inline void sip_codec_append(struct sip_codec *s, gsize n, GByteArray *out)
{
    g_assert_cmpuint(edits_end(s->rw.edits), ==, n);
    g_assert_cmpuint(edits_gap_bytes(s->rw.edits, n), ==, 0);
    edits_apply(s->rw.edits, bytes_sub(s->rw.text, 0, n), out);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "body.h"

#include "identity.h"
#include "sip.h"

#define TEXT_STEP 16

/* The media type without parameters and blanks, in lower case. */
static struct bytes plain_type(struct rewrite *rw, struct bytes content_type)
{
    struct bytes type = bytes_trim(bytes_sub(content_type, 0, sip_scan(content_type, 0, ";", FALSE)));
    guint8 *out = arena_alloc(rw->arena, type.n);
    gsize n = 0;
    for (gsize i = 0; i < type.n; i++)
        if (!g_ascii_isspace((gchar)type.p[i]))
            out[n++] = (guint8)g_ascii_tolower((gchar)type.p[i]);
    return (struct bytes){out, n};
}

static struct bytes unquote(struct rewrite *rw, struct bytes value)
{
    return sip_is_quoted(value) ? sip_unescape(rw->arena, bytes_sub(value, 1, value.n - 2)) : value;
}

/* The parameter's value without quotes, or empty. */
static struct bytes type_param(struct rewrite *rw, struct bytes content_type, const char *name)
{
    gsize at = sip_scan(content_type, 0, ";", FALSE);
    while (at < content_type.n) {
        gsize end = sip_scan(content_type, at + 1, ";", FALSE);
        struct bytes param = bytes_sub(content_type, at + 1, end - at - 1);
        gsize assign = bytes_chr(param, '=');
        if (assign != NOT_FOUND && bytes_ieq(bytes_trim(bytes_sub(param, 0, assign)), bytes_of(name)))
            return unquote(rw, bytes_trim(bytes_from(param, assign + 1)));
        at = end;
    }
    return BYTES_NONE;
}

/* What a body without Content-Type is, by its first bytes. */
static struct bytes sniffed_type(struct bytes body)
{
    static const struct {
        const char *start, *type;
    } starts[] = {
        {"v=0", "application/sdp"},
        {"<?xml", "application/xml"},
        {"SIP/2.0", "message/sipfrag"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(starts); i++)
        if (bytes_starts(body, bytes_of(starts[i].start)))
            return bytes_of(starts[i].type);
    return BYTES_NONE;
}

/* Its length tells little and its words nothing. */
static void text_rewrite(struct rewrite *rw, gsize from, gsize to)
{
    gsize n = (to - from + TEXT_STEP - 1) / TEXT_STEP * TEXT_STEP;
    rw_replace(rw, from, to, scrub_text(rw->arena, n), KIND_SCRUBBED);
}

static gboolean is_text(struct bytes body)
{
    for (gsize i = 0; i < body.n; i++)
        if (body.p[i] == 0x7f || (body.p[i] < ' ' && !g_ascii_isspace((gchar)body.p[i])))
            return FALSE;
    return TRUE;
}

static void unknown_rewrite(struct rewrite *rw, gsize from, gsize to)
{
    if (is_text(rw_bytes(rw, from, to)))
        rw_scrub(rw, from, to);
    else
        rw_scrub_binary(rw, from, to);
}

/* DTMF digits are card numbers and PINs, and their count tells which. */
static gboolean is_digits(struct bytes type)
{
    static const char *const types[] = {"application/dtmf", "application/dtmf-info",
                                        "application/vnd.nortelnetworks.digits"};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (bytes_eq(type, bytes_of(types[i])))
            return TRUE;
    return FALSE;
}

void body_rewrite(struct rewrite *rw, gsize from, gsize to, struct bytes content_type, gboolean encoded)
{
    struct bytes type = plain_type(rw, content_type);
    if (from >= to)
        return;
    if (encoded) {
        rw_put(rw, from, to, BYTES_LIT("redacted"), KIND_REDACTED);
        return;
    }
    if (type.n == 0)
        type = sniffed_type(rw_bytes(rw, from, to));
    const struct policy_body *body = policy_body(rw->tables->policy, type);
    switch (body->format) {
    case BODY_DELETE:
        rw_delete(rw, from, to);
        break;
    case BODY_TEXT:
        text_rewrite(rw, from, to);
        break;
    case BODY_SDP:
        sdp_rewrite(rw, from, to);
        break;
    case BODY_XML:
        xml_rewrite(rw, from, to);
        break;
    case BODY_MULTIPART:
        multipart_rewrite(rw, from, to, type_param(rw, content_type, "boundary"));
        break;
    case BODY_SIPFRAG:
        sipfrag_rewrite(rw, from, to);
        break;
    case BODY_CPIM:
        cpim_rewrite(rw, from, to);
        break;
    case BODY_FIELDS:
        fields_rewrite(rw, from, to, body);
        break;
    case BODY_REDACT:
        if (is_digits(type))
            rw_put(rw, from, to, BYTES_LIT("0"), KIND_REDACTED);
        else
            unknown_rewrite(rw, from, to);
        break;
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crosscheck.h"

#include "host.h"

/* Names that a version of Wireshark does not have are passed over. */
static const char *const identifying[] = {
    "sip.r-uri",
    "sip.r-uri.user",
    "sip.r-uri.host",
    "sip.r-uri.param",
    "sip.display.info",
    "sip.to.display.info",
    "sip.to.addr",
    "sip.to.user",
    "sip.to.host",
    "sip.to.param",
    "sip.to.tag",
    "sip.from.display.info",
    "sip.from.addr",
    "sip.from.user",
    "sip.from.host",
    "sip.from.param",
    "sip.from.tag",
    "sip.contact.display.info",
    "sip.contact.uri",
    "sip.contact.user",
    "sip.contact.host",
    "sip.contact.param",
    "sip.contact.parameter",
    "sip.Route.display.info",
    "sip.Route.uri",
    "sip.Route.user",
    "sip.Route.host",
    "sip.Route.param",
    "sip.Record-Route.display.info",
    "sip.Record-Route.uri",
    "sip.Record-Route.user",
    "sip.Record-Route.host",
    "sip.Record-Route.param",
    "sip.Service-Route.uri",
    "sip.Service-Route.user",
    "sip.Service-Route.host",
    "sip.Service-Route.param",
    "sip.Path.uri",
    "sip.Path.user",
    "sip.Path.host",
    "sip.Path.param",
    "sip.tag",
    "sip.pai.display.info",
    "sip.pai.addr",
    "sip.pai.user",
    "sip.pai.host",
    "sip.pai.param",
    "sip.pmiss.addr",
    "sip.pmiss.user",
    "sip.pmiss.host",
    "sip.ppi.display.info",
    "sip.ppi.addr",
    "sip.ppi.user",
    "sip.ppi.host",
    "sip.ppi.param",
    "sip.tc.display.info",
    "sip.tc.addr",
    "sip.tc.user",
    "sip.tc.host",
    "sip.tc.target-uri",
    "sip.Call-ID",
    "sip.auth.digest.response",
    "sip.auth.username",
    "sip.auth.realm",
    "sip.auth.nonce",
    "sip.auth.opaque",
    "sip.auth.cnonce",
    "sip.auth.uri",
    "sip.auth.domain",
    "sip.auth.auts",
    "sip.auth.rspauth",
    "sip.auth.nextnonce",
    "sip.auth.ik",
    "sip.auth.ck",
    "sip.Via.sent-by.address",
    "sip.Via.branch",
    "sip.Via.maddr",
    "sip.Via.received",
    "sip.Via.sigcomp-id",
    "sip.P-Access-Network-Info",
    "sip.P-Access-Network-Info.utran-cell-id-3gpp",
    "sip.P-Charging-Vector",
    "sip.P-Charging-Function-Addresses",
    "sip.P-Asserted-Identity",
    "sip.P-Preferred-Identity",
    "sip.P-Associated-URI",
    "sip.P-Called-Party-ID",
    "sip.P-Served-User",
    "sip.P-Visited-Network-ID",
    "sip.P-User-Database",
    "sip.P-Charge-Info",
    "sip.icid_value",
    "sip.icid_gen_addr",
    "sip.Session-ID.sess_id",
    "sip.Session-ID.local_uuid",
    "sip.Session-ID.remote_uuid",
    "sip.Refer-To",
    "sip.Referred-by",
    "sip.Replaces",
    "sip.Join",
    "sip.Target-Dialog",
    "sip.In-Reply-To",
    "sip.Reply-To",
    "sip.Diversion",
    "sip.History-Info",
    "sip.Identity",
    "sip.Identity-info",
    "sip.Subject",
    "sip.Organization",
    "sip.Geolocation",
    "sip.Call-Info",
    "sip.Alert-Info",
    "sip.Error-Info",
    "sip.Warning",
    "sip.User-Agent",
    "sip.Server",
    "sip.uui",
    "sip.reason_text",
    "sip.ETag",
    "sip.If_Match",
    "sip.Authorization",
    "sip.Proxy-Authorization",
    "sip.WWW-Authenticate",
    "sip.Proxy-Authenticate",
    "sip.Authentication-Info",
    "sip.From",
    "sip.To",
    "sip.Contact",
    "sip.Via",
    "sip.Route",
    "sip.Record-Route",
    "sip.msg_body",
    "sip.unrecognized_header",
    "sdp.owner",
    "sdp.owner.username",
    "sdp.owner.sessionid",
    "sdp.owner.version",
    "sdp.owner.address",
    "sdp.session_name",
    "sdp.session_info",
    "sdp.uri",
    "sdp.email",
    "sdp.phone",
    "sdp.connection_info",
    "sdp.connection_info.address",
    "sdp.encryption_key",
    "sdp.encryption_key.data",
    "sdp.media_title",
    "sdp.unknown",
    "sdp.session_attr",
    "sdp.session_attr.value",
    "sdp.media_attr",
    "sdp.media_attribute.value",
    "sdp.key_mgmt.data",
    "sdp.crypto.master_key",
    "sdp.crypto.master_salt",
    "sdp.key_and_salt",
    "sdp.ice_candidate.foundation",
    "sdp.ice_candidate.address",
};

enum finding { OUTSIDE, NOT_JUDGED, HARMLESS, REPLACED };

struct place {
    guint field; /* index in `identifying` */
    gsize from, to;
    enum finding finding;
};

struct crosscheck_fields {
    GArray *places;
};

struct crosscheck {
    int hf[G_N_ELEMENTS(identifying)]; /* -1: not in this version */
    guint64 values, frames, violations, kept;
};

static int field_id(const char *name)
{
    const header_field_info *info = proto_registrar_get_byname(name);
    return info ? info->id : -1;
}

char *crosscheck_filter(void)
{
    GString *filter = g_string_new("frame");
    for (guint i = 0; i < G_N_ELEMENTS(identifying); i++)
        if (field_id(identifying[i]) >= 0)
            g_string_append_printf(filter, " || %s", identifying[i]);
    return g_string_free(filter, FALSE);
}

struct crosscheck *crosscheck_new(void)
{
    struct crosscheck *c = g_new0(struct crosscheck, 1);
    for (guint i = 0; i < G_N_ELEMENTS(identifying); i++)
        c->hf[i] = field_id(identifying[i]);
    return c;
}

void crosscheck_free(struct crosscheck *c)
{
    g_free(c);
}

/* --- collecting ------------------------------------------------------------------------------------ */

static void collect_field(struct crosscheck *c, guint field, epan_dissect_t *edt, GArray *places)
{
    GPtrArray *found = c->hf[field] < 0 ? NULL : proto_get_finfo_ptr_array(edt->tree, c->hf[field]);
    for (guint i = 0; found && i < found->len; i++) {
        const field_info *fi = g_ptr_array_index(found, i);
        if (fi->length <= 0 || fi->start < 0 || fi->ds_tvb != tvb_get_ds_tvb(edt->tvb))
            continue;
        struct place place = {
            .field = field, .from = (gsize)fi->start, .to = (gsize)fi->start + (gsize)fi->length};
        g_array_append_val(places, place);
    }
}

struct crosscheck_fields *crosscheck_collect(struct crosscheck *c, epan_dissect_t *edt)
{
    struct crosscheck_fields *fields = g_new0(struct crosscheck_fields, 1);
    fields->places = g_array_new(FALSE, FALSE, sizeof(struct place));
    for (guint i = 0; edt->tree && i < G_N_ELEMENTS(identifying); i++)
        collect_field(c, i, edt, fields->places);
    return fields;
}

void crosscheck_fields_free(struct crosscheck_fields *fields)
{
    if (!fields)
        return;
    g_array_free(fields->places, TRUE);
    g_free(fields);
}

/* --- checking -------------------------------------------------------------------------------------- */

/* Is [from, to) of the message covered without a gap? Segments are in order. `changed`: some of it is
 * replaced. */
static gboolean covered(const struct edits *edits, gsize from, gsize to, gboolean *changed)
{
    gsize at = from;
    *changed = FALSE;
    for (guint i = 0; i < edits_count(edits) && at < to; i++) {
        const struct edit *edit = edits_at(edits, i);
        gsize end = (gsize)edit->orig.off + edit->orig.len;
        if (edit->note || end <= at)
            continue;
        if (edit->orig.off > at)
            return FALSE;
        *changed |= edit->kind != KIND_KEPT;
        at = end;
    }
    return at >= to;
}

void crosscheck_message(struct crosscheck *c, struct crosscheck_fields *fields,
                        const struct sianto_message *message)
{
    gsize begin = message->off, end = begin + message->original.n;
    (void)c;
    for (guint i = 0; fields && begin != NOT_FOUND && i < fields->places->len; i++) {
        struct place *place = &g_array_index(fields->places, struct place, i);
        gboolean changed;
        if (place->from < begin || place->to > end)
            continue;
        if (!covered(message->edits, place->from - begin, place->to - begin, &changed))
            place->finding = NOT_JUDGED;
        else
            place->finding = changed ? REPLACED : HARMLESS;
    }
}

void crosscheck_frame(struct crosscheck *c, const struct crosscheck_fields *fields,
                      const struct sianto_frame_out *out)
{
    static const char *const texts[] = {
        [OUTSIDE] = "lies outside of all messages", [NOT_JUDGED] = "is not judged from end to end"};
    if (out->drop != DROP_NONE || out->scrubbed || !fields)
        return;
    c->frames++;
    for (guint i = 0; i < fields->places->len; i++) {
        const struct place *place = &g_array_index(fields->places, struct place, i);
        c->values++;
        c->kept += place->finding == HARMLESS;
        if (place->finding >= HARMLESS)
            continue;
        c->violations++;
        host_say("crosscheck: frame %" G_GUINT64_FORMAT ": %s %s", out->number, identifying[place->field],
                 texts[place->finding]);
    }
}

gboolean crosscheck_passed(const struct crosscheck *c, guint64 gap_bytes)
{
    host_say("crosscheck: %" G_GUINT64_FORMAT " values in %" G_GUINT64_FORMAT " frames (%" G_GUINT64_FORMAT
             " harmless ones kept), %" G_GUINT64_FORMAT " violations, %" G_GUINT64_FORMAT
             " bytes that no rule judged",
             c->values, c->frames, c->kept, c->violations, gap_bytes);
    return c->violations == 0 && gap_bytes == 0;
}

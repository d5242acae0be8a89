/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "postdissector.h"

#include <string.h>

#include <epan/expert.h>

#include "edit.h"
#include "host.h"
#include "preview.h"
#include "tap.h"

/* What Wireshark gave us at registration, and the preview of the capture at hand. */
static int proto = -1;
static int hf_kind = -1, hf_original = -1, hf_replacement = -1, hf_field = -1, hf_event = -1, hf_drop = -1,
           hf_error = -1;
static gint ett_sianto = -1, ett_edit = -1;
static expert_field ei_dropped = EI_INIT, ei_scrubbed = EI_INIT, ei_settings = EI_INIT;

static struct {
    const struct session *session;
    struct preview *preview;
    char *fault; /* the settings are wrong: shown instead */
} state;

/* Where items go, while a frame is shown. */
struct place {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *root, *tree;
    GPtrArray *fields; /* Wireshark's own items of the frame, or NULL */
};

/* proto_all_finfos walks the whole tree: only where somebody looks at it. */
static gboolean is_visible(proto_tree *tree)
{
    return tree && PTREE_DATA(tree)->visible;
}

/* A filter, a column or -e asks for one of our fields. Stricter than proto_field_is_referenced, which
 * takes any tree for a reason to add a protocol. */
static gboolean is_referenced(proto_tree *tree)
{
    return tree && proto_registrar_get_nth((guint)proto)->ref_type != HF_REF_TYPE_NONE;
}

/* --- texts ----------------------------------------------------------------------------------------- */

static const char *pool_text(packet_info *pinfo, struct bytes b)
{
    g_autofree char *text = b.n ? g_utf8_make_valid((const char *)b.p, (gssize)b.n) : NULL;
    return text ? wmem_strdup(pinfo->pool, text) : "";
}

/* --- Wireshark's own field ------------------------------------------------------------------------- */

static gboolean is_sip_field(const field_info *fi)
{
    const char *name = fi->hfinfo->abbrev;
    return g_str_has_prefix(name, "sip.") || g_str_has_prefix(name, "sdp.");
}

/* The smallest item that covers [from, to) of the captured frame. */
static const field_info *covering_field(const struct place *at, gint from, gint to)
{
    const field_info *best = NULL;
    for (guint i = 0; at->fields && i < at->fields->len; i++) {
        const field_info *fi = g_ptr_array_index(at->fields, i);
        if (fi->length <= 0 || fi->start > from || fi->start + fi->length < to || !is_sip_field(fi))
            continue;
        if (FI_GET_FLAG(fi, FI_HIDDEN | FI_GENERATED) || fi->ds_tvb != tvb_get_ds_tvb(at->tvb))
            continue;
        if (!best || fi->length < best->length)
            best = fi;
    }
    return best;
}

/* --- items ----------------------------------------------------------------------------------------- */

static gboolean is_shown(const struct edit *edit)
{
    return edit->kind != KIND_KEPT && edit->kind != KIND_LENGTH;
}

/* A message that does not lie in the frame as it is (put together, unmasked) has no bytes to point at. */
static void add_edit(const struct place *at, const struct sianto_message *message, const struct edit *edit)
{
    gboolean here = message->off != NOT_FOUND;
    gint off = here ? (gint)(message->off + edit->orig.off) : 0, len = here ? (gint)edit->orig.len : 0;
    struct bytes before = edit->before.n ? edit->before : bytes_span(message->original, edit->orig);
    const char *original = pool_text(at->pinfo, before), *replacement = pool_text(at->pinfo, edit->after);
    const field_info *fi = covering_field(at, off, off + len);
    proto_item *item;
    proto_tree *tree =
        proto_tree_add_subtree_format(at->tree, at->tvb, off, len, ett_edit, &item, "%s: %s → %s",
                                      kind_name(edit->kind), original, replacement);
    proto_tree_add_string(tree, hf_kind, at->tvb, off, len, kind_name(edit->kind));
    proto_tree_add_string(tree, hf_original, at->tvb, off, len, original);
    proto_tree_add_string(tree, hf_replacement, at->tvb, off, len, replacement);
    if (fi)
        proto_item_set_generated(
            proto_tree_add_string(tree, hf_field, at->tvb, off, len, fi->hfinfo->abbrev));
}

static void add_drop(const struct place *at, enum drop_reason reason)
{
    proto_item *item = proto_tree_add_string(at->tree, hf_drop, at->tvb, 0, 0, drop_reason_name(reason));
    proto_item_set_generated(item);
    expert_add_info_format(at->pinfo, item, &ei_dropped, "Not in the anonymized capture: %s",
                           drop_reason_text(reason));
}

/* One tree for all that is told of the frame. */
static void open_tree(struct place *at, gint off, gint len)
{
    if (!at->tree)
        at->tree =
            proto_item_add_subtree(proto_tree_add_item(at->root, proto, at->tvb, off, len, ENC_NA), ett_sianto);
}

static void show_message(void *arg, const struct sianto_message *message)
{
    struct place *at = arg;
    gboolean here = message->off != NOT_FOUND;
    open_tree(at, here ? (gint)message->off : 0, here ? (gint)message->original.n : 0);
    at->fields = is_visible(at->root) ? proto_all_finfos(at->root) : NULL;
    for (guint i = 0; i < edits_count(message->edits); i++)
        if (is_shown(edits_at(message->edits, i)))
            add_edit(at, message, edits_at(message->edits, i));
    if (at->fields)
        g_ptr_array_free(at->fields, TRUE);
    at->fields = NULL;
}

static void show_frame(void *arg, const struct sianto_frame_out *out, const char *event)
{
    struct place *at = arg;
    if (!event && out->drop == DROP_NONE && !out->scrubbed)
        return;
    open_tree(at, 0, 0);
    if (event)
        proto_item_set_generated(proto_tree_add_string(at->tree, hf_event, at->tvb, 0, 0, event));
    if (out->drop != DROP_NONE)
        add_drop(at, out->drop);
    if (out->scrubbed)
        expert_add_info(at->pinfo, proto_tree_get_parent(at->tree), &ei_scrubbed);
}

static void show_fault(struct place *at)
{
    proto_item *item = proto_tree_add_item(at->root, proto, at->tvb, 0, 0, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_sianto);
    item = proto_tree_add_string(tree, hf_error, at->tvb, 0, 0, state.fault);
    proto_item_set_generated(item);
    expert_add_info(at->pinfo, item, &ei_settings);
}

/* --- the post-dissector ---------------------------------------------------------------------------- */

static void forget(void)
{
    g_clear_pointer(&state.preview, preview_free);
    g_clear_pointer(&state.fault, g_free);
}

static gboolean have_preview(void)
{
    GError *error = NULL;
    if (state.preview || state.fault)
        return state.preview != NULL;
    state.preview = preview_new(state.session, &error);
    if (error)
        state.fault = g_strdup(error->message);
    g_clear_error(&error);
    return state.preview != NULL;
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    struct place at = {.tvb = tvb, .pinfo = pinfo, .root = tree};
    const struct preview_show show = {.message = show_message, .frame = show_frame, .arg = &at};
    tap_note(pinfo);
    gboolean wanted = is_visible(tree) || is_referenced(tree);
    if (!state.session->prefs.preview || pinfo->rec->rec_type != REC_TYPE_PACKET)
        return 0;
    if (!wanted && (pinfo->fd->visited || !host_is_gui()))
        return 0;
    if (state.preview && !host_is_gui() && preview_saw(state.preview, pinfo->num))
        forget();
    if (have_preview())
        preview_feed(state.preview, pinfo, tvb, wanted ? &show : NULL);
    else if (wanted)
        show_fault(&at);
    return 0;
}

/* --- registration ---------------------------------------------------------------------------------- */

static void register_fields(void)
{
    static hf_register_info hf[] = {
        {&hf_kind, {"Kind", "sianto.kind", FT_STRING, BASE_NONE, NULL, 0, "What was replaced", HFILL}},
        {&hf_original, {"Original", "sianto.original", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_replacement, {"Replacement", "sianto.replacement", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_field,
         {"Field", "sianto.field", FT_STRING, BASE_NONE, NULL, 0, "Wireshark's own field at these bytes",
          HFILL}},
        {&hf_event,
         {"Event", "sianto.event", FT_STRING, BASE_NONE, NULL, 0, "Method or status, as it will be written",
          HFILL}},
        {&hf_drop,
         {"Dropped", "sianto.drop", FT_STRING, BASE_NONE, NULL, 0, "Why an export leaves it out", HFILL}},
        {&hf_error,
         {"Settings", "sianto.error", FT_STRING, BASE_NONE, NULL, 0, "What is wrong with them", HFILL}},
    };
    static gint *ett[] = {&ett_sianto, &ett_edit};
    static ei_register_info ei[] = {
        {&ei_dropped,
         {"sianto.dropped", PI_COMMENTS_GROUP, PI_NOTE, "Not in the anonymized capture", EXPFILL}},
        {&ei_scrubbed,
         {"sianto.scrubbed", PI_COMMENTS_GROUP, PI_WARN, "Scrubbed: no longer fits its frame", EXPFILL}},
        {&ei_settings, {"sianto.settings", PI_UNDECODED, PI_WARN, "Replacements cannot be shown", EXPFILL}},
    };
    proto = proto_register_protocol("SiAnTo", "SiAnTo", "sianto");
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

void postdissector_register(struct session *session)
{
    state.session = session;
    register_fields();
    /* Other settings, other labels: Wireshark dissects anew after the dialog, from the first frame. */
    options_register_preferences(prefs_register_protocol(proto, forget), &session->prefs);
    register_postdissector(create_dissector_handle(dissect, proto));
    register_init_routine(forget);
    register_cleanup_routine(forget);
}

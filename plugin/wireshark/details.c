/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "details.h"

#include <string.h>

#include <epan/expert.h>

#include "exporter.h"
#include "frame.h"

/* What Wireshark gave us at registration. */
static int proto = -1;
static int hf_item = -1, hf_kind = -1, hf_original = -1, hf_replacement = -1, hf_field = -1, hf_anonymized = -1,
           hf_event = -1, hf_from = -1, hf_to = -1, hf_drop = -1, hf_error = -1;
static gint ett_sianto = -1, ett_edit = -1, ett_own = -1;
static expert_field ei_dropped = EI_INIT, ei_scrubbed = EI_INIT, ei_undecided = EI_INIT, ei_unread = EI_INIT,
                    ei_settings = EI_INIT;

/* Where items go, while a frame is shown. */
struct place {
    const struct preview *preview;
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *root, *tree;
    GPtrArray *nodes; /* proto_node *: Wireshark's own SIP and SDP items that lie in the frame, or NULL */
};

/* The nodes are looked for in the whole tree: only where somebody looks at it. */
static gboolean is_visible(proto_tree *tree)
{
    return tree && PTREE_DATA(tree)->visible;
}

/* Stricter than proto_field_is_referenced, which takes any tree for a reason to add a protocol. */
gboolean details_wanted(proto_tree *tree)
{
    return is_visible(tree) || (tree && proto_registrar_get_nth((guint)proto)->ref_type != HF_REF_TYPE_NONE);
}

static const char *pool_text(packet_info *pinfo, struct bytes b)
{
    g_autofree char *text = b.n ? g_utf8_make_valid((const char *)b.p, (gssize)b.n) : NULL;
    return text ? wmem_strdup(pinfo->pool, text) : "";
}

static const char *shown(const char *replacement)
{
    return *replacement ? replacement : "(nothing)";
}

/* --- Wireshark's own field ------------------------------------------------------------------------- */

/* Not the whole header section or body: the reader would not look for a single value there. */
static gboolean is_own_field(const field_info *fi)
{
    const char *name = fi->hfinfo->abbrev;
    return (g_str_has_prefix(name, "sip.") || g_str_has_prefix(name, "sdp.")) && strcmp(name, "sip.msg_hdr") != 0 &&
           strcmp(name, "sip.msg_body") != 0;
}

static void collect(proto_node *node, gpointer arg)
{
    struct place *at = arg;
    const field_info *fi = PNODE_FINFO(node);
    if (fi && fi->length > 0 && fi->ds_tvb == tvb_get_ds_tvb(at->tvb) && is_own_field(fi) &&
        !FI_GET_FLAG(fi, FI_HIDDEN | FI_GENERATED))
        g_ptr_array_add(at->nodes, node);
    proto_tree_children_foreach(node, collect, arg);
}

/* The smallest item that covers [from, to) of the captured frame. */
static proto_node *covering_node(const struct place *at, gint from, gint to)
{
    proto_node *best = NULL;
    for (guint i = 0; at->nodes && i < at->nodes->len; i++) {
        proto_node *node = g_ptr_array_index(at->nodes, i);
        const field_info *fi = PNODE_FINFO(node);
        if (fi->start <= from && fi->start + fi->length >= to &&
            (!best || fi->length < PNODE_FINFO(best)->length))
            best = node;
    }
    return best;
}

static void link_own_field(const struct place *at, proto_tree *tree, gint off, gint len, const char *replacement)
{
    proto_node *node = covering_node(at, off, off + len);
    if (!node)
        return;
    proto_tree *own = proto_item_get_subtree(node);
    if (!own)
        own = proto_item_add_subtree(node, ett_own);
    proto_item_set_generated(proto_tree_add_string(own, hf_anonymized, at->tvb, off, len, shown(replacement)));
    proto_item_set_generated(
        proto_tree_add_string(tree, hf_field, at->tvb, off, len, PNODE_FINFO(node)->hfinfo->abbrev));
}

/* --- items ----------------------------------------------------------------------------------------- */

/* One tree for all that is told of the frame, on the bytes of its first message. */
static void open_tree(struct place *at, const struct journal_frame *frame)
{
    struct journal_message message = {.off = NOT_FOUND};
    guint32 first = frame->messages;
    journal_next_message(preview_journal(at->preview), &first, &message);
    gboolean here = message.off != NOT_FOUND;
    proto_item *item = proto_tree_add_item(at->root, proto, at->tvb, here ? (gint)message.off : 0,
                                           here ? (gint)message.n : 0, ENC_NA);
    at->tree = proto_item_add_subtree(item, ett_sianto);
}

static proto_tree *add_replacement(const struct place *at, enum kind kind, gint off, gint len, const char *original,
                                   const char *replacement, proto_item **item)
{
    *item = proto_tree_add_none_format(at->tree, hf_item, at->tvb, off, len, "%s: %s → %s", kind_name(kind), original,
                                       shown(replacement));
    proto_tree *tree = proto_item_add_subtree(*item, ett_edit);
    proto_tree_add_string(tree, hf_kind, at->tvb, off, len, kind_name(kind));
    proto_tree_add_string(tree, hf_original, at->tvb, off, len, original);
    proto_tree_add_string(tree, hf_replacement, at->tvb, off, len, replacement);
    return tree;
}

static struct bytes frame_bytes(const struct place *at, gsize off, gsize len)
{
    gsize n = tvb_captured_length(at->tvb);
    struct bytes frame = {n ? tvb_get_ptr(at->tvb, 0, (gint)n) : NULL, n};
    return bytes_sub(frame, off, len);
}

/* A message that does not lie in the frame as it is (put together, unmasked) has no bytes to point at. */
static void add_edit(const struct place *at, const struct journal_message *message, const struct journal_edit *edit)
{
    gboolean here = message->off != NOT_FOUND;
    gint off = here ? (gint)(message->off + edit->orig.off) : 0, len = here ? (gint)edit->orig.len : 0;
    struct bytes before = edit->before;
    if (!before.n && here)
        before = frame_bytes(at, (gsize)off, (gsize)len);
    const char *replacement = pool_text(at->pinfo, edit->after);
    proto_item *item;
    proto_tree *tree =
        add_replacement(at, edit->kind, off, len, pool_text(at->pinfo, before), replacement, &item);
    if (here)
        link_own_field(at, tree, off, len, replacement);
    if (edit->kind == KIND_SCRUBBED)
        expert_add_info(at->pinfo, item, &ei_unread);
}

static void add_message(const struct place *at, struct journal_message *message)
{
    struct journal_edit edit;
    while (journal_next_edit(message, &edit))
        add_edit(at, message, &edit);
}

static void add_event(const struct place *at, const struct journal_event *event)
{
    proto_item_set_generated(proto_tree_add_string(at->tree, hf_event, at->tvb, 0, 0, event->name));
    proto_item_set_generated(proto_tree_add_string(at->tree, hf_from, at->tvb, 0, 0, event->from));
    proto_item_set_generated(proto_tree_add_string(at->tree, hf_to, at->tvb, 0, 0, event->to));
}

/* --- addresses ------------------------------------------------------------------------------------- */

/* Where addresses stand in a header: the source first. */
static const struct {
    enum layer_kind layer;
    enum kind kind;
    guint8 off[2], len;
} places[] = {
    {LAYER_ETHERNET, KIND_MAC, {6, 0}, 6},
    {LAYER_8023, KIND_MAC, {6, 0}, 6},
    {LAYER_IPV4, KIND_ADDRESS, {12, 16}, 4},
    {LAYER_IPV6, KIND_ADDRESS, {8, 24}, 16},
};

static char *address_text(packet_info *pinfo, const guint8 *address, gsize len)
{
    char text[46];
    if (len == 6)
        return wmem_strdup_printf(pinfo->pool, "%02x:%02x:%02x:%02x:%02x:%02x", address[0], address[1], address[2],
                                  address[3], address[4], address[5]);
    gsize n = len == 4 ? address4_format(address, text) : address6_format(address, text);
    return wmem_strdup_printf(pinfo->pool, "%.*s", (int)n, text);
}

static void add_address(const struct place *at, enum kind kind, gsize off, gsize len)
{
    struct bytes original = frame_bytes(at, off, len);
    guint8 image[16];
    if (original.n != len)
        return;
    sianto_map_address(preview_core(at->preview), original, image);
    proto_item *item;
    add_replacement(at, kind, (gint)off, (gint)len, address_text(at->pinfo, original.p, len),
                    address_text(at->pinfo, image, len), &item);
}

static void add_addresses(const struct place *at)
{
    struct record r;
    struct frame f;
    struct bytes captured = frame_bytes(at, 0, G_MAXSIZE);
    record_from(&r, at->pinfo);
    if (frame_walk(&f, captured, at->pinfo->rec->rec_header.packet_header.len, record_linktype(&r)) != DROP_NONE)
        return;
    for (guint i = 0; i < f.n_layers; i++)
        for (guint k = 0; k < G_N_ELEMENTS(places); k++)
            for (guint side = 0; places[k].layer == f.layer[i].kind && side < 2; side++)
                add_address(at, places[k].kind, f.layer[i].off + places[k].off[side], places[k].len);
}

/* --- a frame --------------------------------------------------------------------------------------- */

static void add_drop(const struct place *at, enum drop_reason reason)
{
    proto_item *item = proto_tree_add_string(at->tree, hf_drop, at->tvb, 0, 0, drop_reason_name(reason));
    proto_item_set_generated(item);
    expert_add_info_format(at->pinfo, item, &ei_dropped, "Not in the anonymized capture: %s",
                           drop_reason_text(reason));
}

static void show_frame(struct place *at, struct journal_frame *frame)
{
    struct journal_message message;
    struct journal_event event;
    const struct journal *j = preview_journal(at->preview);
    open_tree(at, frame);
    while (journal_next_event(j, &frame->events, &event))
        add_event(at, &event);
    if (frame->drop != DROP_NONE)
        add_drop(at, frame->drop);
    else
        add_addresses(at);
    while (journal_next_message(j, &frame->messages, &message))
        add_message(at, &message);
    if (frame->scrubbed)
        expert_add_info(at->pinfo, proto_tree_get_parent(at->tree), &ei_scrubbed);
    if (frame->undecided && frame->drop == DROP_NONE)
        expert_add_info(at->pinfo, proto_tree_get_parent(at->tree), &ei_undecided);
}

void details_show(const struct preview *p, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct place at = {.preview = p, .tvb = tvb, .pinfo = pinfo, .root = tree};
    struct journal_frame frame;
    if (!journal_frame(preview_journal(p), pinfo->num, &frame))
        return;
    if (is_visible(tree)) {
        at.nodes = g_ptr_array_new();
        proto_tree_children_foreach(tree, collect, &at);
    }
    show_frame(&at, &frame);
    if (at.nodes)
        g_ptr_array_free(at.nodes, TRUE);
}

void details_show_fault(const char *fault, tvbuff_t *tvb, packet_info *pinfo, proto_tree *root)
{
    proto_item *item = proto_tree_add_item(root, proto, tvb, 0, 0, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_sianto);
    item = proto_tree_add_string(tree, hf_error, tvb, 0, 0, fault);
    proto_item_set_generated(item);
    expert_add_info(pinfo, item, &ei_settings);
}

/* --- registration ---------------------------------------------------------------------------------- */

void details_register(int protocol)
{
    static hf_register_info hf[] = {
        {&hf_item, {"Replaced", "sianto.item", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_kind, {"Kind", "sianto.kind", FT_STRING, BASE_NONE, NULL, 0, "What was replaced", HFILL}},
        {&hf_original, {"Original", "sianto.original", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_replacement, {"Replacement", "sianto.replacement", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_field,
         {"Field", "sianto.field", FT_STRING, BASE_NONE, NULL, 0, "Wireshark's own field at these bytes",
          HFILL}},
        {&hf_anonymized,
         {"Anonymized", "sianto.anonymized", FT_STRING, BASE_NONE, NULL, 0,
          "The replacement, below Wireshark's own field", HFILL}},
        {&hf_event,
         {"Event", "sianto.event", FT_STRING, BASE_NONE, NULL, 0, "Method or status, as it will be written",
          HFILL}},
        {&hf_from,
         {"Anonymized From", "sianto.from", FT_STRING, BASE_NONE, NULL, 0, "Address-of-record, as it will be written",
          HFILL}},
        {&hf_to,
         {"Anonymized To", "sianto.to", FT_STRING, BASE_NONE, NULL, 0, "Address-of-record, as it will be written",
          HFILL}},
        {&hf_drop,
         {"Dropped", "sianto.drop", FT_STRING, BASE_NONE, NULL, 0, "Why an export leaves it out", HFILL}},
        {&hf_error,
         {"Settings", "sianto.error", FT_STRING, BASE_NONE, NULL, 0, "What is wrong with them", HFILL}},
    };
    static gint *ett[] = {&ett_sianto, &ett_edit, &ett_own};
    static ei_register_info ei[] = {
        {&ei_dropped,
         {"sianto.dropped", PI_COMMENTS_GROUP, PI_NOTE, "Not in the anonymized capture", EXPFILL}},
        {&ei_scrubbed,
         {"sianto.scrubbed", PI_COMMENTS_GROUP, PI_WARN, "Scrubbed: no longer fits its frame", EXPFILL}},
        {&ei_undecided,
         {"sianto.undecided", PI_COMMENTS_GROUP, PI_WARN,
          "Scrubbed in part: bytes of no message that is there as a whole", EXPFILL}},
        {&ei_unread,
         {"sianto.unread", PI_COMMENTS_GROUP, PI_NOTE, "Scrubbed: no rule can read this", EXPFILL}},
        {&ei_settings, {"sianto.settings", PI_UNDECODED, PI_WARN, "Replacements cannot be shown", EXPFILL}},
    };
    proto = protocol;
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "postdissector.h"

#include <epan/tap.h>

#include "capture.h"
#include "choices.h"
#include "details.h"
#include "host.h"
#include "preview.h"
#include "tap.h"

static int tap_frames = -1;

/* The preview of the capture at hand. */
static struct {
    const struct session *session;
    struct preview *preview;
    char *fault; /* the settings are wrong: shown instead */
    gboolean twice; /* the program may show each frame a second time */
} state;

void postdissector_forget(void)
{
    g_clear_pointer(&state.preview, preview_free);
    g_clear_pointer(&state.fault, g_free);
}

static gboolean have_preview(void)
{
    GError *error = NULL;
    if (state.preview || state.fault)
        return state.preview != NULL;
    capture_use_key();
    state.preview = preview_new(state.session, &error);
    if (error)
        state.fault = g_strdup(error->message);
    g_clear_error(&error);
    return state.preview != NULL;
}

/* tshark looks at each frame once, or with -2 twice; the first time nothing of ours may be asked for. Without tables
 * the second pass begins anew. What one pass wrote down is not asked for again. */
static void make_room(const packet_info *pinfo, gboolean listened)
{
    if (!state.preview || host_is_gui())
        return;
    if (!listened && preview_saw(state.preview, pinfo->num))
        postdissector_forget();
    else if (!state.twice)
        preview_trim(state.preview);
}

/* What is left over at the end of the capture is decided when somebody first looks at it: in the GUI, or in the second
 * pass. */
static void finish_when_read(const packet_info *pinfo)
{
    struct journal_frame frame;
    if (!pinfo->fd->visited)
        return;
    if (!host_is_gui()) {
        preview_finish(state.preview);
        return;
    }
    if (journal_frame(preview_journal(state.preview), pinfo->num, &frame) && frame.left)
        return;
    struct capture c = capture_get();
    if (c.loaded && !c.running && preview_saw(state.preview, c.count))
        preview_finish(state.preview);
    capture_clear(&c);
}

/* The first time: what left when this frame came. Later: what became of this frame. */
static void tell_tables(packet_info *pinfo, guint64 left_before)
{
    struct postdissector_frames *frames = wmem_new(pinfo->pool, struct postdissector_frames);
    const struct journal *j = preview_journal(state.preview);
    *frames = (struct postdissector_frames){j, pinfo->num, pinfo->num};
    if (!pinfo->fd->visited) {
        frames->from = left_before + 1;
        frames->to = journal_last(j);
    }
    tap_queue_packet(tap_frames, pinfo, frames);
}

gboolean postdissector_finish(struct postdissector_frames *frames)
{
    if (!state.preview)
        return FALSE;
    const struct journal *j = preview_journal(state.preview);
    frames->journal = j;
    frames->from = journal_last(j) + 1;
    preview_finish(state.preview);
    frames->to = journal_last(j);
    return frames->from <= frames->to;
}

static void take_frame(tvbuff_t *tvb, packet_info *pinfo, gboolean listened)
{
    guint64 left = journal_last(preview_journal(state.preview));
    preview_feed(state.preview, pinfo, tvb);
    if (listened || host_is_gui())
        finish_when_read(pinfo);
    if (listened)
        tell_tables(pinfo, left);
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    gboolean listened = have_tap_listener(tap_frames);
    gboolean wanted = state.session->prefs.preview && details_wanted(tree);
    gboolean first = !pinfo->fd->visited && host_is_gui() && state.session->prefs.preview;
    tap_note(pinfo);
    if (pinfo->rec->rec_type != REC_TYPE_PACKET || !(wanted || listened || first))
        return 0;
    make_room(pinfo, listened);
    if (have_preview()) {
        take_frame(tvb, pinfo, listened);
        if (wanted)
            details_show(state.preview, tvb, pinfo, tree);
    } else if (wanted) {
        details_show_fault(state.fault, tvb, pinfo, tree);
    }
    return 0;
}

void postdissector_register(struct session *session)
{
    session->proto = proto_register_protocol("SiAnTo", "SiAnTo", "sianto");
    state.session = session;
    state.twice = host_reads_twice();
    details_register(session->proto);
    tap_frames = register_tap(POSTDISSECTOR_TAP);
    /* Other settings, other labels: Wireshark dissects anew after the dialog, from the first frame. */
    module_t *module = prefs_register_protocol(session->proto, postdissector_forget);
    options_register_preferences(module, &session->prefs);
    choices_register_preferences(module);
    register_postdissector(create_dissector_handle(dissect, session->proto));
    register_init_routine(postdissector_forget);
    register_cleanup_routine(postdissector_forget);
}

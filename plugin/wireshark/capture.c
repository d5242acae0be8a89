/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include <epan/funnel.h>
#include <epan/plugin_if.h>

#include "host.h"
#include "session.h"

/* --- what is loaded -------------------------------------------------------------------------------- */

static void *look(capture_file *cf, void *arg)
{
    struct capture *c = arg;
    if (!cf || cf->state == FILE_CLOSED || !cf->filename)
        return NULL;
    *c = (struct capture){
        .loaded = TRUE,
        .path = g_strdup(cf->filename),
        .count = cf->count,
        .displayed = cf->displayed_count,
        .running = cf->state != FILE_READ_DONE,
        .locked = cf->read_lock,
        .temporary = cf->is_tempfile,
        .filtered = cf->rfcode != NULL,
    };
    return NULL;
}

struct capture capture_get(void)
{
    struct capture c = {.loaded = FALSE};
    if (!host_is_tshark()) /* which has none to show; and each question costs memory that Wireshark never frees */
        plugin_if_get_capture_file(look, &c);
    return c;
}

void capture_clear(struct capture *c)
{
    g_free(c->path);
    *c = (struct capture){.loaded = FALSE};
}

void capture_use_key(void)
{
    struct capture c = capture_get();
    if (c.loaded)
        session_use_capture(c.path);
    capture_clear(&c);
}

/* Wireshark says that the user stopped a pass only there, and leaves it set. */
static void *clear_stop(capture_file *cf, void *arg _U_)
{
    if (cf)
        cf->stop_flag = FALSE;
    return NULL;
}

static void *get_stop(capture_file *cf, void *arg)
{
    *(gboolean *)arg = cf && cf->stop_flag;
    return NULL;
}

/* --- a pass ---------------------------------------------------------------------------------------- */

/* One at a time: Wireshark would reset the listeners of the first. */
static struct pass {
    gboolean busy;
    const struct capture_listener *listener;
    guint32 last; /* the frame that came last */
} pass;

const char *capture_refusal(gboolean whole)
{
    struct capture c = capture_get();
    const char *why = NULL;
    if (pass.busy || c.locked)
        why = "Wireshark is going through the packets. Wait until it has finished, then try again.";
    else if (!c.loaded || (!c.running && !c.count))
        why = "No capture is loaded. Open one with File > Open.";
    else if (!c.count)
        why = "No packet has been captured yet.";
    else if (whole && c.running)
        why = "The capture is still running. Stop it with Capture > Stop, then try again.";
    capture_clear(&c);
    return why;
}

static tap_packet_status on_frame(void *arg _U_, packet_info *pinfo, epan_dissect_t *edt, const void *data _U_,
                                  tap_flags_t flags _U_)
{
    const struct capture_listener *l = pass.listener;
    /* While a capture runs, new frames come in between; the pass reaches them in their turn. */
    if (pinfo->num != pass.last + 1)
        return TAP_PACKET_DONT_REDRAW;
    pass.last = pinfo->num;
    if (!l->displayed || pinfo->fd->passed_dfilter || pinfo->fd->dependent_of_displayed)
        l->frame(l->arg, pinfo, edt);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_message(void *arg _U_, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                                    tap_flags_t flags)
{
    const struct capture_listener *l = pass.listener;
    if (pinfo->num == pass.last + 1)
        l->message(l->arg, pinfo, edt, data, flags);
    return TAP_PACKET_DONT_REDRAW;
}

static gboolean listen(const char *tap, tap_packet_cb callback, gpointer id, GError **error)
{
    GString *fault = register_tap_listener(tap, id, NULL, TL_REQUIRES_NOTHING, NULL, callback, NULL, NULL);
    if (!fault)
        return TRUE;
    g_set_error(error, OPTIONS_ERROR, 0, "no packets can be had: %s", fault->str);
    g_string_free(fault, TRUE);
    return FALSE;
}

static void retap(const struct capture_listener *listener, GError **error)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    pass = (struct pass){.busy = TRUE, .listener = listener};
    plugin_if_get_capture_file(clear_stop, NULL);
    if (listen("frame", on_frame, &pass, error)) {
        if (!listener->messages || listen(listener->messages, on_message, &pass.listener, error)) {
            ops->retap_packets(ops->ops_id);
            if (listener->messages)
                remove_tap_listener(&pass.listener);
        }
        remove_tap_listener(&pass);
    }
    pass.busy = FALSE;
}

enum capture_end capture_pass(const struct capture_listener *listener, GError **error)
{
    GError *fault = NULL;
    gboolean stopped = FALSE;
    if (capture_refusal(FALSE))
        return CAPTURE_REFUSED;
    struct capture before = capture_get();
    retap(listener, &fault);
    plugin_if_get_capture_file(get_stop, &stopped);
    if (!stopped && pass.last < before.count)
        stopped = TRUE;
    capture_clear(&before);
    if (fault) {
        g_propagate_error(error, fault);
        return CAPTURE_REFUSED;
    }
    return stopped ? CAPTURE_STOPPED : CAPTURE_WHOLE;
}

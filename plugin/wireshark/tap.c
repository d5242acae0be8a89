/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tap.h"

#include <epan/exported_pdu.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "crosscheck.h"
#include "host.h"
#include "run.h"
#include "session.h"

/* The run of this process; in the GUI, of the pass at hand. */
static struct run *run;

static tap_packet_status on_frame(void *arg _U_, packet_info *pinfo, epan_dissect_t *edt,
                                  const void *data _U_, tap_flags_t flags _U_)
{
    run_frame(run, pinfo, edt);
    return TAP_PACKET_DONT_REDRAW;
}

/* What the SIP dissector writes first: tag 12, the dissector's name. That of TLS exports the same bytes, as they
 * come, for "sip.tcp". */
static gboolean is_sip_message(const exp_pdu_data_t *message)
{
    static const guint8 name[] = {0, EXP_PDU_TAG_DISSECTOR_NAME, 0, 4, 's', 'i', 'p', 0};
    return message->pdu_tvb && message->tlv_buffer_len >= sizeof name &&
           memcmp(message->tlv_buffer, name, sizeof name) == 0;
}

/* Wireshark's own tap of SIP messages, each as a whole, comes before the frame. Only those inside TLS: all others
 * are the core's. `arg`: struct run **. */
static tap_packet_status on_message(void *arg, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                    tap_flags_t flags _U_)
{
    const exp_pdu_data_t *message = data;
    struct run *to = *(struct run **)arg;
    if (to && is_sip_message(message) && proto_is_frame_protocol(pinfo->layers, "tls") &&
        proto_is_frame_protocol(pinfo->layers, "sip"))
        run_decrypted(to, pinfo, (struct bytes){message->tlv_buffer, message->tlv_buffer_len}, message->pdu_tvb);
    return TAP_PACKET_DONT_REDRAW;
}

/* tshark draws once, when all frames were read; it does not after an interruption. */
static void on_draw(void *arg _U_)
{
    run_finish(run);
}

/* tshark resets listeners at its end, after the draw, if there was one. */
static void on_reset(void *arg _U_)
{
    run_abandon(run);
}

static void on_finish(void *arg _U_)
{
    g_clear_pointer(&run, run_free);
}

void tap_note(const packet_info *pinfo)
{
    if (run && pinfo->rec->rec_type == REC_TYPE_PACKET)
        run_note(run, pinfo);
}

static gboolean listen_to_frames(const struct options *o, GError **error)
{
    g_autofree char *filter = o->crosscheck ? crosscheck_filter() : NULL;
    guint needs = o->crosscheck ? TL_REQUIRES_PROTO_TREE : TL_REQUIRES_NOTHING;
    GString *fault =
        register_tap_listener("frame", &run, filter, needs, on_reset, on_frame, on_draw, on_finish);
    if (!fault && o->tls == TLS_DECRYPTED)
        fault = register_tap_listener(EXPORT_PDU_TAP_NAME_LAYER_7, &run, NULL, TL_REQUIRES_NOTHING, NULL,
                                      on_message, NULL, NULL);
    if (!fault)
        return TRUE;
    g_set_error(error, OPTIONS_ERROR, 0, "no frames can be had: %s", fault->str);
    g_string_free(fault, TRUE);
    return FALSE;
}

/* TRUE where there is a run. */
static gboolean begin(void)
{
    const struct options *o = &session_get()->options;
    GError *error = NULL;
    if (run)
        return TRUE;
    run = run_new(o, &error);
    if (run && listen_to_frames(o, &error))
        return TRUE;
    g_clear_pointer(&run, run_free);
    host_refuse(error->message);
    g_error_free(error);
    return FALSE;
}

/* Settings that only the tree or -z will use are tried as well: a wrong one is refused here, whatever
 * asks for it later. */
static void try_settings(const struct options *o)
{
    GError *error = NULL;
    run_free(run_new(o, &error));
    if (error)
        host_refuse(error->message);
    g_clear_error(&error);
}

void tap_start(void)
{
    const struct options *o = &session_get()->options;
    gboolean wanted = options_want_run(o);
    if (wanted && host_is_tshark())
        begin();
    else if (wanted)
        host_say("out=, stats=, report=, part= and dry-run= are for tshark: tshark -q -r FILE -X sianto:out=...");
    else if (o->given)
        try_settings(o);
}

/* What -z takes, and the table that it prints at the end. */
static const struct {
    const char *argument, *title;
    enum stats_table table;
} arguments[] = {
    {"sianto,stats", "SIP, anonymized", STATS_COUNTS},
    {"sianto,storm", "SIP registration storm", STATS_STORM},
};

static ws_tap_init on_argument(const char *argument, void *data)
{
    const char *name = arguments[GPOINTER_TO_UINT(data)].argument;
    g_autofree char *fault = NULL;
    if (!host_is_tshark())
        host_say("-z %s is for tshark: tshark -q -r FILE -z %s", name, name);
    else if (g_strcmp0(argument, name) != 0)
        fault = g_strdup_printf("-z %s takes nothing behind it: options are given as -X sianto:...", name);
    else if (begin())
        run_want_table(run, arguments[GPOINTER_TO_UINT(data)].table);
    if (fault)
        host_refuse(fault);
    WS_TAP_INIT_DONE;
}

void tap_register(void)
{
    static stat_tap_ui ui[G_N_ELEMENTS(arguments)];
    for (guint i = 0; i < G_N_ELEMENTS(arguments); i++) {
        ui[i] = (stat_tap_ui){REGISTER_STAT_GROUP_GENERIC, arguments[i].title, arguments[i].argument,
                              on_argument, 0, NULL};
        register_stat_tap_ui(&ui[i], GUINT_TO_POINTER(i));
    }
}

/* --- in the GUI ------------------------------------------------------------------------------------ */

static void give_frame(void *arg, packet_info *pinfo, epan_dissect_t *edt)
{
    run_frame(*(struct run **)arg, pinfo, edt);
}

enum capture_end tap_run(struct run *over, const struct options *o, gboolean displayed, GError **error)
{
    const struct capture_listener listener = {
        .frame = give_frame,
        .messages = o->tls == TLS_DECRYPTED ? EXPORT_PDU_TAP_NAME_LAYER_7 : NULL,
        .message = on_message,
        .displayed = displayed,
        .arg = &run,
    };
    if (capture_refusal(FALSE))
        return CAPTURE_REFUSED;
    run = over;
    enum capture_end end = capture_pass(&listener, error);
    run = NULL;
    return end;
}

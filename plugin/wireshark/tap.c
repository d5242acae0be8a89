/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tap.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "crosscheck.h"
#include "host.h"
#include "run.h"
#include "session.h"

#define STATS_ARGUMENT "sianto,stats"

/* The one run of this process. */
static struct run *run;

static tap_packet_status on_frame(void *arg _U_, packet_info *pinfo, epan_dissect_t *edt,
                                  const void *data _U_, tap_flags_t flags _U_)
{
    run_frame(run, pinfo, edt);
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
        host_say("out=, stats= and dry-run= are for tshark: tshark -q -r FILE -X sianto:out=...");
    else if (o->given)
        try_settings(o);
}

static ws_tap_init on_stats_argument(const char *argument, void *data _U_)
{
    if (!host_is_tshark())
        host_say("-z " STATS_ARGUMENT " is for tshark: tshark -q -r FILE -z " STATS_ARGUMENT);
    else if (g_strcmp0(argument, STATS_ARGUMENT) != 0)
        host_refuse("-z " STATS_ARGUMENT " takes nothing behind it: options are given as -X sianto:...");
    else if (begin())
        run_want_table(run);
    WS_TAP_INIT_DONE;
}

void tap_register(void)
{
    static stat_tap_ui ui = {
        REGISTER_STAT_GROUP_GENERIC, "SIP, anonymized", STATS_ARGUMENT, on_stats_argument, 0, NULL};
    register_stat_tap_ui(&ui, NULL);
}

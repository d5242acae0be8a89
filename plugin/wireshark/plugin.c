/* plugin.c - registration with Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL
#include "compat.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "gui_menu.h"
#include "host.h"
#include "postdissector.h"
#include "session.h"
#include "tables.h"
#include "tap.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = SIANTO_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static void read_options(struct session *session)
{
    GError *error = NULL;
    gboolean help = FALSE;
    gboolean ok = options_parse(&session->options, &help, &error);
    if (host_is_tshark())
        host_tell_parent(options_descriptor(session->options.parent), "loaded");
    if (ok && help) {
        options_help();
        ok = host_flush_output(&error);
        if (ok && host_is_tshark())
            exit(0);
    }
    if (ok && host_is_tshark())
        ok = options_check(&session->options, &error);
    if (ok && host_is_tshark() && command_given(&session->options)) {
        ok = command_run(&session->options, &error) && host_flush_output(&error);
        if (ok)
            exit(0);
    }
    if (ok)
        return;
    host_refuse(error->message);
    g_error_free(error);
    options_clear(&session->options);
}

static void register_protoinfo(void)
{
    struct session *session = session_get();
    options_init(&session->options);
    options_init(&session->prefs);
    postdissector_register(session);
    gui_menu_register(session->proto);
    tap_register();
    tables_register();
    register_shutdown_routine(session_close);
}

/* After all handoffs, when fields and filters can be looked up, and before any file is opened: the
 * first moment at which a listener with a filter can be registered, and soon enough to refuse. */
static void start(void)
{
    read_options(session_get());
    tap_start();
}

static void register_handoff(void)
{
    register_final_registration_routine(start);
}

void plugin_register(void)
{
    static proto_plugin plugin;
    plugin.register_protoinfo = register_protoinfo;
    plugin.register_handoff = register_handoff;
    proto_register_plugin(&plugin);
}

/* A dissector, in the words of 4.2 and later; 4.0 does not ask. */
uint32_t plugin_describe(void)
{
    return 1u << 0;
}

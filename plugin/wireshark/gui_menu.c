/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "gui_menu.h"

#include <epan/funnel.h>
#include <epan/plugin_if.h>

#include "gui_export.h"
#include "gui_help.h"
#include "gui_lookup.h"
#include "gui_settings.h"
#include "gui_statistics.h"
#include "host.h"

/* NULL: a line between. */
static const struct entry {
    const char *label, *tooltip;
    void (*open)(void);
} entries[] = {
    {"Export anonymized capture…", "Write the loaded capture with every identity replaced", gui_export},
    {NULL, NULL, NULL},
    {"Statistics", "Servers, messages and clients of the loaded capture, by their labels", gui_statistics},
    {"Registration storm…", "Outages and storms, who came back and when; the report", gui_storm},
    {"Look up a label or an original…", "Which label belongs to which original", gui_lookup},
    {NULL, NULL, NULL},
    {"Settings…", "Labels, addresses, key and what else decides how a capture is anonymized", gui_settings},
    {"Documentation", "How to use it", gui_help},
};

static void on_entry(ext_menubar_gui_type type _U_, gpointer window _U_, gpointer arg)
{
    const struct entry *entry = arg;
    if (host_is_gui())
        entry->open();
}

static void on_telephony(gpointer arg _U_)
{
    gui_storm();
}

void gui_menu_register(int proto)
{
    funnel_register_menu("SiAnTo Registration Storm", WS_TELEPHONY_GROUP, on_telephony, NULL, NULL, FALSE);
    ext_menu_t *menu = ext_menubar_register_menu(proto, "SiAnTo", TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
        const struct entry *entry = &entries[i];
        if (entry->label)
            ext_menubar_add_entry(menu, entry->label, entry->tooltip, on_entry, (gpointer)(gsize)entry);
        else
            ext_menubar_add_separator(menu);
    }
}

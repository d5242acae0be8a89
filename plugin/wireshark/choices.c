/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choices.h"

#include <epan/prefs-int.h>

/* Where Wireshark keeps the preferences' values. */
static struct choices kept;

static const enum_val_t packets[] = {
    {"all", "All packets", FALSE}, {"displayed", "Displayed packets", TRUE}, {NULL, NULL, 0}};
static const enum_val_t formats[] = {{".pcapng", "pcapng", 0},
                                     {".pcapng.gz", "pcapng, compressed", 1},
                                     {".pcap", "pcap", 2},
                                     {".pcap.gz", "pcap, compressed", 3},
                                     {NULL, NULL, 0}};

void choices_register_preferences(module_t *module)
{
    prefs_register_enum_preference(module, "export_packets", "Export: packets",
                                   "What the export dialog proposes; it remembers the last choice", &kept.displayed,
                                   packets, FALSE);
    prefs_register_enum_preference(module, "export_format", "Export: file format",
                                   "What the export dialog proposes; it remembers the last choice", &kept.format,
                                   formats, FALSE);
    prefs_register_directory_preference(module, "export_folder", "Export: folder",
                                        "Where exports go; empty: beside the capture", &kept.folder);
    prefs_register_bool_preference(module, "export_stats", "Export: statistics as JSON",
                                   "Write statistics for machines beside the capture", &kept.stats);
    prefs_register_bool_preference(module, "export_report", "Export: report as HTML",
                                   "Write the report for people beside the capture", &kept.report);
}

const struct choices *choices_get(void)
{
    return &kept;
}

void choices_store(const struct choices *c)
{
    module_t *module = prefs_find_module("sianto");
    char *path = NULL;
    prefs_set_enum_value(prefs_find_preference(module, "export_packets"), c->displayed, pref_current);
    prefs_set_enum_value(prefs_find_preference(module, "export_format"), c->format, pref_current);
    prefs_set_bool_value(prefs_find_preference(module, "export_stats"), c->stats, pref_current);
    prefs_set_bool_value(prefs_find_preference(module, "export_report"), c->report, pref_current);
    prefs_set_string_value(prefs_find_preference(module, "export_folder"), c->folder ? c->folder : "",
                           pref_current);
    write_prefs(&path);
    g_free(path);
}

const char *choices_ending(int format)
{
    return formats[format].name;
}

/* No ending of the table is the end of another one. */
int choices_format_of(const char *path)
{
    for (int i = 0; formats[i].name; i++)
        if (g_str_has_suffix(path, formats[i].name))
            return i;
    return 0;
}

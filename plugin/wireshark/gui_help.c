/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_help.h"

#include "gui_window.h"

/* Made from packaging/doc/gui.md when the build is configured. */
extern const char gui_help_text[];

/* Pictures are left out. */
void gui_help(void)
{
    g_auto(GStrv) lines = g_strsplit(gui_help_text, "\n", -1);
    GString *text = g_string_new(NULL);
    for (char **line = lines; *line; line++)
        if (!g_str_has_prefix(*line, "!["))
            g_string_append_printf(text, "%s\n", *line);
    gui_window("SiAnTo: Documentation", text->str, NULL, NULL, NULL);
    g_string_free(text, TRUE);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gui_help.h"

#include <string.h>

#include "gui_window.h"

/* Made from packaging/doc/gui.md when the build is configured. */
extern const char gui_help_text[];

/* "| a | b |" as "  a: b". The head of a table and the line below it say nothing here. */
static void add_row(GString *text, const char *line)
{
    g_auto(GStrv) cells = g_strsplit(line, "|", -1);
    if (g_strv_length(cells) > 3 && !g_str_has_prefix(g_strstrip(cells[1]), "-") &&
        !g_str_equal(g_strstrip(cells[2]), "what"))
        g_string_append_printf(text, "  %s: %s\n", cells[1], cells[2]);
}

/* A paragraph is one line, which the window breaks where it likes. */
static void add_words(GString *text, const char *line, const char *next)
{
    gboolean ends = !next || !*next || *next == '|' || *next == '#';
    g_string_append_printf(text, "%s%s", line, ends ? "\n" : " ");
}

static void add_line(GString *text, const char *line, const char *next)
{
    if (g_str_has_prefix(line, "!["))
        return;
    if (*line == '|')
        add_row(text, line);
    else if (*line == '#')
        g_string_append_printf(text, "%s\n", line + strspn(line, "# "));
    else if (*line)
        add_words(text, line, next);
    else
        g_string_append_c(text, '\n');
}

/* The page without its marks for bold, code and the like. */
void gui_help(void)
{
    g_auto(GStrv) lines = g_strsplit(gui_help_text, "\n", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    for (char **line = lines; *line; line++)
        add_line(text, *line, line[1]);
    g_string_replace(text, "*", "", 0);
    g_string_replace(text, "`", "", 0);
    g_string_replace(text, "\n\n\n", "\n\n", 0);
    gui_window("SiAnTo: Documentation", text->str, NULL, NULL, NULL);
}

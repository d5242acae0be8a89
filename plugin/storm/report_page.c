/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_page.h"

#define INDENT "  "

void page_line(const struct page *page, const char *format, ...)
{
    char line[LINE_COLUMNS + 1];
    va_list args;
    va_start(args, format);
    g_vsnprintf(line, sizeof line, format, args);
    va_end(args);
    page->print(page->arg, line);
}

void page_rule(const struct page *page, char c)
{
    char line[LINE_COLUMNS - 4];
    memset(line, c, sizeof line - 1);
    line[sizeof line - 1] = '\0';
    page->print(page->arg, line);
}

void page_section(const struct page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *title = g_strdup_vprintf(format, args);
    va_end(args);
    page_line(page, "%s", "");
    page_line(page, "%s", title);
}

/* How many bytes of `text` go on a line of `columns`: up to the last space in it, else all of it. */
static gsize fitting(const char *text, gsize columns)
{
    gsize n = strlen(text), at = columns;
    if (n <= columns)
        return n;
    while (at > 0 && text[at] != ' ')
        at--;
    return at ? at : columns;
}

void page_text(const struct page *page, const char *text)
{
    const char *indent = "";
    while (*text) {
        gsize n = fitting(text, LINE_COLUMNS - strlen(indent));
        page_line(page, "%s%.*s", indent, (int)n, text);
        text += n;
        while (*text == ' ')
            text++;
        indent = INDENT;
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html.h"

#include "storm_private.h"

/* --- writing
 * ------------------------------------------------------------------------------------------------ */

void html_put(struct page *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(p->out, format, args);
    va_end(args);
}

void html_text(struct page *p, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *escaped = g_markup_escape_text(valid, -1);
    g_string_append(p->out, escaped);
}

void html_name(struct page *p, const char *name)
{
    html_put(p, "<bdi>");
    html_text(p, name);
    html_put(p, "</bdi>");
}

/* --- tables
 * ------------------------------------------------------------------------------------------------- */

void html_table(struct page *p, const char *caption, const char *headings)
{
    g_auto(GStrv) names = g_strsplit(headings, "|", -1);
    html_put(p,
             "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
             "aria-label=\"%s\">\n<table><caption>%s</caption>\n<thead><tr>",
             caption, caption);
    for (guint i = 0; names[i]; i++)
        html_put(p, "<th scope=\"col\"%s>%s</th>", names[i][0] == '#' ? " class=\"n\"" : "",
                 names[i] + (names[i][0] == '#'));
    html_put(p, "</tr></thead>\n<tbody>\n");
}

void html_table_end(struct page *p)
{
    html_put(p, "</tbody></table></div>\n");
}

void html_row(struct page *p, const char *heading)
{
    html_put(p, "<tr><th scope=\"row\">");
    html_text(p, heading);
    html_put(p, "</th>");
}

void html_row_end(struct page *p)
{
    html_put(p, "</tr>\n");
}

void html_cell(struct page *p, const char *text)
{
    html_put(p, "<td class=\"t\">");
    html_text(p, text);
    html_put(p, "</td>");
}

void html_number(struct page *p, const char *text)
{
    html_put(p, "<td class=\"n\">%s</td>", text);
}

void html_count(struct page *p, guint64 n)
{
    char text[PROSE_MAX];
    html_number(p, prose_count(n, text));
}

void html_level(struct page *p, gint64 n)
{
    if (n < 0)
        html_number(p, "-");
    else
        html_count(p, (guint64)n);
}

void html_duration(struct page *p, guint64 us)
{
    char text[PROSE_MAX];
    html_number(p, prose_duration(us, text));
}

void html_share(struct page *p, guint64 part, guint64 all)
{
    char text[PROSE_MAX];
    html_number(p, prose_share(part, all, text));
}

void html_bar(struct page *p, guint64 part, guint64 all, gboolean red)
{
    char text[PROSE_MAX], ratio[NUMBER_MAX];
    html_put(
        p,
        "<td class=\"bar%s\">%s<svg viewBox=\"0 0 1 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        "<rect width=\"%s\" height=\"1\"/></svg></td>",
        red ? " red" : "", prose_share(part, all, text), number_ratio(part, all, ratio));
}

void html_details(struct page *p, const char *summary)
{
    html_put(p, "<details><summary>%s</summary>\n", summary);
}

void html_details_end(struct page *p)
{
    html_put(p, "</details>\n");
}

/* --- charts
 * ------------------------------------------------------------------------------------------------- */

void html_chart(struct page *p, const char *kind, guint index, const char *caption, const char *data,
                const char *alt)
{
    html_put(p,
             "<figure><figcaption>%s</figcaption>\n<div class=\"plot\" data-chart=\"%s\" data-server=\"%u\" "
             "data-index=\"%u\"%s "
             "role=\"img\" aria-label=\"",
             caption, kind, p->server, index, data);
    html_text(p, alt);
    html_put(p, "\"></div></figure>\n");
}

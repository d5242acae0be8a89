/* report_page.h - lines of at most 79 columns, for tables on a terminal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_REPORT_PAGE_H
#define SIANTO_REPORT_PAGE_H

#include "storm_private.h"

#define LINE_COLUMNS 79

struct page {
    void (*print)(void *arg, const char *line);
    void *arg;
};

/* What does not fit is cut. */
void page_line(const struct page *page, const char *format, ...) G_GNUC_PRINTF(2, 3);
void page_rule(const struct page *page, char c);
/* An empty line and a title. */
void page_section(const struct page *page, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Text of any length, wrapped at spaces; further lines are indented. */
void page_text(const struct page *page, const char *text);

#endif

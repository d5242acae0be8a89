/* html.h - the HTML report, by the file that owns it.
 *
 * Nothing of a capture can run. Its names get into the page by html_text and html_name, and into the JSON,
 * whose < > & are written as \u00XX. html_put is for markup of ours only, filled with numbers and words of
 * closed lists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_HTML_H
#define SIANTO_HTML_H

#include "prose.h"
#include "report.h"

#define HTML_ROWS_MAX 120 /* of a table that goes along the time */

struct page {
    GString *out;
    const struct storm_result *r;
    const char *json;
    guint server, storm;            /* at hand */
    guint first, count;             /* what-ifs at hand */
    const struct storm_analysis *a; /* of the server at hand, and its series; never NULL */
    const struct storm_series *series;
};

/* --- html.c: writing, tables ------------------------------------------------------------------------------
 */

void html_put(struct page *p, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Any text: what would be markup is shown, what is no UTF-8 is replaced. */
void html_text(struct page *p, const char *text);
/* A name of the capture: its direction of writing is kept from its surroundings. */
void html_name(struct page *p, const char *name);

/* Headings by |; one that begins with # is of numbers. Wider than the screen, the table scrolls by itself. */
void html_table(struct page *p, const char *caption, const char *headings);
void html_table_end(struct page *p);
void html_row(struct page *p, const char *heading);
void html_row_end(struct page *p);

void html_cell(struct page *p, const char *text);
void html_number(struct page *p, const char *text);
void html_count(struct page *p, guint64 n);
void html_level(struct page *p, gint64 n); /* -1: not known */
void html_duration(struct page *p, guint64 us);
void html_share(struct page *p, guint64 part, guint64 all);
/* A share as number and bar, by an SVG that the page's policy allows (a style it would not). */
void html_bar(struct page *p, guint64 part, guint64 all, gboolean red);

void html_details(struct page *p, const char *summary);
void html_details_end(struct page *p);

/* A place that report.js fills. `data`: further attributes, or ""; `alt`: what is to be seen, in words. */
void html_chart(struct page *p, const char *kind, guint index, const char *caption, const char *data,
                const char *alt);

/* --- report_html.c
 * ------------------------------------------------------------------------------------------ */

/* One of report/'s files; what stands in {{ }} there is written by the function page_... of that name. */
void page_template(struct page *p, const char *name);

/* --- html_server.c
 * ------------------------------------------------------------------------------------------ */

/* 0 where nothing is known. */
guint32 html_registered(const struct storm_series *series, guint64 second);
/* A row of a table: messages, REGISTER, 5xx, registered clients. */
void html_second(struct page *p, guint second, const char *name);

void page_traffic_chart(struct page *p);
void page_attempts_chart(struct page *p);
void page_registered_chart(struct page *p);
void page_phases(struct page *p);
void page_outages(struct page *p);
void page_requests(struct page *p);
void page_responses(struct page *p);
void page_retry(struct page *p);
void page_patterns(struct page *p);
void page_attempts_table(struct page *p);
void page_families(struct page *p);
void page_registered_table(struct page *p);

/* --- html_storm.c
 * ------------------------------------------------------------------------------------------- */

void page_storms(struct page *p);
void page_storm_title(struct page *p);
void page_storm_chart(struct page *p);
void page_storm_numbers(struct page *p);
void page_spikes(struct page *p);
void page_storm_seconds(struct page *p);
void page_what_ifs(struct page *p);
void page_whatif_title(struct page *p);
void page_whatif_charts(struct page *p);
void page_whatif_table(struct page *p);

/* --- html_totals.c
 * ------------------------------------------------------------------------------------------ */

void page_keepalive(struct page *p);
void page_delays(struct page *p);
void page_attempts(struct page *p);
void page_retry_after(struct page *p);
void page_servers(struct page *p);
void page_identities(struct page *p);

#endif

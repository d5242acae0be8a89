/* report.h - what the reports for people say of a result: its sentences, and the words of its lists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_REPORT_H
#define SIANTO_REPORT_H

#include "storm.h"

/* --- summary.c ---------------------------------------------------------------------------------------- */

/* Sentences from `first` on, to the next topic or the last one. */
struct summary_topic {
    const char *title; /* static */
    guint first;
};

/* storm_summary, and the same of one server only; the caller unrefs. `topics`: struct summary_topic, to be
 * filled, or NULL. */
GPtrArray *summary_of_capture(const struct storm_result *r, GArray *topics);
GPtrArray *summary_of_server(const struct storm_result *r, guint server, GArray *topics);

/* Never NULL: one of zeros where nothing was analysed. */
const struct storm_analysis *summary_analysis(const struct storm_result *r, guint server);
/* The phase of that kind that begins then, or NULL. */
const struct storm_phase *summary_phase(const struct storm_analysis *a, enum storm_phase_kind kind,
                                        guint64 start_us);
guint64 summary_requests(const struct storm_messages *m);
guint64 summary_responses(const struct storm_messages *m);
/* (summary_storm.c) The shortest stretch of the storm's seconds that holds four fifths of the server's 5xx in it: seconds
 * since its start, both included. FALSE: there are none. */
gboolean summary_5xx_window(const struct storm_series *series, const struct storm_storm *storm, guint *first,
                            guint *last);

/* --- words.c: of the closed lists, for people ---------------------------------------------------------- */

/* "silent", "answering with errors only (5xx, 408)" */
const char *words_outage(enum storm_outage_kind kind);
/* "bursts, then a pause" */
const char *words_pattern(enum storm_pattern_kind kind);
/* of those who made a spike: "had been told by Retry-After when to come back" */
const char *words_cause(enum storm_cause cause);
/* "OPTIONS, repeated outside of a dialog" */
const char *words_keepalive(enum storm_keepalive mechanism);
/* "a server that serves 600 requests a second"; g_free */
char *words_model(const struct storm_what_if *w);

#endif

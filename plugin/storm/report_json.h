/* report_json.h - the words that the JSON report is written with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_REPORT_JSON_H
#define SIANTO_REPORT_JSON_H

#include "storm_private.h"

/* --- report_words.c: `name` NULL inside arrays ------------------------------------------------------------ */

void json_open_object(const struct storm_json *out, const char *name);
void json_close_object(const struct storm_json *out);
void json_open_array(const struct storm_json *out, const char *name);
void json_close_array(const struct storm_json *out);
void json_raw(const struct storm_json *out, const char *name, const char *text);
void json_count(const struct storm_json *out, const char *name, guint64 n);
void json_null(const struct storm_json *out, const char *name);
void json_bool(const struct storm_json *out, const char *name, gboolean value);
/* NULL: null. */
void json_string(const struct storm_json *out, const char *name, const char *text);
/* Four decimals; 0 of nothing is 0. */
void json_ratio(const struct storm_json *out, const char *name, guint64 num, guint64 den);
/* The same; of nothing: null. */
void json_share(const struct storm_json *out, const char *name, struct storm_part_of of);
/* Seconds, three decimals; STORM_TIME_NONE: null. */
void json_time(const struct storm_json *out, const char *name, guint64 us);
/* Below 0: null. */
void json_level(const struct storm_json *out, const char *name, gint64 n);

/* --- report_json.c ------------------------------------------------------------------------------------------ */

/* The keys "requests" and "responses". */
void json_messages(const struct storm_json *out, const struct storm_messages *m);

/* --- report_analysis.c -------------------------------------------------------------------------------------- */

/* "keepalive" and "rfc6076"; then "phases" up to "by_server". */
void json_use(const struct storm_json *out, const struct storm_result *r);
void json_analysis(const struct storm_json *out, const struct storm_result *r);

#endif

/* policy_table.h - the shape of THE table's rows; private to policy*.c.
 *
 * Rows hold text only; policy_new reads them once. `names` holds one name or several, separated by
 * blanks, that share an action. An action is spelled as in policy.h; several, separated by blanks, are
 * one for each word of the value (GRAMMAR_WORDS, GRAMMAR_LIST_WORDS, SDP lines).
 * Each array ends in a row whose name is NULL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_POLICY_TABLE_H
#define SIANTO_POLICY_TABLE_H

#include "policy.h"

struct header_row {
    const char *name, *compact; /* compact: one letter or "" */
    enum grammar grammar;
    const char *action;
};

struct param_row {
    const char *headers; /* header fields, separated by blanks; "": any; unused for URI parameters */
    const char *names;
    const char *action;
};

struct line_row {
    const char *letter;
    const char *action;
};

struct attribute_row {
    const char *names;
    enum grammar grammar;
    const char *action;
};

struct body_row {
    const char *types; /* lower case; one "*" at most */
    const char *format;
};

struct field_row {
    const char *type; /* of a body row of format "fields" */
    const char *names;
    const char *action;
};

struct xml_row {
    const char *names; /* ELEMENT, ELEMENT@ATTRIBUTE, @ATTRIBUTE (of any element) */
    const char *action;
};

extern const struct header_row policy_header_rows[];
extern const struct param_row policy_uri_param_rows[];
extern const struct param_row policy_header_param_rows[];
extern const struct line_row policy_sdp_line_rows[];
extern const struct attribute_row policy_sdp_attribute_rows[];
extern const struct body_row policy_body_rows[];
extern const struct field_row policy_field_rows[];
extern const struct xml_row policy_xml_rows[];

/* policy_lists.c: entries in ASCII order of their lower-case spelling, since they are searched by
 * halves; the unit test refuses a list out of order. */
struct policy_list {
    const char *name;
    const char *const *entries;
    guint n;
    const char *also; /* a second list whose entries belong to this one too, or NULL */
};

extern const struct policy_list policy_lists[];
extern const guint policy_n_lists;

#endif

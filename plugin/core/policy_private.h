/* policy_private.h - what policy.c, policy_action.c and policy_file.c share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_POLICY_PRIVATE_H
#define SIANTO_POLICY_PRIVATE_H

#include "policy_index.h"
#include "policy_table.h"

/* The actions for the words of a value; at least one. */
struct policy_words {
    struct policy_action action[POLICY_WORDS_MAX];
    guint n;
};

struct policy {
    GPtrArray *owned;      /* rows and actions, g_free */
    GStringChunk *strings; /* names of a user's file */
    struct index *headers, *uri_params, *attributes;
    struct index *header_params; /* scope: const struct policy_header * */
    struct index *bodies;
    GPtrArray *body_patterns; /* struct policy_body *, whose type holds a "*" */
    struct index *fields;     /* scope: const struct policy_body * */
    struct index *xml;        /* scope: the element's name as in xml_names; name "": the text */
    struct index *xml_names;  /* name -> interned name */
    struct policy_words *lines[26];
    const struct policy_header *compact[26];
    struct policy_counts counts;
};

/* --- policy_action.c ---------------------------------------------------------------------------- */

/* One action. FALSE: no such action, list or bounds; *out is undefined then. An `otherwise` is
 * allocated in p->owned. */
gboolean policy_action_parse(struct policy *p, const char *text, struct policy_action *out);
/* One to POLICY_WORDS_MAX actions, separated by blanks. */
gboolean policy_words_parse(struct policy *p, const char *text, struct policy_words *out);
/* "name-addr", "list:methods" ...; caller frees. */
gchar *policy_action_text(const struct policy_action *a);
/* Names for error lines, separated by blanks. */
extern const char policy_action_names[];
/* May a user's file choose `to` where the table has `from`? */
gboolean policy_action_weaker(const struct policy_action *from, const struct policy_action *to);
/* Bounds within which a user's file may keep numbers. */
gboolean policy_action_bounded(const struct policy_action *a);

gboolean policy_format_parse(const char *text, enum body_format *out);

/* --- policy.c ------------------------------------------------------------------------------------ */

/* Rows for the names in `names`, replacing those that are there. Strings are borrowed. */
void policy_put_header(struct policy *p, const char *name, const char *compact, enum grammar grammar,
                       const struct policy_words *words);
void policy_put_attribute(struct policy *p, const char *name, enum grammar grammar,
                          const struct policy_words *words);
void policy_put_uri_param(struct policy *p, const char *name, const struct policy_action *a);
/* header NULL: any. */
void policy_put_header_param(struct policy *p, const struct policy_header *header, const char *name,
                             const struct policy_action *a);
void policy_put_line(struct policy *p, char letter, const struct policy_words *words);
void policy_put_body(struct policy *p, const char *type, enum body_format format);
/* "ELEMENT", "ELEMENT@ATTRIBUTE", "@ATTRIBUTE". */
void policy_put_xml(struct policy *p, struct bytes name, const struct policy_action *a);

/* --- policy_file.c ------------------------------------------------------------------------------- */

gboolean policy_file_read(struct policy *p, const char *path, GError **error);

#endif

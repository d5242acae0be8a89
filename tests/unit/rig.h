/* rig.h - all tables of a run with a fixed key, for tests of what judges texts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_RIG_H
#define SIANTO_RIG_H

#include "anonymize.h"

struct rig {
    struct tables tables;
    struct arena *arena;
    struct edits *edits;
    struct scope scope;
    struct key *key;
};

struct rig *rig_new(enum label_style style);
void rig_free(struct rig *rig);

/* A context for `text`: lists emptied, everything else as in a run. */
struct rewrite rig_start(struct rig *rig, struct bytes text);
/* What becomes of the text that was judged through `rw`; asserts that every byte was judged. g_free. */
gchar *rig_result(struct rewrite *rw);

/* Judges rw->text, which is "Name: value" and a line break, as messages' fields are. Was it recalled? */
gboolean rig_field(struct rewrite *rw, const struct policy_header *row);

/* One header field's value, one whole message. g_free. The field is judged, judged to be remembered, and remembered:
 * the edits are the same (field_cache.h), and as one edit they are the same text and counts. */
gchar *rig_header(struct rig *rig, const char *name, const char *value);
gchar *rig_message(struct rig *rig, struct bytes message);

/* `expected` may hold * (any text) and ^ (any character): tokens cannot be foretold. */
void rig_check(const char *what, const char *got, const char *expected);

#endif

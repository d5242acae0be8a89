/* lookup.h - finds what was replaced by what, in a pass over frames with a core of its own.
 *
 * Bounds: LOOKUP_ROWS_MAX different pairs; further ones are counted only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_LOOKUP_H
#define SIANTO_LOOKUP_H

#include "compat.h"

#include "options.h"

#define LOOKUP_ROWS_MAX 1000

struct lookup;

/* `text`: a label or an original, or a part of one; letters in any case. */
struct lookup *lookup_new(const char *text, const struct options *options, GError **error);
void lookup_free(struct lookup *l);

/* In order, from 1. */
void lookup_frame(struct lookup *l, const packet_info *pinfo, tvbuff_t *tvb);
void lookup_finish(struct lookup *l);

/* A table for people, after lookup_finish; caller frees. */
char *lookup_text(const struct lookup *l);
/* A display filter for the packets that hold it; caller frees. */
char *lookup_filter(const struct lookup *l);

#endif

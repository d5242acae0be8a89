/* agent.h - the built-in list of well-known SIP products (DESIGN section 5, "User-Agent, Server").
 *
 * A value belongs to a product when it begins with one of the product's spellings, in any case, and no
 * letter follows: "snom320/8.4.35" is of snom, "Snomium 1.0" is not. The longest spelling counts.
 * agent_family, which the statistics use too, is declared in label.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AGENT_H
#define SIANTO_AGENT_H

#include "bytes.h"

struct agent_row {
    const char *spelling; /* how values begin */
    const char *product;  /* canonical; itself a spelling of the same product; an RFC 3261 token */
    const char *family;   /* in the statistics: vendor, or project with its offspring */
};

/* Sorted by spelling, ASCII case-insensitively. */
extern const struct agent_row agent_rows[];
extern const guint agent_row_count;

/* The row of a value, or NULL. `rest`, if not NULL, is what stands behind the spelling. */
const struct agent_row *agent_find(struct bytes value, struct bytes *rest);

#define AGENT_LABEL_MAX 40

/* "Product/major.minor", "Product/major" or "Product" into `out`; returns its length; 0: no well-known
 * product. The numbers have at most three digits; nothing else of the value is in it. Looks at no
 * version that may be something else: longer numbers, dates, addresses, numbers inside words. */
gsize agent_label(struct bytes value, char out[AGENT_LABEL_MAX]);

#endif

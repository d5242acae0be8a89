/* summary.h - what a run did, in a few lines for people. Values are labels, counts and closed-list
 * words only, but for dry-run, which names unknown headers on the terminal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SUMMARY_H
#define SIANTO_SUMMARY_H

#include "audit.h"
#include "options.h"
#include "sianto.h"

struct summary {
    guint64 records;      /* read */
    guint64 no_packets;   /* of these: events, reports and the like */
    guint64 unrecognised; /* frames that Wireshark calls SIP and the core does not */
    gboolean private_names; /* names=asis of a capture that is not ours */
    guint64 pairs_missing;  /* originals that the map has no room for */
    const struct timeline *time; /* borrowed */
    gboolean was_coarse;  /* restore=: of a capture of time=coarse */
    const char *servers;  /* new addresses, or NULL; borrowed */
    const GArray *resized; /* struct endpoint, in pairs; borrowed */
    const struct audit_result *audit; /* NULL: no audit; borrowed */
    GHashTable *unknown;  /* names the policy did not know; borrowed */
    GHashTable *layers;   /* dry-run: "reason: protocol" -> count */
};

void summary_init(struct summary *s);
void summary_clear(struct summary *s);
/* A frame is not written; `layer`: its innermost protocol in Wireshark, or NULL. */
void summary_dropped(struct summary *s, enum drop_reason reason, const char *layer);

void summary_print(const struct summary *s, const struct options *o, const struct sianto_counts *c);
void summary_print_dry_run(const struct summary *s, const struct sianto_counts *c);

#endif

/* restore.h - tables that go on from an earlier run, or run backwards.
 *
 * Restoring is the same pass over the capture with the tables reversed: labels give originals, images of addresses
 * and tokens their inverse. All else works as in an export: the same grammars find the places, lengths, checksums and
 * streams follow, what no rule names is redacted (again). So what was deleted, redacted or scrubbed stays so;
 * originals come back in canonical form (map.h); what the anonymization moved by a constant (sequence numbers, TCP
 * timestamps, IP identifications, an o= line's version that has nothing to do with its id) stays moved, by another
 * constant; and a product whose label several originals share keeps its label. In labels=paper, whose labels are bare
 * numbers, "+" of a telephone number does not come back, and a phone-context= that was a domain is taken for a user.
 * Frames that the core would now leave out are kept without their content (other=headers), so that numbers stay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_RESTORE_H
#define SIANTO_RESTORE_H

#include "map.h"
#include "rewrite.h"

/* Puts the map's pairs into fresh tables. FALSE: they are not of this key or these settings. */
gboolean restore_load(struct tables *tables, const struct map *map, GError **error);
/* Turns the tables, all of whose originals are known, around. */
void restore_reverse(struct tables *tables);

#endif

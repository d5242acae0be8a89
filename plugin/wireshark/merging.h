/* merging.h - merge=: the parts of shards to one JSON, one report, or tables on the terminal; no capture is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_MERGING_H
#define SIANTO_MERGING_H

#include "options.h"

/* Files appear when all are complete. Without stats= and report= tables are printed. Where only the writing failed,
 * host_fail was called. */
gboolean merging_run(const struct options *o, GError **error);

#endif

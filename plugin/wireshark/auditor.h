/* auditor.h - the second step of the leak audit: the finished files, before they get their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AUDITOR_H
#define SIANTO_AUDITOR_H

#include "audit.h"
#include "outfile.h"

/* Reads capture (`gz`: compressed) and JSON, either may be NULL. FALSE, here or before: a hit; each is told on
 * standard error by frame, kind and place, never by its value. */
gboolean auditor_pass(struct audit *audit, struct outfile *capture, gboolean gz, struct outfile *json,
                      GError **error);

#endif

/* auditor.h - the second step of the leak audit: the finished files, before they get their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AUDITOR_H
#define SIANTO_AUDITOR_H

#include "audit.h"
#include "outfile.h"

/* What is written beside the capture; NULL: not asked for. */
struct auditor_texts {
    struct outfile *json, *report, *part, *sheet;
    const char *comment; /* the capture's own, of its section header */
};

/* Reads capture (`gz`: compressed; or NULL) and texts, but for the sheet. FALSE, here or before: a hit, which is told on
 * standard error by frame, kind and place, never by its value; or a file that cannot be read. */
gboolean auditor_pass(struct audit *audit, struct outfile *capture, gboolean gz, const struct auditor_texts *texts,
                      GError **error);
/* A bundle's data sheet, when the others have passed. */
gboolean auditor_pass_sheet(struct audit *audit, struct outfile *sheet, GError **error);

#endif

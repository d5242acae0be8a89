/* bundle.h - bundle=DIR: a folder to publish beside a paper, all or nothing.
 *
 * Its files (bundle_names.h) are written in a folder of mode 0700 beside DIR (.sianto-XXXXXX), which gets the name DIR
 * when they are complete, audited, summed and on the disk. Until then there is no DIR, or the old one, untouched. What
 * is unfinished goes with the process, also on signals (outfile.h).
 *
 * An old DIR is replaced at once (renameat2's exchange) where force=yes says so and nothing is in it but what a bundle
 * holds; a file of another name is the user's, and stays: refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_BUNDLE_H
#define SIANTO_BUNDLE_H

#include <glib.h>

/* Before anything is read: may DIR be written? `input`: is that file one that is being read? */
gboolean bundle_check(const char *dir, gboolean force, gboolean (*input)(const char *path), GError **error);

struct bundle;

/* Makes the folder. */
struct bundle *bundle_new(const char *dir, GError **error);
/* Where a file of that path in DIR is written meanwhile; `b` NULL: there. The caller frees it. */
char *bundle_place(const struct bundle *b, const char *path);
/* All files but the sums have their names in the folder: adds those, and gives it its name. */
gboolean bundle_publish(struct bundle *b, gboolean replace, GError **error);
/* Removes what was not published. NULL is fine. */
void bundle_free(struct bundle *b);

#endif

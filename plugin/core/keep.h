/* keep.h - keep=FILE: own users, hosts and networks that stay readable.
 *
 * Lines "user X", "host X", "net CIDR"; empty lines and lines that begin with "#" are comments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_KEEP_H
#define SIANTO_KEEP_H

#include <glib.h>

struct keep {
    GPtrArray *users, *hosts, *networks; /* NULL-terminated arrays of gchar *, owned */
};

/* path NULL: all empty. Fails (SIANTO_ERROR_KEEP) for a file that cannot be read and for a line that
 * is none of the above; the message names file and line. Networks are parsed by addresses_new. */
gboolean keep_load(struct keep *keep, const char *path, GError **error);
void keep_clear(struct keep *keep);

#endif

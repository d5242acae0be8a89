/* bundle_sum.h - a line of a bundle's SHA256SUMS: for the plugin, which writes it, and the front end, which checks it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_BUNDLE_SUM_H
#define SIANTO_BUNDLE_SUM_H

/* "HEX  NAME", as sha256sum writes it, of the file at `path`. NULL: it cannot be read, errno says why. g_free. */
char *bundle_line(const char *path, const char *name);

#endif

/* unpack.h - a file from its beginning on, as it is or unpacked (gzip); read in large pieces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_UNPACK_H
#define SIANTO_UNPACK_H

#include <glib.h>

struct unpack;

/* As pread(): up to n bytes of the file from `at` on; 0 at its end, < 0 where it failed. */
typedef gssize (*unpack_source)(void *arg, gint64 at, void *buffer, gsize n);

struct unpack *unpack_new(unpack_source source, void *arg, gboolean gz);
void unpack_free(struct unpack *u);

/* The next bytes, at most n; 0 at the end, < 0 where it failed or is no gzip. Without a buffer they are passed over.
 * `unpack` is a struct unpack: so that it fits audit_read and pcapng_read. */
gssize unpack_read(void *unpack, guint8 *buffer, gsize n);

#endif

/* writer.h - frames on their way to the exporter, which writes them in a thread of its own.
 *
 * From writer_start until writer_finish has returned, what changes of the exporter is that thread's alone. What it could
 * not write is said by a later call; where something else fails in between, that is said instead.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_WRITER_H
#define SIANTO_WRITER_H

#include "exporter.h"

struct writer;

/* The exporter is borrowed. Until writer_start all is done where it is asked for. */
struct writer *writer_new(struct exporter *exporter);
/* When the exporter is ready (exporter_is_ready). */
void writer_start(struct writer *w);
/* As those of the exporter. */
gboolean writer_see(struct writer *w, const struct record *r, GError **error);
gboolean writer_write(struct writer *w, const struct record *r, struct bytes bytes, guint32 wire_len, GError **error);
/* All that was given is written, and the exporter has finished. */
gboolean writer_finish(struct writer *w, GError **error);
/* What was not yet written never will be. NULL is fine. */
void writer_free(struct writer *w);

#endif

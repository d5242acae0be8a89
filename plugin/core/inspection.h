/* inspection.h - the first step of the audit (audit.h) beside the judging, where asked in a thread of its own.
 *
 * There the auditor lags behind what is judged, and what it finds is the same: its permutations are its own (functions
 * of the key and the settings alone), and of labels only those count that had been given out when the message was judged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_INSPECTION_H
#define SIANTO_INSPECTION_H

#include "audit.h"
#include "rewrite.h"

struct inspection;

/* `tables` is borrowed, and complete but for the rows of an earlier run; `networks`: keep= of addresses, or NULL.
 * `thread`: a wish; without a thread all is inspected where it is given. */
/* Errors as addresses_new. */
struct inspection *inspection_new(const struct key *key, const struct tables *tables, enum address_mode mode,
                                  const char *const *networks, gboolean thread, GError **error);
void inspection_free(struct inspection *i); /* NULL is fine */

/* As audit_frame, audit_message, audit_stream_message. */
void inspection_frame(struct inspection *i, guint64 number, guint linktype, struct bytes captured, struct bytes written);
void inspection_message(struct inspection *i, guint64 number, struct bytes captured, struct bytes written, gboolean stream);
/* A frame and the message that fills its datagram, from `off` on in both: message first. FALSE: it does not lie there,
 * and nothing is inspected. */
gboolean inspection_datagram(struct inspection *i, guint64 number, guint linktype, struct bytes captured, struct bytes written,
                             gsize off, struct bytes message, struct bytes message_as);
/* All that was given is inspected: the audit's second step may begin. */
void inspection_finish(struct inspection *i);
/* Behind inspection_finish. */
struct audit *inspection_audit(struct inspection *i);

#endif

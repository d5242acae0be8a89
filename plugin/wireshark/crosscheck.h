/* crosscheck.h - Wireshark as the independent witness (crosscheck=yes, for tests).
 *
 * Each value in a captured frame that Wireshark dissects into a field that identifies somebody must lie
 * inside of what the core judged: a replacement, or a span that the policy found harmless. A value in
 * the message that no judgement covers, or outside of the message of a frame that is written, is a
 * violation: named by frame and field, never by value. What reassembly made is another module's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CROSSCHECK_H
#define SIANTO_CROSSCHECK_H

#include "compat.h"

#include "sianto.h"

struct crosscheck;
struct crosscheck_fields;

/* A display filter that is always true and names each field, so that Wireshark fills them in any pass:
 * for the tap listener, with TL_REQUIRES_PROTO_TREE. Caller frees. */
char *crosscheck_filter(void);

struct crosscheck *crosscheck_new(void);
void crosscheck_free(struct crosscheck *c);

/* The places of such values in this frame; NULL where there are none. Owned by the caller. */
struct crosscheck_fields *crosscheck_collect(struct crosscheck *c, epan_dissect_t *edt);
void crosscheck_fields_free(struct crosscheck_fields *fields);
/* A message in that frame was judged: its fields are looked at. */
void crosscheck_message(struct crosscheck *c, struct crosscheck_fields *fields,
                        const struct sianto_message *message);
/* The frame leaves: says each violation on standard error. */
void crosscheck_frame(struct crosscheck *c, const struct crosscheck_fields *fields,
                      const struct sianto_frame_out *out);
/* Says the result; FALSE where there was a violation, or `gap_bytes` that nothing judged. */
gboolean crosscheck_passed(const struct crosscheck *c, guint64 gap_bytes);

#endif

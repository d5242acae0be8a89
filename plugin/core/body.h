/* body.h - message bodies: by media type to the grammar that reads them (DESIGN section 6).
 *
 * Each function judges exactly [from, to) of rw->text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_BODY_H
#define SIANTO_BODY_H

#include "rewrite.h"

/* content_type: the header's value or empty (then the body's first bytes tell: "v=0", "<?xml",
 * "SIP/2.0", else scrubbed). `encoded`: a Content-Encoding or Content-Transfer-Encoding other than
 * identity, 7bit, 8bit, binary is present: the body is redacted whole. */
void body_rewrite(struct rewrite *rw, gsize from, gsize to, struct bytes content_type, gboolean encoded);

/* sdp.c: also fragments that begin with a= or m= (RFC 8840). */
void sdp_rewrite(struct rewrite *rw, gsize from, gsize to);
/* xml.c: parsed by GMarkup and written anew; what GMarkup refuses is scrubbed. */
void xml_rewrite(struct rewrite *rw, gsize from, gsize to);
/* mime.c: `boundary` without quotes. Part header fields, preamble and epilogue by section 6. */
void multipart_rewrite(struct rewrite *rw, gsize from, gsize to, struct bytes boundary);
void cpim_rewrite(struct rewrite *rw, gsize from, gsize to);
void fields_rewrite(struct rewrite *rw, gsize from, gsize to, const struct policy_body *body);
/* anonymize.c: a SIP message or part of one (RFC 3420). */
void sipfrag_rewrite(struct rewrite *rw, gsize from, gsize to);

#endif

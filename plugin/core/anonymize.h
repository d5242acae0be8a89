/* anonymize.h - a whole SIP message: start line, header fields and body to a list of judgements.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ANONYMIZE_H
#define SIANTO_ANONYMIZE_H

#include "rewrite.h"
#include "sip.h"

enum anonymize_result {
    ANONYMIZE_OK,
    /* The header section holds what no rule names (control bytes, more than HEADERS_MAX fields): all
     * but start line, Via, CSeq and Content-Length is taken out, the body scrubbed. */
    ANONYMIZE_BROKEN,
};

#define HEADERS_MAX 1000

/* Judges every byte of rw->text, which `m` was parsed from. `missing`: bytes of the message that the
 * capture lost at its end (rw->cut), so that Content-Length keeps its meaning and its error. */
enum anonymize_result anonymize_message(struct rewrite *rw, const struct sip_message *m, gsize missing);

#endif

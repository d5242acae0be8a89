/* codec.h - what carries SIP or serves it: one grammar a file, judged unit by unit.
 *
 * A codec is given bytes and judges them through `rw` (rewrite.h) from the first to the last, as the
 * grammars of SIP do: rw_keep, rw_replace, rw_scrub_binary ... in order. What it does not judge is
 * scrubbed. It keeps no bytes and knows nothing of frames.
 *
 * Two forms:
 *  - X_recognise(bytes) and X_rewrite(codec) for what fills a datagram: the whole of rw->text is judged;
 *  - X_take(codec, state, &n) for what flows: judges one unit at the front of rw->text, [0, *n), n > 0.
 *    PARSE_MORE: nothing is judged, more bytes are needed to find the unit's end. PARSE_BAD: no unit of this
 *    protocol begins here; nothing is judged, the caller scrubs and looks for the next one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CODEC_H
#define SIANTO_CODEC_H

#include "event.h"
#include "flow.h"
#include "rewrite.h"

struct codec {
    struct rewrite *rw;       /* rw->text: the datagram, or the stream from the unit's first byte on */
    struct flows *flows;
    struct endpoint src, dst; /* as captured */
    gsize missing;            /* of a datagram: bytes that the capture lost at its end (rw->cut) */
    /* A SIP message inside the unit: its new text, in the arena. `missing`: bytes of it that the capture lost
     * at its end. src, dst and transport as the statistics shall see them (for HEP: those inside). FALSE where
     * the text does not begin as SIP does: the caller scrubs it. */
    gboolean (*sip)(struct codec *c, struct bytes text, gsize missing, enum sip_transport transport,
                    const struct endpoint *src, const struct endpoint *dst, struct bytes *written);
    void *arg; /* of sip() */
};

/* A stream's unit that says it is longer than this is PARSE_BAD (DESIGN section 7, a limit). */
#define UNIT_BYTES_MAX (1u << 20)

#endif

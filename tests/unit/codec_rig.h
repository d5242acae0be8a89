/* codec_rig.h - a codec with all that it needs, for tests of what carries SIP or serves it.
 *
 * Datagrams go from 10.1.2.3:5060 to 192.0.2.9:3478. A SIP message inside is rewritten as in a run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CODEC_RIG_H
#define SIANTO_CODEC_RIG_H

#include "codec.h"
#include "rig.h"

struct codec_rig {
    struct rig *rig;
    struct flows *flows;
    struct rewrite rw;
    struct codec c;
    guint sip_calls;
    gsize sip_missing; /* of the last call of sip() */
    struct endpoint sip_src, sip_dst;
    enum sip_transport sip_transport;
};

void codec_rig_init(struct codec_rig *r);
void codec_rig_clear(struct codec_rig *r);
/* Lists emptied; the codec is ready for `text`. */
struct codec *codec_rig_start(struct codec_rig *r, struct bytes text);
/* What became of the first n bytes of the text; asserts that every byte was judged. g_byte_array_unref. */
GByteArray *codec_rig_result(struct codec_rig *r, gsize n);
/* Start, fn, result. */
GByteArray *codec_rig_rewrite(struct codec_rig *r, struct bytes text, void (*fn)(struct codec *c));

/* "0001 2112a442 'text' ..." to bytes; blanks separate, 'text' stands for itself. */
GByteArray *hex(const char *text);
/* `expected` as in hex(), with .. for a byte that cannot be foretold. */
void check_hex(const char *what, struct bytes got, const char *expected);

#endif

/* fuzz_codec.h - what the fuzz targets of codecs share: one input through a codec, twice.
 *
 * Properties: every byte is judged, or none where the codec says that it is not its own; the same input
 * gives the same output again; the planted word does not come through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FUZZ_CODEC_H
#define SIANTO_FUZZ_CODEC_H

#include "codec_rig.h"

#include <stdlib.h>

#define FUZZ_PLANTED "Secretname7"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static inline struct codec_rig *fuzz_rig(void)
{
    static struct codec_rig rig;
    static guint runs;
    if (runs && runs % 10000 == 0) /* the tables grow with identities */
        codec_rig_clear(&rig);
    if (runs++ % 10000 == 0)
        codec_rig_init(&rig);
    return &rig;
}

static inline GByteArray *fuzz_once(struct codec_rig *r, struct bytes in, void (*fn)(struct codec *c))
{
    GByteArray *out = codec_rig_rewrite(r, in, fn);
    if (bytes_find(bytes_of_array(out), bytes_of(FUZZ_PLANTED)) != NOT_FOUND)
        abort();
    return out;
}

/* `check` may be NULL. */
static inline void fuzz_rewrite(struct codec_rig *r, struct bytes in, void (*fn)(struct codec *c),
                                void (*check)(struct bytes in, struct bytes out))
{
    g_autoptr(GByteArray) once = fuzz_once(r, in, fn);
    g_autoptr(GByteArray) again = fuzz_once(r, in, fn);
    if (!bytes_eq(bytes_of_array(once), bytes_of_array(again)))
        abort();
    if (check)
        check(in, bytes_of_array(once));
}

/* Units from the front of a stream; what is no unit is skipped byte by byte. */
static inline void fuzz_take(struct codec_rig *r, struct bytes in,
                             enum parse_result (*take)(struct codec *c, gsize *n))
{
    for (gsize at = 0, n = 1; at < in.n; at += n) {
        enum parse_result result = take(codec_rig_start(r, bytes_from(in, at)), &n);
        if (result == PARSE_OK && (n == 0 || n > in.n - at))
            abort();
        if (result == PARSE_OK)
            g_byte_array_unref(codec_rig_result(r, n));
        else if (edits_end(r->rw.edits) != 0)
            abort();
        else
            n = 1;
    }
}

#endif

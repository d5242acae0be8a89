/* fuzz_body.h - what the fuzz targets of body grammars share: one text judged twice, whole and cut.
 *
 * Properties: every byte is judged; the same text gives the same output again; the planted word does
 * not come through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FUZZ_BODY_H
#define SIANTO_FUZZ_BODY_H

#include "body.h"
#include "rig.h"

#include <stdlib.h>

#define FUZZ_PLANTED "Secretname7"

static inline GByteArray *fuzz_judge(struct rig *rig, struct bytes in, gboolean cut, rw_judge judge)
{
    struct rewrite rw = rig_start(rig, in);
    GByteArray *out = g_byte_array_new();
    rw.cut = cut;
    judge(&rw, NULL);
    if (edits_gap_bytes(rw.edits, in.n) != 0)
        abort();
    edits_apply(rw.edits, in, out);
    if (bytes_find(bytes_of_array(out), bytes_of(FUZZ_PLANTED)) != NOT_FOUND)
        abort();
    return out;
}

/* `check` may be NULL; it gets the output of a text that was not cut. */
static inline void fuzz_body(struct bytes in, rw_judge judge, void (*check)(struct bytes in, struct bytes out))
{
    static struct rig *rig;
    static guint runs;
    if (rig && ++runs % 10000 == 0) { /* the tables grow with identities */
        rig_free(rig);
        rig = NULL;
    }
    if (!rig)
        rig = rig_new(LABELS_READABLE);
    for (guint cut = 0; cut < 2; cut++) {
        g_autoptr(GByteArray) once = fuzz_judge(rig, in, cut, judge);
        g_autoptr(GByteArray) again = fuzz_judge(rig, in, cut, judge);
        if (!bytes_eq(bytes_of_array(once), bytes_of_array(again)))
            abort();
        if (check && !cut)
            check(in, bytes_of_array(once));
    }
}

#endif

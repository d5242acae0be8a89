/* A SIP message as it comes: judged whole, never a crash, still a SIP message afterwards.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rig.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct rig *rig;
    static guint runs;
    struct sip_message m;
    if (!rig || ++runs % 10000 == 0) { /* the tables grow with identities */
        if (rig)
            rig_free(rig);
        rig = rig_new(LABELS_READABLE);
    }
    sip_message_init(&m);
    for (guint cut = 0; cut < 2; cut++) {
        struct rewrite rw = rig_start(rig, (struct bytes){data, size});
        rw.cut = cut;
        if (sip_message_parse(&m, rw.text) != PARSE_OK)
            continue;
        anonymize_message(&rw, &m, cut);
        if (edits_gap_bytes(rw.edits, size) != 0)
            abort();
        g_autoptr(GByteArray) out = g_byte_array_new();
        edits_apply(rw.edits, rw.text, out);
        if (!cut && sip_recognise(bytes_of_array(out)) != PARSE_OK)
            abort();
    }
    sip_message_clear(&m);
    return 0;
}

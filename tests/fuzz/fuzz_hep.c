/* HEP as datagrams and from a stream: what was HEP still is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_codec.h"
#include "hep.h"

/* Unless its length field is so large that what is missing and what grew do not fit together. */
static void check(struct bytes in, struct bytes out)
{
    gboolean large = in.n > 1024 || bytes_at(in, 4) >= 0x80;
    if (!large && hep_recognise(in) && !hep_recognise(out))
        abort();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct codec_rig *r = fuzz_rig();
    struct bytes in = {data, size};
    fuzz_rewrite(r, in, hep_rewrite, check);
    fuzz_take(r, in, hep_take);
    g_autofree guint8 *copy = g_memdup2(data, size);
    if (size >= 6 && size <= G_MAXUINT16) {
        put_u16be(copy + 4, (guint16)size); /* the length made right: else few inputs come far */
        fuzz_rewrite(r, (struct bytes){copy, size}, hep_rewrite, check);
    }
    return 0;
}

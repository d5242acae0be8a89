/* RTP and RTCP: what was one of them still is, of the same length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_codec.h"
#include "rtp.h"

static void check(struct bytes in, struct bytes out)
{
    if (in.n != out.n || rtp_recognise(in) > rtp_recognise(out))
        abort();
}

static void check_control(struct bytes in, struct bytes out)
{
    if (in.n != out.n || rtcp_recognise(in) > rtcp_recognise(out))
        abort();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct codec_rig *r = fuzz_rig();
    struct bytes in = {data, size};
    fuzz_rewrite(r, in, rtp_rewrite, check);
    fuzz_rewrite(r, in, rtcp_rewrite, check_control);
    return 0;
}

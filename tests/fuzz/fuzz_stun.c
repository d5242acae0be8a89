/* STUN and ChannelData, as datagrams and as streams: what was STUN still is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_codec.h"
#include "stun.h"

static void check(struct bytes in, struct bytes out)
{
    if (stun_recognise(in) && !stun_recognise(out))
        abort();
}

static void check_channel(struct bytes in, struct bytes out)
{
    if (channel_data_recognise(in) && !channel_data_recognise(out))
        abort();
}

/* The length field made right: else few inputs come far. */
static void fit(guint8 *copy, gsize size)
{
    if (size >= 20 && size <= G_MAXUINT16) {
        put_u16be(copy + 2, (guint16)(size - 20));
        copy[0] &= 0x3f;
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct codec_rig *r = fuzz_rig();
    struct bytes in = {data, size};
    fuzz_rewrite(r, in, channel_data_rewrite, check_channel);
    fuzz_take(r, in, stun_take);
    fuzz_take(r, in, channel_data_take);
    g_autofree guint8 *copy = g_memdup2(data, size);
    fit(copy, size);
    fuzz_rewrite(r, (struct bytes){copy, size}, stun_rewrite, check);
    return 0;
}

/* ARP and ICMP: what was recognised still is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_codec.h"
#include "neighbour.h"

static void check_arp(struct bytes in, struct bytes out)
{
    if (in.n != out.n || arp_recognise(in) > arp_recognise(out))
        abort();
}

static void check_neighbour(struct bytes in, struct bytes out)
{
    if (in.n < out.n || neighbour_recognise(in) > neighbour_recognise(out))
        abort();
}

static void check_other(struct bytes in, struct bytes out)
{
    if (in.n != out.n)
        abort();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct codec_rig *r = fuzz_rig();
    struct bytes in = {data, size};
    r->c.src.family = size % 2 ? 4 : 6;
    fuzz_rewrite(r, in, arp_rewrite, check_arp);
    fuzz_rewrite(r, in, neighbour_rewrite, check_neighbour);
    fuzz_rewrite(r, in, icmp_rewrite_other, check_other);
    return 0;
}

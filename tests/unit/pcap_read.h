/* pcap_read.h - frames of a pcap or pcapng file in memory, for tests: no more than that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PCAP_READ_H
#define SIANTO_PCAP_READ_H

#include "bytes.h"

typedef void (*pcap_frame)(void *arg, guint linktype, struct bytes frame, guint32 wire_len);

static inline guint32 pcap_u32(struct bytes b, gsize at, gboolean big)
{
    struct reader r = reader_of(bytes_from(b, at));
    guint32 v = rd_u32be(&r);
    return big ? v : GUINT32_SWAP_LE_BE(v);
}

static inline void pcapng_read(struct bytes b, pcap_frame fn, void *arg)
{
    guint links[64] = {0}, n = 0;
    gboolean big = FALSE;
    while (b.n >= 12) {
        guint32 type = pcap_u32(b, 0, big);
        if (type == 0x0a0d0d0a) {
            big = pcap_u32(b, 8, TRUE) == 0x1a2b3c4d;
            n = 0;
        }
        guint32 len = pcap_u32(b, 4, big);
        struct bytes body = bytes_sub(b, 8, len - 12);
        if (len < 12 || len > b.n)
            return;
        if (type == 1 && n < 64)
            links[n++] = big ? pcap_u32(body, 0, big) >> 16 : pcap_u32(body, 0, big) & 0xffff;
        if (type == 6 && pcap_u32(body, 0, big) < n)
            fn(arg, links[pcap_u32(body, 0, big)], bytes_sub(body, 20, pcap_u32(body, 12, big)),
               pcap_u32(body, 16, big));
        b = bytes_from(b, len);
    }
}

static inline void pcap_read(struct bytes b, pcap_frame fn, void *arg)
{
    guint32 magic = pcap_u32(b, 0, TRUE);
    gboolean big = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
    if (magic == 0x0a0d0d0a) {
        pcapng_read(b, fn, arg);
        return;
    }
    if (!big && magic != 0xd4c3b2a1 && magic != 0x4d3cb2a1)
        return;
    guint link = pcap_u32(b, 20, big) & 0xffff;
    for (b = bytes_from(b, 24); b.n >= 16;) {
        guint32 len = pcap_u32(b, 8, big), wire = pcap_u32(b, 12, big);
        if (len > b.n - 16)
            return;
        fn(arg, link, bytes_sub(b, 16, len), wire);
        b = bytes_from(b, 16 + len);
    }
}

#endif

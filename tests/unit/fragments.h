/* fragments.h - IP fragments for tests, and what a receiver makes of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_FRAGMENTS_H
#define SIANTO_TESTS_FRAGMENTS_H

#include "core_run.h"
#include "frames.h"

struct piece {
    gsize from, to;
    gboolean more;
};

/* A fragment of the datagram in `packet` (bare IP, UDP behind its first header). */
static inline GByteArray *fragment(const GByteArray *packet, const struct piece *p)
{
    gboolean four = packet->data[0] >> 4 == 4;
    gsize header = four ? 20 : 40;
    struct bytes data = bytes_sub(bytes_from(bytes_of_array(packet), header), p->from, p->to - p->from);
    GByteArray *f = g_byte_array_new();
    g_byte_array_append(f, packet->data, (guint)header);
    if (four) {
        put_u16be(f->data + 2, (guint16)(header + data.n));
        put_u16be(f->data + 6, (guint16)(p->from / 8 | (p->more ? 0x2000u : 0)));
        put_u16be(f->data + 10, 0);
        put_u16be(f->data + 10, (guint16)~frames_sum(0, f->data, header));
    } else {
        guint8 extension[8] = {17, 0, 0, 0, 0xc4, 0x5d, 0x92, 0xe8};
        put_u16be(extension + 2, (guint16)(p->from | p->more));
        put_u16be(f->data + 4, (guint16)(8 + data.n));
        f->data[6] = 44;
        g_byte_array_append(f, extension, 8);
    }
    g_byte_array_append(f, data.p, (guint)data.n);
    return f;
}

/* What a receiver puts together from all that left; checks that each one is a fragment in itself. */
static inline GByteArray *put_together(const struct core_run *run, gboolean whole)
{
    GByteArray *data = g_byte_array_new();
    g_autofree guint8 *known = g_malloc0(1 << 16);
    gsize total = 0;
    for (guint i = 0; i < run->out->len; i++) {
        struct frame f;
        const struct core_out *out = core_run_at(run, i);
        g_assert_cmpint(frame_walk(&f, core_run_bytes(run, i), out->wire_len, LINK_RAW), ==, DROP_NONE);
        g_assert_cmpint(f.carrier, ==, CARRIER_FRAGMENT);
        g_assert_cmpuint(f.payload.len, >, 0);
        if (f.fragment.more)
            g_assert_cmpuint(f.payload_wire_len % 8, ==, 0);
        else
            total = f.fragment.off + f.payload_wire_len;
        if (data->len < f.fragment.off + f.payload.len)
            bytes_fill(data, f.fragment.off + f.payload.len - data->len, 0);
        for (gsize k = 0; k < f.payload.len; k++) {
            guint8 byte = f.captured.p[f.payload.off + k];
            if (known[f.fragment.off + k])
                g_assert_cmpint(data->data[f.fragment.off + k], ==, byte);
            data->data[f.fragment.off + k] = byte;
            known[f.fragment.off + k] = 1;
        }
    }
    if (whole) {
        g_assert_cmpuint(total, ==, data->len);
        for (gsize k = 0; k < total; k++)
            g_assert_cmpint(known[k], ==, 1);
    }
    return data;
}

#endif

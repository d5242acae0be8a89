/* Frame walker and writer: any bytes under any link type. What is proven can be written with another
 * payload, and the result is proven again, with the same layers and that payload.
 * Input: link type, length of the new payload (2), wire length beyond the captured bytes (2), frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gboolean holds_checksum(const struct frame *f)
{
    return f->carrier == CARRIER_ICMP || f->carrier == CARRIER_ICMP6;
}

static gboolean same_payload(const struct frame *f, struct bytes a, struct bytes b)
{
    gsize from = holds_checksum(f) ? 4 : 0;
    return a.n == b.n && bytes_eq(bytes_from(a, from), bytes_from(b, from));
}

static void check_written(const struct frame *f, const GByteArray *out, guint32 wire_len, guint linktype,
                          struct bytes payload)
{
    struct frame g;
    g_assert_true(out->len <= wire_len && wire_len <= FRAME_BYTES_MAX);
    g_assert_cmpint(frame_walk(&g, bytes_of_array(out), wire_len, linktype), ==, DROP_NONE);
    g_assert_true(same_payload(f, bytes_span(g.captured, g.payload), payload));
    g_assert_true(g.cut == f->cut && g.tso <= f->tso && g.n_layers == f->n_layers);
    g_assert_true(g.carrier == f->carrier && g.protocol == f->protocol);
    g_assert_true(g.src.port == f->src.port && g.dst.port == f->dst.port);
    for (guint i = 0; i < f->n_layers; i++) /* grows by a name's padding, by a packet header */
        g_assert_true(g.layer[i].kind == f->layer[i].kind && g.layer[i].len <= f->layer[i].len + 8);
}

static gboolean check_payload(struct frame_writer *w, const struct frame *f, guint linktype,
                              struct bytes payload)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    struct frame_change change = {.payload = payload, .seq = f->tcp.seq, .fragment_off = f->fragment.off};
    guint32 wire_len = 0;
    if (frame_write(w, f, &change, out, &wire_len) != DROP_NONE)
        return FALSE;
    check_written(f, out, wire_len, linktype, payload);
    return TRUE;
}

static void check_frame(struct frame_writer *w, const struct frame *f, guint linktype, gsize new_len)
{
    static const guint8 letters[G_MAXUINT16 + 1];
    struct bytes captured = bytes_span(f->captured, f->payload);
    g_assert_true(f->payload.off + f->payload.len <= f->captured.n);
    g_assert_true(check_payload(w, f, linktype, captured)); /* at equal length it always fits */
    if (f->carrier != CARRIER_ARP)                          /* whose payload tells its own length */
        check_payload(w, f, linktype, (struct bytes){letters, MAX(new_len, holds_checksum(f) ? 4 : 0)});
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const guint linktypes[] = {
        LINK_ETHERNET,   LINK_LINUX_SLL, LINK_LINUX_SLL2,  LINK_RAW,        LINK_NULL,          LINK_LOOP,
        LINK_PPP,        LINK_PPP_HDLC,  LINK_PPP_ETHER,   LINK_IPV4,       LINK_IPV6,          2,
        LINK_CISCO_HDLC, LINK_WLAN,      LINK_FRAME_RELAY, LINK_WLAN_PRISM, LINK_WLAN_RADIOTAP, LINK_WLAN_AVS,
        LINK_PPI,        LINK_NFLOG,     LINK_PDU,         LINK_PKTAP,      LINK_USER2};
    static struct frame_writer *writer;
    if (!writer) {
        guint8 raw[KEY_BYTES] = {1, 2, 3};
        g_assert_true(key_init_library(NULL));
        struct key *key = key_new(raw, NULL);
        writer = frame_writer_new(key, addresses_new(key, ADDRESSES_CLASS, NULL, NULL), flows_new(key));
        key_free(key);
    }
    struct reader r = reader_of((struct bytes){data, size});
    guint linktype = linktypes[rd_u8(&r) % G_N_ELEMENTS(linktypes)];
    guint16 new_len = rd_u16be(&r), beyond = rd_u16be(&r);
    struct bytes captured = bytes_from(r.b, r.at);
    struct frame f;
    if (frame_walk(&f, captured, (guint32)captured.n + beyond, linktype) == DROP_NONE)
        check_frame(writer, &f, linktype, new_len);
    return 0;
}

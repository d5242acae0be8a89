/* Packets of chunks, each behind its length (2 bytes; the upper bit: cut): what is in fragments is put
 * together, then all are rewritten. Every byte is judged, no planted word comes through, what was written
 * has as many chunks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sctp.h"
#include "sctp_chunk.h"
#include "sip_codec.h"

#include <stdlib.h>

#define PLANTED "Secretname7"
#define FRAGMENTS_MAX 16

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static struct bytes next_packet(struct reader *r, gboolean *cut)
{
    guint16 head = rd_u16be(r);
    *cut = head >> 15;
    return rd_bytes(r, MIN(head & 0x7fff, rd_left(r)));
}

static void assemble(struct sip_codec *s, struct sctp_assembly *a, struct bytes packet)
{
    struct sctp_fragment f[FRAGMENTS_MAX];
    guint n = sctp_scan(packet, f, FRAGMENTS_MAX);
    for (guint i = 0; i < n; i++) {
        struct bytes written;
        if (!sctp_assembly_add(a, &f[i], bytes_span(packet, f[i].data)))
            continue;
        sip_codec_start(s, BYTES_NONE);
        struct bytes text = sctp_assembly_text(a, f[i].tsn, s->rw.arena);
        if (text.n == 0)
            abort();
        if (s->c.sip(&s->c, text, 0, SIP_SCTP, &s->c.src, &s->c.dst, &written))
            sctp_assembly_write(a, f[i].tsn, written);
    }
}

/* Lists of streams are numbers, which may spell anything: those chunks are left out of the search. */
static guint count_chunks(struct bytes packet, gboolean cut, gboolean *lists)
{
    struct sctp_chunk k;
    guint n = 0;
    for (gsize at = 0; sctp_chunk_take(&k, packet, at, cut); at = k.next, n++)
        *lists |= k.type == 0xc0 || k.type == 0xc2 || k.type == 0x82;
    return n;
}

static void check(struct sip_codec *s, struct sctp_assembly *a, struct bytes packet, gboolean cut)
{
    struct sctp_state state = {sctp_assembly_fragment, a};
    g_autoptr(GByteArray) out = g_byte_array_new();
    gboolean lists = FALSE;
    sip_codec_start(s, packet);
    s->rw.cut = cut;
    sctp_rewrite(&s->c, &state);
    sip_codec_append(s, packet.n, out);
    if (count_chunks(packet, cut, &lists) != count_chunks(bytes_of_array(out), cut, &lists))
        abort();
    if (!lists && bytes_find(bytes_of_array(out), BYTES_LIT(PLANTED)) != NOT_FOUND)
        abort();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct sip_codec *s;
    static guint runs;
    if (!s || ++runs % 10000 == 0) { /* the tables grow with identities */
        if (s)
            sip_codec_free(s);
        s = sip_codec_new();
    }
    struct sctp_assembly *a = sctp_assembly_new(2048);
    gboolean cut;
    for (struct reader r = reader_of((struct bytes){data, size}); rd_left(&r) > 2;) {
        struct bytes packet = next_packet(&r, &cut);
        assemble(s, a, packet);
    }
    for (struct reader r = reader_of((struct bytes){data, size}); rd_left(&r) > 2;) {
        struct bytes packet = next_packet(&r, &cut);
        check(s, a, packet, cut);
    }
    sctp_assembly_free(a);
    return 0;
}

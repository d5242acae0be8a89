/* A datagram in fragments, cut, repeated, shuffled and partly lost by the fuzzer: frames leave in order, each is a
 * fragment again, together they are the datagram that comes in one piece, and the output gives the same events as the
 * export did.
 *
 * Bytes: IP version and text, then for each fragment where it begins, how long it is, and how much of it is cut off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fragments.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};

static GString *text_of(guint8 what)
{
    GString *text = g_string_new("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 10.71.19.157:5060;branch=z9hG4bKxyz\r\n"
                                 "From: \"Alice Liddell\" <sip:alice@example.com>;tag=abc\r\nCSeq: 7 INVITE\r\n");
    for (guint i = 0; i < (what & 15) * 4u; i++)
        g_string_append_printf(text, what & 16 ? "X-Unknown-%u: %080u\r\n" : "Route: <sip:a%u@w%u.example.com;lr>\r\n", i, i);
    g_string_append(text, what & 32 ? "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello" : "Content-Length: 0\r\n\r\n");
    return text;
}

/* TRUE: all of it came, and whole. `cuts`: some was cut off. */
static gboolean feed_pieces(struct core_run *run, const GByteArray *packet, gsize n, struct reader *r, gboolean *cuts)
{
    g_autofree guint8 *came = g_malloc0(n + 1);
    gboolean last = FALSE, whole = TRUE;
    for (guint i = 0; i < 100 && rd_left(r) >= 4; i++) {
        gsize from = 8 * (gsize)rd_u16be(r) % n & ~(gsize)7, length = 8 * (1 + (gsize)rd_u8(r) % 128);
        guint8 what = rd_u8(r);
        struct piece p = {from, MIN(from + length, n), from + length < n};
        g_autoptr(GByteArray) f = fragment(packet, &p);
        gsize cut = what & 7 ? 0 : MIN((gsize)what, p.to - p.from);
        core_run_feed(run, bytes_sub(bytes_of_array(f), 0, f->len - cut), f->len);
        if (what & 8) /* never so late that the identification is used again */
            run->time_us = MIN(run->time_us + what * G_USEC_PER_SEC / 8, HOLD_TIME_US - G_USEC_PER_SEC);
        memset(came + p.from, 1, p.to - p.from);
        last |= !p.more;
        *cuts |= cut > 0;
        whole &= !cut && (p.from || p.more); /* one that is the whole datagram is no fragment */
    }
    return whole && last && !memchr(came, 0, n);
}

static void check_whole(const struct core_run *run, const GByteArray *packet)
{
    struct core_run one;
    g_autoptr(GByteArray) got = put_together(run, TRUE);
    core_run_start(&one, &keyed);
    core_run_feed(&one, bytes_of_array(packet), packet->len);
    struct bytes want = bytes_from(core_run_bytes(&one, 0), packet->data[0] >> 4 == 4 ? 20 : 40);
    g_assert_cmpmem(got->data, got->len, want.p, want.n);
    core_run_free(&one);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct reader r = reader_of((struct bytes){data, size});
    struct core_run run;
    guint8 what = rd_u8(&r);
    g_autoptr(GString) text = text_of(rd_u8(&r));
    g_autoptr(GByteArray) packet = frames_build(what & 1 ? "ipv6/udp" : "ipv4/udp", bytes_of(text->str));
    core_run_start(&run, &keyed);
    gboolean cuts = FALSE, whole = feed_pieces(&run, packet, text->len + 8, &r, &cuts);
    g_assert_true(sianto_finish(run.core, NULL));
    struct sianto_counts counts = sianto_counts(run.core);
    if (whole && !counts.forced && !counts.too_long)
        check_whole(&run, packet);
    /* What was not written divides trains that follow each other; what was cut and came in another fragment has no
     * place in the one that was cut. */
    if (counts.dropped[DROP_FRAGMENT] || cuts)
        core_run_free(&run);
    else
        core_run_clear(&run);
    return 0;
}

/* A dialog on TCP, cut, repeated and shuffled by the fuzzer: frames leave in order, both streams are those of the dialog
 * that comes in two segments, and the output gives the same events as the export did (DESIGN section 3.5). With losses
 * only the last.
 *
 * Bytes: 8 which choose the texts of each direction, one that allows losses, then steps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core_run.h"
#include "segments.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define END "\r\n\r\n"

static const char *const texts[] = {
    "\r\n\r\n",
    "REGISTER sip:example.com SIP/2.0\r\nFrom: \"Alice Liddell\" <sip:alice@example.com>;tag=abc\r\n"
    "Call-ID: call-1@10.1.2.3\r\nCSeq: 1 REGISTER\r\nContent-Length: 0" END,
    "INVITE sip:+12015550123@example.com SIP/2.0\r\nCall-ID: two\r\nCSeq: 2 INVITE\r\nContent-Type: application/sdp\r\n"
    "Content-Length: 94" END "v=0\r\no=alice 2890844526 2890844526 IN IP4 10.1.2.3\r\ns=Call by Alice\r\nc=IN IP4 10.1.2.3\r\n"
    "t=0 0\r\n",
    "MESSAGE sip:bob@example.com SIP/2.0\r\nCSeq: 3 MESSAGE\r\nContent-Type: text/plain\r\nl: 33" END
    "SIP/2.0 200 OK\r\nthe body says so\n",
    "SIP/2.0 486 Alice is busy\r\nCSeq: 2 INVITE\r\nContent-Length: 0" END,
    "GET /alice HTTP/1.1\r\nHost: example.com" END,
    "OPTIONS sip:a SIP/2.0\r\nContent-Length: abc\r\nContent-Length: 3" END "v=0",
    "OPTIONS sip:a SIP/2.0\r\nCSeq: 4 OPTIONS" END "no length, this is between messages\n",
    "OPTIONS sip:a SIP/2.0\r\nContent-Length: 9999999" END,
    "INFO sip:alice@example.com SIP/2.0\r\nCSeq: 5 INFO\r\nContent-Type: application/sdp\r\nContent-Length: 27" END
    "v=0\r\ns=-\r\ni=Call of Alice\r\n",
    "\n",
    "xx xMESSAGE sip:alice@example.com SIP/2.0\r\n",
    "xyzzy sip:alice@example.com SIP/2.0\nCSeq: 6 xyzzy\n\n",
    "SIP/2.0 200 OK\nCSeq: 7 \tREGISTER\nContact: *\nFrom: Alice <sip:alice@example.com>\nl: 1\n\n\n",
    "a: b\r\nc: d\r\n",
    "OPTIONS sip:a SIP/2.0\r\nContent-Type: application/x-alice\r\nContent-Length: 11" END "hello alice",
};

struct dialog {
    GString *text[2];
    guint32 isn[2];
};

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};

static void feed(struct core_run *run, const struct segment *s, guint8 cut)
{
    g_autoptr(GByteArray) packet = segment_packet(s, 5060);
    gsize n = packet->len - MIN((gsize)cut, s->data.n);
    core_run_feed(run, bytes_sub(bytes_of_array(packet), 0, n), packet->len);
}

static struct segment part(const struct dialog *d, guint from, gsize at, gsize n, gsize told)
{
    struct bytes all = {(const guint8 *)d->text[from]->str, d->text[from]->len};
    return (struct segment){from, d->isn[from] + 1 + (guint32)at, d->isn[!from] + 1 + (guint32)told, TCP_ACK,
                            bytes_sub(all, at, n)};
}

static void hands(struct core_run *run, const struct dialog *d)
{
    struct segment syn = {0, d->isn[0], 0, TCP_SYN, BYTES_NONE};
    struct segment reply = {1, d->isn[1], d->isn[0] + 1, TCP_SYN | TCP_ACK, BYTES_NONE};
    feed(run, &syn, 0);
    feed(run, &reply, 0);
}

/* One step: from where a direction is, some bytes back or ahead; what is left out comes at the end. TRUE: the capture
 * cut something off. */
static gboolean feed_cut(struct core_run *run, const struct dialog *d, struct reader *r, gboolean lossy)
{
    gboolean cuts = FALSE;
    gsize sent[2] = {0, 0};
    for (guint i = 0; i < 300 && rd_left(r) >= 3; i++) {
        guint8 what = rd_u8(r), where = rd_u8(r), n = rd_u8(r);
        guint from = what & 1;
        gsize at = MIN(sent[from] + (what & 2 ? where : 0), d->text[from]->len);
        at -= what & 4 ? MIN(at, where) : 0;
        gsize to = MIN(at + (what & 16 ? n * 8u : n), d->text[from]->len);
        struct segment s = part(d, from, at, to - at, what & 8 ? sent[!from] : 0);
        feed(run, &s, lossy && what & 32 ? where : 0);
        cuts |= lossy && what & 32 && where;
        if (lossy && what & 64)
            run->time_us += (gint64)n * G_USEC_PER_SEC / 4;
        if (at <= sent[from])
            sent[from] = MAX(sent[from], to);
        else if (lossy && what & 128)
            sent[from] = to;
    }
    for (guint from = 0; from < 2 && !lossy; from++) {
        struct segment s = part(d, from, sent[from], d->text[from]->len, 0);
        feed(run, &s, 0);
    }
    return cuts;
}

static void receive(const struct core_run *run, struct received got[2])
{
    guint32 first[2] = {0, 0};
    for (guint i = 0; i < run->out->len; i++) {
        struct segment s = segment_read(core_run_bytes(run, i), segment_ports[0]);
        if (s.flags & TCP_SYN)
            first[s.from] = s.seq + 1;
        received_add(&got[s.from], first[s.from], &s);
    }
}

static void compare(const struct core_run *a, const struct core_run *b)
{
    struct received one[2], two[2];
    for (guint i = 0; i < 2; i++) {
        received_init(&one[i]);
        received_init(&two[i]);
    }
    receive(a, one);
    receive(b, two);
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpmem(one[i].bytes->data, one[i].bytes->len, two[i].bytes->data, two[i].bytes->len);
        g_assert(!memchr(one[i].known->data ? one[i].known->data : (const guint8 *)"", 0, one[i].known->len));
        received_clear(&one[i]);
        received_clear(&two[i]);
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct reader r = reader_of((struct bytes){data, size});
    struct dialog d = {{g_string_new(NULL), g_string_new(NULL)}, {0xfffffe00u, 0x1000}};
    struct core_run whole, cut;
    for (guint i = 0; i < 8; i++)
        g_string_append(d.text[i / 4], texts[rd_u8(&r) % G_N_ELEMENTS(texts)]);
    gboolean lossy = rd_u8(&r) & 1;
    core_run_start(&cut, &keyed);
    hands(&cut, &d);
    gboolean cuts = feed_cut(&cut, &d, &r, lossy);
    g_assert_true(sianto_finish(cut.core, NULL));
    if (!lossy && !sianto_counts(cut.core).forced) {
        core_run_start(&whole, &keyed);
        hands(&whole, &d);
        for (guint from = 0; from < 2; from++) {
            struct segment s = part(&d, from, 0, d.text[from]->len, 0);
            feed(&whole, &s, 0);
        }
        g_assert_true(sianto_finish(whole.core, NULL));
        compare(&cut, &whole);
        core_run_free(&whole);
    }
    if (cuts) /* what comes in another segment, too, has no place of its own in the one that was cut */
        core_run_free(&cut);
    else
        core_run_clear(&cut);
    g_string_free(d.text[0], TRUE);
    g_string_free(d.text[1], TRUE);
    return 0;
}

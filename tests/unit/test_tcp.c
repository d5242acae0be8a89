/* SIP on TCP through the whole core: segments in, segments out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "core_run.h"
#include "segments.h"

#define CLIENT_ISN 0xfffffe00u /* wraps */
#define SERVER_ISN 0x00001000u

static void feed(struct core_run *run, const struct segment *s, guint16 port)
{
    g_autoptr(GByteArray) packet = segment_packet(s, port);
    core_run_feed(run, bytes_of_array(packet), packet->len);
}

static const struct sianto_settings keyed = {.labels = LABELS_KEYED};

/* --- a dialog ----------------------------------------------------------------------------------------- */

static const char *const requests[] = {
    "\r\n\r\n",
    ("REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.2.3:40123;branch=z9hG4bKabcdefgh\r\n"
    "From: \"Alice Liddell\" <sip:alice@example.com>;tag=abc\r\nTo: <sip:alice@example.com>\r\n"
    "Call-ID: call-1@10.1.2.3\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n"),
    ("INVITE sip:+12015550123@example.com SIP/2.0\r\nVia: SIP/2.0/TCP client.example.com;branch=z9hG4bKqwertz\r\n"
    "From: <sip:alice@example.com>;tag=def\r\nTo: <sip:+12015550123@example.com>\r\nCall-ID: two\r\n"
    "CSeq: 2 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: 94\r\n\r\n"
    "v=0\r\no=alice 2890844526 2890844526 IN IP4 10.1.2.3\r\ns=Call by Alice\r\nc=IN IP4 10.1.2.3\r\nt=0 0\r\n"),
    ("MESSAGE sip:bob@example.com SIP/2.0\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n"
    "Call-ID: three\r\nCSeq: 3 MESSAGE\r\nContent-Type: text/plain\r\nl: 33\r\n\r\nSIP/2.0 200 OK\r\nthe body says so\n"),
};
static const char *const replies[] = {
    "\r\n",
    ("SIP/2.0 200 OK\r\nFrom: <sip:alice@example.com>;tag=abc\r\nTo: <sip:alice@example.com>;tag=server\r\n"
    "Call-ID: call-1@10.1.2.3\r\nCSeq: 1 REGISTER\r\nContact: <sip:alice@10.1.2.3:40123>;expires=60\r\n"
    "Content-Length: 0\r\n\r\n"),
    ("SIP/2.0 486 Alice is busy\r\nFrom: <sip:alice@example.com>;tag=def\r\n"
    "To: <sip:+12015550123@example.com>;tag=server\r\nCall-ID: two\r\nCSeq: 2 INVITE\r\nContent-Length: 0\r\n\r\n"),
};

static GString *join(const char *const *texts, guint n)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        g_string_append(all, texts[i]);
    return all;
}

static struct bytes view(const GString *s)
{
    return (struct bytes){(const guint8 *)s->str, s->len};
}

struct dialog {
    GString *text[2];
    guint32 isn[2];
    guint16 port;
    guint messages;
};

static struct dialog dialog_new(void)
{
    return (struct dialog){{join(requests, G_N_ELEMENTS(requests)), join(replies, G_N_ELEMENTS(replies))},
                           {CLIENT_ISN, SERVER_ISN}, 5060, 5};
}

static void dialog_clear(struct dialog *d)
{
    g_string_free(d->text[0], TRUE);
    g_string_free(d->text[1], TRUE);
}

static struct segment part(const struct dialog *d, guint from, gsize at, gsize n)
{
    return (struct segment){from, d->isn[from] + 1 + (guint32)at, d->isn[!from] + 1, TCP_ACK | TCP_PSH,
                            bytes_sub(view(d->text[from]), at, n)};
}

static void hands(struct core_run *run, const struct dialog *d)
{
    struct segment syn = {0, d->isn[0], 0, TCP_SYN, BYTES_NONE};
    struct segment reply = {1, d->isn[1], d->isn[0] + 1, TCP_SYN | TCP_ACK, BYTES_NONE};
    struct segment ack = {0, d->isn[0] + 1, d->isn[1] + 1, TCP_ACK, BYTES_NONE};
    feed(run, &syn, d->port);
    feed(run, &reply, d->port);
    feed(run, &ack, d->port);
}

/* What a receiver of the output has, per direction; the first number is the SYN's. */
static void receive(const struct core_run *run, struct received got[2])
{
    guint32 first[2] = {0, 0};
    for (guint i = 0; i < run->out->len; i++) {
        const struct core_out *out = &g_array_index(run->out, struct core_out, i);
        g_assert_cmpuint(out->number, ==, i + 1);
        g_assert_nonnull(out->bytes);
        struct segment s = segment_read(bytes_of_array(out->bytes), segment_ports[0]);
        if (s.flags & TCP_SYN)
            first[s.from] = s.seq + 1;
    }
    for (guint i = 0; i < run->out->len; i++) {
        const struct core_out *out = &g_array_index(run->out, struct core_out, i);
        struct segment s = segment_read(bytes_of_array(out->bytes), segment_ports[0]);
        received_add(&got[s.from], first[s.from], &s);
    }
}

static void check_received(const struct received got[2], const struct received want[2])
{
    for (guint i = 0; i < 2; i++)
        g_assert_cmpmem(got[i].bytes->data, got[i].bytes->len, want[i].bytes->data, want[i].bytes->len);
}

static void feed_whole(struct core_run *run, const struct dialog *d)
{
    hands(run, d);
    for (guint from = 0; from < 2; from++) {
        struct segment s = part(d, from, 0, d->text[from]->len);
        feed(run, &s, d->port);
    }
}

static void no_identity(const struct received *r)
{
    static const char *const names[] = {"alice", "Alice", "Liddell", "example", "2015550123", "10.1.2", "call-1",
                                        "qwertz", "says", "busy", "bob"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (bytes_find(bytes_of_array(r->bytes), bytes_of(names[i])) != NOT_FOUND)
            g_error("\"%s\" is in the output:\n%.*s", names[i], (int)r->bytes->len, (const char *)r->bytes->data);
}

static void init(struct received r[2])
{
    received_init(&r[0]);
    received_init(&r[1]);
}

static void clear(struct received r[2])
{
    received_clear(&r[0]);
    received_clear(&r[1]);
}

static void whole(void)
{
    struct core_run run;
    struct received got[2];
    struct dialog d = dialog_new();
    init(got);
    core_run_start(&run, &keyed);
    feed_whole(&run, &d);
    g_assert_true(sianto_finish(run.core, NULL));
    receive(&run, got);
    no_identity(&got[0]);
    no_identity(&got[1]);
    struct sianto_counts counts = sianto_counts(run.core);
    g_assert_cmpuint(counts.sip_messages, ==, 5);
    g_assert_cmpuint(counts.gap_bytes, ==, 0);
    g_assert_cmpuint(counts.undecided_bytes, ==, 0);
    g_assert_cmpuint(counts.forced, ==, 0);
    g_assert_nonnull(strstr((char *)got[0].bytes->data, "\r\n\r\nREGISTER sip:d"));
    clear(got);
    core_run_clear(&run);
    dialog_clear(&d);
}

/* Any segmentation, order and repetition of the dialog. */
static void feed_mixed(struct core_run *run, const struct dialog *d)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(struct segment));
    for (guint from = 0; from < 2; from++)
        for (gsize at = 0; at < d->text[from]->len;) {
            gsize n = (gsize)g_test_rand_int_range(1, g_test_rand_bit() ? 20 : 700);
            gsize back = g_test_rand_int_range(0, 4) ? 0 : (gsize)g_test_rand_int_range(0, (gint)MIN(at + 1, 50));
            struct segment s = part(d, from, at - back, n + back);
            g_array_append_val(segments, s);
            if (!g_test_rand_int_range(0, 5))
                g_array_append_val(segments, s);
            at += n;
        }
    for (guint i = segments->len; i > 1; i--) {
        guint near = i > 12 ? i - 12 : 0, k = (guint)g_test_rand_int_range((gint)near, (gint)i);
        struct segment *a = &g_array_index(segments, struct segment, i - 1), b = *a;
        *a = g_array_index(segments, struct segment, k);
        g_array_index(segments, struct segment, k) = b;
    }
    hands(run, d);
    for (guint i = 0; i < segments->len; i++)
        feed(run, &g_array_index(segments, struct segment, i), d->port);
    g_array_unref(segments);
}

static void any_order_of(struct dialog d, guint rounds)
{
    struct core_run run;
    struct received want[2];
    init(want);
    core_run_start(&run, &keyed);
    feed_whole(&run, &d);
    g_assert_true(sianto_finish(run.core, NULL));
    receive(&run, want);
    no_identity(&want[0]);
    no_identity(&want[1]);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, d.messages);
    core_run_clear(&run);
    for (guint round = 0; round < rounds; round++) {
        struct received got[2];
        init(got);
        core_run_start(&run, &keyed);
        feed_mixed(&run, &d);
        g_assert_true(sianto_finish(run.core, NULL));
        receive(&run, got);
        check_received(got, want);
        g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, d.messages);
        g_assert_cmpuint(sianto_counts(run.core).undecided_bytes, ==, 0);
        clear(got);
        core_run_clear(&run);
    }
    clear(want);
    dialog_clear(&d);
}

static void any_order(void)
{
    any_order_of(dialog_new(), 300);
}

/* --- the same of what carries SIP ------------------------------------------------------------------------ */

static void append_number(GString *to, guint64 v, guint bytes)
{
    while (bytes--)
        g_string_append_c(to, (gchar)(v >> 8 * bytes));
}

/* RFC 6455 section 5.2; masked when it is the client's. */
static void append_frame(GString *to, guint8 first, const char *text, gboolean masked)
{
    static const guint8 mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    gsize n = strlen(text);
    g_string_append_c(to, (gchar)first);
    g_string_append_c(to, (gchar)((masked ? 0x80 : 0) | (n < 126 ? n : 126)));
    if (n >= 126)
        append_number(to, n, 2);
    for (gsize i = 0; masked && i < sizeof mask; i++)
        g_string_append_c(to, (gchar)mask[i]);
    for (gsize i = 0; i < n; i++)
        g_string_append_c(to, (gchar)((guint8)text[i] ^ (masked ? mask[i % 4] : 0)));
}

static struct dialog no_dialog(guint16 port, guint messages)
{
    return (struct dialog){{g_string_new(NULL), g_string_new(NULL)}, {CLIENT_ISN, SERVER_ISN}, port, messages};
}

static void websocket_any_order(void)
{
    struct dialog d = no_dialog(8080, 4);
    g_string_assign(d.text[0], "GET /alice HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n");
    g_string_assign(d.text[1], "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n");
    append_frame(d.text[0], 0x81, requests[1], TRUE);
    append_frame(d.text[0], 0x89, "alice", TRUE);
    append_frame(d.text[0], 0x82, requests[2], TRUE);
    append_frame(d.text[1], 0x81, replies[1], FALSE);
    append_frame(d.text[1], 0x8a, "alice", FALSE);
    append_frame(d.text[1], 0x81, replies[2], FALSE);
    append_frame(d.text[1], 0x88, "", FALSE);
    any_order_of(d, 200);
}

static void append_record(GString *to, guint8 type, const char *text)
{
    g_string_append_c(to, (gchar)type);
    append_number(to, 0x0303, 2);
    append_number(to, strlen(text), 2);
    g_string_append(to, text);
}

static void tls_any_order(void)
{
    struct dialog d = no_dialog(5061, 0);
    for (guint i = 0; i < 2; i++) {
        append_record(d.text[i], 0x17, "alice and bob, call-1");
        append_record(d.text[i], 0x14, "\1");
        append_record(d.text[i], 0x17, i ? requests[2] : replies[2]);
        append_record(d.text[i], 0x15, "alice, encrypted");
    }
    any_order_of(d, 200);
}

static void append_hep(GString *to, const char *text)
{
    static const guint8 fixed[] = {0, 0, 0, 1, 0, 7, 2, 0, 0, 0, 2, 0, 7, 17, 0, 0, 0, 3, 0, 10, 10, 1, 2, 3,
                                   0, 0, 0, 4, 0, 10, 10, 1, 2, 4, 0, 0, 0, 11, 0, 7, 1, 0, 0, 0, 15};
    g_string_append(to, "HEP3");
    append_number(to, 6 + sizeof fixed + 2 + strlen(text), 2);
    g_string_append_len(to, (const gchar *)fixed, sizeof fixed);
    append_number(to, 6 + strlen(text), 2);
    g_string_append(to, text);
}

static void hep_any_order(void)
{
    struct dialog d = no_dialog(9060, 4);
    for (guint i = 1; i < 3; i++) {
        append_hep(d.text[0], requests[i]);
        append_hep(d.text[0], replies[i]);
    }
    any_order_of(d, 200);
}

/* --- what is acknowledged ------------------------------------------------------------------------------- */

static struct segment nth(const struct core_run *run, guint i)
{
    return segment_read(bytes_of_array(g_array_index(run->out, struct core_out, i).bytes), segment_ports[0]);
}

/* An acknowledgement of a segment's end stays one; a keep-alive probe stays one byte before; FIN counts. */
static void acknowledgements_follow(void)
{
    struct core_run run;
    struct dialog d = dialog_new();
    gsize half = 100, all = d.text[0]->len;
    core_run_start(&run, &keyed);
    hands(&run, &d);
    struct segment one = part(&d, 0, 0, half), two = part(&d, 0, half, all - half);
    struct segment ack1 = {1, SERVER_ISN + 1, one.seq + (guint32)half, TCP_ACK, BYTES_NONE};
    struct segment ack2 = {1, SERVER_ISN + 1, two.seq + (guint32)two.data.n, TCP_ACK, BYTES_NONE};
    struct segment probe = {0, ack2.ack - 1, SERVER_ISN + 1, TCP_ACK, BYTES_LIT("\0")};
    struct segment fin = {0, ack2.ack, SERVER_ISN + 1, TCP_ACK | TCP_FIN, BYTES_NONE};
    struct segment last = {1, SERVER_ISN + 1, fin.seq + 1, TCP_ACK, BYTES_NONE};
    const struct segment *all_of_them[] = {&one, &ack1, &two, &ack2, &probe, &fin, &last};
    for (guint i = 0; i < G_N_ELEMENTS(all_of_them); i++)
        feed(&run, all_of_them[i], 5060);
    g_assert_cmpuint(run.out->len, ==, 10); /* without sianto_finish: nothing had to wait */
    struct segment o1 = nth(&run, 3), o2 = nth(&run, 5), end = nth(&run, 8);
    g_assert_cmpuint(nth(&run, 4).ack, ==, o1.seq + (guint32)o1.data.n);
    g_assert_cmpuint(o2.seq, ==, o1.seq + (guint32)o1.data.n);
    g_assert_cmpuint(nth(&run, 6).ack, ==, o2.seq + (guint32)o2.data.n);
    g_assert_cmpuint(nth(&run, 7).seq, ==, end.seq - 1);
    g_assert_cmpuint(nth(&run, 7).data.n, ==, 1);
    g_assert_cmpuint(end.seq, ==, nth(&run, 6).ack);
    g_assert_cmpuint(nth(&run, 9).ack, ==, end.seq + 1);
    g_assert_cmpuint(nth(&run, 2).ack, ==, nth(&run, 1).seq + 1);
    core_run_clear(&run);
    dialog_clear(&d);
}

/* --- what is lost ----------------------------------------------------------------------------------------- */

/* A lost segment takes the message around it; those before and behind it survive. */
static void loss_scrubs_its_message(void)
{
    struct core_run run;
    struct received got[2];
    struct dialog d = dialog_new();
    gsize lost = strlen(requests[0]) + strlen(requests[1]) + 40;
    init(got);
    core_run_start(&run, &keyed);
    hands(&run, &d);
    struct segment one = part(&d, 0, 0, lost), two = part(&d, 0, lost + 60, 100000);
    feed(&run, &one, 5060);
    feed(&run, &two, 5060);
    g_assert_cmpuint(run.out->len, ==, 3);
    run.time_us += HOLD_TIME_US + 1;
    struct segment ack = {1, SERVER_ISN + 1, two.seq + (guint32)two.data.n, TCP_ACK, BYTES_NONE};
    feed(&run, &ack, 5060);
    g_assert_cmpuint(run.out->len, ==, 6);
    receive(&run, got);
    no_identity(&got[0]);
    const char *text = (const char *)got[0].bytes->data;
    g_assert_nonnull(g_strstr_len(text, got[0].bytes->len, "REGISTER sip:d"));
    g_assert_null(g_strstr_len(text, got[0].bytes->len, "INVITE"));
    g_assert_nonnull(g_strstr_len(text, got[0].bytes->len, "xxMESSAGE sip:u"));
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 2);
    g_assert_cmpuint(sianto_counts(run.core).undecided_bytes, >, 100);
    g_assert_cmpuint(nth(&run, 5).ack, ==, nth(&run, 4).seq + (guint32)nth(&run, 4).data.n);
    clear(got);
    core_run_clear(&run);
    dialog_clear(&d);
}

/* A message in two parts, the second first; between them one far behind both. However far that is, the message is
 * written, since it is counted. */
static void far_ahead_costs_no_message(void)
{
    static const gsize gaps[] = {50000, 100000, 900000};
    for (guint i = 0; i < G_N_ELEMENTS(gaps); i++) {
        struct core_run run;
        struct dialog d = dialog_new();
        gsize half = strlen(requests[0]) + 100, end = strlen(requests[0]) + strlen(requests[1]);
        struct segment first = part(&d, 0, 0, half), second = part(&d, 0, half, end - half), far = first;
        far.seq += (guint32)(end + gaps[i]);
        core_run_start(&run, &keyed);
        hands(&run, &d);
        feed(&run, &second, 5060);
        feed(&run, &far, 5060);
        feed(&run, &first, 5060);
        g_assert_true(sianto_finish(run.core, NULL));
        g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
        g_assert_cmpint(bytes_find(nth(&run, 5).data, BYTES_LIT("REGISTER sip:d")), !=, NOT_FOUND);
        core_run_clear(&run);
        dialog_clear(&d);
    }
}

/* Cut by the snapshot length: nothing waits for what nobody has. */
static void cut_frames_do_not_wait(void)
{
    struct core_run run;
    struct dialog d = dialog_new();
    core_run_start(&run, &keyed);
    hands(&run, &d);
    struct segment s = part(&d, 0, 0, d.text[0]->len);
    g_autoptr(GByteArray) packet = segment_packet(&s, 5060);
    core_run_feed(&run, bytes_sub(bytes_of_array(packet), 0, 400), packet->len);
    g_assert_cmpuint(run.out->len, ==, 4);
    const struct core_out *out = &g_array_index(run.out, struct core_out, 3);
    g_autofree char *text = g_strndup((const char *)out->bytes->data + SEGMENT_HEADER, out->bytes->len - SEGMENT_HEADER);
    g_assert_nonnull(strstr(text, "REGISTER"));
    g_assert_null(strstr(text, "INVITE"));
    g_assert_null(strstr(text, "alice"));
    core_run_clear(&run);
    dialog_clear(&d);
}

static guint16 ip_length(const struct core_out *out)
{
    struct reader r = {bytes_of_array(out->bytes), 2, FALSE};
    return rd_u16be(&r);
}

/* A copy with a shorter snapshot length, of what is there whole: as long on the wire as the other, wherever it is cut. */
static void cut_copies_keep_their_length(void)
{
    struct core_run run;
    struct dialog d = dialog_new();
    gsize half = 400;
    core_run_start(&run, &keyed);
    hands(&run, &d);
    struct segment one = part(&d, 0, 0, half), two = part(&d, 0, half, d.text[0]->len - half);
    g_autoptr(GByteArray) packet = segment_packet(&one, 5060);
    feed(&run, &one, 5060);
    feed(&run, &two, 5060);
    const guint whole = run.out->len - 2;
    for (gsize n = SEGMENT_HEADER; n < packet->len; n += 45) {
        core_run_feed(&run, bytes_sub(bytes_of_array(packet), 0, n), packet->len);
        const struct core_out *copy = core_run_at(&run, run.out->len - 1), *first = core_run_at(&run, whole);
        g_assert_cmpuint(copy->wire_len, ==, first->wire_len);
        g_assert_cmpuint(ip_length(copy), ==, ip_length(first));
    }
    core_run_clear(&run);
    dialog_clear(&d);
}

/* --- which connections ------------------------------------------------------------------------------------ */

static void other_connections_are_dropped(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    struct segment syn = {0, 1, 0, TCP_SYN, BYTES_NONE}, get = {0, 2, 7, TCP_ACK, BYTES_LIT("GET / HTTP/1.1\r\n\r\n")};
    struct segment sip = {0, 20, 7, TCP_ACK, bytes_of(requests[1])};
    feed(&run, &syn, 80);
    g_assert_cmpuint(run.out->len, ==, 0);
    feed(&run, &get, 80);
    g_assert_cmpuint(run.out->len, ==, 2);
    g_assert_cmpuint(sianto_counts(run.core).dropped[DROP_NOT_SIP], ==, 2);
    feed(&run, &sip, 80); /* it is SIP after all */
    g_assert_cmpuint(run.out->len, ==, 3);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
    struct segment late = {0, 1, 0, TCP_SYN, BYTES_NONE}; /* another one to the port where SIP was seen */
    late.seq = 77777;
    feed(&run, &late, 80);
    g_assert_cmpuint(run.out->len, ==, 4);
    g_assert_cmpint(g_array_index(run.out, struct core_out, 3).drop, ==, DROP_NONE);
    core_run_clear(&run);
}

/* On SIP's port it is kept, whatever it is, and scrubbed. */
static void foreign_bytes_are_scrubbed(void)
{
    struct core_run run;
    struct received got[2];
    struct dialog d = dialog_new();
    init(got);
    g_string_assign(d.text[0], "GET /alice HTTP/1.1\r\nHost: example.com\r\n\r\n");
    core_run_start(&run, &keyed);
    hands(&run, &d);
    struct segment s = part(&d, 0, 0, d.text[0]->len);
    feed(&run, &s, 5060);
    receive(&run, got);
    no_identity(&got[0]);
    g_assert_cmpuint(got[0].bytes->len, ==, d.text[0]->len);
    g_assert_nonnull(g_strstr_len((char *)got[0].bytes->data, got[0].bytes->len, "xxxxxxxxxxxx"));
    clear(got);
    core_run_clear(&run);
    dialog_clear(&d);
}

static void mid_stream_begins_at_a_message(void)
{
    struct core_run run;
    core_run_start(&run, &keyed);
    struct segment tail = {0, 1000, 7, TCP_ACK, BYTES_LIT("ice@example.com>\r\nContent-Length: 0\r\n\r\n")};
    struct segment next = {0, 1000 + (guint32)tail.data.n, 7, TCP_ACK, bytes_of(requests[1])};
    struct segment ack = {1, 7, next.seq + (guint32)next.data.n, TCP_ACK, BYTES_NONE};
    feed(&run, &tail, 5060);
    feed(&run, &next, 5060);
    g_assert_cmpuint(run.out->len, ==, 0); /* something may have come before */
    feed(&run, &ack, 5060);
    g_assert_cmpuint(run.out->len, ==, 3);
    struct segment o = nth(&run, 0);
    check_text("tail", bytes_sub(o.data, 0, 20), "xxxxxxxxxxxxxxxxxxxx");
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 1);
    core_run_clear(&run);
}

static void ports_are_used_again(void)
{
    struct core_run run;
    struct dialog d = dialog_new(), e = dialog_new();
    core_run_start(&run, &keyed);
    feed_whole(&run, &d);
    e.isn[0] += 77777;
    e.isn[1] += 0x40000000;
    feed_whole(&run, &e);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 10);
    g_assert_cmpuint(run.out->len, ==, 10);
    core_run_clear(&run);
    dialog_clear(&d);
    dialog_clear(&e);
}

/* --- growth ---------------------------------------------------------------------------------------------- */

/* A segment as large as IP can say: what would not fit it any more is scrubbed, message by message, and counted. */
static void what_outgrows_its_segment_is_scrubbed(void)
{
    struct core_run run;
    struct dialog d = dialog_new();
    core_run_start(&run, &keyed);
    g_string_truncate(d.text[0], 0);
    while (d.text[0]->len < 65000)
        g_string_append_printf(d.text[0], "OPTIONS sip:a@b SIP/2.0\r\nCall-ID: %" G_GSIZE_FORMAT "\r\nContent-Length: 0\r\n\r\n",
                               d.text[0]->len);
    hands(&run, &d);
    struct segment s = part(&d, 0, 0, d.text[0]->len);
    feed(&run, &s, 5060);
    struct segment got = nth(&run, 3);
    struct sianto_counts counts = sianto_counts(run.core);
    g_assert_cmpuint(got.data.n, >, 65000);
    g_assert_cmpuint(got.data.n + SEGMENT_HEADER, <=, G_MAXUINT16);
    g_assert_cmpuint(counts.too_long, >, 100);
    g_assert_cmpuint(counts.sip_messages, >, 5);
    g_assert_cmpint(bytes_find(got.data, BYTES_LIT("sip:a@b")), ==, NOT_FOUND);
    struct segment ack = {1, SERVER_ISN + 1, s.seq + (guint32)s.data.n, TCP_ACK, BYTES_NONE};
    feed(&run, &ack, 5060);
    g_assert_cmpuint(nth(&run, 4).ack, ==, got.seq + (guint32)got.data.n);
    core_run_clear(&run);
    dialog_clear(&d);
}

/* --- bounds ------------------------------------------------------------------------------------------------ */

/* What never ends leaves by the bytes that may wait. */
static void endless_headers_leave(void)
{
    struct core_run run;
    struct sianto_settings small = {.labels = LABELS_KEYED, .hold_bytes = 1 << 20};
    struct dialog d = dialog_new();
    core_run_start(&run, &small);
    hands(&run, &d);
    g_autoptr(GByteArray) fold = g_byte_array_new();
    g_byte_array_set_size(fold, 1400);
    memset(fold->data, 'a', 1400);
    memcpy(fold->data, "\r\n alice", 8);
    struct segment s = {0, CLIENT_ISN + 1, SERVER_ISN + 1, TCP_ACK, bytes_of("OPTIONS sip:alice@a SIP/2.0\r\nSubject: ")};
    feed(&run, &s, 5060);
    for (guint i = 0; i < 3000; i++) {
        s.seq += (guint32)s.data.n;
        s.data = bytes_of_array(fold);
        feed(&run, &s, 5060);
        g_assert_cmpuint(run.number - run.out->len, <, 400);
    }
    g_assert_cmpuint(sianto_counts(run.core).undecided_bytes, >, 0);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 0);
    for (guint i = 0; i < run.out->len; i++) {
        const struct core_out *out = &g_array_index(run.out, struct core_out, i);
        g_assert_cmpint(bytes_find(bytes_of_array(out->bytes), BYTES_LIT("alice")), ==, NOT_FOUND);
    }
    core_run_clear(&run);
    dialog_clear(&d);
}

/* --- the same once more ----------------------------------------------------------------------------------- */

/* What is written is kept when it is read again: core_run_clear asks. */

/* Bytes that show nothing wait, and are kept since SIP is seen at their end meanwhile: x's must wait as well. */
static void what_waited_is_kept_again(void)
{
    struct core_run run;
    struct dialog d = dialog_new();
    struct segment syn = {0, 500, 0, TCP_SYN, BYTES_NONE}, data = {0, 501, 7, TCP_ACK, BYTES_LIT("a probe")};
    struct segment more = {0, 508, 7, TCP_ACK, BYTES_LIT(" goes on")}, end = {1, 7, 516, TCP_ACK | TCP_RST, BYTES_NONE};
    const struct segment *const first[] = {&syn, &data, &more, &end};
    d.port = 7000;
    core_run_start(&run, &keyed);
    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
        feed(&run, first[i], d.port);
    feed_whole(&run, &d);
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpuint(sianto_counts(run.core).written, ==, run.number);
    core_run_clear(&run);
    dialog_clear(&d);
}

/* A message of which the end is missing is scrubbed: nothing of SIP is left in its connection. */
static void what_was_scrubbed_is_kept_again(void)
{
    struct core_run run;
    struct dialog d = dialog_new();
    struct segment half = part(&d, 0, strlen(requests[0]), 100);
    half.seq = d.isn[0] + 1;
    d.port = 7000;
    core_run_start(&run, &keyed);
    hands(&run, &d);
    feed(&run, &half, d.port);
    g_assert_true(sianto_finish(run.core, NULL));
    g_assert_cmpuint(sianto_counts(run.core).written, ==, 4);
    g_assert_cmpuint(sianto_counts(run.core).sip_messages, ==, 0);
    core_run_clear(&run);
    dialog_clear(&d);
}

static void feed_datagram(struct core_run *run, guint16 port, struct bytes data)
{
    guint8 h[28] = {0x45, 0, 0, 0, 0, 7, 0, 0, 64, 17, 0, 0, 10, 1, 2, 3, 10, 1, 2, 4};
    g_autoptr(GByteArray) packet = g_byte_array_new();
    put_u16be(h + 2, (guint16)(sizeof h + data.n));
    put_u16be(h + 20, 40000);
    put_u16be(h + 22, port);
    put_u16be(h + 24, (guint16)(8 + data.n));
    g_byte_array_append(packet, h, sizeof h);
    g_byte_array_append(packet, data.p, (guint)data.n);
    core_run_feed(run, bytes_of_array(packet), packet->len);
}

/* A message without its connection's beginning is judged when its 32 s are over. What comes behind them is judged with
 * what it taught, whether another frame came between (which is dropped) or not. */
static void what_was_overdue_teaches_again(void)
{
    struct core_run run;
    struct segment message = {0, 5000, 7, TCP_ACK, bytes_of(requests[1])};
    core_run_start(&run, &keyed);
    feed(&run, &message, 7000);
    run.time_us += HOLD_TIME_US + 1;
    feed_datagram(&run, 9, BYTES_LIT("something else"));
    feed_datagram(&run, 7000, BYTES_LIT("\r\n\r\n"));
    g_assert_cmpuint(run.out->len, ==, 3);
    g_assert_cmpint(core_run_at(&run, 1)->drop, ==, DROP_NOT_SIP);
    g_assert_cmpint(core_run_at(&run, 2)->drop, ==, DROP_NONE);
    core_run_clear(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(key_init_library(NULL));
    g_test_add_func("/tcp/whole", whole);
    g_test_add_func("/tcp/any-order/sip", any_order);
    g_test_add_func("/tcp/any-order/websocket", websocket_any_order);
    g_test_add_func("/tcp/any-order/tls", tls_any_order);
    g_test_add_func("/tcp/any-order/hep", hep_any_order);
    g_test_add_func("/tcp/acknowledgements", acknowledgements_follow);
    g_test_add_func("/tcp/loss", loss_scrubs_its_message);
    g_test_add_func("/tcp/far-ahead", far_ahead_costs_no_message);
    g_test_add_func("/tcp/cut", cut_frames_do_not_wait);
    g_test_add_func("/tcp/cut-copies", cut_copies_keep_their_length);
    g_test_add_func("/tcp/other-connections", other_connections_are_dropped);
    g_test_add_func("/tcp/foreign-bytes", foreign_bytes_are_scrubbed);
    g_test_add_func("/tcp/mid-stream", mid_stream_begins_at_a_message);
    g_test_add_func("/tcp/ports-again", ports_are_used_again);
    g_test_add_func("/tcp/again/waited", what_waited_is_kept_again);
    g_test_add_func("/tcp/again/scrubbed", what_was_scrubbed_is_kept_again);
    g_test_add_func("/tcp/again/overdue", what_was_overdue_teaches_again);
    g_test_add_func("/tcp/growth", what_outgrows_its_segment_is_scrubbed);
    g_test_add_func("/tcp/endless-headers", endless_headers_leave);
    return g_test_run();
}

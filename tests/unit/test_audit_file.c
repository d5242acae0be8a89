/* Step 2: what may be in a file, packets that were not checked, originals across segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_rig.h"
#include "check.h"

/* --- files ------------------------------------------------------------------------------------------- */

struct writer {
    GByteArray *out;
    gboolean big;
};

static void put16(struct writer *w, guint16 v)
{
    v = w->big ? GUINT16_TO_BE(v) : GUINT16_TO_LE(v);
    g_byte_array_append(w->out, (const guint8 *)&v, 2);
}

static void put32(struct writer *w, guint32 v)
{
    v = w->big ? GUINT32_TO_BE(v) : GUINT32_TO_LE(v);
    g_byte_array_append(w->out, (const guint8 *)&v, 4);
}

static void put_padded(struct writer *w, struct bytes b)
{
    static const guint8 zeros[4] = {0};
    g_byte_array_append(w->out, b.p, (guint)b.n);
    g_byte_array_append(w->out, zeros, (guint)(3 - (b.n + 3) % 4));
}

static void put_option(struct writer *w, guint16 code, const char *value)
{
    put16(w, code);
    put16(w, (guint16)strlen(value));
    put_padded(w, bytes_of(value));
}

static guint begin(struct writer *w, guint32 type)
{
    guint at = w->out->len;
    put32(w, type);
    put32(w, 0);
    return at;
}

static void end(struct writer *w, guint at)
{
    guint32 n = w->out->len - at + 4;
    struct writer length = {g_byte_array_new(), w->big};
    put32(&length, n);
    memcpy(w->out->data + at + 4, length.out->data, 4);
    g_byte_array_append(w->out, length.out->data, 4);
    g_byte_array_unref(length.out);
}

static void put_section(struct writer *w, guint16 option, const char *value)
{
    guint at = begin(w, 0x0a0d0d0a);
    put32(w, 0x1a2b3c4d);
    put32(w, w->big ? 1u << 16 : 1);
    put32(w, G_MAXUINT32);
    put32(w, G_MAXUINT32);
    if (value)
        put_option(w, option, value);
    put32(w, 0);
    end(w, at);
}

static void put_interface(struct writer *w, guint16 linktype, guint16 option, const char *value)
{
    guint at = begin(w, 1);
    put16(w, linktype);
    put16(w, 0);
    put32(w, 0);
    if (value)
        put_option(w, option, value);
    put32(w, 0);
    end(w, at);
}

static void put_packet(struct writer *w, struct bytes frame, guint16 option, const char *value)
{
    guint at = begin(w, 6);
    put32(w, 0);
    put32(w, 0);
    put32(w, 0);
    put32(w, (guint32)frame.n);
    put32(w, (guint32)frame.n);
    put_padded(w, frame);
    if (value)
        put_option(w, option, value);
    end(w, at);
}

static void put_block(struct writer *w, guint32 type, const char *value)
{
    guint at = begin(w, type);
    put_padded(w, bytes_of(value));
    end(w, at);
}

static struct writer writer_new(gboolean big)
{
    struct writer w = {g_byte_array_new(), big};
    put_section(&w, 0, NULL);
    put_interface(&w, 101, 2, "if0");
    return w;
}

struct source {
    struct bytes rest;
    gsize step; /* bytes a read gives at most */
};

static gssize read_source(void *arg, guint8 *buffer, gsize n)
{
    struct source *s = arg;
    n = MIN(MIN(n, s->step), s->rest.n);
    if (n)
        memcpy(buffer, s->rest.p, n);
    s->rest = bytes_from(s->rest, n);
    return (gssize)n;
}

static gboolean audit_bytes(struct audit_rig *r, struct bytes file, gsize step)
{
    struct source s = {file, step};
    return audit_capture(r->audit, read_source, &s);
}

/* --- frames: IPv4 and UDP or TCP, checksums not looked at
 * ---------------------------------------------------- */

struct packet {
    guint8 protocol;
    guint8 src[4], dst[4];
    guint32 seq;
    struct bytes payload;
};

static GByteArray *make_frame(const struct packet *p)
{
    guint8 head[40] = {0x45, 0};
    gsize transport = p->protocol == 6 ? 20 : 8;
    GByteArray *out = g_byte_array_new();
    put_u16be(head + 2, (guint16)(20 + transport + p->payload.n));
    head[8] = 64;
    head[9] = p->protocol;
    memcpy(head + 12, p->src, 4);
    memcpy(head + 16, p->dst, 4);
    put_u16be(head + 20, 5060);
    put_u16be(head + 22, 5060);
    if (p->protocol == 6) {
        put_u32be(head + 24, p->seq);
        head[32] = 0x50;
    } else {
        put_u16be(head + 24, (guint16)(8 + p->payload.n));
    }
    g_byte_array_append(out, head, (guint)(20 + transport));
    g_byte_array_append(out, p->payload.p, (guint)p->payload.n);
    return out;
}

static const char invite[] =
    "OPTIONS sip:alice.liddell@atlanta.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP pc33.atlanta.example;branch=z9hG4bKnashds8wonder\r\n"
    "From: \"Alice in Wonderland\" <sip:alice.liddell@atlanta.example>;tag=1928301774cheshire\r\n"
    "Call-ID: a84b4c76e66710@pc33.atlanta.example\r\n"
    "Reply-To: <sip:3155551234@atlanta.example>\r\n"
    "Subject: Tea party at six\r\n\r\n";

struct run {
    struct audit_rig r;
    GByteArray *captured, *written;
    gchar *text;
};

/* Step 1 of one message in one packet. */
static struct run run_new(guint8 protocol, const char *message)
{
    struct run run = {.r = audit_rig_new(LABELS_READABLE, 0)};
    struct packet p = {protocol, {203, 0, 113, 1}, {198, 51, 100, 2}, 1, bytes_of(message)};
    run.text = rig_message(run.r.rig, bytes_of(message));
    run.captured = make_frame(&p);
    addresses_map4(run.r.rig->tables.addresses, p.src, p.src);
    addresses_map4(run.r.rig->tables.addresses, p.dst, p.dst);
    p.payload = bytes_of(run.text);
    run.written = make_frame(&p);
    audit_frame(run.r.audit, 1, 101, bytes_of_array(run.captured), bytes_of_array(run.written));
    if (protocol == 17)
        audit_message(run.r.audit, 1, bytes_of(message), bytes_of(run.text));
    else
        audit_stream_message(run.r.audit, 1, bytes_of(message), bytes_of(run.text));
    g_assert_cmpuint(audit_result(run.r.audit)->n_hits, ==, 0);
    return run;
}

static void run_free(struct run *run)
{
    g_byte_array_unref(run->captured);
    g_byte_array_unref(run->written);
    g_free(run->text);
    audit_rig_free(&run->r);
}

static void check_hit(struct run *run, const char *what, enum audit_fault fault, const char *place)
{
    const struct audit_result *r = audit_result(run->r.audit);
    if (r->n_hits == 0)
        g_error("%s: no hit", what);
    if (r->hits[0].fault != fault || (place && strcmp(r->hits[0].place, place) != 0))
        g_error("%s: \"%s\" %s", what, r->hits[0].place, audit_fault_text(r->hits[0].fault));
}

/* --- tests
 * ------------------------------------------------------------------------------------------------------ */

static void test_clean(void)
{
    for (guint big = 0; big < 2; big++) {
        for (gsize step = 1; step <= 4096; step *= 8) {
            struct run run = run_new(17, invite);
            struct writer w = writer_new(big);
            put_packet(&w, bytes_of_array(run.written), 2, "\1\2\3\4");
            put_packet(&w, bytes_of_array(run.written), 0, NULL);
            g_assert_true(audit_bytes(&run.r, bytes_of_array(w.out), step));
            g_assert_cmpuint(audit_result(run.r.audit)->packets, ==, 2);
            g_assert_cmpuint(audit_result(run.r.audit)->originals, >=, 6);
            g_assert_true(audit_text(run.r.audit, "report",
                                     BYTES_LIT("{\"server\": \"d1.invalid\", \"user\": \"u1\"}")));
            g_byte_array_unref(w.out);
            run_free(&run);
        }
    }
}

static void test_pcap(void)
{
    for (guint big = 0; big < 2; big++) {
        for (guint leak = 0; leak < 2; leak++) {
            struct run run = run_new(17, invite);
            struct writer w = {g_byte_array_new(), big};
            struct bytes frame = bytes_of_array(leak ? run.captured : run.written);
            put32(&w, 0xa1b23c4d);
            put32(&w, big ? 2u << 16 | 4 : 4u << 16 | 2);
            put32(&w, 0);
            put32(&w, 0);
            put32(&w, 65535);
            put32(&w, 101);
            for (guint i = 0; i < 2; i++)
                put32(&w, 7);
            put32(&w, (guint32)frame.n);
            put32(&w, (guint32)frame.n);
            g_byte_array_append(w.out, frame.p, (guint)frame.n);
            g_assert_cmpint(audit_bytes(&run.r, bytes_of_array(w.out), 100), ==, !leak);
            g_byte_array_unref(w.out);
            run_free(&run);
        }
    }
}

static const struct {
    const char *what;
    guint32 type; /* of a block; 0: an option */
    guint16 where, option;
    const char *value;
    enum audit_fault fault;
} blocks[] = {
    {"names", 4, 0, 0, "alice", AUDIT_BLOCK},
    {"secrets", 10, 0, 0, "CLIENT_RANDOM", AUDIT_BLOCK},
    {"custom", 0xbad, 0, 0, "x", AUDIT_BLOCK},
    {"custom, not copied", 0x40000bad, 0, 0, "x", AUDIT_BLOCK},
    {"journal", 9, 0, 0, "x", AUDIT_BLOCK},
    {"simple packet", 3, 0, 0, "x", AUDIT_BLOCK},
    {"statistics of no interface", 5, 0, 0, "123412341234", AUDIT_MALFORMED},
    {"application", 0, 0, 4, "sianto", AUDIT_FAULTS},
    {"comment of ours", 0, 0, 1, "anonymized by sianto", AUDIT_FAULTS},
    {"comment with an original", 0, 0, 1, "of atlanta.example", AUDIT_FOUND},
    {"hardware", 0, 0, 2, "Intel", AUDIT_BLOCK},
    {"system", 0, 0, 3, "Linux", AUDIT_BLOCK},
    {"custom option", 0, 0, 2988, "x", AUDIT_BLOCK},
    {"interface ifN", 0, 1, 2, "if17", AUDIT_FAULTS},
    {"interface name", 0, 1, 2, "eth0", AUDIT_BLOCK},
    {"interface description", 0, 1, 3, "WAN", AUDIT_BLOCK},
    {"interface address", 0, 1, 4, "12341234", AUDIT_BLOCK},
    {"interface MAC", 0, 1, 6, "123456", AUDIT_BLOCK},
    {"resolution", 0, 1, 9, "\11", AUDIT_FAULTS},
    {"filter", 0, 1, 11, "host alice", AUDIT_BLOCK},
    {"interface's system", 0, 1, 12, "Linux", AUDIT_BLOCK},
    {"interface's hardware", 0, 1, 15, "e1000", AUDIT_BLOCK},
    {"packet comment", 0, 2, 1, "hello", AUDIT_BLOCK},
    {"packet flags", 0, 2, 2, "1234", AUDIT_FAULTS},
    {"packet hash", 0, 2, 3, "\2abcd", AUDIT_BLOCK},
    {"packet drops", 0, 2, 4, "12345678", AUDIT_FAULTS},
    {"packet verdict", 0, 2, 7, "x", AUDIT_BLOCK},
};

static void test_blocks(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
        struct run run = run_new(17, invite);
        struct writer w = writer_new(FALSE);
        if (blocks[i].type)
            put_block(&w, blocks[i].type, blocks[i].value);
        else if (blocks[i].where == 0)
            put_section(&w, blocks[i].option, blocks[i].value);
        else if (blocks[i].where == 1)
            put_interface(&w, 1, blocks[i].option, blocks[i].value);
        else
            put_packet(&w, bytes_of_array(run.written), blocks[i].option, blocks[i].value);
        gboolean clean = audit_bytes(&run.r, bytes_of_array(w.out), 4096);
        if (clean != (blocks[i].fault == AUDIT_FAULTS))
            g_error("%s: %s", blocks[i].what, clean ? "no hit" : "a hit");
        if (!clean)
            check_hit(&run, blocks[i].what, blocks[i].fault, NULL);
        g_byte_array_unref(w.out);
        run_free(&run);
    }
}

/* Statistics of interface 0: one option. */
static const struct {
    const char *what;
    guint16 option;
    struct bytes value;
    gboolean clean;
} statistics[] = {
    {"start", 2, BYTES_LIT("\xff\xff\xff\xff\xff\xff\xff\xff"), TRUE},
    {"received", 4, BYTES_LIT("\xff\xff\xff\xff\xff\xff\0\0"), TRUE},
    {"dropped, too many", 5, BYTES_LIT("\0\0\0\0\0\0\1\0"), FALSE},
    {"dropped, a text", 5, BYTES_LIT("alice.li"), FALSE},
    {"delivered, short", 8, BYTES_LIT("\1\0\0\0"), FALSE},
    {"comment", 1, BYTES_LIT("counted!"), FALSE},
    {"unknown", 9, BYTES_LIT("\1\0\0\0\0\0\0\0"), FALSE},
};

static void test_statistics(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(statistics); i++) {
        struct run run = run_new(17, invite);
        struct writer w = writer_new(FALSE);
        guint at = begin(&w, 5);
        for (guint k = 0; k < 3; k++)
            put32(&w, 0);
        put32(&w, statistics[i].option | (guint32)statistics[i].value.n << 16);
        put_padded(&w, statistics[i].value);
        end(&w, at);
        gboolean clean = audit_bytes(&run.r, bytes_of_array(w.out), 4096);
        if (clean != statistics[i].clean)
            g_error("%s: %s", statistics[i].what, clean ? "no hit" : "a hit");
        if (!clean)
            check_hit(&run, statistics[i].what, AUDIT_BLOCK, NULL);
        g_byte_array_unref(w.out);
        run_free(&run);
    }
}

/* A packet that is not what step 1 saw. `%` stands for the written text. */
static const struct {
    const char *what, *payload;
    enum audit_fault fault;
    const char *place;
} packets[] = {
    {"nothing", "", AUDIT_FAULTS, NULL},
    {"keep-alive", "\r\n\r\n", AUDIT_FAULTS, NULL},
    {"scrubbed", "xxxxxxxxxxxxxxxx", AUDIT_FAULTS, NULL},
    {"another message", "OPTIONS sip:d1.invalid SIP/2.0\r\n\r\n", AUDIT_UNCHECKED, "message"},
    {"a user", "zzz alice.liddell zzz", AUDIT_FOUND, "packet: "},
    {"a host", "zzz ATLANTA.EXAMPLE zzz", AUDIT_FOUND, "packet: "},
    {"a display name", "zzz alice in wonderland", AUDIT_FOUND, "packet: "},
    {"a tag", "\nTo: 1928301774cheshire", AUDIT_FOUND, "packet: To"},
    {"a branch", "nashds8wonder", AUDIT_FOUND, "packet: "},
    {"a Call-ID", "a84b4c76e66710", AUDIT_FOUND, "packet: "},
    {"a subject", "x-alice: tea party at six", AUDIT_FOUND, "packet: "},
    {"a number", "x\r\nX-Account: 3155551234\r\n", AUDIT_FOUND, "packet: X-Account"},
    {"a number that is no counter", "x\r\nCSeq: 13155551234 INVITE\r\n", AUDIT_FOUND, "packet: CSeq"},
    {"a counter that is somebody's number", "x\r\nCSeq: 3155551234 INVITE\r\nRAck: 1 3155551234 INVITE\r\n", AUDIT_FAULTS, NULL},
    {"a time that is somebody's number", "x\r\nt=3155551234 0\r\n", AUDIT_FAULTS, NULL},
    {"a user in base64", "AAYWxpY2UubGlkZGVsbA", AUDIT_FOUND, "packet: "},
};

static void test_packets(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(packets); i++) {
        struct run run = run_new(17, invite);
        struct writer w = writer_new(FALSE);
        struct packet p = {.protocol = 17, .payload = bytes_of(packets[i].payload)};
        memcpy(p.src, run.written->data + 12, 4);
        memcpy(p.dst, run.written->data + 16, 4);
        g_autoptr(GByteArray) frame = make_frame(&p);
        put_packet(&w, bytes_of_array(frame), 0, NULL);
        gboolean clean = audit_bytes(&run.r, bytes_of_array(w.out), 4096);
        if (clean != (packets[i].fault == AUDIT_FAULTS))
            g_error("%s: %s", packets[i].what, clean ? "no hit" : "a hit");
        if (!clean)
            check_hit(&run, packets[i].what, packets[i].fault, packets[i].place);
        g_byte_array_unref(w.out);
        run_free(&run);
    }
}

/* Tunnels in UDP that begin as a method would, "`" or "RR" and a tab: what counts is the message inside. `text` NULL: the
 * one that step 1 has passed. */
static const struct {
    const char *what;
    guint16 port;
    gboolean teredo;
    const char *text;
    gboolean clean;
} tunnels[] = {
    {"Teredo", 3544, TRUE, NULL, TRUE},
    {"Teredo, another message", 3544, TRUE, "OPTIONS sip:d1.invalid SIP/2.0\r\n\r\n", FALSE},
    {"Teredo at another port", 3545, TRUE, NULL, FALSE},
    {"MPLS", 6635, FALSE, NULL, TRUE},
    {"MPLS, another message", 6635, FALSE, "OPTIONS sip:d1.invalid SIP/2.0\r\n\r\n", FALSE},
    {"MPLS at another port", 6636, FALSE, NULL, FALSE},
};

/* A packet around `inner`, an IPv4 one: behind a label, or its datagram behind an IPv6 header. */
static GByteArray *make_tunnel(struct packet *p, struct bytes inner, gboolean teredo, guint16 port)
{
    guint8 head[40] = {'R', 'R', '\t', 64};
    g_autoptr(GByteArray) data = g_byte_array_new();
    if (teredo) {
        memcpy(head, "`\t00", 4);
        put_u16be(head + 4, (guint16)(inner.n - 20));
        head[6] = 17;
        head[7] = 64;
    }
    g_byte_array_append(data, head, teredo ? 40 : 4);
    g_byte_array_append(data, inner.p + (teredo ? 20 : 0), (guint)(inner.n - (teredo ? 20 : 0)));
    p->payload = bytes_of_array(data);
    GByteArray *out = make_frame(p);
    put_u16be(out->data + 22, port);
    return out;
}

static void test_tunnels(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(tunnels); i++) {
        struct run run = run_new(17, invite);
        struct writer w = writer_new(FALSE);
        struct packet p = {.protocol = 17, .payload = bytes_of(tunnels[i].text ? tunnels[i].text : run.text)};
        memcpy(p.src, run.written->data + 12, 4);
        memcpy(p.dst, run.written->data + 16, 4);
        g_autoptr(GByteArray) inner = make_frame(&p);
        g_autoptr(GByteArray) frame = make_tunnel(&p, bytes_of_array(inner), tunnels[i].teredo, tunnels[i].port);
        put_packet(&w, bytes_of_array(frame), 0, NULL);
        gboolean clean = audit_bytes(&run.r, bytes_of_array(w.out), 4096);
        if (clean != tunnels[i].clean)
            g_error("%s: %s", tunnels[i].what, clean ? "no hit" : "a hit");
        if (!clean)
            check_hit(&run, tunnels[i].what, AUDIT_UNCHECKED, "message");
        g_byte_array_unref(w.out);
        run_free(&run);
    }
}

/* SIP whose second word's blanks would be the length of an IPv6 packet that fits. */
static void test_text_like_tunnel(void)
{
    struct run run = run_new(17, invite);
    struct writer w = writer_new(FALSE);
    g_autofree gchar *filler = g_strnfill(9000, 'x'), *text = g_strconcat("note  sip:d1.invalid SIP/2.0\r\n", filler, NULL);
    struct packet p = {.protocol = 17, .payload = bytes_of(text)};
    g_autoptr(GByteArray) frame = make_frame(&p);
    put_u16be(frame->data + 22, 3544);
    put_packet(&w, bytes_of_array(frame), 0, NULL);
    g_assert_false(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    check_hit(&run, "text", AUDIT_UNCHECKED, "message");
    g_byte_array_unref(w.out);
    run_free(&run);
}

/* An original that is made of pieces of what every message has, as a broken one may have it. */
static const struct {
    const char *subject, *payload;
    gboolean hit;
} pieces[] = {
    {"wards: 70", "x\r\nMax-Forwards: 70\r\n", FALSE},
    {"wards: 70", "wards: 70\r\n", FALSE}, /* the segment begins in a word */
    {"wards: 70", "x\r\nTen wards: 70\r\n", TRUE},
    {"wards: 70", "x\r\nMax-Forwards: 70, said Bob\r\n", FALSE},
    {"TIONS sip", "OPTIONS sip:d1.invalid SIP/2.0", FALSE},
    {"zqIONS sip", "zqIONS sip", TRUE},
    {"[2001:db8", "Contact: <sip:u1@[2001:db8::9]>", FALSE},
    {"5060;branch=z9hG", "Via: SIP/2.0/UDP 192.0.2.25:5060;branch=z9hG4bK", FALSE},
    {"E SIP/2.0", "INVITE sip:d1.invalid%3E SIP/2.0", FALSE},
    {"Digest bob", "Digest bobby", TRUE},
};

static void test_pieces(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree gchar *message =
            g_strdup_printf("OPTIONS sip:d SIP/2.0\r\nSubject: %s\r\n\r\n", pieces[i].subject);
        struct run run = run_new(17, message);
        struct writer w = writer_new(FALSE);
        struct packet p = {.protocol = 6, .payload = bytes_of(pieces[i].payload)};
        memcpy(p.src, run.written->data + 12, 4);
        memcpy(p.dst, run.written->data + 16, 4);
        g_autoptr(GByteArray) frame = make_frame(&p);
        put_packet(&w, bytes_of_array(frame), 0, NULL);
        audit_bytes(&run.r, bytes_of_array(w.out), 4096);
        const struct audit_result *r = audit_result(run.r.audit);
        gboolean found = FALSE;
        for (guint j = 0; j < MIN(r->n_hits, AUDIT_HITS_KEPT); j++)
            found = found || r->hits[j].fault == AUDIT_FOUND;
        if (found != pieces[i].hit)
            g_error("%s in %s: %s", pieces[i].subject, pieces[i].payload, found ? "a hit" : "no hit");
        g_byte_array_unref(w.out);
        run_free(&run);
    }
}

/* Lines of a stream that no step 1 saw, as in the head of a WebSocket that was refused. */
static const struct {
    const char *payload;
    gboolean hit;
} lines[] = {
    {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 40\r\nWWW-Authenticate: redacted\r\n\r\n", FALSE},
    {"HTTP/1.1 401 Unauthorized\r\nExpires: 0\r\nl: 4294967295\r\n\r\n", FALSE},
    {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 40 u1\r\n\r\n", TRUE},
    {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 49301234567\r\n\r\n", TRUE},
    {"HTTP/1.1 401 Unauthorized\r\nTo: <sip:u1@d1.invalid>\r\n\r\n", TRUE},
    {"xx\nl:?\nI:\x9a\x01\nR: xyz\n", FALSE}, /* chance, in what is masked */
    {"HEP3\r\nTo: <sip:u1@d1.in\x81\x7e\x01\x20valid>\r\n", FALSE}, /* a frame of a WebSocket begins in it */
};

static void test_lines_unseen(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct run run = run_new(6, invite);
        struct writer w = writer_new(FALSE);
        struct packet p = {.protocol = 6, .payload = bytes_of(lines[i].payload)};
        memcpy(p.src, run.written->data + 12, 4);
        memcpy(p.dst, run.written->data + 16, 4);
        g_autoptr(GByteArray) frame = make_frame(&p);
        put_packet(&w, bytes_of_array(frame), 0, NULL);
        if (audit_bytes(&run.r, bytes_of_array(w.out), 4096) == lines[i].hit)
            g_error("%s: %s", lines[i].payload, lines[i].hit ? "no hit" : "a hit");
        if (lines[i].hit)
            check_hit(&run, lines[i].payload, AUDIT_UNCHECKED, NULL);
        g_byte_array_unref(w.out);
        run_free(&run);
    }
}

static void test_address(void)
{
    struct run run = run_new(17, invite);
    struct writer w = writer_new(FALSE);
    run.written->data[12] ^= 1;
    put_packet(&w, bytes_of_array(run.written), 0, NULL);
    g_assert_false(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    check_hit(&run, "address", AUDIT_UNCHECKED, "ipv4");
    g_byte_array_unref(w.out);
    run_free(&run);
}

/* What lies in a label or an image of ours is no hit, though it holds an original. */
static void test_in_images(void)
{
    struct run run = run_new(17, invite);
    const char *image = strstr(run.text, "branch=z9hG4bK") + 14;
    g_autofree gchar *part = g_strndup(image, 9);
    g_autofree gchar *message = g_strdup_printf("OPTIONS sip:%s@atlanta.example SIP/2.0\r\n\r\n", part);
    g_autofree gchar *written = rig_message(run.r.rig, bytes_of(message));
    audit_message(run.r.audit, 2, bytes_of(message), bytes_of(written));
    struct writer w = writer_new(FALSE);
    put_packet(&w, bytes_of_array(run.written), 0, NULL);
    g_assert_true(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    g_assert_false(audit_text(run.r.audit, "report", bytes_of(part)));
    check_hit(&run, "outside", AUDIT_FOUND, "report");
    g_byte_array_unref(w.out);
    run_free(&run);
}

/* A text of ours may hold words that are somebody's name too. */
static void test_own_text(void)
{
    struct run run = run_new(17, "OPTIONS sip:registrar@conference.example SIP/2.0\r\n\r\n");
    struct bytes report = BYTES_LIT("<p>The registrar answered</p>");
    audit_own_text(run.r.audit, report);
    g_assert_true(audit_text(run.r.audit, "report", report));
    g_assert_false(audit_text(run.r.audit, "report", BYTES_LIT("conference.example")));
    run_free(&run);
}

/* --- segments
 * ---------------------------------------------------------------------------------------------------- */

static void put_segment(struct writer *w, const struct run *run, guint32 seq, struct bytes payload)
{
    struct packet p = {.protocol = 6, .seq = seq, .payload = payload};
    memcpy(p.src, run->written->data + 12, 4);
    memcpy(p.dst, run->written->data + 16, 4);
    g_autoptr(GByteArray) frame = make_frame(&p);
    put_packet(w, bytes_of_array(frame), 0, NULL);
}

/* An original cut anywhere, the pieces in either order. */
static void test_segments(void)
{
    struct bytes text = BYTES_LIT("zzzz alice.liddell zzzz");
    for (gsize cut = 1; cut < text.n; cut++) {
        for (guint order = 0; order < 3; order++) {
            struct run run = run_new(6, invite);
            struct writer w = writer_new(FALSE);
            guint32 seq = G_MAXUINT32 - 7;
            if (order != 1)
                put_segment(&w, &run, seq, bytes_sub(text, 0, cut));
            if (order == 2) /* something else in between */
                put_segment(&w, &run, seq + 5000, BYTES_LIT("yyyyyyyy"));
            put_segment(&w, &run, seq + (guint32)cut, bytes_from(text, cut));
            if (order == 1)
                put_segment(&w, &run, seq, bytes_sub(text, 0, cut));
            g_assert_false(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
            check_hit(&run, "segments", AUDIT_FOUND, NULL);
            g_assert_cmpuint(audit_result(run.r.audit)->n_hits, ==, 1);
            g_byte_array_unref(w.out);
            run_free(&run);
        }
    }
}

/* A long file, where hits of both threads' shares come one after the other, in packets and across them: what is found,
 * and which hits are kept, is the same with one thread. `first`: packets before the first hit. */
static struct audit_result find_in_long_file(guint first, guint step, gboolean threads)
{
    audit_rig_threads = threads;
    struct run run = run_new(6, invite);
    struct writer w = writer_new(FALSE);
    struct bytes name = BYTES_LIT("zz alice.liddell zz");
    g_autofree gchar *filler = g_strnfill(900, 'y');
    for (guint i = 0; i < 1200; i++) {
        guint32 seq = 5000 + i * 2000;
        gboolean hits = i >= first && (i - first) % step == 0;
        put_segment(&w, &run, seq, hits && i % 2 ? name : bytes_of(filler));
        if (hits) { /* one frame with two hits: the name in itself, and across to the piece before */
            put_segment(&w, &run, seq + 1000 - 8, bytes_sub(name, 0, 8));
            put_segment(&w, &run, seq + 1000, BYTES_LIT(".liddell zz alice.liddell zz"));
        }
    }
    g_assert_false(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    struct audit_result result = *audit_result(run.r.audit);
    g_byte_array_unref(w.out);
    run_free(&run);
    return result;
}

static void test_long_file(void)
{
    static const guint first[] = {0, 1, 70, 80, 500, 1199}, step[] = {1, 3, 71, 400};
    for (guint f = 0; f < G_N_ELEMENTS(first); f++) {
        for (guint s = 0; s < G_N_ELEMENTS(step); s++) {
            struct audit_result one = find_in_long_file(first[f], step[s], FALSE);
            struct audit_result two = find_in_long_file(first[f], step[s], TRUE);
            g_assert_cmpuint(two.n_hits, ==, one.n_hits);
            g_assert_cmpuint(two.packets, ==, one.packets);
            g_assert_cmpuint(two.bytes, ==, one.bytes);
            for (guint i = 0; i < MIN(one.n_hits, AUDIT_HITS_KEPT); i++) {
                g_assert_cmpuint(two.hits[i].frame, ==, one.hits[i].frame);
                g_assert_cmpint(two.hits[i].fault, ==, one.hits[i].fault);
                g_assert_cmpint(two.hits[i].kind, ==, one.hits[i].kind);
                g_assert_cmpstr(two.hits[i].place, ==, one.hits[i].place);
            }
        }
    }
}

/* A stream's lines are those that were checked. */
static void test_lines(void)
{
    struct run run = run_new(6, invite);
    struct writer w = writer_new(FALSE);
    struct bytes text = bytes_of(run.text);
    put_segment(&w, &run, 1, bytes_sub(text, 0, 100));
    put_segment(&w, &run, 101, bytes_from(text, 100));
    g_assert_true(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    /* The body of the first ends without a line break. */
    static const char sipfrag[] = "OPTIONS sip:atlanta.example SIP/2.0\r\nContent-Type: message/sipfrag\r\n\r\n"
                                  "SIP/2.0 200 OK\r\nContact: <sip:alice.liddell@atlanta.example>";
    g_autofree gchar *written = rig_message(run.r.rig, bytes_of(sipfrag));
    g_autofree gchar *both = g_strconcat(strstr(written, "SIP/2.0 200"), "OPTIONS sip:d1.invalid SIP/2.0\r\n\r\n", NULL);
    audit_stream_message(run.r.audit, 2, bytes_of(sipfrag), bytes_of(written));
    put_segment(&w, &run, 8001, bytes_of(both));
    g_assert_true(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    put_segment(&w, &run, 9001, BYTES_LIT("Max-Forwards: 1\r\nFrom: <sip:bob@d1.invalid>\r\n\r\n"));
    g_assert_false(audit_bytes(&run.r, bytes_of_array(w.out), 4096));
    check_hit(&run, "lines", AUDIT_UNCHECKED, "line From");
    g_byte_array_unref(w.out);
    run_free(&run);
}

/* --- hostile files
 * -------------------------------------------------------------------------------------------------- */

static gssize read_error(void *arg, guint8 *buffer, gsize n)
{
    (void)arg, (void)buffer, (void)n;
    return -1;
}

static void test_malformed(void)
{
    struct run run = run_new(17, invite);
    struct writer w = writer_new(FALSE);
    put_packet(&w, bytes_of_array(run.written), 2, "1234");
    /* Every prefix but those that end with a block. */
    for (gsize n = 0; n < w.out->len; n++) {
        struct audit_rig r = audit_rig_new(LABELS_READABLE, 1 << 20);
        audit_frame(r.audit, 1, 101, bytes_of_array(run.captured), bytes_of_array(run.written));
        gboolean clean = audit_bytes(&r, bytes_sub(bytes_of_array(w.out), 0, n), 64);
        g_assert_cmpint(clean, ==, n == 32 || n == 32 + 32);
        audit_rig_free(&r);
        if (n % 7 && n > 80)
            n += 6;
    }
    g_byte_array_unref(w.out);
    g_assert_false(audit_capture(run.r.audit, read_error, NULL));
    check_hit(&run, "error", AUDIT_MALFORMED, "file header");
    run_free(&run);
}

static const struct {
    const char *name;
    GTestFunc test;
} tests[] = {
    {"clean", test_clean},
    {"pcap", test_pcap},
    {"blocks", test_blocks},
    {"statistics", test_statistics},
    {"packets", test_packets},
    {"tunnels", test_tunnels},
    {"text-like-tunnel", test_text_like_tunnel},
    {"pieces", test_pieces},
    {"address", test_address},
    {"lines-unseen", test_lines_unseen},
    {"in-images", test_in_images},
    {"own-text", test_own_text},
    {"segments", test_segments},
    {"lines", test_lines},
    {"malformed", test_malformed},
};

/* Each with one thread and with two. */
static void run_one(gconstpointer data)
{
    audit_rig_threads = FALSE;
    tests[GPOINTER_TO_UINT(data)].test();
}

static void run_two(gconstpointer data)
{
    audit_rig_threads = TRUE;
    tests[GPOINTER_TO_UINT(data)].test();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree gchar *one = g_strconcat("/audit/file/", tests[i].name, NULL), *two = g_strconcat("/audit/file/threads/", tests[i].name, NULL);
        g_test_add_data_func(one, GUINT_TO_POINTER(i), run_one);
        g_test_add_data_func(two, GUINT_TO_POINTER(i), run_two);
    }
    g_test_add_func("/audit/file/long", test_long_file);
    return g_test_run();
}

/* The rewriter broken on purpose: each of its edits is taken back, one at a time, and the audit must see it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_rig.h"
#include "check.h"
#include "pcap_read.h"

#define SDP                                                                                                  \
    "v=0\r\n"                                                                                                \
    "o=alice 2890844526 2890844527 IN IP4 pc33.atlanta.example\r\n"                                          \
    "s=Alice calls Robert\r\n"                                                                               \
    "i=A call between friends\r\n"                                                                           \
    "u=http://www.atlanta.example/alice\r\n"                                                                 \
    "e=alice@atlanta.example (Alice Liddell)\r\n"                                                            \
    "p=+1 201 555 0123\r\n"                                                                                  \
    "c=IN IP4 203.0.113.77\r\n"                                                                              \
    "k=prompt\r\n"                                                                                           \
    "t=0 0\r\n"                                                                                              \
    "a=tool:Alice's own tool 1.0\r\n"                                                                        \
    "a=cat:friends.alice\r\n"                                                                                \
    "a=alice-was-here:yes she was\r\n"                                                                       \
    "a=ice-ufrag:8hhYalice\r\n"                                                                              \
    "a=ice-pwd:asd88fgpdd777uzjYhagZgalice\r\n"                                                              \
    "a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B\r\n"                              \
    "m=audio 49170 RTP/AVP 0 101\r\n"                                                                        \
    "a=rtpmap:0 PCMU/8000\r\n"                                                                               \
    "a=rtpmap:101 Alicecodec/8000\r\n"                                                                       \
    "a=fmtp:101 alicemode=verysecret\r\n"                                                                    \
    "a=candidate:a4f8c27b 1 UDP 2130706431 203.0.113.77 8998 typ host\r\n"                                   \
    "a=candidate:b4f8c27c 2 UDP 1694498815 198.51.100.3 45664 typ srflx raddr 203.0.113.77 rport 8998\r\n"   \
    "a=rtcp:53020 IN IP4 203.0.113.78\r\n"                                                                   \
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:32\r\n"       \
    "a=ssrc:1234567890 cname:alice@atlanta.example\r\n"                                                      \
    "a=mid:alicemedia\r\n"                                                                                   \
    "a=label:alicelabel\r\n"                                                                                 \
    "q=wholly private matter\r\n"

static const char *const vectors[] = {
    "INVITE sip:robert@biloxi.example;user=phone;foo=alicebar SIP/2.0\r\n"
    "Via: SIP/2.0/UDP "
    "pc33.atlanta.example:5066;branch=z9hG4bKnashds8alice;received=203.0.113.77;rport=5066;x-al=al\r\n"
    "Via: SIP/2.0/TCP [2001:db8::9:1];branch=z9hG4bK77ef4c2312983.1\r\n"
    "Max-Forwards: 70\r\n"
    "From: \"Alice Liddell\" <sip:alice@atlanta.example>;tag=1928301774a\r\n"
    "To: Robert Brown <sip:robert@biloxi.example;x-private=1>\r\n"
    "Call-ID: a84b4c76e66710@pc33.atlanta.example\r\n"
    "CSeq: 314159 INVITE\r\n"
    "Contact: \"Al\" <sip:alice:secretpw@pc33.atlanta.example:5066;ob>;+sip.instance=\"<urn:uuid:"
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\";reg-id=1;x-alice=carol\r\n"
    "P-Asserted-Identity: \"Alice Liddell\" <sip:alice@atlanta.example>, <tel:+12015550123>\r\n"
    "P-Preferred-Identity: <sip:alice.liddell@atlanta.example>\r\n"
    "Remote-Party-ID: \"Alice\" <sip:2015550123@atlanta.example>;party=calling\r\n"
    "Diversion: <sip:carol@chicago.example>;reason=unconditional\r\n"
    "History-Info: <sip:carol@chicago.example>;index=1\r\n"
    "Referred-By: <sip:dave@denver.example>\r\n"
    "Route: <sip:p1.biloxi.example;lr>, <sip:p2.biloxi.example;lr;ftag=1928301774a>\r\n"
    "Record-Route: <sip:p3.biloxi.example;lr;did=5f1.77a2>\r\n"
    "User-Agent: AliceSoft Phone 12 (build for Robert)\r\n"
    "Subject: A private matter of Alice\r\n"
    "Organization: Liddell and Sons\r\n"
    "Call-Info: <http://www.atlanta.example/alice/photo.jpg>;purpose=icon\r\n"
    "Alert-Info: <http://wonderland.example/sounds/moo.wav>\r\n"
    "In-Reply-To: 70710@saturn.bell-tel.example, 17320@saturn.bell-tel.example\r\n"
    "Replaces: 425928@bobster.example.org;to-tag=7743;from-tag=6472aaaa\r\n"
    "P-Charging-Vector: icid-value=\"AyretyU0dm+6O2IrT5tAFrbHLso=023551024\";icid-generated-at=192.0.2.6;"
    "orig-ioi=home1.example\r\n"
    "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11AB\r\n"
    "X-Alice-Account: account of alice 77\r\n"
    "Proxy-Authorization: Digest username=\"alice\", realm=\"atlanta.example\", "
    "nonce=\"c60f3082ee1212b402a21831ae\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\", "
    "uri=\"sip:biloxi.example\", "
    "response=\"245f23415f11432b3434341c022\", cnonce=\"0a4f113b0a4f\", nc=00000001, qop=auth, "
    "algorithm=MD5, "
    "x-unknown=\"alicesecret\"\r\n"
    "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2\r\n"
    "Date: Thu, 21 Feb 2002 13:02:03 GMT\r\n"
    "Supported: 100rel, x-alice-extension\r\n"
    "Allow: INVITE, ACK, ALICEMETHOD\r\n"
    "Content-Type: application/sdp\r\n"
    "\r\n" SDP,

    "SIP/2.0 404 Alice is not here\r\n"
    "v: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK87asdks7;received=alices-phone.example\r\n"
    "f: <tel:+49-30-1234567;phone-context=example.com>;tag=88sja8x\r\n"
    "t: <sip:+49301234567@gw.example.net;user=phone>;tag=8321234356\r\n"
    "i: 987asjd97y7atg\r\n"
    "CSeq: 986759 INVITE\r\n"
    "Warning: 399 gw7.example.net \"Alice is out for lunch\"\r\n"
    "Server: Some Private Server/7\r\n"
    "WWW-Authenticate: Digest realm=\"biloxi-secret-realm\", nonce=\"f84f1cec41e6cbe5aea9c8e88d359\", "
    "domain=\"sip:boxesbybob.example\"\r\n"
    "Authentication-Info: nextnonce=\"47364c23432d2e131a5fb210812c\", rspauth=\"aabbccddeeff00112233\"\r\n"
    "Reason: Q.850;cause=17;text=\"Alice was busy\"\r\n"
    "l: 0\r\n"
    "\r\n",

    "NOTIFY sip:alice@[2001:db8::4:1]:5070;transport=tcp SIP/2.0\r\n"
    "Via: SIP/2.0/TCP 192.0.2.99;branch=z9hG4bKnasha8\r\n"
    "From: sip:presentity@atlanta.example;tag=ffd2xx\r\n"
    "To: <sip:watcher%20name@atlanta.example>;tag=xfg9y\r\n"
    "Call-ID: 2010-alice\r\n"
    "CSeq: 8775 NOTIFY\r\n"
    "Event: presence;id=alice-id-9\r\n"
    "Subscription-State: active;expires=599\r\n"
    "Content-Type: application/pidf+xml\r\n"
    "\r\n"
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:someone@atlanta.example\">\n"
    "<tuple id=\"sg89ae\"><status><basic>open</basic></status><contact "
    "priority=\"0.8\">tel:+09012345678</contact>"
    "<note>Gone fishing with Robert</note></tuple></presence>\n",

    "MESSAGE sip:robert@biloxi.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKnasha9\r\n"
    "From: <sip:ALICE\\alice@atlanta.example>;tag=ffd2\r\n"
    "To: <sip:robert@biloxi.example>\r\n"
    "Call-ID: message-1-alice\r\n"
    "CSeq: 1 MESSAGE\r\n"
    "Content-Type: multipart/mixed;boundary=alicesboundary\r\n"
    "\r\n"
    "--alicesboundary\r\n"
    "Content-Type: text/plain\r\n"
    "\r\n"
    "Meet me at the usual place\r\n"
    "--alicesboundary\r\n"
    "Content-Type: application/sdp\r\n"
    "\r\n"
    "v=0\r\no=carol 2890844526 2890844526 IN IP4 host.example.org\r\ns=-\r\nc=IN IP4 host.example.org\r\nt=0 "
    "0\r\n"
    "\r\n--alicesboundary--\r\n",
};

static guint64 hits(const struct audit_rig *r)
{
    return audit_result(r->audit)->n_hits;
}

/* The new text with the original of edit `index` in its place. */
static GByteArray *taken_back(const struct edits *edits, struct bytes text, guint index)
{
    GByteArray *out = g_byte_array_new();
    gsize at = 0;
    for (guint i = 0; i < edits_count(edits); i++) {
        const struct edit *e = edits_at(edits, i);
        if (e->note)
            continue;
        struct bytes original = bytes_span(text, e->orig),
                     now = e->kind == KIND_KEPT || i == index ? original : e->after;
        g_assert_cmpuint(e->orig.off, ==, at);
        g_byte_array_append(out, now.p, (guint)now.n);
        at = e->orig.off + e->orig.len;
    }
    return out;
}

static gboolean matters(const struct edit *e, struct bytes text)
{
    return !e->note && e->kind != KIND_KEPT && e->kind != KIND_LENGTH && e->orig.len &&
           !bytes_eq(bytes_span(text, e->orig), e->after);
}

struct tally {
    guint edits, missed;
    gboolean show;
};

/* What the rewriter writes passes; with one edit taken back it does not. */
static void mutate(struct audit_rig *r, struct bytes text, struct tally *tally)
{
    struct sip_message m;
    struct rewrite rw = rig_start(r->rig, text);
    sip_message_init(&m);
    if (sip_message_parse(&m, text) != PARSE_OK) {
        sip_message_clear(&m);
        return;
    }
    anonymize_message(&rw, &m, 0);
    sip_message_clear(&m);
    g_autofree gchar *good = rig_result(&rw);
    guint64 before = hits(r);
    audit_message(r->audit, 1, text, bytes_of(good));
    if (hits(r) > before && tally->show) {
        audit_rig_show(r->audit);
        g_error("a hit in what is right:\n%s", good);
    }
    for (guint i = 0; i < edits_count(rw.edits); i++) {
        const struct edit *e = edits_at(rw.edits, i);
        if (!matters(e, text))
            continue;
        g_autoptr(GByteArray) bad = taken_back(rw.edits, text, i);
        before = hits(r);
        audit_message(r->audit, 1, text, bytes_of_array(bad));
        tally->edits++;
        if (hits(r) > before)
            continue;
        tally->missed++;
        if (tally->show)
            g_printerr("missed: %.*s -> %.*s (%s) in %.*s\n", (int)e->orig.len, text.p + e->orig.off,
                       (int)e->after.n, e->after.p, kind_name(e->kind), 60,
                       text.p + (e->orig.off > 30 ? e->orig.off - 30 : 0));
    }
}

static void test_vectors(void)
{
    struct tally tally = {.show = TRUE};
    for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
        struct audit_rig r = audit_rig_new(LABELS_READABLE, 0);
        mutate(&r, bytes_of(vectors[i]), &tally);
        audit_rig_free(&r);
    }
    g_test_message("%u edits taken back", tally.edits);
    g_assert_cmpuint(tally.missed, ==, 0);
    g_assert_cmpuint(tally.edits, >, 150);
}

static void test_styles(void)
{
    struct tally tally = {.show = TRUE};
    for (guint style = LABELS_READABLE; style <= LABELS_KEYED; style++) {
        struct audit_rig r = audit_rig_new((enum label_style)style, 0);
        for (guint i = 0; i < G_N_ELEMENTS(vectors); i++)
            mutate(&r, bytes_of(vectors[i]), &tally);
        audit_rig_free(&r);
    }
    g_assert_cmpuint(tally.missed, ==, 0);
}

/* The torture messages of RFC 4475: many are not well-formed, and an edit of a few bytes may pass there. */
static void test_torture(void)
{
    const char *folder = SHARED_DIR "/corpus/torture4475";
    struct tally tally = {.show = g_getenv("AUDIT_SHOW") != NULL};
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL), *data = NULL;
        gsize size;
        if (!g_str_has_suffix(name, ".dat") || !g_file_get_contents(path, &data, &size, NULL))
            continue;
        struct audit_rig r = audit_rig_new(LABELS_READABLE, 0);
        mutate(&r, (struct bytes){(const guint8 *)data, size}, &tally);
        audit_rig_free(&r);
    }
    g_test_message("%u edits taken back, %u not seen", tally.edits, tally.missed);
    g_assert_cmpuint(tally.missed * 30, <=, tally.edits);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit/mutate/vectors", test_vectors);
    g_test_add_func("/audit/mutate/styles", test_styles);
    g_test_add_func("/audit/mutate/torture", test_torture);
    return g_test_run();
}

/* Header field values: what stands in, what must come out. A row per place that is easily forgotten.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "rig.h"

struct row {
    const char *header, *value, *expected; /* expected: * and ^ are tokens */
};

/* Every row starts with fresh tables: the first user is u1, the first domain d1. */
static const struct row rows[] = {
    /* name-addr: RFC 3261 section 20.10, 25.1 */
    {"From", "Alice <sip:alice@example.com:5060>;tag=1928301774", "<sip:u1@d1.invalid:5060>;tag=^^^^^^^^^^"},
    {"From", "\"Alice \\\"A\\\" Smith\" <sip:alice@example.com>;tag=ab", "<sip:u1@d1.invalid>;tag=^^"},
    {"From", "sip:alice@example.com;tag=ab", "sip:u1@d1.invalid;tag=^^"},
    {"From", "<sip:alice@example.com", "<sip:u1@d1.invalid"},
    {"From", "\"Alice\" sip:alice@example.com;tag=ab", "sip:u1@d1.invalid;tag=^^"},
    {"From", "\"A, B <c>\" <sip:alice@example.com>", "<sip:u1@d1.invalid>"},
    {"f", "<sips:alice@example.com>", "<sips:u1@d1.invalid>"},
    {"To", "<sip:%61lice@EXAMPLE.com>", "<sip:u1@d1.invalid>"},
    {"To", "<sip:alice:secret@example.com>", "<sip:u1:redacted@d1.invalid>"},
    {"To", "<sip:alice%40corp.example.com@example.com>", "<sip:u1%40d1.invalid@d2.invalid>"},
    {"To", "<sip:a@b@c>", "<sip:u1@d1.invalid@d2.invalid>"},
    {"To", "<sip:example.com>", "<sip:d1.invalid>"},
    {"To", "<sip:anonymous@anonymous.invalid>", "<sip:anonymous@anonymous.invalid>"},
    {"To", "<tel:+1-201-555-0123;ext=22;phone-context=+1-201>", "<tel:+999000000001;ext=*;phone-context=*>"},
    {"To", "<sip:+12015550123;phone-context=corp.example.com@example.com;user=phone>",
     "<sip:+999000000001;phone-context=d1.invalid@d2.invalid;user=phone>"},
    {"To", "<sip:alice@example.com;unknown=alice;transport=udp>", "<sip:u1@d1.invalid;transport=udp>"},
    {"To", "<sip:alice@example.com:99999999>", "<sip:u1@d1.invalid:99999>"},
    {"To", "<sip:alice@example.com:port>", "<sip:u1@d1.invalid:redacted>"},
    {"To", "<urn:service:sos>", "<urn:service:sos>"},
    {"To", "<strange:alice@example.com>", "*"},
    {"To", "<strange:alice>", "<redacted:redacted>"},
    {"Contact", "*", "*"},
    {"Contact", "<sip:alice@example.com>;q=0.7;expires=3600, \"B\" <sip:bob@example.com>",
     "<sip:u1@d1.invalid>;q=0.7;expires=3600, <sip:u2@d1.invalid>"},
    {"Contact", "<sip:alice@example.com;alias=203.0.113.9~5060~1>", "<sip:u1@d1.invalid;alias=203.0.113.*~5060~1>"},
    {"Contact", "<sip:alice@[2001:db8::1]:5062>", "<sip:u1@[2001:db8:*]:5062>"},
    {"Contact", "<sip:alice@example.com>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"",
     "<sip:u1@d1.invalid>;+sip.instance=\"<urn:uuid:^^^^^^^^-^^^^-^^^^-^^^^-^^^^^^^^^^^^>\""},
    {"Refer-To", "<sip:bob@example.com?Replaces=12345%40192.0.2.1%3Bto-tag%3D12%3Bfrom-tag%3D5FFE>",
     "<sip:u1@d1.invalid?Replaces=^^^^^%40192.0.2.*%3Bto-tag%3D^^%3Bfrom-tag%3D^^^^>"},
    {"Record-Route", "<sip:192.0.2.7;lr=on;ftag=abc;vsf=AAAA;did=1.2>", "<sip:192.0.2.*;lr=on;ftag=^^^;*"},
    {"Path", "<sip:example.com;lr;received=sip:192.0.2.1:5060%3Btransport%3Dtcp>",
     "<sip:d1.invalid;lr;received=sip:192.0.2.*:5060%3Btransport%3Dtcp>"},
    /* Via: section 20.42 */
    {"Via", "SIP/2.0/UDP pc33.example.com:5066;branch=z9hG4bK776asdhds;received=192.0.2.1;rport=5060",
     "SIP/2.0/UDP d1.invalid:5066;branch=z9hG4bK^^^^^^^^^;received=192.0.2.*;rport=5060"},
    {"Via", "SIP / 2.0 / UDP first.example.com: 4000;ttl=16;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1",
     "SIP / 2.0 / UDP d1.invalid: 4000;ttl=16;maddr=224.*;branch=z9hG4bK^^^^^^^^^^^^"},
    {"v", "SIP/2.0/TCP a.example.com;branch=x, SIP/2.0/UDP b.example.com;rport",
     "SIP/2.0/TCP d1.invalid;branch=^, SIP/2.0/UDP d2.invalid;rport"},
    /* credentials */
    {"Authorization",
     "Digest username=\"alice@example.com\", realm=\"example.com\", nonce=\"84a4cc6f3082121f\", "
     "uri=\"sip:bob@example.com\", response=\"7587245234b3434c\", nc=00000001, qop=auth",
     "Digest username=\"u1@d1.invalid\", realm=\"d1.invalid\", nonce=\"^^^^^^^^^^^^^^^^\", "
     "uri=\"sip:u2@d1.invalid\", response=\"^^^^^^^^^^^^^^^^\", nc=00000001, qop=auth"},
    {"Proxy-Authorization", "Digest username=\"CORP\\alice\", realm=\"example.com\"",
     "Digest username=\"d1.invalid\\u1\", realm=\"d2.invalid\""},
    {"Authorization", "Basic QWxpY2U6c2VjcmV0", "Basic redacted"},
    {"Authorization", "Digest username*=UTF-8''alice, usernamealice=1, realm=\"example.com\"", "Digest realm=\"d1.invalid\""},
    {"Timestamp", "4930123456 0.5", "^^^^^^^^^^ 0.5"},
    {"Authorization", "Digest x-name=\"alice\", realm=\"example.com\"", "Digest realm=\"d1.invalid\""},
    /* other grammars */
    {"Call-ID", "a84b4c76e66710@pc33.example.com", "^^^^^^^^^^^^^^@d1.invalid"},
    {"Call-ID", "a84b4c76e66710@192.0.2.7:5060", "^^^^^^^^^^^^^^@192.0.2.*:5060"},
    {"Call-ID", "a84b@[2001:db8::7]:5060", "^^^^@[2001:db8:*]:5060"},
    {"Call-ID", "a84b@pc33.example.com:5060", "^^^^@d1.invalid:5060"},
    {"Call-ID", "a84b@pc33.example.com:alice", "^^^^@d1.invalid"},
    {"Call-ID", "a84b@pc33.example.com:70000", "^^^^@d1.invalid"},
    {"Call-ID", "a84b@[2001:db8::7]-5", "^^^^@d1.invalid"},
    {"CSeq", "314159 INVITE", "314159 INVITE"},
    {"CSeq", "0009\r\n  INVITE", "9\r\n  INVITE"},
    {"CSeq", "1 STRANGE", "1 UNKNOWN1"},
    {"Allow", "INVITE, ACK, STRANGE", "INVITE, ACK, UNKNOWN1"},
    {"History-Info", "<sip:alice@example.com>;index=1.1.1.2;mp=1.10.2", "<sip:u1@d1.invalid>;index=1.1.1.2;mp=1.10.2"},
    {"History-Info", "<sip:alice@example.com>;index=85.66.99.11;np=85.6.9.1",
     "<sip:u1@d1.invalid>;index=0;np=0"},
    {"Via", "SIP/2.0/UDP h.example;oc-seq=1282321615.781;oc=1", "SIP/2.0/UDP d1.invalid;oc=1"},
    {"User-Agent", "Asterisk PBX 85.226.250.139", "Asterisk"},
    {"Subject", "call from alice", "redacted"},
    {"User-Agent", "SIPAUA.build.bob0001", "ua1"},
    {"Retry-After", "18000 (in a meeting);duration=3600", "18000 ;duration=3600"},
    {"Replaces", "12345@192.0.2.1;to-tag=12;from-tag=5FFE", "^^^^^@192.0.2.*;to-tag=^^;from-tag=^^^^"},
    {"Content-Type", "multipart/mixed;boundary=\"alice-boundary\"", "multipart/mixed;boundary=\"^^^^^^^^^^^^^^\""},
    {"Content-Disposition", "attachment; filename=alice.pdf;handling=optional",
     "*filename=redacted;handling=optional"},
    {"Warning", "399 pc33.example.com \"call alice\"", "399 d1.invalid \"redacted\""},
    {"Reason", "Q.850;cause=16;text=\"Alice hung up\"", "Q.850;cause=16;text=\"redacted\""},
    {"Event", "presence.winfo;id=1234", "presence.winfo;id=^^^^"},
    {"Event", "alice-event", "redacted"},
    {"P-Charging-Vector", "icid-value=1234bc9876e;icid-generated-at=192.0.2.1;orig-ioi=home1.example.net",
     "icid-value=^^^^^^^^^^^;icid-generated-at=192.0.2.*;orig-ioi=d1.invalid"},
    {"P-Access-Network-Info", "3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11",
     "3GPP-UTRAN-TDD; utran-cell-id-3gpp=^^^^^^^^^^^^^"},
    {"Identity", "\"eyJhbGciOiJFUzI1NiJ9..sig\";info=<https://cert.example.com/x.pem>", "*redacted*"},
    {"Session-ID", "ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000",
     "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^;remote=00000000000000000000000000000000"},
    {"Date", "Sat, 13 Nov 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 GMT"},
    {"Date", "Sat, 13 Nov 2010 23:29:00 EST", "redacted"},
    {"Alert-Info", "<http://www.example.com/sounds/moo.wav>", "<http://d1.invalid/redacted>"},
    {"Organization", "Example Inc", "redacted"},
};

static void test_rows(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        g_autofree gchar *got = rig_header(rig, rows[i].header, rows[i].value);
        g_autofree gchar *what = g_strdup_printf("%s: %s", rows[i].header, rows[i].value);
        rig_check(what, got, rows[i].expected);
        rig_free(rig);
    }
}

static void judge_prefix(struct bytes b, void *arg)
{
    gconstpointer *args = arg;
    struct rig *rig = (struct rig *)args[0];
    const struct row *row = args[1];
    struct rewrite rw = rig_start(rig, b);
    rw_header_value(&rw, 0, b.n, policy_header(rig->tables.policy, bytes_of(row->header)));
    g_free(rig_result(&rw));
    rw = rig_start(rig, b);
    rw.cut = TRUE;
    rw_header_value(&rw, 0, b.n, policy_header(rig->tables.policy, bytes_of(row->header)));
    g_free(rig_result(&rw));
}

/* Every prefix of every row, against a guard page, is judged whole, cut or not. */
static void test_prefixes(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gconstpointer args[] = {rig, &rows[i]};
        check_prefixes(bytes_of(rows[i].value), judge_prefix, args);
    }
    rig_free(rig);
}

/* The paper's figure 2, with its own numbers. */
static void test_paper(void)
{
    struct rig *rig = rig_new(LABELS_PAPER);
    enum kind kind;
    for (guint i = 1; i < 12; i++) {
        g_autofree gchar *user = g_strdup_printf("someone-%u", i);
        labels_user(rig->tables.labels, bytes_of(user), &kind);
    }
    for (guint i = 1; i < 85; i++) {
        g_autofree gchar *host = g_strdup_printf("host-%u.example.com", i);
        labels_domain(rig->tables.labels, bytes_of(host), &kind);
    }
    g_autofree gchar *got = rig_header(rig, "From", "Alice <sip:alice@example.com:5060>;tag=134642");
    rig_check("figure 2", got, "<sip:12@85:5060>;tag=^^^^^^");
    rig_free(rig);
}

/* Two spellings of one identity are one; a reference to a dialog follows it. */
static void test_spellings(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *tel = rig_header(rig, "To", "<tel:+1-201-555-0123>");
    g_autofree gchar *sip = rig_header(rig, "To", "<sip:+12015550123@example.com>");
    g_assert_cmpstr(tel, ==, "<tel:+999000000001>");
    g_assert_cmpstr(sip, ==, "<sip:+999000000001@d1.invalid>");
    g_autofree gchar *tag = rig_header(rig, "From", "<sip:x>;tag=5FFE-3994");
    g_autofree gchar *refer = rig_header(rig, "Refer-To", "<sip:x?Replaces=a%3Bfrom-tag%3D5FFE-3994%3Bto-tag%3Db>");
    g_autofree gchar *unescaped = g_uri_unescape_string(refer, NULL);
    g_assert_nonnull(strstr(unescaped, strstr(tag, "tag=") + 4));
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/header/rows", test_rows);
    g_test_add_func("/header/prefixes", test_prefixes);
    g_test_add_func("/header/paper", test_paper);
    g_test_add_func("/header/spellings", test_spellings);
    return g_test_run();
}

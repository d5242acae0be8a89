/* Session descriptions: each line and attribute, its faults, its numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "check.h"
#include "rig.h"
#include "sdp_rule.h"

struct row {
    const char *what, *in, *out;
};

static gchar *rewrite(struct rig *rig, const char *in)
{
    struct rewrite rw = rig_start(rig, bytes_of(in));
    sdp_rewrite(&rw, 0, rw.text.n);
    return rig_result(&rw);
}

static void check_rows(const struct row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        g_autofree gchar *got = rewrite(rig, rows[i].in);
        rig_check(rows[i].what, got, rows[i].out);
        rig_free(rig);
    }
}

static void test_lines(void)
{
    static const struct row rows[] = {
        {"version", "v=0\r\n", "v=0\r\n"},
        {"origin", "o=alice 2890844526 2890844527 IN IP4 host.atlanta.example\r\n",
         "o=u1 ^^^^^^^^^^ ^^^^^^^^^^ IN IP4 d1.invalid\r\n"},
        {"origin without user", "o=- 0 0 IN IP4 0.0.0.0\r\n", "o=- 0 0 IN IP4 0.0.0.0\r\n"},
        {"origin, user with blanks", "o=Alice Smith 12345 12345 IN IP4 a.example\r\n",
         "o=redacted ^^^^^ ^^^^^ IN IP4 d1.invalid\r\n"},
        {"origin, words missing", "o=alice 12345\r\n", "o=u1 ^^^^^\r\n"},
        {"origin, nothing", "o=\r\n", "o=\r\n"},
        {"origin, unknown types", "o=- 0 0 XX IP9 a.example\r\n", "o=- 0 0 redacted redacted d1.invalid\r\n"},
        {"session name", "s=-\r\n", "s=-\r\n"},
        {"session name, blank", "s= \r\n", "s= \r\n"},
        {"session name, text", "s=Alice's desk\r\n", "s=redacted\r\n"},
        {"deleted", "i=about Bob\r\nu=http://a.example\r\ne=a@b.example (A)\r\np=+1 201\r\nk=clear:secret\r\nt=0 0\r\n",
         "t=0 0\r\n"},
        {"connection", "c=IN IP4 host.example/127/3\r\n", "c=IN IP4 d1.invalid/127/3\r\n"},
        {"connection, ttl too large", "c=IN IP4 a.example/12345\r\n", "c=IN IP4 d1.invalid/0\r\n"},
        {"connection, telephone", "c=PSTN E164 +12015550123\r\n", "c=PSTN E164 +999000000001\r\n"},
        {"connection, more words", "c=IN IP4 0.0.0.0 secret\r\n", "c=IN IP4 0.0.0.0 redacted\r\n"},
        {"bandwidth", "b=AS:64\r\nb=X-ALICE:7\r\nb=odd\r\n", "b=AS:64\r\nb=redacted:7\r\nb=redacted\r\n"},
        {"times", "t=3034423619 3042462419\r\nr=7d 1h 0 25h\r\nz=2882844526 -1h 2898848070 0\r\n",
         "t=3034423619 3042462419\r\nr=7d 1h 0 25h\r\nz=2882844526 -1h 2898848070 0\r\n"},
        {"times, not numbers", "t=alice 12015550123\r\nr=7x\r\n", "t=0 0\r\nr=0\r\n"},
        {"connection, more numbers than there are", "c=IN IP4 host.example/85/66/99/11\r\n", "c=IN IP4 d1.invalid/85/66\r\n"},
        {"media, more numbers than there are", "m=audio 41555/2/12 RTP/AVP 0\r\n", "m=audio 41555/2 RTP/AVP 0\r\n"},
        {"fmtp, ranges that are none", "a=fmtp:97 85-66-99-11\r\n", "a=fmtp:97 redacted\r\n"},
        {"media", "m=audio 49170/2 RTP/AVP 0 8 101\r\n", "m=audio 49170/2 RTP/AVP 0 8 101\r\n"},
        {"media, other formats", "m=image 4000 udptl t38\r\nm=message 7394 TCP/MSRP *\r\n",
         "m=image 4000 udptl t38\r\nm=message 7394 TCP/MSRP *\r\n"},
        {"media, unknown", "m=alice 70000 RTP/ALICE 0 bob 99999\r\n", "m=redacted 0 redacted 0 ^* 0\r\n"},
        {"GB/T 28181", "y=0100000001\r\nf=v/2/4///a///\r\n", "y=^^^^^^^^^^\r\nf=redacted\r\n"},
        {"unknown letter", "q=alice\r\nQ=bob\r\n", "x=redacted\r\nx=redacted\r\n"},
        {"no letter", "alice@home\r\n=x\r\n\r\n", "xxxxxxxxxx\r\nxx\r\n\r\n"},
        {"breaks stay", "v=0\nv=0\rv=0\r\nv=0", "v=0\nv=0\rv=0\r\nv=0"},
        {"blanks stay", "c= IN  IP4 0.0.0.0 \r\n", "c= IN  IP4 0.0.0.0 \r\n"},
        {"fragment", "a=ice-pwd:asd88fgpdd777uzjYhagZg\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n",
         "a=ice-pwd:^^^^^^^^^^^^^^^^^^^^^^\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_attributes(void)
{
    static const struct row rows[] = {
        {"flag", "a=sendrecv\r\n", "a=sendrecv\r\n"},
        {"flag with a value", "a=sendrecv:alice\r\n", "a=sendrecv:redacted\r\n"},
        {"unknown", "a=X-alice:bob\r\na=X-carol\r\n", "a=x-redacted\r\na=x-redacted\r\n"},
        {"no name", "a=:alice\r\na=\r\n", "a=x-redacted\r\na=\r\n"},
        {"rtpmap", "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:96 opus/48000/2\r\n",
         "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:96 opus/48000/2\r\n"},
        {"rtpmap, unknown", "a=rtpmap:300 ALICE/8000/x\r\n", "a=rtpmap:0 redacted/8000/0\r\n"},
        {"fmtp", "a=fmtp:101 0-15,66\r\na=fmtp:97 mode-set=0,2,4; octet-align=1\r\na=fmtp:102 111/111\r\n",
         "a=fmtp:101 0-15,66\r\na=fmtp:97 mode-set=0,2,4; octet-align=1\r\na=fmtp:102 111/111\r\n"},
        {"fmtp, pictures", "a=fmtp:34 CIF=1/QCIF=2;MaxBR=3840\r\n", "a=fmtp:34 CIF=1/QCIF=2;MaxBR=3840\r\n"},
        {"fmtp, unknown", "a=fmtp:99 profile-level-id=42e01f;sprop-parameter-sets=Z0IA,aM4=;alice;D=Bob\r\n",
         "a=fmtp:99 profile-level-id=42e01f;redacted;redacted;D=0\r\n"},
        {"fmtp, an address is no decimal", "a=fmtp:99 br=10.1.2.3;br=5.9-24.4;br=1.12345\r\n",
         "a=fmtp:99 br=redacted;br=5.9-24.4;br=redacted\r\n"},
        {"candidate", "a=candidate:Hc0a80105 1 UDP 2130706431 a.example 5000 typ srflx raddr b.example rport 9 generation 0\r\n",
         "a=candidate:^^^^^^^^^ 1 UDP 2130706431 d1.invalid 5000 typ srflx raddr d2.invalid rport 9 generation 0\r\n"},
        {"candidate, mDNS", "a=candidate:1 1 udp 1 3b9f3e16-2a1b.local 9 typ host ufrag ab12 network-id 1\r\n",
         "a=candidate:^ 1 udp 1 d1.invalid 9 typ host ufrag ^^^^ network-id 1\r\n"},
        {"candidate, unknown", "a=candidate:1 1 alice 1 a.example 9 typ bob x-who carol dangling\r\n",
         "a=candidate:^ 1 redacted 1 d1.invalid 9 typ redacted redacted redacted redacted\r\n"},
        {"remote candidates", "a=remote-candidates:1 a.example 9 2 b.example 10\r\n",
         "a=remote-candidates:1 d1.invalid 9 2 d2.invalid 10\r\n"},
        {"rtcp", "a=rtcp:5001 IN IP4 a.example\r\na=rtcp:5001\r\n", "a=rtcp:5001 IN IP4 d1.invalid\r\na=rtcp:5001\r\n"},
        {"crypto", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGw=|2^20|1:4 UNENCRYPTED_SRTCP KDR=1\r\n",
         "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAA=|2^20|1:4 UNENCRYPTED_SRTCP KDR=1\r\n"},
        {"crypto, several keys", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:a|alice;inline:b|5;other:c\r\n",
         "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:A|redacted;inline:A|5;redacted\r\n"},
        {"fingerprint", "a=fingerprint:sha-1 4A:AD:B9:B1\r\n", "a=fingerprint:sha-1 ^^:^^:^^:^^\r\n"},
        {"ssrc", "a=ssrc:314159 cname:alice@a.example\r\na=ssrc:314159 msid:- t\r\na=ssrc:0 x:y\r\n",
         "a=ssrc:^^^^^^ cname:u1@d1.invalid\r\na=ssrc:^^^^^^ msid:- ^\r\na=ssrc:0 redacted\r\n"},
        {"msid", "a=msid:stream1 track1\r\na=msid-semantic: WMS stream1\r\n",
         "a=msid:^^^^^^^ ^^^^^^\r\na=msid-semantic: WMS ^^^^^^^\r\n"},
        {"groups", "a=group:BUNDLE audio 1\r\na=mid:audio\r\n", "a=group:BUNDLE audio 1\r\na=mid:audio\r\n"},
        {"path", "a=path:msrp://alice@a.example:7777/iau39soe2843z;tcp\r\n",
         "a=path:msrp://u1@d1.invalid:7777/^^^^^^^^^^^^^;tcp\r\n"},
        {"extmap", "a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:toffset\r\na=extmap:2 http://alice.example/x opt\r\n",
         "a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:toffset\r\na=extmap:2 http://d1.invalid/* redacted\r\n"},
        {"rtcp, multicast", "a=rtcp:5001 IN IP4 a.example/127\r\na=rtcp:5001 IN IP4 a.example/999\r\na=rtcp:5001 IN IP4 a.example/alice/9\r\n",
         "a=rtcp:5001 IN IP4 d1.invalid/127\r\na=rtcp:5001 IN IP4 d1.invalid/0\r\na=rtcp:5001 IN IP4 d1.invalid/0\r\n"},
        {"feedback", "a=rtcp-fb:* nack pli\r\na=rtcp-fb:96 trr-int 5000\r\na=rtcp-fb:96 alice\r\n",
         "a=rtcp-fb:* nack pli\r\na=rtcp-fb:96 trr-int 5000\r\na=rtcp-fb:96 redacted\r\n"},
        {"reports", "a=rtcp-xr:rcvr-rtt=all:10000 voip-metrics alice=1\r\n",
         "a=rtcp-xr:rcvr-rtt=all:10000 voip-metrics redacted=1\r\n"},
        {"files", "a=file-selector:name:\"My secret.jpg\" type:image/jpeg size:4092 hash:sha-1:72:24\r\n",
         "a=file-selector:name:\"redacted\" type:redacted size:4092 hash:redacted\r\n"},
        {"capability", "a=cpar: a=T38FaxVersion:0\r\na=cpar:a=X-alice\r\na=cpar:b=AS:64\r\na=cpar:z=alice\r\n",
         "a=cpar: a=T38FaxVersion:0\r\na=cpar:a=x-redacted\r\na=cpar:b=AS:64\r\na=cpar:redacted\r\n"},
        {"nested", "a=acap:1 candidate:1 1 udp 1 a.example 9 typ host\r\na=tcap:1 RTP/SAVP alice\r\n",
         "a=acap:1 candidate:^ 1 udp 1 d1.invalid 9 typ host\r\na=tcap:1 RTP/SAVP redacted\r\n"},
        {"description", "a=cdsc: 1 audio RTP/AVP 0 18\r\n", "a=cdsc: 1 audio RTP/AVP 0 18\r\n"},
        {"data channel", "a=dcmap:0 subprotocol=\"BFCP\";label=\"Alice; Bob\"\r\n",
         "a=dcmap:0 subprotocol=\"BFCP\";label=\"redacted\"\r\n"},
        {"simulcast", "a=rid:hi send pt=97;max-width=1280;who=alice\r\na=simulcast:send hi,~lo;2 recv alice\r\n",
         "a=rid:hi send pt=97;max-width=1280;redacted\r\na=simulcast:send hi,~lo;2 recv ^^^^^\r\n"},
        {"proxy", "a=nortpproxy:yes\r\na=oldmediaip:a.example\r\n", "a=nortpproxy:yes\r\na=oldmediaip:d1.invalid\r\n"},
        {"alternatives", "a=alt:1 3 : IAcV10NU UjpFNdJC a.example 12345\r\n",
         "a=alt:1 3 : ^^^^^^^^ ^^^^^^^^ d1.invalid 12345\r\n"},
        {"preconditions", "a=curr:qos e2e sendrecv\r\na=des:qos mandatory e2e alice\r\n",
         "a=curr:qos e2e sendrecv\r\na=des:qos mandatory e2e redacted\r\n"},
        {"tool", "a=tool:alice's phone\r\n", "a=tool:ua1\r\n"},
        {"key management", "a=key-mgmt:mikey AQAFgM0XflABAAAAAAAA\r\n", "a=key-mgmt:redacted\r\n"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- o= ---- */

/* sess-id and sess-version of an o= line as written. */
static void origin(struct rig *rig, const char *id, const char *version, guint64 out[2])
{
    g_autofree gchar *line = g_strdup_printf("o=- %s %s IN IP4 a.example\r\n", id, version);
    g_autofree gchar *got = rewrite(rig, line);
    g_auto(GStrv) words = g_strsplit(got, " ", -1);
    g_assert_cmpuint(g_strv_length(words), ==, 6);
    out[0] = g_ascii_strtoull(words[1], NULL, 10);
    out[1] = g_ascii_strtoull(words[2], NULL, 10);
    g_assert_cmpuint(strlen(words[1]), ==, strlen(id));
}

static void test_versions(void)
{
    static const struct {
        const char *id, *first, *second;
        guint64 step;
        gboolean kept;
    } rows[] = {
        {"3724394400", "3724394400", "3724394401", 1, FALSE},
        {"3724394400", "3724394401", "3724394461", 60, FALSE},
        {"3724394400", "3724394397", "3724394403", 6, FALSE},
        {"3724394400", "1", "2", 1, TRUE},
        {"7", "6", "9", 3, TRUE},
        {"3724394400", "1732000000", "1732000007", 7, FALSE},
        {"0", "0", "1", 1, TRUE},
        {"0", "1732000000", "1732000001", 1, FALSE},
        {"7", "1732000000123", "1732000000124", 1, FALSE},
        {"53655765", "2353687637", "2353687638", 1, FALSE},
        {"18446744073709551615", "18446744073709551615", "18446744073709551615", 0, FALSE},
    };
    struct rig *rig = rig_new(LABELS_READABLE);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 a[2], b[2];
        origin(rig, rows[i].id, rows[i].first, a);
        origin(rig, rows[i].id, rows[i].second, b);
        g_assert_cmpuint(a[0], ==, b[0]);
        g_assert_cmpuint(b[1] - a[1], ==, rows[i].step);
        guint64 was = g_ascii_strtoull(rows[i].first, NULL, 10);
        if (rows[i].kept)
            g_assert_cmpuint(a[1], ==, was);
        else
            g_assert_cmpuint(a[1], !=, was);
        g_assert_cmpint(a[0] == 0, ==, strcmp(rows[i].id, "0") == 0);
    }
    rig_free(rig);
}

static void test_moved_numbers(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    struct rewrite rw = rig_start(rig, BYTES_NONE);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint64 v = 0; v < 1000; v++) {
        g_autofree gchar *text = g_strdup_printf("%" G_GUINT64_FORMAT, v);
        struct bytes image = sdp_move_number(&rw, bytes_of(text), 4294967295u);
        g_assert_cmpuint(image.n, ==, strlen(text));
        g_assert_true((image.p[0] == '0') == (v == 0));
        g_assert_true(g_hash_table_add(seen, g_strndup((const gchar *)image.p, image.n)));
    }
    for (guint64 v = 4294000000u; v < 4294000300u; v++) {
        guint64 image;
        g_autofree gchar *text = g_strdup_printf("%" G_GUINT64_FORMAT, v);
        g_assert_true(bytes_number(sdp_move_number(&rw, bytes_of(text), 4294967295u), 4294967295u, &image));
        g_assert_cmpuint(image, >=, 1000000000u);
    }
    g_assert_cmpuint(sdp_move_number(&rw, BYTES_LIT("12a"), 99).n, ==, 0);
    g_assert_cmpuint(sdp_move_number(&rw, BYTES_LIT("123456789012345678901"), 99).n, ==, 0);
    rig_free(rig);
}

/* ---- the same in several places ---- */

static void test_equalities(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *got = rewrite(rig, "a=ssrc-group:FID 2231627014 632943048\r\n"
                                         "a=ssrc:2231627014 msid:pqOPZ4yy aGR1Q1\r\n"
                                         "a=msid:pqOPZ4yy aGR1Q1\r\n");
    g_auto(GStrv) words = g_strsplit_set(got, " :\r\n", -1);
    g_assert_cmpstr(words[2], ==, words[6]);  /* SSRC */
    g_assert_cmpstr(words[8], ==, words[12]); /* stream */
    g_assert_cmpstr(words[9], ==, words[13]); /* track */
    g_assert_cmpstr(words[2], !=, "2231627014");
    rig_free(rig);
}

/* ---- hostile input ---- */

static const char whole[] =
    "v=0\r\no=secretname 2890844526 2890844527 IN IP4 secretname.example\r\ns=secretname\r\n"
    "i=secretname\r\nc=IN IP4 secretname.example/127\r\nb=AS:64\r\nt=0 0\r\nk=clear:secretname\r\n"
    "m=audio 49170 RTP/AVP 0 secretname\r\na=rtpmap:96 secretname/8000\r\na=fmtp:96 secretname=1;x=secretname\r\n"
    "a=candidate:secretname 1 UDP 1 secretname.local 9 typ host raddr secretname.example rport 9\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secretname|2^20|1:4\r\na=secretname:secretname\r\n"
    "a=ssrc:1 cname:secretname@secretname\r\na=path:msrp://secretname.example:1/secretname;tcp\r\n"
    "a=acap:1 acap:2 tool:secretname\r\nsecretname\r\nz=secretname\r\n";

static void check_prefix(struct bytes b, void *arg)
{
    struct rig *rig = arg;
    for (guint cut = 0; cut < 2; cut++) {
        struct rewrite rw = rig_start(rig, b);
        rw.cut = cut;
        sdp_rewrite(&rw, 0, b.n);
        g_autofree gchar *got = rig_result(&rw);
        if (!got) /* nothing is left */
            continue;
        g_assert_null(strstr(got, "secretname"));
        if (cut && b.n && b.p[b.n - 1] != '\n' && b.p[b.n - 1] != '\r')
            g_assert_true(g_str_has_suffix(got, "x"));
    }
}

static void test_prefixes(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    check_prefixes(bytes_of(whole), check_prefix, rig);
    rig_free(rig);
}

/* Quotes, separators and wrapped attributes as deep and long as a message can hold them. */
static void test_depth(void)
{
    static const char *const units[] = {"\"", ";", "=", "a=cpar:", "acap:1 ", "inline:;", "1/", "|", " ", "CIF=1/"};
    static const char *const starts[] = {"a=fmtp:96 ", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 ", "a=cpar:a=", "m=audio ",
                                         "o=", "a=candidate:"};
    struct rig *rig = rig_new(LABELS_READABLE);
    for (gsize s = 0; s < G_N_ELEMENTS(starts); s++) {
        for (gsize u = 0; u < G_N_ELEMENTS(units); u++) {
            g_autoptr(GString) text = g_string_new(starts[s]);
            while (text->len < 60000)
                g_string_append(text, units[u]);
            struct rewrite rw = rig_start(rig, bytes_of(text->str));
            sdp_rewrite(&rw, 0, rw.text.n);
            g_free(rig_result(&rw));
        }
    }
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sdp/lines", test_lines);
    g_test_add_func("/sdp/attributes", test_attributes);
    g_test_add_func("/sdp/versions", test_versions);
    g_test_add_func("/sdp/moved-numbers", test_moved_numbers);
    g_test_add_func("/sdp/equalities", test_equalities);
    g_test_add_func("/sdp/prefixes", test_prefixes);
    g_test_add_func("/sdp/depth", test_depth);
    return g_test_run();
}

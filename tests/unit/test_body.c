/* Which grammar reads a body, and bodies of lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "check.h"
#include "rig.h"

struct row {
    const char *what, *type, *in, *out;
    gboolean encoded;
};

static gchar *rewrite(struct rig *rig, const struct row *row)
{
    struct rewrite rw = rig_start(rig, bytes_of(row->in));
    body_rewrite(&rw, 0, rw.text.n, bytes_of(row->type), row->encoded);
    return rig_result(&rw);
}

static void check_rows(const struct row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        g_autofree gchar *got = rewrite(rig, &rows[i]);
        rig_check(rows[i].what, got ? got : "", rows[i].out);
        rig_free(rig);
    }
}

static void test_types(void)
{
    static const struct row rows[] = {
        {"SDP", "application/sdp", "s=alice\r\n", "s=redacted\r\n", FALSE},
        {"spelling, parameters", "Application / SDP ;charset=utf-8", "s=alice\r\n", "s=redacted\r\n", FALSE},
        {"XML", "application/pidf+xml", "<presence a='b'/>", "<presence/>", FALSE},
        {"unknown XML", "application/x-alice+xml", "<alice>bob</alice>", "<redacted>redacted</redacted>", FALSE},
        {"sipfrag", "message/sipfrag;version=2.0", "SIP/2.0 486 Busy at Alice's\r\n", "SIP/2.0 486 Busy Here\r\n", FALSE},
        {"multipart", "multipart/mixed; boundary=\"a\\\"b\"", "--a\"b\r\n\r\nv=0\r\n--a\"b--", "--^\"^\r\n\r\nv=0\r\n--^\"^--", FALSE},
        {"multipart, no boundary", "multipart/mixed", "--b\r\n\r\nv=0\r\n", "xxxxxxxxxxxx", FALSE},
        {"CPIM", "message/cpim", "Subject: x\r\n\r\n", "Subject: redacted\r\n\r\n", FALSE},
        {"text", "text/plain", "Hi", "xxxxxxxxxxxxxxxx", FALSE},
        {"text, full step", "text/plain;charset=utf-8", "1234567890123456", "xxxxxxxxxxxxxxxx", FALSE},
        {"text, next step", "text/html", "12345678901234567", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", FALSE},
        {"keys", "application/mikey", "AQID", "", FALSE},
        {"digit", "application/dtmf", "5", "0", FALSE},
        {"digit, no number", "application/dtmf", "#", "0", FALSE},
        {"unknown, text", "application/x-alice", "bob\r\n", "xxxxx", FALSE},
        {"unknown type alone", "applicatio2/sdp", "v=0\r\n", "xxxxx", FALSE},
        {"no type, SDP", "", "v=0\r\ns=alice\r\n", "v=0\r\ns=redacted\r\n", FALSE},
        {"no type, XML", "", "<?xml version=\"1.0\"?><alice/>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<redacted/>", FALSE},
        {"no type, status line", "", "SIP/2.0 200 OK\r\n", "SIP/2.0 200 OK\r\n", FALSE},
        {"no type, unknown", " ", "alice", "xxxxx", FALSE},
        {"encoded", "application/sdp", "v=0\r\n", "redacted", TRUE},
        {"nothing", "application/sdp", "", "", FALSE},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_fields(void)
{
    static const struct row rows[] = {
        {"message summary", "application/simple-message-summary",
         "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example\r\nVoice-Message: 2/8 (0/2)\r\n\r\n"
         "To: <alice@a.example>\r\nSubject: carpool tomorrow?\r\nX-Alice: bob\r\n",
         "Messages-Waiting: yes\r\nMessage-Account: sip:u1@d1.invalid\r\nVoice-Message: 2/8 (0/2)\r\n\r\n"
         "To: <u1@d2.invalid>\r\nSubject: redacted\r\nredacted: redacted\r\n",
         FALSE},
        {"message summary, three numbers", "application/simple-message-summary", "Voice-Message: 49170 12345 67890 (1)\r\n",
         "Voice-Message: 0\r\n", FALSE},
        {"message summary, odd", "application/simple-message-summary", "Voice-Message: alice\r\nalice\r\n: x\r\n=\r\n",
         "Voice-Message: 0\r\nxxxxx\r\nxxx\r\nx\r\n", FALSE},
        {"digits", "application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "Signal=0\r\nDuration=160\r\n", FALSE},
        {"digits, no numbers", "application/dtmf-relay", "Signal= *\r\nDuration=99999999\r\n", "Signal= 0\r\nDuration=0\r\n", FALSE},
        {"quality", "application/vq-rtcpxr",
         "VQSessionReport: CallTerm\r\nCallID: 6dg37f1890463@a.example\r\nLocalID: Alice <sip:alice@a.example>\r\n"
         "LocalAddr: IP=a.example PORT=5000 SSRC=1a3b5c7d ALICE=bob carol\r\nLocalMAC: 00:1f:5b:cc:21:0f\r\n"
         "SessionDesc: PT=18 PD=G729 SR=8000 FMTP=\"alice bob\"\r\nPacketLoss: NLR=5.0 JDR=2.0\r\n",
         "VQSessionReport: CallTerm\r\nCallID: ^^^^^^^^^^^^^@d1.invalid\r\nLocalID: <sip:u1@d1.invalid>\r\n"
         "LocalAddr: IP=d1.invalid PORT=5000 SSRC=^^^^^^^^ redacted redacted\r\nLocalMAC: redacted\r\n"
         "SessionDesc: PT=18 PD=G729 SR=8000 redacted\r\nPacketLoss: NLR=5.0 JDR=2.0\r\n",
         FALSE},
        {"call completion", "application/call-completion", "cc-state: queued\r\ncc-URI: <sip:alice@a.example>\r\n",
         "cc-state: queued\r\ncc-URI: <sip:u1@d1.invalid>\r\n", FALSE},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_binary(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    struct rewrite rw = rig_start(rig, BYTES_LIT("\x01\x00\x49\x00\x0a"));
    body_rewrite(&rw, 0, rw.text.n, BYTES_LIT("application/isup;version=ansi88"), FALSE);
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_assert_cmpuint(edits_gap_bytes(rw.edits, rw.text.n), ==, 0);
    edits_apply(rw.edits, rw.text, out);
    g_assert_cmpmem(out->data, out->len, "\0\0\0\0\0", 5);
    rig_free(rig);
}

static void test_cut(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    static const char *const in[] = {"Messages-Waiting: yes\r\nMessage-Account: sip:ali", "Messages-Waiting: yes\r\nMess"};
    for (gsize i = 0; i < G_N_ELEMENTS(in); i++) {
        struct rewrite rw = rig_start(rig, bytes_of(in[i]));
        rw.cut = TRUE;
        body_rewrite(&rw, 0, rw.text.n, BYTES_LIT("application/simple-message-summary"), FALSE);
        g_autofree gchar *got = rig_result(&rw);
        rig_check("cut", got, "Messages-Waiting: yes\r\nxxxx*");
    }
    g_assert_cmpuint(labels_count(rig->tables.labels, KIND_USER), ==, 0);
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/body/types", test_types);
    g_test_add_func("/body/fields", test_fields);
    g_test_add_func("/body/binary", test_binary);
    g_test_add_func("/body/cut", test_cut);
    return g_test_run();
}

/* Multipart bodies and message/cpim.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "check.h"
#include "rig.h"

struct row {
    const char *what, *in, *out;
};

static gchar *rewrite(struct rig *rig, struct bytes in, gboolean cut)
{
    struct rewrite rw = rig_start(rig, in);
    rw.cut = cut;
    multipart_rewrite(&rw, 0, rw.text.n, BYTES_LIT("b1"));
    return rig_result(&rw);
}

#define D "--^^" /* a delimiter, as written */

static void test_multipart(void)
{
    static const struct row rows[] = {
        {"two parts",
         "--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\ni=alice\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b1--\r\n",
         D "\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n" D "\r\nContent-Type: text/plain\r\n\r\nxxxxxxxxxxxxxxxx\r\n" D "--\r\n"},
        {"LF only", "--b1\nContent-Type: application/sdp\n\nv=0\n--b1--", D "\nContent-Type: application/sdp\n\nv=0\n" D "--"},
        {"blanks behind the delimiter", "--b1 \t\r\n\r\nv=0\r\n--b1-- \r\n", D " \t\r\n\r\nv=0\r\n" D "-- \r\n"},
        {"preamble and epilogue", "alice\r\n--b1\r\n\r\nv=0\r\n--b1--\r\nbob\r\n", "xxxxx\r\n" D "\r\n\r\nv=0\r\n" D "--\r\nxxxxx"},
        {"empty parts", "--b1\r\n--b1\r\n\r\n--b1--", D "\r\n" D "\r\n\r\n" D "--"},
        {"not closed", "--b1\r\n\r\nv=0\r\n", D "\r\n\r\nv=0\r\n"},
        {"a longer boundary is another one", "--b12\r\nalice\r\n--b1--", "xxxxxxxxxxxx\r\n" D "--"},
        {"in the middle of a line", "--b1\r\n\r\nv=0\r\ns=--b1\r\n--b1--", D "\r\n\r\nv=0\r\ns=redacted\r\n" D "--"},
        {"a lone CR ends no line", "--b1\ralice\r\n--b1--", "xxxxxxxxxx\r\n" D "--"},
        {"no delimiter", "alice\r\nbob", "xxxxxxxxxx"},
        {"unknown header field", "--b1\r\nX-Alice: bob\r\nContent-ID: <c1@a.example>\r\n\r\nv=0\r\n--b1--",
         D "\r\nX-Redacted-1: redacted\r\nContent-ID: <^^@d1.invalid>\r\n\r\nv=0\r\n" D "--"},
        {"length follows", "--b1\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello\r\n--b1--",
         D "\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\nxxxxxxxxxxxxxxxx\r\n" D "--"},
        {"encoded", "--b1\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--b1--",
         D "\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\nredacted\r\n" D "--"},
        {"not encoded", "--b1\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: 8bit\r\n\r\nv=0\r\n--b1--",
         D "\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: 8bit\r\n\r\nv=0\r\n" D "--"},
        {"nested",
         "--b1\r\nContent-Type: multipart/mixed; boundary=\"b=2\"\r\n\r\n--b=2\r\n\r\nv=0\r\n--b=2--\r\n--b1--",
         D "\r\nContent-Type: multipart/mixed; boundary=\"^=^\"\r\n\r\n--^=^\r\n\r\nv=0\r\n--^=^--\r\n" D "--"},
        {"sipfrag", "--b1\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\nTo: <sip:alice@a.example>\r\n\r\n--b1--",
         D "\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\nTo: <sip:u1@d1.invalid>\r\n\r\n" D "--"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        g_autofree gchar *got = rewrite(rig, bytes_of(rows[i].in), FALSE);
        rig_check(rows[i].what, got, rows[i].out);
        rig_free(rig);
    }
}

static void test_cut(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *got = rewrite(rig, BYTES_LIT("--b1\r\n\r\nv=0\r\ns=ali"), TRUE);
    rig_check("value", got, D "\r\n\r\nv=0\r\nxxxxx");
    g_autofree gchar *line = rewrite(rig, BYTES_LIT("--b1\r\n\r\nv=0\r\n--b"), TRUE);
    rig_check("delimiter", line, D "\r\n\r\nv=0\r\nxxx");
    g_autofree gchar *header = rewrite(rig, BYTES_LIT("--b1\r\n\r\nv=0\r\n--b1\r\nContent-ID: ali"), TRUE);
    rig_check("header field", header, D "\r\n\r\nv=0\r\n" D "\r\nContent-ID: xxx");
    rig_free(rig);
}

/* The boundary in the header field and in the body is one token. */
static void test_boundary(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *got = rig_message(rig, BYTES_LIT("INVITE sip:a@a.example SIP/2.0\r\n"
                                                       "Content-Type: multipart/mixed;boundary=\"uniq-42=x\"\r\n\r\n"
                                                       "--uniq-42=x\r\n\r\nv=0\r\n--uniq-42=x--\r\n"));
    const gchar *quote = strchr(got, '"');
    g_assert_nonnull(quote);
    g_autofree gchar *boundary = g_strndup(quote + 1, strlen("uniq-42=x"));
    g_autofree gchar *body = g_strdup_printf("\r\n\r\n--%s\r\n\r\nv=0\r\n--%s--\r\n", boundary, boundary);
    g_assert_true(g_str_has_suffix(got, body));
    g_assert_null(strstr(got, "uniq"));
    rig_free(rig);
}

static void judge_cpim(struct rewrite *rw)
{
    cpim_rewrite(rw, 0, rw->text.n);
}

static void test_cpim(void)
{
    static const struct row rows[] = {
        {"message",
         "From: Alice <im:alice@a.example>\r\nTo: <sip:bob@b.example>\r\nDateTime: 2000-12-13T13:40:00-08:00\r\n"
         "Subject: about Carol\r\nNS: imdn <urn:ietf:params:imdn>\r\nNS: alice <mid:alice@a.example>\r\n"
         "imdn.Message-ID: 34jk324j\r\nimdn.Disposition-Notification: positive-delivery, alice\r\nalice.Foo: bar\r\n\r\n"
         "Content-type: text/plain; charset=utf-8\r\n\r\nHello Bob",
         "From: <im:u1@d1.invalid>\r\nTo: <sip:u2@d2.invalid>\r\nDateTime: 2000-12-13T21:40:00Z\r\n"
         "Subject: redacted\r\nNS: imdn <urn:ietf:params:imdn>\r\nNS: redacted redacted\r\n"
         "imdn.Message-ID: ^^^^^^^^\r\nimdn.Disposition-Notification: positive-delivery, redacted\r\nX-Redacted-1: redacted\r\n\r\n"
         "Content-type: text/plain*charset=utf-8\r\n\r\nxxxxxxxxxxxxxxxx"},
        {"parameters in front", "Subject:;lang=fr Alice\r\n", "Subject:redacted\r\n"},
        {"no colon", "alice\r\n\r\n", "xxxxx\r\n\r\n"},
        {"name only", "From:\r\n", "From:\r\n"},
        {"LF only", "Subject: x\n\nContent-Type: application/sdp\n\nv=0\n", "Subject: redacted\n\nContent-Type: application/sdp\n\nv=0\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        struct rewrite rw = rig_start(rig, bytes_of(rows[i].in));
        judge_cpim(&rw);
        g_autofree gchar *got = rig_result(&rw);
        rig_check(rows[i].what, got, rows[i].out);
        rig_free(rig);
    }
}

static const char whole[] =
    "secretname\r\n--b1 \r\nX-secretname: secretname\r\nContent-Type: message/cpim\r\n\r\nFrom: <im:secretname@x.example>\r\n"
    "secretname: secretname\r\n\r\nContent-Type: text/plain; name=secretname\r\n\r\nsecretname\r\n--b1\r\n"
    "Content-Type: application/sdp\r\n\r\ns=secretname\r\n--b1\r\nContent-Type: application/secretname\r\n\r\nsecretname"
    "\r\n--b1--\r\nsecretname";

static void check_prefix(struct bytes b, void *arg)
{
    for (guint cut = 0; cut < 2; cut++) {
        g_autofree gchar *got = rewrite(arg, b, cut);
        g_assert_true(!got || !strstr(got, "secretname"));
    }
}

static void test_prefixes(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    check_prefixes(bytes_of(whole), check_prefix, rig);
    rig_free(rig);
}

/* Deeper than RW_DEPTH_MAX is scrubbed, whatever is there. */
static void test_depth(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 1000; i++)
        g_string_append(text, "--b1\r\nContent-Type: multipart/mixed;boundary=b1\r\n\r\nContent-Type: message/sipfrag\r\n\r\n");
    g_string_append(text, "secretname");
    g_autofree gchar *got = rewrite(rig, bytes_of(text->str), FALSE);
    g_assert_null(strstr(got, "secretname"));
    g_string_truncate(text, 0);
    for (guint i = 0; i < 20; i++)
        g_string_append_printf(text, "--b%u\r\nContent-Type: multipart/mixed;boundary=b%u\r\n\r\n", i + 1, i + 2);
    g_string_append(text, "secretname");
    g_autofree gchar *nested = rewrite(rig, bytes_of(text->str), FALSE);
    g_assert_true(g_str_has_suffix(nested, "xxxxxxxxxx"));
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mime/multipart", test_multipart);
    g_test_add_func("/mime/cut", test_cut);
    g_test_add_func("/mime/boundary", test_boundary);
    g_test_add_func("/mime/cpim", test_cpim);
    g_test_add_func("/mime/prefixes", test_prefixes);
    g_test_add_func("/mime/depth", test_depth);
    return g_test_run();
}

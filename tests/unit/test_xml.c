/* XML bodies: what is written anew, what goes, what is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "check.h"
#include "rig.h"

struct row {
    const char *what, *in, *out;
};

static gchar *rewrite(struct rig *rig, struct bytes in)
{
    struct rewrite rw = rig_start(rig, in);
    xml_rewrite(&rw, 0, rw.text.n);
    return rig_result(&rw);
}

static void check_rows(const struct row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        struct rig *rig = rig_new(LABELS_READABLE);
        g_autofree gchar *got = rewrite(rig, bytes_of(rows[i].in));
        rig_check(rows[i].what, got, rows[i].out);
        rig_free(rig);
    }
}

static void test_markup(void)
{
    static const struct row rows[] = {
        {"declaration", "<?xml version='1.0' encoding='UTF-8' standalone='yes'?><presence/>",
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence/>"},
        {"no declaration", "<presence></presence>\r\n", "<presence/>\r\n"},
        {"comment, instruction, DTD", "<!DOCTYPE alice><presence><!-- alice --><?alice x?></presence>", "<presence/>"},
        {"comment in a value", "<contact>sip:ali<!-- x -->ce@a.example</contact>", "<contact>sip:u1@d1.invalid</contact>"},
        {"CDATA", "<note><![CDATA[<alice> &]]></note>", "<note>redacted</note>"},
        {"two roots: a fault that stays", "<note/><note/>", "<note/><note/>"},
        {"character reference", "<contact>&#115;ip:&#97;lice@a.example</contact>", "<contact>sip:u1@d1.invalid</contact>"},
        {"escaped again", "<contact>sip:u;x=1&amp;2@a.example</contact>", "<contact>sip:u1@d1.invalid</contact>"},
        {"blanks around a value", "<presence>\n  <contact>\n sip:alice@a.example </contact>\n</presence>",
         "<presence>\n  <contact>\n sip:u1@d1.invalid </contact>\n</presence>"},
        {"unknown element", "<alice>bob<presence/>bob</alice>",
         "<redacted>redacted<presence/>redacted</redacted>"},
        {"unknown attribute", "<presence alice='bob' entity='pres:alice@a.example'/>",
         "<presence entity=\"pres:u1@d1.invalid\"/>"},
        {"deleted attribute", "<identity display=\"Alice\">sip:alice@a.example</identity>",
         "<identity>sip:u1@d1.invalid</identity>"},
        {"text outside", "<presence/>alice", "xxxxxxxxxxxxxxxx"},
        {"not closed", "<presence>", "xxxxxxxxxx"},
        {"not XML", "alice", "xxxxx"},
        {"unknown entity", "<note>&alice;</note>", "xxxxxxxxxxxxxxxxxxxx"},
        {"a form feed is no blank", "<note/>\f", "xxxxxxxx"},
        {"blanks only", " \r\n", " \r\n"},
        {"byte order mark", "\xef\xbb\xbf<presence/>", "<presence/>"},
        {"not UTF-8", "<note>\xe9</note>", "xxxxxxxxxxxxxx"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_namespaces(void)
{
    static const struct row rows[] = {
        {"known", "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model'>"
                  "<dm:person id=\"p1\"/></presence>",
         "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\">"
         "<dm:person id=\"^^\"/></presence>"},
        {"unknown", "<p:note xmlns:p='urn:x-acme:1' xmlns:acme='urn:x-acme:2' acme:author='Al'>Hi<acme:note/></p:note>",
         "<p:note xmlns:p=\"urn:redacted:1\" xmlns:ns1=\"urn:redacted:2\">redacted<ns1:note/></p:note>"},
        {"same prefix, same name", "<a:note xmlns:a='urn:a'><b:note xmlns:b='urn:a'/><a:note/></a:note>",
         "<ns1:note xmlns:ns1=\"urn:redacted:1\"><ns2:note xmlns:ns2=\"urn:redacted:1\"/><ns1:note/></ns1:note>"},
        {"declared twice", "<ns1:note xmlns:ns1='urn:a' xmlns:ns2='urn:b'><ns2:note/></ns1:note>",
         "<ns1:note xmlns:ns1=\"urn:redacted:1\" xmlns:ns2=\"urn:redacted:2\"><ns2:note/></ns1:note>"},
        {"two colons", "<note><a:b:alice/></note>", "<note><ns1:redacted/></note>"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_documents(void)
{
    static const struct row rows[] = {
        {"reginfo",
         "<reginfo version=\"3\" state=\"full\"><registration aor=\"sip:alice@a.example\" id=\"a7\" state=\"active\">"
         "<contact id=\"76\" state=\"active\" event=\"registered\" callid=\"c1@b.example\" cseq=\"7\"><uri>sip:alice@b.example</uri>"
         "<display-name>Alice</display-name><unknown-param name=\"+sip.instance\">\"&lt;urn:uuid:1&gt;\"</unknown-param>"
         "<unknown-param name=\"x-alice\">bob</unknown-param></contact></registration></reginfo>",
         "<reginfo version=\"3\" state=\"full\"><registration aor=\"sip:u1@d1.invalid\" id=\"^^\" state=\"active\">"
         "<contact id=\"^^\" state=\"active\" event=\"registered\" callid=\"^^@d2.invalid\" cseq=\"7\"><uri>sip:u1@d2.invalid</uri>"
         "<display-name></display-name><unknown-param name=\"+sip.instance\">*</unknown-param>"
         "<unknown-param name=\"redacted\">redacted</unknown-param></contact></registration></reginfo>"},
        {"dialog-info",
         "<dialog-info entity=\"sip:alice@a.example\"><dialog id=\"d1\" call-id=\"c1\" local-tag=\"t1\" direction=\"initiator\">"
         "<state>confirmed</state><local><session-description type=\"application/sdp\">\nv=0\no=alice 1 1 IN IP4 a.example\n"
         "i=Alice\n</session-description><cseq>9</cseq></local></dialog></dialog-info>",
         "<dialog-info entity=\"sip:u1@d1.invalid\"><dialog id=\"^^\" call-id=\"^^\" local-tag=\"^^\" direction=\"initiator\">"
         "<state>confirmed</state><local><session-description*>\nv=0\no=u1 ^ ^ IN IP4 d1.invalid\n"
         "\n</session-description><cseq>9</cseq></local></dialog></dialog-info>"},
        {"digits", "<kpml-response code=\"200\" digits=\"4711\"/>", "<kpml-response code=\"200\" digits=\"0\"/>"},
        {"telephone", "<entry uri=\"tel:+12015550123\"/>", "<entry uri=\"tel:+999000000001\"/>"},
        {"place", "<Point><pos>48.85837 2.294481</pos></Point>", "<Point><pos>redacted</pos></Point>"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- hostile input ---- */

static gchar *nested(guint depth)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < depth; i++)
        g_string_append(text, "<note>");
    for (guint i = 0; i < depth; i++)
        g_string_append(text, "</note>");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void test_bounds(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_autofree gchar *shallow = nested(64), *deep = nested(65), *deeper = nested(5000);
    g_autofree gchar *a = rewrite(rig, bytes_of(shallow)), *b = rewrite(rig, bytes_of(deep));
    g_autofree gchar *c = rewrite(rig, bytes_of(deeper));
    g_assert_true(g_str_has_prefix(a, "<note>"));
    g_assert_true(g_str_has_prefix(b, "xxx"));
    g_assert_cmpuint(strlen(b), ==, strlen(deep));
    g_assert_true(g_str_has_prefix(c, "xxx"));
    rig_free(rig);
}

static const char whole[] =
    "<?xml version=\"1.0\"?><!-- secretname --><presence xmlns:secretname=\"urn:secretname\" entity=\"sip:secretname@x.example\" "
    "secretname=\"secretname\"><note>secretname</note><secretname:note a='secretname'><![CDATA[secretname]]></secretname:note>"
    "<param pname=\"secretname\" pval=\"secretname\"/><param pname=\"+sip.rendering\" pval=\"secretname\"/>"
    "<contact>sip:secretname@secretname.example?secretname=secretname</contact></presence>";

static void check_prefix(struct bytes b, void *arg)
{
    g_autofree gchar *got = rewrite(arg, b);
    g_assert_true(!got || !strstr(got, "secretname"));
}

static void test_prefixes(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    check_prefixes(bytes_of(whole), check_prefix, rig);
    rig_free(rig);
}

/* What is refused gets no labels; a cut document is scrubbed even where it could be read. */
static void test_no_labels(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    g_free(rewrite(rig, BYTES_LIT("<contact>sip:alice@a.example</contact><")));
    g_assert_cmpuint(labels_count(rig->tables.labels, KIND_USER), ==, 0);
    struct rewrite rw = rig_start(rig, BYTES_LIT("<contact>sip:alice@a.example</contact>"));
    rw.cut = TRUE;
    xml_rewrite(&rw, 0, rw.text.n);
    g_autofree gchar *got = rig_result(&rw);
    g_assert_true(g_str_has_prefix(got, "xxx"));
    g_assert_cmpuint(labels_count(rig->tables.labels, KIND_USER), ==, 0);
    rig_free(rig);
}

/* The replaced values are told as notes, with the originals that they stand for. */
static void test_notes(void)
{
    struct rig *rig = rig_new(LABELS_READABLE);
    struct rewrite rw = rig_start(rig, BYTES_LIT("<contact alice='x'>sip:alice@a.example</contact>"));
    guint user = 0, domain = 0, deleted = 0;
    xml_rewrite(&rw, 0, rw.text.n);
    for (guint i = 0; i < edits_count(rw.edits); i++) {
        const struct edit *e = edits_at(rw.edits, i);
        user += e->note && e->kind == KIND_USER && bytes_eq(e->before, BYTES_LIT("alice"));
        domain += e->note && e->kind == KIND_DOMAIN && bytes_eq(e->before, BYTES_LIT("a.example"));
        deleted += e->note && e->kind == KIND_DELETED && bytes_eq(e->before, BYTES_LIT("x"));
    }
    g_assert_cmpuint(user, ==, 1);
    g_assert_cmpuint(domain, ==, 1);
    g_assert_cmpuint(deleted, ==, 1);
    rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/markup", test_markup);
    g_test_add_func("/xml/namespaces", test_namespaces);
    g_test_add_func("/xml/documents", test_documents);
    g_test_add_func("/xml/bounds", test_bounds);
    g_test_add_func("/xml/prefixes", test_prefixes);
    g_test_add_func("/xml/no-labels", test_no_labels);
    g_test_add_func("/xml/notes", test_notes);
    return g_test_run();
}

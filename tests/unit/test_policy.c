/* The table itself (complete, well-formed, nothing twice), look-ups, closed forms, and a user's file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "policy_private.h"

#include <glib/gstdio.h>

#ifndef SHARED_DIR
#define SHARED_DIR "../shared"
#endif

static struct policy *table(void)
{
    g_autoptr(GError) error = NULL;
    struct policy *p = policy_new(NULL, &error);
    g_assert_no_error(error);
    return p;
}

/* --- the table is whole ---------------------------------------------------------------------------- */

typedef void (*row_fn)(const struct policy *p, gchar **cells);

/* Calls fn for each row whose last cell holds `only` (or every row). FALSE: the file is not there. */
static gboolean each_row(const struct policy *p, const char *file, const char *only, row_fn fn, guint *n)
{
    g_autofree gchar *path = g_build_filename(SHARED_DIR, "registries", file, NULL);
    g_autofree gchar *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    *n = 0;
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        if (only && !strstr(cells[g_strv_length(cells) - 1], only))
            continue;
        fn(p, cells);
        (*n)++;
    }
    return TRUE;
}

/* Whole names only: no wildcard, no remark in place of a name. */
static gboolean is_name(const char *s)
{
    return !strpbrk(s, " *[]()") && strcmp(s, "other") != 0 && strcmp(s, "any") != 0;
}

static void iana_header(const struct policy *p, gchar **cells)
{
    const struct policy_header *h = policy_header(p, bytes_of(cells[0]));
    if (!h || strcmp(h->name, cells[0]) != 0)
        g_error("no row for the header field %s", cells[0]);
    if (*cells[1] && policy_header(p, bytes_of(cells[1])) != h)
        g_error("%s is not found by its compact form %s", cells[0], cells[1]);
}

/* The registry writes down what follows the name, too: "key (obsoleted)". */
static void iana_header_param(const struct policy *p, gchar **cells)
{
    const struct policy_header *h = policy_header(p, bytes_of(cells[0]));
    g_auto(GStrv) words = g_strsplit(cells[1], " ", 2);
    g_assert_nonnull(h);
    if (strcmp(words[0], "fcap-name") == 0)
        return;
    if (!index_find(p->header_params, h, bytes_of(words[0])))
        g_error("no row for the parameter %s of %s", words[0], cells[0]);
}

static void iana_uri_param(const struct policy *p, gchar **cells)
{
    const char *name = strcmp(cells[0], "param[n]") == 0 ? "param1" : cells[0];
    if (!policy_uri_param(p, bytes_of(name)))
        g_error("no row for the URI parameter %s", name);
}

static void other_uri_param(const struct policy *p, gchar **cells)
{
    if (is_name(cells[0]) && *cells[0] != '?' && strcmp(cells[0], "transport-param-other") != 0)
        iana_uri_param(p, cells);
}

static void sdp_attribute(const struct policy *p, gchar **cells)
{
    if (is_name(cells[0]) && !policy_sdp_attribute(p, bytes_of(cells[0])))
        g_error("no row for the SDP attribute %s", cells[0]);
}

static void body_type(const struct policy *p, gchar **cells)
{
    g_autofree gchar *lower = g_ascii_strdown(cells[0], -1);
    if (is_name(lower) && !index_find(p->bodies, NULL, bytes_of(lower)))
        g_error("no row for the body type %s", lower);
}

static void in_list(const char *list, const char *value)
{
    g_assert_nonnull(policy_list(list));
    if (is_name(value) && !policy_list_has(policy_list(list), bytes_of(value)))
        g_error("%s is not in the list %s", value, list);
}

static void iana_method(const struct policy *p, gchar **cells)
{
    (void)p;
    in_list("methods", cells[0]);
}

static void iana_option(const struct policy *p, gchar **cells)
{
    (void)p;
    in_list("option-tags", cells[0]);
}

static void iana_event(const struct policy *p, gchar **cells)
{
    (void)p;
    if (strcmp(cells[1], "package") == 0 || strcmp(cells[1], "template-package") == 0)
        in_list("event-packages", cells[0]);
}

static void iana_phrase(const struct policy *p, gchar **cells)
{
    (void)p;
    g_assert_cmpstr(policy_reason_phrase((guint)atoi(cells[0])), ==, cells[1]);
    g_assert_true(policy_list_has(policy_list("reason-phrases"), bytes_of(cells[1])));
}

static void test_registries(void)
{
    static const struct {
        const char *file, *only;
        row_fn fn;
        guint rows;
    } files[] = {
        {"sip_headers.tsv", "IANA csv", iana_header, 134},
        {"sip_header_params.tsv", "IANA csv", iana_header_param, 201},
        {"sip_uri_params.tsv", "IANA csv", iana_uri_param, 34},
        {"sip_uri_params.tsv", NULL, other_uri_param, 119},
        {"sip_methods.tsv", "IANA csv", iana_method, 14},
        {"sip_option_tags.tsv", "IANA csv", iana_option, 36},
        {"sip_event_packages.tsv", "sip-events", iana_event, 21},
        {"sip_responses.tsv", "IANA csv", iana_phrase, 75},
        {"sdp_attributes.tsv", NULL, sdp_attribute, 285},
        {"body_types.tsv", NULL, body_type, 217},
    };
    struct policy *p = table();
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        guint n;
        if (!each_row(p, files[i].file, files[i].only, files[i].fn, &n)) {
            g_test_skip("the fact tables (../shared/registries) are not here");
            break;
        }
        g_assert_cmpuint(n, ==, files[i].rows);
    }
    policy_free(p);
}

/* The fact tables are not everywhere; the numbers are. */
static void test_counts(void)
{
    struct policy *p = table();
    struct policy_counts c = policy_counts(p);
    g_test_message("rows: %u header fields, %u header and %u URI parameters, %u SDP lines, %u attributes, %u "
                   "body types, %u XML names, %u lists",
                   c.headers, c.header_params, c.uri_params, c.sdp_lines, c.sdp_attributes, c.bodies, c.xml,
                   c.lists);
    g_assert_cmpuint(c.headers, >=, 134 + 100);
    g_assert_cmpuint(c.header_params, >=, 201 + 100);
    g_assert_cmpuint(c.uri_params, >=, 34 + 60);
    g_assert_cmpuint(c.sdp_lines, >=, 15);
    g_assert_cmpuint(c.sdp_attributes, >=, 260);
    g_assert_cmpuint(c.bodies, >=, 180);
    g_assert_cmpuint(c.xml, >=, 500);
    policy_free(p);
}

/* A row that is there twice would silently hide the first. */
static void check_unique(const char *what, struct index *found, guint rows)
{
    if (index_size(found) != rows)
        g_error("%s: %u rows, but %u different names", what, rows, index_size(found));
}

static void test_no_name_twice(void)
{
    struct policy *p = table();
    g_autoptr(GHashTable) letters = g_hash_table_new(g_str_hash, g_str_equal);
    check_unique("header fields", p->headers, p->counts.headers);
    check_unique("URI parameters", p->uri_params, p->counts.uri_params);
    check_unique("header parameters", p->header_params, p->counts.header_params);
    check_unique("SDP attributes", p->attributes, p->counts.sdp_attributes);
    check_unique("XML names", p->xml, p->counts.xml);
    g_assert_cmpuint(index_size(p->bodies) + p->body_patterns->len, ==, p->counts.bodies);
    for (const struct header_row *r = policy_header_rows; r->name; r++)
        if (*r->compact)
            g_assert_true(g_hash_table_add(letters, (gpointer)r->compact));
    g_assert_cmpuint(g_hash_table_size(letters), ==, 20);
    policy_free(p);
}

/* What XML names would hide is told by the rows' own text. */
static void test_names_are_spelled(void)
{
    for (const struct xml_row *r = policy_xml_rows; r->names; r++)
        g_assert_null(strstr(r->names, "  "));
    for (const struct param_row *r = policy_header_param_rows; r->names; r++)
        g_assert_null(strstr(r->names, "  "));
    for (const struct body_row *r = policy_body_rows; r->types; r++) {
        g_autofree gchar *lower = g_ascii_strdown(r->types, -1);
        g_assert_cmpstr(lower, ==, r->types);
    }
}

/* --- the lists are harmless ------------------------------------------------------------------------ */

static gboolean has_digit_run(const char *s)
{
    guint run = 0;
    gboolean zeros = TRUE;
    for (; *s; s++) {
        run = g_ascii_isdigit(*s) ? run + 1 : 0;
        zeros = run == 0 || (zeros && *s == '0');
        if (run >= 5 && !zeros)
            return TRUE;
    }
    return FALSE;
}

static void test_lists(void)
{
    for (guint i = 0; i < policy_n_lists; i++) {
        const struct policy_list *l = &policy_lists[i];
        g_assert_cmpuint(l->n, >, 0);
        g_assert_true(policy_list(l->name) == l);
        g_assert_true(!l->also || policy_list(l->also));
        for (guint j = 0; j < l->n; j++) {
            g_autofree gchar *lower = g_ascii_strdown(l->entries[j], -1);
            g_autofree gchar *upper = g_ascii_strup(l->entries[j], -1);
            g_autofree gchar *before = j ? g_ascii_strdown(l->entries[j - 1], -1) : NULL;
            if (before && strcmp(before, lower) >= 0)
                g_error("list %s: \"%s\" is out of order", l->name, l->entries[j]);
            g_assert_true(*lower && g_str_is_ascii(lower));
            if (has_digit_run(lower) || strchr(lower, '@') || strchr(lower, '"'))
                g_error("list %s: \"%s\" could be an identity", l->name, l->entries[j]);
            g_assert_true(policy_list_has(l, bytes_of(upper)));
            g_assert_true(policy_list_has(l, bytes_of(lower)));
        }
        g_assert_false(policy_list_has(l, bytes_of("alice")));
        g_assert_false(policy_list_has(l, BYTES_NONE));
    }
    g_assert_null(policy_list("no-such-list"));
    g_assert_true(policy_list_has(policy_list("reason-texts"), bytes_of("Busy Here")));
}

static void test_reason_phrases(void)
{
    static const struct {
        guint status;
        const char *phrase;
    } rows[] = {
        {100, "Trying"},
        {200, "OK"},
        {401, "Unauthorized"},
        {199, "Early Dialog Terminated"},
        {150, "Trying"},
        {299, "OK"},
        {399, "Multiple Choices"},
        {499, "Bad Request"},
        {599, "Server Internal Error"},
        {699, "Busy Everywhere"},
        {0, "Unknown"},
        {700, "Unknown"},
        {99, "Unknown"},
        {4294967295u, "Unknown"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(policy_reason_phrase(rows[i].status), ==, rows[i].phrase);
}

/* --- look-up ---------------------------------------------------------------------------------------- */

static void check_action(const char *what, const struct policy_action *a, const char *expected)
{
    g_autofree gchar *text = a ? policy_action_text(a) : g_strdup("none");
    check_text(what, bytes_of(text), expected);
}

static void test_headers(void)
{
    static const struct {
        const char *name, *canonical;
        enum grammar grammar;
        const char *action;
    } rows[] = {
        {"From", "From", GRAMMAR_ITEM, "name-addr"},
        {"FROM", "From", GRAMMAR_ITEM, "name-addr"},
        {"f", "From", GRAMMAR_ITEM, "name-addr"},
        {"F", "From", GRAMMAR_ITEM, "name-addr"},
        {"call-id", "Call-ID", GRAMMAR_TEXT, "callid"},
        {"I", "Call-ID", GRAMMAR_TEXT, "callid"},
        {"via", "Via", GRAMMAR_LIST, "via"},
        {"v", "Via", GRAMMAR_LIST, "via"},
        {"CSeq", "CSeq", GRAMMAR_WORDS, "number:0-4294967295"},
        {"WWW-Authenticate", "WWW-Authenticate", GRAMMAR_TEXT, "auth"},
        {"Subject", "Subject", GRAMMAR_TEXT, "redact"},
        {"Identity", "Identity", GRAMMAR_LIST, "redact"},
        {"P-DCS-LAES", "P-DCS-LAES", GRAMMAR_TEXT, "delete"},
        {"p-com.nokia.b2bua-involved", "P-Com.Nokia.B2BUA-Involved", GRAMMAR_TEXT, "list:booleans"},
        {"X-Unknown", NULL, GRAMMAR_TEXT, NULL},
        {"P-Asterisk-Anything", NULL, GRAMMAR_TEXT, NULL},
        {"Fro", NULL, GRAMMAR_TEXT, NULL},
        {"From ", NULL, GRAMMAR_TEXT, NULL},
        {"g", NULL, GRAMMAR_TEXT, NULL},
        {"", NULL, GRAMMAR_TEXT, NULL},
    };
    struct policy *p = table();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct policy_header *h = policy_header(p, bytes_of(rows[i].name));
        g_assert_cmpstr(h ? h->name : NULL, ==, rows[i].canonical);
        if (!h)
            continue;
        g_assert_cmpint(h->grammar, ==, rows[i].grammar);
        check_action(rows[i].name, &h->action, rows[i].action);
    }
    const struct policy_header *rack = policy_header(p, bytes_of("RAck"));
    g_assert_cmpuint(rack->n_words, ==, 3);
    check_action("RAck", &rack->words[2], "method");
    policy_free(p);
}

static void guarded_header(struct bytes name, void *p)
{
    policy_header(p, name);
    policy_uri_param(p, name);
    policy_sdp_attribute(p, name);
    policy_body(p, name);
    policy_list_has(policy_list("media-types"), name);
}

static void test_reads_only_the_name(void)
{
    static const char *const names[] = {"P-Charging-Function-Addresses", "application/conference-info+xml",
                                        "f", "sendrecv", "transport"};
    struct policy *p = table();
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        check_prefixes(bytes_of(names[i]), guarded_header, p);
    policy_free(p);
}

/* The identities that other tools forget, one row each. */
static void test_params(void)
{
    static const struct {
        const char *header, *param, *action;
    } rows[] = {
        {"From", "tag", "token:tag"},
        {NULL, "tag", "token:tag"},
        {"Reply-To", "tag", "token:tag"},
        {"Contact", "+sip.instance", "token"},
        {"Contact", "methods", "list:methods"},
        {"Contact", "received", "uri"},
        {"Contact", "expires", "number:0-4294967295"},
        {"Subscription-State", "expires", "number:0-4294967295"},
        {"Contact", "PUB-GRUU", "uri"},
        {"Via", "branch", "token:branch"},
        {"v", "received", "hostport"},
        {"Via", "rport", "number:0-65535"},
        {"Authorization", "username", "user"},
        {"Authorization", "username*", "delete"},
        {"Authorization", "realm", "list:realms/domain"},
        {"Proxy-Authenticate", "nonce", "token:nonce"},
        {"Authorization", "nc", "hex:8"},
        {"Authorization", "ck", "delete"},
        {"WWW-Authenticate", "domain", "uri"},
        {"P-Charging-Vector", "icid-value", "token"},
        {"P-Charging-Vector", "orig-ioi", "list:iois/domain"},
        {"P-Access-Network-Info", "utran-cell-id-3gpp", "token"},
        {"Content-Type", "boundary", "token"},
        {"Content-Type", "start", "callid"},
        {"History-Info", "index", "index"},
        {"Reason", "text", "list:reason-texts"},
        {"Subject", "branch", NULL},
        {"From", "x-anything", NULL},
        {"Via", "", NULL},
    };
    struct policy *p = table();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct policy_header *h = rows[i].header ? policy_header(p, bytes_of(rows[i].header)) : NULL;
        const struct policy_action *a = policy_header_param(p, h, bytes_of(rows[i].param));
        check_action(rows[i].param, a, rows[i].action ? rows[i].action : "none");
    }
    check_action("ftag", policy_uri_param(p, bytes_of("FTAG")), "token:tag");
    check_action("vsf", policy_uri_param(p, bytes_of("vsf")), "redact");
    check_action("phone-context", policy_uri_param(p, bytes_of("phone-context")), "context");
    check_action("unknown", policy_uri_param(p, bytes_of("x-john")), "none");
    policy_free(p);
}

/* Many names, scopes, prefixes; a row put again is replaced. */
static void test_index(void)
{
    static const char rows[3000], longer, shorter, scope;
    struct index *ix = index_new(FALSE), *exact = index_new(TRUE);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_ptr_array_add(names, g_strdup_printf("Name-%u", i));
        index_put(ix, NULL, bytes_of(names->pdata[i]), &rows[i]);
    }
    index_put(ix, NULL, bytes_of("name-7"), &shorter);
    index_put(ix, NULL, bytes_of("x-*"), &shorter);
    index_put(ix, NULL, bytes_of("x-y-*"), &longer);
    index_put(ix, NULL, bytes_of("X-*"), &shorter);
    index_put(ix, &scope, bytes_of("NAME-8"), &longer);
    index_put(exact, NULL, bytes_of("Name"), &longer);
    g_assert_cmpuint(index_size(ix), ==, G_N_ELEMENTS(rows) + 3);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *upper = g_ascii_strup(names->pdata[i], -1);
        g_assert_true(index_find(ix, NULL, bytes_of(upper)) == (i == 7 ? &shorter : &rows[i]));
    }
    g_assert_true(index_find(ix, &scope, bytes_of("name-8")) == &longer);
    g_assert_null(index_find(ix, &scope, bytes_of("name-9")));
    g_assert_null(index_find(ix, &scope, bytes_of("x-y-z")));
    g_assert_true(index_find(ix, NULL, bytes_of("X-Y-Z")) == &longer);
    g_assert_true(index_find(ix, NULL, bytes_of("x-")) == &shorter);
    g_assert_null(index_find(ix, NULL, bytes_of("x")));
    g_assert_null(index_find(ix, NULL, bytes_of("Name-`")));
    g_assert_null(index_find(ix, NULL, BYTES_NONE));
    g_assert_null(index_find(exact, NULL, bytes_of("name")));
    index_free(exact);
    index_free(ix);
}

static void test_sdp(void)
{
    struct policy *p = table();
    guint n;
    const struct policy_action *o = policy_sdp_line(p, 'o', &n);
    g_assert_cmpuint(n, ==, 6);
    check_action("o=", &o[0], "list:sdp-origins/user");
    check_action("o= address", &o[5], "hostport");
    check_action("e=", policy_sdp_line(p, 'e', &n), "delete");
    g_assert_null(policy_sdp_line(p, 'q', &n));
    g_assert_cmpuint(n, ==, 0);
    g_assert_null(policy_sdp_line(p, 'O', &n));
    g_assert_null(policy_sdp_line(p, 0, &n));
    g_assert_null(policy_sdp_line(p, 255, &n));
    check_action("candidate", &policy_sdp_attribute(p, bytes_of("candidate"))->words[4], "hostport");
    check_action("ice-pwd", &policy_sdp_attribute(p, bytes_of("ICE-PWD"))->action, "token:nonce");
    g_assert_null(policy_sdp_attribute(p, bytes_of("x-anything")));
    policy_free(p);
}

static void test_bodies(void)
{
    static const struct {
        const char *type;
        enum body_format format;
    } rows[] = {
        {"application/sdp", BODY_SDP},
        {"Application/SDP", BODY_SDP},
        {"multipart/mixed", BODY_MULTIPART},
        {"multipart/x-anything", BODY_MULTIPART},
        {"multipart/encrypted", BODY_REDACT},
        {"message/sipfrag", BODY_SIPFRAG},
        {"text/plain", BODY_TEXT},
        {"text/anything", BODY_TEXT},
        {"application/pidf+xml", BODY_XML},
        {"application/anything+xml", BODY_XML},
        {"application/anything+json", BODY_REDACT},
        {"application/+xml", BODY_XML},
        {"application/vnd.avaya.anything+xml", BODY_REDACT}, /* the longer pattern */
        {"application/isup", BODY_REDACT},
        {"application/pkcs8", BODY_DELETE},
        {"application/dtmf-relay", BODY_FIELDS},
        {"application/anything", BODY_REDACT},
        {"", BODY_REDACT},
    };
    struct policy *p = table();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct policy_body *b = policy_body(p, bytes_of(rows[i].type));
        if (b->format != rows[i].format)
            g_error("%s is read as format %d", rows[i].type, b->format);
    }
    const struct policy_body *relay = policy_body(p, bytes_of("application/dtmf-relay"));
    const struct policy_body *summary = policy_body(p, bytes_of("application/simple-message-summary"));
    check_action("Signal", policy_field(p, relay, bytes_of("signal")), "redact");
    check_action("Message-Account", policy_field(p, summary, bytes_of("Message-Account")), "uri");
    check_action("Voice-Message", policy_field(p, summary, bytes_of("Voice-Message")), "counts");
    g_assert_null(policy_field(p, relay, bytes_of("Message-Account")));
    policy_put_body(p, "application/*", BODY_TEXT); /* a short pattern that comes last */
    g_assert_cmpint(policy_body(p, bytes_of("application/vnd.avaya.x"))->format, ==, BODY_REDACT);
    g_assert_cmpint(policy_body(p, bytes_of("application/x+xml"))->format, ==, BODY_XML);
    g_assert_cmpint(policy_body(p, bytes_of("application/x"))->format, ==, BODY_TEXT);
    policy_free(p);
}

static void test_field_rows(void)
{
    struct policy *p = table();
    for (const struct field_row *r = policy_field_rows; r->names; r++)
        g_assert_cmpint(policy_body(p, bytes_of(r->type))->format, ==, BODY_FIELDS);
    policy_free(p);
}

static void test_xml(void)
{
    struct policy *p = table();
    check_action("presence@entity", policy_xml(p, "presence", "entity"), "uri");
    check_action("contact@callid", policy_xml(p, "contact", "callid"), "callid");
    check_action("anything@id", policy_xml(p, "anything", "id"), "token");
    check_action("one@id", policy_xml(p, "one", "id"), "uri");
    check_action("identity", policy_xml(p, "identity", NULL), "uri");
    check_action("display-name", policy_xml(p, "display-name", NULL), "delete");
    check_action("DeviceID", policy_xml(p, "DeviceID", NULL), "user");
    check_action("deviceID", policy_xml(p, "deviceID", NULL), "token");
    check_action("unknown text", policy_xml(p, "anything", NULL), "none");
    check_action("unknown attribute", policy_xml(p, "presence", "anything"), "none");
    check_action("an attribute is no element", policy_xml(p, "entity", NULL), "none");
    g_assert_true(policy_xml_name(p, "presence"));
    g_assert_true(policy_xml_name(p, "entity"));
    g_assert_false(policy_xml_name(p, "anything"));
    g_assert_false(policy_xml_name(p, ""));
    g_assert_true(policy_xml_namespace(p, bytes_of("urn:ietf:params:xml:ns:pidf")));
    g_assert_false(policy_xml_namespace(p, bytes_of("http://alice.example.com/ns")));
    policy_free(p);
}

/* --- what is harmless ------------------------------------------------------------------------------- */

static void test_allows(void)
{
    static const struct {
        const char *action, *value;
        gboolean allowed;
    } rows[] = {
        {"list:methods", "INVITE", TRUE},
        {"list:methods", "invite", TRUE},
        {"list:methods", "INVITE,BYE, ACK", TRUE},
        {"list:methods", "INVITE, ALICE", FALSE},
        {"list:methods", ",", FALSE},
        {"list:methods", "", FALSE},
        {"list:methods", "INVITEX", FALSE},
        {"list:reason-texts", "Normal call clearing", TRUE},
        {"list:reason-texts", "Normal, unspecified", TRUE},
        {"list:reason-texts", "Busy Alice", FALSE},
        {"number:0-255", "0", TRUE},
        {"number:0-255", "255", TRUE},
        {"number:0-255", "256", FALSE},
        {"number:0-255", "070", FALSE},
        {"number:0-255", "00", FALSE},
        {"number:0-255", "-1", FALSE},
        {"number:0-255", "+1", FALSE},
        {"number:0-255", " 1", FALSE},
        {"number:0-255", "", FALSE},
        {"number:5-6", "4", FALSE},
        {"number:0-4294967295", "4294967296", FALSE},
        {"number:0-18446744073709551615", "99999999999999999999", FALSE},
        {"decimal:5", "0.7", TRUE},
        {"decimal:5", "1", TRUE},
        {"decimal:5", "1.234", TRUE},
        {"decimal:5", "1.2345", FALSE},
        {"decimal:20", "192.0.2.1", FALSE},
        {"decimal:5", ".", FALSE},
        {"decimal:5", "", FALSE},
        {"hex:8", "00000001", TRUE},
        {"hex:8", "DEADbeef", TRUE},
        {"hex:8", "000000001", FALSE},
        {"hex:8", "xyz", FALSE},
        {"hex:8", "", FALSE},
        {"index", "1.2.1", TRUE},
        {"index", "1", TRUE},
        {"index", "1.100", FALSE},
        {"index", "192.0.2.1", FALSE},
        {"index", "1.1.1.1.1.1.1.1.1", FALSE},
        {"index", ".", FALSE},
        {"index", "..................................................1", FALSE},
        {"counts", "2/8 (0/2)", TRUE},
        {"counts", "99999/99999", TRUE},
        {"counts", "100000/1", FALSE},
        {"counts", "1/2/3/4/5", FALSE},
        {"counts", "201-555-0123", FALSE},
        {"user", "alice", FALSE},
        {"redact", "redacted", FALSE},
        {"token", "abc", FALSE},
    };
    struct policy *p = table();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct policy_action a;
        g_assert_true(policy_action_parse(p, rows[i].action, &a));
        if (policy_allows(&a, bytes_of(rows[i].value)) != rows[i].allowed)
            g_error("%s: \"%s\" is %s", rows[i].action, rows[i].value,
                    rows[i].allowed ? "refused" : "allowed");
    }
    policy_free(p);
}

static void test_action_texts(void)
{
    static const char *const good[] = {
        "redact",       "delete",        "list:methods",  "list:sdp-origins/user",
        "number:0-255", "decimal:5",     "hex:8",         "index",
        "counts",       "method",        "flag",          "token",
        "token:tag",    "token:call-id", "access-network"};
    static const char *const bad[] = {"",
                                      "keep",
                                      "list",
                                      "list:",
                                      "list:nothing",
                                      "number",
                                      "number:5",
                                      "number:9-1",
                                      "number:-1-5",
                                      "decimal:0",
                                      "decimal:x",
                                      "hex:256",
                                      "token:user",
                                      "user:x",
                                      "Redact",
                                      "list:methods/keep",
                                      "redact "};
    struct policy *p = table();
    struct policy_action a;
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_true(policy_action_parse(p, good[i], &a));
        check_action(good[i], &a, good[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        if (policy_action_parse(p, bad[i], &a))
            g_error("\"%s\" passed as an action", bad[i]);
    policy_free(p);
}

/* --- a user's file ---------------------------------------------------------------------------------- */

static struct policy *load(const char *text, GError **error)
{
    g_autofree gchar *path = NULL;
    gint fd = g_file_open_tmp("sianto-policy-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    struct policy *p = policy_new(path, error);
    g_unlink(path);
    return p;
}

static void test_file_chooses(void)
{
    g_autoptr(GError) error = NULL;
    guint n;
    struct policy *p =
        load("# ours\n"
             "[header-param]\nX-Our-Count.unit=list:booleans\n"
             "[header]\n"
             "Subject=token\nX-Our-Count = number:0-99\nX-Peer=name-addr\nX-Odd-*=delete\n"
             "CSeq=redact\nX-Pair=token number:0-9\nf=redact\n"
             "[uri-param]\nx-trunk=token\ntransport=redact\n"
             "[header-param]\n"
             "Contact.x-line=token\nq=redact\n+sip.instance=redact\n"
             "P-Com.Nokia.B2BUA-Involved.level=number:0-9\nFrom.epid=delete\nx-secret-*=delete\n"
             "[sdp-line]\no=redact\ns=redact\n"
             "[sdp-attribute]\nfingerprint=redact\nx-ours=number:0-9\n"
             "[body]\ntext/plain=redact\nApplication/X-Ours=xml\napplication/pkcs8=redact\n"
             "[xml]\npresence@entity=redact\nours=list:booleans\n@ours=token\n",
             &error);
    g_assert_no_error(error);
    const struct policy_header *contact = policy_header(p, bytes_of("m"));
    check_action("Subject", &policy_header(p, bytes_of("s"))->action, "token");
    check_action("unit", policy_header_param(p, policy_header(p, bytes_of("x-our-count")), bytes_of("unit")),
                 "list:booleans");
    check_action("X-Our-Count", &policy_header(p, bytes_of("x-our-count"))->action, "number:0-99");
    g_assert_cmpint(policy_header(p, bytes_of("X-Our-Count"))->grammar, ==, GRAMMAR_TEXT);
    g_assert_cmpint(policy_header(p, bytes_of("X-Peer"))->grammar, ==, GRAMMAR_LIST);
    g_assert_cmpint(policy_header(p, bytes_of("X-Pair"))->grammar, ==, GRAMMAR_WORDS);
    check_action("X-Odd-*", &policy_header(p, bytes_of("x-odd-thing"))->action, "delete");
    g_assert_null(policy_header(p, bytes_of("x-odd")));
    check_action("CSeq", &policy_header(p, bytes_of("CSeq"))->action, "redact");
    check_action("f", &policy_header(p, bytes_of("From"))->action, "redact");
    g_assert_cmpstr(policy_header(p, bytes_of("f"))->name, ==, "From");
    check_action("transport", policy_uri_param(p, bytes_of("transport")), "redact");
    check_action("x-line", policy_header_param(p, contact, bytes_of("x-line")), "token");
    check_action("q of any", policy_header_param(p, NULL, bytes_of("q")), "redact");
    check_action("q of Contact", policy_header_param(p, contact, bytes_of("q")), "redact");
    check_action("+sip.instance", policy_header_param(p, contact, bytes_of("+sip.instance")), "redact");
    check_action("epid", policy_header_param(p, policy_header(p, bytes_of("From")), bytes_of("epid")),
                 "delete");
    check_action("epid", policy_header_param(p, policy_header(p, bytes_of("To")), bytes_of("epid")), "token");
    check_action("x-secret-", policy_header_param(p, contact, bytes_of("x-secret-7")), "delete");
    const struct policy_header *nokia = policy_header(p, bytes_of("P-Com.Nokia.B2BUA-Involved"));
    check_action("level", policy_header_param(p, nokia, bytes_of("level")), "number:0-9");
    check_action("o=", policy_sdp_line(p, 'o', &n), "redact");
    check_action("fingerprint", &policy_sdp_attribute(p, bytes_of("fingerprint"))->action, "redact");
    g_assert_cmpint(policy_body(p, bytes_of("text/plain"))->format, ==, BODY_REDACT);
    g_assert_cmpint(policy_body(p, bytes_of("application/x-ours"))->format, ==, BODY_XML);
    check_action("presence@entity", policy_xml(p, "presence", "entity"), "redact");
    check_action("ours", policy_xml(p, "ours", NULL), "list:booleans");
    check_action("@ours", policy_xml(p, "anything", "ours"), "token");
    policy_free(p);
}

/* Each line names the group, the row and how to mend it. */
static void test_file_refused(void)
{
    static const struct {
        const char *text;
        gint code;
        const char *named;
    } rows[] = {
        {"[header]\nFrom=list:methods\n", POLICY_ERROR_WEAKER, "[header] From=list:methods"},
        {"[header]\nfrom=number:0-99\n", POLICY_ERROR_WEAKER, "use name-addr, token, redact or delete"},
        {"[header]\nFrom=uri\n", POLICY_ERROR_WEAKER, "From=uri"},
        {"[header]\nUser-Agent=list:booleans/product\n", POLICY_ERROR_WEAKER, "User-Agent"},
        {"[header]\nP-DCS-LAES=token\n", POLICY_ERROR_WEAKER, "use delete or redact"},
        {"[header]\nX-New=keep\n", POLICY_ERROR_ROW, "choose among"},
        {"[header]\nX-New=\n", POLICY_ERROR_ROW, "X-New"},
        {"[header]\nX-New=number:0-9999999999999\n", POLICY_ERROR_ROW, "4294967295"},
        {"[header]\nX-New=list:booleans/decimal:200\n", POLICY_ERROR_ROW, "20 characters"},
        {"[header]\nX-*=redact\n", POLICY_ERROR_ROW, "only with delete"},
        {"[header]\n*X=delete\n", POLICY_ERROR_ROW, "only with delete"},
        {"[header]\nSubject=token token\n", POLICY_ERROR_ROW, "give one"},
        {"[header]\nX-N=token token token token token token token token token\n", POLICY_ERROR_ROW, "X-N"},
        {"[header]\nWarning=number:0-999 list:booleans redact\n", POLICY_ERROR_WEAKER, "hostport"},
        {"[uri-param]\nftag=list:booleans\n", POLICY_ERROR_WEAKER, "[uri-param] ftag"},
        {"[uri-param]\nftag=token user\n", POLICY_ERROR_ROW, "give one"},
        {"[header-param]\nFrom.tag=number:0-9\n", POLICY_ERROR_WEAKER, "[header-param] From.tag"},
        {"[header-param]\nbranch=list:booleans\n", POLICY_ERROR_WEAKER, "branch"},
        {"[header-param]\nrealm=list:realms/user\n", POLICY_ERROR_WEAKER, "list:realms/domain"},
        {"[header-param]\nrealm=list:booleans/domain\n", POLICY_ERROR_WEAKER, "realm"},
        {"[header-param]\nAuthorization.ik=token\n", POLICY_ERROR_WEAKER, "delete or redact"},
        {"[header-param]\nX-Nothing.foo=token\n", POLICY_ERROR_ROW, "no such header field"},
        {"[sdp-line]\no=list:booleans\n", POLICY_ERROR_WEAKER, "[sdp-line] o"},
        {"[sdp-line]\nk=token\n", POLICY_ERROR_WEAKER, "delete or redact"},
        {"[sdp-line]\nsession=redact\n", POLICY_ERROR_ROW, "small letter"},
        {"[sdp-attribute]\nice-ufrag=list:booleans\n", POLICY_ERROR_WEAKER, "ice-ufrag"},
        {"[body]\napplication/x=fields\n", POLICY_ERROR_ROW, "no such format"},
        {"[body]\napplication/pkcs8=text\n", POLICY_ERROR_WEAKER, "delete or redact"},
        {"[body]\ntext=redact\n", POLICY_ERROR_ROW, "media type"},
        {"[xml]\npresence@entity=list:booleans\n", POLICY_ERROR_WEAKER, "presence@entity"},
        {"[xml]\nanything@id=list:booleans\n", POLICY_ERROR_WEAKER, "anything@id"},
        {"[xml]\nx:y=redact\n", POLICY_ERROR_ROW, "without prefix"},
        {"[headers]\nFrom=redact\n", POLICY_ERROR_ROW, "[headers]"},
        {"From=redact\n", POLICY_ERROR_FILE, "groups like [header]"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        struct policy *p = load(rows[i].text, &error);
        if (p)
            g_error("accepted: %s", rows[i].text);
        g_assert_error(error, SIANTO_POLICY_ERROR, rows[i].code);
        if (!strstr(error->message, rows[i].named) || !strstr(error->message, "sianto-policy-"))
            g_error("\"%s\" does not name \"%s\"", error->message, rows[i].named);
        g_assert_null(strchr(error->message, '\n'));
    }
}

static void test_file_missing(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(policy_new("/nonexistent/sianto.policy", &error));
    g_assert_error(error, SIANTO_POLICY_ERROR, POLICY_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, "/nonexistent/sianto.policy"));
}

/* Every identity of the built-in table stays one: redact, delete and token are accepted, a list never. */
static void test_no_identity_can_be_kept(void)
{
    guint tried = 0;
    struct policy *built_in = table(), *p;
    g_autoptr(GString) all = g_string_new("[header]\n");
    for (const struct header_row *r = policy_header_rows; r->name; r++) {
        g_autofree gchar *list = g_strdup_printf("[header]\n%s=list:booleans\n", r->name);
        const struct policy_header *h = policy_header(built_in, bytes_of(r->name));
        enum action act = h->action.act;
        p = load(list, NULL);
        gboolean strong = act == ACT_DELETE || act >= ACT_USER || (h->action.otherwise && act == ACT_LIST);
        for (guint i = 0; i < h->n_words; i++)
            strong |= h->words[i].act >= ACT_USER && h->words[i].act < ACT_COUNT;
        if ((p == NULL) != strong)
            g_error("%s", list);
        policy_free(p);
        tried += strong;
        g_string_append_printf(all, "%s=redact\n", r->name);
    }
    p = load(all->str, NULL);
    g_assert_nonnull(p);
    policy_free(p);
    g_assert_cmpuint(tried, >, 60);
    policy_free(built_in);
}

/* --- speed ------------------------------------------------------------------------------------------ */

/* Twelve header fields a message, each asked once: the time is told, not judged. */
static void test_speed(void)
{
    static const char *const names[] = {"Via",     "From",          "To",         "Call-ID",
                                        "CSeq",    "Contact",       "User-Agent", "Max-Forwards",
                                        "Expires", "Authorization", "Allow",      "Content-Length"};
    struct policy *p = table();
    struct bytes keys[G_N_ELEMENTS(names)];
    guint rounds = g_test_perf() ? 1000000 : 20000, found = 0;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        keys[i] = bytes_of(names[i]);
    gint64 start = g_get_monotonic_time();
    for (guint r = 0; r < rounds; r++)
        for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
            found += policy_header(p, keys[i]) != NULL;
    gdouble headers = (gdouble)(g_get_monotonic_time() - start) * 1000 / rounds / G_N_ELEMENTS(keys);
    start = g_get_monotonic_time();
    for (guint r = 0; r < rounds; r++)
        found += policy_list_has(policy_list("methods"), bytes_of("REGISTER"));
    gdouble methods = (gdouble)(g_get_monotonic_time() - start) * 1000 / rounds;
    start = g_get_monotonic_time();
    struct policy *again = table();
    gdouble build = (gdouble)(g_get_monotonic_time() - start) / 1000;
    g_test_message("header field %.0f ns, method %.0f ns, policy_new %.2f ms", headers, methods, build);
    g_assert_cmpuint(found, ==, rounds * (G_N_ELEMENTS(keys) + 1));
    policy_free(again);
    policy_free(p);
}

static void note_word(void *arg, struct bytes word)
{
    g_hash_table_add(arg, g_strndup((const gchar *)word.p, word.n));
}

/* Names of each group and entries of lists; nothing that is a value's action. */
static void test_each_word(void)
{
    static const char *const words[] = {"From", "e", "+sip.instance", "transport", "branch", "candidate",
                                        "application/sdp", "Messages-Waiting", "100rel", "Trying"};
    struct policy *p = policy_new(NULL, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    policy_each_word(p, note_word, seen);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (!g_hash_table_contains(seen, words[i]))
            g_error("%s is no word", words[i]);
    g_assert_true(g_hash_table_contains(seen, "presentity"));
    g_assert_false(g_hash_table_contains(seen, "name-addr"));
    policy_free(p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/table/registries", test_registries);
    g_test_add_func("/policy/table/counts", test_counts);
    g_test_add_func("/policy/table/no-name-twice", test_no_name_twice);
    g_test_add_func("/policy/table/names-are-spelled", test_names_are_spelled);
    g_test_add_func("/policy/table/field-rows", test_field_rows);
    g_test_add_func("/policy/lists", test_lists);
    g_test_add_func("/policy/reason-phrases", test_reason_phrases);
    g_test_add_func("/policy/find/index", test_index);
    g_test_add_func("/policy/find/headers", test_headers);
    g_test_add_func("/policy/find/reads-only-the-name", test_reads_only_the_name);
    g_test_add_func("/policy/find/params", test_params);
    g_test_add_func("/policy/find/sdp", test_sdp);
    g_test_add_func("/policy/find/bodies", test_bodies);
    g_test_add_func("/policy/find/xml", test_xml);
    g_test_add_func("/policy/allows", test_allows);
    g_test_add_func("/policy/action-texts", test_action_texts);
    g_test_add_func("/policy/file/chooses", test_file_chooses);
    g_test_add_func("/policy/file/refused", test_file_refused);
    g_test_add_func("/policy/file/missing", test_file_missing);
    g_test_add_func("/policy/file/no-identity-can-be-kept", test_no_identity_can_be_kept);
    g_test_add_func("/policy/each-word", test_each_word);
    g_test_add_func("/policy/speed", test_speed);
    return g_test_run();
}

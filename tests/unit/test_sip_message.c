/* The tokenizer: spans of start lines, header fields, URIs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "sip.h"

static const struct {
    const char *payload;
    enum parse_result expected;
} starts[] = {
    {"INVITE sip:a@b SIP/2.0\r\n", PARSE_OK},
    {"INVITE  sip:a@b  SIP/2.0 \r\n", PARSE_OK},
    {"\r\n\r\nOPTIONS sip:a SIP/2.0\n", PARSE_OK},
    {"INVITE sip:a@b; lr SIP/2.0\r\n", PARSE_OK},
    {"INVITE sip:a@b SIP/7.0\r\n", PARSE_OK},
    {"SIP/2.0 200 OK\r\n", PARSE_OK},
    {"SIP/2.0 100\r\n", PARSE_OK},
    {"SIP/2.0 4294967301 better not\r\n", PARSE_OK},
    {"!interesting-Method0123456789_*+`.%indeed'~ sip:a SIP/2.0\r\n", PARSE_OK},
    {"GET / HTTP/1.1\r\n", PARSE_BAD},
    {"HTTP/1.1 200 OK\r\n", PARSE_BAD},
    {"SIP/2.0 20 OK\r\n", PARSE_BAD},
    {"SIP/2.0\r\n", PARSE_BAD},
    {"INVITE SIP/2.0\r\n", PARSE_BAD},
    {" INVITE sip:a SIP/2.0\r\n", PARSE_BAD},
    {"\x80\x90 rtp SIP/2.0\r\n", PARSE_BAD},
    {"INVITE sip:a@b SIP", PARSE_MORE},
    {"INV", PARSE_MORE},
    {"\r\n\r\n", PARSE_MORE},
    {"", PARSE_MORE},
};

static void test_starts(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(starts); i++)
        if (sip_recognise(bytes_of(starts[i].payload)) != starts[i].expected)
            g_error("row %u: %s", i, starts[i].payload);
}

static const char message[] = "REGISTER sip:example.com SIP/2.0\r\n"
                              "Via: SIP/2.0/UDP h\r\n"
                              "From  : <sip:a@b>\r\n"
                              " ;tag=1\r\n"
                              "no colon here\r\n"
                              "l: 4\n"
                              "\r\n"
                              "body";

static struct bytes value_of(const struct sip_message *m, const char *name)
{
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *h = &g_array_index(m->headers, struct sip_header, i);
        if (bytes_ieq(bytes_span(m->text, h->name), bytes_of(name)))
            return bytes_span(m->text, h->value);
    }
    return BYTES_NONE;
}

static void test_fields(void)
{
    struct sip_message m;
    sip_message_init(&m);
    g_assert_cmpint(sip_message_parse(&m, BYTES_LIT(message)), ==, PARSE_OK);
    check_text("method", bytes_span(m.text, m.method), "REGISTER");
    check_text("uri", bytes_span(m.text, m.uri), "sip:example.com");
    g_assert_cmpuint(m.headers->len, ==, 4);
    check_text("folded", value_of(&m, "From"), "<sip:a@b>\r\n ;tag=1");
    check_text("compact", value_of(&m, "l"), "4");
    check_text("body", bytes_from(m.text, m.body), "body");
    g_assert_cmpuint(m.faults, ==, SIP_FAULT_LF_ONLY | SIP_FAULT_NO_COLON);
    g_assert_true(m.complete);
    sip_message_clear(&m);
}

static void parse_prefix(struct bytes b, void *arg)
{
    struct sip_message *m = arg;
    gsize at = 0;
    if (sip_message_parse(m, b) != PARSE_OK)
        return;
    /* Lines tile the header section: none lost, none twice. */
    at = m->start_line.off + m->start_line.len;
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *h = &g_array_index(m->headers, struct sip_header, i);
        g_assert_cmpuint(h->line.off, ==, at);
        g_assert_cmpuint(h->value.off, >=, h->line.off);
        at += h->line.len;
        g_assert_cmpuint(h->value.off + h->value.len, <=, at);
    }
    g_assert_cmpuint(at, <=, m->body);
    g_assert_cmpuint(m->body, <=, b.n);
}

static void test_prefixes(void)
{
    struct sip_message m;
    sip_message_init(&m);
    check_prefixes(BYTES_LIT(message), parse_prefix, &m);
    sip_message_clear(&m);
}

static const struct {
    const char *uri, *user, *password, *host, *port, *params, *headers;
} uris[] = {
    {"alice@example.com", "alice", "", "example.com", "", "", ""},
    {"alice:secret@example.com:5061;lr?Subject=x", "alice", "secret", "example.com", "5061", ";lr", "?Subject=x"},
    {"example.com", "", "", "example.com", "", "", ""},
    {"a@b@c", "a", "", "b@c", "", "", ""},
    {"+1201;ext=2@gw;user=phone", "+1201;ext=2", "", "gw", "", ";user=phone", ""},
    {"a@[2001:db8::1]:5060", "a", "", "[2001:db8::1]", "5060", "", ""},
    {"[2001:db8::1", "", "", "[2001:db8::1", "", "", ""},
    {"2001:db8::1", "", "", "2001:db8::1", "", "", ""},
    {"a?to=b@host?to=c", "a?to=b", "", "host", "", "", "?to=c"},
    {"a(b)&c$/d?,/;;*:&e=1,f!*g$@host", "a(b)&c$/d?,/;;*", "&e=1,f!*g$", "host", "", "", ""}, /* as in RFC 4475, 3.1.1.2 */
    {"host?to=a%40b", "", "", "host", "", "", "?to=a%40b"},
    {"a?b@host", "a?b", "", "host", "", "", ""},
    {"@host:", "", "", "host", "", "", ""},
    {"", "", "", "", "", "", ""},
};

static void test_uris(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(uris); i++) {
        struct sip_uri u;
        struct bytes t = bytes_of(uris[i].uri);
        sip_uri_parse(&u, t);
        check_text(uris[i].uri, bytes_span(t, u.user), uris[i].user);
        check_text(uris[i].uri, bytes_span(t, u.password), uris[i].password);
        check_text(uris[i].uri, bytes_span(t, u.host), uris[i].host);
        check_text(uris[i].uri, bytes_span(t, u.port), uris[i].port);
        check_text(uris[i].uri, bytes_span(t, u.params), uris[i].params);
        check_text(uris[i].uri, bytes_span(t, u.headers), uris[i].headers);
    }
}

static void uri_prefix(struct bytes b, void *arg)
{
    struct sip_uri u;
    (void)arg;
    sip_uri_parse(&u, b);
    g_assert_cmpuint(u.headers.off + u.headers.len, ==, b.n);
}

static void test_uri_prefixes(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(uris); i++)
        check_prefixes(bytes_of(uris[i].uri), uri_prefix, NULL);
}

static void test_scan(void)
{
    struct bytes t = BYTES_LIT("\"a,b\\\",c\" <sip:x,y>, z");
    g_assert_cmpuint(sip_scan(t, 0, ",", TRUE), ==, 19);
    g_assert_cmpuint(sip_scan(t, 0, ",", FALSE), ==, 16);
    g_assert_cmpuint(sip_scan(BYTES_LIT("\"a,b"), 0, ",", TRUE), ==, 2); /* an unbalanced quote */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/starts", test_starts);
    g_test_add_func("/sip/fields", test_fields);
    g_test_add_func("/sip/prefixes", test_prefixes);
    g_test_add_func("/sip/uris", test_uris);
    g_test_add_func("/sip/uri-prefixes", test_uri_prefixes);
    g_test_add_func("/sip/scan", test_scan);
    return g_test_run();
}

/* Events: what the statistics take from a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "event.h"

#define REQUEST "REGISTER sip:example.com SIP/2.0\r\n"

/* A fixture that keeps a message's text and parsed form alive while its event is looked at. */
struct fixture {
    struct sip_message m;
    struct sip_event e;
};

static void setup(struct fixture *f, struct bytes text)
{
    memset(f, 0, sizeof *f);
    memset(&f->e, 0xa5, sizeof f->e); /* whatever the last message left */
    f->e.frame = 7;
    f->e.time_us = 8;
    sip_message_init(&f->m);
    if (sip_message_parse(&f->m, text) == PARSE_OK)
        event_from_message(&f->e, &f->m);
}

static void teardown(struct fixture *f)
{
    sip_message_clear(&f->m);
}

static const char whole[] =
    "REGISTER sip:example.com;transport=udp SIP/2.0\r\n"
    "Via: SIP/2.0/UDP h1:5060 ; branch = z9hG4bK-1 ;rport, SIP/2.0/UDP h2;branch=z9hG4bK-2\r\n"
    "v: SIP/2.0/UDP h3;branch=z9hG4bK-3\r\n"
    "From: \"A; <x>\" <sip:alice@example.com:5060;user=phone>;tag=f1\r\n"
    "t: sip:bob@example.org;tag=t1\r\n"
    "Call-ID: c1@h\r\n"
    "CSeq: 42\r\n REGISTER\r\n"
    "Contact: <sip:alice@192.0.2.1:5070;ob>;expires=60;+sip.instance=\"<urn:uuid:1>\" ,\r\n"
    " \"B, b\" <sip:[2001:db8::1]:5080>\r\n"
    "m: <sip:c@d>\r\n"
    "Expires: 3600\r\n"
    "Server: S/1\r\n"
    "User-Agent: UA/1\r\n"
    "Event: presence;id=3\r\n"
    "Proxy-Authorization: Digest x\r\n"
    "\r\n";

static void test_whole(void)
{
    struct fixture f;
    setup(&f, BYTES_LIT(whole));
    const struct sip_event *e = &f.e;
    g_assert_true(e->request);
    check_text("method", e->method, "REGISTER");
    check_text("request_uri", e->request_uri, "sip:example.com;transport=udp");
    check_text("branch", e->branch, "z9hG4bK-1");
    check_text("from", e->from_aor, "alice@example.com");
    check_text("from tag", e->from_tag, "f1");
    check_text("to", e->to_aor, "bob@example.org");
    check_text("to tag", e->to_tag, "t1");
    check_text("call-id", e->call_id, "c1@h");
    g_assert_cmpuint(e->cseq, ==, 42);
    check_text("cseq method", e->cseq_method, "REGISTER");
    check_text("agent", e->user_agent, "UA/1");
    check_text("event", e->event_package, "presence");
    g_assert_true(e->credentials);
    g_assert_false(e->ignored_fault);
    g_assert_cmpint(e->expires_s, ==, 3600);
    g_assert_cmpint(e->retry_after_s, ==, -1);
    g_assert_cmpuint(e->frame, ==, 7);
    g_assert_cmpint(e->time_us, ==, 8);
    teardown(&f);
}

static void test_contacts(void)
{
    struct fixture f;
    setup(&f, BYTES_LIT(whole));
    const struct event_contact *c = f.e.contacts;
    g_assert_cmpuint(f.e.n_contacts, ==, 3);
    check_text("uri", c[0].uri, "alice@192.0.2.1:5070");
    check_text("instance", c[0].instance, "<urn:uuid:1>");
    g_assert_cmpint(c[0].expires_s, ==, 60);
    g_assert_false(c[0].star);
    check_text("uri", c[1].uri, "[2001:db8::1]:5080");
    g_assert_cmpint(c[1].expires_s, ==, -1);
    check_text("uri", c[2].uri, "c@d");
    teardown(&f);
}

static void test_many_contacts(void)
{
    g_autoptr(GString) text = g_string_new(REQUEST "Contact: *\r\nContact: <sip:a@b>");
    for (guint i = 0; i < 40; i++)
        g_string_append(text, ",<sip:a@b>");
    g_string_append(text, "\r\n\r\n");
    struct fixture f;
    setup(&f, bytes_of(text->str));
    g_assert_cmpuint(f.e.n_contacts, ==, EVENT_CONTACTS_MAX);
    g_assert_true(f.e.contacts[0].star);
    g_assert_cmpuint(f.e.contacts[0].uri.n, ==, 0);
    teardown(&f);
}

static void test_response(void)
{
    struct fixture f;
    setup(&f, BYTES_LIT("SIP/2.0 503 No\r\nCSeq: 1 REGISTER\r\nRetry-After: 18 (busy);duration=5\r\n"
                        "To: <sip:a@b>\r\nServer: S/2\r\n\r\n"));
    g_assert_false(f.e.request);
    g_assert_cmpuint(f.e.status, ==, 503);
    check_text("method", f.e.method, "REGISTER");
    check_text("agent", f.e.user_agent, "S/2");
    check_text("to", f.e.to_aor, "a@b");
    check_text("to tag", f.e.to_tag, "");
    check_text("from", f.e.from_aor, "");
    g_assert_cmpint(f.e.retry_after_s, ==, 18);
    g_assert_false(f.e.credentials);
    g_assert_cmpuint(f.e.n_contacts, ==, 0);
    teardown(&f);
}

/* Whom a To names. */
static const struct {
    const char *to, *aor;
    gboolean fault;
} parties[] = {
    {"<sip:a@b>", "a@b", FALSE},
    {"sip:a@b", "a@b", FALSE},
    {"a@b", "a@b", FALSE},
    {"<SIPS:a@B:1;x?y=z>", "a@B", FALSE},
    {"<sip:example.com:5060>", "example.com", FALSE},
    {"<sip:a@[2001:db8::1]:5060>", "a@[2001:db8::1]", FALSE},
    {"<tel:+1-201;phone-context=x>", "+1-201", FALSE},
    {"<urn:service:sos>", "service:sos", FALSE},
    {"<pres:a@b>", "a@b", FALSE},
    {"<sip:a:secret@b>", "", FALSE},
    {"<sip:a@b@c>", "a@b@c", TRUE},
    {"\"x@y@z\" <sip:a@b>", "a@b", FALSE},
    {"\"not closed <sip:a@b>", "a@b", FALSE},
    {"<sip:a@b", "a@b", FALSE},
    {"<>", "", FALSE},
    {"", "", FALSE},
};

static void test_parties(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(parties); i++) {
        g_autofree gchar *text = g_strdup_printf(REQUEST "To: %s\r\n\r\n", parties[i].to);
        struct fixture f;
        setup(&f, bytes_of(text));
        check_text(parties[i].to, f.e.to_aor, parties[i].aor);
        if (f.e.ignored_fault != parties[i].fault)
            g_error("%s: fault %d", parties[i].to, f.e.ignored_fault);
        teardown(&f);
    }
}

/* Two "@" are a fault wherever a URI names somebody. */
static const char *const faulty[] = {
    "INVITE sip:a@b@c SIP/2.0\r\n\r\n",
    REQUEST "From: <sip:a@b@c>\r\n\r\n",
    REQUEST "Contact: <sip:a@b>, <sip:a@b@c>\r\n\r\n",
};

static void test_faults(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(faulty); i++) {
        struct fixture f;
        setup(&f, bytes_of(faulty[i]));
        g_assert_true(f.e.ignored_fault);
        teardown(&f);
    }
}

/* Each header field, in either form and any case, does what it is for. */
static const char *const names[] = {
    "AUTHORIZATION: x",  "authorization: x", "Proxy-authorization: x", "f: <sip:1@1@1>", "To: <sip:1@1@1>",
    "FROM: <sip:1@1@1>", "T: <sip:1@1@1>",   "CONTACT: <sip:1@1@1>",   "M: <sip:1@1@1>",
};

static const char *const short_names[] = {
    "V: SIP/2.0/UDP h;branch=x", "I: x", "O: x", "server: x", "USER-AGENT: x", "event: x", "call-id: x"};

static void test_names(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree gchar *text = g_strdup_printf(REQUEST "%s\r\n\r\n", names[i]);
        struct fixture f;
        setup(&f, bytes_of(text));
        if (!f.e.credentials && !f.e.ignored_fault)
            g_error("%s", names[i]);
        teardown(&f);
    }
    for (guint i = 0; i < G_N_ELEMENTS(short_names); i++) {
        g_autofree gchar *text = g_strdup_printf(REQUEST "%s\r\n\r\n", short_names[i]);
        struct fixture f;
        setup(&f, bytes_of(text));
        gsize n = f.e.branch.n + f.e.call_id.n + f.e.event_package.n + f.e.user_agent.n;
        if (n != 1)
            g_error("%s", short_names[i]);
        teardown(&f);
    }
}

/* Numbers that are none are as good as absent. */
static const struct {
    const char *value;
    gint64 expires;
} expires[] = {
    {"0", 0}, {"4294967295", 4294967295},      {"4294967296", -1}, {"-1", -1}, {"60 s", -1},
    {"", -1}, {"99999999999999999999999", -1},
};

static void test_expires(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(expires); i++) {
        g_autofree gchar *text =
            g_strdup_printf(REQUEST "Expires: %s\r\nExpires: 5\r\n\r\n", expires[i].value);
        struct fixture f;
        setup(&f, bytes_of(text));
        g_assert_cmpint(f.e.expires_s, ==, expires[i].expires);
        teardown(&f);
    }
}

static void inside(struct bytes text, struct bytes view)
{
    g_assert_true(view.n == 0 || (view.p >= text.p && view.p + view.n <= text.p + text.n));
}

/* Every view lies in the text, whatever is cut off; the guard page watches the reads. */
static void check_views(struct bytes text, void *arg)
{
    struct fixture f;
    (void)arg;
    setup(&f, text);
    if (f.e.n_contacts <= EVENT_CONTACTS_MAX) {
        const struct bytes views[] = {f.e.method,   f.e.cseq_method, f.e.call_id,      f.e.branch,
                                      f.e.from_tag, f.e.to_tag,      f.e.request_uri,  f.e.from_aor,
                                      f.e.to_aor,   f.e.user_agent,  f.e.event_package};
        for (guint i = 0; i < G_N_ELEMENTS(views); i++)
            inside(text, views[i]);
        for (guint i = 0; i < f.e.n_contacts; i++) {
            inside(text, f.e.contacts[i].uri);
            inside(text, f.e.contacts[i].instance);
        }
    }
    teardown(&f);
}

static void test_prefixes(void)
{
    check_prefixes(BYTES_LIT(whole), check_views, NULL);
    check_prefixes(
        BYTES_LIT(REQUEST "To: \"\\\"<sip:a:b@c@d:>;tag=\"\r\nm: ,,<,\"\r\nCSeq: 99999999999999999999999 X"),
        check_views, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event/whole", test_whole);
    g_test_add_func("/event/contacts", test_contacts);
    g_test_add_func("/event/many-contacts", test_many_contacts);
    g_test_add_func("/event/response", test_response);
    g_test_add_func("/event/parties", test_parties);
    g_test_add_func("/event/faults", test_faults);
    g_test_add_func("/event/names", test_names);
    g_test_add_func("/event/expires", test_expires);
    g_test_add_func("/event/prefixes", test_prefixes);
    return g_test_run();
}

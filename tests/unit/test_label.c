/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agent.h"
#include "check.h"
#include "label.h"
#include "label_private.h"
#include "phone.h"

#include <time.h>

static struct key *test_key(guint8 seed)
{
    guint8 raw[KEY_BYTES];
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < sizeof raw; i++)
        raw[i] = (guint8)(i * 11 + seed);
    struct key *key = key_new(raw, &error);
    g_assert_no_error(error);
    return key;
}

static struct labels *make(const struct label_settings *settings)
{
    g_autoptr(GError) error = NULL;
    struct key *key = test_key(3);
    struct labels *l = labels_new(key, settings, &error);
    g_assert_no_error(error);
    key_free(key);
    return l;
}

/* --- rows: in this order, one table -------------------------------------------------------------- */

typedef struct bytes (*look_up_fn)(struct labels *l, struct bytes text, enum kind *kind);

struct row {
    look_up_fn look_up;
    const char *original, *label;
    enum kind kind;
};

static void check_rows(const struct label_settings *settings, const struct row *rows, gsize n)
{
    struct labels *l = make(settings);
    for (guint round = 0; round < 2; round++) { /* the same once more: nothing is numbered twice */
        for (gsize i = 0; i < n; i++) {
            enum kind kind = KIND_COUNT;
            struct bytes got = rows[i].look_up(l, bytes_of(rows[i].original), &kind);
            check_text(rows[i].original, got, rows[i].label);
            g_assert_cmpstr(kind_name(kind), ==, kind_name(rows[i].kind));
        }
    }
    g_assert_null(labels_error(l));
    labels_free(l);
}

#define USER labels_user
#define HOST labels_domain
#define AGENT labels_agent
#define CHECK_ROWS(settings, rows) check_rows(settings, rows, G_N_ELEMENTS(rows))

static void test_readable(void)
{
    static const struct row rows[] = {
        {USER, "alice", "u1", KIND_USER},
        {USER, "Alice", "u2", KIND_USER}, /* RFC 3261 19.1.4: userinfo compares by case */
        {USER, "+1-201-555-0123", "+999000000003", KIND_PHONE},
        {USER, "+12015550123", "+999000000003", KIND_PHONE},
        {USER, "12015550123", "999000000003", KIND_PHONE},
        {USER, "1 (201) 555.0123", "999000000003", KIND_PHONE},
        {USER, "bob", "u4", KIND_USER},
        {USER, "+4930", "+999000000005", KIND_PHONE},
        {USER, "+493", "u6", KIND_USER}, /* three digits */
        {USER, "123456", "u7", KIND_USER},
        {USER, "1234567", "999000000008", KIND_PHONE},
        {USER, "123456789012345", "999000000009", KIND_PHONE},
        {USER, "1234567890123456", "u10", KIND_USER},
        {USER, "+1234567890123456", "u11", KIND_USER},
        {USER, "++1234567", "u12", KIND_USER},
        {USER, "1+2345678", "u13", KIND_USER},
        {USER, "1234567x", "u14", KIND_USER},
        {USER, "-", "u15", KIND_USER},
        {USER, "0049301234567", "999000000016", KIND_PHONE}, /* no country: as it stands */
        {USER, "0301234567", "999000000017", KIND_PHONE},
        {USER, "+49301234567", "+999000000018", KIND_PHONE},
        {USER, "u5", "u19", KIND_USER}, /* an original like any other */
        {USER, "u19", "u20", KIND_USER},
        {USER, "999000000003", "999000000021", KIND_PHONE},
        {USER, "112", "u22", KIND_USER},
        {USER, "M\xc3\xbcller", "u23", KIND_USER},
        {USER, "", "", KIND_KEPT},
        {USER, "anonymous", "anonymous", KIND_KEPT},
        {USER, "Anonymous", "Anonymous", KIND_KEPT},
        {USER, "anonymous2", "u24", KIND_USER},
        {USER, "restricted", "restricted", KIND_KEPT},
        {USER, "UNAVAILABLE", "UNAVAILABLE", KIND_KEPT},
        {USER, "unknown", "unknown", KIND_KEPT},
        {HOST, "example.com", "d1.invalid", KIND_DOMAIN},
        {HOST, "EXAMPLE.com.", "d1.invalid", KIND_DOMAIN},
        {HOST, "example.com..", "d2.invalid", KIND_DOMAIN},
        {HOST, "www.example.com", "d3.invalid", KIND_DOMAIN},
        {HOST, "localhost", "localhost", KIND_KEPT},
        {HOST, "Anonymous.Invalid", "Anonymous.Invalid", KIND_KEPT},
        {HOST, "anonymous", "d4.invalid", KIND_DOMAIN},
        {HOST, "d2.invalid", "d5.invalid", KIND_DOMAIN},
        {HOST, ".", "d6.invalid", KIND_DOMAIN},
        {HOST, "", "", KIND_KEPT},
        {AGENT, "Home made 1.0", "ua1", KIND_AGENT},
        {AGENT, "home made 1.0", "ua2", KIND_AGENT},
        {AGENT, "Asterisk PBX 11.13.1~dfsg-2", "Asterisk/11.13", KIND_AGENT},
        {AGENT, "ua1", "ua3", KIND_AGENT},
        {AGENT, "", "", KIND_KEPT},
    };
    CHECK_ROWS(&(struct label_settings){.style = LABELS_READABLE}, rows);
}

/* The paper's figure 2: From: <sip:12@85:5060>, its own numbers. */
static void test_paper(void)
{
    struct labels *l = make(&(struct label_settings){.style = LABELS_PAPER});
    enum kind kind;
    char text[32];
    for (guint i = 1; i < 12; i++) {
        g_snprintf(text, sizeof text, "user%u", i);
        labels_user(l, bytes_of(text), &kind);
    }
    for (guint i = 1; i < 85; i++) {
        g_snprintf(text, sizeof text, "host%u.example", i);
        labels_domain(l, bytes_of(text), &kind);
    }
    check_text("user", labels_user(l, BYTES_LIT("alice"), &kind), "12");
    check_text("domain", labels_domain(l, BYTES_LIT("example.com"), &kind), "85");
    check_text("phone", labels_user(l, BYTES_LIT("+12015550123"), &kind), "13");
    g_assert_cmpint(kind, ==, KIND_PHONE);
    check_text("agent", labels_agent(l, BYTES_LIT("Something 7"), &kind), "ua1");
    labels_free(l);
}

static void test_country(void)
{
    static const struct row rows[] = {
        {USER, "+49301234567", "+999000000001", KIND_PHONE},
        {USER, "0049301234567", "999000000001", KIND_PHONE},
        {USER, "0301234567", "999000000001", KIND_PHONE},
        {USER, "(030) 123-4567", "999000000001", KIND_PHONE},
        {USER, "49301234567", "999000000001", KIND_PHONE},
        {USER, "00390612345678", "999000000002", KIND_PHONE},
        {USER, "+390612345678", "+999000000002", KIND_PHONE},
        {USER, "00123456789012345", "999000000003", KIND_PHONE}, /* 00 and 15 digits */
        {USER, "+123456789012345", "+999000000003", KIND_PHONE},
        {USER, "001234567890123456", "u4", KIND_USER},
        {USER, "012345678901234", "999000000005", KIND_PHONE},
        {USER, "0123456789012345", "u6", KIND_USER},
        {USER, "003012", "u7", KIND_USER}, /* six digits */
        {USER, "+0301234567", "+999000000008", KIND_PHONE},
    };
    CHECK_ROWS((&(struct label_settings){.country = "49"}), rows);
}

static void test_country_refused(void)
{
    static const char *const wrong[] = {"", "0", "049", "1234", "+49", "xyz", "4 9", NULL};
    struct key *key = test_key(3);
    for (gsize i = 0; wrong[i]; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(labels_new(key, &(struct label_settings){.country = wrong[i]}, &error));
        g_assert_error(error, SIANTO_LABEL_ERROR, LABEL_ERROR_COUNTRY);
        if (strlen(wrong[i]) > 1) /* DESIGN section 3.9: never the value of country= */
            g_assert_null(strstr(error->message, wrong[i]));
    }
    key_free(key);
}

static const char *const keep_users[] = {"alice", "u2", "+1 201 555 0123", "+999000000004", "7", NULL};
static const char *const keep_hosts[] = {"Pbx.Example.com", "d1.invalid", "2", NULL};

static void test_keep(void)
{
    static const struct row rows[] = {
        {USER, "alice", "alice", KIND_KEPT},
        {USER, "Alice", "u1", KIND_USER},
        {USER, "12015550123", "12015550123", KIND_KEPT},
        {USER, "+1-201-555-0123", "+1-201-555-0123", KIND_KEPT},
        {USER, "bob", "u3", KIND_USER}, /* u2 is kept */
        {USER, "u2", "u2", KIND_KEPT},
        {USER, "dora", "u4", KIND_USER},
        {USER, "+4930123456", "+999000000005", KIND_PHONE},
        {HOST, "pbx.EXAMPLE.com.", "pbx.EXAMPLE.com.", KIND_KEPT},
        {HOST, "a.pbx.example.com", "d2.invalid", KIND_DOMAIN},
        {HOST, "D1.invalid", "D1.invalid", KIND_KEPT},
    };
    static const struct row skipped[] = {
        {USER, "a", "u1", KIND_USER},
        {USER, "b", "u3", KIND_USER},
        {USER, "+4930123456", "+999000000005", KIND_PHONE}, /* +999000000004 is kept */
    };
    static const struct row paper[] = {
        {USER, "a", "1", KIND_USER},
        {USER, "b", "2", KIND_USER},
        {USER, "c", "3", KIND_USER},
        {USER, "d", "4", KIND_USER},
        {USER, "+4930123456", "5", KIND_PHONE},
        {USER, "f", "6", KIND_USER},
        {USER, "g", "8", KIND_USER},
        {HOST, "a", "1", KIND_DOMAIN},
        {HOST, "b", "3", KIND_DOMAIN},
    };
    struct label_settings settings = {.keep_users = keep_users, .keep_hosts = keep_hosts};
    CHECK_ROWS(&settings, rows);
    CHECK_ROWS(&settings, skipped);
    settings.style = LABELS_PAPER;
    CHECK_ROWS(&settings, paper);
    static const char *const national[] = {"030 1234567", NULL};
    static const struct row german[] = {{USER, "+49301234567", "+49301234567", KIND_KEPT}};
    CHECK_ROWS((&(struct label_settings){.country = "49", .keep_users = national}), german);
}

/* --- properties ---------------------------------------------------------------------------------- */

static const guint many = 50000;

static void original_of(look_up_fn look_up, guint i, char text[48])
{
    if (look_up == labels_domain)
        g_snprintf(text, 48, "host-%u.example.net", i);
    else if (look_up == labels_agent)
        g_snprintf(text, 48, "Home made (%u)", i);
    else if (i % 2)
        g_snprintf(text, 48, "+4930%u", 1000000 + i);
    else
        g_snprintf(text, 48, "user.%u", i);
}

/* Different in, different out; same in, same out, and the very same bytes, which outlive the growth. */
static void check_one_to_one(enum label_style style, look_up_fn look_up, enum kind kind)
{
    static const char *const keep_user_labels[] = {"u77", "+999000000078", "79", NULL};
    static const char *const keep_host_labels[] = {"d77.invalid", "78", NULL};
    struct label_settings settings = {
        .style = style, .keep_users = keep_user_labels, .keep_hosts = keep_host_labels};
    struct labels *l = make(&settings);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree struct bytes *labels = g_new(struct bytes, many);
    char text[48];
    enum kind got;
    for (guint i = 0; i < many; i++) {
        original_of(look_up, i, text);
        labels[i] = look_up(l, bytes_of(text), &got);
        char *label = g_strndup((const char *)labels[i].p, labels[i].n);
        g_assert_false(g_strv_contains(keep_user_labels, label) && look_up == labels_user);
        g_assert_false(g_strv_contains(keep_host_labels, label) && look_up == labels_domain);
        g_assert_true(g_hash_table_add(seen, label));
    }
    for (guint i = 0; i < many; i++) {
        original_of(look_up, i, text);
        struct bytes again = look_up(l, bytes_of(text), &got);
        g_assert_true(again.p == labels[i].p && again.n == labels[i].n);
    }
    g_assert_cmpuint(labels_count(l, kind), ==, many);
    g_assert_cmpuint(labels_count(l, KIND_PHONE), ==, look_up == labels_user ? many / 2 : 0);
    g_assert_null(labels_error(l));
    labels_free(l);
}

static void test_one_to_one(void)
{
    for (guint style = LABELS_READABLE; style <= LABELS_KEYED; style++) {
        check_one_to_one((enum label_style)style, labels_user, KIND_USER);
        check_one_to_one((enum label_style)style, labels_domain, KIND_DOMAIN);
        check_one_to_one((enum label_style)style, labels_agent, KIND_AGENT);
    }
}

/* 20,000 look-ups among `count` users, in microseconds of processor time. */
static gint64 look_up_cost(struct labels *l, guint count)
{
    char text[48];
    enum kind kind;
    clock_t at = clock();
    for (guint i = 0; i < 20000; i++) {
        g_snprintf(text, sizeof text, "user%u", i * 19 % count);
        labels_user(l, bytes_of(text), &kind);
    }
    return (clock() - at) * (gint64)G_USEC_PER_SEC / CLOCKS_PER_SEC;
}

/* A look-up costs the same among 400,000 users as among 16, but for the processor's caches. Generous: a
 * table that searches would take thousands of times as long. */
static void test_look_up_cost(void)
{
    struct labels *l = make(&(struct label_settings){.style = LABELS_READABLE});
    char text[48];
    enum kind kind;
    gint64 few = look_up_cost(l, 16);
    for (guint i = 0; i < 400000; i++) {
        g_snprintf(text, sizeof text, "user%u", i);
        labels_user(l, bytes_of(text), &kind);
    }
    g_assert_cmpint(look_up_cost(l, 400000), <, few * 30 + 20000);
    labels_free(l);
}

static void test_keyed(void)
{
    static const struct {
        look_up_fn look_up;
        const char *original, *pattern;
    } rows[] = {
        {USER, "alice", "^u[a-z2-7]{16}$"},         {USER, "+12015550123", "^\\+999[0-9]{15}$"},
        {USER, "1-201-555-0123", "^999[0-9]{15}$"}, {HOST, "alice", "^d[a-z2-7]{16}\\.invalid$"},
        {AGENT, "alice", "^ua[a-z2-7]{16}$"},
    };
    struct label_settings settings = {.style = LABELS_KEYED};
    struct key *other_key = test_key(4);
    struct labels *l = make(&settings), *again = make(&settings),
                  *other = labels_new(other_key, &settings, NULL);
    enum kind kind;
    labels_user(again, BYTES_LIT("somebody first"), &kind); /* the order does not matter */
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bytes original = bytes_of(rows[i].original), label = rows[i].look_up(l, original, &kind);
        g_autofree char *text = g_strndup((const char *)label.p, label.n);
        g_assert_true(g_regex_match_simple(rows[i].pattern, text, G_REGEX_DOLLAR_ENDONLY, 0));
        g_assert_true(bytes_eq(label, rows[i].look_up(again, original, &kind)));
        g_assert_false(bytes_eq(label, rows[i].look_up(other, original, &kind)));
    }
    struct bytes plus = labels_user(l, BYTES_LIT("+12015550123"), &kind);
    struct bytes bare = labels_user(l, BYTES_LIT("12015550123"), &kind);
    g_assert_true(bytes_eq(bytes_from(plus, 1), bare));
    labels_free(l);
    labels_free(again);
    labels_free(other);
    key_free(other_key);
}

/* As they are under one key and must stay: releases under one key are joined by them. (Computed by
 * Python's hmac and base64 too.) */
static void test_keyed_fixed(void)
{
    static const struct row rows[] = {
        {USER, "alice", "usdqibpnvev7ycghr", KIND_USER},
        {USER, "+12015550123", "+999173706682558722", KIND_PHONE},
        {HOST, "Example.COM.", "d4vvcwz5zblfxinwn.invalid", KIND_DOMAIN},
        {AGENT, "Home made", "uaujaxffjwh5flcjef", KIND_AGENT},
    };
    CHECK_ROWS(&(struct label_settings){.style = LABELS_KEYED}, rows);
}

static void test_collision(void)
{
    struct labels *l = make(&(struct label_settings){.style = LABELS_KEYED});
    enum kind kind;
    char text[16];
    labels_shorten_keyed(l, 10);
    for (guint i = 0; i < 4; i++)
        labels_user(l, BYTES_LIT("alice"), &kind);
    g_assert_null(labels_error(l));
    for (guint i = 0; i < 1025; i++) {
        g_snprintf(text, sizeof text, "x%u", i);
        labels_user(l, bytes_of(text), &kind);
    }
    const GError *first = labels_error(l);
    g_assert_error(first, SIANTO_LABEL_ERROR, LABEL_ERROR_COLLISION);
    labels_user(l, BYTES_LIT("bob"), &kind);
    g_assert_true(labels_error(l) == first);
    labels_free(l);
}

static void test_keyed_kept(void)
{
    struct label_settings settings = {.style = LABELS_KEYED};
    struct labels *l = make(&settings);
    enum kind kind;
    struct bytes label = labels_user(l, BYTES_LIT("alice"), &kind);
    g_autofree char *kept = g_strndup((const char *)label.p, label.n);
    const char *const keep[] = {kept, NULL};
    labels_free(l);
    settings.keep_users = keep;
    l = make(&settings);
    labels_user(l, BYTES_LIT("alice"), &kind);
    g_assert_error(labels_error(l), SIANTO_LABEL_ERROR, LABEL_ERROR_COLLISION);
    labels_free(l);
}

static void look_guarded(struct bytes b, void *arg)
{
    enum kind kind;
    labels_user(arg, b, &kind);
    labels_domain(arg, b, &kind);
    labels_agent(arg, b, &kind);
    agent_family(b);
}

static void test_guarded(void)
{
    static const char *const texts[] = {
        "+1-(201) 555.0123456789", "0049301234567", "anonymous.invalid",
        "Asterisk PBX v11.13.1",   "Z 3.3.1",       "Sip EXpress router (0.9.6 (i386))"};
    struct labels *l = make(&(struct label_settings){.country = "49"});
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        check_prefixes(bytes_of(texts[i]), look_guarded, l);
    labels_free(l);
}

/* --- products ------------------------------------------------------------------------------------ */

static void test_agents(void)
{
    static const struct {
        const char *value, *label, *family;
    } rows[] = {
        {"Asterisk PBX 11.13.1~dfsg-2", "Asterisk/11.13", "Asterisk"},
        {"ASTERISK", "Asterisk", "Asterisk"},
        {"Asterisk PBX SVN-branch-1.8-r285530", "Asterisk/1.8", "Asterisk"},
        {"Asterisk PBX certified/11.6-cert1", "Asterisk/11.6", "Asterisk"},
        {"FPBX-2.8.1(1.4.20)", "FPBX/2.8", "Asterisk"},
        {"FreeSWITCH-mod_sofia/1.6.20-37-987c9b9~64bit", "FreeSWITCH/1.6", "FreeSWITCH"},
        {"kamailio (4.2.0 (x86_64/linux))", "Kamailio/4.2", "Kamailio"},
        {"OpenSIPS (2.1.1 (x86_64/linux))", "OpenSIPS/2.1", "OpenSIPS"},
        {"Sip EXpress router (0.9.6 (i386/linux))", "SER/0.9", "SER"},
        {"Zoiper rev.5415", "Zoiper", "Zoiper"},
        {"Z 3.9.32144 r32121", "Zoiper/3.9", "Zoiper"},
        {"Linphone/3.6.1 (eXosip2/4.1.0)", "Linphone/3.6", "Linphone"},
        {"Linphonec/3.12.0 (belle-sip/1.6.3)", "Linphone/3.12", "Linphone"},
        {"Jitsi2.4.4997Linux", "Jitsi/2.4", "Jitsi"},
        {"MicroSIP/3.19.7", "MicroSIP/3.19", "MicroSIP"},
        {"X-Lite release 1104o stamp 56125", "X-Lite", "CounterPath"},
        {"eyeBeam release 3007n stamp 17816", "eyeBeam", "CounterPath"},
        {"Bria 3 release 3.5.5 stamp 69411", "Bria/3.5", "CounterPath"},
        {"CSipSimple_SM-G900-22/r2457", "CSipSimple", "CSipSimple"},
        {"Blink 0.2.8 (Linux)", "Blink/0.2", "SIP-SIMPLE"},
        {"Twinkle/1.4.2", "Twinkle/1.4", "Twinkle"},
        {"baresip v0.4.20 (x86_64/linux)", "baresip/0.4", "baresip"},
        {"PJSUA v2.10-dev Linux-4.15.0.109/x86_64/glibc-2.27", "PJSUA/2.10", "PJSIP"},
        {"SIPp/Win32", "SIPp", "SIPp"},
        {"Yealink SIP-T46G 28.81.0.25", "Yealink/28.81", "Yealink"},
        {"PolycomSoundPointIP-SPIP_550-UA/3.3.1.0769", "PolycomSoundPointIP/3.3", "Polycom"},
        {"PolycomVVX-VVX_410-UA/5.4.0.10182", "PolycomVVX/5.4", "Polycom"},
        {"Cisco-SIPGateway/IOS-12.x", "Cisco-SIPGateway", "Cisco"},
        {"Cisco-CP7960G/8.0", "Cisco-CP/8.0", "Cisco"},
        {"Cisco/SPA504G-7.4.9c", "Cisco/7.4", "Cisco"},
        {"CSCO/7", "CSCO/7", "Cisco"},
        {"Linksys/SPA942-6.1.5(a)", "Linksys/6.1", "Cisco"},
        {"Sipura/SPA3000-3.1.10(GWe)", "Sipura/3.1", "Cisco"},
        {"Grandstream HT-502 V1.1B 1.0.8.4", "Grandstream/1.0", "Grandstream"},
        {"HT801 1.0.8", "Grandstream/1.0", "Grandstream"},
        {"snom320/8.4.35", "snom/8.4", "snom"},
        {"AVM FRITZ!Box Fon WLAN 7390 84.05.52 (Mar 20 2013)", "FRITZ!Box/84.05", "AVM"},
        {"Gigaset C610A IP/42.075.00.000.000", "Gigaset/42.075", "Gigaset"},
        {"Panasonic_KX-UT136 01.302 (0080f0aabbcc)", "Panasonic/01.302", "Panasonic"},
        {"Mitel-5212-SIP-Phone 06.02.00.02 08000F123456", "Mitel/06.02", "Mitel"},
        {"Aastra 6757i/2.6.0.2010", "Aastra/2.6", "Mitel"},
        {"Audiocodes-Sip-Gateway-MP-118 FXS/v.6.20A.027.012", "AudioCodes-Gateway", "AudioCodes"},
        {"Huawei SoftX3000 V300", "Huawei/300", "Huawei"},
        {"RTC/1.2.4949 (BOL SIP Phone 1005)", "RTC/1.2", "Microsoft"},
        {"UCCAPI/15.0.4911.1000 OC/15.0.4911.1000 (Skype for Business)", "UCCAPI/15.0", "Microsoft"},
        {"Microsoft.PSTNHub.SIPProxy v.2022.1.31.8 i.EUWE.2", "Teams", "Microsoft"},
        {"friendly-scanner", "friendly-scanner", "scanner"},
        {"sipcli/v1.8", "sipcli/1.8", "scanner"},
        {"  Zoiper/1.2 ", "Zoiper/1.2", "Zoiper"},
        /* nothing beside a version comes through */
        {"Asterisk 20150312", "Asterisk", "Asterisk"},
        {"Asterisk 24.12.2014", "Asterisk", "Asterisk"},
        {"Asterisk 2014.12.24", "Asterisk", "Asterisk"},
        {"Asterisk PBX on 10.1.2.3", "Asterisk", "Asterisk"},
        {"Asterisk 192.168.1.5", "Asterisk", "Asterisk"},
        {"Asterisk (88.2.3.4)", "Asterisk", "Asterisk"},
        {"Asterisk pbx@88.2.3.4", "Asterisk", "Asterisk"},
        {"Asterisk [88.2.3.4]", "Asterisk", "Asterisk"},
        {"Asterisk 88.2:5060", "Asterisk", "Asterisk"},
        {"Asterisk 00:15:65:12:34:56", "Asterisk", "Asterisk"},
        {"Asterisk 00-15-65-12-34-56", "Asterisk", "Asterisk"},
        {"Asterisk/001565123456", "Asterisk", "Asterisk"},
        {"Asterisk 0015.6512.3456", "Asterisk", "Asterisk"},
        {"Asterisk 1.1B", "Asterisk", "Asterisk"},
        {"Asterisk sn=12.3", "Asterisk", "Asterisk"},
        {"Asterisk/1234", "Asterisk", "Asterisk"},
        {"Asterisk of Alice", "Asterisk", "Asterisk"},
        {"Asterisk\xc3\xa4 1.8", "Asterisk/1.8", "Asterisk"},
        /* no product of ours */
        {"Asterisks 1.8", NULL, NULL},
        {"My Asterisk 1.8", NULL, NULL},
        {"Snomium/1.0", NULL, NULL},
        {"Zed 1.0", NULL, NULL},
        {"ua17", NULL, NULL},
        {"", NULL, NULL},
        {" ", NULL, NULL},
        {"\xff\xfe", NULL, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char label[AGENT_LABEL_MAX];
        gsize n = agent_label(bytes_of(rows[i].value), label);
        check_text(rows[i].value, (struct bytes){(guint8 *)label, n}, rows[i].label ? rows[i].label : "");
        g_assert_cmpstr(agent_family(bytes_of(rows[i].value)), ==, rows[i].family);
    }
}

static const char token_characters[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.!%*_+`'~";

/* What agent_find and the statistics rely on, for each row of the table. */
static void test_agent_rows(void)
{
    g_assert_cmpuint(agent_row_count, >=, 120);
    for (guint i = 0; i < agent_row_count; i++) {
        const struct agent_row *row = &agent_rows[i];
        g_assert_cmpuint(strlen(row->spelling), >=, 2);
        if (i > 0)
            g_assert_cmpint(g_ascii_strcasecmp(agent_rows[i - 1].spelling, row->spelling), <, 0);
        g_assert_cmpuint(strspn(row->product, token_characters), ==, strlen(row->product));
        g_assert_cmpuint(strlen(row->product), <=, AGENT_LABEL_MAX - 8);
        const struct agent_row *product = agent_find(bytes_of(row->product), NULL);
        g_assert_nonnull(product);
        g_assert_cmpstr(product->product, ==, row->product);
        g_assert_cmpstr(product->family, ==, row->family);
        g_assert_cmpstr(agent_family(bytes_of(row->family)), ==,
                        agent_find(bytes_of(row->family), NULL) ? row->family : NULL);
    }
}

/* A label is of its original's family, and the label of a label is that label: a file of ours, read
 * again, has the same statistics. */
static void test_agent_again(void)
{
    static const char *const behind[] = {"",       " 1",  "/1",    "/1.2.3",
                                         "-12.34", " v3", "(1.2)", " SIP 4.5.6.7 (a 8.9)"};
    struct labels *l = make(&(struct label_settings){.style = LABELS_READABLE});
    enum kind kind;
    for (guint i = 0; i < agent_row_count; i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(behind); j++) {
            g_autofree char *value = g_strconcat(agent_rows[i].spelling, behind[j], NULL);
            struct bytes label = labels_agent(l, bytes_of(value), &kind);
            if (!agent_family(bytes_of(value)))
                continue; /* "Z " and nothing behind it */
            g_assert_cmpstr(agent_family(label), ==, agent_family(bytes_of(value)));
            struct bytes twice = labels_agent(l, label, &kind);
            g_assert_true(bytes_eq(twice, label));
        }
    }
    struct bytes own = labels_agent(l, BYTES_LIT("Home made"), &kind);
    g_assert_null(agent_family(own));
    labels_free(l);
}

/* --- for who only reads -------------------------------------------------------------------------- */

static void check_found(struct labels *l, labels_finder find, const char *original, const char *expected, enum kind expected_kind)
{
    enum kind kind = KIND_COUNT;
    struct bytes label = BYTES_NONE;
    gboolean found = find(l, NULL, bytes_of(original), &label, &kind);
    g_assert_cmpint(found, ==, expected != NULL);
    if (!expected)
        return;
    check_text(original, label, expected);
    g_assert_cmpstr(kind_name(kind), ==, kind_name(expected_kind));
}

static void visit(void *arg, enum kind kind, struct bytes canonical, struct bytes label)
{
    GString *all = arg;
    g_string_append_printf(all, "%s %.*s %.*s\n", kind_name(kind), (int)canonical.n, (const char *)canonical.p,
                           (int)label.n, (const char *)label.p);
}

/* A look-up that finds nothing numbers nothing. */
static void test_find(void)
{
    const char *const hosts[] = {"own.example", NULL};
    struct labels *l = make(&(struct label_settings){.style = LABELS_READABLE, .keep_hosts = hosts});
    enum kind kind;
    check_found(l, labels_find_user, "alice", NULL, KIND_USER);
    labels_user(l, BYTES_LIT("alice"), &kind);
    labels_user(l, BYTES_LIT("+12015550123"), &kind);
    labels_domain(l, BYTES_LIT("Example.com"), &kind);
    labels_agent(l, BYTES_LIT("Home made"), &kind);
    check_found(l, labels_find_user, "alice", "u1", KIND_USER);
    check_found(l, labels_find_user, "12015550123", "999000000002", KIND_PHONE);
    check_found(l, labels_find_user, "+1-201-555-0123", "+999000000002", KIND_PHONE);
    check_found(l, labels_find_user, "Anonymous", "Anonymous", KIND_KEPT);
    check_found(l, labels_find_user, "", "", KIND_KEPT);
    check_found(l, labels_find_domain, "EXAMPLE.COM.", "d1.invalid", KIND_DOMAIN);
    check_found(l, labels_find_domain, "own.example", "own.example", KIND_KEPT);
    check_found(l, labels_find_domain, "other.example", NULL, KIND_DOMAIN);
    check_found(l, labels_find_agent, "Home made", "ua1", KIND_AGENT);
    check_found(l, labels_find_agent, "home made", NULL, KIND_AGENT);
    g_assert_cmpuint(labels_count(l, KIND_USER), ==, 2);
    g_assert_cmpuint(labels_count(l, KIND_DOMAIN), ==, 1);
    g_autoptr(GString) all = g_string_new(NULL);
    labels_each(l, visit, all);
    g_assert_cmpstr(all->str, ==, "user alice u1\nphone 12015550123 +999000000002\ndomain example.com d1.invalid\n"
                                  "agent Home made ua1\n");
    labels_free(l);
}

static void test_issued(void)
{
    static const struct {
        enum label_style style;
        const char *issued[6], *not_issued[12];
    } rows[] = {
        {LABELS_READABLE,
         {"u1", "+999000000002", "999000000002", "d1.invalid", "ua1", NULL},
         {"u0", "u3", "u01", "u", "+999000000003", "+99900000002", "d2.invalid", "d1", "ua2", "alice", "", NULL}},
        {LABELS_PAPER, {"1", "2", "ua1", NULL}, {"0", "3", "01", "u1", "d1.invalid", NULL}},
        {LABELS_KEYED, {NULL}, {"u1", "alice", "uaaaaaaaaaaaaaaaa", NULL}},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct labels *l = make(&(struct label_settings){.style = rows[i].style});
        enum kind kind;
        struct bytes user = labels_user(l, BYTES_LIT("alice"), &kind);
        struct bytes phone = labels_user(l, BYTES_LIT("12015550123"), &kind);
        struct bytes plus = labels_user(l, BYTES_LIT("+12015550123"), &kind);
        struct bytes host = labels_domain(l, BYTES_LIT("example.com"), &kind);
        struct bytes agent = labels_agent(l, BYTES_LIT("Home made"), &kind);
        struct bytes known = labels_agent(l, BYTES_LIT("Linphone/3.6.1 (eXosip2)"), &kind);
        g_assert_true(labels_issued(l, NULL, user) && labels_issued(l, NULL, phone) && labels_issued(l, NULL, plus));
        g_assert_true(labels_issued(l, NULL, host) && labels_issued(l, NULL, agent) && labels_issued(l, NULL, known));
        for (guint j = 0; rows[i].issued[j]; j++)
            g_assert_true(labels_issued(l, NULL, bytes_of(rows[i].issued[j])));
        for (guint j = 0; rows[i].not_issued[j]; j++)
            g_assert_false(labels_issued(l, NULL, bytes_of(rows[i].not_issued[j])));
        labels_free(l);
    }
}

/* For who looks at a message later: what had been given out by then. */
static void by_then(enum label_style style)
{
    struct labels *l = make(&(struct label_settings){.style = style});
    enum kind kind;
    struct bytes found;
    struct bytes first = labels_user(l, BYTES_LIT("alice"), &kind);
    struct label_marks then = labels_marks(l);
    struct bytes second = labels_user(l, BYTES_LIT("bob"), &kind);
    g_assert_true(labels_issued(l, &then, first) && labels_find_user(l, &then, BYTES_LIT("alice"), &found, &kind));
    g_assert_false(labels_issued(l, &then, second) || labels_find_user(l, &then, BYTES_LIT("bob"), &found, &kind));
    g_assert_true(labels_issued(l, NULL, second) && labels_find_user(l, NULL, BYTES_LIT("bob"), &found, &kind));
    labels_free(l);
}

static void test_by_then(void)
{
    by_then(LABELS_READABLE);
    by_then(LABELS_PAPER);
    by_then(LABELS_KEYED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/label/readable", test_readable);
    g_test_add_func("/label/paper", test_paper);
    g_test_add_func("/label/country", test_country);
    g_test_add_func("/label/country-refused", test_country_refused);
    g_test_add_func("/label/keep", test_keep);
    g_test_add_func("/label/one-to-one", test_one_to_one);
    g_test_add_func("/label/look-up-cost", test_look_up_cost);
    g_test_add_func("/label/keyed", test_keyed);
    g_test_add_func("/label/keyed-fixed", test_keyed_fixed);
    g_test_add_func("/label/collision", test_collision);
    g_test_add_func("/label/keyed-kept", test_keyed_kept);
    g_test_add_func("/label/guarded", test_guarded);
    g_test_add_func("/label/find", test_find);
    g_test_add_func("/label/issued", test_issued);
    g_test_add_func("/label/by-then", test_by_then);
    g_test_add_func("/agent/labels", test_agents);
    g_test_add_func("/agent/rows", test_agent_rows);
    g_test_add_func("/agent/again", test_agent_again);
    return g_test_run();
}

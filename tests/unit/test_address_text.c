/* Addresses as text, both ways, at every prefix and against a guard page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <arpa/inet.h>

#include "address.h"
#include "check.h"

static const struct {
    const char *text;
    const char *bytes; /* NULL: refused */
} v4[] = {
    {"192.0.2.1", "\300\0\2\1"},
    {"0.0.0.0", "\0\0\0\0"},
    {"255.255.255.255", "\377\377\377\377"},
    {"256.0.0.1", NULL},
    {"1.2.3.999", NULL},
    {"1.2.3.4294967297", NULL},
    {"01.2.3.4", NULL},
    {"1.2.3.04", NULL},
    {"1.2.3.00", NULL},
    {"1.2.3", NULL},
    {"1.2.3.", NULL},
    {"1.2.3.4.", NULL},
    {"1.2.3.4.5", NULL},
    {".1.2.3.4", NULL},
    {"1..2.3", NULL},
    {" 1.2.3.4", NULL},
    {"1.2.3.4 ", NULL},
    {"0x1.2.3.4", NULL},
    {"-1.2.3.4", NULL},
    {"1.2.3.4:5060", NULL},
    {"", NULL},
};

/* text, and the canonical spelling, or NULL: refused. */
static const struct {
    const char *text, *canonical;
} v6[] = {
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
    {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* RFC 5952 4.2.2: not for one group */
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},       /* 4.2.3: the longest */
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, /* 4.2.3: the first of equals */
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1:0:0:0:0:0:0:0", "1::"},
    {"0:0:0:0:0:0:0:1", "::1"},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    {"::FFFF:c000:201", "::ffff:192.0.2.1"},
    {"::ffff:0:0", "::ffff:0.0.0.0"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"::13.1.68.3", "::d01:4403"},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"fe80::0200:5efe:192.0.2.1", "fe80::200:5efe:c000:201"},
    {"", NULL},
    {":", NULL},
    {":::", NULL},
    {"1", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:", NULL},
    {":1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4::5:6:7:8", NULL},
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"1::2::3", NULL},
    {"1::2:", NULL},
    {"1:::2", NULL},
    {"::12345", NULL},
    {"::g", NULL},
    {"::1.2.3", NULL},
    {"::1.2.3.256", NULL},
    {"::1.2.3.4:5", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL},
    {"1.2.3.4", NULL},
    {"1.2.3.4::", NULL},
    {"[::1]", NULL},
    {"fe80::1%eth0", NULL},
    {"::1 ", NULL},
    {" ::1", NULL},
};

/* What is read agrees with the C library, which knows the same grammar. */
static void check_read(struct bytes b, void *arg)
{
    guint8 ours[16], theirs[16];
    g_autofree gchar *text = g_strndup((const gchar *)b.p, b.n);
    (void)arg;
    if (strlen(text) != b.n)
        return;
    gboolean ok4 = address4_parse(b, ours);
    g_assert_cmpint(ok4, ==, inet_pton(AF_INET, text, theirs) == 1);
    if (ok4)
        g_assert_cmpmem(ours, 4, theirs, 4);
    gboolean ok6 = address6_parse(b, ours);
    g_assert_cmpint(ok6, ==, inet_pton(AF_INET6, text, theirs) == 1);
    if (ok6)
        g_assert_cmpmem(ours, 16, theirs, 16);
}

static void test_v4(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(v4); i++) {
        guint8 addr[4];
        char text[16];
        g_test_message("%s", v4[i].text);
        check_prefixes(bytes_of(v4[i].text), check_read, NULL);
        gboolean ok = address4_parse(bytes_of(v4[i].text), addr);
        g_assert_cmpint(ok, ==, v4[i].bytes != NULL);
        if (!ok)
            continue;
        g_assert_cmpmem(addr, 4, v4[i].bytes, 4);
        g_assert_cmpuint(address4_format(addr, text), ==, strlen(text));
        g_assert_cmpstr(text, ==, v4[i].text);
    }
}

static void test_v6(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(v6); i++) {
        guint8 addr[16];
        char text[46];
        g_test_message("%s", v6[i].text);
        check_prefixes(bytes_of(v6[i].text), check_read, NULL);
        gboolean ok = address6_parse(bytes_of(v6[i].text), addr);
        g_assert_cmpint(ok, ==, v6[i].canonical != NULL);
        if (!ok)
            continue;
        g_assert_cmpuint(address6_format(addr, text), ==, strlen(text));
        g_assert_cmpstr(text, ==, v6[i].canonical);
    }
}

/* Each byte zero half the time: runs of zero groups of all lengths in all places. */
static void test_round_trip(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (guint i = 0; i < 20000; i++) {
        guint8 addr[16], back[16];
        char text[46];
        for (guint k = 0; k < 8; k++)
            put_u16be(
                addr + 2 * k,
                (guint16)(g_rand_boolean(rand) ? 0 : g_rand_int(rand) >> g_rand_int_range(rand, 16, 32)));
        gsize n = address6_format(addr, text);
        g_assert_true(address6_parse((struct bytes){(const guint8 *)text, n}, back));
        g_assert_cmpmem(addr, 16, back, 16);
        n = address4_format(addr, text);
        g_assert_true(address4_parse((struct bytes){(const guint8 *)text, n}, back));
        g_assert_cmpmem(addr, 4, back, 4);
    }
}

/* The longest spellings fit. */
static void test_longest(void)
{
    guint8 addr[16];
    char text[46];
    memset(addr, 0xff, sizeof addr);
    g_assert_cmpuint(address4_format(addr, text), ==, 15);
    g_assert_cmpuint(address6_format(addr, text), ==, 39);
    memset(addr, 0, 10);
    g_assert_cmpuint(address6_format(addr, text), ==, strlen("::ffff:255.255.255.255"));
    g_assert_false(address4_parse((struct bytes){(const guint8 *)"1.2.3.4\0", 8}, addr));
    g_assert_false(address6_parse((struct bytes){(const guint8 *)"::1\0", 4}, addr));
    g_assert_false(address4_parse(BYTES_NONE, addr));
    g_assert_false(address6_parse(BYTES_NONE, addr));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/text/v4", test_v4);
    g_test_add_func("/address/text/v6", test_v6);
    g_test_add_func("/address/text/round-trip", test_round_trip);
    g_test_add_func("/address/text/longest", test_longest);
    return g_test_run();
}

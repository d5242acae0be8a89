/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "endpoints.h"

static const guint16 ports[] = {5060, 5061, 0};
static const struct endpoint none = {4, {10, 9, 9, 9}, 999};

static struct endpoint v4(guint8 last, guint16 port)
{
    return (struct endpoint){4, {192, 0, 2, last}, port};
}

static gboolean is(const struct endpoints *e, struct endpoint at, enum endpoint_role role)
{
    gboolean one = endpoints_are(e, &at, &none, role), other = endpoints_are(e, &none, &at, role);
    g_assert_cmpint(one, ==, other);
    return one;
}

static void ports_and_sightings(void)
{
    struct endpoints *e = endpoints_new(ports);
    struct endpoint seen = v4(1, 7000), address = v4(1, 0), other = v4(2, 0);
    g_assert_true(is(e, v4(3, 5060), ENDPOINT_SIP));
    g_assert_false(is(e, v4(3, 5060), ENDPOINT_MEDIA));
    g_assert_false(is(e, seen, ENDPOINT_SIP));
    for (guint8 i = 1; i < 5; i++) {
        struct endpoint at = v4(i, 7000);
        endpoints_add(e, &at, ENDPOINT_SIP);
    }
    g_assert_true(is(e, seen, ENDPOINT_SIP));
    g_assert_false(is(e, v4(1, 7001), ENDPOINT_SIP));
    g_assert_false(is(e, v4(9, 7000), ENDPOINT_SIP));
    g_assert_true(endpoints_address(e, &address));
    g_assert_true(endpoints_address(e, &other));
    other = v4(8, 0);
    g_assert_false(endpoints_address(e, &other));
    endpoints_free(e);
}

static void descriptions(void)
{
    struct endpoints *e = endpoints_new(ports);
    endpoints_learn(e, BYTES_LIT("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000/2 RTP/AVP 0\r\n"
                                 "m=video 0 RTP/AVP 31\r\nm=audio 6000 RTP/AVP 0\r\nc=IN IP4 192.0.2.2/127\r\n"
                                 "a=rtcp:6100\r\na=rtcp:6200 IN IP4 192.0.2.3\r\nc=IN IP4 host.example\r\n"
                                 "a=candidate:1 1 UDP 2130706431 192.0.2.4 7000 typ host\r\n"
                                 "a=candidate:1 1 UDP 1 2001:db8::1 7002 typ host\r\na=candidate:\r\nm=\r\nc=IN IP"));
    static const struct {
        guint8 last;
        guint16 port;
    } learned[] = {{1, 4000}, {1, 4001}, {2, 6000}, {2, 6100}, {3, 6200}, {4, 7000}};
    for (guint i = 0; i < G_N_ELEMENTS(learned); i++)
        g_assert_true(is(e, v4(learned[i].last, learned[i].port), ENDPOINT_MEDIA));
    struct endpoint six = {6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 7002};
    g_assert_true(is(e, six, ENDPOINT_MEDIA));
    g_assert_false(is(e, v4(1, 0), ENDPOINT_MEDIA));
    g_assert_false(is(e, v4(1, 4000), ENDPOINT_SIP));
    endpoints_free(e);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/endpoints/sightings", ports_and_sightings);
    g_test_add_func("/endpoints/descriptions", descriptions);
    return g_test_run();
}

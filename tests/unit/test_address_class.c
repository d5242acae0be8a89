/* The table of classes: what each address is, what stays, what keep= networks do, what is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address_class.h"

#include "address.h"
#include "check.h"

static const guint8 raw_key[KEY_BYTES] = {"sianto's tests: 32 bytes of key"};

static struct addresses *make(enum address_mode mode, const char *const *keep, GError **error)
{
    struct key *key = key_new(raw_key, NULL);
    struct addresses *a = addresses_new(key, mode, keep, error);
    key_free(key);
    return a;
}

enum fate { MOVES, STAYS, STAYS_IN_ALL_MODES };

static const struct {
    const char *first, *last; /* both ends of the class, as far as one pair of addresses can tell */
    const char *name;
    enum fate fate;
} rows_v4[] =
    {
        {"0.0.0.0", "0.0.0.0", "unspecified", STAYS_IN_ALL_MODES},
        {"0.0.0.1", "0.255.255.255", "this-network", MOVES},
        {"1.0.0.0", "9.255.255.255", "ordinary", MOVES},
        {"10.0.0.0", "10.255.255.255", "private-use-10", MOVES},
        {"11.0.0.0", "100.63.255.255", "ordinary", MOVES},
        {"100.64.0.0", "100.127.255.255", "shared", MOVES},
        {"100.128.0.0", "126.255.255.255", "ordinary", MOVES},
        {"127.0.0.0", "127.255.255.255", "loopback", STAYS},
        {"128.0.0.0", "169.253.255.255", "ordinary", MOVES},
        {"169.254.0.0", "169.254.255.255", "link-local", MOVES},
        {"172.15.255.255", "172.32.0.0", "ordinary", MOVES},
        {"172.16.0.0", "172.31.255.255", "private-use-172", MOVES},
        {"192.0.0.0", "192.0.0.7", "service-continuity", MOVES},
        {"192.0.0.8", "192.0.0.8", "dummy", STAYS},
        {"192.0.0.9", "192.0.0.9", "pcp-anycast", STAYS},
        {"192.0.0.10", "192.0.0.10", "turn-anycast", STAYS},
        {"192.0.0.11", "192.0.0.169", "ietf-protocol", MOVES},
        {"192.0.0.170", "192.0.0.171", "nat64-discovery", STAYS},
        {"192.0.0.172", "192.0.0.255", "ietf-protocol", MOVES},
        {"192.0.1.0", "192.0.1.255", "ordinary", MOVES},
        {"192.0.2.0", "192.0.2.255", "documentation-192", MOVES},
        {"192.31.196.0", "192.31.196.255", "as112", MOVES},
        {"192.52.193.0", "192.52.193.255", "amt", MOVES},
        {"192.88.99.0", "192.88.99.255", "6to4-relay", MOVES},
        {"192.88.99.2", "192.88.99.2", "6a44-relay", STAYS},
        {"192.168.0.0", "192.168.255.255", "private-use-192", MOVES},
        {"192.175.48.0", "192.175.48.255", "as112-direct", MOVES},
        {"198.18.0.0", "198.19.255.255", "benchmarking", MOVES},
        {"198.51.100.0", "198.51.100.255", "documentation-198", MOVES},
        {"203.0.113.0", "203.0.113.255", "documentation-203", MOVES},
        {"203.0.114.0", "223.255.255.255", "ordinary", MOVES},
        {"224.0.0.0", "224.0.0.255", "multicast-local-control", STAYS},
        {"224.0.1.0", "224.0.1.75", "multicast-internetwork-control", STAYS},
        {"224.0.2.0", "231.255.255.255", "multicast", MOVES},
        {"232.0.0.0", "232.255.255.255", "multicast-source-specific", MOVES},
        {"233.0.0.0", "233.255.255.255", "multicast-glop", MOVES},
        {"234.0.0.0", "234.255.255.255", "multicast-unicast-prefix", MOVES},
        {"235.0.0.0", "238.255.255.255", "multicast", MOVES},
        {"239.0.0.0", "239.191.255.255", "multicast-administrative", MOVES},
        {"239.192.0.0", "239.195.255.255", "multicast-organization", MOVES},
        {"239.255.0.0", "239.255.255.255", "multicast-site", MOVES},
        {"239.255.255.250", "239.255.255.250", "multicast-ssdp", STAYS},
        {"240.0.0.0", "255.255.255.254", "reserved", MOVES},
        {"255.255.255.255", "255.255.255.255", "limited-broadcast", STAYS_IN_ALL_MODES},
},
  rows_v6[] = {
      {"::", "::", "unspecified", STAYS_IN_ALL_MODES},
      {"::1", "::1", "loopback", STAYS},
      {"::2", "0:ffff::", "ordinary", MOVES},
      {"::ffff:1.2.3.4", "::ffff:223.255.255.255", "ipv4-mapped", MOVES},
      {"::ffff:127.0.0.1", "::ffff:224.0.1.75", "ipv4-mapped", STAYS},
      {"::ffff:0.0.0.0", "::ffff:255.255.255.255", "ipv4-mapped", STAYS_IN_ALL_MODES},
      {"64:ff9b::1.2.3.4", "64:ff9b::223.0.0.1", "nat64", MOVES},
      {"64:ff9b:1::", "64:ff9b:1:ffff::", "nat64-local", MOVES},
      {"64:ff9b:2::", "64:ff9a::", "ordinary", MOVES},
      {"100::", "100::ffff:ffff:ffff:ffff", "discard", MOVES},
      {"100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", "dummy", MOVES},
      {"2001::1", "2001:0:ffff::", "teredo", MOVES},
      {"2001:1::", "2001:1ff:ffff::", "ietf-protocol", MOVES},
      {"2001:1::1", "2001:1::1", "pcp-anycast", STAYS},
      {"2001:1::2", "2001:1::2", "turn-anycast", STAYS},
      {"2001:1::3", "2001:1::3", "dns-sd-anycast", STAYS},
      {"2001:2::", "2001:2:0:ffff::", "benchmarking", MOVES},
      {"2001:2:1::", "2001:2:ffff::", "ietf-protocol", MOVES},
      {"2001:3::", "2001:3:ffff::", "amt", MOVES},
      {"2001:4:112::", "2001:4:112:ffff::", "as112", MOVES},
      {"2001:10::", "2001:1f:ffff::", "orchid", MOVES},
      {"2001:20::", "2001:2f:ffff::", "orchid-v2", MOVES},
      {"2001:30::", "2001:3f:ffff::", "drone-remote-id", MOVES},
      {"2001:200::", "2001:db7:ffff::", "ordinary", MOVES},
      {"2001:db8::", "2001:db8:ffff::", "documentation-2001", MOVES},
      {"2001:db9::", "2001:ffff::", "ordinary", MOVES},
      {"2002:102:304::", "2002:dfff:ffff::1", "6to4", MOVES},
      {"2003::", "3ffe:ffff::", "ordinary", MOVES},
      {"2620:4f:8000::", "2620:4f:8000:ffff::", "as112-direct", MOVES},
      {"3fff::", "3fff:fff:ffff::", "documentation-3fff", MOVES},
      {"3fff:1000::", "3fff:ffff::", "ordinary", MOVES},
      {"5f00::", "5f00:ffff::", "segment-routing", MOVES},
      {"fc00::", "fdff:ffff::", "unique-local", MOVES},
      {"fe80::1", "fe80::ffff:ffff:ffff:ffff", "link-local", MOVES},
      {"fe80:1::", "febf:ffff::", "link-local", MOVES},
      {"fec0::", "feff:ffff::", "ordinary", MOVES},
      {"ff00::", "ff0f::ffff", "multicast-well-known", STAYS},
      {"ff02::1", "ff02::fb", "multicast-well-known", STAYS},
      {"ff02::1:2", "ff05::1:3", "multicast-well-known", STAYS},
      {"ff02::1:ff00:0", "ff02::1:ffff:ffff", "multicast-solicited-node", MOVES},
      {"ff02::2:ff00:0", "ff02::2:ffff:ffff", "multicast-node-information", MOVES},
      {"ff02::1:8", "ff05:1::", "multicast", MOVES},
      {"ff12::1", "ff35:40:2400::1", "multicast", MOVES},
};

#define KEYS 4

/* By chance an address may be its own image, above all one of eight: what stays does so under each key. */
static void check_address(struct addresses *const a[KEYS], enum address_mode mode, const char *text,
                          const char *name, enum fate fate)
{
    guint8 in[16], out[16];
    gboolean six = !address4_parse(bytes_of(text), in), same = TRUE;
    if (six)
        g_assert_true(address6_parse(bytes_of(text), in));
    g_test_message("%s %s mode %d", text, name, mode);
    for (guint k = 0; k < KEYS; k++) {
        (six ? addresses_map6 : addresses_map4)(a[k], in, out);
        same = same && memcmp(in, out, six ? 16 : 4) == 0;
        g_assert_cmpstr((six ? addresses_class6 : addresses_class4)(a[k], in), ==, name);
        if (mode != ADDRESSES_CRYPTOPAN)
            g_assert_cmpstr((six ? addresses_class6 : addresses_class4)(a[k], out), ==, name);
    }
    g_assert_cmpint(same, ==, fate == STAYS_IN_ALL_MODES || (fate == STAYS && mode != ADDRESSES_CRYPTOPAN));
}

static void check_table(enum address_mode mode)
{
    struct addresses *a[KEYS];
    for (guint k = 0; k < KEYS; k++) {
        guint8 raw[KEY_BYTES] = {(guint8)k, 1};
        struct key *key = key_new(raw, NULL);
        a[k] = addresses_new(key, mode, NULL, NULL);
        key_free(key);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows_v4); i++) {
        check_address(a, mode, rows_v4[i].first, rows_v4[i].name, rows_v4[i].fate);
        check_address(a, mode, rows_v4[i].last, rows_v4[i].name, rows_v4[i].fate);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows_v6); i++) {
        check_address(a, mode, rows_v6[i].first, rows_v6[i].name, rows_v6[i].fate);
        check_address(a, mode, rows_v6[i].last, rows_v6[i].name, rows_v6[i].fate);
    }
    for (guint k = 0; k < KEYS; k++)
        addresses_free(a[k]);
}

static void test_table(void)
{
    check_table(ADDRESSES_CLASS);
    check_table(ADDRESSES_CRYPTOPAN);
    check_table(ADDRESSES_RANDOM);
}

/* Flags and scope of a group stay, the group does not. */
static void test_groups(void)
{
    struct addresses *a = make(ADDRESSES_CLASS, NULL, NULL);
    for (guint i = 0; i < 256; i++) {
        guint8 in[16] = {0xff, (guint8)i, [5] = 7, [15] = 1}, out[16];
        addresses_map6(a, in, out);
        g_assert_cmpmem(in, 2, out, 2);
        g_assert_cmpint(memcmp(in, out, 16), !=, 0);
    }
    addresses_free(a);
}

static const struct {
    guint8 mac[6];
    guint kept; /* bytes at the front that stay */
} macs[] = {
    {{0, 0, 0, 0, 0, 0}, 6},
    {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 6},
    {{0x01, 0x80, 0xc2, 0, 0, 0x0e}, 6}, /* LLDP */
    {{0x01, 0x80, 0xc2, 0, 0, 0x00}, 6}, /* spanning tree */
    {{0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc}, 6},
    {{0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd}, 6},
    {{0x01, 0x00, 0x5e, 0x00, 0x00, 0x01}, 6}, /* 224.0.0.1 */
    {{0x01, 0x00, 0x5e, 0x00, 0x01, 0x4b}, 6}, /* 224.0.1.75 */
    {{0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa}, 6}, /* 239.255.255.250 */
    {{0x01, 0x00, 0x5e, 0x01, 0x02, 0x03}, 3},
    {{0x01, 0x00, 0x5e, 0x81, 0x02, 0x03}, 0}, /* not from an IPv4 group */
    {{0x33, 0x33, 0x00, 0x00, 0x00, 0xfb}, 6}, /* ff02::fb */
    {{0x33, 0x33, 0x00, 0x01, 0x00, 0x02}, 6}, /* ff02::1:2 */
    {{0x33, 0x33, 0x00, 0x01, 0x00, 0x08}, 2},
    {{0x33, 0x33, 0x12, 0x34, 0x56, 0x78}, 2},
    {{0x33, 0x33, 0xff, 0x12, 0x34, 0x56}, 3},
    {{0x00, 0x1b, 0x21, 0x00, 0x00, 0x01}, 0},
    {{0x02, 0x00, 0x00, 0x00, 0x00, 0x00}, 0},
    {{0x01, 0x00, 0x0c, 0x00, 0x00, 0x01}, 0},
    {{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff}, 0},
};

static void test_macs(void)
{
    for (enum address_mode mode = ADDRESSES_CLASS; mode <= ADDRESSES_RANDOM; mode++) {
        struct addresses *a = make(mode, NULL, NULL);
        for (gsize i = 0; i < G_N_ELEMENTS(macs); i++) {
            guint8 out[6];
            addresses_map_mac(a, macs[i].mac, out);
            g_assert_cmpmem(macs[i].mac, macs[i].kept, out, macs[i].kept);
            g_assert_cmpuint(macs[i].mac[0] & 3, ==, out[0] & 3);
            g_assert_cmpint(memcmp(macs[i].mac, out, 6) == 0, ==, macs[i].kept == 6);
        }
        addresses_free(a);
    }
}

/* ff02::1:ffxx:xxxx and the MAC that its packets go to. */
static void test_solicited(void)
{
    static const enum address_mode modes[] = {ADDRESSES_CLASS, ADDRESSES_RANDOM};
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++) {
        struct addresses *a = make(modes[m], NULL, NULL);
        for (guint i = 0; i < 20000; i++) {
            guint8 group[16] = {0xff, 2, [11] = 1, [12] = 0xff, (guint8)(i * 7), (guint8)(i >> 8), (guint8)i};
            guint8 mac[6] = {0x33, 0x33, 0xff, group[13], group[14], group[15]};
            addresses_map6(a, group, group);
            addresses_map_mac(a, mac, mac);
            g_assert_cmpmem(mac + 2, 4, group + 12, 4);
        }
        addresses_free(a);
    }
}

struct refusal {
    const char *keep[16];
    gint code;
    const char *says;
};

static const struct refusal refusals[] = {
    {{"10.0.0.0/33"}, ADDRESS_ERROR_NETWORK, "prefix length"},
    {{"10.0.0.0/-1"}, ADDRESS_ERROR_NETWORK, "prefix length"},
    {{"10.0.0.0/"}, ADDRESS_ERROR_NETWORK, "prefix length"},
    {{"10.0.0.0/8/8"}, ADDRESS_ERROR_NETWORK, "prefix length"},
    {{"2001:db8::/129"}, ADDRESS_ERROR_NETWORK, "prefix length"},
    {{"10.0.0.1/8"}, ADDRESS_ERROR_NETWORK, "behind its prefix"},
    {{"2001:db8::1/64"}, ADDRESS_ERROR_NETWORK, "behind its prefix"},
    {{"2001:db8:0:0:8000::/64"}, ADDRESS_ERROR_NETWORK, "behind its prefix"},
    {{"secret.example.com"}, ADDRESS_ERROR_NETWORK, "no IP address"},
    {{""}, ADDRESS_ERROR_NETWORK, "no IP address"},
    {{"/8"}, ADDRESS_ERROR_NETWORK, "no IP address"},
    {{"10/8"}, ADDRESS_ERROR_NETWORK, "no IP address"},
    {{"10.0.0.0/8", "x"}, ADDRESS_ERROR_NETWORK, "network 2 is no IP address"},
    {{"64:ff9b::/97"}, ADDRESS_ERROR_NETWORK, "IPv4 network"},
    {{"2002:a00::/24"}, ADDRESS_ERROR_NETWORK, "IPv4 network"},
    {{"2001:0:4136:e378::/64"}, ADDRESS_ERROR_NETWORK, "IPv4 network"},
    {{"10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/11", "10.224.0.0/12", "10.240.0.0/13", "10.248.0.0/14",
      "10.252.0.0/15", "10.254.0.0/16", "10.255.0.0/17", "10.255.128.0/18", "10.255.192.0/19",
      "10.255.224.0/20", "10.255.240.0/21"},
     ADDRESS_ERROR_ROOM,
     "private-use-10"},
    {{"0.0.0.0/1", "128.0.0.0/2", "208.0.0.0/4", "192.0.0.0/5", "200.0.0.0/6", "206.0.0.0/7", "204.0.0.0/8",
      "205.0.0.0/9", "205.128.0.0/10", "205.192.0.0/11", "205.224.0.0/12", "205.240.0.0/13", "205.248.0.0/14",
      "205.252.0.0/15", "205.254.0.0/16"},
     ADDRESS_ERROR_ROOM,
     "ordinary"},
};

/* One line that does not repeat what the user wrote: keep= is a private setting. */
static void test_refusals(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const struct refusal *row = &refusals[i];
        for (enum address_mode mode = ADDRESSES_CLASS; mode <= ADDRESSES_RANDOM; mode++) {
            g_autoptr(GError) error = NULL;
            g_assert_null(make(mode, row->keep, &error));
            g_test_message("%s: %s", row->keep[0], error->message);
            g_assert_error(error, SIANTO_ADDRESS_ERROR, row->code);
            g_assert_nonnull(strstr(error->message, row->says));
            g_assert_null(strchr(error->message, '\n'));
            g_assert_true(row->keep[0][0] == '\0' || !strstr(error->message, row->keep[0]));
        }
    }
}

static void test_too_many(void)
{
    g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < CLASS_KEEP_MAX; i++)
        g_ptr_array_add(keep, g_strdup_printf("11.%u.%u.0/25", i >> 8, i & 255));
    g_ptr_array_add(keep, NULL);
    struct addresses *a = make(ADDRESSES_CLASS, (const char *const *)keep->pdata, &error);
    g_assert_no_error(error);
    addresses_free(a);
    g_ptr_array_insert(keep, 0, g_strdup("12.0.0.0/8"));
    g_assert_null(make(ADDRESSES_CLASS, (const char *const *)keep->pdata, &error));
    g_assert_error(error, SIANTO_ADDRESS_ERROR, ADDRESS_ERROR_NETWORK);
}

static const struct {
    const char *keep[12];
    const char *stays[8], *moves[8];
} keeps[] = {
    {{"8.8.8.8"}, {"8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}, {"8.8.8.9", "8.8.8.0"}},
    {{" 10.0.0.0/8 "}, {"10.0.0.1", "10.255.255.255"}, {"11.0.0.0", "9.255.255.255", "192.168.1.1"}},
    {{"::ffff:10.0.0.0/104"}, {"10.1.2.3", "::ffff:10.1.2.3"}, {"11.1.2.3", "::ffff:11.1.2.3"}},
    {{"2001:db8::/48"}, {"2001:db8::1", "2001:db8:0:ffff::1"}, {"2001:db8:1::1"}},
    {{"2001:db8::1:2:3"}, {"2001:db8::1:2:3"}, {"2001:db8::1:2:4"}},
    /* what lies inside a kept network is kept, whatever it is */
    {{"192.0.0.0/8"}, {"192.168.1.1", "192.0.2.1", "192.1.1.1"}, {"193.0.0.1", "10.0.0.1"}},
    {{"0.0.0.0/0"}, {"10.0.0.1", "8.8.8.8", "192.0.2.1", "224.1.2.3"}, {"2001:db8::1"}},
    {{"::/0"}, {"2001:db8::1", "fe80::1", "ff02::1:ff00:1"}, {"10.0.0.1"}},
    /* halves that make a whole, in any order, one in another, and twice */
    {{"10.128.0.0/9", "10.64.0.0/10", "10.0.0.0/10", "10.1.0.0/16", "10.1.0.0/16"},
     {"10.1.2.3", "10.200.0.1"},
     {"11.0.0.1"}},
    {{"8000::/1", "::/1"}, {"2001:db8::1", "2002:102:304::1"}, {"10.0.0.1"}},
    {{"10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/11"},
     {"10.1.2.3", "10.200.1.1"},
     {"10.224.0.1", "10.255.0.1"}},
};

static void check_keep(struct addresses *a, const char *text, gboolean stays)
{
    guint8 in[16], out[16], back[16];
    gboolean six = !address4_parse(bytes_of(text), in);
    if (six)
        g_assert_true(address6_parse(bytes_of(text), in));
    (six ? addresses_map6 : addresses_map4)(a, in, out);
    (six ? addresses_unmap6 : addresses_unmap4)(a, out, back);
    g_test_message("%s %s", text, stays ? "stays" : "moves");
    g_assert_cmpint(memcmp(in, out, six ? 16 : 4) == 0, ==, stays);
    g_assert_cmpmem(in, six ? 16 : 4, back, six ? 16 : 4);
}

static void test_keep(void)
{
    for (enum address_mode mode = ADDRESSES_CLASS; mode <= ADDRESSES_RANDOM; mode++)
        for (gsize i = 0; i < G_N_ELEMENTS(keeps); i++) {
            g_autoptr(GError) error = NULL;
            struct addresses *a = make(mode, keeps[i].keep, &error);
            g_assert_no_error(error);
            for (gsize k = 0; keeps[i].stays[k]; k++)
                check_keep(a, keeps[i].stays[k], TRUE);
            for (gsize k = 0; keeps[i].moves[k]; k++)
                check_keep(a, keeps[i].moves[k], FALSE);
            addresses_free(a);
        }
}

/* Each look-up against the definition: of all networks that hold the address the longest. */
static void test_find(void)
{
    struct class_table *t = class_table_new(SPACE_V4, FALSE);
    g_autoptr(GRand) rand = g_rand_new_with_seed(10);
    g_assert_true(class_table_finish(t, NULL));
    for (guint i = 0; i < 20000; i++) {
        guint8 addr[16] = {0};
        put_u32be(addr, g_rand_int(rand));
        if (i % 2)
            memcpy(addr, (guint8[][2]){{192, 0}, {239, 255}, {224, 0}, {192, 88}}[i / 2 % 4], 2);
        if (i % 4 == 3)
            addr[2] = (guint8)(i % 3);
        const struct address_class *c = class_table_find(t, addr, 128);
        for (guint longest = 0; longest < 128; longest += 3) {
            const struct address_class *wide = class_table_find(t, addr, longest);
            g_assert_cmpuint(wide->len, <=, longest);
            g_assert_cmpuint(wide->len, <=, c->len);
            if (longest >= c->len)
                g_assert_true(wide == c);
        }
    }
    class_table_free(t);
}

static void test_mac_order(void)
{
    for (guint i = 0; i < 256; i++) {
        guint8 mac[6] = {(guint8)i, 1, 2, 3, 4, 5}, addr[16], back[6];
        mac_to_class(mac, addr);
        g_assert_cmpuint(addr[0] >> 6, ==, i & 3);
        mac_from_class(addr, back);
        g_assert_cmpmem(back, 6, mac, 6);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/class/table", test_table);
    g_test_add_func("/address/class/groups", test_groups);
    g_test_add_func("/address/class/macs", test_macs);
    g_test_add_func("/address/class/solicited", test_solicited);
    g_test_add_func("/address/class/refusals", test_refusals);
    g_test_add_func("/address/class/too-many", test_too_many);
    g_test_add_func("/address/class/keep", test_keep);
    g_test_add_func("/address/class/find", test_find);
    g_test_add_func("/address/class/mac-order", test_mac_order);
    return g_test_run();
}

/* What an IPv6 address is made of: interface ids, networks, embedded IPv4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address.h"

#include "address_class.h"
#include "bitperm.h"
#include "check.h"
#include "cryptopan.h"

#define N 24000 /* random addresses for each property */

static const guint8 raw_key[KEY_BYTES] = {"sianto's tests: 32 bytes of key"};

static const char *const keep_list[] = {"10.20.0.0/16", "::ffff:9.9.9.0/120", "2001:db8:5::7", NULL};

static const enum address_mode modes[] = {ADDRESSES_CLASS, ADDRESSES_CRYPTOPAN, ADDRESSES_RANDOM};

static struct addresses *make(enum address_mode mode, const char *const *keep)
{
    struct key *key = key_new(raw_key, NULL);
    g_autoptr(GError) error = NULL;
    struct addresses *a = addresses_new(key, mode, keep, &error);
    g_assert_no_error(error);
    key_free(key);
    return a;
}

static void draw_bytes(GRand *rand, guint8 *out, gsize n)
{
    for (gsize i = 0; i < n; i++)
        out[i] = (guint8)g_rand_int(rand);
}

static guint iid_sort(const guint8 in[16])
{
    if (in[11] == 0xff && in[12] == 0xfe)
        return 1;
    return memcmp(in + 8, "\0\0\x5e\xfe", 4) == 0 || memcmp(in + 8, "\2\0\x5e\xfe", 4) == 0 ? 2 : 0;
}

static const char *const networks[] = {
    "2400:cb00:1:2::", "fe80::", "fd00:1:2:3::", "2001:db8:7:8::", "2002:c000:204:1::"};

/* EUI-64 and ISATAP ids are those of the mapped MAC and IPv4 address, other ids never look like it. */
static void test_interface_ids(void)
{
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++) {
        struct addresses *a = make(modes[m], NULL);
        g_autoptr(GRand) rand = g_rand_new_with_seed(7);
        for (guint i = 0; i < N; i++) {
            guint8 in[16], out[16], mac[6], v4[4];
            address6_parse(bytes_of(networks[i % G_N_ELEMENTS(networks)]), in);
            draw_bytes(rand, in + 8, 8);
            if (i % 3 == 1)
                in[11] = 0xff, in[12] = 0xfe;
            if (i % 3 == 2)
                memcpy(in + 8, i % 2 ? "\0\0\x5e\xfe" : "\2\0\x5e\xfe", 4);
            addresses_map6(a, in, out);
            g_assert_cmpuint(iid_sort(in), ==, iid_sort(out));
            memcpy(mac, (guint8[]){in[8] ^ 2, in[9], in[10], in[13], in[14], in[15]}, 6);
            addresses_map_mac(a, mac, mac);
            addresses_map4(a, in + 12, v4);
            if (iid_sort(in) == 1)
                g_assert_cmpmem(mac, 6, ((guint8[]){out[8] ^ 2, out[9], out[10], out[13], out[14], out[15]}),
                                6);
            if (iid_sort(in) == 2)
                g_assert_cmpmem(out + 8, 8, ((guint8[]){in[8], 0, 0x5e, 0xfe, v4[0], v4[1], v4[2], v4[3]}),
                                8);
        }
        addresses_free(a);
    }
}

/* Ordinary ids whose first image looks like an EUI-64 or ISATAP id (1 in 65,536: so made by going
 * backwards from one) walk on, and come back. 2001:db8::/32 has no holes. */
static void check_walking_id(struct addresses *a, enum address_mode mode, const struct cryptopan *p,
                             const struct bitperm *b, guint i, GRand *rand)
{
    guint8 in[16] = {0x20, 0x01, 0x0d, 0xb8}, out[16];
    draw_bytes(rand, in + 4, 12);
    memcpy(in + (i % 2 ? 11 : 8), i % 2 ? "\xff\xfe" : "\2\0\x5e\xfe", i % 2 ? 2 : 4);
    if (mode == ADDRESSES_RANDOM)
        bitperm_apply(b, (struct bitperm_tweak){SPACE_V6, 0}, in, 32, 128, TRUE);
    else
        cryptopan_apply(p, in, mode == ADDRESSES_CLASS ? 32 : 0, 128, TRUE);
    addresses_map6(a, in, out);
    g_assert_cmpuint(iid_sort(out), ==, iid_sort(in));
    addresses_unmap6(a, out, out);
    g_assert_cmpmem(in, 16, out, 16);
}

static void test_walking_ids(void)
{
    struct key *key = key_new(raw_key, NULL);
    struct cryptopan *p = cryptopan_new(key, NULL);
    struct bitperm *b = bitperm_new(key, "address/bits", NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++) {
        struct addresses *a = make(modes[m], NULL);
        for (guint i = 0; i < 2000; i++)
            check_walking_id(a, modes[m], p, b, i, rand);
        addresses_free(a);
    }
    bitperm_free(b);
    cryptopan_free(p);
    key_free(key);
}

/* Hosts of one network stay in one, whatever their ids are; under the plain function, too. */
static void test_one_network(void)
{
    for (gsize m = 0; m < 2; m++) {
        struct addresses *a = make(modes[m], NULL);
        g_autoptr(GRand) rand = g_rand_new_with_seed(8);
        for (guint i = 0; i < N; i++) {
            guint8 in[16], out[16], first[16];
            address6_parse(bytes_of(networks[i % G_N_ELEMENTS(networks)]), in);
            in[5] = (guint8)(i >> 8);
            in[15] = 1;
            addresses_map6(a, in, first);
            draw_bytes(rand, in + 8, 8);
            if (i % 3 == 1)
                in[11] = 0xff, in[12] = 0xfe;
            addresses_map6(a, in, out);
            g_assert_cmpmem(out, 8, first, 8);
        }
        addresses_free(a);
    }
}

/* Where an IPv4 address stands in an IPv6 one: the byte, and whether it is inverted. */
static const struct {
    const char *prefix;
    guint at;
    guint8 invert;
} embedded[] = {
    {"::ffff:0:0", 12, 0}, {"64:ff9b::", 12, 0}, {"2002::1:2:3:4:5", 2, 0},
    {"2001::", 4, 0},      {"2001::", 12, 0xff},
};

/* Half of them in 10/8 or 127/8: other classes than the ordinary. */
static void draw_v4(GRand *rand, guint8 out[4])
{
    draw_bytes(rand, out, 4);
    if (g_rand_boolean(rand))
        out[0] = g_rand_boolean(rand) ? 10 : 127;
}

static void test_embedded(void)
{
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++) {
        struct addresses *a = make(modes[m], keep_list);
        g_autoptr(GRand) rand = g_rand_new_with_seed(9);
        for (guint i = 0; i < N; i++) {
            gsize row = i % G_N_ELEMENTS(embedded);
            guint8 in[16], out[16], v4[4];
            address6_parse(bytes_of(embedded[row].prefix), in);
            draw_v4(rand, v4);
            for (guint k = 0; k < 4; k++)
                in[embedded[row].at + k] = v4[k] ^ embedded[row].invert;
            addresses_map6(a, in, out);
            addresses_map4(a, v4, v4);
            for (guint k = 0; k < 4; k++)
                g_assert_cmpuint(out[embedded[row].at + k], ==, v4[k] ^ embedded[row].invert);
        }
        addresses_free(a);
    }
}

/* RFC 4380's example: prefix, flags' structure and port stay, the random bits of RFC 5991 do not. */
static void test_teredo(void)
{
    struct addresses *a = make(ADDRESSES_CLASS, NULL);
    guint8 in[16], out[16];
    guint changed = 0;
    address6_parse(bytes_of("2001:0:4136:e378:8000:63bf:3fff:fdd2"), in);
    addresses_map6(a, in, out);
    g_assert_cmpmem(out, 4, in, 4);
    g_assert_cmpmem(out + 8, 4, in + 8, 4);
    for (guint flags = 0; flags < 0x10000; flags++) {
        put_u16be(in + 8, (guint16)flags);
        addresses_map6(a, in, out);
        g_assert_cmpuint(out[8] & 0xc3, ==, in[8] & 0xc3);
        changed += memcmp(out + 8, in + 8, 2) != 0;
        addresses_unmap6(a, out, out);
        g_assert_cmpmem(out, 16, in, 16);
    }
    g_assert_cmpuint(changed, ==, (0x1000 - 2) * 16);
    addresses_free(a);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address6/interface-ids", test_interface_ids);
    g_test_add_func("/address6/walking-ids", test_walking_ids);
    g_test_add_func("/address6/one-network", test_one_network);
    g_test_add_func("/address6/embedded", test_embedded);
    g_test_add_func("/address6/teredo", test_teredo);
    return g_test_run();
}

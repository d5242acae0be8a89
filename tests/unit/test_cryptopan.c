/* Crypto-PAn: the authors' sample trace, and what the method promises.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cryptopan.h"

#include <gcrypt.h>

#include "address.h"
#include "bitperm.h"
#include "check.h"

static const guint8 sample_key[KEY_BYTES] = {21,  34, 23,  141, 51, 164, 207, 128, 19,  10,  91,
                                             22,  73, 144, 125, 16, 216, 152, 143, 131, 121, 121,
                                             101, 39, 98,  87,  76, 45,  42,  132, 34,  2};

struct pair {
    const char *original, *image;
};

/* sample_trace_raw.dat and sample_trace_sanitized.dat of the Crypto-PAn distribution: its different
 * addresses (the last one is in some lists of them only). */
static const struct pair trace[] = {
    {"128.11.68.132", "135.242.180.132"},   {"129.118.74.4", "134.136.186.123"},
    {"130.132.252.244", "133.68.164.234"},  {"141.223.7.43", "141.167.8.160"},
    {"141.233.145.108", "141.129.237.235"}, {"152.163.225.39", "151.140.114.167"},
    {"156.29.3.236", "147.225.12.42"},      {"165.247.96.84", "162.9.99.234"},
    {"166.107.77.190", "160.132.178.185"},  {"192.102.249.13", "252.138.62.131"},
    {"192.215.32.125", "252.43.47.189"},    {"192.233.80.103", "252.25.108.8"},
    {"192.41.57.43", "252.222.221.184"},    {"193.150.244.223", "253.169.52.216"},
    {"195.205.63.100", "255.186.223.5"},    {"198.200.171.101", "249.199.68.213"},
    {"198.26.132.101", "249.36.123.202"},   {"198.36.213.5", "249.7.21.132"},
    {"198.51.77.238", "249.18.186.254"},    {"199.217.79.101", "248.38.184.213"},
    {"202.49.198.20", "245.206.7.234"},     {"203.12.160.252", "244.248.163.4"},
    {"204.184.162.189", "243.192.77.90"},   {"204.202.136.230", "243.178.4.198"},
    {"204.29.20.4", "243.33.20.123"},       {"205.178.38.67", "242.108.198.51"},
    {"205.188.147.153", "242.96.16.101"},   {"205.188.248.25", "242.96.88.27"},
    {"205.245.121.43", "242.21.121.163"},   {"207.105.49.5", "241.118.205.138"},
    {"207.135.65.238", "241.202.129.222"},  {"207.155.9.214", "241.220.250.22"},
    {"207.188.7.45", "241.255.249.220"},    {"207.25.71.27", "241.33.119.156"},
    {"207.33.151.131", "241.1.233.131"},    {"208.147.89.59", "227.237.98.191"},
    {"208.234.120.210", "227.154.67.17"},   {"208.28.185.184", "227.39.94.90"},
    {"208.52.56.122", "227.8.63.165"},      {"209.12.231.7", "226.243.167.8"},
    {"209.238.72.3", "226.6.119.243"},      {"209.246.74.109", "226.22.124.76"},
    {"209.68.60.238", "226.184.220.233"},   {"209.85.249.6", "226.170.70.6"},
    {"212.120.124.31", "228.135.163.231"},  {"212.146.8.236", "228.19.4.234"},
    {"212.186.227.154", "228.59.98.98"},    {"212.204.172.118", "228.71.195.169"},
    {"212.206.130.201", "228.69.242.193"},  {"216.148.237.145", "235.84.194.111"},
    {"216.157.30.252", "235.89.31.26"},     {"216.184.159.48", "235.96.225.78"},
    {"216.227.10.221", "235.28.253.36"},    {"216.254.18.172", "235.7.16.162"},
    {"216.32.132.250", "235.192.139.38"},   {"216.35.217.178", "235.195.157.81"},
    {"24.0.250.221", "100.15.198.226"},     {"24.13.62.231", "100.2.192.247"},
    {"24.14.213.138", "100.1.42.141"},      {"24.5.0.80", "100.9.15.210"},
    {"24.7.198.88", "100.10.6.25"},         {"24.94.26.44", "100.88.228.35"},
    {"38.15.67.68", "64.3.66.187"},         {"4.3.88.225", "124.60.155.63"},
    {"63.14.55.111", "95.9.215.7"},         {"63.195.241.44", "95.179.238.44"},
    {"63.97.7.140", "95.97.9.123"},         {"64.14.118.196", "0.255.183.58"},
    {"64.34.154.117", "0.221.154.117"},     {"64.39.15.238", "0.219.7.41"},
    {"10.185.25.118", "117.161.29.118"},
};

/* The authors' program has no IPv6. Two other implementations (Go, Rust) agree on these. */
static const struct pair v6[] = {
    {"::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed"},
    {"::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef"},
    {"::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838"},
    {"2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"},
    {"2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"},
};

static struct key *sample(void)
{
    struct key *key = key_new(sample_key, NULL);
    g_assert_nonnull(key);
    return key;
}

static struct addresses *plain(void)
{
    struct key *key = sample();
    struct addresses *a = addresses_new(key, ADDRESSES_CRYPTOPAN, NULL, NULL);
    g_assert_nonnull(a);
    key_free(key); /* "used during the call only" */
    return a;
}

static void test_trace(void)
{
    struct addresses *a = plain();
    g_assert_cmpuint(G_N_ELEMENTS(trace), ==, 71);
    for (gsize i = 0; i < G_N_ELEMENTS(trace); i++) {
        guint8 in[4], out[4];
        char text[16];
        g_assert_true(address4_parse(bytes_of(trace[i].original), in));
        addresses_map4(a, in, out);
        address4_format(out, text);
        g_assert_cmpstr(text, ==, trace[i].image);
        addresses_unmap4(a, out, out);
        g_assert_cmpmem(out, 4, in, 4);
    }
    addresses_free(a);
}

static void test_v6(void)
{
    struct addresses *a = plain();
    for (gsize i = 0; i < G_N_ELEMENTS(v6); i++) {
        guint8 in[16], out[16];
        char text[46];
        g_assert_true(address6_parse(bytes_of(v6[i].original), in));
        addresses_map6(a, in, out);
        address6_format(out, text);
        g_assert_cmpstr(text, ==, v6[i].image);
        addresses_unmap6(a, out, out);
        g_assert_cmpmem(out, 16, in, 16);
    }
    addresses_free(a);
}

/* Against a second writing of the method, as the paper puts it: one bit, one block, one call. */
static void slow_pan(gcry_cipher_hd_t aes, const guint8 pad[16], const guint8 *in, guint8 *out, guint bits)
{
    memset(out, 0, bits / 8);
    for (guint i = 0; i < bits; i++) {
        guint8 block[16];
        for (guint k = 0; k < 128; k++) {
            guint8 bit = (guint8)(0x80 >> k % 8);
            if (k % 8 == 0)
                block[k / 8] = 0;
            block[k / 8] |= (k < i ? in : pad)[k / 8] & bit;
        }
        gcry_cipher_encrypt(aes, block, 16, NULL, 0);
        out[i / 8] |= (guint8)(((in[i / 8] >> (7 - i % 8)) ^ (block[0] >> 7)) & 1) << (7 - i % 8);
    }
}

static void test_slow(void)
{
    struct key *key = sample();
    struct cryptopan *p = cryptopan_new(key, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(2);
    gcry_cipher_hd_t aes;
    guint8 pad[16];
    gcry_cipher_open(&aes, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_ECB, 0);
    gcry_cipher_setkey(aes, sample_key, 16);
    gcry_cipher_encrypt(aes, pad, 16, sample_key + 16, 16);
    for (guint i = 0; i < 2000; i++) {
        guint8 in[16], fast[16], slow[16];
        guint bits = i % 2 ? 32 : 128;
        for (guint k = 0; k < 16; k++)
            in[k] = fast[k] = (guint8)g_rand_int(rand);
        cryptopan_apply(p, fast, 0, bits, FALSE);
        slow_pan(aes, pad, in, slow, bits);
        g_assert_cmpmem(fast, bits / 8, slow, bits / 8);
        g_assert_cmpmem(fast + bits / 8, 16 - bits / 8, in + bits / 8, 16 - bits / 8);
    }
    gcry_cipher_close(aes);
    cryptopan_free(p);
    key_free(key);
}

/* The weakness that THREATS.md names: neighbouring bits are flipped alike in 3 of 4 cases. If this fails, mend both. */
static void test_bias(void)
{
    struct key *key = sample();
    struct cryptopan *p = cryptopan_new(key, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    guint alike = 0, all = 0;
    for (guint i = 0; i < 2000; i++) {
        guint8 in[4], out[4];
        guint32 flips = 0;
        for (guint k = 0; k < 4; k++)
            in[k] = out[k] = (guint8)g_rand_int(rand);
        cryptopan_apply(p, out, 0, 32, FALSE);
        for (guint k = 0; k < 4; k++)
            flips = flips << 8 | (in[k] ^ out[k]);
        for (guint k = 0; k < 31; k++, all++)
            alike += (flips >> k & 1) == (flips >> (k + 1) & 1);
    }
    g_assert_cmpuint(alike * 100, >, all * 73);
    g_assert_cmpuint(alike * 100, <, all * 77);
    cryptopan_free(p);
    key_free(key);
}

/* Any run of bits, both ways; the bits outside stay. */
static void test_runs(void)
{
    struct key *key = sample();
    struct cryptopan *p = cryptopan_new(key, NULL);
    for (guint from = 0; from <= 128; from += 5)
        for (guint to = from; to <= 128; to++) {
            guint8 in[16] = {0x20, 0x01, 0x0d, 0xb8, 0xa5, 0xc3}, whole[16], out[16];
            memcpy(whole, in, 16);
            memcpy(out, in, 16);
            cryptopan_apply(p, whole, 0, 128, FALSE);
            cryptopan_apply(p, out, from, to, FALSE);
            for (guint i = 0; i < 128; i++)
                g_assert_cmpuint(out[i / 8] << i % 8 & 0x80, ==,
                                 (i >= from && i < to ? whole : in)[i / 8] << i % 8 & 0x80);
            cryptopan_apply(p, out, from, to, TRUE);
            g_assert_cmpmem(out, 16, in, 16);
        }
    cryptopan_free(p);
    key_free(key);
}

/* The Feistel network: each run of up to ten bits, all its values: a permutation, with an inverse,
 * nothing outside touched, another one for another prefix or tweak. */
static void check_run(const struct bitperm *p, guint from, guint n)
{
    guint8 seen[1024] = {0};
    guint differs = 0;
    for (guint v = 0; v < 1u << n; v++) {
        guint8 in[16], out[16], other[16];
        memset(in, 0xa5, 16);
        for (guint i = 0; i < n; i++) {
            guint8 bit = (guint8)(0x80 >> (from + i) % 8);
            in[(from + i) / 8] = (guint8)((in[(from + i) / 8] & ~bit) | (v >> i & 1 ? bit : 0));
        }
        memcpy(out, in, 16);
        memcpy(other, in, 16);
        bitperm_apply(p, (struct bitperm_tweak){1, 7}, out, from, from + n, FALSE);
        bitperm_apply(p, (struct bitperm_tweak){1, 8}, other, from, from + n, FALSE);
        differs += memcmp(out, other, 16) != 0;
        guint image = 0;
        for (guint i = 0; i < 128; i++) {
            guint bit = out[i / 8] >> (7 - i % 8) & 1;
            if (i >= from && i < from + n)
                image |= bit << (i - from);
            else
                g_assert_cmpuint(bit, ==, in[i / 8] >> (7 - i % 8) & 1);
        }
        g_assert_false(seen[image]);
        seen[image] = 1;
        bitperm_apply(p, (struct bitperm_tweak){1, 7}, out, from, from + n, TRUE);
        g_assert_cmpmem(out, 16, in, 16);
    }
    g_assert_true(n < 4 || differs > 0);
}

static void test_bitperm(void)
{
    struct key *key = sample();
    struct bitperm *p = bitperm_new(key, "test", NULL);
    for (guint from = 0; from <= 104; from += 13)
        for (guint n = 0; n <= 10; n++)
            check_run(p, from, n);
    bitperm_free(p);
    key_free(key);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cryptopan/trace", test_trace);
    g_test_add_func("/cryptopan/v6", test_v6);
    g_test_add_func("/cryptopan/slow", test_slow);
    g_test_add_func("/cryptopan/bias", test_bias);
    g_test_add_func("/cryptopan/runs", test_runs);
    g_test_add_func("/cryptopan/bitperm", test_bitperm);
    return g_test_run();
}

/* Properties of the mapping, on random addresses, in each mode, with and without keep= networks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address.h"

#include "check.h"
#include "cryptopan.h"

#define N 24000 /* random addresses for each property */

static const guint8 raw_key[KEY_BYTES] = {"sianto's tests: 32 bytes of key"};

static const char *const keep_list[] = {"10.20.0.0/16",    "203.0.114.0/24",     "8.8.8.8",
                                        "192.168.7.0/25",  "2a00:1:2::/48",      "2001:db8:5::7",
                                        "fe80::2:0:0/112", "::ffff:9.9.9.0/120", NULL};

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

/* The three kinds of address under one face. */
struct family {
    const char *name;
    gsize size;
    void (*map)(struct addresses *, const guint8 *, guint8 *);
    void (*unmap)(struct addresses *, const guint8 *, guint8 *);
    const char *(*class_of)(const struct addresses *, const guint8 *);
    void (*draw)(GRand *, guint8 *);
};

static void draw_bytes(GRand *rand, guint8 *out, gsize n)
{
    for (gsize i = 0; i < n; i++)
        out[i] = (guint8)g_rand_int(rand);
}

/* Prefixes in and around which random addresses are drawn: half of them anywhere. */
static const struct {
    guint8 addr[4];
    guint len;
} near_v4[] = {
    {{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},       {{100, 64, 0, 0}, 10},  {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12},    {{192, 0, 0, 0}, 24},   {{192, 0, 0, 0}, 28},
    {{192, 0, 2, 0}, 24},   {{192, 88, 99, 0}, 24},   {{192, 168, 0, 0}, 16}, {{192, 168, 7, 0}, 24},
    {{198, 18, 0, 0}, 15},  {{203, 0, 112, 0}, 20},   {{224, 0, 0, 0}, 20},   {{239, 255, 255, 240}, 28},
    {{232, 0, 0, 0}, 5},    {{255, 255, 255, 0}, 24}, {{10, 20, 0, 0}, 15},   {{8, 8, 8, 0}, 24},
};

static void draw_v4(GRand *rand, guint8 *out)
{
    draw_bytes(rand, out, 4);
    if (g_rand_boolean(rand))
        return;
    gsize row = (gsize)g_rand_int_range(rand, 0, G_N_ELEMENTS(near_v4));
    for (guint i = 0; i < near_v4[row].len; i++) {
        guint8 bit = (guint8)(0x80 >> i % 8);
        out[i / 8] = (guint8)((out[i / 8] & ~bit) | (near_v4[row].addr[i / 8] & bit));
    }
}

static const char *const near_v6[] = {
    "::",
    "::1",
    "::ffff:10.1.2.3",
    "64:ff9b::c000:201",
    "64:ff9b:1:2::",
    "100::",
    "100::1:0:0:0",
    "2001::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1::1",
    "2001:2::",
    "2001:10::",
    "2001:20::",
    "2001:db8::",
    "2001:db8:5::7",
    "2002:c000:204::",
    "2620:4f:8000::",
    "3fff::",
    "5f00::",
    "fc00::",
    "fd12:3456:789a::",
    "fe80::",
    "fe80:1::",
    "fe80::2:0:0",
    "ff02::1",
    "ff02::1:ff00:0",
    "ff05::1:3",
    "ff0e::12:0",
    "ff35::",
    "2a00:1:2:3::",
    "2400:cb00::",
    "4000::",
};

/* One in four each: anywhere, near a row, near it with EUI-64, near it with ISATAP. */
static void draw_v6(GRand *rand, guint8 *out)
{
    guint8 addr[16];
    draw_bytes(rand, out, 16);
    gint sort = g_rand_int_range(rand, 0, 4);
    if (sort == 0)
        return;
    g_assert_true(address6_parse(bytes_of(near_v6[g_rand_int_range(rand, 0, G_N_ELEMENTS(near_v6))]), addr));
    gint same = g_rand_int_range(rand, 0, 17);
    memcpy(out, addr, (gsize)same);
    if (sort == 2)
        out[11] = 0xff, out[12] = 0xfe;
    if (sort == 3)
        memcpy(out + 8, g_rand_boolean(rand) ? "\0\0\x5e\xfe" : "\2\0\x5e\xfe", 4);
}

static const char *const near_mac[] = {
    "\0\0\0\0\0\0",     "\xff\xff\xff\xff\xff\xff", "\1\x80\xc2\0\0\0", "\1\0\x0c\xcc\xcc\xcc",
    "\1\0\x5e\0\0\0",   "\1\0\x5e\x7f\xff\xfa",     "\x33\x33\0\0\0\1", "\x33\x33\xff\1\2\3",
    "\x33\x33\0\1\0\3", "\0\x1b\x21\0\0\0",         "\2\0\0\0\0\0",     "\x33\x33\1\2\3\4",
};

static void draw_mac(GRand *rand, guint8 *out)
{
    draw_bytes(rand, out, 6);
    const char *row = near_mac[g_rand_int_range(rand, 0, G_N_ELEMENTS(near_mac))];
    memcpy(out, row, (gsize)g_rand_int_range(rand, 0, 7));
}

static const char *class_mac(const struct addresses *a, const guint8 *mac)
{
    (void)a;
    static const char *const names[] = {"unicast", "group", "local", "local group"};
    return names[mac[0] & 3];
}

static const struct family families[] = {
    {"IPv4", 4, addresses_map4, addresses_unmap4, addresses_class4, draw_v4},
    {"IPv6", 16, addresses_map6, addresses_unmap6, addresses_class6, draw_v6},
    {"MAC", 6, addresses_map_mac, addresses_unmap_mac, class_mac, draw_mac},
};

static gint compare(gconstpointer a, gconstpointer b, gpointer size)
{
    return memcmp(a, b, *(const gsize *)size);
}

/* How many different values of `size` bytes. Sorts. */
static gsize different(guint8 *values, gsize n, gsize size)
{
    gsize distinct = n > 0;
    g_qsort_with_data(values, (gint)n, size, compare, &size);
    for (gsize i = 1; i < n; i++)
        distinct += memcmp(values + (i - 1) * size, values + i * size, size) != 0;
    return distinct;
}

static gboolean is_embedding(const char *class_name)
{
    return g_str_equal(class_name, "6to4") || g_str_equal(class_name, "teredo") ||
           g_str_equal(class_name, "nat64") || g_str_equal(class_name, "ipv4-mapped");
}

/* Under the plain function only what both tables know is kept. */
static gboolean class_holds(enum address_mode mode, const struct family *f, const char *before,
                            const char *after)
{
    if (mode != ADDRESSES_CRYPTOPAN || f->size == 6)
        return g_str_equal(before, after);
    gboolean known =
        is_embedding(before) || g_str_equal(before, "keep") || g_str_equal(before, "unspecified");
    return !known || g_str_equal(before, after);
}

static void check_one(struct addresses *a, enum address_mode mode, const struct family *f, const guint8 *in,
                      const guint8 *out)
{
    guint8 back[16], again[16];
    f->unmap(a, out, back);
    g_assert_cmpmem(back, f->size, in, f->size);
    f->map(a, in, again);
    g_assert_cmpmem(again, f->size, out, f->size);
    /* the inverse is a permutation of its own: its inverse is the mapping */
    f->unmap(a, in, back);
    f->map(a, back, back);
    g_assert_cmpmem(back, f->size, in, f->size);
    g_assert_true(class_holds(mode, f, f->class_of(a, in), f->class_of(a, out)));
    if (g_str_equal(f->class_of(a, in), "keep"))
        g_assert_cmpmem(out, f->size, in, f->size);
}

static void check_family(const struct family *f, enum address_mode mode, const char *const *keep)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    struct addresses *a = make(mode, keep);
    g_autofree guint8 *in = g_malloc(N * f->size);
    g_autofree guint8 *out = g_malloc(N * f->size);
    gsize moved = 0, kept = 0;
    for (gsize i = 0; i < N; i++) {
        guint8 *from = in + i * f->size, *to = out + i * f->size;
        f->draw(rand, from);
        f->map(a, from, to);
        check_one(a, mode, f, from, to);
        moved += memcmp(from, to, f->size) != 0;
        kept += g_str_equal(f->class_of(a, from), "keep");
    }
    g_test_message("%s, mode %d: %zu of %d moved, %zu in keep=", f->name, mode, moved, N, kept);
    g_assert_cmpuint(moved, >, N / 2);
    if (keep && f->size != 6)
        g_assert_cmpuint(kept, >, N / 200);
    g_assert_cmpuint(different(in, N, f->size), ==, different(out, N, f->size));
    addresses_free(a);
}

static void test_properties(void)
{
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++)
        for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
            check_family(&families[i], modes[m], NULL);
            check_family(&families[i], modes[m], keep_list);
        }
}

/* Small classes whole, holes and all: the images are the originals in another order. */
static void check_whole(struct addresses *a, guint32 base, guint len)
{
    gsize n = (gsize)1 << (32 - len), same = 0;
    g_autofree guint8 *seen = g_malloc0(n);
    for (gsize i = 0; i < n; i++) {
        guint8 in[4], out[4];
        put_u32be(in, base + (guint32)i);
        addresses_map4(a, in, out);
        g_assert_cmpstr(addresses_class4(a, in), ==, addresses_class4(a, out));
        struct reader r = reader_of((struct bytes){out, 4});
        guint32 image = rd_u32be(&r);
        g_assert_cmpuint(image - base, <, n);
        g_assert_cmpuint(seen[image - base]++, ==, 0);
        same += image - base == i;
    }
    g_assert_cmpuint(same, <, n / 2 + 8);
}

static void test_whole_classes(void)
{
    static const struct {
        guint32 base;
        guint len;
    } rows[] = {
        {0xc0a80000, 16}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc6120000, 15},
        {0xc0586300, 24}, {0xa9fe0000, 16}, {0xefff0000, 16},
    };
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++) {
        if (modes[m] == ADDRESSES_CRYPTOPAN)
            continue;
        struct addresses *a = make(modes[m], keep_list);
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
            check_whole(a, rows[i].base, rows[i].len);
        addresses_free(a);
    }
}

static guint common_bits(const guint8 *a, const guint8 *b, guint n)
{
    guint i = 0;
    while (i < n && ((a[i / 8] ^ b[i / 8]) << i % 8 & 0x80) == 0)
        i++;
    return i;
}

/* b shares exactly `k` bits with a. */
static void neighbour(GRand *rand, const guint8 *a, guint8 *b, gsize size, guint k)
{
    draw_bytes(rand, b, size);
    for (guint i = 0; i <= k && i < size * 8; i++) {
        guint8 bit = (guint8)(0x80 >> i % 8);
        b[i / 8] = (guint8)((b[i / 8] & ~bit) | ((i < k ? a[i / 8] : ~a[i / 8]) & bit));
    }
}

/* Crypto-PAn by hand until the class is reached; how often. */
static guint walk_by_hand(const struct addresses *a, const struct cryptopan *p, const guint8 in[4],
                          guint8 out[4])
{
    guint steps = 0;
    memcpy(out, in, 4);
    do {
        cryptopan_apply(p, out, 0, 32, FALSE);
        steps++;
    } while (!g_str_equal(addresses_class4(a, out), "ordinary"));
    return steps;
}

struct walked {
    guint pairs, equal, steps;
};

static void check_pair(struct addresses *a, const struct cryptopan *p, GRand *rand, struct walked *w)
{
    guint8 in[2][4], out[2][4], hand[2][4];
    guint n[2];
    draw_bytes(rand, in[0], 4);
    neighbour(rand, in[0], in[1], 4, (guint)g_rand_int_range(rand, 0, 33));
    for (guint k = 0; k < 2; k++)
        if (!g_str_equal(addresses_class4(a, in[k]), "ordinary"))
            return;
    for (guint k = 0; k < 2; k++) {
        addresses_map4(a, in[k], out[k]);
        n[k] = walk_by_hand(a, p, in[k], hand[k]);
        g_assert_cmpmem(out[k], 4, hand[k], 4);
    }
    w->pairs++;
    w->steps += n[0];
    w->equal += n[0] == n[1];
    if (n[0] == n[1])
        g_assert_cmpuint(common_bits(out[0], out[1], 32), ==, common_bits(in[0], in[1], 32));
}

/* Ordinary IPv4 addresses: the image is what walking by hand gives, and of two that walked equally
 * often exactly the common prefix is kept. Whether much walks depends on the key's first flips: under
 * some keys 224.0.0.0/3 is its own image. */
static void test_prefixes_ordinary(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(4);
    struct walked w = {0};
    for (guint k = 0; k < 16; k++) {
        guint8 raw[KEY_BYTES];
        draw_bytes(rand, raw, KEY_BYTES);
        struct key *key = key_new(raw, NULL);
        struct cryptopan *p = cryptopan_new(key, NULL);
        struct addresses *a = addresses_new(key, ADDRESSES_CLASS, NULL, NULL);
        for (guint i = 0; i < N / 16; i++)
            check_pair(a, p, rand, &w);
        addresses_free(a);
        cryptopan_free(p);
        key_free(key);
    }
    g_test_message("%u of %u pairs walked equally often, %.3f steps on the average", w.equal, w.pairs,
                   (double)w.steps / w.pairs);
    g_assert_cmpuint(w.equal, >, N / 2);
    g_assert_cmpuint(w.steps, >, w.pairs + w.pairs / 20);
    g_assert_cmpuint(w.equal, <, w.pairs);
}

/* Within a class without holes nobody walks: all prefixes are kept, the class's and longer ones. */
static void test_prefixes_in_class(void)
{
    static const char *const rows_v4[] = {"10.1.2.3", "172.20.1.2", "100.100.1.1", "192.168.3.4",
                                          "203.0.113.7"};
    static const char *const rows_v6[] = {"2001:db8:1:2:3:4:5:6", "fd01:2:3:4:5:6:7:8", "fe80::5:6:7:8"};
    struct addresses *a = make(ADDRESSES_CLASS, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    for (guint i = 0; i < N; i++) {
        guint8 in[2][16], out[2][16];
        gboolean six = i % 2;
        gsize size = six ? 16 : 4;
        if (six)
            address6_parse(bytes_of(rows_v6[i / 2 % G_N_ELEMENTS(rows_v6)]), in[0]);
        else
            address4_parse(bytes_of(rows_v4[i / 2 % G_N_ELEMENTS(rows_v4)]), in[0]);
        neighbour(rand, in[0], in[1], size, (guint)g_rand_int_range(rand, six ? 64 : 24, (gint)size * 8 + 1));
        for (guint k = 0; k < 2; k++)
            (six ? addresses_map6 : addresses_map4)(a, in[k], out[k]);
        g_assert_cmpuint(common_bits(out[0], out[1], (guint)size * 8), ==,
                         common_bits(in[0], in[1], (guint)size * 8));
    }
    addresses_free(a);
}

/* addresses=random: neighbours (same /24, same /64) share no more than chance gives; the class stays. */
static void test_random_keeps_no_prefix(void)
{
    struct addresses *a = make(ADDRESSES_RANDOM, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(6);
    gsize shared[3] = {0};
    for (guint i = 0; i < N; i++) {
        guint8 in[2][16] = {{20, 30, 40}, {20, 30, 40}}, out[2][16];
        in[0][3] = (guint8)g_rand_int(rand);
        in[1][3] = in[0][3] ^ (guint8)g_rand_int_range(rand, 1, 256);
        addresses_map4(a, in[0], out[0]);
        addresses_map4(a, in[1], out[1]);
        shared[0] += common_bits(out[0], out[1], 32);
        address6_parse(bytes_of("2400:1:2:3::"), in[0]);
        memcpy(in[1], in[0], 8);
        for (guint eui = 0; eui < 2; eui++) {
            for (guint k = 0; k < 2; k++) {
                draw_bytes(rand, in[k] + 8, 8);
                if (eui)
                    in[k][11] = 0xff, in[k][12] = 0xfe;
                addresses_map6(a, in[k], out[k]);
            }
            shared[1 + eui] += common_bits(out[0], out[1], 64);
        }
    }
    for (guint i = 0; i < 3; i++)
        g_test_message("bits in common: %.3f", (double)shared[i] / N);
    g_assert_cmpfloat((double)shared[0] / N, <, 2);   /* 1 by chance, holes add a little */
    g_assert_cmpfloat((double)shared[1] / N, <, 4.5); /* 3 bits of 2000::/3, and 1 by chance */
    g_assert_cmpfloat((double)shared[2] / N, <, 4.5);
    addresses_free(a);
}

static void test_count(void)
{
    struct addresses *a = make(ADDRESSES_CLASS, keep_list);
    guint8 v4[4] = {10, 20, 0, 0}, v6[16], out[16];
    g_assert_cmpuint(addresses_count(a), ==, 0);
    for (guint i = 0; i < 600; i++) { /* kept ones count */
        put_u16be(v4 + 2, (guint16)(i % 300));
        addresses_map4(a, v4, out);
    }
    g_assert_cmpuint(addresses_count(a), ==, 300);
    address6_parse(bytes_of("::ffff:10.20.0.1"), v6); /* another spelling, no other address */
    addresses_map6(a, v6, out);
    g_assert_cmpuint(addresses_count(a), ==, 300);
    address6_parse(bytes_of("2002:0a14:0001::1"), v6);
    addresses_map6(a, v6, out);
    addresses_map6(a, v6, out);
    g_assert_cmpuint(addresses_count(a), ==, 301);
    addresses_unmap6(a, v6, out);
    addresses_map_mac(a, v6, out);
    g_assert_cmpuint(addresses_count(a), ==, 301);
    addresses_free(a);
}

/* More addresses than the caches have rows, twice: the same images, by another instance too. */
static void test_caches(void)
{
    struct addresses *a = make(ADDRESSES_CLASS, NULL), *b = make(ADDRESSES_CLASS, NULL);
    for (guint i = 0; i < 80000; i++) {
        guint8 in[16] = {0x24, 0, 1}, out[2][16];
        put_u32be(in + 12, i);
        addresses_map6(a, in, out[0]);
        addresses_map6(b, in, out[1]);
        g_assert_cmpmem(out[0], 16, out[1], 16);
        put_u32be(in, 0x0a000000 + i);
        addresses_map4(a, in, in + 4);
        addresses_map4(b, in, in);
        g_assert_cmpmem(in, 4, in + 4, 4);
    }
    g_assert_cmpuint(addresses_count(a), ==, 160000);
    for (guint i = 0; i < 80000; i += 7) {
        guint8 in[4], out[4], back[4];
        put_u32be(in, 0x0a000000 + i);
        addresses_map4(a, in, out);
        addresses_unmap4(a, out, back);
        g_assert_cmpmem(back, 4, in, 4);
    }
    addresses_free(a);
    addresses_free(b);
    addresses_free(NULL);
}

/* Another key, another image, of all three kinds. */
static void test_keys(void)
{
    guint8 raw[KEY_BYTES];
    memcpy(raw, raw_key, KEY_BYTES);
    raw[20] ^= 1; /* of the pad */
    struct key *key = key_new(raw, NULL);
    for (gsize m = 0; m < G_N_ELEMENTS(modes); m++) {
        struct addresses *a = make(modes[m], NULL), *b = addresses_new(key, modes[m], NULL, NULL);
        const guint8 in[16] = {0x2a, 0, 5};
        guint8 out[2][16];
        for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
            families[i].map(a, in, out[0]);
            families[i].map(b, in, out[1]);
            g_assert_cmpint(memcmp(out[0], out[1], families[i].size), !=, 0);
        }
        addresses_free(a);
        addresses_free(b);
    }
    key_free(key);
}

static void test_speed(void)
{
    struct addresses *a = make(ADDRESSES_CLASS, NULL);
    guint8 in[16] = {0x2a, 0, 1}, out[16];
    const guint n = 2000000;
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        g_test_timer_start();
        for (guint k = 0; k < n; k++) {
            in[3] = (guint8)(k & 0x7f);
            families[i].map(a, in, out);
        }
        g_test_message("%s, cached: %.1f ns", families[i].name, g_test_timer_elapsed() / n * 1e9);
        g_test_timer_start();
        for (guint k = 0; k < n / 20; k++) {
            put_u32be(in, 0x2a000000 + k);
            families[i].map(a, in, out);
        }
        g_test_message("%s, new: %.0f ns", families[i].name, g_test_timer_elapsed() / (n / 20) * 1e9);
    }
    addresses_free(a);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/properties", test_properties);
    g_test_add_func("/address/whole-classes", test_whole_classes);
    g_test_add_func("/address/prefixes/ordinary", test_prefixes_ordinary);
    g_test_add_func("/address/prefixes/in-class", test_prefixes_in_class);
    g_test_add_func("/address/random", test_random_keeps_no_prefix);
    g_test_add_func("/address/count", test_count);
    g_test_add_func("/address/caches", test_caches);
    g_test_add_func("/address/keys", test_keys);
    if (g_test_perf())
        g_test_add_func("/address/speed", test_speed);
    return g_test_run();
}

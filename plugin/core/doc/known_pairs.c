/* How much of all other addresses follows from n that somebody knows, under each addresses=: the table in THREATS.md.
 *
 *      known_pairs            prints it
 *      known_pairs --check F  0 where F holds it, line by line
 *
 * The capture: 10,000 different IPv4 addresses of one registrar's day. 6,000 subscribers in 12 providers' networks of 16
 * bits, 1,000 anywhere, 2,500 private ones (40 offices of 50 in 10/8; 500 in ten networks of 192.168/16), 500 servers and
 * gateways in two networks of 24 bits. Which networks: drawn once, by a generator of fixed seed.
 *
 * The attacker knows n of them, drawn evenly, with their images (calls of his own, hosts of which he knows when they
 * spoke), and how the method works, but not the key. For the image of each other address he takes the pair whose image
 * shares the longest prefix with it, L bits: prefix-preserving mapping then says that the originals share L bits, and
 * differ in the next. Under class and random he sees the class of each address, too; under random he has nothing else. A
 * guess may be wrong under class: where one address walked and the other did not (address_map.c). Means over 8 draws.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "address_map.h"

#define ADDRESSES 10000
#define DRAWS 8

struct host {
    guint32 was, is;
    guint class_bits; /* of the prefix that tells its class, 0: ordinary */
    guint32 class_prefix;
};

struct known {
    guint64 bits, net16, net24, whole, wrong, n;
};

/* --- the capture ------------------------------------------------------------------------------------------- */

/* splitmix64: the same everywhere. */
static guint64 draw(guint64 *state)
{
    guint64 z = *state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static guint32 get32(const guint8 p[4])
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static gboolean is_ordinary(const struct address_map *m, guint32 v)
{
    guint8 addr[16] = {0};
    put_u32be(addr, v);
    return address_map_class(m, SPACE_V4, addr)->len == 0;
}

static guint32 draw_ordinary(const struct address_map *m, guint64 *state)
{
    guint32 v;
    do
        v = (guint32)draw(state);
    while (!is_ordinary(m, v));
    return v;
}

struct population {
    GArray *hosts; /* struct host */
    GHashTable *seen;
    guint64 state;
};

/* `n` different ones whose first `bits` are those of `net`. */
static void add_hosts(struct population *p, guint32 net, guint bits, guint n)
{
    guint32 mask = bits ? G_MAXUINT32 << (32 - bits) : 0;
    while (n) {
        struct host h = {.was = (net & mask) | ((guint32)draw(&p->state) & ~mask)};
        if (!g_hash_table_add(p->seen, GUINT_TO_POINTER(h.was)))
            continue;
        g_array_append_val(p->hosts, h);
        n--;
    }
}

static GArray *population(const struct address_map *m)
{
    struct population p = {g_array_new(FALSE, FALSE, sizeof(struct host)), g_hash_table_new(NULL, NULL), 20260801};
    for (guint i = 0; i < 12; i++)
        add_hosts(&p, draw_ordinary(m, &p.state), 16, 500);
    for (guint i = 0; i < 1000; i++)
        add_hosts(&p, draw_ordinary(m, &p.state), 32, 1);
    for (guint i = 0; i < 40; i++)
        add_hosts(&p, 0x0a000000 | ((guint32)draw(&p.state) & 0xffff00), 24, 50);
    for (guint i = 0; i < 10; i++)
        add_hosts(&p, 0xc0a80000 | i << 8, 24, 50);
    for (guint i = 0; i < 2; i++)
        add_hosts(&p, draw_ordinary(m, &p.state), 24, 250);
    g_hash_table_unref(p.seen);
    g_assert_cmpuint(p.hosts->len, ==, ADDRESSES);
    return p.hosts;
}

static void map_all(const struct address_map *m, GArray *hosts)
{
    for (guint i = 0; i < hosts->len; i++) {
        struct host *h = &g_array_index(hosts, struct host, i);
        guint8 addr[16] = {0};
        put_u32be(addr, h->was);
        const struct address_class *class = address_map_class(m, SPACE_V4, addr);
        h->class_bits = class->len;
        h->class_prefix = class->len ? h->was >> (32 - class->len) << (32 - class->len) : 0;
        address_map_v4(m, addr, FALSE);
        h->is = get32(addr);
    }
}

/* --- the attacker ------------------------------------------------------------------------------------------ */

static guint shared_bits(guint32 a, guint32 b)
{
    return a == b ? 32 : (guint)__builtin_clz(a ^ b);
}

static gboolean same_class(const struct host *a, const struct host *b, enum address_mode mode)
{
    return mode == ADDRESSES_CRYPTOPAN || (a->class_bits == b->class_bits && a->class_prefix == b->class_prefix);
}

/* How many first bits he thinks he knows; `like`: of which original, but for the last of them, NULL: the class. */
static guint guess(const GArray *pairs, const struct host *h, enum address_mode mode, const struct host **like)
{
    guint best = mode == ADDRESSES_CRYPTOPAN ? 0 : h->class_bits;
    *like = NULL;
    for (guint i = 0; i < pairs->len && mode != ADDRESSES_RANDOM; i++) {
        const struct host *pair = g_array_index(pairs, struct host *, i);
        guint bits = MIN(shared_bits(pair->is, h->is) + 1, 32);
        if (bits > best && same_class(pair, h, mode)) {
            best = bits;
            *like = pair;
        }
    }
    return best;
}

static void judge(struct known *k, const struct host *h, guint bits, const struct host *like)
{
    k->n++;
    if (like && shared_bits(like->was, h->was) != bits - 1) {
        k->wrong++;
        return;
    }
    k->bits += bits;
    k->net16 += bits >= 16;
    k->net24 += bits >= 24;
    k->whole += bits == 32;
}

static void attack(struct known *k, GArray *hosts, guint n, enum address_mode mode, guint64 *state)
{
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(struct host *));
    for (guint i = 0; i < n; i++) { /* the first n of a shuffle */
        guint other = i + (guint)(draw(state) % (hosts->len - i));
        struct host *a = &g_array_index(hosts, struct host, i), *b = &g_array_index(hosts, struct host, other);
        struct host swap = *a;
        *a = *b;
        *b = swap;
        g_array_append_val(pairs, a);
    }
    for (guint i = n; i < hosts->len; i++) {
        const struct host *h = &g_array_index(hosts, struct host, i), *like;
        guint bits = guess(pairs, h, mode, &like);
        judge(k, h, bits, like);
    }
}

/* --- the table --------------------------------------------------------------------------------------------- */

static double percent(guint64 n, guint64 of)
{
    return 100.0 * (double)n / (double)of;
}

static void put_rows(GString *out, const char *name, enum address_mode mode, const struct key *key)
{
    static const guint numbers[] = {0, 1, 10, 100, 1000};
    g_autoptr(GArray) keep = g_array_new(FALSE, FALSE, sizeof(struct network));
    struct address_map *m = address_map_new(key, mode, keep, NULL);
    g_autoptr(GArray) hosts = population(m);
    guint64 state = 42;
    map_all(m, hosts);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        struct known k = {0};
        for (guint d = 0; d < DRAWS; d++)
            attack(&k, hosts, numbers[i], mode, &state);
        g_string_append_printf(out, "| %s | %u | %.1f | %.1f %% | %.1f %% | %.2f %% | %.1f %% |\n", name, numbers[i],
                               (double)k.bits / (double)k.n, percent(k.net16, k.n), percent(k.net24, k.n),
                               percent(k.whole, k.n), percent(k.wrong, k.n));
    }
    address_map_free(m);
}

static GString *table(void)
{
    guint8 raw[KEY_BYTES];
    GString *out = g_string_new("| addresses= | known pairs | bits known of 32, mean | first 16 bits | first 24 bits | "
                                "all 32 bits | guessed wrong |\n|---|---|---|---|---|---|---|\n");
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 11 + 5);
    if (!key_init_library(NULL))
        g_error("libgcrypt cannot be used");
    struct key *key = key_new(raw, NULL);
    put_rows(out, "class", ADDRESSES_CLASS, key);
    put_rows(out, "cryptopan", ADDRESSES_CRYPTOPAN, key);
    put_rows(out, "random", ADDRESSES_RANDOM, key);
    key_free(key);
    return out;
}

int main(int argc, char **argv)
{
    g_autoptr(GString) text = table();
    g_autofree char *there = NULL;
    if (argc != 3 || strcmp(argv[1], "--check") != 0)
        return fputs(text->str, stdout) < 0 || fflush(stdout) != 0;
    if (g_file_get_contents(argv[2], &there, NULL, NULL) && strstr(there, text->str))
        return 0;
    fprintf(stderr, "%s does not hold this table:\n%s", argv[2], text->str);
    return 1;
}

/* ARP, neighbour discovery and other ICMP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "codec_rig.h"
#include "neighbour.h"

struct row {
    const char *what, *in, *out;
};

static void check_rows(const struct row *rows, gsize n, guint8 family, void (*fn)(struct codec *c))
{
    struct codec_rig r;
    codec_rig_init(&r);
    r.c.src.family = r.c.dst.family = family;
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GByteArray) in = hex(rows[i].in);
        g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), fn);
        check_hex(rows[i].what, bytes_of_array(out), rows[i].out);
    }
    codec_rig_clear(&r);
}

#define ARP "0001 0800 06 04 0001 0050c2112233 c0000205 000000000000 c0000209"

static void test_arp(void)
{
    static const struct row rows[] = {
        {"request", ARP, "0001 0800 06 04 0001 ............ ........ 000000000000 ........"},
        {"padding", ARP " 'leak'",
         "0001 0800 06 04 0001 ............ ........ 000000000000 ........ 00000000"},
        {"operation", "0001 0800 06 04 7fff 000000000000 00000000 ffffffffffff 00000000",
         "0001 0800 06 04 0000 000000000000 00000000 ffffffffffff 00000000"},
        {"hardware", "0006 0800 06 04 'leak'", "0000 0000 00 00 00000000"},
        {"cut", "0001 0800 06 04 0001 'leak'", "0000 0000 00 00 0000 00000000"},
        {"nothing", "", ""},
    };
    check_rows(rows, G_N_ELEMENTS(rows), 4, arp_rewrite);
    struct codec_rig r;
    guint8 mac[6] = {0, 0x50, 0xc2, 0x11, 0x22, 0x33}, address[4] = {192, 0, 2, 9};
    codec_rig_init(&r);
    g_autoptr(GByteArray) in = hex(ARP);
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), arp_rewrite);
    addresses_map_mac(r.rig->tables.addresses, mac, mac);
    addresses_map4(r.rig->tables.addresses, address, address);
    g_assert_cmpmem(out->data + 8, 6, mac, 6);
    g_assert_cmpmem(out->data + 24, 4, address, 4);
    codec_rig_clear(&r);
}

#define A "20010db8 11223344 55667788 99aabbcc"
#define ANY "........ ........ ........ ........"

static void test_neighbour(void)
{
    static const struct row rows[] = {
        {"router solicitation", "85 00 abcd 'leak' 01 01 0050c2112233",
         "85 00 0000 00000000 01 01 ............"},
        {"router advertisement", "86 00 abcd 40 c1 0708 00007530 'leak' 05 01 'le' 000005dc",
         "86 00 0000 40 c0 0708 00007530 00000000 05 01 0000 000005dc"},
        {"solicitation", "87 00 abcd 'leak' " A, "87 00 0000 00000000 " ANY},
        {"advertisement", "88 00 abcd ff'lea' " A " 02 01 0050c2112233",
         "88 00 0000 e0000000 " ANY " 02 01 ............"},
        {"redirect", "89 00 abcd 'leak' " A A " 04 02 'leakleakleakle'", "89 00 0000 00000000 " ANY ANY},
        {"prefix", "85 00 abcd 00000000 03 04 40 ff ffffffff 'leak' 'leak' " A,
         "85 00 0000 00000000 03 04 40 e0 ffffffff 00000000 00000000 ........ ........ 00000000 00000000"},
        {"prefix, odd length", "85 00 abcd 00000000 03 04 2a c0 00278d00 00093a80 00000000 " A,
         "85 00 0000 00000000 03 04 2a c0 00278d00 00093a80 00000000 ........ .... 0000 00000000 00000000"},
        {"prefix, no length", "85 00 abcd 00000000 03 04 ff c0 00278d00 00093a80 00000000 " A,
         "85 00 0000 00000000 03 04 00 c0 00278d00 00093a80 00000000 " ANY},
        {"route", "85 00 abcd 00000000 18 02 30 ff 00000708 20010db8 1122 'le'",
         "85 00 0000 00000000 18 02 30 18 00000708 ........ .... 0000"},
        {"default route", "85 00 abcd 00000000 18 01 00 08 00000708",
         "85 00 0000 00000000 18 01 00 08 00000708"},
        {"name server", "85 00 abcd 00000000 19 03 'le' 00000258 " A,
         "85 00 0000 00000000 19 03 0000 00000258 " ANY},
        {"nonce", "85 00 abcd 00000000 0e 01 'leakle'", "85 00 0000 00000000 0e 01 000000000000"},
        {"search list", "85 00 abcd 00000000 1f 02 'leakleakleakle' 0e 01 'leakle'",
         "85 00 0000 00000000 0e 01 000000000000"},
        {"link address of another link", "85 00 abcd 00000000 01 02 'leakleakleakle'", "85 00 0000 00000000"},
        {"option of no length", "85 00 abcd 00000000 01 00 'leakle'",
         "85 00 0000 00000000 00 00 000000000000"},
        {"option too long", "85 00 abcd 00000000 01 02 'leakle'", "85 00 0000 00000000 00 00 000000000000"},
        {"cut", "87 00 abcd 'leak' 'leak'", "87 00 0000 00000000 00000000"},
        {"two bytes", "87 00", "87 00"},
        {"nothing", "", ""},
    };
    check_rows(rows, G_N_ELEMENTS(rows), 6, neighbour_rewrite);
}

/* The network of a prefix is that of the addresses in it. */
static void test_prefix_maps(void)
{
    struct codec_rig r;
    guint8 address[16] = {0x20, 1, 0x0d, 0xb8, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66};
    codec_rig_init(&r);
    r.c.src.family = 6;
    g_autoptr(GByteArray) in = hex("85 00 abcd 00000000 03 04 40 c0 00000001 00000001 00000000 " A);
    g_autoptr(GByteArray) out = codec_rig_rewrite(&r, bytes_of_array(in), neighbour_rewrite);
    addresses_map6(r.rig->tables.addresses, address, address);
    g_assert_cmpmem(out->data + 24, 8, address, 8);
    codec_rig_clear(&r);
}

static void test_other(void)
{
    static const struct row four[] = {
        {"echo", "08 00 abcd 'leakleak'", "08 00 0000 00000000 00000000"},
        {"unreachable", "03 03 abcd 'leak' 'a packet of 24 bytes ...'",
         "03 03 0000 00000000 4500 0018 0000 0000 40ff 79e8 00000000 00000000 00000000"},
        {"unreachable, quote cut", "03 03 abcd 'leak' 'leak'", "03 03 0000 00000000 00000000"},
        {"short", "03 03 ab", "03 03 00"},
        {"one byte", "03", "03"},
        {"nothing", "", ""},
    };
    static const struct row six[] = {
        {"echo", "80 00 abcd 'leakleak'", "80 00 0000 00000000 00000000"},
        {"too big", "02 00 abcd 'leak' 'a packet of exactly forty-four bytes, no less'",
         "02 00 0000 00000000 60000000 0005 3b 40 00000000 00000000 00000000 00000000"
         " 00000000 00000000 00000000 00000000 0000000000"},
        {"redirect of IPv4 is none here", "05 00 abcd 'leak' 'leak'", "05 00 0000 00000000 00000000"},
    };
    check_rows(four, G_N_ELEMENTS(four), 4, icmp_rewrite_other);
    check_rows(six, G_N_ELEMENTS(six), 6, icmp_rewrite_other);
}

static void any(struct bytes b, void *arg)
{
    static void (*const functions[])(struct codec *) = {arp_rewrite, neighbour_rewrite, icmp_rewrite_other};
    struct codec_rig *r = arg;
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
        g_autoptr(GByteArray) out = codec_rig_rewrite(r, b, functions[i]);
        g_assert_true(bytes_find(bytes_of_array(out), BYTES_LIT("leak")) == NOT_FOUND);
    }
}

static void test_prefixes(void)
{
    static const char *const vectors[] = {
        ARP " 'leak'",
        "89 00 abcd 'leak' " A A " 04 02 'leakleakleakle' 01 01 0050c2112233",
        "86 00 abcd 40 c1 0708 00007530 'leak' 03 04 40 ff ffffffff 'leak' 'leak' " A
        " 19 03 'le' 00000258 " A,
        "03 03 abcd 'leak' 'a packet of 24 bytes ...'",
    };
    struct codec_rig r;
    codec_rig_init(&r);
    for (guint family = 4; family <= 6; family += 2)
        for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
            g_autoptr(GByteArray) in = hex(vectors[i]);
            r.c.src.family = (guint8)family;
            check_prefixes(bytes_of_array(in), any, &r);
        }
    codec_rig_clear(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/neighbour/arp", test_arp);
    g_test_add_func("/neighbour/discovery", test_neighbour);
    g_test_add_func("/neighbour/prefix-maps", test_prefix_maps);
    g_test_add_func("/neighbour/other", test_other);
    g_test_add_func("/neighbour/prefixes", test_prefixes);
    return g_test_run();
}

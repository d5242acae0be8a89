/* Addresses as text and as bytes: what parses is written and parsed again to the same bytes, and every
 * mapping comes back. The first byte chooses the mode.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_text(struct bytes text)
{
    guint8 addr[16], back[16];
    char out[46];
    if (address4_parse(text, addr)) {
        gsize n = address4_format(addr, out);
        g_assert_true(bytes_eq((struct bytes){(guint8 *)out, n}, text)); /* one spelling only */
    }
    if (address6_parse(text, addr)) {
        gsize n = address6_format(addr, out);
        g_assert_true(n < sizeof out && n == strlen(out));
        g_assert_true(address6_parse((struct bytes){(guint8 *)out, n}, back) && memcmp(addr, back, 16) == 0);
    }
}

static void check_mapping(struct addresses *a, const guint8 in[16])
{
    guint8 out[16];
    addresses_map4(a, in, out);
    addresses_unmap4(a, out, out);
    g_assert_true(memcmp(in, out, 4) == 0);
    addresses_map6(a, in, out);
    g_assert_cmpstr(addresses_class6(a, in), !=, NULL);
    addresses_unmap6(a, out, out);
    g_assert_true(memcmp(in, out, 16) == 0);
    addresses_map_mac(a, in, out);
    addresses_unmap_mac(a, out, out);
    g_assert_true(memcmp(in, out, 6) == 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const guint8 raw[KEY_BYTES] = {1, 2, 3, 4};
    static const char *const keep[] = {"10.1.0.0/16", "2001:db8::/33", "fe80::5:0/112", NULL};
    if (size == 0)
        return 0;
    struct bytes all = {data, size};
    check_text(bytes_from(all, 1));
    struct key *key = key_new(raw, NULL);
    struct addresses *a = addresses_new(key, data[0] % 3, keep, NULL);
    for (gsize at = 1; at + 16 <= size && at < 1024; at += 16)
        check_mapping(a, bytes_from(all, at).p);
    addresses_free(a);
    key_free(key);
    return 0;
}

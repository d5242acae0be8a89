/* Addresses, class by class: cycle walking, and what an IPv6 address is made of.
 *
 * 1. Cycle walking. F is a permutation of all addresses that begin with a class's prefix: Crypto-PAn
 * of the bits behind it, or a Feistel network over them (addresses=random). Nested classes are holes
 * in that range, and F may lead into one. Then the image is mapped again, until it is in the class:
 *
 *     192.0.2.77 --F--> 192.0.2.9               in the class at once
 *     93.12.4.1 --F--> 10.88.3.1 --F--> 41.7.9.2     10/8 is another class: once more
 *
 * (images invented; the true ones depend on the key.) F runs in cycles, so from an address of the
 * class the walk must come back into the class, at the latest to the address itself: it ends. No two
 * walks end at one address, because each address has one predecessor: it is one-to-one; and walking
 * F's inverse the same way leads back. All walks of a class together visit each address of the range
 * at most once, so the average length is at most range / class: 1.16 for ordinary IPv4, 1.0002 for
 * ordinary IPv6; class_table_finish refuses networks that would push it above 4096.
 * Addresses that walked equally often went through the same powers of F: they share the prefixes that
 * they shared before.
 * Rejected: leaving a bit alone where one of the two branches of the tree has a hole. Nothing would
 * walk, but the first bits of all addresses near a special block would be readable.
 *
 * 2. IPv6 hosts are two numbers. Upper half: network, by F on 64 bits, walked out of the classes of up
 * to 64 bits. Lower half: interface id, of one of three sorts, each mapped onto itself:
 *
 *     xxxx:xxff:fexx:xxxx   EUI-64: the id of the mapped MAC (which is a permutation of 48 bits)
 *     0[02]00:5efe:a.b.c.d  ISATAP: a.b.c.d by the IPv4 function (a permutation of 32 bits)
 *     all others            by F on 64 bits, walked out of the two patterns above (1 in 65,536)
 *
 * A permutation of each of three sets that make up the whole is one of the whole: so an ordinary id
 * never looks like an EUI-64 afterwards, nor the reverse. The halves are mapped apart so that hosts of
 * one network stay in one network though the id of one of them walked, and so that a network which
 * walks does not map a MAC twice: the id must stay that of the MAC in the Ethernet header. Under
 * Crypto-PAn the lower half's flips depend on the original upper half, which is why it is mapped first
 * and unmapped last; without walking the result is the published function over 128 bits. Under
 * addresses=random an ordinary host is one number, all bits behind the class's prefix permuted
 * together; for EUI-64 and ISATAP the network's permutation depends on the mapped id instead. So
 * hosts of one network do not show it.
 * Classes longer than 64 bits (::1, ::ffff:0:0/96, a kept host) are holes that the halves do not know:
 * around both a second walk goes, which happens next to never.
 *
 * 3. Embedded IPv4. Mapped and NAT64: the last 32 bits. 6to4: bits 16 to 47, with 16 bits of subnet
 * behind, and an interface id. Teredo: server, flags, port and client, port and client inverted; the
 * port stays as ports do everywhere, the 12 random bits of the flags (RFC 5991) are a mark of the host
 * and are changed, unless they are all zero. A permutation of each part is one of the whole; nothing
 * walks, because no class lies in these.
 *
 * 4. MAC: a Feistel network over 46 bits, two halves of 23; group and local bit, moved to the front,
 * are the prefix. Group addresses that mean something are classes that stay.
 *
 * The plain function (addresses=cryptopan) is the same code with a shorter table: 0.0.0.0, ::,
 * 255.255.255.255 (they mean "none" and "all") and keep= networks stay, the forms of 2 and 3 hold, all
 * else is the published function, walked again only where it meets one of these.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address_map.h"

#include "bitperm.h"
#include "cryptopan.h"

struct address_map {
    enum address_mode mode;
    struct cryptopan *pan;
    struct bitperm *bits; /* IPv4 and IPv6 */
    struct bitperm *mac;
    struct class_table *table[3]; /* by class_space: what mapping goes by */
    struct class_table *full[3];  /* what addresses are called; the same but for the plain function */
};

enum iid { IID_ORDINARY, IID_EUI64, IID_ISATAP };

static struct class_table *make_table(enum class_space space, gboolean plain, const GArray *keep,
                                      GError **error)
{
    struct class_table *t = class_table_new(space, plain);
    for (guint i = 0; keep && i < keep->len; i++) {
        const struct network *net = &g_array_index(keep, struct network, i);
        if (net->space == space)
            class_table_keep(t, net);
    }
    if (class_table_finish(t, error))
        return t;
    class_table_free(t);
    return NULL;
}

static gboolean make_tables(struct address_map *m, const GArray *keep, GError **error)
{
    for (enum class_space space = SPACE_V4; space <= SPACE_MAC; space++) {
        gboolean plain = m->mode == ADDRESSES_CRYPTOPAN && space != SPACE_MAC;
        m->full[space] = make_table(space, FALSE, keep, error);
        if (!m->full[space])
            return FALSE;
        m->table[space] = plain ? make_table(space, TRUE, keep, error) : m->full[space];
        if (!m->table[space])
            return FALSE;
    }
    return TRUE;
}

static gboolean make_ciphers(struct address_map *m, const struct key *key, GError **error)
{
    m->pan = cryptopan_new(key, error);
    m->bits = m->pan ? bitperm_new(key, "address/bits", error) : NULL;
    m->mac = m->bits ? bitperm_new(key, "address/mac", error) : NULL;
    return m->mac != NULL;
}

struct address_map *address_map_new(const struct key *key, enum address_mode mode, const GArray *keep,
                                    GError **error)
{
    struct address_map *m = g_new0(struct address_map, 1);
    m->mode = mode;
    if (make_tables(m, keep, error) && make_ciphers(m, key, error))
        return m;
    address_map_free(m);
    return NULL;
}

void address_map_free(struct address_map *m)
{
    if (!m)
        return;
    for (enum class_space space = SPACE_V4; space <= SPACE_MAC; space++) {
        if (m->table[space] != m->full[space])
            class_table_free(m->table[space]);
        class_table_free(m->full[space]);
    }
    cryptopan_free(m->pan);
    bitperm_free(m->bits);
    bitperm_free(m->mac);
    g_free(m);
}

const struct address_class *address_map_class(const struct address_map *m, enum class_space space,
                                              const guint8 *addr)
{
    guint8 x[16] = {0};
    memcpy(x, addr, space == SPACE_V4 ? 4 : 16);
    return class_table_find(m->full[space], x, 128);
}

static gboolean is_random(const struct address_map *m)
{
    return m->mode == ADDRESSES_RANDOM;
}

/* F of the essay, on bits [from, to). */
static void permute(const struct address_map *m, enum class_space space, guint64 extra, guint8 *addr,
                    guint from, guint to, gboolean inverse)
{
    struct bitperm_tweak tweak = {.domain = (guint8)space, .extra = extra};
    if (space == SPACE_MAC)
        bitperm_apply(m->mac, tweak, addr, from, to, inverse);
    else if (is_random(m))
        bitperm_apply(m->bits, tweak, addr, from, to, inverse);
    else
        cryptopan_apply(m->pan, addr, from, to, inverse);
}

/* Classes that are fixed or permuted as one number: all of IPv4 and nearly all of MAC. */
static void walk_bits(const struct address_map *m, enum class_space space, const struct address_class *c,
                      guint8 addr[16], guint to, gboolean inverse)
{
    if (c->how == CLASS_FIXED)
        return;
    do
        permute(m, space, 0, addr, c->kept, to, inverse);
    while (class_table_find(m->table[space], addr, 128) != c);
}

void address_map_v4(const struct address_map *m, guint8 addr[4], gboolean inverse)
{
    guint8 x[16] = {0};
    memcpy(x, addr, 4);
    walk_bits(m, SPACE_V4, class_table_find(m->table[SPACE_V4], x, 128), x, 32, inverse);
    memcpy(addr, x, 4);
}

/* 33:33:ff:xx:xx:xx is the MAC of ff02::1:ffxx:xxxx and of no other group in use. The plain function
 * has no class for that group, so nothing to follow. */
static void map_solicited(const struct address_map *m, const struct address_class *c, guint8 x[16],
                          gboolean inverse)
{
    guint8 group[16] = {0xff, 0x02, [11] = 1, [12] = 0xff};
    if (m->mode == ADDRESSES_CRYPTOPAN) {
        walk_bits(m, SPACE_MAC, c, x, 48, inverse);
        return;
    }
    memcpy(group + 13, x + 3, 3);
    address_map_v6(m, group, inverse);
    memcpy(x + 3, group + 13, 3);
}

void address_map_mac(const struct address_map *m, guint8 mac[6], gboolean inverse)
{
    guint8 x[16];
    mac_to_class(mac, x);
    const struct address_class *c = class_table_find(m->table[SPACE_MAC], x, 128);
    if (c->how == CLASS_SOLICITED)
        map_solicited(m, c, x, inverse);
    else
        walk_bits(m, SPACE_MAC, c, x, 48, inverse);
    mac_from_class(x, mac);
}

static enum iid iid_of(const guint8 x[16])
{
    static const guint8 isatap[4] = {0x00, 0x00, 0x5e, 0xfe};
    if (x[11] == 0xff && x[12] == 0xfe)
        return IID_EUI64;
    return (x[8] & ~0x02) == 0 && memcmp(x + 9, isatap + 1, 3) == 0 ? IID_ISATAP : IID_ORDINARY;
}

/* RFC 4291 appendix A: the local bit is turned over. */
static void map_eui64(const struct address_map *m, guint8 x[16], gboolean inverse)
{
    guint8 mac[6] = {x[8] ^ 0x02, x[9], x[10], x[13], x[14], x[15]};
    address_map_mac(m, mac, inverse);
    mac[0] ^= 0x02;
    memcpy(x + 8, mac, 3);
    memcpy(x + 13, mac + 3, 3);
}

static void map_lower(const struct address_map *m, guint8 x[16], enum iid iid, gboolean inverse)
{
    if (iid == IID_EUI64)
        map_eui64(m, x, inverse);
    else if (iid == IID_ISATAP)
        address_map_v4(m, x + 12, inverse);
    else
        do
            permute(m, SPACE_V6, 0, x, 64, 128, inverse);
        while (iid_of(x) != IID_ORDINARY);
}

/* Bits [kept, to) and, for 6to4, the IPv4 address before them: they depend on the original one, so it
 * is mapped last and unmapped first. */
static void step_upper(const struct address_map *m, const struct address_class *c, guint64 extra,
                       guint8 x[16], guint to, gboolean inverse)
{
    if (c->how == CLASS_SIX4 && inverse)
        address_map_v4(m, x + 2, TRUE);
    permute(m, SPACE_V6, extra, x, c->kept, to, inverse);
    if (c->how == CLASS_SIX4 && !inverse)
        address_map_v4(m, x + 2, FALSE);
}

static void map_upper(const struct address_map *m, const struct address_class *c, guint8 x[16],
                      gboolean inverse)
{
    guint64 id = 0;
    if (is_random(m))
        memcpy(&id, x + 8, 8);
    do
        step_upper(m, c, GUINT64_FROM_BE(id), x, 64, inverse);
    while (class_table_find(m->table[SPACE_V6], x, 64) != c);
}

/* The lower half depends on the original network, the upper one under addresses=random on the mapped
 * id: so the lower half goes first forwards and last backwards. */
static void map_halves(const struct address_map *m, const struct address_class *c, guint8 x[16], enum iid iid,
                       gboolean inverse)
{
    if (!inverse)
        map_lower(m, x, iid, FALSE);
    map_upper(m, c, x, inverse);
    if (inverse)
        map_lower(m, x, iid, TRUE);
}

static void step_host(const struct address_map *m, const struct address_class *c, guint8 x[16],
                      gboolean inverse)
{
    enum iid iid = iid_of(x);
    if (!is_random(m) || iid != IID_ORDINARY) {
        map_halves(m, c, x, iid, inverse);
        return;
    }
    do
        step_upper(m, c, 0, x, 128, inverse);
    while (iid_of(x) != IID_ORDINARY);
}

static void step_bits(const struct address_map *m, const struct address_class *c, guint8 x[16],
                      gboolean inverse)
{
    permute(m, SPACE_V6, 0, x, c->kept, 128, inverse);
}

static void step_embed4(const struct address_map *m, const struct address_class *c, guint8 x[16],
                        gboolean inverse)
{
    (void)c;
    address_map_v4(m, x + 12, inverse);
}

/* Exclusive or with a mask that depends on the rest of the original address: its own inverse. Zero
 * stays (old clients); the one value that would become zero stays in its place. */
static void map_teredo_flags(const struct address_map *m, guint8 x[16])
{
    enum { RANDOM_BITS = 0x3cff };
    guint8 rest[16];
    guint flags = (guint)x[8] << 8 | x[9], old = flags & RANDOM_BITS;
    memcpy(rest, x, 16);
    rest[8] = rest[9] = 0;
    guint mask = (guint)bitperm_number(m->bits, rest) & RANDOM_BITS;
    if (old != 0 && old != mask)
        put_u16be(x + 8, (guint16)(flags ^ mask));
}

static void map_teredo_addresses(const struct address_map *m, guint8 x[16], gboolean inverse)
{
    guint8 client[4];
    for (guint i = 0; i < 4; i++)
        client[i] = (guint8)~x[12 + i];
    address_map_v4(m, client, inverse);
    for (guint i = 0; i < 4; i++)
        x[12 + i] = (guint8)~client[i];
    address_map_v4(m, x + 4, inverse);
}

static void step_teredo(const struct address_map *m, const struct address_class *c, guint8 x[16],
                        gboolean inverse)
{
    (void)c;
    if (!inverse)
        map_teredo_flags(m, x);
    map_teredo_addresses(m, x, inverse);
    if (inverse)
        map_teredo_flags(m, x);
}

void address_map_v6(const struct address_map *m, guint8 x[16], gboolean inverse)
{
    static void (*const step[])(const struct address_map *, const struct address_class *, guint8 *,
                                gboolean) = {
        [CLASS_BITS] = step_bits,     [CLASS_HOST] = step_host,     [CLASS_SIX4] = step_host,
        [CLASS_EMBED4] = step_embed4, [CLASS_TEREDO] = step_teredo,
    };
    const struct address_class *c = class_table_find(m->table[SPACE_V6], x, 128);
    if (c->how == CLASS_FIXED)
        return;
    do
        step[c->how](m, c, x, inverse);
    while (class_table_find(m->table[SPACE_V6], x, 128) != c);
}

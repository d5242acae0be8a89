/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "address_class.h"

#include <math.h>

#include "address.h"

#define SPACE_BITS_MAX 128

struct row {
    const char *prefix;
    guint8 len;
    guint8 kept; /* 0: len */
    enum class_how how;
    gboolean plain;      /* also under addresses=cryptopan */
    gboolean all_scopes; /* stands for 16 rows, one for each multicast scope (RFC 4291 section 2.7) */
    const char *name;
};

#define PLAIN TRUE, FALSE
#define CLASS FALSE, FALSE
#define SCOPES FALSE, TRUE

/* IANA IPv4 Special-Purpose Address Registry (RFC 6890 and its updates), then the blocks of the
 * IPv4 Multicast Address Space Registry (RFC 5771). Single addresses have a meaning of their own and
 * nothing to permute: they stay. */
static const struct row rows_v4[] = {
    {"0.0.0.0", 0, 0, CLASS_BITS, PLAIN, "ordinary"},
    {"0.0.0.0", 8, 0, CLASS_BITS, CLASS, "this-network"},
    {"0.0.0.0", 32, 0, CLASS_FIXED, PLAIN, "unspecified"},
    {"10.0.0.0", 8, 0, CLASS_BITS, CLASS, "private-use-10"},
    {"100.64.0.0", 10, 0, CLASS_BITS, CLASS, "shared"},
    {"127.0.0.0", 8, 0, CLASS_FIXED, CLASS, "loopback"},
    {"169.254.0.0", 16, 0, CLASS_BITS, CLASS, "link-local"},
    {"172.16.0.0", 12, 0, CLASS_BITS, CLASS, "private-use-172"},
    {"192.0.0.0", 24, 0, CLASS_BITS, CLASS, "ietf-protocol"},
    {"192.0.0.0", 29, 0, CLASS_BITS, CLASS, "service-continuity"},
    {"192.0.0.8", 32, 0, CLASS_FIXED, CLASS, "dummy"},
    {"192.0.0.9", 32, 0, CLASS_FIXED, CLASS, "pcp-anycast"},
    {"192.0.0.10", 32, 0, CLASS_FIXED, CLASS, "turn-anycast"},
    {"192.0.0.170", 31, 0, CLASS_FIXED, CLASS, "nat64-discovery"},
    {"192.0.2.0", 24, 0, CLASS_BITS, CLASS, "documentation-192"},
    {"192.31.196.0", 24, 0, CLASS_BITS, CLASS, "as112"},
    {"192.52.193.0", 24, 0, CLASS_BITS, CLASS, "amt"},
    {"192.88.99.0", 24, 0, CLASS_BITS, CLASS, "6to4-relay"},
    {"192.88.99.2", 32, 0, CLASS_FIXED, CLASS, "6a44-relay"},
    {"192.168.0.0", 16, 0, CLASS_BITS, CLASS, "private-use-192"},
    {"192.175.48.0", 24, 0, CLASS_BITS, CLASS, "as112-direct"},
    {"198.18.0.0", 15, 0, CLASS_BITS, CLASS, "benchmarking"},
    {"198.51.100.0", 24, 0, CLASS_BITS, CLASS, "documentation-198"},
    {"203.0.113.0", 24, 0, CLASS_BITS, CLASS, "documentation-203"},
    {"224.0.0.0", 4, 0, CLASS_BITS, CLASS, "multicast"},
    {"224.0.0.0", 24, 0, CLASS_FIXED, CLASS, "multicast-local-control"},
    {"224.0.1.0", 24, 0, CLASS_FIXED, CLASS, "multicast-internetwork-control"}, /* 224.0.1.75: SIP */
    {"232.0.0.0", 8, 0, CLASS_BITS, CLASS, "multicast-source-specific"},
    {"233.0.0.0", 8, 0, CLASS_BITS, CLASS, "multicast-glop"},
    {"234.0.0.0", 8, 0, CLASS_BITS, CLASS, "multicast-unicast-prefix"},
    {"239.0.0.0", 8, 0, CLASS_BITS, CLASS, "multicast-administrative"},
    {"239.192.0.0", 14, 0, CLASS_BITS, CLASS, "multicast-organization"},
    {"239.255.0.0", 16, 0, CLASS_BITS, CLASS, "multicast-site"},
    {"239.255.255.250", 32, 0, CLASS_FIXED, CLASS, "multicast-ssdp"},
    {"240.0.0.0", 4, 0, CLASS_BITS, CLASS, "reserved"},
    {"255.255.255.255", 32, 0, CLASS_FIXED, PLAIN, "limited-broadcast"},
};

/* IANA IPv6 Special-Purpose Address Registry (RFC 6890 and its updates up to RFC 9780) and RFC 4291. Two rows
 * are `ordinary`: what IANA delegates is 2000::/3, and an image outside would be an address that nobody can
 * have. All real link-local addresses are in fe80::/64; the rest of the /10 must be zero and is a row of its
 * own. fc00::/7 is two rows because nobody has fc00::/8. Groups stay where IANA assigned them for good (flags
 * 0) and the group id has 16 bits, or is one of 1:0 to 1:7 (DHCP, LLMNR ...); solicited-node and
 * node-information groups hold 24 bits of an address or of a name's hash and are mapped. */
static const struct row rows_v6[] = {
    {"::", 0, 0, CLASS_HOST, PLAIN, "ordinary"},
    {"::", 128, 0, CLASS_FIXED, PLAIN, "unspecified"},
    {"::1", 128, 0, CLASS_FIXED, CLASS, "loopback"},
    {"::ffff:0:0", 96, 0, CLASS_EMBED4, PLAIN, "ipv4-mapped"},
    {"64:ff9b::", 96, 0, CLASS_EMBED4, PLAIN, "nat64"},
    {"64:ff9b:1::", 48, 0, CLASS_HOST, CLASS, "nat64-local"},
    {"100::", 64, 0, CLASS_HOST, CLASS, "discard"},
    {"100:0:0:1::", 64, 0, CLASS_HOST, CLASS, "dummy"},
    {"2000::", 3, 0, CLASS_HOST, CLASS, "ordinary"},
    {"2001::", 23, 0, CLASS_HOST, CLASS, "ietf-protocol"},
    {"2001::", 32, 0, CLASS_TEREDO, PLAIN, "teredo"},
    {"2001:1::1", 128, 0, CLASS_FIXED, CLASS, "pcp-anycast"},
    {"2001:1::2", 128, 0, CLASS_FIXED, CLASS, "turn-anycast"},
    {"2001:1::3", 128, 0, CLASS_FIXED, CLASS, "dns-sd-anycast"},
    {"2001:2::", 48, 0, CLASS_HOST, CLASS, "benchmarking"},
    {"2001:3::", 32, 0, CLASS_HOST, CLASS, "amt"},
    {"2001:4:112::", 48, 0, CLASS_HOST, CLASS, "as112"},
    {"2001:10::", 28, 0, CLASS_HOST, CLASS, "orchid"},
    {"2001:20::", 28, 0, CLASS_HOST, CLASS, "orchid-v2"},
    {"2001:30::", 28, 0, CLASS_HOST, CLASS, "drone-remote-id"},
    {"2001:db8::", 32, 0, CLASS_HOST, CLASS, "documentation-2001"},
    {"2002::", 16, 48, CLASS_SIX4, PLAIN, "6to4"},
    {"2620:4f:8000::", 48, 0, CLASS_HOST, CLASS, "as112-direct"},
    {"3fff::", 20, 0, CLASS_HOST, CLASS, "documentation-3fff"},
    {"5f00::", 16, 0, CLASS_HOST, CLASS, "segment-routing"},
    {"fc00::", 8, 0, CLASS_HOST, CLASS, "unique-local"},
    {"fd00::", 8, 0, CLASS_HOST, CLASS, "unique-local"},
    {"fe80::", 10, 0, CLASS_HOST, CLASS, "link-local"},
    {"fe80::", 64, 0, CLASS_HOST, CLASS, "link-local"},
    {"ff00::", 8, 16, CLASS_BITS, CLASS, "multicast"}, /* flags and scope stay */
    {"ff00::", 112, 0, CLASS_FIXED, SCOPES, "multicast-well-known"},
    {"ff00::1:0", 125, 0, CLASS_FIXED, SCOPES, "multicast-well-known"},
    {"ff02::1:ff00:0", 104, 0, CLASS_BITS, CLASS, "multicast-solicited-node"},
    {"ff02::2:ff00:0", 104, 0, CLASS_BITS, CLASS, "multicast-node-information"},
};

/* IEEE 802 group addresses and RFC 1112, 2464. What belongs to a group that stays, stays. A MAC tells
 * only a part of its group's address, so its image cannot follow the group's; where it can (IPv6
 * solicited-node, all 24 bits) it does. All zeros is no address: loopback and "not known". */
static const struct row rows_mac[] = {
    {"00:00:00:00:00:00", 0, 2, CLASS_BITS, PLAIN, "mac"}, /* group and local bit stay */
    {"00:00:00:00:00:00", 48, 0, CLASS_FIXED, PLAIN, "unspecified"},
    {"ff:ff:ff:ff:ff:ff", 48, 0, CLASS_FIXED, PLAIN, "broadcast"},
    {"01:80:c2:00:00:00", 24, 0, CLASS_FIXED, PLAIN, "ieee-group"},
    {"01:00:0c:cc:cc:cc", 47, 0, CLASS_FIXED, PLAIN, "cisco-group"},
    {"01:00:5e:00:00:00", 25, 0, CLASS_BITS, PLAIN, "ipv4-group"},
    {"01:00:5e:00:00:00", 39, 0, CLASS_FIXED, PLAIN, "ipv4-group-well-known"}, /* 224.0.0/24, 224.0.1/24 */
    {"01:00:5e:7f:ff:fa", 48, 0, CLASS_FIXED, PLAIN, "ipv4-group-well-known"}, /* 239.255.255.250 */
    {"33:33:00:00:00:00", 16, 0, CLASS_BITS, PLAIN, "ipv6-group"},
    {"33:33:00:00:00:00", 32, 0, CLASS_FIXED, PLAIN, "ipv6-group-well-known"},
    {"33:33:00:01:00:00", 45, 0, CLASS_FIXED, PLAIN, "ipv6-group-well-known"},
    {"33:33:ff:00:00:00", 24, 0, CLASS_SOLICITED, PLAIN, "ipv6-group-solicited-node"},
};

static const struct space {
    const struct row *rows;
    gsize n;
    guint bits;
} spaces[] = {
    [SPACE_V4] = {rows_v4, G_N_ELEMENTS(rows_v4), 32},
    [SPACE_V6] = {rows_v6, G_N_ELEMENTS(rows_v6), 128},
    [SPACE_MAC] = {rows_mac, G_N_ELEMENTS(rows_mac), 48},
};

struct class_table {
    enum class_space space;
    GArray *classes; /* struct address_class; after class_table_finish the longest prefix first */
    GArray *keep;    /* struct address_class: the user's networks */
    guint from[SPACE_BITS_MAX + 1]; /* index of the first class with a prefix of at most so many bits */
};

G_DEFINE_QUARK(sianto-address-error-quark, sianto_address_error)

void mac_to_class(const guint8 mac[6], guint8 addr[16])
{
    memset(addr, 0, 16);
    memcpy(addr, mac, 6);
    addr[0] = (guint8)(mac[0] << 6 | mac[0] >> 2);
}

void mac_from_class(const guint8 addr[16], guint8 mac[6])
{
    memcpy(mac, addr, 6);
    mac[0] = (guint8)(addr[0] >> 6 | addr[0] << 2);
}

static void mac_parse(const char *text, guint8 addr[16])
{
    guint8 mac[6];
    for (guint i = 0; i < 6; i++)
        mac[i] = (guint8)(g_ascii_xdigit_value(text[3 * i]) << 4 | g_ascii_xdigit_value(text[3 * i + 1]));
    mac_to_class(mac, addr);
}

static void row_address(enum class_space space, const char *text, guint8 addr[16])
{
    gboolean ok = TRUE;
    memset(addr, 0, 16);
    if (space == SPACE_V4)
        ok = address4_parse(bytes_of(text), addr);
    else if (space == SPACE_V6)
        ok = address6_parse(bytes_of(text), addr);
    else
        mac_parse(text, addr);
    g_assert(ok);
}

static void words_of(const guint8 addr[16], guint64 word[2])
{
    memcpy(word, addr, 16);
    word[0] = GUINT64_FROM_BE(word[0]);
    word[1] = GUINT64_FROM_BE(word[1]);
}

static guint64 high_bits(guint n)
{
    return n >= 64 ? G_MAXUINT64 : ~(G_MAXUINT64 >> n);
}

static void cut_prefix(struct address_class *c, guint len)
{
    c->len = (guint8)len;
    c->mask[0] = high_bits(MIN(len, 64u));
    c->mask[1] = high_bits(MAX(len, 64u) - 64);
    c->prefix[0] &= c->mask[0];
    c->prefix[1] &= c->mask[1];
}

static struct address_class make_class(const guint8 addr[16], guint len, guint kept, enum class_how how,
                                       const char *name)
{
    struct address_class c = {.name = name, .kept = (guint8)MAX(len, kept), .how = how};
    words_of(addr, c.prefix);
    cut_prefix(&c, len);
    return c;
}

static gboolean holds(const struct address_class *c, const guint64 word[2])
{
    return (((word[0] ^ c->prefix[0]) & c->mask[0]) | ((word[1] ^ c->prefix[1]) & c->mask[1])) == 0;
}

/* `inner` lies in `outer`, or is the same. */
static gboolean encloses(const struct address_class *outer, const struct address_class *inner)
{
    return outer->len <= inner->len && holds(outer, inner->prefix);
}

static void add_row(struct class_table *t, const struct row *row)
{
    guint8 addr[16];
    row_address(t->space, row->prefix, addr);
    for (guint8 scope = 0; scope < (row->all_scopes ? 16 : 1); scope++) {
        guint8 scoped[16];
        memcpy(scoped, addr, 16);
        scoped[1] |= scope;
        struct address_class c = make_class(scoped, row->len, row->kept, row->how, row->name);
        g_array_append_val(t->classes, c);
    }
}

struct class_table *class_table_new(enum class_space space, gboolean plain)
{
    struct class_table *t = g_new0(struct class_table, 1);
    t->space = space;
    t->classes = g_array_new(FALSE, FALSE, sizeof(struct address_class));
    t->keep = g_array_new(FALSE, FALSE, sizeof(struct address_class));
    for (gsize i = 0; i < spaces[space].n; i++)
        if (!plain || spaces[space].rows[i].plain)
            add_row(t, &spaces[space].rows[i]);
    return t;
}

void class_table_free(struct class_table *t)
{
    if (!t)
        return;
    g_array_unref(t->classes);
    g_array_unref(t->keep);
    g_free(t);
}

static const struct address_class *class_at(const GArray *classes, guint i)
{
    return &g_array_index(classes, struct address_class, i);
}

void class_table_keep(struct class_table *t, const struct network *net)
{
    struct address_class c = make_class(net->addr, net->len, net->len, CLASS_FIXED, "keep");
    g_array_append_val(t->keep, c);
}

static gint longest_first(gconstpointer a, gconstpointer b)
{
    const struct address_class *x = a, *y = b;
    return (gint)y->len - (gint)x->len;
}

/* In order of addresses; of networks that begin alike the largest first. */
static gint by_prefix(gconstpointer a, gconstpointer b)
{
    const struct address_class *x = a, *y = b;
    for (guint i = 0; i < 2; i++)
        if (x->prefix[i] != y->prefix[i])
            return x->prefix[i] < y->prefix[i] ? -1 : 1;
    return (gint)x->len - (gint)y->len;
}

static struct address_class parent_of(const struct address_class *c)
{
    struct address_class parent = *c;
    parent.kept = (guint8)(c->len - 1);
    cut_prefix(&parent, parent.kept);
    return parent;
}

static gboolean are_siblings(const struct address_class *a, const struct address_class *b)
{
    if (a->len != b->len || a->len == 0)
        return FALSE;
    struct address_class parent = parent_of(a);
    return encloses(&parent, b);
}

/* The fewest networks that hold the same addresses: one in another goes, two halves become one. */
static void join_keep(struct class_table *t)
{
    GArray *joined = g_array_new(FALSE, FALSE, sizeof(struct address_class));
    g_array_sort(t->keep, by_prefix);
    for (guint i = 0; i < t->keep->len; i++) {
        struct address_class c = *class_at(t->keep, i);
        if (joined->len && encloses(class_at(joined, joined->len - 1), &c))
            continue;
        while (joined->len && are_siblings(class_at(joined, joined->len - 1), &c)) {
            c = parent_of(&c);
            g_array_set_size(joined, joined->len - 1);
        }
        g_array_append_val(joined, c);
    }
    g_array_unref(t->keep);
    t->keep = joined;
}

static gboolean is_kept(const struct class_table *t, const struct address_class *c)
{
    for (guint i = 0; i < t->keep->len; i++)
        if (encloses(class_at(t->keep, i), c))
            return TRUE;
    return FALSE;
}

/* One table of both, without what a keep= network encloses. */
static void merge_keep(struct class_table *t)
{
    join_keep(t);
    for (guint i = t->classes->len; i-- > 0;)
        if (is_kept(t, class_at(t->classes, i)))
            g_array_remove_index_fast(t->classes, i);
    if (t->keep->len)
        g_array_append_vals(t->classes, t->keep->data, t->keep->len);
    g_array_sort(t->classes, longest_first);
}

static void index_lengths(struct class_table *t)
{
    guint i = 0;
    for (guint len = SPACE_BITS_MAX + 1; len-- > 0;) {
        while (i < t->classes->len && class_at(t->classes, i)->len > len)
            i++;
        t->from[len] = i;
    }
}

/* The share of classes[at] that the classes directly in it take. Mapping leaves the first `kept` bits
 * alone, so the share is that of a block of so many bits, as if all of them lay in one. A class that
 * is a whole block takes nothing from the others. */
static double share_taken(const struct class_table *t, guint at)
{
    double taken = 0;
    const struct address_class *outer = class_at(t->classes, at);
    for (guint i = 0; i < at; i++) {
        const struct address_class *c = class_at(t->classes, i);
        gboolean direct = c->len > outer->kept && encloses(outer, c);
        for (guint k = i + 1; direct && k < at; k++)
            direct = !encloses(class_at(t->classes, k), c);
        if (direct)
            taken += ldexp(1, outer->kept - c->len);
    }
    return taken;
}

static gboolean all_have_room(const struct class_table *t, GError **error)
{
    for (guint i = 0; i < t->classes->len; i++) {
        const struct address_class *c = class_at(t->classes, i);
        if (c->how == CLASS_FIXED || 1 - share_taken(t, i) >= 1.0 / CLASS_WALK_MAX)
            continue;
        g_set_error(
            error, SIANTO_ADDRESS_ERROR, ADDRESS_ERROR_ROOM,
            "the keep= networks leave less than 1 of %d addresses of the class %s: name all of it or less",
            CLASS_WALK_MAX, c->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean embeds_ipv4(enum class_how how)
{
    return how == CLASS_EMBED4 || how == CLASS_SIX4 || how == CLASS_TEREDO;
}

/* There the IPv4 function maps, whose classes are others than the network's: it could neither stay
 * among them nor be walked around. */
static gboolean none_embedded(const struct class_table *t, GError **error)
{
    for (guint i = 0; i < t->keep->len; i++)
        for (guint k = 0; k < t->classes->len; k++) {
            const struct address_class *c = class_at(t->classes, k);
            if (!embeds_ipv4(c->how) || !encloses(c, class_at(t->keep, i)))
                continue;
            g_set_error(error, SIANTO_ADDRESS_ERROR, ADDRESS_ERROR_NETWORK,
                        "keep= has an IPv6 network inside %s: name the IPv4 network that it embeds", c->name);
            return FALSE;
        }
    return TRUE;
}

gboolean class_table_finish(struct class_table *t, GError **error)
{
    if (t->keep->len > CLASS_KEEP_MAX) {
        g_set_error(error, SIANTO_ADDRESS_ERROR, ADDRESS_ERROR_NETWORK,
                    "keep= names more than %d networks: name larger ones", CLASS_KEEP_MAX);
        return FALSE;
    }
    merge_keep(t);
    index_lengths(t);
    return none_embedded(t, error) && all_have_room(t, error);
}

const struct address_class *class_table_find(const struct class_table *t, const guint8 addr[16],
                                             guint longest)
{
    guint64 word[2];
    words_of(addr, word);
    guint i = t->from[longest];
    while (i + 1 < t->classes->len && !holds(class_at(t->classes, i), word))
        i++; /* the last class is the whole space */
    return class_at(t->classes, i);
}

static gboolean no_network(GError **error, const char *what)
{
    g_set_error(error, SIANTO_ADDRESS_ERROR, ADDRESS_ERROR_NETWORK,
                "%s; write it as 192.0.2.0/24 or 2001:db8::/32", what);
    return FALSE;
}

static void unmap_network(struct network *net)
{
    static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (net->space != SPACE_V6 || net->len < 96 || memcmp(net->addr, mapped, sizeof mapped) != 0)
        return;
    memmove(net->addr, net->addr + 12, 4);
    memset(net->addr + 4, 0, 12);
    net->len -= 96;
    net->space = SPACE_V4;
}

static gboolean host_bits_clear(const struct network *net)
{
    guint64 word[2];
    struct address_class c = make_class(net->addr, net->len, 0, CLASS_FIXED, "");
    words_of(net->addr, word);
    return word[0] == c.prefix[0] && word[1] == c.prefix[1];
}

gboolean network_parse(struct network *net, const char *text, GError **error)
{
    struct bytes all = bytes_trim(bytes_of(text));
    gsize slash = bytes_chr(all, '/');
    struct bytes addr = bytes_sub(all, 0, slash);
    memset(net, 0, sizeof *net);
    if (address4_parse(addr, net->addr))
        net->space = SPACE_V4;
    else if (address6_parse(addr, net->addr))
        net->space = SPACE_V6;
    else
        return no_network(error, "is no IP address");
    guint64 len = spaces[net->space].bits;
    if (slash != NOT_FOUND && !bytes_number(bytes_from(all, slash + 1), len, &len))
        return no_network(error, "has a wrong prefix length");
    net->len = (guint)len;
    if (!host_bits_clear(net))
        return no_network(error, "has bits set behind its prefix");
    unmap_network(net);
    return TRUE;
}

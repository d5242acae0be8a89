/* Addresses as the rest of the core sees them: caches and counts before address_map.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "address.h"

#include "address_map.h"
#include "hash.h"

/* Direct-mapped: one look, no chains, a newcomer takes the place. Rows are powers of two; together
 * 3.4 MiB, whatever the capture holds. Originals mapped again after they lost their place cost one
 * mapping more, nothing else. */
#define V4_ROWS_LOG2 16
#define V6_ROWS_LOG2 16
#define MAC_ROWS_LOG2 12

struct row_v4 {
    guint32 in, out; /* as they lie in memory */
    gboolean used;
};

struct row_v6 {
    guint64 in[2], out[2];
    gboolean used;
};

struct row_mac {
    guint8 in[6], out[6];
    gboolean used;
};

struct addresses {
    struct address_map *map;
    struct row_v4 *v4;
    struct row_v6 *v6;
    struct row_mac *mac;
    gboolean reversed;
    GHashTable *seen; /* struct seen, its own value */
    struct hash_key hash_key;
};

/* An address that was mapped; IPv4 as ::ffff:a.b.c.d, so both spellings are one. */
struct seen {
    guint hash; /* keyed: whoever writes a capture cannot aim at one chain */
    guint8 addr[16];
};

static guint seen_hash(gconstpointer p)
{
    return ((const struct seen *)p)->hash;
}

static gboolean seen_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(((const struct seen *)a)->addr, ((const struct seen *)b)->addr, 16) == 0;
}

static GArray *parse_networks(const char *const *texts, GError **error)
{
    GArray *keep = g_array_new(FALSE, FALSE, sizeof(struct network));
    for (guint i = 0; texts && texts[i]; i++) {
        struct network net;
        if (!network_parse(&net, texts[i], error)) {
            g_prefix_error(error, "keep=: network %u ", i + 1);
            g_array_unref(keep);
            return NULL;
        }
        g_array_append_val(keep, net);
    }
    return keep;
}

static void set_hash_key(struct addresses *a, const struct key *key)
{
    guint8 subkey[KEY_BYTES];
    key_subkey(key, "address/hash", subkey);
    memcpy(&a->hash_key, subkey, sizeof a->hash_key);
    key_wipe(subkey, sizeof subkey);
}

struct addresses *addresses_new(const struct key *key, enum address_mode mode,
                                const char *const *keep_networks, GError **error)
{
    GArray *keep = parse_networks(keep_networks, error);
    if (!keep)
        return NULL;
    struct address_map *map = address_map_new(key, mode, keep, error);
    g_array_unref(keep);
    if (!map)
        return NULL;
    struct addresses *a = g_new0(struct addresses, 1);
    a->map = map;
    a->v4 = g_new0(struct row_v4, 1u << V4_ROWS_LOG2);
    a->v6 = g_new0(struct row_v6, 1u << V6_ROWS_LOG2);
    a->mac = g_new0(struct row_mac, 1u << MAC_ROWS_LOG2);
    a->seen = g_hash_table_new_full(seen_hash, seen_equal, g_free, NULL);
    set_hash_key(a, key);
    return a;
}

void addresses_free(struct addresses *a)
{
    if (!a)
        return;
    address_map_free(a->map);
    g_free(a->v4);
    g_free(a->v6);
    g_free(a->mac);
    g_hash_table_unref(a->seen);
    g_free(a);
}

void addresses_reverse(struct addresses *a)
{
    a->reversed = TRUE;
}

static void count(struct addresses *a, const guint8 addr[16])
{
    struct seen *s = g_new(struct seen, 1);
    memcpy(s->addr, addr, 16);
    s->hash = (guint)hash_bytes(&a->hash_key, (struct bytes){addr, 16});
    g_hash_table_add(a->seen, s);
}

static void count_v4(struct addresses *a, const guint8 addr[4])
{
    guint8 mapped[16] = {[10] = 0xff, [11] = 0xff};
    memcpy(mapped + 12, addr, 4);
    count(a, mapped);
}

/* Fibonacci hashing: the highest bits of a product depend on all bits of the factor. */
static guint row_of(guint64 v, guint rows_log2)
{
    return (guint)((v * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) >> (64 - rows_log2));
}

void addresses_map4(struct addresses *a, const guint8 in[4], guint8 out[4])
{
    guint32 v;
    memcpy(&v, in, 4);
    struct row_v4 *row = &a->v4[row_of(v, V4_ROWS_LOG2)];
    if (!row->used || row->in != v) {
        guint8 addr[4];
        memcpy(addr, in, 4);
        count_v4(a, addr);
        address_map_v4(a->map, addr, a->reversed);
        *row = (struct row_v4){.in = v, .used = TRUE};
        memcpy(&row->out, addr, 4);
    }
    memcpy(out, &row->out, 4);
}

void addresses_map6(struct addresses *a, const guint8 in[16], guint8 out[16])
{
    guint64 v[2];
    memcpy(v, in, 16);
    struct row_v6 *row = &a->v6[row_of(v[0] ^ hash_rotate(v[1], 29), V6_ROWS_LOG2)];
    if (!row->used || row->in[0] != v[0] || row->in[1] != v[1]) {
        guint8 addr[16];
        memcpy(addr, in, 16);
        count(a, addr);
        address_map_v6(a->map, addr, a->reversed);
        *row = (struct row_v6){.in = {v[0], v[1]}, .used = TRUE};
        memcpy(row->out, addr, 16);
    }
    memcpy(out, row->out, 16);
}

void addresses_map_mac(struct addresses *a, const guint8 in[6], guint8 out[6])
{
    guint64 v = 0;
    memcpy(&v, in, 6);
    struct row_mac *row = &a->mac[row_of(v, MAC_ROWS_LOG2)];
    if (!row->used || memcmp(row->in, in, 6) != 0) {
        memcpy(row->in, in, 6);
        memcpy(row->out, in, 6);
        address_map_mac(a->map, row->out, a->reversed);
        row->used = TRUE;
    }
    memcpy(out, row->out, 6);
}

void addresses_unmap4(struct addresses *a, const guint8 in[4], guint8 out[4])
{
    memmove(out, in, 4);
    address_map_v4(a->map, out, TRUE);
}

void addresses_unmap6(struct addresses *a, const guint8 in[16], guint8 out[16])
{
    memmove(out, in, 16);
    address_map_v6(a->map, out, TRUE);
}

void addresses_unmap_mac(struct addresses *a, const guint8 in[6], guint8 out[6])
{
    memmove(out, in, 6);
    address_map_mac(a->map, out, TRUE);
}

const char *addresses_class4(const struct addresses *a, const guint8 in[4])
{
    return address_map_class(a->map, SPACE_V4, in)->name;
}

const char *addresses_class6(const struct addresses *a, const guint8 in[16])
{
    return address_map_class(a->map, SPACE_V6, in)->name;
}

guint addresses_count(const struct addresses *a)
{
    return g_hash_table_size(a->seen);
}

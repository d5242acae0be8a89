/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

static gsize address_bytes(const struct endpoint *e)
{
    return e->family == 4 ? 4 : e->family == 6 ? 16 : 0;
}

gint endpoint_compare(const struct endpoint *a, const struct endpoint *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    gint order = memcmp(a->addr, b->addr, address_bytes(a));
    return order ? order : (gint)a->port - (gint)b->port;
}

static void clear_host(gpointer item)
{
    struct host *host = item;
    g_free(host->register_ports);
    g_free(host->request_ports);
}

void hosts_init(struct hosts *h)
{
    ids_init(&h->ids, STORM_HOSTS_MAX);
    ids_init(&h->pair_ids, STORM_PAIRS_MAX);
    h->host = g_array_new(FALSE, FALSE, sizeof(struct host));
    h->pair = g_array_new(FALSE, FALSE, sizeof(struct pair));
    g_array_set_clear_func(h->host, clear_host);
}

void hosts_clear(struct hosts *h)
{
    ids_clear(&h->ids);
    ids_clear(&h->pair_ids);
    g_clear_pointer(&h->host, g_array_unref);
    g_clear_pointer(&h->pair, g_array_unref);
}

#define NAME_BYTES 19 /* family, address, port */

static gsize write_name(guint8 *out, const struct endpoint *e, guint16 port)
{
    gsize n = address_bytes(e);
    out[0] = e->family;
    put_u16be(out + 1, port);
    memcpy(out + 3, e->addr, n);
    return n + 3;
}

guint32 hosts_add(struct hosts *h, const struct hash_key *key, const struct endpoint *e)
{
    guint8 name[NAME_BYTES];
    gsize n = address_bytes(e);
    gboolean fresh;
    if (n == 0)
        return HOST_NONE;
    guint32 id =
        ids_add(&h->ids, hash_bytes(key, (struct bytes){name, write_name(name, e, e->port)}), &fresh);
    if (fresh) {
        struct host host = {.address = {.family = e->family, .port = e->port}, .slot = -1};
        memcpy(host.address.addr, e->addr, n);
        g_array_append_val(h->host, host);
    }
    return id;
}

guint32 hosts_find(const struct hosts *h, const struct hash_key *key, const struct endpoint *e)
{
    guint8 name[NAME_BYTES];
    if (address_bytes(e) == 0)
        return HOST_NONE;
    return ids_find(&h->ids, hash_bytes(key, (struct bytes){name, write_name(name, e, e->port)}));
}

guint hosts_seen(const struct hosts *h)
{
    guint n = 0;
    for (guint i = 0; i < h->host->len; i++)
        n += hosts_at(h, i)->seen;
    return n;
}

static gboolean same_address(const struct endpoint *a, const struct endpoint *b)
{
    return a->family == b->family && memcmp(a->addr, b->addr, address_bytes(a)) == 0;
}

/* One look-up for both ends: most messages come from a pair that is known. */
struct pair *hosts_pair(struct hosts *h, const struct hash_key *key, const struct sip_event *e,
                        gboolean by_port, gboolean *fresh)
{
    guint8 names[2 * NAME_BYTES];
    gboolean ports = by_port || same_address(&e->src, &e->dst);
    gsize n = write_name(names, &e->src, ports ? e->src.port : 0);
    n += write_name(names + n, &e->dst, ports ? e->dst.port : 0);
    guint32 id = ids_add(&h->pair_ids, hash_bytes(key, (struct bytes){names, n}), fresh);
    if (*fresh) {
        struct pair pair = {.sport = ports ? e->src.port : 0, .dport = ports ? e->dst.port : 0};
        g_array_append_val(h->pair, pair);
    }
    return id == IDS_NONE ? NULL : &g_array_index(h->pair, struct pair, id);
}

gboolean host_ports_has(const struct host_ports *ports, guint16 port)
{
    for (guint i = 0; ports && i < ports->n; i++)
        if (ports->port[i] == port)
            return TRUE;
    return FALSE;
}

void host_ports_add(struct host_ports **ports, guint16 port)
{
    if (host_ports_has(*ports, port))
        return;
    if (!*ports)
        *ports = g_new0(struct host_ports, 1);
    struct host_ports *p = *ports;
    if (p->n == STORM_PORTS_MAX && port > p->port[p->n - 1])
        return;
    guint at = p->n < STORM_PORTS_MAX ? p->n++ : p->n - 1;
    for (; at > 0 && p->port[at - 1] > port; at--)
        p->port[at] = p->port[at - 1];
    p->port[at] = port;
}

const struct host_ports *host_server_ports(const struct host *host)
{
    return host->register_ports ? host->register_ports : host->request_ports;
}

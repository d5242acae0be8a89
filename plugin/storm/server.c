/* Who is a server, and what follows from it: the essay is in storm.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define TRANSACTION_WINDOW_US (32 * G_GINT64_CONSTANT(1000000)) /* 64 * T1, RFC 3261 section 17 */
#define TRANSACTIONS_MAX (1u << 18)
#define LEAST_SHARE 10 /* of the largest: one tenth */

/* An address that may be listed. */
struct contender {
    guint32 host;
    guint64 size;
    guint sources;
};

void servers_init(struct servers *v, const struct storm_settings *settings)
{
    guint n = settings ? MIN(settings->n_servers, STORM_SERVERS_MAX) : 0;
    for (guint i = 0; i < n; i++)
        v->configured[i] = settings->servers[i];
    v->n_configured = n;
    ids_init(&v->clients, STORM_STRINGS_MAX);
    ids_init(&v->answered, STORM_STRINGS_MAX);
    recent_init(&v->transactions, TRANSACTION_WINDOW_US, TRANSACTIONS_MAX);
}

void servers_clear(struct servers *v)
{
    ids_clear(&v->clients);
    ids_clear(&v->answered);
    recent_clear(&v->transactions);
}

void servers_configure(struct storm *s)
{
    struct servers *v = &s->servers;
    for (guint i = 0; i < v->n_configured; i++) {
        v->configured_host[i] = hosts_add(&s->hosts, &s->key, &v->configured[i]);
        v->any_port |= v->configured[i].port != 0;
        v->by_register = TRUE;
        if (v->configured_host[i] == HOST_NONE)
            continue;
        hosts_at(&s->hosts, v->configured_host[i])->rank = RANK_CONFIGURED;
        series_admit(&s->series, &s->hosts, v->configured_host[i]);
    }
}

static guint32 host_of(struct storm *s, const struct endpoint *e)
{
    struct endpoint address = *e;
    address.port = 0;
    guint32 id = hosts_add(&s->hosts, &s->key, &address);
    if (id != HOST_NONE)
        hosts_at(&s->hosts, id)->seen = TRUE;
    for (guint i = 0; s->servers.any_port && i < s->servers.n_configured; i++)
        if (endpoint_compare(&s->servers.configured[i], e) == 0)
            return s->servers.configured_host[i];
    return id;
}

guint32 servers_find(const struct storm *s, const struct endpoint *e)
{
    struct endpoint address = *e;
    address.port = 0;
    for (guint i = 0; s->servers.any_port && i < s->servers.n_configured; i++)
        if (endpoint_compare(&s->servers.configured[i], e) == 0)
            return s->servers.configured_host[i];
    return hosts_find(&s->hosts, &s->key, &address);
}

void servers_ends(struct storm *s, const struct sip_event *e, guint32 *src, guint32 *dst)
{
    gboolean fresh;
    struct pair *pair = hosts_pair(&s->hosts, &s->key, e, s->servers.any_port, &fresh);
    if (!pair || fresh) {
        *src = host_of(s, &e->src);
        *dst = host_of(s, &e->dst);
    } else {
        *src = pair->src;
        *dst = pair->dst;
    }
    if (fresh) {
        pair->src = *src;
        pair->dst = *dst;
    }
    if (pair)
        pair->messages++;
}

/* --- one message ---------------------------------------------------------------------------------------- */

static void raise_rank(struct host *host, enum host_rank rank)
{
    host->rank = MAX(host->rank, rank);
}

/* 2xx: registered. 401, 407, 423: it decides who may, and for how long. */
static gboolean shows_registrar(guint status)
{
    return status / 100 == 2 || status == 401 || status == 407 || status == 423;
}

static void count_register(struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    guint32 id = e->request ? seen->dst : seen->src;
    if (id == HOST_NONE || (!e->request && !shows_registrar(e->status)))
        return;
    struct host *host = hosts_at(&s->hosts, id);
    guint64 client = fold(seen->client, id);
    if (seen->news) {
        host->clients += ids_fresh(&s->servers.clients, client);
        host->answered += !e->request && ids_fresh(&s->servers.answered, client);
    }
    host_ports_add(&host->register_ports, e->request ? e->dst.port : e->src.port);
    s->servers.by_register = TRUE;
    if (e->request) {
        host->receives = TRUE;
        raise_rank(host, RANK_RECEIVES);
    } else {
        host->answers = TRUE;
        raise_rank(host, RANK_ANSWERS);
    }
}

/* A transaction is known by source of the request, topmost branch, Call-ID, CSeq and the two ends; an ACK
 * is no transaction of its own. Counted only while no REGISTER has shown who serves. */
static void count_transaction(struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    guint64 none = 0, ends = (guint64)MIN(seen->src, seen->dst) << 32 | MAX(seen->src, seen->dst);
    if (s->servers.by_register || seen->method == METHOD_ACK)
        return;
    guint64 key = fold(fold(seen->call, seen->branch), e->cseq);
    key = fold(fold(key, hash_bytes(&s->key, e->method)), ends);
    if (recent_seen(&s->servers.transactions, key, e->time_us, &none))
        return;
    if (seen->src != HOST_NONE)
        hosts_at(&s->hosts, seen->src)->transactions++;
    if (seen->dst != HOST_NONE && seen->dst != seen->src)
        hosts_at(&s->hosts, seen->dst)->transactions++;
}

static void count_host(struct storm *s, const struct seen *seen)
{
    struct host *src = hosts_at(&s->hosts, seen->src), *dst = hosts_at(&s->hosts, seen->dst);
    if (src)
        src->messages++;
    if (dst && dst != src)
        dst->messages++;
    if (dst && seen->event->request && seen->method != METHOD_REGISTER)
        host_ports_add(&dst->request_ports, seen->event->dst.port);
}

/* Is this end, of two with the same address, the one that serves? Nobody knows: both. */
static gboolean port_serves(const struct host *host, guint16 port)
{
    const struct host_ports *ports = host_server_ports(host);
    return !ports || host_ports_has(ports, port);
}

static void count_bin(struct storm_bin *bin, const struct seen *seen, gboolean to, gboolean from)
{
    const struct sip_event *e = seen->event;
    if (!bin)
        return;
    bin->total++;
    bin->to += to;
    bin->from += from;
    bin->reg += to && e->request && seen->method == METHOD_REGISTER;
    bin->answers += from && !e->request;
    bin->status_5xx += from && !e->request && e->status / 100 == 5;
}

static void count_kind(struct storm *s, const struct host *host, const struct seen *seen)
{
    struct candidate *c = series_candidate(&s->series, host);
    if (c)
        tally_count(&c->tally, seen);
}

static void count_series(struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    series_admit(&s->series, &s->hosts, seen->src);
    series_admit(&s->series, &s->hosts, seen->dst);
    struct host *src = hosts_at(&s->hosts, seen->src), *dst = hosts_at(&s->hosts, seen->dst);
    count_kind(s, src, seen);
    if (dst != src)
        count_kind(s, dst, seen);
    if (src && src == dst) {
        gboolean to = port_serves(dst, e->dst.port), from = port_serves(src, e->src.port);
        if (to || from)
            count_bin(series_bin(&s->series, dst, seen->second), seen, to, from);
        return;
    }
    count_bin(series_bin(&s->series, dst, seen->second), seen, TRUE, FALSE);
    count_bin(series_bin(&s->series, src, seen->second), seen, FALSE, TRUE);
}

void servers_event(struct storm *s, const struct seen *seen)
{
    count_host(s, seen);
    if (seen->method == METHOD_REGISTER)
        count_register(s, seen);
    count_transaction(s, seen);
    count_series(s, seen);
}

/* --- the end: who was it? ---------------------------------------------------------------------------------
 */

static gint compare_size(gconstpointer a, gconstpointer b, gpointer hosts)
{
    const struct contender *x = a, *y = b;
    const struct host *hx = hosts_at(hosts, x->host), *hy = hosts_at(hosts, y->host);
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    if (hx->messages != hy->messages)
        return hx->messages > hy->messages ? -1 : 1;
    return endpoint_compare(&hx->address, &hy->address);
}

static gint compare_sources(gconstpointer a, gconstpointer b, gpointer hosts)
{
    struct contender x = *(const struct contender *)a, y = *(const struct contender *)b;
    x.size = x.sources;
    y.size = y.sources;
    return compare_size(&x, &y, hosts);
}

/* What makes an address a server in this capture; 0: nothing. */
static guint64 size_of(const struct host *host, enum host_rank by)
{
    switch (by) {
    case RANK_ANSWERS:
        return host->answers ? host->answered : 0;
    case RANK_RECEIVES:
        return host->receives ? host->clients : 0;
    case RANK_NONE:
        return host->transactions;
    case RANK_CONFIGURED:
        break;
    }
    return 0;
}

static enum host_rank judged_by(const struct hosts *hosts)
{
    enum host_rank by = RANK_NONE;
    for (guint i = 0; i < hosts->host->len; i++) {
        const struct host *host = hosts_at(hosts, i);
        by = MAX(by, host->answers ? RANK_ANSWERS : host->receives ? RANK_RECEIVES : RANK_NONE);
    }
    return by;
}

static void add_contender(GArray *list, guint32 host, guint64 size)
{
    struct contender c = {.host = host, .size = size};
    g_array_append_val(list, c);
}

static GArray *find_servers(const struct storm *s)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct contender));
    enum host_rank by = judged_by(&s->hosts);
    for (guint i = 0; i < s->hosts.host->len; i++) {
        guint64 size = size_of(hosts_at(&s->hosts, i), by);
        if (size)
            add_contender(list, i, size);
    }
    g_array_sort_with_data(list, compare_size, (gpointer)&s->hosts);
    guint n = 0, most = by == RANK_NONE ? 1 : STORM_SERVERS_MAX;
    while (n < MIN(list->len, most) && g_array_index(list, struct contender, n).size * LEAST_SHARE >=
                                           g_array_index(list, struct contender, 0).size)
        n++;
    g_array_set_size(list, n);
    return list;
}

static GArray *listed_servers(const struct storm *s)
{
    if (!s->servers.n_configured)
        return find_servers(s);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct contender));
    struct ids once;
    ids_init(&once, STORM_SERVERS_MAX);
    for (guint i = 0; i < s->servers.n_configured; i++) {
        guint32 host = s->servers.configured_host[i];
        if (host != HOST_NONE && ids_fresh(&once, host))
            add_contender(list, host, 0);
    }
    ids_clear(&once);
    return list;
}

/* Index in the list, or -1. */
static gint listed(const GArray *list, guint32 host)
{
    for (guint i = 0; i < list->len; i++)
        if (g_array_index(list, struct contender, i).host == host)
            return (gint)i;
    return -1;
}

static guint64 *direction_of(struct storm_direction *d, gboolean from, gboolean to)
{
    if (from && to)
        return &d->internal;
    return to ? &d->to_server : from ? &d->from_server : &d->other;
}

/* One walk over all pairs: directions and sources. */
static void classify_pairs(struct storm *s, GArray *list)
{
    struct storm_direction *d = &s->result.direction;
    struct ids sources; /* (source, server) */
    guint64 known = 0;
    ids_init(&sources, STORM_PAIRS_MAX);
    for (guint i = 0; i < s->hosts.pair->len; i++) {
        const struct pair *p = &g_array_index(s->hosts.pair, struct pair, i);
        gint src = listed(list, p->src), dst = listed(list, p->dst);
        gboolean from = src >= 0, to = dst >= 0;
        if (p->src == p->dst && from) {
            const struct host *host = hosts_at(&s->hosts, p->src);
            from = port_serves(host, p->sport);
            to = port_serves(host, p->dport);
        }
        guint64 source = fold(fold(s->key.k0, p->src), (guint64)dst);
        if (to && (src != dst || !from) && p->src != HOST_NONE && ids_fresh(&sources, source))
            g_array_index(list, struct contender, dst).sources++;
        *direction_of(d, from, to) += p->messages;
        known += p->messages;
    }
    d->other += s->result.counted - known;
    ids_clear(&sources);
}

static void fill_server(struct storm_server *server, const struct host *host, guint sources)
{
    const struct host_ports *ports = host_server_ports(host);
    if (host->address.family == 4)
        address4_format(host->address.addr, server->label);
    else
        address6_format(host->address.addr, server->label);
    server->address = host->address;
    server->sources = sources;
    server->clients = host->clients;
    server->n_ports = ports ? ports->n : 0;
    if (ports)
        memcpy(server->ports, ports->port, ports->n * sizeof *ports->port);
    if (host->address.port) {
        server->n_ports = 1;
        server->ports[0] = host->address.port;
    }
}

void servers_result(struct storm *s)
{
    struct storm_result *r = &s->result;
    guint64 seconds = r->counted ? r->duration_us / 1000000 + 1 : 0;
    GArray *list = listed_servers(s);
    classify_pairs(s, list);
    g_array_sort_with_data(list, compare_sources, &s->hosts);
    r->n_servers = list->len;
    r->servers = g_new0(struct storm_server, list->len);
    r->series = g_new0(struct storm_series, list->len);
    s->listed = g_new0(struct candidate *, list->len);
    for (guint i = 0; i < list->len; i++) {
        const struct contender *c = &g_array_index(list, struct contender, i);
        const struct host *host = hosts_at(&s->hosts, c->host);
        fill_server(&r->servers[i], host, c->sources);
        s->listed[i] = series_candidate(&s->series, host);
        r->series[i] = series_view(s->listed[i], (guint)MIN(seconds, STORM_SERIES_MAX_S));
    }
    r->one_sided = r->direction.to_server && !r->direction.from_server && !r->direction.internal;
    g_array_unref(list);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

#define DUPLICATE_WINDOW_US 20000
#define DUPLICATES_MAX (1u << 16)
#define KNOWN_MAX (1u << 21)
#define OFFSET_MAX_US ((guint64)G_MAXINT64) /* leaves room for lifetimes */

G_DEFINE_QUARK(sianto-storm-error-quark, storm_error)

/* A key that whoever made the capture cannot know: names chosen to collide would make tables slow. No
 * number of a result depends on it. */
static guint64 random_word(void)
{
    return (guint64)g_random_int() << 32 | g_random_int();
}

struct storm *storm_new(const struct storm_settings *settings)
{
    struct storm *s = g_new0(struct storm, 1);
    s->key = (struct hash_key){random_word(), random_word()};
    recent_init(&s->duplicates, DUPLICATE_WINDOW_US, DUPLICATES_MAX);
    ids_init(&s->known, KNOWN_MAX);
    hosts_init(&s->hosts);
    series_init(&s->series);
    identities_init(&s->identities);
    servers_init(&s->servers, settings);
    transactions_init(s);
    sessions_init(&s->sessions);
    ids_init(&s->keepalive_pairs, STORM_PAIRS_MAX);
    s->result.private_names = settings && settings->private_names;
    servers_configure(s);
    return s;
}

void storm_free(struct storm *s)
{
    if (!s)
        return;
    recent_clear(&s->duplicates);
    ids_clear(&s->known);
    hosts_clear(&s->hosts);
    series_clear(&s->series);
    identities_clear(&s->identities);
    servers_clear(&s->servers);
    transactions_clear(&s->transactions);
    sessions_clear(&s->sessions);
    ids_clear(&s->keepalive_pairs);
    for (guint i = 0; i < s->result.n_servers; i++) {
        analysis_clear(&s->result.analyses[i]);
        g_free(s->curves[i]);
    }
    g_free(s->curves);
    g_free(s->listed);
    g_free(s->result.analyses);
    g_free(s->result.servers);
    g_free(s->result.series);
    g_free(s->result.families);
    g_free(s);
}

/* The same packet in another frame a moment ago. Several messages of one frame have one hash, and are
 * no duplicates of each other. */
static gboolean is_duplicate(struct storm *s, guint64 hash, gint64 time_us, guint64 frame)
{
    guint64 first = frame;
    guint64 key = fold(fold(s->key.k0, hash), s->key.k1);
    return hash && recent_seen(&s->duplicates, key, time_us, &first) && first != frame;
}

/* Microseconds since the first counted message; what comes later and is older counts there. */
static guint64 offset_us(struct storm_result *r, gint64 time_us)
{
    if (r->counted == 0)
        r->start_us = time_us;
    guint64 offset = time_us > r->start_us ? (guint64)time_us - (guint64)r->start_us : 0;
    offset = MIN(offset, OFFSET_MAX_US);
    r->duration_us = MAX(r->duration_us, offset);
    return offset;
}

/* Most messages name the same people, between the same ends, as one before. Whoever is in them was
 * counted then, so one look-up saves ten. Where the table is full, everything is news: slower, and still
 * right. */
static gboolean is_news(struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    guint64 all = fold(seen->client, seen->agent);
    if (!bytes_eq(e->from_aor, e->to_aor))
        all = fold(all, hash_bytes(&s->key, e->from_aor));
    if (e->request)
        all = fold(all, hash_bytes(&s->key, e->request_uri));
    for (guint i = 0; i < e->n_contacts; i++)
        all = fold(all, hash_bytes(&s->key, e->contacts[i].uri));
    all = fold(all, (guint64)seen->src << 32 | seen->dst);
    all = fold(all, (guint64)e->request << 63 | (guint64)e->n_contacts << 40 | (guint64)seen->method << 32 |
                        e->status);
    return ids_fresh(&s->known, all) || s->known.n == s->known.max;
}

void storm_event(struct storm *s, const struct sip_event *e)
{
    struct storm_result *r = &s->result;
    if (s->finished)
        return;
    if (is_duplicate(s, e->packet_hash, e->time_us, e->frame)) {
        r->duplicates++;
        return;
    }
    struct seen seen = {
        .event = e,
        .us = offset_us(r, e->time_us),
        .method = storm_method_of(e->method),
        .client = hash_bytes(&s->key, e->to_aor),
        .agent = hash_bytes(&s->key, e->user_agent),
        .call = hash_bytes(&s->key, e->call_id),
        .branch = hash_bytes(&s->key, e->branch),
    };
    seen.second = seen.us / 1000000;
    servers_ends(s, e, &seen.src, &seen.dst);
    seen.news = is_news(s, &seen);
    r->counted++;
    r->ignored_requests += e->request && e->ignored_fault;
    messages_count(&r->messages, e, seen.method);
    identities_event(&s->identities, &s->key, &seen);
    servers_event(s, &seen);
    transactions_event(s, &seen);
    keepalive_event(s, &seen);
    attempts_event(s, &seen);
    sessions_event(&s->sessions, &s->key, &seen);
}

/* What comes before the first message has no time in this capture. */
void storm_signal(struct storm *s, const struct sip_signal *signal)
{
    struct storm_result *r = &s->result;
    if (s->finished || !r->counted || signal->time_us < r->start_us ||
        is_duplicate(s, signal->packet_hash, signal->time_us, signal->frame))
        return;
    guint64 signal_us = MIN((guint64)signal->time_us - (guint64)r->start_us, OFFSET_MAX_US);
    if (signal->kind == SIGNAL_CRLF || signal->kind == SIGNAL_STUN)
        keepalive_signal(s, signal, servers_find(s, &signal->src), servers_find(s, &signal->dst));
    else if (attempts_signal(s, signal, signal_us))
        r->duration_us = MAX(r->duration_us, signal_us);
}

void storm_finish(struct storm *s)
{
    if (s->finished)
        return;
    s->finished = TRUE;
    s->result.identities.addresses = hosts_seen(&s->hosts);
    identities_result(&s->identities, &s->result);
    servers_result(s);
    analysis_result(s);
}

const struct storm_result *storm_result(const struct storm *s)
{
    return s->finished ? &s->result : NULL;
}

/* --- server=ADDR[:PORT],… ---------------------------------------------------------------------------- */

static gboolean parse_address(struct bytes text, struct endpoint *e)
{
    if (address4_parse(text, e->addr)) {
        e->family = 4;
        return TRUE;
    }
    if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        text = bytes_sub(text, 1, text.n - 2);
    e->family = 6;
    return address6_parse(text, e->addr);
}

static gboolean parse_server(struct bytes text, struct endpoint *e)
{
    gsize colon = bytes_rchr(text, ':');
    guint64 port;
    *e = (struct endpoint){.port = 0};
    if (parse_address(text, e))
        return TRUE;
    if (colon == NOT_FOUND || !bytes_number(bytes_from(text, colon + 1), G_MAXUINT16, &port) || port == 0)
        return FALSE;
    text = bytes_sub(text, 0, colon);
    e->port = (guint16)port;
    /* 2001:db8::1:5060 would be an address by itself: with a port, brackets are needed. */
    return (bytes_chr(text, ':') == NOT_FOUND || text.p[0] == '[') && parse_address(text, e);
}

GArray *storm_servers_parse(const char *text, GError **error)
{
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct endpoint));
    struct bytes rest = bytes_of(text);
    for (gsize at = 0; at <= rest.n;) {
        gsize comma = bytes_chr_from(rest, ',', at), end = comma == NOT_FOUND ? rest.n : comma;
        struct endpoint e;
        if (list->len == STORM_SERVERS_MAX) {
            g_set_error(error, STORM_ERROR, STORM_ERROR_SERVER, "more than %u servers", STORM_SERVERS_MAX);
            return NULL;
        }
        if (!parse_server(bytes_trim(bytes_sub(rest, at, end - at)), &e)) {
            g_set_error(error, STORM_ERROR, STORM_ERROR_SERVER,
                        "server %u is not ADDRESS, ADDRESS:PORT or [IPV6]:PORT", list->len + 1);
            return NULL;
        }
        g_array_append_val(list, e);
        at = end + 1;
    }
    return g_steal_pointer(&list);
}

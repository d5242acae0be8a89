/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

#include "label.h"

#define NAME_MAX_BYTES 255 /* longer ones are compared as they are written */

void identities_init(struct identities *t)
{
    ids_init(&t->users, STORM_STRINGS_MAX);
    ids_init(&t->domains, STORM_STRINGS_MAX);
    ids_init(&t->agents, STORM_STRINGS_MAX);
    ids_init(&t->family_clients, STORM_STRINGS_MAX);
    t->family_of = g_array_new(FALSE, FALSE, sizeof(gint32));
    t->families = g_array_new(FALSE, FALSE, sizeof(struct storm_family));
}

void identities_clear(struct identities *t)
{
    ids_clear(&t->users);
    ids_clear(&t->domains);
    ids_clear(&t->agents);
    ids_clear(&t->family_clients);
    g_clear_pointer(&t->family_of, g_array_unref);
    g_clear_pointer(&t->families, g_array_unref);
}

/* --- names ------------------------------------------------------------------------------------------ */

static void add_domain(struct identities *t, const struct hash_key *key, struct bytes host)
{
    guint8 lower[NAME_MAX_BYTES], address[4];
    if (host.n == 0 || host.p[0] == '[' || bytes_chr(host, ':') != NOT_FOUND || address4_parse(host, address))
        return;
    if (host.p[host.n - 1] == '.')
        host.n--;
    if (host.n <= sizeof lower) {
        for (gsize i = 0; i < host.n; i++)
            lower[i] = (guint8)g_ascii_tolower((gchar)host.p[i]);
        host.p = lower;
    }
    ids_add(&t->domains, hash_bytes(key, host), NULL);
}

/* Without parameters, and "+" is no part of a number (DESIGN section 5). */
static void add_user(struct identities *t, const struct hash_key *key, struct bytes user)
{
    gsize semicolon = bytes_chr(user, ';');
    if (semicolon != NOT_FOUND)
        user.n = semicolon;
    if (bytes_at(user, 0) == '+')
        user = bytes_from(user, 1);
    if (user.n)
        ids_add(&t->users, hash_bytes(key, user), NULL);
}

static gboolean is_number(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isdigit(b.p[i]) && !strchr("-.()", b.p[i]))
            return FALSE;
    return b.n > 0;
}

/* What stands behind sip:, or for itself: user@host:port, a host, or the number of a tel: URI. */
static void add_named(struct identities *t, const struct hash_key *key, struct bytes name)
{
    struct sip_uri u;
    guint8 address[4];
    if (name.n == 0)
        return;
    if (bytes_at(name, 0) == '+' || (is_number(name) && !address4_parse(name, address))) {
        add_user(t, key, name);
        return;
    }
    sip_uri_parse(&u, name);
    add_domain(t, key, bytes_span(name, u.host));
    if (u.has_user)
        add_user(t, key, bytes_span(name, u.user));
}

static const struct bytes schemes[] = {BYTES_LIT("sip:"), BYTES_LIT("sips:"), BYTES_LIT("tel:")};

static void add_request_uri(struct identities *t, const struct hash_key *key, struct bytes uri)
{
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (bytes_istarts(uri, schemes[i]))
            add_named(t, key, bytes_from(uri, schemes[i].n));
}

static void add_names(struct identities *t, const struct hash_key *key, const struct sip_event *e)
{
    add_named(t, key, e->from_aor);
    add_named(t, key, e->to_aor);
    add_request_uri(t, key, e->request_uri);
    for (guint i = 0; i < e->n_contacts; i++)
        add_named(t, key, e->contacts[i].uri);
}

/* --- agents ------------------------------------------------------------------------------------------ */

static gint32 family_index(struct identities *t, struct bytes agent)
{
    const char *name = agent_family(agent);
    struct storm_family family = {.name = name ? name : "other"};
    for (guint i = 0; i < t->families->len; i++)
        if (strcmp(g_array_index(t->families, struct storm_family, i).name, family.name) == 0)
            return (gint32)i;
    g_array_append_val(t->families, family);
    return (gint32)t->families->len - 1;
}

/* The list of products is searched once for each agent, and each time where the table of agents is full. */
static gint32 family_of(struct identities *t, guint64 key, struct bytes agent)
{
    gboolean fresh;
    guint32 id = ids_add(&t->agents, key, &fresh);
    if (id == IDS_NONE)
        return family_index(t, agent);
    if (fresh) {
        gint32 family = family_index(t, agent);
        g_array_append_val(t->family_of, family);
    }
    return g_array_index(t->family_of, gint32, id);
}

static void count_agent(struct identities *t, struct seen *seen)
{
    const struct sip_event *e = seen->event;
    gint32 index = seen->family = family_of(t, seen->agent, e->user_agent);
    if (!e->request)
        return;
    struct storm_family *family = &g_array_index(t->families, struct storm_family, index);
    family->messages++;
    if (seen->method == METHOD_REGISTER && seen->news)
        family->clients += ids_fresh(&t->family_clients, fold(seen->client, (guint64)index));
}

/* --- events ------------------------------------------------------------------------------------------ */

void identities_event(struct identities *t, const struct hash_key *key, struct seen *seen)
{
    seen->family = -1;
    if (seen->news)
        add_names(t, key, seen->event);
    if (seen->event->user_agent.n)
        count_agent(t, seen);
}

const char *identities_family(const struct identities *t, gint family)
{
    return family < 0 ? NULL : g_array_index(t->families, struct storm_family, family).name;
}

static gint compare_families(gconstpointer a, gconstpointer b)
{
    return strcmp(((const struct storm_family *)a)->name, ((const struct storm_family *)b)->name);
}

void identities_result(const struct identities *t, struct storm_result *r)
{
    r->identities.users = t->users.n;
    r->identities.domains = t->domains.n;
    r->identities.user_agents = t->agents.n;
    r->families = g_new0(struct storm_family, t->families->len);
    for (guint i = 0; i < t->families->len; i++) {
        const struct storm_family *family = &g_array_index(t->families, struct storm_family, i);
        if (family->messages) /* else only responses have it */
            r->families[r->n_families++] = *family;
    }
    if (r->n_families)
        qsort(r->families, r->n_families, sizeof *r->families, compare_families);
}

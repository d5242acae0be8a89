/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

/* --- life --------------------------------------------------------------------------------------------------- */

static struct registrar *registrar_new(guint32 serial, const struct candidate *c)
{
    struct registrar *r = g_new0(struct registrar, 1);
    r->serial = serial;
    r->judged_answer = c->answered;
    r->answer_us = c->answer_us;
    ids_init(&r->client_ids, REGISTRAR_CLIENTS_MAX);
    ids_init(&r->binding_ids, REGISTRAR_CLIENTS_MAX);
    r->clients = g_array_new(FALSE, TRUE, sizeof(struct client));
    r->bindings = g_array_new(FALSE, TRUE, sizeof(struct binding));
    ids_init(&r->caller_ids, STORM_HOSTS_MAX);
    r->callers = g_array_new(FALSE, TRUE, sizeof(struct caller));
    recent_init(&r->calls, 2 * (gint64)TRANSACTION_US, TRANSACTIONS_MAX);
    r->curve.item = sizeof(gint32);
    r->causes.item = CAUSE_COUNT * sizeof(guint32);
    r->retry_after = retry_after_new();
    outage_init(r);
    return r;
}

void registrar_free(struct registrar *r)
{
    if (!r)
        return;
    for (guint i = 0; i < r->clients->len; i++)
        g_free(client_at(r, i)->aor);
    for (guint i = 0; i < r->bindings->len; i++)
        retry_free(binding_at(r, i));
    ids_clear(&r->client_ids);
    ids_clear(&r->binding_ids);
    g_array_unref(r->clients);
    g_array_unref(r->bindings);
    ids_clear(&r->caller_ids);
    g_array_unref(r->callers);
    recent_clear(&r->calls);
    seconds_clear(&r->curve);
    seconds_clear(&r->causes);
    delays_clear(&r->lifetimes);
    delays_clear(&r->request_delay);
    retry_after_free(r->retry_after);
    outage_clear(r);
    g_free(r);
}

struct registrar *registrar_of(struct storm *s, guint32 host, guint64 us)
{
    struct candidate *c = series_candidate(&s->series, hosts_at(&s->hosts, host));
    if (c && !c->registrar) {
        c->registrar = registrar_new(++s->registrars, c);
        if (c->late && !c->answered) { /* an outage begins with what is known, not with the capture */
            c->registrar->judged_answer = TRUE;
            c->registrar->answer_us = us;
        }
    }
    return c ? c->registrar : NULL;
}

/* --- who --------------------------------------------------------------------------------------------------- */

guint32 registrar_client(struct registrar *r, guint64 key, struct bytes aor)
{
    gboolean fresh;
    guint32 id = ids_add(&r->client_ids, key, &fresh);
    if (fresh) {
        aor = bytes_sub(aor, 0, AOR_BYTES_MAX);
        struct client client = {.aor = g_strndup((const char *)aor.p, aor.n), .first_binding = IDS_NONE};
        g_array_append_val(r->clients, client);
    }
    return id;
}

/* The first one stays the first. */
static void link_binding(struct registrar *r, guint32 client, guint32 id)
{
    struct client *of = client_at(r, client);
    of->n_bindings++;
    if (of->first_binding == IDS_NONE) {
        of->first_binding = id;
        return;
    }
    struct binding *first = binding_at(r, of->first_binding);
    binding_at(r, id)->next = first->next;
    first->next = id;
}

guint32 registrar_binding(struct registrar *r, guint32 client, guint64 key)
{
    gboolean fresh;
    if (client == IDS_NONE)
        return IDS_NONE;
    if (client_at(r, client)->n_bindings == CLIENT_BINDINGS_MAX) {
        guint32 known = ids_find(&r->binding_ids, key);
        return known != IDS_NONE ? known : client_at(r, client)->first_binding;
    }
    guint32 id = ids_add(&r->binding_ids, key, &fresh);
    if (fresh) {
        struct binding binding = {
            .client = client, .next = IDS_NONE, .family = -1, .return_us = STORM_TIME_NONE};
        g_array_append_val(r->bindings, binding);
        link_binding(r, client, id);
    }
    return id;
}

struct caller *registrar_caller(struct registrar *r, guint32 host)
{
    gboolean fresh;
    guint32 id = host == HOST_NONE ? IDS_NONE : ids_add(&r->caller_ids, fold(host, 1), &fresh);
    if (id == IDS_NONE)
        return NULL;
    if (fresh) {
        struct caller caller = {IDS_NONE, IDS_NONE, FALSE};
        g_array_append_val(r->callers, caller);
    }
    return &g_array_index(r->callers, struct caller, id);
}

/* --- how many are registered: changes by second, so that nothing has to expire -------------------------------- */

static void change(struct registrar *r, guint64 us, gint by)
{
    gint32 *item = seconds_make(&r->curve, us / 1000000);
    if (item)
        *item += by;
}

static void count_back(struct registrar *r, struct binding *b, guint64 us)
{
    if (!b->storm)
        return;
    struct storm_state *storm = &g_array_index(r->storms, struct storm_state, b->storm - 1);
    guint64 start = g_array_index(r->outages, struct found_outage, storm->outage).end_us;
    guint64 delay = us - MIN(us, start);
    g_array_append_val(storm->back, delay);
    if (b->was_valid)
        g_array_append_val(storm->back_valid, delay);
    if (b->return_us == STORM_TIME_NONE) /* an attempt that began in the outage */
        b->return_us = us;
    b->storm = 0;
}

/* It was registered when the capture began. */
static void registered_before(struct registrar *r, struct binding *b)
{
    change(r, 0, 1);
    change(r, b->first_us, -1);
    if (b->since_us == b->first_us)
        b->since_us = 0;
    b->first_us = 0;
    b->estimated = TRUE;
    r->estimated++;
}

void registrar_registered(struct registrar *r, guint32 id, guint64 us, guint64 until_us, gboolean estimated)
{
    struct binding *b = binding_at(r, id);
    gboolean still = b->until_us > us;
    if (!still && until_us <= us)
        return;
    if (!still)
        b->since_us = us;
    if (b->until_us == 0)
        b->first_us = us;
    change(r, still ? b->until_us : us, 1);
    change(r, MAX(until_us, us), -1);
    b->until_us = MAX(until_us, us);
    if (estimated && !b->estimated)
        registered_before(r, b);
    if (until_us > us) {
        retry_trim(b);
        count_back(r, b, us);
    }
}

guint32 *registrar_curve(const struct registrar *r, guint n)
{
    guint32 *curve = g_new0(guint32, MAX(n, 1));
    gint64 level = 0;
    for (guint i = 0; i < n; i++) {
        const gint32 *by = seconds_at(&r->curve, i);
        level += by ? *by : 0;
        curve[i] = (guint32)MAX(level, 0);
    }
    return curve;
}

/* REGISTER and its answers: which binding they are of, what an attempt is, and what becomes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define DEFAULT_LIFETIME_S 3600    /* RFC 3261 section 10.2.1.1 leaves it to the server; that is its example */
#define SHORT_LIFETIME_US (300 * G_GUINT64_CONSTANT(1000000))

/* Where a message of a registrar is looked at. */
struct scene {
    struct storm *storm;
    struct registrar *r;
    struct candidate *candidate;
    const struct seen *seen;
    const struct sip_event *e;
    struct transaction *t; /* NULL: none is known, or not in this registrar's time */
};

/* REGISTER requests to the server in this second, until now. */
static guint64 registers_now(const struct scene *x)
{
    struct storm_series series = series_view(x->candidate, 0);
    return storm_series_at(&series, (guint)MIN(x->seen->second, STORM_SERIES_MAX_S)).reg;
}

static guint32 put(const struct scene *x, enum record_kind kind, guint32 who, guint64 value, gboolean flag)
{
    struct record record = {.us = x->seen->us, .value = value, .who = who, .kind = (guint8)kind, .flag = flag != FALSE};
    return outage_record(x->r, &record);
}

/* --- which binding ------------------------------------------------------------------------------------------ */

/* user@host without the port: DEFINITIONS.md says why. */
static struct bytes without_port(struct bytes uri)
{
    gsize at = bytes_rchr(uri, '@'), colon = bytes_rchr(uri, ':');
    gsize bracket = bytes_rchr(uri, ']'), from = at == NOT_FOUND ? 0 : at;
    if (colon == NOT_FOUND || colon < from || (bracket != NOT_FOUND && bracket > colon))
        return uri;
    return bytes_sub(uri, 0, colon);
}

static guint64 contact_key(const struct scene *x, const struct event_contact *c)
{
    gboolean instance = c->instance.n > 0;
    struct bytes who = instance ? c->instance : without_port(c->uri);
    return fold(fold(x->seen->client, hash_bytes(&x->storm->key, who)), instance);
}

static guint32 contact_binding(const struct scene *x, guint32 client, const struct event_contact *c)
{
    return registrar_binding(x->r, client, contact_key(x, c));
}

static const struct event_contact *own_contact(const struct sip_event *e)
{
    return e->n_contacts && !e->contacts[0].star ? &e->contacts[0] : NULL;
}

static guint32 binding_of_request(const struct scene *x, guint32 client)
{
    const struct event_contact *c = own_contact(x->e);
    if (client == IDS_NONE)
        return IDS_NONE;
    if (c)
        return contact_binding(x, client, c);
    guint32 first = client_at(x->r, client)->first_binding;
    return first != IDS_NONE ? first : registrar_binding(x->r, client, fold(x->seen->client, 0));
}

/* --- requests ------------------------------------------------------------------------------------------------ */

/* Why does it come now? By the answer to its attempt before. */
static enum storm_cause cause_of(const struct binding *b, guint64 us)
{
    guint64 gap = us - b->attempt_us, away = gap > b->gap_us ? gap - b->gap_us : b->gap_us - gap;
    if (!b->seen)
        return CAUSE_UNKNOWN;
    switch (b->told) {
    case TOLD_OK:
        return CAUSE_ECHO;
    case TOLD_ERROR:
        return CAUSE_ERROR;
    case TOLD_RETRY_AFTER:
        return (us - MIN(us, b->told_us)) * 10 >= (guint64)b->told_s * 9000000 ? CAUSE_RETRY_AFTER : CAUSE_UNKNOWN;
    case TOLD_NOTHING:
        break;
    }
    return b->gap_us && away * 10 <= b->gap_us ? CAUSE_PERIOD : CAUSE_UNKNOWN;
}

static void count_message(const struct scene *x, struct binding *b)
{
    b->messages++;
    if (b->last_frame == x->e->frame)
        return;
    b->last_frame = x->e->frame;
    b->frames++;
    b->bytes += x->e->frame_bytes;
}

static void begin_attempt(const struct scene *x, struct binding *b, guint32 id)
{
    guint64 us = MAX(x->seen->us, b->attempt_us);
    guint32 *causes = seconds_make(&x->r->causes, x->seen->second);
    if (causes)
        causes[cause_of(b, us)]++;
    b->gap_us = b->seen ? us - b->attempt_us : 0;
    b->attempt_us = us;
    b->told = TOLD_NOTHING;
    b->messages = b->frames = b->bytes = 0;
    b->last_frame = 0;
    b->refreshes = b->granted_us > us;
    put(x, RECORD_ATTEMPT, id, 0, FALSE);
}

/* The request that answers a challenge belongs to the attempt that was challenged. */
static gboolean answers_challenge(const struct binding *b, guint64 call_id, guint64 us)
{
    return b->challenged && b->call_id == call_id && us - MIN(us, b->challenged_us) <= TRANSACTION_US;
}

static guint64 lifetime_us(gint64 s)
{
    return (guint64)s * 1000000;
}

static gint64 first_given(gint64 a, gint64 b, gint64 c)
{
    return a >= 0 ? a : b >= 0 ? b : c;
}

static void open_transaction(const struct scene *x, struct binding *b, guint32 id)
{
    struct transaction *t = x->seen->transaction;
    const struct event_contact *c = own_contact(x->e);
    t->registrar = x->r->serial;
    t->binding = id;
    t->expires_us = lifetime_us(first_given(c ? c->expires_s : -1, x->e->expires_s, DEFAULT_LIFETIME_S));
    t->star = x->e->n_contacts && x->e->contacts[0].star;
    t->queries = x->e->n_contacts == 0;
    t->first_refresh = !b->seen && (x->e->credentials || x->e->cseq > 1);
    t->second = answers_challenge(b, x->seen->call, x->seen->us);
    if (t->second)
        t->attempt_us = b->attempt_us;
    else
        begin_attempt(x, b, id);
    b->challenged = FALSE;
    b->call_id = x->seen->call;
    b->seen = TRUE;
    if (x->seen->family >= 0)
        b->family = (gint16)MIN(x->seen->family, G_MAXINT16);
}

static void note_caller(const struct scene *x, guint32 client, guint32 binding)
{
    struct caller *caller = registrar_caller(x->r, x->seen->src);
    if (!caller)
        return;
    caller->several |= caller->client != IDS_NONE && caller->client != client;
    caller->client = client;
    caller->binding = binding;
}

static void take_request(const struct scene *x)
{
    guint32 client = registrar_client(x->r, x->seen->client, x->e->to_aor);
    guint32 id = x->seen->opens ? binding_of_request(x, client) : x->t ? x->t->binding : IDS_NONE;
    if (id == IDS_NONE)
        return;
    struct binding *b = binding_at(x->r, id);
    if (x->seen->opens) {
        open_transaction(x, b, id);
        note_caller(x, client, id);
    }
    count_message(x, b);
}

/* --- responses ----------------------------------------------------------------------------------------------- */

static void register_binding(const struct scene *x, guint32 id, guint64 lifetime, gboolean estimated)
{
    if (id == IDS_NONE)
        return;
    if (lifetime)
        delays_add(&x->r->lifetimes, lifetime);
    binding_at(x->r, id)->granted_us = x->seen->us + lifetime;
    put(x, RECORD_REGISTERED, id, x->seen->us + lifetime, estimated);
}

static void end_all(const struct scene *x, guint32 client)
{
    for (guint32 id = client_at(x->r, client)->first_binding; id != IDS_NONE; id = binding_at(x->r, id)->next)
        register_binding(x, id, 0, FALSE);
}

/* A server may answer with the address that it saw in place of the one that the client knows: one contact, that nobody
 * ever registered, for one that is not listed. */
static gboolean is_rewritten(const struct scene *x, const struct transaction *t, const struct event_contact *c)
{
    return x->e->n_contacts == 1 && t && t->binding != IDS_NONE && t->expires_us && !t->queries && !t->star &&
           ids_find(&x->r->binding_ids, contact_key(x, c)) == IDS_NONE;
}

/* A 2xx tells who is registered for how long; what it leaves out, the request says. */
static void take_registrations(const struct scene *x, const struct transaction *t, guint32 client)
{
    guint32 own = t ? t->binding : IDS_NONE;
    gboolean listed = FALSE, any = FALSE;
    if (client == IDS_NONE)
        return;
    if (t && t->star)
        end_all(x, client);
    for (guint i = 0; i < x->e->n_contacts; i++) {
        const struct event_contact *c = &x->e->contacts[i];
        guint32 id = c->star ? IDS_NONE : is_rewritten(x, t, c) ? own : contact_binding(x, client, c);
        gint64 asked = t && id == own ? (gint64)(t->expires_us / 1000000) : DEFAULT_LIFETIME_S;
        guint64 lifetime = lifetime_us(first_given(c->expires_s, x->e->expires_s, asked));
        any |= !c->star;
        listed |= id == own;
        register_binding(x, id, lifetime, t && id == own && t->first_refresh);
    }
    if (!t || t->star || t->queries || listed)
        return;
    if (t->expires_us == 0)
        register_binding(x, own, 0, FALSE);
    else if (!any)
        register_binding(x, own, x->e->expires_s >= 0 ? lifetime_us(x->e->expires_s) : t->expires_us,
                         t->first_refresh);
}

/* All challenges of the binding that wait to be judged led to a 2xx within 60 s. */
static void justify_challenges(const struct scene *x, struct binding *b)
{
    struct record *record = b->challenge ? outage_record_at(x->r, b->challenge) : NULL;
    while (record && record->kind == RECORD_CHALLENGE && !record->flag) {
        record->flag = TRUE;
        record = record->previous ? outage_record_at(x->r, record->previous) : NULL;
    }
    b->challenge = 0;
}

static void take_challenge(const struct scene *x, struct binding *b, guint32 id)
{
    struct record record = {
        .us = x->seen->us, .value = registers_now(x), .who = id, .kind = RECORD_CHALLENGE, .previous = b ? b->challenge : 0};
    guint32 number = outage_record(x->r, &record);
    if (!b)
        return;
    b->challenge = number;
    b->challenged = x->e->status != 423 && x->t && !x->t->second;
    b->challenged_us = x->seen->us;
}

static void take_ok(const struct scene *x, struct transaction *t, struct binding *b, guint32 client)
{
    gboolean refresh = b && (b->refreshes || (t && t->first_refresh && !t->first_refresh_counted));
    if (b)
        justify_challenges(x, b);
    put(x, RECORD_OK, t ? t->binding : IDS_NONE, registers_now(x), FALSE);
    take_registrations(x, t, client);
    b = t && t->binding != IDS_NONE ? binding_at(x->r, t->binding) : NULL; /* there may be more of them now */
    if (!b)
        return;
    b->told = TOLD_OK;
    b->challenged = FALSE;
    if (refresh && b->granted_us > x->seen->us && b->granted_us - x->seen->us <= SHORT_LIFETIME_US) {
        keepalive_refresh(&x->candidate->keepalive, b);
        b->refreshes = FALSE;
    }
    t->first_refresh_counted = TRUE;
}

static void take_refusal(const struct scene *x, struct binding *b, guint32 id)
{
    gboolean error = x->e->status / 100 == 5 || x->e->status == 408;
    put(x, error ? RECORD_ERROR : RECORD_FINAL, id, registers_now(x), FALSE);
    if (!b)
        return;
    b->told = x->e->retry_after_s >= 0 ? TOLD_RETRY_AFTER : TOLD_ERROR;
    b->told_s = (guint32)MIN(MAX(x->e->retry_after_s, 0), G_MAXUINT32);
    b->told_us = x->seen->us;
}

static gboolean is_challenge(guint status)
{
    return status == 401 || status == 407 || status == 423;
}

/* RFC 6076 sections 4.1, 4.2. */
static void count_outcome(const struct scene *x, struct transaction *t)
{
    guint status = x->e->status;
    gboolean neither = status / 100 == 3 || status == 401 || status == 402 || status == 407;
    if (!t || t->answered)
        return;
    t->answered = TRUE;
    if (neither)
        return;
    x->r->ineffective.all++;
    if (status / 100 == 2)
        delays_add(&x->r->request_delay, x->seen->us - MIN(x->seen->us, t->attempt_us));
    else
        x->r->ineffective.part++;
}

static void take_response(const struct scene *x)
{
    struct transaction *t = x->t;
    guint32 client = registrar_client(x->r, x->seen->client, x->e->to_aor);
    guint32 id = t ? t->binding : client != IDS_NONE ? client_at(x->r, client)->first_binding : IDS_NONE;
    struct binding *b = id != IDS_NONE ? binding_at(x->r, id) : NULL;
    if (t && b)
        count_message(x, b);
    if (x->e->status < 200) {
        put(x, RECORD_ANSWER, IDS_NONE, 0, FALSE);
        return;
    }
    count_outcome(x, t);
    if (x->e->status / 100 == 2)
        take_ok(x, t, b, client);
    else if (is_challenge(x->e->status))
        take_challenge(x, b, id);
    else
        take_refusal(x, b, id);
}

/* --- events --------------------------------------------------------------------------------------------------- */

static gboolean is_registrar(const struct seen *seen)
{
    guint status = seen->event->status;
    return seen->method == METHOD_REGISTER && (status / 100 == 2 || is_challenge(status));
}

static struct scene scene_of(struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    struct scene x = {.storm = s, .seen = seen, .e = e};
    guint32 host = e->request ? seen->dst : seen->src;
    x.candidate = series_candidate(&s->series, hosts_at(&s->hosts, host));
    gboolean make = seen->method == METHOD_REGISTER && (e->request || is_registrar(seen));
    x.r = make ? registrar_of(s, host, seen->us) : x.candidate ? x.candidate->registrar : NULL;
    if (x.r && seen->transaction && seen->transaction->registrar == x.r->serial)
        x.t = seen->transaction;
    return x;
}

/* It may become a registrar yet: then it is known when it answered last. */
static void note_answer(const struct scene *x)
{
    if (x->e->request || !x->candidate)
        return;
    x->candidate->answered = TRUE;
    x->candidate->answer_us = x->seen->us;
}

void attempts_event(struct storm *s, const struct seen *seen)
{
    struct scene x = scene_of(s, seen);
    if (!x.r) {
        note_answer(&x);
        return;
    }
    if (seen->method == METHOD_REGISTER && x.e->request)
        take_request(&x);
    else if (seen->method == METHOD_REGISTER)
        take_response(&x);
    else if (!x.e->request)
        put(&x, RECORD_ANSWER, IDS_NONE, 0, FALSE);
    if (!x.e->request || seen->opens)
        retry_after_event(x.r->retry_after, &s->key, seen);
}

void attempts_timeout(struct storm *s, const struct transaction *t)
{
    if (t->method != METHOD_REGISTER || t->binding == IDS_NONE)
        return;
    struct candidate *c = series_candidate(&s->series, hosts_at(&s->hosts, t->server));
    if (!c || !c->registrar || c->registrar->serial != t->registrar)
        return;
    c->registrar->ineffective.all++;
    c->registrar->ineffective.part++;
}

/* --- connections ---------------------------------------------------------------------------------------------- */

static guint64 call_key(const struct storm *s, const struct endpoint *caller, const struct endpoint *server,
                        guint32 syn_seq)
{
    guint64 key = hash_bytes(&s->key, (struct bytes){caller->addr, sizeof caller->addr});
    return fold(fold(fold(key, caller->family), (guint64)caller->port << 16 | server->port), syn_seq);
}

/* Whoever registers from that address; the address itself where nobody is known, or several are. */
static struct record call_of(struct storm *s, struct registrar *r, const struct endpoint *e, guint64 us)
{
    const struct caller *caller = registrar_caller(r, servers_find(s, e));
    if (caller && !caller->several && caller->binding != IDS_NONE)
        return (struct record){.us = us, .kind = RECORD_ATTEMPT, .who = caller->binding};
    guint64 key = fold(hash_bytes(&s->key, (struct bytes){e->addr, sizeof e->addr}), e->family);
    if (r->clients->len >= REGISTRAR_CLIENTS_MAX / 2) /* addresses without end leave room for who registers */
        return (struct record){.us = us, .kind = RECORD_VOID, .who = IDS_NONE};
    return (struct record){.us = us, .kind = RECORD_CALL, .who = registrar_client(r, key, BYTES_NONE)};
}

static void take_syn(struct storm *s, struct registrar *r, const struct sip_signal *signal, guint64 us)
{
    guint64 key = call_key(s, &signal->src, &signal->dst, signal->syn_seq);
    if (recent_find(&r->calls, key, (gint64)us))
        return;
    struct record record = call_of(s, r, &signal->src, us);
    recent_add(&r->calls, key, (gint64)us, outage_record(r, &record));
}

/* It got its connection: what it wants will be seen. */
static void take_syn_ack(struct storm *s, struct registrar *r, const struct sip_signal *signal, guint64 us)
{
    guint64 key = call_key(s, &signal->dst, &signal->src, signal->syn_seq);
    const guint64 *number = recent_find(&r->calls, key, (gint64)us);
    struct record *record = number ? outage_record_at(r, (guint32)*number) : NULL;
    if (record)
        record->kind = RECORD_VOID;
}

static struct registrar *registrar_at(struct storm *s, const struct endpoint *e)
{
    const struct host *host = hosts_at(&s->hosts, servers_find(s, e));
    struct candidate *c = host && host_ports_has(host->register_ports, e->port)
                              ? series_candidate(&s->series, host)
                              : NULL;
    return c ? c->registrar : NULL;
}

gboolean attempts_signal(struct storm *s, const struct sip_signal *signal, guint64 us)
{
    const struct endpoint *server = signal->kind == SIGNAL_SYN    ? &signal->dst
                                    : signal->kind == SIGNAL_ICMP ? &signal->quoted
                                                                  : &signal->src;
    struct registrar *r = registrar_at(s, server);
    if (!r)
        return FALSE;
    if (signal->kind == SIGNAL_SYN)
        take_syn(s, r, signal, us);
    else if (signal->kind == SIGNAL_SYN_ACK)
        take_syn_ack(s, r, signal, us);
    else
        outage_record(r, &(struct record){.us = us, .kind = RECORD_REFUSED, .who = IDS_NONE});
    return TRUE;
}

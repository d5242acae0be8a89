/* What happened, in plain sentences.
 *
 * Each topic is a function that says nothing where there is nothing to say. Numbers come first, reasons
 * only where the analysis knows them; what the capture cannot tell is said last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "prose.h"
#include "report.h"
#include "teller.h"

#include "storm_private.h"

#define US_PER_S G_GUINT64_CONSTANT(1000000)
#define PARTS_TOLD 4
#define METHODS_TOLD 4

void teller_say(const struct teller *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(t->list, g_strdup_vprintf(format, args));
    va_end(args);
}

void teller_topic(const struct teller *t, const char *title)
{
    struct summary_topic topic = {title, t->list->len};
    if (!t->topics)
        return;
    if (t->topics->len &&
        g_array_index(t->topics, struct summary_topic, t->topics->len - 1).first == topic.first)
        g_array_set_size(t->topics, t->topics->len - 1);
    g_array_append_val(t->topics, topic);
}

/* --- looking things up -------------------------------------------------------------------------------- */

const struct storm_analysis *summary_analysis(const struct storm_result *r, guint server)
{
    static const struct storm_analysis none = {.warmup_us = STORM_TIME_NONE};
    return r->analyses && server < r->n_servers ? &r->analyses[server] : &none;
}

const struct storm_phase *summary_phase(const struct storm_analysis *a, enum storm_phase_kind kind,
                                        guint64 start_us)
{
    for (guint i = 0; i < a->n_phases; i++)
        if (a->phases[i].kind == kind && a->phases[i].start_us == start_us)
            return &a->phases[i];
    return NULL;
}

static const struct storm_phase *first_normal(const struct storm_analysis *a)
{
    for (guint i = 0; i < a->n_phases; i++)
        if (a->phases[i].kind == PHASE_NORMAL)
            return &a->phases[i];
    return NULL;
}

guint64 summary_requests(const struct storm_messages *m)
{
    guint64 n = 0;
    for (guint i = 0; i < METHOD_COUNT; i++)
        n += m->requests[i];
    return n;
}

guint64 summary_responses(const struct storm_messages *m)
{
    guint64 n = 0;
    for (guint i = 0; i < STATUS_COUNT; i++)
        n += m->responses[i];
    return n;
}

/* --- the capture -------------------------------------------------------------------------------------- */

static void tell_capture(const struct teller *t)
{
    char start[PROSE_MAX], length[PROSE_MAX], messages[PROSE_MAX], twice[PROSE_MAX];
    const struct storm_result *r = t->r;
    g_autofree char *duplicates = r->duplicates ? g_strdup_printf(", and %s captured twice that are left out",
                                                                  prose_count(r->duplicates, twice))
                                                : g_strdup("");
    teller_say(t, "The capture begins at %s and lasts %s: %s SIP messages%s.", prose_start(r, start),
               prose_duration(r->duration_us, length), prose_count(r->counted, messages), duplicates);
}

static void tell_server(const struct teller *t)
{
    char clients[PROSE_MAX], sources[PROSE_MAX];
    const struct storm_server *s = t->server;
    prose_count(s->clients, clients);
    prose_count(s->sources, sources);
    if (s->clients)
        teller_say(t, "At the server %s, %s clients register, from %s addresses.", s->label, clients,
                   sources);
    else
        teller_say(t, "The server is %s: %s addresses send to it, and nobody registers.", s->label, sources);
    if (t->r->n_servers > 1 && s == &t->r->servers[0])
        teller_say(
            t,
            "There are %u servers; this one is the outermost, and the sentences here are about it. The "
            "others have their own.",
            t->r->n_servers);
}

/* --- a phase ------------------------------------------------------------------------------------------ */

static gint compare_methods(gconstpointer a, gconstpointer b, gpointer messages)
{
    const struct storm_messages *m = messages;
    guint64 x = m->requests[*(const guint *)a], y = m->requests[*(const guint *)b];
    return x == y ? 0 : x < y ? 1 : -1;
}

/* "REGISTER 41 %, OPTIONS 28 %": the largest of at least a hundredth, but the first `skip`; NULL: none. */
static char *methods_text(const struct storm_messages *m, guint skip)
{
    char share[PROSE_MAX];
    guint order[METHOD_COUNT];
    guint64 all = summary_requests(m);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < METHOD_COUNT; i++)
        order[i] = i;
    g_qsort_with_data(order, METHOD_COUNT, sizeof *order, compare_methods, (gpointer)m);
    for (guint i = skip; i < METHODS_TOLD + skip && m->requests[order[i]] * 100 >= MAX(all, 1); i++)
        g_string_append_printf(text, "%s%s %s", text->len ? ", " : "",
                               storm_method_name((enum storm_method)order[i]),
                               prose_share(m->requests[order[i]], all, share));
    return g_string_free(text, text->len == 0);
}

static void tell_requests(const struct teller *t, const struct storm_phase *p)
{
    char share[PROSE_MAX], calls[PROSE_MAX], all[PROSE_MAX];
    guint64 requests = summary_requests(&p->messages), invites = p->messages.requests[METHOD_INVITE];
    g_autofree char *methods = methods_text(&p->messages, 0);
    if (methods && !invites)
        teller_say(t, "Requests then: %s; none was an INVITE, which begins a call.", methods);
    else if (methods && invites * 20 < requests)
        teller_say(
            t,
            "Requests then: %s. INVITE, which begins a call, makes %s (%s of %s): nearly all messages only "
            "keep clients registered and reachable.",
            methods, prose_share(invites, requests, share), prose_count(invites, calls),
            prose_count(requests, all));
    else if (methods)
        teller_say(t, "Requests then: %s.", methods);
}

/* The time before the first outage, or all of it. */
static void tell_normal(const struct teller *t)
{
    char rate[PROSE_MAX], share[PROSE_MAX], clients[PROSE_MAX];
    const struct storm_phase *p = first_normal(t->a);
    if (!p || !p->seconds)
        return;
    prose_rate(p->total, p->seconds, rate);
    prose_share(p->to, p->to + p->from, share);
    const char *when = t->a->n_outages == 0                      ? "In the mean"
                       : p->start_us < t->a->outages[0].start_us ? "Before the outage"
                                                                 : "In normal times";
    gint64 registered = t->a->n_storms && p->start_us < t->a->storms[0].start_us
                            ? t->a->storms[0].clients_before
                            : p->registered_end;
    if (registered > 0)
        teller_say(t,
                   "%s, %s messages a second went to and from the server, %s of them to it; %s clients were "
                   "registered%s.",
                   when, rate, share, prose_count((guint64)registered, clients),
                   t->a->n_outages ? "" : " at the end");
    else
        teller_say(t, "%s, %s messages a second went to and from the server, %s of them to it.", when, rate,
                   share);
    tell_requests(t, p);
}

/* --- outages ------------------------------------------------------------------------------------------ */

/* "silent for 5 min, then answering with errors only (5xx, 408) for 2 min" */
static char *parts_text(const struct storm_outage *o)
{
    char length[PROSE_MAX];
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(o->n_parts, PARTS_TOLD); i++)
        g_string_append_printf(text, "%s%s for %s", i ? ", then " : "", words_outage(o->parts[i].kind),
                               prose_duration(o->parts[i].end_us - o->parts[i].start_us, length));
    if (o->n_parts > PARTS_TOLD)
        g_string_append_printf(text, ", and so on in %u parts", o->n_parts);
    return g_string_free(text, FALSE);
}

static void tell_begin_of_outage(const struct teller *t, const struct storm_outage *o)
{
    char start[PROSE_MAX], length[PROSE_MAX];
    g_autofree char *parts = parts_text(o);
    prose_clock(t->r, o->start_us, start);
    prose_duration(o->end_us - o->start_us, length);
    const char *rest = o->recovered ? "" : ", and nobody was registered again before the capture ends";
    if (o->n_parts == 1)
        teller_say(t, "The server was %s from %s for %s%s.", words_outage(o->parts[0].kind), start, length,
                   rest);
    else
        teller_say(t, "The server registered nobody from %s for %s%s%s%s.", start, length,
                   o->n_parts ? ": it was " : "", parts, rest);
}

/* Before and in the outage, side by side. */
static void tell_traffic_in_outage(const struct teller *t, const struct storm_outage *o)
{
    char rate[PROSE_MAX], before[PROSE_MAX], share[PROSE_MAX], reg[PROSE_MAX], usual[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_OUTAGE, o->start_us);
    const struct storm_phase *normal = first_normal(t->a);
    if (!p || !p->seconds)
        return;
    const char *when = normal && normal->start_us < o->start_us ? "before" : "otherwise";
    guint64 requests = summary_requests(&p->messages);
    prose_rate(p->total, p->seconds, rate);
    prose_share(p->to, p->to + p->from, share);
    prose_share(p->messages.requests[METHOD_REGISTER], requests, reg);
    if (normal && normal->seconds)
        teller_say(
            t,
            "In the outage there were %s messages a second (%s: %s), %s of them to the server; REGISTER "
            "made %s of the requests (%s: %s).",
            rate, when, prose_rate(normal->total, normal->seconds, before), share, reg, when,
            prose_share(normal->messages.requests[METHOD_REGISTER], summary_requests(&normal->messages),
                        usual));
    else
        teller_say(
            t,
            "In the outage there were %s messages a second, %s of them to the server; REGISTER made %s of "
            "the requests.",
            rate, share, reg);
    g_autofree char *others = methods_text(&p->messages, 1);
    if (others && p->messages.requests[METHOD_REGISTER] * 2 > requests)
        teller_say(
            t,
            "Other requests went on as well (%s), keep-alive for the most part, although those who sent "
            "them were no longer registered, or soon would not be.",
            others);
}

static void tell_registered_in_outage(const struct teller *t, const struct storm_outage *o)
{
    char from[PROSE_MAX], to[PROSE_MAX];
    const struct storm_phase *p = summary_phase(t->a, PHASE_OUTAGE, o->start_us);
    if (!p || p->registered_start <= 0 || p->registered_end < 0)
        return;
    prose_count((guint64)p->registered_start, from);
    prose_count((guint64)p->registered_end, to);
    if (p->registered_end < p->registered_start)
        teller_say(
            t,
            "Registered clients fell from %s to %s, as their lifetimes ran out and nobody could renew them.",
            from, to);
    else
        teller_say(t,
                   "All %s clients that were registered stayed so: the outage was shorter than their "
                   "lifetimes.",
                   from);
}

/* --- how clients tried -------------------------------------------------------------------------------- */

/* "every 12 s (from 1 s to 17 s)", "12 s" where there is one value only */
static char *spread_text(const struct storm_spread *s)
{
    char median[PROSE_MAX], min[PROSE_MAX], max[PROSE_MAX];
    prose_duration(s->median, median);
    prose_duration(s->min, min);
    prose_duration(s->max, max);
    return strcmp(min, max) == 0 ? g_strdup(median) : g_strdup_printf("%s (from %s to %s)", median, min, max);
}

static char *tries_text(const struct storm_spread *s)
{
    char min[PROSE_MAX], max[PROSE_MAX], median[PROSE_MAX];
    if (s->min == STORM_TIME_NONE)
        return g_strdup("several tries");
    prose_count(s->median, median);
    if (s->min == s->max)
        return g_strdup_printf("%s tries", median);
    return g_strdup_printf("%s tries (from %s to %s)", median, prose_count(s->min, min),
                           prose_count(s->max, max));
}

static void tell_pattern(const struct teller *t, const struct storm_pattern *p)
{
    char clients[PROSE_MAX], share[PROSE_MAX], longest[PROSE_MAX], median[PROSE_MAX];
    g_autofree char *interval = spread_text(&p->interval_us), *wait = spread_text(&p->wait_us);
    g_autofree char *tries = tries_text(&p->tries);
    prose_count(p->clients, clients);
    prose_share(p->clients, t->a->retry_clients, share);
    prose_duration(p->wait_us.max, longest);
    prose_duration(p->wait_us.median, median);
    switch (p->kind) {
    case PATTERN_FIXED:
        teller_say(t, "%s (%s) tried at a fixed interval: in the median every %s.", clients, share, interval);
        break;
    case PATTERN_BURST:
        teller_say(t,
                   "%s (%s) tried in bursts, in the median of %s, %s apart, and paused between them for "
                   "%s.",
                   clients, share, tries, interval, wait);
        break;
    case PATTERN_BACKOFF:
        teller_say(t, "%s (%s) waited longer from try to try: up to %s in the median, and %s at most.",
                   clients, share, median, longest);
        break;
    case PATTERN_GAVE_UP:
        teller_say(
            t,
            "%s (%s) gave up: after their last try in the outage nothing came from them until the capture's"
            " end.",
            clients, share);
        break;
    default:
        teller_say(t, "%s (%s) tried too seldom, or too irregularly, for a pattern to be told.", clients,
                   share);
    }
}

static gint compare_patterns(gconstpointer a, gconstpointer b)
{
    const struct storm_pattern *x = *(const struct storm_pattern *const *)a,
                               *y = *(const struct storm_pattern *const *)b;
    return x->clients == y->clients ? (gint)x->kind - (gint)y->kind : x->clients < y->clients ? 1 : -1;
}

/* The commonest pattern first. */
static void tell_retries(const struct teller *t)
{
    const struct storm_pattern *order[PATTERN_COUNT];
    char clients[PROSE_MAX];
    if (!t->a->retry_clients)
        return;
    teller_topic(t, "How clients tried");
    teller_say(t, "%s clients tried to register while the server did not register them:",
               prose_count(t->a->retry_clients, clients));
    guint n = MIN(t->a->n_patterns, PATTERN_COUNT);
    for (guint i = 0; i < n; i++)
        order[i] = &t->a->patterns[i];
    qsort(order, n, sizeof *order, compare_patterns);
    for (guint i = 0; i < n; i++)
        tell_pattern(t, order[i]);
}

/* In order of time: each outage with what followed. */
static void tell_outages(const struct teller *t)
{
    static const char *const titles[] = {"The first outage", "The second outage", "The third outage"};
    guint storm = 0;
    for (guint i = 0; i < t->a->n_outages; i++) {
        const struct storm_outage *o = &t->a->outages[i];
        teller_topic(t, t->a->n_outages == 1       ? "The outage"
                        : i < G_N_ELEMENTS(titles) ? titles[i]
                                                   : "One more outage");
        tell_begin_of_outage(t, o);
        tell_registered_in_outage(t, o);
        tell_traffic_in_outage(t, o);
        if (i == 0)
            tell_retries(t);
        if (o->recovered && storm < t->a->n_storms)
            tell_storm(t, &t->a->storms[storm++]);
    }
    if (t->a->n_outages == 0 && t->a->n_phases && t->server->clients && !t->r->one_sided)
        teller_say(t, "No outage was found: the server answered REGISTER all the time, so there is no "
                      "storm.");
}

/* --- other findings ----------------------------------------------------------------------------------- */

static void tell_retry_after(const struct teller *t)
{
    char all[PROSE_MAX], honoured[PROSE_MAX], share[PROSE_MAX];
    const struct storm_retry_after *x = &t->a->retry_after;
    guint64 n = x->honoured + x->ignored + x->late + x->none;
    if (!n && !t->a->n_outages)
        return;
    if (!n) {
        teller_say(t, "No answer told a client by Retry-After when to come back (or the capture ends before"
                      " it could be seen whether it did).");
        return;
    }
    GString *rest = g_string_new(NULL);
    const struct {
        guint64 n;
        const char *when;
    } others[] = {{x->ignored, "earlier"}, {x->late, "later"}, {x->none, "not again"}};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i].n)
            g_string_append_printf(rest, "%s after %s the client came %s", rest->len ? "," : ";",
                                   prose_share(others[i].n, n, share), others[i].when);
    teller_say(t, "Of %s answers with Retry-After, %s were honoured%s.", prose_count(n, all),
               prose_share(x->honoured, n, honoured), rest->str);
    g_string_free(rest, TRUE);
}

static void tell_keepalive(const struct teller *t)
{
    char frames[PROSE_MAX], bytes[PROSE_MAX], share[PROSE_MAX];
    struct storm_keepalive_use all = {0};
    guint most = 0;
    for (guint i = 0; i < KEEP_COUNT; i++) {
        const struct storm_keepalive_use *k = &t->a->keepalive[i];
        all.messages += k->messages;
        all.frames += k->frames;
        all.bytes += k->bytes;
        most = k->frames > t->a->keepalive[most].frames ? i : most;
    }
    if (!all.frames)
        return;
    teller_say(
        t,
        "Keep-alive takes %s of the frames and %s of the bytes to and from the server; the most by %s (%s "
        "of the frames).",
        prose_share(MIN(all.frames, t->a->frames), t->a->frames, frames),
        prose_share(MIN(all.bytes, t->a->bytes), t->a->bytes, bytes),
        words_keepalive((enum storm_keepalive)most),
        prose_share(t->a->keepalive[most].frames, t->a->frames, share));
}

static void tell_delays(const struct teller *t)
{
    char p50[PROSE_MAX], p99[PROSE_MAX], share[PROSE_MAX];
    const struct storm_delays *d = &t->a->request_delay;
    if (d->count)
        teller_say(t, "A registration took %s in the median, and %s or less for 99 %% of them.",
                   prose_duration(MAX(d->p50_us, 1), p50), prose_duration(d->p99_us, p99)); /* 0: under 1 ms */
    if (t->a->ineffective.part && !t->r->one_sided)
        teller_say(t, "%s of the attempts to register failed or got no answer.",
                   prose_share(t->a->ineffective.part, t->a->ineffective.all, share));
}

static void tell_ignored(const struct teller *t)
{
    char n[PROSE_MAX];
    if (t->r->ignored_requests)
        teller_say(t,
                   "%s requests have two \"@\" in a URI: servers ignore such, and their clients repeat "
                   "them.",
                   prose_count(t->r->ignored_requests, n));
}

/* --- what it cannot tell ------------------------------------------------------------------------------ */

static void tell_warmup(const struct teller *t)
{
    char warmup[PROSE_MAX], estimated[PROSE_MAX];
    const struct storm_analysis *a = t->a;
    if (a->warmup_us == STORM_TIME_NONE)
        return;
    prose_duration(a->warmup_us, warmup);
    if (a->n_outages && a->outages[0].start_us < a->warmup_us)
        teller_say(
            t,
            "The first outage begins within %s of the capture's beginning, which is how long a registration"
            " lasts: how many clients were registered before it is not known in full.",
            warmup);
    else
        teller_say(
            t,
            "A registration lasts %s: in the first %s, clients may be registered of whom nothing was seen "
            "yet.",
            warmup, warmup);
    if (a->estimated)
        teller_say(
            t,
            "%s clients are taken as registered from the beginning, since the first that is seen of them is"
            " a refresh.",
            prose_count(a->estimated, estimated));
}

static void tell_limits(const struct teller *t)
{
    const struct storm_analysis *a = t->a;
    if (a->n_outages && a->outages[0].start_us == 0)
        teller_say(t, "The capture begins within the first outage: when that began, and what was normal "
                      "before, cannot be told.");
    else
        tell_warmup(t);
    for (guint i = 0; i < a->n_outages; i++)
        if (!a->outages[i].recovered)
            teller_say(
                t,
                "The capture ends within an outage: how its clients came back, and whether, cannot be told.");
}

/* --- all of it ---------------------------------------------------------------------------------------- */

static void tell_one_sided(const struct teller *t)
{
    teller_say(t, "No message comes from the server: one direction was captured, or it was down all the "
                  "time. Outages, answers, delays and registered clients cannot be told.");
}

static void tell_findings(const struct teller *t)
{
    teller_topic(t, "Other findings");
    tell_retry_after(t);
    tell_keepalive(t);
    tell_delays(t);
}

/* The server's own sentences, behind those of the capture. */
static void tell_all_of_server(struct teller *t, guint server)
{
    static const struct storm_series no_series = {0};
    t->a = summary_analysis(t->r, server);
    t->server = &t->r->servers[server];
    t->series = t->r->series ? &t->r->series[server] : &no_series;
    tell_server(t);
    if (t->r->one_sided)
        tell_one_sided(t);
    teller_topic(t, t->a->n_outages ? "Normal traffic" : "The traffic");
    tell_normal(t);
    tell_outages(t);
    tell_findings(t);
    teller_topic(t, "What would have helped");
    tell_what_if(t);
    teller_topic(t, "What this capture cannot tell");
    tell_limits(t);
}

static struct teller teller_of(const struct storm_result *r, GArray *topics)
{
    return (struct teller){.list = g_ptr_array_new_with_free_func(g_free), .topics = topics, .r = r};
}

GPtrArray *summary_of_server(const struct storm_result *r, guint server, GArray *topics)
{
    struct teller t = teller_of(r, topics);
    teller_topic(&t, "The server");
    tell_all_of_server(&t, server);
    return t.list;
}

GPtrArray *summary_of_capture(const struct storm_result *r, GArray *topics)
{
    struct teller t = teller_of(r, topics);
    teller_topic(&t, "The capture");
    if (!r->counted) {
        teller_say(&t, "There is no SIP message in this capture.");
        return t.list;
    }
    tell_capture(&t);
    tell_ignored(&t);
    if (r->n_servers)
        tell_all_of_server(&t, 0);
    else
        teller_say(&t, "No server was found.");
    return t.list;
}

GPtrArray *storm_summary(const struct storm_result *r)
{
    return summary_of_capture(r, NULL);
}

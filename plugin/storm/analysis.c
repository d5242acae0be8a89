/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

static void take_outages(const struct view *v, gboolean one_sided)
{
    struct storm_analysis *a = v->a;
    const GArray *found = v->registrar->outages;
    a->outages = g_new0(struct storm_outage, found->len);
    for (guint i = 0; i < found->len && !one_sided; i++) {
        const struct found_outage *o = &g_array_index(found, struct found_outage, i);
        a->outages[a->n_outages++] = (struct storm_outage){
            .server = v->server,
            .start_us = o->start_us,
            .end_us = o->end_us,
            .recovered = o->recovered,
            .parts = (const struct storm_outage_part *)(void *)o->parts->data,
            .n_parts = o->parts->len,
        };
    }
}

static void take_registrar(const struct view *v, gboolean one_sided)
{
    struct registrar *r = v->registrar;
    struct storm_analysis *a = v->a;
    a->warmup_us = delays_at(&r->lifetimes, rank_of(r->lifetimes.n, 95));
    a->estimated = r->estimated;
    a->request_delay = delays_result(&r->request_delay);
    a->ineffective = r->ineffective;
    a->retry_after = retry_after_result(r->retry_after, v->duration_us);
    if (!one_sided)
        retry_result(r, v->duration_us, a);
}

static void take_keepalive(const struct view *v)
{
    const struct keepalive *k = &v->candidate->keepalive;
    memcpy(v->a->keepalive, k->use, sizeof k->use);
    v->a->frames = k->frames;
    v->a->bytes = k->bytes;
}

static void analyse(struct storm *s, guint server)
{
    struct storm_result *r = &s->result;
    struct view v = {.series = r->series[server],
                     .duration_us = r->duration_us,
                     .server = server,
                     .a = &r->analyses[server],
                     .candidate = s->listed[server]};
    v.registrar = v.candidate ? v.candidate->registrar : NULL;
    v.a->warmup_us = STORM_TIME_NONE;
    v.a->request_delay = delays_result(&(struct delays){NULL, 0});
    if (v.registrar) {
        outage_finish(v.registrar, v.duration_us);
        s->curves[server] = registrar_curve(v.registrar, v.series.n_bins);
        r->series[server].registered = v.series.registered = s->curves[server];
        take_outages(&v, r->one_sided);
        take_registrar(&v, r->one_sided);
        if (v.a->n_outages)
            phase_storms(&v);
        peak_result(&v);
        if (server == 0) /* the others' is not told */
            whatif_result(&v);
    }
    if (v.candidate)
        take_keepalive(&v);
    phase_result(&v, r->one_sided);
}

/* How the outermost server's clients retried, by their User-Agents. */
static void count_families(struct storm *s)
{
    const struct candidate *c = s->result.n_servers ? s->listed[0] : NULL;
    const struct registrar *r = c ? c->registrar : NULL;
    for (guint i = 0; r && !s->result.one_sided && i < r->bindings->len; i++) {
        const struct binding *b = binding_at(r, i);
        const char *name = b->retry ? identities_family(&s->identities, b->family) : NULL;
        for (guint j = 0; name && j < s->result.n_families; j++)
            if (g_str_equal(s->result.families[j].name, name))
                s->result.families[j].patterns[retry_pattern(b, s->result.duration_us).kind]++;
    }
}

void analysis_result(struct storm *s)
{
    struct storm_result *r = &s->result;
    recent_expire(&s->transactions.recent, (gint64)MIN(r->duration_us, G_MAXINT64));
    sessions_result(&s->sessions, r->duration_us, &r->sessions);
    r->analyses = g_new0(struct storm_analysis, r->n_servers);
    s->curves = g_new0(guint32 *, r->n_servers);
    for (guint i = 0; i < r->n_servers; i++)
        analyse(s, i);
    count_families(s);
}

void analysis_clear(struct storm_analysis *a)
{
    for (guint i = 0; i < a->n_patterns; i++)
        g_free((gpointer)a->patterns[i].attempts_us);
    for (guint i = 0; i < a->n_what_if; i++)
        g_free((gpointer)a->what_if[i].registered);
    g_free(a->phases);
    g_free(a->outages);
    g_free(a->storms);
    g_free(a->patterns);
    g_free(a->what_if);
}

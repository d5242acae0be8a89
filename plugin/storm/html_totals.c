/* The report's sections about what has no phase.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "html.h"

void page_keepalive(struct page *p)
{
    html_table(p, "Keep-alive by mechanism",
               "Mechanism|#Messages|#Frames|#Share of the frames|#Share of the bytes");
    for (guint i = 0; i < KEEP_COUNT; i++) {
        const struct storm_keepalive_use *k = &p->a->keepalive[i];
        html_row(p, words_keepalive((enum storm_keepalive)i));
        html_count(p, k->messages);
        html_count(p, k->frames);
        html_share(p, k->frames, p->a->frames);
        html_share(p, k->bytes, p->a->bytes);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_delays(struct page *p)
{
    const struct storm_sessions *s = &p->r->sessions;
    const struct {
        const char *name;
        const struct storm_delays *delays;
    } rows[] = {
        {"Registration request delay", &p->a->request_delay},
        {"Session request delay", &s->request_delay},
        {"Failed session request delay", &s->failed_request_delay},
        {"Session disconnect delay", &s->disconnect_delay},
        {"Session duration", &s->duration},
    };
    html_table(p, "Delays (RFC 6076)", "Delay|#Number|#Median|#90 %|#99 %|#Longest");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct storm_delays *d = rows[i].delays;
        const guint64 quantiles[] = {d->p50_us, d->p90_us, d->p99_us, d->max_us};
        html_row(p, rows[i].name);
        html_count(p, d->count);
        for (guint k = 0; k < G_N_ELEMENTS(quantiles); k++)
            html_duration(p, d->count ? quantiles[k] : STORM_TIME_NONE);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_attempts(struct page *p)
{
    const struct storm_sessions *s = &p->r->sessions;
    const struct {
        const char *name;
        const struct storm_part_of *share;
    } rows[] = {
        {"Ineffective registration attempts", &p->a->ineffective},
        {"Session establishment", &s->established},
        {"Session establishment effectiveness", &s->effective},
        {"Ineffective session attempts", &s->ineffective},
        {"Session completion", &s->completed},
    };
    html_table(p, "Attempts (RFC 6076)", "Metric|#Attempts|#Of them|#Share");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        html_row(p, rows[i].name);
        html_count(p, rows[i].share->all);
        html_count(p, rows[i].share->part);
        html_share(p, rows[i].share->part, rows[i].share->all);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_retry_after(struct page *p)
{
    const struct storm_retry_after *x = &p->a->retry_after;
    guint64 all = x->honoured + x->ignored + x->late + x->none;
    const struct {
        const char *name;
        guint64 n;
    } rows[] = {{"honoured", x->honoured},
                {"ignored: came earlier", x->ignored},
                {"came later", x->late},
                {"did not come again", x->none}};
    if (!all) {
        html_put(p, "<p>No answer with Retry-After can be followed in this capture.</p>\n");
        return;
    }
    html_table(p, "Answers with Retry-After: what the client did", "Client|#Answers|#Share");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        html_row(p, rows[i].name);
        html_count(p, rows[i].n);
        html_share(p, rows[i].n, all);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_servers(struct page *p)
{
    html_table(p, "Servers, the outermost first", "Address|Ports|#Addresses that send to it|#Clients");
    for (guint i = 0; i < p->r->n_servers; i++) {
        const struct storm_server *s = &p->r->servers[i];
        html_row(p, s->label);
        html_put(p, "<td>");
        for (guint k = 0; k < s->n_ports; k++)
            html_put(p, "%s%u", k ? ", " : "", s->ports[k]);
        html_put(p, "</td>");
        html_count(p, s->sources);
        html_count(p, s->clients);
        html_row_end(p);
    }
    html_table_end(p);
}

void page_identities(struct page *p)
{
    const struct {
        const char *name;
        guint64 n;
    } rows[] = {
        {"users", p->r->identities.users},
        {"domains", p->r->identities.domains},
        {"addresses", p->r->identities.addresses},
        {"products (User-Agent, Server)", p->r->identities.user_agents},
        {"messages", p->r->counted},
        {"messages captured twice, left out", p->r->duplicates},
        {"requests with two \"@\" in a URI", p->r->ignored_requests},
    };
    html_table(p, "How many different ones", "What|#Number");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        html_row(p, rows[i].name);
        html_count(p, rows[i].n);
        html_row_end(p);
    }
    html_table_end(p);
}

/* Results as lines of text, as other taps of tshark print them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_page.h"

#define COUNT_FORMAT "%12" G_GUINT64_FORMAT

/* A row of a table: what, how often, and its share of `of`. */
static void print_row(const struct page *page, const char *name, guint64 n, guint64 of)
{
    char share[NUMBER_MAX];
    number_ratio(n, of, share);
    page_line(page, "  %-20s " COUNT_FORMAT "   %s", name, n, share);
}

static guint64 sum(const guint64 *n, guint count)
{
    guint64 total = 0;
    for (guint i = 0; i < count; i++)
        total += n[i];
    return total;
}

static void print_head(const struct page *page, const struct storm_result *r)
{
    char utc[NUMBER_MAX], seconds[NUMBER_MAX], rate[NUMBER_MAX];
    const char *start = r->counted ? number_utc(r->start_us, utc) : NULL;
    page_line(page, "Messages %" G_GUINT64_FORMAT ", and %" G_GUINT64_FORMAT " captured twice", r->counted,
          r->duplicates);
    page_line(page, "Start    %s", start ? start : "-");
    page_line(page, "Duration %s s, %s messages a second", number_seconds(r->duration_us, seconds),
          number_ratio(r->counted, r->duration_us / 1000000 + 1, rate));
    if (r->ignored_requests)
        page_line(page, "Requests with two \"@\" in a URI: %" G_GUINT64_FORMAT, r->ignored_requests);
    if (r->one_sided)
        page_line(page, "The server sends nothing here: one direction was captured, or it is down.");
}

static void print_messages(const struct page *page, const struct storm_messages *m)
{
    guint64 requests = sum(m->requests, METHOD_COUNT), responses = sum(m->responses, STATUS_COUNT);
    char code[NUMBER_MAX];
    page_section(page, "Requests                    count    share");
    for (guint i = 0; i < METHOD_COUNT; i++)
        if (m->requests[i])
            print_row(page, storm_method_name((enum storm_method)i), m->requests[i], requests);
    print_row(page, "all", requests, requests);
    page_section(page, "Responses                   count    share");
    for (guint i = 0; i < STATUS_COUNT; i++)
        if (m->responses[i])
            print_row(page, i == STATUS_OTHER ? "other" : number_count(STATUS_MIN + i, code), m->responses[i],
                      responses);
    print_row(page, "all", responses, responses);
}

static void print_direction(const struct page *page, const struct storm_result *r)
{
    page_section(page, "Direction                   count    share");
    print_row(page, "to server", r->direction.to_server, r->counted);
    print_row(page, "from server", r->direction.from_server, r->counted);
    print_row(page, "between servers", r->direction.internal, r->counted);
    print_row(page, "other", r->direction.other, r->counted);
}

/* Ports as "5060,5061"; what does not fit ends in "..". */
static const char *ports_text(const struct storm_server *server, char *out, gsize size)
{
    gsize at = 0;
    g_strlcpy(out, server->n_ports ? "" : "-", size);
    for (guint i = 0; i < server->n_ports; i++) {
        gboolean last = i + 1 == server->n_ports;
        if (at + (last ? 7 : 9) > size) {
            g_strlcpy(out + at, "..", size - at);
            break;
        }
        at += (gsize)g_snprintf(out + at, size - at, "%s%u", i ? "," : "", server->ports[i]);
    }
    return out;
}

static void print_servers(const struct page *page, const struct storm_result *r)
{
    char ports[14]; /* what is left of the line */
    page_section(page, "Servers, the outermost first                 sources   clients  ports");
    for (guint i = 0; i < r->n_servers; i++)
        page_line(page, "  %-40s %9u %9u  %s", r->servers[i].label, r->servers[i].sources, r->servers[i].clients,
              ports_text(&r->servers[i], ports, sizeof ports));
    if (r->n_servers == 0)
        page_line(page, "  none");
}

static void print_identities(const struct page *page, const struct storm_result *r)
{
    page_section(page, "Identities                  count");
    page_line(page, "  %-20s %12u", "users", r->identities.users);
    page_line(page, "  %-20s %12u", "domains", r->identities.domains);
    page_line(page, "  %-20s %12u", "addresses", r->identities.addresses);
    page_line(page, "  %-20s %12u", "user agents", r->identities.user_agents);
    if (r->n_families == 0)
        return;
    page_section(page, "User-Agent families      requests   clients");
    for (guint i = 0; i < r->n_families; i++)
        page_line(page, "  %-18s " COUNT_FORMAT " %9u", r->families[i].name, r->families[i].messages,
              r->families[i].clients);
}

void storm_report_text(const struct storm_result *r, void (*print_line)(void *arg, const char *line),
                       void *arg)
{
    struct page page = {print_line, arg};
    page_rule(&page, '=');
    page_line(&page, "SIP statistics (SiAnTo)");
    page_line(&page, "%s", "");
    print_head(&page, r);
    print_messages(&page, &r->messages);
    print_direction(&page, r);
    print_servers(&page, r);
    print_identities(&page, r);
    page_rule(&page, '=');
}

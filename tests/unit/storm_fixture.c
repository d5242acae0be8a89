/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_fixture.h"

#include <string.h>

#define US G_GUINT64_CONSTANT(1000000)
/* 2026-08-19T12:00:00Z */
#define START_US (G_GINT64_CONSTANT(1787140800) * 1000000)

enum {
    OUTAGE_S = 720,
    STORM_S = 720 + 1263,
    STORM_END_S = STORM_S + 40,
    END_S = 2640,
    LONG_S = 100000,
    CLIENTS = 3152,
    BACK = 1988
};

static gpointer own(struct storm_fixture *f, gpointer memory)
{
    g_ptr_array_add(f->owned, memory);
    return memory;
}

/* --- series -------------------------------------------------------------------------------------------- */

/* The same on each run: 0 to n - 1. */
static guint32 any(guint32 *state, guint32 n)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % n;
}

/* Registered clients by second: all, then fewer as 180 s run out, none, the storm, and those who wait. */
static guint32 registered_at(guint s)
{
    if (s < OUTAGE_S)
        return CLIENTS - 6 + s % 7;
    if (s < OUTAGE_S + 180)
        return (guint32)(CLIENTS * (180u - (s - OUTAGE_S)) / 180u);
    if (s < STORM_S)
        return 0;
    if (s < STORM_END_S)
        return BACK - BACK * (STORM_END_S - s) * (STORM_END_S - s) / 1600;
    return MIN(BACK + (s - STORM_END_S) * 7 / 4, 3011);
}

static guint32 registers_at(guint s, guint32 noise)
{
    if (s < OUTAGE_S || s >= STORM_END_S)
        return 58 + noise % 30;
    if (s < STORM_S)
        return 370 + noise % 90;
    guint t = s - STORM_S;
    static const guint32 first[] = {611, 1204, 1012, 540, 302, 211, 166};
    if (t < G_N_ELEMENTS(first))
        return first[t];
    return t >= 33 && t <= 35 ? 268 + (t == 34) * 74 : 96 + noise % 30;
}

static struct storm_bin bin_at(guint s, guint32 noise)
{
    struct storm_bin b = {.reg = registers_at(s, noise)};
    if (s >= OUTAGE_S && s < STORM_S) {
        b.to = b.reg + 110 + noise % 40;
    } else {
        b.to = b.reg * 3 / 2 + 90 + noise % 33;
        b.from = b.to * 45 / 55;
    }
    if (s >= STORM_S && s < STORM_END_S)
        b.status_5xx = s - STORM_S >= 2 && s - STORM_S <= 6 ? 320 - 40 * (s - STORM_S - 2) : noise % 9;
    b.total = b.to + b.from;
    return b;
}

static struct storm_series make_series(struct storm_fixture *f, guint n_bins)
{
    guint n_blocks = (n_bins + STORM_BLOCK_S - 1) / STORM_BLOCK_S;
    struct storm_bin **blocks = own(f, g_new0(struct storm_bin *, n_blocks));
    guint32 *registered = own(f, g_new0(guint32, n_bins)), state = 7;
    for (guint i = 0; i < n_blocks; i++)
        blocks[i] = own(f, g_new0(struct storm_bin, STORM_BLOCK_S));
    for (guint s = 0; s < n_bins; s++) {
        blocks[s / STORM_BLOCK_S][s % STORM_BLOCK_S] = bin_at(s, any(&state, 1000));
        registered[s] = registered_at(s);
    }
    return (struct storm_series){n_bins, blocks, n_blocks, registered};
}

/* --- an analysis -----------------------------------------------------------------------------------------
 */

static struct storm_phase make_phase(const struct storm_series *series, enum storm_phase_kind kind,
                                     guint from, guint to)
{
    struct storm_phase p = {
        .kind = kind, .start_us = from * US, .end_us = to * US, .first_s = from, .seconds = to - from};
    for (guint s = from; s < to; s++) {
        struct storm_bin b = storm_series_at(series, s);
        p.to += b.to;
        p.from += b.from;
        p.total += b.total;
        p.register_pps_peak = MAX(p.register_pps_peak, b.reg);
        p.messages.requests[METHOD_REGISTER] += b.reg;
        p.messages.requests[METHOD_OPTIONS] += (b.to - b.reg) * 5 / 9;
        p.messages.requests[METHOD_NOTIFY] += (b.to - b.reg) / 5;
        p.messages.requests[METHOD_SUBSCRIBE] += (b.to - b.reg) / 6;
        p.messages.responses[500 - STATUS_MIN] += b.status_5xx;
        p.messages.responses[200 - STATUS_MIN] += (b.from - b.status_5xx) * 3 / 5;
        p.messages.responses[401 - STATUS_MIN] += (b.from - b.status_5xx) / 3;
    }
    p.messages.requests[METHOD_INVITE] = kind == PHASE_NORMAL ? 203 : 11;
    p.messages.requests[METHOD_ACK] = kind == PHASE_NORMAL ? 190 : 0;
    p.registered_start = series->registered[from];
    p.registered_end = series->registered[to - 1];
    return p;
}

static void make_phases(struct storm_fixture *f, struct storm_analysis *a, const struct storm_series *series)
{
    a->phases = own(f, g_new0(struct storm_phase, 4));
    a->phases[0] = make_phase(series, PHASE_NORMAL, 0, OUTAGE_S);
    a->phases[1] = make_phase(series, PHASE_OUTAGE, OUTAGE_S, STORM_S);
    a->phases[2] = make_phase(series, PHASE_STORM, STORM_S, STORM_END_S);
    a->phases[3] = make_phase(series, PHASE_RECOVERY, STORM_END_S, END_S);
    a->phases[3].end_us = STORM_TIME_NONE;
    a->n_phases = 4;
}

static void make_outage(struct storm_fixture *f, struct storm_analysis *a, guint server)
{
    struct storm_outage_part *part = own(f, g_new0(struct storm_outage_part, 1));
    *part = (struct storm_outage_part){OUTAGE_SILENT, OUTAGE_S * US, STORM_S * US};
    a->outages = own(f, g_new0(struct storm_outage, 2));
    a->outages[0] = (struct storm_outage){server, OUTAGE_S * US, STORM_S * US, TRUE, part, 1};
    a->n_outages = 1;
}

static void make_storm(struct storm_fixture *f, struct storm_analysis *a)
{
    a->storms = own(f, g_new0(struct storm_storm, 1));
    a->storms[0] = (struct storm_storm){
        .start_us = STORM_S * US,
        .end_us = STORM_END_S * US,
        .recovery_end_us = STORM_TIME_NONE,
        .peak_pps = 1204,
        .peak_s = STORM_S + 1,
        .clients_before = CLIENTS,
        .bindings = CLIENTS,
        .returned = 3011,
        .reregistered = BACK,
        .status_5xx = {a->phases[2].messages.responses[500 - STATUS_MIN], a->phases[2].from},
        .reregistration = {3011, 6 * US + 400000, 412 * US, 588 * US, 625 * US},
        .level_mpps = 72345,
        .spikes = {{STORM_S + 34, 342, CAUSE_ERROR, {271, 298}}},
        .n_spikes = 1,
        .echoes = {{STORM_S + 164, 388, CAUSE_ECHO, {402, 431}},
                   {STORM_S + 328, 290, CAUSE_ECHO, {350, 360}}},
        .n_echoes = 2,
    };
    a->n_storms = 1;
}

/* Times from a first one on: a gap of each in turn, without end 0. */
static struct storm_pattern make_pattern(struct storm_fixture *f, enum storm_pattern_kind kind,
                                         guint64 clients, const char *client, const guint *gaps, guint n_gaps,
                                         guint stop)
{
    guint64 *times = own(f, g_new0(guint64, 512));
    guint n = 0, s = 540 + (guint)kind * 17;
    for (; s < OUTAGE_S; s += 90)
        times[n++] = s * US + 250000;
    for (guint i = 0; s < stop && n < 470; s += gaps[i++ % n_gaps])
        times[n++] = s * US + 250000;
    for (s = MAX(s, STORM_S); stop == STORM_S && s < END_S && n < 512; s += 90)
        times[n++] = s * US + 100000 * kind;
    return (struct storm_pattern){.kind = kind,
                                  .clients = clients,
                                  .interval_us = {STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE},
                                  .tries = {STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE},
                                  .wait_us = {STORM_TIME_NONE, STORM_TIME_NONE, STORM_TIME_NONE},
                                  .typical = client,
                                  .attempts_us = times,
                                  .n_attempts = n};
}

static void make_patterns(struct storm_fixture *f, struct storm_analysis *a)
{
    static const guint backoff[] = {60, 120, 240, 480, 960}, burst[] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 180},
                       fixed[] = {12}, gave_up[] = {5, 10, 15, 30, 60, 120}, seldom[] = {500, 700};
    struct storm_pattern *p = own(f, g_new0(struct storm_pattern, PATTERN_COUNT));
    p[0] = make_pattern(f, PATTERN_BACKOFF, 402, "u17@d1.invalid", backoff, 5, STORM_S);
    p[0].interval_us = (struct storm_spread){60 * US, 120 * US, 240 * US};
    p[0].wait_us = (struct storm_spread){240 * US, 960 * US, 1200 * US};
    p[1] = make_pattern(f, PATTERN_BURST, 921, "u203@d1.invalid", burst, 12, STORM_S);
    p[1].interval_us = (struct storm_spread){1 * US, 3 * US, 5 * US};
    p[1].tries = (struct storm_spread){8, 12, 20};
    p[1].wait_us = (struct storm_spread){30 * US, 180 * US, 1200 * US};
    p[2] = make_pattern(f, PATTERN_FIXED, 1424, "u1044@d1.invalid", fixed, 1, STORM_S);
    p[2].interval_us = (struct storm_spread){1 * US, 12 * US, 17 * US};
    p[3] = make_pattern(f, PATTERN_GAVE_UP, 97, "u88@d1.invalid", gave_up, 6, OUTAGE_S + 280);
    p[3].interval_us = (struct storm_spread){10 * US, 15 * US, 60 * US};
    p[4] = make_pattern(f, PATTERN_UNDETERMINED, 308, "u5@d1.invalid", seldom, 2, STORM_S);
    a->patterns = p;
    a->n_patterns = PATTERN_COUNT;
    a->retry_clients = CLIENTS;
}

static struct storm_what_if make_what_if(struct storm_fixture *f, enum storm_model model, guint32 rate,
                                         guint32 spread)
{
    guint32 *curve = own(f, g_new0(guint32, 900));
    struct storm_what_if w = {.model = model,
                              .rate_pps = rate,
                              .spread_s = spread,
                              .seed = 1,
                              .clients = CLIENTS,
                              .lost = 41,
                              .to_95_us = STORM_TIME_NONE,
                              .start_us = STORM_S * US,
                              .registered = curve,
                              .n_seconds = 900,
                              .peak_pps = 700 + rate / 4};
    guint slow = model == MODEL_RATE_LIMIT ? 9 : model == MODEL_CAPACITY ? 2 : 3;
    for (guint i = 0; i < 900; i++) {
        curve[i] = MIN((i + 1) * rate / slow, CLIENTS - 41);
        if (spread && i < spread)
            curve[i] = MIN(curve[i], CLIENTS * (i + 1) / spread);
        if (w.to_95_us == STORM_TIME_NONE && curve[i] * 100 >= CLIENTS * 95)
            w.to_95_us = i * US;
    }
    return w;
}

static void make_what_ifs(struct storm_fixture *f, struct storm_analysis *a)
{
    a->what_if = own(f, g_new0(struct storm_what_if, 9));
    for (guint i = 0; i < 3; i++) {
        a->what_if[i] = make_what_if(f, MODEL_RATE_LIMIT, 301u << i, 0);
        a->what_if[3 + i] = make_what_if(f, MODEL_CAPACITY, 301u << i, 0);
        a->what_if[6 + i] = make_what_if(f, MODEL_RETRY_AFTER, 301, (guint32[]){30, 120, 300}[i]);
    }
    a->n_what_if = 9;
}

static void make_rest(struct storm_analysis *a)
{
    static const struct storm_keepalive_use use[KEEP_COUNT] = {[KEEP_CRLF] = {0, 61234, 2571828},
                                                               [KEEP_EVENT] = {88120, 88120, 48120000},
                                                               [KEEP_OPTIONS] = {210400, 210400, 98210000},
                                                               [KEEP_REGISTER] = {301220, 301220, 170250000},
                                                               [KEEP_STUN] = {0, 1210, 74000}};
    memcpy(a->keepalive, use, sizeof use);
    a->frames = 1189204;
    a->bytes = G_GUINT64_CONSTANT(601230000);
    a->retry_after = (struct storm_retry_after){120, 310, 12, 4};
    a->warmup_us = 180 * US;
    a->estimated = 3020;
    a->request_delay = (struct storm_delays){61200, 42000, 188000, 3400000, 31200000};
    a->ineffective = (struct storm_part_of){220105, 281305};
}

static void make_analysis(struct storm_fixture *f, guint server)
{
    struct storm_analysis *a = &f->result.analyses[server];
    make_phases(f, a, &f->result.series[server]);
    make_outage(f, a, server);
    make_storm(f, a);
    make_patterns(f, a);
    make_what_ifs(f, a);
    make_rest(a);
}

/* --- results ------------------------------------------------------------------------------------------- */

static struct storm_fixture *fixture_new(guint n_servers, guint n_bins)
{
    struct storm_fixture *f = g_new0(struct storm_fixture, 1);
    struct storm_result *r = &f->result;
    f->owned = g_ptr_array_new_with_free_func(g_free);
    r->n_servers = n_servers;
    r->servers = own(f, g_new0(struct storm_server, MAX(n_servers, 1)));
    r->series = own(f, g_new0(struct storm_series, MAX(n_servers, 1)));
    r->analyses = own(f, g_new0(struct storm_analysis, MAX(n_servers, 1)));
    for (guint i = 0; i < n_servers; i++) {
        r->servers[i] =
            (struct storm_server){.ports = {5060}, .n_ports = 1, .sources = 2904 >> i, .clients = CLIENTS};
        g_snprintf(r->servers[i].label, sizeof r->servers[i].label, "192.0.2.%u", i + 1);
        r->series[i] = make_series(f, n_bins);
        r->analyses[i].warmup_us = STORM_TIME_NONE;
    }
    return f;
}

static void make_families(struct storm_fixture *f)
{
    static const struct storm_family families[] = {
        {"Asterisk", 410, 30211, {10, 20, 380, 0, 0}},
        {"FRITZ!OS", 1330, 201877, {300, 700, 300, 17, 13}},
        {"Linphone", 512, 44120, {92, 101, 244, 60, 15}},
        {"other", 900, 81002, {0, 100, 500, 20, 280}},
    };
    f->result.families = own(f, g_memdup2(families, sizeof families));
    f->result.n_families = G_N_ELEMENTS(families);
}

static void make_totals(struct storm_fixture *f)
{
    struct storm_result *r = &f->result;
    for (guint i = 0; i < r->analyses[0].n_phases; i++) {
        const struct storm_phase *p = &r->analyses[0].phases[i];
        for (guint m = 0; m < METHOD_COUNT; m++)
            r->messages.requests[m] += p->messages.requests[m];
        for (guint s = 0; s < STATUS_COUNT; s++)
            r->messages.responses[s] += p->messages.responses[s];
    }
    for (guint m = 0; m < METHOD_COUNT; m++)
        r->counted += r->messages.requests[m];
    for (guint s = 0; s < STATUS_COUNT; s++)
        r->counted += r->messages.responses[s];
    r->direction.other = r->counted;
    r->start_us = START_US;
    r->duration_us = END_S * US;
    r->duplicates = 17;
    r->ignored_requests = 1203;
    r->identities = (struct storm_identities){3301, 14, 2951, 88};
    r->sessions.request_delay = (struct storm_delays){203, 80000, 210000, 900000, 1100000};
    r->sessions.established = (struct storm_part_of){150, 203};
    make_families(f);
}

struct storm_fixture *fixture_tr01(void)
{
    struct storm_fixture *f = fixture_new(1, END_S);
    make_analysis(f, 0);
    make_totals(f);
    return f;
}

struct storm_fixture *fixture_long(void)
{
    struct storm_fixture *f = fixture_new(1, LONG_S);
    make_analysis(f, 0);
    make_totals(f);
    f->result.duration_us = LONG_S * US;
    return f;
}

struct storm_fixture *fixture_two_servers(void)
{
    struct storm_fixture *f = fixture_new(2, END_S);
    make_analysis(f, 0);
    make_analysis(f, 1);
    make_totals(f);
    return f;
}

struct storm_fixture *fixture_quiet(void)
{
    struct storm_fixture *f = fixture_new(1, END_S);
    struct storm_analysis *a = &f->result.analyses[0];
    f->result.series[0].n_bins = OUTAGE_S;
    a->phases = own(f, g_new0(struct storm_phase, 1));
    a->phases[0] = make_phase(&f->result.series[0], PHASE_NORMAL, 0, OUTAGE_S);
    a->n_phases = 1;
    make_rest(a);
    make_totals(f);
    f->result.duration_us = OUTAGE_S * US;
    return f;
}

struct storm_fixture *fixture_unrecovered(void)
{
    struct storm_fixture *f = fixture_tr01();
    struct storm_analysis *a = &f->result.analyses[0];
    struct storm_outage_part *parts = own(f, g_new0(struct storm_outage_part, 3));
    parts[0] = (struct storm_outage_part){OUTAGE_REFUSED, 2100 * US, 2200 * US};
    parts[1] = (struct storm_outage_part){OUTAGE_ERRORS, 2200 * US, 2500 * US};
    parts[2] = (struct storm_outage_part){OUTAGE_FAILING, 2500 * US, END_S * US};
    a->outages[0].start_us = 0;
    a->outages[1] = (struct storm_outage){0, 2100 * US, END_S * US, FALSE, parts, 3};
    a->n_outages = 2;
    a->phases[0] = make_phase(&f->result.series[0], PHASE_OUTAGE, 0, STORM_S);
    a->phases[1] = make_phase(&f->result.series[0], PHASE_STORM, STORM_S, 2100);
    a->phases[2] = make_phase(&f->result.series[0], PHASE_OUTAGE, 2100, END_S);
    a->n_phases = 3;
    a->storms[0].end_us = STORM_TIME_NONE;
    a->storms[0].clients_before = -1;
    return f;
}

struct storm_fixture *fixture_one_sided(void)
{
    struct storm_fixture *f = fixture_quiet();
    struct storm_analysis *a = &f->result.analyses[0];
    f->result.one_sided = TRUE;
    f->result.series[0].registered = NULL;
    a->phases[0].registered_start = a->phases[0].registered_end = -1;
    a->phases[0].total = a->phases[0].to;
    a->phases[0].from = 0;
    return f;
}

struct storm_fixture *fixture_empty(void)
{
    return fixture_new(0, 0);
}

struct storm_fixture *fixture_hostile(void)
{
    static const char *const names[] = {
        "</script><script>alert(1)</script>", "\"onmouseover=\"alert(1)", "javascript:alert(1)",
        "'><img src=x onerror=alert(1)>\xe2\x80\xa8{{json}}", "<!--<script>&#x3c;\xff\x01"};
    struct storm_fixture *f = fixture_tr01();
    struct storm_analysis *a = &f->result.analyses[0];
    f->result.private_names = TRUE;
    g_strlcpy(f->result.servers[0].label, "</script><script>alert(2)</script>", STORM_LABEL_MAX);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        a->patterns[i].typical = names[i];
    return f;
}

void fixture_free(struct storm_fixture *f)
{
    g_ptr_array_unref(f->owned);
    g_free(f);
}

/* --- JSON ------------------------------------------------------------------------------------------------
 */

struct writer {
    GString *text;
    gboolean comma;
};

static void put_comma(struct writer *w)
{
    if (w->comma)
        g_string_append_c(w->text, ',');
    w->comma = TRUE;
}

static void begin(struct writer *w, char bracket)
{
    put_comma(w);
    g_string_append_c(w->text, bracket);
    w->comma = FALSE;
}

static void end(struct writer *w, char bracket)
{
    g_string_append_c(w->text, bracket);
    w->comma = TRUE;
}

static void begin_object(void *arg)
{
    begin(arg, '{');
}

static void end_object(void *arg)
{
    end(arg, '}');
}

static void begin_array(void *arg)
{
    begin(arg, '[');
}

static void end_array(void *arg)
{
    end(arg, ']');
}

static void put_quoted(struct writer *w, const char *text)
{
    g_string_append_c(w->text, '"');
    for (; *text; text++) {
        if ((guchar)*text < 0x20 || *text == '"' || *text == '\\')
            g_string_append_printf(w->text, "\\u%04x", (guint)(guchar)*text);
        else
            g_string_append_c(w->text, *text);
    }
    g_string_append_c(w->text, '"');
}

static void write_name(void *arg, const char *name)
{
    struct writer *w = arg;
    put_comma(w);
    put_quoted(w, name);
    g_string_append_c(w->text, ':');
    w->comma = FALSE;
}

static void write_string(void *arg, const char *text)
{
    put_comma(arg);
    put_quoted(arg, text);
}

static void write_raw(void *arg, const char *text)
{
    put_comma(arg);
    g_string_append(((struct writer *)arg)->text, text);
}

char *fixture_json(const struct storm_result *r)
{
    struct writer w = {g_string_new(NULL), FALSE};
    const struct storm_json out = {begin_object, end_object,   begin_array, end_array,
                                   write_name,   write_string, write_raw,   &w};
    storm_report_json(r, NULL, &out);
    return g_string_free(w.text, FALSE);
}

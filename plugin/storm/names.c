/* Words of the closed lists, as JSON has them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm.h"

#include <string.h>

static const char *const patterns[PATTERN_COUNT] = {"backoff", "burst", "fixed", "gave-up", "undetermined"};
static const char *const outages[OUTAGE_KIND_COUNT] = {"silent", "refused", "errors", "failing"};
static const char *const causes[CAUSE_COUNT] = {"retry-after", "error", "period", "echo", "unknown"};
static const char *const phases[PHASE_KIND_COUNT] = {"normal", "outage", "storm", "recovery"};
static const char *const keepalives[KEEP_COUNT] = {"crlf", "event", "options", "register", "stun"};
static const char *const models[] = {"rate-limit", "capacity", "retry-after"};
static const char *const schema[] = {STORM_SCHEMA};

const char *storm_pattern_name(enum storm_pattern_kind kind)
{
    return patterns[kind];
}

const char *storm_outage_kind_name(enum storm_outage_kind kind)
{
    return outages[kind];
}

const char *storm_cause_name(enum storm_cause cause)
{
    return causes[cause];
}

const char *storm_phase_kind_name(enum storm_phase_kind kind)
{
    return phases[kind];
}

const char *storm_keepalive_name(enum storm_keepalive mechanism)
{
    return keepalives[mechanism];
}

const char *storm_model_name(enum storm_model model)
{
    return models[model];
}

void storm_names_own(void (*text)(void *arg, const char *text, gsize n), void *arg)
{
    static const struct {
        const char *const *names;
        guint n;
    } lists[] = {
        {patterns, G_N_ELEMENTS(patterns)}, {outages, G_N_ELEMENTS(outages)},       {causes, G_N_ELEMENTS(causes)},
        {phases, G_N_ELEMENTS(phases)},     {keepalives, G_N_ELEMENTS(keepalives)}, {models, G_N_ELEMENTS(models)},
        {schema, G_N_ELEMENTS(schema)},
    };
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 0; j < lists[i].n; j++)
            text(arg, lists[i].names[j], strlen(lists[i].names[j]));
}

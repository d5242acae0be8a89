/* Words of the closed lists, for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "prose.h"
#include "report.h"

const char *words_outage(enum storm_outage_kind kind)
{
    static const char *const words[OUTAGE_KIND_COUNT] = {
        "silent",
        "out of reach (connections and packets were refused)",
        "answering with errors only (5xx, 408)",
        "answering, but registering nobody",
    };
    return words[kind];
}

const char *words_pattern(enum storm_pattern_kind kind)
{
    static const char *const words[PATTERN_COUNT] = {
        "waits longer each time", "bursts, then a pause", "fixed interval", "gave up", "not to be told",
    };
    return words[kind];
}

const char *words_cause(enum storm_cause cause)
{
    static const char *const words[CAUSE_COUNT] = {
        "had been told by Retry-After when to come back",
        "had got an error and waited by their own timer before they tried again",
        "came back by their own fixed period",
        "were refreshing: they had registered together, and their lifetimes ran in step",
        "have no cause in common that this capture shows",
    };
    return words[cause];
}

const char *words_keepalive(enum storm_keepalive mechanism)
{
    static const char *const words[KEEP_COUNT] = {
        "empty packets (CRLF, NUL)",
        "SUBSCRIBE and NOTIFY of event keep-alive",
        "OPTIONS, repeated outside of a dialog",
        "REGISTER refreshes that a lifetime up to 300 s demands",
        "STUN on the SIP port",
    };
    return words[mechanism];
}

char *words_model(const struct storm_what_if *w)
{
    char rate[PROSE_MAX], spread[PROSE_MAX];
    prose_count(w->rate_pps, rate);
    if (w->model == MODEL_CAPACITY)
        return g_strdup_printf("a server that serves %s requests a second", rate);
    if (w->model == MODEL_RATE_LIMIT)
        return g_strdup_printf("a limit of %s requests a second before the server, that drops the others",
                               rate);
    return g_strdup_printf(
        "a limit of %s requests a second that tells the others to come back within %s (Retry-After)", rate,
        prose_duration(w->spread_s * G_GUINT64_CONSTANT(1000000), spread));
}

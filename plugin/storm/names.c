/* Words of the closed lists, as JSON has them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm.h"

const char *storm_pattern_name(enum storm_pattern_kind kind)
{
    static const char *const names[PATTERN_COUNT] = {"backoff", "burst", "fixed", "gave-up", "undetermined"};
    return names[kind];
}

const char *storm_outage_kind_name(enum storm_outage_kind kind)
{
    static const char *const names[OUTAGE_KIND_COUNT] = {"silent", "refused", "errors", "failing"};
    return names[kind];
}

const char *storm_cause_name(enum storm_cause cause)
{
    static const char *const names[CAUSE_COUNT] = {"retry-after", "error", "period", "echo", "unknown"};
    return names[cause];
}

const char *storm_phase_kind_name(enum storm_phase_kind kind)
{
    static const char *const names[PHASE_KIND_COUNT] = {"normal", "outage", "storm", "recovery"};
    return names[kind];
}

const char *storm_keepalive_name(enum storm_keepalive mechanism)
{
    static const char *const names[KEEP_COUNT] = {"crlf", "event", "options", "register", "stun"};
    return names[mechanism];
}

const char *storm_model_name(enum storm_model model)
{
    static const char *const names[] = {"rate-limit", "capacity", "retry-after"};
    return names[model];
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

static const struct {
    const char *name, *text;
} reasons[DROP_COUNT] = {
    [DROP_NONE] = {"none", "kept"},
    [DROP_LINK_TYPE] = {"link-type", "link type not supported"},
    [DROP_NETWORK] = {"network", "neither IPv4 nor IPv6"},
    [DROP_TRANSPORT] = {"transport", "transport protocol not supported"},
    [DROP_FRAGMENT] = {"fragment", "IP fragment"},
    [DROP_TUNNEL] = {"tunnel", "encapsulated or encrypted"},
    [DROP_MALFORMED] = {"malformed", "lengths contradict each other or headers are cut"},
    [DROP_NOT_SIP] = {"not-sip", "not SIP"},
    [DROP_TOO_LONG] = {"too-long", "too long for its frame"},
};

const char *drop_reason_name(enum drop_reason reason)
{
    g_return_val_if_fail(reason < DROP_COUNT, "?");
    return reasons[reason].name;
}

const char *drop_reason_text(enum drop_reason reason)
{
    g_return_val_if_fail(reason < DROP_COUNT, "?");
    return reasons[reason].text;
}

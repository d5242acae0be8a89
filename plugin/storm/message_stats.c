/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

static const struct bytes methods[METHOD_COUNT] = {
    [METHOD_ACK] = BYTES_LIT("ACK"),
    [METHOD_BYE] = BYTES_LIT("BYE"),
    [METHOD_CANCEL] = BYTES_LIT("CANCEL"),
    [METHOD_INFO] = BYTES_LIT("INFO"),
    [METHOD_INVITE] = BYTES_LIT("INVITE"),
    [METHOD_MESSAGE] = BYTES_LIT("MESSAGE"),
    [METHOD_NOTIFY] = BYTES_LIT("NOTIFY"),
    [METHOD_OPTIONS] = BYTES_LIT("OPTIONS"),
    [METHOD_PRACK] = BYTES_LIT("PRACK"),
    [METHOD_PUBLISH] = BYTES_LIT("PUBLISH"),
    [METHOD_REFER] = BYTES_LIT("REFER"),
    [METHOD_REGISTER] = BYTES_LIT("REGISTER"),
    [METHOD_SUBSCRIBE] = BYTES_LIT("SUBSCRIBE"),
    [METHOD_UPDATE] = BYTES_LIT("UPDATE"),
    [METHOD_OTHER] = BYTES_LIT("other"),
};

const char *storm_method_name(enum storm_method method)
{
    g_return_val_if_fail(method < METHOD_COUNT, "?");
    return (const char *)methods[method].p;
}

enum storm_method storm_method_of(struct bytes name)
{
    for (guint i = 0; i < METHOD_OTHER; i++)
        if (bytes_eq(name, methods[i]))
            return (enum storm_method)i;
    return METHOD_OTHER;
}

void messages_count(struct storm_messages *m, const struct sip_event *e, enum storm_method method)
{
    if (e->request)
        m->requests[method]++;
    else if (e->status >= STATUS_MIN && e->status <= STATUS_MAX)
        m->responses[e->status - STATUS_MIN]++;
    else
        m->responses[STATUS_OTHER]++;
}

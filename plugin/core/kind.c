/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kind.h"

#include <glib.h>

static const char *const names[KIND_COUNT] = {
    [KIND_KEPT] = "kept",         [KIND_USER] = "user",         [KIND_PHONE] = "phone",
    [KIND_DOMAIN] = "domain",     [KIND_ADDRESS] = "address",   [KIND_MAC] = "mac",
    [KIND_AGENT] = "agent",       [KIND_CALL_ID] = "call-id",   [KIND_TAG] = "tag",
    [KIND_BRANCH] = "branch",     [KIND_NONCE] = "nonce",       [KIND_TOKEN] = "token",
    [KIND_DELETED] = "deleted",   [KIND_REDACTED] = "redacted", [KIND_SCRUBBED] = "scrubbed",
    [KIND_LENGTH] = "length",
};

const char *kind_name(enum kind kind)
{
    g_return_val_if_fail(kind < KIND_COUNT, "?");
    return names[kind];
}

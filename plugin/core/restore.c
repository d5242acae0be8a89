/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "restore.h"

static gboolean load_pair(struct tables *tables, const struct map_pair *pair)
{
    switch (pair->kind) {
    case KIND_USER:
    case KIND_PHONE:
    case KIND_DOMAIN:
    case KIND_AGENT:
        return labels_load(tables->labels, pair->kind, pair->original, pair->label);
    case KIND_CALL_ID:
    case KIND_TAG:
    case KIND_BRANCH:
    case KIND_NONCE:
    case KIND_TOKEN:
        return tokens_load(tables->tokens, pair->kind, pair->original, pair->label);
    default:
        return FALSE;
    }
}

gboolean restore_load(struct tables *tables, const struct map *map, GError **error)
{
    for (guint i = 0; i < map->pairs->len; i++) {
        if (load_pair(tables, &g_array_index(map->pairs, struct map_pair, i)))
            continue;
        g_set_error(error, SIANTO_MAP_ERROR, MAP_ERROR_FORMAT,
                    "map %s, pair %u: not of this key, or of other settings than it says", map->name, i + 1);
        return FALSE;
    }
    return TRUE;
}

void restore_reverse(struct tables *tables)
{
    labels_reverse(tables->labels);
    addresses_reverse(tables->addresses);
    tokens_reverse(tables->tokens);
    tables->restoring = TRUE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <string.h>

static struct session session;

static struct {
    struct key *random, *loaded;
    char *path; /* of `loaded` */
} keys;

struct session *session_get(void)
{
    return &session;
}

static const struct key *random_key(GError **error)
{
    if (!keys.random)
        keys.random = key_new_random(error);
    return keys.random;
}

static const struct key *loaded_key(const char *path, GError **error)
{
    if (keys.loaded && strcmp(keys.path, path) == 0)
        return keys.loaded;
    struct key *key = key_load(path, error);
    if (!key)
        return NULL;
    key_free(keys.loaded);
    g_free(keys.path);
    keys.loaded = key;
    keys.path = g_strdup(path);
    return key;
}

const struct key *session_key(const char *path, GError **error)
{
    if (!key_init_library(error))
        return NULL;
    return path ? loaded_key(path, error) : random_key(error);
}

void session_close(void)
{
    key_free(keys.random);
    key_free(keys.loaded);
    g_free(keys.path);
    memset(&keys, 0, sizeof keys);
}

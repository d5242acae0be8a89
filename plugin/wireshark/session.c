/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <glib/gstdio.h>
#include <string.h>

#include "host.h"
#include "kdf.h"

static struct session session;

static struct {
    struct key *random, *loaded;
    char *path; /* of `loaded` */
    char *capture; /* that `random` is for; NULL: any */
} keys;

struct session *session_get(void)
{
    return &session;
}

void session_use_capture(const char *path)
{
    if (g_strcmp0(keys.capture, path) == 0)
        return;
    g_free(keys.capture);
    keys.capture = g_strdup(path);
    g_clear_pointer(&keys.random, key_free);
}

static const struct key *random_key(GError **error)
{
    if (!keys.random)
        keys.random = key_new_random(error);
    return keys.random;
}

/* Only a new export may make the salt: who looks for originals has it, or will not find them. */
static struct key *key_of_passphrase(const struct options *o, GError **error)
{
    gboolean made = FALSE;
    struct key *key = kdf_key(o->key_pass, o->out && !o->restore, &made, error);
    if (made)
        host_say("%s.salt was made: the key is of passphrase and salt, so keep both", o->key_pass);
    return key;
}

static const struct key *loaded_key(const struct options *o, const char *path, GError **error)
{
    if (keys.loaded && strcmp(keys.path, path) == 0)
        return keys.loaded;
    struct key *key = path == o->key ? key_load(path, error) : key_of_passphrase(o, error);
    if (!key)
        return NULL;
    key_free(keys.loaded);
    g_free(keys.path);
    keys.loaded = key;
    keys.path = g_strdup(path);
    return key;
}

/* Preferences that are not set are empty strings. */
static const char *key_path(const struct options *o)
{
    return o->key && *o->key ? o->key : o->key_pass && *o->key_pass ? o->key_pass : NULL;
}

gboolean session_key_given(const struct options *o)
{
    return key_path(o) != NULL;
}

const struct key *session_key(const struct options *o, GError **error)
{
    const char *path = key_path(o);
    if (!key_init_library(error))
        return NULL;
    return path ? loaded_key(o, path, error) : random_key(error);
}

/* Folders of session_temporary, each with one file. */
static GPtrArray *temporary;

char *session_temporary(const char *name)
{
    g_autofree char *folder = g_dir_make_tmp("sianto-XXXXXX", NULL);
    if (!folder)
        return NULL;
    if (!temporary)
        temporary = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(temporary, g_build_filename(folder, name, NULL));
    return g_build_filename(folder, name, NULL);
}

static void remove_temporary(void)
{
    for (guint i = 0; temporary && i < temporary->len; i++) {
        g_autofree char *folder = g_path_get_dirname(g_ptr_array_index(temporary, i));
        g_unlink(g_ptr_array_index(temporary, i));
        g_rmdir(folder);
    }
    g_clear_pointer(&temporary, g_ptr_array_unref);
}

void session_close(void)
{
    remove_temporary();
    key_free(keys.random);
    key_free(keys.loaded);
    g_free(keys.path);
    g_free(keys.capture);
    memset(&keys, 0, sizeof keys);
    options_clear(&session.options);
}

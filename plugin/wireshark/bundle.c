/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle_names.h"
#include "bundle_sum.h"
#include "options.h"
#include "outfile.h"

#define N_FILES (BUNDLE_N_SUMMED + 1)

static const char *const names[N_FILES] = {BUNDLE_SHEET, BUNDLE_CAPTURE, BUNDLE_REPORT, BUNDLE_STATS, BUNDLE_SUMS};

struct bundle {
    char *path, *temp;
    int slot;               /* of `temp`, with outfile.h */
    char *files[N_FILES];   /* in it */
    int slots[N_FILES];
};

static gboolean fail(GError **error, const char *path, const char *what)
{
    g_set_error(error, OUTFILE_ERROR, errno, "bundle=%s cannot be %s: %s", path, what, g_strerror(errno));
    return FALSE;
}

/* --- checking ------------------------------------------------------------------------------------------ */

static gboolean is_ours(const char *path, const char *name)
{
    struct stat st;
    for (guint i = 0; i < N_FILES; i++)
        if (g_str_equal(name, names[i]))
            return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
    return FALSE;
}

/* Nothing of the user's may be in what is replaced. */
static gboolean check_contents(const char *dir, gboolean (*input)(const char *path), GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
    const char *name;
    if (!folder)
        return options_refuse(error, "bundle=%s cannot be read: name another", dir);
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(dir, name, NULL);
        if (!is_ours(path, name))
            return options_refuse(
                error,
                "bundle=%s holds %s, which is no part of a bundle: move it away, or name another folder", dir,
                name);
        if (input && input(path))
            return options_refuse(
                error, "bundle=%s holds the input itself, which is never overwritten: name another folder",
                dir);
    }
    return TRUE;
}

static gboolean check_existing(const char *dir, gboolean force, gboolean (*input)(const char *path), GError **error)
{
    struct stat st;
    if (lstat(dir, &st) < 0)
        return errno != ENAMETOOLONG || options_refuse(error, "bundle=%s: the name is too long: choose a shorter one", dir);
    if (!S_ISDIR(st.st_mode))
        return options_refuse(error, "bundle=%s is no folder: name another", dir);
    if (!force)
        return options_refuse(error, "bundle=%s exists: name another, or add -X sianto:force=yes", dir);
    return check_contents(dir, input, error);
}

/* "set/" is "set". */
static char *without_slash(const char *dir)
{
    gsize n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    return g_strndup(dir, n);
}

gboolean bundle_check(const char *dir, gboolean force, gboolean (*input)(const char *path), GError **error)
{
    g_autofree char *path = without_slash(dir);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    if (g_str_equal(name, ".") || g_str_equal(name, "..") || g_str_equal(name, "/"))
        return options_refuse(error, "bundle=%s names no new folder: give it a name", dir);
    if (!check_existing(path, force, input, error))
        return FALSE;
    if (access(parent, W_OK | X_OK) < 0)
        return options_refuse(error, "bundle=%s: cannot write in the folder %s: %s", dir, parent,
                              g_strerror(errno));
    return TRUE;
}

/* --- life ---------------------------------------------------------------------------------------------- */

struct bundle *bundle_new(const char *dir, GError **error)
{
    struct bundle *b = g_new0(struct bundle, 1);
    b->path = without_slash(dir);
    g_autofree char *parent = g_path_get_dirname(b->path);
    b->temp = g_build_filename(parent, ".sianto-XXXXXX", NULL);
    b->slot = -1;
    for (guint i = 0; i < N_FILES; i++)
        b->slots[i] = -1;
    if (!g_mkdtemp_full(b->temp, 0700)) {
        fail(error, b->path, "created");
        g_clear_pointer(&b->temp, g_free);
        bundle_free(b);
        return NULL;
    }
    b->slot = outfile_doom(b->temp);
    for (guint i = 0; i < N_FILES; i++) {
        b->files[i] = g_build_filename(b->temp, names[i], NULL);
        b->slots[i] = outfile_doom(b->files[i]);
    }
    return b;
}

char *bundle_place(const struct bundle *b, const char *path)
{
    g_autofree char *name = g_path_get_basename(path);
    return b ? g_build_filename(b->temp, name, NULL) : g_strdup(path);
}

static void spare(struct bundle *b)
{
    outfile_spare(b->slot);
    for (guint i = 0; i < N_FILES; i++)
        outfile_spare(b->slots[i]);
    b->slot = -1;
    for (guint i = 0; i < N_FILES; i++)
        b->slots[i] = -1;
}

/* `temp` holds nothing but files of these names, ours or of an old bundle. */
static void remove_temp(struct bundle *b)
{
    for (guint i = 0; b->temp && i < N_FILES; i++)
        if (b->files[i])
            unlink(b->files[i]);
    if (b->temp)
        rmdir(b->temp);
    g_clear_pointer(&b->temp, g_free);
}

void bundle_free(struct bundle *b)
{
    if (!b)
        return;
    spare(b);
    remove_temp(b);
    for (guint i = 0; i < N_FILES; i++)
        g_free(b->files[i]);
    g_free(b->path);
    g_free(b);
}

/* --- sums ---------------------------------------------------------------------------------------------- */

static char *sums_of(const struct bundle *b)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < BUNDLE_N_SUMMED; i++) {
        g_autofree char *line = bundle_line(b->files[i], names[i]);
        if (!line) {
            g_string_free(text, TRUE);
            return NULL;
        }
        g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

static gboolean write_sums(const struct bundle *b, GError **error)
{
    g_autofree char *text = sums_of(b);
    if (!text)
        return fail(error, b->path, "summed");
    struct outfile *file = outfile_new(b->files[BUNDLE_N_SUMMED], error);
    gboolean ok = file && outfile_write(file, text, strlen(text), error) && outfile_sync(file, error) &&
                  outfile_publish(file, FALSE, FALSE, error);
    outfile_free(file);
    return ok;
}

/* --- its name ------------------------------------------------------------------------------------------ */

/* A file system that cannot exchange gets the simple way where there is nothing to replace. */
static int name_folder(const struct bundle *b, gboolean exists)
{
    if (renameat2(AT_FDCWD, b->temp, AT_FDCWD, b->path, exists ? RENAME_EXCHANGE : RENAME_NOREPLACE) == 0)
        return 0;
    return !exists && (errno == EINVAL || errno == ENOSYS) ? rename(b->temp, b->path) : -1;
}

gboolean bundle_publish(struct bundle *b, gboolean replace, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(b->path);
    gboolean exists = replace && g_file_test(b->path, G_FILE_TEST_EXISTS);
    if (!write_sums(b, error))
        return FALSE;
    if (exists && !check_contents(b->path, NULL, error))
        return FALSE;
    outfile_sync_folder(b->temp);
    if (name_folder(b, exists) < 0)
        return fail(error, b->path, "given its name");
    if (chmod(b->path, outfile_usual_mode(0777)) < 0) {
        fail(error, b->path, "given its mode");
        renameat2(AT_FDCWD, b->path, AT_FDCWD, b->temp, exists ? RENAME_EXCHANGE : RENAME_NOREPLACE);
        return FALSE;
    }
    spare(b);
    if (exists)
        remove_temp(b); /* the old one */
    else
        g_clear_pointer(&b->temp, g_free);
    outfile_sync_folder(parent);
    return TRUE;
}

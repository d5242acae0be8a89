/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK(sianto-outfile-error, outfile_error)

struct outfile {
    char *path, *temp;
    int fd, slot, read_fault; /* errno, 0: none */
    gboolean published, exchanged; /* `temp` names the old file then */
};

/* --- what a signal handler can reach --------------------------------------------------------------- */

/* A handler may touch nothing but this: names of temporary files, NULL where none. Each is set after
 * its file exists and cleared before its name is freed. */
static char *volatile temporary[OUTFILES_MAX];
static GMutex taking; /* a slot; the handler cannot wait for it */

/* Folders when they are empty. */
static void remove_temporary(void)
{
    for (guint i = 0; i < OUTFILES_MAX; i++)
        if (temporary[i])
            unlink(temporary[i]);
    for (guint i = 0; i < OUTFILES_MAX; i++)
        if (temporary[i])
            rmdir(temporary[i]);
}

static void on_signal(int signum)
{
    remove_temporary();
    signal(signum, SIG_DFL);
    raise(signum);
}

/* Signals that would end the process are caught. One that has a handler already is left to it: tshark
 * goes on to its ordered end after SIGINT, SIGTERM and SIGHUP, where we clean up (or complete the file
 * of a live capture). SIGXFSZ is ignored, so that a limit on file sizes is a write error. */
static void guard_signals(void)
{
    static const int fatal[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE, SIGALRM, SIGXCPU,
                                SIGUSR1, SIGUSR2, SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL};
    struct sigaction was, ours = {.sa_handler = on_signal, .sa_flags = (int)SA_NODEFER};
    sigemptyset(&ours.sa_mask);
    for (guint i = 0; i < G_N_ELEMENTS(fatal); i++)
        if (sigaction(fatal[i], NULL, &was) == 0 && was.sa_handler == SIG_DFL)
            sigaction(fatal[i], &ours, NULL);
    if (sigaction(SIGXFSZ, NULL, &was) == 0 && was.sa_handler == SIG_DFL)
        signal(SIGXFSZ, SIG_IGN);
}

int outfile_doom(char *name)
{
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        atexit(remove_temporary);
        g_once_init_leave(&once, 1);
    }
    int slot = 0;
    g_mutex_lock(&taking);
    guard_signals();
    while (slot < OUTFILES_MAX && temporary[slot])
        slot++;
    if (slot < OUTFILES_MAX)
        temporary[slot] = name;
    g_mutex_unlock(&taking);
    return slot < OUTFILES_MAX ? slot : -1;
}

void outfile_spare(int slot)
{
    if (slot >= 0)
        temporary[slot] = NULL;
}

/* --- life ------------------------------------------------------------------------------------------ */

static gboolean fail(GError **error, const char *what, const char *path)
{
    g_set_error(error, OUTFILE_ERROR, errno, "%s cannot be %s: %s", path, what, g_strerror(errno));
    return FALSE;
}

struct outfile *outfile_new(const char *path, GError **error)
{
    struct outfile *f = g_new0(struct outfile, 1);
    g_autofree char *folder = g_path_get_dirname(path);
    f->path = g_strdup(path);
    f->temp = g_build_filename(folder, ".sianto-XXXXXX", NULL);
    f->slot = -1;
    f->fd = g_mkstemp_full(f->temp, O_RDWR | O_CLOEXEC, 0600);
    if (f->fd < 0)
        fail(error, "created", path);
    else if ((f->slot = outfile_doom(f->temp)) >= 0)
        return f;
    else
        g_set_error(error, OUTFILE_ERROR, 0, "%s: too many output files at a time", path);
    outfile_free(f);
    return NULL;
}

int outfile_open(struct outfile *f, GError **error)
{
    int fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        fail(error, "written", f->path);
    return fd;
}

gboolean outfile_write(struct outfile *f, const char *text, gsize n, GError **error)
{
    while (n) {
        gssize put = write(f->fd, text, n);
        if (put < 0 && errno != EINTR)
            return fail(error, "written", f->path);
        text += MAX(put, 0);
        n -= (gsize)MAX(put, 0);
    }
    return TRUE;
}

gssize outfile_read(struct outfile *f, gint64 at, void *buffer, gsize n)
{
    gssize got;
    do
        got = pread(f->fd, buffer, n, at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        f->read_fault = errno;
    return got;
}

gboolean outfile_was_read(const struct outfile *f, GError **error)
{
    errno = f->read_fault;
    return !f->read_fault || fail(error, "read back", f->path);
}

gboolean outfile_sync(struct outfile *f, GError **error)
{
    if (fsync(f->fd) < 0 && errno != EINVAL && errno != ENOTSUP)
        return fail(error, "written", f->path);
    return TRUE;
}

/* --- its name -------------------------------------------------------------------------------------- */

mode_t outfile_usual_mode(mode_t all)
{
    mode_t mask = umask(0);
    umask(mask);
    return all & ~mask;
}

/* link() does not overwrite, as rename() would, whatever came into being meanwhile. File systems
 * without links get the weaker test. */
static int name_new(const char *temp, const char *path)
{
    struct stat st;
    if (link(temp, path) == 0) {
        unlink(temp);
        return 0;
    }
    if (errno == EEXIST)
        return -1;
    if (lstat(path, &st) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(temp, path);
}

/* The old file is kept under the temporary name until this run's files all have theirs, so that it can be put back.
 * File systems that cannot exchange have one file less after a fault. */
static int name_over(struct outfile *f)
{
    struct stat st;
    if (lstat(f->path, &st) == 0 && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    f->exchanged = renameat2(AT_FDCWD, f->temp, AT_FDCWD, f->path, RENAME_EXCHANGE) == 0;
    if (f->exchanged)
        return 0;
    return errno == ENOENT || errno == EINVAL || errno == ENOSYS ? rename(f->temp, f->path) : -1;
}

void outfile_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

gboolean outfile_publish(struct outfile *f, gboolean replace, gboolean secret, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(f->path);
    if ((replace ? name_over(f) : name_new(f->temp, f->path)) < 0)
        return fail(error, "given its name", f->path);
    f->published = TRUE;
    if (!f->exchanged)
        outfile_spare(f->slot);
    /* Not before: what is left of a run that was killed is its owner's alone. */
    if (!secret && fchmod(f->fd, outfile_usual_mode(0666)) < 0) {
        fail(error, "given its mode", f->path);
        outfile_withdraw(f);
        return FALSE;
    }
    outfile_sync_folder(folder);
    return TRUE;
}

/* Where the old file cannot be put back, it stays under the temporary name: it is the only one. */
void outfile_withdraw(struct outfile *f)
{
    if (!f || !f->published)
        return;
    if (!f->exchanged)
        unlink(f->path);
    else if (renameat2(AT_FDCWD, f->temp, AT_FDCWD, f->path, RENAME_EXCHANGE) < 0)
        outfile_spare(f->slot);
    f->published = f->exchanged = FALSE;
}

void outfile_free(struct outfile *f)
{
    if (!f)
        return;
    if (f->slot >= 0 && (!f->published || f->exchanged)) {
        unlink(f->temp);
        outfile_spare(f->slot);
    }
    if (f->fd >= 0)
        close(f->fd);
    g_free(f->temp);
    g_free(f->path);
    g_free(f);
}

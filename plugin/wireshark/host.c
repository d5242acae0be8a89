/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "host.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <epan/funnel.h>
#include <wsutil/report_message.h>

/* That are looked at. */
#define DESCRIPTORS 256

/* What the process knows about itself; there is one of each. */
static struct {
    gboolean failed, progress_shown;
    gint64 progress_at_us;
    GString *said; /* not owned; NULL: standard error */
} host;

gboolean host_is_tshark(void)
{
    return g_strcmp0(get_friendly_program_name(), "TShark") == 0;
}

gboolean host_is_gui(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    return ops && ops->new_dialog;
}

static void end_progress(void)
{
    if (host.progress_shown)
        fputs("\r\033[K", stderr);
    host.progress_shown = FALSE;
}

void host_say(const char *format, ...)
{
    va_list args;
    end_progress();
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    if (host.said)
        g_string_append_printf(host.said, "%s\n", text);
    else
        fprintf(stderr, "sianto: %s\n", text);
}

void host_say_to(GString *text)
{
    host.said = text;
}

void host_refuse(const char *text)
{
    host_say("%s", text);
    if (host_is_tshark()) {
        fflush(NULL);
        exit(1);
    }
}

gboolean host_flush_output(GError **error)
{
    errno = EIO; /* where it failed before */
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "standard output cannot be written: %s", g_strerror(errno));
    return FALSE;
}

void host_progress(guint64 frames)
{
    gint64 now = g_get_monotonic_time();
    if (now - host.progress_at_us < G_USEC_PER_SEC / 2 || host_is_gui() || !isatty(STDERR_FILENO))
        return;
    if (host.progress_at_us) {
        fprintf(stderr, "\rsianto: %" G_GUINT64_FORMAT " frames ...", frames);
        fflush(stderr);
        host.progress_shown = TRUE;
    }
    host.progress_at_us = now;
}

/* A front end that is gone is no fault of this run: the write fails, and nothing is lost. */
void host_tell_parent(int fd, const char *word)
{
    char line[32];
    struct sigaction ignore = {.sa_handler = SIG_IGN}, was;
    if (fd < 0)
        return;
    gsize n = (gsize)g_snprintf(line, sizeof line, "%s\n", word);
    sigaction(SIGPIPE, &ignore, &was);
    if (write(fd, line, n) != (gssize)n)
        errno = 0;
    sigaction(SIGPIPE, &was, NULL);
}

/* --- the command line ------------------------------------------------------------------------------ */

/* NULL-terminated; empty where the system has no /proc. */
static char **arguments(void)
{
    gsize n = 0;
    g_autofree char *raw = NULL;
    GPtrArray *words = g_ptr_array_new();
    if (g_file_get_contents("/proc/self/cmdline", &raw, &n, NULL))
        for (gsize at = 0; at < n; at += strlen(raw + at) + 1)
            g_ptr_array_add(words, g_strdup(raw + at));
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

static gboolean same_file(const char *path, gconstpointer arg)
{
    const struct stat *file = arg;
    struct stat st;
    return *path && stat(path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* FILE, -rFILE, -qrFILE, --read-file=FILE: what in a word may be a path; TRUE as soon as `is` says so. */
static gboolean word_names(const char *word, host_path_test is, gconstpointer arg)
{
    const char *equals = strchr(word, '=');
    if (is(word, arg))
        return TRUE;
    if (g_str_has_prefix(word, "--"))
        return equals && is(equals + 1, arg);
    if (word[0] != '-' || g_str_has_prefix(word, "-Xsianto:"))
        return FALSE;
    for (const char *p = word + 1; *p; p++)
        if (is(p, arg))
            return TRUE;
    return FALSE;
}

gboolean host_names(host_path_test is, gconstpointer arg)
{
    g_auto(GStrv) words = arguments();
    for (char **word = words; *word; word++)
        if (!g_str_has_prefix(*word, "sianto:") && word_names(*word, is, arg))
            return TRUE;
    return FALSE;
}

static gboolean is_open(const struct stat *file)
{
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        struct stat st;
        if (fstat(fd, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino)
            return TRUE;
    }
    return FALSE;
}

gboolean host_has_file(const struct stat *file)
{
    return (!host_is_gui() && host_names(same_file, file)) || is_open(file);
}

static gboolean is_stdin(const char *path, gconstpointer unused)
{
    (void)unused;
    return g_str_equal(path, "-");
}

/* A file on the command line that is open for reading only, or the standard input where that is asked for. */
static gboolean is_input(int fd)
{
    struct stat st;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return FALSE;
    return fd == STDIN_FILENO ? host_names(is_stdin, NULL) : host_names(same_file, &st);
}

int host_open_input(void)
{
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        char path[32];
        if (!is_input(fd))
            continue;
        g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        return open(path, O_RDONLY | O_CLOEXEC);
    }
    return -1;
}

const char *host_limit(void)
{
    static const char *const limits[] = {"-c", "-R", NULL};
    g_auto(GStrv) words = arguments();
    if (host_is_gui())
        return NULL;
    for (char **word = words; *word; word++)
        for (guint i = 0; limits[i]; i++)
            if (g_str_has_prefix(*word, limits[i]))
                return limits[i];
    return NULL;
}

/* Also in -q2r and the like; a file name that looks so costs memory only. */
gboolean host_reads_twice(void)
{
    g_auto(GStrv) words = arguments();
    for (char **word = words; *word; word++)
        if ((*word)[0] == '-' && strchr(*word, '2'))
            return TRUE;
    return FALSE;
}

/* --- the end --------------------------------------------------------------------------------------- */

static void exit_2(void)
{
    fflush(NULL);
    _exit(2);
}

/* The handler that atexit calls lies in this library: it must not be unloaded before. */
static void stay_loaded(void)
{
    Dl_info self;
    if (dladdr((void *)exit_2, &self) && self.dli_fname)
        dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

void host_fail(void)
{
    if (!host.failed && host_is_tshark()) {
        stay_loaded();
        atexit(exit_2);
    }
    host.failed = TRUE;
}

void host_forbid_core_dumps(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &limit);
    }
}

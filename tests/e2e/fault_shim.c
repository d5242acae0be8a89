/* fault_shim.c - preloaded, it lets the nth call of a kind on the files of one folder fail.
 *
 *   FAULT_PATH   how the names of the files begin: a folder; or /memfd:sianto for the tables in memory
 *   FAULT_COUNT  a folder, outside: each such call appends a byte to the file there that has the call's name, so its
 *                size is the count over all processes of a run
 *   FAULT_OP     which: open write read sync link rename exchange chmod mkdir truncate
 *   FAULT_NTH    from 1; without it nothing fails, and all are counted
 *   FAULT_LAST   up to which; without it the nth alone. A disk that is full stays so
 *   FAULT_HOW    errno's number, "short" (half is written, and that is what the call says), or "signal:N" (the signal
 *                comes, and the call is made)
 *
 * The C library's streams make their calls inside of it, where nothing can be put before them. So a stream on a file
 * of the folder is one of our own (fopencookie), which reads and writes as the library's do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STREAMS 64
#define PATH_BYTES 512

enum verdict { CALL, FAIL, SHORT };

/* --- counting ---------------------------------------------------------------------------------------------- */

static long number(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : otherwise;
}

/* How many there were, with this one. By system calls, which are not ours. */
static long count(const char *op)
{
    char path[PATH_BYTES];
    struct stat st;
    const char *folder = getenv("FAULT_COUNT");
    if (!folder)
        return 0;
    snprintf(path, sizeof path, "%s/%s", folder, op);
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        abort();
    syscall(SYS_write, fd, ".", 1);
    long n = fstat((int)fd, &st) == 0 ? (long)st.st_size : 0;
    syscall(SYS_close, fd);
    return n;
}

static int is_watched(const char *path)
{
    const char *begin = getenv("FAULT_PATH");
    return begin && path && strncmp(path, begin, strlen(begin)) == 0;
}

static enum verdict judge(const char *op, const char *path)
{
    int was = errno;
    const char *wanted = getenv("FAULT_OP"), *how = getenv("FAULT_HOW");
    if (!is_watched(path))
        return CALL;
    long n = count(op), nth = number("FAULT_NTH", 0);
    errno = was;
    if (!nth || !wanted || !how || strcmp(op, wanted) != 0 || n < nth || n > number("FAULT_LAST", nth))
        return CALL;
    if (strncmp(how, "signal:", 7) == 0) {
        kill(getpid(), atoi(how + 7));
        return CALL;
    }
    if (strcmp(how, "short") == 0)
        return SHORT;
    errno = atoi(how);
    return FAIL;
}

static const char *path_of(int fd, char path[PATH_BYTES])
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long n = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_BYTES - 1);
    path[n > 0 ? n : 0] = 0;
    return path;
}

static enum verdict judge_fd(const char *op, int fd)
{
    char path[PATH_BYTES];
    return judge(op, path_of(fd, path));
}

/* --- calls ------------------------------------------------------------------------------------------------- */

ssize_t write(int fd, const void *data, size_t n)
{
    enum verdict v = judge_fd("write", fd);
    if (v == FAIL)
        return -1;
    return syscall(SYS_write, fd, data, v == SHORT && n > 1 ? n / 2 : n);
}

ssize_t read(int fd, void *data, size_t n)
{
    return judge_fd("read", fd) == FAIL ? -1 : syscall(SYS_read, fd, data, n);
}

ssize_t pread(int fd, void *data, size_t n, off_t at)
{
    return judge_fd("read", fd) == FAIL ? -1 : syscall(SYS_pread64, fd, data, n, at);
}

ssize_t pread64(int fd, void *data, size_t n, off64_t at)
{
    return pread(fd, data, n, at);
}

int fsync(int fd)
{
    return judge_fd("sync", fd) == FAIL ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return judge_fd("sync", fd) == FAIL ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t n)
{
    return judge_fd("truncate", fd) == FAIL ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int fchmod(int fd, mode_t mode)
{
    return judge_fd("chmod", fd) == FAIL ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int chmod(const char *path, mode_t mode)
{
    return judge("chmod", path) == FAIL ? -1 : (int)syscall(SYS_fchmodat, AT_FDCWD, path, mode);
}

int mkdir(const char *path, mode_t mode)
{
    return judge("mkdir", path) == FAIL ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int link(const char *from, const char *to)
{
    return judge("link", to) == FAIL ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int rename(const char *from, const char *to)
{
    return judge("rename", to) == FAIL ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    const char *op = flags & RENAME_EXCHANGE ? "exchange" : "rename";
    return judge(op, to) == FAIL ? -1 : (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

/* What is opened to be written. */
static int open_file(const char *path, int flags, mode_t mode)
{
    if ((flags & O_CREAT) && judge("open", path) == FAIL)
        return -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(args, int) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    return open_file(path, flags | O_LARGEFILE, mode);
}

/* --- streams ----------------------------------------------------------------------------------------------- */

struct stream {
    FILE *file;
    int fd;
};

static struct stream streams[STREAMS];

static struct stream *find_stream(const FILE *file)
{
    for (int i = 0; i < STREAMS; i++)
        if (streams[i].file == file)
            return &streams[i];
    return NULL;
}

/* As the library does: until all is written. A short count would be taken for an error. */
static ssize_t put(void *cookie, const char *data, size_t n)
{
    const struct stream *s = cookie;
    size_t done = 0;
    while (done < n) {
        ssize_t put = write(s->fd, data + done, n - done);
        if (put < 0)
            return 0;
        done += (size_t)put;
    }
    return (ssize_t)done;
}

static ssize_t get(void *cookie, char *data, size_t n)
{
    const struct stream *s = cookie;
    return read(s->fd, data, n);
}

static int seek(void *cookie, off64_t *at, int whence)
{
    const struct stream *s = cookie;
    *at = lseek64(s->fd, *at, whence);
    return *at < 0 ? -1 : 0;
}

static int end(void *cookie)
{
    struct stream *s = cookie;
    s->file = NULL;
    return close(s->fd);
}

static FILE *open_stream(int fd, const char *mode)
{
    struct stream *s = find_stream(NULL);
    if (!s)
        abort();
    s->fd = fd;
    return s->file = fopencookie(s, mode, (cookie_io_functions_t){get, put, seek, end});
}

FILE *fdopen(int fd, const char *mode)
{
    char path[PATH_BYTES];
    FILE *(*real)(int, const char *) = (FILE * (*)(int, const char *)) dlsym(RTLD_NEXT, "fdopen");
    return is_watched(path_of(fd, path)) ? open_stream(fd, mode) : real(fd, mode);
}

static FILE *open_named(const char *name, const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, name);
    if (!is_watched(path) || mode[0] != 'r' || strchr(mode, '+'))
        return real(path, mode);
    int fd = open_file(path, O_RDONLY | O_CLOEXEC, 0);
    return fd < 0 ? NULL : open_stream(fd, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return open_named("fopen", path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return open_named("fopen64", path, mode);
}

int fileno(FILE *file)
{
    const struct stream *s = file ? find_stream(file) : NULL;
    int (*real)(FILE *) = (int (*)(FILE *))dlsym(RTLD_NEXT, "fileno");
    return s ? s->fd : real(file);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "compat.h"
#include "capture.h"
#include "host.h"
#include "pcapng.h"
#include "unpack.h"

static gssize read_descriptor(void *arg, gint64 at, void *buffer, gsize n)
{
    const int *fd = arg;
    gssize got;
    do
        got = pread(*fd, buffer, n, at);
    while (got < 0 && errno == EINTR);
    return got;
}

static gboolean is_gzip(int fd)
{
    guint8 magic[2];
    return read_descriptor(&fd, 0, magic, sizeof magic) == sizeof magic && magic[0] == 0x1f && magic[1] == 0x8b;
}

/* The GUI's command line tells of the first capture only. */
static int open_loaded(void)
{
    struct capture capture = capture_get();
    int fd = capture.loaded ? open(capture.path, O_RDONLY | O_CLOEXEC) : -1;
    capture_clear(&capture);
    return fd;
}

GArray *input_statistics(void)
{
    int fd = host_is_gui() ? open_loaded() : host_open_input();
    if (fd < 0)
        return g_array_new(FALSE, FALSE, sizeof(struct pcapng_statistics));
    struct unpack *u = unpack_new(read_descriptor, &fd, is_gzip(fd));
    GArray *found = pcapng_statistics(unpack_read, u);
    unpack_free(u);
    close(fd);
    return found;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include <errno.h>
#include <unistd.h>

#include "compat.h"
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

GArray *input_statistics(void)
{
    int fd = host_open_input();
    if (fd < 0)
        return g_array_new(FALSE, FALSE, sizeof(struct pcapng_statistics));
    struct unpack *u = unpack_new(read_descriptor, &fd, is_gzip(fd));
    GArray *found = pcapng_statistics(unpack_read, u);
    unpack_free(u);
    close(fd);
    return found;
}

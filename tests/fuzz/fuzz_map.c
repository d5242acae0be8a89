/* Maps, and what stands beside a passphrase: any bytes are read or refused. What is read goes into fresh tables, and
 * they run both ways.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "inquiry.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void ignore(void *arg, const char *kind, gboolean was, struct bytes text)
{
    *(gsize *)arg += text.n + was + strlen(kind);
}

static void look(const struct map *m)
{
    static const char *const values[] = {"u1", "alice", "frame:1", "10.0.0.1", "call-id:a@b", "tag:x"};
    struct sianto_settings settings = {.map = m};
    gsize n = 0;
    struct inquiry *l = m->key ? inquiry_new(&settings, m->key, NULL) : NULL;
    for (guint i = 0; l && i < G_N_ELEMENTS(values); i++)
        inquiry_ask(l, values[i], ignore, &n);
    inquiry_free(l);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    struct kdf kdf;
    kdf_parse(&kdf, (struct bytes){data, size});
    int fd = memfd_create("map", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (gssize)size)
        g_error("no memory file");
    struct map *m = map_read(fd, "m", NULL, &error);
    g_assert((m == NULL) == (error != NULL));
    if (m)
        look(m);
    map_free(m);
    close(fd);
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bundle_sum.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#define BUFFER_BYTES (64 * 1024)

char *bundle_line(const char *path, const char *name)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    FILE *file = g_fopen(path, "rb");
    guchar *buffer = g_malloc(BUFFER_BYTES);
    gsize n;
    while (file && (n = fread(buffer, 1, BUFFER_BYTES, file)) > 0)
        g_checksum_update(sum, buffer, (gssize)n);
    gboolean whole = file && !ferror(file);
    int fault = errno;
    if (file)
        fclose(file);
    g_free(buffer);
    errno = fault;
    return whole ? g_strdup_printf("%s  %s", g_checksum_get_string(sum), name) : NULL;
}

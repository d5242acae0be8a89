/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unpack.h"

#include <string.h>

#include <gio/gio.h>

#define BUFFER_BYTES (64 * 1024)

struct unpack {
    unpack_source source;
    void *arg;
    gint64 at;      /* where `raw` ends in the file */
    GConverter *gz; /* NULL: plain */
    gsize n, used;  /* of `raw` */
    guint8 raw[BUFFER_BYTES];
    guint8 passed[BUFFER_BYTES]; /* what nobody wants */
};

struct unpack *unpack_new(unpack_source source, void *arg, gboolean gz)
{
    struct unpack *u = g_new0(struct unpack, 1);
    u->source = source;
    u->arg = arg;
    if (gz)
        u->gz = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    return u;
}

void unpack_free(struct unpack *u)
{
    if (!u)
        return;
    g_clear_object(&u->gz);
    g_free(u);
}

/* How many bytes are in `raw`; 0 at the end. */
static gssize fill(struct unpack *u)
{
    if (u->used == u->n) {
        gssize got = u->source(u->arg, u->at, u->raw, sizeof u->raw);
        if (got < 0)
            return got;
        u->at += got;
        u->n = (gsize)got;
        u->used = 0;
    }
    return (gssize)(u->n - u->used);
}

static gssize read_plain(struct unpack *u, guint8 *buffer, gsize n)
{
    gssize have = fill(u);
    if (have <= 0)
        return have;
    gsize taken = MIN(n, (gsize)have);
    if (buffer)
        memcpy(buffer, u->raw + u->used, taken);
    u->used += taken;
    if (buffer || taken == n)
        return (gssize)taken;
    u->at += (gint64)(n - taken);
    return (gssize)n;
}

static gssize read_packed(struct unpack *u, guint8 *buffer, gsize n)
{
    for (;;) {
        gsize took = 0, gave = 0;
        gssize have = fill(u);
        if (have < 0)
            return have;
        GConverterFlags flags = have == 0 ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS;
        g_autoptr(GError) error = NULL;
        GConverterResult result =
            g_converter_convert(u->gz, u->raw + u->used, (gsize)have, buffer, n, flags, &took, &gave, &error);
        u->used += took;
        if (gave || result == G_CONVERTER_FINISHED)
            return (gssize)gave;
        if (result == G_CONVERTER_ERROR &&
            (have == 0 || !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)))
            return -1;
    }
}

gssize unpack_read(void *unpack, guint8 *buffer, gsize n)
{
    struct unpack *u = unpack;
    if (!u->gz)
        return read_plain(u, buffer, n);
    return buffer ? read_packed(u, buffer, n) : read_packed(u, u->passed, MIN(n, sizeof u->passed));
}

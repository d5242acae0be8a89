/* A direction's stream of WebSocket units, also one that is cut at a place that the first bytes name: the
 * same output, in units that are units again; no planted word; resync finds only what can be taken.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip_codec.h"
#include "websocket.h"

#include <stdlib.h>

#define PLANTED "Secretname7"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Takes what is whole in the first `known` bytes from *at on; the number of units. */
static guint take(struct sip_codec *s, struct websocket *w, struct bytes in, gsize known, gsize *at,
                  GByteArray *out)
{
    enum parse_result result = PARSE_OK;
    guint units = 0;
    while (result == PARSE_OK && *at < known) {
        gsize n = 0;
        sip_codec_start(s, bytes_sub(in, *at, known - *at));
        result = websocket_take(&s->c, w, 0, &n);
        if (result == PARSE_OK ? n == 0 || n > known - *at : edits_count(s->rw.edits) != 0)
            abort();
        if (result == PARSE_OK)
            sip_codec_append(s, n, out);
        *at += n;
        units += result == PARSE_OK;
    }
    return units;
}

static void check_again(struct sip_codec *s, struct bytes once, guint units)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    struct websocket *w = websocket_new();
    gsize at = 0;
    if (take(s, w, once, once.n, &at, out) != units || at != once.n)
        abort();
    websocket_free(w);
}

static void check_resync(struct sip_codec *s, struct bytes in)
{
    gsize at = websocket_resync(in), n;
    if (at == NOT_FOUND)
        return;
    struct websocket *w = websocket_new();
    sip_codec_start(s, bytes_from(in, at));
    if (websocket_take(&s->c, w, 1, &n) == PARSE_BAD)
        abort();
    websocket_free(w);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct sip_codec *s;
    static guint runs;
    if (!s || ++runs % 10000 == 0) { /* the tables grow with identities */
        if (s)
            sip_codec_free(s);
        s = sip_codec_new();
    }
    struct reader r = reader_of((struct bytes){data, size});
    gsize cut = rd_u16be(&r), at = 0, again = 0;
    struct bytes in = bytes_from(r.b, r.at);
    g_autoptr(GByteArray) once = g_byte_array_new(), split = g_byte_array_new();
    struct websocket *w = websocket_new(), *v = websocket_new();
    websocket_recognise(in);
    websocket_head_names_sip(in);
    guint units = take(s, w, in, in.n, &at, once);
    take(s, v, in, MIN(cut, in.n), &again, split);
    take(s, v, in, in.n, &again, split);
    if (at != again || !bytes_eq(bytes_of_array(once), bytes_of_array(split)))
        abort();
    if (bytes_find(bytes_of_array(once), BYTES_LIT(PLANTED)) != NOT_FOUND)
        abort();
    check_again(s, bytes_of_array(once), units);
    check_resync(s, in);
    websocket_free(w);
    websocket_free(v);
    return 0;
}

/* Any bytes are a token: the image has the value's length, class and splitting characters, is the same
 * when asked for again, and goes back; what cannot go back is a keyed hex token.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "token.h"
#include "token_class.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gboolean permutable(struct bytes value)
{
    gboolean ascii = TRUE;
    for (gsize i = 0; i < value.n; i++)
        ascii = ascii && value.p[i] < 0x80;
    return ascii && value.n <= TOKEN_MAX_BYTES;
}

static void check(struct tokens *t, struct arena *arena, enum kind kind, struct bytes value)
{
    struct bytes image = tokens_map(t, kind, value, arena), back;
    g_assert(bytes_eq(image, tokens_map(t, kind, value, arena)));
    if (permutable(value)) {
        g_assert(image.n == value.n && token_classify(image) == token_classify(value));
        g_assert(tokens_unmap(t, kind, image, arena, &back) && bytes_eq(back, value));
    } else {
        g_assert(image.n == TOKEN_KEYED_CHARS && token_classify(image) <= TOKEN_HEX_LOWER);
    }
    g_assert(!tokens_error(t));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct tokens *t;
    static struct arena *arena;
    if (!t) {
        struct key *key = key_new((const guint8 *)"a fixed key, so that it is known", NULL);
        t = tokens_new(key);
        key_free(key);
        arena = arena_new();
    }
    arena_reset(arena);
    if (size)
        check(t, arena, KIND_CALL_ID + data[0] % 5, (struct bytes){data + 1, size - 1});
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"

#define BLOCK_BYTES (32u * 1024u)
#define ALIGN 16u
#define NUMBER_DIGITS 20 /* of the largest guint64 */

struct block {
    struct block *next;
    gsize size, used;
    guint8 *data;
};

struct arena {
    struct block *first, *current; /* blocks before `current` are full */
    gsize total;
};

static struct block *block_new(gsize size)
{
    struct block *b = g_new0(struct block, 1);
    b->size = size;
    b->data = g_malloc(size);
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = g_new0(struct arena, 1);
    a->first = a->current = block_new(BLOCK_BYTES);
    a->total = BLOCK_BYTES;
    return a;
}

static void free_blocks(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        g_free(b->data);
        g_free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    free_blocks(a->first);
    g_free(a);
}

void arena_reset(struct arena *a)
{
    if (a->total > ARENA_KEEP_BYTES) {
        free_blocks(a->first);
        a->first = block_new(BLOCK_BYTES);
        a->total = BLOCK_BYTES;
    }
    for (struct block *b = a->first; b; b = b->next)
        b->used = 0;
    a->current = a->first;
}

void *arena_alloc(struct arena *a, gsize n)
{
    n = (MAX(n, 1) + ALIGN - 1) & ~(gsize)(ALIGN - 1);
    while (a->current->size - a->current->used < n) {
        if (!a->current->next) {
            gsize size = MAX(n, BLOCK_BYTES);
            a->current->next = block_new(size);
            a->total += size;
        }
        a->current = a->current->next;
    }
    guint8 *p = a->current->data + a->current->used;
    a->current->used += n;
    return p;
}

struct bytes arena_dup(struct arena *a, struct bytes b)
{
    return arena_join(a, b, BYTES_NONE);
}

struct bytes arena_join(struct arena *a, struct bytes x, struct bytes y)
{
    guint8 *p = arena_alloc(a, x.n + y.n);
    bytes_put(bytes_put(p, x), y);
    return (struct bytes){p, x.n + y.n};
}

struct bytes arena_number(struct arena *a, guint64 v, guint width)
{
    guint8 digits[NUMBER_DIGITS];
    gsize at = sizeof digits;
    do {
        digits[--at] = (guint8)('0' + v % 10);
        v /= 10;
    } while (v);
    while (at > 0 && sizeof digits - at < width)
        digits[--at] = '0';
    return arena_dup(a, (struct bytes){digits + at, sizeof digits - at});
}

struct bytes arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gchar *text = g_strdup_vprintf(format, args);
    va_end(args);
    struct bytes copy = arena_dup(a, bytes_of(text));
    g_free(text);
    return copy;
}

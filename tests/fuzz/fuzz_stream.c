/* A stream against a naive model of it: what comes first stays, the front is what lies in a row, what is decided is
 * written as judged whatever it is asked in, positions never go back, and what is forgotten moves nothing else.
 *
 * Each step is a byte that says what to do, and bytes that say where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stream.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define ORIGIN (G_GUINT64_CONSTANT(1) << 40)
#define MODEL_BYTES 8192

enum state { NOT_THERE, THERE, LOST };

struct model {
    struct stream *s;
    guint8 state[MODEL_BYTES], byte[MODEL_BYTES];
    gsize first, decided, seen, forgotten; /* offsets from ORIGIN */
    GByteArray *written;                   /* from `first` on */
    guint8 next;                           /* byte */
};

static void arrive(struct model *m, gsize from, gsize n, enum state state)
{
    guint8 bytes[256];
    for (gsize i = 0; i < n; i++) {
        bytes[i] = m->next++;
        if (from + i < m->decided || m->state[from + i] != NOT_THERE)
            continue;
        m->state[from + i] = (guint8)state;
        m->byte[from + i] = bytes[i];
    }
    if (n)
        m->seen = MAX(m->seen, from + n);
    if (state == THERE)
        stream_add(m->s, ORIGIN + from, (struct bytes){bytes, n});
    else
        stream_lose(m->s, ORIGIN + from, ORIGIN + from + n);
}

static gsize front_of(const struct model *m)
{
    gsize n = 0;
    while (m->decided + n < MODEL_BYTES && m->state[m->decided + n] == THERE)
        n++;
    return n;
}

/* Edits of the first n bytes of the front, and what they make of it. */
static void decide(struct model *m, struct reader *r, gsize n)
{
    static const guint8 label[] = "0123456789abcdef";
    struct edits *e = edits_new();
    gsize at = 0;
    while (at < n) {
        guint8 what = rd_u8(r);
        gsize len = MIN((gsize)(what >> 3), n - at), out = rd_u8(r) % sizeof label;
        struct bytes after = {label, out};
        if (what % 4 == 0) { /* not judged: x */
            len = MAX(len, 1);
            for (gsize i = 0; i < len; i++)
                g_byte_array_append(m->written, (const guint8 *)"x", 1);
        } else if (what % 4 == 1) {
            edits_replace(e, at, at + len, after, KIND_USER);
            g_byte_array_append(m->written, after.p, (guint)after.n);
        } else {
            len = MAX(len, 1);
            edits_keep(e, at, at + len);
            g_byte_array_append(m->written, m->byte + m->decided + at, (guint)len);
        }
        at += len;
        if (r->bad)
            break;
    }
    for (; at < n; at++)
        g_byte_array_append(m->written, (const guint8 *)"x", 1);
    stream_decide(m->s, e, n);
    m->decided += n;
    edits_free(e);
}

static void fill(struct model *m, gsize n, guint8 with)
{
    for (gsize i = 0; i < n; i++)
        g_byte_array_append(m->written, &with, 1);
    stream_fill(m->s, n, with);
    m->decided += n;
    m->seen = MAX(m->seen, m->decided);
}

static void step(struct model *m, struct reader *r)
{
    guint8 what = rd_u8(r), where = rd_u8(r), n = rd_u8(r);
    gsize from = MAX(m->decided + where, 32) - 32;
    if (what % 8 <= 2)
        arrive(m, from, n % 64, THERE);
    else if (what % 8 == 3)
        arrive(m, MAX(from, m->first), n % 32, LOST);
    else if (what % 8 <= 5)
        decide(m, r, MIN((gsize)n, front_of(m)));
    else if (what % 8 == 6)
        fill(m, n % 64, where);
    else if (m->decided == m->first && what & 8) {
        m->first = m->decided = m->forgotten = from;
        m->seen = MAX(m->seen, from);
        memset(m->state, NOT_THERE, from);
        stream_start(m->s, ORIGIN + from);
    } else {
        gsize until = m->decided > n ? m->decided - n : 0;
        m->forgotten = MAX(m->forgotten, until);
        stream_forget(m->s, ORIGIN + until);
    }
}

static void check(const struct model *m, guint8 stride)
{
    struct bytes front = stream_front(m->s);
    g_autoptr(GByteArray) got = g_byte_array_new();
    g_assert(stream_first(m->s) == ORIGIN + m->first && stream_decided(m->s) == ORIGIN + m->decided);
    g_assert(stream_seen(m->s) == ORIGIN + m->seen && front.n == front_of(m));
    g_assert(memcmp(front.p ? front.p : m->byte, m->byte + m->decided, front.n) == 0);
    gsize at = MAX(m->forgotten, m->first);
    guint64 begin = stream_position(m->s, ORIGIN + at), was = begin;
    for (; at < m->decided; at += 1 + stride % 16) {
        guint64 is = stream_position(m->s, ORIGIN + MIN(at + 1 + stride % 16, m->decided));
        g_assert(is >= was);
        stream_written(m->s, was, is, got);
        was = is;
    }
    g_assert(was == ORIGIN + m->first + m->written->len);
    g_assert(bytes_eq(bytes_of_array(got), bytes_from(bytes_of_array(m->written), begin - ORIGIN - m->first)));
    g_assert(stream_position(m->s, ORIGIN + m->decided + 7) == was + 7);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct reader r = reader_of((struct bytes){data, size});
    struct model *m = g_new0(struct model, 1);
    m->first = m->decided = m->seen = m->forgotten = 64;
    m->s = stream_new(ORIGIN + m->first);
    m->written = g_byte_array_new();
    for (guint i = 0; i < 1000 && rd_left(&r) && MAX(m->decided, m->seen) + 512 < MODEL_BYTES; i++) {
        step(m, &r);
        check(m, (guint8)i);
    }
    stream_free(m->s);
    g_byte_array_unref(m->written);
    g_free(m);
    return 0;
}

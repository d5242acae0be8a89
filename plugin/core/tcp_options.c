/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_options.h"

#include "flow.h"

enum {
    OPT_END = 0,
    OPT_NOP = 1,
    OPT_SEGMENT_SIZE = 2,
    OPT_WINDOW_SCALE = 3,
    OPT_SACK_PERMITTED = 4,
    OPT_SACK = 5,
    OPT_TIMESTAMPS = 8,

    WINDOW_SCALE_MAX = 14, /* RFC 7323 section 2.3 */
};

/* One option, from its type to its end; FALSE: none is left, or the rest is none. */
static gboolean option_next(struct reader *r, struct bytes *option)
{
    gsize from = r->at;
    guint8 type = rd_u8(r);
    if (r->bad || type == OPT_END)
        return FALSE;
    if (type != OPT_NOP) {
        guint8 len = rd_u8(r);
        rd_skip(r, len >= 2 ? len - 2u : G_MAXSIZE);
    }
    *option = bytes_sub(r->b, from, r->at - from);
    return !r->bad;
}

static gboolean is_sack(struct bytes o)
{
    return bytes_at(o, 0) == OPT_SACK && o.n > 2 && o.n <= 2 + 8 * TCP_SACK_MAX && (o.n - 2) % 8 == 0;
}

guint tcp_options_sack(struct bytes options, guint32 sack[TCP_SACK_MAX][2])
{
    struct reader r = reader_of(options);
    struct bytes o;
    while (option_next(&r, &o)) {
        if (!is_sack(o))
            continue;
        struct reader edges = {o, 2, FALSE};
        guint n = (guint)(o.n - 2) / 8;
        for (guint i = 0; i < n; i++) {
            sack[i][0] = rd_u32be(&edges);
            sack[i][1] = rd_u32be(&edges);
        }
        return n;
    }
    return 0;
}

gboolean tcp_options_have_time(struct bytes options)
{
    struct reader r = reader_of(options);
    struct bytes o;
    while (option_next(&r, &o))
        if (bytes_at(o, 0) == OPT_TIMESTAMPS)
            return TRUE;
    return FALSE;
}

/* --- writing ----------------------------------------------------------------------------------------- */

/* A sound option's rest behind type and length, written to `to`. */
typedef void (*write_fn)(struct bytes rest, const struct tcp_moves *m, guint8 *to);

static void write_size(struct bytes rest, const struct tcp_moves *m, guint8 *to)
{
    (void)m;
    memcpy(to, rest.p, 2);
}

static void write_scale(struct bytes rest, const struct tcp_moves *m, guint8 *to)
{
    (void)m;
    to[0] = MIN(rest.p[0], WINDOW_SCALE_MAX);
}

static void write_nothing(struct bytes rest, const struct tcp_moves *m, guint8 *to)
{
    (void)rest, (void)m, (void)to;
}

static void write_sack(struct bytes rest, const struct tcp_moves *m, guint8 *to)
{
    (void)rest;
    for (guint i = 0; i < m->n_sack; i++) {
        put_u32be(to + 8 * i, m->sack[i][0]);
        put_u32be(to + 8 * i + 4, m->sack[i][1]);
    }
}

static void write_times(struct bytes rest, const struct tcp_moves *m, guint8 *to)
{
    struct reader r = reader_of(rest);
    put_u32be(to, flow_shift(rd_u32be(&r), m->own_time, G_MAXUINT32));
    put_u32be(to + 4, flow_shift(rd_u32be(&r), m->far_time, G_MAXUINT32));
}

static const struct {
    guint8 type;
    guint8 len; /* the only one that is sound */
    write_fn write;
} rows[] = {
    {OPT_SEGMENT_SIZE, 4, write_size},
    {OPT_WINDOW_SCALE, 3, write_scale},
    {OPT_SACK_PERMITTED, 2, write_nothing},
    {OPT_TIMESTAMPS, 10, write_times},
};

/* NULL: it is left out, as is a second list of SACK blocks. */
static write_fn writer_of(struct bytes o, const struct tcp_moves *m, gboolean sack_done)
{
    if (bytes_at(o, 0) == OPT_TIMESTAMPS && m->no_times)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].type == bytes_at(o, 0) && rows[i].len == o.n)
            return rows[i].write;
    return is_sack(o) && !sack_done ? write_sack : NULL;
}

void tcp_options_write(struct bytes options, const struct tcp_moves *m, guint8 *to)
{
    struct reader r = reader_of(options);
    struct bytes o;
    gboolean sack_done = FALSE, left_out = FALSE;
    gsize at = 0, nops = 0; /* no operations wait for what they align */
    while (option_next(&r, &o)) {
        if (bytes_at(o, 0) == OPT_NOP) {
            nops++;
            continue;
        }
        write_fn write = writer_of(o, m, sack_done);
        if (write) {
            memset(to + at, OPT_NOP, nops);
            at += nops;
            memcpy(to + at, o.p, 2);
            write(bytes_from(o, 2), m, to + at + 2);
            at += o.n;
            sack_done |= write == write_sack;
        }
        left_out |= !write;
        nops = 0;
    }
    if (!left_out)
        memset(to + at, OPT_NOP, nops);
}

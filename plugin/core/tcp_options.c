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

/* An option's rest behind type and length, written to `to`. */
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

static void write_times(struct bytes rest, const struct tcp_moves *m, guint8 *to)
{
    struct reader r = reader_of(rest);
    put_u32be(to, flow_shift(rd_u32be(&r), m->own_time, G_MAXUINT32));
    put_u32be(to + 4, flow_shift(rd_u32be(&r), m->far_time, G_MAXUINT32));
}

static const struct {
    guint8 type;
    guint8 len;     /* the only one that is sound */
    write_fn write; /* NULL: there is nothing behind type and length */
} rows[] = {
    {OPT_SEGMENT_SIZE, 4, write_size},
    {OPT_WINDOW_SCALE, 3, write_scale},
    {OPT_SACK_PERMITTED, 2, NULL},
    {OPT_TIMESTAMPS, 10, write_times},
};

static gboolean write_row(struct bytes o, const struct tcp_moves *m, guint8 *to)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].type != bytes_at(o, 0) || rows[i].len != o.n)
            continue;
        memcpy(to, o.p, 2);
        if (rows[i].write)
            rows[i].write(bytes_from(o, 2), m, to + 2);
        return TRUE;
    }
    return FALSE;
}

static void write_sack(struct bytes o, const struct tcp_moves *m, guint8 *to)
{
    memcpy(to, o.p, 2);
    for (guint i = 0; i < m->n_sack; i++) {
        put_u32be(to + 2 + 8 * i, m->sack[i][0]);
        put_u32be(to + 6 + 8 * i, m->sack[i][1]);
    }
}

/* Behind the end of the list the zeros stay; what is broken takes all that follows it. */
void tcp_options_write(struct bytes options, const struct tcp_moves *m, guint8 *to)
{
    struct reader r = reader_of(options);
    struct bytes o;
    gboolean sack_done = FALSE;
    gsize at = 0;
    for (; option_next(&r, &o); at = r.at) {
        if (is_sack(o) && !sack_done) {
            write_sack(o, m, to + at);
            sack_done = TRUE;
        } else if (!write_row(o, m, to + at)) {
            memset(to + at, OPT_NOP, o.n);
        }
    }
    if (bytes_at(options, at) > OPT_END)
        memset(to + at, OPT_NOP, options.n - at);
}

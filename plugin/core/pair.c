/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair.h"

struct pair pair_of(const struct frame *f, guint *direction)
{
    struct pair pair = {.context = frame_context(f), .ends = {f->src, f->dst}};
    gint order = memcmp(f->src.addr, f->dst.addr, f->src.family == 4 ? 4 : 16);
    *direction = order > 0 || (order == 0 && f->src.port > f->dst.port);
    if (*direction) {
        pair.ends[0] = f->dst;
        pair.ends[1] = f->src;
    }
    return pair;
}

guint pair_hash(gconstpointer pair)
{
    const struct pair *p = pair;
    guint h = (guint)(p->context ^ p->context >> 32);
    for (guint i = 0; i < 2; i++)
        h = (h ^ endpoint_hash(&p->ends[i])) * 0x9e3779b1u;
    return h;
}

gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    const struct pair *x = a, *y = b;
    return x->context == y->context && endpoint_equal(&x->ends[0], &y->ends[0]) &&
           endpoint_equal(&x->ends[1], &y->ends[1]);
}

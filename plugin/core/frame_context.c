/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_private.h"

static guint32 vlan_context(struct bytes header)
{
    struct reader r = reader_of(header);
    return rd_u16be(&r) & 0xfff; /* without priority */
}

static guint32 pppoe_context(struct bytes header)
{
    struct reader r = {header, 2, FALSE};
    return rd_u16be(&r);
}

/* VXLAN's and Geneve's network, 24 bits behind 32 of flags. */
static guint32 network_context(struct bytes header)
{
    struct reader r = {header, 4, FALSE};
    return rd_u32be(&r) >> 8;
}

static guint32 service_context(struct bytes header)
{
    struct reader r = reader_of(header);
    return rd_u32be(&r) & 0xffffff;
}

/* What both directions of a flow have in common. */
static guint32 (*const rows[])(struct bytes header) = {
    [LAYER_VLAN] = vlan_context,      [LAYER_PPPOE] = pppoe_context, [LAYER_VXLAN] = network_context,
    [LAYER_GENEVE] = network_context, [LAYER_GRE] = gre_context,     [LAYER_PBB] = service_context,
};

static guint64 mix(guint64 h, guint64 v)
{
    h = (h ^ v) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

guint64 frame_context(const struct frame *f)
{
    guint64 h = 0;
    for (guint i = 0; i < f->n_layers; i++) {
        const struct layer *l = &f->layer[i];
        if (l->kind >= G_N_ELEMENTS(rows) || !rows[l->kind])
            continue;
        guint32 id = rows[l->kind](bytes_sub(f->captured, l->off, l->len));
        if (id)
            h = mix(mix(h, l->kind), id);
    }
    return h;
}

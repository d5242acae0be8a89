/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "other.h"

#include "neighbour.h"
#include "rtp.h"
#include "sctp.h"

static void zero(struct codec *c)
{
    rw_scrub_binary(c->rw, 0, c->rw->text.n);
}

static gboolean any(struct bytes b)
{
    (void)b;
    return TRUE;
}

static void sctp(struct codec *c)
{
    sctp_rewrite(c, NULL);
}

/* The first row of a carrier that knows the payload. A frame that was cut is not looked into. */
static const struct {
    enum carrier carrier;
    gboolean (*recognise)(struct bytes b);
    void (*rewrite)(struct codec *c);
    gboolean whole;
} rows[] = {
    {CARRIER_UDP, rtcp_recognise, rtcp_rewrite, TRUE},
    {CARRIER_UDP, rtp_recognise, rtp_rewrite, TRUE},
    {CARRIER_UDP, any, zero, FALSE},
    {CARRIER_TCP, any, zero, FALSE},
    {CARRIER_SCTP, any, sctp, FALSE},
    {CARRIER_ICMP, any, icmp_rewrite_other, FALSE},
    {CARRIER_ICMP6, neighbour_recognise, neighbour_rewrite, TRUE},
    {CARRIER_ICMP6, any, icmp_rewrite_other, FALSE},
    {CARRIER_FRAGMENT, any, zero, FALSE},
    {CARRIER_OTHER, any, zero, FALSE},
    {CARRIER_ARP, arp_recognise, arp_rewrite, FALSE},
    {CARRIER_ARP, any, zero, FALSE},
};

gboolean other_judge(struct carry *c, const struct frame *f)
{
    struct bytes text = bytes_span(f->captured, f->payload);
    carry_begin(c, text, NOT_FOUND, f->cut, &f->src, &f->dst);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].carrier == f->carrier && !(rows[i].whole && f->cut) && rows[i].recognise(text)) {
            rows[i].rewrite(&c->codec);
            g_array_set_size(c->letters, 0);
            return TRUE;
        }
    return FALSE;
}

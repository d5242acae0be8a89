/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sip_signal.h"

#include "datagram.h"
#include "quote.h"
#include "stun.h"

static gboolean is_filler(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!strchr("\r\n ", b.p[i]) && b.p[i] != '\0')
            return FALSE;
    return b.n > 0 && b.n <= KEEPALIVE_BYTES_MAX;
}

static gboolean of_datagram(struct sip_signal *s, const struct frame *f, struct bytes payload)
{
    if (f->cut || (!is_filler(payload) && !stun_recognise(payload)))
        return FALSE;
    s->kind = is_filler(payload) ? SIGNAL_CRLF : SIGNAL_STUN;
    return TRUE;
}

/* Who tries again from the same port takes another sequence number; a SYN that is repeated keeps it. */
static void of_syn(struct sip_signal *s, const struct frame *f)
{
    gboolean answer = (f->tcp.flags & TCP_ACK) != 0;
    s->kind = answer ? SIGNAL_SYN_ACK : SIGNAL_SYN;
    s->syn_seq = answer ? f->tcp.ack - 1 : f->tcp.seq;
}

/* A segment is asked for its flags first; one with a filler alone is a keep-alive (RFC 5626 section 3.5.1). One byte
 * is TCP's own keep-alive, whatever it is (RFC 9293 section 3.8.4). */
static gboolean of_segment(struct sip_signal *s, const struct frame *f, struct bytes payload)
{
    if (f->tcp.flags & TCP_RST)
        s->kind = SIGNAL_RST;
    else if (f->tcp.flags & TCP_SYN)
        of_syn(s, f);
    else if (!f->cut && payload.n > 1 && is_filler(payload))
        s->kind = SIGNAL_CRLF;
    else
        return FALSE;
    return TRUE;
}

static gboolean of_error(struct sip_signal *s, const struct frame *f, struct bytes message)
{
    s->kind = SIGNAL_ICMP;
    return quote_ends(f, message, &s->quoting, &s->quoted);
}

gboolean signal_from_frame(struct sip_signal *s, const struct frame *f)
{
    struct bytes payload = bytes_span(f->captured, f->payload);
    s->frame_bytes = f->wire_len;
    s->src = f->src;
    s->dst = f->dst;
    switch (f->carrier) {
    case CARRIER_UDP:
        return of_datagram(s, f, payload);
    case CARRIER_TCP:
        return of_segment(s, f, payload);
    case CARRIER_ICMP:
    case CARRIER_ICMP6:
        return of_error(s, f, payload);
    default:
        return FALSE;
    }
}

/* What only keeps a way open: DEFINITIONS.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

static void count_frame(struct keepalive *k, guint64 frame, guint32 bytes)
{
    if (k->frame == frame)
        return;
    k->frame = frame;
    k->frames++;
    k->bytes += bytes;
}

static void count_use(struct keepalive *k, gint mechanism, guint64 frame, guint32 bytes)
{
    struct storm_keepalive_use *use = &k->use[mechanism];
    use->messages++;
    if (k->mechanism_frame[mechanism] == frame)
        return;
    k->mechanism_frame[mechanism] = frame;
    use->frames++;
    use->bytes += bytes;
}

/* OPTIONS of a dialog, and the first one between two addresses, ask something. */
static gint mechanism_of(struct storm *s, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    if ((seen->method == METHOD_NOTIFY || seen->method == METHOD_SUBSCRIBE) &&
        bytes_ieq(e->event_package, BYTES_LIT("keep-alive")))
        return KEEP_EVENT;
    if (seen->method != METHOD_OPTIONS || e->to_tag.n)
        return -1;
    guint64 pair = fold(s->key.k0, (guint64)seen->src << 32 | seen->dst);
    return ids_fresh(&s->keepalive_pairs, pair) ? -1 : KEEP_OPTIONS;
}

static void count_at(struct storm *s, guint32 host, const struct seen *seen, gint mechanism)
{
    struct candidate *c = series_candidate(&s->series, hosts_at(&s->hosts, host));
    if (!c)
        return;
    count_frame(&c->keepalive, seen->event->frame, seen->event->frame_bytes);
    if (mechanism >= 0)
        count_use(&c->keepalive, mechanism, seen->event->frame, seen->event->frame_bytes);
}

void keepalive_event(struct storm *s, const struct seen *seen)
{
    if (seen->opens)
        seen->transaction->mechanism = (gint8)mechanism_of(s, seen);
    gint mechanism = seen->transaction ? seen->transaction->mechanism : -1;
    count_at(s, seen->src, seen, mechanism);
    if (seen->dst != seen->src)
        count_at(s, seen->dst, seen, mechanism);
}

void keepalive_signal(struct storm *s, const struct sip_signal *signal, guint32 src, guint32 dst)
{
    const guint32 hosts[] = {src, dst};
    const struct endpoint *const ends[] = {&signal->src, &signal->dst};
    gint mechanism = signal->kind == SIGNAL_CRLF ? KEEP_CRLF : KEEP_STUN;
    for (guint i = 0; i < (src == dst ? 1u : 2u); i++) {
        const struct host *host = hosts_at(&s->hosts, hosts[i]);
        struct candidate *c = series_candidate(&s->series, host);
        const struct host_ports *ports = host ? host_server_ports(host) : NULL;
        if (!c || (ports && !host_ports_has(ports, ends[i]->port))) /* media has the same address */
            continue;
        count_frame(&c->keepalive, signal->frame, signal->frame_bytes);
        count_use(&c->keepalive, mechanism, signal->frame, signal->frame_bytes);
    }
}

void keepalive_refresh(struct keepalive *k, const struct binding *b)
{
    k->use[KEEP_REGISTER].messages += b->messages;
    k->use[KEEP_REGISTER].frames += b->frames;
    k->use[KEEP_REGISTER].bytes += b->bytes;
}

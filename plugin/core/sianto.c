/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sianto.h"

#include "association.h"
#include "datagram.h"
#include "endpoints.h"
#include "fragment.h"
#include "hold.h"
#include "inspection.h"
#include "other.h"
#include "quote.h"
#include "sip_signal.h"
#include "tcp.h"
#include "teller.h"

G_DEFINE_QUARK(sianto-error-quark, sianto_error)

struct sianto {
    struct sianto_sink sink;
    struct carry *carry;
    struct frame_writer *writer;
    struct tcp *tcp;
    struct fragments *fragments;
    struct associations *associations;
    struct quotes *quotes;
    struct hold *hold;
    gboolean headers;
    gboolean led; /* the file before was looked at: nothing is cut at the beginning */
    struct sianto_counts aside; /* while a frame of another file is handled */
    struct teller *teller;
    GByteArray *bytes, *payload; /* of the frame at hand */
};

/* --- life ------------------------------------------------------------------------------------------ */

static const guint16 default_ports[] = {5060, 5061, 0};

struct sianto *sianto_new(const struct sianto_settings *settings, const struct key *key,
                          const struct sianto_sink *sink, GError **error)
{
    struct sianto *s = g_new0(struct sianto, 1);
    struct sianto_settings all = *settings;
    if (!all.sip_ports)
        all.sip_ports = default_ports;
    s->sink = *sink;
    s->headers = settings->headers || settings->restore; /* what we wrote has its place, and its number */
    s->bytes = g_byte_array_new();
    s->payload = g_byte_array_new();
    s->teller = teller_new(&s->sink, settings->threads);
    s->carry = carry_new(&all, key, &s->sink, error);
    if (!s->carry) {
        sianto_free(s);
        return NULL;
    }
    s->writer = frame_writer_new(key, s->carry->tables.addresses, s->carry->flows);
    frame_writer_time(s->writer, settings->time);
    s->tcp = tcp_new(s->carry);
    s->fragments = fragments_new(s->carry, s->writer);
    s->associations = associations_new(s->carry);
    s->quotes = quotes_new(s->carry, s->tcp, s->writer);
    s->hold = hold_new(all.hold_bytes ? all.hold_bytes : HOLD_DEFAULT);
    return s;
}

static void discard(struct sianto *s, struct waiting *w);

void sianto_free(struct sianto *s)
{
    struct waiting *w;
    if (!s)
        return;
    while (s->hold && (w = hold_head(s->hold)) != NULL)
        discard(s, w);
    hold_free(s->hold);
    quotes_free(s->quotes);
    associations_free(s->associations);
    fragments_free(s->fragments);
    tcp_free(s->tcp);
    frame_writer_free(s->writer);
    carry_free(s->carry);
    teller_free(s->teller);
    g_byte_array_unref(s->bytes);
    g_byte_array_unref(s->payload);
    g_free(s);
}

/* --- events: from the frame as it is written --------------------------------------------------------- */

static guint64 mix(guint64 h, guint64 v)
{
    h = (h ^ v) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static guint64 hash_bytes(guint64 h, struct bytes b)
{
    gsize i = 0;
    for (; i + 8 <= b.n; i += 8) {
        guint64 v;
        memcpy(&v, b.p + i, sizeof v);
        h = mix(h, GUINT64_FROM_LE(v));
    }
    for (; i < b.n; i++)
        h = mix(h, b.p[i]);
    return mix(h, b.n);
}

/* The innermost IP header but hop limit and checksum, and what follows it but its own checksum, which
 * no hop changes: the same packet seen at two places has the same hash. */
static guint64 packet_hash(const struct frame *f)
{
    const struct layer *ip = NULL;
    for (guint i = 0; i < f->n_layers; i++)
        if (f->layer[i].kind == LAYER_IPV4 || f->layer[i].kind == LAYER_IPV6)
            ip = &f->layer[i];
    if (!ip)
        return 0;
    struct bytes header = bytes_sub(f->captured, ip->off, ip->len);
    guint64 h = ip->kind;
    if (ip->kind == LAYER_IPV4) {
        h = hash_bytes(h, bytes_sub(header, 0, 8));
        h = mix(h, bytes_at(header, 9));
        h = hash_bytes(h, bytes_from(header, 12));
    } else {
        h = hash_bytes(h, bytes_sub(header, 0, 7));
        h = hash_bytes(h, bytes_from(header, 8));
    }
    h = mix(h, (guint64)f->src.port << 16 | f->dst.port);
    if (f->carrier == CARRIER_TCP)
        h = mix(mix(h, f->tcp.seq), (guint64)f->tcp.ack << 8 | f->tcp.flags);
    return hash_bytes(h, bytes_span(f->captured, f->payload));
}

/* A stream's repetitions are no messages, so two messages of a stream are never the same one twice. */
static guint64 letter_hash(const struct frame *f, const struct letter *letter, guint64 number, guint index)
{
    if (letter->transport == SIP_UDP)
        return mix(packet_hash(f), index);
    return mix(mix(hash_bytes(number, letter->text), number), index);
}

static void send_event(struct sianto *s, const struct waiting *w, const struct frame *f, const struct letter *letter,
                       guint index)
{
    const struct teller_message message = {
        .time_us = w->in.time_us,
        .frame = w->in.number,
        .frame_bytes = f->wire_len,
        .src = letter->inside ? letter->src : f->src,
        .dst = letter->inside ? letter->dst : f->dst,
        .transport = letter->transport,
        .packet_hash = letter_hash(f, letter, w->in.number, index),
    };
    teller_message(s->teller, &message, letter->text);
}

/* --- leaving --------------------------------------------------------------------------------------- */

/* What is written instead of a frame that is not SIP nor serves it, under other=headers. */
static enum drop_reason change_other(struct sianto *s, struct waiting *w, enum drop_reason drop,
                                     struct frame_change *change)
{
    const struct frame *f = &w->f;
    if (!s->headers || w->f.n_layers == 0 || !other_judge(s->carry, f))
        return drop;
    w->other = TRUE;
    change->payload = carry_apply(s->carry, f->payload.len);
    change->seq = f->tcp.seq;
    change->ack = f->tcp.ack;
    memcpy(change->sack, f->tcp.sack, sizeof change->sack);
    change->fragment_off = f->fragment.off;
    return DROP_NONE;
}

static enum drop_reason change_frame(struct sianto *s, struct waiting *w, struct frame_change *change)
{
    enum drop_reason drop = w->drop;
    g_byte_array_set_size(s->payload, 0);
    if (w->wait == WAIT_TCP)
        drop = tcp_change(s->tcp, w, change, s->payload);
    else if (w->wait == WAIT_TRAIN)
        drop = fragments_change(w, change, s->payload);
    else if (w->wait == WAIT_SCTP)
        drop = associations_change(s->associations, w, change);
    else if (w->wait == WAIT_TURN && drop == DROP_NONE) {
        endpoints_as_of(s->carry->endpoints, w->in.number);
        drop = quotes_change(s->quotes, &w->f, s->payload);
        endpoints_all(s->carry->endpoints);
        change->payload = bytes_of_array(s->payload);
    }
    return drop;
}

/* The new frame, in s->bytes. */
static void write_frame(struct sianto *s, struct waiting *w)
{
    struct frame_change change = {.payload = BYTES_NONE};
    if (w->wait == WAIT_NOTHING)
        return;
    w->drop = change_frame(s, w, &change);
    if (w->drop != DROP_NONE)
        w->drop = change_other(s, w, w->drop, &change);
    if (w->drop == DROP_NONE && !s->carry->as_is)
        w->drop = frame_write(s->writer, &w->f, &change, s->bytes, &w->wire_len);
}

static struct bytes new_bytes(const struct sianto *s, const struct waiting *w)
{
    if (s->carry->as_is)
        return w->in.captured;
    return bytes_of_array(w->bytes ? w->bytes : s->bytes);
}

static guint letters_of(const struct sianto *s, const struct waiting *w)
{
    if (w->held || w->letters)
        return w->letters ? w->letters->len : 0;
    return w->wait == WAIT_NOTHING ? s->carry->letters->len : 0;
}

static const struct letter *letter_of(const struct sianto *s, const struct waiting *w, guint i)
{
    return w->letters ? g_ptr_array_index(w->letters, i) : &g_array_index(s->carry->letters, struct letter, i);
}

static void send_signal(struct sianto *s, const struct waiting *w, const struct frame *f)
{
    struct sip_signal signal = {.time_us = w->in.time_us, .frame = w->in.number};
    if (w->other || !s->sink.signal || !signal_from_frame(&signal, f))
        return;
    signal.packet_hash = packet_hash(f);
    teller_signal(s->teller, &signal);
}

/* Messages count when the frame in which they ended is written. */
static void send_events(struct sianto *s, const struct waiting *w, struct bytes bytes)
{
    struct frame f;
    guint n = letters_of(s, w);
    if (w->scrubbed || (!n && !s->sink.signal) ||
        frame_walk(&f, bytes, w->wire_len, w->in.linktype) != DROP_NONE)
        return;
    if (!n) {
        send_signal(s, w, &f);
        return;
    }
    s->carry->counts.sip_messages += n;
    for (guint i = 0; i < n && s->sink.event; i++)
        send_event(s, w, &f, letter_of(s, w, i), i);
    if (f.carrier == CARRIER_UDP && !s->carry->as_is)
        quotes_remember(s->quotes, &w->f, &f);
}

static void deliver(struct sianto *s, struct waiting *w)
{
    struct sianto_frame_out out = {.number = w->in.number, .linktype = w->in.linktype};
    write_frame(s, w);
    if (w->in.context)
        return;
    out.drop = w->drop;
    out.sip = w->sip;
    out.scrubbed = w->scrubbed;
    out.undecided = w->undecided;
    if (w->drop == DROP_NONE) {
        s->carry->counts.written++;
        out.bytes = new_bytes(s, w);
        if (s->carry->as_is)
            w->wire_len = MAX(w->in.wire_len, (guint32)w->in.captured.n);
        out.wire_len = w->wire_len;
        if (s->carry->inspection && !w->inspected)
            inspection_frame(s->carry->inspection, w->in.number, w->in.linktype, w->in.captured, out.bytes);
        send_events(s, w, out.bytes);
    } else {
        s->carry->counts.dropped[w->drop]++;
    }
    if (s->sink.frame)
        s->sink.frame(s->sink.arg, &out);
}

/* --- waiting --------------------------------------------------------------------------------------- */

static void discard(struct sianto *s, struct waiting *w)
{
    hold_pop(s->hold);
    if (w->wait == WAIT_TCP)
        tcp_leave(s->tcp, w);
    else if (w->wait == WAIT_TRAIN)
        fragments_leave(s->fragments, w);
    waiting_free(w);
}

static gboolean is_ready(struct sianto *s, const struct waiting *w)
{
    if (w->wait == WAIT_TCP)
        return tcp_ready(s->tcp, w);
    if (w->wait == WAIT_SCTP)
        return associations_ready(s->associations, w);
    return w->wait != WAIT_TRAIN || fragments_ready(w);
}

static void force(struct sianto *s, struct waiting *w)
{
    s->carry->counts.forced++;
    if (w->wait == WAIT_TCP)
        tcp_force(s->tcp, w);
    else if (w->wait == WAIT_TRAIN)
        fragments_force(s->fragments, w);
    else if (w->wait == WAIT_SCTP)
        associations_force(s->associations, w);
}

/* What a frame of another file does is counted there. */
static void set_aside(struct sianto *s, gboolean context)
{
    if (context)
        s->aside = s->carry->counts;
}

static void put_back(struct sianto *s, gboolean context)
{
    if (context)
        s->carry->counts = s->aside;
}

static void leave(struct sianto *s, struct waiting *w, gboolean ready)
{
    set_aside(s, w->in.context);
    if (!ready)
        force(s, w);
    deliver(s, w);
    put_back(s, w->in.context);
    discard(s, w);
}

/* Frames leave in the order they came: the first one that may not holds the others. */
static void release(struct sianto *s, gboolean all)
{
    struct waiting *w;
    while ((w = hold_head(s->hold)) != NULL) {
        gboolean ready = is_ready(s, w);
        if (!ready && !all && !hold_overdue(s->hold))
            return;
        leave(s, w, ready);
    }
}

/* --- arriving -------------------------------------------------------------------------------------- */

/* A message that outgrew its datagram: x at equal length, no label of it is used. */
static void scrub_datagram(struct sianto *s, struct waiting *w)
{
    carry_scrub(s->carry, w->f.payload.len, 'x');
    s->carry->counts.too_long++;
    w->scrubbed = TRUE;
    w->sip = FALSE;
    struct frame_change change = {.payload = carry_apply(s->carry, w->f.payload.len)};
    w->drop = frame_write(s->writer, &w->f, &change, s->bytes, &w->wire_len);
}

/* A message that fills its datagram is inspected with the frame, whose bytes it is: so it is not copied by itself. */
static void inspect_datagram(struct sianto *s, struct waiting *w)
{
    struct carry *c = s->carry;
    if (!c->inspection || !c->filled.n)
        return;
    w->inspected = w->drop == DROP_NONE && !w->in.context &&
                   inspection_datagram(c->inspection, w->in.number, w->in.linktype, w->in.captured,
                                       bytes_of_array(s->bytes), c->off, c->filled, c->filled_as);
    if (!w->inspected)
        inspection_message(c->inspection, w->in.number, c->filled, c->filled_as, FALSE);
}

static void take_datagram(struct sianto *s, struct waiting *w)
{
    struct carry *c = s->carry;
    struct frame_change change = {.payload = BYTES_NONE};
    w->drop = datagram_judge(c, &w->f, w->f.payload.off);
    if (w->drop != DROP_NONE)
        w->drop = change_other(s, w, w->drop, &change);
    else
        change.payload = carry_apply(c, w->f.payload.len);
    if (w->drop != DROP_NONE)
        return;
    w->sip = c->letters->len > 0;
    if (!c->as_is) {
        w->drop = frame_write(s->writer, &w->f, &change, s->bytes, &w->wire_len);
        inspect_datagram(s, w);
        if (w->drop == DROP_TOO_LONG)
            scrub_datagram(s, w);
    }
    if (w->drop == DROP_NONE && !w->scrubbed)
        datagram_learn(c, &w->f);
}

/* What a carrier is to wait for, and why it is dropped where nothing keeps it. */
static const struct {
    enum wait wait;
    enum drop_reason drop;
} carriers[] = {
    [CARRIER_UDP] = {WAIT_NOTHING, DROP_NONE},       [CARRIER_TCP] = {WAIT_TCP, DROP_NONE},
    [CARRIER_SCTP] = {WAIT_SCTP, DROP_NONE},        [CARRIER_ICMP] = {WAIT_TURN, DROP_NONE},
    [CARRIER_ICMP6] = {WAIT_TURN, DROP_NONE},        [CARRIER_FRAGMENT] = {WAIT_TRAIN, DROP_NONE},
    [CARRIER_OTHER] = {WAIT_TURN, DROP_TRANSPORT},   [CARRIER_ARP] = {WAIT_TURN, DROP_NETWORK},
    [CARRIER_PDU] = {WAIT_NOTHING, DROP_NONE},
};

/* A frame whose result is known, while others wait: what was made of it is kept with it. */
static struct waiting *keep_result(struct sianto *s, struct waiting *w)
{
    if (w->wait == WAIT_NOTHING && w->drop != DROP_NONE)
        w->in.captured = w->f.captured = BYTES_NONE;
    struct waiting *copy = waiting_new(w);
    if (w->wait != WAIT_NOTHING || w->drop != DROP_NONE)
        return copy;
    if (!s->carry->as_is) {
        copy->bytes = g_byte_array_sized_new(s->bytes->len);
        g_byte_array_append(copy->bytes, s->bytes->data, s->bytes->len);
    }
    waiting_take_letters(copy, s->carry);
    return copy;
}

static void wait_in_line(struct sianto *s, struct waiting *w)
{
    struct waiting *copy = keep_result(s, w);
    hold_push(s->hold, copy);
    if (copy->wait == WAIT_TCP)
        tcp_arrive(s->tcp, copy);
    else if (copy->wait == WAIT_TRAIN)
        fragments_arrive(s->fragments, copy);
    else if (copy->wait == WAIT_SCTP)
        associations_arrive(s->associations, copy);
}

/* TRUE: it waits, and will be delivered in its turn. */
static gboolean take_frame(struct sianto *s, const struct sianto_frame_in *in)
{
    struct waiting w = {.in = *in, .wait = WAIT_NOTHING};
    s->carry->number = in->number;
    g_array_set_size(s->carry->letters, 0);
    w.drop = frame_walk(&w.f, in->captured, in->wire_len, in->linktype);
    if (w.drop != DROP_NONE) {
        w.f.n_layers = 0;
    } else {
        w.wait = carriers[w.f.carrier].wait;
        w.drop = carriers[w.f.carrier].drop;
    }
    if (w.drop == DROP_NONE && w.wait == WAIT_NOTHING)
        take_datagram(s, &w);
    if ((w.wait == WAIT_NOTHING || w.wait == WAIT_TURN) && !hold_head(s->hold)) {
        deliver(s, &w);
        return FALSE;
    }
    wait_in_line(s, &w);
    return TRUE;
}

/* The first frame of all: where it is the capture's own, nobody knows what was before. */
static void begin(struct sianto *s, const struct sianto_frame_in *in)
{
    s->led = s->led || in->context;
    s->carry->counts.frames += !in->derived && !in->context;
    if (s->carry->counts.frames == 1 && !s->led)
        s->carry->early_us = MIN(in->time_us, G_MAXINT64 - HOLD_TIME_US) + HOLD_TIME_US;
}

void sianto_frame(struct sianto *s, const struct sianto_frame_in *in)
{
    begin(s, in);
    endpoints_now(s->carry->endpoints, in->number);
    hold_time(s->hold, in->time_us);
    release(s, FALSE); /* what is overdue, before: what it teaches does not hang on who comes next */
    set_aside(s, in->context);
    gboolean waits = take_frame(s, in);
    put_back(s, in->context);
    if (waits)
        release(s, FALSE);
}

static void finish_threads(struct sianto *s)
{
    teller_finish(s->teller);
    if (s->carry->inspection)
        inspection_finish(s->carry->inspection);
}

gboolean sianto_finish(struct sianto *s, GError **error)
{
    s->carry->at_end = TRUE;
    release(s, TRUE);
    finish_threads(s);
    const GError *fault = labels_error(s->carry->tables.labels);
    if (!fault)
        fault = tokens_error(s->carry->tables.tokens);
    if (!fault)
        return TRUE;
    g_propagate_error(error, g_error_copy(fault));
    return FALSE;
}

void sianto_stop_telling(struct sianto *s)
{
    teller_stop(s->teller);
}

gboolean sianto_waits(const struct sianto *s)
{
    const struct waiting *w = hold_head(s->hold);
    return w && !w->in.context;
}

/* --- what the host asks ------------------------------------------------------------------------------ */

struct sianto_counts sianto_counts(const struct sianto *s)
{
    struct sianto_counts c = s->carry->counts;
    c.users = labels_count(s->carry->tables.labels, KIND_USER);
    c.phones = labels_count(s->carry->tables.labels, KIND_PHONE);
    c.domains = labels_count(s->carry->tables.labels, KIND_DOMAIN);
    c.agents = labels_count(s->carry->tables.labels, KIND_AGENT);
    c.addresses = addresses_count(s->carry->tables.addresses);
    return c;
}

GHashTable *sianto_unknown_names(const struct sianto *s)
{
    return s->carry->tables.unknown;
}

void sianto_each_pair(const struct sianto *s, sianto_visit_pair fn, void *arg)
{
    labels_each(s->carry->tables.labels, fn, arg);
    tokens_each(s->carry->tables.tokens, fn, arg);
}

guint64 sianto_pairs_missing(const struct sianto *s)
{
    return tokens_not_kept(s->carry->tables.tokens);
}

const GArray *sianto_resized(const struct sianto *s)
{
    return s->carry->resized;
}

struct audit *sianto_audit(struct sianto *s)
{
    return s->carry->inspection ? inspection_audit(s->carry->inspection) : NULL;
}

void sianto_map_endpoint(struct sianto *s, struct endpoint *e)
{
    *e = carry_endpoint(s->carry, e);
}

void sianto_map_address(struct sianto *s, struct bytes address, guint8 image[16])
{
    struct addresses *a = s->carry->tables.addresses;
    if (s->carry->as_is)
        memcpy(image, address.p, MIN(address.n, 16));
    else if (address.n == 4)
        addresses_map4(a, address.p, image);
    else if (address.n == 6)
        addresses_map_mac(a, address.p, image);
    else if (address.n == 16)
        addresses_map6(a, address.p, image);
}

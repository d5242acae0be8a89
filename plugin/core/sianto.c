/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sianto.h"

#include "anonymize.h"
#include "keep.h"

G_DEFINE_QUARK(sianto-error-quark, sianto_error)

struct sianto {
    struct sianto_sink sink;
    struct tables tables;
    struct flows *flows;
    struct frame_writer *writer;
    struct arena *arena;
    struct edits *edits;
    struct scope scope;
    struct sip_message message; /* the original */
    struct sip_message written; /* the message as it leaves */
    GByteArray *text;           /* new message */
    GByteArray *bytes;          /* new frame */
    gboolean as_is;
    struct sianto_counts counts;
};

/* --- life ------------------------------------------------------------------------------------------ */

static gboolean make_tables(struct sianto *s, const struct sianto_settings *settings, const struct key *key,
                            const struct keep *keep, GError **error)
{
    struct label_settings labels = {
        .style = settings->labels,
        .country = settings->country,
        .keep_users = (const char *const *)keep->users->pdata,
        .keep_hosts = (const char *const *)keep->hosts->pdata,
    };
    const char *const *networks = (const char *const *)keep->networks->pdata;
    s->tables.policy = policy_new(settings->policy_path, error);
    if (!s->tables.policy)
        return FALSE;
    s->tables.addresses = addresses_new(key, settings->addresses, networks, error);
    if (!s->tables.addresses)
        return FALSE;
    s->tables.labels = labels_new(key, &labels, error);
    if (!s->tables.labels)
        return FALSE;
    tables_find_names(&s->tables);
    s->tables.tokens = tokens_new(key);
    s->tables.unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    s->flows = flows_new(key);
    s->writer = frame_writer_new(key, s->tables.addresses, s->flows);
    return TRUE;
}

struct sianto *sianto_new(const struct sianto_settings *settings, const struct key *key,
                          const struct sianto_sink *sink, GError **error)
{
    struct sianto *s = g_new0(struct sianto, 1);
    struct keep keep = {NULL, NULL, NULL};
    s->sink = *sink;
    s->as_is = settings->as_is;
    s->arena = arena_new();
    s->edits = edits_new();
    s->scope.unknown_headers = g_ptr_array_new();
    s->scope.unknown_methods = g_ptr_array_new();
    s->text = g_byte_array_new();
    s->bytes = g_byte_array_new();
    sip_message_init(&s->message);
    sip_message_init(&s->written);
    gboolean ok = keep_load(&keep, settings->keep_path, error) && make_tables(s, settings, key, &keep, error);
    keep_clear(&keep);
    if (!ok)
        g_clear_pointer(&s, sianto_free);
    return s;
}

void sianto_free(struct sianto *s)
{
    if (!s)
        return;
    for (guint i = 0; i < RW_DEPTH_MAX; i++)
        edits_free(s->tables.child[i]);
    frame_writer_free(s->writer);
    flows_free(s->flows);
    tokens_free(s->tables.tokens);
    labels_free(s->tables.labels);
    addresses_free(s->tables.addresses);
    policy_free(s->tables.policy);
    g_clear_pointer(&s->tables.unknown, g_hash_table_unref);
    sip_message_clear(&s->message);
    sip_message_clear(&s->written);
    g_ptr_array_unref(s->scope.unknown_headers);
    g_ptr_array_unref(s->scope.unknown_methods);
    g_byte_array_unref(s->text);
    g_byte_array_unref(s->bytes);
    edits_free(s->edits);
    arena_free(s->arena);
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
    return hash_bytes(h, bytes_span(f->captured, f->payload));
}

static void send_event(struct sianto *s, const struct sianto_frame_in *in, struct bytes bytes, guint32 wire_len)
{
    struct frame f;
    struct sip_event event = {.time_us = in->time_us, .frame = in->number, .frame_bytes = wire_len};
    if (!s->sink.event || frame_walk(&f, bytes, wire_len, in->linktype) != DROP_NONE)
        return;
    if (sip_message_parse(&s->written, bytes_span(f.captured, f.payload)) != PARSE_OK)
        return;
    event.src = f.src;
    event.dst = f.dst;
    event.transport = SIP_UDP;
    event.packet_hash = packet_hash(&f);
    event_from_message(&event, &s->written);
    s->sink.event(s->sink.arg, &event);
}

/* --- frames ---------------------------------------------------------------------------------------- */

static void count_edits(struct sianto *s, gsize original_len)
{
    for (guint i = 0; i < edits_count(s->edits); i++)
        s->counts.replaced[edits_at(s->edits, i)->kind]++;
    s->counts.gap_bytes += edits_gap_bytes(s->edits, original_len);
}

static void rewrite_message(struct sianto *s, const struct frame *f, struct bytes text)
{
    struct rewrite rw = {
        .tables = &s->tables,
        .arena = s->arena,
        .edits = s->edits,
        .scope = &s->scope,
        .text = text,
        .cut = f->cut,
    };
    gsize missing = f->payload_wire_len - f->payload.len;
    arena_reset(s->arena);
    edits_clear(s->edits);
    g_ptr_array_set_size(s->scope.unknown_headers, 0);
    g_ptr_array_set_size(s->scope.unknown_methods, 0);
    g_byte_array_set_size(s->text, 0);
    if (anonymize_message(&rw, &s->message, missing) == ANONYMIZE_BROKEN)
        s->counts.broken++;
    edits_apply(s->edits, text, s->text);
    count_edits(s, text.n);
}

/* A message that outgrew its datagram: x at equal length, no label of it is used. */
static enum drop_reason write_scrubbed(struct sianto *s, const struct frame *f, struct sianto_frame_out *out)
{
    struct bytes scrubbed = scrub_text(s->arena, f->payload.len);
    edits_clear(s->edits);
    edits_replace(s->edits, 0, f->payload.len, scrubbed, KIND_SCRUBBED);
    s->counts.too_long++;
    out->scrubbed = TRUE;
    struct frame_change change = {.payload = scrubbed};
    return frame_write(s->writer, f, &change, s->bytes, &out->wire_len);
}

static void anonymize_frame(struct sianto *s, const struct frame *f, struct sianto_frame_out *out)
{
    rewrite_message(s, f, out->message);
    out->edits = s->edits;
    struct frame_change change = {.payload = bytes_of_array(s->text)};
    out->drop = frame_write(s->writer, f, &change, s->bytes, &out->wire_len);
    if (out->drop == DROP_TOO_LONG)
        out->drop = write_scrubbed(s, f, out);
    out->bytes = bytes_of_array(s->bytes);
}

/* What is proven but not handled. */
static enum drop_reason unhandled(const struct frame *f)
{
    static const enum drop_reason reasons[] = {
        [CARRIER_UDP] = DROP_NONE,        [CARRIER_TCP] = DROP_NOT_SIP,   [CARRIER_SCTP] = DROP_TRANSPORT,
        [CARRIER_ICMP] = DROP_TRANSPORT,  [CARRIER_ICMP6] = DROP_TRANSPORT, [CARRIER_FRAGMENT] = DROP_FRAGMENT,
        [CARRIER_OTHER] = DROP_TRANSPORT, [CARRIER_ARP] = DROP_NETWORK,   [CARRIER_PDU] = DROP_LINK_TYPE,
    };
    return reasons[f->carrier];
}

static void handle(struct sianto *s, const struct sianto_frame_in *in, struct sianto_frame_out *out)
{
    struct frame f;
    out->drop = frame_walk(&f, in->captured, in->wire_len, in->linktype);
    if (out->drop == DROP_NONE)
        out->drop = unhandled(&f);
    if (out->drop != DROP_NONE)
        return;
    out->message = bytes_span(in->captured, f.payload);
    out->message_off = f.payload.off;
    out->sip = sip_message_parse(&s->message, out->message) == PARSE_OK;
    if (!out->sip) {
        out->drop = DROP_NOT_SIP;
    } else if (s->as_is) {
        out->bytes = in->captured;
        out->wire_len = in->wire_len;
    } else {
        anonymize_frame(s, &f, out);
    }
    if (out->drop == DROP_NONE && !out->scrubbed) {
        s->counts.sip_messages++;
        send_event(s, in, out->bytes, out->wire_len);
    }
}

void sianto_frame(struct sianto *s, const struct sianto_frame_in *in)
{
    struct sianto_frame_out out = {.number = in->number};
    s->counts.frames++;
    handle(s, in, &out);
    if (out.drop == DROP_NONE)
        s->counts.written++;
    else
        s->counts.dropped[out.drop]++;
    if (s->sink.frame)
        s->sink.frame(s->sink.arg, &out);
}

gboolean sianto_finish(struct sianto *s, GError **error)
{
    const GError *fault = labels_error(s->tables.labels);
    if (!fault)
        fault = tokens_error(s->tables.tokens);
    if (!fault)
        return TRUE;
    g_propagate_error(error, g_error_copy(fault));
    return FALSE;
}

/* --- what the host asks ------------------------------------------------------------------------------ */

struct sianto_counts sianto_counts(const struct sianto *s)
{
    struct sianto_counts c = s->counts;
    c.users = labels_count(s->tables.labels, KIND_USER);
    c.phones = labels_count(s->tables.labels, KIND_PHONE);
    c.domains = labels_count(s->tables.labels, KIND_DOMAIN);
    c.agents = labels_count(s->tables.labels, KIND_AGENT);
    c.addresses = addresses_count(s->tables.addresses);
    return c;
}

GHashTable *sianto_unknown_names(const struct sianto *s)
{
    return s->tables.unknown;
}

void sianto_map_endpoint(struct sianto *s, struct endpoint *e)
{
    if (s->as_is)
        return;
    if (e->family == 4)
        addresses_map4(s->tables.addresses, e->addr, e->addr);
    else if (e->family == 6)
        addresses_map6(s->tables.addresses, e->addr, e->addr);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "quote.h"

#include "datagram.h"
#include "endpoints.h"

#define ICMP_HEADER 8
#define TCP_HEADER 20
#define UDP_CHECKSUM_OFF 6
#define PROTOCOL_TCP 6

/* A packet from its IP header on, as captured and as written. */
struct recent {
    GByteArray *captured, *written;
    gsize captured_payload, written_payload; /* offsets */
};

struct quotes {
    struct carry *carry;
    struct tcp *tcp;
    struct frame_writer *writer;
    struct recent recent[RECENT_MAX];
    guint next;
    GByteArray *packet, *out, *payload;
};

struct quotes *quotes_new(struct carry *carry, struct tcp *tcp, struct frame_writer *writer)
{
    struct quotes *q = g_new0(struct quotes, 1);
    q->carry = carry;
    q->tcp = tcp;
    q->writer = writer;
    q->packet = g_byte_array_new();
    q->out = g_byte_array_new();
    q->payload = g_byte_array_new();
    return q;
}

void quotes_free(struct quotes *q)
{
    if (!q)
        return;
    for (guint i = 0; i < RECENT_MAX; i++) {
        g_clear_pointer(&q->recent[i].captured, g_byte_array_unref);
        g_clear_pointer(&q->recent[i].written, g_byte_array_unref);
    }
    g_byte_array_unref(q->packet);
    g_byte_array_unref(q->out);
    g_byte_array_unref(q->payload);
    g_free(q);
}

/* --- what was written lately ------------------------------------------------------------------------------ */

static const struct layer *ip_layer(const struct frame *f)
{
    for (guint i = f->n_layers; i > 0; i--)
        if (f->layer[i - 1].kind == LAYER_IPV4 || f->layer[i - 1].kind == LAYER_IPV6)
            return &f->layer[i - 1];
    return NULL;
}

static void remember(GByteArray **to, gsize *payload, const struct frame *f, gsize ip)
{
    if (!*to)
        *to = g_byte_array_new();
    g_byte_array_set_size(*to, 0);
    g_byte_array_append(*to, f->captured.p + ip, (guint)(f->payload.off + f->payload.len - ip));
    *payload = f->payload.off - ip;
}

void quotes_remember(struct quotes *q, const struct frame *captured, const struct frame *written)
{
    const struct layer *was = ip_layer(captured), *is = ip_layer(written);
    if (!was || !is || captured->payload.len > RECENT_BYTES_MAX || written->payload.len > RECENT_BYTES_MAX)
        return;
    struct recent *r = &q->recent[q->next++ % RECENT_MAX];
    remember(&r->captured, &r->captured_payload, captured, was->off);
    remember(&r->written, &r->written_payload, written, is->off);
}

/* Ports and length follow the IP header; with the addresses and what is quoted of the text they tell the packet.
 * The header itself was changed on the way (hop limit, checksums). */
static gboolean is_quoted(const struct recent *r, const struct frame *f)
{
    struct bytes captured = bytes_of_array(r->captured);
    gsize address = f->src.family == 4 ? 12 : 8, n = f->src.family == 4 ? 8 : 32;
    struct bytes ports = bytes_sub(f->captured, f->payload.off - 8, 6);
    return bytes_eq(bytes_sub(captured, address, n), bytes_sub(f->captured, address, n)) &&
           bytes_eq(bytes_sub(captured, r->captured_payload - 8, 6), ports) &&
           bytes_starts(bytes_from(captured, r->captured_payload), bytes_span(f->captured, f->payload));
}

static const struct recent *find_recent(const struct quotes *q, const struct frame *f)
{
    for (guint i = 1; i <= MIN(q->next, RECENT_MAX); i++) {
        const struct recent *r = &q->recent[(q->next - i) % RECENT_MAX];
        if (is_quoted(r, f))
            return r;
    }
    return NULL;
}

/* --- the quoted packet ---------------------------------------------------------------------------------- */

static guint32 wire_length(struct bytes quote)
{
    struct reader r = {quote, 2, FALSE};
    gboolean four = bytes_at(quote, 0) >> 4 == 4;
    r.at = four ? 2 : 4;
    return (four ? 0u : 40u) + rd_u16be(&r);
}

/* How many bytes of the quoted packet's header are IP's; 0: TCP does not follow at once. */
static gsize tcp_at(struct bytes quote)
{
    if (bytes_at(quote, 0) >> 4 == 4)
        return bytes_at(quote, 9) == PROTOCOL_TCP ? (gsize)(bytes_at(quote, 0) & 15) * 4 : 0;
    return bytes_at(quote, 6) == PROTOCOL_TCP ? 40 : 0;
}

/* A quote need not hold more than 8 bytes of a TCP header: the walker is given a whole one, without options where
 * not all of them are quoted. */
static gsize complete_tcp(GByteArray *packet)
{
    gsize at = tcp_at(bytes_of_array(packet)), quoted = packet->len;
    if (!at || quoted < at + 8)
        return quoted;
    gsize header = quoted > at + 12 ? (gsize)(packet->data[at + 12] >> 4) * 4 : 0;
    if (header >= TCP_HEADER && at + header <= quoted)
        return quoted;
    g_byte_array_set_size(packet, (guint)(at + TCP_HEADER));
    if (quoted < packet->len)
        memset(packet->data + quoted, 0, packet->len - quoted);
    packet->data[at + 12] = 0x50;
    return MIN(quoted, packet->len);
}

static enum drop_reason write_recent(struct quotes *q, struct frame *f, const struct recent *r)
{
    struct bytes written = bytes_from(bytes_of_array(r->written), r->written_payload);
    gboolean whole = f->payload.len == f->payload_wire_len;
    struct frame_change change = {.payload = bytes_sub(written, 0, whole ? written.n : f->payload.len)};
    guint32 wire_len;
    f->payload_wire_len = f->payload.len + (guint32)(written.n - change.payload.n);
    f->cut = f->payload_wire_len > f->payload.len;
    enum drop_reason drop = frame_write(q->writer, f, &change, q->out, &wire_len);
    if (drop == DROP_NONE)
        memcpy(q->out->data + q->out->len - change.payload.n - 8 + UDP_CHECKSUM_OFF,
               r->written->data + r->written_payload - 8 + UDP_CHECKSUM_OFF, 2);
    return drop;
}

static enum drop_reason write_udp(struct quotes *q, struct frame *f)
{
    struct carry *c = q->carry;
    const struct recent *r = find_recent(q, f);
    guint32 wire_len;
    if (r)
        return write_recent(q, f, r);
    if (datagram_judge(c, f, NOT_FOUND) != DROP_NONE) {
        if (!endpoints_are(c->endpoints, &f->src, &f->dst, ENDPOINT_SIP))
            return DROP_NOT_SIP;
        rw_scrub_binary(&c->rw, 0, f->payload.len);
    }
    g_array_set_size(c->letters, 0); /* what is quoted is no message (DESIGN section 9) */
    struct frame_change change = {.payload = carry_apply(c, f->payload.len)};
    return frame_write(q->writer, f, &change, q->out, &wire_len);
}

static enum drop_reason write_tcp(struct quotes *q, struct frame *f)
{
    struct frame_change change = {.seq = f->tcp.seq, .ack = f->tcp.ack};
    guint32 wire_len;
    memcpy(change.sack, f->tcp.sack, sizeof change.sack);
    g_byte_array_set_size(q->payload, 0);
    if (!tcp_quote(q->tcp, f, &change, q->payload)) {
        if (!endpoints_are(q->carry->endpoints, &f->src, &f->dst, ENDPOINT_SIP))
            return DROP_NOT_SIP;
        g_byte_array_set_size(q->payload, 0);
        bytes_fill(q->payload, f->payload.len, 0);
    }
    change.payload = bytes_of_array(q->payload);
    return frame_write(q->writer, f, &change, q->out, &wire_len);
}

/* Puts the new quote into q->out. */
static enum drop_reason write_quote(struct quotes *q, struct bytes quote)
{
    struct frame f;
    g_byte_array_set_size(q->packet, 0);
    g_byte_array_append(q->packet, quote.p, (guint)quote.n);
    gsize quoted = complete_tcp(q->packet);
    guint32 wire = MAX(wire_length(quote), q->packet->len);
    if (frame_walk(&f, bytes_of_array(q->packet), wire, LINK_RAW) != DROP_NONE)
        return DROP_NOT_SIP;
    if (f.carrier != CARRIER_UDP && f.carrier != CARRIER_TCP)
        return DROP_NOT_SIP;
    enum drop_reason drop = f.carrier == CARRIER_UDP ? write_udp(q, &f) : write_tcp(q, &f);
    if (drop == DROP_NONE && quoted < q->packet->len)
        g_byte_array_set_size(q->out, (guint)MIN(quoted, q->out->len));
    return drop;
}

/* --- the message ------------------------------------------------------------------------------------------ */

/* What the second word of an error's header holds, and what becomes of it. */
enum word { WORD_UNUSED, WORD_MTU16, WORD_MTU32, WORD_POINTER8, WORD_POINTER32, WORD_GATEWAY };

struct error_row {
    guint8 type, code_max;
    enum word word;
    gint length_at; /* RFC 4884: where the quote's length stands, -1: nowhere */
};

/* What holds is the first row of the type whose code_max is not below the code. */
static const struct error_row errors4[] = {
    {3, 3, WORD_UNUSED, 5},  {3, 4, WORD_MTU16, 5},    {3, 15, WORD_UNUSED, 5},   {4, 0, WORD_UNUSED, -1},
    {5, 3, WORD_GATEWAY, -1}, {11, 1, WORD_UNUSED, 5}, {12, 2, WORD_POINTER8, 5},
};
static const struct error_row errors6[] = {
    {1, 8, WORD_UNUSED, 4}, {2, 0, WORD_MTU32, -1}, {3, 1, WORD_UNUSED, 4}, {4, 10, WORD_POINTER32, -1},
};

static const struct error_row *find_error(const struct frame *f, struct bytes message)
{
    const struct error_row *rows = f->carrier == CARRIER_ICMP ? errors4 : errors6;
    guint n = f->carrier == CARRIER_ICMP ? G_N_ELEMENTS(errors4) : G_N_ELEMENTS(errors6);
    for (guint i = 0; i < n && message.n >= ICMP_HEADER; i++)
        if (rows[i].type == message.p[0] && message.p[1] <= rows[i].code_max)
            return &rows[i];
    return NULL;
}

/* Without the extension structure, which begins behind the length that is told. */
static struct bytes quote_of(const struct error_row *row, struct bytes message)
{
    struct bytes quote = bytes_from(message, ICMP_HEADER);
    guint unit = row->length_at == 4 ? 8 : 4;
    gsize told = row->length_at < 0 ? 0 : (gsize)message.p[row->length_at] * unit;
    return told ? bytes_sub(quote, 0, told) : quote;
}

static void put_word(struct quotes *q, const struct error_row *row, struct bytes message, guint8 to[4])
{
    struct reader r = {message, 4, FALSE};
    guint32 word = rd_u32be(&r);
    memset(to, 0, 4);
    if (row->word == WORD_MTU16)
        put_u16be(to + 2, (guint16)word);
    else if (row->word == WORD_POINTER8)
        to[0] = (guint8)(word >> 24);
    else if (row->word == WORD_GATEWAY)
        addresses_map4(q->carry->tables.addresses, message.p + 4, to);
    else if (row->word == WORD_MTU32 || row->word == WORD_POINTER32)
        put_u32be(to, word <= G_MAXUINT16 ? word : 0);
}

enum drop_reason quotes_change(struct quotes *q, const struct frame *f, GByteArray *payload)
{
    struct bytes message = bytes_span(f->captured, f->payload);
    const struct error_row *row = find_error(f, message);
    if (!row)
        return DROP_TRANSPORT;
    enum drop_reason drop = write_quote(q, quote_of(row, message));
    if (drop)
        return drop;
    guint8 header[ICMP_HEADER] = {message.p[0], message.p[1]};
    put_word(q, row, message, header + 4);
    g_byte_array_append(payload, header, sizeof header);
    g_byte_array_append(payload, q->out->data, q->out->len);
    return DROP_NONE;
}

/* --- who could not be reached ----------------------------------------------------------------------------- */

/* RFC 792, RFC 4443; not that a packet is too long for the path. */
static gboolean is_unreachable(const struct frame *f, struct bytes message)
{
    if (f->carrier == CARRIER_ICMP)
        return bytes_at(message, 0) == 3 && bytes_at(message, 1) != 4;
    return bytes_at(message, 0) == 1;
}

gboolean quote_ends(const struct frame *f, struct bytes message, struct endpoint *src, struct endpoint *dst)
{
    const struct error_row *row = find_error(f, message);
    struct frame quoted;
    if (!row || !is_unreachable(f, message))
        return FALSE;
    g_autoptr(GByteArray) packet = g_byte_array_new();
    struct bytes quote = quote_of(row, message);
    g_byte_array_append(packet, quote.p, (guint)quote.n);
    complete_tcp(packet);
    if (frame_walk(&quoted, bytes_of_array(packet), MAX(wire_length(quote), packet->len), LINK_RAW) != DROP_NONE ||
        (quoted.carrier != CARRIER_UDP && quoted.carrier != CARRIER_TCP))
        return FALSE;
    *src = quoted.src;
    *dst = quoted.dst;
    return TRUE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_private.h"
#include "prf.h"

struct frame_writer *frame_writer_new(const struct key *key, struct addresses *addresses,
                                      const struct flows *flows)
{
    struct frame_writer *w = g_new0(struct frame_writer, 1);
    w->addresses = addresses;
    w->flows = flows;
    w->unknown = prf_new(key, "frame/checksum");
    return w;
}

void frame_writer_time(struct frame_writer *w, const struct timeline *time)
{
    w->time = time;
}

void frame_writer_free(struct frame_writer *w)
{
    if (!w)
        return;
    prf_free(w->unknown);
    g_free(w);
}

/* --- what the put functions share ---------------------------------------------------------------------- */

guint8 *job_to(const struct job *j, guint i)
{
    return j->to + j->at[i].off;
}

guint32 job_length(const struct job *j, guint i, guint32 behind)
{
    return (guint32)(j->end - j->at[i].off - behind);
}

void job_map_mac(const struct job *j, struct reader *r, guint8 *to)
{
    addresses_map_mac(j->w->addresses, rd_take(r, 6), to);
}

guint32 job_shift_tunnel(const struct job *j, guint i, guint32 v, guint32 max, gboolean far)
{
    struct endpoint src = {.family = 0}, dst = src;
    gint ip = frame_ip_before(j->f, i);
    if (v == 0)
        return 0;
    if (ip >= 0)
        frame_ip_ends(j->f, (guint)ip, &src, &dst);
    guint64 by = far ? flow_constant(j->w->flows, FLOW_TUNNEL, &dst, &src)
                     : flow_constant(j->w->flows, FLOW_TUNNEL, &src, &dst);
    return flow_shift(v, by, max);
}

void put_proven(struct job *j, guint i, struct reader *r)
{
    gsize n = rd_left(r);
    memcpy(job_to(j, i), rd_take(r, n), n);
}

/* --- checksums --------------------------------------------------------------------------------------- */

static struct covered covered(const struct job *j, guint32 old_off, guint32 old_end, guint32 new_off)
{
    return (struct covered){
        .old = bytes_sub(j->f->captured, old_off, old_end - old_off),
        .new = bytes_from((struct bytes){j->to, j->n}, new_off),
        .old_wire = old_end - old_off,
        .new_wire = (guint32)(j->end - new_off),
    };
}

struct covered job_covered(const struct job *j, guint i)
{
    return covered(j, j->f->layer[i].off, j->f->layer[i].wire_end, j->at[i].off);
}

struct covered job_covered_payload(const struct job *j)
{
    guint32 off = j->f->payload.off;
    return covered(j, off, off + j->f->payload_wire_len, j->payload_at);
}

guint32 job_keyed(const struct job *j, struct bytes new)
{
    guint8 digest[PRF_BYTES];
    prf_digest(j->w->unknown, 0, new, digest);
    struct reader r = reader_of((struct bytes){digest, sizeof digest});
    guint32 upper = rd_u32be(&r) % 0xffff + 1;
    return upper << 16 | rd_u16be(&r);
}

static struct bytes address_of(const struct endpoint *e)
{
    return (struct bytes){e->addr, e->family == 4 ? 4 : 16};
}

/* RFC 768 and 8200 section 8.1; the zeros of the one and the widths of the other make no difference
 * to the sum. */
static guint64 pseudo_sum(const struct endpoint *src, const struct endpoint *dst, guint8 protocol,
                          guint32 len)
{
    guint8 rest[8] = {[7] = protocol};
    put_u32be(rest, len);
    return checksum_add(checksum_add(checksum_add(0, address_of(src)), address_of(dst)),
                        (struct bytes){rest, sizeof rest});
}

static void map_endpoint(const struct job *j, struct endpoint *e)
{
    if (e->family == 4)
        addresses_map4(j->w->addresses, e->addr, e->addr);
    else
        addresses_map6(j->w->addresses, e->addr, e->addr);
}

/* The sums of the old and of the new pseudo-header. */
static void pseudo_sums(const struct job *j, const struct covered *c, gint ip, guint8 protocol, guint64 *old,
                        guint64 *new)
{
    struct endpoint src, dst;
    *old = *new = 0;
    if (ip < 0)
        return;
    frame_ip_ends(j->f, (guint)ip, &src, &dst);
    *old = pseudo_sum(&src, &dst, protocol, c->old_wire);
    map_endpoint(j, &src);
    map_endpoint(j, &dst);
    *new = pseudo_sum(&src, &dst, protocol, c->new_wire);
}

#define PROTOCOL_UDP 17

/* Where nobody can verify, the pseudo-header counts in the keyed value by its sum, which stands in the
 * field meanwhile. */
void job_checksum(struct job *j, const struct covered *c, gsize field, gint ip, guint8 protocol)
{
    gboolean zero_is_none = protocol == PROTOCOL_UDP, complete = c->old.n == c->old_wire;
    struct reader r = {c->old, field, FALSE};
    guint8 *to = j->to + (c->new.p - j->to) + field;
    guint64 old_pseudo, new_pseudo;
    guint16 keyed = 0;
    pseudo_sums(j, c, ip, protocol, &old_pseudo, &new_pseudo);
    guint64 old_whole = complete ? checksum_add(old_pseudo, c->old) : 0;
    enum checksum_state state = checksum_judge(rd_u16be(&r), zero_is_none, complete, old_whole, old_pseudo);
    guint64 new_whole = checksum_add(new_pseudo, c->new);
    if (state == CHECKSUM_UNKNOWN) {
        put_u16be(to, checksum_fold(new_pseudo));
        keyed = (guint16)(job_keyed(j, c->new) >> 16);
    }
    put_u16be(to, checksum_make(state, zero_is_none, new_whole, new_pseudo, keyed));
}

/* --- the frame --------------------------------------------------------------------------------------- */

static const struct {
    put_fn put;
    guint32 length_max;      /* of a length field; 0: there is none */
    guint32 length_excludes; /* bytes of the header that it does not count */
    len_fn len;              /* NULL: the header keeps its length */
} rows[] = {
    [LAYER_ETHERNET] = {put_ethernet, 0, 0, NULL},
    [LAYER_VLAN] = {put_vlan, 0, 0, NULL},
    [LAYER_PPPOE] = {put_pppoe, 0xffff, 6, NULL},
    [LAYER_PPP] = {put_proven, 0, 0, NULL},
    [LAYER_NULL] = {put_proven, 0, 0, NULL},
    [LAYER_SLL] = {put_sll, 0, 0, NULL},
    [LAYER_SLL2] = {put_sll2, 0, 0, NULL},
    [LAYER_IPV4] = {put_ipv4, 0xffff, 0, NULL},
    [LAYER_IPV6] = {put_ipv6, 0xffff, 40, NULL},
    [LAYER_UDP] = {put_udp, 0xffff, 0, NULL},
    [LAYER_TCP] = {put_tcp, 0, 0, NULL},
    [LAYER_SCTP] = {put_sctp, 0, 0, NULL},
    [LAYER_8023] = {put_8023, ETHERNET_MAX_LENGTH, 14, NULL},
    [LAYER_LLC] = {put_proven, 0, 0, NULL},
    [LAYER_CISCO_HDLC] = {put_proven, 0, 0, NULL},
    [LAYER_FRAME_RELAY] = {put_proven, 0, 0, NULL},
    [LAYER_RADIOTAP] = {put_radiotap, 0, 0, radiotap_len},
    [LAYER_PPI] = {put_ppi, 0, 0, ppi_len},
    [LAYER_AVS] = {put_device, 0, 0, NULL},
    [LAYER_PRISM] = {put_device, 0, 0, NULL},
    [LAYER_WLAN] = {put_wlan, 0, 0, wlan_len},
    [LAYER_NFLOG] = {put_nflog, 0xffff, 12, nflog_len},
    [LAYER_PKTAP] = {put_pktap, 0, 0, pktap_len},
    [LAYER_PDU] = {put_pdu, 0, 0, pdu_len},
    [LAYER_GRE] = {put_gre, 0, 0, NULL},
    [LAYER_ERSPAN] = {put_erspan, 0, 0, erspan_len},
    [LAYER_AH] = {put_ah, 0, 0, NULL},
    [LAYER_ETHERIP] = {put_proven, 0, 0, NULL},
    [LAYER_MPLS] = {put_mpls, 0, 0, NULL},
    [LAYER_PSEUDOWIRE] = {put_pseudowire, 0, 0, NULL},
    [LAYER_PBB] = {put_pbb, 0, 0, NULL},
    [LAYER_VXLAN] = {put_vxlan, 0, 0, NULL},
    [LAYER_GENEVE] = {put_geneve, 0, 0, geneve_len},
    [LAYER_GTP] = {put_gtp, 0xffff, 8, gtp_len},
    [LAYER_L2TP] = {put_l2tp, 0xffff, 0, l2tp_len},
};

/* Where each header goes. */
static void place_layers(struct job *j)
{
    guint32 at = 0;
    for (guint i = 0; i < j->f->n_layers; i++) {
        len_fn len = rows[j->f->layer[i].kind].len;
        j->at[i] = (struct span){at, len ? len(j->f, i) : j->f->layer[i].len};
        at += j->at[i].len;
    }
    j->payload_at = at;
}

static gboolean lengths_fit(const struct job *j)
{
    const struct frame *f = j->f;
    gint open = frame_open_ip(j);
    for (guint i = 0; i < f->n_layers; i++) {
        guint32 most = rows[f->layer[i].kind].length_max;
        if (most && (gint)i != open && job_length(j, i, rows[f->layer[i].kind].length_excludes) > most)
            return FALSE;
    }
    return frame_fragment_fits(j);
}

gboolean frame_is_padded(const struct frame *f)
{
    return f->layer[0].kind == LAYER_ETHERNET || f->layer[0].kind == LAYER_8023;
}

/* Bytes that the new frame has at least: those of an Ethernet frame that had to be padded. */
static guint32 least_bytes(const struct frame *f)
{
    guint64 end = (guint64)f->payload.off + f->payload_wire_len;
    gboolean padded = frame_is_padded(f) && end < ETHERNET_MIN_BYTES && f->wire_len >= ETHERNET_MIN_BYTES;
    return padded ? ETHERNET_MIN_BYTES : 0;
}

/* From the inside outwards, so that each checksum finds the final bytes. */
static void put_layers(struct job *j)
{
    const struct frame *f = j->f;
    if (f->carrier == CARRIER_ICMP || f->carrier == CARRIER_ICMP6)
        put_icmp_checksum(j);
    for (guint i = f->n_layers; i-- > 0;) {
        struct reader r = reader_of(bytes_sub(f->captured, f->layer[i].off, f->layer[i].len));
        rows[f->layer[i].kind].put(j, i, &r);
    }
}

enum drop_reason frame_write(struct frame_writer *w, const struct frame *f, const struct frame_change *change,
                             GByteArray *out, guint32 *wire_len)
{
    struct job j = {.w = w, .f = f, .change = change};
    struct bytes payload = change->payload;
    g_byte_array_set_size(out, 0);
    if (payload.n > FRAME_BYTES_MAX)
        return DROP_TOO_LONG;
    place_layers(&j);
    guint64 behind = (guint64)((gint64)(f->payload_wire_len - f->payload.len) + change->behind_grew);
    j.end = j.payload_at + behind + payload.n;
    if (j.end > FRAME_BYTES_MAX || !lengths_fit(&j))
        return DROP_TOO_LONG;
    gsize least = least_bytes(f);
    j.n = j.payload_at + payload.n;
    *wire_len = (guint32)MAX(j.end, least);
    g_byte_array_set_size(out, (guint)(f->cut ? j.n : MAX(j.n, least)));
    memset(out->data, 0, j.payload_at);
    if (payload.n)
        memcpy(out->data + j.payload_at, payload.p, payload.n);
    memset(out->data + j.n, 0, out->len - j.n);
    j.to = out->data;
    put_layers(&j);
    return DROP_NONE;
}

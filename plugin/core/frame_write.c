/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aes.h"
#include "bitperm.h"
#include "checksum.h"
#include "frame.h"
#include "ip_options.h"
#include "prf.h"

#define ETHERNET_MIN_BYTES 60 /* without frame check sequence */
#define PROTOCOL_UDP 17

struct frame_writer {
    struct addresses *addresses;
    gcry_cipher_hd_t flow;   /* constants per flow */
    struct bitperm *session; /* PPPoE session numbers */
    struct prf *unknown;     /* checksums that nobody can verify */
};

/* What moves the numbers that count within one flow. */
struct flow {
    guint64 id, label;
};

/* One frame in the making. The headers keep their lengths, so offsets are those of the old frame. */
struct job {
    struct frame_writer *w;
    const struct frame *f;
    guint8 *to;    /* the new frame, all headers 0, the payload in place */
    gsize n;       /* of it, without padding */
    guint64 end;   /* of the new UDP datagram, on the wire */
    struct flow flow;
};

/* The key was accepted before, so what fails here is memory: as fatal as in g_malloc. */
static void must(const void *made, const GError *error)
{
    if (!made)
        g_error("%s", error->message);
}

struct frame_writer *frame_writer_new(const struct key *key, struct addresses *addresses)
{
    struct frame_writer *w = g_new0(struct frame_writer, 1);
    guint8 subkey[KEY_BYTES];
    GError *error = NULL;
    w->addresses = addresses;
    key_subkey(key, "frame/flow", subkey);
    w->flow = aes_new(subkey, &error);
    key_wipe(subkey, sizeof subkey);
    must(w->flow, error);
    w->session = bitperm_new(key, "frame/pppoe-session", &error);
    must(w->session, error);
    w->unknown = prf_new(key, "frame/checksum");
    return w;
}

void frame_writer_free(struct frame_writer *w)
{
    if (!w)
        return;
    aes_free(w->flow);
    bitperm_free(w->session);
    prf_free(w->unknown);
    g_free(w);
}

static gsize address_bytes(const struct endpoint *e)
{
    return e->family == 4 ? 4 : 16;
}

/* The constants of a flow: CBC-MAC over family, protocol and the old addresses. The family stands
 * first and fixes the length, so that plain CBC-MAC is enough. IPv4 takes one block, IPv6 three; 14 ns
 * each, which no table beats. */
static struct flow flow_of(const struct frame_writer *w, const struct frame *f)
{
    guint8 block[AES_BLOCK] = {f->src.family, PROTOCOL_UDP};
    if (f->src.family == 4) {
        memcpy(block + 4, f->src.addr, 4);
        memcpy(block + 8, f->dst.addr, 4);
        aes_encrypt(w->flow, block, AES_BLOCK);
    } else {
        aes_encrypt(w->flow, block, AES_BLOCK);
        for (guint i = 0; i < AES_BLOCK; i++)
            block[i] ^= f->src.addr[i];
        aes_encrypt(w->flow, block, AES_BLOCK);
        for (guint i = 0; i < AES_BLOCK; i++)
            block[i] ^= f->dst.addr[i];
        aes_encrypt(w->flow, block, AES_BLOCK);
    }
    struct flow flow;
    memcpy(&flow.id, block, 8);
    memcpy(&flow.label, block + 8, 8);
    return (struct flow){GUINT64_FROM_LE(flow.id), GUINT64_FROM_LE(flow.label)};
}

/* Moves v along the circle 1 .. max; 0 stays. */
static guint32 shift_nonzero(guint32 v, guint64 by, guint32 max)
{
    return v == 0 ? 0 : (guint32)((v - 1 + by % max) % max) + 1;
}

/* A permutation that keeps 0: what would land on 0 takes the place that 0 would take. */
static void map_session(const struct frame_writer *w, const guint8 in[2], guint8 out[2])
{
    const struct bitperm_tweak tweak = {0, 0};
    if (in[0] == 0 && in[1] == 0)
        return;
    memcpy(out, in, 2);
    bitperm_apply(w->session, tweak, out, 0, 16, FALSE);
    if (out[0] == 0 && out[1] == 0)
        bitperm_apply(w->session, tweak, out, 0, 16, FALSE);
}

static guint16 length_from(const struct job *j, const struct layer *l, gsize behind)
{
    return (guint16)(j->end - l->off - behind);
}

static void map_mac(const struct job *j, struct reader *r, guint8 *to)
{
    addresses_map_mac(j->w->addresses, rd_take(r, 6), to);
}

static void put_ethernet(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    map_mac(j, r, to);
    map_mac(j, r, to + 6);
    put_u16be(to + 12, rd_u16be(r));
}

/* Priority, drop eligibility and VLAN number are 16 bits in all; the type is of the walker's list. */
static void put_vlan(struct job *j, const struct layer *l, struct reader *r)
{
    put_u32be(j->to + l->off, rd_u32be(r));
}

static void put_pppoe(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    to[0] = rd_u8(r);
    to[1] = rd_u8(r);
    map_session(j->w, rd_take(r, 2), to + 2);
    put_u16be(to + 4, length_from(j, l, l->len));
}

/* PPP, and the family of LINK_NULL: the walker takes closed lists only, so the bytes stay. */
static void put_proven(struct job *j, const struct layer *l, struct reader *r)
{
    memcpy(j->to + l->off, rd_take(r, l->len), l->len);
}

/* ARPHRD_ types as captures have them; the rest become "none". */
static guint16 device_type(guint16 device)
{
    static const guint16 known[] = {1, 512, 519, 768, 769, 772, 776, 778, 823, 65534};
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i] == device)
            return device;
    return 65534;
}

static void put_sll_address(struct job *j, guint16 len, struct reader *r, guint8 *to)
{
    if (len == 6)
        map_mac(j, r, to);
}

static guint16 sll_length(guint16 len)
{
    return len <= 32 ? len : 0; /* no link address is longer: MAX_ADDR_LEN of Linux */
}

static void put_sll(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    put_u16be(to, rd_u16be(r));
    put_u16be(to + 2, device_type(rd_u16be(r)));
    guint16 len = rd_u16be(r);
    put_u16be(to + 4, sll_length(len));
    put_sll_address(j, len, r, to + 6);
    struct reader type = {r->b, 14, FALSE};
    put_u16be(to + 14, rd_u16be(&type));
}

/* Interface indexes join captures of one machine only when they are large (containers count on). */
static void put_sll2(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    put_u16be(to, rd_u16be(r));
    rd_skip(r, 2);
    guint32 interface = rd_u32be(r);
    put_u32be(to + 4, interface < 256 ? interface : 0);
    put_u16be(to + 8, device_type(rd_u16be(r)));
    to[10] = rd_u8(r);
    guint8 len = rd_u8(r);
    to[11] = (guint8)sll_length(len);
    put_sll_address(j, len, r, to + 12);
}

static void put_ipv4_checksum(struct job *j, const struct layer *l, guint16 found)
{
    guint8 *to = j->to + l->off;
    guint64 old_sum = checksum_add(0, bytes_sub(j->f->captured, l->off, l->len));
    guint64 new_sum = checksum_add(0, (struct bytes){to, l->len});
    enum checksum_state state = checksum_judge(found, FALSE, TRUE, old_sum, 0);
    put_u16be(to + 10, checksum_make(state, FALSE, new_sum, 0, 0));
}

static void put_ipv4(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    to[0] = rd_u8(r); /* version and header length */
    to[1] = rd_u8(r);
    rd_skip(r, 2);
    put_u16be(to + 2, length_from(j, l, 0));
    put_u16be(to + 4, (guint16)shift_nonzero(rd_u16be(r), j->flow.id, 0xffff));
    put_u16be(to + 6, rd_u16be(r)); /* flags: the walker lets no offset pass */
    to[8] = rd_u8(r);
    to[9] = rd_u8(r);
    guint16 found = rd_u16be(r);
    addresses_map4(j->w->addresses, rd_take(r, 4), to + 12);
    addresses_map4(j->w->addresses, rd_take(r, 4), to + 16);
    ipv4_options_write(j->w->addresses, bytes_from(r->b, r->at), to + 20);
    put_ipv4_checksum(j, l, found);
}

/* An atomic fragment's identification counts like IPv4's. */
static void put_extension(struct job *j, const struct ipv6_extension *e, guint8 *to)
{
    ipv6_extension_write(j->w->addresses, e, to);
    if (e->kind != EXTENSION_FRAGMENT)
        return;
    struct reader id = {e->whole, 4, FALSE};
    put_u32be(to + 4, shift_nonzero(rd_u32be(&id), j->flow.id, G_MAXUINT32));
}

static void put_ipv6(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    guint32 head = rd_u32be(r);
    put_u32be(to, (head & 0xfff00000) | shift_nonzero(head & 0xfffff, j->flow.label, 0xfffff));
    rd_skip(r, 2);
    put_u16be(to + 4, length_from(j, l, 40));
    guint8 next = to[6] = rd_u8(r);
    to[7] = rd_u8(r);
    addresses_map6(j->w->addresses, rd_take(r, 16), to + 8);
    addresses_map6(j->w->addresses, rd_take(r, 16), to + 24);
    struct ipv6_extension e;
    for (gsize at = r->at; ipv6_extension_take(r, next, &e); at = r->at) {
        put_extension(j, &e, to + at);
        next = e.next;
    }
}

/* RFC 768 and 8200 section 8.1; the zeros of the one and the widths of the other make no difference
 * to the sum. */
static guint64 pseudo_sum(struct bytes src, struct bytes dst, guint32 udp_len)
{
    guint8 rest[8] = {[7] = PROTOCOL_UDP};
    put_u32be(rest, udp_len);
    return checksum_add(checksum_add(checksum_add(0, src), dst), (struct bytes){rest, sizeof rest});
}

/* 16 keyed bits of the new bytes, not 0. The pseudo-header counts by its sum, which stands in the
 * checksum field meanwhile. The same datagram has the same value again. */
static guint16 keyed_checksum(const struct frame_writer *w, struct bytes datagram)
{
    guint8 digest[PRF_BYTES];
    prf_digest(w->unknown, 0, datagram, digest);
    struct reader r = reader_of((struct bytes){digest, sizeof digest});
    return (guint16)(rd_u32be(&r) % 0xffff + 1);
}

static void map_endpoint(const struct job *j, const struct endpoint *e, guint8 out[16])
{
    if (e->family == 4)
        addresses_map4(j->w->addresses, e->addr, out);
    else
        addresses_map6(j->w->addresses, e->addr, out);
}

static enum checksum_state judge_udp(const struct frame *f, const struct layer *l, guint16 found)
{
    gsize n = address_bytes(&f->src);
    guint64 pseudo = pseudo_sum((struct bytes){f->src.addr, n}, (struct bytes){f->dst.addr, n},
                                f->payload_wire_len + 8);
    struct bytes datagram = bytes_sub(f->captured, l->off, l->len + f->payload.len);
    guint64 whole = f->cut ? 0 : checksum_add(pseudo, datagram);
    return checksum_judge(found, TRUE, !f->cut, whole, pseudo);
}

static void put_udp_checksum(struct job *j, const struct layer *l, guint16 found)
{
    enum checksum_state state = judge_udp(j->f, l, found);
    gsize n = address_bytes(&j->f->src);
    guint8 src[16], dst[16], *field = j->to + l->off + 6;
    map_endpoint(j, &j->f->src, src);
    map_endpoint(j, &j->f->dst, dst);
    guint64 pseudo = pseudo_sum((struct bytes){src, n}, (struct bytes){dst, n}, length_from(j, l, 0));
    struct bytes datagram = bytes_from((struct bytes){j->to, j->n}, l->off);
    guint64 whole = checksum_add(pseudo, datagram);
    guint16 keyed = 0;
    if (state == CHECKSUM_UNKNOWN) {
        put_u16be(field, checksum_fold(pseudo));
        keyed = keyed_checksum(j->w, datagram);
    }
    put_u16be(field, checksum_make(state, TRUE, whole, pseudo, keyed));
}

static void put_udp(struct job *j, const struct layer *l, struct reader *r)
{
    guint8 *to = j->to + l->off;
    put_u32be(to, rd_u32be(r)); /* ports */
    put_u16be(to + 4, length_from(j, l, 0));
    rd_skip(r, 2);
    guint16 found = rd_u16be(r);
    if (found)
        put_udp_checksum(j, l, found);
}

static const struct {
    void (*put)(struct job *j, const struct layer *l, struct reader *r);
    gboolean has_length;     /* a field of 16 bits */
    guint32 length_excludes; /* bytes of the header that it does not count */
} rows[] = {
    [LAYER_ETHERNET] = {put_ethernet, FALSE, 0}, [LAYER_VLAN] = {put_vlan, FALSE, 0},
    [LAYER_PPPOE] = {put_pppoe, TRUE, 6},        [LAYER_PPP] = {put_proven, FALSE, 0},
    [LAYER_NULL] = {put_proven, FALSE, 0},       [LAYER_SLL] = {put_sll, FALSE, 0},
    [LAYER_SLL2] = {put_sll2, FALSE, 0},         [LAYER_IPV4] = {put_ipv4, TRUE, 0},
    [LAYER_IPV6] = {put_ipv6, TRUE, 40},         [LAYER_UDP] = {put_udp, TRUE, 0},
};

static gboolean lengths_fit(const struct frame *f, guint64 end)
{
    for (guint i = 0; i < f->n_layers; i++) {
        const struct layer *l = &f->layer[i];
        if (rows[l->kind].has_length && end - l->off - rows[l->kind].length_excludes > 0xffff)
            return FALSE;
    }
    return end <= FRAME_BYTES_MAX;
}

/* Bytes that the new frame has at least: those of an Ethernet frame that had to be padded. */
static guint32 least_bytes(const struct frame *f)
{
    guint64 end = (guint64)f->payload.off + f->payload_wire_len;
    gboolean padded = f->layer[0].kind == LAYER_ETHERNET && end < ETHERNET_MIN_BYTES &&
                      f->wire_len >= ETHERNET_MIN_BYTES;
    return padded ? ETHERNET_MIN_BYTES : 0;
}

enum drop_reason frame_write(struct frame_writer *w, const struct frame *f, struct bytes payload,
                             GByteArray *out, guint32 *wire_len)
{
    g_byte_array_set_size(out, 0);
    guint64 end = (guint64)f->payload.off + (f->payload_wire_len - f->payload.len) + payload.n;
    if (!lengths_fit(f, end))
        return DROP_TOO_LONG;
    gsize n = f->payload.off + payload.n;
    gsize least = least_bytes(f);
    *wire_len = (guint32)MAX(end, least);
    g_byte_array_set_size(out, (guint)(f->cut ? n : MAX(n, least)));
    memset(out->data, 0, f->payload.off);
    if (payload.n)
        memcpy(out->data + f->payload.off, payload.p, payload.n);
    memset(out->data + n, 0, out->len - n);

    struct job j = {.w = w, .f = f, .to = out->data, .n = n, .end = end, .flow = flow_of(w, f)};
    for (guint i = 0; i < f->n_layers; i++) {
        struct reader r = reader_of(bytes_sub(f->captured, f->layer[i].off, f->layer[i].len));
        rows[f->layer[i].kind].put(&j, &f->layer[i], &r);
    }
    return DROP_NONE;
}

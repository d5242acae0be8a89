/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hep.h"

#include "codec_value.h"

#define MAGIC BYTES_LIT("HEP3")
#define HEADER 6 /* of the message: magic, total length */
#define CHUNK_HEADER 6
#define OLD_HEADER 8
#define OLD_TIME 12

enum {
    CHUNK_PROTOCOL = 2,
    CHUNK_SOURCE4 = 3,
    CHUNK_DESTINATION4,
    CHUNK_SOURCE6,
    CHUNK_DESTINATION6,
    CHUNK_SOURCE_PORT,
    CHUNK_DESTINATION_PORT,
    CHUNK_PAYLOAD = 15,

    PROTOCOL_TCP = 6,
    PROTOCOL_SCTP = 132,
};

/* Whom the payload is from and for. */
struct flow {
    struct endpoint src, dst;
    enum sip_transport transport;
};

static enum sip_transport transport_of(guint8 protocol)
{
    return protocol == PROTOCOL_TCP ? SIP_TCP : protocol == PROTOCOL_SCTP ? SIP_SCTP : SIP_UDP;
}

static void set_address(struct endpoint *e, struct bytes address)
{
    e->family = address.n == 4 ? 4 : 6;
    memcpy(e->addr, address.p, address.n);
}

/* SIP's image, or zeros: `max` bytes at most, else zeros, too. Returns how many were written. */
static gsize judge_payload(struct codec *c, gsize from, gsize to, gsize missing, const struct flow *f,
                           gsize max)
{
    struct bytes written;
    if (!codec_sip(c, from, to, missing, f->transport, &f->src, &f->dst, max, &written)) {
        rw_scrub_binary(c->rw, from, to);
        return to - from;
    }
    rw_replace(c->rw, from, to, written, KIND_LENGTH);
    return written.n;
}

/* --- versions 1 and 2 ------------------------------------------------------------------------------- */

/* AF_INET6 of Linux, FreeBSD, macOS; AF_INET is 2 everywhere. */
static gsize address_len(gint family)
{
    return family == 2 ? 4 : family == 10 || family == 28 || family == 30 ? 16 : 0;
}

/* Length of the whole head; 0: none of these versions. Agents do not agree whether the length that version 2 names
 * counts the time. */
static gsize old_head(struct bytes b)
{
    gint version = bytes_at(b, 0), len = bytes_at(b, 1);
    gsize address = address_len(bytes_at(b, 2));
    gsize fixed = OLD_HEADER + 2 * address, head = fixed + (version == 2 ? OLD_TIME : 0);
    gboolean known = (version == 1 || version == 2) && address && ((gsize)len == head || (gsize)len == fixed);
    return known && b.n >= head ? head : 0;
}

/* --- capture times ---------------------------------------------------------------------------------- */

/* Of a sender whose byte order nobody knows: the one in which it is nearer to when the capture began. */
static gboolean is_little(const struct timeline *t, guint32 s)
{
    return ABS((gint64)GUINT32_SWAP_LE_BE(s) - t->first_s) < ABS((gint64)s - t->first_s);
}

/* Zeros where it cannot be moved. */
static void judge_seconds(struct codec *c, gsize at, gboolean big)
{
    const struct timeline *t = c->rw->tables->time;
    guint32 was = codec_u32(c, at);
    if (!timeline_moves(t)) {
        rw_keep(c->rw, at, at + 4);
        return;
    }
    gboolean little = !big && is_little(t, was);
    gint64 s = little ? GUINT32_SWAP_LE_BE(was) : was;
    guint8 *p = arena_alloc(c->rw->arena, 4);
    if (!timeline_second(t, &s, 0, G_MAXUINT32))
        s = 0;
    put_u32be(p, little ? GUINT32_SWAP_LE_BE((guint32)s) : (guint32)s);
    rw_put(c->rw, at, at + 4, (struct bytes){p, 4}, KIND_KEPT);
}

static void judge_microseconds(struct codec *c, gsize at, gboolean big)
{
    guint32 us = codec_u32(c, at);
    gboolean sound = us < G_USEC_PER_SEC || (!big && GUINT32_SWAP_LE_BE(us) < G_USEC_PER_SEC);
    if (sound && !timeline_is_coarse(c->rw->tables->time))
        rw_keep(c->rw, at, at + 4);
    else
        rw_scrub_binary(c->rw, at, at + 4);
}

/* Seconds, microseconds, agent (2) and two bytes of padding, in the sender's byte order. */
static void judge_time(struct codec *c, gsize at)
{
    judge_seconds(c, at, FALSE);
    judge_microseconds(c, at + 4, FALSE);
    guint8 agent[4] = {0};
    put_u16be(agent, (guint16)flow_permute(c->flows, FLOW_TUNNEL, codec_u16(c, at + 8), 16));
    rw_replace(c->rw, at + 8, at + OLD_TIME, arena_dup(c->rw->arena, (struct bytes){agent, 4}), KIND_TOKEN);
}

static void rewrite_old(struct codec *c)
{
    struct bytes text = c->rw->text;
    gsize address = address_len(bytes_at(text, 2)), head = old_head(text);
    struct flow f = {.transport = transport_of(codec_u8(c, 3))};
    f.src.port = codec_u16(c, 4);
    f.dst.port = codec_u16(c, 6);
    set_address(&f.src, bytes_sub(text, OLD_HEADER, address));
    set_address(&f.dst, bytes_sub(text, OLD_HEADER + address, address));
    rw_keep(c->rw, 0, OLD_HEADER);
    codec_address(c, OLD_HEADER, OLD_HEADER + address);
    codec_address(c, OLD_HEADER + address, OLD_HEADER + 2 * address);
    if (head > OLD_HEADER + 2 * address)
        judge_time(c, OLD_HEADER + 2 * address);
    judge_payload(c, head, text.n, c->missing, &f, G_MAXUINT16);
}

/* --- version 3 -------------------------------------------------------------------------------------- */

struct chunk {
    guint16 vendor, type;
    gsize from, value, end; /* what was captured of it */
    gsize lost;             /* of its value, behind the captured bytes */
};

struct hep3 {
    struct codec *c;
    struct flow flow;
    gboolean level; /* the payload's image is too long: zeros */
};

/* Judges the value; returns how many bytes were written. */
typedef gsize (*judge_chunk)(struct hep3 *h, const struct chunk *k, guint32 max);

static gsize judge_number(struct hep3 *h, const struct chunk *k, guint32 max)
{
    struct reader r = reader_of(rw_bytes(h->c->rw, k->value, k->end));
    guint32 v = 0;
    while (rd_left(&r))
        v = v << 8 | rd_u8(&r);
    if (v <= max)
        rw_keep(h->c->rw, k->value, k->end);
    else
        rw_scrub_binary(h->c->rw, k->value, k->end);
    return k->end - k->value;
}

static gsize judge_capture_s(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    judge_seconds(h->c, k->value, TRUE);
    return 4;
}

static gsize judge_capture_us(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    judge_microseconds(h->c, k->value, TRUE);
    return 4;
}

static gsize judge_address(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    codec_address(h->c, k->value, k->end);
    return k->end - k->value;
}

static gsize judge_mac(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    codec_mac(h->c, k->value, k->end);
    return k->end - k->value;
}

static gsize judge_id(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    codec_id(h->c, k->value, k->end);
    return k->end - k->value;
}

static gsize judge_key(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    rw_put(h->c->rw, k->value, k->end, BYTES_LIT("redacted"), KIND_REDACTED);
    return strlen("redacted");
}

static gsize put_text(struct hep3 *h, const struct chunk *k, rw_judge judge)
{
    struct bytes after = codec_text(h->c, k->value, k->end, judge, NULL);
    rw_put(h->c->rw, k->value, k->end, after, KIND_LENGTH);
    return after.n;
}

static void judge_call_id_text(struct rewrite *child, gconstpointer arg)
{
    (void)arg;
    rw_call_id(child, 0, child->text.n);
}

static gsize judge_correlation(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    return put_text(h, k, judge_call_id_text);
}

static void judge_token_text(struct rewrite *child, gconstpointer arg)
{
    (void)arg;
    rw_token(child, 0, child->text.n, KIND_TOKEN);
}

static gsize judge_name(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    return put_text(h, k, judge_token_text);
}

static gsize judge_zeros(struct hep3 *h, const struct chunk *k, guint32 max)
{
    (void)max;
    rw_scrub_binary(h->c->rw, k->value, k->end);
    return k->end - k->value;
}

static gsize judge_content(struct hep3 *h, const struct chunk *k, guint32 max)
{
    if (h->level)
        return judge_zeros(h, k, 0);
    return judge_payload(h->c, k->value, k->end, k->lost, &h->flow, max);
}

#define ANY_LEN 0

/* Generic chunks (vendor 0) by type; HEP3 network protocol specification, revision 32, and Homer's code. */
static const struct row {
    guint16 type;
    guint8 len;
    judge_chunk judge;
    guint32 max;
} rows[] = {
    {1, 1, judge_number, 255},              /* family */
    {CHUNK_PROTOCOL, 1, judge_number, 255}, /* of IP */
    {CHUNK_SOURCE4, 4, judge_address, 0},
    {CHUNK_DESTINATION4, 4, judge_address, 0},
    {CHUNK_SOURCE6, 16, judge_address, 0},
    {CHUNK_DESTINATION6, 16, judge_address, 0},
    {CHUNK_SOURCE_PORT, 2, judge_number, 65535},
    {CHUNK_DESTINATION_PORT, 2, judge_number, 65535},
    {9, 4, judge_capture_s, 0},        /* capture time: seconds */
    {10, 4, judge_capture_us, 0},      /* and microseconds */
    {11, 1, judge_number, 255},        /* protocol type: 1 is SIP */
    {12, 4, judge_id, 0},              /* capture agent */
    {13, 2, judge_number, 65535},      /* keep-alive timer, s */
    {14, ANY_LEN, judge_key, 0},       /* authentication key */
    {CHUNK_PAYLOAD, ANY_LEN, judge_content, G_MAXUINT16},
    {16, ANY_LEN, judge_zeros, 0},       /* compressed payload */
    {17, ANY_LEN, judge_correlation, 0}, /* correlation id */
    {18, 2, judge_number, 65535},        /* VLAN */
    {19, ANY_LEN, judge_name, 0},        /* capture node */
    {20, 6, judge_mac, 0},               /* source */
    {21, 6, judge_mac, 0},               /* destination */
    {22, 2, judge_number, 65535},        /* ethertype */
    {23, 1, judge_number, 255},          /* TCP flags */
    {24, 1, judge_number, 255},          /* TOS */
    {32, 2, judge_number, 65535},        /* MOS */
    {33, 2, judge_number, 65535},        /* R factor */
    {35, 4, judge_number, 0xffffff},     /* jitter */
};

static const struct row *find_row(const struct chunk *k)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows) && k->vendor == 0; i++)
        if (rows[i].type == k->type)
            return rows[i].len == ANY_LEN || rows[i].len == k->end - k->value ? &rows[i] : NULL;
    return NULL;
}

static gsize total_len(struct bytes b)
{
    struct reader r = reader_of(bytes_from(b, MAGIC.n));
    return rd_u16be(&r);
}

/* The chunk at `at`, within what was captured of the message. FALSE: there is none, or it contradicts the
 * message's length. */
static gboolean chunk_at(struct bytes b, gsize at, struct chunk *k)
{
    struct reader r = reader_of(bytes_from(b, at));
    gsize total = total_len(b);
    *k = (struct chunk){.from = at, .value = at + CHUNK_HEADER};
    k->vendor = rd_u16be(&r);
    k->type = rd_u16be(&r);
    gsize len = rd_u16be(&r);
    if (r.bad || len < CHUNK_HEADER || at + len > total)
        return FALSE;
    k->end = MIN(at + len, b.n);
    k->lost = at + len - k->end;
    return TRUE;
}

/* What was captured of the message, without what follows it. */
static struct bytes message_of(struct bytes b)
{
    return bytes_sub(b, 0, total_len(b));
}

static struct flow find_flow(struct bytes b)
{
    struct flow f = {.transport = SIP_UDP};
    struct chunk k;
    for (gsize at = HEADER; chunk_at(b, at, &k); at = k.end) {
        struct bytes v = bytes_sub(b, k.value, k.end - k.value);
        struct reader r = reader_of(v);
        if (!find_row(&k))
            continue;
        if (k.type == CHUNK_SOURCE4 || k.type == CHUNK_SOURCE6)
            set_address(&f.src, v);
        else if (k.type == CHUNK_DESTINATION4 || k.type == CHUNK_DESTINATION6)
            set_address(&f.dst, v);
        else if (k.type == CHUNK_SOURCE_PORT)
            f.src.port = rd_u16be(&r);
        else if (k.type == CHUNK_DESTINATION_PORT)
            f.dst.port = rd_u16be(&r);
        else if (k.type == CHUNK_PROTOCOL)
            f.transport = transport_of(rd_u8(&r));
    }
    return f;
}

/* Two bytes that are filled in when the value is known. */
static guint8 *put_length(struct codec *c, gsize at)
{
    guint8 *place = arena_alloc(c->rw->arena, 2);
    put_u16be(place, 0);
    rw_replace(c->rw, at, at + 2, (struct bytes){place, 2}, KIND_LENGTH);
    return place;
}

/* Returns how many bytes were written for it. */
static gsize judge_one(struct hep3 *h, const struct chunk *k)
{
    const struct row *row = find_row(k);
    if (!row || (k->lost && row->type != CHUNK_PAYLOAD)) {
        rw_delete(h->c->rw, k->from, k->end);
        return 0;
    }
    rw_keep(h->c->rw, k->from, k->from + 4);
    guint8 *length = put_length(h->c, k->from + 4);
    gsize n = CHUNK_HEADER + row->judge(h, k, row->max);
    put_u16be(length, (guint16)MIN(n + k->lost, G_MAXUINT16));
    return n;
}

/* FALSE: it does not fit the length fields; all was judged nevertheless. */
static gboolean rewrite_new(struct codec *c, gboolean level)
{
    struct bytes b = message_of(c->rw->text);
    struct hep3 h = {.c = c, .flow = find_flow(b), .level = level};
    struct chunk k;
    gsize at = HEADER, n = HEADER, lost = total_len(b) - b.n;
    gboolean fits = TRUE;
    rw_keep(c->rw, 0, MAGIC.n);
    guint8 *length = put_length(c, MAGIC.n);
    for (; at < b.n && chunk_at(b, at, &k); at = k.end) {
        gsize chunk = judge_one(&h, &k);
        fits = fits && chunk + k.lost <= G_MAXUINT16;
        n += chunk;
    }
    rw_delete(c->rw, at, c->rw->text.n);
    put_u16be(length, (guint16)(n + lost));
    return fits && n + lost <= G_MAXUINT16;
}

gboolean hep_recognise(struct bytes b)
{
    return old_head(b) > 0 || (bytes_starts(b, MAGIC) && b.n >= HEADER && total_len(b) >= HEADER);
}

static struct bytes payload_of(struct bytes b)
{
    struct chunk k;
    if (old_head(b))
        return bytes_from(b, old_head(b));
    b = message_of(b);
    for (gsize at = HEADER; chunk_at(b, at, &k); at = k.end)
        if (k.vendor == 0 && k.type == CHUNK_PAYLOAD)
            return bytes_sub(b, k.value, k.end - k.value);
    return BYTES_NONE;
}

gboolean hep_has_sip(struct bytes b)
{
    return hep_recognise(b) && sip_recognise(payload_of(b)) == PARSE_OK;
}

void hep_rewrite(struct codec *c)
{
    struct bytes text = c->rw->text;
    if (!hep_recognise(text)) {
        rw_scrub_binary(c->rw, 0, text.n);
    } else if (old_head(text)) {
        rewrite_old(c);
    } else if (!rewrite_new(c, FALSE)) {
        edits_truncate(c->rw->edits, c->rw->base);
        if (!rewrite_new(c, TRUE)) {
            edits_truncate(c->rw->edits, c->rw->base);
            rw_scrub_binary(c->rw, 0, text.n);
        }
    }
}

enum parse_result hep_take(struct codec *c, gsize *n)
{
    struct bytes text = c->rw->text, head = bytes_sub(text, 0, MAGIC.n);
    if (!bytes_starts(MAGIC, head))
        return PARSE_BAD;
    if (text.n < HEADER)
        return PARSE_MORE;
    gsize total = total_len(text);
    if (total < HEADER)
        return PARSE_BAD;
    if (text.n < total)
        return PARSE_MORE;
    *n = total;
    struct rewrite unit = *c->rw;
    unit.text = bytes_sub(text, 0, total);
    unit.cut = FALSE;
    struct codec inner = *c;
    inner.rw = &unit;
    inner.missing = 0;
    hep_rewrite(&inner);
    return PARSE_OK;
}

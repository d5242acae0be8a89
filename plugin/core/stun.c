/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stun.h"

#include "stun_private.h"

#define HEADER 20
#define COOKIE 0x2112a442u
#define DIGEST 32

enum {
    METHOD_BINDING = 1,
    ATTRIBUTE_REALM = 0x0014,
};

/* --- the new text ----------------------------------------------------------------------------------- */

void stun_put(struct stun_message *m, gsize from, gsize to, struct bytes after, enum kind kind)
{
    if (from == to && after.n == 0)
        return;
    rw_put(m->rw, from, to, after, kind);
    if (after.n)
        g_byte_array_append(m->out, after.p, (guint)after.n);
}

guint8 *stun_put_place(struct stun_message *m, gsize from, gsize to, gsize n, enum kind kind)
{
    guint8 *place = arena_alloc(m->rw->arena, n);
    memset(place, 0, n);
    rw_replace(m->rw, from, to, (struct bytes){place, n}, kind);
    g_byte_array_append(m->out, place, (guint)n);
    return place;
}

void stun_put_zeros(struct stun_message *m, gsize from, gsize to, gsize n, enum kind kind)
{
    if (from != to || n != 0)
        stun_put_place(m, from, to, n, kind);
}

/* --- what is inside --------------------------------------------------------------------------------- */

static void judge_inside(struct rewrite *child, gconstpointer arg)
{
    struct codec c = *(const struct codec *)arg;
    c.rw = child;
    stun_rewrite(&c);
}

gboolean stun_inside(struct codec *c, gsize from, gsize to, enum sip_transport transport, gsize max,
                     struct bytes *written)
{
    if (codec_sip(c, from, to, 0, transport, &c->src, &c->dst, max, written))
        return TRUE;
    if (c->rw->depth + 1 >= RW_DEPTH_MAX || !stun_recognise(rw_bytes(c->rw, from, to)))
        return FALSE;
    *written = rw_child(c->rw, from, to, rw_bytes(c->rw, from, to), judge_inside, c);
    return written->n <= max;
}

/* --- made of the new bytes -------------------------------------------------------------------------- */

static guint32 crc32(struct bytes b)
{
    guint32 crc = G_MAXUINT32;
    for (gsize i = 0; i < b.n; i++) {
        crc ^= b.p[i];
        for (guint bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

guint32 stun_fingerprint(struct bytes before)
{
    return crc32(before) ^ 0x5354554eu;
}

/* A second one of a kind has no meaning, and each costs a walk over the message: it becomes zeros. */
struct stun_late *stun_put_late(struct stun_message *m, const struct stun_attribute *a, gboolean fingerprint)
{
    gsize n = a->end - a->value;
    for (guint i = 0; i < m->n_late; i++)
        if (a->type == m->late[i].type)
            return NULL;
    if (m->n_late == STUN_LATE_MAX || n > DIGEST || n == 0 || (fingerprint && n != 4))
        return NULL;
    struct stun_late *late = &m->late[m->n_late++];
    *late = (struct stun_late){.at = m->out->len, .n = n, .type = a->type, .fingerprint = fingerprint};
    late->place = stun_put_place(m, a->value, a->end, n, fingerprint ? KIND_LENGTH : KIND_NONCE);
    return late;
}

/* A hash of the new bytes under the keyed permutation: nobody without the key can tell that it is one. */
static void make_integrity(const struct stun_message *m, struct bytes before, guint8 digest[DIGEST])
{
    g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
    gsize n = DIGEST;
    g_checksum_update(hash, before.p, (gssize)before.n);
    g_checksum_get_digest(hash, digest, &n);
    codec_permute(m->c->flows, digest, DIGEST);
}

/* In the order in which they stand: the fingerprint is made of the integrity value, too. */
static void settle(struct stun_message *m)
{
    for (guint i = 0; i < m->n_late; i++) {
        struct stun_late *late = &m->late[i];
        struct bytes before = bytes_sub(bytes_of_array(m->out), 0, late->at);
        guint8 digest[DIGEST];
        if (late->fingerprint)
            put_u32be(digest, stun_fingerprint(bytes_sub(before, 0, before.n - 4)) + !late->right);
        else
            make_integrity(m, before, digest);
        memcpy(late->place, digest, late->n);
        memcpy(m->out->data + late->at, digest, late->n);
    }
}

/* --- the message ------------------------------------------------------------------------------------ */

static gboolean known_method(guint16 type)
{
    guint method = (type & 0x000fu) | (type & 0x00e0u) >> 1 | (type & 0x3e00u) >> 2;
    return (method >= METHOD_BINDING && method <= 0x00c) ||
           method == 0x080; /* ConnectionAttempt; GOOG-PING */
}

#define CLASS_BITS 0x0110u

/* The attribute at `at`, which is not behind the end. FALSE: its header or value is longer than the message.
 */
static gboolean attribute_at(struct bytes b, gsize at, struct stun_attribute *a)
{
    struct reader r = reader_of(bytes_from(b, at));
    *a = (struct stun_attribute){.from = at, .value = at + 4};
    a->type = rd_u16be(&r);
    a->len = rd_u16be(&r);
    rd_skip(&r, a->len);
    a->end = at + r.at;
    a->next = MIN(at + (r.at + 3) / 4 * 4, b.n);
    return !r.bad;
}

static gboolean walks_to_end(struct bytes b)
{
    struct stun_attribute a;
    for (gsize at = HEADER; at < b.n; at = a.next)
        if (!attribute_at(b, at, &a))
            return FALSE;
    return TRUE;
}

static gboolean has_attribute(struct bytes b, guint16 type)
{
    struct stun_attribute a;
    for (gsize at = HEADER; at < b.n && attribute_at(b, at, &a); at = a.next)
        if (a.type == type)
            return TRUE;
    return FALSE;
}

static gboolean has_cookie(struct bytes b)
{
    struct reader r = reader_of(bytes_from(b, 4));
    return rd_u32be(&r) == COOKIE;
}

gboolean stun_recognise(struct bytes b)
{
    struct reader r = reader_of(b);
    guint16 type = rd_u16be(&r), len = rd_u16be(&r);
    if (b.n < HEADER || type & 0xc000 || len % 4 != 0 || b.n != (gsize)HEADER + len)
        return FALSE;
    return has_cookie(b) || (known_method(type) && walks_to_end(b));
}

static void judge_one(struct stun_message *m, const struct stun_attribute *a)
{
    guint8 *type = arena_alloc(m->rw->arena, 2);
    put_u16be(type, stun_new_type(a->type));
    stun_put(m, a->from, a->from + 2, (struct bytes){type, 2}, KIND_KEPT);
    guint length_at = m->out->len;
    guint8 *length = stun_put_place(m, a->from + 2, a->value, 2, KIND_LENGTH);
    stun_judge_value(m, a);
    guint n = m->out->len - length_at - 2;
    put_u16be(length, (guint16)n);
    put_u16be(m->out->data + length_at, (guint16)n);
    stun_put_zeros(m, a->end, a->next, (4 - n % 4) % 4, KIND_LENGTH);
}

/* Too long for the message: that fault is kept, always by the same four bytes. */
static void judge_overlong(struct stun_message *m, const struct stun_attribute *a, gsize end)
{
    guint8 head[4];
    put_u16be(head, stun_new_type(a->type));
    put_u16be(head + 2, (guint16)(end - a->from));
    stun_put(m, a->from, a->value, arena_dup(m->rw->arena, (struct bytes){head, 4}), KIND_REDACTED);
    stun_put_zeros(m, a->value, end, end - a->value, KIND_SCRUBBED);
}

static void judge_header(struct stun_message *m)
{
    guint16 type = codec_u16(m->c, 0);
    guint8 *head = arena_alloc(m->rw->arena, 2);
    put_u16be(head, known_method(type) ? type : type & CLASS_BITS);
    stun_put(m, 0, 2, (struct bytes){head, 2}, known_method(type) ? KIND_KEPT : KIND_REDACTED);
    m->length = stun_put_place(m, 2, 4, 2, KIND_LENGTH);
    memcpy(m->id, bytes_sub(m->rw->text, 4, 16).p, 16);
    memcpy(m->new_id, m->id, 16);
    gsize id = m->cookie ? 4 : 0;
    flow_permute_id(m->c->flows, m->new_id + id, 16 - id);
    struct bytes new_id = arena_dup(m->rw->arena, (struct bytes){m->new_id, 16});
    stun_put(m, 4, 4 + id, bytes_sub(new_id, 0, id), KIND_KEPT);
    stun_put(m, 4 + id, HEADER, bytes_from(new_id, id), KIND_TOKEN);
}

static gboolean is_ice(struct bytes b)
{
    struct reader r = reader_of(b);
    return (rd_u16be(&r) & ~CLASS_BITS) == METHOD_BINDING && !has_attribute(b, ATTRIBUTE_REALM);
}

/* FALSE: the new text is too long; it was judged all the same. */
static gboolean rewrite_message(struct codec *c, gboolean level)
{
    struct bytes text = c->rw->text;
    g_autoptr(GByteArray) out = g_byte_array_sized_new((guint)text.n + 64);
    struct stun_message m = {
        .c = c, .rw = c->rw, .out = out, .cookie = has_cookie(text), .ice = is_ice(text), .level = level};
    judge_header(&m);
    struct stun_attribute a;
    for (gsize at = HEADER; at < text.n; at = a.next) {
        if (!attribute_at(text, at, &a)) {
            judge_overlong(&m, &a, text.n);
            break;
        }
        judge_one(&m, &a);
    }
    gsize length = out->len - HEADER;
    if (length > G_MAXUINT16)
        return FALSE;
    put_u16be(m.length, (guint16)length);
    put_u16be(out->data + 2, (guint16)length);
    settle(&m);
    return TRUE;
}

void stun_rewrite(struct codec *c)
{
    if (!stun_recognise(c->rw->text)) {
        rw_scrub_binary(c->rw, 0, c->rw->text.n);
        return;
    }
    if (rewrite_message(c, FALSE))
        return;
    edits_truncate(c->rw->edits, c->rw->base);
    rewrite_message(c, TRUE);
}

/* --- ChannelData ------------------------------------------------------------------------------------ */

#define CHANNEL_HEADER 4

static gsize padded(gsize n)
{
    return (n + 3) / 4 * 4;
}

static gboolean is_channel(struct bytes b)
{
    gint first = bytes_at(b, 0);
    return first >= 0x40 && first <= 0x7f;
}

gboolean channel_data_recognise(struct bytes b)
{
    struct reader r = reader_of(b);
    rd_skip(&r, 2);
    gsize len = rd_u16be(&r);
    return !r.bad && is_channel(b) && (b.n == CHANNEL_HEADER + len || b.n == padded(CHANNEL_HEADER + len));
}

static void judge_channel_data(struct codec *c, enum sip_transport transport)
{
    struct rewrite *rw = c->rw;
    gsize len = codec_u16(c, 2), end = CHANNEL_HEADER + len;
    gboolean padding = rw->text.n > end || transport != SIP_UDP;
    struct bytes written;
    guint8 *place = arena_alloc(rw->arena, 2);
    put_u16be(place, (guint16)len);
    rw_keep(rw, 0, 2);
    rw_replace(rw, 2, 4, (struct bytes){place, 2}, KIND_LENGTH);
    if (stun_inside(c, CHANNEL_HEADER, end, transport, G_MAXUINT16, &written)) {
        put_u16be(place, (guint16)written.n);
        rw_replace(rw, CHANNEL_HEADER, end, written, KIND_LENGTH);
        len = written.n;
    } else {
        rw_scrub_binary(rw, CHANNEL_HEADER, end);
    }
    static const guint8 zeros[4];
    gsize pad = padding ? padded(len) - len : 0;
    if (pad || end < rw->text.n)
        rw_replace(rw, end, rw->text.n, (struct bytes){zeros, pad}, KIND_LENGTH);
}

void channel_data_rewrite(struct codec *c)
{
    if (channel_data_recognise(c->rw->text))
        judge_channel_data(c, SIP_UDP);
    else
        rw_scrub_binary(c->rw, 0, c->rw->text.n);
}

/* --- streams ---------------------------------------------------------------------------------------- */

static struct rewrite unit_of(const struct codec *c, gsize n)
{
    struct rewrite unit = *c->rw;
    unit.text = bytes_sub(c->rw->text, 0, n);
    unit.cut = FALSE;
    return unit;
}

enum parse_result stun_take(struct codec *c, gsize *n)
{
    static const guint8 cookie[4] = {0x21, 0x12, 0xa4, 0x42};
    struct bytes text = c->rw->text, found = bytes_sub(text, 4, 4);
    if (bytes_at(text, 0) >= 0x40 || codec_u16(c, 2) % 4 != 0 ||
        (found.n && memcmp(found.p, cookie, found.n)))
        return PARSE_BAD;
    if (text.n < HEADER || text.n < HEADER + (gsize)codec_u16(c, 2))
        return PARSE_MORE;
    *n = HEADER + (gsize)codec_u16(c, 2);
    struct rewrite unit = unit_of(c, *n);
    struct codec inner = *c;
    inner.rw = &unit;
    stun_rewrite(&inner);
    return PARSE_OK;
}

enum parse_result channel_data_take(struct codec *c, gsize *n)
{
    struct bytes text = c->rw->text;
    if (text.n && !is_channel(text))
        return PARSE_BAD;
    if (text.n < CHANNEL_HEADER || text.n < padded(CHANNEL_HEADER + (gsize)codec_u16(c, 2)))
        return PARSE_MORE;
    *n = padded(CHANNEL_HEADER + (gsize)codec_u16(c, 2));
    struct rewrite unit = unit_of(c, *n);
    struct codec inner = *c;
    inner.rw = &unit;
    judge_channel_data(&inner, SIP_TCP);
    return PARSE_OK;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tls.h"

#include "codec_value.h"

#define RECORD_HEADER 5
#define RECORD_MAX (16384 + 2048)
#define MESSAGE_HEADER 4
#define MESSAGE_MAX (1u << 17)
#define DTLS_RECORD_HEADER 13
#define DTLS_MESSAGE_HEADER 12
#define DTLS_EPOCH_MAX 0xffu
#define DTLS_SEQUENCE_MAX 0xffffffu /* of records in an epoch */
#define DTLS_NUMBER_MAX 0xffu       /* of messages in a handshake */
#define RANDOM 32

enum {
    RECORD_CHANGE_CIPHER_SPEC = 20,
    RECORD_ALERT,
    RECORD_HANDSHAKE,
    RECORD_DATA,
    RECORD_HEARTBEAT,

    HELLO_CLIENT = 1,
    HELLO_SERVER = 2,

    EXTENSION_PADDING = 21,
    EXTENSION_VERSIONS = 43,
};

/* What is known of a handshake message: `body` as far as it is at hand. */
struct message {
    guint8 type;
    guint32 len;
    gboolean dtls;
    gboolean tls12; /* what was chosen is 1.2, DTLS 1.2 */
    struct bytes body;
};

/* The skeleton under construction: the first bytes of the body. */
struct skeleton {
    guint8 p[TLS_HEAD_MAX];
    gsize n;
};

/* --- skeletons -------------------------------------------------------------------------------------- */

static void add(struct skeleton *s, guint64 v, gsize width)
{
    g_return_if_fail(s->n + width <= sizeof s->p);
    for (gsize i = 0; i < width; i++)
        s->p[s->n + i] = (guint8)(v >> 8 * (width - 1 - i));
    s->n += width;
}

/* A field of which only zeros are written; TLS_HEAD_MAX bounds what is written behind it. */
static void skip(struct skeleton *s, gsize n)
{
    g_return_if_fail(s->n + n <= sizeof s->p);
    s->n += n;
}

static gboolean is_version(guint16 v, gboolean dtls)
{
    return dtls ? v == 0xfeff || (v >= 0xfefc && v <= 0xfefd) : v >= 0x0300 && v <= 0x0304;
}

static guint16 version_of(const struct message *m)
{
    struct reader r = reader_of(m->body);
    guint16 v = rd_u16be(&r);
    if (is_version(v, m->dtls))
        return v;
    return m->dtls ? 0xfefd : 0x0303;
}

static void skip_vector(struct reader *r, gsize width)
{
    rd_skip(r, width == 1 ? rd_u8(r) : rd_u16be(r));
}

/* What stands behind the session id is read of whole hellos only: it moves in the skeleton, so that of a part
 * one could not tell whether it is in it. */
static struct reader read_whole(const struct message *m)
{
    return reader_of(m->body.n == m->len ? m->body : BYTES_NONE);
}

/* The value of an extension of a hello, or empty. */
static struct bytes find_extension(const struct message *m, guint16 wanted)
{
    struct reader r = read_whole(m);
    rd_skip(&r, 2 + RANDOM);
    skip_vector(&r, 1);
    if (m->type == HELLO_CLIENT && m->dtls)
        skip_vector(&r, 1);
    if (m->type == HELLO_CLIENT)
        skip_vector(&r, 2);
    if (m->type == HELLO_CLIENT)
        skip_vector(&r, 1);
    else
        rd_skip(&r, 3);
    rd_skip(&r, 2);
    while (!r.bad && rd_left(&r) >= 4) {
        guint16 type = rd_u16be(&r);
        struct bytes value = rd_bytes(&r, rd_u16be(&r));
        if (type == wanted)
            return value;
    }
    return BYTES_NONE;
}

/* supported_versions where the captured one holds TLS 1.3: that version alone, since without it the hello
 * would tell of another protocol. */
static guint16 version_13(const struct message *m)
{
    struct bytes value = find_extension(m, EXTENSION_VERSIONS);
    guint16 wanted = m->dtls ? 0xfefc : 0x0304;
    for (gsize at = m->type == HELLO_CLIENT ? 1 : 0; at + 2 <= value.n; at += 2) {
        struct reader r = reader_of(bytes_from(value, at));
        if (rd_u16be(&r) == wanted)
            return wanted;
    }
    return 0;
}

/* `room` bytes, 4 at least: versions, if they are known and fit, then padding. */
static void add_extensions(struct skeleton *s, const struct message *m, gsize room)
{
    gsize list = m->type == HELLO_CLIENT ? 3 : 2;
    guint16 version = version_13(m);
    if (version && (room >= 4 + list + 4 || room == 4 + list)) {
        add(s, EXTENSION_VERSIONS, 2);
        add(s, list, 2);
        if (m->type == HELLO_CLIENT)
            add(s, 2, 1);
        add(s, version, 2);
        room -= 4 + list;
    }
    if (room) {
        add(s, EXTENSION_PADDING, 2);
        add(s, room - 4, 2);
    }
}

/* The end of a hello whose fixed part is `fixed` bytes: what cannot hold an extension is session id, whose
 * length was written as 0 at s->p[2 + RANDOM]. */
static gsize session_id_len(const struct message *m, gsize fixed)
{
    return m->len < fixed + 6 ? m->len - fixed : 0;
}

/* Version, random, session id, cipher suites {0}, compression methods {0}, extensions. */
static void client_hello(struct skeleton *s, const struct message *m)
{
    gsize fixed = 2 + RANDOM + 1 + (m->dtls ? 1 : 0) + 4 + 2;
    if (m->len < fixed)
        return;
    gsize id = session_id_len(m, fixed);
    add(s, version_of(m), 2);
    skip(s, RANDOM);
    add(s, id, 1);
    skip(s, id + (m->dtls ? 1 : 0));
    add(s, 2, 2);
    add(s, 0, 2);
    add(s, 1, 1);
    add(s, 0, 1);
    if (m->len > fixed + id) {
        add(s, m->len - fixed - 2, 2);
        add_extensions(s, m, m->len - fixed - 2);
    }
}

/* SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3): this random is a message type. */
static gboolean is_retry(const struct message *m)
{
    static const guint8 retry[RANDOM] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                         0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                         0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
    return bytes_eq(bytes_sub(m->body, 2, RANDOM), (struct bytes){retry, RANDOM});
}

/* IANA's ranges of suites that are in use; else 0. */
static guint16 cipher_suite(const struct message *m)
{
    static const struct {
        guint16 from, to;
    } known[] = {{0x0001, 0x00c5}, {0x1301, 0x1307}, {0xc001, 0xc0b5}, {0xcca8, 0xccae}, {0xd001, 0xd005}};
    struct reader r = read_whole(m);
    rd_skip(&r, 2 + RANDOM);
    skip_vector(&r, 1);
    guint16 suite = rd_u16be(&r);
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (suite >= known[i].from && suite <= known[i].to)
            return suite;
    return 0;
}

static void server_hello(struct skeleton *s, const struct message *m)
{
    gsize fixed = 2 + RANDOM + 1 + 2 + 1;
    if (m->len < fixed)
        return;
    gsize id = session_id_len(m, fixed);
    add(s, version_of(m), 2);
    if (is_retry(m))
        memcpy(s->p + 2, bytes_sub(m->body, 2, RANDOM).p, RANDOM);
    skip(s, RANDOM);
    add(s, id, 1);
    skip(s, id);
    add(s, cipher_suite(m), 2);
    add(s, 0, 1);
    if (m->len > fixed + id) {
        add(s, m->len - fixed - 2, 2);
        add_extensions(s, m, m->len - fixed - 2);
    }
}

/* Certificate types, from 1.2 on signature algorithms of 2 bytes each, names of authorities: the algorithms
 * fill the length, before 1.2 nothing does. No list but that of names may be empty. */
static void certificate_request(struct skeleton *s, const struct message *m)
{
    gsize n_types = m->tls12 && m->len % 2 == 1 ? 2 : 1, fixed = 1 + n_types + 2 + 2;
    if (m->len < (m->tls12 ? fixed + 2 : 4))
        return;
    add(s, n_types, 1);
    skip(s, n_types);
    if (m->tls12)
        add(s, m->len - fixed, 2);
}

static void nothing(struct skeleton *s, const struct message *m)
{
    (void)s;
    (void)m;
}

/* The types of RFC 8446, 5246, 6347 that stand in clear somewhere. */
static const struct {
    guint8 type;
    void (*build)(struct skeleton *s, const struct message *m);
} types[] = {
    {0, nothing}, /* HelloRequest */
    {HELLO_CLIENT, client_hello},
    {HELLO_SERVER, server_hello},
    {3, nothing},  /* HelloVerifyRequest */
    {4, nothing},  /* NewSessionTicket */
    {11, nothing}, /* Certificate */
    {12, nothing}, /* ServerKeyExchange */
    {13, certificate_request},
    {14, nothing}, /* ServerHelloDone */
    {15, nothing}, /* CertificateVerify */
    {16, nothing}, /* ClientKeyExchange */
    {20, nothing}, /* Finished */
    {21, nothing}, /* CertificateURL */
    {22, nothing}, /* CertificateStatus */
    {23, nothing}, /* SupplementalData */
};

static gboolean known_type(guint8 type)
{
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (types[i].type == type)
            return TRUE;
    return FALSE;
}

static void build(struct skeleton *s, const struct message *m)
{
    *s = (struct skeleton){.n = 0};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (types[i].type == m->type)
            types[i].build(s, m);
}

/* --- handshake records of TLS ----------------------------------------------------------------------- */

/* From s->at on, what fits into n bytes of the record. */
static gsize put_message(struct codec *c, struct tls_state *s, gsize from, gsize n)
{
    gsize part = MIN(n, s->len - s->at);
    guint8 *p = arena_alloc(c->rw->arena, part);
    memset(p, 0, part);
    for (gsize i = 0; i < part && s->at + i < sizeof s->head; i++)
        p[i] = s->head[s->at + i];
    rw_replace(c->rw, from, from + part, (struct bytes){p, part}, KIND_SCRUBBED);
    s->at += (guint32)part;
    if (s->at == s->len)
        s->len = 0;
    return part;
}

/* Zeros would be HelloRequests: type and length are such as no message has. */
static void judge_encrypted(struct codec *c, gsize from, gsize to)
{
    guint8 *p = arena_alloc(c->rw->arena, to - from);
    memset(p, 0, to - from);
    memset(p, 0xff, MIN(to - from, MESSAGE_HEADER));
    rw_replace(c->rw, from, to, (struct bytes){p, to - from}, KIND_SCRUBBED);
}

static gboolean message_at(struct bytes record, gsize at, struct message *m)
{
    *m = (struct message){.type = 0};
    struct reader r = reader_of(bytes_from(record, at));
    m->type = rd_u8(&r);
    m->len = (guint32)rd_u8(&r) << 16;
    m->len |= rd_u16be(&r);
    m->body = bytes_sub(r.b, r.at, m->len);
    return !r.bad && known_type(m->type) && m->len < MESSAGE_MAX;
}

static void begin_message(struct tls_state *s, const struct message *m)
{
    struct skeleton skeleton;
    build(&skeleton, m);
    s->at = 0;
    s->len = MESSAGE_HEADER + m->len;
    memset(s->head, 0, sizeof s->head);
    put_u32be(s->head, (guint32)m->type << 24 | m->len);
    memcpy(s->head + MESSAGE_HEADER, skeleton.p, sizeof s->head - MESSAGE_HEADER);
}

/* Do known messages fill the record exactly? */
static gboolean fills(struct bytes record)
{
    struct message m;
    gsize at = 0;
    while (at < record.n && message_at(record, at, &m))
        at += MESSAGE_HEADER + (gsize)m.len;
    return at == record.n && at > 0;
}

static void judge_handshake(struct codec *c, struct tls_state *s, gsize from, gsize to)
{
    struct bytes record = rw_bytes(c->rw, from, to);
    struct message m;
    gsize at = s->len ? put_message(c, s, from, record.n) : 0;
    if (at < record.n && s->unsure && !fills(bytes_from(record, at))) {
        judge_encrypted(c, from + at, to);
        return;
    }
    while (at < record.n && message_at(record, at, &m)) {
        if (m.type == HELLO_SERVER)
            s->version = version_of(&m);
        m.tls12 = (s->version ? s->version : codec_u16(c, 1)) == 0x0303;
        begin_message(s, &m);
        at += put_message(c, s, from + at, record.n - at);
    }
    if (at < record.n) { /* no message: from here on nobody knows where one begins */
        judge_encrypted(c, from + at, to);
        s->unsure = TRUE;
    }
}

/* --- records ------------------------------------------------------------------------------------------ */

static void judge_change(struct codec *c, gsize from, gsize to)
{
    if (to - from == 1 && codec_u8(c, from) == 1)
        rw_keep(c->rw, from, to);
    else
        rw_scrub_binary(c->rw, from, to);
}

static void judge_alert(struct codec *c, gsize from, gsize to)
{
    guint8 level = codec_u8(c, from);
    if (to - from == 2 && (level == 1 || level == 2))
        rw_keep(c->rw, from, to);
    else
        rw_scrub_binary(c->rw, from, to);
}

static void judge_record(struct codec *c, struct tls_state *s, guint8 type, gsize from, gsize to)
{
    switch (type) {
    case RECORD_CHANGE_CIPHER_SPEC:
        judge_change(c, from, to);
        *s = (struct tls_state){.unsure = TRUE, .version = s->version};
        break;
    case RECORD_ALERT:
        judge_alert(c, from, to);
        break;
    case RECORD_HANDSHAKE:
        judge_handshake(c, s, from, to);
        break;
    default:
        rw_scrub_binary(c->rw, from, to);
    }
}

/* Of the record header what is at hand. */
static gboolean may_be_record(struct bytes b)
{
    gint type = bytes_at(b, 0), major = bytes_at(b, 1), minor = bytes_at(b, 2);
    struct reader r = reader_of(bytes_from(b, 3));
    guint16 len = rd_u16be(&r);
    return (b.n < 1 || (type >= RECORD_CHANGE_CIPHER_SPEC && type <= RECORD_HEARTBEAT)) &&
           (b.n < 2 || major == 3) && (b.n < 3 || minor <= 4) && len <= RECORD_MAX;
}

enum parse_result tls_recognise(struct bytes b)
{
    gint type = bytes_at(b, RECORD_HEADER), high = bytes_at(b, RECORD_HEADER + 1);
    struct reader r = reader_of(bytes_from(b, 3));
    guint16 len = rd_u16be(&r);
    if (!may_be_record(b) || (b.n && b.p[0] != RECORD_HANDSHAKE) || (!r.bad && len < MESSAGE_HEADER))
        return PARSE_BAD;
    if ((type >= 0 && type != HELLO_CLIENT && type != HELLO_SERVER) || high > 0)
        return PARSE_BAD;
    return b.n < RECORD_HEADER + 2 ? PARSE_MORE : PARSE_OK;
}

enum parse_result tls_take(struct codec *c, struct tls_state *state, gsize *n)
{
    struct bytes text = c->rw->text;
    if (!may_be_record(text))
        return PARSE_BAD;
    gsize end = RECORD_HEADER + (gsize)codec_u16(c, 3);
    if (text.n < RECORD_HEADER || text.n < end)
        return PARSE_MORE;
    rw_keep(c->rw, 0, RECORD_HEADER);
    judge_record(c, state, codec_u8(c, 0), RECORD_HEADER, end);
    *n = end;
    return PARSE_OK;
}

/* --- DTLS --------------------------------------------------------------------------------------------- */

static gboolean dtls_record_at(struct bytes b, gsize at, gsize *end)
{
    struct reader r = reader_of(bytes_from(b, at));
    guint8 type = rd_u8(&r);
    guint16 version = rd_u16be(&r);
    rd_skip(&r, 8);
    guint16 len = rd_u16be(&r);
    rd_skip(&r, len);
    *end = at + r.at;
    return !r.bad && type >= RECORD_CHANGE_CIPHER_SPEC && type <= RECORD_HEARTBEAT &&
           is_version(version, TRUE) && len <= RECORD_MAX;
}

gboolean dtls_recognise(struct bytes b)
{
    gsize at = 0, end;
    while (at < b.n && dtls_record_at(b, at, &end))
        at = end;
    return at == b.n && at > 0;
}

/* type, length (3), number (2), fragment offset (3), fragment length (3). */
static gboolean dtls_message_at(struct bytes record, gsize at, struct message *m, guint32 *offset,
                                guint32 *part)
{
    struct reader r = reader_of(bytes_from(record, at));
    m->type = rd_u8(&r);
    m->len = rd_u32be(&r) >> 8;
    r.at -= r.bad ? 0 : 1;
    rd_skip(&r, 2);
    *offset = rd_u32be(&r) >> 8;
    r.at -= r.bad ? 0 : 1;
    *part = (guint32)rd_u8(&r) << 16;
    *part |= rd_u16be(&r);
    m->dtls = TRUE;
    m->body = rd_bytes(&r, *part);
    return !r.bad && known_type(m->type) && m->len < MESSAGE_MAX && *offset <= m->len &&
           *part <= m->len - *offset;
}

static gboolean dtls_fills(struct bytes record)
{
    struct message m;
    guint32 offset, part;
    gsize at = 0;
    while (at < record.n && dtls_message_at(record, at, &m, &offset, &part))
        at += DTLS_MESSAGE_HEADER + part;
    return at == record.n && at > 0;
}

/* Epochs, records and messages are counted from 0: what nobody counts to may be anything, and becomes 0. */
static void judge_counter(struct codec *c, gsize from, gsize to, guint32 max)
{
    guint64 v = 0;
    for (gsize i = from; i < to; i++)
        v = v << 8 | codec_u8(c, i);
    if (v <= max)
        rw_keep(c->rw, from, to);
    else
        rw_scrub_binary(c->rw, from, to);
}

static void judge_dtls_handshake(struct codec *c, gsize record_at, gsize from, gsize to)
{
    struct message m;
    guint32 offset, part;
    if (!dtls_fills(rw_bytes(c->rw, from, to))) {
        if (to > from)
            judge_encrypted(c, from, to);
        return;
    }
    for (gsize at = from; at < to; at += DTLS_MESSAGE_HEADER + part) {
        struct skeleton s = {.n = 0};
        dtls_message_at(rw_bytes(c->rw, 0, to), at, &m, &offset, &part);
        m.tls12 = codec_u16(c, record_at + 1) != 0xfeff;
        if (offset == 0)
            build(&s, &m);
        guint8 *p = arena_alloc(c->rw->arena, part);
        memset(p, 0, part);
        memcpy(p, s.p, MIN(part, s.n));
        rw_keep(c->rw, at, at + 4); /* type, length */
        judge_counter(c, at + 4, at + 6, DTLS_NUMBER_MAX);
        rw_keep(c->rw, at + 6, at + DTLS_MESSAGE_HEADER);
        if (part)
            rw_replace(c->rw, at + DTLS_MESSAGE_HEADER, at + DTLS_MESSAGE_HEADER + part,
                       (struct bytes){p, part}, KIND_SCRUBBED);
    }
}

void dtls_rewrite(struct codec *c)
{
    struct bytes text = c->rw->text;
    if (!dtls_recognise(text)) {
        rw_scrub_binary(c->rw, 0, text.n);
        return;
    }
    for (gsize at = 0, end; at < text.n && dtls_record_at(text, at, &end); at = end) {
        guint8 type = codec_u8(c, at);
        struct tls_state none = {.unsure = TRUE};
        gsize from = at + DTLS_RECORD_HEADER;
        rw_keep(c->rw, at, at + 3); /* type, version */
        judge_counter(c, at + 3, at + 5, DTLS_EPOCH_MAX);
        judge_counter(c, at + 5, at + 11, DTLS_SEQUENCE_MAX);
        rw_keep(c->rw, at + 11, from);
        if (type == RECORD_HANDSHAKE)
            judge_dtls_handshake(c, at, from, end);
        else
            judge_record(c, &none, type, from, end);
    }
}

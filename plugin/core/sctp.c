/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp.h"

#include "sctp_chunk.h"
#include "sip.h"

/* Parameters inside parameters: an error that quotes one, an ASCONF with an address. Deeper: zeros. */
#define DEPTH_MAX 4
/* The highest payload protocol identifier that IANA has given away in one piece (0 .. 73). */
#define PPID_MAX 73
/* Lists of streams have any length: in them, numbers that no text gives. */
#define LISTED_STREAM_MAX 4095
/* Message and fragment numbers of I-DATA count from 0 (RFC 8260). */
#define COUNT_MAX 0xffffff
#define WINDOW_MAX 0x1fffffff

struct sctp {
    struct codec *c;
    const struct sctp_state *s;
    guint32 own, peer; /* what moves the TSNs of this direction, and of the other one */
    guint depth;
};

typedef void (*judge)(struct sctp *x, gsize from, gsize to);

/* A chunk, parameter or cause: its fixed fields, letter by letter, and what its rest is.
 *   s S  sequence number (32 bits) of this direction, of the other one
 *   t    tag (32)                       b    32 bits, kept up to 255, else 0
 *   c    counter (32), kept up to 2^24 - 1, else 0
 *   w    window (32), at most 512 MiB
 *   k    16 bits kept                   z Z  16, 32 bits of zeros */
struct row {
    guint16 type;
    const char *fields;
    judge rest;   /* NULL: there should be none, zeros */
    guint8 flags; /* of chunks: those that are known */
};

/* --- fields ---------------------------------------------------------------------------------------- */

static void put(struct sctp *x, gsize from, struct bytes is, enum kind kind)
{
    rw_put(x->c->rw, from, from + is.n, is, kind);
}

static void put_number(struct sctp *x, gsize from, guint32 v, gsize bytes)
{
    guint8 *p = arena_alloc(x->c->rw->arena, 4);
    put_u32be(p, v);
    put(x, from, (struct bytes){p + 4 - bytes, bytes}, KIND_LENGTH);
}

static void judge_zeros(struct sctp *x, gsize from, gsize to)
{
    rw_scrub_binary(x->c->rw, from, to);
}

static void judge_text(struct sctp *x, gsize from, gsize to)
{
    rw_scrub(x->c->rw, from, to);
}

/* A string that ends in NUL, as host names do. */
static void judge_string(struct sctp *x, gsize from, gsize to)
{
    gsize nul = bytes_chr(rw_bytes(x->c->rw, from, to), 0);
    gsize end = nul == NOT_FOUND ? to : from + nul;
    judge_text(x, from, end);
    judge_zeros(x, end, to);
}

static guint32 number_at(const struct sctp *x, gsize at, gsize bytes)
{
    struct reader r = reader_of(bytes_from(x->c->rw->text, at));
    return bytes == 2 ? rd_u16be(&r) : rd_u32be(&r);
}

static guint32 field_value(const struct sctp *x, gchar letter, guint32 v)
{
    switch (letter) {
    case 's':
        return v + x->own;
    case 'S':
        return v + x->peer;
    case 't':
        return flow_permute(x->c->flows, FLOW_SCTP_TAG, v, 32);
    case 'b':
        return v <= 255 ? v : 0;
    case 'c':
        return v <= COUNT_MAX ? v : 0;
    case 'w':
        return MIN(v, WINDOW_MAX);
    case 'k':
        return v;
    default:
        return 0;
    }
}

/* Behind the fields that are there; a field that is not whole is not judged. */
static gsize judge_fields(struct sctp *x, gsize from, gsize to, const char *fields)
{
    for (; *fields; fields++) {
        gsize n = *fields == 'k' || *fields == 'z' ? 2 : 4;
        if (to - from < n)
            return from;
        put_number(x, from, field_value(x, *fields, number_at(x, from, n)), n);
        from += n;
    }
    return from;
}

static void judge_row(struct sctp *x, gsize from, gsize to, const struct row *row)
{
    gsize rest = judge_fields(x, from, to, row->fields);
    if (row->rest)
        row->rest(x, rest, to);
    else
        judge_zeros(x, rest, to);
}

/* One field for each slot; what is left is zeros. */
static void judge_slots(struct sctp *x, gsize from, gsize to, const char *field)
{
    gsize end;
    while ((end = judge_fields(x, from, to, field)) > from)
        from = end;
    judge_zeros(x, from, to);
}

/* Entries of n bytes that begin with a stream; one of a stream that is not to be kept is zeros. */
static void judge_entries(struct sctp *x, gsize from, gsize to, gsize n, const char *fields)
{
    for (; to - from >= n; from += n) {
        if (number_at(x, from, 2) <= LISTED_STREAM_MAX)
            judge_fields(x, from, from + n, fields);
        else
            judge_zeros(x, from, from + n);
    }
    judge_zeros(x, from, to);
}

static void judge_streams(struct sctp *x, gsize from, gsize to)
{
    judge_entries(x, from, to, 2, "k");
}

/* FORWARD TSN: stream, number of the last message. */
static void judge_skipped(struct sctp *x, gsize from, gsize to)
{
    judge_entries(x, from, to, 4, "kk");
}

/* I-FORWARD-TSN: stream, reserved bits and whether the message is unordered, its number. */
static void judge_skipped_ids(struct sctp *x, gsize from, gsize to)
{
    static const gsize n = 8;
    for (; to - from >= n && number_at(x, from + 2, 2) <= 1; from += n)
        judge_entries(x, from, from + n, n, "kkc");
    judge_zeros(x, from, to);
}

/* --- lists of types -------------------------------------------------------------------------------- */

static void judge_types16(struct sctp *x, gsize from, gsize to, gboolean (*known)(guint type))
{
    for (; to - from >= 2; from += 2) {
        guint type = number_at(x, from, 2);
        put_number(x, from, known(type) ? type : 0, 2);
    }
    judge_zeros(x, from, to);
}

static gboolean is_address_type(guint type)
{
    return type == SCTP_PARAM_IPV4 || type == SCTP_PARAM_IPV6 || type == SCTP_PARAM_HOST_NAME;
}

static gboolean is_hmac(guint type)
{
    return type == 1 || type == 3; /* SHA-1, SHA-256: RFC 4895 section 3.3 */
}

static gboolean is_param(guint type);
static gboolean is_chunk(guint type);

static void judge_address_types(struct sctp *x, gsize from, gsize to)
{
    judge_types16(x, from, to, is_address_type);
}

static void judge_hmacs(struct sctp *x, gsize from, gsize to)
{
    judge_types16(x, from, to, is_hmac);
}

static void judge_param_types(struct sctp *x, gsize from, gsize to)
{
    judge_types16(x, from, to, is_param);
}

static void judge_chunk_types(struct sctp *x, gsize from, gsize to)
{
    for (; from < to; from++) {
        guint type = x->c->rw->text.p[from];
        put_number(x, from, is_chunk(type) ? type : SCTP_PAD, 1);
    }
}

/* --- parameters and causes -------------------------------------------------------------------------- */

static void judge_ipv4(struct sctp *x, gsize from, gsize to)
{
    guint8 *is = arena_alloc(x->c->rw->arena, 4);
    if (to - from == 4) {
        addresses_map4(x->c->rw->tables->addresses, rw_bytes(x->c->rw, from, to).p, is);
        put(x, from, (struct bytes){is, 4}, KIND_ADDRESS);
    } else {
        judge_zeros(x, from, to);
    }
}

static void judge_ipv6(struct sctp *x, gsize from, gsize to)
{
    guint8 *is = arena_alloc(x->c->rw->arena, 16);
    if (to - from == 16) {
        addresses_map6(x->c->rw->tables->addresses, rw_bytes(x->c->rw, from, to).p, is);
        put(x, from, (struct bytes){is, 16}, KIND_ADDRESS);
    } else {
        judge_zeros(x, from, to);
    }
}

static void judge_params(struct sctp *x, gsize from, gsize to);
static void judge_causes(struct sctp *x, gsize from, gsize to);

/* Shared key, HMAC identifier, digest. */
static void judge_auth(struct sctp *x, gsize from, gsize to)
{
    gsize end = MIN(from + 2, to);
    judge_hmacs(x, from, end);
    judge_zeros(x, end, to);
}

/* A quoted chunk that its receiver did not know: a padding chunk of that length. */
static void judge_quoted_chunk(struct sctp *x, gsize from, gsize to)
{
    if (to - from >= SCTP_HEADER) {
        put_number(x, from, SCTP_PAD << 8, 2);
        put_number(x, from + 2, (guint32)(to - from), 2);
        from += SCTP_HEADER;
    }
    judge_zeros(x, from, to);
}

/* RFC 9260, 4820 (padding), 4895 (AUTH), 5061 (ASCONF), 6525 (RE-CONFIG), 9653 (zero checksum). */
static const struct row params[] = {
    {1, "", judge_zeros, 0}, /* heartbeat */
    {SCTP_PARAM_IPV4, "", judge_ipv4, 0},
    {SCTP_PARAM_IPV6, "", judge_ipv6, 0},
    {7, "", judge_zeros, 0}, /* state cookie */
    {8, "", judge_params, 0}, /* unrecognized parameter */
    {9, "Z", NULL, 0},        /* cookie preservative */
    {SCTP_PARAM_HOST_NAME, "", judge_string, 0},
    {12, "", judge_address_types, 0},
    {13, "sSs", judge_streams, 0}, /* outgoing reset: request, response, last TSN, streams */
    {14, "s", judge_streams, 0},   /* incoming reset */
    {15, "s", NULL, 0},           /* TSN reset */
    {16, "SbsS", NULL, 0},        /* response: result, next TSNs of its sender and its receiver */
    {17, "skz", NULL, 0},         /* more outgoing streams */
    {18, "skz", NULL, 0},         /* more incoming streams */
    {0x8000, "", NULL, 0},        /* ECN */
    {0x8001, "b", NULL, 0},       /* zero checksum */
    {0x8002, "", judge_zeros, 0}, /* random */
    {0x8003, "", judge_chunk_types, 0},
    {0x8004, "", judge_hmacs, 0},
    {SCTP_PARAM_PADDING, "", judge_zeros, 0},
    {0x8008, "", judge_chunk_types, 0},
    {0xc000, "", NULL, 0},          /* forward TSN */
    {0xc001, "t", judge_params, 0}, /* add address: correlation id */
    {0xc002, "t", judge_params, 0}, /* delete address */
    {0xc003, "t", judge_causes, 0},
    {0xc004, "t", judge_params, 0}, /* primary address */
    {0xc005, "t", NULL, 0},         /* success */
    {0xc006, "Z", NULL, 0},         /* adaptation layer */
};

static const struct row causes[] = {
    {1, "kz", NULL, 0},               /* stream number */
    {2, "b", judge_param_types, 0},   /* missing parameters */
    {3, "Z", NULL, 0},                /* stale cookie */
    {4, "", NULL, 0},                 /* out of resource */
    {5, "", judge_params, 0},         /* unresolvable address */
    {6, "", judge_quoted_chunk, 0},   /* unrecognized chunk */
    {7, "", NULL, 0},                 /* invalid mandatory parameter */
    {8, "", judge_params, 0},         /* unrecognized parameters */
    {9, "S", NULL, 0},                /* no user data: TSN */
    {10, "", NULL, 0},                /* cookie while shutting down */
    {11, "", judge_params, 0},        /* restart with new addresses */
    {12, "", judge_text, 0},          /* user's abort */
    {SCTP_CAUSE_VIOLATION, "", judge_text, 0},
    {0xa0, "", judge_params, 0},      /* last address */
    {0xa1, "", judge_params, 0},      /* resources */
    {0xa2, "", judge_params, 0},      /* source address */
    {0xa3, "", NULL, 0},              /* illegal ASCONF-ACK */
    {0xa4, "", judge_params, 0},      /* no authorization */
    {0x105, "", judge_hmacs, 0},      /* unsupported HMAC */
};

static const struct row *find_row(const struct row *rows, gsize n, guint type)
{
    for (gsize i = 0; i < n; i++)
        if (rows[i].type == type)
            return &rows[i];
    return NULL;
}

static gboolean is_param(guint type)
{
    return find_row(params, G_N_ELEMENTS(params), type) != NULL;
}

struct row_table {
    const struct row *rows;
    gsize n;
    struct row unknown; /* what an unknown type becomes */
};

/* Type, length, value, padding. Lengths stay. */
static void judge_list(struct sctp *x, gsize from, gsize to, const struct row_table *table)
{
    struct bytes text = x->c->rw->text;
    struct sctp_tlv tlv;
    x->depth++;
    while (x->depth <= DEPTH_MAX && sctp_tlv_take(&tlv, bytes_sub(text, 0, to), from)) {
        const struct row *row = find_row(table->rows, table->n, tlv.type);
        if (!row)
            row = &table->unknown;
        put_number(x, from, row->type, 2);
        rw_keep(x->c->rw, from + 2, from + SCTP_HEADER);
        judge_row(x, from + SCTP_HEADER, tlv.end, row);
        judge_zeros(x, tlv.end, tlv.next);
        from = tlv.next;
    }
    judge_zeros(x, from, to);
    x->depth--;
}

static void judge_params(struct sctp *x, gsize from, gsize to)
{
    static const struct row_table table = {params, G_N_ELEMENTS(params), {SCTP_PARAM_PADDING, "", NULL, 0}};
    judge_list(x, from, to, &table);
}

static void judge_causes(struct sctp *x, gsize from, gsize to)
{
    static const struct row_table table = {causes, G_N_ELEMENTS(causes),
                                           {SCTP_CAUSE_VIOLATION, "", judge_text, 0}};
    judge_list(x, from, to, &table);
}

/* --- chunks ---------------------------------------------------------------------------------------- */

/* `n` gap blocks, first and last offset: upwards, as they must be, so that no text is one. */
static gsize judge_blocks(struct sctp *x, gsize from, gsize to, gsize n)
{
    guint32 last = 0;
    for (; n > 0 && to - from >= 4; n--, from += 4) {
        guint32 first = number_at(x, from, 2), end = number_at(x, from + 2, 2);
        gboolean ordered = first > last && end >= first;
        put_number(x, from, ordered ? first << 16 | end : 0, 4);
        last = ordered ? end : G_MAXUINT16;
    }
    return from;
}

/* Numbers of blocks and of repeated TSNs, then both. */
static void judge_sack(struct sctp *x, gsize from, gsize to)
{
    gsize blocks = to - from >= 4 ? number_at(x, from, 2) : 0;
    gsize lists = judge_fields(x, from, to, "kk");
    judge_slots(x, judge_blocks(x, lists, to, blocks), to, "S");
}

/* The same with two lists of blocks (draft-tuexen-tsvwg-sctp-multipath). */
static void judge_nr_sack(struct sctp *x, gsize from, gsize to)
{
    gboolean there = to - from >= 8;
    gsize blocks = there ? number_at(x, from, 2) : 0, more = there ? number_at(x, from + 2, 2) : 0;
    gsize lists = judge_blocks(x, judge_fields(x, from, to, "kkkz"), to, blocks);
    judge_slots(x, judge_blocks(x, lists, to, more), to, "S");
}

enum { FLAG_T = 0x01, FLAGS_DATA = SCTP_END | SCTP_BEGIN | SCTP_UNORDERED | SCTP_IMMEDIATE };

/* DATA and I-DATA are not here: judge_data. RFC 9260 section 3.2; 3168 (ECNE, CWR), 3758, 4820, 4895, 5061,
 * 6525, 8260. */
static const struct row chunks[] = {
    {1, "twkks", judge_params, 0},        /* INIT */
    {2, "twkks", judge_params, 0},        /* INIT ACK */
    {3, "Sw", judge_sack, 0},             /* SACK */
    {4, "", judge_params, 0},             /* HEARTBEAT */
    {5, "", judge_params, 0},             /* HEARTBEAT ACK */
    {6, "", judge_causes, FLAG_T},        /* ABORT */
    {7, "S", NULL, 0},                    /* SHUTDOWN */
    {8, "", NULL, 0},                     /* SHUTDOWN ACK */
    {9, "", judge_causes, 0},             /* ERROR */
    {10, "", judge_zeros, 0},             /* COOKIE ECHO */
    {11, "", NULL, 0},                    /* COOKIE ACK */
    {12, "S", NULL, 0},                   /* ECNE */
    {13, "s", NULL, 0},                   /* CWR */
    {14, "", NULL, FLAG_T},               /* SHUTDOWN COMPLETE */
    {15, "k", judge_auth, 0},             /* AUTH */
    {16, "Sw", judge_nr_sack, 1},         /* NR-SACK */
    {0x80, "S", judge_params, 0},         /* ASCONF-ACK */
    {0x82, "", judge_params, 0},          /* RE-CONFIG */
    {SCTP_PAD, "", NULL, 0},              /* PAD */
    {0xc0, "s", judge_skipped, 0},        /* FORWARD TSN */
    {0xc1, "s", judge_params, 0},         /* ASCONF */
    {0xc2, "s", judge_skipped_ids, 0},    /* I-FORWARD-TSN */
};

static gboolean is_chunk(guint type)
{
    return type == SCTP_DATA || type == SCTP_I_DATA || find_row(chunks, G_N_ELEMENTS(chunks), type);
}

static void judge_header(struct sctp *x, gsize at, guint type, guint flags, gsize len)
{
    put_number(x, at, type << 8 | flags, 2);
    put_number(x, at + 2, (guint32)len, 2);
}

/* Length written, which is that captured. */
static gsize judge_chunk(struct sctp *x, const struct sctp_chunk *k)
{
    static const struct row unknown = {SCTP_PAD, "", NULL, 0};
    const struct row *row = find_row(chunks, G_N_ELEMENTS(chunks), k->type);
    if (!row)
        row = &unknown;
    judge_header(x, k->at, row->type, k->flags & row->flags, k->len);
    if (k->end - k->at == k->len)
        judge_row(x, k->at + SCTP_HEADER, k->end, row);
    else
        judge_zeros(x, judge_fields(x, k->at + SCTP_HEADER, k->end, row->fields), k->end);
    return k->len;
}

/* --- user data ------------------------------------------------------------------------------------- */

/* The new data. FALSE: nothing is known of it. */
static gboolean find_data(struct sctp *x, const struct sctp_chunk *k, struct bytes *written)
{
    struct codec *c = x->c;
    struct bytes data = rw_bytes(c->rw, k->data, k->end);
    gsize missing = k->at + k->len - k->end;
    gboolean found;
    if ((k->flags & (SCTP_BEGIN | SCTP_END)) == (SCTP_BEGIN | SCTP_END))
        found = data.n && c->sip(c, data, missing, SIP_SCTP, &c->src, &c->dst, written);
    else
        found = x->s && x->s->fragment && missing == 0 && k->type == SCTP_DATA &&
                x->s->fragment(x->s->arg, number_at(x, k->at + SCTP_HEADER, 4), data, written);
    return found && written->n > 0 && written->n + missing <= G_MAXUINT16 - (k->data - k->at);
}

/* A registered number says what the data is; where the data is zeros, whoever reads it by that number would
 * find it broken. */
static void judge_ppid(struct sctp *x, gsize at, gboolean written)
{
    guint32 ppid = number_at(x, at, 4);
    put_number(x, at, written && ppid <= PPID_MAX ? ppid : 0, 4);
}

static gsize judge_data(struct sctp *x, const struct sctp_chunk *k)
{
    struct bytes written = BYTES_NONE;
    gboolean ordinary = k->type == SCTP_DATA, found = k->end > k->data && find_data(x, k, &written);
    gsize len = found ? k->len - (k->end - k->data) + written.n : k->len;
    judge_header(x, k->at, k->type, k->flags & FLAGS_DATA, len);
    /* TSN, stream; stream sequence number, or 0 and message number */
    gsize at = judge_fields(x, k->at + SCTP_HEADER, k->end, ordinary ? "skk" : "skzc");
    if (k->end < k->data) {
        judge_zeros(x, at, k->end);
        return len;
    }
    if (ordinary || k->flags & SCTP_BEGIN)
        judge_ppid(x, at, found);
    else
        judge_fields(x, at, k->data, "c"); /* fragment sequence number */
    if (found)
        rw_put(x->c->rw, k->data, k->end, written, KIND_LENGTH); /* judged and counted where it was made */
    else
        judge_zeros(x, k->data, k->end);
    return len;
}

/* Zeros up to 4 bytes. A last chunk without padding, where there should be some, has none afterwards. */
static void judge_padding(struct sctp *x, const struct sctp_chunk *k, gsize written)
{
    static const guint8 zeros[3] = {0, 0, 0};
    gboolean lacking = k->next != k->at + (k->len + 3) / 4 * 4;
    gsize n = lacking ? k->next - k->end : (4 - written % 4) % 4;
    if (k->next > k->end || n > 0)
        rw_put(x->c->rw, k->end, k->next, (struct bytes){zeros, n}, KIND_LENGTH);
}

void sctp_rewrite(struct codec *c, const struct sctp_state *s)
{
    struct sctp x = {
        .c = c,
        .s = s,
        .own = (guint32)flow_constant(c->flows, FLOW_SCTP_TSN, &c->src, &c->dst),
        .peer = (guint32)flow_constant(c->flows, FLOW_SCTP_TSN, &c->dst, &c->src),
    };
    struct sctp_chunk k;
    gsize at = 0;
    while (sctp_chunk_take(&k, c->rw->text, at, c->rw->cut)) {
        judge_padding(&x, &k, k.data ? judge_data(&x, &k) : judge_chunk(&x, &k));
        at = k.next;
    }
    judge_zeros(&x, at, c->rw->text.n);
}

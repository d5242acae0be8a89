/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "websocket.h"

#include "sip.h"
#include "websocket_head.h"

/* RFC 6455 section 5.2:
 *
 *    FIN RSV1-3 opcode | MASK length(7) | length(16 or 64) | masking key(32) | payload
 */
enum {
    BIT_FIN = 0x80,
    BIT_RSV1 = 0x40,
    BITS_RSV23 = 0x30,
    BITS_OPCODE = 0x0f,
    BIT_MASK = 0x80,
    BITS_LENGTH = 0x7f,
    LENGTH_16 = 126, /* in BITS_LENGTH: the length follows in 16 bits */
    LENGTH_64 = 127,
    CONTROL_BYTES_MAX = 125,

    OPCODE_CONTINUATION = 0,
    OPCODE_TEXT = 1,
    OPCODE_BINARY = 2,
    OPCODE_CLOSE = 8,
    OPCODE_PING = 9,
    OPCODE_PONG = 10,
};

#define HEADER_BYTES_MAX 14
#define MASK_BYTES 4
/* Longer start lines are not looked for behind a loss. */
#define RESYNC_LINE_MAX 2048

struct websocket {
    gboolean deflate[2]; /* by direction: its last head named permessage-deflate */
    gboolean offers_sip; /* the client did */
    gboolean server_named, server_named_sip;
    gboolean first_seen, first_is_sip; /* the first message, of either direction */
};

struct ws_frame {
    gsize off;     /* in the unit */
    gsize payload; /* offset in the unit */
    gsize len;     /* of the payload */
    guint8 bits;   /* FIN, RSV, opcode */
    guint8 form;   /* as the length is written: 0, 2 or 8 bytes behind the second one */
    gboolean masked;
    guint8 mask[MASK_BYTES];
};

struct websocket *websocket_new(void)
{
    return g_new0(struct websocket, 1);
}

void websocket_free(struct websocket *w)
{
    g_free(w);
}

/* --- recognition ----------------------------------------------------------------------------------- */

enum parse_result websocket_recognise(struct bytes stream)
{
    struct bytes answer = BYTES_LIT("HTTP/1.1 101");
    struct websocket_head h;
    if (bytes_starts(answer, stream))
        return PARSE_MORE;
    if (bytes_starts(stream, answer))
        return g_ascii_isspace((gchar)stream.p[answer.n]) ? PARSE_OK : PARSE_BAD;
    enum parse_result result = bytes_at(stream, 0) == 'G' ? websocket_head_parse(&h, stream) : PARSE_BAD;
    return result == PARSE_OK && !h.upgrade ? PARSE_BAD : result;
}

gboolean websocket_head_names_sip(struct bytes head)
{
    struct websocket_head h;
    return websocket_head_parse(&h, head) == PARSE_OK && h.sip;
}

enum parse_result websocket_serves_sip(const struct websocket *w)
{
    if (w->server_named ? w->server_named_sip : w->offers_sip)
        return PARSE_OK;
    if (!w->first_seen)
        return PARSE_MORE;
    return w->first_is_sip ? PARSE_OK : PARSE_BAD;
}

/* --- heads ------------------------------------------------------------------------------------------ */

static void note_head(struct websocket *w, const struct websocket_head *h, guint direction)
{
    w->deflate[direction] = h->deflate;
    if (h->request) {
        w->offers_sip = h->sip;
        w->server_named = FALSE;
    } else if (h->status == 101) {
        w->server_named = h->protocols;
        w->server_named_sip = h->sip;
    }
}

static gboolean is_text(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] == 0x7f || (b.p[i] < ' ' && !g_ascii_isspace((gchar)b.p[i])))
            return FALSE;
    return TRUE;
}

static enum parse_result take_head(struct rewrite *rw, struct websocket *w, guint direction, gsize *n)
{
    struct websocket_head h;
    enum parse_result result = websocket_head_parse(&h, rw->text);
    if (result != PARSE_OK)
        return result;
    gsize end = h.len + (gsize)h.body;
    if (end > rw->text.n)
        return PARSE_MORE;
    websocket_head_rewrite(rw, &h);
    if (is_text(rw_bytes(rw, h.len, end)))
        rw_scrub(rw, h.len, end);
    else
        rw_scrub_binary(rw, h.len, end);
    note_head(w, &h, direction);
    *n = end;
    return PARSE_OK;
}

/* --- frames: reading --------------------------------------------------------------------------------- */

static gboolean is_control(const struct ws_frame *f)
{
    return (f->bits & BITS_OPCODE) >= OPCODE_CLOSE;
}

/* Bits and length that the RFC allows; `more`: inside a message. */
static gboolean is_allowed(const struct ws_frame *f, guint64 len, gboolean more, gboolean deflate)
{
    guint opcode = f->bits & BITS_OPCODE;
    gboolean first = !more && !is_control(f);
    if (f->bits & BITS_RSV23 || (f->bits & BIT_RSV1 && !(first && deflate)))
        return FALSE;
    if (is_control(f))
        return opcode <= OPCODE_PONG && f->bits & BIT_FIN && len <= CONTROL_BYTES_MAX && f->form == 0;
    return more ? opcode == OPCODE_CONTINUATION : opcode == OPCODE_TEXT || opcode == OPCODE_BINARY;
}

static guint64 read_length(struct reader *r, guint8 *form)
{
    guint8 len = rd_u8(r) & BITS_LENGTH;
    *form = len == LENGTH_64 ? 8 : len == LENGTH_16 ? 2 : 0;
    if (len == LENGTH_16)
        return rd_u16be(r);
    if (len != LENGTH_64)
        return len;
    guint64 high = rd_u32be(r);
    return high << 32 | rd_u32be(r);
}

/* The frame at `off`. What its header says is judged before its payload is waited for. */
static enum parse_result read_frame(struct ws_frame *f, struct bytes text, gsize off, gboolean more,
                                    gboolean deflate)
{
    struct reader r = reader_of(bytes_from(text, off));
    *f = (struct ws_frame){.off = off, .bits = rd_u8(&r)};
    f->masked = (bytes_at(r.b, 1) & BIT_MASK) != 0 && r.b.n > 1;
    guint64 len = read_length(&r, &f->form);
    if (!r.bad && !is_allowed(f, len, more, deflate))
        return PARSE_BAD;
    struct bytes mask = rd_bytes(&r, f->masked ? MASK_BYTES : 0);
    if (!r.bad && len > UNIT_BYTES_MAX - MIN(off + r.at, UNIT_BYTES_MAX))
        return PARSE_BAD;
    if (r.bad || len > rd_left(&r))
        return PARSE_MORE;
    if (f->masked)
        memcpy(f->mask, mask.p, MASK_BYTES);
    f->payload = off + r.at;
    f->len = (gsize)len;
    return PARSE_OK;
}

/* All frames of the unit at the front of `text`; *n is its end. */
static enum parse_result read_frames(GArray *frames, struct bytes text, gboolean deflate, gsize *n)
{
    struct ws_frame f;
    gboolean more = FALSE;
    gsize at = 0;
    do {
        enum parse_result result =
            frames->len == WEBSOCKET_FRAMES_MAX ? PARSE_BAD : read_frame(&f, text, at, more, deflate);
        if (result != PARSE_OK)
            return result;
        g_array_append_val(frames, f);
        at = f.payload + f.len;
        if (!is_control(&f))
            more = !(f.bits & BIT_FIN);
    } while (more);
    *n = at;
    return PARSE_OK;
}

static void put_masked(guint8 *to, struct bytes b, const guint8 mask[MASK_BYTES])
{
    for (gsize i = 0; i < b.n; i++)
        to[i] = b.p[i] ^ mask[i % MASK_BYTES];
}

/* --- frames: writing --------------------------------------------------------------------------------- */

/* The constant of a direction moves each masking key; 0, and what would become 0, stay: one-to-one. */
static void move_mask(const struct codec *c, const guint8 was[MASK_BYTES], guint8 is[MASK_BYTES])
{
    struct reader r = reader_of((struct bytes){was, MASK_BYTES});
    guint32 key = rd_u32be(&r), by = (guint32)flow_constant(c->flows, FLOW_WS_MASK, &c->src, &c->dst);
    put_u32be(is, key == 0 || key == by ? key : key ^ by);
}

static guint8 shortest_form(guint64 len)
{
    return len < LENGTH_16 ? 0 : len <= G_MAXUINT16 ? 2 : 8;
}

static struct bytes make_header(struct arena *a, const struct ws_frame *f, guint64 len, const guint8 *mask)
{
    guint8 *p = arena_alloc(a, HEADER_BYTES_MAX);
    guint8 form = shortest_form(len);
    if (f->form != shortest_form(f->len))
        form = MAX(form, f->form);
    gsize n = 2u + form;
    p[0] = f->bits;
    p[1] = (guint8)(form == 8 ? LENGTH_64 : form == 2 ? LENGTH_16 : len);
    p[1] |= f->masked ? BIT_MASK : 0;
    if (form == 2)
        put_u16be(p + 2, (guint16)len);
    if (form == 8) {
        put_u32be(p + 2, (guint32)(len >> 32));
        put_u32be(p + 6, (guint32)len);
    }
    if (f->masked) {
        memcpy(p + n, mask, MASK_BYTES);
        n += MASK_BYTES;
    }
    return (struct bytes){p, n};
}

/* `payload` is plain text; `kind` says what became of it. */
static void write_frame(struct codec *c, const struct ws_frame *f, struct bytes payload, enum kind kind)
{
    struct rewrite *rw = c->rw;
    guint8 mask[MASK_BYTES] = {0};
    if (f->masked)
        move_mask(c, f->mask, mask);
    guint8 *masked = arena_alloc(rw->arena, payload.n);
    put_masked(masked, payload, mask);
    rw_put(rw, f->off, f->payload, make_header(rw->arena, f, payload.n, mask), KIND_LENGTH);
    if (f->len > 0)
        rw_put(rw, f->payload, f->payload + f->len, (struct bytes){masked, payload.n}, kind);
}

static struct bytes zeros(struct arena *a, gsize n)
{
    guint8 *p = arena_alloc(a, n);
    memset(p, 0, n);
    return (struct bytes){p, n};
}

/* --- control frames ---------------------------------------------------------------------------------- */

/* RFC 6455 section 7.4: 1000-1015 are defined, 3000-3999 registered, 4000-4999 private. */
static gboolean is_close_code(guint code)
{
    return (code >= 1000 && code <= 1015) || (code >= 3000 && code <= 4999);
}

/* A code that is none becomes 0, the reason x (it must be UTF-8). */
static struct bytes judge_close(struct arena *a, struct bytes plain)
{
    struct reader r = reader_of(plain);
    guint16 code = rd_u16be(&r);
    guint8 *p = arena_alloc(a, plain.n);
    memset(p, plain.n < 2 ? 0 : 'x', plain.n);
    if (plain.n >= 2)
        put_u16be(p, is_close_code(code) ? code : 0);
    return (struct bytes){p, plain.n};
}

static struct bytes unmask(struct arena *a, struct bytes text, const struct ws_frame *f)
{
    guint8 *p = arena_alloc(a, f->len);
    put_masked(p, bytes_sub(text, f->payload, f->len), f->mask);
    return (struct bytes){p, f->len};
}

static void take_control(struct codec *c, const struct ws_frame *f)
{
    struct arena *a = c->rw->arena;
    gboolean close = (f->bits & BITS_OPCODE) == OPCODE_CLOSE;
    struct bytes plain = close ? judge_close(a, unmask(a, c->rw->text, f)) : zeros(a, f->len);
    write_frame(c, f, plain, KIND_SCRUBBED);
}

/* --- messages ---------------------------------------------------------------------------------------- */

/* What inflates to n - 2 times x, in n bytes: a block of fixed codes (3 bits, 8 for each x, 7 for its
 * end) and the head of the stored block (3 bits) whose empty rest RFC 7692 section 7.2.1 takes away. */
static struct bytes deflated_filler(struct arena *a, gsize n)
{
    static const guint8 x[] = {1, 0, 1, 0, 1, 0, 0, 0}; /* 0x30 + 'x', first bit first (RFC 1951, 3.2.6) */
    guint8 *p = arena_alloc(a, n);
    memset(p, 0, n);
    if (n < 2)
        return (struct bytes){p, n};
    p[0] = 0x02; /* not the last block, fixed codes */
    for (gsize bit = 3, i = 0; i < (n - 2) * 8; i++, bit++)
        p[bit / 8] |= (guint8)(x[i % 8] << bit % 8);
    return (struct bytes){p, n};
}

/* RFC 7118 section 6, RFC 5626 section 4.4.1: ping and pong of CRLF. */
static gboolean is_keep_alive(struct bytes plain)
{
    return bytes_eq(plain, BYTES_LIT("\r\n\r\n")) || bytes_eq(plain, BYTES_LIT("\r\n"));
}

static struct bytes judge_message(struct codec *c, struct websocket *w, guint8 bits, struct bytes plain,
                                  enum kind *kind)
{
    struct arena *a = c->rw->arena;
    struct bytes written;
    gboolean sip = FALSE;
    *kind = KIND_SCRUBBED;
    if (bits & BIT_RSV1) {
        written = deflated_filler(a, plain.n);
    } else if (is_keep_alive(plain)) {
        *kind = KIND_LENGTH;
        return plain; /* says nothing of what the connection is for */
    } else if (plain.n && c->sip(c, plain, 0, SIP_WS, &c->src, &c->dst, &written)) {
        *kind = KIND_LENGTH; /* what is in it was judged and counted by sip() */
        sip = TRUE;
    } else {
        written = (bits & BITS_OPCODE) == OPCODE_TEXT ? scrub_text(a, plain.n) : zeros(a, plain.n);
    }
    if (!w->first_seen)
        w->first_is_sip = sip;
    w->first_seen = TRUE;
    return written;
}

/* The text of all data frames of the unit, in the arena. */
static struct bytes join(struct codec *c, const GArray *frames)
{
    gsize n = 0, at = 0;
    for (guint i = 0; i < frames->len; i++) {
        const struct ws_frame *f = &g_array_index(frames, struct ws_frame, i);
        n += is_control(f) ? 0 : f->len;
    }
    guint8 *p = arena_alloc(c->rw->arena, n);
    for (guint i = 0; i < frames->len; i++) {
        const struct ws_frame *f = &g_array_index(frames, struct ws_frame, i);
        if (is_control(f))
            continue;
        put_masked(p + at, bytes_sub(c->rw->text, f->payload, f->len), f->mask);
        at += f->len;
    }
    return (struct bytes){p, n};
}

static void take_message(struct codec *c, struct websocket *w, const GArray *frames)
{
    struct bytes plain = join(c, frames), written;
    enum kind kind;
    gsize was = 0, is = 0; /* ends of the frames so far, in `plain` and in `written` */
    written = judge_message(c, w, g_array_index(frames, struct ws_frame, 0).bits, plain, &kind);
    for (guint i = 0; i < frames->len; i++) {
        const struct ws_frame *f = &g_array_index(frames, struct ws_frame, i);
        if (is_control(f)) {
            take_control(c, f);
            continue;
        }
        was += f->len;
        gsize end = plain.n ? (gsize)((guint64)was * written.n / plain.n) : 0;
        write_frame(c, f, bytes_sub(written, is, end - is), kind);
        is = end;
    }
}

static enum parse_result take_frames(struct codec *c, struct websocket *w, guint direction, gsize *n)
{
    g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(struct ws_frame));
    enum parse_result result = read_frames(frames, c->rw->text, w->deflate[direction], n);
    if (result != PARSE_OK)
        return result;
    const struct ws_frame *first = &g_array_index(frames, struct ws_frame, 0);
    if (is_control(first))
        take_control(c, first);
    else
        take_message(c, w, frames);
    return PARSE_OK;
}

/* "G" and "H" as a frame's first byte would be a compressed frame of a reserved kind, and a control frame
 * that is fragmented: heads and frames are told apart by one byte. */
enum parse_result websocket_take(struct codec *c, struct websocket *w, guint direction, gsize *n)
{
    gint first = bytes_at(c->rw->text, 0);
    g_return_val_if_fail(direction < 2, PARSE_BAD);
    *n = 0;
    if (first == 'G' || first == 'H')
        return take_head(c->rw, w, direction, n);
    return take_frames(c, w, direction, n);
}

/* --- after a loss ------------------------------------------------------------------------------------- */

/* A start line of SIP in ASCII, up to its line break. It is given up at the first byte that is none: a
 * masking key that is itself in the stream gives a zero soon, so that no stream makes this slow. */
static gboolean begins_sip(struct bytes text, const guint8 mask[MASK_BYTES])
{
    guint8 plain[RESYNC_LINE_MAX];
    for (gsize i = 0; i < text.n; i++) {
        plain[i] = text.p[i] ^ mask[i % MASK_BYTES];
        if (plain[i] == '\n')
            return sip_recognise((struct bytes){plain, i + 1}) == PARSE_OK;
        if (!g_ascii_isprint((gchar)plain[i]) && !g_ascii_isspace((gchar)plain[i]))
            return FALSE;
    }
    return FALSE;
}

static gboolean holds_sip(struct bytes stream, gsize at)
{
    struct reader r = reader_of(bytes_from(stream, at));
    guint8 form, mask[MASK_BYTES] = {0};
    rd_skip(&r, 1);
    gboolean masked = bytes_at(r.b, 1) >= BIT_MASK;
    guint64 len = read_length(&r, &form);
    struct bytes key = rd_bytes(&r, masked ? MASK_BYTES : 0);
    if (r.bad || len > UNIT_BYTES_MAX - HEADER_BYTES_MAX)
        return FALSE;
    if (masked)
        memcpy(mask, key.p, MASK_BYTES);
    return begins_sip(bytes_sub(r.b, r.at, (gsize)MIN(len, RESYNC_LINE_MAX)), mask);
}

gsize websocket_resync(struct bytes stream)
{
    gsize at = bytes_chr(stream, BIT_FIN | OPCODE_TEXT);
    while (at != NOT_FOUND && !holds_sip(stream, at))
        at = bytes_chr_from(stream, BIT_FIN | OPCODE_TEXT, at + 1);
    return at;
}

/* bytes.h - the vocabulary of the core: views, spans, checked reads, parse results.
 *
 * A view never owns what it points to, is never NUL-terminated and never written through.
 * A span says where a view lies inside the message or frame that it was cut from, so that the
 * tree item, the edit, the map and the audit can all name the same place.
 * Everything that reads bytes of a capture goes through these functions: no pointer arithmetic
 * elsewhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_BYTES_H
#define SIANTO_BYTES_H

#include <glib.h>
#include <string.h>

struct bytes {
    const guint8 *p; /* may be NULL where n is 0 */
    gsize n;
};

struct span {
    guint32 off, len; /* bytes */
};

/* [from, to) */
static inline struct span span_of(gsize from, gsize to)
{
    return (struct span){(guint32)from, (guint32)(to - from)};
}

/* Three outcomes, never two: MORE is what streams and cut frames need, BAD goes to the scrubber. */
enum parse_result { PARSE_OK, PARSE_MORE, PARSE_BAD };

#define BYTES_LIT(s) ((struct bytes){(const guint8 *)(s), sizeof(s) - 1})
#define BYTES_NONE ((struct bytes){NULL, 0})
#define NOT_FOUND ((gsize)-1)

static inline struct bytes bytes_of(const char *s)
{
    return (struct bytes){(const guint8 *)s, s ? strlen(s) : 0};
}

static inline struct bytes bytes_of_array(const GByteArray *a)
{
    return (struct bytes){a->data, a->len};
}

/* Copies `b` to where there is room for it: behind it. */
static inline guint8 *bytes_put(guint8 *to, struct bytes b)
{
    if (b.n)
        memcpy(to, b.p, b.n);
    return to + b.n;
}

/* Appends n bytes of one value. */
static inline void bytes_fill(GByteArray *to, gsize n, guint8 value)
{
    guint was = to->len;
    if (n == 0)
        return;
    g_byte_array_set_size(to, was + (guint)n);
    memset(to->data + was, value, n);
}

/* The part [off, off + len), cut to what there is. */
static inline struct bytes bytes_sub(struct bytes b, gsize off, gsize len)
{
    if (off >= b.n)
        return (struct bytes){b.p ? b.p + b.n : NULL, 0};
    return (struct bytes){b.p + off, MIN(len, b.n - off)};
}

static inline struct bytes bytes_from(struct bytes b, gsize off)
{
    return bytes_sub(b, off, b.n);
}

static inline struct bytes bytes_span(struct bytes b, struct span s)
{
    return bytes_sub(b, s.off, s.len);
}

/* Byte at `at`, or -1 behind the end. */
static inline gint bytes_at(struct bytes b, gsize at)
{
    return at < b.n ? b.p[at] : -1;
}

static inline gboolean bytes_eq(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Without regard to the case of ASCII letters; all other bytes compare as they are. */
gboolean bytes_same_letters(const guint8 *a, const guint8 *b, gsize n);

static inline gboolean bytes_ieq(struct bytes a, struct bytes b)
{
    return a.n == b.n && bytes_same_letters(a.p, b.p, a.n);
}

static inline gboolean bytes_starts(struct bytes b, struct bytes with)
{
    return b.n >= with.n && bytes_eq(bytes_sub(b, 0, with.n), with);
}

static inline gboolean bytes_istarts(struct bytes b, struct bytes with)
{
    return b.n >= with.n && bytes_ieq(bytes_sub(b, 0, with.n), with);
}

static inline gboolean bytes_iends(struct bytes b, struct bytes with)
{
    return b.n >= with.n && bytes_ieq(bytes_sub(b, b.n - with.n, with.n), with);
}

/* Index of the first (last) `c` at or after `from` (before the end), or NOT_FOUND. */
static inline gsize bytes_chr_from(struct bytes b, guint8 c, gsize from)
{
    const guint8 *hit = from < b.n ? memchr(b.p + from, c, b.n - from) : NULL;
    return hit ? (gsize)(hit - b.p) : NOT_FOUND;
}

static inline gsize bytes_chr(struct bytes b, guint8 c)
{
    return bytes_chr_from(b, c, 0);
}

static inline gsize bytes_rchr(struct bytes b, guint8 c)
{
    for (gsize i = b.n; i > 0; i--)
        if (b.p[i - 1] == c)
            return i - 1;
    return NOT_FOUND;
}

/* Without spaces, tabs, CR and LF at both ends. */
struct bytes bytes_trim(struct bytes b);

/* Index of the first occurrence of `needle`, or NOT_FOUND. */
gsize bytes_find(struct bytes b, struct bytes needle);

/* A decimal number of 1 to 20 digits and nothing else, at most `max`; FALSE otherwise. */
gboolean bytes_number(struct bytes b, guint64 max, guint64 *out);

guint bytes_hash(struct bytes b);
guint bytes_ihash(struct bytes b); /* ASCII case-insensitive */

/* Reader: a cursor with checked reads. A read behind the end gives 0, sets `bad` and moves nothing;
 * straight-line code tests `bad` once at its end. */
struct reader {
    struct bytes b;
    gsize at;
    gboolean bad;
};

static inline struct reader reader_of(struct bytes b)
{
    return (struct reader){b, 0, FALSE};
}

static inline gsize rd_left(const struct reader *r)
{
    return r->b.n - r->at;
}

static inline const guint8 *rd_take(struct reader *r, gsize n)
{
    if (r->bad || n > rd_left(r)) {
        r->bad = TRUE;
        return NULL;
    }
    r->at += n;
    return r->b.p + (r->at - n);
}

static inline struct bytes rd_bytes(struct reader *r, gsize n)
{
    const guint8 *p = rd_take(r, n);
    return p ? (struct bytes){p, n} : BYTES_NONE;
}

static inline void rd_skip(struct reader *r, gsize n)
{
    rd_take(r, n);
}

static inline guint8 rd_u8(struct reader *r)
{
    const guint8 *p = rd_take(r, 1);
    return p ? p[0] : 0;
}

static inline guint16 rd_u16be(struct reader *r)
{
    const guint8 *p = rd_take(r, 2);
    return p ? (guint16)((guint)p[0] << 8 | (guint)p[1]) : 0;
}

static inline guint32 rd_u32be(struct reader *r)
{
    const guint8 *p = rd_take(r, 4);
    return p ? (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3] : 0;
}

static inline guint16 rd_u16le(struct reader *r)
{
    guint16 v = rd_u16be(r); /* the macro takes it more than once */
    return GUINT16_SWAP_LE_BE(v);
}

static inline guint32 rd_u32le(struct reader *r)
{
    guint32 v = rd_u32be(r);
    return GUINT32_SWAP_LE_BE(v);
}

static inline void put_u16be(guint8 *p, guint16 v)
{
    p[0] = (guint8)(v >> 8);
    p[1] = (guint8)v;
}

static inline void put_u32be(guint8 *p, guint32 v)
{
    put_u16be(p, (guint16)(v >> 16));
    put_u16be(p + 2, (guint16)v);
}

static inline void put_u16le(guint8 *p, guint16 v)
{
    put_u16be(p, GUINT16_SWAP_LE_BE(v));
}

static inline void put_u32le(guint8 *p, guint32 v)
{
    put_u32be(p, GUINT32_SWAP_LE_BE(v));
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcapng.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, STATISTICS = 5 };
enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14, OPTION_START = 2, OPTION_COUNTS = 4 };

#define HEAD 8 /* type, length */
#define BLOCK_MIN 12u
/* Of the blocks that are looked into; no option of theirs has so many bytes in good faith. */
#define BLOCK_MAX (1u << 20)
#define COUNT_MAX (G_GINT64_CONSTANT(1) << 48)
#define NS_PER_S G_GINT64_CONSTANT(1000000000)
#define SECONDS_MAX (G_GINT64_CONSTANT(291) * 366 * 86400)

/* How an interface counts time. */
struct clock {
    guint8 resolution; /* as in the file: 10^-n, with the top bit 2^-n seconds */
    gint64 offset_s;
};

struct file {
    pcapng_read read;
    void *arg;
    gboolean big;      /* of the section: big-endian */
    guint32 sections;  /* that have begun */
    guint first;       /* of the section's interfaces, in the arrays */
    GArray *found;     /* struct pcapng_statistics */
    GArray *clocks;    /* struct clock, beside it */
    GByteArray *body;
};

/* --- reading ------------------------------------------------------------------------------------------- */

static gboolean take(struct file *f, guint8 *buffer, gsize n)
{
    for (gsize have = 0; have < n;) {
        gssize got = f->read(f->arg, buffer ? buffer + have : NULL, n - have);
        if (got <= 0 || (gsize)got > n - have)
            return FALSE;
        have += (gsize)got;
    }
    return TRUE;
}

static guint64 number(const struct file *f, struct bytes b, gsize at, guint n)
{
    guint64 v = 0;
    for (guint i = 0; i < n; i++)
        v = v << 8 | (guint8)MAX(bytes_at(b, at + (f->big ? i : n - 1 - i)), 0);
    return v;
}

/* The next option from *at on; FALSE: there is none. */
static gboolean next_option(const struct file *f, struct bytes body, gsize *at, guint *code, struct bytes *value)
{
    if (body.n < *at || body.n - *at < 4)
        return FALSE;
    gsize n = (gsize)number(f, body, *at + 2, 2);
    *code = (guint)number(f, body, *at, 2);
    *value = bytes_sub(body, *at + 4, n);
    *at += 4 + (n + 3) / 4 * 4;
    return *code != OPTION_END && value->n == n;
}

/* --- interfaces ---------------------------------------------------------------------------------------- */

static gboolean add_interface(struct file *f, struct bytes body)
{
    struct pcapng_statistics found = {.section = f->sections - 1, .interface = f->found->len - f->first};
    struct clock clock = {.resolution = 6};
    struct bytes value;
    guint code;
    for (gsize at = 8; next_option(f, body, &at, &code, &value);) {
        if (code == OPTION_RESOLUTION && value.n == 1)
            clock.resolution = value.p[0];
        else if (code == OPTION_OFFSET && value.n == 8)
            clock.offset_s = (gint64)number(f, value, 0, 8);
    }
    g_array_append_val(f->found, found);
    g_array_append_val(f->clocks, clock);
    return f->found->len < PCAPNG_INTERFACES_MAX;
}

/* The part of a second, in ns: `rest` of `units` in it. Products fit: units finer than ns are cut first. */
static gint64 fraction_ns(guint64 rest, guint64 units)
{
    while (units > (guint64)NS_PER_S) {
        units >>= 1;
        rest >>= 1;
    }
    return (gint64)(rest * (guint64)NS_PER_S / units);
}

/* -1: not in the range. */
static gint64 to_ns(const struct clock *clock, guint64 ticks)
{
    guint power = clock->resolution & 0x7fu;
    guint64 units = 1;
    if (clock->resolution & 0x80 ? power > 63 : power > 19)
        return -1;
    for (guint i = 0; i < power; i++)
        units *= clock->resolution & 0x80 ? 2 : 10;
    guint64 s = ticks / units;
    if (s > (guint64)SECONDS_MAX || clock->offset_s > SECONDS_MAX || clock->offset_s < -SECONDS_MAX)
        return -1;
    gint64 seconds = (gint64)s + clock->offset_s;
    return seconds < 0 || seconds > SECONDS_MAX ? -1 : seconds * NS_PER_S + fraction_ns(ticks % units, units);
}

static gint64 take_time(const struct file *f, const struct clock *clock, struct bytes b, gsize at)
{
    return to_ns(clock, number(f, b, at, 4) << 32 | number(f, b, at + 4, 4));
}

static gint64 take_count(const struct file *f, struct bytes value)
{
    guint64 n = number(f, value, 0, 8);
    return n < (guint64)COUNT_MAX ? (gint64)n : -1;
}

static void take_statistics(struct file *f, struct bytes body)
{
    guint64 interface = number(f, body, 0, 4);
    if (body.n < 12 || interface >= f->found->len - f->first)
        return;
    guint index = f->first + (guint)interface;
    struct pcapng_statistics *s = &g_array_index(f->found, struct pcapng_statistics, index);
    const struct clock *clock = &g_array_index(f->clocks, struct clock, index);
    struct bytes value;
    guint code;
    s->known = TRUE;
    memset(s->count, 0xff, sizeof s->count);
    s->time_ns[PCAPNG_START] = s->time_ns[PCAPNG_END] = -1;
    s->time_ns[PCAPNG_REPORTED] = take_time(f, clock, body, 4);
    for (gsize at = 12; next_option(f, body, &at, &code, &value);) {
        if (value.n != 8)
            continue;
        if (code == OPTION_START || code == OPTION_START + 1)
            s->time_ns[PCAPNG_START + (code - OPTION_START)] = take_time(f, clock, value, 0);
        else if (code >= OPTION_COUNTS && code < OPTION_COUNTS + PCAPNG_COUNTS)
            s->count[code - OPTION_COUNTS] = take_count(f, value);
    }
}

/* --- blocks -------------------------------------------------------------------------------------------- */

/* Its length stands in the order of bytes that the magic behind it tells. */
static gboolean begin_section(struct file *f, guint8 magic[4])
{
    static const guint8 big[4] = {0x1a, 0x2b, 0x3c, 0x4d}, little[4] = {0x4d, 0x3c, 0x2b, 0x1a};
    if (!take(f, magic, 4) || (memcmp(magic, big, 4) != 0 && memcmp(magic, little, 4) != 0))
        return FALSE;
    f->big = memcmp(magic, big, 4) == 0;
    f->first = f->found->len;
    f->sections++;
    return TRUE;
}

static gboolean take_block(struct file *f)
{
    guint8 head[HEAD], magic[4];
    struct bytes h = {head, HEAD};
    if (!take(f, head, HEAD))
        return FALSE;
    gboolean section = number(f, h, 0, 4) == SECTION; /* the same in both orders */
    if (section ? !begin_section(f, magic) : f->sections == 0)
        return FALSE;
    gsize length = (gsize)number(f, h, 4, 4), read = HEAD + (section ? sizeof magic : 0);
    guint64 type = number(f, h, 0, 4);
    if (length < BLOCK_MIN + read - HEAD || length % 4)
        return FALSE;
    if ((type != INTERFACE && type != STATISTICS) || length > BLOCK_MAX)
        return type != INTERFACE && take(f, NULL, length - read);
    g_byte_array_set_size(f->body, (guint)(length - read));
    if (!take(f, f->body->data, f->body->len))
        return FALSE;
    struct bytes body = bytes_sub(bytes_of_array(f->body), 0, f->body->len - 4);
    if (type == INTERFACE)
        return add_interface(f, body);
    take_statistics(f, body);
    return TRUE;
}

GArray *pcapng_statistics(pcapng_read read, void *arg)
{
    struct file f = {.read = read, .arg = arg};
    f.found = g_array_new(FALSE, FALSE, sizeof(struct pcapng_statistics));
    f.clocks = g_array_new(FALSE, FALSE, sizeof(struct clock));
    f.body = g_byte_array_new();
    while (take_block(&f))
        ;
    g_byte_array_unref(f.body);
    g_array_unref(f.clocks);
    return f.found;
}

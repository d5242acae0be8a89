/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ip_options.h"

enum {
    OPT4_END = 0,
    OPT4_NOP = 1,
    OPT4_RECORD_ROUTE = 7,
    OPT4_TIMESTAMP = 68,
    OPT4_LOOSE_ROUTE = 131,
    OPT4_STRICT_ROUTE = 137,
    OPT4_ROUTER_ALERT = 148,

    OPT6_PAD1 = 0,
    OPT6_PADN = 1,
    OPT6_ROUTER_ALERT = 5,
    OPT6_JUMBO = 194,
    OPT6_HOME_ADDRESS = 201,

    ROUTING_SOURCE = 0,
    ROUTING_HOME = 2,
    ROUTING_SEGMENTS = 4,

    ROUTER_ALERT_MAX = 69, /* the highest value in IANA's registry */
};

/* One option, from its type to its end; FALSE: none is left, or the rest is none. */
static gboolean option4_next(struct reader *r, struct bytes *option)
{
    gsize from = r->at;
    guint8 type = rd_u8(r);
    if (r->bad || type == OPT4_END)
        return FALSE;
    if (type != OPT4_NOP) {
        guint8 len = rd_u8(r);
        rd_skip(r, len >= 2 ? len - 2u : G_MAXSIZE);
    }
    *option = bytes_sub(r->b, from, r->at - from);
    return !r->bad;
}

gboolean ipv4_route_end(struct bytes options, guint8 out[4])
{
    struct reader r = reader_of(options);
    struct bytes o;
    while (option4_next(&r, &o)) {
        gint type = bytes_at(o, 0), next = bytes_at(o, 2);
        if (type != OPT4_LOOSE_ROUTE && type != OPT4_STRICT_ROUTE)
            continue;
        if (o.n < 7 || (o.n - 3) % 4 != 0 || next < 4 || (gsize)next > o.n)
            continue;
        memcpy(out, bytes_from(o, o.n - 4).p, 4);
        return TRUE;
    }
    return FALSE;
}

/* Type, length, pointer, then slots of `stride` bytes from `first` on, with an address at the head of
 * each where `addresses` is given; the rest of a slot stays 0. FALSE: the length is no number of slots.
 * Empty slots hold 0.0.0.0, which maps to itself. */
static gboolean write_slots(struct addresses *a, struct bytes o, gsize first, gsize stride, guint8 *to)
{
    if (o.n < first || (o.n - first) % stride != 0)
        return FALSE;
    memcpy(to, o.p, 2);
    to[2] = (guint8)MIN(o.p[2], o.n + 1); /* at most behind the last slot */
    for (gsize at = first; a && at < o.n; at += stride)
        addresses_map4(a, bytes_from(o, at).p, to + at);
    return TRUE;
}

/* Flag 0: timestamps alone; 1 and 3: addresses with them. The upper half counts hosts without room. */
static gboolean write_timestamp(struct addresses *a, struct bytes o, guint8 *to)
{
    gint overflow_flag = bytes_at(o, 3), flag = overflow_flag & 0x0f;
    gboolean alone = flag == 0;
    if (overflow_flag < 0 || (!alone && flag != 1 && flag != 3))
        return FALSE;
    if (!write_slots(alone ? NULL : a, o, 4, alone ? 4 : 8, to))
        return FALSE;
    to[3] = (guint8)overflow_flag;
    return TRUE;
}

static gboolean write_router_alert(struct bytes o, guint8 *to)
{
    struct reader r = reader_of(bytes_from(o, 2));
    guint16 value = rd_u16be(&r);
    if (o.n != 4 || value > ROUTER_ALERT_MAX)
        return FALSE;
    memcpy(to, o.p, 4);
    return TRUE;
}

static gboolean write_option4(struct addresses *a, struct bytes o, guint8 *to)
{
    switch (bytes_at(o, 0)) {
    case OPT4_RECORD_ROUTE:
    case OPT4_LOOSE_ROUTE:
    case OPT4_STRICT_ROUTE:
        return write_slots(a, o, 3, 4, to);
    case OPT4_TIMESTAMP:
        return write_timestamp(a, o, to);
    case OPT4_ROUTER_ALERT:
        return write_router_alert(o, to);
    default:
        return FALSE;
    }
}

void ipv4_options_write(struct addresses *a, struct bytes options, guint8 *to)
{
    struct reader r = reader_of(options);
    struct bytes o;
    gboolean left_out = FALSE;
    gsize at = 0, nops = 0; /* no operations wait for what they align */
    while (option4_next(&r, &o)) {
        if (bytes_at(o, 0) == OPT4_NOP) {
            nops++;
            continue;
        }
        gboolean written = write_option4(a, o, to + at + nops);
        if (written) {
            memset(to + at, OPT4_NOP, nops);
            at += nops + o.n;
        }
        left_out |= !written;
        nops = 0;
    }
    if (!left_out)
        memset(to + at, OPT4_NOP, nops);
}

gboolean ipv6_extension_take(struct reader *r, guint8 proto, struct ipv6_extension *e)
{
    static const struct {
        guint8 proto;
        enum extension_kind kind;
    } known[] = {
        {0, EXTENSION_OPTIONS},  /* hop by hop */
        {60, EXTENSION_OPTIONS}, /* destination */
        {43, EXTENSION_ROUTING},
        {44, EXTENSION_FRAGMENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].proto != proto)
            continue;
        struct reader head = *r;
        e->kind = known[i].kind;
        e->next = rd_u8(&head);
        guint8 units = rd_u8(&head); /* in a fragment header: reserved */
        e->whole = rd_bytes(r, e->kind == EXTENSION_FRAGMENT ? 8u : 8u + 8u * units);
        return !r->bad;
    }
    return FALSE;
}

static gboolean option6_next(struct reader *r, struct bytes *option)
{
    gsize from = r->at;
    if (rd_u8(r) != OPT6_PAD1)
        rd_skip(r, rd_u8(r));
    *option = bytes_sub(r->b, from, r->at - from);
    return !r->bad;
}

static gboolean is_home_address(struct bytes option)
{
    return bytes_at(option, 0) == OPT6_HOME_ADDRESS && option.n == 18;
}

gsize ipv6_jumbo(const struct ipv6_extension *e)
{
    struct reader r = reader_of(e->whole);
    struct bytes o;
    rd_skip(&r, 2);
    for (gsize at = r.at; e->kind == EXTENSION_OPTIONS && option6_next(&r, &o); at = r.at)
        if (bytes_at(o, 0) == OPT6_JUMBO && o.n == 6)
            return at + 2;
    return 0;
}

static void judge_options(const struct ipv6_extension *e, guint8 src[16])
{
    struct reader r = reader_of(bytes_from(e->whole, 2));
    struct bytes o;
    while (option6_next(&r, &o))
        if (is_home_address(o))
            memcpy(src, bytes_from(o, 2).p, 16);
}

/* The address list of a routing header: how many, and which is the route's end. Segment lists
 * (type 4) stand in reverse order, and TLVs may follow them. */
struct route {
    gboolean known, sound;
    gsize n, end;
};

static struct route route_of(struct bytes whole)
{
    gint type = bytes_at(whole, 2), left = bytes_at(whole, 3);
    gsize room = (whole.n - 8) / 16;
    struct route route = {.known = TRUE, .n = room};
    switch (type) {
    case ROUTING_SOURCE:
    case ROUTING_HOME:
        route.sound = (whole.n - 8) % 16 == 0 && (gsize)left <= room && (type == ROUTING_SOURCE || room == 1);
        route.end = room ? room - 1 : 0;
        break;
    case ROUTING_SEGMENTS:
        route.n = (gsize)bytes_at(whole, 4) + 1;
        route.sound = route.n <= room && (gsize)left <= route.n;
        break;
    default:
        route = (struct route){.sound = left == 0};
    }
    return route;
}

static enum drop_reason judge_routing(const struct ipv6_extension *e, guint8 dst[16])
{
    struct route route = route_of(e->whole);
    if (!route.sound)
        return route.known ? DROP_MALFORMED : DROP_TUNNEL;
    if (route.known && bytes_at(e->whole, 3) > 0)
        memcpy(dst, bytes_sub(e->whole, 8 + 16 * route.end, 16).p, 16);
    return DROP_NONE;
}

enum drop_reason ipv6_extension_judge(const struct ipv6_extension *e, guint8 src[16], guint8 dst[16])
{
    struct reader r = reader_of(bytes_from(e->whole, 2));
    switch (e->kind) {
    case EXTENSION_OPTIONS:
        judge_options(e, src);
        return DROP_NONE;
    case EXTENSION_ROUTING:
        return judge_routing(e, dst);
    case EXTENSION_FRAGMENT:
        return (rd_u16be(&r) & 0xfff9) == 0 ? DROP_NONE : DROP_FRAGMENT; /* offset and "more" */
    }
    return DROP_MALFORMED;
}

static void write_option6(struct addresses *a, struct bytes o, guint8 *to)
{
    if (bytes_at(o, 0) == OPT6_PAD1)
        return;
    if (is_home_address(o)) {
        memcpy(to, o.p, 2);
        addresses_map6(a, bytes_from(o, 2).p, to + 2);
        return;
    }
    if (bytes_at(o, 0) == OPT6_ROUTER_ALERT && write_router_alert(o, to))
        return;
    to[0] = OPT6_PADN;
    to[1] = (guint8)(o.n - 2);
}

static void write_options6(struct addresses *a, struct bytes whole, guint8 *to)
{
    struct reader r = reader_of(whole);
    struct bytes o;
    rd_skip(&r, 2);
    for (gsize at = r.at; option6_next(&r, &o); at = r.at)
        write_option6(a, o, to + at);
}

/* The flags and the tag of a segment routing header and its TLVs stay 0 (Pad1), so do the data of
 * unknown types. */
static void write_routing(struct addresses *a, struct bytes whole, guint8 *to)
{
    struct route route = route_of(whole);
    memcpy(to + 2, bytes_from(whole, 2).p, 2); /* type; segments left, bounded by route_of */
    if (!route.known)
        return;
    if (bytes_at(whole, 2) == ROUTING_SEGMENTS)
        to[4] = (guint8)(route.n - 1);
    for (gsize i = 0; i < route.n; i++)
        addresses_map6(a, bytes_from(whole, 8 + 16 * i).p, to + 8 + 16 * i);
}

void ipv6_extension_write(struct addresses *a, const struct ipv6_extension *e, guint8 *to)
{
    to[0] = e->next;
    if (e->kind == EXTENSION_FRAGMENT)
        return;
    to[1] = (guint8)(e->whole.n / 8 - 1);
    if (e->kind == EXTENSION_OPTIONS)
        write_options6(a, e->whole, to);
    else
        write_routing(a, e->whole, to);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "neighbour.h"

#include "checksum.h"
#include "codec_value.h"

#define ICMP_HEADER 4 /* type, code, checksum */

/* A number of n bytes (4 at most), zeros where it is above `max`. */
static void put_bounded(struct codec *c, gsize at, gsize n, guint32 max)
{
    guint32 v = codec_u32(c, at) >> 8 * (4 - n);
    if (v <= max)
        rw_keep(c->rw, at, at + n);
    else
        rw_scrub_binary(c->rw, at, at + n);
}

/* Of the byte at `at` the bits that have a meaning. */
static void put_flags(struct codec *c, gsize at, guint8 mask)
{
    codec_put_u8(c, at, codec_u8(c, at) & mask);
}

/* --- ARP -------------------------------------------------------------------------------------------- */

#define ARP_LEN 28
#define ARP_OPERATION_MAX 25 /* IANA's registry */

gboolean arp_recognise(struct bytes b)
{
    static const guint8 head[6] = {0, 1, 8, 0, 6, 4}; /* Ethernet, IPv4, lengths of their addresses */
    return b.n >= ARP_LEN && bytes_starts(b, (struct bytes){head, sizeof head});
}

void arp_rewrite(struct codec *c)
{
    struct rewrite *rw = c->rw;
    if (!arp_recognise(rw->text)) {
        rw_scrub_binary(rw, 0, rw->text.n);
        return;
    }
    rw_keep(rw, 0, 6);
    put_bounded(c, 6, 2, ARP_OPERATION_MAX);
    codec_mac(c, 8, 14);
    codec_address(c, 14, 18);
    codec_mac(c, 18, 24);
    codec_address(c, 24, ARP_LEN);
    rw_scrub_binary(rw, ARP_LEN, rw->text.n);
}

/* --- neighbour discovery: options ------------------------------------------------------------------- */

#define OPTION_HEADER 2
#define LIFETIME_MAX 0x00ffffffu
#define MTU_MAX 0x00ffffffu

static void link_address(struct codec *c, gsize from, gsize to)
{
    codec_mac(c, from, to);
}

/* Seconds; all ones: for ever. */
static void put_lifetime(struct codec *c, gsize at)
{
    if (codec_u32(c, at) == G_MAXUINT32)
        rw_keep(c->rw, at, at + 4);
    else
        put_bounded(c, at, 4, LIFETIME_MAX);
}

/* 0 to 16 bytes of an address of which `bits` count; the rest of the image is zeros, too. */
static void put_prefix(struct codec *c, gsize from, gsize to, guint bits)
{
    guint8 *image = arena_alloc(c->rw->arena, 16), mask[16];
    for (guint i = 0; i < 16; i++)
        mask[i] = (guint8)(bits <= 8 * i ? 0 : 0xff00u >> MIN(bits - 8 * i, 8));
    memset(image, 0, 16);
    for (gsize i = from; i < to; i++)
        image[i - from] = codec_u8(c, i) & mask[i - from];
    addresses_map6(c->rw->tables->addresses, image, image);
    for (guint i = 0; i < 16; i++)
        image[i] &= mask[i];
    if (to > from)
        rw_replace(c->rw, from, to, (struct bytes){image, to - from}, KIND_ADDRESS);
}

static guint prefix_bits(const struct codec *c, gsize at, gsize room)
{
    return MIN(codec_u8(c, at), (guint)room * 8);
}

/* Length, flags, two lifetimes, 4 reserved bytes, prefix. */
static void prefix_information(struct codec *c, gsize from, gsize to)
{
    put_bounded(c, from, 1, 128);
    put_flags(c, from + 1, 0xe0); /* on-link, autonomous, router address */
    put_lifetime(c, from + 2);
    put_lifetime(c, from + 6);
    rw_scrub_binary(c->rw, from + 10, from + 14);
    put_prefix(c, from + 14, to, prefix_bits(c, from, 16));
}

static void mtu(struct codec *c, gsize from, gsize to)
{
    rw_scrub_binary(c->rw, from, from + 2);
    put_bounded(c, from + 2, to - from - 2, MTU_MAX);
}

/* RFC 4191: length, preference, lifetime, 0, 8 or 16 bytes of prefix. */
static void route_information(struct codec *c, gsize from, gsize to)
{
    gsize room = to - from - 6;
    put_bounded(c, from, 1, (guint32)room * 8);
    put_flags(c, from + 1, 0x18);
    put_lifetime(c, from + 2);
    put_prefix(c, from + 6, to, prefix_bits(c, from, room));
}

/* RFC 8106: 2 reserved bytes, lifetime, addresses. */
static void name_servers(struct codec *c, gsize from, gsize to)
{
    rw_scrub_binary(c->rw, from, from + 2);
    put_lifetime(c, from + 2);
    for (gsize at = from + 6; at < to; at += 16)
        codec_address(c, at, at + 16);
}

static void nonce(struct codec *c, gsize from, gsize to)
{
    rw_scrub_binary(c->rw, from, to);
}

/* By type: how long an option is behind its type and length (first, then in steps), and how it is judged.
 * What is not here is left out: search lists, captive portals, signatures, quoted packets (4) ... */
static const struct option {
    guint8 type;
    guint16 first, step, last;
    void (*judge)(struct codec *c, gsize from, gsize to);
} options[] = {
    {1, 6, 8, 6, link_address}, /* of the source */
    {2, 6, 8, 6, link_address}, /* of the target */
    {3, 30, 8, 30, prefix_information},
    {5, 6, 8, 6, mtu},
    {14, 6, 8, 2038, nonce},
    {24, 6, 8, 22, route_information},
    {25, 22, 16, 2038, name_servers},
};

static const struct option *find_option(guint8 type, gsize n)
{
    for (guint i = 0; i < G_N_ELEMENTS(options); i++)
        if (options[i].type == type && n >= options[i].first && n <= options[i].last)
            return (n - options[i].first) % options[i].step == 0 ? &options[i] : NULL;
    return NULL;
}

/* End of the option at `at`; 0: none fits. */
static gsize option_end(struct bytes b, gsize at)
{
    gint units = bytes_at(b, at + 1);
    return units > 0 && at + 8 * (gsize)units <= b.n ? at + 8 * (gsize)units : 0;
}

static void judge_options(struct codec *c, gsize at)
{
    struct bytes b = c->rw->text;
    for (gsize end; at < b.n && (end = option_end(b, at)) > 0; at = end) {
        const struct option *option = find_option(codec_u8(c, at), end - at - OPTION_HEADER);
        if (!option) {
            rw_delete(c->rw, at, end);
            continue;
        }
        rw_keep(c->rw, at, at + OPTION_HEADER);
        option->judge(c, at + OPTION_HEADER, end);
    }
}

/* --- neighbour discovery: messages ------------------------------------------------------------------ */

static void router_solicitation(struct codec *c)
{
    rw_scrub_binary(c->rw, 4, 8);
}

static void router_advertisement(struct codec *c)
{
    rw_keep(c->rw, 4, 5);                /* hop limit */
    put_flags(c, 5, 0xfc);               /* managed, other, home agent, preference, proxy */
    rw_keep(c->rw, 6, 8);                /* lifetime, s */
    put_bounded(c, 8, 4, LIFETIME_MAX);  /* reachable time, ms */
    put_bounded(c, 12, 4, LIFETIME_MAX); /* retransmission time, ms */
}

static void solicitation(struct codec *c)
{
    rw_scrub_binary(c->rw, 4, 8);
    codec_address(c, 8, 24);
}

static void advertisement(struct codec *c)
{
    put_flags(c, 4, 0xe0); /* router, solicited, override */
    rw_scrub_binary(c->rw, 5, 8);
    codec_address(c, 8, 24);
}

static void redirect(struct codec *c)
{
    rw_scrub_binary(c->rw, 4, 8);
    codec_address(c, 8, 24);
    codec_address(c, 24, 40);
}

static const struct message {
    guint8 type;
    guint8 len; /* before the options */
    void (*judge)(struct codec *c);
} messages[] = {
    {133, 8, router_solicitation}, {134, 16, router_advertisement},
    {135, 24, solicitation},       {136, 24, advertisement},
    {137, 40, redirect},
};

static const struct message *find_message(struct bytes b)
{
    for (guint i = 0; i < G_N_ELEMENTS(messages); i++)
        if (messages[i].type == bytes_at(b, 0) && b.n >= messages[i].len)
            return &messages[i];
    return NULL;
}

gboolean neighbour_recognise(struct bytes b)
{
    const struct message *m = find_message(b);
    gsize at = m ? m->len : 0, end;
    while (m && at < b.n && (end = option_end(b, at)) > 0)
        at = end;
    return m && at == b.n;
}

static void judge_icmp_header(struct codec *c)
{
    gsize n = c->rw->text.n;
    rw_keep(c->rw, 0, MIN(2, n));
    rw_scrub_binary(c->rw, MIN(2, n), MIN(ICMP_HEADER, n));
}

void neighbour_rewrite(struct codec *c)
{
    judge_icmp_header(c);
    if (!neighbour_recognise(c->rw->text)) {
        rw_scrub_binary(c->rw, MIN(ICMP_HEADER, c->rw->text.n), c->rw->text.n);
        return;
    }
    const struct message *m = find_message(c->rw->text);
    m->judge(c);
    judge_options(c, m->len);
}

/* --- other ICMP ------------------------------------------------------------------------------------- */

#define QUOTE_AT 8
#define HOPS 64

/* RFC 792, RFC 4443: what quotes a packet behind its eight bytes. */
static gboolean is_error(const struct codec *c)
{
    guint8 type = codec_u8(c, 0);
    if (c->src.family == 6)
        return type >= 1 && type <= 4;
    return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

/* An IP header that tells of no one: the right lengths, no addresses, no protocol (255 is reserved, 59 is "no
 * next header"). `quote` has been zeroed; FALSE: there is no room for one. */
static gboolean fill_quote(guint8 *quote, gsize n, guint8 family)
{
    gsize header = family == 6 ? 40 : 20;
    if (n < header || n > G_MAXUINT16)
        return FALSE;
    if (family == 6) {
        quote[0] = 0x60;
        put_u16be(quote + 4, (guint16)(n - header));
        quote[6] = 59;
        quote[7] = HOPS;
        return TRUE;
    }
    quote[0] = 0x45;
    put_u16be(quote + 2, (guint16)n);
    quote[8] = HOPS;
    quote[9] = 255;
    guint64 sum = checksum_add(0, (struct bytes){quote, header});
    put_u16be(quote + 10, checksum_make(CHECKSUM_RIGHT, FALSE, sum, 0, 0));
    return TRUE;
}

void icmp_rewrite_other(struct codec *c)
{
    gsize n = c->rw->text.n, quote = MIN(QUOTE_AT, n);
    judge_icmp_header(c);
    rw_scrub_binary(c->rw, MIN(ICMP_HEADER, n), quote);
    guint8 *p = arena_alloc(c->rw->arena, n - quote);
    memset(p, 0, n - quote);
    if (is_error(c) && fill_quote(p, n - quote, c->src.family))
        rw_replace(c->rw, quote, n, (struct bytes){p, n - quote}, KIND_SCRUBBED);
    else
        rw_scrub_binary(c->rw, quote, n);
}

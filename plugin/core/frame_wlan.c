/* IEEE 802.11 data frames, and what captures put in front of them: radiotap, PPI, AVS, Prism.
 *
 * What those tell of the radio (signal, times, channels, device names) serves nobody who reads SIP, and tells
 * where the capture was made: the least header that is valid takes their place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "frame_private.h"

/* --- radiotap (radiotap.org) --------------------------------------------------------------------------- */

enum {
    RADIOTAP_LEN = 8,
    RADIOTAP_TIME = 1 << 0,
    RADIOTAP_FLAGS = 1 << 1,
    FLAG_CHECK_SEQUENCE = 0x10,
    FLAG_PADDED = 0x20,
};

/* The field of flags: behind all words that say what is present, the first of which says whether a time of
 * 8 bytes (aligned to 8) comes before it. */
static guint8 radiotap_flags(struct bytes header)
{
    struct reader r = {header, 4, FALSE};
    guint32 present = rd_u32le(&r);
    for (guint32 more = present; more >> 31 && !r.bad;)
        more = rd_u32le(&r);
    if (present & RADIOTAP_TIME) {
        rd_skip(&r, (8 - r.at % 8) % 8);
        rd_skip(&r, 8);
    }
    return present & RADIOTAP_FLAGS ? rd_u8(&r) : 0;
}

enum drop_reason walk_radiotap(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 version = rd_u8(r);
    rd_skip(r, 1);
    guint16 len = rd_u16le(r);
    if (r->bad || version != 0 || len < RADIOTAP_LEN)
        return DROP_MALFORMED;
    rd_skip(r, len - 4u);
    guint8 flags = radiotap_flags(bytes_sub(r->b, from, len));
    if (flags & FLAG_CHECK_SEQUENCE && w->end - r->at >= 4)
        walk_narrow(w, w->end - 4);
    w->wlan_padded = (flags & FLAG_PADDED) != 0;
    w->next = STEP_WLAN;
    return walk_push(w, LAYER_RADIOTAP, from);
}

guint32 radiotap_len(const struct frame *f, guint i)
{
    (void)f, (void)i;
    return RADIOTAP_LEN;
}

void put_radiotap(struct job *j, guint i, struct reader *r)
{
    (void)r;
    job_to(j, i)[2] = RADIOTAP_LEN;
}

/* --- PPI ----------------------------------------------------------------------------------------------- */

/* Version, flags, length, link type; then fields, which are left out. */
enum drop_reason walk_ppi(struct walk *w)
{
    gsize from = w->r.at;
    guint8 version = rd_u8(&w->r);
    rd_skip(&w->r, 1);
    guint16 len = rd_u16le(&w->r);
    guint32 linktype = rd_u32le(&w->r);
    if (w->r.bad || version != 0 || len < 8)
        return DROP_MALFORMED;
    rd_skip(&w->r, len - 8u);
    enum drop_reason drop = walk_push(w, LAYER_PPI, from);
    return drop ? drop : walk_linktype(w, linktype);
}

guint32 ppi_len(const struct frame *f, guint i)
{
    (void)f, (void)i;
    return 8;
}

void put_ppi(struct job *j, guint i, struct reader *r)
{
    guint8 *to = job_to(j, i);
    rd_skip(r, 4);
    to[2] = 8;
    memcpy(to + 4, rd_take(r, 4), 4);
}

/* --- AVS and Prism ---------------------------------------------------------------------------------------
 */

enum { AVS_LEN = 64, PRISM_LEN = 144, AVS_MAGIC = 0x80211001 };

/* Both kinds come under both link types, as drivers had it: version or message code, and length, tell.
 * Prism's are in the byte order of the machine. */
static enum layer_kind device_header(guint32 code, guint32 len, gsize *whole)
{
    *whole = PRISM_LEN;
    if (code == AVS_MAGIC && len == AVS_LEN) {
        *whole = AVS_LEN;
        return LAYER_AVS;
    }
    gboolean big = (code == 0x44 || code == 0x41) && len == PRISM_LEN;
    gboolean little = (code == 0x44000000 || code == 0x41000000) && len == GUINT32_SWAP_LE_BE(PRISM_LEN);
    return big || little ? LAYER_PRISM : LAYER_NULL;
}

enum drop_reason walk_device(struct walk *w)
{
    gsize from = w->r.at, whole;
    guint32 code = rd_u32be(&w->r), len = rd_u32be(&w->r);
    enum layer_kind kind = device_header(code, len, &whole);
    if (kind == LAYER_NULL)
        return w->r.bad ? DROP_MALFORMED : DROP_LINK_TYPE;
    rd_skip(&w->r, whole - 8);
    w->next = STEP_WLAN;
    return walk_push(w, kind, from);
}

/* Code and length stay, all else is 0. */
void put_device(struct job *j, guint i, struct reader *r)
{
    memcpy(job_to(j, i), rd_take(r, 8), 8);
}

/* --- 802.11 -------------------------------------------------------------------------------------------- */

enum {                   /* frame control, first byte */
       WLAN_TYPE = 0x0f, /* version and type */
       WLAN_DATA = 0x08,
       WLAN_NO_DATA = 0x40,
       WLAN_QOS = 0x80,
};
enum { /* second byte */
       WLAN_FOUR_ADDRESSES = 0x03,
       WLAN_MORE_FRAGMENTS = 0x04,
       WLAN_PROTECTED = 0x40,
       WLAN_HT_CONTROL = 0x80, /* in QoS data */
};
enum { QOS_AGGREGATE = 0x80 };

static gsize wlan_header(guint8 type, guint8 flags)
{
    gsize n = 24;
    if ((flags & WLAN_FOUR_ADDRESSES) == WLAN_FOUR_ADDRESSES)
        n += 6;
    if (type & WLAN_QOS)
        n += flags & WLAN_HT_CONTROL ? 6 : 2;
    return n;
}

static gboolean is_aggregate(struct bytes header, guint8 type, guint8 flags)
{
    gsize at = (flags & WLAN_FOUR_ADDRESSES) == WLAN_FOUR_ADDRESSES ? 30 : 24;
    return type & WLAN_QOS && bytes_at(header, at) & QOS_AGGREGATE;
}

enum drop_reason walk_wlan(struct walk *w)
{
    gsize from = w->r.at;
    struct reader *r = &w->r;
    guint8 type = rd_u8(r), flags = rd_u8(r);
    if (!r->bad && ((type & WLAN_TYPE) != WLAN_DATA || type & WLAN_NO_DATA))
        return DROP_NETWORK;
    rd_skip(r, 20);
    guint8 fragment = rd_u8(r) & 0x0f;
    if (r->bad)
        return DROP_MALFORMED;
    if (flags & WLAN_MORE_FRAGMENTS || fragment)
        return DROP_FRAGMENT;
    gsize len = wlan_header(type, flags);
    if (flags & WLAN_PROTECTED || is_aggregate(bytes_sub(r->b, from, len), type, flags))
        return DROP_TUNNEL;
    rd_skip(r, len - (r->at - from));
    if (w->wlan_padded)
        rd_skip(r, (4 - len % 4) % 4);
    w->next = STEP_LLC;
    return walk_push(w, LAYER_WLAN, from);
}

/* Padding between header and data is known by radiotap's flags alone, which are left out, too. */
guint32 wlan_len(const struct frame *f, guint i)
{
    struct reader r = {f->captured, f->layer[i].off, FALSE};
    guint8 type = rd_u8(&r), flags = rd_u8(&r);
    return (guint32)wlan_header(type, flags);
}

/* Sequence numbers count from station to station: they move on the full circle of 12 bits. */
static guint16 shift_sequence(const struct job *j, struct bytes header, guint16 sequence)
{
    struct endpoint station[2] = {{.family = 0}, {.family = 0}};
    for (guint k = 0; k < 2; k++) {
        struct reader r = {header, k ? 10 : 4, FALSE};
        memcpy(station[k].addr, rd_take(&r, 4), 4);
        station[k].port = rd_u16be(&r);
    }
    guint64 by = flow_constant(j->w->flows, FLOW_TUNNEL, &station[1], &station[0]);
    return (guint16)((sequence + by) & 0xfff);
}

/* The duration is bounded; of QoS control the first byte stays (traffic class, end of period, acknowledgement
 * policy); queue sizes and HT control become 0. */
void put_wlan(struct job *j, guint i, struct reader *r)
{
    struct bytes header = r->b;
    guint8 *to = job_to(j, i);
    guint8 type = to[0] = rd_u8(r), flags = to[1] = rd_u8(r);
    memcpy(to + 2, rd_take(r, 2), 2);
    for (guint k = 0; k < 3; k++)
        job_map_mac(j, r, to + 4 + 6 * k);
    guint16 sequence = shift_sequence(j, header, rd_u16le(r) >> 4);
    put_u16le(to + 22, (guint16)(sequence << 4));
    to += 24;
    if ((flags & WLAN_FOUR_ADDRESSES) == WLAN_FOUR_ADDRESSES) {
        job_map_mac(j, r, to);
        to += 6;
    }
    if (type & WLAN_QOS)
        to[0] = rd_u8(r);
}

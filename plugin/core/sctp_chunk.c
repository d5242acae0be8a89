/* Where chunks lie, and what is found in them without rewriting anything.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sctp_chunk.h"

#include "sctp.h"
#include "sip.h"

static gsize padded(struct bytes text, gsize from, gsize end)
{
    return MIN(from + (end - from + 3) / 4 * 4, text.n);
}

gboolean sctp_tlv_take(struct sctp_tlv *t, struct bytes text, gsize at)
{
    struct reader r = reader_of(bytes_from(text, at));
    t->type = rd_u16be(&r);
    gsize len = rd_u16be(&r);
    if (r.bad || len < SCTP_HEADER || len > r.b.n)
        return FALSE;
    t->end = at + len;
    t->next = padded(text, at, t->end);
    return TRUE;
}

static gsize data_offset(guint8 type)
{
    return type == SCTP_DATA ? 16 : type == SCTP_I_DATA ? 20 : 0;
}

gboolean sctp_chunk_take(struct sctp_chunk *k, struct bytes text, gsize at, gboolean cut)
{
    struct reader r = reader_of(bytes_from(text, at));
    *k = (struct sctp_chunk){.type = rd_u8(&r), .flags = rd_u8(&r), .at = at};
    k->len = rd_u16be(&r);
    if (r.bad || k->len < SCTP_HEADER || (k->len > r.b.n && !cut))
        return FALSE;
    k->data = data_offset(k->type) ? at + data_offset(k->type) : 0;
    k->end = MIN(at + k->len, text.n);
    k->next = padded(text, at, k->end);
    return TRUE;
}

/* The first line is all in the first fragment of whatever a sender sends in fragments. */
static gboolean begins_sip(struct bytes text, const struct sctp_chunk *k)
{
    if (!k->data || k->end <= k->data || !(k->flags & SCTP_BEGIN))
        return FALSE;
    return sip_recognise(bytes_sub(text, k->data, k->end - k->data)) == PARSE_OK;
}

gboolean sctp_has_sip(struct bytes chunks)
{
    struct sctp_chunk k;
    for (gsize at = 0; sctp_chunk_take(&k, chunks, at, TRUE); at = k.next)
        if (begins_sip(chunks, &k))
            return TRUE;
    return FALSE;
}

static struct sctp_fragment fragment_of(struct bytes chunks, const struct sctp_chunk *k)
{
    struct reader r = reader_of(bytes_from(chunks, k->at + SCTP_HEADER));
    struct sctp_fragment f = {
        .tsn = rd_u32be(&r),
        .stream = rd_u16be(&r),
        .begin = (k->flags & SCTP_BEGIN) != 0,
        .end = (k->flags & SCTP_END) != 0,
        .unordered = (k->flags & SCTP_UNORDERED) != 0,
        .data = {(guint32)k->data, (guint32)(k->end - k->data)},
    };
    return f;
}

guint sctp_scan(struct bytes chunks, struct sctp_fragment *out, guint max)
{
    struct sctp_chunk k;
    guint n = 0;
    for (gsize at = 0; n < max && sctp_chunk_take(&k, chunks, at, FALSE); at = k.next)
        if (k.type == SCTP_DATA && k.end > k.data)
            out[n++] = fragment_of(chunks, &k);
    return n;
}

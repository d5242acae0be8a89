/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "journal.h"

#include <string.h>

/* Messages and events are numbered from 1 on and chained by frame; 0 is the end of a chain. */
struct entry {
    guint32 message, event; /* the first */
    guint32 last_message, last_event;
    guint8 drop, left, scrubbed, undecided;
};

struct kept_message {
    guint8 *packed;
    guint32 size, off, n; /* off: G_MAXUINT32 where it does not lie in the frame */
    guint32 next;
};

struct kept_event {
    struct journal_event event;
    guint32 next;
};

struct journal {
    GArray *frames;   /* struct entry, by number */
    GArray *messages; /* struct kept_message */
    GArray *events;   /* struct kept_event */
    GStringChunk *names; /* of events: labels, so they grow with users */
    GByteArray *packing;
    guint64 base; /* number of the first in `frames` */
    guint64 last;
};

/* journal_trim does nothing before there is so much to forget. */
#define TRIM_FRAMES 4096u

static void clear_message(gpointer message)
{
    g_free(((struct kept_message *)message)->packed);
}

struct journal *journal_new(void)
{
    struct journal *j = g_new0(struct journal, 1);
    j->frames = g_array_new(FALSE, TRUE, sizeof(struct entry));
    j->messages = g_array_new(FALSE, TRUE, sizeof(struct kept_message));
    j->events = g_array_new(FALSE, TRUE, sizeof(struct kept_event));
    g_array_set_clear_func(j->messages, clear_message);
    g_array_set_size(j->messages, 1);
    g_array_set_size(j->events, 1);
    j->names = g_string_chunk_new(4096);
    j->packing = g_byte_array_new();
    return j;
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    g_array_free(j->frames, TRUE);
    g_array_free(j->messages, TRUE);
    g_array_free(j->events, TRUE);
    g_string_chunk_free(j->names);
    g_byte_array_unref(j->packing);
    g_free(j);
}

/* Frame numbers are Wireshark's: 32 bits. Nothing comes for those that were forgotten: they left. */
static struct entry *entry_at(struct journal *j, guint64 number)
{
    guint index = (guint)(number - j->base);
    if (index >= j->frames->len)
        g_array_set_size(j->frames, index + 1);
    return &g_array_index(j->frames, struct entry, index);
}

/* All at once, when no frame is waiting: it costs next to nothing then. */
void journal_trim(struct journal *j)
{
    if (j->frames->len < TRIM_FRAMES || j->base + j->frames->len > j->last + 1)
        return;
    j->base = j->last + 1;
    g_array_set_size(j->frames, 0);
    g_array_set_size(j->messages, 1);
    g_array_set_size(j->events, 1);
    g_string_chunk_clear(j->names);
}

/* --- packing --------------------------------------------------------------------------------------- */

/* Seven bits a byte, the lowest first, the eighth where more follow. */
static void pack_number(GByteArray *to, guint32 v)
{
    do {
        guint8 b = (guint8)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
        g_byte_array_append(to, &b, 1);
        v >>= 7;
    } while (v);
}

static void pack_bytes(GByteArray *to, struct bytes b)
{
    pack_number(to, (guint32)b.n);
    if (b.n)
        g_byte_array_append(to, b.p, (guint)b.n);
}

static guint32 take_number(struct journal_message *m)
{
    guint32 v = 0;
    for (guint shift = 0; m->rest && shift < 32; shift += 7) {
        guint8 b = *m->packed++;
        m->rest--;
        v |= (guint32)(b & 0x7f) << shift;
        if (!(b & 0x80))
            break;
    }
    return v;
}

static struct bytes take_bytes(struct journal_message *m)
{
    gsize n = take_number(m);
    struct bytes b = {m->packed, MIN(n, m->rest)};
    m->packed += b.n;
    m->rest -= b.n;
    return b;
}

#define NOTE 0x80u

static void pack_edit(struct journal *j, const struct sianto_message *message, const struct edit *edit)
{
    struct bytes before = edit->before;
    if (!before.n && message->off == NOT_FOUND)
        before = bytes_span(message->original, edit->orig);
    guint8 kind = (guint8)(edit->kind | (edit->note ? NOTE : 0));
    g_byte_array_append(j->packing, &kind, 1);
    pack_number(j->packing, edit->orig.off);
    pack_number(j->packing, edit->orig.len);
    pack_bytes(j->packing, before);
    pack_bytes(j->packing, edit->after);
}

gboolean journal_next_edit(struct journal_message *m, struct journal_edit *edit)
{
    if (!m->rest)
        return FALSE;
    guint8 kind = *m->packed++;
    m->rest--;
    edit->kind = (enum kind)(kind & ~NOTE);
    edit->note = (kind & NOTE) != 0;
    edit->orig.off = take_number(m);
    edit->orig.len = take_number(m);
    edit->before = take_bytes(m);
    edit->after = take_bytes(m);
    return TRUE;
}

/* --- messages -------------------------------------------------------------------------------------- */

static gboolean is_kept(const struct edit *edit)
{
    return edit->kind != KIND_KEPT && edit->kind != KIND_LENGTH;
}

void journal_take_message(struct journal *j, const struct sianto_message *message)
{
    struct entry *frame = entry_at(j, message->number);
    guint32 index = j->messages->len;
    struct kept_message m = {.off = message->off == NOT_FOUND ? G_MAXUINT32 : (guint32)message->off,
                             .n = (guint32)message->original.n};
    g_byte_array_set_size(j->packing, 0);
    for (guint i = 0; i < edits_count(message->edits); i++)
        if (is_kept(edits_at(message->edits, i)))
            pack_edit(j, message, edits_at(message->edits, i));
    m.size = j->packing->len;
    m.packed = g_memdup2(j->packing->data, m.size);
    g_array_append_val(j->messages, m);
    if (frame->last_message)
        g_array_index(j->messages, struct kept_message, frame->last_message).next = index;
    else
        frame->message = index;
    frame->last_message = index;
}

gboolean journal_next_message(const struct journal *j, guint32 *at, struct journal_message *message)
{
    if (!*at)
        return FALSE;
    const struct kept_message *m = &g_array_index(j->messages, struct kept_message, *at);
    *message = (struct journal_message){.off = m->off == G_MAXUINT32 ? NOT_FOUND : m->off,
                                        .n = m->n,
                                        .rest = m->size,
                                        .packed = m->packed};
    *at = m->next;
    return TRUE;
}

/* --- events ---------------------------------------------------------------------------------------- */

static const char *name_of(struct journal *j, struct bytes b)
{
    g_autofree char *text = b.n ? g_utf8_make_valid((const char *)b.p, (gssize)b.n) : NULL;
    return text ? g_string_chunk_insert_const(j->names, text) : "";
}

static const char *event_name(struct journal *j, const struct sip_event *e)
{
    char status[16];
    if (e->request)
        return name_of(j, e->method);
    g_snprintf(status, sizeof status, "%u", e->status);
    return g_string_chunk_insert_const(j->names, status);
}

void journal_take_event(struct journal *j, const struct sip_event *e)
{
    struct entry *frame = entry_at(j, e->frame);
    guint32 index = j->events->len;
    struct kept_event kept = {.event = {.request = e->request,
                                        .name = event_name(j, e),
                                        .cseq_method = name_of(j, e->cseq_method),
                                        .from = name_of(j, e->from_aor),
                                        .to = name_of(j, e->to_aor),
                                        .time_us = e->time_us}};
    g_array_append_val(j->events, kept);
    if (frame->last_event)
        g_array_index(j->events, struct kept_event, frame->last_event).next = index;
    else
        frame->event = index;
    frame->last_event = index;
}

gboolean journal_next_event(const struct journal *j, guint32 *at, struct journal_event *event)
{
    if (!*at)
        return FALSE;
    const struct kept_event *e = &g_array_index(j->events, struct kept_event, *at);
    *event = e->event;
    *at = e->next;
    return TRUE;
}

/* --- frames ---------------------------------------------------------------------------------------- */

/* Messages that were decrypted follow their frame under its number: what the frame is, it stays. */
void journal_take_frame(struct journal *j, const struct sianto_frame_out *out)
{
    struct entry *frame = entry_at(j, out->number);
    if (frame->left)
        return;
    frame->left = TRUE;
    frame->drop = (guint8)out->drop;
    frame->scrubbed = out->scrubbed != FALSE;
    frame->undecided = out->undecided != FALSE;
    j->last = MAX(j->last, out->number);
}

gboolean journal_frame(const struct journal *j, guint64 number, struct journal_frame *frame)
{
    if (number < j->base || number - j->base >= j->frames->len)
        return FALSE;
    const struct entry *e = &g_array_index(j->frames, struct entry, number - j->base);
    *frame = (struct journal_frame){.left = e->left,
                                    .drop = (enum drop_reason)e->drop,
                                    .scrubbed = e->scrubbed,
                                    .undecided = e->undecided,
                                    .messages = e->message,
                                    .events = e->event};
    return e->left || e->message;
}

guint64 journal_last(const struct journal *j)
{
    return j->last;
}

/* Outages: what DEFINITIONS.md says of them, in one pass.
 *
 * Whether a challenge was a good answer is known when a 2xx follows it, or does not, within 60 s. So records
 * wait as long in a ring before they are judged, in the order in which they came:
 *
 *     now ─────────────────────────── 60 s ────────────────────────────► judged
 *     ATTEMPT a   CHALLENGE a   ATTEMPT a'  OK a ──┐
 *                     ▲ flag ◄─────────────────────┘
 *
 * Between two good answers lies an interval. It is an outage if enough clients attempted in it, long enough; it
 * is closed at its end, before the registration that ends it is looked at: all bindings then are as the
 * outage left them. A good answer that is neither 2xx nor challenge ends an outage only for the time being
 * (`pending`).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define SHORTEST_US (10 * G_GUINT64_CONSTANT(1000000)) /* outage, part, and the silence between parts */
#define CLIENTS_MIN 2u
#define CLIENTS_MAX 5u

static guint64 since(guint64 later, guint64 earlier)
{
    return later > earlier ? later - earlier : 0;
}

/* --- parts ----------------------------------------------------------------------------------------------------- */

static void append_part(GArray *list, enum storm_outage_kind kind, guint64 start, guint64 end)
{
    struct storm_outage_part part = {kind, start, end};
    struct storm_outage_part *last =
        list->len ? &g_array_index(list, struct storm_outage_part, list->len - 1) : NULL;
    if (end <= start)
        return;
    if (last && (last->kind == kind || list->len == PARTS_MAX))
        last->end_us = end;
    else
        g_array_append_val(list, part);
}

static void parts_reset(struct parts *p)
{
    g_array_set_size(p->list, 0);
    p->open = FALSE;
}

/* What most of its events are; of equals the first in the enum. */
static enum storm_outage_kind kind_of(const struct parts *p)
{
    guint best = OUTAGE_REFUSED;
    for (guint k = OUTAGE_REFUSED; k < OUTAGE_KIND_COUNT; k++)
        if (p->count[k] > p->count[best])
            best = k;
    return (enum storm_outage_kind)best;
}

/* The part that is open ends with `us`, or with its last event where that is long ago; then it was silent. */
static void parts_close(struct parts *p, guint64 us)
{
    gboolean silent = since(us, p->last_us) > SHORTEST_US;
    append_part(p->list, kind_of(p), p->start_us, silent ? p->last_us : us);
    if (silent)
        append_part(p->list, OUTAGE_SILENT, p->last_us, us);
    p->open = FALSE;
}

/* Events of any kind in a part's first 10 s are its own; later another kind begins another part. */
static void parts_event(struct parts *p, enum storm_outage_kind kind, guint64 us)
{
    gboolean other = p->open && kind != kind_of(p) && since(us, p->start_us) >= SHORTEST_US;
    if (p->open && (other || since(us, p->last_us) > SHORTEST_US))
        parts_close(p, us);
    if (!p->open) {
        memset(p->count, 0, sizeof p->count);
        p->start_us = us;
    }
    p->open = TRUE;
    p->count[kind]++;
    p->last_us = us;
}

/* Short ones belong to the one before, the first to the next. */
static GArray *without_short_parts(const GArray *list)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(struct storm_outage_part));
    for (guint i = 0; i < list->len; i++) {
        struct storm_outage_part part = g_array_index(list, struct storm_outage_part, i);
        gboolean brief = part.end_us - part.start_us < SHORTEST_US;
        if (brief && out->len) {
            g_array_index(out, struct storm_outage_part, out->len - 1).end_us = part.end_us;
        } else if (brief && i + 1 < list->len) {
            g_array_index(list, struct storm_outage_part, i + 1).start_us = part.start_us;
        } else {
            append_part(out, part.kind, part.start_us, part.end_us);
        }
    }
    return out;
}

/* All of [start, end): before the first event it was silent, if that is long. */
static GArray *parts_of(struct parts *p, guint64 start, guint64 end)
{
    if (p->open)
        parts_close(p, end);
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct storm_outage_part));
    guint64 first = p->list->len ? g_array_index(p->list, struct storm_outage_part, 0).start_us : end;
    gboolean silent = p->list->len == 0 || since(first, start) > SHORTEST_US;
    if (silent)
        append_part(all, OUTAGE_SILENT, start, first);
    for (guint i = 0; i < p->list->len; i++) {
        const struct storm_outage_part *part = &g_array_index(p->list, struct storm_outage_part, i);
        /* events may lie before an answer to something else, which is where the outage starts */
        append_part(all, part->kind, i == 0 && !silent ? start : MAX(part->start_us, start), part->end_us);
    }
    return without_short_parts(all);
}

/* --- an outage is over ----------------------------------------------------------------------------------------- */

static struct found_outage *last_outage(struct registrar *r)
{
    return &g_array_index(r->outages, struct found_outage, r->outages->len - 1);
}

/* Bindings of the storm: those that tried, and those whose time was over. */
static void take_binding(struct binding *b, const struct found_outage *outage, struct storm_state *storm,
                         guint32 number)
{
    gboolean tried = retry_outage(b, outage->start_us, outage->end_us);
    gboolean valid = b->until_us > outage->start_us && b->since_us <= outage->start_us;
    gboolean expired = valid && b->until_us <= outage->end_us;
    b->storm = 0;
    if (!storm || (!tried && !expired))
        return;
    b->storm = number + 1;
    b->was_valid = valid;
    b->return_us = STORM_TIME_NONE;
    storm->bindings++;
    storm->valid += valid;
}

/* Nothing can be added to the last outage any more: what follows it is a storm. */
static void settle_outage(struct registrar *r)
{
    struct found_outage *outage = last_outage(r);
    struct storm_state storm = {.outage = r->outages->len - 1};
    if (outage->recovered) {
        storm.back = g_array_new(FALSE, FALSE, sizeof(guint64));
        storm.back_valid = g_array_new(FALSE, FALSE, sizeof(guint64));
    }
    r->pending = r->pending_final = FALSE;
    for (guint i = 0; i < r->bindings->len; i++)
        take_binding(binding_at(r, i), outage, outage->recovered ? &storm : NULL, r->storms->len);
    if (outage->recovered)
        g_array_append_val(r->storms, storm);
}

static void append_parts(GArray *to, GArray *more)
{
    for (guint i = 0; i < more->len; i++) {
        const struct storm_outage_part *part = &g_array_index(more, struct storm_outage_part, i);
        guint64 start = part->start_us;
        if (i == 0 && to->len) /* what lies between two outages that are one */
            start = g_array_index(to, struct storm_outage_part, to->len - 1).end_us;
        append_part(to, part->kind, start, part->end_us);
    }
    g_array_unref(more);
}

static void clear_outage(gpointer item)
{
    g_array_unref(((struct found_outage *)item)->parts);
}

static void clear_storm(gpointer item)
{
    struct storm_state *storm = item;
    g_array_unref(storm->back);
    g_array_unref(storm->back_valid);
}

/* `answer`: the good one that ends it; NULL: the capture does. */
static void add_outage(struct registrar *r, guint64 end, const struct record *answer)
{
    struct interval *i = &r->interval;
    GArray *parts = parts_of(&i->parts, i->start_us, end);
    guint64 registers = answer ? answer->value : 0;
    gboolean same = r->pending && since(i->first_us, last_outage(r)->end_us) < JUDGE_US;
    if (r->pending && !same)
        settle_outage(r);
    if (same) {
        append_parts(last_outage(r)->parts, parts);
        last_outage(r)->end_us = end;
        last_outage(r)->end_registers = registers;
        last_outage(r)->recovered = answer != NULL;
    } else if (r->outages->len < OUTAGES_MAX) {
        struct found_outage outage = {i->start_us, end, registers, answer != NULL, parts};
        g_array_append_val(r->outages, outage);
    } else {
        g_array_unref(parts);
        return;
    }
    r->pending = TRUE;
    r->pending_final = answer && answer->kind == RECORD_FINAL;
}

/* --- intervals ------------------------------------------------------------------------------------------------- */

static gboolean is_outage(const struct registrar *r, guint64 end)
{
    const struct interval *i = &r->interval;
    guint need = MIN(CLIENTS_MAX, MAX(CLIENTS_MIN, r->known));
    return i->begun && i->clients >= need && since(end, i->first_us) >= SHORTEST_US;
}

static void begin_interval(struct registrar *r)
{
    r->interval.number++;
    r->interval.begun = FALSE;
    r->interval.clients = 0;
    parts_reset(&r->interval.parts);
}

/* An outage that waits for its 2xx has it, or will not get it any more. */
static void end_pending(struct registrar *r, const struct record *answer)
{
    struct found_outage *outage = last_outage(r);
    gboolean late = since(answer->us, outage->end_us) > JUDGE_US;
    if (r->pending_final && answer->kind != RECORD_FINAL && !late) {
        outage->end_us = answer->us;
        outage->end_registers = answer->value;
        g_array_index(outage->parts, struct storm_outage_part, outage->parts->len - 1).end_us = answer->us;
        r->pending_final = FALSE;
    }
    if (late)
        settle_outage(r);
}

static void take_good(struct registrar *r, const struct record *record)
{
    if (is_outage(r, record->us))
        add_outage(r, record->us, record);
    else if (r->pending)
        end_pending(r, record);
    if (r->pending && record->kind == RECORD_OK)
        settle_outage(r);
    if (record->kind == RECORD_OK)
        r->ok_us = record->us;
    begin_interval(r);
}

static void count_client(struct registrar *r, guint32 id, guint64 us, gboolean by_register)
{
    struct interval *i = &r->interval;
    struct client *client = client_at(r, id);
    r->known += by_register && !client->known;
    client->known |= by_register;
    if (!i->begun) {
        i->begun = TRUE;
        i->first_us = us;
        i->start_us = r->judged_answer ? r->answer_us : 0;
    }
    i->clients += client->interval != i->number;
    client->interval = i->number;
}

static void take_attempt(struct registrar *r, const struct record *record)
{
    struct binding *b = binding_at(r, record->who);
    count_client(r, b->client, record->us, TRUE);
    if (b->last_us < r->ok_us)
        retry_trim(b);
    retry_attempt(b, record->us);
    if (b->storm && b->return_us == STORM_TIME_NONE)
        b->return_us = record->us;
}

/* --- records ---------------------------------------------------------------------------------------------------- */

static void answered(struct registrar *r, guint64 us)
{
    r->answer_us = us;
    r->judged_answer = TRUE;
}

static void judge(struct registrar *r, const struct record *record)
{
    switch ((enum record_kind)record->kind) {
    case RECORD_VOID:
        break;
    case RECORD_ANSWER:
        answered(r, record->us);
        break;
    case RECORD_ATTEMPT:
        take_attempt(r, record);
        break;
    case RECORD_CALL:
        count_client(r, record->who, record->us, FALSE);
        break;
    case RECORD_CHALLENGE:
        if (!record->flag) {
            parts_event(&r->interval.parts, OUTAGE_FAILING, record->us);
            break;
        }
        take_good(r, record);
        answered(r, record->us);
        break;
    case RECORD_OK:
    case RECORD_FINAL:
        take_good(r, record);
        answered(r, record->us);
        break;
    case RECORD_ERROR:
        parts_event(&r->interval.parts, OUTAGE_ERRORS, record->us);
        break;
    case RECORD_REFUSED:
        parts_event(&r->interval.parts, OUTAGE_REFUSED, record->us);
        break;
    case RECORD_REGISTERED:
        registrar_registered(r, record->who, record->us, record->value, record->flag);
        break;
    }
}

static struct record *record_at(const struct registrar *r, guint32 number)
{
    return &g_array_index(r->records, struct record, number & (r->records->len - 1));
}

static void judge_first(struct registrar *r)
{
    struct record record = *record_at(r, r->first_record++);
    judge(r, &record);
}

static void grow(struct registrar *r)
{
    GArray *wider = g_array_new(FALSE, FALSE, sizeof(struct record));
    g_array_set_size(wider, 2 * r->records->len);
    for (guint32 n = r->first_record; n != r->next_record; n++)
        g_array_index(wider, struct record, n & (wider->len - 1)) = *record_at(r, n);
    g_array_unref(r->records);
    r->records = wider;
}

/* A run of answers that say nothing of registrations is one: only the last of them matters. */
static gboolean joins_last(struct registrar *r, const struct record *record)
{
    struct record *last = r->next_record != r->first_record ? record_at(r, r->next_record - 1) : NULL;
    if (record->kind != RECORD_ANSWER || !last || last->kind != RECORD_ANSWER)
        return FALSE;
    last->us = r->now_us;
    return TRUE;
}

guint32 outage_record(struct registrar *r, const struct record *record)
{
    r->now_us = MAX(r->now_us, record->us);
    while (r->next_record != r->first_record && since(r->now_us, record_at(r, r->first_record)->us) > JUDGE_US)
        judge_first(r);
    if (record->who == IDS_NONE && (record->kind == RECORD_ATTEMPT || record->kind == RECORD_CALL ||
                                    record->kind == RECORD_REGISTERED))
        return 0;
    if (joins_last(r, record))
        return r->next_record - 1;
    if (r->next_record - r->first_record == r->records->len) {
        if (r->records->len < RECORDS_MAX)
            grow(r);
        else
            judge_first(r);
    }
    *record_at(r, r->next_record) = *record;
    record_at(r, r->next_record)->us = r->now_us;
    return r->next_record++;
}

struct record *outage_record_at(struct registrar *r, guint32 number)
{
    return number - r->first_record < r->next_record - r->first_record ? record_at(r, number) : NULL;
}

void outage_init(struct registrar *r)
{
    r->records = g_array_new(FALSE, FALSE, sizeof(struct record));
    g_array_set_size(r->records, 64);
    r->first_record = r->next_record = 1;
    r->outages = g_array_new(FALSE, FALSE, sizeof(struct found_outage));
    g_array_set_clear_func(r->outages, clear_outage);
    r->storms = g_array_new(FALSE, FALSE, sizeof(struct storm_state));
    g_array_set_clear_func(r->storms, clear_storm);
    r->interval.parts.list = g_array_new(FALSE, FALSE, sizeof(struct storm_outage_part));
    begin_interval(r);
}

void outage_clear(struct registrar *r)
{
    g_array_unref(r->records);
    g_array_unref(r->outages);
    g_array_unref(r->storms);
    g_array_unref(r->interval.parts.list);
}

void outage_finish(struct registrar *r, guint64 duration_us)
{
    while (r->next_record != r->first_record)
        judge_first(r);
    if (is_outage(r, duration_us))
        add_outage(r, duration_us, NULL);
    if (r->pending)
        settle_outage(r);
}

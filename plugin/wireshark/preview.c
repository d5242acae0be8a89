/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "preview.h"

#include "exporter.h"
#include "sianto.h"

struct preview {
    struct options options;
    struct timeline time;
    struct sianto *core;
    struct journal *journal;
    guint32 highest;
    gboolean finished;
};

static void take_event(void *arg, const struct sip_event *event)
{
    struct preview *p = arg;
    journal_take_event(p->journal, event);
}

static void take_frame(void *arg, const struct sianto_frame_out *out)
{
    struct preview *p = arg;
    journal_take_frame(p->journal, out);
}

static void take_message(void *arg, const struct sianto_message *message)
{
    struct preview *p = arg;
    journal_take_message(p->journal, message);
}

/* With an export running the tree shows what it writes: preferences have no say in that. */
static struct options settings_of(const struct session *session)
{
    struct options o = options_want_run(&session->options)
                           ? session->options
                           : options_merge(&session->options, &session->prefs);
    o.names = NAMES_LABEL;
    return o;
}

struct preview *preview_new(const struct session *session, GError **error)
{
    struct preview *p = g_new0(struct preview, 1);
    struct sianto_sink sink = {.frame = take_frame, .event = take_event, .message = take_message, .arg = p};
    p->options = settings_of(session);
    p->journal = journal_new();
    if (options_read(&p->options, error)) {
        struct sianto_settings settings = options_settings(&p->options);
        p->time = p->options.timeline;
        settings.time = &p->time;
        const struct key *key = session_key(&p->options, error);
        p->core = key ? sianto_new(&settings, key, &sink, error) : NULL;
    }
    if (!p->core)
        g_clear_pointer(&p, preview_free);
    return p;
}

void preview_free(struct preview *p)
{
    if (!p)
        return;
    sianto_free(p->core);
    journal_free(p->journal);
    g_free(p);
}

gboolean preview_saw(const struct preview *p, guint32 number)
{
    return number <= p->highest;
}

void preview_feed(struct preview *p, const packet_info *pinfo, tvbuff_t *tvb)
{
    gsize n = tvb_captured_length(tvb);
    struct record r;
    if (p->finished || preview_saw(p, pinfo->num))
        return;
    p->highest = pinfo->num;
    record_from(&r, pinfo);
    record_move(&r, &p->time, NULL);
    struct sianto_frame_in in = {
        .number = pinfo->num,
        .time_us = record_time_us(&r),
        .linktype = record_linktype(&r),
        .captured = {n ? tvb_get_ptr(tvb, 0, (gint)n) : NULL, n},
        .wire_len = MAX(pinfo->rec->rec_header.packet_header.len, (guint32)n),
    };
    sianto_frame(p->core, &in);
}

void preview_trim(struct preview *p)
{
    journal_trim(p->journal);
}

void preview_finish(struct preview *p)
{
    if (!p->finished)
        sianto_finish(p->core, NULL);
    p->finished = TRUE;
}

const struct journal *preview_journal(const struct preview *p)
{
    return p->journal;
}

struct sianto *preview_core(const struct preview *p)
{
    return p->core;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "preview.h"

#include "exporter.h"
#include "sianto.h"

struct preview {
    struct options options;
    struct sianto *core;
    guint32 highest;
    /* during preview_feed */
    guint32 number;
    const struct preview_show *show;
    char event[64];
};

/* The event of a frame comes before the frame. */
static void take_event(void *arg, const struct sip_event *event)
{
    struct preview *p = arg;
    if (event->request)
        g_snprintf(p->event, sizeof p->event, "%.*s", (int)MIN(event->method.n, 40u),
                   (const char *)event->method.p);
    else
        g_snprintf(p->event, sizeof p->event, "%u", event->status);
}

static void take_frame(void *arg, const struct sianto_frame_out *out)
{
    struct preview *p = arg;
    if (p->show && out->number == p->number)
        p->show->frame(p->show->arg, out, *p->event ? p->event : NULL);
    p->event[0] = '\0';
}

static void take_message(void *arg, const struct sianto_message *message)
{
    struct preview *p = arg;
    if (p->show && message->number == p->number)
        p->show->message(p->show->arg, message);
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
    struct sianto_settings settings = options_settings(&p->options);
    const struct key *key = session_key(&p->options, error);
    p->core = key ? sianto_new(&settings, key, &sink, error) : NULL;
    if (!p->core)
        g_clear_pointer(&p, g_free);
    return p;
}

void preview_free(struct preview *p)
{
    if (!p)
        return;
    sianto_free(p->core);
    g_free(p);
}

gboolean preview_saw(const struct preview *p, guint32 number)
{
    return number <= p->highest;
}

void preview_feed(struct preview *p, packet_info *pinfo, tvbuff_t *tvb, const struct preview_show *show)
{
    gsize n = tvb_captured_length(tvb);
    struct record r;
    record_from(&r, pinfo);
    struct sianto_frame_in in = {
        .number = pinfo->num,
        .linktype = record_linktype(&r),
        .captured = {n ? tvb_get_ptr(tvb, 0, (gint)n) : NULL, n},
        .wire_len = MAX(pinfo->rec->rec_header.packet_header.len, (guint32)n),
    };
    p->number = pinfo->num;
    p->highest = MAX(p->highest, pinfo->num);
    p->show = show;
    p->event[0] = '\0';
    sianto_frame(p->core, &in);
    p->show = NULL;
}

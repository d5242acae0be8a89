/* core_run.h - the whole core in a test: packets in, what leaves it kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TESTS_CORE_RUN_H
#define SIANTO_TESTS_CORE_RUN_H

#include "sianto.h"

struct core_out {
    guint64 number;
    enum drop_reason drop;
    guint linktype;
    GByteArray *bytes; /* NULL: dropped */
    guint32 wire_len;
};

struct core_run {
    struct sianto *core;
    struct sianto_settings settings;
    GArray *out;     /* struct core_out, in the order in which frames left */
    GArray *times;   /* gint64, of the frames that were fed */
    GString *events; /* a line each */
    guint64 number;  /* of the last frame that was fed */
    gint64 time_us;
    guint linktype;
};

static inline void core_run_frame(void *arg, const struct sianto_frame_out *frame)
{
    struct core_run *run = arg;
    struct core_out out = {frame->number, frame->drop, frame->linktype, NULL, frame->wire_len};
    g_assert_cmpuint(frame->number, ==, run->out->len + 1);
    if (frame->drop == DROP_NONE) {
        out.bytes = g_byte_array_new();
        g_byte_array_append(out.bytes, frame->bytes.p, (guint)frame->bytes.n);
    }
    g_array_append_val(run->out, out);
}

static inline void core_run_end(GString *to, const struct endpoint *e)
{
    for (guint i = 0; i < (e->family == 4 ? 4 : 16); i++)
        g_string_append_printf(to, "%02x", e->addr[i]);
    g_string_append_printf(to, ":%u ", e->port);
}

/* All that the statistics may ask of one but the hash of its packet, in which there are frame numbers. */
static inline void core_run_event(void *arg, const struct sip_event *e)
{
    struct core_run *run = arg;
    const struct bytes texts[] = {e->method, e->cseq_method, e->call_id, e->branch, e->from_tag, e->to_tag, e->request_uri,
                                  e->from_aor, e->to_aor, e->user_agent, e->event_package};
    g_string_append_printf(run->events, "%" G_GINT64_FORMAT " %u ", e->time_us, e->frame_bytes);
    core_run_end(run->events, &e->src);
    core_run_end(run->events, &e->dst);
    g_string_append_printf(run->events, "%d %d %u %u %d %d %d", (gint)e->transport, e->request, e->status, e->cseq,
                           (gint)e->expires_s, e->credentials, e->ignored_fault);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_string_append_printf(run->events, " \"%.*s\"", (int)texts[i].n, (const char *)texts[i].p);
    for (guint i = 0; i < e->n_contacts; i++)
        g_string_append_printf(run->events, " <%.*s>%d", (int)e->contacts[i].uri.n, (const char *)e->contacts[i].uri.p,
                               (gint)e->contacts[i].expires_s);
    g_string_append_c(run->events, '\n');
}

static inline void core_run_start(struct core_run *run, const struct sianto_settings *settings)
{
    struct sianto_sink sink = {.frame = core_run_frame, .event = core_run_event, .arg = run};
    guint8 raw[KEY_BYTES];
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 5 + 3);
    g_assert_true(key_init_library(NULL));
    struct key *key = key_new(raw, NULL);
    *run = (struct core_run){.settings = *settings,
                             .out = g_array_new(FALSE, FALSE, sizeof(struct core_out)),
                             .times = g_array_new(FALSE, FALSE, sizeof(gint64)),
                             .events = g_string_new(NULL),
                             .linktype = LINK_RAW};
    run->core = sianto_new(settings, key, &sink, NULL);
    key_free(key);
}

static inline void core_run_at_time(struct core_run *run, struct bytes packet, guint32 wire_len, gint64 time_us)
{
    struct sianto_frame_in in = {.number = ++run->number, .time_us = time_us, .linktype = run->linktype,
                                 .captured = packet, .wire_len = wire_len};
    g_array_append_val(run->times, time_us);
    sianto_frame(run->core, &in);
}

static inline void core_run_feed(struct core_run *run, struct bytes packet, guint32 wire_len)
{
    core_run_at_time(run, packet, wire_len, run->time_us);
    run->time_us += 1000;
}

static inline const struct core_out *core_run_at(const struct core_run *run, guint i)
{
    g_assert_cmpuint(i, <, run->out->len);
    return &g_array_index(run->out, struct core_out, i);
}

static inline struct bytes core_run_bytes(const struct core_run *run, guint i)
{
    const struct core_out *out = core_run_at(run, i);
    g_assert_nonnull(out->bytes);
    return bytes_of_array(out->bytes);
}

static inline void core_run_free(struct core_run *run)
{
    sianto_free(run->core);
    for (guint i = 0; i < run->out->len; i++)
        if (g_array_index(run->out, struct core_out, i).bytes)
            g_byte_array_unref(g_array_index(run->out, struct core_out, i).bytes);
    g_array_unref(run->out);
    g_array_unref(run->times);
    g_string_free(run->events, TRUE);
}

/* What was written gives the same events when it is read as it is (DESIGN section 3.5), and all of it is kept again
 * (section 7). */
static inline void core_run_again(const struct core_run *run)
{
    struct core_run again;
    struct sianto_settings as_is = run->settings;
    as_is.as_is = TRUE;
    core_run_start(&again, &as_is);
    for (guint i = 0; i < run->out->len; i++) {
        again.linktype = core_run_at(run, i)->linktype;
        if (core_run_at(run, i)->bytes)
            core_run_at_time(&again, core_run_bytes(run, i), core_run_at(run, i)->wire_len,
                             g_array_index(run->times, gint64, i));
    }
    g_assert_true(sianto_finish(again.core, NULL));
    g_assert_cmpuint(again.out->len, ==, again.number);
    for (guint i = 0; i < again.out->len; i++)
        g_assert_cmpint(core_run_at(&again, i)->drop, ==, DROP_NONE);
    g_assert_cmpstr(again.events->str, ==, run->events->str);
    core_run_free(&again);
}

/* Each run ends with its output read again. */
static inline void core_run_clear(struct core_run *run)
{
    g_assert_true(sianto_finish(run->core, NULL));
    g_assert_cmpuint(run->out->len, ==, run->number);
    g_assert_cmpuint(sianto_counts(run->core).gap_bytes, ==, 0);
    if (!run->settings.as_is)
        core_run_again(run);
    core_run_free(run);
}

#endif

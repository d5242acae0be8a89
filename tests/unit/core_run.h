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
    GByteArray *bytes; /* NULL: dropped */
    guint32 wire_len;
};

struct core_run {
    struct sianto *core;
    GArray *out;     /* struct core_out, in the order in which frames left */
    guint64 number;  /* of the last frame that was fed */
    gint64 time_us;
    guint linktype;
};

static inline void core_run_frame(void *arg, const struct sianto_frame_out *frame)
{
    struct core_run *run = arg;
    struct core_out out = {frame->number, frame->drop, NULL, frame->wire_len};
    if (frame->drop == DROP_NONE) {
        out.bytes = g_byte_array_new();
        g_byte_array_append(out.bytes, frame->bytes.p, (guint)frame->bytes.n);
    }
    g_array_append_val(run->out, out);
}

static inline void core_run_start(struct core_run *run, const struct sianto_settings *settings)
{
    struct sianto_sink sink = {.frame = core_run_frame, .arg = run};
    guint8 raw[KEY_BYTES];
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 5 + 3);
    g_assert_true(key_init_library(NULL));
    struct key *key = key_new(raw, NULL);
    *run = (struct core_run){.out = g_array_new(FALSE, FALSE, sizeof(struct core_out)), .linktype = LINK_RAW};
    run->core = sianto_new(settings, key, &sink, NULL);
    key_free(key);
}

static inline void core_run_clear(struct core_run *run)
{
    sianto_free(run->core);
    for (guint i = 0; i < run->out->len; i++)
        if (g_array_index(run->out, struct core_out, i).bytes)
            g_byte_array_unref(g_array_index(run->out, struct core_out, i).bytes);
    g_array_unref(run->out);
}

static inline void core_run_feed(struct core_run *run, struct bytes packet, guint32 wire_len)
{
    struct sianto_frame_in in = {.number = ++run->number, .time_us = run->time_us, .linktype = run->linktype,
                                 .captured = packet, .wire_len = wire_len};
    run->time_us += 1000;
    sianto_frame(run->core, &in);
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

#endif

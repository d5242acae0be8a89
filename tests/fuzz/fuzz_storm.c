/* Payloads, one behind the other, to events and statistics: whatever they hold, each message is counted
 * once and goes in one direction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void ignore(void *arg, const char *line)
{
    (void)arg;
    g_assert(strlen(line) < 80);
}

/* Messages are separated by a NUL; of each the first byte draws ends, time and hash. */
static guint64 feed(struct storm *s, struct sip_message *m, struct bytes rest)
{
    guint64 n = 0;
    for (guint i = 0; rest.n > 1; i++) {
        gsize end = MIN(bytes_chr_from(rest, 0, 1), rest.n);
        guint8 draw = rest.p[0];
        struct sip_event e = {.time_us = (gint64)((guint64)(draw >> 4) << (draw & 63)), .frame = i, .packet_hash = draw};
        e.src = (struct endpoint){.family = 4, .addr = {10, 0, 0, draw & 3}, .port = draw};
        e.dst = (struct endpoint){.family = draw & 4 ? 4 : 6, .addr = {10, 0, 0, draw >> 6}, .port = 5060};
        if (sip_message_parse(m, bytes_sub(rest, 1, end - 1)) == PARSE_OK) {
            event_from_message(&e, m);
            storm_event(s, &e);
            n++;
        }
        rest = bytes_from(rest, end);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct storm *s = storm_new(NULL);
    struct sip_message m;
    sip_message_init(&m);
    guint64 n = feed(s, &m, (struct bytes){data, size});
    storm_finish(s);
    const struct storm_result *r = storm_result(s);
    const struct storm_direction *d = &r->direction;
    g_assert(r->counted + r->duplicates == n);
    g_assert(d->to_server + d->from_server + d->internal + d->other == r->counted);
    g_assert(r->n_servers <= STORM_SERVERS_MAX);
    storm_report_text(r, ignore, NULL);
    sip_message_clear(&m);
    storm_free(s);
    return 0;
}

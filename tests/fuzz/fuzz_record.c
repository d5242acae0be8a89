/* Parts: any bytes are read or refused. What is read is written again, and is the same then; and it goes into a storm.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"
#include "storm.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static guint64 fold(guint64 h, struct bytes b)
{
    return (h ^ bytes_hash(b)) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
}

/* What tells one record from another. */
static guint64 digest(guint64 h, const struct record *r)
{
    const struct sip_event *e = &r->event;
    const struct sip_signal *s = &r->signal;
    if (r->kind == RECORD_SIGNAL)
        return fold(h ^ (guint64)s->time_us ^ s->frame ^ s->packet_hash ^ s->syn_seq ^ s->kind,
                    (struct bytes){s->quoted.addr, sizeof s->quoted.addr});
    h = fold(h ^ (guint64)e->time_us ^ e->packet_hash, e->call_id);
    h = fold(h ^ e->frame, e->to_aor);
    h = fold(h ^ e->status, e->event_package);
    for (guint i = 0; i < e->n_contacts; i++)
        h = fold(h ^ (guint64)e->contacts[i].expires_s, e->contacts[i].instance);
    return h;
}

/* Up to a fault or the end. Both may be NULL. */
static guint64 read_part(int fd, struct record_writer *to, struct storm *storm, gboolean *whole)
{
    g_autoptr(GError) error = NULL;
    struct record record = {.kind = RECORD_FAULT};
    guint64 h = 0;
    lseek(fd, 0, SEEK_SET);
    struct record_reader *r = record_reader_new(fd, "p", &error);
    while (r && record_reader_next(r, &record, &error) != RECORD_FAULT && record.kind != RECORD_END) {
        h = digest(h, &record);
        if (to && record.kind == RECORD_EVENT)
            record_writer_event(to, &record.event);
        else if (to)
            record_writer_signal(to, &record.signal);
        if (storm && record.kind == RECORD_EVENT)
            storm_event(storm, &record.event);
        else if (storm)
            storm_signal(storm, &record.signal);
    }
    *whole = r && record.kind == RECORD_END;
    g_assert(*whole == (error == NULL));
    record_reader_free(r);
    return h;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct record_head head = {.origin = {1}};
    struct record_tail tail = {.frames = G_MAXINT64};
    struct storm *storm = storm_new(NULL);
    gboolean whole;
    int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    if (in < 0 || out < 0 || write(in, data, size) != (gssize)size)
        g_error("no memory file");
    struct record_writer *w = record_writer_new(out, &head);
    guint64 first = read_part(in, w, storm, &whole);
    g_assert(record_writer_finish(w, &tail, NULL));
    record_writer_free(w);
    guint64 second = read_part(out, NULL, NULL, &whole);
    g_assert(whole && first == second);
    storm_finish(storm);
    storm_free(storm);
    close(in);
    close(out);
    return 0;
}

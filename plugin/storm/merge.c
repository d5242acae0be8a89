/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merge.h"

#include "record_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MIXER G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)

struct merging {
    struct merged *to;
    guint64 frames;          /* of the parts before */
    const char *name, *last; /* of the part at hand, and of the last one that held something */
    guint8 origin[RECORD_DIGEST_BYTES]; /* of the first */
    const char *first;       /* its name; NULL: none so far */
    gint64 start_us;         /* of the last that held something */
    GHashTable *digests;     /* GBytes -> name */
};

static gboolean refuse(GError **error, enum sianto_record_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean refuse(GError **error, enum sianto_record_error code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, SIANTO_RECORD_ERROR, (gint)code, text);
    return FALSE;
}

/* --- one part --------------------------------------------------------------------------------------------- */

static gboolean take_head(struct merging *m, const struct record_head *head, GError **error)
{
    if (m->first && memcmp(m->origin, head->origin, sizeof m->origin) != 0)
        return refuse(error, RECORD_ERROR_ORIGIN,
                      "%s was written with another key or other options than %s: give all shards the same ones",
                      m->name, m->first);
    if (m->first)
        return TRUE;
    struct storm_settings settings = {
        .servers = head->servers, .n_servers = head->n_servers, .private_names = head->private_names};
    m->to->storm = storm_new(&settings);
    m->first = m->name;
    memcpy(m->origin, head->origin, sizeof m->origin);
    return TRUE;
}

static gboolean check_order(const struct merging *m, gint64 start_us, GError **error)
{
    if (!m->last || start_us >= m->start_us)
        return TRUE;
    return refuse(error, RECORD_ERROR_ORDER, "%s begins before %s: give the parts in the order of their captures",
                  m->name, m->last);
}

/* A message of a stream is none of another frame, and its hash says so by the frame's number (sianto.c); that is
 * another one in the whole. */
static void give_event(const struct merging *m, struct sip_event *e)
{
    e->frame += m->frames;
    if (e->transport != SIP_UDP)
        e->packet_hash ^= m->frames * MIXER;
    storm_event(m->to->storm, e);
    m->to->events++;
}

static void give_signal(const struct merging *m, struct sip_signal *s)
{
    s->frame += m->frames;
    storm_signal(m->to->storm, s);
}

static gboolean take_tail(struct merging *m, const struct record_tail *tail, gboolean empty, GError **error)
{
    struct sianto_counts counts = tail->counts;
    g_autoptr(GBytes) digest = g_bytes_new(tail->digest, sizeof tail->digest);
    const char *twin = empty ? NULL : g_hash_table_lookup(m->digests, digest);
    if (twin)
        return refuse(error, RECORD_ERROR_ORDER, "%s is the same as %s: give each part once", m->name, twin);
    if (!empty)
        g_hash_table_insert(m->digests, g_bytes_ref(digest), (gpointer)(gsize)m->name);
    m->frames += tail->frames;
    m->to->exported = m->to->exported && tail->exported;
    guint64 *sum;
    for (guint i = 0; (sum = record_count(&m->to->counts, i)) != NULL; i++)
        *sum += *record_count(&counts, i);
    return TRUE;
}

static gboolean replay(struct merging *m, struct record_reader *r, GError **error)
{
    struct record record;
    gboolean empty = TRUE;
    while (record_reader_next(r, &record, error) != RECORD_END) {
        gint64 time_us = record.kind == RECORD_EVENT ? record.event.time_us : record.signal.time_us;
        if (record.kind == RECORD_FAULT || (empty && !check_order(m, time_us, error)))
            return FALSE;
        if (empty) {
            m->last = m->name;
            m->start_us = time_us;
        }
        empty = FALSE;
        if (record.kind == RECORD_EVENT)
            give_event(m, &record.event);
        else
            give_signal(m, &record.signal);
    }
    return take_tail(m, record_reader_tail(r), empty, error);
}

static gboolean take_file(struct merging *m, int fd, GError **error)
{
    struct record_reader *r = record_reader_new(fd, m->name, error);
    gboolean ok = r && take_head(m, record_reader_head(r), error) && replay(m, r, error);
    record_reader_free(r);
    return ok;
}

static gboolean take_part(struct merging *m, const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(error, RECORD_ERROR_FILE, "%s cannot be read: %s", path, g_strerror(errno));
    m->name = path;
    gboolean ok = take_file(m, fd, error);
    close(fd);
    return ok;
}

/* --- all of them -------------------------------------------------------------------------------------------- */

struct merged *merge_parts(char *const *paths, GError **error)
{
    struct merging m = {.to = g_new0(struct merged, 1)};
    gboolean ok = TRUE;
    m.to->exported = TRUE;
    m.digests = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    for (; ok && *paths; paths++)
        ok = take_part(&m, *paths, error);
    g_hash_table_unref(m.digests);
    if (ok) {
        storm_finish(m.to->storm);
        return m.to;
    }
    merge_free(m.to);
    return NULL;
}

void merge_free(struct merged *m)
{
    if (!m)
        return;
    storm_free(m->storm);
    g_free(m);
}

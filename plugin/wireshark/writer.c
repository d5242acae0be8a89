/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "writer.h"

#include "worker.h"

struct writer {
    struct exporter *exporter;
    struct worker *worker; /* NULL: not started */
    struct record seen;    /* the last one that the exporter was shown */
    gboolean has_seen;
    GError *error; /* of the thread, until `failed` is set; from then on it stays */
    gint failed;   /* atomic */
};

struct item {
    struct record record;
    guint32 wire_len;
    gboolean writes; /* else it is only seen */
};

static gboolean take_item(struct writer *w, const struct item *item, struct bytes bytes, GError **error)
{
    return item->writes ? exporter_write(w->exporter, &item->record, bytes, item->wire_len, error)
                        : exporter_see(w->exporter, &item->record, error);
}

static void take(void *arg, gconstpointer item, struct bytes bytes, struct bytes unused)
{
    struct writer *w = arg;
    (void)unused;
    if (!w->error && !take_item(w, item, bytes, &w->error))
        g_atomic_int_set(&w->failed, TRUE);
}

struct writer *writer_new(struct exporter *exporter)
{
    struct writer *w = g_new0(struct writer, 1);
    w->exporter = exporter;
    return w;
}

void writer_start(struct writer *w)
{
    if (!w->worker)
        w->worker = worker_new("sianto-writer", sizeof(struct item), take, w, WORKER_BEHIND);
}

static gboolean succeeded(struct writer *w, GError **error)
{
    if (!g_atomic_int_get(&w->failed))
        return TRUE;
    if (error)
        *error = g_error_copy(w->error);
    return FALSE;
}

static gboolean give(struct writer *w, const struct item *item, struct bytes bytes, GError **error)
{
    if (!w->worker)
        return take_item(w, item, bytes, error);
    if (!succeeded(w, error))
        return FALSE;
    worker_give(w->worker, item, bytes, BYTES_NONE);
    return TRUE;
}

/* Frame after frame comes from one interface: the exporter looks at the first. */
gboolean writer_see(struct writer *w, const struct record *r, GError **error)
{
    const struct item item = {.record = *r};
    if (w->has_seen && record_same_interface(&w->seen, r))
        return TRUE;
    w->seen = *r;
    w->has_seen = TRUE;
    return give(w, &item, BYTES_NONE, error);
}

gboolean writer_write(struct writer *w, const struct record *r, struct bytes bytes, guint32 wire_len, GError **error)
{
    const struct item item = {.record = *r, .wire_len = wire_len, .writes = TRUE};
    return give(w, &item, bytes, error);
}

gboolean writer_finish(struct writer *w, GError **error)
{
    if (w->worker)
        worker_finish(w->worker);
    return succeeded(w, error) && exporter_finish(w->exporter, error);
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    worker_free(w->worker);
    g_clear_error(&w->error);
    g_free(w);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inspection.h"

#include "worker.h"

enum what { A_FRAME, A_MESSAGE, A_STREAM_MESSAGE, A_DATAGRAM };

struct item {
    enum what what;
    guint linktype;
    guint64 number;
    struct label_marks given; /* labels, when it was judged */
    gsize off, n, n_written;  /* of a datagram: its message */
};

struct inspection {
    struct audit *audit;
    struct labels *labels;       /* borrowed */
    struct addresses *addresses;
    struct tokens *tokens;
    struct worker *worker;
};

static void take(void *arg, gconstpointer given, struct bytes captured, struct bytes written)
{
    struct audit *audit = arg;
    const struct item *item = given;
    audit_labels_as_of(audit, &item->given);
    switch (item->what) {
    case A_FRAME:
        audit_frame(audit, item->number, item->linktype, captured, written);
        break;
    case A_MESSAGE:
        audit_message(audit, item->number, captured, written);
        break;
    case A_STREAM_MESSAGE:
        audit_stream_message(audit, item->number, captured, written);
        break;
    case A_DATAGRAM:
        audit_message(audit, item->number, bytes_sub(captured, item->off, item->n),
                      bytes_sub(written, item->off, item->n_written));
        audit_frame(audit, item->number, item->linktype, captured, written);
        break;
    }
}

struct inspection *inspection_new(const struct key *key, const struct tables *tables, enum address_mode mode,
                                  const char *const *networks, gboolean thread, GError **error)
{
    const struct audit_settings settings = {.key = key, .threads = thread};
    struct addresses *addresses = addresses_new(key, mode, networks, error);
    if (!addresses)
        return NULL;
    struct inspection *i = g_new0(struct inspection, 1);
    i->labels = tables->labels;
    i->addresses = addresses;
    i->tokens = tokens_new(key);
    i->audit = audit_new(&settings, i->labels, i->addresses, i->tokens);
    policy_each_word(tables->policy, audit_word, i->audit);
    i->worker = worker_new("sianto-audit", sizeof(struct item), take, i->audit, thread ? WORKER_BEHIND : WORKER_NO_THREAD);
    return i;
}

void inspection_free(struct inspection *i)
{
    if (!i)
        return;
    worker_free(i->worker);
    audit_free(i->audit);
    tokens_free(i->tokens);
    addresses_free(i->addresses);
    g_free(i);
}

void inspection_frame(struct inspection *i, guint64 number, guint linktype, struct bytes captured, struct bytes written)
{
    const struct item item = {.what = A_FRAME, .linktype = linktype, .number = number, .given = labels_marks(i->labels)};
    worker_give(i->worker, &item, captured, written);
}

void inspection_message(struct inspection *i, guint64 number, struct bytes captured, struct bytes written, gboolean stream)
{
    const struct item item = {
        .what = stream ? A_STREAM_MESSAGE : A_MESSAGE, .number = number, .given = labels_marks(i->labels)};
    worker_give(i->worker, &item, captured, written);
}

gboolean inspection_datagram(struct inspection *i, guint64 number, guint linktype, struct bytes captured, struct bytes written,
                             gsize off, struct bytes message, struct bytes message_as)
{
    const struct item item = {.what = A_DATAGRAM,
                              .linktype = linktype,
                              .number = number,
                              .given = labels_marks(i->labels),
                              .off = off,
                              .n = message.n,
                              .n_written = message_as.n};
    if (!bytes_eq(bytes_sub(captured, off, message.n), message) ||
        !bytes_eq(bytes_sub(written, off, message_as.n), message_as))
        return FALSE;
    worker_give(i->worker, &item, captured, written);
    return TRUE;
}

void inspection_finish(struct inspection *i)
{
    worker_finish(i->worker);
    audit_labels_as_of(i->audit, NULL);
}

struct audit *inspection_audit(struct inspection *i)
{
    return i->audit;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "worker.h"

#include <signal.h>
#ifdef __linux__
#include <sys/resource.h>
#endif

#define BEHIND_NICE 5 /* a third of the processor where somebody else wants it, too */

#define ALIGNMENT 16u

struct worker {
    gsize item_size; /* with what aligns the texts behind it */
    gsize item_bytes;
    worker_take take;
    void *arg;
    enum worker_thread kind;
    GThread *thread;
    GAsyncQueue *full, *empty; /* GByteArray *: batches; one without bytes ends the thread */
    GByteArray *batch;         /* being filled */
    gint dropping;             /* atomic: what comes is not taken any more */
};

struct head {
    guint64 one, two; /* bytes of the texts */
};

G_STATIC_ASSERT(sizeof(struct head) % ALIGNMENT == 0);

static gsize aligned(gsize n)
{
    return (n + ALIGNMENT - 1) & ~(gsize)(ALIGNMENT - 1);
}

/* --- the thread -------------------------------------------------------------------------------------------- */

static void take_batch(struct worker *w, GByteArray *batch)
{
    for (gsize at = 0; at < batch->len && !g_atomic_int_get(&w->dropping);) {
        const struct head *head = (const void *)(batch->data + at);
        const guint8 *item = batch->data + at + sizeof *head, *texts = item + w->item_size;
        struct bytes one = {texts, (gsize)head->one}, two = {texts + head->one, (gsize)head->two};
        w->take(w->arg, item, one, two);
        at += sizeof *head + w->item_size + aligned(one.n + two.n);
    }
    g_byte_array_set_size(batch, 0);
}

/* Linux has it by threads, against POSIX; elsewhere all are alike. */
static void give_way(void)
{
#ifdef __linux__
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + BEHIND_NICE);
#endif
}

static gpointer run(gpointer arg)
{
    struct worker *w = arg;
    GByteArray *batch;
    if (w->kind == WORKER_BEHIND)
        give_way();
    while ((batch = g_async_queue_pop(w->full))->len) {
        gboolean huge = batch->len > 2 * WORKER_BATCH_BYTES;
        take_batch(w, batch);
        if (huge) { /* its memory is not kept */
            g_byte_array_unref(batch);
            batch = g_byte_array_new();
        }
        g_async_queue_push(w->empty, batch);
    }
    g_async_queue_push(w->empty, batch);
    return NULL;
}

/* --- who gives --------------------------------------------------------------------------------------------- */

static GThread *start(struct worker *w, const char *name)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t others, before;
    sigfillset(&others);
    for (guint i = 0; i < G_N_ELEMENTS(faults); i++) /* a thread's own, whose handler takes files away */
        sigdelset(&others, faults[i]);
    pthread_sigmask(SIG_BLOCK, &others, &before);
    GThread *thread = g_thread_try_new(name, run, w, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread;
}

static void free_batch(gpointer batch)
{
    g_byte_array_unref(batch);
}

struct worker *worker_new(const char *name, gsize item_size, worker_take take, void *arg, enum worker_thread thread)
{
    struct worker *w = g_new0(struct worker, 1);
    g_return_val_if_fail(item_size <= 65536, NULL);
    w->item_bytes = item_size;
    w->item_size = aligned(item_size);
    w->take = take;
    w->arg = arg;
    w->kind = thread;
    w->full = g_async_queue_new_full(free_batch);
    w->empty = g_async_queue_new_full(free_batch);
    if (thread == WORKER_NO_THREAD || !(w->thread = start(w, name)))
        return w;
    for (guint i = 1; i < WORKER_BATCHES; i++)
        g_async_queue_push(w->empty, g_byte_array_sized_new(WORKER_BATCH_BYTES));
    w->batch = g_byte_array_sized_new(WORKER_BATCH_BYTES);
    return w;
}

static void send(struct worker *w)
{
    g_async_queue_push(w->full, w->batch);
    w->batch = g_async_queue_pop(w->empty);
}

/* Until all that was sent is taken. */
static void settle(struct worker *w)
{
    GByteArray *batches[WORKER_BATCHES - 1];
    for (guint i = 0; i < G_N_ELEMENTS(batches); i++)
        batches[i] = g_async_queue_pop(w->empty);
    for (guint i = 0; i < G_N_ELEMENTS(batches); i++)
        g_async_queue_push(w->empty, batches[i]);
}

void worker_give(struct worker *w, gconstpointer item, struct bytes one, struct bytes two)
{
    if (!w->thread) {
        w->take(w->arg, item, one, two);
        return;
    }
    const struct head head = {one.n, two.n};
    gsize size = sizeof head + w->item_size + aligned(one.n + two.n);
    guint at = w->batch->len;
    g_return_if_fail(size <= G_MAXUINT / 2 - at);
    g_byte_array_set_size(w->batch, at + (guint)size);
    guint8 *to = w->batch->data + at;
    memcpy(to, &head, sizeof head);
    memcpy(to + sizeof head, item, w->item_bytes);
    bytes_put(bytes_put(to + sizeof head + w->item_size, one), two);
    if (w->batch->len >= WORKER_BATCH_BYTES)
        send(w);
    if (size > WORKER_BATCH_BYTES)
        settle(w);
}

void worker_finish(struct worker *w)
{
    if (!w->thread)
        return;
    if (w->batch->len)
        send(w);
    g_async_queue_push(w->full, g_steal_pointer(&w->batch)); /* empty: the end */
    g_thread_join(g_steal_pointer(&w->thread));
}

void worker_stop(struct worker *w)
{
    g_atomic_int_set(&w->dropping, TRUE);
    worker_finish(w);
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    worker_stop(w);
    g_clear_pointer(&w->batch, g_byte_array_unref);
    g_async_queue_unref(w->full);
    g_async_queue_unref(w->empty);
    g_free(w);
}

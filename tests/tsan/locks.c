/* GLib's locks and queues by those of pthread, for ThreadSanitizer alone (preset tsan).
 *
 * GLib waits by system calls that the sanitizer does not see, so that whatever it guards looks unguarded. These take the
 * places of its functions in a test program, for GLib's own calls, too; only what the core uses is here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>

/* A GMutex has room for a pointer, and is zero where it was never initialised. */
static pthread_mutex_t *lock_of(GMutex *mutex)
{
    pthread_mutex_t *there = g_atomic_pointer_get(&mutex->p);
    if (there)
        return there;
    pthread_mutex_t *made = malloc(sizeof *made);
    pthread_mutex_init(made, NULL);
    if (g_atomic_pointer_compare_and_exchange(&mutex->p, NULL, made))
        return made;
    free(made);
    return g_atomic_pointer_get(&mutex->p);
}

void g_mutex_init(GMutex *mutex)
{
    mutex->p = NULL;
    lock_of(mutex);
}

void g_mutex_clear(GMutex *mutex)
{
    pthread_mutex_destroy(lock_of(mutex));
    free(mutex->p);
}

void g_mutex_lock(GMutex *mutex)
{
    pthread_mutex_lock(lock_of(mutex));
}

void g_mutex_unlock(GMutex *mutex)
{
    pthread_mutex_unlock(lock_of(mutex));
}

struct _GAsyncQueue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    GQueue items;
    GDestroyNotify free_item;
};

GAsyncQueue *g_async_queue_new_full(GDestroyNotify free_item)
{
    GAsyncQueue *q = calloc(1, sizeof *q);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->filled, NULL);
    g_queue_init(&q->items);
    q->free_item = free_item;
    return q;
}

void g_async_queue_push(GAsyncQueue *q, gpointer item)
{
    pthread_mutex_lock(&q->lock);
    g_queue_push_tail(&q->items, item);
    pthread_cond_signal(&q->filled);
    pthread_mutex_unlock(&q->lock);
}

gpointer g_async_queue_pop(GAsyncQueue *q)
{
    pthread_mutex_lock(&q->lock);
    while (g_queue_is_empty(&q->items))
        pthread_cond_wait(&q->filled, &q->lock);
    gpointer item = g_queue_pop_head(&q->items);
    pthread_mutex_unlock(&q->lock);
    return item;
}

void g_async_queue_unref(GAsyncQueue *q)
{
    g_queue_clear_full(&q->items, q->free_item);
    pthread_cond_destroy(&q->filled);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

/* worker.h - a thread of its own that takes items in the order in which they were given.
 *
 * Items are copied into batches; full ones go to the thread and come back empty. So nobody waits for each item, and
 * memory is bounded: WORKER_BATCHES batches of WORKER_BATCH_BYTES, and one item that is longer. Who gives waits while all
 * batches are on their way, and until a longer item is taken.
 *
 * From the first worker_give until worker_finish has returned, what `take` touches is the thread's alone. Signals are
 * left to the thread that was there before, but for those that a fault raises.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_WORKER_H
#define SIANTO_WORKER_H

#include "bytes.h"

#define WORKER_BATCHES 8u
#define WORKER_BATCH_BYTES (256u * 1024u)

struct worker;

/* `item` is aligned for any type; it and the texts are borrowed during the call. */
typedef void (*worker_take)(void *arg, gconstpointer item, struct bytes one, struct bytes two);

enum worker_thread {
    WORKER_NO_THREAD,
    WORKER_THREAD,
    WORKER_BEHIND, /* others go on without it as long as batches last: where processors are few, it gives way to them */
};

/* Items of `item_size` bytes, up to 64 KiB. `thread`: a wish; without a thread each item is taken where it is given, and
 * so is what is given when the thread has ended. */
struct worker *worker_new(const char *name, gsize item_size, worker_take take, void *arg, enum worker_thread thread);
/* The item and the texts are copied, or taken before it returns. */
void worker_give(struct worker *w, gconstpointer item, struct bytes one, struct bytes two);
/* All that was given has been taken, and the thread has ended. Again: nothing. */
void worker_finish(struct worker *w);
/* The same, but what was not yet taken never will be. */
void worker_stop(struct worker *w);
/* As worker_stop before. NULL is fine. */
void worker_free(struct worker *w);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "worker.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <signal.h>

struct given {
    guint64 number;
    guint8 fill;
};

struct taken {
    guint64 n;
    gboolean right;
    GThread *thread;
};

/* Lengths from nothing to more than what a batch keeps. */
static gsize length(guint64 number)
{
    return number % 1000 == 999 ? 3 * WORKER_BATCH_BYTES + 5 : (gsize)(number * 37 % 400);
}

static gboolean all_are(struct bytes b, guint8 fill)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] != fill)
            return FALSE;
    return TRUE;
}

static void take(void *arg, gconstpointer item, struct bytes one, struct bytes two)
{
    struct taken *t = arg;
    const struct given *g = item;
    t->right &= g->number == t->n && one.n == length(g->number) && two.n == length(g->number + 1) % 9 &&
                all_are(one, g->fill) && all_are(two, (guint8)(g->fill + 1));
    t->thread = g_thread_self();
    t->n++;
}

static void give(struct worker *w, guint64 number)
{
    struct given g = {number, (guint8)number};
    gsize n = length(number), m = length(number + 1) % 9;
    g_autofree guint8 *one = g_malloc(n + 1), *two = g_malloc(m + 1);
    memset(one, g.fill, n);
    memset(two, g.fill + 1, m);
    worker_give(w, &g, (struct bytes){one, n}, (struct bytes){two, m});
}

static void in_order(void)
{
    static const guint64 counts[] = {0, 1, 2, 999, 1000, 5000};
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        struct taken t = {.right = TRUE};
        struct worker *w = worker_new("test", sizeof(struct given), take, &t, WORKER_THREAD);
        for (guint64 number = 0; number < counts[i]; number++)
            give(w, number);
        worker_finish(w);
        worker_finish(w);
        g_assert_cmpuint(t.n, ==, counts[i]);
        g_assert_true(t.right);
        g_assert_true(counts[i] == 0 || t.thread != g_thread_self());
        worker_free(w);
    }
}

static void slow(void *arg, gconstpointer item, struct bytes one, struct bytes two)
{
    guint64 *n = arg;
    (void)item, (void)one, (void)two;
    g_usleep(1000);
    ++*n;
}

/* What is given faster than it is taken waits, for a long one even until it is taken, and what is dropped is never
 * taken. */
static void dropped(void)
{
    guint64 n = 0, i;
    struct worker *w = worker_new("test", sizeof(struct given), slow, &n, WORKER_THREAD);
    for (i = 0; i < 1500; i++)
        give(w, i);
    worker_free(w);
    g_assert_cmpuint(n, >=, 1000);
    g_assert_cmpuint(n, <, i);
}

/* Signals are for who was there before, but a thread's own faults, whose handlers take files away. */
static void look_at_signals(void *arg, gconstpointer item, struct bytes one, struct bytes two)
{
    (void)item, (void)one, (void)two;
    g_assert_cmpint(pthread_sigmask(SIG_BLOCK, NULL, arg), ==, 0);
}

static void signals(void)
{
    static const int others[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE}, faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    sigset_t blocked;
    struct worker *w = worker_new("test", 1, look_at_signals, &blocked, WORKER_THREAD);
    worker_give(w, "", BYTES_NONE, BYTES_NONE);
    worker_finish(w);
    worker_free(w);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_true(sigismember(&blocked, others[i]));
    for (guint i = 0; i < G_N_ELEMENTS(faults); i++)
        g_assert_false(sigismember(&blocked, faults[i]));
}

#ifdef __linux__
static void look_at_priority(void *arg, gconstpointer item, struct bytes one, struct bytes two)
{
    (void)item, (void)one, (void)two;
    *(int *)arg = getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid));
}

static int priority_of(enum worker_thread kind)
{
    int priority = 99;
    struct worker *w = worker_new("test", 1, look_at_priority, &priority, kind);
    worker_give(w, "", BYTES_NONE, BYTES_NONE);
    worker_finish(w);
    worker_free(w);
    return priority;
}

/* Only the thread that is behind gives way; no other one of the process does. */
static void priority(void)
{
    int own = priority_of(WORKER_NO_THREAD);
    g_assert_cmpint(priority_of(WORKER_BEHIND), ==, MIN(own + 5, 19));
    g_assert_cmpint(priority_of(WORKER_THREAD), ==, own);
    g_assert_cmpint(priority_of(WORKER_NO_THREAD), ==, own);
}
#endif

/* Without a thread, and when it has ended, each item is taken at once. */
static void at_once(void)
{
    struct taken t = {.right = TRUE};
    struct worker *w = worker_new("test", sizeof(struct given), take, &t, WORKER_NO_THREAD);
    give(w, 0);
    g_assert_true(t.n == 1 && t.thread == g_thread_self());
    worker_free(w);
    w = worker_new("test", sizeof(struct given), take, &t, WORKER_THREAD);
    worker_stop(w);
    give(w, 1);
    g_assert_true(t.n == 2 && t.right && t.thread == g_thread_self());
    worker_free(w);
}

static void without_an_end(void)
{
    guint64 n = 0;
    worker_free(NULL);
    worker_free(worker_new("test", 1, slow, &n, WORKER_THREAD));
    g_assert_cmpuint(n, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker/in-order", in_order);
    g_test_add_func("/worker/dropped", dropped);
    g_test_add_func("/worker/signals", signals);
    g_test_add_func("/worker/at-once", at_once);
    g_test_add_func("/worker/without-an-end", without_an_end);
#ifdef __linux__
    g_test_add_func("/worker/priority", priority);
#endif
    return g_test_run();
}

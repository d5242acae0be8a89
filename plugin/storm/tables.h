/* tables.h - what the statistics remember things in: numbers for keys, what was seen lately, quantiles, seconds. They
 * know nothing of SIP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TABLES_H
#define SIANTO_TABLES_H

#include "hash.h"
#include "storm.h"

/* --- ids.c: different keys get the numbers 0, 1, 2 … ---------------------------------------------------
 *
 * Keys are 64-bit SipHash values under a key of the run, never the strings themselves: a name takes 32 to
 * 64 bytes however long it is, and nothing of a capture stays in memory. Two different strings
 * fall together with probability n²/2⁶⁵ (10⁶ names: 3·10⁻⁸). */
#define IDS_NONE G_MAXUINT32

struct ids {
    struct ids_slot *slots;
    guint32 mask, n, max;
};

void ids_init(struct ids *t, guint32 max);
void ids_clear(struct ids *t);
/* The key's number; IDS_NONE where it is new and the bound is reached. *fresh (may be NULL): it is new. */
guint32 ids_add(struct ids *t, guint64 key, gboolean *fresh);
/* TRUE where the key is new and was remembered. */
gboolean ids_fresh(struct ids *t, guint64 key);
/* The key's number, or IDS_NONE. */
guint32 ids_find(const struct ids *t, guint64 key);

/* A key of several parts, of which the first is a hash under the run's key. */
static inline guint64 fold(guint64 key, guint64 part)
{
    key = (key ^ part) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return key ^ key >> 32;
}

/* --- recent.c: was this seen within the window? -------------------------------------------------------- */

struct recent {
    struct recent_entry *ring; /* in order of arrival */
    guint32 *table;            /* key -> place in the ring */
    guint32 first, n, size, max;
    gint64 window_us;
    /* An entry leaves: by age, or (not `old`) since the bound is reached. May be NULL. */
    void (*leave)(void *arg, guint64 value, gboolean old);
    void *arg;
};

void recent_init(struct recent *r, gint64 window_us, guint32 max);
/* Nobody is told of the entries that are left. */
void recent_clear(struct recent *r);
/* Lets leave what is too far away from then: old, or (not `old`) of a clock that was set back. */
void recent_expire(struct recent *r, gint64 now_us);
/* The number that was remembered with `key`, to read or change before the next call; NULL: there is none. */
guint64 *recent_find(struct recent *r, guint64 key, gint64 time_us);
void recent_add(struct recent *r, guint64 key, gint64 time_us, guint64 value);
/* Of the i-th that is remembered, i below n. */
guint64 recent_value(const struct recent *r, guint32 i);
/* The number that was remembered with `key` at most window_us ago (or ahead: captures are not always in
 * order), in *value, and TRUE; else remembers key and *value. */
gboolean recent_seen(struct recent *r, guint64 key, gint64 time_us, guint64 *value);

/* --- delays.c: quantiles of durations --------------------------------------------------------------------
 *
 * A counter for each millisecond below 65.536 s and for each second up to 7 days; longer ones count there.
 * So nearest rank is exact in what is printed, memory does not grow with what is counted, and two of them
 * add up. */
struct delays {
    guint32 **blocks; /* of DELAYS_BLOCK counters; NULL: nothing was added */
    guint64 n;
};

void delays_add(struct delays *d, guint64 us);
void delays_clear(struct delays *d);
/* Of rank 1 … n; STORM_TIME_NONE for any other. */
guint64 delays_at(const struct delays *d, guint64 rank);
struct storm_delays delays_result(const struct delays *d);
/* The same of anything of n durations that knows the one of a rank, as delays_at does. */
struct storm_delays quantiles_of(guint64 n, guint64 (*at)(gconstpointer of, guint64 rank), gconstpointer of);
/* Nearest rank: ceil(n * percent / 100). */
static inline guint64 rank_of(guint64 n, guint percent)
{
    return (n * percent + 99) / 100;
}

/* --- seconds.c: something for each second that needs it, in blocks of STORM_BLOCK_S ------------------------ */

struct seconds {
    guint8 **blocks; /* NULL: nothing there */
    guint n;
    gsize item; /* bytes; zeros at first */
};

/* NULL behind STORM_SERIES_MAX_S. */
gpointer seconds_make(struct seconds *t, guint64 second);
/* NULL where nothing was made. */
gconstpointer seconds_at(const struct seconds *t, guint64 second);
void seconds_clear(struct seconds *t);

#endif

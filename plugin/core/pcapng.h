/* pcapng.h - what a pcapng file says of its interfaces and wiretap does not hand on while it reads: the statistics.
 *
 * Blocks are walked from the first to the last one; all but section headers, interfaces and statistics are passed over.
 * Of a statistics block only numbers are taken: when it was reported, start and end of the capture, five counts. The
 * last block of an interface counts: its numbers hold for all the time before. Numbers that can be none are left out:
 * counts of 2^48 and more, times before 1970 or behind 2261.
 *
 * Of a file that is no pcapng, or broken, is taken what stands before. Bounds: PCAPNG_INTERFACES_MAX interfaces.
 * Source: draft-ietf-opsawg-pcapng sections 4.1, 4.2, 4.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PCAPNG_H
#define SIANTO_PCAPNG_H

#include "bytes.h"

#define PCAPNG_INTERFACES_MAX 65536u

enum pcapng_count {
    PCAPNG_RECEIVED,
    PCAPNG_DROPPED,     /* by the interface, for lack of resources */
    PCAPNG_ACCEPTED,    /* by the filter */
    PCAPNG_OS_DROPPED,
    PCAPNG_DELIVERED,
    PCAPNG_COUNTS,
};
enum pcapng_time {
    PCAPNG_REPORTED,
    PCAPNG_START,
    PCAPNG_END,
    PCAPNG_TIMES,
};

struct pcapng_statistics {
    guint32 section, interface; /* from 0; the interface's number in its section */
    gboolean known;             /* there was a block: what follows holds */
    gint64 time_ns[PCAPNG_TIMES]; /* since 1970; -1: not said */
    gint64 count[PCAPNG_COUNTS];  /* -1: not said */
};

/* Takes up to n bytes into the buffer, or passes over them where that is NULL; how many, 0: at the end, < 0: failed. */
typedef gssize (*pcapng_read)(void *arg, guint8 *buffer, gsize n);

/* struct pcapng_statistics of all interfaces, known or not, in the order of the file; the caller frees it. */
GArray *pcapng_statistics(pcapng_read read, void *arg);

#endif

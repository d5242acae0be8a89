/* tshark.h - one run of tshark with the plugin, and how it ended.
 *
 * Without the plugin tshark takes -X sianto:... for nobody's and reads the file to no purpose, with status 0. So the
 * plugin says "loaded" on a pipe before it reads anything, and "written" when all files have their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TSHARK_H
#define SIANTO_TSHARK_H

#include <glib.h>

/* Exit statuses, the plugin's and ours. */
enum { STATUS_OK = 0, STATUS_REFUSED = 1, STATUS_FAILED = 2 };

/* What all runs of one command share. */
struct tshark {
    const char *program;   /* "tshark" */
    const char *const *words; /* for tshark itself (-o ...), as given; NULL-terminated */
    gboolean bulk;         /* Wireshark does not dissect: the core works alone, and writes the same bytes */
    gboolean quiet;        /* what the plugin and tshark say is not shown */
    int tables;            /* descriptor of a file in memory that goes from run to run, or -1 */
};

/* Reads `input` (NULL: nothing) with options "NAME=VALUE" of the plugin (NULL-terminated) and returns the exit status;
 * what is wrong was said on standard error. */
int tshark_run(const struct tshark *t, const char *input, const char *const *options);
/* Did a signal come while one ran? It was handed on; what would follow must not be run. */
gboolean tshark_was_stopped(void);

#endif

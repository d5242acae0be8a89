/* teller.h - what the modules of the sentences share, by the file that owns it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TELLER_H
#define SIANTO_TELLER_H

#include "storm.h"

struct teller {
    GPtrArray *list;
    GArray *topics; /* struct summary_topic, or NULL */
    const struct storm_result *r;
    const struct storm_analysis *a;
    const struct storm_server *server;
    const struct storm_series *series;
};

/* --- summary.c --- */

void teller_say(const struct teller *t, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* What is said from here on is about `title`. A topic without a sentence is none. */
void teller_topic(const struct teller *t, const char *title);

/* --- summary_storm.c --- */

void tell_storm(const struct teller *t, const struct storm_storm *s);
void tell_what_if(const struct teller *t);

#endif

/* storm_fixture.h - results made by hand, for tests of the reports: a storm as the paper's TR01, and what
 * else a report must be able to show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STORM_FIXTURE_H
#define SIANTO_STORM_FIXTURE_H

#include "storm.h"

/* What a test may change before it reports; pointers of `result` lead into the fixture. */
struct storm_fixture {
    struct storm_result result;
    GPtrArray *owned;
};

/* 12 min of normal traffic, 21 min 3 s of silence from second 720 on, a storm of 40 s, 11 min after it: one
 * server, 3,152 clients, all five patterns, 5xx, spikes with causes, echoes, what-ifs. */
struct storm_fixture *fixture_tr01(void);
/* The same at a second server behind the first; the labels of both are its own. */
struct storm_fixture *fixture_two_servers(void);
/* The same, and then more than a day of normal traffic. */
struct storm_fixture *fixture_long(void);
/* Normal traffic, and nothing happens. */
struct storm_fixture *fixture_quiet(void);
/* The capture begins in an outage and ends in a second one, of several parts. */
struct storm_fixture *fixture_unrecovered(void);
/* The server sends nothing. */
struct storm_fixture *fixture_one_sided(void);
/* No message. */
struct storm_fixture *fixture_empty(void);
/* Every string of the capture tries to run a script. */
struct storm_fixture *fixture_hostile(void);
void fixture_free(struct storm_fixture *f);

/* storm_report_json as text. g_free */
char *fixture_json(const struct storm_result *r);

#endif

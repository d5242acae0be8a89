/* tcp_options.h - TCP's options (RFC 9293 section 3.1): read for the walker, written anew for the writer.
 *
 * Kept: end of list, no operation, maximum segment size, window scale, selective acknowledgements permitted.
 * Moved: the blocks of selective acknowledgements (RFC 2018), timestamps (RFC 7323; left out under time=coarse). All else (Fast Open's
 * cookie, MD5 and TCP-AO digests, MPTCP's keys, what is unknown or broken) is left out with the no operations
 * that align it: what follows moves up, and the list ends in zeros, so that no length changes. (No operations
 * in its place would be a warning of Wireshark's: four in a row are what routers make.)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TCP_OPTIONS_H
#define SIANTO_TCP_OPTIONS_H

#include "bytes.h"

#define TCP_SACK_MAX 4

/* The blocks of the first sound SACK option, as captured; how many. */
guint tcp_options_sack(struct bytes options, guint32 sack[TCP_SACK_MAX][2]);

/* What is new in the options. Constants are added on the circle without 0 (flow_shift). */
struct tcp_moves {
    guint64 own_time, far_time; /* TSval, TSecr */
    const guint32 (*sack)[2];   /* as they are to be written */
    guint n_sack;               /* as tcp_options_sack said */
    gboolean no_times;          /* time=coarse: timestamps are left out */
};

gboolean tcp_options_have_time(struct bytes options);

/* Writes at most options.n bytes to `to`, where as many zeros are. */
void tcp_options_write(struct bytes options, const struct tcp_moves *m, guint8 *to);

#endif

/* sip_signal.h - what a written frame that holds no SIP message tells: keep-alives, connections asked for and refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SIP_SIGNAL_H
#define SIANTO_SIP_SIGNAL_H

#include "event.h"

/* Fills kind, bytes and ends of `s` (not time, number, hash) from a frame that is kept since it serves SIP, walked
 * as it is written. FALSE: it tells nothing that the statistics count. */
gboolean signal_from_frame(struct sip_signal *s, const struct frame *f);

#endif

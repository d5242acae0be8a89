/* sdp_fmtp.h - private to sdp*.c: the format parameters that are known (a=fmtp).
 *
 * Numbers, modes and flags of codecs, each with its bound. What describes a coded picture or carries
 * data (sprop-parameter-sets, config, configuration ...) is not here: it is redacted, since encoders
 * put user data into it and it is as good as a serial number.
 *
 * Sources: RFC 2429, 3016, 3047, 3389, 3551, 4629, 4733, 4867, 5404, 5574, 6184, 6416, 7587, 7741,
 * 7798, 9628 (payload formats), 3GPP TS 26.445 (EVS), ITU-T T.38 and G.7xx as their payload formats
 * name them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SDP_FMTP_H
#define SIANTO_SDP_FMTP_H

#include "sdp_rule.h"

extern const struct sdp_params sdp_fmtp;

#endif

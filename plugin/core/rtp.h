/* rtp.h - RTP and RTCP (RFC 3550, 3611, 4585, 5761) with headers only, for other=headers.
 *
 * RTP: version, marker, payload type, counts kept; sequence number and timestamp moved (zeros under time=coarse),
 * SSRC and CSRCs permuted; header extension and payload zeros, padding zeros that end in its count.
 *
 * RTCP, packet by packet: header, SSRCs (permuted), counts, loss, jitter kept; the RTP timestamp and the
 * highest sequence number moved as in RTP; all that tells the time of day (NTP, LSR, DLSR) zeros; texts
 * (SDES, BYE) x of equal length, an APP name too; feedback, APP and XR data zeros but for SSRCs (and a
 * skeleton where dissectors call zeros malformed). Where packets do not fill the datagram (SRTCP's index and
 * tag, ciphertext), only the first header and SSRC can be believed: all behind them becomes zeros.
 *
 * What moves numbers is drawn from the SSRC, not from addresses and ports: RTCP comes from another port and
 * reports on the other direction, and its numbers have to stay those of the RTP stream. They move on the full
 * circle: for a sequence number 0 is a number like others, and to leave it in place would show as loss.
 *
 * All written texts are as long as the captured ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_RTP_H
#define SIANTO_RTP_H

#include "codec.h"

/* Version 2, lists and extension that fit, a padding count that fits, a payload type that is not RTCP's
 * (64 to 95, RFC 5761). Never sure: any 12 bytes may look so. */
gboolean rtp_recognise(struct bytes b);
void rtp_rewrite(struct codec *c);

/* Version 2, packet type 200 to 207, a length that fits. */
gboolean rtcp_recognise(struct bytes b);
void rtcp_rewrite(struct codec *c);

#endif

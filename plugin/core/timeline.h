/* timeline.h - time=: where the times of the input stand in the output.
 *
 *  - keep: where they stood.
 *  - START: the whole capture is moved by one number of seconds, which brings its first frame (whether that is
 *    written or not) into the second START; its fraction of a second stays. A whole number, so that what knows no
 *    fractions (Date, SDP's t=) follows by exactly as much as the frames do, and stays as far before or behind them.
 *  - coarse: times of frames are rounded down to whole seconds. Order stays; equal times are new. That is the
 *    coarsest step that leaves the analysis its bins of 1 s and an outage its length; what it loses is all below:
 *    delays, bursts within a second, the 20 ms that tell a frame captured twice from one that was sent twice. Who
 *    reads the capture loses what finer clocks tell: gaps that match a recording made elsewhere, distances by round
 *    trips, a device's clock by its drift. So other clocks in the frames go too: TCP's and RTP's timestamps.
 *    A call that is known to the second is still found among those of its second: against that, move the capture
 *    (START,coarse does both).
 *
 * The statistics are those of the times that are written. A moved capture has the same but for `start_utc`; of a coarse
 * one they are coarse, on both sides.
 *
 * What follows: frames, drop statistics of interfaces, Date and all that the policy calls `date` (RFC 3339 in bodies,
 * CPIM's DateTime), t= and the adjustment times of z= in SDP (r= and z='s offsets are durations), HEP's capture time.
 * 0 in SDP means no time and stays. A date that would leave the years 1 to 9999, or a number its 32 bits, is redacted.
 * Numbers that join captures (o=, TCP and RTP timestamps) are moved by keyed constants anyway (flow.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TIMELINE_H
#define SIANTO_TIMELINE_H

#include "bytes.h"

struct timeline {
    gboolean shifts; /* START was given, or a map says by how much */
    gboolean coarse;
    gint64 start_s;  /* START; since the epoch, as all seconds here */
    gboolean begun;  /* the first frame was seen */
    gint64 first_s;  /* its second in the input */
    gboolean known;  /* shift_s holds */
    gint64 shift_s;  /* output - input; 0 where nothing is moved */
};

/* "keep" (as NULL and ""), START, "coarse", "START,coarse"; START is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, from 1970 on.
 * FALSE: none of these, and *t says keep. */
gboolean timeline_parse(struct timeline *t, const char *text);
/* As timeline_parse(t, "keep") for a capture that goes back: by -shift_s, whatever its first frame is. */
void timeline_back(struct timeline *t, gint64 shift_s);
/* Goes on from a run that moved by so much: this one's first frame sets nothing. */
void timeline_go_on(struct timeline *t, gint64 shift_s);

enum timeline_fault { TIMELINE_OK, TIMELINE_EARLY, TIMELINE_LATE };
/* In words, behind "frame 7 would stand ". */
const char *timeline_fault_text(enum timeline_fault fault);

/* A frame's time, in place, in the order of the input: the first one sets the shift. Behind last_s: TIMELINE_LATE,
 * before 1970: TIMELINE_EARLY; nothing is changed then. `keep` changes and refuses nothing. */
enum timeline_fault timeline_move(struct timeline *t, gint64 *s, gint32 *ns, gint64 last_s);
/* Nanoseconds since 1970 of what is no frame, in place. FALSE: not to be said. */
gboolean timeline_move_ns(const struct timeline *t, gint64 *ns, gint64 last_s);

/* For texts; `t` NULL: keep. */
static inline gboolean timeline_is_coarse(const struct timeline *t)
{
    return t && t->coarse;
}
static inline gboolean timeline_moves(const struct timeline *t)
{
    return t && t->shifts;
}
/* A second that a text says, counted from any epoch, in place. FALSE: it would leave [min, max], or is not known. */
gboolean timeline_second(const struct timeline *t, gint64 *s, gint64 min, gint64 max);

#endif

/* tap.h - when frames are asked for, and how they come: a listener on "frame".
 *
 * No listener is registered unless an option or -z asks for it, since a listener alone makes tshark
 * dissect. It needs no tree; only crosscheck does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TAP_H
#define SIANTO_TAP_H

#include "compat.h"

#include "capture.h"
#include "run.h"

/* -z sianto,stats. At registration. */
void tap_register(void);
/* Options are parsed: begins the run that they ask for, if any; refuses (exit status 1) what cannot be. */
void tap_start(void);
/* In the GUI: gives the frames of the loaded capture to a run; run_finish or run_abandon are the caller's. */
enum capture_end tap_run(struct run *run, const struct options *o, gboolean displayed, GError **error);
/* From the post-dissector, for each frame, before the listener has it. */
void tap_note(const packet_info *pinfo);

#endif

/* hold.h - frames that wait, in the order they came (DESIGN section 7, "Order").
 *
 * Bounds: HOLD_TIME_US of capture time and the bytes that it was made with: then the first one is overdue.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_HOLD_H
#define SIANTO_HOLD_H

#include "waiting.h"

struct hold;

struct hold *hold_new(guint64 bytes);
void hold_free(struct hold *h); /* when it is empty */

/* Takes the frame into the line; the caller frees it after hold_pop. */
void hold_push(struct hold *h, struct waiting *w);
struct waiting *hold_head(const struct hold *h); /* NULL: nobody waits */
void hold_pop(struct hold *h);

/* A frame of that time arrived: time never goes back here, so that one that is wrong makes none overdue that come
 * behind it. */
void hold_time(struct hold *h, gint64 now_us);
/* Has the first one to leave? */
gboolean hold_overdue(const struct hold *h);

#endif

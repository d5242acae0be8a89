/* inquiry.h - one value at a time through the tables of a run, both ways: what was u12, what became of alice.
 *
 * Only what the run knows is answered: nothing gets a label by being asked for (with labels=keyed, where the key
 * alone makes labels, every original has one). Addresses and tokens need the key alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_INQUIRY_H
#define SIANTO_INQUIRY_H

#include "map.h"
#include "sianto.h"

struct inquiry;

/* settings->map may be NULL: the key alone. Errors as sianto_new. The map must outlive the look-up. */
struct inquiry *inquiry_new(const struct sianto_settings *settings, const struct key *key, GError **error);
void inquiry_free(struct inquiry *l);

/* An answer: `text` is the original of the value (was), or what the value became. `kind`: of kind.h's names, or
 * "frame". Borrowed during the call. */
typedef void (*inquiry_answer)(void *arg, const char *kind, gboolean was, struct bytes text);

/* `value`: an address, a MAC, a label, an original, or a token; with "KIND:" in front (user:, call-id:, frame: ...)
 * only as such. A token without its kind is answered for each, since any value is a token's image. FALSE: nothing
 * is known of it. */
gboolean inquiry_ask(struct inquiry *l, const char *value, inquiry_answer fn, void *arg);

#endif

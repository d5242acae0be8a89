/* check.h - what all unit tests share: guard pages, prefixes, random bytes, readable failures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CHECK_H
#define SIANTO_CHECK_H

#include "bytes.h"

/* Calls fn with a copy of `b` whose last byte touches a forbidden page: one byte read too far is a
 * crash without any sanitizer. */
void check_guarded(struct bytes b, void (*fn)(struct bytes b, void *arg), void *arg);
/* check_guarded for every prefix of `b`, the empty one and `b` itself included. */
void check_prefixes(struct bytes b, void (*fn)(struct bytes b, void *arg), void *arg);

/* Compares and shows both as text. `what` names the row. */
void check_text(const char *what, struct bytes got, const char *expected);

#endif

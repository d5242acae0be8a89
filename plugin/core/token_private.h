/* token_private.h - for the tests of token.c alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TOKEN_PRIVATE_H
#define SIANTO_TOKEN_PRIVATE_H

#include "token.h"

/* Keyed hex tokens are made from the first `bits` bits of the HMAC only, so that a collision can be
 * seen. */
void tokens_shorten_keyed(struct tokens *t, guint bits);

#endif

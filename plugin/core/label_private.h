/* label_private.h - for the tests of label.c alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_LABEL_PRIVATE_H
#define SIANTO_LABEL_PRIVATE_H

#include "label.h"

/* Keyed labels are made from the first `bits` bits of the HMAC only, so that a collision can be seen. */
void labels_shorten_keyed(struct labels *l, guint bits);

#endif

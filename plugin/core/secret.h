/* secret.h - memory for keys and passphrases: locked, in no core dump, not inherited by children, wiped.
 *
 * libgcrypt's secure memory is not used: Wireshark sets libgcrypt up without it (measured, 4.0.17: a block of
 * gcry_malloc_secure is an ordinary one there). Each block takes pages of its own, so this is for a few small
 * secrets. Where the system lets nothing be locked (RLIMIT_MEMLOCK) the rest still holds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SECRET_H
#define SIANTO_SECRET_H

#include <glib.h>

/* n > 0 bytes, zeros. Never NULL: without memory the process ends, as in g_malloc. */
void *secret_alloc(gsize n);
/* Wipes and frees; NULL is fine. */
void secret_free(void *p);

#endif

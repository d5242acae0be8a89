/* aes.h - AES-128 as a pseudorandom function of single blocks, by libgcrypt.
 *
 * One handle for a use, few calls: a call costs as much as some ten blocks, so callers gather the
 * blocks that do not depend on each other. A failure of libgcrypt after the key was accepted cannot
 * come from a capture; going on would write originals, so it ends the process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AES_H
#define SIANTO_AES_H

#include <gcrypt.h>

#include "bytes.h"

#define AES_BLOCK 16

/* NULL and an error of SIANTO_KEY_ERROR where libgcrypt refuses. The key lies in secure memory as long
 * as there is some. The caller frees the handle by aes_free. */
gcry_cipher_hd_t aes_new(const guint8 key[AES_BLOCK], GError **error);
void aes_free(gcry_cipher_hd_t aes); /* NULL is allowed */

/* Encrypts n bytes, a multiple of AES_BLOCK, in place; each block alone. */
void aes_encrypt(gcry_cipher_hd_t aes, guint8 *blocks, gsize n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aes.h"

#include "key.h"

/* A host may have set up a small pool of secure memory, or none: an ordinary handle is better than
 * no run at all. */
static gcry_error_t open_handle(gcry_cipher_hd_t *aes)
{
    gcry_error_t err = gcry_cipher_open(aes, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_ECB, GCRY_CIPHER_SECURE);
    if (err)
        err = gcry_cipher_open(aes, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_ECB, 0);
    return err;
}

gcry_cipher_hd_t aes_new(const guint8 key[AES_BLOCK], GError **error)
{
    gcry_cipher_hd_t aes = NULL;
    gcry_error_t err = open_handle(&aes);
    if (!err)
        err = gcry_cipher_setkey(aes, key, AES_BLOCK);
    if (!err)
        return aes;
    aes_free(aes);
    g_set_error(error, SIANTO_KEY_ERROR, KEY_ERROR_CRYPTO, "libgcrypt gives no AES-128: %s",
                gcry_strerror(err));
    return NULL;
}

void aes_free(gcry_cipher_hd_t aes)
{
    if (aes)
        gcry_cipher_close(aes);
}

void aes_encrypt(gcry_cipher_hd_t aes, guint8 *blocks, gsize n)
{
    gcry_error_t err = gcry_cipher_encrypt(aes, blocks, n, NULL, 0);
    if (err)
        g_error("AES: %s", gcry_strerror(err));
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "prf.h"

#include <gcrypt.h>

struct prf {
    gcry_mac_hd_t mac;
};

/* Opening a handle fails only where memory ends, and reading a MAC never: as fatal as in g_malloc. */
static void must(gcry_error_t error)
{
    if (error)
        g_error("libgcrypt: %s", gcry_strerror(error));
}

struct prf *prf_new(const struct key *key, const char *purpose)
{
    struct prf *p = g_new0(struct prf, 1);
    guint8 subkey[KEY_BYTES];
    key_subkey(key, purpose, subkey);
    /* As in aes.c: where the host has no secure memory left, ordinary memory is better than no run. */
    if (gcry_mac_open(&p->mac, GCRY_MAC_HMAC_SHA256, GCRY_MAC_FLAG_SECURE, NULL))
        must(gcry_mac_open(&p->mac, GCRY_MAC_HMAC_SHA256, 0, NULL));
    must(gcry_mac_setkey(p->mac, subkey, sizeof subkey));
    key_wipe(subkey, sizeof subkey);
    return p;
}

void prf_free(struct prf *p)
{
    if (!p)
        return;
    gcry_mac_close(p->mac);
    g_free(p);
}

void prf_digest(struct prf *p, guint8 tag, struct bytes value, guint8 out[PRF_BYTES])
{
    gsize n = PRF_BYTES;
    must(gcry_mac_reset(p->mac));
    must(gcry_mac_write(p->mac, &tag, 1));
    if (value.n)
        must(gcry_mac_write(p->mac, value.p, value.n));
    must(gcry_mac_read(p->mac, out, &n));
}

struct hash_key prf_hash_key(struct prf *p, guint8 tag)
{
    guint8 digest[PRF_BYTES];
    struct hash_key key;
    prf_digest(p, tag, BYTES_LIT("hash"), digest);
    memcpy(&key.k0, digest, sizeof key.k0);
    memcpy(&key.k1, digest + sizeof key.k0, sizeof key.k1);
    return key;
}

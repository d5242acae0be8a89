/* key.h - the run's key and the subkeys drawn from it (DESIGN section 4).
 *
 * The 32 bytes are the Crypto-PAn key as published: 16 bytes AES-128 key, 16 bytes pad. Every
 * other use has its own subkey, HMAC-SHA-256(key, "sianto/1/" + purpose).
 * Key material lies in secret memory (secret.h) and is wiped by key_free. One key for one release: it
 * links all that was released under it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_KEY_H
#define SIANTO_KEY_H

#include "bytes.h"

#define KEY_BYTES 32

struct key;

#define SIANTO_KEY_ERROR sianto_key_error_quark()
GQuark sianto_key_error_quark(void);
enum sianto_key_error {
    KEY_ERROR_CRYPTO,     /* libgcrypt cannot be used */
    KEY_ERROR_FILE,       /* cannot be read */
    KEY_ERROR_MODE,       /* may be read by others than its owner */
    KEY_ERROR_FORMAT,     /* not 64 hex digits (white space around them is allowed) */
    KEY_ERROR_DEGENERATE, /* one repeated byte */
    KEY_ERROR_EXISTS,     /* key_create: there is such a file, or it cannot be made */
};

/* Initialises libgcrypt once for the process (safe where the host did it before). */
gboolean key_init_library(GError **error);

struct key *key_new_random(GError **error);
struct key *key_new(const guint8 raw[KEY_BYTES], GError **error);
/* A file of 64 hex digits that only its owner can read (mode & 077 == 0). */
struct key *key_load(const char *path, GError **error);
/* Draws a key and writes it to a new file, mode 0600; an existing one is never touched. */
gboolean key_create(const char *path, GError **error);
void key_free(struct key *key);

/* The raw key; borrowed for the life of `key`. */
const guint8 *key_raw(const struct key *key);
/* 32 bytes for `purpose`, for example "mac", "token/tag"; the caller wipes them after use. */
void key_subkey(const struct key *key, const char *purpose, guint8 out[KEY_BYTES]);
/* 16 hex digits that tell keys apart and say nothing of them: a subkey's. */
#define KEY_FINGERPRINT_CHARS 16
void key_fingerprint(const struct key *key, char out[KEY_FINGERPRINT_CHARS + 1]);
/* 64 hex digits; FALSE: anything else. `raw` is the caller's to wipe. */
gboolean key_parse(struct bytes text, guint8 raw[KEY_BYTES]);
/* Overwrites n bytes in a way that the compiler keeps. */
void key_wipe(void *p, gsize n);

#endif

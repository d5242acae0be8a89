/* kdf.h - keys from passphrases: Argon2id (RFC 9106), by libgcrypt.
 *
 * A passphrase is the first line of a file that only its owner can read. The salt and the costs are no secret:
 * they are written down, as text, beside what they protect:
 *
 *      argon2id t=3 m=65536 p=4 salt=000102030405060708090a0b0c0d0e0f
 *
 * (t: passes, m: KiB, p: lanes: RFC 9106's second recommended choice; a third of a second here.) For key-pass=FILE
 * that is FILE.salt: one line, "sianto-key-salt 1 " and the above. Passphrase and salt together are the key: who
 * needs it on another machine copies both.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_KDF_H
#define SIANTO_KDF_H

#include "key.h"

#define KDF_SALT_BYTES 16
/* Of a passphrase, in bytes. Twelve is little; but a passphrase is the user's to choose. */
#define PASSPHRASE_MIN 12
#define PASSPHRASE_MAX 1024

/* Bounds of what is taken from a file: nobody else shall make us compute for hours, or take all memory. */
#define KDF_PASSES_MAX 64
#define KDF_MEMORY_KIB_MAX (1024 * 1024)
#define KDF_LANES_MAX 64

#define SIANTO_KDF_ERROR sianto_kdf_error_quark()
GQuark sianto_kdf_error_quark(void);
enum sianto_kdf_error {
    KDF_ERROR_PASSPHRASE, /* the file cannot be read, or by others too, or it holds no passphrase */
    KDF_ERROR_SALT,       /* the salt's file is missing, cannot be made, or is none */
    KDF_ERROR_CRYPTO,     /* libgcrypt refuses: memory */
};

struct kdf {
    guint32 passes, memory_kib, lanes;
    guint8 salt[KDF_SALT_BYTES];
};

struct passphrase;

/* `option` names the option in errors: "key-pass", "map-pass". */
struct passphrase *passphrase_load(const char *option, const char *path, GError **error);
void passphrase_free(struct passphrase *p);

/* Today's costs and a fresh salt. */
void kdf_init(struct kdf *kdf);
/* The line above, without line end; caller frees. */
char *kdf_text(const struct kdf *kdf);
/* FALSE: not of that form, or out of bounds. */
gboolean kdf_parse(struct kdf *kdf, struct bytes text);

/* 32 bytes for `purpose`, so that one passphrase gives different keys for different uses. `out` is the caller's
 * secret memory. */
gboolean kdf_derive(const struct kdf *kdf, const struct passphrase *p, const char *purpose, guint8 out[KEY_BYTES],
                    GError **error);

/* key-pass=: the key of the passphrase in `path`. A missing salt is made where `make_salt`, and *made says so. */
struct key *kdf_key(const char *path, gboolean make_salt, gboolean *made, GError **error);

#endif

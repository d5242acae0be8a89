/* seal.h - lines to a file, plain or under AES-256-GCM, and back: a buffer between a map and its descriptor.
 *
 * A sealed file is one line of text, the ciphertext, and a tag of 16 bytes:
 *
 *      sianto-sealed-map 1 argon2id t=3 m=65536 p=4 salt=... nonce=000102030405060708090a0b\n
 *
 * The line is authenticated with the content (it is the additional data). The key is Argon2id's of the passphrase
 * and a salt that is fresh for each file (kdf.h), so a nonce never comes twice under one key.
 * Nothing is handed out of a sealed file before all of it was found authentic: it is read twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SEAL_H
#define SIANTO_SEAL_H

#include "kdf.h"

#define SIANTO_SEAL_ERROR sianto_seal_error_quark()
GQuark sianto_seal_error_quark(void);
enum sianto_seal_error {
    SEAL_ERROR_FILE,       /* reading or writing failed */
    SEAL_ERROR_PASSPHRASE, /* one is needed, or one is given and none is needed */
    SEAL_ERROR_BROKEN,     /* wrong passphrase, or not as it was written */
};

/* --- writing --- */

struct sealer;

/* Writes to `fd` from its position on, which stays the caller's. p: NULL for plain text; used during the call. */
struct sealer *sealer_new(int fd, const struct passphrase *p, GError **error);
/* Faults are kept for sealer_finish. */
void sealer_put(struct sealer *s, struct bytes text);
gboolean sealer_finish(struct sealer *s, GError **error);
void sealer_free(struct sealer *s);

/* --- reading --- */

struct unsealer;

/* From the beginning of `fd`, which must be one that can be read at any place and stays the caller's. `name` is
 * for errors. Fails where the content is not authentic. */
struct unsealer *unsealer_new(int fd, const char *name, const struct passphrase *p, GError **error);
/* A line without its end; valid until the next call. FALSE: the end, or *error is set. A last line without an end
 * is none. Lines longer than SEAL_LINE_MAX are refused. */
#define SEAL_LINE_MAX (4u << 20)
gboolean unsealer_line(struct unsealer *u, struct bytes *line, GError **error);
void unsealer_free(struct unsealer *u);

#endif

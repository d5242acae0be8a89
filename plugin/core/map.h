/* map.h - the one-to-one map of a run: what turns an anonymized capture back, as a file of lines.
 *
 *      sianto-map 1
 *      version 0.1.0
 *      settings labels=readable addresses=class other=drop ...     what shapes labels and images
 *      key-fingerprint 0123456789abcdef                            key.h
 *      key 00112233...                                             64 hex digits; only a key drawn for this run
 *      shift -1700000000                                           time=START: seconds, output less input; only where not 0
 *      country 49                                                  where it was given
 *      keep 192.0.2.0/24                                           a kept network (keep=), one a line
 *      policy %5bheader%5d%0aX-Our-Id=token%0a                     policy=, the whole text
 *      frames 1 3 20                                               the output's 1 to 20 are the input's 3 to 22
 *      pair user alice u12                                         kind, original, label
 *      capture 20 2c26b46b68ffc68f...                              frames and SHA-256 of what was written
 *      end 12                                                      lines before this one: all are there
 *
 * in this order. Words are separated by one blank; in a word all but printable ASCII, and "%", is percent-escaped.
 * Originals are canonical: a user without escapes, a telephone number's digits, a host in lower case, a product as it
 * is. Pairs have the kinds user, phone, domain and agent, and those tokens that the key cannot invert (token.h) under
 * call-id, tag, branch, nonce or token. Addresses and all other tokens are no pairs: the key inverts them. Several
 * agents may share the label of a well-known product. An input frame may come twice (what was decrypted in it).
 * "capture" ties the map to one output: over each frame's length on the wire (8 bytes, big-endian), captured length
 * (the same) and bytes.
 *
 * A map under a passphrase: seal.h. Who has the map has the originals: mode 0600, to be kept as the capture itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_MAP_H
#define SIANTO_MAP_H

#include "kdf.h"
#include "kind.h"

struct sianto_settings;

#define SIANTO_MAP_ERROR sianto_map_error_quark()
GQuark sianto_map_error_quark(void);
enum sianto_map_error {
    MAP_ERROR_FILE,   /* cannot be opened, read or written; or others may read it */
    MAP_ERROR_FORMAT, /* no map, or not all of one */
    MAP_ERROR_KEY,    /* of another key, or a key is needed */
    MAP_ERROR_CAPTURE /* of another capture */
};

#define MAP_DIGEST_BYTES 32

/* --- the frames of a capture, as "capture" tells them --- */

struct capture_digest;

struct capture_digest *capture_digest_new(void);
void capture_digest_frame(struct capture_digest *d, struct bytes frame, guint32 wire_len);
guint64 capture_digest_frames(const struct capture_digest *d);
void capture_digest_get(struct capture_digest *d, guint8 out[MAP_DIGEST_BYTES]);
void capture_digest_free(struct capture_digest *d);

/* --- writing: frames as they are written, the rest at the end; memory for a buffer only --- */

struct map_writer;

/* To `fd`, which stays the caller's; `pass` NULL: plain; used during the call. `described`: words of "settings".
 * settings.time must be known by then: after the first frame.
 * `with_key`: the key was drawn for this run. */
struct map_writer *map_writer_new(int fd, const struct passphrase *pass, const struct sianto_settings *settings,
                                  const char *described, const struct key *key, gboolean with_key, GError **error);
/* The next frame of the output is the input's `number`. */
void map_writer_frame(struct map_writer *w, guint64 number, struct bytes frame, guint32 wire_len);
void map_writer_pair(struct map_writer *w, enum kind kind, struct bytes original, struct bytes label);
/* Behind the last pair. FALSE: some of it could not be written. */
gboolean map_writer_finish(struct map_writer *w, GError **error);
void map_writer_free(struct map_writer *w);

/* --- reading --- */

struct map_pair {
    enum kind kind;
    struct bytes original, label;
};

struct map_range {
    guint64 out, in, n;
};

struct map {
    char *name;                        /* as given, for errors */
    char *settings, *country, *policy; /* country, policy: NULL where none was given */
    GPtrArray *networks;               /* gchar *, NULL-terminated */
    char fingerprint[KEY_FINGERPRINT_CHARS + 1];
    struct key *key;                   /* NULL: was given to the run */
    GArray *pairs;                     /* struct map_pair */
    GArray *ranges;                    /* struct map_range, by `out` */
    gint64 shift_s;                    /* time=START: output less input; 0: as it was */
    guint64 frames;
    guint8 digest[MAP_DIGEST_BYTES];
    struct arena *arena;               /* of the pairs' texts */
};

/* All of it into memory; `fd` stays the caller's and can be read at any place. */
struct map *map_read(int fd, const char *name, const struct passphrase *pass, GError **error);
/* A file that only its owner can read. */
struct map *map_load(const char *path, const struct passphrase *pass, GError **error);
void map_free(struct map *m);

/* The key that the map needs: its own, or `given` (which may be NULL), which must have its fingerprint. Borrowed. */
const struct key *map_key(const struct map *m, const struct key *given, GError **error);
/* Is this the capture that the map was written with? */
gboolean map_check_capture(const struct map *m, struct capture_digest *d, GError **error);

#endif

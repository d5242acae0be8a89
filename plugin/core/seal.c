/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seal.h"

#include <errno.h>
#include <gcrypt.h>
#include <unistd.h>

#include "secret.h"

#define SEALED_LINE "sianto-sealed-map 1 "
#define HEADER_MAX 256
#define NONCE_BYTES 12
#define TAG_BYTES 16
/* A multiple of AES's block: only the last piece is not. */
#define BUFFER_BYTES 8192

G_DEFINE_QUARK(sianto-seal-error, sianto_seal_error)

static gboolean refuse(GError **error, enum sianto_seal_error code, const char *name, const char *what)
{
    g_set_error(error, SIANTO_SEAL_ERROR, (gint)code, "map %s %s", name, what);
    return FALSE;
}

/* --- the cipher --------------------------------------------------------------------------------------- */

/* NULL with an error of libgcrypt's; `header` is the line with its end. */
static gcry_cipher_hd_t cipher_new(const struct kdf *kdf, const struct passphrase *p, const guint8 nonce[NONCE_BYTES],
                                   const char *header, GError **error)
{
    gcry_cipher_hd_t cipher = NULL;
    guint8 *key = secret_alloc(KEY_BYTES);
    gboolean ok = kdf_derive(kdf, p, "sianto/1/map", key, error);
    gcry_error_t err = 0;
    if (ok)
        err = gcry_cipher_open(&cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 0);
    if (ok && !err)
        err = gcry_cipher_setkey(cipher, key, KEY_BYTES);
    if (ok && !err)
        err = gcry_cipher_setiv(cipher, nonce, NONCE_BYTES);
    if (ok && !err)
        err = gcry_cipher_authenticate(cipher, header, strlen(header));
    secret_free(key);
    if (ok && !err)
        return cipher;
    if (err)
        g_set_error(error, SIANTO_SEAL_ERROR, SEAL_ERROR_FILE, "libgcrypt gives no AES-256-GCM: %s",
                    gcry_strerror(err));
    if (cipher)
        gcry_cipher_close(cipher);
    return NULL;
}

static char *header_text(const struct kdf *kdf, const guint8 nonce[NONCE_BYTES])
{
    g_autofree char *costs = kdf_text(kdf);
    GString *line = g_string_new(SEALED_LINE);
    g_string_append_printf(line, "%s nonce=", costs);
    for (guint i = 0; i < NONCE_BYTES; i++)
        g_string_append_printf(line, "%02x", nonce[i]);
    g_string_append_c(line, '\n');
    return g_string_free(line, FALSE);
}

/* --- writing ------------------------------------------------------------------------------------------ */

struct sealer {
    int fd, fault; /* errno of the first that failed */
    gcry_cipher_hd_t cipher; /* NULL: plain */
    guint8 *buffer; /* secret: keys pass through it */
    gsize n;
};

static void write_all(struct sealer *s, const guint8 *p, gsize n)
{
    while (n && !s->fault) {
        gssize done = write(s->fd, p, n);
        if (done < 0 && errno != EINTR)
            s->fault = errno;
        p += MAX(done, 0);
        n -= (gsize)MAX(done, 0);
    }
}

static void flush(struct sealer *s)
{
    gcry_error_t err = s->cipher && s->n ? gcry_cipher_encrypt(s->cipher, s->buffer, s->n, NULL, 0) : 0;
    if (err && !s->fault)
        s->fault = EIO;
    write_all(s, s->buffer, s->n);
    s->n = 0;
}

struct sealer *sealer_new(int fd, const struct passphrase *p, GError **error)
{
    struct sealer *s = g_new0(struct sealer, 1);
    s->fd = fd;
    s->buffer = secret_alloc(BUFFER_BYTES);
    if (!p)
        return s;
    struct kdf kdf;
    guint8 nonce[NONCE_BYTES];
    kdf_init(&kdf);
    gcry_create_nonce(nonce, sizeof nonce);
    g_autofree char *header = header_text(&kdf, nonce);
    s->cipher = cipher_new(&kdf, p, nonce, header, error);
    if (!s->cipher) {
        sealer_free(s);
        return NULL;
    }
    write_all(s, (const guint8 *)header, strlen(header));
    return s;
}

void sealer_put(struct sealer *s, struct bytes text)
{
    for (gsize at = 0; at < text.n;) {
        struct bytes part = bytes_sub(text, at, BUFFER_BYTES - s->n);
        memcpy(s->buffer + s->n, part.p, part.n);
        s->n += part.n;
        at += part.n;
        if (s->n == BUFFER_BYTES)
            flush(s);
    }
}

gboolean sealer_finish(struct sealer *s, GError **error)
{
    guint8 tag[TAG_BYTES];
    flush(s);
    if (s->cipher && gcry_cipher_gettag(s->cipher, tag, sizeof tag) == 0)
        write_all(s, tag, sizeof tag);
    else if (s->cipher && !s->fault)
        s->fault = EIO;
    if (s->fault)
        g_set_error(error, SIANTO_SEAL_ERROR, SEAL_ERROR_FILE, "cannot be written: %s", g_strerror(s->fault));
    return !s->fault;
}

void sealer_free(struct sealer *s)
{
    if (!s)
        return;
    if (s->cipher)
        gcry_cipher_close(s->cipher);
    secret_free(s->buffer);
    g_free(s);
}

/* --- reading ------------------------------------------------------------------------------------------ */

struct unsealer {
    int fd;
    char *name;
    gcry_cipher_hd_t cipher;
    gint64 from, at, end; /* of the content in the file; end: G_MAXINT64 where it is plain */
    guint8 nonce[NONCE_BYTES];
    char *header;
    guint8 *buffer; /* secret */
    gsize used, n;
    GByteArray *line; /* one that does not lie in the buffer as a whole */
};

static gssize read_at(const struct unsealer *u, gint64 at, guint8 *p, gsize n)
{
    gsize all = 0;
    gssize got = 1;
    while (all < n && got != 0) {
        got = pread(u->fd, p + all, n - all, at + (gint64)all);
        if (got < 0 && errno != EINTR)
            return -1;
        all += (gsize)MAX(got, 0);
    }
    return (gssize)all;
}

/* More of the content behind what is in the buffer. 0: the end. */
static gssize fill(struct unsealer *u)
{
    gsize room = BUFFER_BYTES - u->n;
    gint64 left = u->end - u->at;
    gssize got = read_at(u, u->at, u->buffer + u->n, left < (gint64)room ? (gsize)MAX(left, 0) : room);
    if (got <= 0)
        return got;
    if (u->cipher && gcry_cipher_decrypt(u->cipher, u->buffer + u->n, (gsize)got, NULL, 0) != 0)
        return -1;
    u->at += got;
    u->n += (gsize)got;
    return got;
}

static gboolean begin_content(struct unsealer *u)
{
    u->at = u->from;
    u->used = u->n = 0;
    return !u->cipher || (gcry_cipher_reset(u->cipher) == 0 &&
                          gcry_cipher_setiv(u->cipher, u->nonce, NONCE_BYTES) == 0 &&
                          gcry_cipher_authenticate(u->cipher, u->header, strlen(u->header)) == 0);
}

static gboolean is_authentic(struct unsealer *u)
{
    guint8 tag[TAG_BYTES];
    gssize got;
    while ((got = fill(u)) > 0)
        u->n = 0;
    return got == 0 && u->at == u->end && read_at(u, u->end, tag, sizeof tag) == TAG_BYTES &&
           gcry_cipher_checktag(u->cipher, tag, sizeof tag) == 0;
}

/* "argon2id ... salt=HEX nonce=HEX": both in the one spelling that we write. */
static gboolean parse_header(struct unsealer *u, struct bytes line, struct kdf *kdf)
{
    struct bytes words = bytes_from(line, strlen(SEALED_LINE));
    gsize nonce = bytes_find(words, BYTES_LIT(" nonce="));
    if (nonce == NOT_FOUND || !kdf_parse(kdf, bytes_sub(words, 0, nonce)))
        return FALSE;
    struct bytes hex = bytes_from(words, nonce + strlen(" nonce="));
    if (hex.n != 2 * NONCE_BYTES)
        return FALSE;
    for (gsize i = 0; i < NONCE_BYTES; i++)
        u->nonce[i] = (guint8)(g_ascii_xdigit_value((gchar)hex.p[2 * i]) << 4 |
                               (g_ascii_xdigit_value((gchar)hex.p[2 * i + 1]) & 15));
    u->header = header_text(kdf, u->nonce);
    return strlen(u->header) == line.n + 1 && memcmp(u->header, line.p, line.n) == 0;
}

static gboolean open_sealed(struct unsealer *u, struct bytes line, const struct passphrase *p, GError **error)
{
    struct kdf kdf;
    gint64 size = lseek(u->fd, 0, SEEK_END);
    if (!p)
        return refuse(error, SEAL_ERROR_PASSPHRASE, u->name, "is encrypted: give its passphrase by map-pass=FILE");
    u->from = (gint64)line.n + 1;
    u->end = size - TAG_BYTES;
    if (u->end < u->from || !parse_header(u, line, &kdf))
        return refuse(error, SEAL_ERROR_BROKEN, u->name, "is encrypted in a way that this version does not know");
    u->cipher = cipher_new(&kdf, p, u->nonce, u->header, error);
    if (!u->cipher)
        return FALSE;
    if (!begin_content(u) || !is_authentic(u))
        return refuse(error, SEAL_ERROR_BROKEN, u->name, "cannot be decrypted: another passphrase, or it was changed");
    return TRUE;
}

/* What is left of a map that was cut in the line that says how it is encrypted. */
static gboolean is_cut(struct bytes text)
{
    return bytes_chr(text, '\n') == NOT_FOUND &&
           (bytes_starts(text, BYTES_LIT(SEALED_LINE)) || bytes_starts(BYTES_LIT(SEALED_LINE), text));
}

static gboolean open_any(struct unsealer *u, const struct passphrase *p, GError **error)
{
    guint8 head[HEADER_MAX];
    gssize got = read_at(u, 0, head, sizeof head);
    struct bytes text = {head, (gsize)MAX(got, 0)};
    gsize end = bytes_chr(text, '\n');
    if (got < 0)
        return refuse(error, SEAL_ERROR_FILE, u->name, "cannot be read");
    if (end != NOT_FOUND && bytes_starts(text, BYTES_LIT(SEALED_LINE)))
        return open_sealed(u, bytes_sub(text, 0, end), p, error) && begin_content(u);
    if (is_cut(text))
        return refuse(error, SEAL_ERROR_BROKEN, u->name, "is damaged: it ends within its first line");
    if (p)
        return refuse(error, SEAL_ERROR_PASSPHRASE, u->name, "is not encrypted: leave map-pass=");
    return TRUE;
}

struct unsealer *unsealer_new(int fd, const char *name, const struct passphrase *p, GError **error)
{
    struct unsealer *u = g_new0(struct unsealer, 1);
    u->fd = fd;
    u->name = g_strdup(name);
    u->end = G_MAXINT64;
    u->buffer = secret_alloc(BUFFER_BYTES);
    u->line = g_byte_array_new();
    if (!open_any(u, p, error))
        g_clear_pointer(&u, unsealer_free);
    return u;
}

static struct bytes rest_of(const struct unsealer *u)
{
    return (struct bytes){u->buffer + u->used, u->n - u->used};
}

/* The rest of the buffer goes to its beginning, or, where it fills all of it, out to the long line. */
static gboolean make_room(struct unsealer *u)
{
    struct bytes rest = rest_of(u);
    if (u->used) {
        memmove(u->buffer, rest.p, rest.n);
    } else if (rest.n == BUFFER_BYTES) {
        if (u->line->len > SEAL_LINE_MAX)
            return FALSE;
        g_byte_array_append(u->line, rest.p, (guint)rest.n);
        rest.n = 0;
    }
    u->used = 0;
    u->n = rest.n;
    return TRUE;
}

static struct bytes take_line(struct unsealer *u, gsize n)
{
    struct bytes line = {u->buffer + u->used, n};
    u->used += n + 1;
    if (!u->line->len)
        return line;
    g_byte_array_append(u->line, line.p, (guint)line.n);
    return bytes_of_array(u->line);
}

gboolean unsealer_line(struct unsealer *u, struct bytes *line, GError **error)
{
    g_byte_array_set_size(u->line, 0);
    for (;;) {
        gsize end = bytes_chr(rest_of(u), '\n');
        if (end != NOT_FOUND) {
            *line = take_line(u, end);
            return TRUE;
        }
        if (!make_room(u))
            return refuse(error, SEAL_ERROR_BROKEN, u->name, "has a line that is too long to be one of ours");
        gssize got = fill(u);
        if (got < 0)
            return refuse(error, SEAL_ERROR_FILE, u->name, "cannot be read");
        if (got == 0)
            return FALSE;
    }
}

void unsealer_free(struct unsealer *u)
{
    if (!u)
        return;
    if (u->cipher)
        gcry_cipher_close(u->cipher);
    secret_free(u->buffer);
    g_byte_array_unref(u->line);
    g_free(u->header);
    g_free(u->name);
    g_free(u);
}

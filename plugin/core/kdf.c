/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kdf.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"

#define SALT_LINE "sianto-key-salt 1 "
#define SALT_FILE_MAX 256

struct passphrase {
    gsize n;
    guint8 text[PASSPHRASE_MAX + 1];
};

G_DEFINE_QUARK(sianto-kdf-error, sianto_kdf_error)

/* --- passphrases ------------------------------------------------------------------------------------ */

static gboolean refuse(GError **error, enum sianto_kdf_error code, const char *option, const char *path,
                       const char *what)
{
    g_set_error(error, SIANTO_KDF_ERROR, (gint)code, "%s=%s: %s", option, path, what);
    return FALSE;
}

/* The first line: what an editor puts behind it is no part of a passphrase, blanks inside of it are. NULL, or why it is
 * none. */
static const char *take_line(struct passphrase *p, gsize n)
{
    struct bytes all = {p->text, n};
    gsize end = bytes_chr(all, '\n');
    if (end == NOT_FOUND)
        end = n;
    if (end && p->text[end - 1] == '\r')
        end--;
    p->n = end;
    if (bytes_chr(bytes_sub(all, 0, end), 0) != NOT_FOUND)
        return "the first line holds a NUL byte; save the file as text in UTF-8";
    if (end < PASSPHRASE_MIN || end > PASSPHRASE_MAX)
        return "the first line must be a passphrase of 12 to 1024 bytes";
    return NULL;
}

static gboolean read_passphrase(struct passphrase *p, int fd, const char *option, const char *path, GError **error)
{
    struct stat st;
    gsize n = 0;
    gssize got;
    if (fd < 0 || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))
        return refuse(error, KDF_ERROR_PASSPHRASE, option, path,
                      "cannot be read; name a file whose first line is the passphrase");
    if (st.st_mode & 077)
        return refuse(error, KDF_ERROR_PASSPHRASE, option, path, "may be read by others; run chmod 600 on it");
    do {
        got = read(fd, p->text + n, sizeof p->text - n);
        n += (gsize)MAX(got, 0);
    } while (n < sizeof p->text && (got > 0 || (got < 0 && errno == EINTR)));
    if (got < 0)
        return refuse(error, KDF_ERROR_PASSPHRASE, option, path, "cannot be read");
    const char *fault = take_line(p, n);
    return !fault || refuse(error, KDF_ERROR_PASSPHRASE, option, path, fault);
}

struct passphrase *passphrase_load(const char *option, const char *path, GError **error)
{
    struct passphrase *p = secret_alloc(sizeof *p);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    gboolean ok = read_passphrase(p, fd, option, path, error);
    if (fd >= 0)
        close(fd);
    if (!ok)
        g_clear_pointer(&p, passphrase_free);
    return p;
}

void passphrase_free(struct passphrase *p)
{
    secret_free(p);
}

/* --- salt and costs ----------------------------------------------------------------------------------- */

void kdf_init(struct kdf *kdf)
{
    *kdf = (struct kdf){.passes = 3, .memory_kib = 65536, .lanes = 4};
    gcry_randomize(kdf->salt, sizeof kdf->salt, GCRY_STRONG_RANDOM);
}

char *kdf_text(const struct kdf *kdf)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "argon2id t=%u m=%u p=%u salt=", kdf->passes, kdf->memory_kib, kdf->lanes);
    for (guint i = 0; i < KDF_SALT_BYTES; i++)
        g_string_append_printf(text, "%02x", kdf->salt[i]);
    return g_string_free(text, FALSE);
}

static gboolean in_bounds(const struct kdf *kdf)
{
    return kdf->passes >= 1 && kdf->passes <= KDF_PASSES_MAX && kdf->lanes >= 1 && kdf->lanes <= KDF_LANES_MAX &&
           kdf->memory_kib >= 8 * kdf->lanes && kdf->memory_kib <= KDF_MEMORY_KIB_MAX;
}

/* Read loosely, then compared with how it is written: one spelling only. */
gboolean kdf_parse(struct kdf *kdf, struct bytes text)
{
    char line[SALT_FILE_MAX] = "", salt[2 * KDF_SALT_BYTES + 1] = "";
    if (text.n >= sizeof line)
        return FALSE;
    memcpy(line, text.p, text.n);
    *kdf = (struct kdf){.passes = 0};
    if (sscanf(line, "argon2id t=%9u m=%9u p=%9u salt=%32[0-9a-f]", &kdf->passes, &kdf->memory_kib, &kdf->lanes,
               salt) != 4)
        return FALSE;
    for (guint i = 0; i < KDF_SALT_BYTES && salt[2 * i + 1]; i++)
        kdf->salt[i] = (guint8)(g_ascii_xdigit_value(salt[2 * i]) << 4 | g_ascii_xdigit_value(salt[2 * i + 1]));
    g_autofree char *again = kdf_text(kdf);
    return bytes_eq(text, bytes_of(again)) && in_bounds(kdf);
}

/* --- derivation ----------------------------------------------------------------------------------------- */

gboolean kdf_derive(const struct kdf *kdf, const struct passphrase *p, const char *purpose, guint8 out[KEY_BYTES],
                    GError **error)
{
    const unsigned long costs[] = {KEY_BYTES, kdf->passes, kdf->memory_kib, kdf->lanes};
    gcry_kdf_hd_t hd = NULL;
    if (!key_init_library(error))
        return FALSE;
    gcry_error_t err = gcry_kdf_open(&hd, GCRY_KDF_ARGON2, GCRY_KDF_ARGON2ID, costs, G_N_ELEMENTS(costs), p->text, p->n,
                                     kdf->salt, KDF_SALT_BYTES, NULL, 0, purpose, strlen(purpose));
    if (!err)
        err = gcry_kdf_compute(hd, NULL);
    if (!err)
        err = gcry_kdf_final(hd, KEY_BYTES, out);
    if (hd)
        gcry_kdf_close(hd);
    if (err)
        g_set_error(error, SIANTO_KDF_ERROR, KDF_ERROR_CRYPTO, "Argon2id with %u MiB: %s", kdf->memory_kib / 1024,
                    gcry_strerror(err));
    return !err;
}

/* --- key-pass= ------------------------------------------------------------------------------------------ */

static gboolean write_salt(const char *path, const struct kdf *kdf)
{
    g_autofree char *text = kdf_text(kdf);
    g_autofree char *line = g_strconcat(SALT_LINE, text, "\n", NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return FALSE;
    gsize n = strlen(line);
    gboolean ok = write(fd, line, n) == (gssize)n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (!ok)
        unlink(path);
    return ok;
}

static gboolean read_salt(const char *path, struct kdf *kdf)
{
    g_autofree char *text = NULL;
    gsize n = 0;
    if (!g_file_get_contents(path, &text, &n, NULL) || n > SALT_FILE_MAX)
        return FALSE;
    struct bytes line = bytes_trim((struct bytes){(const guint8 *)text, n});
    return bytes_starts(line, BYTES_LIT(SALT_LINE)) && kdf_parse(kdf, bytes_from(line, strlen(SALT_LINE)));
}

static gboolean find_salt(const char *path, gboolean make, gboolean *made, struct kdf *kdf, GError **error)
{
    g_autofree char *salt = g_strconcat(path, ".salt", NULL);
    *made = FALSE;
    if (access(salt, F_OK) == 0)
        return read_salt(salt, kdf) ||
               refuse(error, KDF_ERROR_SALT, "key-pass", salt, "is no salt of ours; it was made beside the passphrase");
    if (!make)
        return refuse(error, KDF_ERROR_SALT, "key-pass", salt,
                      "is missing; the key depends on it: copy it from where the capture was anonymized");
    kdf_init(kdf);
    *made = write_salt(salt, kdf);
    if (!*made)
        return refuse(error, KDF_ERROR_SALT, "key-pass", salt, g_strerror(errno));
    return TRUE;
}

struct key *kdf_key(const char *path, gboolean make_salt, gboolean *made, GError **error)
{
    struct kdf kdf;
    struct key *key = NULL;
    if (!key_init_library(error))
        return NULL;
    struct passphrase *p = passphrase_load("key-pass", path, error);
    if (p && find_salt(path, make_salt, made, &kdf, error)) {
        guint8 *raw = secret_alloc(KEY_BYTES);
        if (kdf_derive(&kdf, p, "sianto/1/key", raw, error))
            key = key_new(raw, error);
        secret_free(raw);
    }
    passphrase_free(p);
    return key;
}

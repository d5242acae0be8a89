/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"

#define NEED_GCRYPT "1.10.0" /* Argon2 */
#define SECURE_POOL_BYTES (64 * 1024)
#define KEY_FILE_MAX 1024 /* 64 digits and generous white space */
#define MAKE_A_KEY "make a new one: tshark -X sianto:make-key=FILE"

struct key {
    guint8 raw[KEY_BYTES];
};

G_DEFINE_QUARK(sianto-key-error-quark, sianto_key_error)

gboolean key_init_library(GError **error)
{
    if (!gcry_check_version(NEED_GCRYPT)) {
        g_set_error(error, SIANTO_KEY_ERROR, KEY_ERROR_CRYPTO,
                    "libgcrypt %s is too old: version " NEED_GCRYPT " or later is needed",
                    gcry_check_version(NULL));
        return FALSE;
    }
    /* Wireshark sets libgcrypt up itself; doing it twice would move its secure pool. */
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
        return TRUE;
    /* Where the user may lock no memory libgcrypt warns on standard error, once for each process:
     * noise in the summary, and nothing that the user could do about it. */
    gcry_control(GCRYCTL_DISABLE_SECMEM_WARN);
    gcry_control(GCRYCTL_INIT_SECMEM, SECURE_POOL_BYTES, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return TRUE;
}

/* Under a key of one repeated byte AES key and pad are equal, and it is what a mistake looks like
 * (a file of zeros). */
static gboolean is_degenerate(const guint8 raw[KEY_BYTES])
{
    return memcmp(raw, raw + 1, KEY_BYTES - 1) == 0;
}

static struct key *key_alloc(GError **error)
{
    return key_init_library(error) ? secret_alloc(sizeof(struct key)) : NULL;
}

static struct key *degenerate(struct key *key, GError **error)
{
    key_free(key);
    g_set_error(error, SIANTO_KEY_ERROR, KEY_ERROR_DEGENERATE,
                "the key is one byte repeated and hides nothing; " MAKE_A_KEY);
    return NULL;
}

struct key *key_new(const guint8 raw[KEY_BYTES], GError **error)
{
    struct key *key = key_alloc(error);
    if (!key)
        return NULL;
    memcpy(key->raw, raw, KEY_BYTES);
    return is_degenerate(raw) ? degenerate(key, error) : key;
}

struct key *key_new_random(GError **error)
{
    struct key *key = key_alloc(error);
    if (!key)
        return NULL;
    /* Strong, not very strong: the latter may wait for the kernel's entropy, in the middle of a run. */
    gcry_randomize(key->raw, KEY_BYTES, GCRY_STRONG_RANDOM);
    return is_degenerate(key->raw) ? degenerate(key, error) : key;
}

void key_free(struct key *key)
{
    secret_free(key);
}

const guint8 *key_raw(const struct key *key)
{
    return key->raw;
}

void key_subkey(const struct key *key, const char *purpose, guint8 out[KEY_BYTES])
{
    static const char prefix[] = "sianto/1/";
    gcry_buffer_t parts[3] = {
        {.len = KEY_BYTES, .data = (void *)key->raw},
        {.len = sizeof prefix - 1, .data = (void *)prefix},
        {.len = strlen(purpose), .data = (void *)purpose},
    };
    gcry_error_t err =
        gcry_md_hash_buffers(GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC, out, parts, G_N_ELEMENTS(parts));
    if (err) /* never by a capture's doing; a subkey of rubbish would hide nothing */
        g_error("HMAC-SHA-256: %s", gcry_strerror(err));
}

void key_fingerprint(const struct key *key, char out[KEY_FINGERPRINT_CHARS + 1])
{
    guint8 subkey[KEY_BYTES];
    key_subkey(key, "fingerprint", subkey);
    for (guint i = 0; i < KEY_FINGERPRINT_CHARS / 2; i++)
        g_snprintf(out + 2 * i, 3, "%02x", subkey[i]);
    key_wipe(subkey, sizeof subkey);
}

void key_wipe(void *p, gsize n)
{
    explicit_bzero(p, n);
}

/* What is in the file never gets into a message: it may be a key with a slip in it. */
static void file_error(GError **error, enum sianto_key_error code, const char *path, const char *what)
{
    g_set_error(error, SIANTO_KEY_ERROR, code, "key file %s: %s", path, what);
}

/* The mode is asked of the open file, not of the name: nobody can change it in between. */
static gboolean check_mode(int fd, const char *path, GError **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
        file_error(error, KEY_ERROR_FILE, path, "is no file that can be read; give a file of 64 hex digits");
        return FALSE;
    }
    if ((st.st_mode & 077) == 0)
        return TRUE;
    g_set_error(error, SIANTO_KEY_ERROR, KEY_ERROR_MODE,
                "key file %s: may be read by others; run: chmod 600 %s", path, path);
    return FALSE;
}

static gssize read_all(int fd, guint8 *buf, gsize room)
{
    gsize n = 0;
    while (n < room) {
        gssize got = read(fd, buf + n, room - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        n += (gsize)got;
    }
    return (gssize)n;
}

gboolean key_parse(struct bytes text, guint8 raw[KEY_BYTES])
{
    if (text.n != 2 * KEY_BYTES)
        return FALSE;
    for (gsize i = 0; i < KEY_BYTES; i++) {
        gint hi = g_ascii_xdigit_value((gchar)text.p[2 * i]);
        gint lo = g_ascii_xdigit_value((gchar)text.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return FALSE;
        raw[i] = (guint8)(hi << 4 | lo);
    }
    return TRUE;
}

static gboolean load_fd(int fd, const char *path, guint8 raw[KEY_BYTES], GError **error)
{
    guint8 text[KEY_FILE_MAX + 1];
    if (!check_mode(fd, path, error))
        return FALSE;
    gssize n = read_all(fd, text, sizeof text);
    gboolean ok = n >= 0 && n <= KEY_FILE_MAX && key_parse(bytes_trim((struct bytes){text, (gsize)n}), raw);
    key_wipe(text, sizeof text);
    if (n < 0)
        file_error(error, KEY_ERROR_FILE, path, "cannot be read; give a file of 64 hex digits");
    else if (!ok)
        file_error(error, KEY_ERROR_FORMAT, path,
                   "does not hold 64 hex digits and nothing else; " MAKE_A_KEY);
    return ok;
}

struct key *key_load(const char *path, GError **error)
{
    guint8 raw[KEY_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, SIANTO_KEY_ERROR, KEY_ERROR_FILE, "key file %s: cannot be opened: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    struct key *key = NULL;
    if (load_fd(fd, path, raw, error)) {
        key = key_new(raw, error);
        if (!key)
            g_prefix_error(error, "key file %s: ", path);
    }
    key_wipe(raw, sizeof raw);
    close(fd);
    return key;
}

/* --- a new file ---------------------------------------------------------------------------------------- */

static gboolean write_key(int fd, const struct key *key)
{
    const gsize n = 2 * KEY_BYTES + 1;
    char *text = secret_alloc(n + 1);
    for (guint i = 0; i < KEY_BYTES; i++)
        g_snprintf(text + 2 * i, 3, "%02x", key->raw[i]);
    text[n - 1] = '\n';
    gboolean ok = write(fd, text, n) == (gssize)n && fsync(fd) == 0;
    secret_free(text);
    return ok;
}

gboolean key_create(const char *path, GError **error)
{
    struct key *key = key_new_random(error);
    if (!key)
        return FALSE;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    gboolean ok = fd >= 0 && write_key(fd, key);
    int fault = errno;
    key_free(key);
    if (fd >= 0 && close(fd) < 0)
        ok = FALSE;
    if (fd >= 0 && !ok)
        unlink(path);
    if (!ok)
        g_set_error(error, SIANTO_KEY_ERROR, KEY_ERROR_EXISTS, "key file %s cannot be made: %s; name a new file", path,
                    g_strerror(fault));
    return ok;
}

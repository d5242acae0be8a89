/* Argon2id: RFC 9106's own vector, what is written down of a derivation, passphrase files and their faults.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kdf.h"

#include <gcrypt.h>
#include <glib/gstdio.h>

#include "check.h"
#include "secret.h"

/* Cheap, so that the tests are quick under the sanitizers. */
#define CHEAP "argon2id t=1 m=64 p=2 salt=000102030405060708090a0b0c0d0e0f"

static void assert_hex(const guint8 *p, gsize n, const char *expected)
{
    GString *s = g_string_new(NULL);
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(s, "%02x", p[i]);
    g_assert_cmpstr(s->str, ==, expected);
    g_string_free(s, TRUE);
}

/* Section 5.3. The library is the one that we call. */
static void test_rfc9106(void)
{
    guint8 password[32], salt[16], secret[8], data[12], tag[32];
    const unsigned long costs[] = {sizeof tag, 3, 32, 4};
    gcry_kdf_hd_t hd;
    memset(password, 1, sizeof password);
    memset(salt, 2, sizeof salt);
    memset(secret, 3, sizeof secret);
    memset(data, 4, sizeof data);
    g_assert_true(key_init_library(NULL));
    g_assert_cmpuint(gcry_kdf_open(&hd, GCRY_KDF_ARGON2, GCRY_KDF_ARGON2ID, costs, 4, password, sizeof password, salt,
                                   sizeof salt, secret, sizeof secret, data, sizeof data), ==, 0);
    g_assert_cmpuint(gcry_kdf_compute(hd, NULL), ==, 0);
    g_assert_cmpuint(gcry_kdf_final(hd, sizeof tag, tag), ==, 0);
    gcry_kdf_close(hd);
    assert_hex(tag, sizeof tag, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

static void test_text(void)
{
    static const char *const wrong[] = {
        "", "argon2id", "argon2id t=1 m=64 p=2 salt=00010203",
        "argon2id t=0 m=64 p=2 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=65 m=64 p=2 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=1 m=15 p=2 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=1 m=1048577 p=2 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=1 m=999999999999 p=2 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=1 m=64 p=65 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=01 m=64 p=2 salt=000102030405060708090a0b0c0d0e0f",
        "argon2id t=1 m=64 p=2 salt=000102030405060708090A0B0C0D0E0F", CHEAP "0", CHEAP " ",
    };
    struct kdf kdf;
    g_assert_true(kdf_parse(&kdf, BYTES_LIT(CHEAP)));
    g_assert_cmpuint(kdf.memory_kib, ==, 64);
    g_assert_cmpuint(kdf.salt[15], ==, 15);
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(kdf_parse(&kdf, bytes_of(wrong[i])));
    struct kdf again;
    kdf_init(&kdf);
    g_autofree char *text = kdf_text(&kdf);
    g_assert_true(kdf_parse(&again, bytes_of(text)));
    g_assert_cmpmem(&kdf, sizeof kdf, &again, sizeof again);
}

static char *write_file(const char *dir, const char *name, const char *text, int mode)
{
    char *path = g_build_filename(dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, mode), ==, 0);
    return path;
}

/* Pinned: files of older versions must open. The first line counts, and the purpose. */
static void test_derive(void)
{
    static const struct {
        const char *text, *purpose, *hex;
    } rows[] = {
        {"correct horse battery", "a", "0f47b53faa5ac34bc2e2c0b83ca171e1075e59f9a4c3cb13d382a3fbbcf75a8e"},
        {"correct horse battery\n", "a", "0f47b53faa5ac34bc2e2c0b83ca171e1075e59f9a4c3cb13d382a3fbbcf75a8e"},
        {"correct horse battery\r\nmore", "a", "0f47b53faa5ac34bc2e2c0b83ca171e1075e59f9a4c3cb13d382a3fbbcf75a8e"},
        {"correct horse battery", "b", "c3f48e555bf71acd69c43870995b4baa4c8bf00442b5cf14f2c2ae4bb37ef4f3"},
    };
    g_autofree gchar *dir = g_dir_make_tmp("sianto-kdf-XXXXXX", NULL);
    struct kdf kdf;
    g_assert_true(kdf_parse(&kdf, BYTES_LIT(CHEAP)));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = write_file(dir, "pass", rows[i].text, 0600);
        guint8 *out = secret_alloc(KEY_BYTES);
        struct passphrase *p = passphrase_load("map-pass", path, NULL);
        g_assert_nonnull(p);
        g_assert_true(kdf_derive(&kdf, p, rows[i].purpose, out, NULL));
        assert_hex(out, KEY_BYTES, rows[i].hex);
        passphrase_free(p);
        secret_free(out);
        g_unlink(path);
    }
    g_rmdir(dir);
}

static void test_passphrase_faults(void)
{
    static const struct {
        const char *text;
        int mode;
        const char *word;
    } rows[] = {
        {"correct horse battery", 0640, "chmod 600"}, {"short", 0600, "12"}, {"", 0600, "12"},
        {"\ncorrect horse battery", 0600, "12"},
    };
    g_autofree gchar *dir = g_dir_make_tmp("sianto-kdf-XXXXXX", NULL);
    GError *error = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = write_file(dir, "pass", rows[i].text, rows[i].mode);
        g_assert_null(passphrase_load("map-pass", path, &error));
        g_assert_nonnull(strstr(error->message, rows[i].word));
        g_assert_null(strstr(error->message, "horse"));
        g_assert_true(g_str_has_prefix(error->message, "map-pass="));
        g_clear_error(&error);
        g_unlink(path);
    }
    g_autofree char *nul = write_file(dir, "nul", "", 0600);
    g_assert_true(g_file_set_contents_full(nul, "correct\0horse battery", 21, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_assert_null(passphrase_load("map-pass", nul, &error));
    g_assert_nonnull(strstr(error->message, "NUL"));
    g_clear_error(&error);
    g_unlink(nul);
    g_assert_null(passphrase_load("map-pass", dir, &error));
    g_clear_error(&error);
    g_autofree char *absent = g_build_filename(dir, "absent", NULL);
    g_assert_null(passphrase_load("map-pass", absent, &error));
    g_clear_error(&error);
    g_rmdir(dir);
}

/* A salt is made once, beside; then it is needed. */
static void test_key_pass(void)
{
    g_autofree gchar *dir = g_dir_make_tmp("sianto-kdf-XXXXXX", NULL);
    g_autofree char *path = write_file(dir, "pass", "correct horse battery", 0600);
    g_autofree char *salt = g_strconcat(path, ".salt", NULL);
    GError *error = NULL;
    GStatBuf st;
    gboolean made;
    g_assert_null(kdf_key(path, FALSE, &made, &error));
    g_assert_error(error, SIANTO_KDF_ERROR, KDF_ERROR_SALT);
    g_clear_error(&error);
    g_assert_cmpint(g_access(salt, 0), !=, 0);
    struct key *first = kdf_key(path, TRUE, &made, &error);
    g_assert_no_error(error);
    g_assert_true(made);
    g_assert_cmpint(g_stat(salt, &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 0777, ==, 0600);
    struct key *again = kdf_key(path, TRUE, &made, &error);
    g_assert_no_error(error);
    g_assert_false(made);
    g_assert_cmpmem(key_raw(first), KEY_BYTES, key_raw(again), KEY_BYTES);
    key_free(first);
    key_free(again);
    g_assert_true(g_file_set_contents(salt, "sianto-key-salt 1 " CHEAP " \n x", -1, NULL));
    g_assert_null(kdf_key(path, TRUE, &made, &error));
    g_assert_error(error, SIANTO_KDF_ERROR, KDF_ERROR_SALT);
    g_clear_error(&error);
    g_unlink(salt);
    g_unlink(path);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kdf/rfc9106", test_rfc9106);
    g_test_add_func("/kdf/text", test_text);
    g_test_add_func("/kdf/derive", test_derive);
    g_test_add_func("/kdf/passphrase-faults", test_passphrase_faults);
    g_test_add_func("/kdf/key-pass", test_key_pass);
    return g_test_run();
}

/* Keys: files, their modes, their faults; subkeys by a vector of Python's hmac.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "key.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

/* The sample key of the Crypto-PAn distribution. */
#define SAMPLE_HEX "1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202"
#define ZEROS_HEX "0000000000000000000000000000000000000000000000000000000000000000"

static gchar *hex_of(const guint8 *p, gsize n)
{
    GString *s = g_string_new(NULL);
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(s, "%02x", p[i]);
    return g_string_free(s, FALSE);
}

static gchar *write_file(const char *dir, const char *text, gssize n, mode_t mode)
{
    gchar *path = g_build_filename(dir, "key", NULL);
    g_assert_true(g_file_set_contents(path, text, n, NULL));
    g_assert_cmpint(g_chmod(path, (int)mode), ==, 0);
    return path;
}

static void test_subkeys(void)
{
    static const struct {
        const char *purpose, *hex;
    } rows[] = {
        {"mac", "b67f18866b54a5b500d883bb65b2391f18e180c7a970c14ef758e54aafecbb06"},
        {"token/tag", "361ea8690543e1a8006d3e18fe507ddc60e5898a656555c403b9bd70079d456b"},
    };
    static const guint8 raw[KEY_BYTES] = {21,  34, 23,  141, 51, 164, 207, 128, 19,  10,  91,
                                          22,  73, 144, 125, 16, 216, 152, 143, 131, 121, 121,
                                          101, 39, 98,  87,  76, 45,  42,  132, 34,  2};
    struct key *key = key_new(raw, NULL);
    g_assert_nonnull(key);
    g_assert_cmpmem(key_raw(key), KEY_BYTES, raw, KEY_BYTES);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint8 out[KEY_BYTES];
        key_subkey(key, rows[i].purpose, out);
        g_autofree gchar *hex = hex_of(out, KEY_BYTES);
        g_assert_cmpstr(hex, ==, rows[i].hex);
    }
    key_free(key);
    key_free(NULL);
}

static void test_random(void)
{
    struct key *a = key_new_random(NULL), *b = key_new_random(NULL);
    g_assert_nonnull(a);
    g_assert_nonnull(b);
    g_assert_cmpint(memcmp(key_raw(a), key_raw(b), KEY_BYTES), !=, 0);
    key_free(a);
    key_free(b);
    g_assert_true(key_init_library(NULL));
}

static void test_degenerate(void)
{
    for (guint byte = 0; byte < 256; byte++) {
        guint8 raw[KEY_BYTES];
        g_autoptr(GError) error = NULL;
        memset(raw, (int)byte, sizeof raw);
        g_assert_null(key_new(raw, &error));
        g_assert_error(error, SIANTO_KEY_ERROR, KEY_ERROR_DEGENERATE);
        raw[KEY_BYTES - 1] ^= 1;
        struct key *key = key_new(raw, NULL);
        g_assert_nonnull(key);
        key_free(key);
    }
}

struct file_row {
    const char *name, *text;
    mode_t mode;
    gint code; /* -1: a key */
    const char *says;
};

static const struct file_row files[] = {
    {"plain", SAMPLE_HEX, 0600, -1, NULL},
    {"line end", SAMPLE_HEX "\n", 0400, -1, NULL},
    {"white space", " \t" SAMPLE_HEX "\r\n\n", 0600, -1, NULL},
    {"upper case", "1522178D33A4CF80130A5B1649907D10D8988F837979652762574C2D2A842202", 0700, -1, NULL},
    {"empty", "", 0600, KEY_ERROR_FORMAT, "64 hex digits"},
    {"short", "1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a8422", 0600, KEY_ERROR_FORMAT, "64"},
    {"long", SAMPLE_HEX "00", 0600, KEY_ERROR_FORMAT, "64 hex digits"},
    {"no hex", "g522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202", 0600, KEY_ERROR_FORMAT,
     "64"},
    {"two lines", "1522178d33a4cf80130a5b1649907d10\nd8988f837979652762574c2d2a84220", 0600, KEY_ERROR_FORMAT,
     "64"},
    {"comment", "# my key\n" SAMPLE_HEX, 0600, KEY_ERROR_FORMAT, "64 hex digits"},
    {"zeros", ZEROS_HEX, 0600, KEY_ERROR_DEGENERATE, "repeated"},
    {"group reads", SAMPLE_HEX, 0640, KEY_ERROR_MODE, "chmod 600 "},
    {"others read", SAMPLE_HEX, 0604, KEY_ERROR_MODE, "chmod 600 "},
    {"group writes", SAMPLE_HEX, 0620, KEY_ERROR_MODE, "chmod 600 "},
    {"others run", SAMPLE_HEX, 0601, KEY_ERROR_MODE, "chmod 600 "},
};

/* One line, names the file, never what is in it. */
static void check_message(const char *path, const GError *error, const struct file_row *row)
{
    g_assert_error(error, SIANTO_KEY_ERROR, row->code);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, row->says));
    g_assert_null(strchr(error->message, '\n'));
    g_assert_null(strstr(error->message, "1522178d"));
}

static void test_files(void)
{
    g_autofree gchar *dir = g_dir_make_tmp("sianto-key-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const struct file_row *row = &files[i];
        g_autoptr(GError) error = NULL;
        g_autofree gchar *path = write_file(dir, row->text, -1, row->mode);
        struct key *key = key_load(path, &error);
        g_test_message("%s: %s", row->name, error ? error->message : "a key");
        g_assert_true((key != NULL) == (row->code < 0));
        if (key) {
            g_autofree gchar *hex = hex_of(key_raw(key), KEY_BYTES);
            g_assert_cmpstr(hex, ==, SAMPLE_HEX);
        } else {
            check_message(path, error, row);
        }
        key_free(key);
        g_remove(path);
    }
    g_rmdir(dir);
}

static void expect_file_error(const char *path, gint code)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(key_load(path, &error));
    g_assert_error(error, SIANTO_KEY_ERROR, code);
    g_assert_nonnull(strstr(error->message, path));
}

/* No file, a folder, a file without end, a key behind more white space than a key file has, NULs. */
static void test_odd_files(void)
{
    g_autofree gchar *dir = g_dir_make_tmp("sianto-key-XXXXXX", NULL);
    expect_file_error("/nonexistent/key", KEY_ERROR_FILE);
    expect_file_error(dir, KEY_ERROR_FILE);
    expect_file_error("/dev/zero", KEY_ERROR_MODE);
    g_autofree gchar *blanks = g_strnfill(4096, ' ');
    g_autofree gchar *text = g_strconcat(blanks, SAMPLE_HEX, NULL);
    g_autofree gchar *path = write_file(dir, text, -1, 0600);
    expect_file_error(path, KEY_ERROR_FORMAT);
    g_free(write_file(dir, SAMPLE_HEX "\0", 65, 0600));
    expect_file_error(path, KEY_ERROR_FORMAT);
    g_remove(path);
    g_rmdir(dir);
}

static void test_wipe(void)
{
    guint8 p[5] = {1, 2, 3, 4, 5};
    key_wipe(p, 4);
    g_assert_cmpmem(p, 5, "\0\0\0\0\5", 5);
}

/* A new file for its owner alone; an existing one stays, whatever it is. */
static void test_create(void)
{
    g_autofree gchar *dir = g_dir_make_tmp("sianto-key-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(dir, "key", NULL), *link = g_build_filename(dir, "link", NULL);
    g_autofree gchar *before = NULL, *after = NULL;
    GError *error = NULL;
    GStatBuf st;
    g_assert_true(key_create(path, &error));
    g_assert_no_error(error);
    g_assert_cmpint(g_stat(path, &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 0777, ==, 0600);
    struct key *key = key_load(path, &error);
    g_assert_no_error(error);
    key_free(key);
    g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
    g_assert_false(key_create(path, &error));
    g_assert_error(error, SIANTO_KEY_ERROR, KEY_ERROR_EXISTS);
    g_clear_error(&error);
    g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
    g_assert_cmpstr(after, ==, before);
    g_assert_cmpint(symlink("elsewhere", link), ==, 0);
    g_assert_false(key_create(link, NULL));
    g_unlink(link);
    g_unlink(path);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* By Python's hmac: HMAC-SHA-256(key, "sianto/1/fingerprint"). */
static void test_fingerprint(void)
{
    guint8 raw[KEY_BYTES];
    char text[KEY_FINGERPRINT_CHARS + 1];
    g_assert_true(key_parse(BYTES_LIT(SAMPLE_HEX), raw));
    struct key *key = key_new(raw, NULL);
    key_fingerprint(key, text);
    g_assert_cmpstr(text, ==, "65546f18e629bbbc");
    key_free(key);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key/subkeys", test_subkeys);
    g_test_add_func("/key/random", test_random);
    g_test_add_func("/key/degenerate", test_degenerate);
    g_test_add_func("/key/files", test_files);
    g_test_add_func("/key/odd-files", test_odd_files);
    g_test_add_func("/key/wipe", test_wipe);
    g_test_add_func("/key/create", test_create);
    g_test_add_func("/key/fingerprint", test_fingerprint);
    return g_test_run();
}

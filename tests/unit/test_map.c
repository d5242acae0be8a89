/* A map, plain and sealed: what was written is read; what was changed, cut or is another's is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* memfd_create */
#include "map.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "sianto.h"

static struct key *make_key(guint8 seed)
{
    guint8 raw[KEY_BYTES];
    for (guint i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 5 + seed);
    return key_new(raw, NULL);
}

static struct passphrase *make_passphrase(const char *text)
{
    g_autofree gchar *dir = g_dir_make_tmp("sianto-map-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "pass", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_chmod(path, 0600);
    struct passphrase *p = passphrase_load("map-pass", path, NULL);
    g_assert_nonnull(p);
    g_unlink(path);
    g_rmdir(dir);
    return p;
}

static const struct map_pair pairs[] = {
    {KIND_USER, BYTES_LIT("al ice\n100%"), BYTES_LIT("u1")},
    {KIND_USER, BYTES_LIT("\xc3\xa4\0x"), BYTES_LIT("u2")},
    {KIND_DOMAIN, BYTES_LIT("example.com"), BYTES_LIT("d1.invalid")},
    {KIND_CALL_ID, BYTES_LIT("\xff\xfe"), BYTES_LIT("00112233445566778899aabbccddeeff")},
};
static const guint64 numbers[] = {3, 4, 5, 9, 9, 10, 20};

static int write_map(const struct passphrase *pass, const struct key *key, gboolean with_key)
{
    const struct sianto_settings settings = {.country = "49"};
    int fd = memfd_create("map", MFD_CLOEXEC);
    GError *error = NULL;
    struct map_writer *w = map_writer_new(fd, pass, &settings, "labels=readable addresses=class", key, with_key, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        map_writer_frame(w, numbers[i], BYTES_LIT("frame"), 7);
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        map_writer_pair(w, pairs[i].kind, pairs[i].original, pairs[i].label);
    g_assert_true(map_writer_finish(w, &error));
    g_assert_no_error(error);
    map_writer_free(w);
    return fd;
}

static void check_map(const struct map *m)
{
    static const struct map_range ranges[] = {{1, 3, 3}, {4, 9, 1}, {5, 9, 2}, {7, 20, 1}};
    g_assert_cmpstr(m->settings, ==, "labels=readable addresses=class");
    g_assert_cmpstr(m->country, ==, "49");
    g_assert_null(m->policy);
    g_assert_cmpuint(m->frames, ==, G_N_ELEMENTS(numbers));
    g_assert_cmpmem(m->ranges->data, m->ranges->len * sizeof ranges[0], ranges, sizeof ranges);
    g_assert_cmpuint(m->pairs->len, ==, G_N_ELEMENTS(pairs));
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        const struct map_pair *got = &g_array_index(m->pairs, struct map_pair, i);
        g_assert_cmpint(got->kind, ==, pairs[i].kind);
        g_assert_true(bytes_eq(got->original, pairs[i].original) && bytes_eq(got->label, pairs[i].label));
    }
}

static void test_round_trip(void)
{
    struct key *key = make_key(3);
    struct passphrase *pass = make_passphrase("correct horse battery");
    for (guint i = 0; i < 4; i++) {
        gboolean sealed = (i & 1) != 0, with_key = (i & 2) != 0;
        GError *error = NULL;
        int fd = write_map(sealed ? pass : NULL, key, with_key);
        struct map *m = map_read(fd, "m", sealed ? pass : NULL, &error);
        g_assert_no_error(error);
        check_map(m);
        g_assert_true((m->key != NULL) == with_key);
        if (with_key)
            g_assert_cmpmem(key_raw(m->key), KEY_BYTES, key_raw(key), KEY_BYTES);
        map_free(m);
        close(fd);
    }
    passphrase_free(pass);
    key_free(key);
}

/* --- what is refused ------------------------------------------------------------------------------------- */

static GByteArray *content(int fd)
{
    GByteArray *all = g_byte_array_new();
    guint8 buffer[4096];
    gssize n;
    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        g_byte_array_append(all, buffer, (guint)n);
    close(fd);
    return all;
}

/* NULL, with one line that names the map, has the word, and tells nothing of what is in it. */
static void refused_by(struct bytes text, const struct passphrase *pass, const char *what, const char *word)
{
    int fd = memfd_create("map", MFD_CLOEXEC);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(write(fd, text.p, text.n), ==, (gssize)text.n);
    struct map *m = map_read(fd, "m.map", pass, &error);
    if (m || !error || !strstr(error->message, "m.map") || !strstr(error->message, word) || strchr(error->message, '\n') || strstr(error->message, "alice"))
        g_error("%s: %s", what, error ? error->message : "no error");
    close(fd);
}

static void refused(struct bytes text, const struct passphrase *pass, const char *what)
{
    refused_by(text, pass, what, "");
}

static void test_cut(void)
{
    struct key *key = make_key(3);
    g_autoptr(GByteArray) all = content(write_map(NULL, key, TRUE));
    for (guint n = 0; n < all->len; n++)
        refused((struct bytes){all->data, n}, NULL, "cut");
    key_free(key);
}

static void test_lines(void)
{
    static const struct {
        const char *line, *instead;
    } rows[] = {
        {"sianto-map 1", "sianto-map 2"},     {"pair user", "pair nobody"},        {"%0a", "%0g"},
        {"frames 4 9 1", "frames 5 9 1"},     {"frames 4 9 1", "frames 4 9 0"},    {"frames 4 9 1", "frames 4 0 1"},
        {"frames 4 9 1", "frames 4 9 1 1"},   {"country 49\n", "county 49\n"},     {"country 49\n", "\n"},
        {"capture 7", "capture -7"},          {"end ", "end 1"},                   {"key 03", "key x3"},
        {"frames 1 3 3", "frames 1 3 99999999999999999999"},
        {"key-fingerprint ", "key-fingerprint 0"},
        {"country 49\n", "country 49\ncountry 49\n"}, {"country 49\n", "settings x\n"},
    };
    struct key *key = make_key(3);
    g_autoptr(GByteArray) all = content(write_map(NULL, key, TRUE));
    g_byte_array_append(all, (const guint8 *)"", 1);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        GString *text = g_string_new((const gchar *)all->data);
        g_assert_cmpuint(g_string_replace(text, rows[i].line, rows[i].instead, 1), ==, 1);
        refused(bytes_of(text->str), NULL, rows[i].instead);
        g_string_free(text, TRUE);
    }
    key_free(key);
}

/* One bit anywhere: in the header, the nonce, the content, the tag; a byte more or less; the other passphrase. */
static void test_sealed(void)
{
    struct key *key = make_key(3);
    struct passphrase *pass = make_passphrase("correct horse battery"), *other = make_passphrase("correct horse bottery");
    g_autoptr(GByteArray) all = content(write_map(pass, key, TRUE));
    struct bytes text = bytes_of_array(all);
    gsize header = bytes_chr(text, '\n') + 1;
    const gsize places[] = {1, header - 2, header, header + 100, all->len - 17, all->len - 1};
    g_assert_cmpuint(bytes_find(text, BYTES_LIT("sianto-map")), ==, NOT_FOUND);
    g_assert_cmpuint(bytes_find(text, BYTES_LIT("example")), ==, NOT_FOUND);
    refused(text, other, "another passphrase");
    refused(text, NULL, "no passphrase");
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        all->data[places[i]] ^= 1;
        refused(text, pass, "a bit");
        all->data[places[i]] ^= 1;
    }
    refused(bytes_sub(text, 0, text.n - 1), pass, "a byte less");
    refused(bytes_sub(text, 0, header), pass, "nothing");
    refused(bytes_sub(text, 0, header + 3), pass, "less than a tag");
    for (gsize n = 0; n < header; n++)
        refused_by(bytes_sub(text, 0, n), pass, "less than a header", "damaged");
    g_autoptr(GByteArray) plain = content(write_map(NULL, key, TRUE));
    refused_by(bytes_of_array(plain), pass, "a passphrase for nothing", "not encrypted");
    passphrase_free(pass);
    passphrase_free(other);
    key_free(key);
}

static void test_file(void)
{
    struct key *key = make_key(3);
    g_autofree gchar *dir = g_dir_make_tmp("sianto-map-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "m", NULL);
    g_autoptr(GByteArray) all = content(write_map(NULL, key, TRUE));
    g_assert_true(g_file_set_contents(path, (const gchar *)all->data, (gssize)all->len, NULL));
    GError *error = NULL;
    g_chmod(path, 0644);
    g_assert_null(map_load(path, NULL, &error));
    g_assert_nonnull(strstr(error->message, "chmod 600"));
    g_clear_error(&error);
    g_chmod(path, 0600);
    struct map *m = map_load(path, NULL, &error);
    g_assert_no_error(error);
    map_free(m);
    g_assert_null(map_load(dir, NULL, &error));
    g_clear_error(&error);
    g_unlink(path);
    g_assert_null(map_load(path, NULL, &error));
    g_assert_nonnull(strstr(error->message, ": cannot be read: "));
    g_clear_error(&error);
    g_rmdir(dir);
    key_free(key);
}

/* --- whose it is ------------------------------------------------------------------------------------------ */

static void test_key(void)
{
    struct key *key = make_key(3), *other = make_key(4);
    g_autoptr(GError) error = NULL;
    int with = write_map(NULL, key, TRUE), without = write_map(NULL, key, FALSE);
    struct map *m = map_read(with, "m", NULL, NULL), *bare = map_read(without, "m", NULL, NULL);
    g_assert_true(map_key(m, NULL, NULL) == m->key);
    g_assert_true(map_key(bare, key, NULL) == key);
    g_assert_null(map_key(bare, NULL, &error));
    g_assert_error(error, SIANTO_MAP_ERROR, MAP_ERROR_KEY);
    g_assert_null(map_key(bare, other, NULL));
    g_assert_null(map_key(m, other, NULL));
    map_free(m);
    map_free(bare);
    close(with);
    close(without);
    key_free(key);
    key_free(other);
}

static void test_capture(void)
{
    struct key *key = make_key(3);
    int fd = write_map(NULL, key, TRUE);
    struct map *m = map_read(fd, "m", NULL, NULL);
    for (guint change = 0; change < 4; change++) {
        struct capture_digest *d = capture_digest_new();
        for (guint i = 0; i < G_N_ELEMENTS(numbers) - (change == 1); i++)
            capture_digest_frame(d, change == 2 && i == 3 ? BYTES_LIT("fram\0") : BYTES_LIT("frame"), change == 3 ? 8 : 7);
        g_assert_true(map_check_capture(m, d, NULL) == (change == 0));
        capture_digest_free(d);
    }
    map_free(m);
    close(fd);
    key_free(key);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/map/round-trip", test_round_trip);
    g_test_add_func("/map/cut", test_cut);
    g_test_add_func("/map/lines", test_lines);
    g_test_add_func("/map/sealed", test_sealed);
    g_test_add_func("/map/file", test_file);
    g_test_add_func("/map/key", test_key);
    g_test_add_func("/map/capture", test_capture);
    return g_test_run();
}

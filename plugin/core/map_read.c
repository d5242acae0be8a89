/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "seal.h"
#include "secret.h"

G_DEFINE_QUARK(sianto-map-error, sianto_map_error)

/* A line on its way: what stands behind the words that were taken. */
struct reading {
    struct map *map;
    struct bytes rest;
    guint64 lines;
    gboolean ended;
};

static gboolean refuse(GError **error, enum sianto_map_error code, const char *name, const char *what)
{
    g_set_error(error, SIANTO_MAP_ERROR, (gint)code, "map %s %s", name, what);
    return FALSE;
}

/* --- words ------------------------------------------------------------------------------------------------ */

/* The next word as it stands; empty at the end of the line. */
static struct bytes next_raw(struct reading *r)
{
    gsize end = MIN(bytes_chr(r->rest, ' '), r->rest.n);
    struct bytes word = bytes_sub(r->rest, 0, end);
    r->rest = bytes_from(r->rest, end + 1);
    return word;
}

static int hex_at(struct bytes b, gsize at)
{
    int c = bytes_at(b, at);
    return c < 0 ? -1 : g_ascii_xdigit_value((gchar)c);
}

/* Unescaped, in the map's arena. FALSE: an escape that is none. */
static gboolean next_word(struct reading *r, struct bytes *word)
{
    struct bytes raw = next_raw(r);
    guint8 *text = arena_alloc(r->map->arena, raw.n + 1);
    gsize n = 0;
    for (gsize i = 0; i < raw.n; i++) {
        if (raw.p[i] != '%') {
            text[n++] = raw.p[i];
            continue;
        }
        int high = hex_at(raw, i + 1), low = hex_at(raw, i + 2);
        if (high < 0 || low < 0)
            return FALSE;
        text[n++] = (guint8)(high << 4 | low);
        i += 2;
    }
    text[n] = 0;
    *word = (struct bytes){text, n};
    return TRUE;
}

static gboolean next_number(struct reading *r, guint64 *v)
{
    return bytes_number(next_raw(r), G_MAXINT64, v);
}

/* A word that holds no NUL as a string, the caller's. */
static char *next_string(struct reading *r)
{
    struct bytes word;
    if (!next_word(r, &word) || bytes_chr(word, 0) != NOT_FOUND)
        return NULL;
    return g_strndup((const char *)word.p, word.n);
}

/* --- lines, by their first word ----------------------------------------------------------------------------- */

static gboolean read_version(struct reading *r)
{
    g_autofree char *version = next_string(r);
    return version != NULL;
}

static gboolean read_settings(struct reading *r)
{
    if (r->map->settings)
        return FALSE;
    r->map->settings = g_strndup((const char *)r->rest.p, r->rest.n);
    r->rest = BYTES_NONE;
    return TRUE;
}

static gboolean read_fingerprint(struct reading *r)
{
    struct bytes word = next_raw(r);
    if (word.n != KEY_FINGERPRINT_CHARS)
        return FALSE;
    memcpy(r->map->fingerprint, word.p, word.n);
    return TRUE;
}

static gboolean read_key(struct reading *r)
{
    guint8 *raw = secret_alloc(KEY_BYTES);
    if (!r->map->key && key_parse(next_raw(r), raw))
        r->map->key = key_new(raw, NULL);
    secret_free(raw);
    return r->map->key != NULL;
}

static gboolean read_once(struct reading *r, char **text)
{
    return !*text && (*text = next_string(r)) != NULL;
}

static gboolean read_shift(struct reading *r)
{
    g_autofree char *text = next_string(r);
    return !r->map->shift_s && text &&
           g_ascii_string_to_signed(text, 10, -G_MAXINT64, G_MAXINT64, &r->map->shift_s, NULL) && r->map->shift_s;
}

static gboolean read_country(struct reading *r)
{
    return read_once(r, &r->map->country);
}

static gboolean read_policy(struct reading *r)
{
    return read_once(r, &r->map->policy);
}

static gboolean read_keep(struct reading *r)
{
    char *network = next_string(r);
    if (network)
        g_ptr_array_add(r->map->networks, network);
    return network != NULL;
}

static gboolean read_frames(struct reading *r)
{
    struct map_range range;
    GArray *ranges = r->map->ranges;
    const struct map_range *last = ranges->len ? &g_array_index(ranges, struct map_range, ranges->len - 1) : NULL;
    if (!next_number(r, &range.out) || !next_number(r, &range.in) || !next_number(r, &range.n) || range.n == 0 ||
        range.in == 0 || range.out != (last ? last->out + last->n : 1))
        return FALSE;
    g_array_append_val(ranges, range);
    return TRUE;
}

static gboolean read_pair(struct reading *r)
{
    struct bytes kind = next_raw(r);
    struct map_pair pair = {.kind = KIND_COUNT};
    for (guint i = KIND_USER; i < KIND_DELETED; i++)
        if (bytes_eq(kind, bytes_of(kind_name((enum kind)i))))
            pair.kind = (enum kind)i;
    if (pair.kind == KIND_COUNT || !next_word(r, &pair.original) || !next_word(r, &pair.label))
        return FALSE;
    g_array_append_val(r->map->pairs, pair);
    return TRUE;
}

static gboolean read_capture(struct reading *r)
{
    if (!next_number(r, &r->map->frames))
        return FALSE;
    struct bytes hex = next_raw(r);
    for (gsize i = 0; i < MAP_DIGEST_BYTES; i++) {
        int high = hex_at(hex, 2 * i), low = hex_at(hex, 2 * i + 1);
        if (high < 0 || low < 0)
            return FALSE;
        r->map->digest[i] = (guint8)(high << 4 | low);
    }
    return hex.n == 2 * MAP_DIGEST_BYTES;
}

static gboolean read_end(struct reading *r)
{
    guint64 lines;
    r->ended = next_number(r, &lines) && lines == r->lines;
    return r->ended;
}

static gboolean read_line(struct reading *r, struct bytes line)
{
    static const struct {
        const char *name;
        gboolean (*read)(struct reading *r);
    } rows[] = {
        {"version", read_version}, {"settings", read_settings}, {"key-fingerprint", read_fingerprint},
        {"key", read_key},         {"shift", read_shift},       {"country", read_country},
        {"policy", read_policy},
        {"keep", read_keep},       {"frames", read_frames},     {"pair", read_pair},
        {"capture", read_capture}, {"end", read_end},
    };
    r->rest = line;
    struct bytes name = next_raw(r);
    if (r->lines == 0)
        return bytes_eq(line, BYTES_LIT("sianto-map 1"));
    for (guint i = 0; i < G_N_ELEMENTS(rows) && !r->ended; i++)
        if (bytes_eq(name, bytes_of(rows[i].name)))
            return rows[i].read(r) && r->rest.n == 0;
    return FALSE;
}

/* --- the whole ----------------------------------------------------------------------------------------------- */

static gboolean refuse_line(GError **error, const char *name, guint64 line)
{
    if (line == 1)
        return refuse(error, MAP_ERROR_FORMAT, name, "is no map of this version: name a file that map= wrote");
    g_set_error(error, SIANTO_MAP_ERROR, MAP_ERROR_FORMAT,
                "map %s, line %" G_GUINT64_FORMAT ": not as map= wrote it", name, line);
    return FALSE;
}

static gboolean read_lines(struct map *m, struct unsealer *u, GError **error)
{
    struct reading r = {.map = m};
    struct bytes line;
    GError *fault = NULL;
    while (unsealer_line(u, &line, &fault)) {
        if (!read_line(&r, line))
            return refuse_line(error, m->name, r.lines + 1);
        r.lines++;
    }
    if (fault) {
        g_propagate_error(error, fault);
        return FALSE;
    }
    if (!r.ended || !m->settings || !*m->fingerprint)
        return r.lines ? refuse(error, MAP_ERROR_FORMAT, m->name, "is not whole: its end is missing")
                       : refuse_line(error, m->name, 1);
    return TRUE;
}

struct map *map_read(int fd, const char *name, const struct passphrase *pass, GError **error)
{
    struct map *m = g_new0(struct map, 1);
    m->name = g_strdup(name);
    m->arena = arena_new();
    m->networks = g_ptr_array_new_with_free_func(g_free);
    m->pairs = g_array_new(FALSE, FALSE, sizeof(struct map_pair));
    m->ranges = g_array_new(FALSE, FALSE, sizeof(struct map_range));
    struct unsealer *u = key_init_library(error) ? unsealer_new(fd, name, pass, error) : NULL;
    gboolean ok = u && read_lines(m, u, error);
    unsealer_free(u);
    g_ptr_array_add(m->networks, NULL);
    if (!ok)
        g_clear_pointer(&m, map_free);
    return m;
}

static gboolean check_file(int fd, const char *path, GError **error)
{
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        g_set_error(error, SIANTO_MAP_ERROR, MAP_ERROR_FILE, "map %s: cannot be read: %s; name a file that map= wrote", path,
                    g_strerror(errno));
        return FALSE;
    }
    if (!S_ISREG(st.st_mode))
        return refuse(error, MAP_ERROR_FILE, path, "is no ordinary file");
    if (st.st_mode & 077)
        return refuse(error, MAP_ERROR_FILE, path, "may be read by others; run chmod 600 on it");
    return TRUE;
}

struct map *map_load(const char *path, const struct passphrase *pass, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct map *m = check_file(fd, path, error) ? map_read(fd, path, pass, error) : NULL;
    if (fd >= 0)
        close(fd);
    return m;
}

void map_free(struct map *m)
{
    if (!m)
        return;
    key_free(m->key);
    g_ptr_array_unref(m->networks);
    g_array_unref(m->pairs);
    g_array_unref(m->ranges);
    arena_free(m->arena);
    g_free(m->settings);
    g_free(m->country);
    g_free(m->policy);
    g_free(m->name);
    g_free(m);
}

const struct key *map_key(const struct map *m, const struct key *given, GError **error)
{
    char fingerprint[KEY_FINGERPRINT_CHARS + 1];
    const struct key *key = given ? given : m->key;
    if (!key) {
        refuse(error, MAP_ERROR_KEY, m->name, "holds no key: give the one of that run by key= or key-pass=");
        return NULL;
    }
    key_fingerprint(key, fingerprint);
    if (strcmp(fingerprint, m->fingerprint) == 0)
        return key;
    refuse(error, MAP_ERROR_KEY, m->name, "was made with another key");
    return NULL;
}

gboolean map_check_capture(const struct map *m, struct capture_digest *d, GError **error)
{
    guint8 digest[MAP_DIGEST_BYTES];
    capture_digest_get(d, digest);
    if (capture_digest_frames(d) == m->frames && memcmp(digest, m->digest, sizeof digest) == 0)
        return TRUE;
    return refuse(error, MAP_ERROR_CAPTURE, m->name, "was written with another capture, or this one was changed since");
}

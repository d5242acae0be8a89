/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "map.h"

#include <gcrypt.h>

#include "keep.h"
#include "seal.h"
#include "secret.h"
#include "sianto.h"

struct map_writer {
    struct sealer *sealer;
    struct capture_digest *digest;
    guint64 lines;
    guint64 out, in, n; /* the range that is growing */
};

/* --- digest ---------------------------------------------------------------------------------------------- */

struct capture_digest {
    gcry_md_hd_t md;
    guint64 frames;
};

struct capture_digest *capture_digest_new(void)
{
    struct capture_digest *d = g_new0(struct capture_digest, 1);
    gcry_error_t err = gcry_md_open(&d->md, GCRY_MD_SHA256, 0);
    if (err)
        g_error("SHA-256: %s", gcry_strerror(err));
    return d;
}

void capture_digest_frame(struct capture_digest *d, struct bytes frame, guint32 wire_len)
{
    guint8 lengths[16] = {0};
    put_u32be(lengths + 4, wire_len);
    put_u32be(lengths + 12, (guint32)frame.n);
    gcry_md_write(d->md, lengths, sizeof lengths);
    gcry_md_write(d->md, frame.p, frame.n);
    d->frames++;
}

guint64 capture_digest_frames(const struct capture_digest *d)
{
    return d->frames;
}

void capture_digest_get(struct capture_digest *d, guint8 out[MAP_DIGEST_BYTES])
{
    memcpy(out, gcry_md_read(d->md, GCRY_MD_SHA256), MAP_DIGEST_BYTES);
}

void capture_digest_free(struct capture_digest *d)
{
    if (!d)
        return;
    gcry_md_close(d->md);
    g_free(d);
}

/* --- lines ----------------------------------------------------------------------------------------------- */

static void put(struct map_writer *w, const char *text)
{
    sealer_put(w->sealer, bytes_of(text));
}

static void put_word(struct map_writer *w, struct bytes word)
{
    gsize plain = 0;
    put(w, " ");
    for (gsize i = 0; i < word.n; i++) {
        char escaped[4];
        if (word.p[i] > ' ' && word.p[i] < 0x7f && word.p[i] != '%')
            continue;
        sealer_put(w->sealer, bytes_sub(word, plain, i - plain));
        g_snprintf(escaped, sizeof escaped, "%%%02x", word.p[i]);
        put(w, escaped);
        plain = i + 1;
    }
    sealer_put(w->sealer, bytes_from(word, plain));
}

static void end_line(struct map_writer *w)
{
    put(w, "\n");
    w->lines++;
}

static void put_line(struct map_writer *w, const char *name, struct bytes word)
{
    put(w, name);
    put_word(w, word);
    end_line(w);
}

static void put_hex(struct map_writer *w, const guint8 *p, gsize n)
{
    char *digits = secret_alloc(2 * n + 1);
    for (gsize i = 0; i < n; i++)
        g_snprintf(digits + 2 * i, 3, "%02x", p[i]);
    put_word(w, bytes_of(digits));
    secret_free(digits);
}

static void put_number(struct map_writer *w, guint64 v)
{
    char text[24];
    g_snprintf(text, sizeof text, " %" G_GUINT64_FORMAT, v);
    put(w, text);
}

/* --- the head --------------------------------------------------------------------------------------------- */

static void put_key(struct map_writer *w, const struct key *key, gboolean with_key)
{
    char fingerprint[KEY_FINGERPRINT_CHARS + 1];
    key_fingerprint(key, fingerprint);
    put_line(w, "key-fingerprint", bytes_of(fingerprint));
    if (!with_key)
        return;
    put(w, "key");
    put_hex(w, key_raw(key), KEY_BYTES);
    end_line(w);
}

static void put_shift(struct map_writer *w, const struct timeline *t)
{
    char text[32];
    if (!timeline_moves(t) || !t->known || !t->shift_s)
        return;
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, t->shift_s);
    put_line(w, "shift", bytes_of(text));
}

static gboolean put_files(struct map_writer *w, const struct sianto_settings *settings, GError **error)
{
    struct keep keep = {NULL, NULL, NULL};
    g_autofree char *policy = NULL;
    gsize n = 0;
    gboolean ok = keep_load(&keep, settings->keep_path, error);
    for (guint i = 0; ok && keep.networks->pdata[i]; i++)
        put_line(w, "keep", bytes_of(keep.networks->pdata[i]));
    keep_clear(&keep);
    if (ok && settings->policy_path) {
        ok = g_file_get_contents(settings->policy_path, &policy, &n, error);
        if (ok)
            put_line(w, "policy", (struct bytes){(const guint8 *)policy, n});
    }
    return ok;
}

static gboolean put_head(struct map_writer *w, const struct sianto_settings *settings, const char *described,
                         const struct key *key, gboolean with_key, GError **error)
{
    g_auto(GStrv) words = g_strsplit(described, " ", -1);
    put_line(w, "sianto-map", BYTES_LIT("1"));
    put_line(w, "version", BYTES_LIT(SIANTO_VERSION));
    put(w, "settings");
    for (guint i = 0; words[i]; i++)
        if (*words[i])
            put_word(w, bytes_of(words[i]));
    end_line(w);
    put_key(w, key, with_key);
    put_shift(w, settings->time);
    if (settings->country)
        put_line(w, "country", bytes_of(settings->country));
    return put_files(w, settings, error);
}

struct map_writer *map_writer_new(int fd, const struct passphrase *pass, const struct sianto_settings *settings,
                                  const char *described, const struct key *key, gboolean with_key, GError **error)
{
    struct map_writer *w = g_new0(struct map_writer, 1);
    w->digest = capture_digest_new();
    w->sealer = sealer_new(fd, pass, error);
    if (!w->sealer || !put_head(w, settings, described, key, with_key, error))
        g_clear_pointer(&w, map_writer_free);
    return w;
}

void map_writer_free(struct map_writer *w)
{
    if (!w)
        return;
    capture_digest_free(w->digest);
    sealer_free(w->sealer);
    g_free(w);
}

/* --- the rest --------------------------------------------------------------------------------------------- */

static void end_range(struct map_writer *w)
{
    if (!w->n)
        return;
    put(w, "frames");
    put_number(w, w->out);
    put_number(w, w->in);
    put_number(w, w->n);
    end_line(w);
    w->n = 0;
}

void map_writer_frame(struct map_writer *w, guint64 number, struct bytes frame, guint32 wire_len)
{
    capture_digest_frame(w->digest, frame, wire_len);
    if (!w->n || w->in + w->n != number) {
        end_range(w);
        w->out = capture_digest_frames(w->digest);
        w->in = number;
    }
    w->n++;
}

void map_writer_pair(struct map_writer *w, enum kind kind, struct bytes original, struct bytes label)
{
    end_range(w);
    put(w, "pair");
    put_word(w, bytes_of(kind_name(kind)));
    put_word(w, original);
    put_word(w, label);
    end_line(w);
}

gboolean map_writer_finish(struct map_writer *w, GError **error)
{
    guint8 digest[MAP_DIGEST_BYTES];
    end_range(w);
    capture_digest_get(w->digest, digest);
    put(w, "capture");
    put_number(w, capture_digest_frames(w->digest));
    put_hex(w, digest, sizeof digest);
    end_line(w);
    put(w, "end");
    put_number(w, w->lines);
    end_line(w);
    return sealer_finish(w->sealer, error);
}

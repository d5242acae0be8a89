/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mapping.h"

#include <errno.h>
#include <unistd.h>

#include "map.h"
#include "session.h"

struct mapping {
    struct options options; /* with what the map says, where there is one to restore by */
    struct sianto_settings settings;
    struct timeline time;
    char *described;
    struct passphrase *pass; /* of map-pass=, or NULL */
    struct map *from;        /* NULL: the run begins with empty tables */
    const struct key *key;
    gboolean own_key; /* drawn for this run */
    int tables;       /* descriptor, or -1 */

    struct capture_digest *digest; /* restore=: of what is read */
    struct outfile *file;
    int fd;
    struct map_writer *writer;
};

/* --- what the run begins with ------------------------------------------------------------------------------ */

/* Nothing was left in it before the first run. */
static gboolean read_tables(struct mapping *m, GError **error)
{
    m->tables = options_descriptor(m->options.tables);
    if (m->tables < 0 || lseek(m->tables, 0, SEEK_END) == 0)
        return TRUE;
    m->from = map_read(m->tables, "in memory", NULL, error);
    return m->from != NULL;
}

static gboolean read_maps(struct mapping *m, GError **error)
{
    const struct options *o = &m->options;
    if (o->map_pass && !(m->pass = passphrase_load("map-pass", o->map_pass, error)))
        return FALSE;
    if (!o->restore)
        return read_tables(m, error);
    m->from = map_load(o->restore, m->pass, error);
    m->digest = capture_digest_new();
    return m->from && options_apply(&m->options, m->from->settings, error);
}

static gboolean find_key(struct mapping *m, GError **error)
{
    const struct options *o = &m->options;
    gboolean given = session_key_given(o);
    if (given || !m->from) {
        m->key = session_key(o, error);
        if (!m->key)
            return FALSE;
    }
    m->own_key = !given;
    if (m->from)
        m->key = map_key(m->from, m->key, error);
    return m->key != NULL;
}

/* A set of captures moves as its first one did. */
static void find_time(struct mapping *m)
{
    m->time = m->options.timeline;
    if (m->options.restore)
        timeline_back(&m->time, m->from->shift_s);
    else if (m->from && m->from->shift_s)
        timeline_go_on(&m->time, m->from->shift_s);
}

struct mapping *mapping_new(const struct options *o, GError **error)
{
    struct mapping *m = g_new0(struct mapping, 1);
    m->options = *o;
    m->tables = m->fd = -1;
    if (!key_init_library(error) || !read_maps(m, error) || !find_key(m, error)) {
        mapping_free(m);
        return NULL;
    }
    m->settings = options_settings(&m->options);
    m->settings.map = m->from;
    m->settings.restore = o->restore != NULL;
    find_time(m);
    m->settings.time = &m->time;
    m->settings.pairs = o->map || m->tables >= 0;
    m->described = options_describe(&m->options);
    return m;
}

void mapping_discard(struct mapping *m)
{
    if (!m)
        return;
    g_clear_pointer(&m->writer, map_writer_free);
    if (m->fd >= 0)
        close(m->fd);
    m->fd = -1;
    g_clear_pointer(&m->file, outfile_free);
}

void mapping_free(struct mapping *m)
{
    if (!m)
        return;
    mapping_discard(m);
    capture_digest_free(m->digest);
    map_free(m->from);
    passphrase_free(m->pass);
    g_free(m->described);
    g_free(m);
}

const struct sianto_settings *mapping_settings(const struct mapping *m)
{
    return &m->settings;
}

const struct key *mapping_key(const struct mapping *m)
{
    return m->key;
}

struct timeline *mapping_time(struct mapping *m)
{
    return &m->time;
}

gboolean mapping_was_coarse(const struct mapping *m)
{
    return m->settings.restore && m->options.timeline.coarse;
}

gboolean mapping_is_restore(const struct mapping *m)
{
    return m->settings.restore;
}

/* --- frames ------------------------------------------------------------------------------------------------ */

void mapping_read(struct mapping *m, struct bytes bytes, guint32 wire_len)
{
    if (m->digest)
        capture_digest_frame(m->digest, bytes, wire_len);
}

/* Not before the first frame is written, as the capture. */
static gboolean begin_file(struct mapping *m, GError **error)
{
    if (m->writer)
        return TRUE;
    m->file = outfile_new(m->options.map, error);
    m->fd = m->file ? outfile_open(m->file, error) : -1;
    if (m->fd >= 0)
        m->writer = map_writer_new(m->fd, m->pass, &m->settings, m->described, m->key, m->own_key, error);
    return m->writer != NULL;
}

gboolean mapping_written(struct mapping *m, guint64 number, struct bytes bytes, guint32 wire_len, GError **error)
{
    if (!m->options.map)
        return TRUE;
    if (!begin_file(m, error))
        return FALSE;
    map_writer_frame(m->writer, number, bytes, wire_len);
    return TRUE;
}

/* --- the end ----------------------------------------------------------------------------------------------- */

static void put_pair(void *arg, enum kind kind, struct bytes original, struct bytes label)
{
    map_writer_pair(arg, kind, original, label);
}

gboolean mapping_finish(struct mapping *m, struct sianto *core, GError **error)
{
    if (m->digest && !map_check_capture(m->from, m->digest, error))
        return FALSE;
    if (!m->options.map)
        return TRUE;
    if (!begin_file(m, error))
        return FALSE;
    sianto_each_pair(core, put_pair, m->writer);
    if (map_writer_finish(m->writer, error))
        return outfile_sync(m->file, error);
    g_prefix_error(error, "%s ", m->options.map);
    return FALSE;
}

struct outfile *mapping_file(struct mapping *m)
{
    return m->file;
}

gboolean mapping_leave(struct mapping *m, struct sianto *core, GError **error)
{
    if (m->tables < 0)
        return TRUE;
    if (ftruncate(m->tables, 0) < 0 || lseek(m->tables, 0, SEEK_SET) < 0) {
        g_set_error(error, OUTFILE_ERROR, errno, "the tables cannot be left for the next run: %s", g_strerror(errno));
        return FALSE;
    }
    struct map_writer *w = map_writer_new(m->tables, NULL, &m->settings, m->described, m->key, TRUE, error);
    if (!w)
        return FALSE;
    sianto_each_pair(core, put_pair, w);
    gboolean ok = map_writer_finish(w, error);
    if (!ok)
        g_prefix_error(error, "the tables for the next run ");
    map_writer_free(w);
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "part.h"

#include <unistd.h>

#include "prf.h"
#include "record.h"

struct part {
    const char *path;
    struct record_head head;
    struct outfile *file;
    int fd;
    struct record_writer *writer;
    GError *fault; /* of the file's creation */
};

/* --- origin ------------------------------------------------------------------------------------------------ */

static gboolean add_content(GString *to, const char *name, const char *path, GError **error)
{
    g_autofree char *content = NULL;
    gsize n = 0;
    if (path && !g_file_get_contents(path, &content, &n, error))
        return FALSE;
    g_string_append_printf(to, "%s %" G_GSIZE_FORMAT "\n", name, n);
    g_string_append_len(to, content ? content : "", (gssize)n);
    return TRUE;
}

/* All that shapes labels and what is kept: PARTS.md. hold= and audit= may differ from shard to shard. */
static GString *describe(const struct options *o, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s %d %d %d %d %d\n", SIANTO_VERSION, o->labels, o->addresses, o->other, o->tls,
                           o->names);
    g_string_append_printf(text, "%s\n%s\n%s\n", o->sip_port ? o->sip_port : "", o->country ? o->country : "",
                           o->server ? o->server : "");
    if (!add_content(text, "keep", o->keep, error) || !add_content(text, "policy", o->policy, error))
        return NULL;
    return g_steal_pointer(&text);
}

/* With names=asis no key has part in it. */
static gboolean find_origin(struct part *p, const struct options *o, const struct key *key, GError **error)
{
    g_autoptr(GString) text = describe(o, error);
    gsize n = sizeof p->head.origin;
    if (!text)
        return FALSE;
    if (o->names == NAMES_ASIS) {
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
        g_checksum_update(sum, (const guchar *)text->str, (gssize)text->len);
        g_checksum_get_digest(sum, p->head.origin, &n);
        return TRUE;
    }
    struct prf *prf = prf_new(key, "part");
    prf_digest(prf, 0, (struct bytes){(const guint8 *)text->str, text->len}, p->head.origin);
    prf_free(prf);
    return TRUE;
}

/* --- life ---------------------------------------------------------------------------------------------------- */

struct part *part_new(const struct options *o, const struct key *key, const GArray *servers, GError **error)
{
    struct part *p = g_new0(struct part, 1);
    p->path = o->part;
    p->fd = -1;
    p->head.n_servers = servers ? MIN(servers->len, RECORD_SERVERS_MAX) : 0;
    for (guint i = 0; i < p->head.n_servers; i++)
        p->head.servers[i] = g_array_index(servers, struct endpoint, i);
    if (!find_origin(p, o, key, error))
        g_clear_pointer(&p, part_free);
    return p;
}

void part_free(struct part *p)
{
    if (!p)
        return;
    record_writer_free(p->writer);
    if (p->fd >= 0)
        close(p->fd);
    outfile_free(p->file);
    g_clear_error(&p->fault);
    g_free(p);
}

/* FALSE: there is a fault, now or before. */
static gboolean begin(struct part *p)
{
    if (p->writer || p->fault)
        return p->writer != NULL;
    p->file = outfile_new(p->path, &p->fault);
    p->fd = p->file ? outfile_open(p->file, &p->fault) : -1;
    if (p->fd >= 0)
        p->writer = record_writer_new(p->fd, &p->head);
    return p->writer != NULL;
}

void part_event(struct part *p, const struct sip_event *event)
{
    if (begin(p))
        record_writer_event(p->writer, event);
}

void part_signal(struct part *p, const struct sip_signal *signal)
{
    if (begin(p))
        record_writer_signal(p->writer, signal);
}

gboolean part_finish(struct part *p, const struct sianto_counts *counts, gboolean exported, GError **error)
{
    struct record_tail tail = {.frames = counts->frames, .exported = exported, .counts = *counts};
    if (begin(p))
        return record_writer_finish(p->writer, &tail, error) && outfile_sync(p->file, error);
    g_propagate_error(error, g_steal_pointer(&p->fault));
    return FALSE;
}

struct outfile *part_file(struct part *p)
{
    return p->file;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "auditor.h"

#include "host.h"
#include "kind.h"
#include "unpack.h"

#define BUFFER_BYTES (64 * 1024)

static gssize read_outfile(void *arg, gint64 at, void *buffer, gsize n)
{
    return outfile_read(arg, at, buffer, n);
}

static void audit_file(struct audit *audit, struct outfile *capture, gboolean gz)
{
    struct unpack *u = unpack_new(read_outfile, capture, gz);
    audit_capture(audit, unpack_read, u);
    unpack_free(u);
}

static void audit_json(struct audit *audit, struct outfile *json)
{
    g_autoptr(GByteArray) text = g_byte_array_new();
    guint8 *buffer = g_malloc(BUFFER_BYTES);
    gssize n;
    for (gint64 at = 0; (n = outfile_read(json, at, buffer, BUFFER_BYTES)) > 0; at += n)
        g_byte_array_append(text, buffer, (guint)n);
    g_free(buffer);
    audit_text(audit, "statistics", bytes_of_array(text));
}

static void say_hit(const struct audit_hit *hit)
{
    g_autofree char *frame = hit->frame ? g_strdup_printf("frame %" G_GUINT64_FORMAT ": ", hit->frame) : g_strdup("");
    host_say("audit: %s%s: %s: %s", frame, hit->place, kind_name(hit->kind), audit_fault_text(hit->fault));
}

gboolean auditor_pass(struct audit *audit, struct outfile *capture, gboolean gz, struct outfile *json,
                      GError **error)
{
    if (capture)
        audit_file(audit, capture, gz);
    if (json)
        audit_json(audit, json);
    const struct audit_result *r = audit_result(audit);
    for (guint i = 0; i < MIN(r->n_hits, AUDIT_HITS_KEPT); i++)
        say_hit(&r->hits[i]);
    if (!r->n_hits)
        return TRUE;
    g_set_error(error, OUTFILE_ERROR, 0, "the audit found %" G_GUINT64_FORMAT " places that may identify somebody; please report this",
                r->n_hits);
    return FALSE;
}

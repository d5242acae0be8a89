/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "auditor.h"

#include "datasheet.h"
#include "host.h"
#include "kind.h"
#include "storm.h"
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

/* What cannot be read has not passed; and it is no leak, which is what the audit would take it for. */
static gboolean were_read(struct outfile *const files[], guint n, GError **error)
{
    for (guint i = 0; i < n; i++)
        if (files[i] && !outfile_was_read(files[i], error))
            return FALSE;
    return TRUE;
}

static GByteArray *read_all(struct outfile *file)
{
    GByteArray *text = g_byte_array_new();
    guint8 *buffer = g_malloc(BUFFER_BYTES);
    gssize n;
    for (gint64 at = 0; (n = outfile_read(file, at, buffer, BUFFER_BYTES)) > 0; at += n)
        g_byte_array_append(text, buffer, (guint)n);
    g_free(buffer);
    return text;
}

static void audit_words(struct audit *audit, const char *name, struct outfile *file)
{
    g_autoptr(GByteArray) text = read_all(file);
    audit_text(audit, name, bytes_of_array(text));
}

/* The last zero of a buffer that is not the file's last one: there no word of a part ends in two (PARTS.md). */
static gsize words_end(const guint8 *buffer, gsize n)
{
    gsize zero = bytes_rchr((struct bytes){buffer, n}, 0);
    return zero == NOT_FOUND || n < BUFFER_BYTES ? n : zero + 1;
}

/* Piece by piece: it grows with the capture. */
static void audit_part(struct audit *audit, struct outfile *file)
{
    guint8 *buffer = g_malloc(BUFFER_BYTES);
    gssize n;
    for (gint64 at = 0; (n = outfile_read(file, at, buffer, BUFFER_BYTES)) > 0; at += (gint64)words_end(buffer, (gsize)n))
        audit_text(audit, "part", (struct bytes){buffer, words_end(buffer, (gsize)n)});
    g_free(buffer);
}

static void add_own_text(void *arg, const char *text, gsize n)
{
    audit_own_text(arg, (struct bytes){(const guint8 *)text, n});
}

/* Behind the string that begins at `at`. */
static gsize string_end(struct bytes json, gsize at)
{
    for (at++; at < json.n && json.p[at] != '"'; at++)
        at += json.p[at] == '\\';
    return MIN(at + 1, json.n);
}

/* Keys are ours, all of them, and "responses" may be somebody's name. */
static void blank_keys(GByteArray *text)
{
    struct bytes json = bytes_of_array(text);
    for (gsize at = 0, end; at < json.n; at = end) {
        end = json.p[at] == '"' ? string_end(json, at) : at + 1;
        if (json.p[at] == '"' && bytes_at(json, end) == ':')
            memset(text->data + at, ' ', end - at);
    }
}

static void audit_json(struct audit *audit, struct outfile *file)
{
    g_autoptr(GByteArray) text = read_all(file);
    blank_keys(text);
    storm_names_own(add_own_text, audit);
    audit_text(audit, "statistics", bytes_of_array(text));
}

/* The page's own words are told to the audit only now: in the other files they would be an original's. */
static void audit_report(struct audit *audit, struct outfile *report)
{
    storm_report_html_own(add_own_text, audit);
    audit_words(audit, "report", report);
}

static void say_hit(const struct audit_hit *hit)
{
    g_autofree char *frame = hit->frame ? g_strdup_printf("frame %" G_GUINT64_FORMAT ": ", hit->frame) : g_strdup("");
    host_say("audit: %s%s: %s: %s", frame, hit->place, kind_name(hit->kind), audit_fault_text(hit->fault));
}

static gboolean passed(struct audit *audit, GError **error)
{
    const struct audit_result *r = audit_result(audit);
    for (guint i = 0; i < MIN(r->n_hits, AUDIT_HITS_KEPT); i++)
        say_hit(&r->hits[i]);
    if (!r->n_hits)
        return TRUE;
    g_set_error(error, OUTFILE_ERROR, 0, "the audit found %" G_GUINT64_FORMAT " places that may identify somebody; please report this",
                r->n_hits);
    return FALSE;
}

gboolean auditor_pass(struct audit *audit, struct outfile *capture, gboolean gz, const struct auditor_texts *texts,
                      GError **error)
{
    if (texts->comment)
        audit_own_text(audit, bytes_of(texts->comment));
    if (capture)
        audit_file(audit, capture, gz);
    if (texts->json)
        audit_json(audit, texts->json);
    if (texts->part)
        audit_part(audit, texts->part);
    if (texts->report)
        audit_report(audit, texts->report);
    struct outfile *const files[] = {capture, texts->json, texts->part, texts->report};
    return were_read(files, G_N_ELEMENTS(files), error) && passed(audit, error);
}

gboolean auditor_pass_sheet(struct audit *audit, struct outfile *sheet, GError **error)
{
    g_autofree char *own = datasheet_own();
    audit_own_text(audit, bytes_of(own));
    audit_words(audit, "data sheet", sheet);
    return were_read(&sheet, 1, error) && passed(audit, error);
}

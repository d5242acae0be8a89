/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include "auditor.h"
#include "bundle.h"
#include "bundle_names.h"
#include "crosscheck.h"
#include "datasheet.h"
#include "exporter.h"
#include "host.h"
#include "mapping.h"
#include "overlap.h"
#include "part.h"
#include "stats.h"
#include "summary.h"
#include "worker.h"
#include "writer.h"

/* What is remembered of a frame while the core has it. */
struct pending {
    struct record record;
    struct crosscheck_fields *fields; /* owned; NULL without crosscheck */
    gboolean wireshark_sip;
    const char *layer; /* the innermost protocol that Wireshark names, for dry-run; static */
};

/* A frame on its way from Wireshark to the core, or what Wireshark decrypted in the frame before. */
struct arrival {
    struct pending pending;
    guint32 wire_len;
    gboolean derived;
};

/* Where there is a worker, all that frames go through is its own while they do: what stands here down to the line, but
 * the summary's records. Where the core has threads, too (sianto.h), statistics and part belong to that of the events, and
 * the exporter to the writer's. */
struct run {
    const struct options *options;
    struct sianto *core;
    struct mapping *mapping;
    struct bundle *bundle; /* NULL where none is written */
    struct exporter *exporter; /* NULL where no capture is written */
    struct writer *writer;     /* what it is reached by while frames come; there where it is */
    struct stats *stats;
    struct overlap overlap;
    guint64 last_number; /* of the input; 0: none so far */
    gint64 last_us;
    struct part *part; /* NULL: no part= */
    struct crosscheck *crosscheck;
    struct summary summary;
    GArray *queue; /* struct pending, a ring in order of frames: `queued` of them from `head` on */
    guint head, queued;
    guint64 taken;
    char *fault; /* what was said when it failed */
    gint failed; /* atomic */
    /* ------------------------------------------------------------------------------------------------ */
    struct worker *worker; /* NULL: frames are handled where they come */
    gboolean alone;        /* no worker is wanted, or one was asked for already */
    GPtrArray *decrypted;  /* GByteArray *: Exported PDUs of the frame `decrypted_number` */
    guint32 decrypted_number;
    struct record_options noted;
    guint32 noted_number; /* of the frame that `noted` belongs to */
    int proto_sip;
    gboolean table[STATS_TABLE_COUNT], finished;
};

/* --- faults ---------------------------------------------------------------------------------------- */

static void take_away_files(struct run *run)
{
    if (run->core)
        sianto_stop_telling(run->core);
    g_clear_pointer(&run->writer, writer_free);
    g_clear_pointer(&run->exporter, exporter_free);
    g_clear_pointer(&run->bundle, bundle_free);
    g_clear_pointer(&run->part, part_free);
    mapping_discard(run->mapping);
}

static gboolean has_failed(struct run *run)
{
    return g_atomic_int_get(&run->failed);
}

static void fail(struct run *run, const char *text)
{
    if (has_failed(run))
        return;
    g_atomic_int_set(&run->failed, TRUE);
    run->fault = g_strdup(text);
    host_say("%s", text);
    host_fail();
    if (!run->worker) /* else when it has ended: run_finish, run_abandon, run_free */
        take_away_files(run);
}

static void fail_error(struct run *run, GError *error)
{
    g_autofree char *text = options_want_file(run->options)
                                ? g_strdup_printf("%s: no output file was written", error->message)
                                : g_strdup(error->message);
    fail(run, text);
    g_error_free(error);
}

/* --- the ring -------------------------------------------------------------------------------------- */

static struct pending *ring_at(struct run *run, guint index)
{
    return &g_array_index(run->queue, struct pending, (run->head + index) % run->queue->len);
}

/* Bounded by what the core holds back. */
static void ring_grow(struct run *run)
{
    GArray *wider = g_array_new(FALSE, TRUE, sizeof(struct pending));
    g_array_set_size(wider, run->queue->len ? run->queue->len * 2 : 16);
    for (guint i = 0; i < run->queued; i++)
        g_array_index(wider, struct pending, i) = *ring_at(run, i);
    g_array_free(run->queue, TRUE);
    run->queue = wider;
    run->head = 0;
}

static void ring_push(struct run *run, struct pending p)
{
    if (run->queued == run->queue->len)
        ring_grow(run);
    *ring_at(run, run->queued++) = p;
}

static void ring_pop(struct run *run)
{
    crosscheck_fields_free(ring_at(run, 0)->fields);
    run->head = (run->head + 1) % run->queue->len;
    run->queued--;
}

/* --- out of the core ------------------------------------------------------------------------------- */

static gboolean write_frame(struct run *run, const struct record *r, const struct sianto_frame_out *out,
                            GError **error)
{
    struct record derived = *r;
    if (!mapping_written(run->mapping, out->number, out->bytes, out->wire_len, error))
        return FALSE;
    if (out->linktype == record_linktype(r))
        return writer_write(run->writer, r, out->bytes, out->wire_len, error);
    record_derive(&derived);
    return writer_write(run->writer, &derived, out->bytes, out->wire_len, error);
}

/* A record stays until a later one leaves: messages that were decrypted follow under its number. */
static void take_frame(void *arg, const struct sianto_frame_out *out)
{
    struct run *run = arg;
    GError *error = NULL;
    while (run->queued && ring_at(run, 0)->record.number < out->number)
        ring_pop(run);
    if (has_failed(run) || !run->queued || ring_at(run, 0)->record.number != out->number)
        return;
    const struct pending *p = ring_at(run, 0);
    gboolean derived = out->linktype != record_linktype(&p->record);
    if (p->wireshark_sip && !out->sip && out->drop != DROP_NONE)
        run->summary.unrecognised++;
    if (run->crosscheck && !derived)
        crosscheck_frame(run->crosscheck, p->fields, out);
    if (out->drop != DROP_NONE && run->options->dry_run)
        summary_dropped(&run->summary, out->drop, p->layer);
    if (out->drop == DROP_NONE && run->writer && !write_frame(run, &p->record, out, &error))
        fail_error(run, error);
}

/* The frame of that number, which the core has; numbers grow along the ring. */
static struct pending *ring_find(struct run *run, guint64 number)
{
    guint low = 0, high = run->queued;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (ring_at(run, middle)->record.number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < run->queued && ring_at(run, low)->record.number == number ? ring_at(run, low) : NULL;
}

static void take_message(void *arg, const struct sianto_message *message)
{
    struct run *run = arg;
    struct pending *p = ring_find(run, message->number);
    if (p)
        crosscheck_message(run->crosscheck, p->fields, message);
}

static void take_event(void *arg, const struct sip_event *event)
{
    struct run *run = arg;
    stats_event(run->stats, event);
    if (run->part)
        part_event(run->part, event);
}

static void take_signal(void *arg, const struct sip_signal *signal)
{
    struct run *run = arg;
    stats_signal(run->stats, signal);
    if (run->part)
        part_signal(run->part, signal);
}

/* --- life ------------------------------------------------------------------------------------------ */

static gboolean has_origin(const char *path, gconstpointer origin)
{
    return exporter_origin(path) == *(const enum capture_origin *)origin;
}

/* Names as found are private unless the input is known to be anonymized: a file on the command line is
 * ours and none is another's. */
static gboolean names_are_private(const struct options *o)
{
    const enum capture_origin ours = CAPTURE_OURS, others = CAPTURE_OTHERS;
    return o->names == NAMES_ASIS && (host_names(has_origin, &others) || !host_names(has_origin, &ours));
}

static gboolean start_statistics(struct run *run, GError **error)
{
    const struct options *o = run->options;
    g_autoptr(GArray) servers = o->server ? stats_map_servers(o->server, run->core, error) : NULL;
    if (o->server && !servers)
        return FALSE;
    run->stats = stats_new(servers, run->summary.private_names);
    stats_time(run->stats, mapping_time(run->mapping));
    if (!o->part || o->dry_run)
        return TRUE;
    if (run->summary.private_names)
        return options_refuse(error, "part= with names=asis would hold names as found: anonymize the input first, or "
                                     "leave names=");
    run->part = part_new(o, mapping_key(run->mapping), servers, error);
    return run->part != NULL;
}

static gboolean start_core(struct run *run, GError **error)
{
    struct sianto_sink sink = {.frame = take_frame, .event = take_event, .signal = take_signal, .arg = run};
    if (run->options->crosscheck)
        sink.message = take_message;
    run->mapping = mapping_new(run->options, error);
    if (!run->mapping)
        return FALSE;
    struct sianto_settings settings = *mapping_settings(run->mapping);
    settings.threads = !run->alone;
    run->core = sianto_new(&settings, mapping_key(run->mapping), &sink, error);
    if (!run->core)
        return FALSE;
    return start_statistics(run, error);
}

struct run *run_new(const struct options *options, GError **error)
{
    struct run *run = g_new0(struct run, 1);
    run->options = options;
    run->queue = g_array_new(FALSE, TRUE, sizeof(struct pending));
    run->decrypted = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    run->proto_sip = proto_get_id_by_filter_name("sip");
    /* The tests' witness looks at Wireshark's tree, and the GUI gives frames in its own time. */
    run->alone = options->threads == THREADS_ONE || options->crosscheck || !host_is_tshark() || g_get_num_processors() == 1;
    summary_init(&run->summary);
    run->summary.private_names = names_are_private(options);
    if (!overlap_init(&run->overlap, options, error) || !start_core(run, error)) {
        run_free(run);
        return NULL;
    }
    if (options->crosscheck)
        run->crosscheck = crosscheck_new();
    if (options->bundle && !options->dry_run && !(run->bundle = bundle_new(options->bundle, error))) {
        run_free(run);
        return NULL;
    }
    if (options->out && !options->dry_run) {
        g_autofree char *described = options_describe(options);
        g_autofree char *place = bundle_place(run->bundle, options->out);
        run->exporter = exporter_new(place, described);
        exporter_times(run->exporter, mapping_time(run->mapping));
        if (mapping_is_restore(run->mapping))
            exporter_restored(run->exporter);
        run->writer = writer_new(run->exporter);
    }
    host_forbid_core_dumps();
    return run;
}

void run_want_table(struct run *run, enum stats_table table)
{
    run->table[table] = TRUE;
}

void run_free(struct run *run)
{
    if (!run)
        return;
    worker_free(run->worker);
    while (run->queued)
        ring_pop(run);
    take_away_files(run);
    stats_free(run->stats);
    crosscheck_free(run->crosscheck);
    overlap_clear(&run->overlap);
    summary_clear(&run->summary);
    sianto_free(run->core);
    mapping_free(run->mapping);
    g_array_free(run->queue, TRUE);
    g_ptr_array_unref(run->decrypted);
    g_free(run->fault);
    g_free(run);
}

/* --- into the core --------------------------------------------------------------------------------- */

static gboolean has_layer(const packet_info *pinfo, int proto)
{
    for (wmem_list_frame_t *l = wmem_list_head(pinfo->layers); l; l = wmem_list_frame_next(l))
        if (GPOINTER_TO_INT(wmem_list_frame_data(l)) == proto)
            return TRUE;
    return FALSE;
}

static const char *innermost_layer(const packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);
    return last ? proto_get_protocol_filter_name(GPOINTER_TO_INT(wmem_list_frame_data(last))) : NULL;
}

static void feed(struct run *run, const struct record *r, struct bytes captured, guint32 wire_len)
{
    struct sianto_frame_in in = {
        .number = r->number,
        .time_us = record_time_us(r),
        .linktype = record_linktype(r),
        .captured = captured,
        .wire_len = MAX(wire_len, (guint32)captured.n),
    };
    if (!run->last_number)
        overlap_give_before(&run->overlap, in.time_us, run->core);
    run->last_number = in.number;
    run->last_us = in.time_us;
    mapping_read(run->mapping, in.captured, in.wire_len);
    sianto_frame(run->core, &in);
}

/* The frame that it was read in is the last one that came, whose record stays. */
static void feed_decrypted(struct run *run, guint64 number, struct bytes pdu)
{
    const struct record *r = run->queued ? &ring_at(run, run->queued - 1)->record : NULL;
    if (!r || r->number != number)
        return;
    struct sianto_frame_in in = {.number = number,
                                 .time_us = record_time_us(r),
                                 .linktype = LINK_PDU,
                                 .captured = pdu,
                                 .wire_len = (guint32)pdu.n,
                                 .derived = TRUE};
    sianto_frame(run->core, &in);
}

static gboolean move_time(struct run *run, struct record *r, GError **error)
{
    enum timeline_fault fault = record_move(r, mapping_time(run->mapping), run->exporter);
    if (fault == TIMELINE_OK)
        return TRUE;
    return options_refuse(error, "time=: frame %" G_GUINT64_FORMAT " would stand %s: choose %s", r->number,
                          timeline_fault_text(fault), fault == TIMELINE_EARLY ? "a later START" : "an earlier START");
}

static void take_captured(struct run *run, struct pending p, guint32 wire_len, struct bytes captured)
{
    GError *error = NULL;
    if (!move_time(run, &p.record, &error) || (run->writer && !writer_see(run->writer, &p.record, &error))) {
        crosscheck_fields_free(p.fields);
        fail_error(run, error);
        return;
    }
    ring_push(run, p);
    if (++run->taken % 1024 == 0)
        host_progress(run->taken);
    feed(run, &p.record, captured, wire_len);
}

/* For a worker, too. */
static void take_arrival(void *arg, gconstpointer item, struct bytes captured, struct bytes unused)
{
    struct run *run = arg;
    const struct arrival *a = item;
    (void)unused;
    if (has_failed(run))
        crosscheck_fields_free(a->pending.fields);
    else if (a->derived)
        feed_decrypted(run, a->pending.record.number, captured);
    else
        take_captured(run, a->pending, a->wire_len, captured);
}

/* --- from Wireshark -------------------------------------------------------------------------------- */

/* The first frames are handled here: the exporter reads the input once more (input.h), which tshark may have closed when
 * a worker gets to them. */
static void give(struct run *run, const struct arrival *a, struct bytes captured)
{
    if (!run->alone && run->taken && (!run->exporter || exporter_is_ready(run->exporter))) {
        const struct timeline *time = mapping_time(run->mapping); /* where times change, both would ask it */
        if (run->writer && !timeline_moves(time) && !timeline_is_coarse(time))
            writer_start(run->writer);
        run->worker = worker_new("sianto", sizeof *a, take_arrival, run, WORKER_THREAD);
        run->alone = TRUE;
    }
    if (run->worker)
        worker_give(run->worker, a, captured, BYTES_NONE);
    else
        take_arrival(run, a, captured, BYTES_NONE);
}

static void give_decrypted(struct run *run, guint64 number)
{
    const struct arrival a = {.pending = {.record = {.number = number}}, .derived = TRUE};
    for (guint i = 0; number == run->decrypted_number && i < run->decrypted->len; i++)
        give(run, &a, bytes_of_array(g_ptr_array_index(run->decrypted, i)));
    g_ptr_array_set_size(run->decrypted, 0);
}

/* An output that exists is looked for among the open files once more: the input may have been given in
 * a way that the command line does not show. */
static gboolean check_input(struct run *run)
{
    struct stat st;
    const char *out = run->options->out;
    if (run->summary.records || !run->exporter || !out || stat(out, &st) < 0 || !host_has_file(&st))
        return TRUE;
    fail(run, "out= is the input itself, which is never overwritten: no output file was written");
    return FALSE;
}

void run_note(struct run *run, const packet_info *pinfo)
{
    run->noted = record_options_from(pinfo);
    run->noted_number = pinfo->num;
}

void run_decrypted(struct run *run, const packet_info *pinfo, struct bytes tags, tvbuff_t *pdu)
{
    gsize n = tvb_captured_length(pdu);
    GByteArray *frame = g_byte_array_new();
    if (run->decrypted_number != pinfo->num)
        g_ptr_array_set_size(run->decrypted, 0);
    run->decrypted_number = pinfo->num;
    g_byte_array_append(frame, tags.p, (guint)tags.n);
    if (n)
        g_byte_array_append(frame, tvb_get_ptr(pdu, 0, (gint)n), (guint)n);
    g_ptr_array_add(run->decrypted, frame);
}

void run_frame(struct run *run, packet_info *pinfo, epan_dissect_t *edt)
{
    struct arrival a = {.wire_len = pinfo->rec->rec_header.packet_header.len};
    gsize n = tvb_captured_length(edt->tvb);
    if (has_failed(run) || run->finished || !check_input(run))
        return;
    run->summary.records++;
    if (pinfo->rec->rec_type != REC_TYPE_PACKET) {
        run->summary.no_packets++;
        return;
    }
    record_from(&a.pending.record, pinfo);
    if (run->noted_number == pinfo->num)
        a.pending.record.options = run->noted;
    a.pending.wireshark_sip = has_layer(pinfo, run->proto_sip);
    if (run->options->dry_run)
        a.pending.layer = innermost_layer(pinfo);
    if (run->crosscheck)
        a.pending.fields = crosscheck_collect(run->crosscheck, edt);
    give(run, &a, (struct bytes){n ? tvb_get_ptr(edt->tvb, 0, (gint)n) : NULL, n});
    give_decrypted(run, pinfo->num);
}

/* --- the end --------------------------------------------------------------------------------------- */

static gboolean publish_text(struct run *run, struct outfile *file, GError **error)
{
    return !file || outfile_publish(file, run->options->force, run->summary.private_names, error);
}

/* The capture last: whoever sees it finds the rest beside it. A bundle has its name when all its files have theirs. */
static gboolean publish(struct run *run, const struct auditor_texts *texts, GError **error)
{
    const struct options *o = run->options;
    struct outfile *map = mapping_file(run->mapping);
    gboolean secret = mapping_is_restore(run->mapping);
    if (publish_text(run, texts->json, error) && publish_text(run, texts->report, error) &&
        publish_text(run, texts->sheet, error) && publish_text(run, texts->part, error) &&
        (!map || outfile_publish(map, o->force, TRUE, error)) &&
        (!run->exporter || outfile_publish(exporter_file(run->exporter), o->force, secret, error)) &&
        mapping_leave(run->mapping, run->core, error) && (!run->bundle || bundle_publish(run->bundle, o->force, error)))
        return TRUE;
    outfile_withdraw(run->exporter ? exporter_file(run->exporter) : NULL);
    outfile_withdraw(map);
    outfile_withdraw(texts->json);
    outfile_withdraw(texts->report);
    outfile_withdraw(texts->part);
    return FALSE;
}

static gboolean write_texts(struct run *run, const struct sianto_counts *counts, struct auditor_texts *texts, GError **error)
{
    const struct options *o = run->options;
    if (o->dry_run)
        return TRUE;
    if (run->part && !part_finish(run->part, counts, o->out != NULL, error))
        return FALSE;
    texts->part = run->part ? part_file(run->part) : NULL; /* it stays the run's */
    counts = o->out ? counts : NULL;
    g_autofree char *stats = o->stats ? bundle_place(run->bundle, o->stats) : NULL;
    g_autofree char *report = o->report ? bundle_place(run->bundle, o->report) : NULL;
    if (stats && !(texts->json = stats_write(run->stats, stats, counts, error)))
        return FALSE;
    return !report || (texts->report = stats_write_report(run->stats, report, counts, error));
}

/* After the other files were audited, since it says so. */
static gboolean write_sheet(struct run *run, const struct sianto_counts *counts, struct auditor_texts *texts, GError **error)
{
    g_autofree char *described = options_describe(run->options);
    g_autofree char *place = bundle_place(run->bundle, BUNDLE_SHEET);
    g_autofree char *text = datasheet_text(&run->summary, run->options, counts, run->stats, described);
    texts->sheet = outfile_new(place, error);
    return texts->sheet && outfile_write(texts->sheet, text, strlen(text), error) && outfile_sync(texts->sheet, error) &&
           auditor_pass_sheet(sianto_audit(run->core), texts->sheet, error);
}

static void fill_summary(struct run *run)
{
    struct audit *audit = sianto_audit(run->core);
    run->summary.unknown = sianto_unknown_names(run->core);
    run->summary.resized = sianto_resized(run->core);
    run->summary.time = mapping_time(run->mapping);
    run->summary.was_coarse = mapping_was_coarse(run->mapping);
    run->summary.pairs_missing = sianto_pairs_missing(run->core);
    run->summary.audit = audit ? audit_result(audit) : NULL;
}

static gboolean write_files(struct run *run, const struct sianto_counts *counts, GError **error)
{
    g_autofree char *comment = run->exporter ? exporter_comment(run->exporter) : NULL;
    struct auditor_texts texts = {.comment = comment};
    struct audit *audit = sianto_audit(run->core);
    gboolean ok = (!run->writer || writer_finish(run->writer, error)) &&
                  write_texts(run, counts, &texts, error) && mapping_finish(run->mapping, run->core, error);
    if (ok && audit)
        ok = auditor_pass(audit, run->exporter ? exporter_file(run->exporter) : NULL,
                          g_str_has_suffix(run->options->out ? run->options->out : "", ".gz"), &texts, error);
    ok = ok && (!run->bundle || write_sheet(run, counts, &texts, error)) && publish(run, &texts, error);
    outfile_free(texts.json);
    outfile_free(texts.report);
    outfile_free(texts.sheet);
    return ok;
}

/* FALSE: what was asked for on standard output is not all there. The files are. */
static gboolean print_results(struct run *run, const struct sianto_counts *counts, GError **error)
{
    const struct options *o = run->options;
    g_autofree char *servers = stats_servers(run->stats);
    run->summary.servers = servers;
    if (o->dry_run)
        summary_print_dry_run(&run->summary, counts);
    else if (options_want_file(o) || o->crosscheck)
        summary_print(&run->summary, o, counts);
    for (guint i = 0; i < STATS_TABLE_COUNT; i++) {
        g_autofree char *text = run->table[i] ? stats_text(run->stats, (enum stats_table)i) : NULL;
        if (text)
            fputs(text, stdout);
    }
    run->summary.servers = NULL;
    run->summary.unknown = NULL;
    run->summary.audit = NULL;
    run->summary.time = NULL;
    run->summary.resized = NULL;
    return host_flush_output(error);
}

static gboolean complete(struct run *run, const struct sianto_counts *counts, GError **error)
{
    if (run->crosscheck && !crosscheck_passed(run->crosscheck, counts->gap_bytes)) {
        g_set_error_literal(error, OPTIONS_ERROR, 0, "crosscheck=yes found what was not judged");
        return FALSE;
    }
    return write_files(run, counts, error);
}

/* What it left to be done when it failed is done now. */
static void end_worker(struct run *run)
{
    g_clear_pointer(&run->worker, worker_free);
    if (has_failed(run))
        take_away_files(run);
}

void run_finish(struct run *run)
{
    GError *error = NULL;
    if (run->worker)
        worker_finish(run->worker);
    end_worker(run);
    if (run->finished || has_failed(run))
        return;
    run->finished = TRUE;
    overlap_give_behind(&run->overlap, run->last_number, run->last_us, run->core);
    gboolean ok = sianto_finish(run->core, &error);
    if (has_failed(run)) { /* while the last frames left, and said so */
        g_clear_error(&error);
        return;
    }
    struct sianto_counts counts = sianto_counts(run->core);
    stats_finish(run->stats);
    fill_summary(run);
    if (!ok || !complete(run, &counts, &error)) {
        fail_error(run, error);
    } else if (!print_results(run, &counts, &error)) {
        fail(run, error->message);
        g_error_free(error);
    } else {
        host_tell_parent(options_descriptor(run->options->parent), "written");
    }
}

void run_abandon(struct run *run)
{
    end_worker(run);
    if (run->finished || has_failed(run))
        return;
    g_atomic_int_set(&run->failed, TRUE);
    if (run->summary.records && (run->exporter || options_want_file(run->options)))
        host_say("interrupted: no output file was written");
    host_fail();
    take_away_files(run);
}

const char *run_fault(const struct run *run)
{
    return run->fault;
}

const struct stats *run_stats(const struct run *run)
{
    return run->stats;
}

gboolean run_write(struct run *run, enum run_file what, const char *path, GError **error)
{
    struct auditor_texts texts = {.json = NULL};
    struct audit *audit = sianto_audit(run->core);
    struct outfile *file = what == RUN_REPORT ? stats_write_report(run->stats, path, NULL, error)
                                              : stats_write(run->stats, path, NULL, error);
    *(what == RUN_REPORT ? &texts.report : &texts.json) = file;
    gboolean ok = file && (!audit || auditor_pass(audit, NULL, FALSE, &texts, error)) &&
                  outfile_publish(file, TRUE, run->summary.private_names, error);
    outfile_free(file);
    return ok;
}

/* exporter.h - new frames to a capture file, through wiretap.
 *
 * pcapng: one interface ifN for each of the input's, in the order in which they appear, with its link
 * type and time resolution; a frame whose link type (or resolution) is not its interface's gets one
 * of its own. pcap: one link type and one resolution, else an error that says `use .pcapng`. Times are
 * kept to the nanosecond. Nothing else of the input is carried over but direction flags, drop counts and
 * the numbers of interface statistics (input.h): blocks, comments and options are new.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_EXPORTER_H
#define SIANTO_EXPORTER_H

#include "compat.h"

#include "bytes.h"
#include "outfile.h"
#include "timeline.h"

/* Of a packet's options, what an output may keep. */
struct record_options {
    gboolean has_flags, has_drops;
    guint32 flags; /* epb_flags, direction and reception type only */
    guint64 drops; /* epb_dropcount */
};

/* What is kept of a record while its frame is in the core. */
struct record {
    guint64 number;
    nstime_t ts;
    gboolean has_ts;
    int encap;  /* WTAP_ENCAP_ */
    int tsprec; /* WTAP_TSPREC_SEC ... WTAP_TSPREC_NSEC */
    guint32 section, interface;
    struct record_options options; /* none; the caller's to fill */
};

/* Only in a (post-)dissector: when taps are called, Wireshark has let go of the block. */
struct record_options record_options_from(const packet_info *pinfo);
void record_from(struct record *r, const packet_info *pinfo);
/* Whose capture is it, by the section headers at its beginning? */
enum capture_origin {
    CAPTURE_NONE, /* no file, or no capture */
    CAPTURE_OURS, /* anonymized by an export */
    CAPTURE_OTHERS,
};
enum capture_origin exporter_origin(const char *path);

/* The same for what was read inside of it: an Exported PDU. */
void record_derive(struct record *r);
/* Since the epoch; times outside of what microseconds in 64 bits can hold are at the edge. */
gint64 record_time_us(const struct record *r);
/* LINKTYPE_ value as the core names it, or G_MAXUINT for one that it cannot know. */
guint record_linktype(const struct record *r);

/* Do both records belong to one interface of the output? */
gboolean record_same_interface(const struct record *a, const struct record *b);

struct exporter;

/* `settings`: for the section header. Nothing is created before the first frame: tshark may yet end
 * without having read any. */
struct exporter *exporter_new(const char *path, const char *settings);
/* The comment of the section header; the caller frees it. */
char *exporter_comment(const struct exporter *e);
/* The section header says that the capture holds originals again. */
void exporter_restored(struct exporter *e);
/* Times of interface statistics go through it; borrowed. */
void exporter_times(struct exporter *e, const struct timeline *time);
/* Moves the record by time=; what has no time gets none. `e` may be NULL: what pcapng can say. */
enum timeline_fault record_move(struct record *r, struct timeline *time, const struct exporter *e);
/* A frame of the input was seen, whatever becomes of it: its interface gets its number. */
gboolean exporter_see(struct exporter *e, const struct record *r, GError **error);
/* Has it read of the input what it will need? Before that, the input must be open, and exporter_see be called by the
 * thread that reads it. */
gboolean exporter_is_ready(const struct exporter *e);
gboolean exporter_write(struct exporter *e, const struct record *r, struct bytes bytes, guint32 wire_len,
                        GError **error);
/* All is written and on the disk; then exporter_file may be published. */
gboolean exporter_finish(struct exporter *e, GError **error);
struct outfile *exporter_file(struct exporter *e);
/* Removes what was not published. NULL is fine. */
void exporter_free(struct exporter *e);

#endif

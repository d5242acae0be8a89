/* run.h - one pass over a capture: frames into the core, new frames to the file, events to the
 * statistics, and at the end the files under their names, and the summary.
 *
 * A fault is said once (host_say); from then on the run takes no more frames, its files are gone, and
 * tshark will end with status 2. In the GUI there may be several runs, one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_RUN_H
#define SIANTO_RUN_H

#include "compat.h"

#include "options.h"
#include "stats.h"

struct run;

/* `options` must outlive the run. Errors are the user's to mend: nothing was read or created yet. */
struct run *run_new(const struct options *options, GError **error);
/* Print tables on standard output at the end. */
void run_want_table(struct run *run, enum stats_table table);
/* The options of the frame at hand, told by the post-dissector: a tap comes too late for them. */
void run_note(struct run *run, const packet_info *pinfo);
/* A SIP message that Wireshark decrypted in the frame at hand, before run_frame: an Exported PDU. */
void run_decrypted(struct run *run, const packet_info *pinfo, struct bytes tags, tvbuff_t *pdu);
/* A frame in the order of the input; records that are no packets are counted and left out. */
void run_frame(struct run *run, packet_info *pinfo, epan_dissect_t *edt);
/* All frames were read: files are published, tables and summary printed. Once. */
void run_finish(struct run *run);
/* The reading was given up before: files are removed. Nothing where the run is finished. */
void run_abandon(struct run *run);
/* What was said when it failed; NULL: it did not. */
const char *run_fault(const struct run *run);
/* After run_finish, for the life of the run. */
const struct stats *run_stats(const struct run *run);
/* The same as a file that may be there already; audited, if options.files_later was set. */
enum run_file { RUN_STATS, RUN_REPORT };
gboolean run_write(struct run *run, enum run_file what, const char *path, GError **error);
void run_free(struct run *run);

#endif

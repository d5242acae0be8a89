/* host.h - facts about the program that loaded the plugin, and how we speak in it.
 *
 * Only tshark may be ended by us: in the GUI, sharkd and others a fault is a line on standard error.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_HOST_H
#define SIANTO_HOST_H

#include <glib.h>
#include <sys/stat.h>

gboolean host_is_tshark(void);
/* Wireshark itself; known only once its main window exists, so ask it per frame, not at start. */
gboolean host_is_gui(void);

/* One line on standard error: "sianto: ...". Ends a line of progress first. */
void host_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* From now on such lines are appended to `text` instead, for a window; NULL: standard error again. */
void host_say_to(GString *text);
/* The same, then exit status 1 in tshark: before any packet is read. Returns elsewhere. */
void host_refuse(const char *text);

/* FALSE: what was printed so far is not all on standard output. */
gboolean host_flush_output(GError **error);

/* A word to the front end that waits at the other end of a pipe: "loaded", "written". Nothing where fd is negative. */
void host_tell_parent(int fd, const char *word);

/* Does anything on the command line but ours (-X sianto:...) name a path for which `is` is TRUE? Words
 * are tried with and without the letters of an option in front (-rFILE, -qrFILE), so `is` is asked for
 * much that is no path. */
typedef gboolean (*host_path_test)(const char *path, gconstpointer arg);
gboolean host_names(host_path_test is, gconstpointer arg);

/* Is this file one that the program was told to read or write: by host_names, its standard input, or a
 * descriptor that it has open? What matters is the inode. In the GUI the command line tells of the first
 * capture only, and the one that is loaded is open. */
gboolean host_has_file(const struct stat *file);

/* The file that is being read, opened once more: to be asked while frames come. < 0: it is none (a live capture, a pipe),
 * or cannot be opened. The caller closes it. */
int host_open_input(void);

/* Options of tshark that leave frames out, as given ("-c", "-R"), or NULL; static storage. NULL in the GUI. */
const char *host_limit(void);

/* May each frame be dissected a second time: tshark -2? */
gboolean host_reads_twice(void);

/* A line of progress, where standard error is a terminal; at most twice a second. The GUI shows its own. */
void host_progress(guint64 frames);

/* From here on tshark ends with exit status 2, after its own clean-up. That is not done from Wireshark's
 * clean-up routine: tshark removes the temporary file of a live capture (the original!) after it. */
void host_fail(void);

/* No core dump from here on: memory holds originals and keys. */
void host_forbid_core_dumps(void);

#endif

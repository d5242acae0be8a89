/* outfile.h - a file that appears under its name only when it is complete.
 *
 * It is written under a temporary name (.sianto-XXXXXX) in the target's folder, created exclusively
 * with mode 0600. outfile_sync brings it to the disk, outfile_publish gives it its name. Until then
 * the old file of that name stands untouched, and outfile_withdraw puts it back. The temporary file goes
 * when it is discarded, when the process exits, and on signals that would end it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_OUTFILE_H
#define SIANTO_OUTFILE_H

#include <glib.h>
#include <sys/types.h>

#define OUTFILE_ERROR outfile_error_quark()
GQuark outfile_error_quark(void);

/* At most this many at a time: capture, statistics, report, data sheet, sums, map, a folder and what is in it, and
 * room. */
#define OUTFILES_MAX 24

/* A name that goes when the process ends or is ended: of a file, or of a folder that is empty then. The text stays the
 * caller's, as it is, until outfile_spare. -1: too many. */
int outfile_doom(char *name);
void outfile_spare(int slot); /* -1 is fine */

struct outfile;

/* `path` is copied. NULL and an error that names it where the folder cannot be written. */
struct outfile *outfile_new(const char *path, GError **error);
/* A new descriptor for writing, the caller's to close. */
int outfile_open(struct outfile *f, GError **error);
/* Appends all of it, for those who need no descriptor. */
gboolean outfile_write(struct outfile *f, const char *text, gsize n, GError **error);
/* Reads it as far as it is written; 0: the end, negative: an error. */
gssize outfile_read(struct outfile *f, gint64 at, void *buffer, gsize n);
/* FALSE: outfile_read failed once, so that what was read is not all of it. */
gboolean outfile_was_read(const struct outfile *f, GError **error);
gboolean outfile_sync(struct outfile *f, GError **error);
/* A folder's entries to the disk, as far as its file system can. */
void outfile_sync_folder(const char *folder);
/* Of `all`, what the umask leaves. */
mode_t outfile_usual_mode(mode_t all);
/* `replace`: over an existing file; else that is an error. `secret`: mode 0600, else as the umask says. */
gboolean outfile_publish(struct outfile *f, gboolean replace, gboolean secret, GError **error);
/* Takes the name away again, and puts the old file back: where the next of several files could not be published. */
void outfile_withdraw(struct outfile *f);
/* Removes the temporary file, if it is still one, or the old file that was replaced, and frees. NULL is fine. */
void outfile_free(struct outfile *f);

#endif

/* input.h - the capture that is being read, read once more for what wiretap keeps to itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_INPUT_H
#define SIANTO_INPUT_H

#include <glib.h>

/* struct pcapng_statistics (pcapng.h) of the file's interfaces, plain or gzip; the caller frees it. Empty where nothing
 * can be read twice (a pipe, a live capture) or in a file of another kind. To be called while frames come. */
GArray *input_statistics(void);

#endif

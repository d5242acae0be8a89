/* command.h - options that read no capture: make-key=, lookup=.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_COMMAND_H
#define SIANTO_COMMAND_H

#include "options.h"

gboolean command_given(const struct options *o);
/* Results on standard output. */
gboolean command_run(const struct options *o, GError **error);

#endif

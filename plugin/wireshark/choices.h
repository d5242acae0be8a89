/* choices.h - what the export dialog remembers, as preferences: there they can be chosen from lists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CHOICES_H
#define SIANTO_CHOICES_H

#include "compat.h"

#include <epan/prefs.h>

struct choices {
    int displayed;   /* only the packets that are displayed; an enum there, so an int */
    int format;      /* index of choices_ending */
    ws_bool stats;   /* statistics as JSON beside it */
    ws_bool report;  /* the report as HTML */
    const char *folder; /* where to; empty: beside the capture */
};

void choices_register_preferences(module_t *module);
/* As the preferences are now; strings are borrowed until they change. */
const struct choices *choices_get(void);
/* Writes the preferences, with all others as they are. A fault in that is Wireshark's to tell when it next writes
 * them: nothing depends on it here. */
void choices_store(const struct choices *choices);
/* ".pcapng" ...; the format of a file name, 0 where it has none of them. */
const char *choices_ending(int format);
int choices_format_of(const char *path);

#endif

/* session.h - what the whole process shares: the options, and the key of export and tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_SESSION_H
#define SIANTO_SESSION_H

#include "key.h"
#include "options.h"

struct session {
    struct options options; /* from -X */
    struct options prefs;
    int proto;
};

/* One for the process, valid from registration on. */
struct session *session_get(void);

/* Another capture than before: the random key is drawn anew. */
void session_use_capture(const char *path);
/* The key of key= or key-pass=, or one drawn at random once, so that the tree shows what an export of the same
 * process writes. Borrowed until session_close, or until another path is asked for. */
const struct key *session_key(const struct options *o, GError **error);
gboolean session_key_given(const struct options *o);
/* A new file of that name for the browser to read, in a folder that only the user can enter; folder and file go at
 * session_close. NULL: that cannot be made. Caller frees. */
char *session_temporary(const char *name);
void session_close(void);

#endif

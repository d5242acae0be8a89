/* options.h - what the user asks for: -X sianto:NAME=VALUE and the preferences, from one table.
 *
 * An export depends on -X options alone (DESIGN section 2: the output is a function of input, options
 * and key) in tshark; preferences serve the tree and the dialogs. -X options win over them there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_OPTIONS_H
#define SIANTO_OPTIONS_H

#include "compat.h"

#include <epan/prefs.h>

#include "sianto.h"

enum names_mode { NAMES_LABEL, NAMES_ASIS };
enum other_mode { OTHER_DROP, OTHER_HEADERS };

enum audit_mode { AUDIT_ON, AUDIT_OFF };
enum tls_mode { TLS_SCRUB, TLS_DECRYPTED };
enum threads_mode { THREADS_AUTO, THREADS_ONE };

#define SIP_PORTS_MAX 32

/* Strings live as long as the process; NULL or empty where not given. */
struct options {
    const char *out, *stats, *report, *key, *country, *keep, *policy, *server;
    const char *hold, *sip_port, *time;
    const char *bundle; /* then out, stats and report are in it */
    const char *part, *merge, *overlap; /* of shards: what is written, what is read, the neighbours */
    const char *map, *map_pass, *key_pass, *restore, *lookup, *make_key;
    const char *tables, *parent;  /* of the front end: numbers of descriptors */
    int names, labels, addresses; /* enum names_mode, label_style, address_mode */
    int other;                    /* enum other_mode */
    int audit, tls, threads;      /* enum audit_mode, tls_mode, threads_mode */
    guint64 hold_bytes;           /* hold=, read; 0: not given */
    struct timeline timeline;     /* time=, read */
    guint16 sip_ports[SIP_PORTS_MAX + 1]; /* sip-port=, read: ended by 0, which comes first where not given */
    int force, dry_run, crosscheck, shard;
    gboolean given;  /* any of them, by -X */
    gboolean files_later; /* not by the user: run_write may be called, so there is an audit */
    ws_bool preview; /* preference only: show replacements in the tree */
};

#define OPTIONS_ERROR options_error_quark()
GQuark options_error_quark(void);

/* Sets OPTIONS_ERROR, in one line that says how to mend it. Returns FALSE. */
gboolean options_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

void options_init(struct options *o);
/* Of what options_parse read; not for preferences, which are Wireshark's, nor for what options_merge gave. */
void options_clear(struct options *o);
/* Consumes all -X sianto: options. The error says what, where and how to mend it, in one line.
 * `help`: -X sianto:help was among them. */
gboolean options_parse(struct options *o, gboolean *help, GError **error);
/* Reads hold=, sip-port= and time= once more: where they came from preferences. */
gboolean options_read(struct options *o, GError **error);
/* What cannot be had together, and output files: existing, the input itself, a folder that is not
 * there, a name without a known ending. */
gboolean options_check(const struct options *o, GError **error);
/* -1 where the text, which options_parse read, is none. */
int options_descriptor(const char *text);
/* Does anything here need the frames: out, stats, report, dry-run? */
gboolean options_want_run(const struct options *o);
/* Is a file to be written? (dry-run= writes none all the same.) */
gboolean options_want_file(const struct options *o);

void options_help(void); /* on standard output */
/* `given` holds their values from then on. */
void options_register_preferences(module_t *module, struct options *given);
/* `o` where it sets an option of the tree, else `given` by preferences. */
struct options options_merge(const struct options *o, const struct options *given);

/* Takes on what shapes labels and images from words "NAME=VALUE" as options_describe wrote them; others are passed
 * over. FALSE: one of another version. */
gboolean options_apply(struct options *o, const char *described, GError **error);
/* The preferences as fields of a dialog: their labels and values, in one order; caller frees with g_strfreev. */
char **options_setting_labels(void);
char **options_setting_values(const struct options *o);
/* The reverse; `o` is of options_dup. */
gboolean options_set_settings(struct options *o, char *const *values, GError **error);
/* To the preferences that were registered; write_prefs makes them last. */
void options_store(const struct options *o);

/* A copy with strings of its own. */
struct options *options_dup(const struct options *o);
void options_free(struct options *o); /* of options_dup; NULL is fine */

struct sianto_settings options_settings(const struct options *o);
/* "labels=readable addresses=class key=set ...": values that say nothing of the site; caller frees. */
char *options_describe(const struct options *o);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <epan/ex-opt.h>
#include <epan/prefs-int.h>
#include <epan/wmem_scopes.h>

#include "bundle.h"
#include "bundle_names.h"
#include "host.h"

G_DEFINE_QUARK(sianto-options-error, options_error)

#define EX_OPT_KEY "sianto"

enum option_type { OPTION_OUTPUT, OPTION_INPUT, OPTION_TEXT, OPTION_CHOICE };

/* Where it may stand, and what may be told of it. */
enum option_use {
    USE_PREF = 1 << 0,   /* a preference, too: for the tree and for exports from the GUI */
    USE_TOLD = 1 << 1,   /* its value stands in the section header */
    USE_SET = 1 << 2,    /* there only as "set" (DESIGN section 3.9) */
    USE_HIDDEN = 1 << 3, /* for tests, and between front end and plugin */
    USE_BACK = 1 << 4,   /* it may stand beside restore=; for all others the map speaks */
    USE_MERGE = 1 << 5,  /* beside merge=; for all others the parts speak */
    USE_DRAW = 1 << 6,   /* beside make-key=, which reads and writes nothing else */
};

struct option {
    const char *name;
    enum option_type type;
    gsize offset;
    const enum_val_t *choices;
    guint use;
    const char *value, *help;
};

static const enum_val_t names_choices[] = {
    {"label", "Labels", NAMES_LABEL}, {"asis", "As found", NAMES_ASIS}, {NULL, NULL, 0}};
static const enum_val_t labels_choices[] = {{"readable", "Readable (u1, d1.invalid)", LABELS_READABLE},
                                            {"paper", "As in the paper (1, 2)", LABELS_PAPER},
                                            {"keyed", "Keyed (the same in each file)", LABELS_KEYED},
                                            {NULL, NULL, 0}};
static const enum_val_t addresses_choices[] = {{"class", "Within their class", ADDRESSES_CLASS},
                                               {"cryptopan", "Plain Crypto-PAn", ADDRESSES_CRYPTOPAN},
                                               {"random", "No prefixes kept", ADDRESSES_RANDOM},
                                               {NULL, NULL, 0}};
static const enum_val_t other_choices[] = {{"drop", "Left out", OTHER_DROP},
                                           {"headers", "Headers only, contents zeroed", OTHER_HEADERS},
                                           {NULL, NULL, 0}};
static const enum_val_t tls_choices[] = {{"scrub", "Records kept, contents scrubbed", TLS_SCRUB},
                                         {"decrypted", "And what Wireshark can decrypt", TLS_DECRYPTED},
                                         {NULL, NULL, 0}};
static const enum_val_t audit_choices[] = {{"on", "On", AUDIT_ON}, {"off", "Off", AUDIT_OFF}, {NULL, NULL, 0}};
static const enum_val_t threads_choices[] = {
    {"auto", "As many as there are processors for", THREADS_AUTO}, {"1", "One", THREADS_ONE}, {NULL, NULL, 0}};
static const enum_val_t yes_choices[] = {{"no", "No", 0}, {"yes", "Yes", 1}, {NULL, NULL, 0}};

#define AT(member) offsetof(struct options, member)
static const struct option table[] = {
    {"out", OPTION_OUTPUT, AT(out), NULL, USE_BACK, "FILE",
     "write the anonymized capture: .pcapng or .pcap, .gz compresses"},
    {"stats", OPTION_OUTPUT, AT(stats), NULL, USE_MERGE, "FILE.json", "write statistics"},
    {"report", OPTION_OUTPUT, AT(report), NULL, USE_MERGE, "FILE.html",
     "write what happened to registration, for people: sentences, charts and tables in one file"},
    {"bundle", OPTION_TEXT, AT(bundle), NULL, 0, "DIR",
     "write capture, statistics, report, a data sheet and SHA-256 sums to a new folder, ready to be published"},
    {"part", OPTION_OUTPUT, AT(part), NULL, 0, "FILE.part",
     "of a shard: write what its statistics are made of, to be merged; needs key= and labels=keyed"},
    {"shard", OPTION_CHOICE, AT(shard), yes_choices, 0, NULL,
     "the input is one file of several: count what its beginning and end cut (part= implies it)"},
    {"overlap", OPTION_TEXT, AT(overlap), NULL, 0, "PREV,NEXT",
     "the files before and behind the input (either may be left out): messages that a boundary cuts are kept"},
    {"merge", OPTION_TEXT, AT(merge), NULL, USE_MERGE, "FILE.part[,...] or @LIST",
     "statistics of the whole out of the parts of all shards, in order, to stats=, report= or the terminal; and end"},
    {"names", OPTION_CHOICE, AT(names), names_choices, 0, NULL,
     "names in statistics: labels, or as found (not with out=)"},
    {"key", OPTION_INPUT, AT(key), NULL, USE_PREF | USE_SET | USE_BACK, "FILE",
     "64 hex digits, readable by you alone; without it a random key for this run"},
    {"key-pass", OPTION_INPUT, AT(key_pass), NULL, USE_PREF | USE_SET | USE_BACK, "FILE",
     "the key from a passphrase, the first line of FILE, and the salt in FILE.salt, which is made beside it"},
    {"make-key", OPTION_TEXT, AT(make_key), NULL, USE_DRAW, "FILE", "draw a key, write it to a new FILE, and end"},
    {"map", OPTION_OUTPUT, AT(map), NULL, 0, "FILE",
     "write the one-to-one map, which turns the capture back: as secret as the input; with lookup= it is read"},
    {"map-pass", OPTION_INPUT, AT(map_pass), NULL, USE_BACK, "FILE",
     "encrypt the map, or open it, by the passphrase in FILE's first line"},
    {"restore", OPTION_INPUT, AT(restore), NULL, USE_BACK, "MAP",
     "turn an anonymized capture back: out= holds the originals again; what was deleted stays so"},
    {"lookup", OPTION_TEXT, AT(lookup), NULL, 0, "VALUE[,...]",
     "tell what each was and became, by map= or the key alone; frame:N, call-id:X, tag:X ...; and end"},
    {"labels", OPTION_CHOICE, AT(labels), labels_choices, USE_PREF | USE_TOLD, NULL, "form of the labels"},
    {"addresses", OPTION_CHOICE, AT(addresses), addresses_choices, USE_PREF | USE_TOLD, NULL,
     "how addresses are mapped"},
    {"other", OPTION_CHOICE, AT(other), other_choices, USE_PREF | USE_TOLD, NULL,
     "what is neither SIP nor serves it: left out, or headers with zeros behind them"},
    {"tls", OPTION_CHOICE, AT(tls), tls_choices, USE_PREF | USE_TOLD, NULL,
     "SIP inside TLS: records only, or also the messages that Wireshark decrypts, as Exported PDUs"},
    {"sip-port", OPTION_TEXT, AT(sip_port), NULL, USE_PREF | USE_TOLD, "N[,...]",
     "ports whose TCP connections and keep-alives are SIP's, whatever their bytes are (5060,5061)"},
    {"hold", OPTION_TEXT, AT(hold), NULL, USE_PREF | USE_TOLD, "MiB",
     "memory for frames that wait for the rest of a message (64)"},
    {"threads", OPTION_CHOICE, AT(threads), threads_choices, USE_BACK, NULL,
     "auto: one for Wireshark, others for the rest, where there are processors; 1: for many runs at once"},
    {"time", OPTION_TEXT, AT(time), NULL, USE_PREF | USE_TOLD, "keep, coarse, START or START,coarse",
     "move the capture to START, as 2020-01-01 or 2020-01-01T12:00:00Z (UTC), round its times down to seconds, or both"},
    {"audit", OPTION_CHOICE, AT(audit), audit_choices, USE_PREF | USE_TOLD, NULL,
     "search of everything that is written for what was replaced, before it gets its name"},
    {"country", OPTION_TEXT, AT(country), NULL, USE_PREF | USE_SET, "DIGITS",
     "country code that national telephone numbers belong to"},
    {"keep", OPTION_INPUT, AT(keep), NULL, USE_PREF | USE_SET, "FILE",
     "own users, hosts and networks that stay: lines `user X`, `host X`, `net CIDR`"},
    {"policy", OPTION_INPUT, AT(policy), NULL, USE_PREF | USE_SET, "FILE",
     "other actions for headers and parameters, from the same closed set"},
    {"server", OPTION_TEXT, AT(server), NULL, USE_PREF | USE_SET, "ADDR[:PORT][,...]",
     "servers, where the statistics shall not find them by themselves"},
    {"force", OPTION_CHOICE, AT(force), yes_choices, USE_BACK | USE_MERGE, NULL, "overwrite an existing output"},
    {"dry-run", OPTION_CHOICE, AT(dry_run), yes_choices, 0, NULL,
     "tell on the terminal what would be replaced and dropped; write nothing"},
    {"crosscheck", OPTION_CHOICE, AT(crosscheck), yes_choices, USE_HIDDEN, NULL,
     "compare with Wireshark's dissection; for tests, slow"},
    {"tables", OPTION_TEXT, AT(tables), NULL, USE_HIDDEN, "N",
     "descriptor of a file in memory: tables to go on from, and the place for this run's"},
    {"parent", OPTION_TEXT, AT(parent), NULL, USE_HIDDEN | USE_BACK | USE_MERGE | USE_DRAW, "N",
     "descriptor of a pipe to who waits for this run"},
};

/* As preferences; those without a row go by their names. */
static const struct {
    const char *option, *title;
} titles[] = {
    {"key", "Key file (empty: a new key for each capture)"},
    {"key-pass", "File of a passphrase, in place of a key"},
    {"labels", "Labels"},
    {"addresses", "Addresses"},
    {"other", "Other packets"},
    {"tls", "SIP inside TLS"},
    {"sip-port", "SIP ports (5060,5061)"},
    {"hold", "Memory, MiB (64)"},
    {"time", "Times (keep, coarse, START or START,coarse)"},
    {"audit", "Leak audit"},
    {"country", "Country code"},
    {"keep", "File of what stays readable (keep)"},
    {"policy", "Policy file"},
    {"server", "Servers (empty: found)"},
};

static const char *title_of(const struct option *opt)
{
    for (guint i = 0; i < G_N_ELEMENTS(titles); i++)
        if (g_str_equal(titles[i].option, opt->name))
            return titles[i].title;
    return opt->name;
}

static const char **text_of(struct options *o, const struct option *opt)
{
    return (const char **)(void *)((char *)o + opt->offset);
}

static int *choice_of(struct options *o, const struct option *opt)
{
    return (int *)(void *)((char *)o + opt->offset);
}

static const char *text(const struct options *o, const struct option *opt)
{
    const char *s = *text_of((struct options *)(gsize)o, opt);
    return s && *s ? s : NULL;
}

static int choice(const struct options *o, const struct option *opt)
{
    return *choice_of((struct options *)(gsize)o, opt);
}

static gboolean is_default(const struct options *o, const struct option *opt)
{
    return opt->type == OPTION_CHOICE ? choice(o, opt) == 0 : text(o, opt) == NULL;
}

static const char *choice_name(const struct options *o, const struct option *opt)
{
    for (guint i = 0; opt->choices[i].name; i++)
        if (opt->choices[i].value == choice(o, opt))
            return opt->choices[i].name;
    return "?";
}

gboolean options_refuse(GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, OPTIONS_ERROR, 0, message);
    return FALSE;
}

/* --- suggestions ----------------------------------------------------------------------------------- */

/* Levenshtein's distance; both words are short: ours, and one from the command line cut at 32. */
static guint distance(const char *a, const char *b)
{
    guint row[33], n = (guint)MIN(strlen(b), 32);
    for (guint j = 0; j <= n; j++)
        row[j] = j;
    for (guint i = 0; a[i] && i < 32; i++) {
        guint diagonal = row[0];
        row[0] = i + 1;
        for (guint j = 0; j < n; j++) {
            guint change = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = MIN(change, MIN(row[j], row[j + 1]) + 1);
        }
    }
    return row[n];
}

static const struct option *nearest_option(const char *name)
{
    const struct option *best = NULL;
    guint least = 4;
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        guint d = distance(table[i].name, name);
        if (d < least && d < strlen(table[i].name)) {
            least = d;
            best = &table[i];
        }
    }
    return best;
}

static char *choices_text(const enum_val_t *choices)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; choices[i].name; i++)
        g_string_append_printf(all, "%s%s", i ? (choices[i + 1].name ? ", " : " or ") : "", choices[i].name);
    return g_string_free(all, FALSE);
}

/* --- parsing --------------------------------------------------------------------------------------- */

static const struct option *find_option(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static gboolean set_choice(struct options *o, const struct option *opt, const char *value, GError **error)
{
    for (guint i = 0; opt->choices[i].name; i++) {
        if (strcmp(opt->choices[i].name, value) == 0) {
            *choice_of(o, opt) = opt->choices[i].value;
            return TRUE;
        }
    }
    g_autofree char *all = choices_text(opt->choices);
    return options_refuse(error, "%s=%s: no such value: use %s", opt->name, value, all);
}

static gboolean set_option(struct options *o, const struct option *opt, const char *value, GError **error)
{
    if (!*value)
        return options_refuse(error, "%s= has no value: write -X sianto:%s=%s", opt->name, opt->name,
                              opt->value ? opt->value : opt->choices[1].name);
    if (opt->type == OPTION_CHOICE)
        return set_choice(o, opt, value, error);
    *text_of(o, opt) = g_strdup(value);
    return TRUE;
}

#define HOLD_MIB_MAX 65536

static gboolean read_hold(struct options *o, GError **error)
{
    guint64 n;
    o->hold_bytes = 0;
    if (!o->hold || !*o->hold)
        return TRUE;
    if (!g_ascii_string_to_unsigned(o->hold, 10, 1, HOLD_MIB_MAX, &n, NULL))
        return options_refuse(error, "hold=%s: write a number of MiB from 1 to %d", o->hold, HOLD_MIB_MAX);
    o->hold_bytes = n << 20;
    return TRUE;
}

static gboolean read_ports(struct options *o, GError **error)
{
    g_auto(GStrv) words = g_strsplit(o->sip_port ? o->sip_port : "", ",", -1);
    guint n = g_strv_length(words);
    if (n > SIP_PORTS_MAX)
        return options_refuse(error, "sip-port= has %u ports: %d at most", n, SIP_PORTS_MAX);
    for (guint i = 0; i < n; i++) {
        guint64 port;
        if (!g_ascii_string_to_unsigned(words[i], 10, 1, G_MAXUINT16, &port, NULL))
            return options_refuse(
                error, "sip-port=%s: write port numbers from 1 to 65535, with commas between", o->sip_port);
        o->sip_ports[i] = (guint16)port;
    }
    o->sip_ports[n] = 0;
    return TRUE;
}

static gboolean read_time(struct options *o, GError **error)
{
    if (timeline_parse(&o->timeline, o->time))
        return TRUE;
    return options_refuse(
        error,
        "time=%s: write keep, coarse, or when the capture shall begin, from 1970 on: 2020-01-01 or "
        "2020-01-01T12:00:00Z, and ,coarse behind it for both",
        o->time);
}

int options_descriptor(const char *text)
{
    guint64 n;
    return text && g_ascii_string_to_unsigned(text, 10, 3, 1023, &n, NULL) ? (int)n : -1;
}

static gboolean read_descriptors(struct options *o, GError **error)
{
    if ((o->tables && options_descriptor(o->tables) < 0) || (o->parent && options_descriptor(o->parent) < 0))
        return options_refuse(error, "tables= and parent= are for the command sianto alone: leave them");
    return TRUE;
}

static gboolean unknown_option(const char *name, GError **error)
{
    const struct option *near = nearest_option(name);
    if (near)
        return options_refuse(error, "unknown option \"%s\": did you mean %s=? (-X sianto:help lists all)",
                              name, near->name);
    return options_refuse(error, "unknown option \"%s\": -X sianto:help lists all", name);
}

static gboolean parse_one(struct options *o, const char *given, guint64 *seen, GError **error)
{
    const char *equals = strchr(given, '=');
    g_autofree char *name = equals ? g_strndup(given, (gsize)(equals - given)) : g_strdup(given);
    const struct option *opt = find_option(name);
    if (!opt)
        return unknown_option(name, error);
    if (!equals)
        return set_option(o, opt, "", error);
    guint64 bit = G_GUINT64_CONSTANT(1) << (opt - table);
    if (*seen & bit)
        return options_refuse(error, "%s= is given twice: leave one", name);
    *seen |= bit;
    o->given = TRUE;
    return set_option(o, opt, equals + 1, error);
}

gboolean options_read(struct options *o, GError **error)
{
    return read_hold(o, error) && read_ports(o, error) && read_time(o, error);
}

/* A bundle is the three outputs in a folder. */
static gboolean read_bundle(struct options *o, GError **error)
{
    if (!o->bundle)
        return TRUE;
    if (o->out || o->stats || o->report)
        return options_refuse(error, "bundle= names its files itself: leave out=, stats= and report=");
    if (o->restore || o->lookup || o->make_key)
        return options_refuse(error,
                              "bundle= holds an anonymized capture: leave restore=, lookup= and make-key=");
    o->out = g_build_filename(o->bundle, BUNDLE_CAPTURE, NULL);
    o->stats = g_build_filename(o->bundle, BUNDLE_STATS, NULL);
    o->report = g_build_filename(o->bundle, BUNDLE_REPORT, NULL);
    return TRUE;
}

void options_init(struct options *o)
{
    *o = (struct options){.preview = TRUE};
}

void options_clear(struct options *o)
{
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].type != OPTION_CHOICE)
            g_free((gpointer)*text_of(o, &table[i]));
    options_init(o);
}

gboolean options_parse(struct options *o, gboolean *help, GError **error)
{
    const char *given;
    guint64 seen = 0;
    G_STATIC_ASSERT(G_N_ELEMENTS(table) < 64);
    while ((given = ex_opt_get_next(EX_OPT_KEY))) {
        if (strcmp(given, "help") == 0)
            *help = TRUE;
        else if (!parse_one(o, given, &seen, error))
            return FALSE;
    }
    return options_read(o, error) && read_descriptors(o, error) && read_bundle(o, error);
}

/* --- checking -------------------------------------------------------------------------------------- */

/* By option: endings that the name may have, .gz taken off before where `gz`. */
static const struct {
    const char *option, *endings[3];
    gboolean gz;
} known_endings[] = {
    {"out", {".pcapng", ".pcap", NULL}, TRUE},
    {"stats", {".json", NULL, NULL}, FALSE},
    {"report", {".html", NULL, NULL}, FALSE},
    {"part", {".part", NULL, NULL}, FALSE},
};

static gboolean check_ending(const struct option *opt, const char *path, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(known_endings); i++) {
        if (strcmp(known_endings[i].option, opt->name) != 0)
            continue;
        gsize n = strlen(path);
        if (known_endings[i].gz && g_str_has_suffix(path, ".gz"))
            n -= 3;
        g_autofree char *name = g_strndup(path, n);
        for (guint k = 0; known_endings[i].endings[k]; k++)
            if (g_str_has_suffix(name, known_endings[i].endings[k]))
                return TRUE;
        return options_refuse(error, "%s=%s: the name must end in %s%s%s%s", opt->name, path,
                              known_endings[i].endings[0], known_endings[i].endings[1] ? " or " : "",
                              known_endings[i].endings[1] ? known_endings[i].endings[1] : "",
                              known_endings[i].gz ? " (and .gz to compress)" : "");
    }
    return TRUE;
}

/* Among files with commas between? */
static gboolean names_file(const char *paths, const struct stat *file)
{
    g_auto(GStrv) each = g_strsplit(paths ? paths : "", ",", -1);
    for (char **path = each; *path; path++) {
        struct stat st;
        if (stat(*path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino)
            return TRUE;
    }
    return FALSE;
}

static gboolean check_existing(const struct options *o, const struct option *opt, const char *path,
                               const struct stat *st, GError **error)
{
    if (!S_ISREG(st->st_mode))
        return options_refuse(error, "%s=%s is no ordinary file: name another", opt->name, path);
    if (host_has_file(st))
        return options_refuse(error, "%s=%s is the input itself, which is never overwritten: name another",
                              opt->name, path);
    if (names_file(o->overlap, st) || names_file(o->merge, st))
        return options_refuse(error, "%s=%s is read, too, and never overwritten: name another", opt->name,
                              path);
    if (!o->force)
        return options_refuse(error, "%s=%s exists: name another, or add -X sianto:force=yes", opt->name,
                              path);
    return TRUE;
}

/* What only the end of the run would find: a name that is there though no file is, and one that cannot be. */
static gboolean check_name(const struct options *o, const struct option *opt, const char *path, GError **error)
{
    struct stat st;
    gboolean there = lstat(path, &st) == 0;
    if (there && !o->force)
        return options_refuse(error, "%s=%s is a link to nothing: name another, or add -X sianto:force=yes", opt->name, path);
    if (!there && errno == ENAMETOOLONG)
        return options_refuse(error, "%s=%s: the name is too long: choose a shorter one", opt->name, path);
    return TRUE;
}

static gboolean check_output(const struct options *o, const struct option *opt, GError **error)
{
    struct stat st;
    const char *path = text(o, opt);
    g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;
    if (!path)
        return TRUE;
    if (!check_ending(opt, path, error))
        return FALSE;
    if (stat(path, &st) == 0 ? !check_existing(o, opt, path, &st, error) : !check_name(o, opt, path, error))
        return FALSE;
    if (access(folder, W_OK | X_OK) < 0)
        return options_refuse(error, "%s=%s: cannot write in the folder %s: %s", opt->name, path, folder,
                              g_strerror(errno));
    return TRUE;
}

/* Two files of ours that are one: an output over another output, or over a key. */
static gboolean check_distinct(const struct options *o, const struct option *a, const struct option *b,
                               GError **error)
{
    struct stat sa, sb;
    const char *x = text(o, a), *y = text(o, b);
    if (!x || !y)
        return TRUE;
    gboolean same =
        stat(x, &sa) == 0 && stat(y, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
    if (same || strcmp(x, y) == 0)
        return options_refuse(error, "%s= and %s= are the same file: name another", a->name, b->name);
    return TRUE;
}

static gboolean is_input(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && host_has_file(&st);
}

/* What turns the capture back is no part of what is published. */
static gboolean check_bundle(const struct options *o, GError **error)
{
    struct stat folder, bundle;
    g_autofree char *beside = o->map ? g_path_get_dirname(o->map) : NULL;
    if (!o->bundle)
        return TRUE;
    if (o->audit == AUDIT_OFF)
        return options_refuse(error, "bundle= is to be published, so it is audited: leave audit=off");
    if (beside && stat(beside, &folder) == 0 && stat(o->bundle, &bundle) == 0 && folder.st_dev == bundle.st_dev &&
        folder.st_ino == bundle.st_ino)
        return options_refuse(
            error, "map=%s would lie in bundle=, which is to be published: name another place", o->map);
    return bundle_check(o->bundle, o->force, is_input, error);
}

static gboolean check_files(const struct options *o, GError **error)
{
    if (!check_bundle(o, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        if (table[i].type != OPTION_OUTPUT || (o->lookup && table[i].offset == AT(map)))
            continue;
        if ((!o->bundle || table[i].offset == AT(map)) && !check_output(o, &table[i], error))
            return FALSE;
        for (guint k = 0; k < G_N_ELEMENTS(table); k++) {
            gboolean file = table[k].type == OPTION_INPUT || (table[k].type == OPTION_OUTPUT && k > i);
            if (file && !check_distinct(o, &table[i], &table[k], error))
                return FALSE;
        }
    }
    return TRUE;
}

/* Anything but what may stand beside `what` would be ignored. */
static gboolean check_beside(const struct options *o, guint use, const char *what, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (!(table[i].use & use) && !is_default(o, &table[i]))
            return options_refuse(error, "%s= cannot stand beside %s: leave it", table[i].name, what);
    return TRUE;
}

/* Settings of a map's own run are in the map. */
static gboolean check_restore(const struct options *o, GError **error)
{
    if (!check_beside(o, USE_BACK, "restore=, which takes its settings from the map", error))
        return FALSE;
    if (!o->out)
        return options_refuse(error, "restore= has nowhere to write: add out=FILE");
    return TRUE;
}

/* Labels by number would be another shard's, too. With names=asis it is run.c that knows whether the input has
 * labels. */
static gboolean check_shard(const struct options *o, GError **error)
{
    gboolean keyed = (o->key || o->key_pass) && o->labels == LABELS_KEYED;
    if (o->part && o->names == NAMES_LABEL && !keyed)
        return options_refuse(error,
                              "part= needs the same labels in all shards: add key=FILE and labels=keyed");
    if (o->overlap && o->tls == TLS_DECRYPTED)
        return options_refuse(
            error, "overlap= with tls=decrypted: Wireshark decrypts the input alone: leave one of them");
    if ((o->part || o->shard || o->overlap) && (o->timeline.shifts || o->timeline.coarse))
        return options_refuse(
            error,
            "time= with part=, shard= or overlap= would move each file by itself: leave it, or give time= to "
            "the whole capture (mergecap)");
    return !o->merge || check_beside(o, USE_MERGE, "merge=, which reads parts alone", error);
}

static gboolean check_secrets(const struct options *o, GError **error)
{
    if (o->key && o->key_pass)
        return options_refuse(error, "key= and key-pass= are two keys: leave one of them");
    if (o->map_pass && !o->map && !o->restore)
        return options_refuse(error, "map-pass= has no map to encrypt or open: add map= or restore=");
    if (o->map && !o->lookup && (!o->out || o->dry_run))
        return options_refuse(error,
                              "map= tells of a capture that is written: add out=FILE, without dry-run=");
    if (o->lookup && !o->map && !o->key && !o->key_pass)
        return options_refuse(error, "lookup= needs a map or a key: add map=FILE, key=FILE or key-pass=FILE");
    if (o->lookup && (options_want_file(o) || o->dry_run))
        return options_refuse(error, "lookup= reads no capture: leave out=, stats=, report=, part= and dry-run=");
    return !o->restore || check_restore(o, error);
}

gboolean options_check(const struct options *o, GError **error)
{
    if (o->make_key && !check_beside(o, USE_DRAW, "make-key=, which draws a key and ends", error))
        return FALSE;
    if (!check_secrets(o, error) || !check_shard(o, error))
        return FALSE;
    if (o->names == NAMES_ASIS && o->out)
        return options_refuse(error, "names=asis with %s= would write names into the capture: leave one of them",
                              o->bundle ? "bundle" : "out");
    if (o->names == NAMES_ASIS && o->crosscheck)
        return options_refuse(error, "names=asis with crosscheck= has nothing to compare: leave one of them");
    if (o->timeline.coarse && !o->out && !o->dry_run && options_want_file(o))
        return options_refuse(
            error, "time=coarse without out= would leave statistics that do not say so: add out=FILE");
    if (o->force && !options_want_file(o))
        return options_refuse(error,
                              "force=yes has nothing to overwrite: add out=, stats=, report= or part=");
    return check_files(o, error);
}

gboolean options_want_run(const struct options *o)
{
    return options_want_file(o) || o->dry_run || o->crosscheck;
}

gboolean options_want_file(const struct options *o)
{
    return o->out || o->stats || o->report || o->part;
}

/* --- help, preferences ----------------------------------------------------------------------------- */

void options_help(void)
{
    puts("Options of sianto, each as -X sianto:OPTION=VALUE:");
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        const struct option *opt = &table[i];
        if (opt->use & USE_HIDDEN)
            continue;
        g_autofree char *choices = opt->choices ? choices_text(opt->choices) : NULL;
        printf("  %s=%s\n        %s\n", opt->name, choices ? choices : opt->value, opt->help);
    }
    puts("Example: tshark -q -r in.pcapng -X sianto:out=anon.pcapng\n"
         "Tables: tshark -q -r in.pcapng -z sianto,stats");
}

/* Names of preferences have no hyphens. */
static char *preference_name(const struct option *opt, wmem_allocator_t *scope)
{
    return g_strdelimit(wmem_strdup(scope, opt->name), "-", '_');
}

static void register_preference(module_t *module, struct options *given, const struct option *opt)
{
    /* Wireshark keeps both as long as it has preferences. */
    char *name = preference_name(opt, wmem_epan_scope()), *help = wmem_strdup(wmem_epan_scope(), opt->help);
    help[0] = g_ascii_toupper(help[0]);
    if (opt->type == OPTION_CHOICE)
        prefs_register_enum_preference(module, name, title_of(opt), help, choice_of(given, opt), opt->choices, FALSE);
    else if (opt->type == OPTION_INPUT)
        prefs_register_filename_preference(module, name, title_of(opt), help, text_of(given, opt), FALSE);
    else
        prefs_register_string_preference(module, name, title_of(opt), help, text_of(given, opt));
}

void options_register_preferences(module_t *module, struct options *given)
{
    prefs_register_bool_preference(module, "preview", "Show replacements in the packet details",
                                   "Below SiAnTo, each identity with the label that an export writes for it",
                                   &given->preview);
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].use & USE_PREF)
            register_preference(module, given, &table[i]);
}

struct options options_merge(const struct options *o, const struct options *given)
{
    struct options merged = *o;
    merged.preview = given->preview;
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        const struct option *opt = &table[i];
        if (!(opt->use & USE_PREF) || !is_default(o, opt))
            continue;
        if (opt->type == OPTION_CHOICE)
            *choice_of(&merged, opt) = choice(given, opt);
        else
            *text_of(&merged, opt) = text(given, opt);
    }
    return merged;
}

/* --- settings in a dialog -------------------------------------------------------------------------- */

static const struct option *next_setting(const struct option *opt)
{
    for (opt = opt ? opt + 1 : table; opt < table + G_N_ELEMENTS(table); opt++)
        if (opt->use & USE_PREF)
            return opt;
    return NULL;
}

char **options_setting_labels(void)
{
    GPtrArray *labels = g_ptr_array_new();
    for (const struct option *opt = next_setting(NULL); opt; opt = next_setting(opt)) {
        g_autofree char *choices = opt->choices ? choices_text(opt->choices) : NULL;
        g_ptr_array_add(labels, choices ? g_strdup_printf("%s: %s", title_of(opt), choices) : g_strdup(title_of(opt)));
    }
    g_ptr_array_add(labels, NULL);
    return (char **)g_ptr_array_free(labels, FALSE);
}

char **options_setting_values(const struct options *o)
{
    GPtrArray *values = g_ptr_array_new();
    for (const struct option *opt = next_setting(NULL); opt; opt = next_setting(opt)) {
        const char *value = opt->type == OPTION_CHOICE ? choice_name(o, opt) : text(o, opt);
        g_ptr_array_add(values, g_strdup(value ? value : ""));
    }
    g_ptr_array_add(values, NULL);
    return (char **)g_ptr_array_free(values, FALSE);
}

gboolean options_set_settings(struct options *o, char *const *values, GError **error)
{
    for (const struct option *opt = next_setting(NULL); opt && *values; opt = next_setting(opt), values++) {
        g_autofree char *value = g_strstrip(g_strdup(*values));
        if (opt->type == OPTION_CHOICE) {
            if (!set_choice(o, opt, value, error))
                return FALSE;
        } else {
            g_free((char *)(gsize)*text_of(o, opt));
            *text_of(o, opt) = *value ? g_steal_pointer(&value) : NULL;
        }
    }
    return options_read(o, error);
}

void options_store(const struct options *o)
{
    module_t *module = prefs_find_module(EX_OPT_KEY);
    for (const struct option *opt = next_setting(NULL); opt; opt = next_setting(opt)) {
        char *name = preference_name(opt, NULL);
        pref_t *pref = prefs_find_preference(module, name);
        if (opt->type == OPTION_CHOICE)
            prefs_set_enum_value(pref, choice(o, opt), pref_current);
        else
            prefs_set_string_value(pref, text(o, opt) ? text(o, opt) : "", pref_current);
        wmem_free(NULL, name);
    }
}

struct options *options_dup(const struct options *o)
{
    struct options *copy = g_memdup2(o, sizeof *o);
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].type != OPTION_CHOICE)
            *text_of(copy, &table[i]) = g_strdup(text(o, &table[i]));
    return copy;
}

void options_free(struct options *o)
{
    if (o)
        options_clear(o);
    g_free(o);
}

/* --- for the core ---------------------------------------------------------------------------------- */

struct sianto_settings options_settings(const struct options *o)
{
    return (struct sianto_settings){
        .labels = (enum label_style)o->labels,
        .addresses = (enum address_mode)o->addresses,
        .country = o->country,
        .keep_path = o->keep,
        .policy_path = o->policy,
        .as_is = o->names == NAMES_ASIS,
        .headers = o->other == OTHER_HEADERS,
        .audit = o->audit == AUDIT_ON && !o->dry_run && (options_want_file(o) || o->files_later),
        .hold_bytes = o->hold_bytes,
        .shard = o->shard || o->part || o->overlap,
        .sip_ports = o->sip_ports[0] ? o->sip_ports : NULL,
    };
}

static gboolean apply_word(struct options *o, const char *word, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(word, "=", 2);
    const struct option *opt = find_option(parts[0] ? parts[0] : "");
    if (!opt || !parts[1])
        return options_refuse(error, "the map has a setting that this version does not know");
    if (!(opt->use & USE_TOLD) || opt->offset == AT(audit) || opt->offset == AT(hold) || opt->offset == AT(tls))
        return TRUE;
    return set_option(o, opt, parts[1], error);
}

gboolean options_apply(struct options *o, const char *described, GError **error)
{
    g_auto(GStrv) words = g_strsplit(described, " ", -1);
    for (guint i = 0; words[i]; i++)
        if (*words[i] && !apply_word(o, words[i], error))
            return FALSE;
    return read_ports(o, error) && read_time(o, error);
}

/* time=keep is the same as nothing, in the output too. */
static gboolean is_keep(const struct options *o, const struct option *opt)
{
    return opt->offset == AT(time) && !o->timeline.shifts && !o->timeline.coarse;
}

char *options_describe(const struct options *o)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
        const struct option *opt = &table[i];
        const char *value = NULL;
        if (opt->use & USE_TOLD && !is_keep(o, opt))
            value = opt->type == OPTION_CHOICE ? choice_name(o, opt) : text(o, opt);
        else if (opt->use & USE_SET && text(o, opt))
            value = "set";
        if (value)
            g_string_append_printf(all, "%s%s=%s", all->len ? " " : "", opt->name, value);
    }
    return g_string_free(all, FALSE);
}

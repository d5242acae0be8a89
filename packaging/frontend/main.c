/* sianto IN OUT - a small front end to tshark with the plugin.
 *
 * It knows the plugin's options by their form only: --NAME=VALUE becomes -X sianto:NAME=VALUE, and the plugin says
 * what is wrong with it. So --help lists what the plugin lists, and nothing has to be kept in step.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "verify.h"

struct command {
    GPtrArray *options; /* gchar *: "NAME=VALUE" of the plugin */
    GPtrArray *names;   /* gchar *: what is no option */
    GString *paired;    /* " --NAME VALUE" for each option that took the next word */
    gboolean dissect, help, version;
    char *program;
    GPtrArray *words; /* for tshark itself */
};

static int refuse(const char *format, ...) G_GNUC_PRINTF(1, 2);

static int refuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "sianto: %s\n", text);
    return STATUS_REFUSED;
}

/* --- the command line -------------------------------------------------------------------------------------- */

/* The plugin's that need no value; all others take one, behind "=" or as the next word. */
static gboolean is_yes(const char *name)
{
    static const char *const names[] = {"force", "dry-run", "crosscheck", "shard"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(names[i], name))
            return TRUE;
    return FALSE;
}

static gboolean is_ours(const char *name)
{
    static const char *const names[] = {"dissect", "help", "version", "tshark", "preference", "extension"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize n = strlen(names[i]);
        if (strncmp(names[i], name, n) == 0 && (name[n] == 0 || name[n] == '='))
            return TRUE;
    }
    return FALSE;
}

static int take_pair(struct command *c, char **words)
{
    g_ptr_array_add(c->options, g_strconcat(words[0] + 2, "=", words[1], NULL));
    g_string_append_printf(c->paired, " %s %s", words[0], words[1]);
    return 2;
}

/* How many words it took; 0: its value is missing. */
static int take_option(struct command *c, char **words)
{
    const char *name = words[0] + 2;
    if (strchr(name, '='))
        g_ptr_array_add(c->options, g_strdup(name));
    else if (is_yes(name))
        g_ptr_array_add(c->options, g_strconcat(name, "=yes", NULL));
    else if (words[1])
        return take_pair(c, words);
    else
        return 0;
    return 1;
}

/* The plugin's options go to c->options, the rest to what GOption reads. FALSE: said why. */
static gboolean split(struct command *c, char **argv, GPtrArray *rest)
{
    for (int took = 1; *argv; argv += took, took = 1) {
        if (g_str_equal(*argv, "--")) {
            for (; *argv; argv++)
                g_ptr_array_add(rest, *argv);
            break;
        }
        if (!g_str_has_prefix(*argv, "--") || is_ours(*argv + 2)) {
            g_ptr_array_add(rest, *argv);
        } else if (!(took = take_option(c, argv))) {
            refuse("%s has no value: write %s=VALUE (sianto --help lists all)", *argv, *argv);
            return FALSE;
        }
    }
    g_ptr_array_add(rest, NULL);
    return TRUE;
}

/* -X sianto:NAME=VALUE, as the plugin's messages write it, is the same as --NAME=VALUE. */
static gboolean take_x(const gchar *option, const gchar *value, gpointer data, GError **error)
{
    struct command *c = data;
    (void)option;
    if (g_str_has_prefix(value, "sianto:")) {
        g_ptr_array_add(c->options, g_strdup(value + strlen("sianto:")));
        return TRUE;
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "-X %s: only sianto:NAME=VALUE", value);
    return FALSE;
}

static gboolean take_o(const gchar *option, const gchar *value, gpointer data, GError **error)
{
    struct command *c = data;
    (void)option;
    (void)error;
    g_ptr_array_add(c->words, g_strdup("-o"));
    g_ptr_array_add(c->words, g_strdup(value));
    return TRUE;
}

#define SUMMARY                                                                                              \
    "Anonymizes SIP captures. With several inputs the same names get the same labels in all outputs.\n\n"      \
    "  sianto IN OUT                      anonymize IN to OUT (.pcapng or .pcap, .gz compresses)\n"            \
    "  sianto IN... FOLDER                each input to FOLDER/NAME.pcapng, with one table of labels\n"        \
    "  sianto restore ANON OUT --map=MAP  turn an anonymized capture back\n"                                   \
    "  sianto lookup VALUE... --map=MAP   what was u12, what became of alice; frame:4711\n"                    \
    "  sianto stats IN [FILE.json]        statistics, on the terminal or in a file\n"                          \
    "  sianto merge PART... [FILE.json]   statistics of the whole out of the parts of all shards (--part)\n"        \
    "  sianto bundle IN FOLDER            capture, statistics, report, data sheet and sums, to be published\n" \
    "  sianto verify FOLDER               is such a folder whole and unchanged?\n"                            \
    "  sianto key FILE                    draw a key\n\n"                                                      \
    "A capture of such a name is ./key. With FOLDER, --map, --part, --stats and --report name folders, too."

static GOptionContext *context_new(struct command *c)
{
    const GOptionEntry entries[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &c->help, "Show this, and the plugin's options", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &c->version, "Show the version", NULL},
        {"dissect", 0, 0, G_OPTION_ARG_NONE, &c->dissect,
         "Have Wireshark dissect, too: slower, the same bytes; counts what it takes for SIP and sianto does not", NULL},
        {"tshark", 0, 0, G_OPTION_ARG_FILENAME, &c->program, "The tshark to run", "PROGRAM"},
        {"preference", 'o', 0, G_OPTION_ARG_CALLBACK, (gpointer)take_o, "A preference for tshark", "NAME:VALUE"},
        {"extension", 'X', 0, G_OPTION_ARG_CALLBACK, (gpointer)take_x, "As --NAME=VALUE", "sianto:NAME=VALUE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new("[KEY|RESTORE|LOOKUP|STATS|MERGE|BUNDLE|VERIFY] ...");
    GOptionGroup *group = g_option_group_new("sianto", "", "", c, NULL);
    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, SUMMARY);
    return context;
}

/* 0, or the exit status that ends it here. */
static gboolean read_command(struct command *c, char **argv, GOptionContext *context)
{
    g_autoptr(GPtrArray) rest = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    if (!split(c, argv, rest))
        return FALSE;
    char **words = (char **)g_ptr_array_free(g_steal_pointer(&rest), FALSE);
    int n = (int)g_strv_length(words);
    char **all = words;
    gboolean ok = g_option_context_parse(context, &n, &words, &error);
    for (int i = 1; ok && i < n; i++)
        if (!g_str_equal(words[i], "--"))
            g_ptr_array_add(c->names, g_strdup(words[i]));
    g_free(all);
    if (!ok)
        refuse("%s (sianto --help lists all)", error->message);
    return ok;
}

static const char *value_of(const struct command *c, const char *name)
{
    gsize n = strlen(name);
    for (guint i = 0; i < c->options->len; i++) {
        const char *option = c->options->pdata[i];
        if (strncmp(option, name, n) == 0 && option[n] == '=')
            return option + n + 1;
    }
    return NULL;
}

static void drop_option(struct command *c, const char *name)
{
    const char *value = value_of(c, name);
    if (value)
        g_ptr_array_remove(c->options, (gpointer)(value - strlen(name) - 1));
}

static void set_option(struct command *c, const char *name, const char *value)
{
    drop_option(c, name);
    g_ptr_array_add(c->options, g_strconcat(name, "=", value, NULL));
}

/* A word that stands for an option. FALSE: that is given, too, and one of the two would be ignored; said so. */
static gboolean word_is_alone(const struct command *c, const char *name, const char *word)
{
    const char *value = value_of(c, name);
    if (value)
        refuse("%s= is given twice, as --%s=%s and as %s: leave one", name, name, value, word);
    return !value;
}

static gboolean take_word(struct command *c, const char *name, const char *word)
{
    gboolean alone = word_is_alone(c, name, word);
    if (alone)
        set_option(c, name, word);
    return alone;
}

/* --- runs ---------------------------------------------------------------------------------------------------- */

/* What only Wireshark's dissection can tell. */
static gboolean needs_dissection(const struct command *c)
{
    return c->dissect || g_strcmp0(value_of(c, "tls"), "decrypted") == 0 ||
           g_strcmp0(value_of(c, "dry-run"), "yes") == 0 || g_strcmp0(value_of(c, "crosscheck"), "yes") == 0;
}

static const char *program_of(const struct command *c)
{
    return c->program ? c->program : "tshark";
}

/* What we write ourselves; tshark sees to its own. */
static int flush_output(int status)
{
    errno = EIO; /* where it failed before */
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    return refuse("standard output cannot be written: %s", g_strerror(errno));
}

static int run_with_tables(const struct command *c, const char *input, int tables)
{
    g_autoptr(GPtrArray) options = g_ptr_array_new();
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; i < c->options->len; i++)
        g_ptr_array_add(options, c->options->pdata[i]);
    for (guint i = 0; i < c->words->len; i++)
        g_ptr_array_add(words, c->words->pdata[i]);
    g_ptr_array_add(options, NULL);
    g_ptr_array_add(words, NULL);
    struct tshark t = {.program = program_of(c),
                       .words = (const char *const *)words->pdata,
                       .bulk = input && !needs_dissection(c),
                       .tables = tables};
    return tshark_run(&t, input, (const char *const *)options->pdata);
}

static int run(const struct command *c, const char *input)
{
    return run_with_tables(c, input, -1);
}

static int run_with_word(struct command *c, const char *name, const char *word, const char *input)
{
    return take_word(c, name, word) ? run(c, input) : STATUS_REFUSED;
}

/* --- several inputs ------------------------------------------------------------------------------------------ */

/* Options that write a file beside each output, and its ending. */
static const struct {
    const char *option, *ending;
} beside[] = {{"map", ".map"}, {"stats", ".json"}, {"report", ".html"}, {"part", ".part"}};

/* day1.pcap.gz -> day1 */
static char *stem(const char *path)
{
    static const char *const endings[] = {".gz", ".pcapng", ".pcap", ".cap"};
    char *name = g_path_get_basename(path);
    for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(name, endings[i]) && strlen(name) > strlen(endings[i]))
            name[strlen(name) - strlen(endings[i])] = 0;
    return name;
}

static char *inside(const char *folder, const char *stem, const char *ending)
{
    g_autofree char *name = g_strconcat(stem, ending, NULL);
    return g_build_filename(folder, name, NULL);
}

/* Two inputs of one name would be one output; better now than after an hour. */
static gboolean check_stems(const GPtrArray *names, guint n)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < n; i++) {
        if (g_hash_table_add(seen, stem(names->pdata[i])))
            continue;
        refuse("%s: another input has that name, and would have the same output: give them different names",
               (const char *)names->pdata[i]);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_folders(const struct command *c, const char *folder)
{
    const char *paths[G_N_ELEMENTS(beside) + 1] = {folder};
    for (guint i = 0; i < G_N_ELEMENTS(beside); i++)
        paths[i + 1] = value_of(c, beside[i].option);
    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        if (!paths[i] || g_file_test(paths[i], G_FILE_TEST_IS_DIR))
            continue;
        refuse("%s is no folder, and there is one output for each input: mkdir %s", paths[i], paths[i]);
        return FALSE;
    }
    return TRUE;
}

/* What one run left for the next may be lost where that one failed at its very end. Going on would number anew. */
static gboolean is_empty(int tables)
{
    return lseek(tables, 0, SEEK_END) <= 0;
}

static int run_one(struct command *c, const char *folder, const char *input, int tables)
{
    g_autofree char *name = stem(input);
    g_autofree char *out = inside(folder, name, ".pcapng");
    char *folders[G_N_ELEMENTS(beside)] = {NULL};
    for (guint i = 0; i < G_N_ELEMENTS(beside); i++) {
        if (!value_of(c, beside[i].option))
            continue;
        folders[i] = g_strdup(value_of(c, beside[i].option));
        g_autofree char *path = inside(folders[i], name, beside[i].ending);
        set_option(c, beside[i].option, path);
    }
    set_option(c, "out", out);
    int status = run_with_tables(c, input, tables);
    for (guint i = 0; i < G_N_ELEMENTS(beside); i++) {
        if (folders[i])
            set_option(c, beside[i].option, folders[i]);
        g_free(folders[i]);
    }
    return status;
}

/* Each run goes on from the tables of the last one that succeeded; they are in memory only, and so is a key that
 * nobody gave. What failed is named and can be run again; the others are done. */
static int run_all(struct command *c)
{
    guint n = c->names->len - 1;
    const char *folder = c->names->pdata[n];
    int worst = STATUS_OK;
    gboolean begun = FALSE;
    if (!word_is_alone(c, "out", folder) || !check_folders(c, folder) || !check_stems(c->names, n))
        return STATUS_REFUSED;
    int tables = memfd_create("sianto", MFD_CLOEXEC);
    if (tables < 0)
        return refuse("no memory for the tables: %s", g_strerror(errno));
    for (guint i = 0; i < n; i++) {
        const char *input = c->names->pdata[i];
        fprintf(stderr, "sianto: %s (%u of %u)\n", input, i + 1, n);
        int status = run_one(c, folder, input, tables);
        if (status != STATUS_OK)
            refuse("%s failed with status %d", input, status);
        worst = MAX(worst, status);
        begun = begun || status == STATUS_OK;
        if (tshark_was_stopped())
            break;
        if (i + 1 < n && begun && is_empty(tables)) {
            refuse("%s: the table of labels was lost with it, so the inputs behind it were not read: run them all again", input);
            break;
        }
    }
    close(tables);
    return worst;
}

/* --- commands -------------------------------------------------------------------------------------------------- */

/* An option that does not exist has taken a name for its value: so what was read as one is told. */
static int usage(const struct command *c, const char *text)
{
    const char *read_as = c->paired->len ? "; read as options with their values:" : "";
    return refuse("usage: sianto %s (sianto --help lists all)%s%s", text, read_as, c->paired->str);
}

static int bundle(struct command *c)
{
    if (c->names->len != 2)
        return usage(c, "bundle IN FOLDER [--OPTION=VALUE ...]");
    return run_with_word(c, "bundle", c->names->pdata[1], c->names->pdata[0]);
}

static int verify(struct command *c)
{
    if (c->names->len != 1 || c->options->len)
        return usage(c, "verify FOLDER");
    const struct tshark t = {.program = program_of(c), .bulk = TRUE, .quiet = TRUE, .tables = -1};
    return flush_output(verify_bundle(&t, c->names->pdata[0]));
}

static int anonymize(struct command *c)
{
    guint n = c->names->len;
    if (value_of(c, "bundle"))
        return n == 1 ? run(c, c->names->pdata[0]) : usage(c, "IN --bundle=FOLDER [--OPTION=VALUE ...]");
    if (n == 1 && g_strcmp0(value_of(c, "dry-run"), "yes") == 0)
        return run(c, c->names->pdata[0]);
    if (n < 2)
        return usage(c, "IN OUT [--OPTION=VALUE ...]");
    if (n > 2 || g_file_test(c->names->pdata[1], G_FILE_TEST_IS_DIR))
        return run_all(c);
    return run_with_word(c, "out", c->names->pdata[1], c->names->pdata[0]);
}

static int restore(struct command *c)
{
    const char *map = value_of(c, "map");
    if (c->names->len != 2 || !map)
        return usage(c, "restore ANON OUT --map=MAP");
    if (!take_word(c, "restore", map))
        return STATUS_REFUSED;
    drop_option(c, "map");
    return run_with_word(c, "out", c->names->pdata[1], c->names->pdata[0]);
}

static int lookup(struct command *c)
{
    if (c->names->len == 0)
        return usage(c, "lookup VALUE... --map=MAP (or --key=KEY for addresses and tokens)");
    g_ptr_array_add(c->names, NULL);
    g_autofree char *values = g_strjoinv(",", (char **)c->names->pdata);
    return run_with_word(c, "lookup", values, NULL);
}

static int stats(struct command *c)
{
    if (c->names->len != 1 && c->names->len != 2)
        return usage(c, "stats IN [FILE.json]");
    if (c->names->len == 2 && !take_word(c, "stats", c->names->pdata[1]))
        return STATUS_REFUSED;
    if (!value_of(c, "stats") && !value_of(c, "report")) {
        g_ptr_array_add(c->words, g_strdup("-z"));
        g_ptr_array_add(c->words, g_strdup("sianto,stats"));
    }
    return run(c, c->names->pdata[0]);
}

/* Of one word, by the system. */
#define PARTS_BYTES_MAX 100000u

/* Parts are joined by commas for the plugin. */
static gboolean check_parts(const GPtrArray *names)
{
    gsize n = 0;
    for (guint i = 0; i < names->len; i++) {
        n += strlen(names->pdata[i]) + 1;
        if (!strchr(names->pdata[i], ','))
            continue;
        refuse("%s: a part's name must not hold a comma: rename it, or give a list: sianto merge @LIST",
               (const char *)names->pdata[i]);
        return FALSE;
    }
    if (n > PARTS_BYTES_MAX)
        refuse("too many parts for a command line: put their names into a file, one a line: sianto merge @LIST");
    return n <= PARTS_BYTES_MAX;
}

static int merge(struct command *c)
{
    guint n = c->names->len;
    if (n && g_str_has_suffix(c->names->pdata[n - 1], ".json")) {
        if (!take_word(c, "stats", c->names->pdata[n - 1]))
            return STATUS_REFUSED;
        g_ptr_array_remove_index(c->names, --n);
    }
    if (n == 0)
        return usage(c, "merge PART... [FILE.json] [--report=FILE.html]");
    if (!check_parts(c->names))
        return STATUS_REFUSED;
    g_ptr_array_add(c->names, NULL);
    g_autofree char *parts = g_strjoinv(",", (char **)c->names->pdata);
    return run_with_word(c, "merge", parts, NULL);
}

static int make_key(struct command *c)
{
    if (c->names->len != 1)
        return usage(c, "key FILE");
    return run_with_word(c, "make-key", c->names->pdata[0], NULL);
}

static int help(const struct command *c, GOptionContext *context)
{
    const char *const options[] = {"help", NULL};
    struct tshark t = {.program = program_of(c), .tables = -1};
    g_autofree char *text = g_option_context_get_help(context, FALSE, NULL);
    fputs(text, stdout);
    puts("Options of the plugin, written as --NAME=VALUE (--force, --dry-run and --shard need no value):\n");
    int status = flush_output(STATUS_OK);
    return status == STATUS_OK ? tshark_run(&t, NULL, options) : status;
}

static const struct {
    const char *name;
    int (*run)(struct command *c);
} commands[] = {{"key", make_key}, {"restore", restore}, {"lookup", lookup}, {"stats", stats},
                {"merge", merge}, {"bundle", bundle}, {"verify", verify}};

static int dispatch(struct command *c, GOptionContext *context)
{
    if (c->version) {
        puts("sianto " SIANTO_VERSION);
        return flush_output(STATUS_OK);
    }
    if (c->help)
        return help(c, context);
    for (guint i = 0; c->names->len && i < G_N_ELEMENTS(commands); i++) {
        if (!g_str_equal(c->names->pdata[0], commands[i].name))
            continue;
        g_ptr_array_remove_index(c->names, 0);
        return commands[i].run(c);
    }
    return anonymize(c);
}

int main(int argc, char **argv)
{
    struct command c = {.options = g_ptr_array_new_with_free_func(g_free),
                        .names = g_ptr_array_new_with_free_func(g_free),
                        .words = g_ptr_array_new_with_free_func(g_free),
                        .paired = g_string_new(NULL)};
    (void)argc;
    g_autoptr(GOptionContext) context = context_new(&c);
    int status = read_command(&c, argv, context) ? dispatch(&c, context) : STATUS_REFUSED;
    g_ptr_array_unref(c.options);
    g_ptr_array_unref(c.names);
    g_ptr_array_unref(c.words);
    g_string_free(c.paired, TRUE);
    g_free(c.program);
    return status;
}

/* Reports: JSON against the schema, byte for byte where it matters; text within 79 columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "events.h"

#include <glib/gstdio.h>

/* --- a writer of JSON that checks how it is called ------------------------------------------------------ */

struct writer {
    GString *text;
    GString *open; /* one bracket for each level */
    gboolean first, named;
};

static void begin_value(struct writer *w)
{
    gboolean in_object = w->open->len && w->open->str[w->open->len - 1] == '{';
    g_assert_cmpint(in_object, ==, w->named);
    if (!in_object && !w->first)
        g_string_append_c(w->text, ',');
    w->first = w->named = FALSE;
}

static void begin(struct writer *w, char bracket)
{
    begin_value(w);
    g_string_append_c(w->text, bracket);
    g_string_append_c(w->open, bracket);
    w->first = TRUE;
}

static void end(struct writer *w, char opened, char bracket)
{
    g_assert_false(w->named);
    g_assert_cmpint(w->open->str[w->open->len - 1], ==, opened);
    g_string_truncate(w->open, w->open->len - 1);
    g_string_append_c(w->text, bracket);
    w->first = FALSE;
}

static void begin_object(void *arg)
{
    begin(arg, '{');
}

static void end_object(void *arg)
{
    end(arg, '{', '}');
}

static void begin_array(void *arg)
{
    begin(arg, '[');
}

static void end_array(void *arg)
{
    end(arg, '[', ']');
}

static void write_name(void *arg, const char *name)
{
    struct writer *w = arg;
    g_assert_false(w->named);
    g_assert_cmpint(w->open->str[w->open->len - 1], ==, '{');
    g_string_append_printf(w->text, "%s\"%s\":", w->first ? "" : ",", name);
    w->named = TRUE;
}

static void write_string(void *arg, const char *text)
{
    struct writer *w = arg;
    begin_value(w);
    g_assert_null(strpbrk(text, "\"\\\n"));
    g_string_append_printf(w->text, "\"%s\"", text);
}

static void write_raw(void *arg, const char *text)
{
    begin_value(arg);
    g_string_append(((struct writer *)arg)->text, text);
}

/* g_free */
static gchar *json_of(const struct storm *s, const struct storm_export *export)
{
    struct writer w = {g_string_new(NULL), g_string_new(NULL), TRUE, FALSE};
    const struct storm_json out = {begin_object, end_object,   begin_array, end_array,
                                   write_name,   write_string, write_raw,   &w};
    storm_report_json(storm_result(s), export, &out);
    g_assert_cmpuint(w.open->len, ==, 0);
    g_string_free(w.open, TRUE);
    return g_string_free(w.text, FALSE);
}

/* --- conversations -------------------------------------------------------------------------------------- */

static const struct line none[] = {{0, NULL, NULL, NULL}};

static const struct line registrar[] = {
    {0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d1.invalid"},
    {1, "192.0.2.1", "10.0.0.1", "401 REGISTER u1@d1.invalid"},
    {1200, "10.0.0.1", "192.0.2.1", "REGISTER u1@d1.invalid"},
    {1250, "192.0.2.1", "10.0.0.1", "503 REGISTER u1@d1.invalid"},
    {1300, "192.0.2.1", "10.0.0.1", "999 REGISTER u1@d1.invalid"},
    {1400, "10.0.0.2", "192.0.2.1", "PING u2@d1.invalid"},
    {0, NULL, NULL, NULL},
};

static const struct line two_servers[] = {
    {0, "10.0.0.1", "192.0.2.1", "REGISTER u1@d"},
    {1, "192.0.2.1", "192.0.2.2", "REGISTER u1@d"},
    {2, "192.0.2.2", "192.0.2.1", "200 REGISTER u1@d"},
    {3, "192.0.2.1", "10.0.0.1", "200 REGISTER u1@d"},
    {5, "127.0.0.1:5070", "127.0.0.1", "REGISTER u1@d"},
    {6, "127.0.0.1", "127.0.0.1:5070", "200 REGISTER u1@d"},
    {7, "127.0.0.1:5071", "127.0.0.1:5070", "OPTIONS u1@d"},
    {0, NULL, NULL, NULL},
};

static const struct line no_register[] = {
    {0, "[2001:db8::1]", "[2001:db8::2]", "INVITE u1@d"},
    {0, NULL, NULL, NULL},
};

static const struct storm_named dropped[] = {{"tcp", 3}, {"fragment", 0}, {"link-type", 2}};
static const struct storm_named replaced[] = {{"user", 8}, {"call-id", 4}};
static const struct storm_export export = {
    .frames = 11,
    .written = 6,
    .dropped = dropped,
    .n_dropped = 3,
    .replaced = replaced,
    .n_replaced = 2,
    .broken = 1,
};

static const struct {
    const char *name;
    const struct line *lines;
    const struct storm_export *export;
    gboolean private_names;
} files[] = {
    {"none", none, NULL, FALSE},
    {"registrar", registrar, NULL, FALSE},
    {"export", registrar, &export, FALSE},
    {"two", two_servers, NULL, TRUE},
    {"no-register", no_register, NULL, FALSE},
};

/* --- tests ---------------------------------------------------------------------------------------------- */

/* The parts that are computed, in full. */
static void test_json(void)
{
    static const char *const parts[] = {
        "{\"schema\":\"sianto-stats/1\",\"start_utc\":\"2026-01-01T00:00:00.000000Z\",\"warmup_s\":null,"
        "\"one_sided\":false,\"duplicates\":0,\"messages\":{\"requests\":{\"ACK\":0,\"BYE\":0,\"CANCEL\":0,"
        "\"INFO\":0,"
        "\"INVITE\":0,\"MESSAGE\":0,\"NOTIFY\":0,\"OPTIONS\":0,\"PRACK\":0,\"PUBLISH\":0,\"REFER\":0,"
        "\"REGISTER\":2,"
        "\"SUBSCRIBE\":0,\"UPDATE\":0,\"other\":1},\"responses\":{\"401\":1,\"503\":1,\"other\":1}},"
        "\"direction\":{\"to_server\":3,\"from_server\":3,\"internal\":0,\"other\":0},"
        "\"servers\":[{\"label\":\"192.0.2.1\",\"ports\":[5060],\"sources\":2,\"clients\":1}],"
        "\"identities\":{\"users\":2,\"domains\":1,\"addresses\":3,\"user_agents\":0},"
        "\"keepalive\":{\"crlf\":{\"messages\":0,\"frames_share\":0.0000,\"bytes_share\":0.0000},",
        ("\"series\":{\"server\":\"192.0.2.1\",\"bin_s\":1,\"total\":[2,4],\"register\":[1,1],\"to_server\":["
        "1,2],"
        "\"from_server\":[1,2],\"registered\":[0,0],\"status_5xx\":[0,1]},\"by_server\":[],"),
        ("\"export\":{\"frames\":11,\"written\":6,\"dropped\":{\"fragment\":0,\"link-type\":2,\"tcp\":3},"
        "\"replaced\":{\"call-id\":4,\"user\":8},\"scrubbed\":{\"broken\":1,\"cut-by-shard\":0,\"too-long\":0},\"streams\":{\"undecided_bytes\":0,\"resized\":0,\"forced\":0}}}"),
    };
    struct storm *s = storm_of(registrar, NULL);
    g_autofree gchar *json = json_of(s, &export);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!strstr(json, parts[i]))
            g_error("part %u is not in\n%s", i, json);
    storm_free(s);
}

static void write_files(const char *folder, GPtrArray *command)
{
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        struct storm_settings settings = {.private_names = files[i].private_names};
        struct storm *s = storm_of(files[i].lines, &settings);
        g_autofree gchar *json = json_of(s, files[i].export);
        gchar *path = g_strdup_printf("%s/%s.json", folder, files[i].name);
        g_assert_true(g_file_set_contents(path, json, -1, NULL));
        g_ptr_array_add(command, path);
        storm_free(s);
    }
}

static void remove_files(const char *folder, GPtrArray *command)
{
    for (guint i = command->len - G_N_ELEMENTS(files); i < command->len; i++)
        g_unlink(command->pdata[i]);
    g_rmdir(folder);
}

/* What we write is what the schema says: the same script looks at real files in the end-to-end tests. */
static void test_schema(void)
{
    g_autofree gchar *python = g_find_program_in_path("python3");
    if (!python) {
        g_test_skip("python3 is not installed");
        return;
    }
    g_autofree gchar *folder = g_dir_make_tmp("sianto-storm-XXXXXX", NULL);
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);
    gint status = -1;
    g_ptr_array_add(command, g_strdup(python));
    g_ptr_array_add(command, g_strdup(TESTS_DIR "/e2e/check_stats.py"));
    g_ptr_array_add(command, g_strdup(TESTS_DIR "/../plugin/storm/sianto-stats.schema.json"));
    write_files(folder, command);
    GPtrArray *argv = g_ptr_array_copy(command, NULL, NULL);
    g_ptr_array_set_free_func(argv, NULL);
    g_ptr_array_add(argv, NULL);
    g_autofree gchar *said = NULL;
    gboolean ran = g_spawn_sync(NULL, (gchar **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL,
                                &status, NULL);
    remove_files(folder, command);
    g_ptr_array_unref(argv);
    g_ptr_array_unref(command);
    if (!ran || status != 0)
        g_error("check_stats.py: status %d\n%s", status, said ? said : "");
}

static void check_line(void *arg, const char *line)
{
    g_assert_cmpuint(strlen(line), <=, 79);
    g_assert_null(strchr(line, '\n'));
    g_string_append_printf(arg, "%s\n", line);
}

static void test_text(void)
{
    static const char *const lines[] = {
        "Messages 6, and 0 captured twice\n",
        "Duration 1.400 s, 3.0000 messages a second\n",
        "  REGISTER                        2   0.6667\n",
        "  503                             1   0.3333\n",
        "  between servers                 0   0.0000\n",
        "  192.0.2.1                                        2         1  5060\n",
        "  users                           2\n",
    };
    struct storm *s = storm_of(registrar, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    storm_report_text(storm_result(s), check_line, text);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        if (!strstr(text->str, lines[i]))
            g_error("\"%s\" is not in\n%s", lines[i], text->str);
    storm_free(s);
}

/* Numbers and labels as long as they can be. */
static void test_wide_text(void)
{
    struct storm_server server = {.label = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                  .n_ports = STORM_PORTS_MAX,
                                  .sources = G_MAXUINT,
                                  .clients = G_MAXUINT};
    struct storm_family family = {"a family with a very long name, longer than any", G_MAXUINT, G_MAXUINT64, {0}};
    struct storm_result r = {.counted = G_MAXUINT64,
                             .duplicates = G_MAXUINT64,
                             .ignored_requests = G_MAXUINT64,
                             .duration_us = G_MAXUINT64,
                             .one_sided = TRUE,
                             .servers = &server,
                             .n_servers = 1,
                             .families = &family,
                             .n_families = 1};
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < STORM_PORTS_MAX; i++)
        server.ports[i] = 65535;
    for (guint i = 0; i < METHOD_COUNT; i++)
        r.messages.requests[i] = G_MAXUINT64 / METHOD_COUNT;
    r.direction.other = G_MAXUINT64;
    storm_report_text(&r, check_line, text);
    g_assert_nonnull(strstr(text->str, "65535,65535.."));
}

static void test_no_text(void)
{
    struct storm *s = storm_of(none, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    storm_report_text(storm_result(s), check_line, text);
    g_assert_nonnull(strstr(text->str, "Start    -\n"));
    g_assert_nonnull(strstr(text->str, "  none\n"));
    storm_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/storm-report/json", test_json);
    g_test_add_func("/storm-report/schema", test_schema);
    g_test_add_func("/storm-report/text", test_text);
    g_test_add_func("/storm-report/text/wide", test_wide_text);
    g_test_add_func("/storm-report/text/nothing", test_no_text);
    return g_test_run();
}

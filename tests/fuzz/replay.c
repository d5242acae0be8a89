/* A plain main() for the fuzz targets: feeds them every file named, or in a folder named, so that
 * whatever was ever found is replayed by an ordinary compiler in the ordinary test run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static guint replay(const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        guint n = 0;
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
            g_autofree gchar *child = g_build_filename(path, name, NULL);
            n += replay(child);
        }
        return n;
    }
    g_autofree gchar *data = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &data, &size, NULL))
        g_error("%s cannot be read", path);
    LLVMFuzzerTestOneInput((const guint8 *)data, size);
    return 1;
}

int main(int argc, char **argv)
{
    guint n = 0;
    for (int i = 1; i < argc; i++)
        n += replay(argv[i]);
    g_print("%u inputs replayed\n", n);
    return n > 0 ? 0 : 1;
}

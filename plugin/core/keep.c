/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep.h"

#include "sianto.h"

/* A host that is an IP literal is a network of one address. */
static gboolean is_address(const char *word, const char *value)
{
    guint8 addr[16];
    return strcmp(word, "host") == 0 &&
           (address4_parse(bytes_of(value), addr) || address6_parse(bytes_of(value), addr));
}

static gboolean parse_line(struct keep *keep, gchar *line)
{
    const struct {
        const char *word;
        GPtrArray *list;
    } rows[] = {{"user", keep->users}, {"host", keep->hosts}, {"net", keep->networks}};
    gchar *text = g_strstrip(line);
    if (*text == '\0' || *text == '#')
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize n = strlen(rows[i].word);
        if (strncmp(text, rows[i].word, n) != 0 || !g_ascii_isspace(text[n]))
            continue;
        gchar *value = g_strstrip(text + n);
        if (*value == '\0' || strpbrk(value, " \t"))
            return FALSE;
        g_ptr_array_add(is_address(rows[i].word, value) ? keep->networks : rows[i].list, g_strdup(value));
        return TRUE;
    }
    return FALSE;
}

gboolean keep_load(struct keep *keep, const char *path, GError **error)
{
    g_autofree gchar *content = NULL;
    gsize size = 0;
    keep->users = g_ptr_array_new_with_free_func(g_free);
    keep->hosts = g_ptr_array_new_with_free_func(g_free);
    keep->networks = g_ptr_array_new_with_free_func(g_free);
    if (path && !g_file_get_contents(path, &content, &size, NULL)) {
        g_set_error(error, SIANTO_ERROR, SIANTO_ERROR_KEEP, "keep file %s cannot be read: check its name and mode",
                    path);
        return FALSE;
    }
    g_auto(GStrv) lines = g_strsplit(content ? content : "", "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        if (parse_line(keep, lines[i]))
            continue;
        g_set_error(error, SIANTO_ERROR, SIANTO_ERROR_KEEP,
                    "keep file %s, line %u: write \"user X\", \"host X\", \"net CIDR\" or \"# comment\"", path,
                    i + 1);
        return FALSE;
    }
    g_ptr_array_add(keep->users, NULL);
    g_ptr_array_add(keep->hosts, NULL);
    g_ptr_array_add(keep->networks, NULL);
    return TRUE;
}

void keep_clear(struct keep *keep)
{
    g_clear_pointer(&keep->users, g_ptr_array_unref);
    g_clear_pointer(&keep->hosts, g_ptr_array_unref);
    g_clear_pointer(&keep->networks, g_ptr_array_unref);
}

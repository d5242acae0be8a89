/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"

#include <stdio.h>
#include <unistd.h>

#include "host.h"
#include "inquiry.h"
#include "merging.h"
#include "session.h"

gboolean command_given(const struct options *o)
{
    return o->make_key || o->lookup || o->merge;
}

static gboolean make_key(const struct options *o, GError **error)
{
    if (!key_create(o->make_key, error))
        return FALSE;
    printf("%s: a new key; whoever has it can undo what is anonymized with it\n", o->make_key);
    if (host_flush_output(error))
        return TRUE;
    unlink(o->make_key); /* the run fails, and a second one would find it in its way */
    return FALSE;
}

/* --- lookup= --------------------------------------------------------------------------------------------- */

struct inputs {
    struct options options;
    struct passphrase *pass;
    struct map *map; /* NULL: the key alone */
    const struct key *key;
};

static gboolean open_inputs(struct inputs *in, GError **error)
{
    const struct options *o = &in->options;
    if (o->map_pass && !(in->pass = passphrase_load("map-pass", o->map_pass, error)))
        return FALSE;
    if (o->map && !(in->map = map_load(o->map, in->pass, error)))
        return FALSE;
    if (in->map && !options_apply(&in->options, in->map->settings, error))
        return FALSE;
    if (session_key_given(o) && !(in->key = session_key(o, error)))
        return FALSE;
    if (in->map)
        in->key = map_key(in->map, in->key, error);
    return in->key != NULL;
}

static void put_text(struct bytes text)
{
    for (gsize i = 0; i < text.n; i++)
        printf(g_ascii_isprint((gchar)text.p[i]) && text.p[i] != '%' ? "%c" : "%%%02x", text.p[i]);
}

/* VALUE KIND was|became TEXT, with tabs between. */
static void print_answer(void *arg, const char *kind, gboolean was, struct bytes text)
{
    printf("%s\t%s\t%s\t", (const char *)arg, kind, was ? "was" : "became");
    put_text(text);
    putchar('\n');
}

static gboolean answer_all(struct inquiry *l, const char *values, GError **error)
{
    g_auto(GStrv) each = g_strsplit(values, ",", -1);
    guint unknown = 0;
    for (guint i = 0; each[i]; i++) {
        if (inquiry_ask(l, each[i], print_answer, each[i]))
            continue;
        printf("%s\t-\tunknown\t\n", each[i]);
        unknown++;
    }
    if (unknown)
        g_set_error(error, OPTIONS_ERROR, 0, "lookup=: nothing is known of %u of the values", unknown);
    return unknown == 0;
}

static gboolean look_up(const struct options *o, GError **error)
{
    struct inputs in = {.options = *o};
    struct inquiry *l = NULL;
    gboolean ok = key_init_library(error) && open_inputs(&in, error);
    if (ok) {
        struct sianto_settings settings = options_settings(&in.options);
        settings.map = in.map;
        l = inquiry_new(&settings, in.key, error);
        ok = l && answer_all(l, o->lookup, error);
    }
    inquiry_free(l);
    map_free(in.map);
    passphrase_free(in.pass);
    return ok;
}

gboolean command_run(const struct options *o, GError **error)
{
    host_forbid_core_dumps();
    if (o->merge)
        return key_init_library(error) && merging_run(o, error);
    return o->make_key ? make_key(o, error) : look_up(o, error);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "overlap.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporter.h"
#include "host.h"

/* --- which files ------------------------------------------------------------------------------------------ */

/* Wiretap opens text as well (a key is JSON to it) and takes an empty file for ERF: what counts is whose frames it has.
 * A pcapng without an interface has none, and does no harm. */
static gboolean is_capture(const char *path)
{
    int err = 0;
    char *info = NULL;
    wtap *file = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, FALSE);
    g_free(info);
    if (!file)
        return FALSE;
    struct record any = {.encap = wtap_file_encap(file)};
    wtap_close(file);
    return any.encap <= WTAP_ENCAP_UNKNOWN || record_linktype(&any) != G_MAXUINT;
}

/* Before the run: a file behind the input is not opened until its end, and only where a message waits. */
static gboolean take_path(char **to, const char *path, GError **error)
{
    struct stat st;
    if (!*path)
        return TRUE;
    *to = g_strdup(path);
    if (access(path, R_OK) < 0 || stat(path, &st) < 0)
        return options_refuse(error, "overlap=: %s cannot be read: %s", path, g_strerror(errno));
    if (host_has_file(&st))
        return options_refuse(error, "overlap=: %s is the input itself: name the files before and behind it", path);
    if (!S_ISREG(st.st_mode) || !is_capture(path))
        return options_refuse(error, "overlap=: %s is no capture: name the files before and behind the input", path);
    return TRUE;
}

gboolean overlap_init(struct overlap *v, const struct options *o, GError **error)
{
    g_auto(GStrv) paths = g_strsplit(o->overlap ? o->overlap : "", ",", -1);
    guint n = g_strv_length(paths);
    *v = (struct overlap){NULL, NULL};
    if (n > 2)
        return options_refuse(error, "overlap= names the files before and behind: PREV,NEXT, or PREV, or ,NEXT");
    return (n < 1 || take_path(&v->before, paths[0], error)) && (n < 2 || take_path(&v->behind, paths[1], error));
}

void overlap_clear(struct overlap *v)
{
    g_clear_pointer(&v->before, g_free);
    g_clear_pointer(&v->behind, g_free);
}

/* --- their frames --------------------------------------------------------------------------------------------- */

/* A file on its way to the core. */
struct giving {
    struct sianto *core;
    guint64 number; /* of the frame at hand */
    gint64 from_us, to_us;
    gboolean numbered; /* each has a number of its own */
    gboolean while_waiting;
};

/* FALSE: no more are needed. */
static gboolean give(struct giving *g, const wtap_rec *rec, const guint8 *data)
{
    if (rec->rec_type != REC_TYPE_PACKET)
        return TRUE;
    struct record r = {.encap = rec->rec_header.packet_header.pkt_encap, .ts = rec->ts};
    gsize n = rec->rec_header.packet_header.caplen;
    struct sianto_frame_in in = {
        .number = g->numbered ? ++g->number : 0,
        .time_us = rec->presence_flags & WTAP_HAS_TS ? record_time_us(&r) : 0,
        .linktype = record_linktype(&r),
        .captured = {data, n},
        .wire_len = MAX(rec->rec_header.packet_header.len, (guint32)n),
        .context = TRUE,
    };
    if (in.time_us < g->from_us)
        return TRUE;
    sianto_frame(g->core, &in);
    return in.time_us <= g->to_us && (!g->while_waiting || sianto_waits(g->core));
}

static void say_fault(const char *path, int err, char *info)
{
    if (err)
        host_say("overlap=: %s was not read to its end: %s", path, wtap_strerror(err));
    g_free(info);
}

static void give_file(const char *path, struct giving *g)
{
    int err = 0;
    char *info = NULL;
    struct compat_reader reader;
    wtap *file = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, FALSE);
    if (!file) {
        say_fault(path, err, info);
        return;
    }
    compat_reader_init(&reader);
    while (compat_read(file, &reader, &err, &info) && give(g, &reader.rec, compat_reader_data(&reader)))
        compat_reader_next(&reader);
    say_fault(path, err, info);
    compat_reader_clear(&reader);
    wtap_close(file);
}

void overlap_give_before(const struct overlap *v, gint64 first_us, struct sianto *core)
{
    struct giving g = {
        .core = core, .from_us = MAX(first_us, G_MININT64 + HOLD_TIME_US) - HOLD_TIME_US, .to_us = G_MAXINT64};
    if (v->before)
        give_file(v->before, &g);
}

/* The one that comes later than 32 s is given as well: it tells those that wait that their time is over. */
void overlap_give_behind(const struct overlap *v, guint64 number, gint64 last_us, struct sianto *core)
{
    struct giving g = {.core = core,
                       .number = number,
                       .from_us = G_MININT64,
                       .to_us = MIN(last_us, G_MAXINT64 - HOLD_TIME_US) + HOLD_TIME_US,
                       .numbered = TRUE,
                       .while_waiting = TRUE};
    if (v->behind && sianto_waits(core))
        give_file(v->behind, &g);
}

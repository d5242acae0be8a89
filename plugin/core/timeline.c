/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include <string.h>

/* --- reading ---------------------------------------------------------------------------------------------- */

/* `shape`: d stands for a digit, all else for itself. */
static gboolean has_shape(const char *text, const char *shape)
{
    gsize i = 0;
    for (; shape[i]; i++)
        if (shape[i] == 'd' ? !g_ascii_isdigit(text[i]) : shape[i] != text[i])
            return FALSE;
    return text[i] == 0;
}

static gboolean read_start(const char *text, gint64 *start_s)
{
    gboolean day = has_shape(text, "dddd-dd-dd");
    if (!day && !has_shape(text, "dddd-dd-ddTdd:dd:ddZ"))
        return FALSE;
    g_autofree char *whole = day ? g_strconcat(text, "T00:00:00Z", NULL) : g_strdup(text);
    g_autoptr(GDateTime) start = g_date_time_new_from_iso8601(whole, NULL);
    *start_s = start ? g_date_time_to_unix(start) : -1;
    return *start_s >= 0;
}

gboolean timeline_parse(struct timeline *t, const char *text)
{
    static const char coarse[] = "coarse";
    *t = (struct timeline){.shifts = FALSE};
    if (!text || !*text || g_str_equal(text, "keep"))
        return TRUE;
    struct timeline read = *t;
    g_autofree char *start = g_strdup(text);
    if (g_str_equal(text, coarse)) {
        t->coarse = TRUE;
        return TRUE;
    }
    if (g_str_has_suffix(start, ",coarse")) {
        read.coarse = TRUE;
        start[strlen(start) - strlen(",coarse")] = 0;
    }
    read.shifts = read_start(start, &read.start_s);
    if (read.shifts)
        *t = read;
    return read.shifts;
}

void timeline_back(struct timeline *t, gint64 shift_s)
{
    *t = (struct timeline){.shifts = FALSE};
    timeline_go_on(t, -shift_s);
}

void timeline_go_on(struct timeline *t, gint64 shift_s)
{
    t->shifts = t->shifts || shift_s;
    t->known = TRUE;
    t->shift_s = shift_s;
}

const char *timeline_fault_text(enum timeline_fault fault)
{
    static const char *const texts[] = {
        [TIMELINE_OK] = "where it can",
        [TIMELINE_EARLY] = "before 1970",
        [TIMELINE_LATE] = "behind what the file's format can say",
    };
    return texts[fault];
}

/* --- moving ----------------------------------------------------------------------------------------------- */

/* Times of a hostile capture reach up to the edges of 64 bits. */
static gboolean add(gint64 a, gint64 b, gint64 *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

/* The shift is set by the first frame. FALSE: there is none that 64 bits hold; the run ends. */
static gboolean begin(struct timeline *t, gint64 s)
{
    if (t->begun)
        return TRUE;
    t->begun = TRUE;
    t->first_s = s;
    if (t->known)
        return TRUE;
    t->known = !t->shifts || !__builtin_sub_overflow(t->start_s, s, &t->shift_s);
    return t->known;
}

enum timeline_fault timeline_move(struct timeline *t, gint64 *s, gint32 *ns, gint64 last_s)
{
    gint64 moved = *s;
    if (!begin(t, *s))
        return TIMELINE_EARLY;
    if (t->shifts) {
        if (!add(*s, t->shift_s, &moved))
            return t->shift_s > 0 ? TIMELINE_LATE : TIMELINE_EARLY;
        if (moved < 0)
            return TIMELINE_EARLY;
        if (moved > last_s)
            return TIMELINE_LATE;
    }
    *s = moved;
    if (t->coarse)
        *ns = 0;
    return TIMELINE_OK;
}

gboolean timeline_move_ns(const struct timeline *t, gint64 *ns, gint64 last_s)
{
    const gint64 unit = G_GINT64_CONSTANT(1000000000);
    gint64 s = *ns / unit, rest = *ns % unit;
    if (!timeline_moves(t) && !timeline_is_coarse(t))
        return TRUE;
    if (*ns < 0 || !timeline_second(t, &s, 0, MIN(last_s, G_MAXINT64 / unit - 1)))
        return FALSE;
    *ns = s * unit + (t->coarse ? 0 : rest);
    return TRUE;
}

gboolean timeline_second(const struct timeline *t, gint64 *s, gint64 min, gint64 max)
{
    gint64 moved = *s;
    if (timeline_moves(t) && (!t->known || !add(*s, t->shift_s, &moved)))
        return FALSE;
    if (moved < min || moved > max)
        return FALSE;
    *s = moved;
    return TRUE;
}

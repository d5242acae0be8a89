/* Points of time in texts: SIP-date, RFC 3339, seconds of NTP. They follow time= (timeline.h).
 *
 * What is no such time is redacted. A moved SIP-date whose day of the week was wrong is as wrong afterwards.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"

#define YEAR_MAX 9999

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
#define FIRST_S G_GINT64_CONSTANT(-62135596800)
#define LAST_S G_GINT64_CONSTANT(253402300799)
#define DAY_S 86400

static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* --- SIP-date -------------------------------------------------------------------------------------------- */

/* Which of `names` stands at `at`; -1: none. */
static gint name_at(struct bytes b, gsize at, const char *const *names, guint n)
{
    for (guint i = 0; i < n; i++)
        if (bytes_eq(bytes_sub(b, at, 3), bytes_of(names[i])))
            return (gint)i;
    return -1;
}

/* rfc1123-date, always GMT (RFC 3261 section 20.17). */
static gboolean is_sip_date(struct bytes b)
{
    static const char shape[] = "aaa, dd aaa dddd dd:dd:dd GMT";
    if (b.n != sizeof shape - 1)
        return FALSE;
    for (gsize i = 0; i < b.n; i++)
        if (shape[i] == 'd' ? !g_ascii_isdigit((gchar)b.p[i]) : shape[i] != 'a' && shape[i] != b.p[i])
            return FALSE;
    return name_at(b, 0, days, G_N_ELEMENTS(days)) >= 0 && name_at(b, 8, months, G_N_ELEMENTS(months)) >= 0;
}

static gint digits_at(struct bytes b, gsize at, gsize n)
{
    guint64 v = 0;
    bytes_number(bytes_sub(b, at, n), YEAR_MAX, &v);
    return (gint)v;
}

static gint64 floor_days(gint64 s)
{
    return s >= 0 ? s / DAY_S : -((-s + DAY_S - 1) / DAY_S);
}

/* BYTES_NONE: no such day, or it would leave the years 1 to 9999. */
static struct bytes move_sip_date(struct rewrite *rw, struct bytes b)
{
    gint month = name_at(b, 8, months, G_N_ELEMENTS(months)) + 1, day = name_at(b, 0, days, G_N_ELEMENTS(days));
    g_autoptr(GDateTime) was = g_date_time_new_utc(digits_at(b, 12, 4), month, digits_at(b, 5, 2), digits_at(b, 17, 2),
                                                   digits_at(b, 20, 2), digits_at(b, 23, 2));
    if (!was)
        return BYTES_NONE;
    gint64 old_s = g_date_time_to_unix(was), new_s = old_s;
    if (!timeline_second(rw->tables->time, &new_s, FIRST_S, LAST_S))
        return BYTES_NONE;
    g_autoptr(GDateTime) is = g_date_time_new_from_unix_utc(new_s);
    gint64 week = (day + (floor_days(new_s) - floor_days(old_s)) % 7 + 7) % 7;
    return arena_printf(rw->arena, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[week],
                        g_date_time_get_day_of_month(is), months[g_date_time_get_month(is) - 1],
                        g_date_time_get_year(is), g_date_time_get_hour(is), g_date_time_get_minute(is),
                        g_date_time_get_second(is));
}

/* --- RFC 3339 --------------------------------------------------------------------------------------------- */

static GDateTime *move_time(const struct timeline *t, GDateTime *utc)
{
    gint64 was = g_date_time_to_unix(utc), is = was;
    if (!timeline_second(t, &is, FIRST_S, LAST_S))
        return NULL;
    return g_date_time_add(utc, (is - was) * G_USEC_PER_SEC);
}

/* An offset from UTC tells a place, so the time is written in UTC. */
static struct bytes utc_time(struct rewrite *rw, struct bytes b)
{
    const struct timeline *t = rw->tables->time;
    gboolean whole = bytes_chr(b, '.') == NOT_FOUND || timeline_is_coarse(t);
    if (b.n < 19 || b.n > 40)
        return BYTES_NONE;
    g_autofree gchar *text = g_strndup((const gchar *)b.p, b.n);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
    if (!time)
        return BYTES_NONE;
    g_autoptr(GDateTime) utc = g_date_time_to_utc(time);
    g_autoptr(GDateTime) moved = timeline_moves(t) ? move_time(t, utc) : g_date_time_ref(utc);
    if (!moved)
        return BYTES_NONE;
    g_autofree gchar *out = g_date_time_format(moved, whole ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S.%fZ");
    return out ? arena_dup(rw->arena, bytes_of(out)) : BYTES_NONE;
}

/* --- judging ---------------------------------------------------------------------------------------------- */

void rw_date(struct rewrite *rw, gsize from, gsize to)
{
    struct bytes text = rw_bytes(rw, from, to), after;
    if (!is_sip_date(text))
        after = utc_time(rw, text);
    else if (timeline_moves(rw->tables->time))
        after = move_sip_date(rw, text);
    else
        after = text;
    if (after.n)
        rw_put(rw, from, to, after, KIND_KEPT);
    else
        rw_redact(rw, from, to);
}

void rw_ntp(struct rewrite *rw, gsize from, gsize to)
{
    guint64 v;
    if (!bytes_number(rw_bytes(rw, from, to), G_MAXUINT32, &v) || v == 0 || (rw->cut && to == rw->text.n)) {
        rw_number(rw, from, to, 0, G_MAXUINT32);
        return;
    }
    gint64 s = (gint64)v;
    if (timeline_second(rw->tables->time, &s, 1, G_MAXUINT32))
        rw_put(rw, from, to, arena_number(rw->arena, (guint64)s, 1), KIND_KEPT);
    else
        rw_put(rw, from, to, BYTES_LIT("0"), KIND_REDACTED);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "prose.h"

#include "storm_private.h"

#define US_PER_MS 1000u
#define US_PER_S G_GUINT64_CONSTANT(1000000)
#define DAY_S 86400u

const char *prose_count(guint64 n, char out[PROSE_MAX])
{
    char digits[NUMBER_MAX];
    gsize length = strlen(number_count(n, digits)), at = 0;
    for (gsize i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

/* The two largest of the units that are not 0: who reads "2 h 5 min" does not miss the seconds. */
static const char *long_duration(guint64 s, char out[PROSE_MAX])
{
    static const struct {
        guint64 s;
        const char *unit, *part;
        guint64 part_s;
    } units[] = {{DAY_S, "d", "h", 3600}, {3600, "h", "min", 60}, {60, "min", "s", 1}};
    guint i = 0;
    while (i + 1 < G_N_ELEMENTS(units) && s < units[i].s)
        i++;
    guint64 part = s % units[i].s / units[i].part_s;
    if (part)
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT " %s %" G_GUINT64_FORMAT " %s", s / units[i].s,
                   units[i].unit, part, units[i].part);
    else
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT " %s", s / units[i].s, units[i].unit);
    return out;
}

const char *prose_duration(guint64 us, char out[PROSE_MAX])
{
    if (us == STORM_TIME_NONE) {
        g_strlcpy(out, "-", PROSE_MAX);
        return out;
    }
    guint64 ms = us / US_PER_MS + (us % US_PER_MS >= 500), tenths = us / 100000 + (us % 100000 >= 50000);
    guint64 s = us / US_PER_S + (us % US_PER_S >= US_PER_S / 2);
    if (ms == 0 && us)
        g_strlcpy(out, "under 1 ms", PROSE_MAX);
    else if (ms < 1000)
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT " ms", ms);
    else if (tenths < 100 && tenths % 10)
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT ".%u s", tenths / 10, (guint)(tenths % 10));
    else if (s < 60)
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT " s", s);
    else
        long_duration(s, out);
    return out;
}

/* "2026-08-19T12:04:10.123456Z" without what nobody reads. */
static gboolean date_and_time(gint64 epoch_us, char date[11], char time[9])
{
    char utc[NUMBER_MAX];
    if (!number_utc(epoch_us, utc))
        return FALSE;
    g_strlcpy(date, utc, 11);
    g_strlcpy(time, utc + 11, 9);
    return TRUE;
}

const char *prose_clock(const struct storm_result *r, guint64 us, char out[PROSE_MAX])
{
    char date[11], time[9];
    if (us == STORM_TIME_NONE)
        g_strlcpy(out, "-", PROSE_MAX);
    else if (us > G_MAXINT64 || r->start_us > G_MAXINT64 - (gint64)us ||
             !date_and_time(r->start_us + (gint64)us, date, time))
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT " s", us / US_PER_S);
    else if (r->duration_us >= DAY_S * US_PER_S)
        g_snprintf(out, PROSE_MAX, "%s %s UTC", date, time);
    else
        g_snprintf(out, PROSE_MAX, "%s UTC", time);
    return out;
}

const char *prose_start(const struct storm_result *r, char out[PROSE_MAX])
{
    char date[11], time[9];
    if (date_and_time(r->start_us, date, time))
        g_snprintf(out, PROSE_MAX, "%s %s UTC", date, time);
    else
        g_strlcpy(out, "an unknown time", PROSE_MAX);
    return out;
}

/* n * times / den, half up, whatever their size. */
static guint64 scaled(guint64 n, guint64 times, guint64 den)
{
    while (n > G_MAXUINT64 / times / 2 || den > G_MAXUINT64 / 2) {
        n >>= 1;
        den >>= 1;
    }
    return den ? (n * times + den / 2) / den : 0;
}

static const char *decimal(guint64 n, guint places, const char *unit, char out[PROSE_MAX])
{
    guint64 unit_of = places == 2 ? 100 : 10;
    g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT ".%0*u%s", n / unit_of, (int)places, (guint)(n % unit_of),
               unit);
    return out;
}

const char *prose_share(guint64 part, guint64 all, char out[PROSE_MAX])
{
    guint64 hundredths = scaled(part, 10000, all), tenths = scaled(part, 1000, all);
    if (all == 0)
        g_strlcpy(out, "-", PROSE_MAX);
    else if (part == 0)
        g_strlcpy(out, "0 %", PROSE_MAX);
    else if (hundredths == 0)
        g_strlcpy(out, "under 0.01 %", PROSE_MAX);
    else if (hundredths < 100)
        decimal(hundredths, 2, " %", out);
    else if (tenths < 100)
        decimal(tenths, 1, " %", out);
    else
        g_snprintf(out, PROSE_MAX, "%" G_GUINT64_FORMAT " %%", scaled(part, 100, all));
    return out;
}

const char *prose_rate(guint64 n, guint64 seconds, char out[PROSE_MAX])
{
    guint64 tenths = scaled(n, 10, seconds);
    if (tenths && tenths < 100)
        return decimal(tenths, 1, "", out);
    return prose_count(scaled(n, 1, seconds), out);
}

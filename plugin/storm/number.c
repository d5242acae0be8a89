/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm_private.h"

#define US_PER_S G_GINT64_CONSTANT(1000000)

const char *number_count(guint64 n, char out[NUMBER_MAX])
{
    g_snprintf(out, NUMBER_MAX, "%" G_GUINT64_FORMAT, n);
    return out;
}

const char *number_seconds(guint64 us, char out[NUMBER_MAX])
{
    guint64 ms = us / 1000 + (us % 1000 >= 500);
    g_snprintf(out, NUMBER_MAX, "%" G_GUINT64_FORMAT ".%03u", ms / 1000, (guint)(ms % 1000));
    return out;
}

const char *number_ratio(guint64 num, guint64 den, char out[NUMBER_MAX])
{
    /* The remainder times 10000 must fit; counts beyond 2^49 lose bits that four places do not show. */
    while (den > G_MAXUINT64 >> 15) {
        num >>= 1;
        den >>= 1;
    }
    if (den == 0)
        den = 1, num = 0;
    guint64 whole = num / den, part = (num % den * 10000 + den / 2) / den;
    whole += part / 10000;
    g_snprintf(out, NUMBER_MAX, "%" G_GUINT64_FORMAT ".%04u", whole, (guint)(part % 10000));
    return out;
}

const char *number_utc(gint64 epoch_us, char out[NUMBER_MAX])
{
    gint64 second = epoch_us / US_PER_S, us = epoch_us % US_PER_S;
    if (us < 0) {
        second--;
        us += US_PER_S;
    }
    g_autoptr(GDateTime) t = g_date_time_new_from_unix_utc(second);
    if (!t)
        return NULL;
    g_snprintf(out, NUMBER_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", g_date_time_get_year(t),
               g_date_time_get_month(t), g_date_time_get_day_of_month(t), g_date_time_get_hour(t),
               g_date_time_get_minute(t), g_date_time_get_second(t), (int)us);
    return out;
}

const char *storm_utc(gint64 epoch_us, char out[STORM_UTC_MAX])
{
    G_STATIC_ASSERT(STORM_UTC_MAX >= NUMBER_MAX);
    return number_utc(epoch_us, out);
}

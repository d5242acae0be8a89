/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_json.h"

void json_open_object(const struct storm_json *out, const char *name)
{
    if (name)
        out->name(out->arg, name);
    out->begin_object(out->arg);
}

void json_close_object(const struct storm_json *out)
{
    out->end_object(out->arg);
}

void json_open_array(const struct storm_json *out, const char *name)
{
    if (name)
        out->name(out->arg, name);
    out->begin_array(out->arg);
}

void json_close_array(const struct storm_json *out)
{
    out->end_array(out->arg);
}

void json_raw(const struct storm_json *out, const char *name, const char *text)
{
    if (name)
        out->name(out->arg, name);
    out->raw(out->arg, text);
}

void json_count(const struct storm_json *out, const char *name, guint64 n)
{
    char text[NUMBER_MAX];
    json_raw(out, name, number_count(n, text));
}

void json_null(const struct storm_json *out, const char *name)
{
    json_raw(out, name, "null");
}

void json_bool(const struct storm_json *out, const char *name, gboolean value)
{
    json_raw(out, name, value ? "true" : "false");
}

void json_string(const struct storm_json *out, const char *name, const char *text)
{
    if (!text) {
        json_null(out, name);
        return;
    }
    out->name(out->arg, name);
    out->string(out->arg, text);
}

void json_ratio(const struct storm_json *out, const char *name, guint64 num, guint64 den)
{
    char text[NUMBER_MAX];
    json_raw(out, name, number_ratio(num, den, text));
}

void json_time(const struct storm_json *out, const char *name, guint64 us)
{
    char text[NUMBER_MAX];
    json_raw(out, name, us == STORM_TIME_NONE ? "null" : number_seconds(us, text));
}

void json_share(const struct storm_json *out, const char *name, struct storm_part_of of)
{
    if (of.all)
        json_ratio(out, name, of.part, of.all);
    else
        json_null(out, name);
}

void json_level(const struct storm_json *out, const char *name, gint64 n)
{
    if (n < 0)
        json_null(out, name);
    else
        json_count(out, name, (guint64)n);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "datasheet.h"

#include <string.h>

#include <epan/epan.h>

#include "bundle_names.h"
#include "host.h"

#define NUM G_GUINT64_FORMAT

/* `own`: every row and sentence, without what it says of a certain run. */
struct sheet {
    GString *out;
    gboolean own;
};

static void put(const struct sheet *t, const char *text)
{
    g_string_append(t->out, text);
}

static void put_row(const struct sheet *t, const char *name, const char *value)
{
    g_string_append_printf(t->out, "| %s | %s |\n", name, value);
}

/* 0 is not worth a row. */
static void put_count(const struct sheet *t, const char *name, guint64 n)
{
    char text[24];
    g_snprintf(text, sizeof text, "%" NUM, n);
    if (n || t->own)
        put_row(t, name, t->own ? "" : text);
}

/* --- chapters -------------------------------------------------------------------------------------------- */

static const char head[] =
    "# Data sheet\n\n"
    "A capture of SIP traffic, anonymized: every name, number, address and secret in it was replaced by a stable label\n"
    "or taken out, in each layer, and it is still a capture that any tool reads. Statistics and a report are of the\n"
    "anonymized capture: who reads it again gets the same numbers.\n\n"
    "| file | what |\n|---|---|\n"
    "| `" BUNDLE_CAPTURE "` | the capture |\n"
    "| `" BUNDLE_STATS "` | statistics, for machines: schema `sianto-stats/1` |\n"
    "| `" BUNDLE_REPORT "` | what happened to registration, for people: one page, loads nothing |\n"
    "| `" BUNDLE_SUMS "` | SHA-256 of the other files |\n\n"
    "`sianto verify` on this folder, or `sha256sum -c " BUNDLE_SUMS "` in it, tells whether all is as it was written.\n";

static void put_made(const struct sheet *t, const char *settings)
{
    g_auto(GStrv) words = g_strsplit(settings, " ", -1);
    put(t, "\n## How it was made\n\n| setting | value |\n|---|---|\n");
    put_row(t, "written by", t->own ? "sianto" : "sianto " SIANTO_VERSION);
    put_row(t, "in Wireshark", t->own ? "" : epan_get_version());
    for (guint i = 0; words[i]; i++) {
        char *equals = strchr(words[i], '=');
        if (!equals)
            continue;
        *equals = 0;
        put_row(t, words[i], equals + 1);
    }
    put(t, "\nSettings that tell of the site stand as `set`, without their value.\n");
}

static void put_when(const struct sheet *t, const struct stats *stats, const struct timeline *time)
{
    g_autofree char *first = t->own ? g_strdup("") : stats_start_utc(stats);
    g_autofree char *seconds = t->own ? g_strdup("") : stats_duration_s(stats);
    put(t, "\n## When\n\n| | |\n|---|---|\n");
    put_row(t, "first SIP message, UTC", first ? first : "none");
    put_row(t, "from it to the last, seconds", seconds);
    put(t, "\n");
    if (t->own || (!timeline_moves(time) && !timeline_is_coarse(time)))
        put(t, "Times are those of the traffic: nothing was moved or rounded (`time=keep`).\n");
    if (t->own || timeline_moves(time))
        put(t, "Times are not those of the traffic: the whole capture was moved by one number of seconds, which is not told,\n"
               "and with it all dates in the messages.\n");
    if (t->own || timeline_is_coarse(time))
        put(t, "Times are rounded down to whole seconds, and finer clocks in the packets (timestamps of TCP and RTP) are left\n"
               "out. The statistics are those of the rounded times: delays, bursts within a second and copies of frames\n"
               "(`duplicates`) are not those of the traffic.\n");
}

static void put_dropped(const struct sheet *t, const struct sianto_counts *c)
{
    for (guint i = DROP_NONE + 1; i < DROP_COUNT; i++) {
        g_autofree char *name = g_strconcat("left out: ", drop_reason_text((enum drop_reason)i), NULL);
        put_count(t, name, t->own ? 0 : c->dropped[i]);
    }
}

static void put_replaced(const struct sheet *t, const struct sianto_counts *c)
{
    for (guint i = 0; i < KIND_COUNT; i++) {
        g_autofree char *name = g_strconcat("occurrences replaced: ", kind_name((enum kind)i), NULL);
        if (i != KIND_KEPT && i != KIND_LENGTH)
            put_count(t, name, t->own ? 0 : c->replaced[i]);
    }
}

static void put_counts(const struct sheet *t, const struct summary *s, const struct sianto_counts *c)
{
    put(t, "\n## What is in it\n\n| what | number |\n|---|---|\n");
    put_count(t, "frames read", c->frames);
    put_count(t, "frames written", c->written);
    put_dropped(t, c);
    put_count(t, "records that are no packets, left out", s->no_packets);
    put_count(t, "SIP messages", c->sip_messages);
    put_count(t, "different users", c->users);
    put_count(t, "of them telephone numbers", c->phones);
    put_count(t, "different domains", c->domains);
    put_count(t, "different addresses", c->addresses);
    put_count(t, "different products", c->agents);
    put_replaced(t, c);
    put_count(t, "messages scrubbed: outgrew their frame", c->too_long);
    put_count(t, "messages scrubbed: could not be read", c->broken);
    put_count(t, "bytes of TCP streams scrubbed: of no whole message", c->undecided_bytes);
    put_count(t, "TCP streams with a segment that became empty", c->resized);
    put_count(t, "frames that left before the rest of their message came", c->forced);
    if (t->own || host_limit())
        put(t, "\nThe run was limited to a part of its input.\n");
}

static void put_audit(const struct sheet *t, const struct audit_result *r)
{
    put(t, "\n## Audit\n\n"
           "Before the files got their names, code that shares nothing with the rewriter compared each identity with the\n"
           "image of its original, and searched all files for originals of 8 characters and more, in any case,\n"
           "percent-encoded and as base64. It found none.\n\n| what | number |\n|---|---|\n");
    put_count(t, "frames compared", r->frames);
    put_count(t, "messages compared", r->messages);
    put_count(t, "identities compared", r->slots);
    put_count(t, "originals searched for", r->originals);
    put_count(t, "bytes searched", r->bytes);
    put_count(t, "originals not searched for: too many, or too plain", r->search_limited);
}

static const char not_claimed[] =
    "\n## What is not claimed\n\n"
    "- Frequency, order, gaps, lengths, ports and who talks with whom are those of the traffic: the analysis needs them.\n"
    "  Who knows when somebody called, how often, or for how long may find that call, and with it a label.\n"
    "- A label is a pseudonym: all that one user did is linked.\n"
    "- With `addresses=class` and `cryptopan`, addresses that shared a prefix share one. Who knows what some addresses\n"
    "  were knows parts of others. `addresses=random` keeps no prefixes.\n"
    "- A short token, or an address in a small class, may be its own image by chance.\n"
    "- Well-known products keep name and version; methods, codes, codecs and timers are kept.\n"
    "- Whoever holds the key, or the map, can turn the capture back.\n";

char *datasheet_text(const struct summary *s, const struct options *o, const struct sianto_counts *c,
                     const struct stats *stats, const char *settings)
{
    struct sheet t = {g_string_new(head), FALSE};
    put_made(&t, settings);
    put_when(&t, stats, &o->timeline);
    put_counts(&t, s, c);
    put_audit(&t, s->audit);
    put(&t, not_claimed);
    return g_string_free(t.out, FALSE);
}

char *datasheet_own(void)
{
    static const struct summary s;
    static const struct sianto_counts c;
    static const struct audit_result r;
    struct sheet t = {g_string_new(head), TRUE};
    put_made(&t, "");
    put_when(&t, NULL, NULL);
    put_counts(&t, &s, &c);
    put_audit(&t, &r);
    put(&t, not_claimed);
    return g_string_free(t.out, FALSE);
}

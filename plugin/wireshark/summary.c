/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "summary.h"

#include <stdio.h>
#include <string.h>

#include "host.h"

#define NUM G_GUINT64_FORMAT

void summary_init(struct summary *s)
{
    *s = (struct summary){.layers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
}

void summary_clear(struct summary *s)
{
    g_clear_pointer(&s->layers, g_hash_table_unref);
}

void summary_dropped(struct summary *s, enum drop_reason reason, const char *layer)
{
    char *key = g_strdup_printf("%s: %s", drop_reason_name(reason), layer ? layer : "?");
    gsize n = (gsize)g_hash_table_lookup(s->layers, key);
    g_hash_table_insert(s->layers, key, (gpointer)(n + 1));
}

/* --- lists of counts ------------------------------------------------------------------------------- */

static void add_count(GString *list, guint64 n, const char *name)
{
    if (n)
        g_string_append_printf(list, "%s%s %" NUM, list->len ? ", " : "", name, n);
}

static char *dropped_text(const struct sianto_counts *c)
{
    GString *list = g_string_new(NULL);
    const char *(*name)(enum drop_reason) = host_is_gui() ? drop_reason_text : drop_reason_name;
    for (guint i = DROP_NONE + 1; i < DROP_COUNT; i++)
        add_count(list, c->dropped[i], name((enum drop_reason)i));
    return g_string_free(list, list->len == 0);
}

static char *replaced_text(const struct sianto_counts *c)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < KIND_COUNT; i++)
        if (i != KIND_KEPT && i != KIND_LENGTH)
            add_count(list, c->replaced[i], kind_name((enum kind)i));
    return g_string_free(list, list->len == 0);
}

static char *identities_text(const struct sianto_counts *c)
{
    GString *list = g_string_new(NULL);
    add_count(list, c->users, "users");
    add_count(list, c->phones, "of them telephone numbers");
    add_count(list, c->domains, "domains");
    add_count(list, c->addresses, "addresses");
    add_count(list, c->agents, "products");
    return g_string_free(list, list->len == 0);
}

/* --- after an export ------------------------------------------------------------------------------- */

static void say_list(const char *what, char *list)
{
    if (list)
        host_say("%s: %s", what, list);
    g_free(list);
}

static void add_end(GString *list, const struct endpoint *e)
{
    char text[46];
    gsize n = e->family == 4 ? address4_format(e->addr, text) : address6_format(e->addr, text);
    g_string_append_printf(list, e->family == 4 ? "%.*s:%u" : "[%.*s]:%u", (int)n, text, e->port);
}

/* By their new addresses: Wireshark may warn of an acknowledgement twice there. */
static void say_resized(const struct summary *s, const struct sianto_counts *c)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; s->resized && i + 1 < s->resized->len; i += 2) {
        g_string_append(list, i ? ", " : "");
        add_end(list, &g_array_index(s->resized, struct endpoint, i));
        g_string_append(list, " to ");
        add_end(list, &g_array_index(s->resized, struct endpoint, i + 1));
    }
    host_say("resized: %" NUM " TCP streams have a segment that became empty: %s%s", c->resized, list->str,
             c->resized > RESIZED_MAX ? " ..." : "");
}

static void say_oddities(const struct summary *s, const struct sianto_counts *c)
{
    const char *limit = host_limit();
    if (s->no_packets)
        host_say("%" NUM " records are no packets and were left out", s->no_packets);
    if (s->unrecognised)
        host_say("unrecognised: %" NUM " frames that Wireshark takes for SIP and sianto does not; left out",
                 s->unrecognised);
    if (c->too_long)
        host_say("too-long: %" NUM " messages no longer fit their frame and were scrubbed", c->too_long);
    if (c->broken)
        host_say("broken: %" NUM " messages that no rule can read were scrubbed to what routes them",
                 c->broken);
    if (c->undecided_bytes)
        host_say("%" NUM " bytes of TCP streams belong to no message that is there as a whole and were scrubbed",
                 c->undecided_bytes);
    if (c->resized)
        say_resized(s, c);
    if (c->forced)
        host_say("%" NUM " frames had to leave before the rest of their message came (hold=, 32 s)", c->forced);
    if (c->cut_by_shard)
        host_say("cut-by-shard: %" NUM " messages and trains of fragments go on in another file, or came from one, and were "
                 "scrubbed: overlap= keeps them",
                 c->cut_by_shard);
    if (c->gap_bytes)
        host_say("%" NUM " bytes that no rule judged were scrubbed: please report this", c->gap_bytes);
    if (limit)
        host_say("limited by %s: not the whole input", limit);
}

static void say_time(const struct summary *s, const struct options *o)
{
    if (o->restore && timeline_moves(s->time))
        host_say("time: the capture was moved back to where it was");
    if (s->was_coarse)
        host_say("time=coarse cannot be undone: times stay rounded down to seconds");
    if (o->timeline.shifts)
        host_say("time: the capture was moved, with the dates in it; its first frame stands in the second %.*s",
                 (int)strcspn(o->time, ","), o->time);
    if (o->timeline.coarse)
        host_say("time=coarse: times were rounded down to seconds, and the statistics are those of the rounded ones");
}

static void say_audit(const struct summary *s, const struct options *o)
{
    const struct audit_result *r = s->audit;
    if (r)
        host_say("audit passed: %" NUM " frames, %" NUM " messages, %" NUM " identities compared; %" NUM
                 " originals searched in %" NUM " bytes%s",
                 r->frames, r->messages, r->slots, r->originals, r->bytes,
                 r->search_limited ? " (not all originals: too many)" : "");
    else if (o->restore)
        host_say("restored: what was written holds originals again, and was not audited; mode 0600");
    else if (o->audit == AUDIT_OFF && options_want_file(o))
        host_say("audit=off: what was written was not searched for what was replaced");
}

static void say_map(const struct summary *s, const struct options *o)
{
    if (o->map)
        host_say("map in %s: with it this is undone, so keep it as the input%s", o->map,
                 o->key || o->key_pass ? "; the key is not in it" : "");
    if (o->map && s->pairs_missing)
        host_say("%" NUM " long or foreign tokens had no room in the map: they cannot be restored", s->pairs_missing);
}

static void say_private(const struct summary *s, const struct options *o)
{
    const char *const files[] = {o->stats, o->report};
    for (guint i = 0; s->private_names && i < G_N_ELEMENTS(files); i++)
        if (files[i])
            host_say("%s holds names as found: private, readable by you alone", files[i]);
}

void summary_print(const struct summary *s, const struct options *o, const struct sianto_counts *c)
{
    if (o->out)
        host_say("%" NUM " frames read, %" NUM " written to %s", c->frames, c->written, o->out);
    else
        host_say("%" NUM " frames read, %" NUM " with SIP", c->frames, c->written);
    say_list("dropped", dropped_text(c));
    host_say("%" NUM " SIP messages", c->sip_messages);
    say_list("different", identities_text(c));
    say_list("replaced", replaced_text(c));
    say_oddities(s, c);
    if (s->servers)
        host_say("%s: %s", o->names == NAMES_ASIS ? "server" : "server, by its new address", s->servers);
    if (o->bundle)
        host_say("bundle in %s: sianto verify %s tells whether it is whole", o->bundle, o->bundle);
    if (o->stats)
        host_say("statistics in %s", o->stats);
    if (o->report)
        host_say("report in %s: open it in a browser", o->report);
    say_time(s, o);
    if (o->part)
        host_say("part in %s: sianto merge puts those of all shards together", o->part);
    say_audit(s, o);
    say_private(s, o);
    say_map(s, o);
    if (o->out && !c->written && !o->restore)
        host_say("nothing was written: no SIP was found; dry-run=yes tells what there is");
    else if (o->out && host_is_tshark())
        host_say("look at it: wireshark %s", o->out);
}

/* --- dry run --------------------------------------------------------------------------------------- */

static void print_table(const char *title, GHashTable *counts)
{
    GList *names = g_list_sort(g_hash_table_get_keys(counts), (GCompareFunc)strcmp);
    if (names)
        printf("%s:\n", title);
    for (GList *l = names; l; l = l->next) {
        g_autofree char *shown = g_strescape(l->data, NULL);
        printf("  %-40s %10" G_GSIZE_FORMAT "\n", shown, (gsize)g_hash_table_lookup(counts, l->data));
    }
    g_list_free(names);
}

static void print_row(const char *name, guint64 n)
{
    if (n)
        printf("  %-40s %10" NUM "\n", name, n);
}

void summary_print_dry_run(const struct summary *s, const struct sianto_counts *c)
{
    printf("Dry run: nothing is written\nFrames:\n");
    print_row("read", c->frames);
    print_row("would be written", c->written);
    for (guint i = DROP_NONE + 1; i < DROP_COUNT; i++)
        print_row(drop_reason_text((enum drop_reason)i), c->dropped[i]);
    print_row("Wireshark takes for SIP, sianto does not", s->unrecognised);
    printf("Would be replaced:\n");
    for (guint i = 0; i < KIND_COUNT; i++)
        if (i != KIND_KEPT && i != KIND_LENGTH)
            print_row(kind_name((enum kind)i), c->replaced[i]);
    printf("Different:\n");
    print_row("users", c->users);
    print_row("of them telephone numbers", c->phones);
    print_row("domains", c->domains);
    print_row("addresses", c->addresses);
    print_row("products", c->agents);
    print_table("Would be dropped, by reason and innermost layer", s->layers);
    print_table("Names that the policy does not know (redacted)", s->unknown);
    if (s->servers)
        printf("Server, by its new address: %s\n", s->servers);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carry.h"

#include "anonymize.h"
#include "endpoints.h"
#include "field_cache.h"
#include "inspection.h"
#include "keep.h"
#include "restore.h"

/* --- life ------------------------------------------------------------------------------------------- */

static gboolean make_policy(struct carry *c, const struct sianto_settings *settings, GError **error)
{
    const struct map *map = settings->map;
    c->tables.policy = policy_new(map ? NULL : settings->policy_path, error);
    if (!c->tables.policy)
        return FALSE;
    return !map || !map->policy || policy_text_read(c->tables.policy, map->policy, map->name, error);
}

/* Of an earlier run: to go on, or to go back. */
static gboolean load_tables(struct carry *c, const struct sianto_settings *settings, GError **error)
{
    if (settings->pairs)
        tokens_keep(c->tables.tokens);
    if (settings->map && !restore_load(&c->tables, settings->map, error))
        return FALSE;
    if (settings->restore) {
        restore_reverse(&c->tables);
        flows_reverse(c->flows);
    }
    return TRUE;
}

static gboolean make_tables(struct carry *c, const struct sianto_settings *settings, const struct key *key,
                            const struct keep *keep, GError **error)
{
    struct label_settings labels = {
        .style = settings->labels,
        .country = settings->map ? settings->map->country : settings->country,
        .keep_users = (const char *const *)keep->users->pdata,
        .keep_hosts = (const char *const *)keep->hosts->pdata,
    };
    const GPtrArray *networks = settings->map ? settings->map->networks : keep->networks;
    if (!make_policy(c, settings, error))
        return FALSE;
    c->tables.addresses =
        addresses_new(key, settings->addresses, (const char *const *)networks->pdata, error);
    if (!c->tables.addresses)
        return FALSE;
    c->tables.labels = labels_new(key, &labels, error);
    if (!c->tables.labels)
        return FALSE;
    tables_find_names(&c->tables);
    c->tables.tokens = tokens_new(key);
    c->tables.fields = field_cache_new(key);
    c->tables.unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    c->flows = flows_new(key);
    if (settings->audit && !settings->as_is && !settings->restore) {
        c->inspection = inspection_new(key, &c->tables, settings->addresses, (const char *const *)networks->pdata,
                                       settings->threads, error);
        if (!c->inspection)
            return FALSE;
    }
    return load_tables(c, settings, error);
}

static gboolean carry_inside(struct codec *codec, struct bytes text, gsize missing,
                             enum sip_transport transport, const struct endpoint *src,
                             const struct endpoint *dst, struct bytes *written);

struct carry *carry_new(const struct sianto_settings *settings, const struct key *key,
                        const struct sianto_sink *sink, GError **error)
{
    struct carry *c = g_new0(struct carry, 1);
    struct keep keep = {NULL, NULL, NULL};
    c->sink = sink;
    c->as_is = settings->as_is;
    c->tables.time = settings->time;
    c->shard = settings->shard;
    c->early_us = G_MININT64;
    c->arena = arena_new();
    c->edits = edits_new();
    c->inner = edits_new();
    c->letters = g_array_new(FALSE, FALSE, sizeof(struct letter));
    c->resized = g_array_new(FALSE, FALSE, sizeof(struct endpoint));
    c->text = g_byte_array_new();
    c->parts = g_ptr_array_new();
    c->scope.unknown_headers = g_ptr_array_new();
    c->scope.unknown_methods = g_ptr_array_new();
    c->codec = (struct codec){.rw = &c->rw, .sip = carry_inside, .arg = c};
    c->endpoints = endpoints_new(settings->sip_ports);
    sip_message_init(&c->message);
    gboolean ok = keep_load(&keep, settings->keep_path, error) && make_tables(c, settings, key, &keep, error);
    keep_clear(&keep);
    c->codec.flows = c->flows;
    if (!ok)
        g_clear_pointer(&c, carry_free);
    return c;
}

void carry_free(struct carry *c)
{
    if (!c)
        return;
    for (guint i = 0; i < RW_DEPTH_MAX; i++)
        edits_free(c->tables.child[i]);
    inspection_free(c->inspection);
    endpoints_free(c->endpoints);
    flows_free(c->flows);
    field_cache_free(c->tables.fields);
    tokens_free(c->tables.tokens);
    labels_free(c->tables.labels);
    addresses_free(c->tables.addresses);
    policy_free(c->tables.policy);
    g_clear_pointer(&c->tables.unknown, g_hash_table_unref);
    sip_message_clear(&c->message);
    g_ptr_array_unref(c->scope.unknown_headers);
    g_ptr_array_unref(c->scope.unknown_methods);
    g_byte_array_unref(c->text);
    g_ptr_array_unref(c->parts);
    g_array_unref(c->letters);
    g_array_unref(c->resized);
    edits_free(c->inner);
    edits_free(c->edits);
    arena_free(c->arena);
    g_free(c);
}

/* --- messages ----------------------------------------------------------------------------------------- */

static void new_message(struct carry *c)
{
    g_ptr_array_set_size(c->scope.unknown_headers, 0);
    g_ptr_array_set_size(c->scope.unknown_methods, 0);
}

/* Judges rw->text, which c->message was parsed from. */
static void judge(struct carry *c, struct rewrite *rw, gsize missing)
{
    new_message(c);
    if (c->as_is)
        rw_keep(rw, 0, rw->text.n);
    else if (anonymize_message(rw, &c->message, missing) == ANONYMIZE_BROKEN)
        c->counts.broken++;
}

/* Where the text lies in the captured frame: a part of the unit, unless it was decoded. */
static gsize place_in_frame(const struct carry *c, struct bytes text)
{
    gsize begin = GPOINTER_TO_SIZE(c->rw.text.p), at = GPOINTER_TO_SIZE(text.p);
    gboolean inside = c->off != NOT_FOUND && at >= begin && at + text.n <= begin + c->rw.text.n;
    return inside ? c->off + (at - begin) : NOT_FOUND;
}

static void tell(struct carry *c, const struct rewrite *rw, struct letter *letter)
{
    struct sianto_message message = {
        .number = c->number,
        .original = rw->text,
        .written = letter->text,
        .edits = rw->edits,
        .off = place_in_frame(c, rw->text),
    };
    gboolean fills = letter->transport == SIP_UDP && rw == &c->rw && c->off != NOT_FOUND;
    if (fills) {
        c->filled = rw->text;
        c->filled_as = letter->text;
    } else if (c->inspection) {
        inspection_message(c->inspection, c->number, rw->text, letter->text, TRUE);
    }
    if (c->message.body < rw->text.n)
        endpoints_learn(c->endpoints, bytes_from(rw->text, c->message.body));
    if (c->sink->message)
        c->sink->message(c->sink->arg, &message);
    if (c->as_is) /* it may be part of a stream, which goes on before the letter is taken */
        letter->text = arena_dup(c->arena, letter->text);
    g_array_append_val(c->letters, *letter);
}

static struct bytes applied(struct carry *c, const struct edits *edits, struct bytes original)
{
    if (c->as_is)
        return original;
    g_byte_array_set_size(c->text, 0);
    edits_apply(edits, original, c->text);
    return bytes_of_array(c->text);
}

gboolean carry_message(struct carry *c, gsize n, gsize missing, enum sip_transport transport)
{
    struct letter letter = {.transport = transport};
    c->rw.text = bytes_sub(c->rw.text, 0, n);
    if (sip_message_parse(&c->message, c->rw.text) != PARSE_OK)
        return FALSE;
    judge(c, &c->rw, missing);
    letter.text = applied(c, c->edits, c->rw.text);
    c->applied = TRUE;
    tell(c, &c->rw, &letter);
    return TRUE;
}

/* Edits of a message inside another unit: counted here, since that unit replaces it as a whole. */
static void count_edits(struct carry *c, const struct edits *edits, gsize n)
{
    edits_count_kinds(edits, c->counts.replaced);
    c->counts.gap_bytes += edits_gap_bytes(edits, n);
}

static gboolean carry_inside(struct codec *codec, struct bytes text, gsize missing,
                             enum sip_transport transport, const struct endpoint *src,
                             const struct endpoint *dst, struct bytes *written)
{
    struct carry *c = codec->arg;
    struct rewrite rw = c->rw;
    struct letter letter = {.transport = transport};
    letter.inside = !endpoint_equal(src, &codec->src) || !endpoint_equal(dst, &codec->dst);
    if (sip_message_parse(&c->message, text) != PARSE_OK)
        return FALSE;
    rw.edits = c->inner;
    rw.text = text;
    rw.base = 0;
    rw.cut = missing > 0;
    edits_clear(c->inner);
    judge(c, &rw, missing);
    letter.text = arena_dup(c->arena, applied(c, c->inner, text));
    if (letter.inside) {
        letter.src = carry_endpoint(c, src);
        letter.dst = carry_endpoint(c, dst);
    }
    tell(c, &rw, &letter);
    count_edits(c, c->inner, text.n);
    *written = letter.text;
    return TRUE;
}

/* --- units -------------------------------------------------------------------------------------------- */

void carry_begin(struct carry *c, struct bytes text, gsize off, gboolean cut, const struct endpoint *src,
                 const struct endpoint *dst)
{
    c->off = off;
    c->applied = FALSE;
    c->filled = c->filled_as = BYTES_NONE;
    arena_reset(c->arena);
    edits_clear(c->edits);
    g_array_set_size(c->letters, 0);
    g_byte_array_set_size(c->text, 0);
    new_message(c);
    c->rw = (struct rewrite){
        .tables = &c->tables,
        .arena = c->arena,
        .edits = c->edits,
        .scope = &c->scope,
        .text = text,
        .cut = cut,
    };
    c->codec.missing = 0;
    c->codec.src = *src;
    c->codec.dst = *dst;
}

void carry_scrub(struct carry *c, gsize n, guint8 fill)
{
    guint8 *p = arena_alloc(c->arena, n);
    memset(p, fill, n);
    c->applied = FALSE;
    edits_clear(c->edits);
    g_array_set_size(c->letters, 0);
    edits_replace(c->edits, 0, n, (struct bytes){p, n}, KIND_SCRUBBED);
}

struct bytes carry_apply(struct carry *c, gsize n)
{
    struct bytes original = bytes_sub(c->rw.text, 0, n);
    struct bytes text = c->applied && !c->as_is ? bytes_of_array(c->text) : applied(c, c->edits, original);
    if (!c->as_is)
        count_edits(c, c->edits, original.n);
    return text;
}

gboolean carry_is_cut(const struct carry *c, gint64 since_us, gboolean headless)
{
    return c->shard && (c->at_end || (headless && since_us <= c->early_us));
}

void carry_resized(struct carry *c, const struct endpoint *src, const struct endpoint *dst)
{
    const struct endpoint ends[2] = {carry_endpoint(c, src), carry_endpoint(c, dst)};
    c->counts.resized++;
    if (c->resized->len < 2 * RESIZED_MAX)
        g_array_append_vals(c->resized, ends, 2);
}

struct endpoint carry_endpoint(struct carry *c, const struct endpoint *e)
{
    struct endpoint to = *e;
    if (!c->as_is && e->family == 4)
        addresses_map4(c->tables.addresses, e->addr, to.addr);
    else if (!c->as_is && e->family == 6)
        addresses_map6(c->tables.addresses, e->addr, to.addr);
    return to;
}

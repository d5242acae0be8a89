/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inquiry.h"

#include "carry.h"
#include "identity.h"

enum way { BECAME, WAS, WAYS };

struct inquiry {
    const struct map *map;
    gboolean keyed; /* labels=keyed: the key alone makes them */
    struct carry *carry[WAYS];
};

/* A question on its way. */
struct question {
    struct inquiry *l;
    struct bytes value;
    inquiry_answer fn;
    void *arg;
    gboolean answered;
};

static const struct sianto_sink no_sink;

struct inquiry *inquiry_new(const struct sianto_settings *settings, const struct key *key, GError **error)
{
    struct inquiry *l = g_new0(struct inquiry, 1);
    struct sianto_settings way = *settings;
    way.audit = FALSE;
    l->map = settings->map;
    l->keyed = settings->labels == LABELS_KEYED;
    for (guint i = 0; i < WAYS; i++) {
        way.restore = i == WAS;
        l->carry[i] = carry_new(&way, key, &no_sink, error);
        if (!l->carry[i]) {
            inquiry_free(l);
            return NULL;
        }
    }
    return l;
}

void inquiry_free(struct inquiry *l)
{
    if (!l)
        return;
    for (guint i = 0; i < WAYS; i++)
        carry_free(l->carry[i]);
    g_free(l);
}

static void answer(struct question *q, const char *kind, enum way way, struct bytes text)
{
    q->answered = TRUE;
    q->fn(q->arg, kind, way == WAS, text);
}

/* --- one way through the tables ------------------------------------------------------------------------- */

typedef void (*judge_fn)(struct rewrite *rw, gsize from, gsize to, enum kind kind);

static struct bytes pass(struct question *q, enum way way, judge_fn judge, enum kind kind)
{
    static const struct endpoint nowhere;
    struct carry *c = q->l->carry[way];
    carry_begin(c, q->value, NOT_FOUND, FALSE, &nowhere, &nowhere);
    judge(&c->rw, 0, q->value.n, kind);
    return carry_apply(c, q->value.n);
}

static void judge_host(struct rewrite *rw, gsize from, gsize to, enum kind kind)
{
    (void)kind;
    rw_host(rw, from, to);
}

static void judge_call_id(struct rewrite *rw, gsize from, gsize to, enum kind kind)
{
    (void)kind;
    rw_call_id(rw, from, to);
}

/* --- addresses -------------------------------------------------------------------------------------------- */

static gboolean is_address(struct bytes b)
{
    guint8 addr[16];
    if (bytes_at(b, 0) == '[' && bytes_at(b, b.n - 1) == ']')
        b = bytes_sub(b, 1, b.n - 2);
    return address4_parse(b, addr) || address6_parse(b, addr);
}

static void ask_address(struct question *q)
{
    for (guint way = 0; is_address(q->value) && way < WAYS; way++)
        answer(q, kind_name(KIND_ADDRESS), way, pass(q, way, judge_host, KIND_ADDRESS));
}

/* xx:xx:xx:xx:xx:xx, as Wireshark writes it. */
static gboolean parse_mac(struct bytes b, guint8 mac[6])
{
    if (b.n != 17)
        return FALSE;
    for (gsize i = 0; i < 6; i++) {
        int high = g_ascii_xdigit_value((gchar)b.p[3 * i]), low = g_ascii_xdigit_value((gchar)b.p[3 * i + 1]);
        if (high < 0 || low < 0 || (i < 5 && b.p[3 * i + 2] != ':'))
            return FALSE;
        mac[i] = (guint8)(high << 4 | low);
    }
    return TRUE;
}

static void ask_mac(struct question *q)
{
    guint8 mac[6], image[6];
    char text[18];
    for (guint way = 0; parse_mac(q->value, mac) && way < WAYS; way++) {
        addresses_map_mac(q->l->carry[way]->tables.addresses, mac, image);
        for (guint i = 0; i < 6; i++)
            g_snprintf(text + 3 * i, 4, "%02x%s", image[i], i < 5 ? ":" : "");
        answer(q, kind_name(KIND_MAC), way, bytes_of(text));
    }
}

/* --- labels ------------------------------------------------------------------------------------------------ */

/* What labels.h offers for a kind: a look-up that gives no new label, and one that may. */
static const struct labelled {
    const char *name;
    labels_finder find;
    struct bytes (*map)(struct labels *l, struct bytes original, enum kind *kind);
} labelled[] = {
    {"user", labels_find_user, labels_user},
    {"phone", labels_find_user, labels_user},
    {"domain", labels_find_domain, labels_domain},
    {"agent", labels_find_agent, labels_agent},
};

/* Users and numbers are one row's, found twice: told once, by the kind that they are. */
static gboolean is_of(const struct labelled *row, enum kind kind, gboolean named)
{
    gboolean user = row->find == labels_find_user && (kind == KIND_USER || kind == KIND_PHONE);
    return g_str_equal(row->name, kind_name(kind)) || (named && user);
}

static void ask_label(struct question *q, const struct labelled *row, gboolean named, gboolean invent)
{
    enum kind kind;
    struct bytes text;
    struct labels *forward = q->l->carry[BECAME]->tables.labels;
    gboolean found = row->find(forward, NULL, q->value, &text, &kind);
    if (!found && invent && q->l->keyed) {
        text = row->map(forward, q->value, &kind);
        found = TRUE;
    }
    if (found && kind != KIND_KEPT && is_of(row, kind, named))
        answer(q, kind_name(kind), BECAME, text);
    text = row->map(q->l->carry[WAS]->tables.labels, q->value, &kind);
    if (kind != KIND_KEPT && is_of(row, kind, named))
        answer(q, kind_name(kind), WAS, text);
}

/* --- tokens ------------------------------------------------------------------------------------------------ */

static const enum kind token_kinds[] = {KIND_CALL_ID, KIND_TAG, KIND_BRANCH, KIND_NONCE, KIND_TOKEN};

/* A Call-ID's host would get a label where it has none. */
static gboolean may_ask(const struct question *q, enum kind kind, enum way way)
{
    struct bytes label, host = bytes_from(q->value, bytes_rchr(q->value, '@') + 1);
    enum kind ignored;
    if (kind != KIND_CALL_ID || way == WAS || host.n == q->value.n || q->l->keyed)
        return TRUE;
    host = bytes_sub(host, 0, call_id_port(host));
    return is_address(host) || labels_find_domain(q->l->carry[way]->tables.labels, NULL, host, &label, &ignored);
}

static void ask_token(struct question *q, enum kind kind)
{
    judge_fn judge = kind == KIND_CALL_ID ? judge_call_id : rw_token;
    for (guint way = 0; way < WAYS; way++)
        if (may_ask(q, kind, way))
            answer(q, kind_name(kind), way, pass(q, way, judge, kind));
}

/* --- frames ------------------------------------------------------------------------------------------------ */

static void answer_frame(struct question *q, enum way way, guint64 number)
{
    char text[24];
    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, number);
    answer(q, "frame", way, bytes_of(text));
}

static void ask_frame(struct question *q)
{
    guint64 n;
    if (!q->l->map || !bytes_number(q->value, G_MAXINT64, &n))
        return;
    const GArray *ranges = q->l->map->ranges;
    for (guint i = 0; i < ranges->len; i++) {
        const struct map_range *r = &g_array_index(ranges, struct map_range, i);
        if (n >= r->out && n - r->out < r->n)
            answer_frame(q, WAS, r->in + (n - r->out));
        if (n >= r->in && n - r->in < r->n)
            answer_frame(q, BECAME, r->out + (n - r->in));
    }
}

/* --- a value ------------------------------------------------------------------------------------------------ */

static void ask_named(struct question *q, struct bytes name)
{
    if (bytes_eq(name, BYTES_LIT("frame")))
        ask_frame(q);
    if (bytes_eq(name, bytes_of(kind_name(KIND_ADDRESS))))
        ask_address(q);
    if (bytes_eq(name, bytes_of(kind_name(KIND_MAC))))
        ask_mac(q);
    for (guint i = 0; i < G_N_ELEMENTS(labelled); i++)
        if (bytes_eq(name, bytes_of(labelled[i].name)))
            ask_label(q, &labelled[i], TRUE, TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(token_kinds); i++)
        if (bytes_eq(name, bytes_of(kind_name(token_kinds[i]))))
            ask_token(q, token_kinds[i]);
}

static void ask_any(struct question *q)
{
    ask_address(q);
    if (!q->answered)
        ask_mac(q);
    if (q->answered)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(labelled); i++)
        ask_label(q, &labelled[i], FALSE, FALSE);
    if (q->answered)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(token_kinds); i++)
        ask_token(q, token_kinds[i]);
}

static gboolean is_kind(struct bytes name)
{
    if (bytes_eq(name, BYTES_LIT("frame")))
        return TRUE;
    for (guint i = KIND_USER; i <= KIND_TOKEN; i++)
        if (bytes_eq(name, bytes_of(kind_name((enum kind)i))))
            return TRUE;
    return FALSE;
}

gboolean inquiry_ask(struct inquiry *l, const char *value, inquiry_answer fn, void *arg)
{
    struct question q = {.l = l, .value = bytes_of(value), .fn = fn, .arg = arg};
    gsize colon = bytes_chr(q.value, ':');
    struct bytes name = bytes_sub(q.value, 0, MIN(colon, q.value.n));
    if (q.value.n == 0)
        return FALSE;
    if (colon == NOT_FOUND || !is_kind(name)) {
        ask_any(&q);
        return q.answered;
    }
    q.value = bytes_from(q.value, colon + 1);
    if (q.value.n)
        ask_named(&q, name);
    return q.answered;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "label.h"

#include "agent.h"
#include "label_private.h"
#include "phone.h"
#include "prf.h"

#define KEYED_CHARS 16 /* base32: 80 bits */
#define KEYED_PHONE_DIGITS 15
#define KEYED_PHONE_MODULUS G_GUINT64_CONSTANT(1000000000000000)
#define LABEL_MAX 64 /* of a label that we write */
#define TAG_HASH 'h'

/* Each space of identities has its table; spaces that share a counter never share a label. */
enum space { SPACE_USER, SPACE_PHONE, SPACE_DOMAIN, SPACE_AGENT, SPACE_COUNT };

/* What stands around a number, or around the characters drawn from an HMAC. */
struct form {
    const char *before, *behind;
    int width; /* of a number, filled with zeros */
};

static const struct {
    enum kind kind;
    enum space counter;
    guint8 tag; /* in the HMAC of a keyed label: never to be changed */
    struct form form[LABELS_KEYED + 1];
} spaces[SPACE_COUNT] = {
    [SPACE_USER] = {KIND_USER, SPACE_USER, 'u', {{"u", "", 1}, {"", "", 1}, {"u", "", 0}}},
    [SPACE_PHONE] = {KIND_PHONE, SPACE_USER, 'p', {{"+999", "", 9}, {"", "", 1}, {"+999", "", 0}}},
    [SPACE_DOMAIN] =
        {KIND_DOMAIN, SPACE_DOMAIN, 'd', {{"d", ".invalid", 1}, {"", "", 1}, {"d", ".invalid", 0}}},
    [SPACE_AGENT] = {KIND_AGENT, SPACE_AGENT, 'a', {{"ua", "", 1}, {"ua", "", 1}, {"ua", "", 0}}},
};

static const char *const always_users[] = {"anonymous", "restricted", "unavailable", "unknown", NULL};
static const char *const always_hosts[] = {"anonymous.invalid", "localhost", NULL};

/* A row of a table, and the key to look it up by. */
struct identity {
    struct bytes canonical;
    guint64 hash;
    struct bytes label;
    guint32 serial; /* in order of labels; 0: of an earlier run */
};

struct labels {
    GMutex lock; /* of what is asked for while a run goes on */
    enum label_style style;
    char *country;
    struct prf *prf;
    struct hash_key hash_key;
    struct arena *arena; /* rows and texts: never reset */
    GHashTable *known[SPACE_COUNT], *kept[SPACE_COUNT];
    GHashTable *issued[SPACE_COUNT]; /* keyed: labels, to see a collision */
    GHashTable *original[SPACE_COUNT]; /* labels_reverse: label -> original, else NULL */
    struct label_marks given;        /* by counter */
    guint keyed_bits;
    GByteArray *scratch; /* a host in lower case */
    GError *error;
};

G_DEFINE_QUARK(sianto-label-error-quark, sianto_label_error)

/* --- tables -------------------------------------------------------------------------------------- */

static guint identity_hash(gconstpointer key)
{
    return (guint)((const struct identity *)key)->hash;
}

static gboolean identity_equal(gconstpointer x, gconstpointer y)
{
    const struct identity *a = x, *b = y;
    return a->hash == b->hash && bytes_eq(a->canonical, b->canonical);
}

static struct identity *table_find(const struct labels *l, GHashTable *table, struct bytes canonical)
{
    struct identity key = {.canonical = canonical, .hash = hash_bytes(&l->hash_key, canonical)};
    return g_hash_table_lookup(table, &key);
}

static struct identity *table_add(struct labels *l, GHashTable *table, struct bytes canonical)
{
    struct identity *id = arena_alloc(l->arena, sizeof *id);
    *id = (struct identity){.canonical = arena_dup(l->arena, canonical)};
    id->hash = hash_bytes(&l->hash_key, id->canonical);
    g_hash_table_add(table, id);
    return id;
}

/* --- identities ---------------------------------------------------------------------------------- */

/* An original as it is compared: `canonical` may point into `phone`, the scratch or the original. */
struct look {
    enum space space;
    struct bytes canonical;
    struct phone phone;
};

static void look_user(const struct labels *l, struct bytes user, struct look *look)
{
    look->space = SPACE_USER;
    look->canonical = user;
    if (phone_parse(user, l->country, &look->phone)) {
        look->space = SPACE_PHONE;
        look->canonical = (struct bytes){look->phone.digits, look->phone.n};
    }
}

static void look_domain(struct labels *l, struct bytes host, struct look *look)
{
    if (bytes_at(host, host.n - 1) == '.')
        host.n--;
    g_byte_array_set_size(l->scratch, 0);
    if (host.n)
        g_byte_array_append(l->scratch, host.p, (guint)MIN(host.n, G_MAXUINT32));
    for (guint i = 0; i < l->scratch->len; i++)
        l->scratch->data[i] = (guint8)g_ascii_tolower((gchar)l->scratch->data[i]);
    look->space = SPACE_DOMAIN;
    look->canonical = bytes_of_array(l->scratch);
}

/* An original, or a label of ours before it is given out. */
static void look_at(struct labels *l, enum space space, struct bytes text, struct look *look)
{
    if (space == SPACE_DOMAIN)
        look_domain(l, text, look);
    else if (space == SPACE_AGENT)
        *look = (struct look){.space = space, .canonical = text};
    else
        look_user(l, text, look);
}

static gboolean is_one_of(struct bytes text, const char *const *words)
{
    for (; *words; words++)
        if (bytes_ieq(text, bytes_of(*words)))
            return TRUE;
    return FALSE;
}

static gboolean is_kept(const struct labels *l, const struct look *look)
{
    if (look->space == SPACE_USER && is_one_of(look->canonical, always_users))
        return TRUE;
    if (look->space == SPACE_DOMAIN && is_one_of(look->canonical, always_hosts))
        return TRUE;
    return table_find(l, l->kept[look->space], look->canonical) != NULL;
}

static void keep_all(struct labels *l, enum space space, const char *const *texts)
{
    struct look look;
    for (; texts && *texts; texts++) {
        look_at(l, space, bytes_of(*texts), &look);
        if (!is_kept(l, &look))
            table_add(l, l->kept[look.space], look.canonical);
    }
}

/* --- life ---------------------------------------------------------------------------------------- */

struct labels *labels_new(const struct key *key, const struct label_settings *settings, GError **error)
{
    if (settings->country && !phone_country_valid(settings->country)) {
        g_set_error(error, SIANTO_LABEL_ERROR, LABEL_ERROR_COUNTRY,
                    "country: give the 1 to 3 digits of a country code, as in country=49");
        return NULL;
    }
    struct labels *l = g_new0(struct labels, 1);
    g_mutex_init(&l->lock);
    l->style = settings->style;
    l->country = g_strdup(settings->country);
    l->prf = prf_new(key, "label");
    l->hash_key = prf_hash_key(l->prf, TAG_HASH);
    l->arena = arena_new();
    l->scratch = g_byte_array_new();
    l->keyed_bits = PRF_BYTES * 8;
    for (guint i = 0; i < SPACE_COUNT; i++) {
        l->known[i] = g_hash_table_new(identity_hash, identity_equal);
        l->kept[i] = g_hash_table_new(identity_hash, identity_equal);
        l->issued[i] = g_hash_table_new(identity_hash, identity_equal);
    }
    keep_all(l, SPACE_USER, settings->keep_users);
    keep_all(l, SPACE_DOMAIN, settings->keep_hosts);
    return l;
}

void labels_free(struct labels *l)
{
    if (!l)
        return;
    for (guint i = 0; i < SPACE_COUNT; i++) {
        g_hash_table_destroy(l->known[i]);
        g_hash_table_destroy(l->kept[i]);
        g_hash_table_destroy(l->issued[i]);
        g_clear_pointer(&l->original[i], g_hash_table_destroy);
    }
    g_byte_array_free(l->scratch, TRUE);
    arena_free(l->arena);
    prf_free(l->prf);
    g_free(l->country);
    g_clear_error(&l->error);
    g_mutex_clear(&l->lock);
    g_free(l);
}

void labels_shorten_keyed(struct labels *l, guint bits)
{
    l->keyed_bits = MIN(bits, PRF_BYTES * 8);
}

const GError *labels_error(const struct labels *l)
{
    return l->error;
}

/* --- new labels ---------------------------------------------------------------------------------- */

/* A number's label may be a value that the user keeps, or a word that always stays: then it is
 * skipped, or one label would stand for two. */
static struct bytes numbered(struct labels *l, enum space space, char text[LABEL_MAX])
{
    const struct form *form = &spaces[space].form[l->style];
    struct look look;
    struct bytes label;
    do {
        guint n = ++l->given.last[spaces[space].counter];
        g_snprintf(text, LABEL_MAX, "%s%0*u%s", form->before, form->width, n, form->behind);
        label = bytes_of(text);
        look_at(l, space, label, &look);
    } while (is_kept(l, &look));
    return label;
}

/* RFC 4648 section 6, in lower case. */
static void base32(const guint8 *digest, char out[KEYED_CHARS + 1])
{
    for (guint i = 0; i < KEYED_CHARS; i++) {
        guint bit = i * 5, two = (guint)digest[bit / 8] << 8 | digest[bit / 8 + 1];
        out[i] = "abcdefghijklmnopqrstuvwxyz234567"[two >> (11 - bit % 8) & 31];
    }
    out[KEYED_CHARS] = 0;
}

static void decimal(const guint8 *digest, char out[KEYED_CHARS + 1])
{
    guint64 x = 0;
    for (guint i = 0; i < 8; i++)
        x = x << 8 | digest[i];
    g_snprintf(out, KEYED_CHARS + 1, "%0*" G_GUINT64_FORMAT, KEYED_PHONE_DIGITS, x % KEYED_PHONE_MODULUS);
}

static void collide(struct labels *l, enum space space)
{
    if (!l->error)
        g_set_error(&l->error, SIANTO_LABEL_ERROR, LABEL_ERROR_COLLISION,
                    "labels=keyed: two originals of kind %s have the same label; use another key",
                    kind_name(spaces[space].kind));
}

static struct bytes keyed(struct labels *l, enum space space, struct bytes canonical, char text[LABEL_MAX])
{
    const struct form *form = &spaces[space].form[LABELS_KEYED];
    guint8 digest[PRF_BYTES];
    char middle[KEYED_CHARS + 1];
    struct look look;
    prf_digest(l->prf, spaces[space].tag, canonical, digest);
    for (guint bit = l->keyed_bits; bit < PRF_BYTES * 8; bit++)
        digest[bit / 8] &= (guint8) ~(0x80 >> bit % 8);
    if (space == SPACE_PHONE)
        decimal(digest, middle);
    else
        base32(digest, middle);
    g_snprintf(text, LABEL_MAX, "%s%s%s", form->before, middle, form->behind);
    struct bytes label = bytes_of(text);
    look_at(l, space, label, &look);
    if (is_kept(l, &look) || table_find(l, l->issued[space], label))
        collide(l, space);
    else
        table_add(l, l->issued[space], label)->serial = l->given.identities;
    return label;
}

static struct bytes new_label(struct labels *l, enum space space, struct bytes canonical,
                              char text[LABEL_MAX])
{
    G_STATIC_ASSERT(LABEL_MAX >= AGENT_LABEL_MAX);
    gsize n = space == SPACE_AGENT ? agent_label(canonical, text) : 0;
    if (n)
        return (struct bytes){(const guint8 *)text, n};
    return l->style == LABELS_KEYED ? keyed(l, space, canonical, text) : numbered(l, space, text);
}

/* --- look-up ------------------------------------------------------------------------------------- */

/* The label of `look`, or an empty one where it is kept. */
static struct bytes find_or_make(struct labels *l, const struct look *look, enum kind *kind)
{
    char text[LABEL_MAX];
    struct identity *id = table_find(l, l->known[look->space], look->canonical);
    *kind = spaces[look->space].kind;
    if (id)
        return id->label;
    if (is_kept(l, look)) {
        *kind = KIND_KEPT;
        return BYTES_NONE;
    }
    /* The row first: making the label looks at other texts, and the scratch holds one at a time. */
    id = table_add(l, l->known[look->space], look->canonical);
    id->serial = ++l->given.identities;
    id->label = arena_dup(l->arena, new_label(l, look->space, id->canonical, text));
    return id->label;
}

/* "+" is written where the original had it. */
static struct bytes spelled(const struct look *look, struct bytes label)
{
    gboolean bare = look->space == SPACE_PHONE && !look->phone.plus && bytes_at(label, 0) == '+';
    return bare ? bytes_from(label, 1) : label;
}

static struct bytes original_of(struct labels *l, enum space space, struct bytes label, enum kind *kind);

static struct bytes label_of(struct labels *l, enum space space, struct bytes original, enum kind *kind)
{
    struct look look = {.space = space};
    *kind = KIND_KEPT;
    if (original.n == 0)
        return original;
    if (l->original[space])
        return original_of(l, space, original, kind);
    look_at(l, space, original, &look);
    struct bytes label = find_or_make(l, &look, kind);
    return *kind == KIND_KEPT ? original : spelled(&look, label);
}

static struct bytes labels_of(struct labels *l, enum space space, struct bytes original, enum kind *kind)
{
    g_mutex_lock(&l->lock);
    struct bytes label = label_of(l, space, original, kind);
    g_mutex_unlock(&l->lock);
    return label;
}

struct bytes labels_user(struct labels *l, struct bytes user, enum kind *kind)
{
    return labels_of(l, SPACE_USER, user, kind);
}

struct bytes labels_domain(struct labels *l, struct bytes host, enum kind *kind)
{
    return labels_of(l, SPACE_DOMAIN, host, kind);
}

struct bytes labels_agent(struct labels *l, struct bytes product, enum kind *kind)
{
    return labels_of(l, SPACE_AGENT, product, kind);
}

/* --- for who only reads --------------------------------------------------------------------------- */

static gboolean was_there(const struct identity *id, const struct label_marks *then)
{
    return id && (!then || id->serial <= then->identities);
}

static gboolean find_label(struct labels *l, const struct label_marks *then, enum space space, struct bytes original,
                           struct bytes *label, enum kind *kind)
{
    struct look look = {.space = space};
    *kind = KIND_KEPT;
    *label = original;
    if (original.n == 0)
        return TRUE;
    look_at(l, space, original, &look);
    const struct identity *id = table_find(l, l->known[look.space], look.canonical);
    if (!was_there(id, then))
        return is_kept(l, &look);
    *kind = spaces[look.space].kind;
    *label = spelled(&look, id->label);
    return TRUE;
}

static gboolean find_only(struct labels *l, const struct label_marks *then, enum space space, struct bytes original,
                          struct bytes *label, enum kind *kind)
{
    g_mutex_lock(&l->lock);
    gboolean found = find_label(l, then, space, original, label, kind);
    g_mutex_unlock(&l->lock);
    return found;
}

gboolean labels_find_user(struct labels *l, const struct label_marks *then, struct bytes user, struct bytes *label,
                           enum kind *kind)
{
    return find_only(l, then, SPACE_USER, user, label, kind);
}

gboolean labels_find_domain(struct labels *l, const struct label_marks *then, struct bytes host, struct bytes *label,
                             enum kind *kind)
{
    return find_only(l, then, SPACE_DOMAIN, host, label, kind);
}

gboolean labels_find_agent(struct labels *l, const struct label_marks *then, struct bytes product, struct bytes *label,
                            enum kind *kind)
{
    return find_only(l, then, SPACE_AGENT, product, label, kind);
}

/* Is `text` a number of that form, at most `max`? */
static gboolean read_number(const struct labels *l, enum space space, struct bytes text, guint32 max, guint64 *n)
{
    const struct form *form = &spaces[space].form[l->style];
    struct bytes before = bytes_of(form->before), behind = bytes_of(form->behind);
    if (!bytes_starts(text, before) || text.n < before.n + behind.n || !bytes_iends(text, behind))
        return FALSE;
    struct bytes digits = bytes_sub(text, before.n, text.n - before.n - behind.n);
    gboolean width = digits.n == (gsize)form->width || (digits.n > (gsize)form->width && digits.p[0] != '0');
    return width && bytes_number(digits, max, n) && *n > 0;
}

/* Skipped numbers count as given out. */
static gboolean is_numbered(const struct labels *l, const struct label_marks *then, enum space space, struct bytes text)
{
    guint64 n;
    return read_number(l, space, text, then->last[spaces[space].counter], &n);
}

static gboolean is_given(const struct labels *l, const struct label_marks *then, enum space space, struct bytes text)
{
    char product[AGENT_LABEL_MAX];
    if (space == SPACE_AGENT) {
        gsize n = agent_label(text, product);
        if (n && bytes_eq(text, (struct bytes){(const guint8 *)product, n}))
            return TRUE;
    }
    if (l->style == LABELS_KEYED)
        return was_there(table_find(l, l->issued[space], text), then);
    return is_numbered(l, then, space, text);
}

static gboolean is_issued(const struct labels *l, const struct label_marks *then, struct bytes text)
{
    char with[LABEL_MAX] = "+";
    for (guint i = 0; i < SPACE_COUNT; i++)
        if (is_given(l, then, (enum space)i, text))
            return TRUE;
    if (text.n == 0 || text.n + 1 >= sizeof with || !g_ascii_isdigit((gchar)text.p[0]))
        return FALSE;
    memcpy(with + 1, text.p, text.n);
    return is_given(l, then, SPACE_PHONE, (struct bytes){(const guint8 *)with, text.n + 1});
}

struct label_marks labels_marks(const struct labels *l)
{
    G_STATIC_ASSERT(LABEL_COUNTERS == SPACE_COUNT);
    return l->given;
}

gboolean labels_issued(struct labels *l, const struct label_marks *then, struct bytes text)
{
    g_mutex_lock(&l->lock);
    gboolean issued = is_issued(l, then ? then : &l->given, text);
    g_mutex_unlock(&l->lock);
    return issued;
}

/* --- rows of an earlier run ------------------------------------------------------------------------- */

static gboolean is_product(struct bytes canonical, struct bytes label)
{
    char product[AGENT_LABEL_MAX];
    gsize n = agent_label(canonical, product);
    return n && bytes_eq(label, (struct bytes){(const guint8 *)product, n});
}

/* A label that new_label could have made, of a number that no other row has. */
static gboolean accept_label(struct labels *l, enum space space, struct bytes label)
{
    guint32 *last = &l->given.last[spaces[space].counter];
    guint64 n;
    if (label.n == 0 || label.n >= LABEL_MAX || table_find(l, l->issued[space], label))
        return FALSE;
    if (l->style != LABELS_KEYED) {
        if (!read_number(l, space, label, G_MAXUINT32, &n))
            return FALSE;
        *last = MAX(*last, (guint32)n);
    }
    table_add(l, l->issued[space], label);
    return TRUE;
}

gboolean labels_load(struct labels *l, enum kind kind, struct bytes canonical, struct bytes label)
{
    enum space space = 0;
    while (space < SPACE_COUNT && spaces[space].kind != kind)
        space++;
    if (space == SPACE_COUNT || canonical.n == 0 || table_find(l, l->known[space], canonical))
        return FALSE;
    if (!(space == SPACE_AGENT && is_product(canonical, label)) && !accept_label(l, space, label))
        return FALSE;
    struct identity *id = table_add(l, l->known[space], canonical);
    id->label = arena_dup(l->arena, label);
    return TRUE;
}

/* A row of the other direction: its canonical form is a label, its label the original. */
static void reverse_row(struct labels *l, enum space space, struct bytes label, struct bytes original)
{
    struct identity *row = table_find(l, l->original[space], label);
    if (row)
        row->label = BYTES_NONE; /* of several originals */
    else
        table_add(l, l->original[space], label)->label = original;
}

/* A telephone number's label stands with "+" and without. */
static void reverse_identity(struct labels *l, enum space space, const struct identity *id)
{
    reverse_row(l, space, id->label, id->canonical);
    if (space == SPACE_PHONE && bytes_at(id->label, 0) == '+') {
        reverse_row(l, space, bytes_from(id->label, 1), id->canonical);
        table_find(l, l->original[space], id->label)->label = arena_join(l->arena, BYTES_LIT("+"), id->canonical);
    }
}

void labels_reverse(struct labels *l)
{
    for (guint i = 0; i < SPACE_COUNT; i++) {
        GHashTableIter iter;
        gpointer row;
        l->original[i] = g_hash_table_new(identity_hash, identity_equal);
        g_hash_table_iter_init(&iter, l->known[i]);
        while (g_hash_table_iter_next(&iter, &row, NULL))
            reverse_identity(l, (enum space)i, row);
    }
}

static const struct identity *find_original(struct labels *l, enum space space, struct bytes label)
{
    struct look look = {.canonical = label};
    if (space == SPACE_DOMAIN)
        look_domain(l, label, &look);
    const struct identity *row = table_find(l, l->original[space], look.canonical);
    return row && row->label.n ? row : NULL;
}

/* Users and telephone numbers stand in the same places, and all kinds in a few (phone-context=). */
static struct bytes original_of(struct labels *l, enum space space, struct bytes label, enum kind *kind)
{
    const enum space order[] = {space, SPACE_USER, SPACE_PHONE, SPACE_DOMAIN, SPACE_AGENT};
    guint n = l->style != LABELS_PAPER ? G_N_ELEMENTS(order) : space == SPACE_USER ? 3 : 1;
    for (guint i = 0; i < n; i++) {
        const struct identity *row = find_original(l, order[i], label);
        *kind = row ? spaces[order[i]].kind : KIND_KEPT;
        if (row)
            return row->label;
    }
    return label;
}

void labels_each(const struct labels *l, labels_visit fn, void *arg)
{
    for (guint i = 0; i < SPACE_COUNT; i++) {
        GHashTableIter iter;
        gpointer row;
        g_hash_table_iter_init(&iter, l->known[i]);
        while (g_hash_table_iter_next(&iter, &row, NULL)) {
            const struct identity *id = row;
            fn(arg, spaces[i].kind, id->canonical, id->label);
        }
    }
}

guint labels_count(const struct labels *l, enum kind kind)
{
    guint count = 0;
    for (guint i = 0; i < SPACE_COUNT; i++)
        if (spaces[i].kind == kind || (kind == KIND_USER && i == SPACE_PHONE))
            count += g_hash_table_size(l->known[i]);
    return count;
}

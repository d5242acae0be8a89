/* The policy: the table's rows parsed once, then found by name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "policy_private.h"

G_DEFINE_QUARK(sianto-policy-error-quark, sianto_policy_error)

/* --- building ------------------------------------------------------------------------------------ */

static gpointer own(struct policy *p, gsize n)
{
    gpointer block = g_malloc0(n);
    g_ptr_array_add(p->owned, block);
    return block;
}

static const struct policy_action *own_action(struct policy *p, const struct policy_action *a)
{
    struct policy_action *copy = own(p, sizeof *copy);
    *copy = *a;
    return copy;
}

static struct policy_header *own_header(struct policy *p, const char *name, enum grammar grammar,
                                        const struct policy_words *words)
{
    struct policy_header *h = own(p, sizeof *h);
    h->name = name;
    h->grammar = grammar;
    h->action = words->action[0];
    memcpy(h->words, words->action, sizeof h->words);
    h->n_words = words->n;
    return h;
}

/* A row that is there already is changed in place: parameters refer to it. */
void policy_put_header(struct policy *p, const char *name, const char *compact, enum grammar grammar,
                       const struct policy_words *words)
{
    struct bytes key = bytes_of(name);
    const struct policy_header *known = index_find(p->headers, NULL, key);
    if (known && bytes_ieq(bytes_of(known->name), key)) {
        struct policy_header *h = (struct policy_header *)known;
        h->grammar = grammar;
        h->action = words->action[0];
        memcpy(h->words, words->action, sizeof h->words);
        h->n_words = words->n;
        return;
    }
    struct policy_header *h = own_header(p, name, grammar, words);
    index_put(p->headers, NULL, key, h);
    if (compact && *compact) {
        h->compact = compact;
        p->compact[g_ascii_tolower(*compact) - 'a'] = h;
    }
}

void policy_put_attribute(struct policy *p, const char *name, enum grammar grammar,
                          const struct policy_words *words)
{
    index_put(p->attributes, NULL, bytes_of(name), own_header(p, name, grammar, words));
}

void policy_put_uri_param(struct policy *p, const char *name, const struct policy_action *a)
{
    index_put(p->uri_params, NULL, bytes_of(name), own_action(p, a));
}

void policy_put_header_param(struct policy *p, const struct policy_header *header, const char *name,
                             const struct policy_action *a)
{
    index_put(p->header_params, header, bytes_of(name), own_action(p, a));
}

void policy_put_line(struct policy *p, char letter, const struct policy_words *words)
{
    struct policy_words *line = own(p, sizeof *line);
    *line = *words;
    p->lines[letter - 'a'] = line;
}

void policy_put_body(struct policy *p, const char *type, enum body_format format)
{
    struct policy_body *b = own(p, sizeof *b);
    b->type = type;
    b->format = format;
    if (strchr(type, '*'))
        g_ptr_array_add(p->body_patterns, b);
    else
        index_put(p->bodies, NULL, bytes_of(type), b);
}

/* One address for each XML name, so that it can be the scope of attributes. */
static const char *intern_xml_name(struct policy *p, struct bytes name)
{
    const char *known = index_find(p->xml_names, NULL, name);
    if (known || name.n == 0)
        return known;
    const char *copy = g_string_chunk_insert_len(p->strings, (const gchar *)name.p, (gssize)name.n);
    index_put(p->xml_names, NULL, bytes_of(copy), copy);
    return copy;
}

void policy_put_xml(struct policy *p, struct bytes name, const struct policy_action *a)
{
    gsize at = bytes_chr(name, '@');
    const char *element = intern_xml_name(p, bytes_sub(name, 0, MIN(at, name.n)));
    const char *attribute = at == NOT_FOUND ? "" : intern_xml_name(p, bytes_from(name, at + 1));
    index_put(p->xml, element, bytes_of(attribute), own_action(p, a));
}

/* --- the built-in table -------------------------------------------------------------------------- */

/* The table is ours: a row that cannot be read is a mistake of ours, found by the unit test. */
static struct policy_words read_words(struct policy *p, const char *name, const char *text)
{
    struct policy_words words = {.n = 1};
    if (!policy_words_parse(p, text, &words)) {
        g_critical("policy table: %s has no action \"%s\"", name, text);
        return (struct policy_words){.n = 1}; /* ACT_REDACT */
    }
    return words;
}

static gchar **split_names(const char *names)
{
    return g_strsplit(names, " ", -1);
}

static const char *own_string(struct policy *p, const char *s)
{
    return g_string_chunk_insert(p->strings, s);
}

static void read_headers(struct policy *p)
{
    for (const struct header_row *r = policy_header_rows; r->name; r++) {
        struct policy_words words = read_words(p, r->name, r->action);
        policy_put_header(p, r->name, r->compact, r->grammar, &words);
        p->counts.headers++;
    }
    for (const struct attribute_row *r = policy_sdp_attribute_rows; r->names; r++) {
        struct policy_words words = read_words(p, r->names, r->action);
        g_auto(GStrv) names = split_names(r->names);
        for (guint i = 0; names[i]; i++, p->counts.sdp_attributes++)
            policy_put_attribute(p, own_string(p, names[i]), r->grammar, &words);
    }
}

static void read_header_param(struct policy *p, const struct param_row *r)
{
    struct policy_words words = read_words(p, r->names, r->action);
    g_auto(GStrv) names = split_names(r->names);
    g_auto(GStrv) headers = split_names(r->headers);
    for (guint i = 0; names[i]; i++) {
        const char *name = own_string(p, names[i]);
        if (!*r->headers)
            policy_put_header_param(p, NULL, name, &words.action[0]);
        p->counts.header_params += !*r->headers;
        for (guint j = 0; *r->headers && headers[j]; j++, p->counts.header_params++) {
            const struct policy_header *h = policy_header(p, bytes_of(headers[j]));
            if (!h)
                g_critical("policy table: parameter %s of unknown header field %s", name, headers[j]);
            else
                policy_put_header_param(p, h, name, &words.action[0]);
        }
    }
}

static void read_params(struct policy *p)
{
    for (const struct param_row *r = policy_header_param_rows; r->names; r++)
        read_header_param(p, r);
    for (const struct param_row *r = policy_uri_param_rows; r->names; r++) {
        struct policy_words words = read_words(p, r->names, r->action);
        g_auto(GStrv) names = split_names(r->names);
        for (guint i = 0; names[i]; i++, p->counts.uri_params++)
            policy_put_uri_param(p, own_string(p, names[i]), &words.action[0]);
    }
}

static void read_bodies(struct policy *p)
{
    for (const struct body_row *r = policy_body_rows; r->types; r++) {
        enum body_format format = BODY_REDACT;
        if (!policy_format_parse(r->format, &format))
            g_critical("policy table: %s has no format \"%s\"", r->types, r->format);
        g_auto(GStrv) types = split_names(r->types);
        for (guint i = 0; types[i]; i++, p->counts.bodies++)
            policy_put_body(p, own_string(p, types[i]), format);
    }
    for (const struct field_row *r = policy_field_rows; r->names; r++) {
        struct policy_words words = read_words(p, r->names, r->action);
        const struct policy_body *body = policy_body(p, bytes_of(r->type));
        g_auto(GStrv) names = split_names(r->names);
        for (guint i = 0; names[i]; i++)
            index_put(p->fields, body, bytes_of(own_string(p, names[i])), own_action(p, &words.action[0]));
    }
}

static void read_rest(struct policy *p)
{
    for (const struct line_row *r = policy_sdp_line_rows; r->letter; r++, p->counts.sdp_lines++) {
        struct policy_words words = read_words(p, r->letter, r->action);
        policy_put_line(p, *r->letter, &words);
    }
    for (const struct xml_row *r = policy_xml_rows; r->names; r++) {
        struct policy_words words = read_words(p, r->names, r->action);
        g_auto(GStrv) names = split_names(r->names);
        for (guint i = 0; names[i]; i++, p->counts.xml++)
            policy_put_xml(p, bytes_of(names[i]), &words.action[0]);
    }
    p->counts.lists = policy_n_lists;
}

struct policy *policy_new(const char *path, GError **error)
{
    struct policy *p = g_new0(struct policy, 1);
    p->owned = g_ptr_array_new_with_free_func(g_free);
    p->strings = g_string_chunk_new(4096);
    p->headers = index_new(FALSE);
    p->uri_params = index_new(FALSE);
    p->attributes = index_new(FALSE);
    p->header_params = index_new(FALSE);
    p->bodies = index_new(FALSE);
    p->body_patterns = g_ptr_array_new();
    p->fields = index_new(FALSE);
    p->xml = index_new(TRUE);
    p->xml_names = index_new(TRUE);
    read_headers(p);
    read_params(p);
    read_bodies(p);
    read_rest(p);
    if (path && !policy_file_read(p, path, error)) {
        policy_free(p);
        return NULL;
    }
    return p;
}

void policy_free(struct policy *p)
{
    if (!p)
        return;
    index_free(p->headers);
    index_free(p->uri_params);
    index_free(p->attributes);
    index_free(p->header_params);
    index_free(p->bodies);
    index_free(p->fields);
    index_free(p->xml);
    index_free(p->xml_names);
    g_ptr_array_unref(p->body_patterns);
    g_ptr_array_unref(p->owned);
    g_string_chunk_free(p->strings);
    g_free(p);
}

/* --- look-up ------------------------------------------------------------------------------------- */

const struct policy_header *policy_header(const struct policy *p, struct bytes name)
{
    if (name.n == 1 && g_ascii_isalpha((gchar)name.p[0])) {
        const struct policy_header *h = p->compact[g_ascii_tolower((gchar)name.p[0]) - 'a'];
        if (h)
            return h;
    }
    return index_find(p->headers, NULL, name);
}

const struct policy_action *policy_uri_param(const struct policy *p, struct bytes name)
{
    return index_find(p->uri_params, NULL, name);
}

const struct policy_action *policy_header_param(const struct policy *p, const struct policy_header *header,
                                                struct bytes name)
{
    const struct policy_action *a = header ? index_find(p->header_params, header, name) : NULL;
    return a ? a : index_find(p->header_params, NULL, name);
}

const struct policy_action *policy_sdp_line(const struct policy *p, guint8 letter, guint *count)
{
    const struct policy_words *line = letter >= 'a' && letter <= 'z' ? p->lines[letter - 'a'] : NULL;
    *count = line ? line->n : 0;
    return line ? line->action : NULL;
}

const struct policy_header *policy_sdp_attribute(const struct policy *p, struct bytes name)
{
    return index_find(p->attributes, NULL, name);
}

static gboolean pattern_fits(const char *pattern, struct bytes type)
{
    struct bytes b = bytes_of(pattern);
    gsize star = bytes_chr(b, '*');
    struct bytes head = bytes_sub(b, 0, star), tail = bytes_from(b, star + 1);
    return type.n >= head.n + tail.n && bytes_istarts(type, head) && bytes_iends(type, tail);
}

const struct policy_body *policy_body(const struct policy *p, struct bytes type)
{
    static const struct policy_body unknown = {"*", BODY_REDACT};
    const struct policy_body *best = index_find(p->bodies, NULL, type);
    if (best)
        return best;
    best = &unknown;
    for (guint i = 0; i < p->body_patterns->len; i++) {
        const struct policy_body *b = g_ptr_array_index(p->body_patterns, i);
        if (strlen(b->type) >= strlen(best->type) && pattern_fits(b->type, type))
            best = b;
    }
    return best;
}

const struct policy_action *policy_field(const struct policy *p, const struct policy_body *body,
                                         struct bytes name)
{
    return index_find(p->fields, body, name);
}

const struct policy_action *policy_xml(const struct policy *p, const char *element, const char *attribute)
{
    const char *scope = index_find(p->xml_names, NULL, bytes_of(element));
    const struct policy_action *a = NULL;
    if (scope)
        a = index_find(p->xml, scope, bytes_of(attribute));
    if (!a && attribute)
        a = index_find(p->xml, NULL, bytes_of(attribute));
    return a;
}

gboolean policy_xml_name(const struct policy *p, const char *name)
{
    return index_find(p->xml_names, NULL, bytes_of(name)) != NULL;
}

gboolean policy_xml_namespace(const struct policy *p, struct bytes uri)
{
    (void)p;
    return policy_list_has(policy_list("xml-namespaces"), uri);
}

struct policy_counts policy_counts(const struct policy *p)
{
    return p->counts;
}

void policy_each_word(const struct policy *p, void (*fn)(void *arg, struct bytes word), void *arg)
{
    const struct index *const names[] = {p->headers, p->uri_params, p->header_params, p->attributes,
                                         p->bodies,  p->fields,     p->xml_names};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        index_each(names[i], fn, arg);
    for (guint i = 0; i < G_N_ELEMENTS(p->compact); i++)
        if (p->compact[i])
            fn(arg, bytes_of(p->compact[i]->compact));
    for (guint i = 0; i < policy_n_lists; i++)
        for (guint j = 0; j < policy_lists[i].n; j++)
            fn(arg, bytes_of(policy_lists[i].entries[j]));
}

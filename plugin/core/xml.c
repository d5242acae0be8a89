/* XML bodies: parsed by GMarkup and written anew.
 *
 * An edit list over the original markup would have to prove each byte between the values harmless:
 * comments, entities, CDATA, attribute order, quotes, a DTD. Writing anew proves it by construction:
 * what is written is names from the policy, the usual prefixes, namespaces from a closed list, and
 * values that went through an action. All else has no way into the output.
 *  - Elements that the policy does not know are named "redacted"; attributes are dropped.
 *  - Prefixes off the list are ns1, ns2 ... by first appearance: a renaming that is the same in the
 *    whole document keeps scopes as they were. Unknown namespaces are urn:redacted:1, 2 ....
 *  - Comments, processing instructions and the DTD go; CDATA becomes text. Blank text stays.
 *  - Text is judged when its element goes on or ends, so that a comment in the middle of a value
 *    cannot make two of it.
 *   <p:note xmlns:p="urn:x-acme:1" author="Al">Hi</p:note>
 *   <ns1:note xmlns:ns1="urn:redacted:1">redacted</ns1:note>
 * The document is parsed twice: first to see that it is well-formed, since what is not is scrubbed
 * whole and none of its identities may get a label.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"

#define XML_MAX_BYTES (256u * 1024u)
#define XML_MAX_DEPTH 64u

struct element {
    struct bytes written;               /* its name as written */
    const struct policy_action *action; /* of its text; NULL: redacted */
    gboolean sdp;                       /* its text is a session description */
};

struct xml {
    struct rewrite *rw;
    gsize from, to;    /* the document, for notes */
    GString *out;
    GString *text;     /* read, but not judged yet */
    GArray *stack;     /* struct element */
    GPtrArray *prefixes, *uris; /* struct bytes *: unknown ones in order of appearance */
    gboolean tag_open; /* the last start tag still waits for its ">" */
};

/* ---- is it well-formed? ---- */

static void count_start(GMarkupParseContext *context, const gchar *name, const gchar **names,
                        const gchar **values, gpointer arg, GError **error)
{
    guint *depth = arg;
    (void)context, (void)name, (void)names, (void)values;
    if (++*depth > XML_MAX_DEPTH)
        g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "too deep");
}

static void count_end(GMarkupParseContext *context, const gchar *name, gpointer arg, GError **error)
{
    guint *depth = arg;
    (void)context, (void)name, (void)error;
    --*depth;
}

static gboolean run(struct bytes text, const GMarkupParser *parser, gpointer arg)
{
    GMarkupParseContext *context =
        g_markup_parse_context_new(parser, G_MARKUP_TREAT_CDATA_AS_TEXT, arg, NULL);
    gboolean ok = g_markup_parse_context_parse(context, (const gchar *)text.p, (gssize)text.n, NULL) &&
                  g_markup_parse_context_end_parse(context, NULL);
    g_markup_parse_context_free(context);
    return ok;
}

static gboolean is_well_formed(struct bytes text)
{
    static const GMarkupParser parser = {.start_element = count_start, .end_element = count_end};
    guint depth = 0;
    return text.n <= XML_MAX_BYTES && run(text, &parser, &depth);
}

/* ---- writing ---- */

static struct bytes arena_string(struct xml *x, const gchar *s)
{
    return arena_dup(x->rw->arena, bytes_of(s));
}

static void note(struct xml *x, const gchar *before, struct bytes after, enum kind kind)
{
    gsize base = x->rw->base;
    edits_note(x->rw->edits, base + x->from, base + x->to, arena_string(x, before), after, kind);
}

static void write_bytes(struct xml *x, struct bytes b)
{
    g_string_append_len(x->out, (const gchar *)b.p, (gssize)b.n);
}

/* A value that became no text (percent escapes undone, cut in a character) cannot be written. */
static void write_escaped(struct xml *x, struct bytes b)
{
    const gchar *p = (const gchar *)b.p;
    if (b.n == 0)
        return;
    if (!g_utf8_validate(p, (gssize)b.n, NULL)) {
        g_string_append(x->out, "redacted");
        return;
    }
    g_autofree gchar *escaped = g_markup_escape_text(p, (gssize)b.n);
    g_string_append(x->out, escaped);
}

static void close_tag(struct xml *x)
{
    if (x->tag_open)
        g_string_append_c(x->out, '>');
    x->tag_open = FALSE;
}

/* ---- names ---- */

static gboolean is_usual_prefix(struct bytes prefix)
{
    static const char *const usual[] = {
        "xml", "xs",   "xsi", "xsd",   "dm",    "pdm", "rpid", "r",   "rp",  "cipid", "c",    "ci",  "caps",
        "cap", "gp",   "gbp", "gml",   "gs",    "cl",  "ca",   "con", "dyn", "cp",    "cr",   "gr",  "gruu",
        "sa",  "op",   "opd", "ops",   "pr",    "pp",  "es",   "ep",  "ere", "eri",   "rl",   "rls", "rs",
        "rlmi", "ts",  "tp",  "info",  "cs",    "wi",  "dlg",  "di",  "im",  "imdn",  "poc",  "oc",  "ocp",
        "ss",  "mcptt", "msci", "msci2", "soap", "env", "tns",  "xc",  "xd",  "p",     "per",  "person",
    };
    for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
        if (bytes_eq(prefix, bytes_of(usual[i])))
            return TRUE;
    return FALSE;
}

static guint order_of(struct xml *x, GPtrArray *seen, struct bytes name)
{
    for (guint i = 0; i < seen->len; i++)
        if (bytes_eq(*(const struct bytes *)seen->pdata[i], name))
            return i + 1;
    struct bytes *copy = arena_alloc(x->rw->arena, sizeof *copy);
    *copy = arena_dup(x->rw->arena, name);
    g_ptr_array_add(seen, copy);
    return seen->len;
}

static void append_prefix(struct xml *x, GString *to, struct bytes prefix)
{
    if (is_usual_prefix(prefix))
        g_string_append_len(to, (const gchar *)prefix.p, (gssize)prefix.n);
    else
        g_string_append_printf(to, "ns%u", order_of(x, x->prefixes, prefix));
}

static const gchar *local_name(const gchar *name)
{
    const gchar *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

/* prefix:local as it is written; `known`: the local name may stay. */
static struct bytes written_name(struct xml *x, const gchar *name, gboolean known)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const gchar *local = local_name(name);
    if (local != name) {
        append_prefix(x, out, bytes_sub(bytes_of(name), 0, (gsize)(local - name) - 1));
        g_string_append_c(out, ':');
    }
    g_string_append(out, known ? local : "redacted");
    return arena_string(x, out->str);
}

/* ---- values ---- */

static const struct policy_action redact_action = {.act = ACT_REDACT};

static struct bytes judged(struct xml *x, struct bytes value, const struct policy_action *action)
{
    return rw_child_value(x->rw, x->from, x->to, value, action ? action : &redact_action);
}

/* The row of a Contact parameter, for documents that hold one as name and value (RFC 3680
 * unknown-param, RFC 4235 param); NULL: the name is not known. */
static const struct policy_action *contact_param(const struct xml *x, const gchar *name)
{
    const struct policy *p = x->rw->tables->policy;
    return name ? policy_header_param(p, policy_header(p, BYTES_LIT("Contact")), bytes_of(name)) : NULL;
}

static const gchar *attribute_value(const gchar *name, const gchar **names, const gchar **values)
{
    for (guint i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return NULL;
}

struct start {
    const gchar *local;
    const struct policy_action *action; /* of the Contact parameter that it holds; NULL: none known */
};

static struct start read_start(const struct xml *x, const gchar *name, const gchar **names,
                               const gchar **values)
{
    struct start s = {.local = local_name(name)};
    if (strcmp(s.local, "unknown-param") == 0)
        s.action = contact_param(x, attribute_value("name", names, values));
    else if (strcmp(s.local, "param") == 0)
        s.action = contact_param(x, attribute_value("pname", names, values));
    return s;
}

/* ---- elements ---- */

static void write_namespace(struct xml *x, const gchar *name, const gchar *uri)
{
    const gchar *colon = strchr(name, ':');
    struct bytes written = arena_string(x, uri);
    if (!policy_xml_namespace(x->rw->tables->policy, written)) {
        written = arena_printf(x->rw->arena, "urn:redacted:%u", order_of(x, x->uris, written));
        note(x, uri, written, KIND_REDACTED);
    }
    g_string_append(x->out, " xmlns");
    if (colon) {
        g_string_append_c(x->out, ':');
        append_prefix(x, x->out, bytes_of(colon + 1));
    }
    g_string_append(x->out, "=\"");
    write_escaped(x, written);
    g_string_append_c(x->out, '"');
}

static const struct policy_action *attribute_action(const struct xml *x, const struct start *s,
                                                    const gchar *name)
{
    if (s->action && strcmp(name, "pval") == 0)
        return s->action;
    return policy_xml(x->rw->tables->policy, s->local, local_name(name));
}

static void write_attribute(struct xml *x, const struct start *s, const gchar *name, const gchar *value)
{
    const struct policy_action *action = attribute_action(x, s, name);
    if (!action)
        rw_unknown(x->rw, "XML attribute", bytes_of(name));
    if (!action || action->act == ACT_DELETE) {
        note(x, value, BYTES_NONE, KIND_DELETED);
        return;
    }
    g_string_append_c(x->out, ' ');
    write_bytes(x, written_name(x, name, TRUE));
    g_string_append(x->out, "=\"");
    write_escaped(x, judged(x, arena_string(x, value), action));
    g_string_append_c(x->out, '"');
}

static void judge_sdp(struct rewrite *child, gconstpointer arg)
{
    (void)arg;
    sdp_rewrite(child, 0, child->text.n);
}

/* The text so far, between its leading and trailing blanks. */
static void flush_text(struct xml *x)
{
    struct bytes all = {(const guint8 *)x->text->str, x->text->len}, text = bytes_trim(all);
    if (all.n == 0)
        return;
    close_tag(x);
    const struct element *e =
        x->stack->len ? &g_array_index(x->stack, struct element, x->stack->len - 1) : NULL;
    gsize lead = text.n ? (gsize)(text.p - all.p) : all.n;
    write_bytes(x, bytes_sub(all, 0, lead));
    if (text.n && e) {
        struct bytes copy = arena_dup(x->rw->arena, text);
        write_escaped(x, e->sdp ? rw_child(x->rw, x->from, x->to, copy, judge_sdp, NULL)
                                : judged(x, copy, e->action));
    }
    write_bytes(x, bytes_from(all, lead + text.n));
    g_string_truncate(x->text, 0);
}

static void on_start(GMarkupParseContext *context, const gchar *name, const gchar **names,
                     const gchar **values, gpointer arg, GError **error)
{
    struct xml *x = arg;
    struct start s = read_start(x, name, names, values);
    gboolean known = policy_xml_name(x->rw->tables->policy, s.local);
    struct element e = {.written = written_name(x, name, known)};
    (void)context, (void)error;
    flush_text(x);
    close_tag(x);
    if (!known) {
        rw_unknown(x->rw, "XML element", bytes_of(name));
        note(x, name, e.written, KIND_REDACTED);
    }
    e.sdp = strcmp(s.local, "session-description") == 0;
    e.action = s.action ? s.action : policy_xml(x->rw->tables->policy, s.local, NULL);
    g_array_append_val(x->stack, e);
    g_string_append_c(x->out, '<');
    write_bytes(x, e.written);
    for (guint i = 0; names[i]; i++) {
        if (g_str_has_prefix(names[i], "xmlns") && (names[i][5] == 0 || names[i][5] == ':'))
            write_namespace(x, names[i], values[i]);
        else
            write_attribute(x, &s, names[i], values[i]);
    }
    x->tag_open = TRUE;
}

static void on_end(GMarkupParseContext *context, const gchar *name, gpointer arg, GError **error)
{
    struct xml *x = arg;
    (void)context, (void)name, (void)error;
    flush_text(x);
    if (x->tag_open) {
        g_string_append(x->out, "/>");
    } else {
        g_string_append(x->out, "</");
        write_bytes(x, g_array_index(x->stack, struct element, x->stack->len - 1).written);
        g_string_append_c(x->out, '>');
    }
    x->tag_open = FALSE;
    g_array_set_size(x->stack, x->stack->len - 1);
}

static void on_text(GMarkupParseContext *context, const gchar *text, gsize n, gpointer arg, GError **error)
{
    struct xml *x = arg;
    (void)context, (void)error;
    g_string_append_len(x->text, text, (gssize)n);
}

static void on_passthrough(GMarkupParseContext *context, const gchar *text, gsize n, gpointer arg,
                           GError **error)
{
    struct xml *x = arg;
    (void)context, (void)error;
    if (x->out->len == 0 && bytes_starts((struct bytes){(const guint8 *)text, n}, BYTES_LIT("<?xml ")))
        g_string_append(x->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    else
        rw_unknown(x->rw, "XML", BYTES_LIT("comment, instruction or DTD"));
}

static void write_anew(struct rewrite *rw, gsize from, gsize to, struct bytes document)
{
    static const GMarkupParser parser = {on_start, on_end, on_text, on_passthrough, NULL};
    struct xml x = {
        .rw = rw,
        .from = from,
        .to = to,
        .out = g_string_sized_new(document.n + 256),
        .text = g_string_new(NULL),
        .stack = g_array_new(FALSE, FALSE, sizeof(struct element)),
        .prefixes = g_ptr_array_new(),
        .uris = g_ptr_array_new(),
    };
    if (run(document, &parser, &x))
        rw_put(rw, from, to, arena_dup(rw->arena, (struct bytes){(const guint8 *)x.out->str, x.out->len}),
               KIND_LENGTH);
    else
        rw_scrub(rw, from, to);
    g_string_free(x.out, TRUE);
    g_string_free(x.text, TRUE);
    g_array_free(x.stack, TRUE);
    g_ptr_array_free(x.prefixes, TRUE);
    g_ptr_array_free(x.uris, TRUE);
}

void xml_rewrite(struct rewrite *rw, gsize from, gsize to)
{
    static const struct bytes bom = BYTES_LIT("\xef\xbb\xbf");
    struct bytes all = rw_bytes(rw, from, to), document = bytes_trim(all);
    gsize begin = document.n ? from + (gsize)(document.p - all.p) : to, end = begin + document.n;
    if (bytes_starts(document, bom))
        document = bytes_from(document, bom.n);
    if (begin == end) {
        rw_keep(rw, from, to);
    } else if ((rw->cut && to == rw->text.n) || !is_well_formed(document)) {
        rw_scrub(rw, from, to);
    } else {
        rw_keep(rw, from, begin);
        write_anew(rw, begin, end, document);
        rw_keep(rw, end, to);
    }
}

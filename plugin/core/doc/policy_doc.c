/* The policy table as Markdown, from the rows that the core reads: plugin/core/POLICY.md.
 *
 *      policy_doc            prints it
 *      policy_doc --check F  0 where F is what it prints, else says how to mend it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "policy_private.h"

/* --- actions in words ------------------------------------------------------------------------------------- */

/* Those whose words need no argument. */
static const char *const plain[ACT_COUNT] = {
    [ACT_REDACT] = "redacted",
    [ACT_DELETE] = "taken out",
    [ACT_INDEX] = "kept if numbers of at most two digits with dots between, else 0",
    [ACT_COUNTS] = "kept if counts of at most five digits (`n/m (n/m)`), else 0",
    [ACT_METHOD] = "kept if a known method, else `UNKNOWN1` ...",
    [ACT_FLAG] = "its name stays, a value does not",
    [ACT_USER] = "label of a user or number",
    [ACT_DOMAIN] = "label of a domain",
    [ACT_HOSTPORT] = "label or image of a host; the port is kept",
    [ACT_CONTEXT] = "label of a domain or of a number's beginning",
    [ACT_ADDRESS] = "image of an address",
    [ACT_URI] = "URI: user and host labelled, parameters by their table",
    [ACT_NAME_ADDR] = "display name taken out; URI: user and host labelled, parameters by their table",
    [ACT_VIA] = "host labelled, branch a token, other parameters by their table",
    [ACT_AUTH] = "scheme kept if known, parameters by their table",
    [ACT_CALL_ID] = "token; a host behind @ labelled",
    [ACT_DIALOG_REF] = "token of a Call-ID; tags as tokens",
    [ACT_PRODUCT] = "`Product/1.2` if well-known, else `ua17`",
    [ACT_DATE] = "kept if a SIP-date or RFC 3339 (then in UTC), moved by `time=`, else redacted",
    [ACT_EVENT] = "kept if a known event package, else redacted",
    [ACT_MEDIA_TYPE] = "kept if a known media type, else `application/redacted`",
    [ACT_ACCESS_NETWORK] = "kept if a known access type, else redacted",
};

/* What a token's image belongs to: equal originals of one kind have equal images. */
static const char *token_words(enum kind kind)
{
    static const struct {
        enum kind kind;
        const char *words;
    } rows[] = {{KIND_CALL_ID, "token, as in Call-ID"},
                {KIND_TAG, "token, as in tags"},
                {KIND_BRANCH, "token, as in branches"},
                {KIND_NONCE, "token, as in nonces"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].kind == kind)
            return rows[i].words;
    return "token";
}

static void describe(GString *out, const struct policy_action *a)
{
    switch (a->act) {
    case ACT_LIST:
        g_string_append_printf(out, "kept if on the list [%s](#%s), else ", a->list->name, a->list->name);
        if (a->otherwise)
            describe(out, a->otherwise);
        else
            g_string_append(out, "redacted");
        break;
    case ACT_NUMBER:
        g_string_append_printf(out, "kept if a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", else 0",
                               a->min, a->max);
        break;
    case ACT_DECIMAL:
        g_string_append_printf(out, "kept if a decimal of at most %" G_GUINT64_FORMAT " characters, else 0", a->max);
        break;
    case ACT_HEX:
        g_string_append_printf(out, "kept if at most %" G_GUINT64_FORMAT " hex digits, else 0", a->max);
        break;
    case ACT_TOKEN:
        g_string_append(out, token_words(a->kind));
        break;
    default:
        g_string_append(out, plain[a->act]);
    }
}

/* A row's actions; several are one for each word of the value. */
static void put_action(GString *out, struct policy *p, const char *text)
{
    struct policy_words words;
    if (!policy_words_parse(p, text, &words))
        g_error("no action: %s", text);
    for (guint i = 0; i < words.n; i++) {
        if (words.n > 1)
            g_string_append_printf(out, "%sword %u: ", i ? "; " : "", i + 1);
        describe(out, &words.action[i]);
    }
}

/* --- rows ------------------------------------------------------------------------------------------------- */

static const char *const grammars[] = {
    [GRAMMAR_TEXT] = "one value",
    [GRAMMAR_ITEM] = "item; parameters",
    [GRAMMAR_LIST] = "items with parameters, commas between",
    [GRAMMAR_SEMI] = "items, semicolons between",
    [GRAMMAR_WORDS] = "words",
    [GRAMMAR_LIST_WORDS] = "lists of words",
    [GRAMMAR_PARAMS] = "parameters, semicolons between",
    [GRAMMAR_COMMAS] = "parameters, commas between",
};

static void begin(GString *out, const char *title, const char *text, const char *columns)
{
    guint n = 0;
    g_string_append_printf(out, "\n## %s\n\n%s\n\n%s\n|", title, text, columns);
    for (const char *c = columns + 1; *c; c++)
        n += *c == '|';
    while (n--)
        g_string_append(out, "---|");
    g_string_append_c(out, '\n');
}

/* "a b" -> "`a` `b`": a star in a name is no emphasis then. */
static void put_names(GString *out, const char *names)
{
    g_auto(GStrv) all = g_strsplit(names, " ", -1);
    for (guint i = 0; all[i]; i++)
        g_string_append_printf(out, "%s`%s`", i ? " " : "", all[i]);
}

static void put_cell(GString *out, struct policy *p, const char *action)
{
    g_string_append(out, " | ");
    put_action(out, p, action);
    g_string_append(out, " |\n");
}

static void put_headers(GString *out, struct policy *p)
{
    begin(out, "Header fields",
          "What is not here is redacted, its name too (`X-Redacted-1`). Parameters have a table of their own.",
          "| name | is | becomes |");
    for (const struct header_row *r = policy_header_rows; r->name; r++) {
        const char *open = *r->compact ? " (`" : "", *close = *r->compact ? "`)" : "";
        g_string_append_printf(out, "| `%s`%s%s%s | %s", r->name, open, r->compact, close, grammars[r->grammar]);
        put_cell(out, p, r->action);
    }
}

static void put_params(GString *out, struct policy *p, const struct param_row *r)
{
    for (; r->headers; r++) {
        g_string_append(out, "| ");
        if (*r->headers)
            put_names(out, r->headers);
        else
            g_string_append(out, "any");
        g_string_append(out, " | ");
        put_names(out, r->names);
        put_cell(out, p, r->action);
    }
}

static void put_uri_params(GString *out, struct policy *p)
{
    begin(out, "Parameters of URIs", "What is not here is taken out.", "| name | value becomes |");
    for (const struct param_row *r = policy_uri_param_rows; r->headers; r++) {
        g_string_append(out, "| ");
        put_names(out, r->names);
        put_cell(out, p, r->action);
    }
}

static void put_lines(GString *out, struct policy *p)
{
    begin(out, "SDP lines",
          "What is not here becomes `x=redacted`. The numbers of `o=` move by a keyed constant (sdp.c); points of time "
          "in `t=` and `z=` follow `time=`.",
          "| line | becomes |");
    for (const struct line_row *r = policy_sdp_line_rows; r->letter; r++) {
        g_string_append_printf(out, "| `%s=`", r->letter);
        put_cell(out, p, r->action);
    }
}

static void put_attributes(GString *out, struct policy *p)
{
    begin(out, "SDP attributes",
          "What is not here becomes `a=x-redacted`. Attributes whose value has a shape of its own (candidate, crypto, "
          "fmtp, rtpmap ...) are read word by word in sdp_attribute.c; the row says what becomes of a value that does not fit.",
          "| attribute | is | becomes |");
    for (const struct attribute_row *r = policy_sdp_attribute_rows; r->names; r++) {
        g_string_append(out, "| ");
        put_names(out, r->names);
        g_string_append_printf(out, " | %s", grammars[r->grammar]);
        put_cell(out, p, r->action);
    }
}

static const char *format_words(const char *name)
{
    static const char *const words[] = {
        [BODY_REDACT] = "scrubbed: `x` in text, zeros in binary, at equal length",
        [BODY_DELETE] = "taken out",
        [BODY_TEXT] = "`x`, of a length rounded up to 16",
        [BODY_SDP] = "read line by line, by the tables of SDP",
        [BODY_XML] = "read name by name, by the table of XML",
        [BODY_MULTIPART] = "read part by part; the boundary is a token",
        [BODY_SIPFRAG] = "read as a part of a SIP message",
        [BODY_CPIM] = "read as CPIM: headers by a list of their own, the part inside by its type",
        [BODY_FIELDS] = "read line by line, by the table of fields",
    };
    enum body_format format;
    if (!policy_format_parse(name, &format))
        format = BODY_FIELDS; /* the one that a user's file cannot choose */
    return words[format];
}

static void put_bodies(GString *out)
{
    begin(out, "Bodies", "A type that is not here is scrubbed.", "| type | becomes |");
    for (const struct body_row *r = policy_body_rows; r->types; r++) {
        g_string_append(out, "| ");
        put_names(out, r->types);
        g_string_append_printf(out, " | %s |\n", format_words(r->format));
    }
}

static void put_fields(GString *out, struct policy *p)
{
    begin(out, "Fields of bodies", "A name that is not here is redacted with its value.", "| body | name | value becomes |");
    for (const struct field_row *r = policy_field_rows; r->type; r++) {
        g_string_append_printf(out, "| `%s` | ", r->type);
        put_names(out, r->names);
        put_cell(out, p, r->action);
    }
}

static void put_xml(GString *out, struct policy *p)
{
    begin(out, "XML names",
          "`ELEMENT` is its text, `ELEMENT@ATTRIBUTE` an attribute, `@ATTRIBUTE` one of any element. What is not here "
          "loses its name with its text, an attribute is taken out; *redacted* of an element that only holds others says that its name is known.",
          "| name | becomes |");
    for (const struct xml_row *r = policy_xml_rows; r->names; r++) {
        g_string_append(out, "| ");
        put_names(out, r->names);
        put_cell(out, p, r->action);
    }
}

static void put_lists(GString *out)
{
    g_string_append(out, "\n## Lists\n\nA value on a list is a word of a standard or a product. Case does not matter.\n");
    for (guint i = 0; i < policy_n_lists; i++) {
        const struct policy_list *list = &policy_lists[i];
        g_string_append_printf(out, "\n### %s\n\n", list->name);
        for (guint k = 0; k < list->n; k++)
            g_string_append_printf(out, "%s`%s`", k ? ", " : "", list->entries[k]);
        g_string_append_printf(out, "%s%s\n", list->also ? "; and all of " : "", list->also ? list->also : "");
    }
}

/* --- the whole ---------------------------------------------------------------------------------------------- */

static const char head[] =
    "# What becomes of each name\n\n"
    "Generated from `policy_table.c` and `policy_lists.c` by the target `policy-doc`; a test fails where this file is\n"
    "another.\n\n"
    "Nothing is kept because nobody thought of it: what no row names is redacted, and no row has an action \"keep\". A value\n"
    "stays if it is on a closed list or a bounded number; else it is an identity, which becomes a label, an image or a\n"
    "token, or it goes. *Redacted* is the word `redacted`, or 0 where a number stands. A *token* has the length and the\n"
    "alphabet of its original. *Kept* values and the words of labels are all that can be read. `policy=FILE` chooses among\n"
    "the same actions, and cannot weaken an identity.\n";

static GString *document(void)
{
    GError *error = NULL;
    struct policy *p = policy_new(NULL, &error);
    GString *out = g_string_new(head);
    g_assert_no_error(error);
    put_headers(out, p);
    begin(out, "Parameters of header fields",
          "What is not here is taken out; a parameter without a value stays if its name is known.",
          "| header field | name | value becomes |");
    put_params(out, p, policy_header_param_rows);
    put_uri_params(out, p);
    put_lines(out, p);
    put_attributes(out, p);
    put_bodies(out);
    put_fields(out, p);
    put_xml(out, p);
    put_lists(out);
    policy_free(p);
    return out;
}

static int check(const char *path, const GString *text)
{
    g_autofree char *there = NULL;
    gsize n = 0;
    if (g_file_get_contents(path, &there, &n, NULL) && n == text->len && memcmp(there, text->str, n) == 0)
        return 0;
    fprintf(stderr, "%s is not what the policy says: build the target policy-doc, and look at the difference\n", path);
    return 1;
}

int main(int argc, char **argv)
{
    g_autoptr(GString) text = document();
    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        return check(argv[2], text);
    return fputs(text->str, stdout) < 0 || fflush(stdout) != 0;
}

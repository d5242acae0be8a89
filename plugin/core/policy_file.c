/* policy=FILE: a GKeyFile that chooses other actions, within what the table allows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "policy_private.h"

/* A row of the file, for its readers and their error lines. */
struct row {
    const char *path, *group, *name, *text;
};

static gboolean refuse(GError **error, enum sianto_policy_error code, const struct row *r, const char *what,
                       const char *mend)
{
    g_set_error(error, SIANTO_POLICY_ERROR, (gint)code, "policy file %s: [%s] %s=%s: %s; %s", r->path,
                r->group, r->name, r->text, what, mend);
    return FALSE;
}

static gboolean refuse_weaker(GError **error, const struct row *r, const struct policy_action *from)
{
    g_autofree gchar *text = policy_action_text(from);
    g_autofree gchar *what = g_strdup_printf("weaker than the built-in action %s", text);
    g_autofree gchar *mend = NULL;
    if (from->act == ACT_DELETE)
        mend = g_strdup("use delete or redact");
    else
        mend = g_strdup_printf("use %s, token, redact or delete", text);
    return refuse(error, POLICY_ERROR_WEAKER, r, what, mend);
}

static gboolean read_words(struct policy *p, const struct row *r, struct policy_words *out, GError **error)
{
    if (!policy_words_parse(p, r->text, out)) {
        g_autofree gchar *mend = g_strdup_printf("choose among %s", policy_action_names);
        return refuse(error, POLICY_ERROR_ROW, r, "no such action, list or bounds", mend);
    }
    for (guint i = 0; i < out->n; i++)
        if (!policy_action_bounded(&out->action[i]))
            return refuse(error, POLICY_ERROR_ROW, r, "a number so large can carry an identity",
                          "numbers end at 4294967295, decimal and hex at 20 characters");
    return TRUE;
}

static gboolean read_action(struct policy *p, const struct row *r, struct policy_action *out, GError **error)
{
    struct policy_words words;
    if (!read_words(p, r, &words, error))
        return FALSE;
    if (words.n != 1)
        return refuse(error, POLICY_ERROR_ROW, r, "more than one action", "give one");
    *out = words.action[0];
    return TRUE;
}

static gboolean check_star(const struct row *r, const struct policy_action *a, GError **error)
{
    if (!strchr(r->name, '*') || (a->act == ACT_DELETE && g_str_has_suffix(r->name, "*")))
        return TRUE;
    return refuse(error, POLICY_ERROR_ROW, r, "the names that it matches are not known to be harmless",
                  "a name may end in * only with delete, else write it out");
}

/* Word by word; a row with fewer words stands for the rest by its last one, on either side. */
static gboolean check_words(const struct row *r, const struct policy_action *from, guint n_from,
                            const struct policy_words *to, GError **error)
{
    guint n = MAX(n_from, to->n);
    for (guint i = 0; n_from && i < n; i++) {
        const struct policy_action *old = &from[MIN(i, n_from - 1)];
        if (policy_action_weaker(old, &to->action[MIN(i, to->n - 1)]))
            return refuse_weaker(error, r, old);
    }
    return TRUE;
}

static const char *own_name(struct policy *p, const char *name)
{
    return g_string_chunk_insert(p->strings, name);
}

static enum grammar grammar_of(const struct policy_words *words)
{
    if (words->n > 1)
        return GRAMMAR_WORDS;
    switch (words->action[0].act) {
    case ACT_LIST:
    case ACT_METHOD:
    case ACT_HOSTPORT:
    case ACT_URI:
    case ACT_NAME_ADDR:
    case ACT_VIA:
    case ACT_EVENT:
    case ACT_MEDIA_TYPE:
    case ACT_ACCESS_NETWORK:
        return GRAMMAR_LIST;
    default:
        return GRAMMAR_TEXT;
    }
}

static gboolean is_wordy(enum grammar g)
{
    return g == GRAMMAR_WORDS || g == GRAMMAR_LIST_WORDS;
}

static gboolean read_header(struct policy *p, const struct row *r, GError **error)
{
    struct policy_words words;
    const struct policy_header *old = policy_header(p, bytes_of(r->name));
    if (!read_words(p, r, &words, error) || !check_star(r, &words.action[0], error))
        return FALSE;
    if (old && !check_words(r, old->words, old->n_words, &words, error))
        return FALSE;
    if (old && words.n > 1 && !is_wordy(old->grammar))
        return refuse(error, POLICY_ERROR_ROW, r, "more than one action for a value of one", "give one");
    policy_put_header(p, old && !strchr(r->name, '*') ? old->name : own_name(p, r->name), NULL,
                      old ? old->grammar : grammar_of(&words), &words);
    return TRUE;
}

static gboolean read_attribute(struct policy *p, const struct row *r, GError **error)
{
    struct policy_words words;
    const struct policy_header *old = policy_sdp_attribute(p, bytes_of(r->name));
    if (!read_words(p, r, &words, error) || !check_star(r, &words.action[0], error))
        return FALSE;
    if (old && !check_words(r, old->words, old->n_words, &words, error))
        return FALSE;
    policy_put_attribute(p, own_name(p, r->name), words.n > 1 ? GRAMMAR_WORDS : GRAMMAR_TEXT, &words);
    return TRUE;
}

static gboolean read_uri_param(struct policy *p, const struct row *r, GError **error)
{
    struct policy_action a;
    const struct policy_action *old = policy_uri_param(p, bytes_of(r->name));
    if (!read_action(p, r, &a, error) || !check_star(r, &a, error))
        return FALSE;
    if (old && policy_action_weaker(old, &a))
        return refuse_weaker(error, r, old);
    policy_put_uri_param(p, own_name(p, r->name), &a);
    return TRUE;
}

/* HEADER.PARAM: both may hold dots ("P-Com.Nokia...", "+sip.instance"), so the longest header field
 * that the table knows is taken. */
static const struct policy_header *split_param(const struct policy *p, const char *name, const char **param)
{
    struct bytes b = bytes_of(name);
    for (gsize n = b.n; n > 0; n--) {
        const struct policy_header *h = b.p[n - 1] == '.' ? policy_header(p, bytes_sub(b, 0, n - 1)) : NULL;
        if (h && n < b.n) {
            *param = name + n;
            return h;
        }
    }
    *param = name;
    return NULL;
}

/* A row for every header field holds also where the table has one for a certain header field. */
static gboolean put_everywhere(struct policy *p, const struct row *r, const char *param,
                               const struct policy_action *a, GError **error)
{
    struct bytes name = bytes_of(param);
    for (const struct header_row *h = policy_header_rows; h->name; h++) {
        const struct policy_header *header = policy_header(p, bytes_of(h->name));
        const struct policy_action *old = index_find(p->header_params, header, name);
        if (old && policy_action_weaker(old, a))
            return refuse_weaker(error, r, old);
        if (old)
            policy_put_header_param(p, header, param, a);
    }
    policy_put_header_param(p, NULL, param, a);
    return TRUE;
}

static gboolean read_header_param(struct policy *p, const struct row *r, GError **error)
{
    struct policy_action a;
    const char *param;
    const struct policy_header *header = split_param(p, r->name, &param);
    const struct policy_action *old = policy_header_param(p, header, bytes_of(param));
    if (!read_action(p, r, &a, error) || !check_star(r, &a, error))
        return FALSE;
    if (!header && !old && strchr(param, '.') && *param != '+')
        return refuse(error, POLICY_ERROR_ROW, r, "no such header field before the dot",
                      "name it in [header] too, or write the parameter alone");
    if (old && policy_action_weaker(old, &a))
        return refuse_weaker(error, r, old);
    param = own_name(p, param);
    if (!header)
        return put_everywhere(p, r, param, &a, error);
    policy_put_header_param(p, header, param, &a);
    return TRUE;
}

static gboolean read_line(struct policy *p, const struct row *r, GError **error)
{
    struct policy_words words;
    guint n;
    if (!g_ascii_islower(r->name[0]) || r->name[1])
        return refuse(error, POLICY_ERROR_ROW, r, "an SDP line's name is one small letter", "write s=...");
    const struct policy_action *old = policy_sdp_line(p, (guint8)r->name[0], &n);
    if (!read_words(p, r, &words, error) || (old && !check_words(r, old, n, &words, error)))
        return FALSE;
    policy_put_line(p, r->name[0], &words);
    return TRUE;
}

static gboolean read_body(struct policy *p, const struct row *r, GError **error)
{
    enum body_format format;
    const struct policy_body *old = policy_body(p, bytes_of(r->name));
    if (!policy_format_parse(r->text, &format) || format == BODY_FIELDS)
        return refuse(error, POLICY_ERROR_ROW, r, "no such format",
                      "choose among redact delete text sdp xml multipart sipfrag cpim");
    if (!strchr(r->name, '/') || strchr(r->name, '*') || strchr(r->name, ';'))
        return refuse(error, POLICY_ERROR_ROW, r, "no media type", "write type/subtype, without parameters");
    if (old->format == BODY_DELETE && format != BODY_DELETE && format != BODY_REDACT)
        return refuse(error, POLICY_ERROR_WEAKER, r, "weaker than the built-in format delete",
                      "use delete or redact");
    g_autofree gchar *type = g_ascii_strdown(r->name, -1);
    policy_put_body(p, own_name(p, type), format);
    return TRUE;
}

static gboolean read_xml(struct policy *p, const struct row *r, GError **error)
{
    struct policy_action a;
    g_auto(GStrv) parts = g_strsplit(r->name, "@", 2);
    if (!read_action(p, r, &a, error))
        return FALSE;
    if (strchr(r->name, '*') || strchr(r->name, ':') || (parts[1] && !*parts[1]))
        return refuse(error, POLICY_ERROR_ROW, r, "no XML name",
                      "write ELEMENT, ELEMENT@ATTRIBUTE or @ATTRIBUTE, without prefix");
    const struct policy_action *old = policy_xml(p, parts[0], parts[1]);
    if (old && policy_action_weaker(old, &a))
        return refuse_weaker(error, r, old);
    policy_put_xml(p, bytes_of(own_name(p, r->name)), &a);
    return TRUE;
}

static const struct group {
    const char *name;
    gboolean (*read)(struct policy *p, const struct row *r, GError **error);
} groups[] = {
    {"header", read_header}, {"uri-param", read_uri_param},     {"header-param", read_header_param},
    {"sdp-line", read_line}, {"sdp-attribute", read_attribute}, {"body", read_body},
    {"xml", read_xml},
};

static gboolean read_group(struct policy *p, GKeyFile *file, const char *path, const struct group *group,
                           GError **error)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group->name, NULL, NULL);
    for (guint i = 0; keys && keys[i]; i++) {
        g_autofree gchar *raw = g_key_file_get_value(file, group->name, keys[i], NULL);
        const struct row row = {path, group->name, keys[i], g_strstrip(raw)};
        if (!group->read(p, &row, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean check_groups(GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_groups(file, NULL);
    for (guint i = 0; names[i]; i++) {
        gboolean known = FALSE;
        for (guint j = 0; j < G_N_ELEMENTS(groups); j++)
            known |= g_strcmp0(groups[j].name, names[i]) == 0;
        if (known)
            continue;
        g_set_error(error, SIANTO_POLICY_ERROR, POLICY_ERROR_ROW,
                    "policy file %s: no group [%s] is known; use [header] [uri-param] [header-param] "
                    "[sdp-line] [sdp-attribute] [body] [xml]",
                    path, names[i]);
        return FALSE;
    }
    return TRUE;
}

static gboolean read_all(struct policy *p, GKeyFile *file, const char *path, GError **error)
{
    if (!check_groups(file, path, error))
        return FALSE;
    /* In our order, not the file's: parameters may belong to a header field that it names first. */
    for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
        if (!read_group(p, file, path, &groups[i], error))
            return FALSE;
    return TRUE;
}

static gboolean refuse_file(GError **error, const char *path, const GError *cause)
{
    g_set_error(error, SIANTO_POLICY_ERROR, POLICY_ERROR_FILE,
                "policy file %s: %s; it holds groups like [header] and rows NAME=ACTION", path, cause->message);
    return FALSE;
}

gboolean policy_file_read(struct policy *p, const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause))
        return refuse_file(error, path, cause);
    return read_all(p, file, path, error);
}

gboolean policy_text_read(struct policy *p, const char *text, const char *name, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, &cause))
        return refuse_file(error, name, cause);
    return read_all(p, file, name, error);
}

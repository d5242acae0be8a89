/* URIs, name-addr and parameters, compared part by part: the captured one beside the written one.
 *
 * Both are split by the same plain rules. Where a captured value is not well-formed these rules may cut it in
 * other places than the rewriter does; then a part that is not the image is no proof of a leak, and the
 * caller asks whether any word has survived (audit_message.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define NESTED_MAX 8 /* URIs in headers of URIs */

/* The closing quote of the one at `from`, or b.n. */
static gsize quote_end(struct bytes b, gsize from)
{
    gsize quote = bytes_chr_from(b, '"', from + 1);
    if (quote == NOT_FOUND)
        return b.n;
    if (bytes_chr(bytes_sub(b, from, quote - from), '\\') == NOT_FOUND)
        return quote;
    for (gsize i = from + 1; i < b.n; i++) {
        if (b.p[i] == '"')
            return i;
        i += b.p[i] == '\\';
    }
    return b.n;
}

/* What may end a scan or change how it goes on; of all other bytes nothing is asked. */
static const guint8 special[256] = {['"'] = 1, ['<'] = 1, [','] = 1, [';'] = 1, ['&'] = 1};

gsize audit_scan(struct bytes b, gsize from, guint8 c, gboolean angles)
{
    if (from >= b.n)
        return b.n;
    const guint8 *p = b.p + from, *end = b.p + b.n;
    for (; p < end; p++) {
        while (!special[*p])
            if (++p == end)
                return b.n;
        gsize at = (gsize)(p - b.p);
        if (*p == c)
            return at;
        if (*p == '"')
            at = quote_end(b, at);
        else if (*p == '<' && angles)
            at = MIN(bytes_chr_from(b, '>', at), b.n);
        if (at == b.n)
            return at;
        p = b.p + at;
    }
    return b.n;
}

static struct bytes part(struct bytes b, gsize from, gsize to)
{
    return to > from ? bytes_sub(b, from, to - from) : BYTES_NONE;
}

static gsize find(struct bytes b, guint8 c, gsize from)
{
    gsize at = bytes_chr_from(b, c, from);
    return at == NOT_FOUND ? b.n : at;
}

/* The first byte of `set`, which has one to four, at or behind `from`. */
static gsize find_any(struct bytes b, const char *set, gsize from)
{
    guint8 c0 = (guint8)set[0], c1 = set[1] ? (guint8)set[1] : c0,
           c2 = set[1] && set[2] ? (guint8)set[2] : c0;
    guint8 c3 = set[1] && set[2] && set[3] ? (guint8)set[3] : c0;
    for (; from < b.n; from++)
        if (b.p[from] == c0 || b.p[from] == c1 || b.p[from] == c2 || b.p[from] == c3)
            return from;
    return b.n;
}

/* --- forms ------------------------------------------------------------------------------------------ */

#define FORM_ROWS(rows, shift) add_rows(w, rows, G_N_ELEMENTS(rows), shift)

struct form_row {
    guint8 form;
    const char *names;
};

/* What the audit calls an identity by itself; the rest is read word by word. */
static const struct form_row header_rows[] = {
    {HEADER_ONE_ADDR,
     "From f To t Refer-To r Referred-By b Reply-To Requested-By Refer-Events-At Charge P-Smsc"},
    {HEADER_ADDR, "Contact m Route Record-Route Path Service-Route"
                  " P-Asserted-Identity P-Preferred-Identity P-Associated-URI P-Called-Party-ID P-Served-User"
                  " Remote-Party-ID Diversion CC-Diversion History-Info Additional-Identity P-Charge-Info"
                  " P-Profile-Key P-Refused-URI-List Permission-Missing Also"
                  " P-DCS-Redirect P-DCS-Trace-Party-ID Endpoint-View P-Charge-Address"
                  " P-Preferred-Association X-BroadWorks-DGC X-BroadWorks-DNC"
                  " X-BroadWorks-Remote-Party-Info X-Contact X-Real-Contact"},
    {HEADER_URI,
     "Call-Info Error-Info Geolocation Policy-Contact Trigger-Consent P-User-Database Identity-Info n"},
    {HEADER_VIA, "Via v"},
    {HEADER_AUTH, "Authorization Proxy-Authorization WWW-Authenticate Proxy-Authenticate"},
    {HEADER_COMMAS, "Authentication-Info"},
    {HEADER_CALL_ID, "Call-ID i Content-ID X-Call-ID X-CallID X-CID X-Sip-Call-Id ms-call-id"},
    {HEADER_DIALOG, "Replaces Join Target-Dialog In-Reply-To P-Original-Dialog-ID"},
    {HEADER_AGENT, "User-Agent Server"},
    {HEADER_TOKEN, "SIP-ETag SIP-If-Match Cisco-Guid Av-Global-Session-ID X-Twilio-CallSid X-Genesys-CallUUID"
                   " X-MAC X-Mac-Address Policy-ID Origination-Id Recv-Session-ID"},
    {HEADER_NUMBER, "Content-Length l Max-Forwards Expires Min-Expires RSeq"},
    {HEADER_USER, "X-ANI X-Caller-ID X-CallerID X-DID X-DNIS X-FS-Display-Number"},
    {HEADER_HOST, "X-Forwarded-For X-Real-IP X-AUTH-IP P-Src-IP X-Source-IP X-SRC-IP"},
    {HEADER_BLANK, "Subject s Organization Content-Description X-FS-Display-Name"
                   " X-Account X-CustomerID X-Serialnumber P-Station-Name Encryption-Key P-Key P-DCS-LAES"},
};

static const struct form_row param_rows[] = {
    {PARAM_TAG, "tag from-tag to-tag local-tag remote-tag ftag"},
    {PARAM_BRANCH, "branch"},
    {PARAM_HOST, "received maddr ip-addr icid-generated-at related-icid-generated-at"},
    {PARAM_TOKEN,
     "+sip.instance +sip.pnspurr gr rinstance epid icid-value related-icid did pn-param temp-gruu-cookie"
     " utran-cell-id-3gpp cgi-3gpp ci-3gpp2 utran-sai-3gpp i-wlan-node-id sigcomp-id boundary"
     " +g.3gpp.registration-token conf-id"},
    {PARAM_NONCE, "nonce cnonce nextnonce response rspauth auts"},
    {PARAM_OPAQUE, "opaque"},
    {PARAM_URI, "uri pub-gruu temp-gruu"},
    {PARAM_USER, "username isub"},
    {PARAM_CALL_ID, "call-id"},
    {PARAM_REALM, "realm"},
    {PARAM_HEX, "nc"},
    {PARAM_INDEX, "index mp np rc"},
};

static void add_rows(struct words *w, const struct form_row *rows, guint n, guint shift)
{
    for (guint i = 0; i < n; i++) {
        g_auto(GStrv) names = g_strsplit(rows[i].names, " ", -1);
        for (guint j = 0; names[j]; j++)
            words_add(w, bytes_of(names[j]), (guint8)(rows[i].form << shift | (shift ? 1 : 0)));
    }
}

void audit_add_forms(struct words *w)
{
    FORM_ROWS(header_rows, 0);
    FORM_ROWS(param_rows, 4);
}

/* --- parameters -------------------------------------------------------------------------------------- */

static gboolean is_quoted(struct bytes b)
{
    return b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"';
}

/* Without quotes, and backslashes before a quote or a backslash undone. */
static struct bytes unquote(struct audit *a, struct bytes b)
{
    if (!is_quoted(b))
        return b;
    b = bytes_sub(b, 1, b.n - 2);
    if (bytes_chr(b, '\\') == NOT_FOUND)
        return b;
    guint8 *out = arena_alloc(a->arena, b.n);
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++) {
        gint next = bytes_at(b, i + 1);
        if (b.p[i] == '\\' && (next == '"' || next == '\\'))
            i++;
        out[n++] = b.p[i];
    }
    return (struct bytes){out, n};
}

static struct bytes unbracket(struct bytes b)
{
    return b.n >= 2 && b.p[0] == '<' && b.p[b.n - 1] == '>' ? bytes_sub(b, 1, b.n - 2) : b;
}

static gboolean is_hex(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isxdigit((gchar)b.p[i]))
            return FALSE;
    return b.n <= 8;
}

/* 1.2.10, 1.1.1.2: no longer number stands among four. */
static gboolean is_index(struct bytes b)
{
    gsize dots = 0, run = 0, longest = 0;
    for (gsize i = 0; i < b.n; i++) {
        gboolean dot = b.p[i] == '.';
        if (!dot && !g_ascii_isdigit((gchar)b.p[i]))
            return FALSE;
        dots += dot;
        run = dot ? 0 : run + 1;
        longest = MAX(longest, run);
    }
    return b.n && longest <= (dots < 3 ? 2 : 1);
}

static gboolean has_scheme(struct bytes b)
{
    if (b.n == 0 || !strchr("sStT", b.p[0]))
        return FALSE;
    gsize colon = bytes_chr(b, ':');
    return colon != NOT_FOUND && (bytes_istarts(b, BYTES_LIT("sip")) || bytes_istarts(b, BYTES_LIT("tel")));
}

static enum kind realm(struct audit *a, struct bytes was, struct bytes is)
{
    if (bytes_eq(was, is) && words_find(a->words, is))
        return KIND_KEPT;
    return audit_host(a, was, is);
}

static enum kind token_value(struct audit *a, struct bytes was, struct bytes is, enum kind kind)
{
    return audit_token(a, unbracket(was), unbracket(is), kind);
}

static enum kind by_form(struct audit *a, guint form, struct bytes was, struct bytes is, guint8 separator)
{
    switch (form) {
    case PARAM_TAG:
        return token_value(a, was, is, KIND_TAG);
    case PARAM_BRANCH:
        return token_value(a, was, is, KIND_BRANCH);
    case PARAM_HOST:
        return has_scheme(was) ? audit_uri(a, was, is) : audit_hostport(a, was, is);
    case PARAM_TOKEN:
        return token_value(a, was, is, KIND_TOKEN);
    case PARAM_NONCE:
        return token_value(a, was, is, KIND_NONCE);
    case PARAM_OPAQUE:
        return token_value(a, was, is, separator == ',' ? KIND_NONCE : KIND_TOKEN);
    case PARAM_URI:
        return audit_uri(a, was, is);
    case PARAM_USER:
        return audit_user(a, was, is);
    case PARAM_CALL_ID:
        return audit_call_id(a, was, is);
    case PARAM_REALM:
        return realm(a, was, is);
    case PARAM_HEX:
        return is_hex(is) ? KIND_KEPT : audit_survival(a, was, is);
    case PARAM_INDEX:
        return is_index(is) ? KIND_KEPT : audit_survival(a, was, is);
    default:
        return audit_survival(a, was, is);
    }
}

struct param {
    struct bytes name, value;
};

/* ="value" and a separator or the end, which is what most parameters are: *at becomes that. */
static gboolean next_quoted(struct bytes text, gsize *at, guint8 separator)
{
    gsize from = *at + 1;
    if (bytes_at(text, from) != '"')
        return FALSE;
    gsize quote = bytes_chr_from(text, '"', from + 1);
    if (quote == NOT_FOUND || text.p[quote - 1] == '\\' ||
        (quote + 1 < text.n && text.p[quote + 1] != separator))
        return FALSE;
    *at = quote + 1;
    return TRUE;
}

/* The next parameter, behind a separator; FALSE: none. */
static gboolean next_param(struct bytes text, gsize *at, guint8 separator, struct param *p)
{
    gsize i = *at, equals;
    while (i < text.n && (text.p[i] <= ' ' || text.p[i] == separator))
        i++;
    if (i == text.n)
        return FALSE;
    gsize name = i;
    while (i < text.n && text.p[i] != separator && text.p[i] != '=' && text.p[i] != '"')
        i++;
    equals = i;
    if (i < text.n && text.p[i] != separator && !next_quoted(text, &i, separator))
        i = audit_scan(text, i, separator, TRUE);
    struct bytes all = bytes_sub(text, name, i - name);
    *at = i;
    /* Without "=" all is a name, also what stands in quotes. */
    p->name = audit_trim(bytes_sub(all, 0, bytes_at(text, equals) == '=' ? equals - name : all.n));
    p->value = bytes_at(text, equals) == '=' && equals < i ? audit_trim(bytes_from(all, equals - name + 1))
                                                           : BYTES_NONE;
    return TRUE;
}

/* Escaped values (in URIs) are compared unescaped. */
static enum kind check_param(struct audit *a, const struct param *was, const struct param *is,
                             guint8 separator)
{
    struct bytes old = unquote(a, was->value), new = unquote(a, is->value);
    guint8 value = words_find(a->words, is->name);
    if (is->value.n == 0)
        return value || is->name.n < 3 || audit_blanked(is->name) ? KIND_KEPT : KIND_REDACTED;
    if (audit_blanked(new)) {
        audit_original(a, old, new, KIND_REDACTED);
        return KIND_KEPT;
    }
    if (!value && !audit_harmless(a, is->name))
        return KIND_REDACTED;
    enum kind kind = by_form(a, value >> 4, old, new, separator);
    if (kind == KIND_KEPT)
        return KIND_KEPT;
    struct bytes old_plain = audit_percent_decode(a->arena, old),
                 new_plain = audit_percent_decode(a->arena, new);
    if (old_plain.n < old.n && by_form(a, value >> 4, old_plain, new_plain, separator) == KIND_KEPT)
        return KIND_KEPT;
    return audit_any_image(a, old, new) ? KIND_KEPT : kind;
}

enum kind audit_params(struct audit *a, struct bytes captured, struct bytes written, guint8 separator)
{
    struct param is, was;
    gsize at = 0, old = 0;
    while (next_param(written, &at, separator, &is)) {
        gboolean found = FALSE;
        while (!found && next_param(captured, &old, separator, &was)) {
            found = bytes_eq(was.name, is.name);
            if (!found)
                audit_original(a, unquote(a, was.value), BYTES_NONE, KIND_REDACTED);
        }
        if (!found)
            return audit_blanked(is.name) ? KIND_KEPT : KIND_REDACTED;
        enum kind kind = check_param(a, &was, &is, separator);
        if (kind != KIND_KEPT)
            return kind;
    }
    while (next_param(captured, &old, separator, &was))
        audit_original(a, unquote(a, was.value), BYTES_NONE, KIND_REDACTED);
    return KIND_KEPT;
}

/* --- sip: and its like ---------------------------------------------------------------------------------- */

struct sip_parts {
    struct bytes user, user_params, password, host, port, params, headers;
    gboolean has_user, has_password, has_port;
};

static void split_hostport(struct sip_parts *s, struct bytes b)
{
    gsize bracket = bytes_rchr(b, ']'), colon = bytes_rchr(b, ':');
    s->host = b;
    if (colon == NOT_FOUND || (bracket != NOT_FOUND && colon < bracket) ||
        (bracket == NOT_FOUND && bytes_chr(b, ':') != colon))
        return;
    s->host = part(b, 0, colon);
    s->port = part(b, colon + 1, b.n);
    s->has_port = TRUE;
}

static struct sip_parts split_sip(struct bytes b)
{
    struct sip_parts s = {.has_user = FALSE};
    gsize at = bytes_chr(b, '@'), host = 0;
    if (at != NOT_FOUND) {
        struct bytes info = part(b, 0, at);
        gsize colon = find(info, ':', 0), semi = find(info, ';', 0);
        s.has_user = TRUE;
        s.has_password = colon < info.n;
        s.user = part(info, 0, MIN(semi, colon));
        s.user_params = part(info, semi, MAX(semi, colon));
        s.password = part(info, colon + 1, info.n);
        host = at + 1;
    }
    gsize bracket = bytes_at(b, host) == '[' ? find(b, ']', host) : host;
    gsize end = find_any(b, ";?", bracket);
    gsize question = find(b, '?', end);
    split_hostport(&s, part(b, host, end));
    s.params = part(b, end, question);
    s.headers = part(b, MIN(question + 1, b.n), b.n);
    return s;
}

static gboolean is_escaped_twice(struct bytes b)
{
    return bytes_find(b, BYTES_LIT("%25")) != NOT_FOUND;
}

/* A URI in a header of a URI in a header of a URI: escaped as often as it is deep. Only unescaped its words are those
 * that stood there. */
static enum kind nested_survival(struct audit *a, struct bytes was, struct bytes is)
{
    for (guint i = 1; i < NESTED_MAX && (is_escaped_twice(was) || is_escaped_twice(is)); i++) {
        was = audit_percent_decode(a->arena, was);
        is = audit_percent_decode(a->arena, is);
    }
    return audit_survival(a, was, is);
}

/* name=value, separated by "&". */
static enum kind check_headers(struct audit *a, struct bytes captured, struct bytes written)
{
    gsize at = 0, old = 0;
    struct param is, was;
    while (next_param(written, &at, '&', &is)) {
        if (!next_param(captured, &old, '&', &was))
            return KIND_REDACTED;
        struct bytes name = audit_percent_decode(a->arena, is.name);
        enum kind kind = audit_harmless(a, name) ? nested_survival(a, was.value, is.value) : KIND_REDACTED;
        if (kind != KIND_KEPT)
            return kind;
    }
    return KIND_KEPT;
}

static enum kind check_sip(struct audit *a, struct bytes captured, struct bytes written)
{
    struct sip_parts was = split_sip(captured), is = split_sip(written);
    enum kind kind = KIND_KEPT;
    if ((is.has_user && !was.has_user) || (is.has_port && !was.has_port))
        return KIND_REDACTED;
    if (is.has_user && is.user.n)
        kind = audit_user(a, was.user, is.user);
    if (kind == KIND_KEPT && is.user_params.n)
        kind = audit_params(a, was.user_params, is.user_params, ';');
    if (kind == KIND_KEPT && is.has_password && !audit_blanked(is.password))
        kind = KIND_DELETED;
    if (was.has_password)
        audit_original(a, was.password, is.password, KIND_DELETED);
    if (kind == KIND_KEPT)
        kind = audit_host(a, was.host, is.host);
    if (kind == KIND_KEPT && is.has_port && !audit_port(was.port, is.port))
        kind = KIND_REDACTED;
    if (kind == KIND_KEPT)
        kind = audit_params(a, was.params, is.params, ';');
    return kind == KIND_KEPT && is.headers.n ? check_headers(a, was.headers, is.headers) : kind;
}

/* --- other schemes ---------------------------------------------------------------------------------------
 */

static enum kind check_tel(struct audit *a, struct bytes captured, struct bytes written)
{
    gsize was = find_any(captured, ";?", 0), is = find_any(written, ";?", 0);
    enum kind kind = audit_user(a, part(captured, 0, was), part(written, 0, is));
    if (kind != KIND_KEPT)
        return kind;
    gsize was_end = find(captured, '?', was), is_end = find(written, '?', is);
    kind = audit_params(a, part(captured, was, was_end), part(written, is, is_end), ';');
    return kind == KIND_KEPT && is_end < written.n ? check_headers(a, part(captured, was_end + 1, captured.n),
                                                                   part(written, is_end + 1, written.n))
                                                   : kind;
}

static struct bytes behind_slashes(struct bytes b)
{
    for (guint i = 0; i < 2 && bytes_at(b, 0) == '/'; i++)
        b = bytes_from(b, 1);
    return b;
}

/* Host and port; what follows is blanked. */
static enum kind check_web(struct audit *a, struct bytes captured, struct bytes written)
{
    struct bytes was = behind_slashes(captured), is = behind_slashes(written);
    gsize was_end = find_any(was, "/?#;", 0), is_end = find_any(is, "/?#;", 0);
    struct bytes old = part(was, 0, was_end), new = part(is, 0, is_end);
    gsize old_at = bytes_rchr(old, '@'), new_at = bytes_rchr(new, '@');
    if (new_at != NOT_FOUND && !audit_blanked(part(new, 0, new_at)))
        return KIND_DELETED;
    if (old_at != NOT_FOUND)
        old = part(old, old_at + 1, old.n);
    if (new_at != NOT_FOUND)
        new = part(new, new_at + 1, new.n);
    audit_original(a, was, is, KIND_REDACTED);
    enum kind kind = audit_hostport(a, old, new);
    return kind != KIND_KEPT || audit_blanked(part(is, is_end + 1, is.n)) ? kind : KIND_REDACTED;
}

/* A name of the standard, of which a part by itself says nothing: "sos.police" is no word. */
static gboolean is_known_urn(const struct audit *a, struct bytes captured, struct bytes written)
{
    return bytes_istarts(written, BYTES_LIT("urn:")) && bytes_eq(captured, written) && words_find(a->words, written);
}

/* Ids are permuted but for their hyphens; of other names no word is left. */
static enum kind check_urn(struct audit *a, struct bytes captured, struct bytes written)
{
    static const char *const ids[] = {
        "uuid:", "gsma:imei:", "gsma:meid:", "imei:", "esn:", "meid:", "dev:mac:"};
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        struct bytes front = bytes_of(ids[i]);
        if (!bytes_istarts(captured, front) || !bytes_istarts(written, front))
            continue;
        struct bytes was = bytes_from(captured, front.n), is = bytes_from(written, front.n);
        gsize was_end = find_any(was, ";?#", 0), is_end = find_any(is, ";?#", 0);
        a->result.slots++;
        if (!audit_shaped_image(a, part(was, 0, was_end), part(is, 0, is_end)))
            return KIND_TOKEN;
        audit_original(a, part(was, 0, was_end), part(is, 0, is_end), KIND_TOKEN);
        return audit_params(a, part(was, was_end, was.n), part(is, is_end, is.n), ';');
    }
    return audit_survival(a, captured, written);
}

static enum kind check_blank(struct audit *a, struct bytes captured, struct bytes written)
{
    audit_original(a, captured, written, KIND_REDACTED);
    return audit_blanked(written) ? KIND_KEPT : KIND_REDACTED;
}

static const struct {
    const char *names;
    enum kind (*check)(struct audit *a, struct bytes captured, struct bytes written);
} schemes[] = {
    {" sip sips im pres xmpp h323 callto ", check_sip},
    {" tel fax modem sms smsto ", check_tel},
    {" urn ", check_urn},
    {" http https ws wss ftp rtsp rtsps stun turn stuns turns aaa aaas ldap ", check_web},
    {" cid mid ", audit_call_id},
    {" msrp msrps ", audit_survival},
    {" mailto data file geo skype dns info tag service ", check_blank},
};

static gint find_scheme(struct bytes name)
{
    char word[16];
    if (name.n == 0 || name.n > sizeof word - 3)
        return -1;
    word[0] = ' ';
    for (gsize i = 0; i < name.n; i++)
        word[i + 1] = (char)g_ascii_tolower((gchar)name.p[i]);
    word[name.n + 1] = ' ';
    word[name.n + 2] = 0;
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (strstr(schemes[i].names, word))
            return (gint)i;
    return -1;
}

/* Of the most common schemes, at once. */
static gint scheme_of(struct bytes b, gsize colon)
{
    if (colon == 3 && bytes_istarts(b, BYTES_LIT("sip")))
        return 0;
    return find_scheme(bytes_sub(b, 0, colon));
}

static enum kind check_plain(struct audit *a, struct bytes captured, struct bytes written)
{
    gsize colon = find_any(captured, ":@;?", 0);
    gint scheme = bytes_at(captured, colon) == ':' ? scheme_of(captured, colon) : -1;
    if (audit_blanked(written)) {
        audit_original(a, captured, written, KIND_REDACTED);
        return KIND_KEPT;
    }
    if (scheme < 0 && bytes_starts(written, BYTES_LIT("redacted:")))
        return check_blank(a, captured, bytes_from(written, 9));
    if (scheme < 0)
        return bytes_eq(captured, BYTES_LIT("*")) && bytes_eq(written, captured)
                   ? KIND_KEPT
                   : check_sip(a, captured, written);
    if (!bytes_starts(written, bytes_sub(captured, 0, colon + 1)))
        return KIND_REDACTED;
    if (is_known_urn(a, captured, written))
        return KIND_KEPT;
    return schemes[scheme].check(a, bytes_from(captured, colon + 1), bytes_from(written, colon + 1));
}

static enum kind check_uri(struct audit *a, struct bytes was, struct bytes is)
{
    if (bytes_at(was, 0) != '<')
        return check_plain(a, was, is);
    if (audit_blanked(is)) {
        audit_original(a, was, is, KIND_REDACTED);
        return KIND_KEPT;
    }
    gsize was_end = find(was, '>', 0), is_end = find(is, '>', 0);
    if (bytes_at(is, 0) != '<' || !audit_blanked(audit_trim(part(is, is_end + 1, is.n))))
        return KIND_REDACTED;
    return check_plain(a, audit_trim(part(was, 1, was_end)), audit_trim(part(is, 1, is_end)));
}

enum kind audit_uri(struct audit *a, struct bytes captured, struct bytes written)
{
    guint64 hash;
    if (audit_pair_known(a, PAIR_URI, captured, written, &hash))
        return KIND_KEPT;
    enum kind kind = check_uri(a, audit_trim(captured), audit_trim(written));
    if (kind == KIND_KEPT)
        audit_pair_right(a, hash);
    return kind;
}

/* [display] <uri>: the display name goes. */
enum kind audit_name_addr(struct audit *a, struct bytes captured, struct bytes written)
{
    struct bytes was = audit_trim(captured), is = audit_trim(written);
    gsize was_angle = audit_scan(was, 0, '<', FALSE), is_angle = audit_scan(is, 0, '<', FALSE);
    if (was_angle == was.n)
        return audit_uri(a, was, is);
    struct bytes display = audit_trim(part(was, 0, was_angle));
    audit_original(a, unquote(a, display), BYTES_NONE, KIND_DELETED);
    if (audit_blanked(is))
        return KIND_KEPT;
    if (is_angle == is.n || audit_trim(part(is, 0, is_angle)).n)
        return KIND_DELETED;
    return audit_uri(a, part(was, was_angle, was.n), part(is, is_angle, is.n));
}

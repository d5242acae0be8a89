/* URIs of every scheme (RFC 3261 section 19.1, 3966, 3986), name-addr, and URI parameters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"
#include "sip.h"

#define URI_SAFE "-_.!~*'()[]/:&+$"
#define HVALUE_SAFE "-_.!~*'()[]/?:+$"

/* --- parameters --------------------------------------------------------------------------------- */

/* An escaped value is judged unescaped and escaped again. */
static void judge_escaped(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action)
{
    struct bytes raw = rw_bytes(rw, from, to), plain = percent_decode(rw->arena, raw);
    if (plain.n == raw.n) {
        rw_value(rw, from, to, action);
        return;
    }
    if (rw->cut && to == rw->text.n) {
        rw_scrub(rw, from, to);
        return;
    }
    struct bytes image = rw_child_value(rw, from, to, plain, action);
    enum kind kind = bytes_eq(image, plain) ? KIND_KEPT : KIND_TOKEN;
    if (action->act == ACT_REDACT)
        kind = KIND_REDACTED;
    rw_put(rw, from, to, kind == KIND_KEPT ? raw : percent_encode(rw->arena, image, URI_SAFE), kind);
}

gboolean judge_param(struct rewrite *rw, gsize from, gsize to, const struct policy_action *action,
                     gboolean escaped)
{
    if (!action || action->act == ACT_DELETE)
        return FALSE;
    gsize equals = find_byte(rw, from, to, '='), value = skip_space(rw, MIN(equals + 1, to), to);
    if (rw->cut && to == rw->text.n && equals == to) {
        rw_scrub(rw, from, to);
        return TRUE;
    }
    if (action->act == ACT_FLAG) {
        gsize name = trim_space(rw, from, equals);
        rw_keep(rw, from, name);
        if (to > name)
            rw_replace(rw, name, to, BYTES_NONE, KIND_REDACTED);
        return TRUE;
    }
    rw_keep(rw, from, value);
    if (escaped)
        judge_escaped(rw, value, to, action);
    else
        rw_value(rw, value, to, action);
    return TRUE;
}

static struct bytes param_name(const struct rewrite *rw, gsize from, gsize to)
{
    return bytes_trim(rw_bytes(rw, from, find_byte(rw, from, to, '=')));
}

void judge_uri_params(struct rewrite *rw, gsize from, gsize to)
{
    for (gsize at = from; at < to;) {
        gsize end = MIN(at + sip_scan(rw_bytes(rw, at, to), 1, ";", TRUE), to);
        gsize begin = skip_space(rw, at + 1, end), stop = trim_space(rw, begin, end);
        struct bytes name = param_name(rw, begin, stop);
        const struct policy_action *action = policy_uri_param(rw->tables->policy, name);
        if (begin == stop) {
            rw_keep(rw, at, end);
        } else if (action && action->act != ACT_DELETE) {
            rw_keep(rw, at, begin);
            judge_param(rw, begin, stop, action, TRUE);
            rw_keep(rw, stop, end);
        } else {
            if (!action)
                rw_unknown(rw, "URI parameter", name);
            rw_replace(rw, at, end, BYTES_NONE, KIND_REDACTED);
        }
        at = end;
    }
}

/* --- headers of a URI: "?" hname "=" hvalue *("&" ...) ----------------------------------------------- */

static void judge_header_text(struct rewrite *child, gconstpointer row)
{
    rw_header_value(child, 0, child->text.n, row);
}

static void judge_hvalue(struct rewrite *rw, gsize from, gsize to, const struct policy_header *row)
{
    struct bytes raw = rw_bytes(rw, from, to), plain = percent_decode(rw->arena, raw);
    if (!row || (rw->cut && to == rw->text.n)) {
        rw_redact(rw, from, to);
        return;
    }
    struct bytes image = rw_child(rw, from, to, plain, judge_header_text, row);
    if (bytes_eq(image, plain))
        rw_keep(rw, from, to);
    else
        rw_replace(rw, from, to, percent_encode(rw->arena, image, HVALUE_SAFE), KIND_TOKEN);
}

static void judge_hname(struct rewrite *rw, gsize from, gsize to, const struct policy_header *row,
                        struct bytes name)
{
    if (row)
        rw_keep(rw, from, to);
    else
        redact_name(rw, from, to, "header", name);
}

static void judge_uri_headers(struct rewrite *rw, gsize from, gsize to)
{
    for (gsize at = from; at < to;) {
        gsize begin = at + 1, end = find_byte(rw, begin, to, '&');
        gsize equals = find_byte(rw, begin, end, '=');
        struct bytes name = percent_decode(rw->arena, rw_bytes(rw, begin, equals));
        const struct policy_header *row = policy_header(rw->tables->policy, name);
        rw_keep(rw, at, begin);
        if (end > begin) {
            judge_hname(rw, begin, equals, row, name);
            if (equals < end) {
                rw_keep(rw, equals, equals + 1);
                judge_hvalue(rw, equals + 1, end, row);
            }
        }
        at = end;
    }
}

/* --- schemes ------------------------------------------------------------------------------------- */

static void judge_sip(struct rewrite *rw, gsize from, gsize to)
{
    struct sip_uri u;
    sip_uri_parse(&u, rw_bytes(rw, from, to));
    if (u.has_user) {
        judge_userinfo(rw, from, from + u.user.len);
        gsize at = from + u.host.off - 1;
        if (u.has_password) {
            rw_keep(rw, from + u.user.len, from + u.password.off);
            rw_redact(rw, from + u.password.off, at);
        }
        rw_keep(rw, at, at + 1);
    }
    gsize host = from + u.host.off + u.host.len, params = from + u.params.off;
    rw_host(rw, from + u.host.off, host);
    if (u.has_port) {
        rw_keep(rw, host, host + 1);
        judge_port(rw, host + 1, params);
    }
    judge_uri_params(rw, params, from + u.headers.off);
    judge_uri_headers(rw, from + u.headers.off, to);
}

/* global-number / local-number *(";" par), RFC 3966. */
static void judge_tel(struct rewrite *rw, gsize from, gsize to)
{
    gsize question = find_byte(rw, from, to, '?');
    judge_userinfo(rw, from, question);
    judge_uri_headers(rw, question, to);
}

/* [//][userinfo@]host[:port][/path ...]: host and port are mapped, what follows is redacted. */
static void judge_web(struct rewrite *rw, gsize from, gsize to)
{
    gsize host = from, end;
    while (host < to && rw->text.p[host] == '/')
        host++;
    host = MIN(host, from + 2);
    end = host + sip_scan(rw_bytes(rw, host, to), 0, "/?#;", FALSE);
    gsize at = bytes_rchr(rw_bytes(rw, host, end), '@');
    rw_keep(rw, from, host);
    if (at != NOT_FOUND) {
        rw_redact(rw, host, host + at);
        rw_keep(rw, host + at, host + at + 1);
        host += at + 1;
    }
    rw_hostport(rw, host, end);
    rw_keep(rw, end, MIN(end + 1, to));
    rw_redact(rw, MIN(end + 1, to), to);
}

/* msrp://host:port/session-id;tcp (RFC 4975). */
static void judge_msrp(struct rewrite *rw, gsize from, gsize to)
{
    static const struct policy_action redact = {.act = ACT_REDACT};
    gsize host = MIN(from + 2, to), slash = find_byte(rw, host, to, '/');
    gsize session = MIN(slash + 1, to), params = find_byte(rw, session, to, ';');
    if (!bytes_starts(rw_bytes(rw, from, to), BYTES_LIT("//"))) {
        rw_redact(rw, from, to);
        return;
    }
    gsize at = bytes_rchr(rw_bytes(rw, host, slash), '@');
    rw_keep(rw, from, host);
    if (at != NOT_FOUND) {
        rw_user(rw, host, host + at);
        rw_keep(rw, host + at, host + at + 1);
        host += at + 1;
    }
    rw_hostport(rw, host, slash);
    rw_keep(rw, slash, session);
    if (params > session)
        rw_token(rw, session, params, KIND_TOKEN);
    if (params == to)
        return;
    rw_keep(rw, params, params + 1);
    if (policy_list_has(rw->tables->names.transports, rw_bytes(rw, params + 1, to)))
        rw_keep(rw, params + 1, to);
    else
        rw_value(rw, params + 1, to, &redact);
}

/* Device ids keep their shape; service and application names are a closed list; the rest goes. */
static void judge_urn(struct rewrite *rw, gsize from, gsize to)
{
    static const char *const ids[] = {"uuid:", "gsma:imei:", "gsma:meid:", "imei:", "esn:", "meid:", "dev:mac:"};
    struct bytes rest = rw_bytes(rw, from, to);
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        struct bytes prefix = bytes_of(ids[i]);
        if (!bytes_istarts(rest, prefix))
            continue;
        gsize id = from + prefix.n, end = id + sip_scan(rw_bytes(rw, id, to), 0, ";?#", FALSE);
        rw_keep(rw, from, id);
        if (end > id)
            rw_replace(rw, id, end, map_shaped_token(rw, rw_bytes(rw, id, end)), KIND_TOKEN);
        judge_uri_params(rw, end, to);
        return;
    }
    if (policy_list_has(rw->tables->names.urns, rw_bytes(rw, from - MIN(from, 4), to)))
        rw_keep(rw, from, to);
    else
        rw_redact(rw, from, to);
}

static void judge_content_id(struct rewrite *rw, gsize from, gsize to)
{
    rw_call_id(rw, from, to);
}

static void judge_opaque(struct rewrite *rw, gsize from, gsize to)
{
    rw_redact(rw, from, to);
}

struct scheme {
    const char *name;
    void (*judge)(struct rewrite *rw, gsize from, gsize to); /* behind the colon */
};

/* An e-mail address is deleted wherever it stands (DESIGN section 5): mailto is opaque. */
static const struct scheme schemes[] = {
    {"sip", judge_sip},      {"sips", judge_sip},     {"tel", judge_tel},      {"urn", judge_urn},
    {"http", judge_web},     {"https", judge_web},    {"cid", judge_content_id}, {"mid", judge_content_id},
    {"im", judge_sip},       {"pres", judge_sip},     {"xmpp", judge_sip},     {"h323", judge_sip},
    {"msrp", judge_msrp},    {"msrps", judge_msrp},   {"mailto", judge_opaque}, {"data", judge_opaque},
    {"fax", judge_tel},      {"modem", judge_tel},    {"ws", judge_web},       {"wss", judge_web},
    {"ftp", judge_web},      {"rtsp", judge_web},     {"rtsps", judge_web},    {"stun", judge_web},
    {"turn", judge_web},     {"stuns", judge_web},    {"turns", judge_web},    {"aaa", judge_web},
    {"aaas", judge_web},     {"ldap", judge_web},     {"callto", judge_sip},   {"file", judge_opaque},
    {"geo", judge_opaque},   {"sms", judge_tel},      {"smsto", judge_tel},    {"skype", judge_opaque},
    {"dns", judge_opaque},   {"info", judge_opaque},  {"tag", judge_opaque},   {"service", judge_opaque},
};

static gsize scheme_length(struct bytes t)
{
    gsize n = 0;
    if (!g_ascii_isalpha((gchar)MAX(bytes_at(t, 0), 0)))
        return 0;
    while (n < t.n && (g_ascii_isalnum((gchar)t.p[n]) || t.p[n] == '+' || t.p[n] == '-' || t.p[n] == '.'))
        n++;
    return bytes_at(t, n) == ':' ? n : 0;
}

static const struct scheme *find_scheme(struct bytes name)
{
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (bytes_ieq(name, bytes_of(schemes[i].name)))
            return &schemes[i];
    return NULL;
}

/* "host:5060" and "user:password@host" have no scheme in front. */
static gboolean is_bare(struct bytes t, gsize scheme)
{
    guint64 port;
    struct bytes rest = bytes_from(t, scheme + 1);
    gsize end = sip_scan(rest, 0, ";?", FALSE);
    return scheme == 0 || bytes_chr(rest, '@') != NOT_FOUND || bytes_number(bytes_sub(rest, 0, end), 65535, &port);
}

/* "9urn:service:foo": colons of no scheme, port, password or address. As a host it would lose them, and readers know
 * a request line by the colon of its URI. */
static gboolean has_stray_colons(struct rewrite *rw, struct bytes t)
{
    struct sip_uri u;
    sip_uri_parse(&u, t);
    return !u.has_password && !u.has_port && is_host_of_colons(rw, bytes_span(t, u.host));
}

static void judge_unknown_scheme(struct rewrite *rw, gsize from, gsize colon, gsize to)
{
    rw_unknown(rw, "URI scheme", rw_bytes(rw, from, colon));
    rw_replace(rw, from, colon, BYTES_LIT("redacted"), KIND_REDACTED);
    rw_keep(rw, colon, colon + 1);
    rw_redact(rw, colon + 1, to);
}

static void judge_plain_uri(struct rewrite *rw, gsize from, gsize to)
{
    struct bytes text = rw_bytes(rw, from, to);
    gsize length = scheme_length(text);
    const struct scheme *scheme = length ? find_scheme(bytes_sub(text, 0, length)) : NULL;
    if (text.n == 0 || (text.n == 1 && text.p[0] == '*')) {
        rw_keep(rw, from, to);
    } else if (scheme) {
        rw_keep(rw, from, from + length + 1);
        scheme->judge(rw, from + length + 1, to);
    } else if (is_bare(text, length) && !has_stray_colons(rw, text)) {
        judge_sip(rw, from, to);
    } else {
        judge_unknown_scheme(rw, from, find_byte(rw, from, to, ':'), to);
    }
}

void rw_uri(struct rewrite *rw, gsize from, gsize to)
{
    gsize begin = skip_space(rw, from, to), end = trim_space(rw, begin, to);
    rw_keep(rw, from, begin);
    if (begin < end && rw->text.p[begin] == '<') {
        gsize close = find_byte(rw, begin, end, '>'), inner = skip_space(rw, begin + 1, close);
        gsize stop = trim_space(rw, inner, close);
        rw_keep(rw, begin, inner);
        judge_plain_uri(rw, inner, stop);
        rw_keep(rw, stop, MIN(close + 1, end));
        rw_redact(rw, MIN(close + 1, end), end);
    } else {
        judge_plain_uri(rw, begin, end);
    }
    rw_keep(rw, end, to);
}

/* --- name-addr ------------------------------------------------------------------------------------ */

/* Where the addr-spec begins: at "<" outside quotes, or behind a quoted display name without brackets
 * (a fault), or at once. */
static gsize display_end(const struct rewrite *rw, gsize from, gsize to)
{
    struct bytes text = rw_bytes(rw, from, to);
    gsize angle = sip_scan(text, 0, "<", FALSE);
    if (angle < text.n)
        return from + angle;
    gsize quote = bytes_at(text, 0) == '"' ? bytes_rchr(text, '"') : NOT_FOUND;
    return quote != NOT_FOUND && quote > 0 ? skip_space(rw, from + quote + 1, to) : from;
}

/* The display name goes, and the blank behind it (the paper's figure 2). */
void rw_name_addr(struct rewrite *rw, gsize from, gsize to)
{
    gsize begin = skip_space(rw, from, to), uri = display_end(rw, begin, to);
    rw_keep(rw, from, begin);
    if (rw->cut && to == rw->text.n) {
        rw_scrub(rw, begin, to);
        return;
    }
    rw_delete(rw, begin, uri);
    rw_uri(rw, uri, to);
}

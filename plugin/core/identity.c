/* Users, hosts, Call-IDs and tokens: where a text becomes the identity that the tables know, and the
 * image goes back into the spelling that it was found in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "identity.h"

gsize skip_space(const struct rewrite *rw, gsize from, gsize to)
{
    while (from < to && g_ascii_isspace((gchar)rw->text.p[from]))
        from++;
    return from;
}

gsize trim_space(const struct rewrite *rw, gsize from, gsize to)
{
    while (to > from && g_ascii_isspace((gchar)rw->text.p[to - 1]))
        to--;
    return to;
}

gsize find_byte(const struct rewrite *rw, gsize from, gsize to, guint8 c)
{
    gsize at = bytes_chr(rw_bytes(rw, from, to), c);
    return at == NOT_FOUND ? to : from + at;
}

guint scope_number(struct rewrite *rw, GPtrArray *names, struct bytes name)
{
    rw->scope->asked++;
    for (guint i = 0; i < names->len; i++)
        if (bytes_ieq(*(const struct bytes *)names->pdata[i], name))
            return i + 1;
    struct bytes *copy = arena_alloc(rw->arena, sizeof *copy);
    *copy = arena_dup(rw->arena, name);
    g_ptr_array_add(names, copy);
    return names->len;
}

void redact_name(struct rewrite *rw, gsize from, gsize to, const char *what, struct bytes name)
{
    rw_unknown(rw, what, name);
    guint n = scope_number(rw, rw->scope->unknown_headers, name);
    rw_replace(rw, from, to, arena_printf(rw->arena, "X-Redacted-%u", n), KIND_REDACTED);
}

void redact_field(struct rewrite *rw, const struct sip_header *h, const char *what)
{
    gsize name = h->name.off, end = name + h->name.len, value = h->value.off;
    struct bytes text = bytes_span(rw->text, h->name);
    if (text.n)
        redact_name(rw, name, end, what, text);
    rw_keep(rw, MAX(end, h->line.off), value);
    if (text.n)
        rw_redact(rw, value, value + h->value.len);
    else
        rw_scrub(rw, value, value + h->value.len); /* a line without colon, or without name */
}

/* --- hosts ------------------------------------------------------------------------------------- */

static struct bytes map_ipv4(struct rewrite *rw, const guint8 addr[4])
{
    guint8 image[4];
    char text[16];
    addresses_map4(rw->tables->addresses, addr, image);
    gsize n = address4_format(image, text);
    return arena_dup(rw->arena, (struct bytes){(const guint8 *)text, n});
}

static struct bytes map_ipv6(struct rewrite *rw, const guint8 addr[16], gboolean brackets)
{
    guint8 image[16];
    char text[48] = "[";
    addresses_map6(rw->tables->addresses, addr, image);
    gsize n = address6_format(image, text + 1);
    text[n + 1] = ']';
    const guint8 *p = (const guint8 *)text;
    return arena_dup(rw->arena, brackets ? (struct bytes){p, n + 2} : (struct bytes){p + 1, n});
}

/* Originals come back in canonical form, unescaped: what could end the place where they stand is escaped again,
 * as RFC 3261 writes it. Labels never need that. */
static struct bytes spell(struct rewrite *rw, struct bytes text, enum kind kind)
{
    const char *host = rw->word ? "-.!*_+`'~()<>:\\\"/[]?{}" : "-._~!$&'()*+=/";
    if (!rw->tables->restoring || kind == KIND_KEPT)
        return text;
    return percent_encode(rw->arena, text, kind == KIND_DOMAIN ? host : "-_.!~*'()+&=$,/#");
}

static struct bytes map_name(struct rewrite *rw, struct bytes host, enum kind *kind)
{
    struct bytes label = labels_domain(rw->tables->labels, host, kind);
    return spell(rw, label, *kind);
}

static struct bytes map_plain_user(struct rewrite *rw, struct bytes user, enum kind *kind)
{
    struct bytes label = labels_user(rw->tables->labels, user, kind);
    return spell(rw, label, *kind);
}

/* Without brackets and zone. */
static struct bytes address_literal(struct bytes plain)
{
    struct bytes inner = plain;
    if (bytes_at(plain, 0) == '[')
        inner = bytes_sub(plain, 1, plain.n - (bytes_at(plain, plain.n - 1) == ']' ? 2 : 1));
    return bytes_sub(inner, 0, bytes_chr(inner, '%'));
}

gboolean is_host_of_colons(struct rewrite *rw, struct bytes host)
{
    guint8 addr[16];
    return bytes_chr(host, ':') != NOT_FOUND &&
           !address6_parse(address_literal(percent_decode(rw->arena, bytes_trim(host))), addr);
}

struct bytes map_host(struct rewrite *rw, struct bytes host, enum kind *kind)
{
    guint8 addr[16];
    struct bytes plain = percent_decode(rw->arena, host), literal = address_literal(plain), image;
    gboolean brackets = bytes_at(plain, 0) == '[';
    *kind = KIND_ADDRESS;
    if (address4_parse(literal, addr))
        image = map_ipv4(rw, addr);
    else if (address6_parse(literal, addr))
        image = map_ipv6(rw, addr, brackets);
    else
        return map_name(rw, plain, kind);
    if (bytes_eq(image, host))
        *kind = KIND_KEPT;
    return image;
}

static void judge_one_host(struct rewrite *rw, gsize from, gsize to)
{
    enum kind kind;
    if (from == to)
        return;
    if (rw->cut && to == rw->text.n) {
        rw_scrub(rw, from, to);
        return;
    }
    struct bytes image = map_host(rw, rw_bytes(rw, from, to), &kind);
    rw_put(rw, from, to, image, kind);
}

/* Where several "@" stand, each part is a host of its own: the fault is kept, nothing leaks. */
void rw_host(struct rewrite *rw, gsize from, gsize to)
{
    for (gsize at = from; at <= to;) {
        gsize end = find_byte(rw, at, to, '@');
        gsize begin = skip_space(rw, at, end), stop = trim_space(rw, begin, end);
        rw_keep(rw, at, begin);
        judge_one_host(rw, begin, stop);
        rw_keep(rw, stop, MIN(end + 1, to));
        at = end + 1;
    }
}

/* A port that is no port stays none: the fault is kept without its text. */
void judge_port(struct rewrite *rw, gsize from, gsize to)
{
    guint64 port;
    gsize begin = skip_space(rw, from, to), end = trim_space(rw, begin, to);
    struct bytes text = rw_bytes(rw, begin, end);
    rw_keep(rw, from, begin);
    if (text.n == 0 || (!rw->cut && bytes_number(text, 65535, &port)))
        rw_number(rw, begin, end, 0, 65535);
    else if (bytes_number(text, G_MAXUINT64, &port))
        rw_put(rw, begin, end, BYTES_LIT("99999"), KIND_REDACTED);
    else
        rw_put(rw, begin, end, BYTES_LIT("redacted"), KIND_REDACTED);
    rw_keep(rw, end, to);
}

/* Kamailio's alias=ADDRESS~PORT~TRANSPORT. */
static void judge_alias(struct rewrite *rw, gsize from, gsize to)
{
    gsize port = find_byte(rw, from, to, '~'), proto;
    rw_host(rw, from, port);
    if (port == to)
        return;
    proto = find_byte(rw, port + 1, to, '~');
    rw_keep(rw, port, port + 1);
    judge_port(rw, port + 1, proto);
    if (proto == to)
        return;
    rw_keep(rw, proto, proto + 1);
    rw_number(rw, proto + 1, to, 0, 9);
}

/* Colons that only a port can follow: outside brackets, and not several (an IPv6 address). */
static gsize port_colon(struct bytes text)
{
    gsize colon = bytes_rchr(text, ':'), bracket = bytes_rchr(text, ']');
    if (colon == NOT_FOUND || (bracket != NOT_FOUND && colon < bracket))
        return text.n;
    return bracket == NOT_FOUND && bytes_chr(text, ':') != colon ? text.n : colon;
}

void rw_hostport(struct rewrite *rw, gsize from, gsize to)
{
    static const char *const prefixes[] = {"udp:", "tcp:", "tls:", "sctp:", "ws:", "wss:"};
    struct bytes text = rw_bytes(rw, from, to);
    if (bytes_chr(text, '~') != NOT_FOUND) {
        judge_alias(rw, from, to);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        struct bytes prefix = bytes_of(prefixes[i]);
        if (bytes_istarts(text, prefix)) {
            rw_keep(rw, from, from + prefix.n);
            from += prefix.n;
            break;
        }
    }
    gsize colon = from + port_colon(rw_bytes(rw, from, to));
    rw_host(rw, from, colon);
    if (colon < to) {
        rw_keep(rw, colon, colon + 1);
        judge_port(rw, colon + 1, to);
    }
}

/* --- users ------------------------------------------------------------------------------------- */

static void judge_embedded_uri(struct rewrite *child, gconstpointer arg)
{
    (void)arg;
    rw_uri(child, 0, child->text.n);
}

static gboolean has_uri_scheme(struct bytes text)
{
    return bytes_istarts(text, BYTES_LIT("sip:")) || bytes_istarts(text, BYTES_LIT("sips:")) ||
           bytes_istarts(text, BYTES_LIT("tel:"));
}

/* user, user@host, DOMAIN\user: two labels and what stood between them. */
static struct bytes map_pair(struct rewrite *rw, struct bytes left, const char *between, struct bytes right,
                             gboolean host_left, enum kind *kind)
{
    enum kind ignored;
    struct bytes l = host_left ? map_host(rw, left, &ignored) : map_plain_user(rw, left, kind);
    struct bytes r = host_left ? map_plain_user(rw, right, kind) : map_host(rw, right, &ignored);
    *kind = KIND_USER;
    return arena_join(rw->arena, arena_join(rw->arena, l, bytes_of(between)), r);
}

/* Userinfo is parsed again: an address-of-record may be inside it, escaped or not. */
struct bytes map_user(struct rewrite *rw, struct bytes user, enum kind *kind)
{
    struct bytes plain = percent_decode(rw->arena, user);
    gboolean escaped = plain.n != user.n;
    gsize at = bytes_rchr(plain, '@'), slash = bytes_chr(plain, '\\');
    if (has_uri_scheme(plain)) {
        struct bytes image = rw_child(rw, 0, 0, plain, judge_embedded_uri, NULL);
        *kind = KIND_USER;
        return escaped ? percent_encode(rw->arena, image, "-_.!~*'()+&=$,/?") : image;
    }
    if (at != NOT_FOUND)
        return map_pair(rw, bytes_sub(plain, 0, at), escaped ? "%40" : "@", bytes_from(plain, at + 1), FALSE,
                        kind);
    if (slash != NOT_FOUND)
        return map_pair(rw, bytes_sub(plain, 0, slash), escaped ? "%5C" : "\\", bytes_from(plain, slash + 1),
                        TRUE, kind);
    struct bytes label = map_plain_user(rw, plain, kind);
    if (escaped && *kind == KIND_KEPT)
        label = percent_encode(rw->arena, label, "-_.!~*'()+&=$,;/?");
    return label;
}

void rw_user(struct rewrite *rw, gsize from, gsize to)
{
    enum kind kind;
    if (to == from)
        return;
    if (rw->cut && to == rw->text.n) {
        rw_scrub(rw, from, to);
        return;
    }
    struct bytes image = map_user(rw, rw_bytes(rw, from, to), &kind);
    rw_put(rw, from, to, image, kind);
}

/* user *(";" parameter): RFC 3261 section 19.1.6, telephone-subscriber in a SIP URI. */
void judge_userinfo(struct rewrite *rw, gsize from, gsize to)
{
    gsize params = find_byte(rw, from, to, ';');
    rw_user(rw, from, params);
    judge_uri_params(rw, params, to);
}

/* --- tokens ------------------------------------------------------------------------------------ */

struct bytes map_shaped_token(struct rewrite *rw, struct bytes token)
{
    guint8 *joined = arena_alloc(rw->arena, token.n), *out = arena_alloc(rw->arena, token.n);
    gsize n = 0;
    for (gsize i = 0; i < token.n; i++)
        if (token.p[i] != '-')
            joined[n++] = token.p[i];
    struct bytes image = tokens_map(rw->tables->tokens, KIND_TOKEN, (struct bytes){joined, n}, rw->arena);
    if (image.n != n)
        return image; /* too long or not ASCII: a hex token of another shape */
    for (gsize i = 0, j = 0; i < token.n; i++)
        out[i] = token.p[i] == '-' ? '-' : image.p[j++];
    return (struct bytes){out, token.n};
}

/* The null UUID (RFC 7989) means "none". Shorter runs of zeros are tokens like others: keeping them
 * would give two tokens one image. */
static gboolean is_nil(struct bytes b)
{
    if (b.n < 32)
        return FALSE;
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] != '0')
            return FALSE;
    return TRUE;
}

void rw_token(struct rewrite *rw, gsize from, gsize to, enum kind kind)
{
    static const struct bytes cookie = BYTES_LIT("z9hG4bK");
    struct bytes value = rw_bytes(rw, from, to);
    if (rw->cut && to == rw->text.n) {
        rw_scrub(rw, from, to);
        return;
    }
    if (bytes_istarts(value, BYTES_LIT("urn:"))) {
        rw_uri(rw, from, to);
        return;
    }
    if (kind == KIND_BRANCH && bytes_starts(value, cookie)) {
        rw_keep(rw, from, from + cookie.n);
        from += cookie.n;
        value = bytes_from(value, cookie.n);
    }
    if (value.n == 0 || is_nil(value))
        rw_keep(rw, from, to);
    else
        rw_replace(rw, from, to, tokens_map(rw->tables->tokens, kind, value, rw->arena), kind);
}

gsize call_id_port(struct bytes host)
{
    guint64 port;
    gsize colon = port_colon(host);
    return bytes_number(bytes_from(host, colon + 1), 65535, &port) ? colon : host.n;
}

/* callid = word ["@" word]: the part behind the last "@" goes as a host. */
void rw_call_id(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = bytes_rchr(rw_bytes(rw, from, to), '@');
    if (at == NOT_FOUND || from + at + 1 == to) {
        rw_token(rw, from, to, KIND_CALL_ID);
        return;
    }
    gsize host = from + at + 1, colon = host + call_id_port(rw_bytes(rw, host, to));
    struct rewrite word = *rw;
    word.word = TRUE;
    rw_token(rw, from, from + at, KIND_CALL_ID);
    rw_keep(rw, from + at, host);
    rw_host(&word, host, colon);
    if (colon < to) {
        rw_keep(rw, colon, colon + 1);
        judge_port(rw, colon + 1, to);
    }
}

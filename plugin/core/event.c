/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "event.h"

#include <stddef.h>

/* The header fields that the statistics look at; of each but Contact the first one counts. */
enum field {
    FIELD_VIA,
    FIELD_FROM,
    FIELD_TO,
    FIELD_CALL_ID,
    FIELD_CSEQ,
    FIELD_CONTACT,
    FIELD_EXPIRES,
    FIELD_RETRY_AFTER,
    FIELD_EVENT,
    FIELD_USER_AGENT,
    FIELD_SERVER,
    FIELD_AUTHORIZATION,
    FIELD_PROXY_AUTHORIZATION,
    FIELD_COUNT
};

static const struct {
    struct bytes name;
    gchar compact;
} fields[FIELD_COUNT] = {
    [FIELD_VIA] = {BYTES_LIT("Via"), 'v'},
    [FIELD_FROM] = {BYTES_LIT("From"), 'f'},
    [FIELD_TO] = {BYTES_LIT("To"), 't'},
    [FIELD_CALL_ID] = {BYTES_LIT("Call-ID"), 'i'},
    [FIELD_CSEQ] = {BYTES_LIT("CSeq"), 0},
    [FIELD_CONTACT] = {BYTES_LIT("Contact"), 'm'},
    [FIELD_EXPIRES] = {BYTES_LIT("Expires"), 0},
    [FIELD_RETRY_AFTER] = {BYTES_LIT("Retry-After"), 0},
    [FIELD_EVENT] = {BYTES_LIT("Event"), 'o'},
    [FIELD_USER_AGENT] = {BYTES_LIT("User-Agent"), 0},
    [FIELD_SERVER] = {BYTES_LIT("Server"), 0},
    [FIELD_AUTHORIZATION] = {BYTES_LIT("Authorization"), 0},
    [FIELD_PROXY_AUTHORIZATION] = {BYTES_LIT("Proxy-Authorization"), 0},
};

/* An address in a header field: the URI, and where its header parameters begin. */
struct address_value {
    struct bytes uri;
    struct bytes params; /* from the first ";" */
};

#define BIT(field) (1u << (field))

/* Which names are this long: most header fields are none of ours, and are passed by without a look. */
static const guint of_length[] = {
    [2] = BIT(FIELD_TO),
    [3] = BIT(FIELD_VIA),
    [4] = BIT(FIELD_FROM) | BIT(FIELD_CSEQ),
    [5] = BIT(FIELD_EVENT),
    [6] = BIT(FIELD_SERVER),
    [7] = BIT(FIELD_CALL_ID) | BIT(FIELD_CONTACT) | BIT(FIELD_EXPIRES),
    [10] = BIT(FIELD_USER_AGENT),
    [11] = BIT(FIELD_RETRY_AFTER),
    [13] = BIT(FIELD_AUTHORIZATION),
    [19] = BIT(FIELD_PROXY_AUTHORIZATION),
};

static enum field compact_field(gchar letter)
{
    for (guint i = 0; i < FIELD_COUNT; i++)
        if (fields[i].compact == letter)
            return (enum field)i;
    return FIELD_COUNT;
}

/* One pass over the header fields, not one search for each name: this runs for every message. */
static enum field field_of(struct bytes name)
{
    if (name.n == 1)
        return compact_field(g_ascii_tolower((gchar)MAX(name.p[0], 1)));
    guint maybe = name.n < G_N_ELEMENTS(of_length) ? of_length[name.n] : 0;
    for (guint i = 0; maybe; i++, maybe >>= 1)
        if ((maybe & 1) && bytes_ieq(name, fields[i].name))
            return (enum field)i;
    return FIELD_COUNT;
}

static struct bytes until(struct bytes b, const char *stops)
{
    return bytes_trim(bytes_sub(b, 0, sip_scan(b, 0, stops, FALSE)));
}

static struct bytes unquote(struct bytes b)
{
    return sip_is_quoted(b) ? bytes_sub(b, 1, b.n - 2) : b;
}

/* Value of the first parameter of that name in *(";" name ["=" value]); empty where there is none. */
static struct bytes param_value(struct bytes params, struct bytes name)
{
    gsize at = sip_scan(params, 0, ";", FALSE);
    while (at < params.n) {
        gsize end = sip_scan(params, at + 1, ";", FALSE);
        struct bytes param = bytes_sub(params, at + 1, end - at - 1);
        gsize equals = bytes_chr(param, '=');
        if (equals != NOT_FOUND && bytes_ieq(bytes_trim(bytes_sub(param, 0, equals)), name))
            return unquote(bytes_trim(bytes_from(param, equals + 1)));
        at = end;
    }
    return BYTES_NONE;
}

/* [display] "<" uri ">" params, or uri params: then every ";" belongs to the header field
 * (RFC 3261 section 20). */
static struct address_value address_value(struct bytes value)
{
    gsize open = sip_scan(value, 0, "<", FALSE);
    if (open < value.n) {
        struct bytes rest = bytes_from(value, open + 1);
        gsize close = bytes_chr(rest, '>');
        gsize end = close == NOT_FOUND ? rest.n : close;
        return (struct address_value){bytes_trim(bytes_sub(rest, 0, end)), bytes_from(rest, end)};
    }
    gsize end = sip_scan(value, 0, ";", FALSE);
    return (struct address_value){bytes_trim(bytes_sub(value, 0, end)), bytes_from(value, end)};
}

static gboolean is_scheme(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isalnum(b.p[i]) && !strchr("+-.", b.p[i]))
            return FALSE;
    return b.n > 0 && g_ascii_isalpha(b.p[0]);
}

/* Is what stands behind the colon laid out as in a sip: URI? So it is in all schemes that name somebody
 * at a host; the others (tel:, urn:) have neither port nor userinfo. */
static gboolean has_sip_form(struct bytes scheme, struct bytes rest)
{
    return bytes_ieq(scheme, BYTES_LIT("sip")) || bytes_ieq(scheme, BYTES_LIT("sips")) ||
           bytes_chr(rest, '@') != NOT_FOUND;
}

/* What a URI says of whom it names. */
struct named {
    struct bytes aor;     /* user@host; empty where a password stands between them */
    struct bytes binding; /* user@host:port */
    gboolean two_at;
};

static struct named named_by(struct bytes uri)
{
    gsize colon = bytes_chr(uri, ':');
    struct bytes scheme = bytes_sub(uri, 0, colon == NOT_FOUND ? 0 : colon);
    struct bytes rest = bytes_from(uri, colon == NOT_FOUND ? 0 : colon + 1);
    struct sip_uri u;
    if (!is_scheme(scheme)) {
        scheme = BYTES_NONE;
        rest = uri;
    } else if (!has_sip_form(scheme, rest)) {
        struct bytes number = until(rest, ";?");
        return (struct named){number, number, FALSE};
    }
    sip_uri_parse(&u, rest);
    gsize host_end = (gsize)u.host.off + u.host.len;
    gsize end = u.has_port ? (gsize)u.port.off + u.port.len : host_end;
    return (struct named){
        .aor = u.has_password ? BYTES_NONE : bytes_sub(rest, 0, host_end),
        .binding = bytes_sub(rest, 0, end),
        .two_at = bytes_chr(bytes_span(rest, u.host), '@') != NOT_FOUND,
    };
}

static gint64 seconds_of(struct bytes b)
{
    guint64 v;
    return bytes_number(b, G_MAXUINT32, &v) ? (gint64)v : -1;
}

static void take_contact(struct sip_event *e, struct bytes value)
{
    struct event_contact *c = &e->contacts[e->n_contacts];
    struct address_value a = address_value(value);
    *c = (struct event_contact){.expires_s = -1};
    if (bytes_eq(a.uri, BYTES_LIT("*"))) {
        c->star = TRUE;
    } else {
        struct named who = named_by(a.uri);
        c->uri = who.binding;
        c->instance = param_value(a.params, BYTES_LIT("+sip.instance"));
        c->expires_s = seconds_of(param_value(a.params, BYTES_LIT("expires")));
        e->ignored_fault |= who.two_at;
    }
    e->n_contacts++;
}

static void take_contacts(struct sip_event *e, struct bytes value)
{
    for (gsize at = 0; at < value.n && e->n_contacts < EVENT_CONTACTS_MAX;) {
        gboolean last = bytes_chr_from(value, ',', at) == NOT_FOUND;
        gsize end = last ? value.n : sip_scan(value, at, ",", TRUE);
        struct bytes item = bytes_trim(bytes_sub(value, at, end - at));
        if (item.n)
            take_contact(e, item);
        at = end + 1;
    }
}

static void take_party(struct sip_event *e, struct bytes value, struct bytes *aor, struct bytes *tag)
{
    struct address_value a = address_value(value);
    struct named who = named_by(a.uri);
    *aor = who.aor;
    *tag = param_value(a.params, BYTES_LIT("tag"));
    e->ignored_fault |= who.two_at;
}

static void take_cseq(struct sip_event *e, struct bytes value)
{
    gsize digits = 0;
    guint64 number = 0;
    while (digits < value.n && g_ascii_isdigit(value.p[digits]))
        digits++;
    if (bytes_number(bytes_sub(value, 0, digits), G_MAXUINT32, &number))
        e->cseq = (guint32)number;
    e->cseq_method = bytes_trim(bytes_from(value, digits));
}

/* "120", "120;duration=3600", "120 (busy)". */
static gint64 retry_after_of(struct bytes value)
{
    return seconds_of(until(value, ";( \t\r\n"));
}

static void take_field(struct sip_event *e, enum field field, struct bytes value)
{
    switch (field) {
    case FIELD_VIA:
        e->branch = param_value(bytes_sub(value, 0, sip_scan(value, 0, ",", FALSE)), BYTES_LIT("branch"));
        break;
    case FIELD_FROM:
        take_party(e, value, &e->from_aor, &e->from_tag);
        break;
    case FIELD_TO:
        take_party(e, value, &e->to_aor, &e->to_tag);
        break;
    case FIELD_CALL_ID:
        e->call_id = value;
        break;
    case FIELD_CSEQ:
        take_cseq(e, value);
        break;
    case FIELD_CONTACT:
        take_contacts(e, value);
        break;
    case FIELD_EXPIRES:
        e->expires_s = seconds_of(value);
        break;
    case FIELD_RETRY_AFTER:
        e->retry_after_s = retry_after_of(value);
        break;
    case FIELD_EVENT:
        e->event_package = until(value, ";");
        break;
    case FIELD_USER_AGENT:
        e->user_agent = value;
        break;
    case FIELD_SERVER:
        if (!e->user_agent.n)
            e->user_agent = value;
        break;
    case FIELD_AUTHORIZATION:
    case FIELD_PROXY_AUTHORIZATION:
        e->credentials = TRUE;
        break;
    case FIELD_COUNT:
        break;
    }
}

static void take_fields(struct sip_event *e, const struct sip_message *m)
{
    guint seen = 0;
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *h = &g_array_index(m->headers, struct sip_header, i);
        enum field field = field_of(bytes_span(m->text, h->name));
        if (field != FIELD_CONTACT && (seen & BIT(field)))
            continue;
        seen |= BIT(field);
        take_field(e, field, bytes_span(m->text, h->value));
    }
}

static void take_start_line(struct sip_event *e, const struct sip_message *m)
{
    guint64 status = 0;
    e->request = m->request;
    if (m->request) {
        e->method = bytes_span(m->text, m->method);
        e->request_uri = bytes_span(m->text, m->uri);
        e->ignored_fault = named_by(e->request_uri).two_at;
    } else if (bytes_number(bytes_span(m->text, m->status), G_MAXUINT, &status)) {
        e->status = (guint)status;
    }
}

void event_from_message(struct sip_event *e, const struct sip_message *m)
{
    /* Contacts are many bytes, and those behind n_contacts are never read. */
    gsize from = offsetof(struct sip_event, request), to = offsetof(struct sip_event, contacts);
    memset((guint8 *)e + from, 0, to - from);
    e->n_contacts = 0;
    e->expires_s = e->retry_after_s = -1;
    take_start_line(e, m);
    take_fields(e, m);
    if (!m->request)
        e->method = e->cseq_method;
}

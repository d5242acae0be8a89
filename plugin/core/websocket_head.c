/* The HTTP/1.1 head of a WebSocket handshake (RFC 9112, RFC 6455 section 4): what each field may say.
 *
 * A row per field; what has none is redacted with its name, as in SIP. Paths and queries, cookies and
 * credentials are secrets: nothing of them stays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "websocket_head.h"

#include "anonymize.h"
#include "identity.h"
#include "sip.h"
#include "websocket.h"

struct field;
typedef void (*judge_field)(struct rewrite *rw, gsize from, gsize to, const struct field *field);

struct field {
    const char *name;
    judge_field judge;
    const char *words;  /* judge_words: what may stand there, separated by blanks */
    guint max;          /* judge_words: numbers up to this one may stand there, too */
    const char *policy; /* judge_as: SIP's header field whose row says what is done */
};

/* --- values ---------------------------------------------------------------------------------------- */

static gboolean in_words(const char *words, struct bytes word)
{
    for (const char *at = words; word.n && *at;) {
        gsize n = strcspn(at, " ");
        if (bytes_ieq(word, (struct bytes){(const guint8 *)at, n}))
            return TRUE;
        at += n + strspn(at + n, " ");
    }
    return FALSE;
}

static gboolean is_separator(guint8 c)
{
    return g_ascii_isspace((gchar)c) || (c && strchr(",;=\"", c));
}

static gsize run_end(struct bytes b, gsize at)
{
    gsize end = at;
    while (end < b.n && is_separator(b.p[end]) == is_separator(b.p[at]))
        end++;
    return end;
}

static gboolean is_number(struct bytes word, guint max)
{
    guint64 v;
    return bytes_number(word, max, &v) && (word.n == 1 || word.p[0] != '0');
}

/* Lists, parameters, quoted parameters: words between separators, each of which is known or redacted. */
static void judge_words(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    struct bytes text = rw_bytes(rw, from, to);
    for (gsize at = 0, end; at < text.n; at = end) {
        end = run_end(text, at);
        struct bytes word = bytes_sub(text, at, end - at);
        gboolean known = in_words(field->words, word) || (field->max && is_number(word, field->max));
        if (known || is_separator(text.p[at]))
            rw_keep(rw, from + at, from + end);
        else
            rw_redact(rw, from + at, from + end);
    }
}

static void judge_secret(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    (void)field;
    rw_redact(rw, from, to);
}

static void judge_host(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    (void)field;
    rw_hostport(rw, from, to);
}

/* serialized-origin = scheme "://" host [ ":" port ] (RFC 6454 section 7), or "null". */
static void judge_origin(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    struct bytes text = rw_bytes(rw, from, to);
    gsize colon = bytes_find(text, BYTES_LIT("://"));
    if (bytes_eq(text, BYTES_LIT("null"))) {
        rw_keep(rw, from, to);
    } else if (colon != NOT_FOUND && in_words(field->words, bytes_sub(text, 0, colon))) {
        gsize host = from + colon + 3, end = find_byte(rw, host, to, '/');
        rw_keep(rw, from, host);
        if (end > host)
            rw_hostport(rw, host, end);
        rw_delete(rw, end, to);
    } else {
        rw_redact(rw, from, to);
    }
}

static void judge_key(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    (void)field;
    rw_token(rw, from, to, KIND_TOKEN);
}

/* The body is scrubbed at equal length. */
static void judge_length(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    (void)field;
    rw_number(rw, from, to, 0, UNIT_BYTES_MAX);
}

static void judge_as(struct rewrite *rw, gsize from, gsize to, const struct field *field)
{
    rw_header_value(rw, from, to, policy_header(rw->tables->policy, bytes_of(field->policy)));
}

/* --- fields ---------------------------------------------------------------------------------------- */

#define PROTOCOL "Sec-WebSocket-Protocol"
#define EXTENSIONS "Sec-WebSocket-Extensions"
#define DEFLATE "permessage-deflate"

static const struct field fields[] = {
    {.name = "Host", .judge = judge_host},
    {.name = "Origin", .judge = judge_origin, .words = "http https ws wss"},
    {.name = "Sec-WebSocket-Origin", .judge = judge_origin, .words = "http https ws wss"},
    {.name = "Upgrade", .judge = judge_words, .words = "websocket"},
    {.name = "Connection", .judge = judge_words, .words = "Upgrade keep-alive close"},
    {.name = "Keep-Alive", .judge = judge_words, .words = "timeout max", .max = 9999},
    {.name = "Sec-WebSocket-Version", .judge = judge_words, .words = "", .max = 255},
    /* IANA's WebSocket subprotocols, as far as telephony and chat use them */
    {.name = PROTOCOL,
     .judge = judge_words,
     .words = "sip msrp xmpp mqtt bfcp cpim stomp wamp soap v10.stomp v11.stomp v12.stomp wamp.2.json "
              "janus-protocol verto bosh json"},
    {.name = EXTENSIONS,
     .judge = judge_words,
     .words = DEFLATE " x-webkit-deflate-frame bbf-usp-protocol client_max_window_bits "
                      "server_max_window_bits client_no_context_takeover server_no_context_takeover",
     .max = 15},
    {.name = "Sec-WebSocket-Key", .judge = judge_key},
    {.name = "Sec-WebSocket-Accept", .judge = judge_key},
    {.name = "User-Agent", .judge = judge_as, .policy = "User-Agent"},
    {.name = "Server", .judge = judge_as, .policy = "Server"},
    {.name = "Date", .judge = judge_as, .policy = "Date"},
    {.name = "Content-Type", .judge = judge_as, .policy = "Content-Type"},
    {.name = "Content-Length", .judge = judge_length},
    {.name = "Transfer-Encoding", .judge = judge_words, .words = "chunked identity gzip deflate"},
    {.name = "Content-Encoding", .judge = judge_words, .words = "identity gzip deflate br zstd"},
    {.name = "Accept-Encoding", .judge = judge_words, .words = "identity gzip deflate br zstd"},
    {.name = "Cache-Control",
     .judge = judge_words,
     .words = "no-cache no-store no-transform must-revalidate private public max-age 0"},
    {.name = "Pragma", .judge = judge_words, .words = "no-cache"},
    {.name = "Sec-Fetch-Dest", .judge = judge_words, .words = "websocket empty"},
    {.name = "Sec-Fetch-Mode", .judge = judge_words, .words = "websocket"},
    {.name = "Sec-Fetch-Site", .judge = judge_words, .words = "same-origin same-site cross-site none"},
    {.name = "X-Forwarded-Proto", .judge = judge_words, .words = "http https ws wss"},
    /* known by name, secret in value */
    {.name = "Accept", .judge = judge_secret},
    {.name = "Accept-Language", .judge = judge_secret},
    {.name = "Authorization", .judge = judge_secret},
    {.name = "Cookie", .judge = judge_secret},
    {.name = "Forwarded", .judge = judge_secret},
    {.name = "Location", .judge = judge_secret},
    {.name = "Proxy-Authorization", .judge = judge_secret},
    {.name = "Referer", .judge = judge_secret},
    {.name = "Set-Cookie", .judge = judge_secret},
    {.name = "Via", .judge = judge_secret},
    {.name = "WWW-Authenticate", .judge = judge_secret},
    {.name = "X-Forwarded-For", .judge = judge_secret},
    {.name = "X-Forwarded-Host", .judge = judge_secret},
    {.name = "X-Real-IP", .judge = judge_secret},
};

static const struct field *find_field(struct bytes name)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        if (bytes_ieq(name, bytes_of(fields[i].name)))
            return &fields[i];
    return NULL;
}

/* IANA's HTTP status codes, as a handshake may be answered. */
static const struct {
    guint code;
    const char *phrase;
} phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {511, "Network Authentication Required"},
};

static struct bytes status_phrase(guint code)
{
    for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (phrases[i].code == code)
            return bytes_of(phrases[i].phrase);
    return BYTES_LIT("redacted");
}

/* --- reading --------------------------------------------------------------------------------------- */

/* Offsets in the start line: [0, first) is the method or version, then a blank, [second, third) the target
 * or code, and in a request a blank and the version up to `end`; in a response the phrase, if any. */
struct start_line {
    gsize second, third, end; /* end: without line break */
    gsize next;
};

static gboolean is_version(struct bytes b)
{
    return bytes_eq(b, BYTES_LIT("HTTP/1.1")) || bytes_eq(b, BYTES_LIT("HTTP/1.0"));
}

static gboolean split_line(struct start_line *l, struct bytes text)
{
    gsize lf = bytes_chr(text, '\n');
    if (lf == NOT_FOUND)
        return FALSE;
    l->next = lf + 1;
    l->end = lf > 0 && text.p[lf - 1] == '\r' ? lf - 1 : lf;
    gsize blank = bytes_chr(bytes_sub(text, 0, l->end), ' ');
    if (blank == NOT_FOUND)
        return FALSE;
    l->second = blank + 1;
    gsize again = bytes_chr_from(bytes_sub(text, 0, l->end), ' ', l->second);
    l->third = again == NOT_FOUND ? l->end : again;
    return l->third > l->second;
}

/* The start line alone, where it is one. */
static gboolean read_line(struct websocket_head *h, struct start_line *l, struct bytes text)
{
    guint64 code = 0;
    if (!split_line(l, text))
        return FALSE;
    struct bytes first = bytes_sub(text, 0, l->second - 1);
    struct bytes second = bytes_sub(text, l->second, l->third - l->second);
    h->request = bytes_eq(first, BYTES_LIT("GET"));
    if (h->request)
        return is_version(bytes_sub(text, l->third + 1, MAX(l->end, l->third + 1) - l->third - 1));
    if (!is_version(first) || second.n != 3 || !bytes_number(second, 599, &code) || code < 100)
        return FALSE;
    h->status = (guint)code;
    return TRUE;
}

/* Behind the empty line; NOT_FOUND: it is not there. */
static gsize head_end(struct bytes text)
{
    for (gsize lf = bytes_chr(text, '\n'); lf != NOT_FOUND; lf = bytes_chr_from(text, '\n', lf + 1)) {
        if (bytes_at(text, lf + 1) == '\n')
            return lf + 2;
        if (bytes_at(text, lf + 1) == '\r' && bytes_at(text, lf + 2) == '\n')
            return lf + 3;
    }
    return NOT_FOUND;
}

static gboolean names_word(struct bytes value, const char *word)
{
    for (gsize at = 0, end; at < value.n; at = end) {
        end = run_end(value, at);
        if (bytes_ieq(bytes_sub(value, at, end - at), bytes_of(word)))
            return TRUE;
    }
    return FALSE;
}

/* Where the length is said twice, or by another rule, nobody knows where the body ends: none is taken, and
 * what follows is no frame. */
static void note_length(struct websocket_head *h, struct bytes value, guint *lengths)
{
    if (++*lengths > 1 || !bytes_number(value, G_MAXUINT64, &h->body))
        h->body = 0;
}

static void note_fields(struct websocket_head *h, const struct sip_message *m)
{
    guint lengths = 0;
    for (guint i = 0; i < m->headers->len; i++) {
        const struct sip_header *field = &g_array_index(m->headers, struct sip_header, i);
        struct bytes name = bytes_span(m->text, field->name), value = bytes_span(m->text, field->value);
        if (bytes_ieq(name, BYTES_LIT("Upgrade"))) {
            h->upgrade |= names_word(value, "websocket");
        } else if (bytes_ieq(name, BYTES_LIT(PROTOCOL))) {
            h->protocols = TRUE;
            h->sip |= names_word(value, "sip");
        } else if (bytes_ieq(name, BYTES_LIT(EXTENSIONS))) {
            h->deflate |= names_word(value, DEFLATE);
        } else if (bytes_ieq(name, BYTES_LIT("Content-Length"))) {
            note_length(h, value, &lengths);
        } else if (bytes_ieq(name, BYTES_LIT("Transfer-Encoding"))) {
            lengths++;
            h->body = 0;
        }
    }
    if (!h->request && (h->status < 200 || h->status == 204 || h->status == 304))
        h->body = 0;
}

/* May `text`, which has no line break, become a start line? */
static gboolean may_begin(struct bytes text)
{
    static const char *const starts[] = {"GET ", "HTTP/1.0 ", "HTTP/1.1 "};
    for (guint i = 0; i < G_N_ELEMENTS(starts); i++) {
        struct bytes start = bytes_of(starts[i]);
        if (bytes_starts(text, start) || bytes_starts(start, text))
            return TRUE;
    }
    return FALSE;
}

enum parse_result websocket_head_parse(struct websocket_head *h, struct bytes text)
{
    struct bytes head = bytes_sub(text, 0, WEBSOCKET_HEAD_MAX);
    struct start_line line;
    *h = (struct websocket_head){.len = 0};
    if (!may_begin(head) || (bytes_chr(head, '\n') != NOT_FOUND && !read_line(h, &line, head)))
        return PARSE_BAD;
    h->len = head_end(head);
    if (h->len == NOT_FOUND)
        return head.n < WEBSOCKET_HEAD_MAX ? PARSE_MORE : PARSE_BAD;
    struct sip_message m;
    sip_message_init(&m);
    sip_headers_parse(&m, bytes_sub(head, line.next, h->len - line.next));
    gboolean bounded = m.headers->len <= HEADERS_MAX;
    note_fields(h, &m);
    sip_message_clear(&m);
    return bounded && h->body <= UNIT_BYTES_MAX - h->len ? PARSE_OK : PARSE_BAD;
}

/* --- judging --------------------------------------------------------------------------------------- */

static void judge_start_line(struct rewrite *rw, const struct start_line *l, const struct websocket_head *h)
{
    gsize at = h->request ? l->second : MIN(l->third + 1, l->end), end = h->request ? l->third : l->end;
    struct bytes was = rw_bytes(rw, at, end);
    rw_keep(rw, 0, at);
    if (h->request)
        rw_put(rw, at, end, bytes_eq(was, BYTES_LIT("/")) ? was : BYTES_LIT("/redacted"), KIND_REDACTED);
    else if (was.n)
        rw_put(rw, at, end, status_phrase(h->status), KIND_REDACTED);
    rw_keep(rw, end, l->next);
}

static void judge_one(struct rewrite *rw, const struct sip_header *h)
{
    const struct field *field = find_field(bytes_span(rw->text, h->name));
    gsize value = h->value.off, end = value + h->value.len;
    if (field) {
        rw_keep(rw, h->line.off, value);
        if (end > value)
            field->judge(rw, value, end, field);
    } else {
        redact_field(rw, h, "HTTP header");
    }
    rw_keep(rw, end, h->line.off + h->line.len);
}

static void judge_fields(struct rewrite *rw, gconstpointer arg)
{
    struct sip_message m;
    gsize end = 0;
    (void)arg;
    sip_message_init(&m);
    sip_headers_parse(&m, rw->text);
    for (guint i = 0; i < m.headers->len; i++) {
        const struct sip_header *h = &g_array_index(m.headers, struct sip_header, i);
        judge_one(rw, h);
        end = (gsize)h->line.off + h->line.len;
    }
    rw_keep(rw, end, m.body);
    sip_message_clear(&m);
}

/* A head counts its unknown names for itself, as a message does. */
void websocket_head_rewrite(struct rewrite *rw, const struct websocket_head *h)
{
    struct websocket_head again;
    struct start_line line = {0, 0, 0, 0};
    struct scope scope = {g_ptr_array_new(), g_ptr_array_new(), 0};
    struct rewrite head = *rw;
    head.scope = &scope;
    head.text = bytes_sub(rw->text, 0, h->len);
    head.cut = FALSE;
    if (read_line(&again, &line, head.text)) {
        judge_start_line(&head, &line, h);
        rw_within(&head, line.next, h->len, judge_fields, NULL);
    } else {
        rw_scrub(&head, 0, h->len);
    }
    g_ptr_array_unref(scope.unknown_headers);
    g_ptr_array_unref(scope.unknown_methods);
}

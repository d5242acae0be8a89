/* SIP over WebSocket: handshakes, frames, streams cut anywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "sip_codec.h"
#include "websocket.h"

#define OPTIONS "OPTIONS sip:alice@a.example SIP/2.0\r\nTo: <sip:alice@a.example>\r\n\r\n"
#define OPTIONS_OUT "OPTIONS sip:u1@d1.invalid SIP/2.0\r\nTo: <sip:u1@d1.invalid>\r\n\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define ANSWER "HTTP/1.1 101 Switching Protocols\r\n"
#define UPGRADE "Upgrade: websocket\r\n"

/* --- frames of a table, made and read by plain code --------------------------------------------------- */

enum { FIN = 0x80, RSV1 = 0x40, MORE = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

static const guint8 key[4] = {0x37, 0xfa, 0x21, 0x3d}, no_key[4] = {0};

struct part {
    gint bits;       /* -1: the row ends */
    const guint8 *mask;
    guint form;      /* bytes of the length behind the second one; 1: the shortest */
    const char *text; /* NUL bytes as "~" */
};
#define END {-1, NULL, 0, NULL}

static void add_header(GByteArray *b, const struct part *p, gsize n)
{
    guint form = p->form != 1 ? p->form : n < 126 ? 0 : n < 65536 ? 2 : 8;
    guint8 head[2] = {(guint8)p->bits, (guint8)((p->mask ? 0x80 : 0) | (form == 8 ? 127 : form == 2 ? 126 : n))};
    g_byte_array_append(b, head, 2);
    for (guint i = form; i > 0; i--)
        g_byte_array_append(b, &(guint8){(guint8)((guint64)n >> (i - 1) * 8)}, 1);
    if (p->mask)
        g_byte_array_append(b, p->mask, 4);
}

static void add_bytes(GByteArray *b, const struct part *p, struct bytes text)
{
    add_header(b, p, text.n);
    for (gsize i = 0; i < text.n; i++) {
        guint8 c = (guint8)((text.p[i] == '~' ? 0 : text.p[i]) ^ (p->mask ? p->mask[i % 4] : 0));
        g_byte_array_append(b, &c, 1);
    }
}

static void add_part(GByteArray *b, const struct part *p)
{
    add_bytes(b, p, bytes_of(p->text));
}

/* One frame to a text as in the table, its mask undone: "81 m2:text". */
static gsize describe(GString *s, struct bytes b)
{
    struct reader r = reader_of(b);
    guint8 bits = rd_u8(&r), second = rd_u8(&r), form = (second & 127) == 127 ? 8 : (second & 127) == 126 ? 2 : 0;
    gsize n = form ? 0 : second & 127;
    for (guint i = 0; i < form; i++)
        n = n << 8 | rd_u8(&r);
    struct bytes mask = rd_bytes(&r, second & 128 ? 4 : 0), text = rd_bytes(&r, n);
    g_assert_false(r.bad);
    g_string_append_printf(s, "[%02x %s%u:", bits, mask.n ? "m" : "", form);
    for (gsize i = 0; i < n; i++) {
        gchar c = (gchar)(text.p[i] ^ (mask.n ? mask.p[i % 4] : 0));
        g_string_append_c(s, c ? c : '~');
    }
    g_string_append_c(s, ']');
    return r.at;
}

static gchar *describe_all(struct bytes b)
{
    GString *s = g_string_new(NULL);
    while (b.n)
        b = bytes_from(b, describe(s, b));
    return g_string_free(s, FALSE);
}

static gchar *describe_parts(const struct part *parts)
{
    GString *s = g_string_new(NULL);
    for (const struct part *p = parts; p->bits >= 0; p++) {
        gsize n = strlen(p->text);
        guint form = p->form != 1 ? p->form : n < 126 ? 0 : n < 65536 ? 2 : 8;
        g_string_append_printf(s, "[%02x %s%u:%s]", (guint)p->bits, p->mask ? "m" : "", form, p->text);
    }
    return g_string_free(s, FALSE);
}

/* --- streams ------------------------------------------------------------------------------------------ */

struct run {
    struct sip_codec *s;
    struct websocket *w;
    GByteArray *out;
    gsize at; /* what was taken */
};

static struct run run_new(void)
{
    return (struct run){sip_codec_new(), websocket_new(), g_byte_array_new(), 0};
}

static void run_clear(struct run *r)
{
    sip_codec_free(r->s);
    websocket_free(r->w);
    g_byte_array_unref(r->out);
}

/* Takes all units that are whole in the first `known` bytes. */
static enum parse_result run_to(struct run *r, struct bytes stream, gsize known)
{
    enum parse_result result = PARSE_OK;
    while (result == PARSE_OK && r->at < known) {
        gsize n = 0;
        sip_codec_start(r->s, bytes_sub(stream, r->at, known - r->at));
        result = websocket_take(&r->s->c, r->w, 0, &n);
        if (result == PARSE_OK) {
            g_assert_cmpuint(n, >, 0);
            sip_codec_append(r->s, n, r->out);
            r->at += n;
        } else {
            g_assert_cmpuint(n, ==, 0);
            g_assert_cmpuint(edits_count(r->s->rw.edits), ==, 0);
        }
    }
    return result;
}

/* --- the handshake ------------------------------------------------------------------------------------- */

static void test_recognise(void)
{
    static const struct {
        const char *what, *in;
        enum parse_result expected;
    } rows[] = {
        {"nothing", "", PARSE_MORE},
        {"client", GET UPGRADE "\r\n", PARSE_OK},
        {"client, more behind it", GET "Host: a\r\nupgrade:  WebSocket\r\n\r\nalice", PARSE_OK},
        {"client, LF only", "GET / HTTP/1.1\nUpgrade: websocket\n\n", PARSE_OK},
        {"client, list", GET "Upgrade: h2c, websocket\r\n\r\n", PARSE_OK},
        {"client, HTTP/1.0", "GET / HTTP/1.0\r\n" UPGRADE "\r\n", PARSE_OK},
        {"no upgrade", GET "Host: a\r\n\r\n", PARSE_BAD},
        {"another upgrade", GET "Upgrade: h2c\r\n\r\n", PARSE_BAD},
        {"another upgrade, longer", GET "Upgrade: websockets\r\n\r\n", PARSE_BAD},
        {"no end yet", GET UPGRADE, PARSE_MORE},
        {"method only", "GE", PARSE_MORE},
        {"no line yet", "GET /alice?token=", PARSE_MORE},
        {"another method", "POST / HTTP/1.1\r\n" UPGRADE "\r\n", PARSE_BAD},
        {"another protocol", "GET / RTSP/1.0\r\n" UPGRADE "\r\n", PARSE_BAD},
        {"no target", "GET HTTP/1.1\r\n" UPGRADE "\r\n", PARSE_BAD},
        {"empty target", "GET  HTTP/1.1\r\n" UPGRADE "\r\n", PARSE_BAD},
        {"two targets", "GET / / HTTP/1.1\r\n" UPGRADE "\r\n", PARSE_BAD},
        {"server", ANSWER, PARSE_OK},
        {"server, no phrase", "HTTP/1.1 101\r\n", PARSE_OK},
        {"server, begun", "HTTP/1.1 10", PARSE_MORE},
        {"server, code to the end", "HTTP/1.1 101", PARSE_MORE},
        {"server, longer code", "HTTP/1.1 1010 x\r\n", PARSE_BAD},
        {"refused", "HTTP/1.1 403 Forbidden\r\n\r\n", PARSE_BAD},
        {"SIP", OPTIONS, PARSE_BAD},
        {"SIP's answer", "SIP/2.0 200 OK\r\n\r\n", PARSE_BAD},
        {"a frame", "\x81\x05hello", PARSE_BAD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (websocket_recognise(bytes_of(rows[i].in)) != rows[i].expected)
            g_error("%s: %d, expected %d", rows[i].what, websocket_recognise(bytes_of(rows[i].in)), rows[i].expected);
}

struct row {
    const char *what, *in, *out;
};

static void test_heads(void)
{
    static const struct row rows[] = {
        {"client",
         "GET /ws?token=alice HTTP/1.1\r\nHost: a.example:8080\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://a.example\r\nSec-WebSocket-Protocol: sip, alice\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-alice; a=bob\r\n"
         "User-Agent: Alice's browser\r\nCookie: session=alice\r\nX-Alice: bob\r\nX-Bob: 17\r\nx-alice: carol\r\n\r\n",
         "GET /redacted HTTP/1.1\r\nHost: d1.invalid:8080\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
         "Sec-WebSocket-Key: ^^^^^^^^^^^^^^^^^^^^^^==\r\nOrigin: https://d1.invalid\r\nSec-WebSocket-Protocol: sip, redacted\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, redacted; redacted=redacted\r\n"
         "User-Agent: ua1\r\nCookie: redacted\r\nX-Redacted-1: redacted\r\nX-Redacted-2: 0\r\nX-Redacted-1: redacted\r\n\r\n"},
        {"server",
         "HTTP/1.1 101 Hello Alice\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: SIP\r\n"
         "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=\"12\"; client_max_window_bits=4711\r\n"
         "Server: alice\r\nDate: Mon, 02 Jan 2023 10:00:00 GMT\r\nVia: 1.1 alice\r\n\r\n",
         "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: ^^^^^^^^^^^^^^^^^^^^^^^^^^^=\r\nSec-WebSocket-Protocol: SIP\r\n"
         "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=\"12\"; client_max_window_bits=0\r\n"
         "Server: ua1\r\nDate: Mon, 02 Jan 2023 10:00:00 GMT\r\nVia: redacted\r\n\r\n"},
        {"address", GET "Host: [fd00::1]:443\r\nX-Forwarded-For: 10.1.1.1\r\n\r\n",
         GET "Host: [*:*]:443\r\nX-Forwarded-For: redacted\r\n\r\n"},
        {"LF only", "GET / HTTP/1.1\nUpgrade: websocket\nX-Alice:bob\n\n", "GET / HTTP/1.1\nUpgrade: websocket\nX-Redacted-1:redacted\n\n"},
        {"folded", GET "Sec-WebSocket-Protocol: sip,\r\n alice\r\n\r\n", GET "Sec-WebSocket-Protocol: sip,\r\n redacted\r\n\r\n"},
        {"no fields", GET "\r\n", GET "\r\n"},
        {"no colon", GET "alice\r\n: bob\r\nHost:\r\n\r\n", GET "xxxxx\r\n: xxx\r\nHost:\r\n\r\n"},
        {"blanks", GET "Upgrade :\t websocket \r\n\r\n", GET "Upgrade :\t websocket \r\n\r\n"},
        {"absolute target", "GET ws://a.example/ HTTP/1.1\r\n\r\n", "GET /redacted HTTP/1.1\r\n\r\n"},
        {"origin, odd", GET "Origin: null\r\nOrigin: alice\r\nOrigin: bob://a.example\r\nOrigin: https://a.example:8443/alice\r\nOrigin: http://\r\n\r\n",
         GET "Origin: null\r\nOrigin: redacted\r\nOrigin: redacted\r\nOrigin: https://d1.invalid:8443\r\nOrigin: http://\r\n\r\n"},
        {"numbers", GET "Sec-WebSocket-Version: 13, 8, 07, 4711\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=16\r\n\r\n",
         GET "Sec-WebSocket-Version: 13, 8, 0, 0\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=0\r\n\r\n"},
        {"refused, text", "HTTP/1.1 403 Alice\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nalice",
         "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nxxxxx"},
        {"refused, no phrase", "HTTP/1.1 499\r\n\r\n", "HTTP/1.1 499\r\n\r\n"},
        {"refused, unknown code", "HTTP/1.1 499 alice\r\n\r\n", "HTTP/1.1 499 redacted\r\n\r\n"},
        {"no body here", "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 5\r\n\r\n",
         "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 5\r\n\r\n"},
        {"no length", "HTTP/1.1 404 Not Found\r\nContent-Length: alice\r\n\r\n", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct run r = run_new();
        struct bytes in = bytes_of(rows[i].in);
        g_assert_cmpint(run_to(&r, in, in.n), ==, PARSE_OK);
        g_autofree gchar *got = g_strndup((gchar *)r.out->data, r.out->len);
        rig_check(rows[i].what, got, rows[i].out);
        run_clear(&r);
    }
}

/* Where the body ends nobody knows: what follows is no unit, and the caller scrubs it. */
static void test_bodies_without_end(void)
{
    static const char *const rows[] = {
        "HTTP/1.1 403 Forbidden\r\n\r\n<alice",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n<alice",
        "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n6\r\n",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct run r = run_new();
        struct bytes in = bytes_of(rows[i]);
        g_assert_cmpint(run_to(&r, in, in.n), ==, PARSE_BAD);
        g_assert_cmpuint(r.at, ==, bytes_find(in, BYTES_LIT("\r\n\r\n")) + 4);
        run_clear(&r);
    }
}

static void test_serves_sip(void)
{
    static const struct {
        const char *what, *client, *server, *first;
        enum parse_result expected;
    } rows[] = {
        {"nothing seen", "", "", "", PARSE_MORE},
        {"offered", "Sec-WebSocket-Protocol: xmpp, SIP\r\n", "", "", PARSE_OK},
        {"agreed", "Sec-WebSocket-Protocol: sip, xmpp\r\n", "Sec-WebSocket-Protocol: sip\r\n", "", PARSE_OK},
        {"another one agreed", "Sec-WebSocket-Protocol: sip, xmpp\r\n", "Sec-WebSocket-Protocol: xmpp\r\n", "", PARSE_MORE},
        {"server says nothing", "Sec-WebSocket-Protocol: sip\r\n", "X: y\r\n", "", PARSE_OK},
        {"none, SIP", "X: y\r\n", "X: y\r\n", OPTIONS, PARSE_OK},
        {"none, not SIP", "X: y\r\n", "X: y\r\n", "hello", PARSE_BAD},
        {"none, keep-alive", "X: y\r\n", "X: y\r\n", "\r\n\r\n", PARSE_MORE},
        {"a longer name", "Sec-WebSocket-Protocol: sips\r\n", "", "", PARSE_MORE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct run r = run_new();
        g_autofree gchar *client = g_strconcat(GET, UPGRADE, rows[i].client, "\r\n", NULL);
        g_autofree gchar *server = g_strconcat(ANSWER, rows[i].server, "\r\n", NULL);
        g_autoptr(GByteArray) b = g_byte_array_new();
        if (*rows[i].client)
            g_byte_array_append(b, (guint8 *)client, (guint)strlen(client));
        if (*rows[i].server)
            g_byte_array_append(b, (guint8 *)server, (guint)strlen(server));
        if (*rows[i].first)
            add_part(b, &(struct part){FIN | TEXT, NULL, 1, rows[i].first});
        run_to(&r, bytes_of_array(b), b->len);
        if (websocket_serves_sip(r.w) != rows[i].expected)
            g_error("%s: %d, expected %d", rows[i].what, websocket_serves_sip(r.w), rows[i].expected);
        run_clear(&r);
    }
    g_assert_true(websocket_head_names_sip(BYTES_LIT(GET UPGRADE "Sec-WebSocket-Protocol: a,Sip\r\n\r\n")));
    g_assert_false(websocket_head_names_sip(BYTES_LIT(GET UPGRADE "\r\n")));
    g_assert_false(websocket_head_names_sip(BYTES_LIT(GET "Sec-WebSocket-Protocol: sip\r\n")));
}

/* --- frames -------------------------------------------------------------------------------------------- */

struct frames_row {
    const char *what;
    struct part in[6], out[6];
};

#define X125                                                                                                 \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxxxxxxxxxxxxxxx"

static const struct frames_row frames_rows[] = {
    {"text", {{FIN | TEXT, key, 1, OPTIONS}, END}, {{FIN | TEXT, key, 1, OPTIONS_OUT}, END}},
    {"text from the server", {{FIN | TEXT, NULL, 1, OPTIONS}, END}, {{FIN | TEXT, NULL, 1, OPTIONS_OUT}, END}},
    {"masked with zeros", {{FIN | TEXT, no_key, 1, OPTIONS}, END}, {{FIN | TEXT, no_key, 1, OPTIONS_OUT}, END}},
    {"binary", {{FIN | BINARY, key, 1, OPTIONS}, END}, {{FIN | BINARY, key, 1, OPTIONS_OUT}, END}},
    {"keep-alives",
     {{FIN | TEXT, key, 1, "\r\n\r\n"}, {FIN | TEXT, NULL, 1, "\r\n"}, {FIN | TEXT, NULL, 1, ""}, END},
     {{FIN | TEXT, key, 1, "\r\n\r\n"}, {FIN | TEXT, NULL, 1, "\r\n"}, {FIN | TEXT, NULL, 1, ""}, END}},
    {"more line breaks", {{FIN | TEXT, key, 1, "\r\n\r\n\r\n"}, END}, {{FIN | TEXT, key, 1, "xxxxxx"}, END}},
    {"not SIP", {{FIN | TEXT, key, 1, "{\"alice\":1}"}, END}, {{FIN | TEXT, key, 1, "xxxxxxxxxxx"}, END}},
    {"not SIP, binary", {{FIN | BINARY, key, 1, "alice"}, END}, {{FIN | BINARY, key, 1, "~~~~~"}, END}},
    {"ping, pong",
     {{FIN | PING, key, 1, "alice"}, {FIN | PONG, NULL, 1, "alice"}, {FIN | PING, key, 1, ""}, END},
     {{FIN | PING, key, 1, "~~~~~"}, {FIN | PONG, NULL, 1, "~~~~~"}, {FIN | PING, key, 1, ""}, END}},
    {"close", {{FIN | CLOSE, key, 1, "\x03\xe8 alice"}, END}, {{FIN | CLOSE, key, 1, "\x03\xe8xxxxxx"}, END}},
    {"close, private code", {{FIN | CLOSE, key, 1, "\x0f\xa1"}, END}, {{FIN | CLOSE, key, 1, "\x0f\xa1"}, END}},
    {"close, no code", {{FIN | CLOSE, key, 1, "\x13\x88"}, END}, {{FIN | CLOSE, key, 1, "~~"}, END}},
    {"close, empty", {{FIN | CLOSE, key, 1, ""}, END}, {{FIN | CLOSE, key, 1, ""}, END}},
    {"close, one byte", {{FIN | CLOSE, key, 1, "a"}, END}, {{FIN | CLOSE, key, 1, "~"}, END}},
    {"fragments, in proportion",
     {{TEXT, key, 1, "OPTIONS sip:a@b SIP/2.0\r\nT"}, {FIN | MORE, key, 1, "o: sip:alice@b.example\r\n\r\n"}, END},
     /* 26 of 52 bytes, 30 of 60 */
     {{TEXT, key, 1, "OPTIONS sip:u1@d1.invalid SIP/"}, {FIN | MORE, key, 1, "2.0\r\nTo: sip:u2@d2.invalid\r\n\r\n"}, END}},
    {"fragments, control frames between",
     {{TEXT, key, 1, "OPTIONS sip:a@b SIP/2.0\r\nT"}, {FIN | PING, key, 1, "alice"}, {MORE, key, 1, ""},
      {FIN | PONG, key, 1, "bob"}, {FIN | MORE, key, 1, "o: sip:alice@b.example\r\n\r\n"}, END},
     {{TEXT, key, 1, "OPTIONS sip:u1@d1.invalid SIP/"}, {FIN | PING, key, 1, "~~~~~"}, {MORE, key, 1, ""},
      {FIN | PONG, key, 1, "~~~"}, {FIN | MORE, key, 1, "2.0\r\nTo: sip:u2@d2.invalid\r\n\r\n"}, END}},
    {"fragments, not SIP",
     {{TEXT, NULL, 1, "alice"}, {MORE, NULL, 1, "and"}, {FIN | MORE, NULL, 1, "bob"}, END},
     {{TEXT, NULL, 1, "xxxxx"}, {MORE, NULL, 1, "xxx"}, {FIN | MORE, NULL, 1, "xxx"}, END}},
    {"fragments, empty",
     {{BINARY, NULL, 1, ""}, {MORE, NULL, 1, ""}, {FIN | MORE, NULL, 1, ""}, END},
     {{BINARY, NULL, 1, ""}, {MORE, NULL, 1, ""}, {FIN | MORE, NULL, 1, ""}, END}},
    {"longer than it need be",
     {{FIN | TEXT, key, 2, OPTIONS}, {FIN | TEXT, key, 8, OPTIONS}, {FIN | TEXT, NULL, 8, "alice"}, END},
     {{FIN | TEXT, key, 2, OPTIONS_OUT}, {FIN | TEXT, key, 8, OPTIONS_OUT}, {FIN | TEXT, NULL, 8, "xxxxx"}, END}},
    {"at the bound", {{FIN | TEXT, NULL, 0, X125}, {FIN | TEXT, NULL, 2, X125 "x"}, END},
     {{FIN | TEXT, NULL, 0, X125}, {FIN | TEXT, NULL, 2, X125 "x"}, END}},
    {"grows over the bound",
     {{FIN | TEXT, key, 0, "OPTIONS sip:a@b SIP/2.0\r\nTo: <sip:c@d>\r\nFrom: <sip:c@d>\r\nContact: <sip:c@d>\r\nRoute: <sip:c@d>\r\nRoute: <sip:c@d>\r\n\r\n"}, END},
     {{FIN | TEXT, key, 2, "OPTIONS sip:u1@d1.invalid SIP/2.0\r\nTo: <sip:u2@d2.invalid>\r\nFrom: <sip:u2@d2.invalid>\r\nContact: <sip:u2@d2.invalid>\r\nRoute: <sip:u2@d2.invalid>\r\nRoute: <sip:u2@d2.invalid>\r\n\r\n"}, END}},
};

static GByteArray *make_frames(const struct part *parts)
{
    GByteArray *b = g_byte_array_new();
    for (; parts->bits >= 0; parts++)
        add_part(b, parts);
    return b;
}

static void test_frames(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(frames_rows); i++) {
        const struct frames_row *row = &frames_rows[i];
        struct run r = run_new();
        g_autoptr(GByteArray) in = make_frames(row->in);
        if (run_to(&r, bytes_of_array(in), in->len) != PARSE_OK)
            g_error("%s: not taken", row->what);
        g_autofree gchar *got = describe_all(bytes_of_array(r.out)), *expected = describe_parts(row->out);
        check_text(row->what, bytes_of(got), expected);
        run_clear(&r);
    }
}

/* The key moves by a constant of the direction; 0 and the constant stay. */
static void test_masks(void)
{
    struct sip_codec *s = sip_codec_new();
    guint32 by = (guint32)flow_constant(s->c.flows, FLOW_WS_MASK, &s->c.src, &s->c.dst);
    const guint32 keys[] = {0, by, 1, 0x37fa213d, G_MAXUINT32};
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        guint8 frame[] = {0x8a, 0x84, 0, 0, 0, 0, 'b', 'o', 'b', '!'};
        g_autoptr(GByteArray) out = g_byte_array_new();
        gsize n;
        struct websocket *w = websocket_new();
        put_u32be(frame + 2, keys[i]);
        sip_codec_start(s, (struct bytes){frame, sizeof frame});
        g_assert_cmpint(websocket_take(&s->c, w, 1, &n), ==, PARSE_OK);
        sip_codec_append(s, n, out);
        struct reader r = reader_of(bytes_from(bytes_of_array(out), 2));
        guint32 mask = rd_u32be(&r), payload = rd_u32be(&r);
        g_assert_cmpuint(mask, ==, i < 2 ? keys[i] : keys[i] ^ by);
        g_assert_cmpuint(payload, ==, mask); /* zeros, masked */
        websocket_free(w);
    }
    sip_codec_free(s);
}

#define EXTENDED GET UPGRADE "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"

static GByteArray *after_head(const char *head, const struct part *parts)
{
    GByteArray *b = make_frames(parts);
    return g_byte_array_prepend(b, (const guint8 *)head, (guint)strlen(head));
}

/* zlib, windowBits -15, of each with 00 00 ff ff behind it: "", "", "x", "xx", "xxxxxx". */
static void test_compressed(void)
{
    static const struct {
        const char *in;
        struct bytes out;
    } rows[] = {
        {"a", {(const guint8 *)"\x00", 1}},
        {"al", {(const guint8 *)"\x02\x00", 2}},
        {"ali", {(const guint8 *)"\xaa\x00\x00", 3}},
        {"alic", {(const guint8 *)"\xaa\xa8\x00\x00", 4}},
        {"aliceBob", {(const guint8 *)"\xaa\xa8\xa8\xa8\xa8\xa8\x00\x00", 8}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct run r = run_new();
        struct part parts[] = {{FIN | RSV1 | TEXT, NULL, 1, rows[i].in}, END};
        g_autoptr(GByteArray) in = after_head(EXTENDED, parts);
        g_assert_cmpint(run_to(&r, bytes_of_array(in), in->len), ==, PARSE_OK);
        struct bytes got = bytes_from(bytes_of_array(r.out), r.out->len - rows[i].out.n);
        g_assert_cmpmem(got.p, got.n, rows[i].out.p, rows[i].out.n);
        g_assert_cmpuint(r.out->data[r.out->len - got.n - 2], ==, FIN | RSV1 | TEXT);
        g_assert_cmpuint(r.s->calls, ==, 0);
        run_clear(&r);
    }
}

/* Fragmented: the filler goes over all frames; RSV1 on the first alone. */
static void test_compressed_fragments(void)
{
    struct run r = run_new();
    struct part parts[] = {{RSV1 | TEXT, NULL, 1, "ali"}, {FIN | MORE, NULL, 1, "ce"}, END};
    g_autoptr(GByteArray) in = after_head(EXTENDED, parts);
    g_assert_cmpint(run_to(&r, bytes_of_array(in), in->len), ==, PARSE_OK);
    struct bytes got = bytes_from(bytes_of_array(r.out), r.out->len - 9);
    g_assert_cmpmem(got.p, got.n, "\x41\x03\xaa\xa8\xa8\x80\x02\x00\x00", 9);
    run_clear(&r);
}

/* --- what is refused, what is not whole ---------------------------------------------------------------- */

static void test_refused(void)
{
    static const struct {
        const char *what;
        struct bytes in;
        enum parse_result expected;
    } rows[] = {
        {"RSV2", BYTES_LIT("\xa1\x01x"), PARSE_BAD},
        {"RSV3", BYTES_LIT("\x91\x01x"), PARSE_BAD},
        {"RSV1, not agreed", BYTES_LIT("\xc1\x01x"), PARSE_BAD},
        {"reserved opcode", BYTES_LIT("\x83\x01x"), PARSE_BAD},
        {"reserved control opcode", BYTES_LIT("\x8b\x01x"), PARSE_BAD},
        {"fragmented ping", BYTES_LIT("\x09\x01x"), PARSE_BAD},
        {"long ping", BYTES_LIT("\x89\x7e\x00\x7e"), PARSE_BAD},
        {"ping with a longer form", BYTES_LIT("\x89\x7e\x00\x01x"), PARSE_BAD},
        {"continuation of nothing", BYTES_LIT("\x80\x01x"), PARSE_BAD},
        {"message in a message", BYTES_LIT("\x01\x01x\x81\x01x"), PARSE_BAD},
        {"RSV1 inside", BYTES_LIT("\x01\x01x\xc0\x01x"), PARSE_BAD},
        {"too long", BYTES_LIT("\x81\x7f\x00\x00\x00\x00\x00\x10\x00\x00"), PARSE_BAD},
        {"far too long", BYTES_LIT("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), PARSE_BAD},
        {"as long as may be", BYTES_LIT("\x81\x7f\x00\x00\x00\x00\x00\x0f\xff\xf6"), PARSE_MORE},
        {"longer by one", BYTES_LIT("\x81\x7f\x00\x00\x00\x00\x00\x0f\xff\xf7"), PARSE_BAD},
        {"too long in all", BYTES_LIT("\x01\x00\x80\x7f\x00\x00\x00\x00\x00\x0f\xff\xf6"), PARSE_BAD},
        {"nothing", BYTES_LIT(""), PARSE_MORE},
        {"one byte", BYTES_LIT("\x81"), PARSE_MORE},
        {"no length", BYTES_LIT("\x81\x7e\x01"), PARSE_MORE},
        {"no mask", BYTES_LIT("\x81\x81\x01"), PARSE_MORE},
        {"no payload", BYTES_LIT("\x81\x82\x01\x02\x03\x04x"), PARSE_MORE},
        {"no end", BYTES_LIT("\x01\x01x\x89\x00"), PARSE_MORE},
        {"POST", BYTES_LIT("POST / HTTP/1.1\r\n\r\n"), PARSE_BAD},
        {"HELLO", BYTES_LIT("HELLO\r\n\r\n"), PARSE_BAD},
        {"body above the bound", BYTES_LIT("HTTP/1.1 403 Forbidden\r\nContent-Length: 1048576\r\n\r\n"), PARSE_BAD},
        {"body not there", BYTES_LIT("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nalic"), PARSE_MORE},
        {"SIP", BYTES_LIT(OPTIONS), PARSE_BAD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct run r = run_new();
        gsize n = 1;
        sip_codec_start(r.s, rows[i].in);
        enum parse_result got = websocket_take(&r.s->c, r.w, 0, &n);
        if (got != rows[i].expected || n != 0)
            g_error("%s: %d, expected %d", rows[i].what, got, rows[i].expected);
        run_clear(&r);
    }
}

/* What begins as ASCII text is no frame. */
static void test_no_text_is_a_frame(void)
{
    for (guint c = 0x20; c < 0x7f; c++) {
        guint8 frame[] = {(guint8)c, 'a', 'l', 'i', 'c', 'e'};
        struct run r = run_new();
        gsize n;
        sip_codec_start(r.s, (struct bytes){frame, sizeof frame});
        g_assert_cmpint(websocket_take(&r.s->c, r.w, 0, &n), ==, PARSE_BAD);
        run_clear(&r);
    }
}

static void test_bounds(void)
{
    struct run r = run_new();
    g_autoptr(GByteArray) b = g_byte_array_new();
    struct part part = {TEXT, NULL, 1, ""};
    add_part(b, &part);
    part.bits = MORE;
    for (guint i = 2; i < WEBSOCKET_FRAMES_MAX; i++)
        add_part(b, &part);
    g_assert_cmpint(run_to(&r, bytes_of_array(b), b->len), ==, PARSE_MORE);
    add_part(b, &part);
    g_assert_cmpint(run_to(&r, bytes_of_array(b), b->len), ==, PARSE_BAD);
    b->data[b->len - 2] = FIN;
    g_assert_cmpint(run_to(&r, bytes_of_array(b), b->len), ==, PARSE_OK);
    run_clear(&r);

    g_autoptr(GString) head = g_string_new(GET "Cookie: ");
    while (head->len < WEBSOCKET_HEAD_MAX - 4)
        g_string_append_c(head, 'a');
    g_assert_cmpint(websocket_recognise(bytes_of(head->str)), ==, PARSE_MORE);
    g_string_append(head, "\r\n\r\n");
    g_assert_cmpint(websocket_recognise(bytes_of(head->str)), ==, PARSE_BAD); /* no Upgrade */
    r = run_new();
    g_assert_cmpint(run_to(&r, bytes_of(head->str), head->len), ==, PARSE_OK);
    g_string_insert_c(head, 20, 'a');
    r.at = 0;
    g_assert_cmpint(run_to(&r, bytes_of(head->str), head->len), ==, PARSE_BAD);
    run_clear(&r);

    g_string_assign(head, GET);
    for (guint i = 0; i <= HEADERS_MAX; i++)
        g_string_append_printf(head, "X-%u: a\r\n", i);
    g_string_append(head, "\r\n");
    r = run_new();
    g_assert_cmpint(run_to(&r, bytes_of(head->str), head->len), ==, PARSE_BAD);
    run_clear(&r);
}

/* --- streams cut anywhere ------------------------------------------------------------------------------- */

static GByteArray *make_stream(void)
{
    GByteArray *b = g_byte_array_new();
    const char *head = GET UPGRADE "Host: secretname.example\r\nSec-WebSocket-Protocol: sip, secretname\r\n"
                           "Sec-WebSocket-Extensions: permessage-deflate\r\nX-secretname: secretname\r\n\r\n";
    const char *refusal = "HTTP/1.1 403 secretname\r\nContent-Length: 10\r\n\r\nsecretname";
    g_byte_array_append(b, (const guint8 *)refusal, (guint)strlen(refusal));
    g_byte_array_append(b, (const guint8 *)head, (guint)strlen(head));
    for (gsize i = 0; i < G_N_ELEMENTS(frames_rows); i++)
        for (const struct part *p = frames_rows[i].in; p->bits >= 0; p++)
            add_part(b, p);
    add_part(b, &(struct part){FIN | TEXT, NULL, 1, "secretname"});
    add_part(b, &(struct part){FIN | PING, NULL, 1, "secretname"});
    add_part(b, &(struct part){FIN | CLOSE, NULL, 1, "secretname"});
    add_part(b, &(struct part){FIN | RSV1 | TEXT, NULL, 1, "secretname"});
    add_part(b, &(struct part){FIN | TEXT, NULL, 1, "OPTIONS sip:secretname@a.example SIP/2.0\r\nX: secretname\r\n\r\n"});
    return b;
}

static void test_splits(void)
{
    g_autoptr(GByteArray) stream = make_stream();
    struct run whole = run_new();
    g_assert_cmpint(run_to(&whole, bytes_of_array(stream), stream->len), ==, PARSE_OK);
    g_assert_true(bytes_find(bytes_of_array(whole.out), BYTES_LIT("secretname")) == NOT_FOUND);
    struct run r = run_new();
    for (guint i = 1; i <= stream->len; i++)
        g_assert_cmpint(run_to(&r, bytes_of_array(stream), i), !=, PARSE_BAD);
    g_assert_cmpmem(r.out->data, r.out->len, whole.out->data, whole.out->len);
    run_clear(&r);
    for (guint at = 1; at < stream->len; at += 13) {
        r = run_new();
        run_to(&r, bytes_of_array(stream), at);
        g_assert_cmpint(run_to(&r, bytes_of_array(stream), stream->len), ==, PARSE_OK);
        g_assert_cmpmem(r.out->data, r.out->len, whole.out->data, whole.out->len);
        run_clear(&r);
    }
    run_clear(&whole);
}

static void check_prefix(struct bytes b, void *arg)
{
    struct run *r = arg;
    r->at = 0;
    g_byte_array_set_size(r->out, 0);
    g_assert_cmpint(run_to(r, b, b.n), !=, PARSE_BAD);
    g_assert_true(bytes_find(bytes_of_array(r->out), BYTES_LIT("secretname")) == NOT_FOUND);
    websocket_recognise(b);
    websocket_resync(b);
    websocket_head_names_sip(b);
}

static void test_prefixes(void)
{
    g_autoptr(GByteArray) stream = make_stream();
    struct run r = run_new();
    check_prefixes(bytes_of_array(stream), check_prefix, &r);
    run_clear(&r);
}

/* What was written is a stream that is taken again, with as many bytes in as many units. */
static void test_again(void)
{
    g_autoptr(GByteArray) stream = make_stream();
    struct run once = run_new(), again = run_new();
    run_to(&once, bytes_of_array(stream), stream->len);
    g_assert_cmpint(run_to(&again, bytes_of_array(once.out), once.out->len), ==, PARSE_OK);
    g_assert_cmpuint(again.out->len, ==, once.out->len);
    run_clear(&once);
    run_clear(&again);
}

/* --- after a loss ---------------------------------------------------------------------------------------- */

static void test_resync(void)
{
    static const struct part sip = {FIN | TEXT, key, 1, OPTIONS}, plain = {FIN | TEXT, NULL, 1, OPTIONS},
                             binary = {FIN | BINARY, key, 1, OPTIONS}, other = {FIN | TEXT, key, 1, "hello\r\n"},
                             wide = {FIN | TEXT, key, 8, OPTIONS}, part = {TEXT, key, 1, OPTIONS};
    static const struct {
        const char *what, *before;
        const struct part *frame;
        gboolean found;
    } rows[] = {
        {"at once", "", &sip, TRUE},
        {"behind something", "alice", &sip, TRUE},
        {"behind candidates", "\x81\x81\x7e\x81\xfe\xff\xff\x81\x7f\x81", &sip, TRUE},
        {"from the server", "x", &plain, TRUE},
        {"a longer form", "x", &wide, TRUE},
        {"binary", "", &binary, FALSE},
        {"other text", "x", &other, FALSE},
        {"a fragment", "x", &part, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        g_byte_array_append(b, (const guint8 *)rows[i].before, (guint)strlen(rows[i].before));
        add_part(b, rows[i].frame);
        gsize expected = rows[i].found ? strlen(rows[i].before) : NOT_FOUND;
        if (websocket_resync(bytes_of_array(b)) != expected)
            g_error("%s", rows[i].what);
        /* the first line is enough */
        g_assert_true(websocket_resync(bytes_sub(bytes_of_array(b), 0, b->len - 5)) == expected);
    }
    g_assert_true(websocket_resync(BYTES_NONE) == NOT_FOUND);
    g_assert_true(websocket_resync(BYTES_LIT("\x81\x20OPTIONS sip:a SIP/2.0")) == NOT_FOUND); /* no line yet */
    g_assert_true(websocket_resync(BYTES_LIT("\x81\x10OPTIONS sip:a SIP/2.0\r\n")) == NOT_FOUND); /* cut off */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/websocket/recognise", test_recognise);
    g_test_add_func("/websocket/heads", test_heads);
    g_test_add_func("/websocket/bodies-without-end", test_bodies_without_end);
    g_test_add_func("/websocket/serves-sip", test_serves_sip);
    g_test_add_func("/websocket/frames", test_frames);
    g_test_add_func("/websocket/masks", test_masks);
    g_test_add_func("/websocket/compressed", test_compressed);
    g_test_add_func("/websocket/compressed-fragments", test_compressed_fragments);
    g_test_add_func("/websocket/refused", test_refused);
    g_test_add_func("/websocket/no-text-is-a-frame", test_no_text_is_a_frame);
    g_test_add_func("/websocket/bounds", test_bounds);
    g_test_add_func("/websocket/splits", test_splits);
    g_test_add_func("/websocket/prefixes", test_prefixes);
    g_test_add_func("/websocket/again", test_again);
    g_test_add_func("/websocket/resync", test_resync);
    return g_test_run();
}

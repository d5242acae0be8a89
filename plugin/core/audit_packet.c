/* Step 2: one packet, or text, of the finished files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

/* --- pieces of streams -------------------------------------------------------------------------------- */

#define ENDS_LOG2 10
#define ENDS_OF_FLOW 8
#define END_BYTES 128 /* an original of up to 129 bytes is found across a border */

struct end {
    guint32 from, to; /* sequence numbers; equal: free */
    guint8 n_head, n_tail;
    guint8 head[END_BYTES], tail[END_BYTES];
};

struct ends_of_flow {
    guint64 flow;
    guint next;
    struct end end[ENDS_OF_FLOW];
};

struct ends {
    struct ends_of_flow flow[1u << ENDS_LOG2];
};

void audit_ends_free(struct ends *e)
{
    g_free(e);
}

/* --- hits of the search --------------------------------------------------------------------------------- */

#define FINEST 2
#define PHONE_DIGITS 7
#define LINE_MIN 12
#define BINARY_MAX 4

/* Levels of what a word is: a hit lies in a label or an image where one of the words around it is one. */
static gboolean ends_level(guint8 c, guint level)
{
    static const char *const sets[] = {"\"<>;,=()[]{}|?", "\"<>;,=()[]{}|?@", "\"<>;,=()[]{}|?@:/'&"};
    return c <= ' ' || c == 0x7f || strchr(sets[level], c) != NULL;
}

static struct bytes word_around(struct bytes text, gsize at, gsize n, guint level)
{
    gsize from = at, to = at + n;
    while (from > 0 && !ends_level(text.p[from - 1], level))
        from--;
    while (to < text.n && !ends_level(text.p[to], level))
        to++;
    return bytes_sub(text, from, to - from);
}

static gboolean is_ours(struct audit *a, struct bytes word)
{
    return bloom_has(a->bloom, audit_hash(a, HASH_IMAGE, word)) || audit_is_label(a, word) || audit_is_kept(a, word);
}

/* A token of ten digits may be a number that is kept for being one (CSeq, times). */
static gboolean is_plain_number(struct bytes word, enum kind kind)
{
    guint64 n;
    gboolean person = kind == KIND_USER || kind == KIND_PHONE || kind == KIND_DOMAIN;
    return !person && bytes_number(word, G_MAXUINT32, &n);
}

static gboolean is_word_end(struct bytes text, gsize at, guint level)
{
    guint8 c = text.p[at];
    return c >= 0x7f || ends_level(c, level) || (level == FINEST && strchr("\\*#~|!%", c));
}

static gboolean is_known(struct audit *a, struct bytes word)
{
    guint8 addr[16];
    return audit_harmless(a, word) || is_ours(a, word) || address4_parse(word, addr) ||
           address6_parse(word, addr);
}

/* The front or the end of a word, which the hit or the segment cuts: part of a known word. */
static gboolean is_piece(struct audit *a, struct bytes text, gsize from, gsize to, struct span hit)
{
    gsize begin = MAX(from, hit.off), end = MIN(to, hit.off + hit.len);
    gboolean is_cut = end - begin < to - from || from == 0 || to == text.n;
    return is_cut && bytes_find(words_text(a->words), bytes_sub(text, begin, end - begin)) != NOT_FOUND;
}

/* A message behind layers that the reader does not know: bytes of theirs stand before its first word. */
static gboolean is_behind_binary(struct audit *a, struct bytes text, gsize from, gsize to)
{
    guint8 before = from ? text.p[from - 1] : ' ';
    if ((before >= ' ' && before < 0x7f) || audit_is_space(before))
        return FALSE;
    for (gsize skip = 1; skip <= BINARY_MAX && from + skip + BINARY_MAX < to; skip++)
        if (is_known(a, bytes_sub(text, from + skip, to - from - skip)))
            return TRUE;
    return FALSE;
}

/* All words from `at` to the hit's end are known; those of a coarser one at a finer level. */
static gboolean are_known(struct audit *a, struct bytes text, gsize at, gsize end, struct span hit,
                          guint level)
{
    for (gsize to; at < end; at = to + 1) {
        for (to = at; to < text.n && !is_word_end(text, to, level);)
            to++;
        if (to <= hit.off || is_known(a, bytes_sub(text, at, to - at)) || is_piece(a, text, at, to, hit) ||
            is_behind_binary(a, text, at, to) ||
            (level < FINEST && are_known(a, text, at, MIN(to, end), hit, level + 1)))
            to += level == FINEST && to < text.n && text.p[to] == '%' ? 2 : 0; /* an escape */
        else
            return FALSE;
    }
    return TRUE;
}

static guint count_digits(struct bytes b)
{
    guint n = 0;
    for (gsize i = 0; i < b.n; i++)
        n += g_ascii_isdigit((gchar)b.p[i]) ? 1 : 0;
    return n;
}

/* A broken message may have "wards: 70" for a Call-ID: what of it stands in words that any message has is
 * none. Numbers alone may be somebody's. */
static gboolean lies_in_known_words(struct audit *a, struct bytes text, gsize at, gsize n, enum kind kind)
{
    guint digits = count_digits(bytes_sub(text, at, n));
    gboolean may_be_phone = kind == KIND_USER || kind == KIND_PHONE || kind == KIND_DELETED;
    gsize from = at;
    if (digits == n || (may_be_phone && digits >= PHONE_DIGITS))
        return FALSE;
    while (from > 0 && !is_word_end(text, from - 1, 0))
        from--;
    return are_known(a, text, from, at + n, (struct span){(guint32)at, (guint32)n}, 0);
}

static gsize line_begin(struct bytes text, gsize at)
{
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
    return at;
}

/* A number alone where one is kept for counting something, or for being a time: a CSeq of ten digits may well be
 * somebody's number, too. */
static gboolean is_counter(struct bytes text, gsize at, gsize n)
{
    static const char *const lines[] = {"CSeq:", "RSeq:", "RAck:", "Expires:", "t=", "r=", "z=", "o="};
    guint64 number;
    if (word_around(text, at, n, FINEST).n != n || !bytes_number(bytes_sub(text, at, n), G_MAXUINT32, &number))
        return FALSE;
    struct bytes line = bytes_from(text, line_begin(text, at));
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        if (bytes_istarts(line, bytes_of(lines[i])))
            return TRUE;
    return FALSE;
}

static gboolean is_exempt(struct audit *a, struct bytes text, gsize at, gsize n, enum kind kind)
{
    if (lies_in_known_words(a, text, at, n, kind) || is_counter(text, at, n))
        return TRUE;
    for (guint level = 0; level <= FINEST; level++) {
        struct bytes word = word_around(text, at, n, level);
        if (is_ours(a, word) || is_plain_number(word, kind))
            return TRUE;
    }
    return FALSE;
}

/* The header field that a hit lies in, where the line begins with a name that is known. */
static struct bytes field_at(struct bytes text, gsize at)
{
    at = line_begin(text, at);
    gsize colon = bytes_chr(bytes_sub(text, at, AUDIT_PLACE_MAX), ':');
    return colon == NOT_FOUND ? BYTES_NONE : bytes_sub(text, at, colon);
}

struct found {
    struct audit *a;
    const char *name; /* of the text; NULL: a packet */
    gsize border;     /* only what lies across it counts; 0: all */
};

static gboolean on_found(void *arg, struct bytes text, gsize at, gsize n, enum kind kind)
{
    const struct found *f = arg;
    if ((f->border && (at >= f->border || at + n <= f->border)) || is_exempt(f->a, text, at, n, kind))
        return FALSE;
    struct bytes field = field_at(text, at);
    audit_at(f->a, f->name, words_find(f->a->words, field) ? field : BYTES_NONE);
    audit_fail(f->a, AUDIT_FOUND, kind);
    return FALSE;
}

void audit_find(struct audit *a, const char *name, struct bytes text, gsize border)
{
    struct found f = {a, name, border};
    a->result.bytes += text.n;
    search_text(a->search, a->memo, text, on_found, &f);
}

/* --- what is not searched ------------------------------------------------------------------------------- */

static gboolean on_own_text(void *arg, struct bytes text, gsize at, gsize n, enum kind kind)
{
    (void)arg, (void)text, (void)at, (void)n, (void)kind;
    return TRUE;
}

static void add_label(void *arg, enum kind kind, struct bytes canonical, struct bytes label)
{
    struct audit *a = arg;
    if (kind != KIND_AGENT || !audit_harmless(a, canonical))
        audit_original(a, canonical, label, kind);
}

/* The tables know identities that no slot of ours held. */
void audit_begin_files(struct audit *a)
{
    if (a->files)
        return;
    a->files = TRUE;
    a->number = 0;
    a->memo = search_memo_new();
    labels_each(a->labels, add_label, a);
    search_text(a->search, NULL, words_text(a->words), on_own_text, NULL);
}

void audit_own_text(struct audit *a, struct bytes text)
{
    audit_begin_files(a);
    search_text(a->search, NULL, text, on_own_text, NULL);
}

gboolean audit_text(struct audit *a, const char *name, struct bytes text)
{
    audit_begin_files(a);
    a->number = 0;
    audit_find(a, name, text, 0);
    return a->result.n_hits == 0;
}

/* --- packets --------------------------------------------------------------------------------------------- */

void audit_fail_at(struct audit *a, const char *place, enum audit_fault fault, enum kind kind)
{
    audit_at(a, place, BYTES_NONE);
    audit_fail(a, fault, kind);
}

static void check_address(struct audit *a, const struct audit_addr *addr)
{
    static const struct {
        guint8 what, n;
        const char *name;
    } layers[] = {[AUDIT_MAC] = {HASH_MAC, 6, "mac"},
                  [AUDIT_IP4] = {HASH_V4, 4, "ipv4"},
                  [AUDIT_IP6] = {HASH_V6, 16, "ipv6"}};
    struct bytes value = {addr->p, layers[addr->layer].n};
    if (!audit_is_zero(addr) && !bloom_has(a->bloom, audit_hash(a, layers[addr->layer].what, value)))
        audit_fail_at(a, layers[addr->layer].name, AUDIT_UNCHECKED,
                      addr->layer == AUDIT_MAC ? KIND_MAC : KIND_ADDRESS);
}

/* Masked WebSocket frames and the numbers of HEP have line feeds and colons by chance, too: a line of a header section
 * is text, and longer than chance makes any. */
static gboolean is_header_line(const struct audit *a, struct bytes line)
{
    if (line.n < LINE_MIN || !audit_line_has_identity(a, line))
        return FALSE;
    for (gsize i = 0; i < line.n; i++)
        if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] >= 0x7f)
            return FALSE;
    return TRUE;
}

/* Behind a body without a last line break the next message begins in the same line. */
static gboolean was_checked(struct audit *a, struct bytes line)
{
    if (bloom_has(a->bloom, audit_hash(a, HASH_LINE, line)))
        return TRUE;
    if (bytes_find(line, BYTES_LIT("SIP/2.0")) == NOT_FOUND)
        return FALSE;
    for (gsize n = LINE_MIN; n < line.n; n++)
        if (audit_is_sip(bytes_from(line, n)) && bloom_has(a->bloom, audit_hash(a, HASH_LINE, bytes_sub(line, 0, n))))
            return TRUE;
    return FALSE;
}

/* The lines that lie in the segment with both their ends. */
static void check_lines(struct audit *a, struct bytes payload)
{
    struct bytes line;
    gsize last = bytes_rchr(payload, '\n');
    payload = bytes_sub(payload, 0, last == NOT_FOUND ? 0 : last);
    if (!audit_is_sip(payload))
        audit_next_line(&payload, &line);
    while (audit_next_line(&payload, &line)) {
        gsize colon = bytes_chr(bytes_sub(line, 0, 64), ':');
        struct bytes value = audit_trim(bytes_from(line, colon + 1));
        /* A label alone: User-Agent in the head of a WebSocket. */
        if (is_header_line(a, line) && !audit_blanked(value) && !audit_is_label(a, value) && !was_checked(a, line)) {
            audit_at(a, "line ", bytes_sub(line, 0, colon));
            audit_fail(a, AUDIT_UNCHECKED, KIND_KEPT);
        }
    }
}

static void check_payload(struct audit *a, const struct audit_layers *l)
{
    if (l->tcp)
        check_lines(a, l->payload);
    else if (l->udp && audit_is_sip(l->payload) && !audit_all_x(l->payload) &&
             !bloom_has(a->bloom, audit_hash(a, HASH_MESSAGE, l->payload)))
        audit_fail_at(a, "message", AUDIT_UNCHECKED, KIND_KEPT);
}

/* Across the border of two pieces. */
static void search_border(struct audit *a, struct bytes tail, struct bytes head)
{
    guint8 both[2 * END_BYTES];
    memcpy(both, tail.p, tail.n);
    memcpy(both + tail.n, head.p, head.n);
    audit_find(a, "segments: ", (struct bytes){both, tail.n + head.n}, tail.n);
}

/* Segments come in any order: each is put together with what was before or behind it. */
void audit_join(struct audit *a, const struct audit_layers *l)
{
    if (!l->piece || l->payload.n == 0)
        return;
    if (!a->ends)
        a->ends = g_new0(struct ends, 1);
    struct ends_of_flow *f = &a->ends->flow[l->flow & ((1u << ENDS_LOG2) - 1)];
    if (f->flow != l->flow)
        *f = (struct ends_of_flow){.flow = l->flow};
    struct bytes head = bytes_sub(l->payload, 0, END_BYTES);
    struct bytes tail = bytes_from(l->payload, l->payload.n - head.n);
    guint32 to = l->at + (guint32)l->payload.n;
    for (guint i = 0; i < ENDS_OF_FLOW; i++) {
        struct end *e = &f->end[i];
        if (e->from == e->to)
            continue;
        if (e->to == l->at)
            search_border(a, (struct bytes){e->tail, e->n_tail}, head);
        if (e->from == to)
            search_border(a, tail, (struct bytes){e->head, e->n_head});
        if (e->from == l->at && e->to == to)
            return;
    }
    struct end *e = &f->end[f->next++ % ENDS_OF_FLOW];
    *e = (struct end){.from = l->at, .to = to, .n_head = (guint8)head.n, .n_tail = (guint8)tail.n};
    memcpy(e->head, head.p, head.n);
    memcpy(e->tail, tail.p, tail.n);
}

void audit_packet(struct audit *a, const struct audit_layers *l, struct bytes frame)
{
    arena_reset(a->arena);
    for (guint i = 0; i < l->n; i++)
        check_address(a, &l->addr[i]);
    check_payload(a, l);
    /* Layers and payload apart: no identity begins in a checksum. */
    gsize begin = (gsize)(l->payload.p - frame.p), end = begin + l->payload.n;
    audit_find(a, "packet: ", bytes_sub(frame, 0, begin), 0);
    audit_find(a, "packet: ", l->payload, 0);
    audit_find(a, "packet: ", bytes_from(frame, end), 0);
}

/* Step 2: the finished files, read by a reader of its own.
 *
 * pcapng (draft-ietf-opsawg-pcapng) and pcap, of either byte order. What a capture of ours may hold is a
 * short list: section header, interface descriptions and statistics, enhanced packets, and of each a few
 * options; anything else is a hit whatever is in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define BLOCK_MAX ((guint32)4 << 20) /* a frame has at most 256 KiB */
#define INTERFACES_MAX 4096

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

static gboolean is_exempt(struct audit *a, struct bytes text, gsize at, gsize n, enum kind kind)
{
    if (lies_in_known_words(a, text, at, n, kind))
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
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
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

static void search(struct audit *a, const char *name, struct bytes text, gsize border)
{
    struct found f = {a, name, border};
    a->result.bytes += text.n;
    search_text(a->search, text, on_found, &f);
}

/* --- what is not searched
 * ----------------------------------------------------------------------------------- */

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
static void begin_files(struct audit *a)
{
    if (a->files)
        return;
    a->files = TRUE;
    a->number = 0;
    labels_each(a->labels, add_label, a);
    search_text(a->search, words_text(a->words), on_own_text, NULL);
}

void audit_own_text(struct audit *a, struct bytes text)
{
    begin_files(a);
    search_text(a->search, text, on_own_text, NULL);
}

gboolean audit_text(struct audit *a, const char *name, struct bytes text)
{
    begin_files(a);
    a->number = 0;
    search(a, name, text, 0);
    return a->result.n_hits == 0;
}

/* --- packets
 * -------------------------------------------------------------------------------------------------- */

static void fail_at(struct audit *a, const char *place, enum audit_fault fault, enum kind kind)
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
        fail_at(a, layers[addr->layer].name, AUDIT_UNCHECKED,
                addr->layer == AUDIT_MAC ? KIND_MAC : KIND_ADDRESS);
}

static gboolean all_x(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] != 'x')
            return FALSE;
    return TRUE;
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
        if (audit_line_has_identity(a, line) && !audit_blanked(value) && !audit_is_label(a, value) &&
            !bloom_has(a->bloom, audit_hash(a, HASH_LINE, line))) {
            audit_at(a, "line ", bytes_sub(line, 0, colon));
            audit_fail(a, AUDIT_UNCHECKED, KIND_KEPT);
        }
    }
}

static void check_payload(struct audit *a, const struct audit_layers *l)
{
    if (l->tcp)
        check_lines(a, l->payload);
    else if (l->udp && audit_is_sip(l->payload) && !all_x(l->payload) &&
             !bloom_has(a->bloom, audit_hash(a, HASH_MESSAGE, l->payload)))
        fail_at(a, "message", AUDIT_UNCHECKED, KIND_KEPT);
}

/* Across the border of two pieces. */
static void search_border(struct audit *a, struct bytes tail, struct bytes head)
{
    guint8 both[2 * END_BYTES];
    memcpy(both, tail.p, tail.n);
    memcpy(both + tail.n, head.p, head.n);
    search(a, "segments: ", (struct bytes){both, tail.n + head.n}, tail.n);
}

/* Segments come in any order: each is put together with what was before or behind it. */
static void join_piece(struct audit *a, const struct audit_layers *l)
{
    if (l->payload.n == 0)
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

static void check_packet(struct audit *a, guint linktype, struct bytes frame)
{
    struct audit_layers l;
    arena_reset(a->arena);
    a->number = ++a->result.packets;
    audit_read_layers(&l, linktype, frame);
    for (guint i = 0; i < l.n; i++)
        check_address(a, &l.addr[i]);
    check_payload(a, &l);
    /* Layers and payload apart: no identity begins in a checksum. */
    gsize begin = (gsize)(l.payload.p - frame.p), end = begin + l.payload.n;
    search(a, "packet: ", bytes_sub(frame, 0, begin), 0);
    search(a, "packet: ", l.payload, 0);
    search(a, "packet: ", bytes_from(frame, end), 0);
    if (l.piece)
        join_piece(a, &l);
}

/* --- the file
 * -------------------------------------------------------------------------------------------------- */

struct file {
    struct audit *a;
    audit_read read;
    void *arg;
    gboolean swapped; /* little-endian numbers are turned */
    GByteArray *block;
    GArray *links; /* guint16: of the section's interfaces */
};

/* All n bytes or none; *end: none were there. */
static gboolean take(struct file *f, guint8 *buffer, gsize n, gboolean *end)
{
    gsize have = 0;
    while (have < n) {
        gssize got = f->read(f->arg, buffer + have, n - have);
        if (got <= 0 || (gsize)got > n - have) {
            *end = got == 0 && have == 0;
            return FALSE;
        }
        have += (gsize)got;
    }
    return TRUE;
}

/* Grown as it is read: a length is a claim. */
static gboolean take_block(struct file *f, gsize n)
{
    gboolean end;
    g_byte_array_set_size(f->block, (guint)n);
    return take(f, f->block->data, n, &end);
}

static guint32 get32(const struct file *f, struct bytes b, gsize at)
{
    struct reader r = reader_of(bytes_from(b, at));
    guint32 v = rd_u32be(&r);
    return f->swapped ? GUINT32_SWAP_LE_BE(v) : v;
}

static guint get16(const struct file *f, struct bytes b, gsize at)
{
    struct reader r = reader_of(bytes_from(b, at));
    guint16 v = rd_u16be(&r);
    return f->swapped ? GUINT16_SWAP_LE_BE(v) : v;
}

static gboolean malformed(struct file *f, const char *what)
{
    fail_at(f->a, what, AUDIT_MALFORMED, KIND_KEPT);
    return FALSE;
}

/* --- pcapng
 * ------------------------------------------------------------------------------------------------------ */

enum { SHB = 0x0a0d0d0a, IDB = 1, ISB = 5, EPB = 6 };
enum { OPT_END = 0, OPT_COMMENT = 1, SHB_USERAPPL = 4, IF_NAME = 2 };

/* Options that a block of ours may have, a bit each. */
static guint32 allowed_options(guint32 type)
{
    switch (type) {
    case SHB:
        return 1u << OPT_COMMENT | 1u << SHB_USERAPPL;
    case IDB: /* ifN, speed, resolution, fcslen, offset */
        return 1u << IF_NAME | 1u << 8 | 1u << 9 | 1u << 13 | 1u << 14;
    case ISB: /* start, end, received, dropped, accepted, dropped by the system, delivered */
        return 0xfcu | 1u << 8;
    case EPB: /* flags, drop count */
        return 1u << 2 | 1u << 4;
    default:
        return 0;
    }
}

static gboolean is_our_interface(struct bytes name)
{
    guint64 n;
    while (name.n && name.p[name.n - 1] == 0)
        name.n--;
    return bytes_starts(name, BYTES_LIT("if")) && bytes_number(bytes_from(name, 2), 99999, &n);
}

/* Of an interface: a time, or a count that can be one. */
static gboolean is_statistic(const struct file *f, guint code, struct bytes value)
{
    gboolean count = code > 3;
    return value.n == 8 && (!count || get32(f, value, f->swapped ? 4 : 0) <= G_MAXUINT16);
}

static void check_options(struct file *f, guint32 type, struct bytes b)
{
    while (b.n >= 4) {
        guint code = get16(f, b, 0);
        gsize n = get16(f, b, 2);
        struct bytes value = bytes_sub(bytes_from(b, 4), 0, n);
        if (code == OPT_END)
            return;
        if (code > 31 || !(allowed_options(type) >> code & 1) ||
            (type == IDB && code == IF_NAME && !is_our_interface(value)) ||
            (type == ISB && !is_statistic(f, code, value)))
            fail_at(f->a, "option", AUDIT_BLOCK, KIND_KEPT);
        search(f->a, "option: ", value, 0);
        b = bytes_from(b, 4 + (n + 3) / 4 * 4);
    }
}

static gboolean check_enhanced(struct file *f, struct bytes b)
{
    guint32 interface = get32(f, b, 0), captured = get32(f, b, 12);
    if (b.n < 20 || captured > b.n - 20 || interface >= f->links->len)
        return malformed(f, "packet block");
    check_packet(f->a, g_array_index(f->links, guint16, interface), bytes_sub(b, 20, captured));
    check_options(f, EPB, bytes_from(b, 20 + ((gsize)captured + 3) / 4 * 4));
    return TRUE;
}

static gboolean check_interface(struct file *f, struct bytes b)
{
    guint16 link = (guint16)get16(f, b, 0);
    if (b.n < 8 || f->links->len >= INTERFACES_MAX)
        return malformed(f, "interface block");
    g_array_append_val(f->links, link);
    check_options(f, IDB, bytes_from(b, 8));
    return TRUE;
}

static gboolean check_statistics(struct file *f, struct bytes b)
{
    if (b.n < 12 || get32(f, b, 0) >= f->links->len)
        return malformed(f, "statistics block");
    check_options(f, ISB, bytes_from(b, 12));
    return TRUE;
}

static gboolean check_block(struct file *f, guint32 type, struct bytes body)
{
    switch (type) {
    case IDB:
        return check_interface(f, body);
    case ISB:
        return check_statistics(f, body);
    case EPB:
        return check_enhanced(f, body);
    default: /* names, secrets, custom ...: it may not be there, whatever it says */
        fail_at(f->a, "block", AUDIT_BLOCK, KIND_KEPT);
        search(f->a, "block: ", body, 0);
        return TRUE;
    }
}

/* The byte order is that of the section. `head`: type and length, as they stand. */
static gboolean begin_section(struct file *f, guint8 magic[4])
{
    static const guint8 big[4] = {0x1a, 0x2b, 0x3c, 0x4d}, little[4] = {0x4d, 0x3c, 0x2b, 0x1a};
    gboolean end;
    if (!take(f, magic, 4, &end) || (memcmp(magic, big, 4) != 0 && memcmp(magic, little, 4) != 0))
        return malformed(f, "section header");
    f->swapped = memcmp(magic, little, 4) == 0;
    g_array_set_size(f->links, 0);
    return TRUE;
}

static gboolean check_next_block(struct file *f, const guint8 head[8])
{
    struct bytes h = {head, 8};
    guint8 magic[4];
    guint32 type = get32(f, h, 0);
    gsize front = 0;
    if (type == SHB) { /* the same in both orders */
        if (!begin_section(f, magic))
            return FALSE;
        front = 4;
    }
    guint32 length = get32(f, h, 4);
    if (length < 12 + front || length % 4 || length > BLOCK_MAX || !take_block(f, length - 8 - front))
        return malformed(f, "block");
    struct bytes rest = bytes_of_array(f->block);
    if (get32(f, rest, rest.n - 4) != length)
        return malformed(f, "block");
    struct bytes body = bytes_sub(rest, 0, rest.n - 4);
    if (type == SHB) { /* the magic is read already */
        check_options(f, SHB, bytes_from(body, 12));
        return TRUE;
    }
    return check_block(f, type, body);
}

static void read_pcapng(struct file *f, guint8 head[8])
{
    gboolean end = FALSE;
    while (check_next_block(f, head)) {
        if (!take(f, head, 8, &end)) {
            if (!end)
                malformed(f, "block");
            return;
        }
    }
}

/* --- pcap
 * ----------------------------------------------------------------------------------------------------------
 */

static gboolean is_pcap(struct file *f, const guint8 head[8])
{
    guint32 magic = (guint32)head[0] << 24 | (guint32)head[1] << 16 | (guint32)head[2] << 8 | head[3];
    f->swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
    return f->swapped || magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
}

static void read_pcap(struct file *f)
{
    guint8 head[16];
    gboolean end = FALSE;
    if (!take(f, head, 16, &end)) {
        malformed(f, "file header");
        return;
    }
    guint linktype = get32(f, (struct bytes){head, 16}, 12) & 0xffff;
    while (take(f, head, 16, &end)) {
        guint32 captured = get32(f, (struct bytes){head, 16}, 8);
        if (captured > BLOCK_MAX || !take_block(f, captured)) {
            malformed(f, "packet");
            return;
        }
        check_packet(f->a, linktype, bytes_of_array(f->block));
    }
    if (!end)
        malformed(f, "packet");
}

gboolean audit_capture(struct audit *a, audit_read read, void *arg)
{
    static const guint8 section[4] = {0x0a, 0x0d, 0x0d, 0x0a};
    struct file f = {.a = a, .read = read, .arg = arg};
    guint8 head[8];
    gboolean end;
    f.block = g_byte_array_new();
    f.links = g_array_new(FALSE, FALSE, sizeof(guint16));
    begin_files(a);
    a->number = 0;
    if (!take(&f, head, sizeof head, &end))
        malformed(&f, "file header");
    else if (memcmp(head, section, 4) == 0)
        read_pcapng(&f, head);
    else if (is_pcap(&f, head))
        read_pcap(&f);
    else
        malformed(&f, "file header");
    g_byte_array_unref(f.block);
    g_array_unref(f.links);
    return a->result.n_hits == 0;
}

/* Step 2: the finished files, read by a reader of its own.
 *
 * pcapng (draft-ietf-opsawg-pcapng) and pcap, of either byte order. What a capture of ours may hold is a
 * short list: section header, interface descriptions and statistics, enhanced packets, and of each a few
 * options; anything else is a hit whatever is in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"
#include "worker.h"

#define BLOCK_MAX ((guint32)4 << 20) /* a frame has at most 256 KiB */
#define INTERFACES_MAX 4096

/* --- two threads ---------------------------------------------------------------------------------------- */

#define SHARE_BYTES (64u * 1024u)

/* An audit of another thread: it shares with the first what is only read from here on. */
struct second {
    struct audit audit;
    struct worker *worker;
};

struct packet {
    guint64 number;
    guint linktype;
};

static void take_packet(void *arg, gconstpointer item, struct bytes frame, struct bytes unused)
{
    struct audit *a = arg;
    const struct packet *packet = item;
    struct audit_layers l;
    (void)unused;
    a->number = packet->number;
    audit_read_layers(&l, packet->linktype, frame);
    audit_packet(a, &l, frame);
}

static struct second *second_new(struct audit *a)
{
    if (!a->threads)
        return NULL;
    struct second *s = g_new(struct second, 1);
    search_prepare(a->search);
    bloom_settle(a->bloom);
    s->audit = *a;
    s->audit.arena = arena_new();
    s->audit.memo = search_memo_new();
    s->audit.ends = NULL;
    s->audit.result = (struct audit_result){.frames = 0};
    s->worker = worker_new("sianto-search", sizeof(struct packet), take_packet, &s->audit, WORKER_THREAD);
    return s;
}

/* Those of the first audit from `from` on, and the other's: by frames, and of one frame what was found in the packet
 * itself, the other's, before what was found with its neighbours. */
static void merge_hits(struct audit_result *r, guint64 from, const struct audit_result *other)
{
    struct audit_hit mine[AUDIT_HITS_KEPT];
    guint n = (guint)MIN(r->n_hits, AUDIT_HITS_KEPT), n_other = (guint)MIN(other->n_hits, AUDIT_HITS_KEPT);
    guint i = (guint)MIN(from, AUDIT_HITS_KEPT), o = 0;
    memcpy(mine, r->hits, sizeof mine);
    for (guint to = i; to < AUDIT_HITS_KEPT && (i < n || o < n_other); to++) {
        gboolean take_other = o < n_other && (i == n || other->hits[o].frame <= mine[i].frame);
        r->hits[to] = take_other ? other->hits[o++] : mine[i++];
    }
    r->n_hits += other->n_hits;
    r->bytes += other->bytes;
}

static void second_finish(struct second *s, struct audit *a, guint64 hits_before)
{
    if (!s)
        return;
    worker_finish(s->worker);
    worker_free(s->worker);
    merge_hits(&a->result, hits_before, &s->audit.result);
    arena_free(s->audit.arena);
    g_free(s->audit.memo);
    g_free(s);
}

/* --- the file ------------------------------------------------------------------------------------------- */

struct file {
    struct audit *a;
    struct second *second; /* NULL: one thread */
    guint64 dealt;         /* bytes of packets */
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
    audit_fail_at(f->a, what, AUDIT_MALFORMED, KIND_KEPT);
    return FALSE;
}

/* Every other share of the packets is the second thread's. */
static void check_packet(struct file *f, guint linktype, struct bytes frame)
{
    struct audit_layers l;
    struct audit *a = f->a;
    a->number = ++a->result.packets;
    audit_read_layers(&l, linktype, frame);
    if (f->second && f->dealt / SHARE_BYTES % 2 == 0) {
        const struct packet packet = {a->number, linktype};
        worker_give(f->second->worker, &packet, frame, BYTES_NONE);
    } else {
        audit_packet(a, &l, frame);
    }
    f->dealt += frame.n;
    audit_join(a, &l);
}

/* --- pcapng -------------------------------------------------------------------------------------------- */

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
            audit_fail_at(f->a, "option", AUDIT_BLOCK, KIND_KEPT);
        audit_find(f->a, "option: ", value, 0);
        b = bytes_from(b, 4 + (n + 3) / 4 * 4);
    }
}

static gboolean check_enhanced(struct file *f, struct bytes b)
{
    guint32 interface = get32(f, b, 0), captured = get32(f, b, 12);
    if (b.n < 20 || captured > b.n - 20 || interface >= f->links->len)
        return malformed(f, "packet block");
    check_packet(f, g_array_index(f->links, guint16, interface), bytes_sub(b, 20, captured));
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
        audit_fail_at(f->a, "block", AUDIT_BLOCK, KIND_KEPT);
        audit_find(f->a, "block: ", body, 0);
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

/* --- pcap ---------------------------------------------------------------------------------------------- */

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
        check_packet(f, linktype, bytes_of_array(f->block));
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
    guint64 hits_before = a->result.n_hits;
    audit_begin_files(a);
    a->number = 0;
    f.second = second_new(a);
    if (!take(&f, head, sizeof head, &end))
        malformed(&f, "file header");
    else if (memcmp(head, section, 4) == 0)
        read_pcapng(&f, head);
    else if (is_pcap(&f, head))
        read_pcap(&f);
    else
        malformed(&f, "file header");
    second_finish(f.second, a, hits_before);
    g_byte_array_unref(f.block);
    g_array_unref(f.links);
    return a->result.n_hits == 0;
}

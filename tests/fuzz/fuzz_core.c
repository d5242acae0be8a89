/* A capture, mutated, through the whole core: it never crashes, frames leave in the order they came and each of them,
 * every byte is judged, what is written can be walked again, and the audit finds nothing, neither in the frames nor
 * in the file.
 *
 * The first byte chooses settings, and whether the first records or the last ones are of the file before or behind; then
 * records: link type (index), seconds since the last one, length (2 bytes), bytes
 * cut off on the wire (1 byte), frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit.h"
#include "sianto.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const guint linktypes[] = {LINK_RAW, LINK_ETHERNET, LINK_LINUX_SLL, LINK_LINUX_SLL2, LINK_PPP, LINK_NULL};

struct state {
    guint64 left, fed; /* number of the last frame that left, and that came: of the capture's own */
    guint64 before, own; /* records that are of the file before, and behind them those of the capture */
    guint linktype[4096];
    GByteArray *file; /* what is written, as pcapng: for the audit's second step */
    gsize read;
};

static void put32(GByteArray *file, guint32 v)
{
    guint8 b[4];
    put_u32be(b, v);
    g_byte_array_append(file, b, 4);
}

/* One interface for each link type, in their order. */
static void begin_file(GByteArray *file)
{
    static const guint32 section[] = {0x0a0d0d0a, 28, 0x1a2b3c4d, 0x00010000, G_MAXUINT32, G_MAXUINT32, 28};
    for (guint i = 0; i < G_N_ELEMENTS(section); i++)
        put32(file, section[i]);
    for (guint i = 0; i < G_N_ELEMENTS(linktypes); i++) {
        const guint32 interface[] = {1, 20, linktypes[i] << 16, 0, 20};
        for (guint j = 0; j < G_N_ELEMENTS(interface); j++)
            put32(file, interface[j]);
    }
}

static void put_packet(struct state *s, const struct sianto_frame_out *out)
{
    guint interface = 0;
    guint32 padding = (guint32)(-out->bytes.n & 3), length = 32 + (guint32)out->bytes.n + padding;
    while (linktypes[interface] != s->linktype[out->number % 4096])
        interface++;
    const guint32 head[] = {6, length, interface, 0, 0, (guint32)out->bytes.n, out->wire_len};
    for (guint i = 0; i < G_N_ELEMENTS(head); i++)
        put32(s->file, head[i]);
    g_byte_array_append(s->file, out->bytes.p, (guint)out->bytes.n);
    g_byte_array_append(s->file, (const guint8 *)"\0\0\0", padding);
    put32(s->file, length);
}

static gssize read_file(void *arg, guint8 *buffer, gsize n)
{
    struct state *s = arg;
    n = MIN(n, s->file->len - s->read);
    memcpy(buffer, s->file->data + s->read, n);
    s->read += n;
    return (gssize)n;
}

static void on_frame(void *arg, const struct sianto_frame_out *out)
{
    struct state *s = arg;
    struct frame f;
    g_assert(out->number == ++s->left);
    if (out->drop != DROP_NONE)
        return;
    g_assert(frame_walk(&f, out->bytes, out->wire_len, s->linktype[out->number % 4096]) == DROP_NONE);
    put_packet(s, out);
}

static void feed(struct sianto *core, struct state *s, struct bytes b)
{
    struct reader r = reader_of(b);
    gint64 time_us = 0;
    for (guint64 record = 1; rd_left(&r) >= 5 && record < 4096; record++) {
        guint64 number = record > s->before ? record - s->before : 0;
        gboolean context = number == 0 || number > s->own;
        guint linktype = linktypes[rd_u8(&r) % G_N_ELEMENTS(linktypes)];
        time_us += (gint64)rd_u8(&r) * G_USEC_PER_SEC / 4;
        gsize n = rd_u16be(&r);
        guint8 cut = rd_u8(&r);
        struct bytes frame = rd_bytes(&r, MIN(n, rd_left(&r)));
        s->linktype[number] = linktype;
        struct sianto_frame_in in = {.number = number, .time_us = time_us, .linktype = linktype, .captured = frame,
                                     .wire_len = (guint32)frame.n + cut, .context = context};
        sianto_frame(core, &in);
        s->fed = context ? s->fed : number;
    }
}

static void check_audit(struct audit *audit, struct state *s)
{
    audit_capture(audit, read_file, s);
    const struct audit_result *r = audit_result(audit);
    for (guint i = 0; i < MIN(r->n_hits, AUDIT_HITS_KEPT); i++)
        g_printerr("frame %u: %s: %s: %s\n", (guint)r->hits[i].frame, r->hits[i].place, kind_name(r->hits[i].kind),
                   audit_fault_text(r->hits[i].fault));
    g_assert(r->n_hits == 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const guint8 raw[KEY_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct state s = {.own = G_MAXUINT64};
    struct sianto_sink sink = {.frame = on_frame, .arg = &s};
    if (!size || !key_init_library(NULL))
        return 0;
    struct sianto_settings settings = {.labels = data[0] & 1 ? LABELS_KEYED : LABELS_READABLE,
                                       .addresses = data[0] & 2 ? ADDRESSES_RANDOM : ADDRESSES_CLASS,
                                       .headers = (data[0] & 4) != 0,
                                       .hold_bytes = data[0] & 8 ? 4096 : 0,
                                       .audit = (data[0] & 16) != 0};
    s.before = data[0] & 32 ? 2 : 0;
    s.own = data[0] & 64 ? 3 : G_MAXUINT64;
    settings.shard = (data[0] & 96) != 0;
    struct key *key = key_new(raw, NULL);
    struct sianto *core = sianto_new(&settings, key, &sink, NULL);
    s.file = g_byte_array_new();
    begin_file(s.file);
    feed(core, &s, bytes_from((struct bytes){data, size}, 1));
    g_assert(sianto_finish(core, NULL));
    g_assert(s.left == s.fed);
    g_assert(sianto_counts(core).frames == s.fed);
    g_assert(sianto_counts(core).gap_bytes == 0);
    if (sianto_audit(core))
        check_audit(sianto_audit(core), &s);
    g_byte_array_unref(s.file);
    sianto_free(core);
    key_free(key);
    return 0;
}

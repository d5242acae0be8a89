/* A capture, mutated, through the whole core: it never crashes, frames leave in the order they came and each of them,
 * every byte is judged, what is written can be walked again, and the audit finds nothing.
 *
 * The first byte chooses settings; then records: link type (index), seconds since the last one, length (2 bytes), bytes
 * cut off on the wire (1 byte), frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit.h"
#include "sianto.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const guint linktypes[] = {LINK_RAW, LINK_ETHERNET, LINK_LINUX_SLL, LINK_LINUX_SLL2, LINK_PPP, LINK_NULL};

struct state {
    guint64 left; /* number of the last frame that left */
    guint linktype[4096];
};

static void on_frame(void *arg, const struct sianto_frame_out *out)
{
    struct state *s = arg;
    struct frame f;
    g_assert(out->number == ++s->left);
    if (out->drop == DROP_NONE)
        g_assert(frame_walk(&f, out->bytes, out->wire_len, s->linktype[out->number % 4096]) == DROP_NONE);
}

static void feed(struct sianto *core, struct state *s, struct bytes b)
{
    struct reader r = reader_of(b);
    gint64 time_us = 0;
    for (guint64 number = 1; rd_left(&r) >= 5 && number < 4096; number++) {
        guint linktype = linktypes[rd_u8(&r) % G_N_ELEMENTS(linktypes)];
        time_us += (gint64)rd_u8(&r) * G_USEC_PER_SEC / 4;
        gsize n = rd_u16be(&r);
        guint8 cut = rd_u8(&r);
        struct bytes frame = rd_bytes(&r, MIN(n, rd_left(&r)));
        s->linktype[number] = linktype;
        struct sianto_frame_in in = {
            .number = number, .time_us = time_us, .linktype = linktype, .captured = frame, .wire_len = (guint32)frame.n + cut};
        sianto_frame(core, &in);
        s->linktype[0] = (guint)number;
    }
}

static void check_audit(struct audit *audit)
{
    const struct audit_result *r = audit_result(audit);
    for (guint i = 0; i < MIN(r->n_hits, AUDIT_HITS_KEPT); i++)
        g_printerr("frame %u: %s: %s: %s\n", (guint)r->hits[i].frame, r->hits[i].place, kind_name(r->hits[i].kind),
                   audit_fault_text(r->hits[i].fault));
    g_assert(r->n_hits == 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const guint8 raw[KEY_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct state s = {0};
    struct sianto_sink sink = {.frame = on_frame, .arg = &s};
    if (!size || !key_init_library(NULL))
        return 0;
    struct sianto_settings settings = {.labels = data[0] & 1 ? LABELS_KEYED : LABELS_READABLE,
                                       .addresses = data[0] & 2 ? ADDRESSES_RANDOM : ADDRESSES_CLASS,
                                       .headers = (data[0] & 4) != 0,
                                       .hold_bytes = data[0] & 8 ? 4096 : 0,
                                       .audit = (data[0] & 16) != 0};
    struct key *key = key_new(raw, NULL);
    struct sianto *core = sianto_new(&settings, key, &sink, NULL);
    feed(core, &s, bytes_from((struct bytes){data, size}, 1));
    g_assert(sianto_finish(core, NULL));
    g_assert(s.left == s.linktype[0]);
    g_assert(sianto_counts(core).gap_bytes == 0);
    if (sianto_audit(core))
        check_audit(sianto_audit(core));
    sianto_free(core);
    key_free(key);
    return 0;
}

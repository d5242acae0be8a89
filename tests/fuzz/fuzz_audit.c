/* The audit: hostile messages, frames and files; and no hit in what the rewriter made of any message.
 *
 * The first byte says which: a message that is rewritten, two texts, two frames, a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_rig.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

struct fuzz {
    struct audit_rig r;
    guint runs;
};

static gssize read_bytes(void *arg, guint8 *buffer, gsize n)
{
    struct bytes *b = arg;
    n = MIN(n, b->n);
    if (n)
        memcpy(buffer, b->p, n);
    *b = bytes_from(*b, n);
    return (gssize)n;
}

/* What is rewritten passes; with AUDIT_STRICT in the environment a hit is a crash. Not in the ordinary run: in texts
 * that no grammar fits, two parsers that share nothing find different slots now and then, and the audit then says
 * no to an output that holds nothing of the capture. */
static void fuzz_rewritten(struct audit_rig *r, struct bytes text)
{
    struct sip_message m;
    struct rewrite rw = rig_start(r->rig, text);
    sip_message_init(&m);
    if (sip_message_parse(&m, text) == PARSE_OK) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        guint64 before = audit_result(r->audit)->n_hits;
        anonymize_message(&rw, &m, 0);
        edits_apply(rw.edits, text, out);
        audit_message(r->audit, 1, text, bytes_of_array(out));
        if (audit_result(r->audit)->n_hits > before && g_getenv("AUDIT_STRICT")) {
            audit_rig_show(r->audit);
            g_printerr("%.*s\n---\n%.*s\n", (int)text.n, text.p, (int)out->len, out->data);
            abort();
        }
    }
    sip_message_clear(&m);
}

static void fuzz_one(struct audit_rig *r, guint what, struct bytes b)
{
    struct bytes first = bytes_sub(b, 0, b.n / 2), second = bytes_from(b, b.n / 2);
    switch (what % 4) {
    case 0:
        fuzz_rewritten(r, b);
        break;
    case 1:
        audit_message(r->audit, 1, first, second);
        audit_stream_message(r->audit, 1, b, second);
        break;
    case 2:
        audit_frame(r->audit, 1, what >> 2, first, second);
        audit_frame(r->audit, 1, 1, b, b);
        break;
    default:
        audit_capture(r->audit, read_bytes, &b);
        break;
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct fuzz fuzz;
    if (size == 0)
        return 0;
    /* Hits of hostile inputs must not hide those that mean something. */
    if (fuzz.r.audit && (++fuzz.runs % 5000 == 0))
        audit_rig_free(&fuzz.r), fuzz.r.audit = NULL;
    if (!fuzz.r.audit)
        fuzz.r = audit_rig_new(LABELS_READABLE, 1 << 20);
    fuzz_one(&fuzz.r, data[0], (struct bytes){data + 1, size - 1});
    return 0;
}

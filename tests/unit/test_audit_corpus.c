/* The audit finds nothing in what a right rewriter writes: all SIP messages of the corpus, where it is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_rig.h"
#include "check.h"
#include "frame.h"
#include "pcap_read.h"

#define CORPUS SHARED_DIR "/corpus"

struct corpus {
    struct audit_rig r;
    GByteArray *file; /* what is written: pcap, raw IP addresses left out */
    guint messages, hits;
    const char *name;
    guint64 number;
};

static void show_values(const struct bytes *captured, const char *written)
{
    if (g_getenv("AUDIT_SHOW"))
        g_printerr("--- captured\n%.*s\n--- written\n%s\n", (int)captured->n, (const char *)captured->p,
                   written);
}

static void audit_one(struct corpus *c, struct bytes text)
{
    struct sip_message m;
    sip_message_init(&m);
    if (sip_message_parse(&m, text) == PARSE_OK) {
        guint64 before = audit_result(c->r.audit)->n_hits;
        g_autofree gchar *written = rig_message(c->r.rig, text);
        audit_message(c->r.audit, c->number, text, bytes_of(written));
        c->messages++;
        if (audit_result(c->r.audit)->n_hits > before) {
            g_printerr("%s, frame %" G_GUINT64_FORMAT "\n", c->name, c->number);
            show_values(&text, written);
        }
        guint8 head[16] = {0};
        guint32 n = (guint32)strlen(written);
        memcpy(head + 8, &n, 4);
        memcpy(head + 12, &n, 4);
        g_byte_array_append(c->file, head, 16);
        g_byte_array_append(c->file, (const guint8 *)written, n);
    }
    sip_message_clear(&m);
}

static void on_frame(void *arg, guint linktype, struct bytes frame, guint32 wire_len)
{
    struct corpus *c = arg;
    struct frame f;
    c->number++;
    if (frame_walk(&f, frame, wire_len, linktype) == DROP_NONE && !f.cut)
        audit_one(c, bytes_span(f.captured, f.payload));
}

static gssize read_array(void *arg, guint8 *buffer, gsize n)
{
    struct bytes *b = arg;
    n = MIN(n, b->n);
    if (n)
        memcpy(buffer, b->p, n);
    *b = bytes_from(*b, n);
    return (gssize)n;
}

static void audit_path(const char *path, const char *name)
{
    static const guint8 head[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, [18] = 4, [20] = 147};
    g_autofree gchar *data = NULL;
    gsize size;
    struct corpus c = {.name = name};
    if (!g_file_get_contents(path, &data, &size, NULL))
        return;
    c.r = audit_rig_new(LABELS_READABLE, 0);
    c.file = g_byte_array_new();
    g_byte_array_append(c.file, head, sizeof head);
    if (g_str_has_suffix(path, ".dat"))
        audit_one(&c, (struct bytes){(const guint8 *)data, size});
    else
        pcap_read((struct bytes){(const guint8 *)data, size}, on_frame, &c);
    struct bytes file = bytes_of_array(c.file);
    audit_capture(c.r.audit, read_array, &file);
    const struct audit_result *r = audit_result(c.r.audit);
    if (r->n_hits) {
        audit_rig_show(c.r.audit);
        g_printerr("%s: %u messages, %u hits\n", name, c.messages, (guint)r->n_hits);
        g_test_fail();
    }
    if (c.messages)
        g_test_message("%s: %u messages, %u slots, %u originals", name, c.messages, (guint)r->slots,
                       (guint)r->originals);
    g_byte_array_unref(c.file);
    audit_rig_free(&c.r);
}

static void walk(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            walk(path);
        else
            audit_path(path, name);
    }
}

static void test_corpus(void)
{
    if (!g_file_test(CORPUS, G_FILE_TEST_IS_DIR)) {
        g_test_skip("the corpus is not here");
        return;
    }
    walk(CORPUS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit/corpus", test_corpus);
    return g_test_run();
}

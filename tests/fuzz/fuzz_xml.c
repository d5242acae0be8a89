/* An XML body as it comes: what is written anew can be read again, what cannot be read is scrubbed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_body.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void judge(struct rewrite *rw, gconstpointer arg)
{
    (void)arg;
    xml_rewrite(rw, 0, rw->text.n);
}

static void check(struct bytes in, struct bytes out)
{
    static const GMarkupParser nothing = {0};
    struct bytes document = bytes_trim(out);
    if (document.n == 0)
        return;
    if (document.p[0] != '<') {
        for (gsize i = 0; i < out.n; i++)
            if (out.p[i] != 'x' || out.n != in.n)
                abort();
        return;
    }
    GMarkupParseContext *context = g_markup_parse_context_new(&nothing, 0, NULL, NULL);
    if (!g_markup_parse_context_parse(context, (const gchar *)document.p, (gssize)document.n, NULL) ||
        !g_markup_parse_context_end_parse(context, NULL))
        abort();
    g_markup_parse_context_free(context);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    fuzz_body((struct bytes){data, size}, judge, check);
    return 0;
}

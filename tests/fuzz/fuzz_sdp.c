/* A session description as it comes. Lines are judged one by one: as many come out as went in, less
 * those that the policy deletes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_body.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void judge(struct rewrite *rw, gconstpointer arg)
{
    (void)arg;
    sdp_rewrite(rw, 0, rw->text.n);
}

static gsize count(struct bytes b, guint8 c)
{
    gsize n = 0;
    for (gsize i = 0; i < b.n; i++)
        n += b.p[i] == c;
    return n;
}

static void check(struct bytes in, struct bytes out)
{
    if (count(out, '\n') > count(in, '\n') || count(out, '\r') > count(in, '\r'))
        abort();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    fuzz_body((struct bytes){data, size}, judge, check);
    return 0;
}

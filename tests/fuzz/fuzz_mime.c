/* A multipart body as it comes, or, where it begins with a zero byte, a message/cpim. Its parts reach
 * every other grammar.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_body.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void judge_multipart(struct rewrite *rw, gconstpointer arg)
{
    (void)arg;
    multipart_rewrite(rw, 0, rw->text.n, BYTES_LIT("b1"));
}

static void judge_cpim(struct rewrite *rw, gconstpointer arg)
{
    (void)arg;
    cpim_rewrite(rw, 0, rw->text.n);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct bytes in = {data, size};
    if (bytes_at(in, 0) == 0)
        fuzz_body(bytes_from(in, 1), judge_cpim, NULL);
    else
        fuzz_body(in, judge_multipart, NULL);
    return 0;
}

/* Lines of any bytes, each looked up as a user, a host and a product: the same label when asked again;
 * none is the original unless kept; a product's label is of the product's family and at most short.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "agent.h"
#include "label.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(struct labels *l, struct bytes (*look_up)(struct labels *, struct bytes, enum kind *),
                  struct bytes text)
{
    enum kind first, second;
    struct bytes label = look_up(l, text, &first), again = look_up(l, text, &second);
    g_assert(first == second && label.p == again.p && label.n == again.n);
    g_assert((first == KIND_KEPT) == (label.p == text.p));
    g_assert(first == KIND_KEPT || (label.n > 0 && label.n < 64));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct label_settings settings = {.style = size ? data[0] % 3 : 0, .country = size % 2 ? "49" : NULL};
    struct key *key = key_new((const guint8 *)"a fixed key, so that it is known", NULL);
    struct labels *l = labels_new(key, &settings, NULL);
    struct bytes left = {data, size};
    enum kind kind;
    while (left.n) {
        gsize end = MIN(bytes_chr(left, '\n'), left.n);
        struct bytes line = bytes_sub(left, 0, end);
        check(l, labels_user, line);
        check(l, labels_domain, line);
        check(l, labels_agent, line);
        const char *family = agent_family(line);
        g_assert(agent_family(labels_agent(l, line, &kind)) == family || !family);
        left = bytes_from(left, end + 1);
    }
    g_assert(!labels_error(l));
    labels_free(l);
    key_free(key);
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "flow.h"

static struct flows *make(guint8 first)
{
    guint8 raw[KEY_BYTES];
    for (guint8 i = 0; i < KEY_BYTES; i++)
        raw[i] = (guint8)(i * 13 + first);
    g_assert_true(key_init_library(NULL));
    struct key *key = key_new(raw, NULL);
    struct flows *f = flows_new(key);
    key_free(key);
    return f;
}

static const struct endpoint a = {4, {10, 1, 2, 3}, 5060}, b = {4, {10, 1, 2, 4}, 40000};
static const struct endpoint a6 = {6, {0xfd, 1}, 5060}, b6 = {6, {0xfd, 2}, 40000};

/* Each part of what names a flow changes the constant; the same flow has the same one. */
static void constants_differ(void)
{
    struct flows *f = make(1), *g = make(2);
    struct endpoint port = a;
    port.port++;
    guint64 all[] = {
        flow_constant(f, FLOW_TCP_SEQ, &a, &b),   flow_constant(f, FLOW_TCP_SEQ, &b, &a),
        flow_constant(f, FLOW_TCP_TIME, &a, &b),  flow_constant(f, FLOW_TCP_SEQ, &port, &b),
        flow_constant(f, FLOW_TCP_SEQ, &a6, &b6), flow_constant(f, FLOW_TCP_SEQ, &b6, &a6),
        flow_constant(g, FLOW_TCP_SEQ, &a, &b),
    };
    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
        for (guint k = i + 1; k < G_N_ELEMENTS(all); k++)
            g_assert_cmpuint(all[i], !=, all[k]);
    g_assert_cmpuint(flow_constant(f, FLOW_TCP_SEQ, &a, &b), ==, all[0]);
    flows_free(f);
    flows_free(g);
}

/* All of 16 bits is a permutation with 0 at its place; wider ones hold where they are tried. */
static void numbers_are_permuted(void)
{
    struct flows *f = make(1);
    g_autofree guint8 *seen = g_malloc0(65536);
    guint moved = 0;
    for (guint32 v = 0; v < 65536; v++) {
        guint32 to = flow_permute(f, FLOW_TUNNEL, v, 16);
        g_assert_cmpuint(to, <, 65536);
        g_assert_cmpuint(seen[to]++, ==, 0);
        moved += to != v;
    }
    g_assert_cmpuint(moved, >, 65000);
    g_assert_cmpuint(flow_permute(f, FLOW_TUNNEL, 0, 16), ==, 0);
    g_assert_cmpuint(flow_permute(f, FLOW_TUNNEL, 0, 32), ==, 0);
    g_assert_cmpuint(flow_permute(f, FLOW_TUNNEL, 7, 24), <, 1u << 24);
    g_assert_cmpuint(flow_permute(f, FLOW_TUNNEL, 7, 32), !=, flow_permute(f, FLOW_RTP_SEQ, 7, 32));
    flows_free(f);
}

static void ids_are_permuted(void)
{
    struct flows *f = make(1);
    guint8 one[16] = "abcdefghijkl", two[16] = "abcdefghijkl", other[16] = "abcdefghijkm", zero[16] = {0};
    flow_permute_id(f, one, 12);
    flow_permute_id(f, two, 12);
    flow_permute_id(f, other, 12);
    flow_permute_id(f, zero, 16);
    g_assert_cmpmem(one, 12, two, 12);
    g_assert_cmpint(memcmp(one, other, 12), !=, 0);
    g_assert_cmpint(memcmp(one, "abcdefghijkl", 12), !=, 0);
    for (guint i = 0; i < 16; i++)
        g_assert_cmpuint(zero[i], ==, 0);
    flows_free(f);
}

static void shifts_go_round(void)
{
    g_assert_cmpuint(flow_shift(0, 5, 0xffff), ==, 0);
    g_assert_cmpuint(flow_shift(1, 0, 0xffff), ==, 1);
    g_assert_cmpuint(flow_shift(0xffff, 1, 0xffff), ==, 1);
    g_assert_cmpuint(flow_shift(10, 0xffff, 0xffff), ==, 10);
    g_assert_cmpuint(flow_shift(G_MAXUINT32, G_MAXUINT64, G_MAXUINT32), >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flow/constants-differ", constants_differ);
    g_test_add_func("/flow/numbers-are-permuted", numbers_are_permuted);
    g_test_add_func("/flow/ids-are-permuted", ids_are_permuted);
    g_test_add_func("/flow/shifts-go-round", shifts_go_round);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "checksum.h"

/* RFC 1071 section 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2. */
static void test_rfc1071(void)
{
    static const guint8 example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    g_assert_cmphex(checksum_fold(checksum_add(0, (struct bytes){example, 8})), ==, 0xddf2);
}

static guint16 schoolbook(struct bytes b)
{
    guint32 sum = 0;
    for (gsize i = 0; i < b.n; i++)
        sum += i % 2 ? b.p[i] : (guint32)b.p[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (guint16)sum;
}

static void sum_one(struct bytes b, void *arg)
{
    (void)arg;
    g_assert_cmphex(checksum_fold(checksum_add(0, b)), ==, schoolbook(b));
}

static void test_every_length(void)
{
    guint8 data[200];
    GRand *rand = g_rand_new_with_seed(1);
    for (gsize i = 0; i < sizeof data; i++)
        data[i] = (guint8)g_rand_int(rand);
    check_prefixes((struct bytes){data, sizeof data}, sum_one, NULL);
    memset(data, 0xff, sizeof data);
    check_prefixes((struct bytes){data, sizeof data}, sum_one, NULL);
    memset(data, 0, sizeof data);
    check_prefixes((struct bytes){data, sizeof data}, sum_one, NULL);
    g_rand_free(rand);
}

/* Parts of even length may come in any order. */
static void test_parts(void)
{
    guint8 data[64];
    for (guint8 i = 0; i < sizeof data; i++)
        data[i] = (guint8)(i * 37);
    struct bytes all = {data, sizeof data};
    for (gsize cut = 0; cut <= all.n; cut += 2) {
        guint64 tail = checksum_add(0, bytes_from(all, cut));
        g_assert_cmphex(checksum_fold(checksum_add(tail, bytes_sub(all, 0, cut))), ==, schoolbook(all));
    }
}

/* Sums below are of words in the machine's order: 16 bits from a number. */
static guint64 sum_of(guint16 word)
{
    guint8 b[2];
    put_u16be(b, word);
    return checksum_add(0, (struct bytes){b, 2});
}

static void test_judge(void)
{
    static const struct {
        guint16 found, data, partial; /* `data`: folded sum without the field, pseudo-header included */
        gboolean zero_is_none, complete;
        enum checksum_state expected;
    } rows[] = {
        {0x220d, 0xddf2, 0x1111, TRUE, TRUE, CHECKSUM_RIGHT},
        {0x220e, 0xddf2, 0x1111, TRUE, TRUE, CHECKSUM_WRONG},
        {0x1111, 0xddf2, 0x1111, TRUE, TRUE, CHECKSUM_OFFLOADED},
        {0x1111, 0xddf2, 0x1111, TRUE, FALSE, CHECKSUM_OFFLOADED},
        {0x220d, 0xddf2, 0x1111, TRUE, FALSE, CHECKSUM_UNKNOWN},
        {0x0000, 0xddf2, 0x1111, TRUE, TRUE, CHECKSUM_NONE},
        {0x0000, 0xffff, 0x1111, TRUE, TRUE, CHECKSUM_NONE},
        {0xffff, 0xffff, 0x1111, TRUE, TRUE, CHECKSUM_RIGHT}, /* 0, sent as ffff */
        {0x0000, 0xffff, 0x0000, FALSE, TRUE, CHECKSUM_RIGHT},
        {0x0000, 0xddf2, 0x0000, FALSE, TRUE, CHECKSUM_OFFLOADED}, /* IPv4 header, left to the card */
        {0x220d, 0xddf2, 0x220d, TRUE, TRUE, CHECKSUM_RIGHT}, /* right comes first */
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 whole = sum_of(rows[i].data) + sum_of(rows[i].found);
        g_assert_cmpint(checksum_judge(rows[i].found, rows[i].zero_is_none, rows[i].complete, whole,
                                       sum_of(rows[i].partial)), ==, rows[i].expected);
    }
}

static void test_make(void)
{
    static const struct {
        enum checksum_state state;
        gboolean zero_is_none;
        guint16 data, expected;
    } rows[] = {
        {CHECKSUM_RIGHT, TRUE, 0xddf2, 0x220d},     {CHECKSUM_WRONG, TRUE, 0xddf2, 0x220e},
        {CHECKSUM_RIGHT, TRUE, 0xffff, 0xffff},     {CHECKSUM_RIGHT, FALSE, 0xffff, 0x0000},
        {CHECKSUM_WRONG, TRUE, 0xffff, 0x0001},     {CHECKSUM_WRONG, FALSE, 0x0001, 0xffff},
        {CHECKSUM_WRONG, FALSE, 0x0000, 0x0001},    {CHECKSUM_OFFLOADED, TRUE, 0xddf2, 0x1111},
        {CHECKSUM_NONE, TRUE, 0xddf2, 0x0000},      {CHECKSUM_UNKNOWN, TRUE, 0xddf2, 0x5a5a},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmphex(checksum_make(rows[i].state, rows[i].zero_is_none, sum_of(rows[i].data),
                                      sum_of(0x1111), 0x5a5a), ==, rows[i].expected);
}

/* Whatever the bytes are: right is judged right, wrong is never right and never "none". */
static void test_round_trip(void)
{
    for (guint data = 0; data <= 0xffff; data++)
        for (guint zero_is_none = 0; zero_is_none < 2; zero_is_none++) {
            guint64 whole = sum_of((guint16)data);
            guint16 right = checksum_make(CHECKSUM_RIGHT, (gboolean)zero_is_none, whole, 0, 0);
            guint16 wrong = checksum_make(CHECKSUM_WRONG, (gboolean)zero_is_none, whole, 0, 0);
            g_assert_cmphex(checksum_fold(whole + sum_of(right)), ==, 0xffff);
            g_assert_cmphex(checksum_fold(whole + sum_of(wrong)), !=, 0xffff);
            g_assert_cmphex(wrong, !=, 0);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checksum/rfc1071", test_rfc1071);
    g_test_add_func("/checksum/every-length", test_every_length);
    g_test_add_func("/checksum/parts", test_parts);
    g_test_add_func("/checksum/judge", test_judge);
    g_test_add_func("/checksum/make", test_make);
    g_test_add_func("/checksum/round-trip", test_round_trip);
    return g_test_run();
}

/* Interface statistics of pcapng files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "check.h"
#include "pcapng.h"

/* --- writing ------------------------------------------------------------------------------------------- */

static void put(GByteArray *to, gboolean big, guint64 v, guint n)
{
    for (guint i = 0; i < n; i++) {
        guint at = big ? n - 1 - i : i;
        guint8 byte = at < sizeof v ? (guint8)(v >> 8 * at) : 0;
        g_byte_array_append(to, &byte, 1);
    }
}

static void block(GByteArray *file, gboolean big, guint32 type, const GByteArray *body)
{
    put(file, big, type, 4);
    put(file, big, 12 + body->len, 4);
    g_byte_array_append(file, body->data, body->len);
    put(file, big, 12 + body->len, 4);
}

static void option(GByteArray *body, gboolean big, guint code, struct bytes value)
{
    put(body, big, code, 2);
    put(body, big, value.n, 2);
    g_byte_array_append(body, value.p, (guint)value.n);
    put(body, big, 0, (4 - value.n % 4) % 4);
}

static void number(GByteArray *body, gboolean big, guint code, guint64 v)
{
    g_autoptr(GByteArray) value = g_byte_array_new();
    put(value, big, v, 8);
    option(body, big, code, bytes_of_array(value));
}

static void stamp(GByteArray *body, gboolean big, guint64 ticks)
{
    put(body, big, ticks >> 32, 4);
    put(body, big, ticks & G_MAXUINT32, 4);
}

static void section(GByteArray *file, gboolean big)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    put(body, big, 0x1a2b3c4d, 4);
    put(body, big, 1, 2);
    put(body, big, 0, 2);
    put(body, big, G_MAXUINT64, 8);
    block(file, big, 0x0a0d0d0a, body);
}

static void interface(GByteArray *file, gboolean big, guint8 resolution, gint64 offset_s)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    put(body, big, 1, 2);
    put(body, big, 0, 2);
    put(body, big, 262144, 4);
    option(body, big, 2, BYTES_LIT("eth0"));
    option(body, big, 9, (struct bytes){&resolution, 1});
    if (offset_s)
        number(body, big, 14, (guint64)offset_s);
    option(body, big, 0, BYTES_NONE);
    block(file, big, 1, body);
}

static void statistics(GByteArray *file, gboolean big, guint32 of, guint64 ticks, guint64 received, guint64 dropped)
{
    g_autoptr(GByteArray) body = g_byte_array_new(), value = g_byte_array_new();
    put(body, big, of, 4);
    stamp(body, big, ticks);
    option(body, big, 1, BYTES_LIT("alice counted"));
    stamp(value, big, ticks - 1);
    option(body, big, 3, bytes_of_array(value));
    number(body, big, 4, received);
    number(body, big, 5, dropped);
    option(body, big, 6, BYTES_LIT("six")); /* no number */
    option(body, big, 0, BYTES_NONE);
    number(body, big, 8, 77); /* behind the end */
    block(file, big, 5, body);
}

static void packet(GByteArray *file, gboolean big)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    put(body, big, 0, 20);
    block(file, big, 6, body);
}

/* --- reading ------------------------------------------------------------------------------------------- */

/* A few bytes at a time. */
static gssize read_some(void *arg, guint8 *buffer, gsize n)
{
    struct bytes *rest = arg;
    gsize taken = MIN(MIN(n, 5), rest->n);
    if (buffer && taken)
        memcpy(buffer, rest->p, taken);
    *rest = bytes_from(*rest, taken);
    return (gssize)taken;
}

static GArray *find(struct bytes file)
{
    return pcapng_statistics(read_some, &file);
}

static const struct pcapng_statistics *nth(const GArray *found, guint i)
{
    g_assert_cmpuint(i, <, found->len);
    return &g_array_index(found, struct pcapng_statistics, i);
}

/* Two sections of different orders of bytes: each has its own numbers; the last block of an interface counts. */
static GByteArray *two_sections(void)
{
    GByteArray *file = g_byte_array_new();
    section(file, TRUE);
    interface(file, TRUE, 6, 0);
    interface(file, TRUE, 9, 0);
    statistics(file, TRUE, 1, 5, 1, 1);
    packet(file, TRUE);
    statistics(file, TRUE, 1, G_GUINT64_CONSTANT(1600000000123456789), 1221, 3);
    section(file, FALSE);
    interface(file, FALSE, 6, 100);
    packet(file, FALSE);
    statistics(file, FALSE, 0, 7000001, 9, G_GUINT64_CONSTANT(1) << 48);
    statistics(file, FALSE, 1, 8, 9, 9); /* there is no such interface in it */
    return file;
}

static void sections(void)
{
    g_autoptr(GByteArray) file = two_sections();
    g_autoptr(GArray) found = find(bytes_of_array(file));
    g_assert_cmpuint(found->len, ==, 3);
    g_assert_false(nth(found, 0)->known);
    const struct pcapng_statistics *one = nth(found, 1), *two = nth(found, 2);
    g_assert_true(one->known && two->known);
    g_assert_cmpuint(one->section, ==, 0);
    g_assert_cmpuint(one->interface, ==, 1);
    g_assert_cmpint(one->time_ns[PCAPNG_REPORTED], ==, G_GINT64_CONSTANT(1600000000123456789));
    g_assert_cmpint(one->time_ns[PCAPNG_START], ==, -1);
    g_assert_cmpint(one->time_ns[PCAPNG_END], ==, G_GINT64_CONSTANT(1600000000123456788));
    g_assert_cmpint(one->count[PCAPNG_RECEIVED], ==, 1221);
    g_assert_cmpint(one->count[PCAPNG_DROPPED], ==, 3);
    g_assert_cmpint(one->count[PCAPNG_ACCEPTED], ==, -1);
    g_assert_cmpint(one->count[PCAPNG_DELIVERED], ==, -1);
    g_assert_cmpuint(two->section, ==, 1);
    g_assert_cmpuint(two->interface, ==, 0);
    g_assert_cmpint(two->time_ns[PCAPNG_REPORTED], ==, G_GINT64_CONSTANT(107000001000));
    g_assert_cmpint(two->count[PCAPNG_RECEIVED], ==, 9);
    g_assert_cmpint(two->count[PCAPNG_DROPPED], ==, -1);
}

static void times(void)
{
    static const struct {
        guint8 resolution;
        guint64 ticks;
        gint64 offset_s, ns;
    } rows[] = {
        {6, 1000001, 0, 1000001000},
        {0, 12, 3, G_GINT64_CONSTANT(15000000000)},
        {12, G_GUINT64_CONSTANT(3000000000500), 0, G_GINT64_CONSTANT(3000000000)},
        {0x80 | 10, 1536, 0, 1500000000},
        {0x80 | 63, G_GUINT64_CONSTANT(3) << 62, 0, 1500000000},
        {19, G_GUINT64_CONSTANT(10000000000000000000), 1, 2000000000},
        {6, 5000000, -6, -1},
        {6, G_MAXUINT64, 0, -1},
        {9, 1, G_MAXINT64, -1},
        {20, 1, 0, -1},
        {0xff, 1, 0, -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) file = g_byte_array_new();
        section(file, FALSE);
        interface(file, FALSE, rows[i].resolution, rows[i].offset_s);
        statistics(file, FALSE, 0, rows[i].ticks, 0, 0);
        g_autoptr(GArray) found = find(bytes_of_array(file));
        g_assert_cmpint(nth(found, 0)->time_ns[PCAPNG_REPORTED], ==, rows[i].ns);
    }
}

static void read_hostile(struct bytes b, void *arg)
{
    (void)arg;
    g_array_unref(find(b));
}

/* Cut anywhere, and with each byte wrong. */
static void broken(void)
{
    g_autoptr(GByteArray) file = two_sections();
    check_prefixes(bytes_of_array(file), read_hostile, NULL);
    for (guint i = 0; i < file->len; i++) {
        file->data[i] ^= 0xff;
        check_guarded(bytes_of_array(file), read_hostile, NULL);
        file->data[i] ^= 0xff;
    }
    g_autoptr(GArray) none = find(BYTES_LIT("GET / HTTP/1.1\r\n\r\n"));
    g_assert_cmpuint(none->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pcapng/sections", sections);
    g_test_add_func("/pcapng/times", times);
    g_test_add_func("/pcapng/broken", broken);
    return g_test_run();
}

/* TLS from a stream and DTLS datagrams: records stay records of the same length, and what is written has no
 * byte that is not of a skeleton: it comes out of a second run as it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz_codec.h"
#include "tls.h"

static void check_dtls(struct bytes in, struct bytes out)
{
    if (in.n != out.n || dtls_recognise(in) != dtls_recognise(out))
        abort();
}

/* Records from the front, as far as they go. */
static GByteArray *all(struct codec_rig *r, struct bytes in, gboolean unsure)
{
    struct tls_state s = {.unsure = unsure};
    GByteArray *out = g_byte_array_new();
    for (gsize at = 0, n; at < in.n; at += n) {
        if (tls_take(codec_rig_start(r, bytes_from(in, at)), &s, &n) != PARSE_OK)
            break;
        g_autoptr(GByteArray) one = codec_rig_result(r, n);
        g_byte_array_append(out, one->data, one->len);
    }
    return out;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct codec_rig *r = fuzz_rig();
    struct bytes in = {data, size};
    fuzz_rewrite(r, in, dtls_rewrite, check_dtls);
    for (guint unsure = 0; unsure < 2; unsure++) {
        g_autoptr(GByteArray) once = all(r, in, unsure);
        g_autoptr(GByteArray) again = all(r, bytes_of_array(once), unsure);
        if (!bytes_eq(bytes_of_array(once), bytes_of_array(again)))
            abort();
        if (bytes_find(bytes_of_array(once), bytes_of(FUZZ_PLANTED)) != NOT_FOUND)
            abort();
    }
    tls_recognise(in);
    return 0;
}

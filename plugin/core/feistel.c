/* A permutation of strings of digits.
 *
 * Source: NIST SP 800-38G, "Format-Preserving Encryption", mode FF1: ten rounds of a Feistel network
 * whose halves are strings of digits and whose round function is a CBC-MAC over AES. The string
 * X[0 .. n) is cut into a left half of u = n/2 digits and a right half of n - u. Even rounds add a
 * function of the right half to the left one, odd rounds the reverse:
 *
 *      left  L0 ---(+)------------------ L1 ---(+)---- ...        L1 = L0 + F(0, R0)
 *                   ^  F(0, R0)  |              ^                 R1 = R0 + F(1, L1)
 *      right R0 ----+-----------(+)---- R1 -----+----- ...        L2 = L1 + F(2, R1) ...
 *                                ^ F(1, L1)
 *
 * Each step is undone by subtracting the same F, whatever F is; so the whole is a permutation.
 *
 * What differs from FF1, and why:
 *  - FF1 reads a half as one number and adds modulo radix^u, which needs big numbers and divisions.
 *    Here each digit is added modulo the radix, without carry. Both are groups on the same set, and
 *    nothing else is asked of "+": in either group a uniform summand gives a uniform sum, which is all
 *    that the argument of Luby and Rackoff uses.
 *  - FF1 reduces 32 or more spare bits; here each digit takes 16 bits k of its own, as (k * radix)
 *    >> 16. That favours some digits by a factor of at most 1 + 72/65536, about 2^-9.8. No one sees
 *    a single such digit: each half of the image is the sum of five of them from different rounds,
 *    and in a sum of independent digits the biases multiply: below 2^-48 for each digit.
 *  - The digits are packed as numbers of 56 and 64 bits, not as one big number; it is one-to-one,
 *    which is all that the MAC needs.
 *  - The block number of the key stream stands in the last block of the MAC's input, where FF1
 *    encrypts MAC ^ number once more. So all of F comes out of one call for a half that fits into a
 *    block, and libgcrypt works at several blocks at once. Header and round make the inputs
 *    prefix-free (the length of a half is fixed by n and the round), so the CBC-MAC is sound.
 *
 * The MAC's input. P depends on the domain only and is encrypted once for it:
 *
 *      P  "sianto" 0 0 | rounds | radix | tweak, 2 | n | 0 0 0
 *      Q1 round, number | 56 bits of digits | 64 bits of digits       4 bits each
 *      Q2 ...                                                         number 0 in all but the last
 *
 * Its digits: eight for each of the two numbers, then those that still fit into the first (16 of radix
 * 10, 14 of 16, 9 of 62, 64 and 72 in all) and into the second (19, 16, 10); the next ones in Q2.
 *
 * For 32 hex digits a half has 16 and is one Q (30 fit); its key stream is two blocks. So a token
 * costs 1 + 10 * 2 blocks of AES in 11 calls.
 *
 * Domains of fewer than a million strings (FF1's own lower limit) can be listed by anybody who sees
 * enough pairs, with any cipher; the network is still a permutation there, and for two digits of
 * radix 10 no more is claimed. A single digit cannot be halved: its permutation is a shuffle
 * (Fisher-Yates) drawn from the same key stream.
 *
 * Rejected: AES in counter mode over a ranking of the whole string (reveals the XOR of two values);
 * FF3 (the attacks on small domains go further: Durak and Vaudenay, 2017); a table of issued tokens (grows
 * with the packets, and the key alone could not invert it).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feistel.h"

#define ROUNDS 10
#define HALF_MAX ((FEISTEL_DIGITS_MAX + 1) / 2)
#define GROUP 8                       /* digits in a machine word, one a byte */
#define STREAM_MAX (HALF_MAX / GROUP) /* blocks: 16 bits for each digit */
#define EACH G_GUINT64_CONSTANT(0x0101010101010101)

G_STATIC_ASSERT(HALF_MAX % GROUP == 0);
G_STATIC_ASSERT(STREAM_MAX <= 16 && ROUNDS <= 16); /* round and number share a byte */
G_STATIC_ASSERT(2 * FEISTEL_RADIX_MAX - 1 + 128 - FEISTEL_RADIX_MAX < 256); /* reduce(): one byte a digit */

struct feistel {
    gcry_cipher_hd_t aes;
};

/* A half's digits. Those between n and the next multiple of GROUP are changed along and never read. */
struct half {
    guint n;
    guint8 digit[HALF_MAX];
};

static const struct feistel_radix radixes[] = {
    {10, {16, 19}, 100, 10000, 100000000},
    {16, {14, 16}, 256, 65536, G_GUINT64_CONSTANT(4294967296)},
    {62, {9, 10}, 3844, 14776336, G_GUINT64_CONSTANT(218340105584896)},
    {64, {9, 10}, 4096, 16777216, G_GUINT64_CONSTANT(281474976710656)},
    {72, {9, 10}, 5184, 26873856, G_GUINT64_CONSTANT(722204136308736)},
};

const struct feistel_radix *feistel_radix(guint radix)
{
    for (gsize i = 0; i < G_N_ELEMENTS(radixes); i++)
        if (radixes[i].radix == radix)
            return &radixes[i];
    return NULL;
}

struct feistel *feistel_new(const guint8 key[AES_BLOCK])
{
    g_autoptr(GError) error = NULL;
    struct feistel *f = g_new0(struct feistel, 1);
    f->aes = aes_new(key, &error);
    if (!f->aes) /* only where memory ends: as fatal as in g_malloc */
        g_error("%s", error->message);
    return f;
}

void feistel_free(struct feistel *f)
{
    if (!f)
        return;
    aes_free(f->aes);
    g_free(f);
}

static void encrypt(struct feistel *f, guint8 *blocks, guint count)
{
    aes_encrypt(f->aes, blocks, (gsize)count * AES_BLOCK);
}

/* Eight digits as one number, neighbours joined two by two: three multiplications, not seven. */
static guint64 eight_digits(const struct feistel_radix *r, const guint8 *digits)
{
    const guint64 bytes = G_GUINT64_CONSTANT(0x00ff00ff00ff00ff),
                  pairs = G_GUINT64_CONSTANT(0x0000ffff0000ffff);
    guint64 x;
    memcpy(&x, digits, GROUP);
    x = GUINT64_FROM_LE(x);
    x = (x & bytes) * r->radix + (x >> 8 & bytes);
    x = (x & pairs) * r->square + (x >> 16 & pairs);
    return (x & G_MAXUINT32) * r->fourth + (x >> 32);
}

static guint64 more_digits(const struct feistel_radix *r, guint64 x, const guint8 *digits, guint n)
{
    for (guint i = 0; i < n; i++)
        x = x * r->radix + digits[i];
    return x;
}

/* Takes the digits of one block from *at on: a group for each word, then what else fits into either. A
 * group is read as it was written, in one piece; otherwise the processor waits for each store. */
static inline void pack(const struct feistel_radix *r, const struct half *h, guint *at, guint round,
                        guint64 out[2])
{
    for (guint i = 0; i < 2; i++) {
        gboolean whole = h->n - *at >= GROUP;
        guint n = whole ? GROUP : h->n - *at;
        out[i] = whole ? eight_digits(r, h->digit + *at) : more_digits(r, 0, h->digit + *at, n);
        *at += n;
    }
    for (guint i = 0; i < 2; i++) {
        guint n = MIN(r->word[i] - GROUP, h->n - *at);
        out[i] = more_digits(r, out[i], h->digit + *at, n);
        *at += n;
    }
    out[0] |= (guint64)round << 60;
}

static inline void xor_block(guint8 *out, const guint8 *state, const guint64 block[2], guint block_number)
{
    guint64 x[2];
    memcpy(x, state, sizeof x);
    x[0] ^= GUINT64_TO_BE(block[0] ^ (guint64)block_number << 56);
    x[1] ^= GUINT64_TO_BE(block[1]);
    memcpy(out, x, sizeof x);
}

/* `count` blocks of key stream out of `from`. */
static void key_stream(const struct feistel_domain *d, guint round, const struct half *from, guint8 *stream,
                       guint count)
{
    guint8 state[AES_BLOCK];
    guint64 block[2];
    guint at = 0;
    memcpy(state, d->start, sizeof state);
    pack(d->radix, from, &at, round, block);
    while (at < from->n) {
        xor_block(state, state, block, 0);
        encrypt(d->f, state, 1);
        pack(d->radix, from, &at, round, block);
    }
    for (guint i = 0; i < count; i++)
        xor_block(stream + i * AES_BLOCK, state, block, i);
    encrypt(d->f, stream, count);
}

/* Four digits of 8 bytes of key stream, k * radix >> 16 two by two: those of the 16-bit numbers 0 1 2 3
 * into the bytes 0 2 4 6. So a block's eight, little-endian, give the digits 0 4 1 5 2 6 3 7: any fixed
 * order is as good. */
static guint64 four_digits(const guint8 *stream, guint radix)
{
    const guint64 low = G_GUINT64_CONSTANT(0x0000ffff0000ffff), high = low << 16;
    guint64 k;
    memcpy(&k, stream, sizeof k);
    k = GUINT64_FROM_LE(k);
    return ((k & low) * radix >> 16 & low) | ((k >> 16 & low) * radix & high);
}

static guint64 stream_digits(const guint8 *stream, guint radix)
{
    return four_digits(stream, radix) | four_digits(stream + AES_BLOCK / 2, radix) << 8;
}

/* Eight sums below 2 * radix, brought below the radix: where adding 128 - radix reaches the top bit. */
static guint64 reduce(guint64 sums, guint radix)
{
    guint64 reached = (sums + EACH * (128 - radix)) >> 7 & EACH;
    return sums - reached * radix;
}

/* No byte overflows into its neighbour: digits are below the radix, sums below twice that. */
static void add_group(guint8 *digits, guint64 key, guint radix, gboolean forward)
{
    guint64 x;
    memcpy(&x, digits, GROUP);
    x = GUINT64_FROM_LE(x);
    x = GUINT64_TO_LE(reduce(forward ? x + key : x + (EACH * radix - key), radix));
    memcpy(digits, &x, GROUP);
}

static inline void feistel_round(const struct feistel_domain *d, guint round, struct half *to,
                                 const struct half *from, gboolean forward)
{
    guint8 stream[STREAM_MAX * AES_BLOCK];
    guint groups = (to->n + GROUP - 1) / GROUP, radix = d->radix->radix;
    key_stream(d, round, from, stream, groups);
    for (guint i = 0; i < groups; i++)
        add_group(to->digit + i * GROUP, stream_digits(stream + i * AES_BLOCK, radix), radix, forward);
}

static void half_load(struct half *h, const guint8 *digits, guint n)
{
    h->n = n;
    if (n % GROUP)
        memset(h->digit + n / GROUP * GROUP, 0, GROUP);
    memcpy(h->digit, digits, n);
}

static void feistel_run(const struct feistel_domain *d, guint8 *digits, gboolean forward)
{
    struct half half[2];
    guint left = d->n / 2;
    half_load(&half[0], digits, left);
    half_load(&half[1], digits + left, d->n - left);
    for (guint i = 0; i < ROUNDS; i++) {
        guint round = forward ? i : ROUNDS - 1 - i;
        feistel_round(d, round, &half[round & 1], &half[~round & 1], forward);
    }
    memcpy(digits, half[0].digit, half[0].n);
    memcpy(digits + left, half[1].digit, half[1].n);
}

/* n == 1: Fisher-Yates; the same 16 bits for each step, and the same remark on them, as above. */
static void shuffle(struct feistel_domain *d)
{
    guint8 stream[STREAM_MAX * AES_BLOCK];
    const struct half none = {.n = 0};
    guint radix = d->radix->radix;
    key_stream(d, 0, &none, stream, (radix + GROUP - 1) / GROUP);
    for (guint i = 0; i < radix; i++)
        d->forward[i] = (guint8)i;
    for (guint i = radix - 1; i > 0; i--) {
        guint k = (guint)stream[2 * i] | (guint)stream[2 * i + 1] << 8, j = k * (i + 1) >> 16;
        guint8 swap = d->forward[i];
        d->forward[i] = d->forward[j];
        d->forward[j] = swap;
    }
    for (guint i = 0; i < radix; i++)
        d->backward[d->forward[i]] = (guint8)i;
}

void feistel_domain_init(struct feistel_domain *d, struct feistel *f, guint16 tweak, guint radix, guint n)
{
    /* clang-format off */
    const guint8 header[AES_BLOCK] = {
        's', 'i', 'a', 'n', 't', 'o', 0, 0,
        ROUNDS, (guint8)radix, (guint8)(tweak >> 8), (guint8)tweak, (guint8)n,
    };
    /* clang-format on */
    d->f = f;
    d->radix = feistel_radix(radix);
    d->n = n;
    d->tweak = tweak;
    g_assert(d->radix && n >= 1 && n <= FEISTEL_DIGITS_MAX);
    memcpy(d->start, header, sizeof header);
    encrypt(f, d->start, 1);
    if (n == 1)
        shuffle(d);
}

gboolean feistel_domain_is(const struct feistel_domain *d, guint16 tweak, guint radix, guint n)
{
    return d->f && d->tweak == tweak && d->n == n && d->radix->radix == radix;
}

void feistel_forward(const struct feistel_domain *d, guint8 *digits)
{
    if (d->n == 1)
        digits[0] = d->forward[digits[0]];
    else
        feistel_run(d, digits, TRUE);
}

void feistel_backward(const struct feistel_domain *d, guint8 *digits)
{
    if (d->n == 1)
        digits[0] = d->backward[digits[0]];
    else
        feistel_run(d, digits, FALSE);
}

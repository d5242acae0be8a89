/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "feistel.h"
#include "token.h"
#include "token_cache.h"
#include "token_class.h"
#include "token_private.h"

static const enum kind kinds[] = {KIND_CALL_ID, KIND_TAG, KIND_BRANCH, KIND_NONCE, KIND_TOKEN};

static const char *const alphabets[TOKEN_CLASS_COUNT] = {
    [TOKEN_DIGITS] = "0123456789",
    [TOKEN_HEX_LOWER] = "0123456789abcdef",
    [TOKEN_HEX_UPPER] = "0123456789ABCDEF",
    [TOKEN_ALPHANUMERIC] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    [TOKEN_CHARACTERS] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.!%*_+`'~",
    [TOKEN_BASE64] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/",
};

struct setup {
    struct key *key;
    struct tokens *t;
    struct arena *arena;
};

static struct setup setup_new(void)
{
    guint8 raw[KEY_BYTES];
    struct setup s = {.arena = arena_new()};
    for (guint i = 0; i < sizeof raw; i++)
        raw[i] = (guint8)(i * 7 + 1);
    g_autoptr(GError) error = NULL;
    s.key = key_new(raw, &error);
    g_assert_no_error(error);
    s.t = tokens_new(s.key);
    return s;
}

static void setup_free(struct setup *s)
{
    tokens_free(s->t);
    key_free(s->key);
    arena_free(s->arena);
}

/* The definition of the classes again, without tables. */
static gboolean only(const char *text, const char *characters)
{
    return strspn(text, characters) == strlen(text);
}

static const struct {
    const char *value;
    enum token_class class;
} class_rows[] = {
    {"", TOKEN_DIGITS},
    {"0", TOKEN_DIGITS},
    {"1804289383", TOKEN_DIGITS},
    {"c0ffee", TOKEN_HEX_LOWER},
    {"C0FFEE", TOKEN_HEX_UPPER},
    {"c0FFEE", TOKEN_ALPHANUMERIC},
    {"0g", TOKEN_ALPHANUMERIC},
    {"a-b", TOKEN_CHARACTERS},
    {"~", TOKEN_CHARACTERS},
    {"a+b", TOKEN_CHARACTERS},
    {"a+b=", TOKEN_BASE64},
    {"a+b==", TOKEN_BASE64},
    {"12==", TOKEN_BASE64},
    {"a/b", TOKEN_BASE64},
    {"/", TOKEN_BASE64},
    {"=", TOKEN_BASE64},
    {"a/b:c", TOKEN_BASE64},     /* ":" is of no class */
    {"a/b-c", TOKEN_CHARACTERS}, /* no base64: "/" splits */
    {"a_b=", TOKEN_CHARACTERS},  /* base64url: "=" stays, too */
    {"a=b", TOKEN_HEX_LOWER},    /* no padding */
    {"<urn:uuid:1234>", TOKEN_ALPHANUMERIC},
    {"12:34", TOKEN_DIGITS},
    {"(;\",)", TOKEN_DIGITS},
};

static void test_classes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(class_rows); i++) {
        g_test_message("%s", class_rows[i].value);
        g_assert_cmpint(token_classify(bytes_of(class_rows[i].value)), ==, class_rows[i].class);
    }
    for (guint c = 1; c < 128; c++) {
        const char text[2] = {(char)c, 0};
        enum token_class expected = TOKEN_DIGITS; /* a splitting character */
        for (guint k = TOKEN_CLASS_COUNT; k > 0; k--)
            if (only(text, alphabets[k - 1]))
                expected = (enum token_class)(k - 1);
        if (c == '+')
            expected = TOKEN_CHARACTERS;
        if (c == '=')
            expected = TOKEN_BASE64;
        g_assert_cmpint(token_classify(bytes_of(text)), ==, expected);
    }
    for (guint k = 0; k < TOKEN_CLASS_COUNT; k++)
        g_assert_cmpuint(token_radix((enum token_class)k), ==, strlen(alphabets[k]));
}

/* Digits and text are each other's inverse, each character has a digit of its own below the radix. */
static void test_digits(void)
{
    for (guint k = 0; k < TOKEN_CLASS_COUNT; k++) {
        struct bytes all = bytes_of(alphabets[k]);
        guint8 digits[128], text[128], seen[128] = {0};
        g_assert_cmpuint(token_digits((enum token_class)k, all, digits), ==, all.n);
        for (gsize i = 0; i < all.n; i++) {
            g_assert_cmpuint(digits[i], <, all.n);
            g_assert_cmpuint(seen[digits[i]]++, ==, 0);
        }
        token_text((enum token_class)k, all, digits, text);
        g_assert_true(bytes_eq((struct bytes){text, all.n}, all));
    }
}

/* All that one image has to fulfil. */
static void check_image(const struct setup *s, enum kind kind, struct bytes value, struct bytes image)
{
    struct bytes back;
    enum token_class class = token_classify(value);
    g_assert_cmpuint(image.n, ==, value.n);
    g_assert_cmpint(token_classify(image), ==, class);
    for (gsize i = 0; i < value.n; i++)
        g_assert_cmpint(!strchr(alphabets[class], value.p[i]), ==, !strchr(alphabets[class], image.p[i]));
    for (gsize i = 0; i < value.n; i++)
        if (!strchr(alphabets[class], value.p[i]))
            g_assert_cmpint(value.p[i], ==, image.p[i]);
    g_assert_true(tokens_unmap(s->t, kind, image, s->arena, &back));
    g_assert_true(bytes_eq(back, value));
}

/* Every string of `length` printable characters. One-to-one: no image is seen twice. */
static void test_exhaustive(gconstpointer data)
{
    guint length = GPOINTER_TO_UINT(data), count = length == 1 ? 95 : 95 * 95;
    struct setup s = setup_new();
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
        g_autofree guint8 *seen = g_malloc0(95 * 95);
        guint moved = 0;
        for (guint i = 0; i < count; i++) {
            const guint8 text[2] = {(guint8)(i % 95 + 32), (guint8)(i / 95 + 32)};
            struct bytes value = {text, length}, image = tokens_map(s.t, kinds[k], value, s.arena);
            check_image(&s, kinds[k], value, image);
            guint at = image.p[0] - 32u + (length == 2 ? (image.p[1] - 32u) * 95 : 0);
            g_assert_cmpuint(seen[at]++, ==, 0);
            moved += !bytes_eq(image, value);
            arena_reset(s.arena);
        }
        /* of 95 single characters 20 split and "/" is alone in its class */
        g_assert_cmpuint(moved, >, length == 1 ? 50 : 8000);
    }
    setup_free(&s);
}

/* Three characters of the small classes: again all of them. */
static void test_three(void)
{
    struct setup s = setup_new();
    g_autofree guint8 *seen = g_malloc0(4096);
    for (guint i = 0; i < 4096; i++) {
        static const char hex[] = "0123456789abcdef";
        const guint8 text[3] = {(guint8)hex[i >> 8], (guint8)hex[i >> 4 & 15], (guint8)hex[i & 15]};
        struct bytes image = tokens_map(s.t, KIND_TAG, (struct bytes){text, 3}, s.arena);
        check_image(&s, KIND_TAG, (struct bytes){text, 3}, image);
        guint at = 0;
        for (guint j = 0; j < 3; j++)
            at = at * 16 + (guint)(strchr(hex, image.p[j]) - hex);
        g_assert_cmpuint(seen[at]++, ==, 0);
    }
    setup_free(&s);
}

static void random_text(const char *characters, guint8 *out, gsize n)
{
    gsize radix = strlen(characters);
    for (gsize i = 0; i < n; i++)
        out[i] = (guint8)characters[(gsize)g_test_rand_int_range(0, (gint32)radix)];
}

/* Every length of every class, and mixtures of all ASCII characters, by all kinds. */
static void test_lengths(void)
{
    struct setup s = setup_new();
    guint8 text[TOKEN_MAX_BYTES];
    char ascii[128];
    for (guint i = 0; i < 127; i++)
        ascii[i] = (char)(i + 1);
    ascii[127] = 0;
    for (gsize n = 0; n <= TOKEN_MAX_BYTES; n++) {
        for (guint c = 0; c <= TOKEN_CLASS_COUNT; c++) {
            enum kind kind = kinds[(n + c) % G_N_ELEMENTS(kinds)];
            random_text(c < TOKEN_CLASS_COUNT ? alphabets[c] : ascii, text, n);
            struct bytes value = {text, n};
            check_image(&s, kind, value, tokens_map(s.t, kind, value, s.arena));
        }
        arena_reset(s.arena);
    }
    setup_free(&s);
}

/* Images of neighbours share nothing: the mean number of equal characters is that of chance. */
static void test_spread(void)
{
    struct setup s = setup_new();
    guint equal = 0, equal_kind = 0, still = 0;
    for (guint i = 0; i < 2000; i++) {
        char text[33];
        g_snprintf(text, sizeof text, "a%031u", i);
        struct bytes image = tokens_map(s.t, KIND_TAG, bytes_of(text), s.arena);
        struct bytes other = tokens_map(s.t, KIND_CALL_ID, bytes_of(text), s.arena);
        text[i % 31 + 1] = 'b';
        struct bytes next = tokens_map(s.t, KIND_TAG, bytes_of(text), s.arena);
        for (guint j = 0; j < 32; j++) {
            equal += image.p[j] == next.p[j];
            equal_kind += image.p[j] == other.p[j];
            still += image.p[j] == (guint8)text[j];
        }
    }
    /* 64,000 pairs, 4,000 by chance, deviation 61 */
    g_assert_cmpint(ABS((gint)equal - 4000), <, 500);
    g_assert_cmpint(ABS((gint)equal_kind - 4000), <, 500);
    g_assert_cmpint(ABS((gint)still - 4000), <, 500);
    setup_free(&s);
}

/* The images under one key, as they are and must stay: releases under one key are compared with each
 * other. Computed by a second implementation too, with big numbers and from the essay in feistel.c alone.
 * If this test fails, the format of tokens has changed. */
#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define Y67 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
#define LONG_VALUE X40 X40 X40 "-" Y67 Y67
#define LONG_IMAGE                                                                                           \
    "-97cdIB+6lg!+-AEzM_YvQ9Uq_KXreXAEgwJcOULM%rp8s_HHd*x_Ap_oI_FNSHeo4jvPWAEcpT43thIm9GdM"                  \
    "W9`Q`tAFO*Ij-m5.RmaXsgsbqZVU-D2GRpyaqfPXR.bwEHiULOw_`40QKIGth-kzdQUf.s2G3'D5a_dU9RLU!"                  \
    "KuUgv'32BPDK~LPely+YxmgN%FQVr-JTdPjzg4eaLE_'5u2GObSO2lqw6exGN.pO_g*aH~C8.68zU!~MU.b!!"

static const struct {
    enum kind kind;
    const char *value, *image;
} fixed_rows[] = {
    {KIND_TAG, "134642", "391358"},
    {KIND_TAG, "a48s", "ZdkE"},
    {KIND_CALL_ID, "a84b4c76e66710", "5b8717ccab6146"},
    {KIND_CALL_ID, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "CDtu9pWgREG8CoYvdBQxWx`b0!t-ztY.'BK'"},
    {KIND_BRANCH, "776asdhds", "BJnhpUi9p"},
    {KIND_NONCE, "84a4cc6f3082121f32b42a2187831a9e", "3b30afcc61f59ac5194f34687ad63039"},
    {KIND_NONCE, "VX0KRlV9CRo4/w==", "cBrEz1t8GE+DRS=="},
    {KIND_TOKEN, "<urn:x:00A95A0E128>", "<9tx:t:b5xnlOl6M0j>"},
    {KIND_CALL_ID, LONG_VALUE, LONG_IMAGE},
    {KIND_TOKEN, "caf\xc3\xa9", "619b4547a871e576b1b9b67fcf50e698"},
};

static void test_fixed(void)
{
    struct setup s = setup_new();
    for (gsize i = 0; i < G_N_ELEMENTS(fixed_rows); i++)
        check_text(fixed_rows[i].value,
                   tokens_map(s.t, fixed_rows[i].kind, bytes_of(fixed_rows[i].value), s.arena),
                   fixed_rows[i].image);
    setup_free(&s);
}

/* More values than the cache holds, each asked for again at once and much later. */
static void test_cache(void)
{
    struct setup s = setup_new();
    const guint count = TOKEN_CACHE_ENTRIES + TOKEN_CACHE_ENTRIES / 4;
    g_autofree guint64 *first = g_new0(guint64, count);
    for (guint round = 0; round < 2; round++) {
        for (guint i = 0; i < count; i++) {
            char text[16];
            guint64 image;
            g_snprintf(text, sizeof text, "%08u", i);
            for (guint again = 0; again < 2; again++) {
                memcpy(&image, tokens_map(s.t, KIND_TAG, bytes_of(text), s.arena).p, sizeof image);
                if (round == 0 && again == 0)
                    first[i] = image;
                g_assert_cmpuint(image, ==, first[i]);
            }
            arena_reset(s.arena);
        }
    }
    setup_free(&s);
}

/* The image is the caller's: what comes later does not change it. */
static void test_stays(void)
{
    struct setup s = setup_new();
    struct bytes one = tokens_map(s.t, KIND_TAG, BYTES_LIT("abc"), s.arena);
    struct bytes hit = tokens_map(s.t, KIND_TAG, BYTES_LIT("abc"), s.arena);
    g_autofree gchar *copy = g_strndup((const gchar *)one.p, one.n);
    for (guint i = 0; i < TOKEN_CACHE_ENTRIES * 2; i++) {
        char text[16];
        g_snprintf(text, sizeof text, "%x", i);
        tokens_map(s.t, KIND_TAG, bytes_of(text), s.arena);
    }
    check_text("computed", one, copy);
    check_text("from the cache", hit, copy);
    setup_free(&s);
}

static void test_keyed(void)
{
    struct setup s = setup_new();
    guint8 text[300];
    struct bytes value;
    memset(text, 'a', sizeof text);
    static const struct bytes umlaut = BYTES_LIT("M\xc3\xbcller");
    struct bytes image = tokens_map(s.t, KIND_TAG, umlaut, s.arena);
    g_assert_cmpuint(image.n, ==, TOKEN_KEYED_CHARS);
    g_assert_cmpint(token_classify(image), ==, TOKEN_HEX_LOWER);
    g_assert_true(bytes_eq(image, tokens_map(s.t, KIND_TAG, umlaut, s.arena)));
    g_assert_false(bytes_eq(image, tokens_map(s.t, KIND_NONCE, umlaut, s.arena)));
    g_assert_false(tokens_unmap(s.t, KIND_TAG, image, s.arena, &value));
    g_assert_false(tokens_unmap(s.t, KIND_TAG, umlaut, s.arena, &value));
    g_assert_cmpuint(tokens_map(s.t, KIND_TAG, (struct bytes){text, 255}, s.arena).n, ==, 255);
    struct bytes longer = tokens_map(s.t, KIND_TAG, (struct bytes){text, 256}, s.arena);
    g_assert_cmpuint(longer.n, ==, TOKEN_KEYED_CHARS);
    g_assert_false(bytes_eq(longer, tokens_map(s.t, KIND_TAG, (struct bytes){text, 257}, s.arena)));
    g_assert_false(tokens_unmap(s.t, KIND_TAG, (struct bytes){text, 256}, s.arena, &value));
    g_assert_null(tokens_error(s.t));
    setup_free(&s);
}

static void test_collision(void)
{
    struct setup s = setup_new();
    tokens_shorten_keyed(s.t, 8);
    tokens_map(s.t, KIND_TAG, BYTES_LIT("\xff same"), s.arena);
    tokens_map(s.t, KIND_TAG, BYTES_LIT("\xff same"), s.arena);
    g_assert_null(tokens_error(s.t));
    for (guint i = 0; i < 300; i++) { /* of 256 tokens */
        const guint8 text[3] = {0xff, (guint8)(i >> 8), (guint8)i};
        tokens_map(s.t, KIND_TAG, (struct bytes){text, 3}, s.arena);
    }
    g_assert_error(tokens_error(s.t), SIANTO_TOKEN_ERROR, TOKEN_ERROR_COLLISION);
    setup_free(&s);
}

static void map_guarded(struct bytes b, void *arg)
{
    struct setup *s = arg;
    struct bytes value;
    tokens_map(s->t, KIND_TAG, b, s->arena);
    tokens_unmap(s->t, KIND_TAG, b, s->arena, &value);
}

static void test_guarded(void)
{
    struct setup s = setup_new();
    check_prefixes(BYTES_LIT("urn:uuid:f81d4fae-7dec-11d0/a765+00a0c91e6bf6=="), map_guarded, &s);
    setup_free(&s);
}

/* The table of radices is arithmetic. */
static void test_radix(void)
{
    for (guint k = 0; k < TOKEN_CLASS_COUNT; k++) {
        const struct feistel_radix *r = feistel_radix(token_radix((enum token_class)k));
        g_assert_nonnull(r);
        g_assert_cmpuint(r->square, ==, (guint64)r->radix * r->radix);
        g_assert_cmpuint(r->fourth, ==, r->square * r->square);
        g_assert_cmpuint(r->eighth, ==, r->fourth * r->fourth);
        for (guint w = 0; w < 2; w++) {
            guint64 largest = w ? G_MAXUINT64 : G_MAXUINT64 >> 8, left = largest;
            g_assert_cmpuint(r->word[w], >=, 8);
            for (guint i = 0; i < r->word[w]; i++) {
                g_assert_cmpuint(left, >=, r->radix - 1);
                left = (left - (r->radix - 1)) / r->radix;
            }
        }
    }
    g_assert_null(feistel_radix(11));
}

/* Each digit of a half counts in the round function, also in halves of several blocks: changing any
 * one digit changes the image throughout. */
static void test_every_digit(void)
{
    static const guint radixes[] = {10, 16, 62, 64, 72};
    const guint8 key[AES_BLOCK + 1] = "a key for a test"; /* its NUL is no part of the key */
    struct feistel *f = feistel_new(key);
    for (gsize i = 0; i < G_N_ELEMENTS(radixes); i++) {
        struct feistel_domain d;
        guint8 zero[FEISTEL_DIGITS_MAX] = {0}, one[FEISTEL_DIGITS_MAX];
        feistel_domain_init(&d, f, 1, radixes[i], FEISTEL_DIGITS_MAX);
        feistel_forward(&d, zero);
        for (guint at = 0; at < FEISTEL_DIGITS_MAX; at++) {
            guint differ = 0;
            memset(one, 0, sizeof one);
            one[at] = 1;
            feistel_forward(&d, one);
            for (guint j = 0; j < FEISTEL_DIGITS_MAX; j++)
                differ += one[j] != zero[j];
            g_assert_cmpuint(differ, >, 180); /* 229 by chance for radix 10, deviation 4.8 */
            feistel_backward(&d, one);
            g_assert_cmpuint(one[at], ==, 1);
        }
    }
    feistel_free(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/token/classes", test_classes);
    g_test_add_func("/token/digits", test_digits);
    g_test_add_data_func("/token/all-of-length-1", GUINT_TO_POINTER(1), test_exhaustive);
    g_test_add_data_func("/token/all-of-length-2", GUINT_TO_POINTER(2), test_exhaustive);
    g_test_add_func("/token/all-hex-of-length-3", test_three);
    g_test_add_func("/token/lengths", test_lengths);
    g_test_add_func("/token/spread", test_spread);
    g_test_add_func("/token/fixed", test_fixed);
    g_test_add_func("/token/cache", test_cache);
    g_test_add_func("/token/image-stays", test_stays);
    g_test_add_func("/token/keyed", test_keyed);
    g_test_add_func("/token/collision", test_collision);
    g_test_add_func("/token/guarded", test_guarded);
    g_test_add_func("/feistel/radix", test_radix);
    g_test_add_func("/feistel/every-digit", test_every_digit);
    return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "token_class.h"

#define DECIMAL "0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

/* A character's place is its digit: part of what makes a keyed release repeatable, so never changed. */
static const struct {
    const char *characters;
    guint radix;
} alphabets[TOKEN_CLASS_COUNT] = {
    [TOKEN_DIGITS] = {DECIMAL, 10},
    [TOKEN_HEX_LOWER] = {DECIMAL "abcdef", 16},
    [TOKEN_HEX_UPPER] = {DECIMAL "ABCDEF", 16},
    [TOKEN_ALPHANUMERIC] = {DECIMAL UPPER LOWER, 62},
    [TOKEN_CHARACTERS] = {DECIMAL UPPER LOWER "+-.!%*_`'~", 72},
    [TOKEN_BASE64] = {DECIMAL UPPER LOWER "+/", 64},
};

/* The places again, by character; "/" and "-" may share one, since no class has both. */
#define NO 255
#define DIGIT_a 36
/* clang-format off: 16 in a line, as in every ASCII table */
static const guint8 places[128] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, 65, NO, NO, NO, 66, NO, 70, NO, NO, 67, 62, NO, 63, 64, 63,
     0,  1,  2,  3,  4,  5,  6,  7,  8,  9, NO, NO, NO, NO, NO, NO,
    NO, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
    25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, NO, NO, NO, NO, 68,
    69, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
    51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, 71, NO,
};
/* clang-format on */

/* The classes that a character is in, a bit each. */
#define IN(c) (1u << TOKEN_##c)
#define ALNUM (IN(ALPHANUMERIC) | IN(CHARACTERS) | IN(BASE64))
static const guint8 classes[256] = {
    ['0' ... '9'] = IN(DIGITS) | IN(HEX_LOWER) | IN(HEX_UPPER) | ALNUM,
    ['A' ... 'F'] = IN(HEX_UPPER) | ALNUM,
    ['G' ... 'Z'] = ALNUM,
    ['a' ... 'f'] = IN(HEX_LOWER) | ALNUM,
    ['g' ... 'z'] = ALNUM,
    ['+'] = IN(CHARACTERS) | IN(BASE64),
    ['/'] = IN(BASE64),
    ['-'] = IN(CHARACTERS),
    ['.'] = IN(CHARACTERS),
    ['!'] = IN(CHARACTERS),
    ['%'] = IN(CHARACTERS),
    ['*'] = IN(CHARACTERS),
    ['_'] = IN(CHARACTERS),
    ['`'] = IN(CHARACTERS),
    ['\''] = IN(CHARACTERS),
    ['~'] = IN(CHARACTERS),
};

enum token_class token_classify(struct bytes value)
{
    guint holding = (1u << TOKEN_CLASS_COUNT) - 1, base64 = IN(BASE64);
    gboolean encoded = bytes_at(value, value.n - 1) == '=';
    for (gsize i = 0; i < value.n; i++) {
        guint in = classes[value.p[i]];
        if (in == 0)
            continue;
        base64 &= in;
        if (in == IN(BASE64))
            encoded = TRUE;
        else
            holding &= in;
    }
    if (encoded && base64)
        return TOKEN_BASE64;
    guint c = TOKEN_DIGITS;
    while (!(holding >> c & 1))
        c++;
    return (enum token_class)c;
}

guint token_radix(enum token_class c)
{
    return alphabets[c].radix;
}

static gboolean splits(enum token_class c, guint8 character)
{
    return !(classes[character] >> c & 1);
}

guint token_digits(enum token_class c, struct bytes value, guint8 *digits)
{
    guint n = 0;
    guint8 shift = c == TOKEN_HEX_LOWER ? DIGIT_a - 10 : 0;
    for (gsize i = 0; i < value.n; i++) {
        guint8 character = value.p[i];
        if (splits(c, character))
            continue;
        guint8 place = places[character];
        digits[n++] = (guint8)(place < 10 ? place : place - shift);
    }
    return n;
}

void token_text(enum token_class c, struct bytes value, const guint8 *digits, guint8 *out)
{
    const char *characters = alphabets[c].characters;
    for (gsize i = 0; i < value.n; i++)
        out[i] = splits(c, value.p[i]) ? value.p[i] : (guint8)characters[*digits++];
}

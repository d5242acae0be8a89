/* token_class.h - what a token is made of: its class, its digits, and what stays in place.
 *
 * The smallest of these classes that holds the value (DESIGN section 5):
 *
 *      digits                0-9
 *      hex lower             0-9 a-f
 *      hex upper             0-9 A-F
 *      alphanumeric          0-9 A-Z a-z
 *      token characters      alphanumeric and - . ! % * _ + ` ' ~   (RFC 3261 section 25.1)
 *      base64                A-Z a-z 0-9 + /                        (RFC 4648 section 4)
 *
 * A value is base64 where it has a "/" or ends in "=" and is of that class else. All other characters
 * split the value and stay where they are: those of no class always, "/" where the value is no
 * base64, "=" always (so padding stays).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TOKEN_CLASS_H
#define SIANTO_TOKEN_CLASS_H

#include "bytes.h"

enum token_class {
    TOKEN_DIGITS,
    TOKEN_HEX_LOWER,
    TOKEN_HEX_UPPER,
    TOKEN_ALPHANUMERIC,
    TOKEN_CHARACTERS,
    TOKEN_BASE64,
    TOKEN_CLASS_COUNT
};

/* ASCII only; a value of splitting characters only is TOKEN_DIGITS. */
enum token_class token_classify(struct bytes value);

/* Number of characters of a class: the radix of its digits. */
guint token_radix(enum token_class c);

/* The digits of the characters that do not split; returns how many. `digits` has room for value.n. */
guint token_digits(enum token_class c, struct bytes value, guint8 *digits);

/* The inverse: `value` with the characters that do not split taken from `digits`; value.n bytes. */
void token_text(enum token_class c, struct bytes value, const guint8 *digits, guint8 *out);

#endif

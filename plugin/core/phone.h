/* phone.h - telephone numbers: which users are one, and what their identity is (DESIGN section 5).
 *
 * A user is a telephone number when it is, without visual separators ("-" "." "(" ")" of RFC 3966, and
 * blanks), "+" and 4 to 15 digits, or 7 to 15 digits alone. Its identity are the digits; "+" is no part
 * of it.
 *
 * Where the capture's country is given, numbers as they are dialled there are the same as their
 * international form: with country 49
 *
 *      +49 30 1234567    0049301234567    030 1234567    49301234567       all are 49301234567
 *
 * (00 and up to 15 digits then, and 0 for a national number, as ITU-T E.164 recommends and most of the
 * world dials; not so in North America, 011 and 1, nor in Russia, 810 and 8, nor in Italy, whose 0 is
 * part of the number.) Without a country the digits count as they stand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PHONE_H
#define SIANTO_PHONE_H

#include "bytes.h"

#define PHONE_COUNTRY_MAX 3                       /* digits of a country code: ITU-T E.164 */
#define PHONE_DIGITS_MAX (15 + PHONE_COUNTRY_MAX) /* of an identity */

struct phone {
    gboolean plus; /* the original begins with it */
    guint n;
    guint8 digits[PHONE_DIGITS_MAX];
};

/* 1 to 3 digits, the first not 0. */
gboolean phone_country_valid(const char *country);

/* FALSE: no telephone number. `country` is valid, or NULL. */
gboolean phone_parse(struct bytes user, const char *country, struct phone *phone);

#endif

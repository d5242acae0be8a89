/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "phone.h"

#define E164_MAX 15
#define GLOBAL_MIN 4
#define LOCAL_MIN 7
#define PREFIX_MAX 2 /* 00 */

gboolean phone_country_valid(const char *country)
{
    gsize n = strlen(country);
    if (n < 1 || n > PHONE_COUNTRY_MAX || country[0] == '0')
        return FALSE;
    return strspn(country, "0123456789") == n;
}

static gboolean is_separator(guint8 c)
{
    return c == '-' || c == '.' || c == '(' || c == ')' || c == ' ';
}

/* The digits as they stand; FALSE: something else is in the way. */
static gboolean read_digits(struct bytes user, struct phone *phone)
{
    *phone = (struct phone){.plus = FALSE};
    for (gsize i = 0; i < user.n; i++) {
        guint8 c = user.p[i];
        if (is_separator(c))
            continue;
        if (c == '+' && phone->n == 0 && !phone->plus)
            phone->plus = TRUE;
        else if (g_ascii_isdigit(c) && phone->n < E164_MAX + PREFIX_MAX)
            phone->digits[phone->n++] = c;
        else
            return FALSE;
    }
    return TRUE;
}

static void replace_prefix(struct phone *phone, guint drop, struct bytes prefix)
{
    guint8 rest[PHONE_DIGITS_MAX];
    guint n = phone->n - drop;
    memcpy(rest, phone->digits + drop, n);
    if (prefix.n)
        memcpy(phone->digits, prefix.p, prefix.n);
    memcpy(phone->digits + prefix.n, rest, n);
    phone->n = (guint)prefix.n + n;
}

gboolean phone_parse(struct bytes user, const char *country, struct phone *phone)
{
    if (!read_digits(user, phone))
        return FALSE;
    if (phone->plus)
        return phone->n >= GLOBAL_MIN && phone->n <= E164_MAX;
    if (phone->n < LOCAL_MIN)
        return FALSE;
    if (country && phone->digits[0] == '0' && phone->digits[1] == '0') {
        replace_prefix(phone, PREFIX_MAX, BYTES_NONE);
        return TRUE;
    }
    if (phone->n > E164_MAX)
        return FALSE;
    if (country && phone->digits[0] == '0')
        replace_prefix(phone, 1, bytes_of(country));
    return TRUE;
}

/* verify.h - sianto verify DIR: is a bundle whole, unchanged, and true of itself?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_VERIFY_H
#define SIANTO_VERIFY_H

#include "tshark.h"

/* A line on standard output for each check, "ok" or "FAIL" in front. What is read is `dir` alone, by `t`'s tshark; its
 * program is kept quiet. STATUS_OK, or STATUS_REFUSED where a check fails. */
int verify_bundle(const struct tshark *t, const char *dir);

#endif

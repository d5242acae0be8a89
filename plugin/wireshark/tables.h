/* tables.h - sortable tables under Telephony, and -z sianto,TABLE in tshark: packets by what becomes of them, messages,
 * replacements, clients.
 *
 * They may be limited by a display filter, in tshark with -2 only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TABLES_H
#define SIANTO_TABLES_H

/* At registration, after the tap. */
void tables_register(void);

#endif

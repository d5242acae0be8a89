/* tables.h - sortable tables under Telephony, and -z sianto,TABLE in tshark: packets by what becomes of them, messages,
 * replacements, clients.
 *
 * In tshark they count what was decided when the last packet was read; what still waits then (the rest of a TCP
 * message) is counted with -2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_TABLES_H
#define SIANTO_TABLES_H

/* At registration, after the tap. */
void tables_register(void);

#endif

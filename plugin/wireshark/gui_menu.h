/* gui_menu.h - the menu SiAnTo, and its entries where users look for SIP, under Telephony.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_GUI_MENU_H
#define SIANTO_GUI_MENU_H

/* At registration, after the protocol. Harmless where there is no GUI. */
void gui_menu_register(int proto);

#endif

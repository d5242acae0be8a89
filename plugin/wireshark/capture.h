/* capture.h - the capture that Wireshark has loaded, and a pass over its frames.
 *
 * A pass runs at once, on the main thread, by Wireshark's own retap: with its progress in the status bar and a button
 * that stops it. While it runs, menus work: whoever begins one asks capture_refusal first. Only in the GUI.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_CAPTURE_H
#define SIANTO_CAPTURE_H

#include "compat.h"

#include <epan/tap.h>

struct capture {
    gboolean loaded; /* there is one; all else is 0 where not */
    char *path;      /* owned: capture_clear */
    guint32 count, displayed;
    gboolean running;   /* still being read or captured */
    gboolean locked;    /* a pass is running: ours or Wireshark's */
    gboolean temporary; /* captured and not saved yet: the path says nothing to the user */
    gboolean filtered;  /* opened with a read filter: not the whole file */
};

/* As it is now. */
struct capture capture_get(void);
void capture_clear(struct capture *c);

/* Where no key is set, each capture has one of its own, drawn at random: two that were exported one after the other
 * shall not be linked. Before anything asks for the session's key. */
void capture_use_key(void);

/* Why a pass cannot begin now, in words for the user, or NULL. `whole`: nor while the capture is running. */
const char *capture_refusal(gboolean whole);

struct capture_listener {
    void (*frame)(void *arg, packet_info *pinfo, epan_dissect_t *edt);
    /* A tap of single messages beside that, or NULL: its name, and what takes them. */
    const char *messages;
    tap_packet_cb message;
    gboolean displayed; /* only frames that are displayed, and those that they are put together with */
    void *arg;
};

enum capture_end {
    CAPTURE_WHOLE,   /* each frame came once, in order; of a running capture those that were there */
    CAPTURE_STOPPED, /* by the user */
    CAPTURE_REFUSED, /* it could not begin: what capture_refusal says, or a fault in `error` */
};

/* Frames are numbered from 1 without gaps where they are not limited to displayed ones. */
enum capture_end capture_pass(const struct capture_listener *listener, GError **error);

#endif

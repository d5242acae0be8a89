/* compat.h - all that differs between Wireshark 4.0, 4.4 and 4.6, so that the rest is one source.
 *
 * A plugin is built against one minor series and loads in that one only. What is the same in all, or
 * can be written so that it is, is not here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_COMPAT_H
#define SIANTO_COMPAT_H

#include <wireshark.h>

#include <epan/epan_dissect.h>
#include <epan/packet.h>
#include <epan/proto.h>
#include <wiretap/wtap.h>

#define WSV (WIRESHARK_VERSION_MAJOR * 100 + WIRESHARK_VERSION_MINOR)

/* What a bool preference points to: four bytes in 4.0, one later. */
#if WSV >= 404
typedef bool ws_bool;
#else
typedef gboolean ws_bool;
#endif

/* Result of the callback of register_stat_tap_ui. */
#if WSV >= 406
typedef bool ws_tap_init;
#define WS_TAP_INIT_DONE return true
#else
typedef void ws_tap_init;
#define WS_TAP_INIT_DONE return
#endif

/* Where users look for SIP. */
#if WSV >= 404
#define WS_TELEPHONY_GROUP REGISTER_TELEPHONY_GROUP_UNSORTED
#else
#define WS_TELEPHONY_GROUP REGISTER_STAT_GROUP_TELEPHONY
#endif

/* A record to write. `rec` is the caller's and lives until compat_rec_clear. From 4.6 on the bytes
 * travel inside of it. */
static inline void compat_rec_init(wtap_rec *rec)
{
#if WSV >= 406
    wtap_rec_init(rec, 2048);
#else
    wtap_rec_init(rec);
#endif
}

static inline ws_bool compat_dump(wtap_dumper *dumper, wtap_rec *rec, const guint8 *data, int *err,
                                  char **info)
{
#if WSV >= 406
    ws_buffer_clean(&rec->data);
    ws_buffer_append(&rec->data, data, rec->rec_header.packet_header.caplen);
    return wtap_dump(dumper, rec, err, info);
#else
    return wtap_dump(dumper, rec, data, err, info);
#endif
}

/* Records of a file, one after the other. Until 4.6 their bytes have a buffer of their own. */
struct compat_reader {
    wtap_rec rec;
#if WSV < 406
    Buffer data;
#endif
};

static inline void compat_reader_init(struct compat_reader *r)
{
    compat_rec_init(&r->rec);
#if WSV < 406
    ws_buffer_init(&r->data, 2048);
#endif
}

static inline ws_bool compat_read(wtap *file, struct compat_reader *r, int *err, char **info)
{
    gint64 offset;
#if WSV >= 406
    return wtap_read(file, &r->rec, err, info, &offset);
#else
    return wtap_read(file, &r->rec, &r->data, err, info, &offset);
#endif
}

static inline const guint8 *compat_reader_data(struct compat_reader *r)
{
#if WSV >= 406
    return ws_buffer_start_ptr(&r->rec.data);
#else
    return ws_buffer_start_ptr(&r->data);
#endif
}

/* Before the next one is read. */
static inline void compat_reader_next(struct compat_reader *r)
{
    wtap_rec_reset(&r->rec);
}

static inline void compat_reader_clear(struct compat_reader *r)
{
    wtap_rec_cleanup(&r->rec);
#if WSV < 406
    ws_buffer_free(&r->data);
#endif
}

#endif

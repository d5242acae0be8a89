/* sianto.h - the core as its host sees it: frames in, anonymized frames and SIP events out.
 *
 * The output is a function of the frames, the settings and the key, and of nothing else.
 * Frames leave in the order they came, through the sink, possibly later than they came (never later
 * than sianto_finish). No global state; one core per run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_H
#define SIANTO_H

#include "address.h"
#include "edit.h"
#include "event.h"
#include "frame.h"
#include "key.h"
#include "label.h"
#include "timeline.h"

struct map;

struct sianto_settings {
    enum label_style labels;
    enum address_mode addresses;
    const char *country;     /* NULL: none */
    const char *keep_path;   /* keep=FILE, or NULL */
    const char *policy_path; /* policy=FILE, or NULL */
    gboolean as_is;          /* names=asis: nothing is replaced, events carry the strings as found */
    gboolean threads;        /* what hangs on nothing else goes to threads of its own, where they can be had: the audit's
                              * two steps (inspection.h, audit.h), and events and signals, whose sink is called from there */
    gboolean audit;          /* every frame and message is audited on its way (audit.h) */
    gboolean headers;        /* other=headers: what is not SIP nor serves it is kept without its content */
    guint64 hold_bytes;      /* hold=: what may wait; 0: HOLD_DEFAULT */
    const guint16 *sip_ports; /* sip-port=: ended by 0; NULL: 5060, 5061. Borrowed for the core's life */
    const struct map *map; /* tables to go on from (map.h), and the country, kept networks and policy that count
                            * then; NULL: none. Used during the call */
    gboolean restore;      /* back to the originals (restore.h); no audit, no frame left out */
    struct timeline *time; /* time=: the host moves each frame's time by it before the frame comes in, and dates in
                            * texts follow. Borrowed for the core's life; NULL: keep */
    gboolean shard;        /* the capture is one file of several: counts.cut_by_shard */
    gboolean pairs;        /* sianto_each_pair will be asked: originals that no key inverts are remembered */
};

#define HOLD_DEFAULT (64u << 20)
/* No frame waits longer, in time of the capture. */
#define HOLD_TIME_US (32 * G_USEC_PER_SEC)

struct sianto_frame_in {
    guint64 number;   /* from 1 */
    gint64 time_us;   /* since the epoch, moved (settings.time): for events */
    guint linktype;   /* LINKTYPE_ value, or G_MAXUINT for one that has none */
    struct bytes captured;
    guint32 wire_len;
    gboolean derived; /* not of the capture: what Wireshark read inside the frame of that number */
    gboolean context; /* of the file before, which is numbered 0, or of the one behind: what it tells of the capture's own
                       * frames counts, and it is neither written, counted, nor given to the statistics */
};

/* What became of a frame. Borrowed during the sink's call. */
struct sianto_frame_out {
    guint64 number;
    guint linktype;
    enum drop_reason drop;  /* DROP_NONE: `bytes` is the new frame */
    struct bytes bytes;
    guint32 wire_len;
    gboolean sip;           /* a SIP message became complete in it */
    gboolean scrubbed;      /* kept, but the payload was scrubbed at equal length (too-long) */
    gboolean undecided;     /* kept, but bytes of a stream in it were scrubbed (counts.undecided_bytes); of bytes that
                             * came twice, the frames that had them before that was decided */
};

/* A SIP message that was found and judged: before the frame in which it became complete leaves, whether that
 * will be written or not. Borrowed during the sink's call. */
struct sianto_message {
    guint64 number;            /* of that frame */
    struct bytes original;     /* its text: reassembled, unmasked */
    struct bytes written;
    const struct edits *edits; /* in `original` */
    gsize off;                 /* where it lies in the captured frame; NOT_FOUND: not there, or not whole */
};

struct sianto_sink {
    void (*frame)(void *arg, const struct sianto_frame_out *out);
    void (*event)(void *arg, const struct sip_event *event); /* may be NULL */
    void (*signal)(void *arg, const struct sip_signal *signal); /* may be NULL */
    void (*message)(void *arg, const struct sianto_message *message); /* may be NULL */
    void *arg;
};

struct sianto_counts {
    guint64 frames, written, dropped[DROP_COUNT];
    guint64 sip_messages;
    guint64 replaced[KIND_COUNT]; /* occurrences */
    guint64 too_long;             /* scrubbed for growth */
    guint64 undecided_bytes;      /* of streams, scrubbed since they belong to no message that we have whole */
    guint64 resized;              /* streams with a segment that had to become empty */
    guint64 forced;               /* frames that left by hold= or 32 s before they were decided */
    guint64 broken;               /* messages scrubbed to start line, Via, CSeq */
    guint64 cut_by_shard;         /* settings.shard: pieces of messages and of trains of fragments, scrubbed, whose rest
                                   * is in the file before or behind: at most one for each end of a stream */
    guint64 gap_bytes;            /* bytes that no rule judged: 0, or a bug of ours */
    guint users, phones, domains, addresses, agents; /* different identities */
};

struct sianto;
struct audit;

/* Errors are of the domains of key.h, label.h, policy.h and SIANTO_ERROR; nothing is read then. */
#define SIANTO_ERROR sianto_error_quark()
GQuark sianto_error_quark(void);
enum sianto_error { SIANTO_ERROR_KEEP };

struct sianto *sianto_new(const struct sianto_settings *settings, const struct key *key,
                          const struct sianto_sink *sink, GError **error);
void sianto_free(struct sianto *s);

void sianto_frame(struct sianto *s, const struct sianto_frame_in *in);
/* All frames are in: the rest leaves. FALSE: the run is void (a collision of keyed labels ...). */
gboolean sianto_finish(struct sianto *s, GError **error);

/* For who gives up: from now on the sink is called by nobody but the thread that this is called from. */
void sianto_stop_telling(struct sianto *s);

/* Does a frame of the capture itself wait? Else the file behind has nothing more to tell. */
gboolean sianto_waits(const struct sianto *s);

struct sianto_counts sianto_counts(const struct sianto *s);
/* Names that the policy did not know ("header X-Foo", "parameter bar" ...), for dry-run on the
 * terminal only; sorted, with counts: GHashTable of gchar* -> guint in a pointer. Borrowed. */
GHashTable *sianto_unknown_names(const struct sianto *s);
/* Every pair that has a table, for map_writer_pair; settings.pairs. In no certain order. */
typedef void (*sianto_visit_pair)(void *arg, enum kind kind, struct bytes original, struct bytes label);
void sianto_each_pair(const struct sianto *s, sianto_visit_pair fn, void *arg);
/* Pairs that no room was left for (token.h). */
guint64 sianto_pairs_missing(const struct sianto *s);
/* Which streams counts.resized counts, as they are written: struct endpoint, in pairs; the first ones. Borrowed. */
#define RESIZED_MAX 20
const GArray *sianto_resized(const struct sianto *s);
/* The auditor of this run, for the finished files; NULL where none was asked for, or nothing is replaced. */
struct audit *sianto_audit(struct sianto *s);
/* The image of an address, for "the server's new address". */
void sianto_map_endpoint(struct sianto *s, struct endpoint *e);
/* The image of an address in a frame: IPv4 (4 bytes), MAC (6) or IPv6 (16), and only these. */
void sianto_map_address(struct sianto *s, struct bytes address, guint8 image[16]);

#endif

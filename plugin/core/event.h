/* event.h - a SIP message as the statistics see it, taken from the message as it will be written.
 *
 * Because an event is a function of the written bytes alone, the anonymized capture gives the same
 * events as the export that made it (DESIGN sections 2 and 3.5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_EVENT_H
#define SIANTO_EVENT_H

#include "frame.h"
#include "sip.h"

enum sip_transport { SIP_UDP, SIP_TCP, SIP_TLS, SIP_SCTP, SIP_WS };

#define EVENT_CONTACTS_MAX 16

struct event_contact {
    struct bytes uri;      /* user and hostport: the binding's identity where there is no instance */
    struct bytes instance; /* +sip.instance, or empty */
    gint64 expires_s;      /* -1: not given */
    gboolean star;
};

/* All views are borrowed for the call. Empty where absent. */
struct sip_event {
    gint64 time_us;  /* since the epoch */
    guint64 frame;   /* number of the frame in which the message became complete */
    guint32 frame_bytes;
    struct endpoint src, dst;
    enum sip_transport transport;
    guint64 packet_hash; /* IP header but TTL and checksum, and payload: finds frames captured twice */

    gboolean request;
    struct bytes method;   /* request: its method; response: that of CSeq */
    guint status;          /* response */
    guint32 cseq;
    struct bytes cseq_method;
    struct bytes call_id, branch, from_tag, to_tag;
    struct bytes request_uri;
    struct bytes from_aor, to_aor; /* user@host without port and parameters */
    struct bytes user_agent;       /* User-Agent or Server */
    struct bytes event_package;    /* Event */
    gboolean credentials;          /* Authorization or Proxy-Authorization is there */
    gint64 expires_s;              /* Expires; -1: none */
    gint64 retry_after_s;          /* -1: none */
    gboolean ignored_fault;        /* a fault for which servers ignore requests: two "@" in a URI */
    struct event_contact contacts[EVENT_CONTACTS_MAX];
    guint n_contacts;
};

/* A frame that serves SIP and holds no message, as it is written: keep-alives, and what tells whether a
 * connection can be had. */
enum sip_signal_kind {
    SIGNAL_CRLF,    /* a filler: CRLF, NUL ... (RFC 5626 section 3.5.1), over UDP or TCP */
    SIGNAL_STUN,    /* STUN where SIP goes */
    SIGNAL_SYN,     /* TCP: somebody asks for a connection */
    SIGNAL_SYN_ACK, /* and gets it */
    SIGNAL_RST,     /* or not, or loses it */
    SIGNAL_ICMP     /* an ICMP error (src to dst) that quotes what `quoting` sent to `quoted` */
};

struct sip_signal {
    enum sip_signal_kind kind;
    gint64 time_us;
    guint64 frame;
    guint32 frame_bytes;
    struct endpoint src, dst;
    struct endpoint quoting, quoted; /* SIGNAL_ICMP: of the packet quoted, as far as the quote tells */
    guint32 syn_seq;          /* sequence number: of a SIGNAL_SYN, of the SYN that a SIGNAL_SYN_ACK answers */
    guint64 packet_hash;      /* as in sip_event */
};

/* Fills the message part of `e` (not time, frame, endpoints, transport, hash) from a message. */
void event_from_message(struct sip_event *e, const struct sip_message *m);

#endif

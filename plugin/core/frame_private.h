/* frame_private.h - what the files of the frame walker and writer share; declarations by their owner.
 *
 * A family of layers has a file of its own (frame_link.c, frame_ip.c ...), in which each layer has its
 * walk function and, next to it, its put function.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FRAME_PRIVATE_H
#define SIANTO_FRAME_PRIVATE_H

#include "checksum.h"
#include "frame.h"

#define ETHERNET_MIN_BYTES 60    /* without frame check sequence */
#define ETHERNET_MAX_LENGTH 1500 /* from 1536 on it is a type */

enum step {
    STEP_ETHERNET,
    STEP_VLAN,
    STEP_PPPOE,
    STEP_PPP,
    STEP_HDLC,
    STEP_CISCO_HDLC,
    STEP_FRAME_RELAY,
    STEP_LLC,
    STEP_RADIOTAP,
    STEP_PPI,
    STEP_DEVICE,
    STEP_WLAN,
    STEP_NFLOG,
    STEP_PKTAP,
    STEP_PDU,
    STEP_NULL,
    STEP_SLL,
    STEP_SLL2,
    STEP_RAW,
    STEP_ARP,
    STEP_IPV4,
    STEP_IPV6,
    STEP_UDP,
    STEP_TCP,
    STEP_SCTP,
    STEP_ICMP,
    STEP_ICMP6,
    STEP_OTHER,
    STEP_GRE,
    STEP_ERSPAN2,
    STEP_ERSPAN3,
    STEP_AH,
    STEP_ETHERIP,
    STEP_MPLS,
    STEP_PSEUDOWIRE,
    STEP_PBB,
    STEP_VXLAN,
    STEP_GENEVE,
    STEP_GTP,
    STEP_L2TP,
    STEP_DONE,
    STEP_DROP,
};

/* A walk is a run of steps. Each takes one header from the reader, narrows `end` where the header has
 * a length field, records its layer, and names the next step by a table of protocol numbers. */
struct walk {
    struct frame *f;
    struct reader r; /* the captured bytes up to `end` */
    guint32 end;     /* on the wire: where the layers so far say that their data ends */
    enum step next;
    gboolean wlan_padded; /* radiotap: there is padding behind 802.11's header */
};

/* One row of a table of protocol numbers. */
struct route {
    guint32 number;
    enum step step;
    enum drop_reason drop; /* STEP_DROP */
};

/* One frame in the making. */
struct job {
    struct frame_writer *w;
    const struct frame *f;
    const struct frame_change *change;
    struct span
        at[FRAME_LAYERS_MAX]; /* of each layer: where its header is written; all lie before payload_at */
    guint32 payload_at;
    guint8 *to;  /* the new frame, all headers 0, the payload in place */
    gsize n;     /* of it, without padding */
    guint64 end; /* of the new payload, and so of each layer's data, on the wire */
};

/* Layer i's put function writes its header to j->to + j->at[i].off, where zeros are; all behind it stands
 * written. `r` has the captured header, all of it. */
typedef void (*put_fn)(struct job *j, guint i, struct reader *r);

/* frame_walk.c */
enum drop_reason walk_follow(struct walk *w, const struct route *rows, guint n, guint32 number,
                             enum drop_reason otherwise);
#define follow(w, rows, number, otherwise) walk_follow(w, rows, G_N_ELEMENTS(rows), number, otherwise)
/* Goes on with a link type. */
enum drop_reason walk_linktype(struct walk *w, guint32 linktype);
/* The data of the layers so far ends at `end`. */
void walk_narrow(struct walk *w, guint32 end);
/* The header that was read from `from` on is proven. */
enum drop_reason walk_push(struct walk *w, enum layer_kind kind, gsize from);
/* What is left is the payload. */
enum drop_reason walk_done(struct walk *w, enum carrier carrier);

/* frame_write.c */
/* How long layer i's header is when it is written, where that may differ from the captured one. */
typedef guint32 (*len_fn)(const struct frame *f, guint i);

struct frame_writer {
    struct addresses *addresses;
    const struct flows *flows;
    const struct timeline *time; /* NULL: keep */
    struct prf *unknown; /* checksums that nobody can verify */
};

/* Is the outermost layer one that pads frames to ETHERNET_MIN_BYTES? */
gboolean frame_is_padded(const struct frame *f);
guint8 *job_to(const struct job *j, guint i);
/* Bytes on the wire from the `behind`-th byte of layer i's header to the end. */
guint32 job_length(const struct job *j, guint i, guint32 behind);
void job_map_mac(const struct job *j, struct reader *r, guint8 *to);
/* A sequence number of tunnel layer i, moved on the circle 1 .. max by the constant of the ends of the IP
 * layer around it; `far`: of the other direction. */
guint32 job_shift_tunnel(const struct job *j, guint i, guint32 v, guint32 max, gboolean far);
/* A layer whose bytes the walker took from closed lists only. */
void put_proven(struct job *j, guint i, struct reader *r);

/* A stretch of bytes that a checksum tells of, in the captured frame and in the new one: from a header or
 * the payload on, to the end. */
struct covered {
    struct bytes old, new;
    guint32 old_wire, new_wire; /* bytes on the wire */
};
struct covered job_covered(const struct job *j, guint i);
struct covered job_covered_payload(const struct job *j);
/* 32 keyed bits of the new bytes, not 0, the upper half not 0 either: a checksum that nobody can verify.
 * The same bytes have the same value again. */
guint32 job_keyed(const struct job *j, struct bytes new);
/* The Internet checksum at byte `field` of what is covered; the captured one is `found`. `ip`: the layer
 * whose addresses stand in the pseudo-header of `protocol`, or -1 for none. */
void job_checksum(struct job *j, const struct covered *c, gsize field, gint ip, guint8 protocol);

/* frame_link.c */
enum drop_reason walk_ethertype(struct walk *w, guint16 type);
enum drop_reason walk_ethernet(struct walk *w);
enum drop_reason walk_vlan(struct walk *w);
enum drop_reason walk_pppoe(struct walk *w);
enum drop_reason walk_ppp(struct walk *w);
enum drop_reason walk_null(struct walk *w);
enum drop_reason walk_sll(struct walk *w);
enum drop_reason walk_sll2(struct walk *w);
enum drop_reason walk_arp(struct walk *w);
void put_ethernet(struct job *j, guint i, struct reader *r);
void put_vlan(struct job *j, guint i, struct reader *r);
void put_pppoe(struct job *j, guint i, struct reader *r);
void put_sll(struct job *j, guint i, struct reader *r);
void put_sll2(struct job *j, guint i, struct reader *r);
void put_8023(struct job *j, guint i, struct reader *r);

/* frame_wan.c */
enum drop_reason walk_llc(struct walk *w);
enum drop_reason walk_hdlc(struct walk *w);
enum drop_reason walk_cisco_hdlc(struct walk *w);
enum drop_reason walk_frame_relay(struct walk *w);

/* frame_wlan.c */
enum drop_reason walk_radiotap(struct walk *w);
enum drop_reason walk_ppi(struct walk *w);
enum drop_reason walk_device(struct walk *w);
enum drop_reason walk_wlan(struct walk *w);
void put_radiotap(struct job *j, guint i, struct reader *r);
void put_ppi(struct job *j, guint i, struct reader *r);
void put_device(struct job *j, guint i, struct reader *r);
void put_wlan(struct job *j, guint i, struct reader *r);
guint32 radiotap_len(const struct frame *f, guint i);
guint32 ppi_len(const struct frame *f, guint i);
guint32 wlan_len(const struct frame *f, guint i);

/* frame_meta.c */
enum drop_reason walk_nflog(struct walk *w);
enum drop_reason walk_pktap(struct walk *w);
enum drop_reason walk_pdu(struct walk *w);
void put_nflog(struct job *j, guint i, struct reader *r);
void put_pktap(struct job *j, guint i, struct reader *r);
void put_pdu(struct job *j, guint i, struct reader *r);
guint32 nflog_len(const struct frame *f, guint i);
guint32 pktap_len(const struct frame *f, guint i);
guint32 pdu_len(const struct frame *f, guint i);

/* frame_ip.c */
enum drop_reason walk_raw(struct walk *w);
enum drop_reason walk_ipv4(struct walk *w);
enum drop_reason walk_ipv6(struct walk *w);
enum drop_reason walk_other(struct walk *w);
/* Goes on with an IP protocol, behind the innermost IP header. */
enum drop_reason walk_protocol(struct walk *w, guint8 protocol);
/* 4 or 6 where an IP packet begins at `at` whose version and lengths fit what is there; else 0. */
guint8 walk_is_ip(const struct walk *w, gsize at);
void put_ipv4(struct job *j, guint i, struct reader *r);
void put_ipv6(struct job *j, guint i, struct reader *r);
/* The IP layer next outwards from layer i, or -1. */
gint frame_ip_before(const struct frame *f, guint i);
/* The ends that an IP layer names (frame.h: src, dst), ports 0. */
void frame_ip_ends(const struct frame *f, guint i, struct endpoint *src, struct endpoint *dst);

/* The IP layer whose length is to be 0, or -1: that of a segment left to the card (only the innermost can
 * be). Not where the new frame is so short that data would be taken for padding. */
gint frame_open_ip(const struct job *j);
/* Do the new offset and length of a fragment stay within a datagram? TRUE for what is none. */
gboolean frame_fragment_fits(const struct job *j);

/* frame_transport.c */
enum drop_reason walk_tcp(struct walk *w);
enum drop_reason walk_sctp(struct walk *w);
enum drop_reason walk_icmp(struct walk *w);
enum drop_reason walk_icmp6(struct walk *w);
void put_tcp(struct job *j, guint i, struct reader *r);
void put_sctp(struct job *j, guint i, struct reader *r);
/* The checksum of CARRIER_ICMP and CARRIER_ICMP6, which stands in the payload. */
void put_icmp_checksum(struct job *j);

/* frame_udp.c */
enum drop_reason walk_udp(struct walk *w);
enum drop_reason walk_vxlan(struct walk *w);
enum drop_reason walk_geneve(struct walk *w);
enum drop_reason walk_gtp(struct walk *w);
enum drop_reason walk_l2tp(struct walk *w);
void put_udp(struct job *j, guint i, struct reader *r);
void put_vxlan(struct job *j, guint i, struct reader *r);
void put_geneve(struct job *j, guint i, struct reader *r);
void put_gtp(struct job *j, guint i, struct reader *r);
void put_l2tp(struct job *j, guint i, struct reader *r);
guint32 geneve_len(const struct frame *f, guint i);
guint32 gtp_len(const struct frame *f, guint i);
guint32 l2tp_len(const struct frame *f, guint i);

/* frame_gre.c */
enum drop_reason walk_gre(struct walk *w);
enum drop_reason walk_erspan2(struct walk *w);
enum drop_reason walk_erspan3(struct walk *w);
enum drop_reason walk_ah(struct walk *w);
enum drop_reason walk_etherip(struct walk *w);
void put_gre(struct job *j, guint i, struct reader *r);
void put_erspan(struct job *j, guint i, struct reader *r);
void put_ah(struct job *j, guint i, struct reader *r);
guint32 erspan_len(const struct frame *f, guint i);
guint32 gre_context(struct bytes header); /* frame.h: frame_context */

/* frame_mpls.c */
enum drop_reason walk_mpls(struct walk *w);
enum drop_reason walk_pseudowire(struct walk *w);
enum drop_reason walk_pbb(struct walk *w);
void put_mpls(struct job *j, guint i, struct reader *r);
void put_pseudowire(struct job *j, guint i, struct reader *r);
void put_pbb(struct job *j, guint i, struct reader *r);
/* Does an Ethernet frame begin where the walk is, with an IP packet or ARP in it? */
gboolean walk_is_ethernet(const struct walk *w);

#endif

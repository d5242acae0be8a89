/* frame.h - a captured frame: its layers, whom it is from and for, and writing it anew.
 *
 * The walker proves layers from the outside inwards, a row per layer kind; what it cannot prove is
 * dropped with a reason. The writer builds a new frame from the proven layers and a new payload:
 * lengths, checksums and addresses are computed, no byte is copied that no layer names
 * (DESIGN section 7).
 *
 *   captured     |<------------------------- captured.n ----------------------->|  (<= wire_len)
 *                +-----------+------+----------------+-----+--------------------+---------+
 *   on the wire  | Ethernet  | VLAN | IPv4  options  | UDP | payload            | padding |
 *                +-----------+------+----------------+-----+--------------------+---------+
 *   layer[i]     |<--- 0 --->|<-1-->|<----- 2 ------>|<-3->|<-- payload.len --->|
 *                off=0       off=14 off=18           off=38 payload.off=46
 *                                                          |<- payload_wire_len>|
 *   wire_end     0, 1: wire_len; 2: by IPv4's total length; 3: by UDP's length
 *
 * Layers touch each other: the first begins at 0, the payload behind the last. There may be several IP
 * layers (tunnels); source, destination, carrier and payload are the innermost one's. Where the snapshot
 * length cut the frame inside the payload, payload.len < payload_wire_len and `cut` is set; a header that
 * is cut drops the frame (in UDP on a tunnel's port it leaves the datagram what it was: CARRIER_UDP).
 *
 * What becomes of bytes that are neither header nor payload: the padding of an Ethernet frame to 60
 * bytes is padding to 60 bytes again, of zeros; all else (longer trailers, frame check sequences, bytes
 * between the end of a layer and that of the one around it) is left out, and the lengths tell so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_FRAME_H
#define SIANTO_FRAME_H

#include "address.h"
#include "bytes.h"
#include "flow.h"
#include "timeline.h"

/* Why a frame is not in the output. The texts are for people; the names in JSON are the enum's,
 * lower case with hyphens. */
enum drop_reason {
    DROP_NONE,
    DROP_LINK_TYPE,  /* a link layer that we cannot prove */
    DROP_NETWORK,    /* neither IPv4 nor IPv6 (LLDP, 802.11 management ...) */
    DROP_TRANSPORT,  /* IP, but neither UDP nor what we handle */
    DROP_FRAGMENT,   /* of what we do not put together; of links (802.11, multilink PPP) already here */
    DROP_TUNNEL,     /* encapsulation or encryption that cannot be parsed */
    DROP_MALFORMED,  /* lengths that contradict each other, headers cut */
    DROP_NOT_SIP,
    DROP_TOO_LONG,   /* would not fit its frame, not even scrubbed */
    DROP_COUNT
};
const char *drop_reason_name(enum drop_reason reason); /* "link-type", ... */
const char *drop_reason_text(enum drop_reason reason); /* "link type not supported", ... */

/* LINKTYPE_ values as registered at tcpdump.org, as far as the walker knows them. */
enum linktype {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_PPP = 9,
    LINK_PPP_HDLC = 50,
    LINK_PPP_ETHER = 51,
    LINK_RAW = 101,
    LINK_CISCO_HDLC = 104,
    LINK_WLAN = 105,
    LINK_FRAME_RELAY = 107,
    LINK_LOOP = 108,
    LINK_LINUX_SLL = 113,
    LINK_WLAN_PRISM = 119,
    LINK_WLAN_RADIOTAP = 127,
    LINK_USER2 = 149, /* PKTAP before it was registered */
    LINK_WLAN_AVS = 163,
    LINK_PPI = 192,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_NFLOG = 239,
    LINK_PDU = 252, /* Wireshark's Exported PDU */
    LINK_PKTAP = 258,
    LINK_LINUX_SLL2 = 276,
};

/* In the output, too, each layer is of the same kind; its header may be shorter. */
enum layer_kind {
    LAYER_ETHERNET,
    LAYER_VLAN,
    LAYER_PPPOE,
    LAYER_PPP,
    LAYER_NULL,
    LAYER_SLL,
    LAYER_SLL2,
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_UDP,
    LAYER_TCP,  /* with its options */
    LAYER_SCTP, /* the common header of 12 bytes */
    LAYER_PDU,  /* Exported PDU: all tags */
    LAYER_8023, /* Ethernet with a length in place of the type */
    LAYER_LLC,  /* with SNAP */
    LAYER_CISCO_HDLC,
    LAYER_FRAME_RELAY,
    LAYER_RADIOTAP,
    LAYER_PPI,
    LAYER_AVS,
    LAYER_PRISM,
    LAYER_WLAN, /* 802.11 data */
    LAYER_NFLOG,
    LAYER_PKTAP,
    LAYER_GRE,
    LAYER_ERSPAN,
    LAYER_AH,
    LAYER_ETHERIP,
    LAYER_MPLS, /* the whole label stack */
    LAYER_PSEUDOWIRE, /* its control word */
    LAYER_PBB,  /* 802.1ah: the service tag */
    LAYER_VXLAN,
    LAYER_GENEVE,
    LAYER_GTP,
    LAYER_L2TP,
};

/* What the innermost layer is, and so what `payload` holds. */
enum carrier {
    CARRIER_UDP,      /* the datagram's data; of no tunnel that we know */
    CARRIER_TCP,      /* the segment's data, maybe empty */
    CARRIER_SCTP,     /* the chunks */
    CARRIER_ICMP,     /* the whole ICMP message, from its type on, at least 4 bytes of it; the last layer
                       * is IPv4 (or AH behind it) */
    CARRIER_ICMP6,    /* the same of ICMPv6 */
    CARRIER_FRAGMENT, /* a fragment's data; the last layer is IP. Atomic ones are no fragments */
    CARRIER_OTHER,    /* all behind the IP header, of a protocol that we do not read */
    CARRIER_ARP,      /* the whole ARP packet without padding; the last layer is a link; there are no source
                       * and destination */
    CARRIER_PDU,      /* Exported PDU: SIP; source, destination and protocol are what the tags tell, or 0 */
};

struct layer {
    enum layer_kind kind;
    guint32 off;      /* in the captured bytes */
    guint32 len;      /* header, with options and extension headers */
    guint32 wire_end; /* where its own length field, or the next one outwards, says that it ends */
};

/* Deeper nesting is DROP_TUNNEL. */
#define FRAME_LAYERS_MAX 16
/* The longest frame that is written: what Wireshark and libpcap read (MAXIMUM_SNAPLEN). */
#define FRAME_BYTES_MAX 262144

struct frame {
    struct bytes captured;
    guint32 wire_len; /* bytes on the wire, >= captured.n */
    struct layer layer[FRAME_LAYERS_MAX];
    guint n_layers;
    struct endpoint src, dst; /* of the innermost IP layer; where a source route or a Mobile IPv6 home address
                               * stands in it: the far end, as in the UDP checksum */
    enum carrier carrier;
    guint8 protocol;          /* IP protocol of what the innermost IP layer carries (of a fragment: of the
                               * datagram), behind extension headers (of an IPv6 fragment: the fragment
                               * header's; there may be more extension headers in the data), behind AH */
    struct span payload;      /* what was captured of it */
    guint32 payload_wire_len; /* by the length fields */
    gboolean cut;             /* payload.len < payload_wire_len */
    gboolean tso;             /* the IP length is 0, since the card was to cut this TCP segment: it ends
                               * where the layers outwards or a jumbo option say, and stays 0 */
    struct {
        guint32 seq, ack;     /* as captured */
        guint8 flags;         /* TCP_SYN ... */
        guint16 window;
        guint n_sack;         /* blocks of the SACK option */
        guint32 sack[4][2];   /* left edge, right edge */
    } tcp;                    /* CARRIER_TCP */
    struct {
        guint32 id, off;      /* identification; offset in bytes */
        gboolean more;
    } fragment;               /* CARRIER_FRAGMENT */
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

/* What is new in a frame beside what the writer computes. */
struct frame_change {
    struct bytes payload;   /* in place of the captured one; not in `out` */
    gint64 behind_grew;     /* by so much, what was cut off behind it became longer; not below 0 in all */
    guint32 seq, ack;       /* CARRIER_TCP: moved as the edit logs say, before the flow's constant */
    guint32 sack[4][2];     /* the same; as many as the frame has */
    guint32 fragment_off;   /* CARRIER_FRAGMENT: bytes, a multiple of 8 */
};

/* DROP_NONE: `f` is filled up to the payload of its carrier and borrows `captured`. Otherwise `f` holds
 * the layers that were proven. Never reads beyond `captured`; a wire_len below captured.n counts as
 * captured.n. */
enum drop_reason frame_walk(struct frame *f, struct bytes captured, guint32 wire_len, guint linktype);

/* What tells two networks with the same addresses apart: a hash over the VLAN, PPPoE session, VXLAN and
 * Geneve network, GRE key and 802.1ah service of the layers; 0 where there are none. Both directions of a
 * flow have the same. What each direction chooses for itself has no part in it: outer addresses, GTP's,
 * L2TP's and PPTP's tunnel and session numbers, MPLS labels, ERSPAN sessions. */
guint64 frame_context(const struct frame *f);

/* What the writer does, field by field (all constants are drawn from the key):
 *  - kept, since they are bounded or of closed lists: ethertypes, VLAN tags, PPP protocols, address
 *    families, SLL packet and device types, SLL2 interface indexes below 256 (0 else), Frame Relay's
 *    circuit; DSCP, ECN, IP flags, TTL, protocol; traffic class, hop limit; ports; TCP flags, window,
 *    urgent pointer where the flag is set; IP options as ip_options.h says, TCP options as tcp_options.h
 *    says; flags of GRE, GTP, L2TP, MPLS's traffic class and TTL;
 *  - mapped: IP and MAC addresses, SLL addresses of 6 bytes (others become zeros);
 *  - permuted, equal ones to equal ones, 0 stays 0: PPPoE and ERSPAN sessions, VXLAN and Geneve networks,
 *    GRE's key, GTP's TEID, L2TP's and PPTP's ids, MPLS labels above 15, 802.1ah services, AH's SPI,
 *    SCTP's verification tag; the source port of tunnels that draw it from what they carry (its upper two
 *    bits stay);
 *  - moved by a constant per flow (source, destination): IPv4 identification modulo 65535, the
 *    identification of an IPv6 fragment header, the IPv6 flow label, sequence numbers of GRE, AH, L2TP,
 *    GTP and pseudo-wires, TCP timestamps. Equality and differences stay; 0 stays 0. TCP's and 802.11's
 *    sequence numbers and TCP's acknowledgements on the full circle; only a reset's number 0 stays, and
 *    there is no acknowledgement without its flag;
 *  - left out: radiotap, PPI, AVS and Prism but for a header that is valid; names, users and processes of
 *    NFLOG and PKTAP; all tags of Exported PDUs but protocol, addresses, ports; options of Geneve,
 *    extension headers of GTP, group policies of VXLAN; AH's integrity value becomes zeros;
 *  - computed: lengths; checksums as checksum.h says, of SCTP the same way (CRC32c; 0 stays 0). An IPv4
 *    header checksum of 0 that is not right is one that was left to the card and stays 0.
 *
 * Bounded memory: the writer keeps nothing of the frames. */
struct frame_writer;

/* The key is used during the call only; `addresses` and `flows` are borrowed for the writer's life. */
struct frame_writer *frame_writer_new(const struct key *key, struct addresses *addresses,
                                      const struct flows *flows);
/* What time= says; borrowed for the writer's life. */
void frame_writer_time(struct frame_writer *w, const struct timeline *time);
void frame_writer_free(struct frame_writer *w);

/* Writes the new frame to `out` (cleared before) with what `change` says in it, and gives its length on
 * the wire: what was cut off the old payload is missing from the new one too, as long as `change` says. The
 * checksum inside an ICMP message is computed, whatever the payload has there. `f` is as frame_walk filled it with DROP_NONE; the
 * payload may not lie in `out`. DROP_TOO_LONG where it fits no length field, no datagram (fragments) or
 * FRAME_BYTES_MAX (`out` is empty then): the caller scrubs the payload at equal length and tries again,
 * which fits where the captured frame was no longer than FRAME_BYTES_MAX on the wire. */
enum drop_reason frame_write(struct frame_writer *w, const struct frame *f, const struct frame_change *change,
                             GByteArray *out, guint32 *wire_len);

#endif

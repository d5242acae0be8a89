/* storm.h - statistics: SIP events in, numbers out (DESIGN section 9).
 *
 * The host makes one `struct storm` for a capture, gives it every event in the order of the frames, ends
 * with storm_finish, and prints storm_result as text or JSON. An event is a function of the message as it
 * was written, so the anonymized capture gives the numbers of the export that made it, byte for byte.
 * Nothing here knows Wireshark, reads a clock or computes with floating point.
 *
 * Finding the server
 * ------------------
 * Nobody tells us who the server is, and the answer is known only at the end of the capture; yet each
 * number "to the server" counts from the first packet, and the packets are seen once. So what can be
 * known of every address is counted as it comes, and judged at the end:
 *
 *   1. An address that answers REGISTER with 2xx, 401, 407 or 423 is a server. A phone never does, a
 *      scanner's targets do not, and 404 or 503 prove only that somebody listens.
 *   2. Where nothing answers (the server is down during the whole capture, or only one direction was
 *      captured), the addresses that receive REGISTER are looked at instead.
 *   3. Where there is no REGISTER at all, the address that takes part in most transactions is the
 *      server, one only; ties: more messages, then the lower address.
 *
 * In the first two cases an address is as large as it has clients: different addresses-of-record (To of
 * REGISTER) in the REGISTERs that it receives, in case 1 only in those that it answers so. All with at
 * least a tenth of the largest are listed: a border controller stands before a registrar, and both
 * answer. The outermost comes first: the one with the most sources, that is addresses that send to it;
 * ties: more messages, then the lower address (IPv4 before IPv6).
 *
 *       phone 1 ─┐                           address   sources  clients
 *       phone 2 ─┼─► 192.0.2.1 ─► 10.0.0.1   192.0.2.1       4        3   ◄ outermost
 *       phone 3 ─┘      SBC       registrar  10.0.0.1        1        3
 *
 * Then each message has a direction: to a server from elsewhere, the reverse, between servers
 * (internal), or other. It needs no second pass because messages are counted by pair of addresses, and
 * the pairs are classified at the end. Where both ends have the same address (a test on loopback) the
 * ports tell which end is the server: those where REGISTER (without any: a request) arrived.
 *
 * Series of one second cannot be kept for every address. They are kept for at most
 * STORM_CANDIDATES_MAX: the first addresses seen; later ones take the place of the weakest when they
 * are more of a server: one that answers REGISTER before one that receives it before any other, and
 * among equals one with more than twice the messages. So a series is complete when its server is among
 * the first 64 addresses or its first message has to do with REGISTER; otherwise it begins late. All
 * other numbers never depend on that.
 *
 * Bounds
 * ------
 * Memory grows with addresses, users and seconds, never with packets.
 *   addresses             STORM_HOSTS_MAX     further ones have no name: they are nobody's server and
 *                                             not counted; their messages are
 *   pairs of addresses    STORM_PAIRS_MAX     further ones: direction `other`
 *   different strings     STORM_STRINGS_MAX   each of users, domains, agents ...: the count stays there
 *   kinds of messages     2,097,152           (who, to whom, what): further ones are slower, not wrong
 *   ports of an address   STORM_PORTS_MAX     the lowest are kept
 *   series                STORM_SERIES_MAX_S  later seconds are in no series; STORM_BLOCKS_MAX blocks of
 *                                             256 s in all, then nothing new is recorded
 *   duplicates            20 ms, and 65,536 messages; transactions: 32 s, and 262,144 of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STORM_H
#define SIANTO_STORM_H

#include "event.h"

#define STORM_SCHEMA "sianto-stats/1"

#define STORM_CANDIDATES_MAX 64
#define STORM_SERVERS_MAX 64
#define STORM_HOSTS_MAX (1u << 20)
#define STORM_PAIRS_MAX (1u << 21)
#define STORM_STRINGS_MAX (1u << 20)
#define STORM_PORTS_MAX 16
#define STORM_SERIES_MAX_S (7u * 86400u)
#define STORM_BLOCKS_MAX 32768u
#define STORM_BLOCK_S 256u

/* Results borrow nothing from settings; they may go after storm_new. */
struct storm_settings {
    /* server=ADDR[:PORT],…: the servers, instead of finding them; port 0: any. In the addresses that
     * events carry: a host that anonymizes maps them first. */
    const struct endpoint *servers;
    guint n_servers;
    /* names=asis of a capture that was not anonymized: the JSON says "private": true. */
    gboolean private_names;
};

#define STORM_ERROR storm_error_quark()
GQuark storm_error_quark(void);
enum storm_error {
    STORM_ERROR_SERVER, /* not an address, not a port, or more than STORM_SERVERS_MAX */
};

/* The value of server=: struct endpoint in an array that the caller unrefs, or NULL. IPv6 with a port
 * stands in brackets: [2001:db8::1]:5060. The message names the place, not the value. */
GArray *storm_servers_parse(const char *text, GError **error);

/* IANA's methods; names are compared as they are (RFC 3261 section 7.1). */
enum storm_method {
    METHOD_ACK,
    METHOD_BYE,
    METHOD_CANCEL,
    METHOD_INFO,
    METHOD_INVITE,
    METHOD_MESSAGE,
    METHOD_NOTIFY,
    METHOD_OPTIONS,
    METHOD_PRACK,
    METHOD_PUBLISH,
    METHOD_REFER,
    METHOD_REGISTER,
    METHOD_SUBSCRIBE,
    METHOD_UPDATE,
    METHOD_OTHER,
    METHOD_COUNT
};
const char *storm_method_name(enum storm_method method); /* "ACK" … "UPDATE", "other" */

#define STATUS_MIN 100
#define STATUS_MAX 699
#define STATUS_OTHER (STATUS_MAX + 1 - STATUS_MIN)
#define STATUS_COUNT (STATUS_OTHER + 1)

struct storm_messages {
    guint64 requests[METHOD_COUNT];
    guint64 responses[STATUS_COUNT]; /* by status - STATUS_MIN; any other: STATUS_OTHER */
};

struct storm_direction {
    guint64 to_server, from_server, internal, other;
};

/* Different ones in all events. Addresses: of frames; domains: host names, not IP literals. */
struct storm_identities {
    guint users, domains, addresses, user_agents;
};

#define STORM_LABEL_MAX 48

struct storm_server {
    char label[STORM_LABEL_MAX]; /* its address as text */
    struct endpoint address;     /* port: where server= gave one, else 0 */
    guint16 ports[STORM_PORTS_MAX];
    guint n_ports; /* ascending */
    guint sources; /* different addresses that send to it */
    guint clients; /* different addresses-of-record that register there */
};

/* Requests by the family of their User-Agent. */
struct storm_family {
    const char *name; /* static */
    guint clients;    /* different addresses-of-record that REGISTER with it */
    guint64 messages;
};

/* One second of one server. `to` and `from`: whoever is at the other end. */
struct storm_bin {
    guint32 total, reg, to, from, status_5xx;
};

/* Second 0 is that of the first counted message. */
struct storm_series {
    guint n_bins;
    struct storm_bin *const *blocks; /* of STORM_BLOCK_S bins; NULL: nothing happened */
    guint n_blocks;
};
struct storm_bin storm_series_at(const struct storm_series *series, guint second);

struct storm_result {
    gboolean private_names;
    guint64 counted;     /* messages, duplicates left out */
    gint64 start_us;     /* of the first of them, since the epoch */
    guint64 duration_us; /* to the latest */
    guint64 duplicates;
    guint64 ignored_requests; /* with a fault for which servers ignore requests */
    gboolean one_sided;       /* messages go to servers, none comes from one */
    struct storm_messages messages;
    struct storm_direction direction;
    struct storm_server *servers; /* outermost first */
    struct storm_series *series;  /* of each of them */
    guint n_servers;
    struct storm_identities identities;
    struct storm_family *families; /* by name, "other" among them */
    guint n_families;
};

struct storm;

struct storm *storm_new(const struct storm_settings *settings);
void storm_free(struct storm *s);
void storm_event(struct storm *s, const struct sip_event *e);
/* All events are in; later ones are dropped. */
void storm_finish(struct storm *s);
/* Borrowed for the life of `s`; NULL before storm_finish. */
const struct storm_result *storm_result(const struct storm *s);

/* --- reports ------------------------------------------------------------------------------------------ */

/* Lines of at most 79 columns, without line break. */
void storm_report_text(const struct storm_result *r, void (*print)(void *arg, const char *line), void *arg);

/* Where JSON goes: json_dumper on the Wireshark side, a string in tests. `raw` is a number, true,
 * false or null as it shall stand. Strings are UTF-8; the writer escapes them. */
struct storm_json {
    void (*begin_object)(void *arg);
    void (*end_object)(void *arg);
    void (*begin_array)(void *arg);
    void (*end_array)(void *arg);
    void (*name)(void *arg, const char *name);
    void (*string)(void *arg, const char *text);
    void (*raw)(void *arg, const char *text);
    void *arg;
};

struct storm_named {
    const char *name; /* from a closed list: drop_reason_name, kind_name */
    guint64 count;
};

/* What only an export knows. Lists are in any order, without repetition. */
struct storm_export {
    guint64 frames, written;
    const struct storm_named *dropped; /* frames by reason */
    guint n_dropped;
    const struct storm_named *replaced; /* occurrences by kind */
    guint n_replaced;
    guint64 too_long; /* messages scrubbed because they outgrew their frame */
    guint64 undecided_bytes, resized, forced; /* of TCP streams, as in sianto.h */
    guint64 broken;   /* messages scrubbed to start line, Via, CSeq */
};

/* The whole of sianto-stats.schema.json as one object; `export` NULL: without that object. */
void storm_report_json(const struct storm_result *r, const struct storm_export *export,
                       const struct storm_json *out);

#endif

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
 * the first 64 addresses or its first message has to do with REGISTER; otherwise it begins late, and so
 * does its analysis. Counts of messages, directions, identities and sessions never depend on that.
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
 *   clients, bindings     STORM_STRINGS_MAX   of each server that REGISTER goes to (64 of them): later ones are in no
 *                                             analysis; 512 attempts of a binding, 296 of its outage
 *   answers to judge      60 s, and 1,048,576; outages: 256 of a server; their parts: 64; peaks: 32 of each kind
 *   sessions              65,536 at a time, the oldest leave first
 *   kinds by second       4,194,304 entries of a server, for the phases' counts
 *
 * Modules, in the order of the data: storm.c takes an event; server.c, series.c, tally.c, keepalive.c and
 * session.c count it; transaction.c and attempt.c make records of REGISTER and its answers; outage.c judges them
 * (registrar.h); at the end phase.c, peak.c, retry.c and whatif.c draw conclusions, analysis.c collects them, and
 * report_*.c and html*.c say them. What each number means, to the letter: DEFINITIONS.md.
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

/* How a binding retries in an outage; by name. */
enum storm_pattern_kind {
    PATTERN_BACKOFF,
    PATTERN_BURST,
    PATTERN_FIXED,
    PATTERN_GAVE_UP,
    PATTERN_UNDETERMINED,
    PATTERN_COUNT
};
const char *storm_pattern_name(enum storm_pattern_kind kind);

/* Requests by the family of their User-Agent. */
struct storm_family {
    const char *name; /* static */
    guint clients;    /* different addresses-of-record that REGISTER with it */
    guint64 messages;
    guint64 patterns[PATTERN_COUNT]; /* its bindings at the outermost server, by how they retried in an outage */
};

/* One second of one server. `to` and `from`: whoever is at the other end. `answers`: its responses. */
struct storm_bin {
    guint32 total, reg, to, from, answers, status_5xx;
};

/* Second 0 is that of the first counted message. */
struct storm_series {
    guint n_bins;
    struct storm_bin *const *blocks; /* of STORM_BLOCK_S bins; NULL: nothing happened */
    guint n_blocks;
    const guint32 *registered; /* n_bins of them; NULL: nothing is known of bindings */
};
struct storm_bin storm_series_at(const struct storm_series *series, guint second);

/* --- the analysis of one server: DEFINITIONS.md says what each word means ------------------------------ */

#define STORM_TIME_NONE G_MAXUINT64 /* null: not known, or not until the capture's end */

/* Quantiles by nearest rank; STORM_TIME_NONE each where count is 0. */
struct storm_delays {
    guint64 count, p50_us, p90_us, p99_us, max_us;
};

struct storm_spread {
    guint64 min, median, max; /* STORM_TIME_NONE each where there is none */
};

/* part of all; no share where all is 0 */
struct storm_part_of {
    guint64 part, all;
};

enum storm_outage_kind { OUTAGE_SILENT, OUTAGE_REFUSED, OUTAGE_ERRORS, OUTAGE_FAILING, OUTAGE_KIND_COUNT };
const char *storm_outage_kind_name(enum storm_outage_kind kind);

struct storm_outage_part {
    enum storm_outage_kind kind;
    guint64 start_us, end_us;
};

struct storm_outage {
    guint server; /* index in result.servers */
    guint64 start_us, end_us;
    gboolean recovered;
    const struct storm_outage_part *parts;
    guint n_parts;
};

enum storm_cause { CAUSE_RETRY_AFTER, CAUSE_ERROR, CAUSE_PERIOD, CAUSE_ECHO, CAUSE_UNKNOWN, CAUSE_COUNT };
const char *storm_cause_name(enum storm_cause cause);

struct storm_peak {
    guint second;
    guint32 pps;
    enum storm_cause cause;
    struct storm_part_of share; /* of the attempts in it that have the cause */
};

#define STORM_PEAKS_MAX 32

struct storm_storm {
    guint64 start_us, end_us;   /* end: STORM_TIME_NONE: it was not over */
    guint64 recovery_end_us;    /* STORM_TIME_NONE: not known */
    gboolean recovered;         /* 95 % were back */
    guint32 peak_pps;
    guint peak_s;
    gint64 clients_before;      /* -1: not known */
    guint64 bindings, returned; /* of the storm; of them, back until the end of what we know */
    guint64 reregistered;       /* back at the storm's end */
    struct storm_part_of status_5xx;
    struct storm_delays reregistration;
    guint64 level_mpps;         /* L, in thousandths of a REGISTER a second */
    struct storm_peak spikes[STORM_PEAKS_MAX], echoes[STORM_PEAKS_MAX];
    guint n_spikes, n_echoes;
};

enum storm_phase_kind { PHASE_NORMAL, PHASE_OUTAGE, PHASE_STORM, PHASE_RECOVERY, PHASE_KIND_COUNT };
const char *storm_phase_kind_name(enum storm_phase_kind kind);

struct storm_phase {
    enum storm_phase_kind kind;
    guint64 start_us, end_us; /* end: STORM_TIME_NONE: a recovery that the capture's end cuts */
    guint first_s, seconds;   /* whole ones, that the numbers are of */
    guint64 to, from;         /* messages */
    guint64 total;
    gint64 registered_start, registered_end; /* -1: not known */
    guint32 register_pps_peak;
    struct storm_messages messages;
};

struct storm_pattern {
    enum storm_pattern_kind kind;
    guint64 clients;
    struct storm_spread interval_us, tries, wait_us;
    const char *typical;        /* its address-of-record as in the events */
    const guint64 *attempts_us; /* of the typical one */
    guint n_attempts;
};

struct storm_retry_after {
    guint64 honoured, ignored, late, none;
};

enum storm_keepalive { KEEP_CRLF, KEEP_EVENT, KEEP_OPTIONS, KEEP_REGISTER, KEEP_STUN, KEEP_COUNT };
const char *storm_keepalive_name(enum storm_keepalive mechanism);

struct storm_keepalive_use {
    guint64 messages, frames, bytes;
};

enum storm_model { MODEL_RATE_LIMIT, MODEL_CAPACITY, MODEL_RETRY_AFTER };
const char *storm_model_name(enum storm_model model);

struct storm_what_if {
    enum storm_model model;
    guint32 rate_pps, spread_s; /* spread: 0 where there is none */
    guint64 seed, clients, lost, to_95_us;
    guint64 start_us; /* of the curve */
    guint32 peak_pps;
    const guint32 *registered; /* by second */
    guint n_seconds;
};

struct storm_analysis {
    struct storm_phase *phases;
    guint n_phases;
    struct storm_outage *outages;
    guint n_outages;
    struct storm_storm *storms; /* of those outages that recovered, in the same order */
    guint n_storms;
    guint64 retry_clients; /* bindings that attempted in an outage */
    struct storm_pattern *patterns;
    guint n_patterns;
    struct storm_retry_after retry_after;
    struct storm_keepalive_use keepalive[KEEP_COUNT];
    guint64 frames, bytes; /* that keepalive is a share of */
    struct storm_what_if *what_if;
    guint n_what_if;
    guint64 warmup_us; /* STORM_TIME_NONE: nothing was granted */
    guint64 estimated; /* bindings taken as registered from the start */
    struct storm_delays request_delay;
    struct storm_part_of ineffective;
};

/* RFC 6076, sessions. */
struct storm_sessions {
    struct storm_delays request_delay, failed_request_delay, disconnect_delay, duration;
    struct storm_part_of established, effective, ineffective, completed;
};

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
    struct storm_analysis *analyses; /* of each of them */
    guint n_servers;
    struct storm_sessions sessions;
    struct storm_identities identities;
    struct storm_family *families; /* by name, "other" among them */
    guint n_families;
};

struct storm;

struct storm *storm_new(const struct storm_settings *settings);
void storm_free(struct storm *s);
void storm_event(struct storm *s, const struct sip_event *e);
/* In the order of the frames, as the events. */
void storm_signal(struct storm *s, const struct sip_signal *signal);
/* All events are in; later ones are dropped. */
void storm_finish(struct storm *s);
/* Borrowed for the life of `s`; NULL before storm_finish. */
const struct storm_result *storm_result(const struct storm *s);

/* --- reports ------------------------------------------------------------------------------------------ */

/* The words of ours that stand as values in each JSON report, for an audit that looks for others'. */
void storm_names_own(void (*text)(void *arg, const char *text, gsize n), void *arg);

/* What happened, in plain sentences: strings of any length, without line break, that hold nothing of the
 * capture but numbers and the addresses of servers. The caller unrefs. */
GPtrArray *storm_summary(const struct storm_result *r);

/* The report as one HTML file that loads nothing. `json`: storm_report_json of the same result. Whatever
 * stands in names of the capture, it is shown and never run. */
void storm_report_html(const struct storm_result *r, const char *json, GString *out);
/* The texts of ours that stand in each report, for an audit that looks for others'. */
void storm_report_html_own(void (*text)(void *arg, const char *text, gsize n), void *arg);

/* Lines of at most 79 columns, without line break. */
void storm_report_text(const struct storm_result *r, void (*print)(void *arg, const char *line), void *arg);

/* The analysis: sentences and tables, the same way. */
void storm_report_storm(const struct storm_result *r, void (*print)(void *arg, const char *line), void *arg);

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
    const char *time; /* "shifted", "coarse", "shifted, coarse"; NULL: as they were */
    guint64 cut_by_shard; /* as in sianto.h */
};

/* A time as start_utc has it, in `out`; NULL: a year of more than four digits. */
#define STORM_UTC_MAX 32
const char *storm_utc(gint64 epoch_us, char out[STORM_UTC_MAX]);

/* The whole of sianto-stats.schema.json as one object; `export` NULL: without that object. */
void storm_report_json(const struct storm_result *r, const struct storm_export *export,
                       const struct storm_json *out);

#endif

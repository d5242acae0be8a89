/* storm_private.h - what the modules of the statistics share, by the file that owns it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STORM_PRIVATE_H
#define SIANTO_STORM_PRIVATE_H

#include "registrar.h"

/* One message, as the modules hand it on. */
struct seen {
    const struct sip_event *event;
    guint64 second;           /* since the first counted message */
    enum storm_method method; /* of the request, or that it answers */
    guint32 src, dst;         /* hosts */
    guint64 client;           /* hash of the address-of-record in To */
    guint64 agent;            /* hash of the User-Agent */
    guint64 call, branch;     /* hashes of Call-ID and topmost branch */
    guint64 us;               /* since the first counted message */
    gint32 family;            /* of its User-Agent: identities.c; -1: it has none */
    struct transaction *transaction; /* that it belongs to, valid during the event; NULL: none is known */
    gboolean opens;           /* it is the first request of that transaction */
    gboolean news;            /* may name somebody, or somebody at a server, for the first time */
};

/* --- host.c: addresses and pairs of them --------------------------------------------------------------- */

#define HOST_NONE IDS_NONE

/* How much of a server an address is, so far. */
enum host_rank { RANK_NONE, RANK_RECEIVES, RANK_ANSWERS, RANK_CONFIGURED };

struct host_ports {
    guint n;
    guint16 port[STORM_PORTS_MAX]; /* ascending */
};

struct host {
    struct endpoint address; /* port: only where server= gave it; such an end is a host of its own */
    enum host_rank rank;
    gboolean seen;              /* the address is in a frame */
    gboolean answers, receives; /* REGISTER */
    gint32 slot;                /* of its series, or -1 */
    guint clients;              /* addresses-of-record in REGISTER to it and its answers */
    guint answered;             /* … in answers by which a server is known */
    guint64 messages, transactions;
    struct host_ports *register_ports, *request_ports; /* where such arrived; NULL: nowhere */
};

struct pair {
    guint32 src, dst;     /* hosts, or HOST_NONE */
    guint16 sport, dport; /* 0 where ports make no difference */
    guint64 messages;
};

struct hosts {
    struct ids ids, pair_ids;
    GArray *host, *pair; /* struct host, struct pair */
};

void hosts_init(struct hosts *h);
void hosts_clear(struct hosts *h);
/* The host of an address and port; port 0: of the address, whatever the port. */
guint32 hosts_add(struct hosts *h, const struct hash_key *key, const struct endpoint *e);
/* The same, or HOST_NONE where it is not known. */
guint32 hosts_find(const struct hosts *h, const struct hash_key *key, const struct endpoint *e);
guint hosts_seen(const struct hosts *h);
/* The pair of two ends, told apart by ports where they have the same address, or where `by_port`. *fresh:
 * it is new, and the caller fills it. NULL: the bound is reached. */
struct pair *hosts_pair(struct hosts *h, const struct hash_key *key, const struct sip_event *e,
                        gboolean by_port, gboolean *fresh);
/* Ports of the end that serves, as far as they are known; NULL: unknown. */
const struct host_ports *host_server_ports(const struct host *host);
void host_ports_add(struct host_ports **ports, guint16 port);
gboolean host_ports_has(const struct host_ports *ports, guint16 port);
/* IPv4 before IPv6, then by value, then by port. */
gint endpoint_compare(const struct endpoint *a, const struct endpoint *b);

static inline struct host *hosts_at(const struct hosts *h, guint32 id)
{
    return id == HOST_NONE ? NULL : &g_array_index(h->host, struct host, id);
}

/* --- tally.c: kinds of messages by second ----------------------------------------------------------------
 *
 * Phases are known at the end, what is in them is counted before: (second, kind, how many) in a list, one
 * entry for each kind that a second has. */
#define TALLY_MAX (1u << 22)

struct tally {
    guint32 now[METHOD_COUNT + STATUS_COUNT];
    guint16 touched[METHOD_COUNT + STATUS_COUNT];
    guint n_touched;
    guint32 second;
    GArray *entries; /* struct tally_entry */
};

void tally_clear(struct tally *t);
void tally_count(struct tally *t, const struct seen *seen);
/* All that was counted in seconds [from, to). */
void tally_sum(struct tally *t, guint from, guint to, struct storm_messages *out);

/* --- keepalive.c ------------------------------------------------------------------------------------------ */

struct keepalive {
    struct storm_keepalive_use use[KEEP_COUNT];
    guint64 frames, bytes;
    guint64 frame, mechanism_frame[KEEP_COUNT]; /* that was counted last */
};

/* --- series.c: bins of one second for the candidates ---------------------------------------------------- */

struct candidate {
    guint32 host;
    struct storm_bin **blocks; /* of STORM_BLOCK_S seconds; NULL: nothing happened */
    guint n_blocks;
    struct tally tally;
    struct keepalive keepalive;
    gboolean late;               /* it took another's place: what was before is not known */
    gboolean answered;           /* it sent a response, */
    guint64 answer_us;           /* the last one then: as long as there is no registrar */
    struct registrar *registrar; /* NULL: it has nothing to do with REGISTER */
};

struct series {
    struct candidate slot[STORM_CANDIDATES_MAX];
    guint n, blocks;
    enum host_rank floor_rank; /* nobody with a slot is weaker than this, when it was last looked up */
    guint64 floor_messages;
};

void series_init(struct series *s);
void series_clear(struct series *s);
/* Gives `host` a place if it deserves one. */
void series_admit(struct series *s, const struct hosts *hosts, guint32 host);
/* The bin to count in, or NULL. */
struct storm_bin *series_bin(struct series *s, const struct host *host, guint64 second);
/* The candidate that `host` is, or NULL. */
struct candidate *series_candidate(struct series *s, const struct host *host);
/* What a report reads; borrowed. */
struct storm_series series_view(const struct candidate *c, guint n_bins);

/* --- identities.c: different users, domains, agents; families of agents --------------------------------- */

struct identities {
    struct ids users, domains, agents;
    struct ids family_clients;
    GArray *family_of; /* agent -> index in families */
    GArray *families;  /* struct storm_family in order of appearance */
};

void identities_init(struct identities *t);
void identities_clear(struct identities *t);
/* Sets seen->family. */
void identities_event(struct identities *t, const struct hash_key *key, struct seen *seen);
/* The name of seen->family; NULL for -1. */
const char *identities_family(const struct identities *t, gint family);
void identities_result(const struct identities *t, struct storm_result *r);

/* --- message_stats.c ------------------------------------------------------------------------------------ */

enum storm_method storm_method_of(struct bytes name);
void messages_count(struct storm_messages *m, const struct sip_event *e, enum storm_method method);

/* --- server.c: who is a server, and what follows from it -------------------------------------------------
 */

struct servers {
    struct endpoint configured[STORM_SERVERS_MAX];
    guint n_configured;
    guint32 configured_host[STORM_SERVERS_MAX];
    gboolean any_port;            /* one of them has a port */
    gboolean by_register;         /* transactions need not be known any more */
    struct ids clients, answered; /* (host, address-of-record) */
    struct recent transactions;
};

void servers_init(struct servers *v, const struct storm_settings *settings);
void servers_clear(struct servers *v);

/* --- transaction.c ---------------------------------------------------------------------------------------
 *
 * Transactions for 32 s from their first request (RFC 3261 section 17: 64 * T1); at most TRANSACTIONS_MAX, then
 * the oldest are forgotten. */
#define TRANSACTIONS_MAX (1u << 18)
#define TRANSACTION_US (32 * G_GUINT64_CONSTANT(1000000))

struct transaction {
    guint64 start_us;
    guint64 attempt_us;     /* REGISTER: first request of the attempt */
    guint32 server;         /* host that the request went to */
    guint32 registrar;      /* REGISTER: serial of what `binding` belongs to; 0: none */
    guint32 binding;
    guint64 expires_us;     /* REGISTER: lifetime of the first contact, as asked for */
    enum storm_method method;
    gint8 mechanism;        /* enum storm_keepalive, or -1 */
    gboolean answered;      /* finally */
    gboolean told;          /* its Retry-After was taken */
    gboolean first_refresh_counted; /* as keep-alive */
    gboolean first_refresh; /* the binding's first REGISTER in the capture, and it is a refresh */
    gboolean star, queries;  /* Contact: *; no Contact */
    gboolean second;         /* it answers a challenge: its attempt has no third one */
};

struct transactions {
    struct recent recent; /* key -> place in `slab` */
    GArray *slab, *free;  /* struct transaction; guint32 */
};

void transactions_init(struct storm *s);
void transactions_clear(struct transactions *t);
/* Finds or opens the transaction of a message: seen->transaction, seen->opens. */
void transactions_event(struct storm *s, struct seen *seen);

/* --- keepalive.c ------------------------------------------------------------------------------------------- */

void keepalive_event(struct storm *s, const struct seen *seen);
void keepalive_signal(struct storm *s, const struct sip_signal *signal, guint32 src, guint32 dst);
/* An attempt of `b` ended with a lifetime that short. */
void keepalive_refresh(struct keepalive *k, const struct binding *b);

/* --- session.c: RFC 6076's sessions ------------------------------------------------------------------------ */

#define SESSIONS_MAX (1u << 16) /* the oldest leave, judged by what is known */

struct sessions {
    struct recent recent;
    GArray *slab, *free;
    struct delays request_delay, failed_request_delay, disconnect_delay, duration;
    struct storm_part_of established, effective, ineffective, completed;
    guint64 now_us;
};

void sessions_init(struct sessions *t);
void sessions_clear(struct sessions *t);
void sessions_event(struct sessions *t, const struct hash_key *key, const struct seen *seen);
void sessions_result(struct sessions *t, guint64 duration_us, struct storm_sessions *out);

/* --- phase.c, peak.c, whatif.c, analysis.c: from what was counted to what is told -------------------------- */

/* What the end knows of one server. */
struct view {
    struct registrar *registrar; /* NULL: none */
    struct candidate *candidate; /* NULL: it lost its place */
    struct storm_series series;
    guint64 duration_us;
    guint server; /* index */
    struct storm_analysis *a;
};

/* Needs a->outages. */
void phase_storms(const struct view *v);
/* Needs a->storms. */
void peak_result(const struct view *v);
void phase_result(const struct view *v, gboolean one_sided);
void whatif_result(const struct view *v);
void analysis_result(struct storm *s);
void analysis_clear(struct storm_analysis *a);

/* --- storm.c ----------------------------------------------------------------------------------------------
 */

struct storm {
    struct hash_key key;
    struct recent duplicates;
    struct ids known; /* messages, but for what changes with each transaction */
    struct hosts hosts;
    struct servers servers;
    struct series series;
    struct identities identities;
    struct transactions transactions;
    struct sessions sessions;
    struct ids keepalive_pairs; /* between which OPTIONS were sent */
    guint32 **curves;           /* of result.series */
    struct candidate **listed;  /* of result.servers; NULL: it lost its place */
    guint32 registrars;         /* how many there were */
    struct storm_result result;
    gboolean finished;
};

/* server.c */
void servers_configure(struct storm *s);
/* The host that an endpoint is, or HOST_NONE where no message came from or went there. */
guint32 servers_find(const struct storm *s, const struct endpoint *e);
/* Which two hosts are the ends of a message, into *src and *dst, HOST_NONE where one has no name; counts
 * the message for them. */
void servers_ends(struct storm *s, const struct sip_event *e, guint32 *src, guint32 *dst);
void servers_event(struct storm *s, const struct seen *seen);
void servers_result(struct storm *s);

/* --- number.c: decimals for reports, by integers only ------------------------------------------------------
 */

#define NUMBER_MAX 32
const char *number_count(guint64 n, char out[NUMBER_MAX]);
/* Microseconds as seconds with three places, half up. */
const char *number_seconds(guint64 us, char out[NUMBER_MAX]);
/* num / den with four places, half up; "0.0000" for den 0. */
const char *number_ratio(guint64 num, guint64 den, char out[NUMBER_MAX]);
/* "2026-08-19T12:04:10.123456Z", or NULL where the year is not of four digits. */
const char *number_utc(gint64 epoch_us, char out[NUMBER_MAX]);

#endif

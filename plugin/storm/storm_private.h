/* storm_private.h - what the modules of the statistics share, by the file that owns it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_STORM_PRIVATE_H
#define SIANTO_STORM_PRIVATE_H

#include "hash.h"
#include "storm.h"

/* One message, as the modules hand it on. */
struct seen {
    const struct sip_event *event;
    guint64 second;           /* since the first counted message */
    enum storm_method method; /* of the request, or that it answers */
    guint32 src, dst;         /* hosts */
    guint64 client;           /* hash of the address-of-record in To */
    guint64 agent;            /* hash of the User-Agent */
    guint64 us;               /* since the first counted message */
    gint32 family;            /* of its User-Agent: identities.c; -1: it has none */
    struct transaction *transaction; /* that it belongs to, valid during the event; NULL: none is known */
    gboolean opens;           /* it is the first request of that transaction */
    gboolean news;            /* may name somebody, or somebody at a server, for the first time */
};

/* --- ids.c: different keys get the numbers 0, 1, 2 … ---------------------------------------------------
 *
 * Keys are 64-bit SipHash values under a key of the run, never the strings themselves: a name takes 32 to
 * 64 bytes however long it is, and nothing of a capture stays in memory. Two different strings
 * fall together with probability n²/2⁶⁵ (10⁶ names: 3·10⁻⁸). */
#define IDS_NONE G_MAXUINT32

struct ids {
    struct ids_slot *slots;
    guint32 mask, n, max;
};

void ids_init(struct ids *t, guint32 max);
void ids_clear(struct ids *t);
/* The key's number; IDS_NONE where it is new and the bound is reached. *fresh (may be NULL): it is new. */
guint32 ids_add(struct ids *t, guint64 key, gboolean *fresh);
/* TRUE where the key is new and was remembered. */
gboolean ids_fresh(struct ids *t, guint64 key);
/* The key's number, or IDS_NONE. */
guint32 ids_find(const struct ids *t, guint64 key);

/* A key of several parts, of which the first is a hash under the run's key. */
static inline guint64 fold(guint64 key, guint64 part)
{
    key = (key ^ part) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return key ^ key >> 32;
}

/* --- recent.c: was this seen within the window? -------------------------------------------------------- */

struct recent {
    struct recent_entry *ring; /* in order of arrival */
    guint32 *table;            /* key -> place in the ring */
    guint32 first, n, size, max;
    gint64 window_us;
    /* An entry leaves: by age, or (not `old`) since the bound is reached. May be NULL. */
    void (*leave)(void *arg, guint64 value, gboolean old);
    void *arg;
};

void recent_init(struct recent *r, gint64 window_us, guint32 max);
/* Nobody is told of the entries that are left. */
void recent_clear(struct recent *r);
/* Lets leave what is too old by then. */
void recent_expire(struct recent *r, gint64 now_us);
/* The number that was remembered with `key`, to read or change before the next call; NULL: there is none. */
guint64 *recent_find(struct recent *r, guint64 key, gint64 time_us);
void recent_add(struct recent *r, guint64 key, gint64 time_us, guint64 value);
/* Of the i-th that is remembered, i below n. */
guint64 recent_value(const struct recent *r, guint32 i);
/* The number that was remembered with `key` at most window_us ago (or ahead: captures are not always in
 * order), in *value, and TRUE; else remembers key and *value. */
gboolean recent_seen(struct recent *r, guint64 key, gint64 time_us, guint64 *value);

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

/* --- delays.c: quantiles of durations --------------------------------------------------------------------
 *
 * A counter for each millisecond below 65.536 s and for each second up to 7 days; longer ones count there.
 * So nearest rank is exact in what is printed, memory does not grow with what is counted, and two of them
 * add up. */
struct delays {
    guint32 **blocks; /* of DELAYS_BLOCK counters; NULL: nothing was added */
    guint64 n;
};

void delays_add(struct delays *d, guint64 us);
void delays_clear(struct delays *d);
/* Of rank 1 … n; STORM_TIME_NONE for any other. */
guint64 delays_at(const struct delays *d, guint64 rank);
/* How many are at most that long. */
guint64 delays_until(const struct delays *d, guint64 us);
struct storm_delays delays_result(const struct delays *d);
/* Nearest rank: ceil(n * percent / 100). */
static inline guint64 rank_of(guint64 n, guint percent)
{
    return (n * percent + 99) / 100;
}

/* --- seconds.c: something for each second that needs it, in blocks of STORM_BLOCK_S ------------------------ */

struct seconds {
    guint8 **blocks; /* NULL: nothing there */
    guint n;
    gsize item; /* bytes; zeros at first */
};

/* NULL behind STORM_SERIES_MAX_S. */
gpointer seconds_make(struct seconds *t, guint64 second);
/* NULL where nothing was made. */
gconstpointer seconds_at(const struct seconds *t, guint64 second);
void seconds_clear(struct seconds *t);

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

struct registrar;

struct candidate {
    guint32 host;
    struct storm_bin **blocks; /* of STORM_BLOCK_S seconds; NULL: nothing happened */
    guint n_blocks;
    struct tally tally;
    struct keepalive keepalive;
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

/* --- registrar.c: clients and bindings of one server -----------------------------------------------------
 *
 * What DEFINITIONS.md calls attempts and answers comes to a registrar as records in the order of time. They are judged
 * 60 s later (outage.c), since only then it is known whether a 2xx followed a challenge. All that depends on
 * outages (registrations, logs of attempts, storms) happens when a record is judged, so its order is one.
 *
 *      message ──► attempt.c ──► record ─── 60 s ───► outage.c ──► interval, outage, storm
 *                  binding, cause                     binding: registered until, log of attempts */
#define REGISTRAR_CLIENTS_MAX STORM_STRINGS_MAX /* clients, and bindings; later ones are in no analysis */
#define RECORDS_MAX (1u << 20)                  /* then the oldest are judged early */
#define JUDGE_US (60 * G_GUINT64_CONSTANT(1000000))
#define OUTAGES_MAX 256u                        /* later ones are not told of */
#define PARTS_MAX 64u
#define AOR_BYTES_MAX 255u

enum record_kind {
    RECORD_VOID,      /* taken back: a SYN that was answered */
    RECORD_ANSWER,    /* a response that says nothing of registrations */
    RECORD_ATTEMPT,   /* of binding */
    RECORD_CALL,      /* an attempt by SYN of client */
    RECORD_OK,        /* 2xx to REGISTER */
    RECORD_CHALLENGE, /* of binding */
    RECORD_FINAL,     /* another final response, but … */
    RECORD_ERROR,     /* 5xx, 408 */
    RECORD_REFUSED,   /* RST, ICMP */
    RECORD_REGISTERED /* binding, until `value` */
};

struct record {
    guint64 us, value;
    guint32 who; /* binding or client; IDS_NONE: nobody knows */
    guint32 previous; /* RECORD_CHALLENGE: number of the binding's challenge before; 0: none */
    guint8 kind;
    guint8 flag; /* RECORD_CHALLENGE: a 2xx followed; RECORD_REGISTERED: from the capture's beginning */
};

/* Times of attempts in ms. */
struct attempt_log {
    guint32 *ms;
    guint32 n, size;
};

enum reply { TOLD_NOTHING, TOLD_OK, TOLD_ERROR, TOLD_RETRY_AFTER };

struct client {
    char *aor;             /* NULL: an address that calls by SYN */
    guint32 interval;      /* in which it attempted last */
    guint32 first_binding; /* IDS_NONE: none */
    gboolean known;        /* it attempted by REGISTER: it counts among the clients */
};

/* An address from which clients register. */
struct caller {
    guint32 binding; /* the last one; IDS_NONE: none, or several clients are behind it */
    guint32 client;
    gboolean several;
};

/* How a binding retried in its outage with most attempts. */
struct retry {
    struct attempt_log log; /* up to RETRY_BEFORE before the outage, those in it, up to RETRY_AFTER later ones */
    guint32 from, n;        /* those in it */
    guint32 attempts;       /* in it, not only those logged */
    gboolean over;          /* later attempts are logged, too */
    guint64 largest_gap_us;
};

struct binding {
    guint32 client, next; /* next: of the same client */
    gint16 family;        /* of its User-Agent, or -1 */
    /* as messages come */
    gboolean seen;        /* a REGISTER of it was */
    gboolean challenged;  /* its attempt waits for credentials */
    guint64 call_id;      /* of its last attempt */
    guint64 challenged_us, attempt_us, gap_us, told_us;
    enum reply told;       /* the answer to its last attempt */
    guint32 told_s;       /* Retry-After */
    guint32 challenge;    /* number of the record of its last challenge; 0: none */
    guint64 messages, frames, bytes; /* of its attempt, for keep-alive */
    guint64 last_frame;
    guint64 granted_us;   /* registered until then, as messages come */
    gboolean refreshes;   /* it was registered when its attempt began */
    /* as records are judged */
    guint64 since_us, until_us; /* registered; until 0: never */
    guint64 first_us;           /* registered for the first time */
    gboolean estimated;         /* and before, as its first REGISTER told */
    guint64 last_us;            /* its last attempt */
    struct attempt_log log;     /* since it registered last, and RETRY_BEFORE before */
    struct retry *retry;        /* NULL: it was in no outage */
    guint32 storm;              /* whose binding it is, + 1; 0: of none, or it is back */
    gboolean was_valid;         /* registered at the outage's start */
    guint64 return_us;          /* its first attempt in that storm; STORM_TIME_NONE: none so far */
};

struct storm_state {
    guint outage;          /* index */
    guint64 bindings, valid;
    struct delays back, back_valid;
};

/* An outage that is being looked at. */
struct parts {
    GArray *list; /* struct storm_outage_part */
    guint64 count[OUTAGE_KIND_COUNT]; /* events of the part that is open */
    guint64 start_us, last_us;        /* its first and last event */
    gboolean open;
};

struct interval {
    guint32 number;   /* from 1 */
    gboolean begun;   /* somebody attempted */
    guint64 start_us; /* of the outage that it may become */
    guint64 first_us; /* the first attempt */
    guint clients;
    struct parts parts;
};

struct found_outage {
    guint64 start_us, end_us;
    gboolean recovered;
    GArray *parts; /* struct storm_outage_part */
    guint storm;   /* index in storms, or G_MAXUINT */
};

struct registrar {
    guint32 serial;             /* no other one of the capture has it: a candidate may lose its place and return */
    struct ids client_ids, binding_ids, caller_ids;
    GArray *clients, *bindings, *callers; /* struct client, struct binding, struct caller */
    struct recent calls;        /* SYNs, by ports -> record */
    guint64 now_us;             /* time never runs backwards here */

    GArray *records;            /* a ring; number n is at n % len */
    guint32 first_record, next_record; /* numbers, from 1 */

    guint known;                /* clients that attempted by REGISTER */
    gboolean answered;          /* the server sent something */
    guint64 answer_us;          /* the last response that was not bad, as judged */
    gboolean judged_answer;
    struct interval interval;
    gboolean pending;           /* the last outage in `outages` may still grow */
    gboolean pending_final;     /* and ends where a 2xx comes */
    GArray *outages;            /* struct found_outage */
    GArray *storms;             /* struct storm_state */

    struct seconds curve;       /* gint32: by how much the number of registered bindings changes */
    struct seconds causes;      /* guint32[CAUSE_COUNT]: attempts */
    guint64 estimated;
    struct delays lifetimes, request_delay;
    struct storm_part_of ineffective;
    struct retry_after *retry_after;
};

/* The analysis of what goes to `host`, made where there is none yet; NULL: it is no candidate. */
struct registrar *registrar_of(struct storm *s, guint32 host);
void registrar_free(struct registrar *r);
guint32 registrar_client(struct registrar *r, guint64 key, struct bytes aor);
guint32 registrar_binding(struct registrar *r, guint32 client, guint64 key);
struct caller *registrar_caller(struct registrar *r, guint32 host); /* NULL: the bound is reached */
/* A binding is registered from `us` to `until_us`; from the capture's beginning where `estimated`. */
void registrar_registered(struct registrar *r, guint32 binding, guint64 us, guint64 until_us, gboolean estimated);
/* `registered` of each second, n of them; caller frees. */
guint32 *registrar_curve(const struct registrar *r, guint n);

static inline struct client *client_at(const struct registrar *r, guint32 id)
{
    return &g_array_index(r->clients, struct client, id);
}

static inline struct binding *binding_at(const struct registrar *r, guint32 id)
{
    return &g_array_index(r->bindings, struct binding, id);
}

/* --- attempt.c: REGISTER and its answers ------------------------------------------------------------------ */

void attempts_event(struct storm *s, const struct seen *seen);
void attempts_signal(struct storm *s, const struct sip_signal *signal, guint64 us);
/* A transaction ends without having been answered. */
void attempts_timeout(struct storm *s, const struct transaction *t);

/* --- outage.c ---------------------------------------------------------------------------------------------- */

void outage_init(struct registrar *r);
void outage_clear(struct registrar *r);
/* Its number. */
guint32 outage_record(struct registrar *r, const struct record *record);
struct record *outage_record_at(struct registrar *r, guint32 number); /* NULL: it was judged */
/* All records are in. */
void outage_finish(struct registrar *r, guint64 duration_us);

/* --- retry.c: logs of attempts, and how a binding retries ------------------------------------------------- */

#define RETRY_BEFORE 8u
#define RETRY_IN 256u
#define RETRY_AFTER 32u
#define LOG_MAX 512u

void retry_attempt(struct binding *b, guint64 us);
void retry_registered(struct binding *b);
/* An outage is over: remembers how `b` tried in [start, end). TRUE: it did. */
gboolean retry_outage(struct binding *b, guint64 start_us, guint64 end_us);
void retry_free(struct binding *b);

/* What a log says; times in us. STORM_TIME_NONE: does not apply. */
struct pattern {
    enum storm_pattern_kind kind;
    guint64 interval_us, tries, wait_us;
    guint64 first_gap_us; /* backoff */
};
struct pattern retry_pattern(const struct binding *b, guint64 duration_us);
void retry_result(const struct registrar *r, guint64 duration_us, struct storm_analysis *a);

/* --- retry_after.c ----------------------------------------------------------------------------------------- */

struct retry_after *retry_after_new(void);
void retry_after_free(struct retry_after *t);
void retry_after_event(struct retry_after *t, const struct hash_key *key, const struct seen *seen);
struct storm_retry_after retry_after_result(struct retry_after *t, guint64 duration_us);

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

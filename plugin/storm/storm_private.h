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
};

void recent_init(struct recent *r, gint64 window_us, guint32 max);
void recent_clear(struct recent *r);
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

/* --- series.c: bins of one second for the candidates ---------------------------------------------------- */

struct candidate {
    guint32 host;
    struct storm_bin **blocks; /* of STORM_BLOCK_S seconds; NULL: nothing happened */
    guint n_blocks;
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
/* What a report reads; borrowed. */
struct storm_series series_view(const struct series *s, const struct host *host, guint n_bins);

/* --- identities.c: different users, domains, agents; families of agents --------------------------------- */

struct identities {
    struct ids users, domains, agents;
    struct ids family_clients;
    GArray *family_of; /* agent -> index in families */
    GArray *families;  /* struct storm_family in order of appearance */
};

void identities_init(struct identities *t);
void identities_clear(struct identities *t);
void identities_event(struct identities *t, const struct hash_key *key, const struct seen *seen);
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
    struct storm_result result;
    gboolean finished;
};

/* server.c */
void servers_configure(struct storm *s);
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

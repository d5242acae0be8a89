/* registrar.h - registrations of one server: clients, bindings, their attempts, outages and storms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_REGISTRAR_H
#define SIANTO_REGISTRAR_H

#include "tables.h"

struct storm;
struct seen;
struct transaction;

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
#define CLIENT_BINDINGS_MAX 64u

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
    guint64 us;
    guint64 value; /* RECORD_REGISTERED: until when; of good answers: REGISTER requests in their second, until then */
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
    guint n_bindings;      /* at most CLIENT_BINDINGS_MAX: what follows belongs to the first one */
    gboolean known;        /* it attempted by REGISTER: it counts among the clients */
};

/* An address from which clients register. */
struct caller {
    guint32 binding; /* the last one; IDS_NONE: none */
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
    GArray *back, *back_valid; /* guint64: how long after the storm's start they came, in order of what is judged */
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
    guint64 end_registers; /* REGISTER requests in the second of its end, until then: no part of a storm */
    gboolean recovered;
    GArray *parts; /* struct storm_outage_part */
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
    guint64 answer_us;          /* the last response that was not bad, as judged */
    gboolean judged_answer;
    guint64 ok_us;              /* the last 2xx, as judged: no outage began before */
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
struct registrar *registrar_of(struct storm *s, guint32 host, guint64 us);
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
/* FALSE: it has nothing to do with a registrar. */
gboolean attempts_signal(struct storm *s, const struct sip_signal *signal, guint64 us);
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
/* No outage can begin before what follows: only the last attempts are still of interest. */
void retry_trim(struct binding *b);
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

#endif

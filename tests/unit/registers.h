/* registers.h - REGISTER and its answers, for tests of the analysis: one server, clients by number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_REGISTERS_H
#define SIANTO_REGISTERS_H

#include "events.h"

#define SERVER "192.0.2.1:5060"

/* What a message says; 0 and NULL: the usual. */
struct say {
    guint status;        /* 0: the request */
    const char *method;  /* REGISTER */
    guint cseq;          /* 1 */
    const char *call_id; /* the client's */
    const char *branch;  /* of CSeq */
    const char *contact; /* user@address of the client, port 5060; "": none; "*" */
    const char *instance;
    gint64 expires, contact_expires, retry_after; /* 0: none; ZERO */
    gboolean credentials;
    const char *agent, *event, *to_tag, *from_tag;
    const char *from; /* the far end; the client's own address */
    guint64 frame, hash;
};
#define SAY(...) (&(const struct say){__VA_ARGS__})
#define ZERO (-2)

static inline gint64 seconds_given(gint64 s)
{
    return s == 0 ? -1 : s == ZERO ? 0 : s;
}

static inline void say_at(struct storm *s, gint64 ms, guint client, const struct say *say)
{
    static guint64 frames;
    gchar aor[48], contact[64], address[32], branch[32];
    struct sip_event e = {.request = say->status == 0, .status = say->status, .cseq = say->cseq ? say->cseq : 1};
    g_snprintf(aor, sizeof aor, "u%u@d1.invalid", client);
    g_snprintf(address, sizeof address, "10.%u.%u.%u:5060", client >> 16, client >> 8 & 255, client & 255);
    g_snprintf(contact, sizeof contact, "u%u@%s", client, address);
    g_snprintf(branch, sizeof branch, "z9hG4bK%u", e.cseq);
    struct endpoint far = end_of(say->from ? say->from : address), server = end_of(SERVER);
    e.src = e.request ? far : server;
    e.dst = e.request ? server : far;
    e.time_us = EVENTS_START_US + ms * 1000;
    e.frame = say->frame ? say->frame : ++frames;
    e.frame_bytes = 500;
    e.packet_hash = say->hash;
    e.method = e.cseq_method = bytes_of(say->method ? say->method : "REGISTER");
    e.from_aor = e.to_aor = bytes_of(aor);
    e.call_id = bytes_of(say->call_id ? say->call_id : aor);
    e.branch = bytes_of(say->branch ? say->branch : branch);
    e.from_tag = bytes_of(say->from_tag ? say->from_tag : "f");
    e.to_tag = bytes_of(say->to_tag);
    e.user_agent = bytes_of(say->agent);
    e.event_package = bytes_of(say->event);
    e.credentials = say->credentials;
    e.expires_s = seconds_given(say->expires);
    e.retry_after_s = seconds_given(say->retry_after);
    const char *where = say->contact ? say->contact : contact;
    if (*where) {
        e.n_contacts = 1;
        e.contacts[0] = (struct event_contact){.uri = bytes_of(where),
                                               .instance = bytes_of(say->instance),
                                               .expires_s = seconds_given(say->contact_expires),
                                               .star = strcmp(where, "*") == 0};
    }
    storm_event(s, &e);
}

/* REGISTER and 200, ms later; the lifetime in seconds. */
static inline void registers(struct storm *s, gint64 ms, guint client, guint cseq, gint64 lifetime)
{
    say_at(s, ms, client, SAY(.cseq = cseq, .expires = lifetime, .credentials = cseq > 1));
    say_at(s, ms + 1, client, SAY(.cseq = cseq, .status = 200, .contact_expires = lifetime));
}

#endif

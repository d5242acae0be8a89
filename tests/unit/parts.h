/* parts.h - parts (record.h) in memory, and events and signals drawn at random, for tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_PARTS_H
#define SIANTO_PARTS_H

#include "check.h"
#include "record.h"

#include <sys/mman.h>
#include <unistd.h>

/* 2026-01-01T00:00:00Z */
#define PARTS_START_US (G_GINT64_CONSTANT(1767225600) * 1000000)

/* All of a file of ours; `fd` stays open. */
static inline GByteArray *parts_content(int fd)
{
    GByteArray *all = g_byte_array_new();
    guint8 buffer[4096];
    gssize n;
    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        g_byte_array_append(all, buffer, (guint)n);
    return all;
}

static inline int parts_file(struct bytes content)
{
    int fd = memfd_create("part", MFD_CLOEXEC);
    g_assert_cmpint(write(fd, content.p, content.n), ==, (gssize)content.n);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Clients that register at one server: events of a GRand, whose words are of the pool. */
struct parts_rng {
    GRand *rand;
    char text[8][64];
    guint next;
};

static inline struct bytes parts_word(struct parts_rng *r, const char *front, guint n, const char *back)
{
    char *text = r->text[r->next++ % G_N_ELEMENTS(r->text)];
    g_snprintf(text, sizeof r->text[0], "%s%u%s", front, n, back);
    return bytes_of(text);
}

/* The event borrows from `r` until the next one. */
static inline struct sip_event parts_event(struct parts_rng *r, gint64 time_us, guint64 frame)
{
    guint client = (guint)g_rand_int_range(r->rand, 0, 9);
    struct sip_event e = {.time_us = time_us, .frame = frame, .frame_bytes = 400 + client};
    struct endpoint phone = {.family = client & 1 ? 6 : 4, .addr = {10, 0, 0, (guint8)client}, .port = 5060};
    struct endpoint server = {.family = 4, .addr = {192, 0, 2, 1}, .port = 5060};
    e.request = g_rand_int_range(r->rand, 0, 3) > 0;
    e.src = e.request ? phone : server;
    e.dst = e.request ? server : phone;
    e.transport = g_rand_int_range(r->rand, 0, 4) ? SIP_UDP : SIP_TCP;
    e.packet_hash = (guint64)g_rand_int_range(r->rand, 0, 40) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    e.method = e.cseq_method = BYTES_LIT("REGISTER");
    e.status = e.request ? 0 : client & 2 ? 200 : 503;
    e.cseq = (guint32)g_rand_int_range(r->rand, 1, 4);
    e.call_id = parts_word(r, "c", client, "@d1.invalid");
    e.branch = parts_word(r, "z9hG4bK", (guint)g_rand_int_range(r->rand, 0, 60), "");
    e.from_aor = e.to_aor = parts_word(r, "u", client, "@d1.invalid");
    e.from_tag = parts_word(r, "t", client, "");
    e.request_uri = e.request ? BYTES_LIT("sip:d1.invalid") : BYTES_NONE;
    e.user_agent = parts_word(r, "ua", client % 3, "");
    e.expires_s = client & 4 ? 60 : -1;
    e.retry_after_s = e.status == 503 ? 30 : -1;
    e.credentials = e.cseq > 1;
    e.ignored_fault = client == 8;
    e.n_contacts = client % 3;
    for (guint i = 0; i < e.n_contacts; i++)
        e.contacts[i] = (struct event_contact){
            .uri = e.to_aor, .instance = i ? e.from_tag : BYTES_NONE, .expires_s = (gint64)client - 1, .star = client == 7};
    return e;
}

static inline struct sip_signal parts_signal(struct parts_rng *r, gint64 time_us, guint64 frame)
{
    guint client = (guint)g_rand_int_range(r->rand, 0, 9);
    struct sip_signal s = {.kind = (enum sip_signal_kind)g_rand_int_range(r->rand, 0, SIGNAL_ICMP + 1),
                           .time_us = time_us,
                           .frame = frame,
                           .frame_bytes = 60,
                           .src = {.family = 4, .addr = {10, 0, 0, (guint8)client}, .port = 5060},
                           .dst = {.family = 4, .addr = {192, 0, 2, 1}, .port = 5060},
                           .syn_seq = g_rand_int(r->rand),
                           .packet_hash = (guint64)client << 60};
    if (s.kind == SIGNAL_ICMP)
        s.quoting = s.dst;
    return s;
}

#endif

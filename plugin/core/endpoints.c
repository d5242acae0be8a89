/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "endpoints.h"

#include "address.h"

#define ROLES 2

/* The numbers of the frames with which it got each role; NEVER: it has not. */
struct row {
    struct endpoint at; /* port 0: the address */
    guint64 since[ROLES];
};
#define NEVER G_MAXUINT64

struct endpoints {
    GHashTable *rows; /* struct row, which begins with its key, -> itself */
    struct endpoint last[2]; /* SIP: the last ones added, most often the next ones */
    const guint16 *ports;
    guint64 now, as_of;
};

static guint hash(gconstpointer key)
{
    return endpoint_hash(key);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return endpoint_equal(a, b);
}

struct endpoints *endpoints_new(const guint16 *ports)
{
    struct endpoints *e = g_new0(struct endpoints, 1);
    e->rows = g_hash_table_new_full(hash, equal, g_free, NULL);
    e->ports = ports;
    endpoints_all(e);
    return e;
}

void endpoints_free(struct endpoints *e)
{
    if (!e)
        return;
    g_hash_table_unref(e->rows);
    g_free(e);
}

void endpoints_now(struct endpoints *e, guint64 number)
{
    e->now = number;
}

void endpoints_as_of(struct endpoints *e, guint64 number)
{
    e->as_of = number;
}

void endpoints_all(struct endpoints *e)
{
    e->as_of = NEVER - 1;
}

/* The roles that it had by then. */
static guint role_of(const struct endpoints *e, const struct endpoint *at)
{
    const struct row *row = g_hash_table_lookup(e->rows, at);
    guint roles = 0;
    for (guint i = 0; row && i < ROLES; i++)
        if (row->since[i] <= e->as_of)
            roles |= 1u << i;
    return roles;
}

static struct row *new_row(struct endpoints *e, const struct endpoint *at)
{
    struct row *row = g_new(struct row, 1);
    *row = (struct row){*at, {NEVER, NEVER}};
    g_hash_table_add(e->rows, row);
    return row;
}

static void add(struct endpoints *e, const struct endpoint *at, guint role)
{
    struct row *row = g_hash_table_lookup(e->rows, at);
    if (!row && g_hash_table_size(e->rows) >= ENDPOINTS_MAX)
        return;
    if (!row)
        row = new_row(e, at);
    for (guint i = 0; i < ROLES; i++)
        if (role >> i & 1 && row->since[i] == NEVER)
            row->since[i] = e->now;
}

void endpoints_add(struct endpoints *e, const struct endpoint *at, enum endpoint_role role)
{
    if (at->family == 0)
        return;
    if (role == ENDPOINT_SIP) {
        if (endpoint_equal(at, &e->last[0]) || endpoint_equal(at, &e->last[1]))
            return;
        e->last[1] = e->last[0];
        e->last[0] = *at;
        struct endpoint address = *at;
        address.port = 0;
        add(e, &address, role);
    }
    if (at->port)
        add(e, at, role);
}

static gboolean by_port(const struct endpoints *e, guint16 port)
{
    for (const guint16 *p = e->ports; p && *p; p++)
        if (*p == port)
            return TRUE;
    return FALSE;
}

gboolean endpoints_are(const struct endpoints *e, const struct endpoint *src, const struct endpoint *dst,
                       enum endpoint_role role)
{
    if (role == ENDPOINT_SIP && (by_port(e, src->port) || by_port(e, dst->port)))
        return TRUE;
    return ((role_of(e, src) | role_of(e, dst)) & role) != 0;
}

gboolean endpoints_address(const struct endpoints *e, const struct endpoint *at)
{
    struct endpoint address = *at;
    address.port = 0;
    return (role_of(e, &address) & ENDPOINT_SIP) != 0;
}

/* --- session descriptions ---------------------------------------------------------------------------- */

/* What the lines so far say. RFC 8866: a c= line before the first m= holds for all media without their own. */
struct description {
    struct endpoints *e;
    struct endpoint session, media;
    gboolean in_media;
};

/* The word number `index` (from 0) of a line, by blanks. */
static struct bytes word(struct bytes line, guint index)
{
    struct bytes rest = bytes_trim(line);
    for (;; index--) {
        gsize blank = bytes_chr(rest, ' ');
        if (index == 0)
            return bytes_sub(rest, 0, blank);
        if (blank == NOT_FOUND)
            return BYTES_NONE;
        rest = bytes_trim(bytes_from(rest, blank));
    }
}

static gboolean set_address(struct endpoint *at, struct bytes text)
{
    text = bytes_sub(text, 0, bytes_chr(text, '/')); /* TTL of a multicast group */
    at->family = address4_parse(text, at->addr) ? 4 : address6_parse(text, at->addr) ? 6 : 0;
    return at->family != 0;
}

static gboolean set_port(struct endpoint *at, struct bytes text)
{
    guint64 port;
    if (!bytes_number(bytes_sub(text, 0, bytes_chr(text, '/')), G_MAXUINT16, &port) || !port)
        return FALSE;
    at->port = (guint16)port;
    return TRUE;
}

static void learn_connection(struct description *d, struct bytes line)
{
    struct endpoint *at = d->in_media ? &d->media : &d->session;
    guint16 port = at->port;
    if (!set_address(at, word(line, 2)))
        return;
    at->port = port;
    if (d->in_media)
        endpoints_add(d->e, &d->media, ENDPOINT_MEDIA);
}

/* The port and the one behind it, which RTCP has (RFC 3550 section 11). */
static void learn_media(struct description *d, struct bytes line)
{
    d->in_media = TRUE;
    d->media = d->session;
    if (!set_port(&d->media, word(line, 1)))
        return;
    struct endpoint rtcp = d->media;
    rtcp.port++;
    endpoints_add(d->e, &d->media, ENDPOINT_MEDIA);
    endpoints_add(d->e, &rtcp, ENDPOINT_MEDIA);
}

static void learn_candidate(struct description *d, struct bytes line)
{
    struct endpoint at = {0};
    if (set_address(&at, word(line, 4)) && set_port(&at, word(line, 5)))
        endpoints_add(d->e, &at, ENDPOINT_MEDIA);
}

static void learn_rtcp(struct description *d, struct bytes line)
{
    struct endpoint at = d->media;
    struct bytes number = bytes_from(word(line, 0), sizeof "a=rtcp:" - 1);
    set_address(&at, word(line, 3));
    if (at.family == 0)
        at = d->media;
    if (set_port(&at, number))
        endpoints_add(d->e, &at, ENDPOINT_MEDIA);
}

static const struct {
    struct bytes begin;
    void (*learn)(struct description *d, struct bytes line);
} lines[] = {
    {BYTES_LIT("c=IN IP"), learn_connection},
    {BYTES_LIT("m="), learn_media},
    {BYTES_LIT("a=candidate:"), learn_candidate},
    {BYTES_LIT("a=rtcp:"), learn_rtcp},
};

void endpoints_learn(struct endpoints *e, struct bytes text)
{
    struct description d = {.e = e};
    for (gsize at = 0; at < text.n;) {
        gsize lf = bytes_chr_from(text, '\n', at), end = lf == NOT_FOUND ? text.n : lf;
        struct bytes line = bytes_sub(text, at, end - at);
        for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
            if (bytes_starts(line, lines[i].begin))
                lines[i].learn(&d, line);
        at = end + 1;
    }
}

/* The attributes of STUN: what becomes of each value, and the table that says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stun_private.h"

#define FAMILY_V4 1
#define FAMILY_V6 2
#define UNKNOWN_REQUIRED 0x7fff
#define UNKNOWN_OPTIONAL 0xffff

typedef void (*judge_attribute)(struct stun_message *m, const struct stun_attribute *a, guint32 mask);

struct row {
    guint16 type;
    judge_attribute judge;
    guint32 mask;
};

static struct bytes value_of(const struct stun_message *m, const struct stun_attribute *a)
{
    return rw_bytes(m->rw, a->value, a->end);
}

/* --- values ----------------------------------------------------------------------------------------- */

static void judge_zeros(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    stun_put_zeros(m, a->value, a->end, a->end - a->value, KIND_SCRUBBED);
}

/* The first four bytes, of a shorter value as many as there are, as a number of which `mask` stays. */
static void judge_number(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    struct bytes v = value_of(m, a);
    guint8 *after = arena_alloc(m->rw->arena, v.n + 4);
    memset(after, 0, v.n + 4);
    put_u32be(after, mask);
    for (gsize i = 0; i < v.n; i++)
        after[i] = i < 4 ? after[i] & v.p[i] : 0;
    stun_put(m, a->value, a->end, (struct bytes){after, v.n}, KIND_KEPT);
}

/* RFC 8445 section 5.1.2.1: type, local preference, and 256 - the component; nobody has more than 16 of those. */
static void judge_priority(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    gint component = bytes_at(value_of(m, a), 3);
    judge_number(m, a, component >= 0xf0 ? mask : 0);
}

/* PASSWORD-ALGORITHMS: number, and the length of parameters that no algorithm has. */
static void judge_numbers(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    for (gsize at = a->value; at < a->end; at += 4) {
        struct stun_attribute part = {.value = at, .end = MIN(at + 4, a->end)};
        judge_number(m, &part, mask);
    }
}

static void exclusive_or(guint8 *p, const guint8 *with, gsize n)
{
    for (gsize i = 0; i < n; i++)
        p[i] ^= with[i];
}

/* 0, family, port (2), address (4 or 16). */
static void put_address(struct stun_message *m, const struct stun_attribute *a, gboolean xor)
{
    struct bytes v = value_of(m, a);
    gint family = bytes_at(v, 1);
    if (!(family == FAMILY_V4 && v.n == 8) && !(family == FAMILY_V6 && v.n == 20)) {
        judge_zeros(m, a, 0);
        return;
    }
    guint8 *p = arena_alloc(m->rw->arena, v.n);
    memcpy(p, v.p, v.n);
    p[0] = 0;
    if (xor) {
        exclusive_or(p + 2, m->id, 2);
        exclusive_or(p + 4, m->id, v.n - 4);
    }
    if (family == FAMILY_V4)
        addresses_map4(m->rw->tables->addresses, p + 4, p + 4);
    else
        addresses_map6(m->rw->tables->addresses, p + 4, p + 4);
    if (xor) {
        exclusive_or(p + 2, m->new_id, 2);
        exclusive_or(p + 4, m->new_id, v.n - 4);
    }
    stun_put(m, a->value, a->end, (struct bytes){p, v.n}, KIND_ADDRESS);
}

static void judge_address(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_address(m, a, FALSE);
}

static void judge_xor_address(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_address(m, a, TRUE);
}

/* RESPONSE-PORT; as XOR-RESPONSE-TARGET, in a draft, an address. */
static void judge_response_port(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    if (a->end - a->value == 8 || a->end - a->value == 20)
        put_address(m, a, TRUE);
    else
        judge_number(m, a, mask);
}

static void judge_id(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    struct bytes v = value_of(m, a);
    guint8 *p = arena_alloc(m->rw->arena, v.n);
    (void)mask;
    if (v.n)
        memcpy(p, v.p, v.n);
    codec_permute(m->c->flows, p, v.n);
    stun_put(m, a->value, a->end, (struct bytes){p, v.n}, KIND_TOKEN);
}

/* UNKNOWN-ATTRIBUTES */
static void judge_types(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    struct reader r = reader_of(value_of(m, a));
    guint8 *p = arena_alloc(m->rw->arena, r.b.n);
    (void)mask;
    memset(p, 0, r.b.n);
    while (rd_left(&r) >= 2) {
        guint16 type = rd_u16be(&r);
        put_u16be(p + r.at - 2, stun_new_type(type));
    }
    stun_put(m, a->value, a->end, (struct bytes){p, r.b.n}, KIND_KEPT);
}

/* --- texts ------------------------------------------------------------------------------------------ */

static gboolean is_nul(const struct stun_message *m, gsize at)
{
    return bytes_at(m->rw->text, at) == 0;
}

/* RFC 3489 knows no padding: there a text is filled up with NULs within its length. */
static void put_text(struct stun_message *m, const struct stun_attribute *a, struct bytes after,
                     enum kind kind)
{
    gsize end = a->end;
    while (end > a->value && is_nul(m, end - 1))
        end--;
    if (m->level && after.n != end - a->value)
        after = scrub_text(m->rw->arena, end - a->value);
    stun_put(m, a->value, end, after, kind);
    gsize nuls = a->end - end;
    if (!m->cookie && !m->level)
        nuls = (4 - after.n % 4) % 4;
    stun_put_zeros(m, end, a->end, nuls, KIND_LENGTH);
}

/* What was replaced stands in the notes; the text around them is no identity of its own. */
static void put_judged(struct stun_message *m, const struct stun_attribute *a, rw_judge judge)
{
    put_text(m, a, codec_text(m->c, a->value, a->end, judge, NULL), KIND_LENGTH);
}

static gboolean is_ice_text(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (!g_ascii_isalnum((gchar)b.p[i]) && b.p[i] != '+' && b.p[i] != '/')
            return FALSE;
    return b.n > 0;
}

/* As a=ice-ufrag is judged, user's policy and all: one fragment, one image. */
static void judge_fragments(struct rewrite *child, gconstpointer arg)
{
    const struct policy_header *row = policy_sdp_attribute(child->tables->policy, BYTES_LIT("ice-ufrag"));
    gsize colon = bytes_chr(child->text, ':');
    (void)arg;
    rw_header_value(child, 0, colon, row);
    rw_keep(child, colon, colon + 1);
    rw_header_value(child, colon + 1, child->text.n, row);
}

static void judge_account(struct rewrite *child, gconstpointer arg)
{
    guint64 expires;
    gsize colon = bytes_chr(child->text, ':'), user = 0;
    (void)arg;
    if (colon != NOT_FOUND && bytes_number(bytes_sub(child->text, 0, colon), G_MAXUINT64, &expires)) {
        user = colon + 1;
        rw_token(child, 0, colon, KIND_TOKEN);
        rw_keep(child, colon, user);
    }
    rw_user(child, user, child->text.n);
}

static gboolean is_fragments(struct bytes b)
{
    gsize colon = bytes_chr(b, ':');
    return colon != NOT_FOUND && is_ice_text(bytes_sub(b, 0, colon)) && is_ice_text(bytes_from(b, colon + 1));
}

static void judge_username(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    if (m->ice && is_fragments(value_of(m, a)))
        put_judged(m, a, judge_fragments);
    else
        put_judged(m, a, judge_account);
}

static void judge_realm_text(struct rewrite *child, gconstpointer arg)
{
    const struct policy *policy = child->tables->policy;
    const struct policy_header *header = policy_header(policy, BYTES_LIT("WWW-Authenticate"));
    const struct policy_action *action = policy_header_param(policy, header, BYTES_LIT("realm"));
    (void)arg;
    if (action)
        rw_value(child, 0, child->text.n, action);
    else
        rw_redact(child, 0, child->text.n);
}

static void judge_realm(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_judged(m, a, judge_realm_text);
}

/* RFC 8489 section 9.2: "obMatJos2" and 24 bits in base64, of which two have a meaning. */
static void judge_nonce_text(struct rewrite *child, gconstpointer arg)
{
    static const char *const features[] = {"AAAA", "gAAA", "QAAA", "wAAA"};
    static const struct bytes cookie = BYTES_LIT("obMatJos2");
    gsize from = 0;
    (void)arg;
    for (guint i = 0; i < G_N_ELEMENTS(features) && bytes_starts(child->text, cookie); i++)
        if (bytes_starts(bytes_from(child->text, cookie.n), bytes_of(features[i])))
            from = cookie.n + 4;
    rw_keep(child, 0, from);
    if (from < child->text.n)
        rw_token(child, from, child->text.n, KIND_NONCE);
}

static void judge_nonce(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_judged(m, a, judge_nonce_text);
}

static void judge_software_text(struct rewrite *child, gconstpointer arg)
{
    enum kind kind;
    (void)arg;
    struct bytes label = labels_agent(child->tables->labels, child->text, &kind);
    rw_put(child, 0, child->text.n, label, kind);
}

static void judge_software(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_judged(m, a, judge_software_text);
}

static void judge_host_text(struct rewrite *child, gconstpointer arg)
{
    (void)arg;
    rw_host(child, 0, child->text.n);
}

static void judge_host(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_judged(m, a, judge_host_text);
}

static void judge_token_text(struct rewrite *child, gconstpointer arg)
{
    (void)arg;
    rw_token(child, 0, child->text.n, KIND_TOKEN);
}

/* MS-CANDIDATE-IDENTIFIER: the text that is the foundation in SDP. */
static void judge_token(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    put_judged(m, a, judge_token_text);
}

/* Besides SIP's phrases, of which the policy has a list. */
static gboolean is_phrase(const struct stun_message *m, struct bytes b)
{
    static const char *const phrases[] = {
        "Address Family not Supported",
        "Allocation Mismatch",
        "Allocation Quota Reached",
        "Connection Already Exists",
        "Connection Timeout or Failure",
        "Global Failure",
        "Insufficient Capacity",
        "Insufficient Port Capacity",
        "Integrity Check Failure",
        "Invalid IP address",
        "Missing Nonce",
        "Missing Realm",
        "Missing Username",
        "Mobility Forbidden",
        "Peer Address Family Mismatch",
        "Permission Denied",
        "Role Conflict",
        "Server Error",
        "Stale Credentials",
        "Stale Nonce",
        "Try Alternate",
        "Unauthenticated",
        "Unknown Attribute",
        "Unknown Attributes",
        "Unknown Username",
        "Unsupported Transport Address",
        "Unsupported Transport Protocol",
        "Use TLS",
        "Wrong Credentials",
        "Wrong Transaction ID",
    };
    for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (bytes_ieq(b, bytes_of(phrases[i])))
            return TRUE;
    return policy_list_has(m->rw->tables->names.reason_phrases, b);
}

/* Number (the masked 32 bits; 99 at most in its last byte), then a reason phrase. */
static void judge_error(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    struct stun_attribute number = *a, phrase = *a;
    if (a->end - a->value < 4) {
        judge_zeros(m, a, 0);
        return;
    }
    number.end = phrase.value = a->value + 4;
    judge_number(m, &number, codec_u8(m->c, a->value + 3) > 99 ? mask & ~0xffu : mask);
    gsize end = phrase.end;
    while (end > phrase.value && is_nul(m, end - 1))
        end--;
    struct bytes text = rw_bytes(m->rw, phrase.value, end);
    if (text.n == 0 || is_phrase(m, text))
        put_text(m, &phrase, text, KIND_KEPT);
    else
        put_text(m, &phrase, BYTES_LIT("redacted"), KIND_REDACTED);
}

/* --- what is inside, what is made of the new bytes -------------------------------------------------- */

static void judge_data(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    struct bytes written;
    (void)mask;
    if (!m->level && stun_inside(m->c, a->value, a->end, SIP_UDP, G_MAXUINT16, &written))
        stun_put(m, a->value, a->end, written, KIND_LENGTH);
    else
        judge_zeros(m, a, 0);
}

static void judge_integrity(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    (void)mask;
    if (!stun_put_late(m, a, FALSE))
        judge_zeros(m, a, 0);
}

static void judge_fingerprint(struct stun_message *m, const struct stun_attribute *a, guint32 mask)
{
    struct stun_late *late = stun_put_late(m, a, TRUE);
    (void)mask;
    if (late)
        late->right = codec_u32(m->c, a->value) == stun_fingerprint(rw_bytes(m->rw, 0, a->from));
    else
        judge_zeros(m, a, 0);
}

/* --- the table -------------------------------------------------------------------------------------- */

/* In order of types, since it is searched by halves. Facts: IANA's stun-parameters, RFC 3489, 5780, 8445,
 * 8489, 8656, MS-TURN, MS-ICE2, MS-TURNBWM, Google's WebRTC. */
static const struct row rows[] = {
    {0x0001, judge_address, 0},                /* MAPPED-ADDRESS */
    {0x0002, judge_address, 0},                /* RESPONSE-ADDRESS */
    {0x0003, judge_number, 0x00000006},        /* CHANGE-REQUEST */
    {0x0004, judge_address, 0},                /* SOURCE-ADDRESS */
    {0x0005, judge_address, 0},                /* CHANGED-ADDRESS */
    {0x0006, judge_username, 0},               /* USERNAME */
    {0x0007, judge_zeros, 0},                  /* PASSWORD */
    {0x0008, judge_integrity, 0},              /* MESSAGE-INTEGRITY */
    {0x0009, judge_error, 0x000007ff},         /* ERROR-CODE: class (3 bits), number */
    {0x000a, judge_types, 0},                  /* UNKNOWN-ATTRIBUTES */
    {0x000b, judge_address, 0},                /* REFLECTED-FROM */
    {0x000c, judge_number, 0x7fff0000},        /* CHANNEL-NUMBER */
    {0x000d, judge_number, 0x000fffff},        /* LIFETIME: twelve days */
    {0x000e, judge_address, 0},                /* MS-ALTERNATE-SERVER */
    {0x000f, judge_number, 0x72c64bc6},        /* MAGIC-COOKIE: that number */
    {0x0010, judge_number, 0x00ffffff},        /* BANDWIDTH: kbit/s */
    {0x0011, judge_address, 0},                /* DESTINATION-ADDRESS */
    {0x0012, judge_xor_address, 0},            /* XOR-PEER-ADDRESS */
    {0x0013, judge_data, 0},                   /* DATA */
    {0x0014, judge_realm, 0},                  /* REALM */
    {0x0015, judge_nonce, 0},                  /* NONCE */
    {0x0016, judge_xor_address, 0},            /* XOR-RELAYED-ADDRESS */
    {0x0017, judge_number, 0x03000000},        /* REQUESTED-ADDRESS-FAMILY */
    {0x0018, judge_number, 0x80000000},        /* EVEN-PORT */
    {0x0019, judge_number, 0xff000000},        /* REQUESTED-TRANSPORT */
    {0x001a, judge_zeros, 0},                  /* DONT-FRAGMENT: empty */
    {0x001b, judge_zeros, 0},                  /* ACCESS-TOKEN */
    {0x001c, judge_integrity, 0},              /* MESSAGE-INTEGRITY-SHA256 */
    {0x001d, judge_number, 0x00030000},        /* PASSWORD-ALGORITHM */
    {0x001e, judge_id, 0},                     /* USERHASH */
    {0x0020, judge_xor_address, 0},            /* XOR-MAPPED-ADDRESS */
    {0x0022, judge_id, 0},                     /* RESERVATION-TOKEN */
    {0x0024, judge_priority, 0x7fffffff},      /* PRIORITY */
    {0x0025, judge_zeros, 0},                  /* USE-CANDIDATE: empty */
    {0x0026, judge_zeros, 0},                  /* PADDING */
    {0x0027, judge_response_port, 0xffff0000}, /* RESPONSE-PORT */
    {0x0028, judge_xor_address, 0},            /* XOR-REFLECTED-FROM */
    {0x002a, judge_id, 0},                     /* CONNECTION-ID */
    {0x0030, judge_zeros, 0},                  /* ICMP, of a draft */
    {0x8000, judge_number, 0x03000000},        /* ADDITIONAL-ADDRESS-FAMILY */
    {0x8001, judge_error, 0x030007ff},         /* ADDRESS-ERROR-CODE: family, class, number */
    {0x8002, judge_numbers, 0x00030000},       /* PASSWORD-ALGORITHMS */
    {0x8003, judge_host, 0},                   /* ALTERNATE-DOMAIN */
    {0x8004, judge_number, 0x0000ffff},        /* ICMP: type (7 bits), code; its data 0 */
    {0x8006, judge_zeros, 0},                  /* of MS-TURN, unknown */
    {0x8008, judge_number, 0x0000001f},        /* MS-VERSION */
    {0x8020, judge_xor_address, 0},            /* MS-XOR-MAPPED-ADDRESS, and XOR-MAPPED-ADDRESS of drafts */
    {0x8022, judge_software, 0},               /* SOFTWARE */
    {0x8023, judge_address, 0},                /* ALTERNATE-SERVER */
    {0x8025, judge_number, 0x0000ffff},        /* TRANSACTION-TRANSMIT-COUNTER */
    {0x8027, judge_number, 0x000fffff},        /* CACHE-TIMEOUT */
    {0x8028, judge_fingerprint, 0},            /* FINGERPRINT */
    {0x8029, judge_id, 0},                     /* ICE-CONTROLLED */
    {0x802a, judge_id, 0},                     /* ICE-CONTROLLING */
    {0x802b, judge_address, 0},                /* RESPONSE-ORIGIN */
    {0x802c, judge_address, 0},                /* OTHER-ADDRESS */
    {0x802d, judge_number, 0x0000001f},        /* ECN-CHECK */
    {0x802e, judge_host, 0},                   /* THIRD-PARTY-AUTHORIZATION */
    {0x8030, judge_zeros, 0},                  /* MOBILITY-TICKET */
    {0x8032, judge_host, 0},                   /* MS-ALTERNATE-HOST-NAME */
    {0x8037, judge_id, 0},                     /* MS-APP-ID */
    {0x8039, judge_zeros, 0},                  /* MS-SECURE-TAG */
    {0x8050, judge_id, 0},                     /* MS-SEQUENCE-NUMBER: connection id, number */
    {0x8054, judge_token, 0},                  /* MS-CANDIDATE-IDENTIFIER */
    {0x8055, judge_number, 0x000f000f},        /* MS-SERVICE-QUALITY */
    {0x8056, judge_number, 0x000f000f},        /* BANDWIDTH-ADMISSION-CONTROL-MESSAGE */
    {0x8057, judge_id, 0},                     /* BANDWIDTH-RESERVATION-ID */
    {0x8058, judge_zeros, 0},                  /* BANDWIDTH-RESERVATION-AMOUNT */
    {0x8059, judge_xor_address, 0},            /* REMOTE-SITE-ADDRESS */
    {0x805a, judge_xor_address, 0},            /* REMOTE-RELAY-SITE-ADDRESS */
    {0x805b, judge_xor_address, 0},            /* LOCAL-SITE-ADDRESS */
    {0x805c, judge_xor_address, 0},            /* LOCAL-RELAY-SITE-ADDRESS */
    {0x805d, judge_zeros, 0},                  /* their responses */
    {0x805e, judge_zeros, 0},
    {0x805f, judge_zeros, 0},
    {0x8060, judge_zeros, 0},
    {0x8061, judge_id, 0},              /* SIP-DIALOG-ID: a hash */
    {0x8062, judge_id, 0},              /* SIP-CALL-ID: a hash */
    {0x8068, judge_zeros, 0},           /* LOCATION-PROFILE */
    {0x8070, judge_number, 0x0000001f}, /* MS-IMPLEMENTATION-VERSION */
    {0x8090, judge_xor_address, 0},     /* MS-ALT-MAPPED-ADDRESS */
    {0x8095, judge_id, 0},              /* MS-MULTIPLEXED-TURN-SESSION-ID */
    {0xc000, judge_zeros, 0},           /* CISCO-STUN-FLOWDATA */
    {0xc001, judge_zeros, 0},           /* ENF-FLOW-DESCRIPTION */
    {0xc002, judge_zeros, 0},           /* ENF-NETWORK-STATUS */
    {0xc003, judge_zeros, 0},           /* CISCO-WEBEX-FLOW-INFO */
    {0xc056, judge_id, 0},              /* CITRIX-TRANSACTION-ID */
    {0xc057, judge_number, 0x00ff03ff}, /* GOOG-NETWORK-INFO: id, cost */
    {0xc058, judge_id, 0},              /* GOOG-LAST-ICE-CHECK-RECEIVED: a transaction id */
    {0xc059, judge_zeros, 0},           /* GOOG-MISC-INFO */
    {0xc05a, judge_zeros, 0},           /* GOOG-OBSOLETE-1 */
    {0xc05b, judge_id, 0},              /* GOOG-CONNECTION-ID */
    {0xc05c, judge_zeros, 0},           /* GOOG-DELTA */
    {0xc05d, judge_zeros, 0},           /* GOOG-DELTA-ACK */
    {0xc05e, judge_zeros, 0},           /* GOOG-DELTA-SYNC-REQ */
    {0xc060, judge_integrity, 0},       /* GOOG-MESSAGE-INTEGRITY-32 */
    {0xc070, judge_zeros, 0},           /* META-DTLS-IN-STUN */
    {0xc071, judge_zeros, 0},           /* META-DTLS-IN-STUN-ACK */
    {0xff04, judge_zeros, 0},           /* GOOG-MULTI-MAPPING */
    {0xff05, judge_zeros, 0},           /* GOOG-LOGGING-ID */
};

static const struct row *find_row(guint16 type)
{
    gsize low = 0, high = G_N_ELEMENTS(rows);
    while (low < high) {
        gsize middle = (low + high) / 2;
        if (rows[middle].type == type)
            return &rows[middle];
        if (rows[middle].type < type)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

guint16 stun_new_type(guint16 type)
{
    if (find_row(type))
        return type;
    return type & 0x8000 ? UNKNOWN_OPTIONAL : UNKNOWN_REQUIRED;
}

void stun_judge_value(struct stun_message *m, const struct stun_attribute *a)
{
    const struct row *row = find_row(a->type);
    if (row)
        row->judge(m, a, row->mask);
    else
        judge_zeros(m, a, 0);
}

/* a=: attributes. Most are a row of the policy and nothing else; those whose value has a shape that a
 * row cannot say have a row of rules here. An attribute that the policy does not know is written
 * a=x-redacted, its name and value gone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sdp_fmtp.h"
#include "sdp_rule.h"

#define N_OF(rules) rules, G_N_ELEMENTS(rules)

#define PAYLOAD {AS_WORDS, 127, " * "}
#define STREAM {AS_NAME, 0, " - * "}

/* What follows the words that have rules of their own. */
typedef void (*judge_rest)(struct rewrite *rw, gsize from, gsize to);

struct attribute {
    const char *name;
    const struct sdp_rule *words;
    guint n_words, cycle; /* see sdp_judge_words; cycle is unused where `rest` is */
    judge_rest rest;
    /* The policy's row says "redact" for want of a grammar: it is no order. (A user's policy can
     * still delete these; what the rules keep of them is words and numbers of the standard.) */
    gboolean finer;
};

/* ---- ICE (RFC 8839, 8840, 6544; older drafts in the field) ---- */

static const struct sdp_rule candidate_words[] = {
    {AS_TOKEN, 0, NULL}, /* foundation: an address in hex, in many implementations */
    {AS_NUMBER, 256, NULL},
    {AS_WORDS, 0, " udp tcp ssltcp tls tcp-act tcp-pass tcp-so "},
    {AS_NUMBER, 4294967295u, NULL},
    {AS_HOST, 0, NULL},
    {AS_NUMBER, 65535, NULL},
};

static const struct sdp_named candidate_pairs[] = {
    {"typ", {AS_WORDS, 0, " host srflx prflx relay local stun "}},
    {"raddr", {AS_HOST, 0, NULL}},
    {"rport", {AS_NUMBER, 65535, NULL}},
    {"tcptype", {AS_WORDS, 0, " active passive so "}},
    {"generation", {AS_NUMBER, 9999, NULL}},
    {"ufrag", {AS_TOKEN, 0, NULL}},
    {"pwd", {AS_NONCE, 0, NULL}},
    {"username", {AS_TOKEN, 0, NULL}},
    {"password", {AS_NONCE, 0, NULL}},
    {"network-id", {AS_NUMBER, 9999, NULL}},
    {"network-cost", {AS_NUMBER, 9999, NULL}},
    {"name", {AS_WORDS, 0, " rtp rtcp audio video video_rtcp "}},
};

static void judge_candidate_pairs(struct rewrite *rw, gsize from, gsize to)
{
    sdp_judge_pairs(rw, from, to, N_OF(candidate_pairs));
}

static const struct sdp_rule remote_candidate_words[] = {
    {AS_NUMBER, 256, NULL}, {AS_HOST, 0, NULL}, {AS_NUMBER, 65535, NULL}};

/* CounterPath's: number preference ":" ufrag password address port. */
static const struct sdp_rule alt_words[] = {
    {AS_NUMBER, 99, NULL},  {AS_NUMBER, 4294967295u, NULL}, {AS_WORDS, 0, " : "}, {AS_TOKEN, 0, NULL},
    {AS_NONCE, 0, NULL},    {AS_HOST, 0, NULL},             {AS_NUMBER, 65535, NULL},
};

/* ---- addresses (3GPP TS 29.079, RFC 3605) ---- */

static const struct sdp_rule realm_words[] = {{AS_NUMBER, 99, NULL}, {AS_HOST, 0, NULL},
                                              {AS_WORDS, 0, " IN "}, {AS_WORDS, 0, " IP4 IP6 "},
                                              {AS_HOST, 0, NULL},    {AS_NUMBER, 65535, NULL}};

/* port [nettype addrtype address[/ttl]] (RFC 3605): but the TTL by the policy's row. */
static void judge_rtcp(struct rewrite *rw, gsize from, gsize to)
{
    const struct policy_header *row = policy_sdp_attribute(rw->tables->policy, BYTES_LIT("rtcp"));
    gsize slash = bytes_chr(rw_bytes(rw, from, to), '/'), end = slash == NOT_FOUND ? to : from + slash;
    rw_header_value(rw, from, end, row);
    if (end == to)
        return;
    rw_keep(rw, end, end + 1);
    sdp_judge_number(rw, end + 1, to, 255);
}

/* ---- keys (RFC 4568) ---- */

static const struct sdp_rule crypto_words[] = {
    {AS_NUMBER, 999999999, NULL},
    {AS_WORDS, 0,
     " AES_CM_128_HMAC_SHA1_80 AES_CM_128_HMAC_SHA1_32 AES_192_CM_HMAC_SHA1_80 AES_192_CM_HMAC_SHA1_32"
     " AES_256_CM_HMAC_SHA1_80 AES_256_CM_HMAC_SHA1_32 AES_CM_192_HMAC_SHA1_80 AES_CM_192_HMAC_SHA1_32"
     " AES_CM_256_HMAC_SHA1_80 AES_CM_256_HMAC_SHA1_32 F8_128_HMAC_SHA1_80 F8_128_HMAC_SHA1_32"
     " SEED_CTR_128_HMAC_SHA1_80 SEED_128_CCM_80 SEED_128_GCM_96 AEAD_AES_128_GCM AEAD_AES_256_GCM"
     " AEAD_AES_128_GCM_8 AEAD_AES_256_GCM_8 NULL_HMAC_SHA1_80 NULL_HMAC_SHA1_32 "},
    {AS_KEYS, 0, NULL},
    {AS_LISTED, 999,
     " KDR UNENCRYPTED_SRTP UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP FEC_ORDER FEC_SRTP SRTP_FEC WSH -WSH "},
};

/* ---- sources, streams, groups (RFC 5576, 8830, 8851, 8853, 8285) ---- */

static const struct sdp_rule msid_words[] = {STREAM, STREAM};
static const struct sdp_rule semantic_words[] = {{AS_WORDS, 0, " WMS "}, {AS_NAME, 0, " - * WMS "}};
static const struct sdp_rule ssrc_words[] = {{AS_MOVED, 4294967295u, NULL}};
static const struct sdp_rule ssrc_group_words[] = {
    {AS_WORDS, 0, " FID FEC FEC-FR SIM SIMULCAST DUP "}, {AS_MOVED, 4294967295u, NULL}};

static const struct sdp_named ssrc_attributes[] = {
    {"cname", {AS_CNAME, 0, NULL}}, {"msid", STREAM},               {"mslabel", STREAM},
    {"label", STREAM},              {"name", {AS_REDACT, 0, NULL}}, {"fmtp", {AS_REDACT, 0, NULL}},
    {"previous-ssrc", {AS_MOVED, 4294967295u, NULL}},
};

/* source-attribute[":" value]: RFC 5576 section 4.1. */
static void judge_source(struct rewrite *rw, gsize from, gsize to)
{
    gsize colon = bytes_chr(rw_bytes(rw, from, to), ':');
    gsize end = colon == NOT_FOUND ? to : from + colon;
    const struct sdp_rule *rule = sdp_rule_named(N_OF(ssrc_attributes), rw_bytes(rw, from, end));
    if (!rule) {
        rw_redact(rw, from, to);
        return;
    }
    rw_keep(rw, from, MIN(end + 1, to));
    if (end < to)
        sdp_judge_words(rw, end + 1, to, rule, 1, 1);
}

static void judge_extension(struct rewrite *rw, gsize from, gsize to)
{
    const struct policy_list *urns = policy_list("urns");
    gsize at = from, word, end;
    for (guint i = 0; sdp_next_word(rw, &at, to, &word, &end); i++) {
        if (i == 0 && urns && policy_list_has(urns, rw_bytes(rw, word, end)))
            rw_keep(rw, word, end);
        else if (i == 0)
            rw_uri(rw, word, end);
        else
            rw_redact(rw, word, end);
    }
}

static const struct sdp_rule extmap_words[] = {
    {AS_LISTED, 4294967295u, " sendonly recvonly sendrecv inactive "}};

static const struct sdp_rule rid_words[] = {
    {AS_NAME, 0, " hi mid lo h m l q f "}, {AS_WORDS, 0, " send recv "}};

static const struct sdp_named rid_known[] = {
    {"pt", {AS_RANGES, 127, NULL}},          {"max-width", {AS_NUMBER, 99999, NULL}},
    {"max-height", {AS_NUMBER, 99999, NULL}}, {"max-fps", {AS_NUMBER, 999, NULL}},
    {"max-fs", {AS_NUMBER, 9999999, NULL}},  {"max-br", {AS_NUMBER, 1000000000, NULL}},
    {"max-pps", {AS_NUMBER, 1000000000, NULL}}, {"max-bpp", {AS_DECIMALS, 0, NULL}},
};

static void judge_rid_params(struct rewrite *rw, gsize from, gsize to)
{
    static const struct sdp_params rid_params = {'=', "; ", N_OF(rid_known), {AS_REDACT, 0, NULL}};
    sdp_judge_params(rw, from, to, &rid_params);
}

/* "send 1,~2;3 recv 4": rids are names, as in a=rid. */
static void judge_simulcast(struct rewrite *rw, gsize from, gsize to)
{
    static const struct sdp_rule rid = {AS_NAME, 0, " hi mid lo h m l q f send recv "};
    while (from < to) {
        gsize end = from;
        while (end < to && !memchr(" \t,;~=", rw->text.p[end], 6))
            end++;
        sdp_judge(rw, from, end, &rid);
        rw_keep(rw, end, MIN(end + 1, to));
        from = MIN(end + 1, to);
    }
}

/* ---- codecs and feedback (RFC 8866, 4585, 5104, 3611, 6236) ---- */

static const struct sdp_rule payload_word[] = {PAYLOAD};
static const struct sdp_rule format_words[] = {{AS_WORDS, 65535, " * t38 "}};

/* encoding "/" rate ["/" channels]. */
static void judge_encoding(struct rewrite *rw, gsize from, gsize to)
{
    static const struct sdp_rule rate = {AS_NUMBER, 10000000, NULL};
    const struct policy_list *known = policy_list("codecs");
    struct bytes text = rw_bytes(rw, from, to);
    gsize slash = bytes_chr(text, '/'), end = slash == NOT_FOUND ? to : from + slash;
    if (known && policy_list_has(known, rw_bytes(rw, from, end)))
        rw_keep(rw, from, end);
    else
        rw_redact(rw, from, end);
    while (end < to) {
        slash = bytes_chr_from(text, '/', end + 1 - from);
        gsize next = slash == NOT_FOUND ? to : from + slash;
        rw_keep(rw, end, end + 1);
        sdp_judge(rw, end + 1, next, &rate);
        end = next;
    }
}

static void judge_format_params(struct rewrite *rw, gsize from, gsize to)
{
    sdp_judge_params(rw, from, to, &sdp_fmtp);
}

static const struct sdp_rule feedback_words[] = {
    PAYLOAD,
    {AS_WORDS, 0, " ack nack nack-pli ccm trr-int app ecn goog-remb transport-cc goog-lntf rrtr x-message "},
    {AS_WORDS, 65535, " rpsi sli pli app fir tmmbr tstr vbcm ecn rai tllei pslei x-ssi afb x-pli "},
    {AS_WORDS, 65535, " smaxpr xrtcp "},
};

static const struct sdp_rule report_words[] = {
    {AS_LISTED, 65535,
     " pkt-loss-rle pkt-dup-rle pkt-rcpt-times rcvr-rtt all sender stat-summary loss dup jitt TTL HL"
     " voip-metrics none statistics "}};

static const struct sdp_rule picture_words[] = {
    {AS_LISTED, 65535,
     " * send recv x y sar par q 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.1 1.2 1.3 1.4 "}};

/* RFC 3108 section 5.7.2.1, as gateways write it: "off - - - -". */
static const struct sdp_rule silence_words[] = {{AS_WORDS, 9999, " on off - standard custom SID NoSID "}};

/* ---- files and data channels (RFC 5547, 8864) ---- */

static const struct sdp_named file_known[] = {
    {"name", {AS_REDACT, 0, NULL}},
    {"type", {AS_REDACT, 0, NULL}},
    {"size", {AS_NUMBER, 4294967295u, NULL}},
    {"hash", {AS_REDACT, 0, NULL}},
};

static void judge_file(struct rewrite *rw, gsize from, gsize to)
{
    static const struct sdp_params file_params = {':', " ", N_OF(file_known), {AS_REDACT, 0, NULL}};
    sdp_judge_params(rw, from, to, &file_params);
}

static const struct sdp_rule number_word[] = {{AS_NUMBER, 65535, NULL}};

static const struct sdp_named channel_known[] = {
    {"subprotocol", {AS_WORDS, 0, " MSRP BFCP T140 t140 CLUE http "}},
    {"label", {AS_REDACT, 0, NULL}},
    {"ordered", {AS_WORDS, 0, " true false "}},
    {"max-retr", {AS_NUMBER, 65535, NULL}},
    {"max-time", {AS_NUMBER, 65535, NULL}},
    {"priority", {AS_NUMBER, 65535, NULL}},
};

static void judge_channel(struct rewrite *rw, gsize from, gsize to)
{
    static const struct sdp_params channel_params = {'=', "; ", N_OF(channel_known), {AS_REDACT, 0, NULL}};
    sdp_judge_params(rw, from, to, &channel_params);
}

/* ---- attributes and lines inside attributes (RFC 3407, 5939) ---- */

static void judge_protos(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = from, word, end;
    while (sdp_next_word(rw, &at, to, &word, &end))
        sdp_judge_proto(rw, word, end);
}

static void judge_capability(struct rewrite *rw, gsize from, gsize to)
{
    sdp_judge_media(rw, from, to, FALSE);
}

static const struct sdp_rule config_words[] = {
    {AS_NUMBER, 65535, NULL}, {AS_LISTED, 65535, " a t m p b mt pt rm s -m -a -t -ms -s -b "}};

/* An attribute inside another one. It cannot take its line with it: what is to be deleted is redacted. */
static void judge_nested(struct rewrite *rw, gconstpointer arg)
{
    (void)arg;
    if (!sdp_judge_attribute(rw, 0, rw->text.n))
        rw_redact(rw, 0, rw->text.n);
}

static void judge_inner_attribute(struct rewrite *rw, gsize from, gsize to)
{
    rw_within(rw, from, to, judge_nested, NULL);
}

/* "a=" attribute or "b=" bandwidth. */
static void judge_inner_line(struct rewrite *rw, gsize from, gsize to)
{
    gint letter = bytes_at(rw_bytes(rw, from, to), 0);
    if (bytes_at(rw_bytes(rw, from, to), 1) != '=' || (letter != 'a' && letter != 'b')) {
        rw_redact(rw, from, to);
        return;
    }
    rw_keep(rw, from, from + 2);
    if (letter == 'a')
        judge_inner_attribute(rw, from + 2, to);
    else
        sdp_judge_bandwidth(rw, from + 2, to);
}

/* ---- the table ---- */

static const struct attribute attributes[] = {
    {"rtpmap", N_OF(payload_word), 0, judge_encoding, FALSE},
    {"fmtp", N_OF(format_words), 0, judge_format_params, FALSE},
    {"candidate", N_OF(candidate_words), 0, judge_candidate_pairs, FALSE},
    {"remote-candidates", N_OF(remote_candidate_words), 3, NULL, FALSE},
    {"rtcp", NULL, 0, 0, judge_rtcp, FALSE},
    {"rtcp-fb", N_OF(feedback_words), 0, NULL, FALSE},
    {"rtcp-xr", N_OF(report_words), 1, NULL, FALSE},
    {"crypto", N_OF(crypto_words), 1, NULL, FALSE},
    {"msid", N_OF(msid_words), 0, NULL, FALSE},
    {"msid-semantic", N_OF(semantic_words), 1, NULL, FALSE},
    {"ssrc", N_OF(ssrc_words), 0, judge_source, FALSE},
    {"ssrc-group", N_OF(ssrc_group_words), 1, NULL, FALSE},
    {"extmap", N_OF(extmap_words), 0, judge_extension, FALSE},
    {"rid", N_OF(rid_words), 0, judge_rid_params, FALSE},
    {"simulcast", NULL, 0, 0, judge_simulcast, TRUE},
    {"imageattr", N_OF(picture_words), 1, NULL, TRUE},
    {"silenceSupp", N_OF(silence_words), 1, NULL, TRUE},
    {"alt", N_OF(alt_words), 0, NULL, TRUE},
    {"x-alt", N_OF(alt_words), 0, NULL, TRUE},
    {"visited-realm", N_OF(realm_words), 0, NULL, TRUE},
    {"secondary-realm", N_OF(realm_words), 0, NULL, TRUE},
    {"file-selector", NULL, 0, 0, judge_file, TRUE},
    {"dcmap", N_OF(number_word), 0, judge_channel, FALSE},
    {"dcsa", N_OF(number_word), 0, judge_inner_attribute, FALSE},
    {"acap", N_OF(number_word), 0, judge_inner_attribute, TRUE},
    {"tcap", N_OF(number_word), 0, judge_protos, TRUE},
    {"pcfg", N_OF(config_words), 1, NULL, TRUE},
    {"acfg", N_OF(config_words), 1, NULL, TRUE},
    {"cdsc", N_OF(number_word), 0, judge_capability, FALSE},
    {"cap", N_OF(number_word), 0, judge_capability, TRUE},
    {"X-cap", N_OF(number_word), 0, judge_capability, FALSE},
    {"cpar", NULL, 0, 0, judge_inner_line, TRUE},
    {"cparmin", NULL, 0, 0, judge_inner_line, TRUE},
    {"cparmax", NULL, 0, 0, judge_inner_line, TRUE},
    {"X-cpar", NULL, 0, 0, judge_inner_line, TRUE},
};

static const struct attribute *find_attribute(struct bytes name)
{
    for (guint i = 0; i < G_N_ELEMENTS(attributes); i++)
        if (bytes_ieq(bytes_of(attributes[i].name), name))
            return &attributes[i];
    return NULL;
}

/* The words with rules, then the rest. */
static void judge_shape(struct rewrite *rw, gsize from, gsize to, const struct attribute *shape)
{
    gsize at = from, word = from, end = from;
    if (!shape->rest) {
        sdp_judge_words(rw, from, to, shape->words, shape->n_words, shape->cycle);
        return;
    }
    for (guint i = 0; i < shape->n_words && sdp_next_word(rw, &at, to, &word, &end); i++)
        sdp_judge(rw, word, end, &shape->words[i]);
    gsize rest = at, stop;
    sdp_trim(rw, &rest, to, &stop);
    shape->rest(rw, rest, stop);
    rw_keep(rw, stop, to);
}

static gboolean is_redact(const struct policy_header *row)
{
    return row->action.act == ACT_REDACT && row->n_words <= 1;
}

static void judge_value(struct rewrite *rw, gsize from, gsize to, struct bytes name,
                        const struct policy_header *row)
{
    const struct attribute *shape = find_attribute(name);
    gsize end;
    sdp_trim(rw, &from, to, &end);
    if (shape && (shape->finer || !is_redact(row)))
        judge_shape(rw, from, end, shape);
    else
        rw_header_value(rw, from, end, row);
    rw_keep(rw, end, to);
}

gboolean sdp_judge_attribute(struct rewrite *rw, gsize from, gsize to)
{
    gsize name = bytes_starts(rw_bytes(rw, from, to), BYTES_LIT("a=")) ? from + 2 : from;
    gsize colon = bytes_chr(rw_bytes(rw, name, to), ':'), name_end = colon == NOT_FOUND ? to : name + colon;
    while (name_end > name && (rw->text.p[name_end - 1] == ' ' || rw->text.p[name_end - 1] == '\t'))
        name_end--;
    struct bytes text = rw_bytes(rw, name, name_end);
    const struct policy_header *row = policy_sdp_attribute(rw->tables->policy, text);
    if (row && row->action.act == ACT_DELETE)
        return FALSE;
    rw_keep(rw, from, name);
    if (row && colon != NOT_FOUND) {
        rw_keep(rw, name, name + colon + 1);
        judge_value(rw, name + colon + 1, to, text, row);
    } else if (row || name == to) {
        rw_keep(rw, name, to);
    } else {
        rw_unknown(rw, "SDP attribute", text);
        rw_put(rw, name, to, BYTES_LIT("x-redacted"), KIND_REDACTED);
    }
    return TRUE;
}

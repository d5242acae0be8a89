/* Known words: what may stand in any output. Most come from the policy (audit_word); here is the set, and the
 * words that no table names: of dates, of the forms that the rewriter writes itself, of standards.
 *
 * A look-up is one hash with both cases made one, and most often one comparison. The set is built before the
 * first message and holds nothing of the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define FIRST_LOG2 13

const char *const audit_own_words[] = {
    /* dates */
    "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec GMT UTC",
    /* ours */
    "redacted x-redacted X-Redacted x=redacted application/redacted urn:redacted",
    /* names that are kept (DESIGN section 5) */
    "anonymous anonymous.invalid localhost restricted unavailable unknown invalid",
    /* SIP and URIs */
    "z9hG4bK SIP SIP/2.0 sip sips tel urn uuid http https cid mid im pres xmpp h323 msrp msrps mailto data "
    "fax modem ws wss"
    " ftp rtsp rtsps stun turn stuns turns aaa aaas ldap callto file geo sms smsto skype dns info tag service"
    " gsma imei meid esn dev mac udp tcp tls sctp dccp tls-sctp UDP/TLS",
    /* heads of WebSockets */
    "GET HTTP/1.1 Host Origin Upgrade Connection websocket keep-alive Sec-WebSocket-Key Sec-WebSocket-Accept"
    " Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions permessage-deflate",
    /* authentication */
    "Digest NTLM Kerberos TLS-DSK Basic Bearer username username* realm nonce response algorithm qop opaque "
    "cnonce",
    /* SDP */
    "IN IP4 IP6 ATM host srflx prflx relay local typ raddr rport tcptype generation ufrag pwd network-id "
    "network-cost"
    " ssltcp tcp-act tcp-pass tcp-so active passive so actpass holdconn inline inline: KDR UNENCRYPTED_SRTP"
    " UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP FEC_ORDER FEC_SRTP SRTP_FEC WSH -WSH",
    "AES_CM_128_HMAC_SHA1_80 AES_CM_128_HMAC_SHA1_32 AES_192_CM_HMAC_SHA1_80 AES_192_CM_HMAC_SHA1_32"
    " AES_256_CM_HMAC_SHA1_80 AES_256_CM_HMAC_SHA1_32 AES_CM_192_HMAC_SHA1_80 AES_CM_192_HMAC_SHA1_32"
    " AES_CM_256_HMAC_SHA1_80 AES_CM_256_HMAC_SHA1_32 F8_128_HMAC_SHA1_80 F8_128_HMAC_SHA1_32"
    " SEED_CTR_128_HMAC_SHA1_80 SEED_128_CCM_80 SEED_128_GCM_96 AEAD_AES_128_GCM AEAD_AES_256_GCM"
    " AEAD_AES_128_GCM_8 AEAD_AES_256_GCM_8 NULL_HMAC_SHA1_80 NULL_HMAC_SHA1_32",
    "FID FEC FEC-FR SIM SIMULCAST DUP WMS cname msid mslabel label name previous-ssrc sendonly recvonly "
    "sendrecv"
    " inactive send recv mid hi lo pt max-width max-height max-fps max-fs max-br max-pps max-bpp t38",
    "ack nack nack-pli ccm trr-int app ecn goog-remb transport-cc goog-lntf rrtr x-message rpsi sli pli fir "
    "tmmbr"
    " tstr vbcm rai tllei pslei x-ssi afb x-pli smaxpr xrtcp",
    "pkt-loss-rle pkt-dup-rle pkt-rcpt-times rcvr-rtt all sender stat-summary loss dup jitt TTL HL "
    "voip-metrics none"
    " statistics sar par on off standard custom SID NoSID type size hash subprotocol ordered max-retr "
    "max-time"
    " priority MSRP BFCP T140 CLUE true false yes no any rtp rtcp audio video video_rtcp",
    /* fmtp and other attributes: names and words */
    " -ms 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.1 1.2 1.3 1.4 50-15 720p SDP X-cap X-cpar acap"
    " acfg alt annexa annexb apt attribute bitrate bpp br-recv br-send bw-recv bw-send candidate cbr cdsc"
    " ch-aw-recv ch-recv ch-send channel-order channels cif cif16 cif4 cmr cng codecs constantduration"
    " constantsize cpar cparmax cparmin cpresent crc crypto dcmap dcsa dtx dtx-recv dtxmax dtxmin"
    " emphasis events evs-mode-switch extmap file-selector fmtp hangover hf-only hrd imageattr"
    " in-band-parameter-sets indexdeltalength indexlength int-delay interlace interleaving level"
    " level-asymmetry-allowed level-id level-idx localtcf max-cpb max-dpb max-fr max-lps max-lsr max-mbps"
    " max-rcmd-nalu-size max-rcvd max-red max-smbps max-tc max-tr maxaveragebitrate maxbr maxdisplacement"
    " maxinterleave maxinternalsamplerate maxplaybackrate maxptime minptime mode mode-change-capability"
    " mode-change-neighbor mode-change-period mode-set mrmt mrst msid-semantic nb-fb nb-swb nb-wb"
    " octet-align packetization-mode password pcfg penh profile profile-id profile-level-id profile-space"
    " ptime qcif rate redundant-pic-cap remote-candidates repair-window rid robust-sorting rtcp-fb"
    " rtcp-xr rtpmap rtx-time samplerate sar-supported sar-understood sbr-enabled secondary-realm"
    " silenceSupp silencesupp sizelength sprop-interleaving sprop-maxcapturerate sprop-stereo sqcif srmt"
    " srst ssrc ssrc-group stereo streamtype swb swb-fb t38faxmaxbuffer t38faxmaxdatagram"
    " t38faxratemanagement t38faxudpec t38faxversion t38maxbitrate t38udpfec t38udpnoec t38udpredundancy"
    " tcap tier tier-flag transferredtcf tx-mode urns use-level-src-parameter-sets usedtx useinbandfec"
    " vad vbd vbr vga visited-realm wb-swb x-alt x-google-max-bitrate x-google-min-bitrate"
    " x-google-start-bitrate",
    /* XML */
    "xml xmlns version encoding UTF-8 standalone xs xsi xsd pdm rpid cipid caps cap gbp gml con dyn gruu sa "
    "op opd ops"
    " es ep ere eri rls rlmi info dlg imdn poc ocp mcptt msci msci2 soap env tns per person amp apos quot",
    /* multipart, CPIM */
    "DateTime NS cc imdn.Message-ID imdn.Original-To imdn.IMDN-Route imdn.IMDN-Record-Route"
    " imdn.Disposition-Notification imdn.Original-Message-ID conversation.Conversation-ID"
    " contribution.Contribution-ID urn:ietf:params:imdn urn:ietf:params:cpim-headers:"
    " urn:ietf:params:cpim-headers positive-delivery negative-delivery display processing interworking",
    NULL,
};

struct slot {
    guint64 hash;
    guint32 at, n; /* in the text; n 0: free */
    guint8 value;
};

struct words {
    struct hash_key key;
    struct slot *slots;
    guint log2, used;
    GByteArray *text;
};

struct words *words_new(struct hash_key key)
{
    struct words *w = g_new0(struct words, 1);
    w->key = key;
    w->log2 = FIRST_LOG2;
    w->slots = g_new0(struct slot, (gsize)1 << w->log2);
    w->text = g_byte_array_new();
    return w;
}

void words_free(struct words *w)
{
    if (!w)
        return;
    g_free(w->slots);
    g_byte_array_unref(w->text);
    g_free(w);
}

static struct slot *find_slot(const struct words *w, struct bytes word, guint64 hash)
{
    gsize mask = ((gsize)1 << w->log2) - 1;
    for (gsize i = hash & mask;; i = (i + 1) & mask) {
        struct slot *s = &w->slots[i];
        if (s->n == 0)
            return s;
        if (s->hash != hash || s->n != word.n)
            continue;
        struct bytes known = {w->text->data + s->at, s->n};
        if (bytes_eq(known, word) || bytes_ieq(known, word))
            return s;
    }
}

static void grow(struct words *w)
{
    struct slot *old = w->slots;
    gsize n = (gsize)1 << w->log2;
    w->log2++;
    w->slots = g_new0(struct slot, n * 2);
    for (gsize i = 0; i < n; i++)
        if (old[i].n)
            *find_slot(w, bytes_sub(bytes_of_array(w->text), old[i].at, old[i].n), old[i].hash) = old[i];
    g_free(old);
}

void words_add(struct words *w, struct bytes word, guint8 value)
{
    guint64 hash = hash_fast(&w->key, word, HASH_CASE);
    if (word.n == 0 || word.n > G_MAXUINT16)
        return;
    struct slot *s = find_slot(w, word, hash);
    if (s->n) {
        if ((value & 15) > 1)
            s->value = (guint8)((s->value & 0xf0) | (value & 15));
        if (value >> 4)
            s->value = (guint8)((s->value & 15) | (value & 0xf0));
        return;
    }
    *s = (struct slot){hash, w->text->len, (guint32)word.n, value};
    g_byte_array_append(w->text, word.p, (guint)word.n);
    g_byte_array_append(w->text, (const guint8 *)"\n", 1);
    if (++w->used * 2 > 1u << w->log2)
        grow(w);
}

guint8 words_find(const struct words *w, struct bytes word)
{
    if (word.n == 0)
        return 0;
    const struct slot *s = find_slot(w, word, hash_fast(&w->key, word, HASH_CASE));
    return s->n ? s->value : 0;
}

struct bytes words_text(const struct words *w)
{
    return bytes_of_array(w->text);
}

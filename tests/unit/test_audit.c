/* Step 1, slot by slot: what is right passes, what is tampered with is a hit of that kind at that place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_rig.h"
#include "check.h"

#define START "OPTIONS sip:alice@atlanta.example SIP/2.0\r\n"
#define SDP START "Content-Type: application/sdp\r\n\r\n"

/* `text` is rewritten; in the result, `old` becomes `new`. fault AUDIT_FAULTS: no hit. */
static const struct {
    const char *what, *text, *old, *new;
    enum audit_fault fault;
    enum kind kind;
    const char *place;
} rows[] = {
    {"untouched", START "\r\n", "u1", "u1", AUDIT_FAULTS, 0, 0},
    {"user of the request", START "\r\n", "u1@", "alice@", AUDIT_NOT_IMAGE, KIND_USER, "Request-URI"},
    {"host of the request", START "\r\n", "d1.invalid", "atlanta.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Request-URI"},
    {"request whose URI has no scheme", "OPTIONS 9urn:service:alice SIP/2.0\r\n\r\n", "redacted:redacted", "redacted:alice", AUDIT_NOT_IMAGE, KIND_REDACTED, "Request-URI"},
    {"emergency call", "INVITE urn:service:sos.police SIP/2.0\r\nTo: <urn:service:sos.police>\r\nContact: urn:urn-7:3gpp-service.ims.icsi.mmtel\r\n\r\n", "sos.police", "sos.police", AUDIT_FAULTS, 0, 0},
    {"no known service", "INVITE urn:service:sos.alicia SIP/2.0\r\n\r\n", "urn:redacted", "urn:service:sos.alicia", AUDIT_NOT_IMAGE, KIND_REDACTED, "Request-URI"},
    {"redacted user", START "\r\n", "u1", "redacted", AUDIT_FAULTS, 0, 0},
    {"scrubbed message", START "\r\n", "OPTIONS sip:u1@d1.invalid SIP/2.0\r\n\r\n", "xxxxxxxxxxxxxxxx", AUDIT_FAULTS, 0, 0},
    {"method", "ALICE sip:d SIP/2.0\r\n\r\n", "UNKNOWN1", "ALICE", AUDIT_SURVIVED, KIND_REDACTED, "start line"},
    {"reason phrase", "SIP/2.0 404 Alice left\r\n\r\n", "Not Found", "Alice left", AUDIT_SURVIVED, KIND_REDACTED, "start line"},
    {"another label", START "To: <sip:bob@biloxi.example>\r\n\r\n", "u2", "u1", AUDIT_NOT_IMAGE, KIND_USER, "To"},
    {"a label not given", START "To: <sip:bob@biloxi.example>\r\n\r\n", "u2", "u3", AUDIT_NOT_IMAGE, KIND_USER, "To"},
    {"From: user", START "From: <sip:bob@biloxi.example>;tag=77aa77\r\n\r\n", "u2", "bob", AUDIT_NOT_IMAGE, KIND_USER, "From"},
    {"From: host", START "f: <sip:bob@biloxi.example>\r\n\r\n", "d2.invalid", "biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "f"},
    {"From: tag", START "From: <sip:b@d>;tag=one\r\n\r\n", "tag=*", "tag=one", AUDIT_NOT_IMAGE, KIND_TAG, "From"},
    {"From: display name", START "From: \"Bob B.\" <sip:b@d>\r\n\r\n", "From: <", "From: \"Bob B.\" <", AUDIT_NOT_IMAGE, KIND_DELETED, "From"},
    {"From: another display name", START "From: <sip:b@d>\r\n\r\n", "From: <", "From: Carol <", AUDIT_NOT_IMAGE, KIND_DELETED, "From"},
    {"password", START "From: <sip:b:secret@d>\r\n\r\n", ":redacted@", ":secret@", AUDIT_NOT_IMAGE, KIND_DELETED, "From"},
    {"escaped user", START "To: <sip:%62ob@d>\r\n\r\n", "u2", "%62ob", AUDIT_NOT_IMAGE, KIND_USER, "To"},
    {"parameter of a user", START "To: <sip:bob;isub=1234567@d>\r\n\r\n", "isub=*@", "isub=1234567@", AUDIT_NOT_IMAGE, KIND_PHONE, "To"},
    {"phone", START "To: <tel:+12015550123>\r\n\r\n", "+999000000002", "+12015550123", AUDIT_NOT_IMAGE, KIND_PHONE, "To"},
    {"phone without plus", START "To: <tel:+12015550123>\r\n\r\n", "+999000000002", "999000000002", AUDIT_NOT_IMAGE, KIND_PHONE, "To"},
    {"IPv4 in a URI", START "Contact: <sip:b@203.0.113.9>\r\n\r\n", "@203.0.*>", "@203.0.113.9>", AUDIT_NOT_IMAGE, KIND_ADDRESS, "Contact"},
    {"IPv6 in a URI", START "m: <sip:b@[2001:db8::9]>\r\n\r\n", "[*]", "[2001:db8::9]", AUDIT_NOT_IMAGE, KIND_ADDRESS, "m"},
    {"loopback stays", START "Contact: <sip:b@127.0.0.1>\r\n\r\n", "127.0.0.1", "127.0.0.1", AUDIT_FAULTS, 0, 0},
    {"anonymous stays", START "From: <sip:anonymous@anonymous.invalid>\r\n\r\n", "anonymous@", "anonymous@", AUDIT_FAULTS, 0, 0},
    {"port", START "Contact: <sip:b@d:5071>\r\n\r\n", ":5071", ":5072", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"instance", START "Contact: <sip:b@d>;+sip.instance=\"<urn:uuid:00a0c91e-6bf6-4dae-7dec-11d0a7650000>\"\r\n\r\n", "urn:uuid:*>", "urn:uuid:00a0c91e-6bf6-4dae-7dec-11d0a7650000>", AUDIT_NOT_IMAGE, KIND_TOKEN, "Contact"},
    {"parameter came back", START "Contact: <sip:b@d>;x-nick=bobby\r\n\r\n", ">\r", ">;x-nick=bobby\r", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"parameter made up", START "Contact: <sip:b@d>\r\n\r\n", ">\r", ">;expires=7\r", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"second in a list", START "P-Asserted-Identity: <sip:b@d>, <sip:carol@d>\r\n\r\n", "u3", "carol", AUDIT_NOT_IMAGE, KIND_USER, "P-Asserted-Identity"},
    {"Route", START "Route: <sip:p1.biloxi.example;lr>\r\n\r\n", "d2.invalid", "p1.biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Route"},
    {"Via: host", START "Via: SIP/2.0/UDP pc1.biloxi.example;branch=z9hG4bK77\r\n\r\n", "d2.invalid", "pc1.biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Via"},
    {"Via: address", START "v: SIP/2.0/TCP 203.0.113.9:5061\r\n\r\n", "TCP *:", "TCP 203.0.113.9:", AUDIT_NOT_IMAGE, KIND_ADDRESS, "v"},
    {"Via: branch", START "Via: SIP/2.0/UDP d;branch=z9hG4bKabcdef\r\n\r\n", "z9hG4bK*\r", "z9hG4bKabcdef\r", AUDIT_NOT_IMAGE, KIND_BRANCH, "Via"},
    {"Via: received", START "Via: SIP/2.0/UDP d;received=203.0.113.9\r\n\r\n", "received=*\r", "received=203.0.113.9\r", AUDIT_NOT_IMAGE, KIND_ADDRESS, "Via"},
    {"Call-ID", START "Call-ID: abc123def\r\n\r\n", "ID: *\r", "ID: abc123def\r", AUDIT_NOT_IMAGE, KIND_CALL_ID, "Call-ID"},
    {"index of four levels", START "History-Info: <sip:b@d>;index=1.1.1.1\r\n\r\n", "=1.1.1.1", "=1.1.1.1", AUDIT_FAULTS, 0, 0},
    {"index that is an address", START "History-Info: <sip:b@d>;index=85.66.99.11\r\n\r\n", "index=0", "index=85.66.99.11", AUDIT_NOT_IMAGE, KIND_ADDRESS, "History-Info"},
    {"Call-ID: port", START "i: abc123def@192.0.2.77:5060\r\n\r\n", ":5060", ":5061", AUDIT_NOT_IMAGE, KIND_REDACTED, "i"},
    {"Call-ID: host", START "i: abc123def@pc1.biloxi.example\r\n\r\n", "d2.invalid", "pc1.biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "i"},
    {"Replaces", START "Replaces: abc@pc1.biloxi.example;to-tag=5a5a;from-tag=6b6b\r\n\r\n", "to-tag=*;", "to-tag=5a5a;", AUDIT_NOT_IMAGE, KIND_TAG, "Replaces"},
    {"auth: username", START "Authorization: Digest username=\"bob\"\r\n\r\n", "u2", "bob", AUDIT_NOT_IMAGE, KIND_USER, "Authorization"},
    {"auth: realm", START "Authorization: Digest realm=\"biloxi.example\"\r\n\r\n", "d2.invalid", "biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Authorization"},
    {"auth: nonce", START "Authorization: Digest nonce=\"ab12cd34ef\"\r\n\r\n", "nonce=\"*\"", "nonce=\"ab12cd34ef\"", AUDIT_NOT_IMAGE, KIND_NONCE, "Authorization"},
    {"auth: response", START "Authorization: Digest response=\"ab12cd34ef\"\r\n\r\n", "response=\"*\"", "response=\"ab12cd34ef\"", AUDIT_NOT_IMAGE, KIND_NONCE, "Authorization"},
    {"auth: opaque", START "WWW-Authenticate: Digest opaque=\"ab12cd34ef\"\r\n\r\n", "opaque=\"*\"", "opaque=\"ab12cd34ef\"", AUDIT_NOT_IMAGE, KIND_NONCE, "WWW-Authenticate"},
    {"auth: uri", START "Authorization: Digest uri=\"sip:biloxi.example\"\r\n\r\n", "d2.invalid", "biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Authorization"},
    {"auth: another scheme", START "Authorization: Bearer c2VjcmV0\r\n\r\n", "Bearer redacted", "Bearer c2VjcmV0", AUDIT_NOT_IMAGE, KIND_REDACTED, "Authorization"},
    {"User-Agent", START "User-Agent: Bobs phone\r\n\r\n", "ua1", "Bobs phone", AUDIT_NOT_IMAGE, KIND_AGENT, "User-Agent"},
    {"Subject", START "Subject: bob\r\n\r\n", "redacted", "bob", AUDIT_NOT_IMAGE, KIND_REDACTED, "Subject"},
    {"unknown header's value", START "X-Bob: secret\r\n\r\n", ": redacted", ": secret", AUDIT_SURVIVED, KIND_REDACTED, "(unknown name)"},
    {"unknown header's name", START "X-Bob: secret\r\n\r\n", "X-Redacted-1", "X-Bob", AUDIT_SURVIVED, KIND_REDACTED, "(unknown name)"},
    {"a line without colon", START "bob was here\r\n\r\n", "xxxxxxxxxxxx", "bob was here", AUDIT_SURVIVED, KIND_SCRUBBED, ""},
    {"a header made up", START "\r\n", "\r\n\r\n", "\r\nTo: <sip:u1@d1.invalid>\r\n\r\n", AUDIT_SURVIVED, KIND_REDACTED, "To"},
    {"a word in a list", START "Supported: 100rel, x-bob\r\n\r\n", "redacted", "x-bob", AUDIT_SURVIVED, KIND_REDACTED, "Supported"},
    {"icid", START "P-Charging-Vector: icid-value=abc123def456\r\n\r\n", "icid-value=*\r", "icid-value=abc123def456\r", AUDIT_SURVIVED, KIND_REDACTED, "P-Charging-Vector"},
    {"cell", START "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11\r\n\r\n", "3gpp=*\r", "3gpp=234151D0FCE11\r", AUDIT_SURVIVED, KIND_REDACTED, "P-Access-Network-Info"},
    {"o=: user", SDP "v=0\r\no=bob 1 1 IN IP4 127.0.0.1\r\n", "o=u2", "o=bob", AUDIT_NOT_IMAGE, KIND_USER, "o="},
    {"o=: session", SDP "v=0\r\no=- 3724394400 1 IN IP4 127.0.0.1\r\n", "o=- * ", "o=- 3724394400 ", AUDIT_NOT_IMAGE, KIND_TOKEN, "o="},
    {"o=: version", SDP "v=0\r\no=- 1 3724394400 IN IP4 127.0.0.1\r\n", "o=* IN", "o=- 7 3724394400 IN", AUDIT_NOT_IMAGE, KIND_TOKEN, "o="},
    {"o=: address", SDP "v=0\r\no=- 1 1 IN IP4 203.0.113.9\r\n", "IP4 *\r", "IP4 203.0.113.9\r", AUDIT_NOT_IMAGE, KIND_ADDRESS, "o="},
    {"c=: address", SDP "v=0\r\nc=IN IP4 203.0.113.9/127\r\n", "IP4 */", "IP4 203.0.113.9/", AUDIT_NOT_IMAGE, KIND_ADDRESS, "c="},
    {"c=: host", SDP "v=0\r\nc=IN IP4 pc1.biloxi.example\r\n", "d2.invalid", "pc1.biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "c="},
    {"s=", SDP "v=0\r\ns=Bobs call\r\n", "s=redacted", "s=Bobs call", AUDIT_NOT_IMAGE, KIND_REDACTED, "s="},
    {"u= came back", SDP "v=0\r\nu=http://bob.example\r\n", "v=0\r\n", "v=0\r\nu=http://bob.example\r\n", AUDIT_NOT_IMAGE, KIND_DELETED, "u="},
    {"e= came back", SDP "v=0\r\ne=bob@biloxi.example\r\n", "v=0\r\n", "v=0\r\ne=bob@biloxi.example\r\n", AUDIT_NOT_IMAGE, KIND_DELETED, "e="},
    {"p= came back", SDP "v=0\r\np=+1 201 555 0123\r\n", "v=0\r\n", "v=0\r\np=+1 201 555 0123\r\n", AUDIT_NOT_IMAGE, KIND_DELETED, "p="},
    {"i= came back", SDP "v=0\r\ni=bob\r\n", "v=0\r\n", "v=0\r\ni=bob\r\n", AUDIT_NOT_IMAGE, KIND_DELETED, "i="},
    {"k= came back", SDP "v=0\r\nk=clear:bob\r\n", "v=0\r\n", "v=0\r\nk=clear:bob\r\n", AUDIT_NOT_IMAGE, KIND_DELETED, "k="},
    {"candidate: foundation", SDP "v=0\r\na=candidate:Hc0a80105 1 UDP 1 127.0.0.1 9 typ host\r\n", "candidate:* ", "candidate:Hc0a80105 ", AUDIT_NOT_IMAGE, KIND_TOKEN, "a=candidate"},
    {"candidate: address", SDP "v=0\r\na=candidate:1 1 UDP 1 203.0.113.9 9 typ host\r\n", "UDP 1 * ", "UDP 1 203.0.113.9 ", AUDIT_NOT_IMAGE, KIND_ADDRESS, "a=candidate"},
    {"candidate: raddr", SDP "v=0\r\na=candidate:1 1 UDP 1 127.0.0.1 9 typ srflx raddr 203.0.113.9 rport 9\r\n", "raddr * ", "raddr 203.0.113.9 ", AUDIT_NOT_IMAGE, KIND_ADDRESS, "a=candidate"},
    {"ufrag", SDP "v=0\r\na=ice-ufrag:8hhYab\r\n", "ufrag:*\r", "ufrag:8hhYab\r", AUDIT_NOT_IMAGE, KIND_TOKEN, "a=ice-ufrag"},
    {"pwd", SDP "v=0\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n", "pwd:*\r", "pwd:asd88fgpdd777uzjYhagZg\r", AUDIT_NOT_IMAGE, KIND_NONCE, "a=ice-pwd"},
    {"rtcp", SDP "v=0\r\na=rtcp:9 IN IP4 203.0.113.9\r\n", "IP4 *\r", "IP4 203.0.113.9\r", AUDIT_NOT_IMAGE, KIND_ADDRESS, "a=rtcp"},
    {"rtcp, multicast", SDP "v=0\r\na=rtcp:9 IN IP4 233.252.0.9/127\r\n", "IP4 */", "IP4 233.252.0.9/", AUDIT_NOT_IMAGE, KIND_ADDRESS, "a=rtcp"},
    {"crypto", SDP "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewky\r\n", "inline:*\r", "inline:WVNfX19zZW1jdGwgKCkgewky\r", AUDIT_NOT_IMAGE, KIND_REDACTED, "a=crypto"},
    {"fingerprint", SDP "v=0\r\na=fingerprint:sha-1 4A:AD:B9:B1:3F:82\r\n", "sha-1 *\r", "sha-1 4A:AD:B9:B1:3F:82\r", AUDIT_NOT_IMAGE, KIND_TOKEN, "a=fingerprint"},
    {"ssrc", SDP "v=0\r\na=ssrc:1234567890 cname:bob\r\n", "ssrc:* ", "ssrc:1234567890 ", AUDIT_NOT_IMAGE, KIND_TOKEN, "a=ssrc"},
    {"cname", SDP "v=0\r\na=ssrc:1234567890 cname:bobby\r\n", "cname:*\r", "cname:bobby\r", AUDIT_NOT_IMAGE, KIND_REDACTED, "a=ssrc"},
    {"attribute's name", SDP "v=0\r\na=bob-was:here\r\n", "x-redacted", "bob-was:redacted", AUDIT_SURVIVED, KIND_REDACTED, "a=(unknown name)"},
    {"codec", SDP "v=0\r\na=rtpmap:99 bobcodec/8000\r\n", "redacted", "bobcodec", AUDIT_NOT_IMAGE, KIND_REDACTED, "a=rtpmap"},
    /* No line of SDP at its beginning; a key that was taken out before stays what it is. */
    {"SDP that begins with something else", SDP "bobby\r\na=crypto:1 redacted inline:AAAAAAAAAAAAAAAAAAAAAAAA|1:4\r\n", "|1:4", "|1:4", AUDIT_FAULTS, 0, 0},
    {"SDP that begins with something else, tampered", SDP "bobby\r\nc=IN IP4 pc1.biloxi.example\r\n", "d2.invalid", "pc1.biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "c="},
    {"SDP that begins with something else, which came back", SDP "bobby\r\nc=IN IP4 pc1.biloxi.example\r\n", "xxxxx\r\nc=", "bobby\r\nc=", AUDIT_SURVIVED, KIND_REDACTED, "body"},
    {"text body", START "Content-Type: text/plain\r\n\r\nmeet bobby at noon", "\r\n\r\n*", "\r\n\r\nmeet bobby at noon", AUDIT_SURVIVED, KIND_REDACTED, "body"},
    {"a part of CPIM without blanks", START "Content-Type: message/cpim\r\n\r\nFrom:<im:bobby@d>\r\n\r\nContent-Type:text/plain\r\n\r\nhello", "u2", "bobby", AUDIT_SURVIVED, KIND_REDACTED, "body"},
    {"fields behind a line like a delimiter", START "Content-Type: application/simple-message-summary\r\n\r\n--\r\nbobby: x\r\n", "redacted: redacted", "bobby: redacted", AUDIT_SURVIVED, KIND_REDACTED, "body"},
    {"parts behind a line like a delimiter", START "Content-Type: multipart/mixed;boundary=b1\r\n\r\n--\r\n--b1\r\nTo: <sip:bobby@d>\r\n\r\n--b1--\r\n", "u2", "bobby", AUDIT_NOT_IMAGE, KIND_USER, "To"},
    {"XML", START "Content-Type: application/pidf+xml\r\n\r\n<presence entity=\"pres:bob@biloxi.example\"/>", "u2", "bob", AUDIT_SURVIVED, KIND_REDACTED, "body"},
    {"SDP in a part", START "Content-Type: multipart/mixed;boundary=b1\r\n\r\n--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nc=IN IP4 203.0.113.9\r\n\r\n--b1--\r\n", "IP4 *\r", "IP4 203.0.113.9\r", AUDIT_NOT_IMAGE, KIND_ADDRESS, "c="},
    /* Values that two parsers may cut in different places: a word of the original is a hit all the same. */
    {"quotes in quotes", START "Also: \"Bobby \\\"Brown\\\" Smith\"\r\n\r\n", "d2.invalid", "Bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "Also"},
    {"a display name where none is", START "Call-Info: \"Bobby\" <tel:+12015550123>\r\n\r\n", "d2.invalid", "\"Bobby\"", AUDIT_NOT_IMAGE, KIND_REDACTED, "Call-Info"},
    {"two \"@\"", START "Contact: <sip:bobby@brown@biloxi.example>\r\n\r\n", "u2", "bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"user in a Via", START "Via: SIP/2.0/UDP bobby@203.0.113.9\r\n\r\n", "d2.invalid", "bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "Via"},
    {"address in a Via with a user", START "Via: SIP/2.0/UDP bobby@203.0.113.9\r\n\r\n", "d2.invalid@*\r", "d2.invalid@203.0.113.9\r", AUDIT_NOT_IMAGE, KIND_ADDRESS, "Via"},
    {"branch of control bytes", START "Via: SIP/2.0/UDP d@e;branch=z9hG4bKq\x02\x02""319ovfg\r\n\r\n", "\x02\x02*\r", "\x02\x02""319ovfg\r", AUDIT_NOT_IMAGE, KIND_REDACTED, "Via"},
    {"escaped quotes in a host", START "Contact: <sip:b@d;maddr=%22pc1.biloxi.example%22>\r\n\r\n", "d2.invalid", "pc1.biloxi.example", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"escaped quotes in a user", START "Contact: <sip:b@d;isub=%22bobby%22>\r\n\r\n", "u2", "bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"brackets in a realm", START "Authorization: Digest realm=\"<biloxi>\"\r\n\r\n", "d2.invalid", "biloxi", AUDIT_NOT_IMAGE, KIND_REDACTED, "Authorization"},
    {"a URI for a Call-ID", START "Replaces: <sip:bobby@biloxi.example>;to-tag=5a5a\r\n\r\n", "d2.invalid", "biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Replaces"},
    {"several hosts for one", START "X-Real-IP: bobby, brown\r\n\r\n", "d2.invalid", "brown", AUDIT_NOT_IMAGE, KIND_REDACTED, "X-Real-IP"},
    {"IPv6 without brackets", START "Alert-Info: <sip:bobby@2001:db8::9>\r\n\r\n", "Info: <sip:u2@*>", "Info: <sip:u2@2001:db8::9>", AUDIT_SURVIVED, KIND_ADDRESS, "Alert-Info"},
    {"Content-ID", START "Content-ID: <abc123def@pc1.biloxi.example>\r\n\r\n", "<*@", "<abc123def@", AUDIT_NOT_IMAGE, KIND_CALL_ID, "Content-ID"},
    {"a URI in a URI in a URI", START "Refer-To: <sip:c@d?Contact=%253Csip:bobby@b?Contact=%253Csip:bobby@b?Contact=x>\r\n\r\n", "sip:u4%2540", "sip:bobby%2540", AUDIT_NOT_IMAGE, KIND_REDACTED, "Refer-To"},
    {"a word by other neighbours", START "Contact: <sip:b@pc1.biloxi.example;%6C%72>\r\n\r\n", "d2.invalid", "pc1.biloxi.example", AUDIT_NOT_IMAGE, KIND_REDACTED, "Contact"},
    {"blanks between", "OPTIONS\tsip:bobby@biloxi.example\tSIP/2.0\r\n\r\n", "u1", "bobby", AUDIT_NOT_IMAGE, KIND_USER, "Request-URI"},
    {"compact header", START "x: 1800;refresher=bobby\r\n\r\n", "redacted", "bobby", AUDIT_SURVIVED, KIND_REDACTED, "x"},
    {"r=: times", SDP "v=0\r\nr=7d bobby 0 25h\r\n", "7d 0", "7d bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "r="},
    {"control", SDP "v=0\r\na=control:0 0 bobby/brown\r\n", ":d2.invalid", ":0 0 bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "a=control"},
    {"rtcp without a network", SDP "v=0\r\na=rtcp:0 0 0 bobby/brown\r\n", "d2.invalid", "bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "a=rtcp"},
    {"cname with an address", SDP "v=0\r\na=ssrc:1234567890 cname:bob@2001:db8::9\r\n", "cname:*\r", "cname:u2@2001:db8::9\r", AUDIT_NOT_IMAGE, KIND_ADDRESS, "a=ssrc"},
    {"a part without fields", START "Content-Type: multipart/mixed;boundary=b1\r\n\r\n--b1\r\n\r\nv=0\r\ns=Bobby\r\n\r\n--b1--\r\n", "s=redacted", "s=Bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "s="},
    {"a request for a part", START "Content-Type: multipart/mixed;boundary=b1\r\n\r\n--b1\r\nINVITE sip:bobby@biloxi.example SIP/2.0\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b1--\r\n", "sip:u2@", "sip:bobby@", AUDIT_NOT_IMAGE, KIND_USER, "Request-URI"},
    {"a response for a part", START "Content-Type: multipart/mixed;boundary=b1\r\n\r\n--b1\r\nSIP/2.0 200 Bobby\r\n\r\nhello hello\r\n--b1--\r\n", "200 OK", "200 Bobby", AUDIT_SURVIVED, KIND_REDACTED, "start line"},
    {"address and port in a list", START "Proxy-Require: 203.0.113.9:5060\r\n\r\n", "redacted", "203.0.113.9:5060", AUDIT_SURVIVED, KIND_ADDRESS, "Proxy-Require"},
    {"MAC in a list", START "Proxy-Require: 02:36:4c:95:6a:c8\r\n\r\n", "redacted", "02:36:4c:95:6a:c8", AUDIT_SURVIVED, KIND_MAC, "Proxy-Require"},
    {"MAC of digits", START "Proxy-Require: 02-36-44-95-60-18\r\n\r\n", "redacted", "02-36-44-95-60-18", AUDIT_SURVIVED, KIND_MAC, "Proxy-Require"},
    {"text behind a quote", START "Authorization: d;nc=\"one \\\"bobby\\\"\"\r\n\r\n", "Authorization: *\r", "Authorization: redacted \\\"bobby\\\"\"\r", AUDIT_NOT_IMAGE, KIND_REDACTED, "Authorization"},
    {"folded value", START "Route: <sip:p1.biloxi.example>,\r\n <sip:p2.biloxi.example>\r\n\r\n", "d3.invalid", "p2.biloxi.example", AUDIT_NOT_IMAGE, KIND_DOMAIN, "Route"},
    /* The first Content-Length that is a number says where the body ends, also in the middle of a word. */
    {"a length, then the right one", START "Content-Type: application/sdp\r\nContent-Length: 37\r\nl: 58\r\n\r\nv=0\r\na=candidate:1 1 UDP 1 pc1.biloxi.example 9 typ host\r\n", "d2.invalid", "pc1.biloxi", AUDIT_NOT_IMAGE, KIND_DOMAIN, "a=candidate"},
    {"a length between none", START "Content-Type: application/sdp\r\nl: x\r\nContent-Length: 37\r\nl:\r\n\r\nv=0\r\na=candidate:1 1 UDP 1 pc1.biloxi.example 9 typ host\r\n", "d2.invalid", "pc1.biloxi", AUDIT_NOT_IMAGE, KIND_DOMAIN, "a=candidate"},
    {"a length, then one too large", START "Content-Type: message/sipfrag\r\nContent-Length: 35\r\nl: 99999\r\n\r\nSIP/2.0 200 OK\r\nTo: <sip:bobby@biloxi.example>\r\n", "u2", "bobby", AUDIT_NOT_IMAGE, KIND_REDACTED, "To"},
    {"two lengths, the text behind", START "Content-Type: application/sdp\r\nContent-Length: 37\r\nl: 58\r\n\r\nv=0\r\na=candidate:1 1 UDP 1 pc1.biloxi.example 9 typ host\r\n", "d2.invalid*", "d2.invalid.example 9 typ host\r\n", AUDIT_NOT_IMAGE, KIND_DOMAIN, "a=candidate"},
};

/* `old` may hold a "*": anything up to what follows it. The last place that fits behind the start line. */
static gchar *tamper(const char *text, const char *old, const char *new)
{
    g_auto(GStrv) ends = g_strsplit(old, "*", 2);
    const char *from = strstr(text, ends[0]), *to;
    if (!from)
        g_error("\"%s\" is not in:\n%s", old, text);
    to = from + strlen(ends[0]);
    if (ends[1] && *ends[1])
        to = strstr(to, ends[1]) + strlen(ends[1]);
    else if (ends[1])
        to = text + strlen(text);
    return g_strdup_printf("%.*s%s%s", (int)(from - text), text, new, to);
}

static void check_row(guint i)
{
    struct audit_rig r = audit_rig_new(LABELS_READABLE, 1 << 20);
    struct bytes text = bytes_of(rows[i].text);
    g_autofree gchar *good = rig_message(r.rig, text), *bad = tamper(good, rows[i].old, rows[i].new);
    const struct audit_result *result = audit_result(r.audit);
    audit_message(r.audit, 7, text, bytes_of(good));
    if (result->n_hits) {
        audit_rig_show(r.audit);
        g_error("%s: a hit in what is right:\n%s", rows[i].what, good);
    }
    audit_message(r.audit, 8, text, bytes_of(bad));
    if ((result->n_hits > 0) != (rows[i].fault != AUDIT_FAULTS)) {
        audit_rig_show(r.audit);
        g_error("%s: %shit in:\n%s", rows[i].what, result->n_hits ? "" : "no ", bad);
    }
    const struct audit_hit *hit = &result->hits[0];
    if (result->n_hits && (hit->fault != rows[i].fault || hit->kind != rows[i].kind || hit->frame != 8 ||
                           strcmp(hit->place, rows[i].place) != 0))
        g_error("%s: \"%s\" %s (%s)", rows[i].what, hit->place, audit_fault_text(hit->fault), kind_name(hit->kind));
    audit_rig_free(&r);
}

static void test_rows(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        check_row(i);
}

/* The audit numbers nothing and counts no address, whatever it is shown. */
static void test_reads_only(void)
{
    struct audit_rig r = audit_rig_new(LABELS_READABLE, 1 << 20);
    struct tables *t = &r.rig->tables;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        audit_message(r.audit, 1, bytes_of(rows[i].text), bytes_of(rows[i].text));
        audit_stream_message(r.audit, 1, bytes_of(rows[i].text), bytes_of(rows[i].text));
    }
    g_assert_cmpuint(labels_count(t->labels, KIND_USER), ==, 0);
    g_assert_cmpuint(labels_count(t->labels, KIND_DOMAIN), ==, 0);
    g_assert_cmpuint(labels_count(t->labels, KIND_AGENT), ==, 0);
    g_assert_cmpuint(addresses_count(t->addresses), ==, 0);
    g_assert_cmpuint(audit_result(r.audit)->n_hits, >, AUDIT_HITS_KEPT);
    audit_rig_free(&r);
}

static void message_guarded(struct bytes b, void *arg)
{
    struct audit_rig *r = arg;
    audit_message(r->audit, 1, b, b);
    audit_message(r->audit, 1, b, BYTES_LIT(START "\r\n"));
}

static void test_guarded(void)
{
    struct audit_rig r = audit_rig_new(LABELS_READABLE, 1 << 20);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        check_prefixes(bytes_of(rows[i].text), message_guarded, &r);
    audit_rig_free(&r);
}

/* --- frames ------------------------------------------------------------------------------------------ */

/* M, 4 and 6 stand for an address: its bytes follow. All else is hex. */
static const struct {
    const char *what;
    guint linktype;
    const char *hex;
    guint addresses;
} frames[] = {
    {"Ethernet, IPv4, UDP", 1, "M020000000001 M020000000002 0800 4500001c00000000401100004cb007109 4c6336402 13c413c400080000", 4},
    {"VLAN twice", 1, "M020000000001 M020000000002 88a8000181000002 0800 4500001400000000400600004cb007109 4c6336402", 4},
    {"Ethernet, IPv6", 1, "M020000000001 M020000000002 86dd 6000000000003b40 620010db8000000000000000000000001 620010db8000000000000000000000002", 4},
    {"ARP", 1, "M020000000001 M020000000002 0806 0001080006040001 M020000000001 4cb007109 M020000000003 4c6336402", 6},
    {"SLL", 113, "000000010006 M020000000001 0000 0800 4500001400000000400600004cb007109 4c6336402", 3},
    {"SLL2", 276, "0800000000000001000100 06 M020000000001 0000 4500001400000000400600004cb007109 4c6336402", 3},
    {"raw", 101, "4500001400000000400600004cb007109 4c6336402", 2},
    {"null", 0, "02000000 4500001400000000400600004cb007109 4c6336402", 2},
    {"PPP", 9, "ff030021 4500001400000000400600004cb007109 4c6336402", 2},
    {"PPPoE", 1, "M020000000001 M020000000002 8864 110000010016 0021 4500001400000000400600004cb007109 4c6336402", 4},
    {"MPLS", 1, "M020000000001 M020000000002 8847 0000104000002140 4500001400000000400600004cb007109 4c6336402", 4},
    {"Ethernet in MPLS", 1, "M020000000001 M020000000002 8847 00001140 M450000140003 M020000000004 0800 4500001400000000400600004cb007109 4c6336402", 6},
    {"Ethernet in MPLS, IPv6, VLAN", 1, "M020000000001 M020000000002 8847 00001140 M600000000000 M020000000004 8100 0001 86dd 6000000000003b40 620010db8000000000000000000000001 620010db8000000000000000000000002", 6},
    {"Ethernet in MPLS, ARP", 1, "M020000000001 M020000000002 8847 00001140 M450000140003 M020000000004 0806 0001080006040001 M020000000001 4cb007109 M020000000003 4c6336402", 8},
    {"Ethernet in MPLS, cut", 1, "M020000000001 M020000000002 8847 00001140 M020000000003 M020000000004 0800 4500ff1400000000400600004cb007109 4c6336402", 6},
    {"Ethernet in MPLS, control word", 1, "M020000000001 M020000000002 8847 00001140 00000000 M020000000003 M020000000004 0800 4500001400000000400600004cb007109 4c6336402", 6},
    {"IP in MPLS, from what could be a type", 1, "M020000000001 M020000000002 8847 00001140 4500001c00000000403b0000408004510 4c6336402 0000000000000000", 4},
    {"IP in MPLS, cut", 1, "M020000000001 M020000000002 8847 00001140 4500ff1400000000400600004cb007109 4c6336402", 4},
    {"IP in IP", 101, "4500002800000000400400004cb007109 4c6336402 4500001400000000400600004cb00710a 4c6336403", 4},
    {"6in4", 101, "4500003c00000000402900004cb007109 4c6336402 6000000000003b40 620010db8000000000000000000000001 620010db8000000000000000000000002", 4},
    {"GRE", 101, "4500003000000000402f00004cb007109 4c6336402 20000800 00000001 4500001400000000400600004cb00710a 4c6336403", 4},
    {"VXLAN", 101, "4500004600000000401100004cb007109 4c6336402 123412b500320000 0800000000000100 M020000000001 M020000000002 0800 4500001400000000400600004cb00710a 4c6336403", 6},
    {"VXLAN with unknown flags", 101, "4500004600000000401100004cb007109 4c6336402 123412b500320000 0900000000000100 02000000000102000000000208004500001400000000400600000a0000010a000002", 2},
    {"VXLAN with group policy and unknown flags", 101, "4500004600000000401100004cb007109 4c6336402 123412b500320000 8880706c00000100 02000000000102000000000208004500001400000000400600000a0000010a000002", 2},
    {"GTP-U", 101, "4500003c0000000040110000 4cb007109 4c6336402 0868086800280000 32ff001800000001 00010000 4500001400000000400600004cb00710a 4c6336403", 4},
    {"GTP-U with Ethernet", 101, "450000460000000040110000 4cb007109 4c6336402 0868086800320000 30ff002200000001 M450000140001 M020000000002 0800 4500001400000000400600004cb00710a 4c6336403", 6},
    {"Teredo", 101, "4500004c00000000401100004cb007109 4c6336402 10000dd800380000 6009303100083b40 620010db8000000000000000000000001 620010db8000000000000000000000002 0000000000000000", 4},
    {"Teredo, cut", 101, "4500004c00000000401100004cb007109 4c6336402 0dd8100000380000 6009303100083b40 620010db8000000000000000000000001 620010db8000000000000000000000002 0000", 4},
    {"Teredo that does not fit", 101, "4500004c00000000401100004cb007109 4c6336402 0dd8100000380000 6009303100093b40 20010db800000000000000000000000120010db80000000000000000000000020000000000000000", 2},
    {"MPLS in UDP that does not fit", 101, "4500003800000000401100004cb007109 4c6336402 123419eb00240000 00001040 00002140 450000150000000040060000cb00710ac6336403", 2},
    {"MPLS in UDP", 101, "4500003800000000401100004cb007109 4c6336402 123419eb00240000 00001040 00002140 4500001400000000400600004cb00710a 4c6336403", 4},
    {"MPLS in UDP, Ethernet", 101, "4500004200000000401100004cb007109 4c6336402 123419eb002e0000 00001140 M450000140001 M020000000002 0800 4500001400000000400600004cb00710a 4c6336403", 6},
    {"ICMP quote", 101, "4500003800000000400100004cb007109 4c6336402 0303000000000000 4500001c00000000401100004cb00710a 4c6336403 13c413c400080000", 4},
    {"ICMP redirect", 101, "4500003800000000400100004cb007109 4c6336402 05000000 4cb007101 4500001c00000000401100004cb00710a 4c6336403 13c413c400080000", 5},
    {"ICMPv6 quote", 101, "6000000000303a40 620010db8000000000000000000000001 620010db8000000000000000000000002 0100000000000000 6000000000003b40 620010db8000000000000000000000003 620010db8000000000000000000000004", 4},
    {"neighbour solicitation", 101, "6000000000203aff 620010db8000000000000000000000001 620010db8000000000000000000000002 8700000000000000 620010db8000000000000000000000003 0101 M020000000001", 4},
    {"routing header", 101, "6000000000182b40 620010db8000000000000000000000001 620010db8000000000000000000000002 3b02000100000000 620010db8000000000000000000000003", 3},
    {"unknown link", 147, "deadbeef", 0},
};

#define OUTER(protocol) "4500000000000000" "40" protocol "0000 4cb007109 4c6336402 "
#define INNER "M020000000001 M020000000002 0800 4500001400000000400600004cb00710a 4c6336403"

#define SOLICITATION(length) "60000000" length "3aff 620010db8000000000000000000000001 620010db8000000000000000000000002 8700000000000000 620010db8000000000000000000000003 "
#define OTHER_LINK "0102 6c65616b6c65616b6c65616b6c65 "

/* Frames of which more changes than addresses: `written` has them as captured. */
static const struct {
    const char *what, *captured, *written;
    guint addresses;
} changed[] = {
    {"VXLAN with group policy", OUTER("11") "123412b500320000 8848706c00000100 " INNER, OUTER("11") "123412b500320000 0800000000000100 " INNER, 6},
    {"neighbour solicitation, address of another link", SOLICITATION("0030") OTHER_LINK "0101 M020000000001", SOLICITATION("0020") "0101 M020000000001", 4},
};

struct address_at {
    guint at, n;
};

static guint8 nibble(gchar c)
{
    return (guint8)g_ascii_xdigit_value(c);
}

/* A word of hex digits whose length is odd begins with a mark. */
static GByteArray *read_frame(const char *hex, struct address_at at[16], guint *n)
{
    GByteArray *out = g_byte_array_new();
    for (const gchar *p = hex; *p;) {
        const gchar *end = strchr(p, ' ');
        gsize left = end ? (gsize)(end - p) : strlen(p);
        guint size = 0;
        if (*p == 'M')
            size = 6;
        else if (*p == '4' && left == 9)
            size = 4;
        else if (*p == '6' && left == 33)
            size = 16;
        if (*p == ' ') {
            p++;
        } else if (size) {
            at[(*n)++] = (struct address_at){out->len, size};
            p++;
        } else {
            guint8 byte = (guint8)(nibble(p[0]) << 4 | nibble(p[1]));
            g_byte_array_append(out, &byte, 1);
            p += 2;
        }
    }
    return out;
}

static void map_at(struct addresses *a, guint8 *p, guint n)
{
    if (n == 4)
        addresses_map4(a, p, p);
    else if (n == 6)
        addresses_map_mac(a, p, p);
    else
        addresses_map6(a, p, p);
}

static void frame_guarded(struct bytes b, void *arg)
{
    for (guint i = 0; i < G_N_ELEMENTS(frames); i++)
        audit_frame(arg, 1, frames[i].linktype, b, b);
}

/* All addresses mapped: right. One of them as it was: a hit. */
static void check_frame(const char *what, guint linktype, const char *captured_hex, const char *written_hex, guint addresses)
{
    struct audit_rig r = audit_rig_new(LABELS_READABLE, 1 << 20);
    const struct audit_result *result = audit_result(r.audit);
    struct address_at old[16], at[16];
    guint n_old = 0, n = 0;
    g_autoptr(GByteArray) captured = read_frame(captured_hex, old, &n_old);
    g_autoptr(GByteArray) written = read_frame(written_hex, at, &n);
    if (n != addresses || n != n_old)
        g_error("%s: %u addresses", what, n);
    for (guint j = 0; j < n; j++)
        map_at(r.rig->tables.addresses, written->data + at[j].at, at[j].n);
    audit_frame(r.audit, 5, linktype, bytes_of_array(captured), bytes_of_array(written));
    if (result->n_hits || result->slots != n)
        g_error("%s: %u hits, %u slots", what, (guint)result->n_hits, (guint)result->slots);
    for (guint j = 0; j < n; j++) {
        guint64 before = result->n_hits;
        const guint8 *original = captured->data + old[j].at;
        guint8 image[16];
        memcpy(image, written->data + at[j].at, at[j].n);
        memcpy(written->data + at[j].at, original, at[j].n);
        audit_frame(r.audit, 6, linktype, bytes_of_array(captured), bytes_of_array(written));
        if (result->n_hits == before && memcmp(image, original, at[j].n) != 0)
            g_error("%s: address %u came back unseen", what, j);
        memcpy(written->data + at[j].at, image, at[j].n);
    }
    check_prefixes(bytes_of_array(captured), frame_guarded, r.audit);
    audit_rig_free(&r);
}

static void test_frames(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(frames); i++)
        check_frame(frames[i].what, frames[i].linktype, frames[i].hex, frames[i].hex, frames[i].addresses);
    for (guint i = 0; i < G_N_ELEMENTS(changed); i++)
        check_frame(changed[i].what, 101, changed[i].captured, changed[i].written, changed[i].addresses);
}

/* An address of another link is left out: where it is not, that is a hit. */
static void test_other_link(void)
{
    struct audit_rig r = audit_rig_new(LABELS_READABLE, 1 << 20);
    struct address_at at[16];
    guint n = 0;
    g_autoptr(GByteArray) captured = read_frame(SOLICITATION("0028") OTHER_LINK, at, &n);
    g_autoptr(GByteArray) written = g_byte_array_new();
    g_byte_array_append(written, captured->data, captured->len);
    for (guint j = 0; j < n; j++)
        map_at(r.rig->tables.addresses, written->data + at[j].at, at[j].n);
    audit_frame(r.audit, 1, 101, bytes_of_array(captured), bytes_of_array(written));
    g_assert_cmpuint(audit_result(r.audit)->n_hits, ==, 1);
    g_assert_cmpint(audit_result(r.audit)->hits[0].kind, ==, KIND_MAC);
    audit_rig_free(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit/rows", test_rows);
    g_test_add_func("/audit/reads-only", test_reads_only);
    g_test_add_func("/audit/guarded", test_guarded);
    g_test_add_func("/audit/frames", test_frames);
    g_test_add_func("/audit/other-link", test_other_link);
    return g_test_run();
}

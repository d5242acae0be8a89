"""Planted rows: start line, header fields, URIs.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import itertools

# name: a URI or name-addr in which something is planted. Each is tried in many header fields.
URIS = {
    'user': 'sip:{{user}}@base.example',
    'host': 'sip:base@{{host}}.example.net',
    'host only': 'sip:{{host}}.example.net',
    'host deep': 'sip:base@{{host}}.{{host}}.{{host}}.example.net:5070',
    'host upper': 'sip:base@{{host|upper}}.EXAMPLE.NET',
    'host with final dot': 'sip:base@{{host}}.example.net.',
    'user and password': 'sip:{{user}}:{{tok}}@base.example',
    'user percent': 'sip:{{user|pct}}@base.example',
    'user percent once': 'sip:{{user|pct1}}@base.example',
    'user twice escaped': 'sip:{{user|pct2}}@base.example',
    'host percent': 'sip:base@{{host|pct}}.example.net',
    'embedded address': 'sip:{{user}}%40{{host}}.example.net@base.example',
    'domain user': 'sip:DOM%5C{{user}}@base.example',
    'two at': 'sip:{{user}}@{{host}}.example.net@base.example',
    'three at': 'sip:{{user}}@{{user}}@{{host}}.example.net@{{host}}.example.org',
    'number': 'sip:+{{num}}@base.example;user=phone',
    'number plain': 'sip:{{num}}@base.example',
    'number with separators': 'sip:+{{num|sep}}@base.example',
    'userinfo phone-context': 'sip:1234;phone-context={{host}}.example.net@base.example',
    'userinfo phone-context number': 'sip:1234;phone-context=+{{num}}@base.example',
    'userinfo rn': 'sip:+12015550123;rn=+{{num}};npdi@base.example',
    'userinfo isub': 'sip:+12015550123;isub={{num}}@base.example',
    'userinfo ext': 'sip:+12015550123;ext={{num}}@base.example',
    'userinfo postd': 'sip:+12015550123;postd=pp{{num}}@base.example',
    'userinfo unknown': 'sip:base;{{name}}={{word}}@base.example',
    'userinfo tgrp': 'sip:+12015550123;tgrp={{word}};trunk-context={{host}}.example.net@base.example',
    'ipv4': 'sip:base@{{ip4}}:5060',
    'ipv4 only': 'sip:{{ip4}}',
    'ipv6': 'sip:base@[{{ip6}}]:5060',
    'ipv6 long form': 'sip:base@[{{ip6|long6}}]',
    'ipv6 mapped': 'sip:base@[::ffff:{{ip4}}]',
    'ipv6 mapped hex': 'sip:base@[64:ff9b::{{ip4}}]',
    'ipv6 without brackets': 'sip:base@{{ip6}}',
    'ipv4 as a label': 'sip:base@{{ip4|dashes}}.dyn.example.net',
    'ipv4 reversed as a label': 'sip:base@{{ip4|rev}}.in-addr.arpa',
    'sips': 'sips:{{user}}@{{host}}.example.net',
    'scheme upper': 'SIP:{{user}}@{{host}}.example.net',
    'tel': 'tel:+{{num}}',
    'tel separators': 'tel:+{{num|sep}}',
    'tel context': 'tel:7042;phone-context={{host}}.example.net',
    'tel unknown parameter': 'tel:+12015550123;{{name}}={{word}}',
    'mailto': 'mailto:{{user}}@{{host}}.example.net',
    'http': 'http://{{host}}.example.net/{{word}}/{{word}}.png?{{name}}={{word}}#{{word}}',
    'https userinfo': 'https://{{user}}:{{tok}}@{{host}}.example.net:8443/',
    'im': 'im:{{user}}@{{host}}.example.net',
    'pres': 'pres:{{user}}@{{host}}.example.net',
    'xmpp': 'xmpp:{{user}}@{{host}}.example.net/{{word}}',
    'urn uuid': 'urn:uuid:{{uuid}}',
    'urn gsma': 'urn:gsma:imei:{{num}}-{{num}}-0',
    'urn unknown': 'urn:{{word}}:{{word}}',
    'cid': 'cid:{{tok}}@{{host}}.example.net',
    'data': 'data:text/vcard;base64,{{word|b64}}',
    'msrp': 'msrp://{{user}}@{{host}}.example.net:7654/{{tok}};tcp',
    'ldap': 'ldap://{{host}}.example.net/cn={{word}}',
    'unknown scheme': '{{word}}:{{user}}@{{host}}.example.net',
    'no scheme': '{{user}}@{{host}}.example.net',
    'parameters': 'sip:base@base.example;transport={{word}};maddr={{ip4}};ttl={{num}};method={{word}};lr={{word}}',
    'parameter names': 'sip:base@base.example;{{name}};{{name}}={{word}};{{name}}="{{word}}"',
    'parameter percent': 'sip:base@base.example;ma%64dr={{ip4}};{{name|pct}}={{word|pct}}',
    'record route': 'sip:192.0.2.9;lr=on;ftag={{tok}};did={{hex16}}.{{hex16}};vsf={{word|b64}};vst={{word|b64}}',
    'received': 'sip:192.0.2.9;lr;received=sip:{{ip4}}%3A5060%3Btransport%3Dtcp',
    'received host': 'sip:192.0.2.9;lr;received="sip:{{user}}@{{host}}.example.net:5060"',
    'alias': 'sip:base@192.0.2.9;alias={{ip4}}~5060~1',
    'alias v6': 'sip:base@192.0.2.9;alias=[{{ip6}}]~5060~1',
    'fs_path': 'sip:base@192.0.2.9;fs_path=%3Csip%3A{{user}}%40{{ip4}}%3A5060%3Blr%3E;fs_nat=yes',
    'acme_nat': 'sip:base@192.0.2.9;acme_nat=acme:+{{ip4}}+{{ip4}}',
    'gruu': 'sip:base@base.example;gr=urn:uuid:{{uuid}};opaque=user:epid:{{tok}};epid={{hex16}}',
    'push': 'sip:base@base.example;pn-provider=apns;pn-prid={{hex32}};pn-param={{word}}.{{host}}.app;pn-purr={{tok}}',
    'target': 'sip:base@base.example;target=sip%3A{{user}}%40{{host}}.example.net;cause=486',
    'escaped header': 'sip:base@base.example?Subject={{word}}&To=sip%3A{{user}}%40{{host}}.example.net',
    'escaped unknown header': 'sip:base@base.example?{{name}}={{word}}&X-{{name}}={{word|pct}}',
    'escaped Replaces': 'sip:base@base.example?Replaces={{tok}}%40{{host}}.example.net'
                        '%3Bto-tag%3D{{tok}}%3Bfrom-tag%3D{{hex16}}',
    'escaped Route': 'sip:base@base.example?Route=%3Csip:{{user}}%40{{ip4}}%3Blr%3E',
    'escaped body': 'sip:base@base.example?body={{word}}%20{{word}}&Call-ID={{hex32}}%40{{ip4}}',
    'escaped Reason': 'sip:base@base.example?Reason=SIP%3Bcause%3D302%3Btext%3D%22{{word}}%22',
    'utf-8': 'sip:{{utf8}}@base.example',
    'star in user': 'sip:*{{num}}#@base.example',
    'wildcard': 'sip:{{user}}-!.*!@{{host}}.example.net',
    'empty user': 'sip:@{{host}}.example.net',
    'bad port': 'sip:{{user}}@{{host}}.example.net:{{num}}',
    'port of letters': 'sip:{{user}}@base.example:{{word}}',
    'colon in host': 'sip:{{user}}@{{host}}:{{host}}:5060',
    'missing bracket': 'sip:{{user}}@[{{ip6}}',
    'zone id': 'sip:{{user}}@[{{ip6}}%25{{word}}]',
    'space': 'sip:{{user}} {{user}}@base.example',
    'only a user': 'sip:{{user}}@',
    'long host': 'sip:base@' + '.'.join(['{{host}}'] * 8) + '.example.net',
}

URI_PLACES = {
    'Contact': '<%s>', 'Route': '<%s>', 'Record-Route': '<%s>, <%s>', 'Path': '<%s>', 'Service-Route': '<%s>',
    'Refer-To': '<%s>', 'Referred-By': '<%s>;cid="{{tok}}@{{host}}.example.net"', 'Alert-Info': '<%s>',
    'P-Asserted-Identity': '"{{word}}" <%s>', 'Diversion': '<%s>;reason=unconditional;privacy={{word}}',
    'History-Info': '<%s>;index=1.1;{{name}}={{word}}', 'Error-Info': '<%s>', 'P-Served-User': '<%s>;sescase=orig',
    'Call-Info': '<%s>;purpose=icon', 'Geolocation': '<%s>', 'Reply-To': '{{word}} {{word}} <%s>',
    'Remote-Party-ID': '"{{word}}"<%s>;party=calling;id-type=subscriber;privacy=full;screen=yes',
    'P-Called-Party-ID': '<%s>', 'P-Associated-URI': '<%s>, <%s>', 'Permission-Missing': '<%s>',
}


def uri_rows(rows):
    for name, uri in URIS.items():
        rows.sip('request URI: ' + name, start='OPTIONS %s SIP/2.0' % uri,
                 expect='any' if name in ('space', 'utf-8') else 'sip')
        rows.sip('From: ' + name, over={'From': '"{{word}}" <%s>;tag={{tok}}' % uri})
        rows.sip('To without brackets: ' + name, over={'To': uri})
        lines = ['%s: %s' % (h, v.replace('%s', uri)) for h, v in URI_PLACES.items()]
        rows.sip('URI headers: ' + name, '\n'.join(lines))


DISPLAYS = {
    'token': '{{word}}', 'tokens': '{{word}} {{word}} {{word}}', 'quoted': '"{{word}} {{word}}"',
    'quoted with escapes': '"{{word}} \\"{{word}}\\" \\\\ {{word|esc}}"', 'no space': '"{{word}}"',
    'utf-8': '"{{utf8}}"', 'utf-8 unquoted': '{{utf8}}', 'number': '"{{num}}"', 'address': '"{{user}}@{{host}}.example.net"',
    'unclosed': '"{{word}}', 'with angle': '"<sip:{{user}}@{{host}}.example.net>"', 'comment': '({{word}}) "{{word}}"',
    'comma': '"{{word}}, {{word}}"', 'apostrophe': "{{word}}'s", 'unquoted at': '{{user}}@{{host}}',
    'encoded word': '=?utf-8?B?{{word|b64}}?=', 'unquoted specials': '{{word}}.{{word}} [{{word}}] / {{word}}',
}


def display_rows(rows):
    for name, display in DISPLAYS.items():
        broken = name in ('unclosed',)
        rows.sip('display name: ' + name, over={'From': display + ' <sip:base@base.example>;tag=t1',
                                                'To': display + '<sip:base@base.example>'},
                 expect='kept' if broken else 'sip')
        rows.sip('display name in Contact: ' + name, 'Contact: %s <sip:base@base.example>' % display)
        rows.sip('display name, folded: ' + name,
                 over={'From': display + '\r\n  <sip:base@base.example>\r\n\t;tag={{tok}}'}, expect='kept' if broken else 'sip')


VALUES = {
    'word': '{{word}}', 'words': '{{word}} {{word}}/{{word}}', 'number': '{{num}}', 'token': '{{tok}}',
    'address': '{{ip4}}:5060', 'ipv6': '[{{ip6}}]', 'host': '{{host}}.example.net', 'mac': '{{mac}}', 'base64': '{{b64}}',
    'quoted': '"{{word}} \\"{{word}}\\" {{word}}"', 'comment': '({{word}} ({{word}}) {{word}})',
    'list': '{{word}}, {{word}} ,{{word}}', 'item and parameters': 'base;{{name}};{{name}}={{word}};tag={{tok}};q={{num}}',
    'parameters': '{{name}}={{word}};{{name}}="{{word}}"', 'commas': '{{name}}={{word}},{{name}}="{{word}}"',
    'uri': '<sip:{{user}}@{{host}}.example.net;{{name}}={{word}}>;{{name}}={{word}}', 'utf-8': '{{utf8}}',
    'bare uri': 'sip:{{user}}@{{host}}.example.net', 'name-addr': '"{{word}}" <tel:+{{num}}>', 'uuid': '{{uuid}}',
    'folded': '{{word}}\r\n {{word}}\r\n\t{{word}}', 'json': '{"{{word}}":"{{word}}"}', 'percent': '{{word|pct}}',
    'call id': '{{tok}}@{{ip4}};to-tag={{tok}};from-tag={{hex16}}', 'hex': '{{hex32}}', 'empty parts': ';{{word}};;,,={{word}}',
}
# Where the rest of a message hangs on one value, it may be scrubbed: only a leak counts.
SINGLE = {'call-id', 'cseq', 'content-length', 'content-type', 'from', 'to', 'via', 'content-encoding', 'contact',
          'content-transfer-encoding', 'i', 'c', 'l', 'f', 't', 'v', 'e', 'max-forwards'}


def header_rows(rows, names):
    """Every header field with every form of value: one row a form group, to keep frames few."""
    for name in names:
        single = name.lower() in SINGLE
        for group, forms in enumerate(split(VALUES.items(), 26 if not single else 1)):
            lines = ['%s: %s' % (name, value) for _, value in forms]
            label = forms[0][0] if single else 'all forms' if not group else 'more'
            own = {h: None for h in BASE_NAMES if h.lower() == name.lower()}
            rows.sip('header %s: %s' % (name, label), '\n'.join(lines), over=own if single else None,
                     expect='any' if single else 'sip')


BASE_NAMES = ('Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'CSeq')


def split(items, size):
    items = iter(items)
    while True:
        group = list(itertools.islice(items, size))
        if not group:
            return
        yield group


# Header fields that the registry's rows may not show in their own grammar.
LINES = {
    'Via received': 'Via: SIP/2.0/UDP {{host}}.example.net:5061;branch=z9hG4bK{{tok}};received={{ip4}};rport=5060',
    'Via maddr': 'Via: SIP/2.0/TCP {{ip4}};maddr={{host}}.example.net;ttl=16;branch={{tok}};{{name}}={{word}}',
    'Via v6': 'Via: SIP / 2.0 / UDP [{{ip6}}]:5060 ;branch=z9hG4bK{{hex32}};received={{ip6}};i={{word}}',
    'Via list': 'v: SIP/2.0/UDP {{ip4}};branch=z9hG4bK{{tok}},SIP/2.0/UDP {{host}}.example.net;branch=z9hG4bK{{tok}}',
    'Via comment': 'Via: SIP/2.0/UDP {{ip4}};branch=z9hG4bKa ({{word}})',
    'Via alias and keep': 'Via: SIP/2.0/TLS {{ip4}};alias;keep={{word}};oc={{word}};received-realm="{{host}}.example.net"',
    'Via unknown protocol': 'Via: {{word}}/2.0/{{word}} {{ip4}};branch=z9hG4bK{{word}}',
    'digest': 'Authorization: Digest username="{{user}}", realm="{{host}}.example.net", nonce="{{hex32}}", '
              'uri="sip:{{host}}.example.net", response="{{hex32}}", cnonce="{{tok}}", opaque="{{hex32}}", nc=00000001',
    'digest address': 'Authorization: Digest username="{{user}}@{{host}}.example.net",realm="{{word}} {{word}}"',
    'digest domain user': 'Proxy-Authorization: Digest username="{{word}}\\\\{{user}}", realm="base.example"',
    'digest unquoted': 'Authorization: Digest username={{user}}, realm={{host}}, nonce={{tok}}, response={{hex32}}',
    'digest username*': "Authorization: Digest username*=UTF-8''{{user|pct}}, userhash=true, username=\"{{hex32}}\"",
    'digest number': 'Authorization: Digest username="+{{num}}", uri="tel:+{{num}}", response="{{b64}}"',
    'digest uri user': 'Authorization: Digest uri="sip:{{user}}@{{ip4}}:5060;{{name}}={{word}}", auts="{{b64}}"',
    'digest unknown': 'Authorization: Digest {{name}}="{{word}}", {{name}}={{word}}, ck="{{hex32}}", ik="{{hex32}}"',
    'digest ip': 'Authorization: Digest username="base", integrity-protected="{{word}}", ip-addr="{{ip4}}"',
    'challenge': 'WWW-Authenticate: Digest realm="{{host}}.example.net", domain="sip:{{host}}.example.org sip:{{ip4}}", '
                 'nonce="{{b64}}", opaque="{{word}}", stale=FALSE, qop="auth,{{word}}", algorithm={{word}}',
    'two challenges': 'Proxy-Authenticate: Digest realm="{{word}}", nonce="{{hex32}}", NTLM targetname="{{host}}.example.net"',
    'basic': 'Authorization: Basic {{word|b64}}',
    'ntlm': 'Authorization: NTLM qop="auth", gssapi-data="{{b64}}", targetname="sip/{{host}}.example.net", crand="{{hex16}}"',
    'bearer': 'Authorization: Bearer {{b64}}.{{word|b64url}}.{{b64}}',
    'scheme unknown': 'Authorization: {{word}} username="{{user}}"',
    'Authentication-Info': 'Authentication-Info: nextnonce="{{hex32}}", rspauth="{{hex32}}", cnonce="{{tok}}"',
    'Call-ID host': 'Call-ID: {{tok}}@{{host}}.example.net', 'Call-ID address': 'i: {{hex32}}@{{ip4}}',
    'Call-ID bytes': 'Call-ID: {{word}}~!{{word}}@{{word}}', 'In-Reply-To': 'In-Reply-To: {{tok}}@{{ip4}}, {{hex32}}',
    'Replaces': 'Replaces: {{tok}}@{{host}}.example.net;to-tag={{tok}};from-tag={{hex16}};early-only;{{name}}={{word}}',
    'Target-Dialog': 'Target-Dialog: {{tok}}@{{ip4}};local-tag={{tok}};remote-tag={{tok}}',
    'Join': 'Join: {{hex32}};to-tag={{tok}};from-tag={{tok}}',
    'Contact instance': 'Contact: <sip:base@192.0.2.9>;+sip.instance="<urn:uuid:{{uuid}}>";reg-id=1;q=0.7',
    'Contact feature tags': 'm: <sip:base@192.0.2.9>;+g.{{name}}="{{word}}";+sip.{{name}};audio;description="<{{word}}>"',
    'Contact gruu': 'Contact: <sip:base@192.0.2.9>;pub-gruu="sip:{{user}}@{{host}}.example.net;gr={{tok}}";'
                    'temp-gruu="sip:{{tok}}@{{host}}.example.net;gr"',
    'Contact mac instance': 'Contact: <sip:base@192.0.2.9>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-{{mac|hex}}>"',
    'Contact list': 'Contact: "{{word}}" <sip:{{user}}@{{ip4}}>;expires=60, {{word}} <sip:{{user}}@{{ip4}}>;q=0.1,sip:{{user}}@{{ip4}}',
    'Contact methods': 'Contact: <sip:base@192.0.2.9>;methods="INVITE,{{word}}";schemes="sip,{{word}}"',
    'P-Charging-Vector': 'P-Charging-Vector: icid-value="{{tok}}-{{ip4}}";icid-generated-at={{ip4}};orig-ioi={{host}}.example.net;'
                         'term-ioi="{{word}}";{{name}}={{word}}',
    'P-Charging-Function-Addresses': 'P-Charging-Function-Addresses: ccf={{ip4}};ecf="[{{ip6}}]";ccf=aaa://{{host}}.example.net',
    'P-Access-Network-Info cell': 'P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp={{dig20}};network-provided',
    'P-Access-Network-Info bssid': 'P-Access-Network-Info: IEEE-802.11;i-wlan-node-id={{mac|hex}};{{name}}={{word}}',
    'P-Access-Network-Info dsl': 'P-Access-Network-Info: ADSL;dsl-location="{{word}} {{word}}";eth-location="{{word}}"',
    'P-Access-Network-Info type': 'P-Access-Network-Info: {{word}};cgi-3gpp={{dig20}}, 3GPP-GERAN;cgi-3gpp="{{dig20}}"',
    'P-Visited-Network-ID': 'P-Visited-Network-ID: "{{word}} {{word}}", {{host}}.example.net',
    'Cellular-Network-Info': 'Cellular-Network-Info: 3GPP-NR;ncgi={{dig20}};cell-info-age=12',
    'P-Asserted-Identity two': 'P-Asserted-Identity: "{{word}}" <sip:{{user}}@{{host}}.example.net>, tel:+{{num}}',
    'Identity': 'Identity: {{word|b64url}}.{{num|b64url}}.{{b64}};info=<https://{{host}}.example.net/{{word}}.pem>;alg=ES256;ppt=shaken',
    'Identity compact form': 'y: "{{b64}}";info=<https://{{host}}.example.net/c.cer>;alg={{word}}',
    'User-to-User': 'User-to-User: {{word|hex}};encoding=hex;purpose={{word}};content={{word}}',
    'User-Agent': 'User-Agent: {{word}}/{{num}} ({{word}}; {{mac}}) {{word}}/1.2.{{num}}',
    'User-Agent known with a serial': 'User-Agent: Grandstream GXP2130 {{mac|hex}} ({{word}})',
    'User-Agent known with a comment': 'User-Agent: Asterisk PBX 16.{{num}}~{{word}} (on {{host}})',
    'Server': 'Server: kamailio (5.6.3 ({{word}}/linux)) {{word}}',
    'Warning': 'Warning: 399 {{host}}.example.net "{{word}} {{user}}@{{host}}", 307 {{ip4}}:5060 "{{word}}", {{num}} - "{{word}}"',
    'Warning noisy feedback': 'Warning: 392 {{ip4}}:5060 "Noisy feedback tells: pid={{num}} req_src_ip={{ip4}} in_uri=sip:{{user}}@{{ip4}}"',
    'Reason': 'Reason: Q.850;cause=16;text="{{word}} {{word}}", SIP;cause=200;text={{word}};location={{word}}, {{word}};cause={{num}}',
    'Retry-After': 'Retry-After: 120 ({{word}} {{word}});duration=3600;{{name}}={{word}}',
    'Date': 'Date: {{word}}, 13 Nov 2010 23:29:00 {{word}}', 'Timestamp': 'Timestamp: {{dig20}}.{{num}} {{word}}',
    'Event id': 'Event: dialog;id={{tok}};call-id="{{tok}}@{{ip4}}";from-tag={{tok}};to-tag={{tok}}',
    'Event unknown': 'Event: {{word}}.{{word}};{{name}}={{word}}',
    'Subscription-State': 'Subscription-State: terminated;reason={{word}};retry-after={{num}};{{name}}={{word}}',
    'Session-ID': 'Session-ID: {{hex32}};remote={{hex32}};{{name}}={{word}}',
    'SIP-ETag': 'SIP-ETag: {{tok}}', 'Supported': 'Supported: 100rel, {{word}}, timer,{{word}}',
    'Require': 'Require: {{word}}', 'Allow': 'Allow: INVITE, {{word}} ,ACK,{{word}}',
    'Accept': 'Accept: application/sdp;level={{num}}, {{word}}/{{word}}, text/{{word}};{{name}}={{word}}',
    'Accept-Language': 'Accept-Language: {{word}}, en-{{word}};q=0.1', 'Privacy': 'Privacy: id;{{word}}; {{word}}',
    'Security-Client': 'Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;spi-c={{num}};port-c=5062;{{name}}={{word}}, {{word}};q=0.1',
    'Geolocation': 'Geolocation: <cid:{{user}}@{{host}}.example.net>;inserted-by="{{ip4}}"',
    'Trigger-Consent': 'Trigger-Consent: sip:{{user}}@{{host}}.example.net;target-uri="sip:{{user}}@{{host}}.example.org"',
    'Remote-CC': 'Call-Info: <urn:x-cisco-remotecc:callinfo>;orientation=from;security={{word}};gci={{tok}};x-{{name}}={{word}}',
    'X header with address': 'X-Real-IP: {{ip4}}\nX-Forwarded-For: {{ip4}}, {{ip6}}\nX-SRC-IP: {{ip4}}:5060',
    'unknown name': '{{name}}: {{word}}\nX-{{name}}: {{word}}\nP-{{name}}: "{{word}}"',
    'unknown name with odd bytes': '{{name}}!%*_+`\'~: {{word}}', 'unknown compact name': 'z: {{word}}\nq: {{word}}',
    'name with a space before the colon': '{{name}} : {{word}}\nSubject\t: {{word}}\nContact : <sip:{{user}}@{{ip4}}>',
    'line without a colon': '{{word}} {{word}}', 'empty name': ': {{word}}', 'name in odd case': 'uSeR-aGeNt: {{word}}\ncAlL-iNfO: <http://{{host}}.example.net>',
    'comment only': 'Organization: ({{word}})', 'nested quotes': 'Subject: "\\"{{word}}\\"" ("{{word}}")',
    'unclosed quote': 'Call-Info: "{{word}}', 'unclosed angle': 'Alert-Info: <http://{{host}}.example.net/{{word}}',
    'unclosed comment': 'Server: ({{word}}', 'parameter without name': 'Accept-Contact: *;="{{word}}";;{{word}}',
    'quoted parameter name': 'Accept-Contact: *;"{{word}}"="{{word}}"', 'NUL in a value': 'Subject: {{word}}\x00{{word}}',
    'control bytes': 'Organization: {{word}}\x01\x7f{{word}}\xff\xfe{{word}}', 'folded': 'Subject: {{word}}\r\n  {{word}}\r\n\t{{word}}',
    'folded in quotes': 'Contact: "{{word}}\r\n {{word}}" <sip:{{user}}@{{ip4}}>', 'folded URI': 'Contact:\r\n <sip:{{user}}@{{ip4}}>',
    'Content-ID': 'Content-ID: <{{tok}}@{{host}}.example.net>', 'Content-Disposition': 'Content-Disposition: render;filename="{{word}}.pdf";{{name}}={{word}}',
    'Content-Location': 'Content-Location: http://{{host}}.example.net/{{word}}', 'Content-Language': 'Content-Language: {{word}}',
    'Route with a quoted parameter': 'Route: <sip:192.0.2.9;lr>;{{name}}="{{word}}>"',
    'History-Info headers': 'History-Info: <sip:{{user}}@{{host}}.example.net?Reason=SIP%3Bcause%3D302&Privacy={{word}}>;index=1;rc={{word}}',
    'tag with an address': 'Contact: <sip:base@192.0.2.9>;tag={{ip4}}-{{num}}', 'P-Key-like secrets': 'X-Auth-Token: {{b64}}\nCookie: {{name}}={{b64}}',
    'text like an escaped line end': 'Subject: {{word}}%0d%0aFrom: {{word}}', 'MIME-Version': 'MIME-Version: 1.0 ({{word}})',
    'Expires as a date': 'Expires: {{word}}, 01 Dec 1994 16:00:00 GMT', 'Session-Expires': 'x: 1800;refresher={{word}};{{name}}={{word}}',
    'Min-SE': 'Min-SE: {{num}};{{word}}', 'RAck': 'RAck: {{num}} {{num}} {{word}}', 'RSeq': 'RSeq: {{num}}',
    'Resource-Priority': 'Resource-Priority: {{word}}.{{word}}, wps.0', 'Request-Disposition': 'd: proxy, {{word}}',
    'Reject-Contact': 'j: *;actor="{{word}}";{{name}}="<{{word}}>"', 'Feature-Caps': 'Feature-Caps: *;+g.3gpp.atcf="<sip:{{user}}@{{host}}.example.net>";+g.3gpp.atcf-mgmt-uri="<sip:{{host}}.example.net>"',
    'Info-Package': 'Info-Package: {{word}};{{name}}={{word}}', 'Flow-Timer': 'Flow-Timer: {{num}}',
    'Alert-Info words': 'Alert-Info: info={{word}};x-line-id=0, <urn:alert:{{word}}:{{word}}>, Bellcore-{{word}}',
    'P-DCS': 'P-DCS-Billing-Info: {{hex32}}/{{num}}@{{host}}.example.net;called="tel:+{{num}}";charge=<sip:{{user}}@{{ip4}}>',
}


def line_rows(rows):
    for name, line in LINES.items():
        rows.sip('line: ' + name, line)
        rows.sip('line in a response: ' + name, line, start='SIP/2.0 486 Busy Here')
    for name in ('Via', 'Call-ID', 'Contact'):
        rows.sip('line, first of two: ' + name, '%s: {{tok}}@{{host}}.example.net' % name, over={name: '{{word}}'}, expect='any')


def start_rows(rows):
    rows.sip('start: unknown method', start='{{name}} sip:{{user}}@base.example SIP/2.0', over={'CSeq': '1 {{name}}'},
             expect='kept', want=rb'^UNKNOWN1 sip:')
    rows.sip('start: reason phrase', start='SIP/2.0 404 {{word}} {{user}}@{{host}}.example.net', want=rb'^SIP/2\.0 404 Not Found\r\n')
    rows.sip('start: reason phrase of an unknown code', start='SIP/2.0 499 {{word}}')
    rows.sip('start: reason phrase in UTF-8', start='SIP/2.0 200 {{utf8}}', want=rb'^SIP/2\.0 200 OK\r\n')
    rows.sip('start: folded reason', start='SIP/2.0 200 OK\r\n {{word}}', expect='any')
    rows.sip('start: no phrase', 'Subject: {{word}}', start='SIP/2.0 200')
    rows.sip('start: CSeq method', over={'CSeq': '{{num}} OPTIONS {{word}}'}, expect='any')
    rows.sip('start: CSeq unknown method', over={'CSeq': '1 {{name}}'}, expect='kept')
    rows.sip('start: extra word', start='OPTIONS sip:base.example {{word}} SIP/2.0', expect='any')
    rows.sip('start: angle brackets', start='OPTIONS <sip:{{user}}@{{ip4}}> SIP/2.0', expect='kept')
    rows.sip('start: quoted', start='OPTIONS "{{word}}" <sip:{{user}}@{{ip4}}> SIP/2.0', expect='any')
    rows.sip('start: version', start='OPTIONS sip:base.example SIP/{{word}}', expect='any')
    rows.sip('start: other version', 'Subject: {{word}}', start='OPTIONS sip:{{user}}@base.example SIP/7.0', expect='any')
    rows.sip('start: spaces', start='OPTIONS  sip:{{user}}@base.example  SIP/2.0', expect='any')
    rows.sip('start: lower case', start='options sip:{{user}}@base.example SIP/2.0', expect='any')
    rows.sip('start: sip in lower case', start='OPTIONS sip:{{user}}@base.example sip/2.0', expect='any')
    rows.sip('start: tab', start='OPTIONS\tsip:{{user}}@base.example\tSIP/2.0', expect='any')
    rows.sip('start: absolute path', start='OPTIONS /{{word}} SIP/2.0', expect='any')
    rows.sip('start: star', 'Subject: {{word}}', start='OPTIONS * SIP/2.0', expect='any')


def shape_rows(rows):
    """Odd forms of whole messages, and what stands behind them."""
    odd = 'Contact: "{{word}}" <sip:{{user}}@{{host}}.example.net>\nSubject: {{word}}'
    rows.sip('shape: LF only', odd, eol='\n')
    rows.sip('shape: CR only', odd, eol='\r', expect='any')
    rows.sip('shape: leading line breaks', odd, start='\r\n\r\nOPTIONS sip:base.example SIP/2.0', expect='kept')
    rows.payload('shape: no end of the header', 'OPTIONS sip:base.example SIP/2.0\nVia: SIP/2.0/UDP {{ip4}};branch=z9hG4bKb\n'
                 'CSeq: 1 OPTIONS\n' + odd + '\n', expect='kept')
    rows.sip('shape: bytes behind the body', odd, tail='{{word}} {{ip4|bin}} {{user}}')
    rows.sip('shape: second message behind the body', odd, tail='INVITE sip:{{user}}@{{ip4}} SIP/2.0\r\nFrom: {{word}}\r\n\r\n')
    rows.sip('shape: body without a type', odd, body='{{word}} {{word}}')
    rows.sip('shape: body behind Content-Length 0', odd, ctype='text/plain', body='{{word}}', length=0)
    rows.sip('shape: Content-Length too large', odd, ctype='application/sdp', body='v=0\ns={{word}}\n', length=500, expect='any')
    rows.sip('shape: Content-Length too small', odd, ctype='application/sdp', body='v=0\ns={{word}}\ni={{word}}\n', length=3)
    rows.sip('shape: Content-Length not a number', odd, ctype='application/sdp', body='v=0\ns={{word}}\n', length='{{word}}', expect='any')
    rows.sip('shape: Content-Length negative', odd, ctype='application/sdp', body='v=0\ns={{word}}\n', length='-{{num}}', expect='any')
    rows.sip('shape: two Content-Lengths', odd + '\nContent-Length: {{num}}', ctype='text/plain', body='{{word}}', expect='kept')
    rows.sip('shape: Content-Length signed', odd, ctype='text/plain', body='{{word}}', length='+9', expect='any')
    rows.sip('shape: two Content-Types', odd + '\nContent-Type: {{word}}/{{word}}', ctype='application/sdp', body='v=0\ns={{word}}\n')
    rows.sip('shape: compact forms', 'v: SIP/2.0/UDP {{ip4}}:5060;branch=z9hG4bK{{tok}}\nf: "{{word}}" <sip:{{user}}@{{host}}.example.net>;tag={{tok}}\n'
             't: <sip:{{user}}@{{ip4}}>\ni: {{tok}}@{{ip4}}\nm: <sip:{{user}}@{{ip4}}>\ns: {{word}}\nl: 0\nk: {{word}}\nb: <sip:{{user}}@{{ip4}}>\n'
             'r: <sip:{{user}}@{{ip4}}>\no: {{word}}\nu: {{word}}\na: *;{{word}}\nd: {{word}}\nj: *;{{word}}\nx: {{word}}\ny: {{word}}\nn: <http://{{host}}.example.net>\ne: {{word}}',
             over={'Via': None, 'From': None, 'To': None, 'Call-ID': None}, length='', expect='kept')
    rows.sip('shape: no Via', odd, over={'Via': None}, expect='kept')
    rows.sip('shape: no Call-ID', odd, over={'Call-ID': None}, expect='kept')
    rows.sip('shape: no CSeq', odd, over={'CSeq': None}, expect='kept')
    rows.payload('shape: a start line only', 'OPTIONS sip:{{user}}@{{host}}.example.net SIP/2.0\n', expect='any')
    rows.payload('shape: start line without an end', 'OPTIONS sip:{{user}}@{{host}}.example.net SIP/2.0', expect='any')
    rows.payload('shape: ends in a header', 'OPTIONS sip:base.example SIP/2.0\nCSeq: 1 OPTIONS\nFrom: <sip:{{user}}@{{host}}', expect='any')
    rows.payload('shape: junk before SIP', '{{word}}\nOPTIONS sip:{{user}}@base.example SIP/2.0\n\n', expect='any')
    rows.payload('shape: header in the first line', 'From: <sip:{{user}}@{{ip4}}>\nTo: {{word}}\n\n', expect='any')
    rows.sip('shape: header lines by the hundred', '\n'.join('X-{{name}}: {{word}}' for _ in range(100)))
    rows.sip('shape: a long value', 'Subject: ' + ' '.join(['{{word}}'] * 200))
    rows.sip('shape: the paper\'s example', over={'From': 'Alice <sip:{{user}}@{{host}}.example.com:5060>;tag={{tok}}'},
             want=rb'\r\nFrom: <sip:', paper=rb'\r\nFrom: <sip:\d+@\d+:5060>;tag=')
    rows.sip('shape: one identity, one label', 'Contact: <sip:{{user:u}}@{{host:h}}.example.net>\nRoute: <sip:{{user:u|pct}}@{{host:h|upper}}.EXAMPLE.NET>',
             want=(rb'Contact: <sip:([\w.-]+)@([\w.-]+)>\r\n(?:.*\r\n)*Route: <sip:\1@\2>\r\n',))
    rows.sip('shape: one number, one label', 'Contact: <sip:+{{num:n}}@base.example>\nP-Asserted-Identity: <tel:+{{num:n|sep}}>',
             want=(rb'Contact: <sip:(\+?\w+)@(?:.|\n)*<tel:\1>',))
    rows.sip('shape: one Call-ID, one token', 'Replaces: {{tok:c}}@{{ip4:i}};to-tag=a1;from-tag=b2', over={'Call-ID': '{{tok:c}}@{{ip4:i}}'},
             want=(rb'Call-ID: ([^\r]+)\r\n(?:.|\n)*Replaces: \1;to-tag',))


def all_rows(rows):
    start_rows(rows)
    shape_rows(rows)
    line_rows(rows)
    display_rows(rows)
    uri_rows(rows)

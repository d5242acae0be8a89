"""Planted rows: bodies. SDP line by line, XML, multipart, and what is neither.

SPDX-License-Identifier: GPL-2.0-or-later
"""
SDP = 'v=0\no=base 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n'
AUDIO = 'm=audio 40000 RTP/AVP 0\n'

SDP_LINES = {
    'o user': 'o={{user}} 1 1 IN IP4 192.0.2.1', 'o ids': 'o=- {{dig20}} {{num}} IN IP4 192.0.2.1',
    'o address': 'o=- 1 1 IN IP4 {{ip4}}', 'o v6': 'o=- 1 1 IN IP6 {{ip6}}', 'o host': 'o=- 1 1 IN IP4 {{host}}.example.net',
    'o more words': 'o={{word}} {{word}} {{word}} {{word}} {{word}} {{word}} {{word}}', 'o few words': 'o={{word}} {{word}}',
    's': 's={{word}} {{word}}', 'i': 'i={{word}}', 'u': 'u=http://{{host}}.example.net/{{word}}', 'e': 'e={{user}}@{{host}}.example.net ({{word}})',
    'e name first': 'e={{word}} <{{user}}@{{host}}.example.net>', 'p': 'p=+{{num|sep}} ({{word}})', 'p plain': 'p=+{{num}}',
    'c': 'c=IN IP4 {{ip4}}', 'c v6': 'c=IN IP6 {{ip6}}', 'c multicast': 'c=IN IP4 {{ip4}}/127/3', 'c host': 'c=IN IP4 {{host}}.example.net',
    'c telephone': 'c=TN RFC2543 +{{num}}', 'c unknown net': 'c={{word}} {{word}} {{word}}', 'b': 'b={{word}}:{{num}}', 'b X': 'b=X-{{word}}:128',
    't': 't={{num}} {{num}}', 'r': 'r=7d {{word}} 0 25h', 'z': 'z={{num}} -1h {{word}} 0', 'k clear': 'k=clear:{{b64}}', 'k uri': 'k=uri:http://{{host}}.example.net/{{word}}',
    'm': 'm={{word}} 40000 {{word}}/{{word}} {{word}}', 'm port': 'm=audio {{num}}/{{num}} RTP/AVP 0', 'm label': 'm=message 7654 TCP/MSRP {{word}}',
    'unknown line': 'q={{word}}', 'gb y': 'y={{num}}', 'gb f': 'f=v/{{word}}/a/1', 'long letter': 'name={{word}}', 'no equals': '{{word}} {{word}}',
    'blank before': ' a={{word}}', 'upper letter': 'A={{word}}', 'a flag': 'a={{word}}', 'a unknown': 'a={{name}}:{{word}} {{ip4}}', 'v': 'v={{word}}',
}

ATTRIBUTES = (
    'candidate:{{ip4|hex}} 1 UDP 2130706431 {{ip4}} 40000 typ host', 'candidate:H{{ip4|HEX}} 1 UDP 2130706431 {{ip4}} 40000 typ host',
    'candidate:{{num}} 1 udp 1 {{ip4}} 9 typ srflx raddr {{ip4}} rport 9 generation 0 ufrag {{tok}} network-id {{num}} {{name}} {{word}}',
    'candidate:1 1 tcp 1 {{ip6}} 9 typ relay raddr {{ip6}} rport 9 tcptype passive', 'candidate:1 1 UDP 1 {{uuid}}.local 9 typ host',
    'candidate:S{{ip4|hex}} 1 UDP 1 {{host}}.example.net 9 typ {{word}}', 'candidate:{{word}}', 'candidate:1 1 {{word}} 1 {{word}} {{word}} typ {{word}} {{word}}',
    'remote-candidates:1 {{ip4}} 40000 2 {{ip6}} 40001', 'ice-ufrag:{{tok}}', 'ice-pwd:{{tok}}{{tok}}', 'ice-options:trickle {{word}}', 'ice-pacing:{{num}}',
    'fingerprint:sha-256 {{mac}}:{{mac}}', 'fingerprint:{{word}} {{mac}}:{{mac}}', 'crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{{b64}}{{b64}}|2^20|1:32 {{word}}={{word}}',
    'crypto:1 {{word}} inline:{{b64}}', 'cryptoscale:1 client AES_CM_128_HMAC_SHA1_80 inline:{{b64}}|2^31|1:1', 'key-mgmt:mikey {{b64}}', 'zrtp-hash:1.10 {{hex32}}{{hex32}}',
    'rtcp:40001 IN IP4 {{ip4}}', 'rtcp:40001 IN IP6 {{ip6}}', 'ssrc:{{num}} cname:{{user}}@{{ip4}}', 'ssrc:1 cname:{{tok}}', 'ssrc:1 msid:{{uuid}} {{uuid}}', 'ssrc:1 {{name}}:{{word}}',
    'ssrc:1 label:{{word}}', 'ssrc-group:FID {{num}} {{num}}', 'cname:{{user}}@{{host}}.example.net', 'msid:{{uuid}} {{uuid}}', 'msid-semantic: WMS {{tok}}', 'mid:{{word}}', 'group:BUNDLE {{word}} {{word}}',
    'path:msrp://{{host}}.example.net:7654/{{tok}};tcp', 'path:msrps://{{user}}@{{ip4}}:2855/{{tok}};tcp msrp://{{ip4}}:9/{{tok}};tcp', 'setup:{{word}}', 'connection:{{word}}', 'tls-id:{{tok}}',
    'identity:{{word|b64}} {{name}}={{word}}', 'source-filter: incl IN IP4 239.3.4.5 {{ip4}} {{ip4}}', 'rtpmap:96 {{word}}/{{num}}/{{word}}', 'fmtp:96 {{name}}={{word}};{{word}};sprop-parameter-sets={{b64}},{{b64}}',
    'fmtp:96 config={{hex32}}; mode={{word}}', 'fmtp:{{word}} {{ip4}}', 'rtcp-fb:* {{word}} {{word}}', 'extmap:1 http://{{host}}.example.net/{{word}}', 'extmap:1/sendonly urn:{{word}}:{{word}} {{word}}', 'rid:{{word}} send {{name}}={{word}}',
    'tool:{{word}} {{num}}', 'cat:{{word}}', 'keywds:{{word}}', 'label:{{word}}', 'charset:{{word}}', 'lang:{{word}}', 'sdplang:{{word}}', 'type:{{word}}', 'orient:{{word}}', 'framerate:{{num}}', 'quality:{{num}}', 'ptime:{{num}}',
    'control:rtsp://{{user}}@{{host}}.example.net/{{word}}', 'range:npt={{word}}', 'curr:qos {{word}} {{word}}', 'des:qos {{word}} e2e {{word}}', 'conf:qos e2e {{word}}', 'silenceSupp:{{word}} - - - -', 'T38VendorInfo:{{word}}', 'T38FaxMaxBuffer:{{num}}',
    'file-selector:name:"{{word}}.jpg" type:image/{{word}} size:{{num}} hash:sha-1:{{mac}}', 'file-transfer-id:{{tok}}', 'file-icon:cid:{{tok}}@{{host}}', 'file-date:creation:"{{word}}"', 'accept-types:{{word}}/{{word}} text/{{word}}',
    'cs-correlation:callerid:+{{num}} uuie:{{hex32}} dtmf:{{num}}', 'acap:1 crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{{b64}}', 'acap:2 {{name}}:{{word}}', 'tcap:1 {{word}}', 'pcfg:1 t=1 a={{word}}', 'ccap:1 IN IP4 {{ip4}}', 'cpar: a=candidate:1 1 UDP 1 {{ip4}} 9 typ host',
    'alt:1 2 : {{tok}} {{tok}} {{ip4}} 40000', 'x-alt:1 2 : {{tok}} {{tok}} {{ip4}} 40000', 'altc:1 IN IP4 {{ip4}} 40000', 'visited-realm:1 {{host}}.example.net IN IP4 {{ip4}} 40000', 'omr-m-cksum:{{hex16}}', 'oldmediaip:{{ip4}}', 'nortpproxy:{{word}}',
    'X-nat:{{num}} {{word}}', 'x-rtp-session-id:{{hex32}}', 'x-bypassid:{{uuid}}', 'ts-refclk:ntp={{host}}.example.net', 'ts-refclk:ptp=IEEE1588-2008:{{mac}}', 'ts-refclk:localmac={{mac}}', 'dcmap:0 subprotocol="{{word}}";label="{{word}}"', 'dcsa:0 {{name}}:{{word}}',
    'sctpmap:5000 {{word}} {{num}}', 'X-pc-secs-{{name}}:{{b64}}', 'x-google-{{name}}:{{word}}', 'mtag:{{word}}', 'etag:"{{word}}"', 'userid:{{num}}', 'confid:{{num}}', 'floorid:{{num}} mstrm:{{word}}', 'hlang-send:{{word}}', '{{name}}', '{{name}}:', ':{{word}}', 'sendrecv:{{word}}',
    'sendrecv {{word}}', 'rtcp-mux:{{word}}', 'maxptime:20 {{word}}', 'eecid:{{hex16}}', 'device:{{dig20}}', '3GPP-SRTP-Config:{{b64}} {{word}}',
)


def sdp_rows(rows):
    for name, line in SDP_LINES.items():
        rows.sip('SDP ' + name, ctype='application/sdp', body=SDP + line + '\n' + AUDIO)
        rows.sip('SDP media ' + name, ctype='application/sdp', body=SDP + AUDIO + line + '\n')
    for n, attribute in enumerate(ATTRIBUTES):
        title = 'SDP attribute %d (%s)' % (n, attribute.split(':')[0].strip('{}'))
        rows.sip(title, ctype='application/sdp', body='%sa=%s\n%sa=%s\n' % (SDP, attribute, AUDIO, attribute))
    rows.sip('SDP LF only', ctype='application/sdp', eol='\n', body=SDP + 's={{word}}\nc=IN IP4 {{ip4}}\n')
    rows.sip('SDP without a last line break', ctype='application/sdp', body=SDP + 'i={{word}}')
    rows.sip('SDP behind an empty line', ctype='application/sdp', body=SDP + '\n{{word}} {{ip4}}\ns={{word}}\n')
    rows.sip('SDP type in odd case', ctype='Application/SDP;{{name}}={{word}}', body=SDP + 'i={{word}}\n')
    rows.sip('SDP told by no type', body=SDP + 's={{word}}\nc=IN IP4 {{ip4}}\n')
    rows.sip('SDP with a wrong type', ctype='application/{{word}}', body=SDP + 's={{word}}\nc=IN IP4 {{ip4}}\n')
    rows.sip('SDP fragment', ctype='application/trickle-ice-sdpfrag', body='a=ice-ufrag:{{tok}}\nm=audio 9 RTP/AVP 0\na=candidate:1 1 UDP 1 {{ip4}} 9 typ host\n')
    rows.sip('SDP in a response', start='SIP/2.0 200 OK', ctype='application/sdp', body=SDP + 'u=http://{{host}}.example.net\n')
    rows.sip('SDP encoded', 'Content-Encoding: gzip', ctype='application/sdp', body='{{word}}{{ip4|bin}}', expect='kept')
    rows.sip('SDP base64', 'Content-Transfer-Encoding: base64', ctype='application/sdp', body='{{word|b64}}')


PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
XML = {
    'pidf': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:{{user}}@{{host}}.example.net">'
             '<tuple id="{{tok}}"><status><basic>{{word}}</basic></status><contact priority="{{word}}">sip:{{user}}@{{ip4}}</contact>'
             '<note xml:lang="{{word}}">{{word}} {{word}}</note><timestamp>{{word}}</timestamp></tuple></presence>'),
    'rpid': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" '
             'xmlns:d="urn:ietf:params:xml:ns:pidf:data-model" entity="sip:{{user}}@base.example"><d:person id="{{tok}}"><r:activities><r:{{word}}/>'
             '<r:other>{{word}}</r:other></r:activities><r:place-type>{{word}}</r:place-type></d:person><d:device id="{{tok}}"><d:deviceID>urn:x-mac:{{mac|hex}}'
             '</d:deviceID></d:device></presence>'),
    'geo': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gml="http://www.opengis.net/gml" '
            'xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" entity="sip:base@base.example"><tuple id="a"><status><gp:geopriv><gp:location-info><gml:Point srsName="{{word}}">'
            '<gml:pos>{{num}} {{num}}</gml:pos></gml:Point><ca:civicAddress><ca:A1>{{word}}</ca:A1><ca:HNO>{{num}}</ca:HNO><ca:NAM>{{word}}</ca:NAM></ca:civicAddress></gp:location-info>'
            '<gp:method>{{word}}</gp:method></gp:geopriv></status></tuple></presence>'),
    'reginfo': ('application/reginfo+xml', '<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="{{num}}" state="{{word}}"><registration aor="sip:{{user}}@{{host}}.example.net" id="{{tok}}" '
                'state="active"><contact id="{{tok}}" callid="{{tok}}@{{ip4}}" cseq="{{num}}" state="active" event="{{word}}"><uri>sip:{{user}}@{{ip4}}:5060</uri><display-name>{{word}}'
                '</display-name><unknown-param name="{{name}}">{{word}}</unknown-param></contact></registration></reginfo>'),
    'dialog-info': ('application/dialog-info+xml', '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" entity="sip:{{user}}@{{host}}.example.net"><dialog id="{{tok}}" '
                    'call-id="{{tok}}@{{ip4}}" local-tag="{{tok}}" remote-tag="{{tok}}" direction="{{word}}"><state event="{{word}}" code="{{num}}">{{word}}</state><local><identity display="{{word}}">'
                    'sip:{{user}}@{{ip4}}</identity><target uri="sip:{{user}}@{{ip4}}"><param pname="{{name}}" pval="{{word}}"/></target><cseq>{{num}}</cseq></local><remote><identity>tel:+{{num}}'
                    '</identity><session-description type="application/sdp">o={{user}} 1 1 IN IP4 {{ip4}}</session-description></remote><replaces call-id="{{tok}}" local-tag="{{tok}}" '
                    'remote-tag="{{tok}}"/><referred-by display="{{word}}">sip:{{user}}@base.example</referred-by></dialog></dialog-info>'),
    'resource-lists': ('application/resource-lists+xml', '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="{{word}}"><entry uri="sip:{{user}}@{{host}}.example.net"><display-name>'
                       '{{word}}</display-name></entry><entry-ref ref="{{word}}/{{word}}"/><external anchor="http://{{host}}.example.net/{{word}}"/></list></resource-lists>'),
    'conference-info': ('application/conference-info+xml', '<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sips:{{user}}@{{host}}.example.net" state="full"><conference-description>'
                        '<subject>{{word}}</subject><display-text>{{word}}</display-text><free-text>{{word}}</free-text></conference-description><users><user entity="sip:{{user}}@base.example"><display-text>'
                        '{{word}}</display-text><endpoint entity="sip:{{user}}@{{ip4}}"><call-info><sip><call-id>{{tok}}</call-id><from-tag>{{tok}}</from-tag></sip></call-info><media id="1"><src-id>{{num}}'
                        '</src-id></media></endpoint></user></users></conference-info>'),
    'watcherinfo': ('application/watcherinfo+xml', '<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="0" state="full"><watcher-list resource="sip:{{user}}@{{host}}.example.net" package="{{word}}">'
                    '<watcher id="{{tok}}" event="{{word}}" display-name="{{word}}" status="active" duration-subscribed="{{num}}">sip:{{user}}@{{ip4}}</watcher></watcher-list></watcherinfo>'),
    'unknown names': ('application/pidf+xml', '<{{name}} xmlns="http://{{host}}.example.net/{{word}}" xmlns:{{name}}="urn:{{word}}" {{name}}="{{word}}"><{{name}}>{{word}}</{{name}}></{{name}}>'),
    'attributes unknown': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" {{name}}="{{word}}" xml:{{name}}="{{word}}" xml:base="http://{{host}}.example.net"/>'),
    'comment': ('application/pidf+xml', '<!-- {{word}} {{ip4}} --><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:base@base.example"><!--{{word}}--></presence><!-- {{word}} -->'),
    'CDATA': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:base@base.example"><tuple id="a"><note><![CDATA[{{word}} <sip:{{user}}@{{ip4}}>]]></note></tuple></presence>'),
    'PI': ('application/pidf+xml', '<?{{name}} href="{{word}}"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:{{user}}@base.example"><?php {{word}} ?></presence>'),
    'DTD': ('application/pidf+xml', '<!DOCTYPE presence [<!ENTITY e "{{word}}"><!ELEMENT {{name}} (#PCDATA)>]><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:{{user}}@base.example"><note>&e;</note></presence>'),
    'character references': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:{{user|ent}}@{{host|ent}}.example.net"><note>{{word|ent}}</note></presence>'),
    'text between elements': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:base@base.example">{{word}}<tuple id="a"> {{word}} </tuple>{{word}}</presence>'),
    'not closed': ('application/pidf+xml', '<presence entity="sip:{{user}}@base.example"><note>{{word}}</presence>'),
    'not XML': ('application/pidf+xml', '{{word}} {{user}}@{{ip4}} {{word}}'),
    'text behind the root': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:base@base.example"/>\n{{word}} {{ip4}}'),
    'root twice': ('application/pidf+xml', '<presence entity="sip:base@base.example"/><presence entity="sip:{{user}}@{{ip4}}"/>'),
    'latin-1': ('application/pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:{{user}}@base.example"><note>{{word}}\xe9{{word}}</note></presence>'),
    'prefix': ('application/reginfo+xml', '<{{name}}:reginfo xmlns:{{name}}="urn:ietf:params:xml:ns:reginfo" version="0" state="full"><a:registration xmlns:a="{{word}}" aor="sip:{{user}}@{{ip4}}"/></{{name}}:reginfo>'),
    'quotes': ('application/reginfo+xml', "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='full'><registration aor='sip:{{user}}@{{host}}.example.net' id='&quot;{{word}}&quot;'/></reginfo>"),
    'iscomposing': ('application/im-iscomposing+xml', '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>{{word}}</state><lastactive>{{word}}</lastactive><contenttype>{{word}}/{{word}}</contenttype></isComposing>'),
    'media_control': ('application/media_control+xml', '<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder><stream_id>{{word}}</stream_id></vc_primitive><general_error>{{word}}</general_error></media_control>'),
    'xpidf': ('application/xpidf+xml', '<presence><presentity uri="sip:{{user}}@{{ip4}};method=SUBSCRIBE"/><atom id="{{tok}}"><address uri="sip:{{user}}@{{ip4}};user=ip"><status status="{{word}}"/><msnsubstatus substatus="{{word}}"/></address></atom></presence>'),
    'cpim-pidf': ('application/cpim-pidf+xml', '<presence xmlns="urn:ietf:params:xml:ns:cpim-pidf:" entity="pres:{{user}}@{{host}}.example.net"><tuple id="{{tok}}"><contact>im:{{user}}@{{ip4}}</contact></tuple></presence>'),
    'manscdp': ('application/MANSCDP+xml', '<Notify><CmdType>Alarm</CmdType><DeviceID>{{dig20}}</DeviceID><Info><Name>{{word}}</Name></Info></Notify>'),
    'kpml': ('application/kpml-response+xml', '<kpml-response version="1.0" code="200" text="{{word}}" digits="{{num}}" tag="{{word}}"/>'),
    'unknown type': ('application/x-{{word}}+xml', '<a b="{{word}}">{{word}}<sip>{{user}}@{{ip4}}</sip></a>'),
    'text/xml': ('text/xml', '<a b="{{word}}">{{word}}</a>'),
}


def xml_rows(rows):
    for name, (ctype, body) in XML.items():
        rows.sip('XML ' + name, ctype=ctype, body=PROLOG + body + '\n')
    rows.sip('XML deep', ctype='application/pidf+xml', body='<presence>' + '<tuple>' * 60 + '{{word}}' + '</tuple>' * 60 + '</presence>')
    rows.sip('XML in UTF-16', ctype='application/pidf+xml', body='\xfe\xff{{word|utf16}}', raw_body=True)
    rows.sip('XML without a declaration, type missing', body='<?xml version="1.0"?><presence entity="sip:{{user}}@{{ip4}}">{{word}}</presence>')


# ISUP initial address message: called and calling party, generic and original called number, user-to-user.
ISUP = ('\x01\x11\x48\x00\x0a\x03\x02\x09\x07\x03\x90{{num|bcd}}\x0a\x07\x03\x13{{num|bcd}}\x28\x08\x03\x13\x03{{num|bcd}}'
        '\x20\x09{{word|bin}}\x00')
CPIM = 'From: {{word}} <im:{{user}}@{{host}}.example.net>\nTo: <im:{{user}}@{{ip4}}>\nDateTime: {{word}}\nSubject: {{word}}\nNS: {{name}} <urn:{{word}}>\n{{name}}.{{name}}: {{word}}\nimdn.Message-ID: {{tok}}\n\nContent-Type: text/plain\nContent-ID: <{{tok}}@{{host}}>\n\n{{word}} {{word}}'
BODIES = {
    'text/plain': '{{word}} {{user}}@{{host}}.example.net {{ip4}} +{{num}}', 'text/html;charset={{word}}': '<html><body>{{word}} <a href="http://{{host}}.example.net">{{word}}</a></body></html>',
    'message/sipfrag': 'INVITE sip:{{user}}@{{ip4}} SIP/2.0\nFrom: "{{word}}" <sip:{{user}}@{{host}}.example.net>;tag={{tok}}\nVia: SIP/2.0/UDP {{ip4}};branch={{tok}}\nX-{{name}}: {{word}}\nCall-ID: {{tok}}@{{ip4}}\n',
    'message/sipfrag;version=2.0': 'SIP/2.0 603 {{word}}\nContact: <sip:{{user}}@{{ip4}}>\nWarning: 399 {{host}} "{{word}}"\n', 'message/sip': 'OPTIONS sip:{{user}}@{{ip4}} SIP/2.0\nTo: {{word}} <sip:{{user}}@base.example>\nContent-Type: application/sdp\n\nv=0\ns={{word}}\nc=IN IP4 {{ip4}}\n',
    'message/cpim': CPIM, 'message/CPIM;{{name}}={{word}}': CPIM + '\n{{ip4}}', 'message/external-body;access-type="URL";URL="http://{{host}}.example.net/{{word}}"': 'Content-Type: text/plain\nContent-ID: <{{tok}}@{{host}}>\n\n{{word}}',
    'application/dtmf-relay': 'Signal={{num}}\nDuration={{num}}\n{{name}}={{word}}\n', 'application/dtmf': '{{num}}', 'application/vnd.nortelnetworks.digits': 'p=Digit-Collection\ny=Digits\nd={{num}}\n',
    'application/simple-message-summary': 'Messages-Waiting: {{word}}\nMessage-Account: sip:{{user}}@{{host}}.example.net\nVoice-Message: {{num}}/0 (1/0)\n{{name}}: {{word}}\n\nTo: <sip:{{user}}@{{ip4}}>\nFrom: {{word}}\nSubject: {{word}}\nMessage-ID: {{tok}}@{{host}}\nDate: {{word}}\n',
    'application/ISUP;version={{word}};base=itu-t92+': ISUP, 'application/isup;version=itu-t92+': ISUP, 'application/qsig': '\x08\x02\x00\x01{{word|bin}}{{num|bcd}}', 'application/vnd.3gpp.sms': '\x00\x01\x00\x07\x91{{num|bcd}}\x12\x01{{word|bin}}{{num|bcd}}',
    'application/octet-stream': '{{word}}\x00\x01{{ip4|bin}}', 'image/jpeg': '\xff\xd8{{word}}', 'application/vq-rtcpxr': 'VQSessionReport: CallTerm\nCallID: {{tok}}@{{ip4}}\nLocalID: {{word}} <sip:{{user}}@base.example>\nLocalAddr: IP={{ip4}} PORT=4000 SSRC=0x{{hex16}}\nRemoteMAC: {{mac|hex}}\n{{name}}: {{word}}\n',
    'application/json': '{"{{word}}": "{{word}}", "ip": "{{ip4}}"}', 'application/x-www-form-urlencoded': '{{name}}={{word|pct}}&from={{user}}%40{{host}}', 'application/pkcs7-mime;smime-type={{word}};name="{{word}}.p7m"': '\x30\x82{{word}}', 'application/{{word}}': '{{word}} {{ip4}}',
    '{{word}}/{{word}};{{name}}={{word}}': '{{word}}', '{{word}}': '{{word}}', '"{{word}}"': '{{word}}', 'text/vcard': 'BEGIN:VCARD\nFN:{{word}}\nTEL:+{{num}}\nEMAIL:{{user}}@{{host}}.example.net\nEND:VCARD\n', 'application/broadsoft': 'event {{word}}\n', 'application/media_control+xml': '{{word}}',
    'application/call-completion': 'cc-state: {{word}}\ncc-URI: sip:{{user}}@{{ip4}}\n', 'application/MANSRTSP': 'PLAY RTSP/1.0\nCSeq: {{num}}\nUser-Agent: {{word}}\n', 'text/plain;charset=utf-16': '\xfe\xff{{word|utf16}}', 'application/sdp;boundary={{word}}': 'v=0\ns={{word}}\n',
}


def part(headers, body, boundary='{{word:b}}'):
    return '--%s\n%s\n%s\n' % (boundary, ''.join(h + '\n' for h in headers), body)


def multipart(*parts, boundary='{{word:b}}', preamble='', epilogue=''):
    return preamble + ''.join(part(h, b, boundary) for h, b in parts) + '--%s--\n' % boundary + epilogue


SDP_PART = (['Content-Type: application/sdp'], 'v=0\no={{user}} 1 1 IN IP4 {{ip4}}\ns={{word}}\nc=IN IP4 {{ip4}}\n')
TEXT_PART = (['Content-Type: text/plain;name="{{word}}.txt"', 'Content-Disposition: attachment;filename="{{word}}.txt"', 'Content-ID: <{{tok}}@{{host}}.example.net>', 'Content-Description: {{word}}',
              'Content-Location: http://{{host}}.example.net/{{word}}', 'X-{{name}}: {{word}}', '{{name}}: {{word}}'], '{{word}} {{ip4}}')


def multipart_rows(rows):
    mixed = 'multipart/mixed;boundary="{{word:b}}"'
    nested = multipart(SDP_PART, boundary='{{word:c}}')
    for name, ctype, body in (
            ('two parts', mixed, multipart(SDP_PART, TEXT_PART)), ('boundary without quotes', 'multipart/mixed;boundary={{word:b}};type="{{word}}/{{word}}";start="<{{tok}}@{{host}}>"', multipart(SDP_PART)),
            ('preamble and epilogue', mixed, multipart(SDP_PART, preamble='{{word}} {{ip4}}\n', epilogue='{{word}} {{ip4}}\n')), ('never closed', mixed, part(*SDP_PART) + part(*TEXT_PART)),
            ('boundary not used', mixed, multipart(SDP_PART, TEXT_PART, boundary='{{word}}')), ('no boundary named', 'multipart/mixed', multipart(SDP_PART, TEXT_PART)), ('empty boundary', 'multipart/mixed;boundary=""', multipart(SDP_PART, boundary='')),
            ('nested', mixed, multipart((['Content-Type: multipart/related;boundary={{word:c}}'], nested), TEXT_PART)), ('part without header', mixed, multipart(([], '{{word}} {{ip4}}'), ([], 'v=0\ns={{word}}\n'))),
            ('part header folded', mixed, multipart((['Content-Type: text/plain;\n name="{{word}}"', 'Content-Disposition: attachment;\n\tfilename*=UTF-8\'\'{{word|pct}}'], '{{word}}'))), ('part with base64', mixed, multipart((['Content-Type: application/sdp', 'Content-Transfer-Encoding: base64'], '{{word|b64}}'))),
            ('boundary with blanks', mixed, multipart(SDP_PART).replace('--{{word:b}}\n', '--{{word:b}}  \n')), ('boundary line with a tail', mixed, multipart(SDP_PART, TEXT_PART).replace('--{{word:b}}\n', '--{{word:b}}{{word}}\n')),
            ('ISUP part', mixed, multipart((['Content-Type: application/ISUP;version=nxv3', 'Content-Disposition: signal;handling=optional'], ISUP))), ('XML part', mixed, multipart((['Content-Type: application/pidf+xml', 'Content-ID: <{{user}}@{{host}}>'], XML['geo'][1]))),
            ('sipfrag part', mixed, multipart((['Content-Type: message/sipfrag'], BODIES['message/sipfrag']))), ('signed', 'multipart/signed;protocol="application/pkcs7-signature";micalg=sha1;boundary={{word:b}}', multipart(SDP_PART, (['Content-Type: application/pkcs7-signature;name={{word}}'], '{{b64}}'))),
            ('alternative', 'multipart/alternative;boundary={{word:b}}', multipart(SDP_PART, SDP_PART)), ('form', 'multipart/form-data;boundary={{word:b}}', multipart((['Content-Disposition: form-data;name="{{word}}"'], '{{word}}'))),
            ('unknown subtype', 'multipart/{{word}};boundary={{word:b}}', multipart(SDP_PART, TEXT_PART)), ('two boundaries', 'multipart/mixed;boundary={{word:b}};boundary={{word:c}}', multipart(SDP_PART) + nested)):
        rows.sip('multipart ' + name, ctype=ctype, body=body)
        rows.sip('multipart, LF only: ' + name, ctype=ctype, body=body, eol='\n')
    deep = '{{word}}'
    for _ in range(12):
        deep = multipart((['Content-Type: multipart/mixed;boundary={{word:b}}'], deep))
    rows.sip('multipart too deep', ctype=mixed, body=deep)


def body_rows(rows):
    for ctype, body in BODIES.items():
        rows.sip('body ' + ctype, ctype=ctype, body=body)
    for ctype in ('text/plain', 'application/sdp', 'application/pidf+xml', 'application/octet-stream', 'message/sipfrag'):
        for encoding in ('gzip', 'deflate', '{{word}}'):
            rows.sip('body %s, Content-Encoding %s' % (ctype, encoding), 'Content-Encoding: ' + encoding, ctype=ctype, body='{{word}} {{ip4}}')
    rows.sip('body text rounded', ctype='text/plain', body='{{word}}', want=rb'\r\n\r\nx{16}$')
    rows.sip('body DTMF is 0', ctype='application/dtmf-relay', body='Signal=5\nDuration=160\n', want=rb'Signal=0\r\n')
    rows.sip('body of line breaks', ctype='application/sdp', body='\r\n\r\n{{word}}\r\n', expect='kept')


def all_rows(rows):
    sdp_rows(rows)
    xml_rows(rows)
    multipart_rows(rows)
    body_rows(rows)

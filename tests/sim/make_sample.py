#!/usr/bin/env python3
"""Writes a small sample capture of invented people: what `packaging/setup` anonymizes for a first look.

    make_sample.py [--links one|mixed] OUT.pcapng

Registrations with digest, calls with SDP over IPv4 and IPv6, presence, messages, a transfer, an ISUP
body and keep-alives, among frames that are none of an anonymizer's business (ARP, DNS, RTP, TCP).
Hosts and addresses are those that RFC 2606, 5737 and 3849 set aside for documentation, numbers those
set aside for fiction. The same file each time, byte for byte.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import hashlib
import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import frames as f  # noqa: E402

START_NS = 1_700_000_000 * 10**9
PROXY = ('192.0.2.10', 5060)
PROXY6 = ('2001:db8:0:10::5060', 5060)
DOMAIN = 'example.com'


class Person:
    def __init__(self, user, name, number, address, agent, port=5060):
        self.user, self.name, self.number, self.agent = user, name, number, agent
        self.at, self.port = address, port

    @property
    def host(self):
        return '[%s]' % self.at if ':' in self.at else self.at

    def contact(self):
        return '<sip:%s@%s:%d;line=%s>' % (self.user, self.host, self.port, token(self.user, 'line', 8))

    def party(self):
        return '"%s" <sip:%s@%s>' % (self.name, self.user, DOMAIN)


def token(*seed):
    """Hex digits that follow from the seed; a number at its end is their count."""
    n, seed = (seed[-1], seed[:-1]) if isinstance(seed[-1], int) else (16, seed)
    return hashlib.sha256('/'.join(map(str, seed)).encode()).hexdigest()[:n]


ALICE = Person('alice', 'Alice Liddell', '+12015550123', '198.51.100.23', 'Linphone/3.12.0 (belle-sip/1.6.3)')
BOB = Person('bob', 'Bob Sawyer', '+442079460018', '203.0.113.77', 'snom870/8.7.5.35', 2048)
CAROL = Person('carol', 'Carol Peletier', '+12015550177', '2001:db8:23::c0de', 'PolycomVVX-VVX_410-UA/5.9.0.9373')
GATEWAY = Person('gw7', 'Trunk 7', '+12015550100', '198.51.100.200', 'Acme Voice Gateway 7.2 (serial 4711-0815)')


class Capture:
    """Collects frames; each comes some milliseconds after the one before."""

    def __init__(self, mixed):
        self.mixed, self.records, self.now = mixed, [], START_NS

    def tick(self, ms):
        self.now += int(ms * 10**6) + 137

    def frame(self, data, interface=0):
        self.records.append((interface, self.now, data))
        self.tick(11)

    def send(self, source, target, text):
        """A SIP message; in the mixed variant IPv6 hosts are seen on a second interface, behind a VLAN."""
        payload = text if isinstance(text, bytes) else text.encode()
        ident = {} if ':' in source[0] else {'ident': len(self.records) + 4000}
        ip = f.packet(source[0], source[1], target[0], target[1], payload, **ident)
        if self.mixed and len(self.records) % 5 == 0:
            self.frame(f.sll(ip), 1)
        elif self.mixed and ':' in source[0]:
            self.frame(f.ethernet(ip, tags=((0x8100, 42),)))
        else:
            self.frame(f.ethernet(ip, src=f.addr(source[0])[-6:].rjust(6, b'\x02'), dst='02:00:5e:10:00:00'))

    def noise(self):
        """What is not SIP and must not come through."""
        arp = struct.pack('!HHBBH6s4s6s4s', 1, 0x0800, 6, 4, 1, b'\2\0\0\0\0\1', f.addr('198.51.100.23'), b'\0' * 6,
                          f.addr('198.51.100.1'))
        self.frame(f.ethernet(arp, ethertype=0x0806))
        name = b''.join(bytes([len(p)]) + p for p in (b'_sip', b'_udp', b'example', b'com')) + b'\0'
        query = struct.pack('!HHHHHH', 0x4242, 0x0100, 1, 0, 0, 0) + name + struct.pack('!HH', 33, 1)
        self.frame(f.ethernet(f.packet('198.51.100.23', 49152, '192.0.2.53', 53, query)))
        get = b'GET /phonebook/alice.xml HTTP/1.1\r\nHost: config.example.com\r\n\r\n'
        self.frame(f.ethernet(f.ipv4('198.51.100.23', '192.0.2.80', f.TCP,
                                     f.tcp('198.51.100.23', 50000, '192.0.2.80', 80, get))))

    def rtp(self, source, target, count):
        for n in range(count):
            head = struct.pack('!BBHII', 0x80, 0, 1000 + n, 160 * n, 0xCAFE1234)
            self.frame(f.ethernet(f.packet(source, 40000, target, 40002, head + bytes([0xD5]) * 160)))


def message(start, headers, body='', body_type=None):
    body = body if isinstance(body, bytes) else body.replace('\n', '\r\n').encode()
    if body:
        headers = headers + [('Content-Type', body_type)]
    headers = headers + [('Content-Length', str(len(body)))]
    head = start + '\r\n' + ''.join('%s: %s\r\n' % h for h in headers) + '\r\n'
    return head.encode() + body


def dialog(sender, receiver, call, cseq, method, branch=0, to_tag=False):
    """The header fields that every message of a call has."""
    return [
        ('Via', 'SIP/2.0/UDP %s:%d;branch=z9hG4bK%s;rport' % (sender.host, sender.port, token(call, cseq, 'branch%d' % branch))),
        ('Max-Forwards', '70'),
        ('From', '%s;tag=%s' % (sender.party(), token(call, 'from', 10))),
        ('To', receiver.party() + (';tag=%s' % token(call, 'to', 10) if to_tag else '')),
        ('Call-ID', '%s@%s' % (token(call, 'id'), sender.host.strip('[]'))),
        ('CSeq', '%d %s' % (cseq, method)),
    ]


def answer(request_headers, status, phrase, extra=(), body='', body_type=None, call=None):
    headers = [h for h in request_headers if h[0] in ('Via', 'From', 'To', 'Call-ID', 'CSeq')]
    if call and status > 100:
        headers = [(n, v if n != 'To' or ';tag=' in v else v + ';tag=' + token(call, 'to', 10)) for n, v in headers]
    return message('SIP/2.0 %d %s' % (status, phrase), headers + list(extra), body, body_type)


def proxy_of(person):
    return PROXY6 if ':' in person.at else PROXY


def register(out, who, first_cseq):
    """REGISTER, 401, REGISTER with digest, 200 with the binding."""
    me, server, call = (who.at, who.port), proxy_of(who), 'reg-' + who.user
    nonce = token('nonce', who.user, first_cseq, 32)

    def request(cseq, extra=()):
        headers = dialog(who, who, call, cseq, 'REGISTER')
        return headers + [('Contact', who.contact() + ';expires=300;+sip.instance="<urn:uuid:%s>"' % uuid(who)),
                          ('User-Agent', who.agent), ('Allow', 'INVITE, ACK, CANCEL, BYE, MESSAGE, NOTIFY, REFER')
                          ] + list(extra)

    start = 'REGISTER sip:%s SIP/2.0' % DOMAIN
    first = request(first_cseq)
    out.send(me, server, message(start, first))
    challenge = 'Digest realm="%s", nonce="%s", algorithm=MD5, qop="auth"' % (DOMAIN, nonce)
    out.send(server, me, answer(first, 401, 'Unauthorized', [('WWW-Authenticate', challenge)], call=call))
    digest = ('Digest username="%s", realm="%s", nonce="%s", uri="sip:%s", response="%s", cnonce="%s", nc=00000001,'
              ' qop=auth, algorithm=MD5' % (who.user, DOMAIN, nonce, DOMAIN, token('resp', who.user, first_cseq, 32),
                                            token('cnonce', who.user, 8)))
    second = request(first_cseq + 1, [('Authorization', digest)])
    out.send(me, server, message(start, second))
    out.send(server, me, answer(second, 200, 'OK', [
        ('Contact', who.contact() + ';expires=300'), ('Server', 'kamailio (5.6.3 (x86_64/linux))'),
        ('Date', 'Tue, 14 Nov 2023 22:13:20 GMT')], call=call))


def uuid(who):
    h = token('uuid', who.user, 32)
    return '-'.join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def sdp(who, call, crypto=False):
    kind = 'IP6' if ':' in who.at else 'IP4'
    lines = ['v=0', 'o=%s %d 1 IN %s %s' % (who.user, int(token(call, 8), 16), kind, who.at), 's=Call of ' + who.name,
             'e=%s@example.org (%s)' % (who.user, who.name), 'p=' + who.number, 'c=IN %s %s' % (kind, who.at), 't=0 0',
             'a=ice-ufrag:' + token(call, 'ufrag', 8), 'a=ice-pwd:' + token(call, 'pwd', 24),
             'a=fingerprint:sha-256 ' + ':'.join(token(call, 'fp', 64)[i:i + 2].upper() for i in range(0, 64, 2)),
             'm=audio 40000 RTP/%s 0 8 101' % ('SAVP' if crypto else 'AVP'), 'a=rtpmap:0 PCMU/8000',
             'a=rtpmap:8 PCMA/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16',
             'a=candidate:H%s 1 UDP 2130706431 %s 40000 typ host' % (f.addr(who.at)[-4:].hex(), who.at),
             'a=candidate:2 1 UDP 1694498815 203.0.113.250 41000 typ srflx raddr %s rport 40000' % who.at,
             'a=candidate:3 1 UDP 2122194687 %s.local 40000 typ host' % uuid(who),
             'a=ssrc:%d cname:%s@%s' % (int(token(call, 'ssrc', 8), 16), who.user, who.host.strip('[]')),
             'a=sendrecv']
    if crypto:
        lines.insert(11, 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4')
    return '\n'.join(lines) + '\n'


def call(out, caller, callee, name, crypto=False):
    """INVITE, 100, 180, 200, ACK, some media, BYE, 200; each leg through the proxy that hears the caller."""
    me, server = (caller.at, caller.port), proxy_of(caller)
    headers = dialog(caller, callee, name, 1, 'INVITE') + [
        ('Contact', caller.contact()), ('User-Agent', caller.agent), ('Supported', 'timer, replaces, 100rel'),
        ('P-Asserted-Identity', '"%s" <tel:%s>' % (caller.name, caller.number)),
        ('Subject', 'Lunch with %s' % callee.name)]
    uri = 'sip:%s@%s;user=phone' % (callee.number, DOMAIN)
    out.send(me, server, message('INVITE %s SIP/2.0' % uri, headers, sdp(caller, name, crypto), 'application/sdp'))
    out.send(server, me, answer(headers, 100, 'Trying', [('Server', 'kamailio (5.6.3 (x86_64/linux))')]))
    route = ('Record-Route', '<sip:%s;lr=on;ftag=%s;did=%s>' % (
        '[%s]' % server[0] if ':' in server[0] else server[0], token(name, 'from', 10), token(name, 'did', 7)))
    out.send(server, me, answer(headers, 180, 'Ringing', [route], call=name))
    out.tick(1800)
    out.send(server, me, answer(headers, 200, 'OK', [route, ('Contact', callee.contact())],
                                sdp(callee, name + '-b', crypto), 'application/sdp', call=name))
    target = 'sip:%s@%s:%d' % (callee.user, callee.host, callee.port)
    out.send(me, server, message('ACK %s SIP/2.0' % target, dialog(caller, callee, name, 1, 'ACK', 1, True)))
    if ':' not in caller.at:
        out.rtp(caller.at, '203.0.113.250', 4)
    out.tick(4200)
    bye = dialog(caller, callee, name, 2, 'BYE', 2, True)
    out.send(me, server, message('BYE %s SIP/2.0' % target, bye))
    out.send(server, me, answer(bye, 200, 'OK'))


def text_message(out):
    headers = dialog(ALICE, BOB, 'msg', 1, 'MESSAGE')
    out.send((ALICE.at, 5060), PROXY, message('MESSAGE sip:bob@%s SIP/2.0' % DOMAIN, headers,
                                              'Bob, the key is under the mat. Alice', 'text/plain;charset=UTF-8'))
    out.send(PROXY, (ALICE.at, 5060), answer(headers, 202, 'Accepted', call='msg'))


def notify(out, event, body_type, body):
    headers = dialog(GATEWAY, CAROL, 'sub-' + event, 7, 'NOTIFY', to_tag=True) + [
        ('Event', event), ('Subscription-State', 'active;expires=600'), ('Contact', '<sip:%s:5060>' % PROXY[0])]
    out.send(PROXY6, (CAROL.at, 5060), message('NOTIFY sip:carol@%s:5060 SIP/2.0' % CAROL.host, headers, body,
                                               body_type))
    out.send((CAROL.at, 5060), PROXY6, answer(headers, 200, 'OK'))


DIALOG_INFO = '''<?xml version="1.0"?>
<!-- written for Carol's desk -->
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full" entity="sip:alice@example.com">
<dialog id="as7d900as8" call-id="{call}" local-tag="{tag}" direction="initiator">
<state>confirmed</state>
<local><identity display="Alice Liddell">sip:alice@example.com</identity><target uri="sip:alice@198.51.100.23"/></local>
<remote><identity>tel:+442079460018</identity></remote>
</dialog></dialog-info>
'''
REGINFO = '''<?xml version="1.0"?>
<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" state="full">
<registration aor="sip:carol@example.com" id="a7" state="active">
<contact id="76" state="active" event="registered" q="0.8"><uri>sip:carol@[2001:db8:23::c0de]:5060</uri>
<display-name>Carol Peletier</display-name></contact></registration></reginfo>
'''
PIDF = '''<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:alice@example.com">
<tuple id="sg89ae"><status><basic>open</basic></status><contact priority="0.8">tel:+12015550123</contact>
<note xml:lang="en">At the Mad Hatter's until six</note></tuple></presence>
'''


def presence(out):
    notify(out, 'dialog', 'application/dialog-info+xml', DIALOG_INFO.format(
        call=token('one', 'id') + '@198.51.100.23', tag=token('one', 'from', 10)))
    notify(out, 'reg', 'application/reginfo+xml', REGINFO)
    notify(out, 'presence', 'application/pidf+xml', PIDF)
    notify(out, 'message-summary', 'application/simple-message-summary',
           'Messages-Waiting: yes\nMessage-Account: sip:carol@example.com\nVoice-Message: 4/1 (1/0)\n')


def transfer(out):
    """Alice is sent to Carol in place of another call: Replaces, escaped in a Refer-To."""
    replaces = '%s%%40198.51.100.23%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s' % (
        token('one', 'id'), token('one', 'to', 10), token('one', 'from', 10))
    headers = dialog(BOB, ALICE, 'xfer', 3, 'REFER', to_tag=True) + [
        ('Refer-To', '<sip:carol@%s?Replaces=%s>' % (DOMAIN, replaces)), ('Referred-By', BOB.party()),
        ('User-Agent', BOB.agent)]
    out.send((BOB.at, BOB.port), PROXY, message('REFER sip:alice@198.51.100.23 SIP/2.0', headers))
    out.send(PROXY, (BOB.at, BOB.port), answer(headers, 202, 'Accepted'))
    fragment = dialog(ALICE, BOB, 'xfer-n', 4, 'NOTIFY', to_tag=True) + [
        ('Event', 'refer;id=3'), ('Subscription-State', 'terminated;reason=noresource')]
    out.send(PROXY, (BOB.at, BOB.port), message('NOTIFY sip:bob@203.0.113.77:2048 SIP/2.0', fragment,
                                                'SIP/2.0 200 OK\nTo: "Carol Peletier" <sip:carol@example.com>\n',
                                                'message/sipfrag;version=2.0'))


def isup(out):
    """A call from the telephone network: SDP and the binary ISUP message side by side."""
    number = bytes([0x03, 0x10]) + bytes(int(d[1] + d[0], 16) for d in ('12', '01', '55', '50', '12', '30'))
    iam = bytes([1, 0x11, 0x48, 0, 0x0A, 3, 2, 10, 8]) + number + bytes([10, 8]) + number + b'\0'
    parts = (b'--gw-4711\r\nContent-Type: application/sdp\r\n\r\n'
             + sdp(GATEWAY, 'isup').replace('\n', '\r\n').encode()
             + b'\r\n--gw-4711\r\nContent-Type: application/ISUP;version=itu-t92+\r\n'
               b'Content-Disposition: signal;handling=optional\r\n\r\n' + iam + b'\r\n--gw-4711--\r\n')
    headers = dialog(GATEWAY, BOB, 'isup', 1, 'INVITE') + [
        ('Contact', GATEWAY.contact()), ('P-Charging-Vector', 'icid-value="gw7.example.com-4711-0815";orig-ioi=example.com'),
        ('MIME-Version', '1.0')]
    out.send((GATEWAY.at, 5060), PROXY, message('INVITE sip:%s@%s SIP/2.0' % (BOB.number, DOMAIN), headers, parts,
                                                'multipart/mixed;boundary=gw-4711'))
    out.send(PROXY, (GATEWAY.at, 5060), answer(headers, 486, 'Busy Here', [
        ('Reason', 'Q.850;cause=17;text="subscriber Bob Sawyer is busy"')], call='isup'))


def keepalives(out, count):
    for n in range(count):
        headers = dialog(GATEWAY, BOB, 'ping%d' % n, 100 + n, 'OPTIONS')
        out.send(PROXY, (BOB.at, BOB.port), message('OPTIONS sip:bob@203.0.113.77:2048 SIP/2.0', headers))
        out.send((BOB.at, BOB.port), PROXY, answer(headers, 200, 'OK', [('User-Agent', BOB.agent)]))
        out.tick(30000)


def sample(mixed):
    out = Capture(mixed)
    out.noise()
    for who in (ALICE, BOB, CAROL):
        register(out, who, 1)
    call(out, ALICE, BOB, 'one')
    text_message(out)
    call(out, CAROL, ALICE, 'two', crypto=True)
    presence(out)
    out.noise()
    transfer(out)
    isup(out)
    keepalives(out, 6)
    for who in (ALICE, BOB, CAROL):
        register(out, who, 3)
    call(out, BOB, CAROL, 'three')
    out.noise()
    return out.records


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--links', choices=('one', 'mixed'), default='one',
                         help='mixed: a second interface (Linux cooked) and VLAN tags')
    options.add_argument('out')
    args = options.parse_args()
    mixed = args.links == 'mixed'
    interfaces = [(f.ETHERNET, f.option(2, b'eth0 of alice-laptop'))] + [(f.SLL, f.option(2, b'any'))] * mixed
    records = sample(mixed)
    f.write_pcapng(args.out, interfaces, records, comment='Sample of sianto: invented people, made by make_sample.py')
    print('%d frames in %s' % (len(records), args.out))


if __name__ == '__main__':
    main()

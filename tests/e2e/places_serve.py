"""Places of the torture capture: what serves SIP (STUN, TURN, keep-alives, ICMP, TLS), what goes beside it
(RTP, RTCP, ARP ...), and other protocols that may quote it.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import struct
import zlib

import carry
import frames as f
import serve
from places import SDP
from rows_registry import table

# ---- STUN: what the class of value in the registry means here ----


def stun_values(p, value_class, transaction):
    """Values as the class says, with identities where one fits; (value, does the form fit)."""
    own = value_class
    if 'xor-address' in own:
        return [serve.stun_xor(p.ip4(None), 5060, transaction), serve.stun_xor(p.ip6(None), 5060, transaction)]
    if own.startswith('address'):
        return [serve.stun_address(p.ip4(None), 5060), serve.stun_address(p.ip6(None), 5060)]
    if 'text' in own and 'code' not in own and 'number' not in own:
        return [p('{{user}}'), p('{{host}}.example.net')]
    if 'code' in own or 'number+phrase' in own:
        return [b'\0\0\4\1' + p('{{word}}')]
    if own.startswith(('u16+RFFU', 'u8+RFFU')):
        return [b'\1\0\0\0']
    if own.startswith(('u32', 'flags32', 'crc32')):
        return [b'\0\0\1\0']
    if own.startswith('empty'):
        return [b'']
    if own.startswith('u16') and 'params' not in own and 'list' not in own:
        return [b'\0\7']
    if own.startswith('u64') or '8 bytes' in own or '8-byte' in own:
        return [p.raw(8)]
    if own.startswith('20-byte HMAC'):
        return [p.raw(20)]
    if '32-byte' in own or '16..32' in own:
        return [p.raw(32)]
    if own.startswith(('4-byte', '4 bytes')):
        return [p('{{id32|raw}}')]
    return [p.raw(16)]


# What any attribute may hold against its class.
ODD = ('{{word}}', '{{user}}@{{host}}.example.net', '\0\1\x13\xc4{{ip4|bin}}', '\0\2\x13\xc4{{ip6|bin}}', '{{ip4|bin}}', '{{hex32|raw}}', '{{id32|raw}}', '')


PRIORITY = 0x24  # any number of 32 bits is one


def pad12(p):
    return p('{{hex16|raw}}{{id32|raw}}')


def stun_with(p, attributes, kind=1, transaction=None, **more):
    return serve.stun(kind, transaction or pad12(p), attributes, **more)


def beside_sip(p, *payloads, sport=5060, dport=5060):
    """A SIP message, then payloads on the same ports."""
    return [p.ethernet(p.udp())] + [p.ethernet(p.udp(x, sport=sport, dport=dport)) for x in payloads]


def stun_rows(places, registries):
    listed = table(registries, 'stun_attributes.tsv') if os.path.isdir(registries) else []
    for row in listed:
        if not row['type_hex'].startswith('0x'):
            continue
        kind = int(row['type_hex'], 16)

        def fitting(p, k=kind, c=row['value_class']):
            found = []
            for kind_of in (0x0001, 0x0101):
                transaction = pad12(p)
                found += [serve.stun(kind_of, transaction, [(k, v)], fingerprint=k != 0x8028) for v in stun_values(p, c, transaction)]
            return beside_sip(p, *found)
        places.add('STUN attribute %s %s' % (row['type_hex'], row['name']), fitting)
        places.add('STUN attribute %s %s, other values' % (row['type_hex'], row['name']), lambda p, k=kind: beside_sip(
            p, *[stun_with(p, [(k, p(x)), (0x8022, b'x')]) for x in ODD if k != PRIORITY or '{{ip4|bin}}' != x != '{{id32|raw}}']), 'any')
    for kind in (0x7777, 0xC0FE, 0x0000, 0xFFFF):
        places.add('STUN attribute 0x%04x, unknown' % kind, lambda p, k=kind: beside_sip(p, *[stun_with(p, [(k, p(x))]) for x in ODD]))
    ice = lambda p, **more: stun_with(p, [  # noqa: E731
        (6, p('{{tok:l}}:{{tok:r}}')), (0x24, b'\0\1\2\3'), (0x802A, p.raw(8)), (0x25, b''), (0xC057, b'\0\1\0\x0a')], password=b'secret', **more)
    places.add('STUN: integrity and fingerprint', lambda p: beside_sip(p, ice(p)))
    places.add('STUN: a wrong fingerprint', lambda p: beside_sip(p, ice(p)[:-4] + b'\1\2\3\4'))
    places.add('STUN: on the flow of a candidate', lambda p: [p.ethernet(p.udp(p.sip(body='v=0\no=- 1 1 IN IP4 {{ip4:a}}\ns=-\nc=IN IP4 {{ip4:a}}\nt=0 0\n'
        'm=audio 40000 RTP/AVP 0\na=candidate:1 1 UDP 1 {{ip4:a}} 40000 typ host\na=ice-ufrag:{{tok:r}}\n'))), p.ethernet(p.udp(ice(p), sport=40000, dport=40002)),
        p.ethernet(p.back(ice(p, kind=0x101), sport=40002, dport=40000))], 'any')
    places.add('STUN: on no flow of SIP', lambda p: [p.ethernet(p.udp(ice(p), sport=3478, dport=3478))], 'any')
    places.add('STUN: on the port of SIP alone', lambda p: [p.ethernet(p.udp(ice(p)))])
    places.add('STUN: IPv6', lambda p: [p.ethernet(p.udp(v6=True)), p.ethernet(p.udp(ice(p), v6=True))])
    places.add('STUN: classic, without the cookie', lambda p: beside_sip(p, struct.pack('!HH', 0x0101, 12) + p.raw(16) + serve.stun_attribute(1, serve.stun_address(p.ip4(), 5060))))
    ended = lambda p, tail: b'\0\1' + struct.pack('!HI', len(tail), serve.COOKIE) + pad12(p) + tail  # noqa: E731
    places.add('STUN: padding that is not zero', lambda p: beside_sip(p, ended(p, b'\x80\x22\0\1' + p.raw(4) + b'\x80\x22\0\5' + p.raw(8))))
    places.add('STUN: bytes behind', lambda p: beside_sip(p, ice(p) + p('{{word}}')), 'any')
    places.add('STUN: an attribute that is too long', lambda p: beside_sip(p, ended(p, b'\x80\x22\0\xff' + p.raw(8))), 'any')
    places.add('STUN: an attribute twice', lambda p: beside_sip(p, stun_with(p, [(6, p('{{user}}')), (6, p('{{user}}'))])))
    places.add('STUN: an unknown method', lambda p: beside_sip(p, stun_with(p, [(6, p('{{user}}'))], kind=0x0FFE)), 'any')
    places.add('STUN: in ICMP', lambda p: beside_sip(p) + [p.ethernet(serve.icmp4(*p.ips()[::-1], p.udp(ice(p))))], 'any')
    places.add('TURN: allocation', lambda p: beside_sip(p, *turn(p)))
    places.add('TURN: SIP in DATA', lambda p: beside_sip(p, stun_with(p, [(0x13, p.sip()), (0x12, serve.stun_xor(p.ip4('x'), 5060, b'\0' * 12))], kind=0x16)))
    places.add('TURN: RTP in DATA', lambda p: beside_sip(p, stun_with(p, [(0x13, serve.rtp(p('{{word}}{{word}}'), ssrc=p.number()))], kind=0x17)))
    places.add('TURN: channel data', lambda p: beside_sip(p, *turn(p), serve.channel_data(0x4001, serve.rtp(p('{{word}}'), ssrc=p.number())),
                                                        serve.channel_data(0x4002, p.request())), 'any')
    places.tcp('STUN between messages', lambda p, c: (c.open(), c.send(0, p.request('TCP')), c.send(0, ice(p)), c.send(0, p.request('TCP'))))
    places.tcp('TURN on a port of its own', lambda p, c: (c.open(), *[c.send(0, x) for x in turn(p)], c.send(0, serve.channel_data(0x4001, p.request('TCP')))), 'any', port=3478)


def turn(p):
    one, two = pad12(p), pad12(p)
    user = [(6, p('{{user}}')), (0x14, p('{{host}}.example.net')), (0x15, p('{{hex32}}'))]
    return [serve.stun(3, one, [(0x19, b'\x11\0\0\0'), *user], password=b'p'),
            serve.stun(0x103, one, [(0x16, serve.stun_xor(p.ip4('r'), 49000, one)), (0x20, serve.stun_xor(p.ip4('a'), 5060, one)), (0xD, b'\0\0\2\x58'),
                                    (0x22, p.raw(8)), (0x8022, p('{{word}} {{word}}/{{num}}'))], password=b'p'),
            serve.stun(0x113, two, [(9, b'\0\0\4\1' + p('{{word}}')), *user[1:], (0x8023, serve.stun_address(p.ip4('z'), 3478)), (0x8003, p('{{host}}.example.net'))])]


# ---- keep-alives ----

KEEP_ALIVES = (b'\r\n\r\n', b'\r\n', b'\0', b'\0\0\0\0', b'\0\0', b'\r\n\0', b'jaK\0', b' ', b'0', b'\xff\xff\xff\xff')


def alive_rows(places):
    places.add('keep-alives after a message', lambda p: beside_sip(p, *KEEP_ALIVES[:4]))
    places.add('keep-alives before a message', lambda p: beside_sip(p, *KEEP_ALIVES[:4])[::-1])
    places.add('keep-alives alone on the port of SIP', lambda p: [p.ethernet(p.udp(x)) for x in KEEP_ALIVES[:4]])
    places.add('keep-alives of other forms', lambda p: beside_sip(p, *KEEP_ALIVES), 'any')
    places.add('keep-alives with words', lambda p: beside_sip(p, *[p(x) for x in (
        '{{word}}', '{{ip4|bin}}', 'keepalive {{user}}', '\r\n{{word}}\r\n', '\0\0{{id32|raw}}', 'ping {{ip4}}')]), 'any')
    places.add('keep-alive, trailer', lambda p: [p.ethernet(p.udp())] + [p.ethernet(p.udp(b'\r\n\r\n'), trailer=p('{{word}}'))])
    places.add('keep-alive, no payload', lambda p: beside_sip(p, b''), 'any')


# ---- ICMP ----

def icmp_rows(places):
    def add(name, quote, expect='kept', v6=False, **more):
        def build(p):
            packet = p.udp(p.sip() if v6 is None else None, v6=bool(v6))
            make = serve.icmp6 if v6 else serve.icmp4
            kinds = {k: x(p) if callable(x) else x for k, x in more.items()}
            return [p.ethernet(packet), p.ethernet(make(*p.ips(v6)[::-1], quote(p, packet), **kinds))]
        places.add('ICMP%s: %s' % ('v6' if v6 else '', name), build, expect, 'any')
    for v6 in (False, True):
        head = 48 if v6 else 28
        add('a whole quote', lambda p, x: x, v6=v6)
        add('a quote of 8 bytes', lambda p, x, n=head: x[:n], v6=v6)
        for size in (100, 137, 251, 400):
            add('a quote of %d bytes' % size, lambda p, x, n=size: x[:n], v6=v6)
        add('a quote of the header alone', lambda p, x, n=head: x[:n - 8], 'any', v6=v6)
        add('a quote of half a header', lambda p, x: x[:13], 'any', v6=v6)
        add('a quote with bytes behind', lambda p, x: x + p('{{word}}{{ip4|bin}}'), 'any', v6=v6)
        add('a quote of no packet before', lambda p, x, v=v6: p.udp(p.sip(), v6=v, sport=5070), v6=v6)
        add('a quote of what is not SIP', lambda p, x, v=v6: f.packet(*[y for pair in zip(p.ips(v), (53, 53)) for y in pair], p('{{word}}{{word}}')), 'any', v6=v6)
        add('a quote of a TCP segment', lambda p, x, v=v6: quoted_tcp(p, v), v6=v6)
        add('a quote of a keep-alive', lambda p, x, v=v6: p.udp(b'\r\n\r\n', v6=v), v6=v6)
        add('a quote in a quote', lambda p, x, v=v6: (serve.icmp6 if v else serve.icmp4)(*p.ips(v), x[:120]), 'any', v6=v6)
        add('a quote of a tunnel', lambda p, x, v=v6: carry.ip_in_ip(*p.ips(v), p.udp()), 'any', v6=v6)
        add('a quote of GRE', lambda p, x, v=v6: carry.gre(*p.ips(v), p.udp())[:80], 'any', v6=v6)
        add('a quote of a fragment', lambda p, x, v=v6: carry.fragment(*p.ips(v), 17, x[48 if v else 20:], (160,))[0], 'any', v6=v6)
        add('a quote of a later fragment', lambda p, x, v=v6: carry.fragment(*p.ips(v), 17, p.sip(), (160,))[1], 'any', v6=v6)
        add('time exceeded', lambda p, x: x[:120], v6=v6, kind=3 if v6 else 11, code=0)
        add('a message too big', lambda p, x: x[:200], v6=v6, kind=2 if v6 else 3, code=0 if v6 else 4, rest=b'\0\0\5\xdc')
        add('an unknown type', lambda p, x: x, 'any', v6=v6, kind=77, code=7, rest=lambda p: p('{{id32|raw}}'))
        add('unused bytes', lambda p, x: x[:120], v6=v6, rest=lambda p: p('{{id32|raw}}'))
        add('an echo', lambda p, x: p('{{word}} {{user}}@{{ip4}}'), 'any', v6=v6, kind=128 if v6 else 8, code=0, rest=lambda p: p('{{id32|raw}}'))
        add('a grown quote', lambda p, x, v=v6: p.udp(p.sip(extra='X-A: {{word}}\n' * 20), v6=v)[:1200], v6=v6)
        add('a quote that was mangled', lambda p, x: x[:6] + b'\x99' + x[7:60], 'any', v6=v6)
    add('redirect', lambda p, x: x[:28], 'any', kind=5, code=1, rest=lambda p: p('{{ip4|bin}}'))
    add('parameter problem', lambda p, x: x[:60], kind=12, code=0, rest=b'\x14\0\0\0')
    add('extensions', lambda p, x: x[:128], 'any', extension=lambda p: serve.icmp_extension(
        struct.pack('!HBB', 8, 1, 1) + b'\0\1\1\x40' + struct.pack('!HBB', 32, 2, 0x0E) + b'\0\0\0\7' + b'\0\1\0\0' + p('{{ip4|bin}}') + b'\x10' + p('{{word}}').ljust(15, b'\0')))
    places.add('ICMP: address mask, timestamp, router', lambda p: [p.ethernet(f.ipv4(*p.ips(), 1, bytes([k, 0, 0, 0]) + p('{{ip4|bin}}{{ip4|bin}}{{id32|raw}}')))
                                                                 for k in (9, 13, 17, 18)], 'drop', 'any')
    places.add('ICMPv6: neighbours', lambda p: [p.ethernet(serve.neighbour(*p.ips(True), p.ip6('t'), p.mac('x'), n)) for n in (0, 1)], 'drop', 'kept')
    places.add('ICMPv6: router advertisement', lambda p: [p.ethernet(serve.icmp6(*p.ips(True), b'\0\0\0\0\0\0\0\0\1\1' + p.mac('x') + b'\3\4\x40\xc0' + b'\0' * 12
        + p('{{ip6|bin}}') + b'\x19\3\0\0\0\0\0\1' + p('{{ip6|bin}}') + b'\x1f\3\0\0\0\0\0\1\x09' + p('{{host}}') + b'\0' * 6, 134, 0))], 'drop', 'any')
    places.add('ICMP of a segment that was rewritten', icmp_of_stream)


def quoted_tcp(p, v6):
    c = p.tcp(v6, link=bytes)
    c.open()
    c.send(0, p.sip(transport='TCP')[:900], acked=False)
    return [data for _, data in c.records(0)][3][:300]


def icmp_of_stream(p):
    c = p.tcp()
    c.open()
    c.send(0, p.sip(transport='TCP'), (400, 800))
    frames = c.records(0)
    quotes = [data[14:] for _, data in frames if len(data) > 200]
    router = p.ip4('router')
    return frames + [(frames[-1][0] + 10**7 * (n + 1), p.ethernet(serve.icmp4(router, p.ips()[0], quote[:q], 3, 4, b'\0\0\2\x40')))
                     for n, (quote, q) in enumerate((quote, q) for quote in quotes for q in (28, 40, 60, 300))]


# ---- media, and other protocols: gone by default ----

def media_rows(places):
    def add(name, payload, headers='kept', ports=(40000, 40002), expect='drop'):
        places.add('media: ' + name, lambda p: [p.ethernet(p.udp(payload(p), sport=ports[0], dport=ports[1])), p.ethernet(p.back(payload(p), sport=ports[1], dport=ports[0]))],
                   expect, headers)
    add('RTP', lambda p: serve.rtp(p('{{word}}' * 10), ssrc=p.number(), seq=p.short(), stamp=p.number()))
    add('RTP with sources and extension', lambda p: serve.rtp(p('{{word}}' * 10), ssrc=p.number(), csrc=(p.number(), p.number()), extension=p.raw(8)))
    add('RTP of DTMF', lambda p: serve.rtp(b'\7\x8a\3\xe8', 101, ssrc=p.number()))
    add('RTP padding', lambda p: b'\xa0' + serve.rtp(p('{{word}}') * 4 + b'\0\0\4', ssrc=p.number())[1:])
    items = lambda p: [(1, p('{{user}}@{{ip4}}')), (2, p('{{word}} {{word}}')), (3, p('{{user}}@{{host}}.example.net')), (4, p('+{{num}}')),  # noqa: E731
                       (5, p('{{word}}')), (6, p('{{word}}')), (7, p('{{word}}')), (8, b'\4pref' + p('{{word}}')), (77, p('{{word}}'))]
    add('RTCP', lambda p: serve.rtcp_compound(p.number(), items(p)), ports=(40001, 40003))
    add('RTCP application, extended reports, feedback', lambda p: serve.rtcp(204, 1, struct.pack('!I', p.number()) + b'qzap' + p('{{word}}'))
        + serve.rtcp(207, 0, struct.pack('!I', p.number()) + b'\7\0\0\10' + p.raw(32)) + serve.rtcp(206, 15, p.raw(16) + b'REMB' + p('{{word}}')), ports=(40001, 40003))
    add('DTLS', lambda p: b'\x16\xfe\xff\0\0\0\0\0\0\0\0' + serve.vector(2, b'\1\0\0\x60\0\0\0\0\0\0\0\x60\xfe\xfd' + p.raw(32) + b'\x20' + p.raw(32)))
    add('ZRTP', lambda p: b'\x10\0\0\1ZRTP' + p.raw(48))
    add('T.38', lambda p: b'\0\1\6' + p('{{word}}'))
    add('RTP beside SIP', lambda p: serve.rtp(p('{{word}}'), ssrc=p.number()), 'any', (5060, 5060), 'any')


def other_rows(places):
    def udp(name, port, template):
        places.add('other: ' + name, lambda p: [p.ethernet(p.udp(p(template), sport=port, dport=port))], 'drop', 'kept')
    udp('DNS', 53, '\1\2\x81\x80\0\1\0\1\0\0\0\0\x09{{host}}\7example\3net\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4{{ip4|bin}}')
    udp('DNS, NAPTR', 53, '\1\2\x81\x80\0\0\0\1\0\0\0\0\0\0\x23\0\1\0\0\0\x3c\0\x19\0\1\0\1\1u\7E2U+sip\x09{{word}}\0')
    udp('mDNS', 5353, '\0\0\x84\0\0\0\0\1\0\0\0\0\x09{{host}}\5local\0\0\1\x80\1\0\0\0\x78\0\4{{ip4|bin}}')
    udp('DHCP', 67, '\1\1\6\0{{id32|raw}}\0\0\0\0{{ip4|bin}}{{ip4|bin}}{{ip4|bin}}{{ip4|bin}}{{mac|bin}}' + '\0' * 202 + '\x63\x82\x53\x63\x0c\x09{{host}}\xff')
    udp('NetBIOS', 137, '\1\2\1\0\0\1\0\0\0\0\0\0\x20{{word}}')
    udp('SNMP', 161, '0\x29\2\1\1\4\x09{{word}}\xa0\x19{{ip4|bin}}')
    udp('syslog that quotes SIP', 514, '<13>kamailio: INVITE sip:{{user}}@{{ip4}} SIP/2.0\r\nFrom: "{{word}}"\r\n\r\n')
    udp('RADIUS', 1813, '\4\1\0\x40{{hex32|raw}}\1\x0b{{user}}\x1f\x0e{{num}}\4\6{{ip4|bin}}')
    udp('TFTP', 69, '\0\1SEP{{mac|HEX}}.cnf.xml\0octet\0')
    udp('MGCP', 2427, 'CRCX 1 aaln/1@{{host}}.example.net MGCP 1.0\r\nC: {{hex32}}\r\n\r\nv=0\r\nc=IN IP4 {{ip4}}\r\n')
    udp('H.225', 1719, '\x0e\x80\0\0\6\0\x08\x91\x4a\0\4\x80{{ip4|bin}}{{word}}')
    udp('IAX2', 4569, '\x80\1\0\0\0\0\0\0\0\0\6\1\1\x0c{{num}}\2\x09{{word}}')
    udp('NTP', 123, '\x23\0\6\xec\0\0\0\0\0\0\0\0{{ip4|bin}}{{hex32|raw}}{{hex32|raw}}')
    udp('IKE', 500, '{{hex16|raw}}{{hex16|raw}}\x21\x20\x22\x08\0\0\0\0\0\0\0\x3c{{hex32|raw}}{{hex32|raw}}')
    udp('IPFIX', 2055, '\0\x09\0\1{{ip4|bin}}{{ip4|bin}}{{user}}')
    udp('QUIC', 443, '\xc3\0\0\0\1\x08{{hex16|raw}}\0{{hex32|raw}}')
    udp('text that names SIP', 9999, '{{word}} SIP/2.0 {{user}}@{{ip4}}')
    for name, kind, template in (
            ('ARP', 0x0806, '\0\1\x08\0\6\4\0\1{{mac|bin}}{{ip4|bin}}{{mac|bin}}{{ip4|bin}}'), ('ARP, answer', 0x0806, '\0\1\x08\0\6\4\0\2{{mac|bin}}{{ip4|bin}}{{mac|bin}}{{ip4|bin}}'),
            ('RARP', 0x8035, '\0\1\x08\0\6\4\0\3{{mac|bin}}{{ip4|bin}}{{mac|bin}}{{ip4|bin}}'), ('LLDP', 0x88CC, '\2\7\4{{mac|bin}}\4\x0a\5{{word}}\x0a\x09{{host}}\0\0'),
            ('EAPOL', 0x888E, '\1\0\0\x0e\2\1\0\x0e\1{{user}}'), ('PROFINET', 0x8892, '\xfe\xff{{word}}{{host}}'), ('unknown ethertype', 0x9999, '{{word}} INVITE sip:{{user}}@{{ip4}} SIP/2.0\r\n')):
        places.add('other: ' + name, lambda p, k=kind, x=template: [p.ethernet(p(x), ethertype=k)], 'drop', 'kept' if name.startswith('ARP') else 'any')
    places.add('other: CDP', lambda p: [p.ethernet(b'\xaa\xaa\3\0\0\x0c\x20\0\2\xb4\0\0\0\1\0\x0d' + p('{{host}}') + b'\0\2\0\x11\0\0\0\1\1\1\xcc\0\4' + p('{{ip4|bin}}'), ethertype=47)], 'drop', 'any')
    places.add('other: spanning tree', lambda p: [p.ethernet(b'\x42\x42\3\0\0\0\0\0\x80\0' + p.mac('x') + b'\0\0\0\0\x80\0' + p.mac('y') + b'\x80\1\0\0\x14\0\2\0\x0f\0', ethertype=38)], 'drop', 'any')
    for number, name in ((2, 'IGMP'), (89, 'OSPF'), (103, 'PIM'), (112, 'VRRP'), (88, 'EIGRP'), (33, 'DCCP'), (136, 'UDP-Lite'), (253, 'unknown')):
        for v6 in (False, True):
            places.add('other: IP protocol %s, %s' % (name, 'v6' if v6 else 'v4'), lambda p, n=number, v=v6: [
                p.ethernet(carry.ip(*p.ips(v), n, p('\x21\1\0\x20{{ip4|bin}}{{id32|raw}}{{word}}') + p.request()))], 'any' if number == 136 else 'drop', 'any')
    places.tcp('H.225', lambda p, c: (c.open(), c.send(0, p('\3\0\0\x40\x08\2\1\1\5\4\3\x80\x90\xa2\x70\x0d\x81{{num}}\x7e\0\x20\5{{host}}{{ip4|bin}}'))), 'drop', 'kept', port=1720)
    places.tcp('Diameter', lambda p, c: (c.open(), c.send(0, p('\1\0\0\x40\x80\0\1\1{{hex16|raw}}\0\0\1\x08\x40\0\0\x11{{host}}\0\0\0\0\0\1\7\x40\0\0\x28{{host}};{{num}}'))), 'drop', 'kept', port=3868)
    places.tcp('SMTP', lambda p, c: (c.open(), c.send(0, p('MAIL FROM:<{{user}}@{{host}}.example.net>\r\n'))), 'drop', 'kept', port=25)


# ---- TLS ----

def hello(p, extra=b''):
    extensions = (serve.sni(p('{{host}}.example.net')) + serve.alpn(b'sip/2', p('{{word}}')) + serve.tls_extension(35, p.raw(48))
                  + serve.tls_extension(51, serve.vector(2, b'\0\x1d' + serve.vector(2, p.raw(32)))) + serve.tls_extension(44, serve.vector(2, p.raw(16)))
                  + serve.tls_extension(41, serve.vector(2, serve.vector(2, p('{{user}}@{{host}}')) + b'\0\0\0\1') + serve.vector(2, serve.vector(1, p.raw(32))))
                  + serve.tls_extension(0xFE0D, p.raw(32)) + serve.tls_extension(0x7777, p('{{word}} {{user}}')) + extra)
    return serve.client_hello(p.raw(32), p.raw(32), extensions)


def chain(p):
    own = serve.certificate([('CN', p('{{host}}.example.net')), ('O', p('{{word}} {{word}}')), ('mail', p('{{user}}@{{host}}.example.net'))],
                            [('CN', p('{{word}}')), ('L', p('{{word}}')), ('serial', p('{{num}}'))],
                            [(2, p('{{host}}.example.net')), (6, p('sip:{{user}}@{{host}}.example.net')), (7, p('{{ip4|bin}}')), (7, p('{{ip6|bin}}')), (1, p('{{user}}@{{host}}'))],
                            p.raw(16), p.raw(64), p.raw(64))
    return serve.certificates(own, serve.certificate([('CN', p('{{word}}')), ('OU', p('{{word}}'))], [('CN', p('{{word}}'))]))


def talk_tls(p, c, cuts=(), v13=False):
    c.open()
    c.send(0, serve.record(22, hello(p), 0x0301), cuts)
    answer = serve.record(22, serve.server_hello(p.raw(32), p.raw(32), serve.tls_extension(43, b'\3\4') if v13 else b'') + chain(p)
                          + serve.certificate_request(serve.name([('CN', p('{{word}}'))])) + serve.handshake(22, b'\1' + serve.vector(3, p.raw(48)))
                          + serve.handshake(14, b''))
    c.send(1, answer, cuts)
    c.send(0, serve.record(22, chain(p)) + serve.record(22, serve.handshake(16, p.raw(64))) + serve.record(20, b'\1') + serve.record(22, p.raw(40)), cuts)
    c.send(1, serve.record(22, serve.session_ticket(p.raw(64))) + serve.record(20, b'\1') + serve.record(22, p.raw(40)), cuts)
    for side in (0, 1, 0):
        c.send(side, serve.record(23, p.raw(160) + p('{{word}}')), cuts)
    c.send(0, serve.record(21, b'\1\0') + serve.record(24, b'\1\0\x10' + p.raw(16)) + serve.record(21, p.raw(26)), cuts)
    c.finish()


def tls_rows(places):
    places.tcp('TLS on 5061', talk_tls, port=5061)
    places.tcp('TLS 1.3 on 5061', lambda p, c: talk_tls(p, c, v13=True), port=5061)
    places.tcp('TLS on 5061, IPv6', talk_tls, port=5061, v6=True)
    places.tcp('TLS on 5060', talk_tls, port=5060)
    places.tcp('TLS cut anywhere', lambda p, c: talk_tls(p, c, range(11, 1400, 29)), port=5061)
    places.tcp('TLS of a web server', talk_tls, 'drop', 'kept', port=443)
    places.tcp('TLS from its middle', lambda p, c: (c.send(0, serve.record(23, p.raw(96))), c.send(1, serve.record(23, p.raw(96)))), port=5061)
    places.tcp('TLS, a record that is not whole', lambda p, c: (c.open(), c.send(0, serve.record(22, hello(p))[:-20]), c.reset()), port=5061)
    places.tcp('TLS, a length that lies', lambda p, c: (c.open(), c.send(0, b'\x16\3\1\xff\xff' + hello(p)), c.finish()), 'any', port=5061)
    places.tcp('TLS, an unknown record', lambda p, c: (c.open(), c.send(0, serve.record(99, p('{{word}} {{user}}'))), c.finish()), 'any', port=5061)
    places.tcp('TLS, hole in the handshake', lambda p, c: (c.open(), hole(p, c), c.finish()), 'any', port=5061)
    places.tcp('SSL 2 hello', lambda p, c: (c.open(), c.send(0, b'\x80\x2e\1\3\1\0\x15\0\0\0\x10' + b'\0\0\x2f' * 7 + p.raw(16)), c.finish()), 'any', port=5061)
    places.tcp('SIP without TLS on 5061', lambda p, c: (c.open(), c.send(0, p.sip(transport='TCP')), c.send(0, p.request('TCP')), c.finish()), port=5061)
    places.tcp('STARTTLS after SIP', lambda p, c: (c.open(), c.send(0, p.request('TCP')), c.send(0, serve.record(22, hello(p))), c.finish()))
    places.add('DTLS on 5061', lambda p: [p.ethernet(p.udp(b'\x16\xfe\xff\0\0\0\0\0\0\0\0' + serve.vector(2, hello(p)), sport=5061, dport=5061))], 'any')


def hole(p, c):
    data = serve.record(22, hello(p))
    low, high = c.write(0, data)
    c.data(0, low, low + 60)
    c.missed(0, low + 60, low + 120)
    c.data(0, low + 120, high)
    c.ack(1)


# ---- SIP itself, once more, where the planted test has no frame of its own ----

def sip_rows(places):
    places.add('SIP: compressed (SigComp)', lambda p: beside_sip(p, b'\xf8' + p('{{word}}') + zlib.compress(p.sip(), 0)), 'any')
    places.add('SIP: two messages in a datagram', lambda p: [p.ethernet(p.udp(p.request() + p.request()))], 'any')
    places.add('SIP: a body beyond Content-Length', lambda p: [p.ethernet(p.udp(p.sip(length='20')))])
    places.add('SIP: SDP that begins with something else', lambda p: [p.ethernet(p.udp(p.sip(body='{{word}}\na=crypto:1 {{word}} inline:{{b64}}|1:4\n' + SDP)))])
    places.add('SIP: IP options', lambda p: [p.ethernet(p.udp(options=b'\x07\x0b\x08' + p('{{ip4|bin}}{{ip4|bin}}')))])
    places.add('SIP: in UTF-16', lambda p: beside_sip(p, p.sip().decode('latin-1').encode('utf-16-be')), 'any')
    places.add('SIP: in hex', lambda p: beside_sip(p, p.sip().hex().encode()), 'any')
    places.add('SIP: at the length of a datagram', lambda p: [p.ethernet(p.udp(p.sip(extra='\n'.join(['X-{{name}}: {{word}}'] * 2560))))], 'kept')
    places.add('SIP: jumbogram', lambda p: [p.ethernet(f.ipv6(*p.ips(True), 0, b'\x11\0\xc2\4\0\1\0\0' + p('{{word}}') * 9))], 'any')


def all_rows(places, registries):
    stun_rows(places, registries)
    for part in (alive_rows, icmp_rows, media_rows, other_rows, tls_rows, sip_rows):
        part(places)

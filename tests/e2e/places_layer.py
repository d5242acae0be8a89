"""Places of the torture capture: tunnels, links, SCTP, HEP, Exported PDU.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct
import zlib

import carry
import frames as f


# ---- tunnels: name -> (outer packet of (planter, two ends, inner packet), expectation) ----

def ether(p, inner):
    return f.ethernet(inner, src=p.mac('c'), dst=p.mac('d'))


TUNNELS = {
    'IP in IP': (lambda p, a, b, x: carry.ip_in_ip(a, b, x), 'kept'),
    'GRE': (lambda p, a, b, x: carry.gre(a, b, x), 'kept'),
    'GRE with checksum, key and sequence': (lambda p, a, b, x: carry.gre(a, b, x, key=p.number(), sequence=p.number(), checksum=True), 'kept'),
    'GRE with Ethernet': (lambda p, a, b, x: carry.gre(a, b, ether(p, x), 0x6558), 'any'),
    'GRE with PPP': (lambda p, a, b, x: carry.gre(a, b, f.ppp_frame(x), 0x880B), 'any'),
    'GRE with an unknown type': (lambda p, a, b, x: carry.gre(a, b, x, 0x1234), 'drop'),
    'GRE, version 1': (lambda p, a, b, x: carry.ip(a, b, 47, struct.pack('!HHHHI', 0x3001, 0x880B, 4 + len(x), 7, 1) + f.ppp_frame(x)), 'any'),
    'GRE with a source route': (lambda p, a, b, x: carry.ip(a, b, 47, struct.pack('!HHHH', 0x4000, 0x0800, 0, 0) + struct.pack('!HBB', 0x800, 0, 4)
                                                            + p('{{ip4|bin}}') + b'\0\0\0\0' + x), 'any'),
    'VXLAN': (lambda p, a, b, x: carry.vxlan(a, b, ether(p, x), vni=p.number() & 0xFFFFFF), 'kept'),
    'VXLAN, reserved bits': (lambda p, a, b, x: carry.udp_in(a, b, 5555, 4789, b'\x08\xaa\xbb\xcc\0\1\2\7' + ether(p, x)), 'any'),
    'GTP-U': (lambda p, a, b, x: carry.gtpu(a, b, x, teid=p.number()), 'kept'),
    'GTP-U with a sequence number': (lambda p, a, b, x: carry.gtpu(a, b, x, teid=p.number(), sequence=77), 'kept'),
    'GTP-U with a session container': (lambda p, a, b, x: carry.gtpu(a, b, x, teid=p.number(), extension=b'\x85\x01\x10\x09\x00'), 'kept'),
    'GTP-U with an unknown extension': (lambda p, a, b, x: carry.gtpu(a, b, x, teid=p.number(), extension=b'\x7f\x03' + p.raw(8) + b'\1\2\x00'), 'any'),
    'Geneve': (lambda p, a, b, x: carry.geneve(a, b, ether(p, x)), 'any'),
    'Geneve with options': (lambda p, a, b, x: carry.geneve(a, b, ether(p, x), b'\x01\x02\x03\x02' + p.raw(8)), 'any'),
    'ERSPAN I': (lambda p, a, b, x: carry.erspan(a, b, ether(p, x), 0), 'any'),
    'ERSPAN II': (lambda p, a, b, x: carry.erspan(a, b, ether(p, x), 1), 'kept'),
    'ERSPAN III': (lambda p, a, b, x: carry.erspan(a, b, ether(p, x), 2), 'kept'),
    'Teredo': (lambda p, a, b, x: carry.teredo(a, b, x), 'any'),
    'L2TP': (lambda p, a, b, x: carry.l2tp(a, b, x), 'any'),
    'MPLS over UDP': (lambda p, a, b, x: carry.udp_in(a, b, 5555, 6635, carry.mpls(x)), 'any'),
    'AH': (lambda p, a, b, x: carry.ah(a, b, 4 if f.version(x) == 4 else 41, x), 'any'),
    'ESP': (lambda p, a, b, x: carry.ip(a, b, 50, struct.pack('!II', p.number(), 1) + x), 'drop'),
    'ESP without encryption': (lambda p, a, b, x: carry.ip(a, b, 50, struct.pack('!II', p.number(), 1) + x + b'\1\2\2\4' + b'\0' * 12), 'drop'),
    'ESP over UDP': (lambda p, a, b, x: carry.udp_in(a, b, 4500, 4500, struct.pack('!II', p.number(), 1) + x), 'drop'),
    'WireGuard': (lambda p, a, b, x: carry.udp_in(a, b, 51820, 51820, struct.pack('<IIQ', 4, p.number(), 1) + x), 'drop'),
    'OpenVPN': (lambda p, a, b, x: carry.udp_in(a, b, 1194, 1194, b'\x48' + p.raw(8) + x), 'drop'),
    'LISP': (lambda p, a, b, x: carry.udp_in(a, b, 4341, 4341, b'\x08\0\0\0\0\0\0\1' + x), 'any'),
    'CAPWAP': (lambda p, a, b, x: carry.udp_in(a, b, 5247, 5247, b'\0\x10\2\0\0\0\0\0' + carry.wlan(x, p.mac('c'), p.mac('d'), p.mac('e'))), 'any'),
    'NSH': (lambda p, a, b, x: carry.udp_in(a, b, 5555, 4790, b'\x0c\0\0\4\0\0\0\0' + b'\x0f\xc6\x02\x01\0\0\1\xff' + p('{{word}}')[:16].ljust(16) + x), 'any'),
    'SOCKS over UDP': (lambda p, a, b, x: carry.udp_in(a, b, 1080, 1080, b'\0\0\0\1' + p('{{ip4|bin}}') + b'\x13\xc4' + x), 'any'),
}


def tunnel_rows(places):
    for name, (wrap, expect) in TUNNELS.items():
        for outer6 in (False, True):
            for inner6 in (False, True):
                if name == 'Teredo' and not inner6:
                    continue
                title = 'tunnel %s: %s in %s' % (name, 'v6' if inner6 else 'v4', 'v6' if outer6 else 'v4')
                places.add(title, lambda p, w=wrap, o=outer6, i=inner6: in_tunnel(p, w, o, i), expect, 'any')
    wrap = TUNNELS['GRE'][0]
    places.add('tunnel: TCP in GRE', lambda p: tcp_in(p, lambda x: p.ethernet(wrap(p, *ends(p, False), x))))
    places.add('tunnel: TCP in VXLAN', lambda p: tcp_in(p, lambda x: p.ethernet(carry.vxlan(*ends(p, False), ether(p, x), vni=p.number('vni') & 0xFFFFFF))))
    places.add('tunnel: TCP in GTP-U', lambda p: tcp_in(p, lambda x: p.ethernet(TUNNELS['GTP-U'][0](p, *ends(p, False), x))))
    places.add('tunnel: TCP in PPPoE', lambda p: tcp_in(p, lambda x: f.pppoe(x, src=p.mac(), dst=p.mac('b'))))
    places.add('tunnel: TCP in MPLS', lambda p: tcp_in(p, lambda x: p.ethernet(carry.mpls(x), ethertype=0x8847)))
    for labels in ((17,), (100, 17), (3, 4, 5, 6, 7)):
        for v6 in (False, True):
            places.add('tunnel MPLS, %d labels, %s' % (len(labels), 'v6' if v6 else 'v4'),
                       lambda p, n=labels, v=v6: [p.ethernet(carry.mpls(p.udp(v6=v), n), ethertype=0x8847)], 'kept', 'any')
    places.add('tunnel MPLS with Ethernet', lambda p: [p.ethernet(carry.mpls(b'\0\0\0\0' + ether(p, p.udp())), ethertype=0x8847)], 'any')
    places.add('tunnel MPLS of what is no IP', lambda p: [p.ethernet(carry.mpls(p('{{word}} {{user}}@{{ip4}}' * 3)), ethertype=0x8847)], 'drop')
    places.add('tunnel PPPoE', lambda p: [f.pppoe(p.udp(), src=p.mac(), dst=p.mac('b'))])
    places.add('tunnel PPPoE discovery', lambda p: [p.ethernet(b'\x11\x09\0\0\0\x0d\1\3\0\x09' + p('{{word}}'), ethertype=0x8863)], 'drop')
    places.add('tunnel PPPoE authentication', lambda p: [p.ethernet(b'\x11\0\0\x11\0\x1a\xc0\x23\1\1\0\x18\x09' + p('{{user}}') + b'\x09' + p('{{word}}'), ethertype=0x8864)], 'drop')
    places.add('tunnels, three deep', lambda p: [p.ethernet(nested(p, 3))], 'kept', 'any')
    places.add('tunnels, deeper than the bound', lambda p: [p.ethernet(nested(p, 40))], 'drop', 'any')
    places.add('tunnel: a length that lies', lambda p: [p.ethernet(lying(p))], 'any')
    places.add('tunnel: not SIP', lambda p: [p.ethernet(wrap(p, *ends(p, False), p.udp(p('{{word}}' * 9), sport=7, dport=7)))], 'drop', 'any')
    places.add('tunnel: cut', lambda p: [(p.ethernet(wrap(p, *ends(p, False), p.udp()))[:n], 900) for n in (50, 66, 80, 300)], 'any')
    places.add('MACsec', lambda p: [p.ethernet(b'\x0c\0\0\0\0\1' + p.raw(8) + b'\x08\0' + p.udp() + p.raw(), ethertype=0x88E5)], 'drop')
    places.add('NSH over Ethernet', lambda p: [p.ethernet(b'\x0f\xc6\x01\x01\0\0\1\xff' + p.raw(16) + p.udp(), ethertype=0x894F)], 'any')


def ends(p, v6):
    return (p.ip6('c'), p.ip6('d')) if v6 else (p.ip4('c'), p.ip4('d'))


def in_tunnel(p, wrap, outer6, inner6):
    """A request and its answer."""
    a, b = ends(p, outer6)
    return [p.ethernet(wrap(p, a, b, p.udp(v6=inner6))), p.ethernet(wrap(p, b, a, p.back(p.answer(), v6=inner6)))]


def tcp_in(p, link):
    c = p.tcp(link=link)
    c.open()
    c.send(0, p.sip(transport='TCP'), (300, 500))
    c.send(1, p.answer('TCP'))
    c.finish()
    return c.records(0)


def nested(p, depth):
    packet = p.udp()
    for n in range(depth):
        packet = carry.ip_in_ip(*ends(p, n % 2 == 1), packet)
    return packet


def lying(p):
    packet = bytearray(carry.ip_in_ip(*ends(p, False), p.udp()))
    packet[22:24] = b'\xff\xff'
    return bytes(packet)


# ---- links ----

def link_rows(places):
    def add(name, linktype, build, expect='kept'):
        places.add('link ' + name, lambda p: [build(p, p.udp()), build(p, p.udp(v6=True)) if 'v4' not in name else build(p, p.back(p.answer()))],
                   expect, linktype=linktype)
    macs = lambda p: (p.mac('a'), p.mac('b'), p.mac('c'))  # noqa: E731
    add('802.11 with radiotap', carry.RADIOTAP, lambda p, x: carry.radiotap(carry.wlan(x, *macs(p))))
    add('802.11 with radiotap, quality of service', carry.RADIOTAP, lambda p, x: carry.radiotap(carry.wlan(x, *macs(p), qos=True)))
    add('802.11 with radiotap, from the access point', carry.RADIOTAP, lambda p, x: carry.radiotap(carry.wlan(x, *macs(p), to_ds=False)))
    add('802.11 with radiotap and frame check sequence', carry.RADIOTAP,
        lambda p, x: carry.radiotap(carry.wlan(x, *macs(p), fcs=struct.pack('<I', zlib.crc32(carry.wlan(x, *macs(p))))), fcs=True))
    add('802.11 without radiotap', 105, lambda p, x: carry.wlan(x, *macs(p)), 'any')
    add('802.11 encrypted', carry.RADIOTAP, lambda p, x: carry.radiotap(carry.wlan(b'\0\0\0\x20\0\0\0\0' + carry.llc(x), *macs(p), protected=True)), 'drop')
    add('802.11 beacon', carry.RADIOTAP, lambda p, x: carry.radiotap(
        b'\x80\0\0\0' + b'\xff' * 6 + p.mac('a') * 2 + b'\0\0' + b'\0' * 12 + b'\0\x09' + p('{{word}}')), 'drop')
    add('802.11 with vendor bytes in radiotap', carry.RADIOTAP, lambda p, x: struct.pack('<BBHI', 0, 0, 26, 1 << 30)
        + b'\0\0\0\0' + p.raw(8).ljust(14, b'\0') + carry.wlan(x, *macs(p)), 'any')
    add('NFLOG', carry.NFLOG, lambda p, x: carry.nflog(x, p('{{word}}'), p.mac(), 1000))
    add('NFLOG with unknown records', carry.NFLOG, lambda p, x: carry.nflog(x, extra=struct.pack('<HH', 13, 77) + p('{{word}}')), 'any')
    add('PKTAP', carry.PKTAP, lambda p, x: carry.pktap(p.ethernet(x), p('{{word}}'), p('{{word}}{{word}}'), p('{{word}}')))
    add('frame relay', carry.FRELAY, lambda p, x: carry.frame_relay(x), 'any')
    add('unknown', carry.USER0, lambda p, x: x, 'drop')
    add('PPP', f.PPP, lambda p, x: f.ppp_frame(x))
    add('PPP with HDLC', 50, lambda p, x: f.ppp_frame(x))
    add('SLL', f.SLL, lambda p, x: f.sll(x, p.mac(), b'Qz'))
    add('SLL, an address of another length', f.SLL, lambda p, x: struct.pack('!HHH', 0, 1, 8) + p.raw(8) + struct.pack('!H', f.ETHERTYPE[f.version(x)]) + x)
    add('SLL2', f.SLL2, lambda p, x: f.sll2(x, p.mac()))
    add('NULL', f.NULL, lambda p, x: f.null(x))
    add('LOOP', f.LOOP, lambda p, x: f.loop(x))
    add('raw', f.RAW, lambda p, x: x)
    add('IPv4 (v4)', f.IPV4, lambda p, x: x)
    add('IPv6', f.IPV6, lambda p, x: x if f.version(x) == 6 else p.udp(v6=True))
    add('Ethernet, QinQ', f.ETHERNET, lambda p, x: p.ethernet(x, tags=((0x88A8, 7), (0x8100, 9))))
    add('Ethernet, four tags', f.ETHERNET, lambda p, x: p.ethernet(x, tags=((0x8100, 7),) * 4), 'any')
    add('Ethernet, LLC and SNAP', f.ETHERNET, lambda p, x: p.ethernet(carry.llc(x), ethertype=len(carry.llc(x))), 'any')
    add('Ethernet, trailer', f.ETHERNET, lambda p, x: p.ethernet(x, trailer=p('{{word}}{{ip4|bin}}')))
    add('Prism', 119, lambda p, x: struct.pack('<II16s', 0x44, 144, p('{{word}}')).ljust(144, b'\0') + carry.wlan(x, *macs(p)), 'any')
    add('USB', 220, lambda p, x: p.raw(64) + x, 'drop')
    add('Linux IP over Infiniband', 242, lambda p, x: p.raw(40) + struct.pack('!HH', f.ETHERTYPE[f.version(x)], 0) + x, 'any')
    places.add('link 802.11: TCP', lambda p: tcp_in(p, lambda x: carry.radiotap(carry.wlan(x, *macs(p)))), linktype=carry.RADIOTAP)
    places.add('link NFLOG: TCP', lambda p: tcp_in(p, lambda x: carry.nflog(x)), linktype=carry.NFLOG)


# ---- SCTP ----

def association(p, v6, chunks, answers=(), port=5060, parameters=b''):
    """INIT, INIT ACK, COOKIE ECHO, COOKIE ACK, then `chunks` of the client and `answers` of the server."""
    a, b = p.ips(v6)
    tags = p.number(), p.number()
    there = lambda body, tag=tags[1]: p.ethernet(carry.ip(a, b, 132, carry.sctp(43210, port, body, tag)))  # noqa: E731
    back = lambda body, tag=tags[0]: p.ethernet(carry.ip(b, a, 132, carry.sctp(port, 43210, body, tag)))  # noqa: E731
    found = [there(carry.sctp_init(tags[0], p.number('tsn'), parameters), 0),
             back(carry.sctp_init(tags[1], p.number(), carry.sctp_parameter(7, p.raw(32)) + parameters, True)),
             there(carry.chunk(10, 0, p.raw(32))), back(carry.chunk(11, 0, b''))]
    return found + [there(x) for x in chunks] + [back(x) for x in answers]


def sctp_rows(places):
    def add(name, chunks, expect='kept', answers=lambda p: [carry.sctp_data(p.answer('SCTP'), p.number())], **more):
        for v6 in (False, True):
            places.add('SCTP %s: %s' % ('v6' if v6 else 'v4', name), lambda p, v=v6: association(p, v, chunks(p), answers(p), **{
                k: f(p) if callable(f) else f for k, f in more.items()}), expect, 'any')
    whole = lambda p: carry.sctp_data(p.sip(transport='SCTP'), p.number())  # noqa: E731
    add('a message a chunk', lambda p: [whole(p)])
    add('on another port', lambda p: [whole(p)], port=36412)
    add('two chunks in a packet', lambda p: [carry.sctp_data(p.request('SCTP'), 100) + carry.sctp_data(p.request('SCTP'), 101)])
    add('a message in three chunks', lambda p: in_chunks(p, range(3)))
    add('a message in three chunks, out of order', lambda p: in_chunks(p, (2, 0, 1)))
    add('a message in three chunks, one missing', lambda p: in_chunks(p, (0, 2)), 'any')
    add('a chunk again', lambda p: [whole(p)] * 2)
    add('unordered', lambda p: [carry.sctp_data(p.sip(transport='SCTP'), p.number(), flags=7)])
    add('I-DATA', lambda p: [carry.chunk(64, 3, struct.pack('!IHHII', p.number(), 1, 0, 1, 0) + p.sip(transport='SCTP'))], 'any')
    add('keep-alive in a chunk', lambda p: [whole(p), carry.sctp_data(b'\r\n\r\n', 7)])
    add('junk in a chunk', lambda p: [whole(p), carry.sctp_data(p('{{word}} {{user}}@{{ip4}}'), 7)])
    add('padding of a chunk', lambda p: [whole(p)[:-1] + b'Q'], 'any')
    add('heartbeat', lambda p: [whole(p), carry.chunk(4, 0, carry.sctp_parameter(1, p.raw(32) + p('{{ip4|bin}}')))])
    add('abort with a reason', lambda p: [whole(p), carry.chunk(6, 0, struct.pack('!HH', 12, 4 + 9) + p('{{word}}') + b'\0\0\0')])
    add('error with an address', lambda p: [whole(p), carry.chunk(9, 0, carry.sctp_parameter(5, carry.sctp_parameter(5, p('{{ip4|bin}}'))))])
    add('SACK, shutdown', lambda p: [whole(p), carry.chunk(3, 0, struct.pack('!IIHH', p.number('tsn'), 65535, 0, 0)), carry.chunk(7, 0, struct.pack('!I', p.number('tsn')))])
    add('AUTH', lambda p: [carry.chunk(15, 0, struct.pack('!HH', 0, 1) + p.raw(20)) + whole(p)])
    add('address change', lambda p: [whole(p), carry.chunk(0xC1, 0, struct.pack('!I', 1) + carry.sctp_parameter(5, p('{{ip4|bin}}'))
                                                          + struct.pack('!HHI', 0xC001, 28, 1) + carry.sctp_parameter(6, p('{{ip6|bin}}')))])
    add('texts where lists of streams stand', lambda p: [whole(p)] + [carry.chunk(k, 0, struct.pack('!I', p.number()) + p('{{word}} {{user}}@{{ip4}}')) for k in (0xC0, 0xC2)]
        + [carry.chunk(0x82, 0, carry.sctp_parameter(13, struct.pack('!III', 1, 2, 3) + p('{{word}} {{user}}')))])
    add('padding chunk', lambda p: [whole(p), carry.chunk(0x84, 0, p('{{word}}{{word}}'))])
    add('unknown chunk', lambda p: [whole(p), carry.chunk(0x3F, 0, p('{{word}} {{user}}'))], 'any')
    add('addresses in INIT', lambda p: [whole(p)], parameters=lambda p: carry.sctp_parameter(5, p('{{ip4|bin}}')) + carry.sctp_parameter(6, p('{{ip6|bin}}'))
        + carry.sctp_parameter(11, p('{{host}}.example.net\0')) + carry.sctp_parameter(0x8002, p.raw(32)) + carry.sctp_parameter(0x9999, p('{{word}}')))
    places.add('SCTP: not SIP', lambda p: association(p, False, [carry.sctp_data(p('{{word}} {{word}}'), 1)], port=2905), 'drop', 'any')
    places.add('SCTP: wrong checksum', lambda p: [x[:46 - 4] + b'\x12\x34\x56\x78' + x[46:] for x in association(p, False, [carry.sctp_data(p.request('SCTP'), 1)])])
    places.add('SCTP in UDP', lambda p: [p.ethernet(f.packet(p.ip4('a'), 9899, p.ip4('b'), 9899, carry.sctp(5060, 5060, carry.sctp_data(p.request('SCTP'), 1))))], 'any')
    places.add('SCTP: a chunk length that lies', lambda p: [p.ethernet(carry.ip(*p.ips(), 132, carry.sctp(
        5060, 5060, b'\0\3\xff\xff' + p.number().to_bytes(4, 'big') + b'\0\1\0\0\0\0\0\0' + p.request('SCTP'))))], 'any')


def in_chunks(p, order):
    message, tsn = p.sip(transport='SCTP'), p.number()
    third = len(message) // 3
    parts = [message[:third], message[third:2 * third], message[2 * third:]]
    return [carry.sctp_data(parts[n], (tsn + n) & 0xFFFFFFFF, flags=(2, 0, 1)[n]) for n in order]


# ---- HEP ----

def hep_rows(places):
    ends_of = lambda p, v: (p.ip6('c'), 5060, p.ip6('d'), 5060) if v else (p.ip4('c'), 5060, p.ip4('d'), 5060)  # noqa: E731
    secret = lambda p: (carry.hep_chunk(14, p('{{tok}}')) + carry.hep_chunk(17, p('{{hex32}}@{{ip4}}')) + carry.hep_chunk(19, p('{{host}}'))  # noqa: E731
                        + carry.hep_chunk(18, b'\0\7') + carry.hep_chunk(99, p('{{word}}'), 0x1234))
    kinds = {
        'HEP 3': lambda p, v: carry.hep3(*ends_of(p, v), p.sip(), secret(p)),
        'HEP 3, small': lambda p, v: carry.hep3(*ends_of(p, v), p.request()),
        'HEP 3 of TCP': lambda p, v: carry.hep3(*ends_of(p, v), p.sip(transport='TCP'), proto=6),
        'HEP 2': lambda p, v: carry.hep2(*ends_of(p, v), p.sip()),
        'HEP 1': lambda p, v: carry.hep2(*ends_of(p, v), p.sip(), version=1),
    }
    for name, build in kinds.items():
        for v6 in (False, True):
            places.add('%s, %s' % (name, 'v6' if v6 else 'v4'), lambda p, b=build, v=v6: [
                p.ethernet(p.udp(b(p, v), sport=9060, dport=9060)), p.ethernet(p.udp(b(p, not v), v6=True, sport=9060, dport=9060))], 'kept', 'any')
    places.add('HEP 3 over TCP', lambda p: over_tcp(p, [carry.hep3(*ends_of(p, v), p.sip(), secret(p)) for v in (0, 1, 0)]))
    places.add('HEP 3 over TCP, cut anywhere', lambda p: over_tcp(p, [carry.hep3(*ends_of(p, v), p.sip(), secret(p)) for v in (0, 1)], range(5, 3000, 37)))
    for kind, text in ((5, '{"{{name}}":"{{word}}","ip":"{{ip4}}"}'), (100, '{{word}} {{user}}@{{ip4}}'), (34, '{"CORRELATION_ID":"{{hex32}}@{{ip4}}"}'), (1, '\r\n\r\n')):
        places.add('HEP 3 of kind %d' % kind, lambda p, k=kind, x=text: [p.ethernet(p.udp(carry.hep3(*ends_of(p, 0), p(x), kind=k), sport=9060, dport=9060))], 'any')
    places.add('HEP 3, compressed payload', lambda p: [p.ethernet(p.udp(carry.hep3(
        *ends_of(p, 0), b'', carry.hep_chunk(16, zlib.compress(p.sip(), 0))), sport=9060, dport=9060))], 'any')
    places.add('HEP 3, a length that lies', lambda p: [p.ethernet(p.udp(b'HEP3\xff\xff' + carry.hep3(*ends_of(p, 0), p.request())[6:], sport=9060, dport=9060))], 'any')
    places.add('HEP 3, bytes behind', lambda p: [p.ethernet(p.udp(carry.hep3(*ends_of(p, 0), p.request()) + p('{{word}}'), sport=9060, dport=9060))], 'any')
    places.add('HEP 3 on another port', lambda p: [p.ethernet(p.udp(carry.hep3(*ends_of(p, 0), p.request(), secret(p)), sport=7777, dport=7778))], 'any')


def over_tcp(p, messages, cuts=()):
    c = p.tcp(port=9060)
    c.open()
    c.send(0, b''.join(messages), cuts)
    c.finish()
    return c.records(0)


# ---- Exported PDU ----

def pdu_rows(places):
    def add(name, build, expect='kept'):
        places.add('Exported PDU: ' + name, lambda p: [build(p)], expect, linktype=carry.EXPORTED_PDU)
    add('SIP, no ends', lambda p: carry.exported_pdu(p.sip()))
    add('SIP, IPv4', lambda p: carry.exported_pdu(p.sip(), *p.ips(), 5060, 5060))
    add('SIP, IPv6', lambda p: carry.exported_pdu(p.sip(), *p.ips(True), 5060, 5060))
    add('SIP, TCP', lambda p: carry.exported_pdu(p.sip(transport='TCP'), *p.ips(), 43210, 5060, port_type=2))
    add('SIP, TLS', lambda p: carry.exported_pdu(p.sip(transport='TLS'), *p.ips(), 43210, 5061, b'sip', port_type=2))
    add('by a heuristic', lambda p: carry.exported_pdu(p.sip(), *p.ips(), 5060, 5060, b'').replace(carry.tag(12, b''), carry.tag(13, b'sip_udp')), 'any')
    add('by a table', lambda p: carry.tag(14, b'udp.port') + carry.tag(32, struct.pack('!I', 5060)) + carry.tag(0, b'') + p.sip(), 'any')
    for number in (1, 10, 11, 27, 28, 29, 30, 31, 33, 34, 36, 77, 0x8000):
        add('tag %d' % number, lambda p, n=number: carry.exported_pdu(p.sip(), *p.ips(), 5060, 5060, extra=carry.tag(n, p('{{word}} {{user}}'))), 'any')
    add('padding of a tag', lambda p: struct.pack('!HH', 12, 16) + b'sip\0' + p('{{word}}')[:9] + b'\0\0\0' + carry.exported_pdu(p.sip(), *p.ips())[8:], 'any')
    add('bytes behind the end tag', lambda p: carry.exported_pdu(b'').replace(b'\0\0\0\0', b'') + struct.pack('!HH', 0, 12) + p('{{word}}')[:12].ljust(12) + p.sip(), 'any')
    add('an unknown protocol', lambda p: carry.exported_pdu(p('{{word}}'), *p.ips(), 5060, 5060, p('{{word}}')), 'drop')
    add('another protocol', lambda p: carry.exported_pdu(p('GET /{{word}} HTTP/1.1\r\nHost: {{host}}\r\n\r\n'), *p.ips(), 80, 80, b'http'), 'drop')
    add('another protocol that quotes SIP', lambda p: carry.exported_pdu(p.sip(), *p.ips(), 514, 514, b'syslog'), 'any')
    add('keep-alive', lambda p: carry.exported_pdu(b'\r\n\r\n', *p.ips(), 5060, 5060), 'any')
    add('two messages', lambda p: carry.exported_pdu(p.request('TCP') + p.request('TCP'), *p.ips(), 5060, 5060, port_type=2), 'any')
    add('no end tag', lambda p: carry.exported_pdu(b'')[:-4] + p.sip(), 'any')
    add('cut', lambda p: carry.exported_pdu(p.sip(), *p.ips(), 5060, 5060)[:200], 'any')


def all_rows(places):
    for part in (tunnel_rows, link_rows, sctp_rows, hep_rows, pdu_rows):
        part(places)

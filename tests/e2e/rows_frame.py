"""Planted rows: what lies around a message, from the link layer up, and frames that are not SIP.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

import frames as f
from rows import CLIENT, SERVER, compose

LINKTYPES = {'Ethernet': f.ETHERNET, 'raw': f.RAW, 'IPv4': f.IPV4, 'SLL': f.SLL, 'SLL2': f.SLL2, 'NULL': f.NULL,
             'LOOP': f.LOOP, 'PPP': f.PPP}
ODD = 'Contact: "{{word}}" <sip:{{user}}@{{ip4}}>'


def datagram(render, src='{{ip4}}', dst='{{ip4}}', extra=ODD, **ip):
    """An IP packet with a message; its addresses are templates."""
    source, target = (f.addr(render(a).decode()) for a in (src, dst))
    options = render(ip.pop('options', ''))
    if options:
        ip['options'] = options
    return f.packet(source, 5060, target, 5060, compose(render, extra), **ip)


def bare_mac(render):
    return render('{{mac|bin}}')


def link_rows(rows):
    for name, linktype in LINKTYPES.items():
        rows.frame('link %s: addresses' % name, lambda r, k=linktype: f.LINKS[k](datagram(r)), linktype=linktype)
        rows.frame('link %s: bytes behind the packet' % name,
                   lambda r, k=linktype: f.LINKS[k](datagram(r)) + r('{{word}}{{ip4|bin}}'), linktype=linktype, expect='kept')
        if name != 'IPv4':
            rows.frame('link %s: IPv6' % name, lambda r, k=linktype: f.LINKS[k](datagram(r, '{{ip6}}', '{{ip6}}')),
                       linktype=linktype)
    rows.frame('Ethernet: MAC addresses', lambda r: f.ethernet(datagram(r), src=bare_mac(r), dst=bare_mac(r)))
    rows.frame('Ethernet: padding', lambda r: f.ethernet(datagram(r), trailer=r('{{word}}{{word}}')))
    rows.frame('Ethernet: a short frame', lambda r: f.ethernet(f.packet(*CLIENT, *SERVER, b'\r\n\r\n'),
                                                               trailer=r('{{word}}{{word}}')), expect='any')
    rows.frame('Ethernet: VLAN', lambda r: f.ethernet(datagram(r), tags=((0x8100, 0x6042),)))
    rows.frame('Ethernet: QinQ', lambda r: f.ethernet(datagram(r), tags=((0x88A8, 7), (0x8100, 0xF042))))
    rows.frame('PPPoE', lambda r: f.pppoe(datagram(r), src=bare_mac(r), dst=bare_mac(r)))
    rows.frame('SLL: address and its padding', lambda r: f.sll(datagram(r), bare_mac(r), r('{{word}}')[:2]), linktype=f.SLL)
    rows.frame('SLL2: address', lambda r: f.sll2(datagram(r), bare_mac(r)), linktype=f.SLL2)


def ip_rows(rows):
    def ethernet(name, expect='sip', wire=None, cut=None, **ip):
        def build(render):
            frame = f.ethernet(datagram(render, **ip))
            return frame if cut is None else frame[:cut]
        rows.frame('IP: ' + name, build, expect=expect, wire=wire)

    ethernet('record route option', options='\x07\x0b\x08{{ip4|bin}}{{ip4|bin}}')
    ethernet('loose source route option', options='\x83\x0b\x04{{ip4|bin}}{{ip4|bin}}')
    ethernet('timestamp option', options='\x44\x14\x15\x01{{ip4|bin}}\0\0\0\x01{{ip4|bin}}\0\0\0\x02')
    ethernet('unknown option', options='\x9e\x0b{{word}}')
    ethernet('security option', options='\x82\x0b{{word}}')
    ethernet('bytes behind the end of options', options='\x00{{word}}', expect='any')
    ethernet('option cut', options='\x07\x27\x04{{word}}', expect='any')
    for number, name in ((0, 'hop-by-hop'), (60, 'destination')):
        rows.frame('IPv6: %s options' % name, lambda r, n=number: f.ethernet(datagram(
            r, '{{ip6}}', '{{ip6}}', extensions=((n, b'\x1e\x09' + r('{{word}}')),))), expect='any')
    rows.frame('IPv6: routing header', lambda r: f.ethernet(datagram(
        r, '{{ip6}}', '{{ip6}}', extensions=((43, b'\x00\x00\0\0\0\0' + r('{{ip6|bin}}')),))), expect='any')
    rows.frame('IPv6: home address option', lambda r: f.ethernet(datagram(
        r, '{{ip6}}', '{{ip6}}', extensions=((60, b'\x01\x02\0\0\xc9\x10' + r('{{ip6|bin}}')),))), expect='any')
    rows.frame('IPv6: mapped, NAT64 and 6to4', lambda r: f.ethernet(datagram(
        r, '64:ff9b::{{ip4}}', '::ffff:{{ip4}}')))
    rows.frame('UDP: wrong checksum', lambda r: f.ethernet(datagram(r, checksum='wrong')))
    rows.frame('UDP: no checksum', lambda r: f.ethernet(datagram(r, checksum='zero')))
    rows.frame('UDP: length too small', lambda r: f.ethernet(shorten(datagram(r), -30)), expect='any')
    rows.frame('UDP: length too large', lambda r: f.ethernet(shorten(datagram(r), 30)), expect='any')
    for keep in (20, 40, 45, 60, 150, 250, 330):
        rows.frame('cut at %d bytes' % keep, lambda r, n=keep: f.ethernet(datagram(
            r, extra='Subject: {{word}}\nContact: <sip:{{user}}@{{host}}.example.net>'))[:n], wire=600, expect='any')
    rows.frame('cut in a value', cut_in_value, wire=600, expect='any')


def shorten(packet, delta):
    length = struct.unpack('!H', packet[24:26])[0] + delta
    return packet[:24] + struct.pack('!H', length) + packet[26:]


def cut_in_value(render):
    frame = f.ethernet(datagram(render, extra='Subject: plain\nContact: <sip:base@{{host}}.example.net>'))
    return frame[:frame.index(b'.example.net>')]


def other_rows(rows):
    """What is no SIP is dropped, with a reason, and leaves no trace; other carriers leave none of what is planted."""
    def drop(name, build, **kw):
        rows.frame('dropped: ' + name, build, expect='drop', **kw)

    def kept(name, build):
        rows.frame('other carriers: ' + name, build, expect='any')


    request = 'OPTIONS sip:{{user}}@{{ip4}} SIP/2.0\r\nFrom: {{word}}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
    drop('ARP', lambda r: f.ethernet(struct.pack('!HHBBH', 1, 0x800, 6, 4, 1) + r('{{mac|bin}}{{ip4|bin}}{{mac|bin}}{{ip4|bin}}'), ethertype=0x806))
    drop('LLDP', lambda r: f.ethernet(b'\x02\x07\x04' + r('{{mac|bin}}') + b'\x0a\x09' + r('{{word}}') + b'\0\0', ethertype=0x88CC))
    drop('DNS', lambda r: f.ethernet(f.packet(CLIENT[0], 5353, SERVER[0], 53, b'\1\2\1\0\0\1\0\0\0\0\0\0\x09' + r('{{host}}') + b'\x03net\0\0\1\0\1')))
    drop('RTP', lambda r: f.ethernet(f.packet(CLIENT[0], 40000, SERVER[0], 40000, b'\x80\0\0\1\0\0\0\1\0\0\0\1' + r('{{word}}'))))
    drop('syslog that quotes SIP', lambda r: f.ethernet(f.packet(CLIENT[0], 514, SERVER[0], 514, r('<13>kamailio: ' + request))))
    drop('HTTP', lambda r: f.ethernet(f.ipv4(CLIENT[0], SERVER[0], 6, f.tcp(CLIENT[0], 1234, SERVER[0], 80, r('GET /{{word}} HTTP/1.1\r\nHost: {{host}}\r\n\r\n')))))
    kept('SCTP', lambda r: f.ethernet(f.ipv4(CLIENT[0], SERVER[0], 132, b'\x13\xc4\x13\xc4\0\0\0\0\0\0\0\0' + r(request))))
    kept('GRE', lambda r: f.ethernet(f.ipv4(CLIENT[0], SERVER[0], 47, b'\0\0\x08\0' + datagram(r))))
    kept('IP in IP', lambda r: f.ethernet(f.ipv4(CLIENT[0], SERVER[0], 4, datagram(r))))
    drop('ESP', lambda r: f.ethernet(f.ipv4(CLIENT[0], SERVER[0], 50, b'\0\0\0\1\0\0\0\1' + r(request))))
    kept('MPLS', lambda r: f.ethernet(b'\0\1\1\x40' + datagram(r), ethertype=0x8847))
    kept('VXLAN', lambda r: f.ethernet(f.packet(CLIENT[0], 4789, SERVER[0], 4789, b'\x08\0\0\0\0\0\1\0' + f.ethernet(datagram(r)))))
    drop('802.3', lambda r: f.ethernet(r('\x42\x42\x03{{word}}'), ethertype=0x0026))
    drop('ethertype unknown', lambda r: f.ethernet(r('{{word}}' + request), ethertype=0x9999))
    drop('text on port 5060', lambda r: f.ethernet(f.packet(*CLIENT, *SERVER, r('hello {{word}} {{ip4}}'))))
    drop('binary on port 5060', lambda r: f.ethernet(f.packet(*CLIENT, *SERVER, r('\x00\x01\x02{{word}}'))))
    drop('link type unknown', lambda r: r('{{word}}' + request), linktype=147)
    drop('a frame of 3 bytes', lambda r: r('{{word}}')[:3])
    # Kept, anonymized; torture.py asks more of them.
    for name, build in (
            ('TCP', lambda r: f.ipv4('10.9.9.9', '10.8.8.8', 6, f.tcp('10.9.9.9', 5060, '10.8.8.8', 5060, r(request)))),
            ('fragment, first', lambda r: f.ipv4(*addresses(r), 17, datagram(r)[20:], fragment=0x2000)),
            ('fragment, later', lambda r: f.ipv4(*addresses(r), 17, r(request), fragment=0x0020)),
            ('ICMP quote', lambda r: f.ipv4(*addresses(r), 1, b'\x03\x03\0\0\0\0\0\0' + datagram(r))),
            ('STUN', lambda r: f.packet(*CLIENT, *SERVER, b'\0\1\0\x10\x21\x12\xa4\x42' + r('{{word}}')[:9] + b'abc\0\6\0\x09' + r('{{word}}') + b'\0\0\0'))):
        rows.frame('other carriers: ' + name, lambda r, b=build: f.ethernet(b(r)), expect='any')


def addresses(render):
    return f.addr(render('{{ip4}}').decode()), f.addr(render('{{ip4}}').decode())


def all_rows(rows):
    link_rows(rows)
    ip_rows(rows)
    other_rows(rows)

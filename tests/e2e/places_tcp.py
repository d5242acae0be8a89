"""Places of the torture capture: streams and what is cut in pieces.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import struct
import zlib

import carry
import frames as f
import streams as t


def said(p, c, request=None, answer=None, cuts=()):
    """Opened, a request, its answer."""
    c.open()
    c.send(0, p.sip(transport='TCP') if request is None else request, cuts)
    c.send(1, p.answer('TCP') if answer is None else answer)


def more_options(c, options):
    """The conversation's segments get TCP options of their own in front of their data."""
    plain = c.octets

    def octets(s):
        segment = plain(s)
        size = segment[12] >> 4 << 2
        extra = options(s)
        extra += b'\0' * (-len(extra) % 4)
        if not extra or size + len(extra) > 60:
            return segment
        head = segment[:12] + bytes([(size + len(extra)) // 4 << 4]) + segment[13:16] + b'\0\0' + segment[18:size] + extra
        return t.with_checksum(c.sides[s.side].end[0], c.sides[1 - s.side].end[0], head + segment[size:])
    c.octets = octets


def tcp_rows(places):
    add = places.tcp
    add('ends, numbers, timestamps', said)
    add('ends, numbers, timestamps, IPv6', said, v6=True)
    add('a port of its own', said, port=15060)
    add('many cuts', lambda p, c: said(p, c, cuts=range(7, 900, 7)))
    add('large cuts', lambda p, c: said(p, c, cuts=range(300, 900, 300)))

    def ended(p, c):
        said(p, c)
        c.finish()
    add('closed', ended)

    def twice(p, c):
        said(p, c)
        whole = len(c.stream(0))
        c.data(0, 0, whole // 2)
        c.data(0, whole // 3, whole)
    add('retransmission', twice)

    def reordered(p, c):
        c.open()
        low, high = c.write(0, p.sip(transport='TCP'))
        for a, b in t.pieces(low, high, range(150, high, 150))[::-1]:
            c.data(0, a, b)
        c.ack(1)
    add('backwards', reordered)

    def two(p, c):
        said(p, c)
        data = c.stream(0)
        other = p.sip(transport='TCP')[:len(data)]
        c.segment(0, 0, other, t.PSH | t.ACK)
        c.segment(0, 100, p('{{word}}{{user}}{{tok}}'), t.PSH | t.ACK)
    add('retransmission of another content', two)

    def two_first(p, c):
        """The other content comes before the hole is closed."""
        c.open()
        low, high = c.write(0, p.sip(transport='TCP'))
        c.data(0, low + 300, high)
        c.segment(0, 200, p('{{word}}{{user}}') * 10, t.PSH | t.ACK)
        c.data(0, low, high)
        c.ack(1)
    add('overlap of another content, in a hole', two_first)

    def no_head(p, c):
        said(p, c)
        c.forget(lambda s: s.side == 0 and s.off >= 0 or s.side)
        low, high = c.write(0, p.sip(transport='TCP'))
        c.data(0, low + 400, high)
        c.ack(1)
    add('a message without its head', no_head)

    def middle_only(p, c):
        low, high = c.write(0, p.sip(transport='TCP'))
        c.data(0, low + 400, high)
        c.data(0, *c.write(0, p.request('TCP')))
        c.ack(1)
    add('starts in a message', middle_only)

    def tail_lost(p, c):
        said(p, c)
        low, high = c.write(0, p.sip(transport='TCP'))
        c.data(0, low, low + 500)
        c.ack(1)
        c.reset(1)
    add('a message without its tail', tail_lost)

    def hole(p, c):
        said(p, c)
        low, high = c.write(0, p.sip(transport='TCP'))
        c.data(0, low, low + 200)
        c.missed(0, low + 200, low + 350)
        c.data(0, low + 350, high)
        c.ack(1)
        c.send(0, p.request('TCP'))
    add('a hole in a message', hole)

    def gaps_everywhere(p, c):
        said(p, c)
        for word in ('<sip:{{user}}@{{host}}.example.net>\r\nCall-ID: {{tok}}', 'INVITE sip:{{user}}', 'SIP/2.0\r\nFrom: {{word}}'):
            data = p(word)
            c.write(0, b'.' * 100)
            c.missed(0, c.sent(0), c.sent(0) + 100)
            c.data(0, *c.write(0, data))
        c.ack(1)
    add('pieces between holes', gaps_everywhere)

    def fast(p, c):
        c.open(fast=p.sip(transport='TCP')[:1300])
        c.send(1, p.answer('TCP'))
    add('data in the SYN', fast)
    add('fast open cookie', lambda p, c: (more_options(c, lambda s: b'\x22\x12' + p.raw() if s.flags & t.SYN else b''), said(p, c)))
    add('MD5 signature option', lambda p, c: (more_options(c, lambda s: b'\x13\x12' + p.raw()), said(p, c)))
    add('authentication option', lambda p, c: (more_options(c, lambda s: b'\x1d\x10\x01\x02' + p.raw(12)), said(p, c)))
    add('experimental option', lambda p, c: (more_options(c, lambda s: b'\xfd\x0b' + p('{{word}}')), said(p, c)))
    add('unknown option', lambda p, c: (more_options(c, lambda s: b'\x63\x0b' + p('{{word}}')), said(p, c)))
    add('multipath option: keys', lambda p, c: (more_options(c, lambda s: b'\x1e\x0c\x00\x01' + p.raw(8) if s.flags & t.SYN else b''), said(p, c)))
    add('multipath option: another address', lambda p, c: (more_options(
        c, lambda s: b'\x1e\x08\x30\x01' + p('{{ip4|bin}}') if not s.flags & t.SYN else b''), said(p, c)))
    add('multipath option: another IPv6 address', lambda p, c: (more_options(
        c, lambda s: b'\x1e\x14\x30\x01' + p('{{ip6|bin}}') if not s.flags & t.SYN else b''), said(p, c)), stamps=False)
    add('SACK of numbers that mean nothing', lambda p, c: (said(p, c), more_options(
        c, lambda s: b'\x01\x01\x05\x0a' + p('{{id32|raw}}{{id32|raw}}') if not s.flags & t.SYN else b'')))
    add('echo options', lambda p, c: (more_options(c, lambda s: b'\x06\x06' + p('{{id32|raw}}')), said(p, c)))
    add('bytes behind the end of options', lambda p, c: (more_options(c, lambda s: b'\x00' + p('{{word}}')), said(p, c)), stamps=False)
    add('an option longer than the header', lambda p, c: (more_options(c, lambda s: b'\xfd\x30' + p('{{word}}')), said(p, c)), 'any')

    add('frame trailer', said, link=lambda p: f.ethernet(p, trailer=b''))
    places.add('TCP: trailer of a bare ACK', lambda p: tail(p, said))
    add('a number to acknowledge in the SYN', lambda p, c: (c.segment(0, -1, b'', t.SYN, ack=p.number() - c.sides[1].isn - 1), c.segment(1, -1, b'', t.SYN | t.ACK),
                                                           c.segment(0, 0), c.send(0, p.request('TCP'))), 'any')

    def reset_reason(p, c):
        said(p, c)
        c.segment(1, c.sent(1), p('{{word}} by {{user}}@{{host}}.example.net'), t.RST, heard=False)
    add('a reason in the RST', reset_reason, 'any')

    def behind(p, c):
        ended(p, c)
        c.segment(0, len(c.stream(0)) + 1, p.request('TCP'), heard=False)
    add('data behind the FIN', behind, 'any')

    def far(p, c):
        said(p, c)
        c.segment(0, c.sent(0) + 2_000_000, p.request('TCP'), heard=False)
        c.segment(0, c.sent(0) + 2**31 - 7, p.request('TCP'), heard=False)
    add('data beyond the window', far, 'any')

    def urgent(p, c):
        c.open()
        low, high = c.write(0, p.sip(transport='TCP'))
        c.data(0, low, low + 100, t.PSH | t.ACK | t.URG)
        c.data(0, low + 100, high)
    add('urgent data', urgent)

    def junk(p, c):
        said(p, c)
        c.send(0, p('{{word}} {{user}}@{{ip4}}\r\n\r\n'))
        c.send(0, p.request('TCP'))
        c.send(0, p('{{word}}\0{{ip4|bin}}') + p.request('TCP') + p('{{word}}'))
    add('junk between messages', junk)

    def pings(p, c):
        said(p, c)
        for text in (t.PING, b'\0\0\0\0', b'jaK\0', b'\r\n', b'\0', b' '):
            c.send(0, text)
        c.send(1, t.PONG)
        c.keepalive(0)
    add('keep-alives', pings)

    def no_length(p, c):
        c.open()
        c.send(0, p.sip(transport='TCP', length=''))
        c.send(0, p.request('TCP'))
        c.finish()
    add('no Content-Length', no_length)
    for value in ('3', '99999', '-1', '999999999999999999999', '{{num}}', '{{word}}', '4294967297'):
        add('Content-Length %s' % value, lambda p, c, v=value: (said(p, c, p.sip(transport='TCP', length=v)), c.send(0, p.request('TCP')), c.finish()))
    add('LF only', lambda p, c: (said(p, c, p.sip(transport='TCP').replace(b'\r\n', b'\n')), c.finish()))
    add('compressed', lambda p, c: (said(p, c), c.send(0, b'\xf8' + zlib.compress(p.sip(transport='TCP'), 0)), c.finish()))
    add('binary body', lambda p, c: (said(p, c, p.sip(transport='TCP', body='\0\1{{ip4|bin}}{{word}}\r\n{{num|bcd}}', ctype='application/isup')), c.finish()))
    add('HTTP on the port of SIP', lambda p, c: (c.open(), c.send(0, p(
        'GET /{{word}}?{{name}}={{word}} HTTP/1.1\r\nHost: {{host}}.example.net\r\nCookie: {{tok}}={{tok}}\r\nAuthorization: Basic {{word|b64}}\r\n\r\n')),
        c.send(1, p('HTTP/1.1 302 {{word}}\r\nLocation: http://{{ip4}}/{{word}}\r\nSet-Cookie: {{hex32}}\r\n\r\n<a>{{word}}</a>')), c.finish()))
    add('HTTP', lambda p, c: (c.open(), c.send(0, p('GET /{{word}} HTTP/1.1\r\nHost: {{host}}.example.net\r\n\r\n')), c.finish()),
        'drop', 'kept', port=80)
    add('a line of SIP in other text', lambda p, c: (c.open(), c.send(0, p('220 {{word}}\r\nOPTIONS sip:{{user}}@{{ip4}} SIP/2.0\r\n\r\n')), c.finish()),
        'any', port=2525)
    add('telnet', lambda p, c: (c.open(), c.send(0, p('{{user}}\r\n{{word}}\r\n')), c.finish()), 'drop', 'kept', port=23)
    add('MSRP', lambda p, c: (c.open(), c.send(0, p(
        'MSRP {{tok}} SEND\r\nTo-Path: msrp://{{host}}.example.net:2855/{{tok}};tcp\r\nFrom-Path: msrp://{{ip4}}:9/{{tok}};tcp\r\n\r\n{{word}}\r\n')),
        c.finish()), 'drop', 'kept', port=2855)
    add('binary on the port of SIP', lambda p, c: (c.open(), c.send(0, p('\x16\x02{{word}}{{ip4|bin}}\xff')), c.finish()))
    add('RTP in TCP', lambda p, c: (c.open(), c.send(0, p('$\x00\x00\x15\x80\x00\x00\x01\x00\x00\x00\x01{{id32|raw}}{{word}}')), c.finish()), 'any', port=554)

    def wrong_sum(p, c):
        plain = c.octets
        c.octets = lambda s: plain(s)[:16] + b'\x12\x34' + plain(s)[18:]
        said(p, c)
    add('wrong checksums', wrong_sum)
    for size in (40, 54, 66, 90, 200, 600):
        places.add('TCP: cut at %d bytes' % size, lambda p, n=size: cut(p, n), 'any' if size < 70 else 'kept')
    places.add('TCP: left to the card', offloaded)
    places.add('TCP: last of the file, unfinished', lambda p: unfinished(p))


def tail(p, talk):
    c = p.tcp(stamps=False, link=lambda packet: p.ethernet(packet, trailer=p('{{word}}') if len(packet) == 40 else b''))
    talk(p, c)
    return c.records(0)


def cut(p, size):
    c = p.tcp()
    said(p, c)
    c.finish()
    return [(ns, data[:size], len(data)) for ns, data in c.records(0)]


def offloaded(p):
    """A segment larger than any frame, its IP length 0 (TSO)."""
    a, b = p.ips()
    message = p.sip(transport='TCP', extra='\n'.join(['X-{{name}}: {{word}}'] * 1200))
    segment = struct.pack('!HHIIBBHHH', 43210, 5060, p.number(), p.number(), 5 << 4, 0x18, 65000, 0, 0) + message
    packet = f.ipv4(a, b, f.TCP, segment)
    head = packet[:2] + b'\0\0' + packet[4:10] + b'\0\0' + packet[12:20]
    return [p.ethernet(head + packet[20:])]


def unfinished(p):
    c = p.tcp()
    c.open()
    low, high = c.write(0, p.sip(transport='TCP'))
    c.data(0, low, high - 30)
    return c.records(0)


# ---- fragments ----

def pieces(p, v6, payload=None, sizes=(160, 160), sport=5060, **more):
    a, b = p.ips(v6)
    data = f.udp(a, sport, b, 5060, p.sip() if payload is None else payload)
    return carry.fragment(a, b, f.UDP, data, sizes, ident=p.number() if v6 else p.short(), **more)


def fragment_rows(places):
    for v6, name in ((False, 'IPv4'), (True, 'IPv6')):
        def add(what, build, expect='kept', v=v6, version=name):
            places.add('%s fragments: %s' % (version, what), lambda p: [p.ethernet(x) for x in build(p, v)], expect, 'any')
        add('in order', lambda p, v: pieces(p, v))
        add('backwards', lambda p, v: pieces(p, v)[::-1])
        add('many', lambda p, v: pieces(p, v, sizes=[16] * 40))
        add('smallest', lambda p, v: pieces(p, v, sizes=[8] * 30))
        add('twice', lambda p, v: pieces(p, v) + pieces_again(p, v))
        add('each twice', lambda p, v: [x for x in pieces(p, v) for _ in (0, 1)])
        add('the first is missing', lambda p, v: pieces(p, v)[1:], 'any')
        add('the last is missing', lambda p, v: pieces(p, v)[:-1])
        add('the middle is missing', lambda p, v: pieces(p, v)[::2])
        add('only the first', lambda p, v: pieces(p, v)[:1])
        add('only the last', lambda p, v: pieces(p, v)[-1:], 'any')
        add('overlap of another content', other_content, 'any')
        add('two datagrams mixed', mixed)
        add('the first is cut in the UDP header', lambda p, v: pieces(p, v, sizes=[8]), 'kept')
        add('beyond the end', lambda p, v: pieces(p, v) + [ragged(p, v, 65528 - 8)], 'any')
        add('two ends', lambda p, v: pieces(p, v) + [ragged(p, v, 320)], 'any')
        add('of a size that is no multiple of 8', odd_size, 'any')
        add('of what is not SIP', lambda p, v: pieces(p, v, p('{{word}} ' * 60), sport=9999), 'any')
        add('of TCP', tcp_pieces, 'any')
        add('of an unknown protocol', lambda p, v: carry.fragment(*p.ips(v), 253, p('{{word}} ' * 30), (96,)), 'any')
        add('of a keep-alive', lambda p, v: pieces(p, v, b'\r\n\r\n', (8,)), 'any')
        add('with padding of the frame', lambda p, v: pieces(p, v), 'kept')
    places.add('IPv4 fragments: padding', lambda p: [p.ethernet(x, trailer=p('{{word}}')) for x in pieces(p, False)], 'kept', 'any')
    places.add('IPv4 fragments: options', lambda p: [p.ethernet(x) for x in pieces(
        p, False, options=b'\x83\x07\x04' + p('{{ip4|bin}}'))], 'kept', 'any')
    places.add('IPv4 fragments: cut', lambda p: [(p.ethernet(x)[:n], 1000) for x, n in zip(pieces(p, False), (100, 120, 44))], 'kept', 'any')
    places.add('IPv6 fragments: atomic', lambda p: [p.ethernet(x) for x in carry.fragments6(
        *p.ips(True), f.UDP, f.udp(p.ips(True)[0], 5060, p.ips(True)[1], 5060, p.sip()), [])])
    places.add('IPv6 fragments: behind other headers', lambda p: [p.ethernet(behind_options(p, x)) for x in pieces(p, True)], 'any')
    places.add('IPv4 fragments: of a tunnel', lambda p: [p.ethernet(x) for x in carry.fragments4(
        p.ip4('c'), p.ip4('d'), 4, p.udp(p.sip()), (240, 240))], 'any')
    places.add('IPv4 fragments: in a tunnel', lambda p: [p.ethernet(carry.ip_in_ip(p.ip4('c'), p.ip4('d'), x)) for x in pieces(p, False)], 'kept', 'any')
    places.add('IPv4 fragments: VLAN', lambda p: [p.ethernet(x, tags=((0x8100, 9),)) for x in pieces(p, False)], 'kept', 'any')


def pieces_again(p, v6):
    """As before, at other cuts: a whole retransmission that took another way."""
    return pieces(p, v6, sizes=(80, 240))


def ragged(p, v6, off):
    a, b = p.ips(v6)
    data = p('{{word}}{{user}}@{{ip4}}')
    if v6:
        return f.ipv6(a, b, 44, struct.pack('!BBHI', 17, 0, off, 77) + data)
    return f.ipv4(a, b, 17, data, ident=77, fragment=off // 8)


def other_content(p, v6):
    first = pieces(p, v6)
    second = pieces(p, v6, sizes=(80, 160))
    return [first[0], second[1], first[1], second[0], first[2]]


def mixed(p, v6):
    """Two datagrams of the same ends, fragment by fragment; their identifications differ."""
    one, two = pieces(p, v6), pieces(p, v6)
    return [x for pair in zip(one, two) for x in pair] + one[2:][1:] + two[2:][1:]


def odd_size(p, v6):
    a, b = p.ips(v6)
    data = f.udp(a, 5060, b, 5060, p.sip())
    return carry.fragment(a, b, f.UDP, data, (163, 160))


def tcp_pieces(p, v6):
    c = p.tcp(v6, link=bytes)
    said(p, c)
    found = []
    for n, (_, packet) in enumerate(c.records(0)):
        body = packet[40:] if v6 else packet[20:]
        ends = (packet[8:24], packet[24:40]) if v6 else (packet[12:16], packet[16:20])
        found += carry.fragment(*ends, 6, body, (16, 48), ident=n + 1)
    return found


def behind_options(p, packet):
    """Destination options in front of the fragment header."""
    return f.ipv6(packet[8:24], packet[24:40], 60, b'\x2c\x01' + b'\x1e\x09' + p('{{word}}') + b'\x01\x01\x00' + packet[40:])


# ---- WebSocket ----

def ws(p, c, frames, path='/{{word}}', extra='Origin: https://{{host}}.example.net\r\nUser-Agent: {{word}}/{{num}}\r\n'
       'Cookie: {{name}}={{tok}}\r\nX-Forwarded-For: {{ip4}}\r\nAuthorization: Bearer {{tok}}{{tok}}\r\n'):
    key = base64.b64encode(p.raw())
    c.open()
    c.send(0, carry.ws_request(p(path), p('{{host}}.example.net'), key, p(extra)))
    c.send(1, carry.ws_answer(key, p('Server: {{word}}\r\nSet-Cookie: {{tok}}={{tok}}; Domain={{host}}.example.net\r\n')))
    for side, data in frames:
        c.send(side, data)
    c.finish()


def mask(p):
    return p('{{id32|raw}}')


def ws_rows(places):
    def add(name, frames, expect='kept', port=8088, **how):
        places.tcp('WebSocket: ' + name, lambda p, c: ws(p, c, frames(p)), expect, port=port, **how)
    both = lambda p: [(0, carry.ws_frame(p.sip(transport='WS'), mask=mask(p))), (1, carry.ws_frame(p.answer('WS')))]  # noqa: E731
    add('text, masked', both)
    add('text, masked, on port 80', both, port=80)
    add('text, masked, on the port of SIP', both, port=5060)
    add('text, masked, IPv6', both, v6=True)
    add('binary', lambda p: [(0, carry.ws_frame(p.sip(transport='WS'), 2, mask=mask(p)))])
    add('in frames', lambda p: split_ws(p, p.sip(transport='WS')))
    add('ping with a text', lambda p: both(p) + [(0, carry.ws_frame(p('{{word}}'), 9, mask=mask(p))), (1, carry.ws_frame(p('{{word}}'), 10))])
    add('ping between frames', lambda p: interrupted(p))
    add('close with a reason', lambda p: both(p) + [(0, carry.ws_frame(b'\x03\xe8' + p('{{word}} {{user}}'), 8, mask=mask(p)))])
    add('keep-alive', lambda p: both(p) + [(0, carry.ws_frame(b'\r\n\r\n', mask=mask(p))), (1, carry.ws_frame(b'\r\n'))])
    add('compressed', lambda p: both(p) + [(0, bytes([0xC1]) + carry.ws_frame(zlib.compress(p.sip(transport='WS'), 0), mask=mask(p))[1:])], 'any')
    add('a length of 64 bits', lambda p: both(p) + [(0, carry.ws_frame(p.sip(transport='WS', extra='\n'.join(['X-{{name}}: {{word}}'] * 3000)), mask=mask(p)))])
    add('a length that lies', lambda p: both(p) + [(0, b'\x81\xff' + struct.pack('!Q', 2**62) + mask(p) + p.request('WS'))], 'any')
    add('not masked by the client', lambda p: [(0, carry.ws_frame(p.sip(transport='WS')))])
    add('masked by the server', lambda p: [(1, carry.ws_frame(p.answer('WS'), mask=mask(p)))])
    add('an unknown opcode', lambda p: both(p) + [(0, carry.ws_frame(p('{{word}}'), 5, mask=mask(p)))], 'any')
    add('junk behind a frame', lambda p: both(p) + [(0, p('{{word}} {{user}}@{{ip4}}'))], 'any')
    add('JSON, not SIP', lambda p: [(0, carry.ws_frame(p('{"{{name}}":"{{word}}"}'), mask=mask(p)))], 'any')

    places.tcp('WebSocket: refused, with a page', refused_ws, port=8088)
    places.add('WebSocket: cut anywhere', cut_up)


def refused_ws(p, c):
    """The credentials come with the second request."""
    key, page = base64.b64encode(p.raw()), p('<a>{{word}} {{user}}@{{ip4}}</a>')
    c.open()
    c.send(0, carry.ws_request(p('/{{word}}'), p('{{host}}.example.net'), key))
    c.send(1, p('HTTP/1.1 401 {{word}}\r\nWWW-Authenticate: Digest realm="{{host}}", nonce="{{hex32}}"\r\nContent-Length: %d\r\n\r\n' % len(page)) + page)
    c.send(0, carry.ws_request(p('/{{word}}'), p('{{host}}.example.net'), key, p('Authorization: Digest username="{{user}}", response="{{hex32}}"\r\n')))
    c.send(1, carry.ws_answer(key))
    c.send(1, carry.ws_frame(p.answer('WS')))
    c.finish()


def cut_up(p):
    c = p.tcp(port=8089)
    key = base64.b64encode(p.raw())
    c.open()
    c.send(0, carry.ws_request(p('/{{word}}'), p('{{host}}'), key), range(20, 400, 20))
    c.send(1, carry.ws_answer(key), range(20, 400, 20))
    c.send(0, carry.ws_frame(p.sip(transport='WS'), mask=mask(p)), range(3, 900, 31))
    c.finish()
    return c.records(0)


def split_ws(p, message):
    third = len(message) // 3
    parts = (message[:third], message[third:2 * third], message[2 * third:])
    return [(0, carry.ws_frame(part, 1 if n == 0 else 0, n == 2, mask(p))) for n, part in enumerate(parts)]


def interrupted(p):
    frames = split_ws(p, p.sip(transport='WS'))
    return [frames[0], (0, carry.ws_frame(p('{{word}}'), 9, mask=mask(p))), *frames[1:]]


def all_rows(places):
    tcp_rows(places)
    fragment_rows(places)
    ws_rows(places)

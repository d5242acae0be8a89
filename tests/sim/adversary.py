#!/usr/bin/env python3
"""Captures that attack memory: things that never end, or never begin.

    adversary.py KIND COUNT OUT.pcap

COUNT is the number of frames, near enough. Hosts and users are few whatever COUNT is, so that memory may
grow with nothing but what is pending; each capture ends with a plain message that must come through.
The kinds are the table KINDS; their docstrings say what they attack.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import carry  # noqa: E402
import frames as f  # noqa: E402
import serve  # noqa: E402

START_NS = 1_600_000_000 * 10**9
SERVER, PORT = '192.0.2.10', 5060
SYN, ACK = 0x02, 0x10
SIZE = 1400
HEAD = (b'INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 198.51.100.23;branch=z9hG4bKadversary\r\n'
        b'From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\nCall-ID: adversary\r\nCSeq: 1 INVITE\r\n')


def client(n):
    """(address, port) of the n-th flow: ten hosts, all ports."""
    return '198.51.100.%d' % (10 + n // 60_000 % 10), 1025 + n % 60_000


def segment(source, seq, payload=b'', flags=ACK | 8, ack=1):
    return f.ethernet(f.ipv4(source[0], SERVER, f.TCP, f.tcp(*source, SERVER, PORT, payload, seq & 0xFFFFFFFF, ack, flags)))


def datagram(source, payload, dport=PORT):
    return f.ethernet(f.packet(*source, SERVER, dport, payload))


def filler(text, size=SIZE):
    return (text * (size // len(text) + 1))[:size]


def one_stream(count, head, text):
    """A connection that goes on with `text`."""
    source = client(1)
    yield segment(source, 99, flags=SYN, ack=0)
    yield segment(source, 100, head)
    seq, body = 100 + len(head), filler(text)
    for n in range(count - 2):
        yield segment(source, seq + n * SIZE, body)


# ---- kinds: count -> frames, or (ns since the one before, frame) ----

def half_open(count):
    """SYNs that nobody answers, each of another flow."""
    for n in range(count):
        yield segment(client(n), n, flags=SYN, ack=0)


def opened(count):
    """Connections that begin a message and stop."""
    for n in range(count // 2):
        yield segment(client(n), 99, flags=SYN, ack=0)
        yield segment(client(n), 100, HEAD[:100])


def middle(count):
    """Bytes of streams whose beginning was not captured: it may be SIP that comes."""
    for n in range(count):
        yield segment(client(n), n, b'0123456789')


def length(count):
    """Content-Length of a gigabyte."""
    return one_stream(count, HEAD + b'Content-Length: 1073741824\r\n\r\n', b'planted body ')


def length_wide(count):
    """Content-Length beyond 64 bits."""
    return one_stream(count, HEAD + b'Content-Length: 99999999999999999999999\r\n\r\n', b'planted body ')


def folding(count):
    """A header field that is folded for ever."""
    return one_stream(count, HEAD + b'Subject: a\r\n', b' folded\r\n')


def fields(count):
    """Header fields without end."""
    return one_stream(count, HEAD, b'X-Planted: planted\r\n')


def line(count):
    """A line without end."""
    return one_stream(count, HEAD + b'Subject: ', b'planted')


def start_line(count):
    """A start line without end."""
    return one_stream(count, b'INVITE sip:', b'planted')


def blank(count):
    """Nothing but line ends."""
    return one_stream(count, b'\r\n\r\n', b'\r\n')


def gap(count):
    """All behind a hole that is never closed."""
    source = client(1)
    yield segment(source, 99, flags=SYN, ack=0)
    for n in range(count - 1):
        yield segment(source, 600 + n * SIZE, filler(HEAD))


def holes(count):
    """Every other segment is missing: intervals without end."""
    source = client(1)
    yield segment(source, 99, flags=SYN, ack=0)
    for n in range(count - 1):
        yield segment(source, 600 + n * 40, filler(b'planted', 20))


def again(count):
    """The same bytes for ever."""
    source = client(1)
    yield segment(source, 99, flags=SYN, ack=0)
    for _ in range(count - 1):
        yield segment(source, 100, HEAD)


def one_byte(count):
    """A message of a segment a byte, each twice: the edit log's worst."""
    source, text = client(1), HEAD + b'Content-Length: 0\r\n\r\n'
    yield segment(source, 99, flags=SYN, ack=0)
    for n in range(count - 1):
        yield segment(source, 100 + n, text[n % len(text):][:1])


def days(count):
    """A connection of days: refreshes, keep-alives and their answers, minutes apart."""
    source, seq, back = client(1), 100, 1
    yield segment(source, 99, flags=SYN, ack=0)
    for n in range(count // 4):
        text = (b'REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/TCP 198.51.100.23;branch=z9hG4bK%d\r\nFrom: <sip:alice@example.com>;tag=a\r\n'
                b'To: <sip:alice@example.com>\r\nCall-ID: days\r\nCSeq: %d REGISTER\r\nContent-Length: 0\r\n\r\n' % (n, n % 2**31))
        answer = text.replace(b'REGISTER sip:example.com SIP/2.0', b'SIP/2.0 200 OK', 1)
        yield 120 * 10**9, segment(source, seq, text, ack=back)
        seq += len(text)
        yield f.ethernet(f.ipv4(SERVER, source[0], f.TCP, f.tcp(SERVER, PORT, *source, answer, back & 0xFFFFFFFF, seq & 0xFFFFFFFF)))
        back += len(answer)
        yield 60 * 10**9, segment(source, seq, b'\r\n\r\n', ack=back & 0xFFFFFFFF)
        seq += 4
        yield segment(source, seq - 1, b'\0', ack=back & 0xFFFFFFFF)


def pieces(count, version=4):
    """First fragments of datagrams that never end."""
    for n in range(count):
        data = f.udp(client(1)[0], 5060, SERVER, PORT, filler(HEAD, 1000))
        ends = (client(1)[0], SERVER) if version == 4 else ('2001:db8::1', '2001:db8::2')
        if version == 4:
            yield f.ethernet(f.ipv4(*ends, f.UDP, data[:800], ident=n & 0xFFFF, fragment=0x2000))
        else:
            yield f.ethernet(f.ipv6(*ends, 44, struct.pack('!BBHI', 17, 0, 1, n) + data[:800]))


def pieces6(count):
    """The same over IPv6, whose identifications do not come again."""
    return pieces(count, 6)


def later(count):
    """Fragments without a first one."""
    for n in range(count):
        yield f.ethernet(f.ipv4(client(1)[0], SERVER, f.UDP, filler(b'planted', 800), ident=n & 0xFFFF, fragment=0x2064))


def overlapping(count):
    """One train in which fragments overlap for ever."""
    for n in range(count):
        yield f.ethernet(f.ipv6('2001:db8::1', '2001:db8::2', 44, struct.pack('!BBHI', 17, 0, 8 * (1 + n * 7 % 8000) | 1, 7) + filler(b'planted', 24)))


def undecided(count):
    """Datagrams of flows that may yet turn out to be SIP's."""
    for n in range(count):
        yield datagram(client(n), b'\r\n\r\n', 7000 + n % 50_000)


def stun(count):
    """STUN without answers, each with another transaction."""
    for n in range(count):
        yield datagram(client(n), serve.stun(1, struct.pack('!QI', n, 7), [(6, b'planted:planted')]))


def icmp(count):
    """Quotes of what was never sent."""
    for n in range(count):
        quote = f.packet(*client(n), SERVER, PORT, HEAD)
        yield f.ethernet(serve.icmp4(SERVER, client(n)[0], quote[:200]))


def websocket(count):
    """A frame of 2^62 bytes."""
    head = carry.ws_request(b'/', b'example.com', b'dGhlIHNhbXBsZSBub25jZQ==') + b'\x81\xff' + struct.pack('!Q', 2**62) + b'mask'
    return one_stream(count, head, b'planted')


def tls(count):
    """Records without end."""
    return one_stream(count, b'\x16\3\1\0\xff' + bytes(255), b'\x17\3\3\0\x0fplanted planted')


def sctp(count):
    """A message in chunks of which the last never comes."""
    for n in range(count):
        chunk = carry.sctp_data(filler(HEAD, 200), n, flags=2 if n == 0 else 0)
        yield f.ethernet(f.ipv4(client(1)[0], SERVER, 132, carry.sctp(5060, 5060, chunk)))


def hep(count):
    """A HEP message over TCP whose payload never ends."""
    return one_stream(count, b'HEP3\xff\xff' + carry.hep3('192.0.2.1', 1, '192.0.2.2', 2, HEAD)[6:], b'planted')


def tokens(count):
    """Messages with another Call-ID, branch and tag each, of few users: identities that are no users."""
    for n in range(count):
        yield datagram(client(1), b'OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.23;branch=z9hG4bK%d\r\nFrom: <sip:alice@example.com>;tag=%d\r\n'
                       b'To: <sip:bob@example.com>\r\nCall-ID: planted-%d\r\nCSeq: %d OPTIONS\r\nContent-Length: 0\r\n\r\n' % (n, n, n, n + 1))


KINDS = {fn.__name__: fn for fn in (half_open, opened, middle, length, length_wide, folding, fields, line, start_line, blank, gap, holes, again, one_byte, days,
                                    pieces, pieces6, later, overlapping, undecided, stun, icmp, websocket, tls, sctp, hep, tokens)}
LAST = b'OPTIONS sip:last@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.99;branch=z9hG4bKlast\r\nFrom: <sip:last@example.com>;tag=l\r\n' \
       b'To: <sip:last@example.com>\r\nCall-ID: last\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'


def write(kind, count, path):
    """Frame by frame: the capture is never in memory. The number of frames."""
    now, written = START_NS, 0
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xA1B23C4D, 2, 4, 0, 0, 262144, f.ETHERNET))
        frames = KINDS[kind](count)
        while True:
            item = next(frames, None)
            last = item is None
            step, data = (100_000, datagram(('198.51.100.99', 5060), LAST)) if last else item if isinstance(item, tuple) else (100_000, item)
            now += step
            out.write(struct.pack('<IIII', now // 10**9, now % 10**9, len(data), len(data)) + data)
            written += 1
            if last:
                return written


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        print('adversary.py %s COUNT OUT.pcap' % '|'.join(KINDS))
        return 1
    print(write(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
    return 0


if __name__ == '__main__':
    sys.exit(main())

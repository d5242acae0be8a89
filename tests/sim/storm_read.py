"""Reads a capture into an Observer: SIP over UDP, and over TCP where a segment is a message.

Small on purpose, and knows nothing of the simulator: what it finds in the simulator's file must be what the
simulator says that it wrote. Ethernet, Linux cooked and loopback links.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import ipaddress
import re
import struct

import frames as f
from storm_observer import Observer
from storm_wire import Message

AGAIN_NS = 20_000_000
LINK_HEADS = {f.ETHERNET: 14, f.SLL: 16, f.SLL2: 20, f.NULL: 4, f.LOOP: 4, f.RAW: 0}
FILLERS = {b'\r\n\r\n', b'\r\n', b'\0', b'\0\0\0\0', b' '}
COMPACT = {b'v': b'via', b'f': b'from', b't': b'to', b'i': b'call-id', b'm': b'contact', b'o': b'event'}
MESSAGE = re.compile(rb'(?:SIP/2\.0 (\d{3}) [^\r\n]*|([A-Z]+) (\S+) SIP/2\.0)\r\n')
CONTACT = re.compile(rb'<?sip:(?:([^@>;]+)@)?(\[[^\]]*\]|[^:;>,\s]*)[^,]*')


class Packet:
    """An IP packet: what of it tells that a frame was captured twice, and what it carries."""

    def __init__(self, record):
        self.ns, self.size = record.ns, record.wire
        data = record.data[LINK_HEADS[record.linktype]:]
        self.v6 = data[0] >> 4 == 6
        if self.v6:
            self.proto, end = data[6], 40 + struct.unpack('!H', data[4:6])[0]
            head, body = data[:7] + data[8:40], data[40:end]
            self.src, self.dst = data[8:24], data[24:40]
        else:
            size, total = 4 * (data[0] & 15), struct.unpack('!H', data[2:4])[0]
            self.proto, head, body = data[9], data[:8] + data[9:10] + data[12:size], data[size:total]
            self.src, self.dst = data[12:16], data[16:20]
        self.same, self.body = (head, body), body
        self.src, self.dst = (str(ipaddress.ip_address(a)) for a in (self.src, self.dst))


def fields(head):
    found = {}
    for line in head.split(b'\r\n')[1:]:
        name, colon, value = line.partition(b':')
        name = name.strip().lower()
        if colon:
            found.setdefault(COMPACT.get(name, name), []).append(value.strip())
    return found


def number(values):
    return int(values[0]) if values and values[0][:1].isdigit() else -1


def parameter(value, name):
    found = re.search(rb';\s*' + name + rb'=("[^"]*"|[^;,>\s]*)', value)
    return found.group(1).strip(b'"').decode() if found else ''


def party(value):
    """(user@host, tag)"""
    uri = re.search(rb'sip:((?:[^@>;]+@)?(?:\[[^\]]*\]|[^:;>\s]*))', value)
    return uri.group(1).decode() if uri else '', parameter(value[value.rfind(b'>'):] if b'>' in value else value, rb'tag')


def contacts(values):
    for value in (part for v in values for part in re.split(rb',\s*(?=["<])', v)):
        if value.startswith(b'*'):
            yield '*', '', -1
            continue
        found = CONTACT.search(value)
        user, host = (found.group(1) or b'').decode(), found.group(2).decode()
        after = value[value.find(b'>'):] if b'>' in value else value
        expires = parameter(after, rb'expires')
        instance = parameter(after, rb'\+sip\.instance').strip('<>').removeprefix('urn:uuid:')
        yield '%s@%s' % (user, host), instance, int(expires) if expires.isdigit() else -1


def message(packet, sport, dport, payload):
    start = MESSAGE.match(payload)
    head = fields(payload[:payload.find(b'\r\n\r\n')])
    cseq = head[b'cseq'][0].split()
    via = head[b'via'][0]
    (from_aor, from_tag), (to_aor, to_tag) = party(head[b'from'][0]), party(head[b'to'][0])
    method = start.group(2) or cseq[1]
    bad = bool(start.group(3)) and start.group(3).count(b'@') > 1
    agent = head.get(b'user-agent', [b''])[0].decode('utf-8', 'replace')
    return Message(packet.src, sport, packet.dst, dport, start.group(2) is not None, method.decode(), int(start.group(1) or 0),
                   parameter(via, rb'branch'), head[b'call-id'][0].decode(), int(cseq[0]), from_aor, to_aor, from_tag, to_tag,
                   tuple(contacts(head.get(b'contact', []))), number(head.get(b'expires')), number(head.get(b'retry-after')),
                   b'authorization' in head or b'proxy-authorization' in head, head.get(b'event', [b''])[0].decode().split(';')[0].strip(),
                   agent, bad)


def ports(body):
    return struct.unpack('!HH', body[:4])


def observe(path, begin=None):
    """An Observer that saw the file; times from its first packet."""
    packets = [Packet(r) for r in f.read_capture(path) if r.data]
    found = [(p, m) for p in packets for m in [messages_of(p)]]
    servers = list(dict.fromkeys(m.dst for _, every in found for m in every if m.request and m.method == 'REGISTER'))
    observer, recent = Observer(servers), {}
    begin = packets[0].ns if packets else 0
    for packet, every in found:
        seen = recent.get(packet.same)
        recent[packet.same] = packet.ns
        if seen is not None and packet.ns - seen <= AGAIN_NS:
            observer.again(len(every))
            continue
        t = (packet.ns - begin) // 1000
        for m in every:
            observer.message(t, m, packet.size)
        if not every:
            other(observer, t, packet)
    return observer


def messages_of(packet):
    skip = 8 if packet.proto == f.UDP else 4 * (packet.body[12] >> 4) if packet.proto == f.TCP and len(packet.body) > 12 else None
    if skip is None:
        return []
    payload, found = packet.body[skip:], []
    sport, dport = ports(packet.body)
    while (start := MESSAGE.match(payload)) and (end := payload.find(b'\r\n\r\n')) > 0:
        found.append(message(packet, sport, dport, payload))
        payload = payload[end + 4 + max(number(fields(payload[:end]).get(b'content-length')), 0):] if packet.proto == f.TCP else b''
    return found


def other(observer, t, packet):
    body = packet.body
    if packet.proto == f.UDP and body[8:] in FILLERS:
        observer.filler(t, 'crlf', packet.src, packet.dst, packet.size)
    elif packet.proto == f.UDP and len(body) >= 28 and body[12:16] == b'\x21\x12\xa4\x42':
        observer.filler(t, 'stun', packet.src, packet.dst, packet.size)
    elif packet.proto == f.ICMP and body[0] == 3 or packet.proto == 58 and body[0] in (1, 2, 3, 4):
        quoted = body[8 + 16:8 + 20] if packet.proto == f.ICMP else body[8 + 24:8 + 40]
        observer.refusal(t, str(ipaddress.ip_address(quoted)))
    elif packet.proto == f.TCP:
        segment(observer, t, packet)


def segment(observer, t, packet):
    sport, dport = ports(packet.body)
    src, dst, flags = (packet.src, sport), (packet.dst, dport), packet.body[13]
    if flags & 4:
        observer.refusal(t, packet.src)
    elif flags & 2:
        seq, ack = struct.unpack_from('>II', packet.body, 4)
        if flags & 16:
            observer.syn_ack(t, src, dst, (ack - 1) % 2**32)
        else:
            observer.syn(t, src, dst, seq)
    elif packet.body[4 * (packet.body[12] >> 4):] in FILLERS:
        observer.filler(t, 'crlf', packet.src, packet.dst, packet.size)

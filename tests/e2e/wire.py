"""Our own reading of captures: layers, sums, and TCP streams put together, to look at what an export wrote.

It shares nothing with the plugin, nor with the generators but the constants of link types. Frames that
it cannot read give nothing: it is a reader for what our own tests write.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import ipaddress
import struct

import frames as f

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SKIP = {f.ETHERNET: 14, f.NULL: 4, f.LOOP: 4, f.SLL: 16, f.SLL2: 20, f.RAW: 0, f.IPV4: 0, f.IPV6: 0, f.PPP: 4}
MOST_NESTED = 12
FAR = 1 << 24  # a segment so far from its stream is none of it


class Packet:
    """The payload of the innermost layer that was understood. sums: names of wrong checksums on the way;
    proto: of the IP layer, None where there was none; fragment: (id, offset, more) or None."""

    def __init__(self):
        self.src = self.dst = b''
        self.proto, self.data, self.fragment, self.sums = None, b'', None, []
        self.sport = self.dport = 0

    @property
    def flow(self):
        return self.src, self.sport, self.dst, self.dport


class Segment(Packet):
    """A TCP segment; number: of its frame in the file, from 0."""

    def read(self, head):
        self.sport, self.dport, self.seq, self.ack, size, self.flags, self.window = struct.unpack('!HHIIBBH', head[:16])
        self.size = size >> 4 << 2
        self.sack, self.stamps = [], None
        at, end = 20, self.size
        while at < end and head[at]:
            if head[at] == 1:
                at += 1
                continue
            length = head[at + 1] if at + 1 < end else 0
            if length < 2 or at + length > end:
                break
            value = head[at + 2:at + length]
            if head[at] == 5:
                edges = struct.unpack('!%dI' % (len(value) // 4), value[:len(value) // 4 * 4])
                self.sack = list(zip(edges[::2], edges[1::2]))
            if head[at] == 8 and length == 10:
                self.stamps = struct.unpack('!II', value)
            at += length


def packet(linktype, data):
    """The innermost packet of a frame, or None where it is none that this reader knows."""
    if linktype not in SKIP or len(data) < SKIP[linktype]:
        return None
    body = data[SKIP[linktype]:]
    if linktype == f.ETHERNET:
        kind = struct.unpack('!H', data[12:14])[0]
        return ethertype(kind, body, [])
    return network(body, [])


def ethertype(kind, body, sums):
    while kind in (0x8100, 0x88A8, 0x9100) and len(body) >= 4:
        kind, body = struct.unpack('!H', body[2:4])[0], body[4:]
    if kind in (0x0800, 0x86DD):
        return network(body, sums)
    if kind == 0x8864:
        return network(body[8:], sums)
    if kind == 0x8847:
        while len(body) >= 4 and not body[2] & 1:
            body = body[4:]
        return network(body[4:], sums)
    return None


def network(body, sums, depth=0):
    if depth > MOST_NESTED or len(body) < 20:
        return None
    return ip4(body, sums, depth) if body[0] >> 4 == 4 else ip6(body, sums, depth) if body[0] >> 4 == 6 and len(body) >= 40 else None


def ip4(body, sums, depth):
    size = (body[0] & 15) * 4
    if f.ones_complement(body[:size]):
        sums = sums + ['ip']
    total, ident, fragment = struct.unpack('!HHH', body[2:8])
    data = body[size:total] if total else body[size:]
    cut = (ident, (fragment & 0x1FFF) * 8, bool(fragment & 0x2000)) if fragment & 0x3FFF else None
    return transport(body[12:16], body[16:20], body[9], data, cut, sums, depth, len(body) < total)


def ip6(body, sums, depth):
    length, following = struct.unpack('!HB', body[4:7])
    data, cut = body[40:40 + length], None
    while following in (0, 43, 60, 44) and len(data) >= 8:
        if following == 44:
            off, ident = struct.unpack('!HI', data[2:8])
            cut = (ident, off & 0xFFF8, bool(off & 1)) if off & 0xFFF9 else None
            following, data = data[0], data[8:]
            if cut:
                break
        else:
            size = 8 + data[1] * 8
            following, data = data[0], data[size:]
    return transport(body[8:24], body[24:40], following, data, cut, sums, depth, len(body) < 40 + length)


def transport(src, dst, proto, data, cut, sums, depth, snapped):
    if not cut and proto in (4, 41):
        return network(data, sums, depth + 1)
    found = Segment() if proto == 6 and not cut and len(data) >= 20 else Packet()
    found.src, found.dst, found.proto, found.data, found.fragment, found.sums = src, dst, proto, data, cut, list(sums)
    if cut or snapped:
        if isinstance(found, Segment):
            found.read(data)
            found.data = data[found.size:]
        return found
    if proto in (6, 17) and len(data) >= 8:
        found.sums += wrong_sum(src, dst, proto, data)
        found.sport, found.dport = struct.unpack('!HH', data[:4])
    if isinstance(found, Segment):
        found.read(data)
        found.data = data[found.size:]
    elif proto == 17 and len(data) >= 8:
        found.data = data[8:]
    return found


def packets(path):
    """(record, packet or None) of each frame."""
    return [(record, readable(record)) for record in f.read_capture(path)]


def readable(record):
    try:
        return packet(record.linktype, record.data)
    except (IndexError, struct.error):  # a frame that ends in a header
        return None


def wrong_sum(src, dst, proto, data):
    """Nothing, or the name of the checksum; `left` in it where it is the sum over the pseudo-header alone,
    which a card was to complete."""
    name, at = ('tcp', 16) if proto == 6 else ('udp', 6)
    pseudo = f.pseudo_header(src, dst, proto, len(data))
    if proto == 17 and data[6:8] == b'\0\0' or not f.ones_complement(pseudo + data):
        return []
    return [name + ' left'] if f.ones_complement(pseudo) ^ 0xFFFF == int.from_bytes(data[at:at + 2], 'big') else [name]


# ---- TCP streams ----

class Stream:
    """One direction of one connection, put together by sequence numbers. Bytes that never came are NUL
    in `data` and not in `have`; `torn`: places where two segments disagree."""

    def __init__(self, base):
        self.base, self.last, self.data, self.have, self.torn, self.segments = base, base, bytearray(), bytearray(), 0, []

    def unwrap(self, seq):
        """The 64-bit number next to the last one: streams are longer than 2^32 never here, but wrap."""
        near = self.last
        full = near - near % 2**32 + seq
        return min((full - 2**32, full, full + 2**32), key=lambda n: abs(n - near))

    def put(self, segment):
        at = self.unwrap(segment.seq) + bool(segment.flags & SYN)
        self.segments.append(segment)
        if segment.data:
            self.last = at
        off = at - self.base
        if not -FAR < off < len(self.data) + FAR:
            return
        if off < 0:
            # Before the first segment that we saw (out of order at the start): all moves up. One byte
            # before is a keep-alive.
            if len(segment.data) <= 1:
                return
            self.data[:0], self.have[:0], self.base = bytes(-off), bytes(-off), at
            off = 0
        end = off + len(segment.data)
        if end > len(self.data):
            grow = end - len(self.data)
            self.data += bytes(grow)
            self.have += bytes(grow)
        for n, byte in enumerate(segment.data, off):
            if self.have[n] and self.data[n] != byte:
                self.torn += 1
            elif not self.have[n]:
                self.data[n], self.have[n] = byte, 1

    def whole(self):
        return all(self.have)


def streams(found):
    """flow -> its streams, one a connection: a SYN with another number begins a new one."""
    flows = collections.OrderedDict()
    for segment in found:
        if not isinstance(segment, Segment) or segment.fragment:
            continue
        known = flows.setdefault(segment.flow, [])
        start = segment.seq + bool(segment.flags & SYN)
        if not known or segment.flags & SYN and start % 2**32 != known[-1].base % 2**32:
            known.append(Stream(start + 2**32))
        known[-1].put(segment)
    return flows


class Numbers:
    """Is what became of a direction's sequence numbers one growing function of what they were? What the
    numbers stand for: starts and ends of segments, acknowledgements, SACK edges."""

    def __init__(self):
        self.pairs = collections.defaultdict(set)

    @staticmethod
    def points(segment):
        """(direction, number): 'own' for those of the sender's stream, 'other' for the opposite."""
        length = len(segment.data) + bool(segment.flags & SYN) + bool(segment.flags & FIN)
        own = [segment.seq, (segment.seq + length) & 0xFFFFFFFF]
        other = [segment.ack] if segment.flags & ACK else []
        return own, other + [edge for block in segment.sack for edge in block]

    def learn(self, before, after):
        """False: the segments do not have the same form (as many SACK blocks, an ACK or not)."""
        one, two = self.points(before), self.points(after)
        if [len(p) for p in one] != [len(p) for p in two]:
            return False
        for a, b in zip(one[0], two[0]):
            self.pairs[before.flow].add((a, b))
        src, sport, dst, dport = before.flow
        for a, b in zip(one[1], two[1]):
            self.pairs[(dst, dport, src, sport)].add((a, b))
        return True

    def faults(self):
        """Flows in which one number became two, or order changed; at most one line a flow."""
        for flow, pairs in self.pairs.items():
            images = collections.defaultdict(set)
            for a, b in pairs:
                images[a].add(b)
            twice = sum(len(v) > 1 for v in images.values())
            if twice:
                yield flow, '%d sequence numbers became two' % twice
                continue
            first, image = next(iter(pairs))
            signed = lambda n: (n + 2**31) % 2**32 - 2**31  # noqa: E731
            line = sorted((signed(a - first), signed(b - image)) for a, b in pairs)
            if any(y[1] < x[1] for x, y in zip(line, line[1:])):
                yield flow, 'sequence numbers in another order'


def edges(found):
    """flow -> the numbers on which a segment of it begins or ends."""
    known = collections.defaultdict(set)
    for segment in found:
        if isinstance(segment, Segment) and not segment.fragment:
            own, _ = Numbers.points(segment)
            known[segment.flow] |= set(own)
    return known


def acks_on_edges(found):
    """For each segment: does what it acknowledges lie where a segment begins or ends? None: no ACK."""
    known, answers = edges(found), []
    for segment in found:
        if not isinstance(segment, Segment) or not segment.flags & ACK:
            answers.append(None)
            continue
        src, sport, dst, dport = segment.flow
        answers.append(segment.ack in known[(dst, dport, src, sport)])
    return answers


def emptied(pairs):
    """Has a segment lost all its bytes? Only then may experts find what they did not before."""
    return any(isinstance(a, Segment) and isinstance(b, Segment) and a.data and not b.data for a, b in pairs)


def text(flow):
    """For messages of invented captures."""
    src, sport, dst, dport = flow
    return '%s:%d > %s:%d' % (ipaddress.ip_address(src), sport, ipaddress.ip_address(dst), dport)

"""TCP conversations, segment by segment, as a capture sees them.

What happens is told in the order in which it was captured, in offsets of each direction's stream: 0 is
the first byte behind the SYN, the SYN itself stands at -1. Acknowledgements, SACK blocks and timestamps
follow from what the other side has got by then, so that whatever is told is a capture that a
well-behaved TCP could have left:

    c = Conversation(('198.51.100.23', 40000), ('192.0.2.10', 5060), isn=(0xFFFFFFF0, 7))
    c.open()
    a, b = c.write(0, request)        # bytes that side 0 has to send
    c.data(0, a, a + 500)             # a segment
    c.data(0, a + 900, b)             # out of order
    c.ack(1)                          # 500, SACK 900-b
    c.data(0, a + 400, a + 900)       # overlaps what was there
    c.finish()
    records = c.records(START_NS)     # (ns, frame)

Python's standard library only, deterministic.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

import frames as f

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
MSS = 1400
STEP_MS = 3  # from one segment to the next

# RFC 5626, section 3.5.1: a ping is a double CRLF, its pong a single one.
PING, PONG = b'\r\n\r\n', b'\r\n'


class Intervals:
    """What of a stream was received, as disjoint sorted [from, to)."""

    def __init__(self):
        self.parts = []

    def add(self, low, high):
        if low >= high:
            return
        rest = [p for p in self.parts if p[1] < low or p[0] > high]
        touched = [p for p in self.parts if not (p[1] < low or p[0] > high)] + [(low, high)]
        self.parts = sorted(rest + [(min(p[0] for p in touched), max(p[1] for p in touched))])

    def edge(self):
        """The first byte that is missing."""
        return self.parts[0][1] if self.parts and self.parts[0][0] <= 0 else 0

    def beyond(self):
        """What came behind a hole: the SACK blocks."""
        return [p for p in self.parts if p[0] > self.edge()]


class Side:
    def __init__(self, end, isn, clock):
        self.end, self.isn, self.clock = end, isn, clock
        self.stream, self.got = bytearray(), Intervals()
        self.synced = self.done = False  # its SYN, its FIN was sent
        self.fin_seen = False            # it received the other's FIN
        self.window, self.recent = 65000, 0


class Segment:
    """One segment as it will be written; offsets in streams, None where it has no ACK."""

    def __init__(self, side, off, data, flags, ack, sack, window, ms, stamps):
        self.side, self.off, self.data, self.flags = side, off, data, flags
        self.ack, self.sack, self.window, self.ms, self.stamps = ack, sack, window, ms, stamps


class Conversation:
    """client and server are (address, port); isn, clock: of side 0 (client) and side 1."""

    def __init__(self, client, server, isn=(1000, 5_000_000), clock=(11_000, 77_000), stamps=True, sack=True, link=f.ethernet):
        self.sides = [Side(client, isn[0], clock[0]), Side(server, isn[1], clock[1])]
        self.segments, self.ms, self.link, self.stamps, self.with_sack = [], 0, link, stamps, sack

    # ---- what the application and the network do ----

    def write(self, side, data):
        """Bytes for `side` to send; their place in its stream. Nothing is sent yet."""
        start = len(self.sides[side].stream)
        self.sides[side].stream += data
        return start, start + len(data)

    def wait(self, ms):
        self.ms += ms

    def segment(self, side, off, data=b'', flags=ACK, ack=None, sack=None, window=None, heard=True):
        """Any segment: what it says need not be what it should. heard: the other side gets it, too."""
        me, other = self.sides[side], self.sides[1 - side]
        if ack is None and flags & ACK:
            ack = me.got.edge() + me.fin_seen
        if sack is None:
            sack = me.got.beyond() if self.with_sack and flags & ACK else []
        stamps = None
        if self.stamps:
            stamps = ((me.clock + self.ms) & 0xFFFFFFFF, me.recent if flags & ACK else 0)
        window = me.window if window is None else window
        self.segments.append(Segment(side, off, bytes(data), flags, ack, sack[-3:], window, self.ms, stamps))
        self.ms += STEP_MS
        if heard:
            other.got.add(max(off, 0), off + len(data)) if data and off >= 0 else None
            other.recent = stamps[0] if stamps else 0

    def data(self, side, low, high, flags=PSH | ACK, **more):
        """Bytes [low, high) of what was written."""
        self.segment(side, low, self.sides[side].stream[low:high], flags, **more)

    def missed(self, side, low, high):
        """Capture loss: the other side got it, we have not seen it."""
        self.sides[1 - side].got.add(low, high)

    def ack(self, side, **more):
        """A bare acknowledgement; its sequence number is that of what was sent so far."""
        self.segment(side, self.sent(side), b'', ACK, **more)

    def sent(self, side):
        return max([0] + [s.off + len(s.data) for s in self.segments if s.side == side and s.off >= 0])

    # ---- whole habits ----

    def open(self, fast=b''):
        """Handshake; with `fast` its SYN carries data (RFC 7413)."""
        low, high = self.write(0, fast)
        self.segment(0, -1, fast, SYN)
        if fast:
            self.sides[1].got.add(low, high)
        self.segment(1, -1, b'', SYN | ACK)
        self.segment(0, high, b'', ACK)

    def send(self, side, data, cuts=(), acked=True):
        """In order, cut at `cuts` (offsets in `data`) and at the MSS; acknowledged at its end."""
        low, high = self.write(side, data)
        for a, b in pieces(low, high, [low + c for c in cuts]):
            self.data(side, a, b)
        if acked:
            self.ack(1 - side)

    def finish(self):
        """FIN, ACK, FIN, ACK."""
        for side in (0, 1):
            self.segment(side, len(self.sides[side].stream), b'', FIN | ACK)
            self.sides[1 - side].fin_seen = True
            self.segment(1 - side, len(self.sides[1 - side].stream), b'', ACK)

    def reset(self, side=0):
        self.segment(side, self.sent(side), b'', RST | ACK)

    def keepalive(self, side, byte=b'\0'):
        """RFC 1122, 4.2.3.6: one byte before what comes next (or none), and its answer."""
        self.segment(side, self.sent(side) - 1, byte, ACK, heard=False)
        self.ack(1 - side)

    def probe(self, side, count=2):
        """The other side closes its window; `side` asks with the next byte until it opens again. Its
        next byte must have been written."""
        other, at = self.sides[1 - side], self.sent(side)
        self.ack(1 - side, window=0)
        for _ in range(count):
            self.wait(500)
            self.segment(side, at, self.sides[side].stream[at:at + 1], ACK, heard=False)
            self.ack(1 - side, window=0)
        self.wait(500)
        self.ack(1 - side, window=other.window)

    # ---- frames ----

    def octets(self, s):
        me, other = self.sides[s.side], self.sides[1 - s.side]
        sport, dport = me.end[1], other.end[1]
        seq = (me.isn + 1 + s.off) & 0xFFFFFFFF
        ack = 0 if s.ack is None else (other.isn + 1 + s.ack) & 0xFFFFFFFF
        options = b''
        if s.flags & SYN:
            options += struct.pack('!BBH', 2, 4, MSS) + (b'\x04\x02' if self.with_sack else b'\1\1')
        if s.stamps:
            options += b'\1\1' * (not s.flags & SYN) + struct.pack('!BBII', 8, 10, *s.stamps)
        if s.sack:
            edges = [(other.isn + 1 + e) & 0xFFFFFFFF for block in reversed(s.sack) for e in block]
            options += struct.pack('!BBBB%dI' % len(edges), 1, 1, 5, 2 + 4 * len(edges), *edges)
        options += b'\0' * (-len(options) % 4)
        head = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, (20 + len(options)) // 4 << 4, s.flags, s.window, 0, 0)
        return with_checksum(me.end[0], other.end[0], head + options + s.data)

    def packet(self, s, ident):
        src, dst = self.sides[s.side].end[0], self.sides[1 - s.side].end[0]
        if len(f.addr(src)) == 4:
            return f.ipv4(src, dst, f.TCP, self.octets(s), ident=ident & 0xFFFF)
        return f.ipv6(src, dst, f.TCP, self.octets(s))

    def records(self, start_ns, ident=1):
        """(ns, frame) of every segment, in the order in which they were captured."""
        return [(start_ns + s.ms * 10**6 + n, self.link(self.packet(s, ident + n))) for n, s in enumerate(self.segments)]

    def stream(self, side):
        return bytes(self.sides[side].stream)

    def swap_captured(self):
        """Another capture point: neighbours of opposite directions stand the other way round (an answer
        before what it answers), but for the handshake."""
        at = 3
        while at + 1 < len(self.segments):
            one, two = self.segments[at:at + 2]
            if one.side != two.side:
                one.ms, two.ms = two.ms, one.ms
                self.segments[at:at + 2] = [two, one]
                at += 1
            at += 1

    def forget(self, keep):
        """Frames that the capture does not have, by keep(segment)."""
        self.segments = [s for s in self.segments if keep(s)]


def with_checksum(src, dst, segment):
    src, dst = f.addr(src), f.addr(dst)
    value = f.ones_complement(f.pseudo_header(src, dst, f.TCP, len(segment)) + segment)
    return segment[:16] + struct.pack('!H', value) + segment[18:]


def pieces(low, high, cuts=(), most=MSS):
    """[low, high) cut at `cuts`, no piece longer than `most`."""
    edges = [low] + sorted(c for c in set(cuts) if low < c < high) + [high]
    found = []
    for a, b in zip(edges, edges[1:]):
        found += [(at, min(at + most, b)) for at in range(a, b, most)]
    return found


# ---- the same bytes in a hundred ways ----

def merge(turns):
    """Neighbours of one side become one: several messages a segment."""
    merged = []
    for side, data in turns:
        if merged and merged[-1][0] == side:
            merged[-1] = (side, merged[-1][1] + data)
        else:
            merged.append((side, data))
    return merged


STYLES = ('whole', 'big', 'small', 'bytes', 'heads', 'mixed')


def cut_points(rng, style, data, least):
    """Where to cut `data`; no piece is shorter than `least` but the last."""
    n = len(data)
    if style == 'whole' or n <= least:
        return []
    if style == 'bytes':
        cuts = range(1, n) if n < 420 else range(1, n, max(least, 5))
    elif style == 'heads':  # around the ends of lines and of heads
        ends = [i for i in range(n) if data.startswith(b'\r\n', i)]
        cuts = [e + d for e in ends for d in (0, 1, 2) if rng.random() < 0.3]
    else:
        size = {'big': 700, 'small': 90, 'mixed': rng.choice((40, 200, 1000))}[style]
        cuts, at = [], rng.randrange(1, size)
        while at < n:
            cuts.append(at)
            at += rng.randrange(1, 2 * size)
    kept, last = [], 0
    for cut in cuts:
        if cut - last >= least and n - cut >= least:
            kept.append(cut)
            last = cut
    return kept


def shuffle_near(rng, items):
    """Each stays within two places of its own."""
    return [item for _, item in sorted(((n + rng.random() * 3, item) for n, item in enumerate(items)), key=lambda p: p[0])]


class Network:
    """Sends turns through a conversation with faults drawn from `rng`; the bytes that arrive are always
    the same. least: the shortest segment (1: any)."""

    def __init__(self, conversation, rng, style, faults, least=1):
        self.c, self.rng, self.style, self.faults, self.least = conversation, rng, style, faults, least

    def turn(self, side, data):
        c, rng = self.c, self.rng
        low, high = c.write(side, data)
        parts = pieces(low, high, [low + x for x in cut_points(rng, self.style, data, self.least)])
        if 'order' in self.faults:
            parts = shuffle_near(rng, parts)
        late = []
        for a, b in parts:
            if 'loss' in self.faults and rng.random() < 0.2:
                late.append((a, b))
                continue
            c.data(side, a, b)
            if 'twice' in self.faults and rng.random() < 0.2:
                c.data(side, a, b)
            if rng.random() < 0.5 or c.sides[1 - side].got.beyond():
                c.ack(1 - side)
        for a, b in late:
            c.wait(200)
            c.data(side, a, b)
            c.ack(1 - side)
        if 'recut' in self.faults:
            self.again(side, low, high)
        c.ack(1 - side)
        if 'alive' in self.faults and rng.random() < 0.4:
            c.wait(45_000)
            c.keepalive(side, rng.choice((b'', b'\0')))

    def again(self, side, low, high):
        """Retransmissions at other places: overlapping, larger, within."""
        for _ in range(self.rng.randrange(1, 4)):
            a = self.rng.randrange(low, high)
            b = min(high, a + self.rng.randrange(self.least, MSS))
            if b - a >= self.least:
                self.c.data(side, a, b)


def converse(conversation, turns, rng, style='whole', faults=(), least=1):
    """All of `turns` ((side, bytes) each) in an open conversation."""
    network = Network(conversation, rng, style, faults, least)
    for side, data in merge(turns) if rng.random() < 0.5 else turns:
        network.turn(side, data)

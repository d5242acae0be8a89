#!/usr/bin/env python3
"""TCP: the same dialogs in any segmentation, order and duplication give the same anonymized streams.

    segmentation.py --plugin sianto.so [--variants 40] [--only PART] [--save DIR] [--as-is]

Two captures of invented people, each conversation on a port of its own:
 - `random`: the same messages in many random segmentations, with loss, reordering, duplication, other
   cuts of retransmissions and keep-alives;
 - `cases`: what a TCP can do to a message, one case a conversation, as the table CASES says.
Both are exported and read by Wireshark and by a reassembler of our own. Asked of each: as many frames at
the same times; right checksums; one growing function from old to new sequence numbers, the same for
segments, acknowledgements and SACK blocks; what was acknowledged on an edge still is; no expert item
that was not there; the same methods, codes and CSeq; nothing of the people. Of all conversations that
hold the whole dialogs: the same bytes in each direction, which are those of the same messages over UDP.
--as-is looks at a copy of the captures in place of an export: what the tests themselves do not get right.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import os
import random
import re
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'sim')]
import expert  # noqa: E402
import frames as f  # noqa: E402
import make_sample as people  # noqa: E402
import streams as t  # noqa: E402
import wire  # noqa: E402
from tshark import Result, Tshark  # noqa: E402

START_NS = 1_600_000_000 * 10**9
CASE_NS = 200 * 10**9  # from one conversation to the next: what one holds back does not touch the next
CLIENT, SERVER = people.ALICE.at, people.PROXY
CLIENT6, SERVER6 = people.CAROL.at, people.PROXY6
SECRETS = (b'liddell', b'alice', b'sawyer', b'carol', b'peletier', b'example.com', b'12015550123', b'442079460018', b'mat. ',
           people.token('one', 'id').encode(), people.token('nonce', 'alice', 1, 32).encode(), b'planted')
SAFE = 64  # bytes: no edit of these dialogs takes as many away, so no segment as long becomes empty
FAULTS = ('order', 'twice', 'loss', 'recut', 'alive')


class Recorder:
    """Takes make_sample's messages as turns: (side, bytes), side 0 the client at `address`."""

    def __init__(self, address):
        self.address, self.turns = address, []

    def send(self, source, target, text):
        text = text if isinstance(text, bytes) else text.encode()
        if self.address in (source[0], target[0]):
            self.turns.append((0 if source[0] == self.address else 1, text))

    def tick(self, ms):
        pass

    def rtp(self, *unused):
        pass


def dialogs(who=people.ALICE, other=people.BOB):
    """Registration, a call with session descriptions, a message; presence where the proxy sends it."""
    out = Recorder(who.at)
    people.register(out, who, 1)
    people.call(out, who, other, 'one')
    if who is people.ALICE:
        people.text_message(out)
    else:
        people.presence(out)
    return out.turns


def turns_text(turns, side):
    return b''.join(data for s, data in turns if s == side)


# ---- random segmentations ----

class Case:
    """A conversation: whole: both directions hold the dialogs from their first byte to their last;
    frames: 'kept' (all), 'any'; expert: new expert items are faults (not where segments may vanish)."""

    def __init__(self, name, conversation, whole=True, frames='kept', sip=True, quiet=True, ordered=True, extra=b''):
        self.name, self.c, self.whole, self.frames, self.sip, self.quiet = name, conversation, whole, frames, sip, quiet
        self.ordered = ordered  # messages become complete in the order of the dialog: numbered labels agree


def random_cases(count):
    turns = dialogs()
    for n in range(count):
        rng = random.Random(n)
        style = t.STYLES[n % len(t.STYLES)]
        faults = [x for x in FAULTS if rng.random() < 0.45] if n >= len(t.STYLES) else []
        least = SAFE if n % 2 == 0 else 1
        conversation = t.Conversation((CLIENT, 20000 + n), SERVER, isn=(rng.getrandbits(32), rng.getrandbits(32)),
                                      clock=(rng.getrandbits(31), rng.getrandbits(31)), stamps=n % 3 > 0, sack=n % 4 > 0)
        conversation.open()
        t.converse(conversation, turns, rng, style, faults, least)
        conversation.finish()
        swapped = n % 10 == 9
        if swapped:
            conversation.swap_captured()
        name = 'random %d: %s, least %d, %s' % (n, style, least, '+'.join(faults) or 'in order')
        yield Case(name, conversation, quiet=least == SAFE and not swapped, ordered=not swapped)


# ---- cases ----

def fresh(port, v6=False, **more):
    return t.Conversation((CLIENT6 if v6 else CLIENT, port), SERVER6 if v6 else SERVER, **more)


def spoken(c, turns, cuts=None, opened=True):
    """In order; cuts(data): where each message is cut."""
    if opened:
        c.open()
    for side, data in turns:
        c.send(side, data, cuts(data) if cuts else ())
    return c


def at(word, *deltas):
    """Cuts at places in `word` of the message, or none where it has none."""
    def cuts(data):
        where = data.find(word)
        return [where + d for d in deltas] if where >= 0 else []
    return cuts


def longest(turns):
    """Index of the longest turn of the client."""
    return max((n for n, (side, _) in enumerate(turns) if side == 0), key=lambda n: len(turns[n][1]))


def around(c, turns, middle):
    """All in order, the longest message by middle(low, high) where it was written."""
    c.open()
    for n, (side, data) in enumerate(turns):
        if n == longest(turns):
            low, high = c.write(side, data)
            middle(low, high)
            c.ack(1 - side)
        else:
            c.send(side, data)
    return c


def case_retransmissions(c, turns):
    def middle(low, high):
        a, b = low + 300, low + 700
        c.data(0, low, a)
        c.data(0, low, a)                    # the same
        c.data(0, a, b)
        c.data(0, low + 100, a + 100)        # overlapping what is there
        c.data(0, b, high)
        c.ack(1)
        c.data(0, a - 50, b + 50)            # other cuts, after the ACK
        c.data(0, low, min(high, low + t.MSS))  # all at once
        c.data(0, max(0, low - 200), low + 80)  # with the end of the message before
    return around(c, turns, middle)


def case_out_of_order(c, turns):
    def middle(low, high):
        parts = t.pieces(low, high, range(low + 200, high, 200))
        for a, b in parts[1:][::-1]:
            c.data(0, a, b)
            c.ack(1)
        c.wait(30)
        c.data(0, *parts[0])
    return around(c, turns, middle)


def case_dsack(c, turns):
    def middle(low, high):
        c.data(0, low, low + 400)
        c.data(0, low + 800, high)
        c.ack(1)
        c.data(0, low + 400, low + 800)
        c.data(0, low, low + 400)
        c.ack(1, sack=[(low, low + 400)])
    return around(c, turns, middle)


def case_keepalives(c, turns):
    def middle(low, high):
        c.data(0, low, low + 500)
        c.ack(1)
        c.wait(45_000)
        c.keepalive(0)
        c.keepalive(0, b'')
        c.data(0, low + 500, high)
    around(c, turns, middle)
    for byte in (b'\0', b'', b'\r'):
        c.wait(60_000)
        c.keepalive(0, byte)
        c.keepalive(1, byte)
    return c


def case_zero_window(c, turns):
    def middle(low, high):
        c.data(0, low, low + 500)
        c.probe(0)
        c.data(0, low + 500, high)
    return around(c, turns, middle)


def case_ping_pong(c, turns):
    """RFC 5626: between messages, by themselves, in front of a message in its segment, split in two."""
    c.open()
    for n, (side, data) in enumerate(turns):
        if n % 4 == 0:
            c.send(0, t.PING)
            c.send(1, t.PONG)
            c.send(side, data)
        elif n % 4 == 1:
            c.send(side, t.PING + data)
        elif n % 4 == 2:
            c.send(side, data + t.PING)
        else:
            c.send(side, data)
            c.send(0, t.PING, [2])
            c.send(1, t.PONG, [1])
    return c


def case_capture_loss(c, turns):
    def middle(low, high):
        c.data(0, low, low + 300)
        c.missed(0, low + 300, low + 900)
        c.ack(1)
        c.data(0, low + 900, high)
    return around(c, turns, middle)


def case_loss_of_a_message(c, turns):
    """A whole message was never captured, with its acknowledgement: those behind it stay."""
    around(c, turns, lambda low, high: c.missed(0, low, high))
    return c


def case_lost_for_good(c, turns):
    """The connection dies before what was lost comes again."""
    c.open()
    for side, data in turns[:4]:
        c.send(side, data)
    low, high = c.write(0, turns[longest(turns)][1])
    c.data(0, low, low + 400)
    c.data(0, low + 900, high)
    c.ack(1)
    c.reset(0)
    return c


def case_middle_start(c, turns, keep):
    c.forget(keep)
    return c


def case_reset_in_message(c, turns):
    c.open()
    for side, data in turns[:4]:
        c.send(side, data)
    low, high = c.write(0, turns[longest(turns)][1])
    c.data(0, low, low + 700)
    c.segment(1, c.sent(1), b'', t.RST | t.ACK)
    return c


def case_fin_with_data(c, turns):
    spoken(c, turns[:-1])
    side, data = turns[-1]
    low, high = c.write(side, data)
    c.data(side, low, high, t.FIN | t.PSH | t.ACK)
    c.sides[1 - side].fin_seen = True
    c.ack(1 - side)
    c.segment(1 - side, c.sent(1 - side), b'', t.FIN | t.ACK)
    return c


def case_half_close(c, turns):
    """The client ends its stream, the server goes on."""
    c.open()
    for n, (side, data) in enumerate(turns):
        c.send(side, data)
    c.segment(0, c.sent(0), b'', t.FIN | t.ACK)
    c.sides[1].fin_seen = True
    c.ack(1)
    c.send(1, t.PONG)
    return c


def case_fast_open(c, turns):
    c.open(fast=turns[0][1])
    c.ack(1)
    return spoken(c, turns[1:], opened=False)


def case_fast_open_refused(c, turns):
    """The SYN's data is not acknowledged and comes again."""
    low, high = c.write(0, turns[0][1])
    c.segment(0, -1, turns[0][1], t.SYN)
    c.segment(1, -1, b'', t.SYN | t.ACK)
    c.segment(0, 0, b'', t.ACK)
    c.data(0, low, high)
    c.ack(1)
    return spoken(c, turns[1:], opened=False)


def case_syn_again(c, turns):
    for _ in range(3):
        c.segment(0, -1, b'', t.SYN)
        c.wait(1000)
    c.segment(1, -1, b'', t.SYN | t.ACK)
    c.segment(1, -1, b'', t.SYN | t.ACK)
    c.segment(0, 0, b'', t.ACK)
    return spoken(c, turns, opened=False)


def case_refused(c, turns):
    c.segment(0, -1, b'', t.SYN)
    c.segment(1, -1, b'', t.RST | t.ACK, ack=0)
    return c


def case_days(c, turns):
    c.open()
    for side, data in turns:
        c.send(side, data)
        for _ in range(3):
            c.wait(9 * 3600 * 1000)
            c.keepalive(0)
            c.send(0, t.PING)
            c.send(1, t.PONG)
    return c


def case_two_contents(c, turns):
    """A retransmission that says something else: neither may be left. Nothing can be told of the rest."""
    def middle(low, high):
        c.data(0, low, low + 400)
        data = c.stream(0)[low + 100:low + 400]
        c.segment(0, low + 100, (b'planted"<sip:planted@planted.example.com>' * 10)[:len(data)], t.PSH | t.ACK)
        c.data(0, low + 400, high)
    return around(c, turns, middle)


def case_beyond_window(c, turns):
    """Bytes far away, in a segment that nobody can have accepted."""
    def middle(low, high):
        c.data(0, low, high)
        c.segment(0, high + 3_000_000, b'INVITE sip:planted@example.com SIP/2.0\r\nTo: planted\r\n', heard=False)
        c.segment(0, high + 2**31 - 5, b'planted', heard=False)
    return around(c, turns, middle)


def case_behind_the_end(c, turns):
    spoken(c, turns)
    c.finish()
    c.segment(0, len(c.stream(0)) + 1, b'MESSAGE sip:planted@example.com SIP/2.0\r\nTo: "planted" <sip:planted@example.com>\r\n', heard=False)
    c.segment(1, len(c.stream(1)) + 1, b'planted', t.RST, heard=False)
    return c


def case_urgent(c, turns):
    def middle(low, high):
        c.data(0, low, low + 200, t.PSH | t.ACK | t.URG)
        c.data(0, low + 200, high)
    return around(c, turns, middle)


def case_wrong_lengths(c, turns):
    """Content-Length too small, too large, none, no number; LF only; junk and blank lines in front."""
    c.open()
    message = turns[longest(turns)][1]
    length = re.search(rb'Content-Length: (\d+)', message)
    for value in (b'5', b'99999', b'', b'x', b'-1', b'1' * 40):
        c.send(0, message[:length.start(1)] + value + message[length.end(1):])
    c.send(0, message.replace(length.group(0) + b'\r\n', b''))
    c.send(0, message.replace(b'\r\n', b'\n'))
    c.send(0, b'planted junk\r\n\r\nalice@example.com ' + message)
    c.send(0, b'\r\n\r\n\r\n' + message)
    c.send(0, b'\0\0\0\0' + message)
    return c


def case_http(c, turns):
    """On the port of SIP, but not SIP: the connection is kept, its bytes are not."""
    c.open()
    c.send(0, b'GET /planted HTTP/1.1\r\nHost: example.com\r\nCookie: alice=liddell\r\n\r\n')
    c.send(1, b'HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nplanted')
    return c


def case_telnet(c, turns):
    """Neither by its port nor by its bytes."""
    c.open()
    c.send(1, b'login: ')
    c.send(0, b'alice\r\n')
    c.send(1, b'password: planted')
    return c


def case_open_only(c, turns):
    c.open()
    c.wait(70_000)
    c.keepalive(0)
    c.finish()
    return c


def case_reused(c, turns):
    """The same four-tuple once more, with and without an end in between."""
    spoken(c, turns)
    records = list(c.segments)
    for isn in ((3_000_000_000, 9), (3_000_100_000, 4_000_000_000)):
        again = spoken(t.Conversation(c.sides[0].end, c.sides[1].end, isn=isn), turns)
        if isn[1] == 9:
            again.finish()
        for s in again.segments:
            s.conversation, s.ms = again, s.ms + records[-1].ms + 1000
        records += again.segments
    c.parts = records
    return c


def all_cases():
    turns = dialogs()
    first, port = turns[0][1], iter(range(30000, 40000))
    table = [
        ('a message a segment', {}, lambda c: spoken(c, turns)),
        ('all that fits a segment', {}, lambda c: spoken(c, t.merge(turns))),
        ('byte by byte', {'quiet': False}, lambda c: spoken(c, turns, lambda d: range(1, len(d)))),
        ('in hundreds', {}, lambda c: spoken(c, turns, lambda d: range(100, len(d) - SAFE, 100))),
        ('cut in the end of the head', {}, lambda c: spoken(c, turns, at(b'\r\n\r\n', 1))),
        ('cut before the last LF of the head', {}, lambda c: spoken(c, turns, at(b'\r\n\r\n', 3))),
        ('cut in the digits of Content-Length', {}, lambda c: spoken(c, turns, at(b'Content-Length: ', 17))),
        ('cut in the name Content-Length', {}, lambda c: spoken(c, turns, at(b'Content-Length: ', 5))),
        ('cut in the start line', {}, lambda c: spoken(c, turns, lambda d: [1, 3, 9, 20])),
        ('cut in a name', {}, lambda c: spoken(c, turns, at(b'alice', 2))),
        ('cut in a percent escape and a token', {}, lambda c: spoken(c, turns, at(b'z9hG4bK', 3, 12))),
        ('out of order, the first last', {}, lambda c: case_out_of_order(c, turns)),
        ('retransmissions of all kinds', {}, lambda c: case_retransmissions(c, turns)),
        ('duplicate SACK', {}, lambda c: case_dsack(c, turns)),
        ('keep-alives', {}, lambda c: case_keepalives(c, turns)),
        ('zero window and its probes', {}, lambda c: case_zero_window(c, turns)),
        ('CRLF pings and pongs', {'whole': False}, lambda c: case_ping_pong(c, turns)),
        ('FIN with data', {}, lambda c: case_fin_with_data(c, turns)),
        ('half closed', {'whole': False}, lambda c: case_half_close(c, turns)),
        ('fast open', {}, lambda c: case_fast_open(c, turns)),
        ('fast open refused', {}, lambda c: case_fast_open_refused(c, turns)),
        ('SYN more than once', {}, lambda c: case_syn_again(c, turns)),
        ('SYN refused', {'whole': False, 'sip': False}, lambda c: case_refused(c, turns)),
        ('four-tuple used again', {'whole': False}, lambda c: case_reused(c, turns)),
        ('days', {'whole': False}, lambda c: case_days(c, turns)),
        ('urgent pointer', {}, lambda c: case_urgent(c, turns)),
        ('capture loss in a message', {'whole': False, 'sip': False, 'quiet': False}, lambda c: case_capture_loss(c, turns)),
        ('a message not captured', {'whole': False, 'sip': False}, lambda c: case_loss_of_a_message(c, turns)),
        ('lost for good', {'whole': False, 'sip': False, 'quiet': False}, lambda c: case_lost_for_good(c, turns)),
        ('reset in a message', {'whole': False, 'sip': False}, lambda c: case_reset_in_message(c, turns)),
        ('starts between messages', {'whole': False}, lambda c: case_middle_start(
            spoken(c, turns), turns, lambda s: s.off >= len(first) or s.side)),
        ('starts in a message', {'whole': False, 'sip': False, 'quiet': False}, lambda c: case_middle_start(
            spoken(c, turns, lambda d: range(100, len(d) - SAFE, 100)), turns, lambda s: s.off >= 200 or s.side)),
        ('one direction only', {'whole': False}, lambda c: case_middle_start(spoken(c, turns), turns, lambda s: not s.side)),
        ('two contents', {'whole': False, 'sip': False, 'quiet': False}, lambda c: case_two_contents(c, turns)),
        ('beyond the window', {'whole': False, 'frames': 'any'}, lambda c: case_beyond_window(c, turns)),
        ('behind the end', {'whole': False, 'frames': 'any'}, lambda c: case_behind_the_end(c, turns)),
        ('wrong lengths', {'whole': False, 'sip': False, 'quiet': False}, lambda c: case_wrong_lengths(c, turns)),
        ('HTTP on 5060', {'whole': False, 'sip': False}, lambda c: case_http(c, turns)),
        ('a connection without data', {'whole': False, 'sip': False}, lambda c: case_open_only(c, turns)),
    ]
    for name, more, build in table:
        yield Case(name, build(fresh(next(port))), **more)
    plain = lambda c: spoken(c, turns)  # noqa: E731
    yield Case('sequence wrap', plain(fresh(next(port), isn=(2**32 - 700, 2**32 - 2500))))
    yield Case('wrap in the handshake', plain(fresh(next(port), isn=(2**32 - 1, 2**32 - 2))))
    yield Case('wrap out of order', case_out_of_order(fresh(next(port), isn=(2**32 - 2600, 5)), turns))
    yield Case('wrap of the timestamps', plain(fresh(next(port), clock=(2**32 - 30, 2**32 - 9))))
    yield Case('no options', plain(fresh(next(port), stamps=False, sack=False)))
    yield Case('VLAN', plain(fresh(next(port), link=lambda p: f.ethernet(p, tags=((0x8100, 7),)))))
    yield Case('PPPoE', plain(fresh(next(port), link=f.pppoe)))
    swapped = plain(fresh(next(port)))
    swapped.swap_captured()
    yield Case('captured the other way round', swapped, quiet=False, ordered=False)
    yield Case('other ports', plain(t.Conversation((CLIENT, 45454), (SERVER[0], 15060))))
    yield Case('Telnet', case_telnet(t.Conversation((CLIENT, 45455), ('203.0.113.23', 23)), turns), whole=False, frames='none', sip=False)
    turns6 = dialogs(people.CAROL, people.ALICE)
    for name, build in (('IPv6', lambda c: spoken(c, turns6)), ('IPv6 in hundreds', lambda c: spoken(c, turns6, lambda d: range(100, len(d) - SAFE, 100))),
                        ('IPv6 out of order', lambda c: case_out_of_order(c, turns6)), ('IPv6 retransmissions', lambda c: case_retransmissions(c, turns6))):
        yield Case(name, build(fresh(next(port), v6=True)))


def octets(case, start):
    """(ns, frame, case) of a conversation, or of the several that one case is made of."""
    parts = getattr(case.c, 'parts', None)
    if parts is None:
        return [(ns, data, case) for ns, data in case.c.records(start)]
    return [(start + s.ms * 10**6 + n, case.c.link(getattr(s, 'conversation', case.c).packet(s, n)), case) for n, s in enumerate(parts)]


# ---- the look at an export ----

AS_IS = []  # not empty: a copy stands for the export


def export(tshark, source, target, labels, words=()):
    if AS_IS:
        shutil.copy(source, target)
        return Result(0, '', '')
    return tshark.export(source, target, *words, key=tshark.path('key'), labels=labels, force='yes')


class Look:
    """One capture, its export, and what is wrong with it: (case or None, text) each."""

    def __init__(self, tshark, name, cases, labels, words=()):
        self.t, self.cases, self.faults, self.labels = tshark, list(cases), [], labels
        self.source, self.target = tshark.path(name + '.pcapng'), tshark.path('%s-%s-out.pcapng' % (name, labels))
        start, self.made = START_NS, []
        for case in self.cases:
            frames = octets(case, start)
            self.made += frames
            start = frames[-1][0] + CASE_NS
        if not os.path.exists(self.source):
            f.write_pcapng(self.source, [(f.ETHERNET, b'')], [(0, ns, data) for ns, data, _ in self.made])
            tshark.give(self.source)
        self.done = export(tshark, self.source, self.target, labels, words)

    def fault(self, case, text):
        self.faults.append((case.name if case else '', text))

    def run(self):
        if self.done.status != 0 or not os.path.exists(self.target):
            self.fault(None, 'the export failed with status %s: %s' % (self.done.status, self.done.err.strip()[-200:]))
            return
        before, after = wire.packets(self.source), wire.packets(self.target)
        self.pair(before, after)
        self.numbers()
        self.leaks(after)
        for line in expert.reopen(self.t, self.target):
            self.fault(None, line)
        self.experts()

    def pair(self, before, after):
        """Frames by their times, which are all different."""
        images = {record.ns: p for record, p in after}
        if len(images) != len(after) or not set(images) <= {record.ns for record, _ in before}:
            self.fault(None, 'frames with other times')
        self.pairs = collections.defaultdict(list)  # case -> (before, after)
        for (record, packet), (_, _, case) in zip(before, self.made):
            self.pairs[case].append((packet, images.get(record.ns)))
        for case in self.cases:
            kept = sum(b is not None for _, b in self.pairs[case])
            expected = {'kept': len(self.pairs[case]), 'none': 0, 'any': kept}[case.frames]
            if kept != expected:
                self.fault(case, '%d of %d frames written, %d expected' % (kept, len(self.pairs[case]), expected))

    def numbers(self):
        for case, pairs in self.pairs.items():
            pairs = [(a, b) for a, b in pairs if b is not None]
            if not pairs:
                continue
            wrong = [name for _, b in pairs for name in b.sums]
            if wrong:
                self.fault(case, 'wrong checksums: %s' % sorted(set(wrong)))
            numbers = wire.Numbers()
            if not hasattr(case.c, 'parts'):  # a four-tuple used again has two numberings
                if not all([numbers.learn(a, b) for a, b in pairs]):
                    self.fault(case, 'other ACK flags or SACK blocks')
                for _, text in numbers.faults():
                    self.fault(case, text)
                old, new = wire.acks_on_edges([a for a, _ in pairs]), wire.acks_on_edges([b for _, b in pairs])
                off = sum(bool(a) and not b for a, b in zip(old, new))
                if off:
                    self.fault(case, '%d ACKs no longer on the edge of a segment' % off)
            if any((a.flags, a.window) != (b.flags, b.window) for a, b in pairs if isinstance(b, wire.Segment)):
                self.fault(case, 'other flags or windows')
            had, torn = (sum(s.torn for flow in wire.streams(p).values() for s in flow) for p in zip(*pairs))
            if torn > had:  # before: the byte of a keep-alive
                self.fault(case, 'segments disagree in %d bytes, %d before' % (torn, had))

    def streams(self, case):
        """Both directions as written, from the client's first."""
        flows = wire.streams(b for _, b in self.pairs[case] if b is not None)
        port = case.c.sides[0].end[1]
        found = []
        for side in (0, 1):
            of_side = [s for flow, many in flows.items() for s in many if flow[1 if side == 0 else 3] == port]
            found.append(bytes(of_side[0].data) if of_side else b'')
        return found

    def leaks(self, after):
        if AS_IS:
            return
        with open(self.target, 'rb') as file:
            text = file.read().lower()
        for secret in SECRETS:
            if secret.lower() in text:
                self.fault(None, 'in the file: one of the secrets (%d letters)' % len(secret))
        for case in self.cases:
            for side, data in enumerate(self.streams(case)):
                if any(secret.lower() in data.lower() for secret in SECRETS):
                    self.fault(case, 'a secret in the stream of side %d' % side)

    def experts(self):
        """As Wireshark sees each capture as a whole, and case by case by the frames' times."""
        for words in ((), expert.IN_ORDER):
            _, before = expert.read(self.t, self.source, *words)
            _, after = expert.read(self.t, self.target, *words)
            images = {row['frame.time_epoch'][0]: row for row in after}
            at = 0
            for case in self.cases:
                count = len(self.pairs[case])
                rows = before[at:at + count]
                at += count
                new = [images[row['frame.time_epoch'][0]] for row in rows if row['frame.time_epoch'][0] in images]
                self.expert_case(case, [r for r in rows if r['frame.time_epoch'][0] in images], new, bool(words))

    def expert_case(self, case, before, after, ordered):
        if not ordered and (case.quiet or 'resized' not in self.done.err):
            for line in expert.news(before, after):
                self.fault(case, line)
        for line in expert.sums(before, after):
            self.fault(case, line)
        if case.sip and expert.messages(before) != expert.messages(after):
            self.fault(case, 'other messages%s: %d before, %d now' % (
                ' (in order)' if ordered else '', len(expert.messages(before)), len(expert.messages(after))))


def over_udp(tshark, turns, labels, client, server):
    """What becomes of the same messages, one a datagram: both directions' bytes."""
    source, target = tshark.path('udp.pcapng'), tshark.path('udp-out.pcapng')
    ends = ((client, 5060), server)
    f.write_pcapng(source, [(f.ETHERNET, b'')], [
        (0, START_NS + n * 10**7, f.ethernet(f.packet(*ends[side], *ends[1 - side], data))) for n, (side, data) in enumerate(turns)])
    tshark.give(source)
    done = export(tshark, source, target, labels)
    if done.status != 0:
        raise SystemExit('over UDP: ' + done.err)
    written = [p.data for _, p in wire.packets(target)]
    return [b''.join(data for (s, _), data in zip(turns, written) if s == side) for side in (0, 1)]


def same_streams(look, expected, labels, alike):
    """All whole conversations of a capture against the messages over UDP."""
    wrong = 0
    for case in look.cases:
        v6 = len(f.addr(case.c.sides[0].end[0])) == 16
        if not case.whole or v6 != alike or labels != 'keyed' and not case.ordered:
            continue
        for side, data in enumerate(look.streams(case)):
            if data != expected[side]:
                wrong += 1
                place = next((n for n, (a, b) in enumerate(zip(data, expected[side])) if a != b), min(len(data), len(expected[side])))
                look.fault(case, 'side %d: not the bytes as over UDP, from %d on (%d bytes, %d over UDP)' % (side, place, len(data), len(expected[side])))
    return wrong


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--variants', type=int, default=40)
    options.add_argument('--labels', default='keyed,readable')
    options.add_argument('--only', default='', help='cases whose name holds this')
    options.add_argument('--save', help='folder for the captures and their exports')
    options.add_argument('--as-is', action='store_true')
    args = options.parse_args()
    AS_IS.extend([True] * args.as_is)
    faults = []
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        tshark.key('key')
        for name, make in (('cases', all_cases), ('random', lambda: random_cases(args.variants))):
            for labels in args.labels.split(','):
                look = Look(tshark, name, [c for c in make() if args.only in c.name], labels)
                if not look.cases:
                    continue
                look.run()
                if not look.faults or os.path.exists(look.target):
                    for v6, who, other in ((False, people.ALICE, people.BOB), (True, people.CAROL, people.ALICE)):
                        if labels == 'keyed' or not v6:  # numbers count over the file: IPv6 comes second
                            expected = over_udp(tshark, dialogs(who, other), labels, who.at, SERVER6 if v6 else SERVER)
                            same_streams(look, expected, labels, v6)
                for where, text in look.faults:
                    print('  FAULT %s, labels=%s, %s: %s' % (name, labels, where or 'all', text))
                bad = len({w for w, _ in look.faults})
                print('%-6s labels=%-8s %3d conversations, %5d frames, %d with faults' % (name, labels, len(look.cases), len(look.made), bad))
                sys.stdout.flush()
                faults += look.faults
        if args.save:
            for name in os.listdir(tshark.dir):
                if name.endswith('.pcapng'):
                    shutil.copy(tshark.path(name), args.save)
    print('%d faults' % len(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

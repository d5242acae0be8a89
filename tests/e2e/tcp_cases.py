"""Conversations that segmentation.py exports: the same dialogs in random segmentations, and what a TCP can
do to a message, case by case.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
import re

import frames as f
import make_sample as people
import streams as t

CLIENT, SERVER = people.ALICE.at, people.PROXY
CLIENT6, SERVER6 = people.CAROL.at, people.PROXY6
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

    def __init__(self, name, conversation, whole=True, frames='kept', sip=True, quiet=True, ordered=True):
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
        c.wait(15_000)
        c.keepalive(0)
        c.keepalive(0, b'')
        c.data(0, low + 500, high)
    around(c, turns, middle)
    for byte in (b'\0', b'', b'\r'):
        c.wait(60_000)
        c.keepalive(0, byte)
        c.keepalive(1, byte)
    return c


def case_slow(c, turns):
    """A message whose end comes when nobody waits any more: its head is scrubbed by then."""
    def middle(low, high):
        c.data(0, low, low + 500)
        c.ack(1)
        c.wait(45_000)
        c.data(0, low + 500, high)
    return around(c, turns, middle)


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
        c.segment(0, high + 2**31 - 100_000, b'planted', heard=False)
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
        ('slower than we wait', {'whole': False, 'sip': False}, lambda c: case_slow(c, turns)),
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

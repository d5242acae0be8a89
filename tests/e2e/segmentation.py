#!/usr/bin/env python3
"""TCP: the same dialogs in any segmentation, order and duplication give the same anonymized streams.

    segmentation.py --plugin sianto.so [--variants 40] [--only PART] [--save DIR] [--as-is] [--set audit=off]

Two captures of invented people, each conversation on a port of its own:
 - `random`: the same messages in many random segmentations, with loss, reordering, duplication, other
   cuts of retransmissions and keep-alives;
 - `cases`: what a TCP can do to a message, one case a conversation, as the table of tcp_cases.py says.
Both are exported and read by Wireshark and by a reassembler of our own. Asked of each: as many frames at
the same times; right checksums; one growing function from old to new sequence numbers, the same for
segments, acknowledgements and SACK blocks; what was acknowledged on an edge still is; no expert item that
was not there (but where a segment became empty, which the summary tells); the same methods, codes and
CSeq; the same statistics on both sides; as many frames when what was written is exported again; nothing
of the people. Of all conversations that hold the whole dialogs: the same bytes in each direction, which
are those of the same messages over UDP.
--as-is looks at a copy of the captures in place of an export: what the tests themselves do not get right.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import json
import os
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'sim')]
import expert  # noqa: E402
import frames as f  # noqa: E402
import make_sample as people  # noqa: E402
import wire  # noqa: E402
from tcp_cases import SERVER, SERVER6, all_cases, dialogs, octets, random_cases  # noqa: E402
from tshark import Result, Tshark  # noqa: E402

START_NS = 1_600_000_000 * 10**9
CASE_NS = 200 * 10**9  # from one conversation to the next: what one holds back does not touch the next
SECRETS = (b'liddell', b'alice', b'sawyer', b'carol', b'peletier', b'example.com', b'12015550123', b'442079460018', b'mat. ',
           people.token('one', 'id').encode(), people.token('nonce', 'alice', 1, 32).encode(), b'planted')


# ---- the look at an export ----

AS_IS = []  # not empty: a copy stands for the export


MORE = {}   # options of every export


def export(tshark, source, target, labels):
    if AS_IS:
        shutil.copy(source, target)
        return Result(0, '', '')
    return tshark.export(source, target, key=tshark.path('key'), labels=labels, force='yes', **MORE)


def settings(**options):
    return [word for name, value in options.items() for word in ('-X', 'sianto:%s=%s' % (name, value))]


class Look:
    """One capture, its export, and what is wrong with it: (case or None, text) each."""

    def __init__(self, tshark, name, cases, labels):
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
        self.done = export(tshark, self.source, self.target, labels)

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
        if not AS_IS:
            self.statistics()
            self.again()

    def statistics(self):
        """Those written beside the export are those of the export."""
        beside, own = self.t.path('beside.json'), self.t.path('own.json')
        one = self.t.run('-q', '-r', self.source, *settings(out=self.t.path('other.pcapng'), stats=beside, key=self.t.path('key'), labels=self.labels, force='yes', **MORE))
        two = self.t.run('-q', '-r', self.target, *settings(stats=own, names='asis', force='yes'))
        if one.status or two.status:
            self.fault(None, 'statistics: %s' % (one.err + two.err).strip()[-200:])
            return
        texts = []
        for path in (beside, own):
            with open(path, encoding='utf-8') as file:
                texts.append({k: v for k, v in json.load(file).items() if k not in ('export', 'private')})
        differ = [k for k in texts[0] if texts[0][k] != texts[1].get(k)]
        if differ:
            self.fault(None, 'statistics differ on both sides: %s' % ' '.join(differ))

    def again(self):
        """What we wrote is decided the same way."""
        twice = self.t.path('twice.pcapng')
        done = self.t.export(self.target, twice, key=self.t.path('key'), labels=self.labels, force='yes', **MORE)
        if done.status != 0 or len(f.read_capture(twice)) != len(f.read_capture(self.target)):
            self.fault(None, 'exported again: not as many frames: %s' % done.err.strip()[-100:])

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
                self.empty = wire.emptied(self.pairs[case])
                self.expert_case(case, [r for r in rows if r['frame.time_epoch'][0] in images], new, bool(words))

    def expert_case(self, case, before, after, ordered):
        if self.empty and (case.quiet or 'resized' not in self.done.err):
            self.fault(case, 'a segment became empty' + ', and the summary does not say so' * (not case.quiet))
        if not ordered and not self.empty:
            for line in expert.news(before, after, guess=expert.guesses(self.t)):
                self.fault(case, line)
        for line in expert.sums(before, after):
            self.fault(case, line)
        # Put in order, Wireshark takes a single byte in front of an emptied segment for a keep-alive.
        found = expert.messages if ordered or not expert.guesses(self.t) else expert.kinds
        if case.sip and not (ordered and self.empty) and found(before) != found(after):
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
    options.add_argument('--set', action='append', default=[], metavar='OPTION=VALUE', help='of every export, as audit=off')
    args = options.parse_args()
    MORE.update(item.split('=', 1) for item in args.set)
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

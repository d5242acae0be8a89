#!/usr/bin/env python3
"""Real calls (Kamailio and SIPp): what Wireshark tells of them is the same after an export.

    calls.py --plugin sianto.so [--testbed DIR]

Wireshark's VoIP view shows, per call, who called whom, its state and its messages in order; tshark has no
such table, so it is made here from the same fields, with every identity replaced by the number of its
first appearance: two captures have the same calls when these tables are equal. Compared, too: sip,stat,
the sequence of methods, codes and CSeq frame by frame, TCP's experts, and the flow that follow,tcp shows,
by its message boundaries. An INVITE of 5 KB in four segments must be one afterwards.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'sim')]
import expert  # noqa: E402
import wire  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

CAPTURES = ('calls_tcp4_long.pcap', 'calls_tcp6_long.pcap', 'calls_udp4.pcap', 'calls_udp6.pcap')
RUNS = ({}, {'labels': 'keyed'}, {'labels': 'paper'})
FIELDS = ('frame.number', 'frame.time_epoch', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport',
          'sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method', 'sip.Call-ID', 'sip.from.user', 'sip.to.user',
          'sip.from.tag', 'sip.to.tag', 'sip.Via.branch', 'sip.contact.user', 'sip.r-uri.user', 'sip.resend', 'sip.response-request', 'sip.release-time',
          'sip.response-time', 'sdp.media.port', 'sdp.media.media', 'tcp.segment.count', 'tcp.stream')
NAMES = ('ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'sip.Call-ID', 'sip.from.user', 'sip.to.user', 'sip.from.tag', 'sip.to.tag', 'sip.Via.branch',
         'sip.contact.user', 'sip.r-uri.user')
# Wireshark shows no user of one character, and labels=paper makes such.
USERS = tuple(name for name in NAMES if name.endswith('.user'))
SAME = {'ip.src': 'address', 'ip.dst': 'address', 'ipv6.src': 'address', 'ipv6.dst': 'address', 'sip.from.user': 'user', 'sip.to.user': 'user',
        'sip.contact.user': 'user', 'sip.r-uri.user': 'user', 'sip.from.tag': 'tag', 'sip.to.tag': 'tag'}


class Numbers:
    """Identities by the number of their first appearance, a list a kind."""

    def __init__(self):
        self.known = collections.defaultdict(dict)

    def of(self, field, value):
        names = self.known[SAME.get(field, field)]
        return names.setdefault(value, len(names) + 1)


def sip_rows(tshark, path):
    names = expert.known_fields(tshark, FIELDS)
    done, rows = tshark.fields(path, names, '-Y', 'sip')
    if done.status != 0:
        raise SystemExit('tshark cannot read %s: %s' % (path, done.err[-200:]))
    return [collections.defaultdict(list, row) for row in rows if row['frame.number']]


def numbered(rows, without=()):
    """Rows in which identities are numbers, so that captures can be compared."""
    numbers = Numbers()
    for row in rows:
        yield {name: [] if name in without else [numbers.of(name, v) for v in row[name]] if name in NAMES else row[name] for name in FIELDS}


def calls(rows, without=()):
    """As the VoIP view has them: a line a call, its messages in order."""
    found = collections.OrderedDict()
    for row in numbered(rows, without):
        for call in row['sip.Call-ID']:
            found.setdefault(call, []).append((row['frame.time_epoch'], row['sip.Method'], row['sip.Status-Code'], row['ip.src'] + row['ipv6.src'],
                                               row['ip.dst'] + row['ipv6.dst'], row['sip.from.user'], row['sip.to.user'], row['sdp.media.port']))
    return found


def statistics(tshark, path):
    text = tshark.run('-n', '-q', '-r', path, '-z', 'sip,stat').out
    return [line.strip() for line in text.splitlines() if line.strip() and '[' not in line]


def conversations(tshark, path):
    """Each TCP conversation as Wireshark follows it: the sides' turns, a turn by the start lines in it."""
    numbers = sorted({int(n) for row in sip_rows(tshark, path) for n in row['tcp.stream']})
    found = []
    for number in numbers:
        text = tshark.run('-n', '-q', '-r', path, '-z', 'follow,tcp,ascii,%d' % number).out
        lines = re.findall(r'^\s*(?:SIP/2\.0 \d+|[A-Z]+ sips?:)', text, re.M)
        found.append([re.sub(r' sips?:$', '', line.strip()) for line in lines])
    return found


def lengths_fit(path):
    """Messages of TCP streams whose Content-Length does not lead to the next start line or the end."""
    wrong = 0
    for many in wire.streams(p for _, p in wire.packets(path)).values():
        for stream in many:
            data, at = bytes(stream.data), 0
            while at < len(data):
                if data.startswith((b'\r\n', b'\0'), at):
                    at += 1
                    continue
                end = data.find(b'\r\n\r\n', at)
                length = re.search(rb'\r\n(?:Content-Length|l)\s*:\s*(\d+)', data[at:end + 2], re.I)
                if end < 0 or not length or not re.match(rb'SIP/2\.0 \d{3}|\w+ \S+ SIP/2\.0', data[at:at + 500]):
                    wrong += 1
                    break
                at = end + 4 + int(length.group(1))
    return wrong


class Shown:
    """What Wireshark shows of a capture: all that takes time, once."""

    def __init__(self, tshark, path):
        self.rows, self.statistics, self.conversations = sip_rows(tshark, path), statistics(tshark, path), conversations(tshark, path)
        self.wrong_lengths, self.sums = lengths_fit(path), {record.ns: p.sums for record, p in wire.packets(path) if p}
        self.expert = expert.read(tshark, path, checked=False)[1]


def compare(before, after, without):
    """What is wrong with an export."""
    if len(before.rows) != len(after.rows):
        yield 'frames with SIP: %d before, %d now' % (len(before.rows), len(after.rows))
    old, new = calls(before.rows, without), calls(after.rows, without)
    if list(old.values()) != list(new.values()):
        yield 'other calls: %d before, %d now' % (len(old), len(new))
    # Frames that are not SIP's business may be gone: their numbers say nothing.
    skipped = ('frame.number', 'tcp.stream', 'sip.response-request', 'tcp.segment.count')
    pairs = list(zip(numbered(before.rows, without), numbered(after.rows, without)))
    differ = {name for a, b in pairs for name in FIELDS if name not in skipped and a[name] != b[name]}
    if differ:
        yield 'other values of %s' % ', '.join(sorted(differ))
    if [row['tcp.segment.count'] for row in before.rows] != [row['tcp.segment.count'] for row in after.rows]:
        yield 'messages in another number of segments'
    if before.statistics != after.statistics:
        yield 'other sip,stat'
    if before.conversations != after.conversations:
        yield 'other conversations as followed'
    if not before.wrong_lengths and after.wrong_lengths:
        yield 'Content-Length does not lead from message to message'
    other = sum(before.sums[ns] != sums for ns, sums in after.sums.items())
    if other:
        yield 'checksums: %d times other than before (right, wrong, or left to the card)' % other
    yield from frames(before.expert, after.expert)


def frames(old, new):
    """All frames of TCP are SIP's here; experts are asked about those that were kept."""
    times = {row['frame.time_epoch'][0] for row in new}
    kept = [row for row in old if row['frame.time_epoch'][0] in times]
    lost = sum(':tcp' in row['frame.protocols'][0] for row in old) - sum(':tcp' in row['frame.protocols'][0] for row in kept)
    if lost:
        yield '%d frames of TCP dropped' % lost
    yield from expert.news(kept, new)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--testbed', default=os.path.join(HERE, '../../../shared/testbed'))
    args = options.parse_args()
    paths = [os.path.join(args.testbed, name) for name in CAPTURES]
    if not all(os.path.exists(path) for path in paths):
        print('skipped: no captures in %s' % args.testbed)
        return SKIP
    faults = 0
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        key = tshark.key()
        for path in paths:
            source, target = tshark.path(os.path.basename(path)), tshark.path('out.pcapng')
            shutil.copy(path, source)
            tshark.give(source)
            before = Shown(tshark, source)
            for run in RUNS:
                done = tshark.export(source, target, key=key, force='yes', **run)
                if done.status != 0 or not os.path.exists(target):
                    lines = ['status %s: %s' % (done.status, done.err.strip()[-200:])]
                else:
                    lines = list(compare(before, Shown(tshark, target), USERS if run.get('labels') == 'paper' else ()))
                    lines += expert.reopen(tshark, target) + ['resized streams'] * ('resized' in done.err)
                name = ' '.join('%s=%s' % i for i in run.items()) or 'default'
                for line in lines:
                    print('  FAULT %s, %s: %s' % (os.path.basename(path), name, line))
                print('%-22s %-13s %d calls, %d faults' % (os.path.basename(path), name, len(calls(before.rows)), len(lines)))
                sys.stdout.flush()
                faults += len(lines)
    print('%d faults' % faults)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
"""The torture capture: an identity in every place of every layer, and none left behind.

    torture.py --plugin sianto.so [--runs default,headers,...] [--only PART] [--table FILE] [--save DIR]

A place is a spot of some layer, of a stream or of the file itself (places*.py); what is planted there
stands nowhere else. The capture is exported under several options (RUNS), and every planted value is
looked for in what was written: the file as it is, case-insensitively, percent-decoded, in base64 at all
alignments, in UTF-16, in hex, addresses and numbers in binary; and the same in TCP streams and fragments
put together by our own reader, in WebSocket frames without their masks, in statistics, report and messages. What
is found with one key is looked for again in an export with another: only what stands in both is a leak
and no chance. Each place also says what must become of its frames; exported once more, all frames stay. --table writes place, kind, value and
frames, for looking up.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import os
import re
import shutil
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'sim')]
import blocks  # noqa: E402
import expert  # noqa: E402
import places_file  # noqa: E402
import places_layer  # noqa: E402
import places_serve  # noqa: E402
import places_tcp  # noqa: E402
import plant  # noqa: E402
import wire  # noqa: E402
from places import Places  # noqa: E402
from tshark import Tshark  # noqa: E402

# What is written as x or zeros alone does not show any more that it was SIP.
SCRUBBED = re.compile('fragments: smallest|a length that lies')
# A quote that holds a whole message again, since that became shorter: Wireshark can verify its sum now.
SHORTER = re.compile('ICMP: a quote of 400 bytes')
# Longer than a frame waits, so that no place decides what becomes of another.
START_NS, GAP_NS = 1_600_000_000 * 10**9, 60 * 10**9
OTHER_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90' * 2
SHOWN = 60
# name -> (options, form of the output, whether a place's frames are judged by `with_headers`)
RUNS = {
    'default': ({}, 'pcapng', False),
    'headers': ({'other': 'headers'}, 'pcapng', True),
    'keyed': ({'labels': 'keyed'}, 'pcapng', False),
    'paper': ({'labels': 'paper', 'addresses': 'cryptopan'}, 'pcapng', False),
    'random': ({'addresses': 'random'}, 'pcapng', False),
    'pcap': ({}, 'pcap', False),
    'audit-off': ({'audit': 'off'}, 'pcapng', False),
    'hold': ({'hold': '1'}, 'pcapng', False),
}


def build(registries, only=''):
    garden = plant.Garden(seed=11)
    places = Places(garden)
    places_tcp.all_rows(places)
    places_layer.all_rows(places)
    places_serve.all_rows(places, registries)
    if only:
        places.places = [p for p in places.places if only in p.name]
        garden.planted = [item for item in garden.planted if item.row in places.places]
    return garden, places


# ---- what was written, as bytes to search ----

def unmasked(stream):
    """The frames of a WebSocket stream without their masks, or nothing where it is none."""
    at = stream.find(b'\r\n\r\n') + 4
    found = b''
    while stream[:3] in (b'GET', b'HTT') and at + 2 <= len(stream):
        masked, size, at = stream[at + 1] & 0x80, stream[at + 1] & 0x7F, at + 2
        wide = {126: 2, 127: 8}.get(size, 0)
        if wide:
            size, at = int.from_bytes(stream[at:at + wide], 'big'), at + wide
        mask = stream[at:at + 4] if masked else b'\0\0\0\0'
        at += 4 if masked else 0
        found += bytes(b ^ mask[i % 4] for i, b in enumerate(stream[at:at + size]))
        at += size
    return found


def together(path):
    """Streams and fragments put together, by our own reader."""
    packets = [p for _, p in wire.packets(path) if p]
    found = []
    for many in wire.streams(packets).values():
        for stream in many:
            found += [bytes(stream.data), unmasked(bytes(stream.data))]
    found += [stun(p.data) for p in packets]
    trains = collections.defaultdict(list)
    for p in packets:
        if p.fragment:
            trains[(p.src, p.dst, p.proto, p.fragment[0])].append(p)
    for train in trains.values():
        for order in (train, train[::-1]):
            data = bytearray()
            for p in order:
                off = p.fragment[1]
                data = data.ljust(off + len(p.data), b'\0')
                data[off:off + len(p.data)] = p.data
            found.append(bytes(data))
    return b'\n'.join(found)


def stun(data):
    """Addresses of a STUN message without their mask."""
    found, at = b'', 20
    while data[4:8] == b'\x21\x12\xa4\x42' and at + 4 <= len(data):
        size = struct.unpack('!H', data[at + 2:at + 4])[0]
        value = data[at + 4:at + 4 + size]
        if size in (8, 20):
            found += bytes(a ^ b for a, b in zip(value[4:], data[4:20])) + b'\n'
        at += 4 + size + -size % 4
    return found


def content(path):
    if not os.path.exists(path):
        return b''
    with open(path, 'rb') as file:
        return file.read()


class Run:
    """One export, and what is wrong with it."""

    def __init__(self, tshark, name, garden, places, source):
        self.t, self.name, self.garden, self.places = tshark, name, garden, places
        self.options, self.form, self.headers = RUNS[name]
        self.source, self.faults = source, []

    def export(self, key):
        stem = self.t.path('out-%s-%s' % (self.name, key))
        target, others = stem + '.' + self.form, {'stats': stem + '.json'}
        if 'report=' in self.t.help:
            others['report'] = stem + '.html'
        done = self.t.export(self.source, target, key=self.t.path(key), force='yes', **others, **self.options)
        if done.status != 0:
            return done, target, b''
        said = re.sub(re.escape(self.t.dir), '', done.err).encode()
        return done, target, b'\n'.join((content(target), together(target), said, *map(content, others.values())))

    def run(self):
        _, before = expert.read(self.t, self.source)
        done, target, data = self.export('one')
        if done.status != 0:
            self.faults.append(('FAILED', '', 'status %s: %s' % (done.status, done.err.strip()[-300:])))
            return
        self.leaks(data)
        self.target = target
        _, after = expert.read(self.t, target)
        self.written = len(after)
        self.frames(before, after, done)
        for line in expert.reopen(self.t, target):
            self.faults.append(('WRONG', '', line))
        self.statistics(target)
        self.again(target, after)
        numbers = re.search(r'(\d+) frames read, (\d+) written', done.err)
        dropped = sum(int(n) for n in re.findall(r' (\d+)', (re.search(r'dropped: (.*)', done.err) or ['', ''])[1]))
        if not numbers or int(numbers[1]) != int(numbers[2]) + dropped or int(numbers[2]) != len(after):
            self.faults.append(('WRONG', '', 'the summary does not add up'))

    def statistics(self, target):
        """Of the interfaces: numbers, and nothing else. None in pcap."""
        found = [options for _, options in blocks.read_statistics(content(target))] if self.form == 'pcapng' else []
        if found != [places_file.STATISTICS] * (self.form == 'pcapng'):
            self.faults.append(('WRONG', 'file: statistics', 'other statistics of the interfaces: %d blocks' % len(found)))

    def again(self, target, rows):
        """What we wrote is decided the same way: nothing is dropped the second time."""
        twice = self.t.path('again.' + self.form)
        done = self.t.export(target, twice, key=self.t.path('two'), force='yes', **self.options)
        left = {row['frame.time_epoch'][0] for row in expert.read(self.t, twice)[1]} if done.status == 0 else set()
        gone = [nanoseconds(row['frame.time_epoch'][0]) for row in rows if row['frame.time_epoch'][0] not in left]
        names = [place.name for place in self.places.places if set(place.times) & set(gone)]
        for name in [n for n in names if not SCRUBBED.search(n)] if names else [''] * bool(gone):
            self.faults.append(('WRONG', name, 'kept, but dropped when what was written is exported again'))

    def leaks(self, data):
        planted = self.garden.planted
        hits = plant.search(data, planted)
        if hits:
            suspects = sorted({n for n, _ in hits})
            _, _, other = self.export('two')
            again = {suspects[n] for n, _ in plant.search(other, [planted[n] for n in suspects])}
            hits = {(n, view) for n, view in hits if n in again}
        found = collections.defaultdict(set)
        for n, view in hits:
            found[n].add(view)
        for n, seen in sorted(found.items()):
            self.faults.append(('LEAK', planted[n].row.name, '%s (%s)' % (planted[n].kind, ', '.join(sorted(seen)))))

    def frames(self, before, after, done):
        """By their times: places have none in common."""
        def by_time(rows):
            return {nanoseconds(row['frame.time_epoch'][0]): row for row in rows}
        old, new = by_time(before), by_time(after)
        packets, images = ({record.ns: p for record, p in wire.packets(path)} for path in (self.source, self.target))
        for place in self.places.places:
            if not place.frames or any(ns not in old for ns in place.times):
                continue
            kept = [ns for ns in place.times if ns in new]
            expect = place.with_headers if self.headers else place.expect
            wrong = None
            if expect == 'kept' and len(kept) < len(place.times):
                wrong = '%d of %d frames dropped' % (len(place.times) - len(kept), len(place.times))
            elif expect == 'drop' and kept:
                wrong = '%d frames kept that are to be dropped' % len(kept)
            elif expect != 'any':
                pairs = [old[ns] for ns in kept], [new[ns] for ns in kept]
                empty = wire.emptied([(packets.get(ns), images.get(ns)) for ns in kept])
                lines = ([] if SHORTER.search(place.name) else expert.sums(*pairs)) + (expert.news(*pairs) if not empty else [] if 'resized' in done.err else ['a segment became empty'])
                wrong = '; '.join(lines[:2])
            if wrong:
                self.faults.append(('WRONG', place.name, wrong))


def nanoseconds(text):
    seconds, _, part = text.partition('.')
    return int(seconds) * 10**9 + int(part.ljust(9, '0'))


# Where the search cannot find all: cut away by the place itself, of 24 bits, compressed, cut into chunks, not
# used by this row, or text in hex.
HIDDEN = re.compile(r'cut |: cut$|cut at|missing|only the|without its|starts in|hole|unfinished|another content|from its middle|not whole|'
                    r'quote of (a TCP|GRE|a later)|of a stream|segment that was|compressed|SigComp|VXLAN|three chunks|beacon|link IPv6|in hex|'
                    r'lies|frame trailer|ping between frames')


def unseen(garden, source):
    """place -> values that are not found where nothing was done: the search itself would miss them."""
    seen = {n for n, _ in plant.search(content(source) + b'\n' + together(source), garden.planted)}
    names = [item.row.name for n, item in enumerate(garden.planted) if n not in seen and not HIDDEN.search(item.row.name)]
    return collections.Counter(names)


def table(path, garden):
    with open(path, 'w') as file:
        for item in garden.planted:
            frames = ','.join(str(ns) for ns in item.row.times[:3])
            file.write('%s\t%s\t%s\t%s\n' % (item.row.name, item.kind, item.value, frames))


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--runs', default=','.join(RUNS))
    options.add_argument('--only', default='', help='places whose name holds this')
    options.add_argument('--registries', default=os.path.join(HERE, '../../../shared/registries'))
    options.add_argument('--table', help='what was planted where, into this file')
    options.add_argument('--save', help='folder for the capture and its exports')
    options.add_argument('--all', action='store_true', help='print every finding')
    args = options.parse_args()
    if not os.path.isdir(args.registries):
        print('no registries in %s: the attributes of STUN are left out' % args.registries)
    garden, places = build(args.registries, args.only)
    total = 0
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        source, plain = tshark.path('torture.pcapng'), tshark.path('torture-plain.pcap')
        places_file.write(source, garden, places, START_NS, GAP_NS)
        places_file.write_plain(plain, places)
        for path in (source, plain):
            tshark.give(path)
        tshark.key('one'), tshark.key('two', OTHER_KEY)
        tshark.help = tshark.run('-X', 'sianto:help').out
        done, before = expert.read(tshark, source)
        expected = sum(len(p.frames) for p in places.places) + 5  # places_file's packets and journal
        expected += 2 if tshark.at_least(4, 6) else 0  # its custom blocks are records, too
        if len(before) != expected:
            print('tshark reads %d of %d frames: %s' % (len(before), expected, done.err[-300:]))
            total += 1
        blind = unseen(garden, source)
        for place, count in blind.items():
            print('  BLIND  %-64s %d values that the search does not find in the capture itself' % (place[:64], count))
        total += len(blind)
        for name in args.runs.split(','):
            run = Run(tshark, name, garden, places, plain if RUNS[name][1] == 'pcap' else source)
            run.run()
            for what, place, text in run.faults if args.all else run.faults[:SHOWN]:
                print('  %-6s %-64s %s' % (what, place[:64], text))
            if len(run.faults) > SHOWN and not args.all:
                print('  ... and %d more' % (len(run.faults) - SHOWN))
            print('%-10s %5d places, %6d identities planted, %5d frames, %5s written, %d findings' % (
                name, len(places.places), len(garden.planted), len(before), getattr(run, 'written', '-'), len(run.faults)))
            sys.stdout.flush()
            total += len(run.faults)
        if args.table:
            table(args.table, garden)
        if args.save:
            for name in os.listdir(tshark.dir):
                if name.startswith(('out-', 'torture')):
                    shutil.copy(tshark.path(name), args.save)
    print('%d findings' % total)
    return 1 if total else 0


if __name__ == '__main__':
    sys.exit(main())

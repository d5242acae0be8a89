#!/usr/bin/env python3
"""Anonymizes with a map, turns the result back, and compares with the original.

    restore.py --plugin sianto.so --corpus DIR [--only PART] [--most BYTES] [--every N]

For each capture, through Wireshark's eyes (witness.FIELDS): every value that was mapped is the original again, in
canonical spelling; what was redacted, scrubbed or deleted stayed so; the map's frame numbers pair the frames. Counted
by kind: a kind of which nothing was compared fails. Values of the corpus are never printed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import witness  # noqa: E402
from corpus import captures  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

KINDS = ('user', 'host', 'address', 'mac', 'call-id', 'tag', 'branch', 'nonce', 'agent', 'id')
FIELDS = {field: kind for field, kind in witness.KIND_OF.items() if kind in KINDS}
# What stands there for everybody: nothing was mapped.
NOT_MAPPED = re.compile(r'redacted|0+|x+||0\.0\.0\.0|::|00:00:00:00:00:00', re.I)
# Read otherwise by Wireshark than by the core: a "?" in the user.
EXCUSED = {('torture4475/torture4475-udp.pcap', 19, 'sip.r-uri.host')}
# By labels= and what else changes the work; the corpus is dealt out among them.
SETTINGS = ({}, {'labels': 'keyed'}, {'labels': 'paper', 'addresses': 'random'}, {'addresses': 'cryptopan', 'other': 'headers'})


def canonical(kind, value):
    """A Call-ID's host part goes as a host."""
    left, at, host = value.rpartition('@')
    if kind == 'call-id' and at:
        return left + at + witness.canonical('host', host.strip('[]'))
    return witness.canonical(kind, value)


def pairs_of(path):
    """Input numbers by output number, and what the map says of itself."""
    numbers, words = [], collections.Counter()
    with open(path, 'rb') as file:
        for line in file.read().decode('ascii').split('\n')[:-1]:
            word, *rest = line.split(' ')
            words[word] += 1
            if word == 'frames':
                out, first, n = (int(w) for w in rest)
                assert out == len(numbers) + 1
                numbers += range(first, first + n)
    return numbers, words


class Capture:
    def __init__(self, tshark, path, folder, name, settings):
        self.tshark, self.folder, self.name, self.settings = tshark, folder, name, settings
        os.makedirs(folder)
        self.source = os.path.join(folder, 'in' + os.path.splitext(path)[1])
        shutil.copy(path, self.source)
        tshark.give(folder)
        self.compared, self.faults = collections.Counter(), []

    def path(self, name):
        return os.path.join(self.folder, name)

    def fault(self, text):
        self.faults.append(text)

    def compare_value(self, where, kind, was, label, now):
        same = canonical(kind, now) == canonical(kind, was)
        if NOT_MAPPED.fullmatch(label.strip().strip('"').removeprefix('z9hG4bK')):
            if now != label and not same:  # a short token may look like that, too
                self.fault('%s: what was taken out came back otherwise' % where)
            return
        self.compared[kind] += 1
        if not same and not (kind == 'agent' and now == label):
            self.fault('%s: not the original' % where)

    def compare_frame(self, number, was, label, now):
        for field, kind in FIELDS.items():
            if (self.name, number, field) in EXCUSED:
                continue
            # A user that is digits (labels=paper) Wireshark shows twice, or not at all.
            paper = self.settings.get('labels') == 'paper'
            if len(now[field]) not in (len(label[field]), len(was[field])) and not paper:
                self.fault('frame %d, %s: other fields than before and between' % (number, field))
            if len(now[field]) != len(was[field]):
                continue  # something was deleted: nobody can say which
            labels = label[field] if len(label[field]) == len(now[field]) else ['?'] * len(now[field])
            for value in zip(was[field], labels, now[field]):
                self.compare_value('frame %d, %s' % (number, field), kind, *value)

    def read(self, path):
        return self.tshark.fields(path, list(FIELDS))[1]

    def run(self):
        out, map_, back = self.path('out.pcapng'), self.path('out.map'), self.path('back.pcapng')
        done = self.tshark.export(self.source, out, map=map_, audit='off', **self.settings)
        if not os.path.exists(out) or not os.path.exists(map_):
            return self.fault('export: status %s: %s' % (done.status, done.err))
        done = self.tshark.export(out, back, restore=map_)
        if done.status != 0:
            return self.fault('restore: status %s: %s' % (done.status, done.err))
        for path in (map_, back):
            if os.stat(path).st_mode & 0o777 != 0o600:
                self.fault('%s: mode' % os.path.basename(path))
        numbers, words = pairs_of(map_)
        was, label, now = self.read(self.source), self.read(out), self.read(back)
        if not len(label) == len(now) == len(numbers):
            return self.fault('%d frames anonymized, %d restored, %d in the map' % (len(label), len(now), len(numbers)))
        for i, number in enumerate(numbers):
            self.compare_frame(i + 1, was[number - 1], label[i], now[i])
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--corpus', required=True)
    parser.add_argument('--only', default='')
    parser.add_argument('--most', type=int, default=sys.maxsize, help='leave out captures of more bytes')
    parser.add_argument('--every', type=int, default=1, help='take every Nth capture only')
    args = parser.parse_args()
    if not os.path.isdir(args.corpus):
        print('no corpus at %s: skipped' % args.corpus)
        return SKIP
    total, faults = collections.Counter(), 0
    with Tshark(args.plugin) as tshark:
        def one(item):
            i, path = item
            name = os.path.relpath(path, args.corpus)
            capture = Capture(tshark, path, tshark.path('c%d' % i), name, SETTINGS[i % len(SETTINGS)])
            capture.run()
            shutil.rmtree(capture.folder)
            return name, capture
        files = [(i, p) for i, p in enumerate(captures(args.corpus))
                 if args.only in p and os.path.getsize(p) <= args.most and i % args.every == 0]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, capture in pool.map(one, files):
                total += capture.compared
                faults += len(capture.faults)
                for fault in capture.faults[:6]:
                    print('FAULT %s: %s' % (name, fault), flush=True)
    print('%d captures; compared: %s' % (len(files), ', '.join('%s %d' % (k, total[k]) for k in KINDS)))
    missing = [] if args.only else [k for k in KINDS if not total[k]]
    print('%d faults%s' % (faults, '; nothing compared: ' + ' '.join(missing) if missing else ''))
    return 1 if faults or missing or not files else 0


if __name__ == '__main__':
    sys.exit(main())

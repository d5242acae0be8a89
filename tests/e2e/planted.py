#!/usr/bin/env python3
"""The planted-identity test: an identity in every place that we can think of, and none left behind.

    planted.py --plugin sianto.so [--labels readable,paper,keyed] [--registries DIR]

One frame a row, one row a place. The capture goes through tshark and the plugin, and each planted
value is looked for in the bytes of the output: case-insensitively, percent-decoded, as an address in
binary, in reversed BCD, in hex and base64. What is found with one key is looked for again in an
export with another: only what stands in both is a leak and no chance. Each row also says what must
become of its frame.

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
import frames as f  # noqa: E402
import plant  # noqa: E402
import rows_body  # noqa: E402
import rows_frame  # noqa: E402
import rows_registry  # noqa: E402
import rows_sip  # noqa: E402
from rows import Rows  # noqa: E402
from tshark import Tshark  # noqa: E402

START_NS = 1_600_000_000 * 10**9
OTHER_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90' * 2
FIELDS = ('frame.time_epoch', 'udp.payload', 'sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method',
          '_ws.malformed', 'udp.checksum.status', 'ip.checksum.status')
CHECKSUMS = ('-o', 'udp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE')
SHOWN = 60  # findings printed a run


def build(registries):
    garden = plant.Garden()
    rows = Rows(garden)
    for part in (rows_sip, rows_body, rows_frame):
        part.all_rows(rows)
    rows_registry.all_rows(rows, registries)
    return garden, rows.rows


def write(path, rows):
    """One interface a link type; row n's frame has a time of its own, by which it is found again."""
    links = sorted({row.linktype for row in rows})
    records = []
    for n, row in enumerate(rows):
        row.ns = START_NS + n * 1_000_001
        records.append((links.index(row.linktype), row.ns, row.frame, row.wire))
    f.write_pcapng(path, [(link, b'') for link in links], records)


class Frame:
    def __init__(self, cells):
        first = lambda name: (cells[name] or [''])[0]  # noqa: E731
        seconds, _, part = first('frame.time_epoch').partition('.')
        self.ns = int(seconds) * 10**9 + int(part.ljust(9, '0'))
        self.payload = bytes.fromhex(first('udp.payload').replace(':', ''))
        self.what = [cells[n][:1] for n in ('sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method')]
        self.malformed = bool(cells['_ws.malformed'])
        self.bad_sum = {n for n in ('udp.checksum.status', 'ip.checksum.status') if '0' in cells[n]}


def dissect(tshark, path):
    done, cells = tshark.fields(path, FIELDS, *CHECKSUMS)
    if done.status != 0:
        raise SystemExit('tshark cannot read %s: %s' % (path, done.err))
    frames = [Frame(c) for c in cells]
    return {frame.ns: frame for frame in frames}


def length_is_right(payload):
    """Content-Length against the body, or None where there is nothing to compare."""
    head, gap, body = payload.partition(b'\r\n\r\n')
    field = re.search(rb'\r\n(?:Content-Length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)', head, re.I)
    return int(field.group(1)) == len(body) if gap and field else None


def judge(row, before, after, paper):
    """What is wrong with a row's frame; None: nothing."""
    if row.expect == 'any':
        return None
    if row.expect == 'drop':
        return 'kept, but is to be dropped' if after else None
    if not after:
        return 'dropped'
    if after.malformed and not before.malformed:
        return 'malformed now'
    if after.bad_sum - before.bad_sum:
        return 'bad checksum now'
    if before.bad_sum - after.bad_sum:
        return 'checksum repaired: wrong must stay wrong'
    if row.expect == 'sip' and after.what != before.what:
        return 'method, status or CSeq changed: %s to %s' % (before.what, after.what)
    if row.expect == 'sip' and length_is_right(before.payload) and length_is_right(after.payload) is False:
        return 'Content-Length is wrong now'
    for pattern in row.want + (row.paper if paper else []):
        if not re.search(pattern, after.payload):
            return 'does not match %s' % pattern.decode()
    return None


def export(tshark, source, labels, key):
    target = tshark.path('out-%s-%s.pcapng' % (labels, os.path.basename(key)))
    done = tshark.export(source, target, labels=labels, key=key, force='yes')
    if done.status != 0 or not os.path.exists(target):
        raise SystemExit('the export failed with status %s: %s' % (done.status, done.err.strip()))
    with open(target, 'rb') as file:
        return target, file.read()


def leaks(garden, tshark, source, labels, keys):
    """Planted values that stand in the output under two keys, with the views that show them."""
    target, data = export(tshark, source, labels, keys[0])
    hits = plant.search(data, garden.planted)
    if hits:
        suspects = sorted({n for n, _ in hits})
        _, other = export(tshark, source, labels, keys[1])
        again = {suspects[n] for n, _ in plant.search(other, [garden.planted[n] for n in suspects])}
        hits = {(n, view) for n, view in hits if n in again}
    found = collections.defaultdict(set)
    for n, view in hits:
        found[n].add(view)
    return target, found


def run(garden, rows, tshark, source, labels, keys, before):
    """Prints the table of one run; the number of findings."""
    target, found = leaks(garden, tshark, source, labels, keys)
    after = dissect(tshark, target)
    lines = ['LEAK   %-60s %-6s %s' % (garden.planted[n].row.name[:60], garden.planted[n].kind, ', '.join(sorted(v)))
             for n, v in sorted(found.items())]
    for row in rows:
        wrong = judge(row, before[row.ns], after.get(row.ns), labels == 'paper')
        if wrong:
            lines.append('WRONG  %-60s %s' % (row.name[:60], wrong))
    for line in lines[:SHOWN]:
        print('  ' + line)
    if len(lines) > SHOWN:
        print('  ... and %d more' % (len(lines) - SHOWN))
    kept = sum(row.ns in after for row in rows)
    print('labels=%-9s %5d rows, %6d identities planted, %5d frames written, %d findings'
          % (labels, len(rows), len(garden.planted), kept, len(lines)))
    sys.stdout.flush()
    return lines


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--labels', default='readable,paper,keyed')
    options.add_argument('--registries', default=os.path.join(HERE, '../../../shared/registries'))
    options.add_argument('--report', help='all findings, one a line, into this file')
    options.add_argument('--save', help='folder for the capture and its exports')
    args = options.parse_args()
    garden, rows = build(args.registries)
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        source = tshark.path('planted.pcapng')
        write(source, rows)
        tshark.give(source)
        before = dissect(tshark, source)
        missing = [row.name for row in rows if row.ns not in before]
        keys = [tshark.key('one'), tshark.key('two', OTHER_KEY)]
        lines = ['%s was not read' % name for name in missing]
        for labels in args.labels.split(','):
            lines += run(garden, rows, tshark, source, labels, keys, before)
        if args.report:
            with open(args.report, 'w') as file:
                file.writelines(line + '\n' for line in lines)
        if args.save:
            for name in os.listdir(tshark.dir):
                if name.endswith('.pcapng'):
                    shutil.copy(tshark.path(name), args.save)
    print('%d findings' % len(lines))
    return 1 if lines else 0


if __name__ == '__main__':
    sys.exit(main())

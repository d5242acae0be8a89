#!/usr/bin/env python3
"""Runs the export on every capture of a corpus and lets Wireshark's own fields be the witness.

    corpus.py --plugin sianto.so [--corpus DIR] [--only TEXT] [--table FILE]

For each capture: the export ends well and with the same bytes in two passes, without the SIP
dissector, under another profile and Decode As, and twice with one key; crosscheck finds nothing; no
identity that tshark dissects from the original stands in its own place, none that is long and
distinctive stands anywhere; identities stay one-to-one; the same messages are there, none malformed,
no checksum changed its truth, times equal to the nanosecond; the result opens again. A value that
stands in the output is counted only if it stands in an export with another key, too: equality by
chance is right where a permutation says so. Captures are confidential: values are never printed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import concurrent.futures
import glob
import itertools
import os
import re
import shutil
import sys
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE]
import witness  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

PLAIN = ('frame.time_epoch', 'frame.protocols', 'sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method',
         '_ws.malformed', 'udp.checksum.status', 'ip.checksum.status', 'ip.flags.mf', 'ip.frag_offset', 'ipv6.fraghdr.offset')
MESSAGE = ('sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method')
OPTIONS = ('-o', 'udp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE')
LINKS = r'(eth:ethertype:(?:(?:vlan|ieee8021ad):ethertype:)*|eth:ethertype:pppoes:ppp:|sll:ethertype:|raw:|null:|ppp:|)'
UDP_SIP = re.compile(LINKS + r'(ip|ipv6(:ipv6\.\w+)*):udp:sip')
OTHER_KEY = 'fedcba98765432100123456789abcdef' * 2
KINDS_ONE_TO_ONE = ('sip.Call-ID', 'sip.from.tag', 'sip.to.tag', 'sip.Via.branch', 'ip.src', 'ip.dst', 'ipv6.src',
                    'ipv6.dst', 'sip.from.user', 'sip.to.user', 'sip.from.host', 'sip.to.host')
PROFILE = 'ip.defragment: FALSE\nsip.display_raw_text: TRUE\nudp.try_heuristic_first: TRUE\nsdp.establish_conversation: FALSE\n'
EXTS = ('*.pcap', '*.pcapng', '*.cap')


class Report:
    """What one file gave: number of comparisons, findings (never values), facts for the table."""

    def __init__(self, name):
        self.name, self.checks, self.found, self.facts = name, 0, collections.Counter(), {}

    def check(self, good, what):
        self.checks += 1
        if not good:
            self.found[what] += 1
        return good


def read_bytes(path):
    if not os.path.exists(path):
        return None
    with open(path, 'rb') as file:
        return file.read()


# ---- the exports ----

def exports(tshark, source, stem, report):
    """Bytes of: the export, and the one with another key; the paths. None where there was none."""
    one, other = tshark.path('key-one'), tshark.path('key-two')
    runs = {
        'main': (one, (), {}),
        'crosscheck': (one, (), {'crosscheck': 'yes'}),
        'odd': (one, ('-2', '--disable-protocol', 'sip', '-C', 'other', '-d', 'udp.port==5060,dns'), {}),
        'other key': (other, (), {}),
    }
    data, plain = {}, tshark.run('-q', '-r', source)
    report.facts['input status'] = plain.status
    for name, (key, words, options) in runs.items():
        path = tshark.path('%s.%s.pcapng' % (stem, name.replace(' ', '-')))
        done = tshark.export(source, path, *words, key=key, **options)
        report.check(done.status in (0, plain.status), '%s: exit status %s' % (name, done.status))
        data[name] = read_bytes(path)
        report.check(data[name] is not None, '%s: no output file' % name)
        if name == 'main':
            summary(report, done.err)
        if name == 'crosscheck':
            crosscheck(report, done.err)
    report.check(data['crosscheck'] == data['main'], 'other bytes when run again with crosscheck=yes')
    if not report.check(data['odd'] == data['main'], 'other bytes with -2, without sip, other profile, Decode As'):
        blame(tshark, source, stem, one, data['main'], report)
    return data, tshark.path(stem + '.main.pcapng')


def blame(tshark, source, stem, key, expected, report):
    """The odd run differs: by which of its oddities?"""
    for words in (('-2',), ('--disable-protocol', 'sip'), ('-C', 'other'), ('-d', 'udp.port==5060,dns')):
        path = tshark.path(stem + '.blame.pcapng')
        tshark.export(source, path, *words, key=key, force='yes')
        report.check(read_bytes(path) == expected, 'other bytes with ' + ' '.join(words))


def summary(report, text):
    """The summary on standard error adds up: frames read = written + dropped by reason."""
    counts = re.search(r'(\d+) frames read, (\d+) written', text)
    if not report.check(counts is not None, 'no summary'):
        return
    report.facts['read'], report.facts['written'] = map(int, counts.groups())
    dropped = re.search(r'dropped: (.*)', text)
    report.facts['dropped'] = dropped.group(1) if dropped else ''
    lost = sum(int(n) for n in re.findall(r' (\d+)', report.facts['dropped']))
    records = re.search(r'(\d+) records are no packets', text)
    report.check(report.facts['read'] == report.facts['written'] + lost, 'frames read are not written + dropped')
    report.facts['records'] = int(records.group(1)) if records else 0
    replaced = re.search(r'replaced: (.*)', text)
    report.facts['replaced'] = sum(int(n) for n in re.findall(r' (\d+)', replaced.group(1))) if replaced else 0
    report.check('bytes that no rule judged' not in text, 'bytes that no rule judged')


def crosscheck(report, text):
    result = re.search(r'crosscheck: (\d+) values in (\d+) frames, (\d+) violations, (\d+) bytes', text)
    if not report.check(result is not None, 'crosscheck says nothing'):
        return
    report.checks += int(result.group(1))
    for _, field, what in re.findall(r'crosscheck: frame (\d+): (\S+) (.*)', text):
        report.found['crosscheck: %s %s' % (field, what)] += 1
    report.check(result.group(4) == '0', 'crosscheck: bytes that no rule judged')


# ---- the frames ----

def fields(tshark, path):
    done, rows = tshark.fields(path, PLAIN + tuple(witness.KIND_OF), *OPTIONS, occurrence='\x1e')
    return done, rows


def message_of(row):
    return tuple(tuple(row[f]) for f in MESSAGE)


def is_udp_sip(row):
    """A whole SIP message in UDP, as the present stage keeps it."""
    whole = row['ip.flags.mf'] in ([], ['0']) and row['ip.frag_offset'] in ([], ['0']) and not row['ipv6.fraghdr.offset']
    return bool(whole and UDP_SIP.match(row['frame.protocols'][0]) and (row['sip.Method'] or row['sip.Status-Code']))


def pair(before, after):
    """Pairs (original, written): the output is a subsequence of the input, by time; where several
    frames share a time, the one with the same message."""
    at, pairs, lost = 0, [], 0
    for row in after:
        same = itertools.takewhile(lambda n: before[n]['frame.time_epoch'] == row['frame.time_epoch'],
                                   range(next_at(before, at, row), len(before)))
        places = list(same)
        fits = [n for n in places if message_of(before[n]) == message_of(row)] or places
        if not fits:
            lost += 1
            continue
        pairs.append((before[fits[0]], row))
        at = fits[0] + 1
    return pairs, lost


def next_at(before, at, row):
    time = row['frame.time_epoch']
    for n in range(at, len(before)):
        if before[n]['frame.time_epoch'] == time:
            return n
    return len(before)


def compare_frames(before, after, pairs, lost, report):
    report.check(lost == 0, 'frames with a time that the input has not')
    expected = collections.Counter(message_of(r) for r in before if is_udp_sip(r))
    got = collections.Counter(message_of(r) for r in after)
    report.facts['sip'] = sum(expected.values())
    for message, n in expected.items():
        report.check(got[message] >= n, 'SIP messages are missing or changed method, code or CSeq')
    for old, new in pairs:
        report.check(not new['_ws.malformed'] or bool(old['_ws.malformed']), 'newly malformed')
        for field in ('udp.checksum.status', 'ip.checksum.status'):
            report.check(('0' in old[field]) == ('0' in new[field]) or '2' in old[field],
                         field + ' changed its truth')


# ---- the witness ----

def in_place(pairs, others, report):
    """The same field of the corresponding frame must hold something else, under one key at least."""
    for (old, new), (_, other) in zip(pairs, others):
        for field, kind in witness.KIND_OF.items():
            for n, value in enumerate(old[field]):
                if not witness.judged_in_place(kind, value):
                    continue
                same = new[field][n:n + 1] == [value] and other[field][n:n + 1] == [value]
                report.check(not same, 'in its own place: ' + field)


def anywhere(before, after, data, other, report):
    """Long and distinctive values, in the bytes of the output: as they are and percent-decoded."""
    wanted = {}
    for row in before:
        for field, kind in witness.KIND_OF.items():
            for value in set(row[field]):
                for needle in witness.needles(kind, value):
                    wanted.setdefault(needle.encode(), field)
    kept = ' '.join(v.lower() for row in after for f in witness.FIELDS['agent'] for v in row[f])
    views = [(d.lower(), urllib.parse.unquote_to_bytes(d).lower()) for d in (data, other)]
    for needle, field in wanted.items():
        if needle.decode() in kept:
            continue
        hit = all(needle in view[0] or needle in view[1] for view in views)
        report.check(not hit, 'anywhere: ' + field)


def one_to_one(pairs, report):
    """Different originals have different images, one original has one image, over all frames."""
    images, origins = {}, {}
    for old, new in pairs:
        for field in KINDS_ONE_TO_ONE:
            kind = field if witness.KIND_OF[field] in ('call-id', 'tag', 'branch') else witness.KIND_OF[field]
            if 'tag' in kind:
                kind = 'tag'
            if len(old[field]) != len(new[field]) or new['_ws.malformed'] or old['_ws.malformed']:
                continue
            for value, image in zip(old[field], new[field]):
                a, b = (kind, witness.canonical(kind, value)), (kind, witness.canonical(kind, image))
                if not a[1] or re.fullmatch('x+|redacted', b[1]):
                    continue
                report.check(images.setdefault(a, b) == b, 'two images of one original: ' + field)
                report.check(origins.setdefault(b, a) == a, 'one image of two originals: ' + field)


def reopen(tshark, path, report):
    report.check(tshark.run(path, program='capinfos').status == 0, 'capinfos cannot read it')
    report.check(tshark.run(path, os.devnull, program='editcap').status == 0, 'editcap cannot read it')


def examine(tshark, source, name):
    report = Report(name)
    stem = name.replace('/', '_')
    path = tshark.path(stem)
    shutil.copyfile(source, path)
    os.chmod(path, 0o644)
    tshark.give(path)
    data, written = exports(tshark, path, stem, report)
    if data['main'] is not None and data['other key'] is not None:
        first, before = fields(tshark, path)
        report.facts['frames'] = len(before)
        report.check(report.facts.get('read', 0) + report.facts.get('records', 0) == len(before),
                     'not all frames were read')
        again, after = fields(tshark, written)
        report.check(again.status == 0, 'tshark cannot read it')
        report.check(len(after) == report.facts.get('written'), 'other than the written number of frames')
        _, other = fields(tshark, tshark.path(stem + '.other-key.pcapng'))
        pairs, lost = pair(before, after)
        compare_frames(before, after, pairs, lost, report)
        report.check(len(other) == len(after), 'another number of frames with another key')
        in_place(pairs, pair(before, other)[0], report)
        anywhere(before, after, data['main'], data['other key'], report)
        one_to_one(pairs, report)
        reopen(tshark, written, report)
        assert first
    for left in glob.glob(glob.escape(path) + '*'):
        os.remove(left)
    return report


# ---- all files ----

def prepare(tshark):
    tshark.key('key-one')
    tshark.key('key-two', OTHER_KEY)
    folder = tshark.path('.config/wireshark/profiles/other')
    os.makedirs(folder)
    with open(os.path.join(folder, 'preferences'), 'w') as file:
        file.write(PROFILE)
    tshark.give(tshark.dir)


def captures(folder, only):
    found = [p for ext in EXTS for p in glob.glob(os.path.join(folder, '**', ext), recursive=True)]
    names = sorted(os.path.relpath(p, folder) for p in found)
    # the largest first: two processes end together
    return sorted((n for n in names if only in n), key=lambda n: -os.path.getsize(os.path.join(folder, n)))


HEAD = ('%-66s %7s %7s %7s %8s %8s %5s  %s', ('capture', 'frames', 'written', 'UDP SIP', 'replaced', 'checks', 'found', 'dropped'))


def line(report):
    fact = report.facts.get
    return HEAD[0] % (report.name, fact('read', '-'), fact('written', '-'), fact('sip', '-'), fact('replaced', '-'),
                      report.checks, sum(report.found.values()), fact('dropped', ''))


def show(reports):
    lines = [HEAD[0] % HEAD[1]]
    for report in sorted(reports, key=lambda r: r.name):
        lines.append(line(report))
        if not report.checks:
            report.found['no check ran'] += 1
        lines += ['    FOUND %5d x %s' % (n, what) for what, n in report.found.most_common()]
    bad = sum(bool(r.found) for r in reports)
    lines.append('%d captures, %d checks, %d captures with findings' % (len(reports), sum(r.checks for r in reports), bad))
    return lines, bad


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--corpus', default=os.path.join(HERE, '../../../shared/corpus'))
    options.add_argument('--only', default='', help='captures whose name holds this text')
    options.add_argument('--table', help='the table, into this file, too')
    options.add_argument('--jobs', type=int, default=2)
    args = options.parse_args()
    names = captures(args.corpus, args.only)
    if not names:
        print('no captures in %s: nothing is checked' % args.corpus)
        return SKIP
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        prepare(tshark)
        with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
            jobs = [pool.submit(examine, tshark, os.path.join(args.corpus, n), n) for n in names]
            reports = [job.result() for job in jobs]
    lines, bad = show(reports)
    print('\n'.join(lines))
    if args.table:
        with open(args.table, 'w') as file:
            file.write('\n'.join(lines) + '\n')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())

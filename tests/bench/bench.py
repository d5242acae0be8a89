#!/usr/bin/env python3
"""How fast the plugin is, as ratios to what Wireshark itself needs, and what other tools do and leave.

    bench.py --plugin sianto.so --command sianto [--packets N[,N]] [--rounds N] [--tcp] [--folder DIR] [--json FILE]

For each size a capture of registrar traffic and calls is made (tests/sim/make_traffic.py), on a tmpfs. Then each
way is run in turn, in several rounds; per round each way's time is divided by that of `tshark -q -r IN -z sip,stat`
without the plugin, and the median over the rounds is printed, with the quartiles: machines are noisy, ratios of one
round less so. Beside: packets per second, peak memory, and the originals (users, addresses) that a search of the
result finds. Ways whose program is not installed are left out, and named.

Nothing is judged here: a benchmark is no test.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
from tshark import Tshark  # noqa: E402

BASE, FULL, BULK = 'tshark -z sip,stat', 'full export', 'bulk'
ORIGINALS = re.compile(rb'user\d{5}|\+1555\d{7}|voip\.example\.com')
LONGEST = 16  # at least as long as one of them
PUBLISHED_PPS = 7500  # the published tool (issue 7; its paper says 6,500)
TIMEOUT_S = 1800
PROFILE = '/usr/share/doc/pktanon/examples/profiles/profile.xml'  # pktanon's own, of Debian's package


class Way:
    """A command, and the file that it makes (None: none)."""

    def __init__(self, name, words, output=None, program=None):
        self.name, self.words, self.output = name, words, output
        self.program = program or words[0]
        self.ratios, self.seconds, self.peak_mib = [], [], 0

    def there(self):
        return shutil.which(self.program) is not None


def ways(args, source, folder):
    def at(name):
        return os.path.join(folder, name)

    def plugin(name, *words):
        options = [w for word in words for w in ('-X', 'sianto:' + word)]
        return Way(name, ['tshark', '-q', '-r', source, '-X', 'sianto:out=' + at('full.pcapng'), '-X', 'sianto:stats=' + at(
            'full.json'), '-X', 'sianto:force=yes', *options], at('full.pcapng'))

    def bulk(name, *words):
        return Way(name, [args.command, source, at('bulk.pcapng'), '--stats', at('bulk.json'), '--force', *words], at('bulk.pcapng'))

    yield Way(BASE, ['tshark', '-q', '-r', source, '-z', 'sip,stat'])
    yield plugin(FULL)
    yield plugin(FULL + ', audit=off', 'audit=off')
    yield bulk(BULK)
    yield bulk(BULK + ', audit=off', '--audit=off')
    yield bulk('bulk, threads=1', '--threads=1')
    yield Way('tcprewrite (headers)', ['tcprewrite', '--seed=42', '-i', at('in.pcap'), '-o', at('rewritten.pcap')],
              at('rewritten.pcap'))
    yield Way('pktanon (no payload)', ['pktanon', '-c', PROFILE, at('in.pcap'), at('pktanon.pcap')], at('pktanon.pcap'))


def run(tshark, words):
    """Seconds and peak resident memory (MiB) of a command that has to succeed."""
    with tempfile.TemporaryFile() as said:
        begin = time.monotonic()
        process = subprocess.Popen(tshark.command(words), env=tshark.environment(), cwd=tshark.dir, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit('%s: status %d: %s' % (words[0], process.returncode, said.read().decode('utf-8', 'replace')[-400:]))
    return seconds, usage.ru_maxrss / 1024


def originals(path):
    """Users and domain of the generated traffic, as they stand in the file. Piece by piece: the peak memory of what is
    started from here would be no less than our own."""
    found, tail = set(), b''
    with open(path, 'rb') as file:
        for piece in iter(lambda: file.read(1 << 20), b''):
            found.update(ORIGINALS.findall(tail + piece))
            tail = piece[-LONGEST:]
    return found


def left(path, names):
    return len(originals(path) & names)


def shards(tshark, args, source, folder, packets):
    """Two halves, one after the other and both at once, as a recipe for shards runs them: with one thread each. How much
    faster the second is, in the median."""
    halves = [os.path.join(folder, 'half%d.pcapng' % n) for n in (1, 2)]
    subprocess.run(['editcap', '-r', source, halves[0], '1-%d' % (packets // 2)], check=True)
    subprocess.run(['editcap', source, halves[1], '1-%d' % (packets // 2)], check=True)
    tshark.give(folder)
    commands = [[args.command, half, half + '.out.pcapng', '--force', '--threads=1', '--key', tshark.path('key'), '--labels', 'keyed']
                for half in halves]
    gains = []
    for _ in range(args.rounds):
        one = sum(run(tshark, words)[0] for words in commands)
        begin = time.monotonic()
        both = [subprocess.Popen(tshark.command(words), env=tshark.environment(), cwd=tshark.dir, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for words in commands]
        if any(process.wait(TIMEOUT_S) for process in both):
            sys.exit('a shard failed')
        gains.append(one / (time.monotonic() - begin))
    return statistics.median(gains)


def share(ways_run, name):
    """Of the time of a way what it takes longer than without audit, in the median."""
    with_audit, without = (next(way for way in ways_run if way.name == n) for n in (name, name + ', audit=off'))
    return statistics.median(1 - b / a for a, b in zip(with_audit.seconds, without.seconds))


def quartiles(values):
    return statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3


def measure(tshark, bare, args, packets, folder):
    source = os.path.join(folder, 'in.pcapng')
    subprocess.run([sys.executable, os.path.join(HERE, '..', 'sim', 'make_traffic.py'), '--packets', str(packets), source]
                   + (['--tcp'] if args.tcp else []), check=True)
    subprocess.run(['editcap', '-F', 'pcap', source, os.path.join(folder, 'in.pcap')], check=True)
    tshark.give(folder)
    names = originals(source)
    todo = list(ways(args, source, folder))
    print('\n%d packets%s, %.0f MiB, %d rounds' % (packets, ' over TCP' if args.tcp else '', os.path.getsize(source) / 2**20,
                                                  args.rounds))
    for way in (way for way in todo if not way.there()):
        print('    not installed: ' + way.program)
    todo = [way for way in todo if way.there()]
    for _ in range(args.rounds):
        for way in todo:
            seconds, peak = run(bare if way.name == BASE else tshark, way.words)
            way.seconds.append(seconds)
            way.peak_mib = max(way.peak_mib, peak)
            way.ratios.append(seconds / todo[0].seconds[-1])
    print('    %-24s %7s %15s %10s %9s  %s' % ('', 'ratio', 'quartiles', 'packets/s', 'peak MiB', 'originals left'))
    rows = []
    for way in todo:
        low, middle, high = quartiles(way.ratios)
        rate = packets / statistics.median(way.seconds)
        there = '%d of %d' % (left(way.output, names), len(names)) if way.output else ''
        print('    %-24s %7.2f   %5.2f … %5.2f %10.0f %9.0f  %s' % (way.name, middle, low, high, rate, way.peak_mib, there))
        rows.append({'way': way.name, 'ratio': round(middle, 3), 'packets_s': round(rate), 'peak_mib': round(way.peak_mib),
                     'left': there})
    gain = shards(tshark, args, source, folder, packets)
    bulk = next(row for row in rows if row['way'] == BULK)
    print('    the audit\'s share: %s' % ', '.join('%s %.0f %%' % (name, 100 * share(todo, name)) for name in (FULL, BULK)))
    print('    two shards on two cores, one thread each: %.2f times one; bulk: %.1f times the published tool\'s %d packets/s' % (
        gain, bulk['packets_s'] / PUBLISHED_PPS, PUBLISHED_PPS))
    return {'packets': packets, 'tcp': args.tcp, 'rounds': args.rounds, 'ways': rows, 'two_shards': round(gain, 3)}


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--command', required=True, help='the front end that was built')
    options.add_argument('--packets', default='100000,1000000', help='sizes of the captures')
    options.add_argument('--rounds', type=int, default=5)
    options.add_argument('--tcp', action='store_true')
    options.add_argument('--folder', default='/dev/shm', help='where the captures go: a tmpfs')
    options.add_argument('--json', help='the figures, for machines, into this file')
    args = options.parse_args()
    args.command = os.path.abspath(args.command)
    results = []
    with Tshark(args.plugin) as tshark, Tshark(None) as bare:
        tshark.key()
        for packets in (int(n) for n in args.packets.split(',')):
            with tempfile.TemporaryDirectory(prefix='sianto-bench-', dir=args.folder) as folder:
                os.chmod(folder, 0o755)
                results.append(measure(tshark, bare, args, packets, folder))
            sys.stdout.flush()
    if args.json:
        with open(args.json, 'w', encoding='utf-8') as file:
            json.dump(results, file, indent=1)
            file.write('\n')


if __name__ == '__main__':
    main()

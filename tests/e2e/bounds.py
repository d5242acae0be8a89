#!/usr/bin/env python3
"""Memory stays flat under captures that attack it.

    bounds.py --plugin sianto.so [--only KIND,...] [--scale 1.0] [--set audit=off]

Each kind of ../sim/adversary.py is written with N and with 4 N frames and exported with hold=4 and under a
limit on address space. Asked: status 0, all frames read, the plain message at the capture's end written,
nothing planted left; peak memory of 4 N is that of N and no more than SLACK; time grows as frames do, not
as their square. Wireshark's own dissection is switched off, so that its memory is not in the figure (the
core does not look at it), and what it needs for a capture without an export is subtracted.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
SIM = os.path.join(HERE, '..', 'sim')
sys.path[:0] = [HERE, SIM]
import adversary  # noqa: E402
from tshark import Tshark  # noqa: E402

LIMIT = 2 << 30        # bytes of address space
SLACK = 24 << 10       # KiB that 4 N may need more than N
WAIT_S = 300
HOLD = '4'
# N: enough to be beyond every bound at N already; others are USUAL.
FRAMES = {'half_open': 50_000, 'opened': 40_000, 'middle': 50_000, 'undecided': 50_000, 'one_byte': 20_000, 'holes': 20_000, 'stun': 20_000, 'icmp': 20_000,
          'tokens': 20_000, 'days': 20_000, 'sctp': 20_000, 'overlapping': 20_000, 'gap': 3_000}
# Connections in use, one or two frames each: memory may grow with them (DESIGN section 3.6), by so many bytes a frame.
STREAMS = {'opened': 640, 'middle': 1280}
# Frames that may be dropped, since nothing says that they are SIP's; all others go to the port of SIP.
MAY_GO = {'later', 'overlapping', 'undecided', 'icmp', 'sctp', 'pieces', 'pieces6'}
# What is cut off here is scrubbed, and the summary says so.
TOLD = {'opened', 'length', 'length_wide', 'folding', 'fields', 'line', 'start_line', 'gap', 'holes', 'websocket', 'tls'}
USUAL = 12_000         # of 1400 bytes: 16 MiB
SLOWER = 9.0           # times as long for 4 times as much, where N takes a second
RATE = 500             # frames a second, the least: a fortieth of what a busy machine does
NO_DISSECTION = [word for name in ('ip', 'ipv6') for word in ('--disable-protocol', name)]


MORE = []  # options of every export


class Measured:
    def __init__(self, status, kib, seconds, err):
        self.status, self.kib, self.seconds, self.err = status, kib, seconds, err


def measure(tshark, words):
    """A run of tshark: its peak memory by the kernel's own count. setpriv becomes tshark."""
    log = tshark.path('stderr')
    start = time.monotonic()
    with open(log, 'wb') as err:
        run = subprocess.Popen(tshark.command(['tshark', '-q', *NO_DISSECTION, *words]), env=tshark.environment(), cwd=tshark.dir,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
                               preexec_fn=lambda: (resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)), resource.setrlimit(resource.RLIMIT_CPU, (WAIT_S, WAIT_S))))
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    with open(log, 'rb') as err:
        text = err.read().decode('utf-8', 'replace')
    return Measured(run.returncode, usage.ru_maxrss, time.monotonic() - start, text)


class Attack:
    def __init__(self, tshark, kind, count):
        self.t, self.kind, self.faults = tshark, kind, []
        self.source, self.target = tshark.path('in.pcap'), tshark.path('out.pcap')
        # In a process of its own: what a child inherits before it becomes tshark counts as its memory.
        self.frames = int(subprocess.run([sys.executable, os.path.join(SIM, 'adversary.py'), kind, str(count), self.source],
                                         check=True, capture_output=True, text=True).stdout)
        tshark.give(self.source)

    def run(self):
        plain = measure(self.t, ['-r', self.source])
        done = measure(self.t, ['-r', self.source, '-X', 'sianto:out=' + self.target, '-X', 'sianto:hold=' + HOLD, '-X', 'sianto:force=yes',
                                '-X', 'sianto:key=' + self.t.path('key'), *MORE])
        self.own, self.seconds = done.kib - plain.kib, done.seconds - plain.seconds
        if done.status != 0:
            self.faults.append('%d frames: status %s: %s' % (self.frames, done.status, done.err.strip()[-120:]))
            return
        read = re.search(r'(\d+) frames read, (\d+) written', done.err)
        if not read or int(read[1]) != self.frames:
            self.faults.append('not all frames were read')
        elif int(read[2]) != self.frames and self.kind not in MAY_GO:
            self.faults.append('%d of %d frames written' % (int(read[2]), self.frames))
        if self.kind in TOLD and not re.search('scrubbed|undecided', done.err):
            self.faults.append('the summary does not tell what was scrubbed')
        self.look()

    def look(self):
        """Nothing planted, and the last message, in a file that need not fit our memory."""
        kept, planted, before = False, False, b''
        with open(self.target, 'rb') as file:
            while block := file.read(1 << 20):
                data = before + block
                planted = planted or b'planted' in data.lower() or b'example.com' in data
                before = data[-2000:]
        kept = b'OPTIONS sip:' in before[-900:] and b'CSeq: 1 OPTIONS' in before
        if planted:
            self.faults.append('%d frames: something planted is in the output' % self.frames)
        if not kept:
            self.faults.append('%d frames: the message at the end is gone' % self.frames)


def attack(tshark, kind, scale):
    """Faults of a kind, and a line for the table."""
    count = int(FRAMES.get(kind, USUAL) * scale)
    small, large = Attack(tshark, kind, count), None
    small.run()
    if not small.faults:
        large = Attack(tshark, kind, 4 * count)
        large.run()
    faults = small.faults + (large.faults if large else [])
    if faults:
        return faults, ''
    grown = large.own - small.own
    if grown > SLACK + STREAMS.get(kind, 0) * (large.frames - small.frames) // 1024:
        faults.append('%d MiB more for 4 times as many frames' % (grown >> 10))
    if small.seconds > 1 and large.seconds > SLOWER * small.seconds:
        faults.append('%.1f s for %d frames, %.1f s for %d' % (small.seconds, small.frames, large.seconds, large.frames))
    elif large.seconds > 2 + large.frames / RATE:
        faults.append('%.1f s for %d frames' % (large.seconds, large.frames))
    return faults, '%7d frames %5d KiB %5.1f s, %7d frames %5d KiB %5.1f s' % (
        small.frames, small.own, small.seconds, large.frames, large.own, large.seconds)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--only', default='', help='kinds, by their names')
    options.add_argument('--scale', type=float, default=1.0)
    options.add_argument('--set', action='append', default=[], metavar='OPTION=VALUE', help='of every export, as audit=off')
    args = options.parse_args()
    MORE.extend(word for item in args.set for word in ('-X', 'sianto:' + item))
    failed = 0
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        tshark.key('key')
        for kind in [k for k in adversary.KINDS if not args.only or k in args.only.split(',')]:
            faults, line = attack(tshark, kind, args.scale)
            print('%-12s %s' % (kind, line))
            for fault in faults:
                print('  FAULT ' + fault)
            sys.stdout.flush()
            failed += bool(faults)
    print('%d kinds with faults' % failed)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

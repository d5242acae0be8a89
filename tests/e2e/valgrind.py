#!/usr/bin/env python3
"""By hand: tshark with the plugin under Valgrind's memcheck; what counts is what has a frame of sianto.so in its stack.

    valgrind.py --plugin sianto.so [--corpus DIR] [CAPTURE ...]

Without captures: the sample, one of TCP, and a fuzzed one of the corpus. Each is exported with all that can be written, shown in
the packet details, refused in the end (a wrong option) and turned back. Errors and definite leaks of ours are faults;
those of Wireshark and its libraries are counted. Some minutes.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from tshark import SKIP, Tshark  # noqa: E402

TIMEOUT_S = 900
CORPUS = 'ndpi/fuzz-2006-06-26-2594.pcap'
# Memory as it is asked for, block by block; and the plugin's symbols until the end.
ENVIRONMENT = {'G_SLICE': 'always-malloc', 'WIRESHARK_DEBUG_WMEM_OVERRIDE': 'simple'}
VALGRIND = ('--tool=memcheck', '--leak-check=full', '--show-leak-kinds=definite', '--num-callers=40', '--keep-debuginfo=yes',
            '--xml=yes')


def is_ours(error):
    return any(obj.text.endswith('sianto.so') for obj in error.iter('obj'))


def where(error):
    """The frames of ours, from the inside out."""
    found = [frame for frame in error.iter('frame') if (frame.findtext('obj') or '').endswith('sianto.so')]
    return ' < '.join('%s (%s:%s)' % (f.findtext('fn'), f.findtext('file'), f.findtext('line')) for f in found[:6])


class Valgrind:
    def __init__(self, tshark):
        self.t, self.faults, self.runs = tshark, 0, 0
        os.environ.update(ENVIRONMENT)

    def run(self, what, *words, expect=0):
        log = self.t.path('valgrind.xml')
        if os.path.exists(log):
            os.unlink(log)
        done = self.t.run(*VALGRIND, '--xml-file=' + log, shutil.which('tshark'), '-n', *words, program='valgrind',
                          timeout=TIMEOUT_S)
        self.runs += 1
        kinds = {True: collections.Counter(), False: collections.Counter()}
        for error in ElementTree.parse(log).getroot().iter('error'):
            kind, ours = error.findtext('kind'), is_ours(error)
            if kind.startswith('Leak_') and kind != 'Leak_DefinitelyLost':
                continue
            kinds[ours][kind] += 1
            if ours:
                print('FAULT %s: %s: %s' % (what, kind, where(error)))
        print('%-40s status %s; ours: %s; others: %s' % (what, done.status, dict(kinds[True]) or 0, dict(kinds[False]) or 0),
              flush=True)
        self.faults += sum(kinds[True].values())
        if done.status != expect:
            print('FAULT %s: status %s: %s' % (what, done.status, done.err[-800:]))
            self.faults += 1

    def capture(self, path):
        name, t = os.path.basename(path), self.t
        out, words = t.path('out.pcapng'), ('-X', 'sianto:key=' + t.key())
        names = {'stats': 'out.json', 'report': 'out.html', 'map': 'out.map'}
        files = [w for option, n in names.items() for w in ('-X', 'sianto:%s=%s' % (option, t.path(n)))]
        self.run(name + ': export', '-q', '-r', path, *words, '-X', 'sianto:out=' + out, *files)
        self.run(name + ': back', '-q', '-r', out, *words, '-X', 'sianto:restore=' + t.path('out.map'), '-X',
                 'sianto:out=' + t.path('back.pcapng'))
        self.run(name + ': bundle', '-q', '-r', path, *words, '-X', 'sianto:bundle=' + t.path('set'))
        self.run(name + ': details', '-r', path, *words, '-2', '-V', '-O', 'sianto', '-Y', 'sianto.kind')
        self.run(name + ': tables', '-q', '-r', path, *words, '-z', 'sianto,stats', '-z', 'sianto,storm')
        self.run(name + ': a fault', '-q', '-r', path, *words, '-X', 'sianto:out=' + t.path('late.pcap'), '-X',
                 'sianto:time=9000-01-01', expect=2)
        for left in ('out.pcapng', 'back.pcapng', *names.values()):
            os.unlink(t.path(left))
        shutil.rmtree(t.path('set'))


def find_captures(tshark, corpus):
    sample, streams = tshark.path('sample.pcapng'), tshark.path('traffic.pcapng')
    for path, *words in ((sample, 'make_sample.py'), (streams, 'make_traffic.py', '--tcp', '--packets', '400')):
        subprocess.run([sys.executable, os.path.join(HERE, '../sim', words[0]), *words[1:], path], check=True,
                       stdout=subprocess.DEVNULL)
    tshark.give(tshark.dir)
    return [sample, streams] + ([os.path.join(corpus, CORPUS)] if corpus else [])


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--corpus')
    options.add_argument('captures', nargs='*')
    args = options.parse_args()
    if not shutil.which('valgrind'):
        print('valgrind is not here')
        return SKIP
    with Tshark(args.plugin) as tshark:
        v = Valgrind(tshark)
        for path in args.captures or find_captures(tshark, args.corpus):
            v.capture(path)
    print('%d runs, %d faults' % (v.runs, v.faults))
    return 1 if v.faults or not v.runs else 0


if __name__ == '__main__':
    sys.exit(main())

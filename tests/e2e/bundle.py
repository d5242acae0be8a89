#!/usr/bin/env python3
"""bundle=DIR and sianto verify DIR: a whole set passes; each change, loss, addition and forgery fails in words of its own.

    bundle.py --plugin sianto.so --command sianto

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import base64
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '../sim')]
import make_sample  # noqa: E402
from checks import check, content, result  # noqa: E402
from tshark import Tshark  # noqa: E402

SUMMED = ('DATASHEET.md', 'capture.pcapng', 'report.html', 'statistics.json')
NAMES = SUMMED + ('SHA256SUMS',)
GOOD = ('ok    files: all 5 are there', 'ok    sums: each file', 'ok    capture: it can be read to its end',
        'ok    capture: it says that it is anonymized', 'ok    statistics: complete',
        'ok    statistics: they are those of the capture, byte for byte')


def put(path, data):
    with open(path, 'wb') as file:
        file.write(data)


def secrets():
    """Of the sample's people: names, users, numbers, hosts; as they stand and as base64. Not IPv4 addresses: in a network
    of 256, one may be the image of another, which only the audit can tell."""
    people = (make_sample.ALICE, make_sample.BOB, make_sample.CAROL, make_sample.GATEWAY)
    words = {make_sample.DOMAIN, 'example.org', 'Mad Hatter', 'subscriber Bob'}
    for who in people:
        words |= {who.name, who.number.lstrip('+'), who.user + '@'} | ({who.at} if ':' in who.at else set())
        words |= set(re.findall(r'[A-Za-z]{7,}', who.name))
    plain = {w.encode() for w in words if len(w) >= 4}
    return plain | {base64.b64encode(w)[:-4] for w in plain if len(w) > 12}


class Bundle:
    def __init__(self, tshark, command):
        self.t, self.program, self.source = tshark, tshark.path('sianto'), tshark.path('outage-in-prague.pcapng')
        shutil.copy(command, self.program)
        subprocess.run([sys.executable, os.path.join(HERE, '../sim/make_sample.py'), self.source], check=True,
                       stdout=subprocess.DEVNULL)
        tshark.give(tshark.dir)
        self.key, self.set = tshark.key('secret-key-file'), tshark.path('set')

    def run(self, *words):
        return self.t.run(*words, program=self.program)

    def bundle(self, name, *words):
        return self.run('bundle', self.source, self.t.path(name), *words)

    def left(self):
        return [n for n in os.listdir(self.t.dir) if n.startswith('.sianto')]

    def verify(self, folder):
        done = self.run('verify', folder)
        return done.status, done.out

    def fails(self, folder, what, needle):
        """Exactly one check fails, and says what."""
        status, out = self.verify(folder)
        lines = [line for line in out.split('\n') if line.startswith('FAIL')]
        check(status == 1 and len(lines) == 1 and needle in lines[0], '%s: status %s: %s' % (what, status, out))

    def copy(self):
        path = self.t.path('copy')
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.set, path)
        return path

    # --- a good one ---

    def good(self):
        done = self.bundle('set', '--time=2001-02-03T04:05:06Z', '--key=' + self.key, '--map=' + self.t.path('in.map'))
        check(done.status == 0 and 'sianto verify' in done.err, 'bundle: %s' % done.err)
        check(sorted(os.listdir(self.set)) == sorted(NAMES) and not self.left(), 'its files: %s' % os.listdir(self.set))
        check(os.stat(self.set).st_mode & 0o777 == 0o755 and all(
            os.stat(os.path.join(self.set, n)).st_mode & 0o777 == 0o644 for n in NAMES), 'others may read it')
        status, out = self.verify(self.set)
        check(status == 0 and all(line in out for line in GOOD) and 'FAIL' not in out, 'verify: %s' % out)
        done = subprocess.run(['sha256sum', '--strict', '-c', 'SHA256SUMS'], cwd=self.set, capture_output=True)
        check(done.returncode == 0 and done.stdout.count(b': OK') == 4, 'sha256sum: %s' % done.stdout)

    def sheet(self):
        text = content(os.path.join(self.set, 'DATASHEET.md')).decode('ascii')
        for needle in ('| time | 2001-02-03T04:05:06Z |', '| key | set |', '| audit | on |', 'the whole capture was moved',
                       '| frames read | 89 |', '| frames written | 72 |', '| left out: not SIP | 14 |', '| SIP messages | 72 |',
                       '## Audit', '## What is not claimed', 'written by | sianto ', '| first SIP message, UTC | 2001-02-03T04:05:06'):
            check(needle in text, 'the data sheet does not say: ' + needle)
        check('as those of the traffic' not in text and 'rounded down' not in text, 'the data sheet says too much of times')

    def no_leak(self):
        more = {b'outage-in-prague', b'secret-key-file', self.t.dir.encode(), b'Nov 2023', b'2023-11'}
        for name in NAMES:
            data = content(os.path.join(self.set, name))
            for leak in secrets() | more:
                check(leak.lower() not in data.lower(), '%s holds %r' % (name, leak))
        check(b'alice' in content(self.source), 'the search can find something')

    # --- changed ones ---

    def flipped(self):
        for name in NAMES:
            for at in (0.02, 0.5, 0.98):
                path = os.path.join(self.copy(), name)
                data = bytearray(content(path))
                data[int(len(data) * at)] ^= 0x20
                put(path, data)
                status, out = self.verify(os.path.dirname(path))
                check(status == 1 and 'FAIL  sums: ' in out and ('SHA256SUMS' if name == 'SHA256SUMS' else name) in out,
                      '%s changed at %s: %s' % (name, at, out))
                if name != 'SHA256SUMS':
                    check(out.count('FAIL') == 1 and 'sums: %s is not the file' % name in out, '%s changed: %s' % (name, out))

    def missing(self):
        for name in NAMES:
            folder = self.copy()
            os.unlink(os.path.join(folder, name))
            self.fails(folder, name + ' removed', 'files: %s is missing' % name)
            os.symlink(os.path.join(self.set, name), os.path.join(folder, name))
            self.fails(folder, name + ' a link', 'files: %s is missing' % name)
        self.fails(self.t.path('nowhere'), 'no folder', 'is no folder that can be read: No such file or directory')
        self.fails(self.source, 'a file', 'is no folder that can be read: Not a directory')

    def foreign(self):
        for name in ('notes.txt', '.hidden', 'capture.pcapng.gz', 'new\nline'):
            folder = self.copy()
            put(os.path.join(folder, name), b'')
            self.fails(folder, 'a file %r' % name, name.replace('\n', '\\n') + ' is no part of a bundle')
        folder = self.copy()
        sums = content(os.path.join(folder, 'SHA256SUMS'))
        put(os.path.join(folder, 'SHA256SUMS'), sums + sums.split(b'\n')[0] + b'\n')
        self.fails(folder, 'a sum twice', 'holds more than one line')

    # --- forged ones: the sums are right ---

    def forge(self, name, data):
        folder = self.copy()
        put(os.path.join(folder, name), data)
        lines = ['%s  %s\n' % (hashlib.sha256(content(os.path.join(folder, n))).hexdigest(), n) for n in SUMMED]
        put(os.path.join(folder, 'SHA256SUMS'), ''.join(lines).encode())
        return folder

    def forged(self):
        capture, stats = (content(os.path.join(self.set, n)) for n in ('capture.pcapng', 'statistics.json'))
        status, out = self.verify(self.forge('capture.pcapng', content(self.source)))
        check(status == 1 and 'FAIL  capture: it does not say that it is anonymized' in out, 'an original: ' + out)
        self.fails(self.forge('capture.pcapng', capture[:-20]), 'a cut capture', 'cannot be read to its end')
        self.fails(self.forge('capture.pcapng', b'no capture at all'), 'no capture', 'cannot be read to its end')
        self.fails(self.forge('statistics.json', stats.replace(b'"INVITE": 4', b'"INVITE": 5')), 'another number',
                   'they are not those of the capture')
        self.fails(self.forge('statistics.json', stats.replace(b'sianto-stats/1', b'sianto-stats/2')), 'another schema',
                   'not of the schema')
        self.fails(self.forge('statistics.json', stats.replace(b'  "retry_after":', b'  "retry_afterwards":', 1)), 'a key',
                   '"retry_after" of the schema')
        self.fails(self.forge('statistics.json', stats.replace(b'"export"', b'"exports"')), 'no export', 'what the export left out')

    # --- what is refused, and what stays ---

    def refused(self, what, words, needle, status=1):
        done = self.run(*words)
        check(done.status == status and needle in done.err, '%s: status %s: %s' % (what, done.status, done.err))
        check(not self.left(), what + ': something was left')

    def refusals(self):
        one, new = ('bundle', self.source), self.t.path('new')
        before = {n: content(os.path.join(self.set, n)) for n in NAMES}
        self.refused('it exists', (*one, self.set), 'exists: name another')
        self.refused('out=', (*one, new, '--out=' + self.t.path('o.pcapng')), 'names its files itself')
        self.refused('audit=off', (*one, new, '--audit=off'), 'leave audit=off')
        self.refused('names=asis', (*one, new, '--names=asis'), 'leave one of them')
        self.refused('a map in it', (*one, self.set, '--force', '--map=' + os.path.join(self.set, 'in.map')), 'would lie in bundle=')
        self.refused('no parent', (*one, self.t.path('no/where')), 'cannot write in the folder')
        self.refused('a file', (*one, self.source), 'is no folder')
        self.refused('no name', (*one, '..'), 'names no new folder')
        self.refused('two inputs', (self.source, self.source, '--bundle=' + new), 'usage: sianto IN --bundle=FOLDER')
        self.refused('restore', (*one, new, '--restore=' + self.t.path('in.map')), 'leave restore=')
        folder = self.copy()
        put(os.path.join(folder, 'notes.txt'), b'mine')
        self.refused('a file of the user', (*one, folder, '--force'), 'holds notes.txt')
        self.refused('the input in it', ('bundle', os.path.join(self.set, 'capture.pcapng'), self.set, '--force'), 'the input itself')
        link = self.t.path('link')
        os.symlink(self.set, link)
        self.refused('a link', (*one, link, '--force'), 'is no folder')
        self.refused('a fault on the way', (*one, self.set, '--force', '--time=9000-01-01'), 'choose an earlier START', 2)
        check(before == {n: content(os.path.join(self.set, n)) for n in NAMES}, 'what was there changed')
        self.refused('a fault on the way to a new one', (*one, new, '--time=9000-01-01'), 'choose an earlier START', 2)
        check(not os.path.exists(new), 'a folder after a fault')

    def replaced(self):
        folder = self.copy()
        self.t.give(folder)
        done = self.run(self.source, '--bundle=' + folder + '/', '--force', '--time=2001-02-03,coarse')
        check(done.status == 0 and self.verify(folder)[0] == 0 and not self.left(), 'replaced: %s' % done.err)
        text = content(os.path.join(folder, 'DATASHEET.md')).decode()
        check('rounded down to whole seconds' in text and 'the whole capture was moved' in text, 'the data sheet of a coarse one')
        done = self.bundle('plain')
        text = content(self.t.path('plain/DATASHEET.md')).decode()
        check(done.status == 0 and self.verify(self.t.path('plain'))[0] == 0, 'time=keep: %s' % done.err)
        check('(`time=keep`)' in text and 'moved by' not in text and 'rounded down' not in text, 'the data sheet of a plain one')

    def interrupted(self):
        """Ctrl-C while a file is read: nothing stays."""
        fifo, folder = self.t.path('fifo'), self.t.path('interrupted')
        os.mkfifo(fifo)
        self.t.give(fifo)
        run = subprocess.Popen(self.t.command(['tshark', '-q', '-r', fifo, '-X', 'sianto:bundle=' + folder]), cwd=self.t.dir,
                               env=self.t.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(fifo, 'wb') as pipe:
            pipe.write(content(self.source)[:20000])
            pipe.flush()
            for _ in range(100):
                if self.left():
                    break
                time.sleep(0.05)
            check(len(self.left()) == 1, 'it is in the making')
            run.send_signal(signal.SIGINT)
            time.sleep(0.3)
        run.wait(timeout=30)
        check(not os.path.exists(folder) and not self.left(), 'interrupted: something stays: %s' % self.left())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--command', required=True)
    args = parser.parse_args()
    with Tshark(args.plugin) as tshark:
        test = Bundle(tshark, args.command)
        for step in (test.good, test.sheet, test.no_leak, test.flipped, test.missing, test.foreign, test.forged, test.refusals,
                     test.replaced, test.interrupted):
            step()
    return result()


if __name__ == '__main__':
    sys.exit(main())

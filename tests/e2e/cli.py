#!/usr/bin/env python3
"""The command line: each error's line and status, the forms of input and output, signals, full disks.

    cli.py --plugin sianto.so

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import gzip
import json
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from checks import check, content, result  # noqa: E402
from tshark import Tshark  # noqa: E402

SCHEMA = os.path.join(HERE, '../../plugin/storm/sianto-stats.schema.json')
SECRETS = (b'alice', b'Liddell', b'example.com')


class Cli:
    def __init__(self, tshark):
        self.t = tshark
        self.sample, self.mixed = tshark.path('sample.pcapng'), tshark.path('mixed.pcapng')
        for path, links in ((self.sample, 'one'), (self.mixed, 'mixed')):
            subprocess.run([sys.executable, os.path.join(HERE, '../sim/make_sample.py'), '--links', links, path],
                           check=True, stdout=subprocess.DEVNULL)
        tshark.give(tshark.dir)
        self.key = tshark.key()

    def x(self, source, *words, **options):
        settings = []
        for name, value in options.items():
            settings += ['-X', 'sianto:%s=%s' % (name.replace('_', '-'), value)]
        return self.t.run('-q', '-r', source, *settings, *words)

    def left(self):
        """Names in the folder that a run made and did not take away."""
        return sorted(n for n in os.listdir(self.t.dir) if n.startswith(('out', '.out', '.sianto')))

    def clean(self):
        for name in self.left():
            os.unlink(self.t.path(name))

    def refused(self):
        """Status 1, one line that names the option, nothing written."""
        out, open_key = self.t.path('out.pcapng'), self.t.key('open-key')
        os.chmod(open_key, 0o644)
        short_key = self.t.path('short-key')
        for path, text in ((short_key, 'abc\n'), (self.t.path('bad-keep'), 'users x\n'),
                           (self.t.path('weak'), '[header]\nFrom=list:methods\n')):
            with open(path, 'w') as file:
                file.write(text)
            os.chmod(path, 0o600)
            self.t.give(path)
        rows = (
            ({'nonsense': '1'}, 'nonsense'),
            ({'out': self.t.path('out.txt')}, '.pcapng'),
            ({'out': self.t.path('no/folder/out.pcapng')}, 'out'),
            ({'out': out, 'labels': 'funny'}, 'labels'),
            ({'out': out, 'addresses': 'funny'}, 'addresses'),
            ({'out': out, 'key': self.t.path('absent')}, 'absent'),
            ({'out': out, 'key': open_key}, 'chmod'),
            ({'out': out, 'key': short_key}, '64'),
            ({'out': out, 'keep': self.t.path('bad-keep')}, 'line 1'),
            ({'out': out, 'policy': self.t.path('weak')}, 'From'),
            ({'out': out, 'country': 'DE'}, 'country'),
            ({'out': out, 'names': 'asis'}, 'names'),
            ({'out': self.sample, 'force': 'yes'}, 'input'),
            ({'out': self.sample}, 'sample'),
            ({'out': self.t.path('nowhere.pcapng')}, 'a link to nothing'),
            ({'out': self.t.path('o' * 260 + '.pcapng')}, 'too long'),
            ({'bundle': self.t.path('b' * 260)}, 'too long'),
            ({'bundle': self.t.path('bundle'), 'names': 'asis'}, 'names=asis with bundle='),
        )
        os.symlink('absent', self.t.path('nowhere.pcapng'))
        before = content(self.sample)
        for options, word in rows:
            done = self.x(self.sample, **options)
            lines = [line for line in done.err.splitlines() if line.strip()]
            check(done.status == 1, 'refused %s: status %s' % (sorted(options), done.status))
            check(len(lines) == 1 and word in done.err, 'refused %s: message %r' % (sorted(options), done.err))
            check('frames read' not in done.err and not self.left(), 'refused %s: left %s' % (sorted(options), self.left()))
        check(content(self.sample) == before, 'the input was changed')

    def exists(self):
        out = self.t.path('out.pcapng')
        first = self.x(self.sample, out=out, key=self.key)
        data = content(out)
        again = self.x(self.sample, out=out, key=self.key)
        check(first.status == 0 and again.status == 1 and 'force' in again.err, 'exists: %s' % again.err)
        check(self.x(self.sample, out=out, key=self.key, force='yes').status == 0, 'force=yes')
        check(content(out) == data, 'force=yes: other bytes')
        check(self.x(self.sample, out=self.t.path('nowhere.pcapng'), key=self.key, force='yes').status == 0 and
              content(self.t.path('nowhere.pcapng')) == data and not os.path.exists(self.t.path('absent')), 'force=yes over a link')
        for secret in SECRETS:
            check(secret.lower() not in data.lower(), 'planted %s in the output' % secret)
        self.data = data
        self.clean()

    def forms(self):
        """pcap, .gz, pipes and -2 carry the same frames; two link types need pcapng."""
        def frames(path):
            return self.t.run('-r', path, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'udp.payload', '-n').out
        out = self.t.path('out.pcapng')
        self.x(self.sample, out=out, key=self.key)
        expected = frames(out)
        check(len(expected.splitlines()) > 50, 'too few frames')
        for name in ('out.pcap', 'out2.pcapng.gz', 'out3.pcap.gz'):
            path = self.t.path(name)
            done = self.x(self.sample, out=path, key=self.key)
            check(done.status == 0 and frames(path) == expected, 'form %s: %s' % (name, done.err))
            check(not name.endswith('.gz') or gzip.open(path).read(4), 'form %s is not compressed' % name)
        self.clean()
        with open(self.sample, 'rb') as pipe:
            done = self.t.run('-q', '-r', '-', '-X', 'sianto:out=' + out, '-X', 'sianto:key=' + self.key, stdin=pipe)
        check(done.status == 0 and content(out) == self.data, 'from a pipe: %s' % done.err)
        self.clean()
        self.x(self.sample, '-2', out=out, key=self.key)
        check(content(out) == self.data, '-2: other bytes')
        self.clean()
        done = self.x(self.mixed, out=self.t.path('out.pcap'))
        check(done.status == 2 and '.pcapng' in done.err and not self.left(), 'pcap with two link types: %s' % done.err)
        done = self.x(self.mixed, out=out)
        check(done.status == 0, 'two link types: %s' % done.err)
        self.clean()

    def statistics(self):
        stats, again, out = self.t.path('out.json'), self.t.path('out2.json'), self.t.path('out.pcapng')
        done = self.x(self.sample, out=out, stats=stats, key=self.key)
        check(done.status == 0, 'stats=: %s' % done.err)
        valid = subprocess.run([sys.executable, os.path.join(HERE, 'check_stats.py'), SCHEMA, stats],
                               capture_output=True, text=True)
        check(valid.returncode == 0, 'schema: ' + valid.stdout + valid.stderr)
        done = self.x(out, stats=again, names='asis')
        check(done.status == 0, 'names=asis: %s' % done.err)
        if done.status == 0:
            one, two = json.loads(content(stats)), json.loads(content(again))
            check('private' not in one and 'private' not in two, 'labels are said to be private')
            one.pop('export', None), two.pop('export', None)
            differ = [k for k in one if one[k] != two.get(k)]
            check(not differ, 'statistics differ on both sides: %s' % differ)
        for secret in SECRETS:
            check(secret.lower() not in content(stats).lower(), 'planted %s in the statistics' % secret)
        self.private(out)
        table = self.t.run('-q', '-r', self.sample, '-z', 'sianto,stats')
        check(table.status == 0 and 'REGISTER' in table.out and all(len(r) <= 80 for r in table.out.splitlines()),
              'table of -z sianto,stats')
        self.clean()

    def private(self, anonymized):
        """Names as found are private, and the file says so, unless the input was anonymized by us; where
        that cannot be told (from a pipe, pcap), it is private."""
        stats, pcap = self.t.path('out3.json'), self.t.path('out.pcap')
        self.x(self.sample, out=pcap)
        for source, stdin in ((self.sample, None), (pcap, None), ('-', anonymized)):
            with open(stdin or os.devnull, 'rb') as pipe:
                done = self.t.run('-q', '-r', source, '-X', 'sianto:stats=' + stats, '-X', 'sianto:names=asis',
                                  '-X', 'sianto:force=yes', stdin=pipe)
            said = done.status == 0 and json.loads(content(stats)).get('private')
            check(said is True, 'names=asis of %s: private: %s %s' % (os.path.basename(source), said, done.err))

    def quiet(self):
        """Nothing where nobody asks; dry-run writes nothing."""
        done = self.t.run('-q', '-r', self.sample, '-z', 'sip,stat')
        check('sianto' not in done.err + done.out, 'not asked for, but heard')
        done = self.x(self.sample, dry_run='yes')
        check(done.status == 0 and not self.left() and 'would be written' in done.out, 'dry-run')

    def tree(self):
        fields = ('sianto.kind', 'sianto.original', 'sianto.replacement')
        _, rows = self.t.fields(self.sample, fields, '-Y', 'sianto.kind == "user" && sianto.original contains "alice"')
        check(rows and all(len(r['sianto.kind']) == len(r['sianto.original']) for r in rows), 'tree fields')

    def interrupted(self):
        """Ctrl-C while a file is read: the temporary file goes, no output stands."""
        out, fifo = self.t.path('out.pcapng'), self.t.path('fifo')
        os.mkfifo(fifo)
        self.t.give(fifo)
        words = self.t.command(['tshark', '-q', '-r', fifo, '-X', 'sianto:out=' + out])
        run = subprocess.Popen(words, env=self.t.environment(), cwd=self.t.dir, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        with open(fifo, 'wb', buffering=0) as pipe:
            for n in range(60):  # sections one after the other: a file that goes on
                if n == 30:
                    check(self.left(), 'interrupted: no temporary file before')
                    run.send_signal(signal.SIGINT)
                try:
                    pipe.write(content(self.sample))
                    pipe.flush()
                except BrokenPipeError:
                    break
                time.sleep(0.05)
        try:
            status = run.wait(20)
        except subprocess.TimeoutExpired:
            run.kill()
            status = None
        check(status not in (0, None), 'interrupted: status %s' % status)
        check(not self.left(), 'interrupted: left %s' % self.left())
        os.unlink(fifo)

    def full_disk(self):
        if os.geteuid() != 0:
            print('full disk: not tried, it needs root for a small tmpfs')
            return
        small = self.t.path('small')
        os.mkdir(small)
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16k,mode=0777', 'tmpfs', small]).returncode == 0
        if not mounted:
            print('full disk: not tried, no tmpfs can be mounted here')
            return
        try:
            done = self.x(self.sample, out=os.path.join(small, 'out.pcapng'))
            check(done.status == 2 and not os.listdir(small), 'full disk: status %s, left %s: %s' %
                  (done.status, os.listdir(small), done.err))
        finally:
            subprocess.run(['umount', small], check=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    args = options.parse_args()
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        cli = Cli(tshark)
        for test in (cli.refused, cli.exists, cli.forms, cli.statistics, cli.quiet, cli.tree, cli.interrupted,
                     cli.full_disk):
            test()
    return result()


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
"""What comes between, and what is left then: never a file that looks finished and is not, never an original, no crash.

    faults.py --plugin sianto.so --command sianto --shim fault_shim.so [--all] [--only KIND,...] [--seed N]

Each run has a folder, in which old results may stand. Something goes wrong in it: a call fails (fault_shim.c), the disk
is full, a signal comes, the input or the map is damaged. Then every file under a target's name must be the one that was
there before, or, byte for byte, what a run without fault writes; what is said must be one line that names what and
where; and nothing else may be left. Without --all, a part of each kind.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import concurrent.futures
import errno
import os
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '../sim')]
import frames  # noqa: E402
from bundle import NAMES as BUNDLED, secrets  # noqa: E402
from tshark import Tshark  # noqa: E402

WORKERS = 2
TIMEOUT_S = 120
SHARE = 9  # without --all: one of so many cases, and at least two of each kind
DAMAGED = 14  # tshark's status from 4.6 on, where it cannot read the input to its end
OLD = b'what was here before\n'
SECRETS = sorted(word.lower() for word in secrets())
WATCHED = ('open', 'write', 'read', 'sync', 'link', 'rename', 'exchange', 'chmod', 'mkdir')
# Which errors a call is given; True: from then on always, as a full disk does.
ERRORS = {'open': ((errno.ENOSPC, True), (errno.EMFILE, False)),
          'write': ((errno.ENOSPC, True), (errno.EIO, False)),
          'read': ((errno.EIO, False),), 'sync': ((errno.EIO, False),), 'link': ((errno.EPERM, True), (errno.EIO, True)),
          'rename': ((errno.EIO, False),), 'exchange': ((errno.EIO, False), (errno.EINVAL, True)),
          'chmod': ((errno.EPERM, False),), 'mkdir': ((errno.ENOSPC, False),)}
# Calls that must not fail unnoticed, and those that there is another way for.
FATAL, HARMLESS = ('open', 'write', 'read', 'rename', 'exchange', 'chmod'), ('link',)


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def put(path, data):
    with open(path, 'wb') as file:
        file.write(data)


def tree(top):
    """Every file below, by its name; folders count by what is in them."""
    found = {}
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, top)] = content(path)
    return found


class Scenario:
    """A command line. `words(case folder)`; `targets` are the names that it writes, in groups that stand or fall together,
    each with the name of its input; `secret` ones hold originals, which is their purpose; `drawn` ones are never the
    same twice; `force`: old results may be there."""

    def __init__(self, name, words, groups, program='tshark', secret=(), drawn=(), force=True):
        self.name, self.words, self.groups, self.program = name, words, groups, program
        self.secret, self.drawn, self.force = set(secret), set(drawn), force
        self.reference, self.counts = {}, {}

    def targets(self):
        return [target for names in self.groups.values() for target in names]


class Case:
    """One run. `fault`: the shim's settings; `expect`: the status where only one is right; `needle`: what must be said;
    `drive`: runs it, where that is more than to start it and to wait; `killed`: no line can be said."""

    def __init__(self, kind, what, scenario, fault=None, expect=None, needle=None, drive=None, killed=False, old=False,
                 judge=None, folder=None):
        self.kind, self.what, self.scenario, self.fault, self.expect = kind, what, scenario, fault or {}, expect
        self.needle, self.drive, self.killed, self.judge, self.folder = needle, drive, killed, judge, folder
        self.old, self.seen = old and scenario.force, None


class Done:
    def __init__(self, status, err):
        self.status, self.err = status, err


class Faults:
    def __init__(self, tshark, args):
        self.t, self.shim, self.seed = tshark, tshark.path('fault_shim.so'), args.seed
        self.command = tshark.path('sianto')
        shutil.copy(args.command, self.command)
        shutil.copy(args.shim, self.shim)
        self.make_inputs()
        self.scenarios = {s.name: s for s in self.make_scenarios()}
        self.faults, self.serial = [], 0
        self.table = collections.defaultdict(collections.Counter)

    # --- what is run ---

    def make_inputs(self):
        self.input, self.other, self.pcap = (self.t.path(n) for n in ('first.pcapng', 'second.pcapng', 'plain.pcap'))
        for path in (self.input, self.other):
            subprocess.run([sys.executable, os.path.join(HERE, '../sim/make_sample.py'), path], check=True,
                           stdout=subprocess.DEVNULL)
        records = frames.read_capture(self.input)
        frames.write_pcap(self.pcap, records[0].linktype, [(r.ns, r.data) for r in records])
        self.passphrase = self.t.path('passphrase')
        put(self.passphrase, b'correct horse battery staple\n')
        os.chmod(self.passphrase, 0o600)
        self.key = self.t.key()
        self.t.give(self.t.dir)

    def x(self, folder, source=None, **options):
        words = ['-q', '-n', '-r', source or self.input, '-X', 'sianto:key=' + self.key]
        for name, value in options.items():
            if name in ('out', 'stats', 'report', 'map', 'bundle'):
                value = os.path.join(folder, value)
            words += ['-X', 'sianto:%s=%s' % (name.replace('_', '-'), value)]
        return words

    def make_scenarios(self):
        ours = {self.input: ('a.pcapng', 'a.json', 'a.html', 'a.map')}
        yield Scenario('set', lambda d: self.x(d, out='a.pcapng', stats='a.json', report='a.html', map='a.map', force='yes'),
                       ours, secret=['a.map'])
        yield Scenario('gz', lambda d: self.x(d, out='a.pcapng.gz', force='yes'), {self.input: ('a.pcapng.gz',)})
        yield Scenario('pcap', lambda d: self.x(d, out='a.pcap', force='yes'), {self.input: ('a.pcap',)})
        yield Scenario('sealed', lambda d: self.x(d, out='a.pcapng', map='a.map', map_pass=self.passphrase, force='yes'),
                       {self.input: ('a.pcapng', 'a.map')}, secret=['a.map'], drawn=['a.map'])
        yield Scenario('statistics', lambda d: self.x(d, stats='a.json', report='a.html', force='yes'),
                       {self.input: ('a.json', 'a.html')})
        yield Scenario('new', lambda d: self.x(d, out='a.pcapng', stats='a.json', map='a.map'),
                       {self.input: ('a.pcapng', 'a.json', 'a.map')}, secret=['a.map'], force=False)
        yield Scenario('bundle', lambda d: self.x(d, bundle='set'),
                       {self.input: ['set/' + name for name in BUNDLED]}, force=False)
        several = [self.input, self.other, '', '--key=' + self.key, '--force']
        stems = {path: os.path.basename(path).replace('.pcapng', '') for path in (self.input, self.other)}
        yield Scenario('several', lambda d: several[:2] + [d] + several[3:] + ['--stats=' + d, '--map=' + d],
                       {path: [stem + e for e in ('.pcapng', '.json', '.map')] for path, stem in stems.items()},
                       program=self.command, secret=[stem + '.map' for stem in stems.values()])

    def place(self):
        """A folder for a run: in it `out`, which is watched, `count`, and `tmp` for what tshark puts aside."""
        self.serial += 1
        top = self.t.path('run%d' % self.serial)
        for name in ('', 'out', 'count', 'tmp'):
            os.mkdir(os.path.join(top, name))
        return top

    def environment(self, top, fault):
        env = dict(self.t.environment(), TMPDIR=os.path.join(top, 'tmp'), PATH=self.t.dir + ':' + os.environ['PATH'])
        if fault is not None:
            env.update(FAULT_PATH=os.path.join(top, 'out') + '/', FAULT_COUNT=os.path.join(top, 'count'))
            env.update({'FAULT_' + name: str(value) for name, value in fault.items()}, LD_PRELOAD=self.shim)
        return env

    def start(self, case, top, words=None, **how):
        folder = case.folder or os.path.join(top, 'out')
        words = self.t.command([case.scenario.program] + (words or case.scenario.words(folder)))
        return subprocess.Popen(words, env=self.environment(top, case.fault), cwd=top, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **how)

    @staticmethod
    def wait(process):
        try:
            _, err = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Done(None, '')
        return Done(process.returncode, err.decode('utf-8', 'replace'))

    def learn(self, scenario):
        """A run without fault: what it writes, and how many calls of each kind that takes."""
        case, top = Case('none', 'none', scenario, old=True), self.place()
        self.put_old(case, os.path.join(top, 'out'))
        self.t.give(top)
        done = self.wait(self.start(case, top))
        scenario.reference = tree(os.path.join(top, 'out'))
        scenario.counts = {name: len(data) for name, data in tree(os.path.join(top, 'count')).items()}
        if done.status != 0 or sorted(scenario.reference) != sorted(scenario.targets()):
            raise SystemExit('%s: without a fault: status %s, %s\n%s' %
                             (scenario.name, done.status, sorted(scenario.reference), done.err))

    # --- one run ---

    @staticmethod
    def put_old(case, out):
        for target in case.scenario.targets() if case.old else ():
            put(os.path.join(out, target), OLD)

    def run(self, case, top):
        out = case.folder or os.path.join(top, 'out')
        self.put_old(case, out)
        self.t.give(top)
        done = case.drive(case, top) if case.drive else self.wait(self.start(case, top))
        wrong = list(self.wrongs(case, done, out, top))
        name = '%s: %s, %s%s' % (case.kind, case.scenario.name, case.what, ', over old ones' * case.old)
        self.table[case.kind]['runs'] += 1
        self.table[case.kind]['complete' if done.status == 0 else 'nothing'] += 1
        for text in wrong:
            self.faults.append('%s: %s' % (name, text))
            print('FAULT %s: %s\n    status %s: %s' % (name, text, done.status, done.err.strip()[-600:]), flush=True)
        shutil.rmtree(top, ignore_errors=True)

    def wrongs(self, case, done, out, top):
        yield from self.wrong_end(case, done, top)
        yield from self.seen(case, done, out, top) if case.seen is None else case.seen
        for word in SECRETS:
            if word in done.err.lower().encode():
                yield 'an original is said: %s' % word.decode()

    def seen(self, case, done, out, top):
        yield from self.wrong_files(case, done, out)
        yield from self.wrong_rest(case, out, top)

    @staticmethod
    def wrong_end(case, done, top):
        """Its status, and what was said."""
        said = [line for line in done.err.split('\n') if line.startswith('sianto: ')]
        if case.fault.get('NTH'):
            seen = os.path.join(top, 'count', case.fault['OP'])
            if not os.path.exists(seen) or os.path.getsize(seen) < case.fault['NTH']:
                yield 'the fault did not happen'
        if case.killed and case.scenario.program == 'tshark':
            if done.status not in (-case.killed, 0) and (case.killed == signal.SIGKILL or done.status != 2):
                yield 'ended with %s' % done.status
        elif done.status not in (0, 1, 2, -case.killed) and (case.scenario.program, done.status) != ('tshark', DAMAGED):
            yield 'ended with %s' % done.status
        elif case.expect is not None and done.status != case.expect:
            yield 'status %s is expected' % case.expect
        if done.status in (1, 2) and not case.killed and case.scenario.program == 'tshark':
            if len(said) != 1 and case.judge != Faults.readable:
                yield '%d lines are said' % len(said)
            if not done.err.strip():
                yield 'nothing is said'
        if done.status in (1, 2) and case.needle and not re.search(case.needle, done.err):
            yield 'nothing says %r' % case.needle

    def wrong_files(self, case, done, out):
        """Those under a target's name."""
        s = case.scenario
        for source, targets in s.groups.items():
            failed = done.status != 0 and (len(s.groups) == 1 or source + ' failed with status' in done.err)
            for target in targets:
                path = os.path.join(out, target)
                now = content(path) if os.path.exists(path) else None
                yield from self.wrong_file(case, target, now, failed)
        names = {target.split('/')[0] for target in s.targets()}
        foreign = [n for n in os.listdir(out) if n not in names and not n.startswith('.sianto-')]
        if foreign:
            yield 'there is %s' % foreign

    @staticmethod
    def wrong_file(case, target, now, failed):
        s, before = case.scenario, OLD if case.old else None
        is_before = now == before
        if now is None or case.judge:
            is_whole = False
        elif target in s.drawn:
            is_whole = len(now) == len(s.reference[target])
        else:
            is_whole = now == s.reference[target]
        if case.judge and now is not None and now != before:
            yield from case.judge(target, now, failed)
        elif not (is_before if failed and not case.killed else is_before or is_whole if case.killed else is_whole):
            yield '%s is %s' % (target, 'gone' if now is None else 'new' if is_whole else
                                'the old one' if is_before else 'neither old nor whole')
        if now is not None and target not in s.secret:
            for word in SECRETS:
                if word in now.lower():
                    yield '%s holds the original %s' % (target, word.decode())

    @staticmethod
    def wrong_rest(case, out, top):
        """Temporary files: none, but after SIGKILL hidden ones that nobody else may read."""
        left = [os.path.join(out, n) for n in os.listdir(out) if n.startswith('.sianto-')]
        if case.killed != signal.SIGKILL:
            left += [os.path.join(top, 'tmp', n) for n in os.listdir(os.path.join(top, 'tmp'))]
            if left:
                yield 'left: %s' % [os.path.relpath(path, top) for path in left]
            return
        for path in left:
            mode = os.stat(path).st_mode
            if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600) and content(path) != OLD:
                yield '%s has mode %o' % (path, mode)

    # --- calls that fail ---

    def calls(self):
        for s in self.scenarios.values():
            for op in WATCHED:
                for number, ever in ERRORS[op]:
                    for nth in range(1, s.counts.get(op, 0) + 1):
                        yield self.call(s, op, nth, number, ever)

    @staticmethod
    def call(s, op, nth, number, ever):
        fault = {'OP': op, 'NTH': nth, 'HOW': number}
        if ever:
            fault['LAST'] = 10**6
        expect = 2 if op in FATAL else 0 if op in HARMLESS else 1 if op == 'mkdir' else None
        if op == 'exchange' and number == errno.EINVAL:
            expect = 0  # as on a file system that cannot: there is rename
        return Case(op, '%s %d of %d: %s' % (op, nth, s.counts[op], errno.errorcode[number]), s, fault, expect=expect,
                    needle='/out/.* cannot be ', old=op == 'exchange' or nth % 2 == 1)

    def shorts(self):
        """Half of it is written: the rest must follow. Wiretap's compression gives up, which is as good."""
        for s in self.scenarios.values():
            for nth in range(1, s.counts['write'] + 1, 3):
                yield Case('short write', 'write %d' % nth, s, {'OP': 'write', 'NTH': nth, 'HOW': 'short'},
                           expect=2 if s.name == 'gz' else 0)

    def tables(self):
        """The tables that one input leaves for the next are in memory, which may end, too."""
        s = self.scenarios['several']
        for op, nth in (('write', 1), ('write', 2), ('truncate', 1), ('truncate', 2)):
            fault = {'OP': op, 'NTH': nth, 'HOW': errno.ENOSPC, 'PATH': '/memfd:sianto'}
            yield Case('tables', '%s %d' % (op, nth), s, fault, expect=2, needle='tables|in memory', old=True)

    # --- the disk ---

    def disks(self):
        for s in self.scenarios.values():
            total = sum(map(len, s.reference.values()))
            for part in (0.01, 0.3, 0.6, 0.9):
                limit = int(max(map(len, s.reference.values())) * part)
                yield Case('file limit', '%d bytes' % limit, s, None, expect=2, needle='cannot be ', old=part < 0.5,
                           drive=lambda case, top, n=limit: self.wait(self.start(
                               case, top, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (n, n)))))
                yield Case('full disk', '%d of %d bytes' % (total * part * 0.8, total), s, None, expect=2,
                           needle='cannot be ', drive=lambda case, top, n=int(total * part * 0.8): self.on_disk(case, top, n))

    def on_disk(self, case, top, size):
        """A small tmpfs at `out`, which is looked at while it is there."""
        out = os.path.join(top, 'out')
        size = max(size // 4096, 1) * 4096
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=%d,mode=0777' % size, 'tmpfs', out], check=True)
        try:
            done = self.wait(self.start(case, top))
            case.seen = list(self.seen(case, done, out, top))
        finally:
            subprocess.run(['umount', out], check=True)
        return done

    @staticmethod
    def can_mount():
        return os.geteuid() == 0 and subprocess.run(
            'unshare -m mount -t tmpfs -o size=16k tmpfs /mnt', shell=True, stderr=subprocess.DEVNULL).returncode == 0

    def outputs(self):
        """Tables on standard output, to a disk that is full."""
        s = Scenario('table', lambda d: ['stats', self.input], {}, program=self.command)
        full = Case('standard output', '/dev/full', s, None, expect=2, needle='standard output')
        full.drive = self.to_full
        yield full

    def to_full(self, case, top):
        words = self.t.command([self.command] + case.scenario.words(top))
        with open('/dev/full', 'wb') as file:
            done = subprocess.run(words, env=self.environment(top, None), cwd=top, stdin=subprocess.DEVNULL, stdout=file,
                                  stderr=subprocess.PIPE, timeout=TIMEOUT_S)
        return Done(done.returncode, done.stderr.decode())

    # --- signals ---

    def kills(self):
        """kill -9 before each call, and at any moment."""
        for s in self.scenarios.values():
            for op in WATCHED:
                for nth in range(1, s.counts.get(op, 0) + 1, 4 if op == 'read' else 2):
                    yield Case('kill -9 at a call', '%s %d' % (op, nth), s, {'OP': op, 'NTH': nth, 'HOW': 'signal:9'},
                               killed=signal.SIGKILL, old=op == 'exchange' or nth % 4 == 1)
        moments = random.Random(self.seed)
        for n in range(24):
            s = moments.choice(list(self.scenarios.values()))
            yield Case('kill -9 at random', '%d' % n, s, None, killed=signal.SIGKILL, old=n % 2 == 0,
                       drive=lambda case, top, at=moments.random(): self.kill_at(case, top, at * 0.9))

    def kill_at(self, case, top, at_s):
        process = self.start(case, top, start_new_session=True)
        time.sleep(at_s)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        done = self.wait(process)
        return Done(done.status, done.err)

    def late_signals(self):
        """Ctrl-C and its like at a call: an ordered end, or all is complete."""
        for s in self.scenarios.values():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1):
                for nth in range(2, s.counts['write'] + 1, 5):
                    yield Case('signal at a call', '%s at write %d' % (number.name, nth), s,
                               {'OP': 'write', 'NTH': nth, 'HOW': 'signal:%d' % number}, killed=number)

    def reading(self):
        """While a file is read, which goes on: a pipe."""
        for name in ('set', 'gz', 'sealed', 'bundle', 'statistics'):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                yield Case('signal while reading', number.name, self.scenarios[name], None, killed=number, old=name != 'gz',
                           drive=lambda case, top, n=number: self.interrupt(case, top, n, ['-r']))

    def commanded(self):
        """A signal for the command alone, as `kill` sends it: tshark must not go on without."""
        options = ['--force', '--key=' + self.key]
        one = Scenario('one', lambda d: ['-r', self.input, os.path.join(d, 'a.pcapng'), *options],
                       {self.input: ('a.pcapng',)}, program=self.command)
        two = Scenario('two', lambda d: ['-r', self.input, self.other, d, *options],
                       {self.input: ('fifo.pcapng', 'second.pcapng')}, program=self.command)
        for s in (one, two):
            s.reference = dict.fromkeys(s.targets(), self.scenarios['set'].reference['a.pcapng'])
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                yield Case('signal to the command', number.name, s, None, expect=2, old=True,
                           drive=lambda case, top, n=number: self.interrupt(case, top, n, []))

    def capturing(self):
        """A live capture: Ctrl-C completes it. Later than its first frames, before its end."""
        for name in ('set', 'gz', 'pcap', 'bundle', 'statistics'):
            for number in (signal.SIGINT, signal.SIGTERM):
                yield Case('signal on a live capture', number.name, self.scenarios[name], None, expect=0, judge=self.complete,
                           drive=lambda case, top, n=number: self.interrupt(case, top, n, ['-i']))
        for nth in (1, 4, 8):
            fault = {'OP': 'write', 'NTH': nth, 'HOW': errno.ENOSPC, 'LAST': 10**6}
            yield Case('signal on a live capture', 'disk full at write %d' % nth, self.scenarios['set'], fault, expect=2,
                       old=True, drive=lambda case, top: self.interrupt(case, top, signal.SIGINT, ['-i']))

    def interrupt(self, case, top, number, how):
        """The input comes through a pipe that stays open; the signal, when a part of it was taken."""
        fifo, data = os.path.join(top, 'fifo'), content(self.input)
        os.mkfifo(fifo)
        self.t.give(fifo)
        words = [w for w in case.scenario.words(os.path.join(top, 'out'))]
        at = words.index('-r')
        words[at:at + 2] = how + [fifo]
        process = self.start(case, top, words)
        pipe = os.open(fifo, os.O_WRONLY)
        try:
            os.write(pipe, data[:-2000])
            self.settle(case, top, how)
            process.send_signal(number)
            if how != ['-i']:
                time.sleep(0.2)
                os.write(pipe, data[-2000:])
        except BrokenPipeError:
            pass
        finally:
            if how != ['-i']:
                os.close(pipe)
        done = self.wait(process)
        if how == ['-i']:
            os.close(pipe)
        os.unlink(fifo)
        return done

    @staticmethod
    def settle(case, top, how):
        """Until the temporary file is there, or what tshark captures has grown."""
        for _ in range(200):
            time.sleep(0.05)
            made = [n for n in os.listdir(os.path.join(top, 'out')) if n.startswith('.sianto-')]
            live = [n for n in os.listdir(os.path.join(top, 'tmp'))
                    if os.path.getsize(os.path.join(top, 'tmp', n)) > 20000]
            if made if how != ['-i'] and case.scenario.name != 'statistics' else live:
                break
        time.sleep(0.4)

    @staticmethod
    def complete(target, now, failed):
        """What of a part of the input stands must be whole itself."""
        end = {'json': b'}\n', 'html': b'</html>\n', 'md': b'\n', 'SHA256SUMS': b'\n', 'map': b'\n'}
        name = target.split('.')[-1].split('/')[-1]
        if failed:
            yield '%s is there' % target
        elif name in end:
            if not now.rstrip(b'\n').endswith(end[name].strip(b'\n')):
                yield '%s has no end' % target
        else:
            yield from Faults.whole_capture(target, now)

    @staticmethod
    def whole_capture(target, now):
        data = frames.gzip.decompress(now) if now[:2] == b'\x1f\x8b' else now
        if data[:4] == b'\x0a\x0d\x0d\x0a':
            at = 0
            while at + 12 <= len(data):
                size = int.from_bytes(data[at + 4:at + 8], 'little')
                if size < 12 or data[at + size - 4:at + size] != data[at + 4:at + 8]:
                    break
                at += size
        else:
            at = 24 + sum(16 + len(record.data) for record in frames.read_pcap(data))
        if at != len(data):
            yield '%s is cut at %d of %d bytes' % (target, at, len(data))

    # --- damaged input ---

    def inputs(self):
        damage = random.Random(self.seed + 1)
        for source in (self.input, self.pcap):
            data = content(source)
            for n in range(12):
                at = damage.randrange(0, len(data)) if n else 3
                yield self.damaged('cut input', '%s at %d' % (os.path.basename(source), at), data[:at], n)
            for n in range(24):
                flipped = bytearray(data)
                for _ in range(damage.choice((1, 1, 8, 64))):
                    flipped[damage.randrange(len(data))] ^= 1 << damage.randrange(8)
                yield self.damaged('flipped input', '%s, %d' % (os.path.basename(source), n), bytes(flipped), n)
        yield self.damaged('cut input', 'nothing at all', b'', 0)

    def damaged(self, kind, what, data, n):
        name = ('set', 'gz', 'bundle', 'statistics')[n % 4]
        return Case(kind, what, self.scenarios[name], None, judge=self.readable, old=n % 2 == 0,
                    drive=lambda case, top: self.read_damaged(case, top, data))

    @staticmethod
    def readable(target, now, unused):
        """tshark says that it was not read to its end, with its own status; what came before stands, whole."""
        return Faults.complete(target, now, False)

    def read_damaged(self, case, top, data):
        path = os.path.join(top, 'input')
        put(path, data)
        self.t.give(path)
        words = case.scenario.words(os.path.join(top, 'out'))
        words[words.index('-r') + 1] = path
        return self.wait(self.start(case, top, words))

    # --- damaged maps ---

    def maps(self):
        damage = random.Random(self.seed + 2)
        for name in ('set', 'sealed'):
            s = self.scenarios[name]
            sealed, data = name == 'sealed', s.reference['a.map']
            for n in range(10):
                at = damage.randrange(len(data))
                yield self.map_case('cut map', s, data[:at], 'at %d' % at, 1 if sealed else None)
                flipped = bytearray(data)
                flipped[at] ^= 1 << damage.randrange(8)
                yield self.map_case('flipped map', s, bytes(flipped), 'at %d' % at, 1 if sealed else None)
            yield self.map_case('cut map', s, b'', 'empty', 1)
            yield self.map_case('unreadable map', s, data, 'mode 000', 1, mode=0)
            yield self.map_case('unreadable map', s, None, 'missing', 1)
            yield self.map_case('unreadable map', s, 'folder', 'a folder', 1)

    def map_case(self, kind, s, data, what, expect, mode=0o600):
        back = Scenario('restore, ' + s.name, None, {s.name: ('back.pcapng',)}, secret=['back.pcapng'], force=True)
        return Case(kind, what, back, None, expect=expect, needle='broken.map|capture', judge=self.complete, old=True,
                    drive=lambda case, top: self.restore(case, top, s, data, mode))

    def restore(self, case, top, s, data, mode):
        path, source = os.path.join(top, 'broken.map'), os.path.join(top, 'a.pcapng')
        put(source, s.reference['a.pcapng'])
        if data == 'folder':
            os.mkdir(path)
        elif data is not None:
            put(path, data)
            os.chmod(path, mode)
        self.t.give(top)
        words = self.x(os.path.join(top, 'out'), source, out='back.pcapng', restore=path, force='yes')
        if s.name == 'sealed':
            words += ['-X', 'sianto:map-pass=' + self.passphrase]
        return self.wait(self.start(case, top, words))

    # --- all ---

    def cases(self):
        yield from self.calls()
        for kind in (self.shorts, self.tables, self.disks, self.outputs, self.kills, self.late_signals, self.reading,
                     self.commanded, self.capturing, self.inputs, self.maps):
            yield from kind()

    def choose(self, every, only):
        """A part of each kind, evenly."""
        kinds = collections.defaultdict(list)
        mounts = self.can_mount()
        for case in self.cases():
            if case.kind != 'full disk' or mounts:
                kinds[case.kind].append(case)
        if not mounts:
            print('full disk: not tried, no tmpfs can be mounted here')
        chosen = []
        for kind, cases in kinds.items():
            share = 1 if every else max(1, min(len(cases) // 2, SHARE))
            if not only or kind in only:
                chosen += cases[share // 2::share]
        return chosen

    def all(self, every, only):
        for scenario in self.scenarios.values():
            self.learn(scenario)
        work = [(case, self.place()) for case in self.choose(every, only)]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for job in [pool.submit(self.run, *one) for one in work]:
                job.result()
        for kind, counts in self.table.items():
            print('%-26s %4d runs: %4d complete, %4d nothing' %
                  (kind, counts['runs'], counts['complete'], counts['nothing']))


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--command', required=True)
    options.add_argument('--shim', required=True)
    options.add_argument('--all', action='store_true', help='every case, not a part of each kind')
    options.add_argument('--only', type=lambda text: text.split(','), help='kinds')
    options.add_argument('--seed', type=int, default=8, help='of the moments and of the damage')
    args = options.parse_args()
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        faults = Faults(tshark, args)
        faults.all(args.all, args.only)
    runs = sum(counts['runs'] for counts in faults.table.values())
    print('%d runs, %d faults' % (runs, len(faults.faults)))
    return 1 if faults.faults or not runs else 0


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
"""Many files, many machines: shards by the recipes as README writes them, merged, are one run over the whole.

    shards.py --plugin sianto.so --command sianto --source TOP [--corpus DIR [--most BYTES] [--every N]]

With a corpus each capture (of at most so many bytes; each Nth) is cut in three, with overlap=, and merged.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import concurrent.futures
import glob
import json
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '../sim'))
import frames  # noqa: E402
import streams  # noqa: E402
from checks import check, content, result  # noqa: E402
from corpus import captures  # noqa: E402
from storm import less_export  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

SHARDS = 4
# Of the corpus: what cannot be as the whole, and what merge says of it.
EXCUSED = {
    'peafowl/correct_1.pcap': 'cut-by-shard: 1',  # one datagram, in all three files
    'arkime/arkime_synthetic.pcap': 'in the order of their captures',  # its time goes back by hours
}
START_NS = 1_790_000_000 * 10**9


def packets(paths):
    return [(r.linktype, r.ns, r.data, r.wire) for path in paths for r in frames.read_capture(path)]


class Shards:
    def __init__(self, tshark, args):
        self.t, self.args = tshark, args
        self.program = tshark.path('sianto')
        shutil.copy(args.command, self.program)
        self.recipes = os.path.join(tshark.dir, 'packaging/recipes')
        shutil.copytree(os.path.join(args.source, 'packaging/recipes'), self.recipes)
        self.key = None  # drawn by README's command
        tshark.give(tshark.dir)

    def run(self, *words):
        return self.t.run(*words, program=self.program)

    def recipe(self, name, *words):
        return self.t.run('SIANTO=' + self.program, 'JOBS=2', os.path.join(self.recipes, name), *words, program='env')

    def refused(self, what, done, *needles, status=1):
        check(done.status == status and all(n in done.err for n in needles), '%s: status %s: %s' % (what, done.status, done.err))

    def folder(self, name):
        os.mkdir(self.t.path(name))
        self.t.give(self.t.path(name))
        return self.t.path(name)

    def listed(self, name, *names):
        """A file of names, one a line."""
        path = self.t.path(name + '.list')
        with open(path, 'w') as file:
            file.write(''.join(line + '\n' for line in names))
        self.t.give(path)
        return path

    def split(self, name, capture, per):
        """Files as dumpcap -b names them, and their list, in order."""
        folder = self.folder(name + '-in')
        subprocess.run(['editcap', '-c', str(per), capture, os.path.join(folder, 'day.pcapng')], check=True, stderr=subprocess.DEVNULL)
        files = sorted(glob.glob(folder + '/day_*'))
        self.t.give(folder)
        return files, self.listed(name, *files)

    def whole(self, name, capture):
        out, stats = self.t.path(name + '.pcapng'), self.t.path(name + '.json')
        done = self.run(capture, out, '--key', self.key, '--labels=keyed', '--stats', stats)
        check(done.status == 0, 'the whole: %s' % done.err)
        return out, stats

    # --- a storm ---

    def readme(self):
        """The commands under README's heading, up to the next text: list, key, shards, merge."""
        with open(os.path.join(self.args.source, 'README.md'), encoding='utf-8') as file:
            section = file.read().split('### Many files, many machines\n', 1)[1].split('\n### ', 1)[0]
        block = next(b for b in section.split('\n\n') if b.startswith('    '))
        return [line.strip() for line in block.split('\n') if line.strip()]

    def typed(self, line):
        return self.t.run('PATH=%s:%s' % (self.t.dir, os.environ['PATH']), 'JOBS=2', 'bash', '-c', line, program='env')

    def storm(self):
        """As README writes it. A broken shard is named, and run again alone; then all is as one run has it: frames,
        statistics, counts."""
        capture = self.t.path('storm-in.pcapng')
        subprocess.run([sys.executable, os.path.join(HERE, '../sim/make_storm.py'), '--preset', 'copies', capture], check=True,
                       stdout=subprocess.DEVNULL)
        self.t.give(capture)
        n = len(frames.read_capture(capture))
        subprocess.run(['editcap', '-c', str(n // SHARDS + 1), capture, self.t.path('day.pcapng')], check=True, stderr=subprocess.DEVNULL)
        files = sorted(glob.glob(self.t.path('day_*.pcapng')))
        self.t.give(self.t.dir)
        check(len(files) == SHARDS, '%d shards' % len(files))
        listed, key, shards, merge = self.readme()
        for line in (listed, key):
            check(self.typed(line).status == 0, line)
        self.key = self.t.path('key')
        out, stats = self.whole('storm-whole', capture)

        kept, name = content(files[2]), os.path.basename(files[2])
        with open(files[2], 'wb') as file:
            file.write(b'no capture')
        done = self.typed(shards)
        check(done.status != 0 and 'shard 3 (%s) failed' % name in done.err, 'a broken shard: %s %s' % (done.status, done.err))
        there = sorted(glob.glob(self.t.path('anon/*.part')))
        check(len(there) == SHARDS - 1 and 'which is no capture' in done.err, 'beside a broken shard: %s %s' % (there, done.err))
        self.refused('merge without it', self.typed(merge), 'shard 3 (%s)' % name, 'missing')
        check(not os.path.exists(self.t.path('storm.json')), 'merged without it')

        with open(files[2], 'wb') as file:
            file.write(kept)
        before = {path: os.stat(path).st_mtime_ns for path in there}
        done = self.typed(shards)
        check(done.status == 0, 'again: %s' % done.err)
        check(all(os.stat(path).st_mtime_ns == t for path, t in before.items()), 'again: others ran, too')
        done = self.typed(merge)
        merged = self.t.path('storm.json')
        check(done.status == 0 and os.path.exists(self.t.path('storm.html')), 'merge: %s' % done.err)
        check(less_export(merged) == less_export(stats), 'the merged statistics are others than the whole\'s')
        with open(merged) as a, open(stats) as b:
            check(json.load(a)['export'] == json.load(b)['export'], 'the sum of the exports is another than the whole\'s')
        written = sorted(glob.glob(self.t.path('anon/day_*.pcapng')))
        check(packets([out]) == packets(written), 'the shards\' frames are others than the whole\'s')
        self.again()
        self.damaged(sorted(glob.glob(self.t.path('anon/*.part'))))

    def again(self):
        """A shard of which one file is gone is not whole: it is written over, with the same bytes; a whole one is not."""
        listed, folder = self.t.path('day.list'), self.t.path('anon')
        parts = sorted(glob.glob(folder + '/*.part'))
        names = [parts[1], parts[1].replace('.part', '.pcapng')]
        before = [content(name) for name in names]
        for gone in names:
            os.unlink(gone)
            done = self.recipe('shard', listed, '2', folder, '--key=' + self.key)
            check(done.status == 0 and os.path.exists(gone), 'without %s: %s' % (os.path.basename(gone), done.err))
        check([content(name) for name in names if os.path.exists(name)] == before, 'again: other bytes')
        times = [os.stat(name).st_mtime_ns for name in names]
        for words in ((), ('--force=no',)):
            done = self.recipe('shard', listed, '2', folder, '--key=' + self.key, *words)
            check(done.status == 0 and [os.stat(name).st_mtime_ns for name in names] == times, 'a whole one: %s' % done.err)
        done = self.recipe('shard', listed, '2', folder, '--key=' + self.key, '--force=yes')
        check(done.status == 0 and [os.stat(name).st_mtime_ns for name in names] != times, '--force=yes: %s' % done.err)

    def damaged(self, parts):
        """What is cut, changed, twice, in another order, of another key, or no part: named, and nothing is written."""
        cut, out = self.t.path('cut.part'), self.t.path('not.json')
        with open(cut, 'wb') as file:
            file.write(content(parts[1])[:-7])
        self.t.give(cut)
        self.refused('a cut part', self.run('merge', parts[0], cut, out), 'cut.part', 'damaged')
        self.refused('no part', self.run('merge', self.key, out), 'no part')
        self.refused('an absent one', self.run('merge', self.t.path('absent.part'), out), 'absent.part')
        self.refused('twice', self.run('merge', parts[0], parts[0], out), 'once')
        self.refused('in another order', self.run('merge', parts[1], parts[0], out), 'order')
        self.refused('nothing', self.run('merge', out), 'usage')
        self.refused('a comma', self.run('merge', 'a,b.part', out), 'comma')
        self.refused('an absent list', self.run('merge', '@absent', out), 'merge=@absent', 'one a line')
        self.refused('an empty list', self.run('merge', '@' + self.listed('empty'), out), 'names no part')
        self.refused('a list of an empty line', self.run('merge', '@' + self.listed('blank', ''), out), 'names no part')
        self.refused('too many', self.run('merge', *['a-rather-long-name-of-a-part-%d.part' % n for n in range(3000)], out), '@LIST')
        self.refused('key= beside', self.run('merge', parts[0], out, '--key=' + self.key), 'key=')
        other, capture = self.t.key('other-key', '0123456789abcdef' * 4), sorted(glob.glob(self.t.path('day_*.pcapng')))[0]
        done = self.run(capture, self.t.path('alien.pcapng'), '--key=' + other, '--labels=keyed', '--part=' + self.t.path('alien.part'))
        check(done.status == 0, 'another key: %s' % done.err)
        self.refused('of another key', self.run('merge', parts[0], self.t.path('alien.part'), out), 'alien.part', 'another key')
        check(not os.path.exists(out), 'refused, and yet written')
        done = self.run('merge', *parts)
        check(done.status == 0 and 'REGISTER' in done.out and 'outage' in done.out.lower(), 'on the terminal: %s' % done.err)
        self.refused('onto a part', self.run('merge', *parts, '--stats=' + parts[0]), '.json')
        names = b''.join(content(path) for path in parts)
        check(b'example' not in names and b'@d' in names, 'names in a part')

    # --- what a boundary cuts ---

    def stream(self):
        """Messages in several segments, cut by boundaries: scrubbed and counted, or kept with the neighbours' help."""
        capture = self.t.path('stream-in.pcapng')
        c = streams.Conversation(('198.51.100.23', 40000), ('192.0.2.10', 5060))
        c.open()
        for n in range(12):
            c.wait(700)
            c.send(0, self.register(n), cuts=(90, 200))
            c.send(1, self.answer(n), cuts=(120,))
        frames.write_pcapng(capture, [(frames.ETHERNET, b'')], [(0, *r) for r in c.records(START_NS)])
        self.t.give(capture)
        _, stats = self.whole('stream', capture)
        # The handshake, then 3 + 1 + 2 + 1 frames of each pair: in the middle of a request, and of an answer.
        files, listed = self.split('stream', capture, 33)
        shards, merged = self.folder('overlapped'), self.t.path('overlapped.json')
        done = self.recipe('shards-parallel', listed, shards, '--key=' + self.key)
        check(done.status == 0 and 'cut-by-shard' not in done.err, 'overlap: %s' % done.err)
        done = self.recipe('merge', listed, shards, merged)
        check(done.status == 0 and less_export(merged) == less_export(stats), 'overlap: other statistics than the whole\'s')
        with open(merged) as a, open(stats) as b:
            x, y = json.load(a)['export'], json.load(b)['export']
        check(x == y, 'overlap: other counts: %s %s' % (x, y))
        self.without_overlap(files, json.load(open(stats)))

    def without_overlap(self, files, whole):
        folder, merged = self.folder('cut'), self.t.path('cut.json')
        done = self.run(*files, folder, '--key=' + self.key, '--labels=keyed', '--part=' + folder)
        check(done.status == 0 and 'cut-by-shard: ' in done.err, 'cut: %s' % done.err)
        done = self.run('merge', *sorted(glob.glob(folder + '/*.part')), merged)
        check(done.status == 0 and 'cut-by-shard: ' in done.err, 'cut: merge: %s' % done.err)
        got = json.load(open(merged))
        count = lambda j: sum(j['messages']['requests'].values()) + sum(j['messages']['responses'].values())
        cut = got['export']['scrubbed']['cut-by-shard']
        check(cut > 0 and cut == 2 * (count(whole) - count(got)), 'cut: %d pieces, %d of %d messages' % (cut, count(got), count(whole)))
        check(whole['export']['scrubbed']['cut-by-shard'] == 0, 'cut: the whole has some')
        for path in glob.glob(folder + '/*.pcapng'):
            check(b'wonderland' not in content(path), 'cut: a name is left in %s' % path)

    @staticmethod
    def register(n):
        return ('REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/TCP 198.51.100.23:40000;branch=z9hG4bK%08d\r\n'
                'From: "Alice" <sip:alice@wonderland.example.com>;tag=from%d\r\nTo: <sip:alice@wonderland.example.com>\r\n'
                'Call-ID: wonderland-%d@198.51.100.23\r\nCSeq: %d REGISTER\r\nContact: <sip:alice@198.51.100.23:40000>\r\n'
                'Expires: 60\r\nContent-Length: 0\r\n\r\n' % (n, n, n // 6, n + 1)).encode()

    @staticmethod
    def answer(n):
        return ('SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 198.51.100.23:40000;branch=z9hG4bK%08d\r\n'
                'From: "Alice" <sip:alice@wonderland.example.com>;tag=from%d\r\nTo: <sip:alice@wonderland.example.com>;tag=to\r\n'
                'Call-ID: wonderland-%d@198.51.100.23\r\nCSeq: %d REGISTER\r\nContact: <sip:alice@198.51.100.23:40000>;expires=60\r\n'
                'Content-Length: 0\r\n\r\n' % (n, n, n // 6, n + 1)).encode()

    # --- the corpus ---

    def corpus(self):
        tried = [p for p in captures(self.args.corpus) if os.path.getsize(p) <= self.args.most][::self.args.every]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            equal = sum(pool.map(self.thirds, range(len(tried)), tried))
        check(equal > 0, 'no capture of the corpus could be cut')
        print('%d captures of the corpus cut in three and merged' % equal)

    def thirds(self, i, source):
        """1: merged, and as the whole. A capture of fewer frames, or that tshark cannot read, is none."""
        name, folder = 'c%d' % i, self.folder('c%d' % i)
        capture = os.path.join(folder, 'in' + os.path.splitext(source)[1])
        shutil.copy(source, capture)
        self.t.give(folder)
        whole, merged = os.path.join(folder, 'whole.json'), os.path.join(folder, 'merged.json')
        options = ('--key', self.key, '--labels=keyed')
        done = self.run(capture, os.path.join(folder, 'whole.pcapng'), '--stats', whole, *options)
        read = subprocess.run(['editcap', capture, os.path.join(folder, 'n.pcapng')], capture_output=True)
        frames_in = len(frames.read_capture(os.path.join(folder, 'n.pcapng'))) if read.returncode == 0 else 0
        if done.status != 0 or frames_in < 3:
            return 0
        subprocess.run(['editcap', '-c', str((frames_in + 2) // 3), capture, os.path.join(folder, 's.pcapng')], check=True, capture_output=True)
        files = sorted(glob.glob(folder + '/s_*'))
        self.t.give(folder)
        for k, path in enumerate(files):
            beside = '%s,%s' % (files[k - 1] if k else '', files[k + 1] if k + 1 < len(files) else '')
            done = self.run(path, '%s/%d.pcapng' % (folder, k), '--part=%s/%d.part' % (folder, k), '--overlap', beside, *options)
            check(done.status == 0, '%s, shard %d: %s' % (name, k, done.err))
        done = self.run('merge', *['%s/%d.part' % (folder, k) for k in range(len(files))], merged)
        path = os.path.relpath(source, self.args.corpus)
        same = done.status == 0 and less_export(merged) == less_export(whole)
        if path in EXCUSED:
            check(EXCUSED[path] in done.err, '%s: not excused any more: %s' % (path, done.err))
        else:
            check(same, '%s: merged is not the whole: %s' % (path, done.err))
        shutil.rmtree(folder)
        return int(same)

    # --- what is refused ---

    def words(self):
        """Of the recipes: blanks in names stay, and what is wrong is said in one line."""
        folder, key = self.folder('out dir'), self.t.key('my key')
        os.symlink(self.t.path('stream-in.pcapng'), self.t.path('in put.pcapng'))
        listed = self.listed('a list', self.t.path('in put.pcapng'))
        for words in (('--key=' + key,), ('--key', key)):
            done = self.recipe('shards-parallel', listed, folder, *words, '--force')
            check(done.status == 0 and sorted(os.listdir(folder)) == ['in put.part', 'in put.pcapng', 'jobs.log'],
                  'blanks: %s: %s' % (os.listdir(folder), done.err))
        absent, key = self.t.path('absent'), '--key=' + key
        for words in (('shard', absent, '1', folder, key), ('shards-parallel', absent, folder, key), ('merge', absent, folder),
                      ('shards-parallel', self.listed('none'), folder, key), ('shard', listed, 'x', folder, key),
                      ('shard', listed, '0', folder, key), ('shard', listed, '-1', folder, key), ('shard', listed, '2', folder, key),
                      ('shards-parallel', listed, absent, key)):
            done = self.recipe(*words)
            check(done.status == 1 and done.err.startswith(words[0]) and done.err.count('\n') == 1, '%s: %s' % (words, done.err))

    def options(self):
        capture, out, part = self.t.path('stream-in.pcapng'), self.t.path('x.pcapng'), self.t.path('x.part')
        self.refused('no key', self.run(capture, out, '--part=' + part, '--labels=keyed'), 'key=')
        self.refused('numbers', self.run(capture, out, '--part=' + part, '--key=' + self.key), 'labels=keyed')
        self.refused('as found', self.t.run('-q', '-r', capture, '-X', 'sianto:part=' + part, '-X', 'sianto:names=asis'), 'names=asis')
        self.refused('moved', self.run(capture, out, '--shard', '--time=2020-01-01'), 'time=')
        self.refused('its name', self.run(capture, out, '--part=' + part + 's', '--labels=keyed', '--key=' + self.key), '.part')
        self.refused('no neighbour', self.run(capture, out, '--overlap=/nonexistent'), '/nonexistent')
        for beside, needle in ((self.key + ',', 'key is no capture'), (',' + self.listed('hollow'), 'hollow.list is no capture'),
                               (self.t.dir + ',', 'is no capture'), (capture + ',', 'the input itself'), (',' + capture, 'the input itself')):
            done = self.run(capture, out, '--overlap=' + beside)
            self.refused('overlap=' + beside, done, needle)
            check(done.err.count('\n') == 1, 'overlap=%s: %s' % (beside, done.err))
        self.refused('over a neighbour', self.run(capture, self.t.path('storm-whole.pcapng'), '--force', '--overlap=,' + self.t.path('storm-whole.pcapng')),
                     'read')
        done = self.run(capture, self.t.path('full.pcapng'), '--part=/dev/full', '--labels=keyed', '--key=' + self.key)
        check(done.status == 1, 'a device: %s' % done.err)
        check(not os.path.exists(out) and not os.path.exists(part), 'refused, and yet written')
        anonymized = self.t.path('stream.pcapng')
        done = self.t.run('-q', '-r', anonymized, '-X', 'sianto:part=' + part, '-X', 'sianto:names=asis')
        check(done.status == 0, 'a part of what is anonymized: %s' % done.err)
        done = self.run('merge', part, self.t.path('again.json'))
        check(done.status == 0 and less_export(self.t.path('again.json')) == less_export(self.t.path('stream.json')),
              'a part of what is anonymized: other statistics')


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--command', required=True)
    options.add_argument('--source', required=True)
    options.add_argument('--corpus')
    options.add_argument('--most', type=int, default=10**9)
    options.add_argument('--every', type=int, default=1)
    args = options.parse_args()
    if not shutil.which('parallel'):
        print('skipped: GNU Parallel is not installed (apt install parallel)')
        return SKIP
    with Tshark(args.plugin) as tshark:
        s = Shards(tshark, args)
        for test in (s.storm, s.stream, s.words, s.options):
            test()
        if args.corpus and os.path.isdir(args.corpus):
            s.corpus()
    return result()


if __name__ == '__main__':
    sys.exit(main())

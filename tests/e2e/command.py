#!/usr/bin/env python3
"""The command sianto: what it runs, what it refuses, and that bulk mode writes the same bytes.

    command.py --plugin sianto.so --command sianto --source TOP [--corpus DIR] [--build DIR]

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from checks import check, content, result  # noqa: E402
from corpus import captures  # noqa: E402
from tshark import Tshark  # noqa: E402

# Captures of the corpus that bulk mode is tried on: small ones, of each folder.
SMALL_BYTES, PER_FOLDER = 60000, 2
PASSPHRASE = 'correct horse battery staple'


class Command:
    def __init__(self, tshark, args):
        self.t, self.args = tshark, args
        self.program = tshark.path('sianto')
        shutil.copy(args.command, self.program)
        self.sample = self.make('sample.pcapng', 'one')
        self.mixed = self.make('mixed.pcapng', 'mixed')
        self.key = tshark.key()

    def make(self, name, links):
        path = self.t.path(name)
        subprocess.run([sys.executable, os.path.join(HERE, '../sim/make_sample.py'), '--links', links, path],
                       check=True, stdout=subprocess.DEVNULL)
        self.t.give(path)
        return path

    def secret(self, name, text, mode=0o600):
        path = self.t.path(name)
        with open(path, 'w') as file:
            file.write(text + '\n')
        os.chmod(path, mode)
        self.t.give(path)
        return path

    def folder(self, name):
        os.mkdir(self.t.path(name))
        self.t.give(self.t.path(name))
        return self.t.path(name)

    def run(self, *words):
        return self.t.run(*words, program=self.program)

    def refused(self, what, words, *needles, status=1):
        done = self.run(*words)
        check(done.status == status and all(n in done.err for n in needles), '%s: status %s: %s' % (what, done.status, done.err))

    # --- bulk mode ---

    def bulk(self):
        """The bytes of tshark's own run, and of one without dissection."""
        sources = [self.sample, self.mixed] + self.small()
        for i, source in enumerate(sources):
            outs = [self.t.path('%s%d.pcapng' % (kind, i)) for kind in ('plain', 'bulk')]
            plain = self.t.export(source, outs[0], key=self.key, audit='off')
            bulk = self.run(source, outs[1], '--key', self.key, '--audit=off')
            check(plain.status == bulk.status, 'bulk %d: status %s %s' % (i, plain.status, bulk.status))
            data = [content(out) if os.path.exists(out) else b'' for out in outs]
            check(data[0] and data[0] == data[1], 'bulk %d: other bytes' % i)
            for out in outs:
                if os.path.exists(out):
                    os.unlink(out)
        check(len(sources) > 2 or not self.args.corpus, 'no capture of the corpus')

    def small(self):
        chosen, per = [], {}
        for path in captures(self.args.corpus) if self.args.corpus and os.path.isdir(self.args.corpus) else ():
            folder = os.path.dirname(path)
            if os.path.getsize(path) <= SMALL_BYTES and per.get(folder, 0) < PER_FOLDER:
                per[folder] = per.get(folder, 0) + 1
                copy = self.t.path('small%d%s' % (len(chosen), os.path.splitext(path)[1]))
                shutil.copy(path, copy)
                self.t.give(copy)
                chosen.append(copy)
        return chosen

    def dissection(self):
        """Bulk mode disables the dissectors of links, --dissect does not, and the bytes are the same. What runs is
        seen through a tshark that writes its words down."""
        wrapper, words = self.t.path('wrapper'), self.t.path('words')
        with open(wrapper, 'w') as file:
            file.write('#!/bin/sh\nprintf "%%s\\n" "$@" >%s\nexec tshark "$@"\n' % words)
        os.chmod(wrapper, 0o755)
        self.t.give(wrapper)
        data = []
        for options, disabled in (((), True), (('--dissect',), False)):
            out = self.t.path('out%d.pcapng' % len(data))
            done = self.run(self.mixed, out, '--tshark', wrapper, '--key', self.key, *options)
            check(done.status == 0 and ('--disable-protocol\neth\n' in content(words).decode()) == disabled, 'words: %s' % done.err)
            data.append(content(out))
            os.unlink(out)
        check(data[0] == data[1], '--dissect: other bytes')

    # --- there and back ---

    def back(self):
        out, map_, back = (self.t.path(n) for n in ('anon.pcapng', 'anon.map', 'back.pcapng'))
        pass_ = self.secret('pass', PASSPHRASE)
        done = self.run(self.sample, out, '--map', map_, '--map-pass=' + pass_)
        check(done.status == 0 and 'map in' in done.err, 'map: %s' % done.err)
        check(os.stat(map_).st_mode & 0o777 == 0o600, 'map: mode')
        check(b'alice' not in content(map_) and content(map_).startswith(b'sianto-sealed-map 1 argon2id '), 'map: plain')
        self.refused('map without passphrase', ('restore', out, back, '--map', map_), 'map-pass=')
        other = self.secret('other', PASSPHRASE + '!')
        self.refused('other passphrase', ('restore', out, back, '--map', map_, '--map-pass', other), 'another passphrase')
        self.refused('another capture', ('restore', self.sample, back, '--map', map_, '--map-pass', pass_), 'another capture', status=2)
        self.refused('another key', ('restore', out, back, '--map', map_, '--map-pass', pass_, '--key', self.key), 'another key')
        self.refused('labels= beside', ('restore', out, back, '--map', map_, '--map-pass', pass_, '--labels=paper'), 'labels=')
        check(not os.path.exists(back), 'refused, and yet written')
        done = self.run('restore', out, back, '--map', map_, '--map-pass', pass_)
        check(done.status == 0 and 'not audited' in done.err, 'restore: %s' % done.err)
        check(os.stat(back).st_mode & 0o777 == 0o600, 'restore: mode')
        check(b'alice@example.com' in content(back) and b'Restored by sianto' in content(back), 'restore: no originals')
        done = self.run('lookup', 'u1', 'd1.invalid', 'frame:1', '--map', map_, '--map-pass', pass_)
        rows = [line.split('\t') for line in done.out.splitlines()]
        check(done.status == 0 and rows[0] == ['u1', 'user', 'was', 'alice'] and rows[1][1:3] == ['domain', 'was'] and
              rows[2][:3] == ['frame:1', 'frame', 'was'] and int(rows[2][3]) >= 1, 'lookup: %s %s' % (done.out, done.err))
        self.refused('unknown value', ('lookup', 'user:nobody', '--map', map_, '--map-pass', pass_), 'nothing is known')

    def by_key(self):
        """A vendor's address, by the key alone; the key itself shows nowhere."""
        out = self.t.path('keyed.pcapng')
        done = self.run(self.sample, out, '--key', self.key, '--labels=keyed', '--map', self.t.path('keyed.map'))
        digits = content(self.key).strip()
        for name in (out, self.t.path('keyed.map')):
            check(digits not in content(name), 'the key is in %s' % os.path.basename(name))
        check(digits.decode() not in done.err + done.out, 'the key was told')
        was = self.t.fields(self.sample, ['ip.src'])[1][3]['ip.src'][0]
        became = self.run('lookup', was, '--key', self.key).out.split('\n')[0].split('\t')
        check(became[:3] == [was, 'address', 'became'], 'address by key: %s' % became)
        label = self.run('lookup', 'user:alice', '--key', self.key, '--labels=keyed').out.split('\t')
        check(label[2] == 'became' and label[3].strip().encode() in content(out), 'label by key: %s' % label)
        self.refused('no map and no key', ('lookup', 'u1'), 'map=')

    def keys(self):
        path = self.t.path('new-key')
        done = self.run('key', path)
        check(done.status == 0 and os.stat(path).st_mode & 0o777 == 0o600, 'key: %s' % done.err)
        check(re.fullmatch(rb'[0-9a-f]{64}\n', content(path)) and content(path).decode().strip() not in done.out + done.err, 'key: form')
        self.refused('key again', ('key', path), 'exists')
        pass_, one, two = self.secret('key-pass', PASSPHRASE), self.t.path('p1.pcapng'), self.t.path('p2.pcapng')
        self.refused('salt is missing', ('lookup', '192.0.2.1', '--key-pass', pass_), '.salt')
        done = self.run(self.sample, one, '--key-pass', pass_)
        check(done.status == 0 and 'salt was made' in done.err and os.path.exists(pass_ + '.salt'), 'key-pass: %s' % done.err)
        done = self.run(self.sample, two, '--key-pass', pass_)
        check(done.status == 0 and 'salt was made' not in done.err and content(one) == content(two), 'key-pass: another key')
        self.refused('open passphrase', (self.sample, self.t.path('x.pcapng'), '--key-pass', self.secret('open', PASSPHRASE, 0o644)), 'chmod')

    # --- several inputs ---

    def several(self):
        """Two halves in one command: the labels of one run over the whole, the tables never on disk."""
        halves = [self.t.path('one.pcapng'), self.t.path('two.pcapng')]
        for path, frames in zip(halves, ('1-40', '41-10000')):
            subprocess.run(['editcap', '-r', self.sample, path, frames], check=True, stderr=subprocess.DEVNULL)
            self.t.give(path)
        folder, maps, whole = self.folder('halves'), self.folder('maps'), self.t.path('whole.pcapng')
        self.run(self.sample, whole, '--key', self.key)
        done = self.run(*halves, folder, '--key', self.key, '--map', maps)
        check(done.status == 0, 'halves: %s' % done.err)
        texts = [self.t.run('-n', '-r', path, '-T', 'fields', '-e', 'sip.From', '-e', 'sip.Call-ID', '-e', 'sip.User-Agent').out
                 for path in [whole] + [os.path.join(folder, n) for n in ('one.pcapng', 'two.pcapng')]]
        check(texts[0] and texts[0] == texts[1] + texts[2], 'halves: other labels than the whole')
        check(sorted(os.listdir(folder)) == ['one.pcapng', 'two.pcapng'] and sorted(os.listdir(maps)) == ['one.map', 'two.map'],
              'halves: files %s %s' % (os.listdir(folder), os.listdir(maps)))
        back = self.t.path('two-back.pcapng')
        done = self.run('restore', os.path.join(folder, 'two.pcapng'), back, '--map', os.path.join(maps, 'two.map'), '--key', self.key)
        check(done.status == 0 and b'alice@example.com' in content(back), 'halves: restore: %s' % done.err)
        drawn = self.folder('drawn')
        self.run(*halves, drawn)
        sources = [{v for row in self.t.fields(os.path.join(drawn, n), ['ip.src'])[1] for v in row['ip.src']}
                   for n in ('one.pcapng', 'two.pcapng')]
        check(sources[0] & sources[1], 'a key that was drawn is not handed on')

    def several_faults(self):
        folder, text = self.folder('faulty'), self.secret('no.pcapng', 'no capture')
        done = self.run(text, self.sample, folder)
        check(done.status != 0 and 'no.pcapng failed' in done.err and os.listdir(folder) == ['sample.pcapng'],
              'one input fails: status %s, %s' % (done.status, os.listdir(folder)))
        self.refused('no folder', (self.sample, self.mixed, self.t.path('absent')), 'mkdir')
        self.refused('one name twice', (self.sample, os.path.join('.', 'sample.pcapng'), folder), 'another input')
        self.refused('map= is a file', (self.sample, self.mixed, folder, '--map', text), 'no folder')

    # --- the rest ---

    def twice(self):
        """What a word names and an option, too; what stands beside a command that would ignore it."""
        one, two, key = self.t.path('twice.pcapng'), self.t.path('twice2.pcapng'), self.t.path('twice-key')
        stats, part = self.t.path('twice.json'), self.t.path('twice.part')
        folder = self.folder('twice')
        rows = (
            ((self.sample, one, '--out=' + two), '--out='),
            ((self.sample, folder, '--out=' + one), '--out='),
            (('stats', self.sample, stats, '--stats=' + self.t.path('twice2.json')), '--stats='),
            (('merge', part, stats, '--stats=' + self.t.path('twice2.json')), '--stats='),
            (('merge', part, '--merge=' + part), '--merge='),
            (('bundle', self.sample, self.t.path('twice.b'), '--bundle=' + self.t.path('twice.c')), '--bundle='),
            (('restore', self.sample, one, '--map=' + part, '--out=' + two), '--out='),
            (('restore', self.sample, one, '--map=' + part, '--restore=' + part), '--restore='),
            (('lookup', 'u1', '--lookup=u2', '--key=' + self.key), '--lookup='),
            (('key', key, '--make-key=' + key), '--make-key='),
            ((self.sample, one, '--make-key=' + key), 'out= cannot stand beside make-key='),
            (('key', key, '--labels=keyed'), 'labels= cannot stand beside make-key='),
            (('lookup', 'u1', '--key=' + self.key, '--report=' + self.t.path('twice.html')), 'report='),
            (('verify', folder, '--out=' + one), 'usage: sianto verify'),
        )
        for words, needle in rows:
            done = self.run(*words)
            check(done.status == 1 and needle in done.err and done.err.count('\n') == 1, '%s: status %s: %s' % (words, done.status, done.err))
        left = [n for n in os.listdir(self.t.dir) if n.startswith('twice') and n != 'twice'] + os.listdir(folder)
        check(not left, 'twice, and yet written: %s' % left)

    def full(self):
        """A standard output that is full is said in one line, with status 1; what goes through a shell, for that."""
        key, folder = self.t.path('full-key'), self.t.path('full-set')
        check(self.run('bundle', self.sample, folder).status == 0, 'a bundle')
        for words in (('--help',), ('--version',), ('key', key), ('verify', folder), ('lookup', '192.0.2.1', '--key', self.key)):
            done = self.t.run('-c', '"$@" >/dev/full', 'sh', self.program, *words, program='sh')
            check(done.status == 1 and 'standard output' in done.err and done.err.count('\n') == 1,
                  'full: %s: status %s: %s' % (words[0], done.status, done.err))
        done = self.t.run('-c', 'tshark -X sianto:help >/dev/full', program='sh')
        check(done.status == 1 and 'standard output' in done.err, 'full: help of the plugin: %s %s' % (done.status, done.err))
        check(not os.path.exists(key), 'full: a key that was not told of stays')

    def faults(self):
        out = self.t.path('out.pcapng')
        self.refused('nothing', (), 'usage')
        self.refused('one name', (self.sample,), 'usage')
        self.refused('an unknown option without a value', ('--foo', self.sample, out), 'usage', 'with their values: --foo ' + self.sample)
        self.refused('an unknown option', (self.sample, out, '--labells=keyed'), 'labels')
        self.refused('no value', (self.sample, out, '--labels'), '--labels=VALUE')
        self.refused('no such short option', (self.sample, out, '-y'), '-y')
        self.refused('-X of another', (self.sample, out, '-X', 'lua_script:x'), 'sianto:')
        self.refused('no tshark', (self.sample, out, '--tshark=/nonexistent'), 'install tshark')
        dies = self.t.path('dies')
        with open(dies, 'w') as file:
            file.write('#!/bin/sh\nkill -SEGV $$\n')
        os.chmod(dies, 0o755)
        done = self.run(self.sample, out, '--tshark=' + dies)
        check(done.status == 2 and 'ended by a signal' in done.err and done.err.count('\n') == 1, 'tshark dies: %s %s' % (done.status, done.err))
        check(self.run(self.sample, out, '-X', 'sianto:labels=paper').status == 0, '-X sianto:')
        self.refused('it exists', (self.sample, out), 'force')
        check(self.run(self.sample, out, '--force', '--labels', 'keyed').status == 0, '--force')
        cut = self.t.path('cut.pcapng')
        with open(cut, 'wb') as file:
            file.write(content(self.sample)[:-30])
        self.t.give(cut)
        self.refused('a cut input', (cut, out, '--force'), 'not read to its end', status=2)
        check(os.path.exists(out), 'a cut input: the output is gone')
        os.unlink(out)
        absent = self.run(self.t.path('absent.pcapng'), out)
        check(absent.status != 0 and not os.path.exists(out), 'no input')

    def no_plugin(self):
        with Tshark(None) as bare:
            shutil.copy(self.program, bare.path('sianto'))
            shutil.copy(self.sample, bare.path('in.pcapng'))
            bare.give(bare.dir)
            os.makedirs(bare.path('plugins'))
            for words in (('in.pcapng', 'out.pcapng'), ('stats', 'in.pcapng'), ('key', 'k'), ('lookup', 'u1', '--map=m')):
                done = bare.run(*words, program=bare.path('sianto'))
                check(done.status == 1 and 'plugin' in done.err, 'no plugin, %s: %s %s' % (words[0], done.status, done.err))
            check(sorted(os.listdir(bare.dir))[:1] != ['k'] and not os.path.exists(bare.path('out.pcapng')), 'no plugin: written')

    def statistics(self):
        done = self.run('stats', self.sample)
        check(done.status == 0 and 'REGISTER' in done.out, 'stats: %s' % done.err)
        path = self.t.path('s.json')
        done = self.run('stats', self.sample, path)
        check(done.status == 0 and b'sianto-stats/1' in content(path), 'stats in a file: %s' % done.err)
        done = self.run(self.sample, '--dry-run')
        check(done.status == 0 and 'Would be dropped' in done.out, 'dry-run: %s' % done.err)

    def help(self):
        done = self.run('--help')
        check(done.status == 0 and not done.err and all(w in done.out for w in ('restore', '--dissect', 'labels=', 'map-pass=')),
              'help: %s' % done.err)
        check(re.match(r'sianto \d+\.\d+', self.run('--version').out), 'version')
        page = os.path.join(self.args.source, 'packaging/frontend/sianto.1')
        if shutil.which('man'):
            man = subprocess.run(['man', '-l', '--warnings', '-E', 'UTF-8', page], capture_output=True, text=True,
                                 env=dict(os.environ, MANWIDTH='100', MAN_KEEP_FORMATTING=''))
            check(man.returncode == 0 and not man.stderr and 'SYNOPSIS' in man.stdout, 'man: %s' % man.stderr)

    def completed(self, line):
        """What bash would offer behind `line`, whose words are its own."""
        script = ('compopt() { :; }; . "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sianto; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        path = self.t.path('completion.bash')
        shutil.copy(os.path.join(self.args.source, 'packaging/frontend/completion.bash'), path)
        self.t.give(path)
        env = self.t.environment()
        env['PATH'] = self.t.dir + ':' + env['PATH']
        done = subprocess.run(self.t.command(['bash', '-c', script, 'bash', path] + line), env=env, cwd=self.t.dir,
                              capture_output=True, text=True)
        check(not done.stderr, 'completion: %s' % done.stderr)
        return done.stdout.split()

    def completion(self):
        check({'--map=', '--map-pass=', '--dissect', '--help'} <= set(self.completed(['sianto', '--'])), 'completion of options')
        check(self.completed(['sianto', 'in', '--lab']) == ['--labels='], 'completion of one')
        check(self.completed(['sianto', '--labels', '=']) == ['readable', 'paper', 'keyed'], 'completion of values')
        check(self.completed(['sianto', '--labels', '=', 'k']) == ['keyed'], 'completion of a value')
        check('restore' in self.completed(['sianto', 're']), 'completion of commands')
        check('sample.pcapng' in self.completed(['sianto', '--key', '=', 'samp']), 'completion of files')

    def installed(self):
        if not self.args.build:
            return
        root = self.t.path('root')
        done = subprocess.run(['cmake', '--install', self.args.build, '--prefix', '/usr'], capture_output=True, text=True,
                              env=dict(os.environ, DESTDIR=root))
        check(done.returncode == 0, 'install: %s' % done.stderr)
        for name in ('bin/sianto', 'share/man/man1/sianto.1', 'share/bash-completion/completions/sianto',
                     'lib/*/wireshark/plugins/%s/epan/sianto.so' % self.t.version, 'share/wireshark/profiles/SiAnTo/preferences',
                     'share/sianto/sianto-stats.schema.json', 'share/doc/sianto/README.md',
                     'share/doc/sianto/sianto-stats.schema.json', 'share/doc/sianto/examples/sample.pcapng'):
            check(any(map(os.path.exists, glob.glob(os.path.join(root, 'usr', name)))), 'install: no %s' % name)


def main():
    parser = argparse.ArgumentParser()
    for name in ('plugin', 'command', 'source'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--corpus')
    parser.add_argument('--build')
    parser.add_argument('--only')
    args = parser.parse_args()
    with Tshark(args.plugin) as tshark:
        command = Command(tshark, args)
        for part in ('bulk', 'dissection', 'back', 'by_key', 'keys', 'several', 'several_faults', 'twice', 'full', 'faults', 'no_plugin',
                     'statistics', 'help', 'completion', 'installed'):
            if not args.only or part in args.only.split(','):
                getattr(command, part)()
    return result()


if __name__ == '__main__':
    sys.exit(main())

"""Runs tshark with the plugin that was built, in a home of its own.

Wireshark ignores personal plugins when it runs as root, so as root everything runs as uid 1000 (by
setpriv, which is essential on Debian). The caller's files for tshark belong into `Tshark.dir`, which
that user may write. Nothing is left behind: the folder goes when the object is closed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import re
import shutil
import subprocess
import tempfile

RUN_AS = 1000
TIMEOUT_S = 120
SKIP = 77  # what CTest takes as "skipped"


class Result:
    """What a run gave: status (None: it did not end in time), standard output and error as text."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


class Tshark:
    """plugin: path of the built sianto.so, or None for a tshark without it."""

    def __init__(self, plugin):
        self.dir = tempfile.mkdtemp(prefix='sianto-e2e-')
        self.version = self.find_version()
        if plugin:
            self.install(os.path.abspath(plugin))
        self.give(self.dir)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.dir, ignore_errors=True)

    def find_version(self):
        """major.minor, the name of the personal plugin folder."""
        text = subprocess.run(['tshark', '-v'], capture_output=True, text=True, timeout=TIMEOUT_S,
                              stdin=subprocess.DEVNULL).stdout
        return re.search(r'\b(\d+\.\d+)\.\d+', text).group(1)

    def at_least(self, *version):
        return tuple(int(n) for n in self.version.split('.')) >= version

    def install(self, plugin):
        folder = os.path.join(self.dir, 'plugins', self.version, 'epan')
        os.makedirs(folder)
        shutil.copy(plugin, os.path.join(folder, 'sianto.so'))

    def give(self, path):
        """Files made by root belong to the user that tshark runs as."""
        if os.geteuid() != 0:
            return
        for top, _, names in os.walk(path):
            for name in [top] + [os.path.join(top, n) for n in names]:
                os.chown(name, RUN_AS, RUN_AS)
        if os.path.isfile(path):
            os.chown(path, RUN_AS, RUN_AS)

    def path(self, name):
        return os.path.join(self.dir, name)

    def key(self, name='key', digits=None):
        """A key file as the plugin wants it; `digits` are 64 hex digits."""
        path = self.path(name)
        with open(path, 'w') as file:
            file.write((digits or '00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0') + '\n')
        os.chmod(path, 0o600)
        self.give(path)
        return path

    def command(self, words):
        if os.geteuid() != 0:
            return words
        return ['setpriv', '--reuid=%d' % RUN_AS, '--regid=%d' % RUN_AS, '--clear-groups'] + words

    def environment(self):
        """The plugin that was built, and none that is installed: a folder of plugins of our own."""
        env = dict(os.environ, HOME=self.dir, LC_ALL='C.UTF-8', TZ='UTC',
                   WIRESHARK_PLUGIN_DIR=os.path.join(self.dir, 'plugins'))
        for name in ('XDG_CONFIG_HOME', 'XDG_DATA_HOME'):
            env.pop(name, None)
        return env

    def run(self, *words, program='tshark', binary=False, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL):
        env = self.environment()
        try:
            done = subprocess.run(self.command([program] + list(words)), env=env, cwd=self.dir, stdin=stdin,
                                  capture_output=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return Result(None, '', 'no end after %d s' % timeout)
        out = done.stdout if binary else done.stdout.decode('utf-8', 'replace')
        return Result(done.returncode, out, done.stderr.decode('utf-8', 'replace'))

    def export(self, source, target, *words, **options):
        """The main job. options: the plugin's own, with _ for -."""
        settings = []
        for name, value in options.items():
            settings += ['-X', 'sianto:%s=%s' % (name.replace('_', '-'), value)]
        return self.run('-q', '-r', source, '-X', 'sianto:out=' + target, *settings, *words)

    def loaded(self):
        return 'sianto.so' in self.run('-G', 'plugins').out

    def fields(self, source, names, *words, separator='\x1f', occurrence='\x1e'):
        """A list of dicts, one a frame: field name to the list of its values.

        Dissection only: no name resolution, and the user's preferences do not exist here."""
        args = ['-n', '-r', source, '-T', 'fields', '-E', 'separator=' + separator, '-E', 'aggregator=' + occurrence]
        for name in names:
            args += ['-e', name]
        done = self.run(*args, *words)
        rows = []
        for line in done.out.split('\n')[:-1]:
            cells = line.split(separator)
            rows.append({n: c.split(occurrence) if c else [] for n, c in zip(names, cells)})
        return done, rows

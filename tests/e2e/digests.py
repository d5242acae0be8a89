#!/usr/bin/env python3
"""What exports under one key are, as digests: the same on each machine and with each Wireshark.

    digests.py --plugin sianto.so --command sianto

A sample with all link types and a simulated storm, by tshark and by the command (bulk mode), with statistics. Prints
a line of digest and name for each file. It is packaging/chroot that compares them with the native build's.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from tshark import Tshark  # noqa: E402

SOURCES = {'sample': ('make_sample.py', '--links', 'mixed'), 'storm': ('make_storm.py', '--preset', 'plain')}


def make(tshark, name):
    path = tshark.path(name + '.pcapng')
    script, *words = SOURCES[name]
    subprocess.run([sys.executable, os.path.join(HERE, '../sim', script), *words, path], check=True,
                   stdout=subprocess.DEVNULL)
    tshark.give(path)
    return path


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def exports(tshark, command, name):
    """Paths of what was written; anything that is said of an error ends it."""
    source, key = make(tshark, name), tshark.key()
    outs = [tshark.path('%s-%s' % (name, ending)) for ending in ('plain.pcapng', 'bulk.pcapng', 'bulk.json')]
    runs = (tshark.export(source, outs[0], key=key),
            tshark.run(source, outs[1], '--key', key, '--stats', outs[2], program=command))
    for run in runs:
        if run.status != 0:
            raise SystemExit('%s: status %s: %s' % (name, run.status, run.err))
    return outs


def main():
    parser = argparse.ArgumentParser()
    for name in ('plugin', 'command'):
        parser.add_argument('--' + name, required=True)
    args = parser.parse_args()
    with Tshark(args.plugin) as tshark:
        command = tshark.path('sianto')
        shutil.copy(args.command, command)
        for name in SOURCES:
            for path in exports(tshark, command, name):
                print(digest(path), os.path.basename(path))
    return 0


if __name__ == '__main__':
    sys.exit(main())

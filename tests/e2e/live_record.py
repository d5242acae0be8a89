#!/usr/bin/env python3
"""Records a real registration storm: Kamailio, phones and dumpcap on a loopback of their own.

    unshare --net --pid --fork --kill-child --mount-proc live_record.py CAPTURE FACTS.json [--tcp]

Called by live_storm.py. The namespaces see to it that nothing else is on the wire and that nothing runs on when this
script has ended. FACTS.json: how many phones there were, and when (seconds since 1970) the server was stopped and was
gone, was started and listened, and what the capture lost.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import fcntl
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
LIVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'live')
PORT = 5060
PHONES, PER_S = 200, 25
# One after another for 8 s, refreshes from then on. The server is away for 14 s: an outage is one from 10 s on. Then as
# long as it takes to judge the first answers with Retry-After, which needs 30 s more than they say.
STOP_S, START_S, END_S = 12.0, 26.0, 60.0
GIVES_UP_S = 1.5  # over UDP a phone repeats its request once, and gives up after this
AGENTS = (  # family, User-Agent, seconds from attempt to attempt
    ('Yealink', 'Yealink SIP-T46S 66.85.0.5', 2.5),
    ('snom', 'snom/8.7.5.35', 3.5),
)
PATIENCE_S = 20
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def loopback_up():
    """ip link set lo up, which needs no iproute2."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack('16sh14x', b'lo', 0)
        flags = struct.unpack('16sh14x', fcntl.ioctl(s, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack('16sh14x', b'lo', flags | IFF_UP))


def wait_for(what, ready):
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > deadline:
            raise SystemExit('%s: not in %d s' % (what, PATIENCE_S))
        time.sleep(0.02)


def listens():
    """Is the port open, over UDP? By the system's table: a question over the wire would be captured."""
    with open('/proc/net/udp', encoding='ascii') as table:
        return any(line.split()[1].endswith(':%04X' % PORT) for line in table.readlines()[1:])


class Recording:
    """folder: for the programs' files and what they say."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, *words):
        """Output goes to a file, which is shown if the run fails."""
        with open(self.path(name + '.log'), 'ab') as log:
            return subprocess.Popen(words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def said(self, name):
        with open(self.path(name + '.log'), encoding='utf-8', errors='replace') as log:
            return log.read()

    def server(self):
        """In the foreground (-DD), so that its process is ours to end."""
        config = os.path.join(LIVE, 'registrar.cfg')
        process = self.start('kamailio', 'kamailio', '-DD', '-E', '-m', '32', '-f', config,
                             '-P', self.path('kamailio.pid'), '-Y', self.folder)
        wait_for('kamailio listens', lambda: listens() or process.poll() is not None)
        if process.poll() is not None:
            raise SystemExit('kamailio does not start: ' + self.said('kamailio')[-800:])
        return process

    def capture(self, path):
        process = self.start('dumpcap', 'dumpcap', '-q', '-i', 'lo', '-B', '32', '-w', path)
        wait_for('dumpcap captures', lambda: 'File:' in self.said('dumpcap') or process.poll() is not None)
        if process.poll() is not None:
            raise SystemExit('dumpcap does not start: ' + self.said('dumpcap')[-800:])
        return process

    def phones(self):
        """One SIPp is all of them, each with an address of its own."""
        csv = self.path('phones.csv')
        with open(csv, 'w', encoding='utf-8') as file:
            file.write('SEQUENTIAL\n')
            for n in range(PHONES):
                _, agent, every_s = AGENTS[n % len(AGENTS)]
                user = 1000 + n
                file.write('%d;127.0.%d.%d;[authentication username=%d password=s3cret];%s;%d\n'
                           % (user, 10 + n // 250, 1 + n % 250, user, agent, (every_s - GIVES_UP_S) * 1000))
        return self.start('phones', 'sipp', '127.0.0.1:%d' % PORT, '-sf', os.path.join(LIVE, 'phone.xml'), '-inf', csv,
                          '-t', 'ui', '-ip_field', '1', '-p', '5070', '-r', str(PER_S), '-m', str(PHONES), '-l', str(PHONES),
                          '-max_socket', str(2 * PHONES), '-max_non_invite_retrans', '1', '-nostdin')

    def tcp_phones(self):
        """SIPp does not survive that a server closes its connections."""
        agents = [word for _, agent, every_s in AGENTS for word in (agent, str(every_s))]
        script = os.path.join(LIVE, 'tcp_phones.py')
        return self.start('phones', sys.executable, script, str(PORT), str(PHONES), str(PER_S), *agents)

    def lost(self):
        counts = re.search(r'packets received/dropped on interface .*: \d+/(\d+)', self.said('dumpcap'), re.I)
        if not counts:
            raise SystemExit('dumpcap says not what it lost: ' + self.said('dumpcap')[-800:])
        return int(counts.group(1))


def record(recording, path, tcp):
    server, capture = recording.server(), recording.capture(path)
    facts = {'phones': PHONES, 'families': {family: every_s for family, _, every_s in AGENTS}}
    begin = time.monotonic()

    def until(second):
        time.sleep(max(0.0, begin + second - time.monotonic()))

    phones = recording.tcp_phones() if tcp else recording.phones()
    until(STOP_S)
    facts['stopping'] = time.time()
    server.terminate()
    server.wait(PATIENCE_S)
    wait_for('kamailio is gone', lambda: not listens())
    facts['gone'] = time.time()
    until(START_S)
    facts['starting'] = time.time()
    server = recording.server()
    facts['listening'] = time.time()
    until(END_S)
    if phones.poll() is not None or server.poll() is not None:
        raise SystemExit('ended early: ' + ''.join(recording.said(name)[-400:] for name in ('phones', 'kamailio')))
    capture.send_signal(signal.SIGINT)
    capture.wait(PATIENCE_S)
    for process in (phones, server):
        process.kill()
        process.wait(PATIENCE_S)
    return dict(facts, lost=recording.lost())


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('capture')
    options.add_argument('facts')
    options.add_argument('--tcp', action='store_true', help='phones over TCP')
    args = options.parse_args()
    if os.getpid() != 1:  # else the loopback captured would be everybody's
        raise SystemExit('call this in namespaces of its own, as live_storm.py does')
    loopback_up()
    facts = record(Recording(os.path.dirname(os.path.abspath(args.capture))), args.capture, args.tcp)
    with open(args.facts, 'w', encoding='ascii') as file:
        json.dump(facts, file)


if __name__ == '__main__':
    main()
